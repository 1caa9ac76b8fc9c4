/* tls.c - records (RFC 8446 §5, RFC 5246 §6) and the messages in them.
 *
 *     stream ──> record ──> handshake messages, joined over records ──> hello.c, flight.c
 *                   ├─────> alerts ──> alert.c
 *                   └─────> encrypted: known by type (to 1.2) or length (sealed.c)
 *
 * What is encrypted is not waited for: its header tells all there is to know. */
#include "dissectors/tls/tls.h"

#include "dissectors/tls/certificate.h"
#include "dissectors/tls/decrypt.h"
#include "dissectors/tls/fingerprint.h"
#include "dissectors/tls/inside.h"
#include "dissectors/tls/names.h"
#include "dissectors/tls/stack.h"
#include "dissectors/tls/staple.h"
#include "dissectors/tls/unseal.h"
#include "dissectors/tls/verify.h"

enum {
    HEADER_LEN = 5,
    SSL2_HELLO = 1,
    ALERT_LEN = 2,
    SEALED_MIN = 16, /* bytes of the smallest record that is encrypted or has a MAC */
    FOLLOWED_RECORDS = 64,
};

static const int64_t FOLLOWED_US = 10000000;

/* ---- recognising ---- */

static bool is_record_header(uint8_t type, uint16_t version, uint16_t len)
{
    return type >= RECORD_CHANGE_CIPHER_SPEC && type <= RECORD_HEARTBEAT && version >> 8 == 3 &&
           (version & 0xff) <= 4 && len > 0 && len <= RECORD_MAX;
}

/* A ClientHello in SSL 2 format: a two-byte length with its top bit set, the
 * type, the version, and lengths that add up. */
static enum recognition recognise_ssl2(struct reader r)
{
    uint16_t len = reader_u16(&r);
    uint8_t type = reader_u8(&r);
    uint16_t version = reader_u16(&r);
    uint16_t suites = reader_u16(&r), id = reader_u16(&r), challenge = reader_u16(&r);
    if (!reader_ok(&r))
        return len & 0x8000 && type == SSL2_HELLO ? MAYBE_MINE : NOT_MINE;
    bool fits = (len & 0x7fff) == 9u + suites + id + challenge && suites % 3 == 0 && suites > 0;
    return len & 0x8000 && type == SSL2_HELLO && (version == 0x0002 || version >> 8 == 3) && fits
               ? MINE
               : NOT_MINE;
}

static enum recognition recognise_first_message(enum side side, uint8_t type)
{
    if (type == CLIENT_HELLO)
        return side == CLIENT ? MINE : MINE_SWAPPED;
    if (type == SERVER_HELLO)
        return side == SERVER ? MINE : MINE_SWAPPED;
    return MINE;
}

static enum recognition tls_recognise(const struct opening *o)
{
    struct reader r = o->bytes;
    uint8_t type = reader_u8(&r);
    uint16_t version = reader_u16(&r), len = reader_u16(&r);
    uint8_t message = reader_u8(&r);
    if (!reader_ok(&r))
        return reader_left(&o->bytes) && (o->bytes.at[0] & 0x80 || (type >= 20 && type <= 24))
                   ? MAYBE_MINE
                   : NOT_MINE;
    if (!is_record_header(type, version, len))
        return recognise_ssl2(o->bytes);
    if (type == RECORD_HANDSHAKE)
        return recognise_first_message(o->side, message);
    return type == RECORD_ALERT || o->late ? MINE : NOT_MINE;
}

/* ---- beginning ---- */

static struct handshake *begin(struct conversation *c)
{
    struct tls *tls = tls_memory(c);
    if (!tls->hs)
        tls->hs = conversation_begin(c);
    if (!tls->hs)
        conversation_done(c);
    return tls->hs;
}

/* ---- handshake messages ---- */

/* Takes whole messages off r and leaves it where an unfinished one begins. Once
 * a side encrypts, what is left is not ours to read. */
static bool read_messages(struct conversation *c, enum side side, struct reader *r)
{
    struct tls *tls = tls_memory(c);
    while (reader_left(r) >= MESSAGE_HEADER_LEN && !tls->side[side].sealed) {
        struct reader bookmark = *r;
        uint8_t type = reader_u8(r);
        uint32_t len = reader_u24(r);
        if (len > MESSAGE_MAX) {
            message_malformed(c, side, "handshake message");
            return false;
        }
        struct reader body = reader_take(r, len);
        if (!reader_ok(&body)) {
            /* Some clients hang up when they see how large a chain will be. */
            if (type == CERTIFICATE && side == SERVER)
                handshake_set_number(tls->hs, TLS_CERT_CHAIN_BYTES, len + MESSAGE_HEADER_LEN);
            *r = bookmark;
            return true;
        }
        message_read(c, side, type, body);
        tls->side[side].message_packets = 0;
    }
    return true;
}

