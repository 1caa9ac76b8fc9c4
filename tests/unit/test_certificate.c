/* test_certificate.c - what is read off certificates good and hostile, and for
 * which names they are. */
#include "dissectors/tls/certificate.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "support/hex.h"
#include "support/make_certificate.h"
#include "support/test_main.h"

static const struct certificate *find(const struct certificate_recipe *recipe)
{
    struct made_certificate made = make_certificate(recipe);
    return certificate_find(made.der, made.len);
}

START_TEST(reads_the_usual)
{
    const struct certificate *c = find(&(struct certificate_recipe){
        .subject = "C=DE,O=Home,CN=broker.home.arpa",
        .names = "DNS:broker.home.arpa,DNS:*.iot.home.arpa,IP:10.0.0.5,IP:fd00::5,URI:mqtts://x",
        .serial = "4660",
        .usage = "digitalSignature",
        .extended_usage = "serverAuth",
    });
    ck_assert(c->readable);
    ck_assert_str_eq(c->subject, "CN=broker.home.arpa,O=Home,C=DE");
    ck_assert_str_eq(c->issuer, c->subject);
    ck_assert_str_eq(c->serial, "1234");
    ck_assert_str_eq(c->common_name, "broker.home.arpa");
    ck_assert_int_eq(c->not_before_us, 1767225600000000);
    ck_assert_int_eq(c->not_after_us, 1798761600000000);
    ck_assert_uint_eq(c->name_count, 4);
    ck_assert_str_eq(c->names[1], "*.iot.home.arpa");
    ck_assert_str_eq(c->names[2], "10.0.0.5");
    ck_assert_str_eq(c->names[3], "fd00::5");
    ck_assert(c->has_address_names);
    ck_assert_str_eq(c->key, "EC P-256");
    ck_assert_int_eq(c->key_bits, 256);
    ck_assert_str_eq(c->signature, "ecdsa-with-SHA256");
    ck_assert(c->self_issued && c->self_signed);
    ck_assert(c->for_server && !c->for_client && !c->ca && !c->must_staple);
}
END_TEST

static const struct {
    const char *kind, *digest;
    int bits;
    const char *key, *signature;
    int key_bits;
    bool weak;
} keys[] = {
    { "RSA", "SHA256", 2048, "RSA", "sha256WithRSAEncryption", 2048, false },
    { "RSA", "SHA1", 1024, "RSA", "sha1WithRSAEncryption", 1024, true },
    { "RSA", "MD5", 1024, "RSA", "md5WithRSAEncryption", 1024, true },
    { "P-384", "SHA384", 0, "EC P-384", "ecdsa-with-SHA384", 384, false },
    { "secp256k1", "SHA256", 0, "EC secp256k1", "ecdsa-with-SHA256", 256, false },
    { "brainpoolP256r1", "SHA256", 0, "EC brainpoolP256r1", "ecdsa-with-SHA256", 256, false },
    { "secp160r1", "SHA256", 0, "EC secp160r1", "ecdsa-with-SHA256", 161, true },
    { "ED25519", NULL, 0, "Ed25519", "ED25519", 256, false },
    { "ED448", NULL, 0, "Ed448", "ED448", 456, false },
};

START_TEST(names_the_key)
{
    const struct certificate *c = find(&(struct certificate_recipe){
        .subject = "CN=k",
        .key = keys[_i].kind,
        .key_bits = keys[_i].bits,
        .digest = keys[_i].digest,
    });
    ck_assert(c->readable && c->self_signed);
    ck_assert_str_eq(c->key, keys[_i].key);
    ck_assert_str_eq(c->signature, keys[_i].signature);
    ck_assert_int_eq(c->key_bits, keys[_i].key_bits);
    ck_assert(c->weak_key == keys[_i].weak);
    ck_assert(!c->weak_signature); /* its own, which nobody checks */
}
END_TEST

static const struct {
    const char *about, *usage, *extended, *constraints, *feature;
    bool server, client, ca, staple;
} purposes[] = {
    { "no usage at all", NULL, NULL, NULL, NULL, true, true, false, false },
    { "server", NULL, "serverAuth", NULL, NULL, true, false, false, false },
    { "client", NULL, "clientAuth", NULL, NULL, false, true, false, false },
    { "both", NULL, "serverAuth,clientAuth", NULL, NULL, true, true, false, false },
    { "mail", NULL, "emailProtection", NULL, NULL, false, false, false, false },
    { "signs certificates only", "keyCertSign", NULL, "critical,CA:TRUE", NULL, false, false, true,
      false },
    { "encipherment serves RSA key exchange", "keyEncipherment", NULL, NULL, NULL, true, false,
      false, false },
    { "must staple", NULL, NULL, NULL, "status_request", true, true, false, true },
    { "another TLS feature", NULL, NULL, NULL, "status_request_v2", true, true, false, false },
};

