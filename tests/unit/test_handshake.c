/* test_handshake.c - what is set can be read, what is not stays absent, and what
 * does not fit is noted as clipped. */
#include "handshake/handshake.h"

#include <string.h>

#include "handshake/dissector.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

static bool is_text(struct span span, const char *text)
{
    return span.len == strlen(text) && memcmp(span.bytes, text, span.len) == 0;
}

/* ---- absent is not nothing ---- */

START_TEST(absent_gives_the_fallback)
{
    struct handshake *hs = bare_handshake(&toy_table);
    for (unsigned id = 0; id < TOY_FIELD_COUNT; id++) {
        ck_assert(!handshake_has(hs, id));
        ck_assert_int_eq(handshake_number_or(hs, id, -7), -7);
        ck_assert(!handshake_true(hs, id));
        ck_assert_ptr_null(handshake_list(hs, id));
        ck_assert_uint_eq(handshake_text(hs, id).len, 0);
    }
    ck_assert(!list_has_number(NULL, 0));
}
END_TEST

START_TEST(zero_and_empty_are_present)
{
    struct handshake *hs = bare_handshake(&toy_table);
    handshake_set_number(hs, TOY_NUMBER, 0);
    handshake_set_text(hs, TOY_NAME, "", 0);
    handshake_set_bool(hs, TOY_RESUMED, false);
    ck_assert(handshake_has(hs, TOY_NUMBER) && handshake_has(hs, TOY_NAME));
    ck_assert(handshake_has(hs, TOY_RESUMED) && !handshake_true(hs, TOY_RESUMED));
    handshake_unset(hs, TOY_RESUMED);
    ck_assert(!handshake_has(hs, TOY_RESUMED));
    ck_assert(!hs->clipped);
}
END_TEST

START_TEST(a_second_set_replaces_the_first)
{
    struct handshake *hs = bare_handshake(&toy_table);
    char name[] = "first";
    hs->now.frame = 3;
    handshake_set_text(hs, TOY_NAME, name, 5);
    name[0] = 'F'; /* it was copied */
    ck_assert(is_text(handshake_text(hs, TOY_NAME), "first"));
    ck_assert_uint_eq(hs->values[TOY_NAME].frame, 3);
    hs->now.frame = 8;
    handshake_set_text(hs, TOY_NAME, "second", 6);
    ck_assert(is_text(handshake_text(hs, TOY_NAME), "second"));
    ck_assert_uint_eq(hs->values[TOY_NAME].frame, 8);
}
END_TEST

START_TEST(sets_each_type)
{
    struct handshake *hs = toy_handshake();
    ck_assert_int_eq(handshake_number_or(hs, TOY_NUMBER, 0), 7);
    ck_assert_int_eq(handshake_number_or(hs, TOY_ALERT, 0), 40);
    ck_assert_int_eq(handshake_number_or(hs, TOY_TOOK, 0), 1500000);
    ck_assert(handshake_true(hs, TOY_RESUMED));
    ck_assert(list_has_number(handshake_list(hs, TOY_SIZES), 1500));
    ck_assert(!list_has_number(handshake_list(hs, TOY_SIZES), 1501));
    const struct list *words = handshake_list(hs, TOY_WORDS);
    ck_assert_uint_eq(words->count, 2);
    ck_assert(is_text(words->items.texts[1], "*.example.org"));
}
END_TEST

/* ---- caps ---- */

static const struct {
    size_t len, kept;
    bool clipped;
} texts[] = {
    { 0, 0, false },    { 511, 511, false },  { 512, 512, false },
    { 513, 512, true }, { 60000, 512, true },
};

START_TEST(cuts_long_text)
{
    struct handshake *hs = bare_handshake(&toy_table);
    static char bytes[60000];
    memset(bytes, 'x', sizeof bytes);
    handshake_set_text(hs, TOY_NAME, bytes, texts[_i].len);
    ck_assert_uint_eq(handshake_text(hs, TOY_NAME).len, texts[_i].kept);
    ck_assert_int_eq(hs->clipped, texts[_i].clipped);
}
END_TEST

static const struct {
    uint32_t count, kept;
    bool clipped;
} lists[] = {
    { 1, 1, false },    { 17, 17, false },    { 256, 256, false },
    { 257, 256, true }, { 70000, 256, true },
};

