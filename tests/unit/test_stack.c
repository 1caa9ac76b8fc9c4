/* test_stack.c - which library a ClientHello is taken for, and which it is not. */
#include "dissectors/tls/stack.h"

#include <stdlib.h>
#include <string.h>

#include "dissectors/tls/fields.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"

static void add_numbers(struct handshake *hs, unsigned id, const char *numbers)
{
    char *end;
    for (const char *at = numbers; *at; at = end)
        handshake_add_number(hs, id, (uint32_t)strtoul(at, &end, 0));
}

/* Extensions as the real libraries of Debian 12 write them, and beside each one
 * that is nearly so. */
static const struct {
    const char *name, *extensions;
    unsigned suites;
    const char *stack; /* NULL: nothing is guessed */
    bool refuses_late;
} hellos[] = {
    { "s_client", "0 11 10 35 22 23 13 43 45 51", 31, "OpenSSL", false },
    { "s_client, 1.2, no name", "11 10 35 22 23 13", 28, "OpenSSL", false },
    { "groups first", "0 10 11 35 22 23 13 43 45 51", 31, NULL, false },
    { "curl", "0 11 10 16 22 23 49 13 43 45 51 21", 31, "curl (OpenSSL)", true },
    { "curl with a ticket is not told apart", "0 11 10 35 16 22 23 13 43 45 51", 31, "OpenSSL",
      false },
    { "node", "0 11 10 35 22 23 13 43 45 51", 59, "Node.js (OpenSSL)", true },
    { "more suites than node", "0 11 10 35 22 23 13 43 45 51", 80, "OpenSSL", false },
    { "gnutls-cli", "5 10 11 13 22 23 35 51 43 0xff01 0 45 28", 29, "GnuTLS", false },
    { "gnutls without a record limit", "5 10 11 13 22 23 35 51 43 0xff01 0 45", 29, NULL, false },
    { "nss", "0 23 0xff01 10 11 13 28", 32, "NSS", true },
    { "nss with encrypt-then-mac", "0 23 0xff01 10 11 22 13 28", 32, NULL, false },
    { "java", "0 5 10 13 43 45 50 51", 3, "Java", false },
    { "java without its second list", "0 5 10 13 43 45 51", 3, NULL, false },
    { "go", "0 5 10 11 13 0xff01 18 43 51", 19, "Go", false },
    { "go without certificate times", "0 5 10 11 13 0xff01 43 51", 19, NULL, false },
    { "mbedtls", "0 13 10 11 22 23 35", 80, "mbedTLS", false },
    { "mbedtls, pre-shared keys only", "13 22 23 35", 3, "mbedTLS", false },
    { "the same with groups behind", "13 22 23 35 10", 3, NULL, false },
    { "wolfssl, 1.2", "13 11 10 22 0 23", 51, "wolfSSL", false },
    { "wolfssl with renegotiation", "13 11 10 22 0 23 0xff01", 51, "OpenSSL", false },
    { "wolfssl, 1.3", "45 51 43 13 10 22 0", 60, "wolfSSL", false },
    { "versions before shares", "45 43 51 13 10 22 0", 60, NULL, false },
    { "chrome", "27 0 51 16 17513 23 45 13 5 35 18 43 0xff01 11 10 21", 15, "Chrome (BoringSSL)",
      false },
    { "nothing to go by", "0 43 51", 3, NULL, false },
};

START_TEST(guesses_the_library)
{
    struct handshake *hs = bare_handshake(&tls_field_table);
    add_numbers(hs, TLS_EXTENSIONS, hellos[_i].extensions);
    for (unsigned i = 0; i < hellos[_i].suites; i++)
        handshake_add_number(hs, TLS_OFFERED_CIPHERS, 0xc000 + i);
    ck_assert_msg(stack_refuses(hs, REFUSES_BEHIND_12) == hellos[_i].refuses_late, "%s",
                  hellos[_i].name);
    struct span stack = handshake_text(hs, TLS_CLIENT_STACK);
    ck_assert_int_eq(stack_refuses(hs, REFUSES_BEHIND_13),
                     stack.len > 4 && memcmp(stack.bytes, "curl", 4) == 0);
    const char *expected = hellos[_i].stack ? hellos[_i].stack : "";
    ck_assert_msg(stack.len == strlen(expected) && memcmp(stack.bytes, expected, stack.len) == 0,
                  "%s: %.*s is not %s", hellos[_i].name, (int)stack.len, stack.bytes, expected);
    ck_assert_int_eq(handshake_has(hs, TLS_CLIENT_STACK_CERTAINTY), hellos[_i].stack != NULL);
}
END_TEST

START_TEST(guesses_nothing_without_a_hello)
{
    struct handshake *hs = bare_handshake(&tls_field_table);
    ck_assert(!stack_refuses(hs, REFUSES_BEHIND_12));
    ck_assert(!handshake_has(hs, TLS_CLIENT_STACK));
}
END_TEST

static void add_stacks(TCase *t)
{
    TEST_ROWS(t, guesses_the_library, hellos);
    tcase_add_test(t, guesses_nothing_without_a_hello);
}

TEST_MAIN("stack", add_stacks)
