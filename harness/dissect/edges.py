#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""edges.py TWINSITE [NAME…] - captures at the edges, and what must be said of each

    harness/dissect/edges.py build/twinsite           hold all of them
    harness/dissect/edges.py build/twinsite v2-eap    those whose names begin so, with what was said
    KEEP=FOLDER harness/dissect/edges.py …            and keep the captures

Each case makes its packets from the RFCs (nothing is encrypted: what would be is counted bytes of
the length that it would have) and stands with its statement: exit status, patterns that `twinsite
pcap` says and patterns that it does not, and `up` of each IKE SA in the JSON. The statement was
written before the program saw the capture. Exit 1: one differs.
"""
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

A, B = "192.0.2.1", "198.51.100.2"  # initiator, responder
A6, B6 = "2001:db8::1", "2001:db8:1::2"
I1, R1, I2, R2 = (bytes([n] * 8) for n in (0x11, 0x22, 0x33, 0x44))
NONE = bytes(8)
SA_INIT, AUTH, CHILD, INFO, RESUME, INTERMEDIATE, FOLLOWUP = 34, 35, 36, 37, 38, 43, 44
MAIN, AGGRESSIVE, INFO1, TRANSACTION, QUICK = 2, 4, 5, 6, 32
fill_count = 0


def fill(length):
    """Bytes that look encrypted, never the same twice."""
    global fill_count
    ret = b""
    while len(ret) < length:
        fill_count += 1
        ret += hashlib.sha256(str(fill_count).encode()).digest()
    return ret[:length]


def address(text):
    import socket
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


# ---------------------------------------------------------------- IKE


def chain(payloads):
    ret = b""
    for i, (_, body) in enumerate(payloads):
        after = payloads[i + 1][0] if i + 1 < len(payloads) else 0
        ret += struct.pack("!BBH", after, 0, 4 + len(body)) + body
    return ret


def ike(spi_i, spi_r, version, exchange, flags, message_id, first, body):
    return spi_i + spi_r + struct.pack("!BBBBII", first, version, exchange, flags, message_id,
                                       28 + len(body)) + body


def clear2(exchange, is_response, message_id, payloads, spi_i=I1, spi_r=R1, is_i=True):
    flags = (0x08 if is_i else 0) | (0x20 if is_response else 0)
    return ike(spi_i, spi_r, 0x20, exchange, flags, message_id,
               payloads[0][0] if payloads else 0, chain(payloads))


def sk(exchange, is_response, message_id, plain, spi_i=I1, spi_r=R1, is_i=True, first=33):
    """`plain` bytes of payloads in AES-CBC with HMAC-SHA2-256-128: IV, padding, ICV."""
    body = 16 + (plain + 1 + 15) // 16 * 16 + 16
    flags = (0x08 if is_i else 0) | (0x20 if is_response else 0)
    return ike(spi_i, spi_r, 0x20, exchange, flags, message_id, 46,
               struct.pack("!BBH", first, 0, 4 + body) + fill(body))


def skf(exchange, is_response, message_id, number, total, plain, is_i=True):
    body = struct.pack("!HH", number, total) + fill(16 + (plain + 16) // 16 * 16 + 16)
    flags = (0x08 if is_i else 0) | (0x20 if is_response else 0)
    return ike(I1, R1, 0x20, exchange, flags, message_id, 53,
               struct.pack("!BBH", 35 if number == 1 else 0, 0, 4 + len(body)) + body)


def notify2(number, data=b""):
    return (41, struct.pack("!BBH", 0, 0, number) + data)


def transform2(kind, number, is_last, bits=0):
    attribute = struct.pack("!HH", 0x800e, bits) if bits else b""
    return struct.pack("!BBHBBH", 0 if is_last else 3, 0, 8 + len(attribute), kind, 0,
                       number) + attribute


def sa2(group=14, more=()):
    rows = [(1, 12, 256), (2, 5, 0), (3, 12, 0), (4, group, 0), *more]
    body = b"".join(transform2(kind, number, i == len(rows) - 1, bits)
                    for i, (kind, number, bits) in enumerate(rows))
    return (33, struct.pack("!BBHBBBB", 0, 0, 8 + len(body), 1, 1, 0, len(rows)) + body)


def ke2(group=14, length=256):
    return (34, struct.pack("!HH", group, 0) + fill(length))


def nat_d(spi_i, spi_r, ip, port):
    return hashlib.sha1(spi_i + spi_r + address(ip) + struct.pack("!H", port)).digest()


def init_request(spi_i=I1, spi_r=NONE, src=A, dst=B, group=14, before=(), more=(), natted=False):
    return clear2(SA_INIT, False, 0, [*before, sa2(group, more), ke2(group), (40, fill(32)),
                                      notify2(16388, fill(20) if natted else
                                              nat_d(spi_i, spi_r, src, 500)),
                                      notify2(16389, nat_d(spi_i, spi_r, dst, 500)),
                                      notify2(16430)], spi_i, spi_r)


def init_response(spi_i=I1, spi_r=R1, src=A, dst=B, group=14, more=(), natted=False):
    return clear2(SA_INIT, True, 0, [sa2(group, more), ke2(group), (40, fill(32)),
                                     notify2(16388, nat_d(spi_i, spi_r, dst, 500)),
                                     notify2(16389, fill(20) if natted else
                                             nat_d(spi_i, spi_r, src, 500)),
                                     notify2(16430)], spi_i, spi_r, is_i=False)


def response(exchange, message_id, plain, spi_i=I1, spi_r=R1, is_i=False):
    return sk(exchange, True, message_id, plain, spi_i, spi_r, is_i)


# What payloads take: with ESP's SA, both TS, identities of twelve, AUTH of a PRF of 32 octets.
ASK, ANSWER, AUTH_ALONE, NOTIFY = 240, 180, 52, 8

PHASE1_ATTRIBUTES = struct.pack("!10H", 0x8001, 7, 0x800e, 256, 0x8002, 2, 0x8004, 2, 0x8003, 1)


def sa1():
    transform = struct.pack("!BBHBBH", 0, 0, 8 + len(PHASE1_ATTRIBUTES), 1, 1,
                            0) + PHASE1_ATTRIBUTES
    proposal = struct.pack("!BBHBBBB", 0, 0, 8 + len(transform), 1, 1, 0, 1) + transform
    return (1, struct.pack("!II", 1, 1) + proposal)


def v1(exchange, message_id, payloads, spi_i=I1, spi_r=R1):
    return ike(spi_i, spi_r, 0x10, exchange, 0, message_id, payloads[0][0], chain(payloads))


def e1(exchange, message_id, plain, spi_i=I1, spi_r=R1, first=8):
    return ike(spi_i, spi_r, 0x10, exchange, 1, message_id, first, fill((plain + 15) // 16 * 16))


# ---------------------------------------------------------------- packets


def checksum(data):
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


ip_count = 0


def ip(src, dst, protocol, body, fragment=0, number=None):
    global ip_count
    if ":" in src:
        return struct.pack("!IHBB", 6 << 28, len(body), protocol, 64) + address(src) + address(
            dst) + body
    ip_count += 1
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body),
                       (ip_count if number is None else number) & 0xffff, fragment, 64,
                       protocol, 0) + address(src) + address(dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def udp(src, dst, sport, dport, body):
    return ip(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + len(body), 0) + body)


def esp(src, dst, spi, sequence, length=100):
    return ip(src, dst, 50, struct.pack("!II", spi, sequence) + fill(length))


def udp_esp(src, dst, sport, dport, spi, sequence, length=100):
    return udp(src, dst, sport, dport, struct.pack("!II", spi, sequence) + fill(length))


class Talk:
    """Packets in time; i() and r() are IKE from the initiator and the responder."""

    def __init__(self, a=A, b=B):
        self.a, self.b, self.port, self.natted = a, b, 500, 500
        self.packets, self.now = [], 0.0

    def add(self, packet, after=0.01):
        self.now += after
        self.packets.append((self.now, packet))
        return self

    def float(self, natted=4500):
        self.port, self.natted = 4500, natted
        return self

    def marked(self, message):
        return (bytes(4) if self.port == 4500 else b"") + message

    def i(self, message, after=0.01):
        return self.add(udp(self.a, self.b, self.natted, self.port, self.marked(message)), after)

    def r(self, message, after=0.01):
        return self.add(udp(self.b, self.a, self.port, self.natted, self.marked(message)), after)

    def init2(self, spi_i=I1, spi_r=R1, **more):
        return self.i(init_request(spi_i, src=self.a, dst=self.b, **more)).r(
            init_response(spi_i, spi_r, src=self.a, dst=self.b, **more))

    def auth2(self, message_id=1, ask=ASK, answer=ANSWER, spi_i=I1, spi_r=R1):
        return self.i(sk(AUTH, False, message_id, ask, spi_i, spi_r)).r(
            response(AUTH, message_id, answer, spi_i, spi_r))

    def main1(self, spi_i=I1, spi_r=R1):
        self.i(v1(MAIN, 0, [sa1(), (13, bytes.fromhex("afcad71368a1f1c96b8696fc77570100"))],
                  spi_i, NONE)).r(v1(MAIN, 0, [sa1()], spi_i, spi_r))
        self.i(v1(MAIN, 0, [(4, fill(128)), (10, fill(20))], spi_i, spi_r))
        self.r(v1(MAIN, 0, [(4, fill(128)), (10, fill(20))], spi_i, spi_r))
        return self.i(e1(MAIN, 0, 64, spi_i, spi_r, 5)).r(e1(MAIN, 0, 64, spi_i, spi_r, 5))

    def quick1(self, message_id=0x71000001, spi_i=I1, spi_r=R1, third=True):
        self.i(e1(QUICK, message_id, 160, spi_i, spi_r)).r(e1(QUICK, message_id, 160, spi_i, spi_r))
        return self.i(e1(QUICK, message_id, 48, spi_i, spi_r)) if third else self

    def esp(self, spi_there=0xc1000001, spi_back=0xc2000001, count=4, first=1, length=100,
            is_there=True, is_back=True, after=0.1):
        for sequence in range(first, first + count):
            for src, dst, sport, dport, spi, is_sent in (
                    (self.a, self.b, self.natted, self.port, spi_there, is_there),
                    (self.b, self.a, self.port, self.natted, spi_back, is_back)):
                if is_sent and self.port == 4500:
                    self.add(udp_esp(src, dst, sport, dport, spi, sequence, length), after)
                elif is_sent:
                    self.add(esp(src, dst, spi, sequence, length), after)
        return self

    def only(self, src):
        """What one end sent."""
        at = (8, 24) if ":" in src else (12, 16)
        self.packets = [(t, p) for t, p in self.packets if p[at[0]:at[1]] == address(src)]
        return self

    def since(self, seconds):
        self.packets = [(t, p) for t, p in self.packets if t >= seconds]
        return self


# ---------------------------------------------------------------- files


def pcap(packets, link=101, frame=lambda packet: packet, order="<", nano=False, snaplen=65535,
         cut=0):
    scale = 1000000000 if nano else 1000000
    ret = struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0, snaplen,
                      link)
    for time, packet in packets:
        data = frame(packet)
        total = round((1000 + time) * scale)
        ret += struct.pack(order + "IIII", total // scale, total % scale,
                           min(len(data), snaplen), len(data)) + data[:snaplen]
    return ret[:len(ret) - cut]


def ether_type(packet):
    return struct.pack("!H", 0x86dd if packet[0] >> 4 == 6 else 0x0800)


MACS = bytes.fromhex("020000000002020000000001")
LINKS = {
    "ether": (1, lambda p: MACS + ether_type(p) + p),
    "padded": (1, lambda p: MACS + ether_type(p) + p + bytes(9)),
    "vlan": (1, lambda p: MACS + b"\x81\0\0\x07" + ether_type(p) + p),
    "qinq": (1, lambda p: MACS + b"\x88\xa8\0\x07\x81\0\0\x08" + ether_type(p) + p),
    "pppoe": (1, lambda p: MACS + b"\x88\x64\x11\0\0\x01" + struct.pack("!HH", len(p) + 2, 0x57
              if p[0] >> 4 == 6 else 0x21) + p),
    "sll": (113, lambda p: bytes(14) + ether_type(p) + p),
    "sll2": (276, lambda p: ether_type(p) + bytes(6) + b"\0\x01\0\x06" + bytes(8) + p),
    "raw": (101, lambda p: p),
    "null": (0, lambda p: struct.pack("<I", 30 if p[0] >> 4 == 6 else 2) + p),
    "loop": (108, lambda p: struct.pack("!I", 24 if p[0] >> 4 == 6 else 2) + p),
}

CASES = {}


def case(name, said=(), unsaid=(), up=None, exit=0, **file):
    """Register what a function makes; up: of each IKE SA, as the JSON has it."""
    def register(make):
        CASES[name] = (make, said, unsaid, up, exit, file)
        return make
    return register


# ---------------------------------------------------------------- IKEv2


def whole():
    return Talk().init2().auth2().esp()


WHOLE2 = "up: IKE_SA_INIT and IKE_AUTH are complete.*ESP goes between the two in both directions"
NOT_WHOLE = ("are complete", "in both directions")


@case("v2-plain", [WHOLE2], up=[True])
def _():
    return Talk().init2().auth2().esp()


@case("v2-no-esp", ["up: IKE_SA_INIT and IKE_AUTH are complete; no ESP between the two"], up=[True])
def _():
    return Talk().init2().auth2()


@case("v2-refused", ["not up", "most likely AUTHENTICATION_FAILED"], ["are complete"], up=[False])
def _():
    return Talk().init2().auth2(answer=NOTIFY)


@case("v2-no-child", ["IKE SA only"], ["outcome +up"], up=[False])
def _():
    return Talk().init2().auth2(answer=12 + 40 + 8)


@case("v2-no-child-refused-later", ["IKE SA only"], ["outcome +up"], up=[False])
def _():
    t = Talk().init2().auth2(answer=12 + 40 + 8)
    return t.i(sk(CHILD, False, 2, 220), 5).r(response(CHILD, 2, NOTIFY))


@case("v2-no-child-made-later", ["up: IKE_SA_INIT and IKE_AUTH are complete, 1 of 1 CREATE_CHILD_SAs"],
      ["IKE SA only"], up=[True])
def _():
    t = Talk().init2().auth2(answer=12 + 40 + 8)
    return t.i(sk(CHILD, False, 2, 220), 5).r(response(CHILD, 2, 160)).esp()


@case("v2-init-refused", ["not up", "NO_PROPOSAL_CHOSEN"], ["are complete"], up=[False])
def _():
    return Talk().i(init_request()).r(clear2(SA_INIT, True, 0, [notify2(14)], I1, NONE, False))


@case("v2-cookie-and-group", [WHOLE2, "COOKIE", "INVALID_KE_PAYLOAD"], ["not up", "believes none"],
      up=[True])
def _():
    cookie = notify2(16390, fill(24))
    t = Talk().i(init_request(group=19)).r(clear2(SA_INIT, True, 0, [cookie], I1, NONE, False))
    t.i(init_request(group=19, before=[cookie]))
    t.r(clear2(SA_INIT, True, 0, [notify2(17, b"\0\x0e")], I1, NONE, False))
    t.i(init_request(before=[cookie])).r(init_response())
    return t.auth2().esp()


@case("v2-redirect", ["REDIRECT"], ["are complete", "outcome +up"], up=[False])
def _():
    return Talk().i(init_request()).r(
        clear2(SA_INIT, True, 0, [notify2(16407, b"\1\4" + address("203.0.113.9") + fill(32))], I1,
               NONE, False))


@case("v2-nat", [WHOLE2, "initiator.*\n(.*\n)*.*behind a NAT"], ["responder .*\n.*behind a NAT"],
      up=[True])
def _():
    return Talk().init2(natted=True).float(32911).auth2().esp()


def eap(t, rounds):
    """IKE_AUTH in rounds of (request, answer)."""
    for i, (ask, answer) in enumerate(rounds):
        t.auth2(i + 1, ask, answer)
    return t


MSCHAP = [(180, 1300), (24, 44), (90, 64), (10, 8), (AUTH_ALONE - 12, ANSWER + 40)]


@case("v2-eap-mschap", [WHOLE2], up=[True])
def _():
    return eap(Talk().init2().float(), MSCHAP).esp()


for cut in range(1, 5):
    @case("v2-eap-mschap-cut-%d" % cut, ["EAP|not told|not up"], ["outcome +up", "are complete"],
          up=[False])
    def _(cut=cut):
        t = eap(Talk().init2().float(), MSCHAP[:cut])
        return t.i(sk(AUTH, False, cut + 1, MSCHAP[cut][0]))


TLS = [(180, 1300), (24, 10), (230, 1020), (10, 1020), (10, 700), (1020, 10), (600, 80), (10, 8),
       (AUTH_ALONE - 12, ANSWER)]


@case("v2-eap-tls", [WHOLE2], up=[True])
def _():
    return eap(Talk().init2().float(), TLS).esp()


for cut in range(2, 9):
    @case("v2-eap-tls-cut-%d" % cut, ["EAP|not told|not up"], ["outcome +up", "are complete"],
          up=[False])
    def _(cut=cut):
        return eap(Talk().init2().float(), TLS[:cut])


@case("v2-eap-failed", ["not up"], ["outcome +up"], up=[False])
def _():
    return eap(Talk().init2().float(), MSCHAP[:3] + [(10, 8)])


@case("v2-eap-refused-at-the-end", ["not up"], ["outcome +up"], up=[False])
def _():
    return eap(Talk().init2().float(), MSCHAP[:4] + [(AUTH_ALONE - 12, 8)])


@case("v2-eap-in-fragments-cut", ["EAP|not told|not up"], ["outcome +up", "are complete"], up=[False])
def _():
    t = Talk().init2().float().i(sk(AUTH, False, 1, 180))
    for number in range(1, 4):
        t.r(skf(AUTH, True, 1, number, 3, 1000, False), 0.001)
    return t.i(sk(AUTH, False, 2, 24)).r(response(AUTH, 2, 44)).i(sk(AUTH, False, 3, 90))


@case("v2-fragments", [WHOLE2], ["not in the capture"], up=[True])
def _():
    t = Talk().init2().float()
    for number in (1, 3, 2):
        t.i(skf(AUTH, False, 1, number, 3, 1000), 0.001)
    for number in (2, 1, 3):
        t.r(skf(AUTH, True, 1, number, 3, 1000, False), 0.001)
    return t.esp()


@case("v2-fragment-lost", ["of this message's 3 fragments .RFC 7383. 1 is not in the capture",
                           "not up|not told"], ["outcome +up"], up=[False])
def _():
    t = Talk().init2().float()
    for again in range(4):
        for number in (1, 3):
            t.i(skf(AUTH, False, 1, number, 3, 1000), 2 if number == 1 else 0.001)
    return t


@case("v2-fragmented-answer-incomplete", ["fragments .RFC 7383."], ["outcome +up"], up=[False])
def _():
    t = Talk().init2().float()
    request = sk(AUTH, False, 1, 800)
    for again in range(4):
        t.i(request, 2).r(skf(AUTH, True, 1, 1, 3, 1000, False), 0.001)
    return t


@case("v2-intermediate", [WHOLE2, "IKE_INTERMEDIATE"], up=[True])
def _():
    more = [(6, 36, 0)]
    t = Talk().init2(more=more).i(sk(INTERMEDIATE, False, 1, 1188)).r(
        response(INTERMEDIATE, 1, 1100))
    return t.auth2(2).esp()


@case("v2-intermediate-no-child", ["IKE SA only"], ["outcome +up", "not up"], up=[False])
def _():
    t = Talk().init2().i(sk(INTERMEDIATE, False, 1, 1188)).r(response(INTERMEDIATE, 1, 1100))
    return t.auth2(2, answer=12 + 40 + 8)


@case("v2-intermediate-only", ["not up"], ["outcome +up"], up=[False])
def _():
    return Talk().init2().i(sk(INTERMEDIATE, False, 1, 1188)).r(response(INTERMEDIATE, 1, 1100))


@case("v2-initiator-refuses", ["not told|not up|perhaps"], ["outcome +up:"], up=[False])
def _():
    t = Talk().init2().auth2(answer=1300)
    return t.i(sk(INFO, False, 2, NOTIFY)).r(response(INFO, 2, 0))


@case("v2-dpd-is-no-refusal", ["up: IKE_SA_INIT and IKE_AUTH are complete"], up=[True])
def _():
    t = Talk().init2().auth2()
    return t.i(sk(INFO, False, 2, 0), 30).r(response(INFO, 2, 0))


@case("v2-child-rekeyed", [WHOLE2, "1 of 1 CREATE_CHILD_SAs complete"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    t.i(sk(CHILD, False, 2, 240), 3600).r(response(CHILD, 2, 200))
    t.i(sk(INFO, False, 3, 12)).r(response(INFO, 3, 12))
    return t.esp(0xc1000002, 0xc2000002)


@case("v2-rekey-collision", [WHOLE2], ["not up"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    t.i(sk(CHILD, False, 2, 240), 3600).r(sk(CHILD, False, 0, 240, is_i=False), 0.001)
    t.r(response(CHILD, 2, 200)).i(response(CHILD, 0, 200, is_i=True))
    t.i(sk(INFO, False, 3, 12)).r(response(INFO, 3, 12))
    return t.esp(0xc1000002, 0xc2000002)


@case("v2-ike-rekeyed", ["rekeyed inside|successor", WHOLE2], ["not up"], up=[True, None])
def _():
    t = Talk().init2().auth2().esp()
    t.i(sk(CHILD, False, 2, 400), 3600).r(response(CHILD, 2, 400))
    t.i(sk(INFO, False, 3, 8)).r(response(INFO, 3, 0))
    t.i(sk(INFO, False, 0, 0, I2, R2), 60).r(response(INFO, 0, 0, I2, R2))
    return t.esp(first=5)


@case("v2-followup-ke", [WHOLE2, "IKE_FOLLOWUP_KE"], ["not up"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    t.i(sk(CHILD, False, 2, 400), 3600).r(response(CHILD, 2, 400))
    return t.i(sk(FOLLOWUP, False, 3, 1200)).r(response(FOLLOWUP, 3, 1100)).esp(first=5)


@case("v2-late", ["1 of 1 CREATE_CHILD_SAs"], ["IKE_SA_INIT and", "not up"], up=[True])
def _():
    t = Talk().i(sk(INFO, False, 7, 0)).r(response(INFO, 7, 0)).esp(first=900)
    return t.i(sk(CHILD, False, 8, 240), 5).r(response(CHILD, 8, 200)).esp(0xc1000002, 0xc2000002)


@case("v2-late-dpd", ["not told: its beginning", "in both directions"], ["not up", "complete"])
def _():
    return Talk().i(sk(INFO, False, 7, 0)).r(response(INFO, 7, 0)).esp(first=900)


@case("v2-late-rekey-refused", ["0 of 1 CREATE_CHILD_SAs complete", "in both directions"],
      ["not up", "IKE_SA_INIT and"], up=[True])
def _():
    t = Talk().i(sk(INFO, False, 7, 0)).r(response(INFO, 7, 0)).esp(first=900)
    return t.i(sk(CHILD, False, 8, 240), 5).r(response(CHILD, 8, NOTIFY))


@case("v2-late-rekey-unanswered", ["not told: its beginning", "sent 4 times"],
      ["1 of 1", "outcome +up", "only"], up=[False])
def _():
    t = Talk().i(sk(INFO, False, 7, 0)).r(response(INFO, 7, 0))
    request = sk(CHILD, False, 8, 240)
    for again in range(4):
        t.i(request, 4)
    return t


@case("v2-dead", ["until #[0-9]+, which the other end never answers"], ["outcome +up:"], up=[False])
def _():
    t = Talk().init2().auth2().esp()
    request = sk(INFO, False, 2, 0)
    for again in range(5):
        t.i(request, 4)
    return t


@case("v2-dead-while-esp-comes", [WHOLE2], ["until #"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    request = sk(INFO, False, 2, 0)
    for again in range(5):
        t.i(request, 4).esp(first=5 + again, count=1)
    return t


for end, name in ((A, "initiator"), (B, "responder")):
    @case("v2-only-%s" % name, ["one direction tells|not told: only what the %s" % name],
          ["complete", "never answer", "no way back", "ESP blocked"])
    def _(end=end):
        t = Talk().init2().auth2().esp()
        t.i(sk(CHILD, False, 2, 240), 60).r(response(CHILD, 2, 200))
        return t.i(sk(INFO, False, 3, 12)).r(response(INFO, 3, 12)).only(end)

    @case("v2-late-only-%s" % name, [], ["complete", "never answer", "no way back", "not up"])
    def _(end=end):
        t = Talk()
        for number in range(7, 12):
            t.i(sk(INFO, False, number, 0), 30).r(response(INFO, number, 0))
        return t.esp(first=900).only(end)


@case("v2-late-request-alone", ["not told"], ["outcome +up", "1 of 1", "never"], up=[False])
def _():
    return Talk().i(sk(CHILD, False, 8, 240))


@case("v2-mobike", [WHOLE2, "MOBIKE"], ["not up"], up=[True])
def _():
    t = Talk().init2().float().auth2().esp()
    t.a = "203.0.113.77"
    t.i(sk(INFO, False, 2, 8 + 28 + 28), 3).r(response(INFO, 2, 56))
    return t.esp(first=5)


@case("v2-mobike-before-esp", ["up: IKE_SA_INIT.*ESP goes between the two in both directions"],
      ["no ESP between", "not up"], up=[True])
def _():
    t = Talk().init2().float().auth2()
    t.a = "203.0.113.77"
    return t.i(sk(INFO, False, 2, 8 + 28 + 28), 3).r(response(INFO, 2, 56)).esp()


@case("v2-delete-storm", [WHOLE2], ["not up", "never answered"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    for number in range(2, 40):
        t.i(sk(INFO, False, number, 12), 0.01).r(response(INFO, number, 12))
    return t


@case("v2-two-behind-nat", ["up: IKE_SA_INIT and IKE_AUTH", "not up"], up=[True, False])
def _():
    t = Talk().init2(natted=True).float(32911).auth2().esp()
    t.port = t.natted = 500
    t.init2(I2, R2, natted=True).float(45001)
    return t.auth2(answer=NOTIFY, spi_i=I2, spi_r=R2)


@case("v2-scan", [], ["outcome +up", "are complete"], up=[False] * 12)
def _():
    t = Talk()
    for number in range(12):
        t.i(init_request(bytes([0x60 + number] * 8)), 1)
    return t


@case("v2-resumed", ["up: IKE_SESSION_RESUME and IKE_AUTH are complete"], up=[True])
def _():
    t = Talk().i(clear2(RESUME, False, 0, [(40, fill(32)), notify2(16409, fill(200))], I1, NONE))
    return t.r(clear2(RESUME, True, 0, [(40, fill(32))], I1, R1, False)).auth2().esp()


@case("v2-esp-of-before", ["not up"], ["outcome +up", "in both directions"], up=[False])
def _():
    t = Talk().esp(count=3)
    t.init2().auth2(answer=NOTIFY)
    return t


@case("v2-auth-unanswered", ["not up", "sent [0-9]+ times"], ["outcome +up"], up=[False])
def _():
    t = Talk().init2().float()
    request = sk(AUTH, False, 1, ASK)
    for again in range(5):
        t.i(request, 4)
    return t


@case("v2-ipv6", [WHOLE2], up=[True])
def _():
    return Talk(A6, B6).init2().auth2().esp()


def with_options(packet):
    """Hop-by-hop options and destination options before what the packet carries."""
    options = bytes([60, 0, 1, 4, 0, 0, 0, 0]) + bytes([packet[6], 0, 1, 4, 0, 0, 0, 0])
    return packet[:4] + struct.pack("!HBB", len(packet) - 40 + 16, 0, packet[7]) + packet[
        8:40] + options + packet[40:]


@case("v2-ipv6-headers", [WHOLE2], ["malformed|MALFORMED"], up=[True])
def _():
    t = Talk(A6, B6).init2().auth2().esp()
    t.packets = [(time, with_options(packet)) for time, packet in t.packets]
    return t


def fragments(time, packet, room, number, lose=()):
    """IPv4 in fragments of `room` octets."""
    ret, body = [], packet[20:]
    for at in range(0, len(body), room):
        more = 0x2000 if at + room < len(body) else 0
        piece = ip(packet_address(packet, 12), packet_address(packet, 16), packet[9],
                   body[at:at + room], more | at // 8, number)
        if at // room not in lose:
            ret.append((time, piece))
    return ret


def packet_address(packet, at):
    return ".".join(str(byte) for byte in packet[at:at + 4])


@case("v2-ip-fragments", [WHOLE2], ["fragments, and none", "are not in the capture"], up=[True])
def _():
    t = Talk().init2().float().i(sk(AUTH, False, 1, 2800))
    time, packet = t.packets.pop()
    t.packets += reversed(fragments(time, packet, 1480, 999))
    t.r(response(AUTH, 1, ANSWER))
    return t.esp()


def filtered(t):
    """Port filters take first fragments alone: the others have no ports."""
    t.packets = [piece for number, (time, packet) in enumerate(t.packets) for piece in
                 (fragments(time, packet, 1480, number)[:1] if len(packet) > 1500
                  else [(time, packet)])]
    return t


@case("v2-port-filter", ["outcome +up", "only first", "filter"],
      ["not up", "nothing more", "are lost on the way$"], up=[True])
def _():
    return filtered(Talk().init2().float().auth2(ask=2800, answer=2000).esp())


@case("v2-port-filter-no-esp", ["not told", "filter"], ["outcome +up", "nothing more", "not up"],
      up=[False])
def _():
    t = Talk().init2().float().auth2(ask=2800, answer=2000)
    return filtered(t.i(sk(INFO, False, 2, 0), 30).since(0).esp(count=0))


def of_others():
    """The first fragment of an answer of DNS, between two other hosts."""
    return ip("203.0.113.1", "203.0.113.2", 17,
              struct.pack("!HHHH", 53, 5353, 3000, 0) + fill(1472), 0x2000)


# What others' fragments are does not change what is said of an SA that nobody cut.
@case("v2-refused-fragment-of-others", ["outcome +not up"], ["not told"], up=[False])
def _():
    return refused2(14).add(of_others(), 1)


@case("v2-silent-fragment-of-others", ["outcome +not up"], ["not told"], up=[False])
def _():
    t = Talk()
    for _ in range(5):
        t.i(init_request(), 3)
    return t.add(of_others(), 1)


@case("v2-auth-refused-fragment-of-others", ["outcome +not up"], ["not told"], up=[False])
def _():
    return Talk().init2().auth2(1, ASK, 8).add(of_others(), 1)


# The first SA is refused, and of the second only first fragments are there.
@case("v2-refused-then-filtered", ["outcome +not up", "outcome +not told"], ["outcome +up"],
      up=[False, False])
def _():
    t = refused2(14)
    t.init2(I2, R2).float().auth2(ask=2800, answer=2000, spi_i=I2, spi_r=R2)
    return filtered(t)


# Others' whole fragments say nothing of a filter between these two.
@case("v2-port-filter-fragments-of-others", ["outcome +not told"], ["outcome +up", "not up"],
      up=[False])
def _():
    t = filtered(Talk().init2().float().auth2(ask=2800, answer=2000))
    first = of_others()
    return t.add(first, 1).add(ip("203.0.113.1", "203.0.113.2", 17, fill(800), 185))


@case("v2-auth-not-captured", ["outcome +up"], ["not up", "nothing more"], up=[True])
def _():
    return Talk().init2().float().esp()


@case("v2-auth-not-captured-esp-of-before", ["not up|not told"], ["outcome +up"], up=[False])
def _():
    return Talk().float().esp(first=900).init2().esp(first=904)


@case("v2-auth-not-captured-esp-one-way", ["not up|not told"], ["outcome +up"], up=[False])
def _():
    return Talk().init2().float().esp(is_back=False)


def refused2(number, data=b"", spi_r=R1):
    return Talk().i(init_request()).r(clear2(SA_INIT, True, 0, [notify2(number, data)], I1, spi_r,
                                             False))


# The ESP is of an SA whose IKE SA is not in the capture: what was refused is not up by it.
@case("v2-refused-new-esp", ["outcome +not up"], ["outcome +up"], up=[False])
def _():
    return refused2(14).esp()


@case("v2-other-group-wanted-new-esp", ["outcome +not up"], ["outcome +up"], up=[False])
def _():
    return refused2(17, b"\0\x13", NONE).esp()


@case("v2-cookie-wanted-new-esp", ["outcome +not up"], ["outcome +up"], up=[False])
def _():
    return refused2(16390, fill(20), NONE).esp()


@case("v1-refused-new-esp", ["outcome +not up"], ["outcome +up"], up=[False])
def _():
    return Talk().i(v1(MAIN, 0, [sa1()], I1, NONE)).r(
        v1(INFO1, 7, [(11, struct.pack("!IBBH", 1, 1, 0, 14))])).esp()


@case("v1-second-is-the-last-new-esp", ["outcome +not up"], ["outcome +up"], up=[False])
def _():
    return Talk().i(v1(MAIN, 0, [sa1()], I1, NONE)).r(v1(MAIN, 0, [sa1()])).esp()


@case("v1-fifth-not-captured", ["outcome +up"], ["not up", "nothing more"], up=[True])
def _():
    t = Talk().main1()
    t.packets = t.packets[:4]
    return t.float().esp()


@case("v2-ip-fragment-lost", ["only first", "not up|not told"], ["outcome +up"], up=[False])
def _():
    t = Talk().init2().float()
    for again in range(4):
        t.i(sk(AUTH, False, 1, 2800), 3)
        time, packet = t.packets.pop()
        t.packets += fragments(time, packet, 1480, 999 + again, lose=(1,))
    return t


@case("v2-ip-fragment-second-lost", ["some are lost on the way", "not up"], ["outcome +up", "only first"],
      up=[False])
def _():
    t = Talk().init2().float()
    for again in range(4):
        t.i(sk(AUTH, False, 1, 3800), 3)
        time, packet = t.packets.pop()
        t.packets += fragments(time, packet, 1480, 999 + again, lose=(1,))
    return t


class Stream(Talk):
    """The same in TCP port 4500 (RFC 9329), each end's segments numbered from 1."""

    def __init__(self, a=A, b=B):
        super().__init__(a, b)
        self.next = {a: 1, b: 1}
        self.segment(a, b, b"", 2).segment(b, a, b"", 18).segment(a, b, b"IKETCP", 24)

    def segment(self, src, dst, body, flags, after=0.01):
        ports = (40001, 4500) if src == self.a else (4500, 40001)
        number = self.next[src] - (flags & 2 > 0)
        self.next[src] += len(body)
        return self.add(ip(src, dst, 6, struct.pack("!HHIIBBHHH", *ports, number, self.next[dst],
                                                   0x50, flags, 65535, 0, 0) + body), after)

    def send(self, src, dst, body, after):
        return self.segment(src, dst, struct.pack("!H", 2 + len(body)) + body, 24, after)

    def i(self, message, after=0.01):
        return self.send(self.a, self.b, bytes(4) + message, after)

    def r(self, message, after=0.01):
        return self.send(self.b, self.a, bytes(4) + message, after)

    def esp(self, count=4, after=0.1):
        for sequence in range(1, 1 + count):
            for src, dst, spi in ((self.a, self.b, 0xc1000001), (self.b, self.a, 0xc2000001)):
                self.send(src, dst, struct.pack("!II", spi, sequence) + fill(100), after)
        return self


