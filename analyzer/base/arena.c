/* arena.c - see arena.h. Chunks are recycled through the budget, because every
 * flow of a busy capture asks for the same few sizes. */
#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_LEN = 6144,
    ALIGNMENT = 16,
    INNER_CHUNK_LEN = 2048, /* what an arena that lives within another grows by */
};

struct chunk {
    struct chunk *next;
    size_t len; /* of the memory behind the header */
    _Alignas(16) uint8_t memory[];
};

struct arena {
    struct budget *budget; /* NULL: it lives within another */
    struct chunk *chunks;  /* the newest first; the oldest holds the arena itself */
    uint8_t *at, *end;
    size_t used, cap;
};

/* One that lives within another keeps what it grew by: its chunks are used again. */
struct inner {
    struct arena arena; /* chunks: those that are not in use now */
    struct arena *outer;
    struct chunk *used;
    uint8_t *end; /* of the memory it began with */
};

enum {
    HEAD_LEN = (sizeof(struct arena) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT,
    INNER_HEAD_LEN = (sizeof(struct inner) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT,
};

bool budget_take(struct budget *b, size_t len)
{
    if (len > b->max || b->used > b->max - len) {
        b->refused++;
        return false;
    }
    b->used += len;
    return true;
}

void budget_give(struct budget *b, size_t len)
{
    b->used = b->used > len ? b->used - len : 0;
}

void budget_clear(struct budget *b)
{
    for (struct chunk *c = b->spare_chunks; c;) {
        struct chunk *next = c->next;
        free(c);
        c = next;
    }
    b->spare_chunks = NULL;
}

/* Recycled chunks do not count as used: they are given back to the budget, and
 * there are never more of them than were in use at once. */
static struct chunk *chunk_new(struct budget *b, size_t len)
{
    if (!budget_take(b, sizeof(struct chunk) + len))
        return NULL;
    struct chunk *c = b->spare_chunks;
    if (len == CHUNK_LEN && c)
        b->spare_chunks = c->next;
    else
        c = malloc(sizeof *c + len);
    if (!c) {
        budget_give(b, sizeof(struct chunk) + len);
        return NULL;
    }
    c->len = len;
    return c;
}

static void chunk_free(struct budget *b, struct chunk *c)
{
    budget_give(b, sizeof *c + c->len);
    if (c->len != CHUNK_LEN) {
        free(c);
        return;
    }
    c->next = b->spare_chunks;
    b->spare_chunks = c;
}

struct arena *arena_new(struct budget *b, size_t cap)
{
    struct chunk *c = chunk_new(b, CHUNK_LEN);
    if (!c)
        return NULL;
    c->next = NULL;
    struct arena *a = (struct arena *)(void *)c->memory;
    *a = (struct arena){ .budget = b, .chunks = c, .cap = cap };
    a->at = c->memory + HEAD_LEN;
    a->end = c->memory + c->len;
    return a;
}

struct arena *arena_within(struct arena *a, size_t len, size_t cap)
{
    struct inner *inner = len > INNER_HEAD_LEN ? arena_take(a, len) : NULL;
    if (!inner)
        return NULL;
    inner->outer = a;
    inner->end = (uint8_t *)(void *)inner + len;
    inner->arena.cap = cap;
    arena_empty(&inner->arena);
    return &inner->arena;
}

void arena_empty(struct arena *a)
{
    assert(!a->budget); /* it lives within another */
    struct inner *inner = (struct inner *)(void *)a;
    while (inner->used) {
        struct chunk *c = inner->used;
        inner->used = c->next;
        c->next = a->chunks;
        a->chunks = c;
    }
    a->at = (uint8_t *)(void *)a + INNER_HEAD_LEN;
    a->end = inner->end;
    a->used = 0;
}

/* A chunk that it grew by before, if one is large enough, or a new one of the outer arena. */
static bool inner_grow(struct inner *inner, size_t len)
{
    struct chunk **link = &inner->arena.chunks;
    while (*link && (*link)->len < len)
        link = &(*link)->next;
    struct chunk *c = *link;
    if (c) {
        *link = c->next;
    } else {
        size_t wanted = len > INNER_CHUNK_LEN ? len : INNER_CHUNK_LEN;
        c = arena_take(inner->outer, sizeof *c + wanted);
        if (!c)
            return false;
        c->len = wanted;
    }
    c->next = inner->used;
    inner->used = c;
    inner->arena.at = c->memory;
    inner->arena.end = c->memory + c->len;
    return true;
}

static bool arena_grow(struct arena *a, size_t len)
{
    if (!a->budget)
        return inner_grow((struct inner *)(void *)a, len);
    struct chunk *c = chunk_new(a->budget, len > CHUNK_LEN ? len : CHUNK_LEN);
    if (!c)
        return false;
    c->next = a->chunks;
    a->chunks = c;
    a->at = c->memory;
    a->end = c->memory + c->len;
    return true;
}

/* Memory that the caller fills. */
static void *take(struct arena *a, size_t len)
{
    if (len > a->cap)
        return NULL;
    len = len ? (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    if (len > a->cap - (a->used < a->cap ? a->used : a->cap))
        return NULL;
    if (len > (size_t)(a->end - a->at) && !arena_grow(a, len))
        return NULL;
    void *memory = a->at;
    a->at += len;
    a->used += len;
    return memory;
}

void *arena_take(struct arena *a, size_t len)
{
    void *memory = take(a, len);
    return memory ? memset(memory, 0, len) : NULL;
}

char *arena_copy(struct arena *a, const void *bytes, size_t len)
{
    char *copy = take(a, len + 1);
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = 0;
    return copy;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    struct budget *b = a->budget;
    for (struct chunk *c = a->chunks; c;) {
        struct chunk *next = c->next;
        chunk_free(b, c);
        c = next;
    }
}
