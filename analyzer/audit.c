/* audit.c - see audit.h. A child a capture: it writes its report into a file in
 * memory and its figures into a shared page; the parent prints in order. */
#include "audit.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

enum { CAUSES_MAX = 64 };

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
    int report; /* file descriptor; -1 before and after */
    bool ended;
    int status;
    struct figures *figures;
};

struct jobs {
    struct job *list;
    size_t count, cap;
    struct cause_count causes[CAUSES_MAX];
};

/* ---- which captures ---- */

static void add_job(struct jobs *jobs, const char *path, bool named)
{
    if (jobs->count == jobs->cap) {
        jobs->cap = jobs->cap ? jobs->cap * 2 : 64;
        jobs->list = must_realloc(jobs->list, jobs->cap * sizeof *jobs->list);
    }
    jobs->list[jobs->count++] =
        (struct job){ .path = must_strdup(path), .named = named, .report = -1 };
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

static void work(struct job *job, const struct options *o, const struct ruleset *rules,
                 const struct sink_options *sink_options, struct keylog *keylog)
{
    struct figures *f = job->figures;
    struct capture *c = capture_open(job->path, o->filter, &f->error);
    f->opened = c != NULL;
    if (c) {
        struct sink_options own = *sink_options;
        own.out = fdopen(job->report, "w");
        struct sink *sink = own.out ? sink_new(o->format, &own) : NULL;
        if (!sink)
            _exit(2);
        sink->kind->open(sink);
        struct pipeline_options p = {
            .max_flows = o->max_flows,
            .max_memory = o->max_memory,
            .keylog = keylog,
        };
        f->result = pipeline_run(c, job->path, rules, sink, &p, &f->error);
        f->broken = f->result.broken;
        sink->kind->close(sink);
        if (fflush(own.out) != 0)
            _exit(2);
        sink_free(sink);
        capture_close(c);
    }
    f->told = true;
    _exit(0);
}

static void start(struct job *job, const struct options *o, const struct ruleset *rules,
                  const struct sink_options *sink_options, struct keylog *keylog)
{
    job->figures =
        mmap(NULL, sizeof *job->figures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    job->report = memfd_create("report", MFD_CLOEXEC);
    fflush(stdout);
    fflush(stderr);
    job->pid = job->figures == MAP_FAILED || job->report < 0 ? -1 : fork();
    if (job->pid == 0)
        work(job, o, rules, sink_options, keylog);
    job->ended = job->pid < 0;
    job->status = -1;
}

/* ---- the parent ---- */

static void print_report(int fd)
{
    char buf[65536];
    lseek(fd, 0, SEEK_SET);
    for (ssize_t n; (n = read(fd, buf, sizeof buf)) > 0;)
        fwrite(buf, 1, (size_t)n, stdout);
}

static void add_causes(struct jobs *jobs, const struct pipeline_result *r)
{
    for (size_t i = 0; i < r->cause_count; i++) {
        size_t at = 0;
        while (at < CAUSES_MAX && jobs->causes[at].id &&
               strcmp(jobs->causes[at].id, r->causes[i].id) != 0)
            at++;
        if (at == CAUSES_MAX)
            return;
        jobs->causes[at].id = r->causes[i].id;
        jobs->causes[at].count += r->causes[i].count;
    }
}

static void complain(const struct job *job, struct audit_result *total)
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
        total->crashed++;
    }
    error_print(&e, stderr);
}

static void finish(struct jobs *jobs, struct job *job, struct audit_result *total)
{
    bool told = job->status != -1 && job->figures->told;
    if (told && !job->figures->opened && !job->named) {
        total->no_captures++; /* folders hold other files as well */
    } else {
        total->captures++;
        if (job->report >= 0)
            print_report(job->report);
        if (told) {
            const struct pipeline_result *r = &job->figures->result;
            for (size_t i = 0; i < 4; i++)
                total->handshakes[i] += r->handshakes[i];
            add_causes(jobs, r);
        }
        if (!told || !job->figures->opened || job->figures->broken) {
            complain(job, total);
            total->unreadable++;
        }
    }
    if (job->report >= 0)
        close(job->report);
    if (job->figures && job->figures != MAP_FAILED)
        munmap(job->figures, sizeof *job->figures);
    free(job->path);
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
static void run_jobs(struct jobs *jobs, const struct options *o, const struct ruleset *rules,
                     const struct sink_options *sink_options, struct keylog *keylog,
                     struct audit_result *total)
{
    int workers = worker_count(o), running = 0;
    size_t started = 0, ahead = (size_t)workers * 32;
    for (size_t printed = 0; printed < jobs->count;) {
        while (running < workers && started < jobs->count && started < printed + ahead) {
            start(&jobs->list[started], o, rules, sink_options, keylog);
            running += !jobs->list[started++].ended;
        }
        if (running > 0 && !jobs->list[printed].ended) {
            wait_for_one(jobs);
            running--;
        }
        while (printed < started && jobs->list[printed].ended)
            finish(jobs, &jobs->list[printed++], total);
    }
}

static int by_count(const void *a, const void *b)
{
    const struct cause_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->id, y->id);
}

static void print_total(struct jobs *jobs, const struct audit_result *t, bool json)
{
    size_t n = 0;
    while (n < CAUSES_MAX && jobs->causes[n].id)
        n++;
    qsort(jobs->causes, n, sizeof *jobs->causes, by_count);
    const uint64_t *h = t->handshakes;
    if (json) {
        printf("{\"type\":\"total\",\"captures\":%" PRIu64 ",\"unreadable\":%" PRIu64
               ",\"not_captures\":%" PRIu64 ",\"handshakes\":{\"completed\":%" PRIu64
               ",\"failed\":%" PRIu64 ",\"unknown\":%" PRIu64 "},\"causes\":{",
               t->captures, t->unreadable, t->no_captures, h[OUTCOME_COMPLETED], h[OUTCOME_FAILED],
               h[OUTCOME_UNKNOWN]);
        for (size_t i = 0; i < n; i++)
            printf("%s\"%s\":%" PRIu64, i ? "," : "", jobs->causes[i].id, jobs->causes[i].count);
        puts("}}");
        return;
    }
    printf("\nAudited %" PRIu64 " captures: %" PRIu64 " handshakes completed, %" PRIu64
           " failed, %" PRIu64 " unknown.\n",
           t->captures, h[OUTCOME_COMPLETED], h[OUTCOME_FAILED], h[OUTCOME_UNKNOWN]);
    for (size_t i = 0; i < n; i++)
        printf("%8" PRIu64 "  %s\n", jobs->causes[i].count, jobs->causes[i].id);
    if (t->unreadable)
        printf("%8" PRIu64 "  captures could not be read to their end\n", t->unreadable);
    if (t->no_captures)
        printf("%8" PRIu64 "  files in the folders are no captures\n", t->no_captures);
}

struct audit_result audit_run(const struct options *o, const struct ruleset *rules,
                              const struct sink_options *sink_options, struct keylog *keylog)
{
    struct jobs jobs = { 0 };
    struct audit_result total = { 0 };
    for (int i = 0; i < o->argument_count; i++)
        find_captures(&jobs, o->arguments[i]);
    run_jobs(&jobs, o, rules, sink_options, keylog, &total);
    print_total(&jobs, &total, strcmp(o->format, "json") == 0);
    free(jobs.list);
    return total;
}
