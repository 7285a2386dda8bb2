#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vectors.py - what others computed: packets with ICV and text, Diffie-Hellman

    harness/dissect/vectors.py > harness/dissect/vectors.h

The IPsec framing is scapy's (Debian python3-scapy 2.5.0), ciphers and MACs are those
of python3-cryptography; Camellia, GMAC and AES-XCBC, which scapy lacks, are framed here
by their RFCs. None of it is code of twinsite. Keys are counted bytes, nothing is random,
so running it again changes nothing.
"""
import hashlib
import warnings
import zlib

warnings.filterwarnings("ignore")
import logging

logging.getLogger("scapy").setLevel(logging.ERROR)
from cryptography.hazmat.primitives import cmac, hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scapy.layers.inet import (ICMP, IP, UDP, IPOption_NOP, IPOption_Router_Alert,
                               IPOption_RR, IPOption_Security)
from scapy.layers.inet6 import (HBHOptUnknown, ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, RouterAlert)
from scapy.layers.ipsec import AH, ESP, SecurityAssociation
from scapy.packet import Raw

SPI = 0xC0DE0001
SRC, DST = "192.0.2.1", "198.51.100.2"
SRC6, DST6 = "2001:db8::1", "2001:db8:1::2"
INNER = IP(src="10.1.0.1", dst="10.2.0.2", id=7) / ICMP(id=1, seq=2) / Raw(b"twinsite" * 6)
INNER6 = IPv6(src="fd01::1", dst="fd02::2") / ICMPv6EchoRequest(id=1, data=b"twinsite" * 6)


def key(length, start=1):
    return bytes((start + 3 * i) & 0xFF for i in range(length))


def row(name, keys, packet, **more):
    """One C row: claim, key file, packets from the IP header on, what is expected."""
    packets = packet if isinstance(packet, list) else [packet]
    fields = ['.name = "%s"' % name, '.keys = "%s"' % keys.replace('"', '\\"')]
    fields.append(".packets = { %s }" % ", ".join('"%s"' % bytes(p).hex() for p in packets))
    fields += [".%s = %s" % (k, v) for k, v in more.items()]
    print("\t{ %s }," % ",\n\t  ".join(fields))


def esp_keys(cipher, ckey, integ, ikey, esn=False):
    return '"*","*","*","0x%08x","%s","0x%s","%s","0x%s"%s\\n' % (
        SPI, cipher, ckey.hex(), integ, ikey.hex(), ',"64-bit"' if esn else "")


def ah_keys(integ, ikey, esn=False):
    return '"*","*","*","0x%08x","%s","0x%s"%s\\n' % (
        SPI, integ, ikey.hex(), ',"64-bit"' if esn else "")


# ------------------------------------------------------------ ESP

ESP_ROWS = [  # our words, scapy's cipher, key with salt, IV, our integrity, scapy's, key
    ("aes128", "AES-CBC", 16, 16, "md5", "HMAC-MD5-96", 16),
    ("aes192", "AES-CBC", 24, 16, "sha1", "HMAC-SHA1-96", 20),
    ("aes256", "AES-CBC", 32, 16, "sha256", "SHA2-256-128", 32),
    ("aes128ctr", "AES-CTR", 20, 8, "sha384", "SHA2-384-192", 48),
    ("aes192ctr", "AES-CTR", 28, 8, "sha512", "SHA2-512-256", 64),
    ("aes256ctr", "AES-CTR", 36, 8, "aescmac", "AES-CMAC-96", 16),
    ("aes128gcm16", "AES-GCM", 20, 8, None, None, 0),
    ("aes192gcm16", "AES-GCM", 28, 8, None, None, 0),
    ("aes256gcm16", "AES-GCM", 36, 8, None, None, 0),
    ("aes128ccm16", "AES-CCM", 19, 8, None, None, 0),
    ("aes192ccm16", "AES-CCM", 27, 8, None, None, 0),
    ("aes256ccm16", "AES-CCM", 35, 8, None, None, 0),
    ("chacha20poly1305", "CHACHA20-POLY1305", 36, 8, None, None, 0),
    ("3des", "3DES", 24, 8, "sha1", "HMAC-SHA1-96", 20),
    ("des", "DES", 8, 8, "md5", "HMAC-MD5-96", 16),
    ("cast128", "CAST", 16, 8, "sha1", "HMAC-SHA1-96", 20),
    ("blowfish128", "Blowfish", 16, 8, "sha1", "HMAC-SHA1-96", 20),
    ("null", "NULL", 0, 0, "sha256", "SHA2-256-128", 32),
]


MACS = {"md5": (hashes.MD5, 12), "sha1": (hashes.SHA1, 12), "sha256": (hashes.SHA256, 16),
        "sha384": (hashes.SHA384, 24), "sha512": (hashes.SHA512, 32), "aescmac": (None, 12)}


def mac(hash_, k, data):
    m = hmac.HMAC(k, hash_()) if hash_ else cmac.CMAC(algorithms.AES(k))
    m.update(data)
    return m.finalize()


def esp_row(ours, theirs, length, iv, integ, their_integ, integ_length, esn):
    ckey, ikey = key(length), key(integ_length, 101)
    sa = SecurityAssociation(ESP, spi=SPI, crypt_algo=theirs, crypt_key=ckey,
                             auth_algo=their_integ or "NULL", auth_key=ikey or None,
                             tunnel_header=IP(src=SRC, dst=DST, id=9))
    more = dict(esn_en=True, esn=5) if esn else {}
    packet = sa.encrypt(INNER, seq_num=77, iv=key(iv, 51), **more)
    if esn and integ:  # scapy leaves the high half out of the ICV; RFC 4303 2.2.1 does not
        hash_, icv = MACS[integ]
        esp = bytes(packet)[20:-icv]
        packet = IP(src=SRC, dst=DST, id=9, proto=50) / Raw(
            esp + mac(hash_, ikey, esp + (5).to_bytes(4, "big"))[:icv])
    name = "ESP %s%s%s" % (ours, " " + integ if integ else "", " ESN" if esn else "")
    row(name, esp_keys(ours, ckey, integ or "NULL", ikey, esn), packet,
        next=4, inner=len(INNER), high=5 if esn else 0)


def by_hand(name, cipher, block, sign, keys):
    """SPI | sequence | IV | CBC(inner, padding, 4) | ICV, for what scapy lacks."""
    inner = bytes(INNER)
    pad = -(len(inner) + 2) % block
    text = inner + bytes(range(1, pad + 1)) + bytes([pad, 4])
    iv = key(block, 51)
    if cipher:
        enc = Cipher(cipher, modes.CBC(iv)).encryptor()
        text = iv + enc.update(text) + enc.finalize()
    esp = SPI.to_bytes(4, "big") + (77).to_bytes(4, "big") + text
    packet = IP(src=SRC, dst=DST, id=9, proto=50) / Raw(esp + sign(esp))
    row(name, keys, packet, next=4, inner=len(inner))


def aes_block(k, block):
    enc = Cipher(algorithms.AES(k), modes.ECB()).encryptor()
    return enc.update(block) + enc.finalize()


def xcbc_96(data, k):
    """RFC 3566 4, straight from the text."""
    k1, k2, k3 = (aes_block(k, bytes([n] * 16)) for n in (1, 2, 3))
    blocks = [data[i:i + 16] for i in range(0, len(data), 16)] or [b""]
    e = bytes(16)
    for m in blocks[:-1]:
        e = aes_block(k1, bytes(a ^ b for a, b in zip(e, m)))
    last, mask = blocks[-1], k2
    if len(last) < 16:
        last, mask = last + b"\x80" + bytes(15 - len(last)), k3
    return aes_block(k1, bytes(a ^ b ^ c for a, b, c in zip(e, last, mask)))[:12]


def gmac(bits, esn):
    """RFC 4543 3: everything is associated data, with ESN all 64 bits of the number."""
    k, inner = key(bits // 8 + 4), bytes(INNER)
    pad = -(len(inner) + 2) % 4
    text = inner + bytes(range(1, pad + 1)) + bytes([pad, 4])
    head, low, iv = SPI.to_bytes(4, "big"), (77).to_bytes(4, "big"), key(8, 51)
    aad = head + ((5).to_bytes(4, "big") if esn else b"") + low + iv + text
    icv = AESGCM(k[:-4]).encrypt(k[-4:] + iv, b"", aad)
    packet = IP(src=SRC, dst=DST, id=9, proto=50) / Raw(head + low + iv + text + icv)
    row("ESP aes%dgmac%s" % (bits, " ESN" if esn else ""),
        esp_keys("aes%dgmac" % bits, k, "NULL", b"", esn), packet,
        next=4, inner=len(inner), high=5 if esn else 0)


def esp():
    for r in ESP_ROWS:
        for esn in (False, True):
            esp_row(*r, esn)
    for bits in (128, 192, 256):
        gmac(bits, False)
        gmac(bits, True)
        k = key(bits // 8)
        by_hand("ESP camellia%d sha1" % bits, algorithms.Camellia(k), 16,
                lambda d: mac(hashes.SHA1, key(20, 101), d)[:12],
                esp_keys("camellia%d" % bits, k, "sha1", key(20, 101)))
    by_hand("ESP aes128 aesxcbc", algorithms.AES(key(16)), 16,
            lambda d: xcbc_96(d, key(16, 101)),
            esp_keys("aes128", key(16), "aesxcbc", key(16, 101)))


# ------------------------------------------------------------ AH

AH_ROWS = [
    ("md5", "HMAC-MD5-96", 16),
    ("sha1", "HMAC-SHA1-96", 20),
    ("sha256", "SHA2-256-128", 32),
    ("sha384", "SHA2-384-192", 48),
    ("sha512", "SHA2-512-256", 64),
    ("aescmac", "AES-CMAC-96", 16),
]


def ah_sa(integ, length, **more):
    return SecurityAssociation(AH, spi=SPI, auth_algo=integ, auth_key=key(length, 101), **more)


def ah_packets():
    """What the header tests are about, transport mode: claim, packet, next header."""
    udp = UDP(sport=1, dport=2) / Raw(b"behind AH")
    yield "IPv4", IP(src=SRC, dst=DST, id=9, ttl=60, tos=0x28) / udp, 17
    yield ("IPv4 with options that may and may not change",
           IP(src=SRC, dst=DST, id=9, options=[
               IPOption_Security(security=1), IPOption_RR(routers=["192.0.2.9"], pointer=8),
               IPOption_NOP(), IPOption_Router_Alert()]) / udp, 17)
    yield "IPv6", IPv6(src=SRC6, dst=DST6, tc=0x28, fl=0x12345, hlim=61) / udp, 17
    yield ("IPv6 with options that may and may not change",
           IPv6(src=SRC6, dst=DST6, hlim=61) /
           IPv6ExtHdrHopByHop(options=[RouterAlert(), HBHOptUnknown(otype=0x3E, optdata=b"may")]) /
           IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x1E, optdata=b"stay"), PadN(optdata=b"")]) / udp, 17)
    yield ("IPv6 at the beginning of a source route",
           IPv6(src=SRC6, dst="2001:db8:9::9", hlim=61) /
           IPv6ExtHdrRouting(segleft=2, addresses=["2001:db8:8::8", DST6]) / udp, 17)


def ah():
    for ours, theirs, length in AH_ROWS:
        for header, inner, next_header, v in (
                (IP(src=SRC, dst=DST, id=9), INNER, 4, ""),
                (IPv6(src=SRC6, dst=DST6), INNER6, 41, " IPv6")):
            packet = ah_sa(theirs, length, tunnel_header=header).encrypt(inner, seq_num=77)
            row("AH %s tunnel%s" % (ours, v), ah_keys(ours, key(length, 101)), packet,
                next=next_header, inner=len(inner))
    for name, packet, next_header in ah_packets():
        sealed = ah_sa("SHA2-256-128", 32).encrypt(packet, seq_num=77)
        row("AH sha256 transport " + name, ah_keys("sha256", key(32, 101)), sealed,
            next=next_header, inner=17)
    packet = IP(src=SRC, dst=DST, id=9) / UDP(sport=1, dport=2) / Raw(b"behind AH")
    sealed = ah_sa("HMAC-SHA1-96", 20).encrypt(packet, seq_num=77, esn_en=True, esn=5)
    row("AH sha1 transport IPv4 ESN", ah_keys("sha1", key(20, 101), True), sealed,
        next=17, inner=17, high=5)


def fragments4(packet, size):
    """By RFC 791: the options here need not be copied into the later ones."""
    packet = bytes(packet)
    header, body = packet[:(packet[0] & 15) * 4], packet[(packet[0] & 15) * 4:]
    for at in range(0, len(body), size):
        part = IP(header) if not at else IP(header[:20], ihl=5)
        part.remove_payload()
        more = "MF" if at + size < len(body) else 0
        part = IP(src=SRC, dst=DST, id=part.id, proto=51, flags=more, frag=at // 8,
                  options=part.options if not at else [], ttl=9)
        yield part / Raw(body[at:at + size])


def fragments6(packet, unfragmentable, size):
    packet = bytes(packet)
    head, body = bytearray(packet[:unfragmentable]), packet[unfragmentable:]
    head[40] = 44  # the hop-by-hop header's next one
    for at in range(0, len(body), size):
        part, more = body[at:at + size], at + size < len(body)
        head[4:6] = (len(head) - 40 + 8 + len(part)).to_bytes(2, "big")
        yield bytes(head) + bytes([51, 0]) + (at | more).to_bytes(2, "big") + b"same" + part


def ah_fragments():
    big = UDP(sport=1, dport=2) / Raw(b"behind AH" * 20)
    options = [IPOption_Security(security=1), IPOption_NOP()]
    sealed = ah_sa("SHA2-256-128", 32).encrypt(
        IP(src=SRC, dst=DST, id=9, options=options) / big, seq_num=77)
    row("AH sha256 transport IPv4 in fragments", ah_keys("sha256", key(32, 101)),
        list(fragments4(sealed, 80)), next=17, inner=188)
    sealed = ah_sa("SHA2-256-128", 32).encrypt(
        IPv6(src=SRC6, dst=DST6) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / big,
        seq_num=77)
    row("AH sha256 transport IPv6 in fragments", ah_keys("sha256", key(32, 101)),
        list(fragments6(sealed, 48, 96)), next=17, inner=188)
    row("AH sha256 transport IPv6 in a lone fragment", ah_keys("sha256", key(32, 101)),
        list(fragments6(sealed, 48, 4096)), next=17, inner=188)


# ------------------------------------------------------------ IPComp


def deflate(data, bits=-11, flush=zlib.Z_FINISH, level=9):
    """RFC 2394: raw; Linux compresses with a window of 2^11."""
    z = zlib.compressobj(level, zlib.DEFLATED, bits)
    return z.compress(data) + z.flush(flush)


def ipcomp(next_header, cpi, data):
    return bytes([next_header, 0]) + cpi.to_bytes(2, "big") + data


def ipcomp_row(name, payload, keys="", **more):
    row("IPComp " + name, keys, IP(src=SRC, dst=DST, id=9, proto=108) / Raw(payload), **more)


def ipcomps():
    text = bytes(INNER)
    ipcomp_row("well-known CPI", ipcomp(4, 2, deflate(text)), next=4, inner=len(text))
    ipcomp_row("negotiated CPI", ipcomp(4, 0xC3D4, deflate(text)), next=4, inner=len(text))
    ipcomp_row("IPv6 inside", ipcomp(41, 2, deflate(bytes(INNER6))), next=41,
               inner=len(bytes(INNER6)))
    ipcomp_row("large window", ipcomp(4, 2, deflate(text, -15)), next=4, inner=len(text))
    ipcomp_row("flushed, not finished", ipcomp(4, 2, deflate(text, -11, zlib.Z_SYNC_FLUSH)),
               next=4, inner=len(text))
    ipcomp_row("stored", ipcomp(4, 2, deflate(text, -11, zlib.Z_FINISH, 0)), next=4,
               inner=len(text))
    sa = SecurityAssociation(ESP, spi=SPI, crypt_algo="AES-CBC", crypt_key=key(16),
                             auth_algo="HMAC-SHA1-96", auth_key=key(20, 101))
    inside = IP(src=SRC, dst=DST, id=9, proto=108) / Raw(ipcomp(4, 0xC3D4, deflate(text)))
    row("ESP, IPComp inside", esp_keys("aes128", key(16), "sha1", key(20, 101)),
        sa.encrypt(inside, seq_num=77, iv=key(16, 51)), next=4, inner=len(text))
    row("ESP, too small to be compressed", esp_keys("aes128", key(16), "sha1", key(20, 101)),
        sa.encrypt(IP(src=SRC, dst=DST, id=9) / INNER, seq_num=77, iv=key(16, 51)), next=4,
        inner=len(text))


# ------------------------------------------------------------ Diffie-Hellman

MODP = [  # group, bits, the constant of RFC 2409 6.1, 6.2 and RFC 3526
    (1, 768, 149686), (2, 1024, 129093), (5, 1536, 741804), (14, 2048, 124476),
    (15, 3072, 1690314), (16, 4096, 240904), (17, 6144, 929484), (18, 8192, 4743158)]
CURVES = [(19, ec.SECP256R1), (20, ec.SECP384R1), (21, ec.SECP521R1), (25, ec.SECP192R1),
          (26, ec.SECP224R1), (28, ec.BrainpoolP256R1), (29, ec.BrainpoolP384R1),
          (30, ec.BrainpoolP512R1)]


def pi_times_2_to(bits):
    """Machin: pi = 16 atan(1/5) - 4 atan(1/239), with 64 bits to spare."""
    one = 1 << (bits + 64)

    def atan(x):
        total, term, n, sign = 0, one // x, 1, 1
        while term:
            total += sign * (term // n)
            term //= x * x
            n, sign = n + 2, -sign
        return total

    return (16 * atan(5) - 4 * atan(239)) >> 64


def prime(bits, constant):
    """RFC 2409 and 3526: 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + constant)"""
    return (2**bits - 2**(bits - 64) - 1 + 2**64 * (pi_times_2_to(bits - 130) + constant))


def dh_row(group, mine, theirs, public, shared):
    print('\t{ %d, "%s",\n\t  "%s",\n\t  "%s",\n\t  "%s" },' % (
        group, mine.hex(), theirs.hex(),
        hashlib.sha256(public).hexdigest(), hashlib.sha256(shared).hexdigest()))


def dh():
    for group, bits, constant in MODP:
        p, size = prime(bits, constant), bits // 8
        a, b = (int.from_bytes(key(32, n), "big") for n in (7, 9))
        dh_row(group, key(32, 7), key(32, 9), pow(2, a, p).to_bytes(size, "big"),
               pow(2, a * b, p).to_bytes(size, "big"))
    for group, curve in CURVES:
        a, b = (ec.derive_private_key(int.from_bytes(key(20, n), "big"), curve())
                for n in (7, 9))
        public = a.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        dh_row(group, key(20, 7), key(20, 9), public[1:],
               a.exchange(ec.ECDH(), b.public_key()))
    for group, kind in ((31, X25519PrivateKey), (32, X448PrivateKey)):
        size = 32 if group == 31 else 56
        a, b = (kind.from_private_bytes(key(size, n)) for n in (7, 9))
        dh_row(group, key(size, 7), key(size, 9), 
               a.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
               a.exchange(b.public_key()))


HEAD = """#ifndef TWINSITE_DISSECT_VECTORS_H
#define TWINSITE_DISSECT_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#define UNUSED __attribute__((unused)) /* not each test wants all */

struct vector {
	const char *name, *keys; /* a table's line */
	const char *packets[4];	 /* fragments of one, from the IP header on; hex */
	uint8_t next;		 /* header inside */
	size_t inner;		 /* bytes of it */
	uint32_t high;		 /* half of the extended sequence number */
};

struct dh_vector {
	unsigned int group;
	const char *mine, *theirs;   /* private exponents, hex */
	const char *public, *shared; /* SHA2-256 of ours and of what both have */
};
"""
print("/* SPDX-License-Identifier: GPL-2.0-or-later */")
print("/* vectors.h - made by vectors.py, do not edit */")
print(HEAD)
print("/* clang-format off */")
print("static UNUSED const struct vector esp_vectors[] = {")
esp()
print("};\n")
print("static UNUSED const struct vector ah_vectors[] = {")
ah()
ah_fragments()
print("};\n")
print("static UNUSED const struct vector ipcomp_vectors[] = {")
ipcomps()
print("};\n")
print("static UNUSED const struct dh_vector dh_vectors[] = {")
dh()
print("};")
print("/* clang-format on */")
print("\n#endif")
