#!/bin/sh
# interop.sh TWINSITE [--write] - hold captures against scenarios: does that give what pcaps/interop/NAME.txt says?
#
# The head of such a file: a line that says why, `# capture: FILE` (below pcaps/, or shared/FILE in the folder of
# shared captures), `# scenario: NAME`, perhaps `# options: …` for twinsite pcap, `# exit: N` (default 0: they fit;
# 1: they do not; 3: the capture does not tell), `# edit: FILE EXPRESSION` (sed's, on that file
# of a copy of the scenario; may be repeated), `# edit-facts: EXPRESSION` (on the table of facts;
# then only the stand-in is held), `# from: LINE` (what is compared begins with it).
# Then what it must say. Vendor ids are not compared: they change with the release of strongSwan. --write renews what is below the heads.
twinsite=$1 write=$2
shared=$(harness/shared_pcaps.sh)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0 skipped=0 originals=0

field() { sed -n "s/^# $2: //p" "$1"; }
body() { grep -v '^#' "$1" | grep -v '^    [a-z ]*vendor id '; }

skip() {
	skipped=$((skipped + 1))
	printf 'SKIP interop/%s: %s\n' "$1" "$2"
}

fail() {
	failed=$((failed + 1))
	printf 'FAILED interop/%s: %s\n' "$1" "$2"
}

# The scenario of a file, or a copy with its edits, each of which must change something.
scenario_of() { # file that wants it
	folder=scenarios/$(field "$1" scenario)
	if grep -q '^# edit: ' "$1"; then
		rm -rf "$dir/scenarios"
		mkdir "$dir/scenarios"
		cp -r "$folder" "$dir/scenarios/"
		folder=$dir/$folder
		field "$1" edit | while read -r file expression; do
			cp "$folder/$file" "$dir/before"
			sed -i "$expression" "$folder/$file"
			cmp -s "$dir/before" "$folder/$file" && echo "changes nothing: $file $expression" >&2
		done
	fi
	echo "$folder"
}

# One capture against one scenario: is it said what the file wants?
hold() { # name, file that wants it, capture
	folder=$(scenario_of "$2" 2>"$dir/err")
	[ ! -s "$dir/err" ] || { fail "$1" "$(cat "$dir/err")" && return; }
	# shellcheck disable=SC2046
	"$twinsite" pcap "$3" --scenario "$folder" --live $(field "$2" options) \
		>"$dir/all" 2>"$dir/err"
	status=$?
	if [ $status -eq 75 ]; then
		skip "$1" "libipsec: $(cat "$dir/err")"
		return
	fi
	grep '^#' "$2" >"$dir/found.txt"
	from=$(field "$2" from)
	sed -n "/^${from:-Against the scenario}/,\$p" "$dir/all" >>"$dir/found.txt"
	exits=$(field "$2" exit)
	if [ $status -ne "${exits:-0}" ]; then
		fail "$1" "exits $status, not ${exits:-0}: $(cat "$dir/err")"
		[ $status -le 3 ] && [ $status -ne 2 ] && [ "$write" = --write ] || return
	fi
	if [ "$write" = --write ]; then
		cp "$dir/found.txt" "$2"
	fi
	body "$2" >"$dir/wanted"
	body "$dir/found.txt" >"$dir/found"
	if [ -s "$dir/wanted" ] && diff -u "$dir/wanted" "$dir/found" >"$dir/diff"; then
		passed=$((passed + 1))
	else
		fail "$1" "$3 against $(field "$2" scenario) gives something else than $2:"
		cat "$dir/diff"
	fi
}

# What a table of facts says, as a capture.
stand_in() { # name, file that wants it, table
	sed "$(field "$2" edit-facts)" "$3" >"$dir/facts"
	# shellcheck disable=SC2046
	"$twinsite" pcap "$dir/facts" --make "$dir/$1.pcap" $(field "$2" options) 2>"$dir/err" && return
	fail "$1" "no stand-in: $(cat "$dir/err")"
	return 1
}

# A capture of a real device is held as its stand-in, which is made from pcaps/facts, and as itself where it is.
for wanted in pcaps/interop/*.txt; do
	name=$(basename "$wanted" .txt)
	capture=$(field "$wanted" capture)
	case $capture in
	shared/*)
		file=${capture#shared/}
		stand_in "$name" "$wanted" "pcaps/facts/${file%.*}.facts" && hold "$name" "$wanted" "$dir/$name.pcap"
		if grep -q '^# edit-facts: ' "$wanted"; then
			continue # nobody recorded that
		elif [ -e "$shared/$file" ]; then
			hold "$name (the original)" "$wanted" "$shared/$file"
		else
			originals=$((originals + 1))
		fi
		;;
	*) hold "$name" "$wanted" "pcaps/$capture" ;;
	esac
done
# Each shared capture with IKE in it is held against something, or `none` says why it is not.
for file in "$shared"/*cap; do
	[ -e "$file" ] && "$twinsite" pcap "$file" --count | grep -q '[1-9][0-9]* IKE$' || continue
	name=$(basename "$file")
	"$twinsite" pcap "$file" | grep -q '^IKE SA' || continue # none that can be read
	grep -q "^# capture: shared/$name\$" pcaps/interop/*.txt || grep -q "^$name: ." pcaps/interop/none ||
		fail "$name" "has IKE and no pcaps/interop/*.txt, and none does not say why"
done
# What the exit status says about a pre-shared key, see `twinsite pcap` without arguments.
status_is() { # status, then arguments
	wanted=$1
	shift
	"$twinsite" pcap "$@" >/dev/null 2>&1
	status=$?
	[ $status -eq "$wanted" ] || fail "exit status" "twinsite pcap $* exits $status, not $wanted"
}
status_is 0 pcaps/acme.pcapng --psk yourpasswordhere
status_is 1 pcaps/acme.pcapng --psk other
status_is 0 pcaps/acme.pcapng --psk other --psk yourpasswordhere
printf 'other\r\nyourpasswordhere' >"$dir/keys"
status_is 0 pcaps/acme.pcapng --psk-file "$dir/keys"
status_is 0 pcaps/acme.pcapng --psk-file - <"$dir/keys"
status_is 0 pcaps/acme.pcapng --psk - <"$dir/keys"
status_is 2 pcaps/acme.pcapng --psk-file /dev/null
status_is 3 pcaps/ikev2.pcapng --psk correct-horse-battery
status_is 0 pcaps/ikev2.pcapng --psk correct-horse-battery --keys pcaps/ikev2.keys
status_is 1 pcaps/ikev2.pcapng --psk other --keys pcaps/ikev2.keys
status_is 0 pcaps/ikev2.pcapng
status_is 2 pcaps/none.pcapng
# Nothing that was asked for is there; without errors there is nothing to be shown, and all is well.
status_is 3 pcaps/acme.pcapng --sa 99
status_is 3 pcaps/acme.pcapng --peer 192.0.2.77
status_is 3 pcaps/acme.pcapng --spi 0badcafe
status_is 0 pcaps/acme.pcapng --sa 1,99
status_is 0 pcaps/acme.pcapng --sa 1 --errors
# A table is never overwritten by its capture.
cp pcaps/facts/tcpdump-isakmp-pointer-loop.facts "$dir/table"
status_is 2 "$dir/table" --make "$dir/table"
cmp -s "$dir/table" pcaps/facts/tcpdump-isakmp-pointer-loop.facts || fail "--make" "overwrote its own table"
status_is 0 "$dir/table" --make "$dir/made.pcap"

[ $originals -eq 0 ] || printf '%d captures of devices are not here: their stand-ins were held instead\n' $originals
printf 'interop: %d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
