/* eval.h - asking a program about one handshake, in three-valued logic. */
#ifndef RULE_EVAL_H
#define RULE_EVAL_H

#include "handshake/handshake.h"
#include "rule/finding.h"
#include "rule/program.h"

/* In this order, AND is the least of its parts, OR the greatest (Kleene). */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

enum { FOLDED_MAX = 4, FOLDED_LEN_MAX = 512 };

/* One handshake laid out for asking: where the values of each table are. */
struct evaluation {
    const struct program *program;
    const struct handshake *hs;
    const struct value *values[TABLES_MAX]; /* NULL: no such table here */
    uint32_t tables;                        /* bits of those that are here */
    uint32_t made;                          /* bits of common values made so far */
    struct value common[COMMON_FIELD_COUNT];
    struct value items[ROWS_DEEP_MAX]; /* of simple lists that are being asked */
    uint32_t fuel;                     /* steps that may still be asked of rows */
    unsigned folded_count;
    char folded[FOLDED_MAX][FOLDED_LEN_MAX]; /* texts in lower case */
};

void evaluation_begin(struct evaluation *e, const struct program *p, const struct handshake *hs);
enum truth evaluate(struct evaluation *e, uint32_t step);
/* evaluate_single asks a step that has no parts: TRUTH, EXISTS, FLAG or TEST. */
enum truth evaluate_single(struct evaluation *e, const struct step *s);

/* evidence adds to f the frames of what made the condition at step true. */
void evidence(struct evaluation *e, uint32_t step, struct finding *f);
/* evidence_frame adds one frame: in order, once, 0 and what does not fit left out. */
void evidence_frame(struct finding *f, uint64_t frame);

/* field_value finds one value of a handshake or of what it runs inside: NULL
 * when absent. A common field's is made in *made. */
const struct value *field_value(const struct handshake *hs, const struct field_table *table,
                                unsigned id, struct value *made);

#endif
