/* choice.h - which handshakes are told, and in what order: --only, --where, --sort.
 *
 * Everything is judged and counted all the same; only reports show less. */
#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>

#include "base/text.h"
#include "report/sort.h"
#include "rule/finding.h"

struct ruleset;
struct choice;

struct choice_wish {
    const char *only;  /* "failed,warning", or NULL */
    const char *where; /* a condition, or NULL */
    const char *sort;  /* a field, or -FIELD for the other way round, or NULL */
};

/* choice_new gives NULL after a mistake in one of them, which is told. */
struct choice *choice_new(const struct choice_wish *wish, const struct ruleset *rules,
                          struct text *mistakes);
void choice_free(struct choice *c);

/* choice_wants_details: a field marked detail decides. */
bool choice_wants_details(const struct choice *c);
/* choice_takes_all: it leaves nothing out. */
bool choice_takes_all(const struct choice *c);
bool choice_takes(struct choice *c, const char *capture, const struct verdict *v);
/* choice_sort is how to sort, or NULL; choice_key makes its key that of a handshake. */
const struct sort *choice_sort(const struct choice *c);
void choice_key(struct choice *c, const char *capture, const struct verdict *v);

#endif
