/* log_reader.h - a log of a device or a broker, line by line: files of any size,
 * compressed with gzip or not, standard input. A line that is too long is cut. */
#ifndef LOG_LOG_READER_H
#define LOG_LOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "base/error.h"
#include "log/log_time.h"

enum { LOG_LINE_MAX = 4096, LOG_PEERS_MAX = 4 };

struct log_line {
    const char *text; /* without its end and without colours; lives until the next */
    size_t len;
    uint64_t number; /* from 1 */
    bool cut;
    struct log_time time;
};

struct log_reader;

/* log_open opens a file, or standard input for "-"; NULL with e when it can't. */
struct log_reader *log_open(const char *path, struct error *e);
void log_close(struct log_reader *r);
/* log_next gives the next line; false at the end, and e is filled when the file
 * could not be read to its end. */
bool log_next(struct log_reader *r, struct log_line *line, struct error *e);

/* log_peers finds addresses in a line, with their ports where these stand behind
 * them (0: none); at most LOG_PEERS_MAX. */
size_t log_peers(const char *line, size_t len, struct endpoint peers[LOG_PEERS_MAX]);

#endif
