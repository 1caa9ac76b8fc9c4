/* fuzz_capture_file.c - hostile saved captures. However the bytes come, at once
 * or a few at a time, the packets and the ending are the same; and a file that
 * is cut gives the packets before the cut. */
#include "net/capture_file.h"

#include <stdlib.h>
#include <string.h>

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

enum { MAX_PACKETS = 4000 };

struct bytes {
    const uint8_t *at, *end;
    size_t chunk; /* 0: all that are asked for */
};

/* What reading gave: one number a packet, and how it ended. */
struct outcome {
    uint64_t packets[MAX_PACKETS];
    size_t count;
    struct capture_totals totals;
    enum capture_status status;
    struct error error;
};

static struct outcome whole, chunked, cut;

static ssize_t read_bytes(void *from, void *into, size_t len)
{
    struct bytes *b = from;
    size_t left = (size_t)(b->end - b->at);
    if (len > left)
        len = left;
    if (b->chunk > 0 && len > b->chunk)
        len = b->chunk;
    memcpy(into, b->at, len);
    b->at += len;
    return (ssize_t)len;
}

static void mix(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * UINT64_C(1099511628211);
}

static uint64_t packet_sum(const struct packet *p)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    mix(&sum, p->at.frame);
    mix(&sum, (uint64_t)p->at.time_us);
    mix(&sum, p->link_type);
    mix(&sum, p->interface);
    mix(&sum, p->len);
    mix(&sum, p->wire_len);
    for (uint32_t i = 0; i < p->len; i++)
        mix(&sum, p->data[i]);
    return sum;
}

static void check_packet(const struct packet *p, uint64_t last_frame)
{
    REQUIRE(p->at.frame > last_frame);
    REQUIRE(p->wire_len >= p->len);
    REQUIRE(p->len <= 16 << 20);
    REQUIRE(p->at.time_us <= INT64_MAX / 2 && p->at.time_us >= INT64_MIN / 2);
}

static void read_packets(struct capture_file *f, struct outcome *o)
{
    struct packet p = { 0 };
    uint64_t last_frame = 0;
    while (o->count < MAX_PACKETS) {
        o->status = capture_file_next(f, &p, &o->error);
        if (o->status != CAPTURE_PACKET)
            break;
        check_packet(&p, last_frame);
        last_frame = p.at.frame;
        o->packets[o->count++] = packet_sum(&p);
    }
    for (size_t n = 0; n < o->totals.secrets; n++) {
        const struct capture_secret *secret = capture_file_secret(f, n);
        uint64_t sum = 0;
        REQUIRE(secret);
        for (size_t i = 0; i < secret->len; i++)
            mix(&sum, secret->data[i]);
    }
    REQUIRE(!capture_file_secret(f, o->totals.secrets));
}

static void read_all(const uint8_t *bytes, size_t len, size_t chunk, struct outcome *o)
{
    struct bytes from = { bytes, bytes + len, chunk };
    o->count = 0;
    o->totals = (struct capture_totals){ 0 };
    o->error = (struct error){ 0 };
    o->status = CAPTURE_FAILED;
    struct capture_file *f = capture_file_over(read_bytes, &from, &o->totals, &o->error);
    if (f)
        read_packets(f, o);
    capture_file_close(f);
    REQUIRE(error_is_set(&o->error) == (o->status >= CAPTURE_DAMAGED));
}

static bool starts_with(const struct outcome *longer, const struct outcome *shorter)
{
    return shorter->count <= longer->count &&
           memcmp(shorter->packets, longer->packets, shorter->count * sizeof shorter->packets[0]) ==
               0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t chunk = data[0] % 61 + 1u, keep = (size - 1) * data[0] / 256;
    read_all(data + 1, size - 1, 0, &whole);
    read_all(data + 1, size - 1, chunk, &chunked);
    REQUIRE(whole.status == chunked.status);
    REQUIRE(whole.count == chunked.count && starts_with(&whole, &chunked));
    REQUIRE(strcmp(whole.error.place, chunked.error.place) == 0);
    REQUIRE(strcmp(whole.error.fault, chunked.error.fault) == 0);

    read_all(data + 1, keep, 0, &cut);
    REQUIRE(starts_with(&whole, &cut));
    return 0;
}
