/* program.h - checked conditions, ready to be evaluated.
 *
 * All conditions of a ruleset are steps in one array, each before what it is
 * made of, so that evaluating walks forward and chases no pointers:
 *
 *     outcome == failed and not tls.resumed    AND  TEST(outcome)  NOT  FLAG(tls.resumed)
 *
 * Fields are a table and an id, names of codes are numbers, sets are sorted. */
#ifndef RULE_PROGRAM_H
#define RULE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handshake/field.h"
#include "rule/parser.h"
#include "rule/pattern.h"

/* The two tables that every handshake has come first. */
enum { TABLE_COMMON, TABLE_FLOW, TABLES_MAX = 32 };

/* The last few are no tables but the items of lists that are being asked, one inside
 * the other: `any tls.certificates (any names (item ends_with ".local"))`. */
enum { ROWS_DEEP_MAX = 3, TABLE_ROWS = TABLES_MAX - ROWS_DEEP_MAX };

enum step_kind {
    /* conditions */
    STEP_TRUTH,       /* number: 0 or 1 */
    STEP_AND,         /* conditions up to next */
    STEP_OR,          /* conditions up to next */
    STEP_NOT,         /* one condition */
    STEP_EXISTS,      /* field */
    STEP_FLAG,        /* field, a BOOL */
    STEP_TEST,        /* field, op, number: what most conditions are, in one step */
    STEP_COMPARE,     /* op, type, two values */
    STEP_IN_RANGES,   /* set, one value */
    STEP_IN_TEXTS,    /* set, one value */
    STEP_IN_NETWORKS, /* set, one value */
    STEP_LIST_HAS,    /* field, a list; type; one value */
    STEP_TEXT_HAS,    /* two values */
    STEP_TEXT_STARTS, /* two values */
    STEP_TEXT_ENDS,   /* two values */
    STEP_MATCHES,     /* pattern, one value */
    STEP_ANY_MATCHES, /* field, a list of texts; pattern */
    STEP_ANY,         /* field, a list; type; op: how deep its rows are; one condition */
    STEP_ALL,         /* the same */
    /* values */
    STEP_FIELD,
    STEP_CONSTANT, /* set.first: which */
    STEP_ADD,      /* two values */
    STEP_SUBTRACT, /* two values */
    STEP_MULTIPLY, /* two values */
    STEP_DIVIDE,   /* two values */
    STEP_LOWER,    /* one value */
    STEP_LENGTH,   /* one value */
    STEP_COUNT,    /* as STEP_ANY; the condition may be missing */
};

/* Where a field is: which of program.tables, and which of its fields. */
struct field_place {
    uint8_t table;
    uint16_t field;
};

/* The first step of every program is true. */
enum { STEP_ALWAYS };

struct step {
    uint8_t kind;  /* enum step_kind */
    uint8_t op;    /* enum comparison, or of rows how deep they are */
    uint8_t type;  /* enum field_type of what is compared */
    uint8_t table; /* of the field */
    uint16_t field;
    uint32_t next; /* the first step behind all that this one is made of */
    union {
        int64_t number;
        struct {
            uint32_t first, count;
        } set;
        uint32_t pattern;
    } is;
};

/* Whether the step asks the rows of a list, so that what is behind it is about them. */
static inline bool step_asks_rows(const struct step *s)
{
    return s->kind == STEP_ANY || s->kind == STEP_ALL || s->kind == STEP_COUNT;
}

/* step_reads_field: of a table, or of a row. */
bool step_reads_field(const struct step *s);

/* Both ends are inside. */
struct range {
    int64_t low, high;
};

/* Addresses as 17 bytes that memcmp orders: the length, then the bytes. */
enum { ADDRESS_KEY_LEN = 17 };
struct network_range {
    uint8_t low[ADDRESS_KEY_LEN], high[ADDRESS_KEY_LEN];
};

struct program {
    const struct field_table *tables[TABLES_MAX];
    size_t table_count;
    struct memo *places; /* where in the tables names were found, or that they were not */
    struct step *steps;
    size_t step_count, step_cap;
    struct value *constants;
    size_t constant_count, constant_cap;
    struct range *ranges;
    size_t range_count, range_cap;
    struct span *texts; /* in the pools of their syntax */
    size_t text_count, text_cap;
    struct network_range *networks;
    size_t network_count, network_cap;
    struct pattern **patterns;
    size_t pattern_count, pattern_cap;
};

/* program_init knows the common tables and those of the NULL-ended list. */
void program_init(struct program *p, const struct field_table *const *tables);
void program_free(struct program *p);

/* A mark is a state to go back to when a text turns out to be wrong. */
struct program_mark {
    size_t steps, constants, ranges, texts, networks, patterns;
};
struct program_mark program_mark(const struct program *p);
void program_rewind(struct program *p, const struct program_mark *mark);

/* program_step adds a step and gives its index. Once its parts are added too,
 * program_close notes where they end. */
uint32_t program_step(struct program *p, struct step step);
void program_close(struct program *p, uint32_t step);
uint32_t program_constant(struct program *p, const struct value *value);
uint32_t program_pattern(struct program *p, struct pattern *pattern);

void program_range(struct program *p, int64_t low, int64_t high);
void program_text(struct program *p, struct span text);
void program_network(struct program *p, const struct network *network);
/* These sort and join what was added to a set since first, and return how many
 * are left of it. */
size_t program_sort_ranges(struct program *p, size_t first);
size_t program_sort_texts(struct program *p, size_t first);
size_t program_sort_networks(struct program *p, size_t first);

void address_key(const struct address *address, uint8_t key[ADDRESS_KEY_LEN]);
/* span_order orders texts by their bytes, a shorter one first. */
int span_order(const struct span *a, const struct span *b);

#endif
