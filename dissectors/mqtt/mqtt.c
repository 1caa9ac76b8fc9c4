/* mqtt.c - see mqtt.h.
 *
 * Packets have a head of two to five bytes that tells their length. The bodies of
 * a few are read (packet.c), those of messages are stepped over unseen, so that
 * a connection can be watched to its end for little. */
#include "dissectors/mqtt/mqtt.h"

#include <string.h>

#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/machine.h"
#include "dissectors/mqtt/packet.h"

enum { PORT_PLAIN = 1883, CODES_311 = 5, REASON_ERRORS = 0x80 };

static const int64_t SECOND_US = 1000000, SILENCE_US = 10 * SECOND_US;

/* A conversation's memory. */
struct mqtt {
    struct handshake *hs;
    uint8_t level;            /* 0: no CONNECT was seen */
    bool lost[2];             /* where this side's next packet begins is not known */
    bool connected;           /* a CONNECT was seen */
    uint16_t first_subscribe; /* its packet identifier; 0: none was seen */
    bool leaving, closing;    /* the client said DISCONNECT, or closed, before its CONNACK */
    uint32_t noted;           /* events of an open connection that the ladder has */
    int64_t client_us;        /* when the client spoke last */
    int64_t asked_us;         /* when its CONNECT came */
    int64_t accepted_us;
};

/* ---- recognising ---- */

static bool is_connack(const struct mqtt_packet *p, const struct reader *rest)
{
    struct reader body = p->body;
    uint8_t flags = reader_u8(&body), code = reader_u8(&body);
    if (p->type != PACKET_CONNACK || p->flags || p->overlong || flags > 1 || !reader_ok(&body))
        return false;
    bool old = p->len == 2 && code <= CODES_311;
    bool five = p->len > 2 && (code == 0 || code >= REASON_ERRORS) &&
                reader_u8(&body) == p->len - 3; /* the length of its properties */
    return (old || five) && reader_left(rest) == 0;
}

/* Topics are text; that tells a message from digits on their own. */
static bool is_topic(struct reader *body)
{
    uint16_t len = reader_u16(body);
    struct reader topic = reader_take_some(body, len);
    bool text = len > 0;
    while (text && reader_left(&topic)) {
        uint8_t c = reader_u8(&topic);
        text = c >= 0x20 && c != 0x7f;
    }
    return text && topic.status != READER_MALFORMED;
}

/* What a client may say that has forgotten its CONNECT. */
static bool is_unintroduced(const struct mqtt_packet *p)
{
    struct reader body = p->body;
    switch (p->type) {
    case PACKET_PUBLISH:
        return (p->flags & 6) != 6 && is_topic(&body);
    case PACKET_SUBSCRIBE:
    case PACKET_UNSUBSCRIBE:
        reader_skip(&body, 2);
        return p->flags == 2 && is_topic(&body);
    case PACKET_PINGREQ:
        return p->flags == 0 && p->len == 0;
    default:
        return false;
    }
}

/* On a port of its own, or from the middle of a connection: what comes first need
 * not be a CONNECT. */
static enum recognition recognise_packet(const struct opening *o)
{
    struct reader r = o->bytes;
    struct mqtt_packet p;
    mqtt_header_read(&p, &r);
    if (r.status == READER_SHORT)
        return o->server_port == PORT_PLAIN || o->late ? MAYBE_MINE : NOT_MINE;
    struct reader rest = r;
    reader_skip(&rest, p.body.open ? 0 : p.len);
    if (o->late && is_connack(&p, &rest))
        return o->side == CLIENT ? MINE_SWAPPED : MINE;
    bool first = !o->late && o->side == CLIENT && o->server_port == PORT_PLAIN;
    return first && !p.overlong && is_unintroduced(&p) ? MINE : NOT_MINE;
}

static enum recognition recognise(const struct opening *o)
{
    struct reader r = o->bytes;
    bool connect = mqtt_begins_connect(&r);
    if (connect && o->side == SERVER)
        return o->late ? MINE_SWAPPED : NOT_MINE;
    if (connect)
        return MINE;
    return r.status == READER_SHORT ? MAYBE_MINE : recognise_packet(o);
}

/* ---- what was seen ---- */

