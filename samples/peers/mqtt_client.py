"""An MQTT 3.1.1 client that does one thing wrong, over plain TCP.

usage: mqtt_client.py ADDRESS PORT level|no-id|silent|twice|no-connect|wildcard|half

level asks for protocol level 9, no-id for a lasting session without an id, silent promises a
keep-alive of one second and breaks it, twice sends a second CONNECT, no-connect begins with a
SUBSCRIBE, wildcard publishes to a topic with a wildcard, half leaves in the middle of its CONNECT.
"""

import socket
import struct
import sys


def connect_packet(level=4, flags=2, keep_alive=60, client_id=b"sensor-7"):
    body = b"\x00\x04MQTT" + struct.pack("!BBHH", level, flags, keep_alive, len(client_id))
    body += client_id
    return bytes([0x10, len(body)]) + body


PACKETS = {
    "level": [connect_packet(level=9)],
    "no-id": [connect_packet(flags=0, client_id=b"")],
    "silent": [connect_packet(keep_alive=1)],
    "twice": [connect_packet(), connect_packet()],
    "wildcard": [connect_packet(), b"\x30\x0c\x00\x08meadow/+21"],
    "half": [connect_packet()[:-4]],
    "no-connect": [b"\x82\x0b\x00\x01\x00\x06meadow\x00"],
}


def main():
    address, port, manner = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    connection = socket.create_connection((address, port), timeout=10)
    for packet in PACKETS[manner]:
        connection.sendall(packet)
        if manner == "half":
            connection.shutdown(socket.SHUT_WR)
        connection.recv(64)
    while connection.recv(64):
        pass
    connection.close()


main()
