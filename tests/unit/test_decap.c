/* test_decap.c - each link type and encapsulation around the same segment, each
 * with its bad twin; then transports, cut packets, fragments, quotations. */
#include "net/decap.h"

#include <stdio.h>
#include <string.h>

#include "support/hex.h"
#include "support/test_main.h"

/* The segment inside: four bytes over TCP, and over IPv6. */
#define TCP                    "1f90 22b3 00000001 00000002 5018 0100 beef 0000 "
#define IPV4                   "4500 002c 0001 4000 40 06 0000 c0000201 c6336402 "
#define IPV6                   "60000000 0018 06 40 20010db8 00*11 01 20010db8 00*11 02 "
#define V4                     IPV4 TCP "'abcd' "
#define V6                     IPV6 TCP "'abcd' "
/* What is put around it. */
#define MACS                   "020000000001 020000000002 "
#define ETHER_V4               MACS "0800 " V4
#define OUTER(total, protocol) "4500 " total " 0007 0000 20 " protocol " 0000 0a000001 0a000002 "
#define OUTER6(len, next)      "60000000 " len next " 20 20010db8 00*11 0a 20010db8 00*11 0b "
#define UDP(len, port)         "c350 " port len " 0000 "
#define WLAN(control)          control " 0000 02*6 04*6 06*6 1000 "
#define TAGS                   "8100 0064 8100 0064 8100 0064 8100 0064 8100 0064 "
#define SNAP                   "aaaa03 000000 "

#define ENDS4                  "192.0.2.1:8080 > 198.51.100.2:8883"
#define ENDS6                  "2001:db8::1:8080 > 2001:db8::2:8883"
#define OUTER_ENDS(port)       "10.0.0.1:50000 > 10.0.0.2:" port

static struct budget budget = { .max = 1 << 20 };

static struct packet packet_of(uint32_t link_type, struct reader bytes)
{
    uint32_t len = (uint32_t)reader_left(&bytes);
    return (struct packet){
        .at = { 1000, 1 },
        .link_type = link_type,
        .data = bytes.at,
        .len = len,
        .wire_len = len,
    };
}

static const char *ends_of(const struct segment *s)
{
    static char text[2 * ADDRESS_TEXT_LEN + 32];
    char from[ADDRESS_TEXT_LEN], to[ADDRESS_TEXT_LEN];
    snprintf(text, sizeof text, "%s:%u > %s:%u", address_text(&s->from.address, from), s->from.port,
             address_text(&s->to.address, to), s->to.port);
    return text;
}

struct row {
    const char *name;
    uint32_t link_type;
    const char *wire;
    enum decap_status status;
    const char *ends;
    int tunnels;
};

/* Every row that is a segment carries the same four bytes, but for the few that
 * are a datagram on a tunnel's port: those tell by their ends. */
static void check_row(const struct row *row)
{
    struct decap *d = decap_new(&budget);
    struct packet p = packet_of(row->link_type, hex(row->wire));
    struct segment s;
    enum decap_status status = decap_packet(d, &p, &s);
    ck_assert_msg(status == row->status, "%s: status %d, not %d", row->name, status, row->status);
    if (status == DECAP_SEGMENT) {
        ck_assert_msg(strcmp(ends_of(&s), row->ends) == 0, "%s: %s", row->name, ends_of(&s));
        ck_assert_msg(s.tunnels == row->tunnels, "%s: %d tunnels", row->name, s.tunnels);
        ck_assert_int_eq(s.len, s.wire_len);
        if (s.transport == TRANSPORT_TCP)
            ck_assert_msg(s.len == 4 && memcmp(s.payload, "abcd", 4) == 0, "%s", row->name);
    }
    decap_free(d);
    ck_assert_uint_eq(budget.used, 0);
}

