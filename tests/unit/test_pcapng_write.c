/* test_pcapng_write.c - what is written reads back the same. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "net/capture.h"
#include "net/pcapng_write.h"
#include "support/test_main.h"

static char path[] = "/tmp/pcapng_write.XXXXXX";
static FILE *out;

static void make_file(void)
{
    strcpy(path + sizeof path - 7, "XXXXXX");
    out = fdopen(mkstemp(path), "wb");
    ck_assert_ptr_nonnull(out);
}

static void remove_file(void)
{
    ck_assert_int_eq(unlink(path), 0);
}

static struct pcapng_writer *create(void)
{
    return pcapng_writer_new(out);
}

static void finish(struct pcapng_writer *w)
{
    pcapng_writer_free(w);
    ck_assert_int_eq(fclose(out), 0);
}

/* "1.000002003 1 eth0 96/1500 4/9 abcd [comment]; " a packet. */
static char *told(void)
{
    struct text t = { 0 };
    struct error e = { 0 };
    struct packet p;
    struct capture *c = capture_open(path, NULL, &e);
    ck_assert_msg(c, "%s", e.fault);
    while (capture_next(c, &p, &e) == CAPTURE_PACKET) {
        struct capture_interface i = capture_interface(c, &p);
        const char *comment;
        size_t len;
        text_format(&t, "%" PRId64 ".%03u link %u %s/%u %u/%u ", p.at.time_us, p.rest_ns,
                    p.link_type, i.name ? i.name : "-", i.snap_len, p.len, p.wire_len);
        text_add_wire(&t, p.data, p.len);
        while (capture_comment(c, &p, &comment, &len))
            text_format(&t, " [%.*s]", (int)len, comment);
        text_add(&t, "; ");
    }
    ck_assert_msg(!error_is_set(&e), "%s", e.fault);
    for (size_t n = 0; capture_secret(c, n); n++)
        text_format(&t, "secret %x %.*s; ", capture_secret(c, n)->type,
                    (int)capture_secret(c, n)->len, (const char *)capture_secret(c, n)->data);
    capture_close(c);
    return t.data;
}

static void write_packet(struct pcapng_writer *w, uint32_t interface, const struct packet *p,
                         const char *first, const char *second)
{
    pcapng_begin_packet(w, interface, p);
    if (first)
        pcapng_add_comment(w, first, strlen(first));
    if (second)
        pcapng_add_comment(w, second, strlen(second));
    pcapng_end_packet(w);
}

START_TEST(reads_back_the_same)
{
    struct pcapng_writer *w = create();
    pcapng_section(w, "handshark", "what is said of the whole");
    uint32_t wifi = pcapng_add_interface(w, &(struct capture_interface){ 105, 0, "wlan0" });
    uint32_t any = pcapng_add_interface(w, &(struct capture_interface){ 276, 96, NULL });
    pcapng_add_secret(w, &(struct capture_secret){ 0x544c534b, (const uint8_t *)"KEY", 3 });
    struct packet p = { .at = { 1700000000000002, 1 },
                        .rest_ns = 3,
                        .data = (const uint8_t *)"abcde",
                        .len = 4,
                        .wire_len = 9 };
    write_packet(w, wifi, &p, "one", "and another");
    p.len = 5;
    p.at.time_us = 0;
    p.rest_ns = 999;
    write_packet(w, any, &p, NULL, NULL);
    finish(w);
    char *t = told();
    ck_assert_str_eq(t, "1700000000000002.003 link 105 wlan0/0 4/9 abcd [one] [and another]; "
                        "0.999 link 276 -/96 5/9 abcde; secret 544c534b KEY; ");
    free(t);
}
END_TEST

START_TEST(sections_have_interfaces_of_their_own)
{
    struct pcapng_writer *w = create();
    struct packet p = { .at = { 5, 1 }, .data = (const uint8_t *)"x", .len = 1, .wire_len = 1 };
    for (int i = 0; i < 2; i++) {
        pcapng_section(w, "handshark", "");
        struct capture_interface eth = { 1, 0, i ? "eth1" : "eth0" };
        ck_assert_uint_eq(pcapng_add_interface(w, &eth), 0);
        write_packet(w, 0, &p, NULL, NULL);
    }
    finish(w);
    char *t = told();
    ck_assert_str_eq(t, "5.000 link 1 eth0/0 1/1 x; 5.000 link 1 eth1/0 1/1 x; ");
    free(t);
}
END_TEST

/* An option holds 65535 bytes; a character must not be cut in two. */
START_TEST(long_comments_are_cut)
{
    struct text comment = { 0 };
    text_add(&comment, "x");
    while (comment.len < 70000)
        text_add(&comment, "\xc3\xa4");
    struct pcapng_writer *w = create();
    struct packet p = { .at = { 5, 1 }, .data = (const uint8_t *)"x", .len = 1, .wire_len = 1 };
    pcapng_section(w, "handshark", text_string(&comment));
    pcapng_add_interface(w, &(struct capture_interface){ 1, 0, NULL });
    write_packet(w, 0, &p, text_string(&comment), NULL);
    finish(w);
    char *t = told();
    ck_assert_uint_eq(strlen(t), strlen("5.000 link 1 -/0 1/1 x []; ") + 65535);
    free(t);
    text_free(&comment);
}
END_TEST

static void add_files(TCase *t)
{
    tcase_add_checked_fixture(t, make_file, remove_file);
    tcase_add_test(t, reads_back_the_same);
    tcase_add_test(t, sections_have_interfaces_of_their_own);
    tcase_add_test(t, long_comments_are_cut);
}

TEST_MAIN("pcapng_write", add_files)
