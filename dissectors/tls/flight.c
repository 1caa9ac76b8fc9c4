/* flight.c - the messages between the hellos and the keys: Certificate,
 * ServerKeyExchange, CertificateRequest (RFC 5246 §7.4.2 to §7.4.4), and
 * CertificateStatus (RFC 6066 §8). */
#include <stdlib.h>
#include <string.h>

#include "dissectors/tls/certificate.h"
#include "dissectors/tls/chain.h"
#include "dissectors/tls/tls.h"

enum { CHAIN_MAX = 16, AUTHORITIES_MAX = 32 };

/* Of several responses (RFC 6961) the first is the leaf's. */
void read_certificate_status(struct handshake *hs, struct reader *body)
{
    enum { STATUS_OCSP = 1, STATUS_OCSP_MULTI = 2 };
    uint8_t type = reader_u8(body);
    if (type != STATUS_OCSP && type != STATUS_OCSP_MULTI)
        return;
    struct reader rest =
        reader_take(body, type == STATUS_OCSP_MULTI ? reader_u24(body) : reader_left(body));
    struct reader response = reader_take(&rest, reader_u24(&rest));
    if (reader_ok(&response) && reader_left(&response) > 0)
        chain_staple(hs, response.at, reader_left(&response));
}

/* In TLS 1.3 the staple is an extension of the leaf's entry, RFC 8446 §4.4.2.1. */
static void read_entry_extensions(struct handshake *hs, struct reader extensions)
{
    enum { STATUS_REQUEST = 5 };
    while (reader_left(&extensions) > 0) {
        uint16_t type = reader_u16(&extensions);
        struct reader body = reader_take(&extensions, reader_u16(&extensions));
        if (!reader_ok(&body))
            return;
        if (type == STATUS_REQUEST)
            read_certificate_status(hs, &body);
    }
}

/* The list of a Certificate message; in TLS 1.3 each entry has extensions. A broken
 * list is not an empty one. */
static void read_certificate_list(struct handshake *hs, enum side side, struct reader *message,
                                  bool with_extensions, size_t message_len)
{
    const struct certificate *chain[CHAIN_MAX];
    size_t count = 0;
    struct reader list = reader_take(message, reader_u24(message));
    bool empty = reader_ok(&list) && reader_left(&list) == 0;
    struct reader of_leaf = { 0 };
    while (reader_left(&list) > 0 && count < CHAIN_MAX) {
        struct reader der = reader_take(&list, reader_u24(&list));
        if (!reader_ok(&der) || reader_left(&der) == 0)
            break;
        chain[count++] = certificate_find(der.at, reader_left(&der));
        if (!with_extensions)
            continue;
        struct reader extensions = reader_take(&list, reader_u16(&list));
        if (count == 1)
            of_leaf = extensions;
    }
    message->status = list.status;
    if (side == CLIENT && (count > 0 || empty))
        handshake_set_bool(hs, TLS_CLIENT_CERT_SENT, count > 0);
    if (count > 0)
        chain_set(hs, chain, count, side == SERVER, message_len);
    if (side == SERVER)
        read_entry_extensions(hs, of_leaf);
}

void read_certificate(struct handshake *hs, enum side side, struct reader *body, size_t message_len)
{
    read_certificate_list(hs, side, body, false, message_len);
}

void read_certificate_13(struct handshake *hs, enum side side, struct reader *body,
                         size_t message_len)
{
    reader_skip(body, reader_u8(body)); /* certificate_request_context */
    read_certificate_list(hs, side, body, true, message_len);
}

static int bits_of(struct reader number)
{
    while (reader_left(&number) > 0 && number.at[0] == 0)
        reader_skip(&number, 1);
    size_t len = reader_left(&number);
    if (len == 0)
        return 0;
    int bits = (int)len * 8;
    for (uint8_t top = number.at[0]; !(top & 0x80); top = (uint8_t)(top << 1))
        bits--;
    return bits;
}

static void read_signature_algorithm(struct handshake *hs, struct reader *body)
{
    int64_t version = handshake_number_or(hs, TLS_VERSION, 0);
    if (version != 0x0303 && version != 0xfefd)
        return; /* older versions leave it out */
    uint16_t algorithm = reader_u16(body);
    if (reader_ok(body))
        handshake_set_code(hs, TLS_SIGNATURE, algorithm);
}

static void read_ecdh_parameters(struct handshake *hs, struct reader *body)
{
    enum { NAMED_CURVE = 3 };
    if (reader_u8(body) != NAMED_CURVE)
        return;
    uint16_t group = reader_u16(body);
    if (reader_ok(body))
        handshake_set_code(hs, TLS_GROUP, group);
    reader_skip(body, reader_u8(body)); /* the point */
}

