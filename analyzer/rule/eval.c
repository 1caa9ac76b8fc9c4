/* eval.c - the walk over the steps of a condition.
 *
 * An absent field makes what is asked of it UNKNOWN, and UNKNOWN is neither
 * true nor false further up. Nothing here allocates; a condition is at most
 * RULE_DEPTH_MAX deep, so it may recurse. */
#include "rule/eval.h"

#include <string.h>

#include "handshake/change_fields.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"

/* Who runs inside whom is never deeper than what "over" can say. */
enum { CHAIN_MAX = OVER_MAX + 1 };

/* Steps asked of rows for one handshake. Lists inside lists would multiply without end;
 * what is not asked any more is unknown. */
enum { STEPS_ASKED_MAX = 1000000 };

static const struct value *values_in_chain(const struct handshake *hs,
                                           const struct field_table *table)
{
    if (table == &flow_field_table)
        return hs->flow_values;
    if (table == &history_field_table)
        return hs->history_values;
    if (table == &change_field_table)
        return hs->change_values;
    for (int depth = 0; hs && depth < CHAIN_MAX; hs = hs->outer, depth++)
        if (hs->dissector && hs->dissector->fields == table)
            return hs->values;
    return NULL;
}

void evaluation_begin(struct evaluation *e, const struct program *p, const struct handshake *hs)
{
    e->program = p;
    e->hs = hs;
    e->made = 0;
    e->fuel = STEPS_ASKED_MAX;
    e->folded_count = 0;
    memset(e->values + TABLE_ROWS, 0, ROWS_DEEP_MAX * sizeof *e->values);
    e->values[TABLE_COMMON] = e->common;
    for (size_t t = TABLE_COMMON + 1; t < p->table_count; t++)
        e->values[t] = values_in_chain(hs, p->tables[t]);
    e->tables = 0;
    for (size_t t = 0; t < p->table_count; t++)
        e->tables |= (uint32_t)(e->values[t] != NULL) << t;
}

const struct value *field_value(const struct handshake *hs, const struct field_table *table,
                                unsigned id, struct value *made)
{
    const struct value *values = values_in_chain(hs, table);
    if (table == &common_field_table) {
        *made = common_value(hs, (enum common_field)id);
        return made->present ? made : NULL;
    }
    return values && values[id].present ? &values[id] : NULL;
}

/* ---- values ---- */

/* The present value of the step's field, or NULL. */
static inline const struct value *field_of(struct evaluation *e, const struct step *s)
{
    if (s->table == TABLE_COMMON && !(e->made >> s->field & 1)) {
        e->common[s->field] = common_value(e->hs, (enum common_field)s->field);
        e->made |= 1u << s->field;
    }
    const struct value *values = e->values[s->table];
    return values && values[s->field].present ? &values[s->field] : NULL;
}

static const struct value *value_of(struct evaluation *e, uint32_t index, struct value *made);

/* Whether a and b give a number: not when it overflows, nor is divided by zero. */
static bool reckon(enum step_kind kind, int64_t a, int64_t b, int64_t *result)
{
    switch (kind) {
    case STEP_ADD:
        return !__builtin_add_overflow(a, b, result);
    case STEP_SUBTRACT:
        return !__builtin_sub_overflow(a, b, result);
    case STEP_MULTIPLY:
        return !__builtin_mul_overflow(a, b, result);
    default:
        if (b == 0 || (a == INT64_MIN && b == -1))
            return false;
        *result = a / b;
        return true;
    }
}

/* What no number can hold is as good as absent. */
static const struct value *reckoned(struct evaluation *e, const struct step *s, uint32_t left,
                                    struct value *made)
{
    struct value other;
    const struct value *a = value_of(e, left, made);
    const struct value *b = value_of(e, e->program->steps[left].next, &other);
    int64_t result;
    if (!a || !b || !reckon((enum step_kind)s->kind, a->is.number, b->is.number, &result))
        return NULL;
    *made = (struct value){ .is.number = result, .present = true };
    return made;
}

