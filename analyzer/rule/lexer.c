/* lexer.c - characters to tokens.
 *
 * Words are names of fields, codes, lists and keywords alike: which one it is
 * depends on where it stands, and is the parser's and the checker's to say.
 * Numbers, durations and addresses are told apart here, by their shape. */
#include "rule/lexer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct lexer lexer_over(const char *text, size_t len, struct mistakes *mistakes)
{
    struct lexer l = { text, len, 0, 1, 0, true, mistakes };
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) /* some editors begin UTF-8 so */
        l.at = 3;
    return l;
}

/* ---- characters ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c)
{
    return is_letter(c) || is_digit(c);
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The character at at + ahead, 0 behind the end. */
static char peek(const struct lexer *l, size_t ahead)
{
    return ahead < l->len - l->at ? l->text[l->at + ahead] : 0;
}

static void skip_blanks(struct lexer *l)
{
    while (l->at < l->len) {
        char c = l->text[l->at];
        if (c == '#') {
            while (l->at < l->len && l->text[l->at] != '\n')
                l->at++;
        } else if (c == '\n') {
            l->line_start = ++l->at;
            l->line++;
            l->fresh_line = true;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            l->at++;
        } else {
            return;
        }
    }
}

/* Ends the token t, len bytes long, and steps behind it. */
static struct token finish(struct lexer *l, struct token t, enum token_kind kind, size_t len)
{
    t.kind = kind;
    t.len = (uint32_t)len;
    l->at += len;
    return t;
}

static struct token bad(struct lexer *l, struct token t, size_t len, const char *fault,
                        const char *hint)
{
    if (l->mistakes && mistake_add(l->mistakes, t.at, len, "%s", fault) && hint[0])
        mistake_hint(l->mistakes, "%s", hint);
    return finish(l, t, TOKEN_BAD, len);
}

/* ---- strings ---- */

static size_t string_len(const struct lexer *l, bool *closed)
{
    size_t len = 1;
    for (char c; (c = peek(l, len)) != 0 && c != '\n' && c != '"'; len++)
        if (c == '\\' && peek(l, len + 1) != '\n' && peek(l, len + 1) != 0)
            len++;
    *closed = peek(l, len) == '"';
    if (!*closed && len > 1 && peek(l, len - 1) == '\r')
        len--;
    return *closed ? len + 1 : len;
}

static size_t first_control(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7f)
            return i;
    return len;
}

static struct token read_string(struct lexer *l, struct token t)
{
    bool closed;
    size_t len = string_len(l, &closed);
    if (!closed)
        return bad(l, t, len, "this text has no closing quote",
                   "a text ends in the line it begins in; texts that follow each other are joined");
    size_t whole = text_utf8_len(l->text + l->at, len);
    if (whole < len || first_control(l->text + l->at, len) < len)
        return bad(
            l, t, len,
            whole < len ? "this text is not UTF-8" : "this text has a control character in it", "");
    return finish(l, t, TOKEN_STRING, len);
}

size_t string_cook(const char *raw, size_t len, char *dst, size_t *bad_at)
{
    size_t cooked = 0;
    *bad_at = len;
    for (size_t i = 0; i < len; i++) {
        char c = raw[i];
        if (c == '\\' && i + 1 < len) {
            c = raw[++i];
            if (c != '"' && c != '\\' && c != 'n' && *bad_at == len)
                *bad_at = i - 1;
            c = c == 'n' ? '\n' : c;
        }
        dst[cooked++] = c;
    }
    return cooked;
}

/* ---- addresses ---- */

static unsigned bit_of(const struct address *a, unsigned bit)
{
    return a->bytes[bit / 8] >> (7 - bit % 8) & 1u;
}

static void clear_host_bits(struct network *n)
{
    for (unsigned bit = n->prefix; bit < n->address.len * 8u; bit++)
        n->address.bytes[bit / 8] &= (uint8_t) ~(1u << (7 - bit % 8));
}

static bool has_host_bits(const struct network *n)
{
    for (unsigned bit = n->prefix; bit < n->address.len * 8u; bit++)
        if (bit_of(&n->address, bit))
            return true;
    return false;
}

static bool read_prefix(const char *digits, size_t len, unsigned most, uint8_t *prefix)
{
    unsigned value = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(digits[i]) || i >= 3)
            return false;
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    *prefix = (uint8_t)value;
    return len > 0 && value <= most;
}