/* clang-format off */
static const struct row links[] = {
    { "Ethernet",               1,   ETHER_V4,                                   DECAP_SEGMENT, ENDS4, 0 },
    { "Ethernet, IPv6",         1,   MACS "86dd" V6,                             DECAP_SEGMENT, ENDS6, 0 },
    { "Ethernet, padded",       1,   ETHER_V4 "00*12",                           DECAP_SEGMENT, ENDS4, 0 },
    { "Ethernet, ARP",          1,   MACS "0806 00*28",                          DECAP_OTHER, NULL, 0 },
    { "ARP for IPv4",           1,   MACS "0806 0001 0800 0604 0001 00*20",      DECAP_ARP, NULL, 0 },
    { "ARP, too short",         1,   MACS "0806 0001 0800 0604 0001 00*19",      DECAP_MALFORMED, NULL, 0 },
    { "ARP, no addresses",      1,   MACS "0806 0001 0800 0604 0001",            DECAP_MALFORMED, NULL, 0 },
    { "Ethernet, too short",    1,   MACS "08",                                  DECAP_MALFORMED, NULL, 0 },
    { "nothing at all",         1,   "",                                         DECAP_MALFORMED, NULL, 0 },
    { "802.3",                  1,   MACS "0034" SNAP "0800" V4 "00*9",          DECAP_SEGMENT, ENDS4, 0 },
    { "802.3, IP's own LLC",    1,   MACS "002f 060603" V4,                      DECAP_SEGMENT, ENDS4, 0 },
    { "802.3, length runs over",1,   MACS "0035" SNAP "0800" V4,                 DECAP_MALFORMED, NULL, 0 },
    { "802.3, spanning tree",   1,   MACS "0026 424203 00*35",                   DECAP_OTHER, NULL, 0 },
    { "802.3, foreign OUI",     1,   MACS "0034 aaaa03 00000c 0800" V4,          DECAP_OTHER, NULL, 0 },
    { "neither length nor type",1,   MACS "05dd" V4,                             DECAP_OTHER, NULL, 0 },
    { "NULL, little-endian",    0,   "02000000" V4,                              DECAP_SEGMENT, ENDS4, 0 },
    { "NULL, big-endian",       0,   "00000002" V4,                              DECAP_SEGMENT, ENDS4, 0 },
    { "NULL, IPv6 of Darwin",   0,   "1e000000" V6,                              DECAP_SEGMENT, ENDS6, 0 },
    { "NULL, IPv6 of FreeBSD",  0,   "1c000000" V6,                              DECAP_SEGMENT, ENDS6, 0 },
    { "NULL, IPv6 of OpenBSD",  0,   "18000000" V6,                              DECAP_SEGMENT, ENDS6, 0 },
    { "NULL, IPv6 of Linux",    0,   "0a000000" V6,                              DECAP_SEGMENT, ENDS6, 0 },
    { "NULL, other family",     0,   "07000000" V4,                              DECAP_OTHER, NULL, 0 },
    { "LOOP",                   108, "00000018" V6,                              DECAP_SEGMENT, ENDS6, 0 },
    { "LOOP, three bytes",      108, "000000",                                   DECAP_MALFORMED, NULL, 0 },
    { "raw",                    101, V4,                                         DECAP_SEGMENT, ENDS4, 0 },
    { "raw, IPv6",              12,  V6,                                         DECAP_SEGMENT, ENDS6, 0 },
    { "raw, as OpenBSD has it", 14,  V4,                                         DECAP_SEGMENT, ENDS4, 0 },
    { "raw, neither",           101, "50*40",                                    DECAP_MALFORMED, NULL, 0 },
    { "raw IPv4",               228, V4,                                         DECAP_SEGMENT, ENDS4, 0 },
    { "raw IPv4 is IPv6",       228, V6,                                         DECAP_MALFORMED, NULL, 0 },
    { "raw IPv6",               229, V6,                                         DECAP_SEGMENT, ENDS6, 0 },
    { "raw IPv6 is IPv4",       229, V4,                                         DECAP_MALFORMED, NULL, 0 },
    { "cooked",                 113, "0000 0001 0006 00*8 0800" V4,              DECAP_SEGMENT, ENDS4, 0 },
    { "cooked, LLC",            113, "0000 0001 0006 00*8 0004" SNAP "0800" V4,  DECAP_SEGMENT, ENDS4, 0 },
    { "cooked, VLAN",           113, "0000 0001 0006 00*8 8100 0007 0800" V4,    DECAP_SEGMENT, ENDS4, 0 },
    { "cooked, CAN",            113, "0000 0118 0000 00*8 000c 00*16",           DECAP_OTHER, NULL, 0 },
    { "cooked v2",              276, "86dd 0000 00000002 0001 00 06 00*8 " V6,    DECAP_SEGMENT, ENDS6, 0 },
    { "cooked v2, short",       276, "86dd 0000 00000002 0001 00 06 00*7",       DECAP_MALFORMED, NULL, 0 },
    { "PPP",                    9,   "ff03 0021" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "PPP, all compressed",    9,   "57" V6,                                    DECAP_SEGMENT, ENDS6, 0 },
    { "PPP, LCP",               9,   "ff03 c021 01010004",                       DECAP_OTHER, NULL, 0 },
    { "PPP in HDLC",            50,  "ff03 0057" V6,                             DECAP_SEGMENT, ENDS6, 0 },
    { "PPP is Cisco HDLC",      50,  "0f00 0800" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "PPP with direction",     204, "01 ff03 0021" V4,                          DECAP_SEGMENT, ENDS4, 0 },
    { "PPP of pppd",            166, "0003 0021" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "PPPoE",                  51,  "1100 0007 002e 0021" V4,                   DECAP_SEGMENT, ENDS4, 0 },
    { "Cisco HDLC",             104, "0f00 0800" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "Cisco HDLC, keepalive",  104, "8f00 8035 00*14",                          DECAP_OTHER, NULL, 0 },
    { "Frame Relay",            107, "1841 03 cc" V4,                            DECAP_SEGMENT, ENDS4, 0 },
    { "Frame Relay, padded",    107, "1841 03 00 8e" V6,                         DECAP_SEGMENT, ENDS6, 0 },
    { "Frame Relay, SNAP",      107, "1841 03 00 80 000000 0800" V4,             DECAP_SEGMENT, ENDS4, 0 },
    { "Frame Relay of Cisco",   107, "1841 0800" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "Frame Relay, LMI",       107, "0001 03 08 00*10",                         DECAP_OTHER, NULL, 0 },
    { "MPLS",                   219, "00001140 " V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "FDDI",                   10,  "57" MACS SNAP "0800" V4,                   DECAP_SEGMENT, ENDS4, 0 },
    { "Token Ring",             6,   "1040" MACS SNAP "0800" V4,                 DECAP_SEGMENT, ENDS4, 0 },
    { "Token Ring, routed",     6,   "1040 02*6 82 02*5 0630 0011 0022" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "Token Ring, route runs over", 6, "1040 02*6 82 02*5 1f30 0011",           DECAP_MALFORMED, NULL, 0 },
    { "ATM",                    100, SNAP "0800" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "FireWire",               138, "00*16 0800" V4,                            DECAP_SEGMENT, ENDS4, 0 },
    { "ipnet",                  226, "01 02 00*22 " V4,                           DECAP_SEGMENT, ENDS4, 0 },
    { "OpenBSD IPsec",          109, "02000000 00*8 " V4,                         DECAP_SEGMENT, ENDS4, 0 },
    { "pf log",                 117, "3d 02 00*62 " V4,                           DECAP_SEGMENT, ENDS4, 0 },
    { "pf log, length runs over", 117, "ff 02 00*62 " V4,                         DECAP_MALFORMED, NULL, 0 },
    { "netfilter log",          239, "02000000 0800 0100 08000300 0500 0a00 78000000 3000 0900" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "netfilter log, big-endian", 239, "0a000000 0008 0001 86dd0300 0044 0009" V6, DECAP_SEGMENT, ENDS6, 0 },
    { "netfilter log, no packet", 239, "02000000 0800 0100 08000300",            DECAP_OTHER, NULL, 0 },
    { "netfilter log, empty attribute", 239, "02000000 0000 0100 08000300",      DECAP_MALFORMED, NULL, 0 },
    { "netfilter log, runs over", 239, "02000000 3100 0900" V4,                  DECAP_MALFORMED, NULL, 0 },
    { "pktap",                  258, "10000000 01000000 01000000 00000000" ETHER_V4, DECAP_SEGMENT, ENDS4, 0 },
    { "pktap, length runs over",258, "ff000000 01000000 01000000" ETHER_V4,      DECAP_MALFORMED, NULL, 0 },
    { "Juniper Ethernet",       178, "4d4743 81 0004 00112233" ETHER_V4,         DECAP_SEGMENT, ENDS4, 0 },
    { "Juniper, without link",  178, "4d4743 02" V4,                             DECAP_SEGMENT, ENDS4, 0 },
    { "Juniper, no magic",      178, "4d4744 00" ETHER_V4,                       DECAP_OTHER, NULL, 0 },
    { "Broadcom tag inside",    281, MACS "00000000 0800" V4,                    DECAP_SEGMENT, ENDS4, 0 },
    { "Broadcom tag in front",  282, "00000000" ETHER_V4,                        DECAP_SEGMENT, ENDS4, 0 },
    { "Marvell tag",            285, MACS "dada0000 00000000 0800" V4,           DECAP_SEGMENT, ENDS4, 0 },
    { "netANALYZER",            240, "00000000" ETHER_V4,                        DECAP_SEGMENT, ENDS4, 0 },
    { "802.15.4 has no IP",     195, V4,                                         DECAP_OTHER, NULL, 0 },
    { "USB has no IP",          220, V4,                                         DECAP_OTHER, NULL, 0 },
    { "private use",            147, V4,                                         DECAP_UNKNOWN_LINK, NULL, 0 },
    { "link type of nobody",    4711, V4,                                        DECAP_UNKNOWN_LINK, NULL, 0 },
};

