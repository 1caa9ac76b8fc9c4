/* test_defrag.c - fragments in all orders, overlapping, contradicting, too many. */
#include "net/defrag.h"

#include <string.h>

#include "support/hex.h"
#include "support/test_main.h"

enum { SECOND_US = 1000000, STEPS_MAX = 5 };

/* One fragment: where, whether more follow, what, and what becomes of it. */
struct step {
    uint32_t offset;
    bool more;
    const char *data;
    enum defrag_status status;
};

/* clang-format off */
static const struct row {
    const char *name;
    bool v6;
    struct step steps[STEPS_MAX];
    const char *whole; /* NULL: never */
    unsigned dropped, held;
} rows[] = {
    { "in order", false,
      { { 0, true, "01*8", DEFRAG_WAITING },
        { 8, false, "02*3", DEFRAG_WHOLE } },
      "01*8 02*3", 0, 0 },
    { "backwards", true,
      { { 16, false, "03*8", DEFRAG_WAITING },
        { 8, true, "02*8", DEFRAG_WAITING },
        { 0, true, "01*8", DEFRAG_WHOLE } },
      "01*8 02*8 03*8", 0, 0 },
    { "first alone", false,
      { { 0, true, "01*8", DEFRAG_WAITING } },
      NULL, 0, 1 },
    { "last alone", false,
      { { 8, false, "01*8", DEFRAG_WAITING } },
      NULL, 0, 1 },
    { "hole in the middle", false,
      { { 0, true, "01*8", DEFRAG_WAITING },
        { 16, false, "03*8", DEFRAG_WAITING } },
      NULL, 0, 2 },
    { "each twice", false,
      { { 0, true, "01*8", DEFRAG_WAITING },
        { 0, true, "01*8", DEFRAG_WAITING },
        { 8, false, "02*3", DEFRAG_WHOLE },
        { 8, false, "02*3", DEFRAG_WAITING } },
      "01*8 02*3", 0, 0 },
    { "each twice, IPv6", true,
      { { 8, false, "02*3", DEFRAG_WAITING },
        { 8, false, "02*3", DEFRAG_WAITING },
        { 0, true, "01*8", DEFRAG_WHOLE },
        { 0, true, "01*8", DEFRAG_WAITING } },
      "01*8 02*3", 0, 0 },
    { "first copy wins", false,
      { { 0, true, "01*16", DEFRAG_WAITING },
        { 8, true, "09*16", DEFRAG_WAITING },
        { 24, false, "04*8", DEFRAG_WHOLE } },
      "01*16 09*8 04*8", 1, 0 },
    { "overlap that says the same", false,
      { { 0, true, "01*16", DEFRAG_WAITING },
        { 8, true, "01*16", DEFRAG_WAITING },
        { 24, false, "04*8", DEFRAG_WHOLE } },
      "01*24 04*8", 0, 0 },
    { "overlap spoils IPv6", true,
      { { 0, true, "01*16", DEFRAG_WAITING },
        { 8, true, "01*16", DEFRAG_REFUSED },
        { 24, false, "04*8", DEFRAG_REFUSED },
        { 0, true, "01*16", DEFRAG_REFUSED } },
      NULL, 4, 0 },
    { "other copy spoils IPv6", true,
      { { 0, true, "01*16", DEFRAG_WAITING },
        { 0, true, "02*16", DEFRAG_REFUSED },
        { 16, false, "04*8", DEFRAG_REFUSED } },
      NULL, 3, 0 },
    { "two ends", false,
      { { 16, false, "03*8", DEFRAG_WAITING },
        { 24, false, "04*8", DEFRAG_REFUSED },
        { 0, true, "01*16", DEFRAG_WHOLE } },
      "01*16 03*8", 1, 0 },
    { "two ends spoil IPv6", true,
      { { 16, false, "03*8", DEFRAG_WAITING },
        { 24, false, "04*8", DEFRAG_REFUSED },
        { 0, true, "01*16", DEFRAG_REFUSED } },
      NULL, 3, 0 },
    { "behind the end", false,
      { { 8, false, "02*8", DEFRAG_WAITING },
        { 16, true, "03*8", DEFRAG_REFUSED },
        { 0, true, "01*8", DEFRAG_WHOLE } },
      "01*8 02*8", 1, 0 },
    { "end before what came", false,
      { { 16, true, "03*8", DEFRAG_WAITING },
        { 8, false, "02*8", DEFRAG_REFUSED } },
      NULL, 1, 1 },
    { "not in units of eight", false,
      { { 0, true, "01*9", DEFRAG_REFUSED } },
      NULL, 1, 0 },
    { "empty", false,
      { { 8, false, "", DEFRAG_REFUSED } },
      NULL, 1, 0 },
    { "longest there is", false,
      { { 65528, false, "02*7", DEFRAG_WAITING },
        { 0, true, "01*65528", DEFRAG_WHOLE } },
      "01*65528 02*7", 0, 0 },
    { "longer than that", false,
      { { 65528, false, "02*8", DEFRAG_REFUSED } },
      NULL, 1, 0 },
};
/* clang-format on */

