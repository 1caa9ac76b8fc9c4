/* request.c - requests and pings: new ones, and those that are sent again. */
#include "dissectors/coap/exchange.h"

#include "dissectors/coap/describe.h"
#include "dissectors/coap/fields.h"

static void request_again(struct conversation *c, struct exchange *e, enum side side,
                          const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    int64_t since_us = exchange_now_us(c) - e->sent_us;
    exchange_saw(c, e, side, COAP_SAW_REQUEST_AGAIN, m);
    if (exchange_note_copy(e, since_us))
        return;
    e->sent_us = exchange_now_us(c);
    coap->again++;
    handshake_set_number(e->hs, COAP_RETRANSMISSIONS, ++e->again);
}

static bool goes_on(const struct exchange *e, const struct coap_message *m)
{
    switch (e->wants) {
    case WANTS_NOTHING:
        return false;
    case WANTS_BLOCK1:
        return m->has.block1 != OPTION_ABSENT && block_number(m->has.block1) > 0;
    case WANTS_BLOCK2:
        return m->has.block2 != OPTION_ABSENT && block_number(m->has.block2) > 0;
    case WANTS_Q_BLOCK1:
        return m->has.q_block1 != OPTION_ABSENT;
    case WANTS_SMALLER:
        return m->has.block1 != OPTION_ABSENT;
    case WANTS_ECHO:
        return m->echo || m->oscore; /* inside OSCORE it is not to be seen */
    }
    return false;
}

/* What this request goes on with; true when it is a later block of something. */
static bool go_on_with(struct conversation *c, const struct exchange *by,
                       const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    bool found = false;
    for (struct exchange *e = coap->first; e; e = e->next) {
        if (e == by || e->client != by->client || e->resource != m->resource)
            continue;
        if (goes_on(e, m)) {
            exchange_continued(c, e);
            found = true;
        } else if (e->block1 || e->later_block2) {
            found = true;
        }
    }
    return found;
}

static void note_blocks(struct exchange *e, const struct coap_message *m, bool later)
{
    const struct coap_numbers *has = &m->has;
    e->block1 = has->block1 != OPTION_ABSENT;
    e->later_block2 = has->block2 != OPTION_ABSENT && block_number(has->block2) > 0;
    e->q_block1 = has->q_block1 != OPTION_ABSENT;
    e->block1_more = block_more(has->block1);
    e->block1_size = e->block1 ? block_size(has->block1) : 0;
    bool middle = (e->block1 && block_number(has->block1) > 0) || e->later_block2;
    if (middle && !later)
        handshake_set_bool(e->hs, COAP_BLOCK_FIRST_MISSED, true);
}

static enum coap_event request_event(const struct coap_message *m)
{
    return m->type == COAP_CON   ? COAP_SAW_REQUEST
           : m->type == COAP_NON ? COAP_SAW_REQUEST_NON
                                 : COAP_SAW_REQUEST_STREAM;
}

/* A new exchange for m, or NULL when it is one that began before. */
static struct exchange *begin_unless_again(struct conversation *c, enum side side,
                                           const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    bool has_id = m->type != COAP_NO_TYPE;
    struct exchange *e = exchange_find_same(coap, side, m);
    if (e) {
        request_again(c, e, side, m);
        return NULL;
    }
    if (has_id && exchange_is_recent_request(coap, side, m, exchange_now_us(c)))
        return NULL;
    e = exchange_begin(c, side, m);
    if (!e)
        return NULL;
    e->has_id = has_id;
    e->id = m->id;
    return e;
}

void exchange_request(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    struct exchange *e = begin_unless_again(c, side, m);
    if (!e)
        return;
    coap->requests++;
    e->confirmable = m->type == COAP_CON;
    e->registers = m->has.observe == 0;
    exchange_saw(c, e, side, request_event(m), m);
    coap_describe_request(e->hs, m);
    note_blocks(e, m, go_on_with(c, e, m));
}

void exchange_ping(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct exchange *e = begin_unless_again(c, side, m);
    if (!e)
        return;
    e->confirmable = true;
    exchange_saw(c, e, side, COAP_SAW_PING, m);
    coap_describe_request(e->hs, m);
    handshake_set_string(e->hs, COAP_PURPOSE, "ping");
}
