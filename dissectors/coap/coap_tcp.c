/* coap_tcp.c - CoAP in streams: over TCP, inside TLS, inside WebSocket. RFC 8323.
 *
 *     CSM <──> CSM          the connection's own handshake
 *     request ──> response  an exchange each, known by its token
 *
 * The connection's handshake stays open to the end: an Abort may still come. */
#include "dissectors/coap/coap.h"

#include <string.h>

#include "dissectors/coap/describe.h"
#include "dissectors/coap/exchange.h"
#include "dissectors/coap/fields.h"
#include "dissectors/coap/machine.h"
#include "dissectors/coap/names.h"

enum { PORT_PLAIN = 5683, PORT_SECURE = 5684 };

/* Options of signalling messages have numbers of their own, RFC 8323 §5.2. */
enum { CSM_MESSAGE_MAX = 2, CSM_BLOCK_WISE = 4, ABORT_BAD_CSM_OPTION = 2, CSM_EXTENDED_TOKEN = 6 };

/* ---- recognising ---- */

/* A CSM has no token; its options are few and small, RFC 8323 §5.3, RFC 8974 §2.2.2. */
static bool is_csm(const struct coap_message *m)
{
    struct reader options = m->options;
    struct coap_option o;
    if (m->wrong || m->code != COAP_CSM || m->token.len || m->payload_len)
        return false;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);)
        if (o.len > 4)
            return false;
    return true;
}

static bool knows_options(const struct coap_message *m)
{
    struct reader options = m->options;
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);)
        if (o.number != CSM_MESSAGE_MAX && o.number != CSM_BLOCK_WISE &&
            o.number != CSM_EXTENDED_TOKEN)
            return false;
    return options.at != m->options.at;
}

/* On CoAP's port a client may as well begin with what it must not begin with. */
static bool is_first(const struct opening *o, const struct coap_message *m)
{
    bool port = o->server_port == PORT_PLAIN || o->server_port == PORT_SECURE;
    if (is_csm(m) && (port || o->inner || knows_options(m)))
        return true;
    bool fitting = coap_is_request(m) ? o->side == CLIENT : coap_is_response(m) && o->late;
    return port && !m->wrong && m->known && coap_code_name(m->code) && fitting;
}

static enum recognition recognise(const struct opening *o)
{
    struct reader r = o->bytes;
    struct coap_message m;
    uint32_t more;
    coap_frame_read(&m, &r, false, &more);
    if (r.status == READER_SHORT)
        return MAYBE_MINE;
    if (!reader_ok(&r) || !is_first(o, &m))
        return NOT_MINE;
    bool swapped = o->late && coap_is_response(&m) && o->side == CLIENT;
    return swapped ? MINE_SWAPPED : MINE;
}

/* ---- signalling ---- */

static void signal_saw(struct conversation *c, enum side side, enum coap_event event,
                       const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    coap->signalling->now = conversation_now(c);
    conversation_saw(c, coap->signalling, side, event, m ? coap_note(coap->signalling, m) : NULL);
}

static bool has_signalling(struct conversation *c)
{
    struct coap *coap = conversation_memory(c);
    if (!coap->signalling)
        coap->signalling = conversation_begin(c);
    return coap->signalling != NULL;
}

static void describe_csm(struct handshake *hs, enum side side, const struct coap_message *m)
{
    struct reader options = m->options;
    struct coap_option o;
    handshake_set_bool(hs, side == CLIENT ? COAP_CLIENT_CSM : COAP_SERVER_CSM, true);
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);) {
        struct reader value = reader_over(o.bytes, o.len, false);
        uint32_t size = 0;
        while (reader_left(&value))
            size = size << 8 | reader_u8(&value);
        if (o.number == CSM_MESSAGE_MAX && o.len <= 4)
            handshake_set_number(
                hs, side == CLIENT ? COAP_CLIENT_MESSAGE_MAX : COAP_SERVER_MESSAGE_MAX, size);
    }
}

static void read_csm(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    bool both = coap->csm[side_other(side)] && !coap->csm[side];
    if (!has_signalling(c))
        return;
    coap->csm[side] = true;
    signal_saw(c, side, both ? COAP_SAW_BOTH_CSM : COAP_SAW_CSM, m);
    if (!handshake_has(coap->signalling, COAP_REQUEST_CODE))
        coap_describe_request(coap->signalling, m);
    describe_csm(coap->signalling, side, m);
}

/* An Abort ends the agreement itself when it complains of the CSM, or nothing
 * else was ever said; later it ends what came of it. RFC 8323 §5.6 */
