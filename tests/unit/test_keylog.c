/* test_keylog.c - key logs good and bad, in memory and in files that grow. */
#include "dissectors/tls/keylog.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test_main.h"

#define R1  "1111111111111111111111111111111111111111111111111111111111111111"
#define R2  "2222222222222222222222222222222222222222222222222222222222222222"
#define S32 "abababababababababababababababababababababababababababababababab"
#define S48 S32 "abababababababababababababababab"
#define S64 S32 S32
#define CR  "CLIENT_RANDOM "

static const uint8_t *random_of(int digit)
{
    static uint8_t bytes[KEYLOG_RANDOM_LEN];
    memset(bytes, digit * 0x11, sizeof bytes);
    return bytes;
}

static size_t len_of(struct keylog *k, int digit, enum keylog_kind kind)
{
    const struct keylog_secret *s = keylog_find(k, random_of(digit), kind);
    return s ? s->len : 0;
}

/* ---- lines ---- */

static const struct {
    const char *name, *text;
    uint64_t lines, entries, skipped, bad, first_bad;
    enum keylog_kind kind;
    size_t len; /* of R1's secret of that kind; 0: it has none */
} texts[] = {
    { "nothing", "", 0, 0, 0, 0, 0, KEYLOG_MASTER, 0 },
    { "comment", "# SSL/TLS secrets log file\n\n  # x\n", 3, 0, 0, 0, 0, KEYLOG_MASTER, 0 },
    { "master", CR R1 " " S48 "\n", 1, 1, 0, 0, 0, KEYLOG_MASTER, 48 },
    { "no newline at the end", CR R1 " " S48, 1, 1, 0, 0, 0, KEYLOG_MASTER, 48 },
    { "Windows", CR R1 " " S48 "\r\n", 1, 1, 0, 0, 0, KEYLOG_MASTER, 48 },
    { "blanks", "  " CR " " R1 "\t" S48 "  \n", 1, 1, 0, 0, 0, KEYLOG_MASTER, 48 },
    { "of another kind", CR R1 " " S48 "\n", 1, 1, 0, 0, 0, KEYLOG_CLIENT_DATA, 0 },
    { "of another handshake", CR R2 " " S48 "\n", 1, 1, 0, 0, 0, KEYLOG_MASTER, 0 },
    { "master too short", CR R1 " " S32 "\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "master too long", CR R1 " " S64 "\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "half a byte less", CR R1 " a" S32 "\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "half a byte more", CR R1 " " S48 "a\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "no secret", CR R1 "\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "label alone", "CLIENT_RANDOM\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "random too short", CR S32 "x " S48 "\n" CR "11 " S48 "\n", 2, 0, 0, 2, 1, KEYLOG_MASTER, 0 },
    { "not hexadecimal", CR R1 " g" S32 "abababababababababababababababa\n", 1, 0, 0, 1, 1,
      KEYLOG_MASTER, 0 },
    { "one word too many", CR R1 " " S48 " x\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "small label", "client_random " R1 " " S48 "\n", 1, 0, 0, 1, 1, KEYLOG_MASTER, 0 },
    { "early", "CLIENT_EARLY_TRAFFIC_SECRET " R1 " " S32 "\n", 1, 1, 0, 0, 0, KEYLOG_CLIENT_EARLY,
      32 },
    { "client handshake", "CLIENT_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48 "\n", 1, 1, 0, 0, 0,
      KEYLOG_CLIENT_HANDSHAKE, 48 },
    { "server handshake", "SERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S32 "\n", 1, 1, 0, 0, 0,
      KEYLOG_SERVER_HANDSHAKE, 32 },
    { "client data", "CLIENT_TRAFFIC_SECRET_0 " R1 " " S64 "\n", 1, 1, 0, 0, 0, KEYLOG_CLIENT_DATA,
      64 },
    { "server data", "SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "\n", 1, 1, 0, 0, 0, KEYLOG_SERVER_DATA,
      32 },
    { "later generation", "SERVER_TRAFFIC_SECRET_1 " R1 " " S32 "\n", 1, 0, 1, 0, 0,
      KEYLOG_SERVER_DATA, 0 },
    { "traffic secret of no hash", "SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "ab\n", 1, 0, 0, 1, 1,
      KEYLOG_SERVER_DATA, 0 },
    { "not for us", "EXPORTER_SECRET " R1 " " S32 "\nRSA 0123456789abcdef " S48 "\nQUIC_X y\n", 3,
      0, 3, 0, 0, KEYLOG_MASTER, 0 },
    { "bad among good", "#\n" CR R1 " " S48 "\noops\n" CR R2 " " S48 "\n\x01\n", 5, 2, 0, 2, 3,
      KEYLOG_MASTER, 48 },
    { "said twice", CR R1 " " S48 "\n" CR R1 " " S48 "\n", 2, 1, 0, 0, 0, KEYLOG_MASTER, 48 },
    { "said otherwise later",
      "SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "\nSERVER_TRAFFIC_SECRET_0 " R1 " " S48 "\n", 2, 1, 0,
      0, 0, KEYLOG_SERVER_DATA, 48 },
};

START_TEST(reads_lines)
{
    struct keylog *k = keylog_new();
    const char *name = texts[_i].name;
    /* A block of exactly that length: reading past its end would be seen. */
    size_t len = strlen(texts[_i].text);
    char *text = malloc(len ? len : 1);
    memcpy(text, texts[_i].text, len);
    keylog_add(k, text, len);
    free(text);
    const struct keylog_totals *t = keylog_totals(k);
    ck_assert_msg(t->lines == texts[_i].lines, "%s: %d lines", name, (int)t->lines);
    ck_assert_msg(t->entries == texts[_i].entries, "%s: %d entries", name, (int)t->entries);
    ck_assert_msg(t->skipped == texts[_i].skipped, "%s: %d skipped", name, (int)t->skipped);
    ck_assert_msg(t->bad_lines == texts[_i].bad, "%s: %d bad", name, (int)t->bad_lines);
    ck_assert_msg(t->first_bad_line == texts[_i].first_bad, "%s", name);
    ck_assert_msg(len_of(k, 1, texts[_i].kind) == texts[_i].len, "%s", name);
    ck_assert_msg(t->used == (texts[_i].len > 0), "%s", name);
    keylog_free(k);
}
END_TEST

START_TEST(reads_the_bytes)
{
    struct keylog *k = keylog_new();
    const char *line = "SERVER_TRAFFIC_SECRET_0 "
                       "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F "
                       "f0e1d2c3b4a5968778695a4b3c2d1e0f000102030405060708090A0B0C0D0E0F\n";
    uint8_t client_random[32];
    for (uint8_t i = 0; i < 32; i++)
        client_random[i] = i;
    keylog_add(k, line, strlen(line));
    const struct keylog_secret *s = keylog_find(k, client_random, KEYLOG_SERVER_DATA);
    ck_assert_ptr_nonnull(s);
    ck_assert_mem_eq(s->bytes, "\xf0\xe1\xd2\xc3\xb4\xa5\x96\x87\x78\x69\x5a\x4b\x3c\x2d\x1e\x0f",
                     16);
    ck_assert_int_eq(s->bytes[31], 0x0f);
    client_random[31] ^= 1;
    ck_assert_ptr_null(keylog_find(k, client_random, KEYLOG_SERVER_DATA));
    keylog_free(k);
}
END_TEST

START_TEST(counts_what_is_used_once)
{
    struct keylog *k = keylog_new();
    const char *text = CR R1 " " S48 "\n" CR R2 " " S48 "\n";
    keylog_add(k, text, strlen(text));
    ck_assert_uint_eq(keylog_totals(k)->used, 0);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 48);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 48);
    ck_assert_uint_eq(len_of(k, 3, KEYLOG_MASTER), 0);
    ck_assert_uint_eq(keylog_totals(k)->used, 1);
    ck_assert_uint_eq(keylog_totals(k)->entries, 2);
    keylog_free(k);
    ck_assert_ptr_null(keylog_find(NULL, random_of(1), KEYLOG_MASTER));
    keylog_free(NULL);
}
END_TEST

