/* test_names.c - the tables of names are in order, and a suite's name is read right. */
#include "dissectors/tls/names.h"

#include <string.h>

#include "dissectors/tls/fields.h"
#include "support/test_main.h"

static const struct {
    const char *name;
    const struct code_names *names;
    size_t at_least;
} tables[] = {
    { "versions", &tls_versions, 25 },     { "ciphers", &tls_ciphers, 400 },
    { "groups", &tls_groups, 50 },         { "signatures", &tls_signatures, 50 },
    { "extensions", &tls_extensions, 60 }, { "alerts", &tls_alerts, 35 },
};

START_TEST(table_is_sorted)
{
    const struct code_names *names = tables[_i].names;
    ck_assert_uint_ge(names->count, tables[_i].at_least);
    ck_assert_ptr_null(names->names[names->count].name);
    for (size_t i = 0; i < names->count; i++) {
        ck_assert_ptr_nonnull(names->names[i].name);
        if (i)
            ck_assert_msg(names->names[i - 1].code < names->names[i].code, "%s: %s",
                          tables[_i].name, names->names[i].name);
    }
}
END_TEST

START_TEST(name_leads_back_to_its_code)
{
    const struct code_names *names = tables[_i].names;
    for (size_t i = 0; i < names->count; i++) {
        uint32_t code = 0;
        const char *name = names->names[i].name;
        ck_assert_str_eq(code_name_of(names, names->names[i].code), name);
        ck_assert(code_of_name(names, name, strlen(name), &code));
        ck_assert_str_eq(code_name_of(names, code), name);
    }
}
END_TEST

