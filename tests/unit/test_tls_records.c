/* test_tls_records.c - whole TLS conversations to version 1.2: bytes in, messages,
 * outcome and facts out, at once and byte by byte. */
#include "dissectors/tls/tls.h"

#include "support/talk.h"
#include "support/tls_bytes.h"

const struct dissector *const dissectors[] = { &tls_dissector, NULL };

/* What the capture missed, and BY_PACKETS: where a record begins is told only by where
 * a packet begins. */
enum { CLIENT_LATE = 1, SERVER_LATE = 2, BOTH_LATE = 3, BY_PACKETS = 4 };

#define HELLO_AND_FLIGHT "C" HELLO_12 "| S" SERVER_FLIGHT_12
#define KEYED            HELLO_AND_FLIGHT "| C" CLIENT_FLIGHT_12
#define FINISHED         KEYED "| S" FINISH_12
#define LADDER_FLIGHT                                                                              \
    "C ClientHello, S ServerHello, S Certificate, S ServerKeyExchange, S ServerHelloDone"
#define LADDER_KEYED                                                                               \
    LADDER_FLIGHT ", C ClientKeyExchange, C ChangeCipherSpec, C Finished (encrypted)"
#define LADDER_FINISHED LADDER_KEYED ", S ChangeCipherSpec, S Finished (encrypted)"

