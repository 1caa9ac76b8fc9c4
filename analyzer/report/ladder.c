/* ladder.c - see ladder.h. */
#include "report/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "handshake/dissector.h"
#include "report/phrases.h"

/* ---- making one ---- */

static const char *message_of(const struct handshake *hs, const struct event *e)
{
    return hs->dissector->machine->messages[e->message];
}

/* Not a message: that none came. */
static bool is_silence(const struct handshake *hs, const struct event *e)
{
    return e->from == NOBODY || strcmp(message_of(hs, e), "silence") == 0;
}

static bool same_event(const struct handshake *hs, const struct event *a, const struct event *b)
{
    bool same_note = a->note && b->note ? strcmp(a->note, b->note) == 0 : a->note == b->note;
    return a->at.frame == b->at.frame && a->from == b->from && a->message == b->message &&
           same_note && !is_silence(hs, a);
}

static bool same_rung(const struct handshake *hs, const struct event *a, const struct event *b)
{
    return a->at.frame != 0 && a->at.frame == b->at.frame && a->from == b->from &&
           !is_silence(hs, a) && !is_silence(hs, b);
}

/* Adds events i and those like it, of a rung; gives the first event behind. */
static uint32_t add_event(struct text *out, const struct handshake *hs, uint32_t i)
{
    const struct event *e = &hs->events[i];
    uint32_t count = 1;
    while (i + count < hs->event_count && same_event(hs, e, &hs->events[i + count]))
        count++;
    if (count > 1)
        text_format(out, "%u× ", count);
    text_add(out, message_of(hs, e));
    if (e->note)
        text_format(out, ": %s", e->note);
    if (!e->expected)
        text_add(out, " (unexpected)");
    return i + count;
}

static void add_silence(struct text *out, const struct handshake *hs)
{
    const char *waiting_for = machine_state(hs->dissector->machine, hs)->waiting_for;
    text_add(out, waiting_for ? "silence instead of " : "silence");
    text_add(out, waiting_for ? waiting_for : "");
}

static uint32_t add_rung(struct ladder *l, const struct handshake *hs, uint32_t i)
{
    struct text text = { 0 };
    const struct event *first = &hs->events[i];
    struct rung *rung = &l->rungs[l->count++];
    bool silence = is_silence(hs, first);
    bool timed = first->at.time_us != 0;
    *rung = (struct rung){ .offset_us = timed ? first->at.time_us - hs->first.time_us : -1,
                           .frame = first->at.frame,
                           .from = silence ? NOBODY : first->from };
    if (silence) {
        add_silence(&text, hs);
        i++;
    }
    for (bool more = !silence; more;
         more = i < hs->event_count && same_rung(hs, first, &hs->events[i])) {
        text_add(&text, text.len ? ", " : "");
        i = add_event(&text, hs, i);
    }
    rung->text = must_strdup(text_string(&text));
    text_free(&text);
    return i;
}

static bool is_proof(const struct finding *cause, uint64_t frame)
{
    for (size_t i = 0; cause && i < cause->frame_count; i++)
        if (cause->frames[i] == frame)
            return true;
    return !cause;
}

/* Where it broke is the last packet that proves the cause, or else where it ended. */
static void mark(struct ladder *l, const struct finding *cause)
{
    size_t at = l->count;
    while (at > 0 && !is_proof(cause, l->rungs[at - 1].frame))
        at--;
    l->rungs[(at > 0 ? at : l->count) - 1].marked = true;
}

static size_t marked_rung(const struct ladder *l)
{
    size_t at = l->count - 1;
    while (at > 0 && !l->rungs[at].marked)
        at--;
    return l->rungs[at].marked ? at : l->count - 1;
}

static void drop(struct ladder *l, size_t at, size_t count)
{
    for (size_t i = at; i < at + count; i++)
        free(l->rungs[i].text);
    memmove(&l->rungs[at], &l->rungs[at + count], (l->count - at - count) * sizeof *l->rungs);
    l->count -= count;
    l->left_out += count;
}

