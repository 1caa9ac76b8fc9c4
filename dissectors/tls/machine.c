/* machine.c - what follows what in TLS, RFC 8446 §2 and RFC 5246 §7.3.
 *
 *   1.2   hello ─ flight ─ client flight ─ keyed ─ finish ──┐
 *          └──── resuming ─ resuming client ────────────────┤
 *   1.3   hello ─ sealed flight ─ sealed client ─ done ─────┴─ established
 *
 * DTLS is the same, with a cookie asked for in between (RFC 6347 §4.2.4 figure 1).
 * In TLS 1.3 the steps behind ServerHello are inferred: sealed.c names them. */
#include "dissectors/tls/tls.h"

/* clang-format off */
static const struct state states[] = {
    [TLS_START] = { "start", CLIENT, "the client's ClientHello", OUTCOME_OPEN, false },
    [TLS_HELLO_SENT] = { "client_hello", SERVER, "the server's ServerHello", OUTCOME_OPEN, false },
    [TLS_COOKIE_ASKED] = { "hello_verify", CLIENT, "the client's ClientHello with the cookie", OUTCOME_OPEN, false },
    [TLS_RETRY_ASKED] = { "hello_retry", CLIENT, "the client's second ClientHello", OUTCOME_OPEN, false },
    [TLS_SERVER_FLIGHT] = { "server_flight", SERVER, "the rest of the server's flight", OUTCOME_OPEN, false },
    [TLS_CLIENT_FLIGHT] = { "client_flight", CLIENT, "the client's key exchange", OUTCOME_OPEN, false },
    [TLS_CLIENT_KEYED] = { "client_key_exchange", CLIENT, "the client's Finished", OUTCOME_OPEN, false },
    [TLS_SERVER_FINISH] = { "server_finish", SERVER, "the server's Finished", OUTCOME_OPEN, false },
    [TLS_RESUMING] = { "resumption", SERVER, "the server's Finished", OUTCOME_OPEN, false },
    [TLS_RESUMING_CLIENT] = { "resumption_client", CLIENT, "the client's Finished", OUTCOME_OPEN, false },
    [TLS_SEALED_FLIGHT] = { "server_hello", SERVER, "the server's encrypted flight", OUTCOME_OPEN, false },
    [TLS_SEALED_CLIENT] = { "server_flight", CLIENT, "the client's Finished", OUTCOME_OPEN, false },
    [TLS_CLIENT_DONE] = { "client_finished", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [TLS_CLIENT_TALKS] = { "client_data", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [TLS_SERVER_TALKS] = { "server_data", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [TLS_FINISHED_BOTH] = { "finished", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [TLS_ESTABLISHED] = { "established", NOBODY, NULL, OUTCOME_COMPLETED, true },
    [TLS_FOLLOWED] = { "established", NOBODY, NULL, OUTCOME_COMPLETED, false },
    [TLS_MIDDLE] = { "middle", NOBODY, NULL, OUTCOME_OPEN, false },
};

static const struct transition transitions[] = {
    /* in                  from    sees                       goes to             */
    { TLS_START,           CLIENT, TLS_CLIENT_HELLO_SEEN,     TLS_HELLO_SENT      },
    { TLS_HELLO_SENT,      SERVER, TLS_HELLO_RETRY_REQUEST,   TLS_RETRY_ASKED     },
    { TLS_RETRY_ASKED,     CLIENT, TLS_CLIENT_HELLO_SEEN,     TLS_HELLO_SENT      },
    { TLS_HELLO_SENT,      SERVER, TLS_HELLO_VERIFY,          TLS_COOKIE_ASKED    },
    { TLS_COOKIE_ASKED,    CLIENT, TLS_CLIENT_HELLO_SEEN,     TLS_HELLO_SENT      },

    { TLS_HELLO_SENT,      SERVER, TLS_SERVER_HELLO,          TLS_SERVER_FLIGHT   },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_CERTIFICATE,           TLS_SERVER_FLIGHT   },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_CERTIFICATE_STATUS,    TLS_SERVER_FLIGHT   },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_SERVER_KEY_EXCHANGE,   TLS_SERVER_FLIGHT   },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_CERTIFICATE_REQUEST,   TLS_SERVER_FLIGHT   },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_SERVER_HELLO_DONE,     TLS_CLIENT_FLIGHT   },
    { TLS_CLIENT_FLIGHT,   CLIENT, TLS_CERTIFICATE,           TLS_CLIENT_FLIGHT   },
    { TLS_CLIENT_FLIGHT,   CLIENT, TLS_CLIENT_KEY_EXCHANGE,   TLS_CLIENT_KEYED    },
    { TLS_CLIENT_KEYED,    CLIENT, TLS_CERTIFICATE_VERIFY,    TLS_CLIENT_KEYED    },
    { TLS_CLIENT_KEYED,    CLIENT, TLS_CHANGE_CIPHER_SPEC,    TLS_CLIENT_KEYED    },
    { TLS_CLIENT_KEYED,    CLIENT, TLS_FINISHED,              TLS_SERVER_FINISH   },
    { TLS_SERVER_FINISH,   CLIENT, TLS_APPLICATION_DATA,      TLS_SERVER_FINISH   }, /* False Start, RFC 7918 */
    { TLS_SERVER_FINISH,   SERVER, TLS_NEW_SESSION_TICKET,    TLS_SERVER_FINISH   },
    { TLS_SERVER_FINISH,   SERVER, TLS_CHANGE_CIPHER_SPEC,    TLS_SERVER_FINISH   },
    { TLS_SERVER_FINISH,   SERVER, TLS_FINISHED,              TLS_FINISHED_BOTH   },

    /* resumption, RFC 5246 §7.3 figure 2 */
    { TLS_SERVER_FLIGHT,   SERVER, TLS_NEW_SESSION_TICKET,    TLS_RESUMING        },
    { TLS_SERVER_FLIGHT,   SERVER, TLS_CHANGE_CIPHER_SPEC,    TLS_RESUMING        },
    { TLS_RESUMING,        SERVER, TLS_CHANGE_CIPHER_SPEC,    TLS_RESUMING        },
    { TLS_RESUMING,        SERVER, TLS_FINISHED,              TLS_RESUMING_CLIENT },
    { TLS_RESUMING_CLIENT, CLIENT, TLS_CHANGE_CIPHER_SPEC,    TLS_RESUMING_CLIENT },
    { TLS_RESUMING_CLIENT, CLIENT, TLS_FINISHED,              TLS_FINISHED_BOTH   },

    /* What datagrams may turn round: the epoch changes before the message is there. */
    { TLS_SERVER_FINISH,   CLIENT, TLS_CERTIFICATE_VERIFY,    TLS_SERVER_FINISH   },
    { TLS_FINISHED_BOTH,   CLIENT, TLS_CERTIFICATE_VERIFY,    TLS_FINISHED_BOTH   },
    { TLS_FINISHED_BOTH,   SERVER, TLS_NEW_SESSION_TICKET,    TLS_FINISHED_BOTH   },
    { TLS_RESUMING,        SERVER, TLS_NEW_SESSION_TICKET,    TLS_RESUMING        },
    { TLS_RESUMING_CLIENT, SERVER, TLS_NEW_SESSION_TICKET,    TLS_RESUMING_CLIENT },

    /* A client that goes on talking has accepted; one that hangs up may not have. */
    { TLS_FINISHED_BOTH,   CLIENT, TLS_APPLICATION_DATA,      TLS_ESTABLISHED     },
    { TLS_FINISHED_BOTH,   SERVER, TLS_APPLICATION_DATA,      TLS_FINISHED_BOTH   },
    { TLS_FINISHED_BOTH,   NOBODY, TLS_OTHER_HANDSHAKE,       TLS_FINISHED_BOTH   },
    { TLS_FINISHED_BOTH,   CLIENT, TLS_LATE_REFUSAL,          STOPPED             },
    { TLS_CLIENT_DONE,     CLIENT, TLS_LATE_REFUSAL,          STOPPED             },
    { TLS_SERVER_TALKS,    CLIENT, TLS_LATE_REFUSAL,          STOPPED             },

    /* TLS 1.3 */
    { TLS_HELLO_SENT,      SERVER, TLS_SERVER_HELLO_13,       TLS_SEALED_FLIGHT   },
    { TLS_HELLO_SENT,      CLIENT, TLS_FLIGHT,                SAME_STATE          }, /* early data, RFC 8446 §4.2.10 */
    { TLS_RETRY_ASKED,     CLIENT, TLS_FLIGHT,                SAME_STATE          },
    { TLS_SEALED_FLIGHT,   CLIENT, TLS_FLIGHT,                SAME_STATE          },
    { TLS_SEALED_FLIGHT,   SERVER, TLS_FLIGHT,                TLS_SEALED_CLIENT   },
    { TLS_SEALED_CLIENT,   SERVER, TLS_FLIGHT,                TLS_SEALED_CLIENT   },
    { TLS_SEALED_CLIENT,   CLIENT, TLS_FLIGHT,                TLS_SEALED_CLIENT   },
    { TLS_SEALED_CLIENT,   CLIENT, TLS_SEALED_CERTIFICATE,    TLS_SEALED_CLIENT   },
    { TLS_SEALED_CLIENT,   CLIENT, TLS_FINISHED,              TLS_CLIENT_DONE     },
    { TLS_CLIENT_DONE,     CLIENT, TLS_APPLICATION_DATA,      TLS_CLIENT_TALKS    },
    { TLS_CLIENT_DONE,     SERVER, TLS_APPLICATION_DATA,      TLS_SERVER_TALKS    },
    { TLS_CLIENT_TALKS,    CLIENT, TLS_APPLICATION_DATA,      TLS_CLIENT_TALKS    },
    { TLS_CLIENT_TALKS,    SERVER, TLS_APPLICATION_DATA,      TLS_ESTABLISHED     },
    { TLS_SERVER_TALKS,    SERVER, TLS_APPLICATION_DATA,      TLS_SERVER_TALKS    },
    { TLS_SERVER_TALKS,    CLIENT, TLS_APPLICATION_DATA,      TLS_ESTABLISHED     },
    { TLS_CLIENT_DONE,     SERVER, TLS_SEALED_ALERT,          TLS_MIDDLE          },
    { TLS_CLIENT_DONE,     SERVER, TLS_SEALED_REFUSAL,        STOPPED             },
    { TLS_CLIENT_TALKS,    SERVER, TLS_SEALED_REFUSAL,        STOPPED             },
    { TLS_CLIENT_DONE,     SERVER, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_CLIENT_TALKS,    SERVER, TLS_ALERT_FATAL,           STOPPED             },

    /* Behind both Finished, where only keys make alerts readable: a client that said
     * nothing yet has refused something. */
    { TLS_FINISHED_BOTH,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_CLIENT_DONE,     CLIENT, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SERVER_TALKS,    CLIENT, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SERVER_TALKS,    SERVER, TLS_ALERT_FATAL,           SAME_STATE          },
    { TLS_CLIENT_TALKS,    CLIENT, TLS_ALERT_FATAL,           SAME_STATE          },
    { TLS_ESTABLISHED,     NOBODY, TLS_ALERT_FATAL,           SAME_STATE          },
    { TLS_FOLLOWED,        NOBODY, TLS_ALERT_FATAL,           SAME_STATE          },
    { TLS_FOLLOWED,        NOBODY, TLS_OTHER_HANDSHAKE,       SAME_STATE          },

    /* Endings that need no wisdom. */
    { TLS_SERVER_FINISH,   CLIENT, TLS_SEALED_ALERT,          SAME_STATE          }, /* a farewell perhaps */
    { TLS_CLIENT_DONE,     NOBODY, TLS_SEALED_ALERT,          TLS_CLIENT_DONE     },
    { TLS_CLIENT_TALKS,    NOBODY, TLS_SEALED_ALERT,          TLS_CLIENT_TALKS    },
    { TLS_SERVER_TALKS,    NOBODY, TLS_SEALED_ALERT,          TLS_SERVER_TALKS    },
    { TLS_FINISHED_BOTH,   NOBODY, TLS_SEALED_ALERT,          TLS_FINISHED_BOTH   },
    { TLS_START,           NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_HELLO_SENT,      NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_COOKIE_ASKED,    NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_RETRY_ASKED,     NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SERVER_FLIGHT,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_CLIENT_FLIGHT,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_CLIENT_KEYED,    NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SERVER_FINISH,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_RESUMING,        NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_RESUMING_CLIENT, NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SEALED_FLIGHT,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SEALED_CLIENT,   NOBODY, TLS_ALERT_FATAL,           STOPPED             },
    { TLS_SEALED_FLIGHT,   NOBODY, TLS_SEALED_ALERT,          STOPPED             },
    { TLS_SEALED_CLIENT,   NOBODY, TLS_SEALED_ALERT,          STOPPED             },
    { TLS_RESUMING_CLIENT, NOBODY, TLS_SEALED_ALERT,          STOPPED             },
    { TLS_CLIENT_KEYED,    NOBODY, TLS_SEALED_ALERT,          STOPPED             },

    /* Noted, and nothing more. */
    { ANY_STATE,           NOBODY, TLS_ALERT_WARNING,         SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_ALERT_REACTION,        SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_CLOSE_NOTIFY,          SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_SEALED_CLOSE,          SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_CHANGE_CIPHER_SPEC_13, SAME_STATE          },
    { ANY_STATE,           SERVER, TLS_HELLO_REQUEST,         SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_FLIGHT_AGAIN,          SAME_STATE          },
    { ANY_STATE,           NOBODY, TLS_DATA_BOTH_WAYS,        TLS_ESTABLISHED     },
    { ANY_STATE,           NOBODY, TLS_SILENCE,               STOPPED             },
    { ANY_STATE,           NOBODY, TLS_CLOSED,                STOPPED             },
    { ANY_STATE,           NOBODY, TLS_UNREACHABLE,           STOPPED             },
    { ANY_STATE,           NOBODY, TLS_RESET_SEEN,            STOPPED             },
    { ANY_STATE,           NOBODY, TLS_NO_TLS,                STOPPED             },
    { TLS_MIDDLE,          NOBODY, TLS_ALERT_FATAL,           STOPPED             },

    /* What the capture missed. */
    { ANY_WHEN_LATE,       CLIENT, TLS_CLIENT_HELLO_SEEN,     TLS_HELLO_SENT      },
    { ANY_WHEN_LATE,       SERVER, TLS_HELLO_VERIFY,          TLS_COOKIE_ASKED    },
    { ANY_WHEN_LATE,       SERVER, TLS_HELLO_RETRY_REQUEST,   TLS_RETRY_ASKED     },
    { ANY_WHEN_LATE,       SERVER, TLS_SERVER_HELLO,          TLS_SERVER_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_SERVER_HELLO_13,       TLS_SEALED_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_CERTIFICATE,           TLS_SERVER_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_CERTIFICATE_STATUS,    TLS_SERVER_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_SERVER_KEY_EXCHANGE,   TLS_SERVER_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_CERTIFICATE_REQUEST,   TLS_SERVER_FLIGHT   },
    { ANY_WHEN_LATE,       SERVER, TLS_SERVER_HELLO_DONE,     TLS_CLIENT_FLIGHT   },
    { ANY_WHEN_LATE,       CLIENT, TLS_CERTIFICATE,           TLS_CLIENT_FLIGHT   },
    { ANY_WHEN_LATE,       CLIENT, TLS_CLIENT_KEY_EXCHANGE,   TLS_CLIENT_KEYED    },
    { ANY_WHEN_LATE,       CLIENT, TLS_CERTIFICATE_VERIFY,    TLS_CLIENT_KEYED    },
    { ANY_WHEN_LATE,       CLIENT, TLS_CHANGE_CIPHER_SPEC,    TLS_CLIENT_KEYED    },
    { ANY_WHEN_LATE,       SERVER, TLS_NEW_SESSION_TICKET,    TLS_SERVER_FINISH   },
    { ANY_WHEN_LATE,       SERVER, TLS_CHANGE_CIPHER_SPEC,    TLS_SERVER_FINISH   },
    { ANY_WHEN_LATE,       CLIENT, TLS_FINISHED,              TLS_SERVER_FINISH   },
    { ANY_WHEN_LATE,       SERVER, TLS_FINISHED,              TLS_MIDDLE          },
    { ANY_WHEN_LATE,       SERVER, TLS_FLIGHT,                TLS_SEALED_CLIENT   },
    { ANY_WHEN_LATE,       NOBODY, TLS_APPLICATION_DATA,      TLS_MIDDLE          },
    { ANY_WHEN_LATE,       NOBODY, TLS_SEALED_ALERT,          SAME_STATE          },
    { ANY_WHEN_LATE,       NOBODY, TLS_SEALED_REFUSAL,        SAME_STATE          },
    { ANY_WHEN_LATE,       NOBODY, TLS_OTHER_HANDSHAKE,       SAME_STATE          },
};

