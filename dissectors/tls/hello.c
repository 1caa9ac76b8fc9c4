/* hello.c - ClientHello and ServerHello with the extensions that decide a
 * handshake, RFC 8446 §4.1 and §4.2, and the SSL 2 form of the first.
 *
 * A part that breaks does not break the whole: a bad extension leaves what the
 * hello said before it. */
#include <string.h>

#include "dissectors/tls/names.h"
#include "dissectors/tls/tls.h"

enum extension {
    EXT_SERVER_NAME = 0,
    EXT_MAX_FRAGMENT_LENGTH = 1,
    EXT_STATUS_REQUEST = 5,
    EXT_SUPPORTED_GROUPS = 10,
    EXT_POINT_FORMATS = 11,
    EXT_SIGNATURE_ALGORITHMS = 13,
    EXT_ALPN = 16,
    EXT_ENCRYPT_THEN_MAC = 22,
    EXT_EXTENDED_MASTER_SECRET = 23,
    EXT_RECORD_SIZE_LIMIT = 28,
    EXT_SESSION_TICKET = 35,
    EXT_PRE_SHARED_KEY = 41,
    EXT_EARLY_DATA = 42,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_PSK_MODES = 45,
    EXT_KEY_SHARE = 51,
    EXT_CONNECTION_ID = 54,
    EXT_ECH = 0xfe0d,
    EXT_RENEGOTIATION_INFO = 0xff01,
};

enum { SUITE_FALLBACK_SCSV = 0x5600, SUITE_RENEGOTIATION_SCSV = 0x00ff };

/* Reserved values that clients sprinkle in to keep servers tolerant, RFC 8701. */
static bool is_grease(uint32_t code)
{
    return (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff);
}

/* In place of a field: extensions that no fingerprint counts. */
enum { NOT_LISTED = TLS_FIELD_COUNT };

/* Codes on their way into a list, some at a time: hellos have many. */
struct gathered {
    struct handshake *hs;
    unsigned id;
    size_t count;
    uint32_t codes[64];
};

static struct gathered gather_codes(struct handshake *hs, unsigned id)
{
    struct gathered g;
    g.hs = hs;
    g.id = id;
    g.count = 0;
    return g;
}

static void gathered_keep(struct gathered *g)
{
    if (g->id != NOT_LISTED)
        handshake_add_numbers(g->hs, g->id, g->codes, g->count);
    g->count = 0;
}

static void gathered_add(struct gathered *g, uint32_t code)
{
    if (is_grease(code))
        return;
    if (g->count == sizeof g->codes / sizeof *g->codes)
        gathered_keep(g);
    g->codes[g->count++] = code;
}

/* A list of two-byte codes. */
static void read_codes(struct handshake *hs, unsigned id, struct reader list)
{
    struct gathered g = gather_codes(hs, id);
    while (reader_left(&list) >= 2)
        gathered_add(&g, reader_u16(&list));
    gathered_keep(&g);
}

static void read_numbers(struct handshake *hs, unsigned id, struct reader list)
{
    while (reader_left(&list) > 0)
        handshake_add_number(hs, id, reader_u8(&list));
}

/* ---- extensions of ClientHello ---- */

static void offered_server_name(struct handshake *hs, struct reader *body)
{
    struct reader list = reader_take(body, reader_u16(body));
    while (reader_left(&list) > 0) {
        uint8_t type = reader_u8(&list);
        struct reader name = reader_take(&list, reader_u16(&list));
        if (type == 0 && reader_ok(&name) && !handshake_has(hs, TLS_SNI))
            handshake_set_text(hs, TLS_SNI, name.at, reader_left(&name));
    }
}

static void offered_max_fragment_length(struct handshake *hs, struct reader *body)
{
    uint8_t code = reader_u8(body);
    if (reader_ok(body) && code >= 1 && code <= 4)
        handshake_set_number(hs, TLS_MAX_FRAGMENT_LENGTH, 256 << code);
}

static void offered_status_request(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_STATUS_REQUEST, true);
}

static void offered_groups(struct handshake *hs, struct reader *body)
{
    read_codes(hs, TLS_OFFERED_GROUPS, reader_take(body, reader_u16(body)));
}