/* What matters is how it begins and where it breaks. */
static void shorten(struct ladder *l, size_t max)
{
    if (l->count <= max)
        return;
    size_t behind = marked_rung(l) + 2;
    if (behind < l->count)
        drop(l, behind, l->count - behind);
    l->cut_at = l->count;
    if (l->count <= max)
        return;
    l->cut_at = max / 2;
    drop(l, l->cut_at, l->count - max);
}

struct ladder *ladder_new(const struct verdict *v, const struct finding *cause, size_t max)
{
    const struct handshake *hs = v->handshake;
    if (hs->event_count == 0 || !hs->dissector->machine || !hs->dissector->machine->messages)
        return NULL;
    struct ladder *l = must_calloc(1, sizeof *l);
    l->rungs = must_calloc(hs->event_count, sizeof *l->rungs);
    l->ends[CLIENT] = hs->ends[CLIENT];
    l->ends[SERVER] = hs->ends[SERVER];
    for (uint32_t i = 0; i < hs->event_count;)
        i = add_rung(l, hs, i);
    if (v->outcome == OUTCOME_FAILED)
        mark(l, cause);
    if (v->outcome == OUTCOME_FAILED && l->rungs[l->count - 1].from != NOBODY)
        l->missing = machine_state(hs->dissector->machine, hs)->waiting_for;
    l->cut_at = l->count;
    l->left_out = hs->events_lost;
    shorten(l, max);
    l->rungs = must_realloc(l->rungs, l->count * sizeof *l->rungs);
    return l;
}

void ladder_free(struct ladder *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++)
        free(l->rungs[i].text);
    free(l->rungs);
    free(l);
}

size_t ladder_len(const struct ladder *l)
{
    size_t len = sizeof *l + l->count * sizeof *l->rungs;
    for (size_t i = 0; i < l->count; i++)
        len += strlen(l->rungs[i].text) + 1;
    return len;
}

/* ---- drawing it ---- */

enum { TIME_LEN = 8, FRAME_LEN = 7, MARK_LEN = 2, SHAFT_MIN = 2 };

/* Where the rails are, and the room between them. */
struct rails {
    unsigned left, right, inside;
};

static struct rails rails_of(const struct page *p, unsigned margin)
{
    unsigned left = margin + TIME_LEN + FRAME_LEN + 1, right = p->columns - MARK_LEN - 1;
    return (struct rails){ left, right, right - left - 1 };
}

/* Adds text that ends at a column. */
static void add_right(struct page *p, const char *text, unsigned columns)
{
    struct text shown = { 0 };
    unsigned width = page_shown(p, text, &shown);
    page_spaces(p, width < columns ? columns - width : 0);
    text_add(&p->text, text_string(&shown));
    text_free(&shown);
}

static void draw_ends(const struct ladder *l, struct page *p, struct rails at)
{
    struct text client = { 0 }, server = { 0 };
    add_endpoint(&client, &l->ends[CLIENT]);
    add_endpoint(&server, &l->ends[SERVER]);
    if (client.len + server.len + 2 > at.inside + 2) { /* they are named above */
        text_clear(&client);
        text_clear(&server);
        text_add(&client, "client");
        text_add(&server, "server");
    }
    page_spaces(p, at.left);
    text_add(&p->text, client.data);
    add_right(p, server.data, at.inside + 2 - (unsigned)client.len);
    page_newline(p);
    text_free(&client);
    text_free(&server);
}

/* Silence is noticed at no moment of its own: it carries that of the packet before. */
static void draw_when(struct page *p, unsigned margin, const struct rung *rung)
{
    struct text time = { 0 }, frame = { 0 };
    bool known = rung->from != NOBODY;
    if (known && rung->offset_us > 0)
        add_duration(&time, rung->offset_us);
    else if (known && rung->offset_us == 0)
        text_add(&time, "0");
    if (known && rung->frame)
        text_format(&frame, "%llu", (unsigned long long)rung->frame);
    page_spaces(p, margin);
    page_style(p, STYLE_FAINT);
    add_right(p, text_string(&time), TIME_LEN);
    add_right(p, text_string(&frame), FRAME_LEN);
    page_style(p, STYLE_PLAIN);
    page_spaces(p, 1);
    text_free(&time);
    text_free(&frame);
}

