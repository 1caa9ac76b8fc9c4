/* fuzz_stream.c - segments of a known byte sequence, cut, doubled, shuffled and
 * acknowledged as the input says. Whatever arrives, the bytes that come out are
 * the right ones for their offset, gaps are counted, memory stays capped, and
 * how the reader takes the bytes does not change which ones there are. */
#include "net/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

enum {
    PATTERN_LEN = 1 << 13,
    MAX_STEPS = 60,
    SMALL_CAP = 700,
    LARGE_CAP = 1 << 22,
    NOWHERE = 1 << 30
};

enum habit { GREEDY, PICKY, SKIPPING };

/* One reader of one stream, and what it was told. */
struct reading {
    struct budget budget;
    struct stream *stream;
    size_t cap, empty_used;
    enum habit habit;
    uint64_t gaps, closed;
    uint64_t base;             /* where in the pattern its first byte is */
    uint8_t seen[PATTERN_LEN]; /* was in a view */
};

static uint8_t pattern[PATTERN_LEN];
static struct reading greedy, picky, skipping, tight, late;
static struct reading *const all[] = { &greedy, &picky, &skipping, &tight, &late };
enum { READINGS = sizeof all / sizeof all[0] };

static void pattern_fill(void)
{
    uint32_t x = 1;
    for (size_t i = 0; i < PATTERN_LEN; i++) {
        x = x * 1664525 + 1013904223;
        pattern[i] = (uint8_t)(x >> 24);
    }
}

static void reading_open(struct reading *r, size_t cap, enum habit habit, bool begun, uint32_t isn)
{
    memset(r, 0, sizeof *r);
    r->budget.max = (size_t)1 << 30;
    r->cap = cap;
    r->habit = habit;
    r->stream = stream_new(&r->budget, cap);
    REQUIRE(r->stream);
    r->empty_used = r->budget.used;
    if (begun)
        stream_begin(r->stream, isn);
    else
        r->base = NOWHERE;
}

/* The picky reader asks for more at every third view and else takes two thirds. */
static size_t take(struct reading *r, size_t len)
{
    if (r->habit == PICKY)
        return len % 3 == 0 ? 0 : len - len / 3;
    if (r->habit == SKIPPING && len % 5 == 0)
        return len + 100;
    return len;
}

static void check_bytes(struct reading *r, const uint8_t *bytes, size_t len)
{
    uint64_t offset = r->base + stream_offset(r->stream);
    REQUIRE(len > 0 && offset + len <= PATTERN_LEN);
    REQUIRE(memcmp(bytes, pattern + offset, len) == 0);
    memset(r->seen + offset, 1, len);
}

static void drain(struct reading *r)
{
    struct stream_view view;
    while ((view = stream_look(r->stream)).news != STREAM_NOTHING) {
        size_t taken = view.len;
        if (view.news == STREAM_BYTES) {
            check_bytes(r, view.bytes, view.len);
            taken = take(r, view.len);
        } else if (view.news == STREAM_GAP) {
            REQUIRE(view.len > 0);
            r->gaps += view.len;
            taken = view.kept + view.len;
            if (view.kept > 0)
                check_bytes(r, view.bytes, view.kept);
        } else {
            REQUIRE(++r->closed == 1);
        }
        uint64_t before = stream_offset(r->stream);
        stream_consume(r->stream, taken);
        REQUIRE(stream_offset(r->stream) <= before + taken);
        if (taken < view.len && !stream_keep(r->stream))
            stream_consume(r->stream, view.len - taken);
    }
    REQUIRE(r->budget.used <= r->empty_used + r->cap);
    REQUIRE(stream_conflicts(r->stream) == 0);
    if (r->habit != SKIPPING)
        REQUIRE(stream_gap_bytes(r->stream) == r->gaps);
}

static void reading_close(struct reading *r)
{
    stream_give_up(r->stream);
    drain(r);
    REQUIRE(!stream_waiting(r->stream));
    stream_free(r->stream);
    REQUIRE(r->budget.used == 0);
}

/* Each reader gets its own short-lived copy: a view must not outlive its packet. */
static void push(struct reading *r, const struct segment *segment)
{
    struct segment mine = *segment;
    uint8_t *copy = malloc(segment->len ? segment->len : 1);
    REQUIRE(copy);
    memcpy(copy, segment->payload, segment->len);
    mine.payload = copy;
    stream_push(r->stream, &mine);
    drain(r);
    free(copy);
}

/* One step is five bytes: what, position, length. Positions lie mostly near the
 * front, so that segments meet. */
static void step(struct reader *input, uint32_t isn, uint64_t number)
{
    uint8_t what = reader_u8(input);
    uint16_t pos = reader_u16(input), len = reader_u16(input);
    len %= what & 0x80 ? 1500 : 16;
    pos %= what & 0x40 ? 512 : PATTERN_LEN;
    if (pos + len > PATTERN_LEN)
        len = (uint16_t)(PATTERN_LEN - pos);
    struct segment segment = {
        .seq = isn + pos,
        .payload = pattern + pos,
        .len = what & 0x20 ? len / 2u : len,
        .wire_len = len,
        .flags = (uint8_t)((what & 0x1f) == 0x1f ? TCP_FIN | TCP_ACK : TCP_ACK),
        .at = { (int64_t)number, number },
    };
    bool acks = (what & 0x1c) == 0x04;
    if (late.base == NOWHERE && !acks && (len > 0 || segment.flags & TCP_FIN))
        late.base = pos;
    for (size_t i = 0; i < READINGS; i++) {
        if (acks)
            stream_acked(all[i]->stream, isn + pos);
        else
            push(all[i], &segment);
        drain(all[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!pattern[1])
        pattern_fill();
    struct reader input = reader_over(data, size, false);
    uint32_t isn = reader_u32(&input);
    reading_open(&greedy, LARGE_CAP, GREEDY, true, isn);
    reading_open(&picky, LARGE_CAP, PICKY, true, isn);
    reading_open(&skipping, LARGE_CAP, SKIPPING, true, isn);
    reading_open(&tight, SMALL_CAP, PICKY, true, isn);
    reading_open(&late, LARGE_CAP, GREEDY, false, isn);
    for (uint64_t i = 1; i <= MAX_STEPS && reader_left(&input) > 0; i++)
        step(&input, isn, i);
    for (size_t i = 0; i < READINGS; i++)
        reading_close(all[i]);
    REQUIRE(greedy.gaps == picky.gaps && greedy.closed == picky.closed);
    REQUIRE(memcmp(greedy.seen, picky.seen, sizeof greedy.seen) == 0);
    return 0;
}
