/* decap.c - from a packet's bytes to the segment or datagram inside.
 *
 * Here are the walk over the layers, the Internet protocols and their
 * transports. Link types are in links.c, tunnels in tunnels.c, and fragments
 * wait in defrag.c. */
#include "net/decap.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/layers.h"

enum {
    LAYERS_MAX = 24, /* nobody nests deeper than that by accident */
    IPV4_LEN = 20,
    IPV6_LEN = 40,
    TCP_LEN = 20,
    UDP_LEN = 8,
    ICMP_LEN = 8,
    ICMP_V4 = 1,
    ICMP_V6 = 58,
};

struct decap {
    struct defrag *defrag;
    struct decap_totals totals;
};

/* For headers of fixed size, whose bytes one reader_next() has vouched for. */
static uint16_t u16_at(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t u32_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- the Internet protocols ---- */

static inline void set_address(struct address *a, const uint8_t *bytes, uint8_t len)
{
    *a = (struct address){ .len = len };
    memcpy(a->bytes, bytes, len);
}

/* Each IP header further in takes the place of the one before: what we look
 * for is the innermost conversation. */
static inline void note_ip(struct walk *w, const uint8_t *addresses, uint8_t len, uint8_t ttl)
{
    struct segment *s = w->segment;
    set_address(&s->from.address, addresses, len);
    set_address(&s->to.address, addresses + len, len);
    s->ttl = ttl;
    s->ip_id = 0;
    s->tunnels = (uint8_t)w->ip_headers++;
}

/* join_fragment hands a fragment to the store, and goes on inside the datagram
 * when that is whole now. */
static struct next join_fragment(struct walk *w, uint32_t id, uint32_t offset, bool more,
                                 uint8_t protocol)
{
    if (!w->defrag) /* quoted by an ICMP error: only the first one shows ports */
        return offset == 0 ? next_in(w->protocols, protocol) : next_stop(DECAP_OTHER);
    struct fragment f = {
        .from = w->segment->from.address,
        .to = w->segment->to.address,
        .id = id,
        .protocol = protocol,
        .more = more,
        .cut = w->missing > 0,
        .offset = offset,
        .data = w->at.at,
        .len = reader_left(&w->at),
        .time_us = w->segment->at.time_us,
    };
    w->fragments_met = true;
    switch (defrag_add(w->defrag, &f, &w->at, &protocol)) {
    case DEFRAG_WHOLE:
        w->missing = 0;
        return next_in(w->protocols, protocol);
    case DEFRAG_REFUSED:
        return next_stop(DECAP_MALFORMED);
    case DEFRAG_NO_ROOM:
    case DEFRAG_WAITING:
        break;
    }
    return next_stop(f.cut ? DECAP_CUT : DECAP_WAITING);
}

/* narrow_ip is walk_narrow for an IP packet, and lets the first one promise more
 * than its frame held. No receiver would take it, but tools that shorten saved
 * packets for size or privacy forget to keep the original length: it was cut. */
static void narrow_ip(struct walk *w, size_t len)
{
    size_t sent = walk_wire_left(w);
    if (w->ip_headers == 1 && len > sent && reader_ok(&w->at)) {
        w->missing += len - sent;
        w->at.open = true;
    }
    walk_narrow(w, len);
}

/* RFC 791 §3.1. A total length of 0 is what a capture shows of a segment that
 * the network card will cut up, or has put together, past 64 KiB. */
struct next peel_ipv4(struct walk *w)
{
    const uint8_t *h = reader_next(&w->at, IPV4_LEN);
    if (!h)
        return next_stop(DECAP_CUT);
    size_t header_len = 4u * (h[0] & 0x0f), total = u16_at(h + 2);
    if (total == 0)
        total = IPV4_LEN + walk_wire_left(w);
    if (h[0] >> 4 != 4 || header_len < IPV4_LEN || total < header_len)
        return next_stop(DECAP_MALFORMED);
    note_ip(w, h + 12, 4, h[8]);
    w->segment->ip_id = u16_at(h + 4);
    narrow_ip(w, total - IPV4_LEN);
    reader_skip(&w->at, header_len - IPV4_LEN); /* options */

    uint16_t fragment = u16_at(h + 6);
    bool more = fragment & 0x2000;
    uint32_t offset = (fragment & 0x1fffu) * 8;
    if ((more || offset > 0) && reader_ok(&w->at))
        return join_fragment(w, w->segment->ip_id, offset, more, h[9]);
    return next_in(w->protocols, h[9]);
}

/* RFC 8200 §3. A payload length of 0 says that a jumbo option tells the true
 * one (RFC 2675), or that an offloading card does the rest: take what is there. */
struct next peel_ipv6(struct walk *w)
{
    const uint8_t *h = reader_next(&w->at, IPV6_LEN);
    if (!h || h[0] >> 4 != 6)
        return next_stop(DECAP_MALFORMED);
    note_ip(w, h + 8, 16, h[7]);
    if (u16_at(h + 4) != 0)
        narrow_ip(w, u16_at(h + 4));
    return next_in(w->protocols, h[6]);
}

struct next peel_ip(struct walk *w)
{
    return next_in(&ethertypes, walk_peek(w) >> 4 == 6 ? TYPE_IPV6 : TYPE_IPV4);
}

/* The numbers of extension headers mean nothing behind an IPv4 header. */
static bool inside_ipv6(const struct walk *w)
{
    return w->segment->from.address.len == 16;
}

/* Hop-by-hop, routing, destination, mobility, HIP and shim6 share one shape,
 * RFC 6564 §4. */
static struct next peel_extension(struct walk *w)
{
    uint8_t following = reader_u8(&w->at);
    reader_skip(&w->at, reader_u8(&w->at) * 8u + 6);
    return inside_ipv6(w) ? next_in(w->protocols, following) : next_stop(DECAP_OTHER);
}

/* RFC 8200 §4.5. A fragment that is all of its datagram is none: RFC 6946. */
static struct next peel_ipv6_fragment(struct walk *w)
{
    uint8_t following = reader_u8(&w->at);
    reader_skip(&w->at, 1);
    uint16_t fragment = reader_u16(&w->at);
    uint32_t id = reader_u32(&w->at);
    if (!reader_ok(&w->at) || !inside_ipv6(w))
        return next_stop(DECAP_OTHER);
    if ((fragment & 0xfff9) == 0)
        return next_in(w->protocols, following);
    return join_fragment(w, id, fragment & 0xfff8, fragment & 1, following);
}

/* RFC 4302 §2: counts in units of four, less two. It hides nothing. */
static struct next peel_ah(struct walk *w)
{
    uint8_t following = reader_u8(&w->at);
    reader_skip(&w->at, reader_u8(&w->at) * 4u + 6);
    return next_in(w->protocols, following);
}

/* ---- transports ---- */

static struct next segment_ends(struct walk *w, enum transport transport, size_t wire_len)
{
    struct segment *s = w->segment;
    s->transport = transport;
    s->payload = w->at.at;
    s->len = (uint32_t)reader_left(&w->at);
    s->wire_len = (uint32_t)wire_len;
    return next_stop(DECAP_SEGMENT);
}

/* RFC 9293 §3.2 and RFC 2018 §3. Options that make no sense end the list: the
 * receiver would look at the rest of the segment all the same. */
static void read_tcp_options(struct segment *s, struct reader options)
{
    while (reader_left(&options) > 1) {
        uint8_t kind = reader_u8(&options);
        if (kind == 0)
            return;
        if (kind == 1)
            continue;
        uint8_t len = reader_u8(&options);
        if (len < 2)
            return;
        struct reader value = reader_take(&options, len - 2u);
        if (kind == 2 && len == 4) {
            s->mss = reader_u16(&value);
        } else if (kind == 5) {
            s->sack_blocks = (uint8_t)(reader_left(&value) / 8);
            s->sack = value.at;
        }
    }
}

static struct next read_tcp(struct walk *w)
{
    const uint8_t *h = reader_next(&w->at, TCP_LEN);
    if (!h)
        return next_stop(DECAP_CUT);
    size_t header_len = 4u * (h[12] >> 4), wire_left = walk_wire_left(w);
    if (header_len < TCP_LEN || header_len - TCP_LEN > wire_left)
        return next_stop(DECAP_MALFORMED);

    struct segment *s = w->segment;
    s->from.port = u16_at(h);
    s->to.port = u16_at(h + 2);
    s->seq = u32_at(h + 4);
    s->ack = u32_at(h + 8);
    s->flags = h[13];
    s->window = u16_at(h + 14);
    s->checksum = u16_at(h + 16);
    size_t options_len = header_len - TCP_LEN;
    read_tcp_options(s, reader_take_some(&w->at, options_len));
    return segment_ends(w, TRANSPORT_TCP, wire_left - options_len);
}

/* enter_tunnel peels what a tunnel's port promises, at either end. What does not
 * look like it is a datagram that happens to use the port: the walk stays where
 * it was. */
static struct next enter_tunnel(struct walk *w)
{
    const struct layer *tunnel = layer_find(&udp_tunnels, w->segment->to.port);
    if (!tunnel)
        tunnel = layer_find(&udp_tunnels, w->segment->from.port);
    if (!tunnel)
        return next_stop(DECAP_OTHER);
    struct walk before = *w;
    struct next inner = tunnel->peel(w);
    if (!reader_ok(&w->at))
        inner = next_stop(DECAP_OTHER);
    if (!inner.table)
        *w = before;
    return inner;
}

/* RFC 768. A length of 0 is a jumbogram's (RFC 2675 §4). */
static struct next read_udp(struct walk *w)
{
    const uint8_t *h = reader_next(&w->at, UDP_LEN);
    if (!h)
        return next_stop(DECAP_CUT);
    size_t len = u16_at(h + 4);
    if (len != 0 && len < UDP_LEN)
        return next_stop(DECAP_MALFORMED);
    if (len != 0)
        walk_narrow(w, len - UDP_LEN);
    if (!reader_ok(&w->at))
        return next_stop(DECAP_MALFORMED);

    struct segment *s = w->segment;
    s->from.port = u16_at(h);
    s->to.port = u16_at(h + 2);
    s->checksum = u16_at(h + 6);
    struct next inner = enter_tunnel(w);
    return inner.table ? inner : segment_ends(w, TRANSPORT_UDP, walk_wire_left(w));
}

static struct next read_icmp_of(struct walk *w, bool v6)
{
    const uint8_t *h = reader_next(&w->at, ICMP_LEN);
    if (!h)
        return next_stop(DECAP_CUT);
    struct segment *s = w->segment;
    s->icmp_v6 = v6;
    s->icmp_type = h[0];
    s->icmp_code = h[1];
    s->checksum = u16_at(h + 2);
    s->icmp_rest = u32_at(h + 4);
    return segment_ends(w, TRANSPORT_ICMP, walk_wire_left(w));
}

static struct next read_icmp(struct walk *w)
{
    return read_icmp_of(w, false);
}

static struct next read_icmpv6(struct walk *w)
{
    return read_icmp_of(w, true);
}

static const struct layer ip_protocol_rows[] = {
    { 6, 0, read_tcp, "TCP" },
    { 17, 0, read_udp, "UDP" },
    { ICMP_V4, 0, read_icmp, "ICMP" },
    { ICMP_V6, 0, read_icmpv6, "ICMPv6" },
    { 44, 0, peel_ipv6_fragment, "IPv6 fragment" },
    { 0, 0, peel_extension, "IPv6 hop-by-hop options" },
    { 60, 0, peel_extension, "IPv6 destination options" },
    { 43, 0, peel_extension, "IPv6 routing" },
    { 41, 0, peel_ipv6, "IPv6 in IP" },
    { 4, 0, peel_ipv4, "IPv4 in IP" },
    { 47, 0, peel_gre, "GRE" },
    { 51, 0, peel_ah, "AH" },
    { 97, 2 + 12, peel_ethernet, "EtherIP" },
    { 135, 0, peel_extension, "IPv6 mobility" },
    { 137, 0, peel_mpls, "MPLS in IP" },
    { 139, 0, peel_extension, "HIP" },
    { 140, 0, peel_extension, "shim6" },
};
const struct layer_table ip_protocols = LAYER_TABLE(ip_protocol_rows);

/* ---- packets that ICMP errors quote ---- */

/* RFC 792 promises eight bytes behind the IP header, so the ports and of TCP
 * the sequence number; what a longer quotation has besides is read if there. */
static struct next read_quoted_ports(struct walk *w)
{
    w->segment->from.port = reader_u16(&w->at);
    w->segment->to.port = reader_u16(&w->at);
    w->segment->payload = w->at.at;
    return next_stop(DECAP_SEGMENT);
}

static struct next read_quoted_udp(struct walk *w)
{
    w->segment->transport = TRANSPORT_UDP;
    return read_quoted_ports(w);
}

static struct next read_quoted_tcp(struct walk *w)
{
    struct segment *s = w->segment;
    s->transport = TRANSPORT_TCP;
    struct next end = read_quoted_ports(w);
    struct reader rest = w->at;
    s->seq = reader_u32(&rest);
    s->ack = reader_u32(&rest);
    s->flags = reader_u16(&rest) & 0xff;
    s->window = reader_u16(&rest);
    s->checksum = reader_u16(&rest);
    return end;
}

static const struct layer quoted_protocol_rows[] = {
    { 6, 0, read_quoted_tcp, "TCP" },
    { 17, 0, read_quoted_udp, "UDP" },
    { 44, 0, peel_ipv6_fragment, "IPv6 fragment" },
    { 0, 0, peel_extension, "IPv6 hop-by-hop options" },
    { 60, 0, peel_extension, "IPv6 destination options" },
    { 43, 0, peel_extension, "IPv6 routing" },
    { 51, 0, peel_ah, "AH" },
};
static const struct layer_table quoted_protocols = LAYER_TABLE(quoted_protocol_rows);

/* RFC 792 and RFC 4443 §2.1: which messages quote the packet at fault. */
static bool quotes(const struct segment *s)
{
    static const uint8_t v4_errors[] = { 3, 4, 5, 11, 12 };
    if (s->transport != TRANSPORT_ICMP)
        return false;
    if (s->icmp_v6)
        return s->icmp_type >= 1 && s->icmp_type < 128;
    return memchr(v4_errors, s->icmp_type, sizeof v4_errors) != NULL;
}

/* ---- the walk ---- */

/* Peelers read straight on; a reader that ran out tells by itself whether the
 * capture cut the packet or the packet contradicts itself. */
static enum decap_status walk(struct walk *w, struct next next)
{
    for (int i = 0; i < LAYERS_MAX; i++) {
        const struct layer *layer = layer_find(next.table, next.number);
        if (!layer || !layer->peel) {
            w->ethertype = next.table == &ethertypes ? (uint16_t)next.number : 0;
            return DECAP_OTHER;
        }
        reader_skip(&w->at, layer->skip);
        next = layer->peel(w);
        if (!reader_ok(&w->at))
            return w->at.status == READER_SHORT ? DECAP_CUT : DECAP_MALFORMED;
        if (!next.table)
            return next.status;
    }
    return DECAP_MALFORMED;
}

bool decap_quoted(const struct segment *icmp, struct segment *s)
{
    if (!quotes(icmp))
        return false;
    *s = (struct segment){ .at = icmp->at };
    struct walk w = {
        .at = reader_over(icmp->payload, icmp->len, true),
        .missing = 1 << 20, /* a quotation ends anywhere */
        .segment = s,
        .protocols = &quoted_protocols,
    };
    return walk(&w, next_in(&link_types, LINK_RAW)) == DECAP_SEGMENT;
}

struct decap *decap_new(struct budget *b)
{
    struct decap *d = must_calloc(1, sizeof *d);
    d->defrag = defrag_new(b);
    return d;
}

void decap_free(struct decap *d)
{
    if (!d)
        return;
    defrag_free(d->defrag);
    free(d);
}

static void count(struct decap_totals *t, enum decap_status status)
{
    uint64_t *const counters[] = {
        [DECAP_SEGMENT] = &t->segments,
        [DECAP_WAITING] = &t->waiting,
        [DECAP_ARP] = &t->arp,
        [DECAP_OTHER] = &t->other,
        [DECAP_UNKNOWN_LINK] = &t->unknown_link,
        [DECAP_MALFORMED] = &t->malformed,
        [DECAP_CUT] = &t->cut,
    };
    ++*counters[status];
}

static void copy_fragment_totals(struct decap *d)
{
    const struct defrag_totals *t = defrag_totals(d->defrag);
    d->totals.fragments = t->fragments;
    d->totals.reassembled = t->reassembled;
    d->totals.fragments_dropped = t->dropped;
    d->totals.fragments_held = t->held;
}

static enum decap_kind kind_of(const struct walk *w)
{
    static const struct {
        uint16_t ethertype;
        enum decap_kind kind;
    } rows[] = {
        { 0x888e, KIND_EAPOL },
        { 0x88e5, KIND_MACSEC },
        { 0x8863, KIND_PPPOE },
        { 0x88cc, KIND_LLDP },
    };
    for (size_t i = 0; w->ethertype && i < sizeof rows / sizeof *rows; i++)
        if (rows[i].ethertype == w->ethertype)
            return rows[i].kind;
    return w->ip_headers > 0 ? KIND_IP
           : w->wlan_sealed  ? KIND_WLAN_SEALED
           : w->wlan         ? KIND_WLAN
                             : KIND_UNKNOWN;
}

/* A link type that is named without a way to peel it carries no IP. */
static enum decap_status refuse_link(struct decap *d, const struct packet *p, bool known)
{
    d->totals.last_unknown_link = p->link_type;
    if (!known)
        return DECAP_UNKNOWN_LINK;
    d->totals.no_ip++;
    return DECAP_OTHER;
}

static enum decap_status unwrap(struct decap *d, const struct packet *p, struct segment *s)
{
    const struct layer *link = layer_find(&link_types, p->link_type);
    if (!link || !link->peel)
        return refuse_link(d, p, link != NULL);
    *s = (struct segment){ .at = p->at };
    struct walk w = {
        .at = reader_over(p->data, p->len, p->wire_len > p->len),
        .missing = p->wire_len > p->len ? p->wire_len - p->len : 0,
        .segment = s,
        .defrag = d->defrag,
        .protocols = &ip_protocols,
    };
    enum decap_status status = walk(&w, next_in(&link_types, p->link_type));
    if (w.fragments_met)
        copy_fragment_totals(d);
    if (status == DECAP_OTHER)
        d->totals.kinds[kind_of(&w)]++;
    return status;
}

enum decap_status decap_packet(struct decap *d, const struct packet *p, struct segment *s)
{
    defrag_release(d->defrag);
    enum decap_status status = unwrap(d, p, s);
    count(&d->totals, status);
    return status;
}

const struct decap_totals *decap_totals(const struct decap *d)
{
    return &d->totals;
}

const char *decap_link_name(uint32_t link_type)
{
    const struct layer *link = layer_find(&link_types, link_type);
    if (!link)
        link = layer_find(&unread_link_types, link_type);
    return link ? link->name : NULL;
}
