/* test_dtls.c - conversations in datagrams: what is said, in what order, how often. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissectors/tls/datagram.h"
#include "dissectors/tls/flights.h"
#include "dissectors/tls/fragments.h"
#include "dissectors/tls/tls.h"
#include "handshake/conversation.h"
#include "support/hex.h"
#include "support/test_main.h"

const struct dissector *const dissectors[] = { &dtls_dissector, NULL };

/* ---- a script: "C ch0 | S hv0 | @1000 C ck1 | S sh1+ce2[8-20]" ----
 *
 * C and S say who sends a datagram, @ milliseconds later than the one before. In it
 * are parts, joined by +: a message with its message_seq, of which [from-to] cuts out
 * a fragment; or a record by its name. */

static const struct {
    const char *name;
    uint8_t type;
    const char *body;
} messages[] = {
    { "ch", 1, "fefd aa*32 00 00 0002 c0a8 01 00" },
    { "cj", 1, "fefd bb*32 00 00 0002 c0a8 01 00" }, /* another random */
    { "ck", 1, "fefd aa*32 00 04 a1b2c3d4 0002 c0a8 01 00" },
    { "hv", 3, "feff 04 a1b2c3d4" },
    { "sh", 2, "fefd cc*32 00 c0a8 00" },
    { "s3", 2, "fefd cc*32 00 1301 00 0006 002b 0002 fefc" },
    { "si", 2, "fefd cc*32 00 c0a8 00 0007 0036 0003 02 0102" }, /* a connection id of 2 */
    { "ce", 11, "000005 000002 3000" },
    { "sk", 12, "0004 'hint'" },
    { "sd", 14, "" },
    { "ke", 16, "0002 'me'" },
    { "kx", 16, "00ff 'me'" }, /* its identity would be longer than the message */
    { "cv", 15, "0403 0002 0000" },
    { "nt", 4, "00000000 0002 0102" },
};

static const struct {
    const char *name, *wire; /* a whole record */
} records[] = {
    { "ccs", "14fefd 0000 000000000009 0001 01" },
    { "fin", "16fefd 0001 000000000000 0028 00*40" },
    { "ren", "16fefd 0001 000000000003 0050 00*80" },
    { "dat", "17fefd 0001 000000000001 0020 00*32" },
    { "cid", "19fefd 0001 000000000001 0102 0020 00*32" },
    { "bad", "16fefd 0000 000000000009 000c 0b 000010 0002 000010 000001" },
    { "alert", "15fefd 0000 000000000009 0002 0228" },
    { "close", "15fefd 0000 000000000009 0002 0100" },
    { "sealed", "15fefd 0001 000000000002 001a 00*26" },
    /* DTLS 1.3: ends with the length of what is sealed */
    { "u23", "2e 0001 0017 00*23" },
    { "u61", "2e 0001 003d 00*61" },
    { "u19", "2e 0001 0013 00*19" },
    { "u35", "2e 0001 0023 00*35" }, /* an ACK of one record */
    { "d40", "2f 0001 0028 00*40" }, /* with the keys for data */
    { "rtp", "80 60 00*20" },
};

struct play {
    struct budget budget;
    struct arena *arena;
    struct conversation *c;
    uint64_t number, refused, frame;
    int64_t now_us;
};

static void start(struct play *p)
{
    *p = (struct play){ .budget.max = 1 << 24, .now_us = 1000000000000000 };
    p->arena = arena_new(&p->budget, 1 << 20);
    struct conversation_about about = {
        .ends = { [CLIENT] = { .port = 40112 }, [SERVER] = { .port = 5684 } },
        .transport = TRANSPORT_UDP,
        .next_number = &p->number,
        .refused = &p->refused,
    };
    p->c = conversation_new(p->arena, &about);
    ck_assert_ptr_nonnull(p->c);
}

static void finish(struct play *p)
{
    conversation_end(p->c);
    arena_free(p->arena);
    budget_clear(&p->budget);
}

static struct moment now(struct play *p)
{
    return (struct moment){ p->now_us, p->frame };
}

__attribute__((format(printf, 2, 3))) static size_t put(uint8_t *out, const char *format, ...)
{
    char text[128];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct reader r = hex(text);
    size_t len = reader_left(&r);
    memcpy(out, r.at, len);
    return len;
}

