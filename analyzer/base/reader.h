/* reader.h - the one way to read bytes that nobody vouches for.
 *
 * A reader is a borrowed view plus the reason why it ran out. Parsers read
 * straight on and ask reader_ok() once, before they believe what they read.
 * The single bounds check of the program is in reader_next(). */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum reader_status {
    READER_OK,
    READER_SHORT,     /* ran out of what we have; more was sent, or will be */
    READER_MALFORMED, /* ran out of what the sender said there is */
};

/* A reader borrows its bytes, and a copy of it is a bookmark. The first read
 * past the end stops it for good; that read and all later ones give 0. */
struct reader {
    const uint8_t *at, *end;
    enum reader_status status;
    bool open; /* bytes exist behind end that we do not have */
};

/* reader_over views len bytes; none at all may be at NULL. An open one says SHORT
 * when it runs out, a closed one MALFORMED. */
static inline struct reader reader_over(const void *bytes, size_t len, bool open)
{
    const uint8_t *start = bytes ? bytes : (const void *)"";
    /* cppcheck-suppress pointerOutOfBounds ; it takes the length of one array for another's */
    return (struct reader){ start, start + len, READER_OK, open };
}

static inline bool reader_ok(const struct reader *r)
{
    return r->status == READER_OK;
}

/* reader_left is how many bytes can still be read: 0 once it stopped. */
static inline size_t reader_left(const struct reader *r)
{
    return r->status == READER_OK ? (size_t)(r->end - r->at) : 0;
}

/* reader_next steps over len bytes and gives where they begin, or NULL. */
static inline const uint8_t *reader_next(struct reader *r, size_t len)
{
    if (r->status == READER_OK && len > (size_t)(r->end - r->at))
        r->status = r->open ? READER_SHORT : READER_MALFORMED;
    if (r->status != READER_OK)
        return NULL;
    r->at += len;
    return r->at - len;
}

static inline void reader_skip(struct reader *r, size_t len)
{
    (void)reader_next(r, len);
}

/* Network byte order. */
static inline uint8_t reader_u8(struct reader *r)
{
    const uint8_t *p = reader_next(r, 1);
    return p ? p[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r)
{
    const uint8_t *p = reader_next(r, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t reader_u24(struct reader *r)
{
    const uint8_t *p = reader_next(r, 3);
    return p ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t reader_u32(struct reader *r)
{
    const uint8_t *p = reader_next(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t reader_u64(struct reader *r)
{
    uint64_t high = reader_u32(r), low = reader_u32(r);
    return reader_ok(r) ? high << 32 | low : 0;
}

/* Little-endian, for link headers and file formats that want it. */
static inline uint16_t reader_le16(struct reader *r)
{
    const uint8_t *p = reader_next(r, 2);
    return p ? (uint16_t)(p[1] << 8 | p[0]) : 0;
}

static inline uint32_t reader_le32(struct reader *r)
{
    const uint8_t *p = reader_next(r, 4);
    return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0] : 0;
}

/* reader_take cuts off the next len bytes as a reader of their own. It is
 * closed: what is inside cannot read past what its length field promised. */
static inline struct reader reader_take(struct reader *r, size_t len)
{
    const uint8_t *start = reader_next(r, len);
    if (!start)
        return (struct reader){ r->end, r->end, r->status, false };
    return (struct reader){ start, r->at, READER_OK, false };
}

/* reader_take_some is reader_take for captures that cut packets: when fewer
 * than len bytes are there, it gives what there is as an open reader and the
 * outer reader stands at its end. */
static inline struct reader reader_take_some(struct reader *r, size_t len)
{
    size_t left = reader_left(r);
    if (len <= left || !r->open || !reader_ok(r))
        return reader_take(r, len);
    struct reader rest = reader_over(r->at, left, true);
    r->at = r->end;
    return rest;
}

/* reader_copy copies len bytes to dst, or zeroes it when they are not there. */
static inline bool reader_copy(struct reader *r, void *dst, size_t len)
{
    const uint8_t *p = reader_next(r, len);
    if (p)
        memcpy(dst, p, len);
    else
        memset(dst, 0, len);
    return p != NULL;
}

#endif
