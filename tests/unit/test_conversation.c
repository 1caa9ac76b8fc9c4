/* test_conversation.c - the message loop, with two toy protocols that do as they are
 * told: a message is a letter, a length (0: it has three bytes more) and what to do. */
#include "handshake/conversation.h"

#include <stdio.h>

#include "support/talk.h"

/* ---- the toys: "B" boxes are recognised at any time, "D" boxes inside others only ---- */

enum { TOY_HELLO, TOY_END };

static struct text log_text;

static void note(enum side side, const char *what, size_t number)
{
    text_format(&log_text, "%c %s%zu, ", "CSN"[side], what, number);
}

static enum recognition toy_recognise(const struct opening *o, char letter)
{
    struct reader r = o->bytes;
    char first = (char)reader_u8(&r);
    if (first == letter)
        return MINE;
    if (first == 'R' && letter == 'B')
        return MINE_SWAPPED;
    if (first == 'L' && letter == 'B')
        return o->late ? MINE : NOT_MINE;
    return first == '?' ? MAYBE_MINE : NOT_MINE;
}

static enum recognition box_recognise(const struct opening *o)
{
    return toy_recognise(o, 'B');
}

static enum recognition doll_recognise(const struct opening *o)
{
    return o->inner ? toy_recognise(o, 'D') : NOT_MINE;
}

static void hello(struct conversation *c, enum side side)
{
    struct handshake *hs = conversation_begin(c);
    if (hs)
        conversation_saw(c, hs, side, TOY_HELLO, NULL);
}

static void obey(struct conversation *c, enum side side, char verb, struct reader rest)
{
    if (verb == 'h')
        hello(c, side);
    else if (verb == 'e' && conversation_latest(c))
        conversation_saw(c, conversation_latest(c), side, TOY_END, NULL);
    else if (verb == 'o')
        conversation_hand_on(c);
    else if (verb == 'i')
        conversation_inner(c, side, rest.at, reader_left(&rest));
    else if (verb == 's')
        conversation_skip(c, reader_u8(&rest));
    else if (verb == 'd')
        conversation_done(c);
}

static void toy_read(struct conversation *c, enum side side, struct reader *r)
{
    struct reader start = *r;
    char letter = (char)reader_u8(r);
    uint8_t len = reader_u8(r);
    struct reader body = reader_take(r, len ? len : reader_u24(r));
    char verb = (char)reader_u8(&body);
    if (!reader_ok(r))
        return;
    char what[] = { letter, verb, 0 };
    note(side, what, reader_left(&body));
    if (verb == 'x')
        r->status = READER_MALFORMED;
    if (verb == 'n')
        *r = start; /* takes nothing */
    ++*(int *)conversation_memory(c);
    obey(c, side, verb, body);
}

static void toy_gap(struct conversation *c, enum side side, struct reader before, uint64_t len)
{
    note(side, "gap before", reader_left(&before));
    note(side, "gap", (size_t)len);
    conversation_skip(c, 7);
}

static void toy_close(struct conversation *c, enum side side, bool reset)
{
    note(side, reset ? "reset" : "close",
         conversation_side_closed(c, side == SERVER ? CLIENT : SERVER));
}

static const char *toy_over(const void *memory)
{
    return *(const int *)memory > 2 ? "busy" : NULL;
}

static const struct state states[] = {
    { "start", SERVER, "the end", OUTCOME_OPEN, false },
    { "end", NOBODY, NULL, OUTCOME_COMPLETED, true },
};
static const struct transition transitions[] = {
    { 0, NOBODY, TOY_HELLO, SAME_STATE },
    { 0, NOBODY, TOY_END, 1 },
};
static const char *const messages[] = { "hello", "end" };
static const struct machine machine = { states, transitions, 2, messages };
static const struct field no_fields[] = { { .name = "x" } };
static const struct field_table table = { "toy", no_fields, 1 };

