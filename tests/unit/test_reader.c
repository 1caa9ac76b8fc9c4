/* test_reader.c - the bounds check: each read beside the same read of one byte less. */
#include "base/reader.h"

#include "support/hex.h"
#include "support/test_main.h"

/* ---- numbers ---- */

static uint64_t u8(struct reader *r)
{
    return reader_u8(r);
}

static uint64_t u16(struct reader *r)
{
    return reader_u16(r);
}

static uint64_t u24(struct reader *r)
{
    return reader_u24(r);
}

static uint64_t u32(struct reader *r)
{
    return reader_u32(r);
}

static uint64_t le16(struct reader *r)
{
    return reader_le16(r);
}

static uint64_t le32(struct reader *r)
{
    return reader_le32(r);
}

static const struct {
    const char *wire, *cut;
    uint64_t (*read)(struct reader *r);
    uint64_t number;
    size_t left;
} numbers[] = {
    { "fe", "", u8, 0xfe, 0 },
    { "0102 03", "01", u16, 0x0102, 1 },
    { "fffe", "ff", u16, 0xfffe, 0 },
    { "800102 03", "8001", u24, 0x800102, 1 },
    { "80010203", "800102", u32, 0x80010203, 0 },
    { "8001020304050607 08", "80010203040506", reader_u64, 0x8001020304050607, 1 },
    { "0102 03", "01", le16, 0x0201, 1 },
    { "01020384", "010203", le32, 0x84030201, 0 },
};

START_TEST(reads_number)
{
    struct reader r = hex(numbers[_i].wire);
    ck_assert_uint_eq(numbers[_i].read(&r), numbers[_i].number);
    ck_assert(reader_ok(&r));
    ck_assert_uint_eq(reader_left(&r), numbers[_i].left);
}
END_TEST

START_TEST(stops_at_the_end_of_a_number)
{
    struct reader closed = hex(numbers[_i].cut), open = hex_open(numbers[_i].cut);
    ck_assert_uint_eq(numbers[_i].read(&closed), 0);
    ck_assert_uint_eq(numbers[_i].read(&open), 0);
    ck_assert_int_eq(closed.status, READER_MALFORMED);
    ck_assert_int_eq(open.status, READER_SHORT);
    ck_assert_uint_eq(reader_left(&closed), 0);
    ck_assert_uint_eq(reader_left(&open), 0);
}
END_TEST

/* ---- the first failure sticks ---- */

START_TEST(stays_stopped)
{
    struct reader r = hex("01020304");
    reader_skip(&r, 5);
    ck_assert_uint_eq(reader_u8(&r), 0);
    ck_assert_ptr_null(reader_next(&r, 0));
    ck_assert_int_eq(r.status, READER_MALFORMED);
}
END_TEST

START_TEST(a_copy_is_a_bookmark)
{
    struct reader r = hex("0102"), bookmark = r;
    reader_skip(&r, 3);
    ck_assert(!reader_ok(&r));
    ck_assert_uint_eq(reader_u16(&bookmark), 0x0102);
    ck_assert(reader_ok(&bookmark));
}
END_TEST

START_TEST(lengths_do_not_wrap)
{
    struct reader r = hex("01020304");
    reader_skip(&r, 1);
    ck_assert_ptr_null(reader_next(&r, SIZE_MAX));
    ck_assert_int_eq(r.status, READER_MALFORMED);
}
END_TEST

START_TEST(nothing_is_something_to_read)
{
    struct reader r = reader_over(NULL, 0, false);
    ck_assert(reader_ok(&r));
    ck_assert_uint_eq(reader_left(&r), 0);
    reader_skip(&r, 0);
    ck_assert(reader_ok(&r));
    ck_assert_uint_eq(reader_u8(&r), 0);
    ck_assert_int_eq(r.status, READER_MALFORMED);
}
END_TEST

/* ---- readers cut off a reader ---- */

