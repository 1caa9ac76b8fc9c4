/* message.h - private to this folder: one CoAP message, read off the wire.
 *
 * Reading tells what the bytes say and what is wrong with them; what they mean
 * for an exchange is exchange.c's business. */
#ifndef COAP_MESSAGE_H
#define COAP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

enum coap_type { COAP_CON, COAP_NON, COAP_ACK, COAP_RST, COAP_NO_TYPE /* over TCP */ };

/* Codes are written class.detail: 2.05 is 2 << 5 | 5. */
#define COAP_CODE(class, detail) ((class) << 5 | (detail))

enum {
    COAP_EMPTY = 0,
    COAP_GET = 1,
    COAP_CODE_UNAUTHORIZED = COAP_CODE(4, 1),
    COAP_CODE_INCOMPLETE = COAP_CODE(4, 8),
    COAP_CODE_TOO_LARGE = COAP_CODE(4, 13),
    COAP_CSM = COAP_CODE(7, 1),
    COAP_PING = COAP_CODE(7, 2),
    COAP_PONG = COAP_CODE(7, 3),
    COAP_RELEASE = COAP_CODE(7, 4),
    COAP_ABORT = COAP_CODE(7, 5),
};

enum coap_option_number {
    OPTION_IF_MATCH = 1,
    OPTION_URI_HOST = 3,
    OPTION_OBSERVE = 6,
    OPTION_URI_PORT = 7,
    OPTION_OSCORE = 9,
    OPTION_URI_PATH = 11,
    OPTION_CONTENT_FORMAT = 12,
    OPTION_URI_QUERY = 15,
    OPTION_ACCEPT = 17,
    OPTION_Q_BLOCK1 = 19,
    OPTION_BLOCK2 = 23,
    OPTION_BLOCK1 = 27,
    OPTION_SIZE2 = 28,
    OPTION_Q_BLOCK2 = 31,
    OPTION_PROXY_URI = 35,
    OPTION_PROXY_SCHEME = 39,
    OPTION_SIZE1 = 60,
    OPTION_ECHO = 252,
    OPTION_NO_RESPONSE = 258,
};

/* The options of a message whose value is a number, ABSENT when not there. */
enum { OPTION_ABSENT = -1 };

struct coap_numbers {
    int64_t observe, content_format, accept, no_response, block1, block2, q_block1, q_block2, size1,
        size2, uri_port;
};

/* A token may be long (RFC 8974): what is kept to know it again is its length
 * and a number made of its bytes, exact up to the 8 bytes of RFC 7252. */
struct coap_token {
    uint32_t len;
    uint64_t key;
};

struct coap_option {
    uint32_t number;
    const uint8_t *bytes;
    size_t len;
};

struct coap_message {
    uint8_t version, type, code;
    uint16_t id;
    struct coap_token token;
    const uint8_t *token_bytes;
    struct reader options; /* up to the payload, for coap_option_next */
    size_t payload_len;
    struct reader payload;
    bool headed;       /* the four bytes that all messages have are there */
    const char *wrong; /* what makes it malformed, or NULL */
    bool cut;          /* the capture has only its beginning */

    struct coap_numbers has;
    bool oscore, echo, known; /* known: each option is one we have a name for, of a right length */
    unsigned option_count;
    uint64_t resource; /* what it asks for, and how: code and Uri-* options as one number */
};

/* coap_message_read reads a datagram. However broken it is, what could be read
 * before the fault is there, and wrong tells the fault. */
void coap_message_read(struct coap_message *m, struct reader datagram);
/* coap_frame_read takes one message of CoAP over TCP off r, RFC 8323 §3.2, or leaves
 * it SHORT. Of a long one only the beginning is wanted: *more is how many bytes
 * of it are still to come. In a WebSocket (whole) r is one message, §4.2. */
void coap_frame_read(struct coap_message *m, struct reader *r, bool whole, uint32_t *more);
/* coap_option_next gives the next option; false at the end, and where one is broken. */
bool coap_option_next(struct reader *options, uint32_t *number, struct coap_option *option);

static inline bool coap_same_token(const struct coap_token *a, const struct coap_token *b)
{
    return a->len == b->len && a->key == b->key;
}

static inline unsigned coap_class(const struct coap_message *m)
{
    return m->code >> 5;
}

static inline bool coap_is_request(const struct coap_message *m)
{
    return m->code > 0 && m->code < COAP_CODE(1, 0);
}

static inline bool coap_is_response(const struct coap_message *m)
{
    return coap_class(m) == 2 || coap_class(m) == 4 || coap_class(m) == 5;
}

/* A block option's value: number, whether more follow, and the exponent of the size. */
static inline uint32_t block_number(int64_t block)
{
    return (uint32_t)block >> 4;
}

static inline bool block_more(int64_t block)
{
    return block >= 0 && (block & 8);
}

static inline uint32_t block_size(int64_t block)
{
    return 16u << (block & 7);
}

#endif
