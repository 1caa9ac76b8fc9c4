/* bare.h - handshakes of flows that never reached a protocol we know: `tcp` and
 * `udp`, or not even that far: `arp` and `ndp`, when a machine is asked for in vain. They have no fields of their own; flow.* tells their story. */
#ifndef BARE_BARE_H
#define BARE_BARE_H

#include "handshake/dissector.h"

/* What came of the transport itself. */
enum bare_state {
    BARE_CALLED,    /* a SYN, or a datagram, and no answer yet */
    BARE_REFUSED,   /* RST or ICMP instead of an answer */
    BARE_HALF_OPEN, /* the answer to the SYN was never acknowledged */
    BARE_CONNECTED, /* nobody said anything */
    BARE_TALKED,    /* something was said that no dissector knows */
    BARE_MIDDLE,    /* the beginning was not captured */
};

/* What its ladder is made of, by those who know the flow. */
enum bare_message {
    BARE_SAW_SYN,
    BARE_SAW_SYN_AGAIN,
    BARE_SAW_SYN_ACK,
    BARE_SAW_DATA,
    BARE_SAW_FIN,
    BARE_SAW_RST,
    BARE_SAW_ICMP,
    BARE_SAW_SILENCE,
};

extern const struct dissector tcp_dissector, udp_dissector, arp_dissector, ndp_dissector;

#endif