START_TEST(reads_the_purpose)
{
    const struct certificate *c = find(&(struct certificate_recipe){
        .subject = "CN=p",
        .usage = purposes[_i].usage,
        .extended_usage = purposes[_i].extended,
        .constraints = purposes[_i].constraints,
        .tls_feature = purposes[_i].feature,
    });
    ck_assert_msg(c->for_server == purposes[_i].server, "%s", purposes[_i].about);
    ck_assert_msg(c->for_client == purposes[_i].client, "%s", purposes[_i].about);
    ck_assert_msg(c->ca == purposes[_i].ca, "%s", purposes[_i].about);
    ck_assert_msg(c->must_staple == purposes[_i].staple, "%s", purposes[_i].about);
}
END_TEST

#define RAW(string) (const uint8_t *)(string), sizeof(string) - 1

static const struct {
    const char *about;
    const uint8_t *bytes;
    int len, type;
    const char *common_name, *subject;
} odd_names[] = {
    { "UTF-8 stays",
      RAW("K\xc3\xbc"
          "che"),
      V_ASN1_UTF8STRING,
      "K\xc3\xbc"
      "che",
      "CN=K\xc3\xbc"
      "che" },
    { "BMPString", RAW("\0K\0\xfc\0c"), V_ASN1_BMPSTRING,
      "K\xc3\xbc"
      "c",
      "CN=K\xc3\xbc"
      "c" },
    { "T61String is Latin-1",
      RAW("K\xfc"
          "c"),
      V_ASN1_T61STRING,
      "K\xc3\xbc"
      "c",
      "CN=K\xc3\xbc"
      "c" },
    { "embedded NUL", RAW("a.example\0.evil"), V_ASN1_UTF8STRING, "a.example\\x00.evil",
      "CN=a.example\\00.evil" },
    { "comma is escaped", RAW("a,b"), V_ASN1_UTF8STRING, "a,b", "CN=a\\,b" },
    { "broken UTF-8", RAW("a\xc3"), V_ASN1_UTF8STRING, NULL, "CN=a\\C3" },
    { "control characters", RAW("a\r\nb"), V_ASN1_UTF8STRING, "a\r\nb", "CN=a\\0D\\0Ab" },
    { "empty", RAW(""), V_ASN1_UTF8STRING, "", "CN=" },
};

START_TEST(survives_an_odd_name)
{
    const struct certificate *c = find(&(struct certificate_recipe){
        .common_name = odd_names[_i].bytes,
        .common_name_len = odd_names[_i].len,
        .subject_type = odd_names[_i].type,
    });
    ck_assert_ptr_nonnull(c->subject);
    if (odd_names[_i].common_name && c->readable)
        ck_assert_str_eq(c->common_name, odd_names[_i].common_name);
    if (odd_names[_i].subject && c->readable)
        ck_assert_str_eq(c->subject, odd_names[_i].subject);
    ck_assert(!certificate_is_for(c, "a.example", 9, true));
}
END_TEST

static const struct {
    const char *names, *common_name, *host;
    bool by_names, with_common_name;
} hosts[] = {
    { "DNS:a.example", "x", "a.example", true, true },
    { "DNS:a.example", "x", "A.EXAMPLE", true, true },
    { "DNS:a.example", "x", "a.example.", true, true },
    { "DNS:a.example.", "x", "a.example", true, true },
    { "DNS:a.example", "x", "b.example", false, false },
    { "DNS:a.example", "x", "xa.example", false, false },
    { "DNS:a.example", "b.example", "b.example", false,
      false }, /* names are there: CN is not asked */
    { NULL, "b.example", "b.example", false, true },
    { NULL, "b.example", "c.example", false, false },
    { "URI:https://b.example", "b.example", "b.example", false, true },
    { "DNS:*.example.org", "x", "a.example.org", true, true },
    { "DNS:*.example.org", "x", "a.b.example.org", false, false },
    { "DNS:*.example.org", "x", "example.org", false, false },
    { "DNS:*.example.org", "x", ".example.org", false, false },
    { "DNS:*.org", "x", "example.org", false, false },
    { "DNS:*", "x", "localhost", false, false },
    { "DNS:w*.example.org", "x", "www.example.org", false, false },
    { "DNS:a.*.org", "x", "a.b.org", false, false },
    { "DNS:*.*.org", "x", "a.b.org", false, false },
    { "IP:10.0.0.5", "x", "10.0.0.5", true, true },
    { "IP:10.0.0.5", "x", "10.0.0.6", false, false },
    { "DNS:10.0.0.5", "x", "10.0.0.5", false, false }, /* RFC 6125 §1.7.2: no host name */
    { NULL, "10.0.0.5", "10.0.0.5", false, true },
    { "IP:fd00::5", "x", "fd00:0:0::5", true, true },
    { "IP:fd00::5", "x", "FD00::5", true, true },
    { "DNS:a.example", "x", "", false, false },
    { "DNS:localhost", "x", "localhost", true, true },
};

