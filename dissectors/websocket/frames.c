/* frames.c - see frames.h. */
#include "dissectors/websocket/frames.h"

enum { LAST = 0x80, COMPRESSED = 0x40, MASKED = 0x80, LEN_16 = 126, LEN_64 = 127 };

void frame_read(struct frame *f, struct reader *r)
{
    uint8_t first = reader_u8(r), second = reader_u8(r);
    *f = (struct frame){
        .opcode = first & 0x0f,
        .last = first & LAST,
        .compressed = first & COMPRESSED,
        .masked = second & MASKED,
        .len = second & 0x7f,
    };
    if (first & 0x30) /* reserved bits of no extension that is in use */
        f->opcode = 0x0f;
    if (f->len == LEN_16)
        f->len = reader_u16(r);
    else if (f->len == LEN_64)
        f->len = reader_u64(r);
    if (f->masked)
        reader_copy(r, f->mask, sizeof f->mask);
}

const char *frame_odd(const struct frame *f, enum side side)
{
    if (f->masked == (side == CLIENT))
        return NULL;
    return side == CLIENT ? "a frame without a mask" : "a frame with a mask";
}

const char *frame_wrong(const struct frame *f, bool within, bool compressing)
{
    if ((f->opcode > OPCODE_BINARY && f->opcode < OPCODE_CLOSE) || f->opcode > OPCODE_PONG)
        return "a frame of a kind that WebSocket does not have";
    if (f->compressed && !(compressing && !frame_is_control(f)))
        return "a compressed frame, which was not agreed";
    if (f->len >> 63)
        return "a frame of an impossible length";
    if (frame_is_control(f))
        return !f->last || f->len > CONTROL_MAX ? "a control frame that is too long or in parts"
                                                : NULL;
    if (within != (f->opcode == OPCODE_CONTINUATION))
        return within ? "a new message inside another" : "a continuation of no message";
    return NULL;
}

void frame_unmask(const struct frame *f, uint64_t at, const uint8_t *from, uint8_t *to, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = from[i] ^ f->mask[(at + i) & 3];
}