START_TEST(cuts_long_lists)
{
    struct handshake *hs = bare_handshake(&toy_table);
    for (uint32_t i = 0; i < lists[_i].count; i++) {
        handshake_add_number(hs, TOY_SIZES, i);
        handshake_add_text(hs, TOY_WORDS, "word", 4);
        struct value *row = handshake_add_row(hs, TOY_CHAIN);
        ck_assert_int_eq(row != NULL, i < 256);
        if (row)
            row_set_number(hs, row, 0, i);
    }
    static const unsigned ids[] = { TOY_SIZES, TOY_WORDS, TOY_CHAIN };
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(handshake_list(hs, ids[i])->count, lists[_i].count);
        ck_assert_uint_eq(handshake_list(hs, ids[i])->kept, lists[_i].kept);
    }
    for (uint32_t i = 0; i < lists[_i].kept; i++) {
        ck_assert_uint_eq(handshake_list(hs, TOY_SIZES)->items.numbers[i], i);
        ck_assert_int_eq(handshake_list(hs, TOY_CHAIN)->items.rows[i * toy_rows.count].is.number,
                         i);
    }
    ck_assert_int_eq(hs->clipped, lists[_i].clipped);
}
END_TEST

/* However many come at a time, the list is the same. */
static const uint32_t strides[] = { 1, 2, 15, 16, 17, 64, 255, 256, 257, 300 };

START_TEST(adds_numbers_some_at_a_time)
{
    uint32_t numbers[300];
    for (uint32_t i = 0; i < 300; i++)
        numbers[i] = i * 3;
    struct handshake *hs = bare_handshake(&toy_table);
    for (uint32_t i = 0; i < 300; i += strides[_i]) {
        uint32_t rest = 300 - i, count = strides[_i] < rest ? strides[_i] : rest;
        handshake_add_numbers(hs, TOY_SIZES, numbers + i, count);
        ck_assert_uint_eq(handshake_list(hs, TOY_SIZES)->count, i + count);
        ck_assert_int_eq(hs->clipped, i + count > 256);
    }
    const struct list *list = handshake_list(hs, TOY_SIZES);
    ck_assert_uint_eq(list->kept, 256);
    ck_assert_mem_eq(list->items.numbers, numbers, 256 * sizeof *numbers);
    handshake_add_numbers(hs, TOY_ALERTS, numbers, 0);
    ck_assert(!handshake_has(hs, TOY_ALERTS)); /* none is no list */
}
END_TEST

START_TEST(rows_have_values_of_their_own)
{
    struct handshake *hs = bare_handshake(&toy_table);
    hs->now.frame = 4;
    struct value *row = handshake_add_row(hs, TOY_CHAIN);
    ck_assert(!row[0].present);
    row_set_text(hs, row, 0, "CN=leaf", 7);
    ck_assert(is_text(row[0].is.text, "CN=leaf") && row[0].frame == 4);
    row_set_bool(hs, row, 0, true);
    ck_assert_int_eq(row[0].is.number, 1);
    row = handshake_add_row(hs, TOY_CHAIN);
    row_add_text(hs, row, 0, "a", 1);
    row_add_text(hs, row, 0, "b", 1);
    ck_assert_uint_eq(row[0].is.list->count, 2);
    ck_assert(is_text(row[0].is.list->items.texts[1], "b"));
    ck_assert_uint_eq(handshake_list(hs, TOY_CHAIN)->width, toy_rows.count);
}
END_TEST

/* A full arena: what can't be kept is absent, and never made up. */
START_TEST(says_nothing_when_memory_is_short)
{
    struct handshake *hs = bare_handshake(&toy_table);
    struct budget budget = { .max = 1 << 20 };
    hs->arena = arena_new(&budget, 64);
    handshake_set_text(hs, TOY_NAME, "kept", 4);
    ck_assert(!hs->clipped);
    handshake_add_text(hs, TOY_WORDS, "word", 4);
    handshake_add_number(hs, TOY_SIZES, 1);
    handshake_set_text(hs, TOY_NAME, "too long for what is left of its memory", 39);
    ck_assert(hs->clipped);
    ck_assert(!handshake_has(hs, TOY_NAME));
    ck_assert_ptr_null(handshake_add_row(hs, TOY_CHAIN));
    const struct list *words = handshake_list(hs, TOY_WORDS);
    ck_assert(!words || words->kept == 0);
    handshake_set_string(hs, TOY_NAME, "a word of ours takes none");
    ck_assert(handshake_has(hs, TOY_NAME));
    arena_free(hs->arena);
    budget_clear(&budget);
}
END_TEST

