/* entries.c - see entries.h. A hash table of subjects, and the texts of each
 * subject's first handshake within a budget. */
#include "report/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "handshake/dissector.h"
#include "report/change_text.h"
#include "report/log_text.h"

/* A SYN flood makes a subject of every packet: past these limits, servers are
 * counted without one of their own. Entries of rules alone are not limited,
 * they can't outnumber the rules. */
enum { SINGLE_MAX = 2048, TEXTS_MAX = 3 << 20 };
enum { TITLE_MAX = 300, PART_MAX = 1500, NAMED_MAX = 300, ALSO_MAX = 6, LOG_MAX = 2400 };

struct entries {
    bool details;
    const struct sort *sort;
    struct entry **all, **sorted;
    size_t count, cap;
    uint32_t *table;  /* index into all + 1; 0 is free */
    size_t table_len; /* a power of two, at least twice count */
    size_t single_count, texts_len;
    struct text scratch;
};

struct entries *entries_new(bool details, const struct sort *sort)
{
    struct entries *e = must_calloc(1, sizeof *e);
    e->details = details;
    e->sort = sort;
    return e;
}

static void entry_free(struct entry *entry)
{
    free(entry->client_hashes);
    sort_key_free(&entry->key);
    ladder_free(entry->ladder);
    free(entry->title);
    free(entry->why);
    free(entry->fix);
    free(entry->named);
    free(entry->also);
    free(entry->change);
    free(entry->log);
    free(entry);
}

void entries_clear(struct entries *e)
{
    for (size_t i = 0; i < e->count; i++)
        entry_free(e->all[i]);
    if (e->table)
        memset(e->table, 0, e->table_len * sizeof *e->table);
    e->count = e->single_count = e->texts_len = 0;
}

void entries_free(struct entries *e)
{
    if (!e)
        return;
    entries_clear(e);
    free(e->all);
    free(e->sorted);
    free(e->table);
    text_free(&e->scratch);
    free(e);
}

/* ---- finding the entry ---- */

static uint64_t address_hash(uint64_t hash, const struct address *a)
{
    uint64_t halves[2] = { 0 };
    memcpy(halves, a->bytes, a->len);
    return hash_word(hash_word(hash_word(hash, halves[0]), halves[1]), a->len);
}

/* The pointers in it differ from run to run, so that nobody can choose
 * addresses that collide. No order that is seen depends on it. */
static uint64_t subject_hash(const struct subject *s)
{
    uint64_t hash = hash_word((uintptr_t)s->rule, (uintptr_t)s->dissector);
    hash = hash_word(hash, (uint64_t)s->outcome << 32 | (uint64_t)s->transport << 16 |
                               (uint64_t)s->state << 8 | s->anywhere);
    return address_hash(hash_word(hash, s->server.port), &s->server.address);
}

static bool same_subject(const struct subject *a, const struct subject *b)
{
    return a->outcome == b->outcome && a->rule == b->rule && a->dissector == b->dissector &&
           a->transport == b->transport && a->state == b->state && a->anywhere == b->anywhere &&
           a->server.port == b->server.port &&
           address_equal(&a->server.address, &b->server.address);
}

static uint32_t *table_slot(const struct entries *e, const struct subject *s, uint64_t hash)
{
    size_t at = hash >> 32;
    for (;; at++) {
        uint32_t *slot = &e->table[at & (e->table_len - 1)];
        if (*slot == 0)
            return slot;
        const struct entry *entry = e->all[*slot - 1];
        if (entry->hash == hash && same_subject(&entry->subject, s))
            return slot;
    }
}

static void table_grow(struct entries *e)
{
    free(e->table);
    e->table_len = e->table_len ? e->table_len * 2 : 256;
    e->table = must_calloc(e->table_len, sizeof *e->table);
    for (size_t i = 0; i < e->count; i++)
        *table_slot(e, &e->all[i]->subject, e->all[i]->hash) = (uint32_t)i + 1;
}

static struct entry *find(const struct entries *e, const struct subject *s, uint64_t hash)
{
    if (!e->table)
        return NULL;
    uint32_t index = *table_slot(e, s, hash);
    return index ? e->all[index - 1] : NULL;
}