static void offered_point_formats(struct handshake *hs, struct reader *body)
{
    read_numbers(hs, TLS_POINT_FORMATS, reader_take(body, reader_u8(body)));
}

static void offered_signatures(struct handshake *hs, struct reader *body)
{
    read_codes(hs, TLS_OFFERED_SIGNATURES, reader_take(body, reader_u16(body)));
}

static void read_alpn(struct handshake *hs, struct reader *body, unsigned id, bool one)
{
    struct reader list = reader_take(body, reader_u16(body));
    while (reader_left(&list) > 0) {
        struct reader name = reader_take(&list, reader_u8(&list));
        if (!reader_ok(&name))
            return;
        if (one) {
            handshake_set_text(hs, id, name.at, reader_left(&name));
            return;
        }
        handshake_add_text(hs, id, name.at, reader_left(&name));
    }
}

static void offered_alpn(struct handshake *hs, struct reader *body)
{
    read_alpn(hs, body, TLS_OFFERED_ALPN, false);
}

static void offered_extended_master_secret(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_EXTENDED_MASTER_SECRET, true);
}

static void offered_record_size_limit(struct handshake *hs, struct reader *body)
{
    uint16_t limit = reader_u16(body);
    if (reader_ok(body))
        handshake_set_number(hs, TLS_RECORD_SIZE_LIMIT, limit);
}

/* An empty one only asks for a ticket, RFC 5077 §3.2; a cut one (open) says nothing. */
static void offered_ticket(struct handshake *hs, struct reader *body)
{
    if (reader_left(body) > 0 || !body->open)
        handshake_set_bool(hs, TLS_TICKET_OFFERED, reader_left(body) > 0);
}

static void offered_psk(struct handshake *hs, struct reader *body)
{
    handshake_set_bool(hs, TLS_PSK_OFFERED, true);
    struct reader identities = reader_take_some(body, reader_u16(body));
    struct reader identity = reader_take(&identities, reader_u16(&identities));
    uint32_t obfuscated_age = reader_u32(&identities);
    /* A ticket's age is obfuscated; keys that were given to both have none, RFC 8446 §4.2.11. */
    if (reader_ok(&identities) && obfuscated_age == 0)
        handshake_set_text(hs, TLS_PSK_IDENTITY, identity.at, reader_left(&identity));
    body->status = READER_OK; /* what is wrong in there is the server's to say */
}

static void offered_early_data(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_EARLY_DATA, true);
}

static void offered_versions(struct handshake *hs, struct reader *body)
{
    struct reader list = reader_take(body, reader_u8(body));
    uint16_t best = 0;
    while (reader_left(&list) >= 2) {
        uint16_t version = reader_u16(&list);
        if (is_grease(version))
            continue;
        handshake_add_number(hs, TLS_OFFERED_VERSIONS, version);
        /* DTLS counts down from 0xfeff; drafts of 1.3 are 0x7fNN. */
        if (best == 0 ||
            (version >> 8 == 0xfe ? version < best : version > best && version >> 8 == 3))
            best = version;
    }
    if (best)
        handshake_set_code(hs, TLS_OFFERED_VERSION, best);
}

static void offered_psk_modes(struct handshake *hs, struct reader *body)
{
    read_numbers(hs, TLS_PSK_MODES, reader_take(body, reader_u8(body)));
}

static void offered_key_shares(struct handshake *hs, struct reader *body)
{
    struct reader list = reader_take(body, reader_u16(body));
    while (reader_left(&list) > 0) {
        uint16_t group = reader_u16(&list);
        reader_skip(&list, reader_u16(&list));
        if (reader_ok(&list) && !is_grease(group))
            handshake_add_number(hs, TLS_KEY_SHARES, group);
    }
}

static void offered_ech(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_ECH, true);
}

static void offered_renegotiation(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_RENEGOTIATION_INFO, true);
}

static void offered_connection_id(struct handshake *hs, struct reader *body)
{
    struct reader id = reader_take(body, reader_u8(body));
    if (reader_ok(&id))
        handshake_set_number(hs, TLS_CLIENT_CID_BYTES, (int64_t)reader_left(&id));
}

