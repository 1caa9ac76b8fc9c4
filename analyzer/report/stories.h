/* stories.h - what happens on the wire when a cause strikes, how to see it in a
 * capture, and the command that checks it: rules/stories.txt, which tells its form. */
#ifndef REPORT_STORIES_H
#define REPORT_STORIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "report/page.h"

enum step_kind {
    STEP_TO_SERVER,
    STEP_TO_CLIENT,
    STEP_LOST_TO_SERVER, /* never arrives */
    STEP_LOST_TO_CLIENT,
    STEP_NOTE, /* time that passes, what one side thinks */
};

enum { STORY_STEPS_MAX = 12, STORY_TEXT_MAX = 50 };

struct story_step {
    enum step_kind kind;
    bool fails; /* this is where it goes wrong */
    const char *text;
};

struct story {
    const char *cause;  /* "tls.certificate.expired" */
    const char *about;  /* in one line; "" where a rule tells it */
    const char *filter; /* Wireshark's display filter, or "" */
    const char *check;  /* a command, or "" */
    const char *near;   /* causes that look alike: ids with blanks between, or "" */
    struct story_step steps[STORY_STEPS_MAX];
    size_t step_count;
};

struct stories;

/* stories_read takes a table; mistakes are added with their places. What it gives
 * borrows nothing. */
struct stories *stories_read(const char *file, const char *text, size_t len, struct text *mistakes);
void stories_free(struct stories *s);
/* stories_find gives the story of a cause, or NULL. */
const struct story *stories_find(const struct stories *s, const char *cause);
/* stories_nth gives the n-th, NULL behind the last. */
const struct story *stories_nth(const struct stories *s, size_t n);

/* story_draw draws the steps: the client left, the server right. */
void story_draw(struct page *p, const struct story *story);

#endif
