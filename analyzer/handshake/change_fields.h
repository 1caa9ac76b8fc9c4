/* change_fields.h - what is different from the last time it worked, as fields.
 *
 * analyzer/change.c remembers the last good handshake of each pair of peers and
 * fills these when one fails; rules read them, JSON nests them under change. */
#ifndef HANDSHAKE_CHANGE_FIELDS_H
#define HANDSHAKE_CHANGE_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define CHANGE_FIELDS(FIELD)                                                                        \
    FIELD(CHANGE_LAST_GOOD, TIME, "change.last_good", "when these two, or this client and a server of that name, last completed a handshake") \
    FIELD(CHANGE_SINCE, TIME, "change.since", "when it failed first after that")                    \
    FIELD(CHANGE_FAILURES, NUMBER, "change.failures", "how often it failed since, this time included") \
    FIELD(CHANGE_WHAT, WORDS, "change.what", "what is different: server.address, server.ttl, version, cipher, group, sni, alpn, certificate, issuer, chain, client, ja4, timing") \
    FIELD(CHANGE_DIFFERENCES, RECORDS(change_difference_table), "change.differences", "each of them, before and now")

/* The columns of change.differences. */
#define CHANGE_DIFFERENCE_COLUMNS(FIELD)                                                            \
    FIELD(DIFFERENCE_WHAT, WORD, "what", "as in change.what")                                       \
    FIELD(DIFFERENCE_BEFORE, TEXT, "before", "in the last good handshake")                          \
    FIELD(DIFFERENCE_NOW, TEXT, "now", "in this one")
/* clang-format on */

enum change_field { CHANGE_FIELDS(FIELD_ID) CHANGE_FIELD_COUNT };
enum change_difference_column { CHANGE_DIFFERENCE_COLUMNS(FIELD_ID) DIFFERENCE_COLUMN_COUNT };
extern const struct field_table change_field_table, change_difference_table;

#endif