static const struct {
    const char *name, *script;
    int late;
    const char *outcome, *ladder, *fields; /* ladder NULL: not looked at */
} talks[] = {
    /* ---- completed ---- */
    { "all well", FINISHED "| C" SEALED(60) "| S" SEALED(40) "| C fin | S fin | end", 0,
      "completed established", LADDER_FINISHED ", C application data",
      "tls.version TLS 1.2; tls.server_record_version TLS 1.2; tls.group x25519; tls.hellos 1;"
      "tls.hello_bytes 47; tls.hello_segments 1; tls.client_finished yes; tls.server_finished yes;"
      "tls.client_data yes; tls.forward_secrecy yes; tls.cipher_weak no; no tls.alerts;"
      "no tls.closed_by; no tls.unexpected; no tls.resumed; no tls.partial_from" },
    { "a ticket", KEYED "| S" TICKET_12 FINISH_12 "| end", 0, "completed finished",
      LADDER_KEYED ", S NewSessionTicket, S ChangeCipherSpec, S Finished (encrypted)",
      "no tls.unexpected; no tls.resumed" },
    { "False Start", KEYED "| C" SEALED(60) "| S" FINISH_12 "| end", 0, "completed finished", NULL,
      "no tls.unexpected; tls.client_data yes" },
    { "the server speaks first", FINISHED "| S" SEALED(60) "| C" SEALED(60) "| end", 0,
      "completed established", NULL, "no tls.unexpected; tls.server_data yes" },
    { "a session taken up", "C" HELLO_12 "| S" ANSWER_12 FINISH_12 "| C" FINISH_12 "| end", 0,
      "completed finished",
      "C ClientHello, S ServerHello, S ChangeCipherSpec, S Finished (encrypted), "
      "C ChangeCipherSpec, C Finished (encrypted)",
      "tls.resumed yes; no tls.unexpected; no tls.certificates" },
    { "a session taken up, and a new ticket",
      "C" HELLO_12 "| S" ANSWER_12 TICKET_12 FINISH_12 "| C" FINISH_12 "| end", 0,
      "completed finished", NULL, "tls.resumed yes; no tls.unexpected" },
    { "a client certificate",
      "C" HELLO_12 "| S" ANSWER_12 CERTIFICATE_12 KEY_EXCHANGE_12 REQUEST_12 DONE_12
      "| C" CERTIFICATE_12 CLIENT_KEY_12 VERIFY_12 FINISH_12 "| S" FINISH_12 "| end",
      0, "completed finished", NULL,
      "tls.client_certificate.requested yes; tls.client_certificate.sent yes;"
      "tls.client_certificate.verified yes; no tls.unexpected" },
    { "a warning is none that stops",
      "C" HELLO_12 "| S" ALERT_RECORD("01", "70") SERVER_FLIGHT_12 "| C" CLIENT_FLIGHT_12
                                                                   "| S" FINISH_12 "| end",
      0, "completed finished", NULL,
      "tls.warning unrecognized_name; no tls.alert; no tls.unexpected" },
    { "HelloRequest is overheard",
      HELLO_AND_FLIGHT "| S" MESSAGE("00", "") "| C" CLIENT_FLIGHT_12 "| S" FINISH_12 "| end", 0,
      "completed finished", NULL, "no tls.unexpected" },
    { "negotiated anew",
      FINISHED "| C" SEALED_HANDSHAKE "| S" SEALED_HANDSHAKE "| C" SEALED(60) "| end", 0,
      "completed established", NULL, "tls.renegotiation yes; no tls.unexpected" },
    { "a farewell", FINISHED "| C" SEALED_ALERT_12 "| C fin | S" SEALED_ALERT_12 "| S fin | end", 0,
      "completed finished", NULL, "tls.alerts; no tls.alert" },
    { "a farewell in the clear", "C" HELLO_12 "| S" ALERT_RECORD("01", "00") "| S fin | end", 0,
      "failed client_hello", "C ClientHello, S Alert (warning close_notify), S FIN",
      "no tls.alert; no tls.warning; tls.closed_by server" },
    { "half an alert", "C" HELLO_12 "| S" RECORD("15", "02") "| end", 0, "unknown client_hello",
      NULL, "no tls.alert" },
    { "a stapled response",
      "C" HELLO_12 "| S" ANSWER_12 CERTIFICATE_12 MESSAGE("16", "01 [3 '?']")
          KEY_EXCHANGE_12 DONE_12 "| C" CLIENT_FLIGHT_12 "| S" FINISH_12 "| end",
      0, "completed finished", NULL, "tls.ocsp_stapled yes; no tls.unexpected" },

    /* ---- how bytes come in records ---- */
    { "a hello in two packets",
      "C 16 0301 0031 0100002d 0303 00*5 | C 00*27 00 [2 c02f 009c] [1 00] [2] | S" SERVER_FLIGHT_12
      "| end",
      0, "unknown client_flight", LADDER_FLIGHT, "tls.hello_segments 2; tls.hello_bytes 49" },
    { "a message in two records",
      "C 16 0301 [2 0100002b 0303 00*30] 16 0301 [2 00*2 00 [2 c02f 009c] [1 00]]"
      "| S" SERVER_FLIGHT_12 "| end",
      0, "unknown client_flight", LADDER_FLIGHT, "tls.hello_segments 1" },
    { "a message header in two records",
      "C 16 0301 [2 01] 16 0301 [2 00002b 0303 00*32 00 [2 c02f 009c] [1 00]]"
      "| S" SERVER_FLIGHT_12 "| end",
      0, "unknown client_flight", LADDER_FLIGHT, "no tls.partial_from" },
    { "all messages in one record",
      "C" HELLO_12 "| S" RECORD(
          "16", "02 [3" ANSWER_BODY("0303", "", "c02f",
                                    "") "] 0b [3 [3 [3 'x']]] "
                                        "0c [3 03 001d [1 00*32] 0804 [2 00]] 0e [3]") "| end",
      0, "unknown client_flight", LADDER_FLIGHT, "" },
    { "one and a half in a record",
      "C" HELLO_12
      "| S" RECORD("16", "02 [3" ANSWER_BODY("0303", "", "c02f", "") "] 0b 000007 000004")
          RECORD("16", "000001 'x' 0e [3]") "| end",
      0, "unknown client_flight", "C ClientHello, S ServerHello, S Certificate, S ServerHelloDone",
      "no tls.malformed" },
    { "the server is who calls", "S" HELLO_12 "| C" SERVER_FLIGHT_12 "| end", 0,
      "unknown client_flight", LADDER_FLIGHT, "no tls.unexpected" },

    /* ---- refused ---- */
    { "the version", "C" HELLO_12 "| S" ALERT_RECORD("02", "46") "| S fin | C fin | end", 0,
      "failed client_hello", "C ClientHello, S Alert (fatal protocol_version)",
      "tls.alert protocol_version; tls.alert_from server; tls.alert_stage hello; no tls.closed_by;"
      "no tls.version; tls.server_record_version TLS 1.2; no tls.warning" },
    { "the certificate", HELLO_AND_FLIGHT "| C" ALERT_RECORD("02", "30") "| C fin | S fin | end", 0,
      "failed client_flight", LADDER_FLIGHT ", C Alert (fatal unknown_ca)",
      "tls.alert unknown_ca; tls.alert_from client; tls.alert_stage certificate" },
    { "the certificate, in the middle of the flight",
      "C" HELLO_12 "| S" ANSWER_12 CERTIFICATE_12 "| C" ALERT_RECORD("02", "2a") "| end", 0,
      "failed server_flight", NULL, "tls.alert_stage certificate" },
    { "the ServerHello", "C" HELLO_12 "| S" ANSWER_12 "| C" ALERT_RECORD("02", "2f") "| end", 0,
      "failed server_flight", NULL, "tls.alert_stage server_hello" },
    { "twice: the first is the reason",
      HELLO_AND_FLIGHT "| C" ALERT_RECORD("02", "31") ALERT_RECORD("02", "2a") "| C fin | end", 0,
      "failed client_flight",
      LADDER_FLIGHT ", C Alert (fatal access_denied), C Alert (fatal bad_certificate)",
      "tls.alert access_denied;"
      "tls.alerts (from client, level fatal, description access_denied, code 49, frame 3), "
      "(from client, level fatal, description bad_certificate, code 42, frame 3)" },
    { "and answered by another",
      HELLO_AND_FLIGHT "| C" ALERT_RECORD("02", "30") "| S" ALERT_RECORD("02", "0a") "| end", 0,
      "failed client_flight", NULL,
      "tls.alert unknown_ca; tls.alert_from client;"
      "tls.alerts (from client, level fatal, description unknown_ca, code 48, frame 3), "
      "(from server, level fatal, description unexpected_message, code 10, frame 4, reaction "
      "yes)" },
    { "an alert after a FIN is a reaction",
      "C" HELLO_12 "| C fin | S" ALERT_RECORD("02", "32") "| S fin | end", 0, "failed client_hello",
      "C ClientHello, S Alert (fatal decode_error), S FIN",
      "no tls.alert; no tls.alert_from; tls.closed_by client; tls.closed_stage hello;"
      "tls.alerts (from server, level fatal, description decode_error, code 50, frame 3, reaction "
      "yes)" },
    { "an alert of no level that there is", "C" HELLO_12 "| S" ALERT_RECORD("07", "28") "| end", 0,
      "unknown client_hello", "C ClientHello, S Alert (of no level handshake_failure)",
      "no tls.alert; tls.warning handshake_failure;"
      "tls.alerts (from server, description handshake_failure, code 40, frame 2)" },
    { "an alert of no name", "C" HELLO_12 "| S" ALERT_RECORD("02", "c8") "| end", 0,
      "failed client_hello", "C ClientHello, S Alert (fatal alert 200)", "tls.alert alert 200" },
    { "an alert first of all", "C" ALERT_RECORD("02", "28") "| end", 0, "failed start", NULL,
      "tls.alert handshake_failure; tls.alert_stage start" },
    { "no client certificate",
      "C" HELLO_12 "| S" ANSWER_12 CERTIFICATE_12 KEY_EXCHANGE_12 REQUEST_12 DONE_12
      "| C" EMPTY_CERTIFICATE CLIENT_KEY_12 FINISH_12
      "| S" ALERT_RECORD("02", "28") "| S fin | end",
      0, "failed server_finish", NULL,
      "tls.client_certificate.sent no; tls.alert handshake_failure; tls.alert_stage "
      "client_flight" },
    { "the client's Finished, encrypted", KEYED "| S" SEALED_ALERT_12 "| S fin | end", 0,
      "failed server_finish", NULL, "" },

    /* ---- ended, or silent ---- */
    { "closed by the server", "C" HELLO_12 "| S fin | C fin | end", 0, "failed client_hello",
      "C ClientHello, S FIN", "tls.closed_by server; tls.closed_stage hello; no tls.partial_from" },
    { "reset by the server", "C" HELLO_12 "| S rst | end", 0, "failed client_hello",
      "C ClientHello, S RST", "tls.closed_by server" },
    { "closed by the client, whose turn it is", HELLO_AND_FLIGHT "| C fin | end", 0,
      "failed client_flight", LADDER_FLIGHT ", C FIN",
      "tls.closed_by client; tls.closed_stage certificate" },
    { "a FIN of who only waits fails nothing yet",
      "C" HELLO_12 "| C fin | S" SERVER_FLIGHT_12 "| end", 0, "failed client_flight", NULL,
      "tls.closed_by client" },
    { "inside a message", "C" HELLO_12 "| S 16 0303 0040 02 00004c 0303 11*58 | S fin | end", 0,
      "failed client_hello", NULL, "tls.partial_from server; tls.closed_by server" },
    { "inside a record", "C" HELLO_12 "| S 16 0303 0040 02 00003c 0303 11*10 | S fin | end", 0,
      "failed client_hello", NULL, "tls.closed_by server" },
    { "silent for ten seconds", "C" HELLO_12 "| 10 end", 0, "failed client_hello",
      "C ClientHello, S silence", "no tls.closed_by" },
    { "silent, and the capture ends", "C" HELLO_12 "| 9.9 end", 0, "unknown client_hello",
      "C ClientHello", "no tls.closed_by" },
    { "a client that is silent", HELLO_AND_FLIGHT "| 11 end", 0, "failed client_flight",
      LADDER_FLIGHT ", C silence", "" },
    { "silent after all was well", FINISHED "| 99 end", 0, "completed finished", LADDER_FINISHED,
      "" },

    /* ---- not as it should be ---- */
    { "SSH answers", "C" HELLO_12 "| S 'SSH-2.0-OpenSSH_9.2' 0d0a | C fin | S fin | end", 0,
      "failed client_hello", "C ClientHello, S bytes that are not TLS", "tls.not_tls_from server" },
    { "HTTP answers", "C" HELLO_12 "| S 'HTTP/1.1 400 Bad Request' 0d0a0d0a | S fin | end", 0,
      "failed client_hello", NULL, "tls.not_tls_from server; no tls.malformed" },
    { "a record of no length", "C" HELLO_12 "| S 16 0303 0000 | end", 0, "failed client_hello",
      NULL, "tls.not_tls_from server" },
    { "a record too long", "C" HELLO_12 "| S 16 0303 4801 00*9 | end", 0, "failed client_hello",
      NULL, "tls.not_tls_from server" },
    { "a record of version 5", "C" HELLO_12 "| S 16 0305 0002 0228 | end", 0, "failed client_hello",
      NULL, "tls.not_tls_from server" },
    { "a message too long", "C" HELLO_12 "| S" RECORD("16", "0b 020001 00*9") "| end", 0,
      "unknown client_hello", "C ClientHello, S! malformed message (handshake message)",
      "tls.malformed_from server; tls.malformed handshake message" },
    { "a hello that contradicts itself", "C" MESSAGE("01", "0303 00*32 ff 00") "| end", 0,
      "unknown client_hello", "C ClientHello, C! malformed message (ClientHello)",
      "tls.malformed_from client; tls.malformed ClientHello" },
    { "a message that has no place there", "C" HELLO_12 "| S" CERTIFICATE_12 "| end", 0,
      "unknown client_hello", "C ClientHello, S! Certificate",
      "tls.unexpected_from server; tls.unexpected Certificate" },
    { "a message that nobody knows", HELLO_AND_FLIGHT "| C" MESSAGE("63", "00") "| end", 0,
      "unknown client_flight", LADDER_FLIGHT ", C! handshake message",
      "tls.unexpected_from client; tls.unexpected handshake message" },
    { "ChangeCipherSpec too early", "C" HELLO_12 CHANGE_CIPHER_SPEC "| S" SERVER_FLIGHT_12 "| end",
      0, "unknown client_flight", NULL, "no tls.unexpected" },
    { "a heartbeat", "C" HELLO_12 RECORD("18", "01 [2 00*9]") "| S" SERVER_FLIGHT_12 "| end", 0,
      "unknown client_flight", LADDER_FLIGHT, "no tls.unexpected" },
    { "two hellos: the first counts",
      "C" HELLO_12 MESSAGE("01", HELLO_BODY("0301", "", "002f", "")) "| end", 0,
      "unknown client_hello", NULL,
      "tls.hellos 2; tls.hello_version TLS 1.2; tls.unexpected ClientHello" },

    /* ---- SSL 2 ---- */
    { "a hello in SSL 2 format, and TLS",
      "C 801f 01 0301 0006 0000 0010 00002f 00000a 00*16 | S" SERVER_FLIGHT_12 "| end", 0,
      "unknown client_flight", LADDER_FLIGHT,
      "tls.ssl2_hello yes; tls.hellos 1; tls.hello_bytes 31" },
    { "a hello in SSL 2 format, refused",
      "C 801f 01 0301 0006 0000 0010 00002f 00000a 00*16 | S 15 0300 0002 0228 | S fin | end", 0,
      "failed client_hello", NULL,
      "tls.alert handshake_failure; tls.server_record_version SSL 3.0" },
    { "SSL 2 and nothing but",
      "C 801f 01 0002 0006 0000 0010 010080 020080 00*16 | S 800f 04 00*14 | C 00*30 | end", 0,
      "unknown server_flight", "C ClientHello, S ServerHello",
      "tls.version SSL 2.0; no tls.not_tls_from" },

    /* ---- what the capture missed ---- */
    { "the beginning", "S" SEALED(60) "| C" SEALED(60) "| C fin | S fin | end", BOTH_LATE,
      "unknown middle", NULL, "no tls.unexpected; no tls.closed_by" },
    { "the server's side", "C" HELLO_12 "| C" CLIENT_FLIGHT_12 "| C" SEALED(60) "| C fin | end",
      SERVER_LATE, "unknown server_finish", NULL,
      "no tls.unexpected; tls.client_data yes; tls.client_finished yes" },
    { "the client's side", "S" SERVER_FLIGHT_12 "| S" FINISH_12 "| S fin | end", CLIENT_LATE,
      "unknown finished", NULL, "no tls.unexpected; no tls.resumed" },
    { "the server's side, of a client that waits", "C" HELLO_12 "| 99 end", SERVER_LATE,
      "unknown client_hello", "C ClientHello", "" },
    { "an alert is one even so", "C" HELLO_12 "| S" ALERT_RECORD("02", "46") "| end", CLIENT_LATE,
      "failed client_hello", NULL, "tls.alert protocol_version" },
    { "a part of a record",
      "C" HELLO_12 "| S" ANSWER_12 "16 0303 0064 0b 000060 00005d | S gap 60 | S 00*33" DONE_12
      "| end",
      0, "unknown client_flight", "C ClientHello, S ServerHello, S Certificate, S ServerHelloDone",
      "no tls.not_tls_from; no tls.unexpected" },
    { "more than a record",
      "C" HELLO_12 "| S" ANSWER_12 "16 0303 0064 0b 000060 | S gap 500 | S 00*33 | S" DONE_12
      "| C" CLIENT_FLIGHT_12 "| S" FINISH_12 "| C" SEALED(60) "| end",
      BY_PACKETS, "completed established", NULL, "no tls.not_tls_from; no tls.unexpected" },
    { "the end of a hello",
      "C 16 0301 0043 01 00003f 0303 00*32 00 0004 1301 c02f 01 00 0014 0000 0009 0007 00 0004"
      " 'a.ex' 000d | C gap 9 | C fin | end",
      0, "unknown client_hello", "C ClientHello",
      "tls.hello_version TLS 1.2; tls.sni a.ex; tls.extensions server_name;"
      "tls.offered_ciphers TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
    { "a hole that never was a record",
      "C" HELLO_12 "| S gap 9 | S 'garbage' | S" ALERT_RECORD("02", "28") "| end", BY_PACKETS,
      "failed client_hello", NULL, "tls.alert handshake_failure; no tls.not_tls_from" },
    { "a Finished", KEYED "| S gap 51 | S" SEALED(60) "| C" SEALED(60) "| end", 0, "unknown middle",
      NULL, "no tls.unexpected" },
};

static void play(struct talk *t, int row)
{
    talk_start(t, talks[row].late & CLIENT_LATE, talks[row].late & SERVER_LATE);
    talk_play(t, talks[row].script, AT_ONCE);
}

START_TEST(tells_what_happened)
{
    static struct talk talk;
    const char *name = talks[_i].name;
    play(&talk, _i);
    struct handshake *hs = talk_only(&talk, name);
    struct text said = { 0 };
    text_format(&said, "%s %s", outcome_name(hs->outcome), machine_state(&tls_machine, hs)->name);
    ck_assert_msg(strcmp(text_string(&said), talks[_i].outcome) == 0, "%s: %s", name,
                  text_string(&said));
    text_clear(&said);
    talk_ladder(hs, &said);
    ck_assert_msg(!talks[_i].ladder || strcmp(text_string(&said), talks[_i].ladder) == 0, "%s: %s",
                  name, text_string(&said));
    talk_check(hs, name, talks[_i].fields);
    text_free(&said);
    talk_stop(&talk);
}
END_TEST

START_TEST(tells_the_same_byte_by_byte)
{
    if (!(talks[_i].late & BY_PACKETS))
        talk_same(talks[_i].name, talks[_i].script, talks[_i].late & CLIENT_LATE,
                  talks[_i].late & SERVER_LATE);
}
END_TEST

/* ---- whose bytes ---- */

static const struct {
    const char *name, *script;
    int late;
    bool mine;
} openings[] = {
    { "a hello", "C" HELLO_12, 0, true },
    { "an alert", "C" ALERT_RECORD("02", "28"), 0, true },
    { "a hello in SSL 2 format", "C 801f 01 0301 0006 0000 0010 00002f 00000a 00*16", 0, true },
    { "one whose lengths do not add up", "C 801f 01 0301 0006 0000 0011 00002f 00000a 00*16", 0,
      false },
    { "one without suites", "C 8019 01 0301 0000 0000 0010 00*16", 0, false },
    { "data", "C" SEALED(60), 0, false },
    { "data of which the beginning is missing", "C" SEALED(60), BOTH_LATE, true },
    { "HTTP", "C 'GET / HTTP/1.1' 0d0a0d0a", 0, false },
    { "HTTP of which the beginning is missing", "C 'GET / HTTP/1.1' 0d0a0d0a", BOTH_LATE, false },
    { "MQTT", "C 10 [1 0004 'MQTT' 04 02 003c 0000]", 0, false },
    { "a record of TLS that there is not", "C 16 0403 0004 01000000", 0, false },
    { "text first, then TLS", "S '220 mx' 0d0a | C" HELLO_12, 0, true },
};

START_TEST(recognises)
{
    static struct talk talk;
    talk_start(&talk, openings[_i].late & CLIENT_LATE, openings[_i].late & SERVER_LATE);
    talk_play(&talk, openings[_i].script, AT_ONCE);
    ck_assert_msg((conversation_dissector(talk.c) == &tls_dissector) == openings[_i].mine, "%s",
                  openings[_i].name);
    talk_stop(&talk);
}
END_TEST

START_TEST(stops_watching_when_settled)
{
    static struct talk talk;
    talk_start(&talk, false, false);
    talk_play(&talk, FINISHED, AT_ONCE);
    ck_assert(conversation_watching(talk.c));
    ck_assert_ptr_null(conversation_finished(talk.c, false));
    talk_play(&talk, "C" SEALED(30), AT_ONCE);
    ck_assert(!conversation_watching(talk.c));
    ck_assert_ptr_nonnull(conversation_finished(talk.c, false));
    talk_stop(&talk);
}
END_TEST

/* However much is sent, little is kept. */
START_TEST(long_messages_take_little)
{
    static struct talk talk;
    talk_start(&talk, false, false);
    talk_play(&talk, "C" HELLO_12 "| S" ANSWER_12, AT_ONCE);
    for (int i = 0; i < 200; i++)
        talk_play(&talk, "S 16 0303 [2 0b 01ffff 00*16000] | C 16 0303 [2 0b 01ffff 00*16000]",
                  AT_ONCE);
    ck_assert_uint_le(arena_used(talk.arena), 1 << 20);
    talk_only(&talk, "long");
    talk_stop(&talk);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, tells_what_happened, talks);
    TEST_ROWS(t, tells_the_same_byte_by_byte, talks);
    TEST_ROWS(t, recognises, openings);
    tcase_add_test(t, stops_watching_when_settled);
    tcase_add_test(t, long_messages_take_little);
}

TEST_MAIN("tls records", add_tests)