#define TOY(called, recognises, huge)                                                              \
    {                                                                                              \
        .name = called, .over = called, .over_name = toy_over,                                     \
        .transports = 1u << TRANSPORT_TCP | 1u << TRANSPORT_UDP, .recognise = recognises,          \
        .read = toy_read, .gap = toy_gap, .close = toy_close, .fields = &table,                    \
        .machine = &machine, .memory_len = huge                                                    \
    }

static const struct dissector box = TOY("box", box_recognise, sizeof(int));
static const struct dissector doll = TOY("doll", doll_recognise, sizeof(int));
const struct dissector *const dissectors[] = { &box, &doll, NULL };

static struct talk talk;

static void set_up(void)
{
    text_clear(&log_text);
    talk_start(&talk, false, false);
}

static void tear_down(void)
{
    talk_stop(&talk);
    text_free(&log_text);
}

/* ---- what is read, and how much of it is taken ---- */

static const struct {
    const char *name, *script, *log;
} scripts[] = {
    { "messages one by one", "C 'B' [1 'h' 00] | S 'B' [1 'm'] 'B' [1 'm' 00*9]",
      "C Bh1, S Bm0, S Bm9, " },
    { "a message in two packets", "C 'B' 04 'm' 00 | C 00*2 'B' [1 'm']", "C Bm3, C Bm0, " },
    { "what is broken is not read twice", "C 'B' [1 'x'] 'B' [1 'm'] | C 'B' [1 'm']",
      "C Bx0, C Bm0, " },
    { "nor what takes nothing", "C 'B' [1 'n'] 'B' [1 'm'] | C 'B' [1 'm']", "C Bn0, C Bm0, " },
    { "the other way round", "C 'R' [1 'm'] | C 'B' [1 'm'] | S 'B' [1 'm']",
      "S Rm0, S Bm0, C Bm0, " },
    { "late, and known", "C 'L' [1 'm']", "" },
    { "nothing known before the third", "C 'abc' | S 'def' | C 'B' [1 'm']", "C Bm0, " },
    { "perhaps", "C '?' | C '?' | C '?B'", "" },
    { "done", "C 'B' [1 'd'] 'B' [1 'm'] | S 'B' [1 'm']", "C Bd0, " },
    { "steps over bytes of the packet", "C 'B' [1 's' 03] 'xyz' 'B' [1 'm']", "C Bs1, C Bm0, " },
    { "steps over bytes to come", "C 'B' [1 's' 05] 'xyz' | C '12' 'B' [1 'm']", "C Bs1, C Bm0, " },
    { "the other side's are not stepped over", "C 'B' [1 's' 05] | S 'B' [1 'm']",
      "C Bs1, S Bm0, " },
    { "a gap", "C 'B' [1 'm'] | C 'B' | C gap 5 | C '1234567' 'B' [1 'm']",
      "C Bm0, C gap before1, C gap5, C Bm0, " },
    { "a gap before anything is known", "C 'x' | S gap 5 | S 'L' [1 'm']", "S Lm0, " },
    { "a gap inside what is stepped over", "C 'B' [1 's' 05] | C gap 5 | C 'B' [1 'm']",
      "C Bs1, C Bm0, " },
    { "endings", "C 'B' [1 'm'] | C fin | S rst | end", "C Bm0, C close0, S reset1, N close1, " },
    { "handed on, and behind it in the same packet", "C 'B' [1 'o'] 'D' [1 'm'] | S 'D' [1 'm']",
      "C Bo0, C Dm0, S Dm0, " },
    { "handed on: what is not known", "C 'B' [1 'o'] 'E' [1 'm'] | C 'D' [1 'm']",
      "C Bo0, C Dm0, " },
    { "handed on twice", "C 'B' [1 'o'] 'D' [1 'o'] 'D' [1 'm']", "C Bo0, C Do0, C Dm0, " },
    { "four times, and no further",
      "C 'B' [1 'o'] 'D' [1 'o'] 'D' [1 'o'] 'D' [1 'o'] 'D' [1 'o'] 'D' [1 'm']",
      "C Bo0, C Do0, C Do0, C Do0, C Do0, " },
    { "handed on: no turning round", "C 'B' [1 'o'] | C 'R' [1 'm']", "C Bo0, C Rm0, " },
    { "handed on: gaps and endings", "C 'B' [1 'o'] 'D' [1 'm'] | C gap 9 | S fin",
      "C Bo0, C Dm0, C gap before0, C gap9, S close0, S close0, " },
    { "bytes for inside", "C 'B' [1 'i' 'D' [1 'm']] | C 'B' [1 'm']", "C Bi3, C Dm0, C Bm0, " },
    { "bytes for inside, in parts", "C 'B' [1 'i' 'D'] 'B' [1 'i' 0100] 'B' [1 'i' 'D' 01 'm']",
      "C Bi1, C Bi2, C D0, C Bi3, C Dm0, " },
    { "inside steps over bytes", "C 'B' [1 'i' 'D' [1 's' 02]] 'B' [1 'i' 'xyD' [1 'm']]",
      "C Bi4, C Ds1, C Bi5, C Dm0, " },
    { "inside has enough", "C 'B' [1 'i' 'D' [1 'd']] 'B' [1 'i' 'D' [1 'm']]",
      "C Bi3, C Dd0, C Bi3, " },
};

