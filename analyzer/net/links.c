/* links.c - link types and what stands between the link and IP.
 *
 * From the LINKTYPE_ number of a packet's interface to an ethertype or a PPP
 * protocol. Numbers: https://www.tcpdump.org/linktypes.html. A row is all that
 * a link type needs when its header has a fixed size. */
#include "net/layers.h"

#include <string.h>

enum {
    ETHERTYPE_MIN = 0x0600, /* below it is IEEE 802.3's length */
    LENGTH_MAX = 1500,
};

/* ---- IEEE 802: Ethernet, LLC, SNAP ---- */

/* IEEE 802.2 with SNAP, RFC 1042. The second OUI is 802.1H's, for bridges. */
static struct next peel_snap(struct walk *w)
{
    uint32_t oui = reader_u24(&w->at);
    uint16_t type = reader_u16(&w->at);
    if (oui != 0 && oui != 0x0000f8)
        return next_stop(DECAP_OTHER);
    return next_in(&ethertypes, type);
}

static struct next peel_llc(struct walk *w)
{
    uint32_t header = reader_u24(&w->at);
    if (header == 0xaaaa03)
        return peel_snap(w);
    if (header == 0x060603) /* IP's own LLC address */
        return next_in(&ethertypes, TYPE_IPV4);
    return next_stop(DECAP_OTHER);
}

struct next peel_ethernet(struct walk *w)
{
    uint16_t type = reader_u16(&w->at);
    if (type >= ETHERTYPE_MIN)
        return next_in(&ethertypes, type);
    if (type > LENGTH_MAX)
        return next_stop(DECAP_OTHER);
    walk_narrow(w, type);
    return peel_llc(w);
}

/* Token Ring, RFC 1042: a source address with its top bit set has routing
 * information behind it, whose first byte holds its length. */
static struct next peel_token_ring(struct walk *w)
{
    bool routed = reader_u8(&w->at) & 0x80;
    reader_skip(&w->at, 5);
    if (routed)
        reader_skip(&w->at, walk_peek(w) & 0x1f);
    return peel_llc(w);
}

/* ---- 802.11 and the headers that capturing puts before it ---- */

enum {
    WLAN_TYPE = 0x0f, /* with the version: 0x08 is version 0, data */
    WLAN_DATA = 0x08,
    WLAN_NULL = 0x40, /* subtypes without data */
    WLAN_QOS = 0x80,
    WLAN_BOTH_DS = 0x03,
    WLAN_MORE_FRAGMENTS = 0x04,
    WLAN_PROTECTED = 0x40,
    WLAN_ORDER = 0x80,
    QOS_AMSDU = 0x80,
};

/* wlan_open says whether a frame shows its data: a whole data frame without
 * encryption (IEEE 802.11-2020 §9.2.4.1). */
static bool wlan_open(uint8_t control, uint8_t flags)
{
    return (control & WLAN_TYPE) == WLAN_DATA && !(control & WLAN_NULL) &&
           !(flags & (WLAN_PROTECTED | WLAN_MORE_FRAGMENTS));
}

static struct next peel_wlan(struct walk *w)
{
    const uint8_t *start = w->at.at;
    uint8_t first = reader_u8(&w->at), second = reader_u8(&w->at);
    uint8_t control = w->wlan_swapped ? second : first, flags = w->wlan_swapped ? first : second;
    w->wlan = true;
    w->wlan_sealed =
        (control & WLAN_TYPE) == WLAN_DATA && !(control & WLAN_NULL) && flags & WLAN_PROTECTED;
    if (!wlan_open(control, flags))
        return next_stop(DECAP_OTHER);
    reader_skip(&w->at, 2 + 3 * 6); /* duration, three addresses */
    uint16_t sequence = w->wlan_swapped ? reader_u16(&w->at) : reader_le16(&w->at);
    if ((flags & WLAN_BOTH_DS) == WLAN_BOTH_DS)
        reader_skip(&w->at, 6);
    uint8_t qos = 0;
    if (control & WLAN_QOS) {
        qos = reader_u8(&w->at);
        reader_skip(&w->at, flags & WLAN_ORDER ? 5 : 1);
    }
    if (!reader_ok(&w->at) || (sequence & 0x0f) != 0) /* a later fragment */
        return next_stop(DECAP_OTHER);
    if (w->wlan_padded)
        reader_skip(&w->at, -(size_t)(w->at.at - start) & 3);
    if (qos & QOS_AMSDU) { /* of several packets in a frame, the first */
        reader_skip(&w->at, 12);
        walk_narrow(w, reader_u16(&w->at));
    }
    return peel_llc(w);
}

