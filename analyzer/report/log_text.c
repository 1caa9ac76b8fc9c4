/* log_text.c - see log_text.h. */
#include "report/log_text.h"

#include <inttypes.h>
#include <string.h>

void log_note_text(const struct log_note *n, struct text *out)
{
    char time[TIME_TEXT_LEN];
    text_add_wire(out, n->file, strlen(n->file));
    text_format(out, ":%" PRIu64, n->line);
    if (n->timed)
        text_format(out, ", %s", time_text(n->time_us, false, time));
    if (n->agrees)
        text_add(out, ", says so too: ");
    else
        text_format(out, ", speaks of %s: ", n->rule);
    text_add_wire(out, n->text, strlen(n->text));
}
