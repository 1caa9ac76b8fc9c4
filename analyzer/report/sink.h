/* sink.h - where verdicts go. A report is one file and its line in sinks.c. */
#ifndef REPORT_SINK_H
#define REPORT_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "rule/finding.h"

struct sink_options {
    FILE *out;
    bool events;  /* the ladder as well */
    bool details; /* fields marked detail, and every handshake in the text report */
    bool colour;
    bool utf8;
    bool live;        /* somebody watches: write at once */
    unsigned columns; /* of the terminal; 80 when there is none */
};

/* What is said of one capture beside its handshakes. Everything that was not
 * looked at is counted here. */
struct summary {
    const char *capture;
    struct moment first, last; /* time 0: no packet */
    uint64_t packets, bytes, flows, tcp_flows, udp_flows;
    uint64_t handshakes[4]; /* by enum outcome */
    /* dropped, clipped, evicted, unreadable: names as in JSON */
    struct tally {
        const char *name;  /* "packets_malformed" */
        const char *about; /* "packets with lengths that contradict each other" */
        uint64_t count;
    } tallies[40];
    size_t tally_count;
    /* flows that speak something without a handshake that we judge, most frequent first */
    struct protocol_count {
        const char *name; /* as flow.client_speaks and flow.protocol_guess have it */
        uint64_t flows;
    } others[24];
    size_t other_count;
    const char *damaged; /* where and how the file breaks, or NULL */
    const char *note;    /* what the capture can't show, or NULL */
};

struct sink;

struct sink_kind {
    const char *name; /* "json" */
    size_t size;      /* of its struct, which begins with struct sink */
    bool wants_details;
    void (*open)(struct sink *s);
    void (*handshake)(struct sink *s, const char *capture, const struct verdict *v);
    void (*summary)(struct sink *s, const struct summary *summary); /* one a capture */
    void (*close)(struct sink *s);                                  /* everything was said */
};

struct sink {
    const struct sink_kind *kind;
    struct sink_options options;
};

extern const struct sink_kind *const sink_kinds[]; /* ended by NULL */

struct sink *sink_new(const char *kind,
                      const struct sink_options *options); /* NULL: no such kind */
void sink_free(struct sink *s);                            /* after close */

#endif
