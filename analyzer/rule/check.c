/* check.c - rules and lists that are more than well written: they make sense.
 *
 * Conditions are condition.c's, texts template.c's. Mistakes are told and
 * checking goes on: whoever asked throws away what was made of a bad text. */
#include "rule/check.h"

#include "handshake/flow_fields.h"
#include "rule/print.h"

/* ---- lists ---- */

static bool is_item(const struct checker *c, const struct node *n)
{
    if (n->kind == NODE_RANGE)
        return is_item(c, node_at(c->syntax, n->first)) &&
               is_item(c, node_at(c->syntax, node_at(c->syntax, n->first)->next));
    return n->kind >= NODE_WORD && n->kind <= NODE_BOOL;
}

void check_list(struct checker *c, const struct named_syntax *list)
{
    struct field_place place;
    if (find_field(&c->lookup, list->name, list->name_len, &place))
        mistake_add(c->lookup.mistakes, list->name_at, list->name_len, "'%.80s' is a field already",
                    list->name);
    for (uint32_t i = node_at(c->syntax, list->node)->first; i; i = node_at(c->syntax, i)->next)
        if (!is_item(c, node_at(c->syntax, i)))
            mistake_add(c->lookup.mistakes, node_at(c->syntax, i)->at, node_at(c->syntax, i)->len,
                        "a list has names, numbers, texts, addresses and ranges in it");
}

void check_macro(struct checker *c, const struct named_syntax *named, struct named_macro *macro)
{
    struct field_place place;
    *macro = (struct named_macro){
        .name = named->name, .syntax = c->syntax, .node = named->node, .at = named->name_at
    };
    if (find_field(&c->lookup, named->name, named->name_len, &place)) {
        mistake_add(c->lookup.mistakes, named->name_at, named->name_len,
                    "'%.80s' is a field already", named->name);
        return;
    }
    check_macro_expression(c, macro);
}

/* ---- rules ---- */

static void check_given(struct checker *c, const struct rule_syntax *r)
{
    static const struct {
        enum rule_line line;
        const char *name, *hint;
    } needed[] = {
        { LINE_WHEN, "when", "it says on which handshakes the rule fires: when outcome == failed" },
        { LINE_SEVERITY, "severity", "it is error, warning or info" },
        { LINE_TITLE, "title", "it says in a line what is wrong: title \"...\"" },
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!(r->given & 1u << needed[i].line) &&
            mistake_add(c->lookup.mistakes, r->id_at, r->id_len, "rule '%s' has no '%s'", r->id,
                        needed[i].name))
            mistake_hint(c->lookup.mistakes, "%s", needed[i].hint);
}

static struct choice *check_clauses(struct checker *c, const struct clause *clauses, unsigned count)
{
    struct choice *choices = pool_take(c->pool, count * sizeof *choices);
    const struct clause *always = NULL;
    for (unsigned i = 0; i < count; i++) {
        const struct clause *clause = &clauses[i];
        if (always &&
            mistake_add(c->lookup.mistakes, clause->at, clause->len, "this line is never reached"))
            mistake_hint(c->lookup.mistakes, "line %u has no 'when', so it always holds",
                         always->line);
        always = clause->when || always ? always : clause;
        choices[i].word = clause->word;
        choices[i].when = clause->when ? check_condition(c, clause->when) : STEP_ALWAYS;
    }
    return choices;
}

static const char **copy_strings(struct checker *c, struct strings strings)
{
    const char **copy = pool_take(c->pool, strings.count * sizeof *copy);
    for (size_t i = 0; i < strings.count; i++)
        copy[i] = c->syntax->strings[strings.first + i].text;
    return copy;
}

static void check_lists_of(struct checker *c, const struct rule_syntax *r, struct rule *rule)
{
    rule->seen_as = copy_strings(c, r->seen);
    rule->tags = copy_strings(c, r->tags);
    rule->fires = copy_strings(c, r->fires);
    rule->silent = copy_strings(c, r->silent);
}

/* ---- what a capture must show ---- */

