/* filter.h - BPF filters ("host 10.0.0.7") on saved packets.
 *
 * libpcap compiles a filter for one link type; a pcapng file has several. So
 * it is compiled for each link type when the first packet of it comes. */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include <stdbool.h>

#include "base/error.h"
#include "net/packet.h"

struct filter;

/* filter_new checks the expression; NULL and e filled when it makes no sense
 * on any common link type. */
struct filter *filter_new(const char *expression, struct error *e);
void filter_free(struct filter *f); /* NULL is fine */

/* filter_fits says whether the expression can be asked on this link type, and
 * fills e when it can't. */
bool filter_fits(struct filter *f, uint32_t link_type, struct error *e);
/* filter_matches: on a link type that the filter does not fit nothing matches. */
bool filter_matches(struct filter *f, const struct packet *p);
/* filter_useless tells that all packets so far were of link types that the
 * filter does not fit, and fills e. */
bool filter_useless(const struct filter *f, struct error *e);

/* link_type_of and dlt_of translate between the link types of files and those
 * of libpcap's calls, which differ for a few. */
uint32_t link_type_of(int dlt);
int dlt_of(uint32_t link_type);

#endif
