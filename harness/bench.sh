#!/bin/bash
# bench.sh - how fast a rehearsal is, as ratios measured in one run: what it was before the work on
# speed began ("was"), what is wanted, what this machine reaches now, and whether that is it.
#
#	bench.sh [ROW]…   only these: by-hand bare libipsec lab figure agree memory predict where
#
# The last, where, is a table of where a run of acme spends its time, phase by phase.
#
# By hand: the same questions as acme's, asked by a shell script ($SCRIPT). It needs root and the
# programs that are looked for below, and is compared with only if it printed PASS. RUNS=5 pairs a
# plane, FIGURES=10 runs for the spread of the figure, AGREE=400 cases, LAB= (all) scenarios of the
# lab's rows, HUB=1000 tunnels of a hub. The machine must be quiet: beside other work only predict, memory and
# the windows hold; whether the others are met is then said by "?", whatever they show.
set -u
bin=${BIN:-build/twinsite} script=${SCRIPT:-../shared/bench/acme-by-hand.sh}
runs=${RUNS:-5} figures=${FIGURES:-10} cases=${AGREE:-400} lab=${LAB:-$(dirname scenarios/*/scenario.yml)}
dir=$(mktemp -d) made='' cores=$(nproc) log='' group=''
trap 'rm -rf "$dir"; [ -z "$made" ] || rmdir /lib/modules 2>/dev/null; leave_group' EXIT
TIMEFORMAT='%R %U %S'

# A row says "yes" or "no" when its figure is one: what begins with no number was not measured.
row() { # name was wanted reached
	local met
	met=$(awk -v wanted="$3" -v reached="$4" 'BEGIN {
		if (wanted !~ /[0-9]/ || reached !~ /^(TCP )?[0-9]/) exit
		at_least = wanted ~ /≥/
		gsub(/[^0-9.]/, "", wanted)
		# Of several figures, "TCP 0.05 (…); UDP 0.07 (…)", the worst counts.
		parts = split(reached, part, "; ")
		for (i = 1; i <= parts; i++) {
			sub(/^(TCP|UDP) /, "", part[i])
			if (part[i] !~ /^[0-9]/) continue
			figure = part[i] + 0
			if (worst == "" || (at_least ? figure < worst : figure > worst)) worst = figure
		}
		print (at_least ? worst >= wanted + 0 : worst <= wanted + 0) ? "yes" : "no"
	}')
	[ -z "$met" ] || [ -z "$busy" ] || case $1 in predict* | *memory* | *windows*) ;; *) met='?' ;; esac
	printf '%-52s %-11s %-7s %-4s %s\n' "$1" "$2" "$3" "$met" "$4"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 : "-" }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3f", a / b; else printf "-" }'; }
# What the machine does for others, asked before any row: a busy one makes every wall-clock row a guess.
busy=$(awk -v c="$cores" '{ if ($1 > c / 2) printf "the machine is busy (load %s on %d cores): rows with ? are no measurement\n", $1, c }' /proc/loadavg)

# A control group of our own knows the CPU time of everybody in it, also of the charons that end with their
# world: no parent waits for those, and so time(1) does not see them.
make_group() {
	local root=/sys/fs/cgroup
	if [ -e $root/cgroup.controllers ]; then group=$root/twinsite-bench-$$
	elif [ -e $root/cpuacct/cpuacct.usage ]; then group=$root/cpuacct/twinsite-bench-$$
	else return; fi
	mkdir "$group" 2>/dev/null || group=''
}
leave_group() {
	[ -n "$group" ] || return 0
	# The script by hand leaves its daemons behind: all in here were started by us.
	xargs -r kill -9 <"$group/cgroup.procs" 2>/dev/null
	for _ in 1 2 3 4 5; do rmdir "$group" 2>/dev/null && return; read -rt 0.2 <> <(:); done
}
group_cpu() { # in seconds
	cat "$group/cpu.stat" "$group/cpuacct.usage" 2>/dev/null | awk '/^usage_usec/ { print $2 / 1e6; exit } NF == 1 { print $1 / 1e9; exit }'
}
in_group() { echo 0 >"$1/cgroup.procs" && shift && exec "$@"; }

# What it printed is in $dir/out; "wall user sys" in seconds in $times, "wall all 0" where a control group can be had.
timed() {
	local before start
	if [ -z "$group" ]; then times=$({ time "$@" >"$dir/out" 2>&1 </dev/null; } 2>&1); return; fi
	before=$(group_cpu) start=$EPOCHREALTIME
	(in_group "$group" "$@") >"$dir/out" 2>&1 </dev/null
	times=$(awk -v s="$start" -v e="$EPOCHREALTIME" -v a="$before" -v b="$(group_cpu)" 'BEGIN { print e - s, b - a, 0 }')
}
wall() { echo "${times%% *}"; }
cpu() { awk '{ print $2 + $3 }' <<<"$times"; }
quick() { timed "$bin" run --plane "$1" --quick --reports "$dir/r" scenarios/acme
	grep -q 'acme: as expected' "$dir/out" || { echo "bench: acme on $1 is not as expected:"; tail -3 "$dir/out"; } >&2; }

# Programs, each with its Debian package: $log is the first that is missing.
needs() {
	for (( ; $# > 1; )); do
		command -v "$1" >/dev/null || { log="$script needs $1 (package $2)" && return 1; }
		shift 2
	done
}

# Does the script work here? What failed early would only look fast.
by_hand_works() {
	[ -r "$script" ] || { log="$script is not here"; return 1; }
	needs dig bind9-dnsutils swanctl strongswan-swanctl ip iproute2 ping iputils-ping dnsmasq dnsmasq-base || return 1
	[ "$1" != uml ] || needs modprobe kmod iptables-legacy iptables || return 1
	[ "$(id -u)" = 0 ] || { log="$script needs root"; return 1; }
	# It mounts a tmpfs there inside the guest, whose root is this machine's.
	[ "$1" != uml ] || [ -d /lib/modules ] || { mkdir /lib/modules && made=1; }
	timed bash "$script" "$1"
	grep -q PASS "$dir/out" && return 0
	log="$script $1 did not pass: $(grep -m1 -iE 'failed:|error|cannot' "$dir/out" | sed 's/^ *//' || tail -1 "$dir/out")"
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
	if ! needs linux.uml user-mode-linux busybox busybox; then
		row "acme --quick, uml, to bare boot and halt" 25 '≤ 9' "not here: ${log#* needs }"
		return
	fi
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

figure() { # TCP's and UDP's share of plain over several runs, each on one CPU
	local text
	command -v python3 >/dev/null || { row "throughput of plain, spread over $figures runs" '0.14–0.49' '≤ 0.05' 'not here: python3'; return; }
	for _ in $(seq "$figures"); do
		taskset -c $((cores - 1)) "$bin" run ${PLANE:+--plane $PLANE} --reports "$dir/figures" scenarios/acme >/dev/null 2>&1
	done
	# As check/life.c has it: the median of neighbouring samples' ratios.
	text=$(python3 - "$dir"/figures/acme/2*/evidence.jsonl <<'PYTHON'
import json, statistics, sys
runs = {"tcp": [], "udp": []}
for path in sys.argv[1:]:
    samples = {}
    for fact in map(json.loads, open(path)):
        if fact["kind"] == "throughput":
            samples[fact["protocol"], fact["lifted"]] = fact["samples"]
    for protocol, ratios in runs.items():
        pairs = list(zip(samples.get((protocol, False), []), samples.get((protocol, True), [])))
        if pairs:
            ratios.append(statistics.median(own / plain for own, plain in pairs))
print("; ".join("%s %.3f (%s)" % (name.upper(), (max(r) - min(r)) / statistics.median(r), " ".join("%.3f" % one for one in sorted(r)))
                if r else "%s -" % name.upper() for name, r in runs.items()))
PYTHON
	)
	row "throughput of plain, spread over $figures runs" '0.14–0.49' '≤ 0.05' "$text"
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
	# Microseconds of all runs, and those of windows that only their deadline ended.
	row "scenario seconds in windows that end by deadline" '55 %' '≤ 10 %' "$(find "$dir/lab" -name evidence.jsonl -exec grep -h '"kind":"end".*"in_vain_us"' {} + |
		sed -E 's/.*"t":([0-9]+).*"in_vain_us":([0-9]+).*/\1 \2/' |
		awk '{ all += $1; vain += $2 } END { if (all) printf "%.1f %% (%.1f of %.1f s, %d runs)", 100 * vain / all, vain / 1e6, all / 1e6, NR; else printf "-" }')"
}

predict() { # each pair of devices
	harness/hubs.sh "${HUB:-1000}" >"$dir/hubs"
	row "predict at 2N to N tunnels, worst of $(wc -l <"$dir/hubs") pairs of devices" '3.3–6' '≤ 2.2' "$(sort -t' ' -k1 "$dir/hubs" | awk '{ if ($NF > worst) { worst = $NF; pair = $1 " x " $2 } } END { print worst, "(" pair ")" }')"
	sed 's/^/  /' "$dir/hubs"
}

# Medians of RUNS runs, in milliseconds: what comes before the world's first line of evidence (worlds, a guest's
# boot, its modules), each phase, and what comes after the last (the world's end, the verdicts, the report).
where() {
	local plane began ended phases='before build start load tunnel traffic settle teardown after stop verdicts all'
	echo
	printf '%-30s' 'where acme --quick goes, ms:'
	# shellcheck disable=SC2086
	printf '%9s' $phases 'own CPU'; echo
	for plane in libipsec uml native; do
		"$bin" doctor --has "$plane" >/dev/null 2>&1 || continue
		: >"$dir/where"
		for _ in $(seq "$runs"); do
			began=$(date +%s%6N); quick "$plane"; ended=$(date +%s%6N)
			echo "own-CPU $(cpu)" | awk '{ print $1, 1000 * $2 }' >>"$dir/where"
			awk -v began="$began" -v ended="$ended" '
				function number(name) { return match($0, "\"" name "\":[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
				/"kind":"run"/ && !start { start = number("start_us"); print "before", (start - began) / 1000 }
				/"source":"phase","kind":"end"/ { match($0, /"name":"[^"]*"/); print substr($0, RSTART + 8, RLENGTH - 9), number("took_us") / 1000 }
				{ last = number("t") }
				END { print "verdicts", (ended - start - last) / 1000; print "all", (ended - began) / 1000 }
			' "$(sed -n 's/^report: //p' "$dir/out" | tail -1)/evidence.jsonl" >>"$dir/where"
		done
		printf '%-30s' "  $plane"
		for phase in $phases own-CPU; do
			printf '%9s' "$(awk -v p="$phase" '$1 == p { print $2 }' "$dir/where" | median | awk '{ printf "%.0f", $1 }')"
		done
		echo
	done
}

# The proportional share of all our processes, sampled while a whole run goes on. The first processes of
# nodes share their maker's memory (kcmp(2) says so): it counts once.
memory() {
	command -v python3 >/dev/null || { row 'own memory beside charon, libipsec' '43 MiB' '≤ 12' 'not here: python3'; return; }
	row 'own memory beside charon, libipsec' '43 MiB' '≤ 12' "$(python3 - "$bin" "$dir/r" <<'PYTHON'
import ctypes, os, platform, subprocess, sys, time

libc, KCMP, KCMP_VM = ctypes.CDLL(None), 312 if platform.machine() == "x86_64" else 272, 1
run = subprocess.Popen([sys.argv[1], "run", "--plane", "libipsec", "--reports", sys.argv[2], "scenarios/acme"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

def read(pid, name):
    with open("/proc/%d/%s" % (pid, name)) as file:
        return file.read()

def ours():
    parents = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            parents[pid] = int(read(pid, "stat").rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    for pid in parents:
        above = pid
        while above in parents and above != run.pid:
            above = parents[above]
        if above == run.pid:
            yield pid

peak, what = 0, {}
while run.poll() is None:
    kib = {}
    for pid in ours():
        try:
            if read(pid, "comm").strip() != "twinsite":
                continue
            pss = sum(int(line.split()[1]) for line in read(pid, "smaps_rollup").splitlines() if line.startswith("Pss:"))
            # Not one that borrows another's memory (vfork), nor one that is gone by now.
            if all(libc.syscall(KCMP, pid, other, KCMP_VM, 0, 0) > 0 for other in kib):
                kib[pid] = pss
        except OSError:
            pass
    if sum(kib.values()) > peak:
        peak, what = sum(kib.values()), kib
    time.sleep(0.005)
print("%.1f MiB (PSS at the peak: %s)" % (peak / 1024, " + ".join("%.1f" % (one / 1024) for one in sorted(what.values()))))
PYTHON
	)"
}

[ -z "$busy" ] || echo "$busy"
make_group
printf '%-52s %-11s %-7s %-4s %s\n' '' was wanted met reached
for name in "${@:-all}"; do
	case $name in
	all) by_hand uml 0.126 '≤ 0.07'; bare_boot; by_hand libipsec 0.41 '≤ 0.25'; own_cpu; whole_lab; figure; agree; memory; predict; where ;;
	by-hand) by_hand uml 0.126 '≤ 0.07'; by_hand libipsec 0.41 '≤ 0.25' ;;
	bare) bare_boot ;;
	libipsec) own_cpu ;;
	lab) whole_lab ;;
	figure | agree | memory | predict | where) $name ;;
	*) echo "bench.sh: no row '$name': by-hand bare libipsec lab figure agree memory predict where" >&2; exit 2 ;;
	esac
done
