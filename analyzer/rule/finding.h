/* finding.h - a rule that fired on a handshake, and the verdict made of them.
 *
 * Reports see only this of the rule language. Texts are rendered on demand:
 * of ten thousand equal findings a report prints one. */
#ifndef RULE_FINDING_H
#define RULE_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "handshake/handshake.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };
enum fault { FAULT_UNKNOWN, FAULT_CLIENT, FAULT_SERVER, FAULT_NETWORK };
enum certainty { CERTAINTY_POSSIBLE, CERTAINTY_LIKELY, CERTAINTY_PROVEN };

const char *severity_name(enum severity severity);
const char *fault_name(enum fault fault);
const char *certainty_name(enum certainty certainty);

struct rule; /* opaque to reports */

enum { FINDING_FRAMES_MAX = 8, FINDINGS_MAX = 16, LOG_NOTES_MAX = 5 };

struct finding {
    const struct rule *rule;
    const char *id; /* "tls.certificate.expired" */
    enum severity severity;
    enum fault fault;
    enum certainty certainty;
    int rank;
    uint64_t frames[FINDING_FRAMES_MAX]; /* ascending */
    size_t frame_count;
};

/* What a log beside the capture says of a handshake. Texts are as in the log:
 * whoever prints them escapes them. */
struct log_note {
    const char *file, *text;
    uint64_t line;
    int64_t time_us; /* when timed */
    bool timed;
    bool agrees;      /* with the handshake's cause */
    const char *rule; /* the cause that it speaks of */
};

/* What is said of one handshake. cause is one of the findings, or NULL. */
struct verdict {
    const struct handshake *handshake;
    enum outcome outcome;                  /* COMPLETED, FAILED or UNKNOWN */
    struct finding findings[FINDINGS_MAX]; /* the cause first, then worst first */
    size_t finding_count;
    const struct finding *cause;
    struct log_note log[LOG_NOTES_MAX];
    size_t log_count;
};

/* finding_rule_id gives the id of the rule itself, where id is what it speaks as. */
const char *finding_rule_id(const struct finding *f);

enum finding_part { FINDING_TITLE, FINDING_WHY, FINDING_FIX, FINDING_SEE };

/* finding_text adds a part of the rule's text with its {fields} filled from the
 * handshake, safe for a terminal. */
void finding_text(const struct finding *f, const struct handshake *hs, enum finding_part part,
                  struct text *out);

#endif
