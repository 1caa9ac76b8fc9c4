/* sink_text.c - the report for people: the verdict first, then what went wrong, the
 * worst first; or less, or more, as they want it.
 *
 * What handshakes have in common is found by entries.c, entries are told by
 * entry_text.c, lines are laid out by page.c. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "handshake/dissector.h"
#include "report/entry_text.h"
#include "report/handshake_text.h"
#include "report/phrases.h"
#include "report/sink.h"

/* What people will read; --verbose shows all. */
enum { ENTRIES_SHOWN = 30, SHOWN_OF_A_RULE = 8, CAUSES_SHOWN = 3 };

struct sink_text {
    struct sink sink;
    struct entries *entries;
    struct page page;
    struct text scratch;
    const struct entry **shown, **left; /* of this capture; shown by number - 1 */
    size_t shown_count, shown_cap, left_count;
    bool listing; /* handshakes of the next summary's capture were listed */
    bool found;   /* the one handshake that was asked for */
    int64_t listed_since_us;
    uint64_t flawed[SEVERITY_ERROR + 1]; /* of this capture, completed, in brief: by severity */
};

static void text_open(struct sink *s)
{
    struct sink_text *t = (struct sink_text *)s;
    t->entries = entries_new(s->options.details, s->options.sort);
    t->page = page_new(s->options.columns, s->options.colour, s->options.utf8);
}

/* begin gives the scratch text, emptied, to build one phrase in. */
static struct text *begin(struct sink_text *t)
{
    text_clear(&t->scratch);
    return &t->scratch;
}

/* ---- the first line ---- */

static void add_nothing(struct text *out, const struct summary *summary)
{
    text_add(out, summary->packets ? "no handshake in " : "");
    if (summary->packets)
        counted_text(summary->packets, "packet", out);
    else
        text_add(out, "no packets");
    if (summary->note) {
        text_add(out, ": ");
        text_add_wire(out, summary->note, strlen(summary->note));
    }
}

static bool nothing_found(const struct summary *summary)
{
    for (int i = 0; i < 4; i++)
        if (summary->handshakes[i])
            return false;
    return true;
}

static enum page_style style_of(const struct summary *summary)
{
    return summary->handshakes[OUTCOME_FAILED]      ? STYLE_BAD
           : summary->handshakes[OUTCOME_COMPLETED] ? STYLE_GOOD
                                                    : STYLE_STRONG;
}

