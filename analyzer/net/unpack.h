/* unpack.h - compressed captures become plain bytes; the door to libarchive.
 *
 * What a file is packed with is told by its first bytes, never by its name. */
#ifndef NET_UNPACK_H
#define NET_UNPACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "net/source.h"

enum { UNPACKER_MAGIC_LEN = 6 };

struct unpacker;

/* unpacker_recognise names what these first bytes are packed with, or NULL. */
const char *unpacker_recognise(const uint8_t *bytes, size_t len);
/* unpacker_new unpacks what read gives, after the first bytes, which it copies. */
struct unpacker *unpacker_new(source_read *read, void *from, const uint8_t *first, size_t len);
void unpacker_free(struct unpacker *u); /* NULL is fine */
/* unpacker_read is as a source_read. When it gives -1, either unpacker_fault
 * tells what is wrong with the packed data, or it is NULL and errno is set. */
ssize_t unpacker_read(struct unpacker *u, void *bytes, size_t len);
const char *unpacker_fault(const struct unpacker *u);

#endif
