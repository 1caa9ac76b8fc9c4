/* flow_count.c - what a segment means for its flow: who is the client, what was
 * sent again, who closed, and which packets are one packet shown twice.
 *
 * It sees headers only. The table around it is flow.c; bytes are stream.c's. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "net/flow_slot.h"

enum {
    COPY_US = 5000, /* a span port's copies come within this */
    COPY_WITHOUT_ID_US = 2000,
    MAX_REACH = 1 << 30,     /* RFC 7323 §2.3: no window is larger */
    MAX_MOVE_BACK = 1 << 20, /* how far a late start may be corrected */
    DIGEST_LEN = 64,
};

/* ahead is how far a is ahead of b; sequence numbers wrap around. */
static int32_t ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static bool is(const struct segment *s, uint8_t flags)
{
    return s->flags & flags;
}

static enum side opposite(enum side side)
{
    return side == CLIENT ? SERVER : CLIENT;
}

static uint32_t payload_len(const struct segment *s)
{
    return s->wire_len > s->len ? s->wire_len : s->len;
}

/* Copies. */

static uint64_t digest(const struct segment *s)
{
    return hash_bytes(0, s->payload, s->len < DIGEST_LEN ? s->len : DIGEST_LEN);
}

/* may_be_copy is false for what an honest sender may send twice in a moment.
 * Without an IP id (IPv6; IPv4 that must not be fragmented, RFC 6864 §4.1) two
 * equal acknowledgements or resets are two; bytes are sent again only later. */
static bool may_be_copy(const struct flow *f, const struct segment *s)
{
    if (s->ip_id != 0)
        return true;
    if (s->transport == TRANSPORT_UDP)
        return s->checksum != 0;
    return payload_len(s) > 0 || is(s, TCP_SYN | TCP_FIN) || f->copies > 0;
}

/* The TTL is left out, because a port may show a packet before and after a
 * router. Checksums of a sending machine's own capture may be unfinished, so a
 * datagram without an IP id is told by its bytes as well. */
static uint32_t segment_mark(const struct segment *s)
{
    uint64_t hash = hash_word((uint64_t)s->ip_id << 32 | s->checksum, s->wire_len);
    if (s->transport == TRANSPORT_TCP) {
        hash = hash_word(hash, (uint64_t)s->seq << 32 | s->ack);
        hash = hash_word(hash, (uint64_t)s->flags << 16 | s->window);
    } else if (s->ip_id == 0) {
        hash = hash_word(hash, digest(s));
    }
    uint32_t mark = (uint32_t)(hash >> 32);
    return mark ? mark : 1; /* 0: there is none */
}

bool half_saw_copy(struct slot *slot, enum side side, const struct segment *s)
{
    struct half *h = &slot->half[side];
    struct print print = { segment_mark(s), (uint32_t)s->at.time_us };
    int32_t limit = s->ip_id ? COPY_US : COPY_WITHOUT_ID_US;
    bool may_be = may_be_copy(&slot->flow, s);
    for (int i = 0; i < PRINT_COUNT && may_be; i++) {
        if (h->prints[i].mark != print.mark)
            continue;
        int32_t since = ahead(print.time_us, h->prints[i].time_us);
        if (since <= limit && since >= -limit)
            return true;
    }
    h->prints[h->print_at] = print;
    h->print_at = (uint8_t)((h->print_at + 1) % PRINT_COUNT);
    return false;
}

/* Holes. */

void holes_free(struct budget *b, struct half *h)
{
    if (!h->holes)
        return;
    free(h->holes);
    h->holes = NULL;
    budget_give(b, sizeof(struct holes));
}

static void hole_add(struct half *h, uint32_t from, uint32_t to, struct budget *b)
{
    if (!h->holes && budget_take(b, sizeof(struct holes))) {
        h->holes = calloc(1, sizeof *h->holes);
        if (!h->holes)
            budget_give(b, sizeof *h->holes);
    }
    struct holes *holes = h->holes;
    if (!holes)
        return;
    if (holes->count == HOLE_COUNT) /* the oldest is forgotten */
        memmove(&holes->at[0], &holes->at[1], --holes->count * sizeof holes->at[0]);
    holes->at[holes->count].from = from;
    holes->at[holes->count++].to = to;
}

