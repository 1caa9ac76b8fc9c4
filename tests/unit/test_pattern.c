/* test_pattern.c - regular expressions: what they find, what they give up on, and
 * that a second question gets the same answer as the first. */
#include "rule/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"

static struct pattern *compiled(const char *text)
{
    char fault[PATTERN_FAULT_LEN];
    size_t offset;
    struct pattern *p = pattern_new(text, strlen(text), fault, &offset);
    ck_assert_msg(p != NULL, "%s: %s", text, fault);
    return p;
}

static const struct {
    const char *pattern, *text;
    size_t len;
    enum pattern_answer answer;
} questions[] = {
    { "home", "broker.home.arpa", 16, PATTERN_YES },
    { "^home", "broker.home.arpa", 16, PATTERN_NO },
    { "^$", "", 0, PATTERN_YES },
    { ".", "", 0, PATTERN_NO },
    { "(?i)zscaler|netskope", "CN=ZScaler Root CA", 18, PATTERN_YES },
    { "b", "a\0b", 3, PATTERN_YES },
    { "b", "a\0b", 2, PATTERN_NO },
    { "b", "\xff\xfe b", 4, PATTERN_YES },
    { "^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", 65,
      PATTERN_GAVE_UP },
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

START_TEST(answers_the_same_again)
{
    struct pattern *patterns[QUESTIONS];
    for (size_t i = 0; i < QUESTIONS; i++)
        patterns[i] = compiled(questions[i].pattern);
    for (size_t n = 0; n < 3 * QUESTIONS; n++) {
        size_t i = n % QUESTIONS;
        /* From memory of exactly that size, so that a sanitizer sees more. */
        char *text = malloc(questions[i].len + !questions[i].len);
        memcpy(text, questions[i].text, questions[i].len);
        ck_assert_msg(pattern_matches(patterns[i], text, questions[i].len) == questions[i].answer,
                      "%s, asked %zu times before", questions[i].pattern, n / QUESTIONS);
        free(text);
    }
    for (size_t i = 0; i < QUESTIONS; i++)
        pattern_free(patterns[i]);
}
END_TEST

START_TEST(a_new_pattern_has_answers_of_its_own)
{
    struct pattern *lasting = compiled("x");
    for (int i = 0; i < 50; i++) { /* most likely where the one before lay */
        struct pattern *p = compiled(i % 2 ? "arpa" : "example");
        ck_assert_int_eq(pattern_matches(p, "home.arpa", 9), i % 2 ? PATTERN_YES : PATTERN_NO);
        pattern_free(p);
    }
    ck_assert_int_eq(pattern_matches(lasting, "home.arpa", 9), PATTERN_NO);
    pattern_free(lasting);
    pattern_free(NULL);
    struct pattern *p = compiled("home");
    ck_assert_int_eq(pattern_matches(p, "home.arpa", 9), PATTERN_YES);
    pattern_free(p);
}
END_TEST

START_TEST(answers_more_than_it_remembers)
{
    struct pattern *p = compiled("7$");
    char text[600];
    memset(text, 'x', sizeof text);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3000; i++) {
            memcpy(text,
                   (char[]){ (char)('0' + i / 1000), (char)('0' + i / 100 % 10),
                             (char)('0' + i / 10 % 10), (char)('0' + i % 10) },
                   4);
            size_t len = i % 3 ? 4 : sizeof text;
            enum pattern_answer expected = len == 4 && i % 10 == 7 ? PATTERN_YES : PATTERN_NO;
            ck_assert_int_eq(pattern_matches(p, text, len), expected);
        }
    pattern_free(p);
}
END_TEST

START_TEST(tells_what_is_wrong)
{
    char fault[PATTERN_FAULT_LEN];
    size_t offset;
    ck_assert_ptr_null(pattern_new("a(b", 3, fault, &offset));
    ck_assert_uint_eq(offset, 3);
    ck_assert_ptr_nonnull(strstr(fault, "parenthesis"));
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, answers_the_same_again);
    tcase_add_test(t, a_new_pattern_has_answers_of_its_own);
    tcase_add_test(t, answers_more_than_it_remembers);
    tcase_add_test(t, tells_what_is_wrong);
}

TEST_MAIN("pattern", add_tests)
