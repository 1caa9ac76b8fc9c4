/* flow_hash.c - the hash that finds a flow: keyed, so that nobody can make
 * flows that all fall into one bucket, and the same for both directions. */
#include <string.h>

#include "net/flow_slot.h"

/* Every packet comes here: inline is meant. */
static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32) + v[3];
    v[2] += v[1];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static inline void sip_words(uint64_t v[4], const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        v[3] ^= words[i];
        sip_round(v);
        v[0] ^= words[i];
    }
}

/* end_words packs an end into one word (IPv4) or three; gives how many. */
static inline unsigned end_words(const struct endpoint *e, uint64_t words[3])
{
    uint64_t rest = (uint64_t)e->port << 32 | (uint64_t)e->address.len << 48;
    if (e->address.len <= 4) {
        uint32_t address = 0;
        memcpy(&address, e->address.bytes, sizeof address);
        words[0] = rest | address;
        return 1;
    }
    memcpy(words, e->address.bytes, sizeof e->address.bytes);
    words[2] = rest;
    return 3;
}

/* Which end goes first does not matter, only that it is always the same one. */
static inline bool comes_first(const uint64_t a[3], const uint64_t b[3])
{
    int i = a[0] != b[0] ? 0 : a[1] != b[1] ? 1 : 2;
    return a[i] <= b[i];
}

/* flow_hash is SipHash-1-3 over both ends, the smaller one first. */
uint32_t flow_hash(const uint64_t key[2], const struct segment *s)
{
    uint64_t a[3] = { 0 }, b[3] = { 0 };
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                      key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
    unsigned a_count = end_words(&s->from, a), b_count = end_words(&s->to, b);
    bool swap = !comes_first(a, b);
    if (swap) {
        sip_words(v, b, b_count);
        sip_words(v, a, a_count);
    } else {
        sip_words(v, a, a_count);
        sip_words(v, b, b_count);
    }
    v[2] ^= 0xff ^ (uint64_t)s->transport << 8;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    uint64_t hash = v[0] ^ v[1] ^ v[2] ^ v[3];
    return (uint32_t)(hash ^ hash >> 32);
}
