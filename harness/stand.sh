#!/bin/bash
# stand.sh [PLANE] - what twinsite must stand: killed at any moment, a host that stays as it is,
# daemons that die or hang, missing things, full disks, bad input. Prints one line per claim and
# ends with `N passed, N failed, N skipped`. What broke (planted with
# TWINSITE_PLANT, see run/plant.h) must be red. Run as root from the repository's top level.
set -u
plane=${1:-libipsec}
bin=${BIN:-build/twinsite}
kills=${KILLS:-20}
dir=$(mktemp -d) passed=0 failed=0 skipped=0
trap 'rm -rf "$dir"' EXIT

ok() { passed=$((passed + 1)); echo "ok      $*"; }
bad() { failed=$((failed + 1)); echo "FAILED  $*"; }
skip() { skipped=$((skipped + 1)); echo "skipped $*"; }
claim() { local text=$1; shift; if "$@"; then ok "$text"; else bad "$text"; fi; }

# Everything of the host's network and mounts that a run could have touched.
host_state() {
	ip -d link; ip addr; ip route show table all; ip rule; ls /run/netns 2>/dev/null
	iptables-save 2>/dev/null | grep -v '^#'; cat /proc/self/mountinfo
}
# PIDs below a process, itself included.
tree() { local p; for p in $(pgrep -P "$1"); do tree "$p"; done; echo "$1"; }
# The same as PID:START, so that a number given out again is not taken for it.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
named() { local p; for p; do echo "$p:$(started "$p")"; done; }
# Is any of these still alive (and not a zombie waiting for its parent)? Says which.
alive() {
	local n p
	for n; do
		p=${n%:*}
		[ "$(started "$p")" = "${n#*:}" ] && grep -q '^State:	[^ZX]' "/proc/$p/status" 2>/dev/null &&
			{ grep -E '^(Name|State|PPid|NSpid)' "/proc/$p/status" >"$dir/alive" 2>/dev/null; return 0; }
	done
	return 1
}
gone_within() { # seconds pid…
	local end=$((SECONDS + $1)); shift
	while alive "$@"; do [ $SECONDS -lt $end ] || return 1; read -rt 0.05 <> <(:); done
	return 0 # not the status of read
}
run() { timeout 300 "$bin" run --plane "$plane" --quick --reports "$dir/reports" "$@"; }

# ---- the host is byte for byte the same
host_state >"$dir/before"
run scenarios/acme >"$dir/out" 2>&1; status=$?
claim "a healthy run ends with status 0 (was $status)" [ $status = 0 ]
host_state >"$dir/after"
claim "the host's links, addresses, routes, rules, mounts and /run/netns are the same" cmp -s "$dir/before" "$dir/after"

# ---- SIGKILL at random moments (a busy kernel needs seconds to take a dozen namespaces down)
left=0
for i in $(seq "$kills"); do
	"$bin" run --plane "$plane" --quick --reports "$dir/reports" scenarios/acme >/dev/null 2>&1 &
	pid=$!
	read -rt "$((RANDOM % 2)).$(printf %03d $((RANDOM % 1000)))" <> <(:)
	# shellcheck disable=SC2046 # a word is a pid
	pids=$(named $(tree $pid))
	kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null
	gone_within 60 $pids || { left=$((left + 1)); cat "$dir/alive"; }
done
claim "SIGKILL at $kills random moments leaves no process" [ $left = 0 ]
host_state >"$dir/after"
claim "… and no mount, namespace name or interface" cmp -s "$dir/before" "$dir/after" || diff "$dir/before" "$dir/after"