/* ---- many ---- */

static const uint8_t *numbered_random(uint32_t number)
{
    static uint8_t bytes[KEYLOG_RANDOM_LEN];
    memcpy(bytes, &number, sizeof number);
    return bytes;
}

static void add_numbered(struct keylog *k, uint32_t number)
{
    char line[256] = CR;
    size_t at = strlen(line);
    const uint8_t *bytes = numbered_random(number);
    for (size_t i = 0; i < KEYLOG_RANDOM_LEN; i++, at += 2) {
        line[at] = "0123456789abcdef"[bytes[i] >> 4];
        line[at + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    strcpy(line + at, " " S48);
    keylog_add(k, line, strlen(line));
}

static bool has_numbered(struct keylog *k, uint32_t number)
{
    return keylog_find(k, numbered_random(number), KEYLOG_MASTER) != NULL;
}

/* At the cap the oldest go, one by one, and all the others are still found. */
START_TEST(the_oldest_make_room)
{
    enum { MORE = 5000 };
    struct keylog *k = keylog_new();
    for (uint32_t i = 0; i < KEYLOG_ENTRIES_MAX; i++)
        add_numbered(k, i);
    ck_assert_uint_eq(keylog_totals(k)->entries, KEYLOG_ENTRIES_MAX);
    ck_assert(has_numbered(k, 0) && has_numbered(k, KEYLOG_ENTRIES_MAX - 1));
    ck_assert_uint_eq(keylog_totals(k)->used, 2);
    for (uint32_t i = 0; i < MORE; i++)
        add_numbered(k, KEYLOG_ENTRIES_MAX + i);
    ck_assert_uint_eq(keylog_totals(k)->entries, KEYLOG_ENTRIES_MAX);
    ck_assert_uint_eq(keylog_totals(k)->left_out, MORE);
    ck_assert_uint_eq(keylog_totals(k)->used, 1);
    for (uint32_t i = 0; i < KEYLOG_ENTRIES_MAX + MORE; i++)
        ck_assert(has_numbered(k, i) == (i >= MORE));
    keylog_free(k);
}
END_TEST

/* ---- files ---- */

static char path[64], other_path[80];

static void make_paths(void)
{
    strcpy(path, "/tmp/keylog-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    snprintf(other_path, sizeof other_path, "%s.new", path);
}

static void remove_paths(void)
{
    unlink(path);
    unlink(other_path);
}

static void append(const char *to, const char *text)
{
    FILE *f = fopen(to, "a");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static void wait_a_while(void)
{
    usleep(250000);
}

static struct keylog *opened(const char *from)
{
    struct error e = { "", "", "" };
    struct keylog *k = keylog_new();
    ck_assert_msg(keylog_open(k, from, &e), "%s", e.fault);
    return k;
}

START_TEST(reads_a_file_that_grows)
{
    append(path, CR R1 " " S48 "\n");
    struct keylog *k = opened(path);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 48);
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_MASTER), 0);
    append(path, "bad\n" CR R2 " ");
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_MASTER), 0);
    ck_assert(keylog_totals(k)->unfinished);
    ck_assert_uint_eq(keylog_totals(k)->bad_lines, 1);
    append(path, S48 "\n");
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_MASTER), 48);
    ck_assert(!keylog_totals(k)->unfinished);
    ck_assert_uint_eq(keylog_totals(k)->lines, 3);
    ck_assert_uint_eq(keylog_totals(k)->bad_lines, 1);
    ck_assert_uint_eq(keylog_totals(k)->first_bad_line, 2);
    keylog_free(k);
}
END_TEST

