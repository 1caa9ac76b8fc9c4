/* gunzip.h - the door to zlib: gzip, so that not a byte of a cut file is lost.
 *
 * libarchive reads gzip too, but throws away the last 64 KiB before the place
 * where a file breaks off. Most compressed captures are gzip, and those of a
 * router that lost power break off. */
#ifndef NET_GUNZIP_H
#define NET_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

#include "net/source.h"

struct gunzip;

/* gunzip_new unpacks what read gives, after the first bytes, which it copies. */
struct gunzip *gunzip_new(source_read *read, void *from, const uint8_t *first, size_t len);
void gunzip_free(struct gunzip *g); /* NULL is fine */
/* gunzip_read is as a source_read. When it gives -1, either gunzip_fault tells
 * what is wrong with the packed data, or it is NULL and errno is set. */
ssize_t gunzip_read(struct gunzip *g, void *bytes, size_t len);
const char *gunzip_fault(const struct gunzip *g);

#endif
