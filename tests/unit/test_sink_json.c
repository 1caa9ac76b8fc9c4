/* test_sink_json.c - whole lines of the machine-readable report, and what
 * hostile bytes become in it. */
#include <jansson.h>

#include "base/text.h"
#include "support/report_fakes.h"
#include "support/test_main.h"

static const struct rule expired = {
    .id = "tls.certificate.expired",
    .title = "certificate of {sni} ended",
    .why = "It ended \"before\" this.",
    .fix = "Renew it.",
    .severity = SEVERITY_ERROR,
    .fault = FAULT_SERVER,
    .certainty = CERTAINTY_PROVEN,
};
static const struct rule bare = { .id = "tls.bare", .title = "bare", .severity = SEVERITY_WARNING };

static const struct sink_options plain = { .columns = 80 };
static const struct sink_options all = { .columns = 80, .events = true, .details = true };

/* The line that a sink makes of one verdict. The caller frees it. */
static char *line_of(const struct verdict *v, struct sink_options options)
{
    struct written w;
    written_begin(&w, "json", options);
    w.sink->kind->handshake(w.sink, "kitchen.pcapng", v);
    return (char *)written_end(&w);
}

static void fill_in(struct handshake *hs)
{
    hs->now.frame = 6;
    handshake_set_string(hs, FAKE_SNI, "broker.home.arpa");
    handshake_set_code(hs, FAKE_VERSION, 0x0303);
    handshake_add_number(hs, FAKE_VERSIONS, 0x0303);
    handshake_add_number(hs, FAKE_VERSIONS, 0x7f1c);
    handshake_add_text(hs, FAKE_ALPN, "mqtt", 4);
    handshake_add_number(hs, FAKE_CIPHERS, 49199);
    handshake_set_string(hs, FAKE_CERTIFICATE, "CN=broker.home.arpa");
    handshake_set_time(hs, FAKE_NOT_AFTER, INT64_C(1793534400) * 1000000);
    handshake_set_time(hs, FAKE_NOT_BEFORE, INT64_C(1761998400) * 1000000 + 500000);
    handshake_set_number(hs, FAKE_KEY_BITS, 2048);
    handshake_set_bool(hs, FAKE_RESUMED, false);
    handshake_set_duration(hs, FAKE_SILENCE, 1500000);
    hs->values[FAKE_ROUTER] =
        (struct value){ .present = true, .is.address = fake_end(1, 0).address };
    handshake_set_string(hs, FAKE_JA3, "e7d705a3286e19ea42f587b344ee6865");
    struct value *row = handshake_add_row(hs, FAKE_ALERTS);
    row_set_string(hs, row, COLUMN_FROM, "client");
    row_set_number(hs, row, COLUMN_CODE, 45);
    row_set_number(hs, row, COLUMN_VERSION, 0x0301);
}

static struct value flow_values[FLOW_FIELD_COUNT];

static void fill_flow(struct handshake *hs)
{
    flow_values[FLOW_SYN_RETRIES] = (struct value){ .present = true };
    flow_values[FLOW_RESET_BY] = (struct value){ .present = true, .is.text = { "client", 6 } };
    flow_values[FLOW_SILENCE] = (struct value){ .present = true, .is.number = 250 };
    hs->flow_values = flow_values;
}

static struct event ladder[] = {
    { { INT64_C(1795176007) * 1000000 + 123, 70 }, CLIENT, 0, true, NULL },
    { { INT64_C(1795176007) * 1000000 + 31323, 75 },
      CLIENT,
      2,
      false,
      "fatal certificate_expired" },
};

