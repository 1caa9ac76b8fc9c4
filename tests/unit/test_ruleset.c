/* test_ruleset.c - sets of rules: what they take in and give up, which finding
 * is the cause, and the texts they tell. */
#include "rule/ruleset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dissectors/registry.h"
#include "rule/recent.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"
#include "support/toy_fields.h"

/* Adds a text that must be good. */
static void add_rules(struct ruleset *rs, const char *name, const char *text)
{
    struct text told = { 0 };
    bool good = ruleset_add(rs, name, text, strlen(text), &told);
    ck_assert_msg(good, "%s", text_string(&told));
    ck_assert_uint_eq(told.len, 0);
    text_free(&told);
}

static struct ruleset *rules_of(const char *text)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "t.rules", text);
    ruleset_ready(rs);
    return rs;
}

/* A rule that needs no more to be said of it. */
#define RULE(id, severity, rank, condition)                                                        \
    "rule " id "\n when " condition "\n severity " severity "\n rank " rank "\n title \"of " id    \
    "\"\n"

/* ---- order and cause ---- */

static const struct {
    const char *name, *rules;
    enum outcome outcome;
    const char *findings[5];
    bool has_cause;
} verdicts[] = {
    { "none holds", RULE("a", "error", "50", "toy.number == 8"), OUTCOME_FAILED, { NULL }, false },
    { "one error", RULE("a", "error", "50", "true"), OUTCOME_FAILED, { "a" }, true },
    { "one warning", RULE("a", "warning", "50", "true"), OUTCOME_FAILED, { "a" }, false },
    { "completed", RULE("a", "error", "50", "true"), OUTCOME_COMPLETED, { "a" }, false },
    { "unknown", RULE("a", "error", "50", "true"), OUTCOME_UNKNOWN, { "a" }, false },
    { "rank decides",
      RULE("a", "error", "50", "true") RULE("b", "error", "51", "true")
          RULE("c", "error", "49", "true"),
      OUTCOME_FAILED,
      { "b", "a", "c" },
      true },
    { "severity before rank",
      RULE("a", "info", "90", "true") RULE("b", "error", "1", "true")
          RULE("c", "warning", "50", "true"),
      OUTCOME_FAILED,
      { "b", "c", "a" },
      true },
    { "a tie goes to the first rule, the others by id",
      RULE("m", "error", "50", "true") RULE("z", "error", "50", "true")
          RULE("a", "error", "50", "true"),
      OUTCOME_FAILED,
      { "m", "a", "z" },
      true },
    { "without a cause all by id",
      RULE("m", "error", "50", "true") RULE("z", "error", "50", "true")
          RULE("a", "error", "50", "true"),
      OUTCOME_COMPLETED,
      { "a", "m", "z" },
      false },
    { "two that tell the same",
      "rule a.inferred\n as a\n when true\n severity error\n title \"\"\n" RULE(
          "a", "error", "60", "toy.resumed") RULE("b", "error", "55", "true"),
      OUTCOME_FAILED,
      { "a", "b" },
      true },
    { "the one of two that holds",
      "rule a.inferred\n as a\n when true\n severity error\n title \"\"\n" RULE("a", "error", "60",
                                                                                "toy.number == 8"),
      OUTCOME_FAILED,
      { "a" },
      true },
};

START_TEST(orders_findings)
{
    struct ruleset *rs = rules_of(verdicts[_i].rules);
    struct handshake *hs = toy_handshake();
    struct verdict v;
    hs->outcome = verdicts[_i].outcome;
    ruleset_judge(rs, hs, &v);
    size_t count = 0;
    while (verdicts[_i].findings[count])
        count++;
    ck_assert_msg(v.finding_count == count, "%s", verdicts[_i].name);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(strcmp(v.findings[i].id, verdicts[_i].findings[i]) == 0, "%s: %s",
                      verdicts[_i].name, v.findings[i].id);
    ck_assert_msg(v.cause == (verdicts[_i].has_cause ? &v.findings[0] : NULL), "%s",
                  verdicts[_i].name);
    ck_assert_ptr_eq(v.handshake, hs);
    ck_assert_int_eq(v.outcome, verdicts[_i].outcome);
    ruleset_free(rs);
}
END_TEST

