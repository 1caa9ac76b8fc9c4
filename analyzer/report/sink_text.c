/* sink_text.c - the report for people: what went wrong, at whom, why, how it
 * can be seen, and what to do, the worst first.
 *
 * What handshakes have in common is found by entries.c, lines are laid out by
 * page.c; here is what is said, and in which words. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "handshake/dissector.h"
#include "report/entries.h"
#include "report/page.h"
#include "report/sink.h"

enum { MARGIN = 4, INDENT = 12 };
/* What people will read; --details shows all. */
enum { ENTRIES_SHOWN = 30, SHOWN_OF_A_RULE = 8 };

struct sink_text {
    struct sink sink;
    struct entries *entries;
    struct page page;
    struct text scratch;
    const struct entry **shown, **left; /* of this capture; shown by number - 1 */
    size_t shown_count, shown_cap, left_count;
    bool listing; /* handshakes of the next summary's capture were listed */
    int64_t listed_since_us;
};

static void text_open(struct sink *s)
{
    struct sink_text *t = (struct sink_text *)s;
    t->entries = entries_new(s->options.details);
    t->page = page_new(s->options.columns, s->options.colour, s->options.utf8);
}

/* begin gives the scratch text, emptied, to build one phrase in. */
static struct text *begin(struct sink_text *t)
{
    text_clear(&t->scratch);
    return &t->scratch;
}

/* ---- words ---- */

static void add_protocol(struct text *out, const char *name)
{
    if (strcmp(name, "coap") == 0) {
        text_add(out, "CoAP");
        return;
    }
    for (; *name; name++)
        text_add_char(out, (char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name));
}

static void add_address(struct text *out, const struct address *a)
{
    char buf[ADDRESS_TEXT_LEN];
    text_add(out, a->len ? address_text(a, buf) : "an unseen address");
}

static void add_endpoint(struct text *out, const struct endpoint *end)
{
    bool brackets = end->address.len == 16 && end->port;
    text_add(out, brackets ? "[" : "");
    add_address(out, &end->address);
    text_add(out, brackets ? "]" : "");
    if (end->port)
        text_format(out, ":%u", end->port);
}

static void add_arrow(struct sink_text *t, struct text *out)
{
    text_add(out, t->page.utf8 ? " → " : " -> ");
}

enum { DATE_LEN = 10, CLOCK_LEN = 19 };

/* The date and time, or the time alone when the date is that of since. */
static void add_clock(struct text *out, int64_t time_us, int64_t since_us)
{
    char text[TIME_TEXT_LEN], since[TIME_TEXT_LEN];
    time_text(time_us, false, text);
    time_text(since_us, false, since);
    text[DATE_LEN] = ' ';
    text[CLOCK_LEN] = 0;
    text_add(out, strncmp(text, since, DATE_LEN) == 0 ? text + DATE_LEN + 1 : text);
}

static const int64_t no_day = INT64_MIN;

static void add_duration(struct text *out, int64_t us)
{
    static const struct field duration = { .type = FIELD_TYPE_DURATION };
    value_text(&duration, &(struct value){ .is.number = us, .present = true }, out);
}

/* ---- the first line ---- */

static void add_part(struct text *out, uint64_t count, uint64_t all, const char *word)
{
    if (count == 0)
        return;
    text_add(out, ", ");
    if (count < all)
        count_text(count, out);
    else if (all > 1)
        text_add(out, "all");
    text_format(out, "%s%s", count == 1 && all == 1 ? "" : " ", word);
}

/* "14 handshakes, 9 completed, 4 failed, 1 unknown" */
static void add_outcomes(struct text *out, const uint64_t handshakes[4])
{
    uint64_t all = 0;
    for (int i = 0; i < 4; i++)
        all += handshakes[i];
    counted_text(all, "handshake", out);
    add_part(out, handshakes[OUTCOME_COMPLETED], all, "completed");
    add_part(out, handshakes[OUTCOME_FAILED], all, "failed");
    add_part(out, handshakes[OUTCOME_UNKNOWN] + handshakes[OUTCOME_OPEN], all, "unknown");
}

/* add_span adds one clock, or "one to another" when they read differently. */
static void add_span(struct text *out, int64_t from_us, int64_t to_us, int64_t since_us)
{
    add_clock(out, from_us, since_us);
    if (from_us / 1000000 == to_us / 1000000)
        return;
    text_add(out, " to ");
    add_clock(out, to_us, from_us);
}

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