START_TEST(is_for_a_host)
{
    char subject[80];
    snprintf(subject, sizeof subject, "CN=%s", hosts[_i].common_name);
    const struct certificate *c =
        find(&(struct certificate_recipe){ .subject = subject, .names = hosts[_i].names });
    const char *host = hosts[_i].host;
    ck_assert_msg(certificate_is_for(c, host, strlen(host), false) == hosts[_i].by_names, "%s: %s",
                  hosts[_i].names, host);
    ck_assert_msg(certificate_is_for(c, host, strlen(host), true) == hosts[_i].with_common_name,
                  "%s: %s", hosts[_i].names, host);
}
END_TEST

START_TEST(a_name_with_nul_is_no_name)
{
    const struct certificate *c =
        find(&(struct certificate_recipe){ .subject = "CN=x", .names = "DNS:a.example" });
    ck_assert(certificate_is_for(c, "a.example", 9, true));
    ck_assert(!certificate_is_for(c, "a.example\0", 10, true));
}
END_TEST

START_TEST(many_names_all_count)
{
    char names[20000], *at = names;
    for (int i = 0; i < 500; i++)
        at += sprintf(at, "%sDNS:host%d.example", i ? "," : "", i);
    const struct certificate *c =
        find(&(struct certificate_recipe){ .subject = "CN=x", .names = names });
    ck_assert_uint_eq(c->name_count, CERTIFICATE_NAMES_MAX);
    ck_assert(certificate_is_for(c, "host499.example", 15, false));
    ck_assert(!certificate_is_for(c, "host500.example", 15, false));
}
END_TEST

START_TEST(negative_and_long_serials)
{
    const struct certificate *c =
        find(&(struct certificate_recipe){ .subject = "CN=s", .serial = "-255" });
    ck_assert_str_eq(c->serial, "-FF");
    char digits[400];
    memset(digits, '9', sizeof digits - 1);
    digits[sizeof digits - 1] = 0;
    c = find(&(struct certificate_recipe){ .subject = "CN=s", .serial = digits });
    ck_assert_uint_le(strlen(c->serial), 128);
}
END_TEST

START_TEST(knows_who_issued)
{
    struct made_certificate root = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Root", .constraints = "critical,CA:TRUE" });
    struct made_certificate twin = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Root", .constraints = "critical,CA:TRUE" });
    struct made_certificate leaf =
        make_certificate(&(struct certificate_recipe){ .subject = "CN=leaf", .issuer = &root });
    const struct certificate *r = certificate_find(root.der, root.len);
    const struct certificate *t = certificate_find(twin.der, twin.len);
    const struct certificate *l = certificate_find(leaf.der, leaf.len);
    for (int again = 0; again < 2; again++) { /* the second time from memory */
        ck_assert(certificate_issued(r, l));
        ck_assert(!certificate_issued(t, l)); /* the same name, another key */
        ck_assert(!certificate_issued(l, r));
        ck_assert(certificate_issued(r, r));
    }
    ck_assert(!l->self_issued && !l->self_signed);
    ck_assert(!r->for_client || r->ca);
}
END_TEST

static const struct {
    const char *key, *digest;
    bool weak;
} signatures[] = {
    { "RSA", "SHA256", false },   { "RSA", "SHA1", true },   { "RSA", "MD5", true },
    { "P-256", "SHA384", false }, { "P-256", "SHA1", true }, { "ED25519", NULL, false },
};

START_TEST(knows_weak_signatures)
{
    struct made_certificate root = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=R", .key = signatures[_i].key });
    const struct certificate *c = find(&(struct certificate_recipe){
        .subject = "CN=leaf", .issuer = &root, .digest = signatures[_i].digest });
    ck_assert_msg(c->weak_signature == signatures[_i].weak, "%s", c->signature);
    ck_assert(!c->weak_key);
    ck_assert_ptr_eq(certificate_recall(c->sha256), c);
}
END_TEST

START_TEST(self_issued_is_not_self_signed)
{
    struct made_certificate root =
        make_certificate(&(struct certificate_recipe){ .subject = "CN=R" });
    const struct certificate *c =
        find(&(struct certificate_recipe){ .subject = "CN=R", .issuer = &root });
    ck_assert(c->self_issued);
    ck_assert(!c->self_signed);
}
END_TEST

