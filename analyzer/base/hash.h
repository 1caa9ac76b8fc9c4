/* hash.h - a quick hash for tables that live no longer than the program. Where
 * others choose what is hashed, it begins with something they do not know. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* hash_word goes on hashing with one word. */
static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
}

/* hash_bytes goes on hashing with len bytes, in two lanes: a multiplication
 * needn't wait for the one before. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    uint64_t other = hash_word(hash, len), words[2];
    for (; len >= sizeof words; at += sizeof words, len -= sizeof words) {
        memcpy(words, at, sizeof words);
        hash = hash_word(hash, words[0]);
        other = hash_word(other, words[1]);
    }
    memset(words, 0, sizeof words);
    if (len)
        memcpy(words, at, len);
    hash = hash_word(hash, words[0]);
    return hash_word(hash, hash_word(other, words[1]));
}

#endif
