/* test_verify.c - what a chain is worth: each fault beside its good twin. */
#include "dissectors/tls/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "dissectors/tls/authority.h"
#include "dissectors/tls/trust.h"
#include "support/make_certificate.h"
#include "support/test_main.h"

/* The clock of these tests: 2026-06-01. */
enum { DAY = 86400, ABSENT = -1 };
static const int64_t now_s = 1780272000;
static const struct endpoint server = { { { 10, 0, 0, 5 }, 4 }, 8883 };

/* "home" is trusted, "foreign" is not. */
static struct made_certificate home, home_again, foreign, middle, leaf, plain_leaf, foreign_leaf,
    foreign_middle, deep_leaf, lone, aged_leaf, aged_middle, aged_middle_leaf, early_leaf, no_ca,
    no_ca_leaf, no_sign, no_sign_leaf, short_ca, long_ca, long_leaf, client_leaf, forged, crossed,
    aged_crossed, weak_leaf, sha1_leaf, named_leaf, issuing_leaf, public_leaf, told_leaf,
    root_told_leaf, narrow_ca, narrow_leaf, critical_leaf, policy_leaf, lower, below_lower;

#define MAKE(...) make_certificate(&(struct certificate_recipe){ __VA_ARGS__ })
#define AUTHORITY .constraints = "critical,CA:TRUE", .subject_key = "hash"

static void make_plain(void)
{
    home = MAKE(.subject = "O=Home,CN=Home Root", AUTHORITY);
    home_again = MAKE(.subject = "O=Home,CN=Home Root", .constraints = "critical,CA:TRUE");
    foreign = MAKE(.subject = "CN=Foreign Root", AUTHORITY);
    middle = MAKE(.subject = "CN=Middle", .issuer = &home, AUTHORITY, .authority_key = "keyid");
    leaf = MAKE(.subject = "CN=leaf", .issuer = &middle, .authority_key = "keyid");
    plain_leaf = MAKE(.subject = "CN=plain", .issuer = &home);
    foreign_leaf = MAKE(.subject = "CN=foreign leaf", .issuer = &foreign);
    foreign_middle = MAKE(.subject = "CN=Foreign Middle", .issuer = &foreign, AUTHORITY);
    deep_leaf = MAKE(.subject = "CN=deep", .issuer = &foreign_middle);
    lone = MAKE(.subject = "CN=lone");
    aged_leaf = MAKE(.subject = "CN=aged", .issuer = &middle, .until_s = now_s - DAY);
    aged_middle =
        MAKE(.subject = "CN=Old Middle", .issuer = &home, AUTHORITY, .until_s = now_s - DAY);
    aged_middle_leaf = MAKE(.subject = "CN=l", .issuer = &aged_middle);
    early_leaf = MAKE(.subject = "CN=early", .issuer = &middle, .from_s = now_s + DAY);
}

static void make_broken(void)
{
    no_ca = MAKE(.subject = "CN=No CA", .issuer = &home, .constraints = "critical,CA:FALSE");
    no_ca_leaf = MAKE(.subject = "CN=l", .issuer = &no_ca);
    no_sign = MAKE(.subject = "CN=No Sign", .issuer = &home, .constraints = "critical,CA:TRUE",
                   .usage = "critical,digitalSignature");
    no_sign_leaf = MAKE(.subject = "CN=l", .issuer = &no_sign);
    short_ca =
        MAKE(.subject = "CN=Short", .issuer = &home, .constraints = "critical,CA:TRUE,pathlen:0");
    long_ca = MAKE(.subject = "CN=Long", .issuer = &short_ca, .constraints = "critical,CA:TRUE");
    long_leaf = MAKE(.subject = "CN=l", .issuer = &long_ca);
    client_leaf = MAKE(.subject = "CN=c", .issuer = &middle, .extended_usage = "clientAuth");
    forged = MAKE(.subject = "CN=forged", .issuer = &foreign, .issuer_name = "CN=Middle");
    narrow_ca = MAKE(.subject = "CN=Narrow", .issuer = &home, AUTHORITY,
                     .name_constraints = "critical,permitted;DNS:home.arpa");
    narrow_leaf = MAKE(.subject = "CN=n", .issuer = &narrow_ca, .names = "DNS:a.example");
    critical_leaf =
        MAKE(.subject = "CN=x", .issuer = &middle, .tls_feature = "critical,status_request");
    policy_leaf = MAKE(.subject = "CN=x", .issuer = &middle, .policies = "critical,1.2.3.4");
}

