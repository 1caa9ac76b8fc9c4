/* test_staple.c - what stapled OCSP responses say, good ones and others. */
#include "dissectors/tls/staple.h"

#include <string.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "support/make_certificate.h"
#include "support/test_main.h"

/* The clock of these tests: 2026-06-01. */
enum { DAY = 86400, HOUR = 3600 };
static const int64_t now_s = 1780272000;

static struct made_certificate issuer, twin, leaf, other_leaf, responder, stranger;

static void make_all(void)
{
    issuer = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Home CA", .constraints = "critical,CA:TRUE" });
    twin = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Home CA", .constraints = "critical,CA:TRUE" });
    leaf = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=leaf", .issuer = &issuer, .serial = "4711" });
    other_leaf = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=other", .issuer = &issuer, .serial = "4712" });
    responder = make_certificate(&(struct certificate_recipe){
        .subject = "CN=Responder", .issuer = &issuer, .extended_usage = "OCSPSigning" });
    stranger = make_certificate(
        &(struct certificate_recipe){ .subject = "CN=Stranger", .issuer = &issuer });
}

static X509 *parsed(const struct made_certificate *made)
{
    const uint8_t *at = made->der;
    return d2i_X509(NULL, &at, (long)made->len);
}

struct recipe {
    const struct made_certificate *about, *signer;
    const char *digest; /* of the CertID */
    int status, response_status;
    int64_t from_s, until_s;
};

/* Gives the DER of a response, in memory that stays. */
static size_t make_response(const struct recipe *r, uint8_t *out, size_t max)
{
    X509 *subject = parsed(r->about), *above = parsed(&issuer), *signer = parsed(r->signer);
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_get_digestbyname(r->digest), subject, above);
    ASN1_TIME *from = ASN1_TIME_set(NULL, r->from_s), *until = ASN1_TIME_set(NULL, r->until_s);
    ASN1_TIME *revoked = ASN1_TIME_set(NULL, now_s - 10 * DAY);
    OCSP_basic_add1_status(basic, id, r->status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                           r->status == V_OCSP_CERTSTATUS_REVOKED ? revoked : NULL, from, until);
    ck_assert(OCSP_basic_sign(basic, signer, r->signer->key, EVP_sha256(), NULL, 0));
    OCSP_RESPONSE *response = OCSP_response_create(
        r->response_status, r->response_status == OCSP_RESPONSE_STATUS_SUCCESSFUL ? basic : NULL);
    uint8_t *at = out;
    int len = i2d_OCSP_RESPONSE(response, NULL);
    ck_assert(len > 0 && (size_t)len <= max && i2d_OCSP_RESPONSE(response, &at) == len);
    OCSP_RESPONSE_free(response);
    ASN1_TIME_free(revoked);
    ASN1_TIME_free(until);
    ASN1_TIME_free(from);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    X509_free(signer);
    X509_free(above);
    X509_free(subject);
    return (size_t)len;
}

static const struct certificate *found(const struct made_certificate *made)
{
    return made ? certificate_find(made->der, made->len) : NULL;
}

enum {
    GOOD = V_OCSP_CERTSTATUS_GOOD,
    REVOKED = V_OCSP_CERTSTATUS_REVOKED,
    UNKNOWN = V_OCSP_CERTSTATUS_UNKNOWN,
    TRY_LATER = OCSP_RESPONSE_STATUS_TRYLATER
};

