/* flow.c - see flow.h. This file keeps the table: buckets, queues and caps. What
 * a segment means for its flow is counted in flow_count.c.
 *
 * Each flow stands in one of a few queues, oldest first, and each queue has one
 * time limit; so whoever is due stands in front, and expiry costs nothing else. */
#include "net/flow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "net/flow_slot.h"
#include "net/packet_clock.h"

enum {
    SLAB_SLOTS = 32,
    FIRST_BUCKETS = 1024,
    TOUCH_US = 1000000, /* a flow moves back in its queue at most this often */
    REUSE_US = 1000000, /* a quiet connection's ports may be used anew after this */
};

struct queue {
    struct slot *oldest, *newest;
    size_t count;
};

struct slab {
    struct slab *next;
    struct slot slots[SLAB_SLOTS];
};

struct flow_table {
    struct flow_limits limits;
    struct budget *budget;
    struct slot **buckets;
    size_t bucket_count, live;
    uint64_t key[2];
    struct slab *slabs;
    struct slot *spare;
    bool starved;          /* no slot is left and none can be had */
    uint64_t refused_seen; /* the budget's refusals when it was last looked at */
    struct queue queues[QUEUE_COUNT];
    struct packet_clock clock;
    struct flow **left; /* at the end: all flows, by number */
    size_t left_count, left_at;
    struct flow_totals totals;
};

struct flow_table *flow_table_new(const struct flow_limits *limits, struct budget *b)
{
    struct flow_table *t = must_calloc(1, sizeof *t);
    t->limits = *limits;
    t->budget = b;
    t->bucket_count = FIRST_BUCKETS;
    t->buckets = must_calloc(t->bucket_count, sizeof *t->buckets);
    /* Nothing that is put out depends on the key. Without entropy the fixed one
     * still serves, only not against somebody who computes collisions for it. */
    if (getrandom(t->key, sizeof t->key, GRND_NONBLOCK) != (ssize_t)sizeof t->key)
        memcpy(t->key, "flows by address", sizeof t->key);
    return t;
}

const struct flow_totals *flow_table_totals(const struct flow_table *t)
{
    return &t->totals;
}

/* Queues. */

static void queue_leave(struct flow_table *t, struct slot *slot)
{
    struct queue *q = &t->queues[slot->queue];
    *(slot->older ? &slot->older->newer : &q->oldest) = slot->newer;
    *(slot->newer ? &slot->newer->older : &q->newest) = slot->older;
    q->count--;
    slot->queue = QUEUE_NONE;
}

static void queue_join(struct flow_table *t, struct slot *slot, enum queue_id id)
{
    struct queue *q = &t->queues[id];
    slot->queue = (uint8_t)id;
    slot->stamp = t->clock.now;
    slot->older = q->newest;
    slot->newer = NULL;
    *(q->newest ? &q->newest->newer : &q->oldest) = slot;
    q->newest = slot;
    q->count++;
}

static void queue_move(struct flow_table *t, struct slot *slot, enum queue_id id)
{
    queue_leave(t, slot);
    queue_join(t, slot, id);
}

/* Finding. */

static bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && address_equal(&a->address, &b->address);
}

/* sender_in tells which side of the flow sent s, NOBODY when it is not its. */
static enum side sender_in(const struct flow *f, const struct segment *s)
{
    if (f->transport != s->transport)
        return NOBODY;
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (endpoint_equal(&f->ends[side], &s->from) &&
            endpoint_equal(&f->ends[side_other(side)], &s->to))
            return side;
    return NOBODY;
}

static struct slot *table_look_up(const struct flow_table *t, const struct segment *s,
                                  uint32_t hash, enum side *side)
{
    struct slot *slot = t->buckets[hash & (t->bucket_count - 1)];
    for (; slot; slot = slot->chain)
        if (slot->hash == hash && (*side = sender_in(&slot->flow, s)) != NOBODY)
            return slot;
    return NULL;
}

static void table_hash_in(struct flow_table *t, struct slot *slot)
{
    struct slot **bucket = &t->buckets[slot->hash & (t->bucket_count - 1)];
    slot->chain = *bucket;
    *bucket = slot;
}

static void table_hash_out(struct flow_table *t, struct slot *slot)
{
    struct slot **link = &t->buckets[slot->hash & (t->bucket_count - 1)];
    while (*link != slot)
        link = &(*link)->chain;
    *link = slot->chain;
}

/* When there is no memory for more buckets, the chains get longer instead. */
static void table_grow(struct flow_table *t)
{
    size_t old_count = t->bucket_count, len = old_count * sizeof *t->buckets;
    if (!budget_take(t->budget, len))
        return;
    struct slot **old = t->buckets, **buckets = calloc(old_count * 2, sizeof *buckets);
    if (!buckets) {
        budget_give(t->budget, len);
        return;
    }
    t->buckets = buckets;
    t->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++)
        for (struct slot *slot = old[i], *next; slot; slot = next) {
            next = slot->chain;
            table_hash_in(t, slot);
        }
    free(old);
}