static void make_odd(void)
{
    crossed =
        MAKE(.subject = "O=Home,CN=Home Root", .issuer = &foreign, AUTHORITY, .key_of = &home);
    aged_crossed = MAKE(.subject = "O=Home,CN=Home Root", .issuer = &foreign, AUTHORITY,
                        .key_of = &home, .until_s = now_s - DAY);
    lower = MAKE(.subject = "CN=Lower", .issuer = &middle, AUTHORITY);
    below_lower = MAKE(.subject = "CN=l", .issuer = &lower);
    weak_leaf = MAKE(.subject = "CN=w", .issuer = &middle, .key = "RSA", .key_bits = 1024);
    sha1_leaf = MAKE(.subject = "CN=s", .issuer = &middle, .digest = "SHA1");
    named_leaf =
        MAKE(.subject = "CN=l", .issuer = &foreign, .issuer_name = "O=X,CN=X Issuing CA 2");
    issuing_leaf =
        MAKE(.subject = "CN=l", .issuer = &foreign, .issuer_name = "O=Let's Encrypt,CN=R3");
    public_leaf =
        MAKE(.subject = "CN=p", .issuer = &foreign, .issuer_name = "O=Trustworthy,CN=DV G2",
             .policies = "2.23.140.1.2.1", .information = "caIssuers;URI:http://ca.example/dv.crt");
    told_leaf = MAKE(.subject = "CN=t", .issuer = &foreign_middle, .issuer_name = "CN=Unseen",
                     .authority_key = "keyid,issuer:always");
    root_told_leaf = MAKE(.subject = "CN=t", .issuer = &foreign, .issuer_name = "CN=Foreign Root",
                          .authority_key = "keyid,issuer:always",
                          .information = "caIssuers;URI:http://ca.example/$(reboot)");
}

static char *write_home(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "/tmp/test_verify-%d-%s", (int)getpid(), name);
    FILE *file = fopen(path, "w");
    const uint8_t *at = home.der;
    X509 *x = d2i_X509(NULL, &at, (long)home.len);
    ck_assert(file && x && PEM_write_X509(file, x));
    X509_free(x);
    fclose(file);
    return path;
}

static void make_all(void)
{
    if (home.der)
        return;
    make_plain();
    make_broken();
    make_odd();
}

static void trust_home(void)
{
    struct error e = { 0 };
    make_all();
    verify_clear();
    char *path = write_home("home.pem");
    ck_assert_msg(trust_set(&(struct trust){ .file = path }, &e), "%s", e.fault);
    unlink(path);
}

static const struct verdict *verdict_at(const struct made_certificate *const *made, int64_t at_s)
{
    const struct certificate *chain[6];
    size_t count = 0;
    for (; count < 6 && made[count]; count++)
        chain[count] = certificate_find(made[count]->der, made[count]->len);
    return verify_chain(chain, count, at_s * 1000000, &server);
}

#define VERDICT(...)                                                                               \
    verdict_at((const struct made_certificate *const[]){ __VA_ARGS__, NULL }, now_s)

static const char *text_of(const struct verdict *v, enum verdict_text which)
{
    return v->text[which] ? v->text[which] : "";
}

