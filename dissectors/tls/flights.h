/* flights.h - DTLS sends in flights, and a flight again until it is answered
 * (RFC 6347 §4.2.4). What is counted is flights: of one that came again in five
 * packets, or with its first packet lost, it is still one repetition.
 *
 *     client  1 ClientHello ─┐   ┌─ 3 ClientHello with cookie ─┐   ┌─ 5 keys, Finished ─┐
 *     server                 └─ 2 HelloVerifyRequest           └─ 4 ServerHello ...     └─ 6 Finished */
#ifndef TLS_FLIGHTS_H
#define TLS_FLIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "handshake/handshake.h"

enum {
    FLIGHT_MESSAGES = 14,            /* that are counted one by one */
    FLIGHT_CHANGE = FLIGHT_MESSAGES, /* ChangeCipherSpec and Finished have no number in the clear */
    FLIGHT_FINISHED,
    FLIGHT_ITEMS,
    NO_HANDSHAKE_TYPE = 255,
};

struct flight {
    uint8_t number;               /* 1 to 6; 0: this side sent none yet */
    uint16_t first;               /* message_seq it began with */
    uint16_t repeats;             /* how often it came again */
    uint16_t times[FLIGHT_ITEMS]; /* how often each part of it came */
};

struct flights {
    struct flight side[2];
    bool begun;
    enum side latest;        /* who said something new last */
    int64_t client_again_us; /* when the client's last repetition began; 0: none since news */
    bool answered;           /* the server repeated its own behind it */
};

/* flights_news: a side says something for the first time; type is its handshake
 * message's or NO_HANDSHAKE_TYPE, seq the message_seq of that or of what comes next. */
void flights_news(struct flights *f, struct handshake *hs, enum side side, uint8_t type,
                  uint16_t seq);
/* flights_saw counts an item of a side's flight: message_seq - first of a message, or
 * FLIGHT_CHANGE or FLIGHT_FINISHED. True when the whole flight counts as sent again. */
bool flights_saw(struct flights *f, struct handshake *hs, enum side side, unsigned item);
/* flights_item is the item that a message_seq is, or FLIGHT_ITEMS: of an older flight. */
unsigned flights_item(const struct flights *f, enum side side, uint16_t seq);

#endif