/* The packets that the first ClientHello came in: a hello too large for one
 * segment has ways of failing that others do not. */
static void count_packet(struct conversation *c, struct tls_side *s)
{
    uint64_t frame = conversation_now(c).frame;
    if (s->message_packets == 0 || s->message_frame != frame)
        s->message_packets++;
    s->message_frame = frame;
}

static void read_handshake_record(struct conversation *c, enum side side, struct reader *body)
{
    struct tls_side *s = &tls_memory(c)->side[side];
    count_packet(c, s);
    bool good;
    if (s->message.len == 0) {
        good = read_messages(c, side, body);
        if (good && reader_left(body) > 0)
            good = gather_add(&s->message, conversation_arena(c), body->at, reader_left(body),
                              MESSAGE_MAX + RECORD_MAX);
    } else {
        good = gather_add(&s->message, conversation_arena(c), body->at, reader_left(body),
                          MESSAGE_MAX + RECORD_MAX);
        struct reader joined = reader_over(s->message.bytes, s->message.len, false);
        good = good && read_messages(c, side, &joined);
        if (good)
            gather_drop(&s->message, s->message.len - reader_left(&joined));
    }
    if (!good || s->sealed)
        s->message.len = 0;
}

/* ---- records ---- */

static void data_record(struct conversation *c, enum side side, size_t len)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    /* Where the server was not captured, its choice is not known: the client's
     * first data records are then read as those of what it likes best. */
    bool maybe_13 = !handshake_has(hs, TLS_VERSION) && !tls->is_12 && side == CLIENT &&
                    handshake_has(hs, TLS_OFFERED_VERSIONS);
    if (tls->is_13 || maybe_13) {
        sealed_record(c, side, len);
        return;
    }
    handshake_set_bool(hs, side == CLIENT ? TLS_CLIENT_DATA : TLS_SERVER_DATA, true);
    conversation_saw(c, hs, side, TLS_APPLICATION_DATA, NULL);
    inside_data(c, side, len);
}

/* Where parts of a handshake are missing, data in turns tells that it is over: what the
 * client sends behind its Finished, a server answers only once it has taken that. TLS 1.3
 * hides the Finished and tickets among the data, so there it takes two turns. What is as
 * short as an alert is none, and early data begins before the server has said a word. */
static void take_turn(struct conversation *c, enum side side, size_t len)
{
    enum { ALERT_LEN_MAX = 19, PADDED_ALERT_LEN = 35, TURNS = 4, TURNS_12 = 2 };
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    if (!hs->late || hs->outcome != OUTCOME_OPEN || !handshake_has(hs, TLS_HELLOS) ||
        !tls->side[SERVER].spoke || len <= ALERT_LEN_MAX || len == PADDED_ALERT_LEN)
        return;
    enum side expected = tls->turns % 2 ? SERVER : CLIENT;
    tls->turns += side == expected;
    if (side == SERVER && tls->turns >= (tls->is_12 ? TURNS_12 : TURNS))
        conversation_saw(c, hs, side, TLS_DATA_BOTH_WAYS, NULL);
}

/* Where the ServerHello was not captured, a handshake record behind a side's
 * ChangeCipherSpec is encrypted all the same, unless it is a second hello. */
static bool is_sealed_handshake(const struct tls *tls, enum side side, struct reader body)
{
    const struct tls_side *s = &tls->side[side];
    if (tls->is_13 || s->sealed)
        return !tls->is_13;
    uint8_t type = reader_u8(&body);
    return s->changed && !handshake_has(tls->hs, TLS_VERSION) && type != CLIENT_HELLO &&
           type != SERVER_HELLO;
}

/* One alert fits into no sealed record; several in one do until a side encrypts, and no
 * MAC or tag leaves as little room for them. */
static bool is_clear_alert(const struct tls *tls, enum side side, size_t len)
{
    return len == ALERT_LEN ||
           (!tls->side[side].sealed && len % ALERT_LEN == 0 && len < SEALED_MIN);
}

static void read_alerts(struct conversation *c, enum side side, struct reader *body)
{
    while (reader_left(body) >= ALERT_LEN) {
        struct reader alert = reader_take(body, ALERT_LEN);
        read_alert(c, side, &alert);
    }
}

