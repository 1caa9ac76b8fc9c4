/* dtls.c - TLS over datagrams: DTLS 1.0, 1.2 and 1.3 (RFC 4347, 6347, 9147).
 *
 *     datagram ──> record ──> fragments, joined and put in order ──> messages.c
 *                    ├──────> alerts ──> alert.c
 *                    └──────> encrypted: known by type and epoch, or length (sealed.c)
 *
 * Messages and fields are those of TLS. What is different: packets may be missing
 * or come in any order, so nothing that is missing is anybody's mistake; flights
 * come again, which is no progress (flights.c); nobody closes, so only silence or
 * another ClientHello ends what stalled; and one pair of ports may see several
 * handshakes, one after the other. */
#include <string.h>

#include "dissectors/tls/datagram.h"
#include "dissectors/tls/flights.h"
#include "dissectors/tls/fragments.h"
#include "dissectors/tls/names.h"
#include "dissectors/tls/tls.h"
#include "dissectors/tls/unseal.h"

enum {
    RANDOM_LEN = 32,
    RANDOM_END = 2 + RANDOM_LEN,
    ACKED_MAX = 20,     /* record numbers in an ACK that we take for one */
    RECORD_NUMBER = 16, /* bytes of one there, RFC 9147 §7 */
    SEALED_ITEM = 4,    /* of a flight: its encrypted records, behind the clear messages */
    REPETITIONS_MANY = 3,
    ALERT_LEN = 2,
    ALERTS_MAX = 4, /* in one record */
};

static const int64_t GIVEN_UP_US = 130000000; /* timers end at 60 s, RFC 6347 §4.2.4.1 */
static const int64_t REPEATED_US = 5000000;   /* three repetitions take 7 s, §4.2.4.1 */
static const int64_t BURST_US = 40000;        /* no timer is as short */

struct sealed_length {
    size_t len;
    int64_t time_us;
};

struct dtls_side {
    struct fragments fragments;
    struct cid cid;
    bool changed, change_read; /* its ChangeCipherSpec came; and was its turn */
    bool finished;             /* an encrypted handshake message came */
    size_t finished_len;
    struct sealed_length sealed[SEALED_MAX]; /* DTLS 1.3: records with its handshake keys */
    uint8_t sealed_count;
    bool doubtful; /* its last one is an alert, or an ACK of nothing: both are as long */
    struct moment doubtful_at;
    size_t doubtful_len;
};

/* messages.c, alert.c and sealed.c take the conversation's memory for a struct tls. */
struct dtls {
    struct tls tls;
    struct dtls_side side[2];
    struct flights flights;
    struct moment progress; /* when one of them said something new */
    bool turned;            /* the conversation's client is this handshake's server */
    bool has_random, hello_again;
    bool in_vain; /* to wait for more is in vain */
    uint8_t random[RANDOM_LEN];
};

static struct dtls *dtls_memory(struct conversation *c)
{
    return conversation_memory(c);
}

static bool is_over(const struct handshake *hs)
{
    return hs->settled || hs->state == TLS_FOLLOWED || machine_state(&tls_machine, hs)->settled;
}

static bool has_finished(const struct handshake *hs, enum side side)
{
    return handshake_has(hs, side == CLIENT ? TLS_CLIENT_FINISHED : TLS_SERVER_FINISHED);
}

/* ---- flights ---- */

static void news(struct conversation *c, enum side side, uint8_t type, uint16_t seq, unsigned item)
{
    struct dtls *d = dtls_memory(c);
    flights_news(&d->flights, d->tls.hs, side, type, seq);
    d->progress = conversation_now(c);
    flights_saw(&d->flights, d->tls.hs, side,
                item == FLIGHT_ITEMS ? flights_item(&d->flights, side, seq) : item);
}

/* A flight sent again is an event, and no progress. */
static void again(struct conversation *c, enum side side, unsigned item)
{
    static const char *const notes[] = { NULL,       "flight 1", "flight 2", "flight 3",
                                         "flight 4", "flight 5", "flight 6" };
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    if (!flights_saw(&d->flights, hs, side, item) || hs->outcome != OUTCOME_OPEN)
        return;
    conversation_saw(c, hs, side, TLS_FLIGHT_AGAIN, notes[d->flights.side[side].number]);
}

/* ---- what waits for its turn ---- */

/* ChangeCipherSpec and Finished have no number: their turn is when the machine
 * has a step for them. True when one of them went. */
