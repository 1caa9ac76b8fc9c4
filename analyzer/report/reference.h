/* reference.h - what can be looked up: the fields and the rules. Behind `handshark
 * fields`, `rules list` and FIELDS.md. */
#ifndef REPORT_REFERENCE_H
#define REPORT_REFERENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "handshake/field.h"

struct ruleset;

struct reference_options {
    FILE *out;
    bool json; /* one object a line instead of text */
    bool colour, utf8;
    unsigned columns;
};

/* reference_fields lists the fields of the tables (NULL-ended) whose names begin
 * with start, or all when that is NULL. One that is named in full is told with
 * the names of its codes. False, and e filled, when there is none. */
bool reference_fields(const struct field_table *const *tables, const char *start,
                      const struct reference_options *options, struct error *e);
/* reference_fields_markdown writes rules/FIELDS.md. */
void reference_fields_markdown(const struct field_table *const *tables, FILE *out);

/* reference_causes_markdown writes docs/causes.md. */
void reference_causes_markdown(const struct ruleset *rs, FILE *out);

/* reference_rules lists every rule in a line. */
void reference_rules(const struct ruleset *rs, const struct reference_options *options);

#endif
