/* stack.c - see stack.h.
 *
 * Libraries write extensions in an order of their own, and some write extensions
 * that no other does. A shape is told by what must be there, in this order, and
 * what must not. The same alert means different things from different libraries,
 * which is what the guess is for; it is never more than likely. */
#include "dissectors/tls/stack.h"

#include <string.h>

#include "dissectors/tls/fields.h"

enum { ENDS = -1, WORDS_MAX = 8 };

enum {
    STATUS_REQUEST = 5,
    GROUPS = 10,
    POINT_FORMATS = 11,
    SIGNATURES = 13,
    ALPN = 16,
    SCT = 18,
    ENCRYPT_THEN_MAC = 22,
    EXTENDED_MASTER_SECRET = 23,
    COMPRESS_CERTIFICATE = 27,
    RECORD_SIZE_LIMIT = 28,
    TICKET = 35,
    VERSIONS = 43,
    PSK_MODES = 45,
    SIGNATURES_CERT = 50,
    KEY_SHARE = 51,
    RENEGOTIATION = 0xff01,
};

struct shape {
    const char *name, *certainty;
    int in_order[WORDS_MAX]; /* these, in this order, with anything between */
    int without[WORDS_MAX];
    unsigned least_suites, most_suites; /* 0: any number */
};

/* The more particular come first. */
/* clang-format off */
static const struct shape shapes[] = {
    { "Chrome (BoringSSL)", "likely", { COMPRESS_CERTIFICATE, ENDS }, { RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "GnuTLS", "likely", { ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, RECORD_SIZE_LIMIT, ENDS }, { ENDS }, 0, 0 },
    { "NSS", "likely", { EXTENDED_MASTER_SECRET, RENEGOTIATION, GROUPS, RECORD_SIZE_LIMIT, ENDS }, { ENCRYPT_THEN_MAC, ENDS }, 0, 0 },
    { "Java", "likely", { STATUS_REQUEST, GROUPS, SIGNATURES, SIGNATURES_CERT, ENDS }, { ENCRYPT_THEN_MAC, ENDS }, 0, 0 },
    { "Go", "likely", { STATUS_REQUEST, GROUPS, POINT_FORMATS, SIGNATURES, RENEGOTIATION, SCT, ENDS }, { ENCRYPT_THEN_MAC, ENDS }, 0, 0 },
    { "mbedTLS", "likely", { SIGNATURES, GROUPS, POINT_FORMATS, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, ENDS }, { RENEGOTIATION, RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "mbedTLS", "possible", { SIGNATURES, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, ENDS }, { GROUPS, RENEGOTIATION, RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "wolfSSL", "likely", { SIGNATURES, POINT_FORMATS, GROUPS, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, ENDS }, { RENEGOTIATION, RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "wolfSSL", "likely", { PSK_MODES, KEY_SHARE, VERSIONS, SIGNATURES, GROUPS, ENDS }, { RENEGOTIATION, RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "curl (OpenSSL)", "likely", { POINT_FORMATS, GROUPS, ALPN, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, ENDS }, { TICKET, RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "Node.js (OpenSSL)", "possible", { POINT_FORMATS, GROUPS, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, SIGNATURES, ENDS }, { RECORD_SIZE_LIMIT, ENDS }, 50, 70 },
    { "OpenSSL", "likely", { POINT_FORMATS, GROUPS, ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, ENDS }, { RECORD_SIZE_LIMIT, ENDS }, 0, 0 },
    { "OpenSSL", "possible", { POINT_FORMATS, GROUPS, TICKET, ENDS }, { RECORD_SIZE_LIMIT, RENEGOTIATION, ENDS }, 0, 0 },
};
/* clang-format on */

static bool has_in_order(const struct list *list, const int *wanted)
{
    for (uint32_t i = 0; i < list->kept && *wanted != ENDS; i++)
        if (list->items.numbers[i] == (uint32_t)*wanted)
            wanted++;
    return *wanted == ENDS;
}

static bool has_none(const struct list *list, const int *unwanted)
{
    for (; *unwanted != ENDS; unwanted++)
        if (list_has_number(list, (uint32_t)*unwanted))
            return false;
    return true;
}

static bool fits(const struct shape *s, const struct list *extensions, uint32_t suites)
{
    return has_in_order(extensions, s->in_order) && has_none(extensions, s->without) &&
           suites >= s->least_suites && (s->most_suites == 0 || suites <= s->most_suites);
}

void stack_set(struct handshake *hs)
{
    const struct list *extensions = handshake_list(hs, TLS_EXTENSIONS);
    const struct list *suites = handshake_list(hs, TLS_OFFERED_CIPHERS);
    if (!extensions || !suites)
        return;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (!fits(&shapes[i], extensions, suites->count))
            continue;
        handshake_set_string(hs, TLS_CLIENT_STACK, shapes[i].name);
        handshake_set_string(hs, TLS_CLIENT_STACK_CERTAINTY, shapes[i].certainty);
        return;
    }
}

bool stack_refuses(struct handshake *hs, enum late_refusal how)
{
    static const struct {
        const char *stack;
        unsigned how;
    } late[] = {
        { "NSS", 1u << REFUSES_BEHIND_12 },
        { "Node.js (OpenSSL)", 1u << REFUSES_BEHIND_12 },
        { "curl (OpenSSL)", 1u << REFUSES_BEHIND_12 | 1u << REFUSES_BEHIND_13 },
    };
    stack_set(hs);
    struct span stack = handshake_text(hs, TLS_CLIENT_STACK);
    for (size_t i = 0; i < sizeof late / sizeof *late; i++)
        if (stack.len == strlen(late[i].stack) &&
            memcmp(stack.bytes, late[i].stack, stack.len) == 0)
            return late[i].how >> how & 1;
    return false;
}
