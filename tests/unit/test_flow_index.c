/* test_flow_index.c - what was added is found under its hash, whatever else has
 * come and gone since, and hashes that crowd in one place do not hide each other. */
#include "net/flow_index.h"

#include "support/test_main.h"

/* How hashes are spread: close together, at the very end (where places wrap
 * around), alike in all but their high bits, or all over. */
static const struct {
    const char *name;
    uint32_t base, step, count;
} spreads[] = {
    { "all the same", 77, 0, 50 },
    { "side by side", 5, 1, 300 },
    { "in steps of two", 5, 2, 300 },
    { "round the end", 0xffffffe0, 1, 100 },
    { "all for one place", 9, 1u << 20, 300 },
    { "all over", 1, 0x9e3779b1, 3000 },
};

static bool is_there(const struct flow_index *x, uint32_t hash, uint32_t number)
{
    size_t at = hash;
    for (uint32_t found; (found = flow_index_look(x, hash, &at));)
        if (found == number)
            return true;
    return false;
}

static size_t count_of(const struct flow_index *x, uint32_t hash)
{
    size_t at = hash, count = 0;
    while (flow_index_look(x, hash, &at))
        count++;
    return count;
}

START_TEST(finds_what_is_there)
{
    enum { STEPS = 30000, MOST = 3000 };
    static bool there[MOST];
    struct budget budget = { .max = 1 << 20 };
    struct flow_index x;
    uint32_t chance = 1, live = 0;
    flow_index_init(&x);
    for (int step = 0; step < STEPS; step++) {
        chance = chance * 1664525 + 1013904223;
        uint32_t n = (chance >> 8) % spreads[_i].count;
        uint32_t hash = spreads[_i].base + n * spreads[_i].step;
        ck_assert_msg(is_there(&x, hash, n + 1) == there[n], "%s", spreads[_i].name);
        if (there[n]) {
            flow_index_drop(&x, hash, n + 1);
        } else {
            flow_index_add(&x, hash, n + 1);
            flow_index_make_room(&x, &budget);
        }
        there[n] = !there[n];
        live += there[n] ? 1 : (uint32_t)-1;
        ck_assert_uint_eq(x.count, live);
        if (spreads[_i].step == 0)
            ck_assert_uint_eq(count_of(&x, hash), live);
        flow_index_fetch(&x, hash);
    }
    for (uint32_t n = 0; n < spreads[_i].count; n++)
        ck_assert(is_there(&x, spreads[_i].base + n * spreads[_i].step, n + 1) == there[n]);
    flow_index_free(&x, &budget);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(says_when_it_is_full)
{
    struct budget none = { 0 };
    struct flow_index x;
    uint32_t n = 0;
    flow_index_init(&x);
    for (; !flow_index_full(&x); n++) {
        flow_index_add(&x, n * 0x9e3779b1, n + 1);
        flow_index_make_room(&x, &none);
    }
    ck_assert_uint_gt(n, x.len / 2);
    ck_assert_uint_lt(n, x.len);
    ck_assert_uint_eq(count_of(&x, 0x12345678), 0); /* a look still ends */
    for (uint32_t i = 0; i < n; i++)
        ck_assert(is_there(&x, i * 0x9e3779b1, i + 1));
    flow_index_drop(&x, 0, 1);
    ck_assert(!flow_index_full(&x) && !is_there(&x, 0, 1));
    flow_index_free(&x, &none);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, finds_what_is_there, spreads);
    tcase_add_test(t, says_when_it_is_full);
}

TEST_MAIN("flow_index", add_tests)
