/* fuzz_dtls.c - datagrams of any bytes: a byte says who sends (0x80: the server), how
 * much later (0x40: a second) and whether it comes twice or after the next one (0x20,
 * 0x10); two more give the length.
 *
 * A handshake whose packets overtook each other inside one flight, or came twice,
 * tells what it tells without that, but for how often something came again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dissectors/tls/tls.h"
#include "handshake/conversation.h"

const struct dissector *const dissectors[] = { &dtls_dissector, NULL };

enum { DATAGRAMS_MAX = 64, LATER = 0x40, TWICE = 0x20, OVERTAKEN = 0x10 };

struct datagram {
    uint8_t head;
    struct reader bytes;
};

/* ---- any bytes ---- */

static void check(const struct handshake *hs, uint64_t frames)
{
    assert(hs->dissector == &dtls_dissector);
    assert(hs->first.frame >= 1 && hs->first.frame <= hs->last.frame && hs->last.frame <= frames);
    assert(hs->outcome != OUTCOME_FAILED || !hs->late || handshake_has(hs, TLS_ALERT) ||
           handshake_has(hs, TLS_INFERRED_ALERT_FROM));
    int64_t repeated = handshake_number_or(hs, TLS_CLIENT_FLIGHTS_REPEATED, 0) +
                       handshake_number_or(hs, TLS_SERVER_FLIGHTS_REPEATED, 0);
    assert(repeated >= handshake_number_or(hs, TLS_REPETITIONS, 0));
    assert(handshake_number_or(hs, TLS_REPEATED_FLIGHT, 1) <= 6);
    struct text text = { 0 };
    for (unsigned id = 0; id < TLS_FIELD_COUNT; id++)
        if (hs->values[id].present)
            value_text(&tls_field_table.fields[id], &hs->values[id], &text);
    text_free(&text);
}

static struct conversation *begin(struct arena *a, uint64_t *number, uint64_t *refused)
{
    struct conversation_about about = {
        .transport = TRANSPORT_UDP,
        .next_number = number,
        .refused = refused,
    };
    return conversation_new(a, &about);
}

static void feed(struct conversation *c, const struct datagram *d, struct moment at)
{
    size_t len = reader_left(&d->bytes);
    uint8_t *exact = malloc(len ? len : 1); /* so that a step past its end is seen */
    memcpy(exact, d->bytes.at, len);
    conversation_datagram(c, d->head & 0x80 ? SERVER : CLIENT, exact, len, len + (d->head & 1), at);
    free(exact);
}

static void play_as_it_is(const struct datagram *datagrams, size_t count)
{
    struct budget budget = { .max = 1 << 24 };
    struct arena *arena = arena_new(&budget, 1 << 20);
    uint64_t number = 0, refused = 0, frame = 0;
    struct conversation *c = begin(arena, &number, &refused);
    int64_t now_us = 0;
    for (size_t i = 0; i < count; i++) {
        now_us += datagrams[i].head & LATER ? 1000000 : 1000;
        feed(c, &datagrams[i], (struct moment){ now_us, ++frame });
    }
    conversation_close(c, NOBODY, false, (struct moment){ now_us + 20000000, frame });
    for (struct handshake *hs; (hs = conversation_finished(c, true));)
        check(hs, frame);
    conversation_end(c);
    arena_free(arena);
    budget_clear(&budget);
}

/* ---- a flight of the server's, in the order that the input says ---- */

static const uint8_t client_hello[] = {
    22, 0xfe, 0xfd, 0,    0, 0, 0, 0, 0, 0, 0, 0, 54, 1, 0, 0, 42, 0,    0,    0, 0, 0, 0,
    0,  42,   0xfe, 0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 9,  1, 2, 3, 4,  5,    6,    7, 8, 9, 1,
    2,  3,    4,    5,    6, 7, 8, 9, 1, 2, 3, 4, 5,  0, 0, 0, 2,  0xc0, 0xa8, 1, 0,
};

/* ServerHello, ServerKeyExchange, ServerHelloDone: type, length, and that many bytes. */
static const uint8_t flight[] = {
    2, 38, 0xfe, 0xfd, 9, 8, 7,  6, 5, 4, 3,   2,   1,   9,   8,  7, 6,
    5, 4,  3,    2,    1, 9, 8,  7, 6, 5, 4,   3,   2,   1,   9,  8, 7,
    6, 0,  0xc0, 0xa8, 0, 0, 12, 6, 0, 4, 'h', 'i', 'n', 't', 14, 0,
};
enum { MESSAGES = 3, FRAGMENTS_MAX = 48 };

struct plan {
    uint8_t message, from, to;
};

