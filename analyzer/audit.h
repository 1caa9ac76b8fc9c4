/* audit.h - many captures: folders, in parallel, one result each and a total.
 *
 * Every capture is read in a process of its own, so that one which crashes us or
 * never ends its damage costs only itself. Output is in order of the paths, the
 * same for any number of workers. */
#ifndef AUDIT_H
#define AUDIT_H

#include "options.h"
#include "pipeline.h"

struct audit_result {
    uint64_t unreadable, failed; /* captures, handshakes */
};

/* audit_run reads every path, folders with all that is below them. Reports and their
 * total go to the outputs, complaints to standard error. */
struct audit_result audit_run(const struct options *o, const struct ruleset *rules,
                              struct outputs *outputs, struct keylog *keylog,
                              struct witness *witness);

#endif
