/* wire.h - the numbers that records and handshake messages begin with, IANA's
 * "TLS ContentType" and "TLS HandshakeType", and how large both may be. */
#ifndef TLS_WIRE_H
#define TLS_WIRE_H

enum record_type {
    RECORD_CHANGE_CIPHER_SPEC = 20,
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_DATA = 23,
    RECORD_HEARTBEAT = 24,
    RECORD_CID = 25, /* DTLS 1.2 with connection ids, RFC 9146 §4 */
    RECORD_ACK = 26, /* DTLS 1.3, RFC 9147 §7 */
};

enum handshake_type {
    HELLO_REQUEST = 0,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    HELLO_VERIFY_REQUEST = 3, /* DTLS up to 1.2, RFC 6347 §4.2.1 */
    NEW_SESSION_TICKET = 4,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_REQUEST = 13,
    SERVER_HELLO_DONE = 14,
    CERTIFICATE_VERIFY = 15,
    CLIENT_KEY_EXCHANGE = 16,
    FINISHED = 20,
    CERTIFICATE_STATUS = 22,
};

enum {
    RECORD_MAX = 16384 + 2048, /* RFC 5246 §6.2.3; TLS 1.3 allows less */
    MESSAGE_MAX = 131072,      /* more than any real chain */
    MESSAGE_HEADER_LEN = 4,
    FRAGMENT_HEADER_LEN = 12, /* DTLS, RFC 6347 §4.2.2 */
    SILENCE_US = 10000000,    /* who says nothing for so long will not say anything */
};

#endif
