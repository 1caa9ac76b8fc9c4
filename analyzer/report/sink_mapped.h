/* sink_mapped.h - what formats made of a table have in common: a line a handshake. */
#ifndef REPORT_SINK_MAPPED_H
#define REPORT_SINK_MAPPED_H

#include "report/mapping.h"
#include "report/sink.h"

struct sink_mapped {
    struct sink sink;
    struct mapper *mapper;
    struct text line;
};

/* For the open() and close() of a kind. */
void mapped_open(struct sink *s, const struct mapping *rows);
void mapped_close(struct sink *s);
/* mapped_json writes a handshake as an object on a line of its own. */
void mapped_json(struct sink *s, const char *capture, const struct verdict *v);
/* mapped_nothing: they have no line for a capture. */
void mapped_nothing(struct sink *s, const struct summary *summary);
/* mapped_end writes what is in line, and at once when somebody watches. */
void mapped_end(struct sink_mapped *m);

#endif
