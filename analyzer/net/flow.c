/* flow.c - see flow.h. This file keeps the table: slots, queues and caps. What
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
#include "net/flow_index.h"
#include "net/flow_slot.h"
#include "net/packet_clock.h"

enum {
    SLAB_SLOTS = 32,
    CACHE_LINE = 64,
    TOUCH_US = 1000000, /* a flow moves back in its queue at most this often */
    REUSE_US = 1000000, /* a quiet connection's ports may be used anew after this */
};

struct queue {
    struct slot *oldest, *newest;
    size_t count;
};

/* Slots lie where they are until the end, counted from 1 through all slabs. */
struct slab {
    struct slot slots[SLAB_SLOTS];
};

struct flow_table {
    struct flow_limits limits;
    struct budget *budget;
    struct flow_index index;
    size_t live;
    uint64_t key[2];
    struct slab **slabs;
    size_t slab_count, slab_cap;
    struct slot *spare;
    bool starved;          /* there is no room for another flow and none can be had */
    uint64_t refused_seen; /* the budget's refusals when it was last looked at */
    struct queue queues[QUEUE_COUNT];
    int64_t next_due; /* before it nobody is due; every packet asks */
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
    flow_index_init(&t->index);
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
    if (q->count++ == 0)
        t->next_due = INT64_MIN; /* to be found anew */
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

static struct slot *slot_numbered(const struct flow_table *t, uint32_t number)
{
    return &t->slabs[(number - 1) / SLAB_SLOTS]->slots[(number - 1) % SLAB_SLOTS];
}

static struct slot *table_look_up(const struct flow_table *t, const struct segment *s,
                                  uint32_t hash, enum side *side)
{
    size_t at = hash;
    for (uint32_t number; (number = flow_index_look(&t->index, hash, &at));) {
        struct slot *slot = slot_numbered(t, number);
        *side = sender_in(&slot->flow, s);
        if (*side != NOBODY)
            return slot;
    }
    return NULL;
}

/* Slots. */

static void spare_add(struct flow_table *t, struct slot *slot)
{
    slot->older = t->spare;
    t->spare = slot;
}

static void slab_add(struct flow_table *t)
{
    if (!budget_take(t->budget, sizeof(struct slab)))
        return;
    struct slab *slab = calloc(1, sizeof *slab);
    if (!slab) {
        budget_give(t->budget, sizeof *slab);
        return;
    }
    if (t->slab_count == t->slab_cap) {
        t->slab_cap = t->slab_cap * 2 + 8;
        t->slabs = must_realloc(t->slabs, t->slab_cap * sizeof *t->slabs);
    }
    t->slabs[t->slab_count++] = slab;
    for (size_t i = SLAB_SLOTS; i-- > 0;) {
        slab->slots[i].number = (uint32_t)((t->slab_count - 1) * SLAB_SLOTS + i + 1);
        spare_add(t, &slab->slots[i]);
    }
}

/* slot_take gives a slot and sees to it that there is room for a next one: else
 * starved makes flow_table_expired evict somebody before the next packet. */
static struct slot *slot_take(struct flow_table *t)
{
    if (t->live > t->limits.max_flows || flow_index_full(&t->index))
        return NULL;
    if (!t->spare)
        slab_add(t);
    struct slot *slot = t->spare;
    if (!slot)
        return NULL;
    t->spare = slot->older;
    if (!t->spare)
        slab_add(t);
    uint32_t number = slot->number;
    memset(slot, 0, sizeof *slot);
    slot->number = number;
    return slot;
}

static bool has_room(const struct flow_table *t)
{
    return t->spare && !flow_index_full(&t->index);
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
    if (!slot) {
        t->starved = !has_room(t);
        return NULL;
    }
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
    flow_index_add(&t->index, hash, slot->number);
    flow_index_make_room(&t->index, t->budget);
    queue_join(t, slot, QUEUE_EMBRYONIC);
    *(s->transport == TRANSPORT_TCP ? &t->totals.tcp : &t->totals.udp) += 1;
    t->live++;
    t->starved = !has_room(t);
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
    struct flow *f = &slot->flow;
    free_streams(f);
    path_free(t->budget, f->path);
    f->path = NULL;
    if (f->icmp)
        budget_give(t->budget, sizeof *f->icmp);
    free(f->icmp);
    f->icmp = NULL;
    for (int i = 0; i < 2; i++)
        holes_free(t->budget, &slot->half[i]);
}

void flow_table_release(struct flow_table *t, struct flow *f)
{
    struct slot *slot = slot_of(f);
    assert(slot->queue == QUEUE_NONE); /* it was handed out */
    slot_empty(t, slot);
    spare_add(t, slot);
    t->live--;
}

void flow_table_free(struct flow_table *t)
{
    if (!t)
        return;
    for (size_t n = 0; n < t->slab_count; n++) {
        for (int i = 0; i < SLAB_SLOTS; i++)
            slot_empty(t, &t->slabs[n]->slots[i]);
        budget_give(t->budget, sizeof *t->slabs[n]);
        free(t->slabs[n]);
    }
    free(t->slabs);
    flow_index_free(&t->index, t->budget);
    free(t->left);
    free(t);
}

/* Whose segment it is. */

static int64_t patience(const struct flow_limits *limits)
{
    return limits->patient_us > limits->idle_us ? limits->patient_us : limits->idle_us;
}

static int64_t idle_limit(const struct flow_table *t, const struct slot *slot)
{
    if (slot->queue == QUEUE_PATIENT)
        return patience(&t->limits);
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
    flow_index_drop(&t->index, slot->hash, slot->number);
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

static struct flow_icmp *icmp_of(struct flow_table *t, struct flow *f)
{
    if (f->icmp || !budget_take(t->budget, sizeof *f->icmp))
        return f->icmp;
    f->icmp = calloc(1, sizeof *f->icmp);
    if (!f->icmp)
        budget_give(t->budget, sizeof *f->icmp);
    return f->icmp;
}

/* RFC 1191 §4 and RFC 4443 §3.2. An old router does not say what fits: 0. */
static bool is_too_large(const struct segment *icmp, uint32_t *mtu)
{
    *mtu = icmp->icmp_v6 ? icmp->icmp_rest : icmp->icmp_rest & 0xffff;
    return icmp->icmp_v6 ? icmp->icmp_type == 2 : icmp->icmp_type == 3 && icmp->icmp_code == 4;
}

static void note_icmp(struct flow_icmp *all, const struct segment *icmp, enum side about)
{
    uint32_t mtu;
    bool too_large = is_too_large(icmp, &mtu);
    if (too_large) {
        all->mtu = mtu;
        all->mtu_about = about;
        all->mtu_from = icmp->from.address;
        all->mtu_frame = icmp->at.frame;
    }
    if (all->count == 0 || (all->too_large && !too_large)) {
        all->type = icmp->icmp_type;
        all->code = icmp->icmp_code;
        all->v6 = icmp->icmp_v6;
        all->too_large = too_large;
        all->about = about;
        all->from = icmp->from.address;
        all->at = icmp->at;
    }
    all->count += all->count < UINT16_MAX;
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
    struct flow_icmp *all = icmp_of(t, &slot->flow);
    if (all)
        note_icmp(all, icmp, side);
    return &slot->flow;
}

/* Streams. */

static struct stream *stream_of(struct flow_table *t, struct slot *slot, enum side side)
{
    struct stream **stream = &slot->flow.streams[side];
    struct stream *made = *stream;
    if (!made) {
        made = *stream = stream_new(t->budget, t->limits.stream_cap);
        if (made && slot->half[side].syn)
            stream_begin(made, slot->half[side].start);
    }
    return made;
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
    f->past = true;
    free_streams(f);
    path_free(t->budget, f->path);
    f->path = NULL;
    if (slot->queue == QUEUE_EMBRYONIC || slot->queue == QUEUE_PATIENT ||
        (slot->queue == QUEUE_IDLE && f->ending == FLOW_OPEN))
        queue_move(t, slot, QUEUE_DONE);
}

void flow_is_patient(struct flow_table *t, struct flow *f)
{
    struct slot *slot = slot_of(f);
    if (slot->queue == QUEUE_IDLE && f->ending == FLOW_OPEN)
        queue_move(t, slot, QUEUE_PATIENT);
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
static struct slot *queue_due(struct flow_table *t, enum queue_id id, int64_t limit, int64_t *next)
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
    if (q->oldest && q->oldest->stamp + limit + slack < *next)
        *next = q->oldest->stamp + limit + slack;
    return NULL;
}

static struct slot *table_due(struct flow_table *t)
{
    const struct {
        enum queue_id id;
        int64_t limit;
    } due[] = {
        { QUEUE_LINGER, t->limits.linger_us },  { QUEUE_EMBRYONIC, t->limits.idle_us },
        { QUEUE_IDLE, t->limits.idle_us },      { QUEUE_PATIENT, patience(&t->limits) },
        { QUEUE_DONE, t->limits.done_idle_us },
    };
    if (t->clock.now < t->next_due)
        return NULL;
    int64_t next = INT64_MAX;
    t->next_due = INT64_MIN;
    for (size_t i = 0; i < sizeof due / sizeof due[0]; i++) {
        struct slot *slot = queue_due(t, due[i].id, due[i].limit, &next);
        if (slot)
            return slot;
    }
    t->next_due = next;
    return NULL;
}

/* Who goes first: in a flood, those that got no answer. In a table that is
 * merely full they are the newest handshakes, and those that are over or past
 * their handshake go first. */
static struct slot *victim(const struct flow_table *t, bool for_memory)
{
    static const enum queue_id order[] = { QUEUE_LINGER, QUEUE_DONE, QUEUE_PATIENT, QUEUE_EMBRYONIC,
                                           QUEUE_IDLE };
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
    if (has_room(t))
        t->starved = false;
    *for_memory = scarce && !t->starved;
    return t->live > t->limits.max_flows || t->starved || scarce;
}

/* In a flood each packet drives out a flow that nobody looked at since it came, and
 * memory is slow: those that are next in turn are fetched meanwhile. */
static void fetch_after(const struct flow_table *t, const struct slot *slot)
{
    const struct slot *next = slot->newer, *then = next ? next->newer : NULL;
    if (next)
        flow_index_fetch(&t->index, next->hash);
    for (size_t at = 0; then && at < sizeof *then; at += CACHE_LINE)
        __builtin_prefetch((const uint8_t *)then + at);
}

/* Every packet asks, and mostly this is the answer. */
static bool nobody_leaves(const struct flow_table *t)
{
    return !t->queues[QUEUE_LEAVING].oldest && t->clock.now < t->next_due && !t->starved &&
           t->live <= t->limits.max_flows && t->budget->refused == t->refused_seen;
}

struct flow *flow_table_expired(struct flow_table *t, int64_t now_us)
{
    packet_clock_move(&t->clock, now_us);
    if (nobody_leaves(t))
        return NULL;
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
    fetch_after(t, slot);
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

static const struct half *half_of(const struct flow *f, enum side side)
{
    return &((const struct slot *)(const void *)((const char *)f - offsetof(struct slot, flow)))
                ->half[side];
}

uint64_t flow_unseen_bytes(const struct flow *f, enum side side)
{
    const struct half *half = half_of(f, side);
    if (f->transport != TRANSPORT_TCP || !half->known || !half->syn)
        return 0;
    uint32_t end = (int32_t)(half->reach - half->next) > 0 ? half->reach : half->next;
    uint32_t sent = end - half->start; /* modulo 2^32: a handshake is smaller */
    uint64_t seen = f->side[side].bytes + f->side[side].fin;
    return sent > seen && sent - seen < 1u << 30 ? sent - seen : 0;
}

/* How much of [from, to) lies behind what the other side acknowledged. */
static uint32_t beyond(const struct path_side *p, uint32_t from, uint32_t to)
{
    if (p->acked_known && (int32_t)(p->acked - from) > 0)
        from = p->acked;
    return (int32_t)(to - from) > 0 ? to - from : 0;
}

uint64_t flow_lost_bytes(const struct flow *f, enum side side, uint32_t *full)
{
    const struct half *half = half_of(f, side);
    uint64_t lost = 0;
    *full = 0;
    if (!f->path || flow_unseen_bytes(f, side) == 0)
        return 0;
    const struct path_side *p = &f->path->side[side];
    for (unsigned i = 0; half->holes && i < half->holes->count; i++) {
        uint32_t len = beyond(p, half->holes->at[i].from, half->holes->at[i].to);
        *full += p->full_len ? len / p->full_len : 0;
        lost += len;
    }
    return lost + beyond(p, half->next, half->reach);
}
