/* choice.c - see choice.h. */
#include "choice.h"

#include <stdlib.h>
#include <string.h>

#include "dissectors/registry.h"
#include "rule/where.h"

struct choice {
    unsigned only; /* bits of what is taken; 0: all */
    struct where *where, *sorted_by;
    struct sort sort;
};

/* ---- --only ---- */

enum { SEVERITY_BITS = 8 }; /* behind those of outcomes */

static const struct {
    const char *word;
    unsigned bit;
} only_words[] = {
    { "failed", 1u << OUTCOME_FAILED },
    { "completed", 1u << OUTCOME_COMPLETED },
    { "unknown", 1u << OUTCOME_UNKNOWN },
    { "error", 1u << (SEVERITY_BITS + SEVERITY_ERROR) },
    { "warning", 1u << (SEVERITY_BITS + SEVERITY_WARNING) },
    { "info", 1u << (SEVERITY_BITS + SEVERITY_INFO) },
};
enum { ONLY_COUNT = sizeof only_words / sizeof *only_words };

static unsigned only_bit(const char *word, size_t len)
{
    for (size_t i = 0; i < ONLY_COUNT; i++)
        if (strlen(only_words[i].word) == len && memcmp(only_words[i].word, word, len) == 0)
            return only_words[i].bit;
    return 0;
}

static bool read_only(struct choice *c, const char *words, struct text *mistakes)
{
    for (size_t len; words; words = words[len] ? words + len + 1 : NULL) {
        len = strcspn(words, ",");
        unsigned bit = only_bit(words, len);
        c->only |= bit;
        if (bit)
            continue;
        text_add(mistakes, "--only: there is no '");
        text_add_wire(mistakes, words, len);
        text_add(mistakes, "'\nit takes some of");
        for (size_t i = 0; i < ONLY_COUNT; i++)
            text_format(mistakes, "%s %s", i ? "," : "", only_words[i].word);
        text_add(mistakes, "\n");
        return false;
    }
    return true;
}

static unsigned bits_of(const struct verdict *v)
{
    unsigned bits = 1u << v->outcome;
    for (size_t i = 0; i < v->finding_count; i++)
        bits |= 1u << (SEVERITY_BITS + v->findings[i].severity);
    return bits;
}

/* ---- all of it ---- */

static bool read_where(struct choice *c, const char *text, const struct ruleset *rules,
                       struct text *mistakes)
{
    c->where = where_condition(rules, registry_tables(), "--where", text, mistakes);
    return c->where != NULL;
}

static bool read_sort(struct choice *c, const char *name, struct text *mistakes)
{
    c->sort.descending = *name == '-';
    c->sorted_by = where_field(registry_tables(), "--sort", name + c->sort.descending, mistakes);
    if (c->sorted_by)
        c->sort.field = where_field_of(c->sorted_by);
    return c->sorted_by != NULL;
}

struct choice *choice_new(const struct choice_wish *wish, const struct ruleset *rules,
                          struct text *mistakes)
{
    struct choice *c = must_calloc(1, sizeof *c);
    bool good = !wish->only || read_only(c, wish->only, mistakes);
    good = (!wish->where || read_where(c, wish->where, rules, mistakes)) && good;
    good = (!wish->sort || read_sort(c, wish->sort, mistakes)) && good;
    if (good)
        return c;
    choice_free(c);
    return NULL;
}

void choice_free(struct choice *c)
{
    if (!c)
        return;
    where_free(c->where);
    where_free(c->sorted_by);
    sort_key_free(&c->sort.key);
    free(c);
}

bool choice_wants_details(const struct choice *c)
{
    return (c->where && where_wants_details(c->where)) ||
           (c->sorted_by && where_wants_details(c->sorted_by));
}

bool choice_takes_all(const struct choice *c)
{
    return !c->only && !c->where;
}

bool choice_takes(struct choice *c, const char *capture, const struct verdict *v)
{
    return (!c->only || c->only & bits_of(v)) && (!c->where || where_holds(c->where, capture, v));
}

const struct sort *choice_sort(const struct choice *c)
{
    return c->sorted_by ? &c->sort : NULL;
}

void choice_key(struct choice *c, const char *capture, const struct verdict *v)
{
    sort_key_free(&c->sort.key);
    c->sort.key = sort_key_of(c->sort.field, where_value(c->sorted_by, capture, v));
}
