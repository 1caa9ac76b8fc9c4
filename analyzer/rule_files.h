/* rule_files.h - the rules of a run: those that ship, and the user's own. */
#ifndef RULE_FILES_H
#define RULE_FILES_H

#include "options.h"
#include "rule/ruleset.h"

/* rule_files_load gives them ready for judging; NULL after mistakes, which went to
 * standard error, as does a note for every rule that was left out. */
struct ruleset *rule_files_load(const struct options *o);

/* rule_files_check looks over the files of the command line, on top of the shipped
 * rules, or without files the shipped rules, and tells all that can be said of them:
 * false after a mistake. With --json
 * each is an object on standard output, else text on standard error. */
bool rule_files_check(const struct options *o);

#endif
