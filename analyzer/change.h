/* change.h - what changed since it last worked: the last good handshake of each
 * client and server, in bounded memory, and the difference to one that failed.
 *
 * What worked is learnt in packet order, and from the JSON report of an earlier
 * run. What can be seen of only one of the two handshakes is no difference. */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdbool.h>

#include "base/error.h"
#include "handshake/change_fields.h"
#include "handshake/handshake.h"

struct changes;

struct changes *changes_new(void);
void changes_free(struct changes *c); /* NULL is fine */

/* changes_baseline learns from a JSON report, one object a line; false and e
 * filled when it can't be read or is no such report. */
bool changes_baseline(struct changes *c, const char *path, struct error *e);

/* changes_fill sets values[CHANGE_FIELD_COUNT] for a handshake that failed: none when it
 * is not known to have worked. They live until the next call. */
void changes_fill(struct changes *c, const struct handshake *hs, struct value *values);
/* changes_fetch has the memory fetched that changes_note will need for a good handshake. */
void changes_fetch(const struct changes *c, const struct handshake *hs);
/* changes_note remembers a judged handshake; server_ttl 0: not known. */
void changes_note(struct changes *c, const struct handshake *hs, enum outcome outcome,
                  uint8_t server_ttl);

#endif
