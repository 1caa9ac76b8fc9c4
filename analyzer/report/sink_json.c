/* sink_json.c - the machine-readable report: one object a line, for every
 * handshake and at the end of every capture.
 *
 * The names and their order are promised in the manual; what a protocol knows
 * follows from its field table. A fact that was not seen is left out. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "handshake/change_fields.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"
#include "report/community_id.h"
#include "report/key.h"
#include "report/line.h"
#include "report/sink.h"

enum { NESTED_MAX = 16, SHAPES_MAX = 32 };

/* Where the values of a table go: made once of its names. "tls.certificate.key"
 * is "key" in the object "certificate" in the object of the table. */
struct slot {
    const char *key; /* the name behind its last dot */
    char *code_key;  /* "cipher_code", for codes */
    unsigned object; /* 0: the table's own, else 1 + index into nested */
};

struct nested {
    char *key;
    unsigned in; /* as slot.object */
};

struct shape {
    const struct field_table *table;
    struct slot *slots;
    struct nested nested[NESTED_MAX];
    unsigned nested_count;
    unsigned *order; /* fields that are wanted, those of an object together */
    size_t order_count;
};

struct sink_json {
    struct sink sink;
    struct text scratch, key, facts_key;
    struct shape shapes[SHAPES_MAX];
    size_t shape_count;
};

/* ---- the shape of a table ---- */

static char *copy_part(const char *start, size_t len, const char *suffix)
{
    char *copy = must_malloc(len + strlen(suffix) + 1);
    memcpy(copy, start, len);
    strcpy(copy + len, suffix);
    return copy;
}

static unsigned shape_nested(struct shape *shape, unsigned in, const char *key, size_t len)
{
    for (unsigned i = 0; i < shape->nested_count; i++) {
        const struct nested *n = &shape->nested[i];
        if (n->in == in && strncmp(n->key, key, len) == 0 && n->key[len] == 0)
            return i + 1;
    }
    if (shape->nested_count == NESTED_MAX)
        return in;
    shape->nested[shape->nested_count] = (struct nested){ copy_part(key, len, ""), in };
    return ++shape->nested_count;
}

static struct slot slot_of(struct shape *shape, const struct field *f)
{
    struct slot slot = { .key = f->name };
    const char *dot = strchr(slot.key, '.');
    if (dot) /* "tls." is what the object itself is called */
        slot.key = dot + 1;
    while ((dot = strchr(slot.key, '.'))) {
        slot.object = shape_nested(shape, slot.object, slot.key, (size_t)(dot - slot.key));
        slot.key = dot + 1;
    }
    if (f->type == FIELD_TYPE_CODE)
        slot.code_key = copy_part(slot.key, strlen(slot.key), "_code");
    return slot;
}

/* Which object an object stands in directly when it is somewhere inside `in`: the
 * one below it on the way there, or 0 when it is not inside. */
static unsigned object_below(const struct shape *shape, unsigned object, unsigned in)
{
    while (object && shape->nested[object - 1].in != in)
        object = shape->nested[object - 1].in;
    return object;
}

/* Puts an object's fields in order, each object in it where its first field is. */
static void order_object(struct shape *shape, unsigned object, bool details)
{
    bool done[NESTED_MAX + 1] = { false };
    for (unsigned i = 0; i < shape->table->count; i++) {
        unsigned in = shape->slots[i].object, below = object_below(shape, in, object);
        if (in == object) {
            if (field_is_wanted(&shape->table->fields[i], details))
                shape->order[shape->order_count++] = i;
        } else if (below && !done[below]) {
            done[below] = true;
            order_object(shape, below, details);
        }
    }
}

static void shape_make(struct shape *shape, const struct field_table *table, bool details)
{
    *shape = (struct shape){ .table = table };
    shape->slots = must_calloc(table->count, sizeof *shape->slots);
    shape->order = must_calloc(table->count, sizeof *shape->order);
    for (size_t i = 0; i < table->count; i++)
        shape->slots[i] = slot_of(shape, &table->fields[i]);
    order_object(shape, 0, details);
}

