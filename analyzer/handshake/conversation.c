/* conversation.c - see conversation.h.
 *
 *     feed ──> recognise ──> read, read, read ... ──> handed on ──> inner feed
 *                              │ SHORT: back to the bookmark
 *
 * Only here are dissectors called, so none of them thinks about segments that
 * have not arrived, about who recognises what, or about other protocols. */
#include "handshake/conversation.h"

#include <string.h>

enum {
    RECOGNISE_MAX = 4096, /* bytes of a side after which nobody will know it */
    TRIES_MAX = 16,       /* segments of a side that are asked about: TLS may begin later */
    HANDSHAKES_MAX = 64,  /* unfinished ones at a time */
    NESTING_MAX = 4,
    PRODUCED_MAX = 65536, /* bytes that wait for the inner conversation, a side */
    RECYCLED_LEN = 2816,  /* for a handshake whose memory is used again: most fit in, */
    RECYCLED_MAX = 8192,  /* and these are the others */
};

/* Bytes made by a dissector (decrypted, unmasked) that the inner conversation
 * has not taken yet. */
struct produced {
    uint8_t *bytes;
    size_t len, cap;
    size_t skip; /* bytes to come that the inner conversation steps over */
};

struct conversation {
    struct conversation_about about;
    struct arena *arena;
    const struct dissector *dissector;
    void *memory;
    struct handshake *first, *latest;
    unsigned unfinished;
    struct moment now;

    bool closed[2], late[2], given_up[2];
    bool late_before; /* the gap being told */
    size_t cut;
    uint8_t tries[2];
    uint32_t skip;
    bool done, swapped, idles;

    struct conversation *outer, *inner;
    bool handed_on; /* the flow's own bytes go to inner now */
    struct produced produced[2];
};

struct conversation *conversation_new(struct arena *a, const struct conversation_about *about)
{
    struct conversation *c = arena_take(a, sizeof *c);
    if (!c)
        return NULL;
    c->about = *about;
    c->arena = a;
    c->now = about->first;
    memcpy(c->late, about->late, sizeof c->late);
    memcpy(c->closed, about->closed, sizeof c->closed);
    return c;
}

/* ---- recognising ---- */

static void turn_round(struct conversation *c)
{
    struct endpoint client = c->about.ends[CLIENT];
    c->about.ends[CLIENT] = c->about.ends[SERVER];
    c->about.ends[SERVER] = client;
    bool closed = c->closed[CLIENT], late = c->late[CLIENT];
    c->closed[CLIENT] = c->closed[SERVER];
    c->closed[SERVER] = closed;
    c->late[CLIENT] = c->late[SERVER];
    c->late[SERVER] = late;
    c->swapped = true;
}

static bool adopt(struct conversation *c, const struct dissector *d)
{
    c->memory = arena_take(c->arena, d->memory_len);
    if (!c->memory) {
        c->done = true;
        return false;
    }
    c->dissector = d;
    return true;
}

/* Asks every dissector of this transport; *maybe tells that more bytes could
 * change a no. An inner conversation never turns round: its sides are known. */
static const struct dissector *ask_around(struct conversation *c, const struct opening *o,
                                          bool *maybe, bool *swap)
{
    *maybe = *swap = false;
    for (size_t i = 0; dissectors[i]; i++) {
        const struct dissector *d = dissectors[i];
        if (!d->recognise || !(d->transports & 1u << c->about.transport))
            continue;
        enum recognition r = d->recognise(o);
        *maybe = *maybe || r == MAYBE_MINE;
        *swap = r == MINE_SWAPPED && !c->outer;
        if (r == MINE || r == MINE_SWAPPED)
            return d;
    }
    return NULL;
}

/* recognised tells whether somebody knows the bytes; *take is how many of them
 * to drop when nobody does and more of them would not help. */
static bool recognised(struct conversation *c, enum side *side, struct reader bytes, size_t *take)
{
    size_t len = reader_left(&bytes);
    struct opening o = {
        .bytes = bytes,
        .side = *side,
        .transport = c->about.transport,
        .server_port = c->about.ends[SERVER].port,
        .late = c->late[*side],
        .inner = c->outer != NULL,
    };
    bool maybe, swap;
    const struct dissector *d = ask_around(c, &o, &maybe, &swap);
    *take = 0;
    if (d) {
        if (swap) {
            turn_round(c);
            *side = side_other(*side);
        }
        return adopt(c, d);
    }
    if (maybe && len < RECOGNISE_MAX)
        return false;
    *take = len;
    c->given_up[*side] = ++c->tries[*side] >= TRIES_MAX;
    if (c->given_up[CLIENT] && c->given_up[SERVER])
        c->done = true;
    return false;
}