static const struct {
    const char *name, *wire;
    bool open;
    size_t len;
    enum reader_status inner, inner_end, outer; /* inner_end: after one read past its end */
    size_t inner_left, outer_left;
} takes[] = {
    { "all", "010203", false, 3, READER_OK, READER_MALFORMED, READER_OK, 3, 0 },
    { "a part", "010203", false, 2, READER_OK, READER_MALFORMED, READER_OK, 2, 1 },
    { "nothing", "010203", false, 0, READER_OK, READER_MALFORMED, READER_OK, 0, 3 },
    { "a part of an open one is closed", "010203", true, 2, READER_OK, READER_MALFORMED, READER_OK,
      2, 1 },
    { "more than promised", "010203", false, 4, READER_MALFORMED, READER_MALFORMED,
      READER_MALFORMED, 0, 0 },
    { "more than is here yet", "010203", true, 4, READER_SHORT, READER_SHORT, READER_SHORT, 0, 0 },
};

START_TEST(takes_a_part)
{
    struct reader r = takes[_i].open ? hex_open(takes[_i].wire) : hex(takes[_i].wire);
    struct reader part = reader_take(&r, takes[_i].len);
    ck_assert_msg(part.status == takes[_i].inner, "%s", takes[_i].name);
    ck_assert_uint_eq(reader_left(&part), takes[_i].inner_left);
    reader_skip(&part, takes[_i].inner_left + 1);
    ck_assert_int_eq(part.status, takes[_i].inner_end);
    ck_assert_int_eq(r.status, takes[_i].outer);
    ck_assert_uint_eq(reader_left(&r), takes[_i].outer_left);
}
END_TEST

static const struct {
    const char *name, *wire;
    bool open;
    size_t len;
    enum reader_status inner, inner_end, outer;
    size_t inner_left, outer_left;
} some[] = {
    { "whole", "010203", true, 2, READER_OK, READER_MALFORMED, READER_OK, 2, 1 },
    { "cut", "010203", true, 9, READER_OK, READER_SHORT, READER_OK, 3, 0 },
    { "cut before its first byte", "", true, 9, READER_OK, READER_SHORT, READER_OK, 0, 0 },
    { "too long for a closed one", "010203", false, 9, READER_MALFORMED, READER_MALFORMED,
      READER_MALFORMED, 0, 0 },
};

START_TEST(takes_what_there_is)
{
    struct reader r = some[_i].open ? hex_open(some[_i].wire) : hex(some[_i].wire);
    struct reader part = reader_take_some(&r, some[_i].len);
    ck_assert_msg(part.status == some[_i].inner, "%s", some[_i].name);
    ck_assert_uint_eq(reader_left(&part), some[_i].inner_left);
    reader_skip(&part, some[_i].inner_left + 1);
    ck_assert_int_eq(part.status, some[_i].inner_end);
    ck_assert_int_eq(r.status, some[_i].outer);
    ck_assert_uint_eq(reader_left(&r), some[_i].outer_left);
}
END_TEST

START_TEST(takes_nothing_of_a_stopped_one)
{
    struct reader r = hex_open("01");
    reader_skip(&r, 2);
    struct reader part = reader_take_some(&r, 1);
    ck_assert_int_eq(part.status, READER_SHORT);
    ck_assert_uint_eq(reader_u8(&part), 0);
}
END_TEST

START_TEST(copies_or_zeroes)
{
    uint8_t bytes[3] = { 9, 9, 9 };
    struct reader r = hex("010203");
    ck_assert(reader_copy(&r, bytes, 2));
    ck_assert_mem_eq(bytes, "\1\2\11", 3);
    ck_assert(!reader_copy(&r, bytes, 2));
    ck_assert_mem_eq(bytes, "\0\0\11", 3);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_number, numbers);
    TEST_ROWS(t, stops_at_the_end_of_a_number, numbers);
    tcase_add_test(t, stays_stopped);
    tcase_add_test(t, a_copy_is_a_bookmark);
    tcase_add_test(t, lengths_do_not_wrap);
    tcase_add_test(t, nothing_is_something_to_read);
    TEST_ROWS(t, takes_a_part, takes);
    TEST_ROWS(t, takes_what_there_is, some);
    tcase_add_test(t, takes_nothing_of_a_stopped_one);
    tcase_add_test(t, copies_or_zeroes);
}

TEST_MAIN("reader", add_tests)
