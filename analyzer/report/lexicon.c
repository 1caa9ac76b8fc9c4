/* lexicon.c - see lexicon.h. A word weighs the more the fewer texts have it, so
 * "certificate" decides little and "-0x2700" all. A text that stands in the line
 * counts fully, one whose words stand there in order somewhat less, one of which
 * only most words are there least. */
#include "report/lexicon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "report/words.h"

enum {
    PHRASE_WORDS_MAX = 24,
    CAUSES_MAX = 6,
    QUERY_MAX = 4096,
    GUESSES_MAX = 48,  /* words that are compared with all known ones */
    SAME_WORD_MAX = 3, /* ways to read one word of a question */
};

static const uint32_t NO_WORD = UINT32_MAX;

struct entry {
    struct phrase phrase;
    unsigned weak; /* says little: any other text weighs more; 2: even less */
    enum log_side hint;
    uint32_t words[PHRASE_WORDS_MAX]; /* ids */
    uint32_t count, weight, key;      /* weight of all words; key: the rarest one's id */
    uint32_t next;                    /* entry with the same key; NO_WORD: none */
};

/* A word that texts have. */
struct known {
    char text[WORD_MAX];
    uint32_t users, weight, keyed; /* keyed: first entry whose key it is */
    bool number, code;
};

struct lexicon {
    struct entry *entries;
    size_t count, cap;
    struct known *known;
    size_t known_count, known_cap;
    uint32_t *slots; /* open addressing: index into known, NO_WORD */
    size_t slot_count;
    char **strings; /* all that phrases borrow */
    size_t string_count, string_cap;
    const char ***lists;
    size_t list_count, list_cap;
};

/* ---- what is kept ---- */

static void *grown(void *list, size_t count, size_t *cap, size_t item)
{
    if (count < *cap)
        return list;
    *cap = *cap * 2 + 64;
    return must_realloc(list, *cap * item);
}

static const char *keep_string(struct lexicon *l, const char *at, size_t len)
{
    l->strings = grown(l->strings, l->string_count, &l->string_cap, sizeof *l->strings);
    char *copy = must_malloc(len + 1);
    memcpy(copy, at, len);
    copy[len] = 0;
    return l->strings[l->string_count++] = copy;
}

static const char **new_list(struct lexicon *l)
{
    l->lists = grown(l->lists, l->list_count, &l->list_cap, sizeof *l->lists);
    return l->lists[l->list_count++] = must_calloc(CAUSES_MAX + 1, sizeof(char *));
}

struct lexicon *lexicon_new(void)
{
    return must_calloc(1, sizeof(struct lexicon));
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->string_count; i++)
        free(l->strings[i]);
    for (size_t i = 0; i < l->list_count; i++)
        free(l->lists[i]);
    free(l->strings);
    free(l->lists);
    free(l->entries);
    free(l->known);
    free(l->slots);
    free(l);
}

/* ---- words that texts have ---- */

static size_t slot_of(const struct lexicon *l, const char *word)
{
    size_t at = hash_bytes(0, word, strlen(word)) & (l->slot_count - 1);
    while (l->slots[at] != NO_WORD && strcmp(l->known[l->slots[at]].text, word) != 0)
        at = (at + 1) & (l->slot_count - 1);
    return at;
}

static void make_slots(struct lexicon *l, size_t count)
{
    free(l->slots);
    l->slot_count = count;
    l->slots = must_malloc(count * sizeof *l->slots);
    memset(l->slots, 0xff, count * sizeof *l->slots);
    for (size_t i = 0; i < l->known_count; i++)
        l->slots[slot_of(l, l->known[i].text)] = (uint32_t)i;
}

static uint32_t find_word(const struct lexicon *l, const char *word)
{
    return l->slot_count ? l->slots[slot_of(l, word)] : NO_WORD;
}

static uint32_t learn_word(struct lexicon *l, const struct word *word)
{
    if (l->known_count * 2 >= l->slot_count)
        make_slots(l, l->slot_count ? l->slot_count * 2 : 1024);
    size_t slot = slot_of(l, word->text);
    if (l->slots[slot] == NO_WORD) {
        l->known = grown(l->known, l->known_count, &l->known_cap, sizeof *l->known);
        struct known *k = &l->known[l->known_count];
        *k = (struct known){ .keyed = NO_WORD,
                             .number = word->kind != WORD_PLAIN,
                             .code = word->kind == WORD_CODE };
        memcpy(k->text, word->text, sizeof k->text);
        l->slots[slot] = (uint32_t)l->known_count++;
    }
    return l->slots[slot];
}

