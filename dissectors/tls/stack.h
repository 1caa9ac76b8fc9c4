/* stack.h - which TLS library a client most likely is, by the shape of its hello. */
#ifndef TLS_STACK_H
#define TLS_STACK_H

#include "handshake/handshake.h"

/* stack_set fills TLS_CLIENT_STACK ("OpenSSL", "curl (OpenSSL)", "GnuTLS", "Go", ...)
 * and TLS_CLIENT_STACK_CERTAINTY from the ClientHello's fields; neither when the
 * hello has no shape that is known. */
void stack_set(struct handshake *hs);
/* stack_refuses_late tells that the client's library checks the server's
 * certificate only after Finished, so that hanging up then is a refusal: NSS,
 * Node.js, and curl for names and revocation. */
bool stack_refuses_late(struct handshake *hs);

#endif
