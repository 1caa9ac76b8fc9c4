/* sealed.c - what the lengths of encrypted TLS 1.3 records tell.
 *
 * A record is as long as its content + 1 + tag (RFC 8446 §5.2), so the suite
 * tells how long an alert, a Finished or an empty Certificate must be. The JDK
 * pads everything but data by 16 bytes. An alert's code can't be told, ever:
 * they are all as long. What is inferred goes into fields of its own. */
#include "dissectors/tls/inside.h"
#include "dissectors/tls/names.h"
#include "dissectors/tls/tls.h"

enum {
    INNER_TYPE = 1,
    ALERT = 2,
    EMPTY_CERTIFICATE = 1 + 3, /* context and list, both empty */
    JDK_PADDING = 16,
    CLIENT_FLIGHT_MAX = 4, /* Certificate, CertificateVerify, Finished, and one to spare */
    SMALL_MESSAGES = 100,  /* no real certificate is as short; ALPS messages are */
};

struct lengths {
    size_t alert, finished, empty_certificate, empty_and_finished;
};

/* Without a ServerHello (one side captured) both hashes are possible; the
 * smaller is tried first and the other by its difference. */
static struct lengths lengths_of(const struct tls *tls, size_t hash_len)
{
    uint32_t suite = (uint32_t)handshake_number_or(tls->hs, TLS_CIPHER, 0x1301);
    size_t around = INNER_TYPE + tls_cipher_tag_len(suite), header = message_header_len(tls);
    return (struct lengths){
        .alert = ALERT + around,
        .finished = header + hash_len + around,
        .empty_certificate = header + EMPTY_CERTIFICATE + around,
        .empty_and_finished = 2 * header + EMPTY_CERTIFICATE + hash_len + around,
    };
}

static bool is_len(const struct tls *tls, size_t len, size_t expected)
{
    return len == expected || (len == expected + JDK_PADDING && !tls->datagrams);
}

static size_t hash_len(const struct handshake *hs)
{
    return tls_cipher_sha384((uint32_t)handshake_number_or(hs, TLS_CIPHER, 0)) ? 48 : 32;
}

static bool is_finished(const struct tls *tls, size_t len)
{
    const struct handshake *hs = tls->hs;
    struct lengths l = lengths_of(tls, hash_len(hs));
    if (is_len(tls, len, l.finished))
        return true;
    return !handshake_has(hs, TLS_CIPHER) && is_len(tls, len, lengths_of(tls, 48).finished);
}

static void note_length(struct handshake *hs, enum side side, size_t len)
{
    unsigned id = side == CLIENT ? TLS_CLIENT_RECORDS : TLS_SERVER_RECORDS;
    const struct list *list = handshake_list(hs, id);
    if (!list || list->count < SEALED_MAX)
        handshake_add_number(hs, id, (uint32_t)len);
}

static void client_finished(struct conversation *c, struct handshake *hs)
{
    handshake_set_bool(hs, TLS_CLIENT_FINISHED, true);
    conversation_saw(c, hs, CLIENT, TLS_FINISHED, NULL);
}

static void client_certificate(struct conversation *c, struct handshake *hs, bool sent)
{
    struct tls *tls = tls_memory(c);
    tls->client_certificate = true;
    handshake_set_bool(hs, TLS_CLIENT_CERT_REQUESTED, true);
    handshake_set_bool(hs, TLS_CLIENT_CERT_SENT, sent);
    conversation_saw(c, hs, CLIENT, TLS_SEALED_CERTIFICATE, sent ? NULL : "empty");
}

/* Before the server's flight a client has nothing to send but early data, of any
 * length, RFC 8446 §4.2.10. */
static bool is_early_data(struct conversation *c, const struct handshake *hs)
{
    return handshake_true(hs, TLS_EARLY_DATA) && tls_memory(c)->side[SERVER].flight_records == 0 &&
           !hs->late && !conversation_late(c, SERVER);
}

/* The client's flight: [EndOfEarlyData] [Certificate [CertificateVerify]] Finished,
 * each in a record of its own or several in one. A client that has sent its
 * certificate has accepted the server's: what is as short as an alert is data then. */
