/* search.c - see search.h. Texts become lists of words; a word weighs the more
 * the fewer subjects use it, so "certificate" decides little and "0x2700" all. */
#include "report/search.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct word {
    const char *at;
    size_t len;
    size_t subject; /* who uses it */
};

struct words {
    struct word *all;
    size_t count, cap;
};

/* ---- words ---- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_word(char c)
{
    return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80;
}

static char lowered(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static int word_compare(const struct word *a, const struct word *b)
{
    size_t len = a->len < b->len ? a->len : b->len;
    for (size_t i = 0; i < len; i++)
        if (lowered(a->at[i]) != lowered(b->at[i]))
            return (uint8_t)lowered(a->at[i]) < (uint8_t)lowered(b->at[i]) ? -1 : 1;
    return (a->len > b->len) - (a->len < b->len);
}

static void words_add(struct words *w, struct word word)
{
    if (w->count == w->cap) {
        w->cap = w->cap * 2 + 64;
        w->all = must_realloc(w->all, w->cap * sizeof *w->all);
    }
    w->all[w->count++] = word;
}

/* Adds the words of a text, which must outlive them. CamelCase is two words, so
 * that CertificateExpired is found like certificate_expired. */
static void words_of(struct words *w, const char *text, size_t subject)
{
    while (*text) {
        if (!is_word(*text)) {
            text++;
            continue;
        }
        const char *start = text++;
        while (is_word(*text) && !(is_lower(text[-1]) && is_upper(*text)))
            text++;
        words_add(w, (struct word){ start, (size_t)(text - start), subject });
    }
}

/* ---- what a word weighs ---- */

/* Every word of every phrase, sorted by word and then by subject. */
struct vocabulary {
    struct words words;
    size_t subjects;
};

static int by_word(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    int order = word_compare(a, b);
    return order ? order : (a->subject > b->subject) - (a->subject < b->subject);
}

static struct vocabulary vocabulary_of(const struct phrase *phrases, size_t count)
{
    struct vocabulary v = { 0 };
    for (size_t i = 0; i < count; i++) {
        words_of(&v.words, phrases[i].text, phrases[i].subject);
        if (phrases[i].subject >= v.subjects)
            v.subjects = phrases[i].subject + 1;
    }
    if (v.words.count)
        qsort(v.words.all, v.words.count, sizeof *v.words.all, by_word);
    return v;
}

static size_t first_place(const struct vocabulary *v, const struct word *word)
{
    size_t low = 0, high = v->words.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (word_compare(&v->words.all[middle], word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t users_of(const struct vocabulary *v, const struct word *word)
{
    size_t users = 0, last = SIZE_MAX;
    for (size_t i = first_place(v, word); i < v->words.count; i++) {
        const struct word *w = &v->words.all[i];
        if (word_compare(w, word) != 0)
            break;
        users += w->subject != last;
        last = w->subject;
    }
    return users;
}

/* The logarithm of how rare it is, in whole bits; a word that nobody uses is
 * the rarest. */
static unsigned weight_of(const struct vocabulary *v, const struct word *word)
{
    size_t users = users_of(v, word);
    size_t rarity = v->subjects * 4 / (users ? users : 1);
    unsigned bits = 0;
    for (; rarity; rarity >>= 1)
        bits++;
    return bits;
}

/* ---- how well a phrase fits ---- */

static bool has_word(const struct words *w, const struct word *word)
{
    for (size_t i = 0; i < w->count; i++)
        if (word_compare(&w->all[i], word) == 0)
            return true;
    return false;
}

/* The words of the phrase stand in the query one after the other. */
static bool stands_in(const struct words *phrase, const struct words *query)
{
    for (size_t start = 0; start + phrase->count <= query->count; start++) {
        size_t i = 0;
        while (i < phrase->count && word_compare(&phrase->all[i], &query->all[start + i]) == 0)
            i++;
        if (i == phrase->count)
            return i > 0;
    }
    return false;
}

struct fit {
    unsigned matched, total; /* weights of the words found, and of all */
    size_t words;            /* found */
};

static struct fit fit_of(const struct vocabulary *v, const struct words *part,
                         const struct words *whole)
{
    struct fit fit = { 0 };
    for (size_t i = 0; i < part->count; i++) {
        unsigned weight = weight_of(v, &part->all[i]);
        bool found = has_word(whole, &part->all[i]);
        fit.total += weight;
        fit.matched += found ? weight : 0;
        fit.words += found;
    }
    return fit;
}

/* Word for word counts twice. Otherwise two thirds of the phrase must be there,
 * or, when somebody asks with a few words, nearly all of the question. */
static uint64_t score_of(const struct vocabulary *v, const struct words *phrase,
                         const struct words *query)
{
    struct fit there = fit_of(v, phrase, query);
    if (stands_in(phrase, query))
        return (uint64_t)there.matched * 200;
    struct fit back = fit_of(v, query, phrase);
    uint64_t score = 0;
    if (there.words > 1 && there.matched * 3 >= there.total * 2)
        score = (uint64_t)there.matched * 100 * there.matched / there.total;
    if (back.words > 1 && back.matched * 5 >= back.total * 4) {
        uint64_t asked = (uint64_t)back.matched * 100 * back.matched / back.total;
        score = asked > score ? asked : score;
    }
    return score;
}

/* ---- the hits ---- */

static int by_score(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return (a->subject > b->subject) - (a->subject < b->subject);
}

static void score_subjects(const struct vocabulary *v, const struct phrase *phrases, size_t count,
                           const struct words *query, struct hit *best)
{
    struct words words = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct hit *hit = &best[phrases[i].subject];
        words.count = 0;
        words_of(&words, phrases[i].text, phrases[i].subject);
        uint64_t score = score_of(v, &words, query);
        if (score > hit->score) {
            hit->score = score;
            hit->phrase = phrases[i].text;
        }
    }
    free(words.all);
}

size_t search_phrases(const struct phrase *phrases, size_t count, const char *query,
                      struct hit *hits, size_t max)
{
    struct vocabulary v = vocabulary_of(phrases, count);
    struct hit *best = must_calloc(v.subjects, sizeof *best);
    struct words asked = { 0 };
    for (size_t i = 0; i < v.subjects; i++)
        best[i].subject = i;
    words_of(&asked, query, 0);
    score_subjects(&v, phrases, count, &asked, best);
    qsort(best, v.subjects, sizeof *best, by_score);
    size_t found = 0;
    while (found < max && found < v.subjects && best[found].score > 0) {
        hits[found] = best[found];
        found++;
    }
    free(best);
    free(asked.all);
    free(v.words.all);
    return found;
}
