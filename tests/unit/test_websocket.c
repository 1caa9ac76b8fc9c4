/* test_websocket.c - from the HTTP upgrade to what runs inside: consents, refusals,
 * and frames, at once and byte by byte. */
#include "dissectors/websocket/websocket.h"

#include "dissectors/coap/coap.h"
#include "dissectors/mqtt/mqtt.h"
#include "dissectors/websocket/frames.h"
#include "dissectors/websocket/upgrade.h"
#include "support/talk.h"

const struct dissector *const dissectors[] = { &websocket_coap_dissector, &websocket_dissector,
                                               &mqtt_dissector, &coap_tcp_dissector, NULL };

#define NL      " 0d0a "
#define KEY     "'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='" NL
#define UPGRADE "'Upgrade: websocket'" NL "'Connection: keep-alive, Upgrade'" NL KEY
#define ASK(path, offers)                                                                          \
    "C 'GET " path " HTTP/1.1'" NL "'Host: b'" NL UPGRADE "'Sec-WebSocket-Version: 13'" NL offers NL
#define MQTT       "'Sec-WebSocket-Protocol: mqtt'" NL
#define COAP       "'sec-websocket-protocol:coap'" NL
#define ANSWER(it) " | S 'HTTP/1.1 " it "'" NL
#define SWITCH                                                                                     \
    ANSWER("101 Switching Protocols")                                                              \
    "'Upgrade: WebSocket'" NL "'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='" NL
#define OPEN        ASK("/mqtt", MQTT) SWITCH MQTT NL
#define CONNECT     "10 0d 0004 'MQTT' 04 02 003c 0001 'a'"
#define ACCEPT      " | S 82 04 20 02 00 00"
#define UNMASKED    "00000000 "
#define ASK_CONNECT " | C 82 8f " UNMASKED CONNECT

