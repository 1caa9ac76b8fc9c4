/* facts.c - see facts.h. A fact that was not seen is left absent. */
#include "facts.h"

#include <string.h>

#include "facts_put.h"

/* A side that was not captured is not silent. A client that acknowledges, or a
 * server that answers a SYN nobody sent, gives it away. */
enum side facts_one_sided(const struct flow *f)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    if (f->transport != TRANSPORT_TCP)
        return NOBODY;
    if (server->packets == 0 && client->packets > client->syns + client->resets)
        return CLIENT;
    if (client->packets == 0 && server->packets > 0)
        return SERVER;
    return NOBODY;
}

static const char *ending_name(enum flow_ending ending)
{
    static const char *const names[] = {
        "open", "closed", "reset", "silent", "evicted", "cut-off"
    };
    return names[ending];
}

static void put_endings(struct value *values, const struct flow *f, int64_t end_us)
{
    if (f->reset_by != NOBODY)
        put_string(values, FLOW_RESET_BY, side_name(f->reset_by), f->side[f->reset_by].reset_frame);
    if (f->closed_first_by != NOBODY)
        put_string(values, FLOW_CLOSED_BY, side_name(f->closed_first_by),
                   f->side[f->closed_first_by].fin_frame);
    put_string(values, FLOW_ENDING, ending_name(f->ending), 0);
    int64_t silence = end_us - f->last.time_us;
    put_number(values, FLOW_SILENCE, silence > 0 ? silence : 0, 0);
    put_number(values, FLOW_ENDS_EARLY, f->ending == FLOW_CUT_OFF, 0);
}

/* one: the side whose packets alone were captured. What the other did is not known. */
static void put_tcp(struct value *values, const struct flow *f, enum side one)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    if (f->syn_seen)
        put_number(values, FLOW_SYN_RETRIES, client->syns ? client->syns - 1 : 0, f->first.frame);
    if ((f->syn_seen || f->syn_ack_seen) && one != CLIENT)
        put_number(values, FLOW_SYN_ACK, f->syn_ack_seen, 0);
    put_number(values, FLOW_CLIENT_UNSEEN, (int64_t)flow_unseen_bytes(f, CLIENT), 0);
    put_number(values, FLOW_SERVER_UNSEEN, (int64_t)flow_unseen_bytes(f, SERVER), 0);
    if (one == NOBODY || f->established)
        put_number(values, FLOW_ESTABLISHED, f->established, 0);
    if (one != CLIENT)
        put_number(values, FLOW_CLIENT_DATA_ACKED, server->acked_data, 0);
    if (one != SERVER)
        put_number(values, FLOW_SERVER_DATA_ACKED, client->acked_data, 0);
    put_number(values, FLOW_STARTS_LATE, !f->syn_seen && !f->syn_ack_seen, 0);
}

static void put_icmp(struct value *values, const struct flow *f)
{
    const struct flow_icmp *icmp = f->icmp;
    if (!icmp)
        return;
    uint64_t frame = icmp->at.frame;
    put_number(values, FLOW_ICMP_TYPE, icmp->type, frame);
    put_number(values, FLOW_ICMP_CODE, icmp->code, frame);
    put_number(values, FLOW_ICMP_VERSION, icmp->v6 ? 6 : 4, frame);
    put_address(values, FLOW_ICMP_FROM, &icmp->from, frame);
    put_string(values, FLOW_ICMP_ABOUT, side_name(icmp->about), frame);
    if (!icmp->mtu_frame)
        return;
    put_string(values, FLOW_ICMP_TOO_LARGE_ABOUT, side_name(icmp->mtu_about), icmp->mtu_frame);
    put_address(values, FLOW_ICMP_TOO_LARGE_FROM, &icmp->mtu_from, icmp->mtu_frame);
    if (icmp->mtu)
        put_number(values, FLOW_ICMP_MTU, icmp->mtu, icmp->mtu_frame);
}

/* Retransmissions, but for those of what had arrived. */
static int64_t needed_again(const struct flow *f, enum side side)
{
    uint32_t all = f->side[side].retransmissions;
    uint32_t spurious = f->path ? f->path->side[side].spurious : 0;
    return all > spurious ? all - spurious : 0;
}

void facts_fill(struct value *values, const struct flow *f, const struct said *said, int64_t end_us)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    memset(values, 0, FLOW_FIRST_OF_PATH * sizeof *values);
    enum side one = facts_one_sided(f);
    if (one != SERVER) {
        put_number(values, FLOW_CLIENT_PACKETS, client->packets, 0);
        put_number(values, FLOW_CLIENT_BYTES, (int64_t)client->bytes, 0);
        put_number(values, FLOW_CLIENT_RETRANSMISSIONS, needed_again(f, CLIENT), 0);
    }
    if (one != CLIENT) {
        put_number(values, FLOW_SERVER_PACKETS, server->packets, 0);
        put_number(values, FLOW_SERVER_BYTES, (int64_t)server->bytes, 0);
        put_number(values, FLOW_SERVER_RETRANSMISSIONS, needed_again(f, SERVER), 0);
    }
    if (one != NOBODY)
        put_string(values, FLOW_ONE_SIDED, side_name(one), 0);
    if (f->transport == TRANSPORT_TCP)
        put_tcp(values, f, one);
    put_endings(values, f, end_us);
    put_icmp(values, f);
    uint64_t lost = 0;
    for (enum side side = CLIENT; side <= SERVER; side++)
        lost += f->streams[side] ? stream_gap_bytes(f->streams[side]) : 0;
    put_number(values, FLOW_LOST_BYTES, (int64_t)lost, 0);
    put_number(values, FLOW_CUT, f->cut, 0);
    put_number(values, FLOW_TUNNELS, f->tunnels, 0);
    put_string(values, FLOW_CLIENT_SPEAKS, said ? said->speaks[CLIENT] : NULL, 0);
    put_string(values, FLOW_SERVER_SPEAKS, said ? said->speaks[SERVER] : NULL, 0);
    put_string(values, FLOW_PROTOCOL_GUESS, said ? said->guess : NULL, 0);
    put_string(values, FLOW_SERVER_SAYS, said ? said->server_says : NULL, 0);
}

void facts_neighbor(struct value *values, const struct neighbor_pair *pair)
{
    put_number(values, FLOW_NEIGHBOR_REQUESTS, pair->requests, pair->last.frame);
    put_number(values, FLOW_NEIGHBOR_SPAN, pair->last.time_us - pair->first.time_us,
               pair->first.frame);
    put_address(values, FLOW_NEIGHBOR_ASKED_BY, &pair->asker, pair->first.frame);
}

void facts_of_capture(struct value *values, const struct flow *f, bool breaks_off, uint64_t drops)
{
    if (breaks_off && f->ending == FLOW_CUT_OFF)
        put_number(values, FLOW_BREAKS_OFF, true, 0);
    if (drops > 0)
        put_number(values, FLOW_MACHINE_DROPS, (int64_t)drops, 0);
}
