/* proxies.c - proxies that are asked for a tunnel: HTTP CONNECT (RFC 9110 §9.3.6),
 * SOCKS 4, 4a and 5 (RFC 1928, RFC 1929), and the PROXY protocol, which only
 * announces who calls.
 *
 * Credentials pass through here: header lines, SOCKS users and passwords. They
 * are stepped over, never kept. */
#include <stdio.h>
#include <string.h>

#include "dissectors/preface/grammar.h"

static void set_target(struct preface *p, const void *host, size_t host_len, uint16_t port)
{
    int kept = host_len < TARGET_MAX - 6 ? (int)host_len : TARGET_MAX - 6;
    snprintf(p->target, sizeof p->target, "%.*s:%u", kept, (const char *)host, port);
}

static void set_target_address(struct preface *p, const struct address *host, uint16_t port)
{
    char text[ADDRESS_TEXT_LEN];
    address_text(host, text);
    set_target(p, text, strlen(text), port);
}

/* ---- HTTP CONNECT ---- */

/* step: which side is inside its header lines, and what the status line meant */
enum { IN_REQUEST = 1, IN_CONSENT = 2, IN_CONTINUE = 4 };

/* "CONNECT host:443 HTTP/1.1". What stands before an '@' would be credentials. */
static enum progress read_request_line(struct preface *p, struct line line)
{
    if (!line_begins(line, "CONNECT "))
        return NOT_OURS;
    line_word(&line);
    struct line target = line_word(&line);
    const char *at = target.len ? memrchr(target.bytes, '@', target.len) : NULL;
    if (at) {
        target.len -= (size_t)(at + 1 - target.bytes);
        target.bytes = at + 1;
    }
    size_t kept = target.len < TARGET_MAX ? target.len : TARGET_MAX;
    memcpy(p->target, target.bytes, kept);
    p->target[kept] = 0;
    p->step |= IN_REQUEST;
    return ASKED;
}

/* "HTTP/1.1 407 Proxy Authentication Required" */
static int64_t status_of(struct line line)
{
    if (!line_begins(line, "HTTP/"))
        return -1;
    line_word(&line);
    int64_t status = 0;
    struct line digits = line_word(&line);
    if (digits.len != 3)
        return -1;
    for (size_t i = 0; i < 3; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9')
            return -1;
        status = status * 10 + (digits.bytes[i] - '0');
    }
    return status;
}

static enum progress read_status_line(struct preface *p, struct line line)
{
    int64_t status = status_of(line);
    if (status >= 100 && status < 200)
        p->step |= IN_CONTINUE;
    else if (status >= 200 && status < 300)
        p->step |= IN_CONSENT;
    else {
        p->wants_credentials = status == 407;
        return preface_refuse(p, status, line.bytes, line.len);
    }
    return GO_ON;
}

static enum progress read_connect(struct preface *p, enum side side, struct reader *r)
{
    struct line line;
    uint8_t mine = side == CLIENT ? IN_REQUEST : IN_CONSENT | IN_CONTINUE;
    if (!preface_line(p, side, r, '\n', &line))
        return GO_ON;
    if (!(p->step & mine))
        return side == CLIENT ? read_request_line(p, line) : read_status_line(p, line);
    if (line.len) /* a header line */
        return GO_ON;
    bool granted = side == SERVER && p->step & IN_CONSENT;
    p->step &= (uint8_t)~mine;
    return granted ? GRANTED : GO_ON;
}

static enum recognition is_connect(struct reader bytes)
{
    return preface_begins(bytes, "CONNECT ");
}

/* ---- SOCKS 5 ---- */

enum { METHOD_PASSWORD = 2, METHOD_NONE_FITS = 0xff, SOCKS_CONNECT = 1 };

/* step: what has passed so far. Sides are kept apart, for a client may send its
 * request before it has heard which method was chosen. */
enum { GREETED = 1, METHOD_CHOSEN = 2, OFFERED_PASSWORD = 4 };

static const char *socks5_meaning(uint8_t code)
{
    static const char *const meanings[] = { "succeeded",
                                            "general SOCKS server failure",
                                            "connection not allowed by ruleset",
                                            "network unreachable",
                                            "host unreachable",
                                            "connection refused",
                                            "TTL expired",
                                            "command not supported",
                                            "address type not supported" };
    return code < sizeof meanings / sizeof meanings[0] ? meanings[code] : "unassigned reply";
}