static const struct {
    const char *script, *protocol, *outcome, *state, *fields;
} talks[] = {
    /* granted: what is told is what runs inside */
    { OPEN ASK_CONNECT ACCEPT " | end", "mqtt", "completed", "connected", "mqtt.client_id a" },
    { OPEN " | C 82 8f 01020304 110f03004c5357500500033801 0362" ACCEPT " | end", "mqtt",
      "completed", "connected", "mqtt.client_id a" },
    { OPEN " | C 02 85 " UNMASKED "10 0d 0004 'M' | C 89 82 " UNMASKED "'hi' | C 00 80 " UNMASKED
           " | C 80 8a " UNMASKED "'QTT' 04 02 003c 0001 'a'" ACCEPT " | end",
      "mqtt", "completed", "connected", "mqtt.client_id a" },
    { OPEN " | C 82 fe 000f " UNMASKED CONNECT " | S 82 7f 0000000000000004 20 02 00 00 | end",
      "mqtt", "completed", "connected", "mqtt.client_id a" },
    { OPEN ASK_CONNECT " | S 82 04 20 02 00 05 | S 88 02 03e8", "mqtt", "failed", "refused",
      "mqtt.connack not authorized" },
    { OPEN ASK_CONNECT ACCEPT " | C 88 82 " UNMASKED "03e8 | S 88 02 03e8 | S fin | C fin", "mqtt",
      "completed", "ended", "mqtt.ended_by client; mqtt.ending close" },
    { OPEN ASK_CONNECT ACCEPT " | C 82 8b " UNMASKED
                              "30 88 8c 01 0001 't' 55*4 | C 02 fe 4603 " UNMASKED
                              "55*17921 e0 00 | end",
      "mqtt", "completed", "ended", "mqtt.disconnected_by client; no mqtt.violation" },
    { OPEN ASK_CONNECT ACCEPT " | C 02 fe 460c " UNMASKED "30 88 8c 01 0001 't' 55*100"
                              " | C gap 17825 | C 80 82 " UNMASKED "e0 00 | end",
      "mqtt", "completed", "ended", "mqtt.disconnected_by client; no mqtt.violation" },
    { ASK("/", "") SWITCH NL ASK_CONNECT ACCEPT " | end", "mqtt", "completed", "connected", "" },
    { ASK("/coap", COAP) SWITCH COAP NL " | C 82 82 " UNMASKED "00 e1 | S 82 02 00 e1 | end",
      "coap", "completed", "connected", "coap.client_csm yes; coap.server_csm yes" },

    /* MQTT all the same, though it must not be so */
    { OPEN " | C 81 8f " UNMASKED CONNECT ACCEPT " | end", "mqtt", "completed", "connected", "" },
    { OPEN " | C 82 0f " CONNECT ACCEPT " | end", "mqtt", "completed", "connected", "" },

    /* refused */
    { ASK("/mqtt?token=secret", MQTT) ANSWER("404 Not Found") "'Server: nginx'" NL NL
                                                              "'<html>' | S fin",
      "mqtt", "failed", "refused",
      "websocket.path /mqtt; websocket.host b; websocket.status 404; websocket.offered mqtt; "
      "websocket.reply HTTP/1.1 404 Not Found; websocket.server nginx; websocket.closed_by server; "
      "websocket.for mqtt; no websocket.waited" },
    { ASK("/x", COAP) ANSWER("301 Moved") "'Location: https://a/b?c'" NL NL " | C fin", "coap",
      "failed", "refused", "websocket.location https://a/b; websocket.for coap" },
    { ASK("/mqtt", "'Authorization: Basic c2VjcmV0'" NL) ANSWER("401 No") NL " | end", "mqtt",
      "failed", "refused", "websocket.credentials yes; no websocket.offered" },
    { ASK("/mqtt", MQTT) ANSWER("401 No") NL " | " ASK("/mqtt", MQTT) ANSWER("403 No") NL " | end",
      "mqtt", "failed", "refused", "websocket.status 403" },
    { ASK("/mqtt", MQTT) ANSWER("404 No") NL " | C 'GET / HTTP/1.1'" NL NL, "mqtt", "failed",
      "refused", "websocket.status 404" },
    { ASK("/mqtt", MQTT) ANSWER("100 Continue") NL ANSWER("502 Bad") NL " | C rst", "mqtt",
      "failed", "refused", "websocket.status 502" },
    { ASK("/mqtt", MQTT) " | S fin", "mqtt", "failed", "upgrading",
      "no websocket.status; websocket.closed_by server; websocket.waited 1 ms" },
    { ASK("/mqtt", MQTT) " | S 20 02 00 00 | S fin", "mqtt", "failed", "upgrading",
      "no websocket.status" },
    { ASK("/mqtt", MQTT) " | C fin | 12 S fin", "mqtt", "failed", "upgrading", "" },
    { ASK("/mqtt", MQTT) " | end", "mqtt", "unknown", "upgrading", "" },

    /* granted, and not as it was asked for */
    { ASK("/mqtt", MQTT) SWITCH NL " | C fin", "mqtt", "failed", "upgraded",
      "websocket.agreed_offered no; no websocket.agreed; websocket.accept_matches yes" },
    { ASK("/mqtt", MQTT) SWITCH COAP NL " | C fin", "mqtt", "failed", "upgraded",
      "websocket.agreed_offered no; websocket.agreed coap" },
    { ASK("/mqtt", MQTT) ANSWER(
          "101 Yes") "'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO='" NL MQTT NL " | C fin",
      "mqtt", "failed", "upgraded", "websocket.accept_matches no; websocket.agreed_offered yes" },
    { OPEN " | C fin | S fin", "mqtt", "unknown", "upgraded", "websocket.closed_by client" },
    { OPEN " | S 88 09 03f0 'not you' | S fin", "mqtt", "failed", "upgraded",
      "websocket.close policy violation; websocket.close_reason not you; "
      "websocket.closed_by server" },
    { OPEN " | C 83 82 " UNMASKED "1234 | S fin", "mqtt", "failed", "upgraded",
      "websocket.violation a frame of a kind that WebSocket does not have; "
      "websocket.violation_by client" },
};

static struct handshake *played(struct talk *t, const char *script, enum talk_pace pace)
{
    talk_start(t, false, false);
    talk_play(t, script, pace);
    return talk_only(t, script);
}

