/* fingerprint.c - see fingerprint.h.
 *
 *     JA3   version,ciphers,extensions,groups,point formats     MD5 of it
 *     JA3S  version,cipher,extensions                           MD5 of it
 *     JA4   t13d1516h2_8daaf6152771_e5627efa2ab1                parts, two hashed
 *
 * The fields leave GREASE out already, as all three want it. A list that was
 * clipped has no fingerprint: a wrong one is worse than none. What clients and
 * servers say again and again is looked up, not hashed anew. */
#include "dissectors/tls/fingerprint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/memo.h"
#include "base/text.h"
#include "dissectors/tls/fields.h"
#include "dissectors/tls/names.h"

enum {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_ALPN = 16,
    EXTENSION_SUPPORTED_VERSIONS = 43,
    JA4_HASH_DIGITS = 12,
    MEMO_MAX = 1024, /* fingerprints remembered */
    MEMO_BYTES_MAX = 1 << 20,
};

/* ---- helpers ---- */

static void add_decimals(struct text *out, const struct list *list)
{
    for (uint32_t i = 0; list && i < list->kept; i++) {
        if (i)
            text_add_char(out, '-');
        text_add_number(out, list->items.numbers[i]);
    }
}

/* Contexts are kept for the whole run: making one costs more than the hash. */
struct hasher {
    const char *name;
    EVP_MD *md;
    EVP_MD_CTX *context;
};
static struct hasher md5 = { .name = "MD5" }, sha256 = { .name = "SHA256" };

/* Writes the first digits of a hash in hexadecimal; digits fits the hash. False
 * where libcrypto won't: some are built or told to do without MD5. */
static bool add_hash(struct text *out, struct hasher *h, const struct text *of, size_t digits)
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    if (!h->context) {
        h->md = EVP_MD_fetch(NULL, h->name, NULL);
        h->context = EVP_MD_CTX_new();
    }
    if (!h->md || !h->context || !EVP_DigestInit_ex2(h->context, h->md, NULL) ||
        !EVP_DigestUpdate(h->context, text_string(of), of->len) ||
        !EVP_DigestFinal_ex(h->context, hash, NULL))
        return false;
    for (size_t i = 0; i < digits / 2; i++)
        text_add_hex(out, hash[i], 2);
    return true;
}

static bool add_md5(struct text *out, struct text *of)
{
    bool good = add_hash(out, &md5, of, 32);
    text_free(of);
    return good;
}

/* ---- JA3 and JA3S ---- */

static bool make_ja3(const struct handshake *hs, struct text *out)
{
    static const unsigned lists[] = { TLS_OFFERED_CIPHERS, TLS_EXTENSIONS, TLS_OFFERED_GROUPS,
                                      TLS_POINT_FORMATS };
    struct text t = { 0 };
    text_add_number(&t, (uint64_t)handshake_number_or(hs, TLS_HELLO_VERSION, 0));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        text_add_char(&t, ',');
        add_decimals(&t, handshake_list(hs, lists[i]));
    }
    return add_md5(out, &t);
}

/* ServerHello's own version field: with supported_versions among its extensions
 * it says 1.2 whatever was chosen (RFC 8446 §4.1.3, RFC 9147 §5.4). */
static uint32_t legacy_version(const struct handshake *hs)
{
    uint32_t version = (uint32_t)handshake_number_or(hs, TLS_VERSION, 0);
    if (version == 0xfefc)
        return 0xfefd;
    bool moved =
        list_has_number(handshake_list(hs, TLS_SERVER_EXTENSIONS), EXTENSION_SUPPORTED_VERSIONS);
    return version == 0x0304 || (moved && tls_version_is_13(version)) ? 0x0303 : version;
}

static bool make_ja3s(const struct handshake *hs, struct text *out)
{
    struct text t = { 0 };
    text_format(&t, "%" PRIu32 ",%" PRId64 ",", legacy_version(hs),
                handshake_number_or(hs, TLS_CIPHER, 0));
    add_decimals(&t, handshake_list(hs, TLS_SERVER_EXTENSIONS));
    return add_md5(out, &t);
}

/* ---- JA4 ---- */

