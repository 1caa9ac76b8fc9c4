/* fuzz_classify.c - segments of a flow into nDPI. Whatever they say: a second
 * classifier that is shown the same gives the same name, the flow is given up
 * after few packets, and memory is given back.
 *
 * Input: a byte of bits (1 UDP, 2 IPv6), the server's port (2), then for each
 * segment who sends it (1: odd for the server), its length (2) and its bytes. */
#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

enum { MEMORY_MAX = 1 << 20, PACKETS_MAX = 8, UDP_BIT = 1, IPV6_BIT = 2 };

static struct classifier *classifiers[2]; /* starting nDPI takes longer than using it */
static struct budget budgets[2] = { { .max = MEMORY_MAX }, { .max = MEMORY_MAX } };

static bool take_segment(struct reader *r, struct segment *s, const struct endpoint *ends)
{
    enum side side = reader_u8(r) & 1 ? SERVER : CLIENT;
    uint16_t len = reader_u16(r);
    if (!reader_ok(r))
        return false;
    if (len > reader_left(r))
        len = (uint16_t)reader_left(r);
    s->from = ends[side];
    s->to = ends[side_other(side)];
    s->payload = reader_next(r, len);
    s->len = s->wire_len = len;
    s->at.frame++;
    s->at.time_us += 1000;
    s->seq += len;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size, false);
    uint8_t bits = reader_u8(&r);
    uint8_t address_len = bits & IPV6_BIT ? 16 : 4;
    struct endpoint ends[2] = {
        { { { 10, 0, 0, 17 }, address_len }, 40112 },
        { { { 10, 0, 0, 5 }, address_len }, reader_u16(&r) },
    };
    struct suspect *flows[2];
    const char *names[2] = { NULL, NULL };
    for (int i = 0; i < 2; i++) {
        if (!classifiers[i])
            REQUIRE((classifiers[i] = classifier_new(&budgets[i])));
        REQUIRE((flows[i] = classify_open(classifiers[i])));
    }
    struct segment s = { .transport = bits & UDP_BIT ? TRANSPORT_UDP : TRANSPORT_TCP };
    bool more = true;
    for (unsigned shown = 1; more && take_segment(&r, &s, ends); shown++) {
        more = classify_see(classifiers[0], flows[0], &s, &names[0]);
        REQUIRE(classify_see(classifiers[1], flows[1], &s, &names[1]) == more);
        REQUIRE(names[0] == names[1] && !(more && names[0]));
        REQUIRE(!more || shown < PACKETS_MAX);
    }
    for (int i = 0; i < 2; i++) {
        classify_close(classifiers[i], flows[i]);
        REQUIRE(budgets[i].used == 0);
    }
    return 0;
}