/* ---- adding texts ---- */

static struct entry *add_entry(struct lexicon *l, const char *at, size_t len)
{
    struct words words;
    words_read(&words, at, len);
    if (words.count == 0)
        return NULL;
    l->entries = grown(l->entries, l->count, &l->cap, sizeof *l->entries);
    struct entry *e = &l->entries[l->count++];
    *e = (struct entry){ .phrase.text = keep_string(l, at, len), .next = NO_WORD };
    for (size_t i = 0; i < words.count && i < PHRASE_WORDS_MAX; i++)
        e->words[e->count++] = learn_word(l, &words.list[i]);
    return e;
}

static bool same_words(const struct entry *a, const struct entry *b)
{
    return a->count == b->count && memcmp(a->words, b->words, a->count * sizeof *a->words) == 0;
}

/* What a table says of a text weighs more: it knows all that the text may mean. */
static bool is_in_table(const struct lexicon *l, const struct entry *e)
{
    for (size_t i = 0; i < l->count; i++)
        if (&l->entries[i] != e && l->entries[i].phrase.by_side[LOG_ANYBODY] &&
            same_words(&l->entries[i], e))
            return true;
    return false;
}

void lexicon_add(struct lexicon *l, const char *cause, const char *text, const char *who)
{
    struct entry *e = add_entry(l, text, strlen(text));
    if (!e)
        return;
    e->weak = is_in_table(l, e);
    const char **causes = new_list(l);
    causes[0] = keep_string(l, cause, strlen(cause));
    e->phrase.causes = causes;
    e->phrase.who = who ? keep_string(l, who, strlen(who)) : NULL;
}

/* ---- reading a table ---- */

struct table {
    struct lexicon *lexicon;
    const char *file, *who;
    struct text *mistakes;
    bool good;
    int line;
    enum log_side hint; /* the texts below tell whose log a line is from */
    const char *const *lists[3];
};

static void mistake(struct table *t, const char *what)
{
    t->good = false;
    text_format(t->mistakes, "%s:%d: %s\n", t->file, t->line, what);
}

static size_t blank_len(const char *at, size_t len)
{
    size_t n = 0;
    while (n < len && (at[n] == ' ' || at[n] == '\t'))
        n++;
    return n;
}

static size_t word_len(const char *at, size_t len)
{
    size_t n = 0;
    while (n < len && at[n] != ' ' && at[n] != '\t')
        n++;
    return n;
}

static bool is_cause(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", at[i]))
            return false;
    return memchr(at, '.', len) != NULL;
}

/* "a.b c.d client: e.f": lists of causes by whose log the text is from. */
static void read_causes(struct table *t, const char *at, size_t len)
{
    enum log_side side = LOG_ANYBODY;
    const char **list = new_list(t->lexicon);
    size_t count = 0;
    memset(t->lists, 0, sizeof t->lists);
    t->lists[side] = list;
    for (const char *end = at + len; at < end;) {
        size_t word = word_len(at, (size_t)(end - at));
        bool client = word == 7 && memcmp(at, "client:", 7) == 0;
        bool server = word == 7 && memcmp(at, "server:", 7) == 0;
        if (client || server) {
            side = client ? LOG_CLIENT : LOG_SERVER;
            t->lists[side] = list = new_list(t->lexicon);
            count = 0;
        } else if (!is_cause(at, word) || count == CAUSES_MAX) {
            mistake(t, "causes are wanted here: net.syn.unanswered, at most six in a row");
            return;
        } else {
            list[count++] = keep_string(t->lexicon, at, word);
        }
        at += word + blank_len(at + word, (size_t)(end - at) - word);
    }
}

static void read_text(struct table *t, const char *at, size_t len)
{
    unsigned weak = 0;
    for (; weak < 2 && len > 0 && *at == '~'; at++, len--)
        weak++;
    struct entry *e = add_entry(t->lexicon, at + blank_len(at, len), len - blank_len(at, len));
    if (!e) {
        mistake(t, "a text without a word");
        return;
    }
    e->weak = weak;
    e->phrase.vague = weak > 1;
    e->hint = t->hint;
    e->phrase.who = t->who;
    e->phrase.causes = t->lists[LOG_ANYBODY];
    memcpy(e->phrase.by_side, t->lists, sizeof e->phrase.by_side);
}