static const struct {
    const char *about;
    const struct made_certificate *chain[6];
    const char *name, *faulty;
    enum verdict_trust trust;
} chains[] = {
    { "leaf and intermediate", { &leaf, &middle }, "trusted", "", TRUSTED },
    { "with the root", { &leaf, &middle, &home }, "trusted", "", TRUSTED },
    { "straight from the root", { &plain_leaf }, "trusted", "", TRUSTED },
    { "the root itself", { &home }, "trusted", "", TRUSTED },
    { "intermediate left out", { &leaf }, "unknown root", "", DISTRUSTED },
    { "another root", { &foreign_leaf }, "unknown root", "", DISTRUSTED },
    { "another root, sent",
      { &foreign_leaf, &foreign },
      "unknown root",
      "CN=Foreign Root",
      DISTRUSTED },
    { "signed by itself", { &lone }, "self-signed", "CN=lone", DISTRUSTED },
    { "leaf expired", { &aged_leaf, &middle }, "expired", "CN=aged", DISTRUSTED },
    { "intermediate expired",
      { &aged_middle_leaf, &aged_middle },
      "expired",
      "CN=Old Middle",
      DISTRUSTED },
    { "leaf not yet valid", { &early_leaf, &middle }, "not yet valid", "CN=early", DISTRUSTED },
    { "issuer is no CA", { &no_ca_leaf, &no_ca }, "not a CA", "CN=No CA", DISTRUSTED },
    { "issuer may not sign", { &no_sign_leaf, &no_sign }, "not a CA", "CN=No Sign", DISTRUSTED },
    { "pathlen kept", { &long_ca, &short_ca }, "trusted", "", TRUSTED },
    { "pathlen broken",
      { &long_leaf, &long_ca, &short_ca },
      "path too long",
      "CN=Short",
      DISTRUSTED },
    { "for clients only", { &client_leaf, &middle }, "wrong purpose", "CN=c", DISTRUSTED },
    { "signed by another key", { &forged, &middle }, "bad signature", "CN=forged", DISTRUSTED },
    { "name not permitted",
      { &narrow_leaf, &narrow_ca },
      "name not permitted",
      "CN=n",
      DISTRUSTED },
    { "a critical extension that libcrypto does not know",
      { &critical_leaf, &middle },
      "unknown critical extension",
      "CN=x",
      DISTRUSTED },
    { "one that it knows", { &policy_leaf, &middle }, "trusted", "", TRUSTED },
    { "cross-signed root", { &leaf, &middle, &crossed }, "trusted", "", TRUSTED },
    { "cross-signed root, ended", { &leaf, &middle, &aged_crossed }, "trusted", "", TRUSTED },
    { "small key", { &weak_leaf, &middle }, "weak key", "", TRUSTED },
    { "SHA-1", { &sha1_leaf, &middle }, "weak signature", "", TRUSTED },
    { "root before intermediate", { &leaf, &home, &middle }, "wrong order", "", TRUSTED },
    { "root first", { &home, &plain_leaf }, "wrong order", "", TRUSTED },
};

START_TEST(judges_a_chain)
{
    trust_home();
    const struct verdict *v = verdict_at(chains[_i].chain, now_s);
    const char *name = verdict_name(v);
    ck_assert_msg(v->judged, "%s", chains[_i].about);
    ck_assert_msg(name && strcmp(name, chains[_i].name) == 0, "%s: %s", chains[_i].about, name);
    ck_assert_msg(strcmp(text_of(v, VERDICT_FAULTY), chains[_i].faulty) == 0, "%s: %s",
                  chains[_i].about, text_of(v, VERDICT_FAULTY));
    ck_assert_msg(v->trust == chains[_i].trust, "%s: trust %d", chains[_i].about, (int)v->trust);
    if (v->trust == TRUSTED)
        ck_assert_str_eq(text_of(v, VERDICT_ROOT), "CN=Home Root,O=Home");
}
END_TEST

/* One fault must not hide another. */
START_TEST(collects_all_faults)
{
    trust_home();
    struct made_certificate wreck =
        MAKE(.subject = "CN=wreck", .issuer = &foreign, .key = "RSA", .key_bits = 1024,
             .digest = "SHA1", .until_s = now_s - DAY, .extended_usage = "clientAuth");
    const struct verdict *v = VERDICT(&wreck, &foreign);
    static const enum chain_fault expected[] = { CHAIN_EXPIRED, CHAIN_UNKNOWN_ROOT,
                                                 CHAIN_WRONG_PURPOSE, CHAIN_WEAK_KEY,
                                                 CHAIN_WEAK_SIGNATURE };
    uint32_t faults = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        faults |= 1u << expected[i];
    ck_assert_uint_eq(v->faults, faults);
    ck_assert_str_eq(v->words, "certificate has expired");
}
END_TEST

