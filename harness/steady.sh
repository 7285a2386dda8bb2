#!/bin/bash
# steady.sh SCENARIO [N] [PLANE] - the same rehearsal N (100) times: is every verdict the same each time?
#
# JOBS (2) run at once, beside BUSY (0) loops that keep the processors from them. Prints each outcome
# and each verdict that was not the same in all runs, with how often it was what, and the folder of
# a run of the rarer kind; reports stay below REPORTS (build/steady). Exit status 1: something differs.
set -u
scenario=${1:?usage: steady.sh SCENARIO [N] [PLANE]} n=${2:-100} plane=${3:-libipsec}
bin=${BIN:-build/twinsite} jobs=${JOBS:-2} busy=${BUSY:-0} reports=${REPORTS:-build/steady}
[ -d "$scenario" ] || scenario=scenarios/$scenario
[ -r "$scenario/scenario.yml" ] || { echo "steady: $scenario is no scenario" >&2; exit 2; }
loops=()
trap '[ ${#loops[@]} = 0 ] || kill "${loops[@]}" 2>/dev/null' EXIT
rm -rf "$reports/${scenario##*/}" && mkdir -p "$reports" || exit 4

for _ in $(seq "$busy"); do
	while :; do :; done &
	loops+=($!)
done
mapfile -t list < <(yes "$scenario" | head -n "$n")
"$bin" run --plane "$plane" ${LAB_ARGS---quick} --jobs "$jobs" --reports "$reports" "${list[@]}" \
	>"$reports/out" 2>&1
status=$?

# A line for each run and verdict: run, check and claim, what it came to. One for its outcome.
verdicts() {
	local run
	for run in "$reports/${scenario##*/}"/2*/; do
		[ -r "$run/result.json" ] || { printf '%s\toutcome\tno result\n' "$run"; continue; }
		awk -v run="$run" '
		function value() { sub(/^ *"[a-z_]*": "/, ""); sub(/",?$/, ""); return $0 }
		/^  "outcome": / { printf "%s\toutcome\t%s\n", run, value() }
		/^      "verdict": / { verdict = value() }
		/^      "check": / { check = value() }
		/^      "claim": / { printf "%s\t%s: %s\t%s\n", run, check, value(), verdict }
		/^      "id": / { printf "%s\tfinding\t%s\n", run, value() }' "$run/result.json"
	done
}
verdicts | sort -u | awk -F'\t' -v wanted="$n" '
$2 == "outcome" { runs++ }
{ count[$2, $3]++; all[$2]++; example[$2, $3] = $1; what[$2] = what[$2] (count[$2, $3] == 1 ? "\t" $3 : "") }
END {
	for (name in all) {
		kinds = split(substr(what[name], 2), kind, "\t")
		if (kinds == 1 && all[name] == runs)
			continue
		differ++
		print name
		for (i = 1; i <= kinds; i++)
			printf "  %d of %d runs: %s, as in %s\n", count[name, kind[i]], runs, kind[i], example[name, kind[i]]
	}
	printf "steady: %d runs, %d things differ\n", runs, differ
	exit differ > 0 || runs < wanted
}'
same=$?
[ $status = 0 ] || { tail -n 1 "$reports/out"; echo "steady: not as expected (exit status $status), see $reports/out"; }
[ $same = 0 ] && [ $status = 0 ]
