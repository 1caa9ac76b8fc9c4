/* issuer.h - a certificate whose issuer is nowhere to be found: is that a root that
 * need not be sent, or an intermediate that the server left out? */
#ifndef TLS_ISSUER_H
#define TLS_ISSUER_H

#include <stdbool.h>

#include "dissectors/tls/authority.h"

struct x509_st;

enum { ISSUER_URL_LEN = 200 };

/* issuer_clue tells what makes child's issuer an intermediate: "seen" (it is an
 * authority that a server sent), "key id", "public" (child is a public authority's
 * leaf), "name"; NULL when nothing does. */
const char *issuer_clue(struct x509_st *child, bool is_leaf, const struct authority *seen);
/* issuer_url writes the address where child says that its issuer can be had (RFC 5280
 * §4.2.2.1) into url[ISSUER_URL_LEN]; false when there is none that is safe to print
 * in a command. */
bool issuer_url(struct x509_st *child, char *url);

#endif