/* ---- feeding ---- */

/* Reads one message; returns how many bytes it took, 0 when it wants more. */
static size_t read_one(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                       bool open)
{
    struct reader r = reader_over(bytes, len, open);
    c->skip = 0;
    c->dissector->read(c, side, &r);
    if (r.status == READER_SHORT && open)
        return 0;
    size_t taken = (size_t)(r.at - bytes);
    if (r.status != READER_OK || taken == 0)
        taken = len; /* what is broken is not read twice */
    return taken + c->skip;
}

static size_t feed_stream(struct conversation *c, enum side side, const uint8_t *bytes, size_t len)
{
    size_t used = 0;
    while (used < len && !c->done && !c->handed_on) {
        if (!c->dissector) {
            size_t take;
            if (!recognised(c, &side, reader_over(bytes + used, len - used, true), &take))
                return used + take;
        }
        size_t taken = read_one(c, side, bytes + used, len - used, true);
        if (taken == 0)
            return used;
        used += taken;
    }
    return used;
}

size_t conversation_feed(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                         struct moment at)
{
    c->now = at;
    size_t used = c->handed_on ? 0 : feed_stream(c, side, bytes, len);
    if (c->handed_on && c->inner && used < len)
        used += conversation_feed(c->inner, side, bytes + used, len - used, at);
    return c->done && used < len ? len : used;
}

void conversation_datagram(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                           size_t wire_len, struct moment at)
{
    c->now = at;
    bool open = wire_len > len; /* the snap length cut it */
    c->cut = open ? wire_len - len : 0;
    if (c->done)
        return;
    if (!c->dissector) {
        size_t take;
        if (!recognised(c, &side, reader_over(bytes, len, open), &take))
            return;
    }
    struct reader r = reader_over(bytes, len, open);
    c->dissector->read(c, side, &r);
}

size_t conversation_gap(struct conversation *c, enum side side, const uint8_t *bytes, size_t len,
                        uint64_t gap, struct moment at)
{
    c->now = at;
    c->late_before = c->late[side];
    c->late[side] = true;
    if (c->handed_on && c->inner)
        return conversation_gap(c->inner, side, bytes, len, gap, at);
    c->skip = 0;
    if (c->dissector && c->dissector->gap && !c->done)
        c->dissector->gap(c, side, reader_over(bytes, len, true), gap);
    return c->skip;
}

void conversation_close(struct conversation *c, enum side side, bool reset, struct moment at)
{
    c->now = at;
    if (c->dissector && c->dissector->close && !c->done)
        c->dissector->close(c, side, reset);
    if (side != NOBODY)
        c->closed[side] = true;
    if (c->inner)
        conversation_close(c->inner, side, reset, at);
}

/* ---- what the pipeline asks ---- */

const struct dissector *conversation_dissector(const struct conversation *c)
{
    return c->dissector;
}

bool conversation_unrecognised(const struct conversation *c)
{
    return c->done && !c->dissector;
}

bool conversation_puzzled(const struct conversation *c)
{
    return !c->dissector && c->tries[CLIENT] + c->tries[SERVER] > 0;
}

bool conversation_swapped(struct conversation *c)
{
    bool swapped = c->swapped;
    c->swapped = false;
    return swapped;
}

bool conversation_watching(const struct conversation *c)
{
    if (c->inner && conversation_watching(c->inner))
        return true;
    return !c->done && !c->handed_on;
}

void conversation_end(struct conversation *c)
{
    if (c->inner)
        conversation_end(c->inner);
    if (c->dissector && c->dissector->forget)
        c->dissector->forget(c->memory);
}

bool conversation_quiet(const struct conversation *c)
{
    return c->dissector && c->dissector->begins_again && c->first && c->unfinished == 0;
}

bool conversation_idles(const struct conversation *c)
{
    return c->inner && conversation_idles(c->inner) ? true : c->idles && !c->done;
}

struct handshake *conversation_newest(const struct conversation *c)
{
    struct handshake *inside = c->inner ? conversation_newest(c->inner) : NULL;
    return inside ? inside : c->latest;
}

