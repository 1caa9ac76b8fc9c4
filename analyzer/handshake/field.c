/* field.c - see field.h. Codes to names and back, values to text. */
#include "handshake/field.h"

#include <inttypes.h>
#include <string.h>

const char *field_type_name(enum field_type type)
{
    static const char *const names[] = { "number",  "code",    "text",  "time",  "duration", "bool",
                                         "address", "numbers", "codes", "texts", "records" };
    return names[type];
}

static const char *search_by_halves(const struct code_names *names, uint32_t code)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (names->names[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < names->count && names->names[low].code == code ? names->names[low].name : NULL;
}

const char *code_name_of(const struct code_names *names, uint32_t code)
{
    if (names->count)
        return search_by_halves(names, code);
    for (const struct code_name *n = names->names; n->name; n++)
        if (n->code == code)
            return n->name;
    return NULL;
}

void code_text(const struct code_names *names, uint32_t code, struct text *out)
{
    const char *name = code_name_of(names, code);
    if (name)
        text_add(out, name);
    else if (names->hex)
        text_format(out, "%s 0x%04" PRIx32, names->word, code);
    else
        text_format(out, "%s %" PRIu32, names->word, code);
}

/* Letters without case; '-', '_' and ' ' are one. ASCII only: these are names
 * of registries, not of people. */
static int folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    return c == '-' || c == ' ' ? '_' : c;
}

bool code_of_name(const struct code_names *names, const char *name, size_t len, uint32_t *code)
{
    for (const struct code_name *n = names->names; n->name; n++) {
        size_t i = 0;
        while (i < len && n->name[i] && folded(n->name[i]) == folded(name[i]))
            i++;
        if (i == len && !n->name[i]) {
            *code = n->code;
            return true;
        }
    }
    return false;
}

/* 31.2 ms, 1.5 s, 3 d 4 h: two units at most, the larger first. */
static void duration_text(int64_t us, struct text *out)
{
    uint64_t rest = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
    if (us < 0)
        text_add_char(out, '-');
    if (rest < 1000)
        text_format(out, "%" PRIu64 " µs", rest);
    else if (rest < 1000000)
        text_format(out, "%.4g ms", (double)rest / 1e3);
    else if (rest < 120000000)
        text_format(out, "%.4g s", (double)rest / 1e6);
    else if (rest < 7200000000)
        text_format(out, "%" PRIu64 " min", (rest + 30000000) / 60000000);
    else if (rest < 172800000000)
        text_format(out, "%" PRIu64 " h", (rest + 1800000000) / 3600000000);
    else
        text_format(out, "%" PRIu64 " days", rest / 86400000000);
}

static void row_text(const struct field_table *columns, const struct value *row, struct text *out)
{
    bool first = true;
    text_add_char(out, '(');
    for (size_t i = 0; i < columns->count; i++) {
        if (!row[i].present)
            continue;
        text_format(out, "%s%s ", first ? "" : ", ", columns->fields[i].name);
        value_text(&columns->fields[i], &row[i], out);
        first = false;
    }
    text_add_char(out, ')');
}

static void list_text(const struct field *f, const struct list *list, struct text *out)
{
    for (uint32_t i = 0; i < list->kept; i++) {
        if (i)
            text_add(out, ", ");
        if (f->type == FIELD_TYPE_NUMBERS)
            text_format(out, "%" PRIu32, list->items.numbers[i]);
        else if (f->type == FIELD_TYPE_CODES)
            code_text(f->names, list->items.numbers[i], out);
        else if (f->type == FIELD_TYPE_TEXTS)
            text_add_wire(out, list->items.texts[i].bytes, list->items.texts[i].len);
        else
            row_text(f->columns, list->items.rows + (size_t)i * list->width, out);
    }
    if (list->count > list->kept)
        text_format(out, " and %" PRIu32 " more", list->count - list->kept);
}

void value_text(const struct field *f, const struct value *v, struct text *out)
{
    char buf[TIME_TEXT_LEN > ADDRESS_TEXT_LEN ? TIME_TEXT_LEN : ADDRESS_TEXT_LEN];
    switch (f->type) {
    case FIELD_TYPE_NUMBER:
        text_format(out, "%" PRId64, v->is.number);
        break;
    case FIELD_TYPE_CODE:
        code_text(f->names, (uint32_t)v->is.number, out);
        break;
    case FIELD_TYPE_TEXT:
        text_add_wire(out, v->is.text.bytes, v->is.text.len);
        break;
    case FIELD_TYPE_TIME:
        text_add(out, time_text(v->is.number, false, buf));
        break;
    case FIELD_TYPE_DURATION:
        duration_text(v->is.number, out);
        break;
    case FIELD_TYPE_BOOL:
        text_add(out, v->is.number ? "yes" : "no");
        break;
    case FIELD_TYPE_ADDRESS:
        text_add(out, address_text(&v->is.address, buf));
        break;
    case FIELD_TYPE_NUMBERS:
    case FIELD_TYPE_CODES:
    case FIELD_TYPE_TEXTS:
    case FIELD_TYPE_RECORDS:
        list_text(f, v->is.list, out);
        break;
    }
}
