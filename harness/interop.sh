#!/bin/sh
# interop.sh TWINSITE [--write] - hold captures against scenarios: does that give what pcaps/interop/NAME.txt says?
#
# The head of such a file: a line that says why, `# capture: FILE` (below pcaps/, or shared/FILE in the folder of
# shared captures), `# scenario: NAME`, perhaps `# options: …` for twinsite pcap, `# exit: N` (default 0: they fit;
# 1: they do not; 3: the capture does not tell). Then what it must say. Vendor ids
# are not compared: they change with the release of strongSwan. --write renews what is below the heads.
twinsite=$1 write=$2
shared=$(harness/shared_pcaps.sh)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0 skipped=0

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

for wanted in pcaps/interop/*.txt; do
	name=$(basename "$wanted" .txt)
	capture=$(field "$wanted" capture)
	case $capture in
	shared/*) file=$shared/${capture#shared/} ;;
	*) file=pcaps/$capture ;;
	esac
	if [ ! -e "$file" ]; then
		case $capture in
		shared/*) skip "$name" "shared-captures: no $file" ;;
		*) fail "$name" "no $file" ;;
		esac
		continue
	fi
	# shellcheck disable=SC2046
	"$twinsite" pcap "$file" --scenario "scenarios/$(field "$wanted" scenario)" --live $(field "$wanted" options) \
		>"$dir/all" 2>"$dir/err"
	status=$?
	if [ $status -eq 75 ]; then
		skip "$name" "libipsec: $(cat "$dir/err")"
		continue
	fi
	grep '^#' "$wanted" >"$dir/$name.txt"
	sed -n '/^Against the scenario/,$p' "$dir/all" >>"$dir/$name.txt"
	exits=$(field "$wanted" exit)
	if [ $status -ne "${exits:-0}" ]; then
		fail "$name" "exits $status, not ${exits:-0}: $(cat "$dir/err")"
		[ $status -le 3 ] && [ $status -ne 2 ] && [ "$write" = --write ] || continue
	fi
	if [ "$write" = --write ]; then
		cp "$dir/$name.txt" "$wanted"
	fi
	body "$wanted" >"$dir/wanted"
	body "$dir/$name.txt" >"$dir/found"
	if [ -s "$dir/wanted" ] && diff -u "$dir/wanted" "$dir/found" >"$dir/diff"; then
		passed=$((passed + 1))
	else
		fail "$name" "$file against $(field "$wanted" scenario) gives something else than $wanted:"
		cat "$dir/diff"
	fi
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

printf 'interop: %d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
