/* handshake.c - see handshake.h. */
#include "handshake/handshake.h"

#include <assert.h>
#include <string.h>

#include "handshake/change_fields.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"

enum { TEXT_MAX = 512, ITEMS_MAX = 256 };

static const struct code_name outcome_table[] = {
    { OUTCOME_COMPLETED, "completed" },
    { OUTCOME_FAILED, "failed" },
    { OUTCOME_UNKNOWN, "unknown" },
    { OUTCOME_OPEN, "unknown" },
    { 0, NULL },
};
const struct code_names outcome_names = { .word = "outcome", .names = outcome_table };

static const struct field common_fields[] = { COMMON_FIELDS(FIELD_ROW) };
const struct field_table common_field_table = { NULL, common_fields, COMMON_FIELD_COUNT };

static const struct field flow_fields[] = { FLOW_FIELDS(FIELD_ROW) };
const struct field_table flow_field_table = { "flow_facts", flow_fields, FLOW_FIELD_COUNT };

static const struct field change_columns[] = { CHANGE_DIFFERENCE_COLUMNS(FIELD_ROW) };
const struct field_table change_difference_table = { NULL, change_columns,
                                                     DIFFERENCE_COLUMN_COUNT };
static const struct field change_fields[] = { CHANGE_FIELDS(FIELD_ROW) };
const struct field_table change_field_table = { "change", change_fields, CHANGE_FIELD_COUNT };
static const struct field history_fields[] = { HISTORY_FIELDS(FIELD_ROW) };
const struct field_table history_field_table = { "history", history_fields, HISTORY_FIELD_COUNT };

const char *outcome_name(enum outcome outcome)
{
    return code_name_of(&outcome_names, outcome);
}

const struct handshake *handshake_inside(const struct handshake *hs)
{
    do
        hs = hs->outer;
    while (hs && hs->number == 0);
    return hs;
}

/* ---- setting ---- */

static struct value *value_of(struct handshake *hs, unsigned id)
{
    assert(id < hs->dissector->fields->count);
    return &hs->values[id];
}

static struct value *set(struct handshake *hs, struct value *v)
{
    v->present = true;
    v->frame = hs->now.frame;
    return v;
}

/* Its bytes are NULL when there is no memory: then nothing may be said, for an
 * empty text would be made up. */
static struct span copied(struct handshake *hs, const void *bytes, size_t len)
{
    if (len > TEXT_MAX) {
        len = TEXT_MAX;
        hs->clipped = true;
    }
    char *copy = arena_copy(hs->arena, bytes, len);
    if (!copy) {
        hs->clipped = true;
        return (struct span){ NULL, 0 };
    }
    return (struct span){ copy, (uint32_t)len };
}

static void value_set_text(struct handshake *hs, struct value *v, const void *bytes, size_t len)
{
    struct span text = copied(hs, bytes, len);
    *v = (struct value){ 0 };
    if (text.bytes)
        set(hs, v)->is.text = text;
}

void handshake_set_number(struct handshake *hs, unsigned id, int64_t number)
{
    set(hs, value_of(hs, id))->is.number = number;
}

void handshake_set_code(struct handshake *hs, unsigned id, uint32_t code)
{
    handshake_set_number(hs, id, code);
}

void handshake_set_text(struct handshake *hs, unsigned id, const void *bytes, size_t len)
{
    value_set_text(hs, value_of(hs, id), bytes, len);
}

/* For words of our own, which live as long as the program. */
void handshake_set_string(struct handshake *hs, unsigned id, const char *string)
{
    set(hs, value_of(hs, id))->is.text = (struct span){ string, (uint32_t)strlen(string) };
}

void handshake_set_time(struct handshake *hs, unsigned id, int64_t time_us)
{
    handshake_set_number(hs, id, time_us);
}

void handshake_set_duration(struct handshake *hs, unsigned id, int64_t duration_us)
{
    handshake_set_number(hs, id, duration_us);
}

void handshake_set_bool(struct handshake *hs, unsigned id, bool truth)
{
    handshake_set_number(hs, id, truth);
}

void handshake_unset(struct handshake *hs, unsigned id)
{
    *value_of(hs, id) = (struct value){ 0 };
}

/* ---- lists ---- */

static struct list *list_of(struct handshake *hs, struct value *v, uint32_t width)
{
    if (v->present)
        return v->is.list;
    struct list *list = arena_take(hs->arena, sizeof *list);
    if (!list) {
        hs->clipped = true;
        return NULL;
    }
    list->width = width;
    set(hs, v)->is.list = list;
    return list;
}

/* Sees to it that a list has room for more items of item_len bytes. */
static bool list_grow(struct handshake *hs, struct list *list, size_t item_len, uint32_t more)
{
    if (more <= list->cap - list->kept)
        return true;
    uint32_t cap = list->cap ? list->cap * 2 : item_len > 64 ? 4 : 16;
    cap = cap < list->kept + more ? list->kept + more : cap;
    void *items = arena_take(hs->arena, cap * item_len);
    if (!items)
        return false;
    if (list->kept)
        memcpy(items, list->items.numbers, list->kept * item_len);
    list->items.numbers = items;
    list->cap = cap;
    return true;
}

/* Counts more items of item_len bytes and gives where they go; *fit is how many
 * of them there is room for. Once one did not fit, none does. */
static void *list_room(struct handshake *hs, struct list *list, size_t item_len, size_t more,
                       uint32_t *fit)
{
    *fit = 0;
    if (!list)
        return NULL;
    size_t room = list->kept == list->count ? ITEMS_MAX - list->kept : 0;
    uint32_t fitting = (uint32_t)(more < room ? more : room);
    list->count += (uint32_t)more;
    if (list_grow(hs, list, item_len, fitting))
        *fit = fitting;
    if (*fit < more)
        hs->clipped = true;
    if (*fit == 0)
        return NULL;
    list->kept += *fit;
    return (uint8_t *)(void *)list->items.numbers + (list->kept - *fit) * item_len;
}

