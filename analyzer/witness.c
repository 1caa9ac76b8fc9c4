/* witness.c - see witness.h. Only lines with known errors are kept, up to a limit,
 * and sorted by time: a handshake looks at those of its moment. */
#include "witness.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/mqtt.h"
#include "log/log_reader.h"
#include "report/explain.h"

enum {
    KEPT_MAX = 100000,
    UNTIMED_MAX = 2000,
    TEXT_MAX = 400,
    CAUSES_MAX = 3,
    TEXTS_MAX = 32 << 20
};

static const int64_t SECOND_US = 1000000;

/* A line that speaks of an error. */
struct kept {
    const char *file;
    char *text;
    uint64_t number;
    struct log_time stamp;
    int64_t time_us; /* once it is known when handshakes were */
    const char *causes[CAUSES_MAX];
    struct endpoint peers[LOG_PEERS_MAX];
    uint8_t peer_count;
    bool inherited; /* the addresses are those of a line just before */
};

struct witness {
    const struct guide *guide;
    struct log_zone zone;
    struct kept *list;
    size_t count, cap, texts_len;
    size_t timed; /* the first so many have a time; set when all are sorted */
    bool sorted;
    struct witness_totals totals;
};

struct witness *witness_new(const struct guide *guide, const struct log_zone *zone)
{
    struct witness *w = must_calloc(1, sizeof *w);
    w->guide = guide;
    w->zone = *zone;
    return w;
}

void witness_free(struct witness *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->count; i++)
        free(w->list[i].text);
    free(w->list);
    free(w);
}

struct witness_totals witness_totals(const struct witness *w)
{
    return w->totals;
}

/* ---- reading ---- */

/* Brokers name the client in one line and its error in the next. */
struct context {
    struct endpoint peers[LOG_PEERS_MAX];
    size_t count;
    struct log_time time;
    uint64_t line;
};

static bool follows(const struct context *c, const struct log_line *line)
{
    enum { LINES_MAX = 3 };
    return c->count > 0 && line->number - c->line <= LINES_MAX &&
           c->time.clock == line->time.clock && line->time.us - c->time.us <= SECOND_US;
}

static struct kept *add_line(struct witness *w, const char *path, const struct log_line *line)
{
    size_t len = line->len < TEXT_MAX ? line->len : TEXT_MAX;
    if (w->count == KEPT_MAX || w->texts_len + len > TEXTS_MAX) {
        w->totals.dropped++;
        return NULL;
    }
    if (w->count == w->cap) {
        w->cap = w->cap * 2 + 64;
        w->list = must_realloc(w->list, w->cap * sizeof *w->list);
    }
    struct kept *k = &w->list[w->count++];
    *k = (struct kept){ .file = path, .number = line->number, .stamp = line->time };
    k->text = must_malloc(len + 1);
    memcpy(k->text, line->text, len);
    k->text[len] = 0;
    w->texts_len += len + 1;
    return k;
}

static void keep_line(struct witness *w, const char *path, const struct log_line *line,
                      const struct context *own, const struct context *before)
{
    struct hit hits[CAUSES_MAX];
    size_t found = guide_scan(w->guide, line->text, line->len, hits, CAUSES_MAX);
    if (found == 0 || hits[0].phrase->vague)
        return;
    w->totals.known++;
    struct kept *k = add_line(w, path, line);
    if (!k)
        return;
    for (size_t i = 0; i < found; i++)
        k->causes[i] = guide_look_up(w->guide, hits[i].cause).cause;
    k->inherited = own->count == 0 && follows(before, line);
    const struct context *from = k->inherited ? before : own;
    k->peer_count = (uint8_t)from->count;
    memcpy(k->peers, from->peers, sizeof k->peers);
}

bool witness_read(struct witness *w, const char *path, struct error *e)
{
    struct log_reader *r = log_open(path, e);
    struct context before = { .count = 0 };
    struct log_line line;
    if (!r)
        return false;
    while (log_next(r, &line, e)) {
        struct context own = { .time = line.time, .line = line.number };
        own.count = log_peers(line.text, line.len, own.peers);
        w->totals.lines++;
        keep_line(w, path, &line, &own, &before);
        if (own.count)
            before = own;
    }
    log_close(r);
    return !error_is_set(e);
}

/* ---- in order of time ---- */

static int by_time(const void *left, const void *right)
{
    const struct kept *a = left, *b = right;
    if (a->time_us != b->time_us)
        return a->time_us < b->time_us ? -1 : 1;
    int file = strcmp(a->file, b->file);
    return file ? file : (a->number > b->number) - (a->number < b->number);
}

/* Stamps without a year or a date are as near as can be to the first handshake.
 * What has no time that can be compared goes to the end. */
