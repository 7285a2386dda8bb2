#!/bin/sh
# fuzz_seeds.sh SOURCE FOLDER - fill FOLDER with inputs to start SOURCE (a *_fuzz.c) from, and FOLDER.dict with
# the words its module knows. Everything comes from this tree (and ../shared, if it is there): the scenarios' files,
# the configurations that unit tests have as strings, recorded logs, captures and keys.
set -eu
source=$1 seeds=$2
pcaps=$(harness/shared_pcaps.sh)
name=${source%_fuzz.c}
mkdir -p "$seeds"

# files PREFIX FILE... - a seed for each file, after a prefix that the target reads
files() {
	prefix=$1
	shift
	for file in "$@"; do
		[ -f "$file" ] || continue
		{ printf %b "$prefix" && cat "$file"; } >"$seeds/$(echo "$file" | tr / _)"
	done
}

# strings PREFIX FILE... - a seed for each string of two lines or more in a C file
strings() {
	prefix=$(printf %b "$1")
	shift
	for file in "$@"; do
		shift
		if [ -f "$file" ]; then set -- "$@" "$file"; fi
	done
	awk -v prefix="$prefix" -v seeds="$seeds" '
		function put() {
			if (lines > 1) {
				out = sprintf("%s/%s-%04d", seeds, file, ++count)
				printf "%s%s", prefix, text > out
				close(out)
			}
			text = ""
			lines = 0
		}
		FNR == 1 {
			put()
			file = FILENAME
			gsub("/", "_", file)
		}
		/^[ \t]*"/ {
			line = $0
			sub(/^[ \t]*"/, "", line)
			sub(/"[^"]*$/, "", line)
			gsub(/\\n/, "\n", line)
			gsub(/\\t/, "\t", line)
			gsub(/\\"/, "\"", line)
			text = text line
			lines++
			next
		}
		{ put() }
		END { put() }' "$@"
}

# lines FILE... - a seed for each line, those that differ in their first 40 letters
lines() {
	cat "$@" 2>/dev/null | awk -v seeds="$seeds" '!seen[substr($0, 26, 40)]++ && ++count < 400 {
		out = sprintf("%s/line-%04d", seeds, count)
		print > out
		close(out)
	}'
}

# Both ends of the three scenarios, as pair_fuzz.c reads them.
pairs() {
	for home in acme fritzbox office; do
		end=
		for file in ipsec network firewall dhcp; do
			for at in scenarios/"$home"/*/etc/config/"$file"; do
				[ -f "$at" ] && end="$end $at"
			done
		done
		{
			printf 2
			index=0
			for file in $end; do
				printf %s $index && cat "$file" && printf '\035'
				index=$((index + 1))
			done
			printf '\036'
			case $home in
			acme) printf 40 && cat scenarios/acme/*/firewall.screenos ;;
			fritzbox) printf 30 && cat scenarios/fritzbox/*/vpn.cfg ;;
			office) printf 60 && cat scenarios/office/*/swanctl.conf ;;
			esac
		} >"$seeds/pair-$home"
	done
}

# IKE messages, decrypted chains and ESP packets: the target takes them out of captures, see dissect/seeds_fuzz.h.
messages() {
	folders="pcaps harness/dissect/kernel harness/dissect/exponents"
	[ -d "$pcaps" ] && folders="$folders $pcaps"
	# shellcheck disable=SC2086
	TWINSITE_SEEDS=$seeds "${FUZZER:-build/fuzz/${source%.c}}" -runs=0 $folders >/dev/null 2>&1
}

case $name in
harness/agree/pair)
	pairs
	strings 40 harness/import/screenos*_test.c
	strings 50 harness/import/junos*_test.c harness/import/junos_samples.h
	strings 60 harness/import/strongswan_test.c
	;;
