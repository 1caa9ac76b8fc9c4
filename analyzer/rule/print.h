/* print.h - a rule text as it would be written by someone very tidy.
 *
 * What is printed parses to what was printed: a test asks that of every text. */
#ifndef RULE_PRINT_H
#define RULE_PRINT_H

#include "rule/parser.h"

/* print_expression writes a condition or value on one line; index 0 is empty. */
void print_expression(const struct syntax *syntax, uint32_t index, struct text *out);
void print_rule(const struct syntax *syntax, const struct rule_syntax *rule, struct text *out);
void print_list(const struct syntax *syntax, const char *name, uint32_t set, struct text *out);
void print_macro(const struct syntax *syntax, const char *name, uint32_t node, struct text *out);

#endif
