/* pipeline.h - the whole way of the data for one capture: packets in, verdicts out.
 *
 * Saved captures and live ones take the same way; only the source of packets and
 * the sense of "nothing more will come" differ. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "net/capture.h"
#include "outputs.h"
#include "rule/ruleset.h"

struct changes;
struct history;
struct keylog;
struct witness;

struct pipeline_options {
    size_t max_flows;        /* 0: the default */
    size_t max_memory;       /* bytes for what flows hold; 0: the default */
    bool live;               /* judge what fell silent sooner: somebody is watching */
    bool progress;           /* a bar on standard error */
    struct history *history; /* of the captures before this one; NULL: it stands alone */
    struct changes *changes; /* likewise */
    struct witness *witness; /* logs beside the capture; may be NULL */
    struct keylog *keylog;   /* takes the secrets that the capture brings along; may be NULL */
    const volatile sig_atomic_t *stop; /* set by a signal: end cleanly; may be NULL */
};

enum { DEFAULT_MAX_FLOWS = 100000, DEFAULT_MAX_MEMORY = 64 * 1024 * 1024 };

/* What came of a capture, beside what the outputs were told. */
struct pipeline_result {
    uint64_t handshakes[4]; /* by enum outcome */
    struct causes causes;
    bool broken; /* it could not be read to its end; e tells why */
};

/* pipeline_run reads c to its end and gives every verdict, then the summary, to
 * outputs. e is filled when the capture is damaged: everything before the damage
 * was used. name is what reports call the capture. */
struct pipeline_result pipeline_run(struct capture *c, const char *name,
                                    const struct ruleset *rules, struct outputs *outputs,
                                    const struct pipeline_options *options, struct error *e);

#endif