harness/capture/file | harness/dissect/session | harness/report/pcap) files '' pcaps/*.pcapng "$pcaps"/*cap harness/dissect/*/*.pcap* ;;
harness/report/summary) files '' build/reports/summary.json build/reports/*/latest/result.json reports/summary.json reports/*/latest/result.json ;;
harness/charon/log) lines harness/diagnose/runs/*/*.log ;;
harness/log/log)
	files '' harness/log/recorded/*.log
	strings '' harness/log/log_test.c harness/log/ends_test.c harness/log/ladder_test.c
	;;
harness/dissect/ikev[12] | harness/dissect/esp | harness/dissect/ah) messages ;;
harness/dissect/keyring) files '' pcaps/*.keys/* harness/dissect/*/*.keys ;;
harness/import/archive)
	(cd scenarios/acme/home && tar -cz etc) >"$seeds/etc.tar.gz"
	(cd scenarios/acme/home && tar -c etc) >"$seeds/etc.tar"
	;;
harness/import/openwrt)
	index=2 # taken modulo five: '2' is the first name, '1' the last
	for file in ipsec network firewall dhcp; do
		files "\\0200$index" scenarios/*/*/etc/config/$file
		index=$((index + 1))
	done
	strings '\02001' harness/import/openwrt_test.c
	strings '\00011' harness/import/openwrt_rendered_test.c
	;;
harness/import/uci)
	files '' scenarios/*/*/etc/config/*
	strings '' harness/import/uci_test.c harness/import/openwrt_test.c
	;;
harness/import/fritzbox | harness/import/screenos | harness/import/junos | harness/import/strongswan)
	files '' scenarios/*/*/*.cfg scenarios/*/*/*.screenos scenarios/*/*/swanctl.conf
	strings '' "$name"*_test.c "$name"*_samples.h
	;;
harness/peer/peer)
	for who in 000 001 002; do # main mode, IKEv2, aggressive mode: unchanged, and with a bit of each message turned
		printf %b "\\0$who" >"$seeds/talk-$who"
		for message in 000 001 002 003 004 005 006 007 010; do
			printf %b "\\0$who\\0$message\\0000\\0050\\0001" >"$seeds/talk-$who-$message"
		done
	done
	;;
harness/device/neutral/import) strings '' harness/device/neutral/row.c harness/device/neutral/import_test.c ;;
harness/import/text) files '' scenarios/*/*/*.* ;;
harness/lab/user_rules) lines scenarios/*/*/etc/firewall.user ;;
harness/run/replay_again)
	question='\0001\0002\0003\0004\0005\0006\0007\0010\0000\0000\0000\0000\0000\0000\0000\0000\0041\0040\0042\0010\0000\0000\0000\0000\0000\0000\0000\0130\0042\0000\0000\0034\0000\0000\0000\0030\0001\0001\0000\0002\0003\0000\0000\0010\0004\0000\0000\0002\0000\0000\0000\0010\0004\0000\0000\0016\0050\0000\0000\0020\0000\0002\0000\0000\0011\0011\0011\0011\0011\0011\0011\0011\0000\0000\0000\0020\0007\0007\0007\0007\0007\0007\0007\0007\0007\0007\0007\0007'
	printf %b "\\0000\\0130$question\\0001\\0002\\0003\\0004\\0005\\0006\\0007\\0010\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0051\\0040\\0042\\0040\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0046\\0000\\0000\\0000\\0012\\0000\\0000\\0000\\0021\\0000\\0016" >"$seeds/group"
	printf %b "\\0000\\0130$question\\0001\\0002\\0003\\0004\\0005\\0006\\0007\\0010\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0051\\0040\\0042\\0040\\0000\\0000\\0000\\0000\\0000\\0000\\0000\\0051\\0000\\0000\\0000\\0015\\0000\\0000\\0100\\0006\\0001\\0002\\0003\\0004\\0005" >"$seeds/cookie"
	;;
harness/scenario/scenario) files '' scenarios/*/scenario.yml ;;
esac

# The words that the module itself compares with.
module=$name
case $name in
harness/import/* | harness/dissect/*) ;;
harness/agree/pair) module='harness/import/[ofsj]' ;;
*) module=$(dirname "$name")/ ;;
esac
{
	cat "$source.dict" "${source%.c}.dict" 2>/dev/null || :
	# shellcheck disable=SC2086 # a pattern
	cat $module*.c | grep -v '^#include' | grep -oE '"[A-Za-z0-9_-][^"\ %]{1,38}"' | LC_ALL=C sort -u
} >"$seeds.dict"
