/* sink_pcapng.c - the annotated capture: the packets of failed handshakes, with
 * the verdict as a comment on those that decide it. Wireshark shows both.
 *
 * Packets are not kept while a capture is read: once it was judged, it is read
 * again. Each capture becomes a section, with its summary as the section's
 * comment. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/capture.h"
#include "net/decap.h"
#include "net/pcapng_write.h"
#include "report/annotation.h"
#include "report/sink.h"

enum { FRAGMENT_MEMORY_MAX = 16 << 20 };

struct sink_pcapng {
    struct sink sink;
    struct pcapng_writer *writer;
    struct annotation *annotation;
};

/* One capture on its way into a section. */
struct copy {
    struct pcapng_writer *writer;
    struct annotation *annotation;
    struct capture *capture;
    struct decap *decap;
    uint32_t *interfaces; /* number in the capture -> 1 + number in the section, or 0 */
    size_t interface_count;
    size_t secrets;
};

/* ---- a packet ---- */

static uint32_t interface_of(struct copy *c, const struct packet *p)
{
    if (p->interface >= c->interface_count) {
        size_t count = p->interface + 16;
        c->interfaces = must_realloc(c->interfaces, count * sizeof *c->interfaces);
        memset(c->interfaces + c->interface_count, 0,
               (count - c->interface_count) * sizeof *c->interfaces);
        c->interface_count = count;
    }
    uint32_t *known = &c->interfaces[p->interface];
    if (*known == 0) {
        struct capture_interface i = capture_interface(c->capture, p);
        *known = 1 + pcapng_add_interface(c->writer, &i);
    }
    return *known - 1;
}

static void copy_packet(struct copy *c, struct packet *p)
{
    struct segment s = { 0 };
    enum decap_status status = decap_packet(c->decap, p, &s);
    const char *comment, *own;
    size_t own_len;
    if (!annotation_of(c->annotation, p->at.frame, status, &s, &comment))
        return;
    pcapng_begin_packet(c->writer, interface_of(c, p), p);
    if (comment)
        pcapng_add_comment(c->writer, comment, strlen(comment));
    while (capture_comment(c->capture, p, &own, &own_len))
        pcapng_add_comment(c->writer, own, text_utf8_len(own, own_len));
    pcapng_end_packet(c->writer);
}

static void copy_secrets(struct copy *c)
{
    const struct capture_secret *secret;
    while ((secret = capture_secret(c->capture, c->secrets))) {
        pcapng_add_secret(c->writer, secret);
        c->secrets++;
    }
}

/* ---- a capture ---- */

static void copy_capture(struct copy *c, bool keep_secrets)
{
    struct budget memory = { .max = FRAGMENT_MEMORY_MAX };
    struct packet p;
    struct error ignored = { 0 }; /* damage was told when it was read first */
    c->decap = decap_new(&memory);
    while (capture_next(c->capture, &p, &ignored) == CAPTURE_PACKET) {
        if (keep_secrets)
            copy_secrets(c);
        copy_packet(c, &p);
    }
    decap_free(c->decap);
    budget_clear(&memory);
    free(c->interfaces);
}

static void describe(const struct annotation *a, const struct summary *s, struct text *t)
{
    text_add(t, "handshark: ");
    text_add_wire(t, s->capture, strlen(s->capture));
    text_format(t, ": %" PRIu64 " packets in %" PRIu64 " flows; handshakes:", s->packets, s->flows);
    for (enum outcome o = OUTCOME_COMPLETED; o <= OUTCOME_UNKNOWN; o++)
        text_format(t, "%s %" PRIu64 " %s", o == OUTCOME_COMPLETED ? "" : ",", s->handshakes[o],
                    outcome_name(o));
    text_add(t, "\nFrame numbers in comments are those of that capture.");
    if (s->damaged)
        text_format(t, "\ndamaged: %s", s->damaged);
    if (s->note)
        text_format(t, "\n%s", s->note);
    if (annotation_left_out(a))
        text_format(t, "\nleft out for want of room: %" PRIu64 " handshakes",
                    annotation_left_out(a));
}

static void summary(struct sink *sink, const struct summary *s)
{
    struct sink_pcapng *out = (struct sink_pcapng *)sink;
    struct text said = { 0 };
    struct copy c = { .writer = out->writer, .annotation = out->annotation };
    describe(out->annotation, s, &said);
    pcapng_section(out->writer, "handshark", text_string(&said));
    text_free(&said);
    annotation_ready(out->annotation);
    c.capture = capture_open(s->capture, sink->options.filter, &sink->error);
    if (c.capture)
        copy_capture(&c, sink->options.keep_secrets);
    capture_close(c.capture);
    annotation_clear(out->annotation);
}

/* A connection that was accepted, and ended by an error later, is one to look at too. */
static bool is_wanted(const struct verdict *v)
{
    return v->outcome == OUTCOME_FAILED ||
           (v->finding_count > 0 && v->findings[0].severity == SEVERITY_ERROR);
}

static void handshake(struct sink *sink, const char *capture, const struct verdict *v)
{
    struct sink_pcapng *out = (struct sink_pcapng *)sink;
    (void)capture;
    if (is_wanted(v) || sink->options.annotate_all)
        annotation_note(out->annotation, v);
}

static void open_capture(struct sink *sink)
{
    struct sink_pcapng *out = (struct sink_pcapng *)sink;
    out->annotation = annotation_new();
    out->writer = pcapng_writer_new(sink->options.out);
}

static void close_capture(struct sink *sink)
{
    struct sink_pcapng *out = (struct sink_pcapng *)sink;
    pcapng_writer_free(out->writer);
    annotation_free(out->annotation);
}

const struct sink_kind sink_pcapng = {
    .name = "pcapng",
    .about = "the packets of failed handshakes, with comments for Wireshark",
    .size = sizeof(struct sink_pcapng),
    .whole = true,
    .rereads = true,
    .open = open_capture,
    .handshake = handshake,
    .summary = summary,
    .close = close_capture,
};
