/* log_time.c - see log_time.h. */
#include "log/log_time.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const int64_t SECOND = 1000000, HOUR = 3600 * (int64_t)1000000,
                     DAY = 86400 * (int64_t)1000000;

/* ---- reading along a line ---- */

struct cursor {
    const char *at, *end;
    bool good; /* false for good once something was not there */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool next_is(const struct cursor *c, char wanted)
{
    return c->good && c->at < c->end && *c->at == wanted;
}

static bool take(struct cursor *c, const char *one_of)
{
    bool there = c->good && c->at < c->end && *c->at && strchr(one_of, *c->at);
    if (there)
        c->at++;
    return there;
}

static void want(struct cursor *c, const char *one_of)
{
    c->good = take(c, one_of);
}

/* A number of least to most digits. */
static int64_t number(struct cursor *c, int least, int most)
{
    int64_t n = 0;
    int digits = 0;
    while (c->good && c->at < c->end && is_digit(*c->at) && digits < most) {
        n = n * 10 + (*c->at++ - '0');
        digits++;
    }
    c->good = c->good && digits >= least;
    return n;
}

/* ".123" or ",123456": as microseconds, further digits fall away. */
static int64_t fraction(struct cursor *c)
{
    int64_t us = 0, unit = SECOND / 10;
    if (!c->good || c->end - c->at < 2 || !strchr(".,", *c->at) || !is_digit(c->at[1]))
        return 0;
    for (c->at++; c->at < c->end && is_digit(*c->at); c->at++, unit /= 10)
        us += (*c->at - '0') * unit;
    return us;
}

static int64_t time_of_day(struct cursor *c)
{
    int64_t hour = number(c, 2, 2);
    want(c, ":");
    int64_t minute = number(c, 2, 2);
    want(c, ":");
    int64_t second = number(c, 2, 2);
    c->good = c->good && hour < 24 && minute < 60 && second <= 60;
    return hour * HOUR + minute * 60 * SECOND + second * SECOND + fraction(c);
}

static int month_named(struct cursor *c)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int month = 0; c->good && c->end - c->at >= 3 && month < 12; month++)
        if (memcmp(names + 3 * (size_t)month, c->at, 3) == 0) {
            c->at += 3;
            return month + 1;
        }
    c->good = false;
    return 0;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t date(struct cursor *c, int64_t year, int64_t month, int64_t day)
{
    c->good = c->good && year >= 1970 && year < 3000 && month >= 1 && month <= 12 && day >= 1 &&
              day <= 31;
    return c->good ? days_since_1970(year, month, day) * DAY : 0;
}

/* "Z", "+0100", "-05:30": how far ahead of UTC. False: there is none. */
static bool zone(struct cursor *c, int64_t *east_us)
{
    *east_us = 0;
    if (take(c, "Z"))
        return true;
    struct cursor ahead = *c;
    bool west = next_is(&ahead, '-');
    want(&ahead, "+-");
    int64_t hours = number(&ahead, 2, 2);
    take(&ahead, ":");
    int64_t minutes = number(&ahead, 2, 2);
    if (!ahead.good || hours > 14 || minutes > 59)
        return false;
    *c = ahead;
    *east_us = (hours * 60 + minutes) * 60 * SECOND * (west ? -1 : 1);
    return true;
}

/* ---- kinds of stamps ---- */

/* What a reader gives; its cursor is good when it was that kind. */
struct stamp {
    enum log_clock clock;
    int64_t us;
};

static struct stamp with_zone(struct cursor *c, int64_t us)
{
    int64_t east;
    bool known = c->good && zone(c, &east);
    return (struct stamp){ known ? LOG_UTC : LOG_LOCAL, known ? us - east : us };
}

/* 2026-11-20T12:00:00.123+01:00, 2026-11-20 12:00:00,123, 2026/11/20 12:00:00 */
static struct stamp read_iso(struct cursor *c)
{
    int64_t year = number(c, 4, 4);
    char separator = c->good && c->at < c->end ? *c->at : 0;
    want(c, "-/");
    int64_t month = number(c, 2, 2);
    c->good = c->good && next_is(c, separator);
    want(c, "-/");
    int64_t day = date(c, year, month, number(c, 2, 2));
    want(c, "T ");
    int64_t us = day + time_of_day(c);
    if (separator == '/')
        return (struct stamp){ LOG_LOCAL, us };
    struct cursor behind = *c;
    take(&behind, " ");
    struct stamp s = with_zone(&behind, us);
    if (s.clock == LOG_UTC)
        *c = behind;
    return s;
}

