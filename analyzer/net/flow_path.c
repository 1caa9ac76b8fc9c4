/* flow_path.c - see flow_path.h. Sequence numbers and clocks wrap around, so both
 * are only ever compared by their distance. */
#include "net/flow_path.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAME_TRY_US = 20000,   /* parts of one segment are sent again together */
    CLOCK_MIN_US = 200000, /* no clock that sends again runs out sooner */
    DUPLICATES_TO_ASK = 3, /* RFC 5681 §3.2 */
    ID_STEP_MAX = 64,      /* a connection that counts its packets leaves no more out */
    ID_FAR = 4096,
    AT_ONCE_US = 20000,
    ID_FRESH_US = 500000, /* what else a host sends meanwhile takes no more ids than ID_FAR */
    OVERTAKEN_US = 50000, /* a reset does not pass earlier segments by more */
    SACK_BLOCK_LEN = 8,
};

static int32_t ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static uint32_t clock_of(const struct segment *s)
{
    return (uint32_t)s->at.time_us;
}

static uint32_t payload_len(const struct segment *s)
{
    return s->wire_len > s->len ? s->wire_len : s->len;
}

static void count(uint16_t *counter)
{
    *counter += *counter < UINT16_MAX;
}

struct path *path_new(struct budget *b, const uint8_t ttl[2])
{
    if (!budget_take(b, sizeof(struct path)))
        return NULL;
    struct path *p = malloc(sizeof *p); /* glibc's calloc has no quick lists */
    if (!p) {
        budget_give(b, sizeof *p);
        return NULL;
    }
    memset(p, 0, offsetof(struct path, side));
    p->talker = NOBODY;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        memset(&p->side[side], 0, offsetof(struct path_side, pieces));
        p->side[side].ttl_low = p->side[side].ttl_high = ttl[side];
    }
    return p;
}

void path_free(struct budget *b, struct path *p)
{
    if (!p)
        return;
    free(p);
    budget_give(b, sizeof *p);
}

void path_swap(struct path *p)
{
    struct path_side client = p->side[CLIENT];
    p->side[CLIENT] = p->side[SERVER];
    p->side[SERVER] = client;
    p->talker = side_other(p->talker);
}

/* ---- any packet ---- */

static void note_ip_id(struct path_side *me, uint16_t ip_id, uint32_t now)
{
    uint16_t step = (uint16_t)(ip_id - me->ip_id);
    if (ip_id == 0)
        return;
    if (me->ip_id_known)
        count(step <= ID_STEP_MAX ? &me->ip_id_steps : &me->ip_id_jumps);
    me->ip_id = ip_id;
    me->ip_id_known = true;
    me->last_us = now;
}

void path_packet(struct path *p, enum side side, const struct segment *s)
{
    struct path_side *me = &p->side[side];
    p->packets++;
    if (s->flags & TCP_RST)
        return;
    if (me->ttl_low == 0 || s->ttl < me->ttl_low)
        me->ttl_low = s->ttl;
    if (s->ttl > me->ttl_high)
        me->ttl_high = s->ttl;
    note_ip_id(me, s->ip_id, clock_of(s));
    if (s->window == 0 && !(s->flags & TCP_SYN))
        count(&me->zero_windows);
}

/* ---- payload ---- */

static bool overlaps(const struct path_piece *piece, uint32_t seq, uint32_t end)
{
    return ahead(end, piece->seq) > 0 && ahead(piece->seq + piece->len, seq) > 0;
}

/* Only the first time is a segment sent again because somebody asked for it. */
static bool was_asked_for(const struct path_side *me, const struct path_piece *piece, uint32_t now)
{
    bool asked = me->told_holes || me->repeated_acks >= DUPLICATES_TO_ASK;
    return asked && (piece->tries == 1 || now - piece->last_us < CLOCK_MIN_US);
}

static void try_again(struct path_side *me, struct path_piece *piece, uint32_t now, bool own)
{
    if (!own && now - piece->last_us < SAME_TRY_US)
        return; /* another part of it */
    if (piece->arrived)
        count(&me->spurious);
    else if (was_asked_for(me, piece, now))
        count(&me->fast);
    else
        count(&me->timeouts);
    piece->tries += piece->tries < UINT8_MAX;
    piece->last_us = now;
}

