/* fuzz_keylog.c - any bytes as a key log: read in one go, line by line and from a
 * file they say the same, said twice they say no more, and what is found has the
 * length of a secret. */
#include "dissectors/tls/keylog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

static void add_line_by_line(struct keylog *k, const uint8_t *text, size_t len)
{
    while (len > 0) {
        const uint8_t *newline = memchr(text, '\n', len);
        size_t line_len = newline ? (size_t)(newline - text) + 1 : len;
        keylog_add(k, text, line_len);
        text += line_len;
        len -= line_len;
    }
}

static void same_entries(const struct keylog *a, const struct keylog *b)
{
    const struct keylog_totals *x = keylog_totals(a), *y = keylog_totals(b);
    REQUIRE(x->entries == y->entries && x->skipped == y->skipped && x->lines == y->lines);
    REQUIRE(x->bad_lines == y->bad_lines);
}

/* The last line is counted once it has an end, but its secret is there already. */
static void read_as_file(const struct keylog *whole, const uint8_t *text, size_t len)
{
    char path[64];
    int fd = memfd_create("keylog", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct error e = { "", "", "" };
    struct keylog *k = keylog_new();
    if (!keylog_open(k, path, &e)) {
        REQUIRE(memchr(text, 0, len));
    } else {
        const struct keylog_totals *x = keylog_totals(whole), *y = keylog_totals(k);
        bool last_line_open = len > 0 && text[len - 1] != '\n';
        REQUIRE(x->entries == y->entries);
        REQUIRE(x->lines - y->lines <= last_line_open);
        REQUIRE(x->bad_lines == y->bad_lines + y->unfinished);
    }
    keylog_free(k);
    close(fd);
}

/* Every 32 bytes that the text has in hexadecimal may be a client random. */
static void look_up_all(struct keylog *k, const uint8_t *text, size_t len)
{
    uint8_t client_random[KEYLOG_RANDOM_LEN];
    for (size_t at = 0; at + 64 <= len && at < 4096; at++) {
        for (size_t i = 0; i < sizeof client_random; i++) {
            char pair[3] = { (char)text[at + 2 * i], (char)text[at + 2 * i + 1], 0 };
            client_random[i] = (uint8_t)strtoul(pair, NULL, 16);
        }
        for (unsigned kind = KEYLOG_MASTER; kind <= KEYLOG_SERVER_DATA; kind++) {
            const struct keylog_secret *s = keylog_find(k, client_random, kind);
            REQUIRE(!s || s->len == 48 ||
                    (kind != KEYLOG_MASTER && (s->len == 32 || s->len == 64)));
        }
    }
    REQUIRE(keylog_totals(k)->used <= keylog_totals(k)->entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keylog *whole = keylog_new(), *lines = keylog_new();
    keylog_add(whole, data, size);
    add_line_by_line(lines, data, size);
    same_entries(whole, lines);
    read_as_file(whole, data, size);
    uint64_t entries = keylog_totals(whole)->entries;
    look_up_all(whole, data, size);
    keylog_add(whole, data, size);
    REQUIRE(keylog_totals(whole)->entries == entries);
    keylog_free(whole);
    keylog_free(lines);
    return 0;
}
