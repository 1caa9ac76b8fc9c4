/* words.h - error texts as words that can be compared.
 *
 * Upper and lower case and punctuation fall away, CamelCase and under_scores are
 * taken apart, and numbers become the same number however they are written. What
 * a number stands for (an OpenSSL error's reason, a TLS alert, an mbedTLS code of
 * two parts) is added as words of its own. It knows nothing of causes. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum word_kind {
    WORD_PLAIN,
    WORD_NUMBER, /* decimal, without a sign */
    WORD_CODE,   /* hex or negative: somebody's error code */
    WORD_BREAK,  /* what stands behind it has nothing to do with what stands before */
};

enum { WORD_MAX = 64, WORDS_MAX = 512 };

struct word {
    char text[WORD_MAX]; /* lower case; a number in decimal, a code with a # before it */
    uint8_t len, kind;
    bool derived;   /* a part of a code that may also be one by itself */
    uint8_t joined; /* so many words from here on were one CamelCase word; 0: none */
};

struct words {
    struct word list[WORDS_MAX];
    size_t count;
};

/* words_read takes a text apart, at most WORDS_MAX words; small words that say
 * nothing ("the", "of") are left out. */
void words_read(struct words *w, const char *text, size_t len);
/* words_expand adds what the numbers of the words mean, behind a break. */
void words_expand(struct words *w);
/* words_join gives the CamelCase word that begins at a word, in lower case; false
 * when there is none. */
bool words_join(const struct words *w, size_t at, char joined[WORD_MAX]);

#endif
