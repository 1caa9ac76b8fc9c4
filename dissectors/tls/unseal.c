/* unseal.c - see unseal.h.
 *
 *     ≤ 1.2   ChangeCipherSpec ── one seal a side ── Finished, alerts, data
 *     1.3     ServerHello ── handshake seal ── Finished ── data seal ── KeyUpdate ...
 *             (client, with early data: early seal ── EndOfEarlyData ── handshake seal)
 *
 * A client writes its secrets down when it gets to them, which may be after the
 * capture saw their records: a seal that is missing is asked for again. */
#include "dissectors/tls/unseal.h"

#include <string.h>

#include "dissectors/tls/decrypt.h"

/* Messages that TLS 1.3 has and older versions have not, RFC 8446 §4. */
enum { END_OF_EARLY_DATA = 5, ENCRYPTED_EXTENSIONS = 8, KEY_UPDATE = 24 };

enum { SKIPPED_AFTER_GAP = 64, MESSAGES_MAX = 131072 };

/* One side's way through its secrets. */
struct unseal {
    struct seal seal;
    enum keylog_kind kind; /* of the secret the seal was made of, or is wanted from */
    bool given_up;
    bool astray; /* bytes were missed: what does not open need not be for want of the right key */
    unsigned skipped_max;
    struct gather messages; /* a handshake message of TLS 1.3 that is not whole yet */
};

static struct keylog *keylog;
static struct opened opened; /* large, and used by one record at a time */

void unseal_with(struct keylog *k)
{
    keylog = k;
}

/* ---- seals ---- */

static struct seal_terms terms_of(const struct tls *tls)
{
    const struct handshake *hs = tls->hs;
    struct seal_terms terms = {
        .suite = (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0),
        .version = (uint32_t)handshake_number_or(hs, TLS_VERSION, 0),
        .encrypt_then_mac = handshake_true(hs, TLS_ENCRYPT_THEN_MAC),
        .compressed = handshake_number_or(hs, TLS_COMPRESSION, 0) != 0,
    };
    memcpy(terms.client_random, tls->client_random, sizeof terms.client_random);
    memcpy(terms.server_random, tls->server_random, sizeof terms.server_random);
    return terms;
}

/* A secret that makes no seal is no use. */
static void seal_with(const struct tls *tls, enum side side, struct unseal *u,
                      const struct keylog_secret *secret)
{
    struct seal_terms terms = terms_of(tls);
    seal_clear(&u->seal);
    bool made = u->kind == KEYLOG_MASTER
                    ? seal_from_master(&u->seal, &terms, side, secret->bytes, secret->len)
                    : seal_from_traffic(&u->seal, &terms, secret->bytes, secret->len);
    u->given_up = !made; /* that may be for want of a cipher: the secret need not be wrong */
}

/* Makes the seal once its secret is there. */
static void make_seal(const struct tls *tls, enum side side, struct unseal *u)
{
    const struct keylog_secret *secret = keylog_find(keylog, tls->client_random, u->kind);
    if (secret)
        seal_with(tls, side, u, secret);
}

static void use_kind(const struct tls *tls, enum side side, struct unseal *u, enum keylog_kind kind)
{
    if (seal_ready(&u->seal))
        seal_clear(&u->seal);
    u->kind = kind;
    make_seal(tls, side, u);
}

void unseal_begin(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    if (!keylog || !tls->random_seen[CLIENT] || tls->unseal[side])
        return;
    struct unseal *u = arena_take(conversation_arena(c), sizeof *u);
    if (!u)
        return;
    tls->unseal[side] = u;
    bool early = side == CLIENT && tls->is_13 && handshake_true(tls->hs, TLS_EARLY_DATA) &&
                 keylog_find(keylog, tls->client_random, KEYLOG_CLIENT_EARLY);
    use_kind(tls, side, u,
             !tls->is_13      ? KEYLOG_MASTER
             : early          ? KEYLOG_CLIENT_EARLY
             : side == CLIENT ? KEYLOG_CLIENT_HANDSHAKE
                              : KEYLOG_SERVER_HANDSHAKE);
}

bool unseal_ready(const struct tls *tls, enum side side)
{
    struct unseal *u = tls->unseal[side];
    if (!u || u->given_up)
        return false;
    if (!seal_ready(&u->seal))
        make_seal(tls, side, u);
    return seal_ready(&u->seal);
}

