/* flow_slot.h - a flow as the table keeps it; private to flow*.c. */
#ifndef NET_FLOW_SLOT_H
#define NET_FLOW_SLOT_H

#include <stddef.h>

#include "net/flow.h"

enum { PRINT_COUNT = 4, HOLE_COUNT = 8 };

enum queue_id {
    QUEUE_EMBRYONIC, /* only one side has spoken */
    QUEUE_IDLE,      /* its handshake is open, or it is half closed */
    QUEUE_PATIENT, /* its handshake is over, but not what is watched, which may be silent for long */
    QUEUE_DONE,    /* past its handshake */
    QUEUE_LINGER,  /* over, waits for stragglers */
    QUEUE_LEAVING, /* another flow has its ports already */
    QUEUE_COUNT,
    QUEUE_NONE = QUEUE_COUNT,
};

/* Ranges that were skipped: what comes there later is new, not sent again. */
struct holes {
    unsigned count;
    struct {
        uint32_t from, to;
    } at[HOLE_COUNT];
};

/* What tells a packet from every other one of its side, and when it came. */
struct print {
    uint32_t mark, time_us;
};

/* One side as its packets show it; all are TCP sequence numbers. */
struct half {
    uint32_t start;   /* of its first byte */
    uint32_t next;    /* behind the last that was sent */
    uint32_t reach;   /* the furthest number on any segment, also one without payload */
    uint32_t fin_end; /* behind its FIN, once side.fin */
    bool known;       /* start and next mean something */
    bool syn;         /* ... and a SYN told them */
    uint8_t print_at;
    struct print prints[PRINT_COUNT];
    struct holes *holes; /* NULL while all came in order */
};

struct slot {
    uint32_t hash, number;      /* what the index knows it by; the number never changes */
    struct slot *older, *newer; /* in its queue; older also among the spare ones */
    int64_t stamp;              /* when it joined its queue */
    uint8_t queue;
    struct flow flow;
    struct half half[2];
};

static inline struct slot *slot_of(struct flow *f)
{
    return (struct slot *)(void *)((char *)f - offsetof(struct slot, flow));
}

/* flow_hash is the same for a segment and for its answer. */
uint32_t flow_hash(const uint64_t key[2], const struct segment *s);

void holes_free(struct budget *b, struct half *h);
/* half_began_with tells that a SYN with this number is the one that began it. */
bool half_began_with(const struct half *h, uint32_t syn_seq);
/* half_has_unseen tells that ack covers bytes behind a seen SYN that were never
 * seen themselves. */
bool half_has_unseen(const struct half *h, uint32_t ack);
/* half_saw_copy tells that the same packet was there a moment ago, or notes it. */
bool half_saw_copy(struct slot *slot, enum side side, const struct segment *s);
/* slot_count counts a segment that side sent. Gives side, or the other one if
 * the segment told that the sides are the other way round. */
enum side slot_count(struct slot *slot, enum side side, const struct segment *s, struct budget *b);

#endif
