/* tls_bytes.h - TLS in the notation of hex.h: records, messages, extensions. */
#ifndef SUPPORT_TLS_BYTES_H
#define SUPPORT_TLS_BYTES_H

#define RECORD(type, body)        " " type "0303 [2 " body "] "
#define MESSAGE(type, body)       RECORD("16", type " [3 " body "]")
#define EXTENSION(type, body)     " " type " [2 " body "] "
#define EXTENSIONS(list)          " [2 " list "] "
#define ALERT_RECORD(level, code) RECORD("15", level code)
#define CHANGE_CIPHER_SPEC        RECORD("14", "01")
#define SEALED(len)               RECORD("17", "a5*" #len)
#define SEALED_HANDSHAKE          RECORD("16", "a5*40")
#define SEALED_ALERT_12           RECORD("15", "a5*26")

/* Hellos; session ids stand with their length. */
#define HELLO_BODY(version, session, suites, rest)                                                 \
    " " version " 00*32 [1 " session "] [2 " suites "] [1 00] " rest
#define HELLO_12     MESSAGE("01", HELLO_BODY("0303", "", "c02f 009c", ""))
#define VERSIONS_13  EXTENSION("002b", "[1 0304 0303]")
#define SHARE_X25519 EXTENSION("0033", "[2 001d [2 00*32]]")
#define HELLO_13_WITH(ext)                                                                         \
    MESSAGE("01", HELLO_BODY("0303", "55*32", "1301 1302 1303 1304 1305 c02f",                     \
                             EXTENSIONS(VERSIONS_13 SHARE_X25519 ext)))
#define HELLO_13 HELLO_13_WITH("")

#define ANSWER_BODY(version, session, suite, rest)                                                 \
    " " version " 11*32 [1 " session "] " suite " 00 " rest
#define ANSWER_12_OF(suite)                                                                        \
    MESSAGE("02", ANSWER_BODY("0303", "", suite, EXTENSIONS(EXTENSION("ff01", "00"))))
#define ANSWER_12 ANSWER_12_OF("c02f")
#define ANSWER_13_OF(suite)                                                                        \
    MESSAGE("02", ANSWER_BODY(                                                                     \
                      "0303", "55*32", suite,                                                      \
                      EXTENSIONS(EXTENSION("002b", "0304") EXTENSION("0033", "001d [2 00*32]"))))
#define ANSWER_13    ANSWER_13_OF("1301")
#define RETRY_RANDOM "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
#define RETRY                                                                                      \
    MESSAGE("02", "0303 " RETRY_RANDOM " [1 55*32] 1301 00" EXTENSIONS(                            \
                      EXTENSION("002b", "0304") EXTENSION("0033", "0018")))

/* The rest of a TLS 1.2 handshake. The certificate is none that can be parsed. */
#define CERTIFICATE_12    MESSAGE("0b", "[3 [3 'certificate']]")
#define EMPTY_CERTIFICATE MESSAGE("0b", "[3]")
#define KEY_EXCHANGE_12   MESSAGE("0c", "03 001d [1 00*32] 0804 [2 00*64]")
#define REQUEST_12        MESSAGE("0d", "[1 40] [2 0403] [2]")
#define DONE_12           MESSAGE("0e", "")
#define CLIENT_KEY_12     MESSAGE("10", "[1 00*32]")
#define VERIFY_12         MESSAGE("0f", "0804 [2 00*64]")
#define TICKET_12         MESSAGE("04", "00000e10 [2 00*160]")
#define FINISH_12         CHANGE_CIPHER_SPEC SEALED_HANDSHAKE
#define SERVER_FLIGHT_12  ANSWER_12 CERTIFICATE_12 KEY_EXCHANGE_12 DONE_12
#define CLIENT_FLIGHT_12  CLIENT_KEY_12 FINISH_12

#endif
