/* test_tls_hello.c - what hellos and the messages behind them say, whole, cut by
 * the capture, and contradicting themselves. */
#include "dissectors/tls/tls.h"

#include "support/bare_handshake.h"
#include "support/talk.h"
#include "support/tls_bytes.h"

const struct dissector *const dissectors[] = { NULL };

static struct handshake *handshake_at_packet_time(void)
{
    struct handshake *hs = bare_handshake(&tls_field_table);
    hs->now = (struct moment){ INT64_C(1795176000000000), 4 }; /* 2026-11-20T12:00:00Z */
    return hs;
}

enum { WHOLE, CUT };

static struct reader body_of(const char *wire, int cut)
{
    return cut ? hex_open(wire) : hex(wire);
}

/* ---- ClientHello ---- */

#define CLIENT_EXTENSION(type, body)                                                               \
    HELLO_BODY("0303", "", "1301", EXTENSIONS(EXTENSION(type, body)))

static const struct {
    const char *name, *wire;
    int cut;
    enum reader_status status;
    const char *fields;
} client_hellos[] = {
    { "no extensions", HELLO_BODY("0303", "", "c02f 009c", ""), WHOLE, READER_OK,
      "tls.hello_version TLS 1.2; tls.offered_version TLS 1.2; tls.session_id_offered no;"
      "tls.offered_ciphers TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_GCM_SHA256;"
      "no tls.extensions; no tls.sni; no tls.compression_offered; no tls.client_time" },
    { "a session to take up", HELLO_BODY("0301", "01*32", "002f", ""), WHOLE, READER_OK,
      "tls.hello_version TLS 1.0; tls.session_id_offered yes" },
    { "a session id too long", HELLO_BODY("0301", "01*33", "002f", ""), WHOLE, READER_OK,
      "no tls.session_id_offered; tls.offered_ciphers TLS_RSA_WITH_AES_128_CBC_SHA" },
    { "GREASE is left out", HELLO_BODY("0303", "", "0a0a 1301 fafa 0a1a", ""), WHOLE, READER_OK,
      "tls.offered_ciphers TLS_AES_128_GCM_SHA256, cipher 0x0a1a" },
    { "signals among the suites", HELLO_BODY("0303", "", "002f 00ff 5600", ""), WHOLE, READER_OK,
      "tls.renegotiation_info yes; tls.fallback_scsv yes" },
    { "compression", "0303 00*32 00 [2 002f] [1 0100]", WHOLE, READER_OK,
      "tls.compression_offered yes" },
    { "DTLS has a cookie", "fefd 00*32 00 [1 1234] [2 c02b] [1 00]", WHOLE, READER_OK,
      "tls.hello_version DTLS 1.2; tls.offered_ciphers TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
    { "ends inside the random", "0303 00*31", WHOLE, READER_MALFORMED, "no tls.hello_version" },
    { "cut inside the random", "0303 00*31", CUT, READER_SHORT, "no tls.hello_version" },
    { "cut inside the session id", "0303 00*32 20 00*31", CUT, READER_SHORT,
      "tls.hello_version TLS 1.2; no tls.session_id_offered" },
    { "session id runs over", "0303 00*32 ff 002f", WHOLE, READER_MALFORMED,
      "tls.hello_version TLS 1.2; no tls.session_id_offered; no tls.offered_ciphers" },
    { "cut inside the suites", "0303 00*32 00 0008 1301 1302 13", CUT, READER_SHORT,
      "tls.offered_ciphers TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384" },
    { "suites run over", "0303 00*32 00 0008 1301 1302 13", WHOLE, READER_MALFORMED,
      "tls.session_id_offered no; no tls.offered_ciphers" },
    { "an odd byte behind the suites", "0303 00*32 00 [2 1301 13] [1 00]", WHOLE, READER_OK,
      "tls.offered_ciphers TLS_AES_128_GCM_SHA256" },
    { "extensions run over", HELLO_BODY("0303", "", "1301", "0005 0017 0000"), WHOLE,
      READER_MALFORMED, "tls.offered_ciphers TLS_AES_128_GCM_SHA256; no tls.extensions" },
    { "a bad extension leaves the one before",
      HELLO_BODY("0303", "", "1301", EXTENSIONS(EXTENSION("0017", "") "002b 0009 02 0304")), WHOLE,
      READER_MALFORMED,
      "tls.extended_master_secret yes; tls.extensions extended_master_secret;"
      "no tls.offered_versions" },
    { "half an extension's header", HELLO_BODY("0303", "", "1301", EXTENSIONS("0017 00")), WHOLE,
      READER_MALFORMED, "no tls.extensions" },
    { "extensions cut", HELLO_BODY("0303", "", "1301", "0028 0000 [2 [2 00 [2 'a.example']]] 00"),
      CUT, READER_OK, "tls.sni a.example; tls.extensions server_name" },
    { "an extension's body cut", HELLO_BODY("0303", "", "1301", "0028 000a 0008 0006 001d 0017"),
      CUT, READER_OK, "tls.extensions supported_groups; no tls.offered_groups" },

    { "server name", CLIENT_EXTENSION("0000", "[2 00 [2 'broker.home.arpa']]"), WHOLE, READER_OK,
      "tls.sni broker.home.arpa" },
    { "the first of two server names", CLIENT_EXTENSION("0000", "[2 00 [2 'a'] 00 [2 'b']]"), WHOLE,
      READER_OK, "tls.sni a" },
    { "a name of another type", CLIENT_EXTENSION("0000", "[2 01 [2 'a']]"), WHOLE, READER_OK,
      "no tls.sni" },
    { "server name runs over", CLIENT_EXTENSION("0000", "[2 00 0009 'a']"), WHOLE, READER_OK,
      "no tls.sni; tls.extensions server_name" },
    { "server name cut", HELLO_BODY("0303", "", "1301", "0028 0000 000e 000c 00 0009 'a.exa'"), CUT,
      READER_OK, "no tls.sni" },
    { "max_fragment_length", CLIENT_EXTENSION("0001", "01"), WHOLE, READER_OK,
      "tls.max_fragment_length 512" },
    { "the largest", CLIENT_EXTENSION("0001", "04"), WHOLE, READER_OK,
      "tls.max_fragment_length 4096" },
    { "one that there is not", CLIENT_EXTENSION("0001", "05"), WHOLE, READER_OK,
      "no tls.max_fragment_length" },
    { "an empty one", CLIENT_EXTENSION("0001", ""), WHOLE, READER_OK,
      "no tls.max_fragment_length" },
    { "status request", CLIENT_EXTENSION("0005", "01 0000 0000"), WHOLE, READER_OK,
      "tls.status_request yes" },
    { "groups", CLIENT_EXTENSION("000a", "[2 1a1a 001d 0018]"), WHOLE, READER_OK,
      "tls.offered_groups x25519, secp384r1" },
    { "groups run over", CLIENT_EXTENSION("000a", "0009 001d"), WHOLE, READER_OK,
      "no tls.offered_groups" },
    { "point formats", CLIENT_EXTENSION("000b", "[1 000102]"), WHOLE, READER_OK,
      "tls.point_formats 0, 1, 2" },
    { "signatures", CLIENT_EXTENSION("000d", "[2 0403 0804]"), WHOLE, READER_OK,
      "tls.offered_signatures ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256" },
    { "ALPN", CLIENT_EXTENSION("0010", "[2 [1 'h2'] [1 'http/1.1']]"), WHOLE, READER_OK,
      "tls.offered_alpn h2, http/1.1" },
    { "ALPN runs over", CLIENT_EXTENSION("0010", "[2 [1 'h2'] 09 'http']"), WHOLE, READER_OK,
      "tls.offered_alpn h2" },
    { "extended master secret", CLIENT_EXTENSION("0017", ""), WHOLE, READER_OK,
      "tls.extended_master_secret yes" },
    { "record size limit", CLIENT_EXTENSION("001c", "4001"), WHOLE, READER_OK,
      "tls.record_size_limit 16385" },
    { "half a record size limit", CLIENT_EXTENSION("001c", "40"), WHOLE, READER_OK,
      "no tls.record_size_limit" },
    { "asks for a ticket", CLIENT_EXTENSION("0023", ""), WHOLE, READER_OK,
      "tls.ticket_offered no" },
    { "shows a ticket", CLIENT_EXTENSION("0023", "00*192"), WHOLE, READER_OK,
      "tls.ticket_offered yes" },
    { "perhaps shows one: cut", HELLO_BODY("0303", "", "1301", "0028 0023 0020"), CUT, READER_OK,
      "no tls.ticket_offered; tls.extensions session_ticket" },
    { "pre-shared key", CLIENT_EXTENSION("0029", "00*50"), WHOLE, READER_OK,
      "tls.psk_offered yes" },
    { "pre-shared key with a name",
      CLIENT_EXTENSION("0029", "[2 [2 'sensor-7'] 00*4] [2 [1 00*32]]"), WHOLE, READER_OK,
      "tls.psk_offered yes; tls.psk_identity sensor-7" },
    { "a ticket, which has an age",
      CLIENT_EXTENSION("0029", "[2 [2 'sensor-7'] 00000001] [2 [1 00*32]]"), WHOLE, READER_OK,
      "tls.psk_offered yes; no tls.psk_identity" },
    { "a name that runs over", CLIENT_EXTENSION("0029", "[2 0099 'sensor-7' 00*4] [2 [1 00*32]]"),
      WHOLE, READER_OK, "tls.psk_offered yes; no tls.psk_identity" },
    { "early data", CLIENT_EXTENSION("002a", ""), WHOLE, READER_OK, "tls.early_data yes" },
    { "versions", CLIENT_EXTENSION("002b", "[1 0303 0304 2a2a]"), WHOLE, READER_OK,
      "tls.offered_version TLS 1.3; tls.offered_versions TLS 1.2, TLS 1.3" },
    { "DTLS versions count down", CLIENT_EXTENSION("002b", "[1 fefd fefc]"), WHOLE, READER_OK,
      "tls.offered_version DTLS 1.3" },
    { "versions run over", CLIENT_EXTENSION("002b", "09 0304"), WHOLE, READER_OK,
      "tls.offered_version TLS 1.2; no tls.offered_versions" },
    { "psk modes", CLIENT_EXTENSION("002d", "[1 0001]"), WHOLE, READER_OK, "tls.psk_modes 0, 1" },
    { "key shares", CLIENT_EXTENSION("0033", "[2 3a3a [2 00] 001d [2 00*32] 0017 [2 04 00*64]]"),
      WHOLE, READER_OK, "tls.key_shares x25519, secp256r1" },
    { "key shares run over", CLIENT_EXTENSION("0033", "[2 001d [2 00*32] 0017 0099 00]"), WHOLE,
      READER_OK, "tls.key_shares x25519" },
    { "encrypted hello", CLIENT_EXTENSION("fe0d", "00*90"), WHOLE, READER_OK, "tls.ech yes" },
    { "renegotiation", CLIENT_EXTENSION("ff01", "00"), WHOLE, READER_OK,
      "tls.renegotiation_info yes" },
    { "one that nobody knows", CLIENT_EXTENSION("eeee", "'?'"), WHOLE, READER_OK,
      "tls.extensions extension 61166" },
};

START_TEST(reads_client_hello)
{
    struct handshake *hs = handshake_at_packet_time();
    struct tls tls = { 0 };
    struct reader body = body_of(client_hellos[_i].wire, client_hellos[_i].cut);
    read_client_hello(&tls, hs, &body);
    ck_assert_msg(body.status == client_hellos[_i].status, "%s: status %d", client_hellos[_i].name,
                  body.status);
    talk_check(hs, client_hellos[_i].name, client_hellos[_i].fields);
}
END_TEST

static const struct {
    const char *seconds, *fields;
} clocks[] = {
    { "6b003640", "tls.client_time 2026-11-20T12:00:00Z" },
    { "6afee4c1", "tls.client_time 2026-11-19T12:00:01Z" },
    { "6afee4c0", "no tls.client_time" },
    { "6b0187bf", "tls.client_time 2026-11-21T11:59:59Z" },
    { "6b0187c0", "no tls.client_time" },
    { "00000001", "tls.client_time 1970-01-01T00:00:01Z" },
    { "00093a7f", "tls.client_time 1970-01-07T23:59:59Z" },
    { "00093a80", "no tls.client_time" },
    { "00000000", "no tls.client_time" },
    { "ffffffff", "no tls.client_time" },
};

START_TEST(reads_client_clock)
{
    struct handshake *hs = handshake_at_packet_time();
    struct tls tls = { 0 };
    struct text wire = { 0 };
    text_format(&wire, "0303 %s 00*28 00 [2 002f] [1 00]", clocks[_i].seconds);
    struct reader body = hex(text_string(&wire));
    read_client_hello(&tls, hs, &body);
    talk_check(hs, clocks[_i].seconds, clocks[_i].fields);
    text_free(&wire);
}
END_TEST

/* More codes than are put into a list at a time, in order all the same. */
START_TEST(reads_many_suites)
{
    struct handshake *hs = handshake_at_packet_time();
    struct tls tls = { 0 };
    struct text wire = { 0 };
    text_add(&wire, "0303 00*32 00 [2");
    for (unsigned i = 0; i < 150; i++)
        text_format(&wire, " %04x", i);
    text_add(&wire, "] [1 00]");
    struct reader body = hex(text_string(&wire));
    read_client_hello(&tls, hs, &body);
    const struct list *suites = handshake_list(hs, TLS_OFFERED_CIPHERS);
    ck_assert_uint_eq(suites->count, 150);
    for (uint32_t i = 0; i < 150; i++)
        ck_assert_uint_eq(suites->items.numbers[i], i);
    text_free(&wire);
}
END_TEST

START_TEST(second_hello_replaces_the_first)
{
    struct handshake *hs = handshake_at_packet_time();
    struct tls tls = { 0 };
    struct reader first =
        hex(HELLO_BODY("0303", "", "1301 1302",
                       EXTENSIONS(VERSIONS_13 SHARE_X25519 EXTENSION("002a", "") EXTENSION(
                           "0029", "00*9") EXTENSION("0000", "[2 00 [2 'a.example']]"))));
    struct reader second = hex(HELLO_BODY(
        "0303", "", "1302", EXTENSIONS(VERSIONS_13 EXTENSION("0033", "[2 0018 [2 00*97]]"))));
    read_client_hello(&tls, hs, &first);
    talk_check(hs, "first", "tls.early_data yes; tls.psk_offered yes; tls.key_shares x25519");
    read_client_hello(&tls, hs, &second);
    talk_check(
        hs, "second",
        "tls.offered_ciphers TLS_AES_256_GCM_SHA384; tls.key_shares secp384r1;"
        "tls.extensions supported_versions, key_share; no tls.early_data; no tls.psk_offered;"
        "tls.offered_versions TLS 1.3, TLS 1.2; tls.sni a.example");
}
END_TEST

/* ---- ClientHello in SSL 2 format ---- */

static const struct {
    const char *name, *wire;
    enum reader_status status;
    const char *fields;
} ssl2_hellos[] = {
    { "for TLS 1.0", "0301 0006 0000 0010 00002f 010080 00*16", READER_OK,
      "tls.ssl2_hello yes; tls.hello_version TLS 1.0; tls.offered_version TLS 1.0;"
      "tls.offered_ciphers TLS_RSA_WITH_AES_128_CBC_SHA, SSL2_RC4_128_WITH_MD5" },
    { "suites run over", "0301 0009 0000 0010 00002f 010080", READER_MALFORMED,
      "no tls.ssl2_hello; no tls.offered_ciphers" },
    { "too short", "0301 00", READER_MALFORMED, "no tls.hello_version" },
};

START_TEST(reads_ssl2_hello)
{
    struct handshake *hs = handshake_at_packet_time();
    struct reader body = hex(ssl2_hellos[_i].wire);
    read_ssl2_client_hello(hs, &body);
    ck_assert_msg(body.status == ssl2_hellos[_i].status, "%s", ssl2_hellos[_i].name);
    talk_check(hs, ssl2_hellos[_i].name, ssl2_hellos[_i].fields);
}
END_TEST

/* ---- ServerHello and HelloRetryRequest ---- */

#define SERVER_EXTENSION(type, body)                                                               \
    ANSWER_BODY("0303", "", "c02f", EXTENSIONS(EXTENSION(type, body)))
#define IS_13 EXTENSION("002b", "0304")

static const struct {
    const char *name, *wire;
    int cut;
    enum reader_status status;
    bool chosen, is_13;
    const char *fields;
} server_hellos[] = {
    { "no extensions", ANSWER_BODY("0303", "", "c02f", ""), WHOLE, READER_OK, true, false,
      "tls.version TLS 1.2; tls.cipher TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;"
      "tls.server_renegotiation_info no; no tls.server_extensions; no tls.compression; no "
      "tls.retry" },
    { "TLS 1.0", ANSWER_BODY("0301", "00*32", "002f", ""), WHOLE, READER_OK, true, false,
      "tls.version TLS 1.0" },
    { "TLS 1.3",
      ANSWER_BODY("0303", "55*32", "1302", EXTENSIONS(IS_13 EXTENSION("0033", "001d [2 00*32]"))),
      WHOLE, READER_OK, true, true,
      "tls.version TLS 1.3; tls.cipher TLS_AES_256_GCM_SHA384; tls.group x25519;"
      "tls.server_extensions supported_versions, key_share; no tls.server_renegotiation_info;"
      "no tls.retry_group" },
    { "an old draft of it", "7f12 11*32 1301 " EXTENSIONS(EXTENSION("0033", "001d [2 00*32]")),
      WHOLE, READER_OK, true, true, "tls.cipher TLS_AES_128_GCM_SHA256; tls.group x25519" },
    { "retry", "0303 " RETRY_RANDOM " 00 1301 00 " EXTENSIONS(IS_13 EXTENSION("0033", "0018")),
      WHOLE, READER_OK, false, true,
      "tls.retry yes; tls.retry_group secp384r1; no tls.version; no tls.cipher; no tls.group" },
    { "retry with a cookie only",
      "0303 " RETRY_RANDOM " 00 1301 00 " EXTENSIONS(IS_13 EXTENSION("002c", "[2 00*9]")), WHOLE,
      READER_OK, false, true, "tls.retry yes; no tls.retry_group" },
    { "nearly the random of a retry",
      "0303 00 ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c00 00 c02f 00", WHOLE,
      READER_OK, true, false, "no tls.retry; tls.version TLS 1.2" },
    { "compressed", "0303 11*32 00 002f 01", WHOLE, READER_OK, true, false, "tls.compression 1" },
    { "renegotiation", SERVER_EXTENSION("ff01", "00"), WHOLE, READER_OK, true, false,
      "tls.server_renegotiation_info yes" },
    { "ALPN", SERVER_EXTENSION("0010", "[2 [1 'h2']]"), WHOLE, READER_OK, true, false,
      "tls.alpn h2" },
    { "ALPN runs over", SERVER_EXTENSION("0010", "[2 09 'h2']"), WHOLE, READER_OK, true, false,
      "no tls.alpn" },
    { "encrypt-then-MAC", SERVER_EXTENSION("0016", ""), WHOLE, READER_OK, true, false,
      "tls.encrypt_then_mac yes" },
    { "resumed by key",
      ANSWER_BODY("0303", "", "1301", EXTENSIONS(IS_13 EXTENSION("0029", "0000"))), WHOLE,
      READER_OK, true, true, "tls.resumed yes" },
    { "max_fragment_length", SERVER_EXTENSION("0001", "02"), WHOLE, READER_OK, true, false,
      "tls.max_fragment_length_accepted yes" },
    { "ends inside the random", "0303 11*31", WHOLE, READER_MALFORMED, true, false,
      "no tls.version; no tls.cipher" },
    { "ends inside the suite", "0303 11*32 00 c0", WHOLE, READER_MALFORMED, true, false,
      "tls.version TLS 1.2; no tls.cipher" },
    { "session id runs over", "0303 11*32 ff c02f 00", WHOLE, READER_MALFORMED, true, false,
      "no tls.cipher" },
    { "extensions run over", ANSWER_BODY("0303", "", "c02f", "0009 ff01 0001 00"), WHOLE,
      READER_MALFORMED, true, false, "tls.cipher TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
    { "an extension runs over", ANSWER_BODY("0303", "", "c02f", EXTENSIONS("ff01 0009 00")), WHOLE,
      READER_MALFORMED, true, false, "tls.version TLS 1.2; no tls.server_extensions" },

    /* Cut by the capture: what was not seen is not said. */
    { "cut before the suite", "0303 11*32 20 00*9", CUT, READER_SHORT, true, false,
      "no tls.version; no tls.cipher" },
    { "cut before the suite, TLS 1.0", "0301 11*32 20 00*9", CUT, READER_SHORT, true, false,
      "tls.version TLS 1.0; no tls.cipher" },
    { "cut behind a suite of TLS 1.2", "0303 11*32 00 c02f 00", CUT, READER_OK, true, false,
      "tls.version TLS 1.2; no tls.server_renegotiation_info" },
    { "cut behind a suite of TLS 1.3", "0303 11*32 00 1301 00", CUT, READER_OK, true, true,
      "tls.version TLS 1.3; tls.cipher TLS_AES_128_GCM_SHA256" },
    { "cut inside a key share", "0303 11*32 00 1301 00 0030 0033 0024 001d", CUT, READER_OK, true,
      true, "tls.group x25519; no tls.retry_group; tls.version TLS 1.3" },
};

START_TEST(reads_server_hello)
{
    struct handshake *hs = handshake_at_packet_time();
    struct tls tls = { 0 };
    struct reader body = body_of(server_hellos[_i].wire, server_hellos[_i].cut);
    const char *name = server_hellos[_i].name;
    ck_assert_msg(read_server_hello(&tls, hs, &body) == server_hellos[_i].chosen, "%s", name);
    ck_assert_msg(tls.is_13 == server_hellos[_i].is_13, "%s", name);
    ck_assert_msg(body.status == server_hellos[_i].status, "%s: status %d", name, body.status);
    talk_check(hs, name, server_hellos[_i].fields);
}
END_TEST

/* ---- Certificate ---- */

static const struct {
    const char *name, *wire;
    enum side side;
    enum reader_status status;
    const char *fields;
} certificates[] = {
    { "the server's", "[3 [3 'one'] [3 'two']]", SERVER, READER_OK,
      "tls.certificates; tls.certificate.unreadable yes; tls.certificate.chain_bytes 99;"
      "no tls.client_certificate.sent" },
    { "the server's, empty", "[3]", SERVER, READER_OK, "no tls.certificates" },
    { "the client's", "[3 [3 'one']]", CLIENT, READER_OK,
      "tls.client_certificate.sent yes; no tls.certificates" },
    { "the client's, empty", "[3]", CLIENT, READER_OK, "tls.client_certificate.sent no" },
    { "a certificate of no bytes", "[3 [3]]", CLIENT, READER_OK, "no tls.client_certificate.sent" },
    { "a list that runs over", "000009 [3 'one']", CLIENT, READER_MALFORMED,
      "no tls.client_certificate.sent" },
    { "a certificate that runs over", "[3 000009 'one']", CLIENT, READER_MALFORMED,
      "no tls.client_certificate.sent" },
    { "the second one does", "[3 [3 'one'] 000009 'two']", CLIENT, READER_MALFORMED,
      "tls.client_certificate.sent yes" },
    { "nothing at all", "", CLIENT, READER_MALFORMED, "no tls.client_certificate.sent" },
};

START_TEST(reads_certificate)
{
    struct handshake *hs = handshake_at_packet_time();
    struct dissector *dissector = (struct dissector *)hs->dissector;
    dissector->fields = &tls_field_table;
    struct reader body = hex(certificates[_i].wire);
    read_certificate(hs, certificates[_i].side, &body, 99);
    ck_assert_msg(body.status == certificates[_i].status, "%s", certificates[_i].name);
    talk_check(hs, certificates[_i].name, certificates[_i].fields);
}
END_TEST

START_TEST(reads_a_long_chain_in_part)
{
    struct handshake *hs = handshake_at_packet_time();
    struct text wire = { 0 };
    text_add(&wire, "[3 ");
    for (int i = 0; i < 40; i++)
        text_format(&wire, "[3 '%d']", i);
    text_add(&wire, "]");
    struct reader body = hex(text_string(&wire));
    read_certificate(hs, SERVER, &body, 999);
    ck_assert_uint_le(handshake_list(hs, TLS_CERTIFICATES)->count, 16);
    text_free(&wire);
}
END_TEST

/* ---- ServerKeyExchange and its like ---- */

static const struct {
    const char *name;
    uint32_t version, suite;
    const char *wire, *fields;
} key_exchanges[] = {
    { "ECDHE", 0x0303, 0xc02f, "03 001d [1 00*32] 0804 [2 00*64]",
      "tls.group x25519; tls.signature rsa_pss_rsae_sha256; no tls.dh_bits" },
    { "ECDHE of TLS 1.0", 0x0301, 0xc013, "03 0017 [1 00*65] [2 00*64]",
      "tls.group secp256r1; no tls.signature" },
    { "an explicit curve", 0x0303, 0xc02f, "01 001d [1 00*32] 0804", "no tls.group" },
    { "cut in the curve", 0x0303, 0xc02f, "03 00", "no tls.group; no tls.signature" },
    { "cut in the point", 0x0303, 0xc02f, "03 001d 20 00", "tls.group x25519; no tls.signature" },
    { "DHE of 2048 bits", 0x0303, 0x009e, "[2 ff*256] [2 02] [2 00*256] 0804 [2 00]",
      "tls.dh_bits 2048; tls.signature rsa_pss_rsae_sha256; no tls.group" },
    { "DHE with zeroes in front", 0x0303, 0x009e, "[2 0000 01 ff*127] [2 02] [2 00] 0401 [2 00]",
      "tls.dh_bits 1017; tls.signature rsa_pkcs1_sha256" },
    { "DHE, the prime runs over", 0x0303, 0x009e, "0100 ff*9", "no tls.dh_bits; no tls.signature" },
    { "anonymous DH is not signed", 0x0303, 0x0034, "[2 80*128] [2 02] [2 00*128] 0804",
      "tls.dh_bits 1024; no tls.signature" },
    { "ECDHE with a key of both", 0x0303, 0xc035, "[2 'hint'] 03 001d [1 00*32]",
      "tls.group x25519; no tls.signature" },
    { "a hint and nothing else", 0x0303, 0x008c, "[2 'hint']", "no tls.group; no tls.dh_bits" },
    { "a suite that needs none", 0x0303, 0x002f, "03 001d [1 00*32]", "no tls.group" },
    { "a suite that nobody knows", 0x0303, 0xeeee, "03 001d [1 00*32]", "no tls.group" },
    { "nothing", 0x0303, 0xc02f, "", "no tls.group; no tls.signature" },
};

START_TEST(reads_server_key_exchange)
{
    struct handshake *hs = handshake_at_packet_time();
    handshake_set_code(hs, TLS_VERSION, key_exchanges[_i].version);
    handshake_set_code(hs, TLS_CIPHER, key_exchanges[_i].suite);
    struct reader body = hex(key_exchanges[_i].wire);
    read_server_key_exchange(hs, &body);
    talk_check(hs, key_exchanges[_i].name, key_exchanges[_i].fields);
}
END_TEST

static const struct {
    const char *name;
    uint32_t suite;
    const char *wire, *fields;
} client_keys[] = {
    { "an identity", 0x008c, "[2 'sensor-7']", "tls.psk_identity sensor-7" },
    { "an identity before a key", 0xc035, "[2 'sensor-7'] [1 00*32]", "tls.psk_identity sensor-7" },
    { "one that runs over", 0x008c, "0009 'sensor'", "no tls.psk_identity" },
    { "a suite that has none", 0xc02f, "[1 00*32]", "no tls.psk_identity" },
};

START_TEST(reads_client_key_exchange)
{
    struct handshake *hs = handshake_at_packet_time();
    handshake_set_code(hs, TLS_CIPHER, client_keys[_i].suite);
    struct reader body = hex(client_keys[_i].wire);
    read_client_key_exchange(hs, &body);
    talk_check(hs, client_keys[_i].name, client_keys[_i].fields);
}
END_TEST

/* ---- what TLS 1.3 encrypts, once it was decrypted ---- */

static const struct {
    const char *name, *wire;
    enum reader_status status;
    const char *fields;
} encrypted_extensions[] = {
    { "ALPN", EXTENSIONS(EXTENSION("0010", "[2 [1 'h2']]")), READER_OK,
      "tls.alpn h2; no tls.server_extensions" },
    { "ALPN behind another",
      EXTENSIONS(EXTENSION("000a", "[2 001d]") EXTENSION("0010", "[2 [1 'h2']]")), READER_OK,
      "tls.alpn h2" },
    { "none", "[2]", READER_OK, "no tls.alpn" },
    { "a list that runs over", "0009 0010", READER_MALFORMED, "no tls.alpn" },
};

START_TEST(reads_encrypted_extensions)
{
    struct handshake *hs = handshake_at_packet_time();
    struct reader body = hex(encrypted_extensions[_i].wire);
    read_encrypted_extensions(hs, &body);
    ck_assert_msg(body.status == encrypted_extensions[_i].status, "%s",
                  encrypted_extensions[_i].name);
    talk_check(hs, encrypted_extensions[_i].name, encrypted_extensions[_i].fields);
}
END_TEST

static const struct {
    const char *name, *wire;
    enum side side;
    enum reader_status status;
    const char *fields;
} certificates_13[] = {
    { "the server's", "00 [3 [3 'one'] [2] [3 'two'] [2 0012 [2 'sct']]]", SERVER, READER_OK,
      "tls.certificates (), ()" },
    { "with a staple that nobody can read", "00 [3 [3 'one'] [2 0005 [2 01 [3 'ocsp']]]]", SERVER,
      READER_OK, "tls.certificates ()" },
    { "with a staple that runs over", "00 [3 [3 'one'] [2 0005 [2 01 000009 'ocsp']]]", SERVER,
      READER_OK, "tls.certificates ()" },
    { "the client's, in answer to a request", "[1 'abc'] [3 [3 'one'] [2]]", CLIENT, READER_OK,
      "tls.client_certificate.sent yes; no tls.certificates" },
    { "the client's, empty", "00 [3]", CLIENT, READER_OK, "tls.client_certificate.sent no" },
    { "extensions that run over", "00 [3 [3 'one'] 0009 00]", CLIENT, READER_MALFORMED,
      "tls.client_certificate.sent yes" },
    { "a context that runs over", "09 00", CLIENT, READER_MALFORMED,
      "no tls.client_certificate.sent" },
};

START_TEST(reads_certificate_13)
{
    struct handshake *hs = handshake_at_packet_time();
    struct reader body = hex(certificates_13[_i].wire);
    read_certificate_13(hs, certificates_13[_i].side, &body, 99);
    ck_assert_msg(body.status == certificates_13[_i].status, "%s", certificates_13[_i].name);
    talk_check(hs, certificates_13[_i].name, certificates_13[_i].fields);
}
END_TEST

/* A Name of one common name: CN=A, CN=B. */
#define NAME_A "[2 300c310a3008 0603550403 0c01 41]"
#define NAME_B "[2 300c310a3008 0603550403 0c01 42]"

static const struct {
    const char *name;
    uint32_t version; /* of ServerHello; 0: it was not seen */
    const char *wire;
    enum reader_status status;
    const char *fields;
} requests[] = {
    { "nobody named", 0x0303, "[1 40] [2 0403] [2]", READER_OK,
      "tls.client_certificate.requested yes; no tls.client_certificate.authorities" },
    { "two named", 0x0303, "[1 40] [2 0403] [2 " NAME_A NAME_B "]", READER_OK,
      "tls.client_certificate.authorities CN=A, CN=B" },
    { "TLS 1.1 has no signature algorithms", 0x0302, "[1 40] [2 " NAME_A "]", READER_OK,
      "tls.client_certificate.authorities CN=A" },
    { "DTLS 1.2 has", 0xfefd, "[1 40] [2 0403] [2 " NAME_A "]", READER_OK,
      "tls.client_certificate.authorities CN=A" },
    { "its form is not known", 0, "[1 40] [2 0403] [2 " NAME_A "]", READER_OK,
      "tls.client_certificate.requested yes; no tls.client_certificate.authorities" },
    { "half a list is none", 0x0303, "[1 40] [2 0403] [2 " NAME_A "000e 30]", READER_OK,
      "tls.client_certificate.requested yes; no tls.client_certificate.authorities" },
    { "what is no name", 0x0303, "[1 40] [2 0403] [2 " NAME_A "[2 ff00]]", READER_OK,
      "no tls.client_certificate.authorities" },
    { "a list that runs over", 0x0303, "[1 40] [2 0403] 0099 00", READER_MALFORMED,
      "tls.client_certificate.requested yes; no tls.client_certificate.authorities" },
    { "TLS 1.3 has an extension", 0x0304, "[1] [2 002f [2 [2 " NAME_A "]]]", READER_OK,
      "tls.client_certificate.requested yes; tls.client_certificate.authorities CN=A" },
    { "behind another one", 0x0304, "[1 07] [2 000d [2 [2 0403]] 002f [2 [2 " NAME_B "]]]",
      READER_OK, "tls.client_certificate.authorities CN=B" },
    { "extensions that run over", 0x0304, "[1] 0099 002f", READER_MALFORMED,
      "tls.client_certificate.requested yes; no tls.client_certificate.authorities" },
};

START_TEST(reads_certificate_request)
{
    struct handshake *hs = handshake_at_packet_time();
    struct reader body = hex(requests[_i].wire);
    if (requests[_i].version)
        handshake_set_code(hs, TLS_VERSION, requests[_i].version);
    (requests[_i].version == 0x0304 ? read_certificate_request_13
                                    : read_certificate_request)(hs, &body);
    ck_assert_msg(body.status == requests[_i].status, "%s", requests[_i].name);
    talk_check(hs, requests[_i].name, requests[_i].fields);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_client_hello, client_hellos);
    TEST_ROWS(t, reads_client_clock, clocks);
    tcase_add_test(t, reads_many_suites);
    tcase_add_test(t, second_hello_replaces_the_first);
    TEST_ROWS(t, reads_ssl2_hello, ssl2_hellos);
    TEST_ROWS(t, reads_server_hello, server_hellos);
    TEST_ROWS(t, reads_certificate, certificates);
    tcase_add_test(t, reads_a_long_chain_in_part);
    TEST_ROWS(t, reads_server_key_exchange, key_exchanges);
    TEST_ROWS(t, reads_client_key_exchange, client_keys);
    TEST_ROWS(t, reads_encrypted_extensions, encrypted_extensions);
    TEST_ROWS(t, reads_certificate_13, certificates_13);
    TEST_ROWS(t, reads_certificate_request, requests);
}

TEST_MAIN("tls hello", add_tests)
