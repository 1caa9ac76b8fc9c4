/* change_text.h - what is different from the last time it worked, in lines. */
#ifndef REPORT_CHANGE_TEXT_H
#define REPORT_CHANGE_TEXT_H

#include "base/text.h"
#include "handshake/handshake.h"

/* change_text adds when it worked and since when it fails, and a line for each
 * difference, safe for a terminal; nothing when it is not known to have worked. */
void change_text(const struct handshake *hs, struct text *out);

#endif
