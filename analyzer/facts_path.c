/* facts_path.c - see facts.h: how the way treated a flow's packets, and how fast the
 * handshake went. Most of it is TCP's; datagrams' flights are counted by DTLS. */
#include "facts.h"
#include "facts_put.h"
#include "handshake/dissector.h"
#include "handshake/machine.h"

/* A field of the client; its twin of the server is the next one. */
static enum flow_field of_side(enum flow_field client, enum side side)
{
    return (enum flow_field)(client + (side == SERVER));
}

static void put_of_side(struct value *values, enum flow_field client, enum side side, int64_t n)
{
    put_number(values, of_side(client, side), n, 0);
}

static int64_t since(uint32_t later_us, int64_t earlier_us)
{
    return (int64_t)(later_us - (uint32_t)earlier_us);
}

/* ---- the TCP handshake ---- */

static void put_opening(struct value *values, const struct flow *f)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    if (f->syn_seen && client->syns > 1)
        put_number(values, FLOW_SYN_SPAN, since(client->syn_us, client->first_us), 0);
    if (f->syn_ack_seen && server->syns > 0)
        put_number(values, FLOW_SYN_ACK_RETRIES, server->syns - 1, 0);
    if (f->syn_ack_seen && server->syns > 1)
        put_number(values, FLOW_SYN_ACK_SPAN, since(server->syn_us, server->first_us), 0);
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (f->side[side].trip_us)
            put_of_side(values, FLOW_CLIENT_RTT, side, f->side[side].trip_us);
    if (client->trip_us && server->trip_us)
        put_number(values, FLOW_RTT, (int64_t)client->trip_us + server->trip_us, 0);
}

static void put_headers(struct value *values, const struct flow *f, enum side side)
{
    const struct flow_side *of = &f->side[side];
    if (of->packets == 0)
        return;
    put_of_side(values, FLOW_CLIENT_TTL, side, of->ttl);
    if (f->ends[side].address.len == 4)
        put_of_side(values, FLOW_CLIENT_IP_ID, side, of->ip_id);
    if (of->mss)
        put_of_side(values, FLOW_CLIENT_MSS, side, of->mss);
}

/* ---- what was sent again, and what arrived ---- */

static void put_counts(struct value *values, const struct path_side *p, enum side side)
{
    put_of_side(values, FLOW_CLIENT_TIMEOUTS, side, p->timeouts);
    put_of_side(values, FLOW_CLIENT_FAST_RETRANSMISSIONS, side, p->fast);
    put_of_side(values, FLOW_CLIENT_SPURIOUS_RETRANSMISSIONS, side, p->spurious);
    put_of_side(values, FLOW_CLIENT_DUPLICATE_ACKS, side, p->duplicate_acks);
    put_of_side(values, FLOW_CLIENT_SACK_HOLES, side, p->holes_told);
    put_of_side(values, FLOW_CLIENT_ZERO_WINDOWS, side, p->zero_windows);
    put_of_side(values, FLOW_CLIENT_FULL_SEGMENTS, side, p->full);
}

/* What needs the other side's acknowledgements. */
static void put_arrivals(struct value *values, const struct path *p, enum side side)
{
    const struct path_side *of = &p->side[side];
    struct path_loss loss = path_loss_of(p, side);
    put_of_side(values, FLOW_CLIENT_FULL_ARRIVED, side, of->full_arrived);
    if (of->largest_arrived)
        put_of_side(values, FLOW_CLIENT_LARGEST_ARRIVED, side, of->largest_arrived);
    put_of_side(values, FLOW_CLIENT_UNACKED, side, loss.bytes);
    put_of_side(values, FLOW_CLIENT_UNANSWERED, side, path_unanswered(p, side));
    if (loss.smallest)
        put_of_side(values, FLOW_CLIENT_SMALLEST_UNACKED, side, loss.smallest);
    if (loss.tries) {
        put_of_side(values, FLOW_CLIENT_TRIES, side, loss.tries);
        put_of_side(values, FLOW_CLIENT_TRIED_FOR, side, loss.tried_us);
    }
}

