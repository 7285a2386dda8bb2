#!/bin/sh
# check.sh BUDGET_MINUTES STAGE... - the stages of `make check` and `make check-full`, one after the other.
#
# A stage is a target of the Makefile; STAGE is TARGET or NAME:TARGET[,VARIABLE=VALUE…]. Each runs, whatever became of
# those before it. Its output is shown, and kept in build/check/NAME.log. What counts:
#
#   exit status   not 0: the stage failed
#   SKIP lines    `SKIP WHAT: CAPABILITY: reason`, held against .ci/skips by harness/skips.sh: what is skipped must be
#                 listed there and its capability must be missing, as a probe finds it, not as the test says
#
# At the end stands what each stage cost, then each skip with its reason, then `N passed, N failed, N skipped`: stages
# passed and failed, and things skipped. Exit 1 when a stage failed, 5 when the only trouble was an unstable scenario.
set -u
budget=$1
shift
here=$(dirname "$0")
logs=build/check
mkdir -p "$logs" || exit 4
rm -f "$logs"/*.log "$logs"/*.cost "$logs/skips"
passed=0 failed=0 unstable=0
begin=$(date +%s)

run_stage() { # name target [variable=value…]
	name=$1
	shift
	printf '\n==== %s\n' "$name"
	start=$(date +%s)
	# The status of make, not of tee.
	{ make --no-print-directory "$@" 2>&1; echo $? >"$logs/status"; } | tee "$logs/$name.log"
	status=$(cat "$logs/status")
	case $status in
	0) passed=$((passed + 1)) word=passed ;;
	*) failed=$((failed + 1)) word="FAILED, exit status $status" ;;
	esac
	grep -q '^make.*Error 5$' "$logs/$name.log" && unstable=$((unstable + 1)) word="UNSTABLE"
	printf '%6d s  %-10s %s\n' $(($(date +%s) - start)) "$name" "$word" | tee "$logs/$name.cost"
}

for stage; do
	# shellcheck disable=SC2046 # words are wanted
	run_stage "${stage%%:*}" $(printf '%s' "${stage#*:}" | tr ',' ' ')
done

printf '\n==== skips\n'
for stage; do
	name=${stage%%:*}
	sed -n "s/^SKIP /$name SKIP /p" "$logs/$name.log"
done | sort -u >"$logs/skips"
# Of a stage that failed nothing is known of what it would have skipped.
# shellcheck disable=SC2046 # words are wanted
"$here/skips.sh" "$logs/skips" .ci/skips $(sed -n 's/^ *[0-9]* s  \([^ ]*\) *passed$/\1/p' "$logs"/*.cost) || failed=$((failed + 1))
skipped=$(wc -l <"$logs/skips")

printf '\n==== what it cost\n'
for stage; do
	cat "$logs/${stage%%:*}.cost"
done
total=$(($(date +%s) - begin))
printf '%6d s  all together, budget %d s\n' $total $((budget * 60))
[ $total -le $((budget * 60)) ] || echo "over the budget: see which stage grew"
printf '%d passed, %d failed, %d skipped\n' $passed $failed "$skipped"
[ $failed -eq 0 ] && exit 0
[ $failed -eq $unstable ] && exit 5
exit 1
