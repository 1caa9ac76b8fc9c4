/* test_coap.c - CoAP messages and what is made of them: over UDP, over TCP, and in
 * numbers that would fill any memory. */
#include "dissectors/coap/coap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissectors/coap/exchange.h"
#include "dissectors/coap/fields.h"
#include "dissectors/coap/machine.h"
#include "dissectors/coap/message.h"
#include "dissectors/coap/names.h"
#include "handshake/conversation.h"
#include "support/hex.h"
#include "support/test_main.h"

static const struct dissector frames_dissector;

const struct dissector *const dissectors[] = { &frames_dissector, &coap_dissector,
                                               &coap_tcp_dissector, NULL };

/* ---- messages ---- */

enum { ABSENT = OPTION_ABSENT };

static const struct {
    const char *wire, *wrong; /* what wrong begins with; NULL: well-formed */
    unsigned code, token_len, options, payload_len;
    int64_t observe, block1, block2, format;
} messages[] = {
    { "4001 0001", NULL, 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4001 00", "a message of less", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "", "a message of less", 0, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4101 0001 5a b4 'temp'", NULL, 1, 1, 1, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4101 0001 5a b5 'temp'", "an option runs", 1, 1, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4101 0001", "a token longer", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4801 0001 0102030405060708", NULL, 1, 8, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4901 0001 010203040506070809", "a token length", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT,
      ABSENT },
    { "4f01 0001 00*32", "a token length", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4d01 0001 07 00*20 b1 'x'", NULL, 1, 20, 1, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4d01 0001 07 00*19", "a token longer", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4e01 0001 0000 00*269", NULL, 1, 269, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "8001 0001", "an unknown version", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "0001 0001", "an unknown version", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4045 0001 ff 'x'", NULL, 0x45, 0, 0, 1, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4045 0001 ff", "a payload marker", 0x45, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4001 0001 60 b1 'x'", NULL, 1, 0, 2, 0, 0, ABSENT, ABSENT, ABSENT },
    { "4001 0001 61 01 51 'x'", NULL, 1, 0, 2, 0, 1, ABSENT, ABSENT, ABSENT },
    { "4001 0001 63 010203", NULL, 1, 0, 1, 0, 0x010203, ABSENT, ABSENT, ABSENT },
    { "4001 0001 64 01020304", NULL, 1, 0, 1, 0, ABSENT, ABSENT, ABSENT, ABSENT }, /* too long */
    { "4003 0001 c1 3c d1 02 0e ff 'x'", NULL, 3, 0, 2, 1, ABSENT, 0x0e, ABSENT, 60 },
    { "6045 0001 c0 d0 00 ff 'x'", NULL, 0x45, 0, 2, 1, ABSENT, ABSENT, ABSENT, 0 },
    { "6045 0001 d2 0a 0206 ff 'x'", NULL, 0x45, 0, 1, 1, ABSENT, ABSENT, 0x0206, ABSENT },
    { "4001 0001 e1 0000 ff", NULL, 1, 0, 1, 0, ABSENT, ABSENT, ABSENT, ABSENT }, /* number 269 */
    { "4001 0001 f1 00", "an option runs", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4001 0001 1f 00", "an option runs", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4000 0001", NULL, 0, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4000 0001 ff", "an empty message with", 0, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4100 0001 5a", "an empty message with", 0, 1, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "5000 0001", "an empty message that", 0, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "7000 0001", NULL, 0, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "7045 0001", "a Reset that", 0x45, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "6001 0001", "a request in", 1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "4020 0001", "a code of", 0x20, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
    { "40e1 0001", "a code of", 0xe1, 0, 0, 0, ABSENT, ABSENT, ABSENT, ABSENT },
};

START_TEST(reads_messages)
{
    struct coap_message m;
    coap_message_read(&m, hex(messages[_i].wire));
    const char *wrong = messages[_i].wrong;
    ck_assert_msg(!wrong == !m.wrong, "%s: %s", messages[_i].wire, m.wrong ? m.wrong : "no fault");
    if (wrong)
        ck_assert_msg(strncmp(m.wrong, wrong, strlen(wrong)) == 0, "%s: %s", messages[_i].wire,
                      m.wrong);
    ck_assert(!m.cut);
    ck_assert_uint_eq(m.code, messages[_i].code);
    ck_assert_uint_eq(m.token.len, messages[_i].token_len);
    ck_assert_uint_eq(m.option_count, messages[_i].options);
    ck_assert_uint_eq(m.payload_len, messages[_i].payload_len);
    ck_assert_int_eq(m.has.observe, messages[_i].observe);
    ck_assert_int_eq(m.has.block1, messages[_i].block1);
    ck_assert_int_eq(m.has.block2, messages[_i].block2);
    ck_assert_int_eq(m.has.content_format, messages[_i].format);
}
END_TEST

/* What the snap length cut is cut, not wrong. */
static const struct {
    const char *wire;
    unsigned options;
} cut_messages[] = {
    { "4001 00", 0 },
    { "4801 0001 0102", 0 },
    { "4101 0001 5a b4 'te'", 0 },
    { "4101 0001 5a b4 'temp' 04", 1 },
    { "4101 0001 5a b4 'temp' ff", 1 },
};

START_TEST(cut_is_not_malformed)
{
    struct coap_message m;
    coap_message_read(&m, hex_open(cut_messages[_i].wire));
    ck_assert_msg(!m.wrong, "%s: %s", cut_messages[_i].wire, m.wrong);
    ck_assert_uint_eq(m.option_count, cut_messages[_i].options);
}
END_TEST

START_TEST(reads_block_values)
{
    ck_assert_uint_eq(block_number(0x0e), 0);
    ck_assert(block_more(0x0e));
    ck_assert_uint_eq(block_size(0x0e), 1024);
    ck_assert_uint_eq(block_number(0x206), 0x20);
    ck_assert(!block_more(0x206));
    ck_assert(!block_more(OPTION_ABSENT));
    ck_assert_uint_eq(block_size(0), 16);
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *path, *query, *purpose;
} purposes[] = {
    { "/.well-known/core", "", "discovery" },
    { "/.well-known/cores", "", NULL },
    { "/.well-known/edhoc", "", "edhoc" },
    { "/rd", "ep=lamp&lwm2m=1.1", "lwm2m registration" },
    { "/rd", "ep=lamp", "registration" },
    { "/rd/5a3f", "", "registration update" },
    { "/rdx", "", NULL },
    { "/bs", "ep=lamp", "lwm2m bootstrap" },
    { "/c/cp", "", "thread commissioner petition" },
    { "/c/ca", "", "thread commissioner keep-alive" },
    { "/c/rx", "", "thread joiner relay" },
    { "/c/as", "", "thread dataset change" },
    { "/c/ab", "", "thread commissioning" },
    { "/n/mr", "", "thread multicast registration" },
    { "/c/cpx", "", NULL },
    { "/c/c", "", NULL },
    { "/c//x", "", NULL },
    { "/", "", NULL },
    { "", "", NULL },
};

START_TEST(knows_purposes)
{
    const char *path = purposes[_i].path, *query = purposes[_i].query;
    const char *purpose = coap_purpose(path, strlen(path), query, strlen(query));
    ck_assert_msg(!purpose == !purposes[_i].purpose, "%s", path);
    if (purpose)
        ck_assert_str_eq(purpose, purposes[_i].purpose);
}
END_TEST

START_TEST(knows_codes_and_options)
{
    ck_assert_str_eq(coap_code_name(0x01), "GET");
    ck_assert_str_eq(coap_code_name(0x84), "Not Found");
    ck_assert_str_eq(coap_code_name(0xe5), "Abort");
    ck_assert_ptr_null(coap_code_name(0x00));
    ck_assert_ptr_null(coap_code_name(0x87));
    ck_assert(coap_option_fits(11, 0));
    ck_assert(coap_option_fits(11, 255));
    ck_assert(!coap_option_fits(11, 256));
    ck_assert(!coap_option_fits(5, 1));
    ck_assert(!coap_option_fits(0, 0));
    ck_assert(!coap_option_fits(65000, 0));
    ck_assert_str_eq(code_name_of(&coap_options, 258), "No-Response");
    ck_assert_str_eq(code_name_of(&coap_content_formats, 11542), "application/vnd.oma.lwm2m+tlv");
}
END_TEST

/* ---- whose bytes ---- */

static const struct {
    const char *wire;
    enum side side;
    unsigned port;
    enum recognition expected, inside; /* inside: another protocol, on any port */
} openings[] = {
    { "4101 0001 5a b4 'temp'", CLIENT, 5683, MINE, MINE },
    { "4101 0001 5a b4 'temp'", CLIENT, 40000, MINE, MINE },
    { "4101 0001 5a b4 'temp'", SERVER, 5683, MINE_SWAPPED, MINE_SWAPPED },
    { "6145 0001 5a c0 ff '21'", SERVER, 40000, MINE, MINE },
    { "6145 0001 5a c0 ff '21'", CLIENT, 40000, MINE_SWAPPED, MINE_SWAPPED },
    { "4001 0001", CLIENT, 5683, MINE, MINE },
    { "4001 0001", CLIENT, 40000, NOT_MINE, MINE }, /* says too little */
    { "7000 0001", SERVER, 5683, MINE, MINE },
    { "7000 0001", SERVER, 40000, NOT_MINE, MINE },
    { "4101 0001 5a b4 01020304", CLIENT, 40000, NOT_MINE, MINE }, /* no text */
    { "4101 0001 5a d1 f0 00", CLIENT, 40000, NOT_MINE, MINE },    /* option 253 */
    { "4101 0001 5a b9 'temp'", CLIENT, 5683, MINE, NOT_MINE },    /* broken */
    { "4101 0001 5a b9 'temp'", CLIENT, 40000, NOT_MINE, NOT_MINE },
    { "8101 0001 5a b4 'temp'", CLIENT, 5683, MINE, NOT_MINE }, /* version 2 */
    { "80ff 0001 5a b4 'temp'", CLIENT, 5683, NOT_MINE, NOT_MINE },
    { "40e1 0001", CLIENT, 5683, NOT_MINE, NOT_MINE },
    /* DNS whose id looks like a head, mDNS, STUN, QUIC, DTLS, RTP, SIP, DHT, OpenVPN, GTP */
    { "4801 0100 00010000 00000000 03 'www' 07 'example' 03 'com' 00 0001 0001", CLIENT, 53,
      NOT_MINE, NOT_MINE },
    { "4001 0100 00010000 00000000 03 'www' 03 'com' 00 0001 0001", CLIENT, 53, NOT_MINE,
      NOT_MINE },
    { "0000 8400 00000001 00000000 05 'local' 00 000c 0001", CLIENT, 5353, NOT_MINE, NOT_MINE },
    { "0001 0000 2112a442 0102030405060708090a0b0c", CLIENT, 3478, NOT_MINE, NOT_MINE },
    { "c3 00000001 08 0102030405060708 00 00 44d0 00*64", CLIENT, 443, NOT_MINE, NOT_MINE },
    { "41 7b2fa9c0d1e2f3 a4b5c6d7e8f90a1b2c3d4e5f60718293", CLIENT, 443, NOT_MINE, NOT_MINE },
    { "16 fefd 0000 000000000000 0010 01 00*15", CLIENT, 5684, NOT_MINE, NOT_MINE },
    { "8000 1234 00010203 deadbeef 55*32", CLIENT, 5004, NOT_MINE, NOT_MINE },
    { "'REGISTER sip:registrar.example SIP/2.0' 0d0a", CLIENT, 5060, NOT_MINE, NOT_MINE },
    { "'GET / HTTP/1.1' 0d0a0d0a", CLIENT, 1900, NOT_MINE, NOT_MINE },
    { "'d1:ad2:id20:' 61*20 'e1:q4:ping'", CLIENT, 6881, NOT_MINE, NOT_MINE },
    { "40 45a1b2c3d4e5f607 00 00000000", SERVER, 1194, NOT_MINE, NOT_MINE },
    { "4001 0009 00000100 03000100 0d", CLIENT, 2123, NOT_MINE, NOT_MINE },
};

static enum recognition recognise(int row, bool inner)
{
    struct opening o = {
        .bytes = hex(openings[row].wire),
        .side = openings[row].side,
        .transport = TRANSPORT_UDP,
        .server_port = (uint16_t)(inner ? 40000 : openings[row].port),
        .inner = inner,
    };
    return coap_dissector.recognise(&o);
}

START_TEST(recognises_datagrams)
{
    ck_assert_msg(recognise(_i, false) == openings[_i].expected, "%s", openings[_i].wire);
    ck_assert_msg(recognise(_i, true) == openings[_i].inside, "inside: %s", openings[_i].wire);
}
END_TEST

static const struct {
    const char *wire;
    enum side side;
    unsigned port;
    enum recognition expected;
} stream_openings[] = {
    { "00e1", CLIENT, 5683, MINE },
    { "00e1", CLIENT, 40000, NOT_MINE },
    { "30e1 220480", CLIENT, 40000, MINE },
    { "30e1 2204", CLIENT, 40000, MAYBE_MINE },
    { "30e1 320480", CLIENT, 40000, NOT_MINE }, /* option 3 */
    { "30", CLIENT, 40000, MAYBE_MINE },
    { "3001 'abc'", CLIENT, 40000, NOT_MINE },
    { "41 01 5a b3 'abc'", CLIENT, 5683, MINE }, /* no CSM: that is told of */
    { "41 01 5a b3 'abc'", SERVER, 5683, NOT_MINE },
    { "41 45 5a b3 'abc'", CLIENT, 5683, NOT_MINE },
    { "'GET / HTTP/1.1' 0d0a0d0a", CLIENT, 5683, NOT_MINE },
    { "16 0301 0005 01000001 00", CLIENT, 5683, NOT_MINE },
};

START_TEST(recognises_streams)
{
    struct opening o = {
        .bytes = hex_open(stream_openings[_i].wire),
        .side = stream_openings[_i].side,
        .transport = TRANSPORT_TCP,
        .server_port = (uint16_t)stream_openings[_i].port,
    };
    ck_assert_msg(coap_tcp_dissector.recognise(&o) == stream_openings[_i].expected, "%s",
                  stream_openings[_i].wire);
}
END_TEST

/* ---- playing datagrams: "0 C 4001 0001 | 0.01 S 6045 0001" ---- */

struct play {
    struct budget budget;
    struct arena *arena;
    struct conversation *c;
    uint64_t number, refused, frame;
    unsigned reported;
    char told[4096]; /* "completed answered, failed reset": what was reported, in order */
};

static void start(struct play *p, enum transport transport)
{
    memset(p, 0, sizeof *p);
    p->budget.max = 1 << 24;
    p->arena = arena_new(&p->budget, 1 << 20);
    struct conversation_about about = {
        .ends = { [CLIENT] = { .port = 40112 }, [SERVER] = { .port = 5683 } },
        .transport = transport,
        .next_number = &p->number,
        .refused = &p->refused,
    };
    p->c = conversation_new(p->arena, &about);
    ck_assert_ptr_nonnull(p->c);
}

static void finish(struct play *p)
{
    arena_free(p->arena);
    budget_clear(&p->budget);
}

static void report(struct play *p, bool all)
{
    for (struct handshake *hs; (hs = conversation_finished(p->c, all)); p->reported++) {
        size_t len = strlen(p->told);
        const struct state *state = machine_state(&coap_machine, hs);
        snprintf(p->told + len, sizeof p->told - len, "%s%s %s", len ? ", " : "",
                 outcome_name(hs->outcome), state->name);
    }
}

static void datagram(struct play *p, enum side side, double seconds, struct reader r)
{
    struct moment at = { (int64_t)(seconds * 1e6), ++p->frame };
    conversation_datagram(p->c, side, r.at, reader_left(&r), reader_left(&r), at);
    report(p, false);
}

static void play(struct play *p, const char *script, int times)
{
    char *copy = strdup(script), *rest = NULL;
    for (char *part = strtok_r(copy, "|", &rest); part; part = strtok_r(NULL, "|", &rest)) {
        char *side;
        double seconds = strtod(part, &side);
        side += strspn(side, " ");
        for (int i = 0; i < times; i++)
            datagram(p, *side == 'C' ? CLIENT : SERVER, seconds, hex(side + 1));
    }
    free(copy);
}

static void end(struct play *p, double seconds)
{
    conversation_close(p->c, NOBODY, false, (struct moment){ (int64_t)(seconds * 1e6), p->frame });
    report(p, true);
}

#define GET_1 "C 4101 0001 5a b4 'temp'"
#define ACK_1 "S 6145 0001 5a ff '21'"

static const struct {
    const char *script;
    double end;
    const char *told;
} scripts[] = {
    { "0 " GET_1 "| 0.1 " ACK_1, 1, "completed answered" },
    { "0 " GET_1 "| 0.1 S 6184 0001 5a", 1, "failed refused" },
    { "0 " GET_1 "| 0.1 S 7000 0001", 1, "failed reset" },
    { "0 " GET_1 "| 0.1 S 7000 0002", 1, "unknown request" }, /* of something else */
    { "0 " GET_1 "| 0.1 S 6145 0002 5a", 1, "unknown response, unknown request" },
    { "0 " GET_1, 1, "unknown request" },
    { "0 " GET_1, 93, "failed request" },
    { "0 " GET_1 "| 2.5 " GET_1, 5, "unknown request" },
    { "0 " GET_1 "| 2.5 " GET_1, 10, "failed request" },
    { "0 " GET_1 "| 2.5 " GET_1 "| 7.5 " GET_1, 8, "failed request" },
    { "0 " GET_1 "| 2.5 " GET_1 "| 7.5 " GET_1 "| 8 " ACK_1, 8, "completed answered" },
    { "0 " GET_1 "| 0.1 S 6000 0001", 1, "unknown acknowledged" },
    { "0 " GET_1 "| 0.1 S 6000 0001", 100, "failed acknowledged" },
    { "0 " GET_1 "| 0.1 S 6000 0001 | 9 S 4145 7000 5a", 100, "completed answered" },
    { "0 " GET_1 "| 0.1 S 4145 7000 5a | 0.2 C 7000 7000", 1, "failed reset" },
    { "0 " GET_1 "| 0.1 S 4145 7000 5a | 0.2 C 6000 7000 | 0.3 C 7000 7000", 1,
      "completed answered" },
    { "0 " GET_1 "| 0.1 S 5145 7000 5b", 1, "unknown response, unknown request" },
    { "0 C 5101 0001 5a", 200, "unknown request_non" },
    { "0 C 5101 0001 5a | 0.1 S 5145 7000 5a", 200, "completed answered" },
    { "0 C 4000 0001 | 0.1 S 7000 0001", 1, "completed answered" },
    { "0 C 4000 0001 | 2 C 4000 0001 | 6 C 4000 0001", 14, "failed ping" },
    /* the same id again, with the same token: late in the same exchange; with another: not */
    { "0 " GET_1 "| 0.1 " ACK_1 "| 9 " GET_1, 20, "completed answered" },
    { "0 " GET_1 "| 0.1 " ACK_1 "| 100 C 4001 0009 | 101 " GET_1, 102,
      "completed answered, unknown request" },
    { "0 " GET_1 "| 0.1 " ACK_1 "| 300 " GET_1, 301, "completed answered, unknown request" },
    { "0 " GET_1 "| 1 C 4101 0001 5b b4 'temp'", 2, "unknown request, unknown request" },
    /* both ask, with the same ids and tokens */
    { "0 " GET_1 "| 0.1 S 4101 0001 5a b1 '3' | 0.2 C 6184 0001 5a | 0.3 " ACK_1, 1,
      "completed answered, failed refused" },
    /* an observation and its end; a notification of one that nobody knows */
    { "0 C 4101 0001 5a 60 54 'temp' | 0.1 S 6145 0001 5a 61 01 | 9 S 5145 7000 5a 61 02", 10,
      "completed observing" },
    { "0 C 4101 0001 5a 60 54 'temp' | 0.1 S 6145 0001 5a 61 01 | 9 S 5145 7000 5a 61 02"
      "| 9.1 C 7000 7000",
      10, "completed answered" },
    { "0 C 4101 0001 5a 60 54 'temp' | 0.1 S 6145 0001 5a", 10, "completed answered" },
    { "0 S 5145 7000 5a 61 02", 10, "" },
    /* blocks: the transfer stops, or goes on */
    { "0 " GET_1 "| 0.1 S 6145 0001 5a d1 0a 0a ff 'x'", 3, "unknown blocks" },
    { "0 " GET_1 "| 0.1 S 6145 0001 5a d1 0a 0a ff 'x'", 6, "failed blocks" },
    { "0 " GET_1 "| 0.1 S 6145 0001 5a d1 0a 0a ff 'x' | 1 C 4101 0002 5a b4 'temp' c1 12"
      "| 1.1 S 6145 0002 5a d1 0a 12 ff 'x'",
      9, "completed answered, completed answered" },
    { "0 " GET_1 "| 0.1 S 6145 0001 5a d1 0a 0a ff 'x' | 1 C 4101 0002 5a b4 'door' c1 12"
      "| 1.1 S 6145 0002 5a d1 0a 12 ff 'x'",
      9, "failed blocks, completed answered" },
    { "0 C 4103 0001 5a b1 'f' d1 03 08 ff 'x' | 0.1 S 615f 0001 5a d1 0e 08", 6, "failed blocks" },
    { "0 C 4103 0001 5a b1 'f' d1 03 08 ff 'x' | 0.1 S 615f 0001 5a d1 0e 08"
      "| 1 C 4103 0002 5a b1 'f' d1 03 10 ff 'x' | 1.1 S 6144 0002 5a d1 0e 10",
      9, "completed answered, completed answered" },
    /* malformed ones */
    { "0 C 4901 0001 00*9 | 0.1 S 7000 0001", 1, "failed malformed" },
    { "0 C 4901 0001 00*9 | 0.1 S 7000 0000", 1, "failed malformed" },
    { "0 " GET_1 "| 0.1 S 6145 0001 5a ff", 1, "failed malformed" },
    { "0 " GET_1 "| 0.1 S 6149 0002 5a ff | 0.2 " ACK_1, 1,
      "completed answered, failed malformed" },
};

START_TEST(tells_exchanges)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    play(&p, scripts[_i].script, 1);
    end(&p, scripts[_i].end);
    ck_assert_msg(strcmp(p.told, scripts[_i].told) == 0, "%s: %s, not %s", scripts[_i].script,
                  p.told, scripts[_i].told);
    ck_assert_uint_eq(p.refused, 0);
    finish(&p);
}
END_TEST

