/* response.c - responses, and what they leave to be done: another block, an Echo,
 * the notifications of an observation. */
#include "dissectors/coap/exchange.h"

#include "dissectors/coap/describe.h"
#include "dissectors/coap/fields.h"

/* What a refusal asks for, where it is an invitation to come again otherwise. */
static enum coap_wants wants_after_error(const struct exchange *e, const struct coap_message *m)
{
    if (m->code == COAP_CODE_UNAUTHORIZED && m->echo)
        return WANTS_ECHO;
    if (m->code == COAP_CODE_INCOMPLETE && e->q_block1)
        return WANTS_Q_BLOCK1;
    if (m->code == COAP_CODE_TOO_LARGE && e->block1 && m->has.block1 != OPTION_ABSENT &&
        block_size(m->has.block1) < e->block1_size)
        return WANTS_SMALLER;
    return WANTS_NOTHING;
}

static enum coap_wants wants_after_success(const struct exchange *e, const struct coap_message *m)
{
    if (block_more(m->has.block2))
        return WANTS_BLOCK2;
    return e->block1_more ? WANTS_BLOCK1 : WANTS_NOTHING;
}

static enum coap_event response_event(struct exchange *e, const struct coap_message *m)
{
    bool success = coap_class(m) == 2;
    if (success && e->registers && m->has.observe != OPTION_ABSENT)
        return COAP_SAW_REGISTERED;
    if (success && block_more(m->has.q_block2))
        return COAP_SAW_PARTIAL;
    e->wants = success ? wants_after_success(e, m) : wants_after_error(e, m);
    if (e->wants == WANTS_ECHO)
        return COAP_SAW_CHALLENGE;
    if (e->wants)
        return COAP_SAW_BLOCK;
    return success ? COAP_SAW_RESPONSE : COAP_SAW_ERROR;
}

static void note_response_id(struct conversation *c, struct exchange *e,
                             const struct coap_message *m)
{
    e->responded_us = exchange_now_us(c);
    e->has_response_id = m->type == COAP_CON || m->type == COAP_NON;
    e->response_id = m->id;
    e->unacknowledged = m->type == COAP_CON;
    exchange_due(conversation_memory(c), e);
}

/* An observation of the same token is over once its client was answered anew. */
static void replace_observation(struct conversation *c, const struct exchange *by)
{
    struct coap *coap = conversation_memory(c);
    bool again = by->hs->state == EXCHANGE_OBSERVING;
    bool ends = again || handshake_has(by->hs, COAP_OBSERVE);
    for (struct exchange *e = coap->first; e && ends; e = e->next) {
        if (e == by || e->client != by->client || !exchange_observes(e) ||
            !coap_same_token(&e->token, &by->token))
            continue;
        exchange_saw(c, e, e->client, COAP_SAW_OBSERVE_END, NULL);
        handshake_set_string(e->hs, COAP_OBSERVE_ENDED,
                             again ? "registered again" : "deregistered");
        e->answered_us = exchange_now_us(c);
    }
}

/* Of several requests that carry blocks by Q-Block1 only the last is answered. */
static void answer_q_blocks(struct conversation *c, const struct exchange *by)
{
    struct coap *coap = conversation_memory(c);
    for (struct exchange *e = coap->first; e && by->q_block1; e = e->next)
        if (e != by && e->q_block1 && !e->answered && e->client == by->client &&
            e->resource == by->resource && e->hs->state == EXCHANGE_REQUESTED_NON)
            exchange_continued(c, e);
}

static void answer(struct conversation *c, struct exchange *e, enum side side,
                   const struct coap_message *m)
{
    enum coap_event event = response_event(e, m);
    exchange_saw(c, e, side, event, m);
    coap_describe_response(e->hs, m);
    if (m->type == COAP_ACK)
        handshake_set_bool(e->hs, COAP_ACKNOWLEDGED, true);
    else if (m->type != COAP_NO_TYPE)
        handshake_set_bool(e->hs, COAP_SEPARATE, e->confirmable);
    if (event == COAP_SAW_CHALLENGE)
        handshake_set_bool(e->hs, COAP_CHALLENGED, true);
    note_response_id(c, e, m);
    exchange_answered(c, e);
    replace_observation(c, e);
    answer_q_blocks(c, e);
}

