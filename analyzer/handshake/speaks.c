/* speaks.c - see speaks.h. Protocols that begin with a word of their own are in
 * a table of words; the others have a small matcher each, asked in turn. */
#include "handshake/speaks.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/reader.h"

enum { TEXT_LOOK = 512 }; /* bytes of a text that are looked through for a word */

/* ---- texts ---- */

static const struct {
    const char *word, *protocol;
} words[] = {
    { "SSH-", "ssh" },
    { "PRI * HTTP/2.0\r\n", "http2" },
    { "AMQP", "amqp" },
    { "STOMP\n", "stomp" },
    { "STOMP\r\n", "stomp" },
    { "CONNECT\n", "stomp" },
    { "CONNECT\r\n", "stomp" },
    { "CONNECTED\n", "stomp" },
    { "EHLO ", "smtp" },
    { "HELO ", "smtp" },
    { "LHLO ", "smtp" },
    { "* OK", "imap" },
    { "* PREAUTH", "imap" },
    { "* BYE", "imap" },
    { "AUTH TLS\r\n", "ftp" },
    { "<stream:stream", "xmpp" },
    { "<?xml version='1.0'?><stream:stream", "xmpp" },
    { "<?xml version=\"1.0\"?><stream:stream", "xmpp" },
    { "-NOAUTH ", "redis" },
    { "-DENIED Redis", "redis" },
    { "-ERR unknown command", "redis" },
    { "PING\r\n", "redis" },
    { "+PONG\r\n", "redis" },
    { "RFB 00", "vnc" },
    { "INFO {\"server_id\"", "nats" },
    { "CAP LS", "irc" },
    { "RTSP/1.0 ", "rtsp" },
    { "SIP/2.0 ", "sip" },
    { "HELF", "opcua" },
    { "ACKF", "opcua" },
};

static const char *const methods[] = { "GET ",    "HEAD ",    "POST ",  "PUT ",
                                       "DELETE ", "OPTIONS ", "PATCH ", "CONNECT " };

static bool begins(const struct reader *r, const char *word)
{
    size_t len = strlen(word);
    return reader_left(r) >= len && memcmp(r->at, word, len) == 0;
}

static bool has_word(const struct reader *r, const char *word)
{
    size_t len = strlen(word), left = reader_left(r);
    if (left > TEXT_LOOK)
        left = TEXT_LOOK;
    for (size_t i = 0; i + len <= left; i++)
        if (strncasecmp((const char *)r->at + i, word, len) == 0)
            return true;
    return false;
}

static const char *find_word(struct reader r)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (begins(&r, words[i].word))
            return words[i].protocol;
    return NULL;
}

/* Request or status line. What asks for, or agrees to, a WebSocket is named so; RTSP and
 * SIP have methods of the same names. */
static const char *find_http(struct reader r)
{
    bool http = begins(&r, "HTTP/1.") || begins(&r, "HTTP/2");
    for (size_t i = 0; i < sizeof methods / sizeof methods[0] && !http; i++)
        http = begins(&r, methods[i]) && reader_left(&r) > strlen(methods[i]) &&
               r.at[strlen(methods[i])] > ' ';
    if (!http)
        return NULL;
    if (has_word(&r, " RTSP/1.0\r"))
        return "rtsp";
    if (has_word(&r, " SIP/2.0\r"))
        return "sip";
    return has_word(&r, "\nUpgrade: websocket") ? "websocket" : "http";
}

/* SMTP and FTP greet alike; most of them say which they are. */
static const char *find_greeting(struct reader r)
{
    if (begins(&r, "554 ") || begins(&r, "554-"))
        return "smtp";
    if (!begins(&r, "220 ") && !begins(&r, "220-"))
        return NULL;
    return has_word(&r, "SMTP") || has_word(&r, "mail") ? "smtp"
           : has_word(&r, "FTP")                        ? "ftp"
                                                        : NULL;
}

/* POP3 greets with more than its "+OK", Redis answers with no more than that. */
static const char *find_plus_ok(struct reader r)
{
    if (begins(&r, "+OK\r\n"))
        return "redis";
    return begins(&r, "+OK ") ? "pop3" : NULL;
}

/* RESP: an array of bulk strings, "*2\r\n$4\r\nAUTH". */
static const char *find_resp(struct reader r)
{
    if (reader_u8(&r) != '*')
        return NULL;
    uint8_t c = reader_u8(&r);
    if (c < '1' || c > '9')
        return NULL;
    while (c >= '0' && c <= '9')
        c = reader_u8(&r);
    return c == '\r' && begins(&r, "\n$") ? "redis" : NULL;
}