/* "one text / another" */
static void read_texts(struct table *t, const char *at, size_t len)
{
    if (!t->lists[LOG_ANYBODY] && t->hint == LOG_ANYBODY) {
        mistake(t, "a text without causes above it");
        return;
    }
    while (len > 0) {
        const char *cut = memmem(at, len, " / ", 3);
        size_t text = cut ? (size_t)(cut - at) : len;
        read_text(t, at, text);
        size_t step = cut ? text + 3 : len;
        at += step;
        len -= step;
    }
}

static void read_line(struct table *t, const char *at, size_t len)
{
    size_t indent = blank_len(at, len);
    while (len > indent && strchr(" \t\r", at[len - 1]))
        len--;
    if (len == indent || at[indent] == '#')
        return;
    if (indent > 0) {
        read_texts(t, at + indent, len - indent);
    } else if (at[0] == '[' && at[len - 1] == ']') {
        t->who = keep_string(t->lexicon, at + 1, len - 2);
        t->hint = LOG_ANYBODY;
        memset(t->lists, 0, sizeof t->lists);
    } else if (len == 7 && (memcmp(at, "@client", 7) == 0 || memcmp(at, "@server", 7) == 0)) {
        t->hint = at[1] == 'c' ? LOG_CLIENT : LOG_SERVER;
        memset(t->lists, 0, sizeof t->lists);
    } else {
        t->hint = LOG_ANYBODY;
        read_causes(t, at, len);
    }
}

bool lexicon_add_table(struct lexicon *l, const char *file, const char *text, size_t len,
                       struct text *mistakes)
{
    struct table t = { .lexicon = l, .file = file, .mistakes = mistakes, .good = true };
    while (len > 0) {
        const char *newline = memchr(text, '\n', len);
        size_t line = newline ? (size_t)(newline - text) : len;
        t.line++;
        read_line(&t, text, line);
        size_t step = newline ? line + 1 : line;
        text += step;
        len -= step;
    }
    return t.good;
}

/* ---- weights ---- */

/* Four times the binary logarithm, roughly. */
static uint32_t logarithm(uint32_t n)
{
    uint32_t bits = 0;
    while (n >> (bits + 1))
        bits++;
    return bits * 4 + (bits >= 2 ? (n >> (bits - 2)) & 3 : 0);
}

static void count_users(struct lexicon *l)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct entry *e = &l->entries[i];
        for (uint32_t k = 0; k < e->count; k++) {
            bool again = false;
            for (uint32_t j = 0; j < k; j++)
                again = again || e->words[j] == e->words[k];
            l->known[e->words[k]].users += !again;
        }
    }
}

void lexicon_ready(struct lexicon *l)
{
    enum { CODE_WEIGHT = 20 };
    count_users(l);
    for (size_t i = 0; i < l->known_count; i++) {
        struct known *k = &l->known[i];
        k->weight = 4 + logarithm((uint32_t)l->count / k->users) + (k->code ? CODE_WEIGHT : 0);
    }
    for (size_t i = 0; i < l->count; i++) {
        struct entry *e = &l->entries[i];
        e->key = e->words[0];
        for (uint32_t k = 0; k < e->count; k++) {
            e->weight += l->known[e->words[k]].weight;
            if (l->known[e->words[k]].weight > l->known[e->key].weight)
                e->key = e->words[k];
        }
        e->next = l->known[e->key].keyed;
        l->known[e->key].keyed = (uint32_t)i;
    }
}

/* ---- the question ---- */

/* A word of it: the ids of the words it may be. */
struct asked {
    uint32_t ids[SAME_WORD_MAX];
    bool guessed, is_break;
};

struct question {
    struct asked list[WORDS_MAX];
    size_t count, own; /* own: without what numbers mean */
    size_t strange;    /* words that no text has */
    uint32_t weight;
};

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* A bare 30592 is an error code where errors are spoken of, or alone. */
static bool speaks_of_codes(const struct words *w)
{
    static const char *const hints[] = { "error",     "err",     "returned", "return", "ret",
                                         "code",      "mbedtls", "ssl",      "tls",    "esp",
                                         "handshake", "status",  "errno",    "result", "exception",
                                         "socket",    "failed",  NULL };
    enum { ALONE = 3 };
    for (size_t i = 0; i < w->count; i++)
        if (is_one_of(w->list[i].text, hints))
            return true;
    return w->count <= ALONE;
}

