/* inside.c - see inside.h.
 *
 *     client: CONNECT ──> server: CONNACK ──> client: anything     accepted
 *                │                  └──────> the end               refused
 *                └────> the end, or silence                        closed, unanswered
 *
 * A CONNACK has 4 bytes up to MQTT 3.1.1 and rarely more than a hundred in version 5;
 * session tickets, which may come at the same time, have more. A broker that refuses
 * hangs up behind its CONNACK; one that does not know the client often hangs up without. */
#include "dissectors/tls/inside.h"

#include <string.h>

#include "dissectors/tls/names.h"
#include "dissectors/tls/unseal.h"

enum {
    PORT_MQTTS = 8883,
    PORT_MQTTS_TOO = 8884,
    CONNECT_MIN = 14, /* MQTT 3.1.1 with an empty client id */
    CONNECT_MAX = 4096,
    CONNACK_MIN = 4,
    CONNACK_MAX = 100,
    ALERT = 2,           /* and so long are DISCONNECT and PINGREQ */
    UNANSWERED_MAX = 64, /* records, tickets among them, after which no answer is looked for */
};

static bool offers_mqtt_alone(const struct list *offered)
{
    static const char *const names[] = { "mqtt", "x-amzn-mqtt-ca" };
    bool known = offered && offered->kept;
    for (uint32_t i = 0; known && i < offered->kept; i++) {
        const struct span *s = &offered->items.texts[i];
        known = false;
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            known = known || (s->len == strlen(names[n]) && !memcmp(s->bytes, names[n], s->len));
    }
    return known;
}

/* Why MQTT is to be supposed inside, or NULL. */
static const char *reason(const struct conversation *c, const struct handshake *hs)
{
    uint16_t port = conversation_server_port(c);
    const struct list *offered = handshake_list(hs, TLS_OFFERED_ALPN);
    if (offered)
        return offers_mqtt_alone(offered) ? "alpn" : NULL;
    return port == PORT_MQTTS || port == PORT_MQTTS_TOO ? "port" : NULL;
}

/* Whether a record may hold a packet of least to most bytes. */
static bool holds(const struct handshake *hs, size_t len, size_t least, size_t most)
{
    uint32_t suite = (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0);
    uint32_t version = (uint32_t)handshake_number_or(hs, TLS_VERSION, 0);
    size_t low = tls_cipher_record_len(suite, version, false, least);
    size_t high = tls_cipher_record_len(suite, version, true, most);
    return low && len >= low && len <= high;
}

bool inside_waits(const struct tls *tls)
{
    return tls->inside == INSIDE_ASKED || tls->inside == INSIDE_ANSWERED;
}

static void conclude(struct tls *tls, const char *what)
{
    tls->inside = INSIDE_KNOWN;
    tls->hs->held = false;
    handshake_set_string(tls->hs, TLS_MQTT, what);
}

static void begin(struct conversation *c, struct tls *tls, size_t len)
{
    struct handshake *hs = tls->hs;
    const char *by = reason(c, hs);
    tls->inside = INSIDE_KNOWN;
    if (!by || hs->late || tls->datagrams || !holds(hs, len, CONNECT_MIN, CONNECT_MAX))
        return;
    tls->inside = INSIDE_ASKED;
    tls->inside_at_us = conversation_now(c).time_us;
    hs->held = true;
    handshake_set_string(hs, TLS_MQTT_BY, by);
    handshake_set_number(hs, TLS_MQTT_ASKED, (int64_t)len);
}

/* In TLS 1.3 a close_notify looks like a DISCONNECT, and only both are certain. */
static void say_more(struct tls *tls, enum side side, size_t len)
{
    bool brief = tls->is_13 && !holds(tls->hs, len, ALERT + 1, RECORD_MAX - 256);
    if (brief && side == CLIENT)
        tls->inside_briefs++;
    if (!brief || tls->inside_briefs > 1)
        conclude(tls, "accepted");
}

void inside_data(struct conversation *c, enum side side, size_t len)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    bool openable = unseal_ready(tls, CLIENT) || unseal_ready(tls, SERVER);
    hs->now = conversation_now(c);
    if (tls->inside == INSIDE_UNASKED && side == CLIENT && !openable) {
        begin(c, tls, len);
    } else if (tls->inside == INSIDE_ASKED && side == SERVER &&
               holds(hs, len, CONNACK_MIN, CONNACK_MAX)) {
        tls->inside = INSIDE_ANSWERED;
        handshake_set_number(hs, TLS_MQTT_ANSWERED, (int64_t)len);
    } else if (tls->inside == INSIDE_ASKED && ++tls->inside_records > UNANSWERED_MAX) {
        conclude(tls, "unknown"); /* it is not MQTT, or not as we know it */
    } else if (tls->inside == INSIDE_ANSWERED) {
        say_more(tls, side, len);
    }
}

/* Only a server that is the first to leave tells something: a client may have had enough. */
void inside_close(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    if (!inside_waits(tls))
        return;
    int64_t waited = conversation_now(c).time_us - tls->inside_at_us;
    bool answered = tls->inside == INSIDE_ANSWERED;
    bool gone = conversation_side_closed(c, CLIENT) || tls->side[CLIENT].alerted;
    hs->now = conversation_now(c);
    if (conversation_late(c, CLIENT) || conversation_late(c, SERVER)) {
        tls->inside = INSIDE_KNOWN;
        hs->held = false;
    } else if (side == NOBODY) {
        conclude(tls, answered ? "accepted" : waited >= SILENCE_US ? "unanswered" : "unknown");
    } else if (answered && waited < SILENCE_US) {
        conclude(tls, gone || side == CLIENT || tls->inside_briefs ? "unknown" : "refused");
    } else if (answered) {
        conclude(tls, "accepted");
    } else if (side == SERVER) {
        conclude(tls, gone ? "unknown" : "closed");
    }
}