START_TEST(open_is_judged_as_unknown)
{
    struct ruleset *rs = rules_of(RULE("a", "info", "50", "outcome == unknown"));
    struct handshake *hs = toy_handshake();
    struct verdict v;
    hs->outcome = OUTCOME_OPEN;
    ruleset_judge(rs, hs, &v);
    ck_assert_int_eq(v.outcome, OUTCOME_UNKNOWN);
    ck_assert_uint_eq(v.finding_count, 1);
    ruleset_free(rs);
}
END_TEST

START_TEST(keeps_the_worst_of_many)
{
    struct text many = { 0 };
    for (int i = 0; i < 40; i++)
        text_format(&many, "rule r%02d\n when true\n severity %s\n rank %d\n title \"\"\n", i,
                    i == 39 ? "error" : "warning", i);
    struct ruleset *rs = rules_of(many.data);
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ck_assert_uint_eq(v.finding_count, FINDINGS_MAX);
    ck_assert_str_eq(v.cause->id, "r39");
    ck_assert_str_eq(v.findings[1].id, "r38");
    ck_assert_str_eq(v.findings[FINDINGS_MAX - 1].id, "r24");
    text_free(&many);
    ruleset_free(rs);
}
END_TEST

/* ---- taking in ---- */

START_TEST(a_bad_text_adds_nothing)
{
    static const char bad[] = "list few = 1, 2\n" RULE("b", "error", "50", "toy.name matches \"b\"")
        RULE("c", "error", "50", "toy.nonsense == 1");
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    add_rules(rs, "one.rules", RULE("a", "error", "50", "toy.name matches \"b\""));
    ck_assert(!ruleset_add(rs, "two.rules", bad, strlen(bad), &told));
    ck_assert_uint_gt(told.len, 0);
    ck_assert_uint_eq(ruleset_count(rs), 1);
    add_rules(rs, "three.rules", "list few = 3\n" RULE("b", "info", "50", "toy.number in few"));
    ruleset_ready(rs);
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ck_assert_uint_eq(v.finding_count, 1);
    ck_assert_str_eq(v.findings[0].id, "a");
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

START_TEST(an_override_takes_the_place)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "one.rules", RULE("m", "error", "50", "false") RULE("a", "error", "50", "true"));
    add_rules(rs, "own.rules", "override " RULE("m", "error", "50", "true"));
    ruleset_ready(rs);
    ck_assert_uint_eq(ruleset_count(rs), 2);
    ck_assert_str_eq(ruleset_info(rs, 1).file, "own.rules");
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ck_assert_str_eq(v.cause->id, "m"); /* still before a */
    ruleset_free(rs);
}
END_TEST

START_TEST(disabled_rules_are_gone)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "one.rules",
              RULE("a", "error", "50", "true")
                  RULE("b", "error", "50",
                       "true") "rule b.likely\n as b\n when true\n severity error\n title \"\"\n"
                               "rule c.likely\n as c\n when true\n severity error\n title \"\"\n");
    add_rules(rs, "own.rules", "disable rule b\ndisable rule c\n");
    ck_assert_uint_eq(ruleset_count(rs), 1);
    add_rules(rs, "more.rules", RULE("b", "info", "50", "true"));
    add_rules(rs, "last.rules",
              "disable rule b\n"
              "disable rule a\n");
    ruleset_ready(rs);
    ck_assert_uint_eq(ruleset_count(rs), 0);
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ck_assert_uint_eq(v.finding_count, 0);
    ruleset_free(rs);
}
END_TEST

START_TEST(what_disable_takes_override_gives_back)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "one.rules",
              "rule b.likely\n as b\n when false\n severity info\n title \"\"\n" RULE(
                  "b", "info", "50", "false"));
    add_rules(rs, "own.rules", "disable rule b\noverride " RULE("b.likely", "info", "50", "true"));
    ruleset_ready(rs);
    ck_assert_uint_eq(ruleset_count(rs), 1);
    ck_assert_str_eq(ruleset_info(rs, 0).id, "b.likely");
    ruleset_free(rs);
}
END_TEST

#define TAGGED(id, tags) "rule " id "\n when true\n severity info\n title \"\"\n tags " tags "\n"