static void *list_item(struct handshake *hs, struct list *list, size_t item_len)
{
    uint32_t fit;
    return list_room(hs, list, item_len, 1, &fit);
}

void handshake_add_numbers(struct handshake *hs, unsigned id, const uint32_t *numbers, size_t count)
{
    uint32_t fit;
    if (count == 0)
        return;
    void *items = list_room(hs, list_of(hs, value_of(hs, id), 1), sizeof *numbers, count, &fit);
    if (items)
        memcpy(items, numbers, fit * sizeof *numbers);
}

/* Mostly there is a list, with room. */
void handshake_add_number(struct handshake *hs, unsigned id, uint32_t number)
{
    struct value *v = value_of(hs, id);
    struct list *list = v->present ? v->is.list : NULL;
    if (!list || list->kept != list->count || list->kept >= list->cap || list->kept >= ITEMS_MAX) {
        handshake_add_numbers(hs, id, &number, 1);
        return;
    }
    list->items.numbers[list->kept++] = number;
    list->count++;
}

static void value_add_text(struct handshake *hs, struct value *v, const void *bytes, size_t len)
{
    struct list *list = list_of(hs, v, 1);
    struct span *item = list_item(hs, list, sizeof *item);
    if (!item)
        return;
    *item = copied(hs, bytes, len);
    if (!item->bytes)
        list->kept--;
}

void handshake_add_text(struct handshake *hs, unsigned id, const void *bytes, size_t len)
{
    value_add_text(hs, value_of(hs, id), bytes, len);
}

struct value *handshake_add_row(struct handshake *hs, unsigned id)
{
    uint32_t width = (uint32_t)hs->dissector->fields->fields[id].columns->count;
    return list_item(hs, list_of(hs, value_of(hs, id), width), width * sizeof(struct value));
}

void row_set_number(struct handshake *hs, struct value *row, unsigned column, int64_t number)
{
    set(hs, &row[column])->is.number = number;
}

void row_set_text(struct handshake *hs, struct value *row, unsigned column, const void *bytes,
                  size_t len)
{
    value_set_text(hs, &row[column], bytes, len);
}

void row_set_string(struct handshake *hs, struct value *row, unsigned column, const char *string)
{
    set(hs, &row[column])->is.text = (struct span){ string, (uint32_t)strlen(string) };
}

void row_set_bool(struct handshake *hs, struct value *row, unsigned column, bool truth)
{
    row_set_number(hs, row, column, truth);
}

void row_add_text(struct handshake *hs, struct value *row, unsigned column, const void *bytes,
                  size_t len)
{
    value_add_text(hs, &row[column], bytes, len);
}

/* ---- reading ---- */

bool handshake_has(const struct handshake *hs, unsigned id)
{
    return hs->values[id].present;
}

int64_t handshake_number_or(const struct handshake *hs, unsigned id, int64_t fallback)
{
    return hs->values[id].present ? hs->values[id].is.number : fallback;
}

bool handshake_true(const struct handshake *hs, unsigned id)
{
    return handshake_number_or(hs, id, false) != 0;
}

const struct list *handshake_list(const struct handshake *hs, unsigned id)
{
    return hs->values[id].present ? hs->values[id].is.list : NULL;
}

struct span handshake_text(const struct handshake *hs, unsigned id)
{
    return hs->values[id].present ? hs->values[id].is.text : (struct span){ "", 0 };
}

bool list_has_number(const struct list *list, uint32_t number)
{
    for (uint32_t i = 0; list && i < list->kept; i++)
        if (list->items.numbers[i] == number)
            return true;
    return false;
}

/* ---- what every handshake has ---- */

static struct value text_value(const char *string)
{
    struct value v = { 0 };
    if (string) {
        v.present = true;
        v.is.text = (struct span){ string, (uint32_t)strlen(string) };
    }
    return v;
}

static struct value number_value(int64_t number)
{
    return (struct value){ .is.number = number, .present = true };
}

static struct value address_value(const struct address *a)
{
    return (struct value){ .is.address = *a, .present = a->len != 0 };
}

static const struct state *state_of(const struct handshake *hs)
{
    const struct machine *m = hs->dissector->machine;
    return m ? machine_state(m, hs) : NULL;
}

struct value common_value(const struct handshake *hs, enum common_field id)
{
    const struct state *state = state_of(hs);
    switch (id) {
    case COMMON_PROTOCOL:
        return text_value(hs->dissector->name);
    case COMMON_OUTCOME:
        return number_value(hs->outcome == OUTCOME_OPEN ? OUTCOME_UNKNOWN : hs->outcome);
    case COMMON_START:
        return number_value(hs->first.time_us);
    case COMMON_DURATION:
        return number_value(hs->last.time_us - hs->first.time_us);
    case COMMON_CLIENT_ADDRESS:
        return address_value(&hs->ends[CLIENT].address);
    case COMMON_CLIENT_PORT:
        return number_value(hs->ends[CLIENT].port);
    case COMMON_SERVER_ADDRESS:
        return address_value(&hs->ends[SERVER].address);
    case COMMON_SERVER_PORT:
        return number_value(hs->ends[SERVER].port);
    case COMMON_STATE:
        return text_value(state ? state->name : NULL);
    case COMMON_WAITING_FOR:
        return text_value(state ? state->waiting_for : NULL);
    case COMMON_WAITING_SIDE:
        return text_value(state && state->waiting_for ? side_name(state->waiting_on) : NULL);
    case COMMON_FIELD_COUNT:
        break;
    }
    return (struct value){ 0 };
}
