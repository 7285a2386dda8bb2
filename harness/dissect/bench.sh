#!/bin/sh
# bench.sh BUILD [FOLDER] - the dissector's figures, as ratios measured in one run
#
# A capture of 1.6 million packets is made by repeating those in FOLDER (../shared/pcaps). CPU seconds (user
# and system) of: a bare libpcap read loop; our full dissection of every packet (pcap --count); our whole
# analysis (pcap); tshark's IKE filter, on a 10th part without its start, times 10. Memory: of that capture, of four
# times as many packets and of 10 million tiny ones, both through a pipe. Then ESP: authenticate and decrypt 1400-byte
# packets against `openssl speed` of the same primitives, in turn, the best of three.
# Wanted: dissection >= 100 times faster than tshark, <= 1.2 times the libpcap loop; the whole analysis >= 30 times faster; ESP >= 80 % of openssl; memory that
# does not grow with the file.
set -eu
build=${1:-build}
folder=${2:-$(harness/shared_pcaps.sh)}
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
printf '  %-58s %.2f\n' 'bare libpcap read loop' "$loop" 'full dissection of every packet (pcap --count)' "$count" \
	'sessions, hashes, report (pcap)' "$whole"
# row WHAT MEASURED WANTED MET: one figure
row() { printf '  %-58s %-22s wanted %-9s %s\n' "$1" "$2" "$3" "$([ "$4" = 1 ] && echo met || echo 'NOT MET')"; }
row 'dissection against the bare libpcap loop' \
	"$(awk -v a="$count" -v b="$loop" 'BEGIN { printf "%.2f times its time", a / b }')" '<= 1.2' \
	"$(awk -v a="$count" -v b="$loop" 'BEGIN { print (a <= 1.2 * b) }')"
four() { cat "$dir/all.pcap" && for _ in 1 2 3; do tail -c +25 "$dir/all.pcap"; done; }
tiny() { head -c 24 "$dir/all.pcap" && head -c 160000000 /dev/zero; }
memory() { /usr/bin/time -f '%M %U' "$@" 2>&1 >/dev/null | tail -1; }
if [ -x /usr/bin/time ]; then
	one=$(memory "$build/twinsite" pcap "$dir/all.pcap")
	many=$(four | memory "$build/twinsite" pcap -)
	small=$(tiny | memory "$build/twinsite" pcap -)
	printf '  %-58s %s kB\n' "peak memory, $packets packets" "${one% *}"
	row "peak memory, $((packets * 4)) packets" "${many% *} kB" 'as much' \
		"$(awk -v a="${one% *}" -v b="${many% *}" 'BEGIN { print (b < 1.1 * a) }')"
	row '10 million packets of no length, through a pipe' "${small% *} kB, ${small#* } s" 'as much' \
		"$(awk -v a="${one% *}" -v b="${small% *}" 'BEGIN { print (b < 1.1 * a) }')"
fi
if command -v tshark >/dev/null; then
	tshark=$(cpu 1 tshark -r "$dir/part.pcap" -Y isakmp -T fields -e isakmp.exchangetype)
	start=$(cpu 2 tshark -r "$dir/tiny.pcap" -Y isakmp -T fields -e isakmp.exchangetype)
	tshark=$(awk -v t="$tshark" -v s="$start" -v p="$part" -v a="$packets" 'BEGIN { print (t - s) * a / p }')
	printf '  %-58s %.2f (measured on a 10th part, without its start)\n' 'tshark -Y isakmp -T fields' "$tshark"
	row 'dissection against tshark' "$(awk -v a="$tshark" -v b="$count" 'BEGIN { printf "%.0f times faster", a / b }')" \
		'>= 100' "$(awk -v a="$tshark" -v b="$count" 'BEGIN { print (a >= 100 * b) }')"
	row 'whole analysis against tshark' "$(awk -v a="$tshark" -v b="$whole" 'BEGIN { printf "%.0f times faster", a / b }')" \
		'>= 30' "$(awk -v a="$tshark" -v b="$whole" 'BEGIN { print (a >= 30 * b) }')"
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
${CC:-cc} -D_GNU_SOURCE -O2 -Iharness -o "$dir/esp" "$dir/esp.c" "$build/libtwinsite.a" ${LIBS:-$(pkg-config --libs libcrypto)}
speed() { openssl speed -seconds 2 -bytes 1400 "$@" 2>/dev/null | awk 'END { sub(/k$/, "", $NF); print $NF / 1000 }'; }
best() { # of three runs
	for _ in 1 2 3; do "$@"; done | sort -n | tail -1
}
echo "ESP, 1400-byte packets:"
cbc=$(best speed -decrypt -evp aes-128-cbc)
hmac=$(best speed -hmac sha1)
ours=$(best "$dir/esp" aes128 sha1)
both=$(awk -v a="$cbc" -v b="$hmac" 'BEGIN { print 1 / (1 / a + 1 / b) }')
esp() { # name, ours, theirs
	row "$1" "$(awk -v a="$2" -v b="$3" 'BEGIN { printf "%.0f of %.0f MB/s, %.0f %%", a, b, 100 * a / b }')" '>= 80 %' \
		"$(awk -v a="$2" -v b="$3" 'BEGIN { print (a >= 0.8 * b) }')"
}
esp 'AES-128-CBC and HMAC-SHA-1 against openssl speed (both)' "$ours" "$both"
gcm=$(best speed -decrypt -evp aes-128-gcm)
ours=$(best "$dir/esp" aes128gcm16)
esp 'AES-128-GCM-16 against openssl speed' "$ours" "$gcm"
