/* test_eval.c - conditions asked of a handshake: three-valued truth, each type
 * and operator, and the packets that prove it. */
#include "rule/ruleset.h"

#include <string.h>

#include "handshake/flow_fields.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

enum answer { FALSE, UNKNOWN, TRUE };

/* A set with one rule of the given lines behind `when`. */
static struct ruleset *rules_with(const char *condition, const char *lines)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text rule = { 0 }, told = { 0 };
    text_format(&rule, "rule x\n when %s\n severity error\n title \"t\"\n%s", condition, lines);
    ck_assert_msg(ruleset_add(rs, "t.rules", rule.data, rule.len, &told), "%s", text_string(&told));
    ruleset_ready(rs);
    text_free(&rule);
    text_free(&told);
    return rs;
}

static bool fires(const char *condition, const struct handshake *hs)
{
    struct ruleset *rs = rules_with(condition, "");
    struct verdict v;
    ruleset_judge(rs, hs, &v);
    ruleset_free(rs);
    return v.finding_count == 1;
}

/* Rules fire on TRUE only; the other two are told apart by asking for `not`. */
static enum answer answer(const char *condition, const struct handshake *hs)
{
    struct text negated = { 0 };
    text_format(&negated, "not (%s)", condition);
    bool is_true = fires(condition, hs), is_false = fires(negated.data, hs);
    text_free(&negated);
    ck_assert_msg(!is_true || !is_false, "%s", condition);
    return is_true ? TRUE : is_false ? FALSE : UNKNOWN;
}

