/* test_flow_path.c - segments and acknowledgements in, what the way did to them out.
 *
 * A script is words, each one packet: c or s for who sends, then letters with numbers:
 * p payload at this offset, l its length (100), a acknowledges up to this offset,
 * k and m a SACK block from k to m, R a reset at this offset, t TTL, i IP id,
 * w window. "+N" lets N milliseconds pass; 1 passes between packets. */
#include "net/flow_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"

static const uint32_t BASE[2] = { 1000, 0xffffff00 }; /* the server's wraps around */
enum { FULL_LEN = 1420, TRIP_US = 20000 };

struct way {
    struct budget budget;
    struct path *path;
    struct segment segment;
    uint8_t sack[8];
    int64_t now_us;
    uint16_t ip_id[2];
    bool reset;
};

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void letter(struct way *w, enum side side, char what, uint32_t number)
{
    struct segment *s = &w->segment;
    uint32_t mine = BASE[side], other = BASE[side_other(side)];
    switch (what) {
    case 'p':
        s->seq = mine + number;
        s->len = s->len ? s->len : 100;
        break;
    case 'l':
        s->len = number;
        break;
    case 'a':
        s->ack = other + number;
        s->flags |= TCP_ACK;
        break;
    case 'k':
        put_u32(w->sack, other + number);
        break;
    case 'm':
        put_u32(w->sack + 4, other + number);
        s->sack = w->sack;
        s->sack_blocks = 1;
        break;
    case 'R':
        s->seq = mine + number;
        s->flags |= TCP_RST;
        break;
    case 't':
        s->ttl = (uint8_t)number;
        break;
    case 'i':
        s->ip_id = (uint16_t)number;
        break;
    case 'w':
        s->window = (uint16_t)number;
        break;
    default:
        ck_abort_msg("unknown letter %c", what);
    }
}

static void send_packet(struct way *w, const char *word)
{
    enum side side = *word++ == 'c' ? CLIENT : SERVER;
    w->segment = (struct segment){ .transport = TRANSPORT_TCP,
                                   .at.time_us = w->now_us += 1000,
                                   .ttl = 64,
                                   .ip_id = ++w->ip_id[side],
                                   .window = 500 };
    while (*word) {
        char what = *word++, *end;
        letter(w, side, what, (uint32_t)strtoul(word, &end, 10));
        word = end;
    }
    struct segment *s = &w->segment;
    s->wire_len = s->len;
    path_packet(w->path, side, s);
    if (s->flags & TCP_RST) {
        path_reset(w->path, side, s, !w->reset, TRIP_US);
        w->reset = true;
        return;
    }
    if (s->len)
        path_payload(w->path, side, s, FULL_LEN);
    if (s->flags & TCP_ACK)
        path_ack(w->path, side, s);
}

static void play(struct way *w, const char *script)
{
    static const uint8_t ttl[2] = { 64, 64 };
    *w = (struct way){ .budget.max = 1 << 20, .now_us = 0xffffe000, .ip_id = { 100, 5000 } };
    w->path = path_new(&w->budget, ttl);
    char *copy = strdup(script), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (*word == '+')
            w->now_us += strtoll(word + 1, NULL, 10) * 1000;
        else
            send_packet(w, word);
    }
    free(copy);
}

/* What is not 0, in a fixed order; a side's in capitals are the server's. */
static void describe(const struct path *p, char *out, size_t len)
{
    *out = 0;
    for (enum side side = CLIENT; side <= SERVER; side++) {
        const struct path_side *of = &p->side[side];
        struct path_loss loss = path_loss_of(p, side);
        const struct {
            const char *name;
            uint32_t count;
        } all[] = {
            { "timeouts", of->timeouts },
            { "fast", of->fast },
            { "spurious", of->spurious },
            { "dups", of->duplicate_acks },
            { "holes", of->holes_told },
            { "zero", of->zero_windows },
            { "full", of->full },
            { "full-arrived", of->full_arrived },
            { "largest", of->largest_arrived },
            { "lost", loss.bytes },
            { "smallest", loss.smallest },
            { "tries", loss.tries },
            { "tried-ms", loss.tried_us / 1000 },
            { "unanswered", path_unanswered(p, side) },
            { "rtt", of->flight_rtts[0] / 1000 },
            { "rtt2", of->flight_rtts[1] / 1000 },
            { "after", of->after_reset },
        };
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            if (all[i].count)
                snprintf(out + strlen(out), len - strlen(out), "%s%s=%u", side ? " S." : " c.",
                         all[i].name, all[i].count);
    }
    snprintf(out + strlen(out), len - strlen(out), "%s%s%s%s", p->reset_early ? " early" : "",
             p->reset_id_judged ? " judged" : "", p->reset_id_foreign ? " foreign" : "",
             p->resets_at_once ? " at-once" : "");
}

