/* test_sink_text.c - the report for people: its words, its order, its width,
 * and that neither hostile names nor floods spoil it. */
#include <locale.h>

#include "base/text.h"
#include "support/report_fakes.h"
#include "support/test_main.h"

static const struct rule expired = {
    .id = "tls.certificate.expired",
    .title = "certificate of {sni} ended on 2026-11-01",
    .why = "The certificate that the server sent ended 19 days before this handshake. The client "
           "says so itself (RFC 8446 §6.2).",
    .fix = "Renew the certificate.",
    .severity = SEVERITY_ERROR,
    .fault = FAULT_SERVER,
    .certainty = CERTAINTY_PROVEN,
};
static const struct rule weak_key = {
    .id = "tls.certificate.weak-key",
    .title = "RSA key of 1024 bits",
    .severity = SEVERITY_WARNING,
    .fault = FAULT_SERVER,
};
static const struct rule unanswered = {
    .id = "net.syn.unanswered",
    .title = "nothing answers the SYN",
    .why = "No packet came back.",
    .fix = "See whether the server is up.",
    .severity = SEVERITY_ERROR,
    .fault = FAULT_NETWORK,
    .certainty = CERTAINTY_LIKELY,
};
static const struct rule obsolete = {
    .id = "tls.version.obsolete",
    .title = "TLS 1.0 was agreed on",
    .why = "Not said of a warning.",
    .fix = "Switch TLS 1.0 off.",
    .severity = SEVERITY_WARNING,
    .fault = FAULT_SERVER,
    .certainty = CERTAINTY_PROVEN,
};
static const struct rule resumed = { .id = "tls.resumed",
                                     .title = "resumed",
                                     .severity = SEVERITY_INFO };
static const struct rule late = {
    .id = "capture.starts-late",
    .title = "the capture begins in its middle",
    .why = "The first packets are missing.",
    .severity = SEVERITY_INFO,
};

static const struct dissector fake_udp = { .name = "udp" };

static const struct sink_options ascii = { .columns = 80 };

static struct summary summary_of(uint64_t completed, uint64_t failed, uint64_t unknown)
{
    return (struct summary){
        .capture = "kitchen.pcapng",
        .first = { INT64_C(1000000) * FAKE_START, 1 },
        .last = { INT64_C(1000000) * (FAKE_START + 191), 1400 },
        .packets = 1400,
        .handshakes = { 0, completed, failed, unknown },
    };
}

/* What a row of a table says of one handshake. */
struct said {
    const struct dissector *dissector;
    uint64_t number;
    unsigned client, server;
    enum outcome outcome;
    uint8_t state;
    const struct rule *first, *second;
    const char *sni;
};

/* The first handshake of a capture is announced. */
static void announce(struct sink *s)
{
    struct handshake first = { .first = { (FAKE_START + INT64_C(1)) * 1000000, 10 } };
    s->kind->begin(s, "kitchen.pcapng", &first);
}

static void say(struct sink *s, const struct said *said)
{
    struct fake f;
    fake_begin(&f, said->dissector, said->number, fake_end(said->client, 40112),
               fake_end(said->server, 8883));
    fake_outcome(&f, said->outcome, said->state);
    f.hs.transport = said->dissector == &fake_udp ? TRANSPORT_UDP : TRANSPORT_TCP;
    if (said->sni)
        handshake_set_string(&f.hs, FAKE_SNI, said->sni);
    if (said->first)
        fake_finding(&f, said->first, f.hs.first.frame + 2, f.hs.last.frame);
    if (said->second)
        fake_finding(&f, said->second, 0, 0);
    if (said->first == &expired && said->outcome == OUTCOME_FAILED) {
        fake_event(&f, CLIENT, FAKE_CLIENT_HELLO, 0, f.hs.first.frame, NULL);
        fake_event(&f, SERVER, FAKE_SERVER_HELLO, 512, f.hs.first.frame + 2, NULL);
        fake_event(&f, CLIENT, FAKE_ALERT, 31200, f.hs.last.frame, "fatal certificate_expired");
    }
    s->kind->handshake(s, "kitchen.pcapng", &f.verdict);
    fake_end_of(&f);
}

