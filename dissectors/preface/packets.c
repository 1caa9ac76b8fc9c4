/* packets.c - binary protocols in which a client asks for TLS: PostgreSQL, MySQL,
 * LDAP (RFC 4511 §4.14) and RDP. */
#include <string.h>

#include "dissectors/preface/grammar.h"

/* ---- PostgreSQL ---- */

enum { POSTGRESQL_TLS = 80877103, POSTGRESQL_GSS = 80877104 };

/* step: which of the two the client asked for last */
static enum progress read_postgresql(struct preface *p, enum side side, struct reader *r)
{
    if (side == CLIENT) {
        uint32_t len = reader_u32(r), code = reader_u32(r);
        if (!reader_ok(r) || len != 8 || (code != POSTGRESQL_TLS && code != POSTGRESQL_GSS))
            return NOT_OURS; /* a start without encryption */
        p->step = code == POSTGRESQL_TLS;
        return p->step ? ASKED : GO_ON;
    }
    uint8_t answer = reader_u8(r);
    if (!p->step) /* about GSS: a no is followed by the question for TLS */
        return answer == 'N' ? GO_ON : NOT_OURS;
    return answer == 'S' ? GRANTED : answer == 'N' ? preface_refuse(p, -1, "N", 1) : NOT_OURS;
}

static enum recognition is_postgresql(struct reader bytes)
{
    uint32_t len = reader_u32(&bytes), code = reader_u32(&bytes);
    if (!reader_ok(&bytes))
        return len == 0 || len == 8 ? MAYBE_MINE : NOT_MINE;
    return len == 8 && (code == POSTGRESQL_TLS || code == POSTGRESQL_GSS) ? MINE : NOT_MINE;
}

/* ---- MySQL ---- */

enum { MYSQL_CLIENT_SSL = 0x0800, MYSQL_PACKET_MAX = 1024 };

static struct reader take_mysql_packet(struct reader *r, uint8_t *number)
{
    uint32_t len = reader_le16(r);
    len |= (uint32_t)reader_u8(r) << 16;
    *number = reader_u8(r);
    return reader_take(r, len);
}

/* The greeting, then either a request of 32 bytes and TLS at once, or a login,
 * which is none of our business. */
static enum progress read_mysql(struct preface *p, enum side side, struct reader *r)
{
    uint8_t number;
    struct reader packet = take_mysql_packet(r, &number);
    if (!reader_ok(r))
        return GO_ON;
    size_t len = reader_left(&packet);
    uint16_t capabilities = reader_le16(&packet);
    if (side == CLIENT)
        return number == 1 && len == 32 && capabilities & MYSQL_CLIENT_SSL ? ASKED : NOT_OURS;
    return p->asked ? NOT_OURS : GO_ON;
}

static enum recognition is_mysql(struct reader bytes)
{
    uint32_t len = reader_le16(&bytes);
    len |= (uint32_t)reader_u8(&bytes) << 16;
    uint8_t number = reader_u8(&bytes), protocol = reader_u8(&bytes), version = reader_u8(&bytes);
    if (!reader_ok(&bytes))
        return MAYBE_MINE;
    bool sized = len >= 32 && len <= MYSQL_PACKET_MAX;
    return sized && number == 0 && protocol == 10 && version >= '1' && version <= '9' ? MINE
                                                                                      : NOT_MINE;
}

/* ---- LDAP ---- */

enum { LDAP_MESSAGE_MAX = 4096, LDAP_EXTENDED_REQUEST = 0x77, LDAP_EXTENDED_RESPONSE = 0x78 };

static const char start_tls[] = "1.3.6.1.4.1.1466.20037";

/* One element of BER; what is longer than a message may be is malformed. */
static struct reader take_element(struct reader *r, uint8_t *tag)
{
    *tag = reader_u8(r);
    size_t len = reader_u8(r);
    if (len == 0x81)
        len = reader_u8(r);
    else if (len == 0x82)
        len = reader_u16(r);
    else if (len == 0x83)
        len = reader_u24(r);
    else if (len == 0x84) /* as Active Directory writes even short ones */
        len = reader_u32(r);
    if (reader_ok(r) && len > LDAP_MESSAGE_MAX)
        return (struct reader){ r->at, r->at, READER_MALFORMED, false };
    return reader_take(r, len);
}

/* Takes an LDAPMessage and gives its operation. */
static struct reader take_operation(struct reader *r, uint8_t *operation)
{
    uint8_t tag;
    struct reader message = take_element(r, &tag);
    if (tag != 0x30)
        message.status = READER_MALFORMED;
    take_element(&message, &tag); /* its number */
    return take_element(&message, operation);
}

static bool asks_for_tls(struct reader request)
{
    uint8_t tag;
    struct reader name = take_element(&request, &tag);
    return reader_left(&name) == sizeof start_tls - 1 &&
           memcmp(name.at, start_tls, sizeof start_tls - 1) == 0;
}