static void say_verdict(struct sink_text *t, const struct summary *summary)
{
    struct text *out = begin(t);
    text_add_wire(out, summary->capture, strlen(summary->capture));
    text_add(out, ":");
    page_style(&t->page, STYLE_STRONG);
    unsigned column = page_wrap(&t->page, 0, 2, text_string(out));
    page_style(&t->page, STYLE_PLAIN);
    text_add_char(&t->page.text, ' ');

    out = begin(t);
    if (nothing_found(summary))
        add_nothing(out, summary);
    else
        add_outcomes(out, summary->handshakes);
    if (summary->packets) {
        text_add(out, " (");
        add_span(out, summary->first.time_us, summary->last.time_us, no_day);
        text_add(out, " UTC)");
    }
    page_wrap(&t->page, column + 1, 2, text_string(out));
    page_newline(&t->page);
}

/* ---- an entry ---- */

static void row(struct sink_text *t, const char *label, const char *text)
{
    page_row(&t->page, MARGIN, INDENT, label, text);
}

static const char *title_of(const struct entry *e)
{
    if (e->title)
        return e->title;
    return e->subject.outcome == OUTCOME_UNKNOWN ? "these packets don't tell how it ended"
                                                 : "no rule can tell the reason";
}

static void say_title(struct sink_text *t, const struct entry *e, size_t number)
{
    static const enum page_style styles[] = {
        [SEVERITY_INFO] = STYLE_STRONG,
        [SEVERITY_WARNING] = STYLE_DOUBTFUL,
        [SEVERITY_ERROR] = STYLE_BAD,
    };
    bool unknown = e->subject.outcome == OUTCOME_UNKNOWN;
    const char *word = unknown ? "unknown" : severity_name(e->severity);
    struct text *out = begin(t);
    text_format(out, "%-*zu", MARGIN, number);
    text_add(&t->page.text, text_string(out));
    page_style(&t->page, unknown ? STYLE_STRONG : styles[e->severity]);
    text_format(&t->page.text, "%s:", word);
    page_style(&t->page, STYLE_STRONG);
    text_add_char(&t->page.text, ' ');
    unsigned column = (unsigned)(out->len + strlen(word) + 2);
    page_wrap(&t->page, column, MARGIN, title_of(e));
    page_style(&t->page, STYLE_PLAIN);
    page_newline(&t->page);
}

/* "10.0.0.17, 10.0.0.18 and 3 more clients" */
static void add_clients(struct text *out, const struct entry *e)
{
    unsigned shown = e->client_count < ENTRY_CLIENTS_SHOWN ? e->client_count : ENTRY_CLIENTS_SHOWN;
    unsigned more = e->client_count - shown;
    for (unsigned i = 0; i < shown; i++) {
        if (i)
            text_add(out, i + 1 == shown && more == 0 ? " and " : ", ");
        add_address(out, &e->clients[i]);
    }
    if (e->clients_many)
        text_format(out, " and more than %u other clients", more);
    else if (more)
        text_format(out, " and %u more client%s", more, more == 1 ? "" : "s");
}

static void add_server(struct text *out, const struct entry *e)
{
    add_endpoint(out, &e->ends[SERVER]);
    text_add(out, " (");
    add_protocol(out, e->protocol);
    if (e->inside) {
        text_add(out, " inside ");
        add_protocol(out, e->inside);
    }
    text_add(out, ")");
}

/* Of an entry for any server only the first handshake's ends can be named. */
static void say_who(struct sink_text *t, const struct entry *e)
{
    struct text *out = begin(t);
    if (e->subject.anywhere || e->count == 1)
        add_endpoint(out, &e->ends[CLIENT]);
    else
        add_clients(out, e);
    add_arrow(t, out);
    add_server(out, e);
    if (e->named)
        text_format(out, ", %s%s", e->count > 1 ? "the first " : "", e->named);
    row(t, e->subject.anywhere && e->count > 1 ? "first" : "who", text_string(out));
}