static const struct {
    const char *about;
    const struct made_certificate *chain[4];
    const char *clue, *missing, *url;
} dead_ends[] = {
    { "a private root", { &foreign_leaf }, NULL, "", "" },
    { "below a private intermediate", { &deep_leaf, &foreign_middle }, NULL, "", "" },
    { "its name says so", { &named_leaf }, "name", "CN=X Issuing CA 2,O=X", "" },
    { "its short name says so", { &issuing_leaf }, "name", "CN=R3,O=Let's Encrypt", "" },
    { "a public leaf",
      { &public_leaf },
      "public",
      "CN=DV G2,O=Trustworthy",
      "http://ca.example/dv.crt" },
    { "the key id names the issuer's issuer", { &told_leaf }, "key id", "CN=Unseen", "" },
    { "the key id names the issuer: a root", { &root_told_leaf }, NULL, "", "" },
};

START_TEST(tells_a_missing_intermediate_from_a_root)
{
    for (int roots = 0; roots < 2; roots++) {
        trust_home();
        if (!roots)
            trust_set(&(struct trust){ .none = true }, NULL);
        const struct verdict *v = verdict_at(dead_ends[_i].chain, now_s);
        const char *about = dead_ends[_i].about;
        ck_assert_msg(!v->clue == !dead_ends[_i].clue, "%s: %s", about, v->clue);
        if (v->clue)
            ck_assert_str_eq(v->clue, dead_ends[_i].clue);
        ck_assert_str_eq(text_of(v, VERDICT_MISSING_ISSUER), dead_ends[_i].missing);
        ck_assert_str_eq(text_of(v, VERDICT_ISSUER_URL), dead_ends[_i].url);
        ck_assert_msg(verdict_has(v, CHAIN_INCOMPLETE) == (v->clue != NULL), "%s", about);
        ck_assert_msg(verdict_has(v, CHAIN_UNKNOWN_ROOT) == (roots && !v->clue), "%s", about);
    }
}
END_TEST

START_TEST(an_intermediate_seen_elsewhere_is_named)
{
    trust_home();
    ck_assert_str_eq(verdict_name(VERDICT(&leaf)), "unknown root");
    ck_assert_str_eq(verdict_name(VERDICT(&aged_leaf, &middle)), "expired");
    const struct verdict *v = VERDICT(&leaf);
    ck_assert_str_eq(verdict_name(v), "incomplete");
    ck_assert_str_eq(v->clue, "seen");
    ck_assert_str_eq(text_of(v, VERDICT_MISSING_ISSUER), "CN=Middle");
    ck_assert_str_eq(text_of(v, VERDICT_MISSING_FROM), "10.0.0.5:8883");
    ck_assert_int_eq(v->trust, DISTRUSTED);
}
END_TEST

START_TEST(a_root_seen_elsewhere_is_no_intermediate)
{
    trust_home();
    VERDICT(&deep_leaf, &foreign_middle, &foreign);
    ck_assert_str_eq(verdict_name(VERDICT(&foreign_leaf)), "unknown root");
    ck_assert_ptr_null(VERDICT(&foreign_leaf)->clue);
}
END_TEST

/* Whoever has a root needs no copy of it that an older one signed. */
START_TEST(a_cross_signed_root_seen_elsewhere_is_not_missing)
{
    make_all();
    verify_clear();
    trust_set(&(struct trust){ .none = true }, NULL);
    VERDICT(&leaf, &middle, &crossed);
    ck_assert_ptr_null(VERDICT(&aged_leaf, &middle)->clue);
}
END_TEST

START_TEST(the_upper_of_two_intermediates_may_be_missing)
{
    trust_home();
    VERDICT(&leaf, &middle);
    const struct verdict *v = VERDICT(&below_lower, &lower);
    ck_assert_str_eq(verdict_name(v), "incomplete");
    ck_assert_str_eq(text_of(v, VERDICT_MISSING_ISSUER), "CN=Middle");
    ck_assert_str_eq(verdict_name(VERDICT(&below_lower, &lower, &middle)), "trusted");
}
END_TEST

