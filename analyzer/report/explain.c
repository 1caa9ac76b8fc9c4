/* explain.c - see explain.h. */
#include "report/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/shipped.h"
#include "report/line.h"
#include "report/page.h"
#include "report/stories.h"
#include "rule/ruleset.h"

/* People read three answers, programs may want more. */
enum { MARGIN = 4, STORY_INDENT = 13, ANSWERS_TEXT = 4, ANSWERS_JSON = 10 };

struct guide {
    const struct ruleset *rs;
    struct lexicon *lexicon;
    struct stories *stories;
};

/* ---- what is known ---- */

static void add_tables(struct guide *g, struct text *mistakes)
{
    for (const struct shipped_file *t = shipped_tables; t->name; t++) {
        if (strstr(t->name, "stories"))
            g->stories = stories_read(t->name, t->text, t->len, mistakes);
        else
            lexicon_add_table(g->lexicon, t->name, t->text, t->len, mistakes);
    }
    if (!g->stories)
        g->stories = stories_read("no stories", "", 0, mistakes);
}

struct guide *guide_new(const struct ruleset *rs, struct text *mistakes)
{
    struct guide *g = must_calloc(1, sizeof *g);
    g->rs = rs;
    g->lexicon = lexicon_new();
    add_tables(g, mistakes);
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        struct rule_info r = ruleset_info(rs, i);
        for (size_t k = 0; k < r.seen_as_count; k++)
            lexicon_add(g->lexicon, r.id, r.seen_as[k], NULL);
    }
    lexicon_ready(g->lexicon);
    return g;
}

void guide_free(struct guide *g)
{
    if (!g)
        return;
    lexicon_free(g->lexicon);
    stories_free(g->stories);
    free(g);
}

/* One cause, as it is told: its rule, its story, or both. */
struct answer {
    const char *cause; /* what findings are called */
    struct rule_info rule;
    bool has_rule;
    const struct story *story;    /* or NULL */
    const struct phrase *matched; /* the text that was recognised; NULL: the id itself */
};

/* The rule with that id; else the weightiest of those whose findings are so called. */
static bool find_rule(const struct guide *g, const char *id, struct rule_info *found)
{
    int best = -1;
    for (size_t i = 0; i < ruleset_count(g->rs); i++) {
        struct rule_info r = ruleset_info(g->rs, i);
        bool same = strcasecmp(r.id, id) == 0;
        if (!same && (strcasecmp(r.finding_id, id) != 0 || r.rank <= best))
            continue;
        *found = r;
        best = r.rank;
        if (same)
            return true;
    }
    return best >= 0;
}

static bool answer_of(const struct guide *g, const char *id, struct answer *a)
{
    *a = (struct answer){ .has_rule = false };
    a->has_rule = find_rule(g, id, &a->rule);
    a->story = stories_find(g->stories, a->has_rule ? a->rule.finding_id : id);
    a->cause = a->has_rule ? a->rule.finding_id : a->story ? a->story->cause : NULL;
    return a->cause != NULL;
}

struct guide_entry guide_look_up(const struct guide *g, const char *cause)
{
    struct answer a;
    if (!answer_of(g, cause, &a))
        return (struct guide_entry){ cause, "", "", "unknown", "error" };
    if (!a.has_rule)
        return (struct guide_entry){ a.cause, a.story->about, "", "unknown", "error" };
    return (struct guide_entry){ a.cause, a.rule.title, a.rule.fix, fault_name(a.rule.fault),
                                 severity_name(a.rule.severity) };
}

size_t guide_scan(const struct guide *g, const char *line, size_t len, struct hit *hits, size_t max)
{
    return lexicon_scan(g->lexicon, line, len, hits, max);
}

/* ---- answers to a question ---- */

/* Several rules may tell the same cause: the best match stands for all of them. */
static bool answered(const struct answer *answers, size_t count, const char *cause)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(answers[i].cause, cause) == 0)
            return true;
    return false;
}

