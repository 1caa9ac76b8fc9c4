/* judge.c - what the rules cost: every handshake of some captures is judged again and
 * again by the rules that ship, and the time for it is told.
 *
 *     judge CAPTURE...        "rules 241 handshakes 90 load_ms 3.1 judge_us 1.42"
 *
 * Reading packets is not counted: a report that times is put behind the pipeline. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/shipped.h"
#include "dissectors/registry.h"
#include "outputs.h"
#include "pipeline.h"
#include "rule/recent.h"

enum { TIMES = 200, LOADS = 20 };

struct timing_sink {
    struct sink sink;
    const struct ruleset *rules;
    struct recent *recent;
};

/* The sink goes with the outputs, what it found stays here. */
static double seconds;
static uint64_t handshakes;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void time_it(struct sink *s, const char *capture, const struct verdict *v)
{
    struct timing_sink *timing = (struct timing_sink *)s;
    struct verdict again;
    (void)capture;
    double begin = now();
    for (int i = 0; i < TIMES; i++)
        ruleset_judge_next(timing->rules, timing->recent, v->handshake, &again);
    seconds += now() - begin;
    handshakes++;
}

static void no_summary(struct sink *s, const struct summary *summary)
{
    (void)s;
    (void)summary;
}

static void no_close(struct sink *s)
{
    (void)s;
}

static struct sink *timing_sink_new(const struct ruleset *rules, struct recent *recent)
{
    static const struct sink_kind kind = { .name = "time",
                                           .size = sizeof(struct timing_sink),
                                           .handshake = time_it,
                                           .summary = no_summary,
                                           .close = no_close };
    struct sink *s = sink_new(&kind, &(struct sink_options){ .details = true });
    ((struct timing_sink *)s)->rules = rules;
    ((struct timing_sink *)s)->recent = recent;
    return s;
}

static struct ruleset *load(void)
{
    struct text mistakes = { 0 };
    struct ruleset *rules = ruleset_new(registry_tables());
    for (const struct shipped_file *s = shipped_rules; s->name; s++)
        if (!ruleset_add(rules, s->name, s->text, s->len, &mistakes)) {
            fputs(text_string(&mistakes), stderr);
            exit(1);
        }
    text_free(&mistakes);
    ruleset_ready(rules);
    return rules;
}

static void read_capture(const char *path, const struct ruleset *rules)
{
    struct error e = { 0 };
    struct capture *c = capture_open(path, NULL, &e);
    if (!c) {
        error_print(&e, stderr);
        exit(1);
    }
    struct recent *recent = recent_new();
    struct outputs *outputs = outputs_new(NULL);
    outputs_take(outputs, timing_sink_new(rules, recent));
    pipeline_run(c, path, rules, outputs, &(struct pipeline_options){ 0 }, &e);
    outputs_free(outputs);
    recent_free(recent);
    capture_close(c);
}

int main(int argc, char **argv)
{
    double begin = now();
    for (int i = 0; i < LOADS; i++)
        ruleset_free(load());
    double load_ms = (now() - begin) * 1e3 / LOADS;
    struct ruleset *rules = load();
    for (int i = 1; i < argc; i++)
        read_capture(argv[i], rules);
    printf("rules %zu handshakes %llu load_ms %.2f judge_us %.3f\n", ruleset_count(rules),
           (unsigned long long)handshakes, load_ms,
           handshakes ? seconds * 1e6 / (double)handshakes / TIMES : 0.0);
    ruleset_free(rules);
    registry_end();
    return 0;
}
