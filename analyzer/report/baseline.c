/* baseline.c - see baseline.h. Jansson reads; what is of another type than ours
 * is taken for absent. */
#include "report/baseline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

struct baseline {
    FILE *in;
    char *path;
    json_t *record;
    uint64_t count;
};

struct baseline *baseline_open(const char *path, struct error *e)
{
    FILE *in = fopen(path, "re");
    if (!in) {
        error_place(e, "%s", path);
        error_fault(e, "the baseline can't be read: %s", strerror(errno));
        error_hint(e, "make one: handshark --json good.pcap >baseline.json");
        return NULL;
    }
    struct baseline *b = must_calloc(1, sizeof *b);
    b->in = in;
    b->path = must_strdup(path);
    return b;
}

void baseline_close(struct baseline *b)
{
    if (!b)
        return;
    fclose(b->in);
    json_decref(b->record);
    free(b->path);
    free(b);
}

/* ---- members ---- */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static uint32_t number_of(const json_t *object, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

static struct endpoint end_of(const json_t *record, const char *side)
{
    const json_t *end = json_object_get(record, side);
    const char *address = text_of(end, "address");
    struct endpoint e = { .port = (uint16_t)number_of(end, "port") };
    if (address && inet_pton(AF_INET, address, e.address.bytes) == 1)
        e.address.len = 4;
    else if (address && inet_pton(AF_INET6, address, e.address.bytes) == 1)
        e.address.len = 16;
    return e;
}

/* "2026-11-20T12:00:00.000123Z", as we write it. */
static int64_t time_of(const char *text)
{
    struct tm tm = { 0 };
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (!rest)
        return 0;
    int64_t us = 0;
    if (*rest == '.')
        us = (int64_t)(strtod(rest, NULL) * 1e6 + 0.5);
    return (int64_t)timegm(&tm) * 1000000 + us;
}

static bool completed(const json_t *record)
{
    const char *type = text_of(record, "type"), *outcome = text_of(record, "outcome");
    return type && outcome && text_of(record, "protocol") && strcmp(type, "handshake") == 0 &&
           strcmp(outcome, "completed") == 0;
}

static struct past past_of(const json_t *record)
{
    const char *protocol = text_of(record, "protocol");
    const json_t *own = protocol ? json_object_get(record, protocol) : NULL;
    const json_t *chain = json_object_get(own, "certificates"), *leaf = json_array_get(chain, 0);
    const json_t *facts = json_object_get(record, "flow_facts");
    return (struct past){
        .protocol = protocol,
        .client = end_of(record, "client"),
        .server = end_of(record, "server"),
        .start_us = time_of(text_of(record, "start")),
        .sni = text_of(own, "sni"),
        .alpn = text_of(own, "alpn"),
        .client_stack = text_of(own, "client_stack"),
        .ja4 = text_of(own, "ja4"),
        .client_id = text_of(own, "client_id"),
        .subject = text_of(leaf, "subject"),
        .serial = text_of(leaf, "serial"),
        .not_after_us = time_of(text_of(leaf, "not_after")),
        .issuer = text_of(leaf, "issuer"),
        .version = number_of(own, "version_code"),
        .cipher = number_of(own, "cipher_code"),
        .group = number_of(own, "group_code"),
        .chain = (uint32_t)json_array_size(chain),
        .server_ttl = number_of(facts, "server_ttl"),
    };
}

/* ---- records ---- */

static bool at_end(FILE *in)
{
    int c;
    do
        c = getc(in);
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
    if (c == EOF)
        return true;
    ungetc(c, in);
    return false;
}

static bool refuse(const struct baseline *b, const char *fault, struct error *e)
{
    error_place(e, "%s: object %llu", b->path, (unsigned long long)b->count);
    error_fault(e, "this is no JSON report: %s", fault);
    error_hint(e, "make one: handshark --json good.pcap >baseline.json");
    return false;
}

bool baseline_next(struct baseline *b, struct past *p, struct error *e)
{
    while (!at_end(b->in)) {
        json_error_t fault;
        json_decref(b->record);
        b->count++;
        b->record = json_loadf(b->in, JSON_DISABLE_EOF_CHECK, &fault);
        if (!b->record)
            return refuse(b, fault.text, e);
        if (!text_of(b->record, "type"))
            return refuse(b, "an object has no type", e);
        if (!completed(b->record))
            continue;
        *p = past_of(b->record);
        return true;
    }
    return false;
}
