/* test_lexicon.c - error texts as words, numbers and what they mean, and the causes
 * that a table makes of them. */
#include "report/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "report/words.h"
#include "support/test_main.h"

/* ---- words ---- */

static const struct {
    const char *text, *words; /* a | is a break */
} readings[] = {
    { "X509: certificate has-expired!", "x509 certificate has expired" },
    { "SSLHandshakeException", "ssl handshake exception" },
    { "TLSv1_ALERT, NotTimeValid", "tlsv1 alert not time valid" },
    { "the peer's certificate of a CA", "peer certificate ca" },
    { "-0x2700 0x2700 -9984 9984 0xffffd900", "#9984 #9984 #9984 9984 #9984" },
    { "rc -4, rc=4, 4-5", "rc #-4 rc 4 4 5" },
    { "0x80090326 -2146893018", "#2148074278 #2148074278" },
    { "10.0.0.5:8883 1.2.3.4.5", "8883 1.2.3.4.5" },
    { "4.04 Not Found", "4.04 not found" },
    { "curl/7.88.1", "curl 7.88.1" },
    { "error:0A000086:SSL", "error 0a000086 ssl | sslreason 134" },
    { "error:14094410", "error 14094410 | sslreason 1040 | alert 40" },
    { "error:0B000086", "error 0b000086" },
    { "SSL alert number 45", "ssl alert number 45 | alert 45" },
    { "alert (msg 70)", "alert msg 70 | alert 70" },
    { "TLS alert, unknown CA (560)", "tls alert unknown ca 560 | alert 48" },
    { "alert 300, 900", "alert 300 900" },
    { "fatal error code is 70.", "fatal error code 70 | alert 70" },
    { "-0x3B62", "#15202 | #15104" },
    { "-0x3B00", "#15104" },
    { "0x", "0x" },
    { "", "" },
    { "\xff\x80 -- ...", "\xff\x80" },
};

START_TEST(reads_words)
{
    struct words w;
    struct text text = { 0 };
    words_read(&w, readings[_i].text, strlen(readings[_i].text));
    words_expand(&w);
    for (size_t i = 0; i < w.count; i++)
        text_format(&text, "%s%s", i ? " " : "",
                    w.list[i].kind == WORD_BREAK ? "|" : w.list[i].text);
    ck_assert_str_eq(text_string(&text), readings[_i].words);
    text_free(&text);
}
END_TEST

/* ---- the table ---- */

static const char table[] =
    "# texts\n"
    "@server\n"
    "    while SSL handshaking, client\n"
    "@client\n"
    "    curl\n"
    "[OpenSSL]\n"
    "tls.unknown-ca client: tls.client-unknown-ca tls.unknown-ca\n"
    "    alert unknown ca / alert 48\n"
    "tls.verify server: tls.client-cert\n"
    "    ~ certificate verify failed / sslreason 134\n"
    "tls.expired tls.clock\n"
    "    certificate has expired / X509_V_ERR_CERT_HAS_EXPIRED\n"
    "[mbedTLS]\n"
    "tls.fatal\n"
    "    MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE / -0x7780\n"
    "tls.pubkey\n"
    "    -0x3B00\n"
    "[others]\n"
    "mqtt.denied\n"
    "    rc 5 / Connection refused, not authorised, by the broker itself\n"
    "mqtt.late\n"
    "    rc -4 / Keepalive timeout / keepalive expired / keepalive too late / no keepalive\n"
    "net.refused\n"
    "    connection refused / ECONNREFUSED\n";

static struct lexicon *lexicon_for_test(void)
{
    struct text mistakes = { 0 };
    struct lexicon *l = lexicon_new();
    ck_assert_msg(lexicon_add_table(l, "test.txt", table, strlen(table), &mistakes), "%s",
                  text_string(&mistakes));
    lexicon_add(l, "own.cause", "the frobnicator is out of plumbs", NULL);
    lexicon_ready(l);
    return l;
}