/* The network may show each datagram twice: the verdicts are the same. */
START_TEST(copies_change_no_verdict)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    play(&p, scripts[_i].script, 2);
    end(&p, scripts[_i].end);
    ck_assert_msg(strcmp(p.told, scripts[_i].told) == 0, "%s: %s, not %s", scripts[_i].script,
                  p.told, scripts[_i].told);
    finish(&p);
}
END_TEST

/* ---- many ---- */

static void bytes(struct play *p, enum side side, double seconds, const uint8_t *at, size_t len)
{
    datagram(p, side, seconds, reader_over(at, len, false));
}

static void exchange(struct play *p, unsigned n, bool answer)
{
    uint8_t get[] = { 0x44, 1, 0, 0, 0, 0, 0, 0, 0xb4, 't', 'e', 'm', 'p' };
    uint8_t ack[] = { 0x64, 0x45, 0, 0, 0, 0, 0, 0, 0xff, 'x' };
    for (int i = 0; i < 4; i++)
        get[4 + i] = ack[4 + i] = (uint8_t)(n >> 8 * i);
    get[2] = ack[2] = (uint8_t)(n >> 8);
    get[3] = ack[3] = (uint8_t)n;
    bytes(p, CLIENT, n * 0.001, get, sizeof get);
    if (answer)
        bytes(p, SERVER, n * 0.001, ack, sizeof ack);
}