START_TEST(lists_keep_what_they_had_when_memory_is_short)
{
    struct handshake *hs = bare_handshake(&toy_table);
    struct budget budget = { .max = 1 << 20 };
    hs->arena = arena_new(&budget, 900);
    for (int i = 0; i < 100; i++)
        handshake_add_text(hs, TOY_WORDS, "0123456789abcdef", 16);
    const struct list *words = handshake_list(hs, TOY_WORDS);
    ck_assert_uint_eq(words->count, 100);
    ck_assert_uint_gt(words->kept, 0);
    ck_assert_uint_lt(words->kept, 100);
    for (uint32_t i = 0; i < words->kept; i++)
        ck_assert(is_text(words->items.texts[i], "0123456789abcdef"));
    ck_assert(hs->clipped);
    arena_free(hs->arena);
    budget_clear(&budget);
}
END_TEST

/* ---- what every handshake has ---- */

static const struct state states[] = {
    { "start", CLIENT, "the client's hello", OUTCOME_OPEN, false },
    { "done", NOBODY, NULL, OUTCOME_COMPLETED, true },
};
static const struct machine machine = { .states = states };

static const struct {
    enum common_field id;
    const char *at_start, *when_done; /* NULL: absent */
} common[] = {
    { COMMON_PROTOCOL, "test", "test" },
    { COMMON_OUTCOME, "unknown", "completed" },
    { COMMON_START, "2021-10-01T00:00:00Z", "2021-10-01T00:00:00Z" },
    { COMMON_DURATION, "31.2 ms", "31.2 ms" },
    { COMMON_CLIENT_ADDRESS, "10.0.0.17", "10.0.0.17" },
    { COMMON_CLIENT_PORT, "40112", "40112" },
    { COMMON_SERVER_ADDRESS, "2001:db8::5", "2001:db8::5" },
    { COMMON_SERVER_PORT, "8883", "8883" },
    { COMMON_STATE, "start", "done" },
    { COMMON_WAITING_FOR, "the client's hello", NULL },
    { COMMON_WAITING_SIDE, "client", NULL },
};

static void check_common(const struct handshake *hs, enum common_field id, const char *expected)
{
    struct value v = common_value(hs, id);
    ck_assert_msg(v.present == (expected != NULL), "%s", common_field_table.fields[id].name);
    if (!expected)
        return;
    struct text t = { 0 };
    value_text(&common_field_table.fields[id], &v, &t);
    ck_assert_str_eq(text_string(&t), expected);
    text_free(&t);
}

START_TEST(has_common_fields)
{
    struct handshake *hs = toy_handshake();
    struct dissector dissector = *hs->dissector;
    dissector.machine = &machine;
    hs->dissector = &dissector;
    hs->outcome = OUTCOME_OPEN;
    check_common(hs, common[_i].id, common[_i].at_start);
    hs->state = 1;
    hs->outcome = OUTCOME_COMPLETED;
    check_common(hs, common[_i].id, common[_i].when_done);
}
END_TEST

START_TEST(does_without_machine_and_address)
{
    struct handshake *hs = bare_handshake(&toy_table);
    check_common(hs, COMMON_STATE, NULL);
    check_common(hs, COMMON_WAITING_FOR, NULL);
    check_common(hs, COMMON_WAITING_SIDE, NULL);
    check_common(hs, COMMON_CLIENT_ADDRESS, NULL);
    ck_assert(!common_value(hs, COMMON_FIELD_COUNT).present);
}
END_TEST

START_TEST(names_outcomes)
{
    ck_assert_str_eq(outcome_name(OUTCOME_COMPLETED), "completed");
    ck_assert_str_eq(outcome_name(OUTCOME_FAILED), "failed");
    ck_assert_str_eq(outcome_name(OUTCOME_UNKNOWN), "unknown");
    ck_assert_str_eq(outcome_name(OUTCOME_OPEN), "unknown");
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, absent_gives_the_fallback);
    tcase_add_test(t, zero_and_empty_are_present);
    tcase_add_test(t, a_second_set_replaces_the_first);
    tcase_add_test(t, sets_each_type);
    TEST_ROWS(t, cuts_long_text, texts);
    TEST_ROWS(t, cuts_long_lists, lists);
    TEST_ROWS(t, adds_numbers_some_at_a_time, strides);
    tcase_add_test(t, rows_have_values_of_their_own);
    tcase_add_test(t, says_nothing_when_memory_is_short);
    tcase_add_test(t, lists_keep_what_they_had_when_memory_is_short);
    TEST_ROWS(t, has_common_fields, common);
    tcase_add_test(t, does_without_machine_and_address);
    tcase_add_test(t, names_outcomes);
}

TEST_MAIN("handshake", add_tests)
