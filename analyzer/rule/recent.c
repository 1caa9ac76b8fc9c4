/* recent.c - see recent.h. Keys in chains by hash, and all of them in a list, the one
 * touched last in front. */
#include "rule/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

enum { CHAINS = 4096, BYTES_MAX = 4 * 1024 * 1024 };

/* The latest times of one key, ascending, and the key behind them. */
struct entry {
    struct entry *chained;       /* the next of its chain */
    struct entry *newer, *older; /* in order of touching */
    uint32_t chain, key_len, count, number;
    int64_t times[];
};

struct recent {
    struct entry *chains[CHAINS];
    struct entry *newest, *oldest;
    size_t bytes;
    uint64_t forgotten;
};

struct recent *recent_new(void)
{
    return must_calloc(1, sizeof(struct recent));
}

static char *key_of(struct entry *e)
{
    return (char *)(e->times + e->number);
}

static size_t bytes_of(const struct entry *e)
{
    return sizeof *e + e->number * sizeof *e->times + e->key_len;
}

static void unlist(struct recent *r, struct entry *e)
{
    *(e->newer ? &e->newer->older : &r->newest) = e->older;
    *(e->older ? &e->older->newer : &r->oldest) = e->newer;
}

static void list_first(struct recent *r, struct entry *e)
{
    e->newer = NULL;
    e->older = r->newest;
    *(r->newest ? &r->newest->newer : &r->oldest) = e;
    r->newest = e;
}

static void forget(struct recent *r, struct entry *e)
{
    struct entry **at = &r->chains[e->chain];
    while (*at != e)
        at = &(*at)->chained;
    *at = e->chained;
    unlist(r, e);
    r->bytes -= bytes_of(e);
    free(e);
}

void recent_free(struct recent *r)
{
    while (r && r->oldest)
        forget(r, r->oldest);
    free(r);
}

static struct entry *entry_for(struct recent *r, const void *key, size_t key_len, uint32_t number)
{
    uint32_t chain = (uint32_t)(hash_bytes((uintptr_t)r, key, key_len) >> 32) % CHAINS;
    for (struct entry *e = r->chains[chain]; e; e = e->chained)
        if (e->key_len == key_len && e->number == number && memcmp(key_of(e), key, key_len) == 0)
            return e;
    struct entry *e = must_calloc(1, sizeof *e + number * sizeof *e->times + key_len);
    *e = (struct entry){
        .chained = r->chains[chain], .chain = chain, .key_len = (uint32_t)key_len, .number = number
    };
    memcpy(key_of(e), key, key_len);
    r->chains[chain] = e;
    r->bytes += bytes_of(e);
    list_first(r, e);
    for (; r->bytes > BYTES_MAX && r->oldest != e; r->forgotten++)
        forget(r, r->oldest);
    return e;
}

/* Handshakes are judged when they end, so their beginnings come in any order. */
static void add_time(struct entry *e, int64_t time_us)
{
    uint32_t at = e->count;
    while (at > 0 && e->times[at - 1] > time_us)
        at--;
    if (e->count < e->number) {
        memmove(e->times + at + 1, e->times + at, (e->count - at) * sizeof *e->times);
        e->count++;
    } else if (at > 0) { /* the earliest makes room */
        memmove(e->times, e->times + 1, --at * sizeof *e->times);
    } else {
        return;
    }
    e->times[at] = time_us;
}

bool recent_reached(struct recent *r, const void *key, size_t key_len, int64_t time_us,
                    uint32_t number, int64_t window_us)
{
    struct entry *e = entry_for(r, key, key_len, number);
    unlist(r, e);
    list_first(r, e);
    add_time(e, time_us);
    int64_t since;
    return e->count == number && time_us >= e->times[0] &&
           !__builtin_sub_overflow(e->times[number - 1], e->times[0], &since) && since <= window_us;
}

uint64_t recent_forgotten(const struct recent *r)
{
    return r->forgotten;
}
