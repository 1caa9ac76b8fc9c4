/* fuzz_mqtt.c - MQTT dialogues of any bytes: each byte of input below 0x80 is a
 * segment's length from the client, above from the server, and the segment follows. */
#include <assert.h>
#include <string.h>

#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/mqtt.h"
#include "handshake/conversation.h"

/* Nobody but the one under test. */
const struct dissector *const dissectors[] = { &mqtt_dissector, NULL };

struct pending {
    uint8_t bytes[1 << 16];
    size_t len;
};

static void feed(struct conversation *c, struct pending *p, enum side side, struct reader segment,
                 uint64_t frame)
{
    size_t len = reader_left(&segment);
    if (len > sizeof p->bytes - p->len)
        return;
    reader_copy(&segment, p->bytes + p->len, len);
    p->len += len;
    size_t used = conversation_feed(c, side, p->bytes, p->len, (struct moment){ 0, frame });
    used = used < p->len ? used : p->len;
    memmove(p->bytes, p->bytes + used, p->len - used);
    p->len -= used;
}

/* At most one handshake, of which every fact is in order. */
static void check(struct conversation *c, uint64_t frames)
{
    struct handshake *hs = conversation_finished(c, true);
    if (!hs)
        return;
    assert(hs->dissector == &mqtt_dissector);
    int64_t code = handshake_number_or(hs, MQTT_CONNACK, 0);
    assert(code == 0 || hs->outcome != OUTCOME_COMPLETED);
    assert(hs->outcome != OUTCOME_COMPLETED || handshake_has(hs, MQTT_CONNACK));
    assert(handshake_has(hs, MQTT_VIOLATION) == handshake_has(hs, MQTT_VIOLATION_BY));
    assert(hs->first.frame >= 1 && hs->first.frame <= hs->last.frame && hs->last.frame <= frames);
    assert(!conversation_finished(c, true));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct budget budget = { .max = 1 << 24 };
    static struct pending pending[2];
    struct arena *arena = arena_new(&budget, 1 << 20);
    uint64_t number = 0, refused = 0, frame = 0;
    struct conversation_about about = { .next_number = &number, .refused = &refused };
    struct conversation *c = conversation_new(arena, &about);
    struct reader r = reader_over(data, size, false);
    pending[CLIENT].len = pending[SERVER].len = 0;
    while (reader_left(&r)) {
        uint8_t head = reader_u8(&r);
        enum side side = head & 0x80 ? SERVER : CLIENT;
        size_t len = head & 0x7f, left = reader_left(&r);
        feed(c, &pending[side], side, reader_take(&r, len < left ? len : left), ++frame);
    }
    conversation_close(c, CLIENT, false, (struct moment){ 0, frame });
    conversation_close(c, NOBODY, false, (struct moment){ 0, frame });
    check(c, frame);
    arena_free(arena);
    return 0;
}
