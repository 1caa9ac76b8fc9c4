/* facts.h - what a flow tells about its handshakes: struct flow into fields. */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "handshake/flow_fields.h"
#include "net/flow.h"

/* What content told about a flow's first bytes; NULL where nothing did. */
struct said {
    bool spoke[2];
    const char *speaks[2]; /* protocol each side's first bytes are in */
    const char *guess;     /* what nDPI takes it for, where speaks knows no name */
    char *server_says;     /* the server's first bytes when they are text; the owner frees it */
};

/* facts_fill sets all of values[FLOW_FIELD_COUNT]; texts are borrowed from f and
 * said. end_us is the capture's last packet time. */
void facts_fill(struct value *values, const struct flow *f, const struct said *said,
                int64_t end_us);
/* facts_one_sided tells which side's packets alone the capture has, or NOBODY. */
enum side facts_one_sided(const struct flow *f);

#endif