void unseal_gap(struct tls *tls, enum side side)
{
    if (!tls->unseal[side])
        return;
    tls->unseal[side]->skipped_max = SKIPPED_AFTER_GAP;
    tls->unseal[side]->astray = true;
    tls->unseal[side]->messages.len = 0;
}

void unseal_forget(struct tls *tls)
{
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (tls->unseal[side] && seal_ready(&tls->unseal[side]->seal))
            seal_clear(&tls->unseal[side]->seal);
}

/* ---- what is told of the key log ---- */

/* A log of other handshakes is nothing to tell of: it is asked for all of them. A
 * datagram that does not open beside others that do is a stray one. */
static void tell_keys(struct tls *tls)
{
    bool wrong = tls->keys_wrong && !(tls->datagrams && tls->keys_opened);
    handshake_unset(tls->hs, TLS_KEYS);
    if (tls->keys_opened && (tls->keys_missing || wrong))
        handshake_set_string(tls->hs, TLS_KEYS, "partial");
    else if (wrong)
        handshake_set_string(tls->hs, TLS_KEYS, "wrong");
}

static void note_opened(struct tls *tls)
{
    handshake_set_bool(tls->hs, TLS_DECRYPTED, true);
    tls->keys_opened = true;
    tell_keys(tls);
}

void unseal_missing(struct tls *tls, enum side side)
{
    const struct unseal *u = tls->unseal[side];
    if (!u || u->given_up || tls->keys_missing)
        return;
    tls->keys_missing = true;
    tell_keys(tls);
}

static void note_wrong(struct tls *tls, const struct unseal *u)
{
    tls->keys_wrong = tls->keys_wrong || !u->astray;
    tell_keys(tls);
}

/* ---- what is inside ---- */

static void saw(struct conversation *c, enum side side, uint8_t message, const char *note)
{
    conversation_saw(c, tls_memory(c)->hs, side, message, note);
}

/* Nothing that is said then makes a difference to the handshake, but alerts. */
static bool is_established(const struct handshake *hs)
{
    return hs->state == TLS_ESTABLISHED || hs->state == TLS_FOLLOWED;
}

static void read_data(struct conversation *c, enum side side)
{
    struct handshake *hs = tls_memory(c)->hs;
    if (!is_established(hs)) {
        handshake_set_bool(hs, side == CLIENT ? TLS_CLIENT_DATA : TLS_SERVER_DATA, true);
        saw(c, side, TLS_APPLICATION_DATA, NULL);
    }
    conversation_inner(c, side, opened.bytes, opened.len);
}

static void read_finished(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    handshake_set_bool(tls->hs, side == CLIENT ? TLS_CLIENT_FINISHED : TLS_SERVER_FINISHED, true);
    saw(c, side, side == CLIENT ? TLS_FINISHED : TLS_FLIGHT, side == CLIENT ? NULL : "Finished");
    use_kind(tls, side, tls->unseal[side],
             side == CLIENT ? KEYLOG_CLIENT_DATA : KEYLOG_SERVER_DATA);
}

static void read_certificate_13_message(struct conversation *c, enum side side, struct reader *body)
{
    struct tls *tls = tls_memory(c);
    read_certificate_13(tls->hs, side, body, reader_left(body) + MESSAGE_HEADER_LEN);
    bool sent = handshake_true(tls->hs, TLS_CLIENT_CERT_SENT);
    if (side == CLIENT) {
        tls->client_certificate = true;
        handshake_set_bool(tls->hs, TLS_CLIENT_CERT_REQUESTED, true);
        saw(c, side, TLS_SEALED_CERTIFICATE, sent ? NULL : "empty");
    } else {
        saw(c, side, TLS_FLIGHT, "Certificate");
    }
}

