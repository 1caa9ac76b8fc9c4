/* mapping.c - see mapping.h. */
#include "report/mapping.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"
#include "report/community_id.h"

enum { PLACES_MAX = 6, DEPTH_MAX = 8 };

/* Where a table has the field of a row: searched for once. */
struct place {
    const struct field_table *table;
    int field, column; /* -1: none */
};

struct mapper {
    const struct mapping *rows;
    struct place (*places)[PLACES_MAX];
    unsigned *place_counts;
    struct fact fact;
};

static size_t row_count(const struct mapping *rows)
{
    size_t count = 0;
    while (rows[count].name)
        count++;
    return count;
}

struct mapper *mapper_new(const struct mapping *rows)
{
    size_t count = row_count(rows);
    struct mapper *m = must_calloc(1, sizeof *m);
    m->rows = rows;
    m->places = must_calloc(count, sizeof *m->places);
    m->place_counts = must_calloc(count, sizeof *m->place_counts);
    return m;
}

void mapper_free(struct mapper *m)
{
    if (!m)
        return;
    free(m->places);
    free(m->place_counts);
    text_free(&m->fact.text);
    free(m);
}

/* ---- facts ---- */

void fact_set_text(struct fact *f, const char *text)
{
    f->kind = FACT_TEXT;
    text_clear(&f->text);
    text_add(&f->text, text);
}

static void set_number(struct fact *f, enum fact_kind kind, int64_t number)
{
    f->kind = kind;
    f->number = number;
}

static void begin_list(struct fact *f, bool numeric)
{
    f->kind = FACT_LIST;
    f->numeric = numeric;
    text_clear(&f->text);
}

/* A NUL ends an item; those of the wire are no end. */
static void add_item(struct fact *f, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text_add_bytes(&f->text, bytes[i] ? &bytes[i] : "?", 1);
    text_add_char(&f->text, '\0');
}

static void end_item(struct fact *f)
{
    text_add_char(&f->text, '\0');
}

void fact_words(struct fact *f)
{
    f->kind = FACT_LIST;
    f->numeric = false;
    for (size_t i = 0; i < f->text.len; i++)
        if (f->text.data[i] == '|')
            f->text.data[i] = 0;
    end_item(f);
}

void fact_one(struct fact *f)
{
    if (f->kind == FACT_TEXT)
        end_item(f);
    f->kind = FACT_LIST;
    f->numeric = false;
}

void fact_first(struct fact *f)
{
    if (f->kind != FACT_LIST)
        return;
    f->kind = f->text.len ? FACT_TEXT : FACT_NONE;
    f->text.len = f->text.len ? strlen(f->text.data) : 0;
}

void fact_nanoseconds(struct fact *f)
{
    if (f->kind == FACT_SECONDS)
        set_number(f, FACT_NUMBER, f->number * 1000);
}

void fact_upper(struct fact *f)
{
    for (size_t i = 0; i < f->text.len; i++)
        if (f->text.data[i] >= 'a' && f->text.data[i] <= 'z')
            f->text.data[i] = (char)(f->text.data[i] - 'a' + 'A');
}

void fact_choose(struct fact *f, const char *const *pairs, const char *otherwise)
{
    for (; *pairs; pairs += 2) {
        if (strcmp(text_string(&f->text), pairs[0]) == 0) {
            fact_set_text(f, pairs[1]);
            return;
        }
    }
    if (otherwise)
        fact_set_text(f, otherwise);
}

/* ---- values of fields ---- */

static void add_code(struct fact *f, const struct code_names *names, uint32_t code)
{
    const char *name = code_name_of(names, code);
    if (name)
        text_add(&f->text, name);
    else
        code_text(names, code, &f->text);
}

