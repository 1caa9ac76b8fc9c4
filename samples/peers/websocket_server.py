"""An HTTP server that does not let a WebSocket through, or has CoAP in it.

usage: websocket_server.py ADDRESS PORT MANNER

404, 403, 426, 502, 301 and 200 answer with that status; no-subprotocol switches to WebSocket
and names none; coap is a CoAP server (RFC 8323) that knows /temp.
"""

import base64
import hashlib
import socket
import sys

STATUS = {
    "404": ("404 Not Found", "Server: nginx/1.22.1"),
    "403": ("403 Forbidden", "Server: nginx/1.22.1"),
    "426": ("426 Upgrade Required", "Upgrade: websocket"),
    "502": ("502 Bad Gateway", "Server: nginx/1.22.1"),
    "301": ("301 Moved Permanently", "Location: https://broker.example.org/mqtt"),
    "200": ("200 OK", "Server: lighttpd/1.4.69"),
}
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTENT = {0x01: b"\x01\x45\x5a\xff21.5", 0xE1: b"\x00\xe1"}


def head_of(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    return head


def key_of(head):
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"sec-websocket-key:"):
            return line.split(b":", 1)[1].strip()
    return b""


def agree(connection, head, subprotocol):
    accept = base64.b64encode(hashlib.sha1(key_of(head) + GUID).digest()).decode()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept,
    ]
    if subprotocol:
        lines.append("Sec-WebSocket-Protocol: " + subprotocol)
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())


def refuse(connection, manner):
    status, header = STATUS[manner]
    body = "<html><body><h1>%s</h1></body></html>\r\n" % status
    text = "HTTP/1.1 %s\r\n%s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
    connection.sendall((text % (status, header, len(body), body)).encode())


def serve_coap(connection):
    while data := connection.recv(4096):
        payload = bytes(b ^ data[2 + i % 4] for i, b in enumerate(data[6:]))
        answer = CONTENT[payload[1]]
        connection.sendall(bytes([0x82, len(answer)]) + answer)


def main():
    address, port, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    while True:
        connection, _ = listener.accept()
        head = head_of(connection)
        if manner in STATUS:
            refuse(connection, manner)
        else:
            agree(connection, head, "coap" if manner == "coap" else None)
        if manner == "coap":
            serve_coap(connection)
        elif manner == "no-subprotocol":
            connection.recv(4096)
        connection.close()


main()