/* Only then is a code taken for two of mbedTLS in one. */
static bool speaks_of_tls(const struct words *w)
{
    static const char *const hints[] = {
        "mbedtls", "ssl", "tls", "x509", "handshake", "dtls", NULL
    };
    enum { ALONE = 3 };
    for (size_t i = 0; i < w->count; i++)
        if (is_one_of(w->list[i].text, hints))
            return true;
    return w->count <= ALONE;
}

static void ask_number(const struct lexicon *l, const struct word *word, bool codes,
                       struct asked *a)
{
    char other[WORD_MAX + 1];
    if (word->kind == WORD_CODE) {
        a->ids[1] = find_word(l, word->text + 1);
    } else if (codes && strtol(word->text, NULL, 10) >= 256) {
        snprintf(other, sizeof other, "#%s", word->text);
        a->ids[1] = find_word(l, other);
    }
}

static bool is_known(const struct asked *a)
{
    return a->ids[0] != NO_WORD || a->ids[1] != NO_WORD || a->ids[2] != NO_WORD;
}

static struct asked ask_word(const struct lexicon *l, const struct words *w, size_t at, bool codes)
{
    const struct word *word = &w->list[at];
    struct asked a = { .ids = { NO_WORD, NO_WORD, NO_WORD }, .is_break = word->kind == WORD_BREAK };
    char joined[WORD_MAX];
    if (a.is_break)
        return a;
    a.ids[0] = find_word(l, word->text);
    if (word->kind != WORD_PLAIN)
        ask_number(l, word, codes, &a);
    else if (words_join(w, at, joined))
        a.ids[2] = find_word(l, joined);
    return a;
}

