/* gunzip.c - see gunzip.h. RFC 1952: a file is one member or several in a row. */
#include "net/gunzip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"

enum { PACKED_LEN = 256 << 10, GZIP_ONLY = 16, MEMBER_MAGIC = 0x1f };

struct gunzip {
    z_stream z;
    source_read *read;
    void *from;
    bool between; /* a member has ended; another one may follow */
    const char *fault;
    uint8_t packed[PACKED_LEN];
};

struct gunzip *gunzip_new(source_read *read, void *from, const uint8_t *first, size_t len)
{
    /* The first bytes are one read of the source's, whose blocks are larger. */
    struct gunzip *g = must_calloc(1, sizeof *g + len);
    g->read = read;
    g->from = from;
    g->z.next_in = memcpy((uint8_t *)(g + 1), first, len);
    g->z.avail_in = (uInt)len;
    if (inflateInit2(&g->z, MAX_WBITS + GZIP_ONLY) != Z_OK)
        g->fault = "there is no memory for unpacking";
    return g;
}

void gunzip_free(struct gunzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->z);
    free(g);
}

/* refill gets more packed bytes: how many there are, as a source_read. */
static ssize_t refill(struct gunzip *g)
{
    if (g->z.avail_in > 0)
        return g->z.avail_in;
    ssize_t got = g->read(g->from, g->packed, sizeof g->packed);
    g->z.next_in = g->packed;
    g->z.avail_in = got > 0 ? (uInt)got : 0;
    if (got == 0 && !g->between)
        g->fault = "the file ends before the data does";
    return got;
}

/* next_member says whether there is one; padding and rubbish behind the last
 * member is not looked at, as gzip does. */
static bool next_member(struct gunzip *g)
{
    if (g->z.next_in[0] != MEMBER_MAGIC)
        return false;
    inflateReset(&g->z);
    g->between = false;
    return true;
}

ssize_t gunzip_read(struct gunzip *g, void *bytes, size_t len)
{
    g->z.next_out = bytes;
    g->z.avail_out = (uInt)len;
    while (g->z.avail_out == len && !g->fault) {
        ssize_t got = refill(g);
        if (got <= 0)
            return g->fault ? -1 : got;
        if (g->between && !next_member(g))
            return 0;
        int status = inflate(&g->z, Z_NO_FLUSH);
        g->between = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            g->fault = g->z.msg ? g->z.msg : "it can't be unpacked";
    }
    size_t made = len - g->z.avail_out;
    return made > 0 ? (ssize_t)made : -1;
}

const char *gunzip_fault(const struct gunzip *g)
{
    return g->fault;
}
