"""The canned messages of scenes: @client_hello, @certificate, @connack ...

Each function that has a row in MESSAGES gives bytes. It gets the speaker (who
keeps what a connection needs from message to message), the words behind its
name, and the name=value words as a dictionary. On a udp connection the TLS
messages become DTLS ones. What it makes is well-formed but for the
cryptography: keys, signatures and ciphertext are made-up bytes, the same in
every run.
"""
import hashlib
import os
import struct

CERTIFICATES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                            "scenes", "certs")

TLS_VERSIONS = {"ssl3": 0x0300, "1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}
DTLS_VERSIONS = {"1.0": 0xfeff, "1.2": 0xfefd, "1.3": 0xfefc}
GROUPS = {"p256": 0x0017, "p384": 0x0018, "p521": 0x0019, "x25519": 0x001d, "x448": 0x001e,
          "ffdhe2048": 0x0100, "x25519mlkem768": 0x11ec}
KEY_LENS = {0x0017: 65, 0x0018: 97, 0x0019: 133, 0x001d: 32, 0x001e: 56, 0x0100: 256, 0x11ec: 1216}
ALERTS = {
    "close_notify": 0, "unexpected_message": 10, "bad_record_mac": 20, "decryption_failed": 21,
    "record_overflow": 22, "handshake_failure": 40, "no_certificate": 41, "bad_certificate": 42,
    "unsupported_certificate": 43, "certificate_revoked": 44, "certificate_expired": 45,
    "certificate_unknown": 46, "illegal_parameter": 47, "unknown_ca": 48, "access_denied": 49,
    "decode_error": 50, "decrypt_error": 51, "protocol_version": 70, "insufficient_security": 71,
    "internal_error": 80, "inappropriate_fallback": 86, "user_canceled": 90,
    "no_renegotiation": 100, "missing_extension": 109, "unsupported_extension": 110,
    "unrecognized_name": 112, "bad_certificate_status_response": 113, "unknown_psk_identity": 115,
    "certificate_required": 116, "no_application_protocol": 120,
}
HELLO_RETRY = hashlib.sha256(b"HelloRetryRequest").digest()
HELLO_REQUEST, CLIENT_HELLO, SERVER_HELLO, HELLO_VERIFY, NEW_TICKET = 0, 1, 2, 3, 4
CERTIFICATE, SERVER_KEY, CERTIFICATE_REQUEST, HELLO_DONE = 11, 12, 13, 14
CERTIFICATE_VERIFY, CLIENT_KEY, CERTIFICATE_STATUS = 15, 16, 22


class MessageError(Exception):
    """A message that can't be made as the scene wants it."""


class Speaker:
    """One side of one connection: what its messages depend on besides their words."""

    def __init__(self, name, datagrams):
        self.name, self.datagrams = name, datagrams
        self.made = 0        # made-up bytes never repeat
        self.random = b""    # of its last ClientHello
        self.epoch = 0       # DTLS
        self.records = [0] * 4
        self.messages = 0

    def made_up(self, count):
        """Bytes that look random, the same in every run."""
        self.made += 1
        seed = "%s %d" % (self.name, self.made)
        return hashlib.shake_128(seed.encode()).digest(count)

    def version(self, name):
        table = DTLS_VERSIONS if self.datagrams else TLS_VERSIONS
        if name not in table:
            raise MessageError("no version '%s': %s" % (name, " ".join(table)))
        return table[name]

    def record(self, kind, body, version=None):
        if not self.datagrams:
            return struct.pack("!BHH", kind, version or 0x0303, len(body)) + body
        number = self.records[self.epoch]
        self.records[self.epoch] += 1
        return struct.pack("!BHHHIH", kind, version or 0xfefd, self.epoch, number >> 32,
                           number & 0xffffffff, len(body)) + body

    def handshake(self, kind, body, version=None):
        """A handshake message in records of at most 2^14 bytes; a DTLS one is not split."""
        if self.datagrams:
            head = struct.pack("!B", kind) + u24(len(body)) + struct.pack("!H", self.messages)
            self.messages += 1
            return self.record(22, head + u24(0) + u24(len(body)) + body, version)
        whole = struct.pack("!B", kind) + u24(len(body)) + body
        return b"".join(self.record(22, whole[i:i + 16384], version)
                        for i in range(0, len(whole), 16384))


def u24(number):
    return struct.pack("!I", number)[1:]


def short(body):
    return struct.pack("!B", len(body)) + body


def long(body):
    return struct.pack("!H", len(body)) + body


def long24(body):
    return u24(len(body)) + body


def extension(kind, body):
    return struct.pack("!H", kind) + long(body)


def codes(words, table=None):
    """Comma-separated names or hexadecimal numbers, as 16-bit codes."""
    table = table or {}
    try:
        return [table[w] if w in table else int(w, 16) for w in words.split(",") if w]
    except ValueError:
        raise MessageError("'%s' is neither hexadecimal nor one of %s" % (words, " ".join(table)))


def packed(numbers):
    return b"".join(struct.pack("!H", n) for n in numbers)


def names(words):
    return b"".join(short(w.encode()) for w in words.split(","))


def number(words, default):
    return int(words[0], 0) if words else default


# ---- TLS and DTLS

def reordered(extensions, kinds):
    """Extensions in another order, and only those; one that was not there is empty."""
    bodies = {}
    while extensions:
        kind, size = struct.unpack("!HH", extensions[:4])
        bodies[kind], extensions = extensions[4:4 + size], extensions[4 + size:]
    return b"".join(extension(kind, bodies.get(kind, b"")) for kind in kinds)


def client_hello(me, words, options):
    """versions=1.2,1.3 ciphers=1301,c02f groups=x25519 sigs=0403 sni=NAME alpn=mqtt record=1.0
    cookie=HEX session=HEX ticket pad=BYTES key_shares=x25519 psk=NAME mfl=1 time=SECONDS; `status` asks
    for an OCSP response, `compress` offers compression, `early_data` a key to resume with;
    order=11,10,16 are the numbers of its extensions, in order"""
    versions = options.get("versions", "1.2").split(",")
    modern = "1.3" in versions
    highest = me.version("1.2" if modern else max(versions))
    default = "1301,1302,1303," if modern else ""
    default += "" if versions == ["1.3"] else "c02b,c02f,c030,009c,002f"
    groups = codes(options.get("groups", "x25519,p256"), GROUPS)
    random = struct.pack("!I", int(options["time"])) if "time" in options else b""
    session = bytes.fromhex(options.get("session", ""))
    if modern and not session and not me.datagrams:
        session = me.made_up(32)

    extensions = b""
    if "sni" in options:
        extensions += extension(0, long(b"\0" + long(options["sni"].encode())))
    if "mfl" in options:
        extensions += extension(1, bytes([int(options["mfl"])]))
    if "status" in words:
        extensions += extension(5, b"\1" + long(b"") + long(b""))
    extensions += extension(10, long(packed(groups))) + extension(11, short(b"\0"))
    signatures = codes(options.get("sigs", "0403,0804,0401,0503,0805,0501"))
    if versions != ["1.0"]:
        extensions += extension(13, long(packed(signatures)))
    if "alpn" in options:
        extensions += extension(16, long(names(options["alpn"])))
    if "ticket" in words:
        extensions += extension(35, me.made_up(192))
    if modern:
        offered = [me.version(v) for v in sorted(versions, reverse=True)]
        shares = codes(options.get("key_shares", ""), GROUPS) or groups[:1]
        extensions += extension(43, short(packed(offered)))
        extensions += extension(45, short(b"\1"))
        extensions += extension(51, long(b"".join(
            struct.pack("!H", g) + long(me.made_up(KEY_LENS.get(g, 32))) for g in shares)))
    if "pad" in options:
        extensions += extension(21, bytes(int(options["pad"])))
    if "psk" in options:  # a key that both were given: its age is 0
        key = long(options["psk"].encode()) + struct.pack("!I", 0)
        extensions += extension(41, long(key) + long(short(me.made_up(32))))
    if "early_data" in words:
        ticket = long(me.made_up(180)) + struct.pack("!I", 1)
        extensions += extension(42, b"") + extension(41, long(ticket) + long(short(me.made_up(32))))
    if "order" in options:
        extensions = reordered(extensions, [int(n) for n in options["order"].split(",")])

    random += me.made_up(32 - len(random))
    me.random = random
    body = struct.pack("!H", highest) + random + short(session)
    if me.datagrams:
        body += short(bytes.fromhex(options.get("cookie", "")))
    body += long(packed(codes(options.get("ciphers", default)))) + short(b"\1\0" if "compress" in words else b"\0")
    body += long(extensions)
    record = me.version(options["record"]) if "record" in options else me.version("1.0")
    return me.handshake(CLIENT_HELLO, body, record)


def server_hello(me, words, options):
    """version=1.2 cipher=c02f alpn=NAME session=HEX group=x25519; `compress`, `plain` without
    secure renegotiation"""
    version = options.get("version", "1.2")
    modern = version == "1.3"
    cipher = codes(options.get("cipher", "1301" if modern else "c02f"))
    session = bytes.fromhex(options["session"]) if "session" in options else me.made_up(32)
    extensions = b""
    if modern:
        group = codes(options.get("group", "x25519"), GROUPS)[0]
        extensions += extension(43, struct.pack("!H", me.version("1.3")))
        extensions += extension(51, struct.pack("!H", group) + long(me.made_up(KEY_LENS[group])))
    else:
        extensions += b"" if "plain" in words else extension(0xff01, b"\0")
        if "alpn" in options:
            extensions += extension(16, long(names(options["alpn"])))
    stated = me.version("1.2" if modern else version)
    body = struct.pack("!H", stated) + me.made_up(32) + short(session) + packed(cipher)
    body += bytes(["compress" in words])
    return me.handshake(SERVER_HELLO, body + long(extensions), stated)


def hello_retry_request(me, _, options):
    """group=p256 cipher=1301"""
    group = codes(options.get("group", "p256"), GROUPS)
    extensions = extension(43, struct.pack("!H", me.version("1.3"))) + extension(51, packed(group))
    body = struct.pack("!H", me.version("1.2")) + HELLO_RETRY + short(me.made_up(32))
    body += packed(codes(options.get("cipher", "1301"))) + b"\0" + long(extensions)
    return me.handshake(SERVER_HELLO, body)


def hello_verify_request(me, _, options):
    """cookie=HEX"""
    cookie = bytes.fromhex(options.get("cookie", "a1b2c3d4"))
    version = me.version("1.0")
    return me.handshake(HELLO_VERIFY, struct.pack("!H", version) + short(cookie), version)


def der_of(word):
    path = os.path.join(CERTIFICATES, word + ".hex")
    if not os.path.exists(path):
        raise MessageError("no certificate '%s' in tests/scenes/certs" % word)
    with open(path, encoding="ascii") as f:
        return bytes.fromhex(f.read())


def certificate(me, words, _):
    """names of files in tests/scenes/certs, leaf first; none: an empty list"""
    return me.handshake(CERTIFICATE, long24(b"".join(long24(der_of(word)) for word in words)))


def der_items(der):
    """The elements of a DER SEQUENCE, each with its header."""
    def head(at):
        size = der[at + 1]
        many = size - 0x80 if size > 0x80 else 0
        return 2 + many, int.from_bytes(der[at + 2:at + 2 + many], "big") if many else size
    at, items = head(0)[0], []
    while at < len(der):
        header, size = head(at)
        items.append(der[at:at + header + size])
        at += header + size
    return items


def subject_of(word):
    """The subject stands fifth behind the version, RFC 5280 section 4.1."""
    return der_items(der_items(der_of(word))[0])[5]


def certificate_status(me, words, _):
    """the name of an OCSP response in tests/scenes/certs"""
    with open(os.path.join(CERTIFICATES, words[0] + ".ocsp"), encoding="ascii") as f:
        return me.handshake(CERTIFICATE_STATUS, b"\1" + long24(bytes.fromhex(f.read())))


def server_key_exchange(me, _, options):
    """group=x25519 sig=0804, or hint=NAME of a pre-shared key, or dh=BITS"""
    if "hint" in options:
        return me.handshake(SERVER_KEY, long(options["hint"].encode()))
    signature = packed(codes(options.get("sig", "0403")))
    if "dh" in options:
        size = int(options["dh"]) // 8
        prime = b"\xc1" + me.made_up(size - 2) + b"\x0b"
        body = long(prime) + long(b"\2") + long(me.made_up(size))
        return me.handshake(SERVER_KEY, body + signature + long(me.made_up(71)))
    group = codes(options.get("group", "x25519"), GROUPS)[0]
    body = b"\3" + struct.pack("!H", group) + short(me.made_up(KEY_LENS[group]))
    return me.handshake(SERVER_KEY, body + signature + long(me.made_up(71)))


def certificate_request(me, words, options):
    """names of files whose subjects the server takes as issuers; none: it names nobody"""
    signatures = packed(codes(options.get("sigs", "0403,0804,0401")))
    authorities = b"".join(long(subject_of(word)) for word in words)
    return me.handshake(CERTIFICATE_REQUEST, short(b"\1\x40") + long(signatures) + long(authorities))


def server_hello_done(me, _, __):
    return me.handshake(HELLO_DONE, b"")


def hello_request(me, _, __):
    return me.handshake(HELLO_REQUEST, b"")


def client_key_exchange(me, words, options):
    """BYTES of key, or identity=NAME of a pre-shared key"""
    if "identity" in options:
        return me.handshake(CLIENT_KEY, long(options["identity"].encode()))
    return me.handshake(CLIENT_KEY, short(me.made_up(number(words, 32))))


def certificate_verify(me, _, options):
    signature = packed(codes(options.get("sig", "0403")))
    return me.handshake(CERTIFICATE_VERIFY, signature + long(me.made_up(71)))


def new_session_ticket(me, words, _):
    ticket = struct.pack("!I", 7200) + long(me.made_up(number(words, 192)))
    return me.handshake(NEW_TICKET, ticket)


def change_cipher_spec(me, _, __):
    record = me.record(20, b"\1")
    if me.datagrams:
        me.epoch += 1
    return record


def finished(me, words, _):
    """an encrypted handshake record, 40 bytes as AES-GCM makes of a TLS 1.2 Finished"""
    return me.record(22, me.made_up(number(words, 40 + 8 * me.datagrams)))


def data(me, words, _):
    """an application data record of so many bytes, all of TLS 1.3's ciphertext too"""
    return me.record(23, me.made_up(number(words, 64)))


def alert(me, words, options):
    """fatal|warning NAME|NUMBER; encrypted: only the size tells. record=1.0 version=1.3"""
    version = me.version(options["record"]) if "record" in options else None
    if words == ["encrypted"]:
        modern = options.get("version") == "1.3"
        return me.record(23, me.made_up(19)) if modern else me.record(21, me.made_up(26))
    if len(words) != 2 or words[0] not in ("fatal", "warning"):
        raise MessageError("an alert is 'fatal NAME', 'warning NAME' or 'encrypted'")
    if words[1] not in ALERTS and not words[1].isdigit():
        raise MessageError("no alert '%s': %s" % (words[1], " ".join(ALERTS)))
    code = ALERTS[words[1]] if words[1] in ALERTS else int(words[1])
    return me.record(21, bytes([2 if words[0] == "fatal" else 1, code]), version)


# ---- MQTT

def mqtt(kind, body):
    size, head = len(body), bytes([kind])
    while size > 127:
        head, size = head + bytes([size & 127 | 128]), size >> 7
    return head + bytes([size]) + body


def connect(_, words, options):
    """level=4 id=NAME keepalive=60 user=NAME password=WORD; `dirty` keeps the session"""
    level = int(options.get("level", "4"))
    flags = 0 if "dirty" in words else 2
    flags |= 0x80 * ("user" in options) | 0x40 * ("password" in options)
    body = long(b"MQIsdp" if level == 3 else b"MQTT") + bytes([level, flags])
    body += struct.pack("!H", int(options.get("keepalive", "60")))
    body += short(b"") if level == 5 else b""
    for name in ("id", "user", "password"):
        if name in options or name == "id":
            body += long(options.get(name, "sensor-7").encode())
    return mqtt(0x10, body)


def connack(_, words, options):
    """CODE level=4"""
    properties = short(b"") if options.get("level") == "5" else b""
    return mqtt(0x20, bytes([0, number(words, 0)]) + properties)


def disconnect(_, words, __):
    return mqtt(0xe0, bytes([number(words, 0), 0]) if words else b"")


def publish(_, words, __):
    """TOPIC TEXT"""
    topic, text = words if len(words) == 2 else ("kitchen/temperature", "21.5")
    return mqtt(0x30, long(topic.encode()) + text.encode())


# ---- CoAP

COAP_TYPES = {"CON": 0, "NON": 1, "ACK": 2, "RST": 3}
COAP_METHODS = {"EMPTY": 0, "GET": 1, "POST": 2, "PUT": 3, "DELETE": 4, "FETCH": 5, "PATCH": 6}
COAP_NUMBERS = {"observe": 6, "format": 12, "accept": 17, "no_response": 258}
COAP_BLOCKS = {"qblock1": 19, "block2": 23, "block1": 27, "qblock2": 31}
COAP_BYTES = {"etag": 4, "oscore": 9, "echo": 252, "tag": 292}


def coap_code(word):
    code = COAP_METHODS.get(word)
    if code is None:
        of_class, _, detail = word.partition(".")
        code = int(of_class) << 5 | int(detail)
    return code


def coap_nibble(value):
    """An option's delta or length: four bits, and what is behind them."""
    if value < 13:
        return value, b""
    if value < 269:
        return 13, bytes([value - 13])
    return 14, struct.pack("!H", value - 269)


def coap_number(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def coap_block(text):
    """number/more/size, as in 0/1/64"""
    block, more, size = (int(part) for part in text.split("/"))
    return coap_number(block << 4 | more << 3 | size.bit_length() - 5)


def coap_options(path, options):
    """the path, and the options by name, in their order on the wire"""
    found = [(11, part.encode()) for part in path.strip("/").split("/") if part]
    found += [(15, part.encode()) for part in options.get("query", "").split("&") if part]
    found += [(COAP_NUMBERS[n], coap_number(int(v))) for n, v in options.items() if n in COAP_NUMBERS]
    found += [(COAP_BLOCKS[n], coap_block(v)) for n, v in options.items() if n in COAP_BLOCKS]
    found += [(COAP_BYTES[n], bytes.fromhex(v)) for n, v in options.items() if n in COAP_BYTES]
    wire, last = b"", 0
    for option, value in sorted(found, key=lambda f: f[0]):
        delta, more_delta = coap_nibble(option - last)
        size, more_size = coap_nibble(len(value))
        wire += bytes([delta << 4 | size]) + more_delta + more_size + value
        last = option
    return wire


def coap_payload(options):
    return b"\xff" + options["payload"].encode() if "payload" in options else b""


def coap(_, words, options):
    """CON|NON|ACK|RST GET|2.05|EMPTY [/path] mid=1 token=5a query=a=1&b payload=TEXT observe=0
    format=0 accept=0 block1=0/1/64 block2= qblock1= qblock2= no_response=2 echo=HEX etag= oscore= tag="""
    if len(words) < 2 or words[0] not in COAP_TYPES:
        raise MessageError("a CoAP message is 'TYPE CODE [/path]'")
    code = coap_code(words[1])
    token = bytes.fromhex(options.get("token", "5a" if code else ""))
    message = bytes([0x40 | COAP_TYPES[words[0]] << 4 | len(token), code])
    message += struct.pack("!H", int(options.get("mid", "1"), 0)) + token
    return message + coap_options(words[2] if len(words) > 2 else "", options) + coap_payload(options)


def coap_tcp(_, words, options):
    """CODE|GET [/path] token=5a, and what @coap has: one message of CoAP over TCP"""
    code = coap_code(words[0])
    token = bytes.fromhex(options.get("token", "" if code >> 5 == 7 else "5a"))
    body = coap_options(words[1] if len(words) > 1 else "", options) + coap_payload(options)
    size, more = coap_nibble(len(body))
    return bytes([size << 4 | len(token)]) + more + bytes([code]) + token + body


def coap_csm(_, words, __):
    """MAX: Max-Message-Size, none when left out"""
    option = b"\x22" + struct.pack("!H", int(words[0])) if words else b""
    return bytes([len(option) << 4, 0xe1]) + option


MESSAGES = {f.__name__: f for f in (
    client_hello, server_hello, hello_retry_request, hello_verify_request, certificate,
    certificate_status, server_key_exchange, certificate_request, server_hello_done, hello_request,
    client_key_exchange, certificate_verify, new_session_ticket, change_cipher_spec, finished,
    data, alert, connect, connack, disconnect, publish, coap, coap_tcp, coap_csm)}
MESSAGES["pingreq"] = lambda *_: mqtt(0xc0, b"")
MESSAGES["pingresp"] = lambda *_: mqtt(0xd0, b"")


def make(speaker, name, words, options):
    """The bytes of @name, or a MessageError."""
    if name not in MESSAGES:
        raise MessageError("no message '@%s': %s" % (name, " ".join(sorted(MESSAGES))))
    return MESSAGES[name](speaker, words, options)
