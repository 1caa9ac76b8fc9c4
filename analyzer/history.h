/* history.h - what peers did before in this run: one bounded memory beside the
 * pipeline, fed with finished handshakes in packet order, so that the same
 * capture gives the same report every time. Dissectors know nothing of it. */
#ifndef HISTORY_H
#define HISTORY_H

#include "handshake/handshake.h"
#include "handshake/history_fields.h"

struct history;

struct history *history_new(void);
void history_free(struct history *h); /* NULL is fine */

/* history_began remembers that hs began: a CONNECT ends an earlier connection of
 * the same MQTT client id before it is answered itself. False when hs is no such thing. */
bool history_began(struct history *h, const struct handshake *hs);
/* history_fill sets values[HISTORY_FIELD_COUNT] to what is known of hs's peers: all of
 * it, or only what a handshake that went well may be warned by. */
void history_fill(struct history *h, const struct handshake *hs, bool all, struct value *values);
/* history_spoke remembers that a port answered in a protocol; the name lives as long as
 * the program. */
void history_spoke(struct history *h, enum transport transport, const struct endpoint *server,
                   const char *protocol);
/* history_note remembers a judged handshake; answered tells that the server sent
 * anything at all. TLS, DTLS and MQTT are remembered. */
void history_note(struct history *h, const struct handshake *hs, enum outcome outcome,
                  bool answered);

#endif
