/* complaint.h - what is said of a rule text, as it goes to whoever asked: to a
 * terminal with its line and a caret, to scripts as its parts. */
#ifndef RULE_COMPLAINT_H
#define RULE_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum complaint_kind {
    COMPLAINT_MISTAKE, /* the text is not taken in */
    COMPLAINT_WARNING, /* it is, and does not do what somebody meant */
    COMPLAINT_NOTE,    /* a rule for another version was left out */
};

/* Borrowed while it is told. Texts may hold what a rule file holds, but no control
 * characters other than line ends. */
struct complaint {
    enum complaint_kind kind;
    const char *file;
    size_t line, column; /* from 1; 0: it is about the whole file */
    const char *message;
    const char *shown; /* the source line, and a caret below; "" when there is none */
    const char *hint;  /* lines; "" when there is none */
};

/* Who wants to hear complaints begins its own struct with this. */
struct complaint_box {
    void (*take)(struct complaint_box *box, const struct complaint *c);
    bool wants_warnings; /* to look for them takes time */
};

/* complaint_name: "mistake", "warning", "note". */
const char *complaint_name(enum complaint_kind kind);
/* complaint_print writes it for people, terminal-safe. */
void complaint_print(const struct complaint *c, struct text *out);

#endif
