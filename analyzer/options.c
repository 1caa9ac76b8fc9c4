/* options.c - see options.h. --help is printed from the same table that getopt
 * reads, so the two cannot drift. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/sink.h"

struct option_row {
    const char *group; /* what it and those below it are about; NULL: as above */
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: takes none */
    const char *help;
    bool (*set)(struct options *o, const struct option_row *row, const char *argument);
    size_t at; /* in struct options, for setters that fit many */
};

/* ---- setters ---- */

static void *place(struct options *o, const struct option_row *row)
{
    return (char *)o + row->at;
}

static bool set_true(struct options *o, const struct option_row *row, const char *argument)
{
    (void)argument;
    return *(bool *)place(o, row) = true;
}

static bool set_string(struct options *o, const struct option_row *row, const char *argument)
{
    *(const char **)place(o, row) = argument;
    return true;
}

static bool add_path(struct options *o, const struct option_row *row, const char *argument)
{
    struct option_paths *paths = place(o, row);
    if (paths->count == OPTION_PATHS_MAX)
        return false;
    paths->list[paths->count++] = argument;
    return true;
}

static bool set_json(struct options *o, const struct option_row *row, const char *argument)
{
    (void)argument;
    o->format = row->name;
    return true;
}

static bool add_report(struct options *o, const char *format, size_t len, const char *path)
{
    if (o->also_count == OPTION_REPORTS_MAX || len == 0 || len >= OPTION_FORMAT_MAX || !*path)
        return false;
    memcpy(o->also[o->also_count].format, format, len);
    o->also[o->also_count].format[len] = 0;
    o->also[o->also_count++].path = path;
    return true;
}

/* "csv=report.csv" */
static bool add_also(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    size_t len = strcspn(argument, "=");
    return argument[len] && add_report(o, argument, len, argument + len + 1);
}

static bool add_html(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    return add_report(o, "html", strlen("html"), argument);
}

static bool add_annotated(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    return add_report(o, "pcapng", strlen("pcapng"), argument);
}

static bool set_colour(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    o->colour = argument;
    return strcmp(argument, "auto") == 0 || strcmp(argument, "always") == 0 ||
           strcmp(argument, "never") == 0;
}

/* A size with an optional K, M or G. */
static bool read_size(const char *text, size_t least, size_t *size)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno || *text < '0' || *text > '9')
        return false;
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift)
        end++;
    if (*end || number > (SIZE_MAX >> shift) || (size_t)number << shift < least)
        return false;
    *size = (size_t)number << shift;
    return true;
}

static bool set_max_flows(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    return read_size(argument, 16, &o->max_flows);
}

static bool set_max_memory(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    return read_size(argument, 1 << 20, &o->max_memory);
}

static bool set_workers(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    size_t n;
    if (!read_size(argument, 1, &n) || n > 256)
        return false;
    o->workers = (int)n;
    return true;
}

static bool set_ladder(struct options *o, const struct option_row *row, const char *argument)
{
    (void)row;
    size_t n;
    if (!read_size(argument, 1, &n))
        return false;
    o->ladder = n;
    return true;
}

/* An option that is a command, by the number of the command. */
static bool set_command(struct options *o, const struct option_row *row, const char *argument)
{
    (void)argument;
    o->command = (enum command)row->at;
    return true;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct options, member)

