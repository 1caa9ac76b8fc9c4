/* trust.h - the roots that this run believes in: the system's, those of a file or
 * folder, or none at all. Set once, before the first packet. */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include <stdbool.h>

#include "base/error.h"

struct x509_store_st;

/* Where the roots are. All zero: where the system keeps its own. */
struct trust {
    const char *file; /* PEM or DER, or NULL */
    const char *path; /* a folder of such files, hashed (c_rehash) or not, or NULL */
    bool none;
};

/* trust_set reads what was named; false with e when there is no certificate in it.
 * The system's roots are looked for when the first chain is verified. */
bool trust_set(const struct trust *trust, struct error *e);
/* trust_is_none: there are no roots, neither named nor on this system. */
bool trust_is_none(void);
/* trust_is_named: the user named them, so they are what the clients know. Else
 * they are this machine's, and the clients may know others. */
bool trust_is_named(void);
/* trust_store gives the roots; empty when there are none, never NULL. */
struct x509_store_st *trust_store(void);
/* trust_clear frees them, and goes back to the system's. */
void trust_clear(void);

#endif