static void check_log(int row)
{
    ck_assert_msg(strcmp(text_string(&log_text), scripts[row].log) == 0, "%s: %s",
                  scripts[row].name, text_string(&log_text));
}

START_TEST(reads_at_once)
{
    talk_play(&talk, scripts[_i].script, AT_ONCE);
    check_log(_i);
}
END_TEST

/* Not byte by byte: what is broken takes all there is, and what nobody knows is
 * dropped by the packet. */
static const int paced[] = { 0, 1, 4, 5, 8, 9, 10, 11, 12, 15, 16, 18, 19, 20, 21, 22, 24, 25 };

START_TEST(reads_byte_by_byte)
{
    talk_play(&talk, scripts[paced[_i]].script, BY_BYTES);
    check_log(paced[_i]);
}
END_TEST

/* ---- recognising ---- */

START_TEST(gives_up_when_both_sides_are_unknown)
{
    for (int i = 0; i < 16; i++) {
        ck_assert(!conversation_unrecognised(talk.c));
        talk_play(&talk, "C 'abc'", AT_ONCE);
    }
    ck_assert(conversation_watching(talk.c));
    for (int i = 0; i < 16; i++) {
        ck_assert(!conversation_unrecognised(talk.c));
        talk_play(&talk, "S 'def'", AT_ONCE);
    }
    ck_assert(conversation_unrecognised(talk.c));
    ck_assert(!conversation_watching(talk.c));
    ck_assert_ptr_null(conversation_dissector(talk.c));
    ck_assert_ptr_null(conversation_finished(talk.c, true));
}
END_TEST

START_TEST(perhaps_is_not_for_ever)
{
    talk_play(&talk, "C '?' 00*4000", AT_ONCE);
    ck_assert_uint_eq(talk.waiting[CLIENT].len, 4001);
    talk_play(&talk, "C 00*95", AT_ONCE);
    ck_assert_uint_eq(talk.waiting[CLIENT].len, 0);
    talk_play(&talk, "C 'B' [1 'm']", AT_ONCE);
    ck_assert_ptr_eq(conversation_dissector(talk.c), &box);
}
END_TEST

START_TEST(turns_round)
{
    talk_play(&talk, "C fin | S 'R' [1 'h'] | S 'B' [1 'h']", AT_ONCE);
    ck_assert(talk.turned);
    ck_assert(!conversation_swapped(talk.c)); /* it is said once */
    struct handshake *hs = conversation_finished(talk.c, true);
    ck_assert_uint_eq(hs->ends[CLIENT].port, 8883);
    ck_assert_uint_eq(hs->ends[SERVER].port, 40112);
    ck_assert_uint_eq(conversation_server_port(talk.c), 40112);
    ck_assert(conversation_side_closed(talk.c, SERVER));
    ck_assert(!conversation_side_closed(talk.c, CLIENT));
}
END_TEST