static void shape_free(struct shape *shape)
{
    for (size_t i = 0; i < shape->table->count; i++)
        free(shape->slots[i].code_key);
    for (unsigned i = 0; i < shape->nested_count; i++)
        free(shape->nested[i].key);
    free(shape->slots);
    free(shape->order);
}

static const struct shape *shape_of(struct sink_json *json, const struct field_table *table)
{
    for (size_t i = 0; i < json->shape_count; i++)
        if (json->shapes[i].table == table)
            return &json->shapes[i];
    if (json->shape_count == SHAPES_MAX)
        return NULL;
    struct shape *shape = &json->shapes[json->shape_count++];
    shape_make(shape, table, json->sink.options.details);
    return shape;
}

/* ---- values ---- */

static void put_rows(struct sink_json *json, struct json_t *in, const char *key,
                     const struct field *f, const struct list *list);

static void put_time(struct json_t *in, const char *key, int64_t time_us, bool with_fraction)
{
    char buf[TIME_TEXT_LEN];
    line_string(in, key, time_text(time_us, with_fraction, buf));
}

static void put_address(struct json_t *in, const char *key, const struct address *address)
{
    char buf[ADDRESS_TEXT_LEN];
    if (address->len)
        line_string(in, key, address_text(address, buf));
}

static void put_code(struct sink_json *json, struct json_t *in, const char *key,
                     const struct code_names *names, uint32_t code)
{
    const char *name = code_name_of(names, code);
    if (!name) {
        text_clear(&json->scratch);
        code_text(names, code, &json->scratch);
        name = text_string(&json->scratch);
    }
    line_string(in, key, name);
}

static void put_list(struct sink_json *json, struct json_t *in, const char *key,
                     const struct field *f, const struct list *list)
{
    if (f->type == FIELD_TYPE_RECORDS) {
        put_rows(json, in, key, f, list);
        return;
    }
    struct json_t *array = line_array(in, key);
    for (uint32_t i = 0; i < list->kept; i++) {
        if (f->type == FIELD_TYPE_NUMBERS)
            line_number(array, NULL, list->items.numbers[i]);
        else if (f->type == FIELD_TYPE_CODES)
            put_code(json, array, NULL, f->names, list->items.numbers[i]);
        else
            line_text(array, NULL, list->items.texts[i].bytes, list->items.texts[i].len);
    }
}

static void put_value(struct sink_json *json, struct json_t *in, const struct slot *slot,
                      const struct field *f, const struct value *v)
{
    switch (f->type) {
    case FIELD_TYPE_NUMBER:
        line_number(in, slot->key, v->is.number);
        break;
    case FIELD_TYPE_CODE:
        put_code(json, in, slot->key, f->names, (uint32_t)v->is.number);
        line_number(in, slot->code_key, v->is.number);
        break;
    case FIELD_TYPE_TEXT:
        line_text(in, slot->key, v->is.text.bytes, v->is.text.len);
        break;
    case FIELD_TYPE_TIME:
        put_time(in, slot->key, v->is.number, v->is.number % 1000000 != 0);
        break;
    case FIELD_TYPE_DURATION:
        line_seconds(in, slot->key, v->is.number);
        break;
    case FIELD_TYPE_BOOL:
        line_bool(in, slot->key, v->is.number != 0);
        break;
    case FIELD_TYPE_ADDRESS:
        put_address(in, slot->key, &v->is.address);
        break;
    case FIELD_TYPE_NUMBERS:
    case FIELD_TYPE_CODES:
    case FIELD_TYPE_TEXTS:
    case FIELD_TYPE_RECORDS:
        put_list(json, in, slot->key, f, v->is.list);
        break;
    }
}

/* ---- rows ---- */

/* The objects of a row while its values are put: each begins with its first. */
struct objects {
    const struct shape *shape;
    struct json_t *array, *made[NESTED_MAX + 1];
};