static bool step_waiting(struct conversation *c, enum side side)
{
    struct dtls *d = dtls_memory(c);
    struct dtls_side *s = &d->side[side];
    struct handshake *hs = d->tls.hs;
    if (s->changed && !s->change_read && !has_finished(hs, side) &&
        machine_expects(hs, &tls_machine, side, TLS_CHANGE_CIPHER_SPEC)) {
        s->change_read = true;
        message_change_cipher_spec(c, side);
        return true;
    }
    if (s->finished && !has_finished(hs, side) && (s->change_read || hs->late) &&
        machine_expects(hs, &tls_machine, side, TLS_FINISHED)) {
        message_sealed(c, side);
        return true;
    }
    return false;
}

static void catch_up(struct conversation *c)
{
    while (step_waiting(c, CLIENT) || step_waiting(c, SERVER))
        ;
}

static bool is_waiting(const struct dtls *d, enum side side)
{
    const struct dtls_side *s = &d->side[side];
    return !has_finished(d->tls.hs, side) && (s->finished || (s->changed && !s->change_read));
}

/* What they wait for was not captured. */
static void stop_waiting(struct conversation *c)
{
    struct dtls *d = dtls_memory(c);
    if (!is_waiting(d, CLIENT) && !is_waiting(d, SERVER))
        return;
    d->tls.hs->late = true;
    catch_up(c);
}

static void keep_random(struct dtls *d, struct reader hello)
{
    if (d->has_random || reader_left(&hello) < RANDOM_END)
        return;
    memcpy(d->random, hello.at + 2, RANDOM_LEN);
    d->has_random = true;
}

static bool has_cookie(struct reader hello)
{
    reader_skip(&hello, RANDOM_END);
    reader_skip(&hello, reader_u8(&hello)); /* session id */
    return reader_u8(&hello) > 0;
}

static void read_one(struct conversation *c, enum side side, const struct message *m)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    struct moment progress = d->progress;
    hs->now = conversation_now(c);
    if (m->type == CLIENT_HELLO)
        keep_random(d, m->body);
    if (m->type == CLIENT_HELLO && has_cookie(m->body))
        handshake_set_bool(hs, TLS_COOKIE, true);
    if (m->type == CLIENT_HELLO && !handshake_has(hs, TLS_CLIENT_FLIGHTS_REPEATED)) {
        handshake_set_number(hs, TLS_CLIENT_FLIGHTS_REPEATED, 0);
        handshake_set_number(hs, TLS_SERVER_FLIGHTS_REPEATED, 0);
    }
    news(c, side, m->type, m->seq, FLIGHT_ITEMS);
    message_read(c, side, m->type, m->body);
    if (hs->state == TLS_RETRY_ASKED)
        d->flights.side[SERVER].number = 2; /* a ServerHello by its type only */
    if (m->type == CLIENT_HELLO && d->hello_again)
        d->progress = progress; /* the same attempt, begun anew */
}

/* A side that goes on has got what the other sent before, so what is missing of
 * that will not come: it was not captured. */
static void overtake(struct conversation *c, enum side side)
{
    struct dtls *d = dtls_memory(c);
    struct fragments *f = &d->side[side].fragments;
    struct moment now = conversation_now(c);
    struct message m;
    while (fragments_jump(f) && fragments_take(f, conversation_arena(c), &m)) {
        d->tls.hs->late = true;
        conversation_at(c, m.at);
        read_one(c, side, &m);
    }
    if (is_waiting(d, side))
        stop_waiting(c);
    conversation_at(c, now);
}

static void deliver(struct conversation *c, enum side side, const struct message *m)
{
    overtake(c, side_other(side));
    read_one(c, side, m);
    catch_up(c);
}

/* ---- beginnings and endings ---- */

static bool begin(struct conversation *c, enum side client)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = conversation_begin(c);
    if (!hs) {
        conversation_done(c);
        return false;
    }
    unseal_forget(&d->tls);
    *d = (struct dtls){
        .tls = { .hs = hs, .datagrams = true },
        .turned = client == SERVER,
        .progress = conversation_now(c),
    };
    if (d->turned) {
        struct endpoint end = hs->ends[CLIENT];
        hs->ends[CLIENT] = hs->ends[SERVER];
        hs->ends[SERVER] = end;
    }
    return true;
}

