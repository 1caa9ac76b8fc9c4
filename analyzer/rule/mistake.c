/* mistake.c - collecting and printing the mistakes of a rule text.
 *
 *     rules/tls.rules:14:8: no field 'tls.alrt'
 *         when tls.alrt == handshake_failure
 *              ^~~~~~~~
 *     did you mean 'tls.alert'? `handshark fields tls` shows them all
 *
 * The source is shown through the terminal escaper: a rule file may come from
 * anywhere, and the caret stands right below whatever the escaper makes of it. */
#include "rule/mistake.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MAX = 160,  /* bytes of a source line */
    BEFORE_MAX = 100, /* of them before the caret, before we cut */
    WORD_MAX = 64,    /* longer words get no suggestion */
};

static bool is_told(const struct mistakes *m, size_t at, const char *fault)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].at == at && strcmp(m->items[i].fault, fault) == 0)
            return true;
    return false;
}

bool mistake_add(struct mistakes *m, size_t at, size_t len, const char *format, ...)
{
    char fault[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);

    m->last_is_kept = false;
    if (is_told(m, at, fault))
        return false;
    if (m->count == MISTAKES_MAX) {
        m->more++;
        return false;
    }
    m->items[m->count++] = (struct mistake){ at, len, must_strdup(fault), { 0 } };
    m->last_is_kept = true;
    return true;
}

void mistake_hint(struct mistakes *m, const char *format, ...)
{
    if (!m->last_is_kept)
        return;
    char hint[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(hint, sizeof hint, format, arguments);
    va_end(arguments);
    struct text *hints = &m->items[m->count - 1].hints;
    text_add_wire(hints, hint, strlen(hint));
    text_add_char(hints, '\n');
}

/* ---- places ---- */

/* In UTF-8, bytes 10xxxxxx continue a character. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void source_place(const char *source, size_t at, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at; i++) {
        if (source[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (!continues(source[i])) {
            ++*column;
        }
    }
}

/* What of the source is shown: one line without its indentation, or the part of
 * a long one that has the mistake in it. */
struct excerpt {
    size_t start, end;
    bool cut_before, cut_after;
};

static struct excerpt excerpt_of(const struct mistakes *m, size_t at)
{
    struct excerpt e = { at, at, false, false };
    while (e.start > 0 && m->source[e.start - 1] != '\n')
        e.start--;
    while (e.end < m->len && m->source[e.end] != '\n' && m->source[e.end] != '\r')
        e.end++;
    while (e.start < at && (m->source[e.start] == ' ' || m->source[e.start] == '\t'))
        e.start++;
    if (at - e.start > BEFORE_MAX) {
        e.start = at - BEFORE_MAX / 2;
        e.cut_before = true;
    }
    if (e.end - e.start > SHOWN_MAX) {
        e.end = e.start + SHOWN_MAX;
        e.cut_after = true;
    }
    while (e.cut_before && e.start < at && continues(m->source[e.start]))
        e.start++;
    while (e.cut_after && e.end > at && continues(m->source[e.end]))
        e.end--;
    return e;
}

/* Escaped, but tabs stay: the caret line repeats them, so the two line up
 * whatever the terminal makes of a tab. */
static void add_source(struct text *out, const char *source, size_t len)
{
    const char *end = source + len;
    while (source < end) {
        const char *tab = memchr(source, '\t', (size_t)(end - source));
        text_add_wire(out, source, (size_t)((tab ? tab : end) - source));
        if (tab)
            text_add_char(out, '\t');
        source = tab ? tab + 1 : end;
    }
}

/* Writes fill for every character that the source takes when shown. */
static size_t add_width_of(struct text *out, const char *source, size_t len, char fill)
{
    struct text shown = { 0 };
    add_source(&shown, source, len);
    size_t width = 0;
    for (size_t i = 0; i < shown.len; i++) {
        if (continues(shown.data[i]))
            continue;
        width++;
        if (width > 1 || fill == ' ')
            text_add_char(out, fill == ' ' && shown.data[i] == '\t' ? '\t' : fill);
    }
    text_free(&shown);
    return width;
}

static void show_source(const struct mistakes *m, const struct mistake *k, struct text *out)
{
    struct excerpt e = excerpt_of(m, k->at);
    text_add(out, e.cut_before ? "    ..." : "    ");
    add_source(out, m->source + e.start, e.end - e.start);
    text_add(out, e.cut_after ? "...\n" : "\n");

    text_add(out, e.cut_before ? "       " : "    ");
    add_width_of(out, m->source + e.start, k->at - e.start, ' ');
    size_t marked = k->at + k->len < e.end ? k->len : e.end > k->at ? e.end - k->at : 0;
    text_add_char(out, '^');
    add_width_of(out, m->source + k->at, marked, '~');
    text_add_char(out, '\n');
}

static int by_place(const void *left, const void *right)
{
    const struct mistake *a = left, *b = right;
    return a->at < b->at ? -1 : a->at > b->at;
}

const char *complaint_name(enum complaint_kind kind)
{
    static const char *const names[] = { "mistake", "warning", "note" };
    return names[kind];
}

void complaint_print(const struct complaint *c, struct text *out)
{
    text_add_wire(out, c->file, strlen(c->file));
    if (c->line)
        text_format(out, ":%zu:%zu", c->line, c->column);
    text_add(out, ": ");
    if (c->kind != COMPLAINT_MISTAKE)
        text_format(out, "%s: ", complaint_name(c->kind));
    text_add_wire(out, c->message, strlen(c->message));
    text_add_char(out, '\n');
    text_add(out, c->shown);
    text_add(out, c->hint);
}

static void tell_one(const struct mistakes *m, struct mistake *k, enum complaint_kind kind,
                     struct complaint_box *box)
{
    struct text shown = { 0 };
    show_source(m, k, &shown);
    struct complaint c = { .kind = kind,
                           .file = m->file,
                           .message = k->fault,
                           .shown = text_string(&shown),
                           .hint = text_string(&k->hints) };
    source_place(m->source, k->at, &c.line, &c.column);
    box->take(box, &c);
    text_free(&shown);
}

void mistakes_forget(struct mistakes *m)
{
    for (size_t i = 0; i < m->count; i++) {
        text_free(&m->items[i].hints);
        free(m->items[i].fault);
    }
    m->count = m->more = 0;
    m->last_is_kept = false;
}

void mistakes_tell(struct mistakes *m, enum complaint_kind kind, struct complaint_box *box)
{
    qsort(m->items, m->count, sizeof *m->items, by_place);
    for (size_t i = 0; i < m->count; i++)
        tell_one(m, &m->items[i], kind, box);
    if (m->more > 0) {
        char more[64];
        snprintf(more, sizeof more, "and %zu more %s%s", m->more, complaint_name(kind),
                 m->more == 1 ? "" : "s");
        struct complaint c = { kind, m->file, 0, 0, more, "", "" };
        box->take(box, &c);
    }
    mistakes_forget(m);
}

struct printing_box {
    struct complaint_box box;
    struct text *out;
};

static void take_for_print(struct complaint_box *box, const struct complaint *c)
{
    complaint_print(c, ((struct printing_box *)box)->out);
}

void mistakes_print(struct mistakes *m, struct text *out)
{
    struct printing_box box = { { take_for_print, false }, out };
    mistakes_tell(m, COMPLAINT_MISTAKE, &box.box);
}

/* ---- suggestions ---- */

static char folded(char c)
{
    return c == '-' || c == ' ' ? '_' : (char)tolower((unsigned char)c);
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned least_of_two = a < b ? a : b;
    return least_of_two < c ? least_of_two : c;
}

/* Edit distance where swapped neighbours count once: the typo people make most. */
static unsigned distance_of(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_len; j++)
        above[j] = (unsigned)j;
    memcpy(before, above, sizeof rows[0]);
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && folded(a[i - 2]) == y &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        unsigned *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_len];
}

