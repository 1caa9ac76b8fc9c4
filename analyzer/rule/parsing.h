/* parsing.h - what the parser's files share: the parser itself, and its steps.
 *
 * Private to parsing.c, expression.c and parser.c. */
#ifndef RULE_PARSING_H
#define RULE_PARSING_H

#include "rule/parser.h"

struct parser {
    struct syntax *syntax;
    struct mistakes *mistakes;
    struct lexer lexer;
    struct token token;   /* the one not yet consumed */
    size_t last_end;      /* where the one before it ended */
    uint32_t line_column; /* of the keyword of the line being read */
    enum rule_line line;  /* which line that is */
    unsigned depth;       /* of the expression being read */
    bool alone;           /* the text is no file: one condition, where no paragraph begins */
    bool lost;            /* the line has a mistake: be silent until the next one */
    struct rule_syntax *rule;
};

/* Words that begin a paragraph, a line of a rule, and words that are no names;
 * NULL-ended. */
extern const char *const paragraph_words[], *const line_words[], *const reserved_words[];

void parser_advance(struct parser *p);
bool parser_is(const struct parser *p, const char *word);
/* These step over the token if it is the one. */
bool parser_accept(struct parser *p, enum token_kind kind);
bool parser_accept_word(struct parser *p, const char *word);
/* parser_word finds the token among NULL-ended words: its index, or -1. */
int parser_word(const struct parser *p, const char *const *words);

/* Whether a paragraph, a line begins here; parser_skip_to goes there. */
bool parser_at_paragraph(const struct parser *p);
bool parser_at_line(const struct parser *p);
void parser_skip_to(struct parser *p, bool (*place)(const struct parser *));

/* These tell a mistake, unless the line has one already, and lose the line. They
 * return whether it was kept, so that a hint is wanted. Something that is missing
 * is shown where it is missing: behind the last token, not at the next line. */
bool parser_expected(struct parser *p, const char *what);
bool parser_complain(struct parser *p, size_t at, size_t len, const char *fault);
bool parser_complain_token(struct parser *p, const char *fault);
/* parser_suggest hints at one of a few words instead of the token, and rest;
 * gives the word's index, or -1. */
int parser_suggest(struct parser *p, const char *const *words, const char *rest);

/* parser_text reads one text, and with join all that follow it as one. A pattern
 * stays as it was written: its backslashes are PCRE2's. */
struct literal parser_text(struct parser *p, bool join, bool is_pattern);

/* parser_add_node gives the index of a new node of the source from at to end. */
uint32_t parser_add_node(struct parser *p, enum node_kind kind, size_t at, size_t end);
/* parser_add_leaf makes a node of the token. */
uint32_t parser_add_leaf(struct parser *p, enum node_kind kind);

/* ---- expression.c ---- */

/* parse_expression reads what holds tighter than power; 0 when the line is lost. */
uint32_t parse_expression(struct parser *p, enum power power);
/* parse_condition reads up to the next line of the rule. */
uint32_t parse_condition(struct parser *p);
/* parse_items adds what stands between commas to a set, up to where no comma
 * follows; one may stand before end. */
void parse_items(struct parser *p, uint32_t set, enum token_kind end);

#endif
