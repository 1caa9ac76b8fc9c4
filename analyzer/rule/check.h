/* check.h - names to indexes, types that fit, conditions to steps. */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

#include "rule/lookup.h"
#include "rule/rule.h"

struct checker {
    struct lookup lookup;
    const struct syntax *syntax; /* of what is being looked at: this text, or a macro's */
    struct pool *pool;           /* takes what the rules keep */
    size_t items;                /* of all sets of this text */
    size_t macros_deep;          /* macros inside each other at this moment */
    bool too_long;               /* some macro could not be put in */
    struct mistakes unheard;     /* takes what is told inside of macros */
};

/* check_condition makes steps of the condition at a node and gives the first. */
uint32_t check_condition(struct checker *c, uint32_t index);
/* check_list looks over a `list` that is not used yet: what can be said of it
 * without knowing what it is compared with. */
void check_list(struct checker *c, const struct named_syntax *list);
/* check_macro looks over a `macro`, and says in *macro what it is. */
void check_macro(struct checker *c, const struct named_syntax *written, struct named_macro *macro);
/* check_macro_expression is its part that is about conditions. */
void check_macro_expression(struct checker *c, struct named_macro *macro);
/* check_rule makes a rule of the n-th one written. Mistakes are told; then the
 * rule is of no use. */
struct rule *check_rule(struct checker *c, size_t n);

#endif