START_TEST(many_exchanges_in_little_memory)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    for (unsigned n = 0; n < 200; n++)
        exchange(&p, n, true);
    size_t used = arena_used(p.arena);
    for (unsigned n = 200; n < 100000; n++) {
        exchange(&p, n, true);
        p.told[0] = 0;
    }
    ck_assert_uint_eq(arena_used(p.arena), used);
    end(&p, 200);
    ck_assert_uint_eq(p.reported, 100000);
    ck_assert_uint_eq(p.refused, 0);
    ck_assert_uint_eq(p.number, 100000);
    finish(&p);
}
END_TEST

START_TEST(what_the_cap_refuses_is_counted)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    for (unsigned n = 0; n < 100; n++)
        exchange(&p, n, false);
    end(&p, 1);
    ck_assert_uint_eq(p.reported, 64);
    ck_assert_uint_eq(p.refused, 36);
    finish(&p);
}
END_TEST

/* ---- fields ---- */

START_TEST(sets_fields)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    struct reader get =
        hex("42 01 1234 a1b2 38 'lamp.lan' 83 'led' 03 'red' 44 'on=1' 03 'x=2' 20");
    datagram(&p, CLIENT, 0, get);
    datagram(&p, CLIENT, 0.05, get);
    datagram(&p, CLIENT, 2.5, get);
    datagram(&p, SERVER, 2.6, hex("62 84 1234 a1b2 ff 'no such led'"));
    struct handshake *hs = conversation_latest(p.c);
    struct span path = handshake_text(hs, COAP_PATH), query = handshake_text(hs, COAP_QUERY);
    struct span token = handshake_text(hs, COAP_TOKEN), why = handshake_text(hs, COAP_DIAGNOSTIC);
    ck_assert_mem_eq(path.bytes, "/led/red", path.len);
    ck_assert_mem_eq(query.bytes, "on=1&x=2", query.len);
    ck_assert_mem_eq(token.bytes, "a1b2", token.len);
    ck_assert_mem_eq(why.bytes, "no such led", why.len);
    ck_assert_uint_eq(path.len + query.len + token.len + why.len, 8 + 8 + 4 + 11);
    ck_assert_int_eq(handshake_number_or(hs, COAP_MESSAGE_ID, ABSENT), 0x1234);
    ck_assert_int_eq(handshake_number_or(hs, COAP_ACCEPT, ABSENT), 0);
    ck_assert_int_eq(handshake_number_or(hs, COAP_RETRANSMISSIONS, ABSENT), 1);
    ck_assert_int_eq(handshake_number_or(hs, COAP_DUPLICATES, ABSENT), 1);
    ck_assert_int_eq(handshake_number_or(hs, COAP_RESPONSE_CLASS, ABSENT), 4);
    ck_assert(!handshake_has(hs, COAP_SEPARATE));
    ck_assert(!handshake_has(hs, COAP_MULTICAST));
    ck_assert_uint_eq(hs->values[COAP_RESPONSE_CODE].frame, 4);
    finish(&p);
}
END_TEST