/* "sh1" or "ce2[4-9]" as a record. */
static size_t put_message(uint8_t *out, const char *part)
{
    unsigned seq, from = 0, to = 0;
    size_t i = 0;
    for (; strncmp(messages[i].name, part, 2) != 0; i++)
        ck_assert_msg(i + 1 < sizeof messages / sizeof *messages, "no message %s", part);
    struct reader body = hex(messages[i].body);
    unsigned len = (unsigned)reader_left(&body);
    int fields = sscanf(part + 2, "%u[%u-%u]", &seq, &from, &to);
    ck_assert_msg(fields == 1 || fields == 3, "%s", part);
    if (fields == 1)
        to = len;
    unsigned here = to - from;
    size_t at = put(out, "16fefd 0000 0000 00%06x %04x", seq, here + 12);
    at += put(out + at, "%02x %06x %04x", messages[i].type, len, seq);
    at += put(out + at, "%06x %06x", from, here);
    memcpy(out + at, body.at + from, here);
    return at + here;
}

static size_t put_part(uint8_t *out, const char *part)
{
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (strcmp(records[i].name, part) != 0)
            continue;
        struct reader r = hex(records[i].wire);
        memcpy(out, r.at, reader_left(&r));
        return reader_left(&r);
    }
    return put_message(out, part);
}

static void play_one(struct play *p, char *words)
{
    static uint8_t wire[4096];
    size_t len = 0;
    enum side side = CLIENT;
    char *rest = NULL;
    p->frame++;
    p->now_us += 1000;
    for (char *word = strtok_r(words, " +", &rest); word; word = strtok_r(NULL, " +", &rest)) {
        if (*word == '@')
            p->now_us += atoi(word + 1) * 1000 - 1000;
        else if (strcmp(word, "C") == 0 || strcmp(word, "S") == 0)
            side = *word == 'C' ? CLIENT : SERVER;
        else
            len += put_part(wire + len, word);
    }
    if (len > 0)
        conversation_datagram(p->c, side, wire, len, len, now(p));
}

static void play(struct play *p, const char *script)
{
    char *copy = strdup(script), *rest = NULL;
    for (char *one = strtok_r(copy, "|", &rest); one; one = strtok_r(NULL, "|", &rest))
        play_one(p, one);
    free(copy);
}

/* Ends it and gives its first handshake. */
static struct handshake *end(struct play *p)
{
    p->frame++;
    conversation_close(p->c, NOBODY, false, now(p));
    return conversation_finished(p->c, true);
}

/* ---- what is expected: "hellos=2 cookie=1 repeated=-" ---- */

static const struct {
    const char *name;
    unsigned id;
} numbers[] = {
    { "hellos", TLS_HELLOS },
    { "cookie", TLS_COOKIE },
    { "client", TLS_CLIENT_FLIGHTS_REPEATED },
    { "server", TLS_SERVER_FLIGHTS_REPEATED },
    { "flight", TLS_REPEATED_FLIGHT },
    { "times", TLS_REPETITIONS },
    { "answered", TLS_REPEATS_ANSWERED },
    { "resumed", TLS_RESUMED },
    { "renegotiation", TLS_RENEGOTIATION },
    { "cid", TLS_CONNECTION_ID },
    { "alert", TLS_ALERT },
    { "segments", TLS_HELLO_SEGMENTS },
    { "bytes", TLS_HELLO_BYTES },
};

static const struct {
    const char *name;
    unsigned id;
} texts[] = {
    { "malformed", TLS_MALFORMED },    { "unexpected", TLS_UNEXPECTED },
    { "closed_by", TLS_CLOSED_BY },    { "identity", TLS_PSK_IDENTITY },
    { "hint", TLS_PSK_IDENTITY_HINT }, { "inferred", TLS_INFERRED_ALERT_FROM },
};

static void value_of(const struct handshake *hs, const char *name, char *out, size_t size)
{
    snprintf(out, size, "-");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(numbers[i].name, name) == 0 && handshake_has(hs, numbers[i].id))
            snprintf(out, size, "%d", (int)handshake_number_or(hs, numbers[i].id, 0));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].name, name) == 0 && handshake_has(hs, texts[i].id))
            snprintf(out, size, "%.*s", (int)handshake_text(hs, texts[i].id).len,
                     handshake_text(hs, texts[i].id).bytes);
    if (strcmp(name, "state") == 0)
        snprintf(out, size, "%s", machine_state(&tls_machine, hs)->name);
    for (; *out; out++)
        if (*out == ' ')
            *out = '_';
}

static void check(const char *row, const struct handshake *hs, const char *expected)
{
    char *copy = strdup(expected), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '='), got[64];
        ck_assert_msg(value != NULL, "%s", word);
        *value++ = 0;
        value_of(hs, word, got, sizeof got);
        ck_assert_msg(strcmp(got, value) == 0, "%s: %s is %s, not %s", row, word, got, value);
    }
    free(copy);
}

/* ---- one handshake ---- */

#define HELLOS   "C ch0 | S hv0 | C ck1 | "
#define FLIGHT_4 "S sh1+sk2+sd3 | "
#define FLIGHT_5 "C ke2+ccs+fin "
#define FLIGHT_6 "S ccs+fin "
#define PSK      HELLOS FLIGHT_4 FLIGHT_5