static const struct {
    const struct code_names *names;
    uint32_t code;
    const char *name; /* NULL: unknown */
} well_known[] = {
    { &tls_versions, 0x0303, "TLS 1.2" },
    { &tls_versions, 0xfefd, "DTLS 1.2" },
    { &tls_versions, 0x7f1c, "TLS 1.3-draft28" },
    { &tls_versions, 0x0305, NULL },
    { &tls_ciphers, 0x0000, "TLS_NULL_WITH_NULL_NULL" },
    { &tls_ciphers, 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
    { &tls_ciphers, 0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV" },
    { &tls_ciphers, 0x1301, "TLS_AES_128_GCM_SHA256" },
    { &tls_ciphers, 0x5600, "TLS_FALLBACK_SCSV" },
    { &tls_ciphers, 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
    { &tls_ciphers, 0xc0ab, "TLS_PSK_DHE_WITH_AES_256_CCM_8" },
    { &tls_ciphers, 0xc102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT" },
    { &tls_ciphers, 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { &tls_ciphers, 0x0700c0, "SSL2_DES_192_EDE3_CBC_WITH_MD5" },
    { &tls_ciphers, 0x0a0a, NULL },
    { &tls_groups, 29, "x25519" },
    { &tls_groups, 0x11ec, "X25519MLKEM768" },
    { &tls_groups, 0x0100, "ffdhe2048" },
    { &tls_signatures, 0x0804, "rsa_pss_rsae_sha256" },
    { &tls_signatures, 0x0403, "ecdsa_secp256r1_sha256" },
    { &tls_signatures, 0x0101, "rsa_md5" },
    { &tls_extensions, 0, "server_name" },
    { &tls_extensions, 43, "supported_versions" },
    { &tls_extensions, 51, "key_share" },
    { &tls_extensions, 57, "quic_transport_parameters" },
    { &tls_extensions, 62, "tls_flags" },
    { &tls_extensions, 46, NULL },
    { &tls_extensions, 0xff01, "renegotiation_info" },
    { &tls_alerts, 0, "close_notify" },
    { &tls_alerts, 116, "certificate_required" },
    { &tls_alerts, 120, "no_application_protocol" },
    { &tls_alerts, 99, NULL },
};

START_TEST(knows_a_code)
{
    const char *name = code_name_of(well_known[_i].names, well_known[_i].code);
    if (well_known[_i].name)
        ck_assert_str_eq(name, well_known[_i].name);
    else
        ck_assert_ptr_null(name);
}
END_TEST

static const struct {
    uint32_t suite;
    enum tls_cipher_kind kind;
    unsigned tag, mac, block, hash;
    bool weak, forward_secret, tls13;
} suites[] = {
    { 0x0001, CIPHER_NULL, 0, 16, 0, 32, true, false, false },     /* RSA_WITH_NULL_MD5 */
    { 0x0005, CIPHER_STREAM, 0, 20, 0, 32, true, false, false },   /* RC4_128_SHA */
    { 0x0008, CIPHER_CBC, 0, 20, 8, 32, true, false, false },      /* RSA_EXPORT DES40 */
    { 0x000a, CIPHER_CBC, 0, 20, 8, 32, true, false, false },      /* 3DES */
    { 0x0016, CIPHER_CBC, 0, 20, 8, 32, true, true, false },       /* DHE_RSA 3DES */
    { 0x002f, CIPHER_CBC, 0, 20, 16, 32, false, false, false },    /* RSA AES_128_CBC_SHA */
    { 0x0034, CIPHER_CBC, 0, 20, 16, 32, true, true, false },      /* DH_anon */
    { 0x003f, CIPHER_CBC, 0, 32, 16, 32, false, false, false },    /* DH_RSA is static */
    { 0x009d, CIPHER_GCM, 16, 0, 0, 48, false, false, false },     /* RSA AES_256_GCM_SHA384 */
    { 0x00ff, CIPHER_UNKNOWN, 0, 0, 0, 0, false, false, false },   /* an SCSV is no cipher */
    { 0x1302, CIPHER_GCM, 16, 0, 0, 48, false, true, true },       /* TLS 1.3 */
    { 0x1305, CIPHER_CCM_8, 8, 0, 0, 32, false, true, true },      /* CCM_8_SHA256 */
    { 0x1306, CIPHER_AEAD, 16, 0, 0, 64, false, true, true },      /* AEGIS_256_SHA512 */
    { 0xc004, CIPHER_CBC, 0, 20, 16, 32, false, false, false },    /* ECDH_ECDSA is static */
    { 0xc024, CIPHER_CBC, 0, 48, 16, 48, false, true, false },     /* ECDHE AES_256_CBC_SHA384 */
    { 0xc02b, CIPHER_GCM, 16, 0, 0, 32, false, true, false },      /* ECDHE_ECDSA GCM */
    { 0xc03a, CIPHER_NULL, 0, 32, 0, 32, true, true, false },      /* ECDHE_PSK NULL */
    { 0xc09c, CIPHER_CCM, 16, 0, 0, 32, false, false, false },     /* RSA CCM */
    { 0xc0a8, CIPHER_CCM_8, 8, 0, 0, 32, false, false, false },    /* PSK CCM_8 */
    { 0xc0ae, CIPHER_CCM_8, 8, 0, 0, 32, false, true, false },     /* ECDHE_ECDSA CCM_8 */
    { 0xc0b4, CIPHER_NULL, 32, 0, 0, 32, true, true, true },       /* SHA256_SHA256, RFC 9150 */
    { 0xc100, CIPHER_STREAM, 0, 16, 0, 32, false, false, false },  /* KUZNYECHIK_CTR_OMAC */
    { 0xcca9, CIPHER_CHACHA, 16, 0, 0, 32, false, true, false },   /* ECDHE_ECDSA CHACHA20 */
    { 0xe013, CIPHER_CBC, 0, 32, 16, 32, false, false, false },    /* ECC_SM4_CBC_SM3 */
    { 0x010080, CIPHER_STREAM, 0, 16, 0, 32, true, false, false }, /* SSL 2 RC4 */
    { 0x0a0a, CIPHER_UNKNOWN, 0, 0, 0, 0, false, false, false },   /* GREASE */
};

START_TEST(reads_a_suite_off_its_name)
{
    struct tls_cipher c = tls_cipher(suites[_i].suite);
    ck_assert_int_eq(c.kind, suites[_i].kind);
    ck_assert_uint_eq(c.tag_len, suites[_i].tag);
    ck_assert_uint_eq(c.mac_len, suites[_i].mac);
    ck_assert_uint_eq(c.block_len, suites[_i].block);
    ck_assert_uint_eq(c.hash_len, suites[_i].hash);
    ck_assert_int_eq(c.weak, suites[_i].weak);
    ck_assert_int_eq(c.forward_secret, suites[_i].forward_secret);
    ck_assert_int_eq(c.tls13, suites[_i].tls13);
    ck_assert_int_eq(tls_cipher_sha384(suites[_i].suite), suites[_i].hash == 48);
}
END_TEST

START_TEST(every_suite_is_understood)
{
    for (size_t i = 0; i < tls_ciphers.count; i++) {
        const char *name = tls_ciphers.names[i].name;
        struct tls_cipher c = tls_cipher(tls_ciphers.names[i].code);
        bool aead = c.kind >= CIPHER_GCM;
        if (strstr(name, "_SCSV") || strstr(name, "NULL_NULL") || strcmp(name, "SSL2_NULL") == 0)
            continue;
        ck_assert_msg(c.kind != CIPHER_UNKNOWN, "%s", name);
        ck_assert_msg(!aead || (c.tag_len && !c.mac_len), "%s", name);
        ck_assert_msg(aead || c.mac_len || c.tag_len || strstr(name, "FORTEZZA_CBC") ||
                          strstr(name, "MD5_1"),
                      "%s", name);
    }
}
END_TEST

/* Alerts are 2 bytes, a Finished of TLS 1.2 is 16. */
static const struct {
    const char *about;
    uint32_t suite, version;
    bool encrypt_then_mac;
    size_t plain, record;
} records[] = {
    { "alert, TLS 1.2 GCM", 0xc02f, 0x0303, false, 2, 26 },
    { "alert, TLS 1.2 CCM_8", 0xc0ae, 0x0303, false, 2, 18 },
    { "alert, TLS 1.2 ChaCha20", 0xcca8, 0x0303, false, 2, 18 },
    { "alert, TLS 1.3", 0x1301, 0x0304, false, 2, 19 },
    { "alert, TLS 1.3 draft", 0x1301, 0x7f17, false, 2, 19 },
    { "alert, TLS 1.3 CCM_8", 0x1305, 0x0304, false, 2, 11 },
    { "alert, RC4_128_SHA", 0x0005, 0x0301, false, 2, 22 },
    { "alert, TLS 1.0 AES_128_CBC_SHA", 0x002f, 0x0301, false, 2, 32 },
    { "alert, TLS 1.2 AES_128_CBC_SHA", 0x002f, 0x0303, false, 2, 48 },
    { "alert, DTLS 1.0 AES_128_CBC_SHA", 0x002f, 0xfeff, false, 2, 48 },
    { "alert, encrypt-then-MAC", 0x002f, 0x0303, true, 2, 52 },
    { "Finished, TLS 1.2 GCM", 0xc02f, 0x0303, false, 16, 40 },
    { "Finished, TLS 1.2 AES_128_CBC_SHA", 0x002f, 0x0303, false, 16, 64 },
    { "Finished, TLS 1.2 AES_128_CBC_SHA256", 0x003c, 0x0303, false, 16, 80 },
    { "Finished, TLS 1.0 3DES", 0x000a, 0x0301, false, 16, 40 },
    { "a suite that cannot be in TLS 1.3", 0x002f, 0x0304, false, 2, 0 },
    { "nobody knows", 0x0a0a, 0x0303, false, 2, 0 },
};

START_TEST(computes_a_record_length)
{
    size_t len = tls_cipher_record_len(records[_i].suite, records[_i].version,
                                       records[_i].encrypt_then_mac, records[_i].plain);
    ck_assert_msg(len == records[_i].record, "%s: %zu", records[_i].about, len);
}
END_TEST

static void add_tables(TCase *t)
{
    TEST_ROWS(t, table_is_sorted, tables);
    TEST_ROWS(t, name_leads_back_to_its_code, tables);
    TEST_ROWS(t, knows_a_code, well_known);
}

static void add_suites(TCase *t)
{
    TEST_ROWS(t, reads_a_suite_off_its_name, suites);
    tcase_add_test(t, every_suite_is_understood);
    TEST_ROWS(t, computes_a_record_length, records);
}

TEST_MAIN("names", add_tables, add_suites)
