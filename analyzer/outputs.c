/* outputs.c - see outputs.h. */
#include "outputs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/new_file.h"
#include "base/text.h"

/* What was written of one handshake, while it waits for its turn. */
struct piece {
    struct sort_key key;
    bool descending;
    size_t order; /* in which it came */
    off_t at, len;
};

struct output {
    struct sink *sink;
    struct new_file file; /* out NULL: what it writes to is somebody else's */
    FILE *part;           /* to be closed, or NULL */
    bool any;             /* a capture was written */
    FILE *waiting;        /* pieces of the capture being read, when they are sorted */
    struct piece *pieces;
    size_t piece_count, piece_cap;
};

struct outputs {
    struct output list[OUTPUTS_MAX];
    size_t count;
    bool inside; /* of a capture: its summary is still to come */
    struct choice *choice;
    struct pseudonyms *pseudonyms; /* for whom is told of, or NULL */
    struct redaction *redaction;
    uint64_t shown; /* of that capture */
};

struct outputs *outputs_new(struct choice *choice)
{
    struct outputs *o = must_calloc(1, sizeof *o);
    o->choice = choice;
    return o;
}

void outputs_redact(struct outputs *o, struct pseudonyms *p)
{
    o->pseudonyms = p;
    o->redaction = p ? redaction_new(p) : NULL;
}

static void output_end(struct output *output)
{
    sink_free(output->sink);
    new_file_forget(&output->file);
    if (output->part)
        fclose(output->part);
    if (output->waiting)
        fclose(output->waiting);
    for (size_t i = 0; i < output->piece_count; i++)
        sort_key_free(&output->pieces[i].key);
    free(output->pieces);
}

void outputs_free(struct outputs *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->count; i++)
        output_end(&o->list[i]);
    redaction_free(o->redaction);
    free(o);
}

/* ---- which there are ---- */

static bool no_such_kind(const char *kind, struct error *e)
{
    struct text names = { 0 };
    for (const struct sink_kind *const *k = sink_kinds; *k; k++)
        text_format(&names, "%s%s", k == sink_kinds ? "" : ", ", (*k)->name);
    error_place(e, "handshark");
    error_fault(e, "there is no format '%s'", kind);
    error_hint(e, "formats are %s", text_string(&names));
    text_free(&names);
    return false;
}

/* What is true of a terminal is not of a file. */
static struct sink_options own_options(const struct outputs *o, const struct sink_options *options,
                                       FILE *file)
{
    struct sink_options own = *options;
    own.sort = o->choice ? choice_sort(o->choice) : NULL;
    if (!file)
        return own;
    own.out = file;
    own.colour = false;
    own.columns = 80;
    return own;
}

bool outputs_add(struct outputs *o, const char *kind, const char *path,
                 const struct sink_options *options, struct error *e)
{
    const struct sink_kind *k = sink_kind_named(kind);
    if (!k)
        return no_such_kind(kind, e);
    assert(o->count < OUTPUTS_MAX);
    struct new_file file = { 0 };
    if (path && !new_file_begin(&file, path, e))
        return false;
    struct sink_options own = own_options(o, options, file.out);
    o->list[o->count++] = (struct output){ .sink = sink_new(k, &own), .file = file };
    return true;
}

void outputs_take(struct outputs *o, struct sink *sink)
{
    assert(o->count < OUTPUTS_MAX);
    o->list[o->count++] = (struct output){ .sink = sink };
}

bool outputs_want_details(const struct outputs *o)
{
    if (o->choice && choice_wants_details(o->choice))
        return true;
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->kind->wants_details)
            return true;
    return false;
}

bool outputs_want_everything(const struct outputs *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->options.details)
            return true;
    return false;
}

const char *outputs_whole(const struct outputs *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->kind->whole)
            return o->list[i].sink->kind->name;
    return NULL;
}

const char *outputs_reread(const struct outputs *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->kind->rereads)
            return o->list[i].sink->kind->name;
    return NULL;
}

/* ---- telling them ---- */

void outputs_begin(struct outputs *o)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->kind->head)
            o->list[i].sink->kind->head(o->list[i].sink);
}

static void begin_capture(struct output *output)
{
    const struct sink *s = output->sink;
    if (output->any && s->kind->between)
        fputs(s->kind->between(s), s->options.out);
    output->any = true;
}

static void enter_capture(struct outputs *o, const char *capture, const struct handshake *first)
{
    if (o->inside)
        return;
    o->inside = true;
    o->shown = 0;
    for (size_t i = 0; i < o->count; i++) {
        struct sink *s = o->list[i].sink;
        begin_capture(&o->list[i]);
        if (first && s->kind->begin)
            s->kind->begin(s, capture, first);
    }
}

static void tell(struct sink *s, const char *capture, const struct verdict *v)
{
    s->kind->handshake(s, capture, v);
}

/* Has the sink write into a file where pieces wait, and notes where this one is. */
static void tell_later(struct output *output, const char *capture, const struct verdict *v)
{
    struct sink *s = output->sink;
    FILE *out = s->options.out;
    s->options.out = output->waiting;
    off_t at = ftello(output->waiting);
    tell(s, capture, v);
    s->options.out = out;
    if (output->piece_count == output->piece_cap) {
        output->piece_cap = output->piece_cap * 2 + 64;
        output->pieces = must_realloc(output->pieces, output->piece_cap * sizeof *output->pieces);
    }
    output->pieces[output->piece_count] = (struct piece){
        .key = sort_key_copy(&s->options.sort->key),
        .descending = s->options.sort->descending,
        .order = output->piece_count,
        .at = at,
        .len = ftello(output->waiting) - at,
    };
    output->piece_count++;
}