@case("v2-tcp", [WHOLE2, "ESP in TCP"], ["not up"], up=[True])
def _():
    return Stream().init2().auth2().esp()


for end, name in ((A, "initiator"), (B, "responder")):
    @case("v2-tcp-only-%s" % name, ["one direction tells: only what the %s" % name],
          ["complete", "never answer", "no way back", "not up"], up=[True])
    def _(end=end):
        return Stream().init2().auth2().esp().only(end)

    @case("v2-tcp-only-%s-no-esp" % name, ["not told: only what the %s" % name],
          ["complete", "never answer", "not up"], up=[False])
    def _(end=end):
        return Stream().init2().auth2().only(end)


@case("v2-tcp-unanswered", ["not up"], ["outcome +up", "one direction"], up=[False])
def _():
    t = Stream()
    request = init_request()
    for again in range(4):
        t.i(request, 5)
    return t


# ---------------------------------------------------------------- IKEv1

WHOLE1 = "up: phase 1 is complete, %s of %s quick modes complete"


@case("v1-plain", [WHOLE1 % (1, 1), "in both directions"], up=[True])
def _():
    return Talk().main1().quick1().esp()


@case("v1-phase1-only", ["phase 1 only"], ["outcome +up"], up=[False])
def _():
    return Talk().main1()