static const struct {
    const char *name, *script, *expected;
} ways[] = {
    { "all well", "cp0 +9 sa100 sp0a100 +4 ca100 cp100a100 +7 sa200",
      " c.largest=100 c.unanswered=100 c.rtt=10 c.rtt2=8 S.largest=100 S.rtt=5" },
    { "unanswered needs its last byte acknowledged", "cp0 cp100 sa100",
      " c.largest=100 c.lost=100 c.tries=1 c.rtt=2" },
    { "sent again by the clock, and then it arrived", "cp0 +300 cp0 +600 cp0 +5 sa100",
      " c.timeouts=2 c.largest=100 c.unanswered=100" },
    { "never arrived", "cp0 +300 cp0 +600 cp0",
      " c.timeouts=2 c.lost=100 c.smallest=100 c.tries=3 c.tried-ms=902" },
    { "asked for by three duplicates", "sp0 sp100 sp200 sp300 ca100 ca100 ca100 ca100 sp100",
      " c.dups=3 S.fast=1 S.largest=100 S.lost=300 S.smallest=100 S.tries=2 S.tried-ms=7 S.rtt=4" },
    { "asked for by SACK", "sp0 sp100 ca0k100m200 sp0 ca200",
      " c.holes=1 S.fast=1 S.largest=100 S.unanswered=200 S.rtt=1" },
    { "sent again though it had arrived", "cp0 sa100 +300 cp0",
      " c.spurious=1 c.largest=100 c.unanswered=100 c.rtt=1" },
    { "told later to have come twice", "cp0 +300 cp0 sa100 sa100k0m100",
      " c.spurious=1 c.largest=100 c.unanswered=100" },
    { "two reports of one copy that was known to be one", "cp0 sa100 +300 cp0 sa100k0m100",
      " c.spurious=1 c.largest=100 c.unanswered=100 c.rtt=1" },
    { "large ones vanish, the small one behind arrives",
      "sp0l1448 sp1448l1448 sp2896l200 ca0k2896m3096 +300 sp0l1448 +600 sp0l1448 +1200 sp0l1448",
      " c.holes=1 S.timeouts=2 S.fast=1 S.full=2 S.largest=200 S.lost=2896 S.smallest=1448"
      " S.tries=4 S.tried-ms=2106 S.rtt=1" },
    { "a segment that stands for three", "sp0l4344 ca4344", NULL },
    { "its parts are tried again together", "cp0l300 +300 cp0l100 +0 cp100l100 +0 cp200l100",
      " c.timeouts=1 c.lost=300 c.smallest=300 c.tries=2 c.tried-ms=301" },
    { "no room", "cp0 sa100w0 +5 ca0w0",
      " c.zero=1 c.largest=100 c.unanswered=100 c.rtt=1 S.zero=1" },
    { "a reset of one who counts", "sp0i10 sp100i11 sR200i12", " S.lost=200 S.tries=1 judged" },
    { "a reset of somebody else", "sp0i10 sp100i11 sR200i30000",
      " S.lost=200 S.tries=1 judged foreign" },
    { "a reset after a while, in which a host may have sent anything",
      "sp0i10 sp100i11 +900 sR200i30000", " S.lost=200 S.tries=1" },
    { "a kernel's reset, for no connection", "sp0i10 sp100i11 sR200i0", " S.lost=200 S.tries=1" },
    { "ids without order tell nothing", "sp0i10 sp100i9000 sR200i30000", " S.lost=200 S.tries=1" },
    { "answered before it can have come", "cp0 +3 sR0a100", " c.lost=100 c.tries=1 early" },
    { "answered in time", "cp0 +30 sR0a100", " c.lost=100 c.tries=1" },
    { "early, but it does not say what it answers", "cp0 +3 sR0", " c.lost=100 c.tries=1" },
    { "the true answer comes after it", "cp0 sR0 +2 sp0l90", NULL },
    { "the reset passed what was sent before it", "cp0 sR90 +2 sp0l90", NULL },
    { "sent again long after its own reset", "sp0 sR100 +80 sp0", NULL },
    { "both are cut off", "cp0 sR0 cR100", " c.lost=100 c.tries=1 at-once" },
    { "one answers what is late", "cp0 sR0 sp0l50 cR100", NULL },
    { "both, but one much later", "cp0 sR0 +50 cR100", " c.lost=100 c.tries=1" },
};

