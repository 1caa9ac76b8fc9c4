/* machine.c - see machine.h. */
#include "handshake/machine.h"

#include <assert.h>
#include <string.h>

#include "handshake/dissector.h"

/* The first room for events: an exchange of two messages is one of very many. */
enum { EVENTS_FEW = 4, EVENTS_MANY = 16 };

static void note_event(struct handshake *hs, enum side from, uint8_t message, bool expected,
                       const char *note)
{
    if (hs->event_count == EVENTS_MAX) {
        hs->events_lost++;
        return;
    }
    if (hs->event_count == hs->event_cap) {
        uint32_t first = hs->dissector && hs->dissector->recycles ? EVENTS_FEW : EVENTS_MANY;
        uint32_t cap = hs->event_cap ? hs->event_cap * 2 : first;
        struct event *events = arena_take(hs->arena, cap * sizeof *events);
        if (!events) {
            hs->events_lost++;
            return;
        }
        if (hs->event_count)
            memcpy(events, hs->events, hs->event_count * sizeof *events);
        hs->events = events;
        hs->event_cap = cap;
    }
    hs->events[hs->event_count++] = (struct event){ hs->now, from, message, expected, note };
}

/* Which transitions see a message, in the order of the table: made when a machine
 * takes its first step, for a linear search shows in a profile. */
struct index {
    const struct machine *machine;
    uint16_t first[UINT8_MAX + 1]; /* by message: 1 + a transition, or 0 */
    uint16_t next[TRANSITIONS_MAX];
};

enum { INDEXES_MAX = 16 };

static void index_make(struct index *index, const struct machine *m)
{
    assert(m->transition_count <= TRANSITIONS_MAX);
    *index = (struct index){ .machine = m };
    for (size_t i = m->transition_count; i-- > 0;) {
        uint16_t *first = &index->first[m->transitions[i].sees];
        index->next[i] = *first;
        *first = (uint16_t)(i + 1);
    }
}

/* With more machines than indexes the last one is made again and again. */
static const struct index *index_of(const struct machine *m)
{
    static struct index indexes[INDEXES_MAX];
    size_t i = 0;
    while (i < INDEXES_MAX - 1 && indexes[i].machine && indexes[i].machine != m)
        i++;
    if (indexes[i].machine != m)
        index_make(&indexes[i], m);
    return &indexes[i];
}

/* A step of the state's own comes before one that any state has. */
static const struct transition *find_step(const struct machine *m, const struct handshake *hs,
                                          enum side from, uint8_t message)
{
    const struct index *index = index_of(m);
    const struct transition *any = NULL;
    for (size_t i = index->first[message]; i > 0; i = index->next[i - 1]) {
        const struct transition *t = &m->transitions[i - 1];
        if (t->from != NOBODY && t->from != from)
            continue;
        if (t->in == hs->state)
            return t;
        if (!any && (t->in == ANY_STATE || (t->in == ANY_WHEN_LATE && hs->late)))
            any = t;
    }
    return any;
}

bool machine_expects(const struct handshake *hs, const struct machine *m, enum side from,
                     uint8_t message)
{
    return find_step(m, hs, from, message) != NULL;
}

bool machine_step(struct handshake *hs, const struct machine *m, enum side from, uint8_t message,
                  const char *note)
{
    const struct transition *t = find_step(m, hs, from, message);
    bool failed = hs->outcome == OUTCOME_FAILED;
    note_event(hs, from, message, t != NULL || failed, note);
    hs->last = hs->now;
    if (!t || failed)
        return failed;
    if (t->to == SAME_STATE)
        return true;
    if (t->to == STOPPED) {
        hs->outcome = OUTCOME_FAILED;
        hs->ended = hs->now;
        return true;
    }
    if (m->states[t->to].outcome != OUTCOME_OPEN && hs->outcome == OUTCOME_OPEN)
        hs->ended = hs->now;
    hs->state = t->to;
    hs->outcome = m->states[t->to].outcome;
    return true;
}
