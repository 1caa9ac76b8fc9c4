/* decrypt.c - records opened with libcrypto: RFC 5246 §6.2.3, RFC 8446 §5.2,
 * RFC 6347 §4.1.2, RFC 7366, RFC 7905.
 *
 *     master secret ──> key block ──┐
 *                                   ├──> seal ──> context with its keys set ──> record
 *     traffic secret ──> key, iv ───┘
 *
 * Contexts are costly to set up and seals are many, so a few contexts are kept and
 * belong to the seals that used them last. We only read what others have sent: no
 * one can time us, so a bad record is refused as soon as it is known to be bad. */
#include "dissectors/tls/decrypt.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/provider.h>

#include "dissectors/tls/fields.h"
#include "dissectors/tls/names.h"

enum {
    SLOT_COUNT = 64,
    AEAD_IV_LEN = 12,
    SALT_LEN = 4, /* the part of an AEAD's nonce that is not sent, RFC 5288 §3 */
    HEADER_MAX = 13,
    MASTER_LEN = 48,
    TYPE_DATA = 23,
    STREAM_REPLAY_MAX = 1 << 18,
};

/* ---- what libcrypto has ---- */

/* How suites call ciphers and how libcrypto does. What is not here can't be done. */
static const struct {
    const char *word, *name;
    bool legacy;
} bulks[] = {
    { "_AES_128_GCM", "AES-128-GCM", false },
    { "_AES_256_GCM", "AES-256-GCM", false },
    { "_CHACHA20_POLY1305", "ChaCha20-Poly1305", false },
    { "_AES_128_CBC", "AES-128-CBC", false },
    { "_AES_256_CBC", "AES-256-CBC", false },
    { "_AES_128_CCM", "AES-128-CCM", false },
    { "_AES_256_CCM", "AES-256-CCM", false },
    { "_ARIA_128_GCM", "ARIA-128-GCM", false },
    { "_ARIA_256_GCM", "ARIA-256-GCM", false },
    { "_ARIA_128_CBC", "ARIA-128-CBC", false },
    { "_ARIA_256_CBC", "ARIA-256-CBC", false },
    { "_CAMELLIA_128_CBC", "CAMELLIA-128-CBC", false },
    { "_CAMELLIA_256_CBC", "CAMELLIA-256-CBC", false },
    { "_3DES_EDE_CBC", "DES-EDE3-CBC", false },
    { "_WITH_NULL_", "NULL", false },
    { "_RC4_128", "RC4", true },
    { "_SEED_CBC", "SEED-CBC", true },
    { "_WITH_DES_CBC_", "DES-CBC", true },
};

static const struct {
    const char *ending, *name;
} digests[] = {
    { "_SHA", OSSL_DIGEST_NAME_SHA1 },
    { "_SHA256", OSSL_DIGEST_NAME_SHA2_256 },
    { "_SHA384", OSSL_DIGEST_NAME_SHA2_384 },
    { "_MD5", OSSL_DIGEST_NAME_MD5 },
};

enum { BULK_COUNT = sizeof bulks / sizeof bulks[0] };

/* A context, and the seal whose keys are set in it. */
struct slot {
    uint64_t id;
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac;
    uint64_t consumed; /* bytes of the key stream of a stream cipher */
};

/* A library context of our own: the system's configuration must not change what a
 * report says, and old ciphers are to be had here only. */
static struct {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *providers[2]; /* default, legacy */
    bool legacy_tried;
    EVP_CIPHER *ciphers[BULK_COUNT];
    bool cipher_tried[BULK_COUNT];
    EVP_MAC *hmac;
    EVP_KDF *prf, *expand;
    uint64_t last_id;
    struct slot slots[SLOT_COUNT];
} library;

