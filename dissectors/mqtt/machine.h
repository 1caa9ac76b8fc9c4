/* machine.h - private to this folder: the states of a connection, and its packets. */
#ifndef MQTT_MACHINE_H
#define MQTT_MACHINE_H

#include "handshake/machine.h"

enum mqtt_state {
    MQTT_IDLE,
    MQTT_CONNECTING,
    MQTT_AUTHENTICATING,
    MQTT_CONNECTED,
    MQTT_REFUSED,
    MQTT_OVER, /* it was connected */
    MQTT_STATE_COUNT,
};

enum mqtt_event {
    MQTT_SAW_CONNECT,
    MQTT_SAW_ACCEPTED,
    MQTT_SAW_REFUSED,
    MQTT_SAW_AUTH,
    MQTT_SAW_PUBLISH,
    MQTT_SAW_PUBACK,
    MQTT_SAW_PUBREC,
    MQTT_SAW_PUBREL,
    MQTT_SAW_PUBCOMP,
    MQTT_SAW_SUBSCRIBE,
    MQTT_SAW_SUBACK,
    MQTT_SAW_UNSUBSCRIBE,
    MQTT_SAW_UNSUBACK,
    MQTT_SAW_PINGREQ,
    MQTT_SAW_PINGRESP,
    MQTT_SAW_DISCONNECT,
    MQTT_SAW_VIOLATION,
    MQTT_SAW_CLOSE,
    MQTT_SAW_RESET,
    MQTT_SAW_SILENCE,
    MQTT_EVENT_COUNT,
};

extern const struct machine mqtt_machine;

#endif
