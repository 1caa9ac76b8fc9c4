/* alert.c - alerts, RFC 8446 §6: the clear ones, and those that only their place
 * tells. An alert that answers an ending is a reaction: OpenSSL sends decode_error
 * to any FIN in mid-handshake. It is kept, and never the reason. */
#include "dissectors/tls/tls.h"

#include <string.h>

enum { WARNING = 1, FATAL = 2 };
enum { CLOSE_NOTIFY = 0, USER_CANCELED = 90, NO_RENEGOTIATION = 100 };

struct value *note_alert(struct handshake *hs, enum side side)
{
    struct value *row = handshake_add_row(hs, TLS_ALERTS);
    if (row) {
        row_set_string(hs, row, ALERT_FROM, side_name(side));
        row_set_number(hs, row, ALERT_FRAME, (int64_t)hs->now.frame);
    }
    return row;
}

static const char *alert_note(struct handshake *hs, uint8_t level, uint8_t code)
{
    const char *name = code_name_of(&tls_alerts, code);
    struct text text = { 0 };
    text_format(&text, "%s ",
                level == FATAL     ? "fatal"
                : level == WARNING ? "warning"
                                   : "of no level");
    if (name)
        text_add(&text, name);
    else
        text_format(&text, "alert %u", code);
    const char *note = arena_copy(hs->arena, text.data, text.len);
    text_free(&text);
    return note;
}

static void note_clear_alert(struct handshake *hs, enum side side, uint8_t level, uint8_t code,
                             bool reaction)
{
    struct value *row = note_alert(hs, side);
    if (!row)
        return;
    struct text name = { 0 };
    code_text(&tls_alerts, code, &name);
    if (level == WARNING || level == FATAL)
        row_set_string(hs, row, ALERT_LEVEL, level == FATAL ? "fatal" : "warning");
    row_set_text(hs, row, ALERT_DESCRIPTION, name.data, name.len);
    row_set_number(hs, row, ALERT_CODE, code);
    if (reaction)
        row_set_bool(hs, row, ALERT_REACTION, true);
    text_free(&name);
}

/* TLS 1.3 does without levels (RFC 8446 §6): what is not a farewell is fatal. */
static bool is_fatal(const struct tls *tls, uint8_t level, uint8_t code)
{
    if (code == CLOSE_NOTIFY || code == USER_CANCELED)
        return false;
    return level == FATAL || (tls->is_13 && code != NO_RENEGOTIATION);
}

void read_alert(struct conversation *c, enum side side, struct reader *body)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    uint8_t level = reader_u8(body), code = reader_u8(body);
    if (!reader_ok(body))
        return;
    enum side other = side_other(side);
    bool over = conversation_side_closed(c, other) || tls->side[other].alerted ||
                hs->outcome == OUTCOME_FAILED;
    bool fatal = is_fatal(tls, level, code);
    hs->now = conversation_now(c);
    note_clear_alert(hs, side, level, code, over && fatal && !tls->side[side].alerted);

    const char *note = alert_note(hs, level, code);
    if (fatal && over) {
        conversation_saw(c, hs, side, TLS_ALERT_REACTION, note);
    } else if (fatal) {
        handshake_set_code(hs, TLS_ALERT, code);
        handshake_set_string(hs, TLS_ALERT_FROM, side_name(side));
        handshake_set_string(hs, TLS_ALERT_STAGE, tls_stage(hs));
        conversation_saw(c, hs, side, TLS_ALERT_FATAL, note);
    } else if (code == CLOSE_NOTIFY) {
        conversation_saw(c, hs, side, TLS_CLOSE_NOTIFY, note);
    } else {
        handshake_set_code(hs, TLS_WARNING, code);
        conversation_saw(c, hs, side, TLS_ALERT_WARNING, note);
    }
    tls->side[side].alerted = tls->side[side].alerted || fatal || code == CLOSE_NOTIFY;
}

/* Whether something is missing of what a side said in this handshake. */
static bool is_holed(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    bool began = handshake_has(tls->hs, side == CLIENT ? TLS_HELLOS : TLS_VERSION);
    return tls->side[side].holed || (!began && conversation_late(c, side));
}

bool alert_place_is_known(struct conversation *c, enum side side)
{
    return !is_holed(c, side) && !(side == SERVER && is_holed(c, CLIENT));
}

void sealed_alert(struct conversation *c, enum side side)
{
    struct tls *tls = tls_memory(c);
    struct handshake *hs = tls->hs;
    enum side other = side_other(side);
    bool over = conversation_side_closed(c, other) || tls->side[other].alerted;
    hs->now = conversation_now(c);
    struct value *row = note_alert(hs, side);
    if (row)
        row_set_bool(hs, row, ALERT_ENCRYPTED, true);
    if (row && over)
        row_set_bool(hs, row, ALERT_REACTION, true);
    tls->side[side].alerted = true;
    if (over || !alert_place_is_known(c, side)) {
        conversation_saw(c, hs, side, over ? TLS_ALERT_REACTION : TLS_SEALED_CLOSE, NULL);
        return;
    }
    if (!handshake_has(hs, TLS_INFERRED_ALERT_FROM)) {
        handshake_set_string(hs, TLS_INFERRED_ALERT_FROM, side_name(side));
        handshake_set_string(hs, TLS_ALERT_STAGE, tls_stage(hs));
    }
    conversation_saw(c, hs, side, TLS_SEALED_ALERT, NULL);
}
