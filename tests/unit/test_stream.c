/* test_stream.c - rows of segments in, and what a reader is told.
 *
 * A script is words, each one call:
 *     S         a SYN; S:ab carries payload (TCP Fast Open)
 *     3:abc     payload at offset 3; 3:abc/6 was cut, six were sent
 *     3:abc!    the same with FIN
 *     A9        the other side acknowledges up to offset 9; B: a packet of its
 *               acknowledges everything and the SYN only
 *     K3        skip three bytes
 *     G         give up
 * What comes out: bytes as they are, (n) a gap of n, [ab] the bytes before one that
 * the reader had kept, $ closed, and a space after each push, acknowledgement or giving up that told something. The reader takes
 * whole units of some bytes only. Sequence numbers wrap around after two bytes. */
#include "net/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"

enum { FIRST_BYTE = -2, CAP = 4096 };

struct told {
    char text[512];
    size_t len;
    uint64_t frame; /* of the last bytes */
};

static void tell(struct told *told, const void *bytes, size_t len)
{
    ck_assert_uint_lt(told->len + len, sizeof told->text);
    memcpy(told->text + told->len, bytes, len);
    told->len += len;
}

/* The reader asks for more as long as no unit is whole. */
static void drain(struct stream *s, size_t unit, struct told *told)
{
    struct stream_view view;
    size_t before = told->len;
    while ((view = stream_look(s)).news != STREAM_NOTHING) {
        size_t taken = view.len;
        if (view.news == STREAM_BYTES) {
            taken = view.len / unit * unit;
            tell(told, view.bytes, taken);
            told->frame = view.at.frame;
        } else if (view.news == STREAM_GAP) {
            char gap[64];
            if (view.kept > 0)
                tell(told, gap,
                     (size_t)snprintf(gap, sizeof gap, "[%.*s]", (int)view.kept,
                                      (const char *)view.bytes));
            tell(told, gap, (size_t)snprintf(gap, sizeof gap, "(%zu)", view.len));
            taken = view.kept + view.len;
        } else {
            tell(told, "$", 1);
        }
        stream_consume(s, taken);
        if (taken < view.len && !stream_keep(s)) {
            tell(told, "!", 1);
            stream_consume(s, view.len - taken);
        }
    }
    if (told->len > before)
        tell(told, " ", 1);
}

/* The payload is a copy that dies with the call, so that nobody keeps it. */
static void push(struct stream *s, const char *word, uint64_t frame, size_t unit, struct told *told)
{
    const char *colon = strchr(word, ':');
    const char *text = colon ? colon + 1 : "";
    size_t len = strcspn(text, "/!");
    char *payload = malloc(len + 1);
    memcpy(payload, text, len);
    struct segment segment = {
        .flags = *word == 'S' ? TCP_SYN : TCP_ACK,
        .seq = (uint32_t)FIRST_BYTE + (*word == 'S' ? -1u : (uint32_t)atoi(word)),
        .payload = (uint8_t *)payload,
        .len = (uint32_t)len,
        .wire_len = text[len] == '/' ? (uint32_t)atoi(text + len + 1) : (uint32_t)len,
        .at = { (int64_t)frame, frame },
    };
    if (strchr(word, '!'))
        segment.flags |= TCP_FIN;
    stream_push(s, &segment);
    drain(s, unit, told);
    free(payload);
}