/* clang-format off */
static const struct option_row rows[] = {
    { "What is read", "filter", 'f', "BPF", "only packets that match: -f 'host 10.0.0.7'", set_string, AT(filter) },
    { NULL, "interface", 'i', "IFACE", "watch: the interface to listen on", set_string, AT(interface) },
    { NULL, "keylog", 0, "FILE", "TLS secrets, as SSLKEYLOGFILE writes them", set_string, AT(keylog) },
    { NULL, "baseline", 0, "FILE", "what worked before: the JSON report of an earlier run", set_string, AT(baseline) },
    { NULL, "log", 0, "FILE", "a log of the same time; may be given again", add_path, AT(logs) },
    { NULL, "log-zone", 0, "ZONE", "of its times: local (the default), UTC, +02:00", set_string, AT(log_zone) },
    { NULL, "log-offset", 0, "TIME", "added to the log's times: +2h, -3s, 500ms", set_string, AT(log_offset) },
    { NULL, "jobs", 'j', "N", "audit: worker processes (default: one a processor)", set_workers, 0 },
    { NULL, "max-flows", 0, "N", "flows remembered at a time (default 100000)", set_max_flows, 0 },
    { NULL, "max-memory", 0, "SIZE", "memory for all of them: 64M (the default), 1G ...", set_max_memory, 0 },
    { "How it is judged", "rules", 0, "PATH", "add a rule file or folder; may be given again", add_path, AT(rules) },
    { NULL, "samples", 0, "DIR", "rules test: where captures are; may be repeated", add_path, AT(samples) },
    { NULL, "ca-file", 0, "FILE", "the roots that clients trust (default: the system's)", set_string, AT(ca_file) },
    { NULL, "ca-path", 0, "DIR", "the same, a folder of them", set_string, AT(ca_path) },
    { NULL, "no-trust", 0, NULL, "trust no root: judge chains by themselves", set_true, AT(no_trust) },
    { "What is told", "verbose", 'v', NULL, "list every handshake, also those that went well", set_true, AT(details) },
    { NULL, "quiet", 'q', NULL, "one line a capture; of an audit only the total", set_true, AT(quiet) },
    { NULL, "ladder", 0, "ID", "one handshake in full: messages, findings, facts", set_ladder, 0 },
    { NULL, "only", 0, "WHICH", "only failed, completed, unknown, warning ...: a,b", set_string, AT(only) },
    { NULL, "where", 0, "CONDITION", "only where it is true, as in rules: 'duration > 2s'", set_string, AT(where) },
    { NULL, "sort", 0, "FIELD", "in order of a field; -FIELD the other way round", set_string, AT(sort) },
    { NULL, "events", 0, NULL, "with --json: every message, and the long lists", set_true, AT(events) },
    { "How it is told", "json", 0, NULL, "the same as --format json: one object a line", set_json, 0 },
    { NULL, "format", 0, "FORMAT", "text (the default), json, csv, zeek, eve, sarif ...", set_string, AT(format) },
    { NULL, "output", 'o', "FILE", "write into a file", set_string, AT(output) },
    { NULL, "html", 0, "FILE", "a web page as well, which needs nothing else", add_html, 0 },
    { NULL, "annotate", 0, "FILE", "a pcapng of what failed, with comments for Wireshark", add_annotated, 0 },
    { NULL, "annotate-all", 0, NULL, "with --annotate: every handshake", set_true, AT(annotate_all) },
    { NULL, "keep-secrets", 0, NULL, "with --annotate: the capture's TLS secrets too", set_true, AT(keep_secrets) },
    { NULL, "also", 0, "FORMAT=FILE", "one more report into a file; may be given again", add_also, 0 },
    { NULL, "redact", 0, "KEYFILE", "pseudonyms for addresses and names in all reports", set_string, AT(redact) },
    { NULL, "color", 0, "WHEN", "auto, always or never; NO_COLOR is honoured", set_colour, 0 },
    { NULL, "markdown", 0, NULL, "fields, rules list: as a page (FIELDS.md, causes.md)", set_true, AT(markdown) },
    { "The rest", "exit-code", 0, NULL, "exit with 1 when a handshake failed", set_true, AT(exit_code) },
    { NULL, "help", 'h', NULL, "this text", set_command, COMMAND_HELP },
    { NULL, "version", 0, NULL, "the version", set_command, COMMAND_VERSION },
};
/* clang-format on */
enum { ROW_COUNT = sizeof rows / sizeof *rows, LONG_ONLY = 256 };

