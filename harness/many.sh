#!/bin/bash
# many.sh - many runs: the recipes of harness/doc/many.md as they stand there, shards put together, holes refused, what
# is written read by others (prove, Python's XML, jsonschema), --watch, diff. On libipsec, four small scenarios.
#
# What a machine has no program for is a skip; Slurm is no package that the checks install (slurmctld slurmd slurm-client
# slurm-wlm-basic-plugins munge). Ends with `N passed, N failed, N skipped`.
set -u
here=$(pwd) bin=$(readlink -f "${BIN:-build/twinsite}") doc=$here/harness/doc/many.md
dir=$(mktemp -d) passed=0 failed=0 skipped=0
trap 'rm -rf "$dir"' EXIT
claim() { # text, command…
	local text=$1; shift
	if "$@"; then passed=$((passed + 1)); echo "ok     $text"
	else failed=$((failed + 1)); echo "FAILED $text"; tail -n 20 "$dir/out"; fi
}
skip() { skipped=$((skipped + 1)); echo "SKIP many/$1: $2: there is no $3 here"; }
says() { grep -qE -e "$1" "$dir/out"; }
block() { awk -v name="<!-- $1 -->" '$0 == name { on = 1; next } on && /^```$/ { exit } on == 2; on && /^```sh$/ { on = 2 }' "$doc"; }

