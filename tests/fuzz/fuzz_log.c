/* fuzz_log.c - any bytes as a log: every line is given once and in order, stamps and
 * addresses stand inside it, and what a quick scan knows a thorough search knows too. */
#include "log/log_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/shipped.h"
#include "handshake/handshake.h"
#include "report/lexicon.h"

#define REQUIRE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

static struct lexicon *lexicon;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct text mistakes = { 0 };
    lexicon = lexicon_new();
    for (const struct shipped_file *t = shipped_tables; t->name; t++)
        if (strstr(t->name, "errors"))
            REQUIRE(lexicon_add_table(lexicon, t->name, t->text, t->len, &mistakes));
    lexicon_ready(lexicon);
    return 0;
}

static void same_knowledge(const struct log_line *line)
{
    struct hit quick[3], thorough[3];
    size_t scanned = lexicon_scan(lexicon, line->text, line->len, quick, 3);
    size_t found = lexicon_find(lexicon, line->text, line->len, thorough, 3);
    REQUIRE(scanned <= 3 && found <= 3 && (scanned == 0 || found > 0));
    for (size_t i = 1; i < found; i++)
        REQUIRE(thorough[i].score <= thorough[i - 1].score);
}

static void check_line(const struct log_line *line)
{
    struct endpoint peers[LOG_PEERS_MAX];
    struct log_zone zone = { .east_us = 3600000000 };
    int64_t us;
    REQUIRE(line->len <= LOG_LINE_MAX && !memchr(line->text, 0, line->len));
    REQUIRE(line->time.at + line->time.len <= line->len);
    log_time_utc(&line->time, &zone, 1795176000000000, &us);
    size_t count = log_peers(line->text, line->len, peers);
    REQUIRE(count <= LOG_PEERS_MAX);
    for (size_t i = 0; i < count; i++)
        REQUIRE(peers[i].address.len == 4 || peers[i].address.len == 16);
}

static uint64_t count_lines(const uint8_t *data, size_t size)
{
    uint64_t lines = size > 0 && data[size - 1] != '\n';
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { THOROUGH_MAX = 3 };
    char path[64];
    struct error e = { "", "", "" };
    struct log_line line;
    int fd = memfd_create("log", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct log_reader *r = log_open(path, &e);
    REQUIRE(r);
    uint64_t lines = 0;
    while (log_next(r, &line, &e)) {
        REQUIRE(line.number == ++lines);
        check_line(&line);
        if (lines <= THOROUGH_MAX)
            same_knowledge(&line);
    }
    bool gzip = size > 1 && data[0] == 0x1f && data[1] == 0x8b;
    REQUIRE(gzip || lines == count_lines(data, size));
    log_close(r);
    close(fd);
    return 0;
}