static void settle_doubt(struct conversation *c, enum side side)
{
    struct dtls_side *s = &dtls_memory(c)->side[side];
    if (!s->doubtful)
        return;
    s->doubtful = false;
    struct moment now = conversation_now(c);
    conversation_at(c, s->doubtful_at);
    sealed_record(c, side, s->doubtful_len);
    conversation_at(c, now);
}

static bool is_silent(const struct dtls *d)
{
    const struct flight *client = &d->flights.side[CLIENT], *server = &d->flights.side[SERVER];
    int64_t silence = d->tls.hs->now.time_us - d->progress.time_us;
    bool repeated = client->repeats >= REPETITIONS_MANY || server->repeats >= REPETITIONS_MANY;
    return d->in_vain || silence >= SILENCE_US || (silence >= REPEATED_US && repeated);
}

/* Nothing more will come: what waits is read as it is. A side of which nothing
 * could be read has lost its beginning, another one stopped in the middle. */
static void end_handshake(struct conversation *c, bool client_begins_anew)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        settle_doubt(c, side);
        if (d->side[side].fragments.taken == 0)
            overtake(c, side);
    }
    stop_waiting(c);
    struct moment last = hs->last;
    hs->now = conversation_now(c);
    if (hs->outcome == OUTCOME_COMPLETED &&
        !(d->tls.side[CLIENT].spoke && d->tls.side[SERVER].spoke))
        hs->outcome = OUTCOME_UNKNOWN; /* one side alone never tells that the other was content */
    if (hs->outcome != OUTCOME_OPEN || hs->late || hs->state == TLS_MIDDLE)
        return;
    if (client_begins_anew && !is_silent(d))
        tls_note_closed(hs, CLIENT);
    tls_over(c, hs, is_silent(d));
    hs->last = last; /* silence is no packet */
}

static bool is_first_hello(const struct fragment *part)
{
    return part->type == CLIENT_HELLO && part->at == 0 && reader_left(&part->bytes) >= RANDOM_END;
}

/* The random tells a ClientHello of another handshake from one that comes again,
 * or with a cookie, RFC 6347 §4.2.1. */
static bool is_another(const struct dtls *d, enum side side, const struct fragment *hello)
{
    const struct handshake *hs = d->tls.hs;
    if (d->has_random && memcmp(d->random, hello->bytes.at + 2, RANDOM_LEN) == 0)
        return false;
    if (is_over(hs))
        return true;
    if (side == SERVER) /* else both began at once */
        return hs->outcome != OUTCOME_OPEN || !handshake_has(hs, TLS_HELLOS);
    return hello->seq == 0 && (d->has_random || hs->event_count > 0);
}

/* Some clients make the hello anew each time they send it: that is one attempt,
 * as long as the server has not chosen anything. */
static bool is_same_attempt(const struct dtls *d, enum side side)
{
    const struct handshake *hs = d->tls.hs;
    return side == CLIENT && hs->outcome == OUTCOME_OPEN && handshake_has(hs, TLS_HELLOS) &&
           !handshake_has(hs, TLS_VERSION) && !is_silent(d);
}

static void start_over(struct dtls *d)
{
    struct handshake *hs = d->tls.hs;
    unseal_forget(&d->tls);
    *d = (struct dtls){
        .tls = { .hs = hs, .datagrams = true },
        .turned = d->turned,
        .progress = d->progress,
        .hello_again = true,
    };
    hs->state = TLS_START;
}

/* Looks at the first fragment of a ClientHello: whose handshake is it? False when
 * there is no memory for another one. */
static bool meet_hello(struct conversation *c, enum side from, const struct fragment *hello)
{
    struct dtls *d = dtls_memory(c);
    enum side side = d->turned ? side_other(from) : from;
    if (is_another(d, side, hello)) {
        if (!is_over(d->tls.hs) && is_same_attempt(d, side)) {
            start_over(d);
        } else {
            if (!is_over(d->tls.hs))
                end_handshake(c, side == CLIENT);
            d->tls.hs->settled = true;
            if (!begin(c, from))
                return false;
        }
    }
    keep_random(d, hello->bytes);
    return true;
}

/* ---- handshake messages in the clear ---- */

static void count_packet(struct conversation *c, struct tls_side *s)
{
    uint64_t frame = conversation_now(c).frame;
    s->message_packets += s->message_frame != frame;
    s->message_frame = frame;
}

