/* workload.c - makes the captures that the bench reads.
 *
 *     workload bulk|handshakes|syns|mqtt|coap FILE
 *
 * bulk:       1 GB of TLS records in four connections that are past their handshake
 * handshakes: 50,000 connections with a whole TLS 1.2 or 1.3 handshake each
 * syns:       2,000,000 SYNs from as many addresses, and no answer
 * mqtt:       100,000 MQTT connections, from CONNECT to DISCONNECT, a message in each
 * coap:       500,000 CoAP requests of 1,000 clients, each with its response
 *
 * The handshakes' bytes are real: OpenSSL shakes hands with itself in memory,
 * with a chain of two certificates, and what it says is put into packets. A
 * few recorded ones are used again and again with other addresses, ports and
 * randoms. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_LEN = 1460, RECORDED = 16, CHAINS = 4, INTERLEAVED = 64 };
enum { MQTT_CONNECTS = 100000, COAP_EXCHANGES = 500000, COAP_CLIENTS = 1000 };
enum { CONNECTIONS = 50000, SYNS = 2000000, APP_RECORD_LEN = 16 * 1024 };
static const uint64_t bulk_bytes = 1000000000;

static void die(const char *what)
{
    fprintf(stderr, "workload: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(2);
}

/* ---- packets into a file */

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static FILE *out;
static const uint8_t nothing[1];
static uint64_t written;

struct end {
    uint32_t address;
    uint16_t port;
    uint32_t next; /* sequence number */
    uint16_t ident;
};

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static void write_bytes(const void *bytes, size_t len)
{
    if (fwrite(bytes, 1, len, out) != len)
        die("can't write");
    written += len;
}

static void begin_file(const char *path)
{
    static const uint32_t head[] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 262144, 1 };
    out = fopen(path, "wb");
    if (!out)
        die("can't open the file");
    setvbuf(out, NULL, _IOFBF, 1 << 20);
    write_bytes(head, sizeof(head));
}

/* Checksums stay 0, as a capture on the sending machine shows them. */
static void send_segment(struct end *from, const struct end *to, uint8_t flags,
                         const uint8_t *payload, size_t len, uint64_t time_us)
{
    uint8_t packet[54 + 4] = { 2, 0, 0, 0, 0, 5, 2, 0, 0, 0, 0, 0x17, 8, 0, 0x45 };
    size_t options_len = flags & SYN ? 4 : 0, head_len = 54 + options_len;
    put16(packet + 16, (unsigned)(head_len - 14 + len));
    put16(packet + 18, from->ident++);
    packet[20] = 0x40;
    packet[22] = 64;
    packet[23] = 6;
    put32(packet + 26, from->address);
    put32(packet + 30, to->address);
    put16(packet + 34, from->port);
    put16(packet + 36, to->port);
    put32(packet + 38, from->next);
    put32(packet + 42, flags & ACK ? to->next : 0);
    packet[46] = (uint8_t)((20 + options_len) << 2);
    packet[47] = flags;
    put16(packet + 48, 64240);
    if (flags & SYN)
        memcpy(packet + 54, "\2\4\5\264", 4); /* maximum segment size 1460 */
    from->next += (uint32_t)len + (flags & (SYN | FIN) ? 1 : 0);

    uint32_t total = (uint32_t)(head_len + len);
    uint32_t head[] = { (uint32_t)(1795176000 + time_us / 1000000), (uint32_t)(time_us % 1000000),
                        total, total };
    write_bytes(head, sizeof(head));
    write_bytes(packet, head_len);
    write_bytes(payload, len);
}

/* ---- real handshakes */

struct flight {
    bool from_server;
    uint8_t *bytes;
    size_t len;
};

struct recording {
    struct flight flights[16];
    size_t count;
};

struct identity {
    EVP_PKEY *key;
    X509 *certificate;
};

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension || !X509_add_ext(certificate, extension, -1))
        die("can't add an extension");
    X509_EXTENSION_free(extension);
}

/* A certificate that issuer signed; NULL: it signs itself. */
static struct identity make_identity(const char *name, const struct identity *issuer,
                                     bool authority)
{
    struct identity made = { EVP_RSA_gen(2048), X509_new() };
    if (!made.key || !made.certificate)
        die("can't make a key");
    const struct identity *signer = issuer ? issuer : &made;
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), 1 + rand() % 1000000);
    ASN1_TIME_set_string(X509_getm_notBefore(made.certificate), "20260101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(made.certificate), "20280101000000Z");
    X509_set_pubkey(made.certificate, made.key);
    X509_NAME *subject = X509_get_subject_name(made.certificate);
    X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC, (const uint8_t *)"Home", -1, -1, 0);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1, 0);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(signer->certificate));
    add_extension(made.certificate, signer->certificate, NID_basic_constraints,
                  authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!authority) {
        add_extension(made.certificate, signer->certificate, NID_subject_alt_name,
                      "DNS:broker.home.arpa,IP:10.0.0.5");
        add_extension(made.certificate, signer->certificate, NID_ext_key_usage, "serverAuth");
    }
    if (!X509_sign(made.certificate, signer->key, EVP_sha256()))
        die("can't sign a certificate");
    return made;
}