static bool library_ready(void)
{
    if (library.context)
        return true;
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    library.context = OSSL_LIB_CTX_new();
    if (!library.context)
        return false;
    library.providers[0] = OSSL_PROVIDER_load(library.context, "default");
    library.hmac = EVP_MAC_fetch(library.context, OSSL_MAC_NAME_HMAC, NULL);
    library.prf = EVP_KDF_fetch(library.context, OSSL_KDF_NAME_TLS1_PRF, NULL);
    library.expand = EVP_KDF_fetch(library.context, OSSL_KDF_NAME_TLS1_3_KDF, NULL);
    return true;
}

/* The provider of old ciphers is a file of its own, which need not be installed. */
static void load_legacy(void)
{
    if (!library.legacy_tried)
        library.providers[1] = OSSL_PROVIDER_load(library.context, "legacy");
    library.legacy_tried = true;
}

static EVP_CIPHER *cipher_of(unsigned bulk)
{
    if (!library.cipher_tried[bulk]) {
        if (bulks[bulk].legacy)
            load_legacy();
        library.ciphers[bulk] = EVP_CIPHER_fetch(library.context, bulks[bulk].name, NULL);
        library.cipher_tried[bulk] = true;
    }
    return library.ciphers[bulk];
}

void decrypt_end(void)
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        EVP_CIPHER_CTX_free(library.slots[i].cipher);
        EVP_MAC_CTX_free(library.slots[i].mac);
    }
    for (size_t i = 0; i < BULK_COUNT; i++)
        EVP_CIPHER_free(library.ciphers[i]);
    EVP_MAC_free(library.hmac);
    EVP_KDF_free(library.prf);
    EVP_KDF_free(library.expand);
    for (size_t i = 0; i < 2; i++)
        if (library.providers[i])
            OSSL_PROVIDER_unload(library.providers[i]);
    OSSL_LIB_CTX_free(library.context);
    uint64_t last_id = library.last_id; /* a seal from before must not meet a new one's keys */
    memset(&library, 0, sizeof library);
    library.last_id = last_id;
}

/* ---- deriving keys ---- */

static bool derive(EVP_KDF *kdf, const OSSL_PARAM *params, uint8_t *out, size_t len)
{
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    bool done = context && EVP_KDF_derive(context, out, len, params) == 1;
    EVP_KDF_CTX_free(context);
    return done;
}

static OSSL_PARAM text_param(const char *key, const char *text)
{
    return OSSL_PARAM_construct_utf8_string(key, (char *)(uintptr_t)text, 0);
}

static OSSL_PARAM bytes_param(const char *key, const void *bytes, size_t len)
{
    return OSSL_PARAM_construct_octet_string(key, (void *)(uintptr_t)bytes, len);
}

static const char *hash_name(size_t hash_len)
{
    return hash_len == 48 ? OSSL_DIGEST_NAME_SHA2_384 : OSSL_DIGEST_NAME_SHA2_256;
}

/* HKDF-Expand-Label with an empty context, RFC 8446 §7.1. */
static bool expand_label(const struct seal *s, const char *label, uint8_t *out, size_t len)
{
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        text_param(OSSL_KDF_PARAM_DIGEST, hash_name(s->secret_len)),
        bytes_param(OSSL_KDF_PARAM_KEY, s->secret, s->secret_len),
        bytes_param(OSSL_KDF_PARAM_PREFIX, "tls13 ", 6),
        bytes_param(OSSL_KDF_PARAM_LABEL, label, strlen(label)),
        OSSL_PARAM_construct_end(),
    };
    return derive(library.expand, params, out, len);
}

/* PRF(master, "key expansion", server random + client random): RFC 5246 §6.3, and
 * with the two hashes of TLS 1.0 and 1.1 RFC 2246 §6.3. */
