/* defrag.c - joins the fragments of IPv4 and IPv6 datagrams.
 *
 * Each datagram has a buffer that grows with what came and one bit for every
 * eight bytes, the unit in which fragments are cut. So overlaps, duplicates and
 * holes are all questions to the bits, in any order of arrival. A datagram that
 * is done or refused stays for a while without its bytes, to swallow the rest. */
#include "net/defrag.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    DATAGRAMS_MAX = 256,
    DATAGRAM_LEN_MAX = 65535,
    BLOCK_LEN = 8,
    BLOCKS_MAX = (DATAGRAM_LEN_MAX + BLOCK_LEN - 1) / BLOCK_LEN,
    FIRST_ROOM = 2048,
    LAST_ROOM = BLOCKS_MAX * BLOCK_LEN,
};

/* RFC 791 suggests 15 s and RFC 8200 §4.5 asks for 60 s; systems use 30 s. */
static const uint64_t WAIT_US = 30 * 1000000;
/* Copies from a span port follow within milliseconds. Longer, and a sender that
 * repeats its ids would lose datagrams to us. */
static const uint64_t DONE_US = 100 * 1000;

struct body {
    struct body *next; /* in the list of those lent */
    size_t room;
    uint8_t seen[BLOCKS_MAX / 8 + 1];
    uint8_t data[];
};

enum datagram_state { DATAGRAM_NONE, DATAGRAM_OPEN, DATAGRAM_DONE, DATAGRAM_REFUSED };

struct datagram {
    enum datagram_state state;
    uint32_t id;
    struct address from, to;
    uint8_t protocol;       /* of the key; 0 with IPv6 */
    uint8_t first_protocol; /* as the fragment at offset 0 says */
    int64_t since_us;
    uint64_t serial;   /* order of arrival */
    uint32_t held;     /* fragments in it */
    size_t end, reach; /* its length, 0 before the last fragment; how far data goes */
    size_t blocks;     /* of those seen */
    struct body *body;
};

struct defrag {
    struct budget *budget;
    struct body *lent;
    struct defrag_totals totals;
    uint64_t serial;
    struct datagram datagrams[DATAGRAMS_MAX];
};

struct defrag *defrag_new(struct budget *b)
{
    struct defrag *d = must_calloc(1, sizeof *d);
    d->budget = b;
    return d;
}

static void body_free(struct defrag *d, struct body *body)
{
    if (!body)
        return;
    budget_give(d->budget, sizeof *body + body->room);
    free(body);
}

/* close_datagram leaves the entry as a gravestone, or empty with NONE. */
static void close_datagram(struct defrag *d, struct datagram *g, enum datagram_state state)
{
    d->totals.held -= g->held;
    if (state != DATAGRAM_DONE)
        d->totals.dropped += g->held;
    g->held = 0;
    body_free(d, g->body);
    g->body = NULL;
    g->state = state;
    if (state == DATAGRAM_NONE)
        g->serial = 0;
}

void defrag_release(struct defrag *d)
{
    while (d->lent) {
        struct body *body = d->lent;
        d->lent = body->next;
        body_free(d, body);
    }
}

void defrag_free(struct defrag *d)
{
    if (!d)
        return;
    defrag_release(d);
    for (size_t i = 0; i < DATAGRAMS_MAX; i++)
        body_free(d, d->datagrams[i].body);
    free(d);
}

const struct defrag_totals *defrag_totals(const struct defrag *d)
{
    return &d->totals;
}

static bool is_ipv6(const struct fragment *f)
{
    return f->from.len == 16;
}

/* IPv6 leaves the protocol out of the key: only the first fragment's counts,
 * and others may name another one (RFC 8200 §4.5). */
static uint8_t key_protocol(const struct fragment *f)
{
    return is_ipv6(f) ? 0 : f->protocol;
}

static bool belongs(const struct datagram *g, const struct fragment *f)
{
    return g->id == f->id && g->protocol == key_protocol(f) && address_equal(&g->from, &f->from) &&
           address_equal(&g->to, &f->to);
}

/* A clock that stepped far back makes a datagram as stale as one that ran on;
 * packets of several interfaces may well be a little out of order. */
static bool is_stale(const struct datagram *g, int64_t now_us)
{
    uint64_t now = (uint64_t)now_us, since = (uint64_t)g->since_us;
    uint64_t apart = now_us > g->since_us ? now - since : since - now;
    return apart > (g->state == DATAGRAM_DONE ? DONE_US : WAIT_US);
}

static struct datagram *open_datagram(struct defrag *d, struct datagram *g,
                                      const struct fragment *f)
{
    close_datagram(d, g, DATAGRAM_NONE);
    *g = (struct datagram){
        .state = DATAGRAM_OPEN,
        .id = f->id,
        .from = f->from,
        .to = f->to,
        .protocol = key_protocol(f),
        .first_protocol = f->protocol,
        .since_us = f->time_us,
        .serial = ++d->serial,
    };
    return g;
}

/* find_datagram gives the fragment's datagram, opened when it is the first; the
 * oldest makes room. Fragments are rare enough for a plain search. An empty
 * entry has serial 0, so it is older than all others. */
static struct datagram *find_datagram(struct defrag *d, const struct fragment *f)
{
    struct datagram *oldest = d->datagrams;
    for (struct datagram *g = d->datagrams; g < d->datagrams + DATAGRAMS_MAX; g++) {
        if (g->state != DATAGRAM_NONE && is_stale(g, f->time_us))
            close_datagram(d, g, DATAGRAM_NONE);
        if (g->state != DATAGRAM_NONE && belongs(g, f))
            return g;
        if (g->serial < oldest->serial)
            oldest = g;
    }
    return open_datagram(d, oldest, f);
}

