/* test_hex.c - the notation that other tests' rows are written in. */
#include "support/hex.h"

#include "support/test_main.h"

static const struct {
    const char *string;
    size_t len;
    const char *bytes;
} rows[] = {
    { "", 0, "" },
    { "00 Ff", 2, "\x00\xff" },
    { "0102*3 'a b'", 7, "\1\2\2\2a b" },
    { "[1]", 1, "\0" },
    { "[2 0102] 03", 5, "\0\2\1\2\3" },
    { "[3 01 [2 'ab'] [1 05*2]]", 11, "\0\0\10\1\0\2ab\2\5\5" },
    { "[4 00*3]", 7, "\0\0\0\3\0\0\0" },
};

START_TEST(reads_bytes)
{
    struct reader r = hex(rows[_i].string), open = hex_open(rows[_i].string);
    ck_assert_uint_eq(reader_left(&r), rows[_i].len);
    ck_assert(rows[_i].len == 0 || memcmp(r.at, rows[_i].bytes, rows[_i].len) == 0);
    ck_assert(!r.open && open.open);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_bytes, rows);
}

TEST_MAIN("hex", add_tests)