static void draw_rail(struct page *p, const char *utf8)
{
    page_style(p, STYLE_FAINT);
    page_fill(p, utf8, '|', 1);
    page_style(p, STYLE_PLAIN);
}

static void draw_mark(struct page *p, const struct rung *rung, bool last)
{
    if (rung->marked && last) {
        page_spaces(p, 1);
        page_style(p, STYLE_BAD);
        page_fill(p, "✗", 'x', 1);
        page_style(p, STYLE_PLAIN);
    }
    page_newline(p);
}

/* One line of an arrow: "── text ────▶" or "◀─ text ─────", or where the text goes
 * on the text alone. */
static void draw_line(struct page *p, struct rails at, const struct rung *rung, const char *text,
                      size_t len, unsigned width, bool first)
{
    bool to_server = rung->from == CLIENT, arrow = first && rung->from != NOBODY;
    unsigned left = at.inside - width - 4; /* columns behind the text */
    draw_rail(p, arrow && to_server ? "├" : "│");
    if (arrow) {
        page_fill(p, to_server ? "─" : "◀", to_server ? '-' : '<', 1);
        page_fill(p, "─", '-', 1);
    } else {
        page_spaces(p, 2);
    }
    page_spaces(p, 1);
    page_style(p, rung->marked ? STYLE_BAD : STYLE_PLAIN);
    text_add_bytes(&p->text, text, len);
    page_style(p, STYLE_PLAIN);
    page_spaces(p, 1);
    if (arrow) {
        page_fill(p, "─", '-', left - to_server);
        page_fill(p, "▶", '>', to_server);
    } else {
        page_spaces(p, left);
    }
    draw_rail(p, arrow && !to_server ? "┤" : "│");
}

static void draw_rung(struct page *p, unsigned margin, struct rails at, const struct rung *rung)
{
    struct text shown = { 0 };
    page_shown(p, rung->text, &shown);
    const char *text = text_string(&shown);
    bool first = true;
    draw_when(p, margin, rung);
    do {
        unsigned width;
        size_t len = page_fit(text, at.inside - 4 - SHAFT_MIN, &width);
        if (!first)
            page_spaces(p, at.left);
        draw_line(p, at, rung, text, len, width, first);
        text += len;
        text += strspn(text, " ");
        draw_mark(p, rung, *text == 0);
        first = false;
    } while (*text);
    text_free(&shown);
}

static void draw_left_out(const struct ladder *l, struct page *p, unsigned margin, struct rails at)
{
    struct rung rung = { .offset_us = -1, .from = NOBODY };
    struct text text = { 0 };
    text_add(&text, "(");
    counted_text(l->left_out, "message", &text);
    text_add(&text, " not shown)");
    rung.text = text.data;
    draw_rung(p, margin, at, &rung);
    text_free(&text);
}

static void draw_missing(const struct ladder *l, struct page *p, unsigned margin, struct rails at)
{
    struct rung rung = { .offset_us = -1, .from = NOBODY };
    struct text text = { 0 };
    text_format(&text, "(then expected: %s)", l->missing);
    rung.text = text.data;
    draw_rung(p, margin, at, &rung);
    text_free(&text);
}

void ladder_draw(const struct ladder *l, struct page *p, unsigned margin)
{
    struct rails at = rails_of(p, margin);
    draw_ends(l, p, at);
    for (size_t i = 0; i <= l->count; i++) {
        if (i == l->cut_at && l->left_out)
            draw_left_out(l, p, margin, at);
        if (i < l->count)
            draw_rung(p, margin, at, &l->rungs[i]);
    }
    if (l->missing)
        draw_missing(l, p, margin, at);
}
