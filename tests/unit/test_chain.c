/* test_chain.c - what a chain of certificates tells of a handshake. */
#include "dissectors/tls/chain.h"

#include <stdio.h>
#include <string.h>

#include "dissectors/tls/fields.h"
#include "dissectors/tls/trust.h"
#include "support/bare_handshake.h"
#include "support/make_certificate.h"
#include "support/test_main.h"

/* The clock of these tests: 2026-06-01. */
enum { DAY = 86400 };
static const int64_t now_s = 1780272000;

static const struct field row_fields[] = { TLS_CERTIFICATE_COLUMNS(FIELD_ROW) };
static const struct field_table row_table = { NULL, row_fields, CERTIFICATE_COLUMN_COUNT };

/* Only what a RECORDS field needs of its table; the rest is no concern here. */
static struct handshake *new_handshake(void)
{
    static struct field fields[TLS_FIELD_COUNT];
    static const struct field_table table = { "tls", fields, TLS_FIELD_COUNT };
    fields[TLS_CERTIFICATES].type = FIELD_TYPE_RECORDS;
    fields[TLS_CERTIFICATES].columns = &row_table;
    fields[TLS_CLIENT_CERTS] = fields[TLS_CERTIFICATES];
    struct handshake *hs = bare_handshake(&table);
    hs->now = (struct moment){ now_s * 1000000, 6 };
    hs->ends[SERVER].address = (struct address){ { 10, 0, 0, 5 }, 4 };
    return hs;
}

static struct made_certificate root, other_root, middle, leaf, lone, aged, aged_root, early, small,
    rubbish;

/* Keys are made once: they are what takes time. */
static void make_all(void)
{
    if (root.der)
        return;
    const char *authority = "critical,CA:TRUE";
    root = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Root", .constraints = authority });
    other_root = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Other", .constraints = authority });
    middle = make_certificate(&(struct certificate_recipe){
        .subject = "CN=Middle", .issuer = &root, .constraints = authority });
    leaf = make_certificate(&(struct certificate_recipe){
        .subject = "CN=leaf", .issuer = &middle, .names = "DNS:broker.example,IP:10.0.0.5" });
    lone = make_certificate(&(struct certificate_recipe){ .subject = "CN=broker.example" });
    aged = make_certificate(&(struct certificate_recipe){
        .subject = "CN=aged", .issuer = &root, .from_s = now_s - 9 * DAY, .until_s = now_s - DAY });
    aged_root = make_certificate(&(struct certificate_recipe){
        .subject = "CN=Root", .constraints = authority, .until_s = now_s - 2 * DAY });
    early = make_certificate(&(struct certificate_recipe){
        .subject = "CN=early", .issuer = &root, .from_s = now_s + DAY });
    small = make_certificate(&(struct certificate_recipe){
        .subject = "CN=small", .issuer = &root, .key = "RSA", .key_bits = 1024, .digest = "SHA1" });
    rubbish.der = (uint8_t *)"0\x03rub";
    rubbish.len = 5;
}

static struct handshake *chain_of(const struct made_certificate *const *made, const char *sni)
{
    const struct certificate *chain[4];
    size_t count = 0;
    for (; count < 4 && made[count]; count++)
        chain[count] = certificate_find(made[count]->der, made[count]->len);
    struct handshake *hs = new_handshake();
    if (sni)
        handshake_set_string(hs, TLS_SNI, sni);
    chain_set(hs, chain, count, true, 1234);
    return hs;
}

static void check_text(const struct handshake *hs, unsigned id, const char *expected)
{
    struct span text = handshake_text(hs, id);
    ck_assert_uint_eq(text.len, strlen(expected));
    ck_assert_mem_eq(text.bytes, expected, text.len);
}

enum { ABSENT = -1 };

