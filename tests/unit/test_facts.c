/* test_facts.c - packets in, facts of their flow out; what was not seen is absent.
 *
 * A script is words, each one packet: c or s for who sends, then flags (S A F R, U for
 * a datagram), then a payload's length. "seconds=N" lets time pass, "icmp" quotes the
 * client's last packet. Sequence numbers follow from that. Behind it, ~ sends the same
 * bytes once more, ! loses it before it comes here, @N is its TTL. */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "support/bare_handshake.h"
#include "support/talk.h"

const struct dissector *const dissectors[] = { NULL };

static const struct endpoint ends[] = { { { { 10, 0, 0, 17 }, 4 }, 40112 },
                                        { { { 10, 0, 0, 5 }, 4 }, 8883 } };

struct wire {
    struct budget budget;
    struct flow_table *table;
    struct flow *flow;
    struct moment now;
    uint32_t next[2], came[2]; /* what comes next, and what the other side waits for */
    bool hole[2];
    uint16_t ip_id;
};

static uint8_t flags_of(const char *word)
{
    static const struct {
        char letter;
        uint8_t flag;
    } flags[] = { { 'S', TCP_SYN }, { 'A', TCP_ACK }, { 'F', TCP_FIN }, { 'R', TCP_RST } };
    uint8_t all = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strchr(word, flags[i].letter))
            all |= flags[i].flag;
    return all;
}

static void send_packet(struct wire *w, const char *word)
{
    static const uint8_t payload[2000];
    enum side side = *word == 'c' ? CLIENT : SERVER;
    const char *digits = word + strcspn(word, "0123456789@");
    uint32_t len = (uint32_t)strtoul(digits, NULL, 10);
    if (strchr(word, '~'))
        w->next[side] -= len + !!strchr(word, 'S');
    struct segment s = {
        .transport = strchr(word, 'U') ? TRANSPORT_UDP : TRANSPORT_TCP,
        .from = ends[side],
        .to = ends[side_other(side)],
        .at = w->now,
        .payload = payload,
        .len = len,
        .wire_len = len,
        .ttl = strchr(word, '@') ? (uint8_t)atoi(strchr(word, '@') + 1) : 64,
        .mss = strchr(word, 'S') ? 1460 : 0,
        .window = 500,
        .ip_id = ++w->ip_id,
        .seq = w->next[side],
        .ack = w->came[side_other(side)],
        .flags = flags_of(word),
    };
    w->next[side] += len + !!(s.flags & TCP_SYN) + !!(s.flags & TCP_FIN);
    w->hole[side] |= strchr(word, '!') != NULL;
    if (!w->hole[side])
        w->came[side] = w->next[side];
    if (strchr(word, '!'))
        return;
    enum side found;
    w->flow = flow_table_find(w->table, &s, &found);
    ck_assert_ptr_nonnull(w->flow);
    if (s.transport == TRANSPORT_TCP)
        ck_assert(flow_push(w->table, w->flow, found, &s));
}

static void send_icmp(struct wire *w)
{
    struct text quote = { 0 };
    text_format(&quote, "4500 0028 0001 4000 40 06 0000 0a000011 0a000005 9cb0 22b3 00*8");
    struct reader r = hex(text_string(&quote));
    struct segment s = {
        .transport = TRANSPORT_ICMP,
        .from = ends[SERVER],
        .to = ends[CLIENT],
        .at = w->now,
        .payload = r.at,
        .len = (uint32_t)reader_left(&r),
        .wire_len = (uint32_t)reader_left(&r),
        .icmp_type = 3,
        .icmp_code = 1,
    };
    ck_assert_ptr_eq(flow_table_icmp(w->table, &s), w->flow);
    text_free(&quote);
}

static void play(struct wire *w, const char *script)
{
    static const struct flow_limits limits = { 8, 30000000, 0, 300000000, 2000000, 65536 };
    *w = (struct wire){ .budget.max = 1 << 24, .next = { 100, 5000 }, .came = { 100, 5000 } };
    w->now.time_us = INT64_C(1795176000000000);
    w->table = flow_table_new(&limits, &w->budget);
    char *copy = strdup(script), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (strncmp(word, "seconds=", 8) == 0) {
            w->now.time_us += strtoll(word + 8, NULL, 10) * 1000000;
            continue;
        }
        w->now.frame++;
        w->now.time_us += 1000;
        if (strcmp(word, "icmp") == 0)
            send_icmp(w);
        else
            send_packet(w, word);
    }
    free(copy);
}

