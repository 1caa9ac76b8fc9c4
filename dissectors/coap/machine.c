/* machine.c - what follows what in an exchange, RFC 7252 §2.2 and §5.2.
 *
 *     CON ──> ACK with the response                   answered, refused
 *       └───> ACK, empty ──> CON or NON response      answered, refused
 *     NON ──> NON or CON response, or nothing         answered, refused, unknown
 *       └───> RST                                     reset
 *
 * Answered is not the last word: the client may send again what it got no answer
 * to, observe what it asked for, or owe the next block. */
#include "dissectors/coap/machine.h"

static const struct state states[EXCHANGE_STATE_COUNT] = {
    [EXCHANGE_START] = { "start", CLIENT, "the client's request", OUTCOME_OPEN, false },
    [EXCHANGE_REQUESTED] = { "request", SERVER, "the server's acknowledgement", OUTCOME_OPEN,
                             false },
    [EXCHANGE_REQUESTED_NON] = { "request_non", SERVER, "the server's response", OUTCOME_OPEN,
                                 false },
    [EXCHANGE_REQUESTED_STREAM] = { "request", SERVER, "the server's response", OUTCOME_OPEN,
                                    false },
    [EXCHANGE_PINGED] = { "ping", SERVER, "the server's answer to the ping", OUTCOME_OPEN, false },
    [EXCHANGE_ACKNOWLEDGED] = { "acknowledged", SERVER, "the server's response", OUTCOME_OPEN,
                                false },
    [EXCHANGE_ANSWERED] = { "answered", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [EXCHANGE_OBSERVING] = { "observing", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [EXCHANGE_REFUSED] = { "refused", NOBODY, NULL, OUTCOME_FAILED, false },
    [EXCHANGE_RESET] = { "reset", NOBODY, NULL, OUTCOME_FAILED, false },
    [EXCHANGE_MORE_WANTED] = { "blocks", CLIENT, "the client's next block", OUTCOME_OPEN, false },
    [EXCHANGE_MORE_COMING] = { "blocks", SERVER, "the server's next block", OUTCOME_OPEN, false },
    [EXCHANGE_CHALLENGED] = { "challenged", CLIENT, "the request again, with the Echo value",
                              OUTCOME_OPEN, false },
    [EXCHANGE_UNASKED] = { "response", NOBODY, NULL, OUTCOME_OPEN, false },
    [EXCHANGE_BROKEN] = { "malformed", NOBODY, NULL, OUTCOME_FAILED, false },
    [EXCHANGE_CONNECTING] = { "csm", NOBODY, "the other side's CSM", OUTCOME_OPEN, false },
    [EXCHANGE_CONNECTED] = { "connected", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [EXCHANGE_ABORTED] = { "aborted", NOBODY, NULL, OUTCOME_FAILED, false },
};

/* clang-format off */
static const struct transition transitions[] = {
    /* in                    from    sees                       goes to            */
    { EXCHANGE_START,            CLIENT, COAP_SAW_REQUEST,          EXCHANGE_REQUESTED     },
    { EXCHANGE_START,            CLIENT, COAP_SAW_REQUEST_NON,      EXCHANGE_REQUESTED_NON },
    { EXCHANGE_START,            CLIENT, COAP_SAW_REQUEST_STREAM,   EXCHANGE_REQUESTED_STREAM },
    { EXCHANGE_START,            CLIENT, COAP_SAW_PING,             EXCHANGE_PINGED        },
    { EXCHANGE_START,            SERVER, COAP_SAW_RESPONSE_UNASKED, EXCHANGE_UNASKED       },
    { EXCHANGE_START,            NOBODY, COAP_SAW_MALFORMED,        EXCHANGE_BROKEN        },

    { EXCHANGE_REQUESTED,        SERVER, COAP_SAW_ACK,              EXCHANGE_ACKNOWLEDGED  },
    { EXCHANGE_REQUESTED,        SERVER, COAP_SAW_LAST_ACK,         EXCHANGE_ANSWERED      },
    { EXCHANGE_PINGED,           SERVER, COAP_SAW_PONG,             EXCHANGE_ANSWERED      },

    /* However the request was sent, the answer means the same. */
    { ANY_STATE,             SERVER, COAP_SAW_RESPONSE,         EXCHANGE_ANSWERED      },
    { ANY_STATE,             SERVER, COAP_SAW_REGISTERED,       EXCHANGE_OBSERVING     },
    { ANY_STATE,             SERVER, COAP_SAW_ERROR,            EXCHANGE_REFUSED       },
    { ANY_STATE,             SERVER, COAP_SAW_RST,              EXCHANGE_RESET         },
    { ANY_STATE,             SERVER, COAP_SAW_BLOCK,            EXCHANGE_MORE_WANTED   },
    { ANY_STATE,             SERVER, COAP_SAW_PARTIAL,          EXCHANGE_MORE_COMING   },
    { ANY_STATE,             SERVER, COAP_SAW_CHALLENGE,        EXCHANGE_CHALLENGED    },
    { ANY_STATE,             SERVER, COAP_SAW_MALFORMED,        EXCHANGE_BROKEN        },
    { ANY_STATE,             CLIENT, COAP_SAW_RESPONSE_RST,     EXCHANGE_RESET         },

    { EXCHANGE_OBSERVING,        SERVER, COAP_SAW_NOTIFICATION,     SAME_STATE         },
    { EXCHANGE_OBSERVING,        NOBODY, COAP_SAW_OBSERVE_END,      EXCHANGE_ANSWERED      },
    { EXCHANGE_MORE_WANTED,      CLIENT, COAP_SAW_CONTINUED,        EXCHANGE_ANSWERED      },
    { EXCHANGE_CHALLENGED,       CLIENT, COAP_SAW_CONTINUED,        EXCHANGE_ANSWERED      },
    { EXCHANGE_REQUESTED_NON,    SERVER, COAP_SAW_CONTINUED,        EXCHANGE_ANSWERED      }, /* Q-Block1 */

    { EXCHANGE_START,            NOBODY, COAP_SAW_CSM,              EXCHANGE_CONNECTING    },
    { EXCHANGE_CONNECTING,       NOBODY, COAP_SAW_CSM,              SAME_STATE         },
    { EXCHANGE_CONNECTING,       NOBODY, COAP_SAW_BOTH_CSM,         EXCHANGE_CONNECTED     },
    { EXCHANGE_CONNECTED,        NOBODY, COAP_SAW_CSM,              SAME_STATE         },
    { ANY_STATE,             NOBODY, COAP_SAW_NO_CSM,           EXCHANGE_ABORTED       },
    { ANY_STATE,             NOBODY, COAP_SAW_ABORT,            EXCHANGE_ABORTED       },

    /* Noted, and nothing more. */
    { ANY_STATE,             NOBODY, COAP_SAW_LATE_ABORT,       SAME_STATE         },
    { ANY_STATE,             NOBODY, COAP_SAW_SIGNAL,           SAME_STATE         },
    { ANY_STATE,             CLIENT, COAP_SAW_REQUEST_AGAIN,    SAME_STATE         },
    { ANY_STATE,             SERVER, COAP_SAW_RESPONSE_AGAIN,   SAME_STATE         },
    { ANY_STATE,             CLIENT, COAP_SAW_RESPONSE_ACK,     SAME_STATE         },
    { ANY_STATE,             SERVER, COAP_SAW_ACK,              SAME_STATE         },

    { ANY_STATE,             NOBODY, COAP_SAW_CLOSE,            STOPPED            },
    { ANY_STATE,             NOBODY, COAP_SAW_SILENCE,          STOPPED            },
};
/* clang-format on */

static const char *const messages[COAP_EVENT_COUNT] = {
    [COAP_SAW_REQUEST] = "Request",
    [COAP_SAW_REQUEST_NON] = "Request",
    [COAP_SAW_REQUEST_STREAM] = "Request",
    [COAP_SAW_REQUEST_AGAIN] = "Request again",
    [COAP_SAW_PING] = "Ping",
    [COAP_SAW_PONG] = "Pong",
    [COAP_SAW_ACK] = "Acknowledgement",
    [COAP_SAW_LAST_ACK] = "Acknowledgement",
    [COAP_SAW_RESPONSE] = "Response",
    [COAP_SAW_RESPONSE_AGAIN] = "Response again",
    [COAP_SAW_RESPONSE_ACK] = "Acknowledgement",
    [COAP_SAW_RESPONSE_UNASKED] = "Response",
    [COAP_SAW_REGISTERED] = "Response",
    [COAP_SAW_NOTIFICATION] = "Notification",
    [COAP_SAW_OBSERVE_END] = "end of observation",
    [COAP_SAW_ERROR] = "Response",
    [COAP_SAW_RST] = "Reset",
    [COAP_SAW_RESPONSE_RST] = "Reset",
    [COAP_SAW_BLOCK] = "Response",
    [COAP_SAW_PARTIAL] = "Response",
    [COAP_SAW_CHALLENGE] = "Response",
    [COAP_SAW_CONTINUED] = "next request",
    [COAP_SAW_MALFORMED] = "malformed message",
    [COAP_SAW_CSM] = "CSM",
    [COAP_SAW_BOTH_CSM] = "CSM",
    [COAP_SAW_NO_CSM] = "message before any CSM",
    [COAP_SAW_SIGNAL] = "signal",
    [COAP_SAW_ABORT] = "Abort",
    [COAP_SAW_LATE_ABORT] = "Abort",
    [COAP_SAW_CLOSE] = "end of connection",
    [COAP_SAW_SILENCE] = "silence",
};

const struct machine coap_machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .messages = messages,
};
