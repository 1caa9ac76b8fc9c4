/* flow_path.h - what the way did to a connection's segments: which were sent again
 * and why, which arrived, how long that took, and whether a reset is the endpoint's.
 *
 * One is made with a TCP connection's first payload and gone with its handshake, so
 * that floods and finished connections cost nothing. It is plain data: facts.c makes
 * fields of it. Times are the low halves of packet times, good for an hour. */
#ifndef NET_FLOW_PATH_H
#define NET_FLOW_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "net/decap.h"

enum { PATH_PIECES = 12, PATH_FLIGHTS = 8 };

/* A segment's payload as it was sent first. */
struct path_piece {
    uint32_t seq, len;
    uint32_t first_us, last_us; /* of its first and its latest try */
    uint8_t tries;
    uint8_t flight; /* counts up whenever the sides take turns */
    bool arrived;   /* acknowledged, or told of by SACK */
};

struct path_side {
    uint8_t piece_count;
    bool reset;                  /* it sent one, */
    uint32_t reset_seq;          /* ... numbered so, */
    uint32_t reset_us;           /* ... then */
    uint32_t piece_overflow;     /* new payload that found no room here */
    uint32_t acked;              /* the furthest that the other side acknowledged */
    bool acked_known;            /* ... if it did */
    bool told_holes;             /* the other side told of holes since acked moved */
    uint16_t repeated_acks;      /* the other side's duplicates since acked moved */
    uint16_t timeouts;           /* retransmissions that nothing but a clock can have caused */
    uint16_t fast;               /* ... that the other side's acknowledgements asked for */
    uint16_t spurious;           /* ... of what had arrived already */
    uint16_t told_twice;         /* the other side's reports of such */
    uint16_t duplicate_acks;     /* acknowledgements without news that this side sent */
    uint16_t holes_told;         /* acknowledgements of this side with SACK blocks */
    uint16_t zero_windows;       /* packets of this side that said: no room */
    uint32_t full_len;           /* payload that a segment must have to count as full */
    uint32_t full, full_arrived; /* full-size segments sent, and how many of them arrived */
    uint32_t largest_arrived;
    uint32_t flight_rtts[PATH_FLIGHTS]; /* until a flight was acknowledged; 0: not measured */
    uint8_t ttl_low, ttl_high;          /* of all packets but resets */
    uint16_t ip_id;                     /* of the latest such packet that has one */
    bool ip_id_known;
    uint32_t last_us;                      /* when that packet came */
    uint16_t ip_id_steps, ip_id_jumps;     /* ids that follow the one before closely, and not */
    uint32_t after_reset;                  /* payload that it went on to send after its own reset */
    struct path_piece pieces[PATH_PIECES]; /* piece_count of the latest; what arrived makes room */
};

struct path {
    enum side talker; /* who sent the latest new payload */
    uint8_t flight;
    bool reset_early;          /* the first reset answers what can't have reached its sender */
    bool reset_id_foreign;     /* its IP id does not continue those of its side */
    bool reset_id_judged;      /* ... or does: both can be told */
    bool resets_at_once;       /* both sides reset, and nothing came in between */
    uint32_t packets;          /* so far, of both */
    uint32_t reset_at_packets; /* as many, with it, when the first reset came */
    struct path_side side[2];
};

/* path_new gives an empty one whose packets so far had these TTLs (0: none yet). */
struct path *path_new(struct budget *b, const uint8_t ttl[2]);
void path_free(struct budget *b, struct path *p); /* NULL is fine */

/* path_packet notes any packet that side sent, path_payload one with payload, of
 * which a segment holds full_len when it is full, and path_ack one that acknowledges. */
void path_packet(struct path *p, enum side side, const struct segment *s);
void path_payload(struct path *p, enum side side, const struct segment *s, uint32_t full_len);
void path_ack(struct path *p, enum side side, const struct segment *s);
/* path_reset judges a reset of side: first tells whether it is the flow's first,
 * and trip_us how long packets take from here to side and back (0: not known). */
void path_reset(struct path *p, enum side side, const struct segment *s, bool first,
                uint32_t trip_us);
/* path_swap exchanges the sides. */
void path_swap(struct path *p);

/* What is still under way at the end, or was lost. */
struct path_loss {
    uint32_t bytes;    /* sent and never acknowledged */
    uint32_t smallest; /* of the pieces that were tried more than once; 0: none was */
    uint32_t tries;    /* of the one tried most */
    uint32_t first_us; /* when that was sent first */
    uint32_t tried_us; /* from its first try to its last */
};
struct path_loss path_loss_of(const struct path *p, enum side side);
/* path_unanswered is how many bytes of side's latest flight arrived with nothing said
 * to them: 0 when side did not speak last. */
uint32_t path_unanswered(const struct path *p, enum side side);

#endif
