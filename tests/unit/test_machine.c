/* test_machine.c - one step at a time through a small table. */
#include "handshake/machine.h"

#include <string.h>

#include "support/bare_handshake.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

enum { IDLE, CALLED, DONE, REFUSED };
enum { CALL, ANSWER, NO, BYE, PING, NOISE };

static const struct state states[] = {
    [IDLE] = { "idle", CLIENT, "the call", OUTCOME_OPEN, false },
    [CALLED] = { "called", SERVER, "the answer", OUTCOME_OPEN, false },
    [DONE] = { "done", NOBODY, NULL, OUTCOME_COMPLETED, true },
    [REFUSED] = { "refused", NOBODY, NULL, OUTCOME_FAILED, false },
};

static const struct transition transitions[] = {
    { IDLE, CLIENT, CALL, CALLED },          { CALLED, SERVER, ANSWER, DONE },
    { CALLED, SERVER, NO, REFUSED },         { ANY_STATE, NOBODY, BYE, STOPPED },
    { ANY_STATE, NOBODY, PING, SAME_STATE }, { CALLED, SERVER, PING, DONE },
    { ANY_WHEN_LATE, SERVER, ANSWER, DONE },
};

static const struct machine machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
};

static const struct {
    const char *name;
    uint8_t in;
    bool late;
    enum side from;
    uint8_t sees;
    bool fits;
    uint8_t to;
    enum outcome outcome;
} steps[] = {
    { "a step", IDLE, false, CLIENT, CALL, true, CALLED, OUTCOME_OPEN },
    { "from the wrong side", IDLE, false, SERVER, CALL, false, IDLE, OUTCOME_OPEN },
    { "in the wrong state", CALLED, false, CLIENT, CALL, false, CALLED, OUTCOME_OPEN },
    { "a message of no step", CALLED, false, CLIENT, NOISE, false, CALLED, OUTCOME_OPEN },
    { "to the end", CALLED, false, SERVER, ANSWER, true, DONE, OUTCOME_COMPLETED },
    { "to a failure", CALLED, false, SERVER, NO, true, REFUSED, OUTCOME_FAILED },
    { "stopped: the state stays", CALLED, false, CLIENT, BYE, true, CALLED, OUTCOME_FAILED },
    { "either side", CALLED, false, SERVER, BYE, true, CALLED, OUTCOME_FAILED },
    { "the same state", IDLE, false, CLIENT, PING, true, IDLE, OUTCOME_OPEN },
    { "a state's own step before any state's", CALLED, false, SERVER, PING, true, DONE,
      OUTCOME_COMPLETED },
    { "but not from the other side", CALLED, false, CLIENT, PING, true, CALLED, OUTCOME_OPEN },
    { "out of the blue", IDLE, false, SERVER, ANSWER, false, IDLE, OUTCOME_OPEN },
    { "out of the blue, the capture is late", IDLE, true, SERVER, ANSWER, true, DONE,
      OUTCOME_COMPLETED },
    { "late, and from the wrong side", IDLE, true, CLIENT, ANSWER, false, IDLE, OUTCOME_OPEN },
};

START_TEST(steps_as_the_table_says)
{
    struct handshake *hs = bare_handshake(&toy_table);
    hs->state = steps[_i].in;
    hs->late = steps[_i].late;
    hs->now = (struct moment){ 5000, 12 };
    bool fits = machine_step(hs, &machine, steps[_i].from, steps[_i].sees, "a note");
    ck_assert_msg(fits == steps[_i].fits, "%s", steps[_i].name);
    ck_assert_msg(hs->state == steps[_i].to, "%s", steps[_i].name);
    ck_assert_msg(hs->outcome == steps[_i].outcome, "%s", steps[_i].name);
    ck_assert_uint_eq(hs->ended.frame, hs->outcome == OUTCOME_OPEN ? 0 : 12);
    ck_assert_uint_eq(hs->last.frame, 12);
    ck_assert_uint_eq(hs->event_count, 1);
    ck_assert_uint_eq(hs->events[0].message, steps[_i].sees);
    ck_assert_int_eq(hs->events[0].from, steps[_i].from);
    ck_assert_int_eq(hs->events[0].expected, steps[_i].fits);
    ck_assert_str_eq(hs->events[0].note, "a note");
}
END_TEST

