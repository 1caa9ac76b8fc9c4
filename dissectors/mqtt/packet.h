/* packet.h - private to this folder: one MQTT packet off the wire, and what its
 * body tells, set as fields. What that means is mqtt.c's business.
 *
 * Each reader of a body gives what is wrong with it, in words, or NULL. */
#ifndef MQTT_PACKET_H
#define MQTT_PACKET_H

#include "base/reader.h"
#include "handshake/handshake.h"

enum mqtt_type {
    PACKET_CONNECT = 1,
    PACKET_CONNACK = 2,
    PACKET_PUBLISH = 3,
    PACKET_PUBACK = 4,
    PACKET_PUBREC = 5,
    PACKET_PUBREL = 6,
    PACKET_PUBCOMP = 7,
    PACKET_SUBSCRIBE = 8,
    PACKET_SUBACK = 9,
    PACKET_UNSUBSCRIBE = 10,
    PACKET_UNSUBACK = 11,
    PACKET_PINGREQ = 12,
    PACKET_PINGRESP = 13,
    PACKET_DISCONNECT = 14,
    PACKET_AUTH = 15,
    PACKET_TYPE_COUNT,
};

enum { LEVEL_31 = 3, LEVEL_311 = 4, LEVEL_5 = 5, LEVEL_BRIDGE = 0x80 };

struct mqtt_packet {
    enum mqtt_type type;
    uint8_t flags;
    bool overlong;      /* its length has more than four bytes: where it ends nobody knows */
    uint32_t len;       /* of the body, all of it */
    uint32_t unread;    /* bytes of the body behind those in body */
    struct reader body; /* open when bytes are unread */
};

/* mqtt_packet_read takes a header and as much of the body as anybody reads; r is
 * SHORT when more must come first. */
void mqtt_packet_read(struct mqtt_packet *p, struct reader *r);
/* mqtt_header_read takes the header alone, and leaves the body as far as it is there. */
void mqtt_header_read(struct mqtt_packet *p, struct reader *r);

/* mqtt_begins_connect tells whether bytes begin with a CONNECT; they are SHORT when
 * more would tell. Flags are not looked at. */
bool mqtt_begins_connect(struct reader *r);

const char *mqtt_read_connect(struct handshake *hs, struct reader body, uint8_t *level);
/* level 0 stands for a version that was not seen. */
const char *mqtt_read_connack(struct handshake *hs, struct reader body, uint8_t level,
                              uint8_t *code);
/* first_id is that of the client's first SUBSCRIBE, 0 when none was seen. */
const char *mqtt_read_suback(struct handshake *hs, struct reader body, uint8_t level,
                             uint16_t first_id);
/* mqtt_read_subscribe tells of the first topic filter, and gives the identifier by
 * which the SUBACK will speak of it. */
const char *mqtt_read_subscribe(struct handshake *hs, struct reader body, uint8_t level,
                                uint16_t *id);
const char *mqtt_read_puback(struct handshake *hs, struct reader body, enum side from);
const char *mqtt_read_publish(const struct mqtt_packet *p, uint8_t level);
const char *mqtt_read_disconnect(struct handshake *hs, struct reader body, uint8_t level,
                                 uint8_t *reason);
const char *mqtt_read_auth(struct handshake *hs, struct reader body, uint8_t *reason);

#endif
