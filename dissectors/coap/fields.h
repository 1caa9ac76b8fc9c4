/* fields.h - every fact about a CoAP exchange that rules and reports can name. */
#ifndef COAP_FIELDS_H
#define COAP_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define COAP_FIELDS(FIELD)                                                                          \
    /* the request */                                                                               \
    FIELD(COAP_TYPE, WORD, "coap.type", "type of the request: CON or NON, RFC 7252 §3; absent over TCP") \
    FIELD(COAP_MESSAGE_ID, NUMBER, "coap.message_id", "message id of the request")                  \
    FIELD(COAP_TOKEN, WORD, "coap.token", "token in hexadecimal, RFC 7252 §5.3.1 and RFC 8974")     \
    FIELD(COAP_REQUEST_CODE, WORD, "coap.request_code", "code of the request: 0.01 for GET")        \
    FIELD(COAP_METHOD, WORD, "coap.method", "name of the request's code: GET, POST, ...")           \
    FIELD(COAP_HOST, TEXT, "coap.host", "Uri-Host")                                                 \
    FIELD(COAP_PORT, NUMBER, "coap.port", "Uri-Port")                                               \
    FIELD(COAP_PATH, TEXT, "coap.path", "Uri-Path, joined by slashes")                              \
    FIELD(COAP_QUERY, TEXT, "coap.query", "Uri-Query, joined by ampersands")                        \
    FIELD(COAP_PROXY_URI, TEXT, "coap.proxy_uri", "Proxy-Uri: what the proxy is asked to fetch")    \
    FIELD(COAP_PURPOSE, WORD, "coap.purpose", "what the request is for, where that is known: discovery, lwm2m registration, thread commissioning, edhoc, ...") \
    FIELD(COAP_OPTIONS, CODES(coap_options), "coap.options", "options of the request, in order")    \
    FIELD(COAP_CONTENT_FORMAT, CODE(coap_content_formats), "coap.content_format", "format of the request's payload") \
    FIELD(COAP_ACCEPT, CODE(coap_content_formats), "coap.accept", "format that the client wants")   \
    FIELD(COAP_PAYLOAD_BYTES, NUMBER, "coap.payload_bytes", "bytes of the request's payload")       \
    FIELD(COAP_NO_RESPONSE, NUMBER, "coap.no_response", "the classes of responses the client does not want, RFC 7967 §2.1: 2 for 2.xx, 8 for 4.xx, 16 for 5.xx") \
    FIELD(COAP_MULTICAST, BOOL, "coap.multicast", "the request went to a group of servers, who need not answer") \
    FIELD(COAP_RETRANSMISSIONS, NUMBER, "coap.retransmissions", "times the request was sent again") \
    FIELD(COAP_DUPLICATES, NUMBER, "coap.duplicates", "copies of its messages that came at once, too early for a retransmission") \
    FIELD(COAP_WAITED, DURATION, "coap.waited", "how long the request had gone unanswered when this was judged") \
    /* the answer */                                                                                \
    FIELD(COAP_ACKNOWLEDGED, BOOL, "coap.acknowledged", "the server acknowledged the request, with or without an answer") \
    FIELD(COAP_RESPONSE_CODE, WORD, "coap.response_code", "code of the first response: 2.05")       \
    FIELD(COAP_RESPONSE, WORD, "coap.response", "name of the response's code: Content, Not Found, ...") \
    FIELD(COAP_RESPONSE_CLASS, NUMBER, "coap.response_class", "2 for success, 4 for the client's error, 5 for the server's") \
    FIELD(COAP_RESPONSE_TYPE, WORD, "coap.response_type", "type of the response: ACK when it came with the acknowledgement, CON or NON when separate") \
    FIELD(COAP_SEPARATE, BOOL, "coap.separate", "the response came in a message of its own, RFC 7252 §5.2.2") \
    FIELD(COAP_RESPONSE_OPTIONS, CODES(coap_options), "coap.response_options", "options of the response, in order") \
    FIELD(COAP_RESPONSE_FORMAT, CODE(coap_content_formats), "coap.response_format", "format of the response's payload") \
    FIELD(COAP_RESPONSE_BYTES, NUMBER, "coap.response_bytes", "bytes of the response's payload")    \
    FIELD(COAP_RESPONSE_RETRANSMISSIONS, NUMBER, "coap.response_retransmissions", "times a separate response or a notification was sent again") \
    FIELD(COAP_RESPONSE_UNACKNOWLEDGED, BOOL, "coap.response_unacknowledged", "the client never acknowledged the last separate response or notification") \
    FIELD(COAP_DIAGNOSTIC, TEXT, "coap.diagnostic", "text the server gave for its error, RFC 7252 §5.5.2") \
    FIELD(COAP_RESET_BY, WORD, "coap.reset_by", "who answered with a Reset: client or server")      \
    FIELD(COAP_TOKEN_MISMATCH, BOOL, "coap.token_mismatch", "a response with the request's message id has another token") \
    /* observing, RFC 7641 */                                                                       \
    FIELD(COAP_OBSERVE, WORD, "coap.observe", "register or deregister: what the client asks for, RFC 7641 §2") \
    FIELD(COAP_NOTIFICATIONS, NUMBER, "coap.notifications", "notifications that followed the response") \
    FIELD(COAP_OBSERVE_ENDED, WORD, "coap.observe_ended", "how the observation ended: reset, deregistered, registered again, refused, finished") \
    FIELD(COAP_OBSERVE_ENDED_CODE, WORD, "coap.observe_ended_code", "code of the error that ended the observation: 4.04") \
    /* block-wise transfers, RFC 7959, and Q-Block, RFC 9177 */                                     \
    FIELD(COAP_BLOCK1_NUMBER, NUMBER, "coap.block1_number", "which block of the request's body this request carries") \
    FIELD(COAP_BLOCK1_MORE, BOOL, "coap.block1_more", "more blocks of the request's body follow")   \
    FIELD(COAP_BLOCK1_SIZE, NUMBER, "coap.block1_size", "bytes a block of the request's body has")  \
    FIELD(COAP_BLOCK2_NUMBER, NUMBER, "coap.block2_number", "which block of the response's body the response carries") \
    FIELD(COAP_BLOCK2_MORE, BOOL, "coap.block2_more", "the response's body has more blocks")        \
    FIELD(COAP_BLOCK2_SIZE, NUMBER, "coap.block2_size", "bytes a block of the response's body has") \
    FIELD(COAP_Q_BLOCK, BOOL, "coap.q_block", "the blocks are of the robust kind, Q-Block1 or Q-Block2, RFC 9177") \
    FIELD(COAP_BLOCK_FIRST_MISSED, BOOL, "coap.block_first_missed", "the transfer was not seen to begin with block 0") \
    FIELD(COAP_TRANSFER_STOPPED, WORD, "coap.transfer_stopped", "Block1 or Block2: the transfer that never went on behind this block") \
    FIELD(COAP_SIZE1, NUMBER, "coap.size1", "bytes of the request's body, or the most the server takes") \
    FIELD(COAP_SIZE2, NUMBER, "coap.size2", "bytes of the response's body")                         \
    /* security */                                                                                  \
    FIELD(COAP_OSCORE, BOOL, "coap.oscore", "protected by OSCORE, RFC 8613: what is inside is not read") \
    FIELD(COAP_OSCORE_KID, TEXT, "coap.oscore_kid", "sender id of the OSCORE context, in hexadecimal") \
    FIELD(COAP_CHALLENGED, BOOL, "coap.challenged", "the server wants the request again with the Echo value it gave, RFC 9175 §2") \
    /* what is broken */                                                                            \
    FIELD(COAP_MALFORMED, WORD, "coap.malformed", "what is wrong with the malformed message")       \
    FIELD(COAP_MALFORMED_BY, WORD, "coap.malformed_by", "who sent it: client or server")            \
    /* CoAP over TCP and WebSocket, RFC 8323 */                                                     \
    FIELD(COAP_CLIENT_CSM, BOOL, "coap.client_csm", "the client sent its Capabilities and Settings Message, RFC 8323 §5.3") \
    FIELD(COAP_SERVER_CSM, BOOL, "coap.server_csm", "the server sent its Capabilities and Settings Message") \
    FIELD(COAP_CLIENT_MESSAGE_MAX, NUMBER, "coap.client_message_max", "Max-Message-Size of the client") \
    FIELD(COAP_SERVER_MESSAGE_MAX, NUMBER, "coap.server_message_max", "Max-Message-Size of the server") \
    FIELD(COAP_ABORTED_BY, WORD, "coap.aborted_by", "who ended the connection with Abort: client or server, RFC 8323 §5.6") \
    FIELD(COAP_RELEASED_BY, WORD, "coap.released_by", "who announced the connection's end with Release, RFC 8323 §5.5") \
    FIELD(COAP_BAD_CSM_OPTION, NUMBER, "coap.bad_csm_option", "the option of the CSM that Abort complains of")
/* clang-format on */

enum coap_field { COAP_FIELDS(FIELD_ID) COAP_FIELD_COUNT };
extern const struct field_table coap_field_table;

extern const struct code_names coap_options, coap_content_formats;

#endif
