/* test_outputs.c - several reports of one run, into files, and joined of parts. */
#include "outputs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "dissectors/registry.h"
#include "handshake/dissector.h"
#include "rule/ruleset.h"
#include "support/test_main.h"

/* What stands in a file, to be freed. */
static struct text content(const char *path)
{
    struct text text = { 0 };
    char buf[4096];
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    for (size_t n; (n = fread(buf, 1, sizeof buf, in)) > 0;)
        text_add_bytes(&text, buf, n);
    fclose(in);
    return text;
}

static char *new_file(char *path)
{
    strcpy(path, "/tmp/outputs-XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    return path;
}

/* A report that shows what it is told. */
static void head(struct sink *s)
{
    fputs("<", s->options.out);
}

static void handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    fprintf(s->options.out, "%s%d", capture, (int)v->handshake->number);
}

static void summary(struct sink *s, const struct summary *summary)
{
    fprintf(s->options.out, ".%d", (int)summary->packets);
}

static void total(struct sink *s, const struct total *total)
{
    fprintf(s->options.out, "=%d", (int)total->captures);
}

static void tail(struct sink *s)
{
    fputs(">", s->options.out);
}

static void nothing(struct sink *s)
{
    (void)s;
}

static const char *comma(const struct sink *s)
{
    (void)s;
    return ",";
}

static const struct sink_kind showing = {
    .name = "showing",
    .size = sizeof(struct sink),
    .between = comma,
    .head = head,
    .handshake = handshake,
    .summary = summary,
    .total = total,
    .tail = tail,
    .close = nothing,
};

static void tell(struct outputs *o, const char *capture, uint64_t number)
{
    static const struct dissector nobody = { .name = "tcp" };
    struct handshake hs = { .dissector = &nobody, .number = number, .outcome = OUTCOME_COMPLETED };
    struct verdict v = { .handshake = &hs, .outcome = hs.outcome };
    outputs_handshake(o, capture, &v);
}

static void tell_end(struct outputs *o, uint64_t packets)
{
    struct summary summary = { .capture = "a", .packets = packets };
    outputs_summary(o, &summary);
}

static struct outputs *showing_outputs(FILE **file, char **data, size_t *len)
{
    *file = open_memstream(data, len);
    struct outputs *o = outputs_new(NULL);
    outputs_take(o, sink_new(&showing, &(struct sink_options){ .out = *file }));
    return o;
}

START_TEST(puts_captures_between_head_and_tail)
{
    FILE *file;
    char *data;
    size_t len;
    struct error e = { 0 };
    struct outputs *o = showing_outputs(&file, &data, &len);
    outputs_begin(o);
    tell(o, "a", 1);
    tell(o, "a", 2);
    tell_end(o, 10);
    tell_end(o, 20); /* nothing in it */
    tell(o, "c", 3);
    tell_end(o, 30);
    outputs_total(o, &(struct total){ .captures = 3 });
    ck_assert(outputs_end(o, &e));
    outputs_free(o);
    fclose(file);
    ck_assert_str_eq(data, "<a1a2.10,.20,c3.30=3>");
    free(data);
}
END_TEST

START_TEST(joins_parts_to_the_same)
{
    FILE *file;
    char *data;
    size_t len;
    struct part parts[3];
    struct error e = { 0 };
    struct outputs *o = showing_outputs(&file, &data, &len);
    outputs_begin(o);
    for (int i = 2; i >= 0; i--) { /* whoever is done first */
        ck_assert(part_new(&parts[i], o));
        struct outputs *own = part_outputs(&parts[i], o);
        if (i != 1) {
            tell(own, i ? "b" : "a", 1);
            tell_end(own, 10);
        } /* the second could not be read */
        ck_assert(part_done(own));
    }
    for (int i = 0; i < 3; i++) {
        outputs_join(o, &parts[i]);
        part_free(&parts[i]);
    }
    outputs_total(o, &(struct total){ .captures = 2 });
    ck_assert(outputs_end(o, &e));
    outputs_free(o);
    fclose(file);
    ck_assert_str_eq(data, "<a1.10,b1.10=2>");
    free(data);
}
END_TEST

/* What handshakes write waits for the end of their capture. */
START_TEST(sorts_what_is_told)
{
    FILE *file;
    char *data;
    size_t len;
    struct text told = { 0 };
    struct sink_kind kind = showing;
    kind.lines = true;
    struct choice_wish wish = { .sort = "-id", .where = "id != 2" };
    struct ruleset *rules = ruleset_new(registry_tables());
    struct choice *choice = choice_new(&wish, rules, &told);
    ck_assert_msg(choice != NULL, "%s", text_string(&told));
    file = open_memstream(&data, &len);
    struct sink_options options = { .out = file, .sort = choice_sort(choice) };
    struct outputs *o = outputs_new(choice);
    outputs_take(o, sink_new(&kind, &options));
    for (uint64_t i = 1; i <= 4; i++)
        tell(o, "a", i);
    tell_end(o, 10);
    tell(o, "b", 5);
    tell(o, "b", 6);
    tell_end(o, 20);
    outputs_free(o);
    fclose(file);
    ck_assert_str_eq(data, "a4a3a1.10,b6b5.20");
    free(data);
    choice_free(choice);
    ruleset_free(rules);
}
END_TEST

START_TEST(writes_each_into_its_file)
{
    char one[32], other[32];
    struct error e = { 0 };
    struct sink_options options = { .out = stdout, .colour = true, .utf8 = true, .columns = 60 };
    struct outputs *o = outputs_new(NULL);
    ck_assert(outputs_add(o, "json", new_file(one), &options, &e));
    ck_assert(outputs_add(o, "text", new_file(other), &options, &e));
    ck_assert(outputs_want_details(o));
    outputs_begin(o);
    tell(o, "a", 1);
    tell_end(o, 10);
    ck_assert(outputs_end(o, &e));
    outputs_free(o);
    struct text json = content(one), text = content(other);
    ck_assert_int_eq(strncmp(json.data, "{\"type\":\"handshake\",", 20), 0);
    ck_assert_int_eq(strncmp(text.data, "a: ", 3), 0); /* a file is no terminal: no colour */
    text_free(&json);
    text_free(&text);
    unlink(one);
    unlink(other);
}
END_TEST

START_TEST(tells_what_it_cannot_write)
{
    struct error e = { 0 };
    struct sink_options options = { .out = stdout };
    struct outputs *o = outputs_new(NULL);
    ck_assert(!outputs_add(o, "jsn", NULL, &options, &e));
    ck_assert_ptr_nonnull(strstr(e.fault, "'jsn'"));
    ck_assert_ptr_nonnull(strstr(e.hint, "text, json"));
    error_clear(&e);
    ck_assert(!outputs_add(o, "json", "/nowhere/at/all", &options, &e));
    ck_assert_str_eq(e.place, "/nowhere/at/all");
    error_clear(&e);
    ck_assert(outputs_add(o, "json", "/dev/full", &options, &e));
    tell(o, "a", 1);
    tell_end(o, 10);
    ck_assert(!outputs_end(o, &e));
    ck_assert_str_eq(e.place, "/dev/full");
    outputs_free(o);
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_test(t, puts_captures_between_head_and_tail);
    tcase_add_test(t, joins_parts_to_the_same);
    tcase_add_test(t, sorts_what_is_told);
    tcase_add_test(t, writes_each_into_its_file);
    tcase_add_test(t, tells_what_it_cannot_write);
}

TEST_MAIN("outputs", add_tests)
