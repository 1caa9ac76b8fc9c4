/* test_gather.c - parts in, a whole out; what passes a cap changes nothing. */
#include "base/gather.h"

#include <string.h>

#include "support/test_main.h"

enum { ENOUGH = 1 << 20 };

static struct budget budget;
static struct arena *arena;

static void set_up(void)
{
    budget = (struct budget){ .max = ENOUGH };
    arena = arena_new(&budget, ENOUGH / 4);
}

static void tear_down(void)
{
    arena_free(arena);
    budget_clear(&budget);
}

static bool add(struct gather *g, const char *string, size_t max)
{
    return gather_add(g, arena, (const uint8_t *)string, strlen(string), max);
}

START_TEST(joins_and_drops)
{
    struct gather g = { 0 };
    ck_assert(add(&g, "Server", 100));
    ck_assert(add(&g, "", 100));
    ck_assert(add(&g, "HelloFin", 100));
    ck_assert_uint_eq(g.len, 14);
    gather_drop(&g, 11);
    ck_assert_uint_eq(g.len, 3);
    ck_assert_mem_eq(g.bytes, "Fin", 3);
    ck_assert(add(&g, "ished", 100));
    ck_assert_mem_eq(g.bytes, "Finished", 8);
    gather_drop(&g, 8);
    ck_assert_uint_eq(g.len, 0);
}
END_TEST

static const struct {
    size_t have, len, max;
    bool fits;
} caps[] = {
    { 0, 8, 8, true },  { 0, 9, 8, false },        { 5, 3, 8, true },
    { 5, 4, 8, false }, { 5, SIZE_MAX, 8, false }, { 0, 0, 0, true },
};

START_TEST(keeps_to_its_cap)
{
    struct gather g = { 0 };
    static const uint8_t bytes[16] = "0123456789abcdef";
    ck_assert(gather_add(&g, arena, bytes, caps[_i].have, 100));
    ck_assert_int_eq(gather_add(&g, arena, bytes, caps[_i].len, caps[_i].max), caps[_i].fits);
    ck_assert_uint_eq(g.len, caps[_i].have + (caps[_i].fits ? caps[_i].len : 0));
    ck_assert(g.len == 0 || memcmp(g.bytes, bytes, caps[_i].have) == 0);
}
END_TEST

START_TEST(grows_by_little)
{
    struct gather g = { 0 };
    for (unsigned i = 0; i < 5000; i++) {
        uint8_t byte = (uint8_t)(i * 7);
        ck_assert(gather_add(&g, arena, &byte, 1, ENOUGH));
    }
    for (unsigned i = 0; i < 5000; i++)
        ck_assert_uint_eq(g.bytes[i], (uint8_t)(i * 7));
}
END_TEST

START_TEST(the_arena_says_no)
{
    struct gather g = { 0 };
    static const uint8_t bytes[ENOUGH / 4];
    ck_assert(add(&g, "kept", ENOUGH));
    ck_assert(!gather_add(&g, arena, bytes, sizeof bytes, ENOUGH));
    ck_assert_uint_eq(g.len, 4);
    ck_assert_mem_eq(g.bytes, "kept", 4);
}
END_TEST

START_TEST(memory_is_used_again)
{
    struct gather g = { 0 };
    static const uint8_t bytes[4000];
    for (int i = 0; i < 1000; i++) {
        ck_assert(gather_add(&g, arena, bytes, sizeof bytes, ENOUGH));
        gather_drop(&g, sizeof bytes);
    }
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, joins_and_drops);
    TEST_ROWS(t, keeps_to_its_cap, caps);
    tcase_add_test(t, grows_by_little);
    tcase_add_test(t, the_arena_says_no);
    tcase_add_test(t, memory_is_used_again);
}

TEST_MAIN("gather", add_tests)
