/* test_history.c - what is remembered of peers, and what must not be. */
#include "history.h"

#include <string.h>

#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/mqtt.h"
#include "dissectors/tls/fields.h"
#include "dissectors/tls/tls.h"
#include "support/bare_handshake.h"
#include "support/test_main.h"

static struct history *memory;
static struct value values[HISTORY_FIELD_COUNT];

static void set_up(void)
{
    memory = history_new();
}

static void tear_down(void)
{
    history_free(memory);
}

static struct endpoint end(uint8_t last, uint16_t port)
{
    return (struct endpoint){ { { 10, 0, 0, last }, 4 }, port };
}

static struct handshake *between(uint8_t client, uint8_t server, const char *sni)
{
    struct handshake *hs = bare_handshake(&tls_field_table);
    hs->dissector = &tls_dissector;
    hs->ends[CLIENT] = end(client, 40000);
    hs->ends[SERVER] = end(server, 8883);
    if (sni)
        handshake_set_string(hs, TLS_SNI, sni);
    return hs;
}

static void note(uint8_t client, uint8_t server, const char *sni, enum outcome outcome,
                 bool answered)
{
    struct handshake *hs = between(client, server, sni);
    hs->first.time_us = 1000;
    handshake_set_code(hs, TLS_VERSION, 0x0303);
    handshake_set_code(hs, TLS_CIPHER, 0xc02f);
    handshake_set_code(hs, TLS_GROUP, 29);
    history_note(memory, hs, outcome, answered);
}

static int64_t number(enum history_field id)
{
    return values[id].present ? values[id].is.number : -1;
}

static bool says(enum history_field id, const char *text)
{
    return values[id].present && values[id].is.text.len == strlen(text) &&
           memcmp(values[id].is.text.bytes, text, strlen(text)) == 0;
}

START_TEST(knows_nothing_of_strangers)
{
    note(1, 9, "a", OUTCOME_COMPLETED, true);
    history_fill(memory, between(2, 8, "b"), true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_COMPLETED), -1);
    ck_assert_int_eq(number(HISTORY_CLIENT_COMPLETED), -1);
    ck_assert_int_eq(number(HISTORY_PAIR_COMPLETED), -1);
    ck_assert_int_eq(number(HISTORY_OTHER_NAMES_ANSWERED), -1);
}
END_TEST

START_TEST(counts_by_server_client_and_pair)
{
    note(1, 9, "a", OUTCOME_COMPLETED, true);
    note(1, 9, "a", OUTCOME_FAILED, true);
    note(2, 9, "a", OUTCOME_COMPLETED, true);
    note(1, 8, "a", OUTCOME_UNKNOWN, true);
    history_fill(memory, between(1, 9, "a"), true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_COMPLETED), 2);
    ck_assert_int_eq(number(HISTORY_SERVER_FAILED), 1);
    ck_assert_int_eq(number(HISTORY_CLIENT_COMPLETED), 1);
    ck_assert_int_eq(number(HISTORY_CLIENT_FAILED), 1);
    ck_assert_int_eq(number(HISTORY_PAIR_COMPLETED), 1);
    ck_assert_int_eq(number(HISTORY_PAIR_FAILED), 1);
    ck_assert_int_eq(number(HISTORY_PAIR_LAST_GOOD), 1000);
}
END_TEST

START_TEST(a_good_one_ends_a_row_of_failures)
{
    note(1, 9, "a", OUTCOME_FAILED, true);
    note(1, 9, "a", OUTCOME_FAILED, true);
    note(1, 9, "a", OUTCOME_COMPLETED, true);
    history_fill(memory, between(1, 9, "a"), true, values);
    ck_assert_int_eq(number(HISTORY_PAIR_FAILED), 0);
}
END_TEST

START_TEST(compares_names_at_one_address)
{
    note(1, 9, "good", OUTCOME_COMPLETED, true);
    note(1, 9, NULL, OUTCOME_COMPLETED, true);
    note(1, 9, "bad", OUTCOME_FAILED, false);
    history_fill(memory, between(1, 9, "bad"), true, values);
    ck_assert_int_eq(number(HISTORY_OTHER_NAMES_ANSWERED), 2);
    ck_assert_int_eq(number(HISTORY_OTHER_NAMES_COMPLETED), 2);
    ck_assert_int_eq(number(HISTORY_SAME_NAME_COMPLETED), 0);
    ck_assert_int_eq(number(HISTORY_SAME_NAME_ANSWERED), 0);
    ck_assert_int_eq(number(HISTORY_SAME_NAME_DIED), 1);
    history_fill(memory, between(1, 9, "good"), true, values);
    ck_assert_int_eq(number(HISTORY_OTHER_NAMES_ANSWERED), 1);
    ck_assert_int_eq(number(HISTORY_SAME_NAME_ANSWERED), 1);
}
END_TEST

