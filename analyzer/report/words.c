/* words.c - see words.h. */
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ---- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_upper(c) || is_lower(c) || is_digit(c) || (uint8_t)c >= 0x80;
}

static char lowered(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static bool is_hex(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!is_digit(at[i]) && !(lowered(at[i]) >= 'a' && lowered(at[i]) <= 'f'))
            return false;
    return len > 0;
}

static bool is_decimal(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!is_digit(at[i]))
            return false;
    return len > 0;
}

/* ---- words ---- */

static const char *const small_words[] = { "a",    "an",   "the", "of",   "to",   "is",   "in",
                                           "on",   "by",   "for", "and",  "or",   "with", "at",
                                           "that", "this", "it",  "its",  "be",   "was",  "were",
                                           "are",  "from", "as",  "been", "your", "our" };

static bool is_small(const struct word *word)
{
    for (size_t i = 0; i < sizeof small_words / sizeof *small_words; i++)
        if (strcmp(word->text, small_words[i]) == 0)
            return true;
    return false;
}

static struct word *add_word(struct words *w, enum word_kind kind)
{
    if (w->count == WORDS_MAX)
        return NULL;
    struct word *word = &w->list[w->count++];
    *word = (struct word){ .kind = (uint8_t)kind };
    return word;
}

static bool add_plain(struct words *w, const char *at, size_t len)
{
    struct word *word = add_word(w, WORD_PLAIN);
    if (!word)
        return false;
    word->len = (uint8_t)(len < WORD_MAX ? len : WORD_MAX - 1);
    for (size_t i = 0; i < word->len; i++)
        word->text[i] = lowered(at[i]);
    w->count -= is_small(word);
    return true;
}

static void add_break(struct words *w)
{
    if (w->count > 0 && w->list[w->count - 1].kind != WORD_BREAK)
        add_word(w, WORD_BREAK);
}

static void add_number(struct words *w, int64_t value, bool is_code)
{
    struct word *word = add_word(w, is_code ? WORD_CODE : WORD_NUMBER);
    if (word)
        word->len = (uint8_t)snprintf(word->text, sizeof word->text, "%s%lld", is_code ? "#" : "",
                                      (long long)value);
}

/* One number however it is written: 0x2700, -0x2700, -9984, 9984 and 0xffffd900
 * are one, and so are 0x80090326 and -2146893018. Small ones keep their sign:
 * -4 and 4 are told apart by those who print them. */
static int64_t same_number(int64_t value)
{
    enum { SIGN_MATTERS_BELOW = 100, CODES_MAX = 65536 };
    if (value >= 0xffff0000 && value <= 0xffffffff)
        value -= 0x100000000;
    if (value < -CODES_MAX && value >= INT32_MIN)
        return value + 0x100000000;
    return value < 0 && value > -SIGN_MATTERS_BELOW ? value : llabs(value);
}

/* How a CamelCase word ends: before a capital behind a small letter, and before
 * the last capital of several that a small word follows (SSL|Handshake, not
 * TL|Sv1). */
static bool ends_here(const char *at, const char *end)
{
    if (is_lower(at[-1]) && is_upper(*at))
        return true;
    return is_upper(at[-1]) && is_upper(*at) && end - at > 2 && is_lower(at[1]) && is_lower(at[2]);
}

static void add_camel_case(struct words *w, const char *at, const char *end)
{
    size_t first = w->count;
    while (at < end) {
        const char *start = at++;
        while (at < end && !ends_here(at, end))
            at++;
        if (!add_plain(w, start, (size_t)(at - start)))
            return;
    }
    if (w->count > first + 1)
        w->list[first].joined = (uint8_t)(w->count - first < 8 ? w->count - first : 0);
}

static void add_run(struct words *w, const char *at, size_t len, bool negative)
{
    enum { DIGITS_MAX = 12, HEX_MAX = 8 };
    bool hex = len > 2 && len <= 2 + HEX_MAX && at[0] == '0' && lowered(at[1]) == 'x' &&
               is_hex(at + 2, len - 2);
    if (!hex && !(is_decimal(at, len) && len <= DIGITS_MAX)) {
        add_camel_case(w, at, at + len);
        return;
    }
    char digits[DIGITS_MAX + 1] = { 0 };
    memcpy(digits, at, len);
    int64_t value = (int64_t)strtoull(digits, NULL, hex ? 16 : 10);
    add_number(w, same_number(negative ? -value : value), hex || negative);
}

/* ---- what is one word though it has dots in it ---- */

/* 10.0.0.5 is nobody's error code. */
static size_t ipv4_len(const char *at, const char *end)
{
    const char *start = at;
    for (int part = 0; part < 4; part++) {
        const char *digits = at;
        while (at < end && is_digit(*at) && at - digits < 3)
            at++;
        if (at == digits || (part < 3 && (at == end || *at++ != '.')))
            return 0;
    }
    bool goes_on = at < end && (is_word(*at) || (*at == '.' && end - at > 1 && is_digit(at[1])));
    return goes_on ? 0 : (size_t)(at - start);
}

/* 4.04 is a code of CoAP. */
static size_t coap_code_len(const char *at, const char *end)
{
    bool is =
        end - at >= 4 && is_digit(at[0]) && at[1] == '.' && is_digit(at[2]) && is_digit(at[3]) &&
        (end - at == 4 || (!is_word(at[4]) && !(at[4] == '.' && end - at > 5 && is_digit(at[5]))));
    return is ? 4 : 0;
}

