/* decrypt.h - opens the records of one side, once their secret is known.
 *
 * A seal is what one side protects its records with: keys, and where it is in the
 * sequence. All of it is libcrypto's work; what it can't do (export ciphers,
 * Camellia-GCM, SSL 3) makes no seal. A record that does not authenticate gives
 * nothing at all. Where secrets come from is keylog.h's business. */
#ifndef TLS_DECRYPT_H
#define TLS_DECRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"

enum {
    SEALED_LEN_MAX = 16384 + 2048, /* RFC 5246 §6.2.3; longer records open never */
    SEAL_SKIP_MAX = 256,           /* sequence numbers that are tried, however many are asked for */
};

/* What the hellos agreed on. */
struct seal_terms {
    uint32_t suite, version; /* of ServerHello or supported_versions, TLS or DTLS */
    bool encrypt_then_mac;   /* the server's hello has the extension, RFC 7366 */
    bool compressed;         /* it chose compression: there is no seal then */
    uint8_t client_random[32], server_random[32]; /* not needed for TLS 1.3 */
};

/* Plain data that lies where the caller likes: it holds no memory of its own, but
 * keys, so seal_clear() ends it. All members are decrypt.c's. */
struct seal {
    uint64_t id;       /* in decrypt.c's cache; 0: no seal */
    uint64_t number;   /* of the next record: what TLS counts and DTLS sends */
    uint64_t consumed; /* bytes of the key stream, for RC4 */
    uint32_t suite;
    uint8_t kind; /* enum tls_cipher_kind */
    uint8_t bulk, digest;
    uint8_t key_len, iv_len, mac_len, tag_len, front_len, block_len, secret_len;
    bool is_13, encrypt_then_mac, chained_iv;
    uint8_t key[32], iv[16], mac_key[48], secret[64];
};

/* seal_from_master derives one side's keys from the master secret of a handshake
 * up to TLS 1.2 or DTLS 1.2 (RFC 5246 §6.3). writer's records it opens: those
 * behind its ChangeCipherSpec. False and an empty seal when it can't: a suite that
 * libcrypto can't do, another version, a secret that has not 48 bytes. */
bool seal_from_master(struct seal *s, const struct seal_terms *terms, enum side writer,
                      const uint8_t *master, size_t len);
/* seal_from_traffic does the same from a traffic secret of TLS 1.3, which belongs
 * to one side already. */
bool seal_from_traffic(struct seal *s, const struct seal_terms *terms, const uint8_t *secret,
                       size_t len);
/* seal_update makes the next keys of a TLS 1.3 side, for what it sends behind its
 * KeyUpdate (RFC 8446 §7.2). */
bool seal_update(struct seal *s);
/* seal_clear wipes it; an empty seal opens nothing. */
void seal_clear(struct seal *s);

static inline bool seal_ready(const struct seal *s)
{
    return s->id != 0;
}

/* A record as it came: type and version from its header, and what is behind. */
struct sealed {
    uint8_t type;
    uint16_t version;
    const uint8_t *bytes;
    size_t len;
};

/* What was in it. TLS 1.3 has the type inside; it is 0 when there was only padding. */
struct opened {
    uint8_t type;
    size_t len;
    uint8_t bytes[SEALED_LEN_MAX];
};

/* seal_open opens the next record of a TLS side and counts it. Call it once for
 * each record that the side sealed, in order. After a gap the number of the next
 * one is not known: then up to skipped_max numbers are skipped until one fits.
 * False when it does not authenticate; opened is empty then, and the count stays. */
bool seal_open(struct seal *s, const struct sealed *record, unsigned skipped_max,
               struct opened *opened);
/* seal_open_number opens a record that says its number: of DTLS, epoch << 48 |
 * sequence number. Nothing is counted. */
bool seal_open_number(struct seal *s, const struct sealed *record, uint64_t number,
                      struct opened *opened);

/* decrypt_end frees what libcrypto keeps for all seals; for the program's end. */
void decrypt_end(void);

#endif