/* Slots. */

static void slab_add(struct flow_table *t)
{
    if (!budget_take(t->budget, sizeof(struct slab)))
        return;
    struct slab *slab = calloc(1, sizeof *slab);
    if (!slab) {
        budget_give(t->budget, sizeof *slab);
        return;
    }
    slab->next = t->slabs;
    t->slabs = slab;
    for (size_t i = SLAB_SLOTS; i-- > 0;) {
        slab->slots[i].chain = t->spare;
        t->spare = &slab->slots[i];
    }
}

/* slot_take gives a slot and sees to it that there is a next one: else starved
 * makes flow_table_expired evict somebody before the next packet. */
static struct slot *slot_take(struct flow_table *t)
{
    if (t->live > t->limits.max_flows)
        return NULL;
    if (!t->spare)
        slab_add(t);
    struct slot *slot = t->spare;
    if (slot)
        t->spare = slot->chain;
    if (!t->spare)
        slab_add(t);
    t->starved = !t->spare;
    if (slot)
        memset(slot, 0, sizeof *slot);
    return slot;
}

/* Without a SYN the lower port is taken for the server's, and between equal ones
 * who spoke first for the client. */
static bool sent_by_server(const struct segment *s)
{
    if (s->transport == TRANSPORT_TCP && s->flags & TCP_SYN)
        return s->flags & TCP_ACK;
    return s->from.port < s->to.port;
}

static struct slot *slot_new(struct flow_table *t, const struct segment *s, uint32_t hash)
{
    struct slot *slot = slot_take(t);
    if (!slot)
        return NULL;
    struct flow *f = &slot->flow;
    enum side from = sent_by_server(s) ? SERVER : CLIENT;
    f->ends[from] = s->from;
    f->ends[side_other(from)] = s->to;
    f->number = ++t->totals.flows;
    f->transport = s->transport;
    f->first = s->at;
    f->reset_by = f->closed_first_by = NOBODY;
    f->watched = true;
    f->tunnels = s->tunnels;
    slot->hash = hash;
    table_hash_in(t, slot);
    queue_join(t, slot, QUEUE_EMBRYONIC);
    *(s->transport == TRANSPORT_TCP ? &t->totals.tcp : &t->totals.udp) += 1;
    if (++t->live * 2 == t->bucket_count)
        table_grow(t);
    return slot;
}

static void free_streams(struct flow *f)
{
    for (int i = 0; i < 2; i++) {
        stream_free(f->streams[i]);
        f->streams[i] = NULL;
    }
}

static void slot_empty(struct flow_table *t, struct slot *slot)
{
    free_streams(&slot->flow);
    for (int i = 0; i < 2; i++)
        holes_free(t->budget, &slot->half[i]);
}

void flow_table_release(struct flow_table *t, struct flow *f)
{
    struct slot *slot = slot_of(f);
    assert(slot->queue == QUEUE_NONE); /* it was handed out */
    slot_empty(t, slot);
    slot->chain = t->spare;
    t->spare = slot;
    t->live--;
}

void flow_table_free(struct flow_table *t)
{
    if (!t)
        return;
    for (struct slab *slab = t->slabs, *next; slab; slab = next) {
        next = slab->next;
        for (int i = 0; i < SLAB_SLOTS; i++)
            slot_empty(t, &slab->slots[i]);
        budget_give(t->budget, sizeof *slab);
        free(slab);
    }
    budget_give(t->budget, (t->bucket_count - FIRST_BUCKETS) * sizeof *t->buckets);
    free(t->buckets);
    free(t->left);
    free(t);
}

/* Whose segment it is. */

static int64_t idle_limit(const struct flow_table *t, const struct slot *slot)
{
    return slot->queue == QUEUE_DONE ? t->limits.done_idle_us : t->limits.idle_us;
}

/* begins_anew tells that s does not belong to the flow that has its addresses,
 * but to the next one. */
static bool begins_anew(const struct flow_table *t, const struct slot *slot,
                        const struct segment *s, enum side side)
{
    int64_t silence = time_apart(s->at.time_us, slot->flow.last.time_us);
    if (s->transport == TRANSPORT_UDP)
        return silence > idle_limit(t, slot);
    if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN ||
        half_began_with(&slot->half[side], s->seq))
        return false;
    if (!slot->half[side].known && silence < REUSE_US)
        return false; /* the answer was captured before its SYN */
    if (slot->flow.ending != FLOW_OPEN)
        return true;
    /* Nobody but an attacker sends a SYN into a lively connection, and the peer
     * will not believe it (RFC 5961 §4.2). */
    return (slot->half[side].syn && !slot->flow.established) || silence >= REUSE_US;
}

