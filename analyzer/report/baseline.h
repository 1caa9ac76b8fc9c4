/* baseline.h - reads a JSON report of an earlier run back: what worked then. */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/error.h"

/* A handshake that completed. Texts are NULL where the report has none, and
 * numbers 0; texts live until the next one is read. */
struct past {
    const char *protocol;
    struct endpoint client, server;
    int64_t start_us;
    const char *sni, *alpn, *client_stack, *ja4, *client_id;
    const char *subject, *serial, *issuer; /* of the leaf */
    int64_t not_after_us;
    uint32_t version, cipher, group, chain, server_ttl;
};

struct baseline;

/* baseline_open opens a report; NULL and e filled when it can't be read. */
struct baseline *baseline_open(const char *path, struct error *e);
/* baseline_next gives the next handshake that completed. False at the end, or when
 * the rest is no JSON report: then e is filled. */
bool baseline_next(struct baseline *b, struct past *p, struct error *e);
void baseline_close(struct baseline *b); /* NULL is fine */

#endif
