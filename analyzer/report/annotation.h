/* annotation.h - what an annotated capture will hold: which packets, and what
 * is said of them.
 *
 * Filled from verdicts while a capture is read, asked packet by packet when it
 * is read again. Bounded: what finds no room is counted. */
#ifndef REPORT_ANNOTATION_H
#define REPORT_ANNOTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/decap.h"
#include "rule/finding.h"

struct annotation;

struct annotation *annotation_new(void);
void annotation_free(struct annotation *a);
/* annotation_clear forgets everything, for the next capture. */
void annotation_clear(struct annotation *a);

/* annotation_note takes a verdict's packets, and comments for those that decide. */
void annotation_note(struct annotation *a, const struct verdict *v);
/* annotation_left_out is how many verdicts found no room. */
uint64_t annotation_left_out(const struct annotation *a);

/* annotation_ready is called between the last note and the first question. */
void annotation_ready(struct annotation *a);
/* annotation_of asks for a packet, in order of frame: is it to be kept? s is
 * what decap made of it: for DECAP_WAITING only its addresses count. comment
 * becomes the text for it, or NULL. */
bool annotation_of(struct annotation *a, uint64_t frame, enum decap_status status,
                   const struct segment *s, const char **comment);

#endif
