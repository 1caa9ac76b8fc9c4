"""Scenes: small scripts of who sends what when, and what is to be said of it.

A scene becomes a capture (Ethernet, IPv4 or IPv6, TCP or UDP) and a list of
expectations. tests/scenes/README.md describes the language. Sequence numbers,
acknowledgements, checksums and times come out as real peers make them, the same
in every run.
"""
import datetime
import ipaddress
import re
import struct

from messages import MessageError, Speaker, make

CLIENT, SERVER = 0, 1
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
STEP_US = 1000  # between lines that give no time
MACS = [bytes.fromhex("020000000017"), bytes.fromhex("020000000005")]
PACKET_OPTIONS = {"ttl", "ipid", "window", "seq", "cut", "segment", "from", "mss", "mtu",
                  "only", "lose", "miss"}
TOKEN = re.compile(r"'[^']*'|[^\s']+")


class SceneError(Exception):
    """A mistake in a scene."""


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(source, target, protocol, payload, ttl, ident):
    """payload with its checksum at the place that the protocol has for it, in an IP packet."""
    place = {6: 16, 17: 6, 1: 2, 58: 2}[protocol]
    pseudo = b""
    if protocol != 1:
        pseudo = source.packed + target.packed + struct.pack("!IHBB", len(payload), 0, 0, protocol)
    total = checksum(pseudo + payload)
    payload = payload[:place] + struct.pack("!H", total) + payload[place + 2:]
    if source.version == 6:
        head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, ttl)
        return head + source.packed + target.packed + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident, 0x4000, ttl, protocol, 0)
    head += source.packed + target.packed
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def endpoint(text):
    address, _, port = text.rpartition(":")
    try:
        return ipaddress.ip_address(address.strip("[]")), int(port)
    except ValueError:
        raise SceneError("'%s' is not address:port" % text)


def payload_bytes(text):
    """'quoted text', pairs of hexadecimal digits, 00*32: as in tests/support/hex.h."""
    out = b""
    for token in TOKEN.findall(text):
        if token.startswith("'"):
            out += token[1:-1].encode()
            continue
        digits, _, count = token.partition("*")
        try:
            data = bytes.fromhex(digits)
            out += data[:-1] + data[-1:] * int(count or "1")
        except ValueError:
            raise SceneError("'%s' is not hexadecimal, 'text' or @message" % token)
    return out


class Side:
    """One end of a connection, as its TCP stack sees it."""

    def __init__(self, which, address, port, speaker, first_seq):
        self.which, self.address, self.port, self.speaker = which, address, port, speaker
        self.next = first_seq      # sequence number of its next byte
        self.expects = None        # next byte it wants from the other side; None: nothing came
        self.early = {}            # what came behind a hole: sequence number -> length
        self.last = []             # segments of its last line that can be sent again
        self.ttl, self.ident = 64, 1000 * (which + 1)
        self.sent = b""            # its last IP packet, for ICMP to quote

    def receives(self, seq, length):
        if self.expects is None:
            self.expects = seq
        if length == 0 or (seq + length - self.expects & 0xffffffff) - 1 >= 1 << 31:
            return # nothing new
        self.early[seq] = length
        while self.expects in self.early:
            self.expects = self.expects + self.early.pop(self.expects) & 0xffffffff


    def sack(self):
        """The TCP option that tells of what came behind a hole, RFC 2018."""
        blocks = []
        for seq in sorted(self.early):
            end = seq + self.early[seq]
            if blocks and blocks[-1][1] == seq:
                blocks[-1][1] = end
            else:
                blocks.append([seq, end])
        if not blocks:
            return b""
        blocks = b"".join(struct.pack("!II", *block) for block in blocks[:3])
        return struct.pack("!BBBB", 1, 1, 5, 2 + len(blocks)) + blocks


class Connection:
    def __init__(self, transport, client, server, number):
        self.transport, self.number = transport, number
        self.sides = []
        for which, name in ((CLIENT, client), (SERVER, server)):
            address, port = endpoint(name)
            speaker = Speaker("%s %d" % (name, number), transport == "udp")
            self.sides.append(Side(which, address, port, speaker, 1000 * number + 5000 * which))

    def ends(self):
        return [(str(s.address), s.port) for s in self.sides]


class Expectation:
    """One expect line: about which handshake, and what."""

    def __init__(self, line, connection, handshake, words):
        self.line, self.connection, self.handshake, self.words = line, connection, handshake, words


def padded(data):
    return data + bytes(-len(data) % 4)


def block(kind, body):
    """A block of pcapng."""
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