/* hole_fill takes [from, to) out of hole i, gives how much it was. When both
 * ends are left, the smaller one is forgotten. */
static uint32_t hole_fill(struct holes *holes, unsigned i, uint32_t from, uint32_t to)
{
    uint32_t hole_from = holes->at[i].from, hole_to = holes->at[i].to;
    from = ahead(from, hole_from) > 0 ? from : hole_from;
    to = ahead(to, hole_to) < 0 ? to : hole_to;
    if (ahead(to, from) <= 0)
        return 0;
    if (from - hole_from >= hole_to - to)
        holes->at[i].to = from;
    else
        holes->at[i].from = to;
    return to - from;
}

static uint32_t holes_fill(struct half *h, uint32_t from, uint32_t to)
{
    struct holes *holes = h->holes;
    uint32_t filled = 0;
    unsigned kept = 0;
    for (unsigned i = 0; holes && i < holes->count; i++) {
        filled += hole_fill(holes, i, from, to);
        if (holes->at[i].from != holes->at[i].to)
            holes->at[kept++] = holes->at[i];
    }
    if (holes)
        holes->count = kept;
    return filled;
}

/* Sequence numbers. */

/* A SYN may be captured after what it began; then it tells where the start is. */
bool half_began_with(const struct half *h, uint32_t syn_seq)
{
    int32_t earlier = ahead(h->start, syn_seq + 1);
    return h->known && (h->syn ? earlier == 0 : earlier >= 0 && earlier <= MAX_MOVE_BACK);
}

/* One unseen byte may have been a FIN that was not captured. */
bool half_has_unseen(const struct half *h, uint32_t ack)
{
    int32_t unseen = ahead(ack, h->next);
    return h->syn && unseen > 1 && unseen <= MAX_REACH;
}

/* RFC 9293 §3.8.4: no byte or one, just before those to come. Zero-window probes
 * that repeat their byte look the same. */
static bool is_keep_alive(const struct half *h, const struct segment *s)
{
    return s->seq + 1 == h->next && payload_len(s) <= 1 && !is(s, TCP_SYN | TCP_FIN);
}

static void note_syn(struct half *h, const struct segment *s)
{
    if (!h->known)
        h->next = h->reach = s->seq;
    if (!h->syn)
        h->start = s->seq + 1;
    h->known = h->syn = true;
}

/* sent_before moves the start of a side that was not seen from its beginning, or
 * fills holes; gives how many bytes were new. */
static uint32_t sent_before(struct half *h, const struct segment *s, uint32_t end)
{
    int32_t earlier = ahead(h->start, s->seq);
    if (!h->syn && earlier > 0 && earlier <= MAX_MOVE_BACK) {
        uint32_t new_end = ahead(end, h->start) < 0 ? end : h->start;
        h->start = s->seq;
        return new_end - s->seq;
    }
    return holes_fill(h, s->seq, end);
}

/* count_new gives how much of [s->seq, end) was never sent before, SYN and FIN
 * counting one each, and moves h->next. */
static uint32_t count_new(struct half *h, const struct segment *s, uint32_t end, struct budget *b)
{
    int32_t beyond = ahead(end, h->next), gap = ahead(s->seq, h->next);
    if (beyond <= 0)
        return sent_before(h, s, end);
    uint32_t fresh = (uint32_t)beyond;
    if (gap > 0) {
        hole_add(h, h->next, s->seq, b);
        fresh = end - s->seq;
    } else if (gap < 0) {
        fresh += holes_fill(h, s->seq, h->next);
    }
    h->next = end;
    return fresh;
}

/* The largest segment that both ends allow, less what options may take. */
static uint32_t full_len(const struct flow *f)
{
    enum { OPTIONS_MAX = 40, MSS_MIN = 88 /* RFC 791: 68 bytes pass everywhere */ };
    uint16_t client = f->side[CLIENT].mss, server = f->side[SERVER].mss;
    uint16_t least = client && (!server || client < server) ? client : server;
    return least >= MSS_MIN ? least - OPTIONS_MAX : 0;
}

