/* websocket.c - see websocket.h.
 *
 *     request ──> 101: frames both ways ──> unmasked bytes, handed on
 *        └──────> refused ──> asked again
 *
 * MQTT is a stream that frames cut anywhere (MQTT 5.0 §6.0); of CoAP a message is
 * one WebSocket message, and is handed on whole (RFC 8323 §4.2). */
#include "dissectors/websocket/websocket.h"

#include <string.h>
#include <strings.h>

#include "base/gather.h"
#include "dissectors/websocket/fields.h"
#include "dissectors/websocket/frames.h"
#include "dissectors/websocket/upgrade.h"

enum {
    MESSAGE_MAX = 65536, /* a larger one is no CoAP message that anybody waits for */
    PIECE_MAX = 4096,
    PORT_MQTT = 1883,
    PORT_MQTTS = 8883,
    PORT_EMQX = 8083,
    PORT_EMQX_TLS = 8084,
    PORT_MOSQUITTO = 9001,
};

static const int64_t SILENCE_US = 10 * INT64_C(1000000);

/* ---- the machine ---- */

enum { START, ASKED, REFUSED, OPEN };
enum { MSG_REQUEST, MSG_AGREED, MSG_REFUSAL, MSG_CLOSE, MSG_VIOLATION, MSG_END, MSG_SILENCE };

static const struct state states[] = {
    [START] = { "start", CLIENT, "the client's request for a WebSocket", OUTCOME_OPEN, false },
    [ASKED] = { "upgrading", SERVER, "the server's consent to a WebSocket", OUTCOME_OPEN, false },
    [REFUSED] = { "refused", NOBODY, NULL, OUTCOME_FAILED, true },
    [OPEN] = { "upgraded", CLIENT, "the client's first message", OUTCOME_OPEN, false },
};

static const struct transition transitions[] = {
    /* in    from    sees           goes to    */
    { START, CLIENT, MSG_REQUEST, ASKED },    { ASKED, SERVER, MSG_AGREED, OPEN },
    { ASKED, SERVER, MSG_REFUSAL, REFUSED },  { ASKED, NOBODY, MSG_END, STOPPED },
    { ASKED, NOBODY, MSG_SILENCE, STOPPED },  { OPEN, NOBODY, MSG_CLOSE, SAME_STATE },
    { OPEN, NOBODY, MSG_VIOLATION, STOPPED }, { OPEN, NOBODY, MSG_END, STOPPED },
};

static const char *const messages[] = {
    [MSG_REQUEST] = "upgrade request", [MSG_AGREED] = "upgrade",
    [MSG_REFUSAL] = "refusal",         [MSG_CLOSE] = "Close",
    [MSG_VIOLATION] = "violation",     [MSG_END] = "end of connection",
    [MSG_SILENCE] = "silence",
};

static const struct machine machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .messages = messages,
};

static const struct code_name close_names[] = {
    { 1000, "normal" },
    { 1001, "going away" },
    { 1002, "protocol error" },
    { 1003, "unsupported data" },
    { 1005, "no status" },
    { 1007, "invalid payload" },
    { 1008, "policy violation" },
    { 1009, "message too big" },
    { 1010, "extension missing" },
    { 1011, "internal error" },
    { 1012, "service restart" },
    { 1013, "try again later" },
    { 1014, "bad gateway" },
    { 0, NULL },
};
const struct code_names websocket_closes = { .word = "close", .names = close_names };

static const struct field fields[] = { WEBSOCKET_FIELDS(FIELD_ROW) };
const struct field_table websocket_field_table = { "websocket", fields, WEBSOCKET_FIELD_COUNT };

/* ---- a conversation's memory ---- */

struct websocket_side {
    struct frame frame;
    uint64_t taken;        /* bytes of its payload */
    bool inside;           /* a data frame, at taken */
    bool within;           /* a message of several frames */
    bool deaf;             /* what this side sends is not read any more */
    struct gather message; /* CoAP's */
};

struct websocket {
    struct upgrade upgrade;
    struct handshake *hs; /* of the latest request */
    struct moment asked_at, answered_at;
    bool open, told;
    bool coap; /* messages go on whole */
    struct websocket_side side[2];
};

/* ---- recognising ---- */

static enum recognition recognise(const struct opening *o, bool wanted)
{
    bool coap;
    enum recognition r = upgrade_recognise(o->bytes, &coap);
    if (r != MINE || coap != wanted)
        return r == MINE ? NOT_MINE : r;
    return o->side == CLIENT ? MINE : o->late ? MINE_SWAPPED : NOT_MINE;
}