/* A few stacks count messages anew behind the HelloVerifyRequest: only the cookie
 * tells their second ClientHello from a repetition of the first. */
static bool is_repetition(const struct dtls *d, enum side side, const struct fragment *part)
{
    if (!fragments_old(&d->side[side].fragments, part))
        return false;
    return !(is_first_hello(part) && d->tls.hs->state == TLS_COOKIE_ASKED &&
             has_cookie(part->bytes));
}

static void read_whole(struct conversation *c, enum side side, const struct fragment *part)
{
    struct message m = { part->type, part->seq, part->bytes, conversation_now(c) };
    fragments_pass(&dtls_memory(c)->side[side].fragments, part->seq, part->type);
    deliver(c, side, &m);
}

static void read_fragment(struct conversation *c, enum side side, const struct fragment *part)
{
    struct dtls *d = dtls_memory(c);
    struct fragments *f = &d->side[side].fragments;
    if (is_repetition(d, side, part)) {
        if (part->at == 0)
            again(c, side, flights_item(&d->flights, side, part->seq));
        return;
    }
    if ((int16_t)(part->seq - f->next) < 0)
        f->next = part->seq; /* its sender counts anew */
    if (part->type == CLIENT_HELLO)
        count_packet(c, &d->tls.side[side]);
    if (part->seq == f->next && reader_left(&part->bytes) == part->len) {
        read_whole(c, side, part);
    } else if (part->bytes.open) {
        /* The snap length cut it. A ServerHello's version may lie behind. */
        bool whole = part->at == 0 && part->sent == part->len;
        d->tls.hs->late = d->tls.hs->late || !whole || part->type == SERVER_HELLO;
        if (part->type == CLIENT_HELLO)
            handshake_set_bool(d->tls.hs, TLS_HELLO_CUT, true);
        if (part->seq == f->next && part->at == 0)
            read_whole(c, side, part);
        return;
    } else {
        fragments_add(f, conversation_arena(c), part, conversation_now(c));
    }
    struct message m;
    while (fragments_take(f, conversation_arena(c), &m))
        deliver(c, side, &m);
}

static void both_begin(struct conversation *c)
{
    struct handshake *hs = dtls_memory(c)->tls.hs;
    hs->now = conversation_now(c);
    conversation_saw(c, hs, SERVER, TLS_CLIENT_HELLO_SEEN, NULL);
    handshake_set_string(hs, TLS_UNEXPECTED_FROM, "server");
    handshake_set_string(hs, TLS_UNEXPECTED, "ClientHello");
}

/* The messages of one record; it may hold several, or parts of them. */
static void read_handshake(struct conversation *c, enum side from, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    struct reader r = record->body;
    while (reader_left(&r) > 0) {
        struct fragment part;
        if (!datagram_fragment(&r, &part)) {
            if (!r.open && !is_over(d->tls.hs))
                message_malformed(c, d->turned ? side_other(from) : from, "handshake message");
            return;
        }
        d->tls.hs->now = conversation_now(c);
        if (is_first_hello(&part) && !meet_hello(c, from, &part))
            return;
        enum side side = d->turned ? side_other(from) : from;
        if (is_over(d->tls.hs))
            continue;
        d->tls.side[side].spoke = true;
        if (side == SERVER && part.type != HELLO_VERIFY_REQUEST &&
            !handshake_has(d->tls.hs, TLS_SERVER_RECORD_VERSION))
            handshake_set_code(d->tls.hs, TLS_SERVER_RECORD_VERSION, record->version);
        if (side == SERVER && part.type == CLIENT_HELLO)
            both_begin(c);
        else
            read_fragment(c, side, &part);
    }
}

/* ---- the other records up to DTLS 1.2 ---- */

static void read_change(struct conversation *c, enum side side)
{
    struct dtls_side *s = &dtls_memory(c)->side[side];
    if (s->changed) {
        again(c, side, FLIGHT_CHANGE);
        return;
    }
    s->changed = true;
    news(c, side, NO_HANDSHAKE_TYPE, s->fragments.next, FLIGHT_CHANGE);
    catch_up(c);
}

/* An encrypted handshake message is a side's Finished, and that again until the
 * handshake is over; then one of another length renegotiates. */
