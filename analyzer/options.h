/* options.h - the command line, from one table: flag, argument, help, setter. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

enum { OPTION_PATHS_MAX = 32, OPTION_REPORTS_MAX = 7, OPTION_FORMAT_MAX = 16 };

/* What an option may be given for several times. */
struct option_paths {
    const char *list[OPTION_PATHS_MAX];
    size_t count;
};

struct options {
    enum command command;
    char **arguments; /* files, folders, an id: what is no option */
    int argument_count;

    const char *format; /* "text", "json", ... */
    const char *output; /* file of it, or NULL */
    struct {            /* reports beside that one */
        char format[OPTION_FORMAT_MAX];
        const char *path;
    } also[OPTION_REPORTS_MAX];
    size_t also_count;
    const char *only, *where, *sort; /* what is told, and in what order; or NULL */
    const char *filter;              /* BPF, or NULL */
    const char *interface;           /* of watch */
    const char *keylog;              /* file of secrets, or NULL */
    struct option_paths rules;
    struct option_paths logs;      /* beside the captures, or of explain */
    const char *log_zone;          /* of stamps that tell none, or NULL */
    const char *log_offset;        /* how far the logs' clock is behind, or NULL */
    struct option_paths samples;   /* of rules test: where its captures are */
    size_t max_flows, max_memory;  /* 0: the default */
    int workers;                   /* 0: one a processor */
    const char *ca_file, *ca_path; /* roots; both NULL: the system's */
    bool no_trust;                 /* no roots at all */
    const char *baseline;          /* JSON report, or NULL */
    const char *redact;            /* key file, or NULL */
    bool annotate_all, keep_secrets;
    bool events, details, quiet, exit_code, markdown;
    uint64_t ladder;    /* number of the one handshake to be told; 0: all */
    const char *colour; /* "auto", "always", "never" */
};

/* options_read fills o from the command line; false with e when it does not make sense. */
bool options_read(struct options *o, int argc, char **argv, struct error *e);
void options_help(void);
/* options_table prints the same for programs, with tabs between: what the manual and the
 * shells' completions are made of. Behind `handshark help options`. */
void options_table(void);

#endif
