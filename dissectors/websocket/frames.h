/* frames.h - private to this folder: the frames of a WebSocket, RFC 6455 §5. */
#ifndef WEBSOCKET_FRAMES_H
#define WEBSOCKET_FRAMES_H

#include "base/endpoint.h"
#include "base/reader.h"

enum opcode {
    OPCODE_CONTINUATION = 0,
    OPCODE_TEXT = 1,
    OPCODE_BINARY = 2,
    OPCODE_CLOSE = 8,
    OPCODE_PING = 9,
    OPCODE_PONG = 10,
};

enum { CONTROL_MAX = 125 };

struct frame {
    uint8_t opcode;
    bool last;       /* of its message */
    bool compressed; /* RFC 7692 §6: on the first frame of a message */
    bool masked;
    uint8_t mask[4];
    uint64_t len;
};

/* frame_read takes a frame's head off r, or leaves it SHORT. */
void frame_read(struct frame *f, struct reader *r);
/* frame_wrong tells in words why nothing behind this head can be read, or NULL; within:
 * a message of several frames is under way. */
const char *frame_wrong(const struct frame *f, bool within, bool compressing);
/* frame_odd tells what side may not do, and can be read all the same, or NULL. */
const char *frame_odd(const struct frame *f, enum side side);
/* frame_unmask copies len bytes of the payload, the first of which is its at-th. */
void frame_unmask(const struct frame *f, uint64_t at, const uint8_t *from, uint8_t *to, size_t len);

static inline bool frame_is_control(const struct frame *f)
{
    return f->opcode >= OPCODE_CLOSE;
}

#endif
