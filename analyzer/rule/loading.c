/* loading.c - rule texts in, one set of rules out.
 *
 * A text is parsed and checked whole before any of it counts: when it has a mistake,
 * all that was made of it goes away again, and of what it includes. */
#include "rule/loading.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule/demand.h"
#include "rule/doubt.h"

enum { NAMES_MAX = 1000, INCLUDES_MAX = 64, INCLUDES_DEEP_MAX = 8 };

void rule_file_free(struct rule_file *file)
{
    syntax_free(&file->syntax);
    free(file->name);
    free(file->source);
    free(file);
}

/* ---- one text ---- */

/* A text being loaded. */
struct loading {
    struct ruleset *rs;
    struct rule_file *file;
    struct mistakes mistakes, warnings, notes;
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

/* Whether a list or macro may be called so; else the first of that name is told. */
static bool is_new_name(struct loading *l, const struct checker *c, const struct named_syntax *n)
{
    long list = find_list(&c->lookup, l->rs->list_count, n->name, n->name_len);
    const struct named_macro *macro = find_macro(&c->lookup, n->name, n->name_len);
    if (list < 0 && !macro)
        return true;
    if (mistake_add(&l->mistakes, n->name_at, n->name_len, "%s '%.80s' is there already",
                    macro ? "macro" : "list", n->name)) {
        if (macro)
            hint_first(&l->mistakes, macro->syntax, macro->at, "");
        else
            hint_first(&l->mistakes, l->rs->lists[list].syntax, l->rs->lists[list].at, "");
    }
    return false;
}

static void check_lists(struct loading *l, struct checker *c)
{
    struct ruleset *rs = l->rs;
    for (size_t i = 0; i < l->file->syntax.list_count; i++) {
        const struct named_syntax *list = &l->file->syntax.lists[i];
        if (!is_new_name(l, c, list))
            continue;
        check_list(c, list);
        if (rs->list_count == NAMES_MAX) {
            mistake_add(&l->mistakes, list->name_at, list->name_len, "more than 1000 lists");
            return;
        }
        rs->lists = vector_room(rs->lists, rs->list_count, &rs->list_cap, sizeof *rs->lists);
        rs->lists[rs->list_count++] =
            (struct named_list){ list->name, &l->file->syntax, list->node, list->name_at };
        c->lookup.lists = rs->lists;
        c->lookup.list_count = rs->list_count;
    }
}

static void check_macros(struct loading *l, struct checker *c)
{
    struct ruleset *rs = l->rs;
    for (size_t i = 0; i < l->file->syntax.macro_count; i++) {
        const struct named_syntax *written = &l->file->syntax.macros[i];
        struct named_macro macro;
        if (!is_new_name(l, c, written))
            continue;
        check_macro(c, written, &macro);
        if (rs->macro_count == NAMES_MAX) {
            mistake_add(&l->mistakes, written->name_at, written->name_len, "more than 1000 macros");
            return;
        }
        rs->macros = vector_room(rs->macros, rs->macro_count, &rs->macro_cap, sizeof *rs->macros);
        rs->macros[rs->macro_count++] = macro;
        c->lookup.macros = rs->macros;
        c->lookup.macro_count = rs->macro_count;
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
    for (size_t i = 0; i < rule_written(rule)->tags.count; i++)
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
        for (size_t k = 0; k < rule_written(rule)->tags.count; k++)
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
            hint_first(&l->mistakes, (*known)->syntax, rule_written(*known)->id_at,
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
                                     .list_count = l->rs->list_count,
                                     .macros = l->rs->macros,
                                     .macro_count = l->rs->macro_count },
                         .syntax = &l->file->syntax,
                         .pool = &l->file->syntax.pool };
    check_lists(l, &c);
    check_macros(l, &c);
    l->rules = must_calloc(l->file->syntax.rule_count, sizeof *l->rules);
    for (size_t i = 0; i < l->file->syntax.rule_count; i++) {
        check_id(l, i);
        const struct rule_syntax *r = &l->file->syntax.rules[i];
        if (r->action < RULE_DISABLE && has_needed(l, &c, r))
            l->rules[i] = check_rule(&c, i);
    }
    mistakes_forget(&c.unheard);
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
    struct both both = { { take_for_both, false }, l->rs->listener, mistakes };
    mistakes_tell(&l->mistakes, COMPLAINT_MISTAKE, &both.box);
    struct text unheard = { 0 };
    both.out = &unheard;
    mistakes_tell(&l->warnings, COMPLAINT_WARNING, &both.box);
    mistakes_tell(&l->notes, COMPLAINT_NOTE, &both.box);
    text_free(&unheard);
}

/* Says what is wrong with a whole file. */
static bool cannot(struct ruleset *rs, const char *path, const char *why, struct text *mistakes)
{
    struct both both = { { take_for_both, false }, rs->listener, mistakes };
    struct complaint c = { COMPLAINT_MISTAKE, path, 0, 0, why, "", "" };
    both.box.take(&both.box, &c);
    return false;
}

/* ---- what loads, and can't be meant ---- */

enum { PAIRS_MAX = 1000000 };

/* Each condition of a rule: its `when`, and those of fault and certainty. */
static void doubt_conditions(struct loading *l, size_t n)
{
    const struct program *p = &l->rs->program;
    const struct rule_syntax *r = &l->file->syntax.rules[n];
    const struct rule *rule = l->rules[n];
    const struct node *when = node_at(&l->file->syntax, r->when);
    if (doubt_never(p, rule->when, true))
        mistake_add(&l->warnings, when->at, when->len, "this is never true: the rule can't fire");
    else if (doubt_never(p, rule->when, false))
        mistake_add(&l->warnings, when->at, when->len, "this is never false, of no handshake");
    for (unsigned i = 0; i < r->fault_count; i++)
        if (doubt_never(p, rule->faults[i].when, true))
            mistake_add(&l->warnings, r->faults[i].at, r->faults[i].len, "this is never true");
    for (unsigned i = 0; i < r->certainty_count; i++)
        if (doubt_never(p, rule->certainties[i].when, true))
            mistake_add(&l->warnings, r->certainties[i].at, r->certainties[i].len,
                        "this is never true");
}

/* Whether a goes before b wherever b fires on a failed handshake. */
static bool overrules(const struct program *p, const struct rule *a, const struct rule *b)
{
    bool goes_before = a->rank > b->rank || (a->rank == b->rank && a->order < b->order);
    return goes_before && a->severity == SEVERITY_ERROR && !a->counting.number &&
           (a->demand.tables & ~b->demand.tables) == 0 && doubt_implies(p, b->when, a->when);
}

/* An error that can be the cause of nothing, for another one always is. */
static void doubt_cause(struct loading *l, size_t n, size_t *pairs)
{
    const struct rule_syntax *r = &l->file->syntax.rules[n];
    const struct rule *rule = l->rules[n];
    bool can_be_cause = rule->severity == SEVERITY_ERROR &&
                        (rule->demand.outcomes >> OUTCOME_FAILED & 1) &&
                        !doubt_never(&l->rs->program, rule->when, true);
    for (size_t i = 0; can_be_cause && i < l->rs->rule_count && ++*pairs <= PAIRS_MAX; i++) {
        const struct rule *other = l->rs->rules[i];
        if (other == rule || !overrules(&l->rs->program, other, rule))
            continue;
        bool same = strcmp(other->finding_id, rule->finding_id) == 0;
        if (mistake_add(&l->warnings, r->id_at, r->id_len,
                        same ? "rule '%s' is never heard: '%s' says the same wherever it fires"
                             : "rule '%s' is never the cause: '%s' is, wherever it fires",
                        r->id, other->id))
            mistake_hint(&l->warnings, "that one has rank %d, this one %d%s", other->rank,
                         rule->rank, other->rank == rule->rank ? " and is loaded later" : "");
        return;
    }
}

static void doubt_all(struct loading *l)
{
    size_t pairs = 0;
    for (size_t i = 0; i < l->file->syntax.rule_count; i++) {
        if (!l->rules[i])
            continue;
        doubt_conditions(l, i);
        doubt_cause(l, i, &pairs);
    }
}

/* ---- going back ---- */

/* A ruleset as it was, in case a text turns out to be bad. */
struct checkpoint {
    struct program_mark program;
    size_t list_count, macro_count, file_count, rule_count, next_order;
    struct rule **rules;
};

static struct checkpoint checkpoint_of(const struct ruleset *rs)
{
    struct checkpoint point = { program_mark(&rs->program),
                                rs->list_count,
                                rs->macro_count,
                                rs->file_count,
                                rs->rule_count,
                                rs->next_order,
                                NULL };
    point.rules = must_malloc(rs->rule_count * sizeof(struct rule *));
    if (rs->rule_count > 0)
        memcpy(point.rules, rs->rules, rs->rule_count * sizeof(struct rule *));
    return point;
}

static void go_back(struct ruleset *rs, const struct checkpoint *point)
{
    while (rs->file_count > point->file_count)
        rule_file_free(rs->files[--rs->file_count]);
    program_rewind(&rs->program, &point->program);
    rs->list_count = point->list_count;
    rs->macro_count = point->macro_count;
    rs->rule_count = point->rule_count;
    rs->next_order = point->next_order;
    if (point->rule_count > 0)
        memcpy(rs->rules, point->rules, point->rule_count * sizeof(struct rule *));
}

/* ---- files ---- */

/* The files that are being loaded, each included by the one before. */
struct chain {
    const struct chain *includer;
    const char *path;
    dev_t device;
    ino_t inode;
    unsigned depth;
};

static bool add_text(struct ruleset *rs, const char *name, const char *text, size_t len,
                     const struct chain *chain, struct text *mistakes);

/* Reads at most one byte more than a rule text may have. What is included must be a
 * plain file: a pipe could keep us waiting for ever. */
static bool read_all(const char *path, bool must_be_plain, struct stat *about, struct text *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | (must_be_plain ? O_NONBLOCK : 0));
    if (fd < 0)
        return false;
    char chunk[16384];
    ssize_t len = fstat(fd, about);
    if (len == 0 && must_be_plain && !S_ISREG(about->st_mode)) {
        errno = EINVAL;
        len = -1;
    }
    while (len >= 0 && out->len <= RULE_TEXT_MAX && (len = read(fd, chunk, sizeof chunk)) > 0)
        text_add_bytes(out, chunk, (size_t)len);
    int error = len < 0 ? errno : 0;
    close(fd);
    errno = error;
    return error == 0;
}