/* "kitchen.pcapng: 4 of 14 handshakes failed, 9 completed, 1 unknown" */
static unsigned say_verdict(struct sink_text *t, const struct summary *summary)
{
    struct text *out = begin(t);
    text_add_wire(out, summary->capture, strlen(summary->capture));
    text_add(out, ":");
    page_style(&t->page, STYLE_STRONG);
    unsigned column = page_wrap(&t->page, 0, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
    page_spaces(&t->page, 1);

    out = begin(t);
    if (nothing_found(summary))
        add_nothing(out, summary);
    else
        add_outcomes(out, summary->handshakes);
    page_style(&t->page, style_of(summary));
    column = page_wrap(&t->page, column + 1, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
    return column;
}

/* What completed and should not be relied on counts as well. */
static void count_warnings(struct sink_text *t, uint64_t of[SEVERITY_ERROR + 1])
{
    size_t count;
    struct entry *const *all = entries_sorted(t->entries, &count);
    for (size_t i = 0; i < count; i++)
        of[all[i]->severity] += all[i]->subject.outcome == OUTCOME_COMPLETED;
}

static void say_warnings(struct sink_text *t, const uint64_t of[SEVERITY_ERROR + 1],
                         unsigned column)
{
    struct text *out = begin(t);
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_WARNING; severity--) {
        if (of[severity] == 0)
            continue;
        text_add(out, out->len ? ", " : "with ");
        counted_text(of[severity], severity_name((enum severity)severity), out);
    }
    if (out->len == 0)
        return;
    text_add_char(&t->page.text, ',');
    page_style(&t->page, STYLE_DOUBTFUL);
    page_spaces(&t->page, 1);
    page_wrap(&t->page, column + 2, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
}

/* When, and of how much that is said. */
static void say_extent(struct sink_text *t, const struct summary *summary)
{
    struct text *out = begin(t);
    if (summary->packets == 0)
        return;
    add_span(out, summary->first.time_us, summary->last.time_us, NO_DAY);
    text_add(out, " UTC, ");
    counted_text(summary->packets, "packet", out);
    text_add(out, ", ");
    counted_text(summary->flows, "flow", out);
    page_style(&t->page, STYLE_FAINT);
    page_spaces(&t->page, 2);
    page_wrap(&t->page, 2, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
    page_newline(&t->page);
}

static void say_chosen(struct sink_text *t, const struct summary *summary)
{
    struct text *out = begin(t);
    if (!summary->chosen || nothing_found(summary))
        return;
    text_add(out, "of which those chosen are shown: ");
    count_text(summary->shown, out);
    page_spaces(&t->page, 2);
    page_wrap(&t->page, 2, 2, text_string(out));
    page_newline(&t->page);
}

/* ---- entries ---- */

/* The number of the entry above that says why and what to do in the same words;
 * 0 when there is none. */
static size_t said_above(const struct sink_text *t, const struct entry *e)
{
    for (size_t i = 0; i < t->shown_count; i++)
        if (entry_says_the_same(t->shown[i], e))
            return i + 1;
    return 0;
}

static void say_entry(struct sink_text *t, const struct entry *e, int64_t since_us)
{
    struct entry_context context = { t->shown_count + 1, since_us, said_above(t, e) };
    page_newline(&t->page);
    entry_text(&t->page, e, &context);
    if (t->shown_count == t->shown_cap) {
        t->shown_cap = t->shown_cap * 2 + 32;
        t->shown = must_realloc(t->shown, t->shown_cap * sizeof *t->shown);
    }
    t->shown[t->shown_count++] = e;
    page_write(&t->page, t->sink.options.out);
}

/* ---- entries that are too many ---- */

static void say_leftovers(struct sink_text *t)
{
    uint64_t handshakes = 0;
    struct text *out = begin(t);
    for (size_t i = 0; i < t->left_count; i++)
        handshakes += t->left[i]->count;
    text_add(out, "and ");
    count_text(t->left_count, out);
    text_format(out, " more entr%s, of ", t->left_count == 1 ? "y" : "ies");
    counted_text(handshakes, "handshake", out);
    text_add(out, ", not shown here (--verbose shows them):");
    page_newline(&t->page);
    page_wrap(&t->page, 0, ENTRY_MARGIN, text_string(out));
    page_newline(&t->page);
}

static void say_rule_left(struct sink_text *t, size_t first)
{
    uint64_t handshakes = 0;
    const char *rule = entry_rule(t->left[first]);
    for (size_t i = first; i < t->left_count; i++)
        if (strcmp(entry_rule(t->left[i]), rule) == 0)
            handshakes += t->left[i]->count;
    struct text *out = begin(t);
    counted_text(handshakes, "time", out);
    text_format(out, " %s", rule);
    page_line(&t->page, ENTRY_MARGIN, text_string(out));
}

/* The entries not shown, by rule, in the order in which each rule appears. */
static void say_rest(struct sink_text *t)
{
    if (t->left_count)
        say_leftovers(t);
    for (size_t i = 0; i < t->left_count; i++) {
        size_t before = 0;
        while (strcmp(entry_rule(t->left[before]), entry_rule(t->left[i])) != 0)
            before++;
        if (before == i)
            say_rule_left(t, i);
    }
}

static bool worth_showing(const struct sink_text *t, const struct entry *e)
{
    size_t alike = 0;
    for (size_t i = 0; i < t->shown_count; i++)
        alike += strcmp(entry_rule(t->shown[i]), entry_rule(e)) == 0;
    return t->sink.options.details || (t->shown_count < ENTRIES_SHOWN && alike < SHOWN_OF_A_RULE);
}

static void say_entries(struct sink_text *t, const struct summary *summary)
{
    size_t count;
    struct entry *const *all = entries_sorted(t->entries, &count);
    t->left = must_realloc(t->left, count * sizeof *t->left);
    t->shown_count = t->left_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (worth_showing(t, all[i]))
            say_entry(t, all[i], summary->first.time_us);
        else
            t->left[t->left_count++] = all[i];
    }
    say_rest(t);
}

/* ---- what was not looked at ---- */

static void say_aside(struct sink_text *t, const char *label, const char *text)
{
    struct text *out = begin(t);
    text_format(out, "%s: ", label);
    text_add_wire(out, text, strlen(text));
    page_newline(&t->page);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
}

static void say_tallies(struct sink_text *t, const struct summary *summary)
{
    struct text *out = begin(t);
    for (size_t i = 0; i < summary->tally_count; i++) {
        const struct tally *tally = &summary->tallies[i];
        if (tally->count == 0)
            continue;
        text_add(out, out->len ? "; " : "Not looked at: ");
        count_text(tally->count, out);
        text_format(out, " %s", tally->about);
    }
    if (out->len == 0)
        return;
    page_newline(&t->page);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
}

static void say_others(struct sink_text *t, const struct summary *summary)
{
    if (summary->other_count == 0)
        return;
    struct text *out = begin(t);
    for (size_t i = 0; i < summary->other_count; i++) {
        text_add(out, i ? ", " : "Other protocols, in flows: ");
        text_format(out, "%s ", summary->others[i].name);
        count_text(summary->others[i].flows, out);
    }
    page_newline(&t->page);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
}

static void say_summary(struct sink_text *t, const struct summary *summary)
{
    if (t->listing)
        page_newline(&t->page);
    unsigned column = say_verdict(t, summary);
    uint64_t warnings[SEVERITY_ERROR + 1] = { 0 };
    count_warnings(t, warnings);
    if (!summary->handshakes[OUTCOME_FAILED])
        say_warnings(t, warnings, column);
    page_newline(&t->page);
    say_extent(t, summary);
    say_chosen(t, summary);
    say_entries(t, summary);
    if (summary->damaged)
        say_aside(t, "Damaged", summary->damaged);
    if (summary->note && !nothing_found(summary))
        say_aside(t, "Note", summary->note);
    say_tallies(t, summary);
    say_others(t, summary);
}

/* ---- one line a capture ---- */

/* ": tls.certificate.expired 2, net.syn.unanswered 1" */
static void say_causes_in_line(struct sink_text *t, const struct causes *causes)
{
    struct text *out = begin(t);
    size_t shown = causes->count < CAUSES_SHOWN ? causes->count : CAUSES_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        text_format(out, "%s%s ", i ? ", " : ": ", causes->list[i].id);
        count_text(causes->list[i].count, out);
    }
    if (causes->count > shown)
        text_format(out, " and %zu more", causes->count - shown);
    text_add(&t->page.text, text_string(out));
}

static void say_line(struct sink_text *t, const struct summary *summary)
{
    unsigned columns = t->page.columns;
    t->page.columns = UINT32_MAX; /* for scripts that read lines */
    unsigned column = say_verdict(t, summary);
    say_warnings(t, t->flawed, column);
    memset(t->flawed, 0, sizeof t->flawed);
    say_causes_in_line(t, &summary->causes);
    if (summary->damaged)
        text_add(&t->page.text, "; damaged");
    page_newline(&t->page);
    t->page.columns = columns;
}

/* ---- one handshake ---- */

static void say_missed(struct sink_text *t, const struct summary *summary)
{
    uint64_t all = 0;
    for (int i = 0; i < 4; i++)
        all += summary->handshakes[i];
    struct text *out = begin(t);
    text_add_wire(out, summary->capture, strlen(summary->capture));
    text_format(out, ": no handshake %" PRIu64 ", there ", t->sink.options.ladder);
    text_add(out, all == 1 ? "is " : "are ");
    count_text(all, out);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
}

/* ---- what a sink is told ---- */

static void text_begin(struct sink *s, const char *capture, const struct handshake *first)
{
    struct sink_text *t = (struct sink_text *)s;
    bool more = s->options.brevity == BREVITY_NONE && !s->options.ladder;
    t->listing = more && (s->options.details || s->options.live);
    t->listed_since_us = first->first.time_us;
    if (!t->listing)
        return;
    struct text *out = begin(t);
    text_add(out, t->sink.options.details ? "Every handshake in " : "Failures in ");
    text_add_wire(out, capture, strlen(capture));
    text_add(out, ", ");
    add_date(out, t->listed_since_us);
    text_add(out, ":");
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
    page_write(&t->page, t->sink.options.out);
}

static void list(struct sink_text *t, const struct verdict *v)
{
    handshake_line(&t->page, v, t->listed_since_us);
    page_write(&t->page, t->sink.options.out);
}

/* While somebody watches, what is new is told in full and at once, and what
 * fails again in a line. The summary tells all of it once more, in order. */
static void say_live(struct sink_text *t, const struct verdict *v, const struct entry *begun)
{
    if (begun && v->outcome != OUTCOME_UNKNOWN)
        say_entry(t, begun, t->listed_since_us);
    else if (v->outcome == OUTCOME_FAILED && !t->sink.options.details)
        list(t, v);
    fflush(t->sink.options.out);
}

static void text_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_text *t = (struct sink_text *)s;
    if (s->options.ladder == v->handshake->number) {
        handshake_in_full(&t->page, capture, v);
        page_write(&t->page, s->options.out);
        t->found = true;
    }
    if (s->options.brevity != BREVITY_NONE && v->outcome == OUTCOME_COMPLETED &&
        v->finding_count > 0)
        t->flawed[v->findings[0].severity]++;
    if (s->options.ladder || s->options.brevity != BREVITY_NONE)
        return;
    if (s->options.details)
        list(t, v);
    const struct entry *begun = entries_add(t->entries, v);
    if (s->options.live)
        say_live(t, v, begun);
}

