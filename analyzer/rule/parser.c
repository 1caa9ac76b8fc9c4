/* parser.c - rule texts as paragraphs, and rules by their lines.
 *
 * A line of a rule begins with its keyword, and a keyword begins a line wherever
 * it is the first word on one; that is also where reading goes on after a
 * mistake. What words mean is not asked here. */
#include "rule/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule/parsing.h"

/* ---- ids ---- */

static bool is_id(const char *id, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!(id[i] >= 'a' && id[i] <= 'z') && !(id[i] >= '0' && id[i] <= '9') && id[i] != '.' &&
            id[i] != '-')
            return false;
    return len > 0;
}

/* An id on the line that was begun; what it is called, for messages. Gives a copy,
 * or NULL after a mistake. */
static const char *parse_id(struct parser *p, const char *what)
{
    if (p->token.first_on_line || p->token.kind == TOKEN_END) {
        char fault[80];
        snprintf(fault, sizeof fault, "expected %s", what);
        parser_complain(p, p->last_end, 0, fault);
        return NULL;
    }
    if (p->token.kind != TOKEN_WORD) {
        parser_expected(p, what);
        return NULL;
    }
    p->token = lexer_id(&p->lexer, p->token);
    const char *id = p->lexer.text + p->token.at;
    size_t len = p->token.len;
    if (len > RULE_ID_MAX)
        parser_complain_token(p, "an id has at most 128 characters");
    else if (!is_id(id, len) &&
             parser_complain_token(p, "an id is of lower case letters, digits, dots and hyphens"))
        mistake_hint(p->mistakes, "such as tls.certificate.not-yet-valid");
    parser_advance(p);
    return pool_copy(&p->syntax->pool, id, len);
}

/* ---- the lines of a rule ---- */

static void parse_as(struct parser *p)
{
    p->rule->as = parse_id(p, "the id of a rule");
}

static void parse_when(struct parser *p)
{
    p->rule->when = parse_condition(p);
}

/* One of a few words, by its index; -1 when it is none. */
static int parse_choice(struct parser *p, const char *const *words, const char *what)
{
    int word = parser_word(p, words);
    if (word >= 0)
        parser_advance(p);
    else if (parser_expected(p, what) && !parser_at_line(p))
        parser_suggest(p, words, "");
    return word;
}

static const char *const severity_words[] = { "info", "warning", "error", NULL };
static const char *const fault_words[] = { "unknown", "client", "server", "network", NULL };
static const char *const certainty_words[] = { "possible", "likely", "proven", NULL };

static void parse_severity(struct parser *p)
{
    int word = parse_choice(p, severity_words, "'error', 'warning' or 'info'");
    if (word >= 0)
        p->rule->severity = (enum severity)word;
}

static void parse_clause(struct parser *p, const char *const *words, const char *what,
                         struct clause *clauses, unsigned *count)
{
    struct clause clause = { .at = p->token.at, .len = p->token.len, .line = p->token.line };
    clause.word = parse_choice(p, words, what);
    if (!p->lost && parser_accept_word(p, "when")) {
        clause.when = parse_condition(p);
        clause.len = (uint32_t)(p->last_end - clause.at);
    }
    if (*count == RULE_CLAUSES_MAX)
        parser_complain(p, clause.at, clause.len, "a rule has at most 16 such lines");
    else if (!p->lost)
        clauses[(*count)++] = clause;
}

static void parse_fault(struct parser *p)
{
    parse_clause(p, fault_words, "'client', 'server', 'network' or 'unknown'", p->rule->faults,
                 &p->rule->fault_count);
}

static void parse_certainty(struct parser *p)
{
    parse_clause(p, certainty_words, "'proven', 'likely' or 'possible'", p->rule->certainties,
                 &p->rule->certainty_count);
}

static void parse_rank(struct parser *p)
{
    if (p->token.kind != TOKEN_NUMBER) {
        parser_expected(p, "a rank from 0 to 100");
    } else if (p->token.number > 100) {
        parser_complain_token(p, "a rank is a number from 0 to 100");
    } else {
        p->rule->rank = (int)p->token.number;
        parser_advance(p);
    }
}

static void parse_part(struct parser *p)
{
    static const enum finding_part parts[LINE_COUNT] = {
        [LINE_TITLE] = FINDING_TITLE,
        [LINE_WHY] = FINDING_WHY,
        [LINE_FIX] = FINDING_FIX,
        [LINE_SEE] = FINDING_SEE,
    };
    if (p->token.kind == TOKEN_STRING)
        p->rule->parts[parts[p->line]] = parser_text(p, true, false);
    else
        parser_expected(p, "a text in quotes");
}

/* ---- lines that list something ---- */

