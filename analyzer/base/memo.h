/* memo.h - what was worked out before: a bounded map from bytes to bytes.
 *
 * For work that comes again and again with the same input, and gives the same
 * for it each time. A memo that is full forgets everything and begins anew, so
 * nothing that anybody sees may depend on what it still knows. */
#ifndef BASE_MEMO_H
#define BASE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memo;

/* memo_new gives an empty memo for up to entry_max entries, whose keys and
 * contents take up to byte_max bytes together. */
struct memo *memo_new(size_t entry_max, size_t byte_max);
void memo_free(struct memo *m); /* NULL is fine */

/* memo_find gives what was kept under a key and its length, or NULL. It stays
 * until the next memo_keep. */
const char *memo_find(const struct memo *m, const void *key, size_t key_len, size_t *len);
/* memo_keep keeps copies of a key and of what belongs to it, and tells whether the key
 * is new. What is too large to share a memo with others is not kept. */
bool memo_keep(struct memo *m, const void *key, size_t key_len, const void *bytes, size_t len);
/* memo_fetch tells the processor that a key will be looked for soon. */
void memo_fetch(const struct memo *m, const void *key, size_t key_len);
/* memo_forget empties it. */
void memo_forget(struct memo *m);

#endif