/* For texts that are too long for a message of Check. */
static void is_text(const char *got, const char *expected)
{
    size_t at = 0;
    while (got[at] && got[at] == expected[at])
        at++;
    if (got[at] || expected[at])
        fputs(got, stderr);
    ck_assert_msg(!got[at] && !expected[at], "differs from: %.60s", expected + at);
}

/* ---- a whole report ---- */

static const struct said evening[] = {
    { &fake_tls, 1, 30, 5, OUTCOME_COMPLETED, FAKE_DONE, &obsolete, NULL, "web" },
    { &fake_tls, 2, 31, 5, OUTCOME_COMPLETED, FAKE_DONE, &obsolete, &resumed, "web" },
    { &fake_tls, 3, 31, 5, OUTCOME_COMPLETED, FAKE_DONE, &resumed, NULL, "web" },
    { &fake_tcp, 4, 40, 77, OUTCOME_FAILED, 0, &unanswered, NULL, NULL },
    { &fake_tls, 5, 17, 5, OUTCOME_FAILED, FAKE_FLIGHT, &expired, &weak_key, "broker.home" },
    { &fake_tls, 6, 18, 5, OUTCOME_FAILED, FAKE_FLIGHT, &expired, NULL, "broker.home" },
    { &fake_tls, 7, 17, 6, OUTCOME_FAILED, FAKE_FLIGHT, NULL, NULL,
      "a\033[2J\xe2\x80\xae"
      "b" },
    { &fake_tcp, 8, 40, 78, OUTCOME_FAILED, 0, &unanswered, NULL, NULL },
    { &fake_tls, 9, 17, 6, OUTCOME_UNKNOWN, FAKE_IDLE, &late, NULL, NULL },
    { &fake_tls, 10, 18, 5, OUTCOME_UNKNOWN, FAKE_IDLE, &late, NULL, NULL },
    { &fake_tls, 11, 18, 5, OUTCOME_UNKNOWN, FAKE_IDLE, NULL, NULL, NULL },
};