static struct fragment fragment_of(bool v6, uint32_t id, const struct step *step)
{
    struct reader data = hex(step->data);
    uint8_t len = v6 ? 16 : 4;
    return (struct fragment){
        .from = { { 1 }, len },
        .to = { { 2 }, len },
        .id = id,
        .protocol = 17,
        .more = step->more,
        .offset = step->offset,
        .data = data.at,
        .len = reader_left(&data),
        .time_us = SECOND_US,
    };
}

static bool same_bytes(struct reader whole, const char *expected)
{
    struct reader e = hex(expected);
    return reader_left(&whole) == reader_left(&e) && memcmp(whole.at, e.at, reader_left(&e)) == 0;
}

START_TEST(joins)
{
    const struct row *row = &rows[_i];
    struct budget b = { .max = 1 << 20 };
    struct defrag *d = defrag_new(&b);
    bool done = false;
    for (const struct step *step = row->steps; step < row->steps + STEPS_MAX && step->data;
         step++) {
        struct fragment f = fragment_of(row->v6, 7, step);
        struct reader whole;
        uint8_t protocol = 0;
        enum defrag_status status = defrag_add(d, &f, &whole, &protocol);
        ck_assert_msg(status == step->status, "%s: step %d gives %d", row->name,
                      (int)(step - row->steps), status);
        if (status != DEFRAG_WHOLE)
            continue;
        done = true;
        ck_assert_msg(same_bytes(whole, row->whole), "%s", row->name);
        ck_assert_uint_eq(protocol, 17);
    }
    ck_assert_msg(done == (row->whole != NULL), "%s", row->name);
    ck_assert_msg(defrag_totals(d)->dropped == row->dropped, "%s: %u dropped", row->name,
                  (unsigned)defrag_totals(d)->dropped);
    ck_assert_msg(defrag_totals(d)->held == row->held, "%s", row->name);
    ck_assert_uint_eq(defrag_totals(d)->reassembled, done);
    defrag_free(d);
    ck_assert_uint_eq(b.used, 0);
}
END_TEST

static const struct step first = { 0, true, "01*8", 0 }, last = { 8, false, "02*8", 0 };

static enum defrag_status add(struct defrag *d, struct fragment f)
{
    struct reader whole;
    uint8_t protocol;
    return defrag_add(d, &f, &whole, &protocol);
}

/* What tells two datagrams apart. */
START_TEST(keeps_datagrams_apart)
{
    struct budget b = { .max = 1 << 20 };
    struct defrag *d = defrag_new(&b);
    struct fragment f = fragment_of(false, 7, &first);
    ck_assert_int_eq(add(d, f), DEFRAG_WAITING);
    struct fragment other_id = fragment_of(false, 8, &last), other_protocol = other_id,
                    other_from = other_id, other_to = other_id, right = other_id;
    other_protocol.id = other_from.id = other_to.id = right.id = 7;
    other_protocol.protocol = 6;
    other_from.from.bytes[0] = 9;
    other_to.to.bytes[0] = 9;
    ck_assert_int_eq(add(d, other_id), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, other_protocol), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, other_from), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, other_to), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, right), DEFRAG_WHOLE);
    defrag_free(d);
    ck_assert_uint_eq(b.used, 0);
}
END_TEST

static const struct {
    const char *name;
    int64_t first_us, last_us;
    enum defrag_status status;
} ages[] = {
    { "just in time", 0, 30 * (int64_t)SECOND_US, DEFRAG_WHOLE },
    { "too late", 0, 30 * (int64_t)SECOND_US + 1, DEFRAG_WAITING },
    { "a little before", SECOND_US, 0, DEFRAG_WHOLE },
    { "long before", 40 * (int64_t)SECOND_US, 0, DEFRAG_WAITING },
    { "from one end of time to the other", INT64_MIN, INT64_MAX, DEFRAG_WAITING },
    { "and back", INT64_MAX, INT64_MIN, DEFRAG_WAITING },
};

