#!/bin/bash
# unproven.sh PROGRAM [OLD] - what stays unproven on the catalogue: `make unproven [OLD=…]`
#
# Each sentence of predict that begins with "unproven:", one a line, behind its scenario's name. With an
# older program (its path, or the tree it was built in) only what differs, and exit status 1 when there
# are more now than then.
set -u
bin=${1:-build/twinsite} old=${2:-}
[ ! -d "$old" ] || old=$old/build/twinsite

list() {
	local scenario
	for scenario in scenarios/*/; do
		[ -e "$scenario/scenario.yml" ] || continue
		"$1" predict "$scenario" 2>&1 | sed -n "s/^unproven: /$(basename "$scenario"): /p"
	done
}

now=$(list "$bin")
count=$(grep -c . <<<"$now")
if [ -z "$old" ]; then
	[ -z "$now" ] || echo "$now"
	echo "$count unproven"
	exit 0
fi
then=$(list "$old")
before=$(grep -c . <<<"$then")
diff <(echo "$then") <(echo "$now")
echo "$before unproven before, $count now"
[ "$count" -le "$before" ]
