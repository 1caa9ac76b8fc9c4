/* ruleset.c - rule texts in, one set of rules out.
 *
 * A text is parsed and checked whole before any of it counts: when it has a
 * mistake, all that was made of it goes away again. */
#include "rule/ruleset.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rule/check.h"
#include "rule/demand.h"
#include "rule/judge.h"
#include "rule/print.h"

enum { LISTS_MAX = 1000 };

/* One text that was loaded. */
struct rule_file {
    char *name, *source;
    struct syntax syntax;
};

struct ruleset {
    struct program program;
    struct rule_file **files; /* each stays where it is: much points into it */
    size_t file_count, file_cap;
    struct named_list *lists;
    size_t list_count, list_cap;
    struct rule **rules; /* in order of loading; once ready, of id */
    size_t rule_count, rule_cap;
    size_t next_order;
    bool ready;
    struct complaint_box *listener; /* or NULL */
    struct docket dockets[OUTCOMES];
};

struct ruleset *ruleset_new(const struct field_table *const *tables)
{
    struct ruleset *rs = must_calloc(1, sizeof *rs);
    program_init(&rs->program, tables);
    return rs;
}

void ruleset_listen(struct ruleset *rs, struct complaint_box *box)
{
    rs->listener = box;
}

static void file_free(struct rule_file *file)
{
    syntax_free(&file->syntax);
    free(file->name);
    free(file->source);
    free(file);
}

void ruleset_free(struct ruleset *rs)
{
    if (!rs)
        return;
    for (size_t i = 0; i < rs->file_count; i++)
        file_free(rs->files[i]);
    free(rs->files);
    free(rs->lists);
    free(rs->rules);
    dockets_free(rs->dockets);
    program_free(&rs->program);
    free(rs);
}

/* ---- one text ---- */

/* A text being loaded. */
struct loading {
    struct ruleset *rs;
    struct rule_file *file;
    struct mistakes mistakes, notes;
    struct rule **rules; /* by number of the rule in the text; NULL: a `disable`, or skipped */
};

static struct rule_file *file_new(const char *name, const char *text, size_t len)
{
    struct rule_file *file = must_calloc(1, sizeof *file);
    file->name = must_strdup(name);
    file->source = must_malloc(len + 1);
    if (len > 0)
        memcpy(file->source, text, len);
    file->source[len] = 0;
    file->syntax = (struct syntax){ .file = file->name, .source = file->source, .source_len = len };
    return file;
}

static void hint_first(struct mistakes *m, const struct syntax *syntax, size_t at, const char *more)
{
    size_t line, column;
    source_place(syntax->source, at, &line, &column);
    mistake_hint(m, "the first is %.300s:%zu:%zu%s", syntax->file, line, column, more);
}

static void check_lists(struct loading *l, struct checker *c)
{
    struct ruleset *rs = l->rs;
    for (size_t i = 0; i < l->file->syntax.list_count; i++) {
        const struct list_syntax *list = &l->file->syntax.lists[i];
        long first = find_list(&c->lookup, rs->list_count, list->name, list->name_len);
        if (first >= 0) {
            if (mistake_add(&l->mistakes, list->name_at, list->name_len,
                            "list '%.80s' is there already", list->name))
                hint_first(&l->mistakes, rs->lists[first].syntax, rs->lists[first].at, "");
            continue;
        }
        check_list(c, list);
        if (rs->list_count == LISTS_MAX) {
            mistake_add(&l->mistakes, list->name_at, list->name_len, "more than 1000 lists");
            return;
        }
        rs->lists = vector_room(rs->lists, rs->list_count, &rs->list_cap, sizeof *rs->lists);
        rs->lists[rs->list_count++] =
            (struct named_list){ list->name, &l->file->syntax, list->set, list->name_at };
        c->lookup.lists = rs->lists;
        c->lookup.list_count = rs->list_count;
    }
}

/* ---- ids ---- */

static struct rule **find_rule(const struct ruleset *rs, const char *id)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (strcmp(rs->rules[i]->id, id) == 0)
            return &rs->rules[i];
    return NULL;
}

/* Whether some rule is called so, or its findings are. */
static bool is_spoken(const struct ruleset *rs, const char *id)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (strcmp(rs->rules[i]->finding_id, id) == 0)
            return true;
    return find_rule(rs, id) != NULL;
}

static const struct rule_syntax *find_above(const struct syntax *syntax, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (syntax->rules[i].action != RULE_DISABLE_TAG &&
            strcmp(syntax->rules[i].id, syntax->rules[n].id) == 0)
            return &syntax->rules[i];
    return NULL;
}

