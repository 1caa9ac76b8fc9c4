/* doubt.c - see doubt.h.
 *
 * Of a condition that shall be true, all that it says of single fields is collected: as
 * ranges of numbers, in which texts and codes take part by their number. Where nothing is
 * left of a field's ranges, the condition contradicts itself. Alternatives are tried one
 * by one: each must contradict what is known without them. What is too long or too odd
 * to be collected is left out: then less is found, and nothing wrong is said. */
#include "rule/doubt.h"

#include <string.h>

#include "handshake/handshake.h"

enum { FACTS_MAX = 24, RANGES_MAX = 16, TEXTS_MAX = 48, DEPTH_MAX = 12 };

/* What is known of one field. */
struct fact {
    uint8_t table;
    uint16_t field;
    bool is_there, is_absent;
    unsigned count; /* of ranges, ascending, apart */
    struct range ranges[RANGES_MAX];
};

struct facts {
    const struct program *program;
    unsigned count;
    bool contradicts;
    bool may_be_unknown; /* what is asked of a field does not tell that it is there */
    struct fact items[FACTS_MAX];
    unsigned text_count;
    struct span texts[TEXTS_MAX]; /* their index is their number */
};

/* ---- ranges ---- */

static struct range whole_range(const struct facts *f, const struct step *s)
{
    if (s->table >= f->program->table_count)
        return (struct range){ INT64_MIN, INT64_MAX };
    const struct field *field = &f->program->tables[s->table]->fields[s->field];
    if (s->table == TABLE_COMMON && s->field == COMMON_OUTCOME)
        return (struct range){ OUTCOME_COMPLETED, OUTCOME_UNKNOWN };
    if (field->type == FIELD_TYPE_BOOL)
        return (struct range){ 0, 1 };
    return (struct range){ INT64_MIN, INT64_MAX };
}

/* NULL when there is no room for one more, or the step is about a row. */
static struct fact *fact_of(struct facts *f, const struct step *s)
{
    for (unsigned i = 0; i < f->count; i++)
        if (f->items[i].table == s->table && f->items[i].field == s->field)
            return &f->items[i];
    if (f->count == FACTS_MAX || s->table >= TABLE_ROWS)
        return NULL;
    struct fact *fact = &f->items[f->count++];
    *fact = (struct fact){ .table = s->table, .field = s->field, .count = 1 };
    fact->ranges[0] = whole_range(f, s);
    return fact;
}

/* Keeps what is in one of the allowed ranges, ascending and apart, as well. Left as it
 * is when the result would be too long: that allows more. */
static void narrow(struct facts *f, const struct step *s, const struct range *allowed, size_t count)
{
    struct fact *fact = fact_of(f, s);
    struct range kept[RANGES_MAX];
    unsigned kept_count = 0;
    if (!fact)
        return;
    fact->is_there |= !f->may_be_unknown;
    for (unsigned i = 0; i < fact->count; i++)
        for (size_t k = 0; k < count; k++) {
            struct range both = fact->ranges[i];
            both.low = allowed[k].low > both.low ? allowed[k].low : both.low;
            both.high = allowed[k].high < both.high ? allowed[k].high : both.high;
            if (both.low > both.high)
                continue;
            if (kept_count == RANGES_MAX)
                return;
            kept[kept_count++] = both;
        }
    memcpy(fact->ranges, kept, kept_count * sizeof *kept);
    fact->count = kept_count;
}

/* What is outside of the ranges; 0 when it does not fit. */
static size_t outside_of(const struct range *ranges, size_t count, struct range out[RANGES_MAX])
{
    size_t out_count = 0;
    int64_t from = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        if (out_count == RANGES_MAX)
            return 0;
        if (ranges[i].low > from)
            out[out_count++] = (struct range){ from, ranges[i].low - 1 };
        if (ranges[i].high == INT64_MAX)
            return out_count;
        from = ranges[i].high + 1;
    }
    if (out_count == RANGES_MAX)
        return 0;
    out[out_count++] = (struct range){ from, INT64_MAX };
    return out_count;
}

static void narrow_to_set(struct facts *f, const struct step *field, const struct range *set,
                          size_t count, bool wanted)
{
    struct range outside[RANGES_MAX];
    if (wanted) {
        narrow(f, field, set, count);
        return;
    }
    size_t outside_count = outside_of(set, count, outside);
    if (outside_count > 0)
        narrow(f, field, outside, outside_count);
}

