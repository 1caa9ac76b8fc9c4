/* test_mqtt.c - MQTT packets and connections: every version, every ending, and
 * what neither side may send. */
#include "dissectors/mqtt/mqtt.h"

#include "dissectors/mqtt/fields.h"
#include "dissectors/mqtt/packet.h"
#include "support/talk.h"

const struct dissector *const dissectors[] = { &mqtt_dissector, NULL };

#define HEAD_311    "00 04 'MQTT' 04 "
/* client id "a", keep-alive 60 s, clean session */
#define CONNECT_311 "10 0d " HEAD_311 "02 003c 0001 'a'"
#define CONNECT_5   "10 0e 0004 'MQTT' 05 02 003c 00 0001 'a'"
#define CONNECT_31  "10 0f 0006 'MQIsdp' 03 02 003c 0001 'a'"
#define ACCEPT      "20 02 00 00"
#define ACCEPT_5    "20 03 00 00 00"
#define OPEN_311    "C " CONNECT_311 " | S " ACCEPT " | "
#define OPEN_5      "C " CONNECT_5 " | S " ACCEPT_5 " | "

static const struct {
    const char *script, *outcome, *state, *fields;
} talks[] = {
    /* accepted */
    { OPEN_311 "C e000 | C fin | S fin", "completed", "ended",
      "mqtt.version 3.1.1; mqtt.client_id a; mqtt.connack accepted; mqtt.disconnected_by client; "
      "mqtt.keep_alive 60 s; mqtt.clean_start yes; mqtt.password no; no mqtt.violation" },
    { "C " CONNECT_31 " | S " ACCEPT " | end", "completed", "connected",
      "mqtt.version 3.1; mqtt.protocol_name MQIsdp; no mqtt.ended_by" },
    { OPEN_5 "S e0 02 8e 00", "completed", "ended",
      "mqtt.version 5; mqtt.disconnect session taken over; mqtt.disconnected_by server; "
      "mqtt.ended_by server; no mqtt.violation" },
    { OPEN_5 "S e0 09 8b 07 1f 0004 'stop'", "completed", "ended",
      "mqtt.disconnect server shutting down; mqtt.disconnect_reason stop" },
    { "C 10 16 " HEAD_311 "c2 003c 0001 'a' 0002 'me' 0003 'pwd' | S " ACCEPT " | end", "completed",
      "connected", "mqtt.user_name yes; mqtt.password yes; no mqtt.violation" },
    { "C 10 17 " HEAD_311 "2e 003c 0001 'a' 0003 't/w' 0003 'bye' | S " ACCEPT " | end",
      "completed", "connected",
      "mqtt.will yes; mqtt.will_topic t/w; mqtt.will_qos 1; mqtt.will_retain yes" },
    { "C 10 0d 0004 'MQTT' 84 02 003c 0001 'a' | S " ACCEPT " | end", "completed", "connected",
      "mqtt.version 3.1.1; mqtt.bridge yes" },
    { "C 10 1a 0004 'MQTT' 05 02 003c 0c 11 00000e10 21 0014 26 0001 'k' 0000 0001 'a'"
      " | S " ACCEPT_5 " | end",
      "completed", "connected", "mqtt.violation properties that run over their length" },
    { "C 10 1c 0004 'MQTT' 05 02 003c 0e 11 00000e10 21 0014 26 0001 'k' 0000 0001 'a'"
      " | S 20 10 01 00 0d 12 0003 'x-1' 13 001e 22 000a 00",
      "completed", "connected",
      "mqtt.client_id a; mqtt.violation a property that MQTT 5 does not have" },
    { "C " CONNECT_5 " | S 20 0f 01 00 0c 12 0003 'x-1' 13 001e 22 000a | end", "completed",
      "connected",
      "mqtt.session_present yes; mqtt.assigned_client_id x-1; mqtt.server_keep_alive 30 s; "
      "mqtt.server_topic_alias_maximum 10; no mqtt.violation" },

    /* proof of life, and large messages unseen */
    { OPEN_311 "C 82 06 0001 0001 't' 00 | S 90 03 0001 00 | C 30 0a 0001 't' 'payload'"
               " | C 32 07 0001 't' 0002 'xy' | S 40 02 0002 | C c000 | S d000 | C c000 | end",
      "completed", "connected",
      "mqtt.subscribed yes; mqtt.published yes; mqtt.acknowledged yes; mqtt.pinged yes; "
      "no mqtt.violation" },
    { OPEN_311 "C 82 06 0001 0001 't' 00 | S 90 03 0001 80 | end", "completed", "connected",
      "no mqtt.subscribed; mqtt.subscription_refused unspecified error; mqtt.topic_filter t; "
      "mqtt.refused_filter t; no mqtt.violation" },
    { OPEN_311 "C 82 0a 0007 0001 't' 00 0001 'u' 01 | S 90 04 0007 00 80 | end", "completed",
      "connected", "mqtt.subscribed yes; mqtt.topic_filter t; no mqtt.refused_filter" },
    { OPEN_311 "C 82 06 0007 0001 't' 00 82 06 0008 0001 'u' 00 | S 90 03 0008 80 | end",
      "completed", "connected", "mqtt.topic_filter t; no mqtt.refused_filter" },
    { OPEN_5 "C 82 09 0007 02 0b 05 0001 't' 00 | S 90 0a 0007 06 1f 0003 'acl' 87 | end",
      "completed", "connected",
      "mqtt.topic_filter t; mqtt.refused_filter t; mqtt.subscription_refused not authorized; "
      "mqtt.subscription_reason acl; no mqtt.violation" },
    { OPEN_5 "C 32 06 0001 't' 0002 00 | S 40 0a 0002 87 06 1f 0003 'acl' | end", "completed",
      "connected",
      "mqtt.publish_refused not authorized; mqtt.publish_refused_by server; "
      "mqtt.publish_reason acl; no mqtt.violation" },
    { OPEN_5 "S 34 06 0001 't' 0002 00 | C 50 03 0002 97 | end", "completed", "connected",
      "mqtt.publish_refused quota exceeded; mqtt.publish_refused_by client; "
      "no mqtt.publish_reason" },
    { OPEN_5 "C e0 07 04 05 11 0000003c | end", "completed", "ended",
      "mqtt.disconnect disconnect with will message; mqtt.last_session_expiry 60 s" },

    /* every property of CONNECT and CONNACK */
    { "C 10 35 0004 'MQTT' 05 06 003c 1c 11 0000000a 15 0001 'K' 16 0001 'd' 17 00 19 01 21 0014 "
      "22 0005 27 00001000 0000 05 18 00000007 0001 'w' 0001 'p' | end",
      "unknown", "connecting",
      "mqtt.session_expiry 10 s; mqtt.auth_method K; mqtt.request_problem_info no; "
      "mqtt.request_response_info yes; mqtt.receive_maximum 20; mqtt.topic_alias_maximum 5; "
      "mqtt.maximum_packet 4096; mqtt.will_delay 7 s; mqtt.will_topic w; mqtt.client_id ; "
      "no mqtt.user_properties; no mqtt.violation" },
    { "C 10 1c 0004 'MQTT' 05 02 003c 0e 26 0001 'k' 0001 'v' 26 0001 'k' 0001 'w' 0001 'a' | end",
      "unknown", "connecting", "mqtt.user_properties 2; no mqtt.violation" },
    { "C " CONNECT_5 " | S 20 29 00 00 26 11 00000005 1a 0001 'r' 1c 0001 's' 21 0009 24 01 25 00 "
      "26 0001 'k' 0001 'v' 27 00000400 28 00 29 00 2a 00 | end",
      "completed", "connected",
      "mqtt.server_session_expiry 5 s; mqtt.response_information r; mqtt.server_reference s; "
      "mqtt.server_receive_maximum 9; mqtt.maximum_qos 1; mqtt.retain_available no; "
      "mqtt.server_user_properties 1; mqtt.server_maximum_packet 1024; "
      "mqtt.wildcards_available no; mqtt.subscription_ids_available no; "
      "mqtt.shared_available no; no mqtt.violation" },
    { OPEN_311 "C 30 88 8c 01 0001 't' 55*17925 | S 30 03 0001 't' | C e000", "completed", "ended",
      "mqtt.disconnected_by client; no mqtt.violation" },
    { OPEN_311 "C 30 88 8c 01 0001 't' | C gap 17925 | C e000", "completed", "ended",
      "mqtt.disconnected_by client; no mqtt.violation" },
    { "C " CONNECT_311 " 30 03 0001 't' e000 | S " ACCEPT, "completed", "connected",
      "mqtt.disconnected_by client" },

    /* refused */
    { "C " CONNECT_311 " | S 20 02 00 05 | S fin", "failed", "refused",
      "mqtt.connack not authorized; no mqtt.ended_by" },
    { "C " CONNECT_5 " | S 20 0a 00 9d 07 1c 0004 'b:18' | S fin", "failed", "refused",
      "mqtt.connack server moved; mqtt.server_reference b:18" },
    { "C " CONNECT_5 " | S 20 09 00 87 06 1f 0003 'out'", "failed", "refused",
      "mqtt.connack not authorized; mqtt.reason out" },
    { "C " CONNECT_5 " | S 20 02 00 01", "failed", "refused",
      "mqtt.connack unacceptable protocol version; no mqtt.violation" },
    { "C 10 0d 0004 'MQTT' 09 02 003c 0001 'a' | S 20 02 00 01", "failed", "refused",
      "mqtt.version level 9; no mqtt.violation" },

    /* authentication */
    { "C 10 1a 0004 'MQTT' 05 02 003c 0c 15 0003 'KEY' 16 0003 'abc' 0001 'a'"
      " | S f0 08 18 06 15 0003 'KEY' | C f0 08 18 06 15 0003 'KEY' | S " ACCEPT_5 " | end",
      "completed", "connected", "mqtt.auth_method KEY; mqtt.auth_packets 2; no mqtt.violation" },
    { "C " CONNECT_5 " | S f000 | S fin", "failed", "authenticating",
      "mqtt.auth_packets 1; mqtt.violation an AUTH that the client's CONNECT did not ask for; "
      "mqtt.violation_by server" },
    { "C 10 1a 0004 'MQTT' 05 02 003c 0c 15 0003 'KEY' 16 0003 'abc' 0001 'a'"
      " | S f0 08 18 06 15 0003 'KEY' | S fin",
      "failed", "authenticating", "mqtt.auth_packets 1; no mqtt.violation" },
    { "C 10 1a 0004 'MQTT' 05 02 003c 0c 15 0003 'KEY' 16 0003 'abc' 0001 'a'"
      " | S f0 08 18 06 15 0003 'KEY' | S 20 03 00 8c 00",
      "failed", "refused", "mqtt.connack bad authentication method" },
    { "C " CONNECT_311 " | S f000", "failed", "connecting",
      "mqtt.violation a packet of type 15, which only MQTT 5 has; mqtt.violation_by server" },

    /* never answered */
    { "C " CONNECT_311 " | S fin", "failed", "connecting",
      "mqtt.ended_by server; mqtt.ending close; no mqtt.connack" },
    { "C " CONNECT_311 " | S rst", "failed", "connecting", "mqtt.ending reset" },
    { "C " CONNECT_311 " | C fin | S " ACCEPT, "completed", "connected", "mqtt.ended_by client" },
    { "C " CONNECT_311 " | C fin | end", "failed", "connecting", "mqtt.ended_by client" },
    { "C " CONNECT_311 " | 11 C fin | S fin", "failed", "connecting", "mqtt.waited 11 s" },
    { "C " CONNECT_311 " | end", "unknown", "connecting", "no mqtt.waited" },

    /* cut short */
    { "C 10 2d " HEAD_311 "02 003c 0001 | end", "unknown", "idle", "no mqtt.violation" },
    { "C 10 2d " HEAD_311 "02 003c 0001 | C fin | S fin", "failed", "idle",
      "mqtt.violation a CONNECT that ends in the middle; mqtt.violation_by client; "
      "mqtt.ended_by client; no mqtt.version" },
    { "C 10 2d " HEAD_311 "02 003c 0001 | C rst", "failed", "idle",
      "mqtt.violation a CONNECT that ends in the middle" },
    { "C 10 2d " HEAD_311 "02 003c 0001 | S fin", "failed", "idle",
      "mqtt.ended_by server; no mqtt.violation" },
    { "C 10 0d " HEAD_311 " | C 02 003c 0001 'a' | S " ACCEPT " | end", "completed", "connected",
      "mqtt.client_id a; no mqtt.violation" },

    /* keep-alive */
    { OPEN_311 "91 S fin", "completed", "ended",
      "mqtt.keep_alive_exceeded yes; mqtt.client_silence 91 s" },
    { OPEN_311 "80 S fin", "completed", "ended", "mqtt.keep_alive_exceeded no" },
    { OPEN_311 "80 C c000 | 80 S fin", "completed", "ended", "mqtt.keep_alive_exceeded no" },
    { "C 10 0d " HEAD_311 "02 0000 0001 'a' | S " ACCEPT " | 900 S fin", "completed", "ended",
      "mqtt.keep_alive_exceeded no" },

    /* what must not be */
    { OPEN_311 "C " CONNECT_311 " | S fin", "completed", "ended",
      "mqtt.violation a second CONNECT; mqtt.violation_by client; mqtt.ended_by server" },
    { OPEN_311 "S " ACCEPT " | end", "completed", "connected", "mqtt.violation_by server" },
    { OPEN_311 "C 00 00 | S fin", "completed", "ended",
      "mqtt.violation a packet of the reserved type 0" },
    { OPEN_311 "C c0 ff ff ff ff 01 | S fin", "completed", "ended",
      "mqtt.violation a packet length of more than four bytes" },
    { OPEN_311 "C 80 06 0001 0001 't' 00 | S fin", "completed", "ended",
      "mqtt.violation a packet with reserved flags" },
    { OPEN_311 "C 36 05 0001 't' 0001 | S fin", "completed", "ended",
      "mqtt.violation a PUBLISH with quality of service 3" },
    { OPEN_311 "C 30 03 0002 't' | S fin", "completed", "ended",
      "mqtt.violation a PUBLISH that is too short for its topic" },
    { OPEN_311 "C 30 05 0003 'a/+' | S fin", "completed", "ended",
      "mqtt.violation a PUBLISH to a topic with a wildcard; mqtt.violation_by client" },
    { OPEN_311 "S 30 05 0003 'a/#' | end", "completed", "connected",
      "mqtt.violation a PUBLISH to a topic with a wildcard; mqtt.violation_by server" },
    { OPEN_311 "C 30 07 0003 'a/b' '+#' | S fin", "completed", "ended", "no mqtt.violation" },
    { OPEN_311 "C 30 02 0000 | S fin", "completed", "ended",
      "mqtt.violation a PUBLISH without a topic" },
    { OPEN_5 "C 30 06 0000 03 23 0001 | S fin", "completed", "ended", "no mqtt.violation" },
    { OPEN_311 "C 82 02 0001 | S fin", "completed", "ended",
      "mqtt.violation a SUBSCRIBE without a topic filter" },
    { OPEN_311 "C 82 07 0001 0002 't#' 00 | S fin", "completed", "ended",
      "mqtt.violation a topic filter that can't be one" },
    { OPEN_311 "C 82 08 0001 0003 '#/a' 00 | S fin", "completed", "ended",
      "mqtt.violation a topic filter that can't be one" },
    { OPEN_311 "C 82 0c 0001 0007 '+/a/+/#' 01 | S fin", "completed", "ended",
      "mqtt.topic_filter +/a/+/#; no mqtt.violation" },
    { OPEN_311 "C 82 06 0001 0001 't' 03 | S fin", "completed", "ended",
      "mqtt.violation a subscription with quality of service 3" },
    { OPEN_311 "C 82 06 0001 0009 't' 00 | S fin", "completed", "ended",
      "mqtt.violation a SUBSCRIBE that is too short for its fields" },
    { OPEN_311 "C d000 | S fin", "completed", "ended", "mqtt.violation_by client" },
    { OPEN_311 "S e000 | S fin", "completed", "ended", "mqtt.violation_by server" },
    { "C 11 0d " HEAD_311 "02 003c 0001 'a' | S fin", "failed", "connecting",
      "mqtt.violation_by client" },
    { "C 10 0d " HEAD_311 "03 003c 0001 'a' | S fin", "failed", "connecting",
      "mqtt.violation a CONNECT with its reserved flag set" },
    { "C 10 0d " HEAD_311 "02 003c 0002 'a' | S fin", "failed", "connecting",
      "mqtt.violation a CONNECT that is too short for its fields; no mqtt.client_id" },
    { "C 10 0e " HEAD_311 "02 003c 0001 'a' 00 | S fin", "failed", "connecting",
      "mqtt.violation a CONNECT with bytes behind its last field" },
    { "C 10 10 0004 'MQTT' 05 02 003c 02 7f00 0001 'a' | S fin", "failed", "connecting",
      "mqtt.violation a property that MQTT 5 does not have" },
    { "C " CONNECT_311 " | S 15 03030002 0228 | S fin", "failed", "connecting",
      "mqtt.violation_by server" },
    { "C " CONNECT_311 " | S 'HTTP/1.1 400 Bad Request' 0d0a", "failed", "connecting",
      "mqtt.violation_by server" },
};