static struct entry *append(struct entries *e, const struct subject *s, uint64_t hash)
{
    if (e->count == e->cap) {
        e->cap = e->cap * 2 + 32;
        e->all = must_realloc(e->all, e->cap * sizeof *e->all);
    }
    if ((e->count + 1) * 2 > e->table_len)
        table_grow(e);
    struct entry *entry = must_calloc(1, sizeof *entry);
    entry->subject = *s;
    entry->hash = hash;
    entry->order = e->count;
    e->all[e->count++] = entry;
    *table_slot(e, s, hash) = (uint32_t)e->count;
    return entry;
}

/* ---- the texts of the first handshake ---- */

/* A copy of what scratch holds, cut to max bytes; NULL when it is empty. */
static char *keep(struct entries *e, size_t max)
{
    struct text *t = &e->scratch;
    if (t->len == 0)
        return NULL;
    if (t->len > max) {
        t->len = text_utf8_len(t->data, max);
        text_add(t, "...");
    }
    e->texts_len += t->len + 1;
    return must_strdup(t->data);
}

static char *keep_part(struct entries *e, const struct finding *f, const struct handshake *hs,
                       enum finding_part part, size_t max)
{
    text_clear(&e->scratch);
    finding_text(f, hs, part, &e->scratch);
    return keep(e, max);
}

/* The fields that people know a device or a request by. */
static const struct {
    const char *field, *format;
} names[] = {
    { "tls.sni", "asking for " },
    { "mqtt.client_id", "client id " },
    { "coap.path", "for " },
};

static void add_named(struct entries *e, const struct handshake *hs)
{
    const struct field_table *table = hs->dissector->fields;
    for (size_t n = 0; table && hs->values && n < sizeof names / sizeof *names; n++) {
        for (size_t i = 0; i < table->count; i++) {
            const struct value *v = &hs->values[i];
            if (!v->present || strcmp(table->fields[i].name, names[n].field) != 0)
                continue;
            if (e->scratch.len)
                text_add(&e->scratch, ", ");
            text_add(&e->scratch, names[n].format);
            value_text(&table->fields[i], v, &e->scratch);
        }
    }
}

static char *keep_named(struct entries *e, const struct handshake *hs)
{
    text_clear(&e->scratch);
    add_named(e, hs);
    for (const struct handshake *o = hs->outer; o; o = o->outer)
        add_named(e, o);
    return keep(e, NAMED_MAX);
}

/* What logs say, a line each. */
static char *keep_log(struct entries *e, const struct verdict *v, bool *agrees)
{
    text_clear(&e->scratch);
    for (size_t i = 0; i < v->log_count; i++) {
        text_add(&e->scratch, i ? "\n" : "");
        log_note_text(&v->log[i], &e->scratch);
        *agrees = *agrees || v->log[i].agrees;
    }
    return keep(e, LOG_MAX);
}

static char *keep_change(struct entries *e, const struct handshake *hs)
{
    text_clear(&e->scratch);
    change_text(hs, &e->scratch);
    return keep(e, PART_MAX);
}

static char *keep_also(struct entries *e, const struct verdict *v, const struct finding *but)
{
    size_t count = 0;
    text_clear(&e->scratch);
    for (size_t i = 0; i < v->finding_count && count < ALSO_MAX; i++) {
        const struct finding *f = &v->findings[i];
        if (f == but || (f->severity == SEVERITY_INFO && !e->details))
            continue;
        text_format(&e->scratch, "%s%s: ", count++ ? "\n" : "", severity_name(f->severity));
        finding_text(f, v->handshake, FINDING_TITLE, &e->scratch);
        text_format(&e->scratch, " (%s)", f->id);
    }
    return keep(e, PART_MAX);
}

static void keep_finding(struct entries *e, struct entry *entry, const struct finding *f,
                         const struct handshake *hs)
{
    entry->severity = f->severity;
    entry->fault = f->fault;
    entry->certainty = f->certainty;
    entry->frame_count = f->frame_count;
    memcpy(entry->frames, f->frames, sizeof entry->frames);
    entry->title = keep_part(e, f, hs, FINDING_TITLE, TITLE_MAX);
    entry->why = keep_part(e, f, hs, FINDING_WHY, PART_MAX);
    entry->fix = keep_part(e, f, hs, FINDING_FIX, PART_MAX);
}

