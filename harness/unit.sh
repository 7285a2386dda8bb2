#!/bin/sh
# unit.sh TEST... - run unit test programs one after the other; exit 1 if one failed or none ran.
# Each prints cmocka's own summary lines, from 1.1.7 on with the group's name; only failures are shown.
failed=0 ran=0 tests=0
for test in "$@"; do
	ran=$((ran + 1))
	out=$("$test" 2>&1)
	status=$?
	count=$(printf '%s\n' "$out" | sed -n 's/^\[==========\] \(.*: \)\{0,1\}\([0-9][0-9]*\) test(s) run.*/\2/p' | awk '{ n += $1 } END { print n + 0 }')
	tests=$((tests + count))
	if [ $status -ne 0 ] || [ "$count" -eq 0 ]; then
		failed=$((failed + 1))
		printf '%s\n' "$out"
		printf 'FAILED %s (exit status %d, %d tests)\n' "$test" $status "$count"
	fi
done
printf 'unit: %d programs, %d tests, %d programs failed\n' $ran $tests $failed
[ $failed -eq 0 ] && [ $tests -gt 0 ]
