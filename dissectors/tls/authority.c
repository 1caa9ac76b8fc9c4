/* authority.c - see authority.h. A ring of copies; there are few, and they are
 * searched only for a chain that was not seen before. */
#include "dissectors/tls/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"

enum {
    AUTHORITIES_MAX = 512,
    DER_MAX = 8192,      /* no real authority's certificate is larger, */
    KEY_BITS_MAX = 8192, /* nor is its key */
    TRIES_MAX = 8,       /* signatures tried for one child */
    NEWS_SLOTS = 1024,   /* a power of two */
};

static struct {
    struct authority list[AUTHORITIES_MAX];
    size_t next; /* where the next one goes */
    uint32_t news[NEWS_SLOTS];
} known;

static uint32_t *news_of(unsigned long subject_hash)
{
    return &known.news[subject_hash & (NEWS_SLOTS - 1)];
}

static bool is_known(const struct certificate *c)
{
    for (size_t i = 0; i < AUTHORITIES_MAX && known.list[i].der; i++)
        if (memcmp(known.list[i].sha256, c->sha256, sizeof c->sha256) == 0)
            return true;
    return false;
}

static void write_endpoint(char *out, const struct endpoint *server)
{
    char address[ADDRESS_TEXT_LEN];
    address_text(&server->address, address);
    bool brackets = server->address.len == 16;
    snprintf(out, AUTHORITY_FROM_LEN, "%s%s%s:%u", brackets ? "[" : "", address,
             brackets ? "]" : "", server->port);
}

void authority_learn(const struct certificate *c, const struct endpoint *server)
{
    size_t len;
    const uint8_t *der = certificate_der(c, &len), *at = der;
    if (!c->ca || c->key_bits > KEY_BITS_MAX || len > DER_MAX || is_known(c))
        return;
    X509 *x = d2i_X509(NULL, &at, (long)len);
    if (!x)
        return;
    struct authority *a = &known.list[known.next];
    known.next = (known.next + 1) % AUTHORITIES_MAX;
    free(a->der);
    memcpy(a->sha256, c->sha256, sizeof a->sha256);
    a->subject_hash = X509_subject_name_hash(x);
    a->self_issued = c->self_issued;
    write_endpoint(a->from, server);
    a->der = must_malloc(len);
    a->len = len;
    memcpy(a->der, der, len);
    ++*news_of(a->subject_hash);
    X509_free(x);
}

static bool has_issued(const struct authority *a, X509 *child)
{
    const uint8_t *at = a->der;
    X509 *x = d2i_X509(NULL, &at, (long)a->len);
    bool issued = x && X509_check_issued(x, child) == X509_V_OK &&
                  X509_verify(child, X509_get0_pubkey(x)) == 1;
    X509_free(x);
    ERR_clear_error();
    return issued;
}

const struct authority *authority_of(X509 *child)
{
    unsigned long hash = X509_issuer_name_hash(child);
    int tries = 0;
    for (size_t i = 0; i < AUTHORITIES_MAX && known.list[i].der; i++) {
        const struct authority *a = &known.list[i];
        if (a->subject_hash == hash && tries++ < TRIES_MAX && has_issued(a, child))
            return a;
    }
    return NULL;
}

uint32_t authority_news(unsigned long subject_hash)
{
    return *news_of(subject_hash);
}

void authority_clear(void)
{
    for (size_t i = 0; i < AUTHORITIES_MAX; i++)
        free(known.list[i].der);
    memset(&known, 0, sizeof known);
}
