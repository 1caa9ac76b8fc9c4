/* fuzz_tls.c - TLS conversations of any bytes.
 *
 * The first byte tells what the capture missed (bits 0 and 1: the client's, the
 * server's beginning) and whether memory is short (bit 2). Then come packets: a byte
 * with the side in its top bit and a length below; length 127 has two bytes more, and
 * length 0 is followed by a byte that tells what happens instead: see happen().
 *
 * Chunks do not matter: byte by byte gives the same handshake. What is known stays
 * known, but for what a second hello replaces. A failure stays one. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "dissectors/tls/tls.h"
#include "handshake/conversation.h"

const struct dissector *const dissectors[] = { &tls_dissector, NULL };

enum { WAITING_MAX = 65536, LITTLE_MEMORY = 12000, MUCH_MEMORY = 1 << 20 };

struct play {
    struct budget budget;
    struct arena *arena;
    size_t cap;
    struct conversation *c;
    uint64_t number, refused;
    struct moment now;
    struct waiting {
        uint8_t bytes[WAITING_MAX];
        size_t len, skip;
    } waiting[2];
    bool turned; /* who the script calls client is the server */
    bool by_bytes;
    bool by_packets;      /* bytes were missing or not TLS: then packets tell where records begin */
    struct handshake *hs; /* the one there is */
    bool was_present[TLS_FIELD_COUNT], failed;
};

static void start(struct play *p, uint8_t how, bool by_bytes)
{
    memset(p, 0, sizeof *p);
    p->by_bytes = by_bytes;
    p->budget.max = 1 << 22;
    p->cap = how & 4 ? LITTLE_MEMORY : MUCH_MEMORY;
    p->arena = arena_new(&p->budget, p->cap);
    p->now.time_us = 1795176000000000;
    p->by_packets = (how & 3) != 0;
    struct conversation_about about = {
        .transport = TRANSPORT_TCP,
        .first = p->now,
        .late = { how & 1, how & 2 },
        .next_number = &p->number,
        .refused = &p->refused,
    };
    p->c = conversation_new(p->arena, &about);
}

/* What a second hello, a ServerHello behind the retry, or a second chain replaces. */
static bool may_vanish(unsigned id)
{
    static const unsigned ids[] = {
        TLS_OFFERED_CIPHERS,
        TLS_OFFERED_VERSIONS,
        TLS_OFFERED_GROUPS,
        TLS_KEY_SHARES,
        TLS_EXTENSIONS,
        TLS_OFFERED_ALPN,
        TLS_OFFERED_SIGNATURES,
        TLS_POINT_FORMATS,
        TLS_PSK_MODES,
        TLS_PSK_OFFERED,
        TLS_EARLY_DATA,
        TLS_SERVER_EXTENSIONS,
        TLS_VERSION,
        TLS_SERVER_RENEGOTIATION_INFO,
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] == id)
            return true;
    return id >= TLS_CERTIFICATES && id < TLS_ALERTS;
}

static void check(struct play *p)
{
    assert(arena_used(p->arena) <= p->cap);
    struct handshake *hs = conversation_dissector(p->c) ? conversation_latest(p->c) : NULL;
    if (!hs)
        return;
    assert(!p->hs || p->hs == hs);
    p->hs = hs;
    p->by_packets = p->by_packets || hs->late;
    assert(hs->state < TLS_STATE_COUNT);
    assert(!p->failed || hs->outcome == OUTCOME_FAILED);
    p->failed = hs->outcome == OUTCOME_FAILED;
    assert(hs->outcome != OUTCOME_COMPLETED ||
           machine_state(&tls_machine, hs)->outcome == OUTCOME_COMPLETED);
    for (unsigned i = 0; i < TLS_FIELD_COUNT; i++) {
        bool present = handshake_has(hs, i);
        if (!present && p->was_present[i] && !may_vanish(i) && !hs->clipped) {
            fprintf(stderr, "%s is gone\n", tls_field_table.fields[i].name);
            assert(!"what is known stays known");
        }
        p->was_present[i] = present;
        assert(hs->values[i].frame <= p->now.frame);
    }
}

static void take(struct play *p, enum side side)
{
    size_t len = p->waiting[side].len;
    size_t used = conversation_feed(p->c, side, p->waiting[side].bytes, len, p->now);
    if (used > 0 && !conversation_dissector(p->c))
        p->by_packets = true;
    p->waiting[side].skip = used > len ? used - len : 0;
    used = used < len ? used : len;
    if (used > 0)
        memmove(p->waiting[side].bytes, p->waiting[side].bytes + used, len - used);
    p->waiting[side].len -= used;
}

