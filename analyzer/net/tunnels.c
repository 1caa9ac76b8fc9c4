/* tunnels.c - packets inside packets: MPLS, GRE, NSH, and tunnels over UDP.
 *
 * A tunnel over UDP is known by its port alone, and any port may belong to
 * somebody else: its peeler looks hard at the header first and stops with
 * DECAP_OTHER when in doubt. What is inside is for the walk in decap.c. */
#include "net/layers.h"

/* ---- MPLS ---- */

/* Whether Ethernet with a type that we follow could begin at offset. */
static bool ethernet_at(const struct walk *w, size_t offset)
{
    struct reader ahead = w->at;
    reader_skip(&ahead, offset + 12);
    uint16_t type = reader_u16(&ahead);
    return reader_ok(&ahead) && layer_find(&ethertypes, type);
}

/* RFC 3032 §2.1: labels of four bytes, the last one marked. Nothing says what
 * they carry, so routers look at the first nibble (RFC 4928): 4 and 6 are IP, 1
 * is a control channel. 0 is a pseudowire's control word (RFC 4448 §4.6), or
 * the address that Ethernet without one begins with. */
struct next peel_mpls(struct walk *w)
{
    enum { BOTTOM = 0x100, CONTROL_WORD_LEN = 4 };
    uint32_t label;
    do
        label = reader_u32(&w->at);
    while (reader_ok(&w->at) && !(label & BOTTOM));

    switch (walk_peek(w) >> 4) {
    case 4:
        return next_in(&ethertypes, TYPE_IPV4);
    case 6:
        return next_in(&ethertypes, TYPE_IPV6);
    case 1:
        return next_stop(DECAP_OTHER);
    case 0:
        if (ethernet_at(w, CONTROL_WORD_LEN) || !ethernet_at(w, 0))
            reader_skip(&w->at, CONTROL_WORD_LEN);
    }
    return next_in(&ethertypes, TYPE_ETHERNET);
}

/* ---- GRE ---- */

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 */
    GRE_VERSION = 0x0007,
};

/* RFC 1701 §2: routes, each with family, offset and length, up to an empty one. */
static void skip_gre_routes(struct reader *r)
{
    uint16_t family;
    uint8_t len;
    do {
        family = reader_u16(r);
        reader_skip(r, 1);
        len = reader_u8(r);
        reader_skip(r, len);
    } while (reader_ok(r) && (family || len));
}

/* RFC 2784, RFC 2890, and version 1 for PPTP, RFC 2637 §4.1. ERSPAN without a
 * sequence number is its first version, which has no header of its own. */
struct next peel_gre(struct walk *w)
{
    uint16_t flags = reader_u16(&w->at), type = reader_u16(&w->at);
    if ((flags & GRE_VERSION) > 1)
        return next_stop(DECAP_OTHER);
    if (flags & (GRE_CHECKSUM | GRE_ROUTING))
        reader_skip(&w->at, 4);
    if (flags & GRE_KEY)
        reader_skip(&w->at, 4);
    if (flags & GRE_SEQUENCE)
        reader_skip(&w->at, 4);
    if (flags & GRE_ACK)
        reader_skip(&w->at, 4);
    if (flags & GRE_ROUTING)
        skip_gre_routes(&w->at);
    if (type == TYPE_ERSPAN && !(flags & GRE_SEQUENCE))
        type = TYPE_ETHERNET;
    return next_in(&ethertypes, type);
}

/* draft-foschiano-erspan-03 §4.3: twelve bytes, whose last two hold the type of
 * the mirrored frame and whether eight more follow. */
struct next peel_erspan3(struct walk *w)
{
    enum { FRAME_TYPE = 0x7c00, FRAME_IP = 0x0800, WITH_PLATFORM = 0x0001 };
    reader_skip(&w->at, 10);
    uint16_t flags = reader_u16(&w->at);
    if (flags & WITH_PLATFORM)
        reader_skip(&w->at, 8);
    if ((flags & FRAME_TYPE) == FRAME_IP)
        return peel_ip(w);
    if ((flags & FRAME_TYPE) == 0)
        return next_in(&ethertypes, TYPE_ETHERNET);
    return next_stop(DECAP_OTHER);
}

