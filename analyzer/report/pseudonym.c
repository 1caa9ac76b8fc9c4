/* pseudonym.c - see pseudonym.h. */
#include "report/pseudonym.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_LEN = 32, BLOCK_LEN = 16, KEY_FILE_MIN = 16, KEY_FILE_MAX = 1 << 20, MARK_LEN = 4 };

struct pseudonyms {
    uint8_t names[KEY_LEN]; /* of HMAC-SHA-256 */
    uint8_t pad[BLOCK_LEN]; /* what stands behind a prefix, encrypted */
    EVP_CIPHER_CTX *cipher; /* AES-256, a block at a time */
};

/* ---- keys ---- */

static bool refuse(struct error *e, const char *path, const char *fault)
{
    error_place(e, "%s", path);
    error_fault(e, "%s", fault);
    error_hint(e,
               "a key is any file of %d bytes or more that you keep: head -c 32 /dev/urandom >KEY",
               KEY_FILE_MIN);
    return false;
}

/* Everything comes from one digest of the file, by what it is for. */
static void derive(const uint8_t digest[KEY_LEN], const char *purpose, uint8_t key[KEY_LEN])
{
    unsigned len = KEY_LEN;
    HMAC(EVP_sha256(), digest, KEY_LEN, (const uint8_t *)purpose, strlen(purpose), key, &len);
}

static bool read_key(const char *path, uint8_t digest[KEY_LEN], struct error *e)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return refuse(e, path, strerror(errno));
    uint8_t *bytes = must_malloc(KEY_FILE_MAX);
    size_t len = fread(bytes, 1, KEY_FILE_MAX, file);
    bool enough = len >= KEY_FILE_MIN && !ferror(file);
    fclose(file);
    EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL);
    OPENSSL_cleanse(bytes, len);
    free(bytes);
    return enough || refuse(e, path, "there is too little in it to make a key of");
}

static void encrypt(struct pseudonyms *p, const uint8_t in[BLOCK_LEN], uint8_t out[BLOCK_LEN])
{
    int len = 0;
    EVP_EncryptUpdate(p->cipher, out, &len, in, BLOCK_LEN);
}

struct pseudonyms *pseudonyms_new(const char *key_file, struct error *e)
{
    uint8_t digest[KEY_LEN], key[KEY_LEN], pad[KEY_LEN];
    if (!read_key(key_file, digest, e))
        return NULL;
    struct pseudonyms *p = must_calloc(1, sizeof *p);
    derive(digest, "names", p->names);
    derive(digest, "addresses", key);
    derive(digest, "pad", pad);
    p->cipher = EVP_CIPHER_CTX_new();
    if (!p->cipher || !EVP_EncryptInit_ex(p->cipher, EVP_aes_256_ecb(), NULL, key, NULL)) {
        refuse(e, key_file, "libcrypto has no AES here");
        pseudonyms_free(p);
        return NULL;
    }
    EVP_CIPHER_CTX_set_padding(p->cipher, 0);
    encrypt(p, pad, p->pad);
    OPENSSL_cleanse(digest, sizeof digest);
    OPENSSL_cleanse(key, sizeof key);
    return p;
}

void pseudonyms_free(struct pseudonyms *p)
{
    if (!p)
        return;
    EVP_CIPHER_CTX_free(p->cipher);
    OPENSSL_cleanse(p, sizeof *p);
    free(p);
}

/* ---- addresses ---- */

static unsigned bit_of(const uint8_t *bytes, unsigned n)
{
    return bytes[n / 8] >> (7 - n % 8) & 1;
}

/* Crypto-PAn (Xu, Fan, Ammar and Moon, ICNP 2002): each bit is turned or not by a
 * keyed function of the bits before it. Addresses of both lengths differ in the pad. */
struct address pseudonym_address(struct pseudonyms *p, const struct address *a)
{
    struct address out = { .len = a->len };
    uint8_t prefix[BLOCK_LEN], turned[BLOCK_LEN];
    memcpy(prefix, p->pad, BLOCK_LEN);
    prefix[BLOCK_LEN - 1] ^= a->len == 4;
    for (unsigned n = 0; n < 8u * a->len; n++) {
        encrypt(p, prefix, turned);
        unsigned bit = bit_of(a->bytes, n), mask = 0x80u >> n % 8;
        out.bytes[n / 8] |= (uint8_t)((bit ^ turned[0] >> 7) ? mask : 0);
        prefix[n / 8] = (uint8_t)((prefix[n / 8] & ~mask) | (bit ? mask : 0));
    }
    return out;
}

