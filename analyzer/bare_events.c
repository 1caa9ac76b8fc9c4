/* bare_events.c - see bare_events.h. A flow keeps counts and a few moments, not its
 * packets; so this is put together from those, in the order in which it must have been. */
#include "bare_events.h"

#include <stdarg.h>
#include <stdio.h>

#include "dissectors/bare/bare.h"

static struct event *add(struct bare_events *events, enum side from, enum bare_message message,
                         int64_t time_us, uint64_t frame)
{
    struct event *e = &events->list[events->count];
    *e = (struct event){ { time_us, frame }, from, (uint8_t)message, true, NULL };
    events->count += events->count + 1 < BARE_EVENTS_MAX;
    return e;
}

static const char *note(struct bare_events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *note(struct bare_events *events, const char *format, ...)
{
    if (events->note_count == BARE_NOTES_MAX)
        return NULL;
    va_list args;
    va_start(args, format);
    char *to = events->notes[events->note_count++];
    vsnprintf(to, BARE_NOTE_LEN, format, args);
    va_end(args);
    return to;
}

/* The calls: a SYN and its repetitions, and what answered. */
static void add_calls(struct bare_events *events, const struct flow *f)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    if (f->syn_seen)
        add(events, CLIENT, BARE_SAW_SYN, f->first.time_us, f->first.frame);
    if (client->syns > 1) {
        bool only = client->packets == client->syns; /* then the last of them is the last */
        struct event *e = add(events, CLIENT, BARE_SAW_SYN_AGAIN, only ? client->last_us : 0, 0);
        e->note = client->syns > 2 ? note(events, "%u times", client->syns - 1u) : NULL;
    }
    if (f->syn_ack_seen)
        add(events, SERVER, BARE_SAW_SYN_ACK, f->syn_seen ? server->first_us : f->first.time_us, 0);
}

static void add_data(struct bare_events *events, const struct flow *f, const struct said *said)
{
    for (enum side side = CLIENT; side <= SERVER; side++) {
        uint64_t bytes = f->side[side].bytes;
        const char *speaks = said ? said->speaks[side] : NULL;
        if (bytes > 0)
            add(events, side, BARE_SAW_DATA, 0, 0)->note =
                note(events, "%llu byte%s%s%s", (unsigned long long)bytes, bytes == 1 ? "" : "s",
                     speaks ? " of " : "", speaks ? speaks : "");
    }
}

static void add_end(struct bare_events *events, enum side side, enum bare_message message,
                    uint64_t frame, int64_t time_us)
{
    if (frame)
        add(events, side, message, time_us, frame);
}

/* FIN and RST, the earlier first. */
static void add_ends(struct bare_events *events, const struct flow *f)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    enum side first =
        server->fin_frame && (!client->fin_frame || server->fin_frame < client->fin_frame) ? SERVER
                                                                                           : CLIENT;
    add_end(events, first, BARE_SAW_FIN, f->side[first].fin_frame, f->side[first].fin_us);
    first = side_other(first);
    add_end(events, first, BARE_SAW_FIN, f->side[first].fin_frame, f->side[first].fin_us);
    add_end(events, SERVER, BARE_SAW_RST, server->reset_frame, server->reset_us);
    add_end(events, CLIENT, BARE_SAW_RST, client->reset_frame, client->reset_us);
}

/* It stands where it came from: the other side of whose packet it is about. */
static void add_icmp(struct bare_events *events, const struct flow *f)
{
    if (!f->icmp)
        return;
    add(events, side_other(f->icmp->about), BARE_SAW_ICMP, f->icmp->at.time_us, f->icmp->at.frame)
        ->note = note(events, "type %u, code %u", f->icmp->type, f->icmp->code);
}

static void add_silence(struct bare_events *events, const struct flow *f)
{
    bool over = f->side[SERVER].reset_frame || f->side[CLIENT].reset_frame ||
                (f->icmp && !f->icmp->too_large) || f->side[CLIENT].fin_frame ||
                f->side[SERVER].fin_frame;
    if (!over)
        add(events, NOBODY, BARE_SAW_SILENCE, f->last.time_us, f->last.frame);
}

void bare_events_fill(struct bare_events *events, const struct flow *f, const struct said *said,
                      struct handshake *hs)
{
    events->count = 0;
    events->note_count = 0;
    if (f->transport == TRANSPORT_TCP)
        add_calls(events, f);
    add_data(events, f, said);
    if (f->transport == TRANSPORT_TCP)
        add_ends(events, f);
    add_icmp(events, f);
    add_silence(events, f);
    hs->events = events->list;
    hs->event_count = events->count;
}