static const struct rule_file *loaded_file(const struct ruleset *rs, const struct stat *about)
{
    for (size_t i = 0; i < rs->file_count; i++)
        if (rs->files[i]->inode == about->st_ino && rs->files[i]->device == about->st_dev)
            return rs->files[i];
    return NULL;
}

static bool is_being_loaded(const struct chain *chain, const struct stat *about)
{
    for (; chain; chain = chain->includer)
        if (chain->inode == about->st_ino && chain->device == about->st_dev)
            return true;
    return false;
}

/* Where an include leads: beside the file that has it, unless it begins with a slash. */
static void path_of(const struct rule_file *file, const struct literal *include, struct text *path)
{
    const char *slash = strrchr(file->name, '/');
    if (include->text[0] != '/' && slash)
        text_add_bytes(path, file->name, (size_t)(slash - file->name) + 1);
    text_add_bytes(path, include->text, include->len);
}

static bool tell_include(struct loading *l, const struct literal *include, const char *why)
{
    mistake_add(&l->mistakes, include->at, include->source_len, "can't include this: %s", why);
    return false;
}

static bool include_path(struct loading *l, const struct literal *include, const char *path,
                         const struct chain *chain, struct text *mistakes)
{
    struct stat about;
    struct text content = { 0 };
    bool good = false;
    if (!read_all(path, true, &about, &content))
        tell_include(l, include, errno == EINVAL ? "it is no plain file" : strerror(errno));
    else if (is_being_loaded(chain, &about))
        tell_include(l, include, "it includes this file in turn");
    else if (loaded_file(l->rs, &about))
        good = true;
    else
        good = add_text(
            l->rs, path, text_string(&content), content.len,
            &(struct chain){ chain, path, about.st_dev, about.st_ino, chain->depth + 1 }, mistakes);
    text_free(&content);
    return good;
}

