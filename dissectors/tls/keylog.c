/* keylog.c - NSS key log lines, kept by client random.
 *
 *     CLIENT_RANDOM <client random, 64 digits> <master secret, 96 digits>
 *     SERVER_TRAFFIC_SECRET_0 <client random> <secret, 64 or 96 digits>
 *
 * Entries lie in locked chunks that never move; what finds them are numbers in
 * buckets. What the secrets are good for is decrypt.c's business. */
#include "dissectors/tls/keylog.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    CHUNK_LEN = 64 * 1024,
    BUCKETS_MIN = 256,
    LINE_MAX_LEN = 1024, /* the longest good line has 250 bytes */
    BLOCK_LEN = 16 * 1024,
    LOOK_AGAIN_NS = 200000000,
    MASTER_SECRET_LEN = 48,
    RANDOM_WORDS = KEYLOG_RANDOM_LEN / 4,
};

struct entry {
    uint32_t next; /* number of the next in the bucket; 0 ends it */
    uint8_t kind;
    bool used;
    uint8_t client_random[KEYLOG_RANDOM_LEN];
    struct keylog_secret secret;
};

enum {
    PER_CHUNK = CHUNK_LEN / sizeof(struct entry),
    CHUNKS_MAX = KEYLOG_ENTRIES_MAX / PER_CHUNK + 1,
};

/* The file, and how far it was read: up to the end of a line. */
struct source {
    char *path;
    int fd; /* -1: there is none */
    off_t at;
    uint64_t line;
    bool in_long_line; /* at is inside a line that is too long */
    struct stat seen;
    int64_t looked_ns;
};

struct keylog {
    struct entry *chunks[CHUNKS_MAX];
    uint32_t *buckets; /* entries' numbers, which count from 1 */
    size_t bucket_count;
    uint32_t oldest; /* the entry to be driven out next, once the cap is reached */
    uint64_t hash_keys[RANDOM_WORDS + 1];
    struct source source;
    struct keylog_totals totals;
};

/* ---- memory ---- */

/* Locking may be refused: the limit for it is low. Then swap is the risk. */
static void *guarded_new(size_t len)
{
    void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    (void)madvise(memory, len, MADV_DONTDUMP);
    (void)mlock(memory, len);
    return memory;
}

static void guarded_free(void *memory, size_t len)
{
    if (!memory)
        return;
    explicit_bzero(memory, len);
    munmap(memory, len);
}

struct keylog *keylog_new(void)
{
    struct keylog *k = must_calloc(1, sizeof *k);
    k->source.fd = -1;
    k->oldest = 1;
    k->bucket_count = BUCKETS_MIN;
    k->buckets = must_calloc(k->bucket_count, sizeof *k->buckets);
    /* Client randoms are the senders' choice: without secret keys they could all
     * be made to fall into one bucket. Failing that, they are only slow. */
    (void)!getrandom(k->hash_keys, sizeof k->hash_keys, 0);
    return k;
}

void keylog_free(struct keylog *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < CHUNKS_MAX; i++)
        guarded_free(k->chunks[i], CHUNK_LEN);
    if (k->source.fd >= 0)
        close(k->source.fd);
    free(k->source.path);
    free(k->buckets);
    free(k);
}