/* What happens on an open connection does not make its handshake longer. */
static void saw(struct conversation *c, enum side side, enum mqtt_event event, const char *note)
{
    struct mqtt *m = conversation_memory(c);
    struct moment last = m->hs->last;
    bool over = m->hs->outcome == OUTCOME_COMPLETED;
    conversation_saw(c, m->hs, side, event, note);
    if (over || event == MQTT_SAW_SILENCE) /* and silence is no packet */
        m->hs->last = last;
}

/* Of messages and pings the first of a kind is proof of life, and enough. */
static void saw_once(struct conversation *c, enum side side, enum mqtt_event event)
{
    struct mqtt *m = conversation_memory(c);
    if (!(m->noted & 1u << event))
        saw(c, side, event, NULL);
    m->noted |= 1u << event;
}

static void violation(struct conversation *c, enum side side, const char *wrong)
{
    struct mqtt *m = conversation_memory(c);
    if (handshake_has(m->hs, MQTT_VIOLATION))
        return;
    handshake_set_string(m->hs, MQTT_VIOLATION, wrong);
    handshake_set_string(m->hs, MQTT_VIOLATION_BY, side_name(side));
    saw(c, side, MQTT_SAW_VIOLATION, wrong);
}

static bool is_open(const struct mqtt *m)
{
    return m->hs->outcome == OUTCOME_OPEN;
}

static void note_waited(struct conversation *c)
{
    struct mqtt *m = conversation_memory(c);
    if (is_open(m) && m->connected)
        handshake_set_duration(m->hs, MQTT_WAITED, conversation_now(c).time_us - m->asked_us);
}

static int64_t keep_alive_us(const struct handshake *hs)
{
    int64_t own = handshake_number_or(hs, MQTT_KEEP_ALIVE, 0);
    return handshake_number_or(hs, MQTT_SERVER_KEEP_ALIVE, own);
}

/* How a connection that stood was ended. The server may close it after one and a
 * half keep-alives of silence, MQTT 5.0 §3.1.2.10. */
static void note_end(struct conversation *c, enum side side, const char *how)
{
    struct mqtt *m = conversation_memory(c);
    struct handshake *hs = m->hs;
    if (handshake_has(hs, MQTT_ENDED_BY))
        return;
    int64_t now = conversation_now(c).time_us, silence = now - m->client_us;
    handshake_set_string(hs, MQTT_ENDED_BY, side_name(side));
    handshake_set_string(hs, MQTT_ENDING, how);
    handshake_set_time(hs, MQTT_ENDED, now);
    if (m->accepted_us)
        handshake_set_duration(hs, MQTT_CONNECTED_FOR, now - m->accepted_us);
    if (!m->client_us || conversation_late(c, CLIENT))
        return;
    handshake_set_duration(hs, MQTT_CLIENT_SILENCE, silence);
    int64_t keep_alive = keep_alive_us(hs);
    if (m->connected)
        handshake_set_bool(hs, MQTT_KEEP_ALIVE_EXCEEDED,
                           keep_alive > 0 && silence > keep_alive + keep_alive / 2);
}

/* ---- packets ---- */

static void read_connect(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    uint8_t level = 0;
    if (m->connected || !is_open(m)) {
        violation(c, side, "a second CONNECT");
        return;
    }
    m->connected = true;
    m->asked_us = conversation_now(c).time_us;
    const char *wrong = mqtt_read_connect(m->hs, p->body, &level);
    m->level = level;
    saw(c, side, MQTT_SAW_CONNECT, code_name_of(&mqtt_versions, level));
    if (!wrong && p->flags && level >= LEVEL_311)
        wrong = "a packet with reserved flags";
    if (wrong)
        violation(c, side, wrong);
}

static void read_connack(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    uint8_t code;
    if (!is_open(m)) {
        if (handshake_has(m->hs, MQTT_CONNACK))
            violation(c, side, "a second CONNACK");
        return;
    }
    const char *wrong = mqtt_read_connack(m->hs, p->body, m->level, &code);
    if (handshake_has(m->hs, MQTT_CONNACK)) {
        saw(c, side, code ? MQTT_SAW_REFUSED : MQTT_SAW_ACCEPTED,
            code_name_of(&mqtt_connack_codes, code));
        m->accepted_us = conversation_now(c).time_us;
    }
    if (wrong)
        violation(c, side, wrong);
    if (code || m->leaving)
        conversation_done(c);
    else
        conversation_may_idle(c);
}

