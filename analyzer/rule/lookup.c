/* lookup.c - see lookup.h. */
#include "rule/lookup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memo.h"

/* ---- names ---- */

static bool is_named(const char *known, const char *name, size_t len)
{
    return strncmp(known, name, len) == 0 && known[len] == 0;
}

static bool search_field(const struct program *p, const char *name, size_t len,
                         struct field_place *place)
{
    for (size_t t = 0; t < p->table_count; t++) {
        const struct field_table *table = p->tables[t];
        for (size_t i = 0; i < table->count; i++) {
            if (!is_named(table->fields[i].name, name, len))
                continue;
            *place = (struct field_place){ (uint8_t)t, (uint16_t)i };
            return true;
        }
    }
    return false;
}

static bool find_column(const struct lookup *l, const char *name, size_t len,
                        struct field_place *place)
{
    for (size_t depth = l->row_count; depth-- > l->row_first;) {
        const struct field_table *row = l->rows[depth];
        for (size_t i = 0; i < row->count; i++) {
            if (!is_named(row->fields[i].name, name, len))
                continue;
            *place = (struct field_place){ (uint8_t)(TABLE_ROWS + depth), (uint16_t)i };
            return true;
        }
    }
    return false;
}

/* Rules name few fields, often, and codes look like fields at first: there are
 * hundreds to compare with, so each word is searched once. */
bool find_field(struct lookup *l, const char *name, size_t len, struct field_place *place)
{
    if (find_column(l, name, len, place))
        return true;
    struct memo *places = l->program->places;
    size_t known_len;
    const char *known = memo_find(places, name, len, &known_len);
    bool found = known ? known_len > 0 : search_field(l->program, name, len, place);
    if (!known)
        memo_keep(places, name, len, place, found ? sizeof *place : 0);
    else if (found)
        memcpy(place, known, sizeof *place);
    if (found)
        l->details |= field_at(l, *place)->detail;
    return found;
}

const struct field *field_at(const struct lookup *l, struct field_place place)
{
    const struct field_table *table = place.table >= TABLE_ROWS ? l->rows[place.table - TABLE_ROWS]
                                                                : l->program->tables[place.table];
    return &table->fields[place.field];
}

static bool ends_with_name(const char *known, const char *name, size_t len)
{
    size_t known_len = strlen(known);
    return known_len > len && known[known_len - len - 1] == '.' &&
           memcmp(known + known_len - len, name, len) == 0;
}

bool find_records(struct lookup *l, const char *name, size_t len, struct field_place *place)
{
    if (find_field(l, name, len, place))
        return true;
    const char *found = NULL;
    for (size_t t = 0; t < l->program->table_count; t++)
        for (size_t i = 0; i < l->program->tables[t]->count; i++) {
            const struct field *field = &l->program->tables[t]->fields[i];
            if (!type_is_list(field->type) || !ends_with_name(field->name, name, len))
                continue;
            if (found)
                return false; /* there are two */
            found = field->name;
        }
    return found && find_field(l, found, strlen(found), place);
}

const struct named_macro *find_macro(const struct lookup *l, const char *name, size_t len)
{
    for (size_t i = 0; i < l->macro_count; i++)
        if (is_named(l->macros[i].name, name, len))
            return &l->macros[i];
    return NULL;
}

long find_list(const struct lookup *l, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (is_named(l->lists[i].name, name, len))
            return (long)i;
    return -1;
}

/* The "tls" of tls.alrt when some field begins with it, or 0. */
static size_t family_len(const struct lookup *l, const char *name, size_t len)
{
    const char *dot = memchr(name, '.', len);
    size_t family = dot ? (size_t)(dot - name) : len;
    for (size_t t = 0; t < l->program->table_count; t++) {
        const struct field_table *table = l->program->tables[t];
        for (size_t i = 0; i < table->count; i++)
            if (strncmp(table->fields[i].name, name, family) == 0 &&
                table->fields[i].name[family] == '.')
                return family;
    }
    return 0;
}

