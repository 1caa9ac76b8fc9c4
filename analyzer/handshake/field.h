/* field.h - the facts a handshake can carry: their types, names and values.
 *
 * A protocol lists its fields once, in its fields.h, as an X-macro of lines
 *     FIELD(TLS_SNI, TEXT, "tls.sni", "server name the client asks for")
 * and rules, JSON, `handshark fields` and FIELDS.md all follow from the table
 * that FIELD_ROW makes of it. A field never set is absent: not 0, not false. */
#ifndef HANDSHAKE_FIELD_H
#define HANDSHAKE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "base/text.h"

enum field_type {
    FIELD_TYPE_NUMBER,
    FIELD_TYPE_CODE,     /* a number off the wire with a table of names */
    FIELD_TYPE_TEXT,     /* hostile bytes: print through an escaper only */
    FIELD_TYPE_TIME,     /* microseconds since 1970 */
    FIELD_TYPE_DURATION, /* microseconds */
    FIELD_TYPE_BOOL,
    FIELD_TYPE_ADDRESS,
    FIELD_TYPE_NUMBERS, /* a list of numbers */
    FIELD_TYPE_CODES,   /* a list of codes */
    FIELD_TYPE_TEXTS,   /* a list of texts */
    FIELD_TYPE_RECORDS, /* a list of rows that have fields of their own */
};

/* A name of a code, as IANA or the RFC writes it. A table is ended by a NULL
 * name; several names may stand for one code, the first is printed. */
struct code_name {
    uint32_t code;
    const char *name;
};

/* What a code is called: a table, and for codes outside it a word ("alert") so
 * that 99 prints as "alert 99". */
struct code_names {
    const char *word;
    const struct code_name *names;
    bool hex;     /* unknown codes print as "cipher 0x1234" */
    size_t count; /* when given, names are sorted by code and searched by halves */
};

struct field_table;

struct field {
    const char *name;  /* "tls.sni"; in a row of records just "subject" */
    const char *about; /* one line for people */
    enum field_type type;
    const struct code_names *names;    /* CODE and CODES */
    const struct field_table *columns; /* RECORDS */
    bool detail; /* costs time to find or is long: made only when someone wants it */
    bool word;   /* a text of our own: it tells what happened, never to whom */
};

/* The fields of one protocol, or of the rows of a RECORDS field. */
struct field_table {
    const char *json; /* the JSON object they are nested in; NULL: called as the protocol */
    const struct field *fields;
    size_t count;
};

/* FIELD(id, TYPE, name, about), TYPE one of NUMBER TEXT WORD TIME DURATION BOOL ADDRESS
 * NUMBERS TEXTS WORDS, where a WORD is a text of our own vocabulary, or CODE(names) CODES(names) RECORDS(table); DETAIL_TYPE likewise. */
#define FIELD_ID(id, type, name, about)  id,
#define FIELD_ROW(id, type, name, about) [id] = { name, about, FIELD_##type },
#define FIELD_NUMBER                     FIELD_TYPE_NUMBER, NULL, NULL, false, false
#define FIELD_TEXT                       FIELD_TYPE_TEXT, NULL, NULL, false, false
#define FIELD_WORD                       FIELD_TYPE_TEXT, NULL, NULL, false, true
#define FIELD_TIME                       FIELD_TYPE_TIME, NULL, NULL, false, false
#define FIELD_DURATION                   FIELD_TYPE_DURATION, NULL, NULL, false, false
#define FIELD_BOOL                       FIELD_TYPE_BOOL, NULL, NULL, false, false
#define FIELD_ADDRESS                    FIELD_TYPE_ADDRESS, NULL, NULL, false, false
#define FIELD_NUMBERS                    FIELD_TYPE_NUMBERS, NULL, NULL, false, false
#define FIELD_TEXTS                      FIELD_TYPE_TEXTS, NULL, NULL, false, false
#define FIELD_WORDS                      FIELD_TYPE_TEXTS, NULL, NULL, false, true
#define FIELD_CODE(table)                FIELD_TYPE_CODE, &table, NULL, false, false
#define FIELD_CODES(table)               FIELD_TYPE_CODES, &table, NULL, false, false
#define FIELD_RECORDS(table)             FIELD_TYPE_RECORDS, NULL, &table, false, false
#define FIELD_DETAIL_TEXT                FIELD_TYPE_TEXT, NULL, NULL, true, false
#define FIELD_DETAIL_WORD                FIELD_TYPE_TEXT, NULL, NULL, true, true
#define FIELD_DETAIL_TEXTS               FIELD_TYPE_TEXTS, NULL, NULL, true, false
#define FIELD_DETAIL_NUMBERS             FIELD_TYPE_NUMBERS, NULL, NULL, true, false
#define FIELD_DETAIL_CODES(table)        FIELD_TYPE_CODES, &table, NULL, true, false

struct span {
    const char *bytes; /* not NUL-terminated */
    uint32_t len;
};

struct value;

/* A list: count items of which the first kept are stored; it was clipped when
 * the two differ. Numbers and codes are packed, records are count*width values. */
struct list {
    uint32_t count, kept, cap;
    uint32_t width; /* RECORDS: values a row */
    union {
        uint32_t *numbers;
        struct span *texts;
        struct value *rows;
    } items;
};

struct value {
    /* Every handshake has one for each field: packed, they are 32 bytes instead of 40. */
    union __attribute__((packed)) {
        int64_t number; /* NUMBER CODE TIME DURATION BOOL */
        struct span text;
        struct address address;
        struct list *list;
    } is;
    bool present;
    uint64_t frame; /* the packet that told it; 0 when no single one did */
};

/* code_name_of gives the name of a code, or NULL when the table has none. */
const char *code_name_of(const struct code_names *names, uint32_t code);
/* code_text writes the name, or "word 99"; it never fails. */
void code_text(const struct code_names *names, uint32_t code, struct text *out);
/* code_of_name finds a code by name, ignoring case and treating '-', '_' and
 * ' ' alike; false when there is none. */
bool code_of_name(const struct code_names *names, const char *name, size_t len, uint32_t *code);

/* value_text writes a present value for people, terminal-safe: lists joined by
 * ", ", times in RFC 3339, durations as "1.5 s". */
void value_text(const struct field *f, const struct value *v, struct text *out);

const char *field_type_name(enum field_type type);

#endif
