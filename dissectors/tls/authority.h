/* authority.h - certificates of authorities that servers of this run sent along:
 * what one server leaves out, another may have shown. */
#ifndef TLS_AUTHORITY_H
#define TLS_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "dissectors/tls/certificate.h"

struct x509_st;

enum { AUTHORITY_FROM_LEN = ADDRESS_TEXT_LEN + 8 };

struct authority {
    uint8_t sha256[32];
    unsigned long subject_hash;    /* libcrypto's */
    bool self_issued;              /* a root; else an intermediate */
    char from[AUTHORITY_FROM_LEN]; /* the server that showed it first: "10.0.0.5:443" */
    size_t len;
    uint8_t *der;
};

/* authority_learn keeps one that a server sent; the longest known goes when there
 * is no room. */
void authority_learn(const struct certificate *c, const struct endpoint *server);
/* authority_of gives one that issued child, by name, key id and signature; NULL
 * when none did. It stays until the next one is learned. */
const struct authority *authority_of(struct x509_st *child);
/* authority_news changes when an authority of that subject is learned, so that a
 * search that found none need not be made again before. */
uint32_t authority_news(unsigned long subject_hash);
void authority_clear(void);

#endif
