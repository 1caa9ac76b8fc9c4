/* empty.c - acknowledgements, Resets, answers to pings, and what is malformed. */
#include "dissectors/coap/exchange.h"

#include "dissectors/coap/describe.h"
#include "dissectors/coap/fields.h"

/* ---- empty messages ---- */

static bool wants_no_success(const struct exchange *e)
{
    return handshake_number_or(e->hs, COAP_NO_RESPONSE, 0) & 2;
}

void exchange_ack(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    struct exchange *e = exchange_find_request(coap, side_other(side), m->id);
    if (e && e->code == COAP_EMPTY) {
        exchange_pong(c, side, m);
        return;
    }
    if (e) {
        bool last = wants_no_success(e) && e->hs->state == EXCHANGE_REQUESTED;
        exchange_saw(c, e, side, last ? COAP_SAW_LAST_ACK : COAP_SAW_ACK, m);
        handshake_set_bool(e->hs, COAP_ACKNOWLEDGED, true);
        if (last)
            exchange_answered(c, e);
        return;
    }
    e = exchange_find_response(coap, side, m->id, NULL);
    if (!e)
        return;
    e->unacknowledged = false;
    exchange_saw(c, e, side, COAP_SAW_RESPONSE_ACK, m);
}

void exchange_pong(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    bool has_id = m->type != COAP_NO_TYPE;
    for (struct exchange *e = coap->first; e; e = e->next) {
        if (e->hs->state != EXCHANGE_PINGED || e->client == side || (has_id && e->id != m->id) ||
            (!has_id && !coap_same_token(&e->token, &m->token)))
            continue;
        exchange_saw(c, e, side, COAP_SAW_PONG, m);
        exchange_answered(c, e);
        return;
    }
}

static bool is_broken(const struct exchange *e)
{
    return e->hs->state == EXCHANGE_BROKEN;
}

/* A Reset to what was malformed may carry the id 0 (libcoap does that). */
static struct exchange *find_broken(const struct coap *coap, enum side client)
{
    struct exchange *found = NULL;
    for (struct exchange *e = coap->first; e; e = e->next)
        if (e->client == client && is_broken(e))
            found = e;
    return found;
}

static void reset_request(struct conversation *c, struct exchange *e, enum side side,
                          const struct coap_message *m)
{
    if (e->hs->state == EXCHANGE_PINGED) {
        exchange_pong(c, side, m);
        return;
    }
    if (e->answered && !is_broken(e))
        return;
    exchange_saw(c, e, side, COAP_SAW_RST, m);
    handshake_set_string(e->hs, COAP_RESET_BY, side_name(exchange_role(e, side)));
    exchange_answered(c, e);
}

/* A client that resets a notification does not observe any more. One that resets
 * a response has forgotten what it asked, unless it took the response before and
 * this is about a copy. RFC 7252 §5.3.2, RFC 7641 §3.6 */
static void reset_response(struct conversation *c, struct exchange *e, enum side side,
                           const struct coap_message *m)
{
    bool confirmable = handshake_text(e->hs, COAP_RESPONSE_TYPE).bytes[0] == 'C';
    bool copy = confirmable ? !e->unacknowledged : e->response_copied;
    e->unacknowledged = false;
    exchange_due(conversation_memory(c), e);
    if (exchange_observes(e)) {
        exchange_saw(c, e, side, COAP_SAW_OBSERVE_END, m);
        handshake_set_string(e->hs, COAP_OBSERVE_ENDED, "reset");
        e->answered_us = exchange_now_us(c);
    } else if (!copy && e->hs->state == EXCHANGE_ANSWERED &&
               !handshake_has(e->hs, COAP_OBSERVE_ENDED)) {
        exchange_saw(c, e, side, COAP_SAW_RESPONSE_RST, m);
        handshake_set_string(e->hs, COAP_RESET_BY, side_name(exchange_role(e, side)));
    }
}

void exchange_reset(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    struct exchange *e = exchange_find_request(coap, side_other(side), m->id);
    if (!e && m->id == 0)
        e = find_broken(coap, side_other(side));
    if (e) {
        reset_request(c, e, side, m);
        return;
    }
    e = exchange_find_response(coap, side, m->id, NULL);
    if (e)
        reset_response(c, e, side, m);
}

/* ---- malformed ones ---- */

/* Which exchange a malformed message means to answer, as far as it can be read. */
static struct exchange *find_meant(const struct coap *coap, enum side side,
                                   const struct coap_message *m)
{
    if (m->type == COAP_ACK || m->type == COAP_RST)
        return exchange_find_request(coap, side_other(side), m->id);
    if (coap_is_response(m) && m->token_bytes)
        return exchange_find_token(coap, side_other(side), &m->token, exchange_any);
    return NULL;
}

static bool is_answer(const struct coap_message *m)
{
    return m->type == COAP_ACK || m->type == COAP_RST || coap_is_response(m);
}

static struct exchange *begin_broken(struct conversation *c, enum side side,
                                     const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    enum side client = is_answer(m) ? side_other(side) : side;
    struct exchange *e = exchange_find_same(coap, client, m);
    if (e && is_broken(e)) {
        exchange_saw(c, e, side, side == client ? COAP_SAW_REQUEST_AGAIN : COAP_SAW_RESPONSE_AGAIN,
                     NULL);
        return NULL;
    }
    e = exchange_begin(c, client, m);
    if (!e)
        return NULL;
    e->has_id = m->type != COAP_NO_TYPE;
    e->id = m->id;
    return e;
}

void exchange_malformed(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct exchange *e = find_meant(conversation_memory(c), side, m);
    if (e && e->answered) {
        exchange_saw(c, e, side, COAP_SAW_RESPONSE_AGAIN, NULL);
        return;
    }
    if (!e)
        e = begin_broken(c, side, m);
    if (!e)
        return;
    exchange_saw(c, e, side, COAP_SAW_MALFORMED, m);
    if (m->headed && !is_answer(m))
        coap_describe_request(e->hs, m);
    handshake_set_string(e->hs, COAP_MALFORMED, m->wrong);
    handshake_set_string(e->hs, COAP_MALFORMED_BY, side_name(exchange_role(e, side)));
    exchange_answered(c, e);
}
