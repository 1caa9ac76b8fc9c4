/* coap.h - CoAP: requests and what becomes of them, RFC 7252 and RFC 8323.
 *
 * Each exchange is a handshake: a request, however often it is sent, with its
 * acknowledgement, its response and, where it observes, its notifications. */
#ifndef COAP_COAP_H
#define COAP_COAP_H

#include "handshake/dissector.h"

extern const struct dissector coap_dissector;     /* over UDP, and inside DTLS */
extern const struct dissector coap_tcp_dissector; /* over TCP, inside TLS, inside WebSocket */

#endif