/* A path of more than can be kept is cut, and that is noted. */
START_TEST(long_paths_are_clipped)
{
    struct play p;
    start(&p, TRANSPORT_UDP);
    datagram(&p, CLIENT, 0, hex("40 01 0001 bd f2 61*255 0d f2 62*255 0d f2 63*255"));
    struct handshake *hs = conversation_latest(p.c);
    ck_assert_uint_eq(handshake_text(hs, COAP_PATH).len, 512);
    ck_assert(hs->clipped);
    finish(&p);
}
END_TEST

/* ---- streams ---- */

#define CSMS "C 30e1 220480 | S 00e1 |"

static const struct {
    const char *script, *told;
} streams[] = {
    { CSMS, "completed connected" },
    { "C 30e1 220480", "unknown csm" },
    { CSMS "C 41 01 5a b3 'abc' | S 21 45 5a ff 'x'", "completed connected, completed answered" },
    { CSMS "C 41 01 5a b3 'abc' 41 01 5b b3 'abd' | S 21 45 5b ff 'x' 01 84 5a",
      "completed connected, failed refused, completed answered" },
    { CSMS "C 41 01 5a b3 'abc'", "completed connected, unknown request" },
    { CSMS "C 01 e2 77 | S 01 e3 77", "completed connected, completed answered" },
    { CSMS "C 01 e2 77 | S 01 e3 78", "completed connected, unknown ping" },
    { CSMS "S 50 e5 21 25 ff 'no'", "failed aborted" },
    { CSMS "C 41 01 5a b3 'abc' | S 21 45 5a ff 'x' | S 00 e5",
      "completed connected, completed answered" },
    { "C 41 01 5a b3 'abc'", "failed aborted, unknown request" },
    { CSMS "C 49 01", "completed connected, failed malformed" },
    { CSMS "C e3 00f0 03 010203 b1 'f' ff 61*506 | S 03 44 010203 | C 01 01 5a | S 01 45 5a",
      "completed connected, completed answered, completed answered" },
};

