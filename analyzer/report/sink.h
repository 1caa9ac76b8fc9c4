/* sink.h - where verdicts go. A report is one file and its line in sinks.c.
 *
 * A run has several of them at once, on standard output and in files: outputs.h
 * tells each of them everything. What a sink writes is in three parts, so that
 * captures can be read by several processes at once and put together again:
 *
 *     head | capture | between | capture | between | capture | total tail
 *
 * Where a capture is handshakes in order and one summary. */
#ifndef REPORT_SINK_H
#define REPORT_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "report/causes.h"
#include "report/sort.h"
#include "rule/finding.h"

/* How little a report for people may say of a capture. */
enum brevity {
    BREVITY_NONE,
    BREVITY_LINE,  /* a line */
    BREVITY_WRONG, /* a line where something is wrong */
    BREVITY_TOTAL, /* nothing: there is a total behind all of them */
};

struct sink_options {
    FILE *out;
    bool events;  /* the ladder as well */
    bool details; /* fields marked detail, and every handshake in the text report */
    enum brevity brevity;
    uint64_t ladder; /* number of the one handshake to be told, in full; 0: all */
    bool colour;
    bool utf8;
    bool live;               /* somebody watches: write at once */
    unsigned columns;        /* of the terminal; 80 when there is none */
    const struct sort *sort; /* with the key of the handshake being told; NULL: as they come */
    /* of an annotated capture */
    const char *filter; /* BPF that captures are read with, or NULL */
    bool annotate_all;  /* packets of all handshakes, not only of those that failed */
    bool keep_secrets;  /* Decryption Secrets Blocks too */
};

/* What is said of one capture beside its handshakes. Everything that was not
 * looked at is counted here. */
struct summary {
    const char *capture;
    struct moment first, last; /* time 0: no packet */
    uint64_t packets, bytes, flows, tcp_flows, udp_flows;
    uint64_t handshakes[4]; /* by enum outcome */
    struct causes causes;   /* of the failed ones, most frequent first */
    struct causes unknown;  /* why others are unknown, likewise */
    uint64_t flows_cut;     /* of which the snap length left too little to tell what they speak */
    uint64_t drops;         /* packets that the capturing machine says it lost */
    bool chosen;            /* not all were to be shown: */
    uint64_t shown;         /* so many were */
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

/* What is said of all captures of a run together. */
struct total {
    bool audit; /* of folders: what follows was counted */
    uint64_t captures;
    uint64_t unreadable, not_captures;
    uint64_t handshakes[4];
    struct causes causes;
};

struct sink;

/* Of the functions only handshake, summary and close must be there. */
struct sink_kind {
    const char *name;  /* "json" */
    const char *about; /* for people who choose one */
    size_t size;       /* of its struct, which begins with struct sink */
    bool wants_details;
    bool whole;   /* can't be put together of parts that several processes wrote */
    bool rereads; /* every capture once more: it must be a file */
    bool lines;   /* what handshake() writes may come in another order */
    /* what stands between captures, or "" */
    const char *(*between)(const struct sink *s);
    void (*open)(struct sink *s); /* prepares; writes nothing */
    void (*head)(struct sink *s); /* writes what stands before all captures */
    /* before the first handshake of a capture */
    void (*begin)(struct sink *s, const char *capture, const struct handshake *first);
    void (*handshake)(struct sink *s, const char *capture, const struct verdict *v);
    void (*summary)(struct sink *s, const struct summary *summary); /* one a capture */
    void (*total)(struct sink *s, const struct total *total);       /* of more than one */
    void (*tail)(struct sink *s);  /* writes what stands behind all captures */
    void (*close)(struct sink *s); /* frees what the sink holds; writes nothing */
};

struct sink {
    const struct sink_kind *kind;
    struct sink_options options;
    struct error error; /* what it could not do, for the end of the run */
};

extern const struct sink_kind *const sink_kinds[]; /* ended by NULL */

const struct sink_kind *sink_kind_named(const char *name); /* or NULL */
/* sink_new makes one and opens it. */
struct sink *sink_new(const struct sink_kind *kind, const struct sink_options *options);
void sink_free(struct sink *s); /* closes it as well */

#endif
