/* stories.c - see stories.h. */
#include "report/stories.h"

#include <stdlib.h>
#include <string.h>

struct stories {
    char *text; /* all strings of the stories */
    struct story *list;
    size_t count, cap;
};

/* ---- reading ---- */

struct reading {
    struct stories *stories;
    const char *file;
    struct text *mistakes;
    int line;
};

static void mistake(struct reading *r, const char *what)
{
    text_format(r->mistakes, "%s:%d: %s\n", r->file, r->line, what);
}

static void begin_story(struct reading *r, const char *cause)
{
    struct stories *s = r->stories;
    if (stories_find(s, cause))
        mistake(r, "this cause has a story already");
    if (s->count == s->cap) {
        s->cap = s->cap * 2 + 64;
        s->list = must_realloc(s->list, s->cap * sizeof *s->list);
    }
    s->list[s->count++] =
        (struct story){ .cause = cause, .about = "", .filter = "", .check = "", .near = "" };
}

static void add_step(struct reading *r, struct story *story, enum step_kind kind, bool fails,
                     const char *text)
{
    if (story->step_count == STORY_STEPS_MAX)
        mistake(r, "too many steps");
    else if (strlen(text) > STORY_TEXT_MAX || !*text)
        mistake(r, "a step has 1 to 50 characters");
    else
        story->steps[story->step_count++] = (struct story_step){ kind, fails, text };
}

static bool is_step(const char *word, enum step_kind *kind)
{
    static const char *const marks[] = { "->", "<-", "-x", "x-", ".." };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcmp(word, marks[i]) == 0) {
            *kind = (enum step_kind)i;
            return true;
        }
    return false;
}

static void read_part(struct reading *r, struct story *story, const char *word, const char *rest)
{
    enum step_kind kind;
    bool fails = *word == '!';
    if (is_step(word + fails, &kind))
        add_step(r, story, kind, fails, rest);
    else if (strcmp(word, "about") == 0)
        story->about = rest;
    else if (strcmp(word, "filter") == 0)
        story->filter = rest;
    else if (strcmp(word, "check") == 0)
        story->check = rest;
    else if (strcmp(word, "near") == 0)
        story->near = rest;
    else
        mistake(r, "about, filter, check, near or a step is wanted: -> <- -x x- ..");
}

/* A line without its newline. */
static void read_line(struct reading *r, char *line)
{
    size_t len = strlen(line);
    while (len > 0 && strchr(" \t\r", line[len - 1]))
        line[--len] = 0;
    char *word = line + strspn(line, " \t");
    if (!*word || *word == '#')
        return;
    if (word == line) {
        begin_story(r, line);
        return;
    }
    char *rest = word + strcspn(word, " \t");
    if (*rest)
        *rest++ = 0;
    rest += strspn(rest, " \t");
    if (r->stories->count == 0)
        mistake(r, "which cause's?");
    else
        read_part(r, &r->stories->list[r->stories->count - 1], word, rest);
}

struct stories *stories_read(const char *file, const char *text, size_t len, struct text *mistakes)
{
    struct stories *s = must_calloc(1, sizeof *s);
    struct reading r = { .stories = s, .file = file, .mistakes = mistakes };
    s->text = must_malloc(len + 1);
    memcpy(s->text, text, len);
    s->text[len] = 0;
    for (char *line = s->text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        r.line++;
        read_line(&r, line);
    }
    return s;
}

void stories_free(struct stories *s)
{
    if (!s)
        return;
    free(s->text);
    free(s->list);
    free(s);
}

const struct story *stories_find(const struct stories *s, const char *cause)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->list[i].cause, cause) == 0)
            return &s->list[i];
    return NULL;
}

const struct story *stories_nth(const struct stories *s, size_t n)
{
    return n < s->count ? &s->list[n] : NULL;
}

/* ---- drawing ---- */

/* Rails and arrows; a column each, however many bytes. */
struct strokes {
    const char *rail, *from_left, *from_right, *line, *right, *left, *lost, *fails;
};

static const struct strokes pretty = { "│", "├", "┤", "─", "▶", "◀", "╳", "✗" };
static const struct strokes plain = { "|", "+", "+", "-", ">", "<", "X", "!" };

enum { LADDER_MARGIN = 6, LADDER_COLUMNS = 66 };

static void repeat(struct page *p, const char *stroke, size_t count)
{
    while (count-- > 0)
        text_add(&p->text, stroke);
}

/* The way between the rails: "── text ─────▶". */
static void draw_arrow(struct page *p, const struct strokes *s, const struct story_step *step)
{
    enum { LEAD = 2, LOST_SHORT = 6 };
    bool to_server = step->kind == STEP_TO_SERVER || step->kind == STEP_LOST_TO_SERVER;
    bool lost = step->kind == STEP_LOST_TO_SERVER || step->kind == STEP_LOST_TO_CLIENT;
    size_t len = strlen(step->text), room = LADDER_COLUMNS - LEAD - len - 3;
    size_t missing = lost ? LOST_SHORT : 0;
    const char *head = lost ? s->lost : to_server ? s->right : s->left;
    if (to_server) {
        repeat(p, s->line, LEAD);
        text_format(&p->text, " %s ", step->text);
        repeat(p, s->line, room - missing);
        text_add(&p->text, head);
        page_spaces(p, (unsigned)missing);
    } else {
        page_spaces(p, (unsigned)missing);
        text_add(&p->text, head);
        repeat(p, s->line, room - missing);
        text_format(&p->text, " %s ", step->text);
        repeat(p, s->line, LEAD);
    }
}

static void draw_note(struct page *p, const char *text)
{
    size_t len = strlen(text), left = (LADDER_COLUMNS - len - 2) / 2;
    page_spaces(p, (unsigned)left);
    text_format(&p->text, "(%s)", text);
    page_spaces(p, (unsigned)(LADDER_COLUMNS - len - 2 - left));
}

static void draw_step(struct page *p, const struct strokes *s, const struct story_step *step)
{
    bool left = step->kind == STEP_TO_SERVER || step->kind == STEP_LOST_TO_SERVER;
    bool right = step->kind == STEP_TO_CLIENT || step->kind == STEP_LOST_TO_CLIENT;
    page_spaces(p, LADDER_MARGIN - 2);
    page_style(p, step->fails ? STYLE_BAD : STYLE_PLAIN);
    text_format(&p->text, "%s ", step->fails ? s->fails : " ");
    text_add(&p->text, left ? s->from_left : s->rail);
    if (step->kind == STEP_NOTE)
        draw_note(p, step->text);
    else
        draw_arrow(p, s, step);
    text_add(&p->text, right ? s->from_right : s->rail);
    page_style(p, STYLE_PLAIN);
    page_newline(p);
}

void story_draw(struct page *p, const struct story *story)
{
    const struct strokes *s = p->utf8 ? &pretty : &plain;
    if (story->step_count == 0)
        return;
    page_spaces(p, LADDER_MARGIN - 2);
    text_add(&p->text, "client");
    page_spaces(p, LADDER_COLUMNS - 8);
    text_add(&p->text, "server\n");
    for (size_t i = 0; i < story->step_count; i++)
        draw_step(p, s, &story->steps[i]);
}