static void text_summary(struct sink *s, const struct summary *summary)
{
    struct sink_text *t = (struct sink_text *)s;
    bool wrong = summary->handshakes[OUTCOME_FAILED] > 0 || summary->damaged;
    if (s->options.ladder && !t->found)
        say_missed(t, summary);
    else if (s->options.ladder)
        ; /* it was told */
    else if (s->options.brevity == BREVITY_NONE)
        say_summary(t, summary);
    else if (s->options.brevity == BREVITY_LINE || (s->options.brevity == BREVITY_WRONG && wrong))
        say_line(t, summary);
    page_write(&t->page, s->options.out);
    entries_clear(t->entries);
    t->shown_count = 0;
    t->listing = t->found = false;
}

/* ---- all captures ---- */

static void say_cause(struct sink_text *t, const struct cause_count *cause, bool audit)
{
    struct text *out = begin(t);
    text_format(out, "%8" PRIu64 "  ", cause->count);
    text_add(&t->page.text, text_string(out));
    unsigned column = (unsigned)out->len;
    out = begin(t);
    text_add(out, cause->id);
    if (audit && cause->example) {
        text_add(out, ", in ");
        if (cause->captures > 1) {
            count_text(cause->captures, out);
            text_add(out, " captures such as ");
        }
        text_add_wire(out, cause->example, strlen(cause->example));
    }
    page_wrap(&t->page, column, column, text_string(out));
    page_newline(&t->page);
}