static const struct {
    const char *query, *first; /* NULL: not known */
    bool in_a_log;             /* found by a scan as well */
} searches[] = {
    { "Error: certificate has expired (_ssl.c:1006)", "tls.expired", true },
    { "x509 v err cert has expired", "tls.expired", true },
    { "certificate verify failed: certificate has expired", "tls.expired", true },
    { "error:0A000086:SSL routines::whatever", "tls.verify", true },
    { "certificate verify failed while SSL handshaking, client: 10.0.0.7", "tls.client-cert",
      true },
    { "tlsv1 alert unknown ca", "tls.unknown-ca", true },
    { "curl: tlsv1 alert unknown ca", "tls.client-unknown-ca", true },
    { "SSL alert number 48", "tls.unknown-ca", true },
    { "SSL alert number 49", NULL, false },
    { "ssl_handshake returned -0x7780", "tls.fatal", true },
    { "ssl_handshake returned -30592", "tls.fatal", true },
    { "ssl_handshake returned 30592", "tls.fatal", true },
    { "30592", "tls.fatal", true },
    { "-0x3B62", "tls.pubkey", true },
    { "process 30592 went away again in peace", NULL, false },
    { "0x7781", "tls.fatal", true }, /* a low part in it */
    { "0x7800", NULL, false },
    { "Connect failed, rc 5. Retry in 10 sec", "mqtt.denied", true },
    { "Connect failed, rc -4", "mqtt.late", true },
    { "Connect failed, rc 4", NULL, false },
    { "rc 10.0.0.5", NULL, false },
    { "certifcate has expierd", "tls.expired", false },
    { "conection refussed", "net.refused", false },
    { "authorised broker", "mqtt.denied", false },
    { "refused, not authorised by broker itself, again", "mqtt.denied", false },
    { "Connection refused, not authorised, by the br", "mqtt.denied", true },
    { "keepalive", "mqtt.late", false },
    { "certificate", NULL, false },
    { "frobnicator out of plumbs", "own.cause", true },
    { "an ordinary sentence about a client and its broker", NULL, false },
    { ":-()", NULL, false },
    { "", NULL, false },
};

START_TEST(finds_causes)
{
    struct hit hits[4];
    struct lexicon *l = lexicon_for_test();
    const char *query = searches[_i].query;
    size_t found = lexicon_find(l, query, strlen(query), hits, 4);
    const char *first = found ? hits[0].cause : NULL;
    ck_assert_msg(first && searches[_i].first ? strcmp(first, searches[_i].first) == 0
                                              : first == searches[_i].first,
                  "%s: %s", query, first ? first : "nothing");
    size_t scanned = lexicon_scan(l, query, strlen(query), hits, 4);
    ck_assert_msg((scanned > 0) == searches[_i].in_a_log, "%s: scan %zu", query, scanned);
    lexicon_free(l);
}
END_TEST

START_TEST(ranks_what_is_less_likely)
{
    struct hit hits[4];
    struct lexicon *l = lexicon_for_test();
    ck_assert_uint_eq(lexicon_find(l, "certificate has expired", 23, hits, 4), 2);
    ck_assert_str_eq(hits[1].cause, "tls.clock");
    ck_assert_str_eq(hits[0].phrase->who, "OpenSSL");
    ck_assert_uint_eq(lexicon_find(l, "certificate has expired", 23, hits, 1), 1);
    lexicon_free(l);
}
END_TEST

static const struct {
    const char *table, *mistake; /* NULL: none */
} tables[] = {
    { "a.b\n    text\n", NULL },
    { "    text\n", "t:1: a text without causes above it" },
    { "[x]\n    text\n", "t:2: a text without causes above it" },
    { "a.b\n    ---\n", "t:2: a text without a word" },
    { "a.b A.C\n    x\n", "t:1: causes are wanted here" },
    { "nodots\n", "t:1: causes are wanted here" },
    { "a.b a.c a.d a.e a.f a.g a.h\n", "t:1: causes are wanted here" },
};

START_TEST(names_mistakes)
{
    struct text mistakes = { 0 };
    struct lexicon *l = lexicon_new();
    bool good = lexicon_add_table(l, "t", tables[_i].table, strlen(tables[_i].table), &mistakes);
    ck_assert_int_eq(good, !tables[_i].mistake);
    if (tables[_i].mistake)
        ck_assert_msg(
            strncmp(text_string(&mistakes), tables[_i].mistake, strlen(tables[_i].mistake)) == 0,
            "%s", text_string(&mistakes));
    text_free(&mistakes);
    lexicon_free(l);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_words, readings);
    TEST_ROWS(t, finds_causes, searches);
    tcase_add_test(t, ranks_what_is_less_likely);
    TEST_ROWS(t, names_mistakes, tables);
}

TEST_MAIN("lexicon", add_tests)
