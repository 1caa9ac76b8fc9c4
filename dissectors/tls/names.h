/* names.h - what the name of a cipher suite tells about the records it makes.
 *
 * The tables of names themselves are declared in fields.h. Nothing here has a
 * second table of suites: a suite's properties are read off its IANA name. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_cipher_kind {
    CIPHER_UNKNOWN, /* no suite we have a name for, or no cipher at all (an SCSV) */
    CIPHER_NULL,
    CIPHER_STREAM,
    CIPHER_CBC,
    CIPHER_GCM,
    CIPHER_CCM,
    CIPHER_CCM_8,
    CIPHER_CHACHA,
    CIPHER_AEAD, /* another one, without explicit nonce: AEGIS, MGM */
};

struct tls_cipher {
    uint32_t suite;
    enum tls_cipher_kind kind;
    uint8_t tag_len;   /* of an AEAD */
    uint8_t mac_len;   /* of all others */
    uint8_t block_len; /* CBC */
    uint8_t nonce_len; /* explicit, in front of each TLS 1.2 record */
    uint8_t hash_len;  /* the hash of PRF and Finished: 32, 48 or 64 */
    bool tls13;        /* a suite of TLS 1.3, which names no key exchange */
    bool weak;         /* NULL, EXPORT, anonymous, RC4, DES, 3DES or MD5 */
    bool forward_secret;
};

/* tls_cipher reads all of it off the suite's name. */
struct tls_cipher tls_cipher(uint32_t suite);

unsigned tls_cipher_tag_len(uint32_t suite); /* 0 when it is no AEAD */
bool tls_cipher_sha384(uint32_t suite);      /* its PRF is made of SHA-384 */
enum tls_cipher_kind tls_cipher_kind(uint32_t suite);
bool tls_cipher_weak(uint32_t suite);
bool tls_cipher_forward_secret(uint32_t suite);

/* tls_cipher_record_len is the length in the header of an encrypted record that
 * holds plain_len bytes with no more padding than it needs; 0 when unknown. A
 * TLS 1.3 record counts its inner content type. version is of ServerHello, TLS
 * or DTLS; encrypt_then_mac as in RFC 7366. */
size_t tls_cipher_record_len(uint32_t suite, uint32_t version, bool encrypt_then_mac,
                             size_t plain_len);
/* tls_version_is_13 knows TLS 1.3, its drafts and DTLS 1.3. */
bool tls_version_is_13(uint32_t version);

#endif