static bool expand_master(const struct seal_terms *t, const char *hash, const uint8_t *master,
                          uint8_t *out, size_t len)
{
    const OSSL_PARAM params[] = {
        text_param(OSSL_KDF_PARAM_DIGEST, hash),
        bytes_param(OSSL_KDF_PARAM_SECRET, master, MASTER_LEN),
        bytes_param(OSSL_KDF_PARAM_SEED, "key expansion", 13),
        bytes_param(OSSL_KDF_PARAM_SEED, t->server_random, sizeof t->server_random),
        bytes_param(OSSL_KDF_PARAM_SEED, t->client_random, sizeof t->client_random),
        OSSL_PARAM_construct_end(),
    };
    return derive(library.prf, params, out, len);
}

/* ---- making seals ---- */

enum { TLS_10 = 0x0301, TLS_11 = 0x0302, TLS_12 = 0x0303, DTLS_10 = 0xfeff, DTLS_12 = 0xfefd };

static bool is_dtls(uint32_t version)
{
    return version >> 8 == 0xfe;
}

static bool has_prf_of_two(uint32_t version)
{
    return version == TLS_10 || version == TLS_11 || version == DTLS_10;
}

static bool find_bulk(struct seal *s, const char *name)
{
    /* Export ciphers make their keys in another way, RFC 2246 §6.3.1. */
    if (strncmp(name, "TLS_", 4) != 0 || strstr(name, "EXPORT"))
        return false;
    for (uint8_t i = 0; i < BULK_COUNT; i++) {
        if (!strstr(name, bulks[i].word))
            continue;
        EVP_CIPHER *cipher = cipher_of(i);
        s->bulk = i;
        s->key_len = cipher ? (uint8_t)EVP_CIPHER_get_key_length(cipher) : 0;
        return cipher != NULL;
    }
    return false;
}

static bool find_digest(struct seal *s, const char *name)
{
    size_t name_len = strlen(name);
    for (uint8_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        size_t len = strlen(digests[i].ending);
        if (name_len > len && strcmp(name + name_len - len, digests[i].ending) == 0) {
            s->digest = i;
            return true;
        }
    }
    return false;
}

static bool is_aead(uint8_t kind)
{
    return kind == CIPHER_GCM || kind == CIPHER_CCM || kind == CIPHER_CCM_8 ||
           kind == CIPHER_CHACHA;
}

static bool begin(struct seal *s, const struct seal_terms *t, bool is_13)
{
    struct tls_cipher c = tls_cipher(t->suite);
    const char *name = code_name_of(&tls_ciphers, t->suite);
    memset(s, 0, sizeof *s);
    if (!name || c.tls13 != is_13 || t->compressed || !library_ready() || !find_bulk(s, name))
        return false;
    s->suite = t->suite;
    s->kind = (uint8_t)c.kind;
    s->is_13 = is_13;
    s->tag_len = c.tag_len;
    if (is_aead(s->kind)) {
        s->front_len = is_13 ? 0 : c.nonce_len;
        s->iv_len = s->front_len ? SALT_LEN : AEAD_IV_LEN;
        return true;
    }
    s->mac_len = c.mac_len;
    s->block_len = c.block_len;
    return !is_13 && c.tag_len == 0 && find_digest(s, name);
}

/* TLS 1.0 takes the first IV from the key block and each next one from the record
 * before; later versions send one in front of each, RFC 4346 §6.2.3.2. */
static void set_block_mode(struct seal *s, const struct seal_terms *t)
{
    if (s->kind != CIPHER_CBC)
        return;
    s->chained_iv = t->version == TLS_10;
    s->front_len = s->chained_iv ? 0 : s->block_len;
    s->iv_len = s->chained_iv ? s->block_len : 0;
    s->encrypt_then_mac = t->encrypt_then_mac;
}

