"""An SMTP server that knows EHLO, STARTTLS, NOOP and QUIT, for one client after another.

usage: smtp_server.py ADDRESS PORT CHAIN KEY yes|no

With "no" it does not offer STARTTLS and answers it with 502.
"""

import socket
import ssl
import sys


def answer(line, offers_tls):
    verb = line.strip().upper().split(b" ")[0]
    if verb == b"EHLO":
        offer = b"250-STARTTLS\r\n" if offers_tls else b""
        return b"250-mail.example.org\r\n" + offer + b"250 8BITMIME\r\n"
    if verb == b"STARTTLS":
        return b"220 go ahead\r\n" if offers_tls else b"502 not here\r\n"
    return {b"QUIT": b"221 bye\r\n", b"NOOP": b"250 fine\r\n"}.get(verb, b"500 what?\r\n")


def serve(connection, context, offers_tls):
    connection.sendall(b"220 mail.example.org ESMTP\r\n")
    lines = connection.makefile("rb")
    while True:
        line = lines.readline()
        if not line:
            return
        connection.sendall(answer(line, offers_tls))
        if offers_tls and line.strip().upper() == b"STARTTLS":
            connection = context.wrap_socket(connection, server_side=True)
            lines = connection.makefile("rb")
        if line.strip().upper() == b"QUIT":
            connection.close()
            return


def main():
    address, port, chain, key, offer = sys.argv[1:6]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server = socket.create_server((address, int(port)))
    while True:
        connection, _ = server.accept()
        try:
            serve(connection, context, offer == "yes")
        except OSError:
            connection.close()


main()
