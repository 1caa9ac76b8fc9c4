/* facts.h - what a flow tells about its handshakes: struct flow into fields. */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "handshake/flow_fields.h"
#include "handshake/handshake.h"
#include "net/flow.h"
#include "net/neighbor.h"

/* What content told about a flow's first bytes; NULL where nothing did. */
struct said {
    bool spoke[2];
    const char *speaks[2]; /* protocol each side's first bytes are in */
    const char *guess;     /* what nDPI takes it for, where speaks knows no name */
    char *server_says;     /* the server's first bytes when they are text; the owner frees it */
};

/* facts_fill sets the values before FLOW_FIRST_OF_PATH; texts are borrowed from f and
 * said. end_us is the capture's last packet time. */
void facts_fill(struct value *values, const struct flow *f, const struct said *said,
                int64_t end_us);
/* What the lists among the facts of a path stand in. */
struct facts_lists {
    bool filled; /* there are such facts among the values */
    struct list rtts[2];
    uint32_t numbers[2][PATH_FLIGHTS];
};

/* facts_path adds what took longer to find and only failures need: how the way
 * treated f's packets, and the pace of hs. Texts and lists are borrowed from lists and
 * hs. What facts_fill set stays, for it is the fields before FLOW_FIRST_OF_PATH. */
void facts_path(struct value *values, const struct flow *f, const struct handshake *hs,
                struct facts_lists *lists);
/* facts_path_clear takes them out again. */
void facts_path_clear(struct value *values, struct facts_lists *lists);
/* facts_neighbor tells of a pair of neighbours beside them. */
void facts_neighbor(struct value *values, const struct neighbor_pair *pair);
/* facts_of_capture adds what the capture as a whole tells: it broke off before the flow
 * ended, and how many packets the capturing machine had lost by now. */
void facts_of_capture(struct value *values, const struct flow *f, bool breaks_off, uint64_t drops);
/* facts_one_sided tells which side's packets alone the capture has, or NOBODY. */
enum side facts_one_sided(const struct flow *f);

#endif