static size_t answer_by_text(const struct guide *g, const char *query, struct answer *answers,
                             size_t max)
{
    enum { HITS_MAX = 32 };
    struct hit hits[HITS_MAX];
    size_t found = lexicon_find(g->lexicon, query, strlen(query), hits, HITS_MAX), kept = 0;
    for (size_t i = 0; i < found && kept < max; i++) {
        struct answer *a = &answers[kept];
        if (!answer_of(g, hits[i].cause, a) || answered(answers, kept, a->cause))
            continue;
        a->matched = hits[i].phrase;
        kept++;
    }
    return kept;
}

/* ---- ids that are nearly the one asked for ---- */

enum { ID_MAX = 64, NEAR_MAX = 3 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Letters to add, drop or change to make one of the other. */
static size_t edits_between(const char *a, const char *b)
{
    size_t row[ID_MAX + 1], len = strlen(b);
    if (len > ID_MAX || strlen(a) > ID_MAX)
        return SIZE_MAX;
    for (size_t k = 0; k <= len; k++)
        row[k] = k;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < len; k++) {
            size_t change = corner + (a[i] != b[k]);
            corner = row[k + 1];
            row[k + 1] = smallest(change, corner + 1, row[k] + 1);
        }
    }
    return row[len];
}

/* How far an id is from what was asked: 0 when the question is a part of it,
 * SIZE_MAX when it is another word altogether. */
static size_t distance(const char *id, const char *query)
{
    if (strlen(query) > 2 && strstr(id, query))
        return 0;
    size_t edits = edits_between(id, query);
    return edits <= strlen(query) / 3 ? edits : SIZE_MAX;
}

/* The nearest ids, nearest first, of equal ones in order of id. */
static size_t near_ids(const struct ruleset *rs, const char *query, const char *ids[NEAR_MAX])
{
    size_t far[NEAR_MAX], count = 0;
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        const char *id = ruleset_info(rs, i).id;
        size_t d = distance(id, query), at = count;
        while (at > 0 && far[at - 1] > d)
            at--;
        if (d == SIZE_MAX || at == NEAR_MAX)
            continue;
        count += count < NEAR_MAX;
        memmove(far + at + 1, far + at, (count - at - 1) * sizeof *far);
        memmove(ids + at + 1, ids + at, (count - at - 1) * sizeof *ids);
        far[at] = d;
        ids[at] = id;
    }
    return count;
}

static void not_found(const struct ruleset *rs, const char *query, struct error *e)
{
    const char *ids[NEAR_MAX];
    size_t near = near_ids(rs, query, ids);
    struct text hint = { 0 };
    for (size_t i = 0; i < near; i++)
        text_format(&hint, "%s'%s'",
                    i == 0         ? "did you mean "
                    : i + 1 < near ? ", "
                                   : " or ",
                    ids[i]);
    text_add(&hint, near ? "?"
                         : "`handshark rules list` shows every id; an error text is best "
                           "pasted whole, in quotes");
    error_fault(e, "not known: '%s'", query);
    error_hint(e, "%s", hint.data);
    text_free(&hint);
}

/* ---- texts ---- */

/* A template without a handshake to fill it: {server.port} becomes <server.port>. */
static void add_template(struct text *out, const char *t)
{
    for (; *t; t++) {
        if ((*t == '{' || *t == '}') && t[1] == *t) {
            text_add_char(out, *t++);
        } else if (*t == '{') {
            text_add_char(out, '<');
            size_t name = strcspn(t + 1, "|}");
            text_add_bytes(out, t + 1, name);
            text_add_char(out, '>');
            t += 1 + name;
            t += strcspn(t, "}");
            if (!*t)
                return;
        } else {
            text_add_char(out, *t);
        }
    }
}

void guide_text(const char *template, struct text *out)
{
    struct text filled = { 0 };
    add_template(&filled, template);
    text_add_wire(out, text_string(&filled), filled.len);
    text_free(&filled);
}

