/* make_certificate.c - see make_certificate.h. */
#include "support/make_certificate.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/x509v3.h>

static void must(bool worked, const char *what)
{
    if (worked)
        return;
    fprintf(stderr, "make_certificate: cannot make %s\n", what);
    exit(2);
}

static EVP_PKEY *make_key(const char *kind, int bits)
{
    EVP_PKEY *key = NULL;
    if (strncmp(kind, "ED", 2) == 0)
        key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
    else if (strncmp(kind, "RSA", 3) == 0)
        key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)(bits ? bits : 2048));
    else
        key = EVP_EC_gen(kind);
    must(key != NULL, kind);
    return key;
}

static void fill_name(X509_NAME *name, const char *text, int type)
{
    char *copy = strdup(text), *rest = NULL;
    for (char *part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(part, '=');
        must(value != NULL, text);
        *value++ = 0;
        must(X509_NAME_add_entry_by_txt(name, part, type, (const unsigned char *)value, -1, -1, 0),
             text);
    }
    free(copy);
}

static void add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    if (!value)
        return;
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    CONF *nothing = NCONF_new(NULL); /* some extensions want one to look into */
    X509V3_set_nconf(&context, nothing);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(nothing, &context, nid, value);
    NCONF_free(nothing);
    must(extension && X509_add_ext(x, extension, -1), value);
    X509_EXTENSION_free(extension);
}

static void set_serial(X509 *x, const char *decimal)
{
    BIGNUM *number = NULL;
    must(BN_dec2bn(&number, decimal ? decimal : "1") &&
             BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)),
         "a serial number");
    BN_free(number);
}

static void set_names(X509 *x, const struct certificate_recipe *r)
{
    int type = r->subject_type ? r->subject_type : MBSTRING_UTF8;
    X509_NAME *subject = X509_get_subject_name(x);
    if (r->common_name)
        must(X509_NAME_add_entry_by_NID(subject, NID_commonName, type, r->common_name,
                                        r->common_name_len, -1, 0),
             "a raw common name");
    else if (r->subject)
        fill_name(subject, r->subject, type);

    const char *issuer = r->issuer_name ? r->issuer_name : r->issuer ? r->issuer->subject : NULL;
    if (issuer)
        fill_name(X509_get_issuer_name(x), issuer, MBSTRING_UTF8);
    else
        X509_set_issuer_name(x, subject);
}

static void sign(X509 *x, EVP_PKEY *key, const char *digest)
{
    bool edwards = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
    const EVP_MD *md = edwards ? NULL : EVP_get_digestbyname(digest ? digest : "SHA256");
    must(X509_sign(x, key, md) > 0, "a signature");
}

static void add_extensions(X509 *x, const struct certificate_recipe *r)
{
    const struct {
        int nid;
        const char *value;
    } extensions[] = {
        { NID_subject_key_identifier, r->subject_key },
        { NID_authority_key_identifier, r->authority_key },
        { NID_subject_alt_name, r->names },
        { NID_key_usage, r->usage },
        { NID_ext_key_usage, r->extended_usage },
        { NID_basic_constraints, r->constraints },
        { NID_name_constraints, r->name_constraints },
        { NID_certificate_policies, r->policies },
        { NID_info_access, r->information },
        { NID_tlsfeature, r->tls_feature },
    };
    const uint8_t *at = r->issuer ? r->issuer->der : NULL;
    X509 *issuer = r->issuer ? d2i_X509(NULL, &at, (long)r->issuer->len) : NULL;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        add_extension(x, issuer ? issuer : x, extensions[i].nid, extensions[i].value);
    X509_free(issuer);
}

/* Leak checkers find what was made through this list. */
static void keep(const struct made_certificate *made)
{
    static struct kept {
        struct made_certificate made;
        struct kept *before;
    } * last;
    struct kept *kept = malloc(sizeof *kept);
    must(kept != NULL, "room");
    *kept = (struct kept){ *made, last };
    last = kept;
}

struct made_certificate make_certificate(const struct certificate_recipe *r)
{
    struct made_certificate made = { .subject = r->subject };
    made.key = r->key_of ? r->key_of->key : make_key(r->key ? r->key : "P-256", r->key_bits);
    X509 *x = X509_new();
    must(x && X509_set_version(x, X509_VERSION_3) && X509_set_pubkey(x, made.key), "a certificate");
    set_serial(x, r->serial);
    ASN1_TIME_set(X509_getm_notBefore(x), r->from_s ? r->from_s : 1767225600);
    ASN1_TIME_set(X509_getm_notAfter(x), r->until_s ? r->until_s : 1798761600);
    set_names(x, r);
    add_extensions(x, r);
    sign(x, r->issuer ? r->issuer->key : made.key, r->digest);
    int len = i2d_X509(x, &made.der);
    must(len > 0, "DER");
    made.len = (size_t)len;
    X509_free(x);
    keep(&made);
    return made;
}
