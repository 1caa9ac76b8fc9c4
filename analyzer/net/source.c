/* source.c - see source.h.
 *
 *     memory            block
 *       |  room in front  |  1 MiB, aligned            |
 *                    [tail|next block read here ......]|
 *
 * What is left unparsed when a block ends is moved to just before the place
 * where the next one is read, so every read is whole and aligned. */
#include "net/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "net/unpack.h"

enum {
    BLOCK_LEN = 1 << 20,
    FRONT_LEN = 512 << 10, /* more than the largest packet usual */
    LEAST_READ = 64 << 10, /* a pipe's worth: with less room we move first */
    PAGE_LEN = 4096,
};

static void make_memory(struct source *s, size_t front_len)
{
    s->memory = must_malloc(front_len + BLOCK_LEN + PAGE_LEN);
    uintptr_t front = ((uintptr_t)s->memory + PAGE_LEN - 1) & ~(uintptr_t)(PAGE_LEN - 1);
    s->block = s->memory + (front - (uintptr_t)s->memory) + front_len;
    s->front_len = front_len;
}

void source_over(struct source *s, source_read *read, void *from)
{
    *s = (struct source){ .read = read, .from = from, .fd = -1 };
    make_memory(s, FRONT_LEN);
    s->at = s->end = s->block;
}

static ssize_t read_file(void *from, void *bytes, size_t len)
{
    const struct source *s = from;
    return read(s->fd, bytes, len);
}

static bool refuse(int fd, struct error *e, const char *fault, const char *hint)
{
    error_fault(e, "%s", fault);
    error_hint(e, "%s", hint);
    if (fd > STDERR_FILENO)
        close(fd);
    return false;
}

static const char *open_hint(int reason)
{
    switch (reason) {
    case ENOENT:
    case ENOTDIR:
        return "check the name; '-' reads standard input";
    case EACCES:
    case EPERM:
        return "make the file readable for this user, or run as the user who may read it";
    default:
        return "check the disk, or copy the file elsewhere and try again";
    }
}

bool source_open(struct source *s, const char *path, struct error *e)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat about;
    error_place(e, "%s", standard_input ? "standard input" : path);
    if (fd < 0 || fstat(fd, &about) != 0)
        return refuse(fd, e, strerror(errno), open_hint(errno));
    if (S_ISDIR(about.st_mode))
        return refuse(fd, e, "this is a directory", "'handshark audit' reads whole directories");
    if (isatty(fd))
        return refuse(fd, e, "this is a terminal, not a capture",
                      "pipe a capture in: tcpdump -U -w - | handshark -");

    source_over(s, read_file, s);
    s->fd = fd;
    if (S_ISREG(about.st_mode)) {
        s->file_len = (uint64_t)about.st_size;
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    } else if (S_ISFIFO(about.st_mode)) {
        (void)fcntl(fd, F_SETPIPE_SZ, BLOCK_LEN);
    }
    return true;
}

void source_close(struct source *s)
{
    unpacker_free(s->unpacker);
    if (s->fd > STDERR_FILENO)
        close(s->fd);
    free(s->memory);
    *s = (struct source){ .fd = -1 };
}

/* read_raw reads bytes as they lie in the file; the unpacker's way in, too. */
static ssize_t read_raw(void *from, void *bytes, size_t len)
{
    struct source *s = from;
    ssize_t got;
    do
        got = s->read(s->from, bytes, len);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        s->bytes_read += (uint64_t)got;
    return got;
}

/* move_to_front makes room for a whole block behind what is left. */
static void move_to_front(struct source *s)
{
    size_t left = source_left(s);
    memmove(s->block - left, s->at, left);
    s->at = s->block - left;
    s->end = s->block;
}

static void grow_front(struct source *s, size_t len)
{
    size_t left = source_left(s);
    uint8_t *old = s->memory;
    const uint8_t *at = s->at;
    make_memory(s, (len + BLOCK_LEN) & ~(size_t)(BLOCK_LEN - 1));
    s->at = memcpy(s->block - left, at, left);
    s->end = s->block;
    free(old);
}

static void note_end(struct source *s, ssize_t got)
{
    if (got == 0) {
        s->state = SOURCE_ENDED;
    } else if (s->unpacker && unpacker_fault(s->unpacker)) {
        s->state = SOURCE_BROKEN;
        snprintf(s->fault, sizeof s->fault, "%s", unpacker_fault(s->unpacker));
    } else {
        s->state = SOURCE_UNREADABLE;
        snprintf(s->fault, sizeof s->fault, "%s", strerror(errno));
    }
}

static void read_block(struct source *s)
{
    size_t room = (size_t)(s->block + BLOCK_LEN - s->end);
    if (room < LEAST_READ) {
        move_to_front(s);
        room = BLOCK_LEN;
    }
    ssize_t got =
        s->unpacker ? unpacker_read(s->unpacker, s->end, room) : read_raw(s, s->end, room);
    if (got <= 0) {
        note_end(s, got);
        return;
    }
    s->end += got;
    s->end_offset += (uint64_t)got;
}

/* begin_unpacking is called with the stream's first bytes at hand: when they
 * are those of a compressor, they are its input and the window starts anew. */
static void begin_unpacking(struct source *s)
{
    s->packing = unpacker_recognise(s->at, source_left(s));
    if (!s->packing)
        return;
    s->unpacker = unpacker_new(read_raw, s, s->at, source_left(s));
    s->at = s->end = s->block;
    s->end_offset = 0;
    s->state = SOURCE_MORE;
}

bool source_fill(struct source *s, size_t len)
{
    if (len > s->front_len)
        grow_front(s, len);
    if (s->end_offset == 0 && !s->unpacker) {
        while (source_left(s) < UNPACKER_MAGIC_LEN && s->state == SOURCE_MORE)
            read_block(s);
        begin_unpacking(s);
    }
    while (source_left(s) < len && s->state == SOURCE_MORE)
        read_block(s);
    return source_left(s) >= len;
}

uint64_t source_skip(struct source *s, uint64_t len)
{
    while (len > source_left(s)) {
        len -= source_left(s);
        s->at = s->end;
        if (!source_fill(s, 1))
            return len;
    }
    s->at += len;
    return 0;
}
