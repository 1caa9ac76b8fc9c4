/* test_witness.c - which lines of a log speak of a handshake, and what follows. */
#include "witness.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/mqtt.h"
#include "dissectors/tls/fields.h"
#include "dissectors/tls/tls.h"
#include "report/explain.h"
#include "rule/ruleset.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"

static const int64_t NOON_US = 1795176000000000; /* 2026-11-20 12:00:00 UTC */
#define UNKNOWN_CA "error:0A000418:SSL routines::tlsv1 alert unknown ca"

/* 10.0.0.7:40000 to 10.0.0.5:8883, from noon on for a second. */
static struct handshake *at_noon(bool mqtt)
{
    struct handshake *hs = bare_handshake(mqtt ? &mqtt_field_table : &tls_field_table);
    hs->dissector = mqtt ? &mqtt_dissector : &tls_dissector;
    hs->ends[CLIENT] = (struct endpoint){ { { 10, 0, 0, 7 }, 4 }, 40000 };
    hs->ends[SERVER] = (struct endpoint){ { { 10, 0, 0, 5 }, 4 }, 8883 };
    hs->first.time_us = NOON_US;
    hs->last.time_us = NOON_US + 1000000;
    if (mqtt)
        handshake_set_string(hs, MQTT_CLIENT_ID, "kitchen");
    return hs;
}

static struct verdict verdict_of(struct handshake *hs, const char *cause)
{
    struct verdict v = { .handshake = hs, .outcome = OUTCOME_FAILED, .finding_count = 1 };
    v.findings[0] = (struct finding){ .id = cause, .certainty = CERTAINTY_LIKELY };
    return v;
}

static const struct {
    const char *name, *log;
    bool mqtt;
    const char *cause;
    size_t notes; /* that are tied */
    bool agrees;
} logs[] = {
    { "names address and port", "1795176001: 10.0.0.7:40000 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 1, true },
    { "names another port", "1795176001: 10.0.0.7:40001 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 0, false },
    { "names another client", "1795176001: 10.0.0.8:40000 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 0, false },
    { "names the client, not its port", "1795176001: client: 10.0.0.7, " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 1, true },
    { "names the client in the line before",
      "1795176001: New connection from 10.0.0.7:40000 on port 8883.\n1795176001: " UNKNOWN_CA "\n",
      false, "tls.certificate.expired", 1, false },
    { "too early", "1795175990: 10.0.0.7:40000 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 0, false },
    { "late, but by address and port", "1795176031: 10.0.0.7:40000 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 1, true },
    { "late, and by address alone", "1795176031: client: 10.0.0.7, " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 0, false },
    { "names nobody and agrees", "1795176001: " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 1, true },
    { "names nobody and does not agree", "1795176001: " UNKNOWN_CA "\n", false,
      "tls.version.unsupported", 0, false },
    { "disagrees", "1795176001: 10.0.0.7:40000 " UNKNOWN_CA "\n", false, "tls.version.unsupported",
      1, false },
    { "has no time, and a port", "10.0.0.7:40000 " UNKNOWN_CA "\n", false,
      "tls.certificate.unknown-ca", 1, true },
    { "has no time and no port", UNKNOWN_CA "\n", false, "tls.certificate.unknown-ca", 0, false },
    { "names the client id", "1795176090: Client kitchen has exceeded timeout, disconnecting.\n",
      true, "mqtt.keepalive.timeout", 1, true },
    { "names a longer client id",
      "1795176090: Client kitchen-2 has exceeded timeout, disconnecting.\n", true,
      "mqtt.keepalive.timeout", 0, false },
    { "is only a reaction", "1795176001: Client <unknown> disconnected: Protocol error.\n", false,
      "mqtt.protocol.violation", 0, false },
    { "says nothing", "1795176001: New connection from 10.0.0.7:40000 on port 8883.\n", false,
      "tls.certificate.unknown-ca", 0, false },
    { "says too much",
      "1795176001: " UNKNOWN_CA "\n1795176001: " UNKNOWN_CA "\n1795176001: " UNKNOWN_CA "\n"
      "1795176001: " UNKNOWN_CA "\n1795176001: " UNKNOWN_CA "\n1795176001: " UNKNOWN_CA "\n",
      false, "tls.certificate.unknown-ca", LOG_NOTES_MAX, true },
};

static struct witness *witness_of(const struct guide *guide, const char *log, char path[64])
{
    struct log_zone zone = { 0 };
    struct error e = { 0 };
    strcpy(path, "/tmp/handshark-witness-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, log, strlen(log)), (ssize_t)strlen(log));
    close(fd);
    struct witness *w = witness_new(guide, &zone);
    ck_assert(witness_read(w, path, &e));
    unlink(path);
    return w;
}

START_TEST(ties_lines_to_handshakes)
{
    char path[64];
    struct text mistakes = { 0 };
    static const struct field_table *const none[] = { &common_field_table, NULL };
    struct ruleset *rs = ruleset_new(none);
    ruleset_ready(rs);
    struct guide *guide = guide_new(rs, &mistakes);
    struct witness *w = witness_of(guide, logs[_i].log, path);
    struct verdict v = verdict_of(at_noon(logs[_i].mqtt), logs[_i].cause);
    v.cause = &v.findings[0];
    witness_testify(w, &v);
    ck_assert_msg(v.log_count == logs[_i].notes, "%s: %zu", logs[_i].name, v.log_count);
    if (v.log_count) {
        ck_assert_msg(v.log[0].agrees == logs[_i].agrees, "%s", logs[_i].name);
        ck_assert_str_eq(v.log[0].file, path);
    }
    bool raised = v.cause->certainty == CERTAINTY_PROVEN;
    ck_assert_msg(raised == logs[_i].agrees, "%s", logs[_i].name);
    ck_assert_int_eq(v.outcome, OUTCOME_FAILED);
    ck_assert_str_eq(v.cause->id, logs[_i].cause);
    witness_free(w);
    guide_free(guide);
    ruleset_free(rs);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, ties_lines_to_handshakes, logs);
}

TEST_MAIN("witness", add_tests)