/* The key block has the client's and the server's: MAC keys, keys, IVs. */
static bool cut_key_block(struct seal *s, const struct seal_terms *t, enum side writer,
                          const uint8_t *master)
{
    uint8_t block[2 * (sizeof s->mac_key + sizeof s->key + sizeof s->iv)];
    size_t third = writer == SERVER, at = 0;
    const char *hash =
        has_prf_of_two(t->version) ? "MD5-SHA1" : hash_name(tls_cipher(t->suite).hash_len);
    size_t len = 2u * (s->mac_len + s->key_len + s->iv_len);
    bool done = expand_master(t, hash, master, block, len);
    if (done) {
        memcpy(s->mac_key, block + at + third * s->mac_len, s->mac_len);
        at += 2u * s->mac_len;
        memcpy(s->key, block + at + third * s->key_len, s->key_len);
        at += 2u * s->key_len;
        memcpy(s->iv, block + at + third * s->iv_len, s->iv_len);
    }
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

/* Takes the keys out of the seal's context, if it has one. */
static void leave_slot(const struct seal *s)
{
    struct slot *slot = &library.slots[s->id % SLOT_COUNT];
    if (!s->id || slot->id != s->id)
        return;
    EVP_CIPHER_CTX_reset(slot->cipher);
    EVP_MAC_CTX_free(slot->mac);
    slot->mac = NULL;
    slot->id = 0;
}

/* An id says to whom a context belongs: new keys, new id. */
static bool finish(struct seal *s, bool good)
{
    if (good)
        s->id = ++library.last_id;
    else
        seal_clear(s);
    ERR_clear_error();
    return good;
}

bool seal_from_master(struct seal *s, const struct seal_terms *terms, enum side writer,
                      const uint8_t *master, size_t len)
{
    bool is_12 = terms->version == TLS_12 || terms->version == DTLS_12;
    bool good = begin(s, terms, false) && len == MASTER_LEN &&
                (is_12 || has_prf_of_two(terms->version)) &&
                (is_12 || !is_aead(s->kind)) && /* RFC 5288 §4 and its like want TLS 1.2 */
                !(is_dtls(terms->version) && s->kind == CIPHER_STREAM); /* RFC 6347 §4.1.2.2 */
    if (good)
        set_block_mode(s, terms);
    return finish(s, good && cut_key_block(s, terms, writer, master));
}

static bool set_traffic_keys(struct seal *s)
{
    return expand_label(s, "key", s->key, s->key_len) && expand_label(s, "iv", s->iv, s->iv_len);
}

bool seal_from_traffic(struct seal *s, const struct seal_terms *terms, const uint8_t *secret,
                       size_t len)
{
    bool good = begin(s, terms, true) && len == tls_cipher(terms->suite).hash_len &&
                len <= sizeof s->secret && tls_version_is_13(terms->version) &&
                !is_dtls(terms->version);
    if (good) {
        s->secret_len = (uint8_t)len;
        memcpy(s->secret, secret, len);
    }
    return finish(s, good && set_traffic_keys(s));
}

bool seal_update(struct seal *s)
{
    uint8_t next[sizeof s->secret];
    bool good = s->id && s->is_13 && expand_label(s, "traffic upd", next, s->secret_len);
    if (good) {
        leave_slot(s);
        memcpy(s->secret, next, s->secret_len);
        s->number = 0;
    }
    OPENSSL_cleanse(next, sizeof next);
    return finish(s, good && set_traffic_keys(s));
}

void seal_clear(struct seal *s)
{
    leave_slot(s);
    OPENSSL_cleanse(s, sizeof *s);
}

/* ---- contexts ---- */

static bool set_aead(struct slot *slot, const struct seal *s)
{
    EVP_CIPHER_CTX *c = slot->cipher;
    bool ccm = s->kind == CIPHER_CCM || s->kind == CIPHER_CCM_8;
    return EVP_DecryptInit_ex2(c, cipher_of(s->bulk), NULL, NULL, NULL) &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, AEAD_IV_LEN, NULL) == 1 &&
           (!ccm || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, s->tag_len, NULL) == 1) &&
           EVP_DecryptInit_ex2(c, NULL, s->key, NULL, NULL);
}

