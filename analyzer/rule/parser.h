/* parser.h - a rule text as a tree, before anyone asks what its words mean.
 *
 * Nodes of all conditions lie in one array and name each other by index, 0 for
 * none. A node has one chain of children; whoever adds a kind of expression
 * adds a kind, a line in the parser's tables, and says in check.c what it means. */
#ifndef RULE_PARSER_H
#define RULE_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/finding.h"
#include "rule/lexer.h"
#include "rule/memory.h"

enum {
    RULE_TEXT_MAX = 4 << 20, /* bytes of a file */
    RULE_DEPTH_MAX = 64,     /* expressions inside expressions */
    RULES_MAX = 10000,
    RULE_STRING_MAX = 16384, /* bytes of one text */
    RULE_ID_MAX = 128,
    RULE_SET_MAX = 65536,  /* items of one set or list */
    RULE_COUNT_MAX = 1000, /* handshakes that a rule counts */
    RULE_CLAUSES_MAX = 16, /* fault lines of a rule, certainty lines of a rule */
};

enum node_kind {
    NODE_NONE,
    /* values */
    NODE_WORD,
    NODE_STRING,
    NODE_PATTERN, /* what stands behind `matches` */
    NODE_NUMBER,
    NODE_DURATION,
    NODE_ADDRESS,
    NODE_BOOL,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_CALL,  /* lower(x), length(x) */
    NODE_COUNT, /* the list, and a condition on its items or none */
    NODE_RANGE,
    NODE_SET,
    /* conditions */
    NODE_COMPARE,
    NODE_IN,
    NODE_CONTAINS,
    NODE_STARTS,
    NODE_ENDS,
    NODE_MATCHES,
    NODE_ANY, /* the list, and a condition on its items */
    NODE_ALL,
    NODE_EXISTS,
    NODE_NOT,
    NODE_AND,
    NODE_OR,
};

/* How tightly an operator holds what is beside it. */
enum power {
    POWER_ANY,
    POWER_OR,
    POWER_AND,
    POWER_NOT,
    POWER_COMPARE,
    POWER_RANGE,
    POWER_SUM,
    POWER_PRODUCT,
    POWER_VALUE,
};

/* What can be made of a text. */
enum text_function { TEXT_LOWER, TEXT_LENGTH, TEXT_FUNCTIONS };

enum comparison { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL };

/* A text of the rule's: its escapes undone, its pieces joined. */
struct literal {
    const char *text; /* NUL-terminated, in the pool; "" when left out */
    uint32_t len;
    uint32_t at, source_len; /* from the first quote to the last */
};

struct node {
    uint8_t kind;  /* enum node_kind */
    uint8_t op;    /* COMPARE: enum comparison; CALL: enum text_function */
    uint8_t depth; /* nodes below it, itself counted */
    bool negative; /* a minus stands before the number */
    uint32_t at, len;
    uint32_t first, next; /* first child, next sibling */
    union {
        int64_t number; /* NUMBER DURATION BOOL, the minus applied */
        struct literal text;
        struct network network;
    } is;
};

/* `fault client when ...`, `certainty likely` */
struct clause {
    int word;      /* enum fault or enum certainty */
    uint32_t when; /* node; 0: always */
    uint32_t at, len;
    uint32_t line;
};

enum rule_line {
    LINE_AS,
    LINE_WHEN,
    LINE_SEVERITY,
    LINE_FAULT,
    LINE_CERTAINTY,
    LINE_RANK,
    LINE_TITLE,
    LINE_WHY,
    LINE_FIX,
    LINE_SEEN,
    LINE_SEE,
    LINE_TAGS,
    LINE_NEEDS,
    LINE_REQUIRES,
    LINE_THRESHOLD,
    LINE_FIRES,
    LINE_SILENT,
    LINE_COUNT
};

enum { RULE_PARTS = FINDING_SEE + 1 };

/* What a capture must show before a rule may conclude from it: `requires two-way`. */
enum evidence_needed { NEED_TWO_WAY, NEED_WHOLE, NEED_BEGINNING, NEED_END, NEEDS_COUNT };

/* Some of syntax.strings, in a row. */
struct strings {
    size_t first, count;
};

/* `count 5 in 60s by client.address` */
struct threshold {
    uint32_t number; /* 0: none was written */
    int64_t window_us;
    struct strings by; /* fields */
};

struct rule_syntax {
    enum { RULE_DEFINE, RULE_OVERRIDE, RULE_DISABLE, RULE_DISABLE_TAG } action;
    const char *id; /* the tag, of a RULE_DISABLE_TAG */
    const char *as; /* the id that its findings carry; NULL: its own */
    uint32_t id_at, id_len, line;
    unsigned given; /* bits 1 << enum rule_line: what was written, well or not */
    uint32_t when;
    enum severity severity;
    int rank;
    struct clause faults[RULE_CLAUSES_MAX], certainties[RULE_CLAUSES_MAX];
    unsigned fault_count, certainty_count;
    struct literal parts[RULE_PARTS]; /* by enum finding_part */
    struct strings seen, tags, needs; /* needs: fields without which it is skipped */
    struct strings fires, silent;     /* captures that test it */
    unsigned requires;                /* bits 1 << enum evidence_needed */
    struct threshold threshold;
};

/* `list name = ...` and `macro name = ...` */
struct named_syntax {
    const char *name;
    uint32_t name_at, name_len;
    uint32_t node; /* the set, or the expression */
};

/* A rule text read. It borrows file and source, and owns the rest. */
struct syntax {
    const char *file, *source;
    size_t source_len;
    struct pool pool; /* the strings of the text */
    struct node *nodes;
    size_t node_count, node_cap;
    struct rule_syntax *rules;
    size_t rule_count, rule_cap;
    struct named_syntax *lists, *macros;
    size_t list_count, list_cap, macro_count, macro_cap;
    struct literal *includes;
    size_t include_count, include_cap;
    struct literal *strings;
    size_t string_count, string_cap;
};

/* parse reads the whole source; what is wrong goes to mistakes, and the rest is
 * read all the same. file, source and source_len are set before. */
void parse(struct syntax *syntax, struct mistakes *mistakes);
/* parse_alone reads a source that is one condition, and gives its node. */
uint32_t parse_alone(struct syntax *syntax, struct mistakes *mistakes);
void syntax_free(struct syntax *syntax);

/* literal_place finds the byte of the source that the byte at offset of a text
 * was written as. */
size_t literal_place(const struct syntax *syntax, const struct literal *literal, size_t offset,
                     bool is_pattern);

static inline const struct node *node_at(const struct syntax *syntax, uint32_t index)
{
    return &syntax->nodes[index];
}

/* The words of the language, for the printer. */
const char *comparison_text(enum comparison op);             /* "==" */
const char *rule_line_word(enum rule_line line);             /* "when" */
const char *text_function_word(enum text_function function); /* "lower" */
const char *evidence_word(enum evidence_needed needed);      /* "two-way" */

#endif
