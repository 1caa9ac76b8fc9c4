/* packet.c - see packet.h. */
#include "dissectors/mqtt/packet.h"

#include "dissectors/mqtt/fields.h"

enum {
    BODY_MAX = 16384, /* what lies behind in a body is not read */
    TOPIC_LENGTH = 2, /* with the topic it is all that is read of a PUBLISH */
    TOPIC_MAX = 256,  /* and of a longer one nothing */
    SUBACK_REFUSED = 0x80,
};

static const int64_t SECOND_US = 1000000;

/* ---- headers ---- */

/* A number in up to four groups of seven bits, the lowest first, MQTT 5.0 §1.5.5;
 * false when a fifth is announced. */
static bool read_varint(struct reader *r, uint32_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
        uint8_t group = reader_u8(r);
        *value |= (uint32_t)(group & 0x7f) << shift;
        if (!(group & 0x80))
            return true;
    }
    return false;
}

void mqtt_header_read(struct mqtt_packet *p, struct reader *r)
{
    uint8_t first = reader_u8(r);
    *p = (struct mqtt_packet){ .type = first >> 4, .flags = first & 15 };
    p->overlong = !read_varint(r, &p->len);
    if (p->overlong)
        p->len = 0;
    size_t left = reader_left(r);
    p->body = left < p->len ? reader_over(r->at, left, true) : reader_over(r->at, p->len, false);
}

/* Of a message's body the topic alone is looked at, where it is of the usual kind. */
static uint32_t topic_end(struct reader r)
{
    uint16_t len = reader_u16(&r);
    return TOPIC_LENGTH + (reader_ok(&r) && len <= TOPIC_MAX ? len : 0u);
}

void mqtt_packet_read(struct mqtt_packet *p, struct reader *r)
{
    mqtt_header_read(p, r);
    uint32_t most = p->type == PACKET_PUBLISH ? topic_end(*r) : BODY_MAX;
    uint32_t wanted = p->len < most ? p->len : most;
    p->body = reader_take(r, wanted);
    p->unread = p->len - wanted;
    p->body.open = p->unread > 0;
}

static bool next_is(struct reader *r, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (reader_u8(r) != (uint8_t)bytes[i])
            return false;
    return true;
}

bool mqtt_begins_connect(struct reader *r)
{
    uint32_t len;
    if (reader_u8(r) >> 4 != PACKET_CONNECT || !read_varint(r, &len))
        return false;
    if (reader_u8(r) != 0)
        return false;
    uint8_t name_len = reader_u8(r);
    if (name_len == 4)
        return next_is(r, "MQTT", 4) && len >= 6;
    return name_len == 6 && next_is(r, "MQIsdp", 6) && len >= 8;
}

/* ---- properties ---- */

enum kind { KIND_BYTE = 1, KIND_U16, KIND_U32, KIND_VARINT, KIND_STRING, KIND_BINARY, KIND_PAIR };

/* By identifier, MQTT 5.0 §2.2.2.2. */
static const uint8_t kinds[] = {
    [0x01] = KIND_BYTE,   [0x02] = KIND_U32,    [0x03] = KIND_STRING, [0x08] = KIND_STRING,
    [0x09] = KIND_BINARY, [0x0b] = KIND_VARINT, [0x11] = KIND_U32,    [0x12] = KIND_STRING,
    [0x13] = KIND_U16,    [0x15] = KIND_STRING, [0x16] = KIND_BINARY, [0x17] = KIND_BYTE,
    [0x18] = KIND_U32,    [0x19] = KIND_BYTE,   [0x1a] = KIND_STRING, [0x1c] = KIND_STRING,
    [0x1f] = KIND_STRING, [0x21] = KIND_U16,    [0x22] = KIND_U16,    [0x23] = KIND_U16,
    [0x24] = KIND_BYTE,   [0x25] = KIND_BYTE,   [0x26] = KIND_PAIR,   [0x27] = KIND_U32,
    [0x28] = KIND_BYTE,   [0x29] = KIND_BYTE,   [0x2a] = KIND_BYTE,
};

enum as { AS_NUMBER, AS_SECONDS, AS_BOOL, AS_TEXT, AS_COUNT };

/* Whose properties these are: a will's stand in the CONNECT's payload. */
enum owner {
    OF_CONNECT,
    OF_WILL,
    OF_CONNACK,
    OF_DISCONNECT,
    OF_AUTH,
    OF_SUBSCRIBE,
    OF_SUBACK,
    OF_PUBACK,
};

