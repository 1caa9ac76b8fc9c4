/* test_log.c - logs: time stamps of many programs, addresses in lines, and lines of
 * any length, compressed or not. */
#include "log/log_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"
#include "support/test_main.h"

/* ---- stamps ---- */

static const int64_t NOON_US = 1795176000000000; /* 2026-11-20 12:00:00 UTC */

static const struct {
    const char *line;
    enum log_clock clock;
    const char *utc; /* around noon that day, in a zone two hours ahead */
} stamps[] = {
    { "1795176001: OpenSSL Error", LOG_UTC, "2026-11-20T12:00:01Z" },
    { "1795176001.25 x", LOG_UTC, "2026-11-20T12:00:01.250000Z" },
    { "1795176001250 x", LOG_UTC, "2026-11-20T12:00:01.250000Z" },
    { "179517600: x", LOG_NO_TIME, NULL },
    { "2026-11-20T12:00:01Z x", LOG_UTC, "2026-11-20T12:00:01Z" },
    { "2026-11-20T12:00:01.5+01:00 [warning]", LOG_UTC, "2026-11-20T11:00:01.500000Z" },
    { "2026-11-20T12:00:01-0530 host x[1]:", LOG_UTC, "2026-11-20T17:30:01Z" },
    { "2026-11-20 12:00:01 +0100 x", LOG_UTC, "2026-11-20T11:00:01Z" },
    { "2026-11-20 12:00:01,123 ERROR", LOG_LOCAL, "2026-11-20T10:00:01.123000Z" },
    { "2026-11-20T14:00:01: Client x", LOG_LOCAL, "2026-11-20T12:00:01Z" },
    { "Zigbee2MQTT:error 2026-11-20 14:00:01: MQTT", LOG_LOCAL, "2026-11-20T12:00:01Z" },
    { "[2026-11-20 14:00:01] error: z2m", LOG_LOCAL, "2026-11-20T12:00:01Z" },
    { "2026/11/20 14:00:01 [info] 1#1: *5 peer", LOG_LOCAL, "2026-11-20T12:00:01Z" },
    { "2026/11-20 14:00:01", LOG_NO_TIME, NULL },
    { "2026-13-20 14:00:01", LOG_NO_TIME, NULL },
    { "2026-11-20 25:00:01", LOG_NO_TIME, NULL },
    { "10.0.0.9 - - [20/Nov/2026:12:00:01 +0000] \"GET /", LOG_UTC, "2026-11-20T12:00:01Z" },
    { "[Fri Nov 20 14:00:01.5 2026] [ssl:error]", LOG_LOCAL, "2026-11-20T12:00:01.500000Z" },
    { "Nov 20 14:00:01 pi mosquitto[1]: x", LOG_NO_YEAR, "2026-11-20T12:00:01Z" },
    { "Nov  2 14:00:01 pi x", LOG_NO_YEAR, "2026-11-02T12:00:01Z" },
    { "Feb 29 14:00:01 pi x", LOG_NO_YEAR, NULL }, /* there is none near */
    { "Jun  1 14:00:01 pi x", LOG_NO_YEAR, "2026-06-01T12:00:01Z" },
    { "Jan  9 14:00:01 pi x", LOG_NO_YEAR, "2027-01-09T12:00:01Z" },
    { "00:00:12.300 MQT: x", LOG_NO_DATE, "2026-11-20T22:00:12.300000Z" },
    { "E (12345) esp-tls: x", LOG_BOOT, NULL },
    { "E (x) esp-tls: x", LOG_NO_TIME, NULL },
    { "[12345.678901] usb", LOG_BOOT, NULL },
    { "[00:00:12.300,000] <err> mqtt", LOG_BOOT, NULL },
    { "error at 1795176001: late", LOG_NO_TIME, NULL },
    { "an ordinary line", LOG_NO_TIME, NULL },
    { "", LOG_NO_TIME, NULL },
};