static void read_finished(struct conversation *c, enum side side, size_t len)
{
    struct dtls *d = dtls_memory(c);
    struct dtls_side *s = &d->side[side];
    struct handshake *hs = d->tls.hs;
    bool complete = has_finished(hs, CLIENT) && has_finished(hs, SERVER);
    if (s->finished && (!complete || len == s->finished_len)) {
        again(c, side, FLIGHT_FINISHED);
        return;
    }
    if (s->finished) {
        message_sealed(c, side);
        return;
    }
    s->finished = true;
    s->finished_len = len;
    news(c, side, NO_HANDSHAKE_TYPE, s->fragments.next, FLIGHT_FINISHED);
    catch_up(c);
    if (d->side[CLIENT].finished && d->side[SERVER].finished)
        stop_waiting(c);
}

static void read_alert_record(struct conversation *c, enum side side, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    if (record->epoch > 0) {
        sealed_alert(c, side);
        return;
    }
    if (record->len == 0 || record->len % ALERT_LEN != 0 || record->len > ALERTS_MAX * ALERT_LEN)
        return;
    if (side == SERVER && !handshake_has(hs, TLS_SERVER_RECORD_VERSION))
        handshake_set_code(hs, TLS_SERVER_RECORD_VERSION, record->version);
    struct reader body = record->body;
    while (reader_left(&body) >= ALERT_LEN) {
        struct reader alert = reader_take(&body, ALERT_LEN);
        read_alert(c, side, &alert);
    }
    d->progress = hs->now;
    /* Without a FIN, a close_notify is how a side hangs up. */
    if (d->tls.side[side].alerted && hs->outcome == OUTCOME_OPEN)
        tls_note_closed(hs, side);
}

/* Data of both sides proves what was not captured. That of a conversation of
 * which no handshake was seen tells nothing. */
static void read_data(struct conversation *c, enum side side)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    bool seen = handshake_has(hs, TLS_HELLOS) || handshake_has(hs, TLS_VERSION);
    stop_waiting(c);
    d->progress = hs->now;
    handshake_set_bool(hs, side == CLIENT ? TLS_CLIENT_DATA : TLS_SERVER_DATA, true);
    bool expected = machine_expects(hs, &tls_machine, side, TLS_APPLICATION_DATA);
    bool both = handshake_has(hs, TLS_CLIENT_DATA) && handshake_has(hs, TLS_SERVER_DATA);
    if (seen && both && hs->outcome == OUTCOME_OPEN)
        conversation_saw(c, hs, side, TLS_DATA_BOTH_WAYS, NULL);
    else if (expected && (!hs->late || !seen || hs->outcome == OUTCOME_COMPLETED))
        conversation_saw(c, hs, side, TLS_APPLICATION_DATA, NULL);
    else
        hs->late = true;
}

/* RFC 9146 §4: the true type is encrypted. */
static void read_cid_record(struct conversation *c, enum side side, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    const struct dtls_side *s = &d->side[side];
    struct handshake *hs = d->tls.hs;
    enum { ALERT_AND_TYPE = 3 };
    size_t alert = tls_cipher_record_len((uint32_t)handshake_number_or(hs, TLS_CIPHER, 0),
                                         (uint32_t)handshake_number_or(hs, TLS_VERSION, 0),
                                         handshake_true(hs, TLS_ENCRYPT_THEN_MAC), ALERT_AND_TYPE);
    bool complete = has_finished(hs, CLIENT) && has_finished(hs, SERVER);
    handshake_set_bool(hs, TLS_CONNECTION_ID, true);
    if (handshake_has(hs, TLS_VERSION) &&
        (!s->finished || (!complete && record->len == s->finished_len)))
        read_finished(c, side, record->len);
    else if (alert && record->len == alert)
        sealed_alert(c, side);
    else
        read_data(c, side);
}

/* ---- encrypted records of DTLS 1.3 ---- */

/* An ACK holds record numbers, RFC 9147 §7: no other message of a handshake has
 * such a length, unless a certificate happens to. */
static bool is_ack(const struct handshake *hs, size_t len)
{
    size_t around =
        2 + 1 + tls_cipher_tag_len((uint32_t)handshake_number_or(hs, TLS_CIPHER, 0x1301));
    return len > around && (len - around) % RECORD_NUMBER == 0 &&
           len <= around + ACKED_MAX * RECORD_NUMBER;
}

static bool is_alert_sized(const struct handshake *hs, size_t len)
{
    return len == 2 + 1 + tls_cipher_tag_len((uint32_t)handshake_number_or(hs, TLS_CIPHER, 0x1301));
}

