/* test_decrypt.c - records of real programs and of RFC 8448 open with their secrets
 * and with nothing else; made ones cover what those programs do not send. */
#include "dissectors/tls/decrypt.h"

#include <stdio.h>
#include <string.h>

#include "dissectors/tls/fields.h"
#include "dissectors/tls/keylog.h"
#include "dissectors/tls/names.h"
#include "support/hex.h"
#include "support/seal_record.h"
#include "support/test_main.h"
#include "unit/decrypt_vectors.h"

enum { VECTOR_COUNT = sizeof vectors / sizeof vectors[0] };
enum { FINISHED = 20, END_OF_EARLY_DATA = 5, KEY_UPDATE = 24 };

/* ---- real handshakes: read as a dissector would ---- */

/* A handshake that is being read, with one seal for each side. */
struct talk {
    const struct vector *v;
    struct keylog *log;
    struct seal_terms terms;
    struct seal seal[2];
    const struct vector_record *next;
};

static bool is_dtls(const struct vector *v)
{
    return v->version >> 8 == 0xfe;
}

static struct seal_terms terms_of(const struct vector *v)
{
    struct seal_terms terms = { v->suite, v->version, v->encrypt_then_mac, false, { 0 }, { 0 } };
    memcpy(terms.client_random, hex(v->client_random).at, 32);
    memcpy(terms.server_random, hex(v->server_random).at, 32);
    return terms;
}

static bool take_keys(struct talk *t, enum side side, enum keylog_kind kind)
{
    const struct keylog_secret *secret = keylog_find(t->log, t->terms.client_random, kind);
    if (!secret)
        return false;
    return kind == KEYLOG_MASTER
               ? seal_from_master(&t->seal[side], &t->terms, side, secret->bytes, secret->len)
               : seal_from_traffic(&t->seal[side], &t->terms, secret->bytes, secret->len);
}

static void talk_begin(struct talk *t, const struct vector *v)
{
    *t = (struct talk){ .v = v, .log = keylog_new(), .terms = terms_of(v), .next = v->records };
    keylog_add(t->log, v->log, strlen(v->log));
    if (v->version != 0x0304) {
        ck_assert_msg(take_keys(t, CLIENT, KEYLOG_MASTER), "%s", v->name);
        ck_assert_msg(take_keys(t, SERVER, KEYLOG_MASTER), "%s", v->name);
        return;
    }
    ck_assert_msg(take_keys(t, SERVER, KEYLOG_SERVER_HANDSHAKE), "%s", v->name);
    ck_assert_msg(take_keys(t, CLIENT, KEYLOG_CLIENT_EARLY) ||
                      take_keys(t, CLIENT, KEYLOG_CLIENT_HANDSHAKE),
                  "%s", v->name);
}

static void talk_end(struct talk *t)
{
    seal_clear(&t->seal[CLIENT]);
    seal_clear(&t->seal[SERVER]);
    keylog_free(t->log);
}

static struct sealed record_of(const struct reader *wire, bool dtls)
{
    struct reader r = *wire;
    struct sealed record = { .type = reader_u8(&r), .version = reader_u16(&r) };
    reader_skip(&r, dtls ? 10 : 2);
    record.len = reader_left(&r);
    record.bytes = reader_next(&r, record.len);
    return record;
}

static bool open_one(struct talk *t, enum side side, const struct reader *wire,
                     struct opened *opened)
{
    struct sealed record = record_of(wire, is_dtls(t->v));
    struct reader number = *wire;
    reader_skip(&number, 3);
    return is_dtls(t->v) ? seal_open_number(&t->seal[side], &record, reader_u64(&number), opened)
                         : seal_open(&t->seal[side], &record, 0, opened);
}

static enum side side_of(const struct vector_record *r)
{
    return r->from == 'c' ? CLIENT : SERVER;
}

