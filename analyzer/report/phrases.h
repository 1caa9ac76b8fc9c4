/* phrases.h - the words of reports that people read: who, when, how many. What comes
 * from the wire is escaped. */
#ifndef REPORT_PHRASES_H
#define REPORT_PHRASES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/text.h"

/* "TLS", "CoAP" */
void add_protocol(struct text *out, const char *name);
/* "10.0.0.5", "an unseen address" */
void add_address(struct text *out, const struct address *a);
/* "10.0.0.5:8883", "[2001:db8::5]:8883" */
void add_endpoint(struct text *out, const struct endpoint *end);
/* "31.2 ms" */
void add_duration(struct text *out, int64_t us);

/* add_clock adds date and time, or the time alone when the date is that of since_us;
 * add_span one of them, or "one to another" when they read differently. */
#define NO_DAY INT64_MIN
void add_clock(struct text *out, int64_t time_us, int64_t since_us);
void add_span(struct text *out, int64_t from_us, int64_t to_us, int64_t since_us);
/* add_date adds the date alone. */
void add_date(struct text *out, int64_t time_us);

/* add_outcomes: "4 of 14 handshakes failed, 9 completed, 1 unknown", by enum outcome. */
void add_outcomes(struct text *out, const uint64_t handshakes[4]);

/* add_joint adds what stands between items of "a, b and c" before item i of count. */
void add_joint(struct text *out, size_t i, size_t count);

#endif
