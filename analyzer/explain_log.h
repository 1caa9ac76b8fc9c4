/* explain_log.h - `explain --log`: which known errors a log has, how often, when
 * first and last, what they mean and what to do. */
#ifndef EXPLAIN_LOG_H
#define EXPLAIN_LOG_H

#include <stdbool.h>

#include "base/error.h"
#include "log/log_time.h"
#include "report/reference.h"

struct guide;

/* explain_log reads a log ("-": standard input) and tells of it. False, and e
 * filled, when it could not be read to its end: what was read is told all the same. */
bool explain_log(const struct guide *g, const char *path, const struct log_zone *zone,
                 const struct reference_options *options, struct error *e);

#endif