static bool set_mac(struct slot *slot, const struct seal *s)
{
    const OSSL_PARAM params[] = {
        text_param(OSSL_MAC_PARAM_DIGEST, digests[s->digest].name),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX_free(slot->mac);
    slot->mac = library.hmac ? EVP_MAC_CTX_new(library.hmac) : NULL;
    return slot->mac && EVP_MAC_init(slot->mac, s->mac_key, s->mac_len, params);
}

static bool set_keys(struct slot *slot, const struct seal *s)
{
    EVP_CIPHER_CTX_reset(slot->cipher);
    slot->consumed = 0;
    if (is_aead(s->kind))
        return set_aead(slot, s);
    static const uint8_t no_iv[16];
    return EVP_DecryptInit_ex2(slot->cipher, cipher_of(s->bulk), s->key, no_iv, NULL) &&
           EVP_CIPHER_CTX_set_padding(slot->cipher, 0) && set_mac(slot, s);
}

/* The context with this seal's keys, or NULL. */
static struct slot *slot_of(const struct seal *s)
{
    struct slot *slot = &library.slots[s->id % SLOT_COUNT];
    if (!s->id || !library_ready())
        return NULL;
    if (slot->id == s->id)
        return slot;
    if (!slot->cipher && !(slot->cipher = EVP_CIPHER_CTX_new()))
        return NULL;
    slot->id = set_keys(slot, s) ? s->id : 0;
    return slot->id ? slot : NULL;
}

/* ---- opening ---- */

/* One attempt at a record with one sequence number. */
struct attempt {
    struct seal *seal;
    struct slot *slot;
    const struct sealed *record;
    uint64_t number;
    struct opened *out;
};

static void write_number(uint8_t *at, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(number >> (56 - 8 * i));
}

/* What is authenticated beside the content. Up to TLS 1.2 it says the number and
 * the content's length (RFC 5246 §6.2.3.1), in TLS 1.3 it is the record's header. */
static size_t write_header(const struct attempt *a, size_t content_len, uint8_t *header)
{
    size_t at = 0, len = a->seal->is_13 ? a->record->len : content_len;
    if (!a->seal->is_13) {
        write_number(header, a->number);
        at = 8;
    }
    header[at++] = a->record->type;
    header[at++] = (uint8_t)(a->record->version >> 8);
    header[at++] = (uint8_t)a->record->version;
    header[at++] = (uint8_t)(len >> 8);
    header[at++] = (uint8_t)len;
    return at;
}

/* The nonce: a salt and what stands in front of the record (RFC 5288 §3), or the
 * IV with the number mixed in (RFC 7905 §2, RFC 8446 §5.3). */
static void write_nonce(const struct attempt *a, uint8_t *nonce)
{
    const struct seal *s = a->seal;
    uint8_t number[8];
    memcpy(nonce, s->iv, s->iv_len);
    if (s->front_len) {
        memcpy(nonce + SALT_LEN, a->record->bytes, s->front_len);
        return;
    }
    write_number(number, a->number);
    for (size_t i = 0; i < sizeof number; i++)
        nonce[AEAD_IV_LEN - sizeof number + i] ^= number[i];
}

/* CCM wants to know the length beforehand, and checks the tag as it goes. */
static bool open_aead(const struct attempt *a)
{
    const struct seal *s = a->seal;
    uint8_t nonce[AEAD_IV_LEN], header[HEADER_MAX], tag[16];
    if (a->record->len < (size_t)s->front_len + s->tag_len)
        return false;
    size_t len = a->record->len - s->front_len - s->tag_len;
    size_t header_len = write_header(a, len, header);
    const uint8_t *content = a->record->bytes + s->front_len;
    bool ccm = s->kind == CIPHER_CCM || s->kind == CIPHER_CCM_8;
    EVP_CIPHER_CTX *c = a->slot->cipher;
    int got = 0, rest = 0;
    write_nonce(a, nonce);
    memcpy(tag, content + len, s->tag_len);
    bool good = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, s->tag_len, tag) == 1 &&
                EVP_DecryptInit_ex2(c, NULL, NULL, nonce, NULL) &&
                (!ccm || EVP_DecryptUpdate(c, NULL, &got, NULL, (int)len)) &&
                EVP_DecryptUpdate(c, NULL, &got, header, (int)header_len) &&
                EVP_DecryptUpdate(c, a->out->bytes, &got, content, (int)len) &&
                (ccm || EVP_DecryptFinal_ex(c, a->out->bytes + got, &rest));
    a->out->len = len;
    return good;
}

