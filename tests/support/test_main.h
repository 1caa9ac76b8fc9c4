/* test_main.h - the main of a unit test program, and rows as loop tests.
 *
 *     static void add_hellos(TCase *t)
 *     {
 *         TEST_ROWS(t, reads_server_hello, server_hellos);
 *     }
 *     TEST_MAIN("hello", add_hellos)
 */
#ifndef SUPPORT_TEST_MAIN_H
#define SUPPORT_TEST_MAIN_H

#include <check.h>
#include <stddef.h>

/* TEST_ROWS runs the test once a row of the array; it finds its row at [_i]. */
#define TEST_ROWS(tcase, test, rows)                                                               \
    tcase_add_loop_test(tcase, test, 0, (int)(sizeof(rows) / sizeof((rows)[0])))

/* add is ended by NULL. */
static inline int test_main(const char *name, void (*const *add)(TCase *))
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create("all");
    for (; *add; add++)
        (*add)(all);
    suite_add_tcase(suite, all);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* TEST_MAIN defines main: each function named behind the program's name is
 * called with the test case and adds its tests to it. */
#define TEST_MAIN(name, ...)                                                                       \
    int main(void)                                                                                 \
    {                                                                                              \
        return test_main(name, (void (*const[])(TCase *)){ __VA_ARGS__, NULL });                   \
    }

#endif
