#!/bin/bash
# bench.sh - how fast a rehearsal is, as ratios measured in one run: what it was before the work on
# speed began ("was"), what is wanted, what this machine reaches now.
#
# By hand: the same questions as acme's, asked by a shell script ($SCRIPT). It needs root and
# Debian's bind9-dnsutils, and is compared with only if it printed PASS. RUNS=5 pairs a plane,
# FIGURES=10 runs for the spread of the figure, AGREE=200 cases, LAB= (all) scenarios of the lab row.
set -u
bin=${BIN:-build/twinsite} script=${SCRIPT:-../shared/bench/acme-by-hand.sh}
runs=${RUNS:-5} figures=${FIGURES:-10} cases=${AGREE:-200} lab=${LAB:-$(dirname scenarios/*/scenario.yml)}
dir=$(mktemp -d) made='' cores=$(nproc) log=
trap 'rm -rf "$dir"; [ -z "$made" ] || rmdir /lib/modules 2>/dev/null' EXIT
TIMEFORMAT='%R %U %S'

row() { printf '%-52s %-11s %-7s %s\n' "$@"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 : "-" }'; }
spread() { sort -n | awk '{ v[NR] = $1 } END { m = v[int((NR + 1) / 2)]; if (m > 0) printf "%.3f", (v[NR] - v[1]) / m; else printf "-" }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3f", a / b; else printf "-" }'; }
# What it printed is in $dir/out; "wall user sys" in seconds in $times.
timed() { times=$({ time "$@" >"$dir/out" 2>&1 </dev/null; } 2>&1); }
wall() { echo "${times%% *}"; }
cpu() { awk '{ print $2 + $3 }' <<<"$times"; }
quick() { timed "$bin" run --plane "$1" --quick --reports "$dir/r" scenarios/acme
	grep -q 'acme: as expected' "$dir/out" || { echo "bench: acme on $1 is not as expected:"; tail -3 "$dir/out"; } >&2; }

# Does the script work here? What failed early would only look fast.
by_hand_works() {
	[ -r "$script" ] || { log="$script is not here"; return 1; }
	command -v dig >/dev/null || { log="$script needs bind9-dnsutils, which is not installed"; return 1; }
	# It mounts a tmpfs there inside the guest, whose root is this machine's.
	[ -d /lib/modules ] || { mkdir /lib/modules && made=1; }
	timed bash "$script" "$1"
	grep -q PASS "$dir/out" && return 0
	log="$script $1 did not pass: $(tail -1 "$dir/out")"
	return 1
}

by_hand() { # plane was wanted: pairs in turn, so that the ratio holds on a noisy machine
	local own=; : >"$dir/ratios"
	if ! "$bin" doctor --has "$1" >/dev/null 2>&1; then row "acme --quick, $1, to by hand" "$2" "$3" "not here: no plane $1"; return; fi
	if ! by_hand_works "$1"; then row "acme --quick, $1, to by hand" "$2" "$3" "not compared: $log"; return; fi
	for _ in $(seq "$runs"); do
		quick "$1"; own=$(wall)
		by_hand_works "$1" || continue
		ratio "$own" "$(wall)" >>"$dir/ratios"; echo >>"$dir/ratios"
	done
	row "acme --quick, $1, to by hand" "$2" "$3" "$(median <"$dir/ratios") ($(grep -c . "$dir/ratios") pairs)"
}

bare_boot() { # the same kernel, an init that powers off
	local last=$((cores - 1)); : >"$dir/ratios"
	command -v linux.uml busybox >/dev/null || { row "acme --quick, uml, to bare boot and halt" 25 '≤ 9' 'not here: linux.uml, busybox'; return; }
	for _ in $(seq "$runs"); do
		quick uml; own=$(wall)
		timed taskset -c $last linux.uml mem=384M root=/dev/root rootfstype=hostfs rootflags=/ ro quiet con=null \
			con0=fd:0,fd:1 uml_dir="$dir" initcall_blacklist=raid6_select_algo pty.legacy_count=0 lpj=5000000 \
			lsm= init="$(command -v busybox)" poweroff -f
		ratio "$own" "$(wall)" >>"$dir/ratios"; echo >>"$dir/ratios"
	done
	row "acme --quick, uml, to bare boot and halt" 25 '≤ 9' "$(median <"$dir/ratios")"
}

own_cpu() { : >"$dir/ratios"
	for _ in $(seq "$runs"); do quick libipsec; ratio "$(wall)" "$(cpu)" >>"$dir/ratios"; echo >>"$dir/ratios"; done
	row "acme --quick, libipsec, wall to its own CPU time" 2.5 '≤ 1.4' "$(median <"$dir/ratios")"
}

figure() { # TCP's and UDP's share of plain over several runs
	local tcp udp
	for _ in $(seq "$figures"); do
		"$bin" run --reports "$dir/r" scenarios/acme 2>/dev/null | grep -m1 'throughput laptop' >>"$dir/figures"
	done
	tcp=$(sed -n 's/.*TCP [^,]*, \([0-9.]*\) of plain.*/\1/p' "$dir/figures" | spread)
	udp=$(sed -n 's/.*UDP [^,]*, \([0-9.]*\) of plain.*/\1/p' "$dir/figures" | spread)
	row "throughput of plain, spread over $figures runs" '0.14–0.49' '≤ 0.05' "TCP $tcp, UDP $udp"
}

agree() {
	timed "$bin" agree "$cases" --seed 1 --reports "$dir/r"
	row "agree: cases/s to (cores / CPU per case)" '0.3–0.6' '≥ 0.85' \
		"$(ratio "$(cpu)" "$(awk -v w="$(wall)" -v c="$cores" 'BEGIN { print w * c }')") ($(grep -o '[0-9.]* cases/s' "$dir/out"))"
}

whole_lab() {
	# shellcheck disable=SC2086
	timed "$bin" run --quick --reports "$dir/lab" $lab
	row "lab: wall to (its CPU / cores)" 4.3 '≤ 1.4' \
		"$(ratio "$(wall)" "$(awk -v u="$(cpu)" -v c="$cores" 'BEGIN { print u / c }')") ($(wall) s; $(tail -1 "$dir/out"))"
}

tree() { local p; for p in $(pgrep -P "$1"); do tree "$p"; done; echo "$1"; }
memory() { # the proportional share of all our processes, sampled while a whole run goes on
	local pid peak=0 sum p pss
	"$bin" run --plane libipsec --reports "$dir/r" scenarios/acme >/dev/null 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		sum=0
		for p in $(tree $pid); do
			[ "$(cat "/proc/$p/comm" 2>/dev/null)" = twinsite ] || continue
			pss=$(awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null)
			sum=$((sum + ${pss:-0}))
		done
		[ $sum -gt $peak ] && peak=$sum
	done
	wait $pid
	row 'own memory beside charon, libipsec' '43 MiB' '≤ 12' "$((peak / 1024)) MiB (PSS at the peak)"
}

row '' was wanted reached
by_hand uml 0.126 '≤ 0.07'
bare_boot
by_hand libipsec 0.41 '≤ 0.25'
own_cpu
whole_lab
figure
agree
memory