static const struct {
    const char *condition;
    enum answer answer;
} rows[] = {
    /* Kleene's tables: toy.no.resumed is absent, so unknown */
    { "true", TRUE },
    { "false", FALSE },
    { "toy.no.resumed", UNKNOWN },
    { "not true", FALSE },
    { "not false", TRUE },
    { "not toy.no.resumed", UNKNOWN },
    { "true and true", TRUE },
    { "true and toy.no.resumed", UNKNOWN },
    { "true and false", FALSE },
    { "toy.no.resumed and true", UNKNOWN },
    { "toy.no.resumed and toy.no.resumed", UNKNOWN },
    { "toy.no.resumed and false", FALSE },
    { "false and toy.no.resumed", FALSE },
    { "false and false", FALSE },
    { "true or false", TRUE },
    { "true or toy.no.resumed", TRUE },
    { "toy.no.resumed or true", TRUE },
    { "toy.no.resumed or toy.no.resumed", UNKNOWN },
    { "toy.no.resumed or false", UNKNOWN },
    { "false or toy.no.resumed", UNKNOWN },
    { "false or false", FALSE },
    { "toy.no.resumed or not toy.no.resumed", UNKNOWN },
    { "true and true and false or true", TRUE },
    /* absence, asked for and met */
    { "exists toy.number", TRUE },
    { "exists toy.no.number", FALSE },
    { "exists toy.chain", TRUE },
    { "exists toy.no.number or toy.no.resumed", UNKNOWN },
    { "exists doll.name", FALSE },
    { "exists flow.reset_by", FALSE },
    { "doll.name == \"x\"", UNKNOWN },
    { "flow.syn_retries > 0", UNKNOWN },
    /* numbers */
    { "toy.number == 7", TRUE },
    { "toy.number == 8", FALSE },
    { "toy.no.number == 7", UNKNOWN },
    { "toy.no.number != 7", UNKNOWN },
    { "toy.number != 7", FALSE },
    { "toy.number < 7", FALSE },
    { "toy.number <= 7", TRUE },
    { "toy.number > 6", TRUE },
    { "toy.number >= 8", FALSE },
    { "7 >= toy.number", TRUE },
    { "8 < toy.number", FALSE },
    { "toy.number > -1", TRUE },
    { "toy.number == 0x7", TRUE },
    { "toy.number == client.port", FALSE },
    { "toy.number < client.port", TRUE },
    { "toy.number == toy.no.number", UNKNOWN },
    { "toy.number in 1..7", TRUE },
    { "toy.number in 8..9", FALSE },
    { "toy.number in { 1..3, 5, 9 }", FALSE },
    { "toy.number in { 9, 1..3, 7 }", TRUE },
    { "toy.number in { 1..10, 2..3 }", TRUE },
    { "toy.number not in { 1..10 }", FALSE },
    { "toy.no.number in { 1, 2 }", UNKNOWN },
    { "toy.number + 1 == 8", TRUE },
    { "toy.number - 9223372036854775807 - 10 < 0", UNKNOWN }, /* no number holds that */
    { "toy.number + toy.no.number == 8", UNKNOWN },
    /* codes */
    { "toy.alert == handshake_failure", TRUE },
    { "toy.alert == HANDSHAKE_failure", TRUE },
    { "toy.alert == \"handshake failure\"", TRUE },
    { "toy.alert == unknown_ca", FALSE },
    { "unknown_ca != toy.alert", TRUE },
    { "toy.no.alert == unknown_ca", UNKNOWN },
    { "toy.alert == 40", TRUE },
    { "toy.alert in { unknown_ca, handshake_failure }", TRUE },
    { "toy.alert in { unknown_ca, 41 }", FALSE },
    { "toy.version < \"TLS 1.3\"", TRUE },
    { "toy.version <= \"TLS 1.1\"", FALSE },
    { "toy.version in \"TLS 1.0\"..\"TLS 1.2\"", TRUE },
    { "toy.alert == toy.no.alert", UNKNOWN },
    { "outcome == failed", TRUE },
    { "outcome != failed", FALSE },
    { "outcome in { completed, unknown }", FALSE },
    { "not outcome == completed", TRUE },
    /* texts */
    { "toy.name == \"broker.example.org\"", TRUE },
    { "toy.name == \"Broker.example.org\"", FALSE },
    { "toy.name != \"broker.example.or\"", TRUE },
    { "toy.no.name == \"x\"", UNKNOWN },
    { "toy.name == toy.name", TRUE },
    { "toy.name == toy.no.name", UNKNOWN },
    { "toy.name in { \"a\", \"broker.example.org\", \"b\" }", TRUE },
    { "toy.name in { \"a\", \"b\" }", FALSE },
    { "toy.no.name in { \"a\", \"b\" }", UNKNOWN },
    { "toy.name contains \"example\"", TRUE },
    { "toy.name contains \"Example\"", FALSE },
    { "toy.name contains \"\"", TRUE },
    { "toy.name contains \"broker.example.org.\"", FALSE },
    { "toy.no.name contains \"a\"", UNKNOWN },
    { "toy.name contains toy.no.name", UNKNOWN },
    { "toy.name contains toy.name", TRUE },
    { "\"the broker.example.org\" contains toy.name", TRUE },
    { "toy.name matches \"^[a-z]+\\.example\\.\"", TRUE },
    { "toy.name matches \"^EXAMPLE\"", FALSE },
    { "toy.name matches \"(?i)EXAMPLE\"", TRUE },
    { "toy.no.name matches \".\"", UNKNOWN },
    { "toy.name matches \"^(([a-z.])+)+$1\"", FALSE },
    { "protocol == \"test\"", TRUE },
    { "waiting_for == \"x\"", UNKNOWN },
    /* times and durations */
    { "toy.since == \"2021-09-30\"", TRUE },
    { "toy.since == \"2021-09-30T00:00:00Z\"", TRUE },
    { "toy.since == \"2021-09-30T02:00:00+02:00\"", TRUE },
    { "toy.since == \"2021-09-29T22:30:00-01:30\"", TRUE },
    { "toy.since < \"2021-09-30T00:00:00.000001Z\"", TRUE },
    { "toy.since >= \"2021-10-01\"", FALSE },
    { "toy.since in \"2021-01-01\"..\"2021-12-31\"", TRUE },
    { "toy.since < start", TRUE },
    { "toy.no.since < start", UNKNOWN },
    { "start - toy.since == 1d", TRUE },
    { "start - toy.since < 23h", FALSE },
    { "toy.since - start == -1d", TRUE },
    { "toy.no.since - start < 30d", UNKNOWN },
    { "toy.since + 24h == start", TRUE },
    { "24h + toy.since == start", TRUE },
    { "start - 1d == toy.since", TRUE },
    { "toy.since - \"2021-09-29\" == 1d", TRUE },
    { "start - (start - toy.since) == toy.since", TRUE },
    { "toy.took == 1.5s", TRUE },
    { "toy.took > 1500ms", FALSE },
    { "toy.took in 1s..2s", TRUE },
    { "duration < 200ms", TRUE },
    { "duration + toy.took > 1531ms", TRUE },
    /* true and false */
    { "toy.resumed", TRUE },
    { "toy.resumed == true", TRUE },
    { "toy.resumed != true", FALSE },
    { "false == toy.resumed", FALSE },
    { "toy.no.resumed == false", UNKNOWN },
    { "toy.resumed == toy.no.resumed", UNKNOWN },
    /* addresses */
    { "toy.peer == 10.1.2.3", TRUE },
    { "toy.peer == \"10.1.2.3\"", TRUE },
    { "toy.peer != 10.1.2.4", TRUE },
    { "toy.peer == ::ffff:10.1.2.3", FALSE },
    { "toy.no.peer == 10.1.2.3", UNKNOWN },
    { "toy.peer == client.address", FALSE },
    { "toy.peer in 10.0.0.0/8", TRUE },
    { "toy.peer in 10.1.2.3", TRUE },
    { "toy.peer in 0.0.0.0/0", TRUE },
    { "toy.peer in ::/0", FALSE },
    { "toy.peer in 10.128.0.0/9", FALSE },
    { "toy.peer in { 192.168.0.0/16, 10.1.2.2/31, fe80::/10 }", TRUE },
    { "toy.peer in { 192.168.0.0/16, 10.1.2.4/31, 10.1.2.0/31 }", FALSE },
    { "toy.no.peer in 10.0.0.0/8", UNKNOWN },
    { "client.address in 10.0.0.0/24", TRUE },
    { "server.address == 2001:db8::5", TRUE },
    { "server.address in 2001:db8::/32", TRUE },
    { "server.address in { 2001:db9::/32, 10.0.0.0/8 }", FALSE },
    /* lists */
    { "toy.sizes contains 1500", TRUE },
    { "toy.sizes contains 2", FALSE },
    { "toy.sizes contains -1", FALSE },
    { "toy.sizes contains toy.number", FALSE },
    { "toy.sizes contains toy.no.number", UNKNOWN },
    { "toy.no.sizes contains 1", UNKNOWN },
    { "1500 in toy.sizes", TRUE },
    { "toy.number in toy.sizes", FALSE },
    { "toy.alerts contains unknown_ca", TRUE },
    { "toy.alerts contains close_notify", FALSE },
    { "toy.alert in toy.alerts", TRUE },
    { "handshake_failure in toy.alerts", TRUE },
    { "toy.words contains \"mqtt\"", TRUE },
    { "toy.words contains \"mqt\"", FALSE },
    { "\"mqtt\" in toy.words", TRUE },
    { "toy.name in toy.words", FALSE },
    { "\"mqtt\" in toy.no.words", UNKNOWN },
    { "toy.words matches \"^\\*\\.\"", TRUE },
    { "toy.words matches \"^coap\"", FALSE },
    { "toy.no.words matches \".\"", UNKNOWN },
    /* reckoning: what can't be held or divided is unknown */
    { "toy.number * 2 == 14", TRUE },
    { "toy.number / 2 == 3", TRUE },
    { "toy.number + 2 * 3 == 13", TRUE },
    { "(toy.number + 2) * 3 == 27", TRUE },
    { "toy.number - 10 / 5 == 5", TRUE },
    { "toy.number / 0 == 0", UNKNOWN },
    { "toy.number * 9223372036854775807 > 0", UNKNOWN },
    { "toy.number + 9223372036854775807 > 0", UNKNOWN },
    { "toy.took * 2 == 3s", TRUE },
    { "2 * toy.took == 3s", TRUE },
    { "toy.took / 3 == 500ms", TRUE },
    { "toy.took / 500ms == 3", TRUE },
    { "toy.took / 0s == 3", UNKNOWN },
    { "(start - toy.since) / 1h == 24", TRUE },
    { "toy.no.number * 0 == 0", UNKNOWN },
    /* texts made of texts */
    { "lower(toy.name) == \"broker.example.org\"", TRUE },
    { "lower(\"BROKER.Example.ORG\") == toy.name", TRUE },
    { "toy.name == \"Broker.example.org\"", FALSE },
    { "length(toy.name) == 18", TRUE },
    { "length(lower(toy.name)) > 18", FALSE },
    { "length(toy.no.name) > 0", UNKNOWN },
    { "lower(toy.no.name) == \"\"", UNKNOWN },
    { "toy.name starts_with \"broker.\"", TRUE },
    { "toy.name starts_with \"roker\"", FALSE },
    { "toy.name starts_with \"\"", TRUE },
    { "toy.name ends_with \".org\"", TRUE },
    { "toy.name ends_with \".or\"", FALSE },
    { "toy.name not ends_with \".org\"", FALSE },
    { "toy.name ends_with \"a longer text than it is\"", FALSE },
    { "toy.no.name starts_with \"\"", UNKNOWN },
    /* the items of lists */
    { "any toy.chain (subject == \"CN=leaf\")", TRUE },
    { "any toy.chain (subject == \"CN=leaf\" and size == 4096)", FALSE },
    { "all toy.chain (subject starts_with \"CN=\")", TRUE },
    { "all toy.chain (size > 2048)", FALSE },
    { "not all toy.chain (size > 2048)", TRUE },
    { "any chain (lower(subject) == \"cn=root\")", TRUE },
    { "any toy.chain (no_size > 1)", UNKNOWN },
    { "any toy.chain (no_size > 1 or size > 1)", TRUE },
    { "all toy.chain (no_size > 1)", UNKNOWN },
    { "all toy.chain (no_size > 1 and size > 2048)", FALSE },
    { "any toy.chain (size == toy.number + 2041)", TRUE },
    { "any toy.no.sizes (item > 1)", UNKNOWN },
    { "all toy.no.sizes (item > 1)", UNKNOWN },
    { "count toy.chain == 2", TRUE },
    { "count(toy.chain) == 2", TRUE },
    { "count toy.chain (size > 2048) == 1", TRUE },
    { "count toy.chain (no_size > 2048) == 0", UNKNOWN },
    { "count toy.no.sizes == 0", UNKNOWN },
    { "count toy.words + count toy.sizes == 4", TRUE },
    { "any toy.words (item ends_with \".org\")", TRUE },
    { "all toy.words (item ends_with \".org\")", FALSE },
    { "any toy.alerts (item == unknown_ca)", TRUE },
    { "any toy.sizes (item > 1500)", FALSE },
    { "any toy.sizes (item in 1400..1600)", TRUE },
    { "any toy.chain (any toy.sizes (item == size / 2048))", TRUE },
    { "all toy.sizes (any toy.chain (item < size))", TRUE },
    { "any toy.sizes (any toy.words (length(item) == 13))", TRUE },
};

