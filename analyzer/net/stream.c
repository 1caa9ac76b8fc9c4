/* stream.c - see stream.h.
 *
 * What waits is a sorted list of pieces that do not overlap. A position is a
 * 64-bit count whose low 32 bits are the TCP sequence number:
 *
 *     start .... next [piece][piece]   hole   [piece]      fin
 *     consumed       | can be read   |      | waits   |
 *
 * The newest segment is a piece that borrows the packet (`here`); it costs no
 * copy when the reader takes it at once. A hole before `lost_before` is a gap. */
#include "net/stream.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_PIECES = 256,        /* bounds the walk along the list */
    ACKS_TO_GIVE_UP = 2,     /* packets that acknowledge a hole until it is a gap */
    MAX_REACH = 1 << 30,     /* RFC 7323 §2.3: no window is larger */
    MAX_MOVE_BACK = 1 << 20, /* how far a late start may be corrected */
};

static const uint64_t FIRST_LAP = (uint64_t)1 << 33; /* so that no position is negative */
static const uint64_t MAX_SKIP = (uint64_t)1 << 60;

enum piece_kind {
    PIECE_BYTES,
    PIECE_LOST,   /* sent, and cut off by the snap length */
    PIECE_PASSED, /* seen, and in the range that the reader skips */
};

struct piece {
    struct piece *next;
    uint64_t pos;
    size_t len;
    enum piece_kind kind;
    struct moment at;
    const uint8_t *bytes; /* BYTES: into the memory behind it, or into the packet */
    size_t memory_len;
};

struct stream {
    struct budget *budget;
    size_t cap, held;
    unsigned pieces;

    uint64_t start, next; /* the first byte; the first not consumed */
    uint64_t top;         /* behind the last byte known of */
    uint64_t fin;         /* the FIN's position, once fin_seen */
    uint64_t skip;        /* bytes to step over as they come */
    uint64_t lost_before; /* holes before it are given up */
    uint64_t acked;       /* the furthest that the other side acknowledged */
    uint64_t stuck_at;    /* where the hole is that acks_beyond counts */
    uint64_t viewed;      /* end of the last view of bytes */
    unsigned acks_beyond;
    bool started, late, fin_seen, closed_said;
    bool wanting; /* the reader needs more than it was shown */
    bool borrowing;

    struct moment last, fin_at;
    uint64_t conflicts, gap_bytes;
    struct piece *first;
    struct piece here; /* the segment pushed last, while borrowing */
};

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct stream *stream_new(struct budget *b, size_t cap)
{
    if (!budget_take(b, sizeof(struct stream)))
        return NULL;
    struct stream *s = malloc(sizeof *s); /* glibc's calloc has no quick lists */
    if (!s) {
        budget_give(b, sizeof *s);
        return NULL;
    }
    *s = (struct stream){ .budget = b, .cap = cap };
    return s;
}

/* Pieces. */

static uint8_t *piece_memory(struct piece *p)
{
    return (uint8_t *)(p + 1);
}

static uint64_t piece_end(const struct piece *p)
{
    return p->pos + p->len;
}

static bool hold(struct stream *s, size_t cost)
{
    if (cost > s->cap - s->held || !budget_take(s->budget, cost))
        return false;
    s->held += cost;
    return true;
}

static void let_go(struct stream *s, size_t cost)
{
    s->held -= cost;
    budget_give(s->budget, cost);
}

static struct piece *piece_new(struct stream *s, uint64_t pos, size_t len, size_t memory_len)
{
    size_t cost = sizeof(struct piece) + memory_len;
    if (s->pieces >= MAX_PIECES || !hold(s, cost))
        return NULL;
    struct piece *p = malloc(cost);
    if (!p) {
        let_go(s, cost);
        return NULL;
    }
    *p = (struct piece){ .pos = pos, .len = len, .memory_len = memory_len };
    p->bytes = piece_memory(p);
    s->pieces++;
    return p;
}

static void piece_free(struct stream *s, struct piece *p)
{
    if (p == &s->here) {
        s->borrowing = false;
        return;
    }
    let_go(s, sizeof *p + p->memory_len);
    s->pieces--;
    free(p);
}

