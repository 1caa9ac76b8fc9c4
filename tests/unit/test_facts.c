/* test_facts.c - packets in, facts of their flow out; what was not seen is absent.
 *
 * A script is words, each one packet: c or s for who sends, then flags (S A F R, U for
 * a datagram), then a payload's length. "seconds=N" lets time pass, "icmp" quotes the
 * client's last packet. Sequence numbers follow from that. */
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
    uint32_t next[2];
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
    uint32_t len = (uint32_t)strtoul(word + strcspn(word, "0123456789"), NULL, 10);
    struct segment s = {
        .transport = strchr(word, 'U') ? TRANSPORT_UDP : TRANSPORT_TCP,
        .from = ends[side],
        .to = ends[side_other(side)],
        .at = w->now,
        .payload = payload,
        .len = len,
        .wire_len = len,
        .ttl = 64,
        .ip_id = ++w->ip_id,
        .seq = w->next[side],
        .ack = w->next[side_other(side)],
        .flags = flags_of(word),
    };
    w->next[side] += len + !!(s.flags & TCP_SYN) + !!(s.flags & TCP_FIN);
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
    *w = (struct wire){ .budget.max = 1 << 24, .next = { 100, 5000 } };
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
      "flow.icmp_type 3; flow.icmp_code 1; flow.icmp_version 4" },
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
    TEST_ROWS(t, tells_facts, flows);
    tcase_add_test(t, tells_what_was_said_and_for_how_long_nothing);
    tcase_add_test(t, tells_how_it_ended);
}

TEST_MAIN("facts", add_tests)
