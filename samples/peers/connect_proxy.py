"""An HTTP proxy that knows CONNECT only.

usage: connect_proxy.py ADDRESS PORT allow|403|407
"""

import select
import socket
import sys

REFUSALS = {
    "403": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "407": b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="meadow"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
}


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            break
        head += more
    return head


def copy_both_ways(one, other):
    peer = {one: other, other: one}
    while peer:
        ready, _, _ = select.select(list(peer), [], [])
        for source in ready:
            some = source.recv(65536)
            if not some:
                return
            peer[source].sendall(some)


def serve(client, manner):
    target = read_head(client).split(b" ")[1].decode()
    if manner in REFUSALS:
        client.sendall(REFUSALS[manner])
        return
    host, port = target.rsplit(":", 1)
    with socket.create_connection((host.strip("[]"), int(port))) as upstream:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        copy_both_ways(client, upstream)


def main():
    address, port, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    server = socket.create_server((address, port))
    while True:
        client, _ = server.accept()
        with client:
            serve(client, manner)


main()
