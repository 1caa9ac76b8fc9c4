/* demand.h - what a condition needs to be true at all.
 *
 * A rule that wants `outcome == failed` need not be asked about a handshake that
 * completed, nor one that reads tls.alert about a CoAP exchange; and most of the
 * rest are ruled out by one look at the field that they turn on. */
#ifndef RULE_DEMAND_H
#define RULE_DEMAND_H

#include "rule/program.h"

enum { GUARDS_MAX = 2 };

struct demand {
    uint32_t tables;   /* bits of program.tables that must be there */
    uint32_t outcomes; /* bits 1 << enum outcome of those that allow it */
    /* Steps for evaluate_single that are true whenever the condition is, the
     * choosiest first; those not needed are plain `true`. */
    struct step guards[GUARDS_MAX];
};

/* demand_of looks at the condition at a step; its steps must be whole. */
struct demand demand_of(const struct program *p, uint32_t step);

#endif
