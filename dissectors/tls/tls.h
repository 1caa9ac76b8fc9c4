/* tls.h - what the files of this folder share: the conversation's memory, the
 * messages and states of the machine, and the readers of single messages.
 *
 * tls.c and dtls.c read records and join messages; messages.c, hello.c and flight.c
 * read the messages;
 * alert.c reads alerts; sealed.c makes sense of records that nobody can read, by
 * their size; machine.c says what follows what. */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/gather.h"
#include "dissectors/tls/fields.h"
#include "dissectors/tls/wire.h"
#include "handshake/dissector.h"

enum tls_message {
    TLS_CLIENT_HELLO_SEEN,
    TLS_HELLO_VERIFY,
    TLS_HELLO_RETRY_REQUEST,
    TLS_SERVER_HELLO,    /* TLS 1.2 and before */
    TLS_SERVER_HELLO_13, /* what follows is encrypted */
    TLS_CERTIFICATE,
    TLS_CERTIFICATE_STATUS,
    TLS_SERVER_KEY_EXCHANGE,
    TLS_CERTIFICATE_REQUEST,
    TLS_SERVER_HELLO_DONE,
    TLS_CLIENT_KEY_EXCHANGE,
    TLS_CERTIFICATE_VERIFY,
    TLS_CHANGE_CIPHER_SPEC,
    TLS_CHANGE_CIPHER_SPEC_13, /* means nothing there, RFC 8446 §5 */
    TLS_FINISHED,              /* encrypted: known by its place or size */
    TLS_NEW_SESSION_TICKET,
    TLS_HELLO_REQUEST,
    TLS_OTHER_HANDSHAKE,
    TLS_FLIGHT,             /* an encrypted part of a TLS 1.3 flight */
    TLS_SEALED_CERTIFICATE, /* the client's, in TLS 1.3: known by its size */
    TLS_APPLICATION_DATA,
    TLS_ALERT_FATAL,
    TLS_ALERT_WARNING,
    TLS_CLOSE_NOTIFY,
    TLS_ALERT_REACTION, /* to an ending that came before */
    TLS_SEALED_ALERT,   /* by its size; before anything else explains it */
    TLS_SEALED_REFUSAL, /* the server's, after the client's certificate */
    TLS_SEALED_CLOSE,   /* when all was well: a close_notify most likely */
    TLS_UNREACHABLE,    /* DTLS: an ICMP error answers */
    TLS_FLIGHT_AGAIN,   /* DTLS: a flight, retransmitted */
    TLS_DATA_BOTH_WAYS, /* DTLS: both sides' data, though a Finished was not captured */
    TLS_LATE_REFUSAL,   /* the client hung up after both Finished, which its library means */
    TLS_NO_TLS,         /* bytes that are no record */
    TLS_MALFORMED_MESSAGE,
    TLS_CLOSED, /* FIN */
    TLS_RESET_SEEN,
    TLS_SILENCE,
    TLS_MESSAGE_COUNT
};

enum tls_state {
    TLS_START,
    TLS_HELLO_SENT,
    TLS_COOKIE_ASKED, /* DTLS */
    TLS_RETRY_ASKED,
    TLS_SERVER_FLIGHT,
    TLS_CLIENT_FLIGHT,
    TLS_CLIENT_KEYED,
    TLS_SERVER_FINISH,
    TLS_RESUMING,
    TLS_RESUMING_CLIENT,
    TLS_SEALED_FLIGHT,
    TLS_SEALED_CLIENT,
    TLS_CLIENT_DONE,
    TLS_CLIENT_TALKS,
    TLS_SERVER_TALKS,
    TLS_FINISHED_BOTH,
    TLS_ESTABLISHED,
    TLS_FOLLOWED, /* established, and keys make readable what comes next */
    TLS_MIDDLE,
    TLS_STATE_COUNT
};

extern const struct machine tls_machine;
extern const struct dissector tls_dissector, dtls_dissector;

/* tls_stage is the word that tells rules how far a state is: "hello", ... */
const char *tls_stage(const struct handshake *hs);

enum { SEALED_MAX = 24 }; /* encrypted records of a side whose lengths are kept */

struct tls_side {
    struct gather message;    /* a handshake message split over records */
    bool spoke;               /* a record of this side was seen */
    bool sealed;              /* it encrypts from now on */
    bool changed;             /* its ChangeCipherSpec was seen */
    bool lost;                /* bytes were missed: where records begin is not known */
    bool holed;               /* records were missed that nothing tells of */
    bool deaf;                /* what it sends is no TLS: read no further */
    bool alerted;             /* it sent a fatal alert or close_notify */
    bool padded;              /* TLS 1.3: its Finished was padded, so an alert of its is as well */
    uint32_t message_packets; /* packets the message being joined came in */
    uint64_t message_frame;
    uint32_t flight_records; /* TLS 1.3: encrypted records before its Finished */
};

