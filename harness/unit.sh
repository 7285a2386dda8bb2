#!/bin/sh
# unit.sh TEST... - run unit test programs, as many at once as there are CPUs; exit 1 if one failed or none ran.
#
# Of each only what matters is shown: failures whole, and skips as `SKIP program test: capability: reason` (see
# harness/base/test_skip.h). A program that runs no test, or skips one without a capability, has failed.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export dir

# One program: its output and, in a line of its own, what it came to.
cat >"$dir/one" <<'ONE'
test=$1
name=$(printf '%s' "${test#build/}" | sed 's,^san/,,; s,^harness/,,')
out=$dir/$(printf '%s' "$name" | tr / .)
"$test" >"$out" 2>&1
status=$?
# cmocka 1.1.5: "[==========] 5 test(s) run."; 1.1.6 and later put the group's name in front.
count=$(sed -n 's/^\[==========\] .*\b\([0-9][0-9]*\) test(s) run.*/\1/p' "$out" | awk '{ n += $1 } END { print n + 0 }')
# A SKIP line counts for the tests that follow it, as far as they are skipped: a setup may speak for its group.
awk -v name="$name" '
	/^SKIP / { reason = substr($0, 6); next }
	/^\[  SKIPPED \] (.*: )?[0-9]+ test/ { exit }
	/^\[  SKIPPED \] / { print "SKIP " name " " $4 ": " (reason == "" ? "none: it does not say why" : reason) }
' "$out"
if [ $status -ne 0 ] || [ "$count" -eq 0 ] || [ -n "${SHOW-}" ]; then
	cat "$out"
	printf 'FAILED %s (exit status %d, %d tests)\n' "$test" $status "$count"
	echo 1 >>"$dir/failed"
fi
echo "$count" >>"$dir/counts"
ONE
printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" -d '\n' sh "$dir/one" >"$dir/all"
sed '/^SKIP /d' "$dir/all"
grep '^SKIP ' "$dir/all" | sort
tests=$(awk '{ n += $1 } END { print n + 0 }' "$dir/counts")
failed=$(wc -l 2>/dev/null <"$dir/failed" || echo 0)
printf 'unit: %d programs, %d tests, %d skipped, %d programs failed\n' $# "$tests" "$(grep -c '^SKIP ' "$dir/all")" "$failed"
[ "$failed" -eq 0 ] && [ "$tests" -gt 0 ] && [ "$(wc -l <"$dir/counts")" -eq $# ]
