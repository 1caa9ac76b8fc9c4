/* hex.c - test rows' bytes: "0303 00*32 'text' [2 c02f]".
 *
 * Two passes over the string: the first counts, the second writes into a
 * buffer of that size. Buffers are kept in a list, so that they are not leaks. */
#include "support/hex.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct kept {
    struct kept *before;
    uint8_t bytes[];
};

static struct kept *kept;

static void refuse(const char *string, const char *at)
{
    fprintf(stderr, "hex: can't read \"%s\" at \"%s\"\n", string, at);
    abort();
}

static int digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The places of lengths that are not known yet. */
struct lengths {
    size_t at[16];
    size_t width[16];
    unsigned open;
};

static bool begin_length(struct lengths *l, size_t at, char width)
{
    if (l->open == 16 || width < '1' || width > '4')
        return false;
    l->at[l->open] = at;
    l->width[l->open++] = (size_t)(width - '0');
    return true;
}

static bool end_length(struct lengths *l, size_t end, uint8_t *out)
{
    if (l->open == 0)
        return false;
    size_t at = l->at[--l->open], width = l->width[l->open];
    size_t len = end - at - width;
    for (size_t i = width; out && i > 0; i--, len >>= 8)
        out[at + i - 1] = (uint8_t)len;
    return true;
}

/* out is NULL while the bytes are only counted. */
static size_t write_bytes(const char *string, uint8_t *out)
{
    size_t len = 0;
    const char *at = string;
    struct lengths lengths = { .open = 0 };
    while (*at) {
        if (isspace((unsigned char)*at)) {
            at++;
        } else if (*at == '[' && begin_length(&lengths, len, at[1])) {
            len += (size_t)(at[1] - '0');
            at += 2;
        } else if (*at == ']' && end_length(&lengths, len, out)) {
            at++;
        } else if (*at == '\'') {
            for (at++; *at != '\''; at++, len++) {
                if (!*at)
                    refuse(string, at);
                if (out)
                    out[len] = (uint8_t)*at;
            }
            at++;
        } else if (isxdigit((unsigned char)at[0]) && isxdigit((unsigned char)at[1])) {
            uint8_t byte = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
            at += 2;
            unsigned long count = 1;
            if (*at == '*')
                count = strtoul(at + 1, (char **)&at, 10);
            if (out)
                memset(out + len, byte, count);
            len += count;
        } else {
            refuse(string, at);
        }
    }
    if (lengths.open)
        refuse(string, at);
    return len;
}

static struct reader read_hex(const char *string, bool open)
{
    size_t len = write_bytes(string, NULL);
    struct kept *buffer = malloc(sizeof(*buffer) + len);
    if (!buffer)
        abort();
    buffer->before = kept;
    kept = buffer;
    write_bytes(string, buffer->bytes);
    return reader_over(buffer->bytes, len, open);
}

struct reader hex(const char *string)
{
    return read_hex(string, false);
}

struct reader hex_open(const char *string)
{
    return read_hex(string, true);
}
