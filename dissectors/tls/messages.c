/* messages.c - handshake messages and ChangeCipherSpec, whatever layer of records
 * they came in: tls.c and dtls.c hand them over whole and in order. What is in
 * a message hello.c and flight.c read; what follows what, machine.c knows. */
#include "dissectors/tls/tls.h"
#include "dissectors/tls/unseal.h"

size_t message_header_len(const struct tls *tls)
{
    return tls->datagrams ? FRAGMENT_HEADER_LEN : MESSAGE_HEADER_LEN;
}

void message_malformed(struct conversation *c, enum side side, const char *what)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    hs->now = conversation_now(c);
    if (!handshake_has(hs, TLS_MALFORMED_FROM)) {
        handshake_set_string(hs, TLS_MALFORMED_FROM, side_name(side));
        handshake_set_string(hs, TLS_MALFORMED, what);
    }
    conversation_saw(c, hs, side, TLS_MALFORMED_MESSAGE, what);
}

void message_saw(struct conversation *c, enum side side, uint8_t message)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    if (hs->state == TLS_START && message != TLS_CLIENT_HELLO_SEEN)
        hs->late = true; /* whatever came before, it was not seen as TLS */
    /* A datagram that nobody captured is no mistake of who speaks next. */
    if (tls->datagrams && !machine_expects(hs, &tls_machine, side, message))
        hs->late = true;
    if (conversation_saw(c, hs, side, message, NULL) || handshake_has(hs, TLS_UNEXPECTED_FROM))
        return;
    handshake_set_string(hs, TLS_UNEXPECTED_FROM, side_name(side));
    handshake_set_string(hs, TLS_UNEXPECTED, tls_machine.messages[message]);
}

static void client_hello(struct conversation *c, enum side side, struct reader *body)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    handshake_set_number(hs, TLS_HELLOS, handshake_number_or(hs, TLS_HELLOS, 0) + 1);
    if (!handshake_has(hs, TLS_HELLO_BYTES)) {
        handshake_set_number(hs, TLS_HELLO_BYTES,
                             (int64_t)(reader_left(body) + message_header_len(tls)));
        handshake_set_number(hs, TLS_HELLO_SEGMENTS,
                             tls->side[side].message_packets ? tls->side[side].message_packets : 1);
    }
    /* In DTLS the second hello's cookie would change the fingerprints. */
    bool changed = handshake_true(hs, TLS_RETRY) && !tls->datagrams;
    if (!handshake_has(hs, TLS_HELLO_VERSION) || changed)
        read_client_hello(tls, hs, body);
    message_saw(c, side, TLS_CLIENT_HELLO_SEEN);
}

/* A server without a cookie to check keeps no memory of the client, RFC 6347 §4.2.1. */
static void hello_verify_request(struct conversation *c, enum side side, struct reader *body)
{
    (void)body;
    message_saw(c, side, tls_memory(c)->datagrams ? TLS_HELLO_VERIFY : TLS_OTHER_HANDSHAKE);
}

static void server_hello(struct conversation *c, enum side side, struct reader *body)
{
    struct tls *tls = tls_memory(c);
    bool chosen = read_server_hello(tls, tls->hs, body);
    if (chosen && tls->is_13) {
        tls->side[SERVER].sealed = tls->side[CLIENT].sealed = true;
        unseal_begin(c, CLIENT);
        unseal_begin(c, SERVER);
    }
    message_saw(c, side,
                !chosen      ? TLS_HELLO_RETRY_REQUEST
                : tls->is_13 ? TLS_SERVER_HELLO_13
                             : TLS_SERVER_HELLO);
}

static void certificate(struct conversation *c, enum side side, struct reader *body)
{
    struct tls *tls = tls_memory(c);
    read_certificate(tls->hs, side, body, reader_left(body) + message_header_len(tls));
    message_saw(c, side, TLS_CERTIFICATE);
}

static void server_key_exchange(struct conversation *c, enum side side, struct reader *body)
{
    read_server_key_exchange(tls_memory(c)->hs, body);
    body->status = READER_OK; /* suites we do not know give what they like */
    message_saw(c, side, TLS_SERVER_KEY_EXCHANGE);
}

static void certificate_request(struct conversation *c, enum side side, struct reader *body)
{
    read_certificate_request(tls_memory(c)->hs, body);
    message_saw(c, side, TLS_CERTIFICATE_REQUEST);
}

static void certificate_verify(struct conversation *c, enum side side, struct reader *body)
{
    (void)body;
    if (side == CLIENT)
        handshake_set_bool(tls_memory(c)->hs, TLS_CLIENT_CERT_VERIFY, true);
    message_saw(c, side, TLS_CERTIFICATE_VERIFY);
}

static void certificate_status(struct conversation *c, enum side side, struct reader *body)
{
    read_certificate_status(tls_memory(c)->hs, body);
    message_saw(c, side, TLS_CERTIFICATE_STATUS);
}

static void new_session_ticket(struct conversation *c, enum side side, struct reader *body)
{
    (void)body;
    message_saw(c, side, TLS_NEW_SESSION_TICKET);
}