static bool is_settled(const struct handshake *hs)
{
    const struct machine *m = hs->dissector->machine;
    if (hs->held && hs->outcome == OUTCOME_COMPLETED)
        return false;
    return hs->settled || (m && machine_state(m, hs)->settled);
}

struct handshake *conversation_finished(struct conversation *c, bool all)
{
    for (struct handshake **link = &c->first; *link; link = &(*link)->next) {
        struct handshake *hs = *link;
        if (hs->reported || !(all || is_settled(hs)))
            continue;
        hs->reported = true;
        c->unfinished--;
        return hs;
    }
    return c->inner ? conversation_finished(c->inner, all) : NULL;
}

/* ---- what a dissector calls ---- */

void *conversation_memory(struct conversation *c)
{
    return c->memory;
}

struct arena *conversation_arena(struct conversation *c)
{
    return c->arena;
}

static const char *over_name(const struct conversation *c)
{
    const struct dissector *d = c->dissector;
    const char *name = d->over_name ? d->over_name(c->memory) : NULL;
    return name ? name : d->over;
}

/* The names of what carries a handshake of c, outermost first. */
static size_t fill_over(const struct conversation *c, const char **over)
{
    if (!c->outer) {
        over[0] = c->about.transport == TRANSPORT_UDP ? "udp" : "tcp";
        return 1;
    }
    size_t n = fill_over(c->outer, over);
    const char *name = over_name(c->outer);
    if (name && n < OVER_MAX)
        over[n++] = name;
    return n;
}

static struct handshake *refuse(struct conversation *c)
{
    if (c->about.refused)
        ++*c->about.refused;
    return NULL;
}

/* The memory of a handshake that was reported, taken out of the list. */
static struct arena *recycled(struct conversation *c)
{
    for (struct handshake **link = &c->first; *link; link = &(*link)->next) {
        struct handshake *hs = *link;
        if (!hs->reported || !hs->settled)
            continue;
        *link = hs->next;
        arena_empty(hs->arena);
        return hs->arena;
    }
    return NULL;
}

static struct arena *arena_for_handshake(struct conversation *c)
{
    if (!c->dissector->recycles)
        return c->arena;
    struct arena *a = recycled(c);
    return a ? a : arena_within(c->arena, RECYCLED_LEN, RECYCLED_MAX);
}

/* What runs around it: the nearest that began a handshake. */
static struct handshake *handshake_around(const struct conversation *c)
{
    for (const struct conversation *o = c->outer; o; o = o->outer)
        if (o->latest)
            return o->latest;
    return NULL;
}

struct handshake *conversation_begin_untold(struct conversation *c)
{
    struct arena *a = c->unfinished < HANDSHAKES_MAX ? arena_for_handshake(c) : NULL;
    struct handshake *hs = a ? arena_take(a, sizeof *hs) : NULL;
    if (!hs)
        return refuse(c);
    hs->values = arena_take(a, c->dissector->fields->count * sizeof *hs->values);
    if (!hs->values)
        return refuse(c);
    hs->dissector = c->dissector;
    hs->arena = a;
    memcpy(hs->ends, c->about.ends, sizeof hs->ends);
    hs->transport = c->about.transport;
    fill_over(c, hs->over);
    if (strcmp(hs->over[0], c->dissector->name) == 0)
        hs->over[0] = NULL; /* the transport itself is over nothing */
    hs->first = hs->last = hs->now = c->now;
    hs->outer = handshake_around(c);
    hs->reported = true;

    struct handshake **link = &c->first;
    while (*link)
        link = &(*link)->next;
    *link = hs;
    c->latest = hs;
    return hs;
}

void conversation_tell(struct conversation *c, struct handshake *hs)
{
    if (hs->number)
        return;
    hs->number = ++*c->about.next_number;
    hs->reported = false;
    c->unfinished++;
}

struct handshake *conversation_begin(struct conversation *c)
{
    struct handshake *hs = conversation_begin_untold(c);
    if (hs)
        conversation_tell(c, hs);
    return hs;
}

struct handshake *conversation_latest(struct conversation *c)
{
    return c->latest;
}

bool conversation_saw(struct conversation *c, struct handshake *hs, enum side from, uint8_t message,
                      const char *note)
{
    hs->now = c->now;
    hs->late = hs->late || c->late[CLIENT] || c->late[SERVER];
    return machine_step(hs, c->dissector->machine, from, message, note);
}

struct moment conversation_now(const struct conversation *c)
{
    return c->now;
}

void conversation_at(struct conversation *c, struct moment at)
{
    c->now = at;
}

