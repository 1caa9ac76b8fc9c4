/* report_fakes.h - rules, a protocol and handshakes made by hand, for testing
 * reports without the rule language and without packets.
 *
 * It defines what rule/ otherwise provides, so a program includes it once and
 * links nothing of rule/. */
#ifndef SUPPORT_REPORT_FAKES_H
#define SUPPORT_REPORT_FAKES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handshake/dissector.h"
#include "handshake/flow_fields.h"
#include "report/sink.h"

/* ---- a protocol ---- */

static const struct code_name fake_version_names[] = { { 0x0303, "TLS 1.2" }, { 0, NULL } };
static const struct code_names fake_versions = { .word = "version",
                                                 .names = fake_version_names,
                                                 .hex = true };

#define FAKE_COLUMNS(FIELD)                                                                        \
    FIELD(COLUMN_FROM, TEXT, "from", "client or server")                                           \
    FIELD(COLUMN_CODE, NUMBER, "code", "number of the alert")                                      \
    FIELD(COLUMN_VERSION, CODE(fake_versions), "version", "version of its record")

#define FAKE_FIELDS(FIELD)                                                                         \
    FIELD(FAKE_SNI, TEXT, "tls.sni", "server name the client asks for")                            \
    FIELD(FAKE_VERSION, CODE(fake_versions), "tls.version", "version the server chose")            \
    FIELD(FAKE_VERSIONS, CODES(fake_versions), "tls.versions", "versions the client offers")       \
    FIELD(FAKE_ALPN, TEXTS, "tls.alpn", "protocols the client offers")                             \
    FIELD(FAKE_CIPHERS, DETAIL_NUMBERS, "tls.ciphers", "ciphers the client offers")                \
    FIELD(FAKE_CERTIFICATE, TEXT, "tls.certificate.subject", "subject of the leaf")                \
    FIELD(FAKE_NOT_AFTER, TIME, "tls.certificate.not_after", "the leaf is valid until")            \
    FIELD(FAKE_KEY_BITS, NUMBER, "tls.certificate.key.bits", "size of its key")                    \
    FIELD(FAKE_RESUMED, BOOL, "tls.resumed", "an earlier session was taken up")                    \
    FIELD(FAKE_NOT_BEFORE, TIME, "tls.certificate.not_before", "the leaf is valid from")           \
    FIELD(FAKE_SILENCE, DURATION, "tls.silence", "how long nothing was said")                      \
    FIELD(FAKE_ROUTER, ADDRESS, "tls.router", "who answered instead")                              \
    FIELD(FAKE_ALERTS, RECORDS(fake_column_table), "tls.alerts", "alerts in order")                \
    FIELD(FAKE_JA3, DETAIL_TEXT, "tls.ja3", "fingerprint")

enum fake_column { FAKE_COLUMNS(FIELD_ID) COLUMN_COUNT };
enum fake_field { FAKE_FIELDS(FIELD_ID) FAKE_FIELD_COUNT };
static const struct field fake_columns[] = { FAKE_COLUMNS(FIELD_ROW) };
static const struct field_table fake_column_table = { NULL, fake_columns, COLUMN_COUNT };
static const struct field fake_fields[] = { FAKE_FIELDS(FIELD_ROW) };
static const struct field_table fake_table = { "tls", fake_fields, FAKE_FIELD_COUNT };

enum { FAKE_IDLE, FAKE_FLIGHT, FAKE_DONE };
static const struct state fake_states[] = {
    [FAKE_IDLE] = { "idle", CLIENT, "the client's hello", OUTCOME_UNKNOWN, false },
    [FAKE_FLIGHT] = { "server_flight", CLIENT, "the client's key exchange", OUTCOME_FAILED, false },
    [FAKE_DONE] = { "established", NOBODY, NULL, OUTCOME_COMPLETED, true },
};
enum { FAKE_CLIENT_HELLO, FAKE_SERVER_HELLO, FAKE_ALERT, FAKE_SILENT };
static const char *const fake_messages[] = { "ClientHello", "ServerHello", "Alert", "silence" };
static const struct machine fake_machine = { .states = fake_states, .messages = fake_messages };
static const struct dissector fake_tls = {
    .name = "tls", .over = "tls", .fields = &fake_table, .machine = &fake_machine
};
static const struct dissector fake_tcp = { .name = "tcp" };

/* ---- handshakes ---- */

enum { FAKE_START = 1795176000 }; /* 2026-11-20 12:00:00 */

struct fake {
    struct budget budget;
    struct handshake hs;
    struct verdict verdict;
};

static inline struct endpoint fake_end(unsigned last_bytes, uint16_t port)
{
    return (struct endpoint){
        { { 10, (uint8_t)(last_bytes >> 16), (uint8_t)(last_bytes >> 8), (uint8_t)last_bytes }, 4 },
        port
    };
}