static void read_abort(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    struct reader options = m->options;
    struct coap_option o;
    bool bad_csm = false;
    if (!has_signalling(c))
        return;
    struct handshake *hs = coap->signalling;
    hs->now = conversation_now(c);
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);) {
        if (o.number != ABORT_BAD_CSM_OPTION || o.len > 2)
            continue;
        bad_csm = true;
        handshake_set_number(hs, COAP_BAD_CSM_OPTION,
                             o.len == 2   ? o.bytes[0] << 8 | o.bytes[1]
                             : o.len == 1 ? o.bytes[0]
                                          : 0);
    }
    handshake_set_string(hs, COAP_ABORTED_BY, side_name(side));
    if (m->payload_len)
        handshake_set_text(hs, COAP_DIAGNOSTIC, m->payload.at, reader_left(&m->payload));
    bool at_once = bad_csm || coap->requests == 0 || hs->state != EXCHANGE_CONNECTED;
    signal_saw(c, side, at_once ? COAP_SAW_ABORT : COAP_SAW_LATE_ABORT, m);
}

static void read_signal(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    switch (m->code) {
    case COAP_CSM:
        read_csm(c, side, m);
        return;
    case COAP_ABORT:
        read_abort(c, side, m);
        return;
    case COAP_PING:
        exchange_ping(c, side, m);
        return;
    case COAP_PONG:
        exchange_pong(c, side, m);
        return;
    default:
        break;
    }
    if (!has_signalling(c))
        return;
    signal_saw(c, side, COAP_SAW_SIGNAL, m);
    if (m->code == COAP_RELEASE)
        handshake_set_string(coap->signalling, COAP_RELEASED_BY, side_name(side));
}

/* ---- reading ---- */

/* In a WebSocket the length is the frame's, and the message says 0: a CSM that
 * says 0 and has options all the same came in one. RFC 8323 §4.2 */
static bool is_whole(struct reader r)
{
    struct coap_message m;
    uint32_t more;
    r.open = false;
    coap_frame_read(&m, &r, true, &more);
    return is_csm(&m) && knows_options(&m);
}

static bool is_over_websocket(const struct handshake *hs)
{
    for (size_t i = 0; i < OVER_MAX && hs->over[i]; i++)
        if (strcmp(hs->over[i], "websocket") == 0)
            return true;
    return false;
}

static bool comes_whole(struct conversation *c, const struct reader *r)
{
    struct coap *coap = conversation_memory(c);
    bool says_0 = reader_left(r) >= 2 && r->at[0] == 0 && r->at[1] == COAP_CSM;
    return says_0 && has_signalling(c) && (is_over_websocket(coap->signalling) || is_whole(*r));
}

/* The CSM comes first, RFC 8323 §5.3; what a capture missed cannot be missing. */
static void expect_csm(struct conversation *c, enum side side, const struct coap_message *m)
{
    struct coap *coap = conversation_memory(c);
    if (coap->spoke[side] || m->code == COAP_CSM || conversation_late(c, side) ||
        !has_signalling(c))
        return;
    signal_saw(c, side, COAP_SAW_NO_CSM, m);
    handshake_set_bool(coap->signalling, side == CLIENT ? COAP_CLIENT_CSM : COAP_SERVER_CSM, false);
}

static void take(struct conversation *c, enum side side, const struct coap_message *m)
{
    expect_csm(c, side, m);
    if (m->wrong)
        exchange_malformed(c, side, m);
    else if (coap_is_request(m))
        exchange_request(c, side, m);
    else if (coap_is_response(m))
        exchange_response(c, side, m);
    else if (coap_class(m) == 7)
        read_signal(c, side, m);
}

static void read_frame(struct conversation *c, enum side side, struct reader *r)
{
    struct coap *coap = conversation_memory(c);
    struct coap_message m;
    uint32_t more;
    if (!coap->spoke[CLIENT] && !coap->spoke[SERVER])
        coap->whole = comes_whole(c, r);
    coap_frame_read(&m, r, coap->whole, &more);
    if (r->status == READER_SHORT)
        return;
    exchanges_tend(c);
    take(c, side, &m);
    coap->spoke[side] = true;
    if (more)
        conversation_skip(c, more);
    if (m.wrong) /* where the next message begins is not known any more */
        conversation_done(c);
}

static void gap(struct conversation *c, enum side side, struct reader before, uint64_t len)
{
    (void)side;
    (void)before;
    (void)len;
    exchanges_close(c, NOBODY);
    conversation_done(c);
}

static void close_stream(struct conversation *c, enum side side, bool reset)
{
    struct coap *coap = conversation_memory(c);
    struct handshake *hs = coap->signalling;
    exchanges_close(c, side);
    if (side == NOBODY || !hs || hs->outcome != OUTCOME_OPEN || hs->late)
        return;
    /* A server that hangs up instead of sending its CSM does not speak CoAP, or not to us. */
    if (side == SERVER || reset) {
        hs->now = conversation_now(c);
        conversation_saw(c, hs, side, COAP_SAW_CLOSE, NULL);
    }
}

const struct dissector coap_tcp_dissector = {
    .name = "coap",
    .transports = 1u << TRANSPORT_TCP,
    .recognise = recognise,
    .read = read_frame,
    .gap = gap,
    .close = close_stream,
    .finish = exchange_finish,
    .fields = &coap_field_table,
    .machine = &coap_machine,
    .memory_len = sizeof(struct coap),
    .recycles = true,
};
