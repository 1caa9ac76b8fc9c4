/* entry_text.h - an entry in words: what is wrong, at whom, the ladder, why, how it can
 * be seen, and what to do. */
#ifndef REPORT_ENTRY_TEXT_H
#define REPORT_ENTRY_TEXT_H

#include "report/entries.h"
#include "report/page.h"

enum { ENTRY_MARGIN = 4, ENTRY_INDENT = 12 };

struct entry_context {
    size_t number;    /* of the entry, from 1 */
    int64_t since_us; /* times of this day are told without their date */
    size_t above;     /* number of the entry that says why and fix in the same words, or 0 */
};

/* entry_text adds an entry to a page. */
void entry_text(struct page *p, const struct entry *e, const struct entry_context *context);
/* entry_says_the_same: why and fix of both are told in the same words. */
bool entry_says_the_same(const struct entry *a, const struct entry *b);
/* entry_rule: the id of its rule, or words for none. */
const char *entry_rule(const struct entry *e);
/* fault_text: "the server's, proven by these packets". */
void fault_text(enum fault fault, enum certainty certainty, struct text *out);

#endif
