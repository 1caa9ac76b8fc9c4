/* lines.c - protocols of lines (and XMPP's tags) in which a client asks for TLS:
 * SMTP (RFC 3207), FTP (RFC 4217), IMAP and Sieve (RFC 9051, RFC 5804), POP3 (RFC
 * 2595), NNTP (RFC 4642), IRC, XMPP (RFC 6120 §5). */
#include <string.h>

#include "dissectors/preface/grammar.h"

/* One way of asking. Dialogues that greet alike share a greeting; which of them
 * it is shows when the client asks. */
struct upgrade {
    const char *greeting, *name;
    const char *ask;
    const char *granted; /* beginning of the answer that agrees */
    const char *refused; /* first characters of those that do not */
    bool tagged;         /* a tag stands in front of command and answer */
    bool coded;          /* answers begin with a number */
};

static const struct upgrade upgrades[] = {
    /* greeting            name     ask         granted  refused tagged coded */
    { "220", "smtp", "STARTTLS", "220", "45", false, true },
    { "220", "ftp", "AUTH TLS", "234", "45", false, true },
    { "220", "ftp", "AUTH SSL", "234", "45", false, true },
    { "20", "nntp", "STARTTLS", "382", "45", false, true },
    { "+OK", "pop3", "STLS", "+OK", "-", false, false },
    { "* ", "imap", "STARTTLS", "OK", "NB", true, false },
    { "\"IMPLEMENTATION\"", "sieve", "STARTTLS", "OK", "NB", false, false },
    { "irc", "irc", "STARTTLS", "670", "46", false, true },
};

/* Who logs in, or sends what it came to send, goes on without TLS. */
static const char *const goes_on[] = { "MAIL ",        "AUTH ",     "USER ",  "APOP ",   "LOGIN ",
                                       "AUTHENTICATE", "AUTHINFO ", "GROUP ", "SELECT ", "POST" };
/* What is said even by a client that gives up. */
static const char *const means_nothing[] = { "QUIT", "LOGOUT", "RSET", "NOOP" };

static bool begins_any(struct line line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (line_begins(line, words[i]))
            return true;
    return false;
}

static bool is_word(struct line line, const char *word)
{
    size_t len = strlen(word);
    return line_begins(line, word) && (line.len == len || line.bytes[len] == ' ');
}

/* A reply's code with its last line's blank, "220 ", not "220-"; or a word. */
static bool agrees(struct line line, const char *granted)
{
    return is_word(line, granted);
}

static int64_t code_of(struct line line)
{
    int64_t code = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= line.len || line.bytes[i] < '0' || line.bytes[i] > '9')
            return -1;
        code = code * 10 + (line.bytes[i] - '0');
    }
    return code;
}

/* step is 1 + the index of the way the client asked in. */
static enum progress read_command(struct preface *p, const char *greeting, struct line line)
{
    bool irc = strcmp(greeting, "irc") == 0, tagged = strcmp(greeting, "* ") == 0;
    struct line command = line;
    struct line tag = tagged ? line_word(&command) : (struct line){ "", 0 };
    for (uint8_t i = 0; i < sizeof upgrades / sizeof upgrades[0]; i++) {
        if (strcmp(upgrades[i].greeting, greeting) != 0 || !is_word(command, upgrades[i].ask) ||
            tag.len > TAG_MAX)
            continue;
        p->step = (uint8_t)(i + 1);
        p->name = upgrades[i].name;
        memcpy(p->tag, tag.bytes, tag.len);
        p->tag[tag.len] = 0;
        return ASKED;
    }
    if (p->refused &&
        !begins_any(command, means_nothing, sizeof means_nothing / sizeof *means_nothing))
        return NOT_OURS;
    if (!irc && begins_any(command, goes_on, sizeof goes_on / sizeof *goes_on))
        return NOT_OURS;
    return GO_ON;
}

/* Answers to earlier commands may still come; they neither agree nor refuse. */
static enum progress read_answer(struct preface *p, struct line line)
{
    if (!p->asked)
        return GO_ON;
    const struct upgrade *u = &upgrades[p->step - 1];
    struct line answer = line;
    if (u->tagged) {
        struct line tag = line_word(&answer);
        if (tag.len != strlen(p->tag) || memcmp(tag.bytes, p->tag, tag.len) != 0)
            return GO_ON;
    } else if (answer.len && answer.bytes[0] == ':') { /* IRC: who says it */
        line_word(&answer);
    }
    if (agrees(answer, u->granted))
        return GRANTED;
    if (answer.len && memchr(u->refused, answer.bytes[0], strlen(u->refused)))
        return preface_refuse(p, u->coded ? code_of(answer) : -1, line.bytes, line.len);
    return GO_ON;
}

static enum progress read_dialogue(struct preface *p, enum side side, struct reader *r,
                                   const char *greeting)
{
    struct line line;
    if (!preface_line(p, side, r, '\n', &line))
        return GO_ON;
    return side == CLIENT ? read_command(p, greeting, line) : read_answer(p, line);
}

