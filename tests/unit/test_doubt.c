/* test_doubt.c - conditions that can't be meant are told of, and no others. */
#include "rule/ruleset.h"

#include <string.h>

#include "support/test_main.h"
#include "support/toy_fields.h"

struct ears {
    struct complaint_box box;
    struct text heard;
};

static void hear(struct complaint_box *box, const struct complaint *c)
{
    struct text *heard = &((struct ears *)box)->heard;
    ck_assert_int_eq(c->kind, COMPLAINT_WARNING);
    text_format(heard, "%s%zu: %s", heard->len ? "; " : "", c->line, c->message);
}

/* What is said of a text that loads. */
static void warned_of(const char *text, struct ears *ears)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    *ears = (struct ears){ { hear, true }, { 0 } };
    ruleset_listen(rs, &ears->box);
    ck_assert_msg(ruleset_add(rs, "t.rules", text, strlen(text), &told), "%s", text_string(&told));
    text_free(&told);
    ruleset_free(rs);
}

enum doubt { FINE, NEVER_TRUE, NEVER_FALSE };

static const struct {
    const char *condition;
    enum doubt doubt;
} rows[] = {
    { "toy.number == 7", FINE },
    { "true", NEVER_FALSE },
    { "false", NEVER_TRUE },
    { "not true", NEVER_TRUE },
    /* numbers */
    { "toy.number > 3 and toy.number < 4", NEVER_TRUE },
    { "toy.number > 3 and toy.number <= 4", FINE },
    { "toy.number == 3 and toy.number == 4", NEVER_TRUE },
    { "toy.number == 3 or toy.number == 4", FINE },
    { "toy.number == 3 and toy.took == 3s", FINE },
    { "toy.number < 5 or toy.number >= 5", NEVER_FALSE },
    { "toy.number < 5 or toy.number > 5", FINE },
    { "toy.number != 5 or toy.number in 4..6", NEVER_FALSE },
    { "toy.number == 3 and toy.number != 3", NEVER_TRUE },
    { "toy.number in { 1, 2 } and toy.number in { 3..9 }", NEVER_TRUE },
    { "toy.number in { 1, 2 } and toy.number in { 2..9 }", FINE },
    { "toy.number in { 1, 2 } and not toy.number in { 0..9 }", NEVER_TRUE },
    { "toy.number in { 1, 12 } and not toy.number in { 0..9 }", FINE },
    { "not (toy.number < 5 or toy.number >= 5)", NEVER_TRUE },
    { "toy.number > 9223372036854775807", NEVER_TRUE },
    { "toy.number >= 9223372036854775807", FINE },
    { "3 > toy.number and toy.number > 3", NEVER_TRUE },
    { "toy.took > 3s and toy.took < 3000ms", NEVER_TRUE },
    { "toy.took > 3s and toy.took < 3001ms", FINE },
    /* codes, texts, truths */
    { "toy.alert == unknown_ca and toy.alert == bad_certificate", NEVER_TRUE },
    { "toy.alert == unknown_ca and toy.version == \"TLS 1.2\"", FINE },
    { "outcome == failed and outcome == completed", NEVER_TRUE },
    { "outcome in { failed, completed, unknown }", NEVER_FALSE },
    { "outcome == failed and not outcome in { failed }", NEVER_TRUE },
    { "protocol == \"tls\" and protocol == \"dtls\"", NEVER_TRUE },
    { "protocol == \"tls\" or protocol == \"dtls\"", FINE },
    { "protocol == \"tls\" and \"mqtt\" == protocol", NEVER_TRUE },
    { "protocol in { \"tls\", \"dtls\" } and protocol == \"mqtt\"", NEVER_TRUE },
    { "protocol in { \"tls\", \"dtls\" } and protocol != \"tls\"", FINE },
    { "protocol in { \"tls\", \"dtls\" } and protocol != \"tls\" and protocol != \"dtls\"",
      NEVER_TRUE },
    { "protocol != \"tls\" or protocol != \"dtls\"", NEVER_FALSE },
    { "toy.resumed and not toy.resumed", NEVER_TRUE },
    { "toy.resumed == false and toy.resumed", NEVER_TRUE },
    { "toy.resumed or not toy.resumed", NEVER_FALSE },
    { "toy.resumed or toy.no.resumed", FINE },
    /* being there */
    { "exists toy.name and not exists toy.name", NEVER_TRUE },
    { "toy.name == \"a\" and not exists toy.name", NEVER_TRUE },
    { "not exists toy.name or toy.name == \"a\"", FINE },
    { "exists toy.name or not exists toy.name", NEVER_FALSE },
    /* alternatives */
    { "toy.number == 3 and (toy.number == 4 or toy.number == 5)", NEVER_TRUE },
    { "toy.number == 3 and (toy.number == 4 or toy.number == 3)", FINE },
    { "toy.number == 3 and (toy.number == 4 or toy.took > 1s and toy.number > 3)", NEVER_TRUE },
    { "toy.number == 3 and (toy.number == 4 or toy.name == \"a\")", FINE },
    { "toy.number == 3 and not (toy.number == 3 and toy.number < 4)", NEVER_TRUE },
    { "(toy.number == 1 or toy.number == 2) and (toy.number == 3 or toy.number == 4)", FINE },
    /* what is not looked into */
    { "toy.name matches \"a\" and not toy.name matches \"a\"", FINE },
    { "toy.number + 1 == 2 and toy.number + 1 == 3", FINE },
    { "any toy.chain (size > 3 and size < 3)", FINE },
    { "toy.sizes contains 1 and not toy.sizes contains 1", FINE },
};

