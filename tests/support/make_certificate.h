/* make_certificate.h - certificates for tests, made by libcrypto on the spot. */
#ifndef SUPPORT_MAKE_CERTIFICATE_H
#define SUPPORT_MAKE_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

struct made_certificate {
    uint8_t *der;
    size_t len;
    const char *subject;
    EVP_PKEY *key;
};

/* What it is to be; whatever is left out has a sane default. Texts of extensions
 * are as in openssl.cnf: "DNS:a.example,IP:10.0.0.5". */
struct certificate_recipe {
    const char *subject;                   /* "CN=broker,O=Home", in this order */
    const struct made_certificate *issuer; /* NULL: signed by itself */
    const char *issuer_name;               /* another name than the issuer's own */
    const char *key;                       /* "P-256" (default), "RSA", "ED25519", "ED448", ... */
    int key_bits;                          /* RSA and DSA: 2048 */
    const char *digest;                    /* "SHA256" */
    int64_t from_s, until_s;               /* 2026-01-01 to 2027-01-01 */
    const char *names, *usage, *extended_usage, *constraints, *tls_feature;
    const char *subject_key, *authority_key; /* "hash"; "keyid", "keyid,issuer" */
    const char *information, *policies, *name_constraints;
    const struct made_certificate *key_of; /* that one's key instead of a new one */
    const char *serial;                    /* decimal, may be negative: "1" */
    int subject_type;                      /* V_ASN1_* or MBSTRING_*: MBSTRING_UTF8 */
    const uint8_t *common_name;            /* raw bytes instead of subject */
    int common_name_len;
};

/* make_certificate ends the program when libcrypto cannot make it. What it
 * gives lives as long as the program. */
struct made_certificate make_certificate(const struct certificate_recipe *recipe);

#endif
