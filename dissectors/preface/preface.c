/* preface.c - see preface.h.
 *
 *     asked ──> granted: handed on          refused ──> asked again
 *       └─────> refused, or no answer          └──────> went on without TLS: no matter
 *
 * A refusal counts only when the client leaves it at that: mail is delivered in
 * the clear and PostgreSQL's client goes on without, and then nothing failed. */
#include "dissectors/preface/preface.h"

#include <string.h>
#include <strings.h>

#include "dissectors/preface/fields.h"
#include "dissectors/preface/grammar.h"

enum { MESSAGES_MAX = 256 }; /* of both sides; who talks longer is not on the way to TLS */

/* ---- the machine ---- */

enum { START, WAITING, TURNED_DOWN, IGNORED };
enum { MSG_REQUEST, MSG_REFUSAL, MSG_HANG_UP, MSG_SILENCE };

/* Who was asked, and said nothing for so long, will not answer any more. */
enum { SILENCE_US = 10000000 };

static const struct state states[] = {
    [START] = { "start", CLIENT, "the client's request for TLS", OUTCOME_OPEN, false },
    [WAITING] = { "asked", SERVER, "the server's consent to TLS", OUTCOME_OPEN, false },
    [TURNED_DOWN] = { "refused", NOBODY, NULL, OUTCOME_FAILED, true },
    [IGNORED] = { "unanswered", SERVER, "the server's consent to TLS", OUTCOME_FAILED, true },
};

static const struct transition transitions[] = {
    /* in      from    sees         goes to     */
    { START, CLIENT, MSG_REQUEST, WAITING },
    { WAITING, SERVER, MSG_REFUSAL, TURNED_DOWN },
    { WAITING, SERVER, MSG_HANG_UP, IGNORED },
    { WAITING, NOBODY, MSG_SILENCE, IGNORED },
};

static const char *const messages[] = {
    [MSG_REQUEST] = "Request",
    [MSG_REFUSAL] = "Refusal",
    [MSG_HANG_UP] = "close",
    [MSG_SILENCE] = "silence",
};

static const struct machine machine = {
    .states = states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof transitions[0],
    .messages = messages,
};

static const struct field fields[] = { PREFACE_FIELDS(FIELD_ROW) };
const struct field_table preface_field_table = { "preface", fields, PREFACE_FIELD_COUNT };

/* ---- lines ---- */

bool line_begins(struct line line, const char *word)
{
    size_t len = strlen(word);
    return line.len >= len && strncasecmp(line.bytes, word, len) == 0;
}

struct line line_word(struct line *line)
{
    struct line word = *line;
    const char *blank = memchr(line->bytes, ' ', line->len);
    if (blank)
        word.len = (size_t)(blank - line->bytes);
    size_t past = word.len;
    while (past < line->len && line->bytes[past] == ' ')
        past++;
    line->bytes += past;
    line->len -= past;
    return word;
}

bool preface_line(struct preface *p, enum side side, struct reader *r, char delimiter,
                  struct line *line)
{
    size_t left = reader_left(r), look = left < LINE_MAX_LEN ? left : LINE_MAX_LEN;
    const uint8_t *end = look ? memchr(r->at, delimiter, look) : NULL;
    if (!end && look < LINE_MAX_LEN) {
        reader_skip(r, left + 1);
        return false;
    }
    size_t len = end ? (size_t)(end - r->at) : look;
    bool whole = end && !p->overlong[side];
    p->overlong[side] = !end;
    *line = (struct line){ (const char *)reader_next(r, end ? len + 1 : len), len };
    if (delimiter == '\n' && len && line->bytes[len - 1] == '\r')
        line->len--;
    return whole;
}

enum recognition preface_begins(struct reader bytes, const char *word)
{
    size_t len = strlen(word), left = reader_left(&bytes), common = left < len ? left : len;
    if (strncasecmp((const char *)bytes.at, word, common) != 0)
        return NOT_MINE;
    return common == len ? MINE : MAYBE_MINE;
}

/* ---- recognising ---- */

static const struct grammar *const grammars[] = { proxy_grammars, line_grammars, packet_grammars };

/* Gives the grammar that knows these bytes; *maybe tells that more could change a no. */
static const struct grammar *grammar_of(struct reader bytes, bool late, bool *maybe)
{
    *maybe = false;
    for (size_t i = 0; i < sizeof grammars / sizeof grammars[0]; i++) {
        for (const struct grammar *g = grammars[i]; g->name; g++) {
            enum recognition known = late && g->weak ? NOT_MINE : g->recognise(bytes);
            if (known == MINE)
                return g;
            *maybe = *maybe || known == MAYBE_MINE;
        }
    }
    return NULL;
}

/* Where the flow's beginning was not seen, its sides may be the wrong way round:
 * who greets is the server, who asks the client. */
static enum recognition recognise(const struct opening *o)
{
    bool maybe;
    const struct grammar *g = grammar_of(o->bytes, o->late, &maybe);
    if (!g)
        return maybe ? MAYBE_MINE : NOT_MINE;
    if (o->side == g->begins)
        return MINE;
    return o->late ? MINE_SWAPPED : NOT_MINE;
}

/* ---- reading ---- */

