/* sinks.c - the reports there are, by name. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/sink.h"

extern const struct sink_kind sink_text, sink_json, sink_csv, sink_zeek, sink_zeek_json, sink_eve,
    sink_ecs, sink_sarif, sink_html, sink_pcapng;

const struct sink_kind *const sink_kinds[] = {
    &sink_text,  &sink_json, &sink_csv,    &sink_zeek, &sink_zeek_json, &sink_eve, &sink_ecs,
    &sink_sarif, &sink_html, &sink_pcapng, NULL
};

const struct sink_kind *sink_kind_named(const char *name)
{
    for (const struct sink_kind *const *k = sink_kinds; *k; k++)
        if (strcmp((*k)->name, name) == 0)
            return *k;
    return NULL;
}

struct sink *sink_new(const struct sink_kind *kind, const struct sink_options *options)
{
    struct sink *s = must_calloc(1, kind->size);
    s->kind = kind;
    s->options = *options;
    if (kind->open)
        kind->open(s);
    return s;
}

void sink_free(struct sink *s)
{
    if (!s)
        return;
    s->kind->close(s);
    free(s);
}
