/* exchange.c - see exchange.h: the list of exchanges, and how one is found in it.
 *
 * Requests are known again by their message id, RFC 7252 §4.2; responses by the
 * message id that they acknowledge, else by their token, §5.3.2. */
#include "dissectors/coap/exchange.h"

#include "dissectors/coap/describe.h"
#include "dissectors/coap/fields.h"

enum {
    COUNT_MAX = 48,   /* from here on the oldest harmless one has to go */
    ANSWERED_MAX = 2, /* answered ones that are kept for their stragglers: see make_room */
    OBSERVED_MAX = 16,
    TOO_EARLY_US = 200000, /* for a retransmission: ACK_TIMEOUT is 2 s */
};

int64_t exchange_now_us(const struct conversation *c)
{
    return conversation_now(c).time_us;
}

enum side exchange_role(const struct exchange *e, enum side side)
{
    return side == e->client ? CLIENT : SERVER;
}

void exchange_saw(struct conversation *c, struct exchange *e, enum side side, enum coap_event event,
                  const struct coap_message *m)
{
    e->hs->now = conversation_now(c);
    conversation_saw(c, e->hs, exchange_role(e, side), event, m ? coap_note(e->hs, m) : NULL);
    exchange_due(conversation_memory(c), e);
}

void exchange_answered(struct conversation *c, struct exchange *e)
{
    e->answered = true;
    e->answered_us = exchange_now_us(c);
    exchange_due(conversation_memory(c), e);
}

void exchange_continued(struct conversation *c, struct exchange *e)
{
    exchange_saw(c, e, e->hs->state == EXCHANGE_REQUESTED_NON ? side_other(e->client) : e->client,
                 COAP_SAW_CONTINUED, NULL);
    e->wants = WANTS_NOTHING;
    exchange_answered(c, e);
}

bool exchange_note_copy(struct exchange *e, int64_t since_us)
{
    if (since_us >= TOO_EARLY_US)
        return false;
    handshake_set_number(e->hs, COAP_DUPLICATES, ++e->duplicates);
    return true;
}

/* ---- finding ---- */

struct exchange *exchange_find_request(const struct coap *coap, enum side client, uint16_t id)
{
    struct exchange *found = NULL;
    for (struct exchange *e = coap->first; e; e = e->next)
        if (e->client == client && e->has_id && e->id == id)
            found = e;
    return found;
}

struct exchange *exchange_find_same(const struct coap *coap, enum side client,
                                    const struct coap_message *m)
{
    struct exchange *found = NULL;
    for (struct exchange *e = coap->first; e && m->type != COAP_NO_TYPE; e = e->next)
        if (e->client == client && e->has_id && e->id == m->id && e->code == m->code &&
            coap_same_token(&e->token, &m->token))
            found = e;
    return found;
}

struct exchange *exchange_find_response(const struct coap *coap, enum side client, uint16_t id,
                                        const struct coap_token *token)
{
    struct exchange *found = NULL;
    for (struct exchange *e = coap->first; e; e = e->next)
        if (e->client == client && e->has_response_id && e->response_id == id &&
            (!token || coap_same_token(&e->token, token)))
            found = e;
    return found;
}

struct exchange *exchange_find_token(const struct coap *coap, enum side client,
                                     const struct coap_token *token,
                                     bool (*fits)(const struct exchange *))
{
    struct exchange *found = NULL;
    for (struct exchange *e = coap->first; e; e = e->next)
        if (e->client == client && coap_same_token(&e->token, token) && fits(e))
            found = e;
    return found;
}

bool exchange_observes(const struct exchange *e)
{
    return e->hs->state == EXCHANGE_OBSERVING;
}

bool exchange_any(const struct exchange *e)
{
    (void)e;
    return true;
}

/* ---- making room ---- */

static bool is_over(const struct exchange *e)
{
    return e->answered && !exchange_observes(e) && e->hs->outcome != OUTCOME_OPEN;
}

/* Owed nothing, or owing the next step itself. */
static bool may_go(const struct exchange *e)
{
    uint8_t state = e->hs->state;
    return state == EXCHANGE_REQUESTED_NON || state == EXCHANGE_MORE_COMING ||
           state == EXCHANGE_MORE_WANTED || state == EXCHANGE_CHALLENGED;
}

