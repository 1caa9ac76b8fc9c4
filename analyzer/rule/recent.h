/* recent.h - when rules held lately, for `count 5 in 60s by client.address`.
 *
 * Only packet time counts. Memory is bounded: what was touched longest ago goes
 * first, and how often that happened is told. */
#ifndef RULE_RECENT_H
#define RULE_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recent;

struct recent *recent_new(void);
void recent_free(struct recent *r); /* NULL is fine */

/* recent_reached notes that something held at time_us, and tells whether it did so
 * number times, this one counted, within window_us. The key says what held, and for
 * whom; the same key always comes with the same number. */
bool recent_reached(struct recent *r, const void *key, size_t key_len, int64_t time_us,
                    uint32_t number, int64_t window_us);
/* recent_forgotten: how many keys were forgotten to make room for others. */
uint64_t recent_forgotten(const struct recent *r);

#endif
