/* print.c - trees back to text, with no parenthesis more than needed. */
#include "rule/print.h"

#include <inttypes.h>
#include <string.h>

/* ---- texts ---- */

static void print_string(const struct literal *text, struct text *out)
{
    text_add_char(out, '"');
    for (uint32_t i = 0; i < text->len; i++) {
        char c = text->text[i];
        if (c == '"' || c == '\\')
            text_add_char(out, '\\');
        text_add(out, c == '\n' ? "\\n" : (char[]){ c, 0 });
    }
    text_add_char(out, '"');
}

/* ---- expressions ---- */

/* How tightly each kind holds together, and what its parts must at least. */
static const struct {
    enum power power, first, others;
    const char *sign; /* between the parts, or before a single one */
} kinds[] = {
    [NODE_NONE] = { POWER_VALUE, 0, 0, NULL },
    [NODE_WORD] = { POWER_VALUE, 0, 0, NULL },
    [NODE_STRING] = { POWER_VALUE, 0, 0, NULL },
    [NODE_PATTERN] = { POWER_VALUE, 0, 0, NULL },
    [NODE_NUMBER] = { POWER_VALUE, 0, 0, NULL },
    [NODE_DURATION] = { POWER_VALUE, 0, 0, NULL },
    [NODE_ADDRESS] = { POWER_VALUE, 0, 0, NULL },
    [NODE_BOOL] = { POWER_VALUE, 0, 0, NULL },
    [NODE_ADD] = { POWER_SUM, POWER_SUM, POWER_PRODUCT, " + " },
    [NODE_SUBTRACT] = { POWER_SUM, POWER_SUM, POWER_PRODUCT, " - " },
    [NODE_MULTIPLY] = { POWER_PRODUCT, POWER_PRODUCT, POWER_VALUE, " * " },
    [NODE_DIVIDE] = { POWER_PRODUCT, POWER_PRODUCT, POWER_VALUE, " / " },
    [NODE_CALL] = { POWER_VALUE, POWER_SUM, 0, "" },
    [NODE_COUNT] = { POWER_VALUE, POWER_VALUE, POWER_ANY, "count " },
    [NODE_RANGE] = { POWER_RANGE, POWER_SUM, POWER_SUM, ".." },
    [NODE_SET] = { POWER_VALUE, POWER_RANGE, POWER_RANGE, ", " },
    [NODE_COMPARE] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, NULL },
    [NODE_IN] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, " in " },
    [NODE_CONTAINS] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, " contains " },
    [NODE_MATCHES] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, " matches " },
    [NODE_STARTS] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, " starts_with " },
    [NODE_ENDS] = { POWER_COMPARE, POWER_RANGE, POWER_RANGE, " ends_with " },
    [NODE_ANY] = { POWER_VALUE, POWER_VALUE, POWER_ANY, "any " },
    [NODE_ALL] = { POWER_VALUE, POWER_VALUE, POWER_ANY, "all " },
    [NODE_EXISTS] = { POWER_VALUE, POWER_VALUE, POWER_VALUE, "exists " },
    [NODE_NOT] = { POWER_NOT, POWER_NOT, POWER_NOT, "not " },
    [NODE_AND] = { POWER_AND, POWER_NOT, POWER_NOT, " and " },
    [NODE_OR] = { POWER_OR, POWER_AND, POWER_AND, " or " },
};

static bool is_prefix(const struct node *n)
{
    return n->kind == NODE_NOT || n->kind == NODE_EXISTS;
}

/* A number as it was written; between a minus and it there may be anything. */
static void print_number(const struct syntax *s, const struct node *n, struct text *out)
{
    const char *start = s->source + n->at, *end = start + n->len, *digits = end;
    while (digits > start && strchr("- \t\r\n", digits[-1]) == NULL)
        digits--;
    if (n->negative)
        text_add_char(out, '-');
    text_add_bytes(out, digits, (size_t)(end - digits));
}

static void print_node(const struct syntax *s, uint32_t index, enum power wanted, struct text *out);

static bool is_quantifier(const struct node *n)
{
    return n->kind == NODE_ANY || n->kind == NODE_ALL || n->kind == NODE_COUNT;
}

/* any LIST (CONDITION) */
static void print_quantifier(const struct syntax *s, const struct node *n, struct text *out)
{
    uint32_t condition = node_at(s, n->first)->next;
    text_add(out, kinds[n->kind].sign);
    print_node(s, n->first, POWER_VALUE, out);
    if (!condition)
        return;
    text_add(out, " (");
    print_node(s, condition, POWER_ANY, out);
    text_add_char(out, ')');
}

static void print_parts(const struct syntax *s, const struct node *n, struct text *out)
{
    if (is_prefix(n))
        text_add(out, kinds[n->kind].sign);
    if (is_quantifier(n)) {
        print_quantifier(s, n, out);
        return;
    }
    for (uint32_t i = n->first; i; i = node_at(s, i)->next) {
        bool is_first = i == n->first;
        if (!is_first && n->kind == NODE_COMPARE)
            text_format(out, " %s ", comparison_text(n->op));
        else if (!is_first)
            text_add(out, kinds[n->kind].sign);
        print_node(s, i, is_first ? kinds[n->kind].first : kinds[n->kind].others, out);
    }
}

static void print_leaf(const struct syntax *s, const struct node *n, struct text *out)
{
    if (n->kind == NODE_STRING)
        print_string(&n->is.text, out);
    else if (n->kind == NODE_PATTERN)
        text_format(out, "\"%s\"", n->is.text.text);
    else if (n->kind == NODE_NUMBER || n->kind == NODE_DURATION)
        print_number(s, n, out);
    else
        text_add_bytes(out, s->source + n->at, n->len);
}