START_TEST(doubts)
{
    static const char *const said[] = { "", "2: this is never true: the rule can't fire",
                                        "2: this is never false, of no handshake" };
    struct text rule = { 0 };
    struct ears ears;
    text_format(&rule, "rule a\n when %s\n severity info\n title \"\"\n", rows[_i].condition);
    warned_of(rule.data, &ears);
    ck_assert_msg(strcmp(text_string(&ears.heard), said[rows[_i].doubt]) == 0, "%s: %s",
                  rows[_i].condition, text_string(&ears.heard));
    text_free(&ears.heard);
    text_free(&rule);
}
END_TEST

/* Two errors, the first of the greater weight; whether the second can be the cause. */
static const struct {
    const char *first, *second;
    bool can;
} pairs[] = {
    { "toy.resumed", "toy.resumed", false },
    { "toy.resumed", "toy.resumed and toy.number == 7", false },
    { "toy.resumed and toy.number == 7", "toy.resumed", true },
    { "toy.number > 3", "toy.number == 7", false },
    { "toy.number > 3", "toy.number > 2", true },
    { "toy.number in 3..9", "toy.number == 7 and toy.name matches \"a\"", false },
    { "toy.number == 7 or toy.resumed", "toy.resumed", false },
    { "toy.number == 7 and toy.resumed", "toy.resumed and toy.number in { 7 }", false },
    { "exists toy.number", "toy.number == 7", false },
    { "toy.number == 7", "exists toy.number", true },
    /* unknown is not true: what is absent for one rule is nothing for the other */
    { "toy.number == 7", "not exists toy.number", true },
    { "toy.number != 7", "not exists toy.number and toy.resumed", true },
    { "toy.resumed or not toy.resumed", "toy.number == 7", true },
    { "not exists toy.name", "not exists toy.name and toy.resumed", false },
    { "true", "toy.number == 7", false },
    { "any toy.chain (size > 3)", "toy.resumed and any toy.chain (size > 3)", false },
    { "any toy.chain (size > 3)", "toy.resumed and any toy.chain (size > 4)", true },
    { "outcome == completed", "outcome == failed", true },
    { "outcome == failed", "outcome == failed and toy.resumed", false },
    { "outcome == failed", "outcome == completed and toy.resumed", true },
};

START_TEST(overruled)
{
    struct text text = { 0 };
    struct ears ears;
    text_format(&text,
                "rule a\n when %s\n severity error\n title \"\"\n rank 60\n"
                "rule b\n when %s\n severity error\n title \"\"\n",
                pairs[_i].first, pairs[_i].second);
    warned_of(text.data, &ears);
    bool told = strstr(text_string(&ears.heard),
                       "6: rule 'b' is never the cause: 'a' is, wherever it fires");
    ck_assert_msg(told == !pairs[_i].can, "%s: %s", text.data, text_string(&ears.heard));
    text_free(&ears.heard);
    text_free(&text);
}
END_TEST

static const struct {
    const char *name, *rules, *told;
} others[] = {
    { "of equal rank the first",
      "rule a\n when toy.resumed\n severity error\n title \"\"\n"
      "rule b\n when toy.resumed\n severity error\n title \"\"\n",
      "5: rule 'b' is never the cause: 'a' is, wherever it fires" },
    { "what is no error is never the cause anyhow",
      "rule a\n when toy.resumed\n severity error\n title \"\"\n"
      "rule b\n when toy.resumed\n severity warning\n title \"\"\n",
      "" },
    { "an error that counts comes too late",
      "rule a\n when toy.resumed\n severity error\n title \"\"\n rank 90\n count 2 in 5s\n"
      "rule b\n when toy.resumed\n severity error\n title \"\"\n",
      "" },
    { "under one name it is not heard",
      "rule a\n when toy.resumed\n severity error\n title \"\"\n rank 90\n"
      "rule b\n as a\n when toy.resumed\n severity error\n title \"\"\n",
      "6: rule 'b' is never heard: 'a' says the same wherever it fires" },
    { "fault and certainty",
      "rule a\n when toy.resumed\n severity info\n title \"\"\n"
      " fault client when toy.number == 1 and toy.number == 2\n fault server\n"
      " certainty likely when false\n",
      "5: this is never true; 7: this is never true" },
    { "what is required", "rule a\n when flow.cut\n requires whole\n severity info\n title \"\"\n",
      "2: this is never true: the rule can't fire" },
};

START_TEST(says)
{
    struct ears ears;
    warned_of(others[_i].rules, &ears);
    ck_assert_msg(strcmp(text_string(&ears.heard), others[_i].told) == 0, "%s: %s", others[_i].name,
                  text_string(&ears.heard));
    text_free(&ears.heard);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, doubts, rows);
    TEST_ROWS(t, overruled, pairs);
    TEST_ROWS(t, says, others);
}

TEST_MAIN("doubt", add)