START_TEST(reads_stamps)
{
    struct log_zone zone = { 0 };
    char buf[TIME_TEXT_LEN];
    int64_t us;
    ck_assert(log_zone_read("+02:00", &zone));
    struct log_time time = log_time_read(stamps[_i].line, strlen(stamps[_i].line));
    ck_assert_msg(time.clock == stamps[_i].clock, "%s: clock %d", stamps[_i].line, time.clock);
    ck_assert_uint_le(time.at + time.len, strlen(stamps[_i].line));
    bool known = log_time_utc(&time, &zone, NOON_US, &us);
    bool comparable = time.clock != LOG_NO_TIME && time.clock != LOG_BOOT;
    ck_assert_msg(known == comparable, "%s", stamps[_i].line);
    if (stamps[_i].utc)
        ck_assert_str_eq(time_text(us, us % 1000000 != 0, buf), stamps[_i].utc);
}
END_TEST

START_TEST(asks_the_machine_for_local_time)
{
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    struct log_zone zone = { 0 };
    int64_t us;
    ck_assert(log_zone_read("local", &zone));
    struct log_time summer = log_time_read("2026-07-01 12:00:00", 19);
    ck_assert(log_time_utc(&summer, &zone, 0, &us));
    ck_assert_int_eq(us, 1782900000000000); /* 10:00 UTC */
    struct log_time winter = log_time_read("2026-11-20 13:00:00", 19);
    ck_assert(log_time_utc(&winter, &zone, 0, &us));
    ck_assert_int_eq(us, NOON_US);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    int64_t us;
} offsets[] = {
    { "+2h", true, 7200000000 }, { "-3s", true, -3000000 },   { "500ms", true, 500000 },
    { "1d", true, 86400000000 }, { "90m", true, 5400000000 }, { "3", false, 0 },
    { "s", false, 0 },           { "3w", false, 0 },          { "", false, 0 },
};

START_TEST(reads_offsets)
{
    struct log_zone zone = { 0 };
    ck_assert_int_eq(log_offset_read(offsets[_i].text, &zone), offsets[_i].good);
    ck_assert_int_eq(zone.offset_us, offsets[_i].us);
}
END_TEST

static const struct {
    const char *text;
    bool good, local;
    int64_t east_s;
} zones[] = {
    { "UTC", true, false, 0 },         { "local", true, true, 0 },
    { "Z", true, false, 0 },           { "+0530", true, false, 19800 },
    { "-08:00", true, false, -28800 }, { "+99:00", false, false, 0 },
    { "Mars", false, false, 0 },       { "+02:00x", false, false, 7200 },
};

START_TEST(reads_zones)
{
    struct log_zone zone = { 0 };
    ck_assert_int_eq(log_zone_read(zones[_i].text, &zone), zones[_i].good);
    ck_assert_int_eq(zone.local, zones[_i].local);
    ck_assert_int_eq(zone.east_us, zones[_i].east_s * 1000000);
}
END_TEST

/* ---- addresses ---- */

static const struct {
    const char *line, *peers;
} lines_with_peers[] = {
    { "New connection from 10.0.0.4:51234 on port 8883.", "10.0.0.4 51234" },
    { "client: 10.0.0.14, server: 0.0.0.0:443", "10.0.0.14 0, 0.0.0.0 443" },
    { "from [fe80::1]:4711 to ::1", "fe80::1 4711, ::1 0" },
    { "\"peer_addr\":\"[::ffff:172.18.0.1]:39294\"", "172.18.0.1 39294" },
    { "at 12:00:01 version 2.0.11 of 10.0.0", "" },
    { "1795176001: x 300.1.1.1 10.0.0.4:99999", "10.0.0.4 0" },
    { "a1.2.3.4b 1.2.3.4.", "1.2.3.4 0" },
    { "1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5", "1.1.1.1 0, 1.1.1.2 0, 1.1.1.3 0, 1.1.1.4 0" },
    { "::", ":: 0" },
    { "", "" },
};

