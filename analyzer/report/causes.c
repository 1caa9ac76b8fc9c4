/* causes.c - see causes.h. A run has few causes, so they are looked for one by one. */
#include "report/causes.h"

#include <stdlib.h>
#include <string.h>

/* The place of an id, made when there is room; NULL when there is none. */
static struct cause_count *place_of(struct causes *c, const char *id)
{
    size_t at = 0;
    while (at < c->count && c->list[at].id != id && strcmp(c->list[at].id, id) != 0)
        at++;
    if (at == CAUSES_MAX)
        return NULL;
    c->list[at].id = id;
    c->count += at == c->count;
    return &c->list[at];
}

void causes_count(struct causes *c, const char *id)
{
    struct cause_count *place = place_of(c, id);
    c->others += !place;
    if (place)
        place->count++;
}

void causes_add(struct causes *c, const struct causes *other, const char *capture)
{
    c->others += other->others;
    for (size_t i = 0; i < other->count; i++) {
        struct cause_count *place = place_of(c, other->list[i].id);
        if (!place) {
            c->others += other->list[i].count;
            continue;
        }
        place->count += other->list[i].count;
        place->captures++;
        place->example = place->example ? place->example : capture;
    }
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
