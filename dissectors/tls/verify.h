/* verify.h - what a chain is worth at the time of its packet: libcrypto builds the
 * way from the leaf to a root and checks it, without any network.
 *
 * The roots are those of trust.h. What a certificate says by itself (its dates,
 * its names) is in certificate.h; this is about how they stand to each other. */
#ifndef TLS_VERIFY_H
#define TLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "dissectors/tls/certificate.h"

/* What can be wrong with a chain; of several, the first here names it. */
enum chain_fault {
    CHAIN_BAD_SIGNATURE,
    CHAIN_EXPIRED,
    CHAIN_NOT_YET_VALID,
    CHAIN_SELF_SIGNED, /* the leaf, and it is no root of ours */
    CHAIN_NOT_A_CA,    /* who signed may not sign certificates */
    CHAIN_PATH_TOO_LONG,
    CHAIN_INCOMPLETE,
    CHAIN_UNKNOWN_ROOT,
    CHAIN_WRONG_PURPOSE,
    CHAIN_NAME_FORBIDDEN,    /* name constraints, RFC 5280 §4.2.1.10 */
    CHAIN_UNKNOWN_EXTENSION, /* a critical one, RFC 5280 §4.2 */
    CHAIN_WEAK_KEY,
    CHAIN_WEAK_SIGNATURE,
    CHAIN_WRONG_ORDER,
    CHAIN_FAULT_COUNT
};

enum verdict_text {
    VERDICT_FAULTY,         /* subject of the certificate that the first fault is about */
    VERDICT_ROOT,           /* subject of the root of ours that it leads to */
    VERDICT_MISSING_ISSUER, /* the intermediate that is missing */
    VERDICT_MISSING_FROM,   /* the server of this run that sent it: "10.0.0.5:443" */
    VERDICT_ISSUER_URL,     /* where the certificate says that its issuer can be had */
    VERDICT_ENDED_ROOT,     /* a root that some certificate was issued by, and that had ended */
    VERDICT_TEXT_COUNT
};

enum verdict_trust { TRUST_UNKNOWN, TRUSTED, DISTRUSTED };

struct verdict {
    bool judged; /* false: the leaf or its key is unreadable, or a key too large to verify with */
    uint32_t faults;          /* 1u << enum chain_fault */
    enum verdict_trust trust; /* unknown: no roots to ask, or only this machine's lack its root */
    const char *words;        /* how libcrypto puts the first fault, or NULL */
    const char *text[VERDICT_TEXT_COUNT]; /* or NULL */
    const char *clue;        /* what makes us take the missing issuer for an intermediate, or NULL:
                         "seen", "key id", "public", "name" */
    bool issuer_key_differs; /* a certificate of the issuer's name is there, with another key */
    bool root_ended;         /* the root of ours had ended */
    int64_t root_ended_us, ended_root_us; /* when it did, and when VERDICT_ENDED_ROOT did */
    uint32_t cross_signed; /* 1u << place: signed by another, though a root of ours has that key */
    uint32_t extra;        /* certificates that no way up leads over */
};

/* verify_chain judges a server's chain, leaf first as sent, at most 32 of them, at
 * packet time; where server is NULL, that of a client, of which nothing is learnt.
 * What it gives stays until the next call. */
const struct verdict *verify_chain(const struct certificate *const *chain, size_t count,
                                   int64_t now_us, const struct endpoint *server);
/* verdict_name is the first fault in words, "trusted", or NULL when nothing can be said. */
const char *verdict_name(const struct verdict *v);
static inline bool verdict_has(const struct verdict *v, enum chain_fault fault)
{
    return v->faults >> fault & 1;
}
/* verify_clear frees what is remembered, for the end of the program; verify_count
 * counts the chains that were really verified, for tests. */
void verify_clear(void);
uint64_t verify_count(void);

#endif