static const struct {
    const char *name, *script;
    enum side one;
    const char *fields;
} flows[] = {
    { "all well", "cS sSA cA cA100 sA200 cA cFA sFA cA", NOBODY,
      "flow.syn_retries 0; flow.syn_ack yes; flow.established yes; flow.client_bytes 100;"
      "flow.server_bytes 200; flow.client_packets 6; flow.server_packets 3;"
      "flow.client_retransmissions 0; flow.client_data_acked yes; flow.server_data_acked yes;"
      "flow.closed_by client; no flow.reset_by; no flow.one_sided; flow.starts_late no;"
      "no flow.icmp_type; flow.lost_bytes 0; flow.cut no; flow.tunnels 0; no flow.client_speaks;"
      "no flow.server_says; flow.silence 0 µs" },
    { "reset by the server", "cS sSA cA cA100 sRA", NOBODY,
      "flow.reset_by server; no flow.closed_by; flow.ending reset" },
    { "refused", "cS sRA", NOBODY,
      "flow.syn_ack no; flow.established no; flow.reset_by server; no flow.one_sided" },
    { "unanswered", "cS seconds=1 cS", NOBODY,
      "flow.syn_ack no; flow.server_packets 0; flow.established no; no flow.one_sided" },
    { "the client's first bytes are not acknowledged", "cS sSA cA cA100", NOBODY,
      "flow.client_data_acked no; flow.server_data_acked no" },
    { "an ICMP error", "cS icmp", NOBODY,
      "flow.icmp_type 3; flow.icmp_code 1; flow.icmp_version 4; flow.icmp_from 10.0.0.5;"
      "flow.icmp_about client; no flow.icmp_mtu" },
    { "a datagram", "cU100", NOBODY,
      "flow.client_bytes 100; flow.server_packets 0; no flow.syn_retries; no flow.syn_ack;"
      "no flow.established; no flow.client_data_acked; no flow.starts_late; no flow.one_sided" },
    { "from the middle", "cA100 sA200", NOBODY,
      "no flow.syn_retries; no flow.syn_ack; flow.starts_late yes; flow.established yes" },
    { "the client alone", "cS cA cA100 cA cFA", CLIENT,
      "flow.one_sided client; flow.client_bytes 100; flow.syn_retries 0; no flow.syn_ack;"
      "no flow.server_packets; no flow.server_bytes; no flow.server_retransmissions;"
      "no flow.established; no flow.client_data_acked; flow.starts_late no" },
    { "the server alone", "sSA sA200 sA", SERVER,
      "flow.one_sided server; flow.server_bytes 200; no flow.syn_retries; flow.syn_ack yes;"
      "no flow.client_packets; no flow.client_bytes; no flow.client_retransmissions;"
      "no flow.server_data_acked" },
};

START_TEST(tells_facts)
{
    struct wire w;
    play(&w, flows[_i].script);
    ck_assert_msg(facts_one_sided(w.flow) == flows[_i].one, "%s", flows[_i].name);
    struct handshake *hs = bare_handshake(&flow_field_table);
    facts_fill(hs->values, w.flow, NULL, w.now.time_us);
    talk_check(hs, flows[_i].name, flows[_i].fields);
    flow_table_free(w.table);
    ck_assert_uint_eq(w.budget.used, 0);
}
END_TEST

START_TEST(tells_what_was_said_and_for_how_long_nothing)
{
    struct wire w;
    play(&w, "cS sSA cA cA100");
    struct said said = { .speaks = { "tls", NULL }, .server_says = (char *)"220 mx" };
    struct handshake *hs = bare_handshake(&flow_field_table);
    facts_fill(hs->values, w.flow, &said, w.now.time_us + 12000000);
    talk_check(hs, "said",
               "flow.client_speaks tls; no flow.server_speaks; flow.server_says 220 mx; "
               "flow.silence 12 s");
    facts_fill(hs->values, w.flow, NULL, w.now.time_us - 12000000); /* a clock that went back */
    talk_check(hs, "back", "flow.silence 0 µs; no flow.client_speaks");
    flow_table_free(w.table);
}
END_TEST

START_TEST(tells_of_the_capture)
{
    struct wire w;
    play(&w, "cS sSA cA cA100");
    struct handshake *hs = bare_handshake(&flow_field_table);
    w.flow->ending = _i ? FLOW_CUT_OFF : FLOW_CLOSED;
    facts_of_capture(hs->values, w.flow, false, 0);
    talk_check(hs, "whole", "no flow.breaks_off; no flow.machine_drops");
    facts_of_capture(hs->values, w.flow, true, 7);
    talk_check(hs, "damaged",
               _i ? "flow.breaks_off yes; flow.machine_drops 7"
                  : "no flow.breaks_off; flow.machine_drops 7");
    flow_table_free(w.table);
}
END_TEST

