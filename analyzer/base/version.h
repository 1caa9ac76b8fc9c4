/* version.h - which handshark this is. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define HANDSHARK_VERSION "0.1.0"

#endif
