/* test_tls_sealed.c - TLS 1.3, of which only lengths can be seen: each verdict, for
 * each cipher suite and for stacks that pad, at once and byte by byte. */
#include "dissectors/tls/tls.h"

#include "support/talk.h"
#include "support/tls_bytes.h"

const struct dissector *const dissectors[] = { &tls_dissector, NULL };

/* ---- lengths, by suite and stack: content + 1 + tag (+ 16 in Java) ---- */

enum { PLAIN = 1, PADS = 2, ANY_STACK = 3 };

static const struct stack {
    const char *name, *suite;
    int kind;
    unsigned alert, finished, empty, empty_and_finished, end_of_early_data;
} stacks[] = {
    { "AES-128-GCM", "1301", PLAIN, 19, 53, 25, 61, 21 },
    { "AES-256-GCM", "1302", PLAIN, 19, 69, 25, 77, 21 },
    { "ChaCha20", "1303", PLAIN, 19, 53, 25, 61, 21 },
    { "CCM", "1304", PLAIN, 19, 53, 25, 61, 21 },
    { "CCM-8", "1305", PLAIN, 11, 45, 17, 53, 13 },
    { "AES-128-GCM, Java", "1301", PADS, 35, 69, 41, 77, 37 },
    { "AES-256-GCM, Java", "1302", PADS, 35, 85, 41, 93, 37 },
    { "ChaCha20, Java", "1303", PADS, 35, 69, 41, 77, 37 },
};
enum { STACK_COUNT = sizeof stacks / sizeof *stacks };

/* ---- talks, in words ---- */

static void add_record(struct text *out, unsigned len)
{
    text_format(out, " 17 0303 [2 a5*%u]", len);
}

