/* test_recent.c - how often something held lately, and what is forgotten. */
#include "rule/recent.h"

#include <stdio.h>
#include <string.h>

#include "support/test_main.h"

enum { SECOND = 1000000 };

/* Three within ten seconds are wanted; the times come in the order given. */
static const struct {
    const char *name;
    int seconds[8];
    const char *reached; /* a letter for each: y or n */
} rows[] = {
    { "three soon", { 0, 1, 2 }, "nny" },
    { "the window is whole", { 0, 5, 10 }, "nny" },
    { "one too late", { 0, 5, 11 }, "nnn" },
    { "the window moves", { 0, 5, 11, 12 }, "nnny" },
    { "and stays reached", { 0, 1, 2, 3, 4 }, "nnyyy" },
    { "until it is quiet", { 0, 1, 2, 30, 31, 32 }, "nnynny" },
    { "at one moment", { 7, 7, 7, 7 }, "nnyy" },
    { "later ones first", { 10, 5, 0 }, "nny" },
    { "one long before does not count", { 100, 101, 102, 1 }, "nnyn" },
    { "before 1970", { -3, -2, -1 }, "nny" },
};

START_TEST(counts)
{
    struct recent *r = recent_new();
    for (size_t i = 0; rows[_i].reached[i]; i++) {
        bool reached =
            recent_reached(r, "k", 1, (int64_t)rows[_i].seconds[i] * SECOND, 3, 10 * SECOND);
        ck_assert_msg(reached == (rows[_i].reached[i] == 'y'), "%s, %zu", rows[_i].name, i);
    }
    recent_free(r);
}
END_TEST

START_TEST(keeps_keys_apart)
{
    struct recent *r = recent_new();
    for (int i = 0; i < 1000; i++) {
        char key[16];
        int len = snprintf(key, sizeof key, "%d", i);
        ck_assert(!recent_reached(r, key, (size_t)len, i, 2, SECOND));
    }
    ck_assert(recent_reached(r, "500", 3, 501, 2, SECOND));
    ck_assert(!recent_reached(r, "5000", 4, 501, 2, SECOND));
    ck_assert_uint_eq(recent_forgotten(r), 0);
    recent_free(r);
}
END_TEST

/* Whoever chose the keys, memory is bounded; what is touched again stays. */
START_TEST(forgets_the_oldest)
{
    struct recent *r = recent_new();
    ck_assert(!recent_reached(r, "dear", 4, 0, 1000, SECOND));
    for (int i = 0; i < 20000; i++) {
        char key[16];
        int len = snprintf(key, sizeof key, "%d", i);
        recent_reached(r, key, (size_t)len, i, 1000, SECOND);
        if (i < 998)
            ck_assert(!recent_reached(r, "dear", 4, i, 1000, SECOND));
        else if (i % 100 == 0)
            ck_assert(recent_reached(r, "dear", 4, 998, 1000, SECOND));
    }
    ck_assert_uint_gt(recent_forgotten(r), 19000);
    recent_free(r);
}
END_TEST

START_TEST(survives_the_ends_of_time)
{
    struct recent *r = recent_new();
    ck_assert(!recent_reached(r, "k", 1, INT64_MIN, 2, INT64_MAX));
    ck_assert(!recent_reached(r, "k", 1, INT64_MAX, 2, INT64_MAX));
    ck_assert(recent_reached(r, "k", 1, INT64_MAX, 2, INT64_MAX));
    recent_free(r);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, counts, rows);
    tcase_add_test(t, keeps_keys_apart);
    tcase_add_test(t, forgets_the_oldest);
    tcase_add_test(t, survives_the_ends_of_time);
}

TEST_MAIN("recent", add)
