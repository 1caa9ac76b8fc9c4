/* test_check.c - what people are told about bad rules, word by word.
 *
 * Each row is a text with a mistake and the whole message. That good texts load
 * is test_eval.c's and test_parser.c's to ask. */
#include "rule/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"
#include "support/toy_fields.h"

#define WHEN(condition) "rule a.b\n    when " condition "\n    severity error\n    title \"t\"\n"

static const struct {
    const char *name, *text, *message;
} bad_rules[] = {
    { "no such field", WHEN("toy.alrt == handshake_failure"),
      "t.rules:2:10: no field 'toy.alrt'\n"
      "    when toy.alrt == handshake_failure\n"
      "         ^~~~~~~~\n"
      "did you mean 'toy.alert'? `handshark fields toy` shows them all\n" },
    { "no such field, last part only", WHEN("resumed"),
      "t.rules:2:10: no field 'resumed'\n"
      "    when resumed\n"
      "         ^~~~~~~\n"
      "did you mean 'toy.resumed'? `handshark fields` shows them all\n" },
    { "no such field, other side", WHEN("handshake_failure == toy.alrt"),
      "t.rules:2:31: no field 'toy.alrt'\n"
      "    when handshake_failure == toy.alrt\n"
      "                              ^~~~~~~~\n"
      "did you mean 'toy.alert'? `handshark fields toy` shows them all\n" },
    { "no such family", WHEN("nothing.at.all == 3"),
      "t.rules:2:10: no field 'nothing.at.all'\n"
      "    when nothing.at.all == 3\n"
      "         ^~~~~~~~~~~~~~\n"
      "`handshark fields` shows them all\n" },
    { "no such code", WHEN("toy.alert == handshake_failur"),
      "t.rules:2:23: 'handshake_failur' is no alert we know\n"
      "    when toy.alert == handshake_failur\n"
      "                      ^~~~~~~~~~~~~~~~\n"
      "did you mean 'handshake_failure'?\n" },
    { "no such code, many near", WHEN("toy.alert == certificate_unkown"),
      "t.rules:2:23: 'certificate_unkown' is no alert we know\n"
      "    when toy.alert == certificate_unkown\n"
      "                      ^~~~~~~~~~~~~~~~~~\n"
      "did you mean 'certificate_unknown' or 'certificate_revoked'?\n" },
    { "no such code, few known", WHEN("toy.version == \"TLS 9\""),
      "t.rules:2:25: 'TLS 9' is no version we know\n"
      "    when toy.version == \"TLS 9\"\n"
      "                        ^~~~~~~\n"
      "known are 'SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'\n" },
    { "no such code, some part", WHEN("toy.alert == certificate"),
      "t.rules:2:23: 'certificate' is no alert we know\n"
      "    when toy.alert == certificate\n"
      "                      ^~~~~~~~~~~\n"
      "did you mean 'bad_certificate', 'unsupported_certificate' or 'certificate_revoked'?\n" },
    { "text and number", WHEN("toy.name == 40"),
      "t.rules:2:22: toy.name is text, 40 is a number\n"
      "    when toy.name == 40\n"
      "                     ^~\n"
      "text stands in quotes: \"40\"\n" },
    { "text without quotes", WHEN("toy.name == client"),
      "t.rules:2:22: no field 'client'\n"
      "    when toy.name == client\n"
      "                     ^~~~~~\n"
      "toy.name is text: write \"client\" in quotes\n" },
    { "duration without unit", WHEN("toy.took > 3"),
      "t.rules:2:21: toy.took is a duration, 3 is a number\n"
      "    when toy.took > 3\n"
      "                    ^\n"
      "a duration has a unit: 3ms, 3s, 3m, 3h, 3d\n" },
    { "number with unit", WHEN("toy.number > 3s"),
      "t.rules:2:23: toy.number is a number, 3s is a duration\n"
      "    when toy.number > 3s\n"
      "                      ^~\n" },
    { "time without quotes", WHEN("toy.since < 2021"),
      "t.rules:2:22: toy.since is a time, 2021 is a number\n"
      "    when toy.since < 2021\n"
      "                     ^~~~\n"
      "a time is written \"2026-11-20\" or \"2026-11-20T12:00:00Z\", in quotes\n" },
    { "no time", WHEN("toy.since < \"2021-02-30\""),
      "t.rules:2:22: \"2021-02-30\" is no time\n"
      "    when toy.since < \"2021-02-30\"\n"
      "                     ^~~~~~~~~~~~\n"
      "a time is written \"2026-11-20\" or \"2026-11-20T12:00:00Z\", in quotes\n" },
    { "bool and word", WHEN("toy.resumed == yes"),
      "t.rules:2:25: no field 'yes'\n"
      "    when toy.resumed == yes\n"
      "                        ^~~\n"
      "write true or false\n" },
    { "two kinds of code", WHEN("toy.alert == toy.version"),
      "t.rules:2:23: toy.alert and toy.version are codes of two kinds\n"
      "    when toy.alert == toy.version\n"
      "                      ^~~~~~~~~~~\n" },
    { "text has no order", WHEN("toy.name < \"a\""),
      "t.rules:2:10: '<' wants an order, and toy.name is text\n"
      "    when toy.name < \"a\"\n"
      "         ^~~~~~~~~~~~~~\n"
      "compare it with == or !=\n" },
    { "address has no order", WHEN("toy.peer <= 10.0.0.7"),
      "t.rules:2:10: '<=' wants an order, and toy.peer is an address\n"
      "    when toy.peer <= 10.0.0.7\n"
      "         ^~~~~~~~~~~~~~~~~~~~\n"
      "compare it with == or !=\n" },
    { "network compared", WHEN("toy.peer == 10.0.0.0/8"),
      "t.rules:2:22: 10.0.0.0/8 is a network\n"
      "    when toy.peer == 10.0.0.0/8\n"
      "                     ^~~~~~~~~~\n"
      "ask whether an address is 'in' it\n" },
    { "address and number", WHEN("toy.peer == 10"),
      "t.rules:2:22: toy.peer is an address, 10 is a number\n"
      "    when toy.peer == 10\n"
      "                     ^~\n"
      "an address is written 10.0.0.7 or 2001:db8::7\n" },
    { "list compared", WHEN("toy.sizes == 40"),
      "t.rules:2:10: toy.sizes is a list of numbers\n"
      "    when toy.sizes == 40\n"
      "         ^~~~~~~~~\n"
      "ask what it 'contains', or whether it 'exists'\n" },
    { "list in set", WHEN("toy.sizes in { 1, 2 }"),
      "t.rules:2:10: toy.sizes is a list of numbers\n"
      "    when toy.sizes in { 1, 2 }\n"
      "         ^~~~~~~~~\n"
      "ask what it 'contains', one by one\n" },
    { "wrong item for list", WHEN("toy.words contains 40"),
      "t.rules:2:29: toy.words is a list of texts, 40 is a number\n"
      "    when toy.words contains 40\n"
      "                            ^~\n" },
    { "contains of a number", WHEN("toy.number contains 4"),
      "t.rules:2:10: toy.number is a number, and 'contains' asks lists and text\n"
      "    when toy.number contains 4\n"
      "         ^~~~~~~~~~\n"
      "did you mean 'in' or '=='?\n" },
    { "matches of a number", WHEN("toy.number matches \"4\""),
      "t.rules:2:10: toy.number is a number, and only text 'matches'\n"
      "    when toy.number matches \"4\"\n"
      "         ^~~~~~~~~~\n" },
    { "no such item", WHEN("any toy.chain (sbject == \"a\")"),
      "t.rules:2:25: no field 'sbject'\n"
      "    when any toy.chain (sbject == \"a\")\n"
      "                        ^~~~~~\n"
      "did you mean 'subject'? `handshark fields` shows them all\n" },
    { "items of no list", WHEN("any toy.name (item == \"a\")"),
      "t.rules:2:14: toy.name is text, no list\n"
      "    when any toy.name (item == \"a\")\n"
      "             ^~~~~~~~\n" },
    { "items outside", WHEN("any toy.words (item == \"a\") and item == \"a\""),
      "t.rules:2:42: no field 'item'\n"
      "    when any toy.words (item == \"a\") and item == \"a\"\n"
      "                                         ^~~~\n"
      "`handshark fields` shows them all\n" },
    { "nothing asked of items", WHEN("any toy.words"),
      "t.rules:2:23: expected '(' and what is asked of the items, found the next line, "
      "'severity'\n"
      "    when any toy.words\n"
      "                      ^\n" },
    { "lists too deep",
      WHEN("any toy.sizes (any toy.sizes (any toy.sizes (any toy.sizes (item == 1))))"),
      "t.rules:2:59: lists are asked at most 3 deep\n"
      "    when any toy.sizes (any toy.sizes (any toy.sizes (any toy.sizes (item == 1))))\n"
      "                                                          ^~~~~~~~~\n" },
    { "a count is no condition", WHEN("count toy.words"),
      "t.rules:2:10: count toy.words is a value, not a condition\n"
      "    when count toy.words\n"
      "         ^~~~~~~~~~~~~~~\n"
      "a condition compares it with something\n" },
    { "length of a list", WHEN("length(toy.words) > 1"),
      "t.rules:2:17: toy.words is a list of texts, no text\n"
      "    when length(toy.words) > 1\n"
      "                ^~~~~~~~~\n"
      "the items of a list are counted by: count toy.words\n" },
    { "start of a list", WHEN("toy.words starts_with \"a\""),
      "t.rules:2:10: toy.words is a list of texts, no text\n"
      "    when toy.words starts_with \"a\"\n"
      "         ^~~~~~~~~\n"
      "ask its items: any toy.words (item starts_with ...)\n" },
    { "no product", WHEN("toy.took * toy.took > 1s"),
      "t.rules:2:10: toy.took is a duration, toy.took is a duration: there is no product\n"
      "    when toy.took * toy.took > 1s\n"
      "         ^~~~~~~~~~~~~~~~~~~\n"
      "times and durations go together: start + 5m, or a time - start < 30d\n" },
    { "macro of nothing", "macro a = toy.nix == 3\n",
      "t.rules:1:11: no field 'toy.nix'\n"
      "    macro a = toy.nix == 3\n"
      "              ^~~~~~~\n"
      "`handshark fields toy` shows them all\n" },
    { "macro of a mere text", "macro a = \"a\"\n",
      "t.rules:1:11: this is no condition, and no field is in it\n"
      "    macro a = \"a\"\n"
      "              ^~~\n" },
    { "macro called as a field", "macro toy.name = toy.resumed\n",
      "t.rules:1:7: 'toy.name' is a field already\n"
      "    macro toy.name = toy.resumed\n"
      "          ^~~~~~~~\n" },
    { "macro of itself", "macro a = a or toy.resumed\n",
      "t.rules:1:11: no field 'a'\n"
      "    macro a = a or toy.resumed\n"
      "              ^\n"
      "`handshark fields` shows them all\n" },
    { "macro called as a list", "list a = 1\nmacro a = toy.resumed\n",
      "t.rules:2:7: list 'a' is there already\n"
      "    macro a = toy.resumed\n"
      "          ^\n"
      "the first is t.rules:1:6\n" },
    { "a condition for a value", "macro a = toy.number == 1\n" WHEN("a == 1"),
      "t.rules:3:10: the macro 'a' is a condition, no value\n"
      "    when a == 1\n"
      "         ^\n" },
    { "a value for a condition", "macro a = toy.number + 1\n" WHEN("a or toy.resumed"),
      "t.rules:3:10: the macro 'a' is a value, not a condition\n"
      "    when a or toy.resumed\n"
      "         ^\n"
      "a condition compares it with something\n" },
    { "types of a macro", "macro a = toy.number + 1\n" WHEN("a == \"x\""),
      "t.rules:3:15: a is a number, \"x\" is text\n"
      "    when a == \"x\"\n"
      "              ^~~\n" },
    { "counted once", WHEN("toy.resumed") "    count 1 in 5s\n",
      "t.rules:5:11: a rule counts 2 to 1000 handshakes\n"
      "    count 1 in 5s\n"
      "          ^\n" },
    { "counted without a unit", WHEN("toy.resumed") "    count 5 in 5\n",
      "t.rules:5:16: expected a duration such as 60s, found '5'\n"
      "    count 5 in 5\n"
      "               ^\n" },
    { "counted by nothing", WHEN("toy.resumed") "    count 5 in 5s by toy.nam\n",
      "t.rules:5:22: no field 'toy.nam'\n"
      "    count 5 in 5s by toy.nam\n"
      "                     ^~~~~~~\n"
      "did you mean 'toy.name'? `handshark fields toy` shows them all\n" },
    { "counted by a list", WHEN("toy.resumed") "    count 5 in 5s by toy.words\n",
      "t.rules:5:22: toy.words is a list: handshakes are counted by simple fields\n"
      "    count 5 in 5s by toy.words\n"
      "                     ^~~~~~~~~\n" },
    { "include in no file", "include \"a.rules\"\n",
      "t.rules:1:9: can't include this: only a file can include another\n"
      "    include \"a.rules\"\n"
      "            ^~~~~~~~~\n" },
    { "no such format", WHEN("toy.resumed") "    why \"{toy.since:ms}\"\n",
      "t.rules:5:21: toy.since is a time, not to be written as 'ms'\n"
      "    why \"{toy.since:ms}\"\n"
      "                    ^~\n"
      "it can be written as date, clock, age\n" },
    { "no format at all", WHEN("toy.resumed") "    why \"{toy.name:ms}\"\n",
      "t.rules:5:20: toy.name is text, not to be written as 'ms'\n"
      "    why \"{toy.name:ms}\"\n"
      "                   ^~\n"
      "there is one way to write it, without ':'\n" },
    { "no such evidence", WHEN("toy.resumed") "    requires two-ways\n",
      "t.rules:5:14: expected 'two-way', 'whole', 'beginning' or 'end', found 'two-ways'\n"
      "    requires two-ways\n"
      "             ^~~~~~~~\n"
      "did you mean 'two-way'?\n" },
    { "no such tag", WHEN("toy.resumed") "    tags old\ndisable tag odl\n",
      "t.rules:6:13: no rule has the tag 'odl'\n"
      "    disable tag odl\n"
      "                ^~~\n" },
    { "fires without on", WHEN("toy.resumed") "    fires \"a.pcap\"\n",
      "t.rules:5:11: expected 'on' behind 'fires', found a text\n"
      "    fires \"a.pcap\"\n"
      "          ^~~~~~~~\n" },
    { "text is no condition", WHEN("toy.name and toy.resumed"),
      "t.rules:2:10: toy.name is text, not a condition\n"
      "    when toy.name and toy.resumed\n"
      "         ^~~~~~~~\n"
      "compare it, or ask whether it 'exists'\n" },
    { "number is no condition", WHEN("40 or toy.resumed"),
      "t.rules:2:10: 40 is a value, not a condition\n"
      "    when 40 or toy.resumed\n"
      "         ^~\n"
      "a condition compares it with something\n" },
    { "condition is no value", WHEN("(toy.number == 1) == toy.resumed"),
      "t.rules:2:11: a condition is no value to compare\n"
      "    when (toy.number == 1) == toy.resumed\n"
      "          ^~~~~~~~~~~~~~~\n" },
    { "no field at all", WHEN("1 == 1"),
      "t.rules:2:10: there is no field in this comparison\n"
      "    when 1 == 1\n"
      "         ^~~~~~\n" },
    { "no field at all, texts", WHEN("\"a\" == \"a\""),
      "t.rules:2:10: neither side is a field\n"
      "    when \"a\" == \"a\"\n"
      "         ^~~\n" },
    { "sum of time and number", WHEN("toy.since + 5 > start"),
      "t.rules:2:10: toy.since is a time, 5 is a number: there is no sum\n"
      "    when toy.since + 5 > start\n"
      "         ^~~~~~~~~~~~~\n"
      "times and durations go together: start + 5m, or a time - start < 30d\n" },
    { "sum of texts", WHEN("toy.name + toy.name == \"aa\""),
      "t.rules:2:10: toy.name is text, toy.name is text: there is no sum\n"
      "    when toy.name + toy.name == \"aa\"\n"
      "         ^~~~~~~~~~~~~~~~~~~\n"
      "times and durations go together: start + 5m, or a time - start < 30d\n" },
    { "one equals sign", WHEN("toy.number = 3"),
      "t.rules:2:21: '=' does not compare\n"
      "    when toy.number = 3\n"
      "                    ^\n"
      "did you mean '=='?\n" },
    { "two ampersands", WHEN("toy.resumed && toy.number == 3"),
      "t.rules:2:22: '&&' means nothing here\n"
      "    when toy.resumed && toy.number == 3\n"
      "                     ^~\n"
      "write 'and'\n" },
    { "comparisons in a row", WHEN("1 < toy.number < 3"),
      "t.rules:2:25: comparisons do not follow each other\n"
      "    when 1 < toy.number < 3\n"
      "                        ^\n"
      "join two with 'and'\n" },
    { "condition stops short", WHEN("toy.number =="),
      "t.rules:2:23: expected a field or a value, found the next line, 'severity'\n"
      "    when toy.number ==\n"
      "                      ^\n" },
    { "condition stops short, two lines", WHEN("toy.number == 1 and"),
      "t.rules:2:29: expected a field or a value, found the next line, 'severity'\n"
      "    when toy.number == 1 and\n"
      "                            ^\n" },
    { "no operator", WHEN("toy.number toy.resumed"),
      "t.rules:2:21: expected 'and', 'or' or the next line of the rule, found 'toy.resumed'\n"
      "    when toy.number toy.resumed\n"
      "                    ^~~~~~~~~~~\n" },
    { "misspelt operator", WHEN("toy.number == 1 adnd toy.resumed"),
      "t.rules:2:26: expected 'and', 'or' or the next line of the rule, found 'adnd'\n"
      "    when toy.number == 1 adnd toy.resumed\n"
      "                         ^~~~\n"
      "did you mean 'and'?\n" },
    { "next line without and",
      "rule a.b\n"
      "    when toy.resumed\n"
      "         toy.number == 3\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:3:10: expected 'and', 'or' or the next line of the rule, found 'toy.number'\n"
      "    toy.number == 3\n"
      "    ^~~~~~~~~~\n" },
    { "parenthesis open", WHEN("(toy.resumed or toy.number == 3"),
      "t.rules:2:41: expected ')', found the next line, 'severity'\n"
      "    when (toy.resumed or toy.number == 3\n"
      "                                        ^\n" },
    { "set in parentheses", WHEN("toy.number in (1, 2)"),
      "t.rules:2:26: expected ')', found ','\n"
      "    when toy.number in (1, 2)\n"
      "                         ^\n"
      "sets are written { a, b }\n" },
    { "in one number", WHEN("toy.number in 3"),
      "t.rules:2:24: 3 is no set\n"
      "    when toy.number in 3\n"
      "                       ^\n"
      "behind 'in' stands a set { a, b }, a range 1..9, a network, a list\n" },
    { "in no list", WHEN("toy.alert in bad_onse"),
      "t.rules:2:23: no list 'bad_onse'\n"
      "    when toy.alert in bad_onse\n"
      "                      ^~~~~~~~\n"
      "a set is written { a, b }, and named by `list name = a, b`\n" },
    { "range backwards", WHEN("toy.number in 9..1"),
      "t.rules:2:24: this range ends before it begins\n"
      "    when toy.number in 9..1\n"
      "                       ^~~~\n" },
    { "range of addresses", WHEN("toy.peer in 10.0.0.1..10.0.0.9"),
      "t.rules:2:22: there is no range of this: toy.peer is an address\n"
      "    when toy.peer in 10.0.0.1..10.0.0.9\n"
      "                     ^~~~~~~~~~~~~~~~~~\n"
      "a network is written 10.0.0.0/8\n" },
    { "bad prefix", WHEN("toy.peer in 10.0.0.0/33"),
      "t.rules:2:22: the prefix of an IPv4 network is 0 to 32 bits\n"
      "    when toy.peer in 10.0.0.0/33\n"
      "                     ^~~~~~~~~~~\n" },
    { "host bits", WHEN("toy.peer in 10.0.0.5/8"),
      "t.rules:2:22: '10.0.0.5/8' has bits set behind its prefix\n"
      "    when toy.peer in 10.0.0.5/8\n"
      "                     ^~~~~~~~~~\n"
      "did you mean 10.0.0.0/8?\n" },
    { "exists of no field", WHEN("exists 3"),
      "t.rules:2:17: 'exists' asks for a field\n"
      "    when exists 3\n"
      "                ^\n" },
    { "bad pattern", WHEN("toy.name matches \"a(b\""),
      "t.rules:2:31: bad pattern: missing closing parenthesis, at byte 3\n"
      "    when toy.name matches \"a(b\"\n"
      "                              ^\n" },
    { "bad pattern in the second piece", WHEN("toy.name matches \"abc\" \"d[e\""),
      "t.rules:2:37: bad pattern: missing terminating ] for character class, at byte 6\n"
      "    when toy.name matches \"abc\" \"d[e\"\n"
      "                                    ^\n" },
    { "open quote", WHEN("toy.name == \"abc"),
      "t.rules:2:22: this text has no closing quote\n"
      "    when toy.name == \"abc\n"
      "                     ^~~~\n"
      "a text ends in the line it begins in; texts that follow each other are joined\n" },
    { "bad escape", WHEN("toy.name == \"a\\tb\""),
      "t.rules:2:24: this escape means nothing in a text\n"
      "    when toy.name == \"a\\tb\"\n"
      "                       ^~\n"
      "escapes are \\\" \\\\ and \\n\n" },
    { "nested too deep",
      WHEN("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((toy.resumed))))))"
           "))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"),
      "t.rules:2:74: this is nested deeper than 64 times\n"
      "    when "
      "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((toy.resumed)))))))))))"
      ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))\n"
      "                                                                         ^\n" },
    { "tabs and wide text",
      "rule a.b\n"
      "\twhen\ttoy.name == \"é\t✓\" and toy.alrt == 1\n"
      "\tseverity error\n"
      "\ttitle \"t\"\n",
      "t.rules:2:29: no field 'toy.alrt'\n"
      "    when\ttoy.name == \"é\t✓\" and toy.alrt == 1\n"
      "        \t              \t       ^~~~~~~~\n"
      "did you mean 'toy.alert'? `handshark fields toy` shows them all\n" },
    { "hostile bytes", WHEN("toy.name == \"\\x1b[31m\" and \033"),
      "t.rules:2:23: this escape means nothing in a text\n"
      "    when toy.name == \"\\x1b[31m\" and \\x1b\n"
      "                      ^~\n"
      "escapes are \\\" \\\\ and \\n\n"
      "t.rules:2:37: this character means nothing here\n"
      "    when toy.name == \"\\x1b[31m\" and \\x1b\n"
      "                                    ^~~~\n" },
    { "no when, severity, title",
      "rule a.b\n"
      "    why \"x\"\n",
      "t.rules:1:6: rule 'a.b' has no 'when'\n"
      "    rule a.b\n"
      "         ^~~\n"
      "it says on which handshakes the rule fires: when outcome == failed\n"
      "t.rules:1:6: rule 'a.b' has no 'severity'\n"
      "    rule a.b\n"
      "         ^~~\n"
      "it is error, warning or info\n"
      "t.rules:1:6: rule 'a.b' has no 'title'\n"
      "    rule a.b\n"
      "         ^~~\n"
      "it says in a line what is wrong: title \"...\"\n" },
    { "unknown line",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    titlle \"t\"\n",
      "t.rules:4:5: 'titlle' begins no line of a rule\n"
      "    titlle \"t\"\n"
      "    ^~~~~~\n"
      "did you mean 'title'? a rule has as, when, severity, fault, certainty, rank, title, why, "
      "fix, seen as, see, tags, requires, count, needs, fires on, silent on\n" },
    { "unknown severity",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity eerror\n"
      "    title \"t\"\n",
      "t.rules:3:14: expected 'error', 'warning' or 'info', found 'eerror'\n"
      "    severity eerror\n"
      "             ^~~~~~\n"
      "did you mean 'error'?\n" },
    { "unknown fault",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    fault clientt when toy.resumed\n"
      "    title \"t\"\n",
      "t.rules:4:11: expected 'client', 'server', 'network' or 'unknown', found 'clientt'\n"
      "    fault clientt when toy.resumed\n"
      "          ^~~~~~~\n"
      "did you mean 'client'?\n" },
    { "unreachable fault",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    fault client\n"
      "    fault server when toy.resumed\n"
      "    title \"t\"\n",
      "t.rules:5:11: this line is never reached\n"
      "    fault server when toy.resumed\n"
      "          ^~~~~~~~~~~~~~~~~~~~~~~\n"
      "line 4 has no 'when', so it always holds\n" },
    { "unreachable certainty",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    certainty likely\n"
      "    certainty proven\n"
      "    title \"t\"\n",
      "t.rules:5:15: this line is never reached\n"
      "    certainty proven\n"
      "              ^~~~~~\n"
      "line 4 has no 'when', so it always holds\n" },
    { "second title",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n"
      "    title \"u\"\n",
      "t.rules:5:5: a second 'title' in one rule\n"
      "    title \"u\"\n"
      "    ^~~~~\n" },
    { "rank too high",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    rank 101\n"
      "    title \"t\"\n",
      "t.rules:4:10: a rank is a number from 0 to 100\n"
      "    rank 101\n"
      "         ^~~\n" },
    { "seen without as",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n"
      "    seen \"x\"\n",
      "t.rules:5:10: expected 'as' behind 'seen', found a text\n"
      "    seen \"x\"\n"
      "         ^~~\n" },
    { "more behind the line",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error warning\n"
      "    title \"t\"\n",
      "t.rules:3:20: expected the end of the line, found 'warning'\n"
      "    severity error warning\n"
      "                   ^~~~~~~\n" },
    { "title without quotes",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title expired\n",
      "t.rules:4:11: expected a text in quotes, found 'expired'\n"
      "    title expired\n"
      "          ^~~~~~~\n" },
    { "template with no such field",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"at \\\"{toy.nme}\\\"\"\n",
      "t.rules:4:18: no field 'toy.nme'\n"
      "    title \"at \\\"{toy.nme}\\\"\"\n"
      "                 ^~~~~~~\n"
      "did you mean 'toy.name'? `handshark fields toy` shows them all\n" },
    { "template brace",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"one\" \" two { three\"\n"
      "    why \"}\"\n",
      "t.rules:4:23: this brace begins no field\n"
      "    title \"one\" \" two { three\"\n"
      "                      ^\n"
      "a field is written {tls.sni}, a brace {{ or }}\n"
      "t.rules:5:10: this brace ends no field\n"
      "    why \"}\"\n"
      "         ^\n"
      "a field is written {tls.sni}, a brace {{ or }}\n" },
    { "id in capitals",
      "rule A.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:1:6: an id is of lower case letters, digits, dots and hyphens\n"
      "    rule A.b\n"
      "         ^~~\n"
      "such as tls.certificate.not-yet-valid\n" },
    { "no id",
      "rule\n"
      "    when toy.resumed\n",
      "t.rules:1:5: expected the id of a rule\n"
      "    rule\n"
      "        ^\n" },
    { "two rules of one id",
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n"
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:5:6: rule 'a.b' stands here twice\n"
      "    rule a.b\n"
      "         ^~~\n"
      "the first is t.rules:1:6\n" },
    { "override of nothing",
      "override rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:1:15: no rule 'a.b' to override\n"
      "    override rule a.b\n"
      "                  ^~~\n"
      "`handshark rules list` shows them all\n" },
    { "disable of nothing", "disable rule a.b\n",
      "t.rules:1:14: no rule 'a.b' to disable\n"
      "    disable rule a.b\n"
      "                 ^~~\n"
      "`handshark rules list` shows them all\n" },
    { "unknown paragraph",
      "rul a.b\n"
      "    when toy.resumed\n",
      "t.rules:1:1: expected 'rule', 'list', 'macro', 'override', 'disable' or 'include', found "
      "'rul'\n"
      "    rul a.b\n"
      "    ^~~\n"
      "did you mean 'rule'?\n" },
    { "two lists of one name",
      "list few = 1, 2\n"
      "list few = 3\n",
      "t.rules:2:6: list 'few' is there already\n"
      "    list few = 3\n"
      "         ^~~\n"
      "the first is t.rules:1:6\n" },
    { "list named like a field", "list toy.number = 1, 2\n",
      "t.rules:1:6: 'toy.number' is a field already\n"
      "    list toy.number = 1, 2\n"
      "         ^~~~~~~~~~\n" },
    { "list with a wrong item",
      "list bad_ones = unknown_ca, nknown_ca\n"
      "rule a.b\n"
      "    when toy.alert in bad_ones\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:1:29: 'nknown_ca' is no alert we know\n"
      "    list bad_ones = unknown_ca, nknown_ca\n"
      "                                ^~~~~~~~~\n"
      "did you mean 'unknown_ca'?\n" },
    { "list compared with ==",
      "list bad_ones = unknown_ca\n"
      "rule a.b\n"
      "    when toy.alert == bad_ones\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:3:23: 'bad_ones' is no alert we know\n"
      "    when toy.alert == bad_ones\n"
      "                      ^~~~~~~~\n"
      "'bad_ones' is a list, and only 'in' takes one\n" },
    { "list without end",
      "list bad_ones = unknown_ca,\n"
      "\n"
      "rule a.b\n"
      "    when toy.resumed\n"
      "    severity error\n"
      "    title \"t\"\n",
      "t.rules:1:28: expected a field or a value, found the next line, 'rule'\n"
      "    list bad_ones = unknown_ca,\n"
      "                               ^\n" },
    { "several at once",
      "rule a.b\n"
      "    when toy.alrt == 1 and toy.number == 3s or toy.name\n"
      "    severity eerror\n"
      "    title \"{x}\"\n"
      "\n"
      "rule c\n"
      "    when (\n",
      "t.rules:2:10: no field 'toy.alrt'\n"
      "    when toy.alrt == 1 and toy.number == 3s or toy.name\n"
      "         ^~~~~~~~\n"
      "did you mean 'toy.alert'? `handshark fields toy` shows them all\n"
      "t.rules:2:42: toy.number is a number, 3s is a duration\n"
      "    when toy.alrt == 1 and toy.number == 3s or toy.name\n"
      "                                         ^~\n"
      "t.rules:2:48: toy.name is text, not a condition\n"
      "    when toy.alrt == 1 and toy.number == 3s or toy.name\n"
      "                                               ^~~~~~~~\n"
      "compare it, or ask whether it 'exists'\n"
      "t.rules:3:14: expected 'error', 'warning' or 'info', found 'eerror'\n"
      "    severity eerror\n"
      "             ^~~~~~\n"
      "did you mean 'error'?\n"
      "t.rules:4:13: no field 'x'\n"
      "    title \"{x}\"\n"
      "            ^\n"
      "`handshark fields` shows them all\n"
      "t.rules:6:6: rule 'c' has no 'severity'\n"
      "    rule c\n"
      "         ^\n"
      "it is error, warning or info\n"
      "t.rules:6:6: rule 'c' has no 'title'\n"
      "    rule c\n"
      "         ^\n"
      "it says in a line what is wrong: title \"...\"\n"
      "t.rules:7:11: expected a field or a value, found the end of the file\n"
      "    when (\n"
      "          ^\n" },
    { "long line",
      WHEN("toy.number == 1 and toy.number == 1 and toy.number == 1 and toy.number == 1 and "
           "toy.number == 1 and toy.number == 1 and toy.number == 1 and toy.number == 1 and "
           "toy.number == 1 and toy.number == 1 and toy.alrt == 1 and toy.number == 1 and "
           "toy.number == 1 and toy.number == 1 and toy.number == 1 and toy.number == 1 and "
           "toy.number == 1 and toy.number == 1 and toy.number == 1 and toy.number == 1 and "
           "toy.number == 1"),
      "t.rules:2:210: no field 'toy.alrt'\n"
      "    ... == 1 and toy.number == 1 and toy.number == 1 and toy.alrt == 1 and toy.number == 1 "
      "and toy.number == 1 and toy.number == 1 and toy.number == 1 and toy.number =...\n"
      "                                                         ^~~~~~~~\n"
      "did you mean 'toy.alert'? `handshark fields toy` shows them all\n" },
};