static const char evening_report[] =
    "kitchen.pcapng: 5 of 11 handshakes failed, 3 completed, 3 unknown\n"
    "  2026-11-20 12:00:00 to 12:03:11 UTC, 1,400 packets, 0 flows\n"
    "\n"
    "1   error: nothing answers the SYN\n"
    "    who     10.0.0.40:40112 -> 10.0.0.77:8883 (TCP)\n"
    "    when    12:00:04\n"
    "    fault   the network's, likely: inferred from what was seen\n"
    "    why     No packet came back.\n"
    "    fix     See whether the server is up.\n"
    "    proof   frames 42 and 45; in Wireshark:\n"
    "            ip.addr == 10.0.0.40 && tcp.port == 40112\n"
    "            frame.number in {42,45}\n"
    "    more    handshark explain net.syn.unanswered\n"
    "\n"
    "2   error: nothing answers the SYN\n"
    "    who     10.0.0.40:40112 -> 10.0.0.78:8883 (TCP)\n"
    "    when    12:00:08\n"
    "    proof   frame.number in {82,85}\n"
    "    more    why and fix as in 1\n"
    "\n"
    "3   error: certificate of broker.home ended on 2026-11-01\n"
    "    who     10.0.0.17 and 10.0.0.18 -> 10.0.0.5:8883 (TLS), the first asking for\n"
    "            broker.home\n"
    "    when    2 times, 12:00:05 to 12:00:06\n"
    "    fault   the server's, proven by these packets\n"
    "\n"
    "                    10.0.0.17:40112                              10.0.0.5:8883\n"
    "           0     50 |-- ClientHello ---------------------------------------->|\n"
    "      512 us     52 |<- ServerHello -----------------------------------------|\n"
    "     31.2 ms     55 |-- Alert: fatal certificate_expired ------------------->| x\n"
    "                    |   (then expected: the client's key exchange)           |\n"
    "\n"
    "    why     The certificate that the server sent ended 19 days before this\n"
    "            handshake. The client says so itself (RFC 8446 section 6.2).\n"
    "    fix     Renew the certificate.\n"
    "    proof   frames 52 and 55 of the first; in Wireshark:\n"
    "            ip.addr == 10.0.0.17 && tcp.port == 40112\n"
    "            frame.number in {52,55}\n"
    "    also    warning: RSA key of 1024 bits (tls.certificate.weak-key)\n"
    "    more    handshark explain tls.certificate.expired\n"
    "\n"
    "4   error: no rule can tell the reason\n"
    "    who     10.0.0.17:40112 -> 10.0.0.6:8883 (TLS), asking for\n"
    "            a\\x1b[2J\\xe2\\x80\\xaeb\n"
    "    when    12:00:07\n"
    "    proof   in Wireshark:\n"
    "            ip.addr == 10.0.0.17 && tcp.port == 40112\n"
    "\n"
    "5   warning: TLS 1.0 was agreed on\n"
    "    who     10.0.0.30 and 10.0.0.31 -> 10.0.0.5:8883 (TLS), the first asking for\n"
    "            web\n"
    "    when    2 times, 12:00:01 to 12:00:02\n"
    "    proof   frame.number in {12,15}\n"
    "    fix     Switch TLS 1.0 off.\n"
    "    more    handshark explain tls.version.obsolete\n"
    "\n"
    "6   unknown: the capture begins in its middle\n"
    "    first   10.0.0.17:40112 -> 10.0.0.6:8883 (TLS)\n"
    "    when    2 times, 12:00:09 to 12:00:10\n"
    "    why     The first packets are missing.\n"
    "    more    handshark explain capture.starts-late\n"
    "\n"
    "7   unknown: these packets don't tell how it ended\n"
    "    who     10.0.0.18:40112 -> 10.0.0.5:8883 (TLS)\n"
    "    when    12:00:11\n"
    "\n"
    "Damaged: byte 4711: \\x1b]0; the block ends early\n"
    "\n"
    "Note: only one side of 10.0.0.9 was captured\n"
    "\n"
    "Not looked at: 12 packets that contradict themselves; 1,234,567 flows given up\n";

static void say_evening(struct sink *s)
{
    for (size_t i = 0; i < sizeof evening / sizeof *evening; i++)
        say(s, &evening[i]);
    struct summary summary = summary_of(3, 5, 3);
    summary.tallies[0] = (struct tally){ "a", "packets that contradict themselves", 12 };
    summary.tallies[1] = (struct tally){ "b", "packets cut", 0 };
    summary.tallies[2] = (struct tally){ "c", "flows given up", 1234567 };
    summary.tally_count = 3;
    summary.damaged = "byte 4711: \033]0; the block ends early";
    summary.note = "only one side of 10.0.0.9 was captured";
    s->kind->summary(s, &summary);
}

START_TEST(tells_what_went_wrong)
{
    struct written w;
    written_begin(&w, "text", ascii);
    say_evening(w.sink);
    is_text(written_end(&w), evening_report);
    free(w.data);
}
END_TEST

/* The second of two captures is told like the first, and then both together. */
START_TEST(forgets_the_capture_before)
{
    struct written w;
    written_begin(&w, "text", ascii);
    say_evening(w.sink);
    fflush(w.file);
    size_t first = w.len;
    written_between(&w);
    say_evening(w.sink);
    fflush(w.file);
    size_t both = w.len;
    struct total total = { .captures = 2, .handshakes = { 0, 6, 10, 6 } };
    w.sink->kind->total(w.sink, &total);
    const char *text = written_end(&w);
    ck_assert_uint_eq(both - first, first + 1); /* a blank line between them */
    ck_assert_int_eq(strncmp(text + first + 1, evening_report, first), 0);
    ck_assert_str_eq(text + both, "\n"
                                  "In all: 2 captures, 10 of 22 handshakes failed, 6 completed, "
                                  "6 unknown\n");
    free(w.data);
}
END_TEST

