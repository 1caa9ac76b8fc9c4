"""A TCP client that gives up on purpose.

usage: raw_client.py ADDRESS PORT NAME silent|abandon

silent connects, waits and closes without having sent a byte. abandon sends the ClientHello
of Python's ssl (OpenSSL), takes what the server answers, and closes without an alert: so do
devices that run out of memory, and programs that crash.
"""

import socket
import ssl
import sys
import time


def client_hello(name):
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    session = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def main():
    address, port, name, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    connection = socket.create_connection((address, port), timeout=5)
    if manner == "abandon":
        connection.sendall(client_hello(name))
        time.sleep(0.2)
        connection.recv(65536)
    else:
        time.sleep(1)
    connection.close()


main()
