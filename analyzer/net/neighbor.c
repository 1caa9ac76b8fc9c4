/* neighbor.c - see neighbor.h. */
#include "net/neighbor.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    PAIRS = 128,
    IN_VAIN = 3, /* requests: RFC 4861 §10 and Linux' mcast_solicit */
    SOLICITATION = 135,
    ADVERTISEMENT = 136,
    ARP_REQUEST = 1,
    ARP_REPLY = 2,
};

struct neighbors {
    struct budget *budget;
    unsigned count;
    uint64_t forgotten;
    uint64_t askers; /* a bit for each, by its last byte: most addresses are of none */
    struct neighbor_pair pairs[PAIRS];
};

struct neighbors *neighbors_new(struct budget *b)
{
    if (!budget_take(b, sizeof(struct neighbors)))
        return NULL;
    struct neighbors *n = must_calloc(1, sizeof *n);
    n->budget = b;
    return n;
}

void neighbors_free(struct neighbors *n)
{
    if (!n)
        return;
    budget_give(n->budget, sizeof *n);
    free(n);
}

uint64_t neighbors_forgotten(const struct neighbors *n)
{
    return n->forgotten;
}

/* ---- messages ---- */

bool neighbor_is_message(const struct segment *s)
{
    if (s->transport == TRANSPORT_ARP)
        return true;
    return s->transport == TRANSPORT_ICMP && s->icmp_v6 &&
           (s->icmp_type == SOLICITATION || s->icmp_type == ADVERTISEMENT);
}

static bool is_unset(const struct address *a)
{
    for (int i = 0; i < a->len; i++)
        if (a->bytes[i])
            return false;
    return true;
}

/* RFC 4861 §4.3 and §4.4: the target stands first in both messages. */
static struct address target_of(const struct segment *s)
{
    struct address target = { .len = 16 };
    if (s->transport == TRANSPORT_ARP)
        return s->to.address;
    if (s->len < sizeof target.bytes)
        return (struct address){ 0 };
    memcpy(target.bytes, s->payload, sizeof target.bytes);
    return target;
}

/* ---- pairs ---- */

static uint64_t bit_of(const struct address *a)
{
    return a->len ? (uint64_t)1 << a->bytes[a->len - 1] % 64 : 0;
}

static bool is_in_vain(const struct neighbor_pair *pair)
{
    return pair->requests >= IN_VAIN;
}

static struct neighbor_pair *pair_oldest(struct neighbors *n)
{
    struct neighbor_pair *oldest = &n->pairs[0];
    for (unsigned i = 1; i < n->count; i++)
        if (n->pairs[i].last.time_us < oldest->last.time_us)
            oldest = &n->pairs[i];
    n->forgotten += is_in_vain(oldest) && !oldest->told;
    return oldest;
}

static struct neighbor_pair *pair_of(struct neighbors *n, const struct address *asker,
                                     const struct address *target)
{
    for (unsigned i = 0; i < n->count; i++)
        if (address_equal(&n->pairs[i].asker, asker) && address_equal(&n->pairs[i].target, target))
            return &n->pairs[i];
    struct neighbor_pair *pair = n->count < PAIRS ? &n->pairs[n->count++] : pair_oldest(n);
    *pair = (struct neighbor_pair){ .asker = *asker, .target = *target };
    n->askers |= bit_of(asker);
    return pair;
}

/* Whoever speaks is there. */
static void heard_of(struct neighbors *n, const struct address *address)
{
    for (unsigned i = 0; i < n->count; i++)
        if (address_equal(&n->pairs[i].target, address))
            n->pairs[i].requests = 0;
}

static void asks(struct neighbors *n, const struct segment *s, const struct address *target)
{
    struct neighbor_pair *pair = pair_of(n, &s->from.address, target);
    if (pair->requests++ == 0) {
        pair->first = s->at;
        pair->told = false;
    }
    pair->last = s->at;
}

/* Nobody asks for his own address but to tell it, or to find out whether it is free
 * (RFC 5227); that must go unanswered. */
void neighbors_note(struct neighbors *n, const struct segment *s)
{
    bool arp = s->transport == TRANSPORT_ARP;
    bool request = arp ? s->flags == ARP_REQUEST : s->icmp_type == SOLICITATION;
    const struct address *sender = &s->from.address;
    struct address target = target_of(s);
    if (is_unset(sender) || target.len == 0)
        return;
    heard_of(n, sender);
    if (!arp && !request)
        heard_of(n, &target);
    if (request && !is_unset(&target) && !address_equal(sender, &target))
        asks(n, s, &target);
}

void neighbors_talks(struct neighbors *n, const struct address *address)
{
    if (!(n->askers & bit_of(address)))
        return;
    for (unsigned i = 0; i < n->count; i++)
        if (address_equal(&n->pairs[i].asker, address))
            n->pairs[i].talks = true;
}

struct neighbor_pair *neighbors_asked_for(struct neighbors *n, const struct address *target)
{
    for (unsigned i = 0; i < n->count; i++)
        if (is_in_vain(&n->pairs[i]) && address_equal(&n->pairs[i].target, target))
            return &n->pairs[i];
    return NULL;
}

struct neighbor_pair *neighbors_due(struct neighbors *n, int64_t until_us, bool all)
{
    for (unsigned i = 0; i < n->count; i++) {
        struct neighbor_pair *pair = &n->pairs[i];
        if (pair->told || !is_in_vain(pair) || !(all || pair->talks) ||
            pair->last.time_us > until_us)
            continue;
        pair->told = true;
        return pair;
    }
    return NULL;
}
