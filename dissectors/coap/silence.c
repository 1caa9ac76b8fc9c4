/* silence.c - what it means that something did not come, and when that is certain. */
#include "dissectors/coap/exchange.h"

#include "dissectors/coap/fields.h"
#include "handshake/flow_fields.h"

/* RFC 7252 §4.8.2, with its default parameters. */
#define GIVEN_UP_US          (10 * SECOND_US)
#define NEXT_BLOCK_US        (5 * SECOND_US) /* a client that goes on does so at once */
#define STRAGGLER_US         (10 * SECOND_US)
#define MAX_TRANSMIT_SPAN_US (45 * SECOND_US)
#define MAX_TRANSMIT_WAIT_US (93 * SECOND_US)
#define NON_LIFETIME_US      (145 * SECOND_US)

/* ---- what silence means ---- */

/* Where nobody was heard to answer anything, and nobody was heard to try again,
 * the answers went another way: only one direction was captured. */
static bool is_one_sided(const struct coap *coap, const struct exchange *e)
{
    return !coap->spoke[side_other(e->client)] && coap->requests > 1 && coap->again == 0;
}

static bool is_multicast(const struct exchange *e)
{
    return handshake_true(e->hs, COAP_MULTICAST);
}

/* A client that sent its request again heard nothing all the while; when it did so
 * for the second time, for at least 6 s: RFC 7252 §4.2. */
static bool unanswered_for_good(const struct coap *coap, const struct exchange *e, int64_t now)
{
    int64_t waited_us = now - e->began_us;
    if (is_multicast(e))
        return false;
    if (e->again >= 2 || (e->again == 1 && waited_us >= GIVEN_UP_US))
        return true;
    return waited_us >= MAX_TRANSMIT_WAIT_US && !is_one_sided(coap, e);
}

static bool was_refused(const struct handshake *hs)
{
    return handshake_number_or(hs, COAP_RESPONSE_CLASS, 2) != 2;
}

static bool is_failure(const struct coap *coap, const struct exchange *e, int64_t now)
{
    switch (e->hs->state) {
    case EXCHANGE_REQUESTED:
    case EXCHANGE_PINGED:
        return unanswered_for_good(coap, e, now);
    case EXCHANGE_ACKNOWLEDGED:
        return now - e->began_us >= MAX_TRANSMIT_WAIT_US;
    case EXCHANGE_REQUESTED_STREAM:
        return now - e->began_us >= MAX_TRANSMIT_WAIT_US && !e->hs->late;
    case EXCHANGE_MORE_WANTED: /* where the server refused, that stands */
        return was_refused(e->hs) || now - e->answered_us >= NEXT_BLOCK_US;
    case EXCHANGE_CHALLENGED:
        return true;
    default:
        return false;
    }
}

static void set_waited(struct exchange *e, int64_t now)
{
    if (!e->answered)
        handshake_set_duration(e->hs, COAP_WAITED, now - e->began_us);
    if (e->unacknowledged && (e->again_from_server || now - e->responded_us >= GIVEN_UP_US))
        handshake_set_bool(e->hs, COAP_RESPONSE_UNACKNOWLEDGED, true);
}

static void set_stopped(struct exchange *e)
{
    if (e->wants == WANTS_BLOCK2)
        handshake_set_string(e->hs, COAP_TRANSFER_STOPPED, "Block2");
    else if (e->wants == WANTS_BLOCK1 || e->wants == WANTS_Q_BLOCK1 || e->wants == WANTS_SMALLER)
        handshake_set_string(e->hs, COAP_TRANSFER_STOPPED, "Block1");
}

/* What went wrong with the connection went wrong with what hung on it. */
static void set_aborted(const struct coap *coap, struct exchange *e)
{
    static const enum coap_field csm[] = { COAP_CLIENT_CSM, COAP_SERVER_CSM };
    const struct handshake *connection = coap->signalling;
    if (!connection)
        return;
    struct span by = handshake_text(connection, COAP_ABORTED_BY);
    if (by.len)
        handshake_set_string(e->hs, COAP_ABORTED_BY,
                             side_name(exchange_role(e, by.bytes[0] == 'c' ? CLIENT : SERVER)));
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (!handshake_number_or(connection, csm[side], true))
            handshake_set_bool(e->hs, csm[exchange_role(e, side)], false);
}

/* The last word on an exchange: what it was waiting for did not come. The packet
 * that proves it is its own last one. */
