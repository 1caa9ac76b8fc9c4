/* audit.c - see audit.h. A child a capture: it writes its reports into files in
 * memory and its figures into a shared page; the parent joins them in order. */
#include "audit.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

/* What a child tells its parent; rule ids are the same memory in both. */
struct figures {
    bool told;   /* the child came to its end */
    bool opened; /* false: it is no capture, or can't be read */
    bool broken;
    struct pipeline_result result;
    struct error error;
};

struct job {
    char *path;
    bool named; /* by the user, not found in a folder */
    pid_t pid;
    struct part part;
    bool ended;
    int status;
    struct figures *figures;
};

struct jobs {
    struct job *list;
    size_t count, cap;
};

/* What all jobs have in common. */
struct audit {
    const struct options *options;
    const struct ruleset *rules;
    struct outputs *outputs;
    struct keylog *keylog;
    struct witness *witness;
    struct total total;
};

/* ---- which captures ---- */

static void add_job(struct jobs *jobs, const char *path, bool named)
{
    if (jobs->count == jobs->cap) {
        jobs->cap = jobs->cap ? jobs->cap * 2 : 64;
        jobs->list = must_realloc(jobs->list, jobs->cap * sizeof *jobs->list);
    }
    jobs->list[jobs->count++] = (struct job){ .path = must_strdup(path), .named = named };
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void find_captures(struct jobs *jobs, char *path)
{
    char *paths[] = { path, NULL };
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (!walk)
        return;
    for (FTSENT *at; (at = fts_read(walk));) {
        bool named = at->fts_level == 0;
        if (at->fts_info == FTS_F || (named && at->fts_info != FTS_D && at->fts_info != FTS_DP))
            add_job(jobs, at->fts_path, named);
        else if (at->fts_info == FTS_DNR || at->fts_info == FTS_ERR)
            fprintf(stderr, "%s: %s\n", at->fts_path, strerror(at->fts_errno));
    }
    fts_close(walk);
}

/* ---- the child ---- */

static void work(struct job *job, const struct audit *a)
{
    struct figures *f = job->figures;
    struct capture *c = capture_open(job->path, a->options->filter, &f->error);
    f->opened = c != NULL;
    if (c) {
        struct outputs *outputs = part_outputs(&job->part, a->outputs);
        if (!outputs)
            _exit(2);
        struct pipeline_options p = {
            .max_flows = a->options->max_flows,
            .max_memory = a->options->max_memory,
            .keylog = a->keylog,
            .witness = a->witness,
        };
        f->result = pipeline_run(c, job->path, a->rules, outputs, &p, &f->error);
        f->broken = f->result.broken;
        if (!part_done(outputs))
            _exit(2);
        capture_close(c);
    }
    f->told = true;
    _exit(0);
}

static void start(struct job *job, const struct audit *a)
{
    job->figures =
        mmap(NULL, sizeof *job->figures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool ready = part_new(&job->part, a->outputs) && job->figures != MAP_FAILED;
    fflush(NULL);
    job->pid = ready ? fork() : -1;
    if (job->pid == 0)
        work(job, a);
    job->ended = job->pid < 0;
    job->status = -1;
}

/* ---- the parent ---- */

static void complain(const struct job *job)
{
    struct error e = { 0 };
    if (job->status != -1 && job->figures->told) {
        e = job->figures->error;
    } else {
        error_place(&e, "%s", job->path);
        if (job->status != -1 && WIFSIGNALED(job->status))
            error_fault(&e, "the worker died of signal %d (%s)", WTERMSIG(job->status),
                        strsignal(WTERMSIG(job->status)));
        else
            error_fault(&e, "the worker did not come to its end");
        error_hint(&e, "the other captures are not affected; please report this one");
    }
    error_print(&e, stderr);
}

static void finish(struct job *job, struct audit *a)
{
    struct total *total = &a->total;
    bool told = job->status != -1 && job->figures->told;
    if (told && !job->figures->opened && !job->named) {
        total->not_captures++; /* folders hold other files as well */
    } else {
        total->captures++;
        outputs_join(a->outputs, &job->part);
        if (told) {
            const struct pipeline_result *r = &job->figures->result;
            for (size_t i = 0; i < 4; i++)
                total->handshakes[i] += r->handshakes[i];
            causes_add(&total->causes, &r->causes, job->path);
        }
        if (!told || !job->figures->opened || job->figures->broken) {
            complain(job);
            total->unreadable++;
        }
    }
    part_free(&job->part);
    if (job->figures != MAP_FAILED)
        munmap(job->figures, sizeof *job->figures);
}

static void wait_for_one(struct jobs *jobs)
{
    int status;
    pid_t pid = wait(&status);
    for (size_t i = 0; pid > 0 && i < jobs->count; i++) {
        if (jobs->list[i].pid != pid || jobs->list[i].ended)
            continue;
        jobs->list[i].ended = true;
        jobs->list[i].status = status;
        return;
    }
}

static int worker_count(const struct options *o)
{
    long n = o->workers ? o->workers : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (int)n;
}

/* Reports wait in memory until those before them are printed, so no worker runs
 * further ahead than this. */
static void run_jobs(struct jobs *jobs, struct audit *a)
{
    int workers = worker_count(a->options), running = 0;
    size_t started = 0, ahead = (size_t)workers * 32;
    for (size_t printed = 0; printed < jobs->count;) {
        while (running < workers && started < jobs->count && started < printed + ahead) {
            start(&jobs->list[started], a);
            running += !jobs->list[started++].ended;
        }
        if (running > 0 && !jobs->list[printed].ended) {
            wait_for_one(jobs);
            running--;
        }
        while (printed < started && jobs->list[printed].ended)
            finish(&jobs->list[printed++], a);
    }
}

struct audit_result audit_run(const struct options *o, const struct ruleset *rules,
                              struct outputs *outputs, struct keylog *keylog,
                              struct witness *witness)
{
    struct jobs jobs = { 0 };
    struct audit a = { o, rules, outputs, keylog, witness, { .audit = true } };
    for (int i = 0; i < o->argument_count; i++)
        find_captures(&jobs, o->arguments[i]);
    run_jobs(&jobs, &a);
    causes_sort(&a.total.causes);
    outputs_total(outputs, &a.total); /* it names captures, so it comes before they go */
    for (size_t i = 0; i < jobs.count; i++)
        free(jobs.list[i].path);
    free(jobs.list);
    return (struct audit_result){ a.total.unreadable, a.total.handshakes[OUTCOME_FAILED] };
}