static void add_string(struct parser *p, struct strings *to, struct literal string)
{
    struct syntax *s = p->syntax;
    s->strings = vector_room(s->strings, s->string_count, &s->string_cap, sizeof *s->strings);
    to->first = to->count ? to->first : s->string_count;
    s->strings[s->string_count++] = string;
    to->count++;
}

/* Texts between commas, behind the word that makes two of the keyword. */
static void parse_texts(struct parser *p, const char *word, const char *expected,
                        struct strings *to)
{
    *to = (struct strings){ 0, 0 }; /* a second such line was a mistake already */
    if (!parser_accept_word(p, word)) {
        parser_expected(p, expected);
        return;
    }
    do {
        if (p->token.kind != TOKEN_STRING) {
            parser_expected(p, "a text in quotes");
            return;
        }
        add_string(p, to, parser_text(p, false, false));
    } while (parser_accept(p, TOKEN_COMMA));
}

static void parse_seen(struct parser *p)
{
    parse_texts(p, "as", "'as' behind 'seen'", &p->rule->seen);
}

static void parse_fires(struct parser *p)
{
    parse_texts(p, "on", "'on' behind 'fires'", &p->rule->fires);
}

static void parse_silent(struct parser *p)
{
    parse_texts(p, "on", "'on' behind 'silent'", &p->rule->silent);
}

/* A literal that is no text but a word of the source. */
static struct literal word_as_literal(const struct parser *p, const char *word)
{
    return (struct literal){ word, (uint32_t)strlen(word), p->token.at, p->token.len };
}

static void parse_tags(struct parser *p)
{
    p->rule->tags = (struct strings){ 0, 0 };
    do {
        struct literal tag = word_as_literal(p, "");
        tag.text = parse_id(p, "a tag");
        if (p->lost)
            return;
        tag.len = tag.source_len = (uint32_t)strlen(tag.text);
        add_string(p, &p->rule->tags, tag);
    } while (parser_accept(p, TOKEN_COMMA));
}

/* Names between commas. */
static void parse_fields(struct parser *p, struct strings *to)
{
    *to = (struct strings){ 0, 0 };
    do {
        if (p->token.kind != TOKEN_WORD || parser_at_line(p)) {
            parser_expected(p, "the name of a field");
            return;
        }
        const char *name = pool_copy(&p->syntax->pool, p->lexer.text + p->token.at, p->token.len);
        add_string(p, to, word_as_literal(p, name));
        parser_advance(p);
    } while (parser_accept(p, TOKEN_COMMA));
}

static void parse_needs(struct parser *p)
{
    if (parser_accept_word(p, "field"))
        parse_fields(p, &p->rule->needs);
    else
        parser_expected(p, "'field' behind 'needs'");
}

/* `count 5 in 60s by client.address`, behind the first word. */
static void parse_threshold(struct parser *p)
{
    struct threshold *t = &p->rule->threshold;
    *t = (struct threshold){ .number = (uint32_t)p->token.number };
    if (p->token.number < 2 || p->token.number > RULE_COUNT_MAX) {
        parser_complain_token(p, "a rule counts 2 to 1000 handshakes");
        return;
    }
    parser_advance(p);
    if (!parser_accept_word(p, "in")) {
        parser_expected(p, "'in' and a duration");
    } else if (p->token.kind != TOKEN_DURATION) {
        parser_expected(p, "a duration such as 60s");
    } else if (p->token.number == 0) {
        parser_complain_token(p, "nothing happens in no time");
    } else {
        t->window_us = p->token.number;
        parser_advance(p);
        if (parser_accept_word(p, "by"))
            parse_fields(p, &t->by);
    }
}

static const char *const evidence_words[] = { [NEED_TWO_WAY] = "two-way",
                                              [NEED_WHOLE] = "whole",
                                              [NEED_BEGINNING] = "beginning",
                                              [NEED_END] = "end",
                                              [NEEDS_COUNT] = NULL };

const char *evidence_word(enum evidence_needed needed)
{
    return evidence_words[needed];
}

static void parse_requires(struct parser *p)
{
    do {
        if (p->token.kind == TOKEN_WORD && !parser_at_line(p))
            p->token = lexer_id(&p->lexer, p->token);
        int word = parse_choice(p, evidence_words, "'two-way', 'whole', 'beginning' or 'end'");
        if (word < 0)
            return;
        p->rule->requires |= 1u << word;
    } while (parser_accept(p, TOKEN_COMMA));
}

