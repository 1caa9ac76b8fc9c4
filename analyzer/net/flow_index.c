/* flow_index.c - see flow_index.h. */
#include "net/flow_index.h"

#include <stdlib.h>

#include "base/text.h"

enum { FIRST_LEN = 1024 }; /* not counted in the budget: every table has it */

void flow_index_init(struct flow_index *x)
{
    *x = (struct flow_index){ .len = FIRST_LEN };
    x->entries = must_calloc(x->len, sizeof *x->entries);
}

void flow_index_free(struct flow_index *x, struct budget *b)
{
    budget_give(b, (x->len - FIRST_LEN) * sizeof *x->entries);
    free(x->entries);
}

static uint64_t *entry_at(const struct flow_index *x, size_t at)
{
    return &x->entries[at & (x->len - 1)];
}

uint32_t flow_index_look(const struct flow_index *x, uint32_t hash, size_t *at)
{
    for (;;) {
        uint64_t entry = *entry_at(x, (*at)++);
        if (entry == 0)
            return 0;
        if (entry >> 32 == hash)
            return (uint32_t)entry;
    }
}

void flow_index_add(struct flow_index *x, uint32_t hash, uint32_t number)
{
    size_t at = hash;
    while (*entry_at(x, at))
        at++;
    *entry_at(x, at) = (uint64_t)hash << 32 | number;
    x->count++;
}

void flow_index_make_room(struct flow_index *x, struct budget *b)
{
    struct flow_index old = *x;
    size_t more = old.len * sizeof *old.entries;
    if (x->count * 2 < x->len || !budget_take(b, more))
        return;
    uint64_t *entries = calloc(old.len * 2, sizeof *entries);
    if (!entries) {
        budget_give(b, more);
        return;
    }
    *x = (struct flow_index){ .entries = entries, .len = old.len * 2 };
    for (size_t i = 0; i < old.len; i++)
        if (old.entries[i])
            flow_index_add(x, (uint32_t)(old.entries[i] >> 32), (uint32_t)old.entries[i]);
    free(old.entries);
}

bool flow_index_full(const struct flow_index *x)
{
    return x->count >= x->len / 8 * 7;
}

/* How far an entry is from where it would stand in an empty index. */
static size_t strayed(const struct flow_index *x, uint64_t entry, size_t at)
{
    return (at - (size_t)(entry >> 32)) & (x->len - 1);
}

/* What comes behind moves up, unless it would stand before its own place: a look
 * ends at the first free one. */
void flow_index_drop(struct flow_index *x, uint32_t hash, uint32_t number)
{
    size_t gap = hash;
    while ((uint32_t)*entry_at(x, gap) != number)
        gap++;
    for (size_t at = gap + 1; *entry_at(x, at); at++) {
        if (strayed(x, *entry_at(x, at), at) < at - gap)
            continue;
        *entry_at(x, gap) = *entry_at(x, at);
        gap = at;
    }
    *entry_at(x, gap) = 0;
    x->count--;
}

void flow_index_fetch(const struct flow_index *x, uint32_t hash)
{
    __builtin_prefetch(entry_at(x, hash));
}