static void say_others_of(struct sink_text *t, uint64_t count, const char *what)
{
    struct text *out = begin(t);
    text_format(out, "%8" PRIu64 "  %s", count, what);
    if (count)
        page_line(&t->page, 0, text_string(out));
}

static void text_total(struct sink *s, const struct total *total)
{
    struct sink_text *t = (struct sink_text *)s;
    if (s->options.ladder)
        return;
    struct text *out = begin(t);
    text_add(out, "In all: ");
    counted_text(total->captures, "capture", out);
    text_add(out, ", ");
    add_outcomes(out, total->handshakes);
    page_newline(&t->page);
    page_style(&t->page, STYLE_STRONG);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
    page_newline(&t->page);
    for (size_t i = 0; i < total->causes.count; i++)
        say_cause(t, &total->causes.list[i], total->audit);
    say_others_of(t, total->causes.others, "of causes that are too many to list");
    say_others_of(t, total->unreadable, "captures could not be read to their end");
    say_others_of(t, total->not_captures, "files in the folders are no captures");
    page_write(&t->page, s->options.out);
}

static const char *text_between(const struct sink *s)
{
    return s->options.brevity == BREVITY_NONE ? "\n" : "";
}

static void text_close(struct sink *s)
{
    struct sink_text *t = (struct sink_text *)s;
    entries_free(t->entries);
    page_free(&t->page);
    text_free(&t->scratch);
    free(t->shown);
    free(t->left);
}

const struct sink_kind sink_text = {
    .name = "text",
    .about = "for people",
    .size = sizeof(struct sink_text),
    .lines = true,
    .between = text_between,
    .open = text_open,
    .begin = text_begin,
    .handshake = text_handshake,
    .summary = text_summary,
    .total = text_total,
    .close = text_close,
};