static const struct {
    void (*parse)(struct parser *p);
    bool repeats;
} lines[LINE_COUNT] = {
    [LINE_AS] = { parse_as, false },
    [LINE_WHEN] = { parse_when, false },
    [LINE_SEVERITY] = { parse_severity, false },
    [LINE_FAULT] = { parse_fault, true },
    [LINE_CERTAINTY] = { parse_certainty, true },
    [LINE_RANK] = { parse_rank, false },
    [LINE_TITLE] = { parse_part, false },
    [LINE_WHY] = { parse_part, false },
    [LINE_FIX] = { parse_part, false },
    [LINE_SEEN] = { parse_seen, false },
    [LINE_SEE] = { parse_part, false },
    [LINE_TAGS] = { parse_tags, false },
    [LINE_NEEDS] = { parse_needs, false },
    [LINE_REQUIRES] = { parse_requires, false },
    [LINE_THRESHOLD] = { parse_threshold, false },
    [LINE_FIRES] = { parse_fires, false },
    [LINE_SILENT] = { parse_silent, false },
};

static void parse_line(struct parser *p, enum rule_line line)
{
    p->line = line;
    p->line_column = p->token.column;
    if (!lines[line].repeats && p->rule->given & 1u << line)
        mistake_add(p->mistakes, p->token.at, p->token.len, "a second '%s' in one rule",
                    line_words[line]);
    p->rule->given |= 1u << line;
    parser_advance(p);
    lines[line].parse(p);
    if (!p->token.first_on_line && p->token.kind != TOKEN_END)
        parser_expected(p, "the end of the line");
    if (p->lost)
        parser_skip_to(p, parser_at_line);
}

static void parse_unknown_line(struct parser *p)
{
    p->line = LINE_COUNT;
    int meant = -1;
    if (p->token.kind != TOKEN_BAD &&
        mistake_add(p->mistakes, p->token.at, p->token.len, "'%.*s' begins no line of a rule",
                    p->token.len < 40 ? (int)p->token.len : 40, p->lexer.text + p->token.at))
        meant =
            parser_suggest(p, line_words,
                           "a rule has as, when, severity, fault, certainty, rank, title, why, "
                           "fix, seen as, see, tags, requires, count, needs, fires on, silent on");
    if (meant >= 0)
        p->rule->given |= 1u << meant; /* it was, if badly: one mistake is enough */
    parser_advance(p);
    parser_skip_to(p, parser_at_line);
}

/* ---- paragraphs ---- */

static struct rule_syntax *add_rule(struct parser *p, const struct rule_syntax *rule)
{
    struct syntax *s = p->syntax;
    s->rules = vector_room(s->rules, s->rule_count, &s->rule_cap, sizeof *s->rules);
    s->rules[s->rule_count] = *rule;
    return &s->rules[s->rule_count++];
}

static void parse_body(struct parser *p, struct rule_syntax *rule)
{
    p->rule = rule;
    while (!parser_at_paragraph(p)) {
        int line = p->token.first_on_line ? parser_word(p, line_words) : -1;
        if (line >= 0)
            parse_line(p, (enum rule_line)line);
        else
            parse_unknown_line(p);
    }
    p->rule = NULL;
}

static void parse_rule(struct parser *p, int action)
{
    struct rule_syntax rule = { .action = action, .line = p->token.line, .rank = 50 };
    for (int i = 0; i < RULE_PARTS; i++)
        rule.parts[i].text = "";
    if (action == RULE_DISABLE && parser_accept_word(p, "tag"))
        rule.action = RULE_DISABLE_TAG;
    else if (!parser_accept_word(p, "rule"))
        parser_expected(p, action == RULE_DISABLE ? "'rule' or 'tag'" : "'rule'");
    rule.id_at = p->token.at;
    if (!p->lost)
        rule.id = parse_id(p, rule.action == RULE_DISABLE_TAG ? "a tag" : "the id of a rule");
    rule.id_len = (uint32_t)(p->last_end - rule.id_at);
    if (!p->lost && !p->token.first_on_line && p->token.kind != TOKEN_END)
        parser_expected(p, "the end of the line");
    if (!p->lost && p->syntax->rule_count == RULES_MAX)
        parser_complain(p, rule.id_at, rule.id_len, "a file has at most 10000 rules");
    if (p->lost)
        parser_skip_to(p, parser_at_paragraph);
    else if (rule.action >= RULE_DISABLE)
        add_rule(p, &rule);
    else
        parse_body(p, add_rule(p, &rule));
}

/* `name =` behind `list` or `macro`; what it names follows. */
static struct named_syntax parse_name(struct parser *p, const char *expected)
{
    struct named_syntax named = { .name_at = p->token.at, .name_len = p->token.len };
    if (p->token.kind != TOKEN_WORD || p->token.first_on_line ||
        parser_word(p, reserved_words) >= 0) {
        parser_expected(p, expected);
    } else {
        named.name = pool_copy(&p->syntax->pool, p->lexer.text + p->token.at, p->token.len);
        parser_advance(p);
    }
    if (!p->lost && !parser_accept(p, TOKEN_ASSIGN))
        parser_expected(p, "'='");
    return named;
}

