/* log_time.h - when a line of a log was written, as far as its time stamp tells. */
#ifndef LOG_LOG_TIME_H
#define LOG_LOG_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum log_clock {
    LOG_NO_TIME,
    LOG_UTC,     /* us since 1970: the stamp has a zone, or is such a number */
    LOG_LOCAL,   /* us since 1970, in a zone that the stamp does not tell */
    LOG_NO_YEAR, /* the same, as if it were 1972: "Nov 20 12:00:00" */
    LOG_NO_DATE, /* us since midnight */
    LOG_BOOT,    /* us since the device started */
};

struct log_time {
    enum log_clock clock;
    int64_t us;
    size_t at, len; /* where the stamp stands in the line */
};

/* log_time_read finds the stamp near the line's beginning: mosquitto's and other
 * programs' seconds since 1970, ISO 8601, nginx, Apache, syslog, ESP-IDF, Zephyr. */
struct log_time log_time_read(const char *line, size_t len);

/* How stamps become moments. */
struct log_zone {
    bool local;        /* of this machine; else: */
    int64_t east_us;   /* how far the zone is ahead of UTC */
    int64_t offset_us; /* added to every stamp: the writer's clock was wrong */
};

/* log_zone_read reads "UTC", "local", "+02:00"; log_offset_read "-3s", "+2h",
 * "90m", "500ms". False when it is something else. */
bool log_zone_read(const char *text, struct log_zone *zone);
bool log_offset_read(const char *text, struct log_zone *zone);

/* log_time_utc gives the moment of a stamp in us since 1970; what the stamp leaves
 * out (year, date) is as near as can be to around_us. False for LOG_BOOT and
 * LOG_NO_TIME. */
bool log_time_utc(const struct log_time *time, const struct log_zone *zone, int64_t around_us,
                  int64_t *utc_us);

#endif
