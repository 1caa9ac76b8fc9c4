/* shows.h - what a capture can't show, and what it shows instead of handshakes. */
#ifndef SHOWS_H
#define SHOWS_H

#include "base/text.h"
#include "net/decap.h"
#include "report/sink.h"

/* shows_note writes into out what a reader of the report must know of the capture
 * as a whole; nothing when there is nothing to say. */
void shows_note(struct text *out, const struct summary *s, const struct decap_totals *d);

#endif