@case("v1-xauth-only", ["phase 1 only"], ["outcome +up"], up=[False])
def _():
    t = Talk().main1()
    t.r(e1(TRANSACTION, 0x5001, 60)).i(e1(TRANSACTION, 0x5001, 80))
    return t.r(e1(TRANSACTION, 0x5002, 60)).i(e1(TRANSACTION, 0x5002, 60)).r(e1(INFO1, 0x5003, 80))


@case("v1-xauth-and-quick", [WHOLE1 % (1, 1)], ["phase 1 only"], up=[True])
def _():
    t = Talk().main1()
    t.r(e1(TRANSACTION, 0x5001, 60)).i(e1(TRANSACTION, 0x5001, 80))
    t.r(e1(TRANSACTION, 0x5002, 60)).i(e1(TRANSACTION, 0x5002, 60))
    return t.i(e1(TRANSACTION, 0x5004, 80)).r(e1(TRANSACTION, 0x5004, 120)).quick1().esp()


@case("v1-quick-unanswered", ["phase 1 only", "quick mode was sent 4 times"], ["outcome +up"],
      up=[False])
def _():
    t = Talk().main1()
    request = e1(QUICK, 0x71000001, 160)
    for again in range(4):
        t.i(request, 5)
    return t


@case("v1-quick-refused", ["phase 1 only", "phase 2 is refused"], ["outcome +up"], up=[False])
def _():
    return Talk().main1().i(e1(QUICK, 0x71000001, 160)).r(e1(INFO1, 0x9001, 80))