static void sort_lines(struct witness *w, int64_t around_us)
{
    w->sorted = true;
    for (size_t i = 0; i < w->count; i++) {
        struct kept *k = &w->list[i];
        bool timed = log_time_utc(&k->stamp, &w->zone, around_us, &k->time_us);
        w->timed += timed;
        if (!timed)
            k->time_us = INT64_MAX;
    }
    if (w->count)
        qsort(w->list, w->count, sizeof *w->list, by_time);
    while (w->count - w->timed > UNTIMED_MAX) {
        free(w->list[--w->count].text);
        w->totals.dropped++;
    }
}

static size_t first_since(const struct witness *w, int64_t time_us)
{
    size_t low = 0, high = w->timed;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->list[middle].time_us < time_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- whether a line speaks of a handshake ---- */

/* What ties them, the weakest first. */
enum tie { TIE_NONE, TIE_TIME, TIE_SERVER, TIE_CLIENT, TIE_PORT };

static enum tie tie_of_peer(const struct endpoint *peer, const struct handshake *hs)
{
    const struct endpoint *client = &hs->ends[CLIENT], *server = &hs->ends[SERVER];
    if (address_equal(&peer->address, &client->address) && peer->port == client->port)
        return TIE_PORT;
    if (address_equal(&peer->address, &server->address) &&
        (peer->port == 0 || peer->port == server->port))
        return TIE_SERVER;
    return address_equal(&peer->address, &client->address) && peer->port == 0 ? TIE_CLIENT
                                                                              : TIE_NONE;
}

static enum tie tie_of_peers(const struct kept *k, const struct handshake *hs)
{
    enum tie best = TIE_NONE;
    for (size_t i = 0; i < k->peer_count; i++) {
        enum tie tie = tie_of_peer(&k->peers[i], hs);
        best = tie > best ? tie : best;
    }
    return best;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

/* The MQTT client id stands in the line as a word. */
static bool names_client(const struct kept *k, const struct handshake *hs)
{
    enum { ID_MIN = 3 };
    if (hs->dissector != &mqtt_dissector)
        return false;
    struct span id = handshake_text(hs, MQTT_CLIENT_ID);
    size_t len = strlen(k->text);
    if (id.len < ID_MIN || id.len > len)
        return false;
    for (const char *at = k->text;
         (at = memmem(at, len - (size_t)(at - k->text), id.bytes, id.len)); at++)
        if ((at == k->text || !is_word(at[-1])) && !is_word(at[id.len]))
            return true;
    return false;
}

static bool agrees(const struct kept *k, const struct verdict *v)
{
    for (size_t i = 0; v->cause && i < CAUSES_MAX && k->causes[i]; i++)
        if (strcmp(k->causes[i], v->cause->id) == 0)
            return true;
    return false;
}

/* A line without addresses is of this moment, and of this handshake only when it
 * says the same. One that names others is of others. */
static enum tie tie_of(const struct kept *k, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    enum tie tie = tie_of_peers(k, hs);
    if (tie == TIE_PORT || names_client(k, hs))
        return TIE_PORT;
    if (k->peer_count > 0 && !k->inherited && tie == TIE_NONE)
        return TIE_NONE;
    if (tie == TIE_CLIENT)
        return tie;
    return agrees(k, v) ? (tie == TIE_SERVER ? tie : TIE_TIME) : TIE_NONE;
}

/* ---- what is told ---- */

static struct log_note note_of(const struct kept *k, const struct verdict *v)
{
    bool same = agrees(k, v);
    return (struct log_note){
        .file = k->file,
        .text = k->text,
        .line = k->number,
        .time_us = k->time_us,
        .timed = k->time_us != INT64_MAX,
        .rule = same ? v->cause->id : k->causes[0],
        .agrees = same,
    };
}

static void take(struct witness *w, struct verdict *v, const struct kept *k, enum tie least)
{
    if (v->log_count < LOG_NOTES_MAX && tie_of(k, v) >= least) {
        v->log[v->log_count++] = note_of(k, v);
        w->totals.tied++;
    }
}

/* likely becomes proven, possible becomes likely. */
static void raise_certainty(struct verdict *v)
{
    for (size_t i = 0; i < v->log_count; i++)
        if (v->log[i].agrees) {
            struct finding *cause = &v->findings[v->cause - v->findings];
            cause->certainty += cause->certainty < CERTAINTY_PROVEN;
            return;
        }
}

void witness_testify(struct witness *w, struct verdict *v)
{
    const int64_t BEFORE_US = 2 * SECOND_US, BEHIND_US = 6 * SECOND_US, LATE_US = 130 * SECOND_US;
    const struct handshake *hs = v->handshake;
    if (!w->sorted)
        sort_lines(w, hs->first.time_us);
    size_t i = first_since(w, hs->first.time_us - BEFORE_US);
    for (; i < w->timed && w->list[i].time_us <= hs->last.time_us + LATE_US; i++)
        take(w, v, &w->list[i],
             w->list[i].time_us <= hs->last.time_us + BEHIND_US ? TIE_TIME : TIE_PORT);
    for (i = w->timed; i < w->count; i++) /* without a time, somebody must be named */
        take(w, v, &w->list[i], TIE_PORT);
    if (v->cause)
        raise_certainty(v);
}
