/* speaks.h - names by content the protocol that a side's first bytes are in.
 *
 * For what the dissectors do not read themselves: "the server answered a
 * ClientHello in SSH". It would rather be silent than wrong. */
#ifndef HANDSHAKE_SPEAKS_H
#define HANDSHAKE_SPEAKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"

/* speaks gives the name of a protocol, "text" for a printable line that is none
 * we know, or NULL. bytes are the first that a side sent, of either side and as
 * many as there are: a beginning is enough. The name lives as long as the program. */
const char *speaks(const uint8_t *bytes, size_t len, enum transport transport);

#endif