static void read_record(struct conversation *c, enum side side, uint8_t type, struct reader *body,
                        size_t len)
{
    struct tls *tls = tls_memory(c);
    if (machine_state(&tls_machine, tls->hs)->settled && inside_waits(tls)) {
        if (type == RECORD_DATA) /* the handshake itself is over */
            inside_data(c, side, len);
        else if (type == RECORD_ALERT)
            tls->side[side].alerted = true;
        return;
    }
    bool sealed_12 = type == RECORD_HANDSHAKE && is_sealed_handshake(tls, side, *body);
    if (type == RECORD_DATA) {
        data_record(c, side, len);
        take_turn(c, side, len);
    } else if (type == RECORD_CHANGE_CIPHER_SPEC)
        message_change_cipher_spec(c, side);
    else if (type == RECORD_ALERT && is_clear_alert(tls, side, len))
        read_alerts(c, side, body);
    else if (type == RECORD_ALERT)
        sealed_alert(c, side);
    else if (type == RECORD_HANDSHAKE && sealed_12)
        message_sealed(c, side);
    else if (type == RECORD_HANDSHAKE)
        read_handshake_record(c, side, body);
}

/* Whether a record must be whole before it is read: only what we can read. */
static bool is_readable(const struct tls *tls, enum side side, uint8_t type, size_t len)
{
    if (type == RECORD_HANDSHAKE)
        return !tls->side[side].sealed;
    return type == RECORD_ALERT && is_clear_alert(tls, side, len);
}

static bool can_open(const struct tls *tls)
{
    return unseal_ready(tls, CLIENT) || unseal_ready(tls, SERVER);
}

static bool is_sealed(const struct tls *tls, enum side side, uint8_t type, size_t len)
{
    if (!tls->side[side].sealed || type == RECORD_CHANGE_CIPHER_SPEC)
        return false;
    return tls->is_13 ? type == RECORD_DATA : type != RECORD_ALERT || len > ALERT_LEN;
}

/* Whether a record is sealed and a key log has its secret. */
static bool is_openable(const struct tls *tls, enum side side, uint8_t type, size_t len)
{
    return is_sealed(tls, side, type, len) && unseal_ready(tls, side);
}

/* A server that answers in SSL 2 goes on in SSL 2, of which we read no more. */
static bool read_ssl2_answer(struct conversation *c, enum side side, struct reader *r)
{
    enum { SSL2_SERVER_HELLO = 4 };
    struct tls *tls = tls_memory(c);
    struct reader peek = *r;
    uint16_t len = reader_u16(&peek);
    uint8_t type = reader_u8(&peek);
    if (side != SERVER || !handshake_true(tls->hs, TLS_SSL2_HELLO) || tls->side[SERVER].spoke ||
        !reader_ok(&peek) || !(len & 0x8000) || type != SSL2_SERVER_HELLO)
        return false;
    reader_skip(r, reader_left(r));
    handshake_set_code(tls->hs, TLS_VERSION, 0x0002);
    tls->hs->late = true; /* how it ends will not be seen */
    tls->side[CLIENT].deaf = tls->side[SERVER].deaf = true;
    message_saw(c, side, TLS_SERVER_HELLO);
    return true;
}

static void no_tls(struct conversation *c, enum side side, struct reader *r)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    reader_skip(r, reader_left(r));
    tls->side[side].deaf = true;
    hs->now = conversation_now(c);
    if (hs->outcome == OUTCOME_OPEN && !handshake_has(hs, TLS_NOT_TLS_FROM)) {
        handshake_set_string(hs, TLS_NOT_TLS_FROM, side_name(side));
        conversation_saw(c, hs, side, TLS_NO_TLS, NULL);
    }
}

/* SSL 2 hellos are not records. Behind them a server may answer in SSL 3 or
 * later, and then all goes on as usual. */
static bool read_ssl2(struct conversation *c, enum side side, struct reader *r)
{
    struct tls *tls = tls_memory(c);
    if (side != CLIENT || tls->side[CLIENT].spoke || recognise_ssl2(*r) != MINE)
        return false;
    uint16_t len = reader_u16(r) & 0x7fff;
    struct reader body = reader_take(r, len);
    if (!reader_ok(&body))
        return true;
    reader_skip(&body, 1);
    tls->side[side].spoke = true;
    handshake_set_number(tls->hs, TLS_HELLOS, 1);
    handshake_set_number(tls->hs, TLS_HELLO_BYTES, len);
    read_ssl2_client_hello(tls->hs, &body);
    message_saw(c, side, TLS_CLIENT_HELLO_SEEN);
    return true;
}