/* ---- misspelt words ---- */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Letters to add, drop, change or swap with their neighbour to make b of a. */
static unsigned edits_between(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][WORD_MAX + 1];
    for (size_t k = 0; k <= b_len; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t k = 1; k <= b_len; k++) {
            unsigned change = above[k - 1] + (a[i - 1] != b[k - 1]);
            row[k] = least(change, least(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], two[k - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

static unsigned edits_allowed(size_t len)
{
    return len < 5 ? 0 : len < 8 ? 1 : 2;
}

/* The known word that is nearest to a misspelt one; of equals, the more used. */
static uint32_t guess(const struct lexicon *l, const struct word *word)
{
    unsigned best = edits_allowed(word->len) + 1;
    uint32_t found = NO_WORD;
    for (size_t i = 0; i < l->known_count && best > 0; i++) {
        const struct known *k = &l->known[i];
        size_t len = strlen(k->text);
        if (k->number || len + 2 < word->len || word->len + 2u < len || len < 4)
            continue;
        unsigned edits = edits_between(word->text, word->len, k->text, len);
        if (edits < best ||
            (edits == best && found != NO_WORD && k->users > l->known[found].users)) {
            best = edits;
            found = (uint32_t)i;
        }
    }
    return found;
}

static void ask(const struct lexicon *l, const char *text, size_t len, unsigned guesses,
                struct question *q)
{
    struct words w;
    words_read(&w, text, len < QUERY_MAX ? len : QUERY_MAX);
    q->own = w.count;
    bool codes = speaks_of_codes(&w), tls = speaks_of_tls(&w);
    words_expand(&w);
    *q = (struct question){ .count = w.count, .own = q->own };
    for (size_t i = 0; i < w.count; i++) {
        struct asked *a = &q->list[i];
        *a = ask_word(l, &w, i, codes);
        if (w.list[i].derived && !tls)
            *a = (struct asked){ .ids = { NO_WORD, NO_WORD, NO_WORD }, .is_break = true };
        a->guessed = w.list[i].derived;
        if (guesses && !a->is_break && !is_known(a) && w.list[i].kind == WORD_PLAIN) {
            guesses--;
            a->ids[0] = guess(l, &w.list[i]);
            a->guessed = a->ids[0] != NO_WORD;
        }
        bool plain = w.list[i].kind == WORD_PLAIN;
        q->strange += i < q->own && plain && !is_known(a);
        if (i < q->own && a->ids[0] != NO_WORD)
            q->weight += l->known[a->ids[0]].weight;
    }
}

static bool is_word(const struct asked *a, uint32_t id)
{
    return a->ids[0] == id || a->ids[1] == id || a->ids[2] == id;
}

/* ---- how well a text fits ---- */

/* Word after word. */
static bool stands_in(const struct entry *e, const struct question *q)
{
    for (size_t start = 0; start + e->count <= q->count; start++) {
        uint32_t i = 0;
        while (i < e->count && is_word(&q->list[start + i], e->words[i]))
            i++;
        if (i == e->count)
            return true;
    }
    return false;
}

/* How many other words may stand between a word of a text and the one before: the
 * more the longer the text is. A number belongs to the word before it; a code says
 * more by itself. */
static size_t gap_allowed(const struct entry *e, const struct known *k)
{
    enum { GAP_MAX = 6, CODE_GAP = 5 };
    size_t gap = 2 * (size_t)e->count - 4;
    if (k->code)
        return CODE_GAP;
    return k->number ? 1 : gap < GAP_MAX ? gap : GAP_MAX;
}

/* In order, with other words between them. */
static bool runs_through(const struct lexicon *l, const struct entry *e, const struct question *q)
{
    for (size_t start = 0; start < q->count; start++) {
        if (!is_word(&q->list[start], e->words[0]))
            continue;
        size_t at = start + 1;
        uint32_t i = 1;
        for (; i < e->count; i++) {
            size_t last = at + gap_allowed(e, &l->known[e->words[i]]);
            while (at <= last && at < q->count && !q->list[at].is_break &&
                   !is_word(&q->list[at], e->words[i]))
                at++;
            if (at > last || at >= q->count || q->list[at].is_break)
                break;
            at++;
        }
        if (i == e->count)
            return true;
    }
    return false;
}

static const struct asked *find_asked(const struct question *q, uint32_t id)
{
    for (size_t i = 0; i < q->count; i++)
        if (is_word(&q->list[i], id))
            return &q->list[i];
    return NULL;
}

static bool has_word(const struct entry *e, const struct asked *a)
{
    for (uint32_t i = 0; i < e->count; i++)
        if (is_word(a, e->words[i]))
            return true;
    return false;
}

/* The question breaks off inside the text: "EE certificate key too w". */
static uint32_t cut_off(const struct lexicon *l, const struct entry *e, const struct question *q)
{
    enum { WORDS_MIN = 3, PART_MIN = 60 };
    size_t end = q->own;
    if (end > 0 && (q->list[end - 1].guessed || !is_known(&q->list[end - 1])))
        end--;
    for (uint32_t len = e->count - 1; len >= WORDS_MIN && len < e->count; len--) {
        uint32_t weight = 0, i = 0;
        for (; len <= end && i < len && is_word(&q->list[end - len + i], e->words[i]); i++)
            weight += l->known[e->words[i]].weight;
        if (len <= end && i == len)
            return weight * 100 >= e->weight * PART_MIN ? weight * 70 / 100 : 0;
    }
    return 0;
}

struct fit {
    uint32_t weight, words;
    bool number_missing, guessed;
};

static struct fit words_there(const struct lexicon *l, const struct entry *e,
                              const struct question *q)
{
    struct fit fit = { 0 };
    for (uint32_t i = 0; i < e->count; i++) {
        const struct known *k = &l->known[e->words[i]];
        const struct asked *a = find_asked(q, e->words[i]);
        fit.weight += a ? k->weight : 0;
        fit.words += a != NULL;
        fit.number_missing = fit.number_missing || (!a && k->number);
        fit.guessed = fit.guessed || (a && a->guessed);
    }
    return fit;
}

/* The heaviest stretch of the question that is not much longer than the text. */
static uint32_t together(const struct lexicon *l, const struct entry *e, const struct question *q)
{
    size_t width = (size_t)e->count * 3 / 2 + 3;
    uint32_t best = 0;
    for (size_t start = 0; start < q->count; start++) {
        uint32_t weight = 0;
        if (!has_word(e, &q->list[start]))
            continue;
        for (uint32_t i = 0; i < e->count; i++) {
            size_t at = start;
            while (at < q->count && at < start + width && !is_word(&q->list[at], e->words[i]))
                at++;
            bool there = at < q->count && at < start + width;
            weight += there ? l->known[e->words[i]].weight : 0;
        }
        best = weight > best ? weight : best;
    }
    return best;
}

/* Of a long text most words must be there, near each other. */
static uint32_t partly(const struct lexicon *l, const struct entry *e, const struct question *q)
{
    enum { LONG = 6, PART_SHORT = 85, PART_LONG = 72, WEIGHT_MIN = 64 };
    const uint32_t part_min = e->count < LONG ? PART_SHORT : PART_LONG;
    struct fit fit = words_there(l, e, q);
    if (fit.number_missing || fit.words < 2 || fit.weight * 100 / e->weight < part_min)
        return 0;
    uint32_t weight = together(l, e, q), part = weight * 100 / e->weight;
    if (part < part_min || weight < WEIGHT_MIN)
        return 0;
    return weight * 50 / 100 * part / 100 * part / 100;
}

/* A number alone does not, unless it is a code of some length: -326, not -1. */
static bool says_something(const struct known *k)
{
    return !k->number || (k->code && strlen(k->text) >= sizeof "#326" - 1);
}

/* Somebody asks with a few words: nearly all of them must be of the text. */
static uint32_t asked_briefly(const struct lexicon *l, const struct entry *e,
                              const struct question *q)
{
    enum { WORDS_FEW = 6, RARE = 30 };
    if (q->own > WORDS_FEW || q->strange > 0 || q->own == 0)
        return 0;
    uint32_t weight = 0, words = 0, rarest = 0;
    for (size_t i = 0; i < q->own; i++) {
        const struct asked *a = &q->list[i];
        uint32_t own = a->ids[0] != NO_WORD ? l->known[a->ids[0]].weight : 0;
        if (!has_word(e, a))
            continue;
        weight += own;
        words++;
        if (own && says_something(&l->known[a->ids[0]]))
            rarest = own > rarest ? own : rarest;
    }
    if (weight * 5 < q->weight * 4 || rarest == 0 || (words < 2 && rarest < RARE))
        return 0;
    return weight * 40 / 100 + weight * 20 / 100 * weight / e->weight;
}

static uint32_t score_of(const struct lexicon *l, const struct entry *e, const struct question *q,
                         bool only_whole)
{
    uint32_t score = 0;
    if (stands_in(e, q)) {
        score = e->weight;
    } else if (e->count > 1 && runs_through(l, e, q)) {
        score = e->weight * 80 / 100;
    } else if (!only_whole) {
        score = partly(l, e, q);
        uint32_t brief = asked_briefly(l, e, q), begun = cut_off(l, e, q);
        score = brief > score ? brief : score;
        score = begun > score ? begun : score;
    }
    if (!only_whole && score && words_there(l, e, q).guessed)
        score = score * 80 / 100;
    static const uint32_t share[] = { 100, 35, 20 };
    return score * share[e->weak] / 100;
}

/* ---- the hits ---- */

struct tally {
    struct hit *hits;
    size_t count, max;
    uint32_t sides[3];
};

static void add_hit(struct tally *t, const char *cause, const struct phrase *p, uint32_t score)
{
    size_t at = 0;
    while (at < t->count && strcmp(t->hits[at].cause, cause) != 0)
        at++;
    if (at == t->max)
        return;
    struct hit *h = &t->hits[at];
    if (at == t->count) {
        t->hits[t->count++] = (struct hit){ cause, p, score };
    } else if (score > h->score) { /* what else speaks of it counts a little */
        *h = (struct hit){ cause, p, score + h->score / 32 };
    } else {
        h->score += score / 32;
    }
}

/* The first cause of a text counts fully, the others less and less. */
static void add_causes(struct tally *t, const struct phrase *p, enum log_side side, uint32_t score)
{
    static const uint32_t share[CAUSES_MAX] = { 100, 80, 66, 56, 48, 42 };
    const char *const *causes = p->by_side[side] ? p->by_side[side] : p->causes;
    for (size_t i = 0; i < CAUSES_MAX && causes[i]; i++)
        add_hit(t, causes[i], p, score * share[i] / 100);
}

static int by_score(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return strcmp(a->cause, b->cause);
}

enum { HITS_MAX = 96, FOUND_MAX = 256 };

struct found {
    const struct entry *entry;
    uint32_t score;
};

struct findings {
    struct found list[FOUND_MAX];
    size_t count;
    uint32_t sides[3];
};

static void consider(const struct lexicon *l, const struct entry *e, const struct question *q,
                     bool only_whole, struct findings *f)
{
    uint32_t score = score_of(l, e, q, only_whole || e->hint != LOG_ANYBODY);
    if (score == 0)
        return;
    if (e->hint != LOG_ANYBODY)
        f->sides[e->hint] += score;
    else if (f->count < FOUND_MAX)
        f->list[f->count++] = (struct found){ e, score };
}

static enum log_side side_of(const struct findings *f)
{
    if (f->sides[LOG_CLIENT] == f->sides[LOG_SERVER])
        return LOG_ANYBODY;
    return f->sides[LOG_CLIENT] > f->sides[LOG_SERVER] ? LOG_CLIENT : LOG_SERVER;
}

static size_t rank(const struct findings *f, struct hit *hits, size_t max)
{
    enum { SCORE_MIN = 6 };
    struct hit all[HITS_MAX] = { 0 };
    struct tally t = { .hits = all, .max = HITS_MAX };
    enum log_side side = side_of(f);
    for (size_t i = 0; i < f->count; i++)
        add_causes(&t, &f->list[i].entry->phrase, side, f->list[i].score);
    if (t.count == 0)
        return 0;
    qsort(all, t.count, sizeof *all, by_score);
    size_t count = 0;
    while (count < t.count && count < max && all[count].score >= SCORE_MIN &&
           all[count].score * 6 >= all[0].score) {
        hits[count] = all[count];
        count++;
    }
    return count;
}

/* One word alone says something when most texts with it speak of one cause. */
static size_t find_by_word(const struct lexicon *l, const struct question *q, struct hit *hits,
                           size_t max)
{
    enum { TEXTS_MIN = 4, SHARE_MIN = 55 };
    struct hit all[HITS_MAX];
    struct tally t = { .hits = all, .max = HITS_MAX };
    uint32_t texts = 0;
    if (q->own != 1 || q->list[0].ids[0] == NO_WORD || l->known[q->list[0].ids[0]].number)
        return 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct entry *e = &l->entries[i];
        if (e->hint != LOG_ANYBODY || !has_word(e, &q->list[0]))
            continue;
        add_hit(&t, e->phrase.causes[0], &e->phrase, 64);
        texts++;
    }
    if (t.count == 0)
        return 0;
    for (size_t i = 0; i < t.count; i++) /* 64 for the first text, 2 for each more */
        all[i].score = 1 + (all[i].score - 64) / 2;
    qsort(all, t.count, sizeof *all, by_score);
    if (texts < TEXTS_MIN || all[0].score * 100 < texts * SHARE_MIN)
        return 0;
    size_t count = t.count < max ? t.count : max;
    memcpy(hits, all, count * sizeof *hits);
    return count;
}

size_t lexicon_find(const struct lexicon *l, const char *text, size_t len, struct hit *hits,
                    size_t max)
{
    struct question q;
    struct findings f = { .count = 0 };
    ask(l, text, len, GUESSES_MAX, &q);
    for (size_t i = 0; i < l->count; i++)
        consider(l, &l->entries[i], &q, false, &f);
    size_t found = rank(&f, hits, max);
    return found ? found : find_by_word(l, &q, hits, max);
}

size_t lexicon_scan(const struct lexicon *l, const char *line, size_t len, struct hit *hits,
                    size_t max)
{
    struct question q;
    struct findings f = { .count = 0 };
    ask(l, line, len, 0, &q);
    for (size_t i = 0; i < q.count; i++)
        for (size_t k = 0; k < SAME_WORD_MAX; k++)
            if (q.list[i].ids[k] != NO_WORD)
                for (uint32_t e = l->known[q.list[i].ids[k]].keyed; e != NO_WORD;
                     e = l->entries[e].next)
                    consider(l, &l->entries[e], &q, true, &f);
    return rank(&f, hits, max);
}

const struct phrase *lexicon_phrase(const struct lexicon *l, size_t n)
{
    while (n < l->count && l->entries[n].hint != LOG_ANYBODY)
        n++;
    return n < l->count ? &l->entries[n].phrase : NULL;
}
