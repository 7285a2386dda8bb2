#!/bin/bash
# mutants.sh N SEED - would a test notice? N small mistakes, one at a time, and the unit tests.
#
# harness/mutants.awk draws them from the modules below; each is compiled alone and linked into a copy of
# the library, which is a shared one here, so the test programs stay as they are. A mutant is
#
#   killed    a test's assertion failed
#   survived  every test passed: that mistake could be made today. Printed with file, line and diff
#   crashed   a test ended by a signal (or hung: no end within 60 s), and no assertion failed
#
# and one that does not compile is none: another is drawn. `make mutants N=60 SEED=1` builds what is
# needed and calls this with CC, CPPFLAGS and LIBS; JOBS (2) are tried at once, of the modules in MODULES. Prints the shares, and
# ends with 0 whatever they are, unless PERCENT (say 60) is given and not reached: then 1.
set -u
modules=${MODULES:-check diagnose predict dissect lab}
dir=build/mutants jobs=${JOBS:-2}

# Tests that can tell, the module's own first. What takes a minute, or only listens to wires, is left
# out; those that build whole networks only tell of lab/.
tests_for() { # module
	local own others
	own=$(ls "$dir"/harness/"$1"/*_test)
	others=$(ls "$dir"/harness/{check,diagnose,predict,dissect,charon,run,report,agree}/*_test | grep -v "/$1/")
	printf '%s\n' $own $others | grep -v -e /pcap_flip_test -e /system_test
}

sources() {
	for module in $modules; do
		ls harness/"$module"/*.c | grep -v -e '_test\.c$' -e '_fuzz\.c$'
	done
}

# One mutant: NUMBER, of the line with that number in $dir/drawn. Its folder gets `diff` and `result`.
try_one() {
	local number=$1 own=$dir/$1 file line kind text module object test status result=survived by=
	file=$(sed -n "${number}p" "$dir/drawn" | cut -f1)
	line=$(sed -n "${number}p" "$dir/drawn" | cut -f2)
	kind=$(sed -n "${number}p" "$dir/drawn" | cut -f3)
	text=$(sed -n "${number}p" "$dir/drawn" | cut -f4-)
	module=${file#harness/}
	module=${module%%/*}
	object=$dir/${file%.c}.o
	mkdir -p "$own"
	{
		head -n $((line - 1)) "$file"
		printf '%s\n' "$text"
		tail -n +$((line + 1)) "$file"
	} >"$own/mutant.c"
	diff -U0 --label "$file" --label "$file:$line, $kind" "$file" "$own/mutant.c" >"$own/diff"
	if ! $CC $CPPFLAGS -std=gnu11 -O1 -w -fPIC -Werror=implicit -c -o "$own/mutant.o" "$own/mutant.c" 2>"$own/cc" ||
		! $CC -shared -Wl,-z,defs -o "$own/libtwinsite.so" "$own/mutant.o" \
			$(grep -vxF "$object" "$dir/objects") $LIBS 2>>"$own/cc"; then
		echo "none" >"$own/result"
		return
	fi
	for test in $(tests_for "$module"); do
		LD_LIBRARY_PATH=$own timeout 60 "$test" >"$own/out" 2>&1 </dev/null
		status=$?
		[ $status = 0 ] && continue
		if [ $status = 124 ] || [ $status -gt 128 ] || ! grep -q '^\[  FAILED  \]' "$own/out" ||
			grep -q 'Test failed with exception' "$own/out"; then
			result=crashed by=${test##*/}
			continue
		fi
		result=killed by=${test##*/}
		break
	done
	printf '%s\t%s\t%s:%s\t%s\n' "$result" "$by" "$file" "$line" "$kind" >"$own/result"
	rm -f "$own/libtwinsite.so" "$own/mutant.o"
}

if [ "$1" = --one ]; then
	try_one "$2"
	exit
fi

n=$1 seed=$2 next=1 valid=0
rm -rf "$dir"/[0-9]* "$dir/drawn"
twice() { for file; do printf '%s\n%s\n' "$file" "$file"; done; }
awk -v count=$((4 * n + 20)) -v seed="$seed" -f harness/mutants.awk $(twice $(sources)) >"$dir/drawn"
for test in $(tests_for check); do # what fails without a mistake tells nothing
	LD_LIBRARY_PATH=$dir timeout 60 "$test" >"$dir/out" 2>&1 </dev/null ||
		{ cat "$dir/out"; echo "mutants: $test fails as it is" >&2; exit 4; }
done
while [ $valid -lt "$n" ] && [ $next -le "$(wc -l <"$dir/drawn")" ]; do
	last=$((next + n - valid - 1))
	seq $next $last | xargs -P "$jobs" -n 1 "$0" --one
	next=$((last + 1))
	valid=$(cat "$dir"/[0-9]*/result | grep -vc '^none')
done

results() { for number in $(seq 1 $((next - 1))); do [ ! -r "$dir/$number/result" ] || cat "$dir/$number/result"; done; }
for number in $(seq 1 $((next - 1))); do
	grep -q -e ^survived -e ^crashed "$dir/$number/result" 2>/dev/null || continue
	[ -n "${QUIET-}" ] || { cut -f1,2 "$dir/$number/result"; tail -n +2 "$dir/$number/diff"; }
done
echo
results | awk -F'\t' -v seed="$seed" -v percent="${PERCENT-0}" '
$1 == "none" { next }
{ split($3, path, "/"); all++; count[$1]++; of[path[2]]++; dead[path[2]] += $1 == "killed" }
END {
	for (module in of)
		printf "  %-9s %3d of %3d killed\n", module, dead[module], of[module]
	printf "mutants (seed %s): %d killed, %d survived, %d crashed or hung: %d %% killed\n", seed,
		count["killed"], count["survived"], count["crashed"], all ? 100 * count["killed"] / all : 0
	exit all == 0 || 100 * count["killed"] < percent * all
}'