static const struct {
    const char *name, *script;
    enum outcome outcome;
    const char *expected;
} rows[] = {
    { "all is well", PSK "|" FLIGHT_6 "| C dat | S dat", OUTCOME_COMPLETED,
      "state=established hellos=2 cookie=1 client=0 server=0 flight=- identity=me hint=hint" },
    { "without the last flight", PSK, OUTCOME_OPEN, "state=server_finish flight=- client=0" },
    { "and then silence", PSK "| @10000", OUTCOME_FAILED, "state=server_finish flight=-" },
    { "no cookie", "C ch0 | S sh0+sd1 | C ke1+ccs+fin | S ccs+fin", OUTCOME_COMPLETED,
      "hellos=1 cookie=- bytes=54" },
    { "a cookie in a hello of number 0",
      "C ch0 | S hv0 | C ck0 | S sh1+sd2 | C ke1+ccs+fin | S ccs+fin", OUTCOME_COMPLETED,
      "hellos=2 cookie=1 client=0" },
    { "a server that counts anew", HELLOS "S sh0+sd1 | " FLIGHT_5 "| " FLIGHT_6, OUTCOME_COMPLETED,
      "hellos=2 server=0" },
    { "a cookie asked for twice",
      "C ch0 | S hv0 | C ck1 | S hv1 | C ck2 | S sh2+sd3 | C ke3+ccs+fin | S ccs+fin",
      OUTCOME_COMPLETED, "hellos=3 cookie=1" },
    { "resumed", HELLOS "S sh1+ccs+fin | C ccs+fin", OUTCOME_COMPLETED, "resumed=1" },
    { "not to its end", HELLOS "S sh1+ccs+fin", OUTCOME_OPEN, "resumed=1 state=resumption_client" },

    /* repetitions */
    { "a hello again", "C ch0 | @1000 C ch0 | S sh0+sd1 | C ke1+ccs+fin | S ccs+fin",
      OUTCOME_COMPLETED, "hellos=1 client=1 server=0 flight=-" },
    { "only hellos", "C ch0 | @1000 C ch0 | @2000 C ch0 | @4000 C ch0", OUTCOME_FAILED,
      "client=3 flight=1 times=3 answered=0" },
    { "too few to mean it", "C ch0 | @1000 C ch0 | @2000 C ch0", OUTCOME_OPEN, "flight=1 times=2" },
    { "too fast to mean it", "C ch0 | @50 C ch0 | @100 C ch0 | @200 C ch0", OUTCOME_OPEN,
      "times=3" },
    { "repetitions are no progress", "C ch0 | @6000 C ch0 | @6000 C ch0", OUTCOME_FAILED,
      "times=2" },
    { "flights are counted, not packets",
      PSK "| @1000 C ke2 | C ccs | C fin | @2000 C ke2 | C ccs | C fin", OUTCOME_OPEN,
      "client=2 flight=5 times=2 answered=0" },
    { "also when their beginning is lost", PSK "| @1000 C ccs+fin | @2000 C ccs+fin", OUTCOME_OPEN,
      "client=2 flight=5 times=2" },
    { "wrong key, both repeat",
      PSK "| @1000 " FLIGHT_5 "| S sh1+sk2+sd3 | @2000 " FLIGHT_5
          "| S sh1 | S sk2+sd3 | @4000 " FLIGHT_5 "| S sh1+sk2+sd3",
      OUTCOME_FAILED, "client=3 server=3 flight=5 times=3 answered=3" },
    { "the server's timer fires first", PSK "| @1000 S sh1 | " FLIGHT_5 "| S sk2+sd3 | @9000",
      OUTCOME_FAILED, "client=1 server=1 flight=5 answered=1" },
    { "an answer that comes too late is none",
      PSK "| @1000 " FLIGHT_5 "| @300 S sh1+sk2+sd3 | @9000", OUTCOME_FAILED,
      "client=1 server=1 answered=0" },
    { "loss, and then all is well", PSK "| @1000 " FLIGHT_5 "| " FLIGHT_6 "| C dat",
      OUTCOME_COMPLETED, "client=1 flight=- answered=-" },
    { "the last flight again", PSK "|" FLIGHT_6 "| @1000 " FLIGHT_5 "|" FLIGHT_6, OUTCOME_COMPLETED,
      "client=1 server=1 flight=- renegotiation=-" },
    { "an encrypted message of another length", PSK "|" FLIGHT_6 "| C ren", OUTCOME_COMPLETED,
      "client=0 renegotiation=1" },

    /* order */
    { "fragments", HELLOS "S sh1[0-10] | S sh1[10-38] | S sk2+sd3 | " FLIGHT_5, OUTCOME_OPEN,
      "state=server_finish malformed=-" },
    { "back to front",
      HELLOS "S sd3 | S sk2[3-6] | S sh1[10-38] | S sk2[0-3] | S sh1[0-10] | " FLIGHT_5,
      OUTCOME_OPEN, "state=server_finish hint=hint" },
    { "overlapping, some twice",
      HELLOS "S sh1[0-20] | S sh1[10-30] | S sh1[0-20] | S sh1[5-38] | S sk2+sd3 | " FLIGHT_5,
      OUTCOME_OPEN, "state=server_finish malformed=- server=0" },
    { "one missing", HELLOS "S sh1[0-10] | S sh1[11-38] | S sk2+sd3", OUTCOME_OPEN,
      "state=client_hello" },
    { "and never coming", HELLOS "S sh1+sk2[0-3]+sd3 | @1000 S sh1+sk2[0-3]+sd3 | @10000",
      OUTCOME_FAILED, "state=server_flight server=1 flight=4" },
    { "the hello in two", "C ch0[0-34] | C ch0[34-42] | S sh0+sd1", OUTCOME_OPEN,
      "state=client_flight hellos=1 segments=2" },
    { "in small pieces, and again at once later",
      "C ch0[0-20] | C ch0[20-42] | S sh0+sd1 | C ch0 | C ke1+ccs+fin | S ccs+fin",
      OUTCOME_COMPLETED, "hellos=1" },
    { "its end first", "C ch0[34-42] | C ch0[0-34] | S sh0+sd1", OUTCOME_OPEN,
      "state=client_flight hellos=1 segments=2" },
    { "keys behind the epoch's change", HELLOS FLIGHT_4 "C fin | C ccs | C ke2 | " FLIGHT_6,
      OUTCOME_COMPLETED, "identity=me unexpected=-" },
    { "the client's proof behind its Finished", HELLOS FLIGHT_4 "C ke2+ccs+fin | C cv3 | " FLIGHT_6,
      OUTCOME_COMPLETED, "unexpected=-" },
    { "the ticket behind the server's", PSK "| S ccs+fin | S nt4 | C dat", OUTCOME_COMPLETED,
      "unexpected=-" },
    { "the server's last flight back to front", PSK "| S fin | S ccs | S nt4 | C dat",
      OUTCOME_COMPLETED, "unexpected=- resumed=-" },

    /* what the capture missed */
    { "no key exchange", HELLOS FLIGHT_4 "C ccs+fin | " FLIGHT_6 "| C dat", OUTCOME_COMPLETED,
      "unexpected=-" },
    { "no Finished of the server, but data", PSK "| S dat | C dat", OUTCOME_COMPLETED,
      "state=established" },
    { "data of one side only", PSK "| S dat | @20000", OUTCOME_OPEN, "state=server_finish" },
    { "a hole in the server's flight", HELLOS "S sh1+sd3 | " FLIGHT_5 "| @20000", OUTCOME_OPEN,
      "state=server_finish hint=-" },
    { "no server at all", "C ch0 | C ck1 | C ke2+ccs+fin | @20000", OUTCOME_OPEN,
      "cookie=1 hellos=2" },
    { "no client at all", "S sh0+sd1 | S ccs+fin | @20000", OUTCOME_UNKNOWN, "hellos=-" },
    { "no server's hello", "C ch0 | S sk2+sd3 | C ke2+ccs+fin | S ccs+fin | C dat",
      OUTCOME_COMPLETED, "hellos=1" },
    { "only data", "C dat | S dat | @20000", OUTCOME_OPEN, "state=middle" },
    { "only an encrypted alert", "S sealed | @20000", OUTCOME_OPEN, "state=start inferred=server" },

    /* what goes wrong */
    { "an alert", HELLOS "S alert", OUTCOME_FAILED, "alert=40 state=client_hello" },
    { "after the keys", PSK "| S alert", OUTCOME_FAILED, "alert=40 state=server_finish" },
    { "an encrypted one after all is well", PSK "|" FLIGHT_6 "| C sealed", OUTCOME_COMPLETED,
      "alert=-" },
    { "a side says goodbye", PSK "| @1000 " FLIGHT_5 "| @2000 S close", OUTCOME_FAILED,
      "closed_by=server alert=-" },
    { "after all is well that is no failure", PSK "|" FLIGHT_6 "| C sealed | S sealed",
      OUTCOME_COMPLETED, "closed_by=-" },
    { "a fragment beyond its message", HELLOS "S bad", OUTCOME_OPEN,
      "malformed=handshake_message" },
    { "a message that contradicts itself", HELLOS FLIGHT_4 "C kx2+ccs+fin", OUTCOME_OPEN,
      "malformed=ClientKeyExchange identity=-" },
    { "both begin", "C ch0 | S cj0 | C alert", OUTCOME_FAILED, "unexpected=ClientHello hellos=1" },
    { "another protocol on the same ports",
      "C rtp | C ch0 | S rtp | S sh0+sd1 | C ke1+ccs+fin | C rtp | S ccs+fin", OUTCOME_COMPLETED,
      "malformed=- unexpected=-" },

    /* connection ids */
    { "a connection id that was agreed on",
      "C ch0 | S si0+sd1 | C ke1+ccs | C cid | S ccs+fin | C cid | S dat", OUTCOME_COMPLETED,
      "cid=1" },
    { "one that was not seen", "C cid", OUTCOME_OPEN, "cid=1 state=middle" },

    /* DTLS 1.3 */
    { "1.3", "C ch0 | S s30 | S u23 | S u61 | C u61 | S d40 | C d40", OUTCOME_COMPLETED,
      "state=established flight=-" },
    { "1.3, an ACK is no Finished", "C ch0 | S s30 | S u23 | C u35 | S u61 | C u35", OUTCOME_OPEN,
      "state=server_flight" },
    { "1.3, an alert at the end", "C ch0 | S s30 | S u23 | S u61 | C u19", OUTCOME_FAILED,
      "inferred=client" },
    { "1.3, an ACK of nothing, and on", "C ch0 | S s30 | S u23 | C u19 | S u61 | C u61 | S d40",
      OUTCOME_COMPLETED, "inferred=-" },
    { "1.3, the server's flight again",
      "C ch0 | S s30+u23 | S u61 | @1000 S s30+u23 | S u61 | @2000 S s30+u23 | S u61", OUTCOME_OPEN,
      "server=2 flight=4 times=2" },
    { "1.3, the client's flight again", "C ch0 | S s30+u23 | S u61 | C u61 | @1000 C u61 | S d40",
      OUTCOME_COMPLETED, "client=1 server=0" },
};