static void of_list(struct fact *f, const struct field *field, const struct list *list)
{
    begin_list(f, field->type == FIELD_TYPE_NUMBERS);
    for (uint32_t i = 0; i < list->kept; i++) {
        if (field->type == FIELD_TYPE_TEXTS) {
            add_item(f, list->items.texts[i].bytes, list->items.texts[i].len);
            continue;
        }
        if (field->type == FIELD_TYPE_NUMBERS)
            text_add_number(&f->text, list->items.numbers[i]);
        else
            add_code(f, field->names, list->items.numbers[i]);
        end_item(f);
    }
}

static void of_value(struct fact *f, const struct field *field, const struct value *v)
{
    char buf[TIME_TEXT_LEN > ADDRESS_TEXT_LEN ? TIME_TEXT_LEN : ADDRESS_TEXT_LEN];
    switch (field->type) {
    case FIELD_TYPE_NUMBER:
        set_number(f, FACT_NUMBER, v->is.number);
        break;
    case FIELD_TYPE_CODE:
        fact_set_text(f, "");
        add_code(f, field->names, (uint32_t)v->is.number);
        break;
    case FIELD_TYPE_TEXT:
        fact_set_text(f, "");
        text_add_bytes(&f->text, v->is.text.bytes, v->is.text.len);
        break;
    case FIELD_TYPE_TIME:
        fact_set_text(f, time_text(v->is.number, v->is.number % 1000000 != 0, buf));
        break;
    case FIELD_TYPE_DURATION:
        set_number(f, FACT_SECONDS, v->is.number);
        break;
    case FIELD_TYPE_BOOL:
        set_number(f, FACT_BOOL, v->is.number);
        break;
    case FIELD_TYPE_ADDRESS:
        if (v->is.address.len)
            fact_set_text(f, address_text(&v->is.address, buf));
        break;
    case FIELD_TYPE_NUMBERS:
    case FIELD_TYPE_CODES:
    case FIELD_TYPE_TEXTS:
        of_list(f, field, v->is.list);
        break;
    case FIELD_TYPE_RECORDS:
        break; /* only columns of them are facts */
    }
}

/* A column of all rows, as a list of texts; rows that lack it are left out. */
static void of_column(struct fact *f, const struct field *records, int column, const struct list *l)
{
    const struct field *field = &records->columns->fields[column];
    struct fact item = { 0 };
    begin_list(f, false);
    for (uint32_t i = 0; i < l->kept; i++) {
        const struct value *v = &l->items.rows[(size_t)i * l->width + (size_t)column];
        if (!v->present)
            continue;
        item.kind = FACT_NONE;
        of_value(&item, field, v);
        if (item.kind != FACT_TEXT)
            continue;
        add_item(f, text_string(&item.text), item.text.len);
    }
    text_free(&item.text);
}

/* ---- finding fields ---- */

/* "tls.certificates.sha256" is the column sha256 of the field tls.certificates. */
static struct place search(const struct field_table *table, const char *name)
{
    struct place place = { table, -1, -1 };
    for (size_t i = 0; i < table->count; i++) {
        const struct field *f = &table->fields[i];
        size_t len = strlen(f->name);
        if (strcmp(f->name, name) == 0) {
            place.field = (int)i;
            return place;
        }
        if (f->type != FIELD_TYPE_RECORDS || strncmp(f->name, name, len) != 0 || name[len] != '.')
            continue;
        for (size_t c = 0; c < f->columns->count; c++)
            if (strcmp(f->columns->fields[c].name, name + len + 1) == 0)
                return (struct place){ table, (int)i, (int)c };
    }
    return place;
}

static struct place place_in(struct mapper *m, size_t row, const struct field_table *table)
{
    unsigned *count = &m->place_counts[row];
    for (unsigned i = 0; i < *count; i++)
        if (m->places[row][i].table == table)
            return m->places[row][i];
    struct place place = search(table, m->rows[row].source);
    if (*count < PLACES_MAX)
        m->places[row][(*count)++] = place;
    return place;
}