static const struct row wlan_links[] = {
    { "802.11",                 105, WLAN("0801") SNAP "0800" V4,                DECAP_SEGMENT, ENDS4, 0 },
    { "802.11, QoS",            105, WLAN("8802") "0000" SNAP "0800" V4,         DECAP_SEGMENT, ENDS4, 0 },
    { "802.11, QoS and HT control", 105, WLAN("8882") "0000 00000000" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "802.11, four addresses", 105, WLAN("0803") "08*6 " SNAP "86dd" V6,         DECAP_SEGMENT, ENDS6, 0 },
    { "802.11, A-MSDU",         105, WLAN("8802") "8000" MACS "0034" SNAP "0800" V4 MACS "0000", DECAP_SEGMENT, ENDS4, 0 },
    { "802.11, A-MSDU runs over", 105, WLAN("8802") "8000" MACS "0038" SNAP "0800" V4, DECAP_MALFORMED, NULL, 0 },
    { "802.11, encrypted",      105, WLAN("0841") SNAP "0800" V4,                DECAP_OTHER, NULL, 0 },
    { "802.11, null data",      105, WLAN("4801"),                               DECAP_OTHER, NULL, 0 },
    { "802.11, beacon",         105, WLAN("8000") "00*12",                       DECAP_OTHER, NULL, 0 },
    { "802.11, acknowledgement",105, "d400 0000 02*6",                           DECAP_OTHER, NULL, 0 },
    { "802.11, first fragment", 105, WLAN("0805") SNAP "0800" V4,                DECAP_OTHER, NULL, 0 },
    { "802.11, last fragment",  105, "0801 0000 02*6 04*6 06*6 1100" SNAP "0800" V4, DECAP_OTHER, NULL, 0 },
    { "802.11, EAPOL",          105, WLAN("0801") SNAP "888e 01030000",          DECAP_OTHER, NULL, 0 },
    { "802.11, header broken off", 105, "0801 0000 02*6 04*6",                   DECAP_MALFORMED, NULL, 0 },
    { "radiotap",               127, "0000 0800 00000000" WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "radiotap, padded",       127, "0000 1100 03000000 00*8 20" WLAN("8801") "0000 0000" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "radiotap, more words",   127, "0000 1900 030000a0 00000000 00*4 00*8 20" WLAN("8801") "0000 0000" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "radiotap, not padded",   127, "0000 0900 02000000 00" WLAN("8801") "0000" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "radiotap, length runs over", 127, "0000 ff00 00000000" WLAN("0801"),      DECAP_MALFORMED, NULL, 0 },
    { "radiotap, words without end", 127, "0000 0800 ffffffff ffffffff",         DECAP_OTHER, NULL, 0 },
    { "Prism",                  119, "44000000 90000000 00*136 " WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "Prism, big-endian",      119, "00000044 00000090 00*136 " WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "Prism is AVS",           119, "80211001 00000040 00*56 " WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "AVS",                    163, "80211002 00000040 00*56 " WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "AVS, length runs over",  163, "80211002 00004000 00*56 " WLAN("0801"),     DECAP_MALFORMED, NULL, 0 },
    { "PPI",                    192, "00 00 0c00 69000000 00000000" WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 0 },
    { "PPI, Ethernet",          192, "00 00 0800 01000000" ETHER_V4,             DECAP_SEGMENT, ENDS4, 0 },
    { "PPI, 802.15.4",          192, "00 00 0800 c3000000" V4,                   DECAP_OTHER, NULL, 0 },
    { "PPI in PPI without end", 192, "00 00 0000 c0000000",                      DECAP_MALFORMED, NULL, 0 },
};