/* The last line may be all there is of it, or be read in the middle of writing. */
START_TEST(a_last_line_without_end_counts)
{
    append(path, "SERVER_TRAFFIC_SECRET_0 " R1 " " S32);
    struct keylog *k = opened(path);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_SERVER_DATA), 32);
    ck_assert(!keylog_totals(k)->unfinished);
    append(path, "abababababababababababababababab\n" CR R2 " " S48);
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_MASTER), 48);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_SERVER_DATA), 48);
    ck_assert_uint_eq(keylog_totals(k)->entries, 2);
    keylog_free(k);
}
END_TEST

START_TEST(looks_a_few_times_a_second_only)
{
    struct keylog *k = opened(path);
    append(path, CR R1 " " S48 "\n");
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 0);
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 48);
    keylog_free(k);
}
END_TEST

/* What a log said stays known when the program that writes it starts over. */
START_TEST(follows_a_log_that_is_begun_anew)
{
    append(path, CR R1 " " S48 "\n# a line that makes the old log longer than the new one\n");
    struct keylog *k = opened(path);
    ck_assert_int_eq(truncate(path, 0), 0);
    append(path, CR R2 " " S48 "\n");
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_MASTER), 48);
    append(other_path, "SERVER_TRAFFIC_SECRET_0 " R2 " " S32 "\n");
    ck_assert_int_eq(rename(other_path, path), 0);
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 2, KEYLOG_SERVER_DATA), 32);
    ck_assert_uint_eq(len_of(k, 1, KEYLOG_MASTER), 48);
    unlink(path);
    wait_a_while();
    ck_assert_uint_eq(len_of(k, 3, KEYLOG_MASTER), 0);
    keylog_free(k);
}
END_TEST