static void keep_first(struct entries *e, struct entry *entry, const struct verdict *v,
                       const struct finding *f)
{
    const struct handshake *hs = v->handshake;
    entry->protocol = hs->dissector->name;
    entry->transport = hs->transport;
    entry->ends[CLIENT] = hs->ends[CLIENT];
    entry->ends[SERVER] = hs->ends[SERVER];
    entry->first = entry->last = hs->first;
    const struct handshake *inside = handshake_inside(hs);
    entry->inside = inside ? inside->dissector->name : NULL;
    entry->severity = v->outcome == OUTCOME_FAILED ? SEVERITY_ERROR : SEVERITY_INFO;
    if (f)
        keep_finding(e, entry, f, hs);
    entry->named = keep_named(e, hs);
    entry->log = v->log_count ? keep_log(e, v, &entry->log_agrees) : NULL;
    entry->finding_count = v->finding_count;
    if (v->outcome != OUTCOME_FAILED)
        return;
    entry->also = keep_also(e, v, f);
    entry->change = keep_change(e, hs);
    entry->ladder = ladder_new(v, f, LADDER_SHORT);
    e->texts_len += entry->ladder ? ladder_len(entry->ladder) : 0;
}

/* What only became clear when it happened again: that it happens again and again. */
static void keep_more(struct entries *e, struct entry *entry, const struct verdict *v,
                      const struct finding *f)
{
    if (!entry->log && v->log_count)
        entry->log = keep_log(e, v, &entry->log_agrees);
    if (v->outcome != OUTCOME_FAILED || v->finding_count <= entry->finding_count)
        return;
    free(entry->also);
    entry->also = keep_also(e, v, f);
    entry->finding_count = v->finding_count;
}

/* ---- counting ---- */

static void grow_clients(struct entry *entry)
{
    entry->client_cap = entry->client_cap ? entry->client_cap * 4 : 4;
    entry->client_hashes =
        must_realloc(entry->client_hashes, entry->client_cap * sizeof *entry->client_hashes);
}

static void count_client(struct entry *entry, const struct address *client)
{
    if (entry->clients_many)
        return;
    uint64_t hash = address_hash(0, client);
    for (unsigned i = 0; i < entry->client_count; i++)
        if (entry->client_hashes[i] == hash)
            return;
    if (entry->client_count == ENTRY_CLIENTS_MAX) {
        entry->clients_many = true;
        return;
    }
    if (entry->client_count == entry->client_cap)
        grow_clients(entry);
    if (entry->client_count < ENTRY_CLIENTS_SHOWN)
        entry->clients[entry->client_count] = *client;
    entry->client_hashes[entry->client_count++] = hash;
}

/* An entry stands where the first of its handshakes would. */
static void count_key(struct entry *entry, const struct sort *sort)
{
    if (entry->count > 1 && sort_compare(&sort->key, &entry->key, sort->descending) >= 0)
        return;
    sort_key_free(&entry->key);
    entry->key = sort_key_copy(&sort->key);
}

static void count_handshake(struct entry *entry, const struct handshake *hs,
                            const struct sort *sort)
{
    entry->count++;
    if (sort)
        count_key(entry, sort);
    if (hs->first.frame < entry->first.frame)
        entry->first = hs->first;
    if (hs->first.frame > entry->last.frame)
        entry->last = hs->first;
    count_client(entry, &hs->ends[CLIENT].address);
}

/* What a subject becomes when its server can't have an entry of its own. */
static struct subject anywhere(const struct subject *s)
{
    struct subject wide = { .outcome = s->outcome, .rule = s->rule, .anywhere = true };
    if (!s->rule) {
        wide.dissector = s->dissector;
        wide.state = s->state;
    }
    return wide;
}

static const struct entry *add(struct entries *e, const struct subject *s, const struct verdict *v,
                               const struct finding *f)
{
    struct subject subject = *s;
    uint64_t hash = subject_hash(s);
    struct entry *entry = find(e, s, hash);
    bool full = e->single_count == SINGLE_MAX || e->texts_len > TEXTS_MAX;
    if (!entry && full && !s->anywhere) {
        subject = anywhere(s);
        hash = subject_hash(&subject);
        entry = find(e, &subject, hash);
    }
    bool begins = !entry;
    if (begins) {
        entry = append(e, &subject, hash);
        keep_first(e, entry, v, f);
        e->single_count += !subject.anywhere;
    } else {
        keep_more(e, entry, v, f);
    }
    count_handshake(entry, v->handshake, e->sort);
    return begins ? entry : NULL;
}

