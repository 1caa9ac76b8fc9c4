/* redact.h - verdicts that can be shown to others: who took part is replaced by
 * pseudonyms, what happened stays.
 *
 * Addresses, and texts that come from the wire, are replaced in a copy of the
 * handshake, so every report, every template and every filter of a report sees
 * only the copy. Words of our own (fields of type WORD), codes, numbers and
 * times stay as they are. */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "report/pseudonym.h"
#include "rule/finding.h"

struct redaction;

/* redaction_new borrows the pseudonyms. */
struct redaction *redaction_new(struct pseudonyms *p);
void redaction_free(struct redaction *r);
/* redaction_of gives the verdict to show instead; it lives until the next call. */
const struct verdict *redaction_of(struct redaction *r, const struct verdict *v);

#endif