/* What a file includes is loaded before it. */
static bool add_includes(struct loading *l, const struct chain *chain, struct text *mistakes)
{
    bool good = true;
    for (size_t i = 0; i < l->file->syntax.include_count; i++) {
        const struct literal *include = &l->file->syntax.includes[i];
        struct text path = { 0 };
        path_of(l->file, include, &path);
        if (!chain)
            good = tell_include(l, include, "only a file can include another");
        else if (chain->depth == INCLUDES_DEEP_MAX)
            good = tell_include(l, include, "files are included at most 8 deep");
        else if (i == INCLUDES_MAX)
            good = tell_include(l, include, "a file includes at most 64 others");
        else if (strlen(include->text) < include->len)
            good = tell_include(l, include, "there is a zero byte in it");
        else
            good = include_path(l, include, path.data, chain, mistakes) && good;
        text_free(&path);
        if (i == INCLUDES_MAX)
            break;
    }
    return good;
}

static bool add_text(struct ruleset *rs, const char *name, const char *text, size_t len,
                     const struct chain *chain, struct text *mistakes)
{
    assert(!rs->ready);
    if (len > RULE_TEXT_MAX)
        return cannot(rs, name, "a rule file has at most 4 MiB", mistakes);
    struct checkpoint point = checkpoint_of(rs);
    struct loading l = { .rs = rs, .file = file_new(name, text, len) };
    if (chain) {
        l.file->device = chain->device;
        l.file->inode = chain->inode;
        l.file->included = chain->depth > 0;
    }
    l.mistakes = (struct mistakes){ .file = l.file->name, .source = l.file->source, .len = len };
    l.notes = l.warnings = l.mistakes;
    parse(&l.file->syntax, &l.mistakes);
    bool good = add_includes(&l, chain, mistakes);
    if (good) /* else much would seem to be wrong that is not */
        check(&l);
    good = good && l.mistakes.count == 0;
    if (good)
        take_in(&l);
    if (good && rs->listener && rs->listener->wants_warnings)
        doubt_all(&l);
    tell(&l, mistakes);
    if (!good) {
        go_back(rs, &point);
        rule_file_free(l.file);
    }
    free(l.rules);
    free(point.rules);
    return good;
}

bool ruleset_add(struct ruleset *rs, const char *file, const char *text, size_t len,
                 struct text *mistakes)
{
    return add_text(rs, file, text, len, NULL, mistakes);
}

static bool add_file(struct ruleset *rs, const char *path, struct text *mistakes)
{
    struct text content = { 0 };
    struct stat about;
    bool good = read_all(path, false, &about, &content);
    const struct rule_file *loaded = good ? loaded_file(rs, &about) : NULL;
    if (!good)
        cannot(rs, path, strerror(errno), mistakes);
    else if (!loaded || !loaded->included)
        good = add_text(rs, path, text_string(&content), content.len,
                        &(struct chain){ NULL, path, about.st_dev, about.st_ino, 0 }, mistakes);
    text_free(&content);
    return good;
}

/* ---- folders ---- */

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