static enum recognition recognise_coap(const struct opening *o)
{
    return recognise(o, true);
}

static enum recognition recognise_other(const struct opening *o)
{
    return recognise(o, false);
}

/* ---- the upgrade ---- */

static void over(struct conversation *c, enum side side);

static bool has(struct span s, const char *word)
{
    size_t len = strlen(word);
    for (; s.len >= len; s.bytes++, s.len--)
        if (strncasecmp(s.bytes, word, len) == 0)
            return true;
    return false;
}

static bool is(struct span s, const char *word)
{
    return s.len == strlen(word) && has(s, word);
}

static bool offers(const struct handshake *hs, const char *word)
{
    const struct list *offered = handshake_list(hs, WEBSOCKET_OFFERED);
    for (uint32_t i = 0; offered && i < offered->kept; i++)
        if (has(offered->items.texts[i], word))
            return true;
    return false;
}

/* Ports on which brokers listen for WebSockets, and the paths that their clients use. */
static bool is_brokers(const struct handshake *hs)
{
    uint16_t port = hs->ends[SERVER].port;
    struct span path = handshake_text(hs, WEBSOCKET_PATH);
    return (port == PORT_MQTT || port == PORT_MQTTS || port == PORT_MOSQUITTO ||
            port == PORT_EMQX || port == PORT_EMQX_TLS) &&
           (is(path, "/") || is(path, "/ws"));
}

static void note_purpose(struct handshake *hs)
{
    bool mqtt =
        offers(hs, "mqtt") || has(handshake_text(hs, WEBSOCKET_PATH), "mqtt") || is_brokers(hs);
    if (offers(hs, "coap") || mqtt)
        handshake_set_string(hs, WEBSOCKET_FOR, offers(hs, "coap") ? "coap" : "mqtt");
}

static bool is_asked(const struct websocket *w)
{
    return w->hs && w->hs->event_count;
}

/* The client goes on in plain HTTP: a refusal before that is how it ended. */
static void no_request(struct conversation *c, struct reader *r)
{
    if (is_asked(conversation_memory(c)))
        over(c, NOBODY);
    reader_skip(r, reader_left(r));
    conversation_done(c);
}

static void read_request(struct conversation *c, struct reader *r)
{
    struct websocket *w = conversation_memory(c);
    bool coap;
    enum recognition known = upgrade_recognise(*r, &coap);
    if (known == MAYBE_MINE)
        reader_skip(r, reader_left(r) + 1);
    if (known == NOT_MINE)
        no_request(c, r);
    struct handshake *hs = known == MINE ? conversation_begin_untold(c) : NULL;
    if (known == MINE && !hs)
        conversation_done(c);
    if (!hs)
        return;
    w->hs = hs;
    w->asked_at = conversation_now(c);
    upgrade_request(&w->upgrade, hs, r);
    note_purpose(hs);
    conversation_saw(c, hs, CLIENT, MSG_REQUEST, NULL);
}

static void read_answer(struct conversation *c, struct reader *r)
{
    struct websocket *w = conversation_memory(c);
    bool body = w->upgrade.status > 101;
    w->hs->now = conversation_now(c);
    bool read = !body && upgrade_answer(&w->upgrade, w->hs, r);
    if (!reader_ok(r))
        return;
    if (!read) { /* a body, or no HTTP at all */
        reader_skip(r, reader_left(r));
        w->side[SERVER].deaf = !body;
        return;
    }
    w->answered_at = conversation_now(c);
    w->open = w->upgrade.status == 101;
    if (!w->open)
        return;
    conversation_saw(c, w->hs, SERVER, MSG_AGREED, NULL);
    w->coap = is(handshake_text(w->hs, WEBSOCKET_AGREED), "coap") ||
              is(handshake_text(w->hs, WEBSOCKET_FOR), "coap");
}

/* ---- frames ---- */

static void violation(struct conversation *c, enum side side, const char *wrong)
{
    struct websocket *w = conversation_memory(c);
    if (!wrong || handshake_has(w->hs, WEBSOCKET_VIOLATION))
        return;
    handshake_set_string(w->hs, WEBSOCKET_VIOLATION, wrong);
    handshake_set_string(w->hs, WEBSOCKET_VIOLATION_BY, side_name(side));
}

static void note_closed(struct conversation *c, enum side side)
{
    struct websocket *w = conversation_memory(c);
    if (!handshake_has(w->hs, WEBSOCKET_CLOSED_BY))
        handshake_set_string(w->hs, WEBSOCKET_CLOSED_BY, side_name(side));
}

