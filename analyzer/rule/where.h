/* where.h - questions about verdicts in the language of rules: which are to be
 * shown (--where), and what they are put in order by (--sort). */
#ifndef RULE_WHERE_H
#define RULE_WHERE_H

#include <stdbool.h>

#include "base/text.h"
#include "rule/finding.h"

struct ruleset;
struct where;

/* where_condition reads a condition; it may name the fields of tables (NULL-ended),
 * those of verdicts, and the lists of the ruleset, which must outlive it. where_field
 * reads the name of one field. NULL after a mistake, which is told with place, caret
 * and suggestion; called says what the text is called there. */
struct where *where_condition(const struct ruleset *rs, const struct field_table *const *tables,
                              const char *called, const char *text, struct text *mistakes);
struct where *where_field(const struct field_table *const *tables, const char *called,
                          const char *name, struct text *mistakes);
void where_free(struct where *w);

/* where_wants_details: it reads a field that is marked detail. */
bool where_wants_details(const struct where *w);

/* where_holds asks a condition: true only if it is true, not if it can't be told. */
bool where_holds(struct where *w, const char *capture, const struct verdict *v);
/* where_value looks a field up: NULL when it is absent. Borrowed, valid until the next
 * call; field tells its type. */
const struct value *where_value(struct where *w, const char *capture, const struct verdict *v);
const struct field *where_field_of(const struct where *w);

#endif
