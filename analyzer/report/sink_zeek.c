/* sink_zeek.c - logs like Zeek's ssl.log: tab-separated with its header, for zeek-cut, or
 * JSON. Handshakes of other protocols have lines too, with what ssl.log asks for unset:
 * nothing is lost. The fields of ours come last and say so. */
#include <string.h>

#include "report/sink_mapped.h"

/* "TLS 1.2" is TLSv12 to Zeek. */
static void version_of_zeek(struct fact *f)
{
    static const char *const pairs[] = {
        "SSL 2.0",  "SSLv2",   "SSL 3.0",  "SSLv3",   "TLS 1.0", "TLSv10",   "TLS 1.1",
        "TLSv11",   "TLS 1.2", "TLSv12",   "TLS 1.3", "TLSv13",  "DTLS 1.0", "DTLSv10",
        "DTLS 1.2", "DTLSv12", "DTLS 1.3", "DTLSv13", NULL,
    };
    fact_choose(f, pairs, NULL);
}

static void is_completed(struct fact *f)
{
    f->number = strcmp(text_string(&f->text), "completed") == 0;
    f->kind = FACT_BOOL;
}

#define ZEEK_ROWS(time)                                                                            \
    { "ts", time, NULL, "time" }, { "uid", "@flow_word", NULL, "string" },                         \
        { "id.orig_h", "client.address", NULL, "addr" },                                           \
        { "id.orig_p", "client.port", NULL, "port" },                                              \
        { "id.resp_h", "server.address", NULL, "addr" },                                           \
        { "id.resp_p", "server.port", NULL, "port" },                                              \
        { "version", "tls.version", version_of_zeek, "string" },                                   \
        { "cipher", "tls.cipher", NULL, "string" }, { "curve", "tls.group", NULL, "string" },      \
        { "server_name", "tls.sni", NULL, "string" }, { "resumed", "tls.resumed", NULL, "bool" },  \
        { "last_alert", "tls.alert", NULL, "string" },                                             \
        { "next_protocol", "tls.alpn", NULL, "string" },                                           \
        { "established", "@outcome", is_completed, "bool" },                                       \
        { "cert_chain_fps", "tls.certificates.sha256", NULL, "vector[string]" },                   \
        { "sni_matches_cert", "tls.certificate.name_matches", NULL, "bool" },                      \
        { "subject", "tls.certificate.subject", NULL, "string" },                                  \
        { "issuer", "tls.certificate.issuer", NULL, "string" },                                    \
        { "client_subject", "tls.client_certificate.subject", NULL, "string" },                    \
        { "client_issuer", "tls.client_certificate.issuer", NULL, "string" },                      \
        { "validation_status", "tls.certificate.chain_error", NULL, "string" },                    \
        { "ja3", "tls.ja3", NULL, "string" }, { "ja3s", "tls.ja3s", NULL, "string" },              \
        { "ja4", "tls.ja4", NULL, "string" }, { "community_id", "@community_id", NULL, "string" }, \
        { "service", "protocol", NULL, "string" },                                                 \
        { "handshark_capture", "@capture", NULL, "string" },                                       \
        { "handshark_id", "@id", NULL, "count" },                                                  \
        { "handshark_outcome", "@outcome", NULL, "enum" },                                         \
        { "handshark_cause", "@cause", NULL, "string" },                                           \
        { "handshark_fault", "@fault", NULL, "enum" },                                             \
        { "handshark_certainty", "@certainty", NULL, "enum" },                                     \
        { "handshark_findings", "@findings", NULL, "vector[string]" },                             \
        { "handshark_title", "@title", NULL, "string" },                                           \
        { "handshark_frames", "@frames", NULL, "vector[count]" },                                  \
    {                                                                                              \
        NULL, NULL, NULL, NULL                                                                     \
    }

static const struct mapping rows[] = { ZEEK_ROWS("@epoch") };
/* JSON has a name for the log, and times that no reader rounds. */
static const struct mapping json_rows[] = { { "_path", "=ssl", NULL, NULL }, ZEEK_ROWS("start") };

/* ---- with tabs ---- */

/* What has a meaning in the log itself is written as \xNN. */
static void add_escaped(struct text *line, const char *bytes, size_t len, bool item)
{
    struct text safe = { 0 };
    text_add_wire(&safe, bytes, len);
    for (size_t i = 0; i < safe.len; i++) {
        if (item && safe.data[i] == ',')
            text_add(line, "\\x2c");
        else
            text_add_char(line, safe.data[i]);
    }
    bool unset = safe.len == 1 && safe.data[0] == '-';
    if (unset) {
        line->len--;
        text_add(line, "\\x2d");
    }
    text_free(&safe);
}

static void add_items(struct text *line, const struct fact *f)
{
    const char *end = f->text.data + f->text.len;
    for (const char *at = f->text.data; at < end; at += strlen(at) + 1) {
        text_add(line, at == f->text.data ? "" : ",");
        add_escaped(line, at, strlen(at), true);
    }
}

static void add_fact(struct text *line, const struct fact *f)
{
    if (f->kind == FACT_NONE)
        text_add(line, "-");
    else if (f->kind == FACT_NUMBER)
        text_format(line, "%lld", (long long)f->number);
    else if (f->kind == FACT_SECONDS)
        text_format(line, "%lld.%06lld", (long long)f->number / 1000000,
                    (long long)f->number % 1000000);
    else if (f->kind == FACT_BOOL)
        text_add(line, f->number ? "T" : "F");
    else if (f->text.len == 0)
        text_add(line, "(empty)");
    else if (f->kind == FACT_LIST)
        add_items(line, f);
    else
        add_escaped(line, f->text.data, f->text.len, false);
}

static void zeek_open(struct sink *s)
{
    mapped_open(s, rows);
}

static void zeek_head(struct sink *s)
{
    struct sink_mapped *m = (struct sink_mapped *)s;
    text_add(&m->line, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
                       "#unset_field\t-\n#path\tssl\n#fields");
    for (size_t i = 0; rows[i].name; i++)
        text_format(&m->line, "\t%s", rows[i].name);
    text_add(&m->line, "\n#types");
    for (size_t i = 0; rows[i].name; i++)
        text_format(&m->line, "\t%s", rows[i].type);
    text_add(&m->line, "\n");
    mapped_end(m);
}

static void zeek_handshake(struct sink *s, const char *capture, const struct verdict *v)
{
    struct sink_mapped *m = (struct sink_mapped *)s;
    struct told told = { capture, v };
    for (size_t i = 0; rows[i].name; i++) {
        text_add(&m->line, i ? "\t" : "");
        add_fact(&m->line, mapper_fact(m->mapper, i, &told));
    }
    text_add(&m->line, "\n");
    mapped_end(m);
}

const struct sink_kind sink_zeek = {
    .name = "zeek",
    .about = "like Zeek's ssl.log, with tabs",
    .size = sizeof(struct sink_mapped),
    .wants_details = true,
    .lines = true,
    .open = zeek_open,
    .head = zeek_head,
    .handshake = zeek_handshake,
    .summary = mapped_nothing,
    .close = mapped_close,
};

/* ---- as JSON ---- */

static void zeek_json_open(struct sink *s)
{
    mapped_open(s, json_rows);
}

const struct sink_kind sink_zeek_json = {
    .name = "zeek-json",
    .about = "the same, as JSON",
    .size = sizeof(struct sink_mapped),
    .wants_details = true,
    .lines = true,
    .open = zeek_json_open,
    .handshake = mapped_json,
    .summary = mapped_nothing,
    .close = mapped_close,
};