/* What is said inside changes the keys, in TLS 1.3. */
static void follow_keys(struct talk *t, enum side side, const struct opened *opened)
{
    if (t->v->version != 0x0304 || opened->type != 22)
        return;
    if (opened->bytes[0] == FINISHED)
        ck_assert(take_keys(t, side, side == CLIENT ? KEYLOG_CLIENT_DATA : KEYLOG_SERVER_DATA));
    else if (opened->bytes[0] == END_OF_EARLY_DATA)
        ck_assert(take_keys(t, side, KEYLOG_CLIENT_HANDSHAKE));
    else if (opened->bytes[0] == KEY_UPDATE)
        ck_assert(seal_update(&t->seal[side]));
}

static void is_as_said(const struct vector_record *r, const struct opened *opened, const char *name)
{
    struct reader begins = hex(r->begins);
    ck_assert_msg(opened->type == r->type, "%s: type %d", name, opened->type);
    ck_assert_msg(opened->len >= reader_left(&begins), "%s", name);
    ck_assert_msg(r->type == 22 || opened->len == reader_left(&begins), "%s", name);
    ck_assert_msg(memcmp(opened->bytes, begins.at, reader_left(&begins)) == 0, "%s", name);
}

static bool is_all_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Nothing comes out: not even what had been decrypted before the tag was seen. */
static void opens_not(struct talk *t, enum side side, const struct reader *wire, const char *why)
{
    static struct opened opened;
    struct seal before = t->seal[side];
    memset(&opened, 0, sizeof opened);
    ck_assert_msg(!open_one(t, side, wire, &opened), "%s: %s", t->v->name, why);
    ck_assert_msg(opened.type == 0 && opened.len == 0, "%s: %s", t->v->name, why);
    ck_assert_msg(is_all_zero(opened.bytes, sizeof opened.bytes), "%s: %s", t->v->name, why);
    ck_assert_msg(t->seal[side].number == before.number, "%s: %s", t->v->name, why);
    t->seal[side] = before; /* the IV of TLS 1.0 moved on */
}

/* Each bit of it is protected, but for the header of TLS 1.3: of that only the type
 * and the length are looked at. */
static void no_flipped_bit_opens(struct talk *t, enum side side, const struct reader *wire)
{
    struct reader twin = hex("00*2048");
    uint8_t *bytes = (uint8_t *)(uintptr_t)twin.at;
    size_t len = reader_left(wire);
    ck_assert_uint_le(len, 2048);
    twin.end = twin.at + len;
    memcpy(bytes, wire->at, len);
    for (size_t i = 0; i < len; i++) {
        if (i == (is_dtls(t->v) ? 11u : 3u)) /* the length: read before */
            i += 2;
        bytes[i] ^= (uint8_t)(1u << i % 8);
        opens_not(t, side, &twin, "one bit flipped");
        bytes[i] ^= (uint8_t)(1u << i % 8);
    }
    for (size_t cut = 1; cut <= 20 && cut < len - 13; cut++) {
        twin.end = twin.at + len - cut;
        opens_not(t, side, &twin, "cut");
    }
}

static bool step(struct talk *t, bool with_twins)
{
    static struct opened opened;
    const struct vector_record *r = t->next++;
    if (!r->wire)
        return false;
    struct reader wire = hex(r->wire);
    enum side side = side_of(r);
    if (with_twins) {
        no_flipped_bit_opens(t, side, &wire);
        opens_not(t, side_other(side), &wire, "the other side's keys");
    }
    ck_assert_msg(open_one(t, side, &wire, &opened), "%s: record %d", t->v->name,
                  (int)(r - t->v->records));
    is_as_said(r, &opened, t->v->name);
    follow_keys(t, side, &opened);
    return true;
}

START_TEST(opens_what_programs_sealed)
{
    struct talk t;
    talk_begin(&t, &vectors[_i]);
    while (step(&t, true))
        ;
    talk_end(&t);
}
END_TEST

