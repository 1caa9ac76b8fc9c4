"""MQTT or CoAP inside a WebSocket, by hand.

usage: websocket_client.py ADDRESS PORT PATH MANNER [--tls KEYLOG]

mqtt connects, subscribes and leaves; pieces does so in frames of three bytes that cut packets
anywhere, with a ping between them; chat offers a subprotocol that is no broker's; unmasked and
text break the rules; coap asks for /temp. refused leaves the WebSocket out, and has a wrong
password. --tls speaks in TLS, and writes its secrets to KEYLOG.
"""

import base64
import os
import socket
import ssl
import struct
import sys
import time

CONNECT = b"\x10\x14\x00\x04MQTT\x04\x02\x00\x3c\x00\x08sensor-7"
SUBSCRIBE = b"\x82\x09\x00\x01\x00\x04temp\x00"
REFUSED = b"\x10\x29\x00\x04MQTT\x04\xc2\x00\x3c\x00\x08sensor-7\x00\x08sensor-7\x00\x09forgotten"
DISCONNECT = b"\xe0\x00"
CSM = b"\x00\xe1"
GET_TEMP = b"\x01\x01\x5a\xb4temp"

OFFERS = {"chat": "chat", "coap": "coap"}
MESSAGES = {"coap": [CSM, GET_TEMP]}
BINARY, TEXT, CONTINUATION, CLOSE, PING = 2, 1, 0, 8, 9


def frame(opcode, payload, last=True, masked=True):
    head = bytes([opcode | (0x80 if last else 0), len(payload) | (0x80 if masked else 0)])
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def in_pieces(payload):
    parts = [payload[i : i + 3] for i in range(0, len(payload), 3)]
    frames = []
    for i, part in enumerate(parts):
        frames.append(frame(CONTINUATION if i else BINARY, part, last=i == len(parts) - 1))
        frames.append(frame(PING, b"still here"))
    return b"".join(frames)


def request(address, port, path, offer):
    lines = [
        "GET %s HTTP/1.1" % path,
        "Host: %s:%d" % (address, port),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: " + offer,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(address, port, keylog):
    connection = socket.create_connection((address, port), timeout=3)
    if not keylog:
        return connection
    context = ssl.create_default_context()
    context.keylog_filename = keylog
    return context.wrap_socket(connection, server_hostname="broker.example.org")


def main():
    address, port, path, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    connection = connect(address, port, sys.argv[6] if len(sys.argv) > 6 else None)
    if manner == "refused":
        connection.sendall(REFUSED)
        connection.recv(4096)
        return
    connection.sendall(request(address, port, path, OFFERS.get(manner, "mqtt")))
    answer = connection.recv(4096)
    agreed = b" 101 " in answer and b"Sec-WebSocket-Protocol" in answer
    for message in MESSAGES.get(manner, [CONNECT, SUBSCRIBE]) if agreed else []:
        opcode = TEXT if manner == "text" else BINARY
        data = frame(opcode, message, masked=manner != "unmasked")
        connection.sendall(in_pieces(message) if manner == "pieces" else data)
        time.sleep(0.3)
        connection.recv(4096)
    if agreed and manner in ("mqtt", "pieces"):
        connection.sendall(frame(BINARY, DISCONNECT) + frame(CLOSE, struct.pack("!H", 1000)))
        connection.recv(4096)
    connection.close()


main()