static void narrow_by_test(struct facts *f, const struct step *field, enum comparison op,
                           int64_t number, bool wanted)
{
    static const enum comparison opposite[] = {
        [EQUAL] = NOT_EQUAL,    [NOT_EQUAL] = EQUAL,    [LESS] = GREATER_EQUAL,
        [LESS_EQUAL] = GREATER, [GREATER] = LESS_EQUAL, [GREATER_EQUAL] = LESS,
    };
    op = wanted ? op : opposite[op];
    struct range range = { number, number };
    if (op == EQUAL || op == NOT_EQUAL) {
        narrow_to_set(f, field, &range, 1, op == EQUAL);
        return;
    }
    bool low = op == LESS || op == LESS_EQUAL, strict = op == LESS || op == GREATER;
    if (strict && number == (low ? INT64_MIN : INT64_MAX))
        range = (struct range){ 1, 0 }; /* there is none */
    else if (low)
        range = (struct range){ INT64_MIN, number - strict };
    else
        range = (struct range){ number + strict, INT64_MAX };
    narrow(f, field, &range, 1);
}

/* ---- texts as numbers ---- */

static bool number_of(struct facts *f, struct span text, int64_t *number)
{
    for (unsigned i = 0; i < f->text_count; i++)
        if (span_order(&f->texts[i], &text) == 0) {
            *number = i;
            return true;
        }
    if (f->text_count == TEXTS_MAX)
        return false;
    *number = f->text_count;
    f->texts[f->text_count++] = text;
    return true;
}

static void narrow_by_texts(struct facts *f, const struct step *field, const struct span *texts,
                            size_t count, bool wanted)
{
    int64_t numbers[RANGES_MAX];
    struct range set[RANGES_MAX];
    if (count > RANGES_MAX)
        return;
    for (size_t i = 0; i < count; i++) {
        int64_t number;
        size_t at = i;
        if (!number_of(f, texts[i], &number))
            return;
        for (; at > 0 && numbers[at - 1] > number; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = number;
    }
    for (size_t i = 0; i < count; i++)
        set[i] = (struct range){ numbers[i], numbers[i] };
    narrow_to_set(f, field, set, count, wanted);
}

/* ---- collecting ---- */

static void collect(struct facts *f, uint32_t index, bool wanted);

static void collect_exists(struct facts *f, const struct step *s, bool wanted)
{
    struct fact *fact = fact_of(f, s);
    if (fact && wanted)
        fact->is_there = true;
    else if (fact)
        fact->is_absent = true;
}

/* A field compared with a text, as == or !=. */
static void collect_compare(struct facts *f, const struct step *s, bool wanted)
{
    const struct step *a = s + 1, *b = s + 2;
    bool simple = s->type == FIELD_TYPE_TEXT && s->next - (uint32_t)(s - f->program->steps) == 3;
    if (simple && a->kind == STEP_CONSTANT) {
        a = s + 2;
        b = s + 1;
    }
    if (!simple || a->kind != STEP_FIELD || b->kind != STEP_CONSTANT)
        return;
    struct span constant = f->program->constants[b->is.set.first].is.text;
    narrow_by_texts(f, a, &constant, 1, wanted == (s->op == EQUAL));
}

static void collect_single(struct facts *f, uint32_t index, bool wanted)
{
    const struct program *p = f->program;
    const struct step *s = &p->steps[index];
    switch ((enum step_kind)s->kind) {
    case STEP_TRUTH:
        f->contradicts |= (s->is.number != 0) != wanted;
        break;
    case STEP_EXISTS:
        collect_exists(f, s, wanted);
        break;
    case STEP_FLAG:
        narrow_by_test(f, s, EQUAL, 1, wanted);
        break;
    case STEP_TEST:
        narrow_by_test(f, s, (enum comparison)s->op, s->is.number, wanted);
        break;
    case STEP_COMPARE:
        collect_compare(f, s, wanted);
        break;
    case STEP_IN_RANGES:
        if (s[1].kind == STEP_FIELD)
            narrow_to_set(f, s + 1, p->ranges + s->is.set.first, s->is.set.count, wanted);
        break;
    case STEP_IN_TEXTS:
        if (s[1].kind == STEP_FIELD)
            narrow_by_texts(f, s + 1, p->texts + s->is.set.first, s->is.set.count, wanted);
        break;
    default:
        break;
    }
}

static bool is_alternative(const struct step *s, bool wanted)
{
    return s->kind == (wanted ? STEP_OR : STEP_AND);
}

/* What must hold together: of an AND that is wanted all parts, and the other way round. */
static void collect(struct facts *f, uint32_t index, bool wanted)
{
    const struct step *steps = f->program->steps, *s = &steps[index];
    if (s->kind == STEP_NOT) {
        collect(f, index + 1, !wanted);
    } else if (is_alternative(s, !wanted)) {
        for (uint32_t i = index + 1; i < s->next; i = steps[i].next)
            collect(f, i, wanted);
    } else if (!is_alternative(s, wanted)) {
        collect_single(f, index, wanted);
    }
}

static bool is_contradiction(const struct facts *f)
{
    for (unsigned i = 0; i < f->count; i++)
        if (f->items[i].count == 0 || (f->items[i].is_there && f->items[i].is_absent))
            return true;
    return f->contradicts;
}

/* Whether the alternatives in the condition contradict what is known. */
static bool alternatives_contradict(const struct facts *f, uint32_t index, bool wanted,
                                    unsigned depth)
{
    const struct step *steps = f->program->steps, *s = &steps[index];
    if (depth == DEPTH_MAX)
        return false;
    if (s->kind == STEP_NOT)
        return alternatives_contradict(f, index + 1, !wanted, depth + 1);
    bool all = is_alternative(s, wanted), some = is_alternative(s, !wanted);
    if (!all && !some)
        return false;
    for (uint32_t i = index + 1; i < s->next; i = steps[i].next) {
        bool contradicts;
        if (all) {
            struct facts with = *f;
            collect(&with, i, wanted);
            contradicts =
                is_contradiction(&with) || alternatives_contradict(&with, i, wanted, depth + 1);
        } else {
            contradicts = alternatives_contradict(f, i, wanted, depth + 1);
        }
        if (contradicts != all)
            return contradicts;
    }
    return all;
}

bool doubt_never(const struct program *p, uint32_t step, bool truth)
{
    struct facts f = { .program = p };
    collect(&f, step, truth);
    return is_contradiction(&f) || alternatives_contradict(&f, step, truth, 0);
}

/* ---- one condition in another ---- */

static bool same_set(const struct program *p, const struct step *a, const struct step *b)
{
    size_t count = a->is.set.count;
    if (count != b->is.set.count)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t x = a->is.set.first + i, y = b->is.set.first + i;
        if (a->kind == STEP_IN_TEXTS ? span_order(&p->texts[x], &p->texts[y]) != 0
            : a->kind == STEP_IN_RANGES
                ? p->ranges[x].low != p->ranges[y].low || p->ranges[x].high != p->ranges[y].high
                : memcmp(&p->networks[x], &p->networks[y], sizeof *p->networks) != 0)
            return false;
    }
    return true;
}