/* What is told of properties; the others are stepped over. */
static const struct {
    enum owner owner;
    uint8_t id;
    enum as as;
    enum mqtt_field field;
} told[] = {
    { OF_CONNECT, 0x11, AS_SECONDS, MQTT_SESSION_EXPIRY },
    { OF_CONNECT, 0x15, AS_TEXT, MQTT_AUTH_METHOD },
    { OF_CONNECT, 0x17, AS_BOOL, MQTT_REQUEST_PROBLEM_INFO },
    { OF_CONNECT, 0x19, AS_BOOL, MQTT_REQUEST_RESPONSE_INFO },
    { OF_CONNECT, 0x26, AS_COUNT, MQTT_USER_PROPERTIES },
    { OF_CONNECT, 0x21, AS_NUMBER, MQTT_RECEIVE_MAXIMUM },
    { OF_CONNECT, 0x22, AS_NUMBER, MQTT_TOPIC_ALIAS_MAXIMUM },
    { OF_CONNECT, 0x27, AS_NUMBER, MQTT_MAXIMUM_PACKET },
    { OF_WILL, 0x18, AS_SECONDS, MQTT_WILL_DELAY },
    { OF_CONNACK, 0x11, AS_SECONDS, MQTT_SERVER_SESSION_EXPIRY },
    { OF_CONNACK, 0x12, AS_TEXT, MQTT_ASSIGNED_CLIENT_ID },
    { OF_CONNACK, 0x13, AS_SECONDS, MQTT_SERVER_KEEP_ALIVE },
    { OF_CONNACK, 0x15, AS_TEXT, MQTT_AUTH_METHOD },
    { OF_CONNACK, 0x1a, AS_TEXT, MQTT_RESPONSE_INFORMATION },
    { OF_CONNACK, 0x1c, AS_TEXT, MQTT_SERVER_REFERENCE },
    { OF_CONNACK, 0x1f, AS_TEXT, MQTT_REASON },
    { OF_CONNACK, 0x21, AS_NUMBER, MQTT_SERVER_RECEIVE_MAXIMUM },
    { OF_CONNACK, 0x22, AS_NUMBER, MQTT_SERVER_TOPIC_ALIAS_MAXIMUM },
    { OF_CONNACK, 0x24, AS_NUMBER, MQTT_MAXIMUM_QOS },
    { OF_CONNACK, 0x25, AS_BOOL, MQTT_RETAIN_AVAILABLE },
    { OF_CONNACK, 0x26, AS_COUNT, MQTT_SERVER_USER_PROPERTIES },
    { OF_CONNACK, 0x27, AS_NUMBER, MQTT_SERVER_MAXIMUM_PACKET },
    { OF_CONNACK, 0x28, AS_BOOL, MQTT_WILDCARDS_AVAILABLE },
    { OF_CONNACK, 0x29, AS_BOOL, MQTT_SUBSCRIPTION_IDS_AVAILABLE },
    { OF_CONNACK, 0x2a, AS_BOOL, MQTT_SHARED_AVAILABLE },
    { OF_DISCONNECT, 0x11, AS_SECONDS, MQTT_LAST_SESSION_EXPIRY },
    { OF_DISCONNECT, 0x1c, AS_TEXT, MQTT_SERVER_REFERENCE },
    { OF_DISCONNECT, 0x1f, AS_TEXT, MQTT_DISCONNECT_REASON },
    { OF_AUTH, 0x15, AS_TEXT, MQTT_AUTH_METHOD },
    { OF_AUTH, 0x1f, AS_TEXT, MQTT_REASON },
    { OF_SUBACK, 0x1f, AS_TEXT, MQTT_SUBSCRIPTION_REASON },
    { OF_PUBACK, 0x1f, AS_TEXT, MQTT_PUBLISH_REASON },
};

static struct reader read_string(struct reader *r)
{
    uint16_t len = reader_u16(r);
    return reader_take(r, len);
}

static void read_number(struct reader *r, enum kind kind, uint32_t *number)
{
    if (kind == KIND_BYTE)
        *number = reader_u8(r);
    else if (kind == KIND_U16)
        *number = reader_u16(r);
    else if (kind == KIND_U32)
        *number = reader_u32(r);
    else
        read_varint(r, number);
}

