/* handshake.h - the record of what happened: one attempt of two sides to agree.
 *
 * Plain data, filled by dissectors through handshake_set_*, read by rules and
 * reports. It says what the packets say; it does not judge. */
#ifndef HANDSHAKE_HANDSHAKE_H
#define HANDSHAKE_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/endpoint.h"
#include "handshake/field.h"

enum outcome { OUTCOME_OPEN, OUTCOME_COMPLETED, OUTCOME_FAILED, OUTCOME_UNKNOWN };

const char *outcome_name(enum outcome outcome);

struct dissector;

enum { EVENTS_MAX = 64, OVER_MAX = 6 };

/* One message of the ladder. note is a few words more ("fatal certificate_expired"),
 * already safe to print, or NULL; it lives in the arena or is static. */
struct event {
    struct moment at;
    enum side from;
    uint8_t message; /* index into the machine's message names */
    bool expected;   /* the state machine had a step for it */
    const char *note;
};

struct handshake {
    uint64_t number; /* 1, 2, ... in order of beginning; the JSON's id; 0: not told of */
    const struct dissector *dissector;
    struct endpoint ends[2];
    enum transport transport;
    const char *over[OVER_MAX]; /* "tcp", "tls", ...; NULL-ended unless full */
    struct moment first, last;

    uint8_t state; /* of the dissector's machine */
    enum outcome outcome;
    struct moment ended; /* when it reached its final state; time 0 before */

    struct event *events;
    uint32_t event_count, event_cap;
    uint32_t events_lost; /* did not fit */
    bool clipped;         /* a text or list did not fit */

    struct value *values;         /* dissector->fields->count of them */
    struct value *flow_values;    /* flow_field_table's, set before judging; may be NULL */
    struct value *history_values; /* history_field_table's, likewise */
    struct value *change_values;  /* change_field_table's, likewise */
    struct handshake *outer;      /* the handshake it ran inside, or NULL */

    struct arena *arena;
    struct moment now;      /* the packet being read: what set_* notes as proof */
    struct handshake *next; /* conversation's list */
    bool reported;
    bool late;    /* the capture missed its beginning or a part of it */
    bool held;    /* completed, but what follows is waited for before it is told of */
    bool settled; /* nothing more will be said of it, though its flow goes on */
};

/* handshake_inside is the next handshake outwards that reports tell of, or NULL. */
const struct handshake *handshake_inside(const struct handshake *hs);

/* Setters copy what they keep into the arena. A second set replaces the first;
 * text is cut at 512 bytes, lists at 256 items, both noted as clipped; what finds no
 * memory is noted likewise and stays absent. Only *_string keeps what it is given: it
 * is for words of our own that live as long as the program. */
void handshake_set_number(struct handshake *hs, unsigned id, int64_t number);
void handshake_set_code(struct handshake *hs, unsigned id, uint32_t code);
void handshake_set_text(struct handshake *hs, unsigned id, const void *bytes, size_t len);
void handshake_set_string(struct handshake *hs, unsigned id, const char *string);
void handshake_set_time(struct handshake *hs, unsigned id, int64_t time_us);
void handshake_set_duration(struct handshake *hs, unsigned id, int64_t duration_us);
void handshake_set_bool(struct handshake *hs, unsigned id, bool truth);
void handshake_add_number(struct handshake *hs, unsigned id, uint32_t number); /* NUMBERS, CODES */
void handshake_add_numbers(struct handshake *hs, unsigned id, const uint32_t *numbers,
                           size_t count);
void handshake_add_text(struct handshake *hs, unsigned id, const void *bytes, size_t len);
/* handshake_add_row adds a row to a RECORDS field; its values are set by row_*. NULL when full. */
struct value *handshake_add_row(struct handshake *hs, unsigned id);
void row_set_number(struct handshake *hs, struct value *row, unsigned column, int64_t number);
void row_set_text(struct handshake *hs, struct value *row, unsigned column, const void *bytes,
                  size_t len);
void row_set_string(struct handshake *hs, struct value *row, unsigned column, const char *string);
void row_set_bool(struct handshake *hs, struct value *row, unsigned column, bool truth);
void row_add_text(struct handshake *hs, struct value *row, unsigned column, const void *bytes,
                  size_t len);
void handshake_unset(struct handshake *hs, unsigned id);

/* Readers: what was never set gives the fallback. */
bool handshake_has(const struct handshake *hs, unsigned id);
int64_t handshake_number_or(const struct handshake *hs, unsigned id, int64_t fallback);
bool handshake_true(const struct handshake *hs, unsigned id);               /* present and true */
const struct list *handshake_list(const struct handshake *hs, unsigned id); /* or NULL */
struct span handshake_text(const struct handshake *hs, unsigned id);        /* empty when absent */
bool list_has_number(const struct list *list, uint32_t number);             /* list may be NULL */

/* What every handshake has, whatever its protocol: these are fields as well, so
 * that rules and templates can name them. common_value makes the value. */
#define COMMON_FIELDS(FIELD)                                                                       \
    FIELD(COMMON_PROTOCOL, WORD, "protocol",                                                       \
          "tls, dtls, mqtt, coap; tcp or udp, where it came to none; arp or ndp, where not even "  \
          "to these")                                                                              \
    FIELD(COMMON_OUTCOME, CODE(outcome_names), "outcome", "completed, failed or unknown")          \
    FIELD(COMMON_START, TIME, "start", "time of its first packet")                                 \
    FIELD(COMMON_DURATION, DURATION, "duration", "from its first packet to its last")              \
    FIELD(COMMON_CLIENT_ADDRESS, ADDRESS, "client.address", "the side that began")                 \
    FIELD(COMMON_CLIENT_PORT, NUMBER, "client.port", "the port it began from")                     \
    FIELD(COMMON_SERVER_ADDRESS, ADDRESS, "server.address", "the side that was called")            \
    FIELD(COMMON_SERVER_PORT, NUMBER, "server.port", "the port that was called")                   \
    FIELD(COMMON_STATE, WORD, "state", "the state it stopped in")                                  \
    FIELD(COMMON_WAITING_FOR, WORD, "waiting_for", "what it was waiting for when it stopped")      \
    FIELD(COMMON_WAITING_SIDE, WORD, "waiting_side", "whose turn it was: client or server")

enum common_field { COMMON_FIELDS(FIELD_ID) COMMON_FIELD_COUNT };
extern const struct code_names outcome_names;
extern const struct field_table common_field_table;
struct value common_value(const struct handshake *hs, enum common_field id);

#endif
