/* fields.h - the facts about a way to TLS that ended before TLS began. */
#ifndef PREFACE_FIELDS_H
#define PREFACE_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define PREFACE_FIELDS(FIELD)                                                                       \
    FIELD(PREFACE_KIND, WORD, "preface.kind", "protocol spoken before TLS: smtp, imap, postgresql, http-connect, socks5, ...") \
    FIELD(PREFACE_TARGET, TEXT, "preface.target", "host and port that the proxy was asked for")     \
    FIELD(PREFACE_REFUSED, BOOL, "preface.refused", "the request for TLS, or for a tunnel, was refused") \
    FIELD(PREFACE_STATUS, NUMBER, "preface.status", "code of the refusing reply: HTTP, SMTP, SOCKS, ...") \
    FIELD(PREFACE_WANTS_CREDENTIALS, BOOL, "preface.wants_credentials", "the proxy wants a user and password, or others") \
    FIELD(PREFACE_REPLY, TEXT, "preface.reply", "first line of the refusing reply, or what its code means")
/* clang-format on */

enum preface_field { PREFACE_FIELDS(FIELD_ID) PREFACE_FIELD_COUNT };
extern const struct field_table preface_field_table;

#endif
