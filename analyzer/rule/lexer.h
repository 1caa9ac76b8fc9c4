/* lexer.h - a rule text as tokens, made one at a time as the parser asks. */
#ifndef RULE_LEXER_H
#define RULE_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "rule/mistake.h"

enum token_kind {
    TOKEN_END,
    TOKEN_BAD, /* its mistake was told already */
    TOKEN_WORD,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_DURATION,
    TOKEN_ADDRESS,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LEFT_BRACE,
    TOKEN_RIGHT_BRACE,
    TOKEN_COMMA,
    TOKEN_ASSIGN,
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL,
    TOKEN_RANGE,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_OVER,
};

/* An address, or with prefix < its bits a whole network. */
struct network {
    struct address address;
    uint8_t prefix;
    bool is_network; /* a prefix was written */
};

struct token {
    enum token_kind kind;
    bool first_on_line;
    uint32_t at, len;      /* bytes of the source; a string's quotes are among them */
    uint32_t line, column; /* from 1; the column counts bytes */
    int64_t number;        /* NUMBER; DURATION in microseconds */
    struct network network;
};

struct lexer {
    const char *text;
    size_t len, at;
    uint32_t line;
    size_t line_start;
    bool fresh_line;           /* no token of this line was given yet */
    struct mistakes *mistakes; /* NULL: this text was read before, tell nothing */
};

/* lexer_over begins at byte 0. The text must outlive its tokens and be shorter
 * than 4 GiB. */
struct lexer lexer_over(const char *text, size_t len, struct mistakes *mistakes);
struct token lexer_next(struct lexer *l);
/* lexer_id reads t, a word given just now, once more as the id of a rule, which
 * may have hyphens in it. */
struct token lexer_id(struct lexer *l, struct token t);

/* network_read reads "10.0.0.7" or "10.0.0.0/8", either family. What is wrong
 * with it is said in fault, and how it should be in hint; false then. */
bool network_read(const char *text, size_t len, struct network *network, char fault[80],
                  char hint[80]);
/* string_cook undoes the escapes of what stands between a string's quotes, into
 * dst of at least len bytes, and returns the length. Of the first unknown escape
 * *bad_at is the offset; it is len when there is none. */
size_t string_cook(const char *raw, size_t len, char *dst, size_t *bad_at);

#endif
