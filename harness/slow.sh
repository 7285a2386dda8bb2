#!/bin/bash
# slow.sh - the same verdicts on a starved machine? Each scenario in a control group that gets SHARE
# (5) percent of one CPU, in slices of PERIOD (100000) µs. Needs root and the cpu controller (v1 or
# v2); PLANE=libipsec. A window that is too short shows as a verdict that is not as expected.
set -u
bin=$(realpath "${BIN:-build/twinsite}") share=${SHARE:-5} period=${PERIOD:-100000} plane=${PLANE:-}
quota=$((period * share / 100)) root=/sys/fs/cgroup dir=$(mktemp -d) failed=0
[ $# -gt 0 ] || set -- acme acme-no-exemption office-gcm office-wrong-psk acme-ike-cipher office-pfs-at-rekey
if grep -qw cpu $root/cgroup.controllers 2>/dev/null; then
	own=$root group=$root/twinsite-slow-$$
	echo +cpu >$root/cgroup.subtree_control 2>/dev/null
	mkdir $group 2>/dev/null && echo "$quota $period" >$group/cpu.max 2>/dev/null
else
	own=$root/cpu group=$root/cpu/twinsite-slow-$$
	mkdir $group 2>/dev/null && echo "$period" >$group/cpu.cfs_period_us 2>/dev/null &&
		echo "$quota" >$group/cpu.cfs_quota_us 2>/dev/null
fi
if ! { [ -d $group ] && echo $$ >$group/cgroup.procs; } 2>/dev/null; then
	rmdir $group 2>/dev/null
	echo "slow: no group with a share of a CPU can be made here (root, cpu controller)" >&2
	exit 77
fi
trap 'echo $$ >$own/cgroup.procs; rmdir $group; rm -rf "$dir"' EXIT
for scenario; do
	"$bin" run --quick ${plane:+--plane $plane} --reports "$dir" "scenarios/$scenario" >"$dir/out" 2>&1
	status=$?
	[ $status = 0 ] || [ $status = 75 ] || failed=1
	echo "$share % of a CPU: $(tail -3 "$dir/out" | head -2 | tr '\n' ';') status $status"
done
exit $failed