START_TEST(reads_a_handshake)
{
    struct play p;
    start(&p);
    play(&p, rows[_i].script);
    struct handshake *hs = end(&p);
    ck_assert_msg(hs != NULL, "%s", rows[_i].name);
    ck_assert_msg(hs->outcome == rows[_i].outcome, "%s: outcome %d, not %d", rows[_i].name,
                  (int)hs->outcome, (int)rows[_i].outcome);
    check(rows[_i].name, hs, rows[_i].expected);
    finish(&p);
}
END_TEST

/* ---- several handshakes in one conversation ---- */

static const struct {
    const char *name, *script;
    int count;
    enum outcome outcomes[3];
} sequences[] = {
    { "one after the other",
      PSK "|" FLIGHT_6 "| C dat | @5000 C cj0 | S sh0+sd1 | C ke1+ccs+fin | S ccs+fin",
      2,
      { OUTCOME_COMPLETED, OUTCOME_COMPLETED } },
    { "the same hello, late", PSK "|" FLIGHT_6 "| C dat | C ch0", 1, { OUTCOME_COMPLETED } },
    { "given up for another", HELLOS FLIGHT_4 "@2000 C cj0", 2, { OUTCOME_FAILED, OUTCOME_OPEN } },
    { "a hello made anew before any answer",
      "C ch0 | @1000 C cj0 | @1000 C ch0 | S sh0+sd1 | C ke1+ccs+fin | S ccs+fin",
      1,
      { OUTCOME_COMPLETED } },
    { "that is silence all the same",
      "C ch0 | @1000 C cj0 | @2000 C ch0 | @7500",
      1,
      { OUTCOME_FAILED } },
    { "made anew after a long silence",
      "C ch0 | @60000 C cj0",
      2,
      { OUTCOME_FAILED, OUTCOME_OPEN } },
    { "after a failure",
      HELLOS "S alert | C cj0 | S sh0+sd1",
      2,
      { OUTCOME_FAILED, OUTCOME_OPEN } },
    { "the other way round",
      PSK "|" FLIGHT_6 "| C dat | S cj0 | C sh0+sd1 | S ke1+ccs+fin | C ccs+fin",
      2,
      { OUTCOME_COMPLETED, OUTCOME_COMPLETED } },
    { "after data of one that was not seen",
      "C dat | S dat | C ch0 | S sh0+sd1 | C ke1+ccs+fin | S ccs+fin",
      2,
      { OUTCOME_OPEN, OUTCOME_COMPLETED } },
    { "hours of the same hello",
      "C ch0 | @60000 C ch0 | @60000 C ch0 | @60000 C ch0 | @60000 C ch0",
      1,
      { OUTCOME_FAILED } },
};