/* More seals at once than contexts are kept: each finds its keys again. */
START_TEST(many_talk_at_once)
{
    static struct talk talks[VECTOR_COUNT];
    bool going = true;
    for (size_t i = 0; i < VECTOR_COUNT; i++)
        talk_begin(&talks[i], &vectors[i]);
    while (going) {
        going = false;
        for (size_t i = 0; i < VECTOR_COUNT; i++)
            if (talks[i].next->wire)
                going = step(&talks[i], false) || going;
    }
    for (size_t i = 0; i < VECTOR_COUNT; i++)
        talk_end(&talks[i]);
}
END_TEST

START_TEST(a_flipped_bit_in_the_secret_opens_nothing)
{
    const struct vector *v = &vectors[_i];
    struct seal_terms terms = terms_of(v);
    struct keylog *log = keylog_new();
    bool is_13 = v->version == 0x0304;
    keylog_add(log, v->log, strlen(v->log));
    const struct keylog_secret *secret =
        keylog_find(log, terms.client_random, is_13 ? KEYLOG_CLIENT_HANDSHAKE : KEYLOG_MASTER);
    for (size_t i = 0; i < secret->len; i++) {
        struct keylog_secret wrong = *secret;
        struct talk t = { .v = v };
        wrong.bytes[i] ^= (uint8_t)(1u << i % 8);
        ck_assert(is_13
                      ? seal_from_traffic(&t.seal[CLIENT], &terms, wrong.bytes, wrong.len)
                      : seal_from_master(&t.seal[CLIENT], &terms, CLIENT, wrong.bytes, wrong.len));
        struct reader wire = hex(v->records[0].wire);
        opens_not(&t, CLIENT, &wire, "another secret");
        seal_clear(&t.seal[CLIENT]);
    }
    keylog_free(log);
}
END_TEST

/* The first record was lost: with its number skipped the next one opens. With RC4
 * nothing does, and with TLS 1.0's chained IV it needs one more. */
START_TEST(skips_lost_records)
{
    static struct opened opened;
    const struct vector *v = &vectors[_i];
    struct talk t;
    if (is_dtls(v) || v->version == 0x0304)
        return;
    enum tls_cipher_kind kind = tls_cipher_kind(v->suite);
    talk_begin(&t, v);
    struct reader second = hex(v->records[1].wire), third = hex(v->records[2].wire);
    struct sealed record = record_of(&second, false), after = record_of(&third, false);
    bool chained = v->version == 0x0301 && kind == CIPHER_CBC;
    struct seal before = t.seal[CLIENT];
    ck_assert(!seal_open(&t.seal[CLIENT], &record, 0, &opened));
    t.seal[CLIENT] = before;
    bool good = seal_open(&t.seal[CLIENT], &record, 5, &opened);
    ck_assert_msg(good == (!chained && kind != CIPHER_STREAM), "%s", v->name);
    ck_assert_uint_eq(t.seal[CLIENT].number, good ? 2 : 0);
    good = seal_open(&t.seal[CLIENT], &after, 5, &opened);
    ck_assert_msg(good == (kind != CIPHER_STREAM), "%s", v->name);
    talk_end(&t);
}
END_TEST

START_TEST(skips_no_further_than_asked)
{
    static struct opened opened;
    const struct vector *v = &vectors[7];
    struct talk t;
    talk_begin(&t, v);
    struct reader wire = hex(v->records[2].wire);
    struct sealed record = record_of(&wire, false);
    ck_assert(!seal_open(&t.seal[CLIENT], &record, 1, &opened));
    ck_assert_uint_eq(t.seal[CLIENT].number, 0);
    ck_assert(seal_open(&t.seal[CLIENT], &record, 2, &opened));
    ck_assert_uint_eq(t.seal[CLIENT].number, 3);
    ck_assert(!seal_open(&t.seal[CLIENT], &record, 1000, &opened));
    talk_end(&t);
}
END_TEST

/* ---- RFC 8448 §3 ---- */

