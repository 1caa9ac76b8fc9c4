/* sink_sarif.c - SARIF 2.1.0, for code scanning and its viewers: a run a capture, a
 * result a finding, the capture as the artifact it is in.
 *
 * Nothing is kept but which rules were found: results are written as they come, and
 * what must tell of all of them stands behind them. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/version.h"
#include "handshake/dissector.h"
#include "report/line.h"
#include "report/phrases.h"
#include "report/sink.h"

struct seen_rule {
    const char *id;
    enum severity severity;
};

struct sink_sarif {
    struct sink sink;
    struct text scratch;
    struct seen_rule *seen; /* of this capture */
    size_t seen_count, seen_cap;
    bool begun, any; /* the run, a result in it */
};

static void sarif_head(struct sink *s)
{
    fputs("{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
          "\"runs\":[\n",
          s->options.out);
}

static void sarif_tail(struct sink *s)
{
    fputs("]}\n", s->options.out);
}

static const char *level_of(enum severity severity)
{
    static const char *const levels[] = {
        [SEVERITY_INFO] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"
    };
    return levels[severity];
}

static void note_rule(struct sink_sarif *sarif, const struct finding *f)
{
    for (size_t i = 0; i < sarif->seen_count; i++)
        if (sarif->seen[i].id == f->id || strcmp(sarif->seen[i].id, f->id) == 0)
            return;
    if (sarif->seen_count == sarif->seen_cap) {
        sarif->seen_cap = sarif->seen_cap * 2 + 16;
        sarif->seen = must_realloc(sarif->seen, sarif->seen_cap * sizeof *sarif->seen);
    }
    sarif->seen[sarif->seen_count++] = (struct seen_rule){ f->id, f->severity };
}

/* A path as a reference of RFC 3986: whatever is not plain becomes %XX. */
static void add_uri(struct text *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-._~/";
    text_add(out, *path == '/' ? "file://" : "");
    for (; *path; path++) {
        if (strchr(plain, *path))
            text_add_char(out, *path);
        else
            text_format(out, "%%%02X", (uint8_t)*path);
    }
}

static void put_uri(struct sink_sarif *sarif, struct json_t *in, const char *path)
{
    text_clear(&sarif->scratch);
    add_uri(&sarif->scratch, path);
    line_text(in, "uri", text_string(&sarif->scratch), sarif->scratch.len);
}

/* ---- a result ---- */

static void put_message(struct sink_sarif *sarif, struct json_t *result, const struct finding *f,
                        const struct handshake *hs)
{
    struct text *out = &sarif->scratch;
    text_clear(out);
    finding_text(f, hs, FINDING_TITLE, out);
    for (enum finding_part part = FINDING_WHY; part <= FINDING_FIX; part++) {
        size_t before = out->len;
        text_add(out, "\n");
        finding_text(f, hs, part, out);
        if (out->len == before + 1)
            out->data[out->len = before] = 0;
    }
    line_text(line_object(result, "message"), "text", text_string(out), out->len);
}

static void put_location(struct sink_sarif *sarif, struct json_t *result, const char *capture,
                         const struct handshake *hs)
{
    struct json_t *location = line_object(line_array(result, "locations"), NULL);
    struct json_t *artifact =
        line_object(line_object(location, "physicalLocation"), "artifactLocation");
    put_uri(sarif, artifact, capture);
    line_number(artifact, "index", 0);
    struct json_t *logical = line_object(line_array(location, "logicalLocations"), NULL);
    struct text *out = &sarif->scratch;
    text_clear(out);
    add_endpoint(out, &hs->ends[CLIENT]);
    text_add(out, " -> ");
    add_endpoint(out, &hs->ends[SERVER]);
    line_text(logical, "name", out->data, out->len);
    line_string(logical, "kind", "handshake");
}

/* The same trouble of the same two is the same result in the next capture. */
static void put_fingerprint(struct sink_sarif *sarif, struct json_t *result,
                            const struct finding *f, const struct handshake *hs)
{
    uint64_t hash = hash_bytes(0, f->id, strlen(f->id));
    hash = hash_bytes(hash, hs->ends[CLIENT].address.bytes, 16);
    hash = hash_bytes(hash, hs->ends[SERVER].address.bytes, 16);
    hash = hash_word(hash, hs->ends[SERVER].port);
    text_clear(&sarif->scratch);
    text_add_hex(&sarif->scratch, hash, 16);
    line_string(line_object(result, "partialFingerprints"), "ruleAndPeers/v1", sarif->scratch.data);
}