static bool mac_fits(const struct attempt *a, const uint8_t *content, size_t len,
                     const uint8_t *expected)
{
    uint8_t header[HEADER_MAX], mac[EVP_MAX_MD_SIZE];
    size_t header_len = write_header(a, len, header), mac_len = 0;
    EVP_MAC_CTX *c = a->slot->mac;
    return EVP_MAC_init(c, NULL, 0, NULL) && EVP_MAC_update(c, header, header_len) &&
           EVP_MAC_update(c, content, len) && EVP_MAC_final(c, mac, &mac_len, sizeof mac) &&
           mac_len == a->seal->mac_len && CRYPTO_memcmp(mac, expected, mac_len) == 0;
}

/* The MAC is behind the content, and is cut off it. */
static bool mac_ends(const struct attempt *a)
{
    struct opened *out = a->out;
    if (out->len < a->seal->mac_len)
        return false;
    out->len -= a->seal->mac_len;
    return mac_fits(a, out->bytes, out->len, out->bytes + out->len);
}

/* RFC 5246 §6.2.3.2: every byte of the padding says its length. */
static bool cut_padding(struct opened *out)
{
    if (out->len == 0)
        return false;
    size_t padding = out->bytes[out->len - 1];
    if (padding + 1 > out->len)
        return false;
    for (size_t i = 2; i <= padding + 1; i++)
        if (out->bytes[out->len - i] != padding)
            return false;
    out->len -= padding + 1;
    return true;
}

static bool open_blocks(const struct attempt *a, const uint8_t *content, size_t len)
{
    const uint8_t *iv = a->seal->chained_iv ? a->seal->iv : a->record->bytes;
    EVP_CIPHER_CTX *c = a->slot->cipher;
    int got = 0;
    if (len == 0 || len % a->seal->block_len != 0)
        return false;
    bool good = EVP_DecryptInit_ex2(c, NULL, NULL, iv, NULL) &&
                EVP_DecryptUpdate(c, a->out->bytes, &got, content, (int)len) && (size_t)got == len;
    a->out->len = len;
    return good && cut_padding(a->out);
}

/* With encrypt-then-mac the MAC is of what is sent, the IV in front included
 * (RFC 7366 §3); without, it is inside. */
static bool open_cbc(const struct attempt *a)
{
    const struct seal *s = a->seal;
    const uint8_t *bytes = a->record->bytes;
    size_t behind = s->encrypt_then_mac ? s->mac_len : 0;
    if (a->record->len < s->front_len + behind)
        return false;
    size_t len = a->record->len - behind;
    if (s->encrypt_then_mac && !mac_fits(a, bytes, len, bytes + len))
        return false;
    return open_blocks(a, bytes + s->front_len, len - s->front_len) &&
           (s->encrypt_then_mac || mac_ends(a));
}

static bool open_null(const struct attempt *a)
{
    memcpy(a->out->bytes, a->record->bytes, a->record->len);
    a->out->len = a->record->len;
    return mac_ends(a);
}

/* The key stream runs on from record to record. A context that was used for
 * another seal, or that went too far with a record that was none, starts over. */