/* https://www.radiotap.org: little-endian, and a bit for each field in it. Only
 * the flags are of interest, and only the timestamp stands before them. */
static struct next peel_radiotap(struct walk *w)
{
    struct reader header = w->at;
    reader_skip(&header, 2);
    uint16_t len = reader_le16(&header);
    uint32_t present = reader_le32(&header), more = present, words = 1;
    for (; reader_ok(&header) && more & 0x80000000; words++)
        more = reader_le32(&header);
    if (present & 1) /* aligned to eight bytes, of which each word is half */
        reader_skip(&header, words % 2 ? 8 : 12);
    w->wlan_padded = present & 2 && reader_u8(&header) & 0x20;
    reader_skip(&w->at, len);
    return next_in(&link_types, LINK_WLAN);
}

/* A header of the Prism cards: message code, length, in the byte order of the
 * capturing machine. AVS came in its place, in network order and with a magic
 * number, under both link types. */
static struct next peel_prism(struct walk *w)
{
    struct reader header = w->at;
    uint32_t code = reader_u32(&header);
    struct reader length = header;
    uint32_t len = reader_le32(&header);
    if ((code & 0xfffff000) == 0x80211000 || len > reader_left(&w->at))
        len = reader_u32(&length);
    reader_skip(&w->at, len);
    return next_in(&link_types, LINK_WLAN);
}

/* Per-Packet Information: version, flags, length, link type, fields. */
static struct next peel_ppi(struct walk *w)
{
    struct reader header = w->at;
    reader_skip(&header, 2);
    uint16_t len = reader_le16(&header);
    uint32_t link_type = reader_le32(&header);
    reader_skip(&w->at, len);
    return next_in(&link_types, link_type);
}

/* Apple's pktap: length, record type, link type, then much about the process. */
static struct next peel_pktap(struct walk *w)
{
    struct reader header = w->at;
    uint32_t len = reader_le32(&header);
    reader_skip(&header, 4);
    uint32_t link_type = reader_le32(&header);
    reader_skip(&w->at, len);
    return next_in(&link_types, link_type);
}

/* ---- address families: BSD loopback, pf, netfilter ---- */

/* AF_INET6 differs from system to system: Linux, Windows, NetBSD and OpenBSD,
 * FreeBSD, Darwin. */
static const struct layer family_rows[] = {
    { 2, 0, peel_ipv4, "IPv4" },  { 10, 0, peel_ipv6, "IPv6" }, { 23, 0, peel_ipv6, "IPv6" },
    { 24, 0, peel_ipv6, "IPv6" }, { 28, 0, peel_ipv6, "IPv6" }, { 30, 0, peel_ipv6, "IPv6" },
};
static const struct layer_table families = LAYER_TABLE(family_rows);

/* Four bytes of family in the capturing machine's byte order, or in network
 * order (LOOP): families are small, so the bytes show which. */
