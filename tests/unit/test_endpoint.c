/* test_endpoint.c - addresses and moments as people read them. */
#include "base/endpoint.h"

#include "support/hex.h"
#include "support/test_main.h"

static struct address address_of(const char *wire)
{
    struct reader r = hex(wire);
    struct address a = { .len = (uint8_t)reader_left(&r) };
    reader_copy(&r, a.bytes, a.len);
    return a;
}

static const struct {
    const char *wire, *text;
} addresses[] = {
    { "0a000011", "10.0.0.17" },
    { "00000000", "0.0.0.0" },
    { "ffffffff", "255.255.255.255" },
    { "64c80901", "100.200.9.1" },
    { "20010db8 00*11 05", "2001:db8::5" },
    { "00*15 01", "::1" },
    { "00*16", "::" },
    { "fe80 00*6 0123 4567 89ab cdef", "fe80::123:4567:89ab:cdef" },
    { "ff*16", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "00*10 ffff c0000201", "::ffff:192.0.2.1" },
    { "", "-" },
};

START_TEST(writes_address)
{
    char buf[ADDRESS_TEXT_LEN];
    struct address a = address_of(addresses[_i].wire);
    ck_assert_ptr_eq(address_text(&a, buf), buf);
    ck_assert_str_eq(buf, addresses[_i].text);
    ck_assert(address_equal(&a, &a));
}
END_TEST

static const struct {
    const char *one, *other;
    bool equal;
} pairs[] = {
    { "0a000011", "0a000011", true }, { "0a000011", "0a000012", false },
    { "0a000011", "", false },        { "", "", true },
    { "00000000", "00*16", false },   { "00*15 01", "00*15 02", false },
    { "00*15 01", "00*15 01", true },
};

START_TEST(compares_addresses)
{
    struct address one = address_of(pairs[_i].one), other = address_of(pairs[_i].other);
    ck_assert_int_eq(address_equal(&one, &other), pairs[_i].equal);
    ck_assert_int_eq(address_equal(&other, &one), pairs[_i].equal);
}
END_TEST

static const struct {
    int64_t time_us;
    const char *fraction, *whole;
} times[] = {
    { 0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00Z" },
    { 1, "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00Z" },
    { -1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z" },
    { -86400000000, "1969-12-31T00:00:00.000000Z", "1969-12-31T00:00:00Z" },
    { 951782400000000, "2000-02-29T00:00:00.000000Z", "2000-02-29T00:00:00Z" },
    { 4107542400000000, "2100-03-01T00:00:00.000000Z", "2100-03-01T00:00:00Z" },
    { 1795176000000123, "2026-11-20T12:00:00.000123Z", "2026-11-20T12:00:00Z" },
    { 1735689599999999, "2024-12-31T23:59:59.999999Z", "2024-12-31T23:59:59Z" },
    { -62135596800000000, "0001-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z" },
    { 253402300799999999, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z" },
    { INT64_MIN, "0001-01-01T00:00:00.000000Z", "0001-01-01T00:00:00Z" },
    { INT64_MAX, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59Z" },
};

START_TEST(writes_time)
{
    char buf[TIME_TEXT_LEN];
    ck_assert_str_eq(time_text(times[_i].time_us, true, buf), times[_i].fraction);
    ck_assert_str_eq(time_text(times[_i].time_us, false, buf), times[_i].whole);
}
END_TEST

START_TEST(names_sides)
{
    ck_assert_str_eq(side_name(CLIENT), "client");
    ck_assert_str_eq(side_name(SERVER), "server");
    ck_assert_str_eq(side_name(NOBODY), "nobody");
    ck_assert_int_eq(side_other(CLIENT), SERVER);
    ck_assert_int_eq(side_other(SERVER), CLIENT);
    ck_assert_int_eq(side_other(NOBODY), NOBODY);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, writes_address, addresses);
    TEST_ROWS(t, compares_addresses, pairs);
    TEST_ROWS(t, writes_time, times);
    tcase_add_test(t, names_sides);
}

TEST_MAIN("endpoint", add_tests)
