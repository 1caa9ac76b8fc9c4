/* test_progress.c - a bar for those who wait, nothing for those who do not. */
#include "progress.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "support/test_main.h"

static int read_end;

/* Standard error becomes a pipe; a test is a process of its own. */
static void set_up(void)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    read_end = ends[0];
}

static const char *drawn(void)
{
    static char out[4096];
    ssize_t len = read(read_end, out, sizeof out - 1);
    out[len > 0 ? len : 0] = 0;
    return out;
}

static const struct {
    struct capture_totals totals;
    const char *name, *bar;
} bars[] = {
    { { .packets = 7, .bytes_read = 50, .file_len = 100 },
      "folder/a.pcap",
      "\r\033[Ka.pcap  [===============               ] 50 %  7 packets" },
    { { .packets = 7, .bytes_read = 0, .file_len = 100 },
      "a.pcap",
      "\r\033[Ka.pcap  [                              ] 0 %  7 packets" },
    { { .packets = 7, .bytes_read = 200, .file_len = 100 },
      "a.pcap", /* it grew meanwhile */
      "\r\033[Ka.pcap  [==============================] 100 %  7 packets" },
    { { .packets = 7, .bytes_read = 50 }, "-", "\r\033[K-  7 packets" },
    { { .packets = 7 }, "\033[2Ja", "\r\033[K\\x1b[2Ja  7 packets" },
};

START_TEST(draws_after_a_second)
{
    struct progress bar = { 0 };
    progress_show(&bar, &bars[_i].totals, bars[_i].name);
    progress_show(&bar, &bars[_i].totals, bars[_i].name);
    ck_assert_str_eq(drawn(), "");
    bar.shown.tv_sec -= 2;
    progress_show(&bar, &bars[_i].totals, bars[_i].name);
    ck_assert_str_eq(drawn(), bars[_i].bar);
    progress_show(&bar, &bars[_i].totals, bars[_i].name); /* too soon */
    ck_assert_str_eq(drawn(), "");
    progress_end(&bar);
    ck_assert_str_eq(drawn(), "\r\033[K");
    progress_end(&bar);
    ck_assert_str_eq(drawn(), "");
}
END_TEST

START_TEST(wipes_nothing_when_nothing_was_drawn)
{
    struct progress bar = { 0 };
    progress_end(&bar);
    ck_assert_str_eq(drawn(), "");
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, NULL);
    TEST_ROWS(t, draws_after_a_second, bars);
    tcase_add_test(t, wipes_nothing_when_nothing_was_drawn);
}

TEST_MAIN("progress", add_tests)
