/* mistake.h - what is wrong in a rule text: where, what, and the way out.
 *
 * Lexer, parser and checker add their mistakes here and go on, so that one run
 * tells them all. Printed in order of place, each with its line and a caret. */
#ifndef RULE_MISTAKE_H
#define RULE_MISTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "rule/complaint.h"

enum { MISTAKES_MAX = 20 };

struct mistake {
    size_t at, len; /* bytes of the source that are marked */
    char *fault;
    struct text hints; /* lines */
};

struct mistakes {
    const char *file; /* named in messages */
    const char *source;
    size_t len;
    struct mistake items[MISTAKES_MAX];
    size_t count;
    size_t more;       /* did not fit */
    bool last_is_kept; /* the one added last is items[count - 1] */
};

/* mistake_add notes a mistake about len bytes of the source at at. Returns
 * whether it was kept: when not, no hint is worth looking for. */
bool mistake_add(struct mistakes *m, size_t at, size_t len, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* mistake_hint adds a line to the mistake that was added last. */
void mistake_hint(struct mistakes *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mistakes_forget(struct mistakes *m);
/* mistakes_tell hands them all over, in order of place, and forgets them. */
void mistakes_tell(struct mistakes *m, enum complaint_kind kind, struct complaint_box *box);
/* mistakes_print writes them all, terminal-safe, and forgets them. */
void mistakes_print(struct mistakes *m, struct text *out);

/* source_place tells line and column of a byte, counted from 1; the column
 * counts characters. */
void source_place(const char *source, size_t at, size_t *line, size_t *column);

/* Names that a misspelt word may have meant: the closest few. */
enum { SUGGESTIONS_MAX = 3 };

struct suggestions {
    const char *word;
    size_t len;
    size_t wanted; /* at most SUGGESTIONS_MAX */
    size_t count;
    struct {
        const char *name;
        unsigned distance;
    } best[SUGGESTIONS_MAX];
};

/* suggest_name weighs one name. Equal names are the caller's to find first. */
void suggest_name(struct suggestions *s, const char *name);
/* suggest_hint tells the best names, and rest behind them (it may be ""). */
void suggest_hint(const struct suggestions *s, struct mistakes *m, const char *rest);

#endif