bool conversation_side_closed(const struct conversation *c, enum side side)
{
    return c->closed[side];
}

bool conversation_late(const struct conversation *c, enum side side)
{
    return c->late[side];
}

void conversation_missed_nothing(struct conversation *c, enum side side)
{
    c->late[side] = c->late_before;
}

size_t conversation_cut(const struct conversation *c)
{
    return c->cut;
}

enum transport conversation_transport(const struct conversation *c)
{
    return c->about.transport;
}

uint16_t conversation_server_port(const struct conversation *c)
{
    return c->about.ends[SERVER].port;
}

void conversation_skip(struct conversation *c, uint32_t len)
{
    c->skip += len;
}

void conversation_done(struct conversation *c)
{
    c->done = true;
}

void conversation_may_idle(struct conversation *c)
{
    c->idles = true;
}

static unsigned nesting(const struct conversation *c)
{
    return c->outer ? 1 + nesting(c->outer) : 0;
}

static struct conversation *inner_of(struct conversation *c)
{
    if (c->inner || nesting(c) >= NESTING_MAX)
        return c->inner;
    struct conversation_about about = c->about;
    about.first = c->now;
    c->inner = conversation_new(c->arena, &about);
    if (c->inner)
        c->inner->outer = c;
    return c->inner;
}

void conversation_hand_on(struct conversation *c)
{
    c->handed_on = true;
    if (inner_of(c)) {
        memcpy(c->inner->late, c->late, sizeof c->late);
        memcpy(c->inner->closed, c->closed, sizeof c->closed);
    }
}

/* Appends to what waits; what does not fit is dropped with all that waited, as
 * a gap of unknown length would be: the inner side has gone late. */
static bool produce(struct conversation *c, struct produced *p, const uint8_t *bytes, size_t len)
{
    if (len > PRODUCED_MAX - p->len)
        return false;
    if (p->len + len > p->cap) {
        size_t cap = p->cap ? p->cap : 2048;
        while (cap < p->len + len)
            cap *= 2;
        uint8_t *grown = arena_take(c->arena, cap);
        if (!grown)
            return false;
        if (p->len)
            memcpy(grown, p->bytes, p->len);
        p->bytes = grown;
        p->cap = cap;
    }
    memcpy(p->bytes + p->len, bytes, len);
    p->len += len;
    return true;
}

void conversation_inner(struct conversation *c, enum side side, const uint8_t *bytes, size_t len)
{
    struct produced *p = &c->produced[side];
    if (!inner_of(c) || !conversation_watching(c->inner))
        return;
    if (c->about.transport == TRANSPORT_UDP) { /* what is in a record is a datagram */
        conversation_datagram(c->inner, side, bytes, len, len, c->now);
        return;
    }
    size_t skipped = p->skip < len ? p->skip : len;
    p->skip -= skipped;
    bytes += skipped;
    len -= skipped;
    if (!len)
        return;
    if (!produce(c, p, bytes, len)) {
        p->len = 0;
        conversation_gap(c->inner, side, NULL, 0, len, c->now);
        return;
    }
    size_t used = conversation_feed(c->inner, side, p->bytes, p->len, c->now);
    if (used > p->len) {
        p->skip = used - p->len;
        used = p->len;
    }
    memmove(p->bytes, p->bytes + used, p->len - used);
    p->len -= used;
}

size_t conversation_inner_skip(struct conversation *c, enum side side, size_t len)
{
    size_t skipped = c->produced[side].skip < len ? c->produced[side].skip : len;
    c->produced[side].skip -= skipped;
    return skipped;
}

void conversation_inner_gap(struct conversation *c, enum side side, uint64_t len)
{
    struct produced *p = &c->produced[side];
    size_t skipped = p->skip < len ? p->skip : (size_t)len;
    p->skip -= skipped;
    len -= skipped;
    if (!len || !c->inner)
        return;
    p->skip = conversation_gap(c->inner, side, p->bytes, p->len, len, c->now);
    p->len = 0;
}

void conversation_inner_close(struct conversation *c, enum side side)
{
    if (c->inner && !c->inner->closed[side])
        conversation_close(c->inner, side, false, c->now);
}

bool conversation_inner_known(const struct conversation *c)
{
    return c->inner && (c->inner->latest || conversation_inner_known(c->inner));
}

bool conversation_inner_wanted(const struct conversation *c)
{
    return !c->inner || conversation_watching(c->inner);
}
