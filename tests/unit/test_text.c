/* test_text.c - text that grows, and the escapers: hostile bytes in, harmless text out. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "support/hex.h"
#include "support/test_main.h"

/* ---- building ---- */

START_TEST(grows)
{
    struct text t = { 0 };
    ck_assert_str_eq(text_string(&t), "");
    char expected[3001] = "";
    for (int i = 0; i < 1000; i++) {
        text_add_char(&t, 'a');
        text_add(&t, i % 2 ? "" : "bc");
        strcat(expected, i % 2 ? "a" : "abc");
    }
    ck_assert_str_eq(text_string(&t), expected);
    ck_assert_uint_eq(t.len, strlen(expected));
    text_clear(&t);
    ck_assert_str_eq(text_string(&t), "");
    text_format(&t, "%s-%05d", "x", 42);
    text_format(&t, "%s", "");
    text_add_bytes(&t, NULL, 0);
    ck_assert_str_eq(text_string(&t), "x-00042");
    text_free(&t);
    ck_assert_str_eq(text_string(&t), "");
}
END_TEST

START_TEST(formats_more_than_its_room)
{
    struct text t = { 0 };
    for (int width = 1; width < 300; width += 7) {
        size_t before = t.len;
        text_format(&t, "%0*d", width, 1);
        ck_assert_uint_eq(t.len - before, width);
        ck_assert_uint_eq(strlen(text_string(&t)), t.len);
    }
    text_free(&t);
}
END_TEST

static const struct {
    uint64_t number;
    unsigned digits;
    const char *decimal, *hex;
} numbers[] = {
    { 0, 0, "0", "" },
    { 0, 1, "0", "0" },
    { 7, 4, "7", "0007" },
    { 9, 1, "9", "9" },
    { 10, 1, "10", "a" },
    { 0xc02f, 4, "49199", "c02f" },
    { 0x1c02f, 4, "114735", "1c02f" },
    { 255, 100, "255", "00000000000000ff" },
    { UINT64_MAX, 2, "18446744073709551615", "ffffffffffffffff" },
    { UINT64_C(10000000000000000000), 16, "10000000000000000000", "8ac7230489e80000" },
};

START_TEST(adds_numbers)
{
    struct text t = { 0 };
    text_add_number(&t, numbers[_i].number);
    text_add_char(&t, ' ');
    text_add_hex(&t, numbers[_i].number, numbers[_i].digits);
    struct text expected = { 0 };
    text_format(&expected, "%s %s", numbers[_i].decimal, numbers[_i].hex);
    ck_assert_str_eq(text_string(&t), text_string(&expected));
    text_free(&t);
    text_free(&expected);
}
END_TEST

/* ---- escaping ---- */