START_TEST(knows_what_is_late)
{
    talk_stop(&talk);
    talk_start(&talk, false, true);
    talk_play(&talk, "C 'L' [1 'm'] | S 'L' [1 'm']", AT_ONCE);
    ck_assert_str_eq(text_string(&log_text), "S Lm0, ");
    ck_assert(conversation_late(talk.c, SERVER));
    ck_assert(!conversation_late(talk.c, CLIENT));
}
END_TEST

/* ---- handshakes ---- */

START_TEST(hands_out_in_order)
{
    talk_play(&talk, "C 'B' [1 'h'] | C 'B' [1 'h'] | S 'B' [1 'e']", AT_ONCE);
    struct handshake *second = conversation_finished(talk.c, false);
    ck_assert_ptr_nonnull(second); /* it is settled, the first is not */
    ck_assert_uint_eq(second->number, 2);
    ck_assert_uint_eq(second->first.frame, 2);
    ck_assert_uint_eq(second->last.frame, 3);
    ck_assert_ptr_null(conversation_finished(talk.c, false));
    struct handshake *first = conversation_finished(talk.c, true);
    ck_assert_uint_eq(first->number, 1);
    ck_assert_ptr_null(conversation_finished(talk.c, true));
}
END_TEST

START_TEST(caps_unfinished_handshakes)
{
    for (int i = 0; i < 70; i++)
        talk_play(&talk, "C 'B' [1 'h']", AT_ONCE);
    ck_assert_uint_eq(talk.number, 64);
    ck_assert_uint_eq(talk.refused, 6);
    talk_play(&talk, "S 'B' [1 'e']", AT_ONCE);
    ck_assert_ptr_nonnull(conversation_finished(talk.c, false));
    talk_play(&talk, "C 'B' [1 'h']", AT_ONCE); /* there is room again */
    ck_assert_uint_eq(talk.number, 65);
}
END_TEST

static const struct {
    const char *script;
    const char *over[OVER_MAX];
} overs[] = {
    { "C 'B' [1 'h']", { "tcp" } },
    { "C 'B' [1 'o'] 'D' [1 'h']", { "tcp", "box" } },
    { "C 'B' [1 'm'] 'B' [1 'm'] 'B' [1 'o'] 'D' [1 'h']", { "tcp", "busy" } },
    { "C 'B' [1 'o'] 'D' [1 'o'] 'D' [1 'o'] 'D' [1 'h']", { "tcp", "box", "doll", "doll" } },
};

START_TEST(names_what_carries_it)
{
    talk_play(&talk, overs[_i].script, AT_ONCE);
    struct handshake *hs = conversation_finished(talk.c, true);
    ck_assert_ptr_nonnull(hs);
    for (size_t i = 0; i < OVER_MAX; i++) {
        ck_assert_int_eq(hs->over[i] != NULL, overs[_i].over[i] != NULL);
        ck_assert(!hs->over[i] || strcmp(hs->over[i], overs[_i].over[i]) == 0);
    }
}
END_TEST

START_TEST(inner_ones_know_the_outer)
{
    talk_play(&talk, "C 'B' [1 'h'] 'B' [1 'o'] 'D' [1 'h'] 'D' [1 'e']", AT_ONCE);
    struct handshake *inner = conversation_finished(talk.c, false);
    ck_assert_ptr_nonnull(inner);
    ck_assert_ptr_eq(inner->dissector, &doll);
    struct handshake *outer = conversation_finished(talk.c, true);
    ck_assert_ptr_eq(inner->outer, outer);
    ck_assert_ptr_null(outer->outer);
}
END_TEST

START_TEST(late_conversations_have_late_handshakes)
{
    talk_play(&talk, "C 'B' [1 'h'] | C gap 3 | C 00*7 'B' [1 'e']", AT_ONCE);
    ck_assert(conversation_finished(talk.c, true)->late);
}
END_TEST