/* ---- service chains ---- */

/* What NSH (RFC 8300 §2.2) and VXLAN-GPE number alike. */
static const struct layer chained_protocol_rows[] = {
    { 1, 0, peel_ipv4, "IPv4" }, { 2, 0, peel_ipv6, "IPv6" }, { 3, 12, peel_ethernet, "Ethernet" },
    { 4, 0, peel_nsh, "NSH" },   { 5, 0, peel_mpls, "MPLS" },
};
static const struct layer_table chained_protocols = LAYER_TABLE(chained_protocol_rows);

struct next peel_nsh(struct walk *w)
{
    size_t len = (reader_u16(&w->at) & 0x3fu) * 4;
    reader_skip(&w->at, 1);
    uint8_t protocol = reader_u8(&w->at);
    if (len < 8)
        return next_stop(DECAP_MALFORMED);
    reader_skip(&w->at, len - 4);
    return next_in(&chained_protocols, protocol);
}

/* ---- tunnels over UDP ---- */

/* RFC 7348 §5: of all bits only the one that marks the network id is set. The
 * group policy extension sets another, and has a policy id and two flags. */
static struct next peel_vxlan(struct walk *w)
{
    uint32_t flags = reader_u32(&w->at), network = reader_u32(&w->at);
    bool plain = flags == 0x08000000, with_policy = (flags & 0xffb70000) == 0x88000000;
    if ((!plain && !with_policy) || (network & 0xff) != 0)
        return next_stop(DECAP_OTHER);
    return next_in(&ethertypes, TYPE_ETHERNET);
}

/* draft-ietf-nvo3-vxlan-gpe-13 §3: network id and next protocol, version 0. Not
 * everybody sets the flag that says so, but then the protocol is not 0. */
static struct next peel_vxlan_gpe(struct walk *w)
{
    uint32_t flags = reader_u32(&w->at), network = reader_u32(&w->at);
    uint32_t protocol = flags & 0xff;
    if ((flags & 0xfbffff00) != 0x08000000 || (network & 0xff) != 0 || protocol == 0)
        return next_stop(DECAP_OTHER);
    return next_in(&chained_protocols, protocol);
}

/* RFC 8926 §3.4: version 0 and length of options, two flags, and zeros. */
static struct next peel_geneve(struct walk *w)
{
    uint8_t start = reader_u8(&w->at), flags = reader_u8(&w->at);
    uint16_t type = reader_u16(&w->at);
    reader_skip(&w->at, 3);
    uint8_t reserved = reader_u8(&w->at);
    if (start & 0xc0 || flags & 0x3f || reserved != 0 || !layer_find(&ethertypes, type))
        return next_stop(DECAP_OTHER);
    reader_skip(&w->at, start * 4u);
    return next_in(&ethertypes, type);
}

/* Extensions: kind, 0 at the end, and length in fours with itself and the next
 * kind. */
static void skip_gtp_extensions(struct walk *w)
{
    while (reader_u8(&w->at) != 0) {
        size_t len = reader_u8(&w->at) * 4u;
        if (len == 0)
            w->at.status = READER_MALFORMED;
        reader_skip(&w->at, len - 2);
    }
}

/* 3GPP TS 29.281 §5.1: version 1, kind 255 is a user's packet. Any of three
 * flags brings sequence, number and kind of extension, all three together. */
static struct next peel_gtp_user(struct walk *w)
{
    enum { START = 0xf0, VERSION_1 = 0x30, OPTIONAL = 0x07, EXTENSIONS = 0x04, USER_PACKET = 255 };
    uint8_t start = reader_u8(&w->at), kind = reader_u8(&w->at);
    uint16_t len = reader_u16(&w->at);
    reader_skip(&w->at, 4);
    if ((start & START) != VERSION_1 || kind != USER_PACKET)
        return next_stop(DECAP_OTHER);
    walk_narrow(w, len);
    if (start & OPTIONAL)
        reader_skip(&w->at, start & EXTENSIONS ? 3 : 4);
    if (start & EXTENSIONS)
        skip_gtp_extensions(w);
    uint8_t version = walk_peek(w) >> 4;
    return version == 4 || version == 6 ? peel_ip(w) : next_stop(DECAP_OTHER);
}