static uint32_t read_family(struct reader *r)
{
    const uint8_t *p = reader_next(r, 4);
    if (!p)
        return 0;
    return p[0] || p[1] ? (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[2] << 8 | p[3];
}

static struct next peel_family(struct walk *w)
{
    return next_in(&families, read_family(&w->at));
}

/* OpenBSD's enc: family, SPI, flags. */
static struct next peel_enc(struct walk *w)
{
    uint32_t family = read_family(&w->at);
    reader_skip(&w->at, 8);
    return next_in(&families, family);
}

/* pf's log: length, padded to four bytes, and family. */
static struct next peel_pflog(struct walk *w)
{
    struct reader header = w->at;
    uint8_t len = reader_u8(&header), family = reader_u8(&header);
    reader_skip(&w->at, (len + 3u) & ~3u);
    return next_in(&families, family);
}

/* nflog_attribute reads length and type, in the capturing machine's byte order.
 * Types are small, so again the bytes show which. */
static size_t nflog_attribute(struct reader *r, uint16_t *type)
{
    struct reader turned = *r;
    uint16_t len = reader_le16(r);
    *type = reader_le16(r) & 0x7fff;
    if (*type <= 0xff)
        return len;
    len = reader_u16(&turned);
    *type = reader_u16(&turned) & 0x7fff;
    return len;
}

/* Linux's netfilter log: family, version, id, then attributes padded to four
 * bytes, one of which is the packet. */
static struct next peel_nflog(struct walk *w)
{
    enum { NFLOG_PAYLOAD = 9, ATTRIBUTE_LEN = 4 };
    uint8_t family = reader_u8(&w->at);
    reader_skip(&w->at, 3);
    while (reader_left(&w->at) >= ATTRIBUTE_LEN) {
        uint16_t type;
        size_t len = nflog_attribute(&w->at, &type);
        if (len < ATTRIBUTE_LEN)
            return next_stop(DECAP_MALFORMED);
        if (type == NFLOG_PAYLOAD) {
            walk_narrow(w, len - ATTRIBUTE_LEN);
            return next_in(&families, family);
        }
        reader_skip(&w->at, ((len + 3) & ~(size_t)3) - ATTRIBUTE_LEN);
    }
    return next_stop(DECAP_OTHER);
}

/* ---- Linux's cooked captures ---- */

static struct next cooked_type(uint16_t type)
{
    enum { COOKED_LLC = 4 };
    static const struct layer rows[] = { { COOKED_LLC, 0, peel_llc, "IEEE 802.2" } };
    static const struct layer_table cooked_types = LAYER_TABLE(rows);
    return next_in(type < ETHERTYPE_MIN ? &cooked_types : &ethertypes, type);
}

static struct next peel_sll(struct walk *w)
{
    return cooked_type(reader_u16(&w->at));
}

/* Version 2 begins with the type; interface, kind and address follow. */
static struct next peel_sll2(struct walk *w)
{
    uint16_t type = reader_u16(&w->at);
    reader_skip(&w->at, 18);
    return cooked_type(type);
}

/* ---- serial lines and wide areas ---- */

/* Cisco's HDLC, behind address and control, has ethertypes. */
static struct next peel_type(struct walk *w)
{
    return next_in(&ethertypes, reader_u16(&w->at));
}

/* RFC 1661 §6.5 and RFC 1662 §3: address and control may be left out, and a
 * protocol number below 256 may be one byte, told by its odd value. Captures
 * of serial lines hold Cisco's HDLC under the same link type. */
struct next peel_ppp(struct walk *w)
{
    struct reader ahead = w->at;
    uint16_t start = reader_u16(&ahead);
    if (start == 0xff03 || start == 0x0f00 || start == 0x8f00)
        reader_skip(&w->at, 2);
    if (start == 0x0f00 || start == 0x8f00)
        return peel_type(w);
    uint16_t protocol = reader_u8(&w->at);
    if (!(protocol & 1))
        protocol = (uint16_t)(protocol << 8 | reader_u8(&w->at));
    return next_in(&ppp_protocols, protocol);
}

/* RFC 2516 §4: version and type, code 0 for a session, session, length. */
struct next peel_pppoe(struct walk *w)
{
    uint16_t start = reader_u16(&w->at);
    reader_skip(&w->at, 2);
    walk_narrow(w, reader_u16(&w->at));
    return start == 0x1100 ? peel_ppp(w) : next_stop(DECAP_OTHER);
}

/* Frame Relay: an address whose last byte is odd, then RFC 2427's control and
 * protocol id, or Cisco's way, an ethertype. */
static struct next peel_frame_relay(struct walk *w)
{
    enum { UNNUMBERED = 0x03, ID_SNAP = 0x80, ID_IPV4 = 0xcc, ID_IPV6 = 0x8e };
    for (int i = 0; i < 4 && !(reader_u8(&w->at) & 1); i++)
        ;
    if (walk_peek(w) != UNNUMBERED)
        return peel_type(w);
    reader_skip(&w->at, 1);
    if (walk_peek(w) == 0)
        reader_skip(&w->at, 1); /* padding */
    switch (reader_u8(&w->at)) {
    case ID_SNAP:
        return peel_snap(w);
    case ID_IPV4:
        return next_in(&ethertypes, TYPE_IPV4);
    case ID_IPV6:
        return next_in(&ethertypes, TYPE_IPV6);
    }
    return next_stop(DECAP_OTHER);
}

/* Juniper's Ethernet: a magic number, flags, and if these say so extensions. */
static struct next peel_juniper_ethernet(struct walk *w)
{
    enum { MAGIC = 0x4d4743, WITH_EXTENSIONS = 0x80, WITHOUT_LINK = 0x02 };
    if (reader_u24(&w->at) != MAGIC)
        return next_stop(DECAP_OTHER);
    uint8_t flags = reader_u8(&w->at);
    if (flags & WITH_EXTENSIONS)
        reader_skip(&w->at, reader_u16(&w->at));
    if (flags & WITHOUT_LINK)
        return peel_ip(w);
    return next_in(&ethertypes, TYPE_ETHERNET);
}

/* ---- tables ---- */

/* RFC 826, for IPv4 on a link of any kind. */
static struct next peel_arp(struct walk *w)
{
    reader_skip(&w->at, 2); /* kind of link */
    uint16_t protocol = reader_u16(&w->at);
    uint8_t hardware_len = reader_u8(&w->at), address_len = reader_u8(&w->at);
    if (protocol != TYPE_IPV4 || address_len != 4)
        return next_stop(DECAP_OTHER);
    struct segment *s = w->segment;
    s->transport = TRANSPORT_ARP;
    s->flags = reader_u16(&w->at) & 0xff;
    s->from.address.len = s->to.address.len = 4;
    reader_skip(&w->at, hardware_len);
    const uint8_t *sender = reader_next(&w->at, 4);
    reader_skip(&w->at, hardware_len);
    const uint8_t *target = reader_next(&w->at, 4);
    if (!target)
        return next_stop(DECAP_CUT);
    memcpy(s->from.address.bytes, sender, 4);
    memcpy(s->to.address.bytes, target, 4);
    return next_stop(DECAP_ARP);
}

static const struct layer ethertype_rows[] = {
    { TYPE_IPV4, 0, peel_ipv4, "IPv4" },
    { TYPE_IPV6, 0, peel_ipv6, "IPv6" },
    { 0x0806, 0, peel_arp, "ARP" },
    { 0x8100, 2, peel_ethernet, "802.1Q VLAN" },
    { 0x88a8, 2, peel_ethernet, "802.1ad provider VLAN" },
    { 0x9100, 2, peel_ethernet, "VLAN before 802.1ad" },
    { 0x9200, 2, peel_ethernet, "VLAN before 802.1ad" },
    { 0x88e7, 4 + 12, peel_ethernet, "802.1ah backbone" },
    { 0x8926, 4, peel_ethernet, "VN-Tag" },
    { 0x8864, 0, peel_pppoe, "PPPoE session" },
    { TYPE_MPLS, 0, peel_mpls, "MPLS" },
    { 0x8848, 0, peel_mpls, "MPLS, label assigned upstream" },
    { TYPE_ETHERNET, 12, peel_ethernet, "Ethernet, bridged" },
    { 0x880b, 0, peel_ppp, "PPP" },
    { TYPE_ERSPAN, 8 + 12, peel_ethernet, "ERSPAN II" },
    { 0x22eb, 0, peel_erspan3, "ERSPAN III" },
    { TYPE_NSH, 0, peel_nsh, "NSH" },
};
const struct layer_table ethertypes = LAYER_TABLE(ethertype_rows);

static const struct layer ppp_protocol_rows[] = {
    { 0x0021, 0, peel_ipv4, "IPv4" },
    { 0x0057, 0, peel_ipv6, "IPv6" },
    { 0x0281, 0, peel_mpls, "MPLS" },
    { 0x0283, 0, peel_mpls, "MPLS, label assigned upstream" },
    { 0x0031, 2 + 12, peel_ethernet, "Ethernet, bridged" },
};
const struct layer_table ppp_protocols = LAYER_TABLE(ppp_protocol_rows);

/* Where Ethernet comes later than the packet's start, skip holds what stands
 * before it and the two addresses: tags of switch chips, preambles. */
static const struct layer link_type_rows[] = {
    { 1, 12, peel_ethernet, "Ethernet" },
    { 113, 14, peel_sll, "Linux cooked" },
    { 276, 0, peel_sll2, "Linux cooked v2" },
    { LINK_RAW, 0, peel_ip, "raw IP" },
    { 12, 0, peel_ip, "raw IP" },
    { 14, 0, peel_ip, "raw IP" },
    { 228, 0, peel_ipv4, "raw IPv4" },
    { 229, 0, peel_ipv6, "raw IPv6" },
    { 0, 0, peel_family, "BSD loopback" },
    { 108, 0, peel_family, "OpenBSD loopback" },
    { LINK_WLAN, 0, peel_wlan, "IEEE 802.11" },
    { 127, 0, peel_radiotap, "IEEE 802.11 with radiotap" },
    { 119, 0, peel_prism, "IEEE 802.11 with Prism header" },
    { 163, 0, peel_prism, "IEEE 802.11 with AVS header" },
    { 192, 0, peel_ppi, "Per-Packet Information" },
    { 9, 0, peel_ppp, "PPP" },
    { 50, 0, peel_ppp, "PPP in HDLC framing" },
    { 51, 0, peel_pppoe, "PPPoE" },
    { 166, 2, peel_ppp, "PPP, Linux pppd" },
    { 204, 1, peel_ppp, "PPP with direction" },
    { 104, 2, peel_type, "Cisco HDLC" },
    { 205, 3, peel_type, "Cisco HDLC with direction" },
    { 107, 0, peel_frame_relay, "Frame Relay" },
    { 206, 1, peel_frame_relay, "Frame Relay with direction" },
    { 219, 0, peel_mpls, "MPLS" },
    { 239, 0, peel_nflog, "Linux netfilter log" },
    { 258, 0, peel_pktap, "Apple pktap" },
    { 109, 0, peel_enc, "OpenBSD IPsec" },
    { 117, 0, peel_pflog, "pf firewall log" },
    { 226, 24, peel_ip, "Solaris ipnet" },
    { 8, 16, peel_ip, "SLIP" },
    { 10, 13, peel_llc, "FDDI" },
    { 6, 2 + 6, peel_token_ring, "Token Ring" },
    { 100, 0, peel_llc, "ATM, RFC 1483" },
    { 122, 16, peel_llc, "IP over Fibre Channel" },
    { 138, 16, peel_type, "Apple IP over FireWire" },
    { 178, 0, peel_juniper_ethernet, "Juniper Ethernet" },
    { 240, 4 + 12, peel_ethernet, "netANALYZER" },
    { 241, 4 + 8 + 12, peel_ethernet, "netANALYZER with preamble" },
    { 259, 8 + 12, peel_ethernet, "EPON" },
    { 281, 12 + 4, peel_ethernet, "Ethernet with Broadcom switch tag" },
    { 282, 4 + 12, peel_ethernet, "Ethernet behind Broadcom switch tag" },
    { 284, 12 + 4, peel_ethernet, "Ethernet with Marvell switch tag" },
    { 285, 12 + 8, peel_ethernet, "Ethernet with Marvell EtherType switch tag" },

    /* Those that carry no IP, or none that could be read without more layers. */
    { 3, 0, NULL, "AX.25" },
    { 114, 0, NULL, "LocalTalk" },
    { 139, 0, NULL, "MTP2 with pseudo-header" },
    { 140, 0, NULL, "MTP2" },
    { 141, 0, NULL, "MTP3" },
    { 142, 0, NULL, "SCCP" },
    { 144, 0, NULL, "Linux IrDA" },
    { 165, 0, NULL, "BACnet MS/TP" },
    { 177, 0, NULL, "Linux LAPD" },
    { 186, 0, NULL, "USB, FreeBSD" },
    { 187, 0, NULL, "Bluetooth HCI" },
    { 189, 0, NULL, "USB, Linux" },
    { 190, 0, NULL, "CAN 2.0b" },
    { 191, 0, NULL, "IEEE 802.15.4, Linux" },
    { 195, 0, NULL, "IEEE 802.15.4" },
    { 199, 0, NULL, "IPMB, Kontron" },
    { 201, 0, NULL, "Bluetooth HCI with direction" },
    { 202, 0, NULL, "AX.25 with KISS header" },
    { 203, 0, NULL, "LAPD" },
    { 207, 0, NULL, "LAPB with direction" },
    { 209, 0, NULL, "IPMB, Linux" },
    { 210, 0, NULL, "FlexRay" },
    { 211, 0, NULL, "MOST" },
    { 212, 0, NULL, "LIN" },
    { 213, 0, NULL, "serial line, X2E" },
    { 215, 0, NULL, "IEEE 802.15.4 with PHY header" },
    { 216, 0, NULL, "Linux input events" },
    { 220, 0, NULL, "USB, Linux usbmon" },
    { 221, 0, NULL, "DECT" },
    { 223, 0, NULL, "WirelessHART" },
    { 224, 0, NULL, "Fibre Channel FC-2" },
    { 225, 0, NULL, "Fibre Channel FC-2 with delimiters" },
    { 227, 0, NULL, "CAN, SocketCAN" },
    { 230, 0, NULL, "IEEE 802.15.4 without FCS" },
    { 231, 0, NULL, "D-Bus" },
    { 235, 0, NULL, "DVB common interface" },
    { 243, 0, NULL, "MPEG-2 transport stream" },
    { 245, 0, NULL, "NFC LLCP" },
    { 246, 0, NULL, "OpenBSD pfsync" },
    { 248, 0, NULL, "SCTP" },
    { 249, 0, NULL, "USB, USBPcap" },
    { 250, 0, NULL, "serial line, RTAC" },
    { 251, 0, NULL, "Bluetooth Low Energy" },
    { 252, 0, NULL, "Wireshark exported PDUs" },
    { 253, 0, NULL, "Linux netlink" },
    { 254, 0, NULL, "Bluetooth, Linux monitor" },
    { 255, 0, NULL, "Bluetooth BR/EDR baseband" },
    { 256, 0, NULL, "Bluetooth Low Energy with radio header" },
    { 257, 0, NULL, "PROFIBUS" },
    { 260, 0, NULL, "IPMI HPM.2" },
    { 261, 0, NULL, "Z-Wave R1 and R2" },
    { 262, 0, NULL, "Z-Wave R3" },
    { 263, 0, NULL, "WattStopper DLM" },
    { 264, 0, NULL, "ISO 14443 contactless card" },
    { 265, 0, NULL, "Radio Data System" },
    { 266, 0, NULL, "USB, macOS" },
    { 268, 0, NULL, "SDLC" },
    { 270, 0, NULL, "LoRaTap" },
    { 271, 0, NULL, "Linux vsock" },
    { 272, 0, NULL, "Bluetooth Low Energy, Nordic sniffer" },
    { 275, 0, NULL, "DisplayPort AUX" },
    { 277, 0, NULL, "SERCOS monitor" },
    { 278, 0, NULL, "USB, OpenVizsla" },
    { 279, 0, NULL, "EBHSCR" },
    { 283, 0, NULL, "IEEE 802.15.4 TAP" },
    { 286, 0, NULL, "ELEE lawful interception" },
    { 287, 0, NULL, "Z-Wave serial API" },
    { 288, 0, NULL, "USB 2.0" },
    { 290, 0, NULL, "Windows event trace" },
    { 292, 0, NULL, "ZBOSS Zigbee NCP" },
    { 293, 0, NULL, "USB 2.0 low speed" },
    { 294, 0, NULL, "USB 2.0 full speed" },
    { 295, 0, NULL, "USB 2.0 high speed" },
    { 297, 0, NULL, "Z-Wave TAP" },
    { 298, 0, NULL, "Silicon Labs debug channel" },
};
const struct layer_table link_types = LAYER_TABLE(link_type_rows);

/* Only names: these may carry IP, and are refused as unknown. */
static const struct layer unread_link_type_rows[] = {
    { 7, 0, NULL, "ARCNET" },
    { 99, 0, NULL, "Symantec firewall" },
    { 106, 0, NULL, "Linux classical IP over ATM" },
    { 123, 0, NULL, "SunATM" },
    { 129, 0, NULL, "ARCNET, Linux" },
    { 130, 0, NULL, "Juniper MLPPP" },
    { 131, 0, NULL, "Juniper MLFR" },
    { 132, 0, NULL, "Juniper encryption services" },
    { 133, 0, NULL, "Juniper GGSN" },
    { 134, 0, NULL, "Juniper MFR" },
    { 135, 0, NULL, "Juniper ATM2" },
    { 136, 0, NULL, "Juniper services" },
    { 137, 0, NULL, "Juniper ATM1" },
    { 143, 0, NULL, "DOCSIS" },
    { 164, 0, NULL, "Juniper monitor" },
    { 167, 0, NULL, "Juniper PPPoE" },
    { 169, 0, NULL, "GPRS LLC" },
    { 179, 0, NULL, "Juniper PPP" },
    { 180, 0, NULL, "Juniper Frame Relay" },
    { 181, 0, NULL, "Juniper C-HDLC" },
    { 182, 0, NULL, "Multilink Frame Relay" },
    { 188, 0, NULL, "IEEE 802.16" },
    { 197, 0, NULL, "Endace ERF" },
    { 217, 0, NULL, "GSMTAP Um" },
    { 218, 0, NULL, "GSMTAP Abis" },
    { 222, 0, NULL, "AOS space link" },
    { 236, 0, NULL, "MUX27010" },
    { 237, 0, NULL, "STANAG 5066" },
    { 242, 0, NULL, "IP over InfiniBand" },
    { 244, 0, NULL, "NG40" },
    { 247, 0, NULL, "InfiniBand" },
    { 267, 0, NULL, "OpenFlow" },
    { 269, 0, NULL, "TI LLN sniffer" },
    { 273, 0, NULL, "DOCSIS with XRA-31 header" },
    { 274, 0, NULL, "Ethernet mPackets" },
    { 280, 0, NULL, "VPP dispatch trace" },
    { 289, 0, NULL, "ATSC link-layer" },
    { 147, 0, NULL, "private use (USER0)" },
    { 148, 0, NULL, "private use (USER1)" },
    { 149, 0, NULL, "private use (USER2)" },
    { 150, 0, NULL, "private use (USER3)" },
    { 151, 0, NULL, "private use (USER4)" },
    { 152, 0, NULL, "private use (USER5)" },
    { 153, 0, NULL, "private use (USER6)" },
    { 154, 0, NULL, "private use (USER7)" },
    { 155, 0, NULL, "private use (USER8)" },
    { 156, 0, NULL, "private use (USER9)" },
    { 157, 0, NULL, "private use (USER10)" },
    { 158, 0, NULL, "private use (USER11)" },
    { 159, 0, NULL, "private use (USER12)" },
    { 160, 0, NULL, "private use (USER13)" },
    { 161, 0, NULL, "private use (USER14)" },
    { 162, 0, NULL, "private use (USER15)" },
};
const struct layer_table unread_link_types = LAYER_TABLE(unread_link_type_rows);