/* Texts are at most as long as what is kept of a field, so a few buffers that are used
 * in turn are enough for all that one question compares. */
static const struct value *lowered(struct evaluation *e, uint32_t inside, struct value *made)
{
    const struct value *v = value_of(e, inside, made);
    if (!v || v->is.text.len > FOLDED_LEN_MAX)
        return NULL;
    char *folded = e->folded[e->folded_count++ % FOLDED_MAX];
    for (uint32_t i = 0; i < v->is.text.len; i++) {
        char c = v->is.text.bytes[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    *made = (struct value){ .is.text = { folded, v->is.text.len }, .present = true };
    return made;
}

static const struct value *length_of(struct evaluation *e, uint32_t inside, struct value *made)
{
    const struct value *v = value_of(e, inside, made);
    if (!v)
        return NULL;
    *made = (struct value){ .is.number = v->is.text.len, .present = true };
    return made;
}

static const struct value *count_of(struct evaluation *e, const struct step *s, uint32_t index,
                                    struct value *made);

/* The value at a step, or NULL when it is absent; made is room for one. */
static const struct value *value_of(struct evaluation *e, uint32_t index, struct value *made)
{
    const struct step *s = &e->program->steps[index];
    switch ((enum step_kind)s->kind) {
    case STEP_FIELD:
        return field_of(e, s);
    case STEP_CONSTANT:
        return &e->program->constants[s->is.set.first];
    case STEP_LOWER:
        return lowered(e, index + 1, made);
    case STEP_LENGTH:
        return length_of(e, index + 1, made);
    case STEP_COUNT:
        return count_of(e, s, index, made);
    default:
        return reckoned(e, s, index + 1, made);
    }
}

/* ---- questions ---- */

static inline enum truth truth_of(bool holds)
{
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth compare_numbers(enum comparison op, int64_t a, int64_t b)
{
    /*                                         less   equal  greater */
    static const bool holds[][3] = {
        [EQUAL] = { false, true, false },   [NOT_EQUAL] = { true, false, true },
        [LESS] = { true, false, false },    [LESS_EQUAL] = { true, true, false },
        [GREATER] = { false, false, true }, [GREATER_EQUAL] = { false, true, true },
    };
    return truth_of(holds[op][(a > b) - (a < b) + 1]);
}

static bool same_address(const struct address *a, const struct address *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool is_text(const struct value *v, struct span text)
{
    struct span own = v->is.text;
    return span_order(&own, &text) == 0;
}

static enum truth ask_compare(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made[2];
    const struct value *a = value_of(e, index + 1, &made[0]);
    const struct value *b = value_of(e, e->program->steps[index + 1].next, &made[1]);
    if (!a || !b)
        return TRUTH_UNKNOWN;
    if (s->type == FIELD_TYPE_TEXT)
        return truth_of(is_text(a, b->is.text) == (s->op == EQUAL));
    if (s->type == FIELD_TYPE_ADDRESS)
        return truth_of(same_address(&a->is.address, &b->is.address) == (s->op == EQUAL));
    return compare_numbers(s->op, a->is.number, b->is.number);
}

static enum truth ask_in_ranges(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made;
    const struct value *v = value_of(e, index + 1, &made);
    if (!v)
        return TRUTH_UNKNOWN;
    const struct range *set = e->program->ranges + s->is.set.first;
    size_t low = 0, high = s->is.set.count;
    while (low < high) { /* the first range that does not end before the number */
        size_t middle = low + (high - low) / 2;
        if (set[middle].high < v->is.number)
            low = middle + 1;
        else
            high = middle;
    }
    return truth_of(low < s->is.set.count && set[low].low <= v->is.number);
}

static enum truth ask_in_texts(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made;
    const struct value *v = value_of(e, index + 1, &made);
    if (!v)
        return TRUTH_UNKNOWN;
    const struct span *set = e->program->texts + s->is.set.first;
    const struct span text = v->is.text;
    size_t low = 0, high = s->is.set.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_order(&set[middle], &text);
        if (order == 0)
            return TRUTH_TRUE;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TRUTH_FALSE;
}

static enum truth ask_in_networks(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made;
    const struct value *v = value_of(e, index + 1, &made);
    if (!v)
        return TRUTH_UNKNOWN;
    uint8_t key[ADDRESS_KEY_LEN];
    address_key(&v->is.address, key);
    const struct network_range *set = e->program->networks + s->is.set.first;
    size_t low = 0, high = s->is.set.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(set[middle].high, key, sizeof key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return truth_of(low < s->is.set.count && memcmp(set[low].low, key, sizeof key) <= 0);
}

/* What was not found in a clipped list may be in the part that was dropped. */
static enum truth not_found_in(const struct list *list)
{
    return list->kept < list->count ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

static bool list_has(const struct list *list, const struct value *v, enum field_type type)
{
    for (uint32_t i = 0; i < list->kept; i++)
        if (type == FIELD_TYPE_TEXTS ? is_text(v, list->items.texts[i])
                                     : list->items.numbers[i] == v->is.number)
            return true;
    return false;
}

static enum truth ask_list(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made;
    const struct value *list = field_of(e, s);
    const struct value *v = value_of(e, index + 1, &made);
    if (!list || !v)
        return TRUTH_UNKNOWN;
    return list_has(list->is.list, v, s->type) ? TRUTH_TRUE : not_found_in(list->is.list);
}

static bool has_part(enum step_kind kind, struct span text, struct span part)
{
    if (part.len == 0 || part.len > text.len)
        return part.len == 0;
    if (kind == STEP_TEXT_STARTS)
        return memcmp(text.bytes, part.bytes, part.len) == 0;
    if (kind == STEP_TEXT_ENDS)
        return memcmp(text.bytes + text.len - part.len, part.bytes, part.len) == 0;
    return memmem(text.bytes, text.len, part.bytes, part.len) != NULL;
}

static enum truth ask_text(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made[2];
    const struct value *text = value_of(e, index + 1, &made[0]);
    const struct value *part = value_of(e, e->program->steps[index + 1].next, &made[1]);
    if (!text || !part)
        return TRUTH_UNKNOWN;
    return truth_of(has_part((enum step_kind)s->kind, text->is.text, part->is.text));
}

static enum truth match(struct evaluation *e, const struct step *s, struct span text)
{
    static const enum truth truths[] = {
        [PATTERN_NO] = TRUTH_FALSE, [PATTERN_YES] = TRUTH_TRUE, [PATTERN_GAVE_UP] = TRUTH_UNKNOWN
    };
    return truths[pattern_matches(e->program->patterns[s->is.pattern], text.bytes, text.len)];
}

static enum truth ask_matches(struct evaluation *e, const struct step *s, uint32_t index)
{
    struct value made;
    const struct value *v = value_of(e, index + 1, &made);
    return v ? match(e, s, v->is.text) : TRUTH_UNKNOWN;
}

static enum truth ask_any_matches(struct evaluation *e, const struct step *s)
{
    const struct value *v = field_of(e, s);
    if (!v)
        return TRUTH_UNKNOWN;
    enum truth best = not_found_in(v->is.list);
    for (uint32_t i = 0; i < v->is.list->kept && best != TRUTH_TRUE; i++) {
        enum truth truth = match(e, s, v->is.list->items.texts[i]);
        best = truth > best ? truth : best;
    }
    return best;
}

/* ---- rows ---- */

/* Lets words of the condition be about the i-th item. */
static void set_row(struct evaluation *e, const struct step *s, const struct value *list,
                    uint32_t i)
{
    const struct list *l = list->is.list;
    struct value *item = &e->items[s->op];
    *item = (struct value){ .frame = list->frame, .present = true };
    if (s->type == FIELD_TYPE_RECORDS)
        item = l->items.rows + (size_t)i * l->width;
    else if (s->type == FIELD_TYPE_TEXTS)
        item->is.text = l->items.texts[i];
    else
        item->is.number = l->items.numbers[i];
    e->values[TABLE_ROWS + s->op] = item;
}

static enum truth ask_row(struct evaluation *e, const struct step *s, uint32_t index,
                          const struct value *list, uint32_t i)
{
    uint32_t steps = s->next - index;
    if (e->fuel < steps)
        return TRUTH_UNKNOWN;
    e->fuel -= steps;
    set_row(e, s, list, i);
    enum truth truth = evaluate(e, index + 1);
    e->values[TABLE_ROWS + s->op] = NULL;
    return truth;
}

/* ANY is TRUE when it is of one item, ALL is FALSE when it is of one. */
static enum truth ask_rows(struct evaluation *e, const struct step *s, uint32_t index)
{
    const struct value *list = field_of(e, s);
    bool any = s->kind == STEP_ANY;
    enum truth ends = any ? TRUTH_TRUE : TRUTH_FALSE;
    if (!list)
        return TRUTH_UNKNOWN;
    enum truth truth = any ? TRUTH_FALSE : TRUTH_TRUE;
    if (list->is.list->kept < list->is.list->count)
        truth = TRUTH_UNKNOWN;
    for (uint32_t i = 0; i < list->is.list->kept && truth != ends; i++) {
        enum truth row = ask_row(e, s, index, list, i);
        if (any ? row > truth : row < truth)
            truth = row;
    }
    return truth;
}

/* How many there are, or of how many it is true; absent when that is not known. */
static const struct value *count_of(struct evaluation *e, const struct step *s, uint32_t index,
                                    struct value *made)
{
    const struct value *list = field_of(e, s);
    if (!list)
        return NULL;
    int64_t count = list->is.list->count;
    if (s->next > index + 1) {
        count = 0;
        if (list->is.list->kept < list->is.list->count)
            return NULL;
        for (uint32_t i = 0; i < list->is.list->kept; i++) {
            enum truth row = ask_row(e, s, index, list, i);
            if (row == TRUTH_UNKNOWN)
                return NULL;
            count += row == TRUTH_TRUE;
        }
    }
    *made = (struct value){ .is.number = count, .present = true };
    return made;
}

/* ---- conditions ---- */

/* AND ends at the first part that is FALSE, OR at the first that is TRUE. */
static enum truth ask_all(struct evaluation *e, uint32_t index, enum truth ends)
{
    const struct step *steps = e->program->steps;
    enum truth truth = ends == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_FALSE;
    for (uint32_t i = index + 1; i < steps[index].next && truth != ends; i = steps[i].next) {
        enum truth part = evaluate(e, i);
        if (ends == TRUTH_FALSE ? part < truth : part > truth)
            truth = part;
    }
    return truth;
}

enum truth evaluate_single(struct evaluation *e, const struct step *s)
{
    if (s->kind == STEP_TRUTH)
        return truth_of(s->is.number != 0);
    const struct value *v = field_of(e, s);
    if (s->kind == STEP_EXISTS)
        return truth_of(v != NULL);
    if (!v)
        return TRUTH_UNKNOWN;
    return s->kind == STEP_FLAG ? truth_of(v->is.number != 0)
                                : compare_numbers(s->op, v->is.number, s->is.number);
}

enum truth evaluate(struct evaluation *e, uint32_t index)
{
    const struct step *s = &e->program->steps[index];
    switch ((enum step_kind)s->kind) {
    case STEP_AND:
        return ask_all(e, index, TRUTH_FALSE);
    case STEP_OR:
        return ask_all(e, index, TRUTH_TRUE);
    case STEP_NOT:
        return (enum truth)(TRUTH_TRUE - evaluate(e, index + 1));
    case STEP_TRUTH:
    case STEP_EXISTS:
    case STEP_FLAG:
    case STEP_TEST:
        return evaluate_single(e, s);
    case STEP_COMPARE:
        return ask_compare(e, s, index);
    case STEP_IN_RANGES:
        return ask_in_ranges(e, s, index);
    case STEP_IN_TEXTS:
        return ask_in_texts(e, s, index);
    case STEP_IN_NETWORKS:
        return ask_in_networks(e, s, index);
    case STEP_LIST_HAS:
        return ask_list(e, s, index);
    case STEP_TEXT_HAS:
    case STEP_TEXT_STARTS:
    case STEP_TEXT_ENDS:
        return ask_text(e, s, index);
    case STEP_MATCHES:
        return ask_matches(e, s, index);
    case STEP_ANY_MATCHES:
        return ask_any_matches(e, s);
    case STEP_ANY:
    case STEP_ALL:
        return ask_rows(e, s, index);
    default:
        break; /* values: the checker puts none where a condition belongs */
    }
    return TRUTH_UNKNOWN;
}

/* ---- evidence ---- */

void evidence_frame(struct finding *f, uint64_t frame)
{
    size_t at = 0;
    while (at < f->frame_count && f->frames[at] < frame)
        at++;
    if (frame == 0 || f->frame_count == FINDING_FRAMES_MAX ||
        (at < f->frame_count && f->frames[at] == frame))
        return;
    memmove(f->frames + at + 1, f->frames + at, (f->frame_count - at) * sizeof *f->frames);
    f->frames[at] = frame;
    f->frame_count++;
}

/* Adds the frames of all fields that the step and its parts read. */
static void frames_of(struct evaluation *e, uint32_t index, struct finding *f)
{
    const struct step *steps = e->program->steps;
    for (uint32_t i = index; i < steps[index].next; i++) {
        bool outside = step_reads_field(&steps[i]) && e->values[steps[i].table];
        const struct value *v = outside ? field_of(e, &steps[i]) : NULL;
        if (v)
            evidence_frame(f, v->frame);
    }
}

static void reasons(struct evaluation *e, uint32_t index, enum truth truth, struct finding *f);

/* Of rows, those that are so. */
static void reasons_in_rows(struct evaluation *e, uint32_t index, enum truth truth,
                            struct finding *f)
{
    const struct step *s = &e->program->steps[index];
    const struct value *list = field_of(e, s);
    if (!list)
        return;
    evidence_frame(f, list->frame);
    for (uint32_t i = 0; i < list->is.list->kept; i++)
        if (ask_row(e, s, index, list, i) == truth) {
            set_row(e, s, list, i);
            reasons(e, index + 1, truth, f);
        }
    e->values[TABLE_ROWS + s->op] = NULL;
}

/* What made the step be so: of an AND that is true all parts, of one that is
 * false those that are false, and of an OR the other way round. */
static void reasons(struct evaluation *e, uint32_t index, enum truth truth, struct finding *f)
{
    const struct step *steps = e->program->steps, *s = &steps[index];
    if (s->kind == STEP_NOT) {
        reasons(e, index + 1, (enum truth)(TRUTH_TRUE - truth), f);
    } else if (s->kind == STEP_AND || s->kind == STEP_OR) {
        for (uint32_t i = index + 1; i < s->next; i = steps[i].next)
            if (evaluate(e, i) == truth)
                reasons(e, i, truth, f);
    } else if (s->kind == STEP_ANY || s->kind == STEP_ALL) {
        reasons_in_rows(e, index, truth, f);
    } else {
        frames_of(e, index, f);
    }
}

void evidence(struct evaluation *e, uint32_t step, struct finding *f)
{
    reasons(e, step, TRUTH_TRUE, f);
}