/* 1700000000: or 1700000000.123 */
static struct stamp read_epoch(struct cursor *c)
{
    const char *start = c->at;
    int64_t seconds = number(c, 10, 13), us = fraction(c);
    size_t digits = (size_t)(c->at - start);
    if (!c->good || !(c->at == c->end || strchr(": ]\t", *c->at)))
        c->good = false;
    if (digits == 13 && us == 0)
        return (struct stamp){ LOG_UTC, seconds * 1000 };
    c->good = c->good && seconds < 100000000000;
    return (struct stamp){ LOG_UTC, seconds * SECOND + us };
}

/* [20/Nov/2026:12:00:00 +0000] */
static struct stamp read_access(struct cursor *c)
{
    int64_t day = number(c, 2, 2);
    want(c, "/");
    int month = month_named(c);
    want(c, "/");
    int64_t us = date(c, number(c, 4, 4), month, day);
    want(c, ":");
    us += time_of_day(c);
    take(c, " ");
    return with_zone(c, us);
}

static void skip_weekday(struct cursor *c)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    for (size_t i = 0; c->end - c->at > 4 && i < 7; i++)
        if (memcmp(days + 3 * i, c->at, 3) == 0 && c->at[3] == ' ') {
            c->at += 4;
            return;
        }
}

/* Nov 20 12:00:00, Fri Nov 20 12:00:00.123 2026 */
static struct stamp read_month(struct cursor *c)
{
    skip_weekday(c);
    int month = month_named(c);
    want(c, " ");
    take(c, " ");
    int64_t day = number(c, 1, 2);
    want(c, " ");
    int64_t us = time_of_day(c);
    struct cursor behind = *c;
    want(&behind, " ");
    int64_t year = number(&behind, 4, 4);
    bool has_year = behind.good && (behind.at == behind.end || !is_digit(*behind.at)) &&
                    year >= 1970 && year < 3000;
    if (has_year)
        *c = behind;
    return (struct stamp){ has_year ? LOG_LOCAL : LOG_NO_YEAR,
                           date(c, has_year ? year : 1972, month, day) + us };
}

/* ESP-IDF's "E (12345) tag:" in milliseconds. */
static struct stamp read_esp(struct cursor *c)
{
    want(c, "EWIDV");
    want(c, " ");
    want(c, "(");
    int64_t ms = number(c, 1, 12);
    want(c, ")");
    return (struct stamp){ LOG_BOOT, ms * 1000 };
}

/* The kernel's "[12345.678901]" and Zephyr's "[00:00:12.300,000]" */
static struct stamp read_uptime(struct cursor *c)
{
    want(c, "[");
    while (take(c, " "))
        ;
    struct cursor clock = *c;
    int64_t us = time_of_day(&clock);
    if (clock.good && next_is(&clock, ',')) {
        clock.at++;
        number(&clock, 3, 3);
        want(&clock, "]");
        *c = clock;
        return (struct stamp){ LOG_BOOT, us };
    }
    us = number(c, 1, 9) * SECOND;
    c->good = c->good && next_is(c, '.');
    us += fraction(c);
    want(c, "]");
    return (struct stamp){ LOG_BOOT, us };
}

/* Tasmota's 12:00:00.123 */
static struct stamp read_day(struct cursor *c)
{
    return (struct stamp){ LOG_NO_DATE, time_of_day(c) };
}

/* ---- finding it ---- */

static struct stamp (*const kinds[])(struct cursor *c) = { read_epoch, read_iso,    read_access,
                                                           read_month, read_uptime, read_esp,
                                                           read_day };

/* A stamp begins a word. */
static bool may_begin(const char *line, const char *at)
{
    return at == line || strchr(" [\t(\"", at[-1]);
}