static struct subject subject_of(const struct verdict *v, const struct finding *f)
{
    const struct handshake *hs = v->handshake;
    return (struct subject){
        .outcome = v->outcome,
        .rule = f ? f->id : NULL,
        .dissector = hs->dissector,
        .transport = hs->transport,
        .state = f ? 0 : hs->state,
        .server = hs->ends[SERVER],
    };
}

/* Why it is not known: the worst finding's business, whoever the server is. */
static const struct entry *add_unknown(struct entries *e, const struct verdict *v)
{
    const struct finding *f = v->finding_count ? &v->findings[0] : NULL;
    struct subject s = { .outcome = v->outcome, .rule = f ? f->id : NULL, .anywhere = true };
    return add(e, &s, v, f);
}

static const struct entry *add_completed(struct entries *e, const struct verdict *v)
{
    const struct entry *worst = NULL;
    for (size_t i = 0; i < v->finding_count; i++) {
        const struct finding *f = &v->findings[i];
        if (f->severity == SEVERITY_INFO && !e->details)
            continue;
        struct subject s = subject_of(v, f);
        const struct entry *begun = add(e, &s, v, f);
        worst = worst ? worst : begun;
    }
    return worst;
}

const struct entry *entries_add(struct entries *e, const struct verdict *v)
{
    if (v->outcome == OUTCOME_COMPLETED)
        return add_completed(e, v);
    if (v->outcome != OUTCOME_FAILED)
        return add_unknown(e, v);
    struct subject s = subject_of(v, v->cause);
    return add(e, &s, v, v->cause);
}

/* ---- in order ---- */

static int outcome_order(enum outcome outcome)
{
    return outcome == OUTCOME_FAILED ? 0 : outcome == OUTCOME_COMPLETED ? 1 : 2;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_rules(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

/* Puts entries of an outcome and a rule beside each other. */
static int by_rule(const void *left, const void *right)
{
    const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
    int outcome = (int)a->subject.outcome - (int)b->subject.outcome;
    return outcome ? outcome : compare_rules(a->subject.rule, b->subject.rule);
}

static void weigh_alike(struct entry **first, size_t count)
{
    uint64_t all = 0, frame = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        all += first[i]->count;
        frame = first[i]->first.frame < frame ? first[i]->first.frame : frame;
    }
    for (size_t i = 0; i < count; i++) {
        first[i]->alike_count = all;
        first[i]->alike_frame = frame;
    }
}

static void weigh(struct entry **all, size_t count)
{
    qsort(all, count, sizeof *all, by_rule);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && by_rule(&all[i], &all[end]) == 0;)
            end++;
        weigh_alike(&all[i], end - i);
    }
}

static int by_weight(const void *left, const void *right)
{
    const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
    const int order[] = {
        outcome_order(a->subject.outcome) - outcome_order(b->subject.outcome),
        (int)b->severity - (int)a->severity,
        compare_numbers(b->alike_count, a->alike_count),
        compare_numbers(a->alike_frame, b->alike_frame),
        compare_rules(a->subject.rule, b->subject.rule),
        compare_numbers(b->count, a->count),
        compare_numbers(a->first.frame, b->first.frame),
        compare_numbers(a->order, b->order),
    };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i])
            return order[i];
    return 0;
}

static int by_key(const void *left, const void *right)
{
    const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
    int order = sort_compare(&a->key, &b->key, false);
    return order ? order : by_weight(left, right);
}

static int by_key_descending(const void *left, const void *right)
{
    const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
    int order = sort_compare(&a->key, &b->key, true);
    return order ? order : by_weight(left, right);
}

struct entry *const *entries_sorted(struct entries *e, size_t *count)
{
    *count = e->count;
    if (e->count == 0)
        return NULL;
    e->sorted = must_realloc(e->sorted, e->count * sizeof *e->sorted);
    memcpy(e->sorted, e->all, e->count * sizeof *e->sorted);
    weigh(e->sorted, e->count);
    qsort(e->sorted, e->count, sizeof *e->sorted,
          !e->sort              ? by_weight
          : e->sort->descending ? by_key_descending
                                : by_key);
    return e->sorted;
}