void keylog_guard_process(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

/* ---- entries ---- */

static struct entry *entry_at(const struct keylog *k, uint32_t number)
{
    return &k->chunks[(number - 1) / PER_CHUNK][(number - 1) % PER_CHUNK];
}

/* A multilinear hash: without knowing the keys nobody makes collisions. */
static uint32_t *bucket_of(const struct keylog *k, const uint8_t *client_random, unsigned kind)
{
    uint64_t hash = k->hash_keys[RANDOM_WORDS] * (kind + 1);
    for (size_t i = 0; i < RANDOM_WORDS; i++) {
        uint32_t word;
        memcpy(&word, client_random + 4 * i, sizeof word);
        hash += k->hash_keys[i] * word;
    }
    return &k->buckets[(hash >> 32) & (k->bucket_count - 1)];
}

static uint32_t *bucket_of_entry(const struct keylog *k, const struct entry *e)
{
    return bucket_of(k, e->client_random, e->kind);
}

static struct entry *held(const struct keylog *k, const uint8_t *client_random, unsigned kind)
{
    for (uint32_t at = *bucket_of(k, client_random, kind); at; at = entry_at(k, at)->next) {
        struct entry *e = entry_at(k, at);
        if (e->kind == kind && memcmp(e->client_random, client_random, KEYLOG_RANDOM_LEN) == 0)
            return e;
    }
    return NULL;
}

static void link_entry(struct keylog *k, uint32_t number)
{
    uint32_t *bucket = bucket_of_entry(k, entry_at(k, number));
    entry_at(k, number)->next = *bucket;
    *bucket = number;
}

static void unlink_entry(struct keylog *k, uint32_t number)
{
    uint32_t *link = bucket_of_entry(k, entry_at(k, number));
    while (*link != number)
        link = &entry_at(k, *link)->next;
    *link = entry_at(k, number)->next;
}

static void grow_buckets(struct keylog *k)
{
    k->bucket_count *= 2;
    free(k->buckets);
    k->buckets = must_calloc(k->bucket_count, sizeof *k->buckets);
    for (uint32_t number = 1; number <= k->totals.entries; number++)
        link_entry(k, number);
}

/* The number of an entry that may be overwritten; 0 when there is no memory. */
static uint32_t take_number(struct keylog *k)
{
    uint32_t number = (uint32_t)k->totals.entries + 1;
    if (number > KEYLOG_ENTRIES_MAX) {
        number = k->oldest;
        k->oldest = number % KEYLOG_ENTRIES_MAX + 1;
        unlink_entry(k, number);
        k->totals.used -= entry_at(k, number)->used;
        k->totals.left_out++;
        return number;
    }
    struct entry **chunk = &k->chunks[(number - 1) / PER_CHUNK];
    if (!*chunk && !(*chunk = guarded_new(CHUNK_LEN))) {
        k->totals.left_out++;
        return 0;
    }
    k->totals.entries = number;
    return number;
}

/* Where a log says two things of one handshake, what it says last counts: the
 * first may have been read while it was being written. */
static void keep(struct keylog *k, const struct entry *found)
{
    struct entry *e = held(k, found->client_random, found->kind);
    if (e) {
        e->secret = found->secret;
        return;
    }
    uint32_t number = take_number(k);
    if (!number)
        return;
    *entry_at(k, number) = *found;
    link_entry(k, number);
    if (k->totals.entries > k->bucket_count)
        grow_buckets(k);
}

/* ---- lines ---- */

enum line_is { LINE_EMPTY, LINE_SECRET, LINE_OTHER, LINE_BAD };

struct word {
    const char *at;
    size_t len;
};

static const struct {
    const char *label;
    enum keylog_kind kind;
} labels[] = {
    { "CLIENT_RANDOM", KEYLOG_MASTER },
    { "CLIENT_EARLY_TRAFFIC_SECRET", KEYLOG_CLIENT_EARLY },
    { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", KEYLOG_CLIENT_HANDSHAKE },
    { "SERVER_HANDSHAKE_TRAFFIC_SECRET", KEYLOG_SERVER_HANDSHAKE },
    { "CLIENT_TRAFFIC_SECRET_0", KEYLOG_CLIENT_DATA },
    { "SERVER_TRAFFIC_SECRET_0", KEYLOG_SERVER_DATA },
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the first word off a line; an empty one when there is none. */
static struct word next_word(struct word *line)
{
    while (line->len && is_blank(*line->at))
        line->at++, line->len--;
    struct word word = { line->at, 0 };
    while (line->len && !is_blank(*line->at))
        line->at++, line->len--, word.len++;
    return word;
}

/* How labels are written; those that we have no use for are many (the exporters'
 * and QUIC's secrets, RSA, ECH_SECRET), and there will be more. */
static bool looks_like_label(struct word w)
{
    for (size_t i = 0; i < w.len; i++)
        if (!(w.at[i] >= 'A' && w.at[i] <= 'Z') && !(w.at[i] >= '0' && w.at[i] <= '9') &&
            w.at[i] != '_')
            return false;
    return w.len > 0;
}

static bool label_kind(struct word w, uint8_t *kind)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (strlen(labels[i].label) == w.len && memcmp(labels[i].label, w.at, w.len) == 0) {
            *kind = (uint8_t)labels[i].kind;
            return true;
        }
    }
    return false;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_digits(struct word w, uint8_t *bytes, size_t len)
{
    if (w.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit(w.at[2 * i]), low = digit(w.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* A master secret has one length, a traffic secret that of the suite's hash. */
static bool is_secret_len(unsigned kind, size_t len)
{
    return len == MASTER_SECRET_LEN || (kind != KEYLOG_MASTER && (len == 32 || len == 64));
}

static enum line_is read_line(struct word line, struct entry *found)
{
    struct word label = next_word(&line);
    if (label.len == 0 || *label.at == '#')
        return LINE_EMPTY;
    if (!looks_like_label(label))
        return LINE_BAD;
    if (!label_kind(label, &found->kind))
        return LINE_OTHER;
    struct word client_random = next_word(&line), secret = next_word(&line);
    if (next_word(&line).len > 0 || !is_secret_len(found->kind, secret.len / 2))
        return LINE_BAD;
    found->secret.len = (uint8_t)(secret.len / 2);
    return read_digits(client_random, found->client_random, KEYLOG_RANDOM_LEN) &&
                   read_digits(secret, found->secret.bytes, found->secret.len)
               ? LINE_SECRET
               : LINE_BAD;
}

static void note_bad_line(struct keylog *k, uint64_t number)
{
    k->totals.bad_lines++;
    if (!k->totals.first_bad_line)
        k->totals.first_bad_line = number;
}

static enum line_is take_line(struct keylog *k, const char *at, size_t len)
{
    struct entry found = { 0 };
    enum line_is is = LINE_BAD;
    if (len <= LINE_MAX_LEN || *at == '#')
        is = read_line((struct word){ at, len }, &found);
    if (is == LINE_SECRET)
        keep(k, &found);
    explicit_bzero(&found, sizeof found);
    return is;
}

static void count_line(struct keylog *k, enum line_is is, uint64_t number)
{
    k->totals.lines++;
    if (is == LINE_OTHER)
        k->totals.skipped++;
    else if (is == LINE_BAD)
        note_bad_line(k, number);
}

/* Takes the lines that end in text and gives their length. */
static size_t take_lines(struct keylog *k, const char *text, size_t len, uint64_t *line)
{
    const char *at = text, *end = text + len, *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
        ++*line;
        count_line(k, take_line(k, at, (size_t)(newline - at)), *line);
        at = newline + 1;
    }
    return (size_t)(at - text);
}

void keylog_add(struct keylog *k, const void *text, size_t len)
{
    uint64_t line = 0;
    size_t taken = take_lines(k, text, len, &line);
    if (taken < len)
        count_line(k, take_line(k, (const char *)text + taken, len - taken), line + 1);
}

/* ---- the file ---- */

/* The rest of a line that is longer than any good one. */
static size_t skip_long_line(struct keylog *k, const char *block, size_t len)
{
    struct source *s = &k->source;
    const char *newline = memchr(block, '\n', len);
    s->in_long_line = !newline;
    return newline ? (size_t)(newline - block) + 1 : len;
}

/* A line that is longer than a block: it counts now, its end is skipped later. */
static size_t begin_long_line(struct keylog *k, const char *block, size_t len)
{
    struct source *s = &k->source;
    s->in_long_line = true;
    s->line++;
    count_line(k, *block == '#' ? LINE_EMPTY : LINE_BAD, s->line);
    return len;
}

/* The last line has no end: either it will get one, and is read again then, or
 * the file was closed without, and this is all there will be. */
static void peek_last_line(struct keylog *k, const char *block, size_t len)
{
    k->totals.unfinished = len > 0 && take_line(k, block, len) == LINE_BAD;
}

/* Takes what can be taken of one block; false when that was all for now. */
static bool take_block(struct keylog *k, const char *block, size_t len)
{
    struct source *s = &k->source;
    if (s->in_long_line) {
        s->at += (off_t)skip_long_line(k, block, len);
        return true;
    }
    size_t taken = take_lines(k, block, len, &s->line);
    if (taken == 0 && len == BLOCK_LEN)
        taken = begin_long_line(k, block, len);
    s->at += (off_t)taken;
    if (len == BLOCK_LEN)
        return true;
    peek_last_line(k, block + taken, len - taken);
    return false;
}

static bool read_file(struct keylog *k)
{
    char block[BLOCK_LEN];
    ssize_t got;
    k->totals.unfinished = false;
    do
        got = pread(k->source.fd, block, sizeof block, k->source.at);
    while (got > 0 && take_block(k, block, (size_t)got));
    int why = errno;
    explicit_bzero(block, sizeof block);
    errno = why;
    return got >= 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool same_state(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void begin_anew(struct source *s)
{
    s->at = 0;
    s->line = 0;
    s->in_long_line = false;
}

/* Programs that start over replace their log: the path then names another file. */
static void follow_path(struct source *s)
{
    struct stat now;
    if (stat(s->path, &now) != 0 || same_file(&now, &s->seen) || !S_ISREG(now.st_mode))
        return;
    int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return;
    close(s->fd);
    s->fd = fd;
    begin_anew(s);
}

static int64_t clock_ns(void)
{
    struct timespec now = { 0, 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Reads what was added since; the clock only spares the system calls. */
static void look_again(struct keylog *k)
{
    struct source *s = &k->source;
    int64_t now_ns = s->fd >= 0 ? clock_ns() : 0;
    struct stat now;
    if (s->fd < 0 || now_ns - s->looked_ns < LOOK_AGAIN_NS)
        return;
    s->looked_ns = now_ns;
    follow_path(s);
    if (fstat(s->fd, &now) != 0 || (same_file(&now, &s->seen) && same_state(&now, &s->seen)))
        return;
    if (now.st_size < s->at)
        begin_anew(s);
    s->seen = now;
    (void)read_file(k); /* what can't be read now may be readable later */
}

static bool refuse(struct error *e, const char *path, const char *fault, const char *hint)
{
    error_place(e, "%s", path);
    error_fault(e, "%s", fault);
    error_hint(e, "%s", hint);
    return false;
}

/* Captures and certificates are easily given in a key log's place. */
static bool is_text(int fd)
{
    char block[512];
    ssize_t got = pread(fd, block, sizeof block, 0);
    bool text = got <= 0 || !memchr(block, 0, (size_t)got);
    explicit_bzero(block, sizeof block);
    return text;
}

static bool check_file(struct source *s, const char *path, struct error *e)
{
    if (s->fd < 0 || fstat(s->fd, &s->seen) != 0)
        return refuse(e, path, strerror(errno), "");
    if (!S_ISREG(s->seen.st_mode))
        return refuse(e, path, "a key log must be a file, as it is read again when it grows",
                      "let the program write its secrets to a file, and name that one");
    if (!is_text(s->fd))
        return refuse(e, path, "this is no key log: it is not text",
                      "a key log is what a program writes to the file that its environment "
                      "variable SSLKEYLOGFILE names");
    return true;
}

bool keylog_open(struct keylog *k, const char *path, struct error *e)
{
    struct source *s = &k->source;
    assert(s->fd < 0);
    /* Opening a pipe would wait for whoever writes to it. */
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    s->looked_ns = clock_ns();
    bool good = check_file(s, path, e);
    if (good && !read_file(k))
        good = refuse(e, path, strerror(errno), "");
    if (good) {
        s->path = must_strdup(path);
    } else if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
    return good;
}

/* ---- asking ---- */

const struct keylog_secret *
keylog_find(struct keylog *k, const uint8_t client_random[KEYLOG_RANDOM_LEN], enum keylog_kind kind)
{
    if (!k || (k->totals.entries == 0 && k->source.fd < 0))
        return NULL; /* as with most captures, where every encrypted record asks */
    struct entry *e = held(k, client_random, kind);
    if (!e) {
        look_again(k);
        e = held(k, client_random, kind);
    }
    if (!e)
        return NULL;
    k->totals.used += !e->used;
    e->used = true;
    return &e->secret;
}

const struct keylog_totals *keylog_totals(const struct keylog *k)
{
    return &k->totals;
}
