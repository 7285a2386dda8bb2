#!/bin/sh
# bench.sh BUILD [FOLDER] - the dissector's figures, as ratios measured in one run
#
# A capture of 1.6 million packets is made by repeating those in FOLDER (../shared/pcaps). CPU seconds (user
# and system) of: a bare libpcap read loop; our full dissection of every packet (pcap --count); our whole
# analysis (pcap); tshark's IKE filter, on a 10th part without its start, times 10. Then ESP: authenticate and decrypt
# 1400-byte packets against `openssl speed` of the same primitives.
# Wanted: dissection >= 100 times faster than tshark, <= 2 times the libpcap loop; ESP >= 80 % of openssl.
set -eu
build=${1:-build}
folder=${2:-${TWINSITE_PCAPS:-../shared/pcaps}}
[ -d "$folder" ] || { echo "bench: skipped, no captures in $folder"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

python3 - "$folder" "$dir" <<'PYTHON'
import glob, struct, sys
folder, out = sys.argv[1:]
block, packets = b"", 0
for path in sorted(glob.glob(folder + "/*cap")):
    data = open(path, "rb").read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    if struct.unpack(order + "I", data[20:24])[0] != 1 or "oobr" in path:
        continue
    at = 24
    while at + 16 <= len(data):
        s, us, captured, length = struct.unpack(order + "4I", data[at:at + 16])
        block += struct.pack("<4I", s, us, captured, length) + data[at + 16:at + 16 + captured]
        at += 16 + captured
        packets += 1
head = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)
times = 1600000 // packets + 1
for name, n in (("all.pcap", times), ("part.pcap", times // 10 + 1), ("tiny.pcap", 1)):
    with open(out + "/" + name, "wb") as f:
        f.write(head)
        for _ in range(n):
            f.write(block)
open(out + "/counts", "w").write("%d %d %d\n" % (times * packets, (times // 10 + 1) * packets, times * len(block)))
PYTHON
read -r packets part bytes <"$dir/counts"

cat >"$dir/loop.c" <<'C'
#include <pcap/pcap.h>
int main(int argc, char **argv)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(argv[argc - 1], text);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	unsigned long sum = 0;

	while (pcap && pcap_next_ex(pcap, &header, &bytes) == 1)
		sum += header->caplen;
	return sum == 0;
}
C
${CC:-cc} -O2 -o "$dir/loop" "$dir/loop.c" -lpcap

# CPU seconds of a command: the best of three runs, or of one for the slow ones
cpu() {
	runs=$1
	shift
	best=
	for _ in $(seq "$runs"); do
		now=$({ TIMEFORMAT='%U %S'; bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null' - "$@"; } 2>&1 |
			awk '{ print $1 + $2 }')
		best=$(echo "$now ${best:-$now}" | awk '{ print $1 < $2 ? $1 : $2 }')
	done
	echo "$best"
}

cat "$dir/all.pcap" >/dev/null
loop=$(cpu 3 "$dir/loop" "$dir/all.pcap")
count=$(cpu 3 "$build/twinsite" pcap --count "$dir/all.pcap")
whole=$(cpu 1 "$build/twinsite" pcap "$dir/all.pcap")
echo "$packets packets, $((bytes / 1000000)) MB, CPU seconds:"
printf '  %-44s %8.2f\n' 'bare libpcap read loop' "$loop" 'full dissection of every packet (pcap --count)' "$count" \
	'sessions, hashes, report (pcap)' "$whole"
awk -v a="$count" -v b="$loop" 'BEGIN { printf "  dissection takes %.2f times the libpcap loop (wanted: <= 2)\n", a / b }'
memory() { /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -1; }
if [ -x /usr/bin/time ]; then
	printf '  peak memory: %s kB for all, %s kB for a 10th part\n' "$(memory "$build/twinsite" pcap "$dir/all.pcap")" \
		"$(memory "$build/twinsite" pcap "$dir/part.pcap")"
fi
if command -v tshark >/dev/null; then
	tshark=$(cpu 1 tshark -r "$dir/part.pcap" -Y isakmp -T fields -e isakmp.exchangetype)
	start=$(cpu 2 tshark -r "$dir/tiny.pcap" -Y isakmp -T fields -e isakmp.exchangetype)
	tshark=$(awk -v t="$tshark" -v s="$start" -v p="$part" -v a="$packets" 'BEGIN { print (t - s) * a / p }')
	printf '  %-44s %8.2f (measured on a 10th part, without its start)\n' 'tshark -Y isakmp -T fields' "$tshark"
	awk -v a="$tshark" -v b="$count" 'BEGIN { printf "  dissection is %.0f times faster than tshark (wanted: >= 100)\n", a / b }'
fi

cat >"$dir/esp.c" <<'C'
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "dissect/crypto.h"
#include "dissect/cursor.h"
#include "ipsec/alg.h"
/* 1400 bytes of text under one key, for two seconds; prints MB/s. The ICV is wrong: as much work. */
int main(int argc, char **argv)
{
	static uint8_t bytes[2048], out[2048], key[64], mac_key[64];
	struct crypto *crypto;
	struct cipher *cipher;
	const struct alg *encr = alg_by_keyword(ALG_KIND_ENCR, argv[1]);
	const struct alg *integ = argc > 2 ? alg_by_keyword(ALG_KIND_INTEG, argv[2]) : NULL;
	struct alg_sizes sizes = crypto_sizes(encr, integ);
	unsigned long count = 0;
	int64_t start;

	if (crypto_new(&crypto, NULL) ||
	    cipher_new(crypto, encr, (struct slice){ key, sizes.key }, integ,
		       (struct slice){ mac_key, sizes.integ_key }, &cipher, NULL))
		return 1;
	struct cipher_packet packet = { .aad = { bytes, 8 }, .iv = { bytes + 8, sizes.iv },
					.text = { bytes + 8 + sizes.iv, 1400 - 1400 % sizes.block },
					.icv = { bytes + 1500, sizes.icv } };
	start = clock_read_us(CLOCK_PROCESS_CPUTIME_ID);
	while (clock_read_us(CLOCK_PROCESS_CPUTIME_ID) - start < 2000000)
		for (int i = 0; i < 1000; i++, count++) {
			(void)cipher_open(cipher, &packet, out);
			if (integ) /* a wrong ICV stops before this */
				(void)cipher_decrypt(cipher, &packet, out);
		}
	printf("%.1f\n", (double)count * 1400 / (double)(clock_read_us(CLOCK_PROCESS_CPUTIME_ID) - start));
	return 0;
}
C
# shellcheck disable=SC2046
${CC:-cc} -D_GNU_SOURCE -O2 -Iharness -o "$dir/esp" "$dir/esp.c" "$build/libtwinsite.a" $(pkg-config --libs libcrypto)
speed() { openssl speed -seconds 2 -bytes 1400 "$@" 2>/dev/null | awk 'END { sub(/k$/, "", $NF); print $NF / 1000 }'; }
cbc=$(speed -decrypt -evp aes-128-cbc)
hmac=$(speed -hmac sha1)
gcm=$(speed -decrypt -evp aes-128-gcm)
both=$(awk -v a="$cbc" -v b="$hmac" 'BEGIN { print 1 / (1 / a + 1 / b) }')
echo "ESP, 1400-byte packets, MB/s:"
awk -v a="$("$dir/esp" aes128 sha1)" -v b="$both" \
	'BEGIN { printf "  AES-128-CBC, HMAC-SHA-1: %.0f, openssl speed (both in turn) %.0f: %.0f %% (wanted: >= 80)\n", a, b, 100 * a / b }'
awk -v a="$("$dir/esp" aes128gcm16)" -v b="$gcm" \
	'BEGIN { printf "  AES-128-GCM-16: %.0f, openssl speed %.0f: %.0f %% (wanted: >= 80)\n", a, b, 100 * a / b }'