static void play(struct stream *s, const char *script, size_t unit, struct told *told)
{
    char words[512], *state;
    snprintf(words, sizeof words, "%s", script);
    uint64_t frame = 0;
    for (char *word = strtok_r(words, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
        frame++;
        if (*word == 'A')
            stream_acked(s, (uint32_t)FIRST_BYTE + (uint32_t)atoi(word + 1));
        else if (*word == 'K')
            stream_consume(s, (size_t)atoi(word + 1));
        else if (*word == 'G')
            stream_give_up(s);
        else
            push(s, word, frame, unit, told);
        drain(s, unit, told);
    }
    if (told->len > 0)
        told->len--;
    told->text[told->len] = 0;
}

/* clang-format off */
static const struct {
    const char *name, *script, *told;
    size_t unit;
    uint64_t conflicts, gap_bytes;
} scripts[] = {
    { "in order",                 "S 0:ab 2:cd 4:ef",       "ab cd ef",       1, 0, 0 },
    { "late start",               "7:ab 9:cd",              "ab cd",          1, 0, 0 },
    { "nothing but a SYN",        "S",                      "",               1, 0, 0 },
    { "the SYN carries bytes",    "S:ab 2:cd",              "ab cd",          1, 0, 0 },
    { "... and they come again",  "S:ab 0:abcd",            "ab cd",          1, 0, 0 },
    { "the SYN comes last",       "0:ab S 2:cd",            "ab cd",          1, 0, 0 },
    { "a SYN of another",         "S 0:ab S S 2:cd",        "ab cd",          1, 0, 0 },

    { "two exchanged",            "S 2:cd 0:ab 4:ef",       "abcd ef",        1, 0, 0 },
    { "three backwards",          "S 4:ef 2:cd 0:ab",       "abcdef",         1, 0, 0 },
    { "a hole stays",             "S 2:cd 4:ef",            "",               1, 0, 0 },
    { "far away",                 "S 0:ab 1500000000:x 2:c","ab c",           1, 0, 0 },
    { "far behind",               "S 0:ab -1500000000:x 2:c","ab c",          1, 0, 0 },

    { "sent again",               "S 0:abcd 0:abcd 4:ef",   "abcd ef",        1, 0, 0 },
    { "again and more",           "S 0:abcd 2:cdef",        "abcd ef",        1, 0, 0 },
    { "again while it waits",     "S 2:cd 2:cd 0:ab",       "abcd",           1, 0, 0 },
    { "the first copy wins",      "S 2:cd 2:cX 0:ab",       "abcd",           1, 1, 0 },
    { "... on both ends",         "S 2:cd 1:XXXX 0:a",      "aXcdX",          1, 2, 0 },
    { "one fills two holes",      "S 1:b 3:d 0:abcde",      "abcde",          1, 0, 0 },
    { "... and differs",          "S 1:b 3:d 0:XXXXX",      "XbXdX",          1, 2, 0 },
    { "keep-alive of one byte",   "S 0:ab 1:X 2:cd",        "ab cd",          1, 0, 0 },
    { "keep-alive of none",       "S 0:ab 1: 2:cd",         "ab cd",          1, 0, 0 },
    { "keep-alive comes first",   "5:X 6:ab",               "X ab",           1, 0, 0 },
    { "zero-window probe",        "S 0:ab 2:c 2:c 2:cd",    "ab c d",         1, 0, 0 },

    { "FIN",                      "S 0:ab!",                "ab$",            1, 0, 0 },
    { "FIN alone",                "S 0:ab 2:! 2:!",         "ab $",           1, 0, 0 },
    { "FIN first",                "S 2:cd! 0:ab",           "abcd$",          1, 0, 0 },
    { "no FIN",                   "S 0:ab G",               "ab",             1, 0, 0 },
    { "bytes behind the FIN",     "S 0:ab! 2:cd G",         "ab$",            1, 0, 0 },
    { "FIN before bytes seen",    "S 4:ef 0:! 0:abcd G",    "abcdef",         1, 0, 0 },
    { "FIN behind a hole",        "S 0:ab 4:ef! G",         "ab (2)ef$",      1, 0, 2 },

    { "acknowledged, lost",       "S 0:ab 4:ef A6 A6",      "ab (2)ef",       1, 0, 2 },
    { "acknowledged, late",       "S 0:ab A6 2:cdef A6",    "ab cdef",        1, 0, 0 },
    { "once is not enough",       "S 0:ab 4:ef A6",         "ab",             1, 0, 0 },
    { "not acknowledged",         "S 0:ab 4:ef A2 A2 A2",   "ab",             1, 0, 0 },
    { "the second hole not",      "S 2:c 4:e A3 A3 A3",     "(2)c",           1, 0, 2 },
    { "lost at the end",          "S 0:ab A6 A6 6:gh",      "ab (4) gh",      1, 0, 4 },
    { "lost comes after all",     "S 2:cd A4 A4 0:ab 4:ef", "(2)cd ef",       1, 0, 2 },
    { "the FIN is acknowledged",  "S 0:ab! A3 A3 A3",       "ab$",            1, 0, 0 },
    { "... before it is seen",    "S 0:ab A3 2:! A3",       "ab $",           1, 0, 0 },
    { "a forged acknowledgement", "S 0:ab A2000000000 A2000000000 2:c", "ab c", 1, 0, 0 },
    { "given up",                 "S 1:b 3:d G",            "(1)b(1)d",       1, 0, 2 },
    { "given up, none missing",   "S 0:ab G G",             "ab",             1, 0, 0 },

    { "cut",                      "S 0:ab/5 5:fg",          "ab(3) fg",       1, 0, 3 },
    { "cut to nothing",           "S 0:/5 5:fg",            "(5) fg",         1, 0, 5 },
    { "cut, FIN",                 "S 0:ab/5!",              "ab(3)$",         1, 0, 3 },
    { "a cut is filled in time",  "S 1:b/4 2:cd 0:a 4:",    "abcd(1)",        1, 0, 1 },
    { "... in its middle",        "S 1:/5 3:dX 3:de 0:a",   "a(2)dX(1)",      1, 1, 3 },
    { "... and too late",         "S 0:ab/5 0:abcde 5:f",   "ab(3) f",        1, 0, 3 },

    { "units of two",             "S 0:ab 2:cd",            "ab cd",          2, 0, 0 },
    { "units over segments",      "S 0:abc 3:def",          "abcdef",         6, 0, 0 },
    { "byte by byte",             "S 0:a 1:b 2:c 3:d 4:e 5:f 6:g 7:h", "abcd efgh", 4, 0, 0 },
    { "a tail over a hole",       "S 0:abc 4:ef 3:d",       "abcd",           4, 0, 0 },
    { "... that goes on",         "S 0:abc 4:efgh 3:d",     "abcdefgh",       4, 0, 0 },
    { "a tail before a gap",      "S 0:abc 4:efgh A8 A8",   "[abc](1)efgh",   4, 0, 1 },
    { "a tail before the FIN",    "S 0:abcde 5:!",          "abcd $",         4, 0, 0 },
    { "a tail before a cut",      "S 0:abcde/7",            "abcd[e](2)",     4, 0, 2 },
    { "a tail that waits",        "S 0:abcde",              "abcd",           4, 0, 0 },

    { "skip",                     "S K3 0:ab 2:cd",         "d",              1, 0, 0 },
    { "skip what is out of order","S K4 2:cd 4:ef 0:ab",    "ef",             1, 0, 0 },
    { "skip over a gap",          "S K6 0:ab 4:efgh A8 A8", "gh",             1, 0, 2 },
    { "skip over a cut",          "S K6 0:ab/5 5:fgh",      "gh",             1, 0, 3 },
    { "skip to the FIN",          "S K9 0:ab!",             "$",              1, 0, 0 },
    { "skip behind a late start", "4:ab K3 6:cdef",         "ab f",           1, 0, 0 },
};
/* clang-format on */

START_TEST(tells_in_order)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    struct told told = { .len = 0 };
    play(s, scripts[_i].script, scripts[_i].unit, &told);
    ck_assert_msg(strcmp(told.text, scripts[_i].told) == 0, "%s: told '%s', not '%s'",
                  scripts[_i].name, told.text, scripts[_i].told);
    ck_assert_msg(stream_conflicts(s) == scripts[_i].conflicts, "%s: %llu conflicts",
                  scripts[_i].name, (unsigned long long)stream_conflicts(s));
    ck_assert_msg(stream_gap_bytes(s) == scripts[_i].gap_bytes, "%s: %llu gap bytes",
                  scripts[_i].name, (unsigned long long)stream_gap_bytes(s));
    stream_free(s);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

static const struct {
    const char *name, *script;
    size_t unit;
    uint64_t frame, offset;
    bool late, waiting;
} states[] = {
    { "in order", "S 0:ab 2:cd", 1, 3, 4, false, false },
    { "joined: the last byte's packet", "S 0:ab 2:cd", 4, 3, 4, false, false },
    { "two exchanged: each its own", "S 2:cd 0:ab", 1, 2, 4, false, false },
    { "late", "9:ab", 1, 1, 2, true, false },
    { "late, until the SYN comes", "0:ab S", 1, 1, 2, false, false },
    { "skipped ahead", "S K9 0:ab", 1, 0, 9, false, false },
    { "skipped to the FIN only", "S K9 0:ab!", 1, 0, 2, false, false },
    { "the other side has more", "S 0:ab A4", 1, 2, 2, false, true },
    { "... but not for long", "S 0:ab A4 A4", 1, 2, 4, false, false },
    { "... and then it comes", "S 0:ab A4 2:cd", 1, 4, 4, false, false },
    { "it only acknowledged a FIN", "S 0:ab A3 2:!", 1, 2, 2, false, false },
};

START_TEST(knows_where_it_is)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    struct told told = { .len = 0 };
    play(s, states[_i].script, states[_i].unit, &told);
    ck_assert_msg(told.frame == states[_i].frame, "%s: frame %llu", states[_i].name,
                  (unsigned long long)told.frame);
    ck_assert_msg(stream_offset(s) == states[_i].offset, "%s: offset %llu", states[_i].name,
                  (unsigned long long)stream_offset(s));
    ck_assert_msg(stream_started_late(s) == states[_i].late, "%s: late", states[_i].name);
    ck_assert_msg(stream_waiting(s) == states[_i].waiting, "%s: waiting", states[_i].name);
    stream_free(s);
}
END_TEST

