#!/bin/sh
# bench.sh BUILD - what live capture costs a throughput probe. Wanted: nothing dropped, at most 5 % less.
#
# First through the tunnel: the scenario acme, TCP with the run's own captures and with none, in turn within one
# run, PAIRS (11) times on each of PLANES (libipsec uml). As the CPU is what limits it, the same is told by the CPU
# time that a gigabit takes, of all processes of the run; that holds on a busy machine, too. Then TCP over a plain
# veth pair, one end captured with the headers' snaplen, five pairs; RATE is what is offered there, RATE=0 is as fast
# as it goes. That needs root.
set -eu
build=${1:-build}
for tool in iperf3 ip python3; do
	command -v $tool >/dev/null || { echo "bench: skipped, no $tool"; exit 77; }
done
dir=$(mktemp -d)
a=tsb-a-$$ b=tsb-b-$$
clean() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || :
	ip netns del $a 2>/dev/null || :
	ip netns del $b 2>/dev/null || :
	rm -rf "$dir"
}
trap clean EXIT
cat >"$dir/tunnel.py" <<'PYTHON'
import glob, json, os, statistics, subprocess, sys, time
twinsite, plane, pairs, reports = sys.argv[1:]

def cpu_of_tree(root):
    """Seconds of all processes below root, and of those of their children that ended."""
    parents, times = {}, {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = open(path).read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        pid = int(path.split("/")[2])
        parents[pid], times[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    def is_below(pid):
        while pid > 1 and pid != root:
            pid = parents.get(pid, 0)
        return pid == root
    return sum(ticks for pid, ticks in times.items() if is_below(pid)) / os.sysconf("SC_CLK_TCK")

run = subprocess.Popen([twinsite, "run", "--plane", plane, "--reports", reports, "scenarios/acme"],
                       env=dict(os.environ, TWINSITE_CAPTURE_PAIRS=pairs),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
file, rest, start, halves, facts = None, "", 0, {True: [], False: []}, []
while run.poll() is None:
    paths = glob.glob(reports + "/acme/*/in-progress/evidence.jsonl")
    if not file and paths:
        file = open(paths[0])
    rest += file.read() if file else ""
    *lines, rest = rest.split("\n")
    for fact in map(json.loads, lines):
        if fact["kind"] == "capture-half-begins":
            start = cpu_of_tree(run.pid)
        elif fact["kind"] == "capture-half-ends" and fact["mbit_s"]:
            halves[fact["captured"]].append((cpu_of_tree(run.pid) - start) / fact["mbit_s"] / fact["seconds"] * 1000)
        elif fact["kind"] == "capture-pair" and fact["with"] and fact["without"]:
            facts.append(fact)
    time.sleep(0.01)
if not facts:
    sys.exit("bench: no pair was measured on " + plane)
ratios = sorted(fact["with"] / fact["without"] for fact in facts)
costs = sorted(without / captured for captured, without in zip(halves[True], halves[False]))
packets, dropped = sum(fact["packets"] for fact in facts), sum(fact["dropped"] for fact in facts)
cost = statistics.median(costs)
print("capture through the tunnel on %s, %d pairs:" % (plane, len(facts)))
print("  %-58s %.0f and %.0f Mbit/s, median of ratios %.3f (%.2f to %.2f)" % (
    "TCP with and without", statistics.median(fact["with"] for fact in facts),
    statistics.median(fact["without"] for fact in facts), statistics.median(ratios), ratios[0], ratios[-1]))
print("  %-58s %-22s wanted %-9s %s" % (
    "the same by CPU time: %.2f and %.2f s for a Gbit" % tuple(map(statistics.median, (halves[True], halves[False]))),
    "ratio %.3f (%.2f to %.2f)" % (cost, costs[0], costs[-1]), ">= 0.95", "met" if cost >= 0.95 else "NOT MET"))
print("  %-58s %-22s wanted %-9s %s" % ("packets dropped of %d" % packets, dropped, "0", "NOT MET" if dropped else "met"))
PYTHON
tunnel() { # plane
	python3 "$dir/tunnel.py" "$build/twinsite" "$1" "${PAIRS:-11}" "$dir/reports.$1" || :
}
for plane in ${PLANES:-libipsec uml}; do
	tunnel "$plane"
done
[ "$(id -u)" = 0 ] || { echo "bench: skipped, needs root"; exit 77; }
cat >"$dir/live.c" <<'C'
#include <stdio.h>
#include <unistd.h>
#include "base/err.h"
#include "capture/live.h"
/* Capture argv[2] into argv[1] until standard input ends. */
int main(int argc, char **argv)
{
	struct live_options options = { .snaplen = 80, .ring_bytes = 512u << 10 };
	struct live_statistics all;
	struct live *live = NULL;
	struct err err = { 0 };
	char end;

	if (argc < 3 || live_new(argv[1], &live, &err) ||
	    live_add(live, argv[2], argv[2], &options, &err) < 0 || live_start(live, &err))
		return fprintf(stderr, "%s\n", err.text);
	(void)!write(STDOUT_FILENO, "up\n", 3);
	(void)!read(STDIN_FILENO, &end, 1);
	if (live_stop(live, &all, &err))
		return fprintf(stderr, "%s\n", err.text);
	fprintf(stderr, "%llu %llu\n", (unsigned long long)all.written, (unsigned long long)all.dropped);
	live_free(live);
	return 0;
}
C
# shellcheck disable=SC2046
${CC:-cc} -D_GNU_SOURCE -O2 -Iharness -o "$dir/live" "$dir/live.c" "$build/libtwinsite.a" ${LIBS:-$(pkg-config --libs libnl-route-3.0 libkmod libseccomp zlib libcrypto)}
ip netns add $a
ip netns add $b
ip link add veth0 netns $a type veth peer name veth0 netns $b
for n in $a $b; do ip -n $n link set veth0 up; ip -n $n link set lo up; done
ip -n $a addr add 192.0.2.1/24 dev veth0
ip -n $b addr add 192.0.2.2/24 dev veth0
ip netns exec $b iperf3 -s >/dev/null 2>&1 &
server=$!
rate=${RATE:-400M} # about twice what ESP carries here; RATE=0 is as fast as it goes
probe() { ip netns exec $a iperf3 -c 192.0.2.2 -t 2 -b "$rate" -f m --connect-timeout 3000 | awk '/receiver/ { print $7 }'; }
: >"$dir/stats"
capture() { # node, then a command while it is captured
	node=$1
	shift
	mkfifo "$dir/hold.$node"
	ip netns exec "$node" "$dir/live" "$dir/$node.pcapng" veth0 <"$dir/hold.$node" >"$dir/up.$node" 2>>"$dir/stats" &
	live=$!
	exec 9>"$dir/hold.$node"
	until [ -s "$dir/up.$node" ]; do :; done
	"$@"
	exec 9>&-
	wait $live
	rm "$dir/hold.$node" "$dir/up.$node"
}
until ip netns exec $a iperf3 -c 192.0.2.2 -t 1 >/dev/null 2>&1; do :; done
for _ in 1 2 3 4 5; do
	without=$(probe)
	capture $a probe >"$dir/with"
	echo "$(cat "$dir/with") $without"
done >"$dir/pairs"
awk '{ printf "%.3f %.0f %.0f\n", $1 / $2, $1, $2 }' "$dir/pairs" | sort -n | awk -v rate="$rate" \
	'NR == 3 { printf "capture on a plain veth: %d Mbit/s with, %d without (offered %s), median ratio %s (wanted: >= 0.95)\n", $2, $3, rate, $1 }'
awk '{ n += $1; d += $2 } END { printf "capture on a plain veth: %d packets written, %d dropped (wanted: 0)\n", n, d }' "$dir/stats"