START_TEST(follows_talks)
{
    static struct talk talk;
    struct handshake *hs = played(&talk, talks[_i].script, AT_ONCE);
    ck_assert_str_eq(hs->dissector->name, talks[_i].protocol);
    ck_assert_msg(strcmp(outcome_name(hs->outcome), talks[_i].outcome) == 0, "%s: %s",
                  talks[_i].script, outcome_name(hs->outcome));
    ck_assert_str_eq(machine_state(hs->dissector->machine, hs)->name, talks[_i].state);
    talk_check(hs, talks[_i].script, talks[_i].fields);
    talk_stop(&talk);
}
END_TEST

START_TEST(reads_at_any_pace)
{
    talk_same(talks[_i].script, talks[_i].script, false, false);
}
END_TEST

/* What is not for MQTT or CoAP, or is no WebSocket at all, is nobody's business here. */
static const char *const silent[] = {
    ASK("/chat", "'Sec-WebSocket-Protocol: chat'" NL) ANSWER("404 No") NL " | S fin",
    ASK("/chat", "") SWITCH NL " | C 81 82 " UNMASKED "'hi' | S 81 02 'ho' | S fin",
    ASK("/chat", "") SWITCH NL " | C 82 82 " UNMASKED "'hi' | S 82 02 'ho' | S fin",
    "C 'GET /mqtt HTTP/1.1'" NL "'Host: b'" NL NL ANSWER("404 No") NL " | S fin",
    "C 'GET /mqtt HTTP/1.1'" NL "'Upgrade: h2c'" NL NL ANSWER("101 Yes") NL " | S fin",
    "C 'GET /mqtt HTTP/1.1'" NL "'Upgrade: websocket' | S fin",
    "C 'POST /mqtt HTTP/1.1'" NL UPGRADE NL ANSWER("404 No") NL " | S fin",
};

START_TEST(leaves_others_alone)
{
    static struct talk talk;
    for (enum talk_pace pace = AT_ONCE; pace <= BY_BYTES; pace++) {
        talk_start(&talk, false, false);
        talk_play(&talk, silent[_i], pace);
        ck_assert_msg(!conversation_finished(talk.c, true), "%s", silent[_i]);
        ck_assert_uint_eq(talk.number, 0);
        talk_stop(&talk);
    }
}
END_TEST

/* The upgrade's facts are those of the MQTT handshake's surroundings. */
START_TEST(tells_of_the_way_there)
{
    static struct talk talk;
    struct handshake *hs = played(&talk, OPEN ASK_CONNECT ACCEPT " | end", AT_ONCE);
    ck_assert_uint_eq(hs->number, 1);
    ck_assert_str_eq(hs->over[0], "tcp");
    ck_assert_str_eq(hs->over[1], "websocket");
    ck_assert_ptr_nonnull(hs->outer);
    ck_assert_ptr_null(handshake_inside(hs));
    talk_check(hs->outer, "outer",
               "websocket.path /mqtt; websocket.agreed mqtt; websocket.agreed_offered yes; "
               "websocket.accept_matches yes; websocket.version 13");
    talk_stop(&talk);
}
END_TEST

/* ---- frames ---- */

static const struct {
    const char *wire;
    enum side side;
    enum reader_status status;
    const char *wrong, *odd;
    uint64_t len;
} heads[] = {
    { "82 85 00000000", CLIENT, READER_OK, NULL, NULL, 5 },
    { "82 05", CLIENT, READER_OK, NULL, "a frame without a mask", 5 },
    { "82 05", SERVER, READER_OK, NULL, NULL, 5 },
    { "82 85 00000000", SERVER, READER_OK, NULL, "a frame with a mask", 5 },
    { "82 85 000000", CLIENT, READER_SHORT, NULL, NULL, 5 },
    { "82 7e 0100", SERVER, READER_OK, NULL, NULL, 256 },
    { "82 7e 01", SERVER, READER_SHORT, NULL, NULL, 0 },
    { "82 7f 0000000100000000", SERVER, READER_OK, NULL, NULL, UINT64_C(1) << 32 },
    { "82 7f 8000000000000000", SERVER, READER_OK, "a frame of an impossible length", NULL,
      UINT64_C(1) << 63 },
    { "80 05", SERVER, READER_OK, "a continuation of no message", NULL, 5 },
    { "83 05", SERVER, READER_OK, "a frame of a kind that WebSocket does not have", NULL, 5 },
    { "8b 05", SERVER, READER_OK, "a frame of a kind that WebSocket does not have", NULL, 5 },
    { "a2 05", SERVER, READER_OK, "a frame of a kind that WebSocket does not have", NULL, 5 },
    { "c2 05", SERVER, READER_OK, "a compressed frame, which was not agreed", NULL, 5 },
    { "89 7d", SERVER, READER_OK, NULL, NULL, 125 },
    { "89 7e 007e", SERVER, READER_OK, "a control frame that is too long or in parts", NULL, 126 },
    { "09 05", SERVER, READER_OK, "a control frame that is too long or in parts", NULL, 5 },
};