static const struct rule_syntax *written_rule(const struct rule *rule)
{
    return &rule->syntax->rules[rule->written];
}

static void suggest_ids(struct loading *l, const struct rule_syntax *r)
{
    struct suggestions s = { .word = r->id, .len = r->id_len, .wanted = 1 };
    for (size_t i = 0; i < l->rs->rule_count; i++)
        suggest_name(&s, l->rs->rules[i]->id);
    suggest_hint(&s, &l->mistakes, "`handshark rules list` shows them all");
}

/* Whether some rule has that tag. */
static bool has_tag(const struct rule *rule, const char *tag)
{
    for (size_t i = 0; i < written_rule(rule)->tags.count; i++)
        if (strcmp(rule->tags[i], tag) == 0)
            return true;
    return false;
}

static void check_tag(struct loading *l, const struct rule_syntax *r)
{
    struct suggestions s = { .word = r->id, .len = r->id_len, .wanted = 1 };
    for (size_t i = 0; i < l->rs->rule_count; i++) {
        const struct rule *rule = l->rs->rules[i];
        if (has_tag(rule, r->id))
            return;
        for (size_t k = 0; k < written_rule(rule)->tags.count; k++)
            suggest_name(&s, rule->tags[k]);
    }
    if (mistake_add(&l->mistakes, r->id_at, r->id_len, "no rule has the tag '%s'", r->id))
        suggest_hint(&s, &l->mistakes, "");
}

static void check_id(struct loading *l, size_t n)
{
    const struct rule_syntax *r = &l->file->syntax.rules[n];
    const struct rule_syntax *above = find_above(&l->file->syntax, n);
    struct rule **known = find_rule(l->rs, r->id);
    if (r->action == RULE_DISABLE_TAG) {
        check_tag(l, r);
    } else if (above) {
        if (mistake_add(&l->mistakes, r->id_at, r->id_len, "rule '%s' stands here twice", r->id))
            hint_first(&l->mistakes, &l->file->syntax, above->id_at, "");
    } else if (r->action == RULE_DEFINE && known) {
        if (mistake_add(&l->mistakes, r->id_at, r->id_len, "rule '%s' is there already", r->id))
            hint_first(&l->mistakes, (*known)->syntax, written_rule(*known)->id_at,
                       "; to replace it, write `override rule`");
    } else if (r->action == RULE_OVERRIDE && !known) {
        if (mistake_add(&l->mistakes, r->id_at, r->id_len, "no rule '%s' to override", r->id))
            suggest_ids(l, r);
    } else if (r->action == RULE_DISABLE && !is_spoken(l->rs, r->id)) {
        if (mistake_add(&l->mistakes, r->id_at, r->id_len, "no rule '%s' to disable", r->id))
            suggest_ids(l, r);
    }
}

/* ---- taking a text in ---- */

/* Whether all fields are there that the rule `needs`; else it is for another version
 * of the program, and left out. */
static bool has_needed(struct loading *l, struct checker *c, const struct rule_syntax *r)
{
    for (size_t i = 0; i < r->needs.count; i++) {
        const struct literal *name = &l->file->syntax.strings[r->needs.first + i];
        struct field_place place;
        if (find_field(&c->lookup, name->text, name->len, &place))
            continue;
        if (mistake_add(&l->notes, name->at, name->source_len,
                        "rule '%s' is left out: there is no field '%.80s'", r->id, name->text))
            mistake_hint(&l->notes, "it was written for another version of handshark");
        return false;
    }
    return true;
}

static void check(struct loading *l)
{
    struct checker c = { .lookup = { .program = &l->rs->program,
                                     .syntax = &l->file->syntax,
                                     .mistakes = &l->mistakes,
                                     .lists = l->rs->lists,
                                     .list_count = l->rs->list_count },
                         .syntax = &l->file->syntax };
    check_lists(l, &c);
    l->rules = must_calloc(l->file->syntax.rule_count, sizeof *l->rules);
    for (size_t i = 0; i < l->file->syntax.rule_count; i++) {
        check_id(l, i);
        const struct rule_syntax *r = &l->file->syntax.rules[i];
        if (r->action < RULE_DISABLE && has_needed(l, &c, r))
            l->rules[i] = check_rule(&c, i);
    }
    if (l->rs->rule_count + l->file->syntax.rule_count > RULES_MAX)
        mistake_add(&l->mistakes, 0, 0, "more than 10000 rules together with those before");
}