START_TEST(follows_talks)
{
    static struct talk talk;
    const char *about = talks[_i].script;
    talk_start(&talk, false, false);
    talk_play(&talk, about, AT_ONCE);
    struct handshake *hs = talk_only(&talk, about);
    const char *outcome = outcome_name(hs->outcome == OUTCOME_OPEN ? OUTCOME_UNKNOWN : hs->outcome);
    ck_assert_msg(strcmp(outcome, talks[_i].outcome) == 0, "%s: %s", about, outcome);
    const char *state = machine_state(mqtt_dissector.machine, hs)->name;
    ck_assert_msg(strcmp(state, talks[_i].state) == 0, "%s: %s", about, state);
    talk_check(hs, about, talks[_i].fields);
    talk_stop(&talk);
}
END_TEST

START_TEST(reads_at_any_pace)
{
    talk_same(talks[_i].script, talks[_i].script, false, false);
}
END_TEST

/* A user name, a password or a payload is in no field. */
START_TEST(keeps_no_secret)
{
    static struct talk talk;
    struct text said = { 0 };
    talk_start(&talk, false, false);
    talk_play(&talk,
              "C 10 2b " HEAD_311 "c6 003c 0001 'a' 0001 'w' 0007 'SECRET1' 0007 'SECRET2' 0007 "
              "'SECRET3' | S " ACCEPT " | C 30 0a 0001 't' 'SECRET4' | end",
              AT_ONCE);
    talk_dump(talk_only(&talk, "secrets"), &said);
    ck_assert_ptr_null(strstr(text_string(&said), "SECRET"));
    ck_assert_ptr_nonnull(strstr(text_string(&said), "mqtt.password"));
    text_free(&said);
    talk_stop(&talk);
}
END_TEST

