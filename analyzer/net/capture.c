/* capture.c - see capture.h.
 *
 * Hands on to the saved file or to the live interface, and filters what comes
 * from a file; live packets are filtered by the kernel. */
#include "net/capture.h"

#include <stdlib.h>

#include "base/text.h"
#include "net/capture_file.h"
#include "net/capture_live.h"
#include "net/filter.h"

struct capture {
    struct capture_file *file; /* this one or */
    struct capture_live *live; /* that one */
    struct filter *filter;     /* of a file; NULL lets all pass */
    struct capture_totals totals;
};

static bool set_filter(struct capture *c, const char *expression, struct error *e)
{
    uint32_t link_type;
    if (!expression)
        return true;
    c->filter = filter_new(expression, e);
    return c->filter &&
           (!capture_file_link(c->file, &link_type) || filter_fits(c->filter, link_type, e));
}

struct capture *capture_open(const char *path, const char *filter, struct error *e)
{
    struct capture *c = must_calloc(1, sizeof *c);
    error_clear(e);
    c->file = capture_file_open(path, &c->totals, e);
    if (c->file && set_filter(c, filter, e)) {
        error_clear(e);
        return c;
    }
    capture_close(c);
    return NULL;
}

struct capture *capture_open_live(const char *interface, const char *filter, struct error *e)
{
    struct capture *c = must_calloc(1, sizeof *c);
    error_clear(e);
    c->live = capture_live_open(interface, filter, e);
    if (c->live)
        return c;
    capture_close(c);
    return NULL;
}

static enum capture_status next_saved(struct capture *c, struct packet *p, struct error *e)
{
    enum capture_status status = capture_file_next(c->file, p, e);
    while (status == CAPTURE_PACKET && c->filter && !filter_matches(c->filter, p)) {
        c->totals.filtered++;
        status = capture_file_next(c->file, p, e);
    }
    if (status == CAPTURE_END && c->filter && filter_useless(c->filter, e))
        return CAPTURE_FAILED;
    return status;
}

static enum capture_status next_live(struct capture *c, struct packet *p, struct error *e)
{
    enum capture_status status = capture_live_next(c->live, p, e);
    if (status == CAPTURE_PACKET) {
        p->at.frame = ++c->totals.packets;
        c->totals.bytes += p->wire_len;
        c->totals.bytes_read += p->len;
    }
    return status;
}

enum capture_status capture_next(struct capture *c, struct packet *p, struct error *e)
{
    return c->file ? next_saved(c, p, e) : next_live(c, p, e);
}

const struct capture_totals *capture_totals(struct capture *c)
{
    if (c->file)
        capture_file_progress(c->file);
    else
        capture_live_losses(c->live, &c->totals);
    return &c->totals;
}

const struct capture_secret *capture_secret(struct capture *c, size_t n)
{
    return c->file ? capture_file_secret(c->file, n) : NULL;
}

struct capture_interface capture_interface(const struct capture *c, const struct packet *p)
{
    if (c->file)
        return capture_file_interface(c->file, p->interface);
    return (struct capture_interface){ .link_type = p->link_type };
}

bool capture_comment(const struct capture *c, struct packet *p, const char **comment, size_t *len)
{
    return c->file && capture_file_comment(c->file, p, comment, len);
}

void capture_break(struct capture *c)
{
    if (c->live)
        capture_live_break(c->live);
}

void capture_close(struct capture *c)
{
    if (!c)
        return;
    capture_file_close(c->file);
    capture_live_close(c->live);
    filter_free(c->filter);
    free(c);
}
