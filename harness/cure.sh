#!/bin/bash
# cure.sh [PLANE] - is every faulty scenario cured by its own printed fix?
#
# Each scenario whose fault stands in files (edit: and fault:, no inject:) is fixed into a folder
# of its own and rehearsed with the expectations of the healthy one. What nobody can write for the
# administrator is listed in harness/cure.by-hand, with the reason; that list is held both ways.
set -u
bin=${BIN:-build/twinsite} plane=${1:-} out=${OUT:-build/cure} jobs=${JOBS:-4}
hand=$(dirname "$0")/cure.by-hand
passed=0 failed=0 listed=0 folders=()
rm -rf "$out"; mkdir -p "$out/logs"

fail() { echo "FAILED $1: $2"; failed=$((failed + 1)); }

for yml in scenarios/*/scenario.yml; do
	name=$(basename "$(dirname "$yml")")
	grep -q '^fault:' "$yml" && grep -q '^edit:' "$yml" && ! grep -q '^inject:' "$yml" || continue
	log=$out/logs/$name
	"$bin" fix --down-to leak --cured "$out/$name" "scenarios/$name" >"$log" 2>&1
	status=$?
	if grep -q '^# nothing to fix' "$log"; then
		rm -rf "${out:?}/$name"
		"$bin" fix --down-to later --cured "$out/$name" "scenarios/$name" >"$log" 2>&1
		status=$?
	fi
	reason=$(sed -n "s/^$name: //p" "$hand")
	if [ $status = 0 ] && ! grep -q '^# nothing to fix' "$log"; then
		folders+=("$out/$name")
	elif [ -n "$reason" ]; then
		listed=$((listed + 1)); rm -rf "${out:?}/$name"
	else
		fail "$name" "$(grep -h -e '^#   not cured' -e '^# nothing' -e '^twinsite' "$log" | head -1)"
		rm -rf "${out:?}/$name"
	fi
done
echo "${#folders[@]} scenarios are cured by prediction; rehearsing"
if [ ${#folders[@]} -gt 0 ]; then
	"$bin" fix --cured "${folders[0]}" "scenarios/$(basename "${folders[0]}")" >"$out/logs/again" 2>&1
	grep -q 'there is a scenario already' "$out/logs/again" || fail again "a cured scenario was written over"
	"$bin" run -v --quick ${plane:+--plane "$plane"} --jobs "$jobs" --reports "$out/reports" "${folders[@]}" >"$out/run.log" 2>&1
	for folder in "${folders[@]}"; do
		name=$(basename "$folder")
		reason=$(sed -n "s/^$name: //p" "$hand")
		line=$(grep -m1 -e "^ok *$folder  " -e "^FAILED *$folder  " -e "^SKIP $folder: " "$out/run.log")
		if [ "${line#ok}" != "$line" ] && [ -n "$reason" ]; then
			fail "$name" "is cured, and listed in $hand: $reason"
		elif [ "${line#ok}" != "$line" ]; then
			passed=$((passed + 1))
		elif [ -n "$reason" ]; then
			listed=$((listed + 1))
		elif [ "${line#SKIP}" != "$line" ]; then
			echo "$line"
		else
			fail "$name" "$line"
		fi
	done
fi
echo "$passed passed, $failed failed, $listed by hand"
[ $failed = 0 ]
