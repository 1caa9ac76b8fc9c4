/* explain_log.c - see explain_log.h. Memory grows with the causes that are known,
 * not with the log. */
#include "explain_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/endpoint.h"
#include "log/log_reader.h"
#include "report/explain.h"
#include "report/line.h"
#include "report/page.h"

/* A program that tells of an error adds in the next lines that it hangs up. */
enum { SAMPLE_MAX = 240, MARGIN = 4, INDENT = 13, REACTION_MAX = 2 };

/* One line, kept to be shown. */
struct sample {
    uint64_t number;
    struct log_time time;
    char text[SAMPLE_MAX + 1];
};

struct tally {
    struct guide_entry entry;
    uint64_t count;
    struct sample first, last;
};

struct log_summary {
    const char *path;
    uint64_t lines, known, cut, last_clear; /* the line of the last error that says much */
    struct tally *list;
    size_t count, cap;
};

/* ---- reading ---- */

static struct tally *tally_of(struct log_summary *s, const struct guide *g, const char *cause)
{
    struct guide_entry entry = guide_look_up(g, cause);
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->list[i].entry.cause, entry.cause) == 0)
            return &s->list[i];
    if (s->count == s->cap) {
        s->cap = s->cap * 2 + 16;
        s->list = must_realloc(s->list, s->cap * sizeof *s->list);
    }
    s->list[s->count] = (struct tally){ .entry = entry };
    return &s->list[s->count++];
}

static void keep(struct sample *s, const struct log_line *line)
{
    size_t len = line->len < SAMPLE_MAX ? line->len : SAMPLE_MAX;
    s->number = line->number;
    s->time = line->time;
    memcpy(s->text, line->text, len);
    s->text[len] = 0;
}

static void take_line(struct log_summary *s, const struct guide *g, const struct log_line *line)
{
    struct hit hit;
    s->lines++;
    s->cut += line->cut;
    if (guide_scan(g, line->text, line->len, &hit, 1) == 0)
        return;
    if (!hit.phrase->vague)
        s->last_clear = line->number;
    else if (s->last_clear && line->number - s->last_clear <= REACTION_MAX)
        return;
    struct tally *t = tally_of(s, g, hit.cause);
    s->known++;
    if (t->count++ == 0)
        keep(&t->first, line);
    keep(&t->last, line);
}

static int most_first(const void *left, const void *right)
{
    const struct tally *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->first.number < b->first.number ? -1 : 1;
}

/* ---- telling ---- */

/* The moment where the stamp tells all of it; else the stamp as it stands there. */
static void add_time(struct text *out, const struct sample *s, const struct log_zone *zone)
{
    char buf[TIME_TEXT_LEN];
    int64_t us;
    bool whole = s->time.clock == LOG_UTC || s->time.clock == LOG_LOCAL;
    if (whole && log_time_utc(&s->time, zone, 0, &us))
        text_add(out, time_text(us, us % 1000000 != 0, buf));
    else if (s->time.clock == LOG_BOOT)
        text_format(out, "%" PRId64 ".%03d s after the start", s->time.us / 1000000,
                    (int)(s->time.us / 1000 % 1000));
    else if (s->time.len > 0 && s->time.at + s->time.len <= strlen(s->text))
        text_add_wire(out, s->text + s->time.at, s->time.len);
}

static void say_sample(struct page *p, const char *label, const struct sample *s,
                       const struct log_zone *zone)
{
    struct text text = { 0 };
    text_format(&text, "line %" PRIu64, s->number);
    if (s->time.clock != LOG_NO_TIME)
        text_add(&text, ", ");
    add_time(&text, s, zone);
    text_add(&text, ": ");
    size_t skip = s->time.len && s->time.at == 0 ? s->time.len : 0;
    skip += strspn(s->text + skip, ": ");
    text_add_wire(&text, s->text + skip, strlen(s->text + skip));
    page_row(p, MARGIN, INDENT, label, text_string(&text));
    text_free(&text);
}