static void say_when(struct sink_text *t, const struct entry *e, int64_t since_us)
{
    struct text *out = begin(t);
    if (e->count > 1)
        counted_text(e->count, "time", out);
    text_add(out, e->count > 1 ? ", " : "");
    add_span(out, e->first.time_us, e->last.time_us, since_us);
    if (e->subject.anywhere && e->subject.outcome != OUTCOME_UNKNOWN)
        text_add(out, ", at servers that there were too many of to list each");
    row(t, "when", text_string(out));
}

static void say_what(struct sink_text *t, const struct entry *e)
{
    struct text *out = begin(t);
    if (!e->state)
        return;
    text_add(out, e->count > 1 ? "the first stopped" : "stopped");
    if (e->duration_us > 0) {
        text_add(out, " after ");
        add_duration(out, e->duration_us);
    }
    if (e->waiting_for)
        text_format(out, ", waiting for %s", e->waiting_for);
    text_format(out, " (state %s)", e->state);
    row(t, "what", text_string(out));
}

static void say_part(struct sink_text *t, const char *label, const char *text)
{
    if (text)
        row(t, label, text);
}

static void add_frames(struct text *out, const struct entry *e, const char *between,
                       const char *last)
{
    for (size_t i = 0; i < e->frame_count; i++) {
        if (i)
            text_add(out, i + 1 == e->frame_count ? last : between);
        text_format(out, "%" PRIu64, e->frames[i]);
    }
}

/* A display filter for Wireshark, in one piece, to be pasted. */
static void say_filter(struct sink_text *t, const struct entry *e)
{
    static const char *const ports[] = { [TRANSPORT_TCP] = "tcp", [TRANSPORT_UDP] = "udp" };
    const struct endpoint *client = &e->ends[CLIENT];
    struct text *out = begin(t);
    if (client->address.len == 0)
        return;
    bool v6 = client->address.len == 16;
    if (e->transport == TRANSPORT_ARP) {
        text_add(out, v6 ? "icmpv6.nd.ns.target_address == " : "arp.dst.proto_ipv4 == ");
        add_address(out, &e->ends[SERVER].address);
    } else {
        text_add(out, v6 ? "ipv6.addr == " : "ip.addr == ");
        add_address(out, &client->address);
        text_format(out, " && %s.port == %u", ports[e->transport], client->port);
    }
    page_line(&t->page, INDENT, text_string(out));
}

static void add_frame_filter(struct text *out, const struct entry *e)
{
    text_add(out, "frame.number in {");
    add_frames(out, e, ",", ",");
    text_add(out, "}");
}

/* "frames 6 and 9 of the first, 10.0.0.17:40112; in Wireshark:" */
static void add_proof(struct text *out, const struct entry *e)
{
    if (e->frame_count) {
        text_add(out, e->frame_count == 1 ? "frame " : "frames ");
        add_frames(out, e, ", ", " and ");
        text_add(out, e->count > 1 ? " of the first, " : "; ");
    } else if (e->count > 1) {
        text_add(out, "the first is ");
    }
    if (e->count > 1) {
        add_endpoint(out, &e->ends[CLIENT]);
        text_add(out, "; ");
    }
    text_add(out, "in Wireshark:");
}

static void say_proof(struct sink_text *t, const struct entry *e)
{
    if (e->frame_count == 0 && e->ends[CLIENT].address.len == 0)
        return;
    struct text *out = begin(t);
    add_proof(out, e);
    row(t, "proof", text_string(out));
    say_filter(t, e);
    if (e->frame_count == 0)
        return;
    out = begin(t);
    add_frame_filter(out, e);
    page_line(&t->page, INDENT, text_string(out));
}

/* The proof of a warning or of one more alike, in one line. */
static void say_frames(struct sink_text *t, const struct entry *e)
{
    struct text *out = begin(t);
    if (e->frame_count == 0)
        return;
    add_frame_filter(out, e);
    row(t, "proof", text_string(out));
}

static void say_fault(struct sink_text *t, const struct entry *e)
{
    static const char *const whose[] = {
        [FAULT_CLIENT] = "the client's",
        [FAULT_SERVER] = "the server's",
        [FAULT_NETWORK] = "the network's",
    };
    static const char *const how_sure[] = {
        [CERTAINTY_PROVEN] = "proven by these packets",
        [CERTAINTY_LIKELY] = "likely: inferred from what was seen",
        [CERTAINTY_POSSIBLE] = "possible: other reasons would look the same",
    };
    struct text *out = begin(t);
    if (e->fault == FAULT_UNKNOWN)
        text_add(out, "whose it is can't be told from these packets");
    else
        text_format(out, "%s, %s", whose[e->fault], how_sure[e->certainty]);
    row(t, "fault", text_string(out));
}