START_TEST(a_namesake_is_no_issuer)
{
    trust_home();
    struct made_certificate other =
        MAKE(.subject = "CN=o", .issuer = &home_again, .authority_key = NULL);
    const struct verdict *v = VERDICT(&other);
    ck_assert(!v->issuer_key_differs);                  /* libcrypto takes names for issuers, */
    ck_assert_str_eq(verdict_name(v), "bad signature"); /* and finds out then */
    struct made_certificate twin = MAKE(.subject = "O=Home,CN=Home Root", AUTHORITY);
    other = MAKE(.subject = "CN=o", .issuer = &twin, .authority_key = "keyid");
    v = VERDICT(&other);
    ck_assert(v->issuer_key_differs);
    ck_assert_str_eq(verdict_name(v), "unknown root");
    ck_assert(!VERDICT(&foreign_leaf)->issuer_key_differs);
}
END_TEST

static const struct {
    const char *about;
    const struct made_certificate *chain[6];
    bool wrong;
    unsigned extra;
} orders[] = {
    { "in order", { &leaf, &middle, &home }, false, 0 },
    { "alone", { &leaf }, false, 0 },
    { "one too many", { &leaf, &middle, &foreign }, false, 1 },
    { "one too many in between", { &leaf, &foreign, &middle }, false, 1 },
    { "leaf twice", { &leaf, &leaf, &middle }, false, 1 },
    { "two ways up", { &leaf, &middle, &home, &crossed }, false, 0 },
    { "upside down", { &home, &middle, &leaf }, true, 1 },
    { "swapped", { &leaf, &home, &middle }, true, 0 },
    { "root first", { &home, &plain_leaf }, true, 0 },
    { "nothing fits", { &leaf, &foreign_middle, &foreign }, false, 2 },
};

START_TEST(judges_the_order)
{
    trust_home();
    const struct verdict *v = verdict_at(orders[_i].chain, now_s);
    ck_assert_msg(verdict_has(v, CHAIN_WRONG_ORDER) == orders[_i].wrong, "%s", orders[_i].about);
    ck_assert_msg(v->extra == orders[_i].extra, "%s: %u", orders[_i].about, v->extra);
}
END_TEST

START_TEST(knows_cross_signed_roots)
{
    trust_home();
    ck_assert_uint_eq(VERDICT(&leaf, &middle, &crossed)->cross_signed, 1u << 2);
    ck_assert_uint_eq(VERDICT(&leaf, &middle, &home)->cross_signed, 0);
    trust_set(&(struct trust){ .none = true }, NULL);
    ck_assert_uint_eq(VERDICT(&leaf, &middle, &aged_crossed)->cross_signed, 0);
}
END_TEST

START_TEST(a_root_that_ended)
{
    trust_home();
    const struct made_certificate *const chain[] = { &leaf, &middle, NULL };
    const struct verdict *v = verdict_at(chain, 1798761600 + DAY);
    ck_assert(v->root_ended && v->root_ended_us == 1798761600000000);
    ck_assert_str_eq(verdict_name(v), "expired");
    ck_assert(!verdict_at(chain, now_s)->root_ended);
}
END_TEST

START_TEST(a_well_known_root_that_ended)
{
    trust_home();
    struct made_certificate below =
        MAKE(.subject = "CN=ISRG Root X1", .issuer = &foreign,
             .issuer_name = "O=Digital Signature Trust Co.,CN=DST Root CA X3",
             .from_s = 1600000000);
    const struct made_certificate *const chain[] = { &below, NULL };
    ck_assert_str_eq(text_of(verdict_at(chain, now_s), VERDICT_ENDED_ROOT),
                     "CN=DST Root CA X3,O=Digital Signature Trust Co.");
    ck_assert_int_eq(verdict_at(chain, now_s)->ended_root_us, 1633010475000000);
    ck_assert_str_eq(text_of(verdict_at(chain, 1633000000), VERDICT_ENDED_ROOT), "");
    ck_assert_str_eq(text_of(VERDICT(&foreign_leaf), VERDICT_ENDED_ROOT), "");
}
END_TEST

