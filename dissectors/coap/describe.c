/* describe.c - see describe.h. Nothing is concluded here: a field says what one
 * message says. */
#include "dissectors/coap/describe.h"

#include <string.h>

#include "dissectors/coap/fields.h"
#include "dissectors/coap/names.h"

enum { JOINED_MAX = 512, HEX_MAX = 64, CODE_LEN = 8, NOTE_MAX = 64 };

static const char *code_dotted(uint8_t code, char *buf)
{
    const char digits[] = { (char)('0' + (code >> 5)), '.', (char)('0' + (code & 31) / 10),
                            (char)('0' + (code & 31) % 10), 0 };
    memcpy(buf, digits, sizeof digits);
    return buf;
}

static void set_copied(struct handshake *hs, unsigned id, const char *string)
{
    handshake_set_text(hs, id, string, strlen(string));
}

static void set_hex(struct handshake *hs, unsigned id, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * HEX_MAX];
    size_t shown = len < HEX_MAX ? len : HEX_MAX;
    for (size_t i = 0; i < shown; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hs->clipped = hs->clipped || shown < len;
    handshake_set_text(hs, id, hex, 2 * shown);
}

static void set_if_there(struct handshake *hs, unsigned id, int64_t number)
{
    if (number != OPTION_ABSENT)
        handshake_set_number(hs, id, number);
}

/* ---- texts that are made of several options ---- */

struct joined {
    char text[JOINED_MAX];
    size_t len;
    bool there, clipped;
};

static void joined_begin(struct joined *j)
{
    j->len = 0;
    j->there = j->clipped = false;
}

static void join(struct joined *j, char before, const struct coap_option *o)
{
    size_t room = sizeof j->text - j->len;
    j->there = true;
    if (before && room) {
        j->text[j->len++] = before;
        room--;
    }
    size_t len = o->len < room ? o->len : room;
    memcpy(j->text + j->len, o->bytes, len);
    j->len += len;
    j->clipped = j->clipped || len < o->len;
}

static void set_joined(struct handshake *hs, unsigned id, const struct joined *j)
{
    handshake_set_text(hs, id, j->text, j->len);
    hs->clipped = hs->clipped || j->clipped;
}

static void describe_uri(struct handshake *hs, const struct coap_message *m)
{
    struct joined path, query; /* not zeroed: a kilobyte for every request */
    joined_begin(&path);
    joined_begin(&query);
    struct reader options = m->options;
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);) {
        handshake_add_number(hs, COAP_OPTIONS, o.number);
        if (o.number == OPTION_URI_PATH)
            join(&path, '/', &o);
        else if (o.number == OPTION_URI_QUERY)
            join(&query, query.there ? '&' : 0, &o);
        else if (o.number == OPTION_URI_HOST)
            handshake_set_text(hs, COAP_HOST, o.bytes, o.len);
        else if (o.number == OPTION_PROXY_URI)
            handshake_set_text(hs, COAP_PROXY_URI, o.bytes, o.len);
    }
    if (!path.there && !handshake_has(hs, COAP_PROXY_URI) && !m->cut && !m->wrong)
        join(&path, '/', &(struct coap_option){ .bytes = (const uint8_t *)"" });
    if (path.there)
        set_joined(hs, COAP_PATH, &path);
    if (query.there)
        set_joined(hs, COAP_QUERY, &query);
    const char *purpose = coap_purpose(path.text, path.len, query.text, query.len);
    if (purpose && path.there)
        handshake_set_string(hs, COAP_PURPOSE, purpose);
}

/* The key id of the context, behind the flags and what they announce: RFC 8613 §6.1. */
static void describe_oscore(struct handshake *hs, const struct coap_message *m)
{
    struct reader options = m->options;
    struct coap_option o = { 0 };
    uint32_t number = 0;
    while (coap_option_next(&options, &number, &o) && o.number != OPTION_OSCORE)
        ;
    handshake_set_bool(hs, COAP_OSCORE, true);
    if (!handshake_has(hs, COAP_PURPOSE))
        handshake_set_string(hs, COAP_PURPOSE, "oscore");
    struct reader value = reader_over(o.bytes, o.len, false);
    uint8_t flags = reader_u8(&value);
    reader_skip(&value, flags & 7);
    if (flags & 0x10)
        reader_skip(&value, reader_u8(&value));
    if (reader_ok(&value) && flags & 0x08)
        set_hex(hs, COAP_OSCORE_KID, value.at, reader_left(&value));
}

static void describe_block1(struct handshake *hs, int64_t block)
{
    if (block == OPTION_ABSENT)
        return;
    handshake_set_number(hs, COAP_BLOCK1_NUMBER, block_number(block));
    handshake_set_bool(hs, COAP_BLOCK1_MORE, block_more(block));
    handshake_set_number(hs, COAP_BLOCK1_SIZE, block_size(block));
}

static void describe_block2(struct handshake *hs, int64_t block)
{
    if (block == OPTION_ABSENT)
        return;
    handshake_set_number(hs, COAP_BLOCK2_NUMBER, block_number(block));
    handshake_set_bool(hs, COAP_BLOCK2_MORE, block_more(block));
    handshake_set_number(hs, COAP_BLOCK2_SIZE, block_size(block));
}

