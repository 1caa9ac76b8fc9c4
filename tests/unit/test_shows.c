/* test_shows.c - the note on a capture says what it is, and nothing without need. */
#include "shows.h"

#include <string.h>

#include "support/test_main.h"

enum { ZIGBEE = 195, NOBODY_KNOWS = 60000 };

/* Each row: a capture, and what its note says and does not say; "" says nothing. */
static const struct {
    const char *about;
    struct summary seen;
    struct decap_totals decap;
    const char *says, *not ;
} rows[] = {
    { "an empty file",
      { .packets = 0, .flows = 0, .drops = 0 },
      { 0 },
      "it holds no packet",
      "TCP" },
    { "handshakes", { .packets = 9, .flows = 1, .drops = 0 }, { .segments = 9 }, "", "TCP" },
    { "a little ARP beside them",
      { .packets = 9, .flows = 1, .drops = 0 },
      { .segments = 8, .arp = 1 },
      "",
      "ARP" },
    { "ARP alone",
      { .packets = 3, .flows = 0, .drops = 0 },
      { .arp = 3 },
      "its packets are 3 ARP",
      "Wi-Fi" },
    { "ICMP alone",
      { .packets = 3, .flows = 0, .drops = 0 },
      { .segments = 3 },
      "ICMP only",
      "its packets" },
    { "Zigbee",
      { .packets = 3, .flows = 0, .drops = 0 },
      { .other = 3, .no_ip = 3, .last_unknown_link = ZIGBEE },
      "its packets are IEEE 802.15.4 frames: no IP in them",
      "Wi-Fi" },
    { "a link that nobody knows",
      { .packets = 3, .flows = 0, .drops = 0 },
      { .unknown_link = 3, .last_unknown_link = NOBODY_KNOWS },
      "of an unknown link type",
      "Wi-Fi" },
    { "Wi-Fi in monitor mode",
      { .packets = 9, .flows = 0, .drops = 0 },
      { .other = 9, .kinds = { [KIND_WLAN] = 4, [KIND_WLAN_SEALED] = 5 } },
      "4 Wi-Fi management and control, 5 encrypted Wi-Fi data. What is inside",
      "who joins" },
    { "Wi-Fi, nobody talks",
      { .packets = 4, .flows = 0, .drops = 0 },
      { .other = 4, .kinds[KIND_WLAN] = 4 },
      "who joins",
      "key opens" },
    { "two interfaces, one of them Zigbee",
      { .packets = 9, .flows = 1, .drops = 0 },
      { .segments = 7, .other = 2, .no_ip = 2, .last_unknown_link = ZIGBEE },
      "2 packets are of another link that shows no IP: IEEE 802.15.4",
      "TCP" },
    { "open and encrypted Wi-Fi",
      { .packets = 9, .flows = 1, .drops = 0 },
      { .segments = 8, .other = 1, .kinds[KIND_WLAN_SEALED] = 1 },
      "1 packet is encrypted Wi-Fi data.",
      "packets are" },
    { "drops",
      { .packets = 9, .flows = 1, .drops = 7 },
      { .segments = 9 },
      "the capturing machine lost 7 packets",
      "IP" },
    { "64 bytes a packet",
      { .packets = 9, .flows = 2, .flows_cut = 2 },
      { .segments = 9 },
      "too little of 2 flows",
      "lost" },
};

START_TEST(says_what_the_capture_is)
{
    struct text out = { 0 };
    shows_note(&out, &rows[_i].seen, &rows[_i].decap);
    const char *note = out.len ? text_string(&out) : "";
    ck_assert_msg(strstr(note, rows[_i].says) && (rows[_i].says[0] || !note[0]), "%s: %s",
                  rows[_i].about, note);
    ck_assert_msg(!strstr(note, rows[_i].not ), "%s: %s", rows[_i].about, note);
    text_free(&out);
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, says_what_the_capture_is, rows);
}

TEST_MAIN("shows", add_all)