START_TEST(tells_handshakes_apart)
{
    struct play p;
    start(&p);
    play(&p, sequences[_i].script);
    p.frame++;
    conversation_close(p.c, NOBODY, false, now(&p));
    int count = 0;
    for (struct handshake *hs; (hs = conversation_finished(p.c, true)); count++) {
        ck_assert_msg(count < 3 && hs->outcome == sequences[_i].outcomes[count],
                      "%s: %d: outcome %d", sequences[_i].name, count, (int)hs->outcome);
        ck_assert_uint_le(hs->first.frame, hs->last.frame);
    }
    ck_assert_msg(count == sequences[_i].count, "%s: %d handshakes", sequences[_i].name, count);
    finish(&p);
}
END_TEST

START_TEST(turned_round_means_other_ends)
{
    struct play p;
    start(&p);
    play(&p, PSK "|" FLIGHT_6 "| C dat | S cj0");
    struct handshake *first = end(&p), *second = conversation_finished(p.c, true);
    ck_assert_ptr_nonnull(second);
    ck_assert_int_eq(first->ends[CLIENT].port, 40112);
    ck_assert_int_eq(second->ends[CLIENT].port, 5684);
    finish(&p);
}
END_TEST

START_TEST(icmp_ends_it)
{
    struct play p;
    start(&p);
    play(&p, "C ch0");
    conversation_close(p.c, SERVER, true, now(&p));
    ck_assert_int_eq(end(&p)->outcome, OUTCOME_FAILED);
    finish(&p);
}
END_TEST