START_TEST(the_same_bytes_are_parsed_once)
{
    struct made_certificate made =
        make_certificate(&(struct certificate_recipe){ .subject = "CN=once" });
    uint64_t before = certificate_parses();
    const struct certificate *first = certificate_find(made.der, made.len);
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_eq(certificate_find(made.der, made.len), first);
    ck_assert_uint_eq(certificate_parses(), before + 1);
    certificate_cache_clear();
    ck_assert_str_eq(certificate_find(made.der, made.len)->subject, "CN=once");
    ck_assert_uint_eq(certificate_parses(), before + 2);
}
END_TEST

/* Rubbish is kept like anything else, so it fills the cache faster than it can
 * be signed for. */
START_TEST(a_flood_evicts_the_oldest_only)
{
    struct made_certificate made =
        make_certificate(&(struct certificate_recipe){ .subject = "CN=kept" });
    const struct certificate *kept = certificate_find(made.der, made.len);
    static uint8_t rubbish[CERTIFICATE_DER_MAX];
    for (uint32_t i = 0; i < 2000; i++) {
        memcpy(rubbish, &i, sizeof i);
        ck_assert(!certificate_find(rubbish, i % 2 ? sizeof rubbish : 64)->readable);
        if (i % CERTIFICATE_LASTING == 0)
            ck_assert_ptr_eq(certificate_find(made.der, made.len), kept);
    }
    ck_assert_str_eq(kept->subject, "CN=kept");
}
END_TEST

START_TEST(every_prefix_and_every_flipped_byte)
{
    struct made_certificate made = make_certificate(&(struct certificate_recipe){
        .subject = "CN=a", .names = "DNS:a.example,IP:10.0.0.5", .usage = "digitalSignature" });
    for (size_t len = 0; len < made.len; len++)
        ck_assert(!certificate_find(made.der, len)->readable);
    for (size_t i = 0; i < made.len; i++) {
        made.der[i] ^= 0x55;
        const struct certificate *c = certificate_find(made.der, made.len);
        ck_assert_ptr_nonnull(c->subject);
        certificate_is_for(c, "a.example", 9, true);
        certificate_issued(c, c);
        made.der[i] ^= 0x55;
    }
}
END_TEST

static const struct {
    const char *about, *der;
} hostile[] = {
    { "one byte", "30" },
    { "length beyond the end", "3082ffff 3082" },
    { "indefinite length", "3080 3080 0000 0000" },
    { "length of 2^32", "3084ffffffff 00" },
    { "nested too deep", "30 80*200" },
    { "all zero", "00*64" },
    { "a SEQUENCE of nothing", "3000" },
    { "empty inner SEQUENCEs", "3006 3000 3000 3000" },
};

START_TEST(refuses)
{
    struct reader der = hex(hostile[_i].der);
    size_t len = reader_left(&der);
    const struct certificate *c = certificate_find(reader_next(&der, len), len);
    ck_assert_msg(!c->readable, "%s", hostile[_i].about);
    ck_assert_str_eq(c->subject, "");
    ck_assert(!certificate_is_for(c, "a.example", 9, true));
    ck_assert(!certificate_issued(c, c));
}
END_TEST

START_TEST(too_large_or_nothing_is_unreadable)
{
    uint8_t *large = calloc(1, CERTIFICATE_DER_MAX + 1);
    ck_assert(!certificate_find(large, CERTIFICATE_DER_MAX + 1)->readable);
    ck_assert(!certificate_find(NULL, 0)->readable);
    free(large);
}
END_TEST

static void add_reading(TCase *t)
{
    tcase_set_timeout(t, 60);
    tcase_add_test(t, reads_the_usual);
    TEST_ROWS(t, names_the_key, keys);
    TEST_ROWS(t, knows_weak_signatures, signatures);
    TEST_ROWS(t, reads_the_purpose, purposes);
    TEST_ROWS(t, survives_an_odd_name, odd_names);
    tcase_add_test(t, negative_and_long_serials);
}

static void add_names(TCase *t)
{
    TEST_ROWS(t, is_for_a_host, hosts);
    tcase_add_test(t, a_name_with_nul_is_no_name);
    tcase_add_test(t, many_names_all_count);
}

static void add_issuers(TCase *t)
{
    tcase_add_test(t, knows_who_issued);
    tcase_add_test(t, self_issued_is_not_self_signed);
}

static void add_cache(TCase *t)
{
    tcase_add_test(t, the_same_bytes_are_parsed_once);
    tcase_add_test(t, a_flood_evicts_the_oldest_only);
    tcase_add_test(t, every_prefix_and_every_flipped_byte);
    TEST_ROWS(t, refuses, hostile);
    tcase_add_test(t, too_large_or_nothing_is_unreadable);
}

TEST_MAIN("certificate", add_reading, add_names, add_issuers, add_cache)