bool network_read(const char *text, size_t len, struct network *network, char fault[80],
                  char hint[80])
{
    const char *slash = memchr(text, '/', len);
    size_t address_len = slash ? (size_t)(slash - text) : len;
    char address[INET6_ADDRSTRLEN + 1] = "";
    fault[0] = hint[0] = 0;
    if (address_len < sizeof address)
        memcpy(address, text, address_len);
    struct address *a = &network->address;
    *network = (struct network){ 0 };
    if (inet_pton(AF_INET, address, a->bytes) == 1)
        a->len = 4;
    else if (inet_pton(AF_INET6, address, a->bytes) == 1)
        a->len = 16;
    if (a->len == 0) {
        snprintf(fault, 80, "'%.*s' is no address", (int)(len < 48 ? len : 48), text);
        return false;
    }
    unsigned bits = a->len * 8u;
    network->prefix = (uint8_t)bits;
    network->is_network = slash != NULL;
    if (slash && !read_prefix(slash + 1, len - address_len - 1, bits, &network->prefix)) {
        snprintf(fault, 80, "the prefix of an IPv%d network is 0 to %u bits", a->len == 4 ? 4 : 6,
                 bits);
        return false;
    }
    if (has_host_bits(network)) {
        snprintf(fault, 80, "'%.*s' has bits set behind its prefix", (int)len, text);
        clear_host_bits(network);
        char buf[ADDRESS_TEXT_LEN];
        snprintf(hint, 80, "did you mean %s/%u?", address_text(a, buf), network->prefix);
        return false;
    }
    return true;
}

/* How long the address at hand is, or 0 when it is none: something of hex digits
 * and dots that has a colon in it, or of digits with two dots or more. */
static size_t address_len(const struct lexer *l)
{
    size_t len = 0, colons = 0, dots = 0, letters = 0;
    for (char c; (c = peek(l, len)) != 0 && (is_hex(c) || c == ':' || c == '.'); len++) {
        if (c == '.' && (peek(l, len + 1) == '.' || !is_digit(peek(l, len + 1))))
            break;
        colons += c == ':';
        dots += c == '.';
        letters += !is_digit(c) && c != ':' && c != '.';
    }
    if (colons == 0 && (dots < 2 || letters > 0))
        return 0;
    if (peek(l, len) == '/')
        for (len++; is_word(peek(l, len)); len++)
            continue;
    return len;
}

static struct token read_address(struct lexer *l, struct token t, size_t len)
{
    char fault[80], hint[80];
    if (!network_read(l->text + l->at, len, &t.network, fault, hint))
        return bad(l, t, len, fault, hint);
    return finish(l, t, TOKEN_ADDRESS, len);
}

/* ---- numbers ---- */

static const struct unit {
    const char *name;
    int64_t us;
} units[] = {
    { "us", 1 },
    { "ms", 1000 },
    { "s", 1000000 },
    { "m", 60 * INT64_C(1000000) },
    { "h", 3600 * INT64_C(1000000) },
    { "d", 86400 * INT64_C(1000000) },
};

static const struct unit *unit_named(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
            return &units[i];
    return NULL;
}

static int digit_of(char c)
{
    return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool digits_read(const char *digits, size_t len, int base, int64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < len; i++)
        if (__builtin_mul_overflow(*number, base, number) ||
            __builtin_add_overflow(*number, digit_of(digits[i]), number))
            return false;
    return true;
}

/* "1.5" of a unit, in microseconds: what is finer than one is dropped. */
static bool duration_read(const char *digits, size_t whole_len, size_t fraction_len,
                          const struct unit *unit, int64_t *us)
{
    if (!digits_read(digits, whole_len, 10, us) || __builtin_mul_overflow(*us, unit->us, us))
        return false;
    int64_t scale = unit->us;
    for (size_t i = 0; i < fraction_len && scale > 0; i++) {
        int64_t part = digits[whole_len + 1 + i] - '0';
        if (__builtin_add_overflow(*us, part * scale / 10, us))
            return false;
        scale /= 10;
    }
    return true;
}

static struct token read_hex(struct lexer *l, struct token t)
{
    size_t len = 2;
    while (is_hex(peek(l, len)))
        len++;
    if (is_word(peek(l, len)) || len == 2)
        return bad(l, t, len + is_word(peek(l, len)), "0x wants hexadecimal digits behind it", "");
    if (!digits_read(l->text + l->at + 2, len - 2, 16, &t.number))
        return bad(l, t, len, "this number is too large", "");
    return finish(l, t, TOKEN_NUMBER, len);
}

static struct token read_number(struct lexer *l, struct token t)
{
    const char *digits = l->text + l->at;
    size_t whole = 0, fraction = 0, suffix = 0;
    while (is_digit(peek(l, whole)))
        whole++;
    if (peek(l, whole) == '.')
        while (is_digit(peek(l, whole + 1 + fraction)))
            fraction++;
    size_t number_len = whole + (fraction > 0 ? fraction + 1 : 0);
    while (is_word(peek(l, number_len + suffix)))
        suffix++;
    size_t len = number_len + suffix;