/* A record's length by its word, 0 for what is none. */
static unsigned length_of(const char *word, const struct stack *s)
{
    const struct {
        const char *word;
        unsigned len;
    } lengths[] = {
        { "alert", s->alert },
        { "finished", s->finished },
        { "empty", s->empty },
        { "empty+finished", s->empty_and_finished },
        { "end-of-early-data", s->end_of_early_data },
        { "extensions", 27 },
        { "request", 80 },
        { "certificate", 1000 },
        { "verify", 281 },
        { "certificate+verify+finished", 1334 },
        { "flight", 1361 }, /* the server's, in one record */
        { "alps", 43 },
        { "alps+finished", s->finished + 26 },
        { "ticket", 250 },
        { "data", 300 },
        { "18-bytes", 35 },
        { "36-bytes", s->finished },
        { "2-bytes", s->alert },
        { "connect", s->alert + 28 },
        { "connack", s->alert + 2 },
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        if (strcmp(lengths[i].word, word) == 0)
            return lengths[i].len;
    return 0;
}

static void add_word(struct text *out, const char *word, const struct stack *s)
{
    static const struct {
        const char *word, *bytes;
    } words[] = {
        { "hello", HELLO_13 },
        { "early-hello", HELLO_13_WITH(EXTENSION("002a", "") EXTENSION("0029", "00*60")) },
        { "retry", RETRY },
        { "ccs", CHANGE_CIPHER_SPEC },
        { "clear-alert", ALERT_RECORD("02", "30") },
    };
    unsigned len = length_of(word, s);
    if (len > 0) {
        add_record(out, len);
        return;
    }
    if (strcmp(word, "answer") == 0) {
        text_format(out, " 16 0303 [2 02 [3 0303 11*32 [1 55*32] %s 00 %s]]", s->suite,
                    EXTENSIONS(EXTENSION("002b", "0304") EXTENSION("0033", "001d [2 00*32]")));
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0)
            word = words[i].bytes;
    text_format(out, " %s", word);
}

static char *script_of(const char *template, const struct stack *s)
{
    struct text out = { 0 };
    char *copy = strdup(template), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        add_word(&out, word, s);
    free(copy);
    return out.data;
}

/* ---- verdicts ---- */

#define FLIGHT     "C hello | S answer ccs extensions certificate verify finished "
#define EIGHT_DATA "data data data data data data data data "
#define MANY_DATA                                                                                  \
    EIGHT_DATA EIGHT_DATA EIGHT_DATA EIGHT_DATA EIGHT_DATA EIGHT_DATA EIGHT_DATA EIGHT_DATA
#define ASKING_FLIGHT "C hello | S answer ccs extensions request certificate verify finished "

static const struct {
    const char *name, *talk;
    int kinds; /* of stacks that it is about */
    const char *outcome, *fields;
} verdicts[] = {
    /* the client accepts */
    { "established", FLIGHT "| C ccs finished | C data | S ticket data | end", ANY_STACK,
      "completed established",
      "tls.version TLS 1.3; tls.client_finished yes; tls.client_data yes; tls.server_data yes;"
      "no tls.alerts; no tls.inferred_alert_from; no tls.client_certificate.requested;"
      "no tls.unexpected; no tls.closed_by" },
    { "the client's view of it", FLIGHT "| C ccs finished data | end", ANY_STACK,
      "completed client_data", "no tls.server_data" },
    { "the server goes on", FLIGHT "| C ccs finished | S ticket | end", ANY_STACK,
      "completed server_data", "tls.server_data yes; no tls.client_data" },
    { "Finished, and nothing more was captured", FLIGHT "| C ccs finished | end", ANY_STACK,
      "completed client_finished", "no tls.alerts" },
    { "a farewell",
      FLIGHT "| C ccs finished | S ticket | C data alert | C fin | S alert | S fin | end",
      ANY_STACK, "completed established", "no tls.inferred_alert_from" },
    { "without data", FLIGHT "| C ccs finished alert | C fin | S alert | S fin | end", ANY_STACK,
      "completed client_finished",
      "no tls.inferred_alert_from; no tls.alert; tls.closed_by client" },
    { "a ticket in the server's first flight",
      FLIGHT "ticket | C ccs finished | C data | S data | end", ANY_STACK, "completed established",
      "no tls.unexpected" },
    { "the server's flight in one record",
      "C hello | S answer ccs flight | C ccs finished data | S data | end", ANY_STACK,
      "completed established", "no tls.client_certificate.requested" },
    { "resumed", "C hello | S answer ccs extensions finished | C ccs finished data | S data | end",
      ANY_STACK, "completed established", "" },
    { "another message before Finished", FLIGHT "| C ccs alps finished data | S data | end",
      ANY_STACK, "completed established", "no tls.client_certificate.sent; no tls.alerts" },
    { "and in one record with it", FLIGHT "| C ccs alps+finished data | S data | end", PLAIN,
      "completed established", "no tls.client_certificate.sent; tls.client_finished yes" },
    { "asked for another group",
      "C hello | S retry ccs | C ccs hello | S answer extensions certificate verify finished "
      "| C finished data | S data | end",
      ANY_STACK, "completed established",
      "tls.retry yes; tls.retry_group secp384r1; tls.hellos 2; tls.group x25519; no "
      "tls.unexpected" },

    /* MQTT inside, by its port and its lengths */
    { "MQTT that goes on",
      FLIGHT "| C ccs finished connect | S ticket connack | C data | S data | end", PLAIN,
      "completed established", "tls.mqtt accepted; tls.mqtt_by port" },
    { "MQTT that comes and goes",
      FLIGHT "| C ccs finished connect | S connack | C 2-bytes alert | C fin | S fin | end", PLAIN,
      "completed established", "tls.mqtt accepted" },
    { "MQTT, or its refusal", FLIGHT "| C ccs finished connect | S connack | C alert | C fin | end",
      PLAIN, "completed established", "tls.mqtt unknown" },
    { "MQTT refused", FLIGHT "| C ccs finished connect | S connack alert | S fin | C fin | end",
      PLAIN, "completed established", "tls.mqtt refused" },
    { "MQTT refused, later than that",
      FLIGHT "| C ccs finished connect | S ticket connack | 20 S fin | end", PLAIN,
      "completed established", "tls.mqtt accepted" },
    { "a CONNECT and the end", FLIGHT "| C ccs finished connect | S ticket | S fin | C fin | end",
      PLAIN, "completed established", "tls.mqtt closed; no tls.mqtt_answered_bytes" },
    { "a CONNECT and a client that leaves",
      FLIGHT "| C ccs finished connect | S ticket | C fin | S fin | end", PLAIN,
      "completed established", "tls.mqtt unknown" },
    { "a CONNECT and silence", FLIGHT "| C ccs finished connect | S ticket | 11 end", PLAIN,
      "completed established", "tls.mqtt unanswered" },
    { "a CONNECT at the end", FLIGHT "| C ccs finished connect | S ticket | end", PLAIN,
      "completed established", "tls.mqtt unknown" },

    { "what is not MQTT", FLIGHT "| C ccs finished connect | S ticket " MANY_DATA "| S fin | end",
      ANY_STACK, "completed established", "tls.mqtt unknown" },

    /* the client does not */
    { "says so in the clear", FLIGHT "| C clear-alert | C fin | S fin | end", ANY_STACK,
      "failed server_flight",
      "tls.alert unknown_ca; tls.alert_from client; tls.alert_stage certificate;"
      "no tls.inferred_alert_from" },
    { "says so", FLIGHT "| C ccs alert | C fin | S fin | end", ANY_STACK, "failed server_flight",
      "tls.inferred_alert_from client; tls.alert_stage certificate; no tls.alert;"
      "no tls.client_finished;"
      "tls.alerts (from client, frame 3, encrypted yes)" },
    { "says so, without ChangeCipherSpec", FLIGHT "| C alert | C rst | end", ANY_STACK,
      "failed server_flight", "tls.inferred_alert_from client" },
    { "in the middle of the flight",
      "C hello | S answer ccs extensions certificate | C alert | C fin | end", ANY_STACK,
      "failed server_flight", "tls.inferred_alert_from client" },
    { "says so at the ServerHello", "C hello | S answer ccs | C ccs alert | C fin | end", ANY_STACK,
      "failed server_hello", "tls.inferred_alert_from client; tls.alert_stage server_hello" },
    { "closes", FLIGHT "| C fin | S fin | end", ANY_STACK, "failed server_flight",
      "tls.closed_by client; tls.closed_stage certificate; no tls.inferred_alert_from; no "
      "tls.alerts" },
    { "resets", FLIGHT "| C rst | end", ANY_STACK, "failed server_flight",
      "tls.closed_by client; tls.closed_stage certificate" },
    { "closes, and the server's alert answers that", FLIGHT "| C fin | S alert | S fin | end",
      PLAIN, "failed server_flight",
      "tls.closed_by client; no tls.inferred_alert_from;"
      "tls.alerts (from server, frame 4, encrypted yes, reaction yes)" },
    { "is silent", FLIGHT "| 11 end", ANY_STACK, "failed server_flight", "no tls.closed_by" },
    { "is silent for too short a time to tell", FLIGHT "| 9 end", ANY_STACK,
      "unknown server_flight", "no tls.closed_by" },

    /* the server does not */
    { "alerts behind its ServerHello", "C hello | S answer ccs alert | S fin | end", PLAIN,
      "failed server_hello",
      "tls.inferred_alert_from server; tls.alert_stage server_hello; no tls.closed_by" },
    { "closes behind its ServerHello", "C hello | S answer ccs | S fin | end", ANY_STACK,
      "failed server_hello", "tls.closed_by server; tls.closed_stage server_hello" },
    { "is silent behind its ServerHello", "C hello | S answer ccs | 11 end", ANY_STACK,
      "failed server_hello", "" },
    { "alerts behind Finished: nobody can tell why",
      FLIGHT "| C ccs finished | S alert | S fin | end", ANY_STACK, "unknown middle",
      "tls.inferred_alert_from server; tls.alert_stage finished; tls.client_finished yes" },
    { "alerts behind data: the same", FLIGHT "| C ccs finished data | S alert | S fin | end",
      ANY_STACK, "completed client_data", "tls.inferred_alert_from server" },
    { "alerts behind a ticket: a farewell",
      FLIGHT "| C ccs finished | S ticket alert | S fin | end", ANY_STACK, "completed server_data",
      "" },

    /* client certificates */
    { "accepted", ASKING_FLIGHT "| C ccs certificate verify finished | S ticket | C data | end",
      ANY_STACK, "completed established",
      "tls.client_certificate.requested yes; tls.client_certificate.sent yes;"
      "tls.client_certificate.verified yes; no tls.alerts" },
    { "none, and none needed", ASKING_FLIGHT "| C ccs empty finished | S ticket | C data | end",
      ANY_STACK, "completed established",
      "tls.client_certificate.sent no; no tls.client_certificate.verified; no tls.alerts" },
    { "missing", ASKING_FLIGHT "| C ccs empty finished | S alert | S fin | C fin | end", ANY_STACK,
      "failed client_finished",
      "tls.client_certificate.requested yes; tls.client_certificate.sent no;"
      "tls.inferred_alert_from server; tls.alert_stage finished; no "
      "tls.client_certificate.verified" },
    { "missing, and the client talks already",
      ASKING_FLIGHT "| C ccs empty finished data | S alert | S fin | C fin | end", ANY_STACK,
      "failed client_data", "tls.client_certificate.sent no; tls.inferred_alert_from server" },
    { "missing, and the client has left already",
      ASKING_FLIGHT "| C ccs empty finished data | C fin | S alert | S fin | end", ANY_STACK,
      "failed client_data", "tls.client_certificate.sent no; tls.inferred_alert_from server" },
    { "missing, in one record with Finished",
      ASKING_FLIGHT "| C ccs empty+finished | S alert | S rst | end", ANY_STACK,
      "failed client_finished",
      "tls.client_certificate.sent no; tls.client_finished yes; tls.inferred_alert_from server" },
    { "refused",
      ASKING_FLIGHT "| C ccs certificate verify finished | S alert | S fin | C fin | end",
      ANY_STACK, "failed client_finished",
      "tls.client_certificate.sent yes; tls.client_certificate.verified yes;"
      "tls.inferred_alert_from server; tls.alert_stage finished" },
    { "refused in the clear",
      ASKING_FLIGHT "| C ccs certificate verify finished | S clear-alert | end", ANY_STACK,
      "failed client_finished",
      "tls.client_certificate.sent yes; tls.alert unknown_ca; tls.alert_from server" },
    { "all in one record, accepted",
      ASKING_FLIGHT "| C ccs certificate+verify+finished | S ticket | C data | end", ANY_STACK,
      "completed established",
      "tls.client_certificate.sent yes; tls.client_finished yes; no tls.alerts" },
    { "all in one record, and data as short as an alert",
      ASKING_FLIGHT
      "| C ccs certificate+verify+finished | C 18-bytes 2-bytes | S data | C data | end",
      ANY_STACK, "completed established",
      "tls.client_certificate.sent yes; tls.client_finished yes; no tls.inferred_alert_from" },
    { "all in one record, refused",
      ASKING_FLIGHT "| C ccs certificate+verify+finished | S alert | S fin | end", ANY_STACK,
      "failed client_finished", "tls.client_certificate.sent yes; tls.inferred_alert_from server" },
    { "all in one record, and the end",
      ASKING_FLIGHT "| C ccs certificate+verify+finished | C fin | end", ANY_STACK,
      "failed server_flight", "tls.client_certificate.sent yes; tls.closed_by client" },
    { "accepted, and what a padded alert would be is data",
      ASKING_FLIGHT "| C ccs certificate verify finished | S 18-bytes | C data | end", PLAIN,
      "completed established", "no tls.inferred_alert_from; tls.server_data yes" },

    /* early data */
    { "accepted early data",
      "C early-hello ccs data 18-bytes | S answer ccs extensions finished "
      "| C end-of-early-data finished | C data | S data | end",
      ANY_STACK, "completed established",
      "tls.early_data yes; no tls.alerts; no tls.client_certificate.sent; no tls.unexpected" },
    { "early data as long as Finished and as an alert",
      "C early-hello ccs 36-bytes 2-bytes 18-bytes | S answer ccs extensions finished "
      "| C end-of-early-data finished | C data | S data | end",
      ANY_STACK, "completed established", "no tls.inferred_alert_from; no tls.alerts" },
    { "early data, and the client does not like the server",
      "C early-hello ccs 36-bytes | S answer ccs extensions certificate verify finished | C alert "
      "| C fin | end",
      ANY_STACK, "failed server_flight", "tls.inferred_alert_from client; no tls.client_finished" },
    { "early data refused by a retry, and a client certificate",
      "C early-hello ccs 36-bytes | S retry ccs | C hello | S answer extensions request "
      "certificate verify finished | C certificate verify finished | S alert | S fin | end",
      ANY_STACK, "failed client_finished",
      "no tls.early_data; tls.client_certificate.sent yes; tls.inferred_alert_from server" },
};

static void check_verdict(size_t row, const struct stack *stack)
{
    static struct talk talk;
    char *script = script_of(verdicts[row].talk, stack);
    struct text about = { 0 }, said = { 0 };
    text_format(&about, "%s (%s)", verdicts[row].name, stack->name);
    talk_start(&talk, false, false);
    talk_play(&talk, script, AT_ONCE);
    struct handshake *hs = talk_only(&talk, text_string(&about));
    talk_ladder(hs, &said);
    text_add(&about, ": ");
    text_add(&about, text_string(&said));
    text_clear(&said);
    text_format(&said, "%s %s", outcome_name(hs->outcome), machine_state(&tls_machine, hs)->name);
    ck_assert_msg(strcmp(text_string(&said), verdicts[row].outcome) == 0, "%s: %s",
                  text_string(&about), text_string(&said));
    talk_check(hs, text_string(&about), verdicts[row].fields);
    talk_stop(&talk);
    talk_same(text_string(&about), script, false, false);
    text_free(&about);
    text_free(&said);
    free(script);
}

START_TEST(judges_by_lengths)
{
    for (size_t i = 0; i < STACK_COUNT; i++)
        if (stacks[i].kind & verdicts[_i].kinds)
            check_verdict((size_t)_i, &stacks[i]);
}
END_TEST

/* ---- a client alone: its suite is not known ---- */

static const struct {
    const char *name, *script, *outcome, *fields;
} alone[] = {
    { "Finished of SHA-256", "C" HELLO_13 CHANGE_CIPHER_SPEC SEALED(53) SEALED(99) "| end",
      "unknown server_finish", "tls.client_finished yes; tls.client_data yes; no tls.version" },
    { "Finished of SHA-384", "C" HELLO_13 CHANGE_CIPHER_SPEC SEALED(69) SEALED(99) "| end",
      "unknown server_finish", "tls.client_finished yes; tls.client_data yes" },
    { "an alert", "C" HELLO_13 CHANGE_CIPHER_SPEC SEALED(19) "| C fin | end",
      "unknown client_hello", "tls.inferred_alert_from client; no tls.client_finished" },
};

START_TEST(is_careful_with_one_side)
{
    static struct talk talk;
    talk_start(&talk, false, true);
    talk_play(&talk, alone[_i].script, AT_ONCE);
    struct handshake *hs = talk_only(&talk, alone[_i].name);
    struct text said = { 0 };
    text_format(&said, "%s %s", outcome_name(hs->outcome), machine_state(&tls_machine, hs)->name);
    ck_assert_msg(strcmp(text_string(&said), alone[_i].outcome) == 0, "%s: %s", alone[_i].name,
                  text_string(&said));
    talk_check(hs, alone[_i].name, alone[_i].fields);
    text_free(&said);
    talk_stop(&talk);
}
END_TEST

START_TEST(notes_the_first_lengths)
{
    static struct talk talk;
    talk_start(&talk, false, false);
    talk_play(&talk,
              "C" HELLO_13 "| S" ANSWER_13 SEALED(27) SEALED(900) SEALED(53) "| C" SEALED(53),
              AT_ONCE);
    for (int i = 0; i < 40; i++)
        talk_play(&talk, "C" SEALED(99), AT_ONCE);
    struct handshake *hs = talk_only(&talk, "lengths");
    talk_check(hs, "lengths", "tls.server_records 27, 900, 53");
    ck_assert_uint_eq(handshake_list(hs, TLS_CLIENT_RECORDS)->count, SEALED_MAX);
    ck_assert_uint_eq(handshake_list(hs, TLS_CLIENT_RECORDS)->items.numbers[0], 53);
    talk_stop(&talk);
}
END_TEST

/* What holds the memory of a connection is let go as soon as all is known. */
static const struct {
    const char *name, *talk;
    bool watched;
} waits[] = {
    { "for a broker's answer", FLIGHT "| C ccs finished connect | S ticket", true },
    { "though the client leaves", FLIGHT "| C ccs finished connect | S ticket | C fin", true },
    { "not when both left", FLIGHT "| C ccs finished connect | S ticket | C fin | S fin", false },
    { "not when it was accepted", FLIGHT "| C ccs finished connect | S ticket connack | C data",
      false },
    { "not when all is answered otherwise", FLIGHT "| C ccs finished connect | S ticket " MANY_DATA,
      false },
    { "not when it was refused", FLIGHT "| C ccs finished connect | S ticket connack | S fin",
      false },
};

START_TEST(waits_no_longer_than_it_must)
{
    static struct talk talk;
    char *script = script_of(waits[_i].talk, &stacks[0]);
    talk_start(&talk, false, false);
    talk_play(&talk, script, AT_ONCE);
    ck_assert_msg(conversation_watching(talk.c) == waits[_i].watched, "%s", waits[_i].name);
    talk_stop(&talk);
    free(script);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, waits_no_longer_than_it_must, waits);
    TEST_ROWS(t, judges_by_lengths, verdicts);
    TEST_ROWS(t, is_careful_with_one_side, alone);
    tcase_add_test(t, notes_the_first_lengths);
}

TEST_MAIN("tls sealed", add_tests)