static void put_lost(struct value *values, const struct flow *f, enum side side)
{
    uint32_t full;
    uint64_t lost = flow_lost_bytes(f, side, &full);
    put_of_side(values, FLOW_CLIENT_LOST, side, (int64_t)lost);
    put_of_side(values, FLOW_CLIENT_LOST_FULL, side, full);
}

static void put_rtts(struct value *values, const struct path_side *p, enum side side,
                     struct facts_lists *lists)
{
    struct list *list = &lists->rtts[side];
    uint32_t count = 0;
    for (uint32_t i = 0; i < PATH_FLIGHTS; i++) {
        lists->numbers[side][i] = p->flight_rtts[i];
        if (p->flight_rtts[i])
            count = i + 1;
    }
    if (count == 0)
        return;
    *list = (struct list){ .count = count, .kept = count, .cap = PATH_FLIGHTS };
    list->items.numbers = lists->numbers[side];
    put(values, of_side(FLOW_CLIENT_FLIGHT_RTTS, side), 0)->is.list = list;
}

/* ---- where packets were lost ---- */

/* side's bytes are on their way again and again, and nothing comes back at all. What
 * was under way when they were sent first does not count. */
static bool hears_nothing(const struct flow *f, enum side side, const struct path_loss *loss)
{
    enum { UNDER_WAY_US = 100000 };
    const struct flow_side *other = &f->side[side_other(side)];
    int64_t rtt = (int64_t)f->side[CLIENT].trip_us + f->side[SERVER].trip_us;
    int64_t margin = 2 * rtt > UNDER_WAY_US ? 2 * rtt : UNDER_WAY_US;
    return loss->tries > 1 && (int32_t)((uint32_t)other->last_us - loss->first_us) < margin;
}

static void put_loss(struct value *values, const struct flow *f)
{
    static const char *const towards[] = { NULL, "server", "client", "both" };
    unsigned lost = 0;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        uint32_t full;
        struct path_loss loss = path_loss_of(f->path, side);
        if (loss.tries > 1 || flow_lost_bytes(f, side, &full) > 0)
            lost |= side == CLIENT ? 1 : 2;
        if (hears_nothing(f, side, &loss))
            put_string(values, FLOW_GONE, side_name(side_other(side)), 0);
    }
    put_string(values, FLOW_LOST_TOWARDS, towards[lost], 0);
}

/* ---- how it ended ---- */

/* Hosts begin with a TTL of 64, 128 or 255, and each hop takes one. */
static int hops_of(uint8_t ttl)
{
    return ttl <= 64 ? 64 - ttl : ttl <= 128 ? 128 - ttl : 255 - ttl;
}

static int begun_with(uint8_t ttl)
{
    return ttl + hops_of(ttl);
}

/* A kernel, or the balancer in front of a server, may begin its resets with another TTL
 * than its programs their segments; then they come over as many hops, give or take one.
 * Where the host is on this very link nothing stands in front of it. */
static bool is_foreign(uint8_t ttl, uint8_t own)
{
    if (begun_with(ttl) == begun_with(own))
        return ttl != own;
    int hops = hops_of(own), apart = hops_of(ttl) - hops;
    return hops == 0 || apart > 1 || apart < -1;
}

static void put_reset_ttl(struct value *values, const struct flow *f)
{
    const struct flow_side *of = &f->side[f->reset_by];
    const struct path_side *p = f->path ? &f->path->side[f->reset_by] : NULL;
    put_number(values, FLOW_RESET_TTL, of->reset_ttl, of->reset_frame);
    if (of->packets <= of->resets)
        return; /* nothing to compare with */
    uint8_t low = p ? p->ttl_low : of->ttl, high = p ? p->ttl_high : of->ttl;
    bool foreign = (of->reset_ttl < low || of->reset_ttl > high) &&
                   is_foreign(of->reset_ttl, low) && is_foreign(of->reset_ttl, high);
    put_number(values, FLOW_RESET_SENDER_TTL, of->ttl, 0);
    put_number(values, FLOW_RESET_TTL_FOREIGN, foreign, of->reset_frame);
}