#define CLIENT_HANDSHAKE "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"
#define CLIENT_DATA      "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"
#define SERVER_DATA      "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"
#define FIFTY                                                                                      \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d" \
    "2e2f3031"

static const struct {
    const char *name, *secret;
    unsigned number;
    const char *wire;
    uint8_t type;
    const char *content;
} rfc8448[] = {
    { "client Finished", CLIENT_HANDSHAKE, 0,
      "1703030035 75ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46de"
      "b384bd1caeacab6867d726c40546",
      22, "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61" },
    { "client data", CLIENT_DATA, 0,
      "1703030043 a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a"
      "20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4",
      23, FIFTY },
    { "server data", SERVER_DATA, 1,
      "1703030043 2e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb"
      "501a59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d",
      23, FIFTY },
    { "client alert", CLIENT_DATA, 1, "1703030013 c9872760655666b74d7ff1153efd6db6d0b0e3", 21,
      "0100" },
    { "server alert", SERVER_DATA, 2, "1703030013 b58fd67166ebf599d24720cfbe7efa7a8864a9", 21,
      "0100" },
};

START_TEST(opens_rfc8448)
{
    static struct opened opened;
    struct seal_terms terms = { .suite = 0x1301, .version = 0x0304 };
    struct seal s;
    struct reader secret = hex(rfc8448[_i].secret), wire = hex(rfc8448[_i].wire);
    struct reader content = hex(rfc8448[_i].content);
    struct sealed record = record_of(&wire, false);
    ck_assert(seal_from_traffic(&s, &terms, secret.at, 32));
    ck_assert(!seal_open_number(&s, &record, rfc8448[_i].number + 1, &opened));
    ck_assert(seal_open(&s, &record, 2, &opened));
    ck_assert_uint_eq(s.number, rfc8448[_i].number + 1);
    ck_assert_int_eq(opened.type, rfc8448[_i].type);
    ck_assert_uint_eq(opened.len, reader_left(&content));
    ck_assert_mem_eq(opened.bytes, content.at, opened.len);
    seal_clear(&s);
}
END_TEST

/* ---- made records: every cipher, every length ---- */

/* clang-format off */
static const struct sealing sealings[] = {
    { 0x0301, 0x002f, "AES-128-CBC", "SHA1", false },
    { 0x0301, 0x0035, "AES-256-CBC", "SHA1", true },
    { 0x0302, 0x000a, "DES-EDE3-CBC", "SHA1", false },
    { 0x0303, 0x0002, NULL, "SHA1", false },
    { 0x0303, 0xc03b, NULL, "SHA384", false },
    { 0x0303, 0x003c, "AES-128-CBC", "SHA256", false },
    { 0x0303, 0x003c, "AES-128-CBC", "SHA256", true },
    { 0x0303, 0xc024, "AES-256-CBC", "SHA384", false },
    { 0x0303, 0xc024, "AES-256-CBC", "SHA384", true },
    { 0x0303, 0xc03c, "ARIA-128-CBC", "SHA256", false },
    { 0x0303, 0xc03d, "ARIA-256-CBC", "SHA384", true },
    { 0x0303, 0x0041, "CAMELLIA-128-CBC", "SHA1", true },
    { 0x0303, 0x00c0, "CAMELLIA-256-CBC", "SHA256", false },
    { 0x0303, 0x0096, "SEED-CBC", "SHA1", false },
    { 0x0303, 0x0009, "DES-CBC", "SHA1", true },
    { 0x0303, 0x009c, "AES-128-GCM", NULL, false },
    { 0x0303, 0xc030, "AES-256-GCM", NULL, false },
    { 0x0303, 0xc050, "ARIA-128-GCM", NULL, false },
    { 0x0303, 0xc051, "ARIA-256-GCM", NULL, false },
    { 0x0303, 0xc09c, "AES-128-CCM", NULL, false },
    { 0x0303, 0xc0a1, "AES-256-CCM", NULL, false },
    { 0x0303, 0xcca8, "ChaCha20-Poly1305", NULL, false },
    { 0xfeff, 0x002f, "AES-128-CBC", "SHA1", false },
    { 0xfefd, 0xc0a8, "AES-128-CCM", NULL, false },
    { 0xfefd, 0xccab, "ChaCha20-Poly1305", NULL, false },
    { 0x0304, 0x1301, "AES-128-GCM", NULL, false },
    { 0x0304, 0x1302, "AES-256-GCM", NULL, false },
    { 0x0304, 0x1303, "ChaCha20-Poly1305", NULL, false },
    { 0x0304, 0x1304, "AES-128-CCM", NULL, false },
    { 0x0304, 0x1305, "AES-128-CCM", NULL, false },
};
/* clang-format on */