class Scene:
    """Reads a scene line by line; packets and expectations are what comes out."""

    def __init__(self, text, name):
        self.name = name
        self.start_us = 1795176000 * 1000000 # 2026-11-20T12:00:00Z
        self.now_us = -STEP_US  # the first line is at 0
        self.packets, self.expectations = [], []
        self.blocks = [] # of pcapng, and the number of packets before each
        self.connections, self.connection, self.handshake = [], None, None
        for number, line in enumerate(text.splitlines(), 1):
            words = re.sub(r"(^|\s)#.*", "", line).split()
            if not words:
                continue
            try:
                self.read_line(number, words)
            except (SceneError, MessageError, ValueError) as mistake:
                raise SceneError("%s:%d: %s\n    %s" % (name, number, mistake, line.strip()))

    def read_line(self, number, words):
        if words[0] in ("tcp", "udp"):
            if len(words) != 3:
                raise SceneError("wants a client and a server, address:port each")
            self.connection = Connection(words[0], words[1], words[2], len(self.connections) + 1)
            self.connections.append(self.connection)
            self.handshake = None
        elif words[0] == "at":
            moment = datetime.datetime.fromisoformat(words[1].replace("Z", "+00:00"))
            self.start_us = int(moment.timestamp()) * 1000000
        elif words[0] == "connection":
            self.connection, self.handshake = self.connections[int(words[1]) - 1], None
        elif words[0] == "handshake":
            self.handshake = words[1:]
        elif words[0] == "secret":
            self.add_secret(words[1])
        elif words[0] == "drops":
            self.add_drops(int(words[1]))
        elif words[0] == "expect":
            self.expectations.append(
                Expectation(number, self.connection, self.handshake, words[1:]))
        else:
            self.read_action(words)

    def read_action(self, words):
        if not self.connection:
            raise SceneError("no connection yet: tcp or udp begins one")
        if re.fullmatch(r"\+?[0-9.]+", words[0]):
            time = words.pop(0)
            base = self.now_us if time.startswith("+") else 0
            self.now_us = base + round(float(time) * 1000000)
        else:
            self.now_us += STEP_US
        if words == ["open"]:
            for side, action in ((CLIENT, "syn"), (SERVER, "syn"), (CLIENT, "ack")):
                self.send(side, [action], {}, set())
                self.now_us += STEP_US
            return
        if words == ["close"]:
            for side, action in ((CLIENT, "fin"), (SERVER, "fin"), (CLIENT, "ack")):
                self.send(side, [action], {}, set())
                self.now_us += STEP_US
            return
        fate = set()
        while words and words[0] in ("lost", "unseen"):
            fate.add(words.pop(0))
        if not words or words[0] not in "<>":
            raise SceneError("wants '>' from the client or '<' from the server")
        side = CLIENT if words[0] == ">" else SERVER
        about_packet = [w for w in words[1:] if w.partition("=")[0] in PACKET_OPTIONS]
        options = dict(w.split("=", 1) for w in about_packet)
        self.send(side, [w for w in words[1:] if w not in about_packet], options, fate)

    def send(self, which, words, options, fate):
        me, other = self.connection.sides[which], self.connection.sides[1 - which]
        action = words[0] if words else ""
        if action == "arp":
            self.send_neighbor(me, other, options)
        elif action == "icmp":
            self.send_icmp(me, other, words[1:], options)
        elif action == "again":
            if not me.last:
                raise SceneError("this side sent nothing yet")
            self.send_segments(me, other, me.last, options, fate)
        elif action in ("syn", "ack", "fin", "rst"):
            self.send_control(me, other, action, options, fate)
        elif words:
            self.send_payload(me, other, self.payload(me, words), options, fate)
        else:
            raise SceneError("says nothing")

    def payload(self, me, words):
        """Items with ' + ' between them: @message words, or bytes."""
        out, item = b"", []
        for word in words + ["+"]:
            if word != "+":
                item.append(word)
                continue
            if item and item[0].startswith("@"):
                options = dict(w.split("=", 1) for w in item[1:] if "=" in w)
                plain = [w for w in item[1:] if "=" not in w]
                out += make(me.speaker, item[0][1:], plain, options)
            else:
                out += payload_bytes(" ".join(item))
            item = []
        return out

    def send_payload(self, me, other, payload, options, fate):
        if self.connection.transport == "udp":
            head = struct.pack("!HHHH", me.port, other.port, 8 + len(payload), 0)
            self.packet(me, other, 17, head + payload, options, fate)
            me.last = [payload]
            return
        size = int(options.get("segment", "1460"))
        pieces = [payload[i:i + size] for i in range(0, len(payload), size)]
        me.last = [(me.next + i * size & 0xffffffff, PSH | ACK, p) for i, p in enumerate(pieces)]
        me.next = me.next + len(payload) & 0xffffffff
        self.send_segments(me, other, me.last, options, fate)

    def send_segments(self, me, other, segments, options, fate):
        """Those that only= names, all without it; lose= and miss= tell the fate of some."""
        def named(option):
            return [int(n) for n in options.get(option, "").split(",") if n]
        for number, segment in enumerate(segments, 1):
            if "only" in options and number not in named("only"):
                continue
            own = {"lost"} if number in named("lose") else set()
            own = {"lost", "unseen"} if number in named("miss") else own
            self.send_segment(me, other, segment, options, fate | own)

    def send_control(self, me, other, action, options, fate):
        if self.connection.transport == "udp":
            raise SceneError("'%s' is TCP's" % action)
        flags = {"syn": SYN, "ack": ACK, "fin": FIN | ACK, "rst": RST}[action]
        if action in ("syn", "rst") and me.expects is not None:
            flags |= ACK
        segment = (me.next, flags, b"")
        if action in ("syn", "fin"):
            me.next = me.next + 1 & 0xffffffff
            me.last = [segment]
        self.send_segment(me, other, segment, options, fate)

    def send_segment(self, me, other, segment, options, fate):
        if self.connection.transport == "udp": # again
            self.send_payload(me, other, segment, options, fate)
            return
        seq, flags, payload = segment
        if flags & SYN:
            more = struct.pack("!BBH", 2, 4, int(options.get("mss", "1460")))
        else:
            more = me.sack() if flags & ACK and not payload else b""
        wire_seq = seq + int(options.get("seq", "0")) & 0xffffffff
        head = struct.pack("!HHIIBBHHH", me.port, other.port, wire_seq,
                           me.expects or 0 if flags & ACK else 0, (20 + len(more)) << 2, flags,
                           int(options.get("window", "64240")), 0, 0)
        self.packet(me, other, 6, head + more + payload, options, fate)
        if "lost" not in fate and not flags & RST:
            other.receives(seq, len(payload) + bool(flags & SYN) + bool(flags & FIN))

    def send_icmp(self, me, other, words, options):
        """An ICMP error about the other side's last packet."""
        if len(words) != 2 or not other.sent:
            raise SceneError("wants a type and a code, and a packet to quote")
        head = struct.pack("!BBHI", int(words[0]), int(words[1]), 0, int(options.get("mtu", "0")))
        source = ipaddress.ip_address(options.get("from", str(me.address)))
        protocol = 1 if me.address.version == 4 else 58
        self.packet(me, other, protocol, head + other.sent[:552], options, set(), source)

    def send_neighbor(self, me, other, options):
        """The client asks for the server's hardware address, the server tells it."""
        source = ipaddress.ip_address(options.get("from", str(me.address)))
        asks, link = me.which == CLIENT, MACS[me.which]
        if source.version == 6:
            target = other.address if asks else source
            message = bytes([135 if asks else 136, 0]) + bytes(6) + target.packed
            data = ip_packet(source, other.address, 58, message + bytes([1, 1]) + link, 255, 0)
            self.frame(me, b"\x86\xdd" + data, len(data) + 14, set())
            return
        data = struct.pack("!HHBBH", 1, 0x800, 6, 4, 1 if asks else 2) + link + source.packed
        data += (bytes(6) if asks else MACS[1 - me.which]) + other.address.packed
        self.frame(me, b"\x08\x06" + data, len(data) + 14, set())

    def packet(self, me, other, protocol, payload, options, fate, source=None):
        me.ident += 1
        ttl, ident = int(options.get("ttl", me.ttl)), int(options.get("ipid", me.ident))
        data = ip_packet(source or me.address, other.address, protocol, payload, ttl, ident)
        if protocol in (6, 17):
            me.sent = data
        ether = b"\x86\xdd" if me.address.version == 6 else b"\x08\x00"
        self.frame(me, ether + data, int(options.get("cut", len(data) + 14)), fate)

    def frame(self, me, data, captured, fate):
        """What an Ethernet card sends: data begins with its type."""
        data = MACS[1 - me.which] + MACS[me.which] + data
        if "unseen" not in fate:
            self.packets.append((self.start_us + self.now_us, data[:captured], len(data)))
        self.now_us += 10

    def add_secret(self, label):
        """A key log's line about this connection's ClientHello, with a secret that opens nothing."""
        speaker = self.connection.sides[CLIENT].speaker
        if not speaker.random:
            raise SceneError("no ClientHello yet: the secret is about its random")
        line = "%s %s %s\n" % (label, speaker.random.hex(), speaker.made_up(48).hex())
        text = line.encode()
        self.blocks.append((0, block(10, struct.pack("<II", 0x544c534b, len(text)) + padded(text))))

    def add_drops(self, count):
        """The capturing machine says here how many packets it has lost so far."""
        stamp = struct.pack("<II", self.start_us + self.now_us >> 32,
                            self.start_us + self.now_us & 0xffffffff)
        options = struct.pack("<HHQHH", 5, 8, count, 0, 0)
        body = struct.pack("<I", 0) + stamp + options
        self.blocks.append((len(self.packets), block(5, body)))

    def capture(self):
        """The scene as a classic pcap file, or as pcapng where only that can say it."""
        return self.pcapng() if self.blocks else self.pcap()

    def pcapng(self):
        out = [block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)),
               block(1, struct.pack("<HHI", 1, 0, 262144))]
        for number, (time_us, data, wire_len) in enumerate(self.packets + [(0, None, 0)]):
            out += [b for at, b in self.blocks if at == number]
            if data is not None:
                head = struct.pack("<IIIII", 0, time_us >> 32, time_us & 0xffffffff, len(data),
                                   wire_len)
                out.append(block(6, head + padded(data)))
        return b"".join(out)

    def pcap(self):
        out = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)]
        for time_us, data, wire_len in self.packets:
            seconds, rest_us = divmod(time_us, 1000000)
            out.append(struct.pack("<IIII", seconds, rest_us, len(data), wire_len) + data)
        return b"".join(out)