struct log_time log_time_read(const char *line, size_t len)
{
    enum { NEAR = 72 }; /* stamps stand at the beginning, behind a level or an address */
    const char *end = line + len;
    for (const char *at = line; at < end && at - line < NEAR; at++) {
        if (!may_begin(line, at))
            continue;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            struct cursor c = { at, end, true };
            struct stamp s = kinds[i](&c);
            /* Without a date or as a bare number it must be what the line begins with. */
            bool anywhere = s.clock == LOG_LOCAL || s.clock == LOG_UTC;
            if (c.good && (at == line || (anywhere && kinds[i] != read_epoch)))
                return (struct log_time){ s.clock, s.us, (size_t)(at - line), (size_t)(c.at - at) };
        }
    }
    return (struct log_time){ .clock = LOG_NO_TIME };
}

/* ---- moments ---- */

bool log_zone_read(const char *text, struct log_zone *z)
{
    struct cursor c = { text, text + strlen(text), true };
    int64_t east = 0;
    z->local = strcasecmp(text, "local") == 0;
    bool utc = strcasecmp(text, "utc") == 0;
    bool known = z->local || utc || (zone(&c, &east) && c.at == c.end);
    z->east_us = east;
    return known;
}

bool log_offset_read(const char *text, struct log_zone *z)
{
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = { { "ms", 1000 },
                  { "s", 1000000 },
                  { "m", 60000000 },
                  { "h", 3600000000 },
                  { "d", 86400000000 } };
    struct cursor c = { text, text + strlen(text), true };
    bool back = next_is(&c, '-');
    take(&c, "+-");
    int64_t n = number(&c, 1, 9);
    for (size_t i = 0; c.good && i < sizeof units / sizeof *units; i++)
        if (strcmp(c.at, units[i].unit) == 0) {
            z->offset_us = n * units[i].us * (back ? -1 : 1);
            return true;
        }
    return false;
}

/* The C library knows when clocks were changed. */
static int64_t local_to_utc(int64_t local_us)
{
    time_t seconds = (time_t)(local_us / SECOND);
    struct tm tm;
    if (!gmtime_r(&seconds, &tm))
        return local_us;
    tm.tm_isdst = -1;
    time_t utc = mktime(&tm);
    return utc == (time_t)-1 ? local_us : (int64_t)utc * SECOND + local_us % SECOND;
}

static int64_t to_utc(int64_t us, const struct log_zone *z)
{
    return z->local ? local_to_utc(us) : us - z->east_us;
}

/* The same day and time in the year that brings it nearest. */
static int64_t nearest_year(int64_t us, const struct log_zone *z, int64_t around_us)
{
    int64_t base = days_since_1970(1972, 1, 1) * DAY, best = 0;
    time_t around = (time_t)(around_us / SECOND);
    struct tm tm, day;
    time_t at = (time_t)(us / SECOND);
    if (!gmtime_r(&around, &tm) || !gmtime_r(&at, &day))
        return us - base;
    for (int year = tm.tm_year + 1899; year <= tm.tm_year + 1901; year++) {
        int64_t midnight = days_since_1970(year, day.tm_mon + 1, day.tm_mday) * DAY;
        int64_t utc = to_utc(midnight + us % DAY, z);
        if (year == tm.tm_year + 1899 || llabs(utc - around_us) < llabs(best - around_us))
            best = utc;
    }
    return best;
}

static int64_t nearest_day(int64_t us, const struct log_zone *z, int64_t around_us)
{
    int64_t midnight = around_us - around_us % DAY, best = to_utc(midnight - DAY + us, z);
    for (int64_t day = midnight; day <= midnight + DAY; day += DAY) {
        int64_t utc = to_utc(day + us, z);
        if (llabs(utc - around_us) < llabs(best - around_us))
            best = utc;
    }
    return best;
}

bool log_time_utc(const struct log_time *time, const struct log_zone *z, int64_t around_us,
                  int64_t *utc_us)
{
    switch (time->clock) {
    case LOG_UTC:
        *utc_us = time->us + z->offset_us;
        return true;
    case LOG_LOCAL:
        *utc_us = to_utc(time->us, z) + z->offset_us;
        return true;
    case LOG_NO_YEAR:
        *utc_us = nearest_year(time->us, z, around_us - z->offset_us) + z->offset_us;
        return true;
    case LOG_NO_DATE:
        *utc_us = nearest_day(time->us, z, around_us - z->offset_us) + z->offset_us;
        return true;
    default:
        return false;
    }
}