/* ---- recognising ---- */

static const struct {
    const char *wire;
    enum side side;
    uint16_t port;
    bool late;
    enum recognition is;
} openings[] = {
    { CONNECT_311, CLIENT, 4711, false, MINE },
    { CONNECT_31, CLIENT, 1883, false, MINE },
    { "10 0d 0004 'MQT'", CLIENT, 4711, false, MAYBE_MINE },
    { "10 0d 0004 'MQTX' 04", CLIENT, 4711, false, NOT_MINE },
    { "10 03 0004 'MQTT' 04", CLIENT, 4711, false, NOT_MINE },
    { CONNECT_311, SERVER, 1883, false, NOT_MINE },
    { CONNECT_311, SERVER, 1883, true, MINE_SWAPPED },
    { ACCEPT, SERVER, 1883, true, MINE },
    { ACCEPT, CLIENT, 1883, true, MINE_SWAPPED },
    { ACCEPT, SERVER, 1883, false, NOT_MINE },
    { "20 02 00 06", SERVER, 1883, true, NOT_MINE },
    { ACCEPT "aa", SERVER, 1883, true, NOT_MINE },
    { "30 0a 0001 't' 'payload'", CLIENT, 1883, false, MINE },
    { "30 0a 0001 't' 'payload'", CLIENT, 4711, false, NOT_MINE },
    { "30 0a 0001 00 'payload'", CLIENT, 1883, false, NOT_MINE },
    { "c000", CLIENT, 1883, false, MINE },
    { "'GET / HTTP/1.1' 0d0a", CLIENT, 1883, false, NOT_MINE },
    { "16 0301 0005", CLIENT, 1883, false, NOT_MINE },
};

START_TEST(recognises)
{
    struct opening o = { .bytes = hex_open(openings[_i].wire),
                         .side = openings[_i].side,
                         .transport = TRANSPORT_TCP,
                         .server_port = openings[_i].port,
                         .late = openings[_i].late };
    ck_assert_msg(mqtt_dissector.recognise(&o) == openings[_i].is, "%s", openings[_i].wire);
}
END_TEST

START_TEST(late_is_unknown)
{
    static struct talk talk;
    talk_start(&talk, true, true);
    talk_play(&talk, "C " CONNECT_311 " | S fin | end", AT_ONCE);
    ck_assert_int_eq(talk_only(&talk, "late")->outcome, OUTCOME_OPEN);
    talk_stop(&talk);
}
END_TEST

static void add_mqtt(TCase *t)
{
    TEST_ROWS(t, follows_talks, talks);
    TEST_ROWS(t, reads_at_any_pace, talks);
    TEST_ROWS(t, recognises, openings);
    tcase_add_test(t, keeps_no_secret);
    tcase_add_test(t, late_is_unknown);
}

TEST_MAIN("mqtt", add_mqtt)