static const struct {
    const char *name, *wire, *terminal, *json;
} escapes[] = {
    { "plain text", "'broker.home.arpa'", "broker.home.arpa", NULL },
    { "nothing", "", "", NULL },
    { "umlauts", "c3bc c39f", "\xc3\xbc\xc3\x9f", NULL },
    { "an emoji", "f09f9982", "\xf0\x9f\x99\x82", NULL },
    { "a terminal's escape", "1b '[2J'", "\\x1b[2J", "\x1b[2J" },
    { "line ends", "'a' 0d0a 'b' 09", "a\\x0d\\x0ab\\x09", "a\r\nb\t" },
    { "DEL and C1 controls", "7f c285", "\\x7f\\xc2\\x85", "\x7f\xc2\x85" },
    { "the writing direction turned", "'a' e280ae 'z'", "a\\xe2\\x80\\xaez", "a\xe2\x80\xaez" },
    { "a space that shows nothing", "e2808b", "\\xe2\\x80\\x8b", "\xe2\x80\x8b" },
    { "a byte order mark", "efbbbf", "\\xef\\xbb\\xbf", "\xef\xbb\xbf" },
    { "a tag character", "f3a08081", "\\xf3\\xa0\\x80\\x81", "\xf3\xa0\x80\x81" },
    { "a lone continuation", "'a' 80 'b'", "a\\x80b", "a\\x80b" },
    { "a sequence cut short", "'a' e282", "a\\xe2\\x82", "a\\xe2\\x82" },
    { "a sequence broken off", "c3 'a'", "\\xc3a", "\\xc3a" },
    { "an overlong slash", "c0af", "\\xc0\\xaf", "\\xc0\\xaf" },
    { "an overlong NUL of three", "e08080", "\\xe0\\x80\\x80", "\\xe0\\x80\\x80" },
    { "an overlong one of four", "f08080af", "\\xf0\\x80\\x80\\xaf", "\\xf0\\x80\\x80\\xaf" },
    { "a surrogate", "eda080", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
    { "beyond U+10FFFF", "f4908080", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80" },
    { "the last point there is", "f48fbfbf", "\xf4\x8f\xbf\xbf", NULL },
    { "bytes that begin nothing", "fe ff", "\\xfe\\xff", "\\xfe\\xff" },
};

static const char *json_of(int i)
{
    return escapes[i].json ? escapes[i].json : escapes[i].terminal;
}

START_TEST(escapes_for_a_terminal)
{
    struct text t = { 0 };
    struct reader r = hex(escapes[_i].wire);
    text_add_wire(&t, r.at, reader_left(&r));
    ck_assert_msg(strcmp(text_string(&t), escapes[_i].terminal) == 0, "%s: %s", escapes[_i].name,
                  text_string(&t));
    text_free(&t);
}
END_TEST

START_TEST(makes_whole_utf8)
{
    struct text t = { 0 };
    struct reader r = hex(escapes[_i].wire);
    text_add_utf8(&t, r.at, reader_left(&r));
    ck_assert_msg(strcmp(text_string(&t), json_of(_i)) == 0, "%s: %s", escapes[_i].name,
                  text_string(&t));
    ck_assert_uint_eq(text_utf8_len(t.data, t.len), t.len);
    text_free(&t);
}
END_TEST

START_TEST(keeps_a_nul_for_json)
{
    struct text t = { 0 };
    text_add_utf8(&t, "a\0b", 3);
    ck_assert_uint_eq(t.len, 3);
    ck_assert_mem_eq(t.data, "a\0b", 3);
    text_clear(&t);
    text_add_wire(&t, "a\0b", 3);
    ck_assert_str_eq(text_string(&t), "a\\x00b");
    text_free(&t);
}
END_TEST

static const struct {
    const char *wire, *html;
} pages[] = {
    { "'a<b>&' 22 27 'c'", "a&lt;b&gt;&amp;&quot;&#39;c" },
    { "'<script>'", "&lt;script&gt;" },
    { "3c", "&lt;" },
    { "22 'x' 22", "&quot;x&quot;" },
    { "'&lt;'", "&amp;lt;" },
    { "1b '<'", "\\x1b&lt;" },
    { "c3bc", "\xc3\xbc" },
};

START_TEST(escapes_for_html)
{
    struct text t = { 0 };
    struct reader r = hex(pages[_i].wire);
    text_add_html(&t, r.at, reader_left(&r));
    ck_assert_str_eq(text_string(&t), pages[_i].html);
    text_free(&t);
}
END_TEST

static const struct {
    const char *wire;
    size_t whole;
} prefixes[] = {
    { "", 0 },           { "'abc'", 3 },        { "'ab' c3", 2 },    { "'ab' c3bc", 4 },
    { "80", 0 },         { "'a' e282ac", 4 },   { "'a' e282", 1 },   { "'a' 00 'b'", 3 },
    { "'a' eda080", 1 }, { "'a' f09f9982", 5 }, { "'a' f09f99", 1 },
};

START_TEST(measures_whole_utf8)
{
    struct reader r = hex(prefixes[_i].wire);
    ck_assert_uint_eq(text_utf8_len(r.at, reader_left(&r)), prefixes[_i].whole);
}
END_TEST

/* ---- memory that must be there ---- */

START_TEST(gives_memory)
{
    char *copy = must_strdup("broker");
    ck_assert_str_eq(copy, "broker");
    copy = must_realloc(copy, 100);
    ck_assert_str_eq(copy, "broker");
    free(copy);
    uint8_t *zeroed = must_calloc(3, 5);
    for (int i = 0; i < 15; i++)
        ck_assert_uint_eq(zeroed[i], 0);
    free(zeroed);
    free(must_malloc(0));
}
END_TEST

/* ---- mistakes ---- */

static const struct {
    const char *place, *fault, *hint, *printed;
} mistakes[] = {
    { "a.pcap: byte 7", "cut", "record again", "a.pcap: byte 7: cut\n  record again\n" },
    { "a.pcap", "cut", "", "a.pcap: cut\n" },
    { "", "cut", "", "cut\n" },
    { "\x1b[2J.pcap", "no \"\n\" here", "", "\\x1b[2J.pcap: no \"\\x0a\" here\n" },
};

START_TEST(prints_a_mistake)
{
    struct error e = { 0 };
    ck_assert(!error_is_set(&e));
    error_place(&e, "%s", mistakes[_i].place);
    error_fault(&e, "%s", mistakes[_i].fault);
    error_hint(&e, "%s", mistakes[_i].hint);
    ck_assert(error_is_set(&e));
    char *printed = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&printed, &len);
    error_print(&e, out);
    fclose(out);
    ck_assert_str_eq(printed, mistakes[_i].printed);
    free(printed);
    error_clear(&e);
    ck_assert(!error_is_set(&e));
}
END_TEST

START_TEST(cuts_a_long_mistake)
{
    struct error e = { 0 };
    error_fault(&e, "%0*d", 2000, 1);
    ck_assert_uint_eq(strlen(e.fault), sizeof e.fault - 1);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, grows);
    tcase_add_test(t, formats_more_than_its_room);
    TEST_ROWS(t, adds_numbers, numbers);
    TEST_ROWS(t, escapes_for_a_terminal, escapes);
    TEST_ROWS(t, makes_whole_utf8, escapes);
    tcase_add_test(t, keeps_a_nul_for_json);
    TEST_ROWS(t, escapes_for_html, pages);
    TEST_ROWS(t, measures_whole_utf8, prefixes);
    tcase_add_test(t, gives_memory);
    TEST_ROWS(t, prints_a_mistake, mistakes);
    tcase_add_test(t, cuts_a_long_mistake);
}

TEST_MAIN("text", add_tests)
