/* upgrade.c - see upgrade.h.
 *
 * A head is read when it is whole. Of its header lines those that are about the
 * WebSocket are told; cookies, credentials and all others are stepped over. */
#include "dissectors/websocket/upgrade.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "dissectors/websocket/fields.h"

enum { KEY_MAX = 64, SHA1_LEN = 20 };

/* A piece of text that is not ended by a NUL. */
struct piece {
    const char *at;
    size_t len;
};

/* ---- pieces of text ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct piece trimmed(struct piece p)
{
    while (p.len && is_blank(p.at[0])) {
        p.at++;
        p.len--;
    }
    while (p.len && is_blank(p.at[p.len - 1]))
        p.len--;
    return p;
}

static bool is_word(struct piece p, const char *word)
{
    return p.len == strlen(word) && strncasecmp(p.at, word, p.len) == 0;
}

/* Cuts off what stands before the first end character, and that. */
static struct piece cut(struct piece *rest, char end)
{
    const char *at = rest->len ? memchr(rest->at, end, rest->len) : NULL;
    struct piece p = { rest->at, at ? (size_t)(at - rest->at) : rest->len };
    size_t past = at ? p.len + 1 : p.len;
    rest->at += past;
    rest->len -= past;
    return p;
}

static bool contains(struct piece p, const char *word)
{
    size_t len = strlen(word);
    for (; p.len >= len; p.at++, p.len--)
        if (strncasecmp(p.at, word, len) == 0)
            return true;
    return false;
}

/* The head's length with the empty line behind it, or 0. */
static size_t head_len(const struct reader *r)
{
    const char *at = (const char *)r->at;
    size_t left = reader_left(r);
    for (size_t i = 3; i < left; i++)
        if (memcmp(at + i - 3, "\r\n\r\n", 4) == 0)
            return i + 1;
    return 0;
}

/* Cuts the next header line into its name and value; false behind the last. */
static bool next_header(struct piece *head, struct piece *name, struct piece *value)
{
    struct piece line = trimmed(cut(head, '\n'));
    *name = cut(&line, ':');
    *value = trimmed(line);
    return name->len > 0;
}

/* ---- recognising ---- */

static bool lists(struct piece values, const char *word)
{
    while (values.len)
        if (is_word(trimmed(cut(&values, ',')), word))
            return true;
    return false;
}

static bool wants_websocket(struct piece head, bool *coap)
{
    struct piece name, value;
    bool websocket = false;
    *coap = false;
    cut(&head, '\n');
    while (next_header(&head, &name, &value)) {
        websocket = websocket || (is_word(name, "Upgrade") && lists(value, "websocket"));
        *coap = *coap || (is_word(name, "Sec-WebSocket-Protocol") && lists(value, "coap"));
    }
    return websocket;
}

enum recognition upgrade_recognise(struct reader bytes, bool *coap)
{
    static const char method[] = "GET ";
    size_t left = reader_left(&bytes), common = left < 4 ? left : 4;
    *coap = false;
    if (memcmp(bytes.at, method, common) != 0)
        return NOT_MINE;
    size_t len = head_len(&bytes);
    if (!len)
        return left < HEAD_MAX ? MAYBE_MINE : NOT_MINE;
    return wants_websocket((struct piece){ (const char *)bytes.at, len }, coap) ? MINE : NOT_MINE;
}

/* ---- the request, RFC 6455 §4.2.1 ---- */

static void tell(struct handshake *hs, enum websocket_field field, struct piece p)
{
    if (p.len)
        handshake_set_text(hs, field, p.at, p.len);
}

/* "GET /mqtt?token=... HTTP/1.1": behind the '?' stand people's secrets. */
static void tell_path(struct handshake *hs, struct piece line)
{
    cut(&line, ' ');
    struct piece target = cut(&line, ' ');
    tell(hs, WEBSOCKET_PATH, cut(&target, '?'));
}

/* Base64 of the SHA-1 of the key and a constant, RFC 6455 §4.2.2. */
static void expect_accept(struct upgrade *u, struct piece key)
{
    static const char constant[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t text[KEY_MAX + sizeof constant], digest[SHA1_LEN];
    if (key.len == 0 || key.len > KEY_MAX)
        return;
    memcpy(text, key.at, key.len);
    memcpy(text + key.len, constant, sizeof constant - 1);
    if (EVP_Digest(text, key.len + sizeof constant - 1, digest, NULL, EVP_sha1(), NULL))
        EVP_EncodeBlock((uint8_t *)u->accept, digest, sizeof digest);
}

static int64_t number_of(struct piece digits)
{
    int64_t number = 0;
    if (digits.len == 0 || digits.len > 5)
        return -1;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return -1;
        number = number * 10 + (digits.at[i] - '0');
    }
    return number;
}

