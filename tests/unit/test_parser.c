/* test_parser.c - rule texts to trees, shown by printing them in canonical form. */
#include "rule/ruleset.h"

#include <string.h>

#include "support/test_main.h"
#include "support/toy_fields.h"

/* Loads text and gives what it prints as; ends the test when it does not load. */
static void print_again(const char *text, struct text *printed)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert_msg(ruleset_add(rs, "t.rules", text, strlen(text), &told), "%s\n%s", text,
                  text_string(&told));
    text_clear(printed);
    ruleset_print(rs, printed);
    text_free(&told);
    ruleset_free(rs);
}

static const struct {
    const char *written, *printed; /* NULL: as written */
} conditions[] = {
    { "toy.resumed", NULL },
    { "true", NULL },
    { "((toy.resumed))", "toy.resumed" },
    { "exists toy.name", NULL },
    { "exists (toy.name)", "exists toy.name" },
    { "not toy.resumed", NULL },
    { "not not toy.resumed", NULL },
    { "not (toy.resumed)", "not toy.resumed" },
    /* and before or, not before both */
    { "toy.resumed and true or false and true", NULL },
    { "(toy.resumed and true) or (false and true)", "toy.resumed and true or false and true" },
    { "toy.resumed and (true or false)", NULL },
    { "(toy.resumed or true) and false", NULL },
    { "not (toy.resumed and true)", NULL },
    { "not toy.resumed and true", NULL },
    { "(not toy.resumed) and true", "not toy.resumed and true" },
    { "not toy.number == 1", NULL },
    { "(true and toy.resumed) and true", "true and toy.resumed and true" },
    /* comparisons */
    { "toy.number==1", "toy.number == 1" },
    { "toy.number != -1", NULL },
    { "toy.number < - # why not\n  5", "toy.number < -5" },
    { "toy.number >= 0x1F", NULL },
    { "toy.took <= 1.5s", NULL },
    { "3s > toy.took", NULL },
    { "toy.alert == handshake_failure", NULL },
    { "toy.alert == \"handshake failure\"", NULL },
    { "toy.peer == 10.0.0.7", NULL },
    { "toy.resumed == false", NULL },
    { "toy.number not in { 1, 2 }", "not toy.number in { 1, 2 }" },
    { "toy.words not contains \"x\"", "not toy.words contains \"x\"" },
    { "toy.name not matches \"^a\"", "not toy.name matches \"^a\"" },
    /* sets */
    { "toy.number in {1,2,3..5,}", "toy.number in { 1, 2, 3..5 }" },
    { "toy.number in 1..1023", NULL },
    { "toy.number in { -5..-1, 7 }", NULL },
    { "toy.peer in 10.0.0.0/8", NULL },
    { "toy.peer in { 10.0.0.0/8, fe80::/10, \"192.168.0.0/16\" }", NULL },
    { "toy.version in \"TLS 1.0\"..\"TLS 1.1\"", NULL },
    { "\"mqtt\" in toy.words", NULL },
    /* sums */
    { "toy.since - start < 30d", NULL },
    { "toy.since + 5m > start", NULL },
    { "toy.since - (start - toy.since) == start", NULL },
    { "(toy.since - start) - 3s > 1s", "toy.since - start - 3s > 1s" },
    { "toy.since - \"2021-09-30\" > 3d", NULL },
    { "toy.number + 2 * 3 == 13", NULL },
    { "(toy.number + 2) * 3 / 4 == 13", NULL },
    { "toy.number * (2 / 3) == 13", NULL },
    { "toy.number*2==4", "toy.number * 2 == 4" },
    /* functions, and items of lists */
    { "lower( toy.name ) == \"a\"", "lower(toy.name) == \"a\"" },
    { "length(lower(toy.name)) + 1 > 3", NULL },
    { "toy.name starts_with \"a\" or toy.name ends_with \"b\"", NULL },
    { "toy.name not starts_with \"a\"", "not toy.name starts_with \"a\"" },
    { "any toy.chain ((subject == \"a\" or size == 1))",
      "any toy.chain (subject == \"a\" or size == 1)" },
    { "not all toy.words (item matches \"a\") and true", NULL },
    { "count toy.chain > 1", NULL },
    { "count(toy.chain) > 1", "count toy.chain > 1" },
    { "1 +\n count toy.chain (size > 1) > 1", "1 + count toy.chain (size > 1) > 1" },
    { "toy.resumed and\n    count toy.chain == 1", "toy.resumed and count toy.chain == 1" },
    /* texts */
    { "toy.name == \"a\\\"b\\\\c\\n\"", NULL },
    { "toy.name matches \"^\\d+\\.\"", NULL },
    { "toy.name matches \"a\" \"b\\\"\"", "toy.name matches \"ab\\\"\"" },
    { "toy.name contains \"é ✓\"", NULL },
    /* lines */
    { "toy.resumed\n  and\n    true # so\n\n  and false", "toy.resumed and true and false" },
};