static bool look_in(struct mapper *m, size_t row, const struct field_table *table,
                    const struct value *values)
{
    struct place place = table && values ? place_in(m, row, table) : (struct place){ NULL, -1, -1 };
    if (place.field < 0 || !values[place.field].present)
        return false;
    const struct field *field = &table->fields[place.field];
    if (place.column >= 0)
        of_column(&m->fact, field, place.column, values[place.field].is.list);
    else
        of_value(&m->fact, field, &values[place.field]);
    return true;
}

static bool look_in_common(struct mapper *m, size_t row, const struct handshake *hs)
{
    struct place place = place_in(m, row, &common_field_table);
    if (place.field < 0)
        return false;
    struct value v = common_value(hs, (enum common_field)place.field);
    char buf[TIME_TEXT_LEN];
    if (place.field == COMMON_START) /* its fraction counts, even if it is none */
        fact_set_text(&m->fact, time_text(v.is.number, true, buf));
    else if (v.present)
        of_value(&m->fact, &common_field_table.fields[place.field], &v);
    return true;
}

static void field_fact(struct mapper *m, size_t row, const struct handshake *hs)
{
    if (look_in_common(m, row, hs))
        return;
    const struct handshake *at = hs;
    for (int depth = 0; at && depth < DEPTH_MAX; at = at->outer, depth++)
        if (look_in(m, row, at->dissector->fields, at->values))
            return;
    if (!look_in(m, row, &flow_field_table, hs->flow_values))
        look_in(m, row, &history_field_table, hs->history_values);
}

/* ---- what was made of it ---- */

static const struct finding *worst_of(const struct verdict *v)
{
    return v->cause ? v->cause : v->finding_count ? &v->findings[0] : NULL;
}

static void capture_fact(struct fact *f, const struct told *t)
{
    fact_set_text(f, t->capture);
}

static void id_fact(struct fact *f, const struct told *t)
{
    set_number(f, FACT_NUMBER, (int64_t)t->verdict->handshake->number);
}

static void outcome_fact(struct fact *f, const struct told *t)
{
    fact_set_text(f, outcome_name(t->verdict->outcome));
}

static void cause_fact(struct fact *f, const struct told *t)
{
    if (t->verdict->cause)
        fact_set_text(f, t->verdict->cause->id);
}

static void rule_fact(struct fact *f, const struct told *t)
{
    if (worst_of(t->verdict))
        fact_set_text(f, worst_of(t->verdict)->id);
}

static void severity_fact(struct fact *f, const struct told *t)
{
    if (worst_of(t->verdict))
        fact_set_text(f, severity_name(worst_of(t->verdict)->severity));
}

static void fault_fact(struct fact *f, const struct told *t)
{
    if (worst_of(t->verdict))
        fact_set_text(f, fault_name(worst_of(t->verdict)->fault));
}

static void certainty_fact(struct fact *f, const struct told *t)
{
    if (worst_of(t->verdict))
        fact_set_text(f, certainty_name(worst_of(t->verdict)->certainty));
}

static void part_fact(struct fact *f, const struct told *t, enum finding_part part)
{
    const struct finding *worst = worst_of(t->verdict);
    if (!worst)
        return;
    fact_set_text(f, "");
    finding_text(worst, t->verdict->handshake, part, &f->text);
    f->kind = f->text.len ? FACT_TEXT : FACT_NONE;
}

static void title_fact(struct fact *f, const struct told *t)
{
    part_fact(f, t, FINDING_TITLE);
}

static void why_fact(struct fact *f, const struct told *t)
{
    part_fact(f, t, FINDING_WHY);
}

static void fix_fact(struct fact *f, const struct told *t)
{
    part_fact(f, t, FINDING_FIX);
}

static void frames_fact(struct fact *f, const struct told *t)
{
    const struct finding *worst = worst_of(t->verdict);
    if (!worst || worst->frame_count == 0)
        return;
    begin_list(f, true);
    for (size_t i = 0; i < worst->frame_count; i++) {
        text_add_number(&f->text, worst->frames[i]);
        end_item(f);
    }
}

