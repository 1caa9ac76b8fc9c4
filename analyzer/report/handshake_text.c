/* handshake_text.c - see handshake_text.h. */
#include "report/handshake_text.h"

#include <string.h>

#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "handshake/history_fields.h"
#include "report/entry_text.h"
#include "report/ladder.h"
#include "report/log_text.h"
#include "report/phrases.h"

enum { MARGIN = ENTRY_MARGIN, INDENT = ENTRY_INDENT };

static enum page_style style_of(enum outcome outcome)
{
    return outcome == OUTCOME_FAILED      ? STYLE_BAD
           : outcome == OUTCOME_COMPLETED ? STYLE_GOOD
                                          : STYLE_STRONG;
}

static void add_ends(struct text *out, const struct handshake *hs)
{
    add_protocol(out, hs->dissector->name);
    text_add(out, "  ");
    add_endpoint(out, &hs->ends[CLIENT]);
    text_add(out, " → ");
    add_endpoint(out, &hs->ends[SERVER]);
}

/* ---- in a line ---- */

void handshake_line(struct page *p, const struct verdict *v, int64_t since_us)
{
    const struct handshake *hs = v->handshake;
    struct text out = { 0 };
    text_format(&out, "%-5llu ", (unsigned long long)hs->number);
    add_clock(&out, hs->first.time_us, since_us);
    text_add(&out, "  ");
    text_add(&p->text, out.data);
    page_style(p, style_of(v->outcome));
    text_format(&p->text, "%-9s", outcome_name(v->outcome));
    page_style(p, STYLE_PLAIN);
    page_spaces(p, 2);
    unsigned column = (unsigned)out.len + 11, indent = column;
    text_clear(&out);
    add_ends(&out, hs);
    if (v->finding_count)
        text_format(&out, "  %s", v->cause ? v->cause->id : v->findings[0].id);
    page_wrap(p, column, indent, out.data);
    page_newline(p);
    text_free(&out);
}

/* ---- in full ---- */

static void say_heading(struct page *p, const char *capture, const struct verdict *v)
{
    struct text out = { 0 };
    text_add_wire(&out, capture, strlen(capture));
    text_format(&out, ", handshake %llu: ", (unsigned long long)v->handshake->number);
    page_style(p, STYLE_STRONG);
    unsigned column = page_wrap(p, 0, 2, out.data);
    page_style(p, style_of(v->outcome));
    page_spaces(p, 1);
    page_wrap(p, column + 1, 2, outcome_name(v->outcome));
    page_style(p, STYLE_PLAIN);
    page_newline(p);
    text_clear(&out);
    add_ends(&out, v->handshake);
    page_row(p, MARGIN, INDENT, "who", out.data);
    text_clear(&out);
    char buf[TIME_TEXT_LEN];
    text_format(&out, "%s, took ", time_text(v->handshake->first.time_us, true, buf));
    add_duration(&out, v->handshake->last.time_us - v->handshake->first.time_us);
    page_row(p, MARGIN, INDENT, "when", out.data);
    text_free(&out);
}

static void say_part(struct page *p, const char *label, const struct finding *f,
                     const struct handshake *hs, enum finding_part part)
{
    struct text out = { 0 };
    finding_text(f, hs, part, &out);
    if (out.len)
        page_row(p, MARGIN, INDENT, label, out.data);
    text_free(&out);
}

static void say_frames(struct page *p, const struct finding *f)
{
    struct text out = { 0 };
    if (f->frame_count == 0)
        return;
    text_add(&out, "frame.number in {");
    for (size_t i = 0; i < f->frame_count; i++)
        text_format(&out, "%s%llu", i ? "," : "", (unsigned long long)f->frames[i]);
    text_add(&out, "}");
    page_row(p, MARGIN, INDENT, "proof", out.data);
    text_free(&out);
}

static void say_finding(struct page *p, const struct finding *f, const struct handshake *hs)
{
    struct text out = { 0 };
    page_newline(p);
    page_style(p, f->severity == SEVERITY_ERROR     ? STYLE_BAD
                  : f->severity == SEVERITY_WARNING ? STYLE_DOUBTFUL
                                                    : STYLE_STRONG);
    text_format(&out, "%s: ", severity_name(f->severity));
    finding_text(f, hs, FINDING_TITLE, &out);
    page_wrap(p, 0, MARGIN, out.data);
    page_style(p, STYLE_PLAIN);
    page_newline(p);
    text_clear(&out);
    fault_text(f->fault, f->certainty, &out);
    page_row(p, MARGIN, INDENT, "fault", out.data);
    say_part(p, "why", f, hs, FINDING_WHY);
    say_part(p, "fix", f, hs, FINDING_FIX);
    say_frames(p, f);
    page_row(p, MARGIN, INDENT, "rule", f->id);
    text_free(&out);
}

static unsigned widest_name(const struct field_table *table, const struct value *values)
{
    size_t widest = 0;
    for (size_t i = 0; i < table->count; i++)
        if (values[i].present && strlen(table->fields[i].name) > widest)
            widest = strlen(table->fields[i].name);
    return (unsigned)widest;
}

static void say_facts(struct page *p, const struct field_table *table, const struct value *values)
{
    if (!table || !values)
        return;
    unsigned widest = widest_name(table, values);
    unsigned indent = widest + 2 < p->columns / 2 ? widest + 2 : p->columns / 2;
    struct text out = { 0 };
    if (widest)
        page_newline(p);
    for (size_t i = 0; i < table->count; i++) {
        if (!values[i].present)
            continue;
        text_clear(&out);
        value_text(&table->fields[i], &values[i], &out);
        page_row(p, 0, indent, table->fields[i].name, text_string(&out));
    }
    text_free(&out);
}

static void say_log(struct page *p, const struct verdict *v)
{
    struct text out = { 0 };
    for (size_t i = 0; i < v->log_count; i++) {
        if (i == 0)
            page_newline(p);
        text_clear(&out);
        log_note_text(&v->log[i], &out);
        page_row(p, MARGIN, INDENT, i ? "" : "log", text_string(&out));
    }
    text_free(&out);
}

void handshake_in_full(struct page *p, const char *capture, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    struct ladder *ladder = ladder_new(v, v->cause, LADDER_FULL);
    say_heading(p, capture, v);
    if (ladder) {
        page_newline(p);
        ladder_draw(ladder, p, MARGIN);
        ladder_free(ladder);
    }
    for (size_t i = 0; i < v->finding_count; i++)
        say_finding(p, &v->findings[i], hs);
    say_log(p, v);
    say_facts(p, hs->dissector->fields, hs->values);
    say_facts(p, &flow_field_table, hs->flow_values);
    say_facts(p, &history_field_table, hs->history_values);
}
