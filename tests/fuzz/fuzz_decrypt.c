/* fuzz_decrypt.c - the input says suite, secret, and either a record's bytes, which
 * must never open, or content: sealed with the same keys it opens and is unchanged,
 * and with one bit of it changed it does not. What does not open leaves nothing. */
#include "dissectors/tls/decrypt.h"

#include "base/reader.h"
#include "dissectors/tls/names.h"
#include "support/seal_record.h"

/* clang-format off */
static const struct sealing sealings[] = {
    { 0x0301, 0x002f, "AES-128-CBC", "SHA1", false },
    { 0x0301, 0x0035, "AES-256-CBC", "SHA1", true },
    { 0x0302, 0x000a, "DES-EDE3-CBC", "SHA1", false },
    { 0x0303, 0x0002, NULL, "SHA1", false },
    { 0x0303, 0x003c, "AES-128-CBC", "SHA256", false },
    { 0x0303, 0xc024, "AES-256-CBC", "SHA384", true },
    { 0x0303, 0xc03d, "ARIA-256-CBC", "SHA384", false },
    { 0x0303, 0x00c0, "CAMELLIA-256-CBC", "SHA256", true },
    { 0x0303, 0x009c, "AES-128-GCM", NULL, false },
    { 0x0303, 0xc051, "ARIA-256-GCM", NULL, false },
    { 0x0303, 0xc0a1, "AES-256-CCM", NULL, false },
    { 0x0303, 0xcca8, "ChaCha20-Poly1305", NULL, false },
    { 0xfefd, 0xc0a8, "AES-128-CCM", NULL, false },
    { 0x0304, 0x1302, "AES-256-GCM", NULL, false },
    { 0x0304, 0x1303, "ChaCha20-Poly1305", NULL, false },
    { 0x0304, 0x1305, "AES-128-CCM", NULL, false },
};
/* clang-format on */
enum { SEALING_COUNT = sizeof sealings / sizeof sealings[0], CONTENT_MAX = 16384 };

static struct opened opened;
static uint8_t wire[SEALED_LEN_MAX + 512];

static void make_seal(struct seal *s, const struct sealing *how, struct reader *input)
{
    uint8_t secret[48];
    struct seal_terms terms = { .suite = how->suite,
                                .version = how->version,
                                .encrypt_then_mac = how->encrypt_then_mac };
    reader_copy(input, secret, 16);
    memset(secret + 16, 0x77, 32);
    reader_copy(input, terms.client_random, 4);
    bool made = how->version == 0x0304
                    ? seal_from_traffic(s, &terms, secret, tls_cipher(how->suite).hash_len)
                    : seal_from_master(s, &terms, secret[0] & 1 ? SERVER : CLIENT, secret, 48);
    MUST(made && seal_ready(s));
}

/* Not even bytes that had been decrypted before the tag was seen. */
static void require_nothing(void)
{
    MUST(opened.len == 0 && opened.type == 0);
    for (size_t i = 0; i < sizeof opened.bytes; i++)
        MUST(opened.bytes[i] == 0);
}

static void open_any_bytes(struct seal *s, struct reader *input)
{
    struct sealed record = { .type = reader_u8(input), .version = reader_u16(input) };
    record.len = reader_left(input);
    record.bytes = reader_next(input, record.len);
    if (!record.bytes)
        return;
    memset(&opened, 0, sizeof opened);
    MUST(!seal_open(s, &record, 3, &opened) && s->number == 0);
    require_nothing();
    MUST(!seal_open_number(s, &record, 0x0001000000000007, &opened));
    require_nothing();
}

static void seal_and_open(struct seal *s, const struct sealing *how, struct reader *input)
{
    struct content in = { .type = (uint8_t)(reader_u8(input) | 1) };
    in.padding = reader_u8(input) % 14;
    uint16_t flip = reader_u16(input);
    uint64_t number = reader_u8(input) % 4; /* how many records are lost before it */
    in.len = reader_left(input) < CONTENT_MAX ? reader_left(input) : CONTENT_MAX;
    in.bytes = reader_next(input, in.len);
    if (!in.bytes)
        return;
    bool is_13 = how->version == 0x0304;
    struct sealed record = { is_13 ? 23 : in.type, is_13 ? 0x0303 : (uint16_t)how->version, wire,
                             seal_record(how, s, number, &in, wire) };
    struct seal before = *s;

    memset(&opened, 0, sizeof opened);
    wire[flip % record.len] ^= (uint8_t)(1 << flip % 8);
    MUST(!seal_open(s, &record, 5, &opened));
    require_nothing();
    wire[flip % record.len] ^= (uint8_t)(1 << flip % 8);

    *s = before;
    MUST(seal_open(s, &record, (unsigned)number, &opened));
    MUST(s->number == number + 1 && opened.type == in.type && opened.len == in.len);
    MUST(in.len == 0 || memcmp(opened.bytes, in.bytes, in.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = reader_over(data, size, false);
    uint8_t what = reader_u8(&input);
    const struct sealing *how = &sealings[what % SEALING_COUNT];
    struct seal s;
    make_seal(&s, how, &input);
    if (what & 0x80)
        open_any_bytes(&s, &input);
    else
        seal_and_open(&s, how, &input);
    if (s.is_13)
        MUST(seal_update(&s) && s.number == 0);
    seal_clear(&s);
    return 0;
}
