"""Writes a capture (pcap, Ethernet) anew as another network would have carried it.

usage: rewrite.py FROM TO tag PORT UP DOWN

tag puts VLAN tags into the packets: UP into those to PORT, DOWN into all others. A tag is its
number, "7.41" is two of them, the outer one first (as of 802.1ad), and "-" is none.
"""

import struct
import sys

ETHERNET, TCP, UDP = 14, 6, 17


def packets(data):
    at = 24
    while at < len(data):
        seconds, fraction, length, wire = struct.unpack_from("<IIII", data, at)
        yield seconds, fraction, wire, data[at + 16:at + 16 + length]
        at += 16 + length


def destination_port(frame):
    kind = struct.unpack_from(">H", frame, 12)[0]
    transport = ETHERNET + (40 if kind == 0x86DD else 4 * (frame[ETHERNET] & 15))
    is_ip = kind in (0x0800, 0x86DD)
    return struct.unpack_from(">H", frame, transport + 2)[0] if is_ip else None


def tags(words):
    numbers = [int(word) for word in words.split(".")] if words != "-" else []
    kinds = [0x88A8] * (len(numbers) - 1) + [0x8100]
    return b"".join(struct.pack(">HH", kind, number) for kind, number in zip(kinds, numbers))


def main():
    source, target, port, up, down = sys.argv[1], sys.argv[2], *sys.argv[4:]
    with open(source, "rb") as opened:
        data = opened.read()
    with open(target, "wb") as opened:
        opened.write(data[:24])
        for seconds, fraction, wire, frame in packets(data):
            tag = tags(up if destination_port(frame) == int(port) else down)
            head = struct.pack("<IIII", seconds, fraction, len(frame) + len(tag), wire + len(tag))
            opened.write(head + frame[:12] + tag + frame[12:])


main()
