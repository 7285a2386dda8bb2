#!/bin/bash
# bench.sh - the figures of the ACME rehearsal: wall time against the same questions asked by a shell
# script (shared/bench/acme-by-hand.sh), and the memory of our own processes. Each pair is run in
# turn, so the ratio holds on a noisy machine. RUNS=5 pairs a plane. Needs root for the script.
set -u
bin=${BIN:-build/twinsite}
script=${SCRIPT:-../shared/bench/acme-by-hand.sh}
runs=${RUNS:-5}
dir=$(mktemp -d)
made=
trap 'rm -rf "$dir"; [ -z "$made" ] || rmdir /lib/modules 2>/dev/null' EXIT
[ -r "$script" ] || { echo "bench: $script is not here: nothing to compare with" >&2; exit 75; }
# The script mounts a tmpfs there inside the guest, whose root is this machine's.
[ -d /lib/modules ] || { mkdir /lib/modules && made=1; }

now_ms() { local t=$EPOCHREALTIME; echo $((${t/./} / 1000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
timed() { # file command…: milliseconds into the file; its output must say that it worked
	local file=$1 start; shift
	start=$(now_ms)
	"$@" >"$dir/out" 2>&1 </dev/null
	echo $(($(now_ms) - start)) >>"$file"
}

for plane in ${PLANES:-libipsec uml}; do
	: >"$dir/ours"; : >"$dir/script"; : >"$dir/ratio"
	for _ in $(seq "$runs"); do
		timed "$dir/script" bash "$script" $plane
		grep -q PASS "$dir/out" || { echo "bench: $script $plane did not pass:"; tail -3 "$dir/out"; }
		timed "$dir/ours" "$bin" run --plane $plane --quick --reports "$dir/r" scenarios/acme
		grep -q 'as expected' "$dir/out" || { echo "bench: twinsite on $plane differs:"; tail -3 "$dir/out"; }
		awk 'NR==FNR { a = $1; next } { b = $1 } END { printf "%.3f\n", a / b }' "$dir/ours" "$dir/script" >>"$dir/ratio"
	done
	echo "acme on $plane, $runs pairs: twinsite $(median <"$dir/ours") ms, by hand $(median <"$dir/script") ms, ratio $(median <"$dir/ratio") (min $(sort -n "$dir/ratio" | head -1), max $(sort -n "$dir/ratio" | tail -1))"
done

# Memory: the proportional share of all our processes, sampled while a whole run goes on.
"$bin" run --plane libipsec --reports "$dir/r" scenarios/acme >/dev/null 2>&1 &
pid=$!
tree() { local p; for p in $(pgrep -P "$1"); do tree "$p"; done; echo "$1"; }
peak=0
while kill -0 $pid 2>/dev/null; do
	sum=0
	for p in $(tree $pid); do
		[ "$(cat /proc/$p/comm 2>/dev/null)" = twinsite ] || continue
		pss=$(awk '/^Pss:/ { print $2 }' /proc/$p/smaps_rollup 2>/dev/null)
		sum=$((sum + ${pss:-0}))
	done
	[ $sum -gt $peak ] && peak=$sum
done
wait $pid
echo "memory of our own processes, libipsec, with throughput: $((peak / 1024)) MiB at the peak (PSS)"