/* How far a guess of what runs inside has come; inside.c's. */
enum inside { INSIDE_UNASKED, INSIDE_ASKED, INSIDE_ANSWERED, INSIDE_KNOWN };

struct tls {
    struct handshake *hs;
    struct tls_side side[2];
    uint16_t session_id_len;
    uint8_t session_id[32];
    bool is_12; /* a message of TLS 1.2 or before was seen, whatever ServerHello says */
    bool is_13;
    uint8_t turns; /* of data, where parts of the handshake are missing */
    bool random_seen[2];
    uint8_t client_random[32], server_random[32];
    struct unseal *unseal[2]; /* unseal.c's, where there is a key log */
    bool keys_opened, keys_missing, keys_wrong;
    bool client_certificate;   /* TLS 1.3: the client's first sealed message was one */
    uint8_t inside;            /* enum inside */
    uint8_t inside_briefs;     /* the client's shortest records behind the answer */
    uint8_t inside_records;    /* behind the client's first, while there is no answer */
    int64_t inside_at_us;      /* when the client asked */
    bool datagrams;            /* it is DTLS: packets may be missing, and come in any order */
    struct moment established; /* when it became TLS_FOLLOWED; frame 0: never */
    uint32_t followed_records;
};

static inline struct tls *tls_memory(struct conversation *c)
{
    return conversation_memory(c);
}

/* message_header_len: what precedes the body of a handshake message. */
size_t message_header_len(const struct tls *tls);

/* message_read reads a whole handshake message, sets what it says and steps the machine. */
/* message_cut steps on by a message of which no more than its type was captured. */
void message_cut(struct conversation *c, enum side side, uint8_t type);
void message_read(struct conversation *c, enum side side, uint8_t type, struct reader body);
/* message_saw steps the machine, and notes a message that has no place there. */
void message_saw(struct conversation *c, enum side side, uint8_t message);
/* message_malformed notes a message, named by what, that contradicts itself. */
void message_malformed(struct conversation *c, enum side side, const char *what);
/* message_change_cipher_spec is what the record of that name means where it came. */
void message_change_cipher_spec(struct conversation *c, enum side side);
/* message_sealed is an encrypted handshake message of TLS 1.2 or before. */
void message_sealed(struct conversation *c, enum side side);
/* tls_over fails a handshake of which nothing more will come: a side closed, or
 * silence was long enough to mean it. */
void tls_over(struct conversation *c, struct handshake *hs, bool silent);
/* tls_note_closed keeps who closed first, and in what stage. */
void tls_note_closed(struct handshake *hs, enum side side);
/* tls_follow lets an established handshake wait a while for alerts, when keys can open
 * them; for the end of each read. */
void tls_follow(struct conversation *c);
/* tls_finish sets what only the whole tells, and the fingerprints. */
void tls_finish(struct handshake *hs, bool details);

/* Readers of one handshake message each; body ends where the message ends. They
 * set fields as far as the bytes go; a cut body (open) leaves what it said. */
void read_client_hello(struct tls *tls, struct handshake *hs, struct reader *body);
void read_ssl2_client_hello(struct handshake *hs, struct reader *body);
/* read_server_hello tells by tls->is_13 what follows. Returns false for a HelloRetryRequest. */
bool read_server_hello(struct tls *tls, struct handshake *hs, struct reader *body);
void read_certificate(struct handshake *hs, enum side side, struct reader *body,
                      size_t message_len);
/* read_certificate_13 is the same in TLS 1.3's form, RFC 8446 §4.4.2. */
void read_certificate_13(struct handshake *hs, enum side side, struct reader *body,
                         size_t message_len);
void read_certificate_status(struct handshake *hs, struct reader *body);
/* read_encrypted_extensions reads what the server chose behind its hello, RFC 8446 §4.3.1. */
void read_encrypted_extensions(struct handshake *hs, struct reader *body);
void read_server_key_exchange(struct handshake *hs, struct reader *body);
void read_certificate_request(struct handshake *hs, struct reader *body);
/* read_certificate_request_13 is the same in TLS 1.3's form, RFC 8446 §4.3.2. */
void read_certificate_request_13(struct handshake *hs, struct reader *body);
void read_client_key_exchange(struct handshake *hs, struct reader *body);

/* read_alert takes a two-byte alert in the clear. */
void read_alert(struct conversation *c, enum side side, struct reader *body);
/* sealed_alert notes an alert that only its place tells (TLS 1.2 and before, where
 * the record type is in the clear). */
void sealed_alert(struct conversation *c, enum side side);
/* alert_place_is_known tells whether nothing is missing that could explain a record of
 * an alert's size: neither this side's Finished nor, of a server, the client's goodbye. */
bool alert_place_is_known(struct conversation *c, enum side side);
/* sealed_record makes sense of one record of encrypted TLS 1.3 by its length. */
void sealed_record(struct conversation *c, enum side side, size_t len);
/* note_alert adds a row to tls.alerts. */
struct value *note_alert(struct handshake *hs, enum side side);

#endif
