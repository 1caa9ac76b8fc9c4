/* template.h - texts of a rule with {fields} in them. */
#ifndef RULE_TEMPLATE_H
#define RULE_TEMPLATE_H

#include "handshake/handshake.h"
#include "rule/lookup.h"

/* How a value is written: `{start:date}`. */
enum template_format {
    FORMAT_PLAIN,
    FORMAT_DATE,  /* 2026-11-20 */
    FORMAT_CLOCK, /* 12:00:00 */
    FORMAT_AGE,   /* how far from the handshake's beginning: 3 days */
    FORMAT_US,
    FORMAT_MS,
    FORMAT_S,
    FORMAT_MIN,
    FORMAT_H,
    FORMAT_DAYS,
    FORMAT_HEX,
    FORMAT_NUMBER, /* of a code */
    FORMAT_COUNT,  /* of a list */
    FORMAT_FIRST,
    FORMATS,
};

/* A piece of plain text, or with a table a field and the text for its absence. */
struct template_piece {
    const char *text;
    size_t len;
    const struct field_table *table;
    uint16_t field;
    uint8_t format; /* enum template_format */
};

struct template
{
    const char *source; /* as written, "" when the rule left it out */
    struct template_piece *pieces;
    size_t count;
};

/* template_read cuts a text of the syntax that l looks into. The pieces live in
 * the pool. Mistakes are told where they were written. */
struct template template_read(struct lookup *l, struct pool *pool, const struct literal *text);
/* template_fill writes it with the values of hs, terminal-safe; line ends stay. With
 * for_shell, bytes of the wire that mean something to a shell become '_': people
 * paste what a fix says. */
void template_fill(const struct template *t, const struct handshake *hs, bool for_shell,
                   struct text *out);

#endif
