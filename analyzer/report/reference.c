/* reference.c - see reference.h. Tables of fields, stories of rules, and which
 * rule an error text speaks of. */
#include "report/reference.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "report/line.h"
#include "report/page.h"
#include "report/search.h"
#include "rule/ruleset.h"

/* People read three answers, programs may want more. */
enum { MARGIN = 4, ANSWERS_TEXT = 3, ANSWERS_JSON = 10, NAMES_IN_TABLE = 48 };

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
}

static void put_text(struct json_t *in, const char *key, const char *string)
{
    if (*string)
        line_text(in, key, string, strlen(string));
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

/* ---- finding the rules that a question is about ---- */

struct answer {
    struct rule_info rule;
    const char *matched; /* the phrase that was recognised; NULL: the id itself */
};

static size_t answer_by_id(const struct ruleset *rs, const char *query, struct answer *answer)
{
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        struct rule_info r = ruleset_info(rs, i);
        if (strcasecmp(r.id, query) == 0) {
            *answer = (struct answer){ r, NULL };
            return 1;
        }
    }
    return 0;
}

/* Several rules may tell the same cause: the best match stands for all of them. */
static bool answered(const struct answer *answers, size_t count, const char *finding_id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(answers[i].rule.finding_id, finding_id) == 0)
            return true;
    return false;
}

static size_t answer_by_text(const struct ruleset *rs, const char *query, struct answer *answers,
                             size_t max)
{
    struct phrase *phrases = NULL;
    struct hit hits[ANSWERS_JSON];
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < ruleset_count(rs); i++) {
        struct rule_info r = ruleset_info(rs, i);
        for (size_t k = 0; k < r.seen_as_count; k++) {
            if (count == cap) {
                cap = cap * 2 + 64;
                phrases = must_realloc(phrases, cap * sizeof *phrases);
            }
            phrases[count++] = (struct phrase){ i, r.seen_as[k] };
        }
    }
    size_t found = search_phrases(phrases, count, query, hits, max);
    size_t kept = 0;
    for (size_t i = 0; i < found; i++) {
        struct answer a = { ruleset_info(rs, hits[i].subject), hits[i].phrase };
        if (!answered(answers, kept, a.rule.finding_id))
            answers[kept++] = a;
    }
    free(phrases);
    return kept;
}

/* ---- ids that are nearly the one asked for ---- */

enum { ID_MAX = 64 };

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

enum { NEAR_MAX = 3 };

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

/* ---- the answer ---- */

static void put_answer(struct json_t *answers, const struct answer *a)
{
    struct json_t *answer = line_object(answers, NULL);
    put_rule(answer, &a->rule);
    if (a->matched)
        put_text(answer, "matched", a->matched);
    put_text(answer, "when", a->rule.when);
    put_text(answer, "why", a->rule.why);
    put_text(answer, "fix", a->rule.fix);
    struct json_t *seen_as = line_array(answer, "seen_as");
    for (size_t i = 0; i < a->rule.seen_as_count; i++)
        line_text(seen_as, NULL, a->rule.seen_as[i], strlen(a->rule.seen_as[i]));
    put_text(answer, "see", a->rule.see);
}

static void put_answers(const struct ruleset *rs, const char *query, const struct answer *answers,
                        size_t count, FILE *out)
{
    const char *ids[NEAR_MAX];
    struct json_t *line = line_begin();
    line_text(line, "query", query, strlen(query));
    struct json_t *list = line_array(line, "answers");
    for (size_t i = 0; i < count; i++)
        put_answer(list, &answers[i]);
    size_t near = count ? 0 : near_ids(rs, query, ids);
    struct json_t *meant = near ? line_array(line, "did_you_mean") : NULL;
    for (size_t i = 0; i < near; i++)
        line_string(meant, NULL, ids[i]);
    line_end(line, out);
    line_free();
}

enum { STORY_INDENT = 13 };

static void story_row(struct page *p, const char *label, const char *text)
{
    if (!*text)
        return;
    page_spaces(p, MARGIN);
    page_style(p, STYLE_FAINT);
    padded(p, MARGIN, label, STORY_INDENT);
    page_style(p, STYLE_PLAIN);
    say_safe(p, STORY_INDENT, STORY_INDENT, text);
    page_newline(p);
}

/* What a finding of it weighs. */
static void story_weight(struct page *p, const struct rule_info *r)
{
    struct text text = { 0 };
    text_format(&text, "%s; fault: %s, %s; rank %d", severity_name(r->severity),
                fault_name(r->fault), certainty_name(r->certainty), r->rank);
    story_row(p, "means", text.data);
    text_free(&text);
}

static void story_place(struct page *p, const struct rule_info *r)
{
    struct text text = { 0 };
    text_format(&text, "%s:%d", r->file, r->line);
    story_row(p, "from", text.data);
    text_free(&text);
}

static void say_story(struct page *p, const struct answer *a)
{
    const struct rule_info *r = &a->rule;
    page_style(p, STYLE_STRONG);
    page_line(p, 0, r->id);
    page_style(p, STYLE_PLAIN);
    page_spaces(p, MARGIN);
    say_safe(p, MARGIN, MARGIN, r->title);
    page_newline(p);
    page_newline(p);
    story_row(p, "matched", a->matched ? a->matched : "");
    story_row(p, "why", r->why);
    story_row(p, "fix", r->fix);
    story_weight(p, r);
    story_row(p, "fires", r->when);
    for (size_t i = 0; i < r->seen_as_count; i++)
        story_row(p, i ? "" : "seen as", r->seen_as[i]);
    story_row(p, "see", r->see);
    story_place(p, r);
}

/* The best answer in full, the others by name. */
static void say_answers(struct page *p, const struct answer *answers, size_t count)
{
    say_story(p, &answers[0]);
    if (count > 1)
        text_add(&p->text, "\nIt could also be\n");
    for (size_t i = 1; i < count; i++) {
        page_spaces(p, MARGIN);
        text_format(&p->text, "%s: ", answers[i].rule.id);
        unsigned column = MARGIN + (unsigned)strlen(answers[i].rule.id) + 2;
        say_safe(p, column, MARGIN + 2, answers[i].rule.title);
        page_newline(p);
    }
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
    error_fault(e, "no rule knows '%s'", query);
    error_hint(e, "%s", hint.data);
    text_free(&hint);
}

bool reference_explain(const struct ruleset *rs, const char *query,
                       const struct reference_options *o, struct error *e)
{
    struct answer answers[ANSWERS_JSON];
    size_t count = answer_by_id(rs, query, answers);
    if (count == 0)
        count = answer_by_text(rs, query, answers, o->json ? ANSWERS_JSON : ANSWERS_TEXT);
    if (o->json) {
        put_answers(rs, query, answers, count, o->out);
        return true;
    }
    if (count == 0) {
        not_found(rs, query, e);
        return false;
    }
    struct page p = page_for(o);
    say_answers(&p, answers, count);
    page_end(&p, o->out);
    return true;
}
