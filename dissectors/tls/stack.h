/* stack.h - which TLS library a client most likely is, by the shape of its hello. */
#ifndef TLS_STACK_H
#define TLS_STACK_H

#include "handshake/handshake.h"

/* stack_set fills TLS_CLIENT_STACK ("OpenSSL", "curl (OpenSSL)", "GnuTLS", "Go", ...)
 * and TLS_CLIENT_STACK_CERTAINTY from the ClientHello's fields; neither when the
 * hello has no shape that is known. */
void stack_set(struct handshake *hs);
/* How a client refuses that checks the server's certificate only behind its Finished:
 * NSS, Node.js, and curl for names and revocation. */
enum late_refusal {
    REFUSES_BEHIND_12, /* up to TLS 1.2, by hanging up without having said a thing */
    REFUSES_BEHIND_13, /* likewise in TLS 1.3, with an alert that may be a farewell */
};
/* stack_refuses tells that the client's library does that, so that it is a refusal. */
bool stack_refuses(struct handshake *hs, enum late_refusal how);

#endif