/* A late start moves back while the reader has not been there. */
START_TEST(moves_a_late_start)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    struct segment late = {
        .seq = 1004, .payload = (const uint8_t *)"efgh", .len = 4, .wire_len = 4, .flags = TCP_ACK
    };
    struct segment early = {
        .seq = 1000, .payload = (const uint8_t *)"abcd", .len = 4, .wire_len = 4, .flags = TCP_ACK
    };
    stream_push(s, &late);
    ck_assert(stream_keep(s));
    stream_push(s, &early);
    struct told told = { .len = 0 };
    drain(s, 1, &told);
    ck_assert_int_eq(memcmp(told.text, "abcdefgh ", 9), 0);
    stream_free(s);
}
END_TEST

/* What the reader neither read nor kept is a gap, not stale memory. */
START_TEST(forgets_what_was_not_kept)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    struct segment segment = {
        .seq = 1, .payload = (const uint8_t *)"abcd", .len = 4, .wire_len = 4, .flags = TCP_ACK
    };
    stream_push(s, &segment);
    segment.seq = 5;
    stream_push(s, &segment);
    struct told told = { .len = 0 };
    drain(s, 1, &told);
    ck_assert_int_eq(memcmp(told.text, "(4)abcd ", 8), 0);
    stream_free(s);
}
END_TEST

