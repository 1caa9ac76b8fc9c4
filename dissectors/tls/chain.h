/* chain.h - the facts of a handshake that its certificates tell. */
#ifndef TLS_CHAIN_H
#define TLS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "dissectors/tls/certificate.h"
#include "handshake/handshake.h"

/* chain_set fills, for a server's chain, TLS_CERTIFICATES and every
 * TLS_CERT_* field, for a client's every TLS_CLIENT_CERT_* field that certificates
 * tell. Leaf first, as sent; a count of 0 is an empty list. message_len is the
 * length of the Certificate message. Names are held against TLS_SNI, so hellos
 * come before; times against hs->now. */
void chain_set(struct handshake *hs, const struct certificate *const *chain, size_t count,
               bool from_server, size_t message_len);
/* chain_staple fills TLS_OCSP_* from an OCSP response that was stapled to the
 * server's chain, which chain_set was given before. */
void chain_staple(struct handshake *hs, const uint8_t *response, size_t len);

#endif
