/* outputs.h - the reports of a run: each is told of every handshake.
 *
 * One goes to standard output, others may go to files (--html FILE). Where several
 * processes read captures, each writes parts of all reports into files in memory,
 * and the one that began them joins the parts in order. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "choice.h"
#include "report/redact.h"
#include "report/sink.h"

enum { OUTPUTS_MAX = 8 };

struct outputs;

/* outputs_new borrows choice, which says what is told; NULL: all, as it comes. */
struct outputs *outputs_new(struct choice *choice);
/* outputs_redact borrows pseudonyms, under which all reports tell of everybody; NULL:
 * under their own names. */
void outputs_redact(struct outputs *o, struct pseudonyms *p);
/* outputs_free closes the files as well. */
void outputs_free(struct outputs *o);

/* outputs_add adds a report of that kind, into a file when path is not NULL, else to
 * options->out. False, and e filled, when there is no such kind or no such file. */
bool outputs_add(struct outputs *o, const char *kind, const char *path,
                 const struct sink_options *options, struct error *e);
/* outputs_take adds a sink made elsewhere, which goes with the others. */
void outputs_take(struct outputs *o, struct sink *sink);

/* outputs_want_details: some report, or the choice, reads fields that are marked detail.
 * outputs_want_everything: some report tells all of handshakes that went well, too. */
bool outputs_want_details(const struct outputs *o);
bool outputs_want_everything(const struct outputs *o);
/* outputs_whole names a report that several processes can't write, or gives NULL. */
const char *outputs_whole(const struct outputs *o);
/* outputs_reread names a report for which captures are read twice, or gives NULL. */
const char *outputs_reread(const struct outputs *o);

/* A run is: begin, of each capture its handshakes and one summary, total, end. end is
 * false, and e filled, when a file could not be written. */
void outputs_begin(struct outputs *o);
void outputs_handshake(struct outputs *o, const char *capture, const struct verdict *v);
void outputs_summary(struct outputs *o, struct summary *summary);
void outputs_total(struct outputs *o, const struct total *total);
bool outputs_end(struct outputs *o, struct error *e);

/* What a process wrote of one capture for each report. */
struct part {
    int files[OUTPUTS_MAX]; /* -1: none */
};

/* part_new makes the files in memory; false when there are none to be had. */
bool part_new(struct part *part, const struct outputs *o);
void part_free(struct part *part);
/* part_outputs gives outputs that write to the files of a part instead: one capture,
 * without begin, total and end. part_done frees them; false when something is missing. */
struct outputs *part_outputs(const struct part *part, const struct outputs *o);
bool part_done(struct outputs *o);
/* outputs_join puts a part behind what was written. */
void outputs_join(struct outputs *o, const struct part *part);

#endif
