/* progress.h - a bar on standard error while a long file is read by someone who
 * waits for it. Only on a terminal, and gone when it is done. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <time.h>

#include "net/capture.h"

struct progress {
    struct timespec shown; /* when it was drawn last */
    bool drawn, started;
};

/* progress_show draws the bar, at most five times a second, and not at all in the
 * first second: short files need none. */
void progress_show(struct progress *bar, const struct capture_totals *totals, const char *name);
/* progress_end wipes it. */
void progress_end(struct progress *bar);

#endif