static const struct {
    const char *about;
    const struct made_certificate *chain[5];
    const char *sni;
    int matches, expired, early, issuer_sent, last_self_issued, issuer_missing;
    const char *expired_subject;
} chains[] = {
    { "in order", { &leaf, &middle, &root }, "broker.example", 1, 0, 0, 1, 1, 0, NULL },
    { "root left out, as it should be",
      { &leaf, &middle },
      "broker.example",
      1,
      0,
      0,
      1,
      0,
      0,
      NULL },
    { "root before middle: order is free",
      { &leaf, &root, &middle },
      "broker.example",
      1,
      0,
      0,
      1,
      0,
      0,
      NULL },
    { "middle missing", { &leaf, &root }, "broker.example", 1, 0, 0, 0, 1, 0, NULL },
    { "issuer missing", { &leaf }, "broker.example", 1, 0, 0, 1, 0, 1, NULL },
    { "another's root", { &leaf, &other_root }, "broker.example", 1, 0, 0, 0, 1, 0, NULL },
    { "self-signed, common name", { &lone }, "broker.example", 1, 0, 0, 1, 1, 0, NULL },
    { "another name", { &leaf, &middle }, "other.example", 0, 0, 0, 1, 0, 0, NULL },
    { "no SNI, but the address is in it", { &leaf, &middle }, NULL, 1, 0, 0, 1, 0, 0, NULL },
    { "no SNI, no addresses in it", { &lone }, NULL, ABSENT, 0, 0, 1, 1, 0, NULL },
    { "leaf expired", { &aged, &root }, "aged", 1, 1, 0, 1, 1, 0, "CN=aged" },
    { "root expired",
      { &leaf, &middle, &aged_root },
      "broker.example",
      1,
      1,
      0,
      0,
      1,
      0,
      "CN=Root" },
    { "both expired: the leaf is named",
      { &aged, &aged_root },
      "aged",
      1,
      1,
      0,
      0,
      1,
      0,
      "CN=aged" },
    { "not yet valid", { &early, &root }, "early", 1, 0, 1, 1, 1, 0, NULL },
    { "unreadable leaf",
      { &rubbish, &root },
      "x",
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      NULL },
    { "unreadable issuer",
      { &leaf, &rubbish },
      "broker.example",
      1,
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      NULL },
    { "unreadable issuer, leaf expired",
      { &aged, &rubbish },
      "aged",
      1,
      1,
      ABSENT,
      ABSENT,
      ABSENT,
      ABSENT,
      "CN=aged" },
};

START_TEST(tells_of_a_chain)
{
    make_all();
    struct handshake *hs = chain_of(chains[_i].chain, chains[_i].sni);
    const struct {
        unsigned id;
        int expected;
    } facts[] = {
        { TLS_CERT_NAME_MATCHES, chains[_i].matches },
        { TLS_CERT_EXPIRED, chains[_i].expired },
        { TLS_CERT_NOT_YET_VALID, chains[_i].early },
        { TLS_CERT_ISSUER_SENT, chains[_i].issuer_sent },
        { TLS_CERT_LAST_SELF_ISSUED, chains[_i].last_self_issued },
        { TLS_CERT_ISSUER_MISSING, chains[_i].issuer_missing },
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        int64_t got = handshake_number_or(hs, facts[i].id, ABSENT);
        ck_assert_msg(got == facts[i].expected, "%s: fact %zu is %d", chains[_i].about, i,
                      (int)got);
    }
    ck_assert_int_eq(handshake_has(hs, TLS_CERT_EXPIRED_SUBJECT),
                     chains[_i].expired_subject != NULL);
    if (chains[_i].expired_subject)
        check_text(hs, TLS_CERT_EXPIRED_SUBJECT, chains[_i].expired_subject);
}
END_TEST

/* The verdict is verify.c's; that each part of it reaches its field is ours. */
START_TEST(passes_the_verdict_on)
{
    make_all();
    struct error e = { 0 };
    ck_assert(trust_set(&(struct trust){ .none = true }, &e));
    struct handshake *hs =
        chain_of((const struct made_certificate *[]){ &aged, &root, NULL }, "aged");
    check_text(hs, TLS_CERT_CHAIN_VERDICT, "expired");
    check_text(hs, TLS_CERT_CHAIN_ERROR, "certificate has expired");
    check_text(hs, TLS_CERT_FAULTY_SUBJECT, "CN=aged");
    check_text(hs, TLS_CERT_EXPIRED_KIND, "leaf");
    ck_assert(!handshake_has(hs, TLS_CERT_TRUSTED));
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_NAME_FROM_CN, ABSENT), 1);

    hs = chain_of((const struct made_certificate *[]){ &leaf, &root, &middle, NULL }, NULL);
    check_text(hs, TLS_CERT_CHAIN_VERDICT, "wrong order");
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_WRONG_ORDER, ABSENT), 1);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_NAME_FROM_CN, ABSENT), 0);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_EXTRA, ABSENT), 0);

    hs = chain_of((const struct made_certificate *[]){ &small, &root, &rubbish, NULL }, NULL);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_WEAK_KEY, ABSENT), 1);
    check_text(hs, TLS_CERT_WEAK_KEY_KIND, "RSA 1024");
    check_text(hs, TLS_CERT_WEAK_SIGNATURE_SUBJECT, "CN=small");
    check_text(hs, TLS_CERT_WEAK_SIGNATURE_KIND, "ecdsa-with-SHA1");

    hs = chain_of((const struct made_certificate *[]){ &rubbish, NULL }, NULL);
    ck_assert(!handshake_has(hs, TLS_CERT_CHAIN_VERDICT));
    ck_assert(!handshake_has(hs, TLS_CERT_WEAK_KEY));
    ck_assert(!handshake_has(hs, TLS_CERT_WRONG_ORDER));
}
END_TEST