#define FAILED_HEAD                                                                                \
    "{\"type\":\"handshake\",\"capture\":\"kitchen.pcapng\",\"id\":7,"                             \
    "\"flow\":\"1:UCGuapD5ZThycTEC2uYBAKgVOaw=\",\"protocol\":\"tls\",\"over\":[\"tcp\"],"         \
    "\"client\":{\"address\":\"10.0.0.17\",\"port\":40112},"                                       \
    "\"server\":{\"address\":\"10.0.0.5\",\"port\":8883},"                                         \
    "\"start\":\"2026-11-20T12:00:07.000123Z\",\"duration\":0.0312,\"outcome\":\"failed\","        \
    "\"stopped_at\":{\"state\":\"server_flight\",\"waiting_for\":\"the client's key exchange\"},"  \
    "\"cause\":\"tls.certificate.expired\",\"fault\":\"server\",\"certainty\":\"proven\","         \
    "\"findings\":[{\"rule\":\"tls.certificate.expired\",\"severity\":\"error\","                  \
    "\"fault\":\"server\",\"certainty\":\"proven\",\"title\":\"certificate of broker.home.arpa "   \
    "ended\",\"why\":\"It ended \\\"before\\\" this.\",\"fix\":\"Renew it.\",\"frames\":[70,75]}," \
    "{\"rule\":\"tls.bare\",\"severity\":\"warning\",\"fault\":\"unknown\","                       \
    "\"certainty\":\"possible\",\"title\":\"bare\",\"frames\":[]}],"                               \
    "\"tls\":{\"sni\":\"broker.home.arpa\",\"version\":\"TLS 1.2\",\"version_code\":771,"          \
    "\"versions\":[\"TLS 1.2\",\"version 0x7f1c\"],\"alpn\":[\"mqtt\"],"
#define FAILED_TAIL                                                                                \
    "\"certificate\":{\"subject\":\"CN=broker.home.arpa\","                                        \
    "\"not_after\":\"2026-11-01T12:00:00Z\",\"key\":{\"bits\":2048},"                              \
    "\"not_before\":\"2025-11-01T12:00:00.500000Z\"},\"resumed\":false,\"silence\":1.5,"           \
    "\"router\":\"10.0.0.1\","                                                                     \
    "\"alerts\":[{\"from\":\"client\",\"code\":45,\"version\":\"version 0x0301\","                 \
    "\"version_code\":769}],\"ja3\":\"e7d705a3286e19ea42f587b344ee6865\"},"                        \
    "\"flow_facts\":{\"syn_retries\":0,\"reset_by\":\"client\",\"silence\":0.00025}"
#define EVENTS                                                                                     \
    ",\"events\":[{\"frame\":70,\"time\":0.0,\"from\":\"client\",\"message\":\"ClientHello\"},"    \
    "{\"frame\":75,\"time\":0.0312,\"from\":\"client\",\"message\":\"Alert\","                     \
    "\"note\":\"fatal certificate_expired\",\"expected\":false}],\"events_lost\":3"

static const struct {
    const struct sink_options *options;
    const char *line;
} full_lines[] = {
    { &plain, FAILED_HEAD FAILED_TAIL "}\n" },
    { &all, FAILED_HEAD "\"ciphers\":[49199]," FAILED_TAIL EVENTS "}\n" },
};

START_TEST(writes_all_that_is_known)
{
    struct fake f;
    fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, OUTCOME_FAILED, FAKE_FLIGHT);
    fill_in(&f.hs);
    fill_flow(&f.hs);
    fake_finding(&f, &expired, 70, 75);
    fake_finding(&f, &bare, 0, 0);
    f.hs.events = ladder;
    f.hs.event_count = 2;
    f.hs.events_lost = 3;
    char *line = line_of(&f.verdict, *full_lines[_i].options);
    ck_assert_str_eq(line, full_lines[_i].line);
    free(line);
    fake_end_of(&f);
}
END_TEST

static const struct {
    const char *name;
    const struct dissector *dissector;
    enum outcome outcome;
    uint8_t state;
    const char *middle; /* behind "duration" */
} bare_lines[] = {
    { "completed", &fake_tls, OUTCOME_COMPLETED, FAKE_DONE,
      "\"outcome\":\"completed\",\"findings\":[]" },
    { "failed without a cause", &fake_tls, OUTCOME_FAILED, FAKE_DONE,
      "\"outcome\":\"failed\",\"stopped_at\":{\"state\":\"established\"},\"findings\":[]" },
    { "unknown", &fake_tls, OUTCOME_UNKNOWN, FAKE_IDLE,
      "\"outcome\":\"unknown\",\"stopped_at\":{\"state\":\"idle\","
      "\"waiting_for\":\"the client's hello\"},\"findings\":[]" },
    { "no protocol reached", &fake_tcp, OUTCOME_FAILED, 0,
      "\"outcome\":\"failed\",\"findings\":[]" },
};

