/* bare_handshake.h - a handshake without a conversation, for tests of what sets
 * or reads fields. */
#ifndef SUPPORT_BARE_HANDSHAKE_H
#define SUPPORT_BARE_HANDSHAKE_H

#include "handshake/dissector.h"

/* bare_handshake gives one whose values are those of a table, all absent; NULL
 * never. Its arena is large enough for any test and goes with the program. */
struct handshake *bare_handshake(const struct field_table *fields);

#endif