static bool seal_for(struct seal *s, const struct sealing *how)
{
    uint8_t secret[48];
    struct seal_terms terms = { .suite = how->suite,
                                .version = how->version,
                                .encrypt_then_mac = how->encrypt_then_mac };
    memset(secret, 0x42, sizeof secret);
    memset(terms.client_random, 0xc1, sizeof terms.client_random);
    memset(terms.server_random, 0x5e, sizeof terms.server_random);
    return how->version == 0x0304
               ? seal_from_traffic(s, &terms, secret, tls_cipher(how->suite).hash_len)
               : seal_from_master(s, &terms, SERVER, secret, sizeof secret);
}

static struct sealed wrap(const struct sealing *how, uint8_t type, const uint8_t *bytes, size_t len)
{
    bool is_13 = how->version == 0x0304;
    return (struct sealed){ is_13 ? 23 : type, is_13 ? 0x0303 : (uint16_t)how->version, bytes,
                            len };
}

static const struct {
    size_t len, padding;
} sizes[] = { { 0, 0 },  { 0, 1 },   { 1, 0 },    { 15, 0 },
              { 16, 3 }, { 17, 14 }, { 1000, 7 }, { 16384, 0 } };

/* The same number each time: what was sealed opens, and with a bit flipped at either
 * end or in the middle, or with another type or number, it does not. */
static void seals_and_opens(const struct sealing *how, struct seal *s, const struct content *in)
{
    static uint8_t wire[SEALED_LEN_MAX + 64];
    static struct opened opened;
    size_t len = seal_record(how, s, 7, in, wire);
    struct sealed record = wrap(how, in->type, wire, len);
    struct sealed retyped = wrap(how, 20, wire, len);
    const size_t flips[] = { 0, len / 2, len - 1 };
    ck_assert_msg(seal_open_number(s, &record, 7, &opened), "%s %zu", how->cipher, in->len);
    ck_assert_int_eq(opened.type, in->type);
    ck_assert_uint_eq(opened.len, in->len);
    ck_assert(in->len == 0 || memcmp(opened.bytes, in->bytes, in->len) == 0);
    ck_assert_msg(!seal_open_number(s, &record, 8, &opened), "%s %zu", how->cipher, in->len);
    for (size_t i = 0; i < 3; i++) {
        wire[flips[i]] ^= 0x10;
        ck_assert_msg(!seal_open_number(s, &record, 7, &opened), "%s %zu", how->cipher, in->len);
        ck_assert_uint_eq(opened.len, 0);
        wire[flips[i]] ^= 0x10;
    }
    retyped.type = 20;
    ck_assert(!seal_open_number(s, &retyped, 7, &opened));
}

START_TEST(opens_what_we_sealed)
{
    static uint8_t bytes[16384];
    const struct sealing *how = &sealings[_i];
    struct seal s;
    struct old_ciphers old = sealing_with_old_ciphers();
    memset(bytes, 0x61, sizeof bytes);
    ck_assert_msg(seal_for(&s, how), "%s", how->cipher);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        seals_and_opens(how, &s, &(struct content){ 22, bytes, sizes[i].len, sizes[i].padding });
    seal_clear(&s);
    ck_assert(!seal_ready(&s));
    sealing_end(&old);
}
END_TEST

