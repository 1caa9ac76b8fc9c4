/* rule_tests.c - see rule_tests.h.
 *
 * Every capture that some rule names is read once, with all rules, and the rules
 * that fired are noted; then each rule is held against the notes. A capture is
 * looked for beside the rule file, then in the folders of samples; a scene is known
 * by the capture that was made of it, its name and ".pcap". */
#include "rule_tests.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shipped.h"
#include "dissectors/tls/unseal.h"
#include "outputs.h"
#include "pipeline.h"
#include "report/line.h"
#include "report/page.h"

/* A capture that rules name, and the ids of those that fired on it. */
struct tried {
    char *path;
    bool unreadable;
    const char **fired;
    size_t fired_count, fired_cap;
};

struct trial {
    const struct ruleset *rules;
    const struct rule_test_options *options;
    struct tried **tried; /* each stays where it is */
    size_t tried_count, tried_cap;
    uint64_t passed, failed, untested;
};

static void *room_for_one(void *items, size_t count, size_t *cap, size_t item_len)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 16;
    return must_realloc(items, *cap * item_len);
}

/* ---- what fires on a capture ---- */

/* A report that remembers ids. */
struct noting_sink {
    struct sink sink;
    struct tried *tried;
};

static bool has_fired(const struct tried *t, const char *id)
{
    for (size_t i = 0; i < t->fired_count; i++)
        if (strcmp(t->fired[i], id) == 0)
            return true;
    return false;
}

static void note(struct sink *s, const char *capture, const struct verdict *v)
{
    struct tried *t = ((struct noting_sink *)s)->tried;
    (void)capture;
    for (size_t i = 0; i < v->finding_count; i++) {
        const char *id = finding_rule_id(&v->findings[i]);
        if (has_fired(t, id))
            continue;
        t->fired = room_for_one(t->fired, t->fired_count, &t->fired_cap, sizeof *t->fired);
        t->fired[t->fired_count++] = id;
    }
}

static void note_nothing(struct sink *s, const struct summary *summary)
{
    (void)s;
    (void)summary;
}

static void keep_nothing(struct sink *s)
{
    (void)s;
}

static struct sink *noting_sink_new(struct tried *t)
{
    static const struct sink_kind kind = { .name = "note",
                                           .size = sizeof(struct noting_sink),
                                           .handshake = note,
                                           .summary = note_nothing,
                                           .close = keep_nothing };
    struct sink *s = sink_new(&kind, &(struct sink_options){ .details = true });
    ((struct noting_sink *)s)->tried = t;
    return s;
}

/* What one capture brings along must not open another one. */
static struct keylog *secrets_for(const struct trial *trial)
{
    struct keylog *keylog = keylog_new();
    struct error e = { 0 };
    if (trial->options->keylog)
        keylog_open(keylog, trial->options->keylog, &e); /* it could be, when this began */
    return keylog;
}

/* Damage is no failure here: what came before it was judged. */
static void read_capture(const struct trial *trial, struct tried *t)
{
    struct error e = { 0 };
    struct capture *c = capture_open(t->path, NULL, &e);
    t->unreadable = !c;
    if (!c)
        return;
    struct keylog *keylog = secrets_for(trial);
    struct pipeline_options how = { .keylog = keylog };
    unseal_with(keylog);
    struct outputs *outputs = outputs_new(NULL);
    outputs_take(outputs, noting_sink_new(t));
    pipeline_run(c, t->path, trial->rules, outputs, &how, &e);
    outputs_free(outputs);
    capture_close(c);
    unseal_with(NULL);
    keylog_free(keylog);
}

/* ---- captures by name ---- */

static bool is_there(struct text *path, const char *folder, size_t folder_len, const char *name)
{
    text_clear(path);
    if (folder_len > 0 && name[0] != '/') {
        text_add_bytes(path, folder, folder_len);
        text_add_char(path, '/');
    }
    text_add(path, name);
    if (access(text_string(path), R_OK) == 0)
        return true;
    text_add(path, ".pcap");
    return access(text_string(path), R_OK) == 0;
}

static bool find_capture(const struct trial *trial, const struct rule_info *rule, const char *name,
                         struct text *path)
{
    const char *slash = strrchr(rule->file, '/');
    if (is_there(path, rule->file, slash ? (size_t)(slash - rule->file) : 0, name))
        return true;
    for (size_t i = 0; i < trial->options->samples_count; i++) {
        const char *folder = trial->options->samples[i];
        if (is_there(path, folder, strlen(folder), name))
            return true;
    }
    return false;
}

/* The capture, read; NULL when it is nowhere. */
static const struct tried *capture_named(struct trial *trial, const struct rule_info *rule,
                                         const char *name)
{
    struct text path = { 0 };
    struct tried *t = NULL;
    bool found = find_capture(trial, rule, name, &path);
    for (size_t i = 0; found && i < trial->tried_count; i++)
        if (strcmp(trial->tried[i]->path, path.data) == 0)
            t = trial->tried[i];
    if (found && !t) {
        t = must_calloc(1, sizeof *t);
        t->path = must_strdup(path.data);
        trial->tried = room_for_one(trial->tried, trial->tried_count, &trial->tried_cap,
                                    sizeof(struct tried *));
        trial->tried[trial->tried_count++] = t;
        read_capture(trial, t);
    }
    text_free(&path);
    return t && !t->unreadable ? t : NULL;
}

/* ---- a rule ---- */

/* How one rule did: tests that held, and a line for each that did not. */
struct result {
    size_t fires, silent; /* that held */
    struct text wrong;
};