static void findings_fact(struct fact *f, const struct told *t)
{
    if (t->verdict->finding_count == 0)
        return;
    begin_list(f, false);
    for (size_t i = 0; i < t->verdict->finding_count; i++) {
        text_add(&f->text, t->verdict->findings[i].id);
        end_item(f);
    }
}

static void first_frame_fact(struct fact *f, const struct told *t)
{
    set_number(f, FACT_NUMBER, (int64_t)t->verdict->handshake->first.frame);
}

static void transport_fact(struct fact *f, const struct told *t)
{
    const enum transport transport = t->verdict->handshake->transport;
    fact_set_text(f, transport == TRANSPORT_TCP   ? "tcp"
                     : transport == TRANSPORT_UDP ? "udp"
                                                  : "arp");
}

static void ip_fact(struct fact *f, const struct told *t)
{
    size_t len = t->verdict->handshake->ends[CLIENT].address.len;
    if (len)
        fact_set_text(f, len == 4 ? "ipv4" : "ipv6");
}

static bool has_community_id(const struct handshake *hs)
{
    size_t len = hs->ends[CLIENT].address.len;
    return len && len == hs->ends[SERVER].address.len &&
           (hs->transport == TRANSPORT_TCP || hs->transport == TRANSPORT_UDP);
}

static void community_fact(struct fact *f, const struct told *t)
{
    char buf[COMMUNITY_ID_LEN];
    const struct handshake *hs = t->verdict->handshake;
    if (has_community_id(hs))
        fact_set_text(f, community_id(hs->ends, hs->transport, buf));
}

/* The same for all handshakes of a flow and for no other: of ends and first packet. */
static uint64_t flow_hash(const struct handshake *hs)
{
    while (hs->outer)
        hs = hs->outer;
    uint64_t hash = hash_bytes(0, hs->ends[CLIENT].address.bytes, 16);
    hash = hash_bytes(hash, hs->ends[SERVER].address.bytes, 16);
    hash = hash_word(hash, (uint64_t)hs->ends[CLIENT].port << 16 | hs->ends[SERVER].port);
    return hash_word(hash_word(hash, hs->transport), (uint64_t)hs->first.time_us);
}

/* JSON's numbers are exact up to 2^53. */
static void flow_number_fact(struct fact *f, const struct told *t)
{
    set_number(f, FACT_NUMBER, (int64_t)(flow_hash(t->verdict->handshake) >> 11));
}

static void flow_word_fact(struct fact *f, const struct told *t)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint64_t hash = flow_hash(t->verdict->handshake);
    fact_set_text(f, "C");
    for (; hash; hash /= 62)
        text_add_char(&f->text, digits[hash % 62]);
}

static void end_fact(struct fact *f, const struct told *t)
{
    char buf[TIME_TEXT_LEN];
    fact_set_text(f, time_text(t->verdict->handshake->last.time_us, true, buf));
}

static void tls_established_fact(struct fact *f, const struct told *t)
{
    const char *name = t->verdict->handshake->dissector->name;
    if (strcmp(name, "tls") == 0 || strcmp(name, "dtls") == 0)
        set_number(f, FACT_BOOL, t->verdict->outcome == OUTCOME_COMPLETED);
}

