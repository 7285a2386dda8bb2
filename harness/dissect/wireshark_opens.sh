#!/bin/sh
# wireshark_opens.sh TWINSITE - do our key tables open our captures in Wireshark, each inner packet of them?
# Counts, for each pcaps/NAME.keys, the inner packets that we and tshark see. Exit 77 without tshark.
twinsite=$1 failed=0
command -v tshark >/dev/null || { echo "wireshark_opens: skipped, no tshark"; exit 77; }
for keys in pcaps/*.keys; do
	name=${keys%.keys}
	capture=$(ls "$name".pcap* | head -1)
	ours=$("$twinsite" pcap "$capture" --keys "$keys" --json |
		sed -n 's/.*"authenticated and decrypted": \([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n + 0 }')
	theirs=$(WIRESHARK_CONFIG_DIR=$PWD/$keys tshark -r "$capture" -o esp.enable_encryption_decode:TRUE \
		-o esp.enable_authentication_check:TRUE -Y 'esp.icv_good == 1 && esp.protocol' 2>/dev/null | wc -l)
	echo "$capture: $ours inner packets, tshark $theirs"
	[ "$ours" -gt 0 ] && [ "$ours" -eq "$theirs" ] || failed=1
done
exit $failed
