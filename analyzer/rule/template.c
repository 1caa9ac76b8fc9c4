/* template.c - "certificate expired {tls.certificate.not_after|some time ago}".
 *
 * Cut into pieces when the rule loads, so that a wrong field is a mistake then
 * and not a hole in a report later. {{ and }} stand for braces. */
#include "rule/template.h"

#include <stdlib.h>
#include <string.h>

#include "rule/eval.h"

/* A text being cut. */
struct cutter {
    struct lookup *lookup;
    struct pool *pool;
    const struct literal *text;
    struct text plain; /* collected since the last field */
    struct template_piece *pieces;
    size_t count, cap;
};

static void add_piece(struct cutter *c, struct template_piece piece)
{
    c->pieces = vector_room(c->pieces, c->count, &c->cap, sizeof *c->pieces);
    c->pieces[c->count++] = piece;
}

static void end_plain(struct cutter *c)
{
    if (c->plain.len > 0)
        add_piece(c,
                  (struct template_piece){ .text = pool_copy(c->pool, c->plain.data, c->plain.len),
                                           .len = c->plain.len });
    text_clear(&c->plain);
}

/* Where the byte at offset was written, for messages. */
static size_t place(const struct cutter *c, size_t offset)
{
    return literal_place(c->lookup->syntax, c->text, offset, false);
}

static void complain(struct cutter *c, size_t offset, const char *fault)
{
    if (mistake_add(c->lookup->mistakes, place(c, offset), 1, "%s", fault))
        mistake_hint(c->lookup->mistakes, "a field is written {tls.sni}, a brace {{ or }}");
}

/* ---- formats ---- */

#define OF(type) (1u << FIELD_TYPE_##type)
#define OF_LISTS (OF(NUMBERS) | OF(CODES) | OF(TEXTS) | OF(RECORDS))

static const struct {
    const char *name;
    unsigned types;  /* that can be written so */
    int64_t unit_us; /* of durations */
    const char *unit;
} formats[FORMATS] = {
    [FORMAT_PLAIN] = { "", 0, 0, NULL },
    [FORMAT_DATE] = { "date", OF(TIME), 0, NULL },
    [FORMAT_CLOCK] = { "clock", OF(TIME), 0, NULL },
    [FORMAT_AGE] = { "age", OF(TIME), 0, NULL },
    [FORMAT_US] = { "us", OF(DURATION), 1, "µs" },
    [FORMAT_MS] = { "ms", OF(DURATION), 1000, "ms" },
    [FORMAT_S] = { "s", OF(DURATION), 1000000, "s" },
    [FORMAT_MIN] = { "min", OF(DURATION), INT64_C(60000000), "min" },
    [FORMAT_H] = { "h", OF(DURATION), INT64_C(3600000000), "h" },
    [FORMAT_DAYS] = { "days", OF(DURATION), INT64_C(86400000000), "days" },
    [FORMAT_HEX] = { "hex", OF(NUMBER) | OF(CODE), 0, NULL },
    [FORMAT_NUMBER] = { "number", OF(CODE), 0, NULL },
    [FORMAT_COUNT] = { "count", OF_LISTS, 0, NULL },
    [FORMAT_FIRST] = { "first", OF_LISTS, 0, NULL },
};

static void tell_formats(struct cutter *c, enum field_type type)
{
    struct text known = { 0 };
    for (int i = FORMAT_PLAIN + 1; i < FORMATS; i++)
        if (formats[i].types >> type & 1)
            text_format(&known, "%s%s", known.len ? ", " : "it can be written as ",
                        formats[i].name);
    mistake_hint(c->lookup->mistakes, "%s",
                 known.len ? known.data : "there is one way to write it, without ':'");
    text_free(&known);
}

