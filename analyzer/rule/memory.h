/* memory.h - what rules are kept in: growing arrays, and pools freed in one go.
 *
 * Both grow with the rule texts only, whose length is limited, and never while
 * judging. So they have no cap, and out of memory ends the program. */
#ifndef RULE_MEMORY_H
#define RULE_MEMORY_H

#include <stddef.h>

/* vector_room gives items with room for one more than count. */
void *vector_room(void *items, size_t count, size_t *cap, size_t item_len);

struct pool {
    void **blocks;
    size_t count, cap;
    size_t left; /* of the last block */
};

/* pool_take gives len zeroed bytes that live as long as the pool. */
void *pool_take(struct pool *pool, size_t len);
/* pool_copy copies len bytes and adds a NUL behind them. */
char *pool_copy(struct pool *pool, const char *bytes, size_t len);
void pool_free(struct pool *pool);

#endif
