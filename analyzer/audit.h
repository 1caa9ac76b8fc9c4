/* audit.h - many captures: folders, in parallel, one result each and a total.
 *
 * Every capture is read in a process of its own, so that one which crashes us or
 * never ends its damage costs only itself. Output is in order of the paths, the
 * same for any number of workers. */
#ifndef AUDIT_H
#define AUDIT_H

#include "options.h"
#include "pipeline.h"
#include "report/sink.h"

/* What came of all of them. */
struct audit_result {
    uint64_t captures, unreadable, crashed, no_captures;
    uint64_t handshakes[4]; /* by enum outcome */
};

/* audit_run reads every path, folders with all that is below them. Reports go to
 * standard output, complaints to standard error. */
struct audit_result audit_run(const struct options *o, const struct ruleset *rules,
                              const struct sink_options *sink_options, struct keylog *keylog);

#endif