START_TEST(tells_the_mistake)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert_msg(
        !ruleset_add(rs, "t.rules", bad_rules[_i].text, strlen(bad_rules[_i].text), &told), "%s",
        bad_rules[_i].name);
    ck_assert_msg(strcmp(text_string(&told), bad_rules[_i].message) == 0, "%s:\n%s\nnot\n%s",
                  bad_rules[_i].name, text_string(&told), bad_rules[_i].message);
    ck_assert_uint_eq(ruleset_count(rs), 0);
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

/* Adds text, which must be bad, to an empty set; gives the message. */
static char *told_of(const char *text, size_t len)
{
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert(!ruleset_add(rs, "t.rules", text, len, &told));
    ruleset_free(rs);
    return told.data;
}

START_TEST(stops_at_twenty)
{
    struct text many = { 0 };
    for (int i = 0; i < 23; i++)
        text_format(&many, "rule a.r%d\n  when toy.nothing%d == 1\n  severity info\n  title \"\"\n",
                    i, i);
    char *told = told_of(many.data, many.len);
    ck_assert_ptr_nonnull(strstr(told, "t.rules:78:8: no field 'toy.nothing19'\n"));
    ck_assert_ptr_null(strstr(told, "toy.nothing20"));
    ck_assert_str_eq(strstr(told, "t.rules: and"), "t.rules: and 3 more mistakes\n");
    text_free(&many);
    free(told);
}
END_TEST

