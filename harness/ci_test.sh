#!/bin/sh
# ci_test.sh - does what checks us go red? Plants mistakes into make check's own parts: unit.sh, skips.sh, check.sh.
cd "$(dirname "$0")/.." || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

wants() { # exit status, pattern, claim, command…
	wanted=$1 pattern=$2 claim=$3
	shift 3
	"$@" >"$dir/out" 2>&1
	got=$?
	if [ $got -eq "$wanted" ] && { [ -z "$pattern" ] || grep -q -e "$pattern" "$dir/out"; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $claim: exit status $got, wanted $wanted and '$pattern':"
		cat "$dir/out"
	fi
}
program() { # name, lines: a test program
	name=$dir/$1
	shift
	{ echo '#!/bin/sh'; printf '%s\n' "$@"; } >"$name"
	chmod +x "$name"
}

# ---- unit.sh
program good 'echo "[==========] a/b: 2 test(s) run."'
program old 'echo "[==========] 2 test(s) run."'
program none 'echo "nothing here"'
program fails 'echo "[==========] 1 test(s) run."; exit 1'
program crashes 'echo "[==========] 1 test(s) run."; kill -SEGV $$'
program silent 'echo "[  SKIPPED ] a_claim"; echo "[==========] 1 test(s) run."'
program skips 'echo "SKIP netem: no netem"; echo "[  SKIPPED ] a_claim"; echo "[==========] 1 test(s) run."'
wants 0 '4 tests, 0 skipped, 0 programs failed' "both cmockas are counted" harness/unit.sh "$dir/good" "$dir/old"
wants 1 'FAILED.*none' "a program without a test is red" harness/unit.sh "$dir/good" "$dir/none"
wants 1 'FAILED.*fails' "a failure is red" harness/unit.sh "$dir/good" "$dir/fails"
wants 1 'FAILED.*crashes' "a crash is red" harness/unit.sh "$dir/crashes" "$dir/good"
wants 0 'SKIP .*skips a_claim: netem: no netem' "a skip has its test's name" harness/unit.sh "$dir/skips"
wants 0 'SKIP .*silent a_claim: none: it does not say why' "a silent skip is said" harness/unit.sh "$dir/silent"
wants 1 'FAILED' "a program that is not there is red" harness/unit.sh "$dir/good" "$dir/nowhere"

# ---- skips.sh: this machine has userns or not, and surely no tool of that name
skips() { # happened, listed
	printf '%s\n' "$1" >"$dir/happened"
	printf '%s\n' "$2" >"$dir/listed"
	harness/skips.sh "$dir/happened" "$dir/listed" unit
}
there=python3 missing=no-sanitizer # SAN=1: missing in stage san only
wants 1 "$there is here" "a skip whose capability is here is red" skips "unit SKIP a/b c: $there: no" "unit $there a/b c"
wants 1 'cannot probe' "a capability without a probe is red" skips 'unit SKIP a/b c: luck: none' 'unit luck a/b c'
wants 1 'no capability' "a skip without a capability is red" skips 'unit SKIP a/b c: It crashed: so what' ''
wants 0 '' "nothing skipped, nothing listed" skips '' ''
wants 0 'do not happen here' "a listed skip whose capability is here need not happen" skips '' "unit $there a/b c"
listed() {
	printf '%s\n' "$1" >"$dir/happened"
	printf '%s\n' "$2" >"$dir/listed"
	harness/skips.sh "$dir/happened" "$dir/listed" san
}
wants 0 'a/b c' "a listed skip passes" listed "san SKIP a/b c: $missing: no room" "san $missing a/b c"
wants 1 'not in ' "a skip that is not listed is red" listed "san SKIP a/b d: $missing: no room" "san $missing a/b c"
wants 1 'take it off' "a listed skip that happens no more is red" listed '' "san $missing a/b c"

wants 0 '' "a pattern lists many" listed "$(printf 'san SKIP a/%s c: '$missing': no\n' b d)" "san $missing a/*"
wants 1 'not in ' "a pattern is no more than it says" listed "san SKIP b/b c: $missing: no" "san $missing a/*"
wants 1 'take it off' "a pattern that matches nothing is red" listed '' "san $missing a/*"
wants 1 'cannot probe' "a feature that no plane can have" skips 'unit SKIP a/b c: any/luck: none' 'unit any/luck a/b c'

# ---- check.sh: a stage that fails, one that is unstable
stages() {
	mkdir -p "$dir/tree/harness" "$dir/tree/.ci"
	cp harness/*.sh "$dir/tree/harness/"
	: >"$dir/tree/.ci/skips"
	printf 'good:\n\t@:\nbad:\n\t@exit 1\nshaky:\n\t@exit 5\n' >"$dir/tree/Makefile"
	(cd "$dir/tree" && MAKEFLAGS='' harness/check.sh 1 "$@")
}
wants 0 '2 passed, 0 failed, 0 skipped' "stages that pass" stages good also:good
wants 1 '1 passed, 1 failed, 0 skipped' "a stage that fails does not stop the others, and is red" stages bad good
wants 5 'UNSTABLE' "an unstable stage is exit 5" stages good shaky
wants 1 'failed' "worse than unstable is 1" stages bad shaky

echo "ci: $passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
