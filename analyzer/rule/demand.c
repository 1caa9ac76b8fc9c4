/* demand.c - see demand.h. A part that asks for something absent is UNKNOWN, so
 * a table is needed wherever one of its fields decides. */
#include "rule/demand.h"

#include "rule/eval.h"

static const uint32_t every_outcome =
    1u << OUTCOME_COMPLETED | 1u << OUTCOME_FAILED | 1u << OUTCOME_UNKNOWN;

/* Whether the step reads a field of a table; what is asked of rows says nothing of
 * that. */
static bool reads_field(const struct step *s)
{
    return step_reads_field(s) && s->table < TABLE_ROWS;
}

/* The step behind this one that is about the same handshake, not about a row of it. */
static uint32_t next_outside(const struct program *p, uint32_t index)
{
    return step_asks_rows(&p->steps[index]) ? p->steps[index].next : index + 1;
}

/* Whether all parts must hold for the step to be what is wanted, or one is enough. */
static bool wants_all(const struct step *s, bool wanted)
{
    return (s->kind == STEP_AND) == wanted;
}

static uint32_t tables_read(const struct program *p, uint32_t index)
{
    uint32_t tables = 0;
    for (uint32_t i = index; i < p->steps[index].next; i = next_outside(p, i))
        if (reads_field(&p->steps[i]))
            tables |= 1u << p->steps[i].table;
    return tables;
}

/* The tables without which the step cannot be what is wanted of it. */
static uint32_t tables_for(const struct program *p, uint32_t index, bool wanted)
{
    const struct step *s = &p->steps[index];
    if (s->kind == STEP_NOT)
        return tables_for(p, index + 1, !wanted);
    if (s->kind == STEP_EXISTS && !wanted)
        return 0;
    if (s->kind != STEP_AND && s->kind != STEP_OR)
        return tables_read(p, index);
    bool all = wants_all(s, wanted);
    uint32_t tables = all ? 0 : UINT32_MAX;
    for (uint32_t i = index + 1; i < s->next; i = p->steps[i].next) {
        uint32_t part = tables_for(p, i, wanted);
        tables = all ? tables | part : tables & part;
    }
    return tables;
}

static bool reads_only_outcome(const struct program *p, uint32_t index)
{
    for (uint32_t i = index; i < p->steps[index].next; i = next_outside(p, i))
        if (reads_field(&p->steps[i]) &&
            (p->steps[i].table != TABLE_COMMON || p->steps[i].field != COMMON_OUTCOME))
            return false;
    return true;
}

/* Asks the step itself, with nothing known but the outcome. */
static uint32_t outcomes_that_give(const struct program *p, uint32_t index, enum truth wanted)
{
    uint32_t outcomes = 0;
    for (int64_t outcome = OUTCOME_COMPLETED; outcome <= OUTCOME_UNKNOWN; outcome++) {
        struct evaluation e = { .program = p, .made = 1u << COMMON_OUTCOME };
        e.values[TABLE_COMMON] = e.common;
        e.common[COMMON_OUTCOME] = (struct value){ .is.number = outcome, .present = true };
        if (evaluate(&e, index) == wanted)
            outcomes |= 1u << outcome;
    }
    return outcomes;
}

static uint32_t outcomes_for(const struct program *p, uint32_t index, bool wanted)
{
    const struct step *s = &p->steps[index];
    if (s->kind == STEP_NOT)
        return outcomes_for(p, index + 1, !wanted);
    if (s->kind != STEP_AND && s->kind != STEP_OR)
        return reads_only_outcome(p, index)
                   ? outcomes_that_give(p, index, wanted ? TRUTH_TRUE : TRUTH_FALSE)
                   : every_outcome;
    bool all = wants_all(s, wanted);
    uint32_t outcomes = all ? every_outcome : 0;
    for (uint32_t i = index + 1; i < s->next; i = p->steps[i].next) {
        uint32_t part = outcomes_for(p, i, wanted);
        outcomes = all ? outcomes & part : outcomes | part;
    }
    return outcomes;
}

/* ---- guards ---- */

/* The field that a condition without parts turns on first, as `exists`. */
static struct step presence(const struct program *p, uint32_t index)
{
    struct step guard = { .kind = STEP_TRUTH };
    guard.is.number = true;
    for (uint32_t i = index; i < p->steps[index].next; i = next_outside(p, i)) {
        if (!reads_field(&p->steps[i]) || p->steps[i].table == TABLE_COMMON)
            continue;
        guard.kind = STEP_EXISTS;
        guard.table = p->steps[i].table;
        guard.field = p->steps[i].field;
        break;
    }
    return guard;
}

/* The quick question to ask before a part of a conjunction. */
static struct step guard_of(const struct program *p, uint32_t index)
{
    const struct step *s = &p->steps[index];
    if (s->kind == STEP_TEST || s->kind == STEP_FLAG || s->kind == STEP_EXISTS)
        return *s;
    if (s->kind == STEP_NOT && s[1].kind == STEP_FLAG) {
        struct step guard = s[1];
        guard.kind = STEP_TEST;
        guard.op = EQUAL;
        guard.is.number = false;
        return guard;
    }
    /* What is not about one field may be true without it. */
    return s->kind == STEP_NOT || s->kind == STEP_OR ? p->steps[STEP_ALWAYS] : presence(p, index);
}

/* How many handshakes a guard is likely to send away. What every handshake has
 * sends none away by being there, and outcomes are sorted already. */
static int choosiness(const struct step *guard)
{
    if (guard->kind == STEP_TRUTH)
        return 0;
    if (guard->table == TABLE_COMMON)
        return guard->kind == STEP_TEST && guard->field != COMMON_OUTCOME;
    return guard->kind == STEP_TEST && guard->op == EQUAL ? 4 : guard->kind == STEP_FLAG ? 3 : 2;
}

static void keep_guard(struct step guards[GUARDS_MAX], struct step guard)
{
    for (int i = 0; i < GUARDS_MAX; i++) {
        if (choosiness(&guard) <= choosiness(&guards[i]))
            continue;
        struct step next = guards[i];
        guards[i] = guard;
        guard = next;
    }
}

static void collect_guards(const struct program *p, uint32_t index, struct step guards[GUARDS_MAX])
{
    if (p->steps[index].kind != STEP_AND) {
        keep_guard(guards, guard_of(p, index));
        return;
    }
    for (uint32_t i = index + 1; i < p->steps[index].next; i = p->steps[i].next)
        collect_guards(p, i, guards);
}

struct demand demand_of(const struct program *p, uint32_t step)
{
    struct demand d = { .tables = tables_for(p, step, true),
                        .outcomes = outcomes_for(p, step, true) };
    for (int i = 0; i < GUARDS_MAX; i++)
        d.guards[i] = p->steps[STEP_ALWAYS];
    collect_guards(p, step, d.guards);
    return d;
}