/* Fields that are absent, or 0 for no, when the capture shows all that is needed. */
static const struct {
    enum evidence_needed needed;
    enum flow_field gap;
    bool is_count; /* else being there is enough to tell a gap */
} gaps[] = {
    { NEED_TWO_WAY, FLOW_ONE_SIDED, false },  { NEED_WHOLE, FLOW_LOST_BYTES, true },
    { NEED_WHOLE, FLOW_CLIENT_UNSEEN, true }, { NEED_WHOLE, FLOW_SERVER_UNSEEN, true },
    { NEED_WHOLE, FLOW_CUT, true },           { NEED_BEGINNING, FLOW_STARTS_LATE, true },
    { NEED_END, FLOW_ENDS_EARLY, true },
};

static void require_no_gap(struct program *p, enum flow_field gap, bool is_count)
{
    uint32_t either = program_step(p, (struct step){ .kind = STEP_OR });
    uint32_t not = program_step(p, (struct step){ .kind = STEP_NOT });
    program_step(p, (struct step){ .kind = STEP_EXISTS, .table = TABLE_FLOW, .field = gap });
    program_close(p, not );
    if (is_count)
        program_step(p, (struct step){ .kind = STEP_TEST, .table = TABLE_FLOW, .field = gap });
    program_close(p, either);
}

/* The rule's condition, and with `requires` that there is no gap of that kind. */
static uint32_t check_when(struct checker *c, const struct rule_syntax *r)
{
    struct program *p = c->lookup.program;
    if (!r->requires)
        return check_condition(c, r->when);
    uint32_t all = program_step(p, (struct step){ .kind = STEP_AND });
    check_condition(c, r->when);
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (r->requires >> gaps[i].needed & 1)
            require_no_gap(p, gaps[i].gap, gaps[i].is_count);
    program_close(p, all);
    return all;
}

static void check_threshold(struct checker *c, const struct rule_syntax *r,
                            struct counting *counting)
{
    const struct strings *by = &r->threshold.by;
    *counting =
        (struct counting){ .number = r->threshold.number, .window_us = r->threshold.window_us };
    for (size_t i = 0; i < by->count; i++) {
        const struct literal *name = &c->syntax->strings[by->first + i];
        struct field_place place;
        if (!find_field(&c->lookup, name->text, name->len, &place))
            no_field(&c->lookup, name->at, name->text, name->len);
        else if (type_is_list(field_at(&c->lookup, place)->type))
            mistake_add(c->lookup.mistakes, name->at, name->len,
                        "%.80s is a list: handshakes are counted by simple fields", name->text);
        else if (i == COUNT_BY_MAX)
            mistake_add(c->lookup.mistakes, name->at, name->len,
                        "handshakes are counted by at most 4 fields");
        else if (i < COUNT_BY_MAX)
            counting->by[counting->by_count++] = place;
    }
}

/* ---- a rule ---- */

static const char *condition_text(struct checker *c, uint32_t index)
{
    struct text canonical = { 0 };
    print_expression(c->syntax, index, &canonical);
    const char *copy = pool_copy(c->pool, text_string(&canonical), canonical.len);
    text_free(&canonical);
    return copy;
}

struct rule *check_rule(struct checker *c, size_t n)
{
    const struct rule_syntax *r = &c->syntax->rules[n];
    struct rule *rule = pool_take(c->pool, sizeof *rule);
    *rule = (struct rule){ .id = r->id,
                           .finding_id = r->as ? r->as : r->id,
                           .syntax = c->syntax,
                           .written = n,
                           .severity = r->severity,
                           .rank = r->rank };
    c->lookup.details = false;
    check_given(c, r);
    rule->when = check_when(c, r);
    rule->fault_count = r->fault_count;
    rule->faults = check_clauses(c, r->faults, r->fault_count);
    rule->certainty_count = r->certainty_count;
    rule->certainties = check_clauses(c, r->certainties, r->certainty_count);
    for (int i = 0; i < RULE_PARTS; i++)
        rule->parts[i] = template_read(&c->lookup, c->pool, &r->parts[i]);
    check_threshold(c, r, &rule->counting);
    check_lists_of(c, r, rule);
    rule->condition = condition_text(c, r->when);
    rule->details = c->lookup.details;
    return rule;
}