static void define(struct ruleset *rs, struct rule *rule)
{
    rs->rules = vector_room(rs->rules, rs->rule_count, &rs->rule_cap, sizeof(struct rule *));
    rule->order = rs->next_order++;
    rs->rules[rs->rule_count++] = rule;
}

/* People disable what they read in reports, so all rules that speak as id go. */
static void disable(struct ruleset *rs, const char *id)
{
    size_t kept = 0;
    for (size_t i = 0; i < rs->rule_count; i++)
        if (strcmp(rs->rules[i]->id, id) != 0 && strcmp(rs->rules[i]->finding_id, id) != 0)
            rs->rules[kept++] = rs->rules[i];
    rs->rule_count = kept;
}

static void disable_tag(struct ruleset *rs, const char *tag)
{
    size_t kept = 0;
    for (size_t i = 0; i < rs->rule_count; i++)
        if (!has_tag(rs->rules[i], tag))
            rs->rules[kept++] = rs->rules[i];
    rs->rule_count = kept;
}

static void take_in_rule(struct ruleset *rs, const struct rule_syntax *r, struct rule *rule)
{
    struct rule **known = r->action == RULE_OVERRIDE ? find_rule(rs, r->id) : NULL;
    if (r->action == RULE_DISABLE) {
        disable(rs, r->id);
    } else if (r->action == RULE_DISABLE_TAG) {
        disable_tag(rs, r->id);
    } else if (rule) {
        rule->demand = demand_of(&rs->program, rule->when);
        if (known) {
            rule->order = (*known)->order;
            *known = rule;
        } else { /* new, or disabled further up */
            define(rs, rule);
        }
    }
}

static void take_in(struct loading *l)
{
    struct ruleset *rs = l->rs;
    rs->files = vector_room(rs->files, rs->file_count, &rs->file_cap, sizeof(struct rule_file *));
    rs->files[rs->file_count++] = l->file;
    for (size_t i = 0; i < l->file->syntax.rule_count; i++)
        take_in_rule(rs, &l->file->syntax.rules[i], l->rules[i]);
}

/* Where mistakes go: to the text that was asked for, and to the listener. */
struct both {
    struct complaint_box box;
    struct complaint_box *listener;
    struct text *out;
};

static void take_for_both(struct complaint_box *box, const struct complaint *c)
{
    struct both *both = (struct both *)box;
    complaint_print(c, both->out);
    if (both->listener)
        both->listener->take(both->listener, c);
}

static void tell(struct loading *l, struct text *mistakes)
{
    struct both both = { { take_for_both }, l->rs->listener, mistakes };
    mistakes_tell(&l->mistakes, COMPLAINT_MISTAKE, &both.box);
    struct text unheard = { 0 };
    both.out = &unheard;
    mistakes_tell(&l->notes, COMPLAINT_NOTE, &both.box);
    text_free(&unheard);
}

/* Says what is wrong with a whole file. */
static bool cannot(struct ruleset *rs, const char *path, const char *why, struct text *mistakes)
{
    struct both both = { { take_for_both }, rs->listener, mistakes };
    struct complaint c = { COMPLAINT_MISTAKE, path, 0, 0, why, "", "" };
    both.box.take(&both.box, &c);
    return false;
}

bool ruleset_add(struct ruleset *rs, const char *file, const char *text, size_t len,
                 struct text *mistakes)
{
    assert(!rs->ready);
    if (len > RULE_TEXT_MAX)
        return cannot(rs, file, "a rule file has at most 4 MiB", mistakes);
    struct program_mark mark = program_mark(&rs->program);
    size_t list_count = rs->list_count;
    struct loading l = { .rs = rs, .file = file_new(file, text, len) };
    l.mistakes = (struct mistakes){ .file = l.file->name, .source = l.file->source, .len = len };
    l.notes = l.mistakes;
    parse(&l.file->syntax, &l.mistakes);
    check(&l);
    bool good = l.mistakes.count == 0;
    tell(&l, mistakes);
    if (good) {
        take_in(&l);
    } else {
        program_rewind(&rs->program, &mark);
        rs->list_count = list_count;
        file_free(l.file);
    }
    free(l.rules);
    return good;
}

/* ---- files and folders ---- */

/* Reads at most one byte more than a rule text may have. */
static bool read_all(const char *path, struct text *out)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return false;
    char chunk[16384];
    size_t len;
    while (out->len <= RULE_TEXT_MAX && (len = fread(chunk, 1, sizeof chunk, in)) > 0)
        text_add_bytes(out, chunk, len);
    int error = ferror(in) ? errno : 0;
    fclose(in);
    errno = error;
    return error == 0;
}

