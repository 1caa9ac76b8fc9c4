/* test_reference.c - what can be looked up: fields and rules. */
#include "report/reference.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handshake/handshake.h"
#include "rule/ruleset.h"
#include "support/test_main.h"

/* ---- fields ---- */

static const struct code_name colour_names[] = { { 1, "red" }, { 2, "green" }, { 0, NULL } };
static const struct code_names colours = { .word = "colour", .names = colour_names };

#define LAMP_COLUMNS(FIELD) FIELD(LAMP_AGE, DURATION, "age", "since it was lit")
#define ROOM_FIELDS(FIELD)                                                                         \
    FIELD(ROOM_NAME, TEXT, "room.name",                                                            \
          "what the door says | or not, and a good deal more than a line of 80 holds")             \
    FIELD(ROOM_COLOUR, CODE(colours), "room.colour", "of its walls")                               \
    FIELD(ROOM_TRIM, CODE(colours), "room.colour_trim", "of its doors")                            \
    FIELD(ROOM_LAMPS, RECORDS(lamp_table), "room.lamps", "one each")                               \
    FIELD(ROOM_GUESTS, DETAIL_TEXTS, "room.guests", "who was in it")

enum lamp_column { LAMP_COLUMNS(FIELD_ID) LAMP_COLUMN_COUNT };
static const struct field lamp_columns[] = { LAMP_COLUMNS(FIELD_ROW) };
static const struct field_table lamp_table = { NULL, lamp_columns, LAMP_COLUMN_COUNT };
enum room_field { ROOM_FIELDS(FIELD_ID) ROOM_FIELD_COUNT };
static const struct field room_fields[] = { ROOM_FIELDS(FIELD_ROW) };
static const struct field_table room_table = { "room", room_fields, ROOM_FIELD_COUNT };
static const struct field_table *const tables[] = { &common_field_table, &room_table, NULL };

#define NAME_ROW                                                                                   \
    "room.name         text      what the door says | or not, and a good deal more\n"              \
    "                            than a line of 80 holds\n"

static const struct {
    const char *start;
    bool json;
    const char *text; /* NULL: there is none */
} lists[] = {
    { "room", false,
      NAME_ROW "room.colour       code      of its walls\n"
               "room.colour_trim  code      of its doors\n"
               "room.lamps        records   one each\n"
               "  age             duration  since it was lit\n"
               "room.guests       texts     who was in it\n" },
    { "room.colour", false,
      "room.colour       code      of its walls\n"
      "room.colour_trim  code      of its doors\n"
      "\n"
      "         1  red\n"
      "         2  green\n" },
    { "room.colour", true,
      "{\"name\":\"room.colour\",\"type\":\"code\",\"about\":\"of its walls\",\"names\":"
      "[{\"code\":1,\"name\":\"red\"},{\"code\":2,\"name\":\"green\"}]}\n"
      "{\"name\":\"room.colour_trim\",\"type\":\"code\",\"about\":\"of its doors\",\"names\":"
      "[{\"code\":1,\"name\":\"red\"},{\"code\":2,\"name\":\"green\"}]}\n" },
    { "room.lamps", true,
      "{\"name\":\"room.lamps\",\"type\":\"records\",\"about\":\"one each\",\"columns\":"
      "[{\"name\":\"age\",\"type\":\"duration\",\"about\":\"since it was lit\"}]}\n" },
    { "client.p", false, "client.port  number    the port it began from\n" },
    { "rooms", false, NULL },
    { "ROOM", true, NULL },
};

static struct reference_options options_to(FILE *out, bool json)
{
    return (struct reference_options){ .out = out, .json = json, .columns = 80 };
}

START_TEST(lists_fields)
{
    char *data;
    size_t len;
    FILE *out = open_memstream(&data, &len);
    struct reference_options options = options_to(out, lists[_i].json);
    struct error e;
    error_clear(&e);
    bool found = reference_fields(tables, lists[_i].start, &options, &e);
    fclose(out);
    ck_assert_int_eq(found, lists[_i].text != NULL);
    ck_assert_int_eq(error_is_set(&e), !found);
    ck_assert_str_eq(data, lists[_i].text ? lists[_i].text : "");
    free(data);
}
END_TEST