static void tell_offered(struct handshake *hs, struct piece values)
{
    while (values.len) {
        struct piece offered = trimmed(cut(&values, ','));
        if (offered.len)
            handshake_add_text(hs, WEBSOCKET_OFFERED, offered.at, offered.len);
    }
}

static void tell_request_header(struct upgrade *u, struct handshake *hs, struct piece name,
                                struct piece value)
{
    if (is_word(name, "Host"))
        tell(hs, WEBSOCKET_HOST, value);
    else if (is_word(name, "Origin"))
        tell(hs, WEBSOCKET_ORIGIN, value);
    else if (is_word(name, "Sec-WebSocket-Key"))
        expect_accept(u, value);
    else if (is_word(name, "Sec-WebSocket-Version") && number_of(value) >= 0)
        handshake_set_number(hs, WEBSOCKET_VERSION, number_of(value));
    else if (is_word(name, "Sec-WebSocket-Protocol"))
        tell_offered(hs, value);
    else if (is_word(name, "Authorization"))
        handshake_set_bool(hs, WEBSOCKET_CREDENTIALS, true);
}

/* A head that is whole, or none: then r is SHORT, or MALFORMED where it is endless. */
static struct piece take_head(struct reader *r)
{
    size_t len = head_len(r), left = reader_left(r);
    if (!len && left < HEAD_MAX)
        reader_skip(r, left + 1);
    const uint8_t *at = len ? reader_next(r, len) : NULL;
    return (struct piece){ (const char *)at, at ? len : 0 };
}

void upgrade_request(struct upgrade *u, struct handshake *hs, struct reader *r)
{
    struct piece head = take_head(r), name, value;
    *u = (struct upgrade){ .status = 0 };
    tell_path(hs, cut(&head, '\n'));
    while (next_header(&head, &name, &value))
        tell_request_header(u, hs, name, value);
}

/* ---- the answer, RFC 6455 §4.1 ---- */

static void tell_answer_header(const struct upgrade *u, struct handshake *hs, struct piece name,
                               struct piece value)
{
    if (is_word(name, "Sec-WebSocket-Protocol"))
        tell(hs, WEBSOCKET_AGREED, value);
    else if (is_word(name, "Sec-WebSocket-Accept") && u->accept[0])
        handshake_set_bool(hs, WEBSOCKET_ACCEPT_MATCHES,
                           value.len == ACCEPT_LEN && memcmp(value.at, u->accept, ACCEPT_LEN) == 0);
    else if (is_word(name, "Sec-WebSocket-Extensions") && contains(value, "deflate"))
        handshake_set_bool(hs, WEBSOCKET_COMPRESSED, true);
    else if (is_word(name, "Server"))
        tell(hs, WEBSOCKET_SERVER, value);
    else if (is_word(name, "Location"))
        tell(hs, WEBSOCKET_LOCATION, cut(&value, '?'));
    else if (is_word(name, "Content-Type"))
        tell(hs, WEBSOCKET_CONTENT, cut(&value, ';'));
}

/* Whether the subprotocol that the server chose, or left out, is one that was offered. */
static void compare_agreed(struct handshake *hs)
{
    const struct list *offered = handshake_list(hs, WEBSOCKET_OFFERED);
    struct span agreed = handshake_text(hs, WEBSOCKET_AGREED);
    bool match = false;
    for (uint32_t i = 0; offered && i < offered->kept; i++) {
        const struct span *s = &offered->items.texts[i];
        match = match || (s->len == agreed.len && strncasecmp(s->bytes, agreed.bytes, s->len) == 0);
    }
    if (offered || agreed.len)
        handshake_set_bool(hs, WEBSOCKET_AGREED_OFFERED, match);
}

bool upgrade_answer(struct upgrade *u, struct handshake *hs, struct reader *r)
{
    size_t left = reader_left(r), common = left < 5 ? left : 5;
    if (memcmp(r->at, "HTTP/", common) != 0)
        return false;
    struct piece head = take_head(r), name, value;
    if (!head.len)
        return false;
    struct piece line = trimmed(cut(&head, '\n')), rest = line;
    cut(&rest, ' ');
    int64_t status = number_of(cut(&rest, ' '));
    if (status < 100 || status > 999)
        return false;
    if (status < 200 && status != 101)
        return true; /* the true answer is to come, RFC 9110 §15.2 */
    u->status = (uint16_t)status;
    handshake_set_number(hs, WEBSOCKET_STATUS, status);
    tell(hs, WEBSOCKET_REPLY, line);
    while (next_header(&head, &name, &value))
        tell_answer_header(u, hs, name, value);
    if (status == 101)
        compare_agreed(hs);
    return true;
}
