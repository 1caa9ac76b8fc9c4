/* test_options.c - command lines, and what is made of them. */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "support/test_main.h"

struct line {
    char *copy, *words[64];
    int count;
};

static void split(struct line *line, const char *string)
{
    char *rest = NULL;
    line->copy = strdup(string);
    line->count = 0;
    for (char *word = strtok_r(line->copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        line->words[line->count++] = word;
    line->words[line->count] = NULL;
    optind = 0; /* getopt begins anew */
}

/* What was understood, as words: command, then what is not as usual. */
static void describe(const struct options *o, struct text *out)
{
    static const char *const commands[] = { "analyze", "watch",   "audit",  "check", "list",
                                            "test",    "explain", "fields", "help",  "version" };
    text_add(out, commands[o->command]);
    for (int i = 0; i < o->argument_count; i++)
        text_format(out, " %s", o->arguments[i]);
    if (strcmp(o->format, "text") != 0)
        text_format(out, " format=%s", o->format);
    if (o->filter)
        text_format(out, " filter=%s", o->filter);
    if (o->interface)
        text_format(out, " interface=%s", o->interface);
    if (o->output)
        text_format(out, " output=%s", o->output);
    if (o->ladder)
        text_format(out, " ladder=%d", (int)o->ladder);
    if (o->quiet)
        text_add(out, " quiet");
    if (o->only || o->where || o->sort)
        text_format(out, " only=%s where=%s sort=%s", o->only ? o->only : "",
                    o->where ? o->where : "", o->sort ? o->sort : "");
    for (size_t i = 0; i < o->also_count; i++)
        text_format(out, " also=%s:%s", o->also[i].format, o->also[i].path);
    for (size_t i = 0; i < o->rules.count; i++)
        text_format(out, " rules=%s", o->rules.list[i]);
    for (size_t i = 0; i < o->samples.count; i++)
        text_format(out, " samples=%s", o->samples.list[i]);
    if (o->max_flows)
        text_format(out, " flows=%zu", o->max_flows);
    if (o->max_memory)
        text_format(out, " memory=%zu", o->max_memory);
    if (o->workers)
        text_format(out, " workers=%d", o->workers);
    if (o->keylog)
        text_format(out, " keylog=%s", o->keylog);
    for (size_t i = 0; i < o->logs.count; i++)
        text_format(out, " log=%s", o->logs.list[i]);
    if (o->log_zone)
        text_format(out, " zone=%s", o->log_zone);
    if (o->log_offset)
        text_format(out, " offset=%s", o->log_offset);
    if (o->ca_file || o->ca_path)
        text_format(out, " roots=%s,%s", o->ca_file ? o->ca_file : "",
                    o->ca_path ? o->ca_path : "");
    if (o->no_trust)
        text_add(out, " no-trust");
    if (strcmp(o->colour, "auto") != 0)
        text_format(out, " colour=%s", o->colour);
    text_format(out, "%s%s%s%s", o->events ? " events" : "", o->details ? " details" : "",
                o->exit_code ? " exit-code" : "", o->markdown ? " markdown" : "");
}

static const struct {
    const char *line, *understood;
} good[] = {
    { "handshark a.pcap", "analyze a.pcap" },
    { "handshark a.pcap b.pcapng -", "analyze a.pcap b.pcapng -" },
    { "handshark --json a.pcap", "analyze a.pcap format=json" },
    { "handshark --format csv -o b a.pcap", "analyze a.pcap format=csv output=b" },
    { "handshark -q a", "analyze a quiet" },
    { "handshark --ladder 7 a", "analyze a ladder=7" },
    { "handshark --only failed --where x --sort -y a", "analyze a only=failed where=x sort=-y" },
    { "handshark --also csv=b --also json=c=d a", "analyze a also=csv:b also=json:c=d" },
    { "handshark a.pcap --json --events", "analyze a.pcap format=json events" },
    { "handshark -v --exit-code a.pcap", "analyze a.pcap details exit-code" },
    { "handshark -f tcp a.pcap", "analyze a.pcap filter=tcp" },
    { "handshark --filter=tcp a.pcap", "analyze a.pcap filter=tcp" },
    { "handshark --rules a --rules=b c.pcap", "analyze c.pcap rules=a rules=b" },
    { "handshark --color never a.pcap", "analyze a.pcap colour=never" },
    { "handshark --max-flows 16 a", "analyze a flows=16" },
    { "handshark --max-memory 1048576 a", "analyze a memory=1048576" },
    { "handshark --max-memory 64M a", "analyze a memory=67108864" },
    { "handshark --max-memory 2G a", "analyze a memory=2147483648" },
    { "handshark --keylog keys.txt a", "analyze a keylog=keys.txt" },
    { "handshark --ca-file a.pem --ca-path roots a", "analyze a roots=a.pem,roots" },
    { "handshark --no-trust a", "analyze a no-trust" },
    { "handshark -- -v", "analyze -v" },
    { "handshark watch -i eth0", "watch interface=eth0" },
    { "handshark -i eth0 watch --json", "watch format=json interface=eth0" },
    { "handshark audit folder -j 4", "audit folder workers=4" },
    { "handshark audit folder -j 256", "audit folder workers=256" },
    { "handshark rules check a.rules b.rules", "check a.rules b.rules" },
    { "handshark rules check", "check" },
    { "handshark rules list", "list" },
    { "handshark rules test own --samples a --samples b", "test own samples=a samples=b" },
    { "handshark explain tls.alert.received", "explain tls.alert.received" },
    { "handshark explain -0x7780", "explain -0x7780" },
    { "handshark explain --json returned -0x7780", "explain returned -0x7780 format=json" },
    { "handshark --json explain -9984 -ECONNREFUSED", "explain -9984 -ECONNREFUSED format=json" },
    { "handshark explain -- -0x7780 --json", "explain -0x7780 --json" },
    { "handshark explain --log a.log --log -", "explain log=a.log log=-" },
    { "handshark a --log b --log-zone UTC --log-offset -3s",
      "analyze a log=b zone=UTC offset=-3s" },
    { "handshark fields", "fields" },
    { "handshark fields tls --markdown", "fields tls markdown" },
    { "handshark help", "help" },
    { "handshark -h", "help" },
    { "handshark --help watch", "help watch" }, /* for help nothing else has to make sense */
    { "handshark --version", "version" },
};

START_TEST(understands)
{
    struct line line;
    struct options o;
    struct error e = { 0 };
    struct text said = { 0 };
    split(&line, good[_i].line);
    ck_assert_msg(options_read(&o, line.count, line.words, &e), "%s: %s", good[_i].line, e.fault);
    describe(&o, &said);
    ck_assert_str_eq(text_string(&said), good[_i].understood);
    ck_assert(!error_is_set(&e));
    text_free(&said);
    free(line.copy);
}
END_TEST

static const struct {
    const char *line, *fault; /* a part of it */
} bad[] = {
    { "handshark", "no capture" },
    { "handshark --json", "no capture" },
    { "handshark --also csv a", "--also does not take 'csv'" },
    { "handshark --also csv= a", "--also" },
    { "handshark --also =b a", "--also" },
    { "handshark --also averylongnameofaformat=b a", "--also" },
    { "handshark --nonsense a", "'--nonsense'" },
    { "handshark -Q a", "'-Q'" },
    { "handshark a --filter", "'--filter'" },
    { "handshark a --json=yes", "'--json=yes'" },
    { "handshark --color sometimes a", "--color does not take 'sometimes'" },
    { "handshark --max-flows 15 a", "--max-flows does not take '15'" },
    { "handshark --max-flows -1 a", "--max-flows" },
    { "handshark --max-flows many a", "--max-flows" },
    { "handshark --max-memory 1M2 a", "--max-memory" },
    { "handshark --max-memory M a", "--max-memory" },
    { "handshark --max-memory 1023K a", "--max-memory" },
    { "handshark --max-memory 99999999999999999999 a", "--max-memory" },
    { "handshark --max-memory 99999999999999G a", "--max-memory" },
    { "handshark audit a -j 0", "--jobs does not take '0'" },
    { "handshark audit a -j 257", "--jobs" },
    { "handshark watch", "interface" },
    { "handshark watch -i eth0 a.pcap", "files" },
    { "handshark -q -v a", "contradict" },
    { "handshark --ladder 0 a", "--ladder does not take '0'" },
    { "handshark --ladder 7 --json a", "text only" },
    { "handshark watch -i eth0 --sort id", "sort" },
    { "handshark audit", "audit" },
    { "handshark --no-trust --ca-file a.pem a", "--no-trust" },
    { "handshark rules", "rules what" },
    { "handshark rules show a", "rules what" },
    { "handshark explain", "nothing to explain" },
    { "handshark explain --log", "lacks its argument" },
};

START_TEST(complains)
{
    struct line line;
    struct options o;
    struct error e = { 0 };
    split(&line, bad[_i].line);
    ck_assert_msg(!options_read(&o, line.count, line.words, &e), "%s", bad[_i].line);
    ck_assert_str_eq(e.place, "handshark");
    ck_assert_msg(strstr(e.fault, bad[_i].fault) != NULL, "%s: %s", bad[_i].line, e.fault);
    ck_assert_msg(e.hint[0] != 0, "%s", bad[_i].line);
    free(line.copy);
}
END_TEST

START_TEST(a_size_is_no_minus_behind_a_blank)
{
    char *words[] = { "handshark", "--max-flows", " -5", "a", NULL };
    struct options o;
    struct error e = { 0 };
    optind = 0;
    ck_assert(!options_read(&o, 4, words, &e));
}
END_TEST

START_TEST(takes_so_many_rule_files)
{
    for (int count = OPTION_PATHS_MAX; count <= OPTION_PATHS_MAX + 1; count++) {
        char *words[OPTION_PATHS_MAX + 4] = { "handshark", "a.pcap" };
        for (int i = 0; i < count; i++)
            words[2 + i] = "--rules=x";
        struct options o;
        struct error e = { 0 };
        optind = 0;
        ck_assert_int_eq(options_read(&o, 2 + count, words, &e), count == OPTION_PATHS_MAX);
    }
}
END_TEST

/* The help goes to standard output, which a pipe stands in for. */
START_TEST(helps)
{
    static char help[16384];
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_ge(dup2(ends[1], STDOUT_FILENO), 0);
    options_help();
    fflush(stdout);
    ssize_t len = read(ends[0], help, sizeof help - 1);
    ck_assert_int_gt(len, 0);
    static const char *const must_tell[] = { "--json",         "-f, --filter BPF", "--exit-code",
                                             "watch -i IFACE", "audit PATH",       "rules check",
                                             "explain",        "Exit status" };
    for (size_t i = 0; i < sizeof must_tell / sizeof *must_tell; i++)
        ck_assert_msg(strstr(help, must_tell[i]) != NULL, "%s", must_tell[i]);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, understands, good);
    TEST_ROWS(t, complains, bad);
    tcase_add_test(t, a_size_is_no_minus_behind_a_blank);
    tcase_add_test(t, takes_so_many_rule_files);
    tcase_add_test(t, helps);
}

TEST_MAIN("options", add_tests)