enum progress preface_refuse(struct preface *p, int64_t status, const void *reply, size_t len)
{
    p->status = status;
    p->reply_len = len < sizeof p->reply ? len : sizeof p->reply;
    memcpy(p->reply, reply, p->reply_len);
    return REFUSED;
}

/* TLS itself, whoever agreed to it: the answer may be missing from the capture,
 * some protocols have none, and a client may have taken this for a TLS port. */
static enum recognition is_tls(const struct preface *p, enum side side, struct reader r)
{
    if (side == SERVER && !p->asked)
        return NOT_MINE;
    size_t left = reader_left(&r);
    if (left && r.at[0] != 0x16)
        return NOT_MINE;
    if (left > 1 && r.at[1] != 3)
        return NOT_MINE;
    return left < 3 ? MAYBE_MINE : r.at[2] <= 4 ? MINE : NOT_MINE;
}

static void follow(struct conversation *c, struct preface *p, enum progress progress)
{
    switch (progress) {
    case GO_ON:
        break;
    case ASKED:
        p->asked = true;
        p->refused = false;
        p->asked_at = conversation_now(c);
        break;
    case GRANTED:
        p->granted = true;
        conversation_hand_on(c);
        break;
    case REFUSED:
        p->refused = true;
        p->refused_at = conversation_now(c);
        break;
    case NOT_OURS:
        conversation_done(c);
        break;
    }
}

static void read_message(struct conversation *c, struct preface *p, enum side side,
                         struct reader *r)
{
    if (p->refused && side == SERVER) { /* the rest of the refusal */
        reader_skip(r, reader_left(r));
        return;
    }
    enum progress progress = p->grammar->read(p, side, r);
    if (!reader_ok(r))
        return;
    follow(c, p, ++p->messages > MESSAGES_MAX ? NOT_OURS : progress);
}

static void read_bytes(struct conversation *c, enum side side, struct reader *r)
{
    struct preface *p = conversation_memory(c);
    bool maybe;
    if (!p->grammar)
        p->grammar = grammar_of(*r, false, &maybe);
    if (!p->grammar) {
        conversation_done(c);
        return;
    }
    enum recognition tls = is_tls(p, side, *r);
    if (tls == NOT_MINE) {
        read_message(c, p, side, r);
        return;
    }
    if (tls == MINE) {
        p->granted = p->asked;
        conversation_hand_on(c);
    }
    r->status = READER_SHORT; /* these bytes are not ours: none is taken */
}

/* ---- how it ended ---- */

static void set_refusal(struct handshake *hs, const struct preface *p)
{
    hs->now = p->refused_at;
    handshake_set_bool(hs, PREFACE_REFUSED, true);
    handshake_set_bool(hs, PREFACE_WANTS_CREDENTIALS, p->wants_credentials);
    if (p->status >= 0)
        handshake_set_number(hs, PREFACE_STATUS, p->status);
    if (p->reply_len)
        handshake_set_text(hs, PREFACE_REPLY, p->reply, p->reply_len);
    machine_step(hs, &machine, SERVER, MSG_REFUSAL, NULL);
}

/* The handshake begins when it is certain that there is one to tell of: its
 * moments are those of the messages, not of now. */
static void tell(struct conversation *c, struct preface *p)
{
    p->begun = true;
    struct handshake *hs = conversation_begin(c);
    if (!hs)
        return;
    const char *name = p->name ? p->name : p->grammar->name;
    hs->late = conversation_late(c, CLIENT) || conversation_late(c, SERVER);
    hs->first = hs->now = p->asked_at;
    handshake_set_string(hs, PREFACE_KIND, name);
    if (p->target[0])
        handshake_set_text(hs, PREFACE_TARGET, p->target, strlen(p->target));
    machine_step(hs, &machine, CLIENT, MSG_REQUEST, name);
    if (p->refused)
        set_refusal(hs, p);
}

/* The server ended it instead of answering, or was silent for too long. Where the capture
 * lacks the beginning it may lack the answer. */
static void end_unanswered(struct conversation *c, const struct preface *p, enum side side)
{
    struct handshake *hs = conversation_latest(c);
    struct moment now = conversation_now(c);
    if (!hs || hs->late)
        return;
    hs->now = now;
    if (side == SERVER)
        machine_step(hs, &machine, SERVER, MSG_HANG_UP, NULL);
    else if (now.time_us - p->asked_at.time_us >= SILENCE_US)
        machine_step(hs, &machine, NOBODY, MSG_SILENCE, NULL);
}

/* A client that has asked may close its half and still hear the answer. */
static void close_side(struct conversation *c, enum side side, bool reset)
{
    struct preface *p = conversation_memory(c);
    bool may_come = side == CLIENT && !reset && !p->refused;
    if (!p->asked || p->granted || p->begun || may_come)
        return;
    tell(c, p);
    if (p->begun && !p->refused)
        end_unanswered(c, p, side);
    conversation_done(c);
}

static const char *over_name(const void *memory)
{
    const struct preface *p = memory;
    return !p->granted ? NULL : p->name ? p->name : p->grammar->name;
}

const struct dissector preface_dissector = {
    .name = "tcp",
    .over_name = over_name,
    .transports = 1u << TRANSPORT_TCP,
    .recognise = recognise,
    .read = read_bytes,
    .close = close_side,
    .fields = &preface_field_table,
    .machine = &machine,
    .memory_len = sizeof(struct preface),
};
