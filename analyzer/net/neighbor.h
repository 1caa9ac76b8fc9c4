/* neighbor.h - who asks for whose hardware address on the link, and in vain.
 *
 * ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861) come before the first packet to
 * a machine of the same link; where nobody answers, there is no such packet at all. Who
 * is answered stops asking, so one who asks three times in a row was not, even where
 * the answers do not pass the point of capture. A bounded table; in a full one the pair
 * heard of longest ago makes room, and is counted if it asked in vain. */
#ifndef NET_NEIGHBOR_H
#define NET_NEIGHBOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "net/decap.h"

struct neighbor_pair {
    struct address asker, target;
    struct moment first, last; /* requests since the target was heard of */
    uint32_t requests;
    bool talks; /* the asker is an end of something else in the capture */
    bool told;  /* a handshake speaks of it */
};

struct neighbors;

/* neighbors_new gives an empty table, NULL when the budget is spent. */
struct neighbors *neighbors_new(struct budget *b);
void neighbors_free(struct neighbors *n); /* NULL is fine */

/* neighbor_is_message tells whether a segment of ARP or ICMPv6 asks or answers. */
bool neighbor_is_message(const struct segment *s);
/* neighbors_note takes such a message. */
void neighbors_note(struct neighbors *n, const struct segment *s);
/* neighbors_talks tells that address is an end of a flow to or from one machine. */
void neighbors_talks(struct neighbors *n, const struct address *address);
/* neighbors_asked_for gives the pair that asks for target in vain, NULL if none. */
struct neighbor_pair *neighbors_asked_for(struct neighbors *n, const struct address *target);
/* neighbors_due gives, one a call, pairs that asked in vain, were last heard of before
 * until_us and have not been told: all, or only those whose asker talks. They count as
 * told from then on. NULL when there are no more. */
struct neighbor_pair *neighbors_due(struct neighbors *n, int64_t until_us, bool all);
/* neighbors_forgotten is how many pairs that asked in vain had to make room. */
uint64_t neighbors_forgotten(const struct neighbors *n);

#endif