START_TEST(answers)
{
    enum answer got = answer(rows[_i].condition, toy_handshake());
    ck_assert_msg(got == rows[_i].answer, "%s is %d", rows[_i].condition, got);
}
END_TEST

/* ---- lists that were clipped ---- */

static const struct {
    const char *condition;
    enum answer answer;
} clipped[] = {
    { "toy.sizes contains 5", TRUE },        { "toy.sizes contains 9999", UNKNOWN },
    { "toy.words contains \"word\"", TRUE }, { "toy.words contains \"other\"", UNKNOWN },
    { "toy.words matches \"^w\"", TRUE },    { "toy.words matches \"^x\"", UNKNOWN },
    { "any toy.sizes (item == 5)", TRUE },   { "any toy.sizes (item == 9999)", UNKNOWN },
    { "all toy.sizes (item < 5)", FALSE },   { "all toy.sizes (item < 9999)", UNKNOWN },
    { "count toy.sizes == 400", TRUE },      { "count toy.sizes (item < 5) == 5", UNKNOWN },
};

START_TEST(what_was_clipped_is_unknown)
{
    struct handshake *hs = bare_handshake(&toy_table);
    for (uint32_t i = 0; i < 400; i++) {
        handshake_add_number(hs, TOY_SIZES, i);
        handshake_add_text(hs, TOY_WORDS, "word", 4);
    }
    ck_assert_int_eq(answer(clipped[_i].condition, hs), clipped[_i].answer);
}
END_TEST

