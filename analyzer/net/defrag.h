/* defrag.h - joins the fragments of IPv4 and IPv6 datagrams.
 *
 * Bounded in datagrams, bytes (a budget) and packet time. Which headers make a
 * fragment, and what is inside the whole, is decap's business. */
#ifndef NET_DEFRAG_H
#define NET_DEFRAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "base/reader.h"

struct fragment {
    struct address from, to; /* 16 bytes: the rules of IPv6 hold */
    uint32_t id;
    uint8_t protocol; /* of IPv6, the fragment header's next header */
    bool more;        /* more fragments follow */
    bool cut;         /* the snap length cut data off */
    uint32_t offset;  /* in bytes */
    const uint8_t *data;
    size_t len;
    int64_t time_us;
};

enum defrag_status {
    DEFRAG_WHOLE,
    DEFRAG_WAITING, /* kept, or seen before */
    DEFRAG_REFUSED, /* contradicts itself or another fragment */
    DEFRAG_NO_ROOM, /* the budget is spent, or the capture cut it */
};

struct defrag_totals {
    uint64_t fragments;   /* all that came */
    uint64_t reassembled; /* datagrams made whole */
    uint64_t dropped;     /* fragments refused, or in datagrams given up */
    uint64_t held;        /* fragments that wait now: at the end, for ever */
};

struct defrag;

/* defrag_new gives an empty store whose buffers draw on b, which outlives it. */
struct defrag *defrag_new(struct budget *b);
void defrag_free(struct defrag *d); /* NULL is fine */
/* defrag_add takes a copy of one fragment. When that makes the datagram whole,
 * it gives a reader over its payload, borrowed until defrag_release, and the
 * protocol that the first fragment named. */
enum defrag_status defrag_add(struct defrag *d, const struct fragment *f, struct reader *whole,
                              uint8_t *protocol);
/* defrag_release frees what defrag_add lent; call it before each packet. */
void defrag_release(struct defrag *d);
const struct defrag_totals *defrag_totals(const struct defrag *d);

#endif