@case("v1-quick-lacks-third", ["phase 1 only", "lack"], ["outcome +up"], up=[False])
def _():
    return Talk().main1().quick1(third=False)


@case("v1-main-fifth-unanswered", ["not up", "fifth message was sent"], ["outcome +up"], up=[False])
def _():
    t = Talk().main1()
    t.packets.pop()
    fifth = t.packets[-1][1]
    for again in range(3):
        t.add(fifth, 10)
    return t


@case("v1-main-fifth-refused", ["not up"], ["outcome +up", "phase 1 is complete"], up=[False])
def _():
    t = Talk().main1()
    t.packets.pop()
    return t.r(e1(INFO1, 0x9001, 40))


@case("v1-rekeyed", [WHOLE1 % (3, 3), "in both directions"], ["not up"], up=[True])
def _():
    t = Talk().main1().quick1().esp()
    for number in range(2):
        t.now += 3600
        t.quick1(0x72000000 + number).esp(0xc1000010 + number, 0xc2000010 + number)
    return t


@case("v1-quick-collision", [WHOLE1 % (2, 2)], ["not up"], up=[True])
def _():
    t = Talk().main1()
    t.i(e1(QUICK, 0x71, 160)).r(e1(QUICK, 0x72, 160), 0.001)
    t.r(e1(QUICK, 0x71, 160)).i(e1(QUICK, 0x72, 160)).i(e1(QUICK, 0x71, 48)).r(e1(QUICK, 0x72, 48))
    return t.esp()


