/* reference.c - see reference.h. Tables of fields, and the list of rules. */
#include "report/reference.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "report/line.h"
#include "report/page.h"
#include "rule/ruleset.h"

enum { MARGIN = 4, NAMES_IN_TABLE = 48 };

static struct page page_for(const struct reference_options *o)
{
    return page_new(o->columns, o->colour, o->utf8);
}

static void page_end(struct page *p, FILE *out)
{
    page_write(p, out);
    page_free(p);
}

/* padded adds a word and spaces up to a column, at least one. */
static unsigned padded(struct page *p, unsigned column, const char *word, unsigned to)
{
    unsigned len = (unsigned)strlen(word);
    text_add(&p->text, word);
    column += len;
    page_spaces(p, column < to ? to - column : 1);
    return column < to ? to : column + 1;
}

/* ---- fields as text ---- */

static bool begins_with(const char *string, const char *start)
{
    return !start || strncmp(string, start, strlen(start)) == 0;
}

static unsigned widest_name(const struct field_table *const *tables, const char *start)
{
    size_t widest = 0;
    for (; *tables; tables++) {
        for (size_t i = 0; i < (*tables)->count; i++) {
            size_t len = strlen((*tables)->fields[i].name);
            if (begins_with((*tables)->fields[i].name, start) && len > widest)
                widest = len;
        }
    }
    return (unsigned)widest;
}

/* Where the columns of the list begin. On a narrow page a long name pushes its
 * row to the right, no other. */
struct columns {
    unsigned type, about;
};

static struct columns columns_for(const struct page *p, unsigned widest)
{
    unsigned type = widest + 2 < p->columns / 2 ? widest + 2 : p->columns / 2;
    return (struct columns){ type, type + 10 };
}

static void say_field(struct page *p, const struct field *f, unsigned margin, struct columns at)
{
    page_spaces(p, margin);
    unsigned column = padded(p, margin, f->name, at.type);
    page_style(p, STYLE_FAINT);
    column = padded(p, column, field_type_name(f->type), at.about);
    page_style(p, STYLE_PLAIN);
    page_wrap(p, column, at.about, f->about);
    page_newline(p);
    for (size_t i = 0; f->columns && i < f->columns->count; i++)
        say_field(p, &f->columns->fields[i], margin + 2, at);
}

static void say_codes(struct page *p, const struct code_names *names)
{
    page_newline(p);
    for (const struct code_name *n = names->names; n->name; n++) {
        page_spaces(p, MARGIN);
        text_format(&p->text, names->hex ? "0x%04x  %s\n" : "%6u  %s\n", n->code, n->name);
    }
}

static size_t say_table(struct page *p, const struct field_table *table, const char *start,
                        struct columns at)
{
    size_t said = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct field *f = &table->fields[i];
        if (!begins_with(f->name, start))
            continue;
        say_field(p, f, 0, at);
        said++;
    }
    return said;
}

/* ---- fields as JSON ---- */

static void put_codes(struct json_t *in, const struct code_names *names)
{
    struct json_t *list = line_array(in, "names");
    for (const struct code_name *n = names->names; n->name; n++) {
        struct json_t *code = line_object(list, NULL);
        line_number(code, "code", n->code);
        line_string(code, "name", n->name);
    }
}

static void put_field(struct json_t *in, const struct field *f)
{
    line_string(in, "name", f->name);
    line_string(in, "type", field_type_name(f->type));
    line_string(in, "about", f->about);
    if (f->names)
        put_codes(in, f->names);
    if (!f->columns)
        return;
    struct json_t *columns = line_array(in, "columns");
    for (size_t i = 0; i < f->columns->count; i++)
        put_field(line_object(columns, NULL), &f->columns->fields[i]);
}

static size_t put_table(const struct field_table *table, const char *start, FILE *out)
{
    size_t put = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (!begins_with(table->fields[i].name, start))
            continue;
        struct json_t *line = line_begin();
        put_field(line, &table->fields[i]);
        line_end(line, out);
        put++;
    }
    return put;
}

static const struct field *field_named(const struct field_table *const *tables, const char *name)
{
    for (; name && *tables; tables++)
        for (size_t i = 0; i < (*tables)->count; i++)
            if (strcmp((*tables)->fields[i].name, name) == 0)
                return &(*tables)->fields[i];
    return NULL;
}

static size_t list_fields(const struct field_table *const *tables, const char *start,
                          const struct reference_options *o)
{
    struct page p = page_for(o);
    struct columns at = columns_for(&p, widest_name(tables, start));
    size_t count = 0;
    for (const struct field_table *const *t = tables; *t; t++)
        count += o->json ? put_table(*t, start, o->out) : say_table(&p, *t, start, at);
    const struct field *f = field_named(tables, start);
    if (f && f->names && !o->json)
        say_codes(&p, f->names);
    page_end(&p, o->out);
    line_free();
    return count;
}

bool reference_fields(const struct field_table *const *tables, const char *start,
                      const struct reference_options *options, struct error *e)
{
    if (list_fields(tables, start, options) > 0)
        return true;
    error_fault(e, "no field begins with '%s'", start ? start : "");
    error_hint(e, "`handshark fields` shows them all");
    return false;
}