/* Too short for what must be in it, of every kind, up to 64 bytes; and longer than
 * any record may be. */
START_TEST(refuses_every_other_length)
{
    static uint8_t bytes[SEALED_LEN_MAX + 1];
    static struct opened opened;
    const struct sealing *how = &sealings[_i];
    struct seal s;
    ck_assert(seal_for(&s, how));
    for (size_t len = 0; len <= 64; len++) {
        struct sealed record = wrap(how, 23, hex("00*64").at, len);
        ck_assert_msg(!seal_open(&s, &record, 3, &opened), "%s %zu", how->cipher, len);
    }
    struct sealed longest = wrap(how, 23, bytes, SEALED_LEN_MAX);
    struct sealed too_long = wrap(how, 23, bytes, SEALED_LEN_MAX + 1);
    ck_assert(!seal_open(&s, &longest, 0, &opened));
    ck_assert(!seal_open(&s, &too_long, 0, &opened));
    ck_assert_uint_eq(s.number, 0);
    seal_clear(&s);
}
END_TEST

START_TEST(padding_alone_has_no_type)
{
    static struct opened opened;
    uint8_t wire[64];
    const struct sealing how = { 0x0304, 0x1301, "AES-128-GCM", NULL, false };
    struct seal s;
    ck_assert(seal_for(&s, &how));
    size_t len = seal_record(&how, &s, 0, &(struct content){ 0, NULL, 0, 9 }, wire);
    struct sealed record = wrap(&how, 23, wire, len);
    ck_assert(seal_open(&s, &record, 0, &opened));
    ck_assert(opened.type == 0 && opened.len == 0);
    ck_assert_uint_eq(s.number, 1);
    seal_clear(&s);
}
END_TEST

/* ---- what gives no seal ---- */

static const struct {
    const char *why;
    uint32_t version, suite;
    size_t len;
    bool compressed;
    bool good;
} beginnings[] = {
    { "the usual", 0x0303, 0x009c, 48, false, true },
    { "master secret too short", 0x0303, 0x009c, 47, false, false },
    { "master secret too long", 0x0303, 0x009c, 64, false, false },
    { "no secret", 0x0303, 0x009c, 0, false, false },
    { "compressed", 0x0303, 0x009c, 48, true, false },
    { "SSL 3", 0x0300, 0x002f, 48, false, false },
    { "no version", 0, 0x002f, 48, false, false },
    { "AEAD in TLS 1.0", 0x0301, 0x009c, 48, false, false },
    { "AEAD in DTLS 1.0", 0xfeff, 0x009c, 48, false, false },
    { "a suite of TLS 1.3 in TLS 1.2", 0x0303, 0x1301, 48, false, false },
    { "a suite of TLS 1.2 in TLS 1.3", 0x0304, 0x009c, 32, false, false },
    { "TLS 1.3", 0x0304, 0x1301, 32, false, true },
    { "TLS 1.3, secret of another hash", 0x0304, 0x1301, 48, false, false },
    { "TLS 1.3, SHA-384", 0x0304, 0x1302, 48, false, true },
    { "TLS 1.3, SHA-384 with a short secret", 0x0304, 0x1302, 32, false, false },
    { "TLS 1.3, a draft", 0x7f1c, 0x1301, 32, false, true },
    { "DTLS 1.3", 0xfefc, 0x1301, 32, false, false },
    { "AEGIS", 0x0304, 0x1307, 32, false, false },
    { "integrity only, RFC 9150", 0x0304, 0xc0b4, 32, false, false },
    { "no such suite", 0x0303, 0x7777, 48, false, false },
    { "SCSV", 0x0303, 0x00ff, 48, false, false },
    { "NULL_WITH_NULL", 0x0303, 0x0000, 48, false, false },
    { "export RC4", 0x0301, 0x0003, 48, false, false },
    { "export DES", 0x0301, 0x0008, 48, false, false },
    { "Camellia-GCM", 0x0303, 0xc07a, 48, false, false },
    { "28147-89", 0x0303, 0xc102, 48, false, false },
    { "a suite of SSL 2", 0x0301, 0x010080, 48, false, false },
    { "RC4", 0x0303, 0x0005, 48, false, true },
    { "RC4 in DTLS", 0xfefd, 0x0005, 48, false, false },
    { "3DES with RIPEMD", 0x0303, 0x007c, 48, false, false },
};