START_TEST(remembers_what_a_server_chose)
{
    note(1, 9, "a", OUTCOME_COMPLETED, true);
    struct handshake *hs = between(2, 9, "a");
    handshake_add_number(hs, TLS_OFFERED_CIPHERS, 0x002f);
    handshake_add_number(hs, TLS_OFFERED_GROUPS, 29);
    history_fill(memory, hs, true, values);
    ck_assert(says(HISTORY_SERVER_VERSION, "TLS 1.2"));
    ck_assert(says(HISTORY_SERVER_CIPHER, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), false);
    ck_assert_int_eq(number(HISTORY_SERVER_GROUP_OFFERED), true);
}
END_TEST

static void note_choice(uint32_t version, uint32_t cipher)
{
    struct handshake *hs = between(1, 9, "a");
    handshake_set_code(hs, TLS_VERSION, version);
    handshake_set_code(hs, TLS_CIPHER, cipher);
    history_note(memory, hs, OUTCOME_COMPLETED, true);
}

static struct handshake *offers(uint32_t version, uint32_t cipher)
{
    struct handshake *hs = between(2, 9, "a");
    handshake_set_code(hs, TLS_OFFERED_VERSION, version);
    handshake_add_number(hs, TLS_OFFERED_CIPHERS, cipher);
    return hs;
}

START_TEST(holds_each_version_against_its_own_suites)
{
    note_choice(0x0303, 0xc02f);
    note_choice(0x0304, 0x1301);
    history_fill(memory, offers(0x0303, 0xc02f), true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), true);
    history_fill(memory, offers(0x0304, 0x1303), true, values);
    ck_assert(says(HISTORY_SERVER_CIPHER, "TLS_AES_128_GCM_SHA256"));
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), false);
}
END_TEST

START_TEST(remembers_the_latest_choices)
{
    for (uint32_t cipher = 0xc02b; cipher <= 0xc030; cipher++)
        note_choice(0x0303, cipher);
    note_choice(0x0303, 0xc02f); /* again: it drives none out */
    history_fill(memory, offers(0x0303, 0xc02d), true, values);
    ck_assert(says(HISTORY_SERVER_CIPHER, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), true);
    history_fill(memory, offers(0x0303, 0xc02c), true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), false);
}
END_TEST

START_TEST(a_cut_offer_lacks_nothing)
{
    note_choice(0x0303, 0xc02f);
    struct handshake *hs = offers(0x0303, 0xc030);
    handshake_set_bool(hs, TLS_HELLO_CUT, true);
    history_fill(memory, hs, true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), -1);
    handshake_add_number(hs, TLS_OFFERED_CIPHERS, 0xc02f);
    history_fill(memory, hs, true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_CIPHER_OFFERED), true);
}
END_TEST

/* The higher a version of DTLS, the lower its number. */
START_TEST(orders_the_versions_of_datagrams)
{
    note_choice(0xfefd, 0xc02f);
    note_choice(0xfeff, 0xc02f);
    history_fill(memory, between(2, 9, "a"), true, values);
    ck_assert(says(HISTORY_SERVER_VERSION, "DTLS 1.2"));
    ck_assert(says(HISTORY_SERVER_LOWEST_VERSION, "DTLS 1.0"));
}
END_TEST

START_TEST(a_failed_choice_is_none)
{
    note(1, 9, "a", OUTCOME_FAILED, true);
    history_fill(memory, between(2, 9, "a"), true, values);
    ck_assert(!values[HISTORY_SERVER_VERSION].present);
}
END_TEST

static void note_issuer(const char *issuer)
{
    struct handshake *hs = between(1, 9, "shop");
    handshake_set_string(hs, TLS_CERT_LAST_ISSUER, issuer);
    history_note(memory, hs, OUTCOME_COMPLETED, true);
}