static const struct {
    const char *name, *script, *fields;
} paths[] = {
    { "all well", "cS sSA cA cA100 sA200 cA cFA sFA cA",
      "flow.rtt 2 ms; flow.client_rtt 1 ms; flow.server_rtt 1 ms; flow.client_mss 1460;"
      "flow.server_ttl 64; flow.client_timeouts 0; flow.client_flight_rtts 1000;"
      "flow.syn_ack_retries 0; no flow.syn_span; flow.closed_after 6 ms; no flow.reset_ttl;"
      "no flow.lost_towards; no flow.gone; no flow.client_tries; flow.server_lost 0;"
      "flow.server_unanswered 200; flow.client_unanswered 0" },
    { "SYNs again", "cS seconds=1 cS~ seconds=2 cS~ sSA cA",
      "flow.syn_span 3.002 s; flow.server_rtt 1 ms; no flow.client_timeouts" },
    { "SYN-ACKs again", "cS sSA seconds=1 sSA~ seconds=2 sSA~",
      "flow.syn_ack_retries 2; flow.syn_ack_span 3.002 s; no flow.client_rtt; no flow.rtt" },
    { "the server is gone", "cS sSA cA cA100 seconds=1 cA100~ seconds=2 cA100~",
      "flow.lost_towards server; flow.gone server; flow.client_tries 3; flow.client_timeouts 2;"
      "flow.client_tried_for 3.002 s; flow.client_unacked 100; flow.client_smallest_unacked 100" },
    { "lost before they come here", "cS sSA cA cA100 sA sA1448! sA300 seconds=4 cA100~ sA",
      "flow.lost_towards client; no flow.gone; flow.server_lost 1448; flow.server_lost_full 1;"
      "flow.client_spurious_retransmissions 1; flow.client_timeouts 0" },
    { "a reset from elsewhere", "cS sSA@57 cA cA100 sA@57 sRA@61",
      "flow.reset_ttl 61; flow.reset_sender_ttl 57; flow.reset_ttl_foreign yes;"
      "flow.closed_after 5 ms" },
    { "its own", "cS sSA@57 cA cA100 sA@57 sRA@57", "flow.reset_ttl_foreign no" },
    { "its own, begun with another TTL", "cS sSA@123 cA cA100 sA@123 sRA@59",
      "flow.reset_ttl_foreign no" },
    { "begun with another TTL on this very link", "cS sSA@64 cA cA100 sA@64 sRA@255",
      "flow.reset_ttl_foreign yes" },
    { "a balancer's, one hop nearer", "cS sSA@116 cA cA100 sA@116 sRA@244",
      "flow.reset_ttl_foreign no" },
    { "nothing to compare with", "cS sRA@61", "flow.reset_ttl 61; no flow.reset_ttl_foreign" },
    { "a datagram", "cU100", "flow.client_ttl 64; no flow.client_timeouts; no flow.rtt" },
};

START_TEST(tells_of_the_path)
{
    struct wire w;
    struct facts_lists lists = { 0 };
    play(&w, paths[_i].script);
    struct handshake *hs = bare_handshake(&flow_field_table);
    hs->outcome = OUTCOME_FAILED;
    facts_fill(hs->values, w.flow, NULL, w.now.time_us);
    facts_path(hs->values, w.flow, hs, &lists);
    talk_check(hs, paths[_i].name, paths[_i].fields);
    facts_path_clear(hs->values, &lists);
    talk_check(hs, "cleared", "no flow.client_ttl; no flow.lost_towards; flow.tunnels 0");
    flow_table_free(w.table);
    ck_assert_uint_eq(w.budget.used, 0);
}
END_TEST

START_TEST(tells_how_it_ended)
{
    struct wire w;
    play(&w, "cS sSA cA cA100");
    struct flow *left = flow_table_next_left(w.table);
    struct handshake *hs = bare_handshake(&flow_field_table);
    facts_fill(hs->values, left, NULL, w.now.time_us);
    talk_check(hs, "cut off", "flow.ending cut-off; flow.ends_early yes");
    flow_table_release(w.table, left);
    flow_table_free(w.table);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_loop_test(t, tells_of_the_capture, 0, 2);
    TEST_ROWS(t, tells_facts, flows);
    TEST_ROWS(t, tells_of_the_path, paths);
    tcase_add_test(t, tells_what_was_said_and_for_how_long_nothing);
    tcase_add_test(t, tells_how_it_ended);
}

TEST_MAIN("facts", add_tests)
