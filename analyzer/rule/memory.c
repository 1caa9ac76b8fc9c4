/* memory.c - see memory.h. */
#include "rule/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { BLOCK_LEN = 16384, ALIGNMENT = 16 };

void *vector_room(void *items, size_t count, size_t *cap, size_t item_len)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 16;
    return must_realloc(items, *cap * item_len);
}

static void add_block(struct pool *pool, size_t len)
{
    pool->blocks = vector_room(pool->blocks, pool->count, &pool->cap, sizeof *pool->blocks);
    pool->blocks[pool->count++] = must_calloc(1, len);
    pool->left = len;
}

void *pool_take(struct pool *pool, size_t len)
{
    size_t whole = len / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    if (whole > pool->left)
        add_block(pool, whole > BLOCK_LEN ? whole : BLOCK_LEN);
    /* Taken from the block's end, so that what is left says where. */
    pool->left -= whole;
    return (uint8_t *)pool->blocks[pool->count - 1] + pool->left;
}

char *pool_copy(struct pool *pool, const char *bytes, size_t len)
{
    char *copy = pool_take(pool, len + 1);
    memcpy(copy, bytes, len);
    return copy;
}

void pool_free(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->blocks[i]);
    free(pool->blocks);
    *pool = (struct pool){ 0 };
}