START_TEST(leaves_out_what_is_not_known)
{
    struct fake f;
    fake_begin(&f, bare_lines[_i].dissector, 7, fake_end(17, 40112),
               (struct endpoint){ .port = 5 });
    fake_outcome(&f, bare_lines[_i].outcome, bare_lines[_i].state);
    struct text expected = { 0 };
    text_format(
        &expected,
        "{\"type\":\"handshake\",\"capture\":\"kitchen.pcapng\",\"id\":7,\"protocol\":\"%s\","
        "\"over\":[\"tcp\"],\"client\":{\"address\":\"10.0.0.17\",\"port\":40112},"
        "\"server\":{\"port\":5},\"start\":\"2026-11-20T12:00:07.000123Z\","
        "\"duration\":0.0312,%s}\n",
        bare_lines[_i].dissector->name, bare_lines[_i].middle);
    char *line = line_of(&f.verdict, plain);
    ck_assert_str_eq(line, expected.data);
    free(line);
    text_free(&expected);
    fake_end_of(&f);
}
END_TEST

static const struct {
    const char *name, *bytes;
    size_t len;
    const char *json; /* as it stands between the quotes */
} hostile[] = {
    { "escape sequence", "a\033[2Jb", 6, "a\\u001B[2Jb" },
    { "quotes and backslash", "\"},{\"\\", 6, "\\\"},{\\\"\\\\" },
    { "NUL inside", "a\0b", 3, "a\\u0000b" },
    { "not UTF-8",
      "a\xff\xfe"
      "b",
      4, "a\\\\xff\\\\xfeb" },
    { "cut sequence", "caf\xc3", 4, "caf\\\\xc3" },
    { "surrogate", "\xed\xa0\x80", 3, "\\\\xed\\\\xa0\\\\x80" },
    { "overlong", "\xc0\xaf", 2, "\\\\xc0\\\\xaf" },
    { "above Unicode", "\xf4\x90\x80\x80", 4, "\\\\xf4\\\\x90\\\\x80\\\\x80" },
    { "good UTF-8", "caf\xc3\xa9 \xf0\x9f\x94\x91", 10, "caf\xc3\xa9 \xf0\x9f\x94\x91" },
    { "empty", "", 0, "" },
};

START_TEST(escapes_hostile_bytes)
{
    struct fake f;
    struct text expected = { 0 };
    fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, OUTCOME_COMPLETED, FAKE_DONE);
    handshake_set_text(&f.hs, FAKE_SNI, hostile[_i].bytes, hostile[_i].len);
    handshake_add_text(&f.hs, FAKE_ALPN, hostile[_i].bytes, hostile[_i].len);
    char *line = line_of(&f.verdict, plain);
    text_format(&expected, "\"tls\":{\"sni\":\"%s\",\"alpn\":[\"%s\"]}}\n", hostile[_i].json,
                hostile[_i].json);
    const char *tls = strstr(line, "\"tls\":{");
    ck_assert_msg(tls && strcmp(tls, expected.data) == 0, "%s: %s", hostile[_i].name, line);
    json_t *parsed = json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    ck_assert_msg(parsed != NULL, "%s", hostile[_i].name);
    free(line);
    text_free(&expected);
    fake_end_of(&f);
}
END_TEST

/* Every byte value once, one at a time and all at once. */
START_TEST(stays_json_whatever_the_bytes)
{
    char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    struct fake f;
    fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, OUTCOME_COMPLETED, FAKE_DONE);
    handshake_set_text(&f.hs, FAKE_SNI, bytes, sizeof bytes);
    for (int i = 0; i < 256; i++)
        handshake_add_text(&f.hs, FAKE_ALPN, &bytes[i], 1);
    handshake_add_text(&f.hs, FAKE_ALPN, "one too many", 12);
    char *line = line_of(&f.verdict, plain);
    json_t *parsed = json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    ck_assert_ptr_nonnull(parsed);
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(parsed, "tls"), "alpn")),
                      256);
    ck_assert(json_is_true(json_object_get(parsed, "clipped")));
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
    free(line);
    fake_end_of(&f);
}
END_TEST

