/* machine.h - private to this folder: the states of an exchange, and its messages. */
#ifndef COAP_MACHINE_H
#define COAP_MACHINE_H

#include "handshake/machine.h"

enum coap_state {
    EXCHANGE_START,
    EXCHANGE_REQUESTED,        /* confirmable */
    EXCHANGE_REQUESTED_NON,    /* non-confirmable: whoever sends it can live without an answer */
    EXCHANGE_REQUESTED_STREAM, /* over TCP: it arrives, if anything does */
    EXCHANGE_PINGED,
    EXCHANGE_ACKNOWLEDGED, /* the response comes separately */
    EXCHANGE_ANSWERED,
    EXCHANGE_OBSERVING,
    EXCHANGE_REFUSED,
    EXCHANGE_RESET,
    EXCHANGE_MORE_WANTED, /* the transfer goes on with the client's next block */
    EXCHANGE_MORE_COMING, /* the server sends more blocks by itself, RFC 9177 */
    EXCHANGE_CHALLENGED,
    EXCHANGE_UNASKED, /* a response, and no request was seen */
    EXCHANGE_BROKEN,
    EXCHANGE_CONNECTING, /* over TCP: one side's CSM is missing */
    EXCHANGE_CONNECTED,
    EXCHANGE_ABORTED,
    EXCHANGE_STATE_COUNT,
};

enum coap_event {
    COAP_SAW_REQUEST,
    COAP_SAW_REQUEST_NON,
    COAP_SAW_REQUEST_STREAM,
    COAP_SAW_REQUEST_AGAIN,
    COAP_SAW_PING,
    COAP_SAW_PONG,
    COAP_SAW_ACK,
    COAP_SAW_LAST_ACK, /* and no response was wanted */
    COAP_SAW_RESPONSE,
    COAP_SAW_RESPONSE_AGAIN,
    COAP_SAW_RESPONSE_ACK,
    COAP_SAW_RESPONSE_UNASKED,
    COAP_SAW_REGISTERED,
    COAP_SAW_NOTIFICATION,
    COAP_SAW_OBSERVE_END,
    COAP_SAW_ERROR,
    COAP_SAW_RST,
    COAP_SAW_RESPONSE_RST,
    COAP_SAW_BLOCK,
    COAP_SAW_PARTIAL,
    COAP_SAW_CHALLENGE,
    COAP_SAW_CONTINUED,
    COAP_SAW_MALFORMED,
    COAP_SAW_CSM,
    COAP_SAW_BOTH_CSM,
    COAP_SAW_NO_CSM,
    COAP_SAW_SIGNAL, /* Ping, Pong, Release */
    COAP_SAW_ABORT,
    COAP_SAW_LATE_ABORT,
    COAP_SAW_CLOSE,
    COAP_SAW_SILENCE,
    COAP_EVENT_COUNT,
};

extern const struct machine coap_machine;

#endif