static void epoch_fact(struct fact *f, const struct told *t)
{
    int64_t us = t->verdict->handshake->first.time_us;
    fact_set_text(f, "");
    text_format(&f->text, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

static const struct {
    const char *name;
    void (*make)(struct fact *f, const struct told *t);
} makers[] = {
    { "@capture", capture_fact },
    { "@cause", cause_fact },
    { "@certainty", certainty_fact },
    { "@community_id", community_fact },
    { "@end", end_fact },
    { "@epoch", epoch_fact },
    { "@fault", fault_fact },
    { "@findings", findings_fact },
    { "@first_frame", first_frame_fact },
    { "@fix", fix_fact },
    { "@flow_number", flow_number_fact },
    { "@flow_word", flow_word_fact },
    { "@frames", frames_fact },
    { "@id", id_fact },
    { "@ip", ip_fact },
    { "@outcome", outcome_fact },
    { "@rule", rule_fact },
    { "@severity", severity_fact },
    { "@title", title_fact },
    { "@tls_established", tls_established_fact },
    { "@transport", transport_fact },
    { "@why", why_fact },
};

static void made_fact(struct mapper *m, const char *name, const struct told *told)
{
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (strcmp(makers[i].name, name) == 0)
            makers[i].make(&m->fact, told);
}

const struct fact *mapper_fact(struct mapper *m, size_t row, const struct told *told)
{
    const struct mapping *mapping = &m->rows[row];
    m->fact.kind = FACT_NONE;
    if (*mapping->source == '=')
        fact_set_text(&m->fact, mapping->source + 1);
    else if (*mapping->source == '@')
        made_fact(m, mapping->source, told);
    else
        field_fact(m, row, told->verdict->handshake);
    if (m->fact.kind != FACT_NONE && mapping->convert)
        mapping->convert(&m->fact);
    return &m->fact;
}

/* ---- JSON ---- */

static void put_items(struct json_t *in, const char *key, const struct fact *f)
{
    struct json_t *array = line_array(in, key);
    const char *end = f->text.data + f->text.len;
    for (const char *at = f->text.data; at < end; at += strlen(at) + 1) {
        if (f->numeric)
            line_number(array, NULL, strtoll(at, NULL, 10));
        else
            line_text(array, NULL, at, strlen(at));
    }
}

static void put_fact(struct json_t *in, const char *key, const struct fact *f)
{
    switch (f->kind) {
    case FACT_NONE:
        break;
    case FACT_TEXT:
        line_text(in, key, f->text.data, f->text.len);
        break;
    case FACT_NUMBER:
        line_number(in, key, f->number);
        break;
    case FACT_SECONDS:
        line_seconds(in, key, f->number);
        break;
    case FACT_BOOL:
        line_bool(in, key, f->number != 0);
        break;
    case FACT_LIST:
        put_items(in, key, f);
        break;
    }
}

/* The objects that are open, from the line down: names of rows begin alike. */
struct nest {
    struct json_t *object[DEPTH_MAX];
    const char *name;      /* of the row that opened them */
    size_t end[DEPTH_MAX]; /* of their part of that name */
    size_t depth;
};

static struct json_t *object_for(struct nest *n, const char *name, const char **key)
{
    size_t depth = 0, at = 0;
    while (depth < n->depth && strncmp(n->name, name, n->end[depth]) == 0)
        at = n->end[depth++];
    n->depth = depth;
    n->name = name;
    const char *dot;
    while ((dot = strchr(name + at, '.')) && n->depth + 1 < DEPTH_MAX) {
        char part[64];
        size_t len = (size_t)(dot - name) - at;
        memcpy(part, name + at, len < sizeof part ? len : sizeof part - 1);
        part[len < sizeof part ? len : sizeof part - 1] = 0;
        n->object[n->depth + 1] = line_object(n->object[n->depth], part);
        at = n->end[n->depth++] = (size_t)(dot - name) + 1;
    }
    *key = name + at;
    return n->object[n->depth];
}

void mapper_put(struct mapper *m, struct json_t *line, const struct told *told)
{
    struct nest nest = { .object = { line } };
    for (size_t i = 0; m->rows[i].name; i++) {
        const struct fact *f = mapper_fact(m, i, told);
        const char *key;
        if (f->kind == FACT_NONE)
            continue;
        struct json_t *in = object_for(&nest, m->rows[i].name, &key);
        put_fact(in, key, f);
    }
}