static void suggest_fields(struct lookup *l, const char *name, size_t len)
{
    struct suggestions s = { .word = name, .len = len, .wanted = 1 };
    for (size_t d = l->row_first; d < l->row_count; d++)
        for (size_t i = 0; i < l->rows[d]->count; i++)
            suggest_name(&s, l->rows[d]->fields[i].name);
    for (size_t i = 0; i < l->macro_count; i++)
        suggest_name(&s, l->macros[i].name);
    for (size_t t = 0; t < l->program->table_count; t++)
        for (size_t i = 0; i < l->program->tables[t]->count; i++)
            suggest_name(&s, l->program->tables[t]->fields[i].name);
    char rest[80];
    int family = (int)family_len(l, name, len);
    snprintf(rest, sizeof rest, "`handshark fields%s%.*s` shows them all", family ? " " : "",
             family < 32 ? family : 0, name);
    suggest_hint(&s, l->mistakes, rest);
}

void no_field(struct lookup *l, size_t at, const char *name, size_t len)
{
    if (mistake_add(l->mistakes, at, len, "no field '%.*s'", len < 80 ? (int)len : 80, name))
        suggest_fields(l, name, len);
}

/* ---- mistakes about literals ---- */

bool type_is_list(enum field_type type)
{
    return type == FIELD_TYPE_NUMBERS || type == FIELD_TYPE_CODES || type == FIELD_TYPE_TEXTS ||
           type == FIELD_TYPE_RECORDS;
}

const char *type_phrase(enum field_type type)
{
    static const char *const phrases[] = {
        [FIELD_TYPE_NUMBER] = "a number",
        [FIELD_TYPE_CODE] = "a code",
        [FIELD_TYPE_TEXT] = "text",
        [FIELD_TYPE_TIME] = "a time",
        [FIELD_TYPE_DURATION] = "a duration",
        [FIELD_TYPE_BOOL] = "true or false",
        [FIELD_TYPE_ADDRESS] = "an address",
        [FIELD_TYPE_NUMBERS] = "a list of numbers",
        [FIELD_TYPE_CODES] = "a list of codes",
        [FIELD_TYPE_TEXTS] = "a list of texts",
        [FIELD_TYPE_RECORDS] = "a list of records",
    };
    return phrases[type];
}

int written_len(const struct node *n)
{
    return n->len < 80 ? (int)n->len : 80;
}

const char *written(const struct syntax *syntax, const struct node *n)
{
    return syntax->source + n->at;
}