static void check_words(const char *is, const char *expected, const char *wire)
{
    ck_assert_msg(!is == !expected && (!is || strcmp(is, expected) == 0), "%s: %s", wire,
                  is ? is : "fine");
}

START_TEST(reads_heads)
{
    struct frame f;
    struct reader r = hex_open(heads[_i].wire);
    frame_read(&f, &r);
    ck_assert_int_eq(r.status, heads[_i].status);
    if (heads[_i].status != READER_OK)
        return;
    ck_assert_uint_eq(f.len, heads[_i].len);
    check_words(frame_wrong(&f, false, false), heads[_i].wrong, heads[_i].wire);
    check_words(frame_odd(&f, heads[_i].side), heads[_i].odd, heads[_i].wire);
}
END_TEST

START_TEST(knows_messages_in_parts)
{
    struct frame more = { .opcode = OPCODE_CONTINUATION }, anew = { .opcode = OPCODE_BINARY };
    struct frame ping = { .opcode = OPCODE_PING, .last = true };
    struct frame small = { .opcode = OPCODE_BINARY, .compressed = true };
    ck_assert_ptr_null(frame_wrong(&more, true, false));
    ck_assert_ptr_null(frame_wrong(&ping, true, false));
    ck_assert_str_eq(frame_wrong(&anew, true, false), "a new message inside another");
    ck_assert_ptr_null(frame_wrong(&small, false, true));
}
END_TEST

/* ---- recognising ---- */

static const struct {
    const char *wire;
    enum recognition is;
    bool coap;
} openings[] = {
    { "'GET / HTTP/1.1'" NL "'UPGRADE: foo, WebSocket'" NL NL, MINE, false },
    { "'GET / HTTP/1.1'" NL "'Upgrade: websocket'" NL COAP NL, MINE, true },
    { "'GET / HTTP/1.1'" NL "'Upgrade: websocket'" NL, MAYBE_MINE, false },
    { "'GET / HTTP/1.1'" NL "'Upgrade: websockets'" NL NL, NOT_MINE, false },
    { "'GET / HTTP/1.1'" NL "'X-Upgrade: websocket'" NL NL, NOT_MINE, false },
    { "'GET / HTTP/1.1'" NL NL "'Upgrade: websocket'" NL NL, NOT_MINE, false },
    { "'G'", MAYBE_MINE, false },
    { "'GEX'", NOT_MINE, false },
    { "16 03 01", NOT_MINE, false },
};

START_TEST(recognises)
{
    bool coap;
    ck_assert_msg(upgrade_recognise(hex_open(openings[_i].wire), &coap) == openings[_i].is, "%s",
                  openings[_i].wire);
    ck_assert_int_eq(coap, openings[_i].coap);
}
END_TEST

static void add_websocket(TCase *t)
{
    TEST_ROWS(t, follows_talks, talks);
    TEST_ROWS(t, reads_at_any_pace, talks);
    TEST_ROWS(t, leaves_others_alone, silent);
    tcase_add_test(t, tells_of_the_way_there);
    TEST_ROWS(t, reads_heads, heads);
    tcase_add_test(t, knows_messages_in_parts);
    TEST_ROWS(t, recognises, openings);
}

TEST_MAIN("websocket", add_websocket)
