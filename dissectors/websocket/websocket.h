/* websocket.h - WebSocket, RFC 6455: from the HTTP upgrade to the messages inside.
 *
 * Browsers and many cloud services speak MQTT, and some CoAP (RFC 8323 §4), in it.
 * An upgrade is no handshake of its own: its facts are told with what runs inside,
 * and only when nothing comes to run there it is told of, as the MQTT or CoAP
 * handshake that it would have been. */
#ifndef WEBSOCKET_WEBSOCKET_H
#define WEBSOCKET_WEBSOCKET_H

#include "handshake/dissector.h"

extern const struct dissector websocket_coap_dissector; /* where the client asks for CoAP */
extern const struct dissector websocket_dissector;      /* all others */

#endif