/* fake_begin makes handshake n of a client with a server, begun n seconds after
 * noon at frame 10 n, with nothing known and nothing found. */
static inline void fake_begin(struct fake *f, const struct dissector *dissector, uint64_t n,
                              struct endpoint client, struct endpoint server)
{
    *f = (struct fake){ .budget = { .max = 16 << 20 } };
    f->hs = (struct handshake){
        .number = n,
        .dissector = dissector,
        .ends = { client, server },
        .over = { "tcp" },
        .first = { (FAKE_START + (int64_t)n) * 1000000 + 123, n * 10 },
        .last = { (FAKE_START + (int64_t)n) * 1000000 + 31323, n * 10 + 5 },
        .arena = arena_new(&f->budget, 8 << 20),
    };
    size_t count = dissector->fields ? dissector->fields->count : 0;
    f->hs.values = arena_take(f->hs.arena, (count + 1) * sizeof(struct value));
    f->verdict.handshake = &f->hs;
}

static inline void fake_outcome(struct fake *f, enum outcome outcome, uint8_t state)
{
    f->hs.outcome = f->verdict.outcome = outcome;
    f->hs.state = state;
}

/* fake_event adds a message that came us after the first packet. */
static inline void fake_event(struct fake *f, enum side from, uint8_t message, int64_t us,
                              uint64_t frame, const char *note)
{
    enum { ROOM = 80 };
    if (!f->hs.events)
        f->hs.events = arena_take(f->hs.arena, ROOM * sizeof *f->hs.events);
    f->hs.events[f->hs.event_count++] =
        (struct event){ { f->hs.first.time_us + us, frame }, from, message, true, note };
}

static inline void fake_end_of(struct fake *f)
{
    arena_free(f->hs.arena);
    budget_clear(&f->budget);
}

/* ---- rules ---- */

struct rule {
    const char *id, *title, *why, *fix;
    enum severity severity;
    enum fault fault;
    enum certainty certainty;
};

static inline void fake_finding(struct fake *f, const struct rule *rule, uint64_t frame_a,
                                uint64_t frame_b)
{
    f->verdict.findings[f->verdict.finding_count++] = (struct finding){
        .rule = rule,
        .id = rule->id,
        .severity = rule->severity,
        .fault = rule->fault,
        .certainty = rule->certainty,
        .frames = { frame_a, frame_b },
        .frame_count = frame_a == 0   ? 0
                       : frame_b == 0 ? 1
                                      : 2,
    };
    if (!f->verdict.cause && f->hs.outcome == OUTCOME_FAILED)
        f->verdict.cause = &f->verdict.findings[0];
}

const char *severity_name(enum severity severity)
{
    return (const char *const[]){ "info", "warning", "error" }[severity];
}

const char *fault_name(enum fault fault)
{
    return (const char *const[]){ "unknown", "client", "server", "network" }[fault];
}

const char *certainty_name(enum certainty certainty)
{
    return (const char *const[]){ "possible", "likely", "proven" }[certainty];
}

/* finding_text fills in {sni} and no other field. */
void finding_text(const struct finding *f, const struct handshake *hs, enum finding_part part,
                  struct text *out)
{
    const char *const parts[] = { f->rule->title, f->rule->why, f->rule->fix, NULL };
    const char *at = parts[part] ? parts[part] : "";
    const char *hole = strstr(at, "{sni}");
    if (hole) {
        struct span sni = handshake_text(hs, FAKE_SNI);
        text_add_bytes(out, at, (size_t)(hole - at));
        text_add_wire(out, sni.bytes, sni.len);
        at = hole + strlen("{sni}");
    }
    text_add(out, at);
}

/* ---- what a sink wrote ---- */

struct written {
    struct sink *sink;
    FILE *file;
    char *data;
    size_t len;
};

static inline void written_begin(struct written *w, const char *kind, struct sink_options options)
{
    *w = (struct written){ 0 };
    w->file = options.out = open_memstream(&w->data, &w->len);
    w->sink = sink_new(sink_kind_named(kind), &options);
    if (w->sink->kind->head)
        w->sink->kind->head(w->sink);
}

/* written_between is what stands between two captures. */
static inline void written_between(struct written *w)
{
    if (w->sink->kind->between)
        fputs(w->sink->kind->between(w->sink), w->file);
}

/* written_end frees the sink; what it wrote is w->data, to be freed. */
static inline const char *written_end(struct written *w)
{
    if (w->sink->kind->tail)
        w->sink->kind->tail(w->sink);
    sink_free(w->sink);
    fclose(w->file);
    return w->data;
}

#endif