/* TaZmen Sniffer Protocol: how access points send on what they hear. Version 1,
 * kind (0 heard, 1 to send), link, then tags up to the end tag. */
static struct next peel_tzsp(struct walk *w)
{
    enum { TAG_PADDING = 0, TAG_END = 1, TZSP_WLAN = 18 };
    uint8_t version = reader_u8(&w->at), kind = reader_u8(&w->at);
    uint16_t link = reader_u16(&w->at);
    if (version != 1 || kind > 1 || (link != 1 && link != TZSP_WLAN))
        return next_stop(DECAP_OTHER);
    uint8_t tag;
    while (reader_ok(&w->at) && (tag = reader_u8(&w->at)) != TAG_END)
        if (tag != TAG_PADDING)
            reader_skip(&w->at, reader_u8(&w->at));
    return next_in(&link_types, link == TZSP_WLAN ? LINK_WLAN : link);
}

/* RFC 2661 §3.1: data, not control, of version 2; what flags announce. */
static struct next peel_l2tp(struct walk *w)
{
    enum {
        RESERVED = 0x34f0,
        CONTROL = 0x8000,
        LENGTH = 0x4000,
        SEQUENCE = 0x0800,
        OFFSET = 0x0200
    };
    uint16_t flags = reader_u16(&w->at);
    if (flags & (CONTROL | RESERVED) || (flags & 0x0f) != 2)
        return next_stop(DECAP_OTHER);
    reader_skip(&w->at, flags & LENGTH ? 6 : 4);
    if (flags & SEQUENCE)
        reader_skip(&w->at, 4);
    if (flags & OFFSET)
        reader_skip(&w->at, reader_u16(&w->at));
    return reader_left(&w->at) > 0 ? peel_ppp(w) : next_stop(DECAP_OTHER);
}

/* RFC 5415 §4.3: how access points bring their stations' frames to a controller
 * when these are not encrypted on the way. Some makers swap the two bytes of
 * the 802.11 frame's control and sequence fields; a data frame's 8 tells. */
static struct next peel_capwap(struct walk *w)
{
    enum { LEN = 0xf80000, BINDING = 0x003e00, WLAN = 0x000200, NATIVE = 0x000100 };
    enum { FRAGMENT = 0x80, KEEP_ALIVE = 0x08, CONTROL_DATA = 0x08 };
    uint8_t preamble = reader_u8(&w->at);
    uint32_t header = reader_u24(&w->at);
    size_t len = (header & LEN) >> 17; /* of units of four, in the upper five bits */
    if (preamble != 0 || header & (FRAGMENT | KEEP_ALIVE) || len < 8)
        return next_stop(DECAP_OTHER);
    reader_skip(&w->at, len - 4);
    if (!(header & NATIVE))
        return next_in(&ethertypes, TYPE_ETHERNET);
    w->wlan_swapped = (walk_peek(w) & 0x0f) != CONTROL_DATA;
    return (header & BINDING) == WLAN ? next_in(&link_types, LINK_WLAN) : next_stop(DECAP_OTHER);
}

static const struct layer udp_tunnel_rows[] = {
    { 4789, 0, peel_vxlan, "VXLAN" },
    { 8472, 0, peel_vxlan, "VXLAN, as Linux first had it" },
    { 4790, 0, peel_vxlan_gpe, "VXLAN-GPE" },
    { 6081, 0, peel_geneve, "GENEVE" },
    { 2152, 0, peel_gtp_user, "GTP-U" },
    { 5247, 0, peel_capwap, "CAPWAP data" },
    { 37008, 0, peel_tzsp, "TZSP" },
    { 1701, 0, peel_l2tp, "L2TP" },
};
const struct layer_table udp_tunnels = LAYER_TABLE(udp_tunnel_rows);