static void tell_fired(const struct tried *t, struct text *out)
{
    for (size_t i = 0; i < t->fired_count; i++)
        text_format(out, "%s%s", i ? ", " : "; what fires there: ", t->fired[i]);
    if (t->fired_count == 0)
        text_add(out, "; nothing fires there");
}

static size_t try_captures(struct trial *trial, const struct rule_info *rule,
                           const char *const *names, size_t count, bool wanted, struct text *wrong)
{
    size_t held = 0;
    for (size_t i = 0; i < count; i++) {
        const struct tried *t = capture_named(trial, rule, names[i]);
        if (t && has_fired(t, rule->id) == wanted) {
            held++;
            continue;
        }
        text_add_wire(wrong, names[i], strlen(names[i]));
        text_add(wrong, !t       ? ": there is no such capture that can be read"
                        : wanted ? ": silent, and should fire"
                                 : ": fires, and should be silent");
        if (t && wanted)
            tell_fired(t, wrong);
        text_add_char(wrong, '\n');
    }
    return held;
}

static struct result try_rule(struct trial *trial, const struct rule_info *rule)
{
    struct result r = { 0 };
    r.fires = try_captures(trial, rule, rule->fires, rule->fires_count, true, &r.wrong);
    r.silent = try_captures(trial, rule, rule->silent, rule->silent_count, false, &r.wrong);
    return r;
}

static const char *verdict_on(const struct rule_info *rule, const struct result *r)
{
    if (r->wrong.len > 0)
        return "FAILED";
    return rule->fires_count > 0 && rule->silent_count > 0 ? "passed" : "untested";
}

static void count_result(struct trial *trial, const char *verdict)
{
    trial->passed += verdict[0] == 'p';
    trial->failed += verdict[0] == 'F';
    trial->untested += verdict[0] == 'u';
}

/* ---- the table ---- */

static void put_names(struct json_t *line, const char *key, const char *const *names, size_t count)
{
    struct json_t *array = count > 0 ? line_array(line, key) : NULL;
    for (size_t i = 0; i < count; i++)
        line_text(array, NULL, names[i], strlen(names[i]));
}

static void put_result(const struct rule_info *rule, const struct result *r, FILE *out)
{
    struct json_t *line = line_begin();
    line_text(line, "rule", rule->id, strlen(rule->id));
    line_string(line, "result", r->wrong.len > 0 ? "failed" : verdict_on(rule, r));
    put_names(line, "fires_on", rule->fires, rule->fires_count);
    put_names(line, "silent_on", rule->silent, rule->silent_count);
    if (r->wrong.len > 0)
        line_text(line, "wrong", r->wrong.data, r->wrong.len - 1);
    line_end(line, out);
}

static void say_result(struct page *p, const struct rule_info *rule, const struct result *r,
                       unsigned widest)
{
    enum page_style style = r->wrong.len > 0 ? STYLE_BAD : STYLE_PLAIN;
    text_format(&p->text, "%-*s  %3zu of %-3zu  %3zu of %-3zu  ", (int)widest, rule->id, r->fires,
                rule->fires_count, r->silent, rule->silent_count);
    page_style(p, style);
    text_add(&p->text, verdict_on(rule, r));
    page_style(p, STYLE_PLAIN);
    page_newline(p);
    const char *line = text_string(&r->wrong);
    for (size_t len; *line; line += len + 1) {
        len = strcspn(line, "\n");
        page_spaces(p, 4);
        text_add_bytes(&p->text, line, len);
        page_newline(p);
    }
}

static bool is_shipped(const struct rule_info *rule)
{
    for (const struct shipped_file *s = shipped_rules; s->name; s++)
        if (strcmp(s->name, rule->file) == 0)
            return true;
    return false;
}

static unsigned widest_id(const struct ruleset *rules)
{
    unsigned widest = 4;
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        unsigned len = (unsigned)strlen(ruleset_info(rules, i).id);
        widest = len > widest ? len : widest;
    }
    return widest;
}

static void try_all(struct trial *trial, struct page *p)
{
    unsigned widest = widest_id(trial->rules);
    text_format(&p->text, "%-*s  %-10s  %-10s  result\n", (int)widest, "rule", "fires", "silent");
    for (size_t i = 0; i < ruleset_count(trial->rules); i++) {
        struct rule_info rule = ruleset_info(trial->rules, i);
        if (is_shipped(&rule) != trial->options->shipped)
            continue;
        struct result r = try_rule(trial, &rule);
        count_result(trial, verdict_on(&rule, &r));
        if (trial->options->json)
            put_result(&rule, &r, trial->options->out);
        else
            say_result(p, &rule, &r, widest);
        text_free(&r.wrong);
    }
}

static void trial_free(struct trial *trial)
{
    for (size_t i = 0; i < trial->tried_count; i++) {
        free(trial->tried[i]->path);
        free(trial->tried[i]->fired);
        free(trial->tried[i]);
    }
    free(trial->tried);
}

bool rule_tests_run(const struct ruleset *rules, const struct rule_test_options *options)
{
    struct trial trial = { .rules = rules, .options = options };
    struct page p = page_new(options->columns, options->colour, options->utf8);
    try_all(&trial, &p);
    if (!options->json) {
        text_format(&p.text, "\n%llu passed, %llu failed, %llu without tests of both kinds\n",
                    (unsigned long long)trial.passed, (unsigned long long)trial.failed,
                    (unsigned long long)trial.untested);
        page_write(&p, options->out);
    }
    page_free(&p);
    line_free();
    trial_free(&trial);
    return trial.failed == 0;
}
