/* fields.h - the facts about a WebSocket: how it was asked for, what came of it.
 *
 * Cookies, credentials and the query of the path are secrets and not kept. */
#ifndef WEBSOCKET_FIELDS_H
#define WEBSOCKET_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define WEBSOCKET_FIELDS(FIELD)                                                                     \
    /* the client's request */                                                                      \
    FIELD(WEBSOCKET_PATH, TEXT, "websocket.path", "path that the client asks for, without its query") \
    FIELD(WEBSOCKET_HOST, TEXT, "websocket.host", "host that the client asks for")                  \
    FIELD(WEBSOCKET_ORIGIN, TEXT, "websocket.origin", "web page that the request comes from")       \
    FIELD(WEBSOCKET_VERSION, NUMBER, "websocket.version", "version of WebSocket that the client speaks: 13 since RFC 6455") \
    FIELD(WEBSOCKET_OFFERED, TEXTS, "websocket.offered", "subprotocols that the client offers: mqtt, mqttv3.1, coap, ...") \
    FIELD(WEBSOCKET_CREDENTIALS, BOOL, "websocket.credentials", "the request has an Authorization header") \
    FIELD(WEBSOCKET_FOR, WORD, "websocket.for", "what shall run inside, by subprotocol, path or port: mqtt or coap") \
    /* the server's answer */                                                                       \
    FIELD(WEBSOCKET_STATUS, NUMBER, "websocket.status", "HTTP status of the answer: 101 agrees")    \
    FIELD(WEBSOCKET_REPLY, TEXT, "websocket.reply", "status line of the answer")                    \
    FIELD(WEBSOCKET_AGREED, TEXT, "websocket.agreed", "subprotocol that the server chose")          \
    FIELD(WEBSOCKET_AGREED_OFFERED, BOOL, "websocket.agreed_offered", "the client had offered that one; false as well when it offered some and the server chose none") \
    FIELD(WEBSOCKET_ACCEPT_MATCHES, BOOL, "websocket.accept_matches", "Sec-WebSocket-Accept is the right answer to the client's key, RFC 6455 §4.2.2") \
    FIELD(WEBSOCKET_COMPRESSED, BOOL, "websocket.compressed", "both agreed on compressed messages, RFC 7692") \
    FIELD(WEBSOCKET_SERVER, TEXT, "websocket.server", "program that answered, by its Server header") \
    FIELD(WEBSOCKET_LOCATION, TEXT, "websocket.location", "where the answer redirects to")          \
    FIELD(WEBSOCKET_CONTENT, TEXT, "websocket.content", "media type of the answer, where it has a body: text/html is a web page") \
    FIELD(WEBSOCKET_WAITED, DURATION, "websocket.waited", "how long the request had gone unanswered when it was over") \
    /* how it ended */                                                                              \
    FIELD(WEBSOCKET_CLOSE, CODE(websocket_closes), "websocket.close", "status code of the first Close frame, RFC 6455 §7.4.1") \
    FIELD(WEBSOCKET_CLOSE_REASON, TEXT, "websocket.close_reason", "what that frame says in words")  \
    FIELD(WEBSOCKET_CLOSED_BY, WORD, "websocket.closed_by", "who ended it first, with a Close frame or without: client or server") \
    FIELD(WEBSOCKET_VIOLATION, WORD, "websocket.violation", "how a side broke the protocol: the first time") \
    FIELD(WEBSOCKET_VIOLATION_BY, WORD, "websocket.violation_by", "who did: client or server")
/* clang-format on */

enum websocket_field { WEBSOCKET_FIELDS(FIELD_ID) WEBSOCKET_FIELD_COUNT };
extern const struct field_table websocket_field_table;
extern const struct code_names websocket_closes;

#endif
