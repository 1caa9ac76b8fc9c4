/* ladder.h - a handshake as a drawing: client left, server right, a rung for each
 * packet, and the step where it broke marked.
 *
 *      10.0.0.17:40112                              10.0.0.5:8883
 *     0          4  |-- ClientHello ------------------------->|
 *     512 us     6  |<- ServerHello, Certificate -------------|
 *     738 us    10  |-- Alert: fatal certificate_expired ---->| x
 *
 * A ladder is a copy: the handshake may go. */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "report/page.h"
#include "rule/finding.h"

enum { LADDER_SHORT = 12, LADDER_FULL = EVENTS_MAX };

struct rung {
    int64_t offset_us; /* since the first; negative: not known */
    uint64_t frame;    /* 0: not known */
    enum side from;    /* NOBODY: it is no message */
    bool marked;       /* here it broke */
    char *text;        /* terminal-safe */
};

struct ladder {
    struct endpoint ends[2];
    struct rung *rungs;
    size_t count, cut_at; /* left out are those before rung cut_at */
    uint64_t left_out;
    const char *missing; /* what should have come then, or NULL */
};

/* ladder_new makes one of the events of a handshake, messages of a packet together,
 * and no more than max rungs. cause says what to mark; NULL: nothing in particular.
 * NULL when there is nothing to draw. */
struct ladder *ladder_new(const struct verdict *v, const struct finding *cause, size_t max);
void ladder_free(struct ladder *l);
/* ladder_len is what it takes of memory. */
size_t ladder_len(const struct ladder *l);
/* ladder_draw adds it to a page. */
void ladder_draw(const struct ladder *l, struct page *p, unsigned margin);

#endif