mkdir "$dir/bin" "$dir/w" && cp -r --parents scenarios/{acme,acme-wrong-psk,office,office-gcm} "$dir/w"
# As it is called in the recipes, on the plane that is there everywhere.
printf '#!/bin/sh\ncommand=$1; shift\n[ "$command" != run ] || set -- --plane libipsec "$@"\nexec "%s" "$command" "$@"\n' "$bin" >"$dir/bin/twinsite"
chmod 755 "$dir" "$dir/bin/twinsite"
export PATH=$dir/bin:$PATH:/usr/sbin
cd "$dir/w" || exit 4
fresh() { rm -rf reports shards; }
whole() { says '^4 passed, 0 failed, 0 skipped$' && [ "$(grep -c '"scenario": "scenarios/' reports/summary.json)" = 4 ]; }

# ---- recipes
if command -v parallel >/dev/null; then
	fresh
	PARALLEL_HOME=$dir/home sh -c "$(block parallel)" >"$dir/out" 2>&1; status=$?
	claim "GNU parallel: four shards become one (was $status)" [ $status = 0 ]
	claim "… with all scenarios" whole
else
	skip parallel parallel "program parallel"
fi
ci() { # word of the recipe's variables… : its lines that call twinsite, a shard each
	fresh
	for i in 1 2 3 4; do
		sed -n "/^## $1/,/^## /s/^ *- \(run: \)*\(twinsite run .*\)/\2/p" "$doc" | sed "s/[$]{{ matrix.shard }}/$i/g" >"$dir/step"
		CI_NODE_INDEX=$i CI_NODE_TOTAL=4 sh -e "$dir/step" || return
	done
	sed -n "/^## $1/,/^## /s/^ *- \(run: \)*\(twinsite report .*\)/\2/p" "$doc" >"$dir/step"
	sh -e "$dir/step"
}
for one in GitHub GitLab; do
	ci $one >"$dir/out" 2>&1; status=$?
	claim "$one's matrix: four shards become one (was $status)" [ $status = 0 ]
	claim "… with all scenarios" whole
done
slurm() { # in namespaces of its own: one node, its daemons die with it
	local host
	host=$(hostname)
	# Slurm looks for addresses of a family that some interface besides lo has.
	ip link set lo up && ip link add node type veth peer net && ip addr add 192.0.2.1/24 dev node &&
		ip link set net up && ip link set node up || return
	mkdir -p "$dir/slurm/state" "$dir/slurm/spool" && chmod 700 "$dir/slurm"
	dd if=/dev/urandom of="$dir/slurm/key" bs=128 count=1 2>/dev/null && chmod 400 "$dir/slurm/key"
	munged --force --key-file="$dir/slurm/key" --socket="$dir/slurm/munge" --pid-file="$dir/slurm/munged.pid" \
		--log-file="$dir/slurm/munged.log" --seed-file="$dir/slurm/seed" || return
	cat >"$dir/slurm/slurm.conf" <<-END
		ClusterName=many
		SlurmctldHost=$host(127.0.0.1)
		SlurmUser=root
		AuthType=auth/munge
		AuthInfo=socket=$dir/slurm/munge
		StateSaveLocation=$dir/slurm/state
		SlurmdSpoolDir=$dir/slurm/spool
		SlurmctldPidFile=$dir/slurm/slurmctld.pid
		SlurmdPidFile=$dir/slurm/slurmd.pid
		SlurmctldLogFile=$dir/slurm/slurmctld.log
		SlurmdLogFile=$dir/slurm/slurmd.log
		SlurmdParameters=config_overrides
		ProctrackType=proctrack/linuxproc
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		ReturnToService=2
		MpiDefault=none
		NodeName=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
		PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	END
	export SLURM_CONF=$dir/slurm/slurm.conf
	slurmctld && slurmd || return
	sh -c "$(block slurm)"
}
if [ "$(id -u)" != 0 ] || ! command -v sbatch >/dev/null || ! command -v slurmd >/dev/null || ! command -v munged >/dev/null; then
	skip slurm slurm "Slurm (slurmctld slurmd slurm-client munge, and root)"
else
	fresh
	export -f slurm block
	export dir doc
	timeout 300 unshare --net --pid --fork --kill-child --mount-proc bash -c slurm >"$dir/out" 2>&1; status=$?
	cat shard-*.out >>"$dir/out" 2>/dev/null
	claim "Slurm on one node: four shards become one (was $status)" [ $status = 0 ]
	claim "… with all scenarios" whole
fi

# ---- holes
[ -d shards/4 ] || ci GitLab >"$dir/out" 2>&1
twinsite report --reports r shards/1 shards/2 shards/4 >"$dir/out" 2>&1; status=$?
claim "a missing shard is refused (was $status)" [ $status = 2 ]
claim "… and named" says 'shard 3 of 4 is missing'
claim "… and nothing is written" [ ! -e r/summary.json ]
twinsite report --reports r shards/1 shards/1 shards/2 shards/3 shards/4 >"$dir/out" 2>&1; status=$?
claim "a shard twice is refused (was $status)" [ $status = 2 ]
cp -r shards/1 other && sed -i 's/"version": "[^"]*"/"version": "0.0"/' other/summary.json
twinsite report --reports r other shards/[2-4] >"$dir/out" 2>&1; status=$?
claim "another version is refused (was $status)" [ $status = 2 ]
claim "… and named" says 'of twinsite 0\.0'

# ---- what failed, what was skipped, and who reads it
sed -i 's/yourpasswordhere/yourpasswordthere/' scenarios/acme/acme/firewall.screenos
fresh
twinsite run --quick scenarios/*/ >"$dir/out" 2>&1; status=$?
claim "a wrong key is one failure, status 1 or 2 (was $status)" [ $status = 1 -o $status = 2 ]
claim "… its cause is named" says 'F28 psk-differs'
claim "… within one screen ($(wc -l <"$dir/out") lines)" [ "$(wc -l <"$dir/out")" -le 24 ]
claim "… its line is in SARIF" grep -q '"uri": "scenarios/acme/acme/firewall.screenos"' reports/twinsite.sarif
twinsite run --quick --last-failed --annotate github >"$dir/out" 2>&1
claim "--last-failed runs that one, --annotate marks it" says '^::error file=scenarios/acme/home/etc/config/ipsec,line=8,title=F28 '
twinsite run --quick -k office --tap scenarios/*/ >"$dir/tap" 2>"$dir/out"; status=$?
claim "-k takes by name, --tap (was $status)" [ $status = 0 -a "$(grep -c '^ok' "$dir/tap")" = 2 ]
if command -v prove >/dev/null; then
	prove -e cat "$dir/tap" >"$dir/out" 2>&1; status=$?
	claim "… prove reads it (was $status)" [ $status = 0 ]
	claim "… as two tests" says 'Tests=2'
fi
twinsite run --quick -j 1 -x scenarios/acme scenarios/office scenarios/office-gcm >"$dir/out" 2>&1
claim "--exitfirst starts no other one" says '^0 passed, 1 failed, 0 skipped, 2 not started$'
for one in reports/junit.xml reports/acme/latest/junit.xml; do
	/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' $one >"$dir/out" 2>&1
	claim "$one is well-formed" [ $? = 0 ]
done
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
	twinsite run --quick -q scenarios/*/ >/dev/null 2>&1
	twinsite log --json "$here/harness/log/recorded/office-blocked-nat-t.office.log" \
		"$here/harness/log/recorded/office-blocked-nat-t.branch.log" scenarios/office/office >log.json 2>"$dir/out" || :
	for pair in log:log.json summary:reports/summary.json result:reports/acme/latest/result.json result:reports/office/latest/result.json; do
		/usr/bin/python3 "$here/harness/packaging/validate.py" "$here/harness/packaging/${pair%%:*}.schema.json" "${pair#*:}" >"$dir/out" 2>&1
		claim "${pair#*:} is what its schema says" [ $? = 0 ]
	done
else
	skip schema python3-jsonschema "module jsonschema (package python3-jsonschema)"
fi

# ---- one run, for one administrator or given away
twinsite run --quick scenarios/office >"$dir/out" 2>&1
twinsite report --for office reports/office/latest >"$dir/page" 2>"$dir/out"; status=$?
claim "report --for prints one administrator's page (was $status)" [ $status = 0 -a "$(head -c 15 "$dir/page")" = '<!DOCTYPE html>' ]
twinsite report --share given reports/office/latest >"$dir/out" 2>&1; status=$?
claim "report --share writes a folder to be given away (was $status)" [ $status = 0 -a -s given/index.html ]
twinsite report --share given --tap reports/office/latest >"$dir/out" 2>&1; status=$?
claim "what has no effect there is refused (was $status)" [ $status = 2 ]

# ---- diff and watch
twinsite run --quick scenarios/office >"$dir/out" 2>&1
first=$(readlink -f reports/office/latest)
twinsite run --quick scenarios/office >"$dir/out" 2>&1
twinsite diff "$first" reports/office/latest >"$dir/out" 2>&1; status=$?
claim "two runs of the same differ in nothing (was $status)" [ $status = 0 -a ! -s "$dir/out" ]
twinsite diff reports/office/latest reports/office-gcm/latest >"$dir/out" 2>&1; status=$?
claim "two others do, status 1 (was $status)" [ $status = 1 ]
claim "… also in what was loaded" says '^\+.*gcm'
twinsite predict --watch -q scenarios/acme >"$dir/out" 2>&1 &
pid=$!
until_it_waits() { # times
	local end=$((SECONDS + 60))
	while [ $SECONDS -lt $end ] && [ "$(grep -c 'waiting for a change' "$dir/out")" -lt "$1" ]; do :; done
	[ "$(grep -c 'waiting for a change' "$dir/out")" -ge "$1" ]
}
until_it_waits 1
sed -i 's/yourpasswordthere/yourpasswordhere/' scenarios/acme/acme/firewall.screenos
claim "--watch predicts again when a file was replaced" until_it_waits 2
claim "… and it is cured" sh -c "tail -n 1 '$dir/out' | grep -q 'exit status 0'"
kill $pid 2>/dev/null; wait $pid 2>/dev/null
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
