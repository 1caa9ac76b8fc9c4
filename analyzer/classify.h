/* classify.h - names, with nDPI's help, what nobody of ours recognised.
 *
 * The dissectors are asked first, then handshake/speaks.h; nDPI sees a few
 * packets of what is left and may have a word for it. Its answer is a guess from
 * content, never from ports or addresses alone: likely, not proven. Only here is
 * nDPI called, and it is started with the first question. */
#ifndef CLASSIFY_H
#define CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/decap.h"

struct classifier;
struct suspect; /* one flow under nDPI's eyes */

struct classify_totals {
    uint64_t asked; /* flows that nDPI saw packets of */
    uint64_t named; /* and knew */
    uint64_t
        refused; /* flows it could not see, or not to the end: too many at once, or no memory */
};

/* classifier_new starts nDPI, anew for each capture: what it remembers of one flow
 * for the next must not depend on the captures before. Suspects draw on b.
 * NULL when nDPI can't be started. */
struct classifier *classifier_new(struct budget *b);
void classifier_free(struct classifier *c); /* NULL is fine */

/* classify_open begins a flow; NULL when there is no memory. When too many are open
 * at once the oldest is given up: it learns no name any more. */
struct suspect *classify_open(struct classifier *c);
/* classify_see shows the flow's next segment that has payload. True while more of
 * them could help; *name is set once it is known and lives as long as the program. */
bool classify_see(struct classifier *c, struct suspect *flow, const struct segment *s,
                  const char **name);
void classify_close(struct classifier *c, struct suspect *flow); /* NULL is fine */

struct classify_totals classify_totals(const struct classifier *c); /* NULL: nothing was asked */

#endif
