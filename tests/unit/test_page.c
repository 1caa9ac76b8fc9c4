/* test_page.c - text for people: widths, wrapping, and what a terminal can't show. */
#include "report/page.h"

#include <locale.h>
#include <string.h>

#include "support/test_main.h"

static void utf8_locale(void)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
}

static const struct {
    const char *text, *shown;
    unsigned width;
    bool utf8;
} rows[] = {
    { "", "", 0, true },
    { "abc", "abc", 3, true },
    { "日本", "日本", 4, true }, /* two columns each */
    { "日本", "\\xe6\\x97\\xa5\\xe6\\x9c\\xac", 24, false },
    { "e\xcc\x81", "e\xcc\x81", 1, true }, /* a mark takes no column of its own */
    { "→ 10 µs §4", "→ 10 µs §4", 10, true },
    { "→ 10 µs §4", "-> 10 us section 4", 18, false },
    { "🔒", "🔒", 2, true },
    /* too many marks above each other */
    { "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
      "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\xcc\\x81\\xcc\\x81", 17, true },
    /* what nobody knows the width of */
    { "\xf4\x8f\xbf\xbf", "\\xf4\\x8f\\xbf\\xbf", 16, true },
};

START_TEST(shows)
{
    struct page p = page_new(80, false, rows[_i].utf8);
    struct text out = { 0 };
    utf8_locale();
    text_add(&out, "before"); /* is not counted */
    unsigned width = page_shown(&p, rows[_i].text, &out);
    ck_assert_str_eq(text_string(&out) + strlen("before"), rows[_i].shown);
    ck_assert_uint_eq(width, rows[_i].width);
    text_free(&out);
    page_free(&p);
}
END_TEST

static const struct {
    const char *text;
    unsigned columns;
    size_t len;
    unsigned width;
} fits[] = {
    { "one two three", 80, 13, 13 }, { "one two three", 13, 13, 13 },
    { "one two three", 12, 7, 7 },   { "one two three", 7, 7, 7 },
    { "one two three", 6, 3, 3 },    { "onetwothree", 4, 4, 4 },
    { "one two", 2, 2, 2 },          { "日本 x", 3, 3, 2 },
    { "日本 x", 4, 6, 4 },           { "", 10, 0, 0 },
};

START_TEST(fits_words)
{
    unsigned width;
    utf8_locale();
    ck_assert_uint_eq(page_fit(fits[_i].text, fits[_i].columns, &width), fits[_i].len);
    ck_assert_uint_eq(width, fits[_i].width);
}
END_TEST

START_TEST(wraps_by_columns)
{
    struct page p = page_new(60, false, true);
    utf8_locale();
    page_row(&p, 4, 12, "name",
             "日本語日本語日本語日本語 日本語日本語日本語 日本語日本語日本語日本語"
             "日本語日本語日本語日本語日本語日本語");
    ck_assert_str_eq(text_string(&p.text),
                     "    name    日本語日本語日本語日本語 日本語日本語日本語\n"
                     "            日本語日本語日本語日本語日本語日本語日本語日本語\n"
                     "            日本語日本語\n");
    page_free(&p);
}
END_TEST

static const struct {
    unsigned asked, columns;
} widths[] = { { 0, 60 }, { 59, 60 }, { 60, 60 }, { 80, 80 }, { 100, 100 }, { 400, 100 } };

START_TEST(is_neither_too_narrow_nor_too_wide)
{
    struct page p = page_new(widths[_i].asked, false, true);
    ck_assert_uint_eq(p.columns, widths[_i].columns);
    page_free(&p);
}
END_TEST

START_TEST(counts_in_threes)
{
    struct text out = { 0 };
    count_text(1234567, &out);
    text_add(&out, " ");
    counted_text(1, "packet", &out);
    text_add(&out, " ");
    counted_text(0, "packet", &out);
    ck_assert_str_eq(out.data, "1,234,567 1 packet 0 packets");
    text_free(&out);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, shows, rows);
    TEST_ROWS(t, fits_words, fits);
    tcase_add_test(t, wraps_by_columns);
    TEST_ROWS(t, is_neither_too_narrow_nor_too_wide, widths);
    tcase_add_test(t, counts_in_threes);
}

TEST_MAIN("page", add_tests)