static void put_reset(struct value *values, const struct flow *f)
{
    const struct flow_side *of = &f->side[f->reset_by];
    const struct path *p = f->path;
    put_reset_ttl(values, f);
    if (f->ends[CLIENT].address.len == 4)
        put_number(values, FLOW_RESET_IP_ID, of->reset_ip_id, of->reset_frame);
    if (!p)
        return;
    if (p->reset_id_judged)
        put_number(values, FLOW_RESET_IP_ID_FOREIGN, p->reset_id_foreign, of->reset_frame);
    put_number(values, FLOW_RESET_EARLY, p->reset_early, of->reset_frame);
    put_number(values, FLOW_RESETS_AT_ONCE, p->resets_at_once, of->reset_frame);
    put_number(values, FLOW_AFTER_RESET, p->side[f->reset_by].after_reset, 0);
}

static void put_ending(struct value *values, const struct flow *f)
{
    int64_t ended = INT64_MAX;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        const struct flow_side *of = &f->side[side];
        if (of->fin && of->fin_us < ended)
            ended = of->fin_us;
        if (f->reset_by == side && of->reset_us < ended)
            ended = of->reset_us;
    }
    if (ended != INT64_MAX && ended >= f->first.time_us)
        put_number(values, FLOW_CLOSED_AFTER, ended - f->first.time_us, 0);
    if (f->reset_by != NOBODY)
        put_reset(values, f);
}

/* ---- pace ---- */

static void put_pace(struct value *values, const struct handshake *hs)
{
    const struct machine *m = hs->dissector->machine;
    const struct event *slowest = NULL;
    int64_t longest = 0;
    for (uint32_t i = 1; i < hs->event_count; i++) {
        int64_t gap = hs->events[i].at.time_us - hs->events[i - 1].at.time_us;
        if (gap <= longest || hs->events[i].from == NOBODY)
            continue;
        longest = gap;
        slowest = &hs->events[i];
    }
    if (!slowest || !m || !m->messages)
        return;
    put_number(values, FLOW_LARGEST_GAP, longest, slowest->at.frame);
    put_string(values, FLOW_LARGEST_GAP_BEFORE, m->messages[slowest->message], slowest->at.frame);
    put_string(values, FLOW_LARGEST_GAP_FROM, side_name(slowest->from), slowest->at.frame);
}

static bool is_smooth(const struct path_side *p)
{
    return !(p->timeouts || p->fast || p->spurious || p->duplicate_acks || p->holes_told ||
             p->zero_windows);
}

/* Counts of nothing are left out where they would explain nothing. */
static void put_path(struct value *values, const struct flow *f, bool completed,
                     struct facts_lists *lists)
{
    bool both = facts_one_sided(f) == NOBODY;
    for (enum side side = CLIENT; side <= SERVER; side++)
        put_rtts(values, &f->path->side[side], side, lists);
    if (completed && is_smooth(&f->path->side[CLIENT]) && is_smooth(&f->path->side[SERVER]))
        return;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        put_counts(values, &f->path->side[side], side);
        if (!both)
            continue;
        put_arrivals(values, f->path, side);
        put_lost(values, f, side);
    }
    if (both)
        put_loss(values, f);
}

void facts_path_clear(struct value *values, struct facts_lists *lists)
{
    if (lists->filled)
        memset(values + FLOW_FIRST_OF_PATH, 0,
               (FLOW_FIELD_COUNT - FLOW_FIRST_OF_PATH) * sizeof *values);
    lists->filled = false;
}

void facts_path(struct value *values, const struct flow *f, const struct handshake *hs,
                struct facts_lists *lists)
{
    facts_path_clear(values, lists);
    lists->filled = true;
    for (enum side side = CLIENT; side <= SERVER; side++)
        put_headers(values, f, side);
    put_pace(values, hs);
    if (f->transport != TRANSPORT_TCP)
        return;
    put_opening(values, f);
    put_ending(values, f);
    if (f->path)
        put_path(values, f, hs->outcome == OUTCOME_COMPLETED, lists);
}