static bool ends_with_part(const char *name, size_t name_len, const char *word, size_t len)
{
    return name_len > len && name[name_len - len - 1] == '.' &&
           strncasecmp(name + name_len - len, word, len) == 0;
}

/* How far a name is from the word, or more than allowed. "sni" for "tls.sni"
 * and "AES_128_GCM" for a suite are near, though many letters are missing. */
static unsigned weigh(const struct suggestions *s, const char *name, unsigned allowed)
{
    size_t name_len = strlen(name);
    if (s->len == 0 || s->len > WORD_MAX || name_len > WORD_MAX)
        return allowed + 1;
    if (ends_with_part(name, name_len, s->word, s->len))
        return 1;
    unsigned distance = distance_of(s->word, s->len, name, name_len);
    char word[WORD_MAX + 1];
    memcpy(word, s->word, s->len);
    word[s->len] = 0;
    if (distance > allowed && s->len >= 4 && strcasestr(name, word))
        return allowed;
    return distance;
}

void suggest_name(struct suggestions *s, const char *name)
{
    unsigned allowed = s->len < 6 ? 1 + (s->len > 2) : (unsigned)(s->len / 3);
    unsigned distance = weigh(s, name, allowed);
    if (distance > allowed)
        return;
    size_t at = s->count;
    while (at > 0 && s->best[at - 1].distance > distance)
        at--;
    if (at >= s->wanted)
        return;
    if (s->count < s->wanted)
        s->count++;
    for (size_t i = s->count - 1; i > at; i--)
        s->best[i] = s->best[i - 1];
    s->best[at].name = name;
    s->best[at].distance = distance;
}

void suggest_hint(const struct suggestions *s, struct mistakes *m, const char *rest)
{
    struct text hint = { 0 };
    for (size_t i = 0; i < s->count; i++) {
        text_add(&hint, i == 0 ? "did you mean '" : i + 1 < s->count ? ", '" : " or '");
        text_add(&hint, s->best[i].name);
        text_add(&hint, i + 1 == s->count ? "'?" : "'");
    }
    if (hint.len > 0 && rest[0])
        text_add_char(&hint, ' ');
    text_add(&hint, rest);
    if (hint.len > 0)
        mistake_hint(m, "%s", hint.data);
    text_free(&hint);
}
