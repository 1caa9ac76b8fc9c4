/* test_fingerprint.c - JA3, JA3S and JA4 of hellos with known fingerprints. */
#include "dissectors/tls/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include "dissectors/tls/fields.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"

static const struct field no_names[TLS_FIELD_COUNT];
static const struct field_table table = { "tls", no_names, TLS_FIELD_COUNT };

/* Lists are written as people do: "47 0x35". */
static void add_numbers(struct handshake *hs, unsigned id, const char *numbers)
{
    char *end;
    for (const char *at = numbers ? numbers : ""; *at; at = end)
        handshake_add_number(hs, id, (uint32_t)strtoul(at, &end, 0));
}

static void check(const struct handshake *hs, unsigned id, const char *expected)
{
    ck_assert_int_eq(handshake_has(hs, id), expected != NULL);
    if (!expected)
        return;
    struct span text = handshake_text(hs, id);
    ck_assert_msg(text.len == strlen(expected) && memcmp(text.bytes, expected, text.len) == 0,
                  "%.*s is not %s", (int)text.len, text.bytes, expected);
    ck_assert_uint_eq(hs->values[id].frame, 4);
}

#define CHROME_CIPHERS                                                                             \
    "0x1301 0x1302 0x1303 0xc02b 0xc02f 0xc02c 0xc030 0xcca9 0xcca8 0xc013 0xc014 0x9c 0x9d "      \
    "0x2f 0x35"
#define CHROME_EXTENSIONS                                                                          \
    "0x1b 0 0x33 0x10 0x4469 0x17 0x2d 0x0d 5 0x23 0x12 0x2b 0xff01 0x0b 0x0a 0x15"
#define CHROME_SIGNATURES "0x403 0x804 0x401 0x503 0x805 0x501 0x806 0x601"

static const struct {
    const char *about;
    uint32_t hello_version, offered_version;
    const char *ciphers, *extensions, *groups, *formats, *signatures, *alpn, *ja3, *ja4;
    enum transport transport;
} hellos[] = {
    { "the example of JA3's page", 0x0301, 0x0301, "47 53 5 10 49161 49162 49171 49172 50 56 19 4",
      "0 10 11", "23 24 25", "0", NULL, NULL, "ada70206e40642a3e4461f35503241d5",
      "t10d120300_d94e65cdb899_33a13ba74d1c", TRANSPORT_TCP },
    { "its example without extensions", 0x0301, 0x0301, "4 5 10 9 100 98 3 6 19 18 99", NULL, NULL,
      NULL, NULL, NULL, "de350869b8c85de67a350c8d186f11e6", "t10i110000_3609b414f052_000000000000",
      TRANSPORT_TCP },
    { "the example of JA4's page", 0x0303, 0x0304, CHROME_CIPHERS, CHROME_EXTENSIONS, "29 23 24",
      "0", CHROME_SIGNATURES, "h2", "", "t13d1516h2_8daaf6152771_e5627efa2ab1", TRANSPORT_TCP },
    { "the same over DTLS", 0xfefd, 0xfefd, CHROME_CIPHERS, CHROME_EXTENSIONS, "29 23 24", "0",
      CHROME_SIGNATURES, "h2", "", "dd2d1516h2_8daaf6152771_e5627efa2ab1", TRANSPORT_UDP },
    { "ALPN of one character", 0x0303, 0x0304, CHROME_CIPHERS, CHROME_EXTENSIONS, NULL, NULL,
      CHROME_SIGNATURES, "x", "", "t13d1516xx_8daaf6152771_e5627efa2ab1", TRANSPORT_TCP },
    { "ALPN that ends in a sign: hexadecimal", 0x0303, 0x0304, CHROME_CIPHERS, CHROME_EXTENSIONS,
      NULL, NULL, CHROME_SIGNATURES, "h2/", "", "t13d15166f_8daaf6152771_e5627efa2ab1",
      TRANSPORT_TCP },
    { "nothing offered", 0x0303, 0x0303, NULL, NULL, NULL, NULL, NULL, NULL, "",
      "t12i000000_000000000000_000000000000", TRANSPORT_TCP },
};

static struct handshake *hello(size_t i)
{
    struct handshake *hs = bare_handshake(&table);
    hs->transport = hellos[i].transport;
    hs->now.frame = 4;
    handshake_set_code(hs, TLS_HELLO_VERSION, hellos[i].hello_version);
    handshake_set_code(hs, TLS_OFFERED_VERSION, hellos[i].offered_version);
    add_numbers(hs, TLS_OFFERED_CIPHERS, hellos[i].ciphers);
    add_numbers(hs, TLS_EXTENSIONS, hellos[i].extensions);
    add_numbers(hs, TLS_OFFERED_GROUPS, hellos[i].groups);
    add_numbers(hs, TLS_POINT_FORMATS, hellos[i].formats);
    add_numbers(hs, TLS_OFFERED_SIGNATURES, hellos[i].signatures);
    if (hellos[i].alpn)
        handshake_add_text(hs, TLS_OFFERED_ALPN, hellos[i].alpn, strlen(hellos[i].alpn));
    hs->now.frame = 9;
    return hs;
}