/* repeats tells that nothing in the segment is new, and counts what was sent again. */
static bool repeats(struct path_side *me, const struct segment *s, uint32_t end)
{
    bool again = false;
    for (unsigned i = 0; i < me->piece_count; i++) {
        struct path_piece *piece = &me->pieces[i];
        if (!overlaps(piece, s->seq, end))
            continue;
        try_again(me, piece, clock_of(s), !again && piece->seq == s->seq);
        again = true;
    }
    if (!again && me->acked_known && ahead(me->acked, end) >= 0) {
        count(&me->spurious); /* of what was forgotten here, because it had arrived */
        again = true;
    }
    return again;
}

/* Room is made by the oldest piece that arrived. */
static struct path_piece *piece_anew(struct path_side *me)
{
    unsigned at = 0;
    if (me->piece_count < PATH_PIECES)
        return &me->pieces[me->piece_count++];
    while (at < PATH_PIECES && !me->pieces[at].arrived)
        at++;
    if (at == PATH_PIECES)
        return NULL;
    memmove(&me->pieces[at], &me->pieces[at + 1], (PATH_PIECES - 1 - at) * sizeof *me->pieces);
    return &me->pieces[PATH_PIECES - 1];
}

/* Receiving machines join segments before they are captured: one may stand for many. */
static uint32_t full_count(const struct path_side *me, uint32_t len)
{
    return me->full_len && len >= me->full_len ? len / me->full_len : 0;
}

/* goes_on tells that payload came behind its sender's own reset, which no endpoint
 * does: it was not overtaken by the reset, but is numbered behind it or far later. */
static bool goes_on(const struct path_side *me, const struct segment *s)
{
    return me->reset &&
           (ahead(s->seq, me->reset_seq) >= 0 || clock_of(s) - me->reset_us > OVERTAKEN_US);
}

void path_payload(struct path *p, enum side side, const struct segment *s, uint32_t full_len)
{
    struct path_side *me = &p->side[side];
    uint32_t len = payload_len(s), end = s->seq + len;
    me->full_len = full_len;
    if (goes_on(me, s))
        me->after_reset += len;
    if (repeats(me, s, end))
        return;
    if (p->talker != side)
        p->flight += p->flight < UINT8_MAX;
    p->talker = side;
    me->full += full_count(me, len);
    struct path_piece *piece = piece_anew(me);
    if (!piece) {
        me->piece_overflow++;
        return;
    }
    *piece = (struct path_piece){
        .seq = s->seq,
        .len = len,
        .first_us = clock_of(s),
        .last_us = clock_of(s),
        .tries = 1,
        .flight = p->flight,
    };
}

/* ---- acknowledgements ---- */

/* RFC 6298 §3 (Karn): what was sent twice measures nothing. */
static void arrived(struct path_side *sender, struct path_piece *piece, uint32_t now)
{
    piece->arrived = true;
    sender->full_arrived += full_count(sender, piece->len);
    if (piece->len > sender->largest_arrived)
        sender->largest_arrived = piece->len;
    uint32_t rtt = now - piece->first_us;
    uint32_t *of_flight = &sender->flight_rtts[(piece->flight - 1) / 2 % PATH_FLIGHTS];
    bool first_lap = (piece->flight - 1) / 2 < PATH_FLIGHTS;
    if (piece->tries == 1 && first_lap && *of_flight == 0)
        *of_flight = rtt ? rtt : 1;
}

static void arrived_between(struct path_side *sender, uint32_t from, uint32_t to, uint32_t now)
{
    for (unsigned i = 0; i < sender->piece_count; i++) {
        struct path_piece *piece = &sender->pieces[i];
        if (!piece->arrived && ahead(piece->seq, from) >= 0 &&
            ahead(to, piece->seq + piece->len) >= 0)
            arrived(sender, piece, now);
    }
}

static bool is_under_way(const struct path_side *sender)
{
    for (unsigned i = 0; i < sender->piece_count; i++)
        if (!sender->pieces[i].arrived)
            return true;
    return false;
}

static uint32_t u32_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What was sent again had arrived after all, which may not have shown until now. */
static void came_twice(struct path_side *sender)
{
    count(&sender->told_twice);
    if (sender->told_twice <= sender->spurious)
        return;
    count(&sender->spurious);
    uint16_t *judged = sender->timeouts ? &sender->timeouts : &sender->fast;
    *judged -= *judged > 0;
}

/* RFC 2018; a first block that lies behind the acknowledgement tells of bytes that
 * came twice (RFC 2883 §4). */