static const struct command_row {
    const char *word, *second; /* "rules", "check" */
    enum command command;
    const char *usage, *about;
} commands[] = {
    { "watch", NULL, COMMAND_WATCH, "watch -i IFACE", "a live interface, until Ctrl-C" },
    { "audit", NULL, COMMAND_AUDIT, "audit PATH...", "files and whole folders, in parallel" },
    { "rules", "check", COMMAND_RULES_CHECK, "rules check [FILE...]", "do rule files make sense?" },
    { "rules", "list", COMMAND_RULES_LIST, "rules list", "the rules in force" },
    { "rules", "test", COMMAND_RULES_TEST, "rules test [PATH...]", "rules against captures" },
    { "explain", NULL, COMMAND_EXPLAIN, "explain ID|\"TEXT\"", "a rule, or an error text" },
    { "fields", NULL, COMMAND_FIELDS, "fields [PREFIX]", "what rules and JSON can name" },
    { "help", NULL, COMMAND_HELP, "help", "this text" },
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_usage(const char *usage, const char *about)
{
    printf("  handshark %-21s %s\n", usage, about);
}

static void print_option(const struct option_row *row)
{
    char left[40];
    if (row->group)
        printf("\n%s\n", row->group);
    snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->letter ? "-" : " ",
             row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
             row->argument ? " " : "", row->argument ? row->argument : "");
    printf("  %-24s %s\n", left, row->help);
}

void options_help(void)
{
    fputs("handshark says of every TLS, DTLS, MQTT and CoAP handshake in a capture whether\n"
          "it completed, and if not why, whose fault it is, what proves it, what to do.\n\n",
          stdout);
    print_usage("FILE...", "saved captures, also compressed; - is stdin");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_usage(commands[i].usage, commands[i].about);
    for (size_t i = 0; i < ROW_COUNT; i++)
        print_option(&rows[i]);
    fputs("\nExit status: 0 done; 1 with --exit-code when a handshake failed; 2 not done.\n",
          stdout);
}

/* ---- for the manual and for shells ---- */

static void print_formats(void)
{
    for (const struct sink_kind *const *k = sink_kinds; *k; k++)
        printf("%s%s", k == sink_kinds ? "" : " ", (*k)->name);
}

/* The words that an option takes, where they are known. */
static void print_words(const char *option)
{
    static const struct {
        const char *option, *words;
    } known[] = {
        { "color", "auto always never" },
        { "only", "failed completed unknown error warning info" },
    };
    if (strcmp(option, "format") == 0)
        print_formats();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].option, option) == 0)
            fputs(known[i].words, stdout);
}

void options_table(void)
{
    const char *group = "";
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("command\t%s%s%s\t%s\t%s\n", commands[i].word, commands[i].second ? " " : "",
               commands[i].second ? commands[i].second : "", commands[i].usage, commands[i].about);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        group = rows[i].group ? rows[i].group : group;
        printf("option\t%s\t%.*s\t%s\t", rows[i].name, rows[i].letter != 0, &rows[i].letter,
               rows[i].argument ? rows[i].argument : "");
        print_words(rows[i].name);
        printf("\t%s\t%s\n", group, rows[i].help);
    }
}

/* ---- reading ---- */

static void fill_getopt(struct option *longs, char *letters)
{
    char *at = letters;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        longs[i] =
            (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
                             LONG_ONLY + (int)i };
        if (!rows[i].letter)
            continue;
        *at++ = rows[i].letter;
        if (rows[i].argument)
            *at++ = ':';
    }
    *at = 0;
}

static const struct option_row *row_of(int c)
{
    if (c >= LONG_ONLY)
        return &rows[c - LONG_ONLY];
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].letter && rows[i].letter == c)
            return &rows[i];
    return NULL;
}

static void read_command(struct options *o)
{
    if (o->argument_count == 0)
        return;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        bool two = commands[i].second != NULL;
        if (strcmp(o->arguments[0], commands[i].word) != 0 ||
            (two && (o->argument_count < 2 || strcmp(o->arguments[1], commands[i].second) != 0)))
            continue;
        o->command = commands[i].command;
        o->arguments += two ? 2 : 1;
        o->argument_count -= two ? 2 : 1;
        return;
    }
}

static bool complain(struct error *e, const char *fault, const char *hint)
{
    error_place(e, "handshark");
    error_fault(e, "%s", fault);
    error_hint(e, "%s", hint);
    return false;
}

