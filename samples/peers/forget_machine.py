"""Takes the names of the capturing machine out of a pcapng file, in place.

usage: forget_machine.py FILE

dumpcap writes processor and kernel of the machine into the section header and the kernel
into each interface description. A sample says nothing about who made it, so they go.
"""

import struct
import sys

# Block type: bytes before its options (with type and length), and the options to leave out:
# shb_hardware and shb_os, if_os and if_hardware.
TELLTALES = {0x0A0D0D0A: (24, {2, 3}), 1: (16, {12, 15})}
END = 0


def without(options, unwanted):
    kept, at = b"", 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from("<HH", options, at)
        size = 4 + (length + 3) // 4 * 4
        if code not in unwanted:
            kept += options[at : at + size]
        if code == END:
            break
        at += size
    return kept


def cleaned(block):
    kind = struct.unpack_from("<I", block)[0]
    if kind not in TELLTALES:
        return block
    head_len, unwanted = TELLTALES[kind]
    options = without(block[head_len:-4], unwanted)
    length = struct.pack("<I", head_len + len(options) + 4)
    return block[:4] + length + block[8:head_len] + options + length


def blocks(data):
    at = 0
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        yield data[at : at + length]
        at += length


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    with open(sys.argv[1], "wb") as file:
        file.write(b"".join(cleaned(block) for block in blocks(data)))


main()