static void feed(struct play *p, enum side side, const uint8_t *bytes, size_t len, bool by_bytes)
{
    static uint8_t waiting[2][65536];
    static size_t waits[2];
    if (p->frame == 0)
        waits[CLIENT] = waits[SERVER] = 0;
    for (size_t i = 0, step = by_bytes ? 1 : len; i < len; i += step) {
        memcpy(waiting[side] + waits[side], bytes + i, step);
        waits[side] += step;
        struct moment at = { 1000, ++p->frame };
        size_t used = conversation_feed(p->c, side, waiting[side], waits[side], at);
        used = used < waits[side] ? used : waits[side];
        memmove(waiting[side], waiting[side] + used, waits[side] - used);
        waits[side] -= used;
    }
}

static void play_stream(int row, bool by_bytes)
{
    struct play p;
    start(&p, TRANSPORT_TCP);
    char *copy = strdup(streams[row].script), *rest = NULL;
    for (char *part = strtok_r(copy, "|", &rest); part; part = strtok_r(NULL, "|", &rest)) {
        part += strspn(part, " ");
        if (!*part)
            continue;
        struct reader r = hex(part + 1);
        feed(&p, *part == 'C' ? CLIENT : SERVER, r.at, reader_left(&r), by_bytes);
    }
    free(copy);
    conversation_close(p.c, NOBODY, false, (struct moment){ 1000, p.frame });
    report(&p, true);
    ck_assert_msg(strcmp(p.told, streams[row].told) == 0, "%s: %s, not %s", streams[row].script,
                  p.told, streams[row].told);
    finish(&p);
}