/* A datagram cut by the snap length: what is there is read. Silence behind a hello that is
 * all there was fails it; where another record may have been behind, nothing is known. */
START_TEST(reads_what_was_not_cut)
{
    struct play p;
    start(&p);
    uint8_t wire[512];
    size_t len = put_message(wire, "ch0");
    conversation_datagram(p.c, CLIENT, wire, len - 4, len + (_i ? 30 : 0), now(&p));
    p.now_us += 20000000;
    struct handshake *hs = end(&p);
    ck_assert_int_eq(hs->outcome, _i ? OUTCOME_OPEN : OUTCOME_FAILED);
    ck_assert(handshake_has(hs, TLS_HELLO_VERSION));
    ck_assert(!handshake_has(hs, TLS_MALFORMED));
    finish(&p);
}
END_TEST

/* ---- order does not matter ---- */

static void facts_of(const struct handshake *hs, struct text *out)
{
    text_format(out, "%d %d\n", (int)hs->outcome, hs->state);
    for (unsigned id = 0; id < TLS_FIELD_COUNT; id++) {
        if (!hs->values[id].present || id == TLS_HELLO_SEGMENTS)
            continue;
        text_format(out, "%s ", tls_field_table.fields[id].name);
        value_text(&tls_field_table.fields[id], &hs->values[id], out);
        text_add_char(out, '\n');
    }
}

static const char *const parts[] = { "S sh1[0-20]", "S sh1[20-38]", "S ce2[0-8]",
                                     "S sk3[0-4]",  "S sk3[2-6]",   "S sd4" };
enum { PARTS = sizeof parts / sizeof *parts };

static void play_in_order(unsigned order, bool twice, struct text *out)
{
    struct play p;
    bool used[PARTS] = { false };
    start(&p);
    play(&p, "C ch0 | S hv0 | C ck1");
    for (unsigned left = PARTS; left > 0; order /= left--) {
        unsigned nth = order % left, i = 0;
        for (; used[i] || nth > 0; i++)
            nth -= !used[i];
        used[i] = true;
        play(&p, parts[i]);
        if (twice)
            play(&p, parts[i]);
    }
    play(&p, "C ke2+ccs+fin | S ccs+fin | C dat");
    struct handshake *hs = end(&p);
    if (twice) {
        handshake_unset(hs, TLS_SERVER_FLIGHTS_REPEATED);
        handshake_set_number(hs, TLS_SERVER_FLIGHTS_REPEATED, 0);
    }
    facts_of(hs, out);
    finish(&p);
}

START_TEST(any_order_tells_the_same)
{
    struct text expected = { 0 };
    play_in_order(0, false, &expected);
    for (unsigned order = 0; order < 720; order++) {
        struct text got = { 0 };
        play_in_order(order, order % 2, &got);
        ck_assert_str_eq(text_string(&expected), text_string(&got));
        text_free(&got);
    }
    text_free(&expected);
}
END_TEST

