/* fingerprint.h - JA3, JA3S and JA4 of a handshake, made from its fields.
 *
 * Only these: the other fingerprints of the JA4 family are not free. */
#ifndef TLS_FINGERPRINT_H
#define TLS_FINGERPRINT_H

#include "handshake/handshake.h"

/* fingerprint_set fills TLS_JA3, TLS_JA3S and TLS_JA4 from TLS_HELLO_VERSION,
 * TLS_OFFERED_CIPHERS, TLS_EXTENSIONS, TLS_OFFERED_GROUPS, TLS_POINT_FORMATS,
 * TLS_OFFERED_SIGNATURES, TLS_OFFERED_VERSION, TLS_OFFERED_ALPN, TLS_SNI, TLS_VERSION,
 * TLS_CIPHER and TLS_SERVER_EXTENSIONS. Nothing is set without a hello. The
 * proof of each is the hello's frame. */
void fingerprint_set(struct handshake *hs);
/* fingerprint_end frees what is kept for the whole run. */
void fingerprint_end(void);

#endif