/* The format between ':' and the end of the field, at offset. */
static uint8_t read_format(struct cutter *c, const struct field *field, size_t offset, size_t len)
{
    const char *name = c->text->text + offset;
    for (int i = FORMAT_PLAIN + 1; i < FORMATS; i++)
        if (strlen(formats[i].name) == len && memcmp(formats[i].name, name, len) == 0 &&
            formats[i].types >> field->type & 1)
            return (uint8_t)i;
    if (mistake_add(c->lookup->mistakes, place(c, offset), len,
                    "%s is %s, not to be written as '%.*s'", field->name, type_phrase(field->type),
                    len < 40 ? (int)len : 40, name))
        tell_formats(c, field->type);
    return FORMAT_PLAIN;
}

/* Cuts out the field whose brace is at offset; returns where it ends. */
static size_t cut_field(struct cutter *c, size_t offset)
{
    const char *name = c->text->text + offset + 1;
    const char *end = strchr(name, '}');
    size_t name_len = strcspn(name, ":|}{ ");
    size_t format_len = name[name_len] == ':' ? 1 + strcspn(name + name_len + 1, ":|}{ ") : 0;
    size_t head_len = name_len + format_len;
    struct field_place field;
    if (!end || name_len == 0 || (name[head_len] != '|' && name[head_len] != '}')) {
        complain(c, offset, "this brace begins no field");
        return end ? (size_t)(end + 1 - c->text->text) : c->text->len;
    }
    size_t next = (size_t)(end + 1 - c->text->text);
    if (!find_field(c->lookup, name, name_len, &field)) {
        no_field(c->lookup, place(c, offset + 1), name, name_len);
        return next;
    }
    end_plain(c);
    const char *fallback = name[head_len] == '|' ? name + head_len + 1 : NULL;
    struct template_piece piece = { .table = c->lookup->program->tables[field.table],
                                    .field = field.field };
    piece.len = fallback ? (size_t)(end - fallback) : strlen("not seen");
    piece.text = fallback ? pool_copy(c->pool, fallback, piece.len) : "not seen";
    if (format_len > 0)
        piece.format =
            read_format(c, field_at(c->lookup, field), offset + 1 + name_len + 1, format_len - 1);
    add_piece(c, piece);
    return next;
}

static void cut(struct cutter *c)
{
    const char *text = c->text->text;
    for (size_t i = 0; i < c->text->len;) {
        bool is_brace = text[i] == '{' || text[i] == '}';
        if (is_brace && text[i + 1] == text[i]) {
            text_add_char(&c->plain, text[i]);
            i += 2;
        } else if (text[i] == '{') {
            i = cut_field(c, i);
        } else if (text[i] == '}') {
            complain(c, i++, "this brace ends no field");
        } else {
            text_add_char(&c->plain, text[i++]);
        }
    }
    end_plain(c);
}

struct template template_read(struct lookup *l, struct pool *pool, const struct literal *text)
{
    struct cutter c = { .lookup = l, .pool = pool, .text = text };
    cut(&c);
    struct template t = { .source = text->text, .count = c.count };
    t.pieces = pool_take(pool, c.count * sizeof *t.pieces);
    if (c.count > 0)
        memcpy(t.pieces, c.pieces, c.count * sizeof *t.pieces);
    free(c.pieces);
    text_free(&c.plain);
    return t;
}

/* A rule may break lines with \n; all else goes through the escaper, for rules
 * come from anywhere. */
static void add_lines(struct text *out, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        text_add_wire(out, text, (size_t)((stop ? stop : end) - text));
        if (stop)
            text_add_char(out, '\n');
        text = stop ? stop + 1 : end;
    }
}

/* In a URI, and before a port, an IPv6 address stands in brackets (RFC 3986 §3.2.2). */
static bool wants_brackets(const struct template *t, size_t at, const struct value *v)
{
    if (t->pieces[at].table->fields[t->pieces[at].field].type != FIELD_TYPE_ADDRESS ||
        v->is.address.len != 16)
        return false;
    const struct template_piece *before = at > 0 ? &t->pieces[at - 1] : NULL;
    const struct template_piece *behind = at + 1 < t->count ? &t->pieces[at + 1] : NULL;
    bool uri = before && !before->table && before->len >= 2 &&
               memcmp(before->text + before->len - 2, "//", 2) == 0;
    bool port = behind && !behind->table && behind->text[0] == ':' &&
                (behind->len == 1 || strchr("0123456789", behind->text[1]));
    return uri || port;
}