/* A Close frame ends what runs inside: who closes the connection then is no matter. */
static void read_close(struct conversation *c, enum side side, struct reader payload)
{
    struct websocket *w = conversation_memory(c);
    if (!handshake_has(w->hs, WEBSOCKET_CLOSED_BY)) {
        uint16_t code = reader_u16(&payload);
        handshake_set_code(w->hs, WEBSOCKET_CLOSE, reader_ok(&payload) ? code : 1005);
        if (reader_left(&payload))
            handshake_set_text(w->hs, WEBSOCKET_CLOSE_REASON, payload.at, reader_left(&payload));
    }
    note_closed(c, side);
    conversation_saw(c, w->hs, side, MSG_CLOSE, NULL);
    w->side[side].deaf = true;
    conversation_inner_close(c, side);
}

static void read_control(struct conversation *c, enum side side, const struct frame *f,
                         struct reader *r)
{
    uint8_t payload[CONTROL_MAX];
    struct reader masked = reader_take(r, (size_t)f->len);
    size_t len = reader_left(&masked);
    if (!reader_ok(r) || f->opcode != OPCODE_CLOSE)
        return;
    frame_unmask(f, 0, masked.at, payload, len);
    read_close(c, side, reader_over(payload, len, false));
}

static void hand_on(struct conversation *c, enum side side, const uint8_t *bytes, size_t len)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    if (!w->coap)
        conversation_inner(c, side, bytes, len);
    else if (!gather_add(&s->message, conversation_arena(c), bytes, len, MESSAGE_MAX))
        s->deaf = true;
}

static void end_frame(struct conversation *c, enum side side)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    s->inside = false;
    s->within = !s->frame.last;
    if (s->within || !w->coap || s->deaf)
        return;
    if (s->message.len)
        conversation_inner(c, side, s->message.bytes, s->message.len);
    s->message.len = 0;
}

/* What nobody wants to see, a message's content, is not unmasked. */
static void read_payload(struct conversation *c, enum side side, struct reader *r)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    uint64_t left = s->frame.len - s->taken;
    size_t len = reader_left(r) < left ? reader_left(r) : (size_t)left, done = 0;
    struct reader payload = reader_take(r, len);
    while (done < len && !s->deaf) {
        uint8_t piece[PIECE_MAX];
        size_t skipped = w->coap ? 0 : conversation_inner_skip(c, side, len - done);
        done += skipped;
        size_t next = len - done < PIECE_MAX ? len - done : PIECE_MAX;
        frame_unmask(&s->frame, s->taken + done, payload.at + done, piece, next);
        if (next)
            hand_on(c, side, piece, next);
        done += next;
    }
    s->taken += len;
    if (s->taken == s->frame.len)
        end_frame(c, side);
}

static bool is_for(const struct handshake *hs)
{
    return handshake_has(hs, WEBSOCKET_FOR);
}

/* Compressed messages are not opened. Text must not be, and some brokers take it. */
static void begin_payload(struct conversation *c, enum side side)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    s->taken = 0;
    s->inside = true;
    if (s->frame.compressed || (s->frame.opcode == OPCODE_TEXT && !is_for(w->hs)))
        s->deaf = true;
    else if (s->frame.opcode == OPCODE_TEXT)
        violation(c, side, "a message of text, where binary messages are due");
    if (s->frame.len == 0)
        end_frame(c, side);
}

static void read_frame(struct conversation *c, enum side side, struct reader *r)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    struct frame f;
    w->hs->now = conversation_now(c);
    if (s->inside) {
        read_payload(c, side, r);
        return;
    }
    frame_read(&f, r);
    if (!reader_ok(r))
        return;
    const char *wrong = frame_wrong(&f, s->within, handshake_true(w->hs, WEBSOCKET_COMPRESSED));
    violation(c, side, wrong ? wrong : frame_odd(&f, side));
    if (wrong) {
        s->deaf = true;
    } else if (frame_is_control(&f)) {
        read_control(c, side, &f, r);
    } else {
        s->frame = f;
        begin_payload(c, side);
    }
}

static void read_bytes(struct conversation *c, enum side side, struct reader *r)
{
    struct websocket *w = conversation_memory(c);
    bool asked = is_asked(w);
    if (w->side[side].deaf)
        reader_skip(r, reader_left(r));
    else if (w->open)
        read_frame(c, side, r);
    else if (side == SERVER && asked)
        read_answer(c, r);
    else if (side == SERVER || (asked && !w->upgrade.status))
        reader_skip(r, reader_left(r) + (side == CLIENT)); /* a client's frames wait */
    else
        read_request(c, r);
    bool deaf = w->side[CLIENT].deaf && w->side[SERVER].deaf;
    if (w->open && (!conversation_inner_wanted(c) || (deaf && w->told)))
        conversation_done(c);
}

