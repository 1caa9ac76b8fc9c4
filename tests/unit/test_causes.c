/* test_causes.c - counting causes, adding counts, and their order. */
#include "report/causes.h"

#include <string.h>

#include "support/test_main.h"

START_TEST(orders_by_count_then_id)
{
    struct causes c = { 0 };
    char again[] = "net.b"; /* another copy of an id is the same id */
    causes_count(&c, "net.c");
    causes_count(&c, "net.b");
    causes_count(&c, "net.a");
    causes_count(&c, again);
    causes_sort(&c);
    ck_assert_uint_eq(c.count, 3);
    ck_assert_str_eq(c.list[0].id, "net.b");
    ck_assert_uint_eq(c.list[0].count, 2);
    ck_assert_str_eq(c.list[1].id, "net.a");
    ck_assert_str_eq(c.list[2].id, "net.c");
}
END_TEST

START_TEST(loses_none)
{
    static char ids[CAUSES_MAX + 2][8];
    static struct causes one, all;
    for (unsigned i = 0; i < CAUSES_MAX + 2; i++) {
        ids[i][0] = (char)('a' + i / 26 % 26);
        ids[i][1] = (char)('a' + i % 26);
        ids[i][2] = (char)('a' + i / 676);
        causes_count(&one, ids[i]);
    }
    ck_assert_uint_eq(one.count, CAUSES_MAX);
    ck_assert_uint_eq(one.others, 2);
    causes_add(&all, &one, "a");
    causes_add(&all, &one, "b");
    ck_assert_uint_eq(all.count, CAUSES_MAX);
    ck_assert_uint_eq(all.list[0].count, 2);
    ck_assert_uint_eq(all.list[0].captures, 2);
    ck_assert_str_eq(all.list[0].example, "a");
    ck_assert_uint_eq(all.others, 4);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, orders_by_count_then_id);
    tcase_add_test(t, loses_none);
}

TEST_MAIN("causes", add_tests)
