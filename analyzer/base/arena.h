/* arena.h - memory that lives as long as its flow and is freed in one go.
 *
 * Every arena draws on a budget: the cap that --max-memory sets for all flows
 * together. A request that would pass the arena's own cap or the budget gives
 * NULL, and the caller notes "clipped": hostile input cannot make us grow. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A budget counts bytes; everything that grows with the input takes from it. */
struct budget {
    size_t used, max;
    uint64_t refused;   /* requests that did not fit */
    void *spare_chunks; /* recycled arena chunks, private to arena.c */
};

/* budget_take notes len more bytes in use, or says no and counts the refusal. */
bool budget_take(struct budget *b, size_t len);
void budget_give(struct budget *b, size_t len);
/* budget_clear frees the recycled chunks; the budget may be used again. */
void budget_clear(struct budget *b);

struct arena;

/* arena_new gives an empty arena that will not take more than cap bytes, or
 * NULL when the budget is spent. b outlives the arena. */
struct arena *arena_new(struct budget *b, size_t cap);
/* arena_take gives len zeroed bytes aligned to 16, or NULL at the cap. */
void *arena_take(struct arena *a, size_t len);
/* arena_copy copies len bytes and adds a NUL behind them, or gives NULL. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);
/* arena_within gives an arena of at most cap bytes that lives inside a and begins with
 * len of them, its own head included, or NULL. It is gone with a, and is not freed;
 * arena_empty makes it new again, and what it grew by stays its own. */
struct arena *arena_within(struct arena *a, size_t len, size_t cap);
void arena_empty(struct arena *a);
size_t arena_used(const struct arena *a);
void arena_free(struct arena *a); /* NULL is fine */

#endif
