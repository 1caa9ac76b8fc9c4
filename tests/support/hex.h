/* hex.h - bytes for test rows, written as a person would note them down. */
#ifndef SUPPORT_HEX_H
#define SUPPORT_HEX_H

#include "base/reader.h"

/* hex reads "0303 00*32 'text' c02f 00": pairs of hexadecimal digits, NN*count
 * for a repeated byte, quoted text as it stands; blanks mean nothing. [2 ... ] is a
 * length of two bytes and what it counts, and may hold others. It gives
 * a closed reader over a buffer of exactly that size, so that a sanitizer sees
 * every step past its end. The buffer lives as long as the program. Anything
 * else in the string ends the program with a message. */
struct reader hex(const char *string);
/* hex_open is hex as an open reader: more bytes exist behind it. */
struct reader hex_open(const char *string);

#endif