static const uint8_t *message_at(uint8_t nth, uint8_t *type, uint8_t *len)
{
    const uint8_t *at = flight;
    for (uint8_t i = 0; i < nth; i++)
        at += 2 + at[1];
    *type = at[0];
    *len = at[1];
    return at + 2;
}

static void send_fragment(struct conversation *c, const struct plan *plan, uint64_t frame)
{
    uint8_t type, len, wire[128] = { 22, 0xfe, 0xfd };
    const uint8_t *body = message_at(plan->message, &type, &len);
    uint8_t here = (uint8_t)(plan->to - plan->from);
    wire[10] = (uint8_t)frame;
    wire[12] = (uint8_t)(here + FRAGMENT_HEADER_LEN);
    wire[13] = type;
    wire[16] = len;
    wire[18] = plan->message;
    wire[21] = plan->from;
    wire[24] = here;
    memcpy(wire + 25, body + plan->from, here);
    conversation_datagram(c, SERVER, wire, 25u + here, 25u + here,
                          (struct moment){ 1000 * (int64_t)frame, frame });
}

/* Cuts the messages as the input says; then shuffles the fragments and doubles some. */
static size_t make_plan(struct reader r, struct plan *plans, bool shuffled)
{
    size_t count = 0;
    for (uint8_t message = 0; message < MESSAGES; message++) {
        uint8_t type, len, at = 0;
        message_at(message, &type, &len);
        do {
            uint8_t step = count < 16 ? reader_u8(&r) % 16 + 1 : len;
            uint8_t to = at + step < len ? (uint8_t)(at + step) : len;
            uint8_t back = reader_u8(&r) % 4;
            plans[count++] = (struct plan){ message, at > back ? (uint8_t)(at - back) : 0, to };
            at = to;
        } while (at < len);
    }
    size_t whole = count;
    for (size_t i = 0; shuffled && i < whole; i++) {
        uint8_t with = reader_u8(&r);
        struct plan swap = plans[i];
        plans[i] = plans[with % whole];
        plans[with % whole] = swap;
        if (with & 0x80 && count < FRAGMENTS_MAX)
            plans[count++] = plans[i];
    }
    return count;
}

static void facts_of(struct reader r, bool shuffled, struct text *out)
{
    struct budget budget = { .max = 1 << 24 };
    struct arena *arena = arena_new(&budget, 1 << 20);
    uint64_t number = 0, refused = 0, frame = 1;
    struct conversation *c = begin(arena, &number, &refused);
    struct plan plans[FRAGMENTS_MAX];
    size_t count = make_plan(r, plans, shuffled);
    conversation_datagram(c, CLIENT, client_hello, sizeof client_hello, sizeof client_hello,
                          (struct moment){ 0, frame });
    for (size_t i = 0; i < count; i++)
        send_fragment(c, &plans[i], ++frame);
    conversation_close(c, NOBODY, false, (struct moment){ 1000000, frame });
    struct handshake *hs = conversation_finished(c, true);
    assert(hs && !conversation_finished(c, true));
    handshake_set_number(hs, TLS_SERVER_FLIGHTS_REPEATED, 0);
    handshake_unset(hs, TLS_REPEATED_FLIGHT);
    handshake_unset(hs, TLS_REPETITIONS);
    text_format(out, "%d %d\n", (int)hs->outcome, hs->state);
    for (unsigned id = 0; id < TLS_FIELD_COUNT; id++) {
        text_format(out, "%u ", id);
        if (hs->values[id].present)
            value_text(&tls_field_table.fields[id], &hs->values[id], out);
    }
    conversation_end(c);
    arena_free(arena);
    budget_clear(&budget);
}

static void play_a_flight(struct reader r)
{
    struct text straight = { 0 }, shuffled = { 0 };
    facts_of(r, false, &straight);
    facts_of(r, true, &shuffled);
    assert(strcmp(text_string(&straight), text_string(&shuffled)) == 0);
    text_free(&straight);
    text_free(&shuffled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct datagram datagrams[DATAGRAMS_MAX];
    struct reader r = reader_over(data, size, false);
    size_t count = 0;
    while (reader_left(&r) && count + 2 < DATAGRAMS_MAX) {
        struct datagram d = { .head = reader_u8(&r) };
        size_t len = reader_u16(&r), left = reader_left(&r);
        d.bytes = reader_take(&r, len < left ? len : left);
        datagrams[count++] = d;
        if (d.head & TWICE)
            datagrams[count++] = d;
        if (d.head & OVERTAKEN && count > 1) {
            struct datagram before = datagrams[count - 2];
            datagrams[count - 2] = datagrams[count - 1];
            datagrams[count - 1] = before;
        }
    }
    play_as_it_is(datagrams, count);
    play_a_flight(reader_over(data, size, false));
    return 0;
}