START_TEST(names_what_it_ran_inside)
{
    struct fake outer, inner;
    fake_begin(&outer, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_begin(&inner, &fake_tls, 8, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&inner, OUTCOME_COMPLETED, FAKE_DONE);
    inner.hs.outer = &outer.hs;
    inner.hs.over[1] = "tls";
    char *line = line_of(&inner.verdict, plain);
    ck_assert_ptr_nonnull(strstr(line, "\"over\":[\"tcp\",\"tls\"],\"inside\":7,\"client\""));
    free(line);
    fake_end_of(&inner);
    fake_end_of(&outer);
}
END_TEST

/* ---- what was said before is said again from memory ---- */

static void nothing(struct handshake *hs)
{
    (void)hs;
}

static void one_text(struct handshake *hs)
{
    handshake_set_text(hs, FAKE_SNI, "ab", 2);
}

static void text_of_another_field(struct handshake *hs)
{
    handshake_set_text(hs, FAKE_CERTIFICATE, "ab", 2);
}

static void broken_text(struct handshake *hs)
{
    handshake_set_text(hs, FAKE_SNI, "\xff", 1);
}

static void text_as_broken_text_is_written(struct handshake *hs)
{
    handshake_set_text(hs, FAKE_SNI, "\\xff", 4);
}

static void text_like_json(struct handshake *hs)
{
    handshake_set_text(hs, FAKE_SNI, "\",\"alpn\":[\"", 12);
}

static void list_ab_c(struct handshake *hs)
{
    handshake_add_text(hs, FAKE_ALPN, "ab", 2);
    handshake_add_text(hs, FAKE_ALPN, "c", 1);
}

static void list_a_bc(struct handshake *hs)
{
    handshake_add_text(hs, FAKE_ALPN, "a", 1);
    handshake_add_text(hs, FAKE_ALPN, "bc", 2);
}

static void list_abc_empty(struct handshake *hs)
{
    handshake_add_text(hs, FAKE_ALPN, "abc", 3);
    handshake_add_text(hs, FAKE_ALPN, "", 0);
}

static void one_number(struct handshake *hs)
{
    handshake_set_number(hs, FAKE_KEY_BITS, 1);
}

static void negative_number(struct handshake *hs)
{
    handshake_set_number(hs, FAKE_KEY_BITS, -1);
}

static void list_of_numbers(struct handshake *hs)
{
    handshake_add_number(hs, FAKE_VERSIONS, 0x0303);
    handshake_add_number(hs, FAKE_VERSIONS, 1);
}

static void longer_list_of_numbers(struct handshake *hs)
{
    list_of_numbers(hs);
    handshake_add_number(hs, FAKE_VERSIONS, 1);
}

static void two_rows(struct handshake *hs)
{
    struct value *row = handshake_add_row(hs, FAKE_ALERTS);
    row_set_string(hs, row, COLUMN_FROM, "client");
    row = handshake_add_row(hs, FAKE_ALERTS);
    row_set_number(hs, row, COLUMN_CODE, 45);
}

static void one_row_with_both(struct handshake *hs)
{
    struct value *row = handshake_add_row(hs, FAKE_ALERTS);
    row_set_string(hs, row, COLUMN_FROM, "client");
    row_set_number(hs, row, COLUMN_CODE, 45);
}

static void a_row_of_nothing(struct handshake *hs)
{
    handshake_add_row(hs, FAKE_ALERTS);
}

static void ipv4(struct handshake *hs)
{
    hs->values[FAKE_ROUTER] =
        (struct value){ .present = true, .is.address = { { 1, 2, 3, 4 }, 4 } };
}

static void ipv6(struct handshake *hs)
{
    hs->values[FAKE_ROUTER] =
        (struct value){ .present = true, .is.address = { { 1, 2, 3, 4 }, 16 } };
}

static void of_the_flow(struct handshake *hs)
{
    fill_flow(hs);
}

static void other_server(struct handshake *hs)
{
    hs->ends[SERVER] = fake_end(6, 8883);
}

static void without_a_server(struct handshake *hs)
{
    hs->ends[SERVER] = (struct endpoint){ .port = 8883 };
}

static void other_layers(struct handshake *hs)
{
    hs->over[1] = "tls";
}

static void other_protocol(struct handshake *hs)
{
    hs->dissector = &fake_tcp;
}

static void failed(struct handshake *hs)
{
    hs->outcome = OUTCOME_FAILED;
}

static void (*const variants[])(struct handshake *hs) = {
    nothing,
    fill_in,
    one_text,
    text_of_another_field,
    broken_text,
    text_as_broken_text_is_written,
    text_like_json,
    list_ab_c,
    list_a_bc,
    list_abc_empty,
    one_number,
    negative_number,
    list_of_numbers,
    longer_list_of_numbers,
    two_rows,
    one_row_with_both,
    a_row_of_nothing,
    ipv4,
    ipv6,
    of_the_flow,
    other_server,
    without_a_server,
    other_layers,
    other_protocol,
    failed,
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static void say_variant(struct sink *s, size_t n, const char *capture)
{
    struct fake f;
    fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, OUTCOME_COMPLETED, FAKE_DONE);
    variants[n](&f.hs);
    f.verdict.outcome = f.hs.outcome;
    s->kind->handshake(s, capture, &f.verdict);
    fake_end_of(&f);
}

/* Every variant three times in one report says what it says alone, in a report
 * that remembers nothing. */
START_TEST(says_the_same_from_memory)
{
    const struct sink_options *options = _i ? &all : &plain;
    struct text expected = { 0 };
    for (size_t n = 0; n < 3 * VARIANTS; n++) {
        struct written alone;
        written_begin(&alone, "json", *options);
        say_variant(alone.sink, n % VARIANTS, n % 2 ? "a" : "b");
        text_add(&expected, written_end(&alone));
        free(alone.data);
    }
    struct written w;
    written_begin(&w, "json", *options);
    for (size_t n = 0; n < 3 * VARIANTS; n++)
        say_variant(w.sink, n % VARIANTS, n % 2 ? "a" : "b");
    ck_assert_str_eq(written_end(&w), text_string(&expected));
    free(w.data);
    text_free(&expected);
}
END_TEST

/* More different facts than are remembered, and each of them twice. */
START_TEST(says_more_than_it_remembers)
{
    enum { NAMES = 12000 };
    struct text expected = { 0 };
    struct written w;
    written_begin(&w, "json", plain);
    for (int n = 0; n < 2 * NAMES; n++) {
        struct fake f;
        struct text name = { 0 };
        fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
        fake_outcome(&f, OUTCOME_COMPLETED, FAKE_DONE);
        text_format(&name, "%d.example", n % NAMES);
        handshake_set_text(&f.hs, FAKE_SNI, name.data, name.len);
        size_t before = w.len;
        w.sink->kind->handshake(w.sink, "a", &f.verdict);
        fflush(w.file);
        text_clear(&expected);
        text_format(&expected, "\"findings\":[],\"tls\":{\"sni\":\"%s\"}}\n", name.data);
        ck_assert_uint_gt(w.len - before, expected.len);
        ck_assert_str_eq(w.data + w.len - expected.len, expected.data);
        text_free(&name);
        fake_end_of(&f);
    }
    written_end(&w);
    free(w.data);
    text_free(&expected);
}
END_TEST

/* ---- the last line ---- */

static const struct summary summary = {
    .capture = "kitchen.pcapng",
    .first = { INT64_C(1795176000) * 1000000 + 123, 1 },
    .last = { INT64_C(1795176191) * 1000000 + 123, 120 },
    .packets = 120,
    .bytes = 98304,
    .flows = 12,
    .handshakes = { 0, 9, 4, 1 },
    .tallies = { { "packets_malformed", "packets that contradict themselves", 3 },
                 { "packets_cut", "packets cut", 0 },
                 { "flows_evicted", "flows given up", 1 } },
    .tally_count = 3,
    .damaged = "byte 4711: \033 block ends early",
    .note = "only one side",
};

#define SUMMARY_HEAD                                                                               \
    "{\"type\":\"summary\",\"capture\":\"kitchen.pcapng\",\"packets\":120,\"bytes\":98304,"        \
    "\"flows\":12,\"handshakes\":{\"completed\":9,\"failed\":4,\"unknown\":1},"
#define SUMMARY_TAIL                                                                               \
    "\"first\":\"2026-11-20T12:00:00.000123Z\",\"last\":\"2026-11-20T12:03:11.000123Z\","          \
    "\"duration\":191.0,\"counts\":{\"packets_malformed\":3,\"flows_evicted\":1},"                 \
    "\"damaged\":\"byte 4711: \\u001B block ends early\",\"note\":\"only one side\"}\n"

START_TEST(sums_up_each_capture_alone)
{
    struct summary other = summary;
    other.causes =
        (struct causes){ { { .id = "net.z", .count = 2 }, { .id = "net.a", .count = 1 } }, 2, 0 };
    struct written w;
    written_begin(&w, "json", plain);
    w.sink->kind->summary(w.sink, &other);
    w.sink->kind->summary(w.sink, &summary);
    ck_assert_str_eq(written_end(&w),
                     SUMMARY_HEAD "\"causes\":{\"net.z\":2,\"net.a\":1}," SUMMARY_TAIL SUMMARY_HEAD
                                  "\"causes\":{}," SUMMARY_TAIL);
    free(w.data);
}
END_TEST

/* Only an audit has a line for all of its captures. */
START_TEST(sums_up_an_audit)
{
    struct total total = { .captures = 3,
                           .unreadable = 1,
                           .handshakes = { 0, 9, 2, 0 },
                           .causes = { { { .id = "net.a", .count = 2 } }, 1, 0 } };
    struct written w;
    written_begin(&w, "json", plain);
    w.sink->kind->total(w.sink, &total);
    total.audit = true;
    w.sink->kind->total(w.sink, &total);
    ck_assert_str_eq(written_end(&w),
                     "{\"type\":\"total\",\"captures\":3,\"unreadable\":1,\"not_captures\":0,"
                     "\"handshakes\":{\"completed\":9,\"failed\":2,\"unknown\":0},"
                     "\"causes\":{\"net.a\":2}}\n");
    free(w.data);
}
END_TEST

START_TEST(sums_up_an_empty_capture)
{
    struct written w;
    written_begin(&w, "json", plain);
    w.sink->kind->summary(w.sink, &(struct summary){ .capture = "empty.pcap" });
    ck_assert_str_eq(written_end(&w),
                     "{\"type\":\"summary\",\"capture\":\"empty.pcap\",\"packets\":0,\"bytes\":0,"
                     "\"flows\":0,\"handshakes\":{\"completed\":0,\"failed\":0,\"unknown\":0},"
                     "\"causes\":{},\"counts\":{}}\n");
    free(w.data);
}
END_TEST

static const struct {
    int64_t us;
    const char *text;
} durations[] = {
    { 0, "0.0" },
    { 1, "1e-6" },
    { 31200, "0.0312" },
    { 100000, "0.1" },
    { 300000, "0.3" },
    { 1000000, "1.0" },
    { 1700000, "1.7" },
    { 70969599445, "70969.599445" },
    { 159772265, "159.772265" },
    { INT64_C(900719925474099), "900719925.474099" },
};

START_TEST(prints_durations_short_and_exact)
{
    struct fake f;
    struct text expected = { 0 };
    fake_begin(&f, &fake_tls, 7, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, OUTCOME_COMPLETED, FAKE_DONE);
    f.hs.last.time_us = f.hs.first.time_us + durations[_i].us;
    char *line = line_of(&f.verdict, plain);
    text_format(&expected, "\"duration\":%s,", durations[_i].text);
    ck_assert_msg(strstr(line, expected.data) != NULL, "%s: %s", durations[_i].text, line);
    free(line);
    text_free(&expected);
    fake_end_of(&f);
}
END_TEST

/* ---- the field tables ---- */

/* No name of a table may be both a value and an object of others, nor the same
 * as the _code that stands beside a code. */
static void check_names(const struct field_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *a = &table->fields[i];
        for (size_t k = 0; k < table->count; k++) {
            const struct field *b = &table->fields[k];
            size_t len = strlen(a->name);
            if (i == k || strncmp(a->name, b->name, len) != 0)
                continue;
            ck_assert_msg(b->name[len] != 0, "%s is there twice", a->name);
            ck_assert_msg(b->name[len] != '.', "%s is a value, and %s is in it", a->name, b->name);
            ck_assert_msg(a->type != FIELD_TYPE_CODE || strcmp(b->name + len, "_code") != 0,
                          "%s is the number of %s as well", b->name, a->name);
        }
        if (a->type == FIELD_TYPE_RECORDS)
            check_names(a->columns);
    }
}

START_TEST(names_of_fields_do_not_collide)
{
    check_names(&flow_field_table);
    for (const struct dissector *const *d = dissectors; *d; d++)
        if ((*d)->fields)
            check_names((*d)->fields);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, writes_all_that_is_known, full_lines);
    TEST_ROWS(t, leaves_out_what_is_not_known, bare_lines);
    TEST_ROWS(t, escapes_hostile_bytes, hostile);
    tcase_add_test(t, stays_json_whatever_the_bytes);
    tcase_add_test(t, names_what_it_ran_inside);
    tcase_add_loop_test(t, says_the_same_from_memory, 0, 2);
    tcase_add_test(t, says_more_than_it_remembers);
    tcase_add_test(t, sums_up_each_capture_alone);
    tcase_add_test(t, sums_up_an_audit);
    tcase_add_test(t, sums_up_an_empty_capture);
    TEST_ROWS(t, prints_durations_short_and_exact, durations);
    tcase_add_test(t, names_of_fields_do_not_collide);
}

TEST_MAIN("sink_json", add_tests)
