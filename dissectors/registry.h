/* registry.h - the protocols as the rest of the program sees them. */
#ifndef DISSECTORS_REGISTRY_H
#define DISSECTORS_REGISTRY_H

#include "handshake/dissector.h"

/* registry_tables gives every table of fields that rules and reports may name,
 * what all handshakes have first; ended by NULL. */
const struct field_table *const *registry_tables(void);
/* registry_end frees what dissectors keep for the whole run: caches. */
void registry_end(void);

#endif