/* The list of another text is not shown: the place is where it is used. */
START_TEST(tells_of_lists_elsewhere)
{
    static const char list[] = "list bad_ones = unknown_ca, nonsense\n";
    static const char use[] = WHEN("toy.alert in bad_ones");
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert(ruleset_add(rs, "one.rules", list, strlen(list), &told));
    ck_assert(!ruleset_add(rs, "two.rules", use, strlen(use), &told));
    ck_assert_str_eq(text_string(&told),
                     "two.rules:2:23: in the list 'bad_ones' of one.rules: 'nonsense' is no alert "
                     "we know\n"
                     "    when toy.alert in bad_ones\n"
                     "                      ^~~~~~~~\n");
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

START_TEST(tells_of_rules_elsewhere)
{
    static const char rule[] = WHEN("toy.resumed");
    static const char again[] = "\n" WHEN("toy.resumed");
    struct ruleset *rs = ruleset_new(toy_tables);
    struct text told = { 0 };
    ck_assert(ruleset_add(rs, "one.rules", rule, strlen(rule), &told));
    ck_assert(!ruleset_add(rs, "two.rules", again, strlen(again), &told));
    ck_assert_str_eq(text_string(&told),
                     "two.rules:2:6: rule 'a.b' is there already\n"
                     "    rule a.b\n"
                     "         ^~~\n"
                     "the first is one.rules:1:6; to replace it, write `override rule`\n");
    ck_assert_uint_eq(ruleset_count(rs), 1);
    text_free(&told);
    ruleset_free(rs);
}
END_TEST

#define BLANKS "                                                               \n"

/* A beginning, and a piece that comes again and again. */
static const struct {
    const char *begin, *piece;
    int count;
    const char *fault;
} floods[] = {
    { "", BLANKS, 65537, "t.rules: a rule file has at most 4 MiB\n" },
    { "", "rule a.b\n", 10001, "t.rules:10001:6: a file has at most 10000 rules\n" },
    { "rule a.b\n title \"", "0123456789abcdef", 4096, "this text has no closing quote" },
    { "rule a.b\n title ", "\"0123456789abcde\" ", 4096, "this text is longer than 16384 bytes" },
    { "rule a.b\n when toy.number in {", "1,", 65537, "a set has at most 65536 items" },
    { "rule a.b\n when ", "not ", 100, "this is nested deeper than 64 times" },
    { "rule a.b\n when 1 == 1 ", "+ 1 ", 100, "this is nested deeper than 64 times" },
};

START_TEST(has_limits)
{
    struct text flood = { 0 };
    text_add(&flood, floods[_i].begin);
    for (int i = 0; i < floods[_i].count; i++)
        text_add(&flood, floods[_i].piece);
    char *told = told_of(flood.data, flood.len);
    ck_assert_msg(strstr(told, floods[_i].fault) != NULL, "%s", told);
    free(told);
    text_free(&flood);
}
END_TEST

/* Lists of lists could double with each one. */
START_TEST(lists_do_not_explode)
{
    struct text bomb = { 0 };
    text_add(&bomb, "list l0 = 1, 2\n");
    for (int i = 1; i < 60; i++)
        text_format(&bomb, "list l%d = l%d, l%d\n", i, i - 1, i - 1);
    text_add(&bomb, WHEN("toy.number in l59"));
    char *told = told_of(bomb.data, bomb.len);
    ck_assert_ptr_nonnull(strstr(told, "the sets of this file have more than 1000000 items"));
    free(told);
    text_free(&bomb);
}
END_TEST

/* So could macros of macros, as conditions and as values, or be very deep. */
static const struct {
    const char *first, *middle, *end;
} macro_bombs[] = {
    { "macro m0 = toy.resumed\n", " or m", "" },
    { "macro m0 = toy.number\n", " + m", "" },
    { "macro m0 = toy.resumed\n", " or toy.number == ", "0" },
};

START_TEST(macros_do_not_explode)
{
    struct text bomb = { 0 };
    text_add(&bomb, macro_bombs[_i].first);
    for (int i = 1; i < 60; i++)
        text_format(&bomb, "macro m%d = m%d%s%d%s\n", i, i - 1, macro_bombs[_i].middle, i - 1,
                    macro_bombs[_i].end);
    char *told = told_of(bomb.data, bomb.len);
    ck_assert_ptr_nonnull(strstr(told, "with the macros inside its macros this is too long"));
    free(told);
    text_free(&bomb);
}
END_TEST

START_TEST(survives_zero_bytes)
{
    static const char text[] =
        "rule a.b\0\n when \0 toy.number\0 == 1\n title \"\0\"\n severity info";
    char *told = told_of(text, sizeof text - 1);
    ck_assert_ptr_nonnull(strstr(told, "means nothing here"));
    free(told);
}
END_TEST

static void add(TCase *t)
{
    TEST_ROWS(t, tells_the_mistake, bad_rules);
    tcase_add_test(t, stops_at_twenty);
    tcase_add_test(t, tells_of_lists_elsewhere);
    tcase_add_test(t, tells_of_rules_elsewhere);
    TEST_ROWS(t, has_limits, floods);
    tcase_add_test(t, lists_do_not_explode);
    TEST_ROWS(t, macros_do_not_explode, macro_bombs);
    tcase_add_test(t, survives_zero_bytes);
}

TEST_MAIN("check", add)
