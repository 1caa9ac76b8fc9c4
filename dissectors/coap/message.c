/* message.c - see message.h.
 *
 *      0                   1                   2                   3
 *     |Ver| T |  TKL  |      Code     |          Message ID           |  UDP, RFC 7252 §3
 *     |  Len  |  TKL  | (longer Len)  |      Code     |                  TCP, RFC 8323 §3.2
 *     |   Token ...   |   Options ...     |1 1 1 1 1 1 1 1| Payload ...               */
#include "dissectors/coap/message.h"

#include "dissectors/coap/names.h"

enum {
    VERSION = 1,
    MARKER = 0xff,
    TOKEN_SHORT_MAX = 8,
    BODY_MAX = 4096, /* of a message over TCP: its options and what fits behind them */
};

static const uint64_t FNV_START = 0xcbf29ce484222325, FNV_PRIME = 0x100000001b3;

static uint64_t mix(uint64_t key, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        key = (key ^ bytes[i]) * FNV_PRIME;
    return key;
}

/* ---- options ---- */

/* The nibbles of an option's head stand for themselves, or for one or two bytes
 * more; 15 is kept for the payload's marker. RFC 7252 §3.1 */
static uint32_t read_extended(struct reader *r, uint8_t nibble)
{
    switch (nibble) {
    case 13:
        return 13u + reader_u8(r);
    case 14:
        return 269u + reader_u16(r);
    case 15:
        r->status = READER_MALFORMED;
        return 0;
    default:
        return nibble;
    }
}

bool coap_option_next(struct reader *options, uint32_t *number, struct coap_option *option)
{
    if (!reader_left(options))
        return false;
    uint8_t head = reader_u8(options);
    uint32_t delta = read_extended(options, head >> 4), len = read_extended(options, head & 15);
    *number += delta;
    *option = (struct coap_option){ *number, reader_next(options, len), len };
    return reader_ok(options);
}

/* Where an option that is a number goes, or NULL. */
static int64_t *number_of(struct coap_numbers *has, uint32_t option)
{
    switch (option) {
    case OPTION_OBSERVE:
        return &has->observe;
    case OPTION_URI_PORT:
        return &has->uri_port;
    case OPTION_CONTENT_FORMAT:
        return &has->content_format;
    case OPTION_ACCEPT:
        return &has->accept;
    case OPTION_Q_BLOCK1:
        return &has->q_block1;
    case OPTION_BLOCK2:
        return &has->block2;
    case OPTION_BLOCK1:
        return &has->block1;
    case OPTION_SIZE2:
        return &has->size2;
    case OPTION_Q_BLOCK2:
        return &has->q_block2;
    case OPTION_SIZE1:
        return &has->size1;
    case OPTION_NO_RESPONSE:
        return &has->no_response;
    default:
        return NULL;
    }
}

/* Leading zeros may be left out, all of them: no byte is 0. RFC 7252 §3.2 */
static int64_t number_in(const struct coap_option *o)
{
    int64_t number = 0;
    for (size_t i = 0; i < o->len; i++)
        number = number << 8 | o->bytes[i];
    return number;
}

static bool is_resource(uint32_t option)
{
    return option == OPTION_URI_HOST || option == OPTION_URI_PORT || option == OPTION_URI_PATH ||
           option == OPTION_URI_QUERY || option == OPTION_PROXY_URI ||
           option == OPTION_PROXY_SCHEME;
}

static void note_option(struct coap_message *m, const struct coap_option *o)
{
    bool fits = coap_option_fits(o->number, o->len);
    int64_t *number = number_of(&m->has, o->number);
    m->option_count++;
    m->known = m->known && fits;
    m->oscore = m->oscore || o->number == OPTION_OSCORE;
    m->echo = m->echo || o->number == OPTION_ECHO;
    /* Of an option that may be there once the first counts, RFC 7252 §5.4.5. */
    if (number && *number == OPTION_ABSENT && fits)
        *number = number_in(o);
    if (is_resource(o->number)) {
        uint8_t head[2] = { (uint8_t)o->number, (uint8_t)o->len };
        m->resource = mix(mix(m->resource, head, sizeof head), o->bytes, o->len);
    }
}

/* Takes the options off r, up to and with the marker, and notes them. */
static void read_options(struct coap_message *m, struct reader *r)
{
    const uint8_t *start = r->at;
    uint32_t number = 0;
    struct coap_option o;
    while (reader_left(r) && *r->at != MARKER) {
        const uint8_t *at = r->at;
        if (!coap_option_next(r, &number, &o)) {
            m->options = reader_over(start, (size_t)(at - start), false);
            m->cut = r->status == READER_SHORT;
            m->wrong = m->cut ? NULL : "an option runs past the end of the message";
            return;
        }
        note_option(m, &o);
    }
    m->options = reader_over(start, (size_t)(r->at - start), false);
    if (!reader_left(r))
        return;
    reader_skip(r, 1);
    m->payload_len = reader_left(r);
    m->payload = *r;
    if (!m->payload_len && !r->open)
        m->wrong = "a payload marker and no payload";
}

