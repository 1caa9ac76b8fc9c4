/* datagram.c - see datagram.h. */
#include "dissectors/tls/datagram.h"

#include <string.h>

#include "dissectors/tls/tls.h"

enum {
    CID_MAX = 20,    /* longer ones are known only when the handshake told */
    EPOCHS_MAX = 15, /* nobody renegotiates as often */
};

enum { VERSION_10 = 0xfeff, VERSION_12 = 0xfefd, VERSION_OPENSSL = 0x0100 };

/* The first byte of a unified header, RFC 9147 §4: 001CSLEE. */
enum {
    UNIFIED_MASK = 0xe0,
    UNIFIED = 0x20,
    HAS_CID = 0x10,
    LONG_NUMBER = 8,
    HAS_LEN = 4,
    EPOCH = 3
};

static bool is_version(uint16_t version)
{
    return version == VERSION_12 || version == VERSION_10 || version == VERSION_OPENSSL;
}

void datagram_skip_preamble(struct reader *r)
{
    static const uint8_t preamble[] = { 1, 0, 0, 0 };
    if (reader_left(r) > sizeof preamble && memcmp(r->at, preamble, sizeof preamble) == 0)
        reader_skip(r, sizeof preamble);
}

/* ---- connection ids ---- */

/* Steps over a connection id. One of unknown length ends where the length field,
 * between bytes behind it, makes the record fill the datagram. */
static bool skip_cid(struct reader *r, struct cid *cid, size_t between)
{
    for (uint8_t n = 1; !cid->known && !r->open && n <= CID_MAX; n++) {
        struct reader at = *r;
        reader_skip(&at, n + between);
        uint16_t len = reader_u16(&at);
        if (reader_ok(&at) && len > 0 && len == reader_left(&at))
            *cid = (struct cid){ true, n };
    }
    if (cid->known)
        reader_skip(r, cid->len);
    return cid->known;
}

/* ---- records ---- */

/* RFC 6347 §4.1 and, with a connection id, RFC 9146 §4. */
static bool read_plain(struct reader *r, struct cid *cid, struct record *out)
{
    out->type = reader_u8(r);
    out->version = reader_u16(r);
    out->epoch = reader_u16(r);
    out->number = (uint64_t)out->epoch << 48 | (uint64_t)reader_u24(r) << 24;
    out->number |= reader_u24(r);
    if (!reader_ok(r) || out->type < RECORD_CHANGE_CIPHER_SPEC || out->type > RECORD_ACK ||
        !is_version(out->version) || out->epoch > EPOCHS_MAX)
        return false;
    out->with_cid = out->type == RECORD_CID;
    if (out->with_cid && !skip_cid(r, cid, 0))
        return false;
    out->len = reader_u16(r);
    if (!reader_ok(r) || out->len == 0 || out->len > RECORD_MAX)
        return false;
    out->body = reader_take_some(r, out->len);
    return reader_ok(&out->body);
}

/* Of the epoch two bits are shown: 1 is early data, 2 the handshake, 3 and 0 what
 * comes behind. Without a length the record fills the datagram. */
static bool read_unified(struct reader *r, struct cid *cid, struct record *out)
{
    uint8_t first = reader_u8(r);
    size_t number_len = first & LONG_NUMBER ? 2 : 1;
    out->unified = true;
    out->version = VERSION_12;
    out->epoch = first & EPOCH ? first & EPOCH : EPOCH + 1;
    out->with_cid = first & HAS_CID;
    if (out->with_cid && !cid->known && !(first & HAS_LEN))
        return false;
    if (out->with_cid && !skip_cid(r, cid, number_len))
        return false;
    reader_skip(r, number_len);
    out->len = first & HAS_LEN ? reader_u16(r) : reader_left(r);
    if (!reader_ok(r) || out->len < 16 || out->len > RECORD_MAX)
        return false; /* RFC 9147 §4.2.3: there are 16 bytes to hide the number with */
    out->body = reader_take_some(r, out->len);
    return reader_ok(&out->body);
}

bool datagram_record(struct reader *r, struct cid *cid, struct record *out)
{
    *out = (struct record){ 0 };
    if (reader_left(r) == 0)
        return false;
    bool unified = (r->at[0] & UNIFIED_MASK) == UNIFIED;
    return unified ? read_unified(r, cid, out) : read_plain(r, cid, out);
}

bool datagram_fragment(struct reader *r, struct fragment *out)
{
    *out = (struct fragment){ .type = reader_u8(r) };
    out->len = reader_u24(r);
    out->seq = reader_u16(r);
    out->at = reader_u24(r);
    out->sent = reader_u24(r);
    if (!reader_ok(r) || out->len > MESSAGE_MAX || out->at > out->len ||
        out->sent > out->len - out->at)
        return false;
    out->bytes = reader_take_some(r, out->sent);
    return reader_ok(&out->bytes);
}

/* ---- recognising ---- */

static const struct {
    uint8_t type;
    enum side from; /* NOBODY: either side */
} message_types[] = {
    { HELLO_REQUEST, SERVER },       { CLIENT_HELLO, CLIENT },
    { SERVER_HELLO, SERVER },        { HELLO_VERIFY_REQUEST, SERVER },
    { NEW_SESSION_TICKET, SERVER },  { CERTIFICATE, NOBODY },
    { SERVER_KEY_EXCHANGE, SERVER }, { CERTIFICATE_REQUEST, SERVER },
    { SERVER_HELLO_DONE, SERVER },   { CERTIFICATE_VERIFY, NOBODY },
    { CLIENT_KEY_EXCHANGE, CLIENT }, { CERTIFICATE_STATUS, SERVER },
};

static bool is_sane_hello(struct reader body)
{
    uint16_t version = reader_u16(&body);
    reader_skip(&body, 32); /* random */
    uint8_t session_len = reader_u8(&body);
    return !reader_ok(&body) ||
           ((version >> 8 == 0xfe || version == VERSION_OPENSSL) && session_len <= 32);
}

static enum recognition recognise_message(struct reader r, enum side side)
{
    struct fragment part;
    if (!datagram_fragment(&r, &part))
        return NOT_MINE;
    bool is_hello = part.type == CLIENT_HELLO || part.type == SERVER_HELLO;
    if (is_hello && part.at == 0 && !is_sane_hello(part.bytes))
        return NOT_MINE;
    for (size_t i = 0; i < sizeof message_types / sizeof *message_types; i++)
        if (message_types[i].type == part.type)
            return message_types[i].from == side_other(side) ? MINE_SWAPPED : MINE;
    return NOT_MINE;
}

static bool fills(struct reader r)
{
    struct record record;
    while (reader_left(&r) > 0) {
        struct cid cid = { 0 };
        if (!datagram_record(&r, &cid, &record) || record.unified)
            return false;
    }
    return reader_ok(&r);
}

enum recognition datagram_recognise(const struct opening *o)
{
    struct reader r = o->bytes;
    struct record record;
    struct cid cid = { 0 };
    datagram_skip_preamble(&r);
    struct reader start = r;
    if (!datagram_record(&r, &cid, &record) || record.unified)
        return NOT_MINE;
    if (record.type == RECORD_HANDSHAKE && record.epoch == 0)
        return recognise_message(record.body, o->side);
    return fills(start) ? MINE : NOT_MINE;
}