static struct json_t *object_of(struct objects *o, unsigned n)
{
    if (!o->made[n]) {
        const struct nested *nested = n ? &o->shape->nested[n - 1] : NULL;
        o->made[n] =
            n ? line_object(object_of(o, nested->in), nested->key) : line_object(o->array, NULL);
    }
    return o->made[n];
}

static void put_row(struct sink_json *json, struct json_t *array, const struct field_table *table,
                    const struct value *row)
{
    struct objects o = { .shape = shape_of(json, table), .array = array };
    for (size_t n = 0; o.shape && n < o.shape->order_count; n++) {
        unsigned i = o.shape->order[n];
        const struct slot *slot = &o.shape->slots[i];
        if (row[i].present)
            put_value(json, object_of(&o, slot->object), slot, &table->fields[i], &row[i]);
    }
}

static void put_rows(struct sink_json *json, struct json_t *in, const char *key,
                     const struct field *f, const struct list *list)
{
    struct json_t *array = line_array(in, key);
    for (uint32_t i = 0; i < list->kept; i++)
        put_row(json, array, f->columns, list->items.rows + (size_t)i * list->width);
}

/* ---- facts ---- */

static void put_fact(struct sink_json *json, struct json_t *line, const struct slot *slot,
                     const struct field *f, const struct value *v)
{
    key_of_value(&json->key, f, v, json->sink.options.details);
    if (line_recall(line, &json->key))
        return;
    size_t mark = line_mark(line);
    put_value(json, line, slot, f, v);
    line_keep(line, mark, &json->key);
}

/* Goes from one object of a shape into another: out of all that it is not in, and
 * down to it. */
static void enter(struct json_t *line, const struct shape *shape, unsigned *object, unsigned to)
{
    while (*object != to && *object && !object_below(shape, to, *object)) {
        line_close(line);
        *object = shape->nested[*object - 1].in;
    }
    while (*object != to) {
        *object = object_below(shape, to, *object);
        line_open(line, shape->nested[*object - 1].key);
    }
}

static bool open_facts(struct sink_json *json, struct json_t *line, const char *name,
                       const struct shape *shape, const struct value *values)
{
    unsigned object = 0;
    bool any = false;
    for (size_t n = 0; n < shape->order_count; n++) {
        unsigned i = shape->order[n];
        if (!values[i].present)
            continue;
        if (!any)
            line_open(line, name);
        any = true;
        enter(line, shape, &object, shape->slots[i].object);
        put_fact(json, line, &shape->slots[i], &shape->table->fields[i], &values[i]);
    }
    enter(line, shape, &object, 0);
    return any;
}

/* Most handshakes of a client with a server tell the same facts, and of those that
 * do not most facts are the same. */
static void put_facts(struct sink_json *json, struct json_t *line, const char *name,
                      const struct field_table *table, const struct value *values)
{
    const struct shape *shape = shape_of(json, table);
    key_of_values(&json->facts_key, table, values, json->sink.options.details);
    if (!shape || line_recall(line, &json->facts_key))
        return;
    size_t mark = line_mark(line);
    if (!open_facts(json, line, name, shape, values))
        return;
    line_close(line);
    line_keep(line, mark, &json->facts_key);
}

/* ---- a handshake ---- */

static void end_line(struct sink *s, struct json_t *line)
{
    line_end(line, s->options.out);
    if (s->options.live)
        fflush(s->options.out);
}

static void put_flow(struct json_t *line, const struct handshake *hs)
{
    char buf[COMMUNITY_ID_LEN];
    size_t len = hs->ends[CLIENT].address.len;
    bool between_ports = hs->transport != TRANSPORT_ARP;
    if (between_ports && len && len == hs->ends[SERVER].address.len)
        line_string(line, "flow", community_id(hs->ends, hs->transport, buf));
}

static void put_end(struct json_t *line, const char *key, const struct endpoint *end)
{
    struct json_t *object = line_object(line, key);
    put_address(object, "address", &end->address);
    if (end->port)
        line_number(object, "port", end->port);
}