static void tell(struct handshake *hs, enum owner owner, uint32_t id, uint32_t number,
                 const struct reader *text)
{
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        if (told[i].owner != owner || told[i].id != id)
            continue;
        if (told[i].as == AS_TEXT)
            handshake_set_text(hs, told[i].field, text->at, reader_left(text));
        else if (told[i].as == AS_SECONDS)
            handshake_set_duration(hs, told[i].field, number * SECOND_US);
        else if (told[i].as == AS_BOOL)
            handshake_set_bool(hs, told[i].field, number != 0);
        else if (told[i].as == AS_COUNT)
            handshake_set_number(hs, told[i].field, handshake_number_or(hs, told[i].field, 0) + 1);
        else
            handshake_set_number(hs, told[i].field, number);
    }
}

static const char *read_property(struct handshake *hs, enum owner owner, struct reader *r)
{
    uint32_t id, number = 0;
    struct reader text = reader_over(NULL, 0, false);
    read_varint(r, &id);
    enum kind kind = id < sizeof kinds ? kinds[id] : 0;
    if (!reader_ok(r))
        return NULL;
    if (!kind)
        return "a property that MQTT 5 does not have";
    if (kind < KIND_STRING)
        read_number(r, kind, &number);
    else
        text = read_string(r);
    if (kind == KIND_PAIR)
        read_string(r);
    if (reader_ok(r))
        tell(hs, owner, id, number, &text);
    return NULL;
}

static const char *read_properties(struct handshake *hs, enum owner owner, struct reader *body)
{
    uint32_t len;
    if (!read_varint(body, &len))
        return "a length of properties in more than four bytes";
    struct reader r = reader_take_some(body, len);
    while (reader_left(&r)) {
        const char *wrong = read_property(hs, owner, &r);
        if (wrong)
            return wrong;
    }
    return r.status == READER_MALFORMED ? "properties that run over their length" : NULL;
}

/* What a snap length cut is short, not wrong. */
static const char *if_broken(const struct reader *r, const char *wrong)
{
    return r->status == READER_MALFORMED ? wrong : NULL;
}

/* ---- CONNECT, MQTT 5.0 §3.1 ---- */

enum {
    FLAG_RESERVED = 0x01,
    FLAG_CLEAN_START = 0x02,
    FLAG_WILL = 0x04,
    FLAG_WILL_RETAIN = 0x20,
    FLAG_PASSWORD = 0x40,
    FLAG_USER_NAME = 0x80,
};

static const char *check_flags(uint8_t flags, uint8_t level)
{
    unsigned qos = flags >> 3 & 3;
    if (level < LEVEL_311)
        return NULL;
    if (flags & FLAG_RESERVED)
        return "a CONNECT with its reserved flag set";
    if (qos == 3)
        return "a will with quality of service 3";
    if (!(flags & FLAG_WILL) && (qos || flags & FLAG_WILL_RETAIN))
        return "a CONNECT with flags of a will and no will";
    if (level == LEVEL_311 && flags & FLAG_PASSWORD && !(flags & FLAG_USER_NAME))
        return "a password without a user name";
    return NULL;
}

static void tell_flags(struct handshake *hs, uint8_t flags)
{
    handshake_set_bool(hs, MQTT_CLEAN_START, flags & FLAG_CLEAN_START);
    handshake_set_bool(hs, MQTT_USER_NAME, flags & FLAG_USER_NAME);
    handshake_set_bool(hs, MQTT_PASSWORD, flags & FLAG_PASSWORD);
    handshake_set_bool(hs, MQTT_WILL, flags & FLAG_WILL);
    if (!(flags & FLAG_WILL))
        return;
    handshake_set_number(hs, MQTT_WILL_QOS, flags >> 3 & 3);
    handshake_set_bool(hs, MQTT_WILL_RETAIN, flags & FLAG_WILL_RETAIN);
}

static const char *read_will(struct handshake *hs, struct reader *body, uint8_t level)
{
    const char *wrong = level == LEVEL_5 ? read_properties(hs, OF_WILL, body) : NULL;
    struct reader topic = read_string(body);
    if (reader_ok(body))
        handshake_set_text(hs, MQTT_WILL_TOPIC, topic.at, reader_left(&topic));
    read_string(body); /* what it says is its owner's */
    return wrong;
}

/* Client id, will, user name and password, in this order, §3.1.3. */
static const char *read_connect_payload(struct handshake *hs, struct reader *body, uint8_t flags,
                                        uint8_t level)
{
    const char *wrong = NULL;
    struct reader id = read_string(body);
    if (reader_ok(body))
        handshake_set_text(hs, MQTT_CLIENT_ID, id.at, reader_left(&id));
    if (flags & FLAG_WILL)
        wrong = read_will(hs, body, level);
    if (flags & FLAG_USER_NAME)
        read_string(body);
    if (flags & FLAG_PASSWORD)
        read_string(body);
    if (wrong)
        return wrong;
    if (reader_left(body) && !body->open)
        return "a CONNECT with bytes behind its last field";
    return if_broken(body, "a CONNECT that is too short for its fields");
}