START_TEST(tells_streams)
{
    play_stream(_i, false);
    play_stream(_i, true);
}
END_TEST

/* ---- inside WebSocket: each message whole, its length 0 ---- */

static enum recognition is_frames(const struct opening *o)
{
    struct reader r = o->bytes;
    return !o->inner && reader_u8(&r) == 'W' ? MINE : NOT_MINE;
}

/* 'W', a length, and so many bytes that are one message. */
static void read_frames(struct conversation *c, enum side side, struct reader *r)
{
    reader_skip(r, 1);
    struct reader message = reader_take(r, reader_u8(r));
    if (reader_ok(r))
        conversation_inner(c, side, message.at, reader_left(&message));
}

static const struct state frame_states[] = { { "start", NOBODY, NULL, OUTCOME_OPEN, false } };
static const struct machine frame_machine = { .states = frame_states };
static const struct field frame_fields[] = { { .name = "x" } };
static const struct field_table frame_table = { "frames", frame_fields, 1 };
static const struct dissector frames_dissector = {
    .name = "frames",
    .over = "websocket",
    .transports = 1u << TRANSPORT_TCP,
    .recognise = is_frames,
    .read = read_frames,
    .fields = &frame_table,
    .machine = &frame_machine,
    .memory_len = 1,
};

START_TEST(reads_websocket_messages)
{
    static const char *const said[] = {
        "'W' 05 00e1 220480",
        "'W' 02 00e1",
        "'W' 08 01 01 5a b4 'temp'",
        "'W' 05 01 45 5a ff 'x'",
    };
    struct play p;
    start(&p, TRANSPORT_TCP);
    for (int i = 0; i < 4; i++) {
        struct reader r = hex(said[i]);
        feed(&p, i % 2 ? SERVER : CLIENT, r.at, reader_left(&r), false);
    }
    conversation_close(p.c, NOBODY, false, (struct moment){ 1000, p.frame });
    report(&p, true);
    ck_assert_str_eq(p.told, "completed connected, completed answered");
    finish(&p);
}
END_TEST

/* ---- all ---- */

static void add_messages(TCase *t)
{
    TEST_ROWS(t, reads_messages, messages);
    TEST_ROWS(t, cut_is_not_malformed, cut_messages);
    tcase_add_test(t, reads_block_values);
    TEST_ROWS(t, knows_purposes, purposes);
    tcase_add_test(t, knows_codes_and_options);
}

static void add_recognition(TCase *t)
{
    TEST_ROWS(t, recognises_datagrams, openings);
    TEST_ROWS(t, recognises_streams, stream_openings);
}

static void add_exchanges(TCase *t)
{
    TEST_ROWS(t, tells_exchanges, scripts);
    TEST_ROWS(t, copies_change_no_verdict, scripts);
    tcase_add_test(t, many_exchanges_in_little_memory);
    tcase_add_test(t, what_the_cap_refuses_is_counted);
    tcase_add_test(t, sets_fields);
    tcase_add_test(t, long_paths_are_clipped);
    TEST_ROWS(t, tells_streams, streams);
    tcase_add_test(t, reads_websocket_messages);
}

TEST_MAIN("coap", add_messages, add_recognition, add_exchanges)