/* Eight characters that can be seen, or a shorter line that ended. */
static const char *find_text(struct reader r)
{
    bool ended = false;
    size_t seen = 0;
    for (; reader_left(&r) && seen < TEXT_LOOK; seen++) {
        uint8_t c = reader_u8(&r);
        if (c >= 0x7f || (c < ' ' && c != '\t' && c != '\r' && c != '\n'))
            return NULL;
        ended = ended || c == '\n';
    }
    return seen >= 8 || (ended && seen >= 4) ? "text" : NULL;
}

/* ---- binary ones over TCP ---- */

static bool is_tls_version(uint16_t version)
{
    return version >= 0x0300 && version <= 0x0304;
}

/* A record of any type, or a hello in SSL 2 form (RFC 5246 appendix E.2). */
static const char *find_tls(struct reader r)
{
    struct reader two = r;
    uint8_t type = reader_u8(&r);
    uint16_t version = reader_u16(&r), len = reader_u16(&r);
    if (reader_ok(&r) && type >= 20 && type <= 24 && is_tls_version(version) && len > 0 &&
        len <= (1 << 14) + 2048)
        return "tls";
    uint16_t header = reader_u16(&two);
    uint8_t message = reader_u8(&two);
    version = reader_u16(&two);
    bool hello = reader_ok(&two) && header & 0x8000 && (header & 0x7fff) >= 9 && message == 1;
    return hello && (version == 0x0002 || is_tls_version(version)) ? "tls" : NULL;
}

static uint32_t mqtt_remaining(struct reader *r)
{
    uint32_t len = 0;
    for (int shift = 0; shift < 28; shift += 7) {
        uint8_t c = reader_u8(r);
        len |= (uint32_t)(c & 0x7f) << shift;
        if (!(c & 0x80))
            break;
    }
    return len;
}

static bool is_mqtt_connect(struct reader r)
{
    uint16_t len = reader_u16(&r);
    return (len == 4 && begins(&r, "MQTT")) || (len == 6 && begins(&r, "MQIsdp"));
}

/* CONNACK: flags, code, and in version 5 properties; codes as each version has them. */
static bool is_mqtt_connack(struct reader r, uint32_t remaining)
{
    if (reader_left(&r) != remaining)
        return false;
    uint8_t flags = reader_u8(&r), code = reader_u8(&r);
    bool old = remaining == 2 && code <= 5, five = remaining > 2 && (code == 0 || code >= 0x80);
    return reader_ok(&r) && flags <= 1 && (old || five);
}

static const char *find_mqtt(struct reader r)
{
    uint8_t type = reader_u8(&r);
    uint32_t remaining = mqtt_remaining(&r);
    bool mqtt =
        (type == 0x10 && is_mqtt_connect(r)) || (type == 0x20 && is_mqtt_connack(r, remaining));
    return mqtt ? "mqtt" : NULL;
}

/* A packet with a length, its number 0 and protocol 10: the server's greeting. */
static const char *find_mysql(struct reader r)
{
    uint32_t len = reader_u8(&r);
    len |= (uint32_t)reader_u8(&r) << 8 | (uint32_t)reader_u8(&r) << 16;
    uint8_t number = reader_u8(&r), protocol = reader_u8(&r), first = reader_u8(&r);
    if (!reader_ok(&r) || number != 0 || len < 32 || len > 512)
        return NULL;
    bool greeting = protocol == 10 && first >= '0' && first <= '9';
    bool error = protocol == 0xff && reader_u8(&r) == 0x04; /* 1040 and its like */
    return greeting || error ? "mysql" : NULL;
}

/* Protocol 3.0, or the codes of a request for TLS, GSS or to cancel; the server's
 * side is known by its ErrorResponse only. */
static const char *find_postgresql(struct reader r)
{
    struct reader error = r;
    uint32_t len = reader_u32(&r), code = reader_u32(&r);
    bool startup = code == 0x00030000 && len >= 9 && len <= 10000;
    bool request = code >= 0x04d2162e && code <= 0x04d21630 && (len == 8 || len == 16);
    if (reader_ok(&r) && (startup || request))
        return "postgresql";
    uint8_t type = reader_u8(&error);
    len = reader_u32(&error);
    return type == 'E' && len < 4096 && reader_u8(&error) == 'S' && reader_left(&error) > 0
               ? "postgresql"
               : NULL;
}

