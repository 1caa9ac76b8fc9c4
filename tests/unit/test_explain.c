/* test_explain.c - the story of a cause, by id and by error text; ladders. */
#include "report/explain.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handshake/handshake.h"
#include "report/stories.h"
#include "rule/ruleset.h"
#include "support/test_main.h"

static const struct field_table *const tables[] = { &common_field_table, NULL };

static const char rules[] = "rule room.too-hot\n"
                            "    when      outcome == failed\n"
                            "    severity  error\n"
                            "    fault     server\n"
                            "    title     \"it is {duration} hot\"\n"
                            "    why       \"It is {state|warm} inside, {{so}}.\"\n"
                            "    fix       \"Open a window.\"\n"
                            "    seen as   \"the thermometer burst\", \"HEAT_0815\"\n"
                            "    see       \"RFC 5280 §4\"\n"
                            "\n"
                            "rule room.too-hot-upstairs\n"
                            "    as        room.too-hot\n"
                            "    when      outcome == unknown\n"
                            "    severity  warning\n"
                            "    title     \"it is hot upstairs\"\n"
                            "    seen as   \"sweating in the attic\"\n";

/* What explain answers: text or JSON, or its error. */
static char *explained(const char *query, bool json, struct error *e)
{
    char *data;
    size_t len;
    struct text mistakes = { 0 };
    struct ruleset *rs = ruleset_new(tables);
    ck_assert(ruleset_add(rs, "rules/test.rules", rules, strlen(rules), &mistakes));
    ruleset_ready(rs);
    struct guide *guide = guide_new(rs, &mistakes);
    ck_assert_str_eq(text_string(&mistakes), "");
    FILE *out = open_memstream(&data, &len);
    struct reference_options options = { .out = out, .json = json, .columns = 80 };
    error_clear(e);
    bool answered = guide_explain(guide, query, &options, e);
    ck_assert_int_eq(answered, !error_is_set(e));
    fclose(out);
    guide_free(guide);
    ruleset_free(rs);
    return data;
}

static const struct {
    const char *query, *rule, *variant; /* NULL: none */
} questions[] = {
    { "room.too-hot", "room.too-hot", NULL },
    { "Room.Too-Hot", "room.too-hot", NULL },
    { "room.too-hot-upstairs", "room.too-hot", "room.too-hot-upstairs" },
    { "10:00 The thermometer burst!", "room.too-hot", NULL },
    { "somebody is sweating in the attic", "room.too-hot", "room.too-hot-upstairs" },
    { "HEAT_0815", "room.too-hot", NULL },
    { "capture.damaged", "capture.damaged", NULL }, /* a story and no rule */
    { "hello world", NULL, NULL },
    { "\033]0;\xff", NULL, NULL },
    { "", NULL, NULL },
};

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

START_TEST(answers_questions)
{
    struct error e;
    char *data = explained(questions[_i].query, true, &e);
    json_t *answer = json_loads(data, 0, NULL);
    ck_assert_msg(answer != NULL, "%s", data);
    json_t *first = json_array_get(json_object_get(answer, "answers"), 0);
    ck_assert_msg(same(json_string_value(json_object_get(first, "rule")), questions[_i].rule), "%s",
                  data);
    ck_assert_msg(same(json_string_value(json_object_get(first, "variant")), questions[_i].variant),
                  "%s", data);
    json_decref(answer);
    free(data);
}
END_TEST

START_TEST(tells_the_whole_story)
{
    struct error e;
    char *data = explained("room.too-hot", false, &e);
    ck_assert_str_eq(data, "room.too-hot\n"
                           "    it is <duration> hot\n"
                           "\n"
                           "    why      It is <state> inside, {so}.\n"
                           "    fault    server (proven); error, rank 50\n"
                           "    fix      Open a window.\n"
                           "    seen as  the thermometer burst; HEAT_0815\n"
                           "    fires    outcome == failed\n"
                           "    see      RFC 5280 section 4\n"
                           "    from     rules/test.rules:1\n");
    free(data);
}
END_TEST

