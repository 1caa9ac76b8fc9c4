/* judge.c - which rules hold on a handshake, and which of them is the cause.
 *
 * The rules are asked in the order in which their findings matter, so the first
 * error on a failed handshake is its cause, and when there is no more room for
 * findings the worst are kept. */
#include "rule/judge.h"

#include <stdlib.h>
#include <string.h>

#include "rule/eval.h"

const char *severity_name(enum severity severity)
{
    static const char *const names[] = { "info", "warning", "error" };
    return names[severity];
}

const char *fault_name(enum fault fault)
{
    static const char *const names[] = { "unknown", "client", "server", "network" };
    return names[fault];
}

const char *certainty_name(enum certainty certainty)
{
    static const char *const names[] = { "possible", "likely", "proven" };
    return names[certainty];
}

/* ---- dockets ---- */

static int by_weight(const void *left, const void *right)
{
    const struct rule *a = *(const struct rule *const *)left;
    const struct rule *b = *(const struct rule *const *)right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static struct docket_entry entry_of(const struct rule *rule)
{
    struct docket_entry entry = { rule->demand.tables, rule->when, { { 0 } }, rule };
    memcpy(entry.guards, rule->demand.guards, sizeof entry.guards);
    return entry;
}

void dockets_make(struct docket dockets[OUTCOMES], struct rule *const *rules, size_t count)
{
    const struct rule **sorted = must_malloc(count * sizeof(struct rule *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = rules[i];
    qsort(sorted, count, sizeof *sorted, by_weight);
    for (int outcome = 0; outcome < OUTCOMES; outcome++) {
        struct docket *d = &dockets[outcome];
        d->entries = must_malloc(count * sizeof *d->entries);
        d->count = 0;
        for (size_t i = 0; i < count; i++)
            if (sorted[i]->demand.outcomes >> outcome & 1)
                d->entries[d->count++] = entry_of(sorted[i]);
    }
    free(sorted);
}

void dockets_free(struct docket dockets[OUTCOMES])
{
    for (int outcome = 0; outcome < OUTCOMES; outcome++) {
        free(dockets[outcome].entries);
        dockets[outcome] = (struct docket){ 0 };
    }
}

/* ---- findings ---- */

static int choose(struct evaluation *e, const struct choice *choices, size_t count, int otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (evaluate(e, choices[i].when) == TRUTH_TRUE)
            return choices[i].word;
    return otherwise;
}

/* A rule that says nothing of certainty takes its condition for the proof; one
 * that lists cases, and none of them holds, does not. */
static enum certainty certainty_of(struct evaluation *e, const struct rule *rule)
{
    return (enum certainty)choose(e, rule->certainties, rule->certainty_count,
                                  rule->certainty_count ? CERTAINTY_POSSIBLE : CERTAINTY_PROVEN);
}

static void find(struct evaluation *e, const struct rule *rule, struct finding *f)
{
    f->rule = rule;
    f->id = rule->finding_id;
    f->severity = rule->severity;
    f->rank = rule->rank;
    f->fault = (enum fault)choose(e, rule->faults, rule->fault_count, FAULT_UNKNOWN);
    f->certainty = certainty_of(e, rule);
    f->frame_count = 0;
    evidence_frame(f, e->hs->ended.frame);
    evidence(e, rule->when, f);
}

static bool is_before(const struct finding *a, const struct finding *b)
{
    if (a->severity != b->severity)
        return a->severity > b->severity;
    if (a->rank != b->rank)
        return a->rank > b->rank;
    return strcmp(a->id, b->id) < 0;
}

/* Puts findings of equal weight in order of id, the first few aside. */
static void order(struct finding *findings, size_t first, size_t count)
{
    for (size_t i = first + 1; i < count; i++) {
        struct finding moved = findings[i];
        size_t at = i;
        for (; at > first && is_before(&moved, &findings[at - 1]); at--)
            findings[at] = findings[at - 1];
        findings[at] = moved;
    }
}

/* Two rules may tell the same of one handshake, one more closely: the one that
 * weighs more is enough. */
static bool is_found(const struct verdict *v, const char *id)
{
    for (size_t i = 0; i < v->finding_count; i++)
        if (strcmp(v->findings[i].id, id) == 0)
            return true;
    return false;
}

/* ---- rules that count ---- */

static void add_to_key(struct text *key, enum field_type type, const struct value *v)
{
    if (type == FIELD_TYPE_TEXT) {
        text_add_bytes(key, &v->is.text.len, sizeof v->is.text.len);
        text_add_bytes(key, v->is.text.bytes, v->is.text.len);
    } else if (type == FIELD_TYPE_ADDRESS) {
        uint8_t address[ADDRESS_KEY_LEN];
        address_key(&v->is.address, address);
        text_add_bytes(key, address, sizeof address);
    } else {
        text_add_bytes(key, &v->is.number, sizeof v->is.number);
    }
}

/* The rule, and the values of what it counts by; false when one of them is absent. */
static bool make_key(struct evaluation *e, const struct rule *rule, struct text *key)
{
    text_add_bytes(key, &rule->order, sizeof rule->order);
    for (size_t i = 0; i < rule->counting.by_count; i++) {
        struct field_place place = rule->counting.by[i];
        const struct field_table *table = e->program->tables[place.table];
        struct value made;
        const struct value *v = field_value(e->hs, table, place.field, &made);
        if (!v)
            return false;
        add_to_key(key, table->fields[place.field].type, v);
    }
    return true;
}

/* Whether the rule, which holds now, held as often as it wants lately. */
static bool is_often_enough(struct evaluation *e, const struct rule *rule, struct recent *recent)
{
    const struct counting *counting = &rule->counting;
    if (!counting->number)
        return true;
    struct text key = { 0 };
    bool reached = recent && make_key(e, rule, &key) &&
                   recent_reached(recent, key.data, key.len, e->hs->first.time_us, counting->number,
                                  counting->window_us);
    text_free(&key);
    return reached;
}

static bool may_hold(struct evaluation *e, const struct docket_entry *entry)
{
    return (entry->tables & ~e->tables) == 0 &&
           evaluate_single(e, &entry->guards[0]) == TRUTH_TRUE &&
           evaluate_single(e, &entry->guards[1]) == TRUTH_TRUE;
}

void judge(const struct program *program, const struct docket dockets[OUTCOMES],
           struct recent *recent, const struct handshake *hs, struct verdict *v)
{
    struct evaluation e;
    evaluation_begin(&e, program, hs);
    v->handshake = hs;
    v->outcome = hs->outcome == OUTCOME_OPEN ? OUTCOME_UNKNOWN : hs->outcome;
    v->finding_count = 0;
    v->log_count = 0;
    const struct docket *d = &dockets[v->outcome];
    for (size_t i = 0; i < d->count && v->finding_count < FINDINGS_MAX; i++) {
        const struct docket_entry *entry = &d->entries[i];
        if (may_hold(&e, entry) && evaluate(&e, entry->when) == TRUTH_TRUE &&
            is_often_enough(&e, entry->rule, recent) && !is_found(v, entry->rule->finding_id))
            find(&e, entry->rule, &v->findings[v->finding_count++]);
    }
    bool has_cause = v->outcome == OUTCOME_FAILED && v->finding_count > 0 &&
                     v->findings[0].severity == SEVERITY_ERROR;
    v->cause = has_cause ? &v->findings[0] : NULL;
    order(v->findings, has_cause, v->finding_count);
}

const char *finding_rule_id(const struct finding *f)
{
    return f->rule->id;
}

void finding_text(const struct finding *f, const struct handshake *hs, enum finding_part part,
                  struct text *out)
{
    template_fill(&f->rule->parts[part], hs, part == FINDING_FIX, out);
}
