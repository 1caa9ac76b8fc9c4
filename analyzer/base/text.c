/* text.c - see text.h. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void)
{
    fputs("handshark: out of memory\n", stderr);
    exit(2);
}

void *must_malloc(size_t len)
{
    void *memory = malloc(len ? len : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

void *must_calloc(size_t count, size_t len)
{
    void *memory = calloc(count ? count : 1, len ? len : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

void *must_realloc(void *old, size_t len)
{
    void *memory = realloc(old, len ? len : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

char *must_strdup(const char *string)
{
    size_t len = strlen(string) + 1;
    return memcpy(must_malloc(len), string, len);
}

void text_free(struct text *t)
{
    free(t->data);
    *t = (struct text){ 0 };
}

/* Makes room for len more bytes and the NUL behind them. */
static char *text_room(struct text *t, size_t len)
{
    if (t->cap - t->len <= len) {
        size_t cap = (t->len + len + 1) * 2;
        t->data = must_realloc(t->data, cap);
        t->cap = cap;
    }
    return t->data + t->len;
}

void text_add_bytes(struct text *t, const void *bytes, size_t len)
{
    char *at = text_room(t, len);
    if (len)
        memcpy(at, bytes, len);
    at[len] = 0;
    t->len += len;
}

void text_add(struct text *t, const char *string)
{
    text_add_bytes(t, string, strlen(string));
}

void text_add_char(struct text *t, char c)
{
    text_add_bytes(t, &c, 1);
}

void text_format(struct text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len > 0) {
        vsnprintf(text_room(t, (size_t)len), (size_t)len + 1, format, again);
        t->len += (size_t)len;
    }
    va_end(again);
}

/* Adds the digits of a number in a base of at most 16, no fewer than least. */
static void add_digits(struct text *t, uint64_t number, unsigned base, unsigned least)
{
    char digits[20]; /* of 2^64 in decimal */
    size_t at = sizeof digits;
    for (; number || sizeof digits - at < least; number /= base)
        digits[--at] = "0123456789abcdef"[number % base];
    text_add_bytes(t, digits + at, sizeof digits - at);
}

void text_add_number(struct text *t, uint64_t number)
{
    add_digits(t, number, 10, 1);
}

void text_add_hex(struct text *t, uint64_t number, unsigned digits)
{
    add_digits(t, number, 16, digits < 16 ? digits : 16);
}

/* The length of the UTF-8 sequence at p and its code point, or 0 when it is
 * broken: overlong, a surrogate, above U+10FFFF (RFC 3629 §4). */
static size_t utf8_sequence(const uint8_t *p, size_t len, uint32_t *point)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t need = p[0] < 0x80       ? 1
                  : p[0] >> 5 == 6  ? 2
                  : p[0] >> 4 == 14 ? 3
                  : p[0] >> 3 == 30 ? 4
                                    : 0;
    if (need == 0 || need > len)
        return 0;
    uint32_t c = need == 1 ? p[0] : p[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[need] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *point = c;
    return need;
}

/* Points that move the cursor, turn the writing direction, or show nothing:
 * a name may use them to look like another one. */
static bool deceives(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xffff) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static void add_hex(struct text *t, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text_format(t, "\\x%02x", bytes[i]);
}

void text_add_wire(struct text *t, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    while (len) {
        uint32_t c;
        size_t n = utf8_sequence(p, len, &c);
        if (n == 0 || deceives(c))
            add_hex(t, p, n ? n : 1);
        else
            text_add_bytes(t, p, n);
        n = n ? n : 1;
        p += n;
        len -= n;
    }
}

void text_add_html(struct text *t, const void *bytes, size_t len)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = {
        { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" }
    };
    struct text safe = { 0 };
    text_add_wire(&safe, bytes, len);
    for (size_t i = 0; i < safe.len; i++) {
        const char *entity = NULL;
        for (size_t k = 0; k < sizeof entities / sizeof *entities; k++)
            if (safe.data[i] == entities[k].c)
                entity = entities[k].entity;
        if (entity)
            text_add(t, entity);
        else
            text_add_char(t, safe.data[i]);
    }
    text_free(&safe);
}

size_t text_utf8_len(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t at = 0;
    uint32_t c;
    while (at < len) {
        size_t n = p[at] < 0x80 ? 1 : utf8_sequence(p + at, len - at, &c);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

void text_add_utf8(struct text *t, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    while (len) {
        size_t whole = text_utf8_len(p, len);
        text_add_bytes(t, p, whole);
        p += whole;
        len -= whole;
        if (len) {
            add_hex(t, p, 1);
            p++;
            len--;
        }
    }
}