static bool makes_sense(const struct options *o, struct error *e)
{
    if (o->command == COMMAND_ANALYZE && o->argument_count == 0)
        return complain(e, "no capture given",
                        "handshark FILE... reads saved captures; handshark --help shows the rest");
    if (o->command == COMMAND_WATCH && !o->interface)
        return complain(e, "watch needs an interface",
                        "handshark watch -i eth0; ip link shows them");
    if (o->command == COMMAND_WATCH && o->argument_count > 0)
        return complain(e, "watch takes no files", "handshark FILE... reads saved captures");
    if (o->command == COMMAND_AUDIT && o->argument_count == 0)
        return complain(e, "nothing to audit", "handshark audit FOLDER...");
    if (o->command == COMMAND_WATCH && o->sort)
        return complain(e, "watch can't sort what is still to come", "do without --sort");
    if (o->quiet && o->details)
        return complain(e, "--quiet and --verbose contradict each other", "choose one of them");
    if (o->ladder && strcmp(o->format, "text") != 0)
        return complain(e, "--ladder draws for people, so it goes with text only",
                        "--json --events --where 'id == 7' tells the same to scripts");
    if (o->no_trust && (o->ca_file || o->ca_path))
        return complain(e, "--no-trust goes with neither --ca-file nor --ca-path",
                        "name the roots, or do without");
    if (o->command == COMMAND_EXPLAIN && o->argument_count == 0 && o->logs.count == 0)
        return complain(e, "nothing to explain",
                        "handshark explain tls.certificate.expired, or an error text in quotes");
    if (o->command == COMMAND_ANALYZE && strcmp(o->arguments[0], "rules") == 0)
        return complain(e, "rules what?",
                        "handshark rules check FILE..., rules test PATH..., or rules list");
    return true;
}

/* `explain -0x7780`: what is asked for may look like an option. None of ours
 * begins with a digit or a capital. */
static bool is_code(const char *argument)
{
    return argument[0] == '-' && ((argument[1] >= '0' && argument[1] <= '9') ||
                                  (argument[1] >= 'A' && argument[1] <= 'Z'));
}

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

/* Puts such codes behind a --, where getopt leaves them alone. */
static char **codes_last(int *argc, char **argv)
{
    static char **ordered;
    static char end_of_options[] = "--";
    int count = 0;
    if (!has_word(*argc, argv, "explain") || has_word(*argc, argv, end_of_options))
        return argv;
    free(ordered);
    ordered = must_calloc((size_t)*argc + 2, sizeof *ordered);
    for (int i = 0; i < *argc; i++)
        if (!is_code(argv[i]))
            ordered[count++] = argv[i];
    if (count == *argc)
        return argv; /* an option that lacks its argument must not take the -- */
    ordered[count++] = end_of_options;
    for (int i = 0; i < *argc; i++)
        if (is_code(argv[i]))
            ordered[count++] = argv[i];
    *argc = count;
    return ordered;
}

bool options_read(struct options *o, int argc, char **argv, struct error *e)
{
    argv = codes_last(&argc, argv);
    struct option longs[ROW_COUNT + 1] = { 0 };
    char letters[2 * ROW_COUNT + 1];
    fill_getopt(longs, letters);
    *o = (struct options){ .format = "text", .colour = "auto" };
    int c;
    opterr = 0;
    while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_row *row = row_of(c);
        if (!row) {
            error_place(e, "handshark");
            error_fault(e, "option '%s' is not known, or lacks its argument", argv[optind - 1]);
            error_hint(e, "handshark --help shows them all");
            return false;
        }
        if (!row->set(o, row, optarg)) {
            error_place(e, "handshark");
            error_fault(e, "--%s does not take '%s'", row->name, optarg ? optarg : "");
            error_hint(e, "--%s: %s", row->name, row->help);
            return false;
        }
    }
    o->arguments = argv + optind;
    o->argument_count = argc - optind;
    if (o->command == COMMAND_HELP || o->command == COMMAND_VERSION)
        return true;
    read_command(o);
    return o->command == COMMAND_HELP || makes_sense(o, e);
}