void exchange_judge(struct coap *coap, struct exchange *e, int64_t now, enum coap_event why)
{
    struct handshake *hs = e->hs;
    hs->now = (struct moment){ now, hs->last.frame };
    set_waited(e, now);
    if (hs->outcome == OUTCOME_OPEN && (why == COAP_SAW_CLOSE || is_failure(coap, e, now))) {
        set_stopped(e);
        set_aborted(coap, e);
        machine_step(hs, &coap_machine, NOBODY, (uint8_t)why, NULL);
    }
    exchange_end(coap, e);
}

/* ---- time ---- */

/* How long an exchange is kept in each state after it came there. */
static int64_t lifetime_us(const struct exchange *e)
{
    switch (e->hs->state) {
    case EXCHANGE_REQUESTED:
    case EXCHANGE_PINGED:
    case EXCHANGE_MORE_WANTED:
    case EXCHANGE_CHALLENGED:
        return MAX_TRANSMIT_WAIT_US;
    case EXCHANGE_REQUESTED_NON:
    case EXCHANGE_MORE_COMING:
        return NON_LIFETIME_US;
    case EXCHANGE_ACKNOWLEDGED:
    case EXCHANGE_REQUESTED_STREAM:
        return EXCHANGE_LIFETIME_US;
    case EXCHANGE_OBSERVING:
        return INT64_MAX;
    default:
        return e->unacknowledged ? MAX_TRANSMIT_SPAN_US : STRAGGLER_US;
    }
}

static int64_t end_us(const struct exchange *e)
{
    int64_t end;
    return __builtin_add_overflow(e->answered_us, lifetime_us(e), &end) ? INT64_MAX : end;
}

void exchange_due(struct coap *coap, const struct exchange *e)
{
    int64_t end = end_us(e);
    coap->due_us = end < coap->due_us ? end : coap->due_us;
}

/* Before each message; most find that nothing is due, and look at nothing else. */
void exchanges_tend(struct conversation *c)
{
    struct coap *coap = conversation_memory(c);
    int64_t now = exchange_now_us(c);
    if (now <= coap->due_us)
        return;
    coap->due_us = INT64_MAX;
    for (struct exchange *e = coap->first, *next; e; e = next) {
        next = e->next;
        if (now > end_us(e))
            exchange_judge(coap, e, now, COAP_SAW_SILENCE);
        else
            exchange_due(coap, e);
    }
}

/* ---- the end ---- */

/* A server that hangs up will not answer. A client that does may have what it
 * wanted, unless it waited long for it. */
static bool fails_by_closing(const struct exchange *e, enum side side, int64_t now)
{
    bool waits = e->hs->state == EXCHANGE_REQUESTED_STREAM;
    return waits && (exchange_role(e, side) == SERVER || now - e->began_us >= 2 * SECOND_US);
}

void exchanges_close(struct conversation *c, enum side side)
{
    struct coap *coap = conversation_memory(c);
    int64_t now = exchange_now_us(c);
    for (struct exchange *e = coap->first, *next; e; e = next) {
        next = e->next;
        if (side == NOBODY)
            exchange_judge(coap, e, now, COAP_SAW_SILENCE);
        else if (fails_by_closing(e, side, now))
            exchange_judge(coap, e, now, COAP_SAW_CLOSE);
    }
}

/* An ICMP error answers in the server's stead, if nobody else did. That a packet
 * was too large (code 4) is none: it is sent again, smaller. */
static bool is_unreachable(const struct handshake *hs)
{
    const struct value *flow = hs->flow_values;
    if (!flow || !flow[FLOW_ICMP_TYPE].present || !flow[FLOW_ICMP_VERSION].present ||
        flow[FLOW_ICMP_TYPE].frame < hs->first.frame)
        return false;
    int64_t type = flow[FLOW_ICMP_TYPE].is.number, code = flow[FLOW_ICMP_CODE].is.number;
    return flow[FLOW_ICMP_VERSION].is.number == 6 ? type == 1 : type == 3 && code != 4;
}

void exchange_finish(struct handshake *hs, bool details)
{
    bool waits = hs->state == EXCHANGE_REQUESTED || hs->state == EXCHANGE_REQUESTED_NON ||
                 hs->state == EXCHANGE_PINGED || hs->state == EXCHANGE_ACKNOWLEDGED;
    (void)details;
    if (hs->outcome == OUTCOME_OPEN && waits && is_unreachable(hs))
        hs->outcome = OUTCOME_FAILED;
}