/* A text of the table as programs print it. */
static void add_phrase(struct text *out, const char *phrase)
{
    enum { LIBRARY_SSL = 20 };
    static const char reason[] = "sslreason ";
    if (strncmp(phrase, reason, sizeof reason - 1) == 0)
        text_format(out, "error:%08lX",
                    LIBRARY_SSL * (1ul << 23) + strtoul(phrase + sizeof reason - 1, NULL, 10));
    else
        text_add(out, phrase);
}

/* Wraps a text that may be anybody's. */
static void say_safe(struct page *p, unsigned column, unsigned indent, const char *string)
{
    struct text safe = { 0 };
    for (; *string; string += strcspn(string, "\n") + (string[strcspn(string, "\n")] != 0)) {
        text_add_wire(&safe, string, strcspn(string, "\n"));
        text_add_char(&safe, ' ');
    }
    page_wrap(p, column, indent, text_string(&safe));
    text_free(&safe);
}

static void say_label(struct page *p, const char *label)
{
    page_spaces(p, MARGIN);
    page_style(p, STYLE_FAINT);
    text_add(&p->text, label);
    page_spaces(p, STORY_INDENT - MARGIN - (unsigned)strlen(label));
    page_style(p, STYLE_PLAIN);
}

static void say_row(struct page *p, const char *label, const char *string)
{
    if (!*string)
        return;
    say_label(p, label);
    say_safe(p, STORY_INDENT, STORY_INDENT, string);
    page_newline(p);
}

static void say_template(struct page *p, const char *label, const char *string)
{
    struct text filled = { 0 };
    add_template(&filled, string);
    say_row(p, label, text_string(&filled));
    text_free(&filled);
}

/* A command goes on behind a backslash, so that it can be copied. */
static void say_command(struct page *p, const char *label, const char *string)
{
    if (!*string)
        return;
    say_label(p, label);
    size_t room = p->columns - STORY_INDENT - 2, len;
    for (; (len = strlen(string)) > room + 2; string += len + 1) {
        for (len = room; len > 0 && string[len] != ' ';)
            len--;
        if (len == 0)
            break;
        text_add_bytes(&p->text, string, len);
        text_add(&p->text, " \\\n");
        page_spaces(p, STORY_INDENT);
    }
    text_add(&p->text, string);
    page_newline(p);
}

/* ---- which texts lead to a cause ---- */

static bool leads_to(const struct phrase *p, const struct answer *a)
{
    const char *first = p->causes[0];
    return strcmp(first, a->cause) == 0 || (a->has_rule && strcmp(first, a->rule.id) == 0);
}

static bool same_who(const struct phrase *a, const struct phrase *b)
{
    return a->who == b->who || (a->who && b->who && strcmp(a->who, b->who) == 0);
}

/* The texts of one program in one paragraph, the first time it comes. */
static bool told_before(const struct guide *g, const struct answer *a, size_t n)
{
    const struct phrase *p = lexicon_phrase(g->lexicon, n), *other;
    for (size_t i = 0; i < n && (other = lexicon_phrase(g->lexicon, i)); i++)
        if (same_who(other, p) && leads_to(other, a))
            return true;
    return false;
}

static void add_texts(struct text *out, const struct guide *g, const struct answer *a, size_t n)
{
    const struct phrase *p = lexicon_phrase(g->lexicon, n), *other;
    text_format(out, "%s%s", p->who ? p->who : "", p->who ? ": " : "");
    for (size_t count = 0; (other = lexicon_phrase(g->lexicon, n)); n++) {
        if (!same_who(other, p) || !leads_to(other, a))
            continue;
        text_add(out, count++ ? "; " : "");
        add_phrase(out, other->text);
    }
}

static void say_seen_as(struct page *p, const struct guide *g, const struct answer *a)
{
    const struct phrase *phrase;
    bool first = true;
    for (size_t i = 0; (phrase = lexicon_phrase(g->lexicon, i)); i++) {
        if (!leads_to(phrase, a) || told_before(g, a, i))
            continue;
        struct text texts = { 0 };
        add_texts(&texts, g, a, i);
        say_row(p, first ? "seen as" : "", text_string(&texts));
        text_free(&texts);
        first = false;
    }
}

