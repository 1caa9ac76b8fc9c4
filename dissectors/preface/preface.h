/* preface.h - what is said in the clear before TLS begins in the same flow:
 * STARTTLS and its like, and proxies that are asked for a tunnel.
 *
 * It reports a handshake only where the way to TLS ended here: refused, or never
 * answered. Where TLS does begin, the flow is handed on and nothing else is said. */
#ifndef PREFACE_PREFACE_H
#define PREFACE_PREFACE_H

#include "handshake/dissector.h"

extern const struct dissector preface_dissector;

#endif