/* A pattern that would take forever gives no answer, and gives it soon. */
START_TEST(hungry_patterns_give_up)
{
    struct handshake *hs = bare_handshake(&toy_table);
    handshake_set_string(hs, TOY_NAME, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    ck_assert_int_eq(answer("toy.name matches \"^(a|aa|aaa)+$\"", hs), UNKNOWN);
}
END_TEST

/* Lists inside lists multiply: what would take too long is unknown, and soon. */
START_TEST(hungry_lists_give_up)
{
    struct handshake *hs = bare_handshake(&toy_table);
    for (uint32_t i = 0; i < 256; i++)
        handshake_add_number(hs, TOY_SIZES, i);
    static const char few[] = "any toy.sizes (any toy.sizes (item > 255))";
    static const char many[] = "any toy.sizes (any toy.sizes (any toy.sizes (item > 255)))";
    ck_assert_int_eq(answer(few, hs), FALSE);
    ck_assert_int_eq(answer(many, hs), UNKNOWN);
}
END_TEST

START_TEST(texts_need_not_be_utf8)
{
    struct handshake *hs = bare_handshake(&toy_table);
    handshake_set_text(hs, TOY_NAME, "a\xff\x00z", 4);
    ck_assert_int_eq(answer("toy.name matches \"^a\"", hs), TRUE);
    ck_assert_int_eq(answer("toy.name matches \"z$\"", hs), TRUE);
    ck_assert_int_eq(answer("toy.name contains \"z\"", hs), TRUE);
    handshake_set_text(hs, TOY_NAME, "", 0);
    ck_assert_int_eq(answer("toy.name matches \"^$\"", hs), TRUE);
    ck_assert_int_eq(answer("toy.name contains \"z\"", hs), FALSE);
    ck_assert_int_eq(answer("toy.name == \"\"", hs), TRUE);
}
END_TEST

/* ---- where fields come from ---- */

START_TEST(reads_what_it_runs_inside)
{
    struct handshake *outer = toy_handshake();
    struct handshake *hs = bare_handshake(&doll_table);
    handshake_set_string(hs, DOLL_NAME, "inside");
    ck_assert_int_eq(answer("doll.name == \"inside\" and toy.number == 7", hs), UNKNOWN);
    hs->outer = outer;
    ck_assert_int_eq(answer("doll.name == \"inside\" and toy.number == 7", hs), TRUE);
    ck_assert_int_eq(answer("exists doll.name", outer), FALSE);
}
END_TEST

START_TEST(reads_the_flow)
{
    struct value flow[FLOW_FIELD_COUNT] = { [FLOW_SYN_RETRIES] = { .is.number = 3,
                                                                   .present = true } };
    struct handshake *hs = toy_handshake();
    hs->flow_values = flow;
    ck_assert_int_eq(answer("flow.syn_retries > 2", hs), TRUE);
    ck_assert_int_eq(answer("flow.reset_by == \"client\"", hs), UNKNOWN);
}
END_TEST

static const struct {
    const char *requires;
    enum flow_field gap;
    int64_t value;
    bool fires;
} needs[] = {
    { "two-way", FLOW_ONE_SIDED, 0, false },
    { "whole", FLOW_ONE_SIDED, 0, true },
    { "whole", FLOW_LOST_BYTES, 5, false },
    { "whole", FLOW_LOST_BYTES, 0, true },
    { "whole", FLOW_CLIENT_UNSEEN, 1, false },
    { "two-way, end", FLOW_CLIENT_UNSEEN, 1, true },
    { "whole", FLOW_CUT, 1, false },
    { "beginning", FLOW_STARTS_LATE, 1, false },
    { "beginning", FLOW_STARTS_LATE, 0, true },
    { "end", FLOW_ENDS_EARLY, 1, false },
    { "beginning, end", FLOW_ENDS_EARLY, 1, false },
    { "beginning", FLOW_ENDS_EARLY, 1, true },
};

START_TEST(requires_what_the_capture_shows)
{
    struct value flow[FLOW_FIELD_COUNT] = { 0 };
    struct text line = { 0 };
    struct handshake *hs = toy_handshake();
    struct verdict v;
    flow[needs[_i].gap] = (struct value){ .is.number = needs[_i].value, .present = true };
    text_format(&line, " requires %s\n", needs[_i].requires);
    struct ruleset *rs = rules_with("toy.number == 7", line.data);
    ruleset_judge(rs, hs, &v); /* nothing is known of the flow: nothing is known to be missing */
    ck_assert_uint_eq(v.finding_count, 1);
    hs->flow_values = flow;
    ruleset_judge(rs, hs, &v);
    ck_assert_msg((v.finding_count == 1) == needs[_i].fires, "%s", needs[_i].requires);
    text_free(&line);
    ruleset_free(rs);
}
END_TEST

/* ---- by outcome ---- */

static const struct {
    const char *condition;
    unsigned fires; /* bits 1 << enum outcome */
} outcomes[] = {
    { "outcome == completed", 1u << OUTCOME_COMPLETED },
    { "outcome == failed", 1u << OUTCOME_FAILED },
    { "outcome == unknown", 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "outcome != failed", 1u << OUTCOME_COMPLETED | 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "not outcome == failed and toy.number == 7",
      1u << OUTCOME_COMPLETED | 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "outcome in { completed, failed }", 1u << OUTCOME_COMPLETED | 1u << OUTCOME_FAILED },
    { "outcome == completed or toy.number == 7",
      1u << OUTCOME_COMPLETED | 1u << OUTCOME_FAILED | 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "outcome == completed or outcome == failed", 1u << OUTCOME_COMPLETED | 1u << OUTCOME_FAILED },
    { "not (outcome == completed or outcome == failed)",
      1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "not (outcome == completed and toy.number == 7)",
      1u << OUTCOME_FAILED | 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
    { "outcome == completed and outcome == failed", 0 },
    { "exists outcome and toy.number == 7",
      1u << OUTCOME_COMPLETED | 1u << OUTCOME_FAILED | 1u << OUTCOME_UNKNOWN | 1u << OUTCOME_OPEN },
};

START_TEST(fires_by_outcome)
{
    struct handshake *hs = toy_handshake();
    for (enum outcome outcome = OUTCOME_OPEN; outcome <= OUTCOME_UNKNOWN; outcome++) {
        hs->outcome = outcome;
        ck_assert_msg(fires(outcomes[_i].condition, hs) == (outcomes[_i].fires >> outcome & 1),
                      "%s, outcome %d", outcomes[_i].condition, outcome);
    }
}
END_TEST

/* ---- evidence ---- */

/* Frames are 100 and the field's id. */
enum {
    NUMBER = 100 + TOY_NUMBER,
    ALERT = 100 + TOY_ALERT,
    NAME = 100 + TOY_NAME,
    SINCE = 100 + TOY_SINCE,
    RESUMED = 100 + TOY_RESUMED,
    SIZES = 100 + TOY_SIZES,
    WORDS = 100 + TOY_WORDS,
    CHAIN = 100 + TOY_CHAIN,
    PEER = 100 + TOY_PEER
};

static const struct {
    const char *condition;
    uint64_t ended, frames[FINDING_FRAMES_MAX];
} proofs[] = {
    { "true", 0, { 0 } },
    { "true", 9, { 9 } },
    { "outcome == failed", 9, { 9 } },
    { "toy.number == 7", 0, { NUMBER } },
    { "toy.number == 7", 500, { NUMBER, 500 } },
    { "toy.number == 7", NUMBER, { NUMBER } },
    { "toy.number == 7", 3, { 3, NUMBER } },
    { "toy.resumed and toy.number == 7", 0, { NUMBER, RESUMED } },
    { "toy.number == 7 and toy.number > 1", 0, { NUMBER } },
    { "toy.resumed or toy.number == 8", 0, { RESUMED } },
    { "toy.resumed or toy.number == 7", 0, { NUMBER, RESUMED } },
    { "not toy.number == 8", 0, { NUMBER } },
    { "not (toy.resumed and toy.number == 8)", 0, { NUMBER } },
    { "not (toy.alert == 1 or toy.number == 8)", 0, { NUMBER, ALERT } },
    { "not exists toy.no.number", 0, { 0 } },
    { "exists toy.name", 0, { NAME } },
    { "start > toy.since", 0, { SINCE } },
    { "toy.since + 5m < start", 0, { SINCE } },
    { "toy.sizes contains 1", 0, { SIZES } },
    { "toy.number not in toy.sizes", 0, { NUMBER, SIZES } },
    { "toy.name contains \"o\"", 0, { NAME } },
    { "toy.name in { \"broker.example.org\" } and toy.peer in 10.0.0.0/8", 0, { NAME, PEER } },
    { "any toy.chain (size == 4096)", 0, { CHAIN, 200 } },
    { "any toy.chain (size == 2048)", 0, { CHAIN } },
    { "not all toy.chain (size == 2048)", 0, { CHAIN, 200 } },
    { "count toy.chain (size == 4096) == 1", 0, { CHAIN } },
    { "toy.words matches \"mqtt\" and toy.name matches \"b\"", 0, { NAME, WORDS } },
};

static size_t frames_in(const uint64_t *frames)
{
    size_t count = 0;
    while (count < FINDING_FRAMES_MAX && frames[count])
        count++;
    return count;
}

START_TEST(proves_with_packets)
{
    struct handshake *hs = toy_handshake();
    hs->ended.frame = proofs[_i].ended;
    struct ruleset *rs = rules_with(proofs[_i].condition, "");
    struct verdict v;
    ruleset_judge(rs, hs, &v);
    ruleset_free(rs);
    ck_assert_uint_eq(v.finding_count, 1);
    size_t count = frames_in(proofs[_i].frames);
    ck_assert_msg(v.findings[0].frame_count == count, "%s", proofs[_i].condition);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(v.findings[0].frames[i] == proofs[_i].frames[i], "%s", proofs[_i].condition);
}
END_TEST

START_TEST(keeps_the_ending_among_many_packets)
{
    struct handshake *hs = toy_handshake();
    hs->ended.frame = 1000;
    struct ruleset *rs = rules_with(
        "toy.number == 7 and exists toy.alert and exists toy.version and exists toy.name and "
        "exists toy.since and exists toy.took and toy.resumed and exists toy.peer and "
        "exists toy.sizes and exists toy.words",
        "");
    struct verdict v;
    ruleset_judge(rs, hs, &v);
    ruleset_free(rs);
    ck_assert_uint_eq(v.findings[0].frame_count, FINDING_FRAMES_MAX);
    ck_assert_uint_eq(v.findings[0].frames[FINDING_FRAMES_MAX - 1], 1000);
    for (size_t i = 1; i < FINDING_FRAMES_MAX; i++)
        ck_assert_uint_lt(v.findings[0].frames[i - 1], v.findings[0].frames[i]);
}
END_TEST

/* ---- fault and certainty ---- */

static const struct {
    const char *lines;
    enum fault fault;
    enum certainty certainty;
} choices[] = {
    { "", FAULT_UNKNOWN, CERTAINTY_PROVEN },
    { "fault client", FAULT_CLIENT, CERTAINTY_PROVEN },
    { "fault client when toy.number == 7\nfault server", FAULT_CLIENT, CERTAINTY_PROVEN },
    { "fault client when toy.number == 8\nfault server", FAULT_SERVER, CERTAINTY_PROVEN },
    { "fault client when toy.no.resumed\nfault server", FAULT_SERVER, CERTAINTY_PROVEN },
    { "fault client when toy.no.resumed\nfault network when toy.resumed\nfault server",
      FAULT_NETWORK, CERTAINTY_PROVEN },
    { "fault client when toy.number == 8", FAULT_UNKNOWN, CERTAINTY_PROVEN },
    { "certainty likely", FAULT_UNKNOWN, CERTAINTY_LIKELY },
    { "certainty proven when toy.resumed\ncertainty likely", FAULT_UNKNOWN, CERTAINTY_PROVEN },
    { "certainty proven when toy.number == 8\ncertainty likely", FAULT_UNKNOWN, CERTAINTY_LIKELY },
    { "certainty proven when toy.number == 8", FAULT_UNKNOWN, CERTAINTY_POSSIBLE },
};

START_TEST(chooses)
{
    struct ruleset *rs = rules_with("true", choices[_i].lines);
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ruleset_free(rs);
    ck_assert_msg(v.findings[0].fault == choices[_i].fault, "%s", choices[_i].lines);
    ck_assert_msg(v.findings[0].certainty == choices[_i].certainty, "%s", choices[_i].lines);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, answers, rows);
    TEST_ROWS(t, what_was_clipped_is_unknown, clipped);
    tcase_add_test(t, hungry_patterns_give_up);
    tcase_add_test(t, hungry_lists_give_up);
    tcase_add_test(t, texts_need_not_be_utf8);
    tcase_add_test(t, reads_what_it_runs_inside);
    tcase_add_test(t, reads_the_flow);
    TEST_ROWS(t, requires_what_the_capture_shows, needs);
    TEST_ROWS(t, fires_by_outcome, outcomes);
    TEST_ROWS(t, proves_with_packets, proofs);
    tcase_add_test(t, keeps_the_ending_among_many_packets);
    TEST_ROWS(t, chooses, choices);
}

TEST_MAIN("eval", add)
