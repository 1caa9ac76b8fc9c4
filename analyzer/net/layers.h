/* layers.h - the inside of decap: one walk from a packet's first byte inwards.
 *
 * Private to decap.c, links.c and tunnels.c. A layer is a row in a table: a
 * number, how many fixed bytes to step over, and a function that peels the rest
 * of its header and says what comes next. One loop, in decap.c, walks them. */
#ifndef NET_LAYERS_H
#define NET_LAYERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "net/decap.h"
#include "net/defrag.h"

/* What there is left to peel, and what was learned so far. */
struct walk {
    struct reader at; /* open when the snap length cut the packet */
    size_t missing;   /* bytes sent behind at.end, but not captured */
    struct segment *segment;
    struct defrag *defrag;               /* NULL in a quoted packet: nothing is joined there */
    const struct layer_table *protocols; /* which IP protocols are followed */
    unsigned ip_headers;
    bool wlan_padded;   /* 802.11 header is padded to four bytes, as radiotap says */
    bool wlan_swapped;  /* the bytes of its control and sequence fields changed places */
    bool fragments_met; /* the store's counts have changed */
    bool wlan;          /* an 802.11 frame, */
    bool wlan_sealed;   /* and its data is encrypted */
    uint16_t ethertype; /* that leads no further */
};

/* What a peeled header announces: a row of a table, or the end of the walk. */
struct next {
    const struct layer_table *table; /* NULL: stop with status */
    uint32_t number;
    enum decap_status status;
};

struct layer {
    uint32_t number;
    uint8_t skip;                        /* bytes to step over before peel */
    struct next (*peel)(struct walk *w); /* NULL: no IP in it */
    const char *name;
};

struct layer_table {
    const struct layer *rows;
    size_t count;
};

#define LAYER_TABLE(rows)                                                                          \
    {                                                                                              \
        rows, sizeof(rows) / sizeof((rows)[0])                                                     \
    }

extern const struct layer_table link_types, unread_link_types, ethertypes, ppp_protocols,
    ip_protocols, udp_tunnels;

enum {
    LINK_RAW = 101,
    LINK_WLAN = 105,
    TYPE_IPV4 = 0x0800,
    TYPE_ETHERNET = 0x6558, /* transparent Ethernet bridging, RFC 1701 */
    TYPE_IPV6 = 0x86dd,
    TYPE_MPLS = 0x8847,
    TYPE_ERSPAN = 0x88be,
    TYPE_NSH = 0x894f,
};

static inline struct next next_in(const struct layer_table *table, uint32_t number)
{
    return (struct next){ table, number, DECAP_OTHER };
}

static inline struct next next_stop(enum decap_status status)
{
    return (struct next){ NULL, 0, status };
}

/* layer_find gives the row of a number, or NULL. The frequent rows stand first. */
static inline const struct layer *layer_find(const struct layer_table *table, uint32_t number)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].number == number)
            return &table->rows[i];
    return NULL;
}

/* walk_wire_left is how many bytes were sent from here on. */
static inline size_t walk_wire_left(const struct walk *w)
{
    return reader_left(&w->at) + w->missing;
}

/* walk_narrow ends the view after len bytes as sent: padding falls off, and a
 * length that promises more than was sent is malformed. */
static inline void walk_narrow(struct walk *w, size_t len)
{
    size_t captured = reader_left(&w->at);
    if (len > captured + w->missing) {
        w->at.status = READER_MALFORMED;
        return;
    }
    w->at = reader_take_some(&w->at, len);
    w->missing = len > captured ? len - captured : 0;
}

/* walk_peek reads one byte ahead, 0 when there is none. */
static inline uint8_t walk_peek(const struct walk *w)
{
    return reader_left(&w->at) > 0 ? w->at.at[0] : 0;
}

struct next peel_ip(struct walk *w); /* IPv4 or IPv6, the first nibble tells */
struct next peel_ipv4(struct walk *w);
struct next peel_ipv6(struct walk *w);
struct next peel_ethernet(struct walk *w); /* stands on the ethertype */
struct next peel_ppp(struct walk *w);
struct next peel_pppoe(struct walk *w);
struct next peel_mpls(struct walk *w);
struct next peel_gre(struct walk *w);
struct next peel_erspan3(struct walk *w);
struct next peel_nsh(struct walk *w);

#endif
