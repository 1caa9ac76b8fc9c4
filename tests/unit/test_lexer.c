/* test_lexer.c - rule texts to tokens, good and bad. */
#include "rule/lexer.h"

#include <string.h>

#include "support/test_main.h"

static const struct {
    const char *text;
    enum token_kind kinds[8]; /* ended by END */
} streams[] = {
    { "", { TOKEN_END } },
    { "  # a comment", { TOKEN_END } },
    { "# one\n# two\nword", { TOKEN_WORD, TOKEN_END } },
    { "\xef\xbb\xbfword", { TOKEN_WORD, TOKEN_END } },
    { "tls.certificate.not_after", { TOKEN_WORD, TOKEN_END } },
    { "tls.x-start", { TOKEN_WORD, TOKEN_MINUS, TOKEN_WORD, TOKEN_END } },
    { "a..b", { TOKEN_WORD, TOKEN_RANGE, TOKEN_WORD, TOKEN_END } },
    { "1..1023", { TOKEN_NUMBER, TOKEN_RANGE, TOKEN_NUMBER, TOKEN_END } },
    { "3s", { TOKEN_DURATION, TOKEN_END } },
    { "1.5s", { TOKEN_DURATION, TOKEN_END } },
    { "0x1F", { TOKEN_NUMBER, TOKEN_END } },
    { "== != < <= > >= =",
      { TOKEN_EQUAL, TOKEN_NOT_EQUAL, TOKEN_LESS, TOKEN_LESS_EQUAL, TOKEN_GREATER,
        TOKEN_GREATER_EQUAL, TOKEN_ASSIGN, TOKEN_END } },
    { "(){},+-",
      { TOKEN_OPEN, TOKEN_CLOSE, TOKEN_LEFT_BRACE, TOKEN_RIGHT_BRACE, TOKEN_COMMA, TOKEN_PLUS,
        TOKEN_MINUS, TOKEN_END } },
    { "10.0.0.7", { TOKEN_ADDRESS, TOKEN_END } },
    { "10.0.0.0/8,", { TOKEN_ADDRESS, TOKEN_COMMA, TOKEN_END } },
    { "10.0.0.1..10.0.0.9", { TOKEN_ADDRESS, TOKEN_RANGE, TOKEN_ADDRESS, TOKEN_END } },
    { "::1", { TOKEN_ADDRESS, TOKEN_END } },
    { "fe80::/10", { TOKEN_ADDRESS, TOKEN_END } },
    { "2001:db8::10.0.0.1", { TOKEN_ADDRESS, TOKEN_END } },
    { "deadbeef", { TOKEN_WORD, TOKEN_END } },
    { "face.b00c", { TOKEN_WORD, TOKEN_END } },
    { "\"a\" \"\\\"\"", { TOKEN_STRING, TOKEN_STRING, TOKEN_END } },
    { "\"x\\\\\"", { TOKEN_STRING, TOKEN_END } },
    { "a\r\nb", { TOKEN_WORD, TOKEN_WORD, TOKEN_END } },
};

START_TEST(cuts_into_tokens)
{
    struct mistakes m = { .file = "t",
                          .source = streams[_i].text,
                          .len = strlen(streams[_i].text) };
    struct lexer l = lexer_over(m.source, m.len, &m);
    for (int i = 0;; i++) {
        struct token t = lexer_next(&l);
        ck_assert_msg(t.kind == streams[_i].kinds[i], "%s: token %d is %d", m.source, i, t.kind);
        if (t.kind == TOKEN_END)
            break;
    }
    ck_assert_uint_eq(m.count, 0);
}
END_TEST

static const struct {
    const char *text;
    int64_t number;
} numbers[] = {
    { "0", 0 },
    { "0007", 7 },
    { "9223372036854775807", INT64_MAX },
    { "0xff", 255 },
    { "0XFF", 255 },
    { "1us", 1 },
    { "200ms", 200000 },
    { "3s", 3000000 },
    { "5m", 300000000 },
    { "2h", INT64_C(7200000000) },
    { "30d", INT64_C(2592000000000) },
    { "1.5s", 1500000 },
    { "0.25m", 15000000 },
    { "0.0000001s", 0 },
};

START_TEST(reads_numbers)
{
    struct lexer l = lexer_over(numbers[_i].text, strlen(numbers[_i].text), NULL);
    struct token t = lexer_next(&l);
    ck_assert_msg(t.kind == TOKEN_NUMBER || t.kind == TOKEN_DURATION, "%s", numbers[_i].text);
    ck_assert_msg(t.number == numbers[_i].number, "%s", numbers[_i].text);
    ck_assert_uint_eq(t.len, strlen(numbers[_i].text));
}
END_TEST