/* ---- extensions of ServerHello and HelloRetryRequest ---- */

static void chosen_max_fragment_length(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_MAX_FRAGMENT_LENGTH_ACCEPTED, true);
}

static void chosen_alpn(struct handshake *hs, struct reader *body)
{
    read_alpn(hs, body, TLS_ALPN, true);
}

static void chosen_encrypt_then_mac(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_ENCRYPT_THEN_MAC, true);
}

static void chosen_psk(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_RESUMED, true);
}

static void chosen_version(struct handshake *hs, struct reader *body)
{
    uint16_t version = reader_u16(body);
    if (reader_ok(body))
        handshake_set_code(hs, TLS_VERSION, version);
}

/* HelloRetryRequest names a group only, ServerHello its key behind it. */
static void chosen_key_share(struct handshake *hs, struct reader *body)
{
    bool retry = reader_left(body) == 2 && !body->open;
    uint16_t group = reader_u16(body);
    if (reader_ok(body))
        handshake_set_code(hs, retry ? TLS_RETRY_GROUP : TLS_GROUP, group);
}

static void chosen_connection_id(struct handshake *hs, struct reader *body)
{
    struct reader id = reader_take(body, reader_u8(body));
    if (!reader_ok(&id))
        return;
    handshake_set_number(hs, TLS_SERVER_CID_BYTES, (int64_t)reader_left(&id));
    handshake_set_bool(hs, TLS_CONNECTION_ID, true);
}

static void chosen_renegotiation(struct handshake *hs, struct reader *body)
{
    (void)body;
    handshake_set_bool(hs, TLS_SERVER_RENEGOTIATION_INFO, true);
}

struct extension_reader {
    uint16_t type;
    void (*read)(struct handshake *hs, struct reader *body);
};

static const struct extension_reader offered[] = {
    { EXT_SERVER_NAME, offered_server_name },
    { EXT_MAX_FRAGMENT_LENGTH, offered_max_fragment_length },
    { EXT_STATUS_REQUEST, offered_status_request },
    { EXT_SUPPORTED_GROUPS, offered_groups },
    { EXT_POINT_FORMATS, offered_point_formats },
    { EXT_SIGNATURE_ALGORITHMS, offered_signatures },
    { EXT_ALPN, offered_alpn },
    { EXT_EXTENDED_MASTER_SECRET, offered_extended_master_secret },
    { EXT_RECORD_SIZE_LIMIT, offered_record_size_limit },
    { EXT_SESSION_TICKET, offered_ticket },
    { EXT_PRE_SHARED_KEY, offered_psk },
    { EXT_EARLY_DATA, offered_early_data },
    { EXT_SUPPORTED_VERSIONS, offered_versions },
    { EXT_PSK_MODES, offered_psk_modes },
    { EXT_KEY_SHARE, offered_key_shares },
    { EXT_CONNECTION_ID, offered_connection_id },
    { EXT_ECH, offered_ech },
    { EXT_RENEGOTIATION_INFO, offered_renegotiation },
    { 0, NULL },
};

static const struct extension_reader chosen[] = {
    { EXT_MAX_FRAGMENT_LENGTH, chosen_max_fragment_length },
    { EXT_ALPN, chosen_alpn },
    { EXT_ENCRYPT_THEN_MAC, chosen_encrypt_then_mac },
    { EXT_PRE_SHARED_KEY, chosen_psk },
    { EXT_SUPPORTED_VERSIONS, chosen_version },
    { EXT_KEY_SHARE, chosen_key_share },
    { EXT_CONNECTION_ID, chosen_connection_id },
    { EXT_RENEGOTIATION_INFO, chosen_renegotiation },
    { 0, NULL },
};

/* The end of a hello; TLS 1.2 may leave extensions out altogether. */
static void read_extensions(struct handshake *hs, struct reader *hello, unsigned names,
                            const struct extension_reader *readers)
{
    if (reader_left(hello) == 0)
        return;
    struct reader list = reader_take_some(hello, reader_u16(hello));
    struct gathered types = gather_codes(hs, names);
    while (reader_left(&list) > 0) {
        uint16_t type = reader_u16(&list);
        struct reader body = reader_take_some(&list, reader_u16(&list));
        if (!reader_ok(&body))
            break;
        gathered_add(&types, type);
        const struct extension_reader *r = readers;
        while (r->read && r->type != type)
            r++;
        if (r->read)
            r->read(hs, &body);
    }
    gathered_keep(&types);
    if (list.status == READER_MALFORMED)
        hello->status = READER_MALFORMED;
}

