/* line.h - one JSON object a line: the door to Jansson.
 *
 * Begin a line, put values into its objects and arrays, end it: it is written
 * with one fwrite, members in the order they were put. A key is NULL inside an
 * array. One line at a time; its nodes are gone when it ends. */
#ifndef REPORT_LINE_H
#define REPORT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

struct json_t; /* an object or array of the line being built */

struct json_t *line_begin(void);
/* line_end writes the line and a newline. */
void line_end(struct json_t *line, FILE *out);

/* line_end_inside is the same for members that go on with an object which was begun
 * elsewhere: without the brace in front. */
void line_end_inside(struct json_t *line, FILE *out);

/* line_open begins an object in the line, and what is put into the line goes into
 * that object until line_close. */
void line_open(struct json_t *line, const char *key);
void line_close(struct json_t *line);

/* What many lines have in common is made once: its text is kept under a key, which
 * stands for all that is in it.
 *
 *     if (!line_recall(line, key)) {
 *         size_t mark = line_mark(line);
 *         line_string(line, "protocol", "tls");
 *         line_keep(line, mark, key);
 *     }
 *
 * line_recall puts what was kept into the line; false when there is nothing.
 * line_keep keeps what was put since the mark: whole members, with every object
 * closed that was opened. How much is kept has a limit. */
bool line_recall(struct json_t *line, const struct text *key);
size_t line_mark(struct json_t *line);
void line_keep(struct json_t *line, size_t mark, const struct text *key);

/* line_free gives back the memory that lines share; the next line takes it anew. */
void line_free(void);

struct json_t *line_object(struct json_t *in, const char *key);
struct json_t *line_array(struct json_t *in, const char *key);

/* line_text puts bytes that may be hostile: what is not UTF-8 becomes \xNN. */
void line_text(struct json_t *in, const char *key, const void *bytes, size_t len);
void line_string(struct json_t *in, const char *key, const char *string);
void line_number(struct json_t *in, const char *key, int64_t number);
/* line_seconds puts microseconds as seconds, to the microsecond and no longer
 * than needed: 0.0312. */
void line_seconds(struct json_t *in, const char *key, int64_t us);
void line_bool(struct json_t *in, const char *key, bool truth);

#endif
