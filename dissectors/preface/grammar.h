/* grammar.h - private to this folder: one grammar a protocol that can lead to TLS.
 *
 * A grammar knows its protocol's first bytes and then takes message by message;
 * it says what each means for the way to TLS, and keeps nothing else. Names,
 * passwords and whatever else people say on the way are stepped over. */
#ifndef PREFACE_GRAMMAR_H
#define PREFACE_GRAMMAR_H

#include "base/endpoint.h"
#include "base/reader.h"
#include "handshake/dissector.h"

enum {
    LINE_MAX_LEN = 8192, /* a longer line is stepped over */
    TARGET_MAX = 300,    /* a host name may have 253 bytes */
    REPLY_MAX = 200,
    TAG_MAX = 32, /* of an IMAP command */
};

/* What a message means. */
enum progress {
    GO_ON,
    ASKED,    /* the client asked for TLS or a tunnel */
    GRANTED,  /* what follows on both sides is another protocol */
    REFUSED,  /* preface_refuse() has noted how */
    NOT_OURS, /* this will not lead to TLS any more */
};

struct grammar;

/* What is kept of the dialogue. */
struct preface {
    const struct grammar *grammar;
    const char *name; /* the protocol's, once it is certain */
    unsigned messages;
    uint8_t step;     /* the grammar's own */
    bool overlong[2]; /* in the middle of a line that is stepped over */
    bool asked, granted, refused, begun;
    struct moment asked_at, refused_at;

    char target[TARGET_MAX + 1];
    char tag[TAG_MAX + 1];

    /* how it was refused */
    int64_t status; /* -1: no code */
    bool wants_credentials;
    char reply[REPLY_MAX];
    size_t reply_len;
};

struct grammar {
    const char *name;
    enum side begins; /* who says the bytes that recognise() knows */
    bool weak;        /* few bytes tell: only where the flow's beginning was seen */
    enum recognition (*recognise)(struct reader bytes);
    /* read takes one message off r, or leaves it SHORT and p as it was. */
    enum progress (*read)(struct preface *p, enum side side, struct reader *r);
};

/* Each file's grammars, ended by one without a name. */
extern const struct grammar line_grammars[], proxy_grammars[], packet_grammars[];

/* preface_refuse notes a refusal and gives REFUSED; a status of -1 is none. */
enum progress preface_refuse(struct preface *p, int64_t status, const void *reply, size_t len);

/* A line without its end. */
struct line {
    const char *bytes;
    size_t len;
};

/* preface_line takes everything up to a delimiter, and it. False: r is SHORT, or
 * this is a part of a line too long to be of interest. A '\r' before '\n' goes. */
bool preface_line(struct preface *p, enum side side, struct reader *r, char delimiter,
                  struct line *line);
/* line_begins ignores case. */
bool line_begins(struct line line, const char *word);
/* line_word takes the first word, and the blanks behind it, off a line. */
struct line line_word(struct line *line);
/* preface_begins recognises by a beginning: MINE, not, or too short to tell. */
enum recognition preface_begins(struct reader bytes, const char *word);

#endif
