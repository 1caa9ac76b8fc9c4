/* test_pseudonym.c - stand-ins: the same each time, in the same shape, and nothing left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/pseudonym.h"
#include "support/test_main.h"

static char key_file[] = "/tmp/pseudonym.XXXXXX";
static struct pseudonyms *names;

static void make_names(void)
{
    struct error e = { 0 };
    strcpy(key_file + sizeof key_file - 7, "XXXXXX");
    int fd = mkstemp(key_file);
    ck_assert_int_eq(write(fd, "sixteen bytes...", 16), 16);
    close(fd);
    names = pseudonyms_new(key_file, &e);
    ck_assert_msg(names, "%s", e.fault);
}

static void free_names(void)
{
    pseudonyms_free(names);
    unlink(key_file);
}

static char *stand_in(const char *text)
{
    struct text out = { 0 };
    pseudonym_text(names, text, strlen(text), &out);
    text_add(&out, "");
    return out.data;
}

/* Each stand-in of a word becomes W, each address A: what is left is the shape. */
static char *shape_of(const char *text)
{
    struct text shape = { 0 };
    for (const char *at = text; *at;) {
        int len = 0;
        if (sscanf(at, "x%*8[0-9a-f]%n", &len) == 0 && len == 9) {
            text_add_char(&shape, 'W');
            at += len;
        } else if ((sscanf(at, "%*3[0-9].%*3[0-9].%*3[0-9].%*3[0-9]%n", &len), len) ||
                   (strspn(at, "0123456789abcdef:") > 12)) {
            text_add_char(&shape, 'A');
            at += len ? (size_t)len : strspn(at, "0123456789abcdef:");
        } else {
            text_add_char(&shape, *at++);
        }
    }
    return shape.data;
}

static const struct {
    const char *text, *shape;
} shapes[] = {
    { "broker.home.arpa", "W.W.W" },
    { "*.home.arpa", "*.W.W" },
    { "CN=Home CA,O=Meadow Sensors", "CN=W W,O=W W" },
    { "/sensors/kitchen?t=1", "/W/W?W=1" },
    { "10.0.0.5", "A" },
    { "10.0.0.5:8883", "A:W" },
    { "[fd00:33:2::101]:443", "[A]:W" },
    { "fd00:33:2::101 and 10.0.0.7", "A W A" },
    { "mqtt://broker:1883", "mqtt://W:W" },
    { "lamp-\xc3\xa4\xc3\xb6", "W" },
    { "10.0.0.5x", "W.0.0.W" },
    { "MQTT", "MQTT" },
    { "h2,http/1.1", "h2,http/1.1" },
    { "<>\"' ,;", "<>\"' ,;" },
};

START_TEST(keeps_the_shape)
{
    char *out = stand_in(shapes[_i].text), *again = stand_in(shapes[_i].text);
    char *shape = shape_of(out);
    ck_assert_msg(strcmp(shape, shapes[_i].shape) == 0, "%s became %s, which is %s and not %s",
                  shapes[_i].text, out, shape, shapes[_i].shape);
    ck_assert_str_eq(out, again);
    free(out);
    free(again);
    free(shape);
}
END_TEST

START_TEST(one_name_has_one_stand_in)
{
    char *lower = stand_in("broker"), *upper = stand_in("BROKER"), *other = stand_in("brokers");
    ck_assert_str_eq(lower, upper);
    ck_assert_str_ne(lower, other);
    free(lower);
    free(upper);
    free(other);
}
END_TEST

static unsigned shared_bits(const struct address *a, const struct address *b)
{
    unsigned n = 0;
    while (n < 8u * a->len && ((a->bytes[n / 8] ^ b->bytes[n / 8]) >> (7 - n % 8) & 1) == 0)
        n++;
    return n;
}

static const struct {
    struct address a, b;
} pairs[] = {
    { { { 10, 0, 0, 5 }, 4 }, { { 10, 0, 0, 7 }, 4 } },
    { { { 10, 0, 0, 5 }, 4 }, { { 10, 0, 0, 5 }, 4 } },
    { { { 10, 0, 0, 5 }, 4 }, { { 192, 168, 1, 1 }, 4 } },
    { { { 0 }, 4 }, { { 255, 255, 255, 255 }, 4 } },
    { { { 0xfd, 0, 1 }, 16 }, { { 0xfd, 0, 1, [15] = 1 }, 16 } },
    { { { 0xfd, 0, 1 }, 16 }, { { 0x20, 1 }, 16 } },
};

START_TEST(keeps_prefixes)
{
    struct address a = pseudonym_address(names, &pairs[_i].a);
    struct address b = pseudonym_address(names, &pairs[_i].b);
    ck_assert_uint_eq(a.len, pairs[_i].a.len);
    ck_assert_uint_eq(shared_bits(&a, &b), shared_bits(&pairs[_i].a, &pairs[_i].b));
    ck_assert(!address_equal(&a, &pairs[_i].a));
}
END_TEST

START_TEST(of_no_address_makes_none)
{
    struct address none = pseudonym_address(names, &(struct address){ 0 });
    ck_assert_uint_eq(none.len, 0);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_checked_fixture(t, make_names, free_names);
    TEST_ROWS(t, keeps_the_shape, shapes);
    tcase_add_test(t, one_name_has_one_stand_in);
    TEST_ROWS(t, keeps_prefixes, pairs);
    tcase_add_test(t, of_no_address_makes_none);
}

TEST_MAIN("pseudonym", add_tests)
