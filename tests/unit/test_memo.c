/* test_memo.c - what is kept is found, what is forgotten is absent, and nothing
 * is ever found under another key. */
#include "base/memo.h"

#include <string.h>

#include "base/text.h"
#include "support/test_main.h"

static void check(const struct memo *m, const char *key, const char *expected)
{
    size_t len;
    const char *found = memo_find(m, key, strlen(key), &len);
    ck_assert_msg((found != NULL) == (expected != NULL), "%s", key);
    if (expected) {
        ck_assert_uint_eq(len, strlen(expected));
        ck_assert_mem_eq(found, expected, len);
    }
}

static bool keep(struct memo *m, const char *key, const char *content)
{
    return memo_keep(m, key, strlen(key), content, strlen(content));
}

START_TEST(finds_what_was_kept)
{
    struct memo *m = memo_new(16, 4096);
    check(m, "broker", NULL);
    keep(m, "broker", "one");
    keep(m, "", "of the empty key");
    keep(m, "nothing", "");
    check(m, "broker", "one");
    check(m, "", "of the empty key");
    check(m, "nothing", "");
    static const char *const others[] = { "b", "broke", "brokes", "brokers", "Broker", "nothin" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        check(m, others[i], NULL);
    keep(m, "broker", "another");
    check(m, "broker", "another");
    memo_free(m);
    memo_free(NULL);
}
END_TEST

START_TEST(tells_what_is_new)
{
    struct memo *m = memo_new(16, 4096);
    ck_assert(keep(m, "broker", "one"));
    ck_assert(!keep(m, "broker", "two"));
    ck_assert(!keep(m, "broker", "longer"));
    ck_assert(keep(m, "brokers", "one"));
    memo_forget(m);
    check(m, "broker", NULL);
    check(m, "brokers", NULL);
    ck_assert(keep(m, "broker", "one"));
    check(m, "broker", "one");
    memo_free(m);
}
END_TEST

START_TEST(tells_keys_apart_by_every_byte)
{
    char key[70];
    struct memo *m = memo_new(128, 128 * 1024);
    memset(key, 'k', sizeof key);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = 0;
        memo_keep(m, key, sizeof key, &(char){ (char)i }, 1);
        key[i] = 'k';
    }
    size_t len;
    ck_assert_ptr_null(memo_find(m, key, sizeof key, &len));
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = 0;
        const char *found = memo_find(m, key, sizeof key, &len);
        ck_assert(found && len == 1 && *found == (char)i);
        key[i] = 'k';
    }
    memo_free(m);
}
END_TEST

/* ---- bounds ---- */

START_TEST(begins_anew_when_it_has_enough_entries)
{
    struct memo *m = memo_new(3, 4096);
    keep(m, "a", "1");
    keep(m, "b", "2");
    keep(m, "c", "3");
    check(m, "a", "1");
    keep(m, "d", "4");
    check(m, "a", NULL);
    check(m, "c", NULL);
    check(m, "d", "4");
    memo_free(m);
}
END_TEST

START_TEST(begins_anew_when_it_has_enough_bytes)
{
    struct memo *m = memo_new(1000, 160);
    keep(m, "0", "123456789");
    for (int i = 1; i < 16; i++)
        keep(m, (char[]){ (char)('0' + i), 0 }, "123456789");
    check(m, "0", "123456789");
    keep(m, "z", "");
    check(m, "0", NULL);
    check(m, "z", "");
    memo_free(m);
}
END_TEST

START_TEST(leaves_out_what_is_too_large)
{
    struct memo *m = memo_new(1000, 160); /* a sixteenth is 10 */
    keep(m, "a", "1");
    keep(m, "b", "1234567890");
    keep(m, "12345678901", "");
    check(m, "a", "1");
    check(m, "b", NULL);
    check(m, "12345678901", NULL);
    keep(m, "c", "123456789");
    check(m, "c", "123456789");
    memo_free(m);
}
END_TEST

/* Whatever is found is what was kept last under that key. */
START_TEST(never_gives_another_keys)
{
    enum { KEYS = 97, STEPS = 200000 };
    struct memo *m = memo_new(32, 600);
    uint32_t last[KEYS] = { 0 }, chance = 1, found_count = 0;
    for (uint32_t step = 1; step <= STEPS; step++) {
        chance = chance * 1664525 + 1013904223;
        uint8_t key[12] = { 0 };
        uint32_t n = (chance >> 16) % KEYS;
        memset(key, (int)n, 1 + n % sizeof key);
        size_t len, key_len = 1 + n % sizeof key;
        const char *found = memo_find(m, key, key_len, &len);
        found_count += found != NULL;
        if (found)
            ck_assert(len == sizeof step && memcmp(found, &last[n], len) == 0);
        if (chance >> 31) {
            memo_keep(m, key, key_len, &step, sizeof step);
            last[n] = step;
        }
    }
    ck_assert_uint_gt(found_count, STEPS / 20);
    memo_free(m);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, finds_what_was_kept);
    tcase_add_test(t, tells_what_is_new);
    tcase_add_test(t, tells_keys_apart_by_every_byte);
    tcase_add_test(t, begins_anew_when_it_has_enough_entries);
    tcase_add_test(t, begins_anew_when_it_has_enough_bytes);
    tcase_add_test(t, leaves_out_what_is_too_large);
    tcase_add_test(t, never_gives_another_keys);
}

TEST_MAIN("memo", add_tests)
