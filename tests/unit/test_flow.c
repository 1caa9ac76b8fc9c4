/* test_flow.c - rows of packets in, and what the table says of their flows.
 *
 * A script is words, each one packet: c or s for who sends, then flags (S A F R,
 * U for a datagram), then letters with numbers: q sequence number (0 is the SYN's),
 * l payload length, a acknowledgement, i IP id, k checksum, t time in milliseconds,
 * h TTL, w wire length, n the client's initial sequence number. What is not said:
 * q 1, time 10 ms after the last packet, an IP id of its own, checksum 7.
 * "past" tells the table that the handshake is over.
 *
 * What is said: packets, bytes and retransmissions of client/server, then
 * E established, A / a data acknowledged by client / server, xN copies, fC fS rC rS
 * who closed and reset first, and the ending. Flows are separated by "; ". */
#include "net/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"

enum { CLIENT_PORT = 40000, SERVER_PORT = 8883, CLIENT_ISN = 100 };

static const uint32_t SERVER_ISN = 0xfffffff0; /* wraps around */
static const int64_t BEGIN_US = 1700000000000000;

static const struct flow_limits limits = {
    .max_flows = 8,
    .idle_us = 30000000,
    .patient_us = 600000000,
    .done_idle_us = 300000000,
    .linger_us = 2000000,
    .stream_cap = 65536,
};

struct scene {
    struct budget budget;
    struct flow_table *table;
    struct flow *flow; /* of the last packet */
    enum side side;
    int64_t ms;
    uint64_t frame;
    uint32_t client_isn;
    char text[1024];
    size_t len;
};

static void scene_open(struct scene *scene, const struct flow_limits *with)
{
    *scene = (struct scene){ .budget.max = 1 << 24, .client_isn = CLIENT_ISN };
    scene->table = flow_table_new(with, &scene->budget);
}

static void scene_close(struct scene *scene)
{
    flow_table_free(scene->table);
    ck_assert_uint_eq(scene->budget.used, 0);
}

static struct endpoint end_of(bool client, unsigned host)
{
    struct endpoint e = { .address.len = 4, .port = client ? CLIENT_PORT : SERVER_PORT };
    e.address.bytes[0] = client ? 10 : 192;
    e.address.bytes[2] = (uint8_t)(host >> 8);
    e.address.bytes[3] = (uint8_t)host;
    return e;
}

static const char *ending_name(enum flow_ending ending)
{
    static const char *const names[] = {
        "open", "closed", "reset", "silent", "evicted", "cut-off"
    };
    return names[ending];
}

static void describe(struct scene *scene, const struct flow *f)
{
    const struct flow_side *c = &f->side[CLIENT], *s = &f->side[SERVER];
    const char *const by[] = { "C", "S" };
    char copies[16] = "", *to = scene->text + scene->len;
    if (f->copies)
        snprintf(copies, sizeof copies, "x%u ", f->copies);
    scene->len += (size_t)snprintf(
        to, sizeof scene->text - scene->len, "%sp%u/%u b%llu/%llu r%u/%u %s%s%s%s%s%s%s%s%s",
        scene->len ? "; " : "", c->packets, s->packets, (unsigned long long)c->bytes,
        (unsigned long long)s->bytes, c->retransmissions, s->retransmissions,
        f->established ? "E " : "", c->acked_data ? "A " : "", s->acked_data ? "a " : "", copies,
        f->closed_first_by == NOBODY ? "" : "f",
        f->closed_first_by == NOBODY   ? ""
        : f->closed_first_by == CLIENT ? "C "
                                       : "S ",
        f->reset_by == NOBODY ? "" : "r", f->reset_by == NOBODY ? "" : by[f->reset_by],
        f->reset_by == NOBODY ? "" : " ");
    scene->len += (size_t)snprintf(scene->text + scene->len, sizeof scene->text - scene->len, "%s",
                                   ending_name(f->ending));
}

static void hand_out_expired(struct scene *scene)
{
    struct flow *f;
    while ((f = flow_table_expired(scene->table, BEGIN_US + scene->ms * 1000))) {
        describe(scene, f);
        flow_table_release(scene->table, f);
    }
}

static void hand_out_left(struct scene *scene)
{
    for (struct flow *f; (f = flow_table_next_left(scene->table));) {
        describe(scene, f);
        flow_table_release(scene->table, f);
    }
}

static void flag(struct segment *s, char letter)
{
    static const struct {
        char letter;
        uint8_t flag;
    } flags[] = { { 'S', TCP_SYN }, { 'A', TCP_ACK }, { 'F', TCP_FIN }, { 'R', TCP_RST } };
    if (letter == 'U')
        s->transport = TRANSPORT_UDP;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (letter == flags[i].letter)
            s->flags |= flags[i].flag;
}

