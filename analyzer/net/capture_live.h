/* capture_live.h - packets from an interface, for capture.c. */
#ifndef NET_CAPTURE_LIVE_H
#define NET_CAPTURE_LIVE_H

#include "net/capture.h"

struct capture_live;

/* capture_live_open opens the interface with its filter, or NULL for none, and
 * then gives up all privileges. NULL and e filled when one of that fails. */
struct capture_live *capture_live_open(const char *interface, const char *filter, struct error *e);
void capture_live_close(struct capture_live *l); /* NULL is fine */
/* capture_live_next does not number the packet. IDLE comes with the time of day. */
enum capture_status capture_live_next(struct capture_live *l, struct packet *p, struct error *e);
/* capture_live_losses brings the numbers of lost packets in t up to date. */
void capture_live_losses(struct capture_live *l, struct capture_totals *t);
void capture_live_break(struct capture_live *l); /* from a signal handler, too */

#endif
