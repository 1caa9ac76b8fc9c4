/* keylog.h - secrets from a key log: the file that SSLKEYLOGFILE names, or the
 * Decryption Secrets Block of a pcapng capture.
 *
 * A file may still be growing: what is asked for and missing is looked for in its
 * new lines. Secrets stay out of core dumps and, if the system lets us, out of
 * swap; they are wiped when they go. Nothing here prints them. */
#ifndef TLS_KEYLOG_H
#define TLS_KEYLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    KEYLOG_RANDOM_LEN = 32,
    KEYLOG_SECRET_MAX = 64,
    KEYLOG_ENTRIES_MAX = 1 << 20,   /* the oldest makes room for the newest */
    KEYLOG_BLOCK_TYPE = 0x544c534b, /* of a Decryption Secrets Block that is a key log */
};

enum keylog_kind {
    KEYLOG_MASTER,           /* up to TLS 1.2: the master secret */
    KEYLOG_CLIENT_EARLY,     /* TLS 1.3, RFC 8446 §7.1: traffic secrets */
    KEYLOG_CLIENT_HANDSHAKE, /* until that side's Finished */
    KEYLOG_SERVER_HANDSHAKE,
    KEYLOG_CLIENT_DATA, /* and afterwards */
    KEYLOG_SERVER_DATA,
};

struct keylog_secret {
    uint8_t len;
    uint8_t bytes[KEYLOG_SECRET_MAX];
};

struct keylog_totals {
    uint64_t lines;
    uint64_t entries; /* secrets held */
    uint64_t used;    /* those of them that were found by a look-up */
    uint64_t skipped; /* lines of kinds that we have no use for */
    uint64_t bad_lines;
    uint64_t first_bad_line; /* its number in its file or block; 0: none was bad */
    uint64_t left_out;       /* secrets that the cap drove out */
    bool unfinished;         /* the file ends inside a line */
};

struct keylog;

/* keylog_new gives an empty key log. */
struct keylog *keylog_new(void);
/* keylog_free wipes the secrets; NULL is fine. */
void keylog_free(struct keylog *k);

/* keylog_open reads a file and keeps it open for what will be added to it; once a
 * key log. False and e filled when it can't be read or is no text; a pipe, which
 * can't be read twice, is refused. A bad line is counted, never an error. */
bool keylog_open(struct keylog *k, const char *path, struct error *e);
/* keylog_add reads the text of a whole key log. */
void keylog_add(struct keylog *k, const void *text, size_t len);

/* keylog_find gives the secret of a handshake, or NULL. It first looks for new
 * lines in the file when the secret is missing, a few times a second at most. What
 * it gives is good until the next call with the same key log. k may be NULL. */
const struct keylog_secret *keylog_find(struct keylog *k,
                                        const uint8_t client_random[KEYLOG_RANDOM_LEN],
                                        enum keylog_kind kind);

const struct keylog_totals *keylog_totals(const struct keylog *k);

/* keylog_guard_process keeps the whole process out of core dumps and away from
 * other processes' debuggers; for main, before the first secret is read. */
void keylog_guard_process(void);

#endif
