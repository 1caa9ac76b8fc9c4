/* fuzz_rules.c - any text as a rule file, and any handshake judged by it.
 *
 * The input is a rule text, and behind its first zero byte the values of a
 * handshake. Asserted: a text that loads prints as one that loads and prints the
 * same; a text that does not says why; judging gives a verdict in order; and the
 * shortcuts of judging change no answer. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "rule/recent.h"
#include "rule/ruleset.h"

static const struct code_name alert_names[] = {
    { 40, "handshake_failure" },
    { 42, "bad_certificate" },
    { 48, "unknown_ca" },
    { 0, NULL },
};
static const struct code_names alerts = { .word = "alert", .names = alert_names };

static const struct field row_fields[] = { { "name", "a text", FIELD_TEXT },
                                           { "size", "a number", FIELD_NUMBER } };
enum { COLUMNS = sizeof row_fields / sizeof *row_fields };
static const struct field_table rows = { NULL, row_fields, COLUMNS };

static const struct field fields[] = {
    { "t.n", "", FIELD_NUMBER },         { "t.m", "", FIELD_NUMBER },
    { "t.c", "", FIELD_CODE(alerts) },   { "t.s", "", FIELD_TEXT },
    { "t.r", "", FIELD_TEXT },           { "t.t", "", FIELD_TIME },
    { "t.d", "", FIELD_DURATION },       { "t.b", "", FIELD_BOOL },
    { "t.a", "", FIELD_ADDRESS },        { "t.ns", "", FIELD_NUMBERS },
    { "t.cs", "", FIELD_CODES(alerts) }, { "t.ss", "", FIELD_TEXTS },
    { "t.rs", "", FIELD_RECORDS(rows) },
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields, ITEMS = 4 };
static const struct field_table table = { "t", fields, FIELD_COUNT };
static const struct field_table *const tables[] = { &table, NULL };
static const struct dissector dissector = { .name = "t", .fields = &table };

/* The memory that lists of a made-up handshake need. */
struct made {
    struct value values[FIELD_COUNT], flow[FLOW_FIELD_COUNT], row[COLUMNS];
    struct list lists[FIELD_COUNT];
    uint32_t numbers[ITEMS];
    struct span texts[ITEMS];
};

static struct span take_text(struct reader *r)
{
    size_t len = reader_u8(r) % 32;
    len = len < reader_left(r) ? len : reader_left(r);
    return (struct span){ (const char *)reader_next(r, len), (uint32_t)len };
}

static void make_list(struct reader *r, struct made *m, size_t id)
{
    struct list *list = &m->lists[id];
    for (int i = 0; i < ITEMS; i++) {
        m->numbers[i] = reader_u8(r);
        m->texts[i] = take_text(r);
    }
    list->kept = reader_u8(r) % (ITEMS + 1);
    list->count = list->kept + (reader_u8(r) & 1);
    list->width = COLUMNS;
    m->row[0] = (struct value){ .is.text = m->texts[0], .present = m->numbers[0] & 1 };
    m->row[1] = (struct value){ .is.number = m->numbers[1], .present = true };
    list->items.numbers = m->numbers;
    if (fields[id].type == FIELD_TYPE_TEXTS)
        list->items.texts = m->texts;
    if (fields[id].type == FIELD_TYPE_RECORDS) {
        list->kept = list->count = 1;
        list->items.rows = m->row;
    }
    m->values[id].is.list = list;
}

static void make_value(struct reader *r, struct made *m, size_t id)
{
    struct value *v = &m->values[id];
    v->present = reader_u8(r) & 1;
    v->frame = reader_u8(r);
    if (fields[id].type >= FIELD_TYPE_NUMBERS)
        make_list(r, m, id);
    else if (fields[id].type == FIELD_TYPE_TEXT)
        v->is.text = take_text(r);
    else if (fields[id].type == FIELD_TYPE_ADDRESS)
        v->is.address = (struct address){ { 10, reader_u8(r), 0, 1 }, 4 };
    else
        v->is.number = (int64_t)reader_u64(r);
}

static struct handshake make_handshake(struct reader *r, struct made *m)
{
    *m = (struct made){ 0 };
    struct handshake hs = { .dissector = &dissector, .values = m->values };
    hs.outcome = (enum outcome)(reader_u8(r) % 4);
    hs.flow_values = reader_u8(r) & 1 ? m->flow : NULL;
    hs.first.time_us = (int64_t)(reader_u64(r) >> 8);
    hs.last.time_us = hs.first.time_us + reader_u16(r);
    hs.ended.frame = reader_u8(r);
    hs.ends[CLIENT].address = (struct address){ { 10, 0, 0, 7 }, 4 };
    for (size_t id = 0; id < FIELD_COUNT; id++)
        make_value(r, m, id);
    return hs;
}

/* What was said of the text loaded last. */
static struct {
    struct complaint_box box;
    bool never_true, never_false;
} ears;

static void hear(struct complaint_box *box, const struct complaint *c)
{
    (void)box;
    ears.never_true |= strcmp(c->message, "this is never true: the rule can't fire") == 0;
    ears.never_false |= strcmp(c->message, "this is never false, of no handshake") == 0;
}