# ---- daemons that die or hang: a verdict, never a stuck run
daemon_signal() { # signal
	local pid charon end=$((SECONDS + 60))
	# One that takes some seconds: acme is over before its daemon is found.
	"$bin" run --plane "$plane" --reports "$dir/reports" scenarios/fritzbox-wan-change-dpd >"$dir/out" 2>&1 &
	pid=$!
	while [ $SECONDS -lt $end ]; do
		charon=$(for p in $(tree $pid); do [ "$(cat /proc/$p/comm 2>/dev/null)" = charon ] && echo $p; done | head -1)
		[ -n "$charon" ] && break
	done
	# As soon as it is started: a whole run takes a third of a second.
	while [ $SECONDS -lt $end ] && ! grep -q ' start ' "$dir/out"; do :; done
	kill -"$1" $charon 2>/dev/null || { kill $pid; return 99; }
	SECONDS=0; wait $pid; status=$?
	kill -KILL $charon 2>/dev/null
	[ $SECONDS -lt 150 ]
}
# The kernel lives and what runs in it does nothing: over long before the deadline of a whole run (300 s).
begin=$SECONDS
TWINSITE_PLANT=hang:traffic run scenarios/acme >"$dir/out" 2>&1; status=$?
claim "a run that hangs is broken off for its silence, status 4 (was $status)" [ $status = 4 ]
claim "… it says so" grep -qE 'broke off: .*(nothing was recorded for|had not ended after 1)' "$dir/out"
claim "… and within 150 s on a busy machine ($((SECONDS - begin)) s)" [ $((SECONDS - begin)) -le 150 ]
if [ "$plane" = uml ]; then
	skip "charon killed, charon stopped: in a guest the host cannot reach it"
else
	for signal in KILL STOP; do
		daemon_signal $signal; ended=$?
		claim "charon gets SIG$signal: the run ends (status $status)" [ $ended = 0 ]
		claim "… and is not called as expected" [ $status != 0 ]
		claim "… and says why" grep -q -i 'broke off\|broken\|charon' "$dir/out"
	done
fi

# ---- missing things and bad input
expect() { # status pattern text command…
	local want=$1 pattern=$2 text=$3; shift 3
	"$@" >"$dir/out" 2>&1; local got=$?
	if [ $got = "$want" ] && grep -q "$pattern" "$dir/out"; then ok "$text"
	else bad "$text (status $got): $(head -c 300 "$dir/out")"; fi
}
expect 2 "unknown plane 'umll'\|did you mean" "an unknown plane is named" "$bin" run --plane umll scenarios/acme
expect 2 "no-such" "a scenario that is not there is named" "$bin" run no-such
expect 2 "did you mean" "an unknown command is named" "$bin" rnu
cp -r scenarios/acme "$dir/cr"
sed -i 's/$/\r/' "$dir/cr/home/etc/firewall.user"
expect 0 "^# unproven: .*firewall.user" "fix names what predict does not conclude" "$bin" fix "$dir/cr"
mkdir "$dir/mine" && echo mine >"$dir/mine/acme"
expect 2 "is not empty" "--cured writes over no file of a folder" "$bin" fix --cured "$dir/mine" scenarios/acme-wrong-psk
claim "… and leaves what is there" [ "$(ls "$dir/mine")" = acme ]
expect 2 "did you mean '--quick'" "an unknown option is named" "$bin" run --quik scenarios/acme
expect 2 "no effect without --scenario" "an option without effect is refused" "$bin" pcap --live x
expect 0 "^twinsite [0-9.]* .sources [0-9a-f]*.$" "--version says the version" "$bin" --version
expect 0 "usage: twinsite run" "help run is run --help" "$bin" help run
claim "commands.md lists the options that there are" env BIN="$bin" harness/commands.sh --check
cp -r scenarios "$dir/s"
printf 'sites: [\n' >"$dir/s/acme/scenario.yml"
expect 2 "scenario.yml" "malformed YAML is a sentence" "$bin" run --plane "$plane" --reports "$dir/reports" "$dir/s/acme"
cp scenarios/acme/scenario.yml "$dir/s/acme/"
printf 'set ike gateway "home-gw" address 0.0.0.0 id "bratwurst" Aggr outgoing-interface "ethernet0/0" preshare "x" proposal "pre-g2-aes129-sha"\n' >>"$dir/s/acme/acme/firewall.screenos"
expect 0 "did you mean" "an unknown proposal is named with its line" "$bin" import "$dir/s/acme/acme/firewall.screenos"
# ---- what broke is red, never a skip, and proves nothing
broke() { # what, then the command: exit 4, a reason in one line, no verdict that blames or praises
	local text=$1; shift
	timeout 300 "$@" >"$dir/out" 2>&1; local got=$?
	if [ $got = 4 ] && grep -q 'broke off: ..*' "$dir/out" && ! grep -qE '^  (ok|broken|leak) ' "$dir/out"
	then ok "$text: exit 4, $(grep -m1 -o 'broke off: .*' "$dir/out" | cut -c1-120)"
	else bad "$text (status $got): $(head -c 400 "$dir/out")"; fi
}
planted() { # fault: planted into a run of acme
	broke "planted $1" env TWINSITE_PLANT="$1" "$bin" run --plane "$plane" --quick --reports "$dir/reports" scenarios/acme
}
planted abort:traffic
planted killed:tunnel
planted full:traffic
planted memory:load
planted charon:tunnel
[ "$plane" = uml ] && planted panic:traffic
for check in ike-sa child-sa psk-proof reach exemption esp leak teardown; do
	planted lost:$check