START_TEST(tells_another_issuer_of_a_name)
{
    note_issuer("CN=One");
    struct handshake *hs = between(2, 7, "shop");
    handshake_set_string(hs, TLS_CERT_LAST_ISSUER, "CN=One");
    history_fill(memory, hs, true, values);
    ck_assert(!values[HISTORY_NAME_ISSUER].present);
    handshake_set_string(hs, TLS_CERT_LAST_ISSUER, "CN=Two");
    history_fill(memory, hs, true, values);
    ck_assert(says(HISTORY_NAME_ISSUER, "CN=One"));
}
END_TEST

START_TEST(half_seen_handshakes_are_not_remembered)
{
    struct handshake *hs = between(1, 9, "a");
    hs->late = true;
    history_note(memory, hs, OUTCOME_COMPLETED, true);
    history_fill(memory, between(1, 9, "a"), true, values);
    ck_assert_int_eq(number(HISTORY_SERVER_COMPLETED), -1);
}
END_TEST

/* More servers than there is room for: the ones seen last are known, and nothing
 * grows. */
START_TEST(forgets_the_oldest)
{
    for (unsigned i = 0; i < 100000; i++) {
        struct handshake hs = *between(1, 9, NULL);
        hs.ends[SERVER].port = (uint16_t)i;
        hs.ends[SERVER].address.bytes[1] = (uint8_t)(i >> 16);
        history_note(memory, &hs, OUTCOME_COMPLETED, true);
        if (i != 99999)
            continue;
        history_fill(memory, &hs, true, values);
        ck_assert_int_eq(number(HISTORY_SERVER_COMPLETED), 1);
    }
}
END_TEST

START_TEST(remembers_what_a_port_speaks)
{
    struct endpoint port = end(9, 8883), other = end(8, 8883);
    history_spoke(memory, TRANSPORT_TCP, &port, "tls");
    history_spoke(memory, TRANSPORT_UDP, &other, "coap");
    history_fill(memory, between(2, 9, NULL), true, values);
    ck_assert(says(HISTORY_SERVER_SPEAKS, "tls"));
    history_fill(memory, between(2, 9, NULL), false, values);
    ck_assert(!values[HISTORY_SERVER_SPEAKS].present); /* not asked for */
    history_fill(memory, between(2, 8, NULL), true, values);
    ck_assert(!values[HISTORY_SERVER_SPEAKS].present); /* another transport */

    history_spoke(memory, TRANSPORT_TCP, &port, "http");
    history_fill(memory, between(2, 9, NULL), true, values);
    ck_assert(!values[HISTORY_SERVER_SPEAKS].present); /* no longer one protocol */
}
END_TEST

/* ---- MQTT client ids ---- */

static const int64_t SECOND_US = 1000000;

static struct handshake *connects(uint8_t client, uint16_t port, const char *id, int64_t second)
{
    struct handshake *hs = bare_handshake(&mqtt_field_table);
    hs->dissector = &mqtt_dissector;
    hs->ends[CLIENT] = end(client, port);
    hs->ends[SERVER] = end(9, 1883);
    hs->first.time_us = second * SECOND_US;
    handshake_set_string(hs, MQTT_CLIENT_ID, id);
    ck_assert(history_began(memory, hs));
    return hs;
}

static void ends(struct handshake *hs, enum outcome outcome, const char *by, int64_t second)
{
    hs->outcome = outcome;
    if (by) {
        handshake_set_string(hs, MQTT_ENDED_BY, by);
        handshake_set_time(hs, MQTT_ENDED, second * SECOND_US);
    }
    history_fill(memory, hs, true, values);
    history_note(memory, hs, outcome, true);
}

static void comes_and_goes(uint8_t client, const char *id, int64_t second, enum outcome outcome,
                           const char *by)
{
    ends(connects(client, (uint16_t)(40000 + second), id, second), outcome, by, second + 1);
}

START_TEST(sees_a_takeover)
{
    struct handshake *hs = connects(1, 40001, "a", 10);
    struct value first[HISTORY_FIELD_COUNT];
    history_fill(memory, hs, true, first);
    ck_assert(!first[HISTORY_TAKEN_OVER].present);
    /* the same id from elsewhere, and the first is closed at once */
    connects(2, 40002, "a", 20);
    ends(hs, OUTCOME_COMPLETED, "server", 20);
    ck_assert_int_eq(number(HISTORY_TAKEN_OVER), 1);
    ck_assert_int_eq(number(HISTORY_CLIENT_ID_CONNECTS), 2);
}
END_TEST