/* Other sides' bytes are held back by keeping them before they are looked at. */
START_TEST(holds_unseen_bytes)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    uint8_t bytes[] = "ab";
    struct segment segment = { .seq = 1, .payload = bytes, .len = 2, .wire_len = 2 };
    stream_push(s, &segment);
    ck_assert(stream_keep(s));
    memcpy(bytes, "cd", 2);
    segment.seq = 3;
    stream_push(s, &segment);
    ck_assert(stream_keep(s));
    memcpy(bytes, "XX", 2);
    struct told told = { .len = 0 };
    drain(s, 1, &told);
    ck_assert_int_eq(memcmp(told.text, "abcd ", 5), 0);
    stream_free(s);
}
END_TEST

static const struct {
    const char *name;
    size_t cap, max;    /* the stream's and the budget's */
    unsigned step, len; /* between segments, and of each */
    bool gives_up;      /* before the hole is filled */
} floods[] = {
    { "fits", 1 << 20, 1 << 24, 100, 100, false },
    { "passes the cap", 8192, 1 << 24, 100, 100, true },
    { "passes the budget", 1 << 20, 8192, 100, 100, true },
    { "many pieces", 1 << 20, 1 << 24, 2, 1, true },
    { "as many that meet", 1 << 20, 1 << 24, 2, 2, true },
};

