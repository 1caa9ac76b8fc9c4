/* main.c - options to run to exit status. */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "audit.h"
#include "base/text.h"
#include "base/version.h"
#include "change.h"
#include "dissectors/registry.h"
#include "dissectors/tls/trust.h"
#include "dissectors/tls/unseal.h"
#include "explain_log.h"
#include "history.h"
#include "options.h"
#include "outputs.h"
#include "pipeline.h"
#include "report/explain.h"
#include "report/reference.h"
#include "rule/ruleset.h"
#include "rule_files.h"
#include "rule_tests.h"
#include "witness.h"

enum { EXIT_DONE = 0, EXIT_FAILED_HANDSHAKE = 1, EXIT_NOT_DONE = 2 };

static int complain(const struct error *e)
{
    error_print(e, stderr);
    return EXIT_NOT_DONE;
}

/* ---- how to write ---- */

static bool wants_colour(const struct options *o)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    if (strcmp(o->colour, "auto") != 0)
        return strcmp(o->colour, "always") == 0;
    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
}

/* COLUMNS is for those who know better than the terminal, or have none. */
static unsigned terminal_columns(void)
{
    const char *columns = getenv("COLUMNS");
    unsigned long given = columns ? strtoul(columns, NULL, 10) : 0;
    struct winsize size;
    if (given > 0 && given < 10000)
        return (unsigned)given;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* An audit is read for its total: of each capture it says little unless asked. */
static enum brevity brevity_of(const struct options *o)
{
    if (o->command == COMMAND_AUDIT && !o->details)
        return o->quiet ? BREVITY_TOTAL : BREVITY_WRONG;
    return o->quiet ? BREVITY_LINE : BREVITY_NONE;
}

static struct sink_options how_to_write(const struct options *o)
{
    return (struct sink_options){
        .out = stdout,
        .events = o->events,
        .details = o->details || o->events || o->ladder,
        .brevity = brevity_of(o),
        .ladder = o->ladder,
        .colour = wants_colour(o),
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .columns = terminal_columns(),
        .live = o->command == COMMAND_WATCH,
        .filter = o->filter,
        .annotate_all = o->annotate_all,
        .keep_secrets = o->keep_secrets,
    };
}

static struct reference_options how_to_look_up(const struct options *o)
{
    struct sink_options write = how_to_write(o);
    return (struct reference_options){
        .out = stdout,
        .json = strcmp(o->format, "json") == 0,
        .colour = write.colour,
        .utf8 = write.utf8,
        .columns = write.columns,
    };
}

/* ---- secrets ---- */

static struct keylog *secrets;

/* Secrets come from --keylog and out of captures; both go to the one key log. */
static bool take_keylog(const struct options *o, struct error *e)
{
    keylog_guard_process();
    secrets = keylog_new();
    unseal_with(secrets);
    return !o->keylog || keylog_open(secrets, o->keylog, e);
}

/* A key log that opened nothing is most likely not the one of this capture. */
static void tell_of_keylog(const struct options *o)
{
    const struct keylog_totals *t = keylog_totals(secrets);
    if (!o->keylog)
        return;
    if (t->entries == 0)
        fprintf(stderr, "the key log holds no secret that can be used\n");
    else if (t->used == 0)
        fprintf(stderr, "the key log has no secret for any of these handshakes\n");
    if (t->bad_lines)
        fprintf(stderr, "%llu lines of the key log are not understood, line %llu is the first\n",
                (unsigned long long)t->bad_lines, (unsigned long long)t->first_bad_line);
}

/* ---- what worked before ---- */

static struct changes *changes;

static bool take_baseline(const struct options *o, struct error *e)
{
    changes = changes_new();
    return !o->baseline || changes_baseline(changes, o->baseline, e);
}

/* ---- logs ---- */

static struct witness *logs; /* NULL: none were given */
static struct guide *guide;  /* made when errors are to be understood */

/* NULL when the shipped tables have a mistake, which tests don't let pass. */
static struct guide *new_guide(const struct ruleset *rules)
{
    struct text mistakes = { 0 };
    struct guide *g = guide_new(rules, &mistakes);
    fputs(text_string(&mistakes), stderr);
    if (mistakes.len > 0) {
        guide_free(g);
        g = NULL;
    }
    text_free(&mistakes);
    return g;
}

static bool take_log_times(const struct options *o, struct log_zone *zone, struct error *e)
{
    *zone = (struct log_zone){ .local = true };
    error_place(e, "handshark");
    error_hint(e, "--log-zone: local, UTC, +02:00; --log-offset: +2h, -3s, 500ms");
    if (o->log_zone && !log_zone_read(o->log_zone, zone))
        error_fault(e, "--log-zone does not take '%s'", o->log_zone);
    else if (o->log_offset && !log_offset_read(o->log_offset, zone))
        error_fault(e, "--log-offset does not take '%s'", o->log_offset);
    else
        error_clear(e);
    return !error_is_set(e);
}

/* What logs beside captures say; explain reads its logs itself. */
static bool take_logs(const struct options *o, const struct ruleset *rules, struct error *e)
{
    struct log_zone zone;
    if (!take_log_times(o, &zone, e) || o->logs.count == 0 || o->command == COMMAND_EXPLAIN)
        return !error_is_set(e);
    guide = new_guide(rules);
    logs = guide ? witness_new(guide, &zone) : NULL;
    bool good = logs != NULL;
    for (size_t i = 0; good && i < o->logs.count; i++)
        good = witness_read(logs, o->logs.list[i], e);
    return good;
}

/* Silence would look like agreement. */
static void tell_of_logs(const struct options *o)
{
    if (!logs || o->command == COMMAND_AUDIT) /* whose workers know, not we */
        return;
    struct witness_totals t = witness_totals(logs);
    if (t.tied == 0)
        fprintf(stderr,
                "the logs' %llu lines have %llu errors that are known, none of these handshakes; "
                "do the clocks agree? --log-zone, --log-offset\n",
                (unsigned long long)t.lines, (unsigned long long)t.known);
    if (t.dropped)
        fprintf(stderr, "there was no room for %llu errors of the logs\n",
                (unsigned long long)t.dropped);
}

/* ---- commands ---- */

static volatile sig_atomic_t stopped;
static struct capture *watched;

static void on_stop(int signal)
{
    (void)signal;
    stopped = 1;
    if (watched)
        capture_break(watched);
}

static int exit_status(const struct options *o, bool broken, uint64_t failed)
{
    if (broken)
        return EXIT_NOT_DONE;
    return o->exit_code && failed > 0 ? EXIT_FAILED_HANDSHAKE : EXIT_DONE;
}

static struct choice *choice;

/* What --only, --where and --sort want; false after a complaint. */
static bool make_choice(const struct options *o, const struct ruleset *rules)
{
    struct choice_wish wish = { o->only, o->where, o->sort };
    struct text mistakes = { 0 };
    choice = choice_new(&wish, rules, &mistakes);
    fputs(text_string(&mistakes), stderr);
    text_free(&mistakes);
    return choice != NULL;
}

static struct pseudonyms *pseudonyms;

static bool can_reread(const struct options *o)
{
    for (int i = 0; i < o->argument_count; i++)
        if (strcmp(o->arguments[i], "-") == 0)
            return false;
    return o->command != COMMAND_WATCH;
}

/* The report on standard output or in --output, and those in files of their own. NULL
 * after a complaint. */
static struct outputs *make_outputs(const struct options *o, const struct ruleset *rules)
{
    if (!make_choice(o, rules))
        return NULL;
    struct sink_options write = how_to_write(o);
    struct outputs *outputs = outputs_new(choice);
    struct error e = { 0 };
    if (o->redact && !(pseudonyms = pseudonyms_new(o->redact, &e))) {
        complain(&e);
        outputs_free(outputs);
        return NULL;
    }
    outputs_redact(outputs, pseudonyms);
    bool good = outputs_add(outputs, o->format, o->output, &write, &e);
    for (size_t i = 0; good && i < o->also_count; i++)
        good = outputs_add(outputs, o->also[i].format, o->also[i].path, &write, &e);
    if (good && o->command == COMMAND_AUDIT && outputs_whole(outputs)) {
        error_place(&e, "handshark audit");
        error_fault(&e, "it can't write %s, which needs all in one process",
                    outputs_whole(outputs));
        error_hint(&e, "handshark FILE... can");
        good = false;
    }
    if (good && outputs_reread(outputs) && o->redact) {
        error_place(&e, "handshark --redact");
        error_fault(&e, "packets can't be redacted, and %s has packets in it",
                    outputs_reread(outputs));
        error_hint(&e, "pass on the report instead: --html FILE or --json");
        good = false;
    }
    if (good && outputs_reread(outputs) && !can_reread(o)) {
        error_place(&e, "handshark");
        error_fault(&e, "for %s captures are read twice, which only files can be",
                    outputs_reread(outputs));
        error_hint(&e, "save the packets first: tcpdump -w FILE");
        good = false;
    }
    if (good) {
        outputs_begin(outputs);
        return outputs;
    }
    complain(&e);
    outputs_free(outputs);
    return NULL;
}

/* Ends the reports; false after a complaint. */
static bool end_outputs(struct outputs *outputs)
{
    struct error e = { 0 };
    bool good = outputs_end(outputs, &e);
    if (!good)
        complain(&e);
    outputs_free(outputs);
    return good;
}

static void add_result(struct total *total, const struct pipeline_result *r, const char *path)
{
    total->captures++;
    for (int i = 0; i < 4; i++)
        total->handshakes[i] += r->handshakes[i];
    causes_add(&total->causes, &r->causes, path);
}

/* Reads one capture; false after a complaint. What came before damage counts. */
static bool analyze_one(const struct options *o, const char *path, const struct ruleset *rules,
                        struct outputs *outputs, const struct pipeline_options *p,
                        struct total *total)
{
    struct error e = { 0 };
    struct capture *c = capture_open(path, o->filter, &e);
    if (c) {
        struct pipeline_result r = pipeline_run(c, path, rules, outputs, p, &e);
        add_result(total, &r, path);
        capture_close(c);
    }
    if (!error_is_set(&e))
        return true;
    fflush(stdout);
    complain(&e);
    return false;
}

static int analyze(const struct options *o, const struct ruleset *rules)
{
    struct outputs *outputs = make_outputs(o, rules);
    if (!outputs)
        return EXIT_NOT_DONE;
    struct pipeline_options p = {
        .max_flows = o->max_flows,
        .max_memory = o->max_memory,
        .progress = isatty(STDERR_FILENO),
        .history = history_new(),
        .changes = changes,
        .keylog = secrets,
        .witness = logs,
    };
    bool broken = false;
    struct total total = { 0 };
    for (int i = 0; i < o->argument_count; i++)
        broken = !analyze_one(o, o->arguments[i], rules, outputs, &p, &total) || broken;
    causes_sort(&total.causes);
    if (total.captures > 1)
        outputs_total(outputs, &total);
    history_free(p.history);
    broken = !end_outputs(outputs) || broken;
    return exit_status(o, broken, total.handshakes[OUTCOME_FAILED]);
}

static void stop_on_signals(void)
{
    struct sigaction stop = { .sa_handler = on_stop };
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
}

static int watch(const struct options *o, const struct ruleset *rules)
{
    struct error e = { 0 };
    struct outputs *outputs = make_outputs(o, rules);
    if (!outputs)
        return EXIT_NOT_DONE;
    watched = capture_open_live(o->interface, o->filter, &e);
    if (!watched) {
        outputs_free(outputs);
        return complain(&e);
    }
    stop_on_signals();
    struct pipeline_options p = {
        .max_flows = o->max_flows,
        .max_memory = o->max_memory,
        .live = true,
        .changes = changes,
        .keylog = secrets,
        .witness = logs,
        .stop = &stopped,
    };
    fprintf(stderr, "watching %s; Ctrl-C ends it\n", o->interface);
    struct pipeline_result r = pipeline_run(watched, o->interface, rules, outputs, &p, &e);
    struct capture *c = watched;
    watched = NULL;
    capture_close(c);
    bool broken = !end_outputs(outputs) || error_is_set(&e);
    if (error_is_set(&e))
        complain(&e);
    return exit_status(o, broken, r.handshakes[OUTCOME_FAILED]);
}

static int audit(const struct options *o, const struct ruleset *rules)
{
    struct outputs *outputs = make_outputs(o, rules);
    if (!outputs)
        return EXIT_NOT_DONE;
    struct audit_result r = audit_run(o, rules, outputs, secrets, logs);
    bool broken = !end_outputs(outputs) || r.unreadable > 0;
    return exit_status(o, broken, r.failed);
}

/* Without a path, the rules that ship are tested. */
static int test_rules(const struct options *o, const struct ruleset *rules)
{
    struct sink_options write = how_to_write(o);
    struct rule_test_options how = {
        .samples = o->samples.list,
        .samples_count = o->samples.count,
        .shipped = o->argument_count == 0,
        .keylog = o->keylog,
        .out = stdout,
        .json = strcmp(o->format, "json") == 0,
        .colour = write.colour,
        .utf8 = write.utf8,
        .columns = write.columns,
    };
    return rule_tests_run(rules, &how) ? EXIT_DONE : EXIT_FAILED_HANDSHAKE;
}

static int explain_logs(const struct options *o, const struct reference_options *look_up)
{
    int status = EXIT_DONE;
    struct log_zone zone;
    struct error e = { 0 };
    if (!take_log_times(o, &zone, &e))
        return complain(&e);
    for (size_t i = 0; i < o->logs.count; i++) {
        error_clear(&e);
        if (!explain_log(guide, o->logs.list[i], &zone, look_up, &e))
            status = complain(&e);
    }
    return status;
}

/* The words after explain are one query, quoted or not. */
static int explain(const struct options *o, const struct ruleset *rules)
{
    struct reference_options look_up = how_to_look_up(o);
    struct text query = { 0 };
    struct error e = { 0 };
    guide = new_guide(rules);
    if (!guide)
        return EXIT_NOT_DONE;
    if (o->logs.count > 0)
        return explain_logs(o, &look_up);
    for (int i = 0; i < o->argument_count; i++)
        text_format(&query, "%s%s", i ? " " : "", o->arguments[i]);
    bool known = guide_explain(guide, text_string(&query), &look_up, &e);
    text_free(&query);
    return known ? EXIT_DONE : complain(&e);
}

static int fields(const struct options *o)
{
    struct reference_options look_up = how_to_look_up(o);
    struct error e = { 0 };
    if (o->markdown) {
        reference_fields_markdown(registry_tables(), stdout);
        return EXIT_DONE;
    }
    const char *start = o->argument_count > 0 ? o->arguments[0] : NULL;
    return reference_fields(registry_tables(), start, &look_up, &e) ? EXIT_DONE : complain(&e);
}

static bool set_trust(const struct options *o, struct error *e)
{
    struct trust trust = { o->ca_file, o->ca_path, o->no_trust };
    return trust_set(&trust, e);
}

static int with_rules(const struct options *o)
{
    struct error e = { 0 };
    struct ruleset *rules = rule_files_load(o);
    if (!rules)
        return EXIT_NOT_DONE;
    if (!set_trust(o, &e) || !take_keylog(o, &e) || !take_baseline(o, &e) ||
        !take_logs(o, rules, &e)) {
        ruleset_free(rules);
        return complain(&e);
    }
    int status = EXIT_DONE;
    struct reference_options look_up = how_to_look_up(o);
    switch (o->command) {
    case COMMAND_WATCH:
        status = watch(o, rules);
        break;
    case COMMAND_AUDIT:
        status = audit(o, rules);
        break;
    case COMMAND_RULES_LIST:
        if (o->markdown)
            reference_causes_markdown(rules, stdout);
        else
            reference_rules(rules, &look_up);
        break;
    case COMMAND_RULES_TEST:
        status = test_rules(o, rules);
        break;
    case COMMAND_EXPLAIN:
        status = explain(o, rules);
        break;
    default:
        status = analyze(o, rules);
        break;
    }
    tell_of_keylog(o);
    tell_of_logs(o);
    witness_free(logs);
    guide_free(guide);
    ruleset_free(rules);
    return status;
}

static int run(const struct options *o)
{
    switch (o->command) {
    case COMMAND_HELP:
        if (o->argument_count > 0 && strcmp(o->arguments[0], "options") == 0)
            options_table();
        else
            options_help();
        return EXIT_DONE;
    case COMMAND_VERSION:
        puts("handshark " HANDSHARK_VERSION);
        return EXIT_DONE;
    case COMMAND_FIELDS:
        return fields(o);
    case COMMAND_RULES_CHECK:
        return rule_files_check(o) ? EXIT_DONE : EXIT_NOT_DONE;
    default:
        return with_rules(o);
    }
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    struct options o;
    struct error e = { 0 };
    if (!options_read(&o, argc, argv, &e))
        return complain(&e);
    int status = run(&o);
    registry_end();
    keylog_free(secrets);
    choice_free(choice);
    pseudonyms_free(pseudonyms);
    changes_free(changes);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("handshark: standard output");
        return EXIT_NOT_DONE;
    }
    return status;
}