START_TEST(tells_what_was_recognised)
{
    struct error e;
    char *data = explained("oh, the thermometer burst", false, &e);
    ck_assert_ptr_nonnull(strstr(data, "\n    matched  the thermometer burst\n"));
    ck_assert_ptr_null(strstr(data, "seen as"));
    free(data);
}
END_TEST

static const struct {
    const char *query, *hint;
} misspelt[] = {
    { "room.to-hot", "did you mean 'room.too-hot'?" },
    { "upstairs", "did you mean 'room.too-hot-upstairs'?" },
    { "ftp.login.failed", "`handshark rules list`" },
};

START_TEST(suggests_ids)
{
    struct error e;
    char *data = explained(misspelt[_i].query, false, &e);
    ck_assert_str_eq(data, "");
    ck_assert_msg(strstr(e.fault, misspelt[_i].query) != NULL, "%s", e.fault);
    ck_assert_msg(strstr(e.hint, misspelt[_i].hint) != NULL, "%s", e.hint);
    free(data);
}
END_TEST

/* ---- stories ---- */

static const struct {
    const char *steps, *drawn;
} ladders[] = {
    { "    -> hello\n    !-x SYN\n",
      "      +-- hello -------------------------------------------------------->|\n"
      "    ! +-- SYN ----------------------------------------------------X      |\n" },
    { "    <- no\n    x- no\n",
      "      |<----------------------------------------------------------- no --+\n"
      "      |      X----------------------------------------------------- no --+\n" },
    { "    .. 1 s\n",
      "      |                              (1 s)                               |\n" },
};

START_TEST(draws_ladders)
{
    struct text table = { 0 }, mistakes = { 0 };
    text_format(&table, "a.b\n%s", ladders[_i].steps);
    struct stories *s = stories_read("t", table.data, table.len, &mistakes);
    ck_assert_str_eq(text_string(&mistakes), "");
    struct page p = page_new(80, false, false);
    story_draw(&p, stories_find(s, "a.b"));
    const char *drawn = strchr(text_string(&p.text), '\n') + 1;
    ck_assert_str_eq(drawn, ladders[_i].drawn);
    for (const char *line = drawn; *line; line = strchr(line, '\n') + 1)
        ck_assert_uint_eq(strcspn(line, "\n"), 74);
    page_free(&p);
    stories_free(s);
    text_free(&table);
}
END_TEST

static const struct {
    const char *table, *mistake;
} bad_stories[] = {
    { "    -> x\n", "t:1: which cause's?\n" },
    { "a.b\n    -> \n", "t:2: a step has 1 to 50 characters\n" },
    { "a.b\n    -> 123456789012345678901234567890123456789012345678901\n",
      "t:2: a step has 1 to 50 characters\n" },
    { "a.b\n    => x\n", "t:2: about, filter, check, near or a step is wanted: -> <- -x x- ..\n" },
    { "a.b\na.b\n", "t:2: this cause has a story already\n" },
    { "a.b\n    .. 1\n    .. 2\n    .. 3\n    .. 4\n    .. 5\n    .. 6\n    .. 7\n    .. 8\n"
      "    .. 9\n    .. 10\n    .. 11\n    .. 12\n    .. 13\n",
      "t:14: too many steps\n" },
};

START_TEST(names_mistakes)
{
    struct text mistakes = { 0 };
    const char *table = bad_stories[_i].table;
    struct stories *s = stories_read("t", table, strlen(table), &mistakes);
    ck_assert_str_eq(text_string(&mistakes), bad_stories[_i].mistake);
    text_free(&mistakes);
    stories_free(s);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, answers_questions, questions);
    tcase_add_test(t, tells_the_whole_story);
    tcase_add_test(t, tells_what_was_recognised);
    TEST_ROWS(t, suggests_ids, misspelt);
    TEST_ROWS(t, draws_ladders, ladders);
    TEST_ROWS(t, names_mistakes, bad_stories);
}

TEST_MAIN("explain", add_tests)
