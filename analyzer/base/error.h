/* error.h - a mistake of the user's, told once: where, what, and the way out.
 *
 * Filled where it happened, printed by main, exit status 2. Bytes off the wire
 * never make an error: they make findings. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stdio.h>

struct error {
    char place[512]; /* "kitchen.pcap: byte 4711", "rules/tls.rules:14:8" */
    char fault[512]; /* what is wrong there */
    char hint[512];  /* what to do about it; may be empty */
};

bool error_is_set(const struct error *e);
void error_clear(struct error *e);
/* These format one part each; text that does not fit is cut. */
void error_place(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_fault(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_hint(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* error_print writes "place: fault" and the hint below it, control characters
 * escaped: a file name may be hostile too. */
void error_print(const struct error *e, FILE *out);

#endif
