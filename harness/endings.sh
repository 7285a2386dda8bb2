#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# endings.sh [plane] - how a run ends: one reason, nothing blamed, the right exit status
set -u
bin=build/twinsite plane=${1:-libipsec} passed=0 failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
claim() { # text command…
	local text=$1; shift
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $text"; head -c 600 "$dir/out"; fi
}
run() { timeout --preserve-status -s KILL 120 "$bin" run --quick --plane "$plane" --reports "$dir/r" "$@" >"$dir/out" 2>&1; status=$?; }
# Broken off: status, reason in the first line of the verdict, nothing called ok, broken or leak.
broke_off() { # status reason
	[ $status = "$1" ] && grep -q "^[a-z-]*: the rehearsal broke off: .*$2" "$dir/out" &&
		! grep -qE '^  (ok|broken|leak) ' "$dir/out" &&
		grep -q '"partial": true' "$dir"/r/*/2*/result.json &&
		grep -q 'failures="0" errors="1"' "$dir"/r/*/2*/junit.xml
}

for planted in 'abort:traffic SIGABRT' 'killed:tunnel SIGKILL' 'full:load No.space.left' 'memory:start out.of.memory' \
	'charon:traffic charon.of.home.was.killed' 'abort:build SIGABRT' 'lost:reach checked.by.nothing'; do
	rm -rf "$dir/r"
	TWINSITE_PLANT=${planted% *} run scenarios/acme
	claim "${planted% *} ends as broken off, status 4 (was $status)" broke_off 4 "${planted#* }"
	claim "… and latest does not point to it" [ ! -e "$dir/r/acme/latest" ]
done
for signal in INT:130 TERM:143 HUP:129; do
	rm -rf "$dir/r"
	TWINSITE_PLANT=hang:traffic timeout --preserve-status -s "${signal%:*}" 4 "$bin" run --quick --plane "$plane" \
		--reports "$dir/r" scenarios/acme >"$dir/out" 2>&1; status=$?
	claim "SIG${signal%:*} breaks it off, status ${signal#*:} (was $status)" broke_off "${signal#*:}" "SIG${signal%:*}"
done
# Others that start worlds: one sentence, the status, no folder and no process left.
children() { ps -e -o pid=,args= | grep -c "[${bin:0:1}]${bin:1}.* $dir/" ; }
for signal in INT:130 TERM:143 HUP:129; do
	for words in "agree 9999 --seed 1 --jobs 2 --reports $dir/agree" doctor; do
		mkdir -p "$dir/tmp"
		# shellcheck disable=SC2086
		TMPDIR=$dir/tmp timeout --preserve-status -s "${signal%:*}" 0.5 "$bin" $words >"$dir/out" 2>&1; status=$?
		claim "SIG${signal%:*} ends twinsite ${words%% *} with ${signal#*:} (was $status)" [ $status = "${signal#*:}" ]
		claim "… and one sentence" [ "$(grep -c "^twinsite: interrupted by SIG${signal%:*}" "$dir/out")" = 1 ]
		claim "… and calls no plane broken" [ "$(grep -c broke "$dir/out")" = 0 ]
		claim "… and leaves nothing" [ "$(ls "$dir/tmp" "$dir/agree/agree" 2>/dev/null | grep -v :)$(children)" = 0 ]
	done
done

run scenarios/acme
claim "a run that comes to its end is 0 (was $status)" [ $status = 0 ]
report=$(readlink -f "$dir/r/acme/latest")
claim "… and latest points to it" [ -f "$report/result.json" ]
sed '/^expect:/,$d' scenarios/acme/scenario.yml >"$dir/none.yml"
cp -r scenarios/acme "$dir/none" && cp "$dir/none.yml" "$dir/none/scenario.yml"
run "$dir/none"
claim "a scenario that expects nothing is 2 (was $status)" [ $status = 2 ]
TWINSITE_PLANT=nonsense run scenarios/acme
claim "an unknown planted fault is 2 (was $status)" [ $status = 2 ]
mkdir -p "$dir/a" "$dir/b/c/over"
cp -r scenarios/acme "$dir/a/acme"
printf '# A base that stands elsewhere.\nbase: ../../../a/acme\n' >"$dir/b/c/over/scenario.yml"
run "$dir/b/c/over"
claim "a base may stand anywhere (was $status)" [ $status = 0 ]
(ulimit -Sn 40; run scenarios/acme; exit $status); status=$?
claim "a soft limit of descriptors is raised (was $status)" [ $status = 0 ]
(ulimit -f 16; run scenarios/acme; exit $status); status=$?
claim "a limit of files is no error of twinsite (was $status)" broke_off 4 "(ulimit -f)\|too large"
(ulimit -n 40; run scenarios/acme; exit $status); status=$?
claim "without descriptors it breaks off with a reason" broke_off 4 "[a-z]" # which of its openings fails first differs

while read -r words; do
	# shellcheck disable=SC2086
	"$bin" $words >/dev/full 2>"$dir/out"; status=$?
	claim "twinsite $words >/dev/full is 4 (was $status)" [ $status = 4 ]
	# shellcheck disable=SC2086
	"$bin" $words >&- 2>"$dir/out"; status=$?
	claim "twinsite $words >&- is 4 (was $status)" [ $status = 4 ]
done <<END
--help
version
list
run --help
doctor
import scenarios/acme/home
import --json scenarios/acme/home
predict --json scenarios/acme-no-exemption
plan scenarios/acme
explain $report
explain --json $report
pcap pcaps/acme.pcapng
pcap --count pcaps/acme.pcapng
run --quick --plane $plane --reports $dir/r scenarios/acme
run --quick --plane $plane --jobs 2 --reports $dir/r scenarios/acme scenarios/office
END

echo "endings: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
