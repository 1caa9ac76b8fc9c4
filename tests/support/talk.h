/* talk.h - conversations for tests, written as a script and played through
 * handshake/conversation.h as the pipeline does it.
 *
 *     C 160301 [2 ...] | S 150303 0002 0228 | 2.5 C fin | S rst
 *
 * Parts are joined by '|', and each is a packet: who sends it, and its bytes in the
 * notation of hex.h. Seconds before it pass first, else a millisecond. "fin", "rst"
 * and "gap 100" (bytes that were not captured) stand in place of bytes; "end" alone:
 * nothing more will be seen. A program includes this once and defines dissectors[]. */
#ifndef SUPPORT_TALK_H
#define SUPPORT_TALK_H

#include <stdlib.h>
#include <string.h>

#include "handshake/conversation.h"
#include "support/hex.h"
#include "support/test_main.h"

enum talk_pace { AT_ONCE, BY_BYTES };

struct talk {
    struct budget budget;
    struct arena *arena;
    struct conversation *c;
    uint64_t number, refused;
    struct moment now;
    struct talk_side {
        uint8_t bytes[1 << 17];
        size_t len;  /* not taken yet */
        size_t skip; /* bytes to come that nobody wants */
    } waiting[2];
    bool turned; /* who the script calls C is the server */
};

/* talk_start begins a conversation of which the capture missed what late tells. */
static inline void talk_start(struct talk *t, bool client_late, bool server_late)
{
    memset(t, 0, sizeof *t);
    t->budget.max = 1 << 24;
    t->arena = arena_new(&t->budget, 1 << 20);
    t->now.time_us = INT64_C(1795176000000000); /* 2026-11-20T12:00:00Z */
    struct conversation_about about = {
        .ends = { [CLIENT] = { { { 10, 0, 0, 17 }, 4 }, 40112 },
                  [SERVER] = { { { 10, 0, 0, 5 }, 4 }, 8883 } },
        .transport = TRANSPORT_TCP,
        .first = t->now,
        .late = { client_late, server_late },
        .next_number = &t->number,
        .refused = &t->refused,
    };
    t->c = conversation_new(t->arena, &about);
    ck_assert_ptr_nonnull(t->c);
}

/* talk_stop frees all, and what was taken must be back. */
static inline void talk_stop(struct talk *t)
{
    arena_free(t->arena);
    ck_assert_uint_eq(t->budget.used, 0);
    budget_clear(&t->budget);
}

static inline void talk_turn(struct talk *t)
{
    static struct talk_side other;
    t->turned = !t->turned;
    other = t->waiting[CLIENT];
    t->waiting[CLIENT] = t->waiting[SERVER];
    t->waiting[SERVER] = other;
}

/* What the conversation does not take is shown again with what comes next. */
static inline void talk_feed(struct talk *t, enum side side, const uint8_t *bytes, size_t len)
{
    side = t->turned ? side_other(side) : side;
    size_t skipped = t->waiting[side].skip < len ? t->waiting[side].skip : len;
    t->waiting[side].skip -= skipped;
    bytes += skipped;
    len -= skipped;
    if (len == 0 || !conversation_watching(t->c))
        return;
    ck_assert_uint_le(t->waiting[side].len + len, sizeof t->waiting[side].bytes);
    memcpy(t->waiting[side].bytes + t->waiting[side].len, bytes, len);
    t->waiting[side].len += len;
    size_t all = t->waiting[side].len;
    size_t used = conversation_feed(t->c, side, t->waiting[side].bytes, all, t->now);
    if (used > all) {
        t->waiting[side].skip = used - all;
        used = all;
    }
    memmove(t->waiting[side].bytes, t->waiting[side].bytes + used, all - used);
    t->waiting[side].len -= used;
    if (conversation_swapped(t->c))
        talk_turn(t);
}

static inline void talk_gap(struct talk *t, enum side side, uint64_t gap)
{
    size_t skipped = t->waiting[side].skip < gap ? t->waiting[side].skip : gap;
    t->waiting[side].skip -= skipped;
    gap -= skipped;
    if (gap == 0)
        return;
    t->waiting[side].skip =
        conversation_gap(t->c, side, t->waiting[side].bytes, t->waiting[side].len, gap, t->now);
    t->waiting[side].len = 0;
}

static inline void talk_packet(struct talk *t, const char *part, enum talk_pace pace)
{
    char *rest;
    double seconds = strtod(part, &rest);
    t->now.time_us += rest == part ? 1000 : (int64_t)(seconds * 1e6);
    part = rest + strspn(rest, " ");
    if (strncmp(part, "end", 3) == 0) {
        conversation_close(t->c, NOBODY, false, t->now);
        return;
    }
    t->now.frame++;
    enum side sender = *part == 'C' ? CLIENT : SERVER;
    enum side side = t->turned ? side_other(sender) : sender;
    part += 1 + strspn(part + 1, " ");
    if (strncmp(part, "fin", 3) == 0 || strncmp(part, "rst", 3) == 0) {
        conversation_close(t->c, side, *part == 'r', t->now);
    } else if (strncmp(part, "gap", 3) == 0) {
        talk_gap(t, side, strtoull(part + 3, NULL, 10));
    } else {
        struct reader r = hex(part);
        size_t len = reader_left(&r), step = pace == BY_BYTES ? 1 : len;
        for (size_t at = 0; at < len; at += step)
            talk_feed(t, sender, r.at + at, step);
    }
}

