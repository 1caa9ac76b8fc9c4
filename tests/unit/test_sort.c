/* test_sort.c - what comes before what, by each type of field. */
#include "report/sort.h"

#include <string.h>

#include "support/test_main.h"

static const struct field number = { .type = FIELD_TYPE_NUMBER },
                          name = { .type = FIELD_TYPE_TEXT },
                          address = { .type = FIELD_TYPE_ADDRESS },
                          list = { .type = FIELD_TYPE_TEXTS };
static struct list two = { .count = 2 }, ten = { .count = 10 };

#define NUMBER(n)                                                                                  \
    {                                                                                              \
        .is.number = (n), .present = true                                                          \
    }
#define NAME(s)                                                                                    \
    {                                                                                              \
        .is.text = { (s), sizeof(s) - 1 }, .present = true                                         \
    }
#define V4(last)                                                                                   \
    {                                                                                              \
        .is.address = { { 10, 0, 0, (last) }, 4 }, .present = true                                 \
    }
#define V6(first)                                                                                  \
    {                                                                                              \
        .is.address = { { (first) }, 16 }, .present = true                                         \
    }
#define LIST(l)                                                                                    \
    {                                                                                              \
        .is.list = &(l), .present = true                                                           \
    }

static const struct {
    const struct field *field;
    struct value a, b;
    int order;
} rows[] = {
    { &number, NUMBER(1), NUMBER(2), -1 },
    { &number, NUMBER(-5), NUMBER(-5), 0 },
    { &number, NUMBER(INT64_MAX), NUMBER(INT64_MIN), 1 },
    { &name, NAME("a"), NAME("b"), -1 },
    { &name, NAME("a"), NAME("ab"), -1 },
    { &name, NAME(""), NAME("a"), -1 },
    { &name, NAME("\xff"), NAME("z"), 1 },
    { &name, NAME("same"), NAME("same"), 0 },
    { &address, V4(9), V4(10), -1 },
    { &address, V4(255), V6(1), -1 },
    { &list, LIST(ten), LIST(two), 1 },
};

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

START_TEST(compares)
{
    struct sort_key a = sort_key_of(rows[_i].field, &rows[_i].a);
    struct sort_key b = sort_key_of(rows[_i].field, &rows[_i].b);
    ck_assert_int_eq(sign(sort_compare(&a, &b, false)), rows[_i].order);
    ck_assert_int_eq(sign(sort_compare(&b, &a, false)), -rows[_i].order);
    ck_assert_int_eq(sign(sort_compare(&a, &b, true)), -rows[_i].order);
    struct sort_key copy = sort_key_copy(&a);
    sort_key_free(&a);
    ck_assert_int_eq(sign(sort_compare(&copy, &b, false)), rows[_i].order);
    sort_key_free(&copy);
    sort_key_free(&b);
}
END_TEST

START_TEST(what_is_absent_comes_last)
{
    static const struct value least = NUMBER(INT64_MIN), most = NUMBER(INT64_MAX);
    struct sort_key absent = sort_key_of(&number, NULL);
    struct sort_key low = sort_key_of(&number, &least), high = sort_key_of(&number, &most);
    ck_assert_int_gt(sort_compare(&absent, &high, false), 0);
    ck_assert_int_gt(sort_compare(&absent, &low, true), 0);
    ck_assert_int_eq(sort_compare(&absent, &absent, false), 0);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, compares, rows);
    tcase_add_test(t, what_is_absent_comes_last);
}

TEST_MAIN("sort", add_tests)
