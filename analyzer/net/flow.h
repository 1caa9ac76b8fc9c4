/* flow.h - who talks to whom: the flow table and what it counts.
 *
 * A flow is kept small until both sides have spoken: a router must survive two
 * million SYNs from two million addresses. The table has caps on flows and on
 * memory; the oldest of those that never got an answer go first, and whatever
 * goes is handed out by flow_table_expired so that it still gets its verdict. */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "net/decap.h"
#include "net/flow_path.h"
#include "net/stream.h"

/* What one side did. Times are packet times, 0 when it did not happen. */
struct flow_side {
    uint32_t packets;         /* copies that a span port shows twice not counted */
    uint32_t retransmissions; /* TCP: segments all of whose bytes, SYN or FIN were seen before */
    uint32_t resets;
    uint16_t syns; /* SYN or SYN-ACK segments */
    uint16_t mss;
    uint64_t bytes;    /* payload sent, first copies only */
    uint16_t ip_id;    /* of its first packet */
    uint8_t ttl;       /* of its first packet, 0 before */
    bool fin;          /* sent a FIN */
    bool acked_data;   /* acknowledged at least one payload byte of the other side */
    uint8_t reset_ttl; /* of its first RST, like all of reset_ */
    uint16_t reset_ip_id;
    int64_t first_us, last_us;
    uint64_t fin_frame, reset_frame;
    int64_t fin_us, reset_us;
    uint32_t syn_us;  /* low half of when its latest SYN or SYN-ACK came */
    uint32_t trip_us; /* from here to it and back, by the TCP handshake; 0: not known */
};

/* ICMP errors that quote a flow's packets. That one was too large is kept apart: it
 * ends nothing, as the sender makes smaller ones. */
struct flow_icmp {
    uint16_t count;
    uint8_t type, code; /* of the first that is none of those, or else of the first */
    bool v6;
    bool too_large;      /* even that first one */
    enum side about;     /* who sent the packet that is quoted */
    struct address from; /* who complains */
    struct moment at;
    uint32_t mtu; /* what fits, as the latest that a packet was too large says; 0: none does */
    enum side mtu_about;
    struct address mtu_from;
    uint64_t mtu_frame;
};

enum flow_ending {
    FLOW_OPEN,
    FLOW_CLOSED,  /* both FINs, or one FIN that the other side acknowledged */
    FLOW_RESET,   /* a RST before both FINs */
    FLOW_SILENT,  /* nothing for longer than the idle time, or nothing more before
                    * its ports began another connection */
    FLOW_EVICTED, /* made room for others */
    FLOW_CUT_OFF, /* the capture ended first */
};

struct flow {
    struct endpoint ends[2]; /* CLIENT, SERVER */
    uint64_t number;         /* 1, 2, ... in order of first packet */
    enum transport transport;
    struct moment first, last;
    struct flow_side side[2];
    enum flow_ending ending;
    enum side reset_by, closed_first_by; /* NOBODY until it happens */
    bool syn_seen, syn_ack_seen;         /* false on a TCP flow: the capture starts late */
    bool established;                    /* three-way handshake seen, or data both ways */
    bool sides_certain;                  /* a SYN or content told who is the client */
    bool watched;                        /* somebody still wants the payload */
    bool cut;                            /* the snap length cut payload of it */
    uint8_t tunnels;
    uint32_t copies; /* packets shown twice by a span port */
    bool past;       /* its handshake is over: nothing of its path is kept */

    struct flow_icmp *icmp;    /* NULL: no ICMP error quotes it */
    struct path *path;         /* TCP, from its first payload until past */
    struct stream *streams[2]; /* TCP, while watched; made on first payload */
    void *owner;               /* the pipeline's: conversation and the like */
};

struct flow_limits {
    size_t max_flows;
    int64_t idle_us;      /* a flow whose handshake is open is judged after this silence */
    int64_t patient_us;   /* ... after this where silence is in order: 0 is as idle_us */
    int64_t done_idle_us; /* a flow past its handshake is forgotten after this */
    int64_t linger_us;    /* how long a closed flow waits for stragglers before it is handed out */
    size_t stream_cap;    /* bytes that one direction may buffer; see stream_new */
};

struct flow_totals {
    uint64_t flows, tcp, udp, evicted, expired, copies;
    uint64_t refused; /* packets that found no memory for their flow */
};

struct flow_table;

/* flow_table_new gives an empty table; flows and streams draw on b. */
struct flow_table *flow_table_new(const struct flow_limits *limits, struct budget *b);
/* flow_table_free frees all; what the owners point to is the caller's. */
void flow_table_free(struct flow_table *t);

/* flow_table_find gives the segment's flow, made new when there is none, and
 * which side sent it. It counts the segment. A SYN with a new sequence number on
 * a finished or abandoned flow's ports makes a new flow, and so does a datagram
 * after a silence; the old one is handed out by the next flow_table_expired.
 * NULL when there is nothing to do for the caller: with *side CLIENT or SERVER
 * the segment is a copy that a span port shows again, with NOBODY there is no
 * memory for it, or it is neither TCP nor UDP. */
struct flow *flow_table_find(struct flow_table *t, const struct segment *s, enum side *side);
/* flow_table_icmp notes an ICMP error at the flow that it quotes; NULL if none. */
struct flow *flow_table_icmp(struct flow_table *t, const struct segment *icmp);

/* flow_push gives a watched TCP flow's segment to the streams: the sender's is
 * made on its first payload or FIN and told where the SYN was; the other side's
 * is told what was acknowledged, and made when that was never seen. Then look
 * at both. False when there was no memory for a stream. */
bool flow_push(struct flow_table *t, struct flow *f, enum side side, const struct segment *s);

/* flow_unseen_bytes is how many payload bytes a TCP side must have sent, by its
 * sequence numbers, that the capture does not have. 0 when its SYN was not seen. */
uint64_t flow_unseen_bytes(const struct flow *f, enum side side);

/* flow_lost_bytes is how many of these the other side never acknowledged either: they
 * were lost before they came here. *full is how many full-size segments they may be. */
uint64_t flow_lost_bytes(const struct flow *f, enum side side, uint32_t *full);

/* flow_swap_sides corrects who is the client once content tells, and makes the
 * sides certain. */
void flow_swap_sides(struct flow *f);
/* flow_past_handshake frees streams: from now on the flow is not watched and
 * costs a look-up. */
void flow_past_handshake(struct flow_table *t, struct flow *f);

/* flow_is_patient tells that from now on both sides may be silent for long, though the
 * flow is watched on. */
void flow_is_patient(struct flow_table *t, struct flow *f);

/* flow_table_expired hands out, one a call and in a fixed order, the flows that
 * ended at least linger ago, went silent or must make room; NULL when there are
 * none. The caller judges it and calls flow_table_release. Call it before each
 * packet with the packet's time, until it gives NULL. A time that jumps ahead is
 * believed once the next packet confirms it. */
struct flow *flow_table_expired(struct flow_table *t, int64_t now_us);
/* flow_table_next_left hands out what is left at the end, in order of number. */
struct flow *flow_table_next_left(struct flow_table *t);
/* flow_table_release forgets a flow that was handed out. */
void flow_table_release(struct flow_table *t, struct flow *f);

const struct flow_totals *flow_table_totals(const struct flow_table *t);
#endif