@case("v1-phase1-rekeyed", [WHOLE1 % (1, 1)], ["not up"])
def _():
    t = Talk().main1().quick1().esp()
    t.now += 3600
    return t.main1(I2, R2).esp(first=5)


@case("v1-responder-begins-quick", [WHOLE1 % (1, 1)], ["not up"], up=[True])
def _():
    t = Talk().main1()
    t.r(e1(QUICK, 0x71, 160)).i(e1(QUICK, 0x71, 160)).r(e1(QUICK, 0x71, 48))
    return t.esp()


@case("v1-late-quick", [], ["not up", "main mode", "aggressive"], up=[True])
def _():
    return Talk().quick1().esp()


@case("v1-late-dpd", ["not told|up"], ["not up"])
def _():
    t = Talk()
    for number in range(3):
        t.i(e1(INFO1, 0x9001 + 2 * number, 80), 10).r(e1(INFO1, 0x9002 + 2 * number, 80))
    return t.esp(first=4000)


@case("v1-late-quick-refused", ["not told: its beginning is not in the capture, 0 of 1 quick modes"],
      ["outcome +up", "phase 1 only"], up=[False])
def _():
    return Talk().i(e1(QUICK, 0x71, 160)).r(e1(INFO1, 0x9001, 80))


@case("v1-late-xauth", ["not told: its beginning"], ["outcome +up", "phase 1 only"], up=[False])
def _():
    return Talk().r(e1(TRANSACTION, 0x5001, 60)).i(e1(TRANSACTION, 0x5001, 80))


