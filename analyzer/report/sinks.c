/* sinks.c - the reports there are, by name. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/sink.h"

extern const struct sink_kind sink_text, sink_json;

const struct sink_kind *const sink_kinds[] = { &sink_text, &sink_json, NULL };

struct sink *sink_new(const char *kind, const struct sink_options *options)
{
    for (const struct sink_kind *const *k = sink_kinds; *k; k++) {
        if (strcmp((*k)->name, kind) != 0)
            continue;
        struct sink *s = must_calloc(1, (*k)->size);
        s->kind = *k;
        s->options = *options;
        return s;
    }
    return NULL;
}

void sink_free(struct sink *s)
{
    free(s);
}