static struct segment packet(struct scene *scene, const char *word)
{
    static const uint8_t bytes[2000];
    bool client = *word == 'c';
    uint32_t mine = client ? scene->client_isn : SERVER_ISN,
             other = client ? SERVER_ISN : scene->client_isn;
    scene->ms += 10;
    scene->frame++;
    struct segment s = { .from = end_of(client, 1),
                         .to = end_of(!client, 1),
                         .seq = mine + 1,
                         .ack = other + 1,
                         .payload = bytes,
                         .ttl = 64,
                         .checksum = 7,
                         .ip_id = (uint16_t)(1000 + scene->frame),
                         .window = 1024 };
    for (word++; *word;) {
        char letter = *word++, *end;
        long number = strtol(word, &end, 10);
        if (end == word)
            flag(&s, letter);
        else if (letter == 'n')
            s.seq = scene->client_isn = (uint32_t)number;
        else if (letter == 'q')
            s.seq = mine + (uint32_t)number;
        else if (letter == 'a')
            s.ack = other + (uint32_t)number;
        else if (letter == 'l')
            s.len = s.wire_len = (uint32_t)number;
        else if (letter == 'w')
            s.wire_len = (uint32_t)number;
        else if (letter == 'i')
            s.ip_id = (uint16_t)number;
        else if (letter == 'k')
            s.checksum = (uint16_t)number;
        else if (letter == 'h')
            s.ttl = (uint8_t)number;
        else if (letter == 't')
            scene->ms = number;
        word = end;
    }
    s.at = (struct moment){ BEGIN_US + scene->ms * 1000, scene->frame };
    return s;
}