static void print_node(const struct syntax *s, uint32_t index, enum power wanted, struct text *out)
{
    const struct node *n = node_at(s, index);
    if (n->kind == NODE_CALL)
        text_add(out, text_function_word((enum text_function)n->op));
    const char *open = n->kind == NODE_SET             ? "{ "
                       : n->kind == NODE_CALL          ? "("
                       : kinds[n->kind].power < wanted ? "("
                                                       : "";
    const char *close = n->kind == NODE_SET ? " }" : *open ? ")" : "";
    text_add(out, open);
    if (n->first)
        print_parts(s, n, out);
    else if (n->kind != NODE_NONE)
        print_leaf(s, n, out);
    text_add(out, close);
}

void print_expression(const struct syntax *syntax, uint32_t index, struct text *out)
{
    print_node(syntax, index, POWER_ANY, out);
}

/* ---- paragraphs ---- */

static void begin_line(enum rule_line line, struct text *out)
{
    text_format(out, "    %-9s ", rule_line_word(line));
}

static void print_clauses(const struct syntax *s, enum rule_line line, const char *(*name)(int),
                          const struct clause *clauses, unsigned count, struct text *out)
{
    for (unsigned i = 0; i < count; i++) {
        begin_line(line, out);
        text_add(out, name(clauses[i].word));
        if (clauses[i].when) {
            text_add(out, " when ");
            print_expression(s, clauses[i].when, out);
        }
        text_add_char(out, '\n');
    }
}

static const char *fault_word(int word)
{
    return fault_name((enum fault)word);
}

static const char *certainty_word(int word)
{
    return certainty_name((enum certainty)word);
}

static void print_part(const struct rule_syntax *rule, enum rule_line line, enum finding_part part,
                       struct text *out)
{
    if (!(rule->given & 1u << line))
        return;
    begin_line(line, out);
    print_string(&rule->parts[part], out);
    text_add_char(out, '\n');
}

static void print_strings(const struct syntax *s, const char *words, struct strings strings,
                          bool quoted, struct text *out)
{
    for (size_t i = 0; i < strings.count; i++) {
        const struct literal *string = &s->strings[strings.first + i];
        if (i == 0)
            text_format(out, "    %-9s ", words);
        else
            text_add(out, ", ");
        if (quoted)
            print_string(string, out);
        else
            text_add(out, string->text);
    }
    text_add(out, strings.count ? "\n" : "");
}

static void print_requires(const struct rule_syntax *rule, struct text *out)
{
    const char *before = "    requires  ";
    for (int i = 0; i < NEEDS_COUNT; i++)
        if (rule->requires >> i & 1) {
            text_format(out, "%s%s", before, evidence_word((enum evidence_needed)i));
            before = ", ";
        }
    text_add(out, rule->requires ? "\n" : "");
}

static void print_threshold(const struct syntax *s, const struct rule_syntax *rule,
                            struct text *out)
{
    const struct threshold *t = &rule->threshold;
    if (!t->number)
        return;
    begin_line(LINE_THRESHOLD, out);
    text_format(out, "%" PRIu32 " in %" PRId64 "us", t->number, t->window_us);
    for (size_t i = 0; i < t->by.count; i++)
        text_format(out, "%s%s", i ? ", " : " by ", s->strings[t->by.first + i].text);
    text_add_char(out, '\n');
}

void print_rule(const struct syntax *syntax, const struct rule_syntax *rule, struct text *out)
{
    text_format(out, "rule %s\n", rule->id);
    if (rule->as) {
        begin_line(LINE_AS, out);
        text_format(out, "%s\n", rule->as);
    }
    print_strings(syntax, "needs field", rule->needs, false, out);
    begin_line(LINE_WHEN, out);
    print_expression(syntax, rule->when, out);
    text_add_char(out, '\n');
    print_requires(rule, out);
    print_threshold(syntax, rule, out);
    begin_line(LINE_SEVERITY, out);
    text_format(out, "%s\n", severity_name(rule->severity));
    print_clauses(syntax, LINE_FAULT, fault_word, rule->faults, rule->fault_count, out);
    print_clauses(syntax, LINE_CERTAINTY, certainty_word, rule->certainties, rule->certainty_count,
                  out);
    if (rule->given & 1u << LINE_RANK) {
        begin_line(LINE_RANK, out);
        text_format(out, "%d\n", rule->rank);
    }
    print_part(rule, LINE_TITLE, FINDING_TITLE, out);
    print_part(rule, LINE_WHY, FINDING_WHY, out);
    print_part(rule, LINE_FIX, FINDING_FIX, out);
    print_strings(syntax, "seen as", rule->seen, true, out);
    print_part(rule, LINE_SEE, FINDING_SEE, out);
    print_strings(syntax, "tags", rule->tags, false, out);
    print_strings(syntax, "fires on", rule->fires, true, out);
    print_strings(syntax, "silent on", rule->silent, true, out);
}

void print_list(const struct syntax *syntax, const char *name, uint32_t set, struct text *out)
{
    text_format(out, "list %s = ", name);
    print_parts(syntax, node_at(syntax, set), out);
    text_add_char(out, '\n');
}

void print_macro(const struct syntax *syntax, const char *name, uint32_t node, struct text *out)
{
    text_format(out, "macro %s = ", name);
    print_expression(syntax, node, out);
    text_add_char(out, '\n');
}