/* Quotes, expansions, redirections, and what would begin an option of its own. */
static void defuse(char *text)
{
    for (char *c = text; *c; c++)
        if (strchr("`$;&|<>(){}[]*?!#~'\"\\^%\n\r", *c) ||
            (*c == '-' && (c == text || c[-1] == ' ')))
            *c = '_';
}

static bool is_from_wire(enum field_type type)
{
    return type == FIELD_TYPE_TEXT || type == FIELD_TYPE_TEXTS || type == FIELD_TYPE_RECORDS;
}

/* 31.2 ms: four digits that count, and no more than whole ones of what is large. */
static void add_duration(int64_t us, enum template_format format, struct text *out)
{
    double value = (double)us / (double)formats[format].unit_us;
    bool whole = value >= 1000 || value <= -1000;
    text_format(out, whole ? "%.0f %s" : "%.4g %s", value, formats[format].unit);
}

static void add_age(int64_t time_us, const struct handshake *hs, struct text *out)
{
    static const struct field age = { "age", "", FIELD_DURATION };
    struct value v = { .present = true };
    if (__builtin_sub_overflow(hs->first.time_us, time_us, &v.is.number) ||
        v.is.number == INT64_MIN)
        return;
    v.is.number = v.is.number < 0 ? -v.is.number : v.is.number;
    value_text(&age, &v, out);
}

static void add_first(const struct field *field, const struct value *v, struct text *out)
{
    struct list first = *v->is.list;
    struct value one = *v;
    first.count = first.kept = first.kept ? 1 : 0;
    one.is.list = &first;
    value_text(field, &one, out);
}

/* A value in a format of its own. */
static void add_formatted(const struct template_piece *piece, const struct value *v,
                          const struct handshake *hs, struct text *out)
{
    const struct field *field = &piece->table->fields[piece->field];
    char buf[TIME_TEXT_LEN];
    enum { DATE_LEN = 10, CLOCK_LEN = 8 };
    switch ((enum template_format)piece->format) {
    case FORMAT_PLAIN:
        value_text(field, v, out);
        break;
    case FORMAT_DATE:
        text_add_bytes(out, time_text(v->is.number, false, buf), DATE_LEN);
        break;
    case FORMAT_CLOCK:
        text_add_bytes(out, time_text(v->is.number, false, buf) + DATE_LEN + 1, CLOCK_LEN);
        break;
    case FORMAT_AGE:
        add_age(v->is.number, hs, out);
        break;
    case FORMAT_HEX:
        text_format(out, "0x%04llx", (unsigned long long)v->is.number);
        break;
    case FORMAT_NUMBER:
        text_format(out, "%lld", (long long)v->is.number);
        break;
    case FORMAT_COUNT:
        text_format(out, "%u", (unsigned)v->is.list->count);
        break;
    case FORMAT_FIRST:
        add_first(field, v, out);
        break;
    default:
        add_duration(v->is.number, (enum template_format)piece->format, out);
        break;
    }
}

static void add_value(const struct template *t, size_t at, const struct value *v,
                      const struct handshake *hs, bool for_shell, struct text *out)
{
    const struct template_piece *piece = &t->pieces[at];
    const struct field *field = &piece->table->fields[piece->field];
    bool brackets = wants_brackets(t, at, v);
    text_add(out, brackets ? "[" : "");
    size_t begin = out->len;
    add_formatted(piece, v, hs, out);
    if (for_shell && is_from_wire(field->type) && out->len > begin)
        defuse(out->data + begin);
    text_add(out, brackets ? "]" : "");
}

void template_fill(const struct template *t, const struct handshake *hs, bool for_shell,
                   struct text *out)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct template_piece *piece = &t->pieces[i];
        struct value made;
        const struct value *v =
            piece->table ? field_value(hs, piece->table, piece->field, &made) : NULL;
        if (v)
            add_value(t, i, v, hs, for_shell, out);
        else
            add_lines(out, piece->text, piece->len);
    }
}
