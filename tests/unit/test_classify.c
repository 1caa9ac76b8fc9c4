/* test_classify.c - nDPI names what it knows by content, and no more; the flows
 * that it looks at are bounded, and its memory is given back. */
#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/hex.h"
#include "support/test_main.h"

enum { MEMORY = 64 * 1024 * 1024 };

/* Each row: the client's payload, then the server's. */
static const struct {
    const char *about, *name; /* NULL: it has no word for it */
    enum transport transport;
    uint16_t port;
    const char *client, *server;
} rows[] = {
    { "Modbus asks and answers", "modbus", TRANSPORT_TCP, 502, "0001 0000 0006 01 03 0000 000a",
      "0001 0000 0017 01 03 14 00*20" },
    { "the same on MQTT's port is not named by it", NULL, TRANSPORT_TCP, 1883,
      "0002 0000 ffff 01 03 0000 000a", "0002 0000 0017 01 03 14 00*20" },
    { "S7 over TPKT", "s7comm", TRANSPORT_TCP, 102,
      "0300 0019 02f080 32 01 0000 0400 0008 0000 f000 0001 0001 01e0",
      "0300 001b 02f080 32 03 0000 0400 0008 0000 0000 f000 0001 0001 00f0" },
    { "an NTP client", "ntp", TRANSPORT_UDP, 123, "23 00 06 ec 00*44", "24 02 06 e7 00*44" },
    { "bytes that mean nothing", NULL, TRANSPORT_TCP, 4444, "c3 91 17 88 02 fe 55 aa 0102030405",
      "99 81 72 63 54 45 36 27 18" },
    { "an empty client", NULL, TRANSPORT_TCP, 4444, "", "99 81 72 63 54 45 36 27 18" },
};

static struct segment segment_of(enum transport transport, uint16_t port, enum side side, bool six,
                                 struct reader payload)
{
    struct endpoint client = { { { 10, 0, 0, 17 }, six ? 16 : 4 }, 40112 };
    struct endpoint server = { { { 10, 0, 0, 5 }, six ? 16 : 4 }, port };
    return (struct segment){
        .transport = transport,
        .from = side == CLIENT ? client : server,
        .to = side == CLIENT ? server : client,
        .at = { 1700000000000000, 1 },
        .payload = payload.at,
        .len = (uint32_t)reader_left(&payload),
        .wire_len = (uint32_t)reader_left(&payload),
        .seq = 1,
        .ack = 1,
    };
}

static const char *name_of_row(int i, bool six)
{
    struct budget b = { .max = MEMORY };
    struct classifier *c = classifier_new(&b);
    struct suspect *flow = classify_open(c);
    const char *name = NULL;
    bool more = true;
    for (enum side side = CLIENT; side <= SERVER && more; side++) {
        struct reader payload = hex(side == CLIENT ? rows[i].client : rows[i].server);
        struct segment s = segment_of(rows[i].transport, rows[i].port, side, six, payload);
        more = classify_see(c, flow, &s, &name);
    }
    classify_close(c, flow);
    ck_assert_uint_eq(b.used, 0);
    ck_assert_uint_eq(classify_totals(c).named, name ? 1 : 0);
    classifier_free(c);
    return name;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

START_TEST(names_by_content)
{
    for (int six = 0; six < 2; six++) {
        const char *name = name_of_row(_i, six);
        ck_assert_msg(same(name, rows[_i].name), "%s, IPv%d: %s", rows[_i].about, six ? 6 : 4,
                      name ? name : "nothing");
    }
}
END_TEST

START_TEST(looks_at_a_few_packets)
{
    struct budget b = { .max = MEMORY };
    struct classifier *c = classifier_new(&b);
    struct suspect *flow = classify_open(c);
    static uint8_t noise[1400] = { 0xc3, 0x91, 0x17 };
    const char *name = NULL;
    unsigned shown = 1;
    struct segment s = segment_of(TRANSPORT_TCP, 4444, CLIENT, false,
                                  reader_over(noise, _i ? sizeof noise : 3, false));
    while (classify_see(c, flow, &s, &name))
        ck_assert_uint_lt(++shown, 20);
    ck_assert_uint_eq(shown, _i ? 3 : 8);
    ck_assert_ptr_null(name);
    classify_close(c, flow);
    classifier_free(c);
}
END_TEST

START_TEST(gives_up_the_oldest_for_the_newest)
{
    enum { FLOWS = 1100, KEPT = 1024 };
    static struct suspect *flows[FLOWS];
    struct budget b = { .max = MEMORY };
    struct classifier *c = classifier_new(&b);
    for (int i = 0; i < FLOWS; i++)
        flows[i] = classify_open(c);
    ck_assert_uint_eq(classify_totals(c).asked, FLOWS);
    ck_assert_uint_eq(classify_totals(c).refused, FLOWS - KEPT);

    const char *name = NULL;
    struct reader wire = hex(rows[3].client);
    struct segment s = segment_of(TRANSPORT_UDP, 123, CLIENT, false, wire);
    ck_assert(!classify_see(c, flows[FLOWS - KEPT - 1], &s, &name));
    ck_assert_ptr_null(name);
    (void)classify_see(c, flows[FLOWS - KEPT], &s, &name);
    ck_assert_str_eq(name, "ntp");
    for (int i = 0; i < FLOWS; i++)
        classify_close(c, flows[i]);
    ck_assert_uint_eq(b.used, 0);
    classifier_free(c);
}
END_TEST

START_TEST(refuses_without_memory)
{
    struct budget b = { .max = 100 };
    struct classifier *c = classifier_new(&b);
    ck_assert_ptr_null(classify_open(c));
    ck_assert_uint_eq(classify_totals(c).refused, 1);
    ck_assert_uint_eq(classify_totals(c).asked, 0);
    classify_close(c, NULL);
    classifier_free(c);
    ck_assert_uint_eq(classify_totals(NULL).asked, 0);
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, names_by_content, rows);
    tcase_add_loop_test(t, looks_at_a_few_packets, 0, 2);
    tcase_add_test(t, gives_up_the_oldest_for_the_newest);
    tcase_add_test(t, refuses_without_memory);
}

TEST_MAIN("classify", add_all)