/* ---- what waits for the inside is capped, and the rest is a gap ---- */

static const struct {
    const char *begins; /* the first bytes for the inside */
    int more;           /* 254 bytes so often */
    bool gap;
} waits[] = {
    { "C 'B' [1 'i' 'D' 00 01ff00 'm']", 257, false },
    { "C 'B' [1 'i' 'D' 00 01ff00 'm']", 300, true },
    { "C 'B' [1 'i' '?']", 300, false }, /* nobody knows it: dropped at 4096 */
};

START_TEST(inside_does_not_wait_without_end)
{
    talk_play(&talk, waits[_i].begins, AT_ONCE);
    for (int i = 0; i < waits[_i].more; i++)
        talk_play(&talk, "C 'B' [1 'i' 'D' 00*253]", AT_ONCE);
    ck_assert_int_eq(strstr(text_string(&log_text), "C gap before0, ") != NULL, waits[_i].gap);
    ck_assert_ptr_eq(conversation_dissector(talk.c), &box);
    ck_assert(conversation_watching(talk.c));
}
END_TEST

/* ---- datagrams ---- */

START_TEST(reads_datagrams)
{
    static const uint8_t whole[] = { 'B', 1, 'm' }, cut[] = { 'B', 9, 'm' };
    conversation_datagram(talk.c, CLIENT, (const uint8_t *)"zz", 2, 2, talk.now);
    conversation_datagram(talk.c, CLIENT, whole, 3, 3, talk.now);
    conversation_datagram(talk.c, SERVER, cut, 3, 11, talk.now);
    conversation_datagram(talk.c, SERVER, cut, 3, 3, talk.now);
    conversation_datagram(talk.c, SERVER, whole, 3, 3, talk.now);
    ck_assert_str_eq(text_string(&log_text), "C Bm0, S Bm0, ");
}
END_TEST

/* ---- without memory ---- */

START_TEST(ends_without_memory)
{
    struct budget budget = { .max = 1 << 20 };
    uint64_t number = 0, refused = 0;
    struct conversation_about about = { .next_number = &number, .refused = &refused };
    bool begun = false, refused_one = false;
    for (size_t cap = 0; cap < 4096; cap += 16) {
        struct arena *arena = arena_new(&budget, cap);
        struct conversation *c = conversation_new(arena, &about);
        static const uint8_t bytes[] = { 'B', 1, 'h', 'B', 1, 'o', 'D', 1, 'h', 'B', 1, 'e' };
        if (c) {
            ck_assert_uint_ge(conversation_feed(c, CLIENT, bytes, sizeof bytes, talk.now), 3);
            conversation_close(c, NOBODY, false, talk.now);
            while (conversation_finished(c, true))
                begun = true;
        }
        refused_one = refused_one || refused > 0;
        arena_free(arena);
    }
    ck_assert(begun && refused_one);
    ck_assert_uint_eq(budget.used, 0);
    budget_clear(&budget);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    TEST_ROWS(t, reads_at_once, scripts);
    TEST_ROWS(t, reads_byte_by_byte, paced);
    tcase_add_test(t, gives_up_when_both_sides_are_unknown);
    tcase_add_test(t, perhaps_is_not_for_ever);
    tcase_add_test(t, turns_round);
    tcase_add_test(t, knows_what_is_late);
    tcase_add_test(t, hands_out_in_order);
    tcase_add_test(t, caps_unfinished_handshakes);
    TEST_ROWS(t, names_what_carries_it, overs);
    tcase_add_test(t, inner_ones_know_the_outer);
    tcase_add_test(t, late_conversations_have_late_handshakes);
    TEST_ROWS(t, inside_does_not_wait_without_end, waits);
    tcase_add_test(t, reads_datagrams);
    tcase_add_test(t, ends_without_memory);
}

TEST_MAIN("conversation", add_tests)