static void end_paragraph(struct parser *p, const char *expected)
{
    if (!p->lost && !parser_at_paragraph(p))
        parser_expected(p, expected);
    if (p->lost)
        parser_skip_to(p, parser_at_paragraph);
}

static void parse_list(struct parser *p)
{
    struct syntax *s = p->syntax;
    struct named_syntax list = parse_name(p, "the name of the list");
    bool in_braces = p->token.kind == TOKEN_LEFT_BRACE;
    list.node = p->lost || in_braces ? 0 : parser_add_leaf(p, NODE_SET);
    if (!p->lost && in_braces)
        list.node = parse_expression(p, POWER_VALUE);
    else if (!p->lost)
        parse_items(p, list.node, TOKEN_END);
    bool good = !p->lost && parser_at_paragraph(p);
    end_paragraph(p, in_braces ? "the end of the list" : "',' or the end of the list");
    if (!good)
        return;
    s->lists = vector_room(s->lists, s->list_count, &s->list_cap, sizeof *s->lists);
    s->lists[s->list_count++] = list;
}

static void parse_macro(struct parser *p)
{
    struct syntax *s = p->syntax;
    struct named_syntax macro = parse_name(p, "the name of the macro");
    macro.node = p->lost ? 0 : parse_expression(p, POWER_ANY);
    bool good = !p->lost && parser_at_paragraph(p);
    end_paragraph(p, "'and', 'or' or the end of the macro");
    if (!good)
        return;
    s->macros = vector_room(s->macros, s->macro_count, &s->macro_cap, sizeof *s->macros);
    s->macros[s->macro_count++] = macro;
}

static void parse_include(struct parser *p)
{
    struct syntax *s = p->syntax;
    if (p->token.kind != TOKEN_STRING) {
        parser_expected(p, "a file in quotes");
    } else {
        struct literal path = parser_text(p, false, false);
        s->includes =
            vector_room(s->includes, s->include_count, &s->include_cap, sizeof *s->includes);
        s->includes[s->include_count++] = path;
    }
    end_paragraph(p, "the end of the line");
}

static void parse_unknown_paragraph(struct parser *p)
{
    bool kept = p->token.kind != TOKEN_BAD &&
                parser_expected(p, "'rule', 'list', 'macro', 'override', 'disable' or 'include'");
    if (kept && p->token.kind == TOKEN_WORD)
        parser_suggest(p, paragraph_words, "");
    parser_advance(p);
    parser_skip_to(p, parser_at_paragraph);
}

static void parse_paragraph(struct parser *p)
{
    p->line_column = 1;
    p->line = LINE_COUNT;
    if (parser_is(p, "rule"))
        parse_rule(p, RULE_DEFINE);
    else if (parser_accept_word(p, "override"))
        parse_rule(p, RULE_OVERRIDE);
    else if (parser_accept_word(p, "disable"))
        parse_rule(p, RULE_DISABLE);
    else if (parser_accept_word(p, "list"))
        parse_list(p);
    else if (parser_accept_word(p, "macro"))
        parse_macro(p);
    else if (parser_accept_word(p, "include"))
        parse_include(p);
    else
        parse_unknown_paragraph(p);
}

static struct parser parser_over(struct syntax *syntax, struct mistakes *mistakes)
{
    struct parser p = { .syntax = syntax, .mistakes = mistakes, .line = LINE_COUNT };
    p.lexer = lexer_over(syntax->source, syntax->source_len, mistakes);
    parser_add_node(&p, NODE_NONE, 0, 0);
    parser_advance(&p);
    return p;
}

uint32_t parse_alone(struct syntax *syntax, struct mistakes *mistakes)
{
    struct parser p = parser_over(syntax, mistakes);
    p.alone = true;
    uint32_t condition = parse_expression(&p, POWER_ANY);
    if (!p.lost && p.token.kind != TOKEN_END && parser_expected(&p, "'and', 'or' or the end") &&
        p.token.kind == TOKEN_WORD)
        parser_suggest(&p, reserved_words, "");
    return p.lost ? 0 : condition;
}

void parse(struct syntax *syntax, struct mistakes *mistakes)
{
    struct parser p = parser_over(syntax, mistakes);
    while (p.token.kind != TOKEN_END) {
        parse_paragraph(&p);
        p.lost = false;
    }
}

void syntax_free(struct syntax *syntax)
{
    free(syntax->nodes);
    free(syntax->rules);
    free(syntax->lists);
    free(syntax->macros);
    free(syntax->includes);
    free(syntax->strings);
    pool_free(&syntax->pool);
}