static enum progress refuse_for(struct preface *p, uint8_t code, const char *meaning,
                                bool credentials)
{
    p->wants_credentials = credentials;
    return preface_refuse(p, code, meaning, strlen(meaning));
}

static enum progress read_socks5_greeting(struct preface *p, struct reader *r)
{
    struct reader methods = reader_take(r, reader_u8(r));
    bool password = false;
    while (reader_left(&methods))
        password = reader_u8(&methods) == METHOD_PASSWORD || password;
    if (!reader_ok(r))
        return GO_ON;
    p->step |= GREETED | (password ? OFFERED_PASSWORD : 0);
    return ASKED;
}

/* Where a tunnel is to lead, RFC 1928 §5: an address, or a name to be looked up. */
struct destination {
    bool known; /* its type is one of the three */
    struct address address;
    struct reader name;
    uint16_t port;
};

static struct destination take_destination(struct reader *r)
{
    struct destination d = { .known = true };
    uint8_t type = reader_u8(r);
    if (type == 3)
        d.name = reader_take(r, reader_u8(r));
    else
        d.address.len = type == 1 ? 4 : type == 4 ? 16 : 0;
    d.known = type == 3 || d.address.len;
    reader_copy(r, d.address.bytes, d.address.len);
    d.port = reader_u16(r);
    return d;
}

static void set_destination(struct preface *p, const struct destination *d)
{
    if (d->address.len)
        set_target_address(p, &d->address, d->port);
    else
        set_target(p, d->name.at, reader_left(&d->name), d->port);
}

static enum progress read_socks5_request(struct preface *p, struct reader *r)
{
    uint8_t command = reader_u8(r);
    reader_skip(r, 1);
    struct destination d = take_destination(r);
    if (!reader_ok(r))
        return GO_ON;
    if (!d.known || command != SOCKS_CONNECT)
        return NOT_OURS;
    set_destination(p, &d);
    return GO_ON;
}

/* RFC 1929: version 1, user, password. */
static enum progress read_socks5_password(struct reader *r)
{
    reader_skip(r, reader_u8(r));
    reader_skip(r, reader_u8(r));
    return GO_ON;
}

static enum progress read_socks5_client(struct preface *p, struct reader *r)
{
    uint8_t version = reader_u8(r);
    if (!reader_ok(r))
        return GO_ON;
    if (version == 1 && p->step & GREETED)
        return read_socks5_password(r);
    if (version != 5 || p->refused)
        return NOT_OURS;
    return p->step & GREETED ? read_socks5_request(p, r) : read_socks5_greeting(p, r);
}

static enum progress read_socks5_method(struct preface *p, struct reader *r)
{
    uint8_t method = reader_u8(r);
    if (!reader_ok(r))
        return GO_ON;
    p->step |= METHOD_CHOSEN;
    if (method == METHOD_NONE_FITS)
        return refuse_for(p, method, "no acceptable authentication method",
                          !(p->step & OFFERED_PASSWORD));
    return method == 0 || method == METHOD_PASSWORD ? GO_ON : NOT_OURS;
}

static enum progress read_socks5_reply(struct preface *p, struct reader *r)
{
    uint8_t code = reader_u8(r);
    if (reader_ok(r) && code != 0) /* some servers send no address then */
        return refuse_for(p, code, socks5_meaning(code), false);
    reader_skip(r, 1);
    return take_destination(r).known ? GRANTED : NOT_OURS;
}

static enum progress read_socks5_server(struct preface *p, struct reader *r)
{
    uint8_t version = reader_u8(r);
    if (!reader_ok(r))
        return GO_ON;
    if (version == 1 && p->step & METHOD_CHOSEN) {
        uint8_t status = reader_u8(r);
        return reader_ok(r) && status
                   ? refuse_for(p, status, "user name or password rejected", true)
                   : GO_ON;
    }
    if (version != 5)
        return NOT_OURS;
    return p->step & METHOD_CHOSEN ? read_socks5_reply(p, r) : read_socks5_method(p, r);
}

static enum progress read_socks5(struct preface *p, enum side side, struct reader *r)
{
    return side == CLIENT ? read_socks5_client(p, r) : read_socks5_server(p, r);
}

/* A greeting is all that a client says before it is answered. */
static enum recognition is_socks5(struct reader bytes)
{
    uint8_t version = reader_u8(&bytes), count = reader_u8(&bytes);
    if (version != 5 || (reader_ok(&bytes) && (count == 0 || count > 10)))
        return NOT_MINE;
    for (uint8_t i = 0; i < count; i++) {
        uint8_t method = reader_u8(&bytes);
        if (method > 9 && method < 0x80)
            return NOT_MINE;
    }
    return !reader_ok(&bytes) ? MAYBE_MINE : reader_left(&bytes) == 0 ? MINE : NOT_MINE;
}