static void play(struct scene *scene, const char *script)
{
    char words[512], *state;
    snprintf(words, sizeof words, "%s", script);
    for (char *word = strtok_r(words, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        if (strcmp(word, "past") == 0) {
            flow_past_handshake(scene->table, scene->flow);
            continue;
        }
        struct segment s = packet(scene, word);
        hand_out_expired(scene);
        struct flow *f = flow_table_find(scene->table, &s, &scene->side);
        scene->flow = f ? f : scene->flow;
    }
}

#define HELLO "cSq0 sSAq0 cA "

/* clang-format off */
static const struct {
    const char *name, *script, *told;
} rows[] = {
    { "unanswered SYN",        "cSq0",                           "p1/0 b0/0 r0/0 cut-off" },
    { "SYN sent again",        "cSq0 cSq0t1000 cSq0t3000",       "p3/0 b0/0 r2/0 cut-off" },
    { "refused",               "cSq0 sRAq0",                     "p1/1 b0/0 r0/0 rS reset" },
    { "three-way handshake",   HELLO,                            "p2/1 b0/0 r0/0 E cut-off" },
    { "ACK of something else", "cSq0 sSAq0 cAa-5",               "p2/1 b0/0 r0/0 cut-off" },
    { "data",                  HELLO "cAl9 sAl5a10 cAq10a6",     "p4/2 b9/5 r0/0 E A a cut-off" },
    { "data, not acknowledged",HELLO "cAl9 sAl5a1",              "p3/2 b9/5 r0/0 E cut-off" },
    { "data both ways, late",  "cAq50l9 sAq50l5a59",             "p1/1 b9/5 r0/0 E a cut-off" },
    { "data one way, late",    "cAq50l9 sAq50a50",               "p1/1 b9/0 r0/0 cut-off" },
    { "lost data acknowledged",HELLO "sAa9",                     "p2/2 b0/0 r0/0 E a cut-off" },
    { "lost FIN acknowledged", HELLO "sAa2",                     "p2/2 b0/0 r0/0 E cut-off" },

    { "both FINs",             HELLO "cFA sFAa2 cAq2a2",         "p4/2 b0/0 r0/0 E fC closed" },
    { "a FIN answered",        HELLO "sFA cAa2",                 "p3/2 b0/0 r0/0 E fS closed" },
    { "a FIN not answered",    HELLO "sFA cAa1",                 "p3/2 b0/0 r0/0 E fS cut-off" },
    { "FIN with data",         HELLO "cFAl5 sAa7",               "p3/2 b5/0 r0/0 E a fC closed" },
    { "a FIN is no data",      HELLO "cFA sAa2",                 "p3/2 b0/0 r0/0 E fC closed" },
    { "FIN, then RST",         HELLO "cFA sAa2 sRA",             "p3/3 b0/0 r0/0 E fC rS reset" },
    { "both FINs, then RST",   HELLO "cFA sFAa2 cRq2",           "p4/2 b0/0 r0/0 E fC rC closed" },
    { "two resets, the first", HELLO "cR sR",                    "p3/2 b0/0 r0/0 E rC reset" },

    { "sent again",            HELLO "cAl9 cAl9t500",            "p4/1 b9/0 r1/0 E cut-off" },
    { "sent again in parts",   HELLO "cAl9 cAl4t500 cAq5l5",     "p5/1 b9/0 r2/0 E cut-off" },
    { "sent again with more",  HELLO "cAl9 cAl12t500",           "p4/1 b12/0 r0/0 E cut-off" },
    { "out of order is new",   HELLO "cAq10l9 cAl9",             "p4/1 b18/0 r0/0 E cut-off" },
    { "... but once only",     HELLO "cAq10l9 cAl9 cAl9t500",    "p5/1 b18/0 r1/0 E cut-off" },
    { "a hole in two steps",   HELLO "cAq10l9 cAq1l4 cAq5l5 cAq5l5t500", "p6/1 b18/0 r1/0 E cut-off" },
    { "two holes",             HELLO "cAq5l2 cAq9l2 cAq1l4 cAq7l2", "p6/1 b10/0 r0/0 E cut-off" },
    { "late, out of order",    "cAq50l9 cAq41l9 cAq41l9t500",    "p3/0 b18/0 r1/0 cut-off" },
    { "FIN sent again",        HELLO "cFA cFAt500",              "p4/1 b0/0 r1/0 E fC cut-off" },
    { "server's, wrapping",    HELLO "sAl30 sAl30t500",          "p2/3 b0/30 r0/1 E cut-off" },
    { "keep-alive of a byte",  HELLO "cAl9 cAq9l1t9000",         "p4/1 b9/0 r0/0 E cut-off" },
    { "keep-alive of none",    HELLO "cAl9 cAq9t9000",           "p4/1 b9/0 r0/0 E cut-off" },
    { "two bytes before: not", HELLO "cAl9 cAq8l2t9000",         "p4/1 b9/0 r1/0 E cut-off" },
    { "an absurd number",      HELLO "cAl9 cAq2000000000l9 cAq10l9", "p5/1 b18/0 r0/0 E cut-off" },
    { "cut counts as sent",    HELLO "cAl9w90",                  "p3/1 b90/0 r0/0 E cut-off" },
    { "Fast Open",             "cSq0l9 sSAq0a10 cAq10l5",        "p2/1 b14/0 r0/0 E a cut-off" },
    { "Fast Open, refused",    "cSq0l9 sSAq0a1 cAl9",            "p2/1 b9/0 r1/0 E cut-off" },

    { "a copy",                HELLO "cAl9i5 cAl9i5t41",         "p3/1 b9/0 r0/0 E x1 cut-off" },
    { "... behind a router",   HELLO "cAl9i5t30 cAl9i5t31h63",   "p3/1 b9/0 r0/0 E x1 cut-off" },
    { "too late for a copy",   HELLO "cAl9i5t30 cAl9i5t40",      "p4/1 b9/0 r1/0 E cut-off" },
    { "another id",            HELLO "cAl9i5t30 cAl9i6t31",      "p4/1 b9/0 r1/0 E cut-off" },
    { "another checksum",      HELLO "cAl9i5t30 cAl9i5t31k8",    "p4/1 b9/0 r1/0 E cut-off" },
    { "copies interleaved",    HELLO "cAl9i5t30 cAq10l9i6t31 cAl9i5t32 cAq10l9i6t33",
                                                                 "p4/1 b18/0 r0/0 E x2 cut-off" },
    { "a copied SYN",          "cSq0i5t30 cSq0i5t30",            "p1/0 b0/0 r0/0 x1 cut-off" },
    { "no id: SYN-ACK copied", "cSq0 sSAq0i0t30 sSAq0i0t31",     "p1/1 b0/0 r0/0 x1 cut-off" },
    { "no id: sent again",     "cSq0 sSAq0i0t30 sSAq0i0t1030",   "p1/2 b0/0 r0/1 cut-off" },
    { "no id: two equal ACKs", HELLO "cAi0t30 cAi0t31",          "p4/1 b0/0 r0/0 E cut-off" },
    { "... in a copying port", "cSq0i5t1 cSq0i5t1 sSAq0 cAi0t30 cAi0t31",
                                                                 "p2/1 b0/0 r0/0 E x2 cut-off" },
    { "no id: two resets",     HELLO "sRi0t30 sRi0t31",          "p2/3 b0/0 r0/0 E rS reset" },

    { "datagrams",             "cUl9 sUl5",                      "p1/1 b9/5 r0/0 E cut-off" },
    { "a datagram copied",     "cUl9i5t30 cUl9i5t31",            "p1/0 b9/0 r0/0 x1 cut-off" },
    { "a datagram sent again", "cUl9i5t30 cUl9i5t2030",          "p2/0 b18/0 r0/0 cut-off" },
    { "no id: copied",         "cUl9i0t30 cUl9i0t31",            "p1/0 b9/0 r0/0 x1 cut-off" },
    { "no id, no checksum",    "cUl9i0k0t30 cUl9i0k0t31",        "p2/0 b18/0 r0/0 cut-off" },
    { "silence, new datagrams","cUl9t0 cUl9t40000",              "p1/0 b9/0 r0/0 silent; p1/0 b9/0 r0/0 cut-off" },
    { "not long enough",       "cUl9t0 cUl9t29000",              "p2/0 b18/0 r0/0 cut-off" },
    { "past: longer",          "cUl9t0 past cUl9t40000",         "p2/0 b18/0 r0/0 cut-off" },

    { "a new connection",      "cSq0 sRAq0 cSn900",              "p1/1 b0/0 r0/0 rS reset; p1/0 b0/0 r0/0 cut-off" },
    { "the same SYN again",    "cSq0 sRAq0 cSq0t500 sRAq0",      "p2/2 b0/0 r1/0 rS reset" },
    { "after both FINs",       HELLO "cFA sFAa2 cAq2a2 cSn900",  "p4/2 b0/0 r0/0 E fC closed; p1/0 b0/0 r0/0 cut-off" },
    { "unanswered, then new",  "cSq0 cSn900",                    "p1/0 b0/0 r0/0 silent; p1/0 b0/0 r0/0 cut-off" },
    { "SYN into a lively one", HELLO "cSq-99 cAl9",              "p4/1 b9/0 r0/0 E cut-off" },
    { "SYN into a quiet one",  HELLO "cSn900t5000",              "p2/1 b0/0 r0/0 E silent; p1/0 b0/0 r0/0 cut-off" },
    { "SYN captured late",     "sSAq0 cSq0 cA",                  "p2/1 b0/0 r0/0 E cut-off" },
    { "SYN after its reset",   "sRAq0 cSq0",                     "p1/1 b0/0 r0/0 rS reset" },
    { "SYN after its data",    "cAl9 cSq0",                      "p2/0 b9/0 r0/0 cut-off" },
    { "the same after linger", "cSq0 sRAq0 cSq0t5000",           "p1/1 b0/0 r0/0 rS reset; p1/0 b0/0 r0/0 cut-off" },

    { "an ACK long after",     HELLO "past cAt9000 cAt18000",    "p4/1 b0/0 r0/0 E cut-off" },
};
/* clang-format on */

START_TEST(tells_flows)
{
    struct scene scene;
    scene_open(&scene, &limits);
    play(&scene, rows[_i].script);
    hand_out_expired(&scene);
    hand_out_left(&scene);
    ck_assert_msg(strcmp(scene.text, rows[_i].told) == 0, "%s: '%s', not '%s'", rows[_i].name,
                  scene.text, rows[_i].told);
    scene_close(&scene);
}
END_TEST

/* Who is the client, by SYN, then by port, then by who speaks first. */
static const struct {
    const char *name, *script;
    uint16_t client_port, server_port;
    enum side sender;
    bool swapped, certain;
} sides[] = {
    { "SYN", "cSq0", 7, 9, CLIENT, false, true },
    { "SYN-ACK", "cSAq0", 7, 9, SERVER, true, true },
    { "to the lower port", "cA", 9, 7, CLIENT, false, false },
    { "from the lower port", "cA", 7, 9, SERVER, true, false },
    { "equal ports", "cU", 7, 7, CLIENT, false, false },
    { "a reset tells nothing", "cR", 7, 9, SERVER, true, false },
    { "a SYN after all", "cAl5 cSq0", 7, 9, CLIENT, false, true },
};

START_TEST(tells_sides)
{
    struct scene scene;
    scene_open(&scene, &limits);
    char words[64], *state;
    snprintf(words, sizeof words, "%s", sides[_i].script);
    struct flow *f = NULL;
    for (char *word = strtok_r(words, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        struct segment s = packet(&scene, word);
        s.from.port = sides[_i].client_port;
        s.to.port = sides[_i].server_port;
        f = flow_table_find(scene.table, &s, &scene.side);
        ck_assert_ptr_nonnull(f);
    }
    ck_assert_msg(scene.side == sides[_i].sender, "%s: side", sides[_i].name);
    if (!f) {
        ck_abort_msg("%s: no flow", sides[_i].name);
        return;
    }
    bool swapped = f->ends[CLIENT].address.bytes[0] != 10;
    ck_assert_msg(swapped == sides[_i].swapped, "%s: swapped", sides[_i].name);
    ck_assert_msg(f->sides_certain == sides[_i].certain, "%s: certain", sides[_i].name);
    scene_close(&scene);
}
END_TEST

START_TEST(swaps_sides)
{
    struct scene scene;
    scene_open(&scene, &limits);
    play(&scene, "cAl9 sFAl5 sR");
    flow_push(scene.table, scene.flow, CLIENT, &(struct segment){ .wire_len = 1 });
    struct stream *stream = scene.flow->streams[CLIENT];
    flow_swap_sides(scene.flow);
    describe(&scene, scene.flow);
    ck_assert_str_eq(scene.text, "p2/1 b5/9 r0/0 E fC rC reset");
    ck_assert(scene.flow->sides_certain);
    ck_assert_ptr_eq(scene.flow->streams[SERVER], stream);
    struct segment s = packet(&scene, "cAq10l1");
    ck_assert_ptr_eq(flow_table_find(scene.table, &s, &scene.side), scene.flow);
    ck_assert_int_eq(scene.side, SERVER);
    scene_close(&scene);
}
END_TEST

START_TEST(notes_first_packets)
{
    struct scene scene;
    scene_open(&scene, &limits);
    play(&scene, "cSq0h61i17 sSAq0h120 cAh60 sRh200i99 sRh3");
    const struct flow *f = scene.flow;
    const struct flow_side *c = &f->side[CLIENT], *s = &f->side[SERVER];
    ck_assert_uint_eq(f->number, 1);
    ck_assert_uint_eq(f->first.frame, 1);
    ck_assert_uint_eq(f->last.frame, 5);
    ck_assert_uint_eq(c->ttl, 61);
    ck_assert_uint_eq(c->ip_id, 17);
    ck_assert_uint_eq(c->syns, 1);
    ck_assert_uint_eq(s->ttl, 120);
    ck_assert_int_eq(s->first_us, BEGIN_US + 20000);
    ck_assert_int_eq(s->last_us, BEGIN_US + 50000);
    ck_assert_uint_eq(s->resets, 2);
    ck_assert_uint_eq(s->reset_frame, 4);
    ck_assert_uint_eq(s->reset_ttl, 200);
    ck_assert_uint_eq(s->reset_ip_id, 99);
    ck_assert(f->syn_seen && f->syn_ack_seen && f->established && f->watched && !f->cut);
    scene_close(&scene);
}
END_TEST

/* What flow_push makes of segments: bytes of client/server, or (n) for a gap. */
static const struct {
    const char *name, *script, *told;
} pushes[] = {
    { "in order", HELLO "cAl9 sAl5a10", "c9 s5 " },
    { "the second first", HELLO "cAq5l4 cAl4", "c4 c4 " },
    { "late", "cAq50l9", "c9 " },
    { "the first lost", HELLO "sAl5a10 sAq6l5a10", "s5 c(9) s5 " },
    { "the first late", HELLO "sAl5a10 cAl9", "s5 c9 " },
    { "the first lost, no SYN", "cAq1 sAl5a10 sAq6l5a10", "s5 s5 " },
    { "a FIN lost", HELLO "sAa2 sAa2", "" },
    { "closed", HELLO "cFA sAa2", "c$ " },
    { "a reset's text", HELLO "sRl9", "" },
    { "not watched", HELLO "past cAl9", "" },
    { "a reset, then bytes", HELLO "cAl9 sR cAq10l1", "c9 c1 " },
};

static void read_stream(struct scene *scene, enum side side)
{
    struct stream *stream = scene->flow->streams[side];
    struct stream_view view;
    while (stream && (view = stream_look(stream)).news != STREAM_NOTHING) {
        char word[64];
        if (view.news == STREAM_CLOSED)
            snprintf(word, sizeof word, "%c$ ", "cs"[side]);
        else
            snprintf(word, sizeof word, view.news == STREAM_GAP ? "%c(%zu) " : "%c%zu ", "cs"[side],
                     view.len);
        scene->len +=
            (size_t)snprintf(scene->text + scene->len, sizeof scene->text - scene->len, "%s", word);
        stream_consume(stream, view.kept + view.len);
    }
}

START_TEST(pushes_to_streams)
{
    struct scene scene;
    scene_open(&scene, &limits);
    char words[256], *state;
    snprintf(words, sizeof words, "%s", pushes[_i].script);
    for (char *word = strtok_r(words, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        if (strcmp(word, "past") == 0) {
            flow_past_handshake(scene.table, scene.flow);
            continue;
        }
        struct segment s = packet(&scene, word);
        scene.flow = flow_table_find(scene.table, &s, &scene.side);
        ck_assert_ptr_nonnull(scene.flow);
        ck_assert(flow_push(scene.table, scene.flow, scene.side, &s));
        read_stream(&scene, side_other(scene.side));
        read_stream(&scene, scene.side);
    }
    ck_assert_msg(strcmp(scene.text, pushes[_i].told) == 0, "%s: '%s', not '%s'", pushes[_i].name,
                  scene.text, pushes[_i].told);
    scene_close(&scene);
}
END_TEST

static struct segment datagram(unsigned host, int64_t ms, uint64_t frame)
{
    return (struct segment){ .transport = TRANSPORT_UDP,
                             .from = end_of(true, host),
                             .to = end_of(false, 1),
                             .ip_id = (uint16_t)(frame | 1),
                             .checksum = 7,
                             .at = { BEGIN_US + ms * 1000, frame } };
}

/* Times in milliseconds of datagrams; host 1 speaks first. Which hosts are
 * handed out as silent before the last packet comes. */
static const struct {
    const char *name;
    struct {
        int host;
        int64_t ms;
    } packets[8];
    const char *silent;
} clocks[] = {
    { "nothing happens", { { 1, 0 }, { 2, 5000 }, { 3, 9000 } }, "" },
    { "silent", { { 1, 0 }, { 2, 9000 }, { 2, 18000 }, { 2, 27000 }, { 2, 36000 } }, "1 " },
    { "not silent", { { 1, 0 }, { 2, 9000 }, { 1, 18000 }, { 2, 27000 }, { 2, 36000 } }, "" },
    { "a pause, confirmed", { { 1, 0 }, { 2, 90000 }, { 2, 90010 }, { 2, 90020 } }, "1 " },
    { "a pause, not yet", { { 1, 0 }, { 2, 90000 } }, "" },
    { "a forged future",
      { { 1, 0 }, { 2, INT64_MAX / 1000 }, { 3, 10 }, { 3, 20 }, { 3, 30 } },
      "" },
    { "a forged past", { { 1, 0 }, { 2, INT64_MIN / 2000 }, { 3, 10 }, { 3, 20 }, { 3, 30 } }, "" },
    { "a late packet", { { 1, 0 }, { 2, 9000 }, { 3, 1000 }, { 2, 18000 } }, "" },
    { "two in order",
      { { 1, 0 }, { 2, 10 }, { 3, 9000 }, { 3, 18000 }, { 3, 27000 }, { 3, 36000 } },
      "1 2 " },
};

START_TEST(keeps_time)
{
    struct scene scene;
    scene_open(&scene, &limits);
    for (uint64_t i = 0; i < 8 && clocks[_i].packets[i].host; i++) {
        int64_t ms = clocks[_i].packets[i].ms;
        if (ms > BEGIN_US / 1000)
            ms -= BEGIN_US / 1000;
        struct segment s = datagram((unsigned)clocks[_i].packets[i].host, ms, i + 1);
        for (struct flow *f; (f = flow_table_expired(scene.table, s.at.time_us));) {
            ck_assert_int_eq(f->ending, FLOW_SILENT);
            scene.len += (size_t)snprintf(scene.text + scene.len, sizeof scene.text - scene.len,
                                          "%u ", f->ends[CLIENT].address.bytes[3]);
            flow_table_release(scene.table, f);
        }
        flow_table_find(scene.table, &s, &scene.side);
    }
    ck_assert_msg(strcmp(scene.text, clocks[_i].silent) == 0, "%s: '%s'", clocks[_i].name,
                  scene.text);
    scene_close(&scene);
}
END_TEST

/* A capture from an earlier day was appended: its flows grow old as well. */
START_TEST(goes_back_for_good)
{
    struct scene scene;
    scene_open(&scene, &limits);
    unsigned silent = 0;
    for (unsigned i = 0; i < 4000; i++) {
        int64_t ms = i < 10 ? i : (int64_t)i * 20 - 86400000;
        struct segment s = datagram(i % 100 == 0 ? 1000 + i : 7, ms, i + 1);
        for (struct flow *f; (f = flow_table_expired(scene.table, s.at.time_us));) {
            silent += f->ending == FLOW_SILENT;
            flow_table_release(scene.table, f);
        }
        flow_table_find(scene.table, &s, &scene.side);
    }
    ck_assert_uint_gt(silent, 0);
    scene_close(&scene);
}
END_TEST

/* Answered flows: one waits for its handshake's end, one may be silent for long, one
 * is past its handshake. They go in the order of their patience. */
START_TEST(waits_for_those_who_idle)
{
    struct scene scene;
    scene_open(&scene, &limits);
    for (unsigned i = 1; i <= 3; i++) {
        struct segment ask = datagram(i, 0, 2 * i), answer = ask;
        answer.from = ask.to;
        answer.to = ask.from;
        answer.at.frame++;
        flow_table_find(scene.table, &ask, &scene.side);
        scene.flow = flow_table_find(scene.table, &answer, &scene.side);
        if (i == 2)
            flow_is_patient(scene.table, scene.flow);
        if (i == 3)
            flow_past_handshake(scene.table, scene.flow);
    }
    for (int64_t s = 1; s < 1000; s++) {
        struct flow *f = flow_table_expired(scene.table, BEGIN_US + s * 1000000);
        if (!f)
            continue;
        scene.len +=
            (size_t)snprintf(scene.text + scene.len, sizeof scene.text - scene.len,
                             "%u after %d00 s, ", f->ends[CLIENT].address.bytes[3], (int)(s / 100));
        flow_table_release(scene.table, f);
    }
    ck_assert_str_eq(scene.text, "1 after 000 s, 3 after 300 s, 2 after 600 s, ");
    scene_close(&scene);
}
END_TEST

START_TEST(ends_silent_or_cut_off)
{
    struct scene scene;
    scene_open(&scene, &limits);
    struct segment first = datagram(1, 0, 1), second = datagram(2, 40000, 2);
    flow_table_find(scene.table, &first, &scene.side);
    flow_table_find(scene.table, &second, &scene.side);
    hand_out_left(&scene);
    ck_assert_str_eq(scene.text, "p1/0 b0/0 r0/0 silent; p1/0 b0/0 r0/0 cut-off");
    scene_close(&scene);
}
END_TEST

/* Evictions: flows 1..n open, some answered, some past their handshake; then one
 * more comes. Which goes? */
static const struct {
    const char *name, *flows; /* e embryonic, o open, d done, l lingering */
    unsigned evicted;
} crowds[] = {
    { "room is left", "eeeeeee", 0 },
    { "all unanswered: the oldest", "eeeeeeeee", 1 },
    { "many unanswered: one of them", "odleeedoo", 4 },
    { "few unanswered: one that is over", "odelddooo", 4 },
    { "... or past its handshake", "oeodddooo", 4 },
    { "... before open ones", "ooooeoooo", 5 },
    { "all open", "ooooooooo", 1 },
};

START_TEST(makes_room)
{
    struct scene scene;
    scene_open(&scene, &limits);
    uint64_t frame = 0;
    for (const char *kind = crowds[_i].flows; *kind; kind++) {
        struct segment s = datagram(++scene.frame, (int64_t)frame, frame + 1);
        s.transport = TRANSPORT_TCP;
        s.flags = TCP_SYN;
        struct flow *f = flow_table_find(scene.table, &s, &scene.side);
        ck_assert_ptr_nonnull(f);
        struct segment answer = s;
        answer.from = s.to;
        answer.to = s.from;
        answer.flags = *kind == 'l' ? TCP_RST : TCP_SYN | TCP_ACK;
        if (*kind != 'e')
            flow_table_find(scene.table, &answer, &scene.side);
        if (*kind == 'd')
            flow_past_handshake(scene.table, f);
        frame += 2;
    }
    struct flow *f = flow_table_expired(scene.table, BEGIN_US + (int64_t)frame * 1000);
    ck_assert_msg((f ? f->number : 0) == crowds[_i].evicted, "%s: %d", crowds[_i].name,
                  f ? (int)f->number : 0);
    if (f) {
        flow_table_release(scene.table, f);
        ck_assert_uint_eq(flow_table_totals(scene.table)->evicted, 1);
    }
    ck_assert_ptr_null(flow_table_expired(scene.table, BEGIN_US + (int64_t)frame * 1000));
    scene_close(&scene);
}
END_TEST

/* A flood in a small budget: every SYN finds room, memory stays within it. */
START_TEST(survives_a_flood)
{
    static const size_t budgets[] = { 1 << 16, 1 << 24 };
    struct flow_limits with = limits;
    with.max_flows = 1000;
    for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
        struct scene scene;
        scene_open(&scene, &with);
        scene.budget.max = budgets[i];
        uint64_t evicted = 0, next = 1;
        for (unsigned n = 1; n <= 20000; n++) {
            struct segment s = datagram(n, n / 100, n);
            for (struct flow *f; (f = flow_table_expired(scene.table, s.at.time_us)); evicted++) {
                ck_assert_uint_eq(f->number, next++);
                ck_assert_int_eq(f->ending, FLOW_EVICTED);
                flow_table_release(scene.table, f);
            }
            ck_assert_ptr_nonnull(flow_table_find(scene.table, &s, &scene.side));
            ck_assert_uint_le(scene.budget.used, budgets[i]);
        }
        ck_assert_uint_eq(flow_table_totals(scene.table)->evicted, evicted);
        ck_assert_uint_ge(evicted, 18999);
        scene_close(&scene);
    }
}
END_TEST

START_TEST(finds_no_memory)
{
    struct scene scene;
    scene_open(&scene, &limits);
    scene.budget.max = 100;
    struct segment s = datagram(1, 0, 1);
    ck_assert_ptr_null(flow_table_find(scene.table, &s, &scene.side));
    ck_assert_int_eq(scene.side, NOBODY);
    ck_assert_uint_eq(flow_table_totals(scene.table)->refused, 1);
    s.transport = TRANSPORT_ICMP;
    ck_assert_ptr_null(flow_table_find(scene.table, &s, &scene.side));
    ck_assert_uint_eq(flow_table_totals(scene.table)->refused, 1);
    ck_assert_ptr_null(flow_table_expired(scene.table, 0));
    scene_close(&scene);
}
END_TEST

/* When others were refused memory, an open flow goes: it holds some. */
START_TEST(gives_memory_back)
{
    struct scene scene;
    scene_open(&scene, &limits);
    play(&scene, "cSq0 sSAq0");
    ck_assert_ptr_null(flow_table_expired(scene.table, BEGIN_US + 20000));
    ck_assert(budget_take(&scene.budget, scene.budget.max - scene.budget.used));
    ck_assert(!budget_take(&scene.budget, 1));
    struct flow *f = flow_table_expired(scene.table, BEGIN_US + 20000);
    ck_assert_ptr_eq(f, scene.flow);
    ck_assert_int_eq(f->ending, FLOW_EVICTED);
    flow_table_release(scene.table, f);
    ck_assert_ptr_null(flow_table_expired(scene.table, BEGIN_US + 20000));
    budget_give(&scene.budget, 1 << 24);
    flow_table_free(scene.table);
}
END_TEST

START_TEST(finds_ipv6)
{
    struct scene scene;
    scene_open(&scene, &limits);
    struct segment s = datagram(1, 0, 1);
    s.from.address = (struct address){ { 0xfd, [15] = 1 }, 16 };
    s.to.address = (struct address){ { 0xfd, [15] = 2 }, 16 };
    const struct flow *f = flow_table_find(scene.table, &s, &scene.side);
    ck_assert_int_eq(scene.side, CLIENT);
    struct segment answer = s, other = s;
    answer.from = s.to;
    answer.to = s.from;
    other.to.address.bytes[7] = 1;
    ck_assert_ptr_eq(flow_table_find(scene.table, &answer, &scene.side), f);
    ck_assert_int_eq(scene.side, SERVER);
    ck_assert_ptr_ne(flow_table_find(scene.table, &other, &scene.side), f);
    scene_close(&scene);
}
END_TEST

/* ICMP "port unreachable" that quotes IPv4 + UDP from 10.0.0.1:40000 to the
 * server; the second quotes another port. */
START_TEST(notes_icmp)
{
    uint8_t quote[] = { 0x45,
                        0,
                        0,
                        28,
                        0,
                        1,
                        0,
                        0,
                        64,
                        17,
                        0,
                        0,
                        10,
                        0,
                        0,
                        1,
                        192,
                        0,
                        0,
                        1,
                        CLIENT_PORT >> 8,
                        CLIENT_PORT & 0xff,
                        SERVER_PORT >> 8,
                        SERVER_PORT & 0xff,
                        0,
                        8,
                        0,
                        0 };
    struct scene scene;
    scene_open(&scene, &limits);
    struct segment s = datagram(1, 0, 1);
    struct flow *f = flow_table_find(scene.table, &s, &scene.side);
    struct segment icmp = { .transport = TRANSPORT_ICMP,
                            .from = s.to,
                            .to = s.from,
                            .payload = quote,
                            .len = sizeof quote,
                            .wire_len = sizeof quote,
                            .icmp_type = 3,
                            .icmp_code = 3,
                            .at = { BEGIN_US + 1, 2 } };
    ck_assert_ptr_eq(flow_table_icmp(scene.table, &icmp), f);
    icmp.icmp_code = 1;
    icmp.at.frame = 3;
    ck_assert_ptr_eq(flow_table_icmp(scene.table, &icmp), f);
    ck_assert_uint_eq(f->icmp->count, 2);
    ck_assert_uint_eq(f->icmp->code, 3);
    ck_assert_uint_eq(f->icmp->at.frame, 2);
    quote[21]++;
    ck_assert_ptr_null(flow_table_icmp(scene.table, &icmp));
    ck_assert_uint_eq(f->icmp->count, 2);
    scene_close(&scene);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, tells_flows, rows);
    TEST_ROWS(t, tells_sides, sides);
    TEST_ROWS(t, pushes_to_streams, pushes);
    TEST_ROWS(t, keeps_time, clocks);
    TEST_ROWS(t, makes_room, crowds);
    tcase_add_test(t, swaps_sides);
    tcase_add_test(t, notes_first_packets);
    tcase_add_test(t, goes_back_for_good);
    tcase_add_test(t, waits_for_those_who_idle);
    tcase_add_test(t, ends_silent_or_cut_off);
    tcase_add_test(t, survives_a_flood);
    tcase_add_test(t, finds_no_memory);
    tcase_add_test(t, gives_memory_back);
    tcase_add_test(t, finds_ipv6);
    tcase_add_test(t, notes_icmp);
}

TEST_MAIN("flow", add_tests)
