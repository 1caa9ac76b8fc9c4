/* flow_index.h - which slots have a hash; private to flow*.c.
 *
 * Open addressing, with the whole hash beside a slot's number: in a flood of
 * addresses every slot is far from the processor's caches, and looking for a flow
 * that is not there touches none of them. */
#ifndef NET_FLOW_INDEX_H
#define NET_FLOW_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct flow_index {
    uint64_t *entries; /* hash << 32 | number; 0: free, for numbers count from 1 */
    size_t len;        /* a power of two */
    size_t count;
};

void flow_index_init(struct flow_index *x);
void flow_index_free(struct flow_index *x, struct budget *b);

/* flow_index_look gives the numbers that have a hash, one a call, and 0 behind the
 * last one. *at begins with the hash and is the index's own. */
uint32_t flow_index_look(const struct flow_index *x, uint32_t hash, size_t *at);
/* flow_index_make_room makes it larger when it is half full. Without memory for
 * that it goes on until flow_index_full: then nothing may be added. */
void flow_index_make_room(struct flow_index *x, struct budget *b);
bool flow_index_full(const struct flow_index *x);
void flow_index_add(struct flow_index *x, uint32_t hash, uint32_t number);
/* flow_index_drop takes out what was added before. */
void flow_index_drop(struct flow_index *x, uint32_t hash, uint32_t number);
/* flow_index_fetch tells the processor that a hash will be looked for soon. */
void flow_index_fetch(const struct flow_index *x, uint32_t hash);

#endif