/* 7.88.1 is a version, and no number. */
static size_t version_len(const char *at, const char *end)
{
    const char *start = at;
    bool dots = false;
    for (; at < end && (is_digit(*at) || *at == '.'); at++) {
        if (*at == '.' && (end - at < 2 || !is_digit(at[1])))
            break;
        dots = dots || *at == '.';
    }
    return dots && is_digit(*start) ? (size_t)(at - start) : 0;
}

static bool follows_word(const char *text, const char *at)
{
    return at > text && (is_word(at[-1]) || at[-1] == '.' || at[-1] == ')');
}

void words_read(struct words *w, const char *text, size_t len)
{
    const char *end = text + len;
    w->count = 0;
    for (const char *at = text; at < end && w->count < WORDS_MAX;) {
        if (!is_word(*at)) {
            at++;
            continue;
        }
        size_t address = follows_word(text, at) ? 0 : ipv4_len(at, end);
        size_t code = address || follows_word(text, at) ? 0 : coap_code_len(at, end);
        if (!address && !code)
            code = version_len(at, end);
        if (code)
            add_plain(w, at, code);
        if (address || code) {
            at += address + code;
            continue;
        }
        const char *start = at;
        while (at < end && is_word(*at))
            at++;
        if (at - start == 1 && lowered(*start) == 's' && start > text && start[-1] == '\'')
            continue; /* the peer's */
        bool negative = start > text && start[-1] == '-' && !follows_word(text, start - 1);
        add_run(w, start, (size_t)(at - start), negative);
    }
}

/* ---- what numbers mean ---- */

/* The library's "fatal error code is 70" of Windows is an alert too. */
static bool begins_alert(const struct words *w, size_t at)
{
    return strcmp(w->list[at].text, "alert") == 0 ||
           (at + 2 < w->count && strcmp(w->list[at].text, "fatal") == 0 &&
            strcmp(w->list[at + 1].text, "error") == 0 &&
            strcmp(w->list[at + 2].text, "code") == 0);
}

static void add_meaning(struct words *w, const char *word, int64_t number)
{
    add_break(w);
    add_plain(w, word, strlen(word));
    add_number(w, number, false);
}

/* OpenSSL packs library and reason into one number: 8 hexadecimal digits. Library
 * 20 is TLS; reasons from 1000 on are alerts that the peer sent. */
static void expand_openssl(struct words *w, const struct word *word)
{
    enum { LIBRARY_SSL = 20, REASONS_OF_ALERTS = 1000 };
    if (word->len != 8 || !is_hex(word->text, 8))
        return;
    uint32_t packed = (uint32_t)strtoul(word->text, NULL, 16);
    uint32_t reason = packed >> 23 == LIBRARY_SSL   ? packed & 0x7fffff
                      : packed >> 24 == LIBRARY_SSL ? packed & 0xfff
                                                    : 0;
    if (!reason)
        return;
    add_meaning(w, "sslreason", reason);
    if (reason > REASONS_OF_ALERTS && reason < REASONS_OF_ALERTS + 256)
        add_meaning(w, "alert", reason - REASONS_OF_ALERTS);
}

static bool is_one_of(const struct word *word, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(word->text, *names) == 0)
            return true;
    return false;
}

/* "SSL alert number 45", "fatal alert message (msg 70)", "TLS alert, unknown CA
 * (560)": curl prints level and description as one number. */
static void expand_alert(struct words *w, size_t at, size_t count)
{
    static const char *const between[] = { "number",  "description", "desc",    "code",
                                           "fatal",   "received",    "message", "msg",
                                           "warning", "error",       NULL };
    enum { AHEAD_MAX = 6, ALERTS = 256, FATAL = 2 * ALERTS };
    bool near = true;
    for (size_t i = at + 1; i < count && i <= at + AHEAD_MAX; i++) {
        const struct word *word = &w->list[i];
        long number = word->kind == WORD_NUMBER ? strtol(word->text, NULL, 10) : -1;
        if (number >= FATAL && number < FATAL + ALERTS) {
            add_meaning(w, "alert", number - FATAL);
            return;
        }
        if (near && i > at + 1 && number >= 0 && number < ALERTS) {
            add_meaning(w, "alert", number);
            return;
        }
        near = near && is_one_of(word, between);
    }
}

/* mbedTLS adds the code of the layer below to its own: -0x3B62 is -0x3B00 and
 * -0x0062. */
static void expand_mbedtls(struct words *w, const struct word *word)
{
    enum { LOW = 0x7f, HIGH_MIN = 0x1080, HIGH_MAX = 0x7fff };
    long value = strtol(word->text + 1, NULL, 10);
    if (word->kind != WORD_CODE || value < HIGH_MIN || value > HIGH_MAX || !(value & LOW))
        return;
    add_break(w);
    add_number(w, value & ~LOW, true);
    w->list[w->count - 1].derived = true;
}

void words_expand(struct words *w)
{
    size_t count = w->count;
    for (size_t i = 0; i < count; i++) {
        struct word word = w->list[i];
        if (word.kind == WORD_BREAK)
            return;
        if (begins_alert(w, i))
            expand_alert(w, i, count);
        if (word.kind == WORD_CODE)
            expand_mbedtls(w, &word);
        else
            expand_openssl(w, &word);
    }
}

bool words_join(const struct words *w, size_t at, char joined[WORD_MAX])
{
    size_t len = 0;
    if (!w->list[at].joined)
        return false;
    for (size_t i = at; i < w->count && i < at + w->list[at].joined; i++) {
        if (len + w->list[i].len >= WORD_MAX)
            return false;
        memcpy(joined + len, w->list[i].text, w->list[i].len);
        len += w->list[i].len;
    }
    joined[len] = 0;
    return true;
}
