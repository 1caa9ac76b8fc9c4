/* log_text.h - what a log beside the capture says, in a line. */
#ifndef REPORT_LOG_TEXT_H
#define REPORT_LOG_TEXT_H

#include "base/text.h"
#include "rule/finding.h"

/* log_note_text adds "mosquitto.log:17, 12:00:01Z, says so too: the line", safe for
 * a terminal. */
void log_note_text(const struct log_note *n, struct text *out);

#endif