START_TEST(without_roots_nothing_is_said_of_them)
{
    make_all();
    verify_clear();
    ck_assert(trust_set(&(struct trust){ .none = true }, NULL));
    ck_assert(trust_is_none());
    const struct verdict *v = VERDICT(&leaf, &middle);
    ck_assert(v->judged && v->faults == 0 && v->trust == TRUST_UNKNOWN && !v->words);
    ck_assert_ptr_null(verdict_name(v));
    ck_assert_ptr_null(verdict_name(VERDICT(&foreign_leaf, &foreign)));
    ck_assert_str_eq(verdict_name(VERDICT(&lone)), "self-signed");
    ck_assert_str_eq(verdict_name(VERDICT(&aged_leaf, &middle)), "expired");
    ck_assert_int_eq(VERDICT(&aged_leaf, &middle)->trust, TRUST_UNKNOWN);
    ck_assert_str_eq(verdict_name(VERDICT(&client_leaf, &middle)), "wrong purpose");
    ck_assert_str_eq(verdict_name(VERDICT(&no_ca_leaf, &no_ca)), "not a CA");
}
END_TEST

/* That this machine lacks a root does not mean that the clients do. */
START_TEST(the_systems_roots_are_not_the_clients)
{
    make_all();
    verify_clear();
    if (trust_is_none())
        return; /* a system without roots */
    const struct verdict *v = VERDICT(&foreign_leaf);
    ck_assert_str_eq(verdict_name(v), "unknown root");
    ck_assert_int_eq(v->trust, TRUST_UNKNOWN);
    ck_assert_int_eq(VERDICT(&lone)->trust, TRUST_UNKNOWN);
    ck_assert_int_eq(VERDICT(&aged_leaf, &middle)->trust, DISTRUSTED);
}
END_TEST

START_TEST(the_same_chain_is_verified_once)
{
    trust_home();
    const struct made_certificate *const chain[] = { &leaf, &middle, NULL };
    uint64_t before = verify_count();
    for (int i = 0; i < 1000; i++)
        ck_assert_str_eq(verdict_name(verdict_at(chain, now_s + i)), "trusted");
    ck_assert_uint_eq(verify_count(), before + 1);
    ck_assert_str_eq(verdict_name(verdict_at(chain, 1798761600 + DAY)), "expired");
    ck_assert_uint_eq(verify_count(), before + 2);
    ck_assert_str_eq(verdict_name(verdict_at(chain, 1767225600 - DAY)), "not yet valid");
    ck_assert_str_eq(verdict_name(verdict_at(chain, now_s)), "trusted");
}
END_TEST

START_TEST(every_second_around_a_date_is_right)
{
    trust_home();
    const struct made_certificate *const chain[] = { &aged_leaf, &middle, NULL };
    for (int64_t at = now_s - DAY - 3; at < now_s - DAY + 3; at++) {
        const char *cached = verdict_name(verdict_at(chain, at));
        trust_home(); /* forgets */
        ck_assert_str_eq(verdict_name(verdict_at(chain, at)), cached);
    }
}
END_TEST

START_TEST(what_cannot_be_judged_is_not)
{
    trust_home();
    static uint8_t rubbish[] = "0\x03rub";
    struct made_certificate broken = { .der = rubbish, .len = 5 };
    ck_assert(!VERDICT(&broken, &middle)->judged);
    ck_assert_ptr_null(verdict_name(VERDICT(&broken)));
    ck_assert_str_eq(verdict_name(VERDICT(&leaf, &broken, &middle)), "trusted");
    ck_assert(!verify_chain(NULL, 0, 0, &server)->judged);
    const struct certificate *huge = certificate_find(plain_leaf.der, plain_leaf.len);
    ((struct certificate *)(uintptr_t)huge)->key_bits = 9000;
    ck_assert(!VERDICT(&plain_leaf)->judged);
}
END_TEST