/* ---- SOCKS 4 and 4a ---- */

static const char *socks4_meaning(uint8_t code)
{
    return code == 91   ? "request rejected or failed"
           : code == 92 ? "no identd on the client"
           : code == 93 ? "identd names another user"
                        : "unassigned reply";
}

/* Takes a string and its NUL; an endless one is not SOCKS. */
static struct reader take_string(struct reader *r)
{
    size_t left = reader_left(r), look = left < 512 ? left : 512;
    const uint8_t *end = look ? memchr(r->at, 0, look) : NULL;
    struct reader string = reader_take(r, end           ? (size_t)(end - r->at)
                                          : look == 512 ? look
                                                        : left + 1);
    reader_skip(r, 1);
    return string;
}

/* What the client says behind version and command. In 4a the address is 0.0.0.x,
 * and a name follows. */
static struct destination take_socks4_destination(struct reader *r)
{
    struct destination d = { .port = reader_u16(r) };
    d.address.len = 4;
    reader_copy(r, d.address.bytes, 4);
    take_string(r); /* who the client says it is */
    if (memcmp(d.address.bytes, "\0\0\0", 3) == 0 && d.address.bytes[3]) {
        d.name = take_string(r);
        d.address.len = 0;
    }
    return d;
}

static enum progress read_socks4_reply(struct preface *p, struct reader *r)
{
    uint8_t version = reader_u8(r), code = reader_u8(r);
    reader_skip(r, 6);
    if (!reader_ok(r))
        return GO_ON;
    if (version != 0 || code == 90)
        return version ? NOT_OURS : GRANTED;
    return refuse_for(p, code, socks4_meaning(code), code == 92 || code == 93);
}

static enum progress read_socks4(struct preface *p, enum side side, struct reader *r)
{
    if (side == SERVER)
        return read_socks4_reply(p, r);
    uint8_t version = reader_u8(r), command = reader_u8(r);
    struct destination d = take_socks4_destination(r);
    if (!reader_ok(r))
        return GO_ON;
    if (version != 4 || command != SOCKS_CONNECT || p->refused)
        return NOT_OURS;
    set_destination(p, &d);
    return ASKED;
}

static enum recognition is_socks4(struct reader bytes)
{
    uint8_t version = reader_u8(&bytes), command = reader_u8(&bytes);
    if (version != 4 || command > 2 || (reader_ok(&bytes) && command == 0))
        return NOT_MINE;
    struct destination d = take_socks4_destination(&bytes);
    if (!reader_ok(&bytes))
        return MAYBE_MINE;
    return d.port && reader_left(&bytes) == 0 ? MINE : NOT_MINE;
}

/* ---- the PROXY protocol ---- */

static const uint8_t proxy_signature[12] = "\r\n\r\n\0\r\nQUIT\n";

/* The first message, and the only one: nobody answers it. */
static enum progress read_announcement(struct preface *p, enum side side, struct reader *r)
{
    struct line line;
    if (side == SERVER)
        return NOT_OURS;
    if (reader_left(r) && r->at[0] == 'P')
        return preface_line(p, side, r, '\n', &line) ? GRANTED : GO_ON;
    reader_skip(r, sizeof proxy_signature + 2);
    reader_skip(r, reader_u16(r));
    return reader_ok(r) ? GRANTED : GO_ON;
}

static enum recognition is_announcement(struct reader bytes)
{
    size_t left = reader_left(&bytes);
    size_t common = left < sizeof proxy_signature ? left : sizeof proxy_signature;
    if (memcmp(bytes.at, proxy_signature, common) == 0)
        return common == sizeof proxy_signature ? MINE : MAYBE_MINE;
    enum recognition known = preface_begins(bytes, "PROXY TCP");
    return known == NOT_MINE ? preface_begins(bytes, "PROXY UNKNOWN") : known;
}

const struct grammar proxy_grammars[] = {
    { "http-connect", CLIENT, false, is_connect, read_connect },
    { "socks5", CLIENT, true, is_socks5, read_socks5 },
    { "socks4", CLIENT, true, is_socks4, read_socks4 },
    { "proxy-protocol", CLIENT, false, is_announcement, read_announcement },
    { NULL, NOBODY, false, NULL, NULL },
};
