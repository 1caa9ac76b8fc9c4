/* entry_text.c - see entry_text.h. */
#include "report/entry_text.h"

#include <inttypes.h>
#include <string.h>

#include "report/phrases.h"

enum { MARGIN = ENTRY_MARGIN, INDENT = ENTRY_INDENT };

/* An entry being told: scratch is for one phrase at a time. */
struct telling {
    struct page *p;
    const struct entry *e;
    const struct entry_context *context;
    struct text scratch;
};

static struct text *begin(struct telling *t)
{
    text_clear(&t->scratch);
    return &t->scratch;
}

static void row(struct telling *t, const char *label, const char *text)
{
    page_row(t->p, MARGIN, INDENT, label, text);
}

/* ---- the title ---- */

static const char *title_of(const struct entry *e)
{
    if (e->title)
        return e->title;
    return e->subject.outcome == OUTCOME_UNKNOWN ? "these packets don't tell how it ended"
                                                 : "no rule can tell the reason";
}

static void say_title(struct telling *t)
{
    static const enum page_style styles[] = {
        [SEVERITY_INFO] = STYLE_STRONG,
        [SEVERITY_WARNING] = STYLE_DOUBTFUL,
        [SEVERITY_ERROR] = STYLE_BAD,
    };
    bool unknown = t->e->subject.outcome == OUTCOME_UNKNOWN;
    const char *word = unknown ? "unknown" : severity_name(t->e->severity);
    struct text *out = begin(t);
    text_format(out, "%-*zu", MARGIN, t->context->number);
    text_add(&t->p->text, text_string(out));
    page_style(t->p, unknown ? STYLE_STRONG : styles[t->e->severity]);
    text_format(&t->p->text, "%s:", word);
    page_style(t->p, STYLE_STRONG);
    text_add_char(&t->p->text, ' ');
    unsigned column = (unsigned)(out->len + strlen(word) + 2);
    page_wrap(t->p, column, MARGIN, title_of(t->e));
    page_style(t->p, STYLE_PLAIN);
    page_newline(t->p);
}

/* ---- who, when, whose fault ---- */