/* Ends the oldest of a kind when there are max of them or more. */
static bool push_out(struct conversation *c, bool (*kind)(const struct exchange *), unsigned max)
{
    struct coap *coap = conversation_memory(c);
    struct exchange *oldest = NULL;
    unsigned count = 0;
    for (struct exchange *e = coap->first; e; e = e->next) {
        if (!kind(e))
            continue;
        oldest = oldest ? oldest : e;
        count++;
    }
    if (!oldest || count < max)
        return false;
    exchange_judge(coap, oldest, exchange_now_us(c), COAP_SAW_SILENCE);
    return true;
}

/* A client sends the next request when it has the answer to the one before (NSTART,
 * §4.7): what it sends again is one of the last two.
 *
 * What has its answer goes before what may still get one. Confirmable requests
 * that wait are never pushed out: those beyond the cap are counted instead. */
static void make_room(struct conversation *c)
{
    struct coap *coap = conversation_memory(c);
    push_out(c, is_over, ANSWERED_MAX);
    push_out(c, exchange_observes, OBSERVED_MAX);
    if (coap->count >= COUNT_MAX && !push_out(c, is_over, 1) && !push_out(c, may_go, 1))
        push_out(c, exchange_observes, 1);
}

/* ---- beginning and ending ---- */

static bool is_group(const struct address *a)
{
    if (a->len == 4)
        return a->bytes[0] >> 4 == 14 ||
               (a->bytes[0] & a->bytes[1] & a->bytes[2] & a->bytes[3]) == 255;
    return a->len == 16 && a->bytes[0] == 0xff;
}

/* Either end may ask: in the handshake who asks is the client. */
static struct handshake *begin_handshake(struct conversation *c, enum side client)
{
    struct handshake *hs = conversation_begin(c);
    if (!hs)
        return NULL;
    if (client == SERVER) {
        struct endpoint other = hs->ends[CLIENT];
        hs->ends[CLIENT] = hs->ends[SERVER];
        hs->ends[SERVER] = other;
    }
    if (is_group(&hs->ends[SERVER].address))
        handshake_set_bool(hs, COAP_MULTICAST, true);
    return hs;
}

static struct exchange *take_spare(struct conversation *c, struct coap *coap)
{
    struct exchange *e = coap->spare;
    if (!e)
        return arena_take(conversation_arena(c), sizeof *e);
    coap->spare = e->next;
    *e = (struct exchange){ 0 };
    return e;
}

static void give_spare(struct coap *coap, struct exchange *e)
{
    e->next = coap->spare;
    coap->spare = e;
}

static void remember(struct coap *coap, enum side client, const struct coap_token *token,
                     uint16_t id, int64_t began_us)
{
    coap->recents[coap->recent_at++ % RECENT_COUNT] = (struct recent){
        .token = *token,
        .began_us = began_us,
        .id = id,
        .from_server = client == SERVER,
        .there = true,
    };
}

void exchange_end(struct coap *coap, struct exchange *e)
{
    struct exchange **link = &coap->first;
    while (*link != e)
        link = &(*link)->next;
    *link = e->next;
    coap->count--;
    remember(coap, e->client, &e->token, e->id, e->began_us);
    e->hs->settled = true;
    give_spare(coap, e);
}

struct exchange *exchange_begin(struct conversation *c, enum side client,
                                const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    make_room(c);
    struct exchange *e = take_spare(c, coap);
    if (!e)
        return NULL;
    e->hs = begin_handshake(c, client);
    if (!e->hs) {
        remember(coap, client, &m->token, m->id, exchange_now_us(c));
        give_spare(coap, e);
        return NULL;
    }
    e->client = client;
    e->code = m->code;
    e->token = m->token;
    e->resource = m->resource;
    e->began_us = e->sent_us = e->answered_us = exchange_now_us(c);
    struct exchange **link = &coap->first;
    while (*link)
        link = &(*link)->next;
    *link = e;
    coap->count++;
    return e;
}

bool exchange_is_recent_request(const struct coap *coap, enum side client,
                                const struct coap_message *m, int64_t now)
{
    for (unsigned i = 0; i < RECENT_COUNT; i++) {
        const struct recent *r = &coap->recents[i];
        if (r->there && r->id == m->id && r->from_server == (client == SERVER) &&
            coap_same_token(&r->token, &m->token) && now - r->began_us < EXCHANGE_LIFETIME_US)
            return true;
    }
    return false;
}

bool exchange_is_recent_token(const struct coap *coap, enum side client,
                              const struct coap_token *token)
{
    for (unsigned i = 0; i < RECENT_COUNT; i++) {
        const struct recent *r = &coap->recents[i];
        if (r->there && r->from_server == (client == SERVER) && coap_same_token(&r->token, token))
            return true;
    }
    return false;
}
