/* gather.c - see gather.h. Its memory grows by doubling and is used again for
 * the next message: an arena gives nothing back. */
#include "base/gather.h"

#include <string.h>

bool gather_add(struct gather *g, struct arena *a, const uint8_t *bytes, size_t len, size_t max)
{
    if (len > max || g->len > max - len)
        return false;
    if (g->len + len > g->cap) {
        size_t cap = g->cap ? g->cap : 1024;
        while (cap < g->len + len)
            cap *= 2;
        uint8_t *grown = arena_take(a, cap);
        if (!grown)
            return false;
        if (g->len)
            memcpy(grown, g->bytes, g->len);
        g->bytes = grown;
        g->cap = cap;
    }
    if (len)
        memcpy(g->bytes + g->len, bytes, len);
    g->len += len;
    return true;
}

void gather_drop(struct gather *g, size_t len)
{
    memmove(g->bytes, g->bytes + len, g->len - len);
    g->len -= len;
}