START_TEST(prints_conditions)
{
    struct text written = { 0 }, expected = { 0 }, printed = { 0 };
    const char *canonical =
        conditions[_i].printed ? conditions[_i].printed : conditions[_i].written;
    text_format(&written, "rule x\n when %s\n severity info\n title \"t\"", conditions[_i].written);
    text_format(&expected, "rule x\n    when      %s\n    severity  info\n    title     \"t\"\n",
                canonical);
    print_again(written.data, &printed);
    ck_assert_str_eq(printed.data, expected.data);
    text_clear(&written);
    text_add(&written, printed.data);
    print_again(written.data, &printed);
    ck_assert_str_eq(printed.data, expected.data);
    text_free(&written);
    text_free(&expected);
    text_free(&printed);
}
END_TEST

START_TEST(prints_every_line)
{
    static const char written[] = "# All there is.\n"
                                  "list few = 1, 2 , # and\n"
                                  "   5..9\n"
                                  "list more = { few, 12 }\n"
                                  "macro sure = toy.resumed or\n   toy.number in few\n"
                                  "macro twice = toy.number * 2\n"
                                  "rule a.not-so\n"
                                  "as a.b\n"
                                  "  when toy.number in more\n"
                                  "    and toy.resumed and sure and twice > 3\n"
                                  "  severity error\n"
                                  "  fault client when toy.name == \"a\"\n"
                                  "  fault server\n"
                                  "     when toy.name == \"b\"\n"
                                  "  fault network\n"
                                  "  certainty likely when toy.number == 1\n"
                                  "  certainty proven\n"
                                  "  rank 80\n"
                                  "  title \"one, \"\n"
                                  "        \"two {toy.name|none} {{}}\"\n"
                                  "  why \"because\\n\"\n"
                                  "  fix \"mend\"\n"
                                  "  seen as \"error 1\",\n"
                                  "          \"error 2\"\n"
                                  "  see \"RFC 1\"\n"
                                  "  tags iot, mutual-tls\n"
                                  "  needs field toy.name, toy.number\n"
                                  "  requires end, whole\n"
                                  "  count 5 in 1m by toy.name, server.port\n"
                                  "  fires on \"a.pcap\", \"b.pcap\"\n"
                                  "  silent on \"c.pcap\"\n";
    static const char expected[] = "list few = 1, 2, 5..9\n"
                                   "list more = few, 12\n"
                                   "macro sure = toy.resumed or toy.number in few\n"
                                   "macro twice = toy.number * 2\n"
                                   "\n"
                                   "rule a.not-so\n"
                                   "    as        a.b\n"
                                   "    needs field toy.name, toy.number\n"
                                   "    when      toy.number in more and toy.resumed and sure "
                                   "and twice > 3\n"
                                   "    requires  whole, end\n"
                                   "    count     5 in 60000000us by toy.name, server.port\n"
                                   "    severity  error\n"
                                   "    fault     client when toy.name == \"a\"\n"
                                   "    fault     server when toy.name == \"b\"\n"
                                   "    fault     network\n"
                                   "    certainty likely when toy.number == 1\n"
                                   "    certainty proven\n"
                                   "    rank      80\n"
                                   "    title     \"one, two {toy.name|none} {{}}\"\n"
                                   "    why       \"because\\n\"\n"
                                   "    fix       \"mend\"\n"
                                   "    seen as   \"error 1\", \"error 2\"\n"
                                   "    see       \"RFC 1\"\n"
                                   "    tags      iot, mutual-tls\n"
                                   "    fires on  \"a.pcap\", \"b.pcap\"\n"
                                   "    silent on \"c.pcap\"\n";
    struct text printed = { 0 };
    print_again(written, &printed);
    ck_assert_str_eq(printed.data, expected);
    print_again(expected, &printed);
    ck_assert_str_eq(printed.data, expected);
    text_free(&printed);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, prints_conditions, conditions);
    tcase_add_test(t, prints_every_line);
}

TEST_MAIN("parser", add)