/* An LDAPMessage: SEQUENCE, INTEGER, and an operation one may begin with. */
static const char *find_ldap(struct reader r)
{
    if (reader_u8(&r) != 0x30)
        return NULL;
    uint8_t len = reader_u8(&r);
    if (len >= 0x80)
        reader_skip(&r, len <= 0x84 ? len & 0x7f : SIZE_MAX);
    uint8_t type = reader_u8(&r), id_len = reader_u8(&r);
    reader_skip(&r, id_len);
    uint8_t operation = reader_u8(&r);
    bool may_begin = operation == 0x60 || operation == 0x61 || operation == 0x63 ||
                     operation == 0x77 || operation == 0x78;
    return reader_ok(&r) && type == 2 && id_len >= 1 && id_len <= 4 && may_begin ? "ldap" : NULL;
}

/* Greetings and answers are short, and nothing follows them. RFC 1928 §3. */
static const char *find_socks5(struct reader r)
{
    size_t left = reader_left(&r);
    uint8_t version = reader_u8(&r), count = reader_u8(&r);
    if (version != 5 || left < 2)
        return NULL;
    bool methods_offered = count >= 1 && count <= 8 && left == 2u + count;
    bool method_chosen = left == 2 && (count == 0 || count == 2 || count == 0xff);
    return methods_offered || method_chosen ? "socks" : NULL;
}

static const char *find_socks4(struct reader r)
{
    size_t left = reader_left(&r);
    if (left < 9 || reader_u8(&r) != 4)
        return NULL;
    uint8_t command = reader_u8(&r);
    uint16_t port = reader_u16(&r);
    return (command == 1 || command == 2) && port && r.end[-1] == 0 ? "socks" : NULL;
}

/* TPKT and an X.224 connection request or confirm (MS-RDPBCGR §2.2.1). */
static const char *find_rdp(struct reader r)
{
    uint16_t version = reader_u16(&r), len = reader_u16(&r);
    uint8_t left = reader_u8(&r), code = reader_u8(&r);
    bool sized = reader_ok(&r) && version == 0x0300 && len >= 11 && left == len - 5;
    return sized && (code == 0xe0 || code == 0xd0) ? "rdp" : NULL;
}

/* SETTINGS is the first frame either side sends (RFC 9113 §3.4). */
static const char *find_http2(struct reader r)
{
    uint32_t len = reader_u24(&r);
    uint8_t type = reader_u8(&r), flags = reader_u8(&r);
    uint32_t stream = reader_u32(&r);
    return reader_ok(&r) && len % 6 == 0 && len <= 120 && type == 4 && flags == 0 && stream == 0
               ? "http2"
               : NULL;
}

/* Modbus over TCP: protocol 0, a length that fits, and a function of the standard's or
 * an exception to one (bit 7). */
static const char *find_modbus(struct reader r)
{
    reader_skip(&r, 2);
    uint16_t protocol = reader_u16(&r), len = reader_u16(&r);
    bool whole = reader_left(&r) == len;
    reader_skip(&r, 1);
    uint8_t function = reader_u8(&r) & 0x7f;
    bool known = (function >= 1 && function <= 8) || (function >= 15 && function <= 17) ||
                 (function >= 20 && function <= 24) || function == 43;
    return reader_ok(&r) && protocol == 0 && len >= 3 && len <= 254 && whole && known ? "modbus"
                                                                                      : NULL;
}

/* Capabilities come first when CoAP runs over TCP (RFC 8323 §5.3). */
static const char *find_coap_tcp(struct reader r)
{
    uint8_t first = reader_u8(&r);
    if (first >> 4 == 13)
        reader_skip(&r, 1);
    uint8_t code = reader_u8(&r);
    return reader_ok(&r) && code == 0xe1 && (first & 15) <= 8 && first >> 4 <= 13 ? "coap" : NULL;
}

/* ---- over UDP ---- */

static const char *find_dtls(struct reader r)
{
    uint8_t type = reader_u8(&r);
    uint16_t version = reader_u16(&r), epoch = reader_u16(&r);
    reader_skip(&r, 6);
    uint16_t len = reader_u16(&r);
    bool known = version == 0xfeff || version == 0xfefd || version == 0xfefc || version == 0x0100;
    return reader_ok(&r) && type >= 20 && type <= 26 && known && epoch < 16 && len > 0 ? "dtls"
                                                                                       : NULL;
}

