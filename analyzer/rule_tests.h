/* rule_tests.h - rules against the captures that they name: `handshark rules test`.
 *
 * A rule says `fires on "a.pcap"` and `silent on "b.pcap"`; here both are tried. */
#ifndef RULE_TESTS_H
#define RULE_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "rule/ruleset.h"

struct rule_test_options {
    const char *const *samples; /* folders to look for captures in */
    size_t samples_count;
    bool shipped;       /* test the rules that ship, not those that were added */
    const char *keylog; /* file of secrets, or NULL; those inside a capture are its own */
    FILE *out;
    bool json, colour, utf8;
    unsigned columns;
};

/* rule_tests_run prints a table, or with json one object a rule. False when a rule
 * did what it should not, or a capture is not there; a rule that names no captures
 * is told of, and no failure. */
bool rule_tests_run(const struct ruleset *rules, const struct rule_test_options *options);

#endif