/* Whose CONNECT names no method gets no AUTH, MQTT 5.0 §4.12. The client id, which
 * stands behind, tells that all of its properties were seen. */
static bool is_unasked_auth(const struct mqtt *m, enum side side)
{
    return side == SERVER && is_open(m) && !m->hs->late && handshake_has(m->hs, MQTT_CLIENT_ID) &&
           !handshake_has(m->hs, MQTT_AUTH_METHOD);
}

static void read_auth(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    uint8_t reason;
    bool unasked = is_unasked_auth(m, side);
    const char *wrong = mqtt_read_auth(m->hs, p->body, &reason);
    if (is_open(m))
        saw(c, side, MQTT_SAW_AUTH, code_name_of(&mqtt_auth_codes, reason));
    else
        saw_once(c, side, MQTT_SAW_AUTH);
    if (wrong || unasked)
        violation(c, side, wrong ? wrong : "an AUTH that the client's CONNECT did not ask for");
}

static void read_disconnect(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    uint8_t reason;
    const char *wrong = mqtt_read_disconnect(m->hs, p->body, m->level, &reason);
    handshake_set_code(m->hs, MQTT_DISCONNECT, reason);
    handshake_set_string(m->hs, MQTT_DISCONNECTED_BY, side_name(side));
    if (wrong)
        violation(c, side, wrong);
    m->leaving = is_open(m) && side == CLIENT;
    if (!m->leaving) {
        note_waited(c);
        note_end(c, side, "disconnect");
    }
    saw(c, side, MQTT_SAW_DISCONNECT, code_name_of(&mqtt_disconnect_codes, reason));
    if (!m->leaving)
        conversation_done(c);
}

static void read_publish(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    const char *wrong = mqtt_read_publish(p, m->level);
    if (wrong)
        violation(c, side, wrong);
    handshake_set_bool(m->hs, MQTT_PUBLISHED, true);
    saw_once(c, side, MQTT_SAW_PUBLISH);
}

static void read_puback(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    const char *wrong = mqtt_read_puback(m->hs, p->body, side);
    if (wrong)
        violation(c, side, wrong);
    saw_once(c, side, p->type == PACKET_PUBACK ? MQTT_SAW_PUBACK : MQTT_SAW_PUBREC);
}

/* Where the version is not known, neither is whether there are properties. */
static void read_subscribe(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    uint16_t id = 0;
    const char *wrong = m->level ? mqtt_read_subscribe(m->hs, p->body, m->level, &id) : NULL;
    m->first_subscribe = m->first_subscribe ? m->first_subscribe : id;
    if (wrong)
        violation(c, side, wrong);
    saw_once(c, side, MQTT_SAW_SUBSCRIBE);
}

static void read_suback(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    const char *wrong = mqtt_read_suback(m->hs, p->body, m->level, m->first_subscribe);
    if (wrong)
        violation(c, side, wrong);
    saw_once(c, side, MQTT_SAW_SUBACK);
}

static void read_pingresp(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    (void)p;
    handshake_set_bool(m->hs, MQTT_PINGED, true);
    saw_once(c, side, MQTT_SAW_PINGRESP);
}

enum { ANY_FLAGS = 255 };

/* Who sends a packet, with which flags (MQTT 5.0 §2.1.3), and who reads it; without
 * a reader it is noted once as event. */
