/* endpoint.h - who speaks, and when: addresses, ports, sides, moments. */
#ifndef BASE_ENDPOINT_H
#define BASE_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv4 or IPv6 address; len 0 means none was seen. */
struct address {
    uint8_t bytes[16];
    uint8_t len; /* 0, 4 or 16 */
};

struct endpoint {
    struct address address;
    uint16_t port;
};

enum side { CLIENT, SERVER, NOBODY };

static inline enum side side_other(enum side side)
{
    return side == CLIENT ? SERVER : side == SERVER ? CLIENT : NOBODY;
}

const char *side_name(enum side side); /* "client", "server", "nobody" */

/* ARP stands for IPv6 neighbour discovery as well where it is about whole handshakes. */
enum transport { TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORT_ICMP, TRANSPORT_ARP };

/* A moment of the capture: when, and in which packet (numbered from 1). */
struct moment {
    int64_t time_us; /* since 1970, from the packet, never from a clock */
    uint64_t frame;
};

enum { ADDRESS_TEXT_LEN = 48, TIME_TEXT_LEN = 40 };

bool address_equal(const struct address *a, const struct address *b);
/* address_text writes RFC 5952 text into buf[ADDRESS_TEXT_LEN], gives buf. */
const char *address_text(const struct address *a, char *buf);
/* time_text writes RFC 3339 UTC, "2026-11-20T12:00:00.000123Z"; the fraction
 * is left out when with_fraction is false. Years outside 1..9999 are clamped. */
const char *time_text(int64_t time_us, bool with_fraction, char *buf);

#endif
