/* unpack.c - see unpack.h.
 *
 * gzip goes to gunzip.c, the rest to libarchive. Its decompressors are named one by one: "all" would include those for which
 * libarchive starts other programs, and the bytes may be hostile. */
#include "net/unpack.h"

#include <archive.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/gunzip.h"

enum { PACKED_LEN = 256 << 10 };

struct unpacker {
    struct gunzip *gunzip;   /* this one or */
    struct archive *archive; /* that one, and all below */
    source_read *read;
    void *from;
    uint8_t *first; /* what was read to recognise it; given to libarchive first */
    size_t first_len;
    const uint8_t *ready; /* what libarchive unpacked and nobody took yet */
    size_t ready_len;
    bool begun, failed;
    int read_errno; /* the file could not be read: no fault of the packed data */
    uint8_t packed[PACKED_LEN];
};

static const struct {
    const char *name;
    uint8_t len, magic[UNPACKER_MAGIC_LEN];
} packings[] = {
    { "gzip", 2, { 0x1f, 0x8b } },
    { "zstd", 4, { 0x28, 0xb5, 0x2f, 0xfd } },
    { "xz", 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } },
    { "lz4", 4, { 0x04, 0x22, 0x4d, 0x18 } },
    { "lz4", 4, { 0x02, 0x21, 0x4c, 0x18 } }, /* its legacy frames */
    { "bzip2", 3, { 'B', 'Z', 'h' } },
    { "lzip", 4, { 'L', 'Z', 'I', 'P' } },
    { "compress", 2, { 0x1f, 0x9d } },
};

const char *unpacker_recognise(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof packings / sizeof packings[0]; i++) {
        if (len >= packings[i].len && memcmp(bytes, packings[i].magic, packings[i].len) == 0)
            return packings[i].name;
    }
    return NULL;
}

static la_ssize_t give_packed(struct archive *archive, void *context, const void **bytes)
{
    struct unpacker *u = context;
    if (u->first_len > 0) {
        size_t len = u->first_len;
        *bytes = u->first;
        u->first_len = 0;
        return (la_ssize_t)len;
    }
    ssize_t got = u->read(u->from, u->packed, sizeof u->packed);
    if (got < 0) {
        u->read_errno = errno;
        archive_set_error(archive, errno, "%s", strerror(errno));
    }
    *bytes = u->packed;
    return got;
}

static struct archive *new_archive(void)
{
    struct archive *archive = archive_read_new();
    if (!archive)
        return NULL;
    archive_read_support_filter_gzip(archive); /* inside of one of the others */
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_lz4(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_lzip(archive);
    archive_read_support_filter_compress(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    return archive;
}

struct unpacker *unpacker_new(source_read *read, void *from, const uint8_t *first, size_t len)
{
    struct unpacker *u = must_calloc(1, sizeof *u);
    if (memcmp(first, packings[0].magic, packings[0].len) == 0) {
        u->gunzip = gunzip_new(read, from, first, len);
        return u;
    }
    u->read = read;
    u->from = from;
    u->first = memcpy(must_malloc(len), first, len);
    u->first_len = len;
    u->archive = new_archive();
    return u;
}

void unpacker_free(struct unpacker *u)
{
    if (!u)
        return;
    gunzip_free(u->gunzip);
    archive_read_free(u->archive);
    free(u->first);
    free(u);
}

/* begin opens the one entry that a raw stream has: 1, 0 when it is empty, or
 * -1. It does so on the first read, where there is a way to report failure. */
static int begin(struct unpacker *u)
{
    struct archive_entry *entry;
    if (!u->archive || archive_read_open(u->archive, u, NULL, give_packed, NULL) != ARCHIVE_OK)
        return -1;
    int status = archive_read_next_header(u->archive, &entry);
    u->begun = true;
    return status == ARCHIVE_EOF ? 0 : status < ARCHIVE_WARN ? -1 : 1;
}

/* more has libarchive unpack the next block: 1, 0 at the end, or -1. Its
 * archive_read_data is not used: it forgets what it has when it fails. */
static int more(struct unpacker *u)
{
    const void *bytes;
    la_int64_t offset;
    if (u->ready_len > 0)
        return 1;
    if (!u->begun) {
        int begun = begin(u);
        if (begun <= 0)
            return begun;
    }
    int status = archive_read_data_block(u->archive, &bytes, &u->ready_len, &offset);
    u->ready = bytes;
    return status == ARCHIVE_EOF ? 0 : status < ARCHIVE_WARN ? -1 : u->ready_len > 0;
}

ssize_t unpacker_read(struct unpacker *u, void *bytes, size_t len)
{
    if (u->gunzip)
        return gunzip_read(u->gunzip, bytes, len);
    int status = more(u);
    if (status < 0) {
        u->failed = true;
        errno = u->read_errno;
    }
    if (status <= 0)
        return status;
    if (len > u->ready_len)
        len = u->ready_len;
    memcpy(bytes, u->ready, len);
    u->ready += len;
    u->ready_len -= len;
    return (ssize_t)len;
}

const char *unpacker_fault(const struct unpacker *u)
{
    if (u->gunzip)
        return gunzip_fault(u->gunzip);
    if (!u->failed || u->read_errno)
        return NULL;
    const char *fault = u->archive ? archive_error_string(u->archive) : NULL;
    return fault ? fault : "it can't be unpacked";
}