START_TEST(of_a_client_hello)
{
    struct handshake *hs = hello((size_t)_i);
    fingerprint_set(hs);
    if (*hellos[_i].ja3)
        check(hs, TLS_JA3, hellos[_i].ja3);
    check(hs, TLS_JA4, hellos[_i].ja4);
    check(hs, TLS_JA3S, NULL);
}
END_TEST

static const struct {
    uint32_t version, cipher;
    const char *extensions, *ja3s;
} server_hellos[] = {
    { 0x0301, 47, "65281 0 11 35 5 16", "836ce314215654b5b1f85f97c73e506f" },
    { 0x0304, 0x1301, "51 43", "eb1d94daa7e0344597e756a1fb6e7054" }, /* 771,4865,51-43 */
    { 0x7f1c, 0x1301, "51 43", "eb1d94daa7e0344597e756a1fb6e7054" }, /* since draft 22 */
    { 0x7f12, 0x1301, "40", "b8a8031b301aef7618403061e9f33065" },    /* 32530,4865,40 */
    { 0x0303, 0xc02f, NULL, "174e7e4992a63f6d419626d97363adb8" },    /* 771,49199, */
};

START_TEST(of_a_server_hello)
{
    struct handshake *hs = bare_handshake(&table);
    hs->now.frame = 4;
    handshake_set_code(hs, TLS_VERSION, server_hellos[_i].version);
    handshake_set_code(hs, TLS_CIPHER, server_hellos[_i].cipher);
    add_numbers(hs, TLS_SERVER_EXTENSIONS, server_hellos[_i].extensions);
    fingerprint_set(hs);
    check(hs, TLS_JA3S, server_hellos[_i].ja3s);
    check(hs, TLS_JA3, NULL);
    check(hs, TLS_JA4, NULL);
}
END_TEST

START_TEST(a_clipped_list_has_none)
{
    struct handshake *hs = hello(2);
    for (uint32_t i = 0; i < 300; i++)
        handshake_add_number(hs, TLS_OFFERED_GROUPS, i);
    fingerprint_set(hs);
    check(hs, TLS_JA3, NULL); /* groups are no part of JA4 */
    ck_assert(handshake_has(hs, TLS_JA4));

    hs = hello(2);
    for (uint32_t i = 0; i < 300; i++)
        handshake_add_number(hs, TLS_OFFERED_CIPHERS, i);
    fingerprint_set(hs);
    check(hs, TLS_JA3, NULL);
    check(hs, TLS_JA4, NULL);
}
END_TEST

START_TEST(counts_stop_at_99)
{
    struct handshake *hs = hello(0);
    for (uint32_t i = 0; i < 150; i++)
        handshake_add_number(hs, TLS_OFFERED_CIPHERS, 0x1000 + i);
    fingerprint_set(hs);
    ck_assert_mem_eq(handshake_text(hs, TLS_JA4).bytes, "t10d990300_", 11);
}
END_TEST

START_TEST(nothing_without_a_hello)
{
    struct handshake *hs = bare_handshake(&table);
    fingerprint_set(hs);
    check(hs, TLS_JA3, NULL);
    check(hs, TLS_JA3S, NULL);
    check(hs, TLS_JA4, NULL);

    hs = hello(0);
    handshake_set_bool(hs, TLS_SSL2_HELLO, true);
    fingerprint_set(hs);
    check(hs, TLS_JA3, NULL);
}
END_TEST

/* What was made before is looked up: it is the same, and nobody else's. */
START_TEST(the_same_again)
{
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
            struct handshake *hs = hello(i);
            fingerprint_set(hs);
            if (*hellos[i].ja3)
                check(hs, TLS_JA3, hellos[i].ja3);
            check(hs, TLS_JA4, hellos[i].ja4);
        }
        if (round == 1)
            fingerprint_end();
    }
    fingerprint_end();
    fingerprint_end();
}
END_TEST

/* More different hellos than are remembered, and each of them twice. */
START_TEST(many_different_ones)
{
    enum { HELLOS = 3000 };
    static char made[HELLOS][32];
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < HELLOS; i++) {
            struct handshake *hs = hello(2);
            handshake_add_number(hs, TLS_OFFERED_GROUPS, i);
            fingerprint_set(hs);
            struct span ja3 = handshake_text(hs, TLS_JA3);
            ck_assert_uint_eq(ja3.len, sizeof made[i]);
            if (round == 0)
                memcpy(made[i], ja3.bytes, sizeof made[i]);
            ck_assert_mem_eq(ja3.bytes, made[i], sizeof made[i]);
            ck_assert(i == 0 || memcmp(made[i], made[i - 1], sizeof made[i]) != 0);
            check(hs, TLS_JA4, hellos[2].ja4);
        }
    }
    fingerprint_end();
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, of_a_client_hello, hellos);
    TEST_ROWS(t, of_a_server_hello, server_hellos);
    tcase_add_test(t, a_clipped_list_has_none);
    tcase_add_test(t, counts_stop_at_99);
    tcase_add_test(t, nothing_without_a_hello);
    tcase_add_test(t, the_same_again);
    tcase_add_test(t, many_different_ones);
}

TEST_MAIN("fingerprint", add_all)