/* clang-format on */
static const char *const messages[TLS_MESSAGE_COUNT] = {
    [TLS_CLIENT_HELLO_SEEN] = "ClientHello",
    [TLS_HELLO_VERIFY] = "HelloVerifyRequest",
    [TLS_HELLO_RETRY_REQUEST] = "HelloRetryRequest",
    [TLS_SERVER_HELLO] = "ServerHello",
    [TLS_SERVER_HELLO_13] = "ServerHello",
    [TLS_CERTIFICATE] = "Certificate",
    [TLS_CERTIFICATE_STATUS] = "CertificateStatus",
    [TLS_SERVER_KEY_EXCHANGE] = "ServerKeyExchange",
    [TLS_CERTIFICATE_REQUEST] = "CertificateRequest",
    [TLS_SERVER_HELLO_DONE] = "ServerHelloDone",
    [TLS_CLIENT_KEY_EXCHANGE] = "ClientKeyExchange",
    [TLS_CERTIFICATE_VERIFY] = "CertificateVerify",
    [TLS_CHANGE_CIPHER_SPEC] = "ChangeCipherSpec",
    [TLS_CHANGE_CIPHER_SPEC_13] = "ChangeCipherSpec",
    [TLS_FINISHED] = "Finished (encrypted)",
    [TLS_NEW_SESSION_TICKET] = "NewSessionTicket",
    [TLS_HELLO_REQUEST] = "HelloRequest",
    [TLS_OTHER_HANDSHAKE] = "handshake message",
    [TLS_FLIGHT] = "encrypted handshake",
    [TLS_SEALED_CERTIFICATE] = "Certificate (encrypted)",
    [TLS_APPLICATION_DATA] = "application data",
    [TLS_ALERT_FATAL] = "Alert",
    [TLS_ALERT_WARNING] = "Alert",
    [TLS_CLOSE_NOTIFY] = "Alert",
    [TLS_ALERT_REACTION] = "Alert",
    [TLS_SEALED_ALERT] = "Alert (encrypted)",
    [TLS_SEALED_REFUSAL] = "Alert (encrypted)",
    [TLS_SEALED_CLOSE] = "Alert (encrypted)",
    [TLS_UNREACHABLE] = "ICMP error",
    [TLS_FLIGHT_AGAIN] = "flight sent again",
    [TLS_DATA_BOTH_WAYS] = "application data",
    [TLS_LATE_REFUSAL] = "hang-up after Finished",
    [TLS_NO_TLS] = "bytes that are not TLS",
    [TLS_MALFORMED_MESSAGE] = "malformed message",
    [TLS_CLOSED] = "FIN",
    [TLS_RESET_SEEN] = "RST",
    [TLS_SILENCE] = "silence",
};