static struct ruleset *load(const char *text, size_t len)
{
    struct ruleset *rs = ruleset_new(tables);
    struct text told = { 0 };
    ears.box = (struct complaint_box){ hear, true };
    ears.never_true = ears.never_false = false;
    ruleset_listen(rs, &ears.box);
    if (ruleset_add(rs, "f.rules", text, len, &told)) {
        assert(told.len == 0);
        ruleset_listen(rs, NULL);
        return rs;
    }
    assert(told.len > 0 && ruleset_count(rs) == 0);
    text_free(&told);
    ruleset_free(rs);
    return NULL;
}

/* What is printed loads, and prints the same. */
static void print_twice(const struct ruleset *rs)
{
    struct text first = { 0 }, second = { 0 };
    ruleset_print(rs, &first);
    struct ruleset *again = load(text_string(&first), first.len);
    assert(again);
    ruleset_print(again, &second);
    assert(strcmp(text_string(&first), text_string(&second)) == 0);
    text_free(&first);
    text_free(&second);
    ruleset_free(again);
}

static void check_verdict(const struct handshake *hs, const struct verdict *v)
{
    struct text told = { 0 };
    assert(v->outcome != OUTCOME_OPEN && v->finding_count <= FINDINGS_MAX);
    assert(!v->cause || (v->cause == v->findings && v->outcome == OUTCOME_FAILED));
    for (size_t i = 0; i < v->finding_count; i++) {
        const struct finding *f = &v->findings[i];
        assert(i == 0 || f->severity <= f[-1].severity);
        assert(f->frame_count <= FINDING_FRAMES_MAX);
        for (size_t k = 1; k < f->frame_count; k++)
            assert(f->frames[k - 1] < f->frames[k]);
        for (int part = FINDING_TITLE; part <= FINDING_SEE; part++)
            finding_text(f, hs, (enum finding_part)part, &told);
    }
    text_free(&told);
}

static bool is_found(const struct verdict *v, const char *id, const char *suffix)
{
    for (size_t i = 0; i < v->finding_count; i++) {
        const char *found = v->findings[i].id;
        if (strncmp(found, id, strlen(id)) == 0 && strcmp(found + strlen(id), suffix) == 0)
            return true;
    }
    return false;
}

/* What was said of the only rule there was is true. */
static void check_doubts(const struct ruleset *rs, const struct handshake *hs,
                         const struct verdict *v)
{
    struct rule_info info = ruleset_info(rs, 0);
    if (strcmp(info.file, "f.rules") != 0)
        info = ruleset_info(rs, 1);
    assert(!ears.never_true || !is_found(v, info.id, ""));
    if (!ears.never_false)
        return;
    struct ruleset *opposite = ruleset_new(tables);
    struct text rule = { 0 }, told = { 0 };
    struct verdict no;
    text_format(&rule, "rule x\n when not (%s)\n severity info\n title \"\"\n", info.when);
    if (ruleset_add(opposite, "x.rules", text_string(&rule), rule.len, &told)) {
        ruleset_ready(opposite);
        ruleset_judge(opposite, hs, &no);
        assert(no.finding_count == 0);
    }
    text_free(&rule);
    text_free(&told);
    ruleset_free(opposite);
}

/* Every rule once more, with a condition that says the same in a way that lets
 * no rule be passed by without asking: `start != start` is false, but who knows. */
static bool add_roundabout(struct ruleset *rs)
{
    struct text more = { 0 }, told = { 0 };
    size_t count = ruleset_count(rs);
    bool good = count <= FINDINGS_MAX / 2;
    for (size_t i = 0; good && i < count; i++) {
        struct rule_info info = ruleset_info(rs, i);
        good = strcmp(info.id, info.finding_id) == 0 && !ruleset_counts(rs);
        text_format(&more,
                    "rule %s.again\n when (%s) or start != start\n severity info\n title \"\"\n",
                    info.id, info.when);
    }
    good = good && ruleset_add(rs, "more.rules", text_string(&more), more.len, &told);
    text_free(&more);
    text_free(&told);
    return good;
}

static void check_shortcuts(struct ruleset *rs, size_t count, const struct handshake *hs)
{
    struct verdict v;
    ruleset_judge(rs, hs, &v);
    for (size_t i = 0; i < 2 * count; i++) {
        struct rule_info info = ruleset_info(rs, i);
        if (strcmp(info.file, "f.rules") == 0)
            assert(is_found(&v, info.id, "") == is_found(&v, info.id, ".again"));
    }
}

/* Rules that count say nothing of a handshake by itself, and may after many. */
static void judge_often(const struct ruleset *rs, const struct handshake *hs, struct verdict *v)
{
    struct recent *recent = recent_new();
    for (int i = 0; i < 3; i++)
        ruleset_judge_next(rs, recent, hs, v);
    recent_free(recent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const uint8_t *zero = len ? memchr(data, 0, len) : NULL;
    size_t text_len = zero ? (size_t)(zero - data) : len;
    struct ruleset *rs = load((const char *)data, text_len);
    if (!rs)
        return 0;
    print_twice(rs);
    size_t count = ruleset_count(rs);
    bool is_doubled = add_roundabout(rs);
    ruleset_ready(rs);
    struct reader r = reader_over(data + text_len, len - text_len, false);
    struct made made;
    struct handshake hs = make_handshake(&r, &made);
    struct verdict v;
    judge_often(rs, &hs, &v);
    check_verdict(&hs, &v);
    if (count == 1)
        check_doubts(rs, &hs, &v);
    if (is_doubled)
        check_shortcuts(rs, count, &hs);
    ruleset_free(rs);
    return 0;
}
