/* parsing.c - a parser's tokens, its mistakes, and where it goes on after them. */
#include "rule/parsing.h"

#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

void parser_advance(struct parser *p)
{
    p->last_end = p->token.at + (size_t)p->token.len;
    p->token = lexer_next(&p->lexer);
    if (p->token.kind == TOKEN_BAD)
        p->lost = true;
}

bool parser_is(const struct parser *p, const char *word)
{
    return p->token.kind == TOKEN_WORD && strlen(word) == p->token.len &&
           memcmp(p->lexer.text + p->token.at, word, p->token.len) == 0;
}

bool parser_accept(struct parser *p, enum token_kind kind)
{
    if (p->token.kind != kind)
        return false;
    parser_advance(p);
    return true;
}

bool parser_accept_word(struct parser *p, const char *word)
{
    if (!parser_is(p, word))
        return false;
    parser_advance(p);
    return true;
}

int parser_word(const struct parser *p, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (parser_is(p, words[i]))
            return i;
    return -1;
}

/* ---- where lines begin ---- */

const char *const paragraph_words[] = { "rule",    "list",    "macro", "override",
                                        "disable", "include", NULL };

const char *const line_words[] = {
    [LINE_AS] = "as",       [LINE_WHEN] = "when",         [LINE_SEVERITY] = "severity",
    [LINE_FAULT] = "fault", [LINE_TITLE] = "title",       [LINE_CERTAINTY] = "certainty",
    [LINE_RANK] = "rank",   [LINE_WHY] = "why",           [LINE_FIX] = "fix",
    [LINE_SEEN] = "seen",   [LINE_SEE] = "see",           [LINE_TAGS] = "tags",
    [LINE_NEEDS] = "needs", [LINE_REQUIRES] = "requires", [LINE_THRESHOLD] = "count",
    [LINE_FIRES] = "fires", [LINE_SILENT] = "silent",     [LINE_COUNT] = NULL,
};

const char *rule_line_word(enum rule_line line)
{
    return line_words[line];
}

bool parser_at_paragraph(const struct parser *p)
{
    return p->token.kind == TOKEN_END ||
           (!p->alone && p->token.first_on_line && parser_word(p, paragraph_words) >= 0);
}

/* A `when` deeper than the `fault` above it belongs to that `fault`. */
static bool is_clause_when(const struct parser *p)
{
    return (p->line == LINE_FAULT || p->line == LINE_CERTAINTY) && parser_is(p, "when") &&
           p->token.column > p->line_column;
}

/* `count` begins a line when a number follows, and else asks about a list. */
static bool is_count_of_list(const struct parser *p)
{
    if (!parser_is(p, "count"))
        return false;
    struct lexer lexer = p->lexer;
    lexer.mistakes = NULL;
    return lexer_next(&lexer).kind == TOKEN_WORD;
}

bool parser_at_line(const struct parser *p)
{
    return parser_at_paragraph(p) ||
           (p->rule && p->token.first_on_line && parser_word(p, line_words) >= 0 &&
            !is_clause_when(p) && !is_count_of_list(p));
}

void parser_skip_to(struct parser *p, bool (*place)(const struct parser *))
{
    while (!place(p))
        parser_advance(p);
    p->lost = false;
}

/* ---- mistakes ---- */

/* What the parser found instead of what it expected, for people. */
static void found_text(const struct parser *p, struct text *out)
{
    size_t len = p->token.len < 40 ? p->token.len : 40;
    if (p->token.kind == TOKEN_END)
        text_add(out, p->alone ? "the end" : "the end of the file");
    else if (parser_at_line(p))
        text_format(out, "the next line, '%.*s'", (int)len, p->lexer.text + p->token.at);
    else if (p->token.kind == TOKEN_STRING)
        text_add(out, "a text");
    else
        text_format(out, "'%.*s'", (int)len, p->lexer.text + p->token.at);
}

/* Says what was expected. Something that is missing is shown where it is
 * missing: behind the last token, not at the next line. */
bool parser_expected(struct parser *p, const char *what)
{
    if (p->lost)
        return false;
    p->lost = true;
    struct text found = { 0 };
    found_text(p, &found);
    bool kept = parser_at_line(p) ? mistake_add(p->mistakes, p->last_end, 0,
                                                "expected %s, found %s", what, text_string(&found))
                                  : mistake_add(p->mistakes, p->token.at, p->token.len,
                                                "expected %s, found %s", what, text_string(&found));
    text_free(&found);
    return kept;
}

bool parser_complain(struct parser *p, size_t at, size_t len, const char *fault)
{
    if (p->lost)
        return false;
    p->lost = true;
    return mistake_add(p->mistakes, at, len, "%s", fault);
}

bool parser_complain_token(struct parser *p, const char *fault)
{
    return parser_complain(p, p->token.at, p->token.len, fault);
}

/* Suggests one of a few words for the token; gives its index, or -1. */
int parser_suggest(struct parser *p, const char *const *words, const char *rest)
{
    struct suggestions s = { .word = p->lexer.text + p->token.at,
                             .len = p->token.len,
                             .wanted = 1 };
    for (size_t i = 0; words[i]; i++)
        suggest_name(&s, words[i]);
    suggest_hint(&s, p->mistakes, rest);
    for (int i = 0; s.count > 0 && words[i]; i++)
        if (words[i] == s.best[0].name)
            return i;
    return -1;
}

/* ---- texts ---- */

static void add_piece(struct parser *p, struct text *joined, bool is_pattern)
{
    const char *raw = p->lexer.text + p->token.at + 1;
    size_t len = p->token.len - 2, bad_at = len;
    if (is_pattern) {
        text_add_bytes(joined, raw, len);
        return;
    }
    char *cooked = must_malloc(len);
    text_add_bytes(joined, cooked, string_cook(raw, len, cooked, &bad_at));
    free(cooked);
    if (bad_at < len &&
        parser_complain(p, p->token.at + 1 + bad_at, 2, "this escape means nothing in a text"))
        mistake_hint(p->mistakes, "escapes are \\\" \\\\ and \\n");
}

/* Reads one text, and with join all that follow it as one. A pattern stays as
 * it was written: its backslashes are PCRE2's. */
struct literal parser_text(struct parser *p, bool join, bool is_pattern)
{
    struct text joined = { 0 };
    struct literal literal = { .text = "", .at = p->token.at };
    do {
        add_piece(p, &joined, is_pattern);
        parser_advance(p);
    } while (join && p->token.kind == TOKEN_STRING);
    literal.source_len = (uint32_t)(p->last_end - literal.at);
    if (joined.len > RULE_STRING_MAX)
        parser_complain(p, literal.at, literal.source_len, "this text is longer than 16384 bytes");
    literal.text = pool_copy(&p->syntax->pool, text_string(&joined), joined.len);
    literal.len = (uint32_t)joined.len;
    text_free(&joined);
    return literal;
}

size_t literal_place(const struct syntax *syntax, const struct literal *literal, size_t offset,
                     bool is_pattern)
{
    struct lexer lexer = lexer_over(syntax->source, syntax->source_len, NULL);
    lexer.at = literal->at;
    for (;;) {
        struct token t = lexer_next(&lexer);
        if (t.kind != TOKEN_STRING || t.at >= literal->at + literal->source_len)
            return literal->at + literal->source_len - 1;
        const char *raw = syntax->source + t.at + 1;
        for (size_t i = 0; i < t.len - 2u; i++, offset--) {
            if (offset == 0)
                return t.at + 1 + i;
            if (!is_pattern && raw[i] == '\\')
                i++;
        }
    }
}
