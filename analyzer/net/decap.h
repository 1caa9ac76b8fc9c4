/* decap.h - from a packet's bytes to the segment or datagram inside.
 *
 * A table of link types and encapsulations, walked with one reader. IPv4 and
 * IPv6 fragments wait in defrag.c. Checksums are not judged: offloading makes
 * them wrong on the capturing machine. */
#ifndef NET_DECAP_H
#define NET_DECAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "net/packet.h"

enum tcp_flag {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
};

/* One TCP segment, UDP datagram, ICMP or ARP message, borrowed from the packet. */
struct segment {
    enum transport transport;
    struct endpoint from, to; /* ICMP, ARP: ports are 0; ARP: to is who is asked for */
    struct moment at;

    const uint8_t *payload; /* ICMP: the message behind its 8-byte header */
    uint32_t len;           /* payload bytes that were captured */
    uint32_t wire_len;      /* payload bytes that were sent: more than len when cut */

    uint8_t ttl;       /* or hop limit */
    uint8_t tunnels;   /* how many IP headers were taken off before this one's */
    uint16_t ip_id;    /* IPv4 only, else 0 */
    uint16_t checksum; /* the transport's, as it stands: to tell a copy from a retransmission */

    /* TCP only */
    uint32_t seq, ack;
    uint16_t window;
    uint8_t flags; /* enum tcp_flag; ARP: the operation, 1 asks and 2 answers */
    uint16_t mss;  /* from a SYN, 0 when it has none */
    uint8_t sack_blocks;
    const uint8_t *sack; /* so many pairs of sequence numbers, borrowed as well */

    /* ICMP and ICMPv6 only */
    uint8_t icmp_type, icmp_code;
    uint32_t icmp_rest; /* the header's last four bytes: MTU, pointer, ... */
    bool icmp_v6;
};

enum decap_status {
    DECAP_SEGMENT,
    DECAP_WAITING,      /* a fragment of a datagram that is not whole yet */
    DECAP_ARP,          /* s tells who asks for whom */
    DECAP_OTHER,        /* none of these in it: LLDP, a TCP-less IP protocol */
    DECAP_UNKNOWN_LINK, /* no way to read this link type, which may well carry IP */
    DECAP_MALFORMED,    /* lengths or fragments that contradict each other */
    DECAP_CUT,          /* the snap length cut it before the ports */
};

/* What is in packets without TCP, UDP and ICMP, as far as it is worth a word. */
enum decap_kind {
    KIND_EAPOL,  /* keys and logins of 802.1X and Wi-Fi */
    KIND_MACSEC, /* encrypted Ethernet */
    KIND_PPPOE,  /* PPPoE's discovery */
    KIND_LLDP,
    KIND_WLAN,        /* 802.11 without data: beacons, associations, acknowledgements */
    KIND_WLAN_SEALED, /* 802.11 with encrypted data */
    KIND_IP,          /* IP with another protocol in it */
    KIND_UNKNOWN,
    KIND_COUNT
};

struct decap_totals {
    uint64_t segments, waiting, arp, other, unknown_link, malformed, cut;
    uint64_t fragments, reassembled, fragments_dropped;
    uint64_t fragments_held;    /* wait for the rest; at the end of a capture: in vain */
    uint64_t no_ip;             /* of other: the link type below carries no IP at all */
    uint64_t kinds[KIND_COUNT]; /* of other, but for no_ip */
    uint32_t last_unknown_link; /* the link type last refused, here or in unknown_link */
};

struct decap;

/* decap_new gives a decapsulator whose fragment store draws on b. */
struct decap *decap_new(struct budget *b);
void decap_free(struct decap *d);
/* decap_packet fills s when it returns DECAP_SEGMENT or DECAP_ARP; s borrows from the packet,
 * or from the fragment store until the next call. */
enum decap_status decap_packet(struct decap *d, const struct packet *p, struct segment *s);
/* decap_quoted reads the packet that an ICMP error quotes: s gets the ends and
 * what there is of the transport header (ports, and for TCP seq). */
bool decap_quoted(const struct segment *icmp, struct segment *s);
const struct decap_totals *decap_totals(const struct decap *d);
/* decap_link_name names a link type ("Ethernet", "IEEE 802.11"), or NULL. */
const char *decap_link_name(uint32_t link_type);

#endif
