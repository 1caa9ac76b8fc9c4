/* sink_csv.c - a table for spreadsheets: RFC 4180, a row a handshake.
 *
 * A spreadsheet takes a cell that begins with = + - or @ for a formula, and names off
 * the wire are anybody's: such a cell gets an apostrophe in front. */
#include <string.h>

#include "report/sink_mapped.h"

static const struct mapping rows[] = {
    { "capture", "@capture", NULL, NULL },
    { "id", "@id", NULL, NULL },
    { "start", "start", NULL, NULL },
    { "duration", "duration", NULL, NULL },
    { "protocol", "protocol", NULL, NULL },
    { "transport", "@transport", NULL, NULL },
    { "client_address", "client.address", NULL, NULL },
    { "client_port", "client.port", NULL, NULL },
    { "server_address", "server.address", NULL, NULL },
    { "server_port", "server.port", NULL, NULL },
    { "outcome", "@outcome", NULL, NULL },
    { "cause", "@cause", NULL, NULL },
    { "severity", "@severity", NULL, NULL },
    { "fault", "@fault", NULL, NULL },
    { "certainty", "@certainty", NULL, NULL },
    { "title", "@title", NULL, NULL },
    { "why", "@why", NULL, NULL },
    { "fix", "@fix", NULL, NULL },
    { "frames", "@frames", NULL, NULL },
    { "findings", "@findings", NULL, NULL },
    { "state", "state", NULL, NULL },
    { "waiting_for", "waiting_for", NULL, NULL },
    { "server_name", "tls.sni", NULL, NULL },
    { "version", "tls.version", NULL, NULL },
    { "cipher", "tls.cipher", NULL, NULL },
    { "alpn", "tls.alpn", NULL, NULL },
    { "alert", "tls.alert", NULL, NULL },
    { "certificate_subject", "tls.certificate.subject", NULL, NULL },
    { "certificate_issuer", "tls.certificate.issuer", NULL, NULL },
    { "certificate_not_after", "tls.certificate.not_after", NULL, NULL },
    { "mqtt_client_id", "mqtt.client_id", NULL, NULL },
    { "mqtt_connack", "mqtt.connack", NULL, NULL },
    { "coap_method", "coap.method", NULL, NULL },
    { "coap_path", "coap.path", NULL, NULL },
    { "coap_response", "coap.response_code", NULL, NULL },
    { "community_id", "@community_id", NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

static void add_cell(struct text *line, const char *cell, size_t len)
{
    bool formula = len > 0 && strchr("=+-@\t\r\n", cell[0]);
    bool quoted = formula;
    for (size_t i = 0; i < len; i++)
        quoted = quoted || strchr(",\"\r\n", cell[i]);
    text_add(line, quoted ? "\"" : "");
    text_add(line, formula ? "'" : "");
    for (size_t i = 0; i < len; i++) {
        if (cell[i] == '"')
            text_add_char(line, '"');
        text_add_char(line, cell[i]);
    }
    text_add(line, quoted ? "\"" : "");
}

/* Items of a list are joined by blanks: our lists have none in them. */
static void add_list(struct text *line, const struct fact *f)
{
    struct text joined = { 0 };
    for (size_t i = 0; i + 1 < f->text.len; i++)
        text_add_char(&joined, f->text.data[i] ? f->text.data[i] : ' ');
    add_cell(line, text_string(&joined), joined.len);
    text_free(&joined);
}

/* Control characters and broken UTF-8 have no place in a cell. */
static void add_text(struct text *line, const struct fact *f)
{
    struct text safe = { 0 };
    text_add_wire(&safe, f->text.data, f->text.len);
    add_cell(line, text_string(&safe), safe.len);
    text_free(&safe);
}

static void add_fact(struct text *line, const struct fact *f)
{
    switch (f->kind) {
    case FACT_NONE:
        break;
    case FACT_TEXT:
        add_text(line, f);
        break;
    case FACT_NUMBER:
        text_format(line, "%lld", (long long)f->number);
        break;
    case FACT_SECONDS:
        text_format(line, "%lld.%06lld", (long long)f->number / 1000000,
                    (long long)f->number % 1000000);
        break;
    case FACT_BOOL:
        text_add(line, f->number ? "true" : "false");
        break;
    case FACT_LIST:
        add_list(line, f);
        break;
    }
}

static void csv_open(struct sink *s)
{
    mapped_open(s, rows);
}

static void csv_head(struct sink *s)
{
    struct sink_mapped *m = (struct sink_mapped *)s;
    for (size_t i = 0; rows[i].name; i++)
        text_format(&m->line, "%s%s", i ? "," : "", rows[i].name);
    text_add(&m->line, "\r\n");
    mapped_end(m);
}

static void csv_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_mapped *m = (struct sink_mapped *)s;
    struct told told = { capture, v };
    for (size_t i = 0; rows[i].name; i++) {
        text_add(&m->line, i ? "," : "");
        add_fact(&m->line, mapper_fact(m->mapper, i, &told));
    }
    text_add(&m->line, "\r\n");
    mapped_end(m);
}

const struct sink_kind sink_csv = {
    .name = "csv",
    .about = "a table for spreadsheets",
    .size = sizeof(struct sink_mapped),
    .lines = true,
    .open = csv_open,
    .head = csv_head,
    .handshake = csv_handshake,
    .summary = mapped_nothing,
    .close = mapped_close,
};