/* One message of TLS 1.3, RFC 8446 §4. */
static void read_inner_message(struct conversation *c, enum side side, uint8_t type,
                               struct reader *body)
{
    struct tls *tls = tls_memory(c);
    bool finished = handshake_has(tls->hs, TLS_CLIENT_FINISHED);
    switch (type) {
    case ENCRYPTED_EXTENSIONS:
        read_encrypted_extensions(tls->hs, body);
        saw(c, side, TLS_FLIGHT, "EncryptedExtensions");
        break;
    case CERTIFICATE_REQUEST:
        read_certificate_request_13(tls->hs, body);
        saw(c, side, TLS_FLIGHT, "CertificateRequest");
        break;
    case CERTIFICATE:
        read_certificate_13_message(c, side, body);
        break;
    case CERTIFICATE_VERIFY:
        if (side == CLIENT)
            handshake_set_bool(tls->hs, TLS_CLIENT_CERT_VERIFY, true);
        saw(c, side, TLS_FLIGHT, "CertificateVerify");
        break;
    case FINISHED:
        read_finished(c, side);
        break;
    case NEW_SESSION_TICKET:
        if (is_established(tls->hs))
            break;
        if (finished)
            handshake_set_bool(tls->hs, TLS_SERVER_DATA, true);
        saw(c, side, finished ? TLS_APPLICATION_DATA : TLS_FLIGHT, "NewSessionTicket");
        break;
    case KEY_UPDATE:
        seal_update(&tls->unseal[side]->seal);
        break;
    case END_OF_EARLY_DATA:
        use_kind(tls, side, tls->unseal[side], KEYLOG_CLIENT_HANDSHAKE);
        break;
    default:
        saw(c, side, TLS_OTHER_HANDSHAKE, NULL);
        break;
    }
}

static void read_inner_messages(struct conversation *c, enum side side)
{
    struct unseal *u = tls_memory(c)->unseal[side];
    if (!gather_add(&u->messages, conversation_arena(c), opened.bytes, opened.len, MESSAGES_MAX)) {
        u->messages.len = 0;
        return;
    }
    size_t used = 0;
    struct reader r = reader_over(u->messages.bytes, u->messages.len, false);
    while (reader_left(&r) >= MESSAGE_HEADER_LEN) {
        uint8_t type = reader_u8(&r);
        uint32_t len = reader_u24(&r);
        struct reader body = reader_take(&r, len);
        if (!reader_ok(&body))
            break;
        used += MESSAGE_HEADER_LEN + len;
        read_inner_message(c, side, type, &body);
    }
    gather_drop(&u->messages, used);
}

static void read_opened(struct conversation *c, enum side side, uint8_t type)
{
    struct tls *tls = tls_memory(c);
    struct reader body = reader_over(opened.bytes, opened.len, false);
    tls->hs->now = conversation_now(c);
    note_opened(tls);
    if (type == RECORD_ALERT)
        read_alert(c, side, &body);
    else if (type == RECORD_DATA)
        read_data(c, side);
    else if (type == RECORD_HANDSHAKE && tls->is_13)
        read_inner_messages(c, side);
    else if (type == RECORD_HANDSHAKE)
        message_sealed(c, side);
}

bool unseal_record(struct conversation *c, enum side side, uint8_t type, uint16_t version,
                   struct reader body)
{
    struct tls *tls = tls_memory(c);
    struct unseal *u = tls->unseal[side];
    struct sealed record = { type, version, body.at, reader_left(&body) };
    bool open = seal_open(&u->seal, &record, u->skipped_max, &opened);
    if (!open && u->kind == KEYLOG_CLIENT_EARLY) { /* the server refused early data */
        use_kind(tls, side, u, KEYLOG_CLIENT_HANDSHAKE);
        open = seal_ready(&u->seal) && seal_open(&u->seal, &record, 0, &opened);
    }
    u->skipped_max = 0;
    if (!open) {
        seal_clear(&u->seal);
        u->given_up = true;
        note_wrong(tls, u);
        return false;
    }
    read_opened(c, side, tls->is_13 ? opened.type : type);
    return true;
}

bool unseal_datagram(struct conversation *c, enum side side, uint8_t type, uint16_t version,
                     uint64_t number, struct reader body, struct reader *plain)
{
    struct tls *tls = tls_memory(c);
    struct sealed record = { type, version, body.at, reader_left(&body) };
    if (!seal_open_number(&tls->unseal[side]->seal, &record, number, &opened)) {
        note_wrong(tls, tls->unseal[side]);
        return false;
    }
    note_opened(tls);
    *plain = reader_over(opened.bytes, opened.len, false);
    return true;
}