static const struct {
    const char *text, *fault;
} bad[] = {
    { "\"no end", "this text has no closing quote" },
    { "\"no end\n\"", "this text has no closing quote" },
    { "\"\\", "this text has no closing quote" },
    { "\"a\x01\"", "this text has a control character in it" },
    { "\"a\xff\"", "this text is not UTF-8" },
    { "1.5", "numbers are whole here" },
    { "12abc", "a number with an unknown unit" },
    { "0x", "0x wants hexadecimal digits behind it" },
    { "0xg", "0x wants hexadecimal digits behind it" },
    { "9223372036854775808", "this number is too large" },
    { "0x8000000000000000", "this number is too large" },
    { "9223372036854775807s", "this duration is too long" },
    { "106751992d", "this duration is too long" },
    { "1.2.3", "'1.2.3' is no address" },
    { "10.0.0.256", "'10.0.0.256' is no address" },
    { "1:2", "'1:2' is no address" },
    { "10.0.0.0/33", "the prefix of an IPv4 network is 0 to 32 bits" },
    { "::/129", "the prefix of an IPv6 network is 0 to 128 bits" },
    { "10.0.0.0/", "the prefix of an IPv4 network is 0 to 32 bits" },
    { "10.0.0.5/8", "'10.0.0.5/8' has bits set behind its prefix" },
    { "&&", "'&&' means nothing here" },
    { "||", "'||' means nothing here" },
    { "!x", "'!' means nothing here" },
    { "'x'", "''' means nothing here" },
    { "@", "this character means nothing here" },
    { "\xc3\xa9", "this character means nothing here" },
};

START_TEST(tells_bad_tokens)
{
    struct mistakes m = { .file = "t", .source = bad[_i].text, .len = strlen(bad[_i].text) };
    struct lexer l = lexer_over(m.source, m.len, &m);
    ck_assert_int_eq(lexer_next(&l).kind, TOKEN_BAD);
    ck_assert_uint_eq(m.count, 1);
    ck_assert_str_eq(m.items[0].fault, bad[_i].fault);
    struct text out = { 0 };
    mistakes_print(&m, &out);
    text_free(&out);
}
END_TEST

START_TEST(goes_on_behind_bad_tokens)
{
    struct lexer l = lexer_over("& \"x\n12q word", 13, NULL);
    static const enum token_kind kinds[] = { TOKEN_BAD,  TOKEN_BAD, TOKEN_BAD,
                                             TOKEN_WORD, TOKEN_END, TOKEN_END };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        ck_assert_int_eq(lexer_next(&l).kind, kinds[i]);
}
END_TEST

START_TEST(knows_lines)
{
    static const char text[] = "one two\n  three # four\n\n\tfive";
    static const struct {
        uint32_t line, column;
        bool first;
    } places[] = { { 1, 1, true }, { 1, 5, false }, { 2, 3, true }, { 4, 2, true } };
    struct lexer l = lexer_over(text, sizeof text - 1, NULL);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct token t = lexer_next(&l);
        ck_assert_uint_eq(t.line, places[i].line);
        ck_assert_uint_eq(t.column, places[i].column);
        ck_assert(t.first_on_line == places[i].first);
    }
}
END_TEST

START_TEST(reads_ids_with_hyphens)
{
    static const char text[] = "tls.certificate.not-yet-valid - x";
    struct lexer l = lexer_over(text, sizeof text - 1, NULL);
    struct token t = lexer_id(&l, lexer_next(&l));
    ck_assert_uint_eq(t.len, strlen("tls.certificate.not-yet-valid"));
    ck_assert_int_eq(lexer_next(&l).kind, TOKEN_MINUS);
}
END_TEST

static const struct {
    const char *raw, *cooked;
    size_t bad_at;
} strings[] = {
    { "plain", "plain", 5 }, { "\\\"", "\"", 2 },   { "a\\\\b", "a\\b", 4 },
    { "a\\nb", "a\nb", 4 },  { "a\\tb", "atb", 1 },
};

START_TEST(undoes_escapes)
{
    char dst[16];
    size_t bad_at, len = string_cook(strings[_i].raw, strlen(strings[_i].raw), dst, &bad_at);
    ck_assert_uint_eq(len, strlen(strings[_i].cooked));
    ck_assert_mem_eq(dst, strings[_i].cooked, len);
    ck_assert_uint_eq(bad_at, strings[_i].bad_at);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, cuts_into_tokens, streams);
    TEST_ROWS(t, reads_numbers, numbers);
    TEST_ROWS(t, tells_bad_tokens, bad);
    tcase_add_test(t, goes_on_behind_bad_tokens);
    tcase_add_test(t, knows_lines);
    tcase_add_test(t, reads_ids_with_hyphens);
    TEST_ROWS(t, undoes_escapes, strings);
}

TEST_MAIN("lexer", add)