START_TEST(a_staple_is_held_against_the_leaf)
{
    make_all();
    struct handshake *hs =
        chain_of((const struct made_certificate *[]){ &leaf, &middle, NULL }, NULL);
    chain_staple(hs, (const uint8_t *)"0\x03rub", 5);
    ck_assert_int_eq(handshake_number_or(hs, TLS_OCSP_STAPLED, ABSENT), 1);
    check_text(hs, TLS_OCSP_STATUS, "unreadable");
    hs = new_handshake();
    chain_staple(hs, (const uint8_t *)"0\x03rub", 5);
    ck_assert(!handshake_has(hs, TLS_OCSP_STATUS)); /* no leaf to hold it against */
}
END_TEST

START_TEST(fills_the_rows)
{
    make_all();
    struct handshake *hs =
        chain_of((const struct made_certificate *[]){ &leaf, &rubbish, NULL }, NULL);
    const struct list *rows = handshake_list(hs, TLS_CERTIFICATES);
    ck_assert_uint_eq(rows->kept, 2);
    const struct value *first = rows->items.rows, *second = first + rows->width;
    ck_assert_mem_eq(first[CERTIFICATE_SUBJECT].is.text.bytes, "CN=leaf", 7);
    ck_assert_mem_eq(first[CERTIFICATE_ISSUER].is.text.bytes, "CN=Middle", 9);
    ck_assert_uint_eq(first[CERTIFICATE_NAMES].is.list->kept, 2);
    ck_assert_uint_eq(first[CERTIFICATE_SHA256].is.text.len, 64);
    ck_assert_int_eq(first[CERTIFICATE_NOT_AFTER].is.number, 1798761600000000);
    ck_assert_uint_eq(first[CERTIFICATE_SUBJECT].frame, 6);
    for (unsigned i = 0; i < CERTIFICATE_COLUMN_COUNT; i++)
        ck_assert(!second[i].present);
    check_text(hs, TLS_CERT_KEY, "EC P-256");
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_CHAIN_BYTES, 0), 1234);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CERT_UNREADABLE, ABSENT), 0);
}
END_TEST

START_TEST(a_second_chain_replaces_the_first)
{
    make_all();
    struct handshake *hs =
        chain_of((const struct made_certificate *[]){ &aged, &root, NULL }, "aged");
    const struct certificate *next = certificate_find(lone.der, lone.len);
    chain_set(hs, &next, 1, true, 99);
    ck_assert_uint_eq(handshake_list(hs, TLS_CERTIFICATES)->kept, 1);
    check_text(hs, TLS_CERT_SUBJECT, "CN=broker.example");
    ck_assert(!handshake_has(hs, TLS_CERT_EXPIRED_SUBJECT));
    chain_set(hs, NULL, 0, true, 7);
    ck_assert(!handshake_has(hs, TLS_CERTIFICATES));
    ck_assert(!handshake_has(hs, TLS_CERT_SUBJECT));
    ck_assert(handshake_has(hs, TLS_SNI));
}
END_TEST

START_TEST(the_client_has_fields_of_its_own)
{
    make_all();
    struct handshake *hs = new_handshake();
    chain_set(hs, NULL, 0, false, 7);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CLIENT_CERT_SENT, ABSENT), 0);
    ck_assert(!handshake_has(hs, TLS_CLIENT_CERT_SUBJECT));

    const struct certificate *c = certificate_find(aged.der, aged.len);
    chain_set(hs, &c, 1, false, 700);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CLIENT_CERT_SENT, ABSENT), 1);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CLIENT_CERT_EXPIRED, ABSENT), 1);
    ck_assert_int_eq(handshake_number_or(hs, TLS_CLIENT_CERT_PURPOSE, ABSENT), 1);
    check_text(hs, TLS_CLIENT_CERT_SUBJECT, "CN=aged");
    ck_assert(!handshake_has(hs, TLS_CERTIFICATES));
}
END_TEST

