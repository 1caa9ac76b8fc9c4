/* log_reader.c - see log_reader.h. */
#include "log/log_reader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"

struct log_reader {
    gzFile file;
    const char *path;
    uint64_t number;
    char buf[65536];
    int at, len;
    char line[LOG_LINE_MAX + 1];
};

struct log_reader *log_open(const char *path, struct error *e)
{
    bool standard = strcmp(path, "-") == 0;
    errno = 0;
    gzFile file = standard ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
    if (!file) {
        error_place(e, "%s", standard ? "standard input" : path);
        error_fault(e, "%s", errno ? strerror(errno) : "it can't be read");
        return NULL;
    }
    struct log_reader *r = must_calloc(1, sizeof *r);
    r->file = file;
    r->path = standard ? "standard input" : path;
    return r;
}

void log_close(struct log_reader *r)
{
    if (!r)
        return;
    gzclose(r->file);
    free(r);
}

/* The next byte, or -1 at the end. */
static int next_byte(struct log_reader *r)
{
    if (r->at == r->len) {
        r->at = 0;
        r->len = gzread(r->file, r->buf, sizeof r->buf);
        if (r->len <= 0) {
            r->len = 0;
            return -1;
        }
    }
    return (uint8_t)r->buf[r->at++];
}

static bool is_broken(struct log_reader *r, struct error *e)
{
    int code;
    const char *why = gzerror(r->file, &code);
    if (code == Z_OK || code == Z_STREAM_END)
        return false;
    error_place(e, "%s: behind line %llu", r->path, (unsigned long long)r->number);
    error_fault(e, "%s", code == Z_ERRNO ? strerror(errno) : why);
    error_hint(e, "the lines before were read");
    return true;
}

/* Takes out "ESC [ 0;31 m" and its like, which devices write for terminals. */
static size_t without_colours(char *line, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < len; i++) {
        if (line[i] == '\033' && i + 1 < len && line[i + 1] == '[') {
            i += 2;
            while (i < len && ((line[i] >= '0' && line[i] <= '9') || line[i] == ';'))
                i++;
            continue; /* the letter behind it as well */
        }
        line[kept++] = line[i] ? line[i] : ' ';
    }
    return kept;
}

bool log_next(struct log_reader *r, struct log_line *line, struct error *e)
{
    size_t len = 0;
    int byte = next_byte(r);
    *line = (struct log_line){ .text = r->line };
    if (byte < 0) {
        is_broken(r, e);
        return false;
    }
    for (; byte >= 0 && byte != '\n'; byte = next_byte(r)) {
        if (len < LOG_LINE_MAX)
            r->line[len++] = (char)byte;
        else
            line->cut = true;
    }
    while (len > 0 && r->line[len - 1] == '\r')
        len--;
    line->len = without_colours(r->line, len);
    r->line[line->len] = 0;
    line->number = ++r->number;
    line->time = log_time_read(line->text, line->len);
    return true;
}

/* ---- addresses ---- */

static bool is_address(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
           c == '.';
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static uint16_t read_port(const char *at, const char *end)
{
    unsigned long port = 0;
    for (; at < end && *at >= '0' && *at <= '9' && port <= UINT16_MAX; at++)
        port = port * 10 + (unsigned long)(*at - '0');
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static void set_v6(struct address *a, const uint8_t bytes[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    bool is_v4 = memcmp(bytes, mapped, sizeof mapped) == 0;
    a->len = is_v4 ? 4 : 16;
    memcpy(a->bytes, bytes + (is_v4 ? 12 : 0), a->len);
}

/* "10.0.0.7", "10.0.0.7:4711", "fe80::1", and what stood in brackets. */
static bool read_peer(const char *at, size_t len, struct endpoint *peer)
{
    char text[48] = { 0 };
    *peer = (struct endpoint){ .port = 0 };
    if (len < 2 || len >= sizeof text)
        return false;
    memcpy(text, at, len);
    uint8_t v6[16];
    if (inet_pton(AF_INET6, text, v6) == 1) {
        set_v6(&peer->address, v6);
        return true;
    }
    char *colon = strchr(text, ':');
    if (colon) {
        *colon = 0;
        peer->port = read_port(colon + 1, text + len);
    }
    peer->address.len = 4;
    return inet_pton(AF_INET, text, peer->address.bytes) == 1;
}

size_t log_peers(const char *line, size_t len, struct endpoint peers[LOG_PEERS_MAX])
{
    const char *end = line + len;
    size_t count = 0;
    for (const char *at = line; at < end && count < LOG_PEERS_MAX;) {
        const char *start = at;
        while (at < end && is_address(*at))
            at++;
        const char *stop = at;
        while (stop > start && (stop[-1] == ':' || stop[-1] == '.') &&
               !(stop - start > 1 && stop[-2] == ':'))
            stop--;
        bool apart = (start == line || !is_word(start[-1])) && (at == end || !is_word(*at));
        if (apart && read_peer(start, (size_t)(stop - start), &peers[count])) {
            if (end - at > 2 && at[0] == ']' && at[1] == ':')
                peers[count].port = read_port(at + 2, end);
            count++;
        }
        at += at == start;
    }
    return count;
}