const struct machine tls_machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .messages = messages,
};

const char *tls_stage(const struct handshake *hs)
{
    static const char *const stages[TLS_STATE_COUNT] = {
        [TLS_START] = "start",
        [TLS_HELLO_SENT] = "hello",
        [TLS_COOKIE_ASKED] = "hello",
        [TLS_RETRY_ASKED] = "hello",
        [TLS_SERVER_FLIGHT] = "server_hello",
        [TLS_CLIENT_FLIGHT] = "certificate",
        [TLS_CLIENT_KEYED] = "client_flight",
        [TLS_SERVER_FINISH] = "client_flight",
        [TLS_RESUMING] = "server_hello",
        [TLS_RESUMING_CLIENT] = "server_hello",
        [TLS_SEALED_FLIGHT] = "server_hello",
        [TLS_SEALED_CLIENT] = "certificate",
        [TLS_CLIENT_DONE] = "finished",
        [TLS_CLIENT_TALKS] = "finished",
        [TLS_SERVER_TALKS] = "finished",
        [TLS_FINISHED_BOTH] = "finished",
        [TLS_ESTABLISHED] = "established",
        [TLS_FOLLOWED] = "established",
        [TLS_MIDDLE] = "middle",
    };
    if (hs->state == TLS_SERVER_FLIGHT && handshake_has(hs, TLS_CERTIFICATES))
        return "certificate";
    return stages[hs->state];
}
