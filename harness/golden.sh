#!/bin/sh
# golden.sh TWINSITE [NAME…] - record the reference captures in pcaps/ again; review the difference with git
#
# Each is a rehearsal on libipsec (it runs anywhere): NAME.pcapng is the WAN of the first site, NAME.keys/ has
# Wireshark's three tables, NAME.txt what `twinsite pcap` says about it.
set -eu
twinsite=$1
shift
names=$*
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Exit status 1 would mean: recorded with another pre-shared key.
say() { "$twinsite" pcap "pcaps/$1.pcapng" --keys "pcaps/$1.keys" --psk "$2" >"pcaps/$1.txt"; }

record() { # scenario, link, name of the capture, pre-shared key
	case " $names " in *" $3 "* | "  ") ;; *) return 0 ;; esac
	"$twinsite" run --plane libipsec --quick --keys --reports "$dir" "scenarios/$1" >"$dir/out" 2>&1 || {
		cat "$dir/out"
		return 1
	}
	run=$dir/$1/latest
	cp "$run/$2.pcapng" "pcaps/$3.pcapng"
	mkdir -p "pcaps/$3.keys"
	cp "$run"/wireshark/* "pcaps/$3.keys/"
	# What no table has: SKEYID_a, SK_pi and SK_pr, and all SK_ for ciphers that Wireshark has no row for.
	awk '/ => [0-9]+ bytes/ { on = /(SKEYID_a|Sk_[aepi]+[ir] secret|encryption key Ka) =>/ }
		on || /selected proposal: IKE/' "$run/${2%-wan}.keys.log" | grep -E 'IKE\]|selected proposal: IKE' |
		grep ' => \|  [0-9]*: \|selected' >"pcaps/$3.keys/charon.log"
	chmod 644 "pcaps/$3.keys"/*
	say "$3" "$4"
}

record acme home-wan acme yourpasswordhere
record fritzbox openwrt-wan fritzbox wBN4HKbOL4SrbQf9MCa2HLWh6raiPi
record office office-wan ikev2 correct-horse-battery
record office-gcm office-wan ikev2-gcm correct-horse-battery
record office-chacha office-wan ikev2-chacha correct-horse-battery
harness/interop.sh "$twinsite" --write
git status --short pcaps 2>/dev/null || :
