/* handshake_text.h - one handshake on a page: in a line of a list, or in full. */
#ifndef REPORT_HANDSHAKE_TEXT_H
#define REPORT_HANDSHAKE_TEXT_H

#include "report/page.h"
#include "rule/finding.h"

/* handshake_line adds its line of a list; times of the day of since_us lack the date. */
void handshake_line(struct page *p, const struct verdict *v, int64_t since_us);
/* handshake_in_full adds all that is known of it: every message, every finding, every
 * fact. */
void handshake_in_full(struct page *p, const char *capture, const struct verdict *v);

#endif
