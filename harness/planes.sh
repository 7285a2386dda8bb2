#!/bin/sh
# planes.sh "PLANE…" SCENARIO... - the same scenarios on each plane that works here.
#
# A plane that does not work is skipped, aloud. A scenario that needs what a plane never has (`needs:`) is left to the
# planes that have it. Ends with `N passed, N failed, N skipped`; exit 1 when one failed.
planes=$1
shift
bin=${BIN:-build/twinsite}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0
for plane in $planes; do
	if ! "$bin" doctor --has "$plane" >"$out" 2>&1; then
		echo "SKIP plane $plane: $plane: $(head -1 "$out")"
		skipped=$((skipped + 1))
		continue
	fi
	for scenario; do
		sed -n 's/^needs: *//p' "scenarios/$scenario/scenario.yml" | grep -q kernel-esp && [ "$plane" = libipsec ] && continue
		if "$bin" run --quick --plane "$plane" --reports build/reports "scenarios/$scenario" >"$out" 2>&1; then
			passed=$((passed + 1))
			echo "ok     $plane $scenario: $(grep ' on '"$plane" "$out" | tail -1)"
		else
			echo "FAILED $plane $scenario, exit status $?"
			cat "$out"
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
