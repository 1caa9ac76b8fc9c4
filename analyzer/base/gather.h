/* gather.h - joins a message that arrives in parts, capped, in an arena. */
#ifndef BASE_GATHER_H
#define BASE_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct gather {
    uint8_t *bytes;
    size_t len, cap;
};

/* gather_add appends; false when the arena or max says no, and nothing is kept. */
bool gather_add(struct gather *g, struct arena *a, const uint8_t *bytes, size_t len, size_t max);
/* gather_drop forgets the first len bytes. */
void gather_drop(struct gather *g, size_t len);

#endif