static const struct row encapsulations[] = {
    { "VLAN",                   1, MACS "8100 0064 0800" V4,                     DECAP_SEGMENT, ENDS4, 0 },
    { "QinQ",                   1, MACS "88a8 0064 8100 0065 86dd" V6,           DECAP_SEGMENT, ENDS6, 0 },
    { "QinQ of old",            1, MACS "9100 0064 8100 0065 0800" V4,           DECAP_SEGMENT, ENDS4, 0 },
    { "VLAN, LLC",              1, MACS "8100 0064 0034" SNAP "0800" V4,         DECAP_SEGMENT, ENDS4, 0 },
    { "VLAN, broken off",       1, MACS "8100 00",                               DECAP_MALFORMED, NULL, 0 },
    { "fifteen VLANs",          1, MACS TAGS TAGS TAGS "0800" V4,                DECAP_SEGMENT, ENDS4, 0 },
    { "deeper than anybody nests", 1, MACS TAGS TAGS TAGS TAGS TAGS "0800" V4,   DECAP_MALFORMED, NULL, 0 },
    { "backbone",               1, MACS "88e7 00001234" ETHER_V4,                DECAP_SEGMENT, ENDS4, 0 },
    { "backbone, no Ethernet",  1, MACS "88e7 00001234" "02*6",                  DECAP_MALFORMED, NULL, 0 },
    { "VN-Tag",                 1, MACS "8926 00000000 8100 0064 0800" V4,       DECAP_SEGMENT, ENDS4, 0 },
    { "PPPoE",                  1, MACS "8864 1100 0007 002e 0021" V4 "00*4",    DECAP_SEGMENT, ENDS4, 0 },
    { "PPPoE, length runs over",1, MACS "8864 1100 0007 002f 0021" V4,           DECAP_MALFORMED, NULL, 0 },
    { "PPPoE, discovery",       1, MACS "8863 1109 0000 0000 00*40",             DECAP_OTHER, NULL, 0 },
    { "PPPoE, no session",      1, MACS "8864 1109 0007 002e 0021" V4,           DECAP_OTHER, NULL, 0 },
    { "MPLS",                   1, MACS "8847 00010040 00020140" V4,             DECAP_SEGMENT, ENDS4, 0 },
    { "MPLS, IPv6",             1, MACS "8848 00020140" V6,                      DECAP_SEGMENT, ENDS6, 0 },
    { "MPLS, no last label",    1, MACS "8847 00010040 00020040",                DECAP_MALFORMED, NULL, 0 },
    { "MPLS, control channel",  1, MACS "8847 00020140 10000021" V4,             DECAP_OTHER, NULL, 0 },
    { "pseudowire",             1, MACS "8847 00020140" ETHER_V4,                DECAP_SEGMENT, ENDS4, 0 },
    { "pseudowire, control word", 1, MACS "8847 00020140 00000007" ETHER_V4,     DECAP_SEGMENT, ENDS4, 0 },
    { "pseudowire, other address", 1, MACS "8847 00020140 a2*12 0800" V4,        DECAP_SEGMENT, ENDS4, 0 },
    { "pseudowire, ARP",        1, MACS "8847 00020140 00000007" MACS "0806 00*28", DECAP_OTHER, NULL, 0 },
    { "NSH",                    1, MACS "894f 0fc6 0101 00000103 00*16 " V4,      DECAP_SEGMENT, ENDS4, 0 },
    { "NSH, Ethernet",          1, MACS "894f 0fc2 0203 00000103" ETHER_V4,      DECAP_SEGMENT, ENDS4, 0 },
    { "NSH, length too small",  1, MACS "894f 0fc1 0101 00000103" V4,            DECAP_MALFORMED, NULL, 0 },
    { "IP in IP",               101, OUTER("0040", "04") V4,                     DECAP_SEGMENT, ENDS4, 1 },
    { "IPv6 in IPv4",           101, OUTER("0054", "29") V6,                     DECAP_SEGMENT, ENDS6, 1 },
    { "IPv4 in IPv6",           101, OUTER6("002c", "04") V4,                    DECAP_SEGMENT, ENDS4, 1 },
    { "IP in IP in IP",         101, OUTER("0054", "04") OUTER("0040", "04") V4, DECAP_SEGMENT, ENDS4, 2 },
    { "IP in IP, runs over",    101, OUTER("003f", "04") V4,                     DECAP_MALFORMED, NULL, 0 },
    { "IP in IP is IPv6",       101, OUTER("0054", "04") V6,                     DECAP_MALFORMED, NULL, 0 },
    { "EtherIP",                101, OUTER("0050", "61") "3000" ETHER_V4,        DECAP_SEGMENT, ENDS4, 1 },
    { "MPLS in IP",             101, OUTER("0044", "89") "00020140" V4,          DECAP_SEGMENT, ENDS4, 1 },
    { "GRE",                    101, OUTER("0044", "2f") "0000 0800" V4,         DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, checksum, key, sequence", 101, OUTER("0050", "2f") "b000 0800 00000000 00000001 00000002" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, routes",            101, OUTER("0054", "2f") "4000 0800 00000000 0800 00 04 0a000003 00000000" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, routes run over",   101, OUTER("0024", "2f") "4000 0800 00000000 0800 00 ff 0a000003", DECAP_MALFORMED, NULL, 0 },
    { "GRE, Ethernet",          101, OUTER("0052", "2f") "0000 6558" ETHER_V4,   DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, MPLS",              101, OUTER("0048", "2f") "0000 8847 00020140" V4,DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, PPTP",              101, OUTER("0052", "2f") "3081 880b 0000 0007 00000001 00000002 0021" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GRE, version 2",         101, OUTER("0044", "2f") "0002 0800" V4,         DECAP_OTHER, NULL, 0 },
    { "GRE, broken off",        101, OUTER("001a", "2f") "2000 0800 0000",       DECAP_MALFORMED, NULL, 0 },
    { "ERSPAN I",               101, OUTER("0052", "2f") "0000 88be" ETHER_V4,   DECAP_SEGMENT, ENDS4, 1 },
    { "ERSPAN II",              101, OUTER("005e", "2f") "1000 88be 00000001 1001000a 00000000" ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "ERSPAN II, ends early",  101, OUTER("0020", "2f") "1000 88be 00000001 1001000a", DECAP_MALFORMED, NULL, 0 },
    { "ERSPAN III",             101, OUTER("0062", "2f") "1000 22eb 00000001 2001000a 00000000 0000 0000" ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "ERSPAN III, platform",   101, OUTER("006a", "2f") "1000 22eb 00000001 2001000a 00000000 0000 0001 00*8 " ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "ERSPAN III, bare IP",    101, OUTER("0054", "2f") "1000 22eb 00000001 2001000a 00000000 0000 0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "ERSPAN III, other frame",101, OUTER("0054", "2f") "1000 22eb 00000001 2001000a 00000000 0000 0400" V4, DECAP_OTHER, NULL, 0 },
    { "AH",                     101, OUTER("0058", "33") "04 04 0000 00000001 00000001 00*12 " V4, DECAP_SEGMENT, ENDS4, 1 },
    { "AH, runs over",          101, OUTER("0058", "33") "04 ff 0000 00000001 00000001 00*12 " V4, DECAP_MALFORMED, NULL, 0 },
    { "ESP",                    101, OUTER("0040", "32") V4,                     DECAP_OTHER, NULL, 0 },
    { "OSPF",                   101, OUTER("0040", "59") V4,                     DECAP_OTHER, NULL, 0 },
    { "VXLAN",                  101, OUTER("005e", "11") UDP("004a", "12b5") "08000000 00012300" "02*12 0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "VXLAN of Linux",         101, OUTER("005e", "11") UDP("004a", "2118") "08000000 00012300" "02*12 0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "VXLAN, group policy",    101, OUTER("005e", "11") UDP("004a", "12b5") "88000007 00012300" "02*12 0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "VXLAN, foreign flags",   101, OUTER("005e", "11") UDP("004a", "12b5") "00000000 00012300" "02*12 0800" V4, DECAP_SEGMENT, OUTER_ENDS("4789"), 0 },
    { "VXLAN, ends early",      101, OUTER("0023", "11") UDP("000f", "12b5") "08000000 000123", DECAP_SEGMENT, OUTER_ENDS("4789"), 0 },
    { "VXLAN, inside broken",   101, OUTER("0030", "11") UDP("001c", "12b5") "08000000 00012300" MACS, DECAP_MALFORMED, NULL, 0 },
    { "VXLAN-GPE",              101, OUTER("0050", "11") UDP("003c", "12b6") "0c000001 00012300" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "VXLAN-GPE, management",  101, OUTER("0050", "11") UDP("003c", "12b6") "0d000001 00012300" V4, DECAP_SEGMENT, OUTER_ENDS("4790"), 0 },
    { "GENEVE",                 101, OUTER("0062", "11") UDP("004e", "17c1") "0100 6558 00012300 01020304" ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GENEVE, IP",             101, OUTER("0050", "11") UDP("003c", "17c1") "0040 0800 00012300" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GENEVE, options run over", 101, OUTER("0024", "11") UDP("0010", "17c1") "3f00 6558 00012300", DECAP_SEGMENT, OUTER_ENDS("6081"), 0 },
    { "GENEVE is DTLS",         101, OUTER("0029", "11") UDP("0015", "17c1") "16 fefd 0000 00000000 0000 0000", DECAP_SEGMENT, OUTER_ENDS("6081"), 0 },
    { "GTP",                    101, OUTER("0050", "11") UDP("003c", "0868") "30 ff 002c 00000001" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GTP, sequence",          101, OUTER("0054", "11") UDP("0040", "0868") "32 ff 0030 00000001 0001 00 85" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GTP, extension",         101, OUTER("0058", "11") UDP("0044", "0868") "34 ff 0034 00000001 0000 00 85 01 0009 00" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "GTP, extension of nothing", 101, OUTER("0058", "11") UDP("0044", "0868") "34 ff 0034 00000001 0000 00 85 00 0009 00" V4, DECAP_SEGMENT, OUTER_ENDS("2152"), 0 },
    { "GTP, echo",              101, OUTER("0028", "11") UDP("0014", "0868") "32 01 0004 00000000 0001 0000", DECAP_SEGMENT, OUTER_ENDS("2152"), 0 },
    { "CAPWAP",                 101, OUTER("0070", "11") UDP("005c", "147f") "00 100300 00000000" WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "CAPWAP, swapped",        101, OUTER("0070", "11") UDP("005c", "147f") "00 100300 00000000" "0108 0000 02*6 04*6 06*6 0010" SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "CAPWAP, Ethernet",       101, OUTER("005e", "11") UDP("004a", "147f") "00 100000 00000000" ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "CAPWAP, encrypted",      101, OUTER("005e", "11") UDP("004a", "147f") "01 000000 16fefd00" ETHER_V4, DECAP_SEGMENT, OUTER_ENDS("5247"), 0 },
    { "CAPWAP, fragment",       101, OUTER("005e", "11") UDP("004a", "147f") "00 100080 00000000" ETHER_V4, DECAP_SEGMENT, OUTER_ENDS("5247"), 0 },
    { "TZSP, inside broken",    101, OUTER("005e", "11") UDP("004a", "9090") "01 00 0001 00 0a 01 ff 01" MACS "0800" V4 "00", DECAP_MALFORMED, NULL, 0 },
    { "TZSP, Ethernet",         101, OUTER("0061", "11") UDP("004d", "9090") "01 00 0001 00 0a 02 ffff 00 01" ETHER_V4, DECAP_SEGMENT, ENDS4, 1 },
    { "TZSP, 802.11",           101, OUTER("006d", "11") UDP("0059", "9090") "01 01 0012 01" WLAN("0801") SNAP "0800" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "TZSP, no end of tags",   101, OUTER("0024", "11") UDP("0010", "9090") "01 00 0001 00*4", DECAP_SEGMENT, OUTER_ENDS("37008"), 0 },
    { "L2TP",                   101, OUTER("0056", "11") UDP("0042", "06a5") "4002 003a 0001 0002 ff03 0021" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "L2TP, sequence and offset", 101, OUTER("005a", "11") UDP("0046", "06a5") "0a02 0001 0002 0000 0000 0002 0000 0021" V4, DECAP_SEGMENT, ENDS4, 1 },
    { "L2TP, control",          101, OUTER("0028", "11") UDP("0014", "06a5") "c802 000c 0001 0000 0000 0000", DECAP_SEGMENT, OUTER_ENDS("1701"), 0 },
    { "tunnel's port, not a tunnel", 101, OUTER("0020", "11") UDP("000c", "12b5") "40010001", DECAP_SEGMENT, OUTER_ENDS("4789"), 0 },
};

#define OPTIONS_V6(next, len) "60000000 " len next " 40 20010db8 00*11 01 20010db8 00*11 02 "
static const struct row ip_headers[] = {
    { "IPv4, options",          101, "4600 0030 0001 4000 40 06 0000 c0000201 c6336402 01010100" TCP "'abcd'", DECAP_SEGMENT, ENDS4, 0 },
    { "IPv4, header too short", 101, "4400 002c 0001 4000 40 06 0000 c0000201 c6336402" TCP "'abcd'", DECAP_MALFORMED, NULL, 0 },
    { "IPv4, total within header", 101, "4500 0013 0001 4000 40 06 0000 c0000201 c6336402" TCP, DECAP_MALFORMED, NULL, 0 },
    { "IPv4, options run over", 101, "4f00 002c 0001 4000 40 06 0000 c0000201 c6336402" TCP "'abcd'", DECAP_MALFORMED, NULL, 0 },
    { "IPv4, total length 0",   101, "4500 0000 0001 4000 40 06 0000 c0000201 c6336402" TCP "'abcd'", DECAP_SEGMENT, ENDS4, 0 },
    { "IPv4, no header left",   101, "4500 002c 0001",                           DECAP_MALFORMED, NULL, 0 },
    { "IPv6, payload length 0", 101, OPTIONS_V6("06", "0000") TCP "'abcd'",      DECAP_SEGMENT, ENDS6, 0 },
    { "IPv6, jumbo option",     101, OPTIONS_V6("00", "0000") "06 00 c204 00000020" TCP "'abcd'", DECAP_SEGMENT, ENDS6, 0 },
    { "IPv6, padded",           101, V6 "00*3",                                  DECAP_SEGMENT, ENDS6, 0 },
    { "IPv6, all extensions",   101, OPTIONS_V6("00", "0054") "2b 00 00*6 3c 00 00*6 33 00 00*6 87 01 00*10 8b 00 00*6 8c 00 00*6 06 00 00*6 " TCP "'abcd'", DECAP_SEGMENT, ENDS6, 0 },
    { "IPv6, extension runs over", 101, OPTIONS_V6("00", "0020") "06 03 00*6 " TCP "'abcd'", DECAP_MALFORMED, NULL, 0 },
    { "IPv6, nothing follows",  101, OPTIONS_V6("3b", "0000"),                   DECAP_OTHER, NULL, 0 },
    { "IPv6, fragment that is none", 101, OPTIONS_V6("2c", "0020") "06 00 0000 00000007" TCP "'abcd'", DECAP_SEGMENT, ENDS6, 0 },
    { "IPv6, fragment header ends", 101, OPTIONS_V6("2c", "0004") "06 00 0000",  DECAP_MALFORMED, NULL, 0 },
    { "IPv4 has no extensions", 101, OUTER("0040", "3c") V4,                     DECAP_OTHER, NULL, 0 },
    { "IPv4 has no fragment header", 101, OUTER("0048", "2c") "06 00 0000 00000007" V4, DECAP_OTHER, NULL, 0 },
};
/* clang-format on */

START_TEST(peels_link)
{
    check_row(&links[_i]);
}
END_TEST

START_TEST(peels_wlan)
{
    check_row(&wlan_links[_i]);
}
END_TEST

START_TEST(peels_encapsulation)
{
    check_row(&encapsulations[_i]);
}
END_TEST

START_TEST(reads_ip_header)
{
    check_row(&ip_headers[_i]);
}
END_TEST

/* ---- transports ---- */

/* A raw packet of which the capture has what is written here, and the wire had
 * missing bytes more. */
struct transport_row {
    const char *name, *wire;
    uint32_t missing;
    enum decap_status status;
    uint32_t len, wire_len;
    int flags, mss, sacks;
};

#define IP(total, protocol) "4500 " total " 0001 4000 40 " protocol " 0000 c0000201 c6336402 "
#define PORTS               "1f90 22b3 00000001 00000002 "

/* clang-format off */
static const struct transport_row tcp_rows[] = {
    { "SYN with options",        IP("0034", "06") PORTS "8002 0100 beef 0000 020405b4 04020303 01*4", 0, DECAP_SEGMENT, 0, 0, 0x02, 1460, 0 },
    { "two SACK blocks",         IP("003c", "06") PORTS "a010 0100 beef 0000 0101 0512 00*16", 0, DECAP_SEGMENT, 0, 0, 0x10, 0, 2 },
    { "end of options, then noise", IP("0030", "06") PORTS "7002 0100 beef 0000 00 020405 b4000000", 0, DECAP_SEGMENT, 0, 0, 0x02, 0, 0 },
    { "option longer than all",  IP("0030", "06") PORTS "7002 0100 beef 0000 02ff 0405b40000 00", 0, DECAP_SEGMENT, 0, 0, 0x02, 0, 0 },
    { "option of length 0",      IP("0030", "06") PORTS "7002 0100 beef 0000 0200 020405b4 0000", 0, DECAP_SEGMENT, 0, 0, 0x02, 0, 0 },
    { "MSS of a wrong length",   IP("0030", "06") PORTS "7002 0100 beef 0000 020505b4 00 010101", 0, DECAP_SEGMENT, 0, 0, 0x02, 0, 0 },
    { "header longer than packet", IP("0028", "06") PORTS "6010 0100 beef 0000", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "header shorter than itself", IP("002c", "06") PORTS "4010 0100 beef 0000 'abcd'", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "header does not fit",     IP("0027", "06") PORTS "5010 0100 beef 00", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "payload cut",             IP("0428", "06") PORTS "5018 0100 beef 0000 'abcd'", 1020, DECAP_SEGMENT, 4, 1024, 0x18, 0, 0 },
    { "cut and padded",          IP("002c", "06") PORTS "5018 0100 beef 0000 'ab'", 8, DECAP_SEGMENT, 2, 4, 0x18, 0, 0 },
    { "cut in the options",      IP("0434", "06") PORTS "8018 0100 beef 0000 020405b4 01", 1031, DECAP_SEGMENT, 0, 1024, 0x18, 1460, 0 },
    { "cut in an option",        IP("0434", "06") PORTS "8018 0100 beef 0000 0204", 1034, DECAP_SEGMENT, 0, 1024, 0x18, 0, 0 },
    { "cut behind the base header", IP("0434", "06") PORTS "8018 0100 beef 0000", 1036, DECAP_SEGMENT, 0, 1024, 0x18, 0, 0 },
    { "cut in the base header",  IP("0434", "06") PORTS "8018 0100 beef 00", 1037, DECAP_CUT, 0, 0, 0, 0, 0 },
    { "cut in the IP header",    "4500 0434 0001 4000 40 06", 1066, DECAP_CUT, 0, 0, 0, 0, 0 },
    { "cut to nothing",          "", 1066, DECAP_CUT, 0, 0, 0, 0, 0 },
    { "cut, and nobody noted it", IP("0428", "06") PORTS "5018 0100 beef 0000 'abcd'", 0, DECAP_SEGMENT, 4, 1024, 0x18, 0, 0 },
    { "offloaded and cut",       IP("0000", "06") PORTS "5018 0100 beef 0000 'abcd'", 100000, DECAP_SEGMENT, 4, 100004, 0x18, 0, 0 },
};

static const struct transport_row udp_rows[] = {
    { "datagram",                IP("0020", "11") "1f90 22b3 000c beef 'abcd'", 0, DECAP_SEGMENT, 4, 4, 0, 0, 0 },
    { "empty",                   IP("001c", "11") "1f90 22b3 0008 beef", 0, DECAP_SEGMENT, 0, 0, 0, 0, 0 },
    { "shorter than its packet", IP("0020", "11") "1f90 22b3 000a beef 'abcd'", 0, DECAP_SEGMENT, 2, 2, 0, 0, 0 },
    { "longer than its packet",  IP("0020", "11") "1f90 22b3 000d beef 'abcd' 00", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "shorter than its header", IP("0020", "11") "1f90 22b3 0007 beef 'abcd'", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "length 0 of a jumbogram", IP("0020", "11") "1f90 22b3 0000 beef 'abcd'", 0, DECAP_SEGMENT, 4, 4, 0, 0, 0 },
    { "header does not fit",     IP("001b", "11") "1f90 22b3 0008 be", 0, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "payload cut",             IP("041c", "11") "1f90 22b3 0408 beef 'abcd'", 1020, DECAP_SEGMENT, 4, 1024, 0, 0, 0 },
    { "cut, longer than its packet", IP("041c", "11") "1f90 22b3 0409 beef 'abcd'", 1020, DECAP_MALFORMED, 0, 0, 0, 0, 0 },
    { "cut in the header",       IP("041c", "11") "1f90 22b3 0408 be", 1025, DECAP_CUT, 0, 0, 0, 0, 0 },
};
/* clang-format on */

static enum decap_status read_raw(struct decap *d, const char *wire, uint32_t missing,
                                  struct segment *s)
{
    struct packet p = packet_of(101, hex(wire));
    p.wire_len += missing;
    return decap_packet(d, &p, s);
}

static void check_transport(const struct transport_row *row, enum transport transport)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    enum decap_status status = read_raw(d, row->wire, row->missing, &s);
    ck_assert_msg(status == row->status, "%s: status %d", row->name, status);
    if (status == DECAP_SEGMENT) {
        ck_assert_int_eq(s.transport, transport);
        ck_assert_str_eq(ends_of(&s), ENDS4);
        ck_assert_msg(s.len == row->len && s.wire_len == row->wire_len, "%s: %u of %u", row->name,
                      s.len, s.wire_len);
        ck_assert_msg(s.flags == row->flags && s.mss == row->mss && s.sack_blocks == row->sacks,
                      "%s: %x %u %u", row->name, s.flags, s.mss, s.sack_blocks);
        ck_assert_uint_eq(s.checksum, 0xbeef);
        ck_assert_uint_eq(s.ttl, 0x40);
        ck_assert_uint_eq(s.ip_id, 1);
        ck_assert_uint_eq(s.at.frame, 1);
    }
    decap_free(d);
}

START_TEST(reads_tcp)
{
    check_transport(&tcp_rows[_i], TRANSPORT_TCP);
}
END_TEST

START_TEST(reads_udp)
{
    check_transport(&udp_rows[_i], TRANSPORT_UDP);
}
END_TEST

START_TEST(reads_tcp_numbers)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    const char *wire = IP("0028", "06") "1f90 22b3 fedcba98 01234567 5011 8001 beef 0000";
    ck_assert_int_eq(read_raw(d, wire, 0, &s), DECAP_SEGMENT);
    ck_assert_uint_eq(s.seq, 0xfedcba98);
    ck_assert_uint_eq(s.ack, 0x01234567);
    ck_assert_uint_eq(s.window, 0x8001);
    ck_assert_int_eq(s.flags, TCP_FIN | TCP_ACK);
    decap_free(d);
}
END_TEST

/* ---- ICMP and what it quotes ---- */

#define ERROR4(total, type) IP(total, "01") type " beef 00000578 "
#define ERROR6(len, type)                                                                          \
    "60000000 " len " 3a 40 20010db8 00*11 0a 20010db8 00*11 0b " type " beef 00000500 "

/* clang-format off */
static const struct {
    const char *name, *wire;
    bool quotes;
    const char *ends;
    enum transport transport;
    uint32_t seq;
} quotations[] = {
    { "eight bytes of TCP",      ERROR4("0038", "0304") IPV4 "1f90 22b3 00000009", true, ENDS4, TRANSPORT_TCP, 9 },
    { "ports alone",             ERROR4("0034", "0b00") IPV4 "1f90 22b3", true, ENDS4, TRANSPORT_TCP, 0 },
    { "ports broken off",        ERROR4("0033", "0b00") IPV4 "1f90 22", false, NULL, 0, 0 },
    { "all of it",               ERROR4("0048", "0301") V4, true, ENDS4, TRANSPORT_TCP, 1 },
    { "UDP",                     ERROR4("0038", "0303") IP("0400", "11") "1f90 22b3 03ec 0000", true, ENDS4, TRANSPORT_UDP, 0 },
    { "UDP with IP options",     ERROR4("003c", "0303") "4600 0400 0001 4000 40 11 0000 c0000201 c6336402 01010100 1f90 22b3 03ec 0000", true, ENDS4, TRANSPORT_UDP, 0 },
    { "first fragment",          ERROR4("0038", "0b01") "4500 05dc 0001 2000 40 11 0000 c0000201 c6336402 1f90 22b3 03ec 0000", true, ENDS4, TRANSPORT_UDP, 0 },
    { "later fragment",          ERROR4("0038", "0b00") "4500 05dc 0001 2001 40 11 0000 c0000201 c6336402 1f90 22b3 03ec 0000", false, NULL, 0, 0 },
    { "ICMP in ICMP",            ERROR4("0038", "0b00") IP("0400", "01") "0800 0000 00010001", false, NULL, 0, 0 },
    { "no IP header",            ERROR4("0024", "0303") "45000028 00010000", false, NULL, 0, 0 },
    { "echo reply",              ERROR4("0038", "0000") IPV4 "1f90 22b3 00000009", false, NULL, 0, 0 },
    { "ICMPv6, too big",         ERROR6("0048", "0200") V6, true, ENDS6, TRANSPORT_TCP, 1 },
    { "ICMPv6, extension header",ERROR6("0040", "0104") OPTIONS_V6("3c", "0400") "06 00 00*6 1f90 22b3 00000009", true, ENDS6, TRANSPORT_TCP, 9 },
    { "ICMPv6, fragment",        ERROR6("0040", "0104") OPTIONS_V6("2c", "0400") "06 00 0001 00000007 1f90 22b3 00000009", true, ENDS6, TRANSPORT_TCP, 9 },
    { "ICMPv6, neighbour",       ERROR6("0048", "8700") V6, false, NULL, 0, 0 },
};
/* clang-format on */

START_TEST(reads_quotation)
{
    struct decap *d = decap_new(&budget);
    struct segment icmp, s;
    ck_assert_int_eq(read_raw(d, quotations[_i].wire, 0, &icmp), DECAP_SEGMENT);
    ck_assert_int_eq(icmp.transport, TRANSPORT_ICMP);
    ck_assert_msg(decap_quoted(&icmp, &s) == quotations[_i].quotes, "%s", quotations[_i].name);
    if (quotations[_i].quotes) {
        ck_assert_str_eq(ends_of(&s), quotations[_i].ends);
        ck_assert_int_eq(s.transport, quotations[_i].transport);
        ck_assert_uint_eq(s.seq, quotations[_i].seq);
        ck_assert_uint_eq(s.at.frame, icmp.at.frame);
    }
    decap_free(d);
}
END_TEST

START_TEST(reads_icmp)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    ck_assert_int_eq(read_raw(d, ERROR4("0048", "0304") V4, 0, &s), DECAP_SEGMENT);
    ck_assert(!s.icmp_v6 && s.icmp_type == 3 && s.icmp_code == 4 && s.icmp_rest == 1400);
    ck_assert(s.from.port == 0 && s.to.port == 0 && s.checksum == 0xbeef && s.len == 44);
    ck_assert_int_eq(read_raw(d, ERROR6("0048", "0200") V6, 0, &s), DECAP_SEGMENT);
    ck_assert(s.icmp_v6 && s.icmp_type == 2 && s.icmp_code == 0 && s.icmp_rest == 1280);
    ck_assert_uint_eq(s.len, 64);
    ck_assert_int_eq(read_raw(d, IP("001b", "01") "0304 beef 000005", 0, &s), DECAP_MALFORMED);
    ck_assert_int_eq(read_raw(d, IP("0048", "01") "0304 beef 000005", 37, &s), DECAP_CUT);
    decap_free(d);
}
END_TEST

/* ---- fragments: the rules are defrag's, here is that headers lead there ---- */

#define FRAGMENT(total, offset) "4500 " total " 0777 " offset " 40 06 0000 c0000201 c6336402 "
#define FRAGMENT6(len, next, offset)                                                               \
    "60000000 " len " 2c 40 20010db8 00*11 01 20010db8 00*11 02 " next " 00 " offset " 00000777 "

START_TEST(joins_fragments)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    ck_assert_int_eq(read_raw(d, FRAGMENT("001c", "2000") "1f90 22b3 00000001", 0, &s),
                     DECAP_WAITING);
    ck_assert_uint_eq(decap_totals(d)->fragments_held, 1);
    ck_assert_int_eq(
        read_raw(d, FRAGMENT("0024", "0001") "00000002 5018 0100 beef 0000 'abcd'", 0, &s),
        DECAP_SEGMENT);
    ck_assert_str_eq(ends_of(&s), ENDS4);
    ck_assert(s.len == 4 && s.wire_len == 4 && memcmp(s.payload, "abcd", 4) == 0);

    /* The last fragment names another protocol: the first one's counts. */
    ck_assert_int_eq(
        read_raw(d, FRAGMENT6("0018", "11", "0008") "00000002 5018 0100 beef 0000 'abcd'", 0, &s),
        DECAP_WAITING);
    ck_assert_int_eq(read_raw(d, FRAGMENT6("0010", "06", "0001") "1f90 22b3 00000001", 0, &s),
                     DECAP_SEGMENT);
    ck_assert_str_eq(ends_of(&s), ENDS6);
    ck_assert(s.len == 4 && memcmp(s.payload, "abcd", 4) == 0);

    const struct decap_totals *t = decap_totals(d);
    ck_assert(t->fragments == 4 && t->reassembled == 2 && t->fragments_dropped == 0);
    ck_assert(t->fragments_held == 0 && t->waiting == 2 && t->segments == 2);
    decap_free(d);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

/* Fragments of a packet that was in fragments before it went into the tunnel. */
START_TEST(joins_fragments_in_fragments)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    ck_assert_int_eq(read_raw(d, FRAGMENT("001c", "2000") "1f90 22b3 00000001", 0, &s),
                     DECAP_WAITING);
    ck_assert_int_eq(
        read_raw(d, "4500 001c 0001 2000 40 04 0000 0a000001 0a000002 4500 0024 0777 0001", 0, &s),
        DECAP_WAITING);
    ck_assert_int_eq(read_raw(d,
                              "4500 0030 0001 0001 40 04 0000 0a000001 0a000002 4006 0000 c0000201"
                              "c6336402 00000002 5018 0100 beef 0000 'abcd'",
                              0, &s),
                     DECAP_SEGMENT);
    ck_assert_str_eq(ends_of(&s), ENDS4);
    ck_assert(s.len == 4 && memcmp(s.payload, "abcd", 4) == 0 && s.tunnels == 1);
    decap_free(d);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(refuses_fragments)
{
    struct decap *d = decap_new(&budget);
    struct segment s;
    ck_assert_int_eq(read_raw(d, FRAGMENT("0014", "2000"), 0, &s), DECAP_MALFORMED);
    ck_assert_int_eq(read_raw(d, FRAGMENT("001c", "3fff") "00*8", 0, &s), DECAP_MALFORMED);
    ck_assert_int_eq(read_raw(d, FRAGMENT("001c", "2000") "00*4", 4, &s), DECAP_CUT);
    const struct decap_totals *t = decap_totals(d);
    ck_assert(t->fragments == 3 && t->fragments_dropped == 3 && t->malformed == 2 && t->cut == 1);
    decap_free(d);
}
END_TEST

/* ---- totals and names ---- */

START_TEST(counts)
{
    static const struct {
        uint32_t link_type;
        const char *wire;
    } packets[] = {
        { 1, ETHER_V4 }, { 1, ETHER_V4 }, { 1, MACS "0806 00*28" },
        { 230, "00" },   { 150, "00" },   { 1, "00" },
    };
    struct decap *d = decap_new(&budget);
    const struct decap_totals *t = decap_totals(d);
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        struct packet p = packet_of(packets[i].link_type, hex(packets[i].wire));
        struct segment s;
        decap_packet(d, &p, &s);
        ck_assert_uint_eq(t->last_unknown_link, i < 3 ? 0 : i == 3 ? 230 : 150);
    }
    ck_assert(t->segments == 2 && t->other == 2 && t->no_ip == 1);
    ck_assert(t->unknown_link == 1 && t->malformed == 1);
    decap_free(d);
}
END_TEST