/* ---- the story as text ---- */

static void say_weight(struct page *p, const struct rule_info *r)
{
    struct text text = { 0 };
    text_format(&text, "%s (%s); %s, rank %d", fault_name(r->fault), certainty_name(r->certainty),
                severity_name(r->severity), r->rank);
    say_row(p, "fault", text.data);
    text_free(&text);
}

static void say_place(struct page *p, const struct rule_info *r)
{
    struct text text = { 0 };
    text_format(&text, "%s:%d", r->file, r->line);
    say_row(p, "from", text.data);
    text_free(&text);
}

static void say_matched(struct page *p, const struct phrase *m)
{
    struct text text = { 0 };
    if (!m)
        return;
    add_phrase(&text, m->text);
    if (m->who)
        text_format(&text, " (%s)", m->who);
    say_row(p, "matched", text_string(&text));
    text_free(&text);
}

static void say_head(struct page *p, const struct answer *a)
{
    struct text title = { 0 };
    page_style(p, STYLE_STRONG);
    page_line(p, 0, a->has_rule ? a->rule.id : a->cause);
    page_style(p, STYLE_PLAIN);
    add_template(&title, a->has_rule ? a->rule.title : a->story->about);
    page_spaces(p, MARGIN);
    say_safe(p, MARGIN, MARGIN, text_string(&title));
    text_free(&title);
    page_newline(p);
    page_newline(p);
}

static void say_wire(struct page *p, const struct story *story)
{
    if (!story || story->step_count == 0)
        return;
    story_draw(p, story);
    page_newline(p);
}

/* Asked by id, everything; asked by an error text, what helps now. */
static void say_story(struct page *p, const struct guide *g, const struct answer *a)
{
    const struct rule_info *r = &a->rule;
    say_head(p, a);
    say_wire(p, a->story);
    say_matched(p, a->matched);
    if (a->has_rule) {
        say_template(p, "why", r->why);
        say_weight(p, r);
        say_template(p, "fix", r->fix);
    }
    if (a->story) {
        say_row(p, "filter", a->story->filter);
        say_command(p, "check", a->story->check);
        say_row(p, "near", a->story->near);
    }
    if (!a->matched) {
        say_seen_as(p, g, a);
        say_row(p, "fires", a->has_rule ? r->when : "");
    }
    say_row(p, "see", a->has_rule ? r->see : "");
    if (a->has_rule)
        say_place(p, r);
}

/* The best answer in full, the others by name. */
static void say_answers(struct page *p, const struct guide *g, const struct answer *answers,
                        size_t count)
{
    say_story(p, g, &answers[0]);
    if (count > 1)
        text_add(&p->text, "\nIt could also be\n");
    for (size_t i = 1; i < count; i++) {
        const struct answer *a = &answers[i];
        struct text title = { 0 };
        add_template(&title, a->has_rule ? a->rule.title : a->story->about);
        page_spaces(p, MARGIN);
        text_format(&p->text, "%s: ", a->cause);
        say_safe(p, MARGIN + (unsigned)strlen(a->cause) + 2, MARGIN + 2, text_string(&title));
        page_newline(p);
        text_free(&title);
    }
}

/* ---- the story as JSON ---- */

static void put_text(struct json_t *in, const char *key, const char *string)
{
    if (*string)
        line_text(in, key, string, strlen(string));
}

static void put_rule(struct json_t *in, const struct rule_info *r)
{
    if (strcmp(r->finding_id, r->id) != 0)
        put_text(in, "variant", r->id);
    line_string(in, "severity", severity_name(r->severity));
    line_string(in, "fault", fault_name(r->fault));
    line_string(in, "certainty", certainty_name(r->certainty));
    line_number(in, "rank", r->rank);
    put_text(in, "title", r->title);
    put_text(in, "when", r->when);
    put_text(in, "why", r->why);
    put_text(in, "fix", r->fix);
    put_text(in, "see", r->see);
}

