/* facts_put.h - sets the values of facts; private to facts*.c. frame is the packet
 * that told it, 0 when no single one did. */
#ifndef FACTS_PUT_H
#define FACTS_PUT_H

#include <string.h>

#include "handshake/flow_fields.h"

static inline struct value *put(struct value *values, enum flow_field id, uint64_t frame)
{
    values[id].present = true;
    values[id].frame = frame;
    return &values[id];
}

static inline void put_number(struct value *values, enum flow_field id, int64_t number,
                              uint64_t frame)
{
    put(values, id, frame)->is.number = number;
}

static inline void put_string(struct value *values, enum flow_field id, const char *string,
                              uint64_t frame)
{
    if (string)
        put(values, id, frame)->is.text = (struct span){ string, (uint32_t)strlen(string) };
}

static inline void put_address(struct value *values, enum flow_field id,
                               const struct address *address, uint64_t frame)
{
    put(values, id, frame)->is.address = *address;
}

#endif
