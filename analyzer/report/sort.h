/* sort.h - the order in which handshakes are told, by one of their fields. */
#ifndef REPORT_SORT_H
#define REPORT_SORT_H

#include "handshake/field.h"

/* What a handshake is sorted by: a copy, for its fields do not live long. */
struct sort_key {
    bool present;
    int64_t number;
    char *bytes; /* of a text or an address; NULL: it is the number */
    uint32_t len;
};

/* How a run is sorted, and the key of the handshake that is being told. */
struct sort {
    const struct field *field;
    bool descending;
    struct sort_key key;
};

/* sort_key_of copies a value, which may be NULL: absent. Lists count. */
struct sort_key sort_key_of(const struct field *field, const struct value *value);
struct sort_key sort_key_copy(const struct sort_key *key);
void sort_key_free(struct sort_key *key);
/* sort_compare is as for qsort; what is absent comes last either way. */
int sort_compare(const struct sort_key *a, const struct sort_key *b, bool descending);

#endif