/* Bytes of a message in pieces of any size, at random, some twice: it comes out whole. */
START_TEST(joins_pieces)
{
    struct budget budget = { .max = 1 << 24 };
    struct arena *a = arena_new(&budget, 1 << 20);
    uint8_t bytes[997];
    uint32_t seed = (uint32_t)_i * 2654435761u + 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    struct fragments f = { .next = 5 };
    struct message m;
    int tries = 0;
    while (!fragments_take(&f, a, &m)) {
        seed = seed * 1664525 + 1013904223;
        uint32_t at = (seed >> 8) % sizeof bytes, len = 1 + (seed >> 20) % 200;
        len = at + len > sizeof bytes ? (uint32_t)sizeof bytes - at : len;
        struct fragment part = {
            11, 5, sizeof bytes, at, (uint32_t)len, reader_over(bytes + at, len, false)
        };
        ck_assert(fragments_add(&f, a, &part, (struct moment){ 0, 1 }));
        ck_assert_int_lt(++tries, 100000);
    }
    ck_assert_uint_eq(reader_left(&m.body), sizeof bytes);
    ck_assert_mem_eq(m.body.at, bytes, sizeof bytes);
    ck_assert_int_eq(f.next, 6);
    arena_free(a);
    budget_clear(&budget);
}
END_TEST

START_TEST(memory_has_an_end)
{
    struct budget budget = { .max = 1 << 16 };
    struct arena *a = arena_new(&budget, 1 << 15);
    struct fragments f = { 0 };
    uint8_t byte = 0;
    unsigned kept = 0;
    for (uint32_t at = 0; at < 131072; at += 2) {
        struct fragment part = { 11, 0, 131072, at, 1, reader_over(&byte, 1, false) };
        kept += fragments_add(&f, a, &part, (struct moment){ 0, 1 });
    }
    ck_assert_uint_eq(kept, FRAGMENT_PIECES);
    struct fragment far = { 11, FRAGMENTS_AHEAD, 1, 0, 1, reader_over(&byte, 1, false) };
    ck_assert(!fragments_add(&f, a, &far, (struct moment){ 0, 1 }));
    arena_free(a);
    budget_clear(&budget);
}
END_TEST

/* ---- whose bytes ---- */

#define HELLO_BODY "fefd 00*32 00 00 0002 c0a8 01 00"

static const struct {
    const char *name, *wire;
    bool open;
    enum side side;
    enum recognition recognition;
} openings[] = {
    { "ClientHello", "16feff 0000 000000000000 0036 01 00002a 0000 000000 00002a " HELLO_BODY,
      false, CLIENT, MINE },
    { "from the other side",
      "16feff 0000 000000000000 0036 01 00002a 0000 000000 00002a " HELLO_BODY, false, SERVER,
      MINE_SWAPPED },
    { "OpenSSL before RFC 4347",
      "160100 0000 000000000000 0036 01 00002a 0000 000000 00002a " HELLO_BODY, false, CLIENT,
      MINE },
    { "behind CAPWAP's preamble",
      "01000000 16feff 0000 000000000000 0036 01 00002a 0000 000000 00002a " HELLO_BODY, false,
      CLIENT, MINE },
    { "a fragment", "16feff 0000 000000000000 0010 01 00002a 0000 000004 000004 00*4", false,
      CLIENT, MINE },
    { "one beyond its message", "16feff 0000 000000000000 0010 01 000006 0000 000004 000004 00*4",
      false, CLIENT, NOT_MINE },
    { "ServerHello",
      "16fefd 0000 000000000000 0032 02 000026 0000 000000 000026 fefd 00*32 00 c0a8 00", false,
      CLIENT, MINE_SWAPPED },
    { "TLS inside",
      "16feff 0000 000000000000 0032 02 000026 0000 000000 000026 0303 00*32 00 c0a8 00", false,
      SERVER, NOT_MINE },
    { "no such message", "16feff 0000 000000000000 0010 63 000004 0000 000000 000004 00*4", false,
      CLIENT, NOT_MINE },
    { "cut", "16feff 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd", true, CLIENT,
      MINE },
    { "too short", "16feff 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd", false, CLIENT,
      NOT_MINE },
    { "data", "17fefd 0001 000000000001 0010 00*16", false, CLIENT, MINE },
    { "data and more", "17fefd 0001 000000000001 0010 00*16 15fefd 0001 000000000002 0002 0000",
      false, CLIENT, MINE },
    { "data and something else", "17fefd 0001 000000000001 0010 00*16 00*4", false, CLIENT,
      NOT_MINE },
    { "data, too short", "17fefd 0001 000000000001 0011 00*16", false, CLIENT, NOT_MINE },
    { "an epoch nobody reaches", "17fefd 0100 000000000001 0010 00*16", false, CLIENT, NOT_MINE },
    { "a connection id", "19fefd 0001 000000000001 0102 0010 00*16", false, CLIENT, MINE },
    { "that fits nowhere", "19fefd 0001 000000000001 ff*16", false, CLIENT, NOT_MINE },
    { "an alert", "15fefd 0000 000000000001 0002 0228", false, SERVER, MINE },
    { "TLS", "160301 0031 01 00002d 0303 00*43", false, CLIENT, NOT_MINE },
    { "RTP", "80 60 1234 00000001 deadbeef 00*160", false, CLIENT, NOT_MINE },
    { "RTCP", "81 c8 000c 00*48", false, CLIENT, NOT_MINE },
    { "STUN", "0001 0008 2112a442 00*12 00*8", false, CLIENT, NOT_MINE },
    { "TURN channel", "4000 0010 16feff 00*13", false, CLIENT, NOT_MINE },
    { "QUIC", "c3 00000001 08 00*8 00 00 4496 00*40", false, CLIENT, NOT_MINE },
    { "QUIC, short header", "3c 00*60", false, CLIENT, NOT_MINE },
    { "CoAP", "44 01 0001 00*4 b4 'time'", false, CLIENT, NOT_MINE },
    { "DNS", "1600 0100 0001 0000 0000 0000 01 'a' 00 0001 0001", false, CLIENT, NOT_MINE },
    { "DTLS 1.3 from its middle", "2e 0001 0017 00*23", false, CLIENT, NOT_MINE },
    { "nothing", "", false, CLIENT, NOT_MINE },
};