/* What is the same in most lines is kept as well: what was captured, */
static void put_capture(struct sink_json *json, struct json_t *line, const char *capture)
{
    size_t len = strlen(capture);
    key_begin(&json->key, KEY_CAPTURE);
    text_add_bytes(&json->key, capture, len);
    if (line_recall(line, &json->key))
        return;
    size_t mark = line_mark(line);
    line_string(line, "type", "handshake");
    line_text(line, "capture", capture, len);
    line_keep(line, mark, &json->key);
}

/* the layers of protocols, */
static void put_layers(struct sink_json *json, struct json_t *line, const struct handshake *hs)
{
    key_begin(&json->key, KEY_LAYERS);
    text_add_bytes(&json->key, hs->over, sizeof hs->over);
    text_add(&json->key, hs->dissector->name);
    if (!line_recall(line, &json->key)) {
        size_t mark = line_mark(line);
        line_string(line, "protocol", hs->dissector->name);
        struct json_t *over = line_array(line, "over");
        for (int i = 0; i < OVER_MAX && hs->over[i]; i++)
            line_string(over, NULL, hs->over[i]);
        line_keep(line, mark, &json->key);
    }
    const struct handshake *inside = handshake_inside(hs);
    if (inside)
        line_number(line, "inside", (int64_t)inside->number);
}

/* the server, */
static void put_server(struct sink_json *json, struct json_t *line, const struct endpoint *server)
{
    key_begin(&json->key, KEY_SERVER);
    text_add_bytes(&json->key, &server->port, sizeof server->port);
    text_add_bytes(&json->key, server->address.bytes, server->address.len);
    if (line_recall(line, &json->key))
        return;
    size_t mark = line_mark(line);
    put_end(line, "server", server);
    line_keep(line, mark, &json->key);
}

static void put_common_text(struct json_t *in, const char *key, const struct handshake *hs,
                            enum common_field id)
{
    struct value v = common_value(hs, id);
    if (v.present)
        line_text(in, key, v.is.text.bytes, v.is.text.len);
}

static void put_judgement(struct json_t *in, enum fault fault, enum certainty certainty)
{
    line_string(in, "fault", fault_name(fault));
    line_string(in, "certainty", certainty_name(certainty));
}

static void put_part(struct sink_json *json, struct json_t *in, const char *key,
                     const struct finding *f, const struct handshake *hs, enum finding_part part)
{
    text_clear(&json->scratch);
    finding_text(f, hs, part, &json->scratch);
    if (json->scratch.len)
        line_text(in, key, json->scratch.data, json->scratch.len);
}

static void put_finding(struct sink_json *json, struct json_t *findings, const struct finding *f,
                        const struct handshake *hs)
{
    struct json_t *finding = line_object(findings, NULL);
    line_string(finding, "rule", f->id);
    line_string(finding, "severity", severity_name(f->severity));
    put_judgement(finding, f->fault, f->certainty);
    put_part(json, finding, "title", f, hs, FINDING_TITLE);
    put_part(json, finding, "why", f, hs, FINDING_WHY);
    put_part(json, finding, "fix", f, hs, FINDING_FIX);
    struct json_t *frames = line_array(finding, "frames");
    for (size_t i = 0; i < f->frame_count; i++)
        line_number(frames, NULL, (int64_t)f->frames[i]);
}

static void put_outcome(struct sink_json *json, struct json_t *line, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    line_string(line, "outcome", outcome_name(v->outcome));
    if (v->outcome != OUTCOME_COMPLETED && common_value(hs, COMMON_STATE).present) {
        struct json_t *stopped = line_object(line, "stopped_at");
        put_common_text(stopped, "state", hs, COMMON_STATE);
        put_common_text(stopped, "waiting_for", hs, COMMON_WAITING_FOR);
    }
    if (v->outcome == OUTCOME_FAILED && v->cause) {
        line_string(line, "cause", v->cause->id);
        put_judgement(line, v->cause->fault, v->cause->certainty);
    }
    struct json_t *findings = line_array(line, "findings");
    for (size_t i = 0; i < v->finding_count; i++)
        put_finding(json, findings, &v->findings[i], hs);
}