START_TEST(lists_every_handshake_when_asked)
{
    struct written w;
    struct sink_options options = ascii;
    options.details = true;
    written_begin(&w, "text", options);
    announce(w.sink);
    say(w.sink, &evening[0]);
    say(w.sink, &evening[2]);
    say(w.sink, &evening[5]);
    struct summary summary = summary_of(2, 1, 0);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    static const char list[] =
        "Every handshake in kitchen.pcapng, 2026-11-20:\n"
        "1     12:00:01  completed  TLS 10.0.0.30:40112 -> 10.0.0.5:8883\n"
        "                           tls.version.obsolete\n"
        "3     12:00:03  completed  TLS 10.0.0.31:40112 -> 10.0.0.5:8883 tls.resumed\n"
        "6     12:00:06  failed     TLS 10.0.0.18:40112 -> 10.0.0.5:8883\n"
        "                           tls.certificate.expired\n"
        "\n"
        "kitchen.pcapng: 1 of 3 handshakes failed, 2 completed\n";
    ck_assert_msg(strncmp(text, list, strlen(list)) == 0, "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "\n3   info: resumed\n"));
    free(w.data);
}
END_TEST

/* What is new in full and at once, what fails again in a line, and nothing of
 * what goes well. */
START_TEST(tells_at_once_when_watched)
{
    static const char first[] = "\n1   error: certificate of broker.home ended on 2026-11-01\n";
    static const char again[] = "6     12:00:06  failed     TLS 10.0.0.18:40112 -> 10.0.0.5:8883\n"
                                "                           tls.certificate.expired\n";
    struct written w;
    struct sink_options options = ascii;
    options.live = true;
    written_begin(&w, "text", options);
    announce(w.sink);
    fflush(w.file);
    ck_assert_str_eq(w.data, "Failures in kitchen.pcapng, 2026-11-20:\n");
    say(w.sink, &evening[4]);
    ck_assert_ptr_nonnull(strstr(w.data, first));
    ck_assert_ptr_nonnull(strstr(w.data, "\n    more    handshark explain"));
    size_t before = w.len;
    say(w.sink, &evening[5]);
    ck_assert_str_eq(w.data + before, again);
    before = w.len;
    say(w.sink, &evening[9]);
    ck_assert_uint_eq(w.len, before);
    struct summary summary = summary_of(1, 2, 1);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    ck_assert_ptr_nonnull(strstr(text + before, first));
    ck_assert_ptr_nonnull(strstr(text + before, "when    2 times, 12:00:05 to 12:00:06\n"));
    free(w.data);
}
END_TEST

static const char one_in_full[] =
    "kitchen.pcapng, handshake 5: failed\n"
    "    who     TLS 10.0.0.17:40112 -> 10.0.0.5:8883\n"
    "    when    2026-11-20T12:00:05.000123Z, took 31.2 ms\n"
    "\n"
    "                    10.0.0.17:40112                              10.0.0.5:8883\n"
    "           0     50 |-- ClientHello ---------------------------------------->|\n"
    "      512 us     52 |<- ServerHello -----------------------------------------|\n"
    "     31.2 ms     55 |-- Alert: fatal certificate_expired ------------------->| x\n"
    "                    |   (then expected: the client's key exchange)           |\n"
    "\n"
    "error: certificate of broker.home ended on 2026-11-01\n"
    "    fault   the server's, proven by these packets\n"
    "    why     The certificate that the server sent ended 19 days before this\n"
    "            handshake. The client says so itself (RFC 8446 section 6.2).\n"
    "    fix     Renew the certificate.\n"
    "    proof   frame.number in {52,55}\n"
    "    rule    tls.certificate.expired\n"
    "\n"
    "warning: RSA key of 1024 bits\n"
    "    fault   the server's, possible: other reasons would look the same\n"
    "    rule    tls.certificate.weak-key\n"
    "\n"
    "tls.sni  broker.home\n"
    "kitchen.pcapng: no handshake 5, there are 11\n";

/* ---- when there is little to say ---- */

#define EXTENT "\n  2026-11-20 12:00:00 to 12:03:11 UTC, "

static const struct {
    uint64_t completed, failed, unknown, packets;
    const char *note, *text;
} verdicts[] = {
    { 9, 0, 0, 99, NULL, "all 9 handshakes completed" EXTENT "99 packets, 7 flows\n" },
    { 1, 0, 0, 99, NULL, "1 handshake, completed" EXTENT "99 packets, 7 flows\n" },
    { 0, 2, 0, 99, NULL, "all 2 handshakes failed" EXTENT "99 packets, 7 flows\n" },
    { 0, 0, 1, 99, NULL, "1 handshake, unknown" EXTENT "99 packets, 7 flows\n" },
    { 7, 1, 1, 99, NULL,
      "1 of 9 handshakes failed, 7 completed, 1 unknown" EXTENT "99 packets, 7 flows\n" },
    { 1999, 0, 1, 99, NULL,
      "1,999 of 2,000 handshakes completed, 1 unknown" EXTENT "99 packets, 7 flows\n" },
    { 0, 0, 0, 1, NULL, "no handshake in 1 packet" EXTENT "1 packet, 7 flows\n" },
    { 0, 0, 0, 1200, "only\tARP",
      "no handshake in 1,200 packets: only\\x09ARP" EXTENT "1,200 packets, 7 flows\n" },
    { 0, 0, 0, 0, "the file is empty", "no packets: the file is empty\n" },
};

START_TEST(begins_with_the_verdict)
{
    struct written w;
    struct text expected = { 0 };
    struct summary summary =
        summary_of(verdicts[_i].completed, verdicts[_i].failed, verdicts[_i].unknown);
    summary.packets = verdicts[_i].packets;
    summary.flows = 7;
    summary.note = verdicts[_i].note;
    written_begin(&w, "text", ascii);
    w.sink->kind->summary(w.sink, &summary);
    text_format(&expected, "kitchen.pcapng: %s", verdicts[_i].text);
    ck_assert_str_eq(written_end(&w), expected.data);
    text_free(&expected);
    free(w.data);
}
END_TEST

START_TEST(tells_one_moment_once)
{
    struct written w;
    struct summary summary = summary_of(1, 0, 0);
    summary.last = summary.first;
    written_begin(&w, "text", ascii);
    w.sink->kind->summary(w.sink, &summary);
    ck_assert_str_eq(written_end(&w), "kitchen.pcapng: 1 handshake, completed\n"
                                      "  2026-11-20 12:00:00 UTC, 1,400 packets, 0 flows\n");
    free(w.data);
}
END_TEST

/* ---- in one line ---- */

static const struct {
    enum brevity brevity;
    uint64_t failed;
    const char *text;
} lines[] = {
    { BREVITY_LINE, 2,
      "kitchen.pcapng: 2 of 3 handshakes failed, 1 completed: a 5, b 4, c 3 and 1 more\n" },
    { BREVITY_LINE, 0, "kitchen.pcapng: 1 handshake, completed\n" },
    { BREVITY_WRONG, 2,
      "kitchen.pcapng: 2 of 3 handshakes failed, 1 completed: a 5, b 4, c 3 and 1 more\n" },
    { BREVITY_WRONG, 0, "" },
    { BREVITY_TOTAL, 2, "" },
};

START_TEST(says_it_in_a_line)
{
    struct written w;
    struct sink_options options = ascii;
    options.brevity = lines[_i].brevity;
    written_begin(&w, "text", options);
    announce(w.sink);
    say(w.sink, &evening[4]);
    struct summary summary = summary_of(1, lines[_i].failed, 0);
    if (lines[_i].failed)
        summary.causes = (struct causes){ { { .id = "a", .count = 5 },
                                            { .id = "b", .count = 4 },
                                            { .id = "c", .count = 3 },
                                            { .id = "d", .count = 1 } },
                                          4,
                                          0 };
    w.sink->kind->summary(w.sink, &summary);
    written_between(&w);
    ck_assert_str_eq(written_end(&w), lines[_i].text);
    free(w.data);
}
END_TEST

START_TEST(tells_where_an_audit_found_it)
{
    struct total total = {
        .audit = true,
        .captures = 1200,
        .unreadable = 2,
        .handshakes = { 0, 9, 3, 0 },
        .causes = { { { "net.a", 2, 2, "one\033.pcap" }, { "net.b", 1, 1, "b" } }, 2, 0 }
    };
    struct written w;
    written_begin(&w, "text", ascii);
    w.sink->kind->total(w.sink, &total);
    ck_assert_str_eq(written_end(&w),
                     "\nIn all: 1,200 captures, 3 of 12 handshakes failed, 9 completed\n"
                     "       2  net.a, in 2 captures such as one\\x1b.pcap\n"
                     "       1  net.b, in b\n"
                     "       2  captures could not be read to their end\n");
    free(w.data);
}
END_TEST

/* ---- one handshake ---- */

START_TEST(tells_one_in_full)
{
    struct written w;
    struct sink_options options = ascii;
    options.details = true;
    options.ladder = 5;
    written_begin(&w, "text", options);
    announce(w.sink);
    for (size_t i = 0; i < sizeof evening / sizeof *evening; i++)
        say(w.sink, &evening[i]);
    struct summary summary = summary_of(3, 5, 3);
    w.sink->kind->summary(w.sink, &summary);
    w.sink->kind->summary(w.sink, &summary); /* another capture has none */
    is_text(written_end(&w), one_in_full);
    free(w.data);
}
END_TEST

/* ---- who ---- */

static const struct {
    unsigned clients;
    const char *who;
} crowds[] = {
    { 1, "    who     10.0.0.1 -> 10.0.9.9:8883 (TCP)\n    when    2 times" },
    { 3, "    who     10.0.0.1, 10.0.0.2 and 10.0.0.3 -> 10.0.9.9:8883 (TCP)\n" },
    { 5, "10.0.0.3, 10.0.0.4 and 10.0.0.5 -> 10.0.9.9:8883\n" },
    { 6, "10.0.0.4, 10.0.0.5 and 1 more client\n            -> 10.0.9.9:8883 (TCP)\n" },
    { 64, "10.0.0.4, 10.0.0.5 and 59 more clients\n" },
    { 65, "10.0.0.4, 10.0.0.5 and more than 59\n            other clients -> 10.0.9.9" },
};

START_TEST(names_some_clients)
{
    struct written w;
    written_begin(&w, "text", ascii);
    struct said said = { &fake_tcp, 1, 0, 0x909, OUTCOME_FAILED, 0, &unanswered, NULL, NULL };
    for (unsigned i = 0; i < crowds[_i].clients * 2; i++) {
        said.number = i + 1;
        said.client = i % crowds[_i].clients + 1;
        say(w.sink, &said);
    }
    struct summary summary = summary_of(0, 2 * crowds[_i].clients, 0);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    ck_assert_msg(strstr(text, crowds[_i].who) != NULL, "%u: %s", crowds[_i].clients, text);
    free(w.data);
}
END_TEST

START_TEST(tells_inner_protocols_and_IPv6)
{
    struct written w;
    struct fake outer, inner;
    written_begin(&w, "text", ascii);
    fake_begin(&outer, &fake_tls, 1, fake_end(1, 1), fake_end(2, 2));
    handshake_set_string(&outer.hs, FAKE_SNI, "broker");
    struct endpoint client = { { { 0x20, 1, 0xd, 0xb8, [15] = 7 }, 16 }, 5684 };
    fake_begin(&inner, &fake_tls, 2, client, fake_end(2, 2));
    fake_outcome(&inner, OUTCOME_FAILED, FAKE_DONE);
    inner.hs.outer = &outer.hs;
    inner.hs.transport = TRANSPORT_UDP;
    w.sink->kind->handshake(w.sink, "a", &inner.verdict);
    struct summary summary = summary_of(0, 1, 0);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    ck_assert_ptr_nonnull(strstr(text, "    who     [2001:db8::7]:5684 -> 10.0.0.2:2 "
                                       "(TLS inside TLS), asking for broker\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\n            ipv6.addr == 2001:db8::7 && udp.port == 5684\n"));
    free(w.data);
    fake_end_of(&outer);
    fake_end_of(&inner);
}
END_TEST

/* ---- order ---- */

START_TEST(puts_the_worst_first)
{
    static const struct said said[] = {
        { &fake_tls, 1, 1, 1, OUTCOME_UNKNOWN, FAKE_IDLE, &late, NULL, NULL },
        { &fake_tls, 2, 1, 1, OUTCOME_COMPLETED, FAKE_DONE, &obsolete, NULL, NULL },
        { &fake_tls, 3, 1, 1, OUTCOME_COMPLETED, FAKE_DONE, &expired, NULL, "x" },
        { &fake_tls, 9, 1, 3, OUTCOME_FAILED, FAKE_FLIGHT, &expired, NULL, "c" },
        { &fake_tls, 5, 1, 2, OUTCOME_FAILED, FAKE_FLIGHT, &expired, NULL, "b" },
        { &fake_tls, 7, 1, 1, OUTCOME_FAILED, FAKE_FLIGHT, &expired, NULL, "a" },
        { &fake_tls, 8, 1, 1, OUTCOME_FAILED, FAKE_FLIGHT, &expired, NULL, "a" },
    };
    static const char *const titles[] = {
        "\n1   error: certificate of a ", "\n2   error: certificate of b ",
        "\n3   error: certificate of c ", "\n4   error: certificate of x ",
        "\n5   warning: TLS 1.0",         "\n6   unknown: the capture",
    };
    struct written w;
    written_begin(&w, "text", ascii);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        say(w.sink, &said[i]);
    struct summary summary = summary_of(2, 4, 1);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        ck_assert_msg(strstr(text, titles[i]) != NULL, "%s in %s", titles[i], text);
    free(w.data);
}
END_TEST

/* ---- floods ---- */

START_TEST(counts_what_it_does_not_list)
{
    struct written w;
    written_begin(&w, "text", ascii);
    struct said said = { &fake_udp, 1, 0, 0, OUTCOME_FAILED, 0, &unanswered, NULL, NULL };
    for (unsigned i = 1; i <= 5000; i++) {
        said.number = i;
        said.client = i;
        said.server = 0x10000 + i;
        say(w.sink, &said);
    }
    said.first = &expired;
    said.dissector = &fake_tls;
    said.sni = "last";
    say(w.sink, &said);
    struct summary summary = summary_of(0, 5001, 0);
    w.sink->kind->summary(w.sink, &summary);
    const char *text = written_end(&w);
    ck_assert_ptr_nonnull(strstr(text, "2,952 times, 12:34:09 to 13:23:20, at servers"));
    ck_assert_ptr_nonnull(strstr(text, "\n            ip.addr == 10.0.8.1 && udp.port == 40112\n"));
    ck_assert_ptr_nonnull(strstr(text, "error: certificate of last ended"));
    ck_assert_ptr_nonnull(strstr(text, "\nand 2,041 more entries, of 2,041 handshakes, not shown"));
    ck_assert_ptr_nonnull(strstr(text, "\n    2,041 times net.syn.unanswered\n"));
    free(w.data);
}
END_TEST

/* ---- what a terminal bears ---- */

static const char nasty_name[] =
    "\xe6\x97\xa5\xe6\x9c\xac\033]0;x\007\xc2\x9b"
    "31m\r\n\xff"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static const struct sink_options terminals[] = {
    { .columns = 80 },
    { .columns = 0 },
    { .columns = 60, .utf8 = true },
    { .columns = 500, .utf8 = true },
    { .columns = 80, .utf8 = true, .colour = true },
};

/* The width of a line: wide characters are two, our own colours none. */
static unsigned width_of_line(const char *at, size_t len)
{
    unsigned width = 0;
    for (size_t i = 0; i < len; i++) {
        if (at[i] == '\033')
            i += strcspn(at + i, "m");
        else if (((uint8_t)at[i] & 0xc0) != 0x80)
            width += (uint8_t)at[i] >= 0xe3 ? 2 : 1;
    }
    return width;
}

START_TEST(keeps_to_the_width)
{
    struct written w;
    unsigned columns = terminals[_i].columns;
    columns = columns < 60 ? 60 : columns > 100 ? 100 : columns;
    if (terminals[_i].utf8)
        ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    written_begin(&w, "text", terminals[_i]);
    say(w.sink, &(struct said){ &fake_tls, 1, 17, 5, OUTCOME_FAILED, FAKE_FLIGHT, &expired,
                                &weak_key, nasty_name });
    say(w.sink, &(struct said){ &fake_tls, 1, 17, 5, OUTCOME_FAILED, FAKE_FLIGHT, NULL, &weak_key,
                                nasty_name });
    struct summary summary = summary_of(0, 2, 0);
    summary.capture = summary.damaged = summary.note = nasty_name;
    w.sink->kind->summary(w.sink, &summary);
    for (const char *at = written_end(&w); *at;) {
        size_t len = strcspn(at, "\n");
        bool to_be_copied = memmem(at, len, ".addr ==", 8) || memmem(at, len, "explain", 7);
        ck_assert_msg(to_be_copied || width_of_line(at, len) <= columns, "%.*s", (int)len, at);
        for (size_t i = 0; i < len; i++) {
            uint8_t c = (uint8_t)at[i];
            ck_assert(c >= 0x20 || (c == 033 && terminals[_i].colour && at[i + 1] == '['));
            ck_assert(c < 0x80 || terminals[_i].utf8);
        }
        at += len + (at[len] != 0);
    }
    free(w.data);
}
END_TEST

START_TEST(wants_its_kind_by_name)
{
    ck_assert_ptr_null(sink_kind_named("yaml"));
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, tells_what_went_wrong);
    tcase_add_test(t, forgets_the_capture_before);
    tcase_add_test(t, lists_every_handshake_when_asked);
    tcase_add_test(t, tells_at_once_when_watched);
    TEST_ROWS(t, begins_with_the_verdict, verdicts);
    tcase_add_test(t, tells_one_moment_once);
    TEST_ROWS(t, says_it_in_a_line, lines);
    tcase_add_test(t, tells_where_an_audit_found_it);
    tcase_add_test(t, tells_one_in_full);
    TEST_ROWS(t, names_some_clients, crowds);
    tcase_add_test(t, tells_inner_protocols_and_IPv6);
    tcase_add_test(t, puts_the_worst_first);
    tcase_add_test(t, counts_what_it_does_not_list);
    TEST_ROWS(t, keeps_to_the_width, terminals);
    tcase_add_test(t, wants_its_kind_by_name);
}

TEST_MAIN("sink_text", add_tests)
