/* source.h - the bytes of a saved capture as one window that moves along.
 *
 * A file, a pipe and a compressed stream all look the same from here. Bytes
 * come in blocks of 1 MiB and are parsed where they lie; only what straddles
 * the end of a block is moved. Memory does not grow with the file. What the
 * bytes mean is for capture_file.c. */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum source_state {
    SOURCE_MORE,
    SOURCE_ENDED,
    SOURCE_BROKEN,     /* the compressed data is damaged or cut; fault says how */
    SOURCE_UNREADABLE, /* reading failed; fault says why */
};

/* source_read reads at most len bytes: how many it got, 0 at the end, or -1
 * with errno set. */
typedef ssize_t source_read(void *from, void *bytes, size_t len);

struct source {
    uint8_t *at, *end;   /* what is there and was not consumed yet */
    uint64_t end_offset; /* where end is in the stream, once uncompressed */
    enum source_state state;
    char fault[256];
    const char *packing; /* "gzip", or NULL when it is not compressed */
    uint64_t bytes_read; /* from the file, as it lies there */
    uint64_t file_len;   /* 0 when unknown */

    uint8_t *memory, *block; /* where blocks are read to, with room in front of it */
    size_t front_len;
    source_read *read;
    void *from;
    int fd;
    struct unpacker *unpacker;
};

/* source_open opens a file, or standard input for "-". False and e filled when
 * it can't be opened; nothing is to be closed then. */
bool source_open(struct source *s, const char *path, struct error *e);
/* source_over reads through a function instead; for tests. */
void source_over(struct source *s, source_read *read, void *from);
/* source_close frees everything; a zeroed source is fine. */
void source_close(struct source *s);

/* source_fill reads until len bytes are there; source_look is what to call. */
bool source_fill(struct source *s, size_t len);

static inline size_t source_left(const struct source *s)
{
    return (size_t)(s->end - s->at);
}

/* source_look gives the next len bytes without consuming them, or NULL when
 * there are fewer: state tells why. They stay where they are until the next
 * look or skip. The caller has capped len: so much memory it may take. */
static inline const uint8_t *source_look(struct source *s, size_t len)
{
    if (__builtin_expect(source_left(s) < len, 0) && !source_fill(s, len))
        return NULL;
    return s->at;
}

/* source_consume steps over bytes that source_look has shown. */
static inline void source_consume(struct source *s, size_t len)
{
    s->at += len;
}

/* source_fetch tells the processor that what comes next will be looked at soon: packets
 * lie too far apart for it to guess where their headers are. */
static inline void source_fetch(const struct source *s)
{
    enum { CACHE_LINE = 64 };
    __builtin_prefetch(s->at);
    __builtin_prefetch(s->at + CACHE_LINE);
}

/* source_skip steps over len bytes, unseen; 0, or how many there were not. */
uint64_t source_skip(struct source *s, uint64_t len);

/* source_offset is where the next byte is in the uncompressed stream. */
static inline uint64_t source_offset(const struct source *s)
{
    return s->end_offset - source_left(s);
}

#endif