static void client_key_exchange(struct conversation *c, enum side side, struct reader *body)
{
    tls_memory(c)->is_12 = true; /* TLS 1.3 has no such message */
    read_client_key_exchange(tls_memory(c)->hs, body);
    message_saw(c, side, TLS_CLIENT_KEY_EXCHANGE);
}

static void server_hello_done(struct conversation *c, enum side side, struct reader *body)
{
    (void)body;
    message_saw(c, side, TLS_SERVER_HELLO_DONE);
}

static void hello_request(struct conversation *c, enum side side, struct reader *body)
{
    (void)body;
    message_saw(c, side, TLS_HELLO_REQUEST);
}

static const struct {
    uint8_t type;
    const char *name;
    void (*read)(struct conversation *c, enum side side, struct reader *body);
} message_readers[] = {
    { HELLO_REQUEST, "HelloRequest", hello_request },
    { CLIENT_HELLO, "ClientHello", client_hello },
    { SERVER_HELLO, "ServerHello", server_hello },
    { HELLO_VERIFY_REQUEST, "HelloVerifyRequest", hello_verify_request },
    { NEW_SESSION_TICKET, "NewSessionTicket", new_session_ticket },
    { CERTIFICATE, "Certificate", certificate },
    { SERVER_KEY_EXCHANGE, "ServerKeyExchange", server_key_exchange },
    { CERTIFICATE_REQUEST, "CertificateRequest", certificate_request },
    { SERVER_HELLO_DONE, "ServerHelloDone", server_hello_done },
    { CERTIFICATE_VERIFY, "CertificateVerify", certificate_verify },
    { CLIENT_KEY_EXCHANGE, "ClientKeyExchange", client_key_exchange },
    { CERTIFICATE_STATUS, "CertificateStatus", certificate_status },
};

void message_read(struct conversation *c, enum side side, uint8_t type, struct reader body)
{
    struct tls *tls = tls_memory(c);
    tls->hs->now = conversation_now(c);
    for (size_t i = 0; i < sizeof message_readers / sizeof *message_readers; i++) {
        if (message_readers[i].type != type)
            continue;
        message_readers[i].read(c, side, &body);
        if (body.status == READER_MALFORMED)
            message_malformed(c, side, message_readers[i].name);
        return;
    }
    message_saw(c, side, TLS_OTHER_HANDSHAKE);
}

/* In TLS 1.3 all of these are encrypted. */
void message_cut(struct conversation *c, enum side side, uint8_t type)
{
    static const struct {
        uint8_t type, message;
    } rows[] = {
        { CERTIFICATE, TLS_CERTIFICATE },
        { SERVER_KEY_EXCHANGE, TLS_SERVER_KEY_EXCHANGE },
        { CERTIFICATE_REQUEST, TLS_CERTIFICATE_REQUEST },
        { SERVER_HELLO_DONE, TLS_SERVER_HELLO_DONE },
        { CLIENT_KEY_EXCHANGE, TLS_CLIENT_KEY_EXCHANGE },
        { CERTIFICATE_VERIFY, TLS_CERTIFICATE_VERIFY },
        { CERTIFICATE_STATUS, TLS_CERTIFICATE_STATUS },
        { NEW_SESSION_TICKET, TLS_NEW_SESSION_TICKET },
    };
    struct tls *tls = tls_memory(c);
    tls->hs->now = conversation_now(c);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].type != type)
            continue;
        tls->is_12 = true;
        message_saw(c, side, rows[i].message);
    }
}

void message_change_cipher_spec(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    bool chosen_12 = !tls->is_13 && (handshake_has(hs, TLS_VERSION) || tls->is_12);
    tls->side[side].changed = true;
    /* Before ServerHello or in TLS 1.3 it is for middleboxes only. */
    if (!chosen_12 && !hs->late && !conversation_late(c, side)) {
        conversation_saw(c, hs, side, TLS_CHANGE_CIPHER_SPEC_13, NULL);
        return;
    }
    if (chosen_12) {
        tls->side[side].sealed = true;
        unseal_begin(c, side);
        if (side == SERVER && !handshake_has(hs, TLS_CERTIFICATES) &&
            (hs->state == TLS_SERVER_FLIGHT || hs->state == TLS_RESUMING))
            handshake_set_bool(hs, TLS_RESUMED, true);
    }
    message_saw(c, side, chosen_12 ? TLS_CHANGE_CIPHER_SPEC : TLS_CHANGE_CIPHER_SPEC_13);
}

/* An encrypted handshake message of TLS 1.2: the first of a side is its Finished,
 * later ones renegotiate. */
void message_sealed(struct conversation *c, enum side side)
{
    struct handshake *hs = tls_memory(c)->hs;
    unsigned id = side == CLIENT ? TLS_CLIENT_FINISHED : TLS_SERVER_FINISHED;
    if (!handshake_has(hs, id)) {
        handshake_set_bool(hs, id, true);
        message_saw(c, side, TLS_FINISHED);
        return;
    }
    handshake_set_bool(hs, TLS_RENEGOTIATION, true);
    conversation_saw(c, hs, side, TLS_OTHER_HANDSHAKE, "encrypted");
}