const char *mqtt_read_connect(struct handshake *hs, struct reader body, uint8_t *level)
{
    struct reader name = read_string(&body);
    uint8_t version = reader_u8(&body), flags = reader_u8(&body);
    uint16_t keep_alive = reader_u16(&body);
    if (!reader_ok(&body))
        return if_broken(&body, "a CONNECT that is too short for its fields");
    *level = version & ~LEVEL_BRIDGE;
    handshake_set_text(hs, MQTT_PROTOCOL_NAME, name.at, reader_left(&name));
    handshake_set_code(hs, MQTT_VERSION, *level);
    if (version & LEVEL_BRIDGE) /* mosquitto and others mark their bridges so */
        handshake_set_bool(hs, MQTT_BRIDGE, true);
    handshake_set_duration(hs, MQTT_KEEP_ALIVE, keep_alive * SECOND_US);
    tell_flags(hs, flags);

    const char *wrong = check_flags(flags, *level), *more = NULL;
    if (*level == LEVEL_5)
        more = read_properties(hs, OF_CONNECT, &body);
    wrong = wrong ? wrong : more;
    more = read_connect_payload(hs, &body, flags, *level);
    /* What a version that nobody knows has in its CONNECT is not known either. */
    return *level < LEVEL_31 || *level > LEVEL_5 ? NULL : wrong ? wrong : more;
}

/* ---- the server's answers ---- */

const char *mqtt_read_connack(struct handshake *hs, struct reader body, uint8_t level,
                              uint8_t *code)
{
    uint8_t flags = reader_u8(&body);
    *code = reader_u8(&body);
    if (!reader_ok(&body))
        return "a CONNACK of less than two bytes";
    handshake_set_code(hs, MQTT_CONNACK, *code);
    if (level != LEVEL_31) /* which has no such flag */
        handshake_set_bool(hs, MQTT_SESSION_PRESENT, flags & 1);
    if (level == LEVEL_31)
        return NULL;
    if (flags > 1)
        return "a CONNACK with reserved flags set";
    if (!reader_left(&body)) /* so do old brokers answer a version they do not know */
        return NULL;
    if (level == LEVEL_311)
        return "a CONNACK of more than two bytes";
    const char *wrong = read_properties(hs, OF_CONNACK, &body);
    return wrong ? wrong : if_broken(&body, "properties that run over the packet's end");
}

/* '#' stands for all that follows, '+' for one level: each has its level for itself,
 * §4.7.1. */
static bool is_filter(struct reader filter)
{
    bool good = reader_left(&filter) > 0;
    uint8_t last = '/';
    while (good && reader_left(&filter)) {
        uint8_t c = reader_u8(&filter);
        bool wild = c == '+' || c == '#', after_wild = last == '+' || last == '#';
        good = c != 0 && last != '#' && (!wild || last == '/') && (!after_wild || c == '/');
        last = c;
    }
    return good;
}

static const char *read_filter(struct handshake *hs, struct reader *body, uint8_t level)
{
    struct reader filter = read_string(body);
    uint8_t options = reader_u8(body);
    if (!reader_ok(body))
        return if_broken(body, "a SUBSCRIBE that is too short for its fields");
    if (!handshake_has(hs, MQTT_TOPIC_FILTER))
        handshake_set_text(hs, MQTT_TOPIC_FILTER, filter.at, reader_left(&filter));
    if (level >= LEVEL_311 && (options & 3) == 3)
        return "a subscription with quality of service 3";
    return is_filter(filter) ? NULL : "a topic filter that can't be one";
}

const char *mqtt_read_subscribe(struct handshake *hs, struct reader body, uint8_t level,
                                uint16_t *id)
{
    *id = reader_u16(&body);
    const char *wrong = level == LEVEL_5 ? read_properties(hs, OF_SUBSCRIBE, &body) : NULL;
    if (!reader_ok(&body))
        return if_broken(&body, "a SUBSCRIBE that is too short for its fields");
    if (!reader_left(&body) && !body.open)
        return "a SUBSCRIBE without a topic filter";
    while (!wrong && reader_left(&body))
        wrong = read_filter(hs, &body, level);
    return wrong;
}