/* A code of three digits and a blank or hyphen: more than two bytes must fit. */
static enum recognition is_coded(struct reader bytes, const char *code)
{
    enum recognition known = preface_begins(bytes, code);
    if (known != MINE)
        return known;
    if (reader_left(&bytes) < 4)
        return MAYBE_MINE;
    return bytes.at[3] == ' ' || bytes.at[3] == '-' ? MINE : NOT_MINE;
}

static enum recognition is_220(struct reader bytes)
{
    return is_coded(bytes, "220");
}

/* The client's first words, for captures that miss the greeting. */
static enum recognition is_hello(struct reader bytes)
{
    return preface_begins(bytes, "EHLO ");
}

static enum progress read_220(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "220");
}

/* Posting allowed, or not. */
static enum recognition is_news(struct reader bytes)
{
    enum recognition allowed = is_coded(bytes, "200");
    return allowed == NOT_MINE ? is_coded(bytes, "201") : allowed;
}

static enum progress read_news(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "20");
}

static enum recognition is_pop3(struct reader bytes)
{
    return preface_begins(bytes, "+OK ");
}

static enum progress read_pop3(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "+OK");
}

static enum recognition is_imap(struct reader bytes)
{
    enum recognition ok = preface_begins(bytes, "* OK");
    return ok == NOT_MINE ? preface_begins(bytes, "* PREAUTH") : ok;
}

static enum progress read_imap(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "* ");
}

static enum recognition is_sieve(struct reader bytes)
{
    return preface_begins(bytes, "\"IMPLEMENTATION\" ");
}

static enum progress read_sieve(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "\"IMPLEMENTATION\"");
}

static enum recognition is_irc(struct reader bytes)
{
    enum recognition asks = preface_begins(bytes, "STARTTLS\r\n");
    return asks == NOT_MINE ? preface_begins(bytes, "CAP LS") : asks;
}

static enum progress read_irc(struct preface *p, enum side side, struct reader *r)
{
    return read_dialogue(p, side, r, "irc");
}

/* ---- XMPP: a message is a tag ---- */

static bool is_tag(struct line tag, const char *name)
{
    size_t len = strlen(name);
    return line_begins(tag, name) &&
           (tag.len == len || tag.bytes[len] == ' ' || tag.bytes[len] == '/');
}

/* The tag alone, without what stands before its '<'. */
static bool read_tag(struct preface *p, enum side side, struct reader *r, struct line *tag)
{
    if (!preface_line(p, side, r, '>', tag))
        return false;
    const char *start = memchr(tag->bytes, '<', tag->len);
    if (!start)
        return false;
    tag->len -= (size_t)(start - tag->bytes);
    tag->bytes = start;
    return true;
}

/* Consent is an empty element; written with an end tag, TLS begins behind that. */
static enum progress read_xmpp_answer(struct preface *p, struct line tag)
{
    if (is_tag(tag, "<proceed"))
        return tag.bytes[tag.len - 1] == '/' ? GRANTED : GO_ON;
    if (is_tag(tag, "</proceed"))
        return GRANTED;
    if (is_tag(tag, "<failure") || is_tag(tag, "<stream:error"))
        return preface_refuse(p, -1, tag.bytes + 1, tag.len - 1);
    return GO_ON;
}

static enum progress read_xmpp(struct preface *p, enum side side, struct reader *r)
{
    struct line tag;
    if (!read_tag(p, side, r, &tag))
        return GO_ON;
    if (side == SERVER)
        return p->asked ? read_xmpp_answer(p, tag) : GO_ON;
    if (is_tag(tag, "<starttls"))
        return ASKED;
    bool ends = is_tag(tag, "</starttls") || is_tag(tag, "</stream:stream");
    return is_tag(tag, "<auth") || (p->refused && !ends) ? NOT_OURS : GO_ON;
}

static enum recognition is_xmpp(struct reader bytes)
{
    static const char *const openings[] = { "<stream:stream ", "<?xml version='1.0'",
                                            "<?xml version=\"1.0\"" };
    enum recognition known = NOT_MINE;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0] && known == NOT_MINE; i++)
        known = preface_begins(bytes, openings[i]);
    return known;
}

const struct grammar line_grammars[] = {
    { "smtp", SERVER, false, is_220, read_220 },   { "smtp", CLIENT, false, is_hello, read_220 },
    { "nntp", SERVER, false, is_news, read_news }, { "pop3", SERVER, false, is_pop3, read_pop3 },
    { "imap", SERVER, false, is_imap, read_imap }, { "sieve", SERVER, false, is_sieve, read_sieve },
    { "irc", CLIENT, false, is_irc, read_irc },    { "xmpp", CLIENT, false, is_xmpp, read_xmpp },
    { NULL, NOBODY, false, NULL, NULL },
};
