/* upgrade.h - private to this folder: the HTTP request and answer that a WebSocket
 * begins with, RFC 6455 §4. */
#ifndef WEBSOCKET_UPGRADE_H
#define WEBSOCKET_UPGRADE_H

#include "handshake/dissector.h"

enum { HEAD_MAX = 16384, ACCEPT_LEN = 28 };

/* What is kept from the request until the answer comes. */
struct upgrade {
    char accept[ACCEPT_LEN + 1]; /* what the server has to answer; "" without a key */
    uint16_t status;             /* of the answer; 0: none yet */
};

/* upgrade_recognise: a whole request for a WebSocket (MINE), perhaps the beginning of
 * one, or none; *coap tells that it asks for CoAP. */
enum recognition upgrade_recognise(struct reader bytes, bool *coap);
/* upgrade_request takes the head of a request that was recognised, and sets its facts. */
void upgrade_request(struct upgrade *u, struct handshake *hs, struct reader *r);
/* upgrade_answer takes an answer's, or leaves r SHORT when there is more to come;
 * u->status tells what it says. False: it is not HTTP. */
bool upgrade_answer(struct upgrade *u, struct handshake *hs, struct reader *r);

#endif