/* Lines longer than what is read at once, good ones before, between and behind. */
START_TEST(steps_over_long_lines)
{
    static char line[100000];
    append(path, CR R1 " " S48 "\n");
    memset(line, 'a', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    append(path, line);
    append(path, "SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "\n");
    line[0] = '#';
    append(path, line);
    memset(line, 'A', 1500);
    line[1500] = '\n', line[1501] = 0;
    append(path, line);
    append(path, CR R2 " " S48 "\n");
    struct keylog *k = opened(path);
    const struct keylog_totals *t = keylog_totals(k);
    ck_assert_uint_eq(t->lines, 6);
    ck_assert_uint_eq(t->entries, 3);
    ck_assert_uint_eq(t->bad_lines, 2);
    ck_assert_uint_eq(t->first_bad_line, 2);
    ck_assert(!t->unfinished);
    keylog_free(k);
}
END_TEST

START_TEST(reads_many_blocks)
{
    enum { LINES = 1000 };
    char line[300];
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof line, "# %*d\nCLIENT_RANDOM %064x " S48 "\n", i % 50, i, i);
        append(path, line);
    }
    struct keylog *k = opened(path);
    ck_assert_uint_eq(keylog_totals(k)->entries, LINES);
    ck_assert_uint_eq(keylog_totals(k)->lines, 2 * LINES);
    ck_assert_uint_eq(keylog_totals(k)->bad_lines, 0);
    keylog_free(k);
}
END_TEST

static void refuses(const char *what, const char *fault)
{
    struct error e = { "", "", "" };
    struct keylog *k = keylog_new();
    ck_assert_msg(!keylog_open(k, what, &e), "%s", what);
    ck_assert_str_eq(e.place, what);
    ck_assert_msg(strstr(e.fault, fault), "%s: %s", what, e.fault);
    ck_assert_ptr_null(keylog_find(k, random_of(1), KEYLOG_MASTER));
    keylog_free(k);
}

START_TEST(refuses_what_is_no_key_log)
{
    refuses("/nowhere/at/all", "No such file");
    refuses("/tmp", "must be a file");
    refuses("/dev/null", "must be a file");
    ck_assert_int_eq(mkfifo(other_path, 0600), 0);
    refuses(other_path, "must be a file");
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fwrite("\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 1, 8, f);
    fclose(f);
    refuses(path, "not text");
}
END_TEST

START_TEST(guards_the_process)
{
    struct rlimit core;
    keylog_guard_process();
    ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
    ck_assert_uint_eq(core.rlim_cur, 0);
}
END_TEST

static void add_lines(TCase *t)
{
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, make_paths, remove_paths);
    TEST_ROWS(t, reads_lines, texts);
    tcase_add_test(t, reads_the_bytes);
    tcase_add_test(t, counts_what_is_used_once);
    tcase_add_test(t, the_oldest_make_room);
}

static void add_files(TCase *t)
{
    tcase_add_test(t, reads_a_file_that_grows);
    tcase_add_test(t, a_last_line_without_end_counts);
    tcase_add_test(t, looks_a_few_times_a_second_only);
    tcase_add_test(t, follows_a_log_that_is_begun_anew);
    tcase_add_test(t, steps_over_long_lines);
    tcase_add_test(t, reads_many_blocks);
    tcase_add_test(t, refuses_what_is_no_key_log);
    tcase_add_test(t, guards_the_process);
}

TEST_MAIN("keylog", add_lines, add_files)