@case("v1-late-from-fifth-no-quick", ["phase 1 only|not told"], ["outcome +up"], up=[False])
def _():
    return Talk().main1().since(0.045)


@case("v1-late-from-fifth-xauth", ["phase 1 only"], ["outcome +up"], up=[False])
def _():
    t = Talk().main1()
    t.r(e1(TRANSACTION, 0x5001, 60)).i(e1(TRANSACTION, 0x5001, 80))
    return t.since(0.045)


@case("v1-late-from-sixth", [WHOLE1 % (1, 1), "192.0.2.1.* → 198.51.100.2"], ["not up"], up=[True])
def _():
    return Talk().main1().quick1().esp().since(0.055)


for end, name in ((A, "initiator"), (B, "responder")):
    @case("v1-only-%s" % name, ["one direction tells|not told: only what the %s" % name],
          ["complete", "never answer", "no way back", "ESP blocked"])
    def _(end=end):
        return Talk().main1().quick1().esp().only(end)


@case("v1-dead", ["until #[0-9]+, which the other end never answers"], ["outcome +up:"], up=[False])
def _():
    t = Talk().main1().quick1().esp()
    for number in range(5):
        t.i(e1(INFO1, 0x9001 + number, 80), 10)
    return t


@case("v1-delete-storm", [WHOLE1 % (1, 1)], ["never answers", "not up"], up=[True])
def _():
    t = Talk().main1().quick1().esp()
    for number in range(30):
        t.i(e1(INFO1, 0x9001 + number, 60), 0.005)
    return t


