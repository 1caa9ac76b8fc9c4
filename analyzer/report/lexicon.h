/* lexicon.h - error texts of many programs, and the causes that they speak of.
 *
 * Filled from rules/errors.txt (which tells its form) and from the `seen as` lines
 * of rules; asked with a line of a log, a code, or what somebody remembers. Causes
 * are names here; what they mean is told elsewhere. */
#ifndef REPORT_LEXICON_H
#define REPORT_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct lexicon;

/* Whose log a text is from. */
enum log_side { LOG_ANYBODY, LOG_CLIENT, LOG_SERVER };

/* An error text that the lexicon has. */
struct phrase {
    bool vague;                /* says next to nothing: most likely a reaction to another error */
    const char *text, *who;    /* "certificate has expired", "OpenSSL" */
    const char *const *causes; /* the likeliest first, ended by NULL */
    const char *const *by_side[3]; /* by enum log_side; NULL: as causes */
};

struct hit {
    const char *cause;
    const struct phrase *phrase; /* the one that fitted best */
    uint32_t score;
};

struct lexicon *lexicon_new(void);
void lexicon_free(struct lexicon *l);

/* lexicon_add_table takes a table in the form of rules/errors.txt. Mistakes are
 * added to mistakes, each with its place; false when there is one. */
bool lexicon_add_table(struct lexicon *l, const char *file, const char *text, size_t len,
                       struct text *mistakes);
/* lexicon_add takes one text that speaks of one cause. */
void lexicon_add(struct lexicon *l, const char *cause, const char *text, const char *who);
/* lexicon_ready weighs and indexes the words; call it once, last. */
void lexicon_ready(struct lexicon *l);

/* lexicon_find ranks the causes that a text of at most 4096 bytes speaks of, best
 * first; misspelt words and parts of a text are understood. It fills at most max
 * hits and returns how many; 0 when nothing is near enough to be worth saying. */
size_t lexicon_find(const struct lexicon *l, const char *text, size_t len, struct hit *hits,
                    size_t max);
/* lexicon_scan is for the lines of a log, of which most mean nothing: only texts
 * that stand in the line word for word are found, and quickly. */
size_t lexicon_scan(const struct lexicon *l, const char *line, size_t len, struct hit *hits,
                    size_t max);

/* lexicon_phrase gives the n-th text, NULL behind the last. */
const struct phrase *lexicon_phrase(const struct lexicon *l, size_t n);

#endif
