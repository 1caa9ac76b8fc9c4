/* text.h - building text, and the escapers.
 *
 * Bytes off the wire reach a terminal, HTML or a filter only through one of
 * the escapers here. A text grows as needed; out of memory ends the program. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* NUL-terminated once anything was added; NULL before */
    size_t len, cap;
};

void text_free(struct text *t);
static inline void text_clear(struct text *t)
{
    t->len = 0;
    if (t->data)
        t->data[0] = 0;
}
static inline const char *text_string(const struct text *t)
{
    return t->data ? t->data : "";
}

void text_add(struct text *t, const char *string);
void text_add_bytes(struct text *t, const void *bytes, size_t len);
void text_add_char(struct text *t, char c);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* text_add_number and text_add_hex add a number in decimal, or in hexadecimal
 * with zeros before it up to digits (at most 16): for what is written so often
 * that printf shows in a profile. */
void text_add_number(struct text *t, uint64_t number);
void text_add_hex(struct text *t, uint64_t number, unsigned digits);

/* text_add_wire adds bytes that may be hostile, for a terminal: UTF-8 that is
 * whole, printable and of known direction stays, everything else (control
 * characters, bidirectional overrides, broken sequences) becomes \xNN. */
void text_add_wire(struct text *t, const void *bytes, size_t len);
/* text_add_html is the same for HTML text and double-quoted attributes. */
void text_add_html(struct text *t, const void *bytes, size_t len);
/* text_utf8_len is the length of the longest prefix that is whole UTF-8. */
size_t text_utf8_len(const void *bytes, size_t len);
/* text_add_utf8 adds bytes as valid UTF-8 with control characters kept: what
 * is not UTF-8 becomes \xNN. For JSON, whose writer escapes the rest. */
void text_add_utf8(struct text *t, const void *bytes, size_t len);

/* memory that must be there: these print and exit when there is none. */
void *must_malloc(size_t len);
void *must_calloc(size_t count, size_t len);
void *must_realloc(void *old, size_t len);
char *must_strdup(const char *string);

#endif