/* LDAPResult: code, matched name, and a message for people. */
static enum progress read_ldap_response(struct preface *p, struct reader response)
{
    uint8_t tag;
    struct reader code = take_element(&response, &tag);
    uint8_t status = reader_u8(&code);
    take_element(&response, &tag);
    struct reader message = take_element(&response, &tag);
    if (!reader_ok(&response) || !reader_ok(&code))
        return NOT_OURS;
    return status ? preface_refuse(p, status, message.at, reader_left(&message)) : GRANTED;
}

static enum progress read_ldap(struct preface *p, enum side side, struct reader *r)
{
    uint8_t tag;
    struct reader operation = take_operation(r, &tag);
    if (!reader_ok(r))
        return GO_ON;
    if (!reader_ok(&operation))
        return NOT_OURS;
    if (side == SERVER)
        return tag == LDAP_EXTENDED_RESPONSE ? read_ldap_response(p, operation) : GO_ON;
    return tag == LDAP_EXTENDED_REQUEST && asks_for_tls(operation) ? ASKED : NOT_OURS;
}

static enum recognition is_ldap(struct reader bytes)
{
    uint8_t tag;
    if (reader_left(&bytes) && bytes.at[0] != 0x30)
        return NOT_MINE;
    struct reader operation = take_operation(&bytes, &tag);
    if (!reader_ok(&bytes))
        return MAYBE_MINE;
    return tag == LDAP_EXTENDED_REQUEST && asks_for_tls(operation) ? MINE : NOT_MINE;
}

/* ---- RDP ---- */

/* [MS-RDPBCGR] §2.2.1.1 and §2.2.1.2: what follows the X.224 header. */
enum { RDP_REQUEST = 1, RDP_RESPONSE = 2, RDP_FAILURE = 3, RDP_PACKET_MAX = 512 };

struct rdp_packet {
    uint8_t code; /* of X.224, 0 when this is none */
    uint8_t type;
    uint32_t value;
};

/* The negotiation is the last 8 bytes: a routing token or user may come before. */
static struct rdp_packet take_rdp_packet(struct reader *r)
{
    struct rdp_packet packet = { 0 };
    uint16_t version = reader_u16(r), len = reader_u16(r);
    if (!reader_ok(r) || version != 0x0300 || len < 11 || len > RDP_PACKET_MAX)
        return packet;
    struct reader body = reader_take(r, len - 4u);
    reader_skip(&body, 1);
    packet.code = reader_u8(&body);
    if (reader_left(&body) < 13)
        return packet;
    reader_skip(&body, reader_left(&body) - 8);
    packet.type = reader_u8(&body);
    reader_skip(&body, 3);
    struct reader value = body;
    packet.value = reader_le32(&value);
    return packet;
}

static const char *rdp_failure(uint32_t code)
{
    static const char *const meanings[] = { "unknown failure",
                                            "the server requires TLS",
                                            "the server does not allow TLS",
                                            "the server has no certificate",
                                            "inconsistent flags",
                                            "the server requires CredSSP",
                                            "the server requires TLS with a client certificate" };
    return meanings[code < sizeof meanings / sizeof meanings[0] ? code : 0];
}

static enum progress read_rdp(struct preface *p, enum side side, struct reader *r)
{
    struct rdp_packet packet = take_rdp_packet(r);
    if (!reader_ok(r))
        return GO_ON;
    if (side == CLIENT)
        return packet.code == 0xe0 && packet.type == RDP_REQUEST && packet.value ? ASKED : NOT_OURS;
    if (packet.code == 0xd0 && packet.type == RDP_FAILURE)
        return preface_refuse(p, packet.value, rdp_failure(packet.value),
                              strlen(rdp_failure(packet.value)));
    return packet.code == 0xd0 && packet.type == RDP_RESPONSE && packet.value ? GRANTED : NOT_OURS;
}

static enum recognition is_rdp(struct reader bytes)
{
    struct reader head = bytes;
    uint16_t version = reader_u16(&head), len = reader_u16(&head);
    if (reader_ok(&head) && (version != 0x0300 || len < 11 || len > RDP_PACKET_MAX))
        return NOT_MINE;
    if (!reader_ok(&head) && reader_left(&bytes) && bytes.at[0] != 3)
        return NOT_MINE;
    struct rdp_packet packet = take_rdp_packet(&bytes);
    if (!reader_ok(&bytes))
        return MAYBE_MINE;
    return packet.code == 0xe0 && packet.type == RDP_REQUEST && packet.value ? MINE : NOT_MINE;
}

const struct grammar packet_grammars[] = {
    { "postgresql", CLIENT, false, is_postgresql, read_postgresql },
    { "mysql", SERVER, false, is_mysql, read_mysql },
    { "ldap", CLIENT, false, is_ldap, read_ldap },
    { "rdp", CLIENT, false, is_rdp, read_rdp },
    { NULL, NOBODY, false, NULL, NULL },
};
