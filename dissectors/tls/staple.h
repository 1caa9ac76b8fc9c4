/* staple.h - what a stapled OCSP response (RFC 6960) says of a certificate. */
#ifndef TLS_STAPLE_H
#define TLS_STAPLE_H

#include <stddef.h>
#include <stdint.h>

#include "dissectors/tls/certificate.h"

struct staple {
    const char *status; /* "good", "revoked", "unknown"; or why it says nothing: "outdated",
                           "refused", "bad signature", "another certificate", "unreadable" */
    int64_t revoked_us; /* or CERTIFICATE_NO_TIME */
};

/* staple_read reads a DER OCSPResponse at packet time. Its signature is checked when
 * the leaf's issuer is given, which may be NULL. */
struct staple staple_read(const uint8_t *der, size_t len, const struct certificate *leaf,
                          const struct certificate *issuer, int64_t now_us);
/* staple_clear frees what is remembered, for the end of the program. */
void staple_clear(void);

#endif