static void piece_drop(struct stream *s, struct piece **link)
{
    struct piece *p = *link;
    *link = p->next;
    piece_free(s, p);
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    while (s->first)
        piece_drop(s, &s->first);
    budget_give(s->budget, sizeof *s);
    free(s);
}

/* piece_copy puts a copy of *link with room for memory_len bytes in its place. */
static bool piece_copy(struct stream *s, struct piece **link, size_t memory_len)
{
    struct piece *old = *link, *p = piece_new(s, old->pos, old->len, memory_len);
    if (!p)
        return false;
    memcpy(piece_memory(p), old->bytes, old->len);
    p->at = old->at;
    p->next = old->next;
    *link = p;
    piece_free(s, old);
    return true;
}

/* piece_resize gives *link room for memory_len bytes, out of the packet if need be. */
static bool piece_resize(struct stream *s, struct piece **link, size_t memory_len)
{
    struct piece *old = *link;
    if (old == &s->here)
        return piece_copy(s, link, memory_len);
    size_t more = memory_len - old->memory_len;
    if (!hold(s, more))
        return false;
    old->bytes = memmove(piece_memory(old), old->bytes, old->len);
    struct piece *p = realloc(old, sizeof *p + memory_len);
    if (!p) {
        let_go(s, more);
        return false;
    }
    p->memory_len = memory_len;
    p->bytes = piece_memory(p);
    *link = p;
    return true;
}

/* first_join appends the second piece to the first. Room grows by halves, so that
 * a message that comes in many small segments is not copied once for each. */
static bool first_join(struct stream *s)
{
    size_t len = s->first->len + s->first->next->len;
    bool fits = s->first != &s->here && len <= s->first->memory_len;
    if (!fits && !piece_resize(s, &s->first, len + len / 2) && !piece_resize(s, &s->first, len))
        return false;
    struct piece *p = s->first, *second = p->next;
    uint8_t *memory = piece_memory(p);
    if (len > p->memory_len - (size_t)(p->bytes - memory)) {
        memmove(memory, p->bytes, p->len);
        p->bytes = memory;
    }
    memcpy(memory + (p->bytes - memory) + p->len, second->bytes, second->len);
    p->len = len;
    p->at = second->at;
    piece_drop(s, &p->next);
    return true;
}

/* Where things stand. */

/* hole_at is how many bytes between pos and the next piece p are given up. */
static uint64_t hole_at(const struct stream *s, const struct piece *p, uint64_t pos)
{
    uint64_t end = p ? least(p->pos, s->lost_before) : s->lost_before;
    return end > pos ? end - pos : 0;
}

/* sure_end is how far the reader can come before it must wait. */
static uint64_t sure_end(const struct stream *s)
{
    uint64_t pos = s->next;
    const struct piece *p = s->first;
    do {
        pos += hole_at(s, p, pos);
        for (; p && p->pos == pos; p = p->next)
            pos = piece_end(p);
    } while (hole_at(s, p, pos) > 0);
    return pos;
}

/* gap_at adds up the holes and what was cut, from pos on; p is the next piece. */
static uint64_t gap_at(const struct stream *s, const struct piece *p, uint64_t pos)
{
    uint64_t from = pos;
    do {
        pos += hole_at(s, p, pos);
        for (; p && p->pos == pos && p->kind == PIECE_LOST; p = p->next)
            pos = piece_end(p);
    } while (hole_at(s, p, pos) > 0);
    return pos - from;
}

static bool readable_at(const struct piece *p, uint64_t pos)
{
    return p && p->pos == pos && p->kind == PIECE_BYTES;
}

/* step_over takes up to max bytes off the front: of the first piece, or of a
 * gap before it. 0 when there is neither. */
static uint64_t step_over(struct stream *s, uint64_t max)
{
    struct piece *p = s->first;
    uint64_t step;
    if (!p || p->pos != s->next) {
        step = least(max, hole_at(s, p, s->next));
        s->gap_bytes += step;
        s->next += step;
        return step;
    }
    step = least(max, p->len);
    s->gap_bytes += p->kind == PIECE_LOST ? step : 0;
    s->next += step;
    p->pos += step;
    p->len -= (size_t)step;
    p->bytes += p->kind == PIECE_BYTES ? step : 0;
    if (p->len == 0)
        piece_drop(s, &s->first);
    return step;
}