START_TEST(begins_only_what_it_can)
{
    uint8_t secret[64] = { 0 };
    struct seal s;
    struct seal_terms terms = { .suite = beginnings[_i].suite,
                                .version = beginnings[_i].version,
                                .compressed = beginnings[_i].compressed };
    bool is_13 = tls_version_is_13(terms.version);
    memset(&s, 0xa5, sizeof s);
    bool good = is_13 ? seal_from_traffic(&s, &terms, secret, beginnings[_i].len)
                      : seal_from_master(&s, &terms, CLIENT, secret, beginnings[_i].len);
    ck_assert_msg(good == beginnings[_i].good, "%s", beginnings[_i].why);
    ck_assert_msg(seal_ready(&s) == good, "%s", beginnings[_i].why);
    ck_assert_msg(good || is_all_zero((const uint8_t *)&s, sizeof s), "%s", beginnings[_i].why);
    ck_assert_msg(seal_update(&s) == (good && is_13), "%s", beginnings[_i].why);
    seal_clear(&s);
}
END_TEST

/* A suite of any number: it makes a seal or it does not, and a seal that was made
 * takes a record. */
START_TEST(every_suite_is_safe)
{
    static struct opened opened;
    uint8_t secret[64] = { 0 }, bytes[64] = { 0 };
    const uint32_t versions[] = { 0x0301, 0x0303, 0x0304, 0xfefd };
    for (uint32_t suite = 0; suite <= 0xffff; suite++) {
        if (!code_name_of(&tls_ciphers, suite))
            continue;
        for (size_t i = 0; i < 4; i++) {
            struct seal s;
            struct seal_terms terms = { .suite = suite, .version = versions[i] };
            struct sealed record = { 23, 0x0303, bytes, sizeof bytes };
            bool good = versions[i] == 0x0304
                            ? seal_from_traffic(&s, &terms, secret, tls_cipher(suite).hash_len)
                            : seal_from_master(&s, &terms, CLIENT, secret, 48);
            ck_assert(good == seal_ready(&s));
            ck_assert(!seal_open(&s, &record, 1, &opened));
            seal_clear(&s);
        }
    }
}
END_TEST

START_TEST(an_ended_library_begins_again)
{
    struct talk t;
    talk_begin(&t, &vectors[0]);
    decrypt_end();
    while (step(&t, false))
        ;
    talk_end(&t);
    decrypt_end();
    decrypt_end();
}
END_TEST

static void add_real(TCase *t)
{
    tcase_set_timeout(t, 60);
    TEST_ROWS(t, opens_what_programs_sealed, vectors);
    TEST_ROWS(t, a_flipped_bit_in_the_secret_opens_nothing, vectors);
    TEST_ROWS(t, skips_lost_records, vectors);
    tcase_add_test(t, skips_no_further_than_asked);
    tcase_add_test(t, many_talk_at_once);
    TEST_ROWS(t, opens_rfc8448, rfc8448);
}

static void add_made(TCase *t)
{
    TEST_ROWS(t, opens_what_we_sealed, sealings);
    TEST_ROWS(t, refuses_every_other_length, sealings);
    tcase_add_test(t, padding_alone_has_no_type);
}

static void add_refused(TCase *t)
{
    TEST_ROWS(t, begins_only_what_it_can, beginnings);
    tcase_add_test(t, every_suite_is_safe);
    tcase_add_test(t, an_ended_library_begins_again);
}

TEST_MAIN("decrypt", add_real, add_made, add_refused)