START_TEST(nothing_moves_what_failed)
{
    struct handshake *hs = bare_handshake(&toy_table);
    hs->now.frame = 1;
    machine_step(hs, &machine, CLIENT, CALL, NULL);
    hs->now.frame = 2;
    machine_step(hs, &machine, CLIENT, BYE, NULL);
    hs->now.frame = 3;
    ck_assert(machine_step(hs, &machine, SERVER, ANSWER, NULL));
    ck_assert(machine_step(hs, &machine, SERVER, NOISE, NULL));
    ck_assert_int_eq(hs->outcome, OUTCOME_FAILED);
    ck_assert_int_eq(hs->state, CALLED);
    ck_assert_uint_eq(hs->ended.frame, 2);
    ck_assert_uint_eq(hs->last.frame, 3);
    ck_assert_uint_eq(hs->event_count, 4);
    ck_assert(hs->events[3].expected); /* what follows a failure is no oddity */
}
END_TEST

START_TEST(counts_events_beyond_the_cap)
{
    struct handshake *hs = bare_handshake(&toy_table);
    for (unsigned i = 0; i < EVENTS_MAX + 10; i++) {
        hs->now.frame = i;
        machine_step(hs, &machine, CLIENT, PING, NULL);
    }
    ck_assert_uint_eq(hs->event_count, EVENTS_MAX);
    ck_assert_uint_eq(hs->events_lost, 10);
    for (unsigned i = 0; i < EVENTS_MAX; i++)
        ck_assert_uint_eq(hs->events[i].at.frame, i);
    machine_step(hs, &machine, CLIENT, CALL, NULL); /* it moves all the same */
    ck_assert_int_eq(hs->state, CALLED);
}
END_TEST

START_TEST(goes_on_without_memory_for_events)
{
    struct handshake *hs = bare_handshake(&toy_table);
    struct budget budget = { .max = 1 << 20 };
    hs->arena = arena_new(&budget, 16);
    machine_step(hs, &machine, CLIENT, CALL, NULL);
    ck_assert_int_eq(hs->state, CALLED);
    ck_assert_uint_eq(hs->event_count, 0);
    ck_assert_uint_eq(hs->events_lost, 1);
    arena_free(hs->arena);
    budget_clear(&budget);
}
END_TEST

START_TEST(knows_its_state)
{
    struct handshake *hs = bare_handshake(&toy_table);
    hs->state = CALLED;
    ck_assert_str_eq(machine_state(&machine, hs)->name, "called");
}
END_TEST

/* More machines than anybody has: each steps by its own table, however often
 * they take turns. */
START_TEST(machines_do_not_mix)
{
    enum { MACHINES = 40 };
    static struct transition own[MACHINES][2];
    static struct machine machines[MACHINES];
    for (uint8_t i = 0; i < MACHINES; i++) {
        own[i][0] = (struct transition){ IDLE, CLIENT, i, CALLED };
        own[i][1] = (struct transition){ IDLE, CLIENT, i + 1, DONE };
        machines[i] =
            (struct machine){ .states = states, .transitions = own[i], .transition_count = 2 };
    }
    for (int n = 0; n < 3 * MACHINES; n++) {
        uint8_t i = (uint8_t)(n * 7 % MACHINES);
        for (int message = 0; message < MACHINES + 1; message++) {
            struct handshake hs = { .arena = bare_handshake(&toy_table)->arena };
            bool fits = machine_step(&hs, &machines[i], CLIENT, (uint8_t)message, NULL);
            ck_assert_int_eq(fits, message == i || message == i + 1);
            ck_assert_int_eq(hs.state, message == i ? CALLED : message == i + 1 ? DONE : IDLE);
        }
    }
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, steps_as_the_table_says, steps);
    tcase_add_test(t, nothing_moves_what_failed);
    tcase_add_test(t, counts_events_beyond_the_cap);
    tcase_add_test(t, goes_on_without_memory_for_events);
    tcase_add_test(t, knows_its_state);
    tcase_add_test(t, machines_do_not_mix);
}

TEST_MAIN("machine", add_tests)