static void response_again(struct conversation *c, struct exchange *e, enum side side,
                           const struct coap_message *m)
{
    int64_t since_us = exchange_now_us(c) - e->responded_us;
    exchange_saw(c, e, side, COAP_SAW_RESPONSE_AGAIN, m);
    e->response_copied = true;
    if (exchange_note_copy(e, since_us) || m->type != COAP_CON)
        return;
    e->responded_us = exchange_now_us(c);
    handshake_set_number(e->hs, COAP_RESPONSE_RETRANSMISSIONS, ++e->again_from_server);
}

/* A notification without Observe is the last one, and so is an error: RFC 7641 §3.2, §4.2. */
static void notify(struct conversation *c, struct exchange *e, enum side side,
                   const struct coap_message *m)
{
    bool error = coap_class(m) != 2, last = error || m->has.observe == OPTION_ABSENT;
    exchange_saw(c, e, side, last ? COAP_SAW_OBSERVE_END : COAP_SAW_NOTIFICATION, m);
    handshake_set_number(e->hs, COAP_NOTIFICATIONS, ++e->notifications);
    if (last) {
        handshake_set_string(e->hs, COAP_OBSERVE_ENDED, error ? "refused" : "finished");
        e->answered_us = exchange_now_us(c);
    }
    if (error)
        coap_describe_refusal(e->hs, m);
    note_response_id(c, e, m);
}

/* A response, and no request. A notification belongs to an observation that is
 * older than the capture, and tells nothing of how that came about. Others
 * answer a request to a group, or one that was not captured. */
static void unasked(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    enum side client = side_other(side);
    if (m->has.observe != OPTION_ABSENT || exchange_is_recent_token(coap, client, &m->token))
        return;
    struct exchange *e = exchange_begin(c, client, m);
    if (!e)
        return;
    e->hs->late = true;
    exchange_saw(c, e, side, COAP_SAW_RESPONSE_UNASKED, m);
    coap_describe_response(e->hs, m);
    exchange_end(coap, e);
}

static void respond_by_id(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    struct exchange *e = exchange_find_request(coap, side_other(side), m->id);
    if (!e) {
        unasked(c, side, m);
    } else if (!coap_same_token(&e->token, &m->token)) {
        exchange_saw(c, e, side, COAP_SAW_ACK, m);
        handshake_set_bool(e->hs, COAP_TOKEN_MISMATCH, true);
    } else if (e->answered) {
        response_again(c, e, side, m);
    } else {
        answer(c, e, side, m);
    }
}

static bool waits_for_server(const struct exchange *e)
{
    return !e->answered || e->hs->state == EXCHANGE_MORE_COMING;
}

static void respond_by_token(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    enum side client = side_other(side);
    bool has_id = m->type != COAP_NO_TYPE;
    struct exchange *e = has_id ? exchange_find_response(coap, client, m->id, &m->token) : NULL;
    if (e) {
        response_again(c, e, side, m);
        return;
    }
    e = exchange_find_token(coap, client, &m->token, waits_for_server);
    if (e) {
        answer(c, e, side, m);
        return;
    }
    e = exchange_find_token(coap, client, &m->token, exchange_observes);
    if (e) {
        notify(c, e, side, m);
        return;
    }
    e = exchange_find_token(coap, client, &m->token, exchange_any);
    if (e)
        response_again(c, e, side, m);
    else
        unasked(c, side, m);
}

void exchange_response(struct conversation *c, enum side side, const struct coap_message *m)
{
    if (m->type == COAP_ACK)
        respond_by_id(c, side, m);
    else
        respond_by_token(c, side, m);
}