static void table_take_out(struct flow_table *t, struct slot *slot)
{
    table_hash_out(t, slot);
    queue_leave(t, slot);
}

static void make_way(struct flow_table *t, struct slot *slot)
{
    if (slot->flow.ending == FLOW_OPEN)
        slot->flow.ending = FLOW_SILENT;
    table_take_out(t, slot);
    queue_join(t, slot, QUEUE_LEAVING);
}

/* requeue puts the flow where its limit fits what it has become. */
static void requeue(struct flow_table *t, struct slot *slot)
{
    const struct flow *f = &slot->flow;
    enum queue_id id = slot->queue;
    bool over = f->reset_by != NOBODY || (f->side[CLIENT].fin && f->side[SERVER].fin);
    if (over)
        id = QUEUE_LINGER;
    else if (f->ending == FLOW_CLOSED)
        id = QUEUE_IDLE; /* half closed: it may take its time, but not for ever */
    else if (id == QUEUE_EMBRYONIC && f->side[CLIENT].packets && f->side[SERVER].packets)
        id = QUEUE_IDLE;
    if (id != slot->queue || (id != QUEUE_LINGER && t->clock.now - slot->stamp > TOUCH_US))
        queue_move(t, slot, id);
}

struct flow *flow_table_find(struct flow_table *t, const struct segment *s, enum side *side)
{
    *side = NOBODY;
    if (s->transport != TRANSPORT_TCP && s->transport != TRANSPORT_UDP)
        return NULL;
    packet_clock_move(&t->clock, s->at.time_us);
    uint32_t hash = flow_hash(t->key, s);
    struct slot *slot = table_look_up(t, s, hash, side);
    if (slot && begins_anew(t, slot, s, *side)) {
        make_way(t, slot);
        slot = NULL;
    }
    if (!slot) {
        slot = slot_new(t, s, hash);
        *side = slot ? sender_in(&slot->flow, s) : NOBODY;
    }
    if (!slot) {
        t->totals.refused++;
        return NULL;
    }
    if (half_saw_copy(slot, *side, s)) {
        slot->flow.copies++;
        t->totals.copies++;
        return NULL;
    }
    *side = slot_count(slot, *side, s, t->budget);
    requeue(t, slot);
    return &slot->flow;
}

struct flow *flow_table_icmp(struct flow_table *t, const struct segment *icmp)
{
    struct segment quoted;
    enum side side = NOBODY;
    if (!decap_quoted(icmp, &quoted))
        return NULL;
    struct slot *slot = table_look_up(t, &quoted, flow_hash(t->key, &quoted), &side);
    if (!slot)
        return NULL;
    struct flow *f = &slot->flow;
    if (f->icmp_count == 0) {
        f->icmp_type = icmp->icmp_type;
        f->icmp_code = icmp->icmp_code;
        f->icmp_v6 = icmp->icmp_v6;
        f->icmp_frame = icmp->at.frame;
    }
    f->icmp_count += f->icmp_count < UINT16_MAX;
    return f;
}

/* Streams. */

static struct stream *stream_of(struct flow_table *t, struct slot *slot, enum side side)
{
    struct stream **stream = &slot->flow.streams[side];
    if (*stream)
        return *stream;
    *stream = stream_new(t->budget, t->limits.stream_cap);
    if (*stream && slot->half[side].syn)
        stream_begin(*stream, slot->half[side].start);
    return *stream;
}

bool flow_push(struct flow_table *t, struct flow *f, enum side side, const struct segment *s)
{
    if (!f->watched || f->transport != TRANSPORT_TCP || s->flags & TCP_RST)
        return true;
    struct slot *slot = slot_of(f);
    enum side other = side_other(side);
    bool has_stream = f->streams[side] || s->wire_len > 0 || s->flags & TCP_FIN;
    bool other_has =
        s->flags & TCP_ACK && (f->streams[other] || half_has_unseen(&slot->half[other], s->ack));
    struct stream *stream = has_stream ? stream_of(t, slot, side) : NULL;
    struct stream *answered = other_has ? stream_of(t, slot, other) : NULL;
    if (stream)
        stream_push(stream, s);
    if (answered)
        stream_acked(answered, s->ack);
    return (stream || !has_stream) && (answered || !other_has);
}

void flow_past_handshake(struct flow_table *t, struct flow *f)
{
    struct slot *slot = slot_of(f);
    f->watched = false;
    free_streams(f);
    if (slot->queue == QUEUE_EMBRYONIC || (slot->queue == QUEUE_IDLE && f->ending == FLOW_OPEN))
        queue_move(t, slot, QUEUE_DONE);
}