bool literal_mistake(struct lookup *l, const struct origin *o, const struct node *n,
                     const char *format, ...)
{
    char fault[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
    if (o->syntax == l->syntax)
        return mistake_add(l->mistakes, n->at, n->len, "%s", fault);
    return mistake_add(l->mistakes, o->at, o->len, "in the list '%.60s' of %.200s: %s", o->list,
                       o->syntax->file, fault);
}

static void hint_how_to_write(struct lookup *l, const struct syntax *from, enum field_type want,
                              const struct node *n)
{
    int len = written_len(n);
    const char *text = written(from, n);
    if (want == FIELD_TYPE_DURATION && n->kind == NODE_NUMBER)
        mistake_hint(l->mistakes, "a duration has a unit: %.*sms, %.*ss, %.*sm, %.*sh, %.*sd", len,
                     text, len, text, len, text, len, text, len, text);
    else if (want == FIELD_TYPE_TIME)
        mistake_hint(l->mistakes,
                     "a time is written \"2026-11-20\" or \"2026-11-20T12:00:00Z\", in quotes");
    else if (want == FIELD_TYPE_TEXT && n->kind != NODE_STRING)
        mistake_hint(l->mistakes, "text stands in quotes: \"%.*s\"", len, text);
    else if (want == FIELD_TYPE_ADDRESS)
        mistake_hint(l->mistakes, "an address is written 10.0.0.7 or 2001:db8::7");
    else if (want == FIELD_TYPE_BOOL)
        mistake_hint(l->mistakes, "write true or false");
}

static bool is_literal(const struct node *n)
{
    return n->kind == NODE_NUMBER || n->kind == NODE_DURATION || n->kind == NODE_ADDRESS ||
           n->kind == NODE_BOOL || n->kind == NODE_STRING;
}

void mismatch(struct lookup *l, const struct origin *o, const struct node *a, enum field_type a_is,
              const struct node *b, enum field_type b_is)
{
    if (!literal_mistake(l, o, b, "%.*s is %s, %.*s is %s", written_len(a), written(l->syntax, a),
                         type_phrase(a_is), written_len(b), written(o->syntax, b),
                         type_phrase(b_is)))
        return;
    if (is_literal(b))
        hint_how_to_write(l, o->syntax, a_is, b);
    else if (is_literal(a))
        hint_how_to_write(l, l->syntax, b_is, a);
}

/* ---- codes ---- */

static void suggest_codes(struct lookup *l, const struct code_names *names, const char *word,
                          size_t len)
{
    struct suggestions s = { .word = word, .len = len, .wanted = SUGGESTIONS_MAX };
    size_t count = 0;
    for (; names->names[count].name; count++)
        suggest_name(&s, names->names[count].name);
    struct text known = { 0 };
    for (size_t i = 0; s.count == 0 && count <= 12 && i < count; i++)
        if (i == 0 || names->names[i].code != names->names[i - 1].code)
            text_format(&known, "%s'%s'", i ? ", " : "known are ", names->names[i].name);
    suggest_hint(&s, l->mistakes, text_string(&known));
    text_free(&known);
}

static bool read_code(struct lookup *l, const struct origin *o, const struct node *n,
                      const struct code_names *names, const char *word, size_t len,
                      struct value *out)
{
    uint32_t code;
    if (code_of_name(names, word, len, &code)) {
        out->is.number = code;
        return true;
    }
    bool kept = literal_mistake(l, o, n, "'%.*s' is no %s we know", len < 80 ? (int)len : 80, word,
                                names->word);
    if (kept && find_list(l, l->list_count, word, len) >= 0)
        mistake_hint(l->mistakes, "'%.*s' is a list, and only 'in' takes one",
                     len < 80 ? (int)len : 80, word);
    else if (kept)
        suggest_codes(l, names, word, len);
    return false;
}

/* ---- times ---- */

static bool take_digits(const char **at, int count, int low, int high, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, ++*at) {
        if (**at < '0' || **at > '9')
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return *number >= low && *number <= high;
}

static bool take(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

static int days_in(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01, counted in years that begin in March, so that the leap
 * day comes last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t months_since_march = (month + 9) % 12;
    return y * 365 + y / 4 - y / 100 + y / 400 + (months_since_march * 153 + 2) / 5 + day - 1 -
           719468;
}

/* ".000123": what is finer than a microsecond is dropped. */
static bool take_fraction(const char **at, int64_t *us)
{
    int64_t scale = 100000;
    if (!take(at, '.'))
        return true;
    const char *start = *at;
    for (; **at >= '0' && **at <= '9'; ++*at, scale /= 10)
        *us += (**at - '0') * scale;
    return *at > start;
}

/* "Z" or "+02:00" */
static bool take_zone(const char **at, int64_t *us)
{
    int hours, minutes, sign = **at == '+' ? 1 : -1;
    if (take(at, 'Z'))
        return true;
    if (!take(at, '+') && !take(at, '-'))
        return false;
    if (!take_digits(at, 2, 0, 23, &hours) || !take(at, ':') ||
        !take_digits(at, 2, 0, 59, &minutes))
        return false;
    *us -= sign * (hours * 60 + minutes) * INT64_C(60000000);
    return true;
}

/* A date, or a time as in RFC 3339 §5.6. */
static bool time_read(const char *text, int64_t *us)
{
    int year, month, day, hour, minute, second;
    if (!take_digits(&text, 4, 1, 9999, &year) || !take(&text, '-') ||
        !take_digits(&text, 2, 1, 12, &month) || !take(&text, '-') ||
        !take_digits(&text, 2, 1, days_in(year, month), &day))
        return false;
    *us = days_since_1970(year, month, day) * INT64_C(86400000000);
    if (*text == 0)
        return true;
    if ((!take(&text, 'T') && !take(&text, ' ')) || !take_digits(&text, 2, 0, 23, &hour) ||
        !take(&text, ':') || !take_digits(&text, 2, 0, 59, &minute) || !take(&text, ':') ||
        !take_digits(&text, 2, 0, 60, &second))
        return false;
    *us += ((hour * 60 + minute) * 60 + second) * INT64_C(1000000);
    return take_fraction(&text, us) && take_zone(&text, us) && *text == 0;
}

/* ---- literals ---- */

/* One address, where a network would not do. */
static bool take_host(struct lookup *l, const struct origin *o, const struct node *n,
                      const struct network *network, struct value *out)
{
    out->is.address = network->address;
    if (network->is_network &&
        literal_mistake(l, o, n, "%.*s is a network", written_len(n), written(o->syntax, n)))
        mistake_hint(l->mistakes, "ask whether an address is 'in' it");
    return !network->is_network;
}

static bool read_string_as(struct lookup *l, const struct origin *o, const struct node *n,
                           struct meaning want, const struct node *wanter, struct value *out)
{
    const struct literal *text = &n->is.text;
    struct network network;
    int64_t time_us;
    switch (want.type) {
    case FIELD_TYPE_TEXT:
        out->is.text = (struct span){ text->text, text->len };
        return true;
    case FIELD_TYPE_CODE:
        return read_code(l, o, n, want.names, text->text, text->len, out);
    case FIELD_TYPE_TIME:
        if (time_read(text->text, &time_us)) {
            out->is.number = time_us;
            return true;
        }
        if (literal_mistake(l, o, n, "%.*s is no time", written_len(n), written(o->syntax, n)))
            hint_how_to_write(l, o->syntax, FIELD_TYPE_TIME, n);
        return false;
    case FIELD_TYPE_ADDRESS:
        return literal_network(l, o, n, wanter, &network) && take_host(l, o, n, &network, out);
    default:
        mismatch(l, o, wanter, want.type, n, FIELD_TYPE_TEXT);
        return false;
    }
}

static bool read_word_as(struct lookup *l, const struct origin *o, const struct node *n,
                         struct meaning want, const struct node *wanter, struct value *out)
{
    const char *word = written(o->syntax, n);
    struct field_place place;
    if (find_field(l, word, n->len, &place)) {
        if (literal_mistake(l, o, n, "a set has no fields in it"))
            mistake_hint(l->mistakes, "compare with '==', and join with 'or'");
        return false;
    }
    bool is_dotted = memchr(word, '.', n->len) != NULL; /* as fields are, and codes are not */
    if (want.type == FIELD_TYPE_CODE && !is_dotted)
        return read_code(l, o, n, want.names, word, n->len, out);
    if (!literal_mistake(l, o, n, "no field '%.*s'", written_len(n), word))
        return false;
    if (find_list(l, l->list_count, word, n->len) >= 0)
        mistake_hint(l->mistakes, "'%.*s' is a list, and only 'in' takes one", written_len(n),
                     word);
    else if (want.type == FIELD_TYPE_TEXT && !is_dotted)
        mistake_hint(l->mistakes, "%.*s is text: write \"%.*s\" in quotes", written_len(wanter),
                     written(l->syntax, wanter), written_len(n), word);
    else if (want.type == FIELD_TYPE_BOOL)
        hint_how_to_write(l, o->syntax, want.type, n);
    else
        suggest_fields(l, word, n->len);
    return false;
}

static enum field_type literal_type(const struct node *n)
{
    return n->kind == NODE_NUMBER     ? FIELD_TYPE_NUMBER
           : n->kind == NODE_DURATION ? FIELD_TYPE_DURATION
           : n->kind == NODE_BOOL     ? FIELD_TYPE_BOOL
                                      : FIELD_TYPE_ADDRESS;
}

bool literal_read(struct lookup *l, const struct origin *o, const struct node *n,
                  struct meaning want, const struct node *wanter, struct value *out)
{
    *out = (struct value){ .present = true };
    if (n->kind == NODE_STRING)
        return read_string_as(l, o, n, want, wanter, out);
    if (n->kind == NODE_WORD)
        return read_word_as(l, o, n, want, wanter, out);
    if (!is_literal(n)) {
        literal_mistake(l, o, n, "expected a value");
        return false;
    }
    enum field_type type = literal_type(n);
    if (type != want.type && !(type == FIELD_TYPE_NUMBER && want.type == FIELD_TYPE_CODE)) {
        mismatch(l, o, wanter, want.type, n, type);
        return false;
    }
    if (type == FIELD_TYPE_ADDRESS)
        return take_host(l, o, n, &n->is.network, out);
    out->is.number = n->is.number;
    return true;
}

bool literal_network(struct lookup *l, const struct origin *o, const struct node *n,
                     const struct node *wanter, struct network *out)
{
    char fault[80], hint[80];
    struct value unused;
    if (n->kind == NODE_ADDRESS) {
        *out = n->is.network;
        return true;
    }
    if (n->kind != NODE_STRING)
        return literal_read(l, o, n, (struct meaning){ FIELD_TYPE_ADDRESS, NULL }, wanter, &unused);
    if (network_read(n->is.text.text, n->is.text.len, out, fault, hint))
        return true;
    if (literal_mistake(l, o, n, "%s", fault) && hint[0])
        mistake_hint(l->mistakes, "%s", hint);
    return false;
}
