/* test_arena.c - caps and budgets: what is refused, what comes back. */
#include "base/arena.h"

#include <string.h>

#include "support/test_main.h"

/* ---- budgets ---- */

static const struct {
    size_t max, used, len;
    bool fits;
} takings[] = {
    { 100, 0, 100, true },
    { 100, 0, 101, false },
    { 100, 60, 40, true },
    { 100, 60, 41, false },
    { 100, 100, 0, true },
    { 0, 0, 1, false },
    { 100, 1, SIZE_MAX, false },
    { SIZE_MAX, 1, SIZE_MAX, false },
    { SIZE_MAX, 1, SIZE_MAX - 1, true },
};

START_TEST(budget_takes_what_fits)
{
    struct budget b = { .max = takings[_i].max, .used = takings[_i].used };
    ck_assert_int_eq(budget_take(&b, takings[_i].len), takings[_i].fits);
    ck_assert_uint_eq(b.used, takings[_i].used + (takings[_i].fits ? takings[_i].len : 0));
    ck_assert_uint_eq(b.refused, !takings[_i].fits);
}
END_TEST

START_TEST(budget_gives_back)
{
    struct budget b = { .max = 100 };
    ck_assert(budget_take(&b, 70));
    budget_give(&b, 30);
    ck_assert_uint_eq(b.used, 40);
    ck_assert(budget_take(&b, 60));
    ck_assert(!budget_take(&b, 1));
}
END_TEST

/* ---- arenas ---- */

enum { FULL = 1 << 20 };

static const struct {
    const char *name;
    size_t cap, first, second;
    bool fits;
} caps[] = {
    { "both fit", 64, 32, 32, true },
    { "the second passes the cap", 64, 32, 33, false },
    { "each is rounded up to 16", 64, 33, 17, false },
    { "one byte takes 16", 32, 1, 1, true },
    { "nothing takes 16 as well", 16, 0, 0, false },
    { "larger than a chunk", 100000, 20000, 70000, true },
    { "larger than the cap", 100000, 20000, 90000, false },
    { "far larger", 100000, 16, SIZE_MAX, false },
};

START_TEST(arena_keeps_to_its_cap)
{
    struct budget b = { .max = FULL };
    struct arena *a = arena_new(&b, caps[_i].cap);
    ck_assert_ptr_nonnull(a);
    ck_assert_msg(arena_take(a, caps[_i].first) != NULL, "%s", caps[_i].name);
    size_t used = arena_used(a);
    ck_assert_msg((arena_take(a, caps[_i].second) != NULL) == caps[_i].fits, "%s", caps[_i].name);
    ck_assert_uint_le(arena_used(a), caps[_i].cap);
    ck_assert(caps[_i].fits || arena_used(a) == used);
    arena_free(a);
    ck_assert_uint_eq(b.used, 0);
    ck_assert_uint_eq(b.refused, 0);
    budget_clear(&b);
}
END_TEST

START_TEST(memory_is_aligned_zeroed_and_its_own)
{
    struct budget b = { .max = FULL };
    for (int round = 0; round < 2; round++) { /* the second has recycled chunks */
        struct arena *a = arena_new(&b, FULL);
        uint8_t *pieces[200];
        for (size_t i = 0; i < 200; i++) {
            size_t len = i * 3 + 1;
            pieces[i] = arena_take(a, len);
            ck_assert_ptr_nonnull(pieces[i]);
            ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
            for (size_t k = 0; k < len; k++)
                ck_assert_uint_eq(pieces[i][k], 0);
            memset(pieces[i], (int)i + 1, len);
        }
        for (size_t i = 0; i < 200; i++)
            ck_assert_uint_eq(pieces[i][i * 3], (uint8_t)(i + 1));
        arena_free(a);
        ck_assert_uint_eq(b.used, 0);
    }
    budget_clear(&b);
}
END_TEST

