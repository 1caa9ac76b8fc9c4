/* mqtt.h - MQTT 3.1, 3.1.1 and 5: from CONNECT to CONNACK, and how it ended.
 *
 * A handshake is a connection: it is completed by a CONNACK that accepts, and is
 * watched on, because what ends it early (a takeover, a keep-alive that ran out,
 * a DISCONNECT with a reason) is said of it as well. */
#ifndef MQTT_MQTT_H
#define MQTT_MQTT_H

#include "handshake/dissector.h"

extern const struct dissector mqtt_dissector; /* over TCP, and inside TLS and WebSocket */

#endif
