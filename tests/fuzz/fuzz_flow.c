/* fuzz_flow.c - packets of a few hosts, in any order and at any time, as the
 * input says. Two tables, which hash with different keys, must tell the same of
 * them; memory stays within the budget and is all given back. */
#include "net/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

enum { MAX_STEPS = 200, MAX_LEN = 400 };

struct told {
    struct budget budget;
    struct flow_table *table;
    uint64_t handed_out, bytes; /* a sum over everything that was told */
};

static uint8_t payload[MAX_LEN];

static void note(struct told *told, uint64_t what)
{
    told->bytes = (told->bytes ^ what) * 0x9e3779b97f4a7c15;
    told->bytes ^= told->bytes >> 32;
}

static void judge(struct told *told, struct flow *f)
{
    REQUIRE(f->ending != FLOW_OPEN);
    REQUIRE(f->side[CLIENT].packets + f->side[SERVER].packets > 0);
    told->handed_out++;
    note(told, f->number);
    note(told, (uint64_t)f->ending << 8 | (uint64_t)f->reset_by << 4 | (uint64_t)f->established);
    for (int side = CLIENT; side <= SERVER; side++) {
        note(told, f->ends[side].port);
        note(told, f->side[side].packets);
        note(told, f->side[side].retransmissions);
        note(told, f->side[side].bytes);
        if (f->streams[side])
            stream_give_up(f->streams[side]);
    }
    flow_table_release(told->table, f);
}

static void read_side(struct told *told, struct stream *stream)
{
    struct stream_view view;
    while (stream && (view = stream_look(stream)).news != STREAM_NOTHING) {
        note(told, view.len << 2 | view.news);
        size_t taken = view.news == STREAM_BYTES ? view.len - view.len / 4 : view.kept + view.len;
        stream_consume(stream, taken);
        if (taken < view.len && !stream_keep(stream))
            stream_consume(stream, view.len - taken);
    }
}

static void take_in(struct told *told, const struct segment *s, bool past)
{
    for (struct flow *f; (f = flow_table_expired(told->table, s->at.time_us));)
        judge(told, f);
    enum side side;
    struct flow *f = flow_table_find(told->table, s, &side);
    REQUIRE(told->budget.used <= told->budget.max);
    note(told, f ? f->number : 0);
    if (!f)
        return;
    REQUIRE(memcmp(&f->ends[side].address, &s->from.address, sizeof s->from.address) == 0);
    REQUIRE(f->ending != FLOW_SILENT && f->ending != FLOW_EVICTED);
    if (past)
        flow_past_handshake(told->table, f);
    flow_push(told->table, f, side, s);
    read_side(told, f->streams[side]);
    read_side(told, f->streams[side_other(side)]);
}

static struct endpoint end_of(uint8_t number)
{
    struct endpoint e = { .address.len = number & 8 ? 16 : 4, .port = number & 3 };
    e.address.bytes[0] = number;
    return e;
}

/* Times mostly creep; now and then the input gives all 64 bits of one. */
static int64_t time_after(int64_t now_us, uint8_t what, struct reader *input)
{
    if ((what & 0x7f) == 0x7f)
        return (int64_t)reader_u64(input);
    int64_t step = (what & 0x60) == 0x60 ? 1000000 : 500;
    return (int64_t)((uint64_t)now_us + (uint64_t)(step * (what & 0x1f)));
}

static struct segment segment_from(struct reader *input, uint64_t frame, int64_t *now_us)
{
    uint8_t when = reader_u8(input), who = reader_u8(input), what = reader_u8(input);
    *now_us = time_after(*now_us, when, input);
    struct segment s = {
        .transport = what & 0x80 ? TRANSPORT_UDP : TRANSPORT_TCP,
        .from = end_of(who >> 4),
        .to = end_of(who & 15),
        .at = { *now_us, frame },
        .payload = payload,
        .flags = what & 0x17,
        .ip_id = reader_u8(input),
        .checksum = 1,
        .seq = 0xfffffff0 + reader_u8(input),
        .ack = 0xfffffff0 + reader_u8(input),
        .len = reader_u8(input),
    };
    s.wire_len = s.len + (what & 0x20 ? 100 : 0);
    if (what & 0x40) {
        s.seq <<= 8;
        s.ack <<= 4;
    }
    return s;
}

static void told_open(struct told *told)
{
    static const struct flow_limits limits = { .max_flows = 12,
                                               .idle_us = 30000000,
                                               .done_idle_us = 60000000,
                                               .linger_us = 2000000,
                                               .stream_cap = 2000 };
    *told = (struct told){ .budget.max = 60000 };
    told->table = flow_table_new(&limits, &told->budget);
}

static void told_close(struct told *told)
{
    uint64_t last = 0;
    for (struct flow *f; (f = flow_table_next_left(told->table));) {
        REQUIRE(f->number > last);
        last = f->number;
        judge(told, f);
    }
    REQUIRE(flow_table_totals(told->table)->flows == told->handed_out);
    flow_table_free(told->table);
    REQUIRE(told->budget.used == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct told one, other;
    struct reader input = reader_over(data, size, false);
    int64_t now_us = 1700000000000000;
    told_open(&one);
    told_open(&other);
    for (uint64_t frame = 1; frame <= MAX_STEPS && reader_left(&input) > 0; frame++) {
        struct segment s = segment_from(&input, frame, &now_us);
        bool past = s.ack % 16 == 3;
        take_in(&one, &s, past);
        take_in(&other, &s, past);
    }
    told_close(&one);
    told_close(&other);
    REQUIRE(one.bytes == other.bytes && one.handed_out == other.handed_out);
    return 0;
}
