/* where.c - see where.h. A question has a program of its own, which knows one table
 * more than those of rules: the fields of the verdict. */
#include "rule/where.h"

#include <stdlib.h>
#include <string.h>

#include "rule/check.h"
#include "rule/eval.h"
#include "rule/ruleset.h"
#include "rule/verdict_fields.h"

static const struct code_name severities[] = { { SEVERITY_INFO, "info" },
                                               { SEVERITY_WARNING, "warning" },
                                               { SEVERITY_ERROR, "error" },
                                               { 0, NULL } };
static const struct code_name faults[] = { { FAULT_UNKNOWN, "unknown" },
                                           { FAULT_CLIENT, "client" },
                                           { FAULT_SERVER, "server" },
                                           { FAULT_NETWORK, "network" },
                                           { 0, NULL } };
static const struct code_name certainties[] = { { CERTAINTY_POSSIBLE, "possible" },
                                                { CERTAINTY_LIKELY, "likely" },
                                                { CERTAINTY_PROVEN, "proven" },
                                                { 0, NULL } };
static const struct code_names verdict_severities = { .word = "severity", .names = severities };
static const struct code_names verdict_faults = { .word = "fault", .names = faults };
static const struct code_names verdict_certainties = { .word = "certainty", .names = certainties };
static const struct field verdict_fields[] = { VERDICT_FIELDS(FIELD_ROW) };
const struct field_table verdict_field_table = { "verdict", verdict_fields, VERDICT_FIELD_COUNT };

struct where {
    char *source;
    struct syntax syntax;
    struct program program;
    size_t verdict_table; /* its place among those of the program */
    bool details;
    uint32_t step;            /* of a condition */
    struct field_place place; /* of a field */
    struct value values[VERDICT_FIELD_COUNT], made;
    struct list findings;
    struct span ids[FINDINGS_MAX];
};

/* ---- reading ---- */

enum { WHERE_TABLES_MAX = TABLES_MAX };

static void add_tables(struct where *w, const struct field_table *const *tables)
{
    const struct field_table *all[WHERE_TABLES_MAX + 2] = { &verdict_field_table };
    for (size_t i = 0; i < WHERE_TABLES_MAX && tables[i]; i++)
        all[i + 1] = tables[i];
    program_init(&w->program, all);
    while (w->program.tables[w->verdict_table] != &verdict_field_table)
        w->verdict_table++;
}

static struct where *where_new(const struct field_table *const *tables, const char *called,
                               const char *text)
{
    struct where *w = must_calloc(1, sizeof *w);
    w->source = must_strdup(text);
    w->syntax =
        (struct syntax){ .file = called, .source = w->source, .source_len = strlen(w->source) };
    add_tables(w, tables);
    return w;
}

void where_free(struct where *w)
{
    if (!w)
        return;
    program_free(&w->program);
    syntax_free(&w->syntax);
    free(w->source);
    free(w);
}

/* What was made, if there is no mistake in it. */
static struct where *if_good(struct where *w, struct mistakes *m, struct text *mistakes)
{
    if (m->count == 0)
        return w;
    mistakes_print(m, mistakes);
    where_free(w);
    return NULL;
}

struct where *where_condition(const struct ruleset *rs, const struct field_table *const *tables,
                              const char *called, const char *text, struct text *mistakes)
{
    struct where *w = where_new(tables, called, text);
    struct mistakes m = { .file = called, .source = w->source, .len = w->syntax.source_len };
    struct checker c = {
        .lookup = { .program = &w->program, .syntax = &w->syntax, .mistakes = &m },
        .syntax = &w->syntax,
    };
    c.lookup.lists = ruleset_lists(rs, &c.lookup.list_count);
    uint32_t condition = parse_alone(&w->syntax, &m);
    if (m.count == 0)
        w->step = check_condition(&c, condition);
    w->details = c.lookup.details;
    return if_good(w, &m, mistakes);
}

struct where *where_field(const struct field_table *const *tables, const char *called,
                          const char *name, struct text *mistakes)
{
    struct where *w = where_new(tables, called, name);
    size_t len = w->syntax.source_len;
    struct mistakes m = { .file = called, .source = w->source, .len = len };
    struct lookup l = { .program = &w->program, .syntax = &w->syntax, .mistakes = &m };
    if (!find_field(&l, w->source, len, &w->place))
        no_field(&l, 0, w->source, len);
    w->details = l.details;
    return if_good(w, &m, mistakes);
}

bool where_wants_details(const struct where *w)
{
    return w->details;
}

/* ---- asking ---- */

static struct value code_value(int code)
{
    return (struct value){ .is.number = code, .present = true };
}

static struct value text_value(const char *text)
{
    return (struct value){ .is.text = { text, (uint32_t)strlen(text) }, .present = true };
}

static struct value findings_value(struct where *w, const struct verdict *v)
{
    for (size_t i = 0; i < v->finding_count; i++)
        w->ids[i] = text_value(v->findings[i].id).is.text;
    w->findings = (struct list){ .count = (uint32_t)v->finding_count,
                                 .kept = (uint32_t)v->finding_count,
                                 .items.texts = w->ids };
    return (struct value){ .is.list = &w->findings, .present = true };
}

static void fill(struct where *w, const char *capture, const struct verdict *v)
{
    const struct finding *worst = v->cause ? v->cause : v->finding_count ? &v->findings[0] : NULL;
    memset(w->values, 0, sizeof w->values);
    w->values[VERDICT_CAPTURE] = text_value(capture);
    w->values[VERDICT_ID] =
        (struct value){ .is.number = (int64_t)v->handshake->number, .present = true };
    w->values[VERDICT_FINDINGS] = findings_value(w, v);
    if (v->cause)
        w->values[VERDICT_CAUSE] = text_value(v->cause->id);
    if (!worst)
        return;
    w->values[VERDICT_FAULT] = code_value((int)worst->fault);
    w->values[VERDICT_CERTAINTY] = code_value((int)worst->certainty);
    w->values[VERDICT_SEVERITY] = code_value((int)worst->severity);
}

bool where_holds(struct where *w, const char *capture, const struct verdict *v)
{
    struct evaluation e;
    fill(w, capture, v);
    evaluation_begin(&e, &w->program, v->handshake);
    e.values[w->verdict_table] = w->values;
    e.tables |= 1u << w->verdict_table;
    return evaluate(&e, w->step) == TRUTH_TRUE;
}

const struct value *where_value(struct where *w, const char *capture, const struct verdict *v)
{
    if (w->place.table == w->verdict_table) {
        fill(w, capture, v);
        const struct value *value = &w->values[w->place.field];
        return value->present ? value : NULL;
    }
    return field_value(v->handshake, w->program.tables[w->place.table], w->place.field, &w->made);
}

const struct field *where_field_of(const struct where *w)
{
    return &w->program.tables[w->place.table]->fields[w->place.field];
}