/* A hole inside a message's bytes is one in what runs inside; where a frame begins
 * behind any other is not known. */
static void gap(struct conversation *c, enum side side, struct reader before, uint64_t len)
{
    struct websocket *w = conversation_memory(c);
    struct websocket_side *s = &w->side[side];
    if (w->hs)
        w->hs->late = true;
    if (!w->open || s->deaf)
        return;
    uint64_t left = s->inside ? s->frame.len - s->taken : 0;
    bool inside = !w->coap && reader_left(&before) == 0 && len <= left;
    conversation_inner_gap(c, side, inside ? len : UINT32_MAX);
    s->deaf = !inside;
    s->taken += inside ? len : 0;
    if (inside && len == left)
        end_frame(c, side);
}

/* ---- how it ended ---- */

static void tell(struct conversation *c)
{
    struct websocket *w = conversation_memory(c);
    w->told = true;
    if (is_for(w->hs))
        conversation_tell(c, w->hs);
}

static void tell_refusal(struct conversation *c)
{
    struct websocket *w = conversation_memory(c);
    struct moment now = conversation_now(c);
    conversation_at(c, w->answered_at);
    conversation_saw(c, w->hs, SERVER, MSG_REFUSAL, NULL);
    conversation_at(c, now);
}

/* Whether an upgraded connection ended for a reason that can be seen: the answer was
 * not what the client had asked for, or a side said so. */
static bool has_reason(const struct handshake *hs)
{
    int64_t code = handshake_number_or(hs, WEBSOCKET_CLOSE, 1000);
    bool answered = handshake_true(hs, WEBSOCKET_ACCEPT_MATCHES) &&
                    (!handshake_has(hs, WEBSOCKET_AGREED_OFFERED) ||
                     handshake_true(hs, WEBSOCKET_AGREED_OFFERED));
    return !answered || (code != 1000 && code != 1001 && code != 1005) ||
           handshake_has(hs, WEBSOCKET_VIOLATION);
}

static void over(struct conversation *c, enum side side)
{
    struct websocket *w = conversation_memory(c);
    struct handshake *hs = w->hs;
    bool silent = conversation_now(c).time_us - w->asked_at.time_us >= SILENCE_US;
    hs->now = conversation_now(c);
    hs->late = hs->late || conversation_late(c, CLIENT) || conversation_late(c, SERVER);
    if (!w->upgrade.status)
        handshake_set_duration(hs, WEBSOCKET_WAITED, hs->now.time_us - w->asked_at.time_us);
    if (w->upgrade.status > 101)
        tell_refusal(c);
    else if (hs->late || (w->open && !has_reason(hs)))
        ; /* nothing tells what was wrong, if anything was */
    else if (side != NOBODY)
        conversation_saw(c, hs, side, MSG_END, NULL);
    else if (silent && !w->open)
        conversation_saw(c, hs, NOBODY, MSG_SILENCE, NULL);
    tell(c);
}

/* A client that has asked may close its half and still hear the answer. */
static void close_side(struct conversation *c, enum side side, bool reset)
{
    struct websocket *w = conversation_memory(c);
    if (!is_asked(w) || w->told)
        return;
    w->hs->now = conversation_now(c);
    if (side != NOBODY)
        note_closed(c, side);
    bool may_come = side == CLIENT && !reset && !w->upgrade.status;
    if (may_come || (w->open && conversation_inner_known(c)))
        return;
    over(c, side);
}

static const char *over_name(const void *memory)
{
    const struct websocket *w = memory;
    return w->open ? "websocket" : NULL;
}

const struct dissector websocket_coap_dissector = {
    .name = "coap",
    .over_name = over_name,
    .transports = 1u << TRANSPORT_TCP,
    .recognise = recognise_coap,
    .read = read_bytes,
    .gap = gap,
    .close = close_side,
    .fields = &websocket_field_table,
    .machine = &machine,
    .memory_len = sizeof(struct websocket),
};

const struct dissector websocket_dissector = {
    .name = "mqtt",
    .over_name = over_name,
    .transports = 1u << TRANSPORT_TCP,
    .recognise = recognise_other,
    .read = read_bytes,
    .gap = gap,
    .close = close_side,
    .fields = &websocket_field_table,
    .machine = &machine,
    .memory_len = sizeof(struct websocket),
};