    if (suffix == 0 && fraction > 0)
        return bad(l, t, len, "numbers are whole here", "a name such as \"4.04\" wants quotes");
    if (suffix == 0)
        return digits_read(digits, whole, 10, &t.number)
                   ? finish(l, t, TOKEN_NUMBER, len)
                   : bad(l, t, len, "this number is too large", "");
    const struct unit *unit = unit_named(digits + number_len, suffix);
    if (!unit)
        return bad(l, t, len, "a number with an unknown unit",
                   "units are us, ms, s, m, h and d; a name that begins with a digit wants quotes");
    return duration_read(digits, whole, fraction, unit, &t.number)
               ? finish(l, t, TOKEN_DURATION, len)
               : bad(l, t, len, "this duration is too long", "");
}

/* ---- words and signs ---- */

static struct token read_word(struct lexer *l, struct token t)
{
    size_t len = 1;
    while (is_word(peek(l, len)) || (peek(l, len) == '.' && is_word(peek(l, len + 1))))
        len++;
    return finish(l, t, TOKEN_WORD, len);
}

struct token lexer_id(struct lexer *l, struct token t)
{
    l->at = t.at;
    size_t len = 0;
    while (is_word(peek(l, len)) ||
           ((peek(l, len) == '.' || peek(l, len) == '-') && is_word(peek(l, len + 1))))
        len++;
    return finish(l, t, TOKEN_WORD, len);
}

/* The longer sign of two with the same beginning comes first. */
static const struct sign {
    const char *text;
    enum token_kind kind;
} signs[] = {
    { "==", TOKEN_EQUAL },     { "!=", TOKEN_NOT_EQUAL },     { "<=", TOKEN_LESS_EQUAL },
    { "<", TOKEN_LESS },       { ">=", TOKEN_GREATER_EQUAL }, { ">", TOKEN_GREATER },
    { "=", TOKEN_ASSIGN },     { "(", TOKEN_OPEN },           { ")", TOKEN_CLOSE },
    { "{", TOKEN_LEFT_BRACE }, { "}", TOKEN_RIGHT_BRACE },    { ",", TOKEN_COMMA },
    { "..", TOKEN_RANGE },     { "+", TOKEN_PLUS },           { "-", TOKEN_MINUS },
    { "*", TOKEN_TIMES },      { "/", TOKEN_OVER },
};

/* What people write who know other languages. */
static const struct {
    const char *text, *hint;
} foreign_signs[] = {
    { "&&", "write 'and'" },
    { "||", "write 'or'" },
    { "!", "write 'not'" },
    { "~", "write 'matches'" },
    { "'", "texts stand in \"double quotes\"" },
    { "[", "sets are written { a, b }" },
    { ";", "nothing ends a line here but its end" },
};

static bool stands(const struct lexer *l, const char *sign)
{
    size_t len = strlen(sign);
    return len <= l->len - l->at && memcmp(l->text + l->at, sign, len) == 0;
}

static struct token read_stranger(struct lexer *l, struct token t)
{
    for (size_t i = 0; i < sizeof foreign_signs / sizeof *foreign_signs; i++) {
        const char *sign = foreign_signs[i].text;
        char fault[40];
        snprintf(fault, sizeof fault, "'%s' means nothing here", sign);
        if (stands(l, sign))
            return bad(l, t, strlen(sign), fault, foreign_signs[i].hint);
    }
    size_t len = 1;
    while (len < 4 && ((unsigned char)peek(l, len) & 0xc0) == 0x80)
        len++;
    return bad(l, t, len, "this character means nothing here", "");
}

static struct token read_sign(struct lexer *l, struct token t)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (stands(l, signs[i].text))
            return finish(l, t, signs[i].kind, strlen(signs[i].text));
    return read_stranger(l, t);
}

struct token lexer_next(struct lexer *l)
{
    skip_blanks(l);
    struct token t = { .at = (uint32_t)l->at,
                       .line = l->line,
                       .column = (uint32_t)(l->at - l->line_start + 1),
                       .first_on_line = l->fresh_line };
    l->fresh_line = false;
    if (l->at == l->len)
        return t;
    char c = peek(l, 0);
    size_t address = is_hex(c) || c == ':' ? address_len(l) : 0;
    if (address > 0)
        return read_address(l, t, address);
    if (c == '"')
        return read_string(l, t);
    if (c == '0' && (peek(l, 1) | 0x20) == 'x')
        return read_hex(l, t);
    if (is_digit(c))
        return read_number(l, t);
    return is_letter(c) ? read_word(l, t) : read_sign(l, t);
}
