/* test_neighbor.c - who asks for whom, and in vain.
 *
 * A script is words: "1?2" is host 1 asking for host 2, "2!1" host 2 answering, "1t"
 * host 1 being an end of a flow, "+N" seconds that pass. Small letters stand for IPv6
 * hosts. What is said: the pairs that are due, as asker>target*requests. */
#include "net/neighbor.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test_main.h"

struct link {
    struct budget budget;
    struct neighbors *neighbors;
    struct moment now;
    char text[256];
};

static struct address host(char name)
{
    struct address a = { .len = islower(name) ? 16 : 4 };
    a.bytes[0] = a.len == 16 ? 0x20 : 10;
    a.bytes[a.len - 1] = name == '0' ? 0 : (uint8_t)name;
    if (name == '0')
        a.bytes[0] = 0;
    return a;
}

static struct segment message(struct link *l, const char *word)
{
    struct segment s = { .transport = TRANSPORT_ARP, .at = l->now };
    s.from.address = host(word[0]);
    s.to.address = host(word[2]);
    s.flags = word[1] == '?' ? 1 : 2;
    if (islower(word[0])) {
        static struct address target;
        target = word[1] == '?' ? s.to.address : s.from.address;
        s.transport = TRANSPORT_ICMP;
        s.icmp_v6 = true;
        s.icmp_type = word[1] == '?' ? 135 : 136;
        s.payload = target.bytes;
        s.len = target.len;
    }
    return s;
}

static void step(struct link *l, const char *word)
{
    l->now.frame++;
    if (*word == '+') {
        l->now.time_us += strtoll(word + 1, NULL, 10) * 1000000;
        return;
    }
    struct address address = host(word[0]);
    if (word[1] == 't') {
        neighbors_talks(l->neighbors, &address);
        return;
    }
    struct segment s = message(l, word);
    ck_assert(neighbor_is_message(&s));
    neighbors_note(l->neighbors, &s);
}

static void play(struct link *l, const char *script)
{
    *l = (struct link){ .budget.max = 1 << 20 };
    l->neighbors = neighbors_new(&l->budget);
    char *copy = strdup(script), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        step(l, word);
    free(copy);
}

static void say_due(struct link *l, bool all)
{
    const struct neighbor_pair *pair;
    while ((pair = neighbors_due(l->neighbors, INT64_MAX, all)))
        snprintf(l->text + strlen(l->text), sizeof l->text - strlen(l->text), "%s%c>%c*%u",
                 *l->text ? " " : "", pair->asker.bytes[pair->asker.len - 1],
                 pair->target.bytes[pair->target.len - 1], pair->requests);
}

static const struct {
    const char *name, *script;
    bool all;
    const char *due;
} links[] = {
    { "asked three times", "1?2 1?2 1?2", true, "1>2*3" },
    { "asked twice", "1?2 1?2", true, "" },
    { "answered", "1?2 1?2 1?2 2!1", true, "" },
    { "answered to somebody else", "1?2 1?2 1?2 2!3", true, "" },
    { "it asks itself, so it is there", "1?2 1?2 1?2 2?7", true, "" },
    { "answered, and gone later", "1?2 2!1 +60 1?2 1?2 1?2", true, "1>2*3" },
    { "two who ask", "1?2 1?2 1?2 3?2 3?2 3?2", true, "1>2*3 3>2*3" },
    { "for two others", "1?2 1?3 1?2 1?3 1?2 1?3", true, "1>2*3 1>3*3" },
    { "tells of itself", "1?1 1?1 1?1", true, "" },
    { "is it free?", "0?2 0?2 0?2", true, "" },
    { "for nobody", "1?0 1?0 1?0", true, "" },
    { "of others", "1?2 1?2 1?2", false, "" },
    { "of somebody who talks", "1?2 1t 1?2 1?2 3?2 3?2 3?2", false, "1>2*3" },
    { "somebody else talks", "1?2 3t 1?2 1?2", false, "" },
    { "IPv6", "a?b a?b a?b", true, "a>b*3" },
    { "IPv6, answered", "a?b a?b b!a a?b", true, "" },
};

START_TEST(asks_in_vain)
{
    struct link l;
    play(&l, links[_i].script);
    say_due(&l, links[_i].all);
    ck_assert_msg(strcmp(l.text, links[_i].due) == 0, "%s: %s", links[_i].name, l.text);
    *l.text = 0;
    say_due(&l, true);
    if (*links[_i].due && links[_i].all)
        ck_assert_msg(!*l.text, "%s is told twice", links[_i].name);
    neighbors_free(l.neighbors);
    ck_assert_uint_eq(l.budget.used, 0);
}
END_TEST

START_TEST(finds_by_target)
{
    struct link l;
    play(&l, "1?2 1?2 1?2 1?3 1?3");
    struct address two = host('2'), three = host('3');
    const struct neighbor_pair *pair = neighbors_asked_for(l.neighbors, &two);
    ck_assert_ptr_nonnull(pair);
    ck_assert_uint_eq(pair->first.frame, 1);
    ck_assert_uint_eq(pair->last.frame, 3);
    ck_assert_ptr_null(neighbors_asked_for(l.neighbors, &three));
    ck_assert_ptr_null(neighbors_due(l.neighbors, -1, true));
    neighbors_free(l.neighbors);
}
END_TEST

START_TEST(forgets_the_oldest)
{
    struct link l;
    play(&l, "1?2 1?2 1?2");
    for (int i = 0; i < 1000; i++) {
        struct segment s = message(&l, "1?2");
        s.to.address.bytes[1] = (uint8_t)(i >> 8);
        s.to.address.bytes[2] = (uint8_t)(i | 1);
        s.at.time_us = i + 1;
        neighbors_note(l.neighbors, &s);
    }
    ck_assert_uint_eq(neighbors_forgotten(l.neighbors), 1);
    neighbors_free(l.neighbors);
}
END_TEST

START_TEST(reads_only_whole_messages)
{
    struct link l;
    play(&l, "");
    for (int i = 0; i < 3; i++) {
        struct segment s = message(&l, "a?b");
        s.len = 15;
        neighbors_note(l.neighbors, &s);
    }
    say_due(&l, true);
    ck_assert_str_eq(l.text, "");
    struct segment ping = { .transport = TRANSPORT_ICMP, .icmp_v6 = true, .icmp_type = 128 };
    ck_assert(!neighbor_is_message(&ping));
    neighbors_free(l.neighbors);
    neighbors_free(NULL);
    struct budget none = { .max = 1 };
    ck_assert_ptr_null(neighbors_new(&none));
}
END_TEST

static void add_tests(TCase *t)
{
    tcase_add_loop_test(t, asks_in_vain, 0, sizeof links / sizeof *links);
    tcase_add_test(t, finds_by_target);
    tcase_add_test(t, forgets_the_oldest);
    tcase_add_test(t, reads_only_whole_messages);
}

TEST_MAIN("neighbor", add_tests)