static void describe_q_blocks(struct handshake *hs, const struct coap_message *m)
{
    if (m->has.q_block1 == OPTION_ABSENT && m->has.q_block2 == OPTION_ABSENT)
        return;
    handshake_set_bool(hs, COAP_Q_BLOCK, true);
}

static void describe_observe(struct handshake *hs, const struct coap_message *m)
{
    if (m->has.observe == 0)
        handshake_set_string(hs, COAP_OBSERVE, "register");
    else if (m->has.observe == 1)
        handshake_set_string(hs, COAP_OBSERVE, "deregister");
}

void coap_describe_request(struct handshake *hs, const struct coap_message *m)
{
    char code[CODE_LEN];
    const char *type = coap_type_name(m->type), *name = coap_code_name(m->code);
    if (type) {
        handshake_set_string(hs, COAP_TYPE, type);
        handshake_set_number(hs, COAP_MESSAGE_ID, m->id);
        handshake_set_number(hs, COAP_RETRANSMISSIONS, 0);
    }
    if (m->token_bytes)
        set_hex(hs, COAP_TOKEN, m->token_bytes, m->token.len);
    set_copied(hs, COAP_REQUEST_CODE, code_dotted(m->code, code));
    if (name)
        handshake_set_string(hs, COAP_METHOD, name);
    if (!coap_is_request(m))
        return;
    describe_uri(hs, m);
    describe_observe(hs, m);
    describe_block1(hs, m->has.block1 != OPTION_ABSENT ? m->has.block1 : m->has.q_block1);
    describe_q_blocks(hs, m);
    set_if_there(hs, COAP_PORT, m->has.uri_port);
    set_if_there(hs, COAP_CONTENT_FORMAT, m->has.content_format);
    set_if_there(hs, COAP_ACCEPT, m->has.accept);
    set_if_there(hs, COAP_NO_RESPONSE, m->has.no_response);
    set_if_there(hs, COAP_SIZE1, m->has.size1);
    if (m->payload_len)
        handshake_set_number(hs, COAP_PAYLOAD_BYTES, (int64_t)m->payload_len);
    if (m->oscore)
        describe_oscore(hs, m);
}

/* An error's payload without a format is a text for people, RFC 7252 §5.5.2. */
static bool is_diagnostic(const struct coap_message *m)
{
    bool error = coap_class(m) == 4 || coap_class(m) == 5 || m->code == COAP_ABORT;
    return error && !m->oscore && m->has.content_format <= 0 && m->payload_len;
}

static void describe_response_options(struct handshake *hs, const struct coap_message *m)
{
    struct reader options = m->options;
    struct coap_option o;
    for (uint32_t number = 0; coap_option_next(&options, &number, &o);)
        handshake_add_number(hs, COAP_RESPONSE_OPTIONS, o.number);
}

void coap_describe_response(struct handshake *hs, const struct coap_message *m)
{
    char code[CODE_LEN];
    const char *type = coap_type_name(m->type), *name = coap_code_name(m->code);
    set_copied(hs, COAP_RESPONSE_CODE, code_dotted(m->code, code));
    handshake_set_number(hs, COAP_RESPONSE_CLASS, coap_class(m));
    if (name)
        handshake_set_string(hs, COAP_RESPONSE, name);
    if (type)
        handshake_set_string(hs, COAP_RESPONSE_TYPE, type);
    describe_response_options(hs, m);
    set_if_there(hs, COAP_RESPONSE_FORMAT, m->has.content_format);
    set_if_there(hs, COAP_SIZE1, m->has.size1);
    set_if_there(hs, COAP_SIZE2, m->has.size2);
    describe_block2(hs, m->has.block2 != OPTION_ABSENT ? m->has.block2 : m->has.q_block2);
    describe_q_blocks(hs, m);
    if (m->payload_len)
        handshake_set_number(hs, COAP_RESPONSE_BYTES, (int64_t)m->payload_len);
    if (is_diagnostic(m))
        handshake_set_text(hs, COAP_DIAGNOSTIC, m->payload.at, reader_left(&m->payload));
    if (m->oscore)
        handshake_set_bool(hs, COAP_OSCORE, true);
}

void coap_describe_refusal(struct handshake *hs, const struct coap_message *m)
{
    char code[CODE_LEN];
    set_copied(hs, COAP_OBSERVE_ENDED_CODE, code_dotted(m->code, code));
    if (is_diagnostic(m))
        handshake_set_text(hs, COAP_DIAGNOSTIC, m->payload.at, reader_left(&m->payload));
}

static size_t add_word(char *note, size_t len, const char *word)
{
    if (len && len < NOTE_MAX)
        note[len++] = ' ';
    while (*word && len < NOTE_MAX)
        note[len++] = *word++;
    return len;
}

const char *coap_note(struct handshake *hs, const struct coap_message *m)
{
    char code[CODE_LEN], note[NOTE_MAX];
    const char *type = coap_type_name(m->type), *name = coap_code_name(m->code);
    bool number = !name || !coap_is_request(m);
    if (m->code == COAP_EMPTY)
        return type;
    size_t len = type ? add_word(note, 0, type) : 0;
    if (number)
        len = add_word(note, len, code_dotted(m->code, code));
    if (name)
        len = add_word(note, len, name);
    return arena_copy(hs->arena, note, len);
}