/* ---- FIELDS.md ---- */

static void markdown_cell(struct text *out, const char *string)
{
    for (; *string; string++)
        text_format(out, *string == '|' ? "\\%c" : "%c", *string);
}

static void markdown_row(struct text *out, const struct field *f, const char *of)
{
    text_format(out, "| `%s%s` | %s | ", of, f->name, field_type_name(f->type));
    markdown_cell(out, f->about);
    text_add(out, f->detail ? " (made only when asked for) |\n" : " |\n");
    for (size_t i = 0; f->columns && i < f->columns->count; i++)
        markdown_row(out, &f->columns->fields[i], "&nbsp;&nbsp;");
}

static size_t names_in(const struct code_names *names)
{
    size_t count = 0;
    while (names->names[count].name)
        count++;
    return count;
}

static void markdown_codes(struct text *out, const struct field *f)
{
    if (!f->names || names_in(f->names) == 0)
        return;
    if (names_in(f->names) > NAMES_IN_TABLE) {
        text_format(out, "\n`%s` has %zu names: `handshark fields %s` shows them.\n", f->name,
                    names_in(f->names), f->name);
        return;
    }
    text_format(out, "\n`%s` is one of", f->name);
    for (const struct code_name *n = f->names->names; n->name; n++)
        text_format(out, "%s `%s`", n == f->names->names ? "" : ",", n->name);
    text_add(out, ".\n");
}

/* Fields that share their names are told once. */
static bool names_told(const struct field_table *table, size_t field)
{
    for (size_t i = 0; i < field; i++)
        if (table->fields[i].names == table->fields[field].names)
            return true;
    return false;
}

static void markdown_table(struct text *out, const struct field_table *table)
{
    const char *first = table->count ? table->fields[0].name : "";
    if (table->json)
        text_format(out, "\n## %.*s\n\n", (int)strcspn(first, "."), first);
    else
        text_add(out, "\n## Every handshake\n\n");
    text_add(out, "| field | type | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < table->count; i++)
        markdown_row(out, &table->fields[i], "");
    for (size_t i = 0; i < table->count; i++)
        if (!names_told(table, i))
            markdown_codes(out, &table->fields[i]);
}

void reference_fields_markdown(const struct field_table *const *tables, FILE *out)
{
    struct text text = { 0 };
    text_add(&text, "# Fields\n\n"
                    "What rules can read and JSON carries. This page is written by the program:\n"
                    "`handshark fields --markdown`. A field that was not seen is absent, which is\n"
                    "neither 0 nor false.\n");
    for (; *tables; tables++)
        markdown_table(&text, *tables);
    fwrite(text.data, 1, text.len, out);
    text_free(&text);
}

/* ---- the list of rules ---- */

static void put_names(struct json_t *in, const char *key, const char *const *names, size_t count)
{
    struct json_t *array = count > 0 ? line_array(in, key) : NULL;
    for (size_t i = 0; i < count; i++)
        line_text(array, NULL, names[i], strlen(names[i]));
}

static void put_rule(struct json_t *in, const struct rule_info *r)
{
    line_text(in, "rule", r->finding_id, strlen(r->finding_id));
    if (strcmp(r->finding_id, r->id) != 0)
        line_text(in, "variant", r->id, strlen(r->id));
    line_string(in, "severity", severity_name(r->severity));
    line_string(in, "fault", fault_name(r->fault));
    line_string(in, "certainty", certainty_name(r->certainty));
    line_number(in, "rank", r->rank);
    line_text(in, "title", r->title, strlen(r->title));
    line_text(in, "when", r->when, strlen(r->when));
    put_names(in, "tags", r->tags, r->tag_count);
    put_names(in, "fires_on", r->fires, r->fires_count);
    put_names(in, "silent_on", r->silent, r->silent_count);
}

/* say_safe wraps a text of a rule file, which may be anybody's. */
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

static void say_rule(struct page *p, const struct rule_info *r, unsigned widest)
{
    enum { SEVERITY_LEN = 9, RANK_LEN = 6 };
    char rank[16];
    snprintf(rank, sizeof rank, "%4d", r->rank);
    unsigned column = padded(p, 0, r->id, widest + 2);
    column = padded(p, column, severity_name(r->severity), widest + 2 + SEVERITY_LEN);
    column = padded(p, column, rank, widest + 2 + SEVERITY_LEN + RANK_LEN);
    say_safe(p, column, widest + 2 + SEVERITY_LEN + RANK_LEN, r->title);
    page_newline(p);
}

void reference_rules(const struct ruleset *rs, const struct reference_options *o)
{
    struct page p = page_for(o);
    unsigned widest = 0;
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        unsigned len = (unsigned)strlen(ruleset_info(rs, i).id);
        widest = len > widest && len <= p.columns / 2 ? len : widest;
    }
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        struct rule_info r = ruleset_info(rs, i);
        if (o->json) {
            struct json_t *line = line_begin();
            put_rule(line, &r);
            line_text(line, "file", r.file, strlen(r.file));
            line_number(line, "line", r.line);
            line_end(line, o->out);
        } else {
            say_rule(&p, &r, widest);
        }
    }
    page_end(&p, o->out);
    line_free();
}
