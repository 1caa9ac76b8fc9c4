/* seal_record.h - the other way round: seals a record with the keys of a seal, for
 * tests. What decrypt.c derives is taken from it; how records are put together is
 * written anew from the RFCs. */
#ifndef SUPPORT_SEAL_RECORD_H
#define SUPPORT_SEAL_RECORD_H

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>

#include "dissectors/tls/decrypt.h"

#define MUST(truth)                                                                                \
    do {                                                                                           \
        if (!(truth))                                                                              \
            abort();                                                                               \
    } while (0)

/* What libcrypto calls the parts of a suite; no digest: an AEAD. */
struct sealing {
    uint32_t version, suite;
    const char *cipher, *digest;
    bool encrypt_then_mac;
};

/* What goes into one record. padding is how many bytes more than needed: CBC's in
 * blocks, TLS 1.3's zeros. */
struct content {
    uint8_t type;
    const uint8_t *bytes;
    size_t len, padding;
};

/* Old ciphers are in a provider of their own; where it is not installed, decrypt.c
 * makes no seals for them either. */
struct old_ciphers {
    OSSL_PROVIDER *providers[2];
};

static inline struct old_ciphers sealing_with_old_ciphers(void)
{
    return (struct old_ciphers){ { OSSL_PROVIDER_load(NULL, "default"),
                                   OSSL_PROVIDER_load(NULL, "legacy") } };
}

static inline void sealing_end(struct old_ciphers *old)
{
    for (size_t i = 0; i < 2; i++)
        if (old->providers[i])
            OSSL_PROVIDER_unload(old->providers[i]);
}

static inline size_t sealing_header(const struct sealing *how, uint64_t number, uint8_t type,
                                    size_t len, uint8_t *at)
{
    size_t front = how->version == 0x0304 ? 0 : 8;
    for (size_t i = 0; i < front; i++)
        at[i] = (uint8_t)(number >> (56 - 8 * i));
    uint16_t version = how->version == 0x0304 ? 0x0303 : (uint16_t)how->version;
    const uint8_t rest[5] = { type, (uint8_t)(version >> 8), (uint8_t)version, (uint8_t)(len >> 8),
                              (uint8_t)len };
    memcpy(at + front, rest, sizeof rest);
    return front + sizeof rest;
}

static inline size_t sealing_mac(const struct sealing *how, const struct seal *s, uint64_t number,
                                 uint8_t type, const uint8_t *bytes, size_t len, uint8_t *mac)
{
    static uint8_t joined[SEALED_LEN_MAX + 64];
    unsigned mac_len = 0;
    size_t front = sealing_header(how, number, type, len, joined);
    memcpy(joined + front, bytes, len);
    MUST(HMAC(EVP_get_digestbyname(how->digest), s->mac_key, s->mac_len, joined, front + len, mac,
              &mac_len));
    return mac_len;
}

static inline size_t sealing_aead(const struct sealing *how, const struct seal *s, uint64_t number,
                                  const struct content *in, uint8_t *out)
{
    static uint8_t inner[SEALED_LEN_MAX + 64];
    bool is_13 = how->version == 0x0304, ccm = strstr(how->cipher, "CCM");
    size_t len = in->len, header_len;
    uint8_t header[16], nonce[12];
    int got;
    if (in->len)
        memcpy(inner, in->bytes, in->len);
    if (is_13) {
        inner[len++] = in->type;
        memset(inner + len, 0, in->padding);
        len += in->padding;
        header_len = sealing_header(how, 0, 23, len + s->tag_len, header);
    } else {
        header_len = sealing_header(how, number, in->type, len, header);
    }
    memcpy(nonce, s->iv, s->iv_len);
    for (int i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(number >> (56 - 8 * i));
        if (s->front_len)
            nonce[4 + i] = out[i] = (uint8_t)(byte ^ 0x5a); /* explicit: need not be the number */
        else
            nonce[4 + i] ^= byte;
    }
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    MUST(EVP_EncryptInit_ex(c, EVP_get_cipherbyname(how->cipher), NULL, NULL, NULL));
    MUST(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL));
    MUST(!ccm || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, s->tag_len, NULL));
    MUST(EVP_EncryptInit_ex(c, NULL, NULL, s->key, nonce));
    MUST(!ccm || EVP_EncryptUpdate(c, NULL, &got, NULL, (int)len));
    MUST(EVP_EncryptUpdate(c, NULL, &got, header, (int)header_len));
    MUST(EVP_EncryptUpdate(c, out + s->front_len, &got, inner, (int)len) && (size_t)got == len);
    MUST(EVP_EncryptFinal_ex(c, out + s->front_len + len, &got));
    MUST(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, s->tag_len, out + s->front_len + len));
    EVP_CIPHER_CTX_free(c);
    return s->front_len + len + s->tag_len;
}

static inline size_t sealing_cbc(const struct sealing *how, const struct seal *s, uint64_t number,
                                 const struct content *in, uint8_t *out)
{
    static uint8_t inner[SEALED_LEN_MAX + 512];
    const EVP_CIPHER *cipher = EVP_get_cipherbyname(how->cipher);
    size_t block = (size_t)EVP_CIPHER_get_block_size(cipher), len = in->len;
    const uint8_t *iv = how->version == 0x0301 ? s->iv : out;
    size_t front = how->version == 0x0301 ? 0 : block;
    int got, rest;
    if (in->len)
        memcpy(inner, in->bytes, in->len);
    if (!how->encrypt_then_mac)
        len += sealing_mac(how, s, number, in->type, in->bytes ? in->bytes : inner, in->len,
                           inner + len);
    size_t padding = block - len % block + in->padding * block;
    memset(inner + len, (int)(padding - 1), padding);
    len += padding;
    memset(out, 0xc3, front);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    MUST(EVP_EncryptInit_ex(c, cipher, NULL, s->key, iv) && EVP_CIPHER_CTX_set_padding(c, 0));
    MUST(EVP_EncryptUpdate(c, out + front, &got, inner, (int)len) && (size_t)got == len);
    MUST(EVP_EncryptFinal_ex(c, out + front + len, &rest));
    EVP_CIPHER_CTX_free(c);
    len += front;
    if (how->encrypt_then_mac)
        len += sealing_mac(how, s, number, in->type, out, len, out + len);
    return len;
}

/* seal_record writes what stands behind the record's header to out, which is large
 * enough, and gives its length. */
static inline size_t seal_record(const struct sealing *how, const struct seal *s, uint64_t number,
                                 const struct content *in, uint8_t *out)
{
    if (!how->digest)
        return sealing_aead(how, s, number, in, out);
    if (how->cipher)
        return sealing_cbc(how, s, number, in, out);
    memcpy(out, in->bytes, in->len); /* NULL: a MAC, and nothing else */
    return in->len + sealing_mac(how, s, number, in->type, in->bytes, in->len, out + in->len);
}

#endif