/* A record as long as an earlier one of the same side, but not of the same burst,
 * is that one again; *item is its place in the flight. */
static bool came_before(struct dtls_side *s, size_t len, int64_t now_us, unsigned *item)
{
    for (*item = 0; *item < s->sealed_count; ++*item)
        if (s->sealed[*item].len == len && now_us - s->sealed[*item].time_us > BURST_US)
            return true;
    if (s->sealed_count < SEALED_MAX)
        s->sealed[s->sealed_count++] = (struct sealed_length){ len, now_us };
    return false;
}

/* With the keys of the handshake: its flights, ACKs of them, alerts. */
static void read_handshake_epoch(struct conversation *c, enum side side, size_t len)
{
    struct dtls *d = dtls_memory(c);
    struct dtls_side *s = &d->side[side];
    struct handshake *hs = d->tls.hs;
    unsigned item;
    if (is_ack(hs, len))
        return;
    if (is_alert_sized(hs, len)) {
        s->doubtful = true;
        s->doubtful_at = conversation_now(c);
        s->doubtful_len = len;
        return;
    }
    s->doubtful = false;
    if (came_before(s, len, hs->now.time_us, &item)) {
        again(c, side, item + SEALED_ITEM < FLIGHT_MESSAGES ? item + SEALED_ITEM : FLIGHT_ITEMS);
    } else if (!has_finished(hs, CLIENT)) {
        overtake(c, side_other(side));
        news(c, side, NO_HANDSHAKE_TYPE, s->fragments.next,
             item + SEALED_ITEM < FLIGHT_MESSAGES ? item + SEALED_ITEM : FLIGHT_FINISHED);
        sealed_record(c, side, len);
    }
}

static void read_unified_record(struct conversation *c, enum side side, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    enum { EARLY = 1, HANDSHAKE = 2 };
    if (record->with_cid)
        handshake_set_bool(hs, TLS_CONNECTION_ID, true);
    if (!d->tls.is_13)
        hs->late = true; /* its ServerHello was not captured */
    if (record->epoch == EARLY)
        return;
    if (record->epoch == HANDSHAKE) {
        read_handshake_epoch(c, side, record->len);
        return;
    }
    d->side[side].doubtful = false;
    if (has_finished(hs, CLIENT) && !(side == CLIENT && is_ack(hs, record->len)))
        sealed_record(c, side, record->len);
    else if (side == CLIENT && !has_finished(hs, CLIENT))
        read_data(c, side); /* its Finished was not captured */
}

/* ---- records ---- */

static void read_record(struct conversation *c, enum side side, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    if (record->unified)
        read_unified_record(c, side, record);
    else if (record->type == RECORD_ALERT)
        read_alert_record(c, side, record);
    else if (record->type == RECORD_CHANGE_CIPHER_SPEC && record->epoch == 0)
        read_change(c, side);
    else if (record->epoch > 1)
        handshake_set_bool(d->tls.hs, TLS_RENEGOTIATION, true);
    else if (record->type == RECORD_HANDSHAKE && record->epoch == 1)
        read_finished(c, side, record->len);
    else if (record->type == RECORD_CID && record->epoch == 1)
        read_cid_record(c, side, record);
    else if (record->type == RECORD_DATA && record->epoch == 1)
        read_data(c, side);
}

/* With its secrets an encrypted alert is as good as a clear one, and data goes on to
 * the inner protocol, also when the handshake is long over. */
static bool open_record(struct conversation *c, enum side side, const struct record *record)
{
    struct dtls *d = dtls_memory(c);
    struct handshake *hs = d->tls.hs;
    bool of_use = record->type == RECORD_ALERT || record->type == RECORD_DATA ||
                  record->type == RECORD_HANDSHAKE;
    if (record->unified || record->epoch != 1 || record->body.open || !of_use)
        return false;
    struct reader plain;
    if (!unseal_ready(&d->tls, side)) {
        unseal_missing(&d->tls, side);
        return false;
    }
    if (!unseal_datagram(c, side, record->type, record->version, record->number, record->body,
                         &plain))
        return false;
    if (record->type == RECORD_HANDSHAKE)
        return false; /* that it opens is all there is to know: its place says what it is */
    if (record->type == RECORD_ALERT && (!is_over(hs) || hs->state == TLS_FOLLOWED)) {
        read_alert(c, side, &plain);
        d->progress = hs->now;
    } else if (record->type == RECORD_DATA) {
        if (!is_over(hs))
            read_data(c, side);
        conversation_inner(c, side, plain.at, reader_left(&plain));
    }
    return true;
}

