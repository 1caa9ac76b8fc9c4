/* machine.c - what follows what on an MQTT connection, MQTT 5.0 §3.1 to §3.15.
 *
 *     CONNECT ──> CONNACK               connected, refused
 *       └──> AUTH <──> AUTH ──> CONNACK authenticated on the way
 *     connected ──> DISCONNECT, FIN     over; what it came to stays completed */
#include "dissectors/mqtt/machine.h"

static const struct state states[MQTT_STATE_COUNT] = {
    [MQTT_IDLE] = { "idle", CLIENT, "the client's CONNECT", OUTCOME_OPEN, false },
    [MQTT_CONNECTING] = { "connecting", SERVER, "the server's CONNACK", OUTCOME_OPEN, false },
    [MQTT_AUTHENTICATING] = { "authenticating", NOBODY, "the end of the authentication",
                              OUTCOME_OPEN, false },
    [MQTT_CONNECTED] = { "connected", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [MQTT_REFUSED] = { "refused", NOBODY, NULL, OUTCOME_FAILED, true },
    [MQTT_OVER] = { "ended", NOBODY, NULL, OUTCOME_COMPLETED, false },
};

/* clang-format off */
static const struct transition transitions[] = {
    /* in                 from    sees                  goes to             */
    { MQTT_IDLE,           CLIENT, MQTT_SAW_CONNECT,     MQTT_CONNECTING     },
    { MQTT_IDLE,           CLIENT, MQTT_SAW_VIOLATION,   STOPPED             }, /* no CONNECT first */
    { MQTT_IDLE,           SERVER, MQTT_SAW_CLOSE,       STOPPED             }, /* inside of it */
    { MQTT_IDLE,           SERVER, MQTT_SAW_RESET,       STOPPED             },
    { MQTT_CONNECTING,     SERVER, MQTT_SAW_AUTH,        MQTT_AUTHENTICATING },
    { MQTT_AUTHENTICATING, NOBODY, MQTT_SAW_AUTH,        SAME_STATE          },
    { MQTT_CONNECTING,     SERVER, MQTT_SAW_ACCEPTED,    MQTT_CONNECTED      },
    { MQTT_AUTHENTICATING, SERVER, MQTT_SAW_ACCEPTED,    MQTT_CONNECTED      },
    { MQTT_CONNECTING,     SERVER, MQTT_SAW_REFUSED,     MQTT_REFUSED        },
    { MQTT_AUTHENTICATING, SERVER, MQTT_SAW_REFUSED,     MQTT_REFUSED        },
    { ANY_WHEN_LATE,       SERVER, MQTT_SAW_ACCEPTED,    MQTT_CONNECTED      },
    { ANY_WHEN_LATE,       SERVER, MQTT_SAW_REFUSED,     MQTT_REFUSED        },

    { MQTT_CONNECTING,     SERVER, MQTT_SAW_VIOLATION,   STOPPED             },
    { MQTT_AUTHENTICATING, SERVER, MQTT_SAW_VIOLATION,   STOPPED             },
    { MQTT_CONNECTING,     SERVER, MQTT_SAW_DISCONNECT,  STOPPED             },
    { MQTT_AUTHENTICATING, NOBODY, MQTT_SAW_DISCONNECT,  STOPPED             },
    { MQTT_CONNECTING,     NOBODY, MQTT_SAW_CLOSE,       STOPPED             },
    { MQTT_AUTHENTICATING, NOBODY, MQTT_SAW_CLOSE,       STOPPED             },
    { MQTT_CONNECTING,     NOBODY, MQTT_SAW_RESET,       STOPPED             },
    { MQTT_AUTHENTICATING, NOBODY, MQTT_SAW_RESET,       STOPPED             },
    { MQTT_CONNECTING,     NOBODY, MQTT_SAW_SILENCE,     STOPPED             },
    { MQTT_AUTHENTICATING, NOBODY, MQTT_SAW_SILENCE,     STOPPED             },

    /* A client need not wait for the CONNACK before it goes on, MQTT 5.0 §3.1.4. */
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_PUBLISH,     SAME_STATE          },
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_SUBSCRIBE,   SAME_STATE          },
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_UNSUBSCRIBE, SAME_STATE          },
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_PINGREQ,     SAME_STATE          },
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_DISCONNECT,  SAME_STATE          },
    { MQTT_CONNECTING,     CLIENT, MQTT_SAW_VIOLATION,   SAME_STATE          },
    { MQTT_AUTHENTICATING, CLIENT, MQTT_SAW_VIOLATION,   SAME_STATE          },

    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_AUTH,        SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_PUBLISH,     SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_PUBACK,      SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_PUBREC,      SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_PUBREL,      SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_PUBCOMP,     SAME_STATE          },
    { MQTT_CONNECTED,      CLIENT, MQTT_SAW_SUBSCRIBE,   SAME_STATE          },
    { MQTT_CONNECTED,      SERVER, MQTT_SAW_SUBACK,      SAME_STATE          },
    { MQTT_CONNECTED,      CLIENT, MQTT_SAW_UNSUBSCRIBE, SAME_STATE          },
    { MQTT_CONNECTED,      SERVER, MQTT_SAW_UNSUBACK,    SAME_STATE          },
    { MQTT_CONNECTED,      CLIENT, MQTT_SAW_PINGREQ,     SAME_STATE          },
    { MQTT_CONNECTED,      SERVER, MQTT_SAW_PINGRESP,    SAME_STATE          },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_DISCONNECT,  MQTT_OVER           },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_CLOSE,       MQTT_OVER           },
    { MQTT_CONNECTED,      NOBODY, MQTT_SAW_RESET,       MQTT_OVER           },
};
/* clang-format on */

static const char *const messages[MQTT_EVENT_COUNT] = {
    [MQTT_SAW_CONNECT] = "CONNECT",
    [MQTT_SAW_ACCEPTED] = "CONNACK",
    [MQTT_SAW_REFUSED] = "CONNACK",
    [MQTT_SAW_AUTH] = "AUTH",
    [MQTT_SAW_PUBLISH] = "PUBLISH",
    [MQTT_SAW_PUBACK] = "PUBACK",
    [MQTT_SAW_PUBREC] = "PUBREC",
    [MQTT_SAW_PUBREL] = "PUBREL",
    [MQTT_SAW_PUBCOMP] = "PUBCOMP",
    [MQTT_SAW_SUBSCRIBE] = "SUBSCRIBE",
    [MQTT_SAW_SUBACK] = "SUBACK",
    [MQTT_SAW_UNSUBSCRIBE] = "UNSUBSCRIBE",
    [MQTT_SAW_UNSUBACK] = "UNSUBACK",
    [MQTT_SAW_PINGREQ] = "PINGREQ",
    [MQTT_SAW_PINGRESP] = "PINGRESP",
    [MQTT_SAW_DISCONNECT] = "DISCONNECT",
    [MQTT_SAW_VIOLATION] = "protocol violation",
    [MQTT_SAW_CLOSE] = "end of connection",
    [MQTT_SAW_RESET] = "reset",
    [MQTT_SAW_SILENCE] = "silence",
};

const struct machine mqtt_machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .messages = messages,
};