START_TEST(sees_no_takeover)
{
    struct {
        const char *id, *by;
        int64_t ended;
    } rows[] = { { "b", "server", 20 }, { "a", "client", 20 }, { "a", "server", 25 } };
    for (size_t i = 0; i < 3; i++) {
        struct history *other = memory;
        memory = history_new();
        struct handshake *hs = connects(1, 40001, "a", 10);
        connects(2, 40002, rows[i].id, 20);
        ends(hs, OUTCOME_COMPLETED, rows[i].by, rows[i].ended);
        ck_assert_msg(number(HISTORY_TAKEN_OVER) == -1, "%zu", i);
        history_free(memory);
        memory = other;
    }
}
END_TEST

START_TEST(counts_connects_in_vain)
{
    for (int i = 0; i < 5; i++)
        comes_and_goes(1, "a", 10 * i, OUTCOME_FAILED, NULL);
    ck_assert_int_eq(number(HISTORY_CONNECTS_IN_VAIN), 4);
    ck_assert_int_eq(number(HISTORY_CONNECT_PERIOD), 10 * SECOND_US);
    ck_assert_int_eq(number(HISTORY_CONNECTS_REGULAR), 1);
    comes_and_goes(1, "b", 100, OUTCOME_FAILED, NULL);
    ck_assert_int_eq(number(HISTORY_CONNECTS_IN_VAIN), 0);
    ck_assert_int_eq(number(HISTORY_CONNECT_PERIOD), -1);
    comes_and_goes(1, "a", 100, OUTCOME_UNKNOWN, NULL);
    comes_and_goes(1, "a", 110, OUTCOME_COMPLETED, "server");
    ck_assert_int_eq(number(HISTORY_CONNECTS_IN_VAIN), 5);
    ck_assert_int_eq(number(HISTORY_CONNECTS_REGULAR), 0);
    comes_and_goes(1, "a", 120, OUTCOME_COMPLETED, NULL);
    comes_and_goes(1, "a", 130, OUTCOME_FAILED, NULL);
    ck_assert_int_eq(number(HISTORY_CONNECTS_IN_VAIN), 0);
}
END_TEST

/* Without an id of their own clients are told by their addresses. */
START_TEST(knows_clients_without_an_id)
{
    for (int i = 0; i < 3; i++) {
        comes_and_goes(1, "", 10 * i, OUTCOME_FAILED, NULL);
        comes_and_goes(2, "", 10 * i + 5, OUTCOME_FAILED, NULL);
    }
    ck_assert_int_eq(number(HISTORY_CONNECTS_IN_VAIN), 2);
    ck_assert_int_eq(number(HISTORY_CONNECT_PERIOD), 10 * SECOND_US);
}
END_TEST

START_TEST(notes_no_beginning_of_others)
{
    struct handshake *hs = connects(1, 40000, "a", 1);
    hs->late = true;
    ck_assert(!history_began(memory, hs));
    handshake_unset(hs, MQTT_CLIENT_ID);
    hs->late = false;
    ck_assert(!history_began(memory, hs));
    ck_assert(!history_began(memory, between(1, 9, "a")));
}
END_TEST

static void add_history(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, knows_nothing_of_strangers);
    tcase_add_test(t, counts_by_server_client_and_pair);
    tcase_add_test(t, a_good_one_ends_a_row_of_failures);
    tcase_add_test(t, compares_names_at_one_address);
    tcase_add_test(t, remembers_what_a_server_chose);
    tcase_add_test(t, holds_each_version_against_its_own_suites);
    tcase_add_test(t, remembers_the_latest_choices);
    tcase_add_test(t, a_cut_offer_lacks_nothing);
    tcase_add_test(t, orders_the_versions_of_datagrams);
    tcase_add_test(t, a_failed_choice_is_none);
    tcase_add_test(t, tells_another_issuer_of_a_name);
    tcase_add_test(t, half_seen_handshakes_are_not_remembered);
    tcase_add_test(t, remembers_what_a_port_speaks);
    tcase_add_test(t, forgets_the_oldest);
    tcase_add_test(t, sees_a_takeover);
    tcase_add_test(t, sees_no_takeover);
    tcase_add_test(t, counts_connects_in_vain);
    tcase_add_test(t, knows_clients_without_an_id);
    tcase_add_test(t, notes_no_beginning_of_others);
}

TEST_MAIN("history", add_history)
