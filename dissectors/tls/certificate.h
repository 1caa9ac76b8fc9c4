/* certificate.h - the door to libcrypto's X.509: parse, cache, compare names.
 *
 * Parsed certificates are kept by the SHA-256 of their DER, with a cap, so one
 * seen before costs no second parse. We parse no ASN.1 ourselves. */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"

enum {
    CERTIFICATE_NAMES_MAX = 64,
    CERTIFICATE_DER_MAX = 64 * 1024, /* what is larger is unreadable */
    CERTIFICATE_LASTING = 32,        /* look-ups that one survives at least */
};

/* A time that could not be read. */
#define CERTIFICATE_NO_TIME INT64_MIN

/* What the tool wants to know of one certificate; texts are UTF-8 that may hold
 * anything else hostile. Owned by the cache, good until CERTIFICATE_LASTING more
 * have been looked up: longer chains are to be cut before they are looked up. */
struct certificate {
    uint8_t sha256[32];
    char sha256_text[64];                /* the same in hexadecimal, without an end */
    bool readable;                       /* false: libcrypto refused it, and the rest is empty */
    const char *subject, *issuer;        /* RFC 4514, "CN=broker.home.arpa,O=Home" */
    const char *serial;                  /* hexadecimal */
    int64_t not_before_us, not_after_us; /* or CERTIFICATE_NO_TIME */
    const char *names[CERTIFICATE_NAMES_MAX]; /* subject alternative names: DNS names as
                                                 written, addresses as text */
    size_t name_count;
    const char *common_name; /* of the subject, or NULL */
    bool has_address_names;  /* some subject alternative name is an address */
    const char *key;         /* "RSA", "EC P-256", "Ed25519" */
    int key_bits;            /* 0 when libcrypto does not know the key's kind */
    const char *signature;   /* "sha256WithRSAEncryption" */
    bool self_issued;        /* subject == issuer */
    bool self_signed;        /* and its own key verifies it */
    bool ca;
    bool for_server, for_client; /* key usage and extended key usage allow it */
    bool must_staple;            /* TLS feature extension, RFC 7633 */
    bool weak_key;               /* RSA or DSA under 2048 bits, curves under 224 */
    bool weak_signature;         /* signed by another with MD5, SHA-1 or older */
};

/* certificate_find parses DER or takes it from the cache; never NULL. */
const struct certificate *certificate_find(const uint8_t *der, size_t len);
/* certificate_recall gives one that was found lately, or NULL. */
const struct certificate *certificate_recall(const uint8_t sha256[32]);
/* certificate_der is what it was parsed from; good as long as the certificate. */
const uint8_t *certificate_der(const struct certificate *c, size_t *len);
/* certificate_issued tells whether issuer's subject is what child names as its
 * issuer (names and key ids; the signature is checked too when both are readable). */
bool certificate_issued(const struct certificate *issuer, const struct certificate *child);
/* certificate_name_text puts a Name in DER as subject and issuer are put, RFC 4514;
 * the caller frees it. NULL when it is none. */
char *certificate_name_text(const uint8_t *der, size_t len);
/* certificate_is_for tells whether it is for a host name or an address in text,
 * RFC 6125 with wildcards; a certificate without any alternative name is matched
 * by its common name only when common_name_counts. */
bool certificate_is_for(const struct certificate *c, const char *name, size_t len,
                        bool common_name_counts);
/* certificate_cache_clear frees everything; for the end of the program. */
void certificate_cache_clear(void);
/* certificate_parses counts real parses since the start, for tests. */
uint64_t certificate_parses(void);

#endif
