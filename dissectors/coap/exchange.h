/* exchange.h - private to this folder: the exchanges of one conversation that
 * may still change, and what a message means to one of them.
 *
 *     exchange.c    the list: beginning, finding, handing out, making room
 *     request.c     requests and pings        response.c  responses, notifications
 *     empty.c       acknowledgements, Resets  silence.c   what time means
 *
 * An exchange stays open a while after its answer, because the client may not have
 * got it. Then it is handed out, and only enough is kept to know its stragglers. */
#ifndef COAP_EXCHANGE_H
#define COAP_EXCHANGE_H

#include "dissectors/coap/machine.h"
#include "dissectors/coap/message.h"
#include "handshake/dissector.h"

#define SECOND_US            INT64_C(1000000)
#define EXCHANGE_LIFETIME_US (247 * SECOND_US) /* RFC 7252 §4.8.2 */

/* What keeps an answered exchange from being over. */
enum coap_wants {
    WANTS_NOTHING,
    WANTS_BLOCK1,   /* the next block of the request's body */
    WANTS_BLOCK2,   /* the request for the next block of the response's body */
    WANTS_Q_BLOCK1, /* the blocks that the server misses, RFC 9177 §4.3 */
    WANTS_SMALLER,  /* the same again in smaller blocks, RFC 7959 §2.9.3 */
    WANTS_ECHO,     /* the same again, with the Echo value: RFC 9175 §2.3 */
};

struct exchange {
    struct exchange *next;
    struct handshake *hs;
    enum side client; /* who sent the request: either end can */

    /* the request */
    struct coap_token token;
    uint64_t resource;
    int64_t began_us, sent_us; /* sent_us: the last time */
    uint16_t id;
    uint8_t code;
    bool has_id, confirmable, registers;
    bool block1, block1_more, later_block2, q_block1;
    uint32_t block1_size;
    uint32_t again, duplicates;

    /* the response */
    int64_t answered_us, responded_us; /* when its state changed last; the last response */
    uint16_t response_id;
    bool answered;        /* by a response or a Reset, or in vain */
    bool has_response_id; /* it came by itself, not with the acknowledgement */
    bool unacknowledged;  /* it wants to be, and is not so far */
    bool response_copied;
    enum coap_wants wants;
    uint32_t again_from_server, notifications;
};

/* What is kept of one that was handed out. */
struct recent {
    struct coap_token token;
    int64_t began_us;
    uint16_t id;
    bool there, from_server;
};

enum { RECENT_COUNT = 32 };

/* A conversation's memory, of both kinds of CoAP. */
struct coap {
    struct exchange *first, *spare; /* in order of beginning */
    unsigned count;
    int64_t due_us; /* before then time closes none of them */
    struct recent recents[RECENT_COUNT];
    unsigned recent_at;
    uint32_t requests, again;
    bool spoke[2];

    /* over TCP */
    struct handshake *signalling; /* of the CSMs, the connection's own */
    bool csm[2], whole;           /* whole: each message is a WebSocket's */
};

/* ---- what the dissectors call ---- */

/* A message of the conversation, sent by side. */
void exchange_request(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_response(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_ping(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_pong(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_ack(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_reset(struct conversation *c, enum side side, const struct coap_message *m);
void exchange_malformed(struct conversation *c, enum side side, const struct coap_message *m);

/* exchanges_tend hands out those that time has closed. Before each message. */
void exchanges_tend(struct conversation *c);
/* exchanges_close: a side closed its connection, or with NOBODY nothing more will come. */
void exchanges_close(struct conversation *c, enum side side);
/* exchange_finish is the dissectors' finish. */
void exchange_finish(struct handshake *hs, bool details);

/* ---- what the files of this folder call ---- */

/* exchange_begin gives a new exchange for its first message. What the cap refuses
 * is counted, and remembered, so that its answer is not taken for one that nobody
 * asked for; then it gives NULL. */
struct exchange *exchange_begin(struct conversation *c, enum side client,
                                const struct coap_message *m);
/* exchange_end hands it out: it is not touched any more. */
void exchange_end(struct coap *coap, struct exchange *e);
/* exchange_judge has the last word: what it was waiting for did not come. Ends it. */
void exchange_judge(struct coap *coap, struct exchange *e, int64_t now_us, enum coap_event why);

/* exchange_due notes that time may close it sooner than any other: whenever its state
 * or what it waits for has changed. */
void exchange_due(struct coap *coap, const struct exchange *e);

/* exchange_role is who a side is in this exchange: its client sent the request. */
enum side exchange_role(const struct exchange *e, enum side side);
/* exchange_saw steps its machine; m may be NULL. */
void exchange_saw(struct conversation *c, struct exchange *e, enum side side, enum coap_event event,
                  const struct coap_message *m);
/* exchange_answered notes that its state has changed for what it is to be. */
void exchange_answered(struct conversation *c, struct exchange *e);
/* exchange_continued: what it wanted has come. */
void exchange_continued(struct conversation *c, struct exchange *e);
/* exchange_note_copy tells a copy, which is the network's doing and comes at once,
 * from what the sender sends again. */
bool exchange_note_copy(struct exchange *e, int64_t since_us);
int64_t exchange_now_us(const struct conversation *c);

/* Finding: of several that fit, the newest is meant; NULL when there is none.
 * find_same: the exchange that m is the first message of, once more.
 * find_request: by the message id of its request.
 * find_response: by that of its response; with a token, that of the response itself.
 * find_token: by its token, of those that fit. */
struct exchange *exchange_find_same(const struct coap *coap, enum side client,
                                    const struct coap_message *m);
struct exchange *exchange_find_request(const struct coap *coap, enum side client, uint16_t id);
struct exchange *exchange_find_response(const struct coap *coap, enum side client, uint16_t id,
                                        const struct coap_token *token);
struct exchange *exchange_find_token(const struct coap *coap, enum side client,
                                     const struct coap_token *token,
                                     bool (*fits)(const struct exchange *));
bool exchange_observes(const struct exchange *e);
bool exchange_any(const struct exchange *e);

/* The same among those that were handed out lately. */
bool exchange_is_recent_request(const struct coap *coap, enum side client,
                                const struct coap_message *m, int64_t now_us);
bool exchange_is_recent_token(const struct coap *coap, enum side client,
                              const struct coap_token *token);

#endif
