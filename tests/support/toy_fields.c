/* toy_fields.c - see toy_fields.h. */
#include "support/toy_fields.h"

#include "support/bare_handshake.h"

static const struct code_name alert_names[] = {
    { 0, "close_notify" },         { 10, "unexpected_message" },      { 40, "handshake_failure" },
    { 42, "bad_certificate" },     { 43, "unsupported_certificate" }, { 44, "certificate_revoked" },
    { 45, "certificate_expired" }, { 46, "certificate_unknown" },     { 47, "illegal_parameter" },
    { 48, "unknown_ca" },          { 49, "access_denied" },           { 50, "decode_error" },
    { 51, "decrypt_error" },       { 70, "protocol_version" },        { 0, NULL },
};
const struct code_names toy_alerts = { .word = "alert", .names = alert_names };

static const struct code_name version_names[] = {
    { 0x0300, "SSL 3.0" }, { 0x0301, "TLS 1.0" }, { 0x0302, "TLS 1.1" },
    { 0x0303, "TLS 1.2" }, { 0x0304, "TLS 1.3" }, { 0, NULL },
};
const struct code_names toy_versions = { .word = "version", .names = version_names, .hex = true };

static const struct field row_fields[] = { { "subject", "a text", FIELD_TEXT },
                                           { "size", "a number", FIELD_NUMBER },
                                           { "no_size", "never there", FIELD_NUMBER } };
const struct field_table toy_rows = { NULL, row_fields, 3 };

static const struct field toy_fields[] = { TOY_FIELDS(FIELD_ROW) };
const struct field_table toy_table = { "toy", toy_fields, TOY_FIELD_COUNT };

static const struct field doll_fields[] = { DOLL_FIELDS(FIELD_ROW) };
const struct field_table doll_table = { "doll", doll_fields, DOLL_FIELD_COUNT };

const struct field_table *const toy_tables[] = { &toy_table, &doll_table, NULL };

/* The next value is told by the field's own packet. */
static unsigned at(struct handshake *hs, unsigned id)
{
    hs->now.frame = 100 + id;
    return id;
}

static void fill_lists(struct handshake *hs)
{
    handshake_add_number(hs, at(hs, TOY_SIZES), 1);
    handshake_add_number(hs, TOY_SIZES, 1500);
    handshake_add_number(hs, at(hs, TOY_ALERTS), 40);
    handshake_add_number(hs, TOY_ALERTS, 48);
    handshake_add_text(hs, at(hs, TOY_WORDS), "mqtt", 4);
    handshake_add_text(hs, TOY_WORDS, "*.example.org", 13);
    struct value *row = handshake_add_row(hs, at(hs, TOY_CHAIN));
    row_set_string(hs, row, 0, "CN=leaf");
    row_set_number(hs, row, 1, 2048);
    hs->now.frame = 200;
    row = handshake_add_row(hs, TOY_CHAIN);
    row_set_string(hs, row, 0, "CN=Root");
    row_set_number(hs, row, 1, 4096);
}

struct handshake *toy_handshake(void)
{
    struct handshake *hs = bare_handshake(&toy_table);
    handshake_set_number(hs, at(hs, TOY_NUMBER), 7);
    handshake_set_code(hs, at(hs, TOY_ALERT), 40);
    handshake_set_code(hs, at(hs, TOY_VERSION), 0x0303);
    handshake_set_string(hs, at(hs, TOY_NAME), "broker.example.org");
    handshake_set_time(hs, at(hs, TOY_SINCE), INT64_C(1632960000000000)); /* 2021-09-30 */
    handshake_set_duration(hs, at(hs, TOY_TOOK), 1500000);
    handshake_set_bool(hs, at(hs, TOY_RESUMED), true);
    handshake_set_number(hs, at(hs, TOY_PEER), 0);
    hs->values[TOY_PEER].is.address = (struct address){ { 10, 1, 2, 3 }, 4 };
    fill_lists(hs);
    hs->outcome = OUTCOME_FAILED;
    hs->first.time_us = INT64_C(1632960000000000) + INT64_C(86400000000);
    hs->last.time_us = hs->first.time_us + 31200;
    hs->ends[CLIENT] = (struct endpoint){ { { 10, 0, 0, 17 }, 4 }, 40112 };
    hs->ends[SERVER] = (struct endpoint){ { { 0x20, 1, 0xd, 0xb8, [15] = 5 }, 16 }, 8883 };
    return hs;
}