/* What is absent is -1: nothing of it could be judged. */
static const struct {
    const char *name;
    const struct made_certificate *chain[3];
    const char *authority; /* whose certificates the server takes */
    int expired, early, weak_key, self_signed, wanted;
    const char *verdict, *error;
} client_chains[] = {
    { "good, and nobody named", { &leaf, &middle }, NULL, 0, 0, 0, 0, -1, NULL, NULL },
    { "of an authority that was named", { &leaf, &middle }, "CN=Root", 0, 0, 0, 0, 1, NULL, NULL },
    { "named further down", { &leaf }, "CN=Middle", 0, 0, 0, 0, 1, NULL, NULL },
    { "of another one", { &leaf }, "CN=Root", 0, 0, 0, 0, 0, NULL, NULL },
    { "ended", { &aged }, NULL, 1, 0, 0, 0, -1, "expired", "certificate has expired" },
    { "not begun",
      { &early },
      NULL,
      0,
      1,
      0,
      0,
      -1,
      "not yet valid",
      "certificate is not yet valid" },
    { "small", { &small }, NULL, 0, 0, 1, 0, -1, "weak key", NULL },
    { "its own issuer",
      { &lone },
      "CN=Root",
      0,
      0,
      0,
      1,
      0,
      "self-signed",
      "self-signed certificate" },
    { "unreadable", { &rubbish }, "CN=Root", -1, -1, -1, -1, -1, NULL, NULL },
    { "unreadable behind the leaf", { &leaf, &rubbish }, "CN=Root", -1, -1, -1, 0, -1, NULL, NULL },
    { "ended, with something unreadable",
      { &aged, &rubbish },
      NULL,
      1,
      -1,
      -1,
      0,
      -1,
      "expired",
      "certificate has expired" },
};

static void check_optional_text(const struct handshake *hs, unsigned id, const char *expected)
{
    ck_assert_int_eq(handshake_has(hs, id), expected != NULL);
    if (expected)
        check_text(hs, id, expected);
}

START_TEST(tells_of_a_clients_chain)
{
    make_all();
    struct error e = { 0 };
    ck_assert(trust_set(&(struct trust){ .none = true }, &e));
    const struct certificate *chain[3];
    size_t count = 0;
    for (; count < 3 && client_chains[_i].chain[count]; count++)
        chain[count] = certificate_find(client_chains[_i].chain[count]->der,
                                        client_chains[_i].chain[count]->len);
    struct handshake *hs = new_handshake();
    const char *authority = client_chains[_i].authority;
    if (authority)
        handshake_add_text(hs, TLS_CLIENT_CERT_AUTHORITIES, authority, strlen(authority));
    chain_set(hs, chain, count, false, 700);
    const struct {
        unsigned id;
        int expected;
    } flags[] = {
        { TLS_CLIENT_CERT_SENT, 1 },
        { TLS_CLIENT_CERT_EXPIRED, client_chains[_i].expired },
        { TLS_CLIENT_CERT_NOT_YET_VALID, client_chains[_i].early },
        { TLS_CLIENT_CERT_WEAK_KEY, client_chains[_i].weak_key },
        { TLS_CLIENT_CERT_SELF_SIGNED, client_chains[_i].self_signed },
        { TLS_CLIENT_CERT_ISSUER_WANTED, client_chains[_i].wanted },
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        ck_assert_msg(handshake_number_or(hs, flags[i].id, -1) == flags[i].expected, "%s: field %u",
                      client_chains[_i].name, flags[i].id);
    check_optional_text(hs, TLS_CLIENT_CERT_CHAIN_VERDICT, client_chains[_i].verdict);
    check_optional_text(hs, TLS_CLIENT_CERT_CHAIN_ERROR, client_chains[_i].error);
    ck_assert_uint_eq(handshake_list(hs, TLS_CLIENT_CERTS)->kept, count);
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, tells_of_a_chain, chains);
    tcase_add_test(t, passes_the_verdict_on);
    tcase_add_test(t, a_staple_is_held_against_the_leaf);
    tcase_add_test(t, fills_the_rows);
    tcase_add_test(t, a_second_chain_replaces_the_first);
    tcase_add_test(t, the_client_has_fields_of_its_own);
    TEST_ROWS(t, tells_of_a_clients_chain, client_chains);
}

TEST_MAIN("chain", add_all)