static bool add_file(struct ruleset *rs, const char *path, struct text *mistakes)
{
    struct text content = { 0 };
    bool good = read_all(path, &content)
                    ? ruleset_add(rs, path, text_string(&content), content.len, mistakes)
                    : cannot(rs, path, strerror(errno), mistakes);
    text_free(&content);
    return good;
}

static int is_rule_file(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 6 && strcmp(entry->d_name + len - 6, ".rules") == 0;
}

/* By bytes, not by the language of whoever runs it: order decides ties. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(struct ruleset *rs, const char *path, struct text *mistakes)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_rule_file, by_name);
    if (count < 0)
        return cannot(rs, path, strerror(errno), mistakes);
    bool good = count > 0 || cannot(rs, path, "there is no *.rules file in this folder", mistakes);
    for (int i = 0; i < count; i++) {
        struct text file = { 0 };
        text_format(&file, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
                    entries[i]->d_name);
        good = add_file(rs, file.data, mistakes) && good;
        text_free(&file);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool ruleset_add_path(struct ruleset *rs, const char *path, struct text *mistakes)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return cannot(rs, path, strerror(errno), mistakes);
    return S_ISDIR(about.st_mode) ? add_folder(rs, path, mistakes) : add_file(rs, path, mistakes);
}

/* ---- judging ---- */

static int by_id(const void *left, const void *right)
{
    const struct rule *a = *(const struct rule *const *)left;
    const struct rule *b = *(const struct rule *const *)right;
    return strcmp(a->id, b->id);
}

void ruleset_ready(struct ruleset *rs)
{
    assert(!rs->ready);
    rs->ready = true;
    dockets_make(rs->dockets, rs->rules, rs->rule_count);
    if (rs->rule_count > 0)
        qsort(rs->rules, rs->rule_count, sizeof(struct rule *), by_id);
}

bool ruleset_wants_details(const struct ruleset *rs)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        if (rs->rules[i]->details)
            return true;
    return false;
}

void ruleset_judge(const struct ruleset *rs, const struct handshake *hs, struct verdict *v)
{
    assert(rs->ready);
    judge(&rs->program, rs->dockets, hs, v);
}

/* ---- telling about rules ---- */

const struct named_list *ruleset_lists(const struct ruleset *rs, size_t *count)
{
    *count = rs->list_count;
    return rs->lists;
}

size_t ruleset_count(const struct ruleset *rs)
{
    return rs->rule_count;
}

static int without_condition(const struct choice *choices, size_t count, int otherwise)
{
    return count > 0 && choices[count - 1].when == STEP_ALWAYS ? choices[count - 1].word
                                                               : otherwise;
}

struct rule_info ruleset_info(const struct ruleset *rs, size_t n)
{
    const struct rule *r = rs->rules[n];
    struct rule_info info = {
        .id = r->id,
        .finding_id = r->finding_id,
        .title = r->parts[FINDING_TITLE].source,
        .why = r->parts[FINDING_WHY].source,
        .fix = r->parts[FINDING_FIX].source,
        .see = r->parts[FINDING_SEE].source,
        .file = r->syntax->file,
        .line = (int)written_rule(r)->line,
        .severity = r->severity,
        .rank = r->rank,
        .when = r->condition,
        .seen_as = r->seen_as,
        .seen_as_count = written_rule(r)->seen.count,
        .tags = r->tags,
        .tag_count = written_rule(r)->tags.count,
        .fires = r->fires,
        .fires_count = written_rule(r)->fires.count,
        .silent = r->silent,
        .silent_count = written_rule(r)->silent.count,
    };
    info.fault = (enum fault)without_condition(r->faults, r->fault_count, FAULT_UNKNOWN);
    info.certainty = (enum certainty)without_condition(r->certainties, r->certainty_count,
                                                       r->certainty_count ? CERTAINTY_POSSIBLE
                                                                          : CERTAINTY_PROVEN);
    return info;
}

void rule_print(const struct ruleset *rs, size_t n, struct text *out)
{
    print_rule(rs->rules[n]->syntax, written_rule(rs->rules[n]), out);
}

void ruleset_print(const struct ruleset *rs, struct text *out)
{
    for (size_t i = 0; i < rs->list_count; i++)
        print_list(rs->lists[i].syntax, rs->lists[i].name, rs->lists[i].set, out);
    for (size_t i = 0; i < rs->rule_count; i++) {
        text_add(out, out->len ? "\n" : "");
        rule_print(rs, i, out);
    }
}