/* and that all went well. */
static void put_verdict(struct sink_json *json, struct json_t *line, const struct verdict *v)
{
    if (v->outcome != OUTCOME_COMPLETED || v->finding_count) {
        put_outcome(json, line, v);
        return;
    }
    key_begin(&json->key, KEY_QUIET);
    if (line_recall(line, &json->key))
        return;
    size_t mark = line_mark(line);
    put_outcome(json, line, v);
    line_keep(line, mark, &json->key);
}

/* What logs beside the capture say. */
static void put_log(struct json_t *line, const struct verdict *v)
{
    struct json_t *log = line_array(line, "log");
    for (size_t i = 0; i < v->log_count; i++) {
        const struct log_note *n = &v->log[i];
        struct json_t *note = line_object(log, NULL);
        char time[TIME_TEXT_LEN];
        line_text(note, "file", n->file, strlen(n->file));
        line_number(note, "line", (int64_t)n->line);
        if (n->timed)
            line_string(note, "time", time_text(n->time_us, n->time_us % 1000000 != 0, time));
        line_text(note, "text", n->text, strlen(n->text));
        line_text(note, "rule", n->rule, strlen(n->rule));
        line_bool(note, "agrees", n->agrees);
    }
}

static void put_event(struct json_t *events, const struct handshake *hs, const struct event *e)
{
    struct json_t *event = line_object(events, NULL);
    if (e->at.frame)
        line_number(event, "frame", (int64_t)e->at.frame);
    if (e->at.time_us)
        line_seconds(event, "time", e->at.time_us - hs->first.time_us);
    line_string(event, "from", side_name(e->from));
    line_string(event, "message", hs->dissector->machine->messages[e->message]);
    if (e->note)
        line_text(event, "note", e->note, strlen(e->note));
    if (!e->expected)
        line_bool(event, "expected", false);
}

static void put_events(struct json_t *line, const struct handshake *hs)
{
    struct json_t *events = line_array(line, "events");
    for (uint32_t i = 0; i < hs->event_count; i++)
        put_event(events, hs, &hs->events[i]);
    if (hs->events_lost)
        line_number(line, "events_lost", hs->events_lost);
}

static const char *object_name(const struct dissector *d)
{
    return d->fields->json ? d->fields->json : d->name;
}

static void put_own_facts(struct sink_json *json, struct json_t *line, const struct handshake *hs)
{
    if (hs->values && hs->dissector->fields)
        put_facts(json, line, object_name(hs->dissector), hs->dissector->fields, hs->values);
}

static void json_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_json *json = (struct sink_json *)s;
    const struct handshake *hs = v->handshake;
    struct json_t *line = line_begin();
    put_capture(json, line, capture);
    line_number(line, "id", (int64_t)hs->number);
    put_flow(line, hs);
    put_layers(json, line, hs);
    put_end(line, "client", &hs->ends[CLIENT]);
    put_server(json, line, &hs->ends[SERVER]);
    put_time(line, "start", hs->first.time_us, true);
    line_seconds(line, "duration", hs->last.time_us - hs->first.time_us);
    put_verdict(json, line, v);
    if (v->log_count)
        put_log(line, v);
    put_own_facts(json, line, hs);
    /* What has no line of its own is told in the lines of what runs inside it. */
    for (const struct handshake *o = hs->outer; o && o->number == 0; o = o->outer)
        put_own_facts(json, line, o);
    if (hs->flow_values)
        put_facts(json, line, flow_field_table.json, &flow_field_table, hs->flow_values);
    /* What was before matters when something went wrong. */
    if (hs->history_values && (v->outcome == OUTCOME_FAILED || s->options.details))
        put_facts(json, line, history_field_table.json, &history_field_table, hs->history_values);
    if (hs->change_values)
        put_facts(json, line, change_field_table.json, &change_field_table, hs->change_values);
    if (hs->clipped)
        line_bool(line, "clipped", true);
    if (s->options.events)
        put_events(line, hs);
    end_line(s, line);
}

