/* memo.c - see memo.h. Open addressing over entries whose bytes lie behind each
 * other in one block, so that forgetting is as cheap as finding. */
#include "base/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

enum { SHARE = 16 }; /* an entry takes at most this part of all bytes */

struct entry {
    uint64_t hash;
    size_t at; /* of its key; what belongs to it stands behind */
    uint32_t key_len, len;
    uint32_t round; /* the memo's when it was kept, or the entry is free */
};

struct memo {
    size_t count, entry_max;
    size_t slots; /* a power of two, at least twice entry_max */
    size_t used, byte_max;
    uint32_t round; /* how often everything was forgotten, from 1 */
    char *bytes;
    struct entry entries[];
};

struct memo *memo_new(size_t entry_max, size_t byte_max)
{
    size_t slots = 2;
    while (slots < entry_max * 2)
        slots *= 2;
    struct memo *m = must_calloc(1, sizeof *m + slots * sizeof *m->entries);
    m->entry_max = entry_max;
    m->slots = slots;
    m->byte_max = byte_max;
    m->round = 1;
    m->bytes = must_malloc(byte_max);
    return m;
}

void memo_free(struct memo *m)
{
    if (m)
        free(m->bytes);
    free(m);
}

/* It begins with an address, which differs from run to run: nobody can choose
 * keys that collide. */
static uint64_t hash_of(const struct memo *m, const void *key, size_t len)
{
    return hash_bytes((uintptr_t)m, key, len);
}

/* Where a key's entry is, or one of the next that are taken by others. */
static size_t first_slot(const struct memo *m, uint64_t hash)
{
    return (hash >> 32) & (m->slots - 1);
}

/* The entry of a key, or the free one where it belongs. */
static size_t slot_of(const struct memo *m, const void *key, size_t len, uint64_t hash)
{
    for (size_t slot = first_slot(m, hash);; slot = (slot + 1) & (m->slots - 1)) {
        const struct entry *e = &m->entries[slot];
        if (e->round != m->round)
            return slot;
        if (e->hash == hash && e->key_len == len && memcmp(m->bytes + e->at, key, len) == 0)
            return slot;
    }
}

const char *memo_find(const struct memo *m, const void *key, size_t key_len, size_t *len)
{
    const struct entry *e = &m->entries[slot_of(m, key, key_len, hash_of(m, key, key_len))];
    if (e->round != m->round)
        return NULL;
    *len = e->len;
    return m->bytes + e->at + e->key_len;
}

void memo_fetch(const struct memo *m, const void *key, size_t key_len)
{
    __builtin_prefetch(&m->entries[first_slot(m, hash_of(m, key, key_len))]);
}

void memo_forget(struct memo *m)
{
    m->count = m->used = 0;
    if (++m->round)
        return;
    memset(m->entries, 0, m->slots * sizeof *m->entries); /* rounds begin anew */
    m->round = 1;
}

bool memo_keep(struct memo *m, const void *key, size_t key_len, const void *bytes, size_t len)
{
    size_t most = m->byte_max / SHARE < UINT32_MAX ? m->byte_max / SHARE : UINT32_MAX;
    if (key_len > most || len > most - key_len)
        return false;
    uint64_t hash = hash_of(m, key, key_len);
    struct entry *e = &m->entries[slot_of(m, key, key_len, hash)];
    bool fresh = e->round != m->round;
    if (!fresh && e->len == len) { /* kept before, and of the same length */
        memcpy(m->bytes + e->at + key_len, bytes, len);
        return false;
    }
    if (m->count == m->entry_max || m->used + key_len + len > m->byte_max) {
        memo_forget(m);
        e = &m->entries[slot_of(m, key, key_len, hash)];
    }
    m->count += e->round != m->round;
    *e = (struct entry){ hash, m->used, (uint32_t)key_len, (uint32_t)len, m->round };
    memcpy(m->bytes + m->used, key, key_len);
    memcpy(m->bytes + m->used + key_len, bytes, len);
    m->used += key_len + len;
    return fresh;
}
