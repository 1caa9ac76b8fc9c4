/* test_community_id.c - the vectors of the Community ID specification. */
#include "report/community_id.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "support/test_main.h"

static const struct {
    const char *name, *client, *server;
    uint16_t client_port, server_port;
    enum transport transport;
    const char *id;
} vectors[] = {
    { "tcp", "128.232.110.120", "66.35.250.204", 34855, 80, TRANSPORT_TCP,
      "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
    { "udp", "192.168.1.52", "8.8.8.8", 54585, 53, TRANSPORT_UDP,
      "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
    { "tcp over IPv6", "2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 63943,
      25, TRANSPORT_TCP, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=" },
    { "ports decide between equal addresses", "127.0.0.1", "127.0.0.1", 2, 1, TRANSPORT_TCP, NULL },
};

static struct endpoint end_of(const char *text, uint16_t port)
{
    struct endpoint end = { .port = port };
    if (inet_pton(AF_INET, text, end.address.bytes) == 1)
        end.address.len = 4;
    else if (inet_pton(AF_INET6, text, end.address.bytes) == 1)
        end.address.len = 16;
    return end;
}

START_TEST(names_flows)
{
    char there[COMMUNITY_ID_LEN], back[COMMUNITY_ID_LEN];
    struct endpoint client = end_of(vectors[_i].client, vectors[_i].client_port);
    struct endpoint server = end_of(vectors[_i].server, vectors[_i].server_port);
    ck_assert(client.address.len && server.address.len);
    community_id((struct endpoint[]){ client, server }, vectors[_i].transport, there);
    community_id((struct endpoint[]){ server, client }, vectors[_i].transport, back);
    ck_assert_str_eq(there, back);
    if (vectors[_i].id)
        ck_assert_msg(strcmp(there, vectors[_i].id) == 0, "%s: %s", vectors[_i].name, there);
}
END_TEST

START_TEST(tells_flows_apart)
{
    char a[COMMUNITY_ID_LEN], b[COMMUNITY_ID_LEN], c[COMMUNITY_ID_LEN];
    struct endpoint client = end_of("10.0.0.17", 40112), server = end_of("10.0.0.5", 8883);
    community_id((struct endpoint[]){ client, server }, TRANSPORT_TCP, a);
    community_id((struct endpoint[]){ client, server }, TRANSPORT_UDP, b);
    client.port++;
    community_id((struct endpoint[]){ client, server }, TRANSPORT_TCP, c);
    ck_assert_str_ne(a, b);
    ck_assert_str_ne(a, c);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, names_flows, vectors);
    tcase_add_test(t, tells_flows_apart);
}

TEST_MAIN("community_id", add_tests)
