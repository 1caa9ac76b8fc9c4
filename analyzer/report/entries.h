/* entries.h - verdicts of one capture, the alike ones together, for reports
 * that people read.
 *
 * The same failure at the same server is one entry however many clients suffer
 * it. An entry keeps the texts of its first handshake and counts the others.
 * Memory is bounded: once there are too many entries, what is new is counted
 * in one entry a rule, whatever the server. */
#ifndef REPORT_ENTRIES_H
#define REPORT_ENTRIES_H

#include "report/ladder.h"
#include "report/sort.h"
#include "rule/finding.h"

enum { ENTRY_CLIENTS_SHOWN = 5, ENTRY_CLIENTS_MAX = 64 };

/* What makes verdicts alike. Unknown ones are alike by their reason alone. */
struct subject {
    enum outcome outcome;
    const char *rule; /* id of the cause, the warning or the reason; may be NULL */
    const struct dissector *dissector;
    enum transport transport;
    uint8_t state; /* where it stopped, when no rule says why */
    bool anywhere; /* whatever the server: there were too many, or it does not matter */
    struct endpoint server;
};

struct entry {
    struct subject subject;
    uint64_t hash, order; /* order: in which entries began */
    uint64_t count;
    struct moment first, last; /* beginnings of its earliest and latest handshake */

    struct address clients[ENTRY_CLIENTS_SHOWN];
    uint64_t *client_hashes;
    unsigned client_count, client_cap;
    bool clients_many;   /* more than ENTRY_CLIENTS_MAX */
    struct sort_key key; /* the first of its handshakes' in the order that is wanted */

    /* Of all entries with its outcome and rule, known once they are sorted. */
    uint64_t alike_count, alike_frame;

    /* Of the handshake that began the entry. */
    enum severity severity;
    enum fault fault;
    enum certainty certainty;
    const char *protocol;
    enum transport transport;
    struct endpoint ends[2];
    uint64_t frames[FINDING_FRAMES_MAX];
    size_t frame_count;
    const char *inside;    /* the protocol it ran inside, or NULL */
    struct ladder *ladder; /* of a failed one; may be NULL */
    /* Terminal-safe; NULL when there is nothing to say. */
    char *title, *why, *fix;
    char *named;  /* what the client asked for, or calls itself */
    char *also;   /* the other findings, one a line; of the handshake that had the most */
    char *change; /* what is different from the last time it worked, likewise */
    size_t finding_count;
    bool log_agrees; /* a log names the same cause */
    char *log;       /* what logs beside the capture say, one a line */
};

struct entries;

/* entries_new: sort is how entries are to be sorted; NULL: by weight. */
struct entries *entries_new(bool details, const struct sort *sort);
void entries_free(struct entries *e);
/* entries_add puts a verdict where it belongs. When that began an entry, it is
 * given; NULL otherwise. */
const struct entry *entries_add(struct entries *e, const struct verdict *v);
/* entries_sorted gives all entries: failed ones, warnings, unknown ones, the worst
 * first, those of a rule together, most and earliest first. Valid until the next call
 * of entries_*. */
struct entry *const *entries_sorted(struct entries *e, size_t *count);
/* entries_clear forgets everything: the next capture. */
void entries_clear(struct entries *e);

#endif