/* ---- what both kinds of message have ---- */

/* A token length of 13 or 14 is a longer one, RFC 8974 §2.1. */
static void read_token(struct coap_message *m, struct reader *r, uint8_t nibble)
{
    if ((nibble > TOKEN_SHORT_MAX && nibble < 13) || nibble == 15) {
        m->wrong = "a token length that is reserved";
        return;
    }
    m->token.len = read_extended(r, nibble);
    m->token_bytes = reader_next(r, m->token.len);
    if (!m->token_bytes) {
        m->cut = r->status == READER_SHORT;
        m->wrong = m->cut ? NULL : "a token longer than the message";
        m->token.len = 0;
        return;
    }
    m->token.key = mix(FNV_START, m->token_bytes, m->token.len);
}

static void message_init(struct coap_message *m)
{
    *m = (struct coap_message){ .version = VERSION, .type = COAP_NO_TYPE, .known = true };
    m->has = (struct coap_numbers){
        OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT,
        OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT, OPTION_ABSENT,
    };
}

static void read_behind_token(struct coap_message *m, struct reader *r)
{
    m->resource = mix(FNV_START, &m->code, 1);
    read_options(m, r);
}

/* ---- UDP ---- */

/* What a well-formed datagram may still not say, RFC 7252 §3, §4.1, §4.2. */
static const char *find_fault(const struct coap_message *m, size_t behind_id)
{
    if (m->version != VERSION)
        return "an unknown version";
    if (m->code == COAP_EMPTY && behind_id)
        return "an empty message with something behind its id";
    if (m->type == COAP_RST && m->code != COAP_EMPTY)
        return "a Reset that is not empty";
    if (m->code != COAP_EMPTY && !coap_is_request(m) && !coap_is_response(m))
        return "a code of a reserved class";
    if (coap_is_request(m) && m->type == COAP_ACK)
        return "a request in an acknowledgement";
    if (m->code == COAP_EMPTY && m->type == COAP_NON)
        return "an empty message that is not confirmable";
    return NULL;
}

void coap_message_read(struct coap_message *m, struct reader datagram)
{
    struct reader *r = &datagram;
    message_init(m);
    uint8_t first = reader_u8(r);
    m->code = reader_u8(r);
    m->id = reader_u16(r);
    m->version = first >> 6;
    m->type = first >> 4 & 3;
    if (!reader_ok(r)) {
        m->cut = r->status == READER_SHORT;
        m->wrong = m->cut ? NULL : "a message of less than four bytes";
        return;
    }
    m->headed = true;
    size_t behind_id = reader_left(r);
    read_token(m, r, first & 15);
    if (!m->wrong && !m->cut)
        read_behind_token(m, r);
    const char *fault = find_fault(m, behind_id);
    m->wrong = fault ? fault : m->wrong;
}

/* ---- TCP ---- */

static uint32_t read_frame_len(struct reader *r, uint8_t nibble)
{
    switch (nibble) {
    case 13:
        return 13u + reader_u8(r);
    case 14:
        return 269u + reader_u16(r);
    case 15: {
        uint32_t len = reader_u32(r);
        return len > UINT32_MAX - 65805u ? UINT32_MAX : 65805u + len;
    }
    default:
        return nibble;
    }
}

/* The body's beginning as a reader of its own: closed where it is all there. */
static struct reader take_body(struct reader *r, uint32_t len, uint32_t *more)
{
    uint32_t wanted = len < BODY_MAX ? len : BODY_MAX;
    size_t left = reader_left(r);
    if (left > len)
        left = len;
    struct reader body = reader_take(r, left > wanted ? left : wanted);
    *more = reader_ok(r) ? len - (uint32_t)reader_left(&body) : 0;
    body.open = *more > 0;
    return body;
}

void coap_frame_read(struct coap_message *m, struct reader *r, bool whole, uint32_t *more)
{
    message_init(m);
    *more = 0;
    uint8_t first = reader_u8(r);
    uint32_t len = read_frame_len(r, first >> 4);
    m->code = reader_u8(r);
    read_token(m, r, first & 15);
    m->cut = false; /* of a stream more is to come */
    if (!reader_ok(r) || m->wrong)
        return;
    struct reader body = whole ? reader_take(r, reader_left(r)) : take_body(r, len, more);
    if (!reader_ok(r))
        return;
    read_behind_token(m, &body);
    if (m->payload_len)
        m->payload_len += *more;
    if (!m->wrong && (coap_class(m) == 1 || coap_class(m) == 3 || coap_class(m) == 6))
        m->wrong = "a code of a reserved class";
}