static void client_flight(struct conversation *c, struct handshake *hs, size_t len)
{
    struct tls *tls = tls_memory(c);
    struct lengths l = lengths_of(tls, hash_len(hs));
    if (is_early_data(c, hs)) {
        conversation_saw(c, hs, CLIENT, TLS_FLIGHT, "early data");
        return;
    }
    uint32_t nth = ++tls->side[CLIENT].flight_records;

    if (is_finished(tls, len)) {
        if (tls->client_certificate && handshake_true(hs, TLS_CLIENT_CERT_SENT) && nth > 2)
            handshake_set_bool(hs, TLS_CLIENT_CERT_VERIFY, true);
        client_finished(c, hs);
    } else if (is_len(tls, len, l.alert) && !tls->client_certificate) {
        sealed_alert(c, CLIENT);
    } else if (handshake_true(hs, TLS_EARLY_DATA)) {
        conversation_saw(c, hs, CLIENT, TLS_FLIGHT, "early data"); /* on its way still */
    } else if (is_len(tls, len, l.empty_and_finished) && !tls->client_certificate) {
        client_certificate(c, hs, false);
        client_finished(c, hs);
    } else if (is_len(tls, len, l.empty_certificate) && !tls->client_certificate) {
        client_certificate(c, hs, false);
    } else if (!tls->client_certificate && len > l.finished + SMALL_MESSAGES) {
        client_certificate(c, hs, true);
    } else if (!tls->datagrams && /* there a message has records of its own */
               ((!tls->client_certificate && len > l.finished) || nth >= CLIENT_FLIGHT_MAX)) {
        client_finished(c, hs); /* with another message in its record, or in one before */
    } else {
        conversation_saw(c, hs, CLIENT, TLS_FLIGHT, NULL);
    }
}

/* Behind its Finished a client that sends an alert-sized record says goodbye. */
static void client_talks(struct conversation *c, struct handshake *hs, size_t len)
{
    struct tls *tls = tls_memory(c);
    if (!is_len(tls, len, lengths_of(tls, 32).alert)) {
        handshake_set_bool(hs, TLS_CLIENT_DATA, true);
        conversation_saw(c, hs, CLIENT, TLS_APPLICATION_DATA, NULL);
        inside_data(c, CLIENT, len);
        return;
    }
    struct value *row = note_alert(hs, CLIENT);
    if (row)
        row_set_bool(hs, row, ALERT_ENCRYPTED, true);
    tls->side[CLIENT].alerted = true;
    conversation_saw(c, hs, CLIENT, TLS_SEALED_CLOSE, NULL);
}

/* Its Finished ends the server's flight, and tells whether it pads. */
static void server_flight(struct conversation *c, struct handshake *hs, size_t len)
{
    struct tls *tls = tls_memory(c);
    size_t finished = lengths_of(tls, hash_len(hs)).finished;
    tls->side[SERVER].flight_records++;
    if (is_len(tls, len, finished))
        tls->side[SERVER].padded = len != finished;
    if (len == lengths_of(tls, 32).alert)
        sealed_alert(c, SERVER);
    else
        conversation_saw(c, hs, SERVER, TLS_FLIGHT, NULL);
}

/* The server's answer to the client's Finished: tickets, data, or an alert-sized
 * record. That one is a refusal when a client certificate was at stake; without
 * one a server has nothing left to refuse. */
static void server_talks(struct conversation *c, struct handshake *hs, size_t len)
{
    struct tls *tls = tls_memory(c);
    size_t alert = lengths_of(tls, 32).alert + (tls->side[SERVER].padded ? JDK_PADDING : 0);
    if (len != alert) {
        handshake_set_bool(hs, TLS_SERVER_DATA, true);
        conversation_saw(c, hs, SERVER, TLS_APPLICATION_DATA, NULL);
        inside_data(c, SERVER, len);
        return;
    }
    bool reaction = tls->side[CLIENT].alerted || conversation_side_closed(c, CLIENT);
    bool refusal = tls->client_certificate && !handshake_has(hs, TLS_SERVER_DATA);
    struct value *row = note_alert(hs, SERVER);
    if (row)
        row_set_bool(hs, row, ALERT_ENCRYPTED, true);
    if (row && reaction && !refusal)
        row_set_bool(hs, row, ALERT_REACTION, true);
    tls->side[SERVER].alerted = true;
    if ((reaction && !refusal) || !alert_place_is_known(c, SERVER)) {
        conversation_saw(c, hs, SERVER, TLS_SEALED_CLOSE, NULL);
        return;
    }
    handshake_set_string(hs, TLS_INFERRED_ALERT_FROM, "server");
    handshake_set_string(hs, TLS_ALERT_STAGE, tls_stage(hs));
    conversation_saw(c, hs, SERVER, refusal ? TLS_SEALED_REFUSAL : TLS_SEALED_ALERT, NULL);
}

/* A server that speaks behind the client's Certificate has had the Finished as well:
 * some clients (NSS) send Certificate, CertificateVerify and Finished in one record. */
static bool client_is_through(struct conversation *c, struct handshake *hs)
{
    if (!handshake_has(hs, TLS_CLIENT_FINISHED) && tls_memory(c)->client_certificate)
        client_finished(c, hs);
    return handshake_has(hs, TLS_CLIENT_FINISHED);
}

void sealed_record(struct conversation *c, enum side side, size_t len)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    hs->now = conversation_now(c);
    note_length(hs, side, len);
    if (side == CLIENT && handshake_has(hs, TLS_CLIENT_FINISHED))
        client_talks(c, hs, len);
    else if (side == CLIENT)
        client_flight(c, hs, len);
    else if (client_is_through(c, hs))
        server_talks(c, hs, len);
    else
        server_flight(c, hs, len);
}
