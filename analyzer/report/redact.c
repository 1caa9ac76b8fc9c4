/* redact.c - see redact.h. */
#include "report/redact.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "handshake/change_fields.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"

/* Of one handshake; what does not fit of texts and lists is clipped. */
enum { TEXTS_MAX = 8 << 20, TABLES_MAX = 1 << 20 };

struct redaction {
    struct pseudonyms *pseudonyms;
    struct budget budget;
    struct arena *tables, *arena; /* of the copy; arena: its texts and lists */
    struct verdict verdict;
    struct text scratch;
};

struct redaction *redaction_new(struct pseudonyms *p)
{
    struct redaction *r = must_calloc(1, sizeof *r);
    r->pseudonyms = p;
    r->budget.max = 2 * (size_t)(TEXTS_MAX + TABLES_MAX);
    return r;
}

void redaction_free(struct redaction *r)
{
    if (!r)
        return;
    arena_free(r->tables);
    arena_free(r->arena);
    budget_clear(&r->budget);
    text_free(&r->scratch);
    free(r);
}

/* ---- values ---- */

static bool redact_span(struct redaction *r, struct span *span)
{
    text_clear(&r->scratch);
    pseudonym_text(r->pseudonyms, span->bytes, span->len, &r->scratch);
    span->bytes = arena_copy(r->arena, text_string(&r->scratch), r->scratch.len);
    span->len = (uint32_t)r->scratch.len;
    return span->bytes;
}

static bool redact_value(struct redaction *r, const struct field *f, struct value *v);

static struct list *copy_list(struct redaction *r, const struct list *from, const void *items,
                              size_t item_len)
{
    struct list *list = (void *)arena_copy(r->arena, from, sizeof *from);
    if (!list)
        return NULL;
    list->cap = list->kept;
    list->items.numbers = (void *)arena_copy(r->arena, items, from->kept * item_len);
    return list->items.numbers || from->kept == 0 ? list : NULL;
}

static bool redact_texts(struct redaction *r, struct value *v)
{
    struct list *list = copy_list(r, v->is.list, v->is.list->items.texts, sizeof(struct span));
    bool good = list;
    for (uint32_t i = 0; good && i < list->kept; i++)
        good = redact_span(r, &list->items.texts[i]);
    v->is.list = list;
    return good;
}

static bool redact_rows(struct redaction *r, const struct field *f, struct value *v)
{
    struct list *list =
        copy_list(r, v->is.list, v->is.list->items.rows, v->is.list->width * sizeof(struct value));
    bool good = list;
    for (uint32_t i = 0; good && i < list->kept * list->width; i++)
        redact_value(r, &f->columns->fields[i % list->width], &list->items.rows[i]);
    v->is.list = list;
    return good;
}

/* Replaces a value in a copy. False when there is no memory for that: it is absent then. */
static bool redact_value(struct redaction *r, const struct field *f, struct value *v)
{
    bool good = true;
    struct span text = v->is.text;
    if (!v->present || f->word)
        return true;
    if (f->type == FIELD_TYPE_TEXT) {
        good = redact_span(r, &text);
        v->is.text = text;
    } else if (f->type == FIELD_TYPE_ADDRESS) {
        v->is.address = pseudonym_address(r->pseudonyms, &v->is.address);
    } else if (f->type == FIELD_TYPE_TEXTS) {
        good = redact_texts(r, v);
    } else if (f->type == FIELD_TYPE_RECORDS) {
        good = redact_rows(r, f, v);
    }
    v->present = good;
    return good;
}

/* Tables are of fixed size, and handshakes run inside others a few deep only. */
static void *take_copy(struct redaction *r, const void *bytes, size_t len)
{
    void *copy = arena_copy(r->tables, bytes, len);
    assert(copy);
    return copy;
}

/* A table's values, replaced; NULL stays NULL. What finds no memory is noted in hs. */
static struct value *redact_values(struct redaction *r, const struct field_table *table,
                                   const struct value *values, struct handshake *hs)
{
    struct value *copy = values ? take_copy(r, values, table->count * sizeof *values) : NULL;
    for (size_t i = 0; copy && i < table->count; i++)
        hs->clipped = !redact_value(r, &table->fields[i], &copy[i]) || hs->clipped;
    return copy;
}

/* ---- handshakes ---- */

/* What it ran inside is told with it, and copied with it. */
static struct handshake *redact_handshake(struct redaction *r, const struct handshake *hs)
{
    struct handshake *copy = take_copy(r, hs, sizeof *hs);
    for (int side = CLIENT; side <= SERVER; side++)
        copy->ends[side].address = pseudonym_address(r->pseudonyms, &hs->ends[side].address);
    copy->values = redact_values(r, hs->dissector->fields, hs->values, copy);
    copy->flow_values = redact_values(r, &flow_field_table, hs->flow_values, copy);
    copy->history_values = redact_values(r, &history_field_table, hs->history_values, copy);
    copy->change_values = redact_values(r, &change_field_table, hs->change_values, copy);
    copy->outer = hs->outer ? redact_handshake(r, hs->outer) : NULL;
    return copy;
}

const struct verdict *redaction_of(struct redaction *r, const struct verdict *v)
{
    arena_free(r->tables);
    arena_free(r->arena);
    r->tables = arena_new(&r->budget, TABLES_MAX);
    r->arena = arena_new(&r->budget, TEXTS_MAX);
    r->verdict = *v;
    r->verdict.handshake = redact_handshake(r, v->handshake);
    if (v->cause)
        r->verdict.cause = r->verdict.findings + (v->cause - v->findings);
    for (size_t i = 0; i < v->log_count; i++) /* may name anybody */
        r->verdict.log[i].text = "(left out)";
    /* Anything may stand in a log, at any place: where it stands there must do. */
    for (size_t i = 0; i < v->log_count; i++)
        r->verdict.log[i].text = "(redacted)";
    return &r->verdict;
}