/* make_room grows the buffer to hold len bytes, in steps of two. */
static bool make_room(struct defrag *d, struct datagram *g, size_t len)
{
    size_t had = g->body ? sizeof *g->body + g->body->room : 0;
    size_t room = g->body ? g->body->room : FIRST_ROOM;
    if (g->body && len <= room)
        return true;
    while (room < len)
        room = room < LAST_ROOM / 2 ? room * 2 : LAST_ROOM;
    if (!budget_take(d->budget, sizeof *g->body + room - had))
        return false;
    g->body = must_realloc(g->body, sizeof *g->body + room);
    if (had == 0)
        memset(g->body, 0, sizeof *g->body);
    g->body->room = room;
    return true;
}

/* Only the last fragment may end inside a block of eight (RFC 791 §3.2, RFC
 * 8200 §4.5), and none may reach past the longest datagram there is. */
static bool is_sane(const struct fragment *f)
{
    return f->len > 0 && f->offset % BLOCK_LEN == 0 && f->offset + f->len <= DATAGRAM_LEN_MAX &&
           (!f->more || f->len % BLOCK_LEN == 0);
}

/* fits says whether a fragment agrees with what is known of the end. */
static bool fits(const struct datagram *g, const struct fragment *f)
{
    size_t end = f->offset + f->len;
    if (f->more)
        return g->end == 0 || end <= g->end;
    return end >= g->reach && (g->end == 0 || end == g->end);
}

/* lay copies the blocks that are new; of those seen the first copy stays. It
 * gives how many were seen before, and whether all of those said the same. */
static size_t lay(struct datagram *g, const struct fragment *f, bool *same)
{
    size_t known = 0;
    *same = true;
    for (size_t done = 0; done < f->len; done += BLOCK_LEN) {
        size_t at = f->offset + done, block = at / BLOCK_LEN;
        size_t len = f->len - done < BLOCK_LEN ? f->len - done : BLOCK_LEN;
        uint8_t bit = (uint8_t)(1 << block % 8);
        if (g->body->seen[block / 8] & bit) {
            known++;
            *same = *same && memcmp(g->body->data + at, f->data + done, len) == 0;
            continue;
        }
        g->body->seen[block / 8] |= bit;
        g->blocks++;
        memcpy(g->body->data + at, f->data + done, len);
    }
    return known;
}

/* Any overlap spoils an IPv6 datagram (RFC 5722 §4), but a fragment that comes
 * twice is no overlap (RFC 8200 §4.5). IPv4 has no such rule: the first wins. */
static bool spoils(const struct fragment *f, size_t known, bool same)
{
    size_t blocks = (f->len + BLOCK_LEN - 1) / BLOCK_LEN;
    return is_ipv6(f) && known > 0 && (!same || known < blocks);
}

static enum defrag_status refuse(struct defrag *d, enum defrag_status status)
{
    d->totals.dropped++;
    return status;
}

static enum defrag_status refuse_datagram(struct defrag *d, struct datagram *g)
{
    close_datagram(d, g, DATAGRAM_REFUSED);
    return refuse(d, DEFRAG_REFUSED);
}

/* lend hands the bytes out and leaves the entry to swallow late copies. */
static enum defrag_status lend(struct defrag *d, struct datagram *g, const struct fragment *f,
                               struct reader *whole, uint8_t *protocol)
{
    struct body *body = g->body;
    g->body = NULL;
    body->next = d->lent;
    d->lent = body;
    *whole = reader_over(body->data, g->end, false);
    *protocol = g->first_protocol;
    close_datagram(d, g, DATAGRAM_DONE);
    g->since_us = f->time_us;
    d->totals.reassembled++;
    return DEFRAG_WHOLE;
}

static bool is_whole(const struct datagram *g)
{
    return g->end > 0 && g->blocks == (g->end + BLOCK_LEN - 1) / BLOCK_LEN;
}

/* keep lays a fragment into its datagram and says whether that may live on. */
static bool keep(struct defrag *d, struct datagram *g, const struct fragment *f)
{
    bool same;
    size_t known = lay(g, f, &same), end = f->offset + f->len;
    if (spoils(f, known, same))
        return false;
    if (f->offset == 0 && known == 0)
        g->first_protocol = f->protocol;
    if (end > g->reach)
        g->reach = end;
    if (!f->more)
        g->end = end;
    if (same) {
        g->held++;
        d->totals.held++;
    } else {
        d->totals.dropped++;
    }
    return true;
}

enum defrag_status defrag_add(struct defrag *d, const struct fragment *f, struct reader *whole,
                              uint8_t *protocol)
{
    d->totals.fragments++;
    if (f->cut)
        return refuse(d, DEFRAG_NO_ROOM);
    if (!is_sane(f))
        return refuse(d, DEFRAG_REFUSED);

    struct datagram *g = find_datagram(d, f);
    if (g->state == DATAGRAM_DONE)
        return DEFRAG_WAITING;
    if (g->state == DATAGRAM_REFUSED)
        return refuse(d, DEFRAG_REFUSED);
    if (!fits(g, f))
        return is_ipv6(f) ? refuse_datagram(d, g) : refuse(d, DEFRAG_REFUSED);
    if (!make_room(d, g, f->offset + f->len))
        return refuse(d, DEFRAG_NO_ROOM);
    if (!keep(d, g, f))
        return refuse_datagram(d, g);
    return is_whole(g) ? lend(d, g, f, whole, protocol) : DEFRAG_WAITING;
}
