/* check.h - names to indexes, types that fit, conditions to steps. */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

#include "rule/lookup.h"
#include "rule/rule.h"

struct checker {
    struct lookup lookup;
    struct syntax *syntax; /* its pool takes what the rules keep */
    size_t items;          /* of all sets of this text */
};

/* check_condition makes steps of the condition at a node and gives the first. */
uint32_t check_condition(struct checker *c, uint32_t index);
/* check_list looks over a `list` that is not used yet: what can be said of it
 * without knowing what it is compared with. */
void check_list(struct checker *c, const struct list_syntax *list);
/* check_rule makes a rule of the n-th one written. Mistakes are told; then the
 * rule is of no use. */
struct rule *check_rule(struct checker *c, size_t n);

#endif