START_TEST(arena_goes_on_after_the_budget_is_spent)
{
    struct budget b = { .max = 15000 };
    struct arena *a = arena_new(&b, FULL);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(arena_take(a, 15000));
    ck_assert_uint_eq(b.refused, 1);
    ck_assert_ptr_nonnull(arena_take(a, 1000)); /* its chunk has room yet */
    ck_assert_uint_le(b.used, b.max);

    struct arena *other = arena_new(&b, FULL);
    ck_assert_ptr_nonnull(other);
    ck_assert_ptr_null(arena_new(&b, FULL));
    arena_free(other);
    other = arena_new(&b, FULL);
    ck_assert_ptr_nonnull(other);
    arena_free(other);
    arena_free(a);
    ck_assert_uint_eq(b.used, 0);
    budget_clear(&b);
    ck_assert_ptr_null(b.spare_chunks);
}
END_TEST

START_TEST(budget_bounds_many_arenas)
{
    struct budget b = { .max = 100000 };
    struct arena *arenas[64];
    size_t count = 0;
    while (count < 64 && (arenas[count] = arena_new(&b, FULL)))
        count++;
    ck_assert_uint_gt(count, 1);
    ck_assert_uint_lt(count, 64);
    ck_assert_uint_le(b.used, b.max);
    while (count > 0)
        arena_free(arenas[--count]);
    ck_assert_uint_eq(b.used, 0);
    budget_clear(&b);
}
END_TEST

START_TEST(copies_have_a_nul_behind_them)
{
    struct budget b = { .max = FULL };
    struct arena *a = arena_new(&b, 64);
    ck_assert_str_eq(arena_copy(a, "brokerage", 6), "broker");
    ck_assert_str_eq(arena_copy(a, NULL, 0), "");
    ck_assert_ptr_nonnull(arena_copy(a, "0123456789abcde", 15));
    ck_assert_ptr_null(arena_copy(a, "0123456789abcdef", 16)); /* the NUL does not fit */
    arena_free(a);
    budget_clear(&b);
}
END_TEST

static const struct {
    size_t cap, len, most, first, second;
    bool begins, fits;
} inside[] = {
    { 4096, 1024, 1024, 400, 400, true, true },
    { 4096, 1024, 1024, 400, 700, true, false },
    { 4096, 8, 1024, 0, 0, false, false },
    { 512, 1024, 1024, 0, 0, false, false },
    /* growing: by chunks of the outer arena, up to its own cap and the outer one's */
    { 8192, 1024, 4096, 400, 700, true, true },
    { 8192, 1024, 4096, 400, 3600, true, true },
    { 8192, 1024, 4096, 400, 3700, true, false },
    { 3000, 1024, 4096, 400, 2000, true, false },
};

START_TEST(arenas_live_within_arenas)
{
    struct budget b = { .max = FULL };
    struct arena *a = arena_new(&b, inside[_i].cap);
    struct arena *inner = arena_within(a, inside[_i].len, inside[_i].most);
    ck_assert_int_eq(inner != NULL, inside[_i].begins);
    size_t used = 0;
    for (int round = 0; inner && round < 3; round++) {
        uint8_t *first = arena_take(inner, inside[_i].first);
        ck_assert_ptr_nonnull(first);
        for (size_t i = 0; i < inside[_i].first; i++)
            ck_assert_uint_eq(first[i], 0);
        memset(first, 7, inside[_i].first);
        ck_assert_int_eq(arena_take(inner, inside[_i].second) != NULL, inside[_i].fits);
        arena_empty(inner);
        ck_assert_uint_eq(arena_used(inner), 0);
        ck_assert(round == 0 || arena_used(a) == used); /* what it grew by is used again */
        used = arena_used(a);
    }
    ck_assert_uint_le(arena_used(a), inside[_i].cap);
    arena_free(a);
    ck_assert_uint_eq(b.used, 0);
    budget_clear(&b);
}
END_TEST

START_TEST(nothing_is_freed_without_ado)
{
    arena_free(NULL);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, budget_takes_what_fits, takings);
    tcase_add_test(t, budget_gives_back);
    TEST_ROWS(t, arena_keeps_to_its_cap, caps);
    tcase_add_test(t, memory_is_aligned_zeroed_and_its_own);
    tcase_add_test(t, arena_goes_on_after_the_budget_is_spent);
    tcase_add_test(t, budget_bounds_many_arenas);
    tcase_add_test(t, copies_have_a_nul_behind_them);
    TEST_ROWS(t, arenas_live_within_arenas, inside);
    tcase_add_test(t, nothing_is_freed_without_ado);
}

TEST_MAIN("arena", add_tests)