static void say_also(struct sink_text *t, const struct entry *e)
{
    const char *label = "also";
    for (const char *at = e->also; at && *at; label = "") {
        size_t len = strcspn(at, "\n");
        struct text *out = begin(t);
        text_add_bytes(out, at, len);
        row(t, label, text_string(out));
        at += len + (at[len] != 0);
    }
}

static void say_more(struct sink_text *t, const struct entry *e)
{
    if (!e->subject.rule)
        return;
    page_spaces(&t->page, MARGIN);
    page_style(&t->page, STYLE_FAINT);
    text_format(&t->page.text, "%-*shandshark explain %s", INDENT - MARGIN, "more",
                e->subject.rule);
    page_style(&t->page, STYLE_PLAIN);
    page_newline(&t->page);
}

/* same_words tells whether two texts, each of which may be NULL, are equal. */
static bool same_words(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *rule_or_none(const struct entry *e)
{
    return e->subject.rule ? e->subject.rule : "(no rule can tell the reason)";
}

/* The number of the entry above that says why and what to do in the same words;
 * 0 when there is none. */
static size_t said_above(const struct sink_text *t, const struct entry *e)
{
    for (size_t i = 0; i < t->shown_count && e->subject.rule; i++) {
        const struct entry *above = t->shown[i];
        if (same_words(above->subject.rule, e->subject.rule) && same_words(above->why, e->why) &&
            same_words(above->fix, e->fix) && above->subject.outcome == e->subject.outcome)
            return i + 1;
    }
    return 0;
}

static void say_again(struct sink_text *t, const struct entry *e, size_t above)
{
    say_frames(t, e);
    struct text *out = begin(t);
    text_format(out, "%s as in %zu", e->why && e->fix ? "why and fix" : "the rest", above);
    row(t, "more", text_string(out));
}

/* A failure, and an error after success, is told in full. */
static void say_in_full(struct sink_text *t, const struct entry *e)
{
    if (e->subject.outcome == OUTCOME_FAILED)
        say_what(t, e);
    say_part(t, "why", e->why);
    say_proof(t, e);
    say_part(t, "fix", e->fix);
    if (e->subject.rule)
        say_fault(t, e);
    say_also(t, e);
    say_more(t, e);
}

/* What is unknown has a reason, a warning a proof. */
static void say_in_short(struct sink_text *t, const struct entry *e)
{
    if (e->subject.outcome == OUTCOME_UNKNOWN)
        say_part(t, "why", e->why);
    else
        say_frames(t, e);
    say_part(t, "fix", e->fix);
    say_more(t, e);
}

static void say_entry(struct sink_text *t, const struct entry *e, int64_t since_us)
{
    size_t above = said_above(t, e);
    page_newline(&t->page);
    say_title(t, e, t->shown_count + 1);
    say_who(t, e);
    say_when(t, e, since_us);
    if (above)
        say_again(t, e, above);
    else if (e->severity == SEVERITY_ERROR && e->subject.outcome != OUTCOME_UNKNOWN)
        say_in_full(t, e);
    else
        say_in_short(t, e);
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
    text_add(out, ", not shown here (--details shows them):");
    page_newline(&t->page);
    page_wrap(&t->page, 0, MARGIN, text_string(out));
    page_newline(&t->page);
}

static void say_rule_left(struct sink_text *t, size_t first)
{
    uint64_t handshakes = 0;
    const char *rule = rule_or_none(t->left[first]);
    for (size_t i = first; i < t->left_count; i++)
        if (same_words(rule_or_none(t->left[i]), rule))
            handshakes += t->left[i]->count;
    struct text *out = begin(t);
    counted_text(handshakes, "time", out);
    text_format(out, " %s", rule);
    page_line(&t->page, MARGIN, text_string(out));
}

/* The entries not shown, by rule, in the order in which each rule appears. */
static void say_rest(struct sink_text *t)
{
    if (t->left_count)
        say_leftovers(t);
    for (size_t i = 0; i < t->left_count; i++) {
        size_t before = 0;
        while (!same_words(rule_or_none(t->left[before]), rule_or_none(t->left[i])))
            before++;
        if (before == i)
            say_rule_left(t, i);
    }
}

static bool worth_showing(const struct sink_text *t, const struct entry *e)
{
    size_t alike = 0;
    for (size_t i = 0; i < t->shown_count; i++)
        alike += same_words(t->shown[i]->subject.rule, e->subject.rule);
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

static void text_summary(struct sink *s, const struct summary *summary)
{
    struct sink_text *t = (struct sink_text *)s;
    if (t->listing)
        page_newline(&t->page);
    t->listing = false;
    say_verdict(t, summary);
    say_entries(t, summary);
    if (summary->damaged)
        say_aside(t, "Damaged", summary->damaged);
    if (summary->note && !nothing_found(summary))
        say_aside(t, "Note", summary->note);
    say_tallies(t, summary);
    say_others(t, summary);
    page_write(&t->page, s->options.out);
    entries_clear(t->entries);
    t->shown_count = 0;
}

/* ---- every handshake, for those who ask ---- */

static void say_handshake(struct sink_text *t, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    struct text *out = begin(t);
    text_format(out, "%-5" PRIu64 " ", hs->number);
    add_clock(out, hs->first.time_us, t->listed_since_us);
    text_format(out, "  %-9s  ", outcome_name(v->outcome));
    add_protocol(out, hs->dissector->name);
    text_add(out, "  ");
    add_endpoint(out, &hs->ends[CLIENT]);
    add_arrow(t, out);
    add_endpoint(out, &hs->ends[SERVER]);
    if (v->finding_count)
        text_format(out, "  %s", v->cause ? v->cause->id : v->findings[0].id);
    page_line(&t->page, 0, text_string(out));
    page_write(&t->page, t->sink.options.out);
}

static void text_begin(struct sink *s, const char *capture, const struct handshake *first)
{
    struct sink_text *t = (struct sink_text *)s;
    t->listing = s->options.details || s->options.live;
    t->listed_since_us = first->first.time_us;
    if (!t->listing)
        return;
    char buf[TIME_TEXT_LEN];
    struct text *out = begin(t);
    text_add(out, t->sink.options.details ? "Every handshake in " : "Failures in ");
    text_add_wire(out, capture, strlen(capture));
    text_format(out, ", %.*s:", DATE_LEN, time_text(t->listed_since_us, false, buf));
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
    page_write(&t->page, t->sink.options.out);
}

/* While somebody watches, what is new is told in full and at once, and what
 * fails again in a line. The summary tells all of it once more, in order. */
static void say_live(struct sink_text *t, const struct verdict *v, const struct entry *begun)
{
    if (begun && v->outcome != OUTCOME_UNKNOWN)
        say_entry(t, begun, t->listed_since_us);
    else if (v->outcome == OUTCOME_FAILED && !t->sink.options.details)
        say_handshake(t, v);
    fflush(t->sink.options.out);
}

static void text_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_text *t = (struct sink_text *)s;
    (void)capture;
    if (s->options.details)
        say_handshake(t, v);
    const struct entry *begun = entries_add(t->entries, v);
    if (s->options.live)
        say_live(t, v, begun);
}

static void say_causes(struct sink_text *t, const struct causes *causes)
{
    for (size_t i = 0; i < causes->count; i++) {
        struct text *out = begin(t);
        text_format(out, "%8" PRIu64 "  %s", causes->list[i].count, causes->list[i].id);
        page_line(&t->page, 0, text_string(out));
    }
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
    struct text *out = begin(t);
    text_add(out, "In all: ");
    counted_text(total->captures, "capture", out);
    text_add(out, ", ");
    add_outcomes(out, total->handshakes);
    page_newline(&t->page);
    page_wrap(&t->page, 0, 2, text_string(out));
    page_newline(&t->page);
    if (total->audit) {
        say_causes(t, &total->causes);
        say_others_of(t, total->unreadable, "captures could not be read to their end");
        say_others_of(t, total->not_captures, "files in the folders are no captures");
    }
    page_write(&t->page, t->sink.options.out);
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
    .size = sizeof(struct sink_text),
    .about = "for people",
    .between = "\n",
    .open = text_open,
    .lines = true,
    .begin = text_begin,
    .handshake = text_handshake,
    .summary = text_summary,
    .total = text_total,
    .close = text_close,
};