static void free_identity(struct identity *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->certificate);
}

/* What side has to say becomes a flight, and reaches the other side. */
static void pass_on(SSL *side, SSL *other, bool from_server, struct recording *r)
{
    uint8_t buffer[32768];
    int len = BIO_read(SSL_get_wbio(side), buffer, sizeof(buffer));
    if (len <= 0)
        return;
    if (r->count == sizeof(r->flights) / sizeof(r->flights[0]))
        die("more flights than expected");
    struct flight *flight = &r->flights[r->count++];
    *flight = (struct flight){ from_server, malloc((size_t)len), (size_t)len };
    if (!flight->bytes)
        die("no memory");
    memcpy(flight->bytes, buffer, (size_t)len);
    BIO_write(SSL_get_rbio(other), buffer, len);
}

static SSL *new_side(SSL_CTX *context)
{
    SSL *side = SSL_new(context);
    SSL_set_bio(side, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return side;
}

static void say(SSL *from, SSL *to, bool from_server, int len, struct recording *r)
{
    static uint8_t text[1024], sink[1024];
    if (SSL_write(from, text, len) != len)
        die("can't write");
    pass_on(from, to, from_server, r);
    (void)SSL_read(to, sink, sizeof(sink));
}

static struct recording record(int version, const struct identity *leaf,
                               const struct identity *issuing)
{
    struct recording r = { 0 };
    SSL_CTX *client_context = SSL_CTX_new(TLS_client_method());
    SSL_CTX *server_context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_max_proto_version(server_context, version);
    SSL_CTX_use_certificate(server_context, leaf->certificate);
    SSL_CTX_use_PrivateKey(server_context, leaf->key);
    SSL_CTX_add1_chain_cert(server_context, issuing->certificate);
    SSL *client = new_side(client_context), *server = new_side(server_context);
    SSL_set_tlsext_host_name(client, "broker.home.arpa");
    SSL_set_connect_state(client);
    SSL_set_accept_state(server);
    while (!SSL_is_init_finished(client) || !SSL_is_init_finished(server)) {
        (void)SSL_do_handshake(client);
        pass_on(client, server, false, &r);
        (void)SSL_do_handshake(server);
        pass_on(server, client, true, &r);
    }
    say(client, server, false, 120, &r);
    say(server, client, true, 300, &r);
    SSL_free(client);
    SSL_free(server);
    SSL_CTX_free(client_context);
    SSL_CTX_free(server_context);
    return r;
}

/* Half of them TLS 1.2, half 1.3. */
static void record_all(struct recording recordings[RECORDED])
{
    struct identity root = make_identity("Home Root CA", NULL, true);
    struct identity issuing = make_identity("Home Issuing CA", &root, true);
    struct identity leaves[CHAINS];
    for (int i = 0; i < CHAINS; i++)
        leaves[i] = make_identity("broker.home.arpa", &issuing, false);
    for (int i = 0; i < RECORDED; i++)
        recordings[i] =
            record(i % 2 ? TLS1_3_VERSION : TLS1_2_VERSION, &leaves[i / 2 % CHAINS], &issuing);
    for (int i = 0; i < CHAINS; i++)
        free_identity(&leaves[i]);
    free_identity(&issuing);
    free_identity(&root);
}

static void free_recordings(struct recording recordings[RECORDED])
{
    for (int i = 0; i < RECORDED; i++)
        for (size_t j = 0; j < recordings[i].count; j++)
            free(recordings[i].flights[j].bytes);
}

/* ---- connections */

struct connection {
    struct end client, server;
    const struct recording *recording;
    uint64_t number;
    size_t step; /* 0..2 open, then a flight each, then 3 to close */
};

static struct connection make_connection(const struct recording *recording, uint64_t number)
{
    return (struct connection){
        .client = { 0x0a010000 + (uint32_t)(number * 7 % 60000), (uint16_t)(10000 + number % 50000),
                    (uint32_t)(number * 2654435761U), (uint16_t)number },
        .server = { 0x0a000005, 8883, (uint32_t)(number * 40503U), (uint16_t)(number * 3) },
        .recording = recording,
        .number = number,
    };
}

/* The random of a hello, and the session id where there is one: never twice. */
static void make_distinct(uint8_t *hello, size_t len, uint64_t number)
{
    bool is_hello = len > 76 && hello[0] == 22 && (hello[5] == 1 || hello[5] == 2);
    for (size_t i = 0; is_hello && i < 32; i++) {
        number = number * 6364136223846793005 + 1442695040888963407;
        hello[11 + i] = (uint8_t)(number >> 33);
        if (hello[43] == 32)
            hello[44 + i] = (uint8_t)(number >> 41);
    }
}

static void send_flight(struct connection *c, const struct flight *flight, uint64_t *time_us)
{
    static uint8_t bytes[32768];
    struct end *from = flight->from_server ? &c->server : &c->client;
    struct end *to = flight->from_server ? &c->client : &c->server;
    memcpy(bytes, flight->bytes, flight->len);
    make_distinct(bytes, flight->len, c->number);
    for (size_t sent = 0; sent < flight->len; sent += SEGMENT_LEN) {
        size_t left = flight->len - sent, len = left < SEGMENT_LEN ? left : SEGMENT_LEN;
        send_segment(from, to, len < left ? ACK : PSH | ACK, bytes + sent, len, (*time_us)++);
    }
    if (flight->len > SEGMENT_LEN)
        send_segment(to, from, ACK, nothing, 0, (*time_us)++);
}

/* One step of a connection; false when it is over. */
static bool connection_step(struct connection *c, bool close, uint64_t *time_us)
{
    size_t flights = c->recording->count, step = c->step++;
    if (step == 0)
        send_segment(&c->client, &c->server, SYN, nothing, 0, (*time_us)++);
    else if (step == 1)
        send_segment(&c->server, &c->client, SYN | ACK, nothing, 0, (*time_us)++);
    else if (step == 2)
        send_segment(&c->client, &c->server, ACK, nothing, 0, (*time_us)++);
    else if (step < 3 + flights)
        send_flight(c, &c->recording->flights[step - 3], time_us);
    else if (!close)
        return false;
    else if (step == 3 + flights)
        send_segment(&c->client, &c->server, FIN | ACK, nothing, 0, (*time_us)++);
    else if (step == 4 + flights)
        send_segment(&c->server, &c->client, FIN | ACK, nothing, 0, (*time_us)++);
    else
        send_segment(&c->client, &c->server, ACK, nothing, 0, (*time_us)++);
    return step < 5 + flights;
}

/* A step of each connection in turn, as a busy broker sees them. */
static void shake_hands(struct connection *connections, size_t count, bool close, uint64_t *time_us)
{
    for (bool more = true; more; *time_us += 10000) {
        more = false;
        for (size_t i = 0; i < count; i++)
            more |= connection_step(&connections[i], close, time_us);
    }
}

/* ---- the workloads */

static void make_handshakes(void)
{
    struct recording recordings[RECORDED];
    record_all(recordings);
    uint64_t time_us = 0;
    for (uint64_t done = 0; done < CONNECTIONS; done += INTERLEAVED) {
        struct connection connections[INTERLEAVED];
        size_t count =
            CONNECTIONS - done < INTERLEAVED ? (size_t)(CONNECTIONS - done) : INTERLEAVED;
        for (size_t i = 0; i < count; i++)
            connections[i] = make_connection(&recordings[(done + i) % RECORDED], done + i);
        shake_hands(connections, count, true, &time_us);
    }
    free_recordings(recordings);
}

/* Application data records over a connection's segments: the records' headers
 * fall anywhere in them, as they do on the wire. */
static void make_bulk(void)
{
    static uint8_t record_bytes[5 + APP_RECORD_LEN], segment[SEGMENT_LEN];
    for (size_t i = 0; i < sizeof(record_bytes); i++)
        record_bytes[i] = (uint8_t)(rand() >> 8);
    memcpy(record_bytes, "\x17\x03\x03\x40\x00", 5);

    struct recording recordings[RECORDED];
    record_all(recordings);
    struct connection connections[4];
    size_t at[4] = { 0 };
    for (size_t i = 0; i < 4; i++)
        connections[i] = make_connection(&recordings[i], i);
    uint64_t time_us = 0;
    shake_hands(connections, 4, false, &time_us);
    for (uint64_t n = 0; written < bulk_bytes; n++) {
        struct connection *c = &connections[n / 8 % 4];
        size_t *offset = &at[n / 8 % 4];
        for (size_t i = 0; i < SEGMENT_LEN; i++)
            segment[i] = record_bytes[(*offset + i) % sizeof(record_bytes)];
        *offset = (*offset + SEGMENT_LEN) % sizeof(record_bytes);
        send_segment(&c->server, &c->client, ACK, segment, SEGMENT_LEN, time_us += 12);
        if (n % 2)
            send_segment(&c->client, &c->server, ACK, nothing, 0, time_us += 2);
    }
    free_recordings(recordings);
}

static void make_syns(void)
{
    const struct end server = { 0x0a000005, 8883, 0, 0 };
    for (uint32_t i = 0; i < SYNS; i++) {
        /* odd multiplier: a permutation, so no address comes twice */
        struct end client = { 0x14000000 + (i * 1664525U & 0x1fffff), (uint16_t)(1024 + i % 60000),
                              i * 2654435761U, (uint16_t)i };
        send_segment(&client, &server, SYN, nothing, 0, i * 5ULL);
    }
}

/* Connections in turn, a few hundred clients with an id of their own each. */
static void make_mqtt(void)
{
    static const uint8_t connack[] = { 0x20, 2, 0, 0 }, goodbye[] = { 0xe0, 0 };
    static const uint8_t publish[] = { 0x30, 9, 0, 3, 't', '/', '1', '2', '1', '.', '5' };
    uint8_t connect[] = "\x10\x16\0\4MQTT\4\2\0\x3c\0\12sensor-000";
    uint64_t time_us = 0;
    for (uint32_t i = 0; i < MQTT_CONNECTS; i++) {
        struct end client = { 0x0a010000 + i % 60000, (uint16_t)(1024 + i % 60000), i * 7919U,
                              (uint16_t)i };
        struct end server = { 0x0a000005, 1883, i * 104729U, (uint16_t)i };
        snprintf((char *)connect + sizeof(connect) - 4, 4, "%03u", i % 1000);
        send_segment(&client, &server, SYN, nothing, 0, time_us += 50);
        send_segment(&server, &client, SYN | ACK, nothing, 0, time_us += 50);
        send_segment(&client, &server, ACK, nothing, 0, time_us += 50);
        send_segment(&client, &server, PSH | ACK, connect, sizeof(connect) - 1, time_us += 50);
        send_segment(&server, &client, PSH | ACK, connack, sizeof(connack), time_us += 50);
        send_segment(&client, &server, PSH | ACK, publish, sizeof(publish), time_us += 50);
        send_segment(&client, &server, PSH | ACK, goodbye, sizeof(goodbye), time_us += 50);
        send_segment(&client, &server, FIN | ACK, nothing, 0, time_us += 50);
        send_segment(&server, &client, FIN | ACK, nothing, 0, time_us += 50);
        send_segment(&client, &server, ACK, nothing, 0, time_us += 50);
    }
}

static void send_datagram(const struct end *from, const struct end *to, const uint8_t *payload,
                          size_t len, uint64_t time_us)
{
    uint8_t head[16 + 14 + 20 + 8] = { 0 }, *packet = head + 16, *ip = packet + 14, *udp = ip + 20;
    uint32_t seconds = (uint32_t)(1795176000 + time_us / 1000000);
    uint32_t micro = (uint32_t)(time_us % 1000000), frame_len = (uint32_t)(14 + 20 + 8 + len);
    memcpy(head, &seconds, 4);
    memcpy(head + 4, &micro, 4);
    memcpy(head + 8, &frame_len, 4);
    memcpy(head + 12, &frame_len, 4);
    put16(packet + 12, 0x0800);
    memcpy(ip, "\x45\0\0\0\0\0\x40\0\x40\x11", 10);
    put16(ip + 2, (unsigned)(20 + 8 + len));
    put32(ip + 12, from->address);
    put32(ip + 16, to->address);
    put16(udp, from->port);
    put16(udp + 2, to->port);
    put16(udp + 4, (unsigned)(8 + len));
    write_bytes(head, sizeof(head));
    write_bytes(payload, len);
}

static void make_coap(void)
{
    const struct end server = { 0x0a000005, 5683, 0, 0 };
    uint8_t get[] = { 0x42, 1, 0, 0, 0, 0, 0xb4, 't', 'e', 'm', 'p' };
    uint8_t content[] = { 0x62, 0x45, 0, 0, 0, 0, 0xff, '2', '1', '.', '5' };
    for (uint32_t i = 0; i < COAP_EXCHANGES; i++) {
        struct end client = { 0x0a010000 + i % COAP_CLIENTS, 40000, 0, 0 };
        put16(get + 2, i / COAP_CLIENTS);
        put16(get + 4, i / COAP_CLIENTS + 1000);
        memcpy(content + 2, get + 2, 4);
        send_datagram(&client, &server, get, sizeof(get), i * 100ULL);
        send_datagram(&server, &client, content, sizeof(content), i * 100ULL + 40);
    }
}

static const struct {
    const char *name;
    void (*make)(void);
} workloads[] = {
    { "bulk", make_bulk }, { "handshakes", make_handshakes },
    { "syns", make_syns }, { "mqtt", make_mqtt },
    { "coap", make_coap },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 3 && i < sizeof(workloads) / sizeof(workloads[0]); i++) {
        if (strcmp(argv[1], workloads[i].name) != 0)
            continue;
        begin_file(argv[2]);
        workloads[i].make();
        if (fclose(out) != 0)
            die("can't write");
        return 0;
    }
    die("wants bulk, handshakes, syns, mqtt or coap, and a file");
}