/* A failure that comes right behind the handshake is seen only by who can read on.
 * That ends soon, for the report of the handshake waits for it. */
void tls_follow(struct conversation *c)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    if (hs->state != TLS_ESTABLISHED && hs->state != TLS_FOLLOWED)
        return;
    int64_t now_us = conversation_now(c).time_us;
    bool opens = can_open(tls) && !conversation_inner_known(c);
    if (hs->state == TLS_ESTABLISHED && opens && !hs->settled && !tls->established.frame) {
        hs->state = TLS_FOLLOWED;
        tls->established = hs->last;
    }
    bool said_goodbye = tls->side[CLIENT].alerted && tls->side[SERVER].alerted;
    if (hs->state != TLS_FOLLOWED)
        return;
    hs->last = tls->established; /* what comes behind makes no handshake slower */
    if (!opens || said_goodbye || now_us - tls->established.time_us > FOLLOWED_US ||
        ++tls->followed_records > FOLLOWED_RECORDS)
        hs->state = TLS_ESTABLISHED;
}

/* What is opened goes on to the inner protocol, as long as that wants it. A flow of which
 * nothing more is wanted holds no memory, though its last packets are still to come. */
static void leave_when_over(struct conversation *c)
{
    const struct tls *tls = tls_memory(c);
    if (!machine_state(&tls_machine, tls->hs)->settled || inside_waits(tls))
        return;
    if (!can_open(tls) || !conversation_inner_wanted(c))
        conversation_done(c);
}

static void tls_read(struct conversation *c, enum side side, struct reader *r)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = begin(c);
    if (!hs || tls->side[side].deaf) {
        reader_skip(r, reader_left(r));
        return;
    }
    hs->now = conversation_now(c);
    struct reader bookmark = *r;
    uint8_t type = reader_u8(r);
    uint16_t version = reader_u16(r), len = reader_u16(r);
    if (!reader_ok(r))
        return;
    if (!is_record_header(type, version, len)) {
        *r = bookmark;
        if (read_ssl2(c, side, r) || read_ssl2_answer(c, side, r))
            return;
        if (tls->side[side].lost || hs->late || conversation_late(c, side))
            reader_skip(r, reader_left(r)); /* perhaps the next segment begins with one */
        else
            no_tls(c, side, r);
        return;
    }
    if (side == SERVER && !tls->side[SERVER].spoke)
        handshake_set_code(hs, TLS_SERVER_RECORD_VERSION, version);
    tls->side[side].lost = false;
    bool openable = is_openable(tls, side, type, len);
    if (!openable && is_sealed(tls, side, type, len))
        unseal_missing(tls, side);
    if (openable || is_readable(tls, side, type, len)) {
        struct reader body = reader_take(r, len);
        if (!reader_ok(&body)) {
            count_packet(c, &tls->side[side]);
            return;
        }
        tls->side[side].spoke = true;
        if (!openable || !unseal_record(c, side, type, version, body))
            read_record(c, side, type, &body, len);
    } else {
        size_t here = reader_left(r) < len ? reader_left(r) : len;
        struct reader body = reader_take(r, here);
        conversation_skip(c, (uint32_t)(len - here));
        tls->side[side].spoke = true;
        read_record(c, side, type, &body, len);
    }
    tls_follow(c);
    leave_when_over(c);
}

/* ---- what is missing ---- */

/* What there is of a handshake message whose rest was not captured. */
struct cut_message {
    uint8_t type;
    bool alone; /* in its record */
    bool cut;   /* else what is missing comes behind it */
    struct reader body;
};

static bool is_hello(uint8_t type)
{
    return type == CLIENT_HELLO || type == SERVER_HELLO;
}

static bool begins_message(struct reader before, size_t record_len, struct cut_message *m)
{
    m->type = reader_u8(&before);
    uint32_t len = reader_u24(&before);
    m->body = reader_take_some(&before, len);
    m->cut = reader_left(&m->body) < len;
    m->alone = len + MESSAGE_HEADER_LEN == record_len;
    return reader_ok(&before) && (m->alone || is_hello(m->type));
}

static void read_cut_message(struct conversation *c, enum side side, const struct cut_message *m)
{
    if (m->type == CLIENT_HELLO && m->cut)
        handshake_set_bool(tls_memory(c)->hs, TLS_HELLO_CUT, true);
    if (is_hello(m->type))
        message_read(c, side, m->type, m->body);
    else
        message_cut(c, side, m->type);
}

