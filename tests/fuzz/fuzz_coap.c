/* fuzz_coap.c - datagrams and streams of any bytes, from both sides, at any time.
 *
 * The first byte chooses the transport; then come a head (0x80: the server's side,
 * 0x7f: the length), a step in time (100 ms each), and so many bytes. Datagrams that
 * come twice, and streams that come byte by byte, must tell the same. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dissectors/coap/coap.h"
#include "dissectors/coap/fields.h"
#include "dissectors/coap/machine.h"
#include "dissectors/coap/message.h"
#include "handshake/conversation.h"

const struct dissector *const dissectors[] = { &coap_dissector, &coap_tcp_dissector, NULL };

struct pending {
    uint8_t bytes[1 << 16];
    size_t len;
};

struct run {
    struct conversation *c;
    enum transport transport;
    bool finely; /* each datagram twice, each stream byte by byte */
    uint64_t number, refused, reported;
    struct moment at;
    struct pending pending[2];
    struct text told;
    uint64_t sum; /* of what was told, in whatever order */
};

/* A copy of a non-confirmable response can't be told from a second one that the
 * client does not want: what a Reset behind it is about is open. */
static bool may_come_twice(struct reader bytes)
{
    struct coap_message m;
    coap_message_read(&m, bytes);
    return m.type != COAP_NON || !coap_is_response(&m);
}

static uint64_t hash(const char *text)
{
    uint64_t key = 0xcbf29ce484222325;
    while (*text)
        key = (key ^ (uint8_t)*text++) * 0x100000001b3;
    return key;
}

static void tell(struct run *run, const struct handshake *hs)
{
    const struct state *state = machine_state(&coap_machine, hs);
    size_t start = run->told.len;
    text_format(&run->told, "%s %s", outcome_name(hs->outcome), state->name);
    for (unsigned i = 0; i < COAP_FIELD_COUNT; i++) {
        if (!hs->values[i].present || i == COAP_DUPLICATES)
            continue;
        text_format(&run->told, " %s=", coap_field_table.fields[i].name);
        value_text(&coap_field_table.fields[i], &hs->values[i], &run->told);
    }
    text_add(&run->told, "\n");
    run->sum += hash(text_string(&run->told) + start);
}

static void check(const struct run *run, const struct handshake *hs)
{
    assert(hs->number >= 1 && hs->number <= run->number);
    assert(hs->state < EXCHANGE_STATE_COUNT && hs->outcome <= OUTCOME_UNKNOWN);
    assert(hs->first.frame >= 1 && hs->first.frame <= hs->last.frame);
    assert(hs->last.frame <= run->at.frame);
    assert(handshake_has(hs, COAP_MALFORMED) == handshake_has(hs, COAP_MALFORMED_BY));
    assert(handshake_has(hs, COAP_RESPONSE_CODE) == handshake_has(hs, COAP_RESPONSE_CLASS));
    int64_t response = handshake_number_or(hs, COAP_RESPONSE_CLASS, 2);
    assert(response == 2 || response == 4 || response == 5);
    assert(!handshake_has(hs, COAP_TRANSFER_STOPPED) || hs->outcome == OUTCOME_FAILED);
}

static void report(struct run *run, bool all)
{
    for (struct handshake *hs; (hs = conversation_finished(run->c, all)); run->reported++) {
        coap_dissector.finish(hs, true);
        check(run, hs);
        tell(run, hs);
    }
}

/* What is CoAP on any port is so on CoAP's own. */
static void check_recognition(enum side side, struct reader bytes)
{
    struct opening o = { .bytes = bytes, .side = side, .server_port = 40000 };
    enum recognition anywhere = coap_dissector.recognise(&o);
    o.server_port = 5683;
    assert(anywhere == NOT_MINE || coap_dissector.recognise(&o) == anywhere);
}

static void give_datagram(struct run *run, enum side side, struct reader bytes)
{
    check_recognition(side, bytes);
    int times = run->finely && may_come_twice(bytes) ? 2 : 1;
    for (; times; times--) {
        size_t len = reader_left(&bytes);
        conversation_datagram(run->c, side, bytes.at, len, len, run->at);
        report(run, false);
    }
}

static void give_piece(struct run *run, enum side side, const uint8_t *bytes, size_t len)
{
    struct pending *p = &run->pending[side];
    if (len > sizeof p->bytes - p->len)
        return;
    memcpy(p->bytes + p->len, bytes, len);
    p->len += len;
    size_t used = conversation_feed(run->c, side, p->bytes, p->len, run->at);
    used = used < p->len ? used : p->len;
    memmove(p->bytes, p->bytes + used, p->len - used);
    p->len -= used;
}

static void give_segment(struct run *run, enum side side, struct reader bytes)
{
    size_t step = run->finely ? 1 : reader_left(&bytes);
    while (reader_left(&bytes))
        give_piece(run, side, reader_next(&bytes, step), step);
    report(run, false);
}

static void play(struct run *run, struct reader r)
{
    while (reader_left(&r)) {
        uint8_t head = reader_u8(&r);
        enum side side = head & 0x80 ? SERVER : CLIENT;
        run->at.time_us += reader_u8(&r) * INT64_C(100000);
        run->at.frame++;
        size_t len = head & 0x7f, left = reader_left(&r);
        struct reader bytes = reader_take(&r, len < left ? len : left);
        if (run->transport == TRANSPORT_UDP)
            give_datagram(run, side, bytes);
        else
            give_segment(run, side, bytes);
    }
    run->at.time_us += INT64_C(20000000);
    conversation_close(run->c, NOBODY, false, run->at);
    report(run, true);
    assert(run->reported == run->number);
}

/* It begins with what is recognised: how much is dropped before that depends on the
 * number of segments, and of datagrams. */
static void open_run(struct run *run)
{
    static const struct {
        uint8_t bytes[16];
        size_t len;
    } openings[] = {
        [TRANSPORT_TCP] = { "\x30\xe1\x22\x04\x80", 5 },
        [TRANSPORT_UDP] = { "\x48\x01\xff\xff\x66irstone", 12 },
    };
    const uint8_t *bytes = openings[run->transport].bytes;
    struct reader r = reader_over(bytes, openings[run->transport].len, false);
    if (run->transport == TRANSPORT_TCP)
        give_segment(run, CLIENT, r);
    else
        give_datagram(run, CLIENT, r);
}

static void play_all(struct run *run, struct budget *budget, struct reader r, bool finely)
{
    struct arena *arena = arena_new(budget, 1 << 20);
    run->transport = reader_u8(&r) & 1 ? TRANSPORT_TCP : TRANSPORT_UDP;
    run->finely = finely;
    run->number = run->refused = run->reported = run->sum = 0;
    run->at = (struct moment){ 0, 1 };
    run->pending[CLIENT].len = run->pending[SERVER].len = 0;
    text_clear(&run->told);
    struct conversation_about about = {
        .ends = { [CLIENT] = { .port = 40112 }, [SERVER] = { .port = 5683 } },
        .transport = run->transport,
        .next_number = &run->number,
        .refused = &run->refused,
    };
    run->c = conversation_new(arena, &about);
    open_run(run);
    play(run, r);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct budget budget = { .max = 1 << 24 };
    static struct run once, finely;
    struct reader r = reader_over(data, size, false);
    play_all(&once, &budget, r, false);
    play_all(&finely, &budget, r, true);
    if (!once.refused && !finely.refused && once.sum != finely.sum) {
        fprintf(stderr, "%s--- and finely:\n%s", text_string(&once.told),
                text_string(&finely.told));
        abort();
    }
    return 0;
}
