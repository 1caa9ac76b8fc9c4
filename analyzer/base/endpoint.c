/* endpoint.c - see endpoint.h. */
#include "base/endpoint.h"

#include <arpa/inet.h>
#include <string.h>

const char *side_name(enum side side)
{
    static const char *const names[] = { "client", "server", "nobody" };
    return names[side];
}

/* Of a size that is known, memcmp is one comparison and no call. */
bool address_equal(const struct address *a, const struct address *b)
{
    if (a->len == 4)
        return b->len == 4 && memcmp(a->bytes, b->bytes, 4) == 0;
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* IPv4 is written by hand: it is most of all addresses, and inet_ntop() goes
 * through printf. */
static void ipv4_text(const uint8_t *bytes, char *buf)
{
    for (int i = 0; i < 4; i++) {
        unsigned n = bytes[i];
        if (n >= 100)
            *buf++ = (char)('0' + n / 100);
        if (n >= 10)
            *buf++ = (char)('0' + n / 10 % 10);
        *buf++ = (char)('0' + n % 10);
        *buf++ = i < 3 ? '.' : 0;
    }
}

const char *address_text(const struct address *a, char *buf)
{
    if (a->len == 4)
        ipv4_text(a->bytes, buf);
    else if (a->len != 16 || !inet_ntop(AF_INET6, a->bytes, buf, ADDRESS_TEXT_LEN))
        strcpy(buf, "-");
    return buf;
}

/* Days since 1970-01-01 to a civil date, in the proleptic Gregorian calendar;
 * eras of 400 years beginning on March 1 make leap days come last. */
static void civil_date(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = (int)(days - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(year_of_era + era * 400) + (*month <= 2);
}

static char *digits(char *at, int64_t number, int count)
{
    for (int i = count - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + count;
}

const char *time_text(int64_t time_us, bool with_fraction, char *buf)
{
    static const int64_t first_us = -62135596800000000, last_us = 253402300799999999;
    time_us = time_us < first_us ? first_us : time_us > last_us ? last_us : time_us;
    int64_t seconds = time_us / 1000000, us = time_us % 1000000;
    if (us < 0) {
        us += 1000000;
        seconds--;
    }
    int64_t days = seconds / 86400, of_day = seconds % 86400;
    if (of_day < 0) {
        of_day += 86400;
        days--;
    }
    int year, month, day;
    civil_date(days, &year, &month, &day);

    char *at = digits(buf, year, 4);
    *at++ = '-';
    at = digits(at, month, 2);
    *at++ = '-';
    at = digits(at, day, 2);
    *at++ = 'T';
    at = digits(at, of_day / 3600, 2);
    *at++ = ':';
    at = digits(at, of_day / 60 % 60, 2);
    *at++ = ':';
    at = digits(at, of_day % 60, 2);
    if (with_fraction) {
        *at++ = '.';
        at = digits(at, us, 6);
    }
    *at++ = 'Z';
    *at = 0;
    return buf;
}