static void read_dh_parameters(struct handshake *hs, struct reader *body)
{
    struct reader prime = reader_take(body, reader_u16(body));
    if (reader_ok(&prime))
        handshake_set_number(hs, TLS_DH_BITS, bits_of(prime));
    reader_skip(body, reader_u16(body)); /* generator */
    reader_skip(body, reader_u16(body)); /* public value */
}

static void read_psk_text(struct handshake *hs, unsigned id, struct reader *body)
{
    struct reader text = reader_take(body, reader_u16(body));
    if (reader_ok(&text) && (reader_left(&text) > 0 || id == TLS_PSK_IDENTITY))
        handshake_set_text(hs, id, text.at, reader_left(&text));
}

/* ServerECDHParams, RFC 8422 §5.4, or ServerDHParams, RFC 5246 §7.4.3, behind a
 * hint in the PSK suites, RFC 5489 §2. Which of them it is, the suite's name tells. */
void read_server_key_exchange(struct handshake *hs, struct reader *body)
{
    const char *suite =
        code_name_of(&tls_ciphers, (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0));
    if (!suite)
        return;
    bool psk = strstr(suite, "_PSK_") != NULL, anonymous = strstr(suite, "_anon_") != NULL;
    if (psk)
        read_psk_text(hs, TLS_PSK_IDENTITY_HINT, body);
    if (strstr(suite, "_ECDHE_") || strstr(suite, "_ECDH_anon_"))
        read_ecdh_parameters(hs, body);
    else if (strstr(suite, "_DHE_") || strstr(suite, "_DH_anon_"))
        read_dh_parameters(hs, body);
    else
        return;
    if (!psk && !anonymous)
        read_signature_algorithm(hs, body);
}

/* In the PSK suites it begins with the client's identity, RFC 4279 §2, RFC 5489 §2. */
void read_client_key_exchange(struct handshake *hs, struct reader *body)
{
    const char *suite =
        code_name_of(&tls_ciphers, (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0));
    if (suite && strstr(suite, "_PSK_"))
        read_psk_text(hs, TLS_PSK_IDENTITY, body);
}

/* The names of authorities, each behind its length: RFC 5246 §7.4.4, RFC 8446 §4.2.4. */
static void read_authorities(struct handshake *hs, struct reader *list)
{
    for (int count = 0; reader_left(list) > 0 && count < AUTHORITIES_MAX; count++) {
        struct reader der = reader_take(list, reader_u16(list));
        char *name = reader_ok(&der) ? certificate_name_text(der.at, reader_left(&der)) : NULL;
        if (!name) {
            handshake_unset(hs, TLS_CLIENT_CERT_AUTHORITIES); /* half a list misleads */
            return;
        }
        handshake_add_text(hs, TLS_CLIENT_CERT_AUTHORITIES, name, strlen(name));
        free(name);
    }
    if (reader_left(list) > 0)
        handshake_unset(hs, TLS_CLIENT_CERT_AUTHORITIES);
}

void read_certificate_request(struct handshake *hs, struct reader *body)
{
    int64_t version = handshake_number_or(hs, TLS_VERSION, 0);
    handshake_set_bool(hs, TLS_CLIENT_CERT_REQUESTED, true);
    handshake_unset(hs, TLS_CLIENT_CERT_AUTHORITIES);
    if (version == 0)
        return;                         /* its form is not known */
    reader_skip(body, reader_u8(body)); /* certificate_types */
    if (version == 0x0303 || version == 0xfefd)
        reader_skip(body, reader_u16(body)); /* signature algorithms */
    struct reader list = reader_take(body, reader_u16(body));
    if (reader_ok(&list))
        read_authorities(hs, &list);
}

void read_certificate_request_13(struct handshake *hs, struct reader *body)
{
    enum { CERTIFICATE_AUTHORITIES = 47 };
    handshake_set_bool(hs, TLS_CLIENT_CERT_REQUESTED, true);
    reader_skip(body, reader_u8(body)); /* certificate_request_context */
    struct reader extensions = reader_take(body, reader_u16(body));
    while (reader_left(&extensions) > 0) {
        uint16_t type = reader_u16(&extensions);
        struct reader extension = reader_take(&extensions, reader_u16(&extensions));
        struct reader list = reader_take(&extension, reader_u16(&extension));
        if (reader_ok(&list) && type == CERTIFICATE_AUTHORITIES)
            read_authorities(hs, &list);
    }
}
