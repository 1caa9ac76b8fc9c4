/* causes_page.c - docs/causes.md: every cause with its rules, as a page to read.
 *
 * Rules that report under one id stand together: they tell one cause, each in its
 * own words. */
#include <stdlib.h>
#include <string.h>

#include "report/reference.h"
#include "rule/ruleset.h"

struct causes {
    struct rule_info *rules; /* by cause, then by rank */
    size_t count;
    FILE *out;
};

static int by_cause(const void *left, const void *right)
{
    const struct rule_info *a = left, *b = right;
    int order = strcmp(a->finding_id, b->finding_id);
    if (order == 0)
        order = b->rank - a->rank;
    return order ? order : strcmp(a->id, b->id);
}

/* What Markdown would take for its own, in a text of the rules. */
static void put_escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (strchr("\\`*<[", *text))
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void put_paragraph(const char *label, const char *text, FILE *out)
{
    if (!*text)
        return;
    fprintf(out, "**%s** ", label);
    put_escaped(text, out);
    fputs("\n\n", out);
}

static void put_errors(const struct rule_info *r, FILE *out)
{
    for (size_t i = 0; i < r->seen_as_count; i++) {
        fputs(i ? ", " : "**Error texts** ", out);
        fprintf(out, "“");
        put_escaped(r->seen_as[i], out);
        fprintf(out, "”");
    }
    fputs(r->seen_as_count ? "\n\n" : "", out);
}

static void put_rule(const struct rule_info *r, FILE *out)
{
    fputs("**", out);
    put_escaped(r->title, out);
    fprintf(out, "**\n\n%s, fault: %s, %s; rank %d", severity_name(r->severity),
            fault_name(r->fault), certainty_name(r->certainty), r->rank);
    if (strcmp(r->id, r->finding_id) != 0)
        fprintf(out, "; rule `%s`", r->id);
    fprintf(out, "; %s\n\n", r->file);
    fprintf(out, "    when %s\n\n", r->when);
    put_paragraph("Why.", r->why, out);
    put_paragraph("What to do.", r->fix, out);
    put_errors(r, out);
    put_paragraph("See", r->see, out);
}

static bool begins_cause(const struct causes *c, size_t i)
{
    return i == 0 || strcmp(c->rules[i].finding_id, c->rules[i - 1].finding_id) != 0;
}

/* The part of an id before its first dot. */
static bool begins_layer(const struct causes *c, size_t i)
{
    const char *id = c->rules[i].finding_id;
    return i == 0 || strncmp(id, c->rules[i - 1].finding_id, strcspn(id, ".") + 1) != 0;
}

static void put_contents(const struct causes *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const char *id = c->rules[i].finding_id;
        if (begins_layer(c, i))
            fprintf(c->out, "%s**%.*s**", i ? "\n\n" : "", (int)strcspn(id, "."), id);
        if (!begins_cause(c, i))
            continue;
        fprintf(c->out, "\n· [%s](#", id);
        for (const char *at = id; *at; at++) /* as web pages make anchors of headings */
            if (*at != '.')
                fputc(*at, c->out);
        fputs(")", c->out);
    }
    fputs("\n", c->out);
}

void reference_causes_markdown(const struct ruleset *rs, FILE *out)
{
    struct causes c = { .count = ruleset_count(rs), .out = out };
    c.rules = must_malloc(c.count * sizeof *c.rules);
    for (size_t i = 0; i < c.count; i++)
        c.rules[i] = ruleset_info(rs, i);
    if (c.count > 0)
        qsort(c.rules, c.count, sizeof *c.rules, by_cause);
    fputs("# Causes\n\n"
          "What handshark can say of a handshake: of a failed one the cause, and what else it\n"
          "found. This page is written by the program: `handshark rules list --markdown`. Where\n"
          "fault or certainty depend on the handshake, the word for the rest of them is given.\n\n",
          out);
    put_contents(&c);
    for (size_t i = 0; i < c.count; i++) {
        if (begins_cause(&c, i))
            fprintf(out, "\n## %s\n\n", c.rules[i].finding_id);
        put_rule(&c.rules[i], out);
    }
    free(c.rules);
}
