/* key.c - see key.h.
 *
 *     kind | field | value
 *     kind | table | index value | index value | ... | end
 *
 * A number takes 8 bytes, a text its length and itself, a list its length and
 * its items, a row is values up to their end. The field tells which of them a
 * value is, so no two values give the same bytes. */
#include "report/key.h"

static void add_u32(struct text *key, uint32_t number)
{
    text_add_bytes(key, &number, sizeof number);
}

static void add_text(struct text *key, struct span text)
{
    add_u32(key, text.len);
    text_add_bytes(key, text.bytes, text.len);
}

static void add_values(struct text *key, const struct field_table *table,
                       const struct value *values, bool details);

static void add_list(struct text *key, const struct field *f, const struct list *list, bool details)
{
    add_u32(key, list->kept);
    if (f->type == FIELD_TYPE_NUMBERS || f->type == FIELD_TYPE_CODES) {
        text_add_bytes(key, list->items.numbers, list->kept * sizeof *list->items.numbers);
        return;
    }
    for (uint32_t i = 0; i < list->kept; i++) {
        if (f->type == FIELD_TYPE_TEXTS)
            add_text(key, list->items.texts[i]);
        else
            add_values(key, f->columns, list->items.rows + (size_t)i * list->width, details);
    }
}

static void add_value(struct text *key, const struct field *f, const struct value *v, bool details)
{
    switch (f->type) {
    case FIELD_TYPE_NUMBER:
    case FIELD_TYPE_CODE:
    case FIELD_TYPE_TIME:
    case FIELD_TYPE_DURATION:
    case FIELD_TYPE_BOOL:
        text_add_bytes(key, &v->is.number, sizeof v->is.number);
        break;
    case FIELD_TYPE_TEXT:
        add_text(key, v->is.text);
        break;
    case FIELD_TYPE_ADDRESS:
        text_add_bytes(key, &v->is.address.len, sizeof v->is.address.len);
        text_add_bytes(key, v->is.address.bytes, v->is.address.len);
        break;
    case FIELD_TYPE_NUMBERS:
    case FIELD_TYPE_CODES:
    case FIELD_TYPE_TEXTS:
    case FIELD_TYPE_RECORDS:
        add_list(key, f, v->is.list, details);
        break;
    }
}

/* Begins each value with its index, 1 being the first, and ends with a 0. */
static void add_values(struct text *key, const struct field_table *table,
                       const struct value *values, bool details)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!values[i].present || !field_is_wanted(&table->fields[i], details))
            continue;
        add_u32(key, (uint32_t)i + 1);
        add_value(key, &table->fields[i], &values[i], details);
    }
    add_u32(key, 0);
}

void key_begin(struct text *key, enum key_kind kind)
{
    text_clear(key);
    text_add_char(key, (char)kind);
}

void key_of_values(struct text *key, const struct field_table *table, const struct value *values,
                   bool details)
{
    key_begin(key, KEY_VALUES);
    text_add_bytes(key, &table, sizeof table);
    add_values(key, table, values, details);
}

void key_of_value(struct text *key, const struct field *f, const struct value *v, bool details)
{
    key_begin(key, KEY_VALUE);
    text_add_bytes(key, &f, sizeof f);
    add_value(key, f, v, details);
}
