/* fuzz_websocket.c - upgrades and frames of any bytes, with MQTT and CoAP inside: each
 * byte of input below 0x80 is a segment's length from the client, above from the
 * server, and the segment follows. Where the first one is even, a good request goes
 * before it. */
#include <assert.h>
#include <string.h>

#include "dissectors/coap/coap.h"
#include "dissectors/mqtt/mqtt.h"
#include "dissectors/websocket/fields.h"
#include "dissectors/websocket/websocket.h"
#include "handshake/conversation.h"

/* Nobody else: what is no WebSocket is known to nobody, or to what runs inside. */
const struct dissector *const dissectors[] = { &websocket_coap_dissector, &websocket_dissector,
                                               &mqtt_dissector, &coap_tcp_dissector, NULL };

static const char request[] = "GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

struct pending {
    uint8_t bytes[1 << 16];
    size_t len, skip;
};

static void feed(struct conversation *c, struct pending *p, enum side side, struct reader segment,
                 uint64_t frame)
{
    size_t len = reader_left(&segment), skipped = p->skip < len ? p->skip : len;
    p->skip -= skipped;
    reader_skip(&segment, skipped);
    len -= skipped;
    if (len > sizeof p->bytes - p->len)
        return;
    reader_copy(&segment, p->bytes + p->len, len);
    p->len += len;
    size_t used = conversation_feed(c, side, p->bytes, p->len, (struct moment){ 0, frame });
    p->skip = used > p->len ? used - p->len : 0;
    used = used < p->len ? used : p->len;
    memmove(p->bytes, p->bytes + used, p->len - used);
    p->len -= used;
}

/* Of a WebSocket is told only when it came to nothing. */
static void check(const struct handshake *hs, uint64_t frames)
{
    assert(hs->number > 0);
    assert(hs->first.frame >= 1 && hs->first.frame <= hs->last.frame && hs->last.frame <= frames);
    if (hs->dissector->fields != &websocket_field_table)
        return;
    assert(hs->outcome != OUTCOME_COMPLETED && handshake_has(hs, WEBSOCKET_FOR));
    assert(handshake_has(hs, WEBSOCKET_VIOLATION) == handshake_has(hs, WEBSOCKET_VIOLATION_BY));
    assert(hs->outcome == OUTCOME_FAILED || handshake_number_or(hs, WEBSOCKET_STATUS, 101) == 101);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct budget budget = { .max = 1 << 24 };
    static struct pending pending[2];
    struct arena *arena = arena_new(&budget, 1 << 20);
    uint64_t number = 0, refused = 0, frame = 0;
    struct conversation_about about = { .next_number = &number, .refused = &refused };
    about.ends[SERVER].port = 9001;
    struct conversation *c = conversation_new(arena, &about);
    struct reader r = reader_over(data, size, false);
    memset(pending, 0, sizeof pending);
    if (size > 0 && data[0] % 2 == 0)
        feed(c, &pending[CLIENT], CLIENT, reader_over(request, sizeof request - 1, false), ++frame);
    while (reader_left(&r)) {
        uint8_t head = reader_u8(&r);
        enum side side = head & 0x80 ? SERVER : CLIENT;
        size_t len = head & 0x7f, left = reader_left(&r);
        feed(c, &pending[side], side, reader_take(&r, len < left ? len : left), ++frame);
    }
    conversation_close(c, CLIENT, false, (struct moment){ 0, frame });
    conversation_close(c, NOBODY, false, (struct moment){ 0, frame });
    const struct handshake *hs;
    while ((hs = conversation_finished(c, true)))
        check(hs, frame);
    arena_free(arena);
    return 0;
}