/* ---- ClientHello ---- */

/* Some stacks put their clock in the random's first four bytes (RFC 5246
 * §7.4.1.2), most put nothing there. It counts as a clock when it is within a
 * day of packet time, or within the first week of 1970, where a device is that
 * never got the time: chance hits either once in 10,000 hellos. */
static void read_client_time(struct handshake *hs, uint32_t seconds)
{
    enum { DAY = 86400, WEEK = 7 * DAY };
    int64_t packet = hs->now.time_us / 1000000, ahead = (int64_t)seconds - packet;
    if ((ahead > -DAY && ahead < DAY) || (seconds > 0 && seconds < WEEK))
        handshake_set_time(hs, TLS_CLIENT_TIME, (int64_t)seconds * 1000000);
}

static void read_suites(struct handshake *hs, struct reader list)
{
    struct gathered suites = gather_codes(hs, TLS_OFFERED_CIPHERS);
    while (reader_left(&list) >= 2) {
        uint16_t suite = reader_u16(&list);
        gathered_add(&suites, suite);
        if (suite == SUITE_FALLBACK_SCSV)
            handshake_set_bool(hs, TLS_FALLBACK_SCSV, true);
        if (suite == SUITE_RENEGOTIATION_SCSV)
            handshake_set_bool(hs, TLS_RENEGOTIATION_INFO, true);
    }
    gathered_keep(&suites);
}

/* A second hello, after HelloRetryRequest, replaces what the first offered. */
static void forget_offer(struct handshake *hs)
{
    static const unsigned offer[] = {
        TLS_OFFERED_CIPHERS, TLS_OFFERED_VERSIONS, TLS_OFFERED_GROUPS,     TLS_KEY_SHARES,
        TLS_EXTENSIONS,      TLS_OFFERED_ALPN,     TLS_OFFERED_SIGNATURES, TLS_POINT_FORMATS,
        TLS_PSK_MODES,       TLS_PSK_OFFERED,      TLS_EARLY_DATA,         TLS_PSK_IDENTITY
    };
    for (size_t i = 0; i < sizeof offer / sizeof *offer; i++)
        handshake_unset(hs, offer[i]);
}

static void read_session_id(struct tls *tls, struct handshake *hs, struct reader id)
{
    size_t len = reader_left(&id);
    if (!reader_ok(&id) || len > sizeof tls->session_id)
        return;
    tls->session_id_len = (uint16_t)len;
    reader_copy(&id, tls->session_id, len);
    handshake_set_bool(hs, TLS_SESSION_ID_OFFERED, len > 0);
}

void read_client_hello(struct tls *tls, struct handshake *hs, struct reader *body)
{
    if (handshake_has(hs, TLS_HELLO_VERSION))
        forget_offer(hs);
    uint16_t version = reader_u16(body);
    struct reader random = *body;
    uint32_t clock = reader_u32(body);
    reader_skip(body, 28); /* the rest of the random */
    if (!reader_ok(body))
        return;
    tls->random_seen[CLIENT] = reader_copy(&random, tls->client_random, sizeof tls->client_random);
    handshake_set_code(hs, TLS_HELLO_VERSION, version);
    handshake_set_code(hs, TLS_OFFERED_VERSION, version);
    read_client_time(hs, clock);

    read_session_id(tls, hs, reader_take(body, reader_u8(body)));
    if (version >> 8 == 0xfe || version == 0x0100)
        reader_skip(body, reader_u8(body)); /* cookie, RFC 6347 §4.2.1 */
    read_suites(hs, reader_take_some(body, reader_u16(body)));
    struct reader compression = reader_take(body, reader_u8(body));
    if (!reader_ok(body))
        return;
    while (reader_left(&compression) > 0)
        if (reader_u8(&compression) != 0)
            handshake_set_bool(hs, TLS_COMPRESSION_OFFERED, true);

    read_extensions(hs, body, TLS_EXTENSIONS, offered);
}