static void settle(struct stream *s)
{
    uint64_t step = 1;
    while (s->skip > 0 && step > 0) {
        step = step_over(s, s->skip);
        s->skip -= step;
    }
    if (s->fin_seen)
        s->skip = least(s->skip, s->fin - s->next);
}

/* Segments in. */

static void start_at(struct stream *s, uint32_t seq)
{
    s->started = true;
    s->start = s->next = s->top = s->lost_before = s->acked = s->stuck_at = FIRST_LAP + seq;
}

static uint64_t position_of(const struct stream *s, uint32_t seq)
{
    return s->next + (uint64_t)(int64_t)(int32_t)(seq - (uint32_t)s->next);
}

static bool within_reach(const struct stream *s, uint64_t pos)
{
    return pos + MAX_REACH >= s->next && pos <= s->next + MAX_REACH;
}

/* While nothing was consumed, a segment from before a late start moves it. A
 * single byte doesn't: keep-alives lie one before (RFC 9293 §3.8.4). */
static void move_back(struct stream *s, uint64_t pos)
{
    bool untouched = s->late && s->next == s->start && s->skip == 0 && !s->closed_said;
    if (!untouched || pos >= s->start || s->start - pos > MAX_MOVE_BACK)
        return;
    s->start = s->next = s->lost_before = s->stuck_at = pos;
    s->viewed = 0;
}

void stream_begin(struct stream *s, uint32_t seq)
{
    if (!s->started) {
        start_at(s, seq);
        return;
    }
    uint64_t pos = position_of(s, seq);
    move_back(s, pos);
    if (pos == s->start)
        s->late = false;
}

static void give_up_before(struct stream *s, uint64_t pos)
{
    if (s->fin_seen)
        pos = least(pos, s->fin);
    s->lost_before = most(s->lost_before, pos);
}

/* The packet behind a borrowed piece is gone, so the piece is a gap now. */
static void forget_borrowed(struct stream *s)
{
    struct piece **link = &s->first;
    while (s->borrowing && *link) {
        if (*link != &s->here) {
            link = &(*link)->next;
            continue;
        }
        give_up_before(s, piece_end(*link));
        piece_drop(s, link);
    }
}

/* uncover makes room for true bytes where a former copy was cut. */
static void uncover(struct stream *s, uint64_t from, uint64_t to)
{
    for (struct piece **link = &s->first; *link && (*link)->pos < to;) {
        struct piece *p = *link;
        uint64_t end = piece_end(p);
        if (p->kind != PIECE_LOST || end <= from) {
            link = &p->next;
            continue;
        }
        if (p->pos < from && end > to) {
            struct piece *rest = piece_new(s, to, (size_t)(end - to), 0);
            if (rest) { /* else a hole is left, which is given up as holes are */
                rest->kind = PIECE_LOST;
                rest->at = p->at;
                rest->next = p->next;
                p->next = rest;
            }
        }
        if (p->pos < from) {
            p->len = (size_t)(from - p->pos);
            link = &p->next;
        } else if (end > to) {
            p->pos = to;
            p->len = (size_t)(end - to);
            return;
        } else {
            piece_drop(s, link);
        }
    }
}

static struct piece *borrow(struct stream *s, uint64_t pos, size_t len)
{
    if (s->borrowing)
        return NULL;
    s->borrowing = true;
    s->here = (struct piece){ .pos = pos, .len = len };
    return &s->here;
}

/* put_bytes makes the piece for new bytes. What the reader can take at once is
 * borrowed. What can't be stored is borrowed too, and the holes before it are
 * given up so that the reader comes to it before the packet is gone. */
static struct piece *put_bytes(struct stream *s, uint64_t pos, const uint8_t *bytes, size_t len)
{
    struct piece *p = pos <= sure_end(s) ? borrow(s, pos, len) : NULL;
    if (p) {
        p->bytes = bytes;
        return p;
    }
    p = piece_new(s, pos, len, len);
    if (p) {
        memcpy(piece_memory(p), bytes, len);
        return p;
    }
    p = borrow(s, pos, len);
    if (p) {
        p->bytes = bytes;
        give_up_before(s, pos);
    }
    return p;
}

