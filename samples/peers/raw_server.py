"""A TCP server that misbehaves on purpose.

usage: raw_server.py ADDRESS PORT silent|close|close-late|reset|banner|http-error

It accepts, reads the client's first bytes (banner speaks first instead), and then stays
silent, closes (at once, or after four seconds), resets, has sent the greeting of another
protocol, or answers like a gateway that expected HTTP.
"""

import ipaddress
import socket
import struct
import sys
import time

BAD_GATEWAY = (b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
               b"<html><h1>502 Bad Gateway</h1><p>The gateway can't reach the server.</p></html>\r\n")


def listen(address, port):
    version = ipaddress.ip_address(address).version
    server = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen()
    return server


def behave(connection, manner):
    if manner == "banner":
        connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    connection.recv(4096)
    if manner == "http-error":
        connection.sendall(BAD_GATEWAY)
    if manner == "close-late":
        time.sleep(4)
    if manner == "silent":
        time.sleep(60)
    if manner == "reset":
        # Lingering for zero seconds makes close() send RST instead of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def main():
    address, port, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    server = listen(address, port)
    while True:
        connection, _ = server.accept()
        behave(connection, manner)


main()
