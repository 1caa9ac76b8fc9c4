/* machine.h - a handshake as a table: states, messages, steps. */
#ifndef HANDSHAKE_MACHINE_H
#define HANDSHAKE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handshake/handshake.h"

struct state {
    const char *name;        /* "server_flight", for scripts */
    enum side waiting_on;    /* whose turn it is */
    const char *waiting_for; /* "the server's ServerHello"; NULL when it is over */
    enum outcome outcome;    /* what being here means when nothing more comes */
    bool settled;            /* no later byte can change it: stop watching */
};

/* in == ANY_STATE matches every state that has no step of its own for the message;
 * ANY_WHEN_LATE only if the capture missed something before: then a message that
 * comes out of the blue is no oddity, it just tells how far the two are.
 * to == STOPPED: the handshake failed here, and the state stays to tell where;
 * SAME_STATE: the message is in order and changes nothing. */
enum { ANY_STATE = 255, ANY_WHEN_LATE = 254, STOPPED = 253, SAME_STATE = 252 };

enum { TRANSITIONS_MAX = 512 }; /* of a machine */

struct transition {
    uint8_t in;
    enum side from; /* NOBODY: either side */
    uint8_t sees;   /* message */
    uint8_t to;
};

struct machine {
    const struct state *states;
    const struct transition *transitions;
    size_t transition_count;
    const char *const *messages; /* names for the ladder, by message */
};

/* machine_step moves hs by one message and notes the event. Returns false when
 * no step fits: the event is kept as unexpected and the state stays. Once it
 * failed, messages are noted and move nothing. */
bool machine_step(struct handshake *hs, const struct machine *m, enum side from, uint8_t message,
                  const char *note);
/* machine_expects tells whether such a step exists, and steps nowhere. */
bool machine_expects(const struct handshake *hs, const struct machine *m, enum side from,
                     uint8_t message);
static inline const struct state *machine_state(const struct machine *m, const struct handshake *hs)
{
    return &m->states[hs->state];
}

#endif