/* put links a piece for [pos, pos + len), where nothing is known yet, before
 * *link. bytes is NULL for what was cut. */
static struct piece **put(struct stream *s, struct piece **link, uint64_t pos, const uint8_t *bytes,
                          size_t len)
{
    bool passed = pos + len <= s->next + s->skip && pos > s->next;
    struct piece *p;
    if (bytes && !passed)
        p = put_bytes(s, pos, bytes, len);
    else
        p = piece_new(s, pos, len, 0);
    if (!p)
        return link;
    p->kind = !bytes ? PIECE_LOST : passed ? PIECE_PASSED : PIECE_BYTES;
    p->at = s->last;
    p->next = *link;
    *link = p;
    return &p->next;
}

static uint64_t differing(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint64_t count = 0;
    if (memcmp(a, b, len) != 0)
        for (size_t i = 0; i < len; i++)
            count += a[i] != b[i];
    return count;
}

/* insert puts [pos, end) wherever nothing is known yet; elsewhere the first copy
 * stays. bytes is NULL for what was cut. */
static void insert(struct stream *s, uint64_t pos, uint64_t end, const uint8_t *bytes)
{
    uint64_t from = pos;
    pos = most(pos, s->next);
    end = s->fin_seen ? least(end, s->fin) : end;
    if (pos >= end)
        return;
    s->top = most(s->top, end);
    if (bytes)
        uncover(s, pos, end);

    struct piece **link = &s->first;
    while (pos < end) {
        struct piece *p = *link;
        if (!p || p->pos > pos) {
            uint64_t to = p ? least(end, p->pos) : end;
            link = put(s, link, pos, bytes ? bytes + (pos - from) : NULL, (size_t)(to - pos));
            pos = to;
            continue;
        }
        uint64_t to = least(end, piece_end(p));
        if (to > pos) {
            if (bytes && p->kind == PIECE_BYTES)
                s->conflicts +=
                    differing(p->bytes + (pos - p->pos), bytes + (pos - from), (size_t)(to - pos));
            pos = to;
        }
        link = &p->next;
    }
}

/* The first FIN counts, unless bytes from behind it were seen: then it is
 * forged or broken. */
static void note_fin(struct stream *s, uint64_t pos)
{
    if (s->fin_seen || pos < s->top || pos < s->next)
        return;
    s->fin_seen = true;
    s->fin = s->top = pos;
    s->fin_at = s->last;
    s->lost_before = least(s->lost_before, pos);
}

static void push_payload(struct stream *s, const struct segment *segment, uint32_t seq)
{
    uint32_t wire_len = segment->wire_len > segment->len ? segment->wire_len : segment->len;
    bool fin = segment->flags & TCP_FIN;
    if (wire_len == 0 && !fin)
        return;
    if (!s->started) {
        start_at(s, seq);
        s->late = true;
    }
    uint64_t pos = position_of(s, seq);
    if (!within_reach(s, pos))
        return;
    if (wire_len > 1)
        move_back(s, pos);
    if (fin)
        note_fin(s, pos + wire_len);
    if (segment->len > 0)
        insert(s, pos, pos + segment->len, segment->payload);
    insert(s, pos + segment->len, pos + wire_len, NULL);
    settle(s);
}

void stream_push(struct stream *s, const struct segment *segment)
{
    forget_borrowed(s);
    s->last = segment->at;
    uint32_t seq = segment->seq;
    if (segment->flags & TCP_SYN) {
        stream_begin(s, ++seq);
        if (position_of(s, seq) != s->start)
            return; /* another connection's */
    }
    push_payload(s, segment, seq);
}