static const char *ja4_version(int64_t version)
{
    static const struct {
        int64_t version;
        const char *digits;
    } words[] = {
        { 0x0304, "13" }, { 0x0303, "12" }, { 0x0302, "11" }, { 0x0301, "10" }, { 0x0300, "s3" },
        { 0x0002, "s2" }, { 0xfeff, "d1" }, { 0xfefd, "d2" }, { 0xfefc, "d3" },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].version == version)
            return words[i].digits;
    return "00";
}

static uint32_t count_of(const struct list *list)
{
    uint32_t count = list ? list->kept : 0;
    return count < 99 ? count : 99;
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* First and last character of the first ALPN value; when either is no letter or
 * digit, first and last of its hexadecimal form. */
static void add_ja4_alpn(struct text *out, const struct list *alpn)
{
    if (!alpn || alpn->kept == 0 || alpn->items.texts[0].len == 0) {
        text_add(out, "00");
        return;
    }
    struct span value = alpn->items.texts[0];
    uint8_t first = (uint8_t)value.bytes[0], last = (uint8_t)value.bytes[value.len - 1];
    if (!is_alphanumeric(first) || !is_alphanumeric(last)) {
        first = (uint8_t) "0123456789abcdef"[first >> 4];
        last = (uint8_t) "0123456789abcdef"[last & 15];
    }
    text_add_char(out, (char)first);
    text_add_char(out, (char)last);
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void add_hex_list(struct text *out, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_add_char(out, ',');
        text_add_hex(out, numbers[i], 4);
    }
}

/* Adds a list sorted; SNI and ALPN are in JA4's first part already and are left
 * out of its extensions. */
static size_t add_sorted(struct text *out, const struct list *list, bool extensions)
{
    uint32_t *sorted = must_malloc((list ? list->kept : 0) * sizeof *sorted);
    size_t count = 0;
    for (uint32_t i = 0; list && i < list->kept; i++) {
        uint32_t n = list->items.numbers[i];
        if (!extensions || (n != EXTENSION_SERVER_NAME && n != EXTENSION_ALPN))
            sorted[count++] = n;
    }
    qsort(sorted, count, sizeof *sorted, ascending);
    add_hex_list(out, sorted, count);
    free(sorted);
    return count;
}

static bool add_ja4_hash(struct text *out, struct text *of)
{
    bool good = true;
    text_add_char(out, '_');
    if (of->len)
        good = add_hash(out, &sha256, of, JA4_HASH_DIGITS);
    else
        text_add(out, "000000000000");
    text_free(of);
    return good;
}

static bool add_ja4_ciphers(struct text *out, const struct handshake *hs)
{
    struct text t = { 0 };
    add_sorted(&t, handshake_list(hs, TLS_OFFERED_CIPHERS), false);
    return add_ja4_hash(out, &t);
}

static bool add_ja4_extensions(struct text *out, const struct handshake *hs)
{
    const struct list *signatures = handshake_list(hs, TLS_OFFERED_SIGNATURES);
    struct text t = { 0 };
    size_t count = add_sorted(&t, handshake_list(hs, TLS_EXTENSIONS), true);
    if (count && signatures && signatures->kept) {
        text_add_char(&t, '_');
        add_hex_list(&t, signatures->items.numbers, signatures->kept);
    }
    return add_ja4_hash(out, &t);
}

static bool make_ja4(const struct handshake *hs, struct text *out)
{
    const struct list *extensions = handshake_list(hs, TLS_EXTENSIONS);
    int64_t hello = handshake_number_or(hs, TLS_HELLO_VERSION, 0);
    text_add_char(out, hs->transport == TRANSPORT_UDP ? 'd' : 't');
    text_add(out, ja4_version(handshake_number_or(hs, TLS_OFFERED_VERSION, hello)));
    text_add_char(out, list_has_number(extensions, EXTENSION_SERVER_NAME) ? 'd' : 'i');
    text_format(out, "%02" PRIu32 "%02" PRIu32, count_of(handshake_list(hs, TLS_OFFERED_CIPHERS)),
                count_of(extensions));
    add_ja4_alpn(out, handshake_list(hs, TLS_OFFERED_ALPN));
    return add_ja4_ciphers(out, hs) && add_ja4_extensions(out, hs);
}

/* ---- what they are made of ---- */

enum { NUMBERS_MAX = 2, LISTS_MAX = 4 };

/* Beside its numbers and lists only the transport and the name of the first
 * application protocol decide what a fingerprint is. */
struct fingerprint {
    unsigned id;
    bool (*make)(const struct handshake *hs, struct text *out);
    unsigned numbers[NUMBERS_MAX], number_count; /* the first is of the hello it is made of */
    unsigned lists[LISTS_MAX], list_count;
};

static const struct fingerprint of_client[] = {
    { TLS_JA3,
      make_ja3,
      { TLS_HELLO_VERSION },
      1,
      { TLS_OFFERED_CIPHERS, TLS_EXTENSIONS, TLS_OFFERED_GROUPS, TLS_POINT_FORMATS },
      4 },
    { TLS_JA4,
      make_ja4,
      { TLS_HELLO_VERSION, TLS_OFFERED_VERSION },
      2,
      { TLS_OFFERED_CIPHERS, TLS_EXTENSIONS, TLS_OFFERED_SIGNATURES },
      3 },
};
static const struct fingerprint of_server = {
    TLS_JA3S, make_ja3s, { TLS_VERSION, TLS_CIPHER }, 2, { TLS_SERVER_EXTENSIONS }, 1
};

static struct memo *memo;
static struct text memo_key, made;

static bool is_whole(const struct handshake *hs, const struct fingerprint *f)
{
    for (unsigned i = 0; i < f->list_count; i++) {
        const struct list *list = handshake_list(hs, f->lists[i]);
        if (list && list->kept < list->count)
            return false;
    }
    return true;
}

/* Begins the key anew with all that decides what the fingerprint is. */
static void make_key(const struct handshake *hs, const struct fingerprint *f, struct text *key)
{
    text_clear(key);
    text_add_char(key, (char)f->id);
    text_add_char(key, (char)hs->transport);
    add_ja4_alpn(key, handshake_list(hs, TLS_OFFERED_ALPN));
    for (unsigned i = 0; i < f->number_count; i++) {
        int64_t number = handshake_number_or(hs, f->numbers[i], -1);
        text_add_bytes(key, &number, sizeof number);
    }
    for (unsigned i = 0; i < f->list_count; i++) {
        const struct list *list = handshake_list(hs, f->lists[i]);
        uint32_t count = list ? list->kept : 0;
        text_add_bytes(key, &count, sizeof count);
        if (count)
            text_add_bytes(key, list->items.numbers, count * sizeof count);
    }
}

/* The proof of a fingerprint is the packet of its hello. */
static void set_fingerprint(struct handshake *hs, const struct fingerprint *f)
{
    if (!is_whole(hs, f))
        return;
    if (!memo)
        memo = memo_new(MEMO_MAX, MEMO_BYTES_MAX);
    make_key(hs, f, &memo_key);
    size_t len;
    const char *known = memo_find(memo, memo_key.data, memo_key.len, &len);
    if (!known) {
        text_clear(&made);
        if (!f->make(hs, &made))
            return;
        memo_keep(memo, memo_key.data, memo_key.len, made.data, made.len);
        known = made.data;
        len = made.len;
    }
    handshake_set_text(hs, f->id, known, len);
    hs->values[f->id].frame = hs->values[f->numbers[0]].frame;
}

void fingerprint_set(struct handshake *hs)
{
    /* A hello in SSL 2 format has neither extensions nor two-byte suites. */
    if (handshake_has(hs, TLS_HELLO_VERSION) && !handshake_true(hs, TLS_SSL2_HELLO))
        for (size_t i = 0; i < sizeof of_client / sizeof *of_client; i++)
            set_fingerprint(hs, &of_client[i]);
    if (handshake_has(hs, TLS_VERSION) && handshake_has(hs, TLS_CIPHER))
        set_fingerprint(hs, &of_server);
}

static void hasher_free(struct hasher *h)
{
    EVP_MD_CTX_free(h->context);
    EVP_MD_free(h->md);
    h->context = NULL;
    h->md = NULL;
}

void fingerprint_end(void)
{
    hasher_free(&md5);
    hasher_free(&sha256);
    memo_free(memo);
    memo = NULL;
    text_free(&memo_key);
    text_free(&made);
}