/* "10.0.0.17, 10.0.0.18 and 3 more clients" */
static void add_clients(struct text *out, const struct entry *e)
{
    unsigned shown = e->client_count < ENTRY_CLIENTS_SHOWN ? e->client_count : ENTRY_CLIENTS_SHOWN;
    unsigned more = e->client_count - shown;
    for (unsigned i = 0; i < shown; i++) {
        add_joint(out, i, shown + (more > 0));
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
static void say_who(struct telling *t)
{
    const struct entry *e = t->e;
    struct text *out = begin(t);
    if (e->subject.anywhere || e->count == 1)
        add_endpoint(out, &e->ends[CLIENT]);
    else
        add_clients(out, e);
    text_add(out, " → ");
    add_server(out, e);
    if (e->named)
        text_format(out, ", %s%s", e->count > 1 ? "the first " : "", e->named);
    row(t, e->subject.anywhere && e->count > 1 ? "first" : "who", text_string(out));
}

static void say_when(struct telling *t)
{
    const struct entry *e = t->e;
    struct text *out = begin(t);
    if (e->count > 1) {
        counted_text(e->count, "time", out);
        text_add(out, ", ");
    }
    add_span(out, e->first.time_us, e->last.time_us, t->context->since_us);
    if (e->subject.anywhere && e->subject.outcome != OUTCOME_UNKNOWN)
        text_add(out, ", at servers that there were too many of to list each");
    row(t, "when", text_string(out));
}

void fault_text(enum fault fault, enum certainty certainty, struct text *out)
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
    if (fault == FAULT_UNKNOWN)
        text_add(out, "whose it is can't be told from these packets");
    else
        text_format(out, "%s, %s", whose[fault], how_sure[certainty]);
}

static void say_fault(struct telling *t)
{
    struct text *out = begin(t);
    fault_text(t->e->fault, t->e->certainty, out);
    if (t->e->log_agrees && t->e->certainty == CERTAINTY_PROVEN && t->e->fault != FAULT_UNKNOWN)
        text_add(out, " and a log");
    row(t, "fault", text_string(out));
}

/* ---- the proof ---- */

static void add_frames(struct text *out, const struct entry *e, const char *between,
                       const char *last)
{
    for (size_t i = 0; i < e->frame_count; i++) {
        if (i)
            text_add(out, i + 1 == e->frame_count ? last : between);
        text_format(out, "%" PRIu64, e->frames[i]);
    }
}

static void add_frame_filter(struct text *out, const struct entry *e)
{
    text_add(out, "frame.number in {");
    add_frames(out, e, ",", ",");
    text_add(out, "}");
}

/* A display filter for Wireshark, in one piece, to be pasted. */
static void say_filter(struct telling *t)
{
    static const char *const ports[] = { [TRANSPORT_TCP] = "tcp", [TRANSPORT_UDP] = "udp" };
    const struct endpoint *client = &t->e->ends[CLIENT];
    struct text *out = begin(t);
    if (client->address.len == 0)
        return;
    bool v6 = client->address.len == 16;
    if (t->e->transport == TRANSPORT_ARP) {
        text_add(out, v6 ? "icmpv6.nd.ns.target_address == " : "arp.dst.proto_ipv4 == ");
        add_address(out, &t->e->ends[SERVER].address);
    } else {
        text_add(out, v6 ? "ipv6.addr == " : "ip.addr == ");
        add_address(out, &client->address);
        text_format(out, " && %s.port == %u", ports[t->e->transport], client->port);
    }
    page_line(t->p, INDENT, text_string(out));
}

/* "frames 6 and 9 of the first; in Wireshark:" */
static void add_proof(struct text *out, const struct entry *e)
{
    if (e->frame_count) {
        text_add(out, e->frame_count == 1 ? "frame " : "frames ");
        add_frames(out, e, ", ", " and ");
        text_add(out, e->count > 1 ? " of the first" : "");
    } else if (e->count > 1) {
        text_add(out, "the first is ");
        add_endpoint(out, &e->ends[CLIENT]);
    }
    text_add(out, out->len ? "; in Wireshark:" : "in Wireshark:");
}

static void say_proof(struct telling *t)
{
    if (t->e->frame_count == 0 && t->e->ends[CLIENT].address.len == 0)
        return;
    struct text *out = begin(t);
    add_proof(out, t->e);
    row(t, "proof", text_string(out));
    say_filter(t);
    if (t->e->frame_count == 0)
        return;
    out = begin(t);
    add_frame_filter(out, t->e);
    page_line(t->p, INDENT, text_string(out));
}

/* The proof of a warning or of one more alike, in one line. */
static void say_frames(struct telling *t)
{
    struct text *out = begin(t);
    if (t->e->frame_count == 0)
        return;
    add_frame_filter(out, t->e);
    row(t, "proof", text_string(out));
}

/* ---- the rest ---- */

static void say_part(struct telling *t, const char *label, const char *text)
{
    if (text)
        row(t, label, text);
}

static void say_ladder(struct telling *t)
{
    if (!t->e->ladder)
        return;
    page_newline(t->p);
    ladder_draw(t->e->ladder, t->p, MARGIN);
    page_newline(t->p);
}

/* A line a row. */
static void say_lines(struct telling *t, const char *label, const char *lines)
{
    for (const char *at = lines; at && *at; label = "") {
        size_t len = strcspn(at, "\n");
        struct text *out = begin(t);
        text_add_bytes(out, at, len);
        row(t, label, text_string(out));
        at += len + (at[len] != 0);
    }
}

static void say_more(struct telling *t)
{
    if (!t->e->subject.rule)
        return;
    page_spaces(t->p, MARGIN);
    page_style(t->p, STYLE_FAINT);
    text_format(&t->p->text, "%-*shandshark explain %s", INDENT - MARGIN, "more",
                t->e->subject.rule);
    page_style(t->p, STYLE_PLAIN);
    page_newline(t->p);
}

/* A failure, and an error after success, is told in full. */
static void say_in_full(struct telling *t)
{
    if (t->e->subject.rule)
        say_fault(t);
    say_ladder(t);
    say_part(t, "why", t->e->why);
    say_part(t, "fix", t->e->fix);
    say_proof(t);
    say_lines(t, "log", t->e->log);
    say_lines(t, "worked", t->e->change);
    say_lines(t, "also", t->e->also);
    say_more(t);
}

/* What is unknown has a reason, a warning a proof. */
static void say_in_short(struct telling *t)
{
    if (t->e->subject.outcome == OUTCOME_UNKNOWN)
        say_part(t, "why", t->e->why);
    else
        say_frames(t);
    say_part(t, "fix", t->e->fix);
    say_lines(t, "log", t->e->log);
    say_more(t);
}

static void say_again(struct telling *t)
{
    say_frames(t);
    struct text *out = begin(t);
    text_format(out, "%s as in %zu", t->e->why && t->e->fix ? "why and fix" : "the rest",
                t->context->above);
    row(t, "more", text_string(out));
}

void entry_text(struct page *p, const struct entry *e, const struct entry_context *context)
{
    struct telling t = { p, e, context, { 0 } };
    say_title(&t);
    say_who(&t);
    say_when(&t);
    if (context->above)
        say_again(&t);
    else if (e->severity == SEVERITY_ERROR && e->subject.outcome != OUTCOME_UNKNOWN)
        say_in_full(&t);
    else
        say_in_short(&t);
    text_free(&t.scratch);
}

/* ---- comparing ---- */

/* same_words tells whether two texts, each of which may be NULL, are equal. */
static bool same_words(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool entry_says_the_same(const struct entry *a, const struct entry *b)
{
    return a->subject.rule && same_words(a->subject.rule, b->subject.rule) &&
           a->subject.outcome == b->subject.outcome && same_words(a->why, b->why) &&
           same_words(a->fix, b->fix);
}

const char *entry_rule(const struct entry *e)
{
    return e->subject.rule ? e->subject.rule : "(no rule can tell the reason)";
}
