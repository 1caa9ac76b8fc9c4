/* fuzz_packet.c - packets of one link type into decap. Whatever they say, the
 * payload lies in the packet or was joined from fragments, never longer than it
 * was sent; two decapsulators agree; all is counted, and memory is given back.
 *
 * Input: link type (2 bytes), then for each packet its length (2), how much the
 * snap length cut off (1, in sixteens), tenths of a second since the one before
 * (1), and its bytes. The last packet may be shorter than it says. */
#include "net/decap.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

enum { MEMORY_MAX = 1 << 18, TENTH_US = 100000 };

static uint32_t sum_of(const uint8_t *bytes, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum = sum * 31 + bytes[i];
    return sum;
}

static bool lies_in(const struct segment *s, const struct packet *p)
{
    return s->payload >= p->data && s->payload + s->len <= p->data + p->len;
}

static void require_sound(const struct decap *d, const struct packet *p, const struct segment *s)
{
    REQUIRE(s->len <= s->wire_len);
    REQUIRE(lies_in(s, p) || decap_totals(d)->reassembled > 0);
    REQUIRE(s->from.address.len == s->to.address.len);
    REQUIRE(s->from.address.len == 4 || s->from.address.len == 16);
    REQUIRE(s->at.time_us == p->at.time_us && s->at.frame == p->at.frame);
    (void)sum_of(s->payload, s->len); /* a sanitizer watches each byte */

    struct segment quoted;
    if (!decap_quoted(s, &quoted))
        return;
    REQUIRE(s->transport == TRANSPORT_ICMP && quoted.transport != TRANSPORT_ICMP);
    REQUIRE(quoted.len == 0 && quoted.from.address.len == quoted.to.address.len);
}

static bool same_end(const struct endpoint *a, const struct endpoint *b)
{
    return address_equal(&a->address, &b->address) && a->port == b->port;
}

static void require_same(const struct segment *a, const struct segment *b)
{
    REQUIRE(a->transport == b->transport && a->tunnels == b->tunnels && a->ttl == b->ttl);
    REQUIRE(same_end(&a->from, &b->from) && same_end(&a->to, &b->to));
    REQUIRE(a->len == b->len && a->wire_len == b->wire_len);
    REQUIRE(memcmp(a->payload, b->payload, a->len) == 0);
    REQUIRE(a->ip_id == b->ip_id && a->checksum == b->checksum);
    REQUIRE(a->seq == b->seq && a->ack == b->ack && a->window == b->window);
    REQUIRE(a->flags == b->flags && a->mss == b->mss && a->sack_blocks == b->sack_blocks);
    REQUIRE(a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code);
    REQUIRE(a->icmp_rest == b->icmp_rest && a->icmp_v6 == b->icmp_v6);
}

static void require_counted(const struct decap *d, uint64_t packets)
{
    const struct decap_totals *t = decap_totals(d);
    REQUIRE(t->segments + t->waiting + t->other + t->unknown_link + t->malformed + t->cut ==
            packets);
    uint64_t kinds = t->no_ip;
    for (int i = 0; i < KIND_COUNT; i++)
        kinds += t->kinds[i];
    REQUIRE(kinds == t->other);
    REQUIRE(t->reassembled + t->fragments_dropped + t->fragments_held <= t->fragments);
}

/* take_packet copies the next packet to where a sanitizer sees its end. */
static bool take_packet(struct reader *r, struct packet *p)
{
    p->len = reader_u16(r);
    p->wire_len = p->len + reader_u8(r) * 16u;
    p->at.time_us += reader_u8(r) * TENTH_US;
    p->at.frame++;
    if (!reader_ok(r))
        return false;
    if (p->len > reader_left(r))
        p->len = (uint32_t)reader_left(r);
    const uint8_t *bytes = reader_next(r, p->len);
    uint8_t *copy = malloc(p->len);
    if (p->len > 0)
        memcpy(copy, bytes, p->len);
    p->data = copy;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size, false);
    struct packet p = { .link_type = reader_u16(&r) };
    struct budget one = { .max = MEMORY_MAX }, two = { .max = MEMORY_MAX };
    struct decap *d = decap_new(&one), *twin = decap_new(&two);
    uint64_t packets = 0;
    for (; take_packet(&r, &p); packets++) {
        struct segment s, same;
        enum decap_status status = decap_packet(d, &p, &s);
        REQUIRE(decap_packet(twin, &p, &same) == status);
        if (status == DECAP_SEGMENT) {
            require_sound(d, &p, &s);
            require_same(&s, &same);
        }
        REQUIRE(one.used <= one.max);
        free((void *)p.data);
    }
    require_counted(d, packets);
    decap_free(d);
    decap_free(twin);
    REQUIRE(one.used == 0 && two.used == 0);
    return 0;
}
