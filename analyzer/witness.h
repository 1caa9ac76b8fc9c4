/* witness.h - logs beside a capture: lines with known errors are tied to handshakes
 * by time, address, port and MQTT client id. What they say never changes an outcome
 * or a cause; where they agree with the cause, it becomes more certain. */
#ifndef WITNESS_H
#define WITNESS_H

#include "base/error.h"
#include "log/log_time.h"
#include "rule/finding.h"

struct guide;
struct witness;

struct witness_totals {
    uint64_t lines, known;
    uint64_t dropped; /* known errors for which there was no room */
    uint64_t tied;    /* times a line was shown with a handshake */
};

/* witness_new makes one that knows nothing; guide must outlive it. */
struct witness *witness_new(const struct guide *guide, const struct log_zone *zone);
void witness_free(struct witness *w); /* NULL is fine */
/* witness_read takes a log ("-": standard input); false with e when it could not
 * be read to its end. All logs are read before the first handshake. */
bool witness_read(struct witness *w, const char *path, struct error *e);
/* witness_testify puts the lines that speak of the handshake into the verdict; they
 * live as long as the witness. */
void witness_testify(struct witness *w, struct verdict *v);
struct witness_totals witness_totals(const struct witness *w);

#endif
