#!/bin/sh
# wireshark_opens.sh TWINSITE - do our key tables open our captures in Wireshark, each message and inner packet?
# Counts, for each pcaps/NAME.keys, what we and tshark see that only a key shows: inner packets, HASH payloads of
# IKEv1, opened messages of IKEv2. A release that does not know an algorithm skips that capture.
twinsite=$1 failed=0
command -v tshark >/dev/null || { echo "SKIP dissect/wireshark_opens: tshark: no program tshark"; exit; }
json=$(mktemp)
trap 'rm -f "$json"' EXIT

theirs() { # capture, keys, filter
	WIRESHARK_CONFIG_DIR=$PWD/$2 tshark -r "$1" -o esp.enable_encryption_decode:TRUE \
		-o esp.enable_authentication_check:TRUE -Y "$3" 2>/dev/null | wc -l
}

compare() { # capture, what, ours, theirs
	echo "$1: $3 $2, tshark $4"
	[ "$3" -gt 0 ] && [ "$3" -eq "$4" ] || failed=1
}

for keys in pcaps/*.keys; do
	capture=$(ls "${keys%.keys}".pcap* | head -1)
	"$twinsite" pcap "$capture" --keys "$keys" --json >"$json"
	if WIRESHARK_CONFIG_DIR=$PWD/$keys tshark -r "$capture" -c 1 2>&1 | grep -q 'invalid value: ChaCha20'; then
		echo "SKIP dissect/wireshark_opens $capture: tshark-chacha20: this tshark knows no ChaCha20-Poly1305"
		continue
	fi
	inner=$(sed -n 's/.*"authenticated and decrypted": \([0-9]*\).*/\1/p' "$json" | awk '{ n += $1 } END { print n + 0 }')
	compare "$capture" "inner packets" "$inner" "$(theirs "$capture" "$keys" 'esp.icv_good == 1 && esp.protocol')"
	if grep -q '"mode": "IKEv2"' "$json"; then
		compare "$capture" "opened messages" "$(grep -c '"state": "decrypted"' "$json")" \
			"$(theirs "$capture" "$keys" isakmp.enc.decrypted)"
	else
		compare "$capture" "messages with HASH" "$(grep -c '"name": "HASH"' "$json")" \
			"$(theirs "$capture" "$keys" 'isakmp.typepayload == 8')"
	fi
done
exit $failed
