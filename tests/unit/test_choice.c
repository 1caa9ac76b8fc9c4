/* test_choice.c - --only, and how it goes together with --where and --sort. */
#include "choice.h"

#include <string.h>

#include "dissectors/registry.h"
#include "handshake/dissector.h"
#include "rule/ruleset.h"
#include "support/test_main.h"

/* A verdict of an outcome with a finding of a severity; -1: none. */
static struct verdict verdict_of(struct handshake *hs, enum outcome outcome, int severity)
{
    static const struct dissector nobody = { .name = "tcp" };
    *hs = (struct handshake){ .dissector = &nobody, .outcome = outcome, .number = 3 };
    struct verdict v = { .handshake = hs, .outcome = outcome, .finding_count = severity >= 0 };
    if (severity >= 0)
        v.findings[0] = (struct finding){ .id = "x", .severity = (enum severity)severity };
    return v;
}

static const struct {
    const char *only, *where;
    enum outcome outcome;
    int severity;
    bool taken;
} rows[] = {
    { NULL, NULL, OUTCOME_COMPLETED, -1, true },
    { "failed", NULL, OUTCOME_FAILED, -1, true },
    { "failed", NULL, OUTCOME_COMPLETED, SEVERITY_WARNING, false },
    { "failed,warning", NULL, OUTCOME_COMPLETED, SEVERITY_WARNING, true },
    { "failed,warning", NULL, OUTCOME_COMPLETED, SEVERITY_INFO, false },
    { "completed", NULL, OUTCOME_COMPLETED, SEVERITY_WARNING, true },
    { "unknown", NULL, OUTCOME_UNKNOWN, -1, true },
    { "error", NULL, OUTCOME_COMPLETED, SEVERITY_ERROR, true },
    { "info", NULL, OUTCOME_FAILED, SEVERITY_ERROR, false },
    { "failed", "id == 3", OUTCOME_FAILED, -1, true },
    { "failed", "id == 4", OUTCOME_FAILED, -1, false },
    { "failed", "id == 3", OUTCOME_COMPLETED, -1, false },
    { NULL, "outcome == completed", OUTCOME_COMPLETED, -1, true },
};

static struct choice *choice_of(const char *only, const char *where, const char *sort,
                                struct text *told)
{
    static struct ruleset *rules;
    if (!rules)
        rules = ruleset_new(registry_tables());
    struct choice_wish wish = { only, where, sort };
    return choice_new(&wish, rules, told);
}

START_TEST(takes)
{
    struct text told = { 0 };
    struct handshake hs;
    struct verdict v = verdict_of(&hs, rows[_i].outcome, rows[_i].severity);
    struct choice *c = choice_of(rows[_i].only, rows[_i].where, NULL, &told);
    ck_assert_msg(c != NULL, "%s", text_string(&told));
    ck_assert_int_eq(choice_takes(c, "a", &v), rows[_i].taken);
    ck_assert_int_eq(choice_takes_all(c), !rows[_i].only && !rows[_i].where);
    ck_assert_ptr_null(choice_sort(c));
    choice_free(c);
}
END_TEST

static const struct {
    const char *only, *where, *sort, *told;
} bad[] = {
    { "broken", NULL, NULL, "--only: there is no 'broken'\n" },
    { "failed,", NULL, NULL, "--only: there is no ''\n" },
    { "", NULL, NULL, "--only: there is no ''\n" },
    { "Failed", NULL, NULL, "--only: there is no 'Failed'\n" },
    { "a\033[2J", NULL, NULL, "--only: there is no 'a\\x1b[2J'\n" },
    { NULL, "id ==", NULL, "--where:1:" },
    { NULL, NULL, "--start", "--sort:1:1: no field '-start'" },
    { NULL, NULL, "", "--sort:1:1: no field ''" },
};

START_TEST(tells_mistakes)
{
    struct text told = { 0 };
    ck_assert_ptr_null(choice_of(bad[_i].only, bad[_i].where, bad[_i].sort, &told));
    ck_assert_msg(strncmp(text_string(&told), bad[_i].told, strlen(bad[_i].told)) == 0, "%s",
                  text_string(&told));
    text_free(&told);
}
END_TEST

START_TEST(sorts)
{
    struct text told = { 0 };
    struct handshake hs;
    struct verdict v = verdict_of(&hs, OUTCOME_FAILED, -1);
    struct choice *c = choice_of(NULL, NULL, "-id", &told);
    ck_assert(choice_sort(c)->descending);
    choice_key(c, "a", &v);
    ck_assert_int_eq(choice_sort(c)->key.number, 3);
    hs.number = 4;
    choice_key(c, "a", &v);
    ck_assert_int_eq(choice_sort(c)->key.number, 4);
    choice_free(c);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, takes, rows);
    TEST_ROWS(t, tells_mistakes, bad);
    tcase_add_test(t, sorts);
}

TEST_MAIN("choice", add_tests)