/* The rest of a record that was cut is stepped over, when its header was seen
 * and the hole ends inside it; otherwise where the next one begins is lost. */
static void tls_gap(struct conversation *c, enum side side, struct reader before, uint64_t gap)
{
    struct tls *tls = tls_memory(c);
    struct tls_side *s = &tls->side[side];
    bool joining = s->message.len > 0;
    s->message.len = 0;
    unseal_gap(tls, side);
    if (!begin(c))
        return;
    tls->hs->now = conversation_now(c);
    if (tls->hs->state == TLS_FOLLOWED)
        tls->hs->state = TLS_ESTABLISHED;
    bool over = tls->hs->state == TLS_ESTABLISHED;
    uint8_t type = reader_u8(&before);
    uint16_t version = reader_u16(&before), len = reader_u16(&before);
    size_t here = reader_left(&before);
    if (!reader_ok(&before) || !is_record_header(type, version, len)) {
        tls->hs->late = tls->hs->late || !over;
        s->lost = s->holed = true;
        return;
    }
    struct cut_message m;
    bool inside = here + gap <= len;
    bool begins =
        type == RECORD_HANDSHAKE && !s->sealed && !joining && begins_message(before, len, &m);
    if (inside && begins && m.alone && m.type != SERVER_HELLO) /* its version may lie behind */
        conversation_missed_nothing(c, side);
    else
        tls->hs->late = tls->hs->late || !over;
    if (begins)
        read_cut_message(c, side, &m);
    s->spoke = true;
    if (inside)
        conversation_skip(c, (uint32_t)(len - here - gap));
    else
        s->lost = s->holed = true;
}

/* ---- endings ---- */

void tls_note_closed(struct handshake *hs, enum side side)
{
    if (handshake_has(hs, TLS_CLOSED_BY))
        return;
    handshake_set_string(hs, TLS_CLOSED_BY, side_name(side));
    handshake_set_string(hs, TLS_CLOSED_IN, tls_stage(hs));
}

/* What a side began to send and did not end. */
static void note_partial(struct conversation *c, struct handshake *hs, enum side side)
{
    struct tls *tls = tls_memory(c);
    if (side != NOBODY && tls->side[side].message.len > 0 && !handshake_has(hs, TLS_PARTIAL_FROM))
        handshake_set_string(hs, TLS_PARTIAL_FROM, side_name(side));
}

/* Silence fails a handshake only when it was long enough to mean it; a side that
 * closed while the other still had to speak fails it only now. A client that closes
 * right behind its own Finished has done its part: the server's may be on its way. */
void tls_over(struct conversation *c, struct handshake *hs, bool silent)
{
    struct span by = handshake_text(hs, TLS_CLOSED_BY);
    enum side waiting_on = machine_state(&tls_machine, hs)->waiting_on;
    enum side closer = by.len == 0 ? NOBODY : by.bytes[0] == 'c' ? CLIENT : SERVER;
    bool on_its_way =
        hs->state == TLS_SERVER_FINISH && closer == CLIENT && !conversation_side_closed(c, SERVER);
    if (closer != NOBODY && (silent || !on_its_way))
        conversation_saw(c, hs, closer, TLS_CLOSED, NULL);
    else if (silent)
        conversation_saw(c, hs, waiting_on, TLS_SILENCE, NULL);
}

/* A client that hangs up after both Finished, before it said a thing, has refused
 * the certificate if its library checks it that late; others had nothing to say. */
static bool refuses_late(struct tls *tls, enum side side)
{
    struct handshake *hs = tls->hs;
    if (side != CLIENT || hs->outcome == OUTCOME_FAILED || handshake_has(hs, TLS_CLIENT_DATA) ||
        handshake_true(hs, TLS_RESUMED))
        return false;
    if (hs->state == TLS_CLIENT_DONE || hs->state == TLS_SERVER_TALKS)
        return tls->side[CLIENT].alerted && stack_refuses(hs, REFUSES_BEHIND_13);
    /* An alert before the server's Finished leaves open whether that mattered. */
    struct span alerted_in = handshake_text(hs, TLS_ALERT_STAGE);
    bool before = alerted_in.len > 0 && alerted_in.bytes[0] != 'f'; /* than "finished" */
    return hs->state == TLS_FINISHED_BOTH && !before && !handshake_has(hs, TLS_SERVER_DATA) &&
           handshake_has(hs, TLS_CERTIFICATES) && stack_refuses(hs, REFUSES_BEHIND_12);
}