/* 300 segments behind a hole of ten bytes; memory stays capped, and what does
 * not fit makes the hole a gap, so that the reader goes on. */
START_TEST(caps_memory)
{
    struct budget budget = { .max = floods[_i].max };
    struct stream *s = stream_new(&budget, floods[_i].cap);
    size_t empty = budget.used, seen = 0, gaps = 0;
    uint8_t bytes[100] = { 0 };
    stream_begin(s, 0);
    for (unsigned i = 0; i < (floods[_i].len == 100 ? 200 : 300); i++) {
        struct segment segment = { .seq = 10 + i * floods[_i].step,
                                   .payload = bytes,
                                   .len = floods[_i].len,
                                   .wire_len = floods[_i].len };
        stream_push(s, &segment);
        for (struct stream_view v; (v = stream_look(s)).news != STREAM_NOTHING;) {
            *(v.news == STREAM_GAP ? &gaps : &seen) += v.len;
            stream_consume(s, v.len);
        }
        ck_assert_uint_le(budget.used, empty + floods[_i].cap);
        ck_assert_uint_le(budget.used, budget.max);
    }
    ck_assert_msg((gaps > 0) == floods[_i].gives_up, "%s: gap of %zu", floods[_i].name, gaps);
    ck_assert_msg((seen > 0) == floods[_i].gives_up, "%s: %zu seen", floods[_i].name, seen);
    stream_free(s);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

/* A reader that wants more than the cap is told so. */
START_TEST(refuses_to_keep_too_much)
{
    struct budget budget = { .max = 1 << 20 };
    struct stream *s = stream_new(&budget, CAP);
    uint8_t bytes[100] = { 0 };
    bool kept = true;
    unsigned i = 0;
    for (; kept && i < 100; i++) {
        struct segment segment = { .seq = i * 100, .payload = bytes, .len = 100, .wire_len = 100 };
        stream_push(s, &segment);
        while (kept && stream_look(s).news == STREAM_BYTES)
            kept = stream_keep(s);
    }
    ck_assert(!kept);
    ck_assert_uint_ge(i, CAP / 100 * 3 / 4);
    ck_assert_uint_le(i, CAP / 100 + 1);
    stream_free(s);
    ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(needs_a_budget)
{
    struct budget budget = { .max = 16 };
    ck_assert_ptr_null(stream_new(&budget, CAP));
    ck_assert_uint_eq(budget.used, 0);
    stream_free(NULL);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, tells_in_order, scripts);
    TEST_ROWS(t, knows_where_it_is, states);
    TEST_ROWS(t, caps_memory, floods);
    tcase_add_test(t, moves_a_late_start);
    tcase_add_test(t, forgets_what_was_not_kept);
    tcase_add_test(t, holds_unseen_bytes);
    tcase_add_test(t, refuses_to_keep_too_much);
    tcase_add_test(t, needs_a_budget);
}

TEST_MAIN("stream", add_tests)
