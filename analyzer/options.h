/* options.h - the command line, from one table: flag, argument, help, setter. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum command {
    COMMAND_ANALYZE,
    COMMAND_WATCH,
    COMMAND_AUDIT,
    COMMAND_RULES_CHECK,
    COMMAND_RULES_LIST,
    COMMAND_RULES_TEST,
    COMMAND_EXPLAIN,
    COMMAND_FIELDS,
    COMMAND_HELP,
    COMMAND_VERSION,
};

enum { RULE_PATHS_MAX = 32 };

struct options {
    enum command command;
    char **arguments; /* files, folders, an id: what is no option */
    int argument_count;

    const char *format;    /* "text" or "json" */
    const char *filter;    /* BPF, or NULL */
    const char *interface; /* of watch */
    const char *keylog;    /* file of secrets, or NULL */
    const char *rules[RULE_PATHS_MAX];
    size_t rules_count;
    const char *samples[RULE_PATHS_MAX]; /* of rules test: where its captures are */
    size_t samples_count;
    size_t max_flows, max_memory;  /* 0: the default */
    int workers;                   /* 0: one a processor */
    const char *ca_file, *ca_path; /* roots; both NULL: the system's */
    bool no_trust;                 /* no roots at all */
    bool events, details, exit_code, markdown;
    const char *colour; /* "auto", "always", "never" */
};

/* options_read fills o from the command line; false with e when it does not make sense. */
bool options_read(struct options *o, int argc, char **argv, struct error *e);
void options_help(void);

#endif
