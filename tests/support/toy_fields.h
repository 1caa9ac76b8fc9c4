/* toy_fields.h - two small protocols for tests of rules: one field of each type,
 * and for most a second one that tests leave absent. */
#ifndef SUPPORT_TOY_FIELDS_H
#define SUPPORT_TOY_FIELDS_H

#include "handshake/handshake.h"

#define TOY_FIELDS(FIELD)                                                                          \
    FIELD(TOY_NUMBER, NUMBER, "toy.number", "a number")                                            \
    FIELD(TOY_ALERT, CODE(toy_alerts), "toy.alert", "an alert")                                    \
    FIELD(TOY_VERSION, CODE(toy_versions), "toy.version", "a version")                             \
    FIELD(TOY_NAME, TEXT, "toy.name", "a name")                                                    \
    FIELD(TOY_SINCE, TIME, "toy.since", "a time")                                                  \
    FIELD(TOY_TOOK, DURATION, "toy.took", "a duration")                                            \
    FIELD(TOY_RESUMED, BOOL, "toy.resumed", "true or false")                                       \
    FIELD(TOY_PEER, ADDRESS, "toy.peer", "an address")                                             \
    FIELD(TOY_SIZES, NUMBERS, "toy.sizes", "numbers")                                              \
    FIELD(TOY_ALERTS, DETAIL_CODES(toy_alerts), "toy.alerts", "alerts")                            \
    FIELD(TOY_WORDS, TEXTS, "toy.words", "texts")                                                  \
    FIELD(TOY_CHAIN, RECORDS(toy_rows), "toy.chain", "rows")                                       \
    FIELD(TOY_NO_NUMBER, NUMBER, "toy.no.number", "a number, absent")                              \
    FIELD(TOY_NO_ALERT, CODE(toy_alerts), "toy.no.alert", "an alert, absent")                      \
    FIELD(TOY_NO_NAME, TEXT, "toy.no.name", "a name, absent")                                      \
    FIELD(TOY_NO_SINCE, TIME, "toy.no.since", "a time, absent")                                    \
    FIELD(TOY_NO_RESUMED, BOOL, "toy.no.resumed", "true or false, absent")                         \
    FIELD(TOY_NO_PEER, ADDRESS, "toy.no.peer", "an address, absent")                               \
    FIELD(TOY_NO_SIZES, NUMBERS, "toy.no.sizes", "numbers, absent")                                \
    FIELD(TOY_NO_WORDS, TEXTS, "toy.no.words", "texts, absent")

enum toy_field { TOY_FIELDS(FIELD_ID) TOY_FIELD_COUNT };

#define DOLL_FIELDS(FIELD) FIELD(DOLL_NAME, TEXT, "doll.name", "a name inside")

enum doll_field { DOLL_FIELDS(FIELD_ID) DOLL_FIELD_COUNT };

extern const struct code_names toy_alerts, toy_versions;
extern const struct field_table toy_rows, toy_table, doll_table;
extern const struct field_table *const toy_tables[]; /* both, NULL-ended */

/* toy_handshake gives a handshake with something in every field whose name has no
 * "no" in it. The frame of each value is 100 and its field's id. */
struct handshake *toy_handshake(void);

#endif