static inline void talk_play(struct talk *t, const char *script, enum talk_pace pace)
{
    char *copy = strdup(script), *rest = NULL;
    for (char *part = strtok_r(copy, "|", &rest); part; part = strtok_r(NULL, "|", &rest))
        talk_packet(t, part + strspn(part, " "), pace);
    free(copy);
}

/* talk_ladder writes the messages: "C ClientHello, S ServerHello, S! Alert (fatal
 * unknown_ca)", where the mark says that the machine had no step for it. */
static inline void talk_ladder(const struct handshake *hs, struct text *out)
{
    for (uint32_t i = 0; i < hs->event_count; i++) {
        const struct event *e = &hs->events[i];
        text_format(out, "%s%c%s %s", i ? ", " : "", "CSN"[e->from], e -> expected ? "" : "!",
                    hs->dissector->machine->messages[e->message]);
        if (e->note)
            text_format(out, " (%s)", e->note);
    }
}

/* talk_dump writes all that a handshake says, for holding two against each other. */
static inline void talk_dump(const struct handshake *hs, struct text *out)
{
    const struct field_table *table = hs->dissector->fields;
    text_format(out, "%s %s, events lost %u%s%s\n", outcome_name(hs->outcome),
                machine_state(hs->dissector->machine, hs)->name, hs->events_lost,
                hs->late ? " late" : "", hs->clipped ? " clipped" : "");
    talk_ladder(hs, out);
    for (size_t i = 0; i < table->count; i++) {
        if (!hs->values[i].present)
            continue;
        text_format(out, "\n%s (%d) ", table->fields[i].name, (int)hs->values[i].frame);
        value_text(&table->fields[i], &hs->values[i], out);
    }
    text_add(out, "\n");
}

/* talk_check holds fields against "tls.sni broker; no tls.version; tls.alerts ...". */
static inline void talk_check(const struct handshake *hs, const char *about, const char *expected)
{
    const struct field_table *table = hs->dissector->fields;
    char *copy = strdup(expected), *rest = NULL;
    for (char *one = strtok_r(copy, ";", &rest); one; one = strtok_r(NULL, ";", &rest)) {
        one += strspn(one, " ");
        bool absent = strncmp(one, "no ", 3) == 0;
        char *name = absent ? one + 3 : one, *value = strchr(name, ' ');
        if (value)
            *value++ = 0;
        size_t id = 0;
        while (id < table->count && strcmp(table->fields[id].name, name) != 0)
            id++;
        ck_assert_msg(id < table->count, "%s: there is no field %s", about, name);
        struct text t = { 0 };
        if (hs->values[id].present)
            value_text(&table->fields[id], &hs->values[id], &t);
        ck_assert_msg(hs->values[id].present == !absent, "%s: %s is %s %s", about, name,
                      absent ? "there:" : "absent", text_string(&t));
        ck_assert_msg(absent || !value || strcmp(text_string(&t), value) == 0,
                      "%s: %s is %s, not %s", about, name, text_string(&t), value);
        text_free(&t);
    }
    free(copy);
}

/* talk_only ends a talk that had one handshake and gives it, with all its facts. */
static inline struct handshake *talk_only(struct talk *t, const char *about)
{
    struct handshake *hs = conversation_finished(t->c, true);
    ck_assert_msg(hs != NULL, "%s: no handshake", about);
    ck_assert_msg(conversation_finished(t->c, true) == NULL, "%s: two handshakes", about);
    if (hs->dissector->finish)
        hs->dissector->finish(hs, true);
    return hs;
}

/* talk_same plays a script at both paces, which must give the same. */
static inline void talk_same(const char *about, const char *script, bool client_late,
                             bool server_late)
{
    static struct talk talk;
    struct text said[2] = { { 0 }, { 0 } };
    for (enum talk_pace pace = AT_ONCE; pace <= BY_BYTES; pace++) {
        talk_start(&talk, client_late, server_late);
        talk_play(&talk, script, pace);
        talk_dump(talk_only(&talk, about), &said[pace]);
        talk_stop(&talk);
    }
    ck_assert_msg(strcmp(text_string(&said[0]), text_string(&said[1])) == 0,
                  "%s: at once\n%sbyte by byte\n%s", about, text_string(&said[0]),
                  text_string(&said[1]));
    text_free(&said[0]);
    text_free(&said[1]);
}

#endif
