/* community_id.c - Community ID v1: "1:" and the base64 of a SHA-1 over seed,
 * addresses, protocol and ports, the smaller end first. */
#include "report/community_id.h"

#include <openssl/evp.h>
#include <string.h>

enum { SHA1_LEN = 20, TUPLE_MAX = 2 + 2 * 16 + 2 + 2 * 2 };

/* SHA-1 is a name here and protects nothing. The context is kept: making one
 * costs more than the hash. */
static void sha1(const uint8_t *bytes, size_t len, uint8_t digest[SHA1_LEN])
{
    static EVP_MD_CTX *context;
    static EVP_MD *md;
    if (!md) {
        md = EVP_MD_fetch(NULL, "SHA1", NULL);
        context = EVP_MD_CTX_new();
    }
    memset(digest, 0, SHA1_LEN);
    if (md && context && EVP_DigestInit_ex2(context, md, NULL) &&
        EVP_DigestUpdate(context, bytes, len))
        EVP_DigestFinal_ex(context, digest, NULL);
}

/* put copies len bytes and gives where the next ones go. */
static uint8_t *put(uint8_t *at, const void *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return at + len;
}

static uint8_t *put_port(uint8_t *at, uint16_t port)
{
    *at++ = (uint8_t)(port >> 8);
    *at++ = (uint8_t)port;
    return at;
}

static bool comes_first(const struct endpoint *a, const struct endpoint *b)
{
    int order = memcmp(a->address.bytes, b->address.bytes, a->address.len);
    return order < 0 || (order == 0 && a->port < b->port);
}

/* IANA's protocol numbers; ICMP has one for each IP. */
static uint8_t protocol_number(enum transport transport, size_t address_len)
{
    static const uint8_t numbers[][2] = {
        [TRANSPORT_TCP] = { 6, 6 }, [TRANSPORT_UDP] = { 17, 17 }, [TRANSPORT_ICMP] = { 1, 58 }
    };
    return numbers[transport][address_len == 16];
}

const char *community_id(const struct endpoint ends[2], enum transport transport, char *buf)
{
    const struct endpoint *low = &ends[0], *high = &ends[1];
    if (comes_first(high, low))
        low = &ends[1], high = &ends[0];

    uint8_t tuple[TUPLE_MAX] = { 0 }; /* begins with the seed, two bytes of 0 */
    uint8_t *at = tuple + 2;
    at = put(at, low->address.bytes, low->address.len);
    at = put(at, high->address.bytes, high->address.len);
    *at++ = protocol_number(transport, low->address.len);
    *at++ = 0;
    at = put_port(at, low->port);
    at = put_port(at, high->port);
    uint8_t digest[SHA1_LEN];
    sha1(tuple, (size_t)(at - tuple), digest);
    buf[0] = '1';
    buf[1] = ':';
    EVP_EncodeBlock((unsigned char *)buf + 2, digest, SHA1_LEN);
    return buf;
}
