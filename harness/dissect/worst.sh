#!/bin/sh
# worst.sh BUILD - what a capture made to be expensive costs: CPU seconds, memory, and is what is beyond a bound counted?
#
# Each capture has 200,000 of one thing: SPIs of ESP, IKE SAs of both versions, messages of one SA, fragments that never become a packet, flows
# of ESP in UDP between as many ports, peers behind one NAT, copies of one packet, ICMP errors, TCP streams; and one is read with 20,000 keys.
# Wanted of each, as text and as JSON: <= 2 s, <= 32 MB; and of what is not kept, the number in the first lines of the text
# and in the JSON's overview. Exit 1: something is not as wanted.
set -eu
build=${1:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

python3 - "$dir" <<'PYTHON'
import struct, sys
out, count = sys.argv[1], 200000
def checksum(head):
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff
def ip(protocol, body, a=1, b=2, ident=0, fragment=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ident & 0xffff, fragment, 64, protocol, 0,
                       struct.pack("!I", 0x0a000000 + a), struct.pack("!I", 0x0b000000 + b))
    return head + body
def udp(src, dst, body):
    return struct.pack("!4H", src, dst, 8 + len(body), 0) + body
def esp(spi, sequence=1):
    return struct.pack("!II", spi, sequence) + bytes(40)
def ike(number, major):
    if major == 2:
        body = bytes((0, 0, 0, 20)) + bytes(16)
        return struct.pack("!QQBBBBII", number + 1, 0, 40, 0x20, 34, 8, 0, 28 + len(body)) + body
    body = bytes((0, 0, 0, 20)) + bytes(16)
    return struct.pack("!QQBBBBII", number + 1, 0, 13, 0x10, 2, 0, 0, 28 + len(body)) + body
def sealed(number, first, body):
    return struct.pack("!QQBBBBIIBBH", 7, 8, first, 0x20, 37, 8, number, 32 + len(body), 0, 0, 4 + len(body)) + body
def child(number): # an SA of IKEv2 that is up
    return bytes(4) + struct.pack("!QQBBBBII", number + 1, 8, 46, 0x20, 36, 8, 5, 100) + bytes((0, 0, 0, 72)) + bytes(68)
def tcp(src, body):
    return struct.pack("!HHIIBBHHH", src, 4500, 1, 1, 0x50, 0x18, 1000, 0, 0) + body
def icmp(i):
    return struct.pack("!BBHHH", 3, 4, 0, 0, 500 + i % 900) + ip(50, esp(i)[:8], i, i)
made = {
    "spis": lambda i: ip(50, esp(i + 256)),
    "sas-v1": lambda i: ip(17, udp(500, 500, ike(i, 1)), i, i + 1),
    "sas-v2": lambda i: ip(17, udp(500, 500, ike(i, 2)), i, i + 1),
    "sas-one-pair": lambda i: ip(17, udp(500, 500, ike(i, 2))),
    "messages": lambda i: ip(17, udp(500, 500, sealed(i, 46, struct.pack("!Q", i) * 8))),
    "ike-fragments": lambda i: ip(17, udp(500, 500, sealed(i // 50, 53, struct.pack("!HHQ", i % 50 + 1, 60, i) * 4))),
    "fragments": lambda i: ip(17, bytes(64), i, 1, i, 0x2000),
    "fragments-one": lambda i: ip(17, bytes(8), 1, 1, 7, 0x2000 | (i % 8000)),
    "flows": lambda i: ip(17, udp(1024 + i % 60000, 4500, esp(i + 256)), i, i),
    # Peers behind one NAT, and ESP between ports that are no peer's, or another one's.
    "one-nat": lambda i: ip(17, udp(1024 + i // 2 % 60000, 4500, child(i) if i % 2 else esp(i + 256))),
    "one-nat-others": lambda i: ip(17, udp(2000, 4500, esp(i + 256)) if i > 2000 else
                                   udp(2000 - i % 1000, 4500, child(i))),
    "copies": lambda i: ip(50, esp(256)),
    "replays": lambda i: ip(17, udp(500, 500, ike(1, 2))),
    "icmp": lambda i: ip(1, icmp(i), i, i),
    "tcp": lambda i: ip(6, tcp(1024 + i % 60000, b"IKETCP" + struct.pack("!H", 60) + bytes(40)), i, 1),
    "gaps": lambda i: ip(50, esp(256, (i * 7919) & 0xffffffff)),
}
for name, packet in made.items():
    with open("%s/%s.pcap" % (out, name), "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))
        for i in range(count):
            bytes_ = packet(i)
            f.write(struct.pack("<4I", i // 1000, i % 1000 * 1000, len(bytes_), len(bytes_)) + bytes_)
with open(out + "/esp_sa", "w") as f:
    for i in range(20000):
        f.write('"IPv4","*","*","0x%08x","AES-CBC [RFC3602]","0x%032x","HMAC-SHA-1-96 [RFC2404]","0x%040x"\n' % (i + 256, i, i))
PYTHON

wrong=0
# row NAME FORMAT COMMAND...: its cost
row() {
	name=$1 format=$2
	shift 2
	# Not 0, 1 or 3 is a crash, not an opinion about the capture.
	/usr/bin/time -o "$dir/cost" -f '%U %S %M' "$@" >"$dir/said" 2>"$dir/wrong" && status=0 || status=$?
	tail -1 "$dir/cost" | awk -v name="$name" -v format="$format" -v status="$status" '
		{ cpu = $1 + $2; mb = $3 / 1024; met = cpu <= 2 && mb <= 32 && (status <= 1 || status == 3)
		  printf "  %-16s %-5s %5.2f s %5.1f MB  exit %d  %s\n", name, format, cpu, mb, status, met ? "met" : "NOT MET"
		  exit !met }' || wrong=1
}
# counted NAME PATTERN: is what was not kept in the first lines, and in the JSON?
counted() {
	"$build/twinsite" pcap "$dir/$1.pcap" 2>/dev/null | head -8 | grep -qE "$2" ||
		{ wrong=1; echo "  $1: the first lines do not count what was not kept"; }
	"$build/twinsite" pcap "$dir/$1.pcap" --json 2>/dev/null | python3 -c '
import json, sys
sys.exit(not json.load(sys.stdin)["overview"]["beyond_bounds"])' ||
		{ wrong=1; echo "  $1: the JSON does not count what was not kept"; }
}

echo "200,000 of each, and 20,000 keys; wanted: <= 2 s of CPU, <= 32 MB:"
for path in "$dir"/*.pcap; do
	name=$(basename "$path" .pcap)
	row "$name" text "$build/twinsite" pcap "$path"
	row "$name" JSON "$build/twinsite" pcap "$path" --json
done
row 'spis, keys' text "$build/twinsite" pcap "$dir/spis.pcap" --keys "$dir/esp_sa"
row 'spis, keys' JSON "$build/twinsite" pcap "$dir/spis.pcap" --keys "$dir/esp_sa" --json
counted spis 'ESP flows'
counted sas-v1 'IKE SAs'
counted sas-v2 'IKE SAs'
counted flows 'ESP flows'
counted icmp 'ICMP'
exit $wrong