static void read_sack(struct path_side *me, struct path_side *sender, const struct segment *s)
{
    bool told = false;
    for (unsigned i = 0; i < s->sack_blocks; i++) {
        uint32_t from = u32_at(s->sack + i * SACK_BLOCK_LEN),
                 to = u32_at(s->sack + i * SACK_BLOCK_LEN + 4);
        if (ahead(s->ack, to) >= 0) {
            if (i == 0)
                came_twice(sender);
            continue;
        }
        arrived_between(sender, from, to, clock_of(s));
        told = true;
    }
    if (told) {
        count(&me->holes_told);
        sender->told_holes = true;
    }
}

void path_ack(struct path *p, enum side side, const struct segment *s)
{
    struct path_side *me = &p->side[side], *sender = &p->side[side_other(side)];
    if (s->flags & TCP_RST)
        return;
    if (!sender->acked_known || ahead(s->ack, sender->acked) > 0) {
        arrived_between(sender, s->ack - (1u << 30), s->ack, clock_of(s));
        sender->acked = s->ack;
        sender->acked_known = true;
        sender->told_holes = false;
        sender->repeated_acks = 0;
    } else if (s->ack == sender->acked && payload_len(s) == 0 && !(s->flags & TCP_FIN) &&
               is_under_way(sender)) {
        count(&me->duplicate_acks);
        count(&sender->repeated_acks);
    }
    if (s->sack_blocks)
        read_sack(me, sender, s);
}

/* ---- resets ---- */

/* A host counts the packets of a connection, or of all, in the IP id; a kernel that
 * answers for no connection writes 0. Where ids follow no order nothing is told. */
static void judge_ip_id(struct path *p, const struct path_side *me, const struct segment *s)
{
    uint16_t step = (uint16_t)(s->ip_id - me->ip_id);
    p->reset_id_judged = s->ip_id != 0 && me->ip_id_steps > 0 && me->ip_id_jumps == 0 &&
                         clock_of(s) - me->last_us <= ID_FRESH_US;
    p->reset_id_foreign = p->reset_id_judged && step > ID_FAR && (uint16_t)-step > ID_STEP_MAX;
}

/* Nobody can answer a segment sooner than it can have come to him and his answer
 * back. Half of that leaves room for a path that has grown shorter. */
static bool answers_too_early(const struct path_side *sender, const struct segment *s,
                              uint32_t trip_us)
{
    for (unsigned i = 0; s->flags & TCP_ACK && i < sender->piece_count; i++) {
        const struct path_piece *piece = &sender->pieces[i];
        if (piece->seq + piece->len == s->ack && !piece->arrived)
            return clock_of(s) - piece->first_us < trip_us / 2;
    }
    return false;
}

void path_reset(struct path *p, enum side side, const struct segment *s, bool first,
                uint32_t trip_us)
{
    struct path_side *me = &p->side[side], *other = &p->side[side_other(side)];
    if (!me->reset) {
        me->reset = true;
        me->reset_seq = s->seq;
        me->reset_us = clock_of(s);
        p->resets_at_once |= other->reset && p->packets == p->reset_at_packets + 1 &&
                             me->reset_us - other->reset_us <= AT_ONCE_US;
    }
    if (!first)
        return;
    p->reset_at_packets = p->packets;
    judge_ip_id(p, me, s);
    p->reset_early = answers_too_early(other, s, trip_us);
}

/* ---- the end ---- */

struct path_loss path_loss_of(const struct path *p, enum side side)
{
    const struct path_side *me = &p->side[side];
    struct path_loss loss = { 0 };
    for (unsigned i = 0; i < me->piece_count; i++) {
        const struct path_piece *piece = &me->pieces[i];
        if (piece->arrived)
            continue;
        loss.bytes += piece->len;
        if (piece->tries > 1 && (!loss.smallest || piece->len < loss.smallest))
            loss.smallest = piece->len;
        if (piece->tries > loss.tries) {
            loss.tries = piece->tries;
            loss.first_us = piece->first_us;
            loss.tried_us = piece->last_us - piece->first_us;
        }
    }
    return loss;
}

uint32_t path_unanswered(const struct path *p, enum side side)
{
    const struct path_side *me = &p->side[side];
    uint32_t bytes = 0;
    for (unsigned i = 0; p->talker == side && i < me->piece_count; i++)
        if (me->pieces[i].flight == p->flight) {
            if (!me->pieces[i].arrived)
                return 0;
            bytes += me->pieces[i].len;
        }
    return bytes;
}