static const struct {
    const char *about, *wire;
    uint32_t link_type;
    enum decap_kind kind;
} kinds[] = {
    { "a login", MACS "888e 0101 0000", 1, KIND_EAPOL },
    { "MACsec", MACS "88e5 00*20", 1, KIND_MACSEC },
    { "PPPoE discovery", MACS "8863 00*20", 1, KIND_PPPOE },
    { "LLDP", MACS "88cc 00*20", 1, KIND_LLDP },
    { "a private ethertype", MACS "88b5 00*20", 1, KIND_UNKNOWN },
    { "a beacon", "8000 0000 00*20 0000 00*12", 105, KIND_WLAN },
    { "Wi-Fi's null data", "4801 0000 00*20", 105, KIND_WLAN },
    { "encrypted data", "0841 0000 00*18 1000 00*40", 105, KIND_WLAN_SEALED },
    { "a key of Wi-Fi", "0802 0000 00*18 0000 aaaa03000000 888e 0203 0000", 105, KIND_EAPOL },
};

START_TEST(tells_kinds)
{
    struct decap *d = decap_new(&budget);
    struct packet p = packet_of(kinds[_i].link_type, hex(kinds[_i].wire));
    struct segment s;
    ck_assert_msg(decap_packet(d, &p, &s) == DECAP_OTHER, "%s", kinds[_i].about);
    for (int i = 0; i < KIND_COUNT; i++)
        ck_assert_msg(decap_totals(d)->kinds[i] == (i == (int)kinds[_i].kind), "%s: %d",
                      kinds[_i].about, i);
    decap_free(d);
}
END_TEST

