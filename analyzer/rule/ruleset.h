/* ruleset.h - the rules of a run: load them, judge with them, list them. */
#ifndef RULE_RULESET_H
#define RULE_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "rule/complaint.h"
#include "rule/finding.h"

struct ruleset;

/* ruleset_new gives an empty set that knows the given field tables (NULL-ended). */
struct ruleset *ruleset_new(const struct field_table *const *tables);
void ruleset_free(struct ruleset *rs);

/* ruleset_listen: everything that is said of rule texts from now on goes to box as
 * well: mistakes, and what loads all the same, warnings and notes. NULL: to nobody. */
void ruleset_listen(struct ruleset *rs, struct complaint_box *box);

/* ruleset_add parses and checks one rule text; file names it in messages. All
 * mistakes (at most 20) are added to mistakes, each with place, caret and
 * suggestion. A text with a mistake adds no rule at all; returns false then. */
bool ruleset_add(struct ruleset *rs, const char *file, const char *text, size_t len,
                 struct text *mistakes);
/* ruleset_add_path adds a file, or every *.rules file of a folder in order of
 * name. A later rule with an id that is there already must say `override`. */
bool ruleset_add_path(struct ruleset *rs, const char *path, struct text *mistakes);
/* ruleset_ready sorts and indexes the rules for judging; call it once, last. */
void ruleset_ready(struct ruleset *rs);
/* ruleset_counts: some rule counts how often it holds. */
bool ruleset_counts(const struct ruleset *rs);
/* ruleset_wants_details: some rule reads a field marked detail. */
bool ruleset_wants_details(const struct ruleset *rs);

/* ruleset_judge fills v from a handshake whose fields are complete. */
void ruleset_judge(const struct ruleset *rs, const struct handshake *hs, struct verdict *v);
/* ruleset_judge_next does the same for one handshake after the other of a capture, for
 * rules that count; recent remembers the ones before. */
struct recent;
void ruleset_judge_next(const struct ruleset *rs, struct recent *recent, const struct handshake *hs,
                        struct verdict *v);

/* ruleset_lists gives the named lists, which later texts may use. */
struct named_list;
const struct named_list *ruleset_lists(const struct ruleset *rs, size_t *count);

/* For `rules list` and `explain`. */
size_t ruleset_count(const struct ruleset *rs);
struct rule_info {
    const char *id, *title, *why, *fix, *see; /* templates as written; "" when left out */
    const char *finding_id; /* what its findings are called: id, unless the rule has an `as` */
    const char *file;
    int line;
    enum severity severity;
    enum fault fault;
    enum certainty certainty;
    int rank;
    const char *when;           /* the condition, on one line */
    const char *const *seen_as; /* error texts that people see */
    size_t seen_as_count;
    const char *const *tags, *const *fires, *const *silent; /* fires, silent: captures */
    size_t tag_count, fires_count, silent_count;
};
/* ruleset_info describes the n-th rule, in order of id. */
struct rule_info ruleset_info(const struct ruleset *rs, size_t n);

/* rule_print writes the n-th rule as a rule text in canonical form, ruleset_print
 * all lists and rules: what it writes loads, and prints the same again. */
void rule_print(const struct ruleset *rs, size_t n, struct text *out);
void ruleset_print(const struct ruleset *rs, struct text *out);

#endif