/* Those whose line would be long say only what matters. */
static const struct {
    const char *name, *has;
} parts[] = {
    { "a segment that stands for three", "S.full=3 S.full-arrived=3" },
    { "the true answer comes after it", "S.after=90" },
    { "sent again long after its own reset", "S.after=100" },
    { "one answers what is late", "S.after=50" },
};

START_TEST(way)
{
    struct way w;
    char text[600];
    play(&w, ways[_i].script);
    describe(w.path, text, sizeof text);
    if (ways[_i].expected)
        ck_assert_msg(strcmp(text, ways[_i].expected) == 0, "%s:%s", ways[_i].name, text);
    bool listed = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].name, ways[_i].name) == 0) {
            listed = true;
            ck_assert_msg(strstr(text, parts[i].has), "%s:%s", ways[_i].name, text);
        }
    if (!ways[_i].expected && !listed)
        ck_assert_msg(!strstr(text, "after"), "%s:%s", ways[_i].name, text);
    path_free(&w.budget, w.path);
    ck_assert_uint_eq(w.budget.used, 0);
}
END_TEST

/* Swapping the sides before or after is the same. */
START_TEST(swaps)
{
    struct way w;
    char before[600], after[600];
    play(&w, "cp0 +300 cp0 sp0l1448 ca0k0m50");
    describe(w.path, before, sizeof before);
    path_swap(w.path);
    path_swap(w.path);
    describe(w.path, after, sizeof after);
    ck_assert_str_eq(before, after);
    path_swap(w.path);
    ck_assert_uint_eq(w.path->side[SERVER].timeouts, 1);
    path_free(&w.budget, w.path);
}
END_TEST

/* More pieces than there is room for: those that arrived go, the rest is counted. */
START_TEST(many_pieces)
{
    struct way w;
    play(&w, "");
    char word[64];
    for (int i = 0; i < 100; i++) {
        snprintf(word, sizeof word, "cp%d", i * 100);
        send_packet(&w, word);
        snprintf(word, sizeof word, "sa%d", i * 100 + 100);
        send_packet(&w, word);
    }
    ck_assert_uint_eq(w.path->side[CLIENT].piece_overflow, 0);
    for (int i = 0; i < 2 * PATH_PIECES; i++) {
        snprintf(word, sizeof word, "cp%d", 10000 + i * 100);
        send_packet(&w, word);
    }
    ck_assert_uint_eq(w.path->side[CLIENT].piece_overflow, PATH_PIECES);
    ck_assert_uint_eq(path_loss_of(w.path, CLIENT).bytes, PATH_PIECES * 100);
    path_free(&w.budget, w.path);
}
END_TEST

START_TEST(no_memory)
{
    static const uint8_t ttl[2] = { 64, 64 };
    struct budget b = { .max = 10 };
    ck_assert_ptr_null(path_new(&b, ttl));
    ck_assert_uint_eq(b.refused, 1);
    path_free(&b, NULL);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_loop_test(t, way, 0, sizeof ways / sizeof *ways);
    tcase_add_test(t, swaps);
    tcase_add_test(t, many_pieces);
    tcase_add_test(t, no_memory);
}

TEST_MAIN("flow_path", add_tests)
