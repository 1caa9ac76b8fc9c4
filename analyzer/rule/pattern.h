/* pattern.h - regular expressions for `matches`: the door to PCRE2.
 *
 * A pattern is compiled once, when its rule loads. Both the pattern and what it
 * is matched with may be hostile, so every match has limits. */
#ifndef RULE_PATTERN_H
#define RULE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_FAULT_LEN = 160 };

struct pattern;

enum pattern_answer { PATTERN_NO, PATTERN_YES, PATTERN_GAVE_UP };

/* pattern_new compiles len bytes; on a mistake it gives NULL, PCRE2's message in
 * fault and in *offset the byte where it stopped. */
struct pattern *pattern_new(const char *text, size_t len, char fault[PATTERN_FAULT_LEN],
                            size_t *offset);
void pattern_free(struct pattern *pattern); /* NULL is fine */
/* pattern_matches looks for the pattern anywhere in the bytes, which need not be
 * UTF-8. It gives up at the limits: that is not an answer. */
enum pattern_answer pattern_matches(const struct pattern *pattern, const char *bytes, size_t len);

#endif