START_TEST(recognises)
{
    struct reader bytes = openings[_i].open ? hex_open(openings[_i].wire) : hex(openings[_i].wire);
    struct opening o = { .bytes = bytes, .side = openings[_i].side, .transport = TRANSPORT_UDP };
    ck_assert_msg(dtls_dissector.recognise(&o) == openings[_i].recognition, "%s",
                  openings[_i].name);
}
END_TEST

/* ---- headers ---- */

static const struct {
    const char *name, *wire;
    struct cid cid;
    bool good;
    unsigned epoch, len, left;
} headers[] = {
    { "plain", "17fefd 0001 000000000001 0010 00*16 aa", { 0 }, true, 1, 16, 1 },
    { "of no length", "17fefd 0001 000000000001 0000", { 0 }, false, 0, 0, 0 },
    { "of no version", "170303 0001 000000000001 0010 00*16", { 0 }, false, 0, 0, 0 },
    { "with a connection id",
      "19fefd 0001 000000000001 0a0b0c 0010 00*16 aa",
      { true, 3 },
      true,
      1,
      16,
      1 },
    { "of unknown length", "19fefd 0001 000000000001 0a0b0c 0010 00*16", { 0 }, true, 1, 16, 0 },
    { "unified", "2e 0001 0010 00*16 aa", { 0 }, true, 2, 16, 1 },
    { "short number, no length", "22 01 00*20", { 0 }, true, 2, 20, 0 },
    { "with a connection id", "33 0a0b 01 00*20", { true, 2 }, true, 3, 20, 0 },
    { "that nobody knows", "33 0a0b 01 00*20", { 0 }, false, 0, 0, 0 },
    { "that its length gives away", "3f 0a0b 0001 0010 00*16", { 0 }, true, 3, 16, 0 },
    { "after a key update", "2c 0001 0010 00*16", { 0 }, true, 4, 16, 0 },
    { "too short to hide its number", "2e 0001 0008 00*8", { 0 }, false, 0, 0, 0 },
    { "cut off", "2e 0001 0010 00*15", { 0 }, false, 0, 0, 0 },
};

START_TEST(reads_headers)
{
    struct reader r = hex(headers[_i].wire);
    struct cid cid = headers[_i].cid;
    struct record record;
    bool good = datagram_record(&r, &cid, &record);
    ck_assert_msg(good == headers[_i].good, "%s", headers[_i].name);
    if (!good)
        return;
    ck_assert_msg(record.epoch == headers[_i].epoch, "%s: epoch %u", headers[_i].name,
                  record.epoch);
    ck_assert_msg(record.len == headers[_i].len, "%s: len %zu", headers[_i].name, record.len);
    ck_assert_msg(reader_left(&r) == headers[_i].left, "%s", headers[_i].name);
}
END_TEST

static void add_tests(TCase *t)
{
    TEST_ROWS(t, reads_a_handshake, rows);
    TEST_ROWS(t, tells_handshakes_apart, sequences);
    TEST_ROWS(t, recognises, openings);
    TEST_ROWS(t, reads_headers, headers);
    tcase_add_loop_test(t, joins_pieces, 0, 50);
    tcase_add_test(t, turned_round_means_other_ends);
    tcase_add_test(t, icmp_ends_it);
    tcase_add_loop_test(t, reads_what_was_not_cut, 0, 2);
    tcase_add_test(t, any_order_tells_the_same);
    tcase_add_test(t, memory_has_an_end);
}

TEST_MAIN("dtls", add_tests)
