/* rule_files.c - see rule_files.h. */
#include "rule_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shipped.h"
#include "dissectors/registry.h"
#include "report/line.h"

/* ---- loading ---- */

static bool add_shipped(struct ruleset *rules, struct text *mistakes)
{
    bool good = true;
    for (const struct shipped_file *s = shipped_rules; s->name; s++)
        good = ruleset_add(rules, s->name, s->text, s->len, mistakes) && good;
    return good;
}

static bool add_arguments(struct ruleset *rules, const struct options *o, struct text *mistakes)
{
    bool good = true;
    for (int i = 0; i < o->argument_count; i++)
        good = ruleset_add_path(rules, o->arguments[i], mistakes) && good;
    return good;
}

static bool add_options(struct ruleset *rules, const struct options *o, struct text *mistakes)
{
    bool good = true;
    for (size_t i = 0; i < o->rules.count; i++)
        good = ruleset_add_path(rules, o->rules.list[i], mistakes) && good;
    return good;
}

/* Mistakes are told by whoever loads; warnings are for `rules check`. */
static void say_note(struct complaint_box *box, const struct complaint *c)
{
    (void)box;
    struct text said = { 0 };
    if (c->kind == COMPLAINT_NOTE) {
        complaint_print(c, &said);
        fputs(text_string(&said), stderr);
    }
    text_free(&said);
}

struct ruleset *rule_files_load(const struct options *o)
{
    struct text mistakes = { 0 };
    struct complaint_box notes = { say_note, false };
    struct ruleset *rules = ruleset_new(registry_tables());
    ruleset_listen(rules, &notes);
    bool good = add_shipped(rules, &mistakes);
    good = add_options(rules, o, &mistakes) && good;
    if (o->command == COMMAND_RULES_TEST)
        good = add_arguments(rules, o, &mistakes) && good;
    ruleset_listen(rules, NULL);
    if (!good) {
        fputs(text_string(&mistakes), stderr);
        ruleset_free(rules);
        rules = NULL;
    } else {
        ruleset_ready(rules);
    }
    text_free(&mistakes);
    return rules;
}

/* ---- checking ---- */

struct counting_box {
    struct complaint_box box;
    bool json;
    size_t counts[COMPLAINT_NOTE + 1];
};

static void put_complaint(const struct complaint *c)
{
    struct json_t *line = line_begin();
    line_string(line, "severity", complaint_name(c->kind));
    line_text(line, "file", c->file, strlen(c->file));
    if (c->line) {
        line_number(line, "line", (int64_t)c->line);
        line_number(line, "column", (int64_t)c->column);
    }
    line_text(line, "message", c->message, strlen(c->message));
    if (*c->hint) /* without its last line end */
        line_text(line, "hint", c->hint, strlen(c->hint) - 1);
    line_end(line, stdout);
}

static void take_complaint(struct complaint_box *box, const struct complaint *c)
{
    struct counting_box *counting = (struct counting_box *)box;
    struct text said = { 0 };
    counting->counts[c->kind]++;
    if (counting->json) {
        put_complaint(c);
    } else {
        complaint_print(c, &said);
        fputs(text_string(&said), stderr);
    }
    text_free(&said);
}

static void say_sum(const struct counting_box *box, const struct ruleset *rules, size_t shipped)
{
    struct text sum = { 0 };
    size_t warnings = box->counts[COMPLAINT_WARNING], notes = box->counts[COMPLAINT_NOTE];
    text_format(&sum, "no mistakes: %zu rules, %zu of them shipped", ruleset_count(rules), shipped);
    if (warnings)
        text_format(&sum, "; %zu warning%s", warnings, warnings == 1 ? "" : "s");
    if (notes)
        text_format(&sum, "; %zu left out", notes);
    puts(text_string(&sum));
    text_free(&sum);
}

bool rule_files_check(const struct options *o)
{
    struct text mistakes = { 0 }; /* the box was told the same */
    struct counting_box box = { { take_complaint, true }, strcmp(o->format, "json") == 0, { 0 } };
    struct ruleset *rules = ruleset_new(registry_tables());
    if (o->argument_count == 0)
        ruleset_listen(rules, &box.box);
    bool good = add_shipped(rules, &mistakes);
    size_t shipped = ruleset_count(rules);
    ruleset_listen(rules, &box.box);
    good = add_options(rules, o, &mistakes) && add_arguments(rules, o, &mistakes) && good;
    if (good && !box.json)
        say_sum(&box, rules, shipped);
    text_free(&mistakes);
    ruleset_free(rules);
    line_free();
    return good;
}