/* One side alone never tells that the other was content, nor does a server of TLS 1.3
 * that wanted a certificate, got none, and was not heard after that. */
static bool is_half_seen(const struct tls *tls)
{
    const struct handshake *hs = tls->hs;
    bool refused = tls->is_13 && handshake_has(hs, TLS_CLIENT_CERT_SENT) &&
                   !handshake_true(hs, TLS_CLIENT_CERT_SENT);
    return !tls->side[CLIENT].spoke || !tls->side[SERVER].spoke ||
           (refused && !handshake_has(hs, TLS_SERVER_DATA));
}

static void tls_close(struct conversation *c, enum side side, bool reset)
{
    struct handshake *hs = tls_memory(c)->hs;
    if (!hs)
        return;
    struct moment last = hs->last;
    inside_close(c, side);
    hs->now = conversation_now(c);
    bool open = hs->outcome == OUTCOME_OPEN && !hs->late && hs->state != TLS_MIDDLE;
    if (side == NOBODY) {
        if (hs->outcome == OUTCOME_COMPLETED && is_half_seen(tls_memory(c)))
            hs->outcome = OUTCOME_UNKNOWN;
        if (open)
            tls_over(c, hs, reset || hs->now.time_us - last.time_us >= SILENCE_US);
        return;
    }
    if (hs->outcome == OUTCOME_OPEN)
        note_partial(c, hs, side);
    if ((hs->outcome == OUTCOME_OPEN && hs->state != TLS_MIDDLE) || hs->state == TLS_CLIENT_DONE)
        tls_note_closed(hs, side);
    if (refuses_late(tls_memory(c), side) && alert_place_is_known(c, side)) {
        tls_note_closed(hs, side);
        conversation_saw(c, hs, side, TLS_LATE_REFUSAL, NULL);
    }
    /* A FIN ends what its sender had to say, not what it waits for. */
    bool waiting = machine_state(&tls_machine, hs)->waiting_on == side_other(side);
    if (open && (reset || !waiting || conversation_side_closed(c, side_other(side))))
        conversation_saw(c, hs, side, reset ? TLS_RESET_SEEN : TLS_CLOSED, NULL);
    leave_when_over(c);
}

void tls_finish(struct handshake *hs, bool details)
{
    if (handshake_has(hs, TLS_CIPHER)) {
        struct tls_cipher suite = tls_cipher((uint32_t)handshake_number_or(hs, TLS_CIPHER, 0));
        hs->now.frame = hs->values[TLS_CIPHER].frame;
        if (suite.kind != CIPHER_UNKNOWN) {
            handshake_set_bool(hs, TLS_CIPHER_WEAK, suite.weak);
            handshake_set_bool(hs, TLS_FORWARD_SECRECY, suite.forward_secret);
        }
    }
    if (details)
        fingerprint_set(hs);
    if (details || hs->outcome != OUTCOME_COMPLETED || handshake_has(hs, TLS_INFERRED_ALERT_FROM))
        stack_set(hs);
}

static void tls_forget(void *memory)
{
    unseal_forget(memory);
}

static void tls_end(void)
{
    unseal_with(NULL);
    decrypt_end();
    certificate_cache_clear();
    verify_clear();
    staple_clear();
    fingerprint_end();
}

static const struct field fields[] = { TLS_FIELDS(FIELD_ROW) };
const struct field_table tls_field_table = { NULL, fields, TLS_FIELD_COUNT };

static const struct field certificate_columns[] = { TLS_CERTIFICATE_COLUMNS(FIELD_ROW) };
const struct field_table tls_certificate_table = { NULL, certificate_columns,
                                                   CERTIFICATE_COLUMN_COUNT };

static const struct field alert_columns[] = { TLS_ALERT_COLUMNS(FIELD_ROW) };
const struct field_table tls_alert_table = { NULL, alert_columns, ALERT_COLUMN_COUNT };

const struct dissector tls_dissector = {
    .name = "tls",
    .over = "tls",
    .transports = 1u << TRANSPORT_TCP,
    .recognise = tls_recognise,
    .read = tls_read,
    .gap = tls_gap,
    .close = tls_close,
    .finish = tls_finish,
    .forget = tls_forget,
    .end = tls_end,
    .fields = &tls_field_table,
    .machine = &tls_machine,
    .memory_len = sizeof(struct tls),
};