/* Sinks whose lines can't be sorted, or for which there is no file, are told at once. */
static bool is_sorted(struct output *output)
{
    const struct sink *s = output->sink;
    if (!s->options.sort || !s->kind->lines)
        return false;
    if (!output->waiting)
        output->waiting = tmpfile();
    return output->waiting != NULL;
}

void outputs_handshake(struct outputs *o, const char *capture, const struct verdict *v)
{
    if (o->choice && !choice_takes(o->choice, capture, v))
        return;
    if (o->choice && choice_sort(o->choice))
        choice_key(o->choice, capture, v);
    if (o->redaction)
        v = redaction_of(o->redaction, v);
    enter_capture(o, capture, v->handshake);
    o->shown++;
    for (size_t i = 0; i < o->count; i++) {
        if (is_sorted(&o->list[i]))
            tell_later(&o->list[i], capture, v);
        else
            tell(o->list[i].sink, capture, v);
    }
}

static int in_order(const void *left, const void *right)
{
    const struct piece *a = left, *b = right;
    int order = sort_compare(&a->key, &b->key, a->descending);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static void copy_piece(FILE *from, const struct piece *piece, FILE *out)
{
    char buf[65536];
    size_t left = (size_t)piece->len, n;
    fseeko(from, piece->at, SEEK_SET);
    while (left > 0 && (n = fread(buf, 1, left < sizeof buf ? left : sizeof buf, from)) > 0) {
        fwrite(buf, 1, n, out);
        left -= n;
    }
}

static void write_pieces(struct output *output)
{
    if (output->piece_count == 0)
        return;
    fflush(output->waiting);
    qsort(output->pieces, output->piece_count, sizeof *output->pieces, in_order);
    for (size_t i = 0; i < output->piece_count; i++) {
        copy_piece(output->waiting, &output->pieces[i], output->sink->options.out);
        sort_key_free(&output->pieces[i].key);
    }
    output->piece_count = 0;
    rewind(output->waiting);
}

void outputs_summary(struct outputs *o, struct summary *summary)
{
    enter_capture(o, summary->capture, NULL);
    o->inside = false;
    causes_sort(&summary->causes);
    summary->chosen = o->choice && !choice_takes_all(o->choice);
    summary->shown = o->shown;
    for (size_t i = 0; i < o->count; i++) {
        write_pieces(&o->list[i]);
        o->list[i].sink->kind->summary(o->list[i].sink, summary);
    }
}

void outputs_total(struct outputs *o, const struct total *total)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].sink->kind->total)
            o->list[i].sink->kind->total(o->list[i].sink, total);
}

bool outputs_end(struct outputs *o, struct error *e)
{
    bool good = true;
    for (size_t i = 0; i < o->count; i++) {
        struct output *output = &o->list[i];
        if (output->sink->kind->tail)
            output->sink->kind->tail(output->sink);
        if (output->file.out)
            good = new_file_finish(&output->file, e) && good;
        if (!error_is_set(&output->sink->error))
            continue;
        *e = output->sink->error;
        good = false;
    }
    return good;
}

/* ---- parts ---- */

bool part_new(struct part *part, const struct outputs *o)
{
    bool good = true;
    for (size_t i = 0; i < OUTPUTS_MAX; i++) {
        part->files[i] = i < o->count ? memfd_create("report", MFD_CLOEXEC) : -1;
        good = good && (i >= o->count || part->files[i] >= 0);
    }
    return good;
}

void part_free(struct part *part)
{
    for (size_t i = 0; i < OUTPUTS_MAX; i++) {
        if (part->files[i] >= 0)
            close(part->files[i]);
        part->files[i] = -1;
    }
}

struct outputs *part_outputs(const struct part *part, const struct outputs *o)
{
    struct outputs *own = outputs_new(o->choice);
    outputs_redact(own, o->pseudonyms);
    for (size_t i = 0; i < o->count; i++) {
        struct sink_options options = o->list[i].sink->options;
        int file = dup(part->files[i]); /* the part keeps its own */
        options.out = fdopen(file, "w");
        if (!options.out) {
            if (file >= 0)
                close(file);
            outputs_free(own);
            return NULL;
        }
        own->list[own->count++] =
            (struct output){ .sink = sink_new(o->list[i].sink->kind, &options),
                             .part = options.out };
    }
    return own;
}

bool part_done(struct outputs *o)
{
    bool good = true;
    for (size_t i = 0; i < o->count; i++)
        good = fflush(o->list[i].part) == 0 && !ferror(o->list[i].part) && good;
    outputs_free(o);
    return good;
}

static void join(struct output *output, int file)
{
    char buf[65536];
    FILE *out = output->sink->options.out;
    if (file < 0 || lseek(file, 0, SEEK_END) <= 0)
        return;
    begin_capture(output);
    lseek(file, 0, SEEK_SET);
    for (ssize_t n; (n = read(file, buf, sizeof buf)) > 0;)
        fwrite(buf, 1, (size_t)n, out);
}

void outputs_join(struct outputs *o, const struct part *part)
{
    for (size_t i = 0; i < o->count; i++)
        join(&o->list[i], part->files[i]);
}