static const struct {
    const char *name;
    enum side from; /* NOBODY: either */
    uint8_t flags;
    uint8_t event;
    void (*read)(struct conversation *c, enum side side, const struct mqtt_packet *p);
} kinds[PACKET_TYPE_COUNT] = {
    [PACKET_CONNECT] = { "CONNECT", CLIENT, 0, MQTT_SAW_CONNECT, read_connect },
    [PACKET_CONNACK] = { "CONNACK", SERVER, 0, MQTT_SAW_ACCEPTED, read_connack },
    [PACKET_PUBLISH] = { "PUBLISH", NOBODY, ANY_FLAGS, MQTT_SAW_PUBLISH, read_publish },
    [PACKET_PUBACK] = { "PUBACK", NOBODY, 0, MQTT_SAW_PUBACK, read_puback },
    [PACKET_PUBREC] = { "PUBREC", NOBODY, 0, MQTT_SAW_PUBREC, read_puback },
    [PACKET_PUBREL] = { "PUBREL", NOBODY, 2, MQTT_SAW_PUBREL, NULL },
    [PACKET_PUBCOMP] = { "PUBCOMP", NOBODY, 0, MQTT_SAW_PUBCOMP, NULL },
    [PACKET_SUBSCRIBE] = { "SUBSCRIBE", CLIENT, 2, MQTT_SAW_SUBSCRIBE, read_subscribe },
    [PACKET_SUBACK] = { "SUBACK", SERVER, 0, MQTT_SAW_SUBACK, read_suback },
    [PACKET_UNSUBSCRIBE] = { "UNSUBSCRIBE", CLIENT, 2, MQTT_SAW_UNSUBSCRIBE, NULL },
    [PACKET_UNSUBACK] = { "UNSUBACK", SERVER, 0, MQTT_SAW_UNSUBACK, NULL },
    [PACKET_PINGREQ] = { "PINGREQ", CLIENT, 0, MQTT_SAW_PINGREQ, NULL },
    [PACKET_PINGRESP] = { "PINGRESP", SERVER, 0, MQTT_SAW_PINGRESP, read_pingresp },
    [PACKET_DISCONNECT] = { "DISCONNECT", NOBODY, 0, MQTT_SAW_DISCONNECT, read_disconnect },
    [PACKET_AUTH] = { "AUTH", NOBODY, 0, MQTT_SAW_AUTH, read_auth },
};

/* ---- what must not be ---- */

static const char *wrong_direction(const struct mqtt *m, enum side side,
                                   const struct mqtt_packet *p)
{
    if (kinds[p->type].from == side_other(side))
        return side == CLIENT ? "a packet from the client that only servers send"
                              : "a packet from the server that only clients send";
    if (p->type == PACKET_DISCONNECT && side == SERVER && m->level < LEVEL_5)
        return "a DISCONNECT from the server, which only MQTT 5 allows";
    return NULL;
}

/* What no packet of this connection can begin with: behind it, nothing is known. Of
 * a version that was not seen little can be said, and 3.1 ignores flags. */
static const char *wrong_head(const struct mqtt *m, enum side side, const struct mqtt_packet *p)
{
    if (!kinds[p->type].name)
        return "a packet of the reserved type 0";
    if (p->overlong)
        return "a packet length of more than four bytes";
    if (!m->connected && side == CLIENT && !m->hs->late && p->type != PACKET_CONNECT)
        return "a packet before any CONNECT";
    if (m->level == 0)
        return NULL;
    if (p->type == PACKET_AUTH && m->level < LEVEL_5)
        return "a packet of type 15, which only MQTT 5 has";
    const char *wrong = wrong_direction(m, side, p);
    uint8_t flags = kinds[p->type].flags;
    bool strict = m->level >= LEVEL_311 && flags != ANY_FLAGS;
    return wrong ? wrong : strict && p->flags != flags ? "a packet with reserved flags" : NULL;
}

/* The server answers before it says anything else; in version 5 AUTH and DISCONNECT
 * may come first. */
static const char *too_early(const struct mqtt *m, enum side side, const struct mqtt_packet *p)
{
    bool answer =
        p->type == PACKET_CONNACK || p->type == PACKET_AUTH || p->type == PACKET_DISCONNECT;
    return side == SERVER && is_open(m) && m->connected && !m->hs->late && !answer
               ? "a packet from the server before its CONNACK"
               : NULL;
}

static bool has_handshake(struct conversation *c)
{
    struct mqtt *m = conversation_memory(c);
    if (!m->hs)
        m->hs = conversation_begin(c);
    if (!m->hs)
        conversation_done(c);
    return m->hs != NULL;
}

static const char *must_not_be(const struct mqtt *m, enum side side, const struct mqtt_packet *p)
{
    const char *wrong = wrong_head(m, side, p);
    return wrong ? wrong : too_early(m, side, p);
}

/* take does what a packet tells; false when nothing behind it can be read. */
static bool take(struct conversation *c, enum side side, const struct mqtt_packet *p)
{
    struct mqtt *m = conversation_memory(c);
    bool late = conversation_late(c, CLIENT) || conversation_late(c, SERVER);
    m->hs->now = conversation_now(c);
    m->hs->late = m->hs->late || (is_open(m) && late);
    const char *wrong = must_not_be(m, side, p);
    if (wrong) {
        violation(c, side, wrong);
        return false;
    }
    if (kinds[p->type].read)
        kinds[p->type].read(c, side, p);
    else
        saw_once(c, side, kinds[p->type].event);
    return true;
}