START_TEST(disabled_tags_are_gone)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "one.rules", TAGGED("a", "old, iot") TAGGED("b", "iot") TAGGED("c", "old"));
    add_rules(rs, "own.rules", "disable tag old\n" TAGGED("d", "old"));
    ruleset_ready(rs);
    ck_assert_uint_eq(ruleset_count(rs), 2);
    ck_assert_str_eq(ruleset_info(rs, 0).id, "b");
    ck_assert_str_eq(ruleset_info(rs, 1).id, "d");
    ruleset_free(rs);
}
END_TEST

/* Remembers what it was told. */
struct ears {
    struct complaint_box box;
    struct text heard;
};

static void hear(struct complaint_box *box, const struct complaint *c)
{
    text_format(&((struct ears *)box)->heard, "%s %s:%zu:%zu %s; %s", complaint_name(c->kind),
                c->file, c->line, c->column, c->message, c->hint);
}

START_TEST(rules_for_other_versions_are_left_out)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct ears ears = { { hear, true }, { 0 } };
    ruleset_listen(rs, &ears.box);
    add_rules(
        rs, "one.rules",
        "rule a\n needs field toy.number\n when toy.number == 7\n severity info\n title \"\"\n"
        "rule b\n needs field toy.name, toy.news\n when toy.news == 3\n severity info\n"
        " title \"{toy.news}\"\n");
    ck_assert_uint_eq(ruleset_count(rs), 1);
    ck_assert_str_eq(text_string(&ears.heard),
                     "note one.rules:7:24 rule 'b' is left out: there is no field 'toy.news'; "
                     "it was written for another version of handshark\n");
    text_free(&ears.heard);
    ruleset_free(rs);
}
END_TEST

START_TEST(lists_reach_later_texts)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    add_rules(rs, "one.rules", "list few = 1, 2\n");
    add_rules(rs, "two.rules",
              "list more = few, 7\n" RULE("a", "info", "50", "toy.number in more"));
    ruleset_ready(rs);
    struct verdict v;
    ruleset_judge(rs, toy_handshake(), &v);
    ck_assert_uint_eq(v.finding_count, 1);
    ruleset_free(rs);
}
END_TEST

static const struct {
    const char *rules;
    bool wants;
} details[] = {
    { RULE("a", "info", "50", "toy.number == 1"), false },
    { RULE("a", "info", "50", "toy.alerts contains 40"), true },
    { "rule a\n when true\n severity info\n title \"{toy.alerts}\"\n", true },
    { "rule a\n when true\n severity info\n title \"\"\n fault client when exists toy.alerts\n",
      true },
};

START_TEST(knows_who_wants_details)
{
    struct ruleset *rs = rules_of(details[_i].rules);
    ck_assert(ruleset_wants_details(rs) == details[_i].wants);
    ruleset_free(rs);
}
END_TEST

/* ---- telling ---- */

START_TEST(describes_rules_in_order_of_id)
{
    struct ruleset *rs = rules_of(RULE(
        "b", "warning", "20",
        "toy.number==1   and\n  toy.resumed") "\nrule a\n as c\n when true\n severity error\n "
                                              "fault client when true\n fault server\n"
                                              " certainty likely when true\n title "
                                              "\"{toy.name}\"\n why \"w\" \"hy\"\n fix \"fix\"\n"
                                              " seen as \"one\", \"two\"\n see \"RFC 1\"\n");
    struct rule_info a = ruleset_info(rs, 0), b = ruleset_info(rs, 1);
    ck_assert_str_eq(a.id, "a");
    ck_assert_str_eq(a.finding_id, "c");
    ck_assert_str_eq(a.title, "{toy.name}");
    ck_assert_str_eq(a.why, "why");
    ck_assert_str_eq(a.fix, "fix");
    ck_assert_str_eq(a.see, "RFC 1");
    ck_assert_str_eq(a.file, "t.rules");
    ck_assert_int_eq(a.line, 8);
    ck_assert_int_eq(a.fault, FAULT_SERVER);
    ck_assert_int_eq(a.certainty, CERTAINTY_POSSIBLE);
    ck_assert_int_eq(a.rank, 50);
    ck_assert_uint_eq(a.seen_as_count, 2);
    ck_assert_str_eq(a.seen_as[1], "two");
    ck_assert_str_eq(b.id, "b");
    ck_assert_str_eq(b.finding_id, "b");
    ck_assert_str_eq(b.when, "toy.number == 1 and toy.resumed");
    ck_assert_str_eq(b.why, "");
    ck_assert_int_eq(b.severity, SEVERITY_WARNING);
    ck_assert_int_eq(b.rank, 20);
    ck_assert_int_eq(b.fault, FAULT_UNKNOWN);
    ck_assert_int_eq(b.certainty, CERTAINTY_PROVEN);
    ck_assert_uint_eq(b.seen_as_count, 0);
    ruleset_free(rs);
}
END_TEST