@case("v1-float", [WHOLE1 % (1, 1), "in both directions"], ["not up", "new mapping"], up=[True])
def _():
    t = Talk().main1()
    fifth, sixth = (packet[28:] for _, packet in t.packets[4:])
    t.packets = t.packets[:4]
    t.float(61234).i(fifth).r(sixth)
    return t.quick1().esp()


@case("v1-new-mapping", [WHOLE1 % (1, 1), "in both directions", "new mapping"], ["not up"],
      up=[True])
def _():
    t = Talk().main1().float(61234).quick1().esp()
    t.natted = 61999
    return t.i(e1(INFO1, 0x9001, 80), 400).r(e1(INFO1, 0x9002, 80)).esp(first=5)


def fragment1(number, is_last, piece):
    """Cisco's and Microsoft's fragment of an IKEv1 message: id, number, last."""
    return ike(I1, R1, 0x10, MAIN, 0, 0, 132, struct.pack("!BBHHBB", 0, 0, 8 + len(piece), 1,
                                                        number, is_last) + piece)


@case("v1-fragments", [WHOLE1 % (1, 1)], ["not up", "MALFORMED"], up=[True])
def _():
    t = Talk().main1()
    fifth, sixth = e1(MAIN, 0, 1600, first=5), e1(MAIN, 0, 1600, first=5)
    t.packets = t.packets[:4]
    for message, send in ((fifth, t.i), (sixth, t.r)):
        for at in range(0, len(message), 576):
            send(fragment1(at // 576 + 1, at + 576 >= len(message), message[at:at + 576]), 0.001)
    return t.quick1().esp()


@case("v1-fragment-lost", ["not up"], ["outcome +up", "phase 1 is complete"], up=[False])
def _():
    t = Talk().main1()
    fifth = e1(MAIN, 0, 1600, first=5)
    t.packets = t.packets[:4]
    for again in range(3):
        for at in (0, 1152):
            t.i(fragment1(at // 576 + 1, at + 576 >= len(fifth), fifth[at:at + 576]), 3)
    return t


def aggressive(t, third=True):
    t.i(v1(AGGRESSIVE, 0, [sa1(), (4, fill(128)), (10, fill(20)), (5, b"\x02\x11\1\xf4office")],
           I1, NONE))
    t.r(v1(AGGRESSIVE, 0, [sa1(), (4, fill(128)), (10, fill(20)), (5, b"\1\x11\1\xf4" + address(B)),
                           (8, fill(20))]))
    return t.i(e1(AGGRESSIVE, 0, 60)) if third else t


@case("v1-aggressive", [WHOLE1 % (1, 1), "aggressive mode"], ["not up"], up=[True])
def _():
    return aggressive(Talk()).quick1().esp()


@case("v1-aggressive-no-third", ["not up"], ["outcome +up", "phase 1 is complete"], up=[False])
def _():
    return aggressive(Talk(), third=False)


@case("v1-aggressive-refused", ["phase 1 only|not up"], ["outcome +up"], up=[False])
def _():
    return aggressive(Talk()).r(e1(INFO1, 0x9001, 80))


# ---------------------------------------------------------------- ESP alone


@case("esp-alone", ["ESP SPI c1000001", "sequence 900 to 903"], ["IKE SA 1", "lost on the way"])
def _():
    return Talk().esp(first=900)


@case("esp-one-way", ["no way back"], ["in both directions"])
def _():
    return Talk().esp(is_back=False)


@case("esp-in-udp-alone", ["ESP in UDP SPI c1000001"], ["IKE SA 1", "no IKE, ESP"])
def _():
    return Talk().float().esp()


@case("esp-replayed", ["not above|replay|late or"], ["missing"])
def _():
    t = Talk().esp(count=6)
    t.now += 5
    return t.esp(first=2, count=3)


@case("esp-esn-wraps", ["ESP SPI c1000001"], ["429496[0-9]+ (packets )?missing", "missing 4294"])
def _():
    return Talk().esp(first=0xfffffffe, count=2).esp(first=0, count=3)


@case("esp-copies", ["4 packets"], ["not above|replay", "8 packets, "])
def _():
    t = Talk().esp()
    t.packets = [(time + extra, packet) for time, packet in t.packets for extra in (0, 0.00002)]
    return t


@case("keepalives-alone", ["only NAT-T keepalives"], ["IKE SA 1"], exit=3)
def _():
    t = Talk().float()
    for again in range(4):
        t.add(udp(A, B, 4500, 4500, b"\xff"), 20)
    return t


@case("empty", [], ["outcome"], exit=3)
def _():
    return Talk()


@case("esp-reordered", ["5 packets"], ["missing", "[1-9][0-9]* (numbers|packets)? ?lost"])
def _():
    t = Talk().esp(count=5)
    t.packets[2:6] = t.packets[4:6] + t.packets[2:4]
    return t


@case("esp-numbers-skipped", ["sequence 1 to 9", "5 (numbers )?missing|missing:? 5|5 .*not seen|5 lost"],
      ["replay"])
def _():
    return Talk().esp(count=2).esp(first=8, count=2)


# ---------------------------------------------------------------- names and roles

DPD1 = (13, bytes.fromhex("afcad71368a1f1c96b8696fc77570100"))
STRONGSWAN = (13, bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb"))
HUAWEI = (13, b"HUAWEI-IKEv1DSCP")
CISCO = (13, bytes.fromhex("12f5f28c457168a9702d9fe274cc0100"))


def named(vendor_ids, answers=()):
    return Talk().i(v1(MAIN, 0, [sa1(), *vendor_ids], I1, NONE)).r(v1(MAIN, 0, [sa1(), *answers]))


@case("name-dpd-alone", ["initiator  192.0.2.1 port 500: unknown",
                         "responder  198.51.100.2 port 500: unknown"], [r"\([0-9]+ %\)"])
def _():
    return named([DPD1], [DPD1])


@case("name-of-one-end", ["initiator  192.0.2.1 port 500: strongSwan",
                          "responder  198.51.100.2 port 500: unknown"])
def _():
    return named([STRONGSWAN, DPD1], [DPD1])


@case("name-contradicted", ["because of"], [r": (Huawei|strongSwan|Cisco)[^(]*\((9|8|7|6)[0-9] %\)"])
def _():
    return named([HUAWEI, STRONGSWAN, CISCO])


@case("name-unknown-vendor-id", ["initiator  192.0.2.1 port 500: unknown"])
def _():
    return named([(13, fill(16)), (13, b"no vendor anybody knows")])


@case("name-v2-bare", ["initiator  192.0.2.1 port 500: unknown"])
def _():
    return Talk().i(clear2(SA_INIT, False, 0, [sa2(), ke2(), (40, fill(32))], I1, NONE))


@case("role-late-from-answer", ["up: IKE_AUTH is complete; ESP goes between the two in both", "192.0.2.1.* → 198.51.100.2"], ["not up"], up=[True])
def _():
    t = whole()
    t.packets = t.packets[1:]
    return t


@case("role-late-from-auth", ["IKE_AUTH is complete", "192.0.2.1.* → 198.51.100.2"], ["not up"],
      up=[True])
def _():
    t = whole()
    t.packets = t.packets[2:]
    return t


@case("role-late-quick-not-told", ["which end began it is not told"], ["HASH_I verified"], up=[True])
def _():
    return Talk(B, A).quick1().esp()


@case("role-late-responder-asks", ["192.0.2.1.* → 198.51.100.2"], ["198.51.100.2.* → 192.0.2.1.*: (up|not)"])
def _():
    t = Talk().r(sk(INFO, False, 4, 0, is_i=False)).i(response(INFO, 4, 0, is_i=True))
    return t.esp(first=70)


# ---------------------------------------------------------------- several SAs, several places


@case("both-begin", ["both initiate", WHOLE2], ["not up"], up=[True, True])
def _():
    t = Talk().init2().auth2()
    t.a, t.b = B, A
    t.now = 0.005
    t.init2(I2, R2).auth2(spi_i=I2, spi_r=R2)
    t.packets.sort()
    return t.esp(after=0.2)


@case("refused-then-up", ["not up", WHOLE2], up=[False, True])
def _():
    t = Talk().init2().auth2(answer=NOTIFY)
    t.now += 30
    return t.init2(I2, R2).auth2(spi_i=I2, spi_r=R2).esp()


@case("up-then-refused", ["not up", WHOLE2], up=[True, False])
def _():
    t = Talk().init2().auth2().esp()
    t.now += 30
    return t.init2(I2, R2).auth2(answer=NOTIFY, spi_i=I2, spi_r=R2).esp(first=5)


@case("both-sides-of-a-nat", ["up: IKE_SA_INIT and IKE_AUTH are complete",
                              "in both directions"],
      ["not up", "MOBIKE", "sent again", "new mapping"], up=[True])
def _():
    t = Talk("10.0.0.2", B).init2().float().auth2().esp()
    packets = []
    for time, packet in t.packets:
        inside = address("10.0.0.2")
        outside = packet.replace(inside, address(A))
        packets += [(time, packet), (time + 0.00004, outside)] if packet[12:16] == inside else [
            (time, outside), (time + 0.00004, packet)]
    t.packets = packets
    return t


@case("dpd-both-ends-v1", [WHOLE1 % (1, 1)], ["never answers", "asks [0-9]+ times", "not up"],
      up=[True])
def _():
    t = Talk().main1().quick1().esp()
    for number in range(20):
        t.i(e1(INFO1, 0xa000 + 4 * number, 80), 10).r(e1(INFO1, 0xa001 + 4 * number, 80))
        t.r(e1(INFO1, 0xa002 + 4 * number, 80), 10).i(e1(INFO1, 0xa003 + 4 * number, 80))
    return t


@case("dpd-both-ends-v2", [WHOLE2], ["never answer", "not up"], up=[True])
def _():
    t = Talk().init2().auth2().esp()
    for number in range(40):
        t.i(sk(INFO, False, 2 + number, 0), 10).r(response(INFO, 2 + number, 0))
        t.r(sk(INFO, False, number, 0, is_i=False), 10).i(response(INFO, number, 0, is_i=True))
    return t


@case("init-retransmitted-then-up", [WHOLE2], ["never answered", "do not reach", "not up"], up=[True])
def _():
    t = Talk()
    request, answer = init_request(), init_response()
    for again in range(3):
        t.i(request, 2)
    return t.r(answer).r(answer, 1).auth2().esp()


@case("answers-do-not-arrive", ["the answers do not reach the initiator"], ["outcome +up"], up=[False])
def _():
    t = Talk()
    request, answer = init_request(), init_response()
    for again in range(4):
        t.i(request, 3).r(answer)
    return t


# ---------------------------------------------------------------- files and links


for name, (link, frame) in LINKS.items():
    for order in "<>":
        for nano in (False, True):
            case("link-%s-%s%s" % (name, "le" if order == "<" else "be", "-nano" if nano else ""),
                 [WHOLE2], ["not read", "captured only in part"], up=[True], link=link, frame=frame,
                 order=order, nano=nano)(whole)

case("file-ends-early", ["ends early", "outcome +up: IKE_SA_INIT and IKE_AUTH are complete"],
     ["not up"], up=[True], cut=30)(whole)
case("file-snaplen", ["captured only in part", "outcome +up: IKE_SA_INIT and IKE_AUTH are complete"],
     ["MALFORMED", "not up"], up=[True], snaplen=120)(whole)
case("file-snaplen-60", ["captured only in part"], ["MALFORMED", "not up"], snaplen=60)(whole)


@case("file-twice", [WHOLE2], ["sent again", "not up", "8 packets"], up=[True])
def _():
    t = whole()
    t.packets = [(time + extra, packet) for time, packet in t.packets for extra in (0, 0.00003)]
    return t


@case("file-unordered", [WHOLE2, "192.0.2.1.* → 198.51.100.2"], ["not up"], up=[True])
def _():
    t = whole()
    t.packets[0:2] = t.packets[1::-1]
    t.packets[2:4] = t.packets[3:1:-1]
    return t


@case("file-unordered-v1", [WHOLE1 % (1, 1), "192.0.2.1.* → 198.51.100.2"], ["not up"], up=[True])
def _():
    t = Talk().main1().quick1().esp()
    for at in range(0, 8, 2):
        t.packets[at:at + 2] = t.packets[at + 1], t.packets[at]
    return t


# ---------------------------------------------------------------- holding them


def differs(program, path, row):
    _, said, unsaid, up, exit, _ = row
    done = subprocess.run([program, "pcap", "--all", path], capture_output=True, text=True)
    ret = [] if done.returncode == exit else ["exits %d, not %d" % (done.returncode, exit)]
    ret += ["'%s' is not said" % one for one in said if not re.search(one, done.stdout)]
    ret += ["'%s' is said" % one for one in unsaid if re.search(one, done.stdout)]
    told = subprocess.run([program, "pcap", "--json", path], capture_output=True, text=True)
    sas = [sa["up"] for sa in json.loads(told.stdout)["overview"]["ike_sas"]]
    if up is not None and (len(up) != len(sas) or
                           any(a is not None and a != b for a, b in zip(up, sas))):
        ret.append("up of each IKE SA: %s, not %s" % (sas, up))
    return ret, done.stdout + done.stderr


def main(program, names):
    wrong = held = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, row in CASES.items():
            if names and not any(name.startswith(one) for one in names):
                continue
            global fill_count, ip_count
            fill_count = ip_count = 0
            path = os.path.join(os.environ.get("KEEP", folder), name + ".pcap")
            with open(path, "wb") as file:
                file.write(pcap(row[0]().packets, **row[5]))
            found, text = differs(program, path, row)
            held += 1
            wrong += found != []
            if found:
                print("%s: %s" % (name, "; ".join(found)))
            if names:
                print(text)
    print("captures at the edges: %d held, %d as they should be" % (held, held - wrong))
    return wrong > 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
