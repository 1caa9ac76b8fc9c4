/* community_id.h - the flow id that Zeek and Suricata write too, so that their
 * logs and ours can be joined. */
#ifndef REPORT_COMMUNITY_ID_H
#define REPORT_COMMUNITY_ID_H

#include "base/endpoint.h"

enum { COMMUNITY_ID_LEN = 32 };

/* community_id writes Community ID v1, seed 0 ("1:wCb3OG7yAFWelaUydu0D+125CLM="),
 * into buf[COMMUNITY_ID_LEN] and gives buf. The order of the ends does not matter. */
const char *community_id(const struct endpoint ends[2], enum transport transport, char *buf);

#endif
