/* test_preface.c - dialogues that lead to TLS, or do not: at once and byte by byte. */
#include "dissectors/preface/preface.h"

#include <stdlib.h>
#include <string.h>

#include "dissectors/preface/fields.h"
#include "handshake/conversation.h"
#include "support/hex.h"
#include "support/test_main.h"

/* ---- a stand-in for TLS: it knows a record when it sees one ---- */

static enum recognition inner_recognise(const struct opening *o)
{
    struct reader r = o->bytes;
    uint16_t start = reader_u16(&r);
    return !reader_ok(&r) ? MAYBE_MINE : start == 0x1603 ? MINE : NOT_MINE;
}

static void inner_read(struct conversation *c, enum side side, struct reader *r)
{
    (void)side;
    reader_skip(r, reader_left(r));
    if (!conversation_latest(c))
        conversation_begin(c);
}

static const struct state inner_states[] = { { "start", NOBODY, NULL, OUTCOME_OPEN, false } };
static const struct machine inner_machine = { .states = inner_states };
static const struct field inner_fields[] = { { .name = "x" } };
static const struct field_table inner_table = { "inner", inner_fields, 1 };
static const struct dissector inner_dissector = {
    .name = "inner",
    .transports = 1u << TRANSPORT_TCP,
    .recognise = inner_recognise,
    .read = inner_read,
    .fields = &inner_table,
    .machine = &inner_machine,
    .memory_len = 1,
};

const struct dissector *const dissectors[] = { &inner_dissector, &preface_dissector, NULL };

/* ---- playing a script: "S '220 hi' 0d0a | C 'QUIT' 0d0a" ---- */

struct play {
    struct budget budget;
    struct arena *arena;
    struct conversation *c;
    uint64_t number, refused;
    uint64_t frame;
    uint8_t waiting[2][32768];
    size_t waiting_len[2];
};