/* How long the connection ids are in a side's records, the other side has said. */
static struct cid *cid_of(struct dtls *d, enum side side)
{
    struct cid *cid = &d->side[side].cid;
    unsigned id = side == CLIENT ? TLS_SERVER_CID_BYTES : TLS_CLIENT_CID_BYTES;
    if (!cid->known && d->tls.hs && handshake_true(d->tls.hs, TLS_CONNECTION_ID) &&
        handshake_has(d->tls.hs, id))
        *cid = (struct cid){ true, (uint8_t)handshake_number_or(d->tls.hs, id, 0) };
    return cid;
}

/* A clear alert that is no goodbye tells of a failure, even alone. */
static bool is_refusal(const struct record *record)
{
    struct reader body = record->body;
    uint8_t level = reader_u8(&body), code = reader_u8(&body);
    return record->type == RECORD_ALERT && record->epoch == 0 && level > 0 && code > 0;
}

/* Takes one record; false when what is there is none. *cut is how many bytes of it the
 * snap length cut off. */
static bool take_record(struct conversation *c, enum side from, struct reader *r, size_t *cut)
{
    struct dtls *d = dtls_memory(c);
    enum side side = d->turned ? side_other(from) : from;
    struct record record;
    if (!datagram_record(r, cid_of(d, side), &record))
        return false;
    *cut = record.len - reader_left(&record.body);
    if (!d->tls.hs && !begin(c, CLIENT))
        return false;
    struct handshake *hs = d->tls.hs;
    hs->now = conversation_now(c);
    if (record.unified && !d->tls.is_13 && handshake_has(hs, TLS_VERSION))
        return false; /* not in DTLS 1.2: another protocol on the same ports */
    if (!record.unified && record.type == RECORD_HANDSHAKE && record.epoch == 0) {
        read_handshake(c, from, &record);
    } else if (open_record(c, side, &record)) {
        d->tls.side[side].spoke = true;
    } else if (!is_over(hs)) {
        d->tls.side[side].spoke = true;
        if (hs->event_count == 0 && !handshake_has(hs, TLS_HELLOS) && !d->has_random)
            hs->late = hs->late || !is_refusal(&record);
        read_record(c, side, &record);
    }
    return d->tls.hs != NULL;
}

static void dtls_read(struct conversation *c, enum side side, struct reader *r)
{
    struct dtls *d = dtls_memory(c);
    datagram_skip_preamble(r);
    size_t cut = 0;
    while (reader_left(r) > 0 && take_record(c, side, r, &cut))
        ;
    struct handshake *hs = d->tls.hs;
    if (hs)
        tls_follow(c);
    if (!hs || is_over(hs))
        return;
    if (r->open && conversation_cut(c) > cut)
        hs->late = true; /* records lie behind what was captured */
    if (conversation_now(c).time_us - d->progress.time_us >= GIVEN_UP_US &&
        hs->outcome != OUTCOME_COMPLETED) {
        end_handshake(c, false);
        hs->settled = hs->outcome != OUTCOME_OPEN;
    }
}

/* A side of a datagram's way can't close, but an ICMP error can tell that nobody is
 * there: that is what a reset means here. */
static void dtls_close(struct conversation *c, enum side side, bool reset)
{
    struct handshake *hs = dtls_memory(c)->tls.hs;
    if (!hs || is_over(hs))
        return;
    if (side == NOBODY) {
        dtls_memory(c)->in_vain = reset;
        end_handshake(c, false);
    } else if (reset && hs->outcome == OUTCOME_OPEN && !hs->late) {
        conversation_saw(c, hs, side, TLS_UNREACHABLE, NULL);
    }
}

static void dtls_forget(void *memory)
{
    struct dtls *d = memory;
    unseal_forget(&d->tls);
}

const struct dissector dtls_dissector = {
    .name = "dtls",
    .over = "dtls",
    .transports = 1u << TRANSPORT_UDP,
    .recognise = datagram_recognise,
    .read = dtls_read,
    .close = dtls_close,
    .finish = tls_finish,
    .forget = dtls_forget,
    .fields = &tls_field_table,
    .machine = &tls_machine,
    .begins_again = true,
    .memory_len = sizeof(struct dtls),
};