START_TEST(finds_addresses)
{
    struct endpoint peers[LOG_PEERS_MAX];
    struct text text = { 0 };
    char buf[ADDRESS_TEXT_LEN];
    const char *line = lines_with_peers[_i].line;
    size_t count = log_peers(line, strlen(line), peers);
    for (size_t i = 0; i < count; i++)
        text_format(&text, "%s%s %u", i ? ", " : "", address_text(&peers[i].address, buf),
                    peers[i].port);
    ck_assert_str_eq(text_string(&text), lines_with_peers[_i].peers);
    text_free(&text);
}
END_TEST

/* ---- reading ---- */

static struct log_reader *reader_of(const void *bytes, size_t len, char path[64])
{
    struct error e = { 0 };
    snprintf(path, 64, "/tmp/handshark-log-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
    struct log_reader *r = log_open(path, &e);
    ck_assert_msg(r != NULL, "%s", e.fault);
    return r;
}

START_TEST(reads_lines)
{
    static const char text[] = "one\r\n\n\033[0;31mE (7) red\033[0m\nnul\0nul\nlast";
    char path[64];
    struct error e = { 0 };
    struct log_line line;
    struct log_reader *r = reader_of(text, sizeof text - 1, path);
    static const char *const expected[] = { "one", "", "E (7) red", "nul nul", "last" };
    for (uint64_t i = 0; i < 5; i++) {
        ck_assert(log_next(r, &line, &e));
        ck_assert_str_eq(line.text, expected[i]);
        ck_assert_uint_eq(line.number, i + 1);
    }
    ck_assert(!log_next(r, &line, &e));
    ck_assert(!error_is_set(&e));
    log_close(r);
    unlink(path);
}
END_TEST

START_TEST(cuts_long_lines)
{
    char path[64], *text = malloc(LOG_LINE_MAX * 3);
    struct error e = { 0 };
    struct log_line line;
    memset(text, 'x', LOG_LINE_MAX * 3);
    text[LOG_LINE_MAX * 2] = '\n';
    struct log_reader *r = reader_of(text, LOG_LINE_MAX * 2 + 4, path);
    ck_assert(log_next(r, &line, &e));
    ck_assert(line.cut && line.len == LOG_LINE_MAX);
    ck_assert(log_next(r, &line, &e));
    ck_assert(!line.cut && line.len == 3);
    log_close(r);
    unlink(path);
    free(text);
}
END_TEST

START_TEST(reads_gzip)
{
    char path[64];
    struct error e = { 0 };
    struct log_line line;
    log_close(reader_of("", 0, path));
    gzFile out = gzopen(path, "wb");
    for (int i = 0; i < 5000; i++)
        gzprintf(out, "line %d of a log that is long enough for several blocks\n", i * 7919);
    gzclose(out);
    struct log_reader *r = log_open(path, &e);
    uint64_t count = 0;
    while (log_next(r, &line, &e))
        count++;
    ck_assert_uint_eq(count, 5000);
    ck_assert(!error_is_set(&e));
    log_close(r);
    ck_assert_int_eq(truncate(path, 4000), 0);
    r = log_open(path, &e);
    count = 0;
    while (log_next(r, &line, &e))
        count++;
    ck_assert_uint_lt(count, 5000);
    ck_assert(error_is_set(&e));
    log_close(r);
    unlink(path);
}
END_TEST

START_TEST(says_what_is_not_there)
{
    struct error e = { 0 };
    ck_assert_ptr_null(log_open("/nowhere/at/all.log", &e));
    ck_assert_str_eq(e.place, "/nowhere/at/all.log");
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_stamps, stamps);
    tcase_add_test(t, asks_the_machine_for_local_time);
    TEST_ROWS(t, reads_offsets, offsets);
    TEST_ROWS(t, reads_zones, zones);
    TEST_ROWS(t, finds_addresses, lines_with_peers);
    tcase_add_test(t, reads_lines);
    tcase_add_test(t, cuts_long_lines);
    tcase_add_test(t, reads_gzip);
    tcase_add_test(t, says_what_is_not_there);
}

TEST_MAIN("log", add_tests)
