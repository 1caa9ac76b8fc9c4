/* test_speaks.c - protocols are named by their first bytes, and noise is not. */
#include "handshake/speaks.h"

#include <stdlib.h>
#include <string.h>

#include "support/hex.h"
#include "support/test_main.h"

static const struct {
    const char *wire, *protocol; /* NULL: nobody knows */
    enum transport transport;
} rows[] = {
    { "1603010200 01 0001fc 0303", "tls", TRANSPORT_TCP },
    { "1503030002 0228", "tls", TRANSPORT_TCP },
    { "802e 01 0301 0015 0000 0010", "tls", TRANSPORT_TCP },
    { "802e 02 0301 0015 0000 0010", NULL, TRANSPORT_TCP },
    { "1605010200 01", NULL, TRANSPORT_TCP },
    { "'SSH-2.0-OpenSSH_9.2' 0d0a", "ssh", TRANSPORT_TCP },
    { "'SSL-2.0-OpenSSH_9.2' 0d0a", "text", TRANSPORT_TCP },
    { "'GET / HTTP/1.1' 0d0a 'Host: a' 0d0a0d0a", "http", TRANSPORT_TCP },
    { "'GET /mqtt HTTP/1.1' 0d0a 'Upgrade: websocket' 0d0a0d0a", "websocket", TRANSPORT_TCP },
    { "'HTTP/1.1 101 Switching Protocols' 0d0a 'upgrade: WebSocket' 0d0a0d0a", "websocket",
      TRANSPORT_TCP },
    { "'HTTP/1.1 400 Bad Request' 0d0a", "http", TRANSPORT_TCP },
    { "'CONNECT a:443 HTTP/1.1' 0d0a", "http", TRANSPORT_TCP },
    { "'CONNECT' 0a 'accept-version:1.2' 0a", "stomp", TRANSPORT_TCP },
    { "'GET'", NULL, TRANSPORT_TCP },
    { "'OPTIONS rtsp://cam/1 RTSP/1.0' 0d0a", "rtsp", TRANSPORT_TCP },
    { "'OPTIONS sip:a@b SIP/2.0' 0d0a", "sip", TRANSPORT_TCP },
    { "'OPTIONS * HTTP/1.1' 0d0a", "http", TRANSPORT_TCP },
    { "0001 0000 0006 01 03 0000 000a", "modbus", TRANSPORT_TCP },
    { "0001 0000 0003 01 83 02", "modbus", TRANSPORT_TCP },
    { "0001 0001 0006 01 03 0000 000a", NULL, TRANSPORT_TCP },
    { "0001 0000 0006 01 03 0000 000a00", NULL, TRANSPORT_TCP },
    { "0001 0000 0006 01 5a 0000 000a", NULL, TRANSPORT_TCP },
    { "'PRI * HTTP/2.0' 0d0a0d0a 'SM' 0d0a0d0a", "http2", TRANSPORT_TCP },
    { "000006 04 00 00000000 000400100000", "http2", TRANSPORT_TCP },
    { "000007 04 00 00000000 000400100000", NULL, TRANSPORT_TCP },
    { "101000044d515454 04 02 003c 000161", "mqtt", TRANSPORT_TCP },
    { "10100006 'MQIsdp' 03 02 003c", "mqtt", TRANSPORT_TCP },
    { "10100004 'MQTX' 04 02 003c", NULL, TRANSPORT_TCP },
    { "20020005", "mqtt", TRANSPORT_TCP },
    { "20020007", NULL, TRANSPORT_TCP },
    { "2003008700", "mqtt", TRANSPORT_TCP },
    { "2002000500", NULL, TRANSPORT_TCP },
    { "'220 mx.example ESMTP Postfix' 0d0a", "smtp", TRANSPORT_TCP },
    { "'220 (vsFTPd 3.0.3)' 0d0a", "ftp", TRANSPORT_TCP },
    { "'220 ready' 0d0a", "text", TRANSPORT_TCP },
    { "'EHLO me' 0d0a", "smtp", TRANSPORT_TCP },
    { "'* OK [CAPABILITY IMAP4rev1] ready' 0d0a", "imap", TRANSPORT_TCP },
    { "'+OK POP3 ready' 0d0a", "pop3", TRANSPORT_TCP },
    { "'+OK' 0d0a", "redis", TRANSPORT_TCP },
    { "'*1' 0d0a '$4' 0d0a 'PING' 0d0a", "redis", TRANSPORT_TCP },
    { "'*1' 0d0a '+4' 0d0a", "text", TRANSPORT_TCP },
    { "'-ERR unknown command' 0d0a", "redis", TRANSPORT_TCP },
    { "00000008 04d2162f", "postgresql", TRANSPORT_TCP },
    { "00000009 04d2162f 00", NULL, TRANSPORT_TCP },
    { "00000029 00030000 'user' 00", "postgresql", TRANSPORT_TCP },
    { "45 0000005c 53 'FATAL' 00", "postgresql", TRANSPORT_TCP },
    { "4a0000 00 0a '8.0.28' 00", "mysql", TRANSPORT_TCP },
    { "4a0000 01 0a '8.0.28' 00", NULL, TRANSPORT_TCP },
    { "450000 00 ff 1004 'Too many'", "mysql", TRANSPORT_TCP },
    { "300c 020101 6007 020103 0400 8000", "ldap", TRANSPORT_TCP },
    { "30840000000c 020101 6007", "ldap", TRANSPORT_TCP },
    { "300c 020101 0407", NULL, TRANSPORT_TCP },
    { "30ff 020101 6007", NULL, TRANSPORT_TCP },
    { "05020002", "socks", TRANSPORT_TCP },
    { "05ff", "socks", TRANSPORT_TCP },
    { "0502000205", NULL, TRANSPORT_TCP },
    { "0401 01bb 0a000001 'u' 00", "socks", TRANSPORT_TCP },
    { "0401 0000 0a000001 'u' 00", NULL, TRANSPORT_TCP },
    { "03000013 0e e0 0000 0000 00 0100080003000000", "rdp", TRANSPORT_TCP },
    { "03000013 0f e0 0000 0000 00 0100080003000000", NULL, TRANSPORT_TCP },
    { "'<stream:stream to=' 27", "xmpp", TRANSPORT_TCP },
    { "'AMQP' 00000901", "amqp", TRANSPORT_TCP },
    { "'RFB 003.008' 0a", "vnc", TRANSPORT_TCP },
    { "20e1 02 80", "coap", TRANSPORT_TCP },
    { "d00ae1", "coap", TRANSPORT_TCP },
    { "'hello, world' 0d0a", "text", TRANSPORT_TCP },
    { "'ok' 0d0a", "text", TRANSPORT_TCP },
    { "'ok'", NULL, TRANSPORT_TCP },
    { "00*16", NULL, TRANSPORT_TCP },
    { "ff*16", NULL, TRANSPORT_TCP },
    { "", NULL, TRANSPORT_TCP },
    { "16feff 0000 000000000000 0030 01", "dtls", TRANSPORT_UDP },
    { "16fefe 0000 000000000000 0030 01", NULL, TRANSPORT_UDP },
    { "44010001 01020304 b474656d70", "coap", TRANSPORT_UDP },
    { "60450001 ff 'on'", "coap", TRANSPORT_UDP },
    { "40000001", "coap", TRANSPORT_UDP },
    { "44010001 01020304 f0", NULL, TRANSPORT_UDP },
    { "49010001 010203040506070809", NULL, TRANSPORT_UDP },
    { "1234 0100 0001 0000 0000 0000 01 'a' 00 0001 0001", "dns", TRANSPORT_UDP },
    { "1234 0100 0002 0000 0000 0000 01 'a' 00 0001 0001", NULL, TRANSPORT_UDP },
    { "0001 0000 2112a442 00*12", "stun", TRANSPORT_UDP },
    { "c0 00000001 08 00*8", "quic", TRANSPORT_UDP },
    { "c0 00000002 08 00*8", NULL, TRANSPORT_UDP },
    { "16030100050100000100", "tls", TRANSPORT_UDP },
    { "16feff 0000 000000000000 0030 01", NULL, TRANSPORT_TCP },
};

START_TEST(names_the_protocol)
{
    struct reader r = hex(rows[_i].wire);
    const char *protocol = speaks(r.at, reader_left(&r), rows[_i].transport);
    if (rows[_i].protocol)
        ck_assert_msg(protocol && strcmp(protocol, rows[_i].protocol) == 0, "%s is not %s but %s",
                      rows[_i].wire, rows[_i].protocol, protocol ? protocol : "unknown");
    else
        ck_assert_msg(!protocol, "%s is not %s", rows[_i].wire, protocol);
}
END_TEST

/* A beginning may be cut anywhere, and then it is the same protocol or none. */
START_TEST(reads_no_further_than_there_is)
{
    struct reader r = hex(rows[_i].wire);
    size_t len = reader_left(&r);
    for (size_t i = 0; i < len; i++) {
        uint8_t *exact = malloc(i ? i : 1);
        memcpy(exact, r.at, i);
        speaks(exact, i, rows[_i].transport);
        free(exact);
    }
}
END_TEST

static void add_all(TCase *t)
{
    TEST_ROWS(t, names_the_protocol, rows);
    TEST_ROWS(t, reads_no_further_than_there_is, rows);
}

TEST_MAIN("speaks", add_all)