static void put_properties(struct json_t *result, const struct finding *f, const struct verdict *v)
{
    const struct handshake *hs = v->handshake;
    char buf[TIME_TEXT_LEN];
    struct json_t *properties = line_object(result, "properties");
    line_number(properties, "handshake", (int64_t)hs->number);
    line_string(properties, "protocol", hs->dissector->name);
    line_string(properties, "start", time_text(hs->first.time_us, true, buf));
    line_string(properties, "outcome", outcome_name(v->outcome));
    line_bool(properties, "cause", f == v->cause);
    line_string(properties, "fault", fault_name(f->fault));
    line_string(properties, "certainty", certainty_name(f->certainty));
    struct json_t *frames = line_array(properties, "frames");
    for (size_t i = 0; i < f->frame_count; i++)
        line_number(frames, NULL, (int64_t)f->frames[i]);
}

static void begin_run(struct sink_sarif *sarif)
{
    if (!sarif->begun)
        fputs("{\"results\":[\n", sarif->sink.options.out);
    sarif->begun = true;
}

static void write_result(struct sink_sarif *sarif, const char *capture, const struct verdict *v,
                         const struct finding *f)
{
    struct json_t *result = line_begin();
    line_string(result, "ruleId", f->id);
    line_string(result, "level", level_of(f->severity));
    put_message(sarif, result, f, v->handshake);
    put_location(sarif, result, capture, v->handshake);
    put_fingerprint(sarif, result, f, v->handshake);
    put_properties(result, f, v);
    if (sarif->any)
        fputs(",", sarif->sink.options.out);
    line_end(result, sarif->sink.options.out);
    sarif->any = true;
    note_rule(sarif, f);
}

static void sarif_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_sarif *sarif = (struct sink_sarif *)s;
    begin_run(sarif);
    for (size_t i = 0; i < v->finding_count; i++)
        write_result(sarif, capture, v, &v->findings[i]);
}

/* ---- a run ---- */

static void put_tool(struct sink_sarif *sarif, struct json_t *run)
{
    struct json_t *driver = line_object(line_object(run, "tool"), "driver");
    line_string(driver, "name", "handshark");
    line_string(driver, "version", HANDSHARK_VERSION);
    struct json_t *rules = line_array(driver, "rules");
    for (size_t i = 0; i < sarif->seen_count; i++) {
        struct json_t *rule = line_object(rules, NULL);
        line_string(rule, "id", sarif->seen[i].id);
        line_string(line_object(rule, "defaultConfiguration"), "level",
                    level_of(sarif->seen[i].severity));
    }
}

static void put_invocation(struct json_t *run, const struct summary *summary)
{
    struct json_t *invocation = line_object(line_array(run, "invocations"), NULL);
    line_bool(invocation, "executionSuccessful", !summary->damaged);
    if (!summary->damaged)
        return;
    struct json_t *notices = line_array(invocation, "toolExecutionNotifications");
    struct json_t *notice = line_object(notices, NULL);
    line_string(notice, "level", "error");
    line_text(line_object(notice, "message"), "text", summary->damaged, strlen(summary->damaged));
}

static void put_counts(struct json_t *run, const struct summary *summary)
{
    struct json_t *properties = line_object(run, "properties");
    struct json_t *handshakes = line_object(properties, "handshakes");
    for (enum outcome o = OUTCOME_COMPLETED; o <= OUTCOME_UNKNOWN; o++)
        line_number(handshakes, outcome_name(o), (int64_t)summary->handshakes[o]);
    line_number(properties, "packets", (int64_t)summary->packets);
    struct json_t *counts = line_object(properties, "counts");
    for (size_t i = 0; i < summary->tally_count; i++)
        if (summary->tallies[i].count)
            line_number(counts, summary->tallies[i].name, (int64_t)summary->tallies[i].count);
}

/* Closes the results, and goes on with the members of the run behind them. */
static void sarif_summary(struct sink *s, const struct summary *summary)
{
    struct sink_sarif *sarif = (struct sink_sarif *)s;
    begin_run(sarif);
    struct json_t *run = line_begin();
    struct json_t *artifact = line_object(line_array(run, "artifacts"), NULL);
    put_uri(sarif, line_object(artifact, "location"), summary->capture);
    put_tool(sarif, run);
    put_invocation(run, summary);
    line_string(run, "columnKind", "unicodeCodePoints");
    put_counts(run, summary);
    fputs("],", s->options.out);
    line_end_inside(run, s->options.out);
    sarif->begun = sarif->any = false;
    sarif->seen_count = 0;
}

static const char *sarif_between(const struct sink *s)
{
    (void)s;
    return ",";
}

static void sarif_close(struct sink *s)
{
    struct sink_sarif *sarif = (struct sink_sarif *)s;
    free(sarif->seen);
    text_free(&sarif->scratch);
    line_free();
}

const struct sink_kind sink_sarif = {
    .name = "sarif",
    .about = "SARIF 2.1.0, a result a finding",
    .size = sizeof(struct sink_sarif),
    .between = sarif_between,
    .head = sarif_head,
    .handshake = sarif_handshake,
    .summary = sarif_summary,
    .tail = sarif_tail,
    .close = sarif_close,
};
