/* causes.c - see causes.h. A run has few causes, so they are looked for one by one. */
#include "report/causes.h"

#include <stdlib.h>
#include <string.h>

void causes_count(struct causes *c, const char *id, uint64_t times)
{
    size_t at = 0;
    while (at < c->count && c->list[at].id != id && strcmp(c->list[at].id, id) != 0)
        at++;
    if (at == CAUSES_MAX) {
        c->others += times;
        return;
    }
    c->list[at].id = id;
    c->list[at].count += times;
    c->count += at == c->count;
}

void causes_add(struct causes *c, const struct causes *other)
{
    for (size_t i = 0; i < other->count; i++)
        causes_count(c, other->list[i].id, other->list[i].count);
    c->others += other->others;
}

static int more_frequent(const void *left, const void *right)
{
    const struct cause_count *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->id, b->id);
}

void causes_sort(struct causes *c)
{
    qsort(c->list, c->count, sizeof *c->list, more_frequent);
}