START_TEST(names_links)
{
    ck_assert_str_eq(decap_link_name(1), "Ethernet");
    ck_assert_str_eq(decap_link_name(105), "IEEE 802.11");
    ck_assert_str_eq(decap_link_name(195), "IEEE 802.15.4");
    ck_assert_str_eq(decap_link_name(147), "private use (USER0)");
    ck_assert_ptr_null(decap_link_name(4711));
}
END_TEST

static void add_layers(TCase *t)
{
    TEST_ROWS(t, peels_link, links);
    TEST_ROWS(t, peels_wlan, wlan_links);
    TEST_ROWS(t, peels_encapsulation, encapsulations);
    TEST_ROWS(t, reads_ip_header, ip_headers);
}

static void add_transports(TCase *t)
{
    TEST_ROWS(t, reads_tcp, tcp_rows);
    TEST_ROWS(t, reads_udp, udp_rows);
    TEST_ROWS(t, reads_quotation, quotations);
    tcase_add_test(t, reads_tcp_numbers);
    tcase_add_test(t, reads_icmp);
}

static void add_the_rest(TCase *t)
{
    tcase_add_test(t, joins_fragments);
    tcase_add_test(t, joins_fragments_in_fragments);
    tcase_add_test(t, refuses_fragments);
    tcase_add_test(t, counts);
    TEST_ROWS(t, tells_kinds, kinds);
    tcase_add_test(t, names_links);
}

TEST_MAIN("decap", add_layers, add_transports, add_the_rest)