START_TEST(waits_so_long)
{
    struct budget b = { .max = 1 << 20 };
    struct defrag *d = defrag_new(&b);
    struct fragment f = fragment_of(false, 7, &first);
    f.time_us = ages[_i].first_us;
    ck_assert_int_eq(add(d, f), DEFRAG_WAITING);
    f = fragment_of(false, 7, &last);
    f.time_us = ages[_i].last_us;
    ck_assert_msg(add(d, f) == ages[_i].status, "%s", ages[_i].name);
    ck_assert_uint_eq(defrag_totals(d)->dropped, ages[_i].status == DEFRAG_WAITING);
    defrag_free(d);
}
END_TEST

/* A sender may use an id again, once copies of the old fragments are through. */
START_TEST(takes_id_again)
{
    struct budget b = { .max = 1 << 20 };
    struct defrag *d = defrag_new(&b);
    struct fragment f = fragment_of(false, 7, &first), l = fragment_of(false, 7, &last);
    ck_assert_int_eq(add(d, f), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, l), DEFRAG_WHOLE);
    f.time_us += SECOND_US;
    l.time_us += SECOND_US;
    ck_assert_int_eq(add(d, f), DEFRAG_WAITING);
    ck_assert_int_eq(add(d, l), DEFRAG_WHOLE);
    ck_assert_uint_eq(defrag_totals(d)->reassembled, 2);
    defrag_free(d);
}
END_TEST

/* Of too many datagrams the oldest goes; the newest still becomes whole. */
START_TEST(makes_room_for_new_datagrams)
{
    enum { FLOOD = 1000, KEPT = 256 };
    struct budget b = { .max = 2 << 20 };
    struct defrag *d = defrag_new(&b);
    for (uint32_t id = 0; id < FLOOD; id++)
        ck_assert_int_eq(add(d, fragment_of(false, id, &first)), DEFRAG_WAITING);
    ck_assert_uint_eq(defrag_totals(d)->held, KEPT);
    ck_assert_uint_eq(defrag_totals(d)->dropped, FLOOD - KEPT);
    ck_assert_int_eq(add(d, fragment_of(false, FLOOD - 1, &last)), DEFRAG_WHOLE);
    ck_assert_int_eq(add(d, fragment_of(false, FLOOD - KEPT, &last)), DEFRAG_WHOLE);
    ck_assert_int_eq(add(d, fragment_of(false, FLOOD - KEPT - 1, &last)), DEFRAG_WAITING);
    defrag_free(d);
    ck_assert_uint_eq(b.used, 0);
}
END_TEST

START_TEST(stays_in_its_budget)
{
    struct budget b = { .max = 8 << 10 };
    struct defrag *d = defrag_new(&b);
    unsigned refused = 0;
    for (uint32_t id = 0; id < 10; id++)
        refused += add(d, fragment_of(false, id, &first)) == DEFRAG_NO_ROOM;
    ck_assert_uint_eq(refused, 8); /* about three KiB each */
    ck_assert_uint_eq(defrag_totals(d)->dropped, 8);
    ck_assert_uint_le(b.used, b.max);

    /* Whole datagrams give theirs back, but not before they are released. */
    size_t used = b.used;
    ck_assert_int_eq(add(d, fragment_of(false, 0, &last)), DEFRAG_WHOLE);
    ck_assert_uint_eq(b.used, used);
    defrag_release(d);
    ck_assert_uint_lt(b.used, used);
    defrag_free(d);
    ck_assert_uint_eq(b.used, 0);
}
END_TEST

/* The capture cut it: there is nothing to join, and nothing to wait for. */
START_TEST(takes_no_cut_fragment)
{
    struct budget b = { .max = 1 << 20 };
    struct defrag *d = defrag_new(&b);
    struct fragment f = fragment_of(false, 7, &first);
    f.cut = true;
    ck_assert_int_eq(add(d, f), DEFRAG_NO_ROOM);
    ck_assert(defrag_totals(d)->dropped == 1 && defrag_totals(d)->held == 0 && b.used == 0);
    defrag_free(d);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, joins, rows);
    TEST_ROWS(t, waits_so_long, ages);
    tcase_add_test(t, keeps_datagrams_apart);
    tcase_add_test(t, takes_id_again);
    tcase_add_test(t, makes_room_for_new_datagrams);
    tcase_add_test(t, stays_in_its_budget);
    tcase_add_test(t, takes_no_cut_fragment);
}

TEST_MAIN("defrag", add_tests)