void stream_acked(struct stream *s, uint32_t ack)
{
    if (!s->started)
        return;
    uint64_t pos = position_of(s, ack);
    if (pos <= s->next || !within_reach(s, pos))
        return;
    if (s->fin_seen)
        pos = least(pos, s->fin);
    uint64_t end = sure_end(s);
    s->acked = most(s->acked, pos);
    if (pos <= end)
        return;
    if (s->stuck_at != end) {
        s->stuck_at = end;
        s->acks_beyond = 0;
    }
    if (++s->acks_beyond >= ACKS_TO_GIVE_UP)
        give_up_before(s, s->acked);
    settle(s);
}

bool stream_waiting(const struct stream *s)
{
    if (s->acks_beyond == 0 || s->acks_beyond >= ACKS_TO_GIVE_UP)
        return false;
    uint64_t all = s->fin_seen ? least(s->acked, s->fin) : s->acked;
    return s->stuck_at < all && s->stuck_at == sure_end(s);
}

void stream_give_up(struct stream *s)
{
    if (!s->started)
        return;
    give_up_before(s, most(s->top, s->acked));
    settle(s);
}

/* Bytes out. */

/* view_can_grow decides what comes after bytes that the reader has seen and
 * wants more of: true when they grew or may still grow. */
static bool view_can_grow(struct stream *s)
{
    const struct piece *second = s->first->next;
    uint64_t end = piece_end(s->first);
    if (readable_at(second, end)) {
        if (!first_join(s))
            s->viewed = 0; /* show them again: stream_keep will say no */
        return true;
    }
    return gap_at(s, second, end) == 0 && !(s->fin_seen && s->fin == end);
}

static struct stream_view look_at_bytes(struct stream *s)
{
    const struct piece *p = s->first;
    s->wanting = false;
    s->viewed = piece_end(p);
    return (struct stream_view){ STREAM_BYTES, p->bytes, p->len, p->at, 0 };
}

struct stream_view stream_look(struct stream *s)
{
    static const struct stream_view nothing = { .news = STREAM_NOTHING };
    if (!s->started)
        return nothing;
    if (readable_at(s->first, s->next)) {
        bool seen = s->wanting && piece_end(s->first) <= s->viewed;
        if (!seen)
            return look_at_bytes(s);
        if (view_can_grow(s))
            return piece_end(s->first) > s->viewed ? look_at_bytes(s) : nothing;
        const struct piece *kept = s->first;
        uint64_t cut_off = gap_at(s, kept->next, piece_end(kept));
        if (cut_off > 0)
            return (struct stream_view){ STREAM_GAP, kept->bytes, (size_t)cut_off, s->last,
                                         kept->len };
        step_over(s, s->first->len);
    }
    s->wanting = false;
    uint64_t gap = gap_at(s, s->first, s->next);
    if (gap > 0)
        return (struct stream_view){ STREAM_GAP, NULL, (size_t)gap, s->last, 0 };
    if (!s->fin_seen || s->next != s->fin || s->closed_said)
        return nothing;
    s->closed_said = true;
    return (struct stream_view){ STREAM_CLOSED, NULL, 0, s->fin_at, 0 };
}

void stream_consume(struct stream *s, size_t len)
{
    if (len == 0 || !s->started)
        return;
    s->wanting = false;
    s->skip = len > MAX_SKIP - s->skip ? MAX_SKIP : s->skip + len;
    settle(s);
}

/* own_borrowed copies the borrowed piece out of the packet. */
static bool own_borrowed(struct stream *s)
{
    struct piece **link = &s->first;
    while (s->borrowing && *link != &s->here)
        link = &(*link)->next;
    return !s->borrowing || piece_copy(s, link, (*link)->len);
}

bool stream_keep(struct stream *s)
{
    const struct piece *p = s->first;
    if (readable_at(p, s->next) && piece_end(p) <= s->viewed) {
        if (readable_at(p->next, piece_end(p)) && !first_join(s))
            return false;
        s->wanting = true;
    }
    return own_borrowed(s);
}

uint64_t stream_offset(const struct stream *s)
{
    return s->next + s->skip - s->start;
}

uint64_t stream_conflicts(const struct stream *s)
{
    return s->conflicts;
}

uint64_t stream_gap_bytes(const struct stream *s)
{
    return s->gap_bytes;
}

bool stream_started_late(const struct stream *s)
{
    return s->late;
}