static void start(struct play *p, bool late)
{
    memset(p, 0, sizeof *p);
    p->budget.max = 1 << 24;
    p->arena = arena_new(&p->budget, 1 << 20);
    struct conversation_about about = {
        .ends = { [CLIENT] = { .port = 40112 }, [SERVER] = { .port = 25 } },
        .transport = TRANSPORT_TCP,
        .late = { late, late },
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

/* As the pipeline does: what is not taken is shown again with what comes next. */
static void feed(struct play *p, enum side side, const uint8_t *bytes, size_t len)
{
    size_t *waits = &p->waiting_len[side];
    ck_assert_uint_le(*waits + len, sizeof p->waiting[side]);
    memcpy(p->waiting[side] + *waits, bytes, len);
    *waits += len;
    struct moment at = { (int64_t)p->frame * 1000, p->frame };
    size_t used = conversation_feed(p->c, side, p->waiting[side], *waits, at);
    if (used > *waits)
        used = *waits;
    memmove(p->waiting[side], p->waiting[side] + used, *waits - used);
    *waits -= used;
}

static void play(struct play *p, const char *script, bool by_bytes)
{
    char *copy = strdup(script), *rest = NULL;
    for (char *part = strtok_r(copy, "|", &rest); part; part = strtok_r(NULL, "|", &rest)) {
        part += strspn(part, " ");
        enum side side = *part == 'C' ? CLIENT : SERVER;
        struct reader r = hex(part + 1);
        size_t len = reader_left(&r);
        p->frame++;
        for (size_t i = 0; by_bytes && i < len; i++)
            feed(p, side, r.at + i, 1);
        if (!by_bytes)
            feed(p, side, r.at, len);
    }
    free(copy);
}

static void end(struct play *p)
{
    struct moment at = { (int64_t)++p->frame * 1000, p->frame };
    conversation_close(p->c, CLIENT, false, at);
    conversation_close(p->c, SERVER, false, at);
    conversation_close(p->c, NOBODY, false, at);
}

#define NL    " 0d0a"
#define EHLO  "S '220 mx ESMTP' 0d0a | C 'EHLO me' 0d0a | S '250-mx' 0d0a '250 STARTTLS' 0d0a"
#define HELLO " 1603010005 01000001 00"

/* ---- dialogues that lead to TLS ---- */

static const struct {
    const char *script, *over; /* NULL: TLS that nobody asked for */
} handed_on[] = {
    { EHLO "| C 'STARTTLS'" NL "| S '220 go'" NL "| C" HELLO, "smtp" },
    { EHLO "| C 'starttls'" NL "| S '220 go'" NL "| C" HELLO, "smtp" },
    { EHLO "| C 'STARTTLS'" NL "| S '220-go' 0d0a '220 on'" NL "| C" HELLO, "smtp" },
    { EHLO "| C 'STARTTLS' 0a | S '220 go' 0a | C" HELLO, "smtp" },
    { "C 'EHLO me'" NL "'STARTTLS'" NL "| C" HELLO, "smtp" }, /* the server's side is missing */
    { EHLO "| C 'STARTTLS'" NL "| S '454 later'" NL "| C 'STARTTLS'" NL "| S '220 go'" NL
           "| C" HELLO,
      "smtp" },
    { "S '220 ftp'" NL "| C 'AUTH TLS'" NL "| S '234 go'" NL "| C" HELLO, "ftp" },
    { "S '220 ftp'" NL "| C 'AUTH TLS'" NL "| S '504 no'" NL "| C 'AUTH SSL'" NL "| S '234 go'" NL
      "| C" HELLO,
      "ftp" },
    { "S '* OK ready'" NL "| C 'a1 CAPABILITY'" NL "| S '* CAPABILITY STARTTLS' 0d0a 'a1 OK'" NL
      "| C 'a2 STARTTLS'" NL "| S 'a2 OK begin'" NL "| C" HELLO,
      "imap" },
    { "S '+OK pop'" NL "| C 'STLS'" NL "| S '+OK go'" NL "| C" HELLO, "pop3" },
    { "S '200 news'" NL "| C 'STARTTLS'" NL "| S '382 go'" NL "| C" HELLO, "nntp" },
    { "S 22 'IMPLEMENTATION' 22 ' ' 22 'x' 22 0d0a 'OK'" NL "| C 'STARTTLS'" NL "| S 'OK'" NL
      "| C" HELLO,
      "sieve" },
    { "C 'STARTTLS'" NL "| S ':irc.example NOTICE * :hi' 0d0a ':irc.example 670 :go'" NL
      "| C" HELLO,
      "irc" },
    { "C '<stream:stream to=x>' | S '<stream:stream><stream:features><starttls/></stream:features>'"
      "| C '<starttls xmlns=x/>' | S '<proceed xmlns=x/>' | C" HELLO,
      "xmpp" },
    { "C '<stream:stream to=x>' | C '<starttls></starttls>' | S '<proceed></proceed>' | C" HELLO,
      "xmpp" },
    { "C 'CONNECT a.example:443 HTTP/1.1' 0d0a 'Host: a'" NL NL
      "| S 'HTTP/1.1 200 OK' 0d0a 'Via: x'" NL NL "| C" HELLO,
      "http-connect" },
    { "C 'CONNECT a.example:443 HTTP/1.1'" NL NL "| S 'HTTP/1.1 100 Continue'" NL NL
      "| S 'HTTP/1.1 200 OK'" NL NL "| C" HELLO,
      "http-connect" },
    { "C 'CONNECT a.example:443 HTTP/1.1'" NL NL
      "| S 'HTTP/1.1 407 Who?' 0d0a 'Content-Length: 4'" NL NL "'body'"
      "| C 'CONNECT a.example:443 HTTP/1.1' 0d0a 'Proxy-Authorization: Basic x'" NL NL
      "| S 'HTTP/1.1 200 OK'" NL NL "| C" HELLO,
      "http-connect" },
    { "C 050100 | S 0500 | C 05010001 0a000001 01bb | S 05000001 00000000 0000 | C" HELLO,
      "socks5" },
    { "C 05020002 | S 0502 | C 01 01 'u' 02 'pw' | S 0100 | C 05010003 09 'a.example' 01bb | S "
      "05000003 01 'x' 0000 | C" HELLO,
      "socks5" },
    { "C 050100 | C 05010004 00*16 01bb | S 0500 | S 05000004 00*16 0000 | C" HELLO, "socks5" },
    { "C 0401 01bb 0a000001 'u' 00 | S 005a 0000 00000000 | C" HELLO, "socks4" },
    { "C 0401 01bb 00000001 00 'a.example' 00 | S 005a 0000 00000000 | C" HELLO, "socks4" },
    { "C 'PROXY TCP4 10.0.0.1 10.0.0.2 4000 443' 0d0a" HELLO, "proxy-protocol" },
    { "C 0d0a0d0a000d0a515549540a 2111 000c 00*12" HELLO, "proxy-protocol" },
    { "C 00000008 04d2162f | S 'S' | C" HELLO, "postgresql" },
    { "C 00000008 04d21630 | S 'N' | C 00000008 04d2162f | S 'S' | C" HELLO, "postgresql" },
    { "S 2a0000 00 0a '8.0.28' 00 00*34 | C 200000 01 00aaff00 00*28" HELLO, "mysql" },
    { "C 301d 020101 7718 8016 '1.3.6.1.4.1.1466.20037' | S 300c 020101 7807 0a0100 0400 0400 | "
      "C" HELLO,
      "ldap" },
    { "C 308400000023 020101 77840000001a 8016 '1.3.6.1.4.1.1466.20037' 00 00 | S 300c 020101 7807 "
      "0a0100 0400 0400 | C" HELLO,
      "ldap" },
    { "C 03000013 0e e0 0000 0000 00 0100080003000000 | S 03000013 0e d0 0000 1234 00 "
      "0200080001000000 | C" HELLO,
      "rdp" },
    { "S '220 mx ESMTP'" NL "| C" HELLO, NULL },
    { "S '* OK ready'" NL "| C" HELLO, NULL },
};

static void check_handed_on(int row, bool by_bytes)
{
    struct play p;
    start(&p, false);
    play(&p, handed_on[row].script, by_bytes);
    end(&p);
    struct handshake *hs = conversation_finished(p.c, true);
    ck_assert_msg(hs && strcmp(hs->dissector->name, "inner") == 0, "%s", handed_on[row].script);
    ck_assert_str_eq(hs->over[0], "tcp");
    if (handed_on[row].over)
        ck_assert_str_eq(hs->over[1], handed_on[row].over);
    else
        ck_assert_ptr_null(hs->over[1]);
    ck_assert_ptr_null(conversation_finished(p.c, true));
    ck_assert_uint_eq(p.number, 1);
    finish(&p);
}

START_TEST(leads_to_tls)
{
    check_handed_on(_i, false);
    check_handed_on(_i, true);
}
END_TEST

/* ---- dialogues that end before ---- */

enum { NONE = -1 };

static const struct {
    const char *script, *kind, *target, *reply;
    int status, credentials; /* credentials NONE: never answered */
    uint64_t asked, refused; /* frames */
} stopped[] = {
    { EHLO "| C 'STARTTLS'" NL "| S '454 TLS not available'" NL "| C 'QUIT'" NL "| S '221 bye'" NL,
      "smtp", "", "454 TLS not available", 454, 0, 4, 5 },
    { EHLO "| C 'STARTTLS'" NL, "smtp", "", "", NONE, NONE, 4, 0 },
    { "S '220 ftp'" NL "| C 'AUTH TLS'" NL "| S '530 no'" NL, "ftp", "", "530 no", 530, 0, 2, 3 },
    { "S '* OK'" NL "| C 'x STARTTLS'" NL "| S '* BYE' 0d0a 'y OK' 0d0a 'x BAD what?'" NL, "imap",
      "", "x BAD what?", NONE, 0, 2, 3 },
    { "S '+OK pop'" NL "| C 'STLS'" NL "| S '-ERR no'" NL, "pop3", "", "-ERR no", NONE, 0, 2, 3 },
    { "C 'STARTTLS'" NL "| S ':irc.example 691 :no'" NL, "irc", "", ":irc.example 691 :no", 691, 0,
      1, 2 },
    { "C '<stream:stream a>' | C '<starttls/>' | S '<failure xmlns=x/>' | S '</stream:stream>'",
      "xmpp", "", "failure xmlns=x/", NONE, 0, 2, 3 },
    { "C 'CONNECT hub.home.lan:8443 HTTP/1.1' 0d0a 'Host: x'" NL NL
      "| S 'HTTP/1.1 403 Forbidden' 0d0a 'Content-Length: 0'" NL NL,
      "http-connect", "hub.home.lan:8443", "HTTP/1.1 403 Forbidden", 403, 0, 1, 2 },
    { "C 'CONNECT a:443 HTTP/1.1'" NL NL "| S 'HTTP/1.1 407 Proxy Authentication Required'" NL NL,
      "http-connect", "a:443", "HTTP/1.1 407 Proxy Authentication Required", 407, 1, 1, 2 },
    { "C 'CONNECT me:secret@a:443 HTTP/1.1'" NL NL "| S 'HTTP/1.0 502 Bad Gateway'" NL NL,
      "http-connect", "a:443", "HTTP/1.0 502 Bad Gateway", 502, 0, 1, 2 },
    { "C 'CONNECT a:443 HTTP/1.1'" NL NL "| S 'SSH-2.0-x'" NL, "http-connect", "a:443", "SSH-2.0-x",
      NONE, 0, 1, 2 },
    { "C 'CONNECT a:443 HTTP/1.1'" NL NL, "http-connect", "a:443", "", NONE, NONE, 1, 0 },
    { "C 050100 | S 05ff", "socks5", "", "no acceptable authentication method", 255, 1, 1, 2 },
    { "C 05020002 | S 05ff", "socks5", "", "no acceptable authentication method", 255, 0, 1, 2 },
    { "C 050102 | S 0502 | C 01 04 'user' 06 'secret' | S 0101", "socks5", "",
      "user name or password rejected", 1, 1, 1, 4 },
    { "C 050100 | S 0500 | C 05010003 01 'a' 01bb | S 05020001 00000000 0000", "socks5", "a:443",
      "connection not allowed by ruleset", 2, 0, 1, 4 },
    { "C 050100 | S 0500 | C 05010001 0a000001 01bb | S 0505", "socks5", "10.0.0.1:443",
      "connection refused", 5, 0, 1, 4 },
    { "C 050100", "socks5", "", "", NONE, NONE, 1, 0 },
    { "C 0401 01bb 0a000001 'secret' 00 | S 005b 0000 00000000", "socks4", "10.0.0.1:443",
      "request rejected or failed", 91, 0, 1, 2 },
    { "C 0401 01bb 0a000001 'secret' 00 | S 005d 0000 00000000", "socks4", "10.0.0.1:443",
      "identd names another user", 93, 1, 1, 2 },
    { "C 00000008 04d2162f | S 'N'", "postgresql", "", "N", NONE, 0, 1, 2 },
    { "C 301d 020101 7718 8016 '1.3.6.1.4.1.1466.20037' | S 300e 020101 7809 0a0102 0400 0402 'no'",
      "ldap", "", "no", 2, 0, 1, 2 },
    { "C 03000013 0e e0 0000 0000 00 0100080003000000 | S 03000013 0e d0 0000 1234 00 "
      "0300080002000000",
      "rdp", "", "the server does not allow TLS", 2, 0, 1, 2 },
};

static void check_text(const struct handshake *hs, unsigned id, const char *expected)
{
    struct span text = handshake_text(hs, id);
    ck_assert_msg(text.len == strlen(expected) && memcmp(text.bytes, expected, text.len) == 0,
                  "%.*s is not %s", (int)text.len, text.bytes, expected);
}

/* No user, no password, wherever one looks. */
static void check_no_secret(const struct handshake *hs)
{
    for (unsigned id = 0; id < PREFACE_FIELD_COUNT; id++) {
        if (preface_field_table.fields[id].type != FIELD_TYPE_TEXT)
            continue;
        struct span text = handshake_text(hs, id);
        ck_assert_ptr_null(memmem(text.bytes, text.len, "secret", 6));
    }
}

static void check_stopped(int row, bool by_bytes)
{
    struct play p;
    start(&p, false);
    play(&p, stopped[row].script, by_bytes);
    ck_assert_ptr_null(conversation_finished(p.c, true));
    end(&p);
    struct handshake *hs = conversation_finished(p.c, true);
    ck_assert_msg(hs && hs->dissector == &preface_dissector, "%s", stopped[row].script);
    ck_assert_str_eq(hs->dissector->name, "tcp");
    bool refused = stopped[row].credentials != NONE;
    ck_assert_int_eq(hs->outcome, OUTCOME_FAILED); /* hanging up is no answer */
    check_text(hs, PREFACE_KIND, stopped[row].kind);
    check_text(hs, PREFACE_TARGET, stopped[row].target);
    check_text(hs, PREFACE_REPLY, stopped[row].reply);
    ck_assert_int_eq(handshake_number_or(hs, PREFACE_STATUS, NONE), stopped[row].status);
    ck_assert_int_eq(handshake_number_or(hs, PREFACE_WANTS_CREDENTIALS, NONE),
                     stopped[row].credentials);
    ck_assert_int_eq(handshake_true(hs, PREFACE_REFUSED), refused);
    ck_assert_uint_eq(hs->first.frame, stopped[row].asked);
    ck_assert_uint_eq(hs->events[0].at.frame, stopped[row].asked);
    ck_assert_uint_eq(hs->event_count, 2);
    if (refused)
        ck_assert_uint_eq(hs->values[PREFACE_REFUSED].frame, stopped[row].refused);
    check_no_secret(hs);
    ck_assert_ptr_null(conversation_finished(p.c, true));
    finish(&p);
}

START_TEST(stops_before_tls)
{
    check_stopped(_i, false);
    check_stopped(_i, true);
}
END_TEST

/* ---- nothing to tell ---- */

static const struct {
    const char *about, *script;
    enum { DONE, WATCHED, UNKNOWN } then;
} silent[] = {
    { "mail in the clear", EHLO "| C 'MAIL FROM:<a>'" NL "| S '250 ok'" NL "| C 'STARTTLS'" NL,
      DONE },
    { "refused, then in the clear",
      EHLO "| C 'STARTTLS'" NL "| S '502 no'" NL "| C 'MAIL FROM:<a>'" NL, DONE },
    { "FTP with GSSAPI", "S '220 ftp'" NL "| C 'AUTH GSSAPI'" NL "| S '334 go'" NL, DONE },
    { "IMAP in the clear", "S '* OK'" NL "| C 'a LOGIN me secret'" NL, DONE },
    { "PostgreSQL prefers TLS", "C 00000008 04d2162f | S 'N' | C 00000029 00030000 'user' 00*29",
      DONE },
    { "MySQL in the clear", "S 2a0000 00 0a '8.0.28' 00 00*34 | C 300000 01 00a2ff00 00*44", DONE },
    { "SOCKS bind", "C 050100 | S 0500 | C 05020001 0a000001 01bb", DONE },
    { "SOCKS with GSSAPI", "C 050101 | S 0501", DONE },
    { "LDAP starts with TLS, goes on with a search",
      "C 301d 020101 7718 8016 '1.3.6.1.4.1.1466.20037' | C 3005 020101 6300", DONE },
    { "a lone greeting", "S '220 mx ESMTP'" NL, WATCHED },
    { "XMPP in the clear", "C '<stream:stream a>' | C '<auth mechanism=PLAIN>'", DONE },
    { "an endless line", "S '220 ' 41*20000", WATCHED },
    { "endless commands", "S '220 hi'" NL "| C 0a*600", DONE },
    { "HTTP that is no CONNECT", "C 'GET / HTTP/1.1'" NL NL "| S 'HTTP/1.1 200 OK'" NL NL,
      UNKNOWN },
    { "SSH", "S 'SSH-2.0-x'" NL "| C 'SSH-2.0-y'" NL, UNKNOWN },
    { "plain LDAP", "C 300c 020101 6007 020103 0400 8000 | S 300c 020101 6107 0a0100 0400 0400",
      UNKNOWN },
    { "noise", "C ff*64 | S 00*64", UNKNOWN },
};

static void check_silent(int row, bool by_bytes)
{
    struct play p;
    start(&p, false);
    play(&p, silent[row].script, by_bytes);
    bool known = conversation_dissector(p.c) != NULL;
    ck_assert_msg(known == (silent[row].then != UNKNOWN), "%s", silent[row].about);
    if (known)
        ck_assert_msg(conversation_watching(p.c) == (silent[row].then == WATCHED), "%s",
                      silent[row].about);
    end(&p);
    ck_assert_msg(!conversation_finished(p.c, true), "%s", silent[row].about);
    finish(&p);
}

START_TEST(says_nothing)
{
    check_silent(_i, false);
    check_silent(_i, true);
}
END_TEST

/* Captures that begin late do not know who called whom: the content tells. */
START_TEST(turns_a_late_flow_round)
{
    struct play p;
    start(&p, true);
    play(&p, "C '220 mx ESMTP'" NL, false);
    ck_assert(conversation_swapped(p.c));
    finish(&p);

    start(&p, true); /* two bytes of SOCKS are too little there */
    play(&p, "C 050100", false);
    ck_assert_ptr_null(conversation_dissector(p.c));
    finish(&p);
}
END_TEST

START_TEST(a_reset_before_the_answer_ends_it)
{
    struct play p;
    start(&p, false);
    play(&p, "C 'CONNECT a:443 HTTP/1.1'" NL NL, false);
    conversation_close(p.c, CLIENT, false, (struct moment){ 5, 5 });
    ck_assert_ptr_null(conversation_finished(p.c, true)); /* the answer may still come */
    conversation_close(p.c, SERVER, true, (struct moment){ 6, 6 });
    ck_assert_ptr_nonnull(conversation_finished(p.c, true));
    conversation_close(p.c, NOBODY, false, (struct moment){ 7, 7 });
    ck_assert_ptr_null(conversation_finished(p.c, true));
    finish(&p);
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, leads_to_tls, handed_on);
    TEST_ROWS(t, stops_before_tls, stopped);
    TEST_ROWS(t, says_nothing, silent);
    tcase_add_test(t, turns_a_late_flow_round);
    tcase_add_test(t, a_reset_before_the_answer_ends_it);
}

TEST_MAIN("preface", add_all)