static const struct {
    const char *about;
    struct recipe recipe;
    const struct made_certificate *issuer;
    const char *status;
} responses[] = {
    { "good", { &leaf, &issuer, "SHA1", GOOD, 0, -HOUR, DAY }, &issuer, "good" },
    { "good, CertID with SHA-256",
      { &leaf, &issuer, "SHA256", GOOD, 0, -HOUR, DAY },
      &issuer,
      "good" },
    { "good, by a responder", { &leaf, &responder, "SHA1", GOOD, 0, -HOUR, DAY }, &issuer, "good" },
    { "good, issuer not sent", { &leaf, &issuer, "SHA1", GOOD, 0, -HOUR, DAY }, NULL, "good" },
    { "revoked", { &leaf, &issuer, "SHA1", REVOKED, 0, -HOUR, DAY }, &issuer, "revoked" },
    { "revoked, and old",
      { &leaf, &issuer, "SHA1", REVOKED, 0, -9 * DAY, -DAY },
      &issuer,
      "revoked" },
    { "unknown", { &leaf, &issuer, "SHA1", UNKNOWN, 0, -HOUR, DAY }, &issuer, "unknown" },
    { "outdated", { &leaf, &issuer, "SHA1", GOOD, 0, -9 * DAY, -DAY }, &issuer, "outdated" },
    { "from the future", { &leaf, &issuer, "SHA1", GOOD, 0, HOUR, DAY }, &issuer, "outdated" },
    { "a clock that runs a minute ahead",
      { &leaf, &issuer, "SHA1", GOOD, 0, 60, DAY },
      &issuer,
      "good" },
    { "for another",
      { &other_leaf, &issuer, "SHA1", GOOD, 0, -HOUR, DAY },
      &issuer,
      "another certificate" },
    { "signed by another key",
      { &leaf, &twin, "SHA1", GOOD, 0, -HOUR, DAY },
      &issuer,
      "bad signature" },
    { "signed by no responder",
      { &leaf, &stranger, "SHA1", GOOD, 0, -HOUR, DAY },
      &issuer,
      "bad signature" },
    { "the responder is busy",
      { &leaf, &issuer, "SHA1", GOOD, TRY_LATER, -HOUR, DAY },
      &issuer,
      "refused" },
};

START_TEST(says_what_it_says)
{
    uint8_t der[4096];
    struct recipe r = responses[_i].recipe;
    r.from_s += now_s;
    r.until_s += now_s;
    size_t len = make_response(&r, der, sizeof der);
    for (int again = 0; again < 2; again++) { /* the second time from memory */
        struct staple s =
            staple_read(der, len, found(&leaf), found(responses[_i].issuer), now_s * 1000000);
        ck_assert_msg(strcmp(s.status, responses[_i].status) == 0, "%s: %s", responses[_i].about,
                      s.status);
        bool revoked = strcmp(s.status, "revoked") == 0;
        ck_assert_int_eq(s.revoked_us,
                         revoked ? (now_s - 10 * DAY) * 1000000 : CERTIFICATE_NO_TIME);
    }
    staple_clear();
}
END_TEST

START_TEST(is_judged_at_packet_time)
{
    uint8_t der[4096];
    struct recipe r = { &leaf, &issuer, "SHA1", GOOD, 0, now_s - HOUR, now_s + DAY };
    size_t len = make_response(&r, der, sizeof der);
    ck_assert_str_eq(staple_read(der, len, found(&leaf), NULL, now_s * 1000000).status, "good");
    ck_assert_str_eq(staple_read(der, len, found(&leaf), NULL, (now_s + 2 * DAY) * 1000000).status,
                     "outdated");
    ck_assert_str_eq(staple_read(der, len, found(&leaf), NULL, now_s * 1000000).status, "good");
}
END_TEST

START_TEST(survives_every_prefix_and_flipped_byte)
{
    uint8_t der[4096];
    struct recipe r = { &leaf, &issuer, "SHA1", GOOD, 0, now_s - HOUR, now_s + DAY };
    size_t len = make_response(&r, der, sizeof der);
    for (size_t i = 0; i < len; i++) {
        ck_assert_str_eq(staple_read(der, i, found(&leaf), found(&issuer), now_s * 1000000).status,
                         "unreadable");
        der[i] ^= 0x55;
        ck_assert_ptr_nonnull(
            staple_read(der, len, found(&leaf), found(&issuer), now_s * 1000000).status);
        der[i] ^= 0x55;
    }
    static uint8_t large[64 * 1024];
    ck_assert_str_eq(staple_read(large, sizeof large, found(&leaf), NULL, 0).status, "unreadable");
}
END_TEST

static void add_all(TCase *t)
{
    tcase_set_timeout(t, 60);
    make_all();
    TEST_ROWS(t, says_what_it_says, responses);
    tcase_add_test(t, is_judged_at_packet_time);
    tcase_add_test(t, survives_every_prefix_and_flipped_byte);
}

TEST_MAIN("staple", add_all)