static void note_payload(struct slot *slot, enum side side, const struct segment *s,
                         struct budget *b)
{
    struct flow *f = &slot->flow;
    uint8_t ttl[2] = { f->side[CLIENT].ttl, f->side[SERVER].ttl };
    if (!f->path && f->watched && !f->past)
        f->path = path_new(b, ttl);
    if (f->path)
        path_payload(f->path, side, s, full_len(f));
}

static void count_sequence(struct slot *slot, enum side side, const struct segment *s,
                           struct budget *b)
{
    struct half *h = &slot->half[side];
    struct flow_side *counts = &slot->flow.side[side];
    uint32_t payload = payload_len(s), syn = is(s, TCP_SYN), fin = is(s, TCP_FIN);
    if (syn && h->known && !half_began_with(h, s->seq))
        return; /* another connection's */
    bool late = syn && h->known && !h->syn;
    if (syn)
        note_syn(h, s);
    if (late)
        return; /* what it began was counted already */
    if (!h->known) {
        h->start = h->next = h->reach = s->seq;
        h->known = true;
    }
    uint32_t len = payload + syn + fin;
    int32_t distance = ahead(s->seq, h->next);
    /* A pure acknowledgement is numbered behind all that was sent before it. */
    if (distance > 0 && distance <= MAX_REACH && !is(s, TCP_RST) && ahead(s->seq, h->reach) > 0)
        h->reach = s->seq;
    if (len == 0 || distance > MAX_REACH || distance < -MAX_REACH || is_keep_alive(h, s))
        return;
    uint32_t fresh = count_new(h, s, s->seq + len, b);
    if (fresh == 0)
        counts->retransmissions++;
    if (payload > 0)
        note_payload(slot, side, s, b);
    fresh -= fresh > payload ? fresh - payload : 0;
    counts->bytes += fresh;
}

/* What closes. */

static void note_fin(struct slot *slot, enum side side, const struct segment *s)
{
    struct flow *f = &slot->flow;
    struct flow_side *counts = &f->side[side];
    if (counts->fin)
        return;
    counts->fin = true;
    counts->fin_frame = s->at.frame;
    counts->fin_us = s->at.time_us;
    slot->half[side].fin_end = s->seq + payload_len(s) + 1;
    if (f->closed_first_by == NOBODY)
        f->closed_first_by = side;
    if (f->ending == FLOW_OPEN && f->side[opposite(side)].fin)
        f->ending = FLOW_CLOSED;
}

/* RFC 5961 §3.2: a reset far from what its sender says is not believed. */
static bool is_believable(const struct half *h, const struct segment *s)
{
    int32_t distance = ahead(s->seq, h->next);
    return !h->known || (distance <= MAX_MOVE_BACK && distance >= -MAX_MOVE_BACK);
}

static void note_reset(struct slot *slot, enum side side, const struct segment *s)
{
    struct flow *f = &slot->flow;
    struct flow_side *counts = &f->side[side];
    if (!is_believable(&slot->half[side], s))
        return;
    if (f->path)
        path_reset(f->path, side, s, f->reset_by == NOBODY, counts->trip_us);
    if (counts->resets++ == 0) {
        counts->reset_frame = s->at.frame;
        counts->reset_us = s->at.time_us;
        counts->reset_ttl = s->ttl;
        counts->reset_ip_id = s->ip_id;
    }
    if (f->reset_by == NOBODY)
        f->reset_by = side;
    if (!f->side[CLIENT].fin || !f->side[SERVER].fin)
        f->ending = FLOW_RESET;
}

/* From side's latest SYN to now; never 0, which means that it is not known. */
static uint32_t time_since(const struct segment *s, const struct flow_side *side)
{
    uint32_t since = (uint32_t)s->at.time_us - side->syn_us;
    return since ? since : 1;
}

/* What is acknowledged. */

/* acks_payload: ack covers a byte of h that is not its FIN. One byte that was
 * not seen may have been the FIN. */
static bool acks_payload(const struct half *h, const struct flow_side *counts, uint32_t ack)
{
    int32_t covered = ahead(ack, h->start);
    if (!h->known || covered <= 0 || covered > MAX_REACH)
        return false;
    if (counts->fin && h->fin_end == h->start + 1)
        return false;
    return counts->bytes > 0 || (h->syn && covered > 1);
}

