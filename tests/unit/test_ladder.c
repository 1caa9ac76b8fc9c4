/* test_ladder.c - handshakes as drawings: rungs, the step where it broke, and names
 * that are too long. */
#include "report/ladder.h"

#include "support/report_fakes.h"
#include "support/test_main.h"

static const struct rule broken = { .id = "x", .severity = SEVERITY_ERROR };

struct step {
    enum side from;
    uint8_t message;
    int64_t us;
    uint64_t frame;
    const char *note;
};

static void draw(const struct step *steps, size_t count, enum outcome outcome, size_t max,
                 const char *expected)
{
    struct fake f;
    struct page p = page_new(60, false, false);
    fake_begin(&f, &fake_tls, 1, fake_end(17, 40112), fake_end(5, 8883));
    fake_outcome(&f, outcome, FAKE_FLIGHT);
    for (size_t i = 0; i < count; i++)
        fake_event(&f, steps[i].from, steps[i].message, steps[i].us, steps[i].frame, steps[i].note);
    if (outcome == OUTCOME_FAILED)
        fake_finding(&f, &broken, 10, 12);
    struct ladder *l = ladder_new(&f.verdict, f.verdict.cause, max);
    fake_end_of(&f); /* a ladder is a copy */
    ck_assert_ptr_nonnull(l);
    ladder_draw(l, &p, 0);
    ck_assert_str_eq(text_string(&p.text), expected);
    ck_assert_uint_gt(ladder_len(l), sizeof *l);
    ladder_free(l);
    page_free(&p);
}

static const struct step refused[] = {
    { CLIENT, FAKE_CLIENT_HELLO, 0, 10, NULL },
    { SERVER, FAKE_SERVER_HELLO, 1500, 11, NULL },
    { SERVER, FAKE_SERVER_HELLO, 1500, 11, NULL },
    { SERVER, FAKE_SERVER_HELLO, 1500, 11, "again" },
    { CLIENT, FAKE_ALERT, 2000000, 12, "fatal unknown_ca" },
    { SERVER, FAKE_ALERT, 2000001, 13, NULL },
};

START_TEST(marks_where_it_broke)
{
    draw(refused, 6, OUTCOME_FAILED, LADDER_SHORT,
         "                10.0.0.17:40112              10.0.0.5:8883\n"
         "       0     10 |-- ClientHello ------------------------>|\n"
         "  1.5 ms     11 |<- 2x ServerHello, ServerHello: again --|\n"
         "     2 s     12 |-- Alert: fatal unknown_ca ------------>| x\n"
         "     2 s     13 |<- Alert -------------------------------|\n"
         "                |   (then expected: the client's key     |\n"
         "                |   exchange)                            |\n");
}
END_TEST

START_TEST(marks_nothing_that_went_well)
{
    draw(refused, 2, OUTCOME_COMPLETED, LADDER_SHORT,
         "                10.0.0.17:40112              10.0.0.5:8883\n"
         "       0     10 |-- ClientHello ------------------------>|\n"
         "  1.5 ms     11 |<- ServerHello -------------------------|\n");
}
END_TEST

START_TEST(names_what_silence_hides)
{
    static const struct step silent[] = {
        { CLIENT, FAKE_CLIENT_HELLO, 0, 10, NULL },
        { NOBODY, FAKE_SILENT, 0, 10, NULL },
    };
    draw(silent, 2, OUTCOME_FAILED, LADDER_SHORT,
         "                10.0.0.17:40112              10.0.0.5:8883\n"
         "       0     10 |-- ClientHello ------------------------>|\n"
         "                |   silence instead of the client's      |\n"
         "                |   key exchange                         | x\n");
}
END_TEST

/* What comes in the middle goes first, and what comes behind the break. */
START_TEST(leaves_out_the_middle)
{
    struct step steps[40];
    for (unsigned i = 0; i < 40; i++)
        steps[i] = (struct step){ i % 2 ? SERVER : CLIENT, FAKE_CLIENT_HELLO, i, 100 + i, NULL };
    steps[30].frame = 12; /* the proof */
    draw(steps, 40, OUTCOME_FAILED, 4,
         "                10.0.0.17:40112              10.0.0.5:8883\n"
         "       0    100 |-- ClientHello ------------------------>|\n"
         "    1 us    101 |<- ClientHello -------------------------|\n"
         "                |   (36 messages not shown)              |\n"
         "   30 us     12 |-- ClientHello ------------------------>| x\n"
         "   31 us    131 |<- ClientHello -------------------------|\n"
         "                |   (then expected: the client's key     |\n"
         "                |   exchange)                            |\n");
}
END_TEST

START_TEST(survives_a_hostile_note)
{
    static const struct step hostile[] = {
        { CLIENT, FAKE_CLIENT_HELLO, 0, 10,
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xe2\x80\x94" },
    };
    draw(hostile, 1, OUTCOME_COMPLETED, LADDER_SHORT,
         "                10.0.0.17:40112              10.0.0.5:8883\n"
         "       0     10 |-- ClientHello: ----------------------->|\n"
         "                |   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa   |\n"
         "                |   aaaaaaaaaaaaaaaaaaaaaaaaaa-          |\n");
}
END_TEST

START_TEST(needs_something_to_draw)
{
    struct fake f;
    fake_begin(&f, &fake_tls, 1, fake_end(17, 40112), fake_end(5, 8883));
    ck_assert_ptr_null(ladder_new(&f.verdict, NULL, LADDER_SHORT));
    fake_end_of(&f);
    ladder_free(NULL);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, marks_where_it_broke);
    tcase_add_test(t, marks_nothing_that_went_well);
    tcase_add_test(t, names_what_silence_hides);
    tcase_add_test(t, leaves_out_the_middle);
    tcase_add_test(t, survives_a_hostile_note);
    tcase_add_test(t, needs_something_to_draw);
}

TEST_MAIN("ladder", add_tests)
