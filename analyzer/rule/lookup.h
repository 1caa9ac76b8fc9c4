/* lookup.h - what the words and literals of a rule text mean.
 *
 * Shared by conditions and templates: finding fields, lists and codes by name,
 * reading literals as the type that is wanted, and saying what was meant when
 * there is no such thing. */
#ifndef RULE_LOOKUP_H
#define RULE_LOOKUP_H

#include "rule/parser.h"
#include "rule/program.h"

/* `list name = ...`; its set is a node of the syntax it came with. */
struct named_list {
    const char *name;
    const struct syntax *syntax;
    uint32_t set;
    uint32_t at;
};

/* A type, and for codes what they are called. */
struct meaning {
    enum field_type type;
    const struct code_names *names;
};

/* `macro name = ...`, found good; an expression of the syntax it came with. */
struct named_macro {
    const char *name;
    const struct syntax *syntax;
    uint32_t node;
    uint32_t at;
    bool is_condition; /* else a value, or either when that is a BOOL */
    struct meaning meaning;
};

struct lookup {
    struct program *program;
    const struct syntax *syntax; /* the text being checked */
    struct mistakes *mistakes;
    const struct named_list *lists;
    size_t list_count;
    const struct named_macro *macros;
    size_t macro_count;
    /* The rows that words may be about, the innermost last; those below row_first are
     * hidden from the macro being looked at. */
    const struct field_table *rows[ROWS_DEEP_MAX];
    size_t row_first, row_count;
    bool details; /* a field marked detail was found since this was cleared */
};

bool find_field(struct lookup *l, const char *name, size_t len, struct field_place *place);
const struct field *field_at(const struct lookup *l, struct field_place place);
/* find_records finds a list by its name, or by the last part of it when there is only
 * one: certificates. */
bool find_records(struct lookup *l, const char *name, size_t len, struct field_place *place);
/* find_macro gives NULL when there is none. */
const struct named_macro *find_macro(const struct lookup *l, const char *name, size_t len);
/* find_list looks among the first count lists only; gives its index or -1. */
long find_list(const struct lookup *l, size_t count, const char *name, size_t len);

/* no_field tells that the word at at names no field, and what it may have meant. */
void no_field(struct lookup *l, size_t at, const char *name, size_t len);

/* Where a literal stands: in the text being checked, or in a list of another
 * text that is used at at. */
struct origin {
    const struct syntax *syntax;
    const char *list; /* NULL: it stands here */
    size_t at, len;
};

/* literal_read makes a value of what is wanted from a WORD, STRING, NUMBER,
 * DURATION, ADDRESS or BOOL. wanter says, in mistakes, who wants it. */
bool literal_read(struct lookup *l, const struct origin *o, const struct node *n,
                  struct meaning want, const struct node *wanter, struct value *out);
/* literal_network is the same for what may be a network. */
bool literal_network(struct lookup *l, const struct origin *o, const struct node *n,
                     const struct node *wanter, struct network *out);
/* literal_mistake tells what is wrong with n. */
bool literal_mistake(struct lookup *l, const struct origin *o, const struct node *n,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* mismatch tells that the types of two nodes do not go together. */
void mismatch(struct lookup *l, const struct origin *o, const struct node *a, enum field_type a_is,
              const struct node *b, enum field_type b_is);

/* type_phrase: "text", "a number", ... */
const char *type_phrase(enum field_type type);
bool type_is_list(enum field_type type);
/* A node as it is written, for "%.*s": its length, cut, and its bytes. */
int written_len(const struct node *n);
const char *written(const struct syntax *syntax, const struct node *n);

#endif