done
# Of several: none is called skipped, and the whole is as bad as the worst.
TWINSITE_PLANT=abort:traffic timeout 300 "$bin" run --plane "$plane" --quick --jobs 2 --reports "$dir/reports" \
	scenarios/acme scenarios/office-gcm scenarios/fritzbox >"$dir/out" 2>&1; status=$?
claim "a crash in each of three: 0 passed, 3 failed, 0 skipped, status 4 (was $status)" \
	sh -c "[ $status = 4 ] && grep -q '^0 passed, 3 failed, 0 skipped' $dir/out"
# A child killed from outside, whichever it is: the last that was started is deepest in the world.
if [ "$plane" != uml ]; then
	"$bin" run --plane "$plane" --reports "$dir/reports" scenarios/acme >"$dir/out" 2>&1 &
	pid=$! end=$((SECONDS + 30))
	while [ $SECONDS -lt $end ] && ! grep -q ' tunnel ' "$dir/out"; do :; done
	kill -KILL "$(pgrep -P $pid | head -1)" 2>/dev/null
	wait $pid; status=$?
	claim "the world killed from outside: status 4 (was $status), nothing proved" \
		sh -c "[ $status = 4 ] && ! grep -qE '^  (ok|broken|leak) ' $dir/out"
fi
"$bin" list scenarios >/dev/full 2>"$dir/out"; status=$?
claim "output that cannot be written: status 4 (was $status)" [ $status = 4 ]

if mkdir "$dir/small" && mount -t tmpfs -o size=900k none "$dir/small" 2>/dev/null; then
	timeout 300 "$bin" run --plane "$plane" --quick --reports "$dir/small" scenarios/acme scenarios/office \
		scenarios/fritzbox scenarios/acme-wrong-psk scenarios/office-gcm >"$dir/out" 2>&1; status=$?
	claim "a report folder of 900 KiB: status 4 (was $status), nothing skipped: $(tail -1 "$dir/out")" \
		sh -c "[ $status = 4 ] && grep -q ' 0 skipped' $dir/out"
	umount "$dir/small"
else
	skip "a report folder of 900 KiB: no mount allowed here"
fi
if mkdir "$dir/full" && mount -t tmpfs -o size=64k none "$dir/full" 2>/dev/null; then
	dd if=/dev/zero of="$dir/full/fill" bs=1k count=60 2>/dev/null
	timeout 120 "$bin" run --plane "$plane" --quick --reports "$dir/full/r" scenarios/acme >"$dir/out" 2>&1; status=$?
	claim "a full disk in the report folder is said, with status 4 (was $status)" \
		sh -c "[ $status = 4 ] && grep -qi 'no space' $dir/out"
	umount "$dir/full"
else
	skip "a full disk: no mount allowed here"
fi
expect 4 "permission\|Permission\|not permitted" "no permission for the report folder is said" \
	setpriv --reuid 65534 --regid 65534 --clear-groups "$bin" run --plane "$plane" --reports /root/r scenarios/acme

# ---- the same verdicts again and again
runs=${RUNS:-30} same=0
for i in $(seq "$runs"); do
	run scenarios/acme >"$dir/out" 2>&1
	grep -E '^  (broken|leak)' -A2 "$dir/out"
	<"$dir/out" sed -n 's/^  \(ok\|broken\|leak\|unproven\) *\([^:]*\):.*/\1 \2/p' >"$dir/verdicts.$i"
	cmp -s "$dir/verdicts.1" "$dir/verdicts.$i" && [ -s "$dir/verdicts.$i" ] && same=$((same + 1)) || diff "$dir/verdicts.1" "$dir/verdicts.$i"
done
claim "$runs runs of acme give $runs times the same verdicts (were $same)" [ "$same" = "$runs" ]

# ---- and so is what checks us
harness/ci_test.sh >"$dir/out" 2>&1; status=$?
cat "$dir/out"
claim "the machinery of make check goes red for what is planted there" [ $status = 0 ]

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
