/* progress.c - see progress.h. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int64_t ms_between(const struct timespec *from, const struct timespec *to)
{
    return (to->tv_sec - from->tv_sec) * 1000 + (to->tv_nsec - from->tv_nsec) / 1000000;
}

static void draw(const struct capture_totals *t, const char *name)
{
    enum { WIDTH = 30 };
    struct text line = { 0 };
    const char *slash = strrchr(name, '/');
    text_add(&line, "\r\033[K");
    text_add_wire(&line, slash ? slash + 1 : name, strlen(slash ? slash + 1 : name));
    if (t->file_len > 0) {
        int done =
            (int)(t->bytes_read >= t->file_len ? WIDTH : t->bytes_read * WIDTH / t->file_len);
        text_format(&line, "  [%.*s%.*s] %d %%", done,
                    "==============================", WIDTH - done,
                    "                              ", done * 100 / WIDTH);
    }
    text_format(&line, "  %" PRIu64 " packets", t->packets);
    fputs(text_string(&line), stderr);
    fflush(stderr);
    text_free(&line);
}

void progress_show(struct progress *bar, const struct capture_totals *totals, const char *name)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!bar->started) {
        bar->started = true;
        bar->shown = now;
        return;
    }
    if (ms_between(&bar->shown, &now) < (bar->drawn ? 200 : 1000))
        return;
    bar->shown = now;
    bar->drawn = true;
    draw(totals, name);
}

void progress_end(struct progress *bar)
{
    if (!bar->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    bar->drawn = false;
}
