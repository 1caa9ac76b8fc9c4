/* test_where.c - conditions asked of verdicts, and the fields they are sorted by. */
#include "rule/where.h"

#include <string.h>

#include "rule/ruleset.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

/* A failed handshake whose fault is the server's, and a warning beside the cause. */
static struct verdict failed_verdict(void)
{
    struct handshake *hs = toy_handshake();
    hs->number = 7;
    return (struct verdict){
        .handshake = hs,
        .outcome = hs->outcome,
        .findings = { { .id = "toy.broken",
                        .severity = SEVERITY_ERROR,
                        .fault = FAULT_SERVER,
                        .certainty = CERTAINTY_LIKELY },
                      { .id = "toy.odd", .severity = SEVERITY_WARNING, .fault = FAULT_CLIENT } },
        .finding_count = 2,
    };
}

static const struct {
    const char *condition;
    bool holds;
} rows[] = {
    { "toy.number == 7", true },
    { "toy.number == 8", false },
    { "toy.no.number == 7", false }, /* nobody knows */
    { "not toy.no.number == 7", false },
    { "not exists toy.no.number", true },
    { "fault == server", true },
    { "fault == client", false },
    { "fault == SERVER and certainty == likely", true },
    { "certainty >= likely", true },
    { "certainty == proven", false },
    { "severity == error", true },
    { "cause == \"toy.broken\"", true },
    { "cause matches \"^toy\\.\"", true },
    { "cause == \"toy.odd\"", false },
    { "findings contains \"toy.odd\"", true },
    { "findings contains \"toy.other\"", false },
    { "id == 7", true },
    { "id in { 1..6, 8 }", false },
    { "capture == \"kitchen.pcap\"", true },
    { "toy.number in favourites", true }, /* a list of the rules */
    { "rule == 1", false },               /* no field, though it begins a paragraph */
};

static struct ruleset *rules_with_a_list(void)
{
    static const char list[] = "list favourites = 7, 8\n";
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert(ruleset_add(rs, "t.rules", list, strlen(list), &told));
    ruleset_ready(rs);
    return rs;
}

START_TEST(asks)
{
    struct text told = { 0 };
    struct ruleset *rs = rules_with_a_list();
    struct where *w = where_condition(rs, toy_tables, "--where", rows[_i].condition, &told);
    struct verdict v = failed_verdict();
    v.cause = &v.findings[0];
    bool readable = strncmp(rows[_i].condition, "rule", 4) != 0;
    ck_assert_msg((w != NULL) == readable, "%s: %s", rows[_i].condition, text_string(&told));
    if (w)
        ck_assert_msg(where_holds(w, "kitchen.pcap", &v) == rows[_i].holds, "%s",
                      rows[_i].condition);
    where_free(w);
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

/* Without a finding there is neither cause nor fault. */
START_TEST(absent_is_not_false)
{
    struct text told = { 0 };
    struct ruleset *rs = rules_with_a_list();
    struct where *w = where_condition(rs, toy_tables, "--where", "fault != server", &told);
    struct verdict v = { .handshake = toy_handshake() };
    ck_assert(!where_holds(w, "a", &v));
    where_free(w);
    ruleset_free(rs);
}
END_TEST

static const struct {
    const char *condition, *told;
} bad[] = {
    { "toy.numbr == 7", "--where:1:1: no field 'toy.numbr'\n"
                        "    toy.numbr == 7\n"
                        "    ^~~~~~~~~\n"
                        "did you mean 'toy.number'?" },
    { "fault = server", "--where:1:7: '=' does not compare\n" },
    { "fault == nobody", "--where:1:10: " },
    { "toy.number ==", "--where:1:14: expected a field or a value, found the end\n" },
    { "", "--where:1:1: expected a field or a value, found the end\n" },
    { "toy.number == 7 toy.name == \"\"",
      "--where:1:17: expected 'and', 'or' or the end, found 'toy.name'\n" },
    { "toy.number == 7)", "--where:1:16: expected 'and', 'or' or the end, found ')'\n" },
    { "toy.number", "--where:1:1: " },
};

START_TEST(tells_mistakes)
{
    struct text told = { 0 };
    struct ruleset *rs = rules_with_a_list();
    ck_assert_ptr_null(where_condition(rs, toy_tables, "--where", bad[_i].condition, &told));
    ck_assert_msg(strncmp(text_string(&told), bad[_i].told, strlen(bad[_i].told)) == 0, "%s",
                  text_string(&told));
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

static const struct {
    const char *field;
    int64_t number; /* 0: absent, or no number */
} fields[] = {
    { "toy.number", 7 },       { "toy.no.number", 0 },        { "id", 7 },
    { "fault", FAULT_SERVER }, { "outcome", OUTCOME_FAILED },
};

START_TEST(finds_fields)
{
    struct text told = { 0 };
    struct where *w = where_field(toy_tables, "--sort", fields[_i].field, &told);
    struct verdict v = failed_verdict();
    v.cause = &v.findings[0];
    ck_assert_msg(w != NULL, "%s", text_string(&told));
    const struct value *value = where_value(w, "a", &v);
    ck_assert_int_eq(value ? value->is.number : 0, fields[_i].number);
    ck_assert_str_eq(where_field_of(w)->name, fields[_i].field);
    where_free(w);
}
END_TEST

START_TEST(misses_fields)
{
    struct text told = { 0 };
    ck_assert_ptr_null(where_field(toy_tables, "--sort", "toy.nmber", &told));
    ck_assert_ptr_nonnull(strstr(text_string(&told), "did you mean 'toy.number'?"));
    text_free(&told);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, asks, rows);
    tcase_add_test(t, absent_is_not_false);
    TEST_ROWS(t, tells_mistakes, bad);
    TEST_ROWS(t, finds_fields, fields);
    tcase_add_test(t, misses_fields);
}

TEST_MAIN("where", add_tests)