/* ---- a capture ---- */

static void put_causes(struct json_t *line, const struct causes *c)
{
    struct json_t *causes = line_object(line, "causes");
    for (size_t i = 0; i < c->count; i++)
        line_number(causes, c->list[i].id, (int64_t)c->list[i].count);
    if (c->others)
        line_number(line, "causes_not_listed", (int64_t)c->others);
}

static void put_unknown(struct json_t *line, const struct causes *c)
{
    if (c->count == 0)
        return;
    struct json_t *reasons = line_object(line, "unknown_by");
    for (size_t i = 0; i < c->count; i++)
        line_number(reasons, c->list[i].id, (int64_t)c->list[i].count);
}

static void put_outcomes(struct json_t *line, const uint64_t counts[4])
{
    struct json_t *handshakes = line_object(line, "handshakes");
    for (enum outcome o = OUTCOME_COMPLETED; o <= OUTCOME_UNKNOWN; o++)
        line_number(handshakes, outcome_name(o), (int64_t)counts[o]);
}

static void put_times(struct json_t *line, const struct summary *summary)
{
    if (summary->packets == 0)
        return;
    put_time(line, "first", summary->first.time_us, true);
    put_time(line, "last", summary->last.time_us, true);
    line_seconds(line, "duration", summary->last.time_us - summary->first.time_us);
}

static void put_tallies(struct json_t *line, const struct summary *summary)
{
    struct json_t *counts = line_object(line, "counts");
    for (size_t i = 0; i < summary->tally_count; i++)
        if (summary->tallies[i].count)
            line_number(counts, summary->tallies[i].name, (int64_t)summary->tallies[i].count);
}

static void put_others(struct json_t *line, const struct summary *summary)
{
    if (summary->other_count == 0)
        return;
    struct json_t *flows = line_object(line, "other_protocols");
    for (size_t i = 0; i < summary->other_count; i++)
        line_number(flows, summary->others[i].name, (int64_t)summary->others[i].flows);
}

static void json_summary(struct sink *s, const struct summary *summary)
{
    struct json_t *line = line_begin();
    line_string(line, "type", "summary");
    line_text(line, "capture", summary->capture, strlen(summary->capture));
    line_number(line, "packets", (int64_t)summary->packets);
    line_number(line, "bytes", (int64_t)summary->bytes);
    line_number(line, "flows", (int64_t)summary->flows);
    put_outcomes(line, summary->handshakes);
    if (summary->chosen)
        line_number(line, "shown", (int64_t)summary->shown);
    put_causes(line, &summary->causes);
    put_unknown(line, &summary->unknown);
    put_times(line, summary);
    put_tallies(line, summary);
    put_others(line, summary);
    if (summary->damaged)
        line_text(line, "damaged", summary->damaged, strlen(summary->damaged));
    if (summary->note)
        line_text(line, "note", summary->note, strlen(summary->note));
    end_line(s, line);
}

/* The line behind all captures of an audit; other runs have none. */
static void json_total(struct sink *s, const struct total *total)
{
    if (!total->audit)
        return;
    struct json_t *line = line_begin();
    line_string(line, "type", "total");
    line_number(line, "captures", (int64_t)total->captures);
    line_number(line, "unreadable", (int64_t)total->unreadable);
    line_number(line, "not_captures", (int64_t)total->not_captures);
    put_outcomes(line, total->handshakes);
    put_causes(line, &total->causes);
    end_line(s, line);
}

static void json_close(struct sink *s)
{
    struct sink_json *json = (struct sink_json *)s;
    for (size_t i = 0; i < json->shape_count; i++)
        shape_free(&json->shapes[i]);
    text_free(&json->scratch);
    text_free(&json->key);
    text_free(&json->facts_key);
    line_free();
}

const struct sink_kind sink_json = {
    .name = "json",
    .size = sizeof(struct sink_json),
    .about = "everything, one object a line",
    .wants_details = true,
    .lines = true,
    .handshake = json_handshake,
    .summary = json_summary,
    .total = json_total,
    .close = json_close,
};
