/* shipped.h - the files that are compiled into the program, by packaging/embed. */
#ifndef BASE_SHIPPED_H
#define BASE_SHIPPED_H

#include <stddef.h>

struct shipped_file {
    const char *name; /* "rules/tls.rules" */
    const char *text; /* ended by a NUL that len does not count */
    size_t len;
};

/* All are ended by a NULL name. */
extern const struct shipped_file shipped_rules[];
extern const struct shipped_file shipped_tables[]; /* error texts and stories beside the rules */
extern const struct shipped_file shipped_page[];   /* page.html, page.css, page.js: the web page */

#endif