/* Handing out. */

static struct flow *hand_out(struct flow_table *t, struct slot *slot, enum flow_ending ending)
{
    if (slot->flow.ending == FLOW_OPEN)
        slot->flow.ending = ending;
    table_take_out(t, slot);
    return &slot->flow;
}

/* A queue's stamps may be older than its flows: those are touched only now and
 * then, and while a jump in time was not believed. Then it waits once more. */
static struct slot *queue_due(struct flow_table *t, enum queue_id id, int64_t limit)
{
    struct queue *q = &t->queues[id];
    int64_t slack = id == QUEUE_LINGER ? 0 : TOUCH_US;
    limit = time_sane(limit);
    while (q->oldest && t->clock.now - q->oldest->stamp >= limit + slack) {
        struct slot *slot = q->oldest;
        if (time_apart(slot->flow.last.time_us, t->clock.packet_us) >= limit)
            return slot;
        queue_move(t, slot, id);
    }
    return NULL;
}

static struct slot *table_due(struct flow_table *t)
{
    const struct {
        enum queue_id id;
        int64_t limit;
    } due[] = {
        { QUEUE_LINGER, t->limits.linger_us },
        { QUEUE_EMBRYONIC, t->limits.idle_us },
        { QUEUE_IDLE, t->limits.idle_us },
        { QUEUE_DONE, t->limits.done_idle_us },
    };
    struct slot *slot = NULL;
    for (size_t i = 0; !slot && i < sizeof due / sizeof due[0]; i++)
        slot = queue_due(t, due[i].id, due[i].limit);
    return slot;
}

/* Who goes first: in a flood, those that got no answer. In a table that is
 * merely full they are the newest handshakes, and those that are over or past
 * their handshake go first. */
static struct slot *victim(const struct flow_table *t, bool for_memory)
{
    static const enum queue_id order[] = { QUEUE_LINGER, QUEUE_DONE, QUEUE_EMBRYONIC, QUEUE_IDLE };
    if (t->queues[QUEUE_EMBRYONIC].count > t->live / 4)
        return t->queues[QUEUE_EMBRYONIC].oldest;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (t->queues[order[i]].oldest && !(for_memory && order[i] == QUEUE_DONE))
            return t->queues[order[i]].oldest;
    return NULL;
}

/* table_crowded tells that somebody must go, for his slot or for what he holds:
 * the latter when the budget refused somebody since it was last asked. */
static bool table_crowded(struct flow_table *t, bool *for_memory)
{
    bool refused = t->budget->refused != t->refused_seen;
    bool scarce = refused && t->budget->used > t->budget->max / 2;
    t->refused_seen = t->budget->refused;
    if (t->spare)
        t->starved = false;
    *for_memory = scarce && !t->starved;
    return t->live > t->limits.max_flows || t->starved || scarce;
}

struct flow *flow_table_expired(struct flow_table *t, int64_t now_us)
{
    packet_clock_move(&t->clock, now_us);
    struct slot *slot = t->queues[QUEUE_LEAVING].oldest;
    if (slot) {
        queue_leave(t, slot);
        return &slot->flow;
    }
    slot = table_due(t);
    if (slot) {
        t->totals.expired++;
        return hand_out(t, slot, FLOW_SILENT);
    }
    bool for_memory;
    slot = table_crowded(t, &for_memory) ? victim(t, for_memory) : NULL;
    if (!slot)
        return NULL;
    t->totals.evicted++;
    return hand_out(t, slot, FLOW_EVICTED);
}

static int by_number(const void *a, const void *b)
{
    const struct flow *x = *(struct flow *const *)a, *y = *(struct flow *const *)b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void collect_left(struct flow_table *t)
{
    t->left = must_calloc(t->live + 1, sizeof(struct flow *));
    for (int id = 0; id < QUEUE_COUNT; id++)
        for (struct slot *slot = t->queues[id].oldest; slot; slot = slot->newer)
            t->left[t->left_count++] = &slot->flow;
    qsort(t->left, t->left_count, sizeof(struct flow *), by_number);
}

struct flow *flow_table_next_left(struct flow_table *t)
{
    if (!t->left)
        collect_left(t);
    if (t->left_at == t->left_count)
        return NULL;
    struct slot *slot = slot_of(t->left[t->left_at++]);
    if (slot->queue == QUEUE_LEAVING) {
        queue_leave(t, slot);
        return &slot->flow;
    }
    bool silent = time_apart(t->clock.packet_us, slot->flow.last.time_us) >= idle_limit(t, slot);
    return hand_out(t, slot, silent ? FLOW_SILENT : FLOW_CUT_OFF);
}
