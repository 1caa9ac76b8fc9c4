/* test_field.c - codes to names and back, values to text. */
#include "handshake/field.h"

#include <string.h>

#include "support/hex.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

/* ---- codes ---- */

static const struct code_name sorted_names[] = {
    { 1, "one" },       { 5, "five" }, { 5, "cinq" }, { 9, "nine-and_a half" },
    { 0x1301, "last" }, { 0, NULL },
};
static const struct code_names linear = { .word = "suite", .names = sorted_names, .hex = true };
static const struct code_names halves = {
    .word = "suite", .names = sorted_names, .hex = true, .count = 5
};

static const struct {
    uint32_t code;
    const char *name, *text;
} codes[] = {
    { 1, "one", "one" },
    { 5, "five", "five" },
    { 9, "nine-and_a half", "nine-and_a half" },
    { 0x1301, "last", "last" },
    { 0, NULL, "suite 0x0000" },
    { 4, NULL, "suite 0x0004" },
    { 0x1302, NULL, "suite 0x1302" },
    { 0x12345678, NULL, "suite 0x12345678" },
};

START_TEST(names_a_code)
{
    const struct code_names *both[] = { &linear, &halves };
    for (int i = 0; i < 2; i++) {
        const char *name = code_name_of(both[i], codes[_i].code);
        ck_assert_int_eq(name != NULL, codes[_i].name != NULL);
        ck_assert(!name || strcmp(name, codes[_i].name) == 0);
        struct text t = { 0 };
        code_text(both[i], codes[_i].code, &t);
        ck_assert_str_eq(text_string(&t), codes[_i].text);
        text_free(&t);
    }
}
END_TEST

START_TEST(numbers_a_code_of_no_name)
{
    struct text t = { 0 };
    code_text(&toy_alerts, 99, &t);
    ck_assert_str_eq(text_string(&t), "alert 99");
    text_free(&t);
}
END_TEST

static const struct {
    const char *name;
    bool known;
    uint32_t code;
} spellings[] = {
    { "one", true, 1 }, { "ONE", true, 1 },   { "cinq", true, 5 }, { "nine and-A_half", true, 9 },
    { "on", false, 0 }, { "ones", false, 0 }, { "", false, 0 },    { "suite 1", false, 0 },
};

START_TEST(finds_a_code_by_name)
{
    uint32_t code = 0;
    const char *name = spellings[_i].name;
    ck_assert_int_eq(code_of_name(&linear, name, strlen(name), &code), spellings[_i].known);
    ck_assert_uint_eq(code, spellings[_i].code);
}
END_TEST

START_TEST(reads_a_name_no_further_than_its_length)
{
    uint32_t code = 0;
    ck_assert(code_of_name(&linear, "fivefold", 4, &code));
    ck_assert_uint_eq(code, 5);
}
END_TEST

/* ---- values ---- */

static const struct field number = { .name = "n", .type = FIELD_TYPE_NUMBER };
static const struct field code = { .name = "c", .type = FIELD_TYPE_CODE, .names = &toy_alerts };
static const struct field moment = { .name = "t", .type = FIELD_TYPE_TIME };
static const struct field duration = { .name = "d", .type = FIELD_TYPE_DURATION };
static const struct field truth = { .name = "b", .type = FIELD_TYPE_BOOL };

static const struct {
    const struct field *field;
    int64_t number;
    const char *text;
} plain[] = {
    { &number, 0, "0" },
    { &number, INT64_MIN, "-9223372036854775808" },
    { &code, 40, "handshake_failure" },
    { &code, 99, "alert 99" },
    { &moment, 1632960000000001, "2021-09-30T00:00:00Z" },
    { &truth, 0, "no" },
    { &truth, 1, "yes" },
    { &duration, 0, "0 µs" },
    { &duration, 999, "999 µs" },
    { &duration, 1000, "1 ms" },
    { &duration, 31200, "31.2 ms" },
    { &duration, 1500000, "1.5 s" },
    { &duration, 119900000, "119.9 s" },
    { &duration, 120000000, "2 min" },
    { &duration, 7100000000, "118 min" },
    { &duration, 7200000000, "2 h" },
    { &duration, 172800000000, "2 days" },
    { &duration, -1500000, "-1.5 s" },
    { &duration, INT64_MIN, "-106751991 days" },
};

START_TEST(writes_number)
{
    struct value v = { .is.number = plain[_i].number, .present = true };
    struct text t = { 0 };
    value_text(plain[_i].field, &v, &t);
    ck_assert_str_eq(text_string(&t), plain[_i].text);
    text_free(&t);
}
END_TEST

START_TEST(writes_text_and_address)
{
    struct field text = { .type = FIELD_TYPE_TEXT }, address = { .type = FIELD_TYPE_ADDRESS };
    struct value v = { .is.text = { "a\x1b[b", 3 }, .present = true };
    struct text t = { 0 };
    value_text(&text, &v, &t);
    ck_assert_str_eq(text_string(&t), "a\\x1b[");
    text_clear(&t);
    v.is.address = (struct address){ { 10, 0, 0, 17 }, 4 };
    value_text(&address, &v, &t);
    ck_assert_str_eq(text_string(&t), "10.0.0.17");
    text_free(&t);
}
END_TEST

/* ---- lists, of a handshake that has them all ---- */

static void check_field(const struct handshake *hs, unsigned id, const char *expected)
{
    struct text t = { 0 };
    value_text(&toy_table.fields[id], &hs->values[id], &t);
    ck_assert_str_eq(text_string(&t), expected);
    text_free(&t);
}

START_TEST(writes_lists)
{
    struct handshake *hs = toy_handshake();
    check_field(hs, TOY_SIZES, "1, 1500");
    check_field(hs, TOY_ALERTS, "handshake_failure, unknown_ca");
    check_field(hs, TOY_WORDS, "mqtt, *.example.org");
    check_field(hs, TOY_CHAIN, "(subject CN=leaf, size 2048), (subject CN=Root, size 4096)");
    handshake_add_text(hs, TOY_WORDS, "\n", 1);
    check_field(hs, TOY_WORDS, "mqtt, *.example.org, \\x0a");
    handshake_add_row(hs, TOY_CHAIN);
    check_field(hs, TOY_CHAIN, "(subject CN=leaf, size 2048), (subject CN=Root, size 4096), ()");
    for (int i = 0; i < 300; i++)
        handshake_add_number(hs, TOY_SIZES, 2);
    struct text t = { 0 };
    value_text(&toy_table.fields[TOY_SIZES], &hs->values[TOY_SIZES], &t);
    const char *end = "2, 2 and 46 more";
    ck_assert_str_eq(text_string(&t) + t.len - strlen(end), end);
    text_free(&t);
}
END_TEST

START_TEST(names_types)
{
    ck_assert_str_eq(field_type_name(FIELD_TYPE_NUMBER), "number");
    ck_assert_str_eq(field_type_name(FIELD_TYPE_ADDRESS), "address");
    ck_assert_str_eq(field_type_name(FIELD_TYPE_RECORDS), "records");
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, names_a_code, codes);
    tcase_add_test(t, numbers_a_code_of_no_name);
    TEST_ROWS(t, finds_a_code_by_name, spellings);
    tcase_add_test(t, reads_a_name_no_further_than_its_length);
    TEST_ROWS(t, writes_number, plain);
    tcase_add_test(t, writes_text_and_address);
    tcase_add_test(t, writes_lists);
    tcase_add_test(t, names_types);
}

TEST_MAIN("field", add_tests)
