/* bare_events.h - what happened on a flow that never reached a protocol, as the events
 * of a handshake: SYN, RST, an ICMP error, silence. */
#ifndef BARE_EVENTS_H
#define BARE_EVENTS_H

#include "facts.h"
#include "handshake/handshake.h"
#include "net/flow.h"

enum { BARE_EVENTS_MAX = 12, BARE_NOTES_MAX = 6, BARE_NOTE_LEN = 96 };

/* Room for them; the handshake borrows it. */
struct bare_events {
    struct event list[BARE_EVENTS_MAX];
    uint32_t count;
    char notes[BARE_NOTES_MAX][BARE_NOTE_LEN];
    size_t note_count;
};

/* bare_events_fill gives hs the events of f, whose first bytes were said; that may be
 * NULL. What the flow does not remember is left open: a frame or a time of 0 is not
 * known. */
void bare_events_fill(struct bare_events *events, const struct flow *f, const struct said *said,
                      struct handshake *hs);

#endif