/* ---- words ---- */

/* What a thing is, not whose: attribute types of names, protocols, first labels. */
static const char *const kept_words[] = {
    "CN",           "O",    "OU",    "C",         "L",    "ST",     "DC", "UID", "emailAddress",
    "serialNumber", "DNS",  "IP",    "URI",       "http", "https",  "ws", "wss", "mqtt",
    "mqtts",        "coap", "coaps", "mqttv3",    "MQTT", "MQIsdp", "h2", "h3",  "www",
    "well-known",   "core", "rd",    "localhost", "0",    "1",      "2",
};

static bool is_kept(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof kept_words / sizeof *kept_words; i++)
        if (strlen(kept_words[i]) == len && memcmp(kept_words[i], word, len) == 0)
            return true;
    return false;
}

/* Bytes beyond ASCII are letters of somebody's alphabet. */
static bool is_word_byte(uint8_t c)
{
    return isalnum(c) || c == '-' || c == '_' || c >= 0x80;
}

/* Names that differ in case alone are one name. */
static void add_word(struct pseudonyms *p, const char *word, size_t len, struct text *out)
{
    uint8_t mac[KEY_LEN];
    unsigned mac_len = KEY_LEN;
    struct text folded = { 0 };
    for (size_t i = 0; i < len; i++)
        text_add_char(&folded, (char)tolower((uint8_t)word[i]));
    HMAC(EVP_sha256(), p->names, KEY_LEN, (const uint8_t *)text_string(&folded), len, mac,
         &mac_len);
    text_add_char(out, 'x');
    for (int i = 0; i < MARK_LEN; i++)
        text_add_hex(out, mac[i], 2);
    text_free(&folded);
}

/* ---- texts ---- */

static bool is_address_byte(uint8_t c)
{
    return isxdigit(c) || c == '.' || c == ':';
}

static bool parse_address(const char *text, struct address *a)
{
    bool v4 = inet_pton(AF_INET, text, a->bytes) == 1;
    a->len = v4 ? 4 : inet_pton(AF_INET6, text, a->bytes) == 1 ? 16 : 0;
    return a->len > 0;
}

/* An address at the beginning of a text: its length there, or 0. "10.0.0.5:8883"
 * ends before the port, "[fd00::1]:8883" at the bracket. */
static size_t address_at(const char *bytes, size_t len, struct address *a)
{
    char text[ADDRESS_TEXT_LEN];
    size_t run = 0;
    while (run < len && run + 1 < sizeof text && is_address_byte((uint8_t)bytes[run]))
        run++;
    if (run < len && is_word_byte((uint8_t)bytes[run]))
        return 0;
    for (; run >= 2; run--) {
        bool at_end = run == len || !isxdigit((uint8_t)bytes[run]);
        memcpy(text, bytes, run);
        text[run] = 0;
        if (at_end && parse_address(text, a))
            return run;
    }
    return 0;
}

static void add_address(struct pseudonyms *p, const struct address *a, struct text *out)
{
    char text[ADDRESS_TEXT_LEN];
    struct address pseudonym = pseudonym_address(p, a);
    text_add(out, address_text(&pseudonym, text));
}

void pseudonym_text(struct pseudonyms *p, const char *bytes, size_t len, struct text *out)
{
    for (size_t at = 0; at < len;) {
        struct address a;
        size_t used = address_at(bytes + at, len - at, &a);
        if (used) {
            add_address(p, &a, out);
            at += used;
            continue;
        }
        size_t word = 0;
        while (at + word < len && is_word_byte((uint8_t)bytes[at + word]))
            word++;
        if (word == 0)
            text_add_char(out, bytes[at++]);
        else if (is_kept(bytes + at, word))
            text_add_bytes(out, bytes + at, word);
        else
            add_word(p, bytes + at, word, out);
        at += word;
    }
}
