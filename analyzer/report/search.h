/* search.h - which of many subjects an error text from a log speaks of, by the
 * phrases that each subject is known by. It knows nothing of rules. */
#ifndef REPORT_SEARCH_H
#define REPORT_SEARCH_H

#include <stddef.h>
#include <stdint.h>

struct phrase {
    size_t subject; /* 0, 1, ... */
    const char *text;
};

struct hit {
    size_t subject;
    const char *phrase; /* the one that fitted best */
    uint64_t score;
};

/* search_phrases ranks the subjects whose phrases occur in the query, or whose
 * words mostly do, best first and of equal ones the lower number first. Upper
 * and lower case and punctuation do not matter. It fills at most max hits and
 * returns how many; 0 when nothing is near enough to be worth saying. */
size_t search_phrases(const struct phrase *phrases, size_t count, const char *query,
                      struct hit *hits, size_t max);

#endif