/* Whether two steps without their parts ask the same. Patterns and constants are taken
 * for different ones. */
static bool same_step(const struct program *p, const struct step *a, const struct step *b)
{
    if (a->kind != b->kind || a->op != b->op || a->type != b->type || a->table != b->table ||
        a->field != b->field)
        return false;
    if (a->kind == STEP_IN_RANGES || a->kind == STEP_IN_TEXTS || a->kind == STEP_IN_NETWORKS)
        return same_set(p, a, b);
    if (a->kind == STEP_TEST || a->kind == STEP_TRUTH)
        return a->is.number == b->is.number;
    return a->kind != STEP_MATCHES && a->kind != STEP_ANY_MATCHES && a->kind != STEP_CONSTANT;
}

static bool same_condition(const struct program *p, uint32_t a, uint32_t b)
{
    uint32_t len = p->steps[a].next - a;
    if (len != p->steps[b].next - b)
        return false;
    for (uint32_t i = 0; i < len; i++)
        if (!same_step(p, &p->steps[a + i], &p->steps[b + i]))
            return false;
    return true;
}

/* Whether one of the things that condition says must hold is part. */
static bool says(const struct program *p, uint32_t condition, uint32_t part)
{
    const struct step *s = &p->steps[condition];
    if (s->kind != STEP_AND)
        return same_condition(p, condition, part);
    for (uint32_t i = condition + 1; i < s->next; i = p->steps[i].next)
        if (says(p, i, part))
            return true;
    return false;
}

bool doubt_implies(const struct program *p, uint32_t b, uint32_t a)
{
    const struct step *s = &p->steps[a];
    if (s->kind == STEP_AND) {
        for (uint32_t i = a + 1; i < s->next; i = p->steps[i].next)
            if (!doubt_implies(p, b, i))
                return false;
        return true;
    }
    if (says(p, b, a))
        return true;
    if (doubt_never(p, a, false)) /* not false, but it may be unknown where b is true */
        return s->kind == STEP_TRUTH;
    struct facts f = { .program = p };
    collect(&f, b, true);
    if (is_contradiction(&f))
        return false;        /* it implies anything, and that is another doubt */
    f.may_be_unknown = true; /* a must be more than not false */
    collect(&f, a, false);
    return is_contradiction(&f) || alternatives_contradict(&f, a, false, 0);
}