static const struct {
    const char *template, *filled;
} templates[] = {
    { "", "" },
    { "plain", "plain" },
    { "a {toy.number} b", "a 7 b" },
    { "{toy.alert}{toy.version}", "handshake_failureTLS 1.2" },
    { "since {toy.since}", "since 2021-09-30T00:00:00Z" },
    { "{toy.words}", "mqtt, *.example.org" },
    { "{outcome} {server.port} {client.address}", "failed 8883 10.0.0.17" },
    { "{server.address} or {client.address}: x", "2001:db8::5 or 10.0.0.17: x" },
    { "{server.address}:{server.port} {client.address}:1", "[2001:db8::5]:8883 10.0.0.17:1" },
    { "coap://{server.address}/x {server.address}: x", "coap://[2001:db8::5]/x 2001:db8::5: x" },
    { "{toy.since:date} {toy.since:clock}", "2021-09-30 00:00:00" },
    { "{toy.since:age} before", "24 h before" },
    { "{toy.took:us} {toy.took:ms} {toy.took:s}", "1500000 µs 1500 ms 1.5 s" },
    { "{toy.took:min} {toy.took:h} {toy.took:days}", "0.025 min 0.0004167 h 1.736e-05 days" },
    { "{toy.number:hex} {toy.version:hex} {toy.alert:number}", "0x0007 0x0303 40" },
    { "{toy.words:count} {toy.words:first} {toy.sizes:first}", "2 mqtt 1" },
    { "{toy.no.number:hex|none}", "none" },
    { "{toy.no.name}", "not seen" },
    { "{toy.no.name|a secret}", "a secret" },
    { "{toy.no.name|}.", "." },
    { "{toy.name|a secret}", "broker.example.org" },
    { "{flow.reset_by|nobody}", "nobody" },
    { "{{toy.name}} {{{toy.number}}}", "{toy.name} {7}" },
    { "two\\nlines", "two\nlines" },
    { "\\\"quoted\\\" \\\\", "\"quoted\" \\" },
    { "a\xe2\x80\xaez", "a\\xe2\\x80\\xaez" }, /* would turn the writing round */
};

START_TEST(fills_templates)
{
    struct text rule = { 0 }, filled = { 0 };
    text_format(&rule, "rule a\n when true\n severity info\n title \"%s\"\n",
                templates[_i].template);
    struct ruleset *rs = rules_of(rule.data);
    struct handshake *hs = toy_handshake();
    struct verdict v;
    ruleset_judge(rs, hs, &v);
    finding_text(&v.findings[0], hs, FINDING_TITLE, &filled);
    ck_assert_str_eq(text_string(&filled), templates[_i].filled);
    finding_text(&v.findings[0], hs, FINDING_FIX, &filled); /* there is none */
    ck_assert_str_eq(text_string(&filled), templates[_i].filled);
    text_free(&rule);
    text_free(&filled);
    ruleset_free(rs);
}
END_TEST

START_TEST(hostile_values_are_escaped)
{
    struct ruleset *rs = rules_of("rule a\n when true\n severity info\n title \"<{toy.name}>\"\n");
    struct handshake *hs = bare_handshake(&toy_table);
    struct text filled = { 0 };
    struct verdict v;
    handshake_set_text(hs, TOY_NAME, "\x1b[2J\n{toy.number}", 17);
    ruleset_judge(rs, hs, &v);
    finding_text(&v.findings[0], hs, FINDING_TITLE, &filled);
    ck_assert_str_eq(filled.data, "<\\x1b[2J\\x0a{toy.number}>");
    text_free(&filled);
    ruleset_free(rs);
}
END_TEST

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs(content, out);
    fclose(out);
}

static void remove_files(const char *folder, const char *const *names)
{
    char path[256];
    for (; *names; names++) {
        snprintf(path, sizeof path, "%s/%s", folder, *names);
        unlink(path);
    }
    rmdir(folder);
}

