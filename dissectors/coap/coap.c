/* coap.c - CoAP in datagrams: over UDP, and inside DTLS. See coap.h.
 *
 * On CoAP's own ports, and inside DTLS, a datagram is given the benefit of the
 * doubt, so that a broken one can be told of. Anywhere else only what could
 * hardly be anything else is taken: two bits are all the magic that CoAP has. */
#include "dissectors/coap/coap.h"

#include "dissectors/coap/exchange.h"
#include "dissectors/coap/fields.h"
#include "dissectors/coap/machine.h"
#include "dissectors/coap/names.h"

enum {
    PORT_PLAIN = 5683,
    PORT_SECURE = 5684,
    LOOK_LEN = 8, /* of a payload that claims to be text */
};

static const struct field fields[] = { COAP_FIELDS(FIELD_ROW) };
const struct field_table coap_field_table = { "coap", fields, COAP_FIELD_COUNT };

/* ---- recognising ---- */

/* Names in a URI are UTF-8, and those that people give in practice ASCII. */
static bool is_text(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] < 0x20 || bytes[i] >= 0x7f)
            return false;
    return true;
}

static bool is_name(uint32_t option)
{
    return option == OPTION_URI_PATH || option == OPTION_URI_QUERY || option == OPTION_URI_HOST;
}

static bool has_plausible_names(struct reader options)
{
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);)
        if (is_name(o.number) && !is_text(o.bytes, o.len))
            return false;
    return true;
}

static bool has_path(struct reader options)
{
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);)
        if (o.number == OPTION_URI_PATH && o.len > 0)
            return true;
    return false;
}

/* In a request the value has a sequence number and a key id, RFC 8613 §6.1. */
static bool has_oscore(struct reader options)
{
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);) {
        uint8_t flags = o.len ? o.bytes[0] : 0, sequence_len = flags & 7;
        if (o.number == OPTION_OSCORE && flags & 8 && flags < 32 && sequence_len >= 1 &&
            sequence_len <= 5 && o.len >= 1u + sequence_len)
            return true;
    }
    return false;
}

/* A payload of a registered format, and if that is text, one that can be read. */
static bool has_format(const struct coap_message *m)
{
    int64_t format = m->has.content_format;
    size_t left = reader_left(&m->payload);
    if (!left || format == OPTION_ABSENT || !code_name_of(&coap_content_formats, (uint32_t)format))
        return false;
    return format != 0 || is_text(m->payload.at, left < LOOK_LEN ? left : LOOK_LEN);
}

/* Says what hardly anything else says by chance: a path that can be read, the
 * format of a payload that has one, a block. */
static bool is_telling(const struct coap_message *m)
{
    if (coap_is_request(m))
        return has_path(m->options) || (m->payload_len && has_oscore(m->options));
    return has_format(m) || m->has.block1 != OPTION_ABSENT || m->has.block2 != OPTION_ABSENT;
}

/* Speaks for itself: a registered code and none but registered options, of lengths
 * and contents that they may have, and telling ones among them. One datagram in
 * four millions of random bytes does. */
static bool is_unmistakable(const struct coap_message *m)
{
    return !m->wrong && !m->cut && m->token.len <= 8 && coap_code_name(m->code) && m->known &&
           is_telling(m) && has_plausible_names(m->options);
}

/* Good enough on CoAP's own port: version 1 however broken, or else (libcoap
 * answers even that) a message that only its version makes wrong. */
static bool is_likely(const struct coap_message *m, struct reader datagram)
{
    uint8_t first = reader_u8(&datagram);
    if (m->version == 1)
        return m->code == COAP_EMPTY || coap_is_request(m) || coap_is_response(m);
    return (first & 15) <= 8 && coap_code_name(m->code) && m->known && m->option_count > 0 &&
           has_plausible_names(m->options);
}

static bool is_coap(const struct opening *o, const struct coap_message *m)
{
    bool port = o->server_port == PORT_PLAIN || o->server_port == PORT_SECURE;
    if (port)
        return is_likely(m, o->bytes);
    if (o->inner)
        return !m->wrong && (m->code == COAP_EMPTY || coap_code_name(m->code));
    return is_unmistakable(m);
}

/* Who asks is the client; from empty messages nothing can be told. */
static enum recognition recognise(const struct opening *o)
{
    struct coap_message m;
    coap_message_read(&m, o->bytes);
    if (!is_coap(o, &m))
        return NOT_MINE;
    bool by_client = coap_is_request(&m) && o->side == CLIENT;
    bool by_server = coap_is_response(&m) && o->side == SERVER;
    bool told = !m.wrong && m.code != COAP_EMPTY;
    return told && !by_client && !by_server ? MINE_SWAPPED : MINE;
}

/* ---- reading ---- */

static void take(struct conversation *c, enum side side, const struct coap_message *m)
{
    if (m->wrong)
        exchange_malformed(c, side, m);
    else if (coap_is_request(m))
        exchange_request(c, side, m);
    else if (coap_is_response(m))
        exchange_response(c, side, m);
    else if (m->type == COAP_ACK)
        exchange_ack(c, side, m);
    else if (m->type == COAP_RST)
        exchange_reset(c, side, m);
    else
        exchange_ping(c, side, m);
}

static void read_datagram(struct conversation *c, enum side side, struct reader *r)
{
    struct coap *coap = conversation_memory(c);
    struct coap_message m;
    coap_message_read(&m, *r);
    reader_skip(r, reader_left(r));
    exchanges_tend(c);
    take(c, side, &m);
    coap->spoke[side] = true;
}

static void close_datagrams(struct conversation *c, enum side side, bool reset)
{
    (void)reset;
    if (side == NOBODY)
        exchanges_close(c, side);
}

const struct dissector coap_dissector = {
    .name = "coap",
    .transports = 1u << TRANSPORT_UDP,
    .recognise = recognise,
    .read = read_datagram,
    .close = close_datagrams,
    .finish = exchange_finish,
    .fields = &coap_field_table,
    .machine = &coap_machine,
    .memory_len = sizeof(struct coap),
    .recycles = true,
};
