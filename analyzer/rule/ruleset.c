/* ruleset.c - one set of rules: what is asked of it once it is loaded.
 *
 * Loading is loading.c's. */
#include "rule/ruleset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rule/loading.h"
#include "rule/print.h"

struct ruleset *ruleset_new(const struct field_table *const *tables)
{
    struct ruleset *rs = must_calloc(1, sizeof *rs);
    program_init(&rs->program, tables);
    return rs;
}

void ruleset_listen(struct ruleset *rs, struct complaint_box *box)
{
    rs->listener = box;
}

void ruleset_free(struct ruleset *rs)
{
    if (!rs)
        return;
    for (size_t i = 0; i < rs->file_count; i++)
        rule_file_free(rs->files[i]);
    free(rs->files);
    free(rs->lists);
    free(rs->macros);
    free(rs->rules);
    dockets_free(rs->dockets);
    program_free(&rs->program);
    free(rs);
}

/* ---- judging ---- */

static int by_id(const void *left, const void *right)
{
    const struct rule *a = *(const struct rule *const *)left;
    const struct rule *b = *(const struct rule *const *)right;
    return strcmp(a->id, b->id);
}

void ruleset_ready(struct ruleset *rs)
{
    assert(!rs->ready);
    rs->ready = true;
    dockets_make(rs->dockets, rs->rules, rs->rule_count);
    if (rs->rule_count > 0)
        qsort(rs->rules, rs->rule_count, sizeof(struct rule *), by_id);
}

bool ruleset_wants_details(const struct ruleset *rs)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i]->details)
            return true;
    return false;
}

bool ruleset_counts(const struct ruleset *rs)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i]->counting.number)
            return true;
    return false;
}

void ruleset_judge_next(const struct ruleset *rs, struct recent *recent, const struct handshake *hs,
                        struct verdict *v)
{
    assert(rs->ready);
    judge(&rs->program, rs->dockets, recent, hs, v);
}

void ruleset_judge(const struct ruleset *rs, const struct handshake *hs, struct verdict *v)
{
    ruleset_judge_next(rs, NULL, hs, v);
}

/* ---- telling about rules ---- */

const struct named_list *ruleset_lists(const struct ruleset *rs, size_t *count)
{
    *count = rs->list_count;
    return rs->lists;
}

size_t ruleset_count(const struct ruleset *rs)
{
    return rs->rule_count;
}

static int without_condition(const struct choice *choices, size_t count, int otherwise)
{
    return count > 0 && choices[count - 1].when == STEP_ALWAYS ? choices[count - 1].word
                                                               : otherwise;
}

struct rule_info ruleset_info(const struct ruleset *rs, size_t n)
{
    const struct rule *r = rs->rules[n];
    struct rule_info info = {
        .id = r->id,
        .finding_id = r->finding_id,
        .title = r->parts[FINDING_TITLE].source,
        .why = r->parts[FINDING_WHY].source,
        .fix = r->parts[FINDING_FIX].source,
        .see = r->parts[FINDING_SEE].source,
        .file = r->syntax->file,
        .line = (int)rule_written(r)->line,
        .severity = r->severity,
        .rank = r->rank,
        .when = r->condition,
        .seen_as = r->seen_as,
        .seen_as_count = rule_written(r)->seen.count,
        .tags = r->tags,
        .tag_count = rule_written(r)->tags.count,
        .fires = r->fires,
        .fires_count = rule_written(r)->fires.count,
        .silent = r->silent,
        .silent_count = rule_written(r)->silent.count,
    };
    info.fault = (enum fault)without_condition(r->faults, r->fault_count, FAULT_UNKNOWN);
    info.certainty = (enum certainty)without_condition(r->certainties, r->certainty_count,
                                                       r->certainty_count ? CERTAINTY_POSSIBLE
                                                                          : CERTAINTY_PROVEN);
    return info;
}

void rule_print(const struct ruleset *rs, size_t n, struct text *out)
{
    print_rule(rs->rules[n]->syntax, rule_written(rs->rules[n]), out);
}

void ruleset_print(const struct ruleset *rs, struct text *out)
{
    for (size_t i = 0; i < rs->list_count; i++)
        print_list(rs->lists[i].syntax, rs->lists[i].name, rs->lists[i].set, out);
    for (size_t i = 0; i < rs->macro_count; i++)
        print_macro(rs->macros[i].syntax, rs->macros[i].name, rs->macros[i].node, out);
    for (size_t i = 0; i < rs->rule_count; i++) {
        text_add(out, out->len ? "\n" : "");
        rule_print(rs, i, out);
    }
}