START_TEST(reads_folders_in_order)
{
    char folder[] = "/tmp/handshark-rules-XXXXXX", path[64];
    struct text told = { 0 };
    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct ruleset *rs = ruleset_new(toy_tables);
    ck_assert(!ruleset_add_path(rs, folder, &told)); /* nothing there */
    ck_assert_ptr_nonnull(strstr(told.data, "there is no *.rules file in this folder"));
    write_file(folder, "b.rules", "override " RULE("r", "info", "50", "true"));
    write_file(folder, "a.rules", RULE("r", "error", "50", "true"));
    write_file(folder, ".c.rules", "nonsense");
    write_file(folder, "c.rules~", "nonsense");
    text_clear(&told);
    ck_assert_msg(ruleset_add_path(rs, folder, &told), "%s", told.data);
    snprintf(path, sizeof path, "%s/b.rules", folder);
    ck_assert_str_eq(ruleset_info(rs, 0).file, path);
    snprintf(path, sizeof path, "%s/a.rules", folder);
    ck_assert(!ruleset_add_path(rs, path, &told)); /* a second `rule r` */
    remove_files(folder,
                 (const char *const[]){ "a.rules", "b.rules", ".c.rules", "c.rules~", NULL });
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

/* Files of one folder, and what is said when the first is loaded: NULL when all is well.
 * F stands for the folder. */
static const struct {
    const char *name;
    struct {
        const char *name, *content;
    } files[4];
    size_t rules;
    const char *told;
} includes[] = {
    { "one",
      { { "a", "include \"b\"\n" RULE("x", "info", "50", "m and toy.number in l") },
        { "b", "macro m = toy.resumed\nlist l = 1\n" RULE("y", "info", "50", "true") } },
      2,
      NULL },
    { "two that include the same",
      { { "a", "include \"b\"\ninclude \"c\"\n" },
        { "b", "include \"c\"\n" },
        { "c", RULE("y", "info", "50", "true") } },
      1,
      NULL },
    { "what is not there",
      { { "a", RULE("x", "info", "50", "true") "include \"b\"\n" } },
      0,
      "F/a:6:9: can't include this: No such file or directory\n" },
    { "a mistake in the other file",
      { { "a", "include \"b\"\n" RULE("x", "info", "50", "m") },
        { "b", "macro m = toy.resumd\n" } },
      0,
      "F/b:1:11: no field 'toy.resumd'\n" },
    { "what a bad file includes goes with it",
      { { "a", "include \"b\"\ndisable rule z\n" }, { "b", RULE("y", "info", "50", "true") } },
      0,
      "F/a:2:14: no rule 'z' to disable\n" },
    { "itself",
      { { "a", "include \"a\"\n" } },
      0,
      "F/a:1:9: can't include this: it includes this file in turn\n" },
    { "in a circle",
      { { "a", "include \"b\"\n" }, { "b", "include \"a\"\n" } },
      0,
      "F/b:1:9: can't include this: it includes this file in turn\n" },
    { "a folder",
      { { "a", "include \".\"\n" } },
      0,
      "F/a:1:9: can't include this: it is no plain file\n" },
};

START_TEST(includes_files)
{
    char folder[] = "/tmp/handshark-rules-XXXXXX", path[64];
    const char *names[5] = { NULL };
    struct text told = { 0 }, expected = { 0 };
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (size_t i = 0; i < 4 && includes[_i].files[i].name; i++) {
        names[i] = includes[_i].files[i].name;
        write_file(folder, names[i], includes[_i].files[i].content);
    }
    struct ruleset *rs = ruleset_new(toy_tables);
    snprintf(path, sizeof path, "%s/a", folder);
    bool good = ruleset_add_path(rs, path, &told);
    remove_files(folder, names);
    ck_assert_msg(good == !includes[_i].told, "%s: %s", includes[_i].name, text_string(&told));
    ck_assert_uint_eq(ruleset_count(rs), includes[_i].rules);
    if (includes[_i].told) {
        text_format(&expected, "%s%s", folder, includes[_i].told + 1);
        ck_assert_msg(strncmp(text_string(&told), expected.data, expected.len) == 0, "%s: %s",
                      includes[_i].name, text_string(&told));
    }
    text_free(&told);
    text_free(&expected);
    ruleset_free(rs);
}
END_TEST

/* What was overridden and disabled is there again when the text turns out bad. */
START_TEST(a_bad_text_takes_nothing_away)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    char folder[] = "/tmp/handshark-rules-XXXXXX", path[64];
    add_rules(rs, "one.rules", RULE("x", "info", "50", "true") RULE("y", "info", "50", "true"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    write_file(folder, "b", "disable rule x\noverride " RULE("y", "error", "50", "true"));
    write_file(folder, "a", "include \"b\"\nnonsense\n");
    snprintf(path, sizeof path, "%s/a", folder);
    ck_assert(!ruleset_add_path(rs, path, &told));
    remove_files(folder, (const char *const[]){ "a", "b", NULL });
    ruleset_ready(rs);
    ck_assert_uint_eq(ruleset_count(rs), 2);
    ck_assert_str_eq(ruleset_info(rs, 0).id, "x");
    ck_assert_int_eq(ruleset_info(rs, 1).severity, SEVERITY_INFO);
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

/* ---- counting ---- */

START_TEST(counts_by_fields)
{
    struct ruleset *rs = rules_of("rule a\n when toy.resumed\n severity info\n title \"\"\n"
                                  " count 2 in 10s by toy.number, client.address\n"
                                  "rule b\n when true\n severity info\n title \"\"\n"
                                  " count 3 in 10s\n"
                                  "rule c\n when true\n severity info\n title \"\"\n"
                                  " count 2 in 10s by toy.no.number\n");
    struct recent *recent = recent_new();
    struct handshake *hs = toy_handshake();
    struct verdict v;
    ck_assert(ruleset_counts(rs));
    static const struct {
        int64_t number;
        const char *found;
    } steps[] = { { 1, "" }, { 2, "" }, { 1, "ab" }, { 3, "b" }, { 2, "ab" } };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char found[4] = "";
        handshake_set_number(hs, TOY_NUMBER, steps[i].number);
        hs->first.time_us += 1000000;
        ruleset_judge_next(rs, recent, hs, &v);
        for (size_t k = 0; k < v.finding_count; k++)
            found[k] = v.findings[k].id[0];
        ck_assert_msg(strcmp(found, steps[i].found) == 0, "%zu: %s", i, found);
    }
    ruleset_judge(rs, hs, &v); /* one by itself is not many */
    ck_assert_uint_eq(v.finding_count, 0);
    recent_free(recent);
    ruleset_free(rs);
}
END_TEST

START_TEST(tells_what_cannot_be_read)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert(!ruleset_add_path(rs, "/nowhere/at\x1b/all.rules", &told));
    ck_assert_str_eq(told.data, "/nowhere/at\\x1b/all.rules: No such file or directory\n");
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

START_TEST(shipped_rules_load)
{
    struct ruleset *rs = ruleset_new(registry_tables());
    struct text told = { 0 };
    bool good = ruleset_add_path(rs, "rules", &told);
    ck_assert_msg(good, "%.3000s", text_string(&told));
    ruleset_ready(rs);
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, orders_findings, verdicts);
    tcase_add_test(t, open_is_judged_as_unknown);
    tcase_add_test(t, keeps_the_worst_of_many);
    tcase_add_test(t, a_bad_text_adds_nothing);
    tcase_add_test(t, an_override_takes_the_place);
    tcase_add_test(t, disabled_rules_are_gone);
    tcase_add_test(t, what_disable_takes_override_gives_back);
    tcase_add_test(t, disabled_tags_are_gone);
    tcase_add_test(t, rules_for_other_versions_are_left_out);
    tcase_add_test(t, lists_reach_later_texts);
    TEST_ROWS(t, knows_who_wants_details, details);
    tcase_add_test(t, describes_rules_in_order_of_id);
    TEST_ROWS(t, fills_templates, templates);
    tcase_add_test(t, hostile_values_are_escaped);
    tcase_add_test(t, reads_folders_in_order);
    TEST_ROWS(t, includes_files, includes);
    tcase_add_test(t, a_bad_text_takes_nothing_away);
    tcase_add_test(t, counts_by_fields);
    tcase_add_test(t, tells_what_cannot_be_read);
    tcase_add_test(t, shipped_rules_load);
}

TEST_MAIN("ruleset", add)
