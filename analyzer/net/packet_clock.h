/* packet_clock.h - time as packets tell it, made fit for time limits.
 *
 * Captures are merged, cut, reordered and forged: times repeat, step back, and
 * jump by decades. This clock only goes forward, and far only when two packets
 * agree. */
#ifndef NET_PACKET_CLOCK_H
#define NET_PACKET_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* All zero to begin with. shift is added to packet times once the capture went
 * back for good. */
struct packet_clock {
    int64_t now;
    int64_t packet_us; /* the last packet's own time */
    int64_t offered, shift;
    unsigned behind;
    bool runs;
};

/* packet_clock_move takes a packet's time; the same time again is no news. */
void packet_clock_move(struct packet_clock *c, int64_t time_us);

/* time_sane keeps a time, or a span, within 140 years of 1970, so that adding
 * some up can't overflow. */
int64_t time_sane(int64_t time_us);
/* time_apart is how far apart two packet times are, whichever is first. */
int64_t time_apart(int64_t a, int64_t b);

#endif