static void note_ack(struct slot *slot, enum side side, const struct segment *s)
{
    struct flow *f = &slot->flow;
    enum side other = opposite(side);
    const struct half *h = &slot->half[other];
    if (!f->side[side].acked_data)
        f->side[side].acked_data = acks_payload(h, &f->side[other], s->ack);
    bool answers = f->syn_ack_seen && side == CLIENT && !is(s, TCP_SYN | TCP_RST);
    if (answers && ahead(s->ack, h->start) >= 0) {
        if (!f->established && h->syn)
            f->side[CLIENT].trip_us = time_since(s, &f->side[SERVER]);
        f->established = true;
    }
    if (f->path)
        path_ack(f->path, side, s);
    if (f->ending == FLOW_OPEN && f->side[other].fin && ahead(s->ack, h->fin_end) >= 0)
        f->ending = FLOW_CLOSED;
}

/* Sides. */

void flow_swap_sides(struct flow *f)
{
    struct slot *slot = slot_of(f);
    struct endpoint end = f->ends[CLIENT];
    struct flow_side counts = f->side[CLIENT];
    struct stream *stream = f->streams[CLIENT];
    struct half half = slot->half[CLIENT];
    f->ends[CLIENT] = f->ends[SERVER];
    f->side[CLIENT] = f->side[SERVER];
    f->streams[CLIENT] = f->streams[SERVER];
    slot->half[CLIENT] = slot->half[SERVER];
    f->ends[SERVER] = end;
    f->side[SERVER] = counts;
    f->streams[SERVER] = stream;
    slot->half[SERVER] = half;
    if (f->path)
        path_swap(f->path);
    if (f->icmp) {
        f->icmp->about = side_other(f->icmp->about);
        f->icmp->mtu_about = side_other(f->icmp->mtu_about);
    }
    f->reset_by = side_other(f->reset_by);
    f->closed_first_by = side_other(f->closed_first_by);
    f->sides_certain = true;
}

static enum side note_syn_flags(struct slot *slot, enum side side, const struct segment *s)
{
    struct flow *f = &slot->flow;
    enum side sender = is(s, TCP_ACK) ? SERVER : CLIENT;
    if (side != sender && !f->sides_certain) {
        flow_swap_sides(f);
        side = sender;
    }
    f->sides_certain = true;
    f->syn_seen |= side == CLIENT && sender == CLIENT;
    if (side == SERVER && sender == SERVER && !f->syn_ack_seen && f->syn_seen)
        f->side[SERVER].trip_us = time_since(s, &f->side[CLIENT]);
    f->syn_ack_seen |= side == SERVER && sender == SERVER;
    f->side[side].syn_us = (uint32_t)s->at.time_us;
    f->side[side].syns += f->side[side].syns < UINT16_MAX;
    if (s->mss)
        f->side[side].mss = s->mss;
    return side;
}

static void count_packet(struct flow *f, struct flow_side *counts, const struct segment *s)
{
    if (counts->packets++ == 0) {
        counts->first_us = s->at.time_us;
        counts->ttl = s->ttl;
        counts->ip_id = s->ip_id;
    }
    counts->last_us = s->at.time_us;
    f->last = s->at;
    f->cut |= s->len < s->wire_len;
}

enum side slot_count(struct slot *slot, enum side side, const struct segment *s, struct budget *b)
{
    struct flow *f = &slot->flow;
    if (s->transport == TRANSPORT_UDP) {
        count_packet(f, &f->side[side], s);
        f->side[side].bytes += payload_len(s);
    } else {
        if (is(s, TCP_SYN))
            side = note_syn_flags(slot, side, s);
        count_packet(f, &f->side[side], s);
        if (f->path)
            path_packet(f->path, side, s);
        if (!is(s, TCP_RST))
            count_sequence(slot, side, s, b);
        if (is(s, TCP_FIN))
            note_fin(slot, side, s);
        if (is(s, TCP_ACK))
            note_ack(slot, side, s);
        if (is(s, TCP_RST))
            note_reset(slot, side, s);
    }
    if (f->side[CLIENT].bytes && f->side[SERVER].bytes)
        f->established = true;
    return side;
}