static void say_tally(struct page *p, const struct tally *t, const struct log_zone *zone)
{
    struct text head = { 0 }, safe = { 0 };
    count_text(t->count, &head);
    text_format(&head, " x %s (fault: %s)", t->entry.cause, t->entry.fault);
    page_newline(p);
    page_style(p, STYLE_STRONG);
    page_line(p, 0, head.data);
    page_style(p, STYLE_PLAIN);
    say_sample(p, t->count > 1 ? "first" : "seen", &t->first, zone);
    if (t->count > 1)
        say_sample(p, "last", &t->last, zone);
    guide_text(t->entry.title, &safe);
    page_row(p, MARGIN, INDENT, "means", text_string(&safe));
    text_clear(&safe);
    guide_text(t->entry.fix, &safe);
    if (safe.len)
        page_row(p, MARGIN, INDENT, "fix", text_string(&safe));
    text_free(&safe);
    text_free(&head);
}

static void say_summary(const struct log_summary *s, const struct log_zone *zone,
                        const struct reference_options *o)
{
    struct page p = page_new(o->columns, o->colour, o->utf8);
    struct text head = { 0 };
    text_add_wire(&head, s->path, strlen(s->path));
    text_add(&head, ": ");
    counted_text(s->lines, "line", &head);
    text_add(&head, ", ");
    counted_text(s->known, "error", &head);
    text_add(&head, s->known == 1 ? " that is known" : " that are known");
    page_wrap(&p, 0, 0, text_string(&head));
    page_newline(&p);
    for (size_t i = 0; i < s->count; i++)
        say_tally(&p, &s->list[i], zone);
    if (s->count > 0) {
        page_newline(&p);
        page_wrap(&p, 0, 0, "`handshark explain CAUSE` tells the whole story of each.");
        page_newline(&p);
    }
    page_write(&p, o->out);
    page_free(&p);
    text_free(&head);
}

static void put_sample(struct json_t *in, const char *key, const struct sample *s,
                       const struct log_zone *zone)
{
    struct text time = { 0 };
    struct json_t *sample = line_object(in, key);
    line_number(sample, "line", (int64_t)s->number);
    if (s->time.clock == LOG_BOOT)
        line_seconds(sample, "since_boot", s->time.us);
    else
        add_time(&time, s, zone);
    if (time.len)
        line_text(sample, "time", time.data, time.len);
    line_text(sample, "text", s->text, strlen(s->text));
    text_free(&time);
}

static void put_text(struct json_t *in, const char *key, const char *text)
{
    if (*text)
        line_text(in, key, text, strlen(text));
}

static void put_summary(const struct log_summary *s, const struct log_zone *zone, FILE *out)
{
    struct json_t *line = line_begin();
    line_string(line, "type", "log");
    line_text(line, "file", s->path, strlen(s->path));
    line_number(line, "lines", (int64_t)s->lines);
    line_number(line, "known", (int64_t)s->known);
    if (s->cut)
        line_number(line, "lines_cut", (int64_t)s->cut);
    struct json_t *causes = line_array(line, "causes");
    for (size_t i = 0; i < s->count; i++) {
        const struct tally *t = &s->list[i];
        struct json_t *cause = line_object(causes, NULL);
        put_text(cause, "rule", t->entry.cause);
        line_number(cause, "count", (int64_t)t->count);
        put_sample(cause, "first", &t->first, zone);
        put_sample(cause, "last", &t->last, zone);
        put_text(cause, "fault", t->entry.fault);
        put_text(cause, "title", t->entry.title);
        put_text(cause, "fix", t->entry.fix);
    }
    line_end(line, out);
    line_free();
}

bool explain_log(const struct guide *g, const char *path, const struct log_zone *zone,
                 const struct reference_options *o, struct error *e)
{
    struct log_summary s = { .path = path };
    struct log_line line;
    struct log_reader *r = log_open(path, e);
    if (!r)
        return false;
    while (log_next(r, &line, e))
        take_line(&s, g, &line);
    log_close(r);
    if (s.count)
        qsort(s.list, s.count, sizeof *s.list, most_first);
    if (o->json)
        put_summary(&s, zone, o->out);
    else
        say_summary(&s, zone, o);
    free(s.list);
    return !error_is_set(e);
}