/* ---- streams ---- */

/* A head that must not be is not waited behind: what seems a length is none. */
static bool is_hopeless(const struct mqtt *m, enum side side, struct reader r)
{
    struct mqtt_packet p;
    mqtt_header_read(&p, &r);
    return m->hs && reader_ok(&r) && must_not_be(m, side, &p);
}

/* A CONNECT of which the beginning is there is an attempt already: it may be all that comes. */
static void begin_early(struct conversation *c, enum side side, struct reader r)
{
    struct mqtt *m = conversation_memory(c);
    if (side == CLIENT && !m->hs && mqtt_begins_connect(&r))
        has_handshake(c);
}

static void read_packet(struct conversation *c, enum side side, struct reader *r)
{
    struct mqtt *m = conversation_memory(c);
    struct mqtt_packet p;
    struct reader before = *r;
    if (side == CLIENT)
        m->client_us = conversation_now(c).time_us;
    bool hopeless = !m->lost[side] && is_hopeless(m, side, *r);
    if (hopeless)
        mqtt_header_read(&p, r);
    else if (!m->lost[side])
        mqtt_packet_read(&p, r);
    if (r->status == READER_SHORT)
        begin_early(c, side, before);
    if (r->status == READER_SHORT || (!m->lost[side] && !has_handshake(c)))
        return;
    m->lost[side] = m->lost[side] || !take(c, side, &p);
    if (m->lost[side])
        reader_skip(r, reader_left(r));
    else
        conversation_skip(c, p.unread);
}

/* Bytes were not captured. Inside one packet, its length tells where the next begins;
 * and of a CONNECT that was cut, what is there is read. */
static void gap(struct conversation *c, enum side side, struct reader before, uint64_t len)
{
    struct mqtt *m = conversation_memory(c);
    struct mqtt_packet p;
    mqtt_header_read(&p, &before);
    bool inside = reader_ok(&before) && !p.overlong && !m->lost[side] && p.body.open;
    uint64_t missing = inside ? p.len - reader_left(&before) : 0;
    if (inside && p.type == PACKET_CONNECT && side == CLIENT && !m->hs && has_handshake(c))
        take(c, side, &p);
    if (m->hs && is_open(m))
        m->hs->late = true;
    if (missing >= len && inside)
        conversation_skip(c, (uint32_t)(missing - len));
    else
        m->lost[side] = true;
}

/* Nothing more will be seen. A server that has been silent this long will not answer. */
static void end(struct conversation *c, bool in_vain)
{
    struct mqtt *m = conversation_memory(c);
    bool silent = in_vain || conversation_now(c).time_us - m->asked_us >= SILENCE_US;
    if (!is_open(m) || m->hs->late || !m->connected || !(silent || m->closing))
        return;
    m->hs->now = conversation_now(c);
    note_waited(c);
    saw(c, NOBODY, MQTT_SAW_SILENCE, NULL);
}

/* A client that has closed may still be answered; a server that has will not answer. */
static void close_stream(struct conversation *c, enum side side, bool reset)
{
    struct mqtt *m = conversation_memory(c);
    if (!m->hs || m->hs->state == MQTT_OVER)
        return;
    if (side == NOBODY) {
        end(c, reset);
        return;
    }
    m->hs->now = conversation_now(c);
    note_waited(c);
    note_end(c, side, reset ? "reset" : "close");
    if (is_open(m) && !m->hs->late && !m->connected && side == CLIENT)
        violation(c, side, "a CONNECT that ends in the middle");
    if (is_open(m) && (m->hs->late || (side == CLIENT && !reset))) {
        m->closing = true;
        return;
    }
    saw(c, side, reset ? MQTT_SAW_RESET : MQTT_SAW_CLOSE, NULL);
}

const struct dissector mqtt_dissector = {
    .name = "mqtt",
    .transports = 1u << TRANSPORT_TCP,
    .recognise = recognise,
    .read = read_packet,
    .gap = gap,
    .close = close_stream,
    .fields = &mqtt_field_table,
    .machine = &mqtt_machine,
    .memory_len = sizeof(struct mqtt),
};
