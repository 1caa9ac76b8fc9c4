/* sink_ecs.c - documents of the Elastic Common Schema, a line each; what it has no name
 * for is below handshark. */
#include <string.h>

#include "report/sink_mapped.h"

static void outcome_of_ecs(struct fact *f)
{
    static const char *const pairs[] = { "completed", "success", "failed", "failure", NULL };
    fact_choose(f, pairs, "unknown");
}

static void action(struct fact *f)
{
    text_add(&f->text, "-handshake");
}

static void dataset(struct fact *f)
{
    struct text named = { 0 };
    text_format(&named, "handshark.%s", text_string(&f->text));
    fact_set_text(f, text_string(&named));
    text_free(&named);
}

/* "TLS 1.2" is version 1.2 of the protocol tls. */
static void version_number(struct fact *f)
{
    char *blank = strrchr(f->text.data, ' ');
    if (!blank)
        return;
    char copy[32];
    strncpy(copy, blank + 1, sizeof copy - 1);
    copy[sizeof copy - 1] = 0;
    fact_set_text(f, copy);
}

static void version_protocol(struct fact *f)
{
    f->text.len = strcspn(text_string(&f->text), " ");
    f->text.data[f->text.len] = 0;
    for (size_t i = 0; i < f->text.len; i++)
        if (f->text.data[i] >= 'A' && f->text.data[i] <= 'Z')
            f->text.data[i] = (char)(f->text.data[i] - 'A' + 'a');
}

/* The layer of a rule: what stands before its first dot. */
static void layer(struct fact *f)
{
    f->text.len = strcspn(text_string(&f->text), ".");
    f->text.data[f->text.len] = 0;
}

static const struct mapping rows[] = {
    { "@timestamp", "start", NULL, NULL },
    { "ecs.version", "=8.11.0", NULL, NULL },
    { "message", "@title", NULL, NULL },
    { "event.kind", "=event", NULL, NULL },
    { "event.category", "=network", fact_words, NULL },
    { "event.type", "=connection|protocol", fact_words, NULL },
    { "event.action", "protocol", action, NULL },
    { "event.outcome", "@outcome", outcome_of_ecs, NULL },
    { "event.dataset", "protocol", dataset, NULL },
    { "event.module", "=handshark", NULL, NULL },
    { "event.provider", "=handshark", NULL, NULL },
    { "event.start", "start", NULL, NULL },
    { "event.end", "@end", NULL, NULL },
    { "event.duration", "duration", fact_nanoseconds, NULL },
    { "event.reason", "@why", NULL, NULL },
    { "log.file.path", "@capture", NULL, NULL },
    { "network.transport", "@transport", NULL, NULL },
    { "network.type", "@ip", NULL, NULL },
    { "network.protocol", "protocol", NULL, NULL },
    { "network.community_id", "@community_id", NULL, NULL },
    { "source.ip", "client.address", NULL, NULL },
    { "source.address", "client.address", NULL, NULL },
    { "source.port", "client.port", NULL, NULL },
    { "destination.ip", "server.address", NULL, NULL },
    { "destination.address", "server.address", NULL, NULL },
    { "destination.port", "server.port", NULL, NULL },
    { "client.ip", "client.address", NULL, NULL },
    { "client.port", "client.port", NULL, NULL },
    { "server.ip", "server.address", NULL, NULL },
    { "server.port", "server.port", NULL, NULL },
    { "rule.id", "@rule", NULL, NULL },
    { "rule.name", "@rule", NULL, NULL },
    { "rule.category", "@rule", layer, NULL },
    { "rule.description", "@title", NULL, NULL },
    { "tls.version", "tls.version", version_number, NULL },
    { "tls.version_protocol", "tls.version", version_protocol, NULL },
    { "tls.cipher", "tls.cipher", NULL, NULL },
    { "tls.curve", "tls.group", NULL, NULL },
    { "tls.established", "@tls_established", NULL, NULL },
    { "tls.resumed", "tls.resumed", NULL, NULL },
    { "tls.next_protocol", "tls.alpn", NULL, NULL },
    { "tls.client.server_name", "tls.sni", NULL, NULL },
    { "tls.client.ja3", "tls.ja3", NULL, NULL },
    { "tls.client.subject", "tls.client_certificate.subject", NULL, NULL },
    { "tls.client.issuer", "tls.client_certificate.issuer", NULL, NULL },
    { "tls.client.not_before", "tls.client_certificate.not_before", NULL, NULL },
    { "tls.client.not_after", "tls.client_certificate.not_after", NULL, NULL },
    { "tls.client.supported_ciphers", "tls.offered_ciphers", NULL, NULL },
    { "tls.server.ja3s", "tls.ja3s", NULL, NULL },
    { "tls.server.subject", "tls.certificate.subject", NULL, NULL },
    { "tls.server.issuer", "tls.certificate.issuer", NULL, NULL },
    { "tls.server.not_before", "tls.certificate.not_before", NULL, NULL },
    { "tls.server.not_after", "tls.certificate.not_after", NULL, NULL },
    { "tls.server.hash.sha256", "tls.certificates.sha256", fact_first, NULL },
    { "tls.server.x509.serial_number", "tls.certificates.serial", fact_first, NULL },
    { "tls.server.x509.subject.distinguished_name", "tls.certificate.subject", NULL, NULL },
    { "tls.server.x509.issuer.distinguished_name", "tls.certificate.issuer", NULL, NULL },
    { "tls.server.x509.not_before", "tls.certificate.not_before", NULL, NULL },
    { "tls.server.x509.not_after", "tls.certificate.not_after", NULL, NULL },
    { "tls.server.x509.alternative_names", "tls.certificate.names", NULL, NULL },
    { "handshark.id", "@id", NULL, NULL },
    { "handshark.outcome", "@outcome", NULL, NULL },
    { "handshark.state", "state", NULL, NULL },
    { "handshark.waiting_for", "waiting_for", NULL, NULL },
    { "handshark.cause", "@cause", NULL, NULL },
    { "handshark.severity", "@severity", NULL, NULL },
    { "handshark.fault", "@fault", NULL, NULL },
    { "handshark.certainty", "@certainty", NULL, NULL },
    { "handshark.fix", "@fix", NULL, NULL },
    { "handshark.frames", "@frames", NULL, NULL },
    { "handshark.findings", "@findings", NULL, NULL },
    { "handshark.tls.alert", "tls.alert", NULL, NULL },
    { "handshark.tls.alert_from", "tls.alert_from", NULL, NULL },
    { "handshark.tls.ja4", "tls.ja4", NULL, NULL },
    { "handshark.mqtt.client_id", "mqtt.client_id", NULL, NULL },
    { "handshark.mqtt.version", "mqtt.version", NULL, NULL },
    { "handshark.mqtt.connack", "mqtt.connack", NULL, NULL },
    { "handshark.coap.method", "coap.method", NULL, NULL },
    { "handshark.coap.path", "coap.path", NULL, NULL },
    { "handshark.coap.response_code", "coap.response_code", NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

static void ecs_open(struct sink *s)
{
    mapped_open(s, rows);
}

const struct sink_kind sink_ecs = {
    .name = "ecs",
    .about = "documents of the Elastic Common Schema",
    .size = sizeof(struct sink_mapped),
    .wants_details = true,
    .lines = true,
    .open = ecs_open,
    .handshake = mapped_json,
    .summary = mapped_nothing,
    .close = mapped_close,
};
