/* sink_eve.c - events as Suricata writes them to eve.json; what Suricata has no name for
 * is in an object of our own. */
#include <string.h>

#include "report/sink_mapped.h"

static void event_type(struct fact *f)
{
    static const char *const pairs[] = { "tls",  "tls",  "dtls", "tls", "mqtt",
                                         "mqtt", "coap", "coap", NULL };
    fact_choose(f, pairs, "flow");
}

/* Flows that reached no protocol have none; else it is called as we do. */
static void app_proto(struct fact *f)
{
    static const char *const pairs[] = { "tcp",    "failed", "udp",    "failed", "arp",
                                         "failed", "ndp",    "failed", NULL };
    fact_choose(f, pairs, NULL);
}

/* EVE writes its times without the colon of RFC 3339: 2026-11-20T12:00:00.000123+0000. */
static void timestamp(struct fact *f)
{
    if (f->text.len == 0 || f->text.data[f->text.len - 1] != 'Z')
        return;
    f->text.len--;
    text_add(&f->text, "+0000");
}

/* A certificate's times have neither fraction nor zone there. */
static void plain_time(struct fact *f)
{
    f->text.len = strcspn(text_string(&f->text), ".Z");
    f->text.data[f->text.len] = 0;
}

static void version_of_eve(struct fact *f)
{
    static const char *const pairs[] = { "SSL 3.0", "SSLv3", "TLS 1.0", "TLSv1", NULL };
    fact_choose(f, pairs, NULL);
}

static const struct mapping rows[] = {
    { "timestamp", "start", timestamp, NULL },
    { "flow_id", "@flow_number", NULL, NULL },
    { "pcap_filename", "@capture", NULL, NULL },
    { "pcap_cnt", "@first_frame", NULL, NULL },
    { "event_type", "protocol", event_type, NULL },
    { "src_ip", "client.address", NULL, NULL },
    { "src_port", "client.port", NULL, NULL },
    { "dest_ip", "server.address", NULL, NULL },
    { "dest_port", "server.port", NULL, NULL },
    { "proto", "@transport", fact_upper, NULL },
    { "app_proto", "protocol", app_proto, NULL },
    { "community_id", "@community_id", NULL, NULL },
    { "tls.sni", "tls.sni", NULL, NULL },
    { "tls.version", "tls.version", version_of_eve, NULL },
    { "tls.subject", "tls.certificate.subject", NULL, NULL },
    { "tls.issuerdn", "tls.certificate.issuer", NULL, NULL },
    { "tls.serial", "tls.certificates.serial", fact_first, NULL },
    { "tls.fingerprint_sha256", "tls.certificates.sha256", fact_first, NULL },
    { "tls.notbefore", "tls.certificate.not_before", plain_time, NULL },
    { "tls.notafter", "tls.certificate.not_after", plain_time, NULL },
    { "tls.subjectaltname", "tls.certificate.names", NULL, NULL },
    { "tls.session_resumed", "tls.resumed", NULL, NULL },
    { "tls.client_alpns", "tls.offered_alpn", NULL, NULL },
    { "tls.server_alpns", "tls.alpn", fact_one, NULL },
    { "tls.ja3.hash", "tls.ja3", NULL, NULL },
    { "tls.ja3s.hash", "tls.ja3s", NULL, NULL },
    { "tls.ja4", "tls.ja4", NULL, NULL },
    { "tls.client.subject", "tls.client_certificate.subject", NULL, NULL },
    { "tls.client.issuerdn", "tls.client_certificate.issuer", NULL, NULL },
    { "mqtt.connect.protocol_string", "mqtt.protocol_name", NULL, NULL },
    { "mqtt.connect.protocol_version", "mqtt.version", NULL, NULL },
    { "mqtt.connect.client_id", "mqtt.client_id", NULL, NULL },
    { "mqtt.connect.flags.username", "mqtt.user_name", NULL, NULL },
    { "mqtt.connect.flags.password", "mqtt.password", NULL, NULL },
    { "mqtt.connect.flags.will", "mqtt.will", NULL, NULL },
    { "mqtt.connect.flags.clean_session", "mqtt.clean_start", NULL, NULL },
    { "mqtt.connack.session_present", "mqtt.session_present", NULL, NULL },
    { "mqtt.connack.reason", "mqtt.connack", NULL, NULL },
    { "coap.type", "coap.type", NULL, NULL },
    { "coap.message_id", "coap.message_id", NULL, NULL },
    { "coap.method", "coap.method", NULL, NULL },
    { "coap.path", "coap.path", NULL, NULL },
    { "coap.response_code", "coap.response_code", NULL, NULL },
    { "flow.start", "start", timestamp, NULL },
    { "flow.end", "@end", timestamp, NULL },
    { "flow.state", "flow.ending", NULL, NULL },
    { "handshark.id", "@id", NULL, NULL },
    { "handshark.protocol", "protocol", NULL, NULL },
    { "handshark.duration", "duration", NULL, NULL },
    { "handshark.outcome", "@outcome", NULL, NULL },
    { "handshark.state", "state", NULL, NULL },
    { "handshark.cause", "@cause", NULL, NULL },
    { "handshark.severity", "@severity", NULL, NULL },
    { "handshark.fault", "@fault", NULL, NULL },
    { "handshark.certainty", "@certainty", NULL, NULL },
    { "handshark.title", "@title", NULL, NULL },
    { "handshark.fix", "@fix", NULL, NULL },
    { "handshark.frames", "@frames", NULL, NULL },
    { "handshark.findings", "@findings", NULL, NULL },
    { "handshark.cipher", "tls.cipher", NULL, NULL },
    { "handshark.alert", "tls.alert", NULL, NULL },
    { NULL, NULL, NULL, NULL },
};

static void eve_open(struct sink *s)
{
    mapped_open(s, rows);
}

const struct sink_kind sink_eve = {
    .name = "eve",
    .about = "like Suricata's eve.json",
    .size = sizeof(struct sink_mapped),
    .wants_details = true,
    .lines = true,
    .open = eve_open,
    .handshake = mapped_json,
    .summary = mapped_nothing,
    .close = mapped_close,
};