static void lose(struct play *p, enum side side, size_t gap)
{
    size_t skipped = p->waiting[side].skip < gap ? p->waiting[side].skip : gap;
    p->waiting[side].skip -= skipped;
    if (skipped == gap)
        return;
    p->by_packets = true;
    p->waiting[side].skip = conversation_gap(p->c, side, p->waiting[side].bytes,
                                             p->waiting[side].len, gap - skipped, p->now);
    p->waiting[side].len = 0;
}

static void feed(struct play *p, enum side side, const uint8_t *bytes, size_t len)
{
    size_t skipped = p->waiting[side].skip < len ? p->waiting[side].skip : len;
    p->waiting[side].skip -= skipped;
    bytes += skipped;
    len -= skipped;
    if (len == 0 || !conversation_watching(p->c))
        return;
    if (len > WAITING_MAX - p->waiting[side].len)
        lose(p, side, 1);
    memcpy(p->waiting[side].bytes + p->waiting[side].len, bytes, len);
    p->waiting[side].len += len;
    take(p, side);
}

static void happen(struct play *p, enum side side, uint8_t what)
{
    if (what < 0x80)
        lose(p, side, what + 1u);
    else if (what < 0xa0)
        p->now.time_us += (what & 0x1f) * 1000000;
    else if (what < 0xd0)
        conversation_close(p->c, side, what & 1, p->now);
    else if (what == 0xff)
        lose(p, side, 20000);
}

/* A conversation that turned round calls the sides by their new names. */
static enum side side_now(struct play *p, uint8_t head)
{
    static struct waiting other;
    if (conversation_swapped(p->c)) {
        p->turned = !p->turned;
        other = p->waiting[CLIENT];
        p->waiting[CLIENT] = p->waiting[SERVER];
        p->waiting[SERVER] = other;
    }
    enum side side = head & 0x80 ? SERVER : CLIENT;
    return p->turned ? side_other(side) : side;
}

static void play_all(struct play *p, struct reader script)
{
    while (reader_left(&script) > 0) {
        uint8_t head = reader_u8(&script);
        size_t len = head & 0x7f;
        p->now.frame++;
        p->now.time_us += 1000;
        enum side side = side_now(p, head);
        if (len == 0) {
            happen(p, side, reader_u8(&script));
        } else {
            len = len == 0x7f ? reader_u16(&script) : len;
            size_t left = reader_left(&script);
            struct reader bytes = reader_take(&script, len < left ? len : left);
            size_t step = p->by_bytes ? 1 : reader_left(&bytes);
            while (reader_left(&bytes) > 0) {
                side = side_now(p, head);
                feed(p, side, reader_next(&bytes, step), step);
            }
        }
        check(p);
    }
    conversation_close(p->c, NOBODY, false, p->now);
}

/* All that is said of it, also for the sanitizers to walk over. */
static void describe(struct play *p, struct text *out)
{
    struct handshake *hs = conversation_finished(p->c, true);
    assert(!conversation_finished(p->c, true));
    if (!hs)
        return;
    hs->dissector->finish(hs, true);
    text_format(out, "%s %s %d%d%d\n", outcome_name(hs->outcome),
                machine_state(&tls_machine, hs)->name, hs->late, hs->clipped, (int)hs->ended.frame);
    for (uint32_t i = 0; i < hs->event_count; i++)
        text_format(out, "%d %s%s %s %s\n", (int)hs->events[i].at.frame,
                    side_name(hs->events[i].from), hs->events[i].expected ? "" : "!",
                    tls_machine.messages[hs->events[i].message],
                    hs->events[i].note ? hs->events[i].note : "");
    for (unsigned i = 0; i < TLS_FIELD_COUNT; i++) {
        if (!handshake_has(hs, i))
            continue;
        text_format(out, "%s %d ", tls_field_table.fields[i].name, (int)hs->values[i].frame);
        value_text(&tls_field_table.fields[i], &hs->values[i], out);
        text_add_char(out, '\n');
    }
}

static void stop(struct play *p)
{
    arena_free(p->arena);
    assert(p->budget.used == 0);
    budget_clear(&p->budget);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct play p;
    struct text said[2] = { { 0 }, { 0 } };
    bool by_packets = false;
    struct reader script = reader_over(data, size, false);
    uint8_t how = reader_u8(&script);
    for (int by_bytes = 0; by_bytes < 2; by_bytes++) {
        start(&p, how, by_bytes);
        play_all(&p, script);
        describe(&p, &said[by_bytes]);
        by_packets = by_packets || p.by_packets;
        stop(&p);
    }
    if (!by_packets && strcmp(text_string(&said[0]), text_string(&said[1])) != 0) {
        fprintf(stderr, "at once\n%s\nbyte by byte\n%s", text_string(&said[0]),
                text_string(&said[1]));
        assert(!"the same in any chunks");
    }
    text_free(&said[0]);
    text_free(&said[1]);
    return 0;
}
