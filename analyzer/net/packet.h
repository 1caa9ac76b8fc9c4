/* packet.h - one packet as the capture gives it, borrowed until the next. */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include <stdint.h>

#include "base/endpoint.h"

struct packet {
    struct moment at;
    uint32_t link_type; /* LINKTYPE_ value of the packet's interface */
    uint32_t interface; /* number in the whole file, from 0; 0 in classic captures */
    const uint8_t *data;
    uint32_t len;      /* bytes captured */
    uint32_t wire_len; /* bytes there were on the wire */
    uint16_t rest_ns;  /* what at.time_us leaves of a time in nanoseconds: 0 to 999 */
    /* pcapng: its block's options as they stand, for capture_comment; else NULL */
    const uint8_t *options;
    uint32_t options_len;
};

#endif
