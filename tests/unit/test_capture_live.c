/* test_capture_live.c - the live door: what it refuses, and what is left of root behind it.
 *
 * Opening an interface needs privileges: without them only the refusals are
 * tested. Each test is a process of its own, so giving up root harms no other. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "net/capture.h"
#include "support/test_main.h"

static bool may_capture(void)
{
    int raw = socket(AF_PACKET, SOCK_RAW, 0);
    if (raw < 0)
        return false;
    close(raw);
    return geteuid() == 0;
}

static const struct {
    const char *interface, *filter, *place, *fault, *hint;
} refused[] = {
    { "lo", "udp prot 53", "filter 'udp prot 53'", "syntax error", "man pcap-filter" },
    { "nosuch0", NULL, "interface nosuch0", "there is no such interface", "lo" },
};

START_TEST(refuses)
{
    struct error e;
    if (!may_capture())
        return;
    ck_assert_ptr_null(capture_open_live(refused[_i].interface, refused[_i].filter, &e));
    ck_assert_str_eq(e.place, refused[_i].place);
    ck_assert_msg(strstr(e.fault, refused[_i].fault) != NULL, "%s", e.fault);
    ck_assert_msg(strstr(e.hint, refused[_i].hint) != NULL, "%s", e.hint);
}
END_TEST

START_TEST(refuses_without_permission)
{
    struct error e;
    if (geteuid() == 0)
        ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
    ck_assert_ptr_null(capture_open_live("lo", NULL, &e));
    ck_assert_str_eq(e.fault, "no permission to capture on it");
    ck_assert(strstr(e.hint, "setcap cap_net_raw+ep") != NULL);
}
END_TEST

/* SUDO_UID as it may stand in the environment of root, and who we are then. */
static const struct {
    const char *uid, *gid;
    uid_t becomes;
} callers[] = {
    { "1234", "1235", 1234 }, { NULL, NULL, 65534 },        { "0", "0", 65534 },
    { "1234", NULL, 65534 },  { "12x", "1235", 65534 },     { "-1", "1235", 65534 },
    { "", "", 65534 },        { "4294967295", "1", 65534 },
};

static void set_or_unset(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void check_no_capabilities(void)
{
    char line[256];
    int sets = 0;
    FILE *status = fopen("/proc/self/status", "r");
    ck_assert_ptr_nonnull(status);
    while (fgets(line, sizeof line, status)) {
        if (strncmp(line, "CapInh", 6) == 0 || strncmp(line, "CapPrm", 6) == 0 ||
            strncmp(line, "CapEff", 6) == 0 || strncmp(line, "CapAmb", 6) == 0) {
            ck_assert_msg(strtoull(line + 7, NULL, 16) == 0, "%s", line);
            sets++;
        }
    }
    fclose(status);
    ck_assert_int_eq(sets, 4);
}

START_TEST(gives_up_root)
{
    struct error e;
    if (!may_capture())
        return;
    set_or_unset("SUDO_UID", callers[_i].uid);
    set_or_unset("SUDO_GID", callers[_i].gid);
    struct capture *c = capture_open_live("lo", NULL, &e);
    ck_assert_msg(c != NULL, "%s: %s", e.place, e.fault);
    ck_assert_uint_eq(getuid(), callers[_i].becomes);
    ck_assert_uint_eq(geteuid(), callers[_i].becomes);
    ck_assert_uint_ne(getegid(), 0);
    ck_assert_int_eq(getgroups(0, NULL), 0);
    ck_assert_int_eq(setuid(0), -1);
    ck_assert_int_eq(socket(AF_PACKET, SOCK_RAW, 0), -1);
    check_no_capabilities();
    capture_close(c);
}
END_TEST

static void send_datagram(const char *text)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(47808) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_ge(fd, 0);
    (void)sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof to);
    close(fd);
}

START_TEST(captures_and_idles)
{
    struct error e;
    struct packet p;
    if (!may_capture())
        return;
    struct capture *c = capture_open_live("lo", "udp dst port 47808", &e);
    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(capture_next(c, &p, &e), CAPTURE_IDLE);
    ck_assert_int_le(llabs(p.at.time_us / 1000000 - (int64_t)time(NULL)), 2);

    send_datagram("hello");
    ck_assert_int_eq(capture_next(c, &p, &e), CAPTURE_PACKET);
    ck_assert_uint_eq(p.at.frame, 1);
    ck_assert_uint_eq(p.link_type, 1);
    ck_assert_uint_eq(p.len, 14 + 20 + 8 + 5);
    ck_assert_mem_eq(p.data + 42, "hello", 5);
    ck_assert_int_le(llabs(p.at.time_us / 1000000 - (int64_t)time(NULL)), 2);
    ck_assert_uint_eq(capture_totals(c)->packets, 1);
    ck_assert_uint_eq(capture_totals(c)->dropped, 0);
    capture_close(c);
}
END_TEST

static struct capture *to_break;

static void on_alarm(int number)
{
    (void)number;
    capture_break(to_break);
}

START_TEST(breaks_from_a_signal)
{
    struct error e;
    struct packet p;
    if (!may_capture())
        return;
    to_break = capture_open_live("lo", "udp dst port 47808", &e);
    ck_assert_ptr_nonnull(to_break);
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 20000 }, NULL);
    ck_assert_int_eq(capture_next(to_break, &p, &e), CAPTURE_IDLE);
    send_datagram("still there");
    ck_assert_int_eq(capture_next(to_break, &p, &e), CAPTURE_PACKET);
    capture_close(to_break);
}
END_TEST

static void add_live(TCase *t)
{
    TEST_ROWS(t, refuses, refused);
    tcase_add_test(t, captures_and_idles);
    tcase_add_test(t, breaks_from_a_signal);
    TEST_ROWS(t, gives_up_root, callers);
    tcase_add_test(t, refuses_without_permission);
}

TEST_MAIN("capture_live", add_live)