static void put_wire(struct json_t *in, const struct story *story)
{
    struct json_t *wire = line_array(in, "wire");
    for (size_t i = 0; i < story->step_count; i++) {
        const struct story_step *s = &story->steps[i];
        bool server = s->kind == STEP_TO_CLIENT || s->kind == STEP_LOST_TO_CLIENT;
        struct json_t *step = line_object(wire, NULL);
        if (s->kind != STEP_NOTE)
            line_string(step, "from", server ? "server" : "client");
        put_text(step, s->kind == STEP_NOTE ? "note" : "message", s->text);
        if (s->kind == STEP_LOST_TO_SERVER || s->kind == STEP_LOST_TO_CLIENT)
            line_bool(step, "lost", true);
        if (s->fails)
            line_bool(step, "fails", true);
    }
}

static void put_near(struct json_t *in, const char *near)
{
    struct json_t *list = line_array(in, "near");
    while (*near) {
        size_t len = strcspn(near, " ");
        line_text(list, NULL, near, len);
        near += len + strspn(near + len, " ");
    }
}

static void put_story(struct json_t *in, const struct story *story, bool has_rule)
{
    if (!has_rule)
        put_text(in, "title", story->about);
    put_wire(in, story);
    put_text(in, "filter", story->filter);
    put_text(in, "check", story->check);
    put_near(in, story->near);
}

static void put_matched(struct json_t *in, const struct phrase *m)
{
    struct text text = { 0 };
    add_phrase(&text, m->text);
    put_text(in, "matched", text_string(&text));
    if (m->who)
        put_text(in, "seen_in", m->who);
    text_free(&text);
}

static void put_seen_as(struct json_t *in, const struct guide *g, const struct answer *a)
{
    struct json_t *seen_as = line_array(in, "seen_as");
    const struct phrase *phrase;
    for (size_t i = 0; (phrase = lexicon_phrase(g->lexicon, i)); i++) {
        struct text text = { 0 };
        if (!leads_to(phrase, a))
            continue;
        add_phrase(&text, phrase->text);
        line_text(seen_as, NULL, text_string(&text), text.len);
        text_free(&text);
    }
}

static void put_answer(struct json_t *answers, const struct guide *g, const struct answer *a)
{
    struct json_t *answer = line_object(answers, NULL);
    put_text(answer, "rule", a->cause);
    if (a->has_rule)
        put_rule(answer, &a->rule);
    if (a->matched)
        put_matched(answer, a->matched);
    if (a->story)
        put_story(answer, a->story, a->has_rule);
    put_seen_as(answer, g, a);
}

static void put_answers(const struct guide *g, const char *query, const struct answer *answers,
                        size_t count, FILE *out)
{
    const char *ids[NEAR_MAX];
    struct json_t *line = line_begin();
    line_text(line, "query", query, strlen(query));
    struct json_t *list = line_array(line, "answers");
    for (size_t i = 0; i < count; i++)
        put_answer(list, g, &answers[i]);
    size_t near = count ? 0 : near_ids(g->rs, query, ids);
    struct json_t *suggestions = near ? line_array(line, "did_you_mean") : NULL;
    for (size_t i = 0; i < near; i++)
        line_text(suggestions, NULL, ids[i], strlen(ids[i]));
    line_end(line, out);
    line_free();
}

/* ---- the answer ---- */

bool guide_explain(const struct guide *g, const char *query, const struct reference_options *o,
                   struct error *e)
{
    struct answer answers[ANSWERS_JSON];
    size_t count = answer_of(g, query, &answers[0]);
    if (count == 0)
        count = answer_by_text(g, query, answers, o->json ? ANSWERS_JSON : ANSWERS_TEXT);
    if (o->json) {
        put_answers(g, query, answers, count, o->out);
        return true;
    }
    if (count == 0) {
        not_found(g->rs, query, e);
        return false;
    }
    struct page p = page_new(o->columns, o->colour, o->utf8);
    say_answers(&p, g, answers, count);
    page_write(&p, o->out);
    page_free(&p);
    return true;
}