static void tell_refused(struct handshake *hs, uint8_t code, bool first)
{
    if (handshake_has(hs, MQTT_SUBSCRIPTION_REFUSED))
        return;
    handshake_set_code(hs, MQTT_SUBSCRIPTION_REFUSED, code);
    struct span filter = handshake_text(hs, MQTT_TOPIC_FILTER);
    if (first)
        handshake_set_text(hs, MQTT_REFUSED_FILTER, filter.bytes, filter.len);
}

const char *mqtt_read_suback(struct handshake *hs, struct reader body, uint8_t level,
                             uint16_t first_id)
{
    bool first = first_id && reader_u16(&body) == first_id;
    if (!first_id)
        reader_skip(&body, 2);
    const char *wrong = level == LEVEL_5 ? read_properties(hs, OF_SUBACK, &body) : NULL;
    if (!reader_ok(&body))
        return if_broken(&body, "a SUBACK that is too short for its fields");
    while (reader_left(&body)) {
        uint8_t code = reader_u8(&body);
        if (code < SUBACK_REFUSED)
            handshake_set_bool(hs, MQTT_SUBSCRIBED, true);
        else
            tell_refused(hs, code, first);
        first = false;
    }
    return wrong;
}

const char *mqtt_read_puback(struct handshake *hs, struct reader body, enum side from)
{
    reader_skip(&body, 2);
    if (!reader_ok(&body))
        return "an acknowledgement without a packet identifier";
    uint8_t reason = reader_left(&body) ? reader_u8(&body) : 0;
    if (reason < SUBACK_REFUSED)
        handshake_set_bool(hs, MQTT_ACKNOWLEDGED, true);
    if (reason < SUBACK_REFUSED || handshake_has(hs, MQTT_PUBLISH_REFUSED))
        return NULL;
    handshake_set_code(hs, MQTT_PUBLISH_REFUSED, reason);
    handshake_set_string(hs, MQTT_PUBLISH_REFUSED_BY, side_name(from));
    const char *wrong = reader_left(&body) ? read_properties(hs, OF_PUBACK, &body) : NULL;
    return wrong ? wrong : if_broken(&body, "properties that run over the packet's end");
}

/* A message goes to one topic: wildcards are for those who listen, §3.3.2.1. */
static const char *check_topic(struct reader body, uint16_t len, uint8_t level)
{
    struct reader topic = reader_take_some(&body, len);
    if (len == 0)
        return level == LEVEL_31 || level == LEVEL_311 ? "a PUBLISH without a topic" : NULL;
    while (reader_left(&topic)) {
        uint8_t c = reader_u8(&topic);
        if (c == '+' || c == '#')
            return "a PUBLISH to a topic with a wildcard";
        if (c == 0)
            return "a PUBLISH to a topic with a zero byte";
    }
    return NULL;
}

const char *mqtt_read_publish(const struct mqtt_packet *p, uint8_t level)
{
    struct reader body = p->body;
    bool identified = p->flags & 6;
    uint16_t topic_len = reader_u16(&body);
    uint32_t fields = 2u + topic_len + (identified ? 2 : 0);
    if ((p->flags & 6) == 6)
        return "a PUBLISH with quality of service 3";
    if (body.status == READER_MALFORMED || fields > p->len)
        return "a PUBLISH that is too short for its topic";
    return check_topic(body, topic_len, level);
}

/* ---- AUTH and DISCONNECT: what they leave out is 0 and none, §3.14.2, §3.15.2 ---- */

static const char *read_reason(struct handshake *hs, enum owner owner, struct reader body,
                               uint8_t *reason)
{
    *reason = reader_left(&body) ? reader_u8(&body) : 0;
    if (!reader_left(&body))
        return NULL;
    const char *wrong = read_properties(hs, owner, &body);
    return wrong ? wrong : if_broken(&body, "properties that run over the packet's end");
}

const char *mqtt_read_disconnect(struct handshake *hs, struct reader body, uint8_t level,
                                 uint8_t *reason)
{
    *reason = 0;
    if (level == LEVEL_31 || level == LEVEL_311)
        return reader_left(&body) ? "a DISCONNECT with a body" : NULL;
    return read_reason(hs, OF_DISCONNECT, body, reason);
}

const char *mqtt_read_auth(struct handshake *hs, struct reader body, uint8_t *reason)
{
    handshake_set_number(hs, MQTT_AUTH_PACKETS, handshake_number_or(hs, MQTT_AUTH_PACKETS, 0) + 1);
    return read_reason(hs, OF_AUTH, body, reason);
}