START_TEST(survives_every_flipped_byte)
{
    trust_home();
    struct made_certificate bent = leaf;
    uint8_t bytes[4096];
    bent.der = bytes;
    for (size_t i = 0; i < leaf.len; i++) {
        memcpy(bytes, leaf.der, leaf.len);
        bytes[i] ^= 0x55;
        const struct verdict *v = VERDICT(&bent, &middle);
        ck_assert_msg(!v->judged || v->trust != TRUSTED, "byte %zu of %zu: %02x", i, leaf.len,
                      leaf.der[i]);
    }
}
END_TEST

START_TEST(reads_roots_from_files_and_folders)
{
    make_all();
    char folder[] = "/tmp/test_verify-XXXXXX", path[200];
    struct error e = { 0 };
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert(!trust_set(&(struct trust){ .path = folder }, &e));
    ck_assert(error_is_set(&e));
    snprintf(path, sizeof path, "%s/home.crt", folder);
    FILE *file = fopen(path, "w");
    ck_assert(file && fwrite(home.der, 1, home.len, file) == home.len); /* DER this time */
    fclose(file);
    error_clear(&e);
    ck_assert(trust_set(&(struct trust){ .path = folder }, &e));
    ck_assert(trust_is_named() && !trust_is_none());
    ck_assert_str_eq(verdict_name(VERDICT(&plain_leaf)), "trusted");
    verify_clear();
    ck_assert(trust_set(&(struct trust){ .file = path }, &e));
    ck_assert_str_eq(verdict_name(VERDICT(&plain_leaf)), "trusted");
    ck_assert(!trust_set(&(struct trust){ .file = "/nonexistent" }, &e));
    unlink(path);
    rmdir(folder);
    verify_clear();
}
END_TEST

START_TEST(authorities_are_bounded)
{
    trust_home();
    static struct made_certificate many;
    const struct certificate *first = certificate_find(middle.der, middle.len);
    uint32_t before = authority_news(0);
    authority_learn(first, &server);
    authority_learn(first, &server); /* once is enough */
    for (int i = 0; i < 600; i++) {
        char subject[40];
        snprintf(subject, sizeof subject, "CN=Authority %d", i);
        many = MAKE(.subject = subject, .key_of = &home, .constraints = "critical,CA:TRUE");
        authority_learn(certificate_find(many.der, many.len), &server);
    }
    authority_learn(certificate_find(leaf.der, leaf.len), &server); /* is none */
    ck_assert_uint_ge(authority_news(0), before);
    ck_assert_str_eq(verdict_name(VERDICT(&leaf)), "unknown root"); /* the first one went */
}
END_TEST

static void add_judging(TCase *t)
{
    tcase_set_timeout(t, 120);
    make_all(); /* before the tests fork: keys are what takes time */
    TEST_ROWS(t, judges_a_chain, chains);
    tcase_add_test(t, collects_all_faults);
    TEST_ROWS(t, tells_a_missing_intermediate_from_a_root, dead_ends);
    tcase_add_test(t, an_intermediate_seen_elsewhere_is_named);
    tcase_add_test(t, a_root_seen_elsewhere_is_no_intermediate);
    tcase_add_test(t, a_cross_signed_root_seen_elsewhere_is_not_missing);
    tcase_add_test(t, the_upper_of_two_intermediates_may_be_missing);
    tcase_add_test(t, a_namesake_is_no_issuer);
    TEST_ROWS(t, judges_the_order, orders);
}

static void add_roots(TCase *t)
{
    tcase_add_test(t, knows_cross_signed_roots);
    tcase_add_test(t, a_root_that_ended);
    tcase_add_test(t, a_well_known_root_that_ended);
    tcase_add_test(t, without_roots_nothing_is_said_of_them);
    tcase_add_test(t, the_systems_roots_are_not_the_clients);
    tcase_add_test(t, reads_roots_from_files_and_folders);
}

static void add_bounds(TCase *t)
{
    tcase_add_test(t, the_same_chain_is_verified_once);
    tcase_add_test(t, every_second_around_a_date_is_right);
    tcase_add_test(t, what_cannot_be_judged_is_not);
    tcase_add_test(t, survives_every_flipped_byte);
    tcase_add_test(t, authorities_are_bounded);
}

TEST_MAIN("verify", add_judging, add_roots, add_bounds)
