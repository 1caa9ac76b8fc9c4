/* packet_clock.c - see packet_clock.h. */
#include "net/packet_clock.h"

enum {
    JUMP_US = 10000000,         /* a step in time that wants to be confirmed */
    PACKETS_TO_SET_BACK = 1000, /* until time that went back is believed */
};

static const int64_t MAX_TIME_US = (int64_t)1 << 52;
static const int64_t MAX_SHIFT_US = (int64_t)1 << 60;

int64_t time_sane(int64_t time_us)
{
    return time_us > MAX_TIME_US ? MAX_TIME_US : time_us < -MAX_TIME_US ? -MAX_TIME_US : time_us;
}

int64_t time_apart(int64_t a, int64_t b)
{
    int64_t difference = time_sane(a) - time_sane(b);
    return difference < 0 ? -difference : difference;
}

/* One packet from the past is out of order; a thousand in a row mean that an
 * older capture was appended. Its flows must grow old too. */
static void clock_behind(struct packet_clock *c, int64_t time)
{
    if (c->now - time <= JUMP_US) {
        c->behind = 0;
    } else if (++c->behind >= PACKETS_TO_SET_BACK && c->shift < MAX_SHIFT_US) {
        c->shift += c->now - time;
        c->offered = c->now;
        c->behind = 0;
    }
}

/* A time that is far ahead may be forged or broken, and believing it would end
 * every flow: it waits for a second one. */
void packet_clock_move(struct packet_clock *c, int64_t time_us)
{
    if (c->runs && time_us == c->packet_us)
        return; /* the same packet's, most likely */
    int64_t time = time_sane(time_us) + c->shift, before = c->offered;
    c->packet_us = time_us;
    if (!c->runs)
        c->now = before = time;
    else if (time == before)
        return; /* both are beyond what is sane */
    c->runs = true;
    c->offered = time;
    if (time < c->now) {
        clock_behind(c, time);
        return;
    }
    c->behind = 0;
    if (before > c->now)
        c->now = before < time ? before : time;
    if (time - c->now <= JUMP_US)
        c->now = time;
}
