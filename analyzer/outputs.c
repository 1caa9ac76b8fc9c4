/* outputs.c - see outputs.h. */
#include "outputs.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

struct output {
    struct sink *sink;
    FILE *file; /* to be closed; NULL: somebody else's */
    char *path; /* of file, or NULL */
    bool any;   /* a capture was written */
};

struct outputs {
    struct output list[OUTPUTS_MAX];
    size_t count;
    bool inside; /* of a capture: its summary is still to come */
};

struct outputs *outputs_new(void)
{
    return must_calloc(1, sizeof(struct outputs));
}

void outputs_free(struct outputs *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->count; i++) {
        sink_free(o->list[i].sink);
        if (o->list[i].file)
            fclose(o->list[i].file);
        free(o->list[i].path);
    }
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

static bool cannot_write(const char *path, struct error *e)
{
    error_place(e, "%s", path);
    error_fault(e, "can't be written: %s", strerror(errno));
    return false;
}

/* What is true of a terminal is not of a file. */
static struct sink_options for_file(const struct sink_options *options, FILE *file)
{
    struct sink_options own = *options;
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
    FILE *file = path ? fopen(path, "we") : NULL;
    if (path && !file)
        return cannot_write(path, e);
    struct sink_options own = file ? for_file(options, file) : *options;
    o->list[o->count++] = (struct output){ .sink = sink_new(k, &own),
                                           .file = file,
                                           .path = path ? must_strdup(path) : NULL };
    return true;
}

void outputs_take(struct outputs *o, struct sink *sink)
{
    assert(o->count < OUTPUTS_MAX);
    o->list[o->count++] = (struct output){ .sink = sink };
}

bool outputs_want_details(const struct outputs *o)
{
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
        fputs(s->kind->between, s->options.out);
    output->any = true;
}

static void enter_capture(struct outputs *o)
{
    for (size_t i = 0; !o->inside && i < o->count; i++)
        begin_capture(&o->list[i]);
    o->inside = true;
}

void outputs_handshake(struct outputs *o, const char *capture, const struct verdict *v)
{
    enter_capture(o);
    for (size_t i = 0; i < o->count; i++)
        o->list[i].sink->kind->handshake(o->list[i].sink, capture, v);
}

void outputs_summary(struct outputs *o, struct summary *summary)
{
    enter_capture(o);
    o->inside = false;
    causes_sort(&summary->causes);
    for (size_t i = 0; i < o->count; i++)
        o->list[i].sink->kind->summary(o->list[i].sink, summary);
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
        if (output->file && (fflush(output->file) != 0 || ferror(output->file)))
            good = cannot_write(output->path, e);
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
    struct outputs *own = outputs_new();
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
                             .file = options.out };
    }
    return own;
}

bool part_done(struct outputs *o)
{
    bool good = true;
    for (size_t i = 0; i < o->count; i++)
        good = fflush(o->list[i].file) == 0 && !ferror(o->list[i].file) && good;
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