START_TEST(writes_the_page_of_fields)
{
    char *data;
    size_t len;
    FILE *out = open_memstream(&data, &len);
    reference_fields_markdown(tables + 1, out);
    fclose(out);
    const char *table = strstr(data, "\n## room\n");
    ck_assert_ptr_nonnull(table);
    ck_assert_str_eq(
        table, "\n## room\n\n| field | type | meaning |\n|---|---|---|\n"
               "| `room.name` | text | what the door says \\| or not, and a good deal more than a "
               "line of 80 holds |\n"
               "| `room.colour` | code | of its walls |\n"
               "| `room.colour_trim` | code | of its doors |\n"
               "| `room.lamps` | records | one each |\n"
               "| `&nbsp;&nbsp;age` | duration | since it was lit |\n"
               "| `room.guests` | texts | who was in it (made only when asked for) |\n"
               "\n`room.colour` is one of `red`, `green`.\n");
    free(data);
}
END_TEST

/* ---- rules ---- */

static const char rules[] =
    "rule tls.certificate.expired\n"
    "    when      room.colour == red and outcome == failed\n"
    "    severity  error\n"
    "    fault     server\n"
    "    title     \"certificate ended {room.name}\"\n"
    "    why       \"It ended.\"\n"
    "    fix       \"Renew it.\"\n"
    "    seen as   \"certificate has expired\", \"CERT_HAS_EXPIRED\"\n"
    "    see       \"RFC 5280 §4.1.2.5\"\n"
    "    tags      dates\n"
    "    fires on  \"a.pcap\", \"b.pcap\"\n"
    "    silent on \"c.pcap\"\n"
    "\n"
    "rule tls.certificate.unknown-ca\n"
    "    when      room.colour == green and outcome == failed\n"
    "    severity  error\n"
    "    fault     client\n"
    "    title     \"unknown CA\"\n"
    "    why       \"It is not known.\"\n"
    "    fix       \"Install it.\"\n"
    "    seen as   \"-0x2700\", \"unable to get local issuer certificate\", \"unknown ca\"\n"
    "\n"
    "rule net.syn.unanswered\n"
    "    when      state == \"idle\"\n"
    "    severity  warning\n"
    "    fault     network\n"
    "    title     \"nobody answers\"\n"
    "    why       \"No packet came back.\"\n"
    "    fix       \"See whether it is up.\"\n"
    "    seen as   \"connection timed out\", \"ETIMEDOUT\"\n";

static struct ruleset *rules_for_test(void)
{
    struct text mistakes = { 0 };
    struct ruleset *rs = ruleset_new(tables);
    ck_assert_msg(ruleset_add(rs, "rules/test.rules", rules, strlen(rules), &mistakes), "%s",
                  text_string(&mistakes));
    ruleset_ready(rs);
    text_free(&mistakes);
    return rs;
}

static const struct {
    bool json;
    const char *text;
} rule_lists[] = {
    { false, "net.syn.unanswered          warning    50  nobody answers\n"
             "tls.certificate.expired     error      50  certificate ended {room.name}\n"
             "tls.certificate.unknown-ca  error      50  unknown CA\n" },
    { true, "{\"rule\":\"net.syn.unanswered\",\"severity\":\"warning\",\"fault\":\"network\","
            "\"certainty\":\"proven\",\"rank\":50,\"title\":\"nobody answers\","
            "\"when\":\"state == \\\"idle\\\"\","
            "\"file\":\"rules/test.rules\",\"line\":23}\n"
            "{\"rule\":\"tls.certificate.expired\",\"severity\":\"error\",\"fault\":\"server\","
            "\"certainty\":\"proven\",\"rank\":50,\"title\":\"certificate ended {room.name}\","
            "\"when\":\"room.colour == red and outcome == failed\",\"tags\":[\"dates\"],"
            "\"fires_on\":[\"a.pcap\",\"b.pcap\"],\"silent_on\":[\"c.pcap\"],"
            "\"file\":\"rules/test.rules\",\"line\":1}\n"
            "{\"rule\":\"tls.certificate.unknown-ca\",\"severity\":\"error\",\"fault\":\"client\","
            "\"certainty\":\"proven\",\"rank\":50,\"title\":\"unknown CA\","
            "\"when\":\"room.colour == green and outcome == failed\","
            "\"file\":\"rules/test.rules\",\"line\":14}\n" },
};

START_TEST(lists_rules)
{
    char *data;
    size_t len;
    struct ruleset *rs = rules_for_test();
    FILE *out = open_memstream(&data, &len);
    struct reference_options options = options_to(out, rule_lists[_i].json);
    reference_rules(rs, &options);
    fclose(out);
    ck_assert_str_eq(data, rule_lists[_i].text);
    free(data);
    ruleset_free(rs);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, lists_fields, lists);
    tcase_add_test(t, writes_the_page_of_fields);
    TEST_ROWS(t, lists_rules, rule_lists);
}

TEST_MAIN("reference", add_tests)
