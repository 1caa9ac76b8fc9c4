/* loading.h - the inside of a ruleset, for loading.c and ruleset.c alone. */
#ifndef RULE_LOADING_H
#define RULE_LOADING_H

#include <sys/types.h>

#include "rule/check.h"
#include "rule/judge.h"
#include "rule/ruleset.h"

/* One text that was loaded. */
struct rule_file {
    char *name, *source;
    struct syntax syntax;
    dev_t device; /* of the file, 0 for a text that is none */
    ino_t inode;
    bool included; /* by another one */
};

struct ruleset {
    struct program program;
    struct rule_file **files; /* each stays where it is: much points into it */
    size_t file_count, file_cap;
    struct named_list *lists;
    size_t list_count, list_cap;
    struct named_macro *macros;
    size_t macro_count, macro_cap;
    struct rule **rules; /* in order of loading; once ready, of id */
    size_t rule_count, rule_cap;
    size_t next_order;
    bool ready;
    struct complaint_box *listener; /* or NULL */
    struct docket dockets[OUTCOMES];
};

void rule_file_free(struct rule_file *file);

/* rule_written gives a rule as it was read. */
static inline const struct rule_syntax *rule_written(const struct rule *rule)
{
    return &rule->syntax->rules[rule->written];
}

#endif