/* Options are a chain of lengths: following it to the end tells CoAP from noise. */
static bool are_coap_options(struct reader *r)
{
    while (reader_left(r)) {
        uint8_t head = reader_u8(r), delta = head >> 4, len = head & 15;
        if (head == 0xff)
            return reader_left(r) > 0;
        if (delta == 15 || len == 15)
            return false;
        reader_skip(r, delta == 13 ? 1 : delta == 14 ? 2 : 0);
        size_t long_len = len == 13 ? 13u + reader_u8(r) : len == 14 ? 269u + reader_u16(r) : len;
        reader_skip(r, long_len);
        if (!reader_ok(r))
            return false;
    }
    return true;
}

static const char *find_coap(struct reader r)
{
    uint8_t first = reader_u8(&r), code = reader_u8(&r);
    reader_skip(&r, 2);
    reader_skip(&r, first & 15);
    bool known = (code >= 1 && code <= 7) || (code >> 5 == 2 && (code & 31) >= 1) ||
                 code >> 5 == 4 || code >> 5 == 5;
    bool empty = code == 0 && (first & 15) == 0 && reader_left(&r) == 0;
    if (!reader_ok(&r) || first >> 6 != 1 || (first & 15) > 8 || !(known || empty))
        return NULL;
    return are_coap_options(&r) ? "coap" : NULL;
}

/* One question of class IN or ANY, its name label by label. */
static const char *find_dns(struct reader r)
{
    reader_skip(&r, 2);
    uint16_t flags = reader_u16(&r), questions = reader_u16(&r);
    reader_skip(&r, 6);
    uint8_t label = reader_u8(&r);
    for (; label && label < 64 && reader_ok(&r); label = reader_u8(&r))
        reader_skip(&r, label);
    uint16_t type = reader_u16(&r), class = reader_u16(&r);
    bool plain = questions == 1 && (flags & 0x7840) == 0 && label == 0;
    return reader_ok(&r) && plain && type && ((class & 0x7fff) == 1 || class == 255) ? "dns" : NULL;
}

static const char *find_stun(struct reader r)
{
    uint16_t type = reader_u16(&r);
    reader_skip(&r, 2);
    return reader_u32(&r) == 0x2112a442 && type < 0x4000 ? "stun" : NULL;
}

/* A long header with a version that was ever in use. */
static const char *find_quic(struct reader r)
{
    uint8_t first = reader_u8(&r);
    uint32_t version = reader_u32(&r);
    bool known = version == 1 || version == 0x6b3343cf || version >> 8 == 0xff0000;
    return (first & 0xc0) == 0xc0 && known && reader_u8(&r) <= 20 && reader_ok(&r) ? "quic" : NULL;
}

static const struct {
    const char *(*find)(struct reader r);
    enum transport transport;
} matchers[] = {
    { find_tls, TRANSPORT_TCP },     { find_word, TRANSPORT_TCP },
    { find_http, TRANSPORT_TCP },    { find_greeting, TRANSPORT_TCP },
    { find_plus_ok, TRANSPORT_TCP }, { find_resp, TRANSPORT_TCP },
    { find_mqtt, TRANSPORT_TCP },    { find_postgresql, TRANSPORT_TCP },
    { find_mysql, TRANSPORT_TCP },   { find_ldap, TRANSPORT_TCP },
    { find_rdp, TRANSPORT_TCP },     { find_http2, TRANSPORT_TCP },
    { find_modbus, TRANSPORT_TCP },  { find_coap_tcp, TRANSPORT_TCP },
    { find_socks5, TRANSPORT_TCP },  { find_socks4, TRANSPORT_TCP },
    { find_text, TRANSPORT_TCP },    { find_dtls, TRANSPORT_UDP },
    { find_stun, TRANSPORT_UDP },    { find_quic, TRANSPORT_UDP },
    { find_dns, TRANSPORT_UDP },     { find_coap, TRANSPORT_UDP },
    { find_tls, TRANSPORT_UDP },     { find_http, TRANSPORT_UDP },
    { find_mqtt, TRANSPORT_UDP },    { find_text, TRANSPORT_UDP },
};

const char *speaks(const uint8_t *bytes, size_t len, enum transport transport)
{
    const char *protocol = NULL;
    for (size_t i = 0; i < sizeof matchers / sizeof matchers[0] && !protocol; i++)
        if (matchers[i].transport == transport)
            protocol = matchers[i].find(reader_over(bytes, len, false));
    return protocol;
}