static bool rewind_stream(const struct attempt *a)
{
    uint8_t unused[1024] = { 0 };
    struct slot *slot = a->slot;
    int got;
    if (slot->consumed == a->seal->consumed)
        return true;
    if (a->seal->consumed > STREAM_REPLAY_MAX || !set_keys(slot, a->seal))
        return false;
    while (slot->consumed < a->seal->consumed) {
        uint64_t left = a->seal->consumed - slot->consumed;
        int len = left < sizeof unused ? (int)left : (int)sizeof unused;
        if (!EVP_DecryptUpdate(slot->cipher, unused, &got, unused, len))
            return false;
        slot->consumed += (uint64_t)len;
    }
    OPENSSL_cleanse(unused, sizeof unused);
    return true;
}

static bool open_stream(const struct attempt *a)
{
    int got = 0;
    if (!rewind_stream(a) || !EVP_DecryptUpdate(a->slot->cipher, a->out->bytes, &got,
                                                a->record->bytes, (int)a->record->len))
        return false;
    a->slot->consumed += a->record->len;
    a->out->len = a->record->len;
    if (!mac_ends(a))
        return false;
    a->seal->consumed += a->record->len;
    return true;
}

static bool (*const openers[])(const struct attempt *a) = {
    [CIPHER_NULL] = open_null,   [CIPHER_STREAM] = open_stream, [CIPHER_CBC] = open_cbc,
    [CIPHER_GCM] = open_aead,    [CIPHER_CCM] = open_aead,      [CIPHER_CCM_8] = open_aead,
    [CIPHER_CHACHA] = open_aead,
};

/* TLS 1.3: content, its type, and zeros that hide the length (RFC 8446 §5.4). */
static void read_inner_type(struct opened *out)
{
    while (out->len > 0 && out->bytes[out->len - 1] == 0)
        out->len--;
    out->type = out->len > 0 ? out->bytes[--out->len] : 0;
}

/* Bytes that did not authenticate must not stay where somebody might read them. */
static bool attempt_open(struct attempt *a)
{
    struct opened *out = a->out;
    out->type = a->record->type;
    out->len = 0;
    bool good = openers[a->seal->kind](a);
    if (good && a->seal->is_13)
        read_inner_type(out);
    if (!good) {
        OPENSSL_cleanse(out->bytes, a->record->len);
        out->type = 0;
        out->len = 0;
    }
    return good;
}

static struct attempt attempt_at(struct seal *s, const struct sealed *record, uint64_t number,
                                 struct opened *out)
{
    out->type = 0;
    out->len = 0;
    /* In TLS 1.3 nothing but this type is ever sealed, RFC 8446 §5.2. */
    bool fits = record->len <= SEALED_LEN_MAX && (!s->is_13 || record->type == TYPE_DATA);
    return (struct attempt){ s, fits ? slot_of(s) : NULL, record, number, out };
}

/* What the next record's first block was mixed with goes by on the wire, whether
 * this record could be opened or not. */
static void chain_iv(struct seal *s, const struct sealed *record)
{
    size_t behind = s->encrypt_then_mac ? s->mac_len : 0;
    if (s->chained_iv && record->len >= s->block_len + behind)
        memcpy(s->iv, record->bytes + record->len - behind - s->block_len, s->block_len);
}

bool seal_open(struct seal *s, const struct sealed *record, unsigned skipped_max,
               struct opened *opened)
{
    struct attempt a = attempt_at(s, record, s->number, opened);
    unsigned skipped = 0;
    if (skipped_max > SEAL_SKIP_MAX)
        skipped_max = SEAL_SKIP_MAX;
    if (s->kind == CIPHER_STREAM) /* how much of the key stream is gone is not known either */
        skipped_max = 0;
    bool good = a.slot && attempt_open(&a);
    while (a.slot && !good && skipped++ < skipped_max) {
        a.number++;
        good = attempt_open(&a);
    }
    if (good)
        s->number = a.number + 1;
    chain_iv(s, record);
    ERR_clear_error();
    return good;
}

bool seal_open_number(struct seal *s, const struct sealed *record, uint64_t number,
                      struct opened *opened)
{
    struct attempt a = attempt_at(s, record, number, opened);
    bool good = a.slot && attempt_open(&a);
    ERR_clear_error();
    return good;
}