/* The SSL 2 form, RFC 5246 appendix E.2; body begins behind the message type. */
void read_ssl2_client_hello(struct handshake *hs, struct reader *body)
{
    uint16_t version = reader_u16(body);
    uint16_t suites_len = reader_u16(body);
    reader_skip(body, 4); /* lengths of session id and challenge */
    struct reader suites = reader_take(body, suites_len);
    if (!reader_ok(body))
        return;
    handshake_set_bool(hs, TLS_SSL2_HELLO, true);
    handshake_set_code(hs, TLS_HELLO_VERSION, version);
    handshake_set_code(hs, TLS_OFFERED_VERSION, version);
    while (reader_left(&suites) >= 3) {
        uint32_t suite = reader_u24(&suites);
        handshake_add_number(hs, TLS_OFFERED_CIPHERS, suite);
    }
}

/* ---- ServerHello ---- */

/* SHA-256 of "HelloRetryRequest": the random that says so, RFC 8446 §4.1.3. */
static const uint8_t retry_random[32] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

/* A hello that the capture cut does not tell by its extensions whether it is TLS 1.3:
 * the suite tells as well, and before that nothing is known. */
static void version_of_cut_hello(struct handshake *hs, uint16_t version)
{
    if (version != 0x0303 && version != 0xfefd)
        return;
    uint32_t suite = (uint32_t)handshake_number_or(hs, TLS_CIPHER, 0);
    if (!handshake_has(hs, TLS_CIPHER))
        handshake_unset(hs, TLS_VERSION);
    else if (tls_cipher(suite).tls13)
        handshake_set_code(hs, TLS_VERSION, version == 0x0303 ? 0x0304 : 0xfefc);
}

bool read_server_hello(struct tls *tls, struct handshake *hs, struct reader *body)
{
    uint16_t version = reader_u16(body);
    uint8_t random[32];
    reader_copy(body, random, sizeof random);
    bool retry = reader_ok(body) && memcmp(random, retry_random, sizeof random) == 0;
    memcpy(tls->server_random, random, sizeof random);
    tls->random_seen[SERVER] = reader_ok(body);
    if (!reader_ok(body))
        return true;
    if (!retry)
        handshake_set_code(hs, TLS_VERSION, version);
    else
        handshake_set_bool(hs, TLS_RETRY, true);
    /* Drafts of TLS 1.3 up to 21 named themselves here and had no session id. */
    bool old_draft = version == 0x0304 || version >> 8 == 0x7f;
    if (!old_draft)
        reader_skip(body, reader_u8(body)); /* session id */
    uint16_t suite = reader_u16(body);
    uint8_t compression = old_draft ? 0 : reader_u8(body);
    if (!reader_ok(body)) {
        tls->is_13 = old_draft;
        if (body->open)
            version_of_cut_hello(hs, version);
        return !retry;
    }
    if (!retry)
        handshake_set_code(hs, TLS_CIPHER, suite);
    if (compression && !retry)
        handshake_set_number(hs, TLS_COMPRESSION, compression);

    handshake_unset(hs, TLS_SERVER_EXTENSIONS);
    if (!retry && !body->open)
        handshake_set_bool(hs, TLS_SERVER_RENEGOTIATION_INFO, false);
    read_extensions(hs, body, TLS_SERVER_EXTENSIONS, chosen);
    if (body->open && !retry && handshake_number_or(hs, TLS_VERSION, 0) == version)
        version_of_cut_hello(hs, version);
    if (retry)
        handshake_unset(hs, TLS_VERSION);
    tls->is_13 =
        tls_version_is_13((uint32_t)handshake_number_or(hs, TLS_VERSION, version)) || retry;
    if (tls->is_13) /* has no renegotiation, so no word about it either */
        handshake_unset(hs, TLS_SERVER_RENEGOTIATION_INFO);
    return !retry;
}

void read_encrypted_extensions(struct handshake *hs, struct reader *body)
{
    read_extensions(hs, body, NOT_LISTED, chosen);
}
