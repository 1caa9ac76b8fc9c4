/* staple.c - see staple.h. Servers send the same response for hours, so what it
 * says is remembered; only whether it is outdated is asked each time. */
#include "dissectors/tls/staple.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "base/memo.h"
#include "base/text.h"

enum {
    RESPONSE_MAX = 16 * 1024,
    ANSWERS_MAX = 32, /* single responses looked at */
    MEMO_MAX = 512,
    MEMO_BYTES_MAX = 1 << 20,
    CLOCK_SLACK_S = 300, /* what a responder's clock may run ahead */
};

struct answer {
    const char *status;
    int64_t revoked_us, from_us, until_us; /* or CERTIFICATE_NO_TIME */
};

static struct {
    struct memo *memo;
    struct text key;
} answers;

static X509 *parsed(const struct certificate *c)
{
    if (!c || !c->readable)
        return NULL;
    size_t len;
    const uint8_t *at = certificate_der(c, &len);
    return d2i_X509(NULL, &at, (long)len);
}

static int64_t time_us(const ASN1_GENERALIZEDTIME *time)
{
    struct tm tm;
    if (!time || !ASN1_TIME_to_tm(time, &tm))
        return CERTIFICATE_NO_TIME;
    return (int64_t)timegm(&tm) * 1000000;
}

/* CertID, RFC 6960 §4.1.1: the serial number and a hash of the issuer's name. The
 * hash of its key is left out: the issuer may not have been sent. */
static bool is_about(const OCSP_SINGLERESP *single, const X509 *leaf)
{
    ASN1_OCTET_STRING *hash = NULL;
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    uint8_t own[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    OCSP_CERTID *id = (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
    if (!OCSP_id_get0_info(&hash, &algorithm, NULL, &serial, id) ||
        ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) != 0)
        return false;
    const EVP_MD *md = EVP_get_digestbyobj(algorithm);
    return md && X509_NAME_digest(X509_get_issuer_name(leaf), md, own, &len) &&
           (int)len == ASN1_STRING_length(hash) &&
           memcmp(own, ASN1_STRING_get0_data(hash), len) == 0;
}

static struct answer read_single(OCSP_SINGLERESP *single)
{
    ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
    int status = OCSP_single_get0_status(single, NULL, &revoked, &from, &until);
    return (struct answer){
        .status = status == V_OCSP_CERTSTATUS_GOOD      ? "good"
                  : status == V_OCSP_CERTSTATUS_REVOKED ? "revoked"
                                                        : "unknown",
        .revoked_us = time_us(revoked),
        .from_us = time_us(from),
        .until_us = time_us(until),
    };
}

/* It is signed by the issuer, or by one that the issuer made a responder (RFC 6960
 * §4.2.2.2). The issuer alone is the root here; whether it is trusted is another
 * question, and so is the time. */
static bool is_signed(OCSP_BASICRESP *basic, X509 *issuer)
{
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    bool good =
        store && others && X509_STORE_add_cert(store, issuer) &&
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) &&
        sk_X509_push(others, issuer) > 0 &&
        OCSP_basic_verify(basic, others, store, OCSP_TRUSTOTHER) == 1;
    sk_X509_free(others);
    X509_STORE_free(store);
    return good;
}

static struct answer read_basic(OCSP_BASICRESP *basic, const X509 *leaf, X509 *issuer)
{
    for (int i = 0; i < OCSP_resp_count(basic) && i < ANSWERS_MAX; i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
        if (!is_about(single, leaf))
            continue;
        if (issuer && !is_signed(basic, issuer))
            return (struct answer){ .status = "bad signature" };
        return read_single(single);
    }
    return (struct answer){ .status = "another certificate" };
}

static struct answer read_response(const uint8_t *der, size_t len, const struct certificate *leaf,
                                   const struct certificate *issuer)
{
    struct answer a = { .status = "unreadable" };
    const uint8_t *at = der;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)len);
    OCSP_BASICRESP *basic = NULL;
    X509 *below = parsed(leaf), *above = parsed(issuer);
    if (response && OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        a.status = "refused";
    else if (response && below && (basic = OCSP_response_get1_basic(response)))
        a = read_basic(basic, below, above);
    X509_free(above);
    X509_free(below);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return a;
}

static struct answer recalled(const uint8_t *der, size_t len, const struct certificate *leaf,
                              const struct certificate *issuer)
{
    static const uint8_t nobody[sizeof leaf->sha256];
    if (!answers.memo)
        answers.memo = memo_new(MEMO_MAX, MEMO_BYTES_MAX);
    text_clear(&answers.key);
    text_add_bytes(&answers.key, leaf->sha256, sizeof leaf->sha256);
    text_add_bytes(&answers.key, issuer ? issuer->sha256 : nobody, sizeof nobody);
    text_add_bytes(&answers.key, der, len);
    size_t kept_len;
    const char *kept = memo_find(answers.memo, answers.key.data, answers.key.len, &kept_len);
    struct answer a;
    if (kept) {
        memcpy(&a, kept, sizeof a);
        return a;
    }
    a = read_response(der, len, leaf, issuer);
    memo_keep(answers.memo, answers.key.data, answers.key.len, &a, sizeof a);
    return a;
}

static bool is_outdated(const struct answer *a, int64_t now_us)
{
    return (a->until_us != CERTIFICATE_NO_TIME && a->until_us < now_us) ||
           (a->from_us != CERTIFICATE_NO_TIME &&
            a->from_us > now_us + CLOCK_SLACK_S * INT64_C(1000000));
}

struct staple staple_read(const uint8_t *der, size_t len, const struct certificate *leaf,
                          const struct certificate *issuer, int64_t now_us)
{
    struct staple s = { "unreadable", CERTIFICATE_NO_TIME };
    if (len == 0 || len > RESPONSE_MAX)
        return s;
    struct answer a = recalled(der, len, leaf, issuer);
    s.status = a.status;
    if (strcmp(a.status, "revoked") == 0)
        s.revoked_us = a.revoked_us; /* and stays so, however old the response is */
    else if ((strcmp(a.status, "good") == 0 || strcmp(a.status, "unknown") == 0) &&
             is_outdated(&a, now_us))
        s.status = "outdated";
    return s;
}

void staple_clear(void)
{
    memo_free(answers.memo);
    text_free(&answers.key);
    answers.memo = NULL;
}
