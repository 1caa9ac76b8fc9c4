/* doubt.h - conditions that load, and can't have been meant: never true, never false,
 * or always overruled. What is said here is certain; what it misses may be wrong all
 * the same. */
#ifndef RULE_DOUBT_H
#define RULE_DOUBT_H

#include "rule/program.h"

/* doubt_never: whether the condition at a step can't become true (or false, when that
 * is asked), whatever the handshake. */
bool doubt_never(const struct program *p, uint32_t step, bool truth);

/* doubt_implies: whether a is true of every handshake that b is true of. */
bool doubt_implies(const struct program *p, uint32_t b, uint32_t a);

#endif
