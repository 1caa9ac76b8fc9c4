/* causes.h - how often each cause was the cause of a failure. */
#ifndef REPORT_CAUSES_H
#define REPORT_CAUSES_H

#include <stddef.h>
#include <stdint.h>

enum { CAUSES_MAX = 256 };

struct causes {
    struct cause_count {
        const char *id; /* the rule's, borrowed */
        uint64_t count;
        uint64_t captures;   /* it was found in */
        const char *example; /* the first of them, or NULL; borrowed */
    } list[CAUSES_MAX];
    size_t count;
    uint64_t others; /* failures with a cause that found no room */
};

/* causes_count counts one failure; causes_add all those of a capture. */
void causes_count(struct causes *c, const char *id);
void causes_add(struct causes *c, const struct causes *other, const char *capture);
/* causes_sort puts the most frequent first, equals in order of id. */
void causes_sort(struct causes *c);

#endif
