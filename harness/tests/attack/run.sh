#!/bin/bash
# run.sh [sample|all|scripts|reading] [NAME…] - hostile scripts, configurations, backups and reports against
# twinsite. One line a row, then `N passed, N failed, N skipped`.
#
#	PLANES="libipsec uml vm"	WHO="root user"		BIN=build/twinsite	LANES=4
#
# Most rows wait for a deadline, so LANES (2 a core) of them are tried side by side, each lane with victims of its own.
#
# PLANE/open: the outer wall was taken away on purpose (TWINSITE_PLANT=open:outer), and the world
# sees the whole machine below /host.
#
# A row passes when the attack was tried (it left its mark in the evidence of the run: the
# comment of a firewall rule), was
# refused, left the host as it was, and the checks of that run still got their verdicts in
# time. Whatever it could harm are victims in a folder of our own: files, a process,
# sockets, and settings of the kernel that are looked at before and behind.
#
# Attacks that disturb nobody share a run; when the host has changed after it, each is
# tried again alone to name the one that did it.
# shellcheck disable=SC2016 # what stands in single quotes is for the script we write
set -u
here=$(dirname "$0")
bin=$(realpath "${BIN:-build/twinsite}")
mode=${1:-sample}
[ $# -gt 0 ] && shift
only=" $* "
base=$(mktemp -d /var/tmp/twinsite-attack.XXXXXX) || exit 2
top=$base		     # of this lane
stamp='' listeners='' open=''
lanes=${LANES:-$((2 * $(nproc)))}
share=${SHARE:-35} # attacks in one run
proven=${PROVEN:-10} # so many checks of a run must have a verdict of their own, whatever a script does
limit=${LIMIT:-150} # seconds; a peaceful run takes 1 to 6, a script is given 10 to 60
user=54321	   # an id that nobody has

# Told to end, each lane ends its row first: what that has started must not outlive its victims.
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$base"' EXIT
trap 'exit 130' INT TERM

# Whatever lane says it: shown at once, and counted in the end.
tell() { printf '%s\n' "$1" | tee -a "$base/rows"; }
row() { tell "$(printf '%-8s %-34s %-5s %-9s %s' "$@")"; } # ok|FAILED name who plane text
skip() { tell "SKIP $1: $2: $3"; }			     # what capability reason, as harness/skips.sh reads it
count() { grep -cE "^$1 " "$base/rows"; }
random() { od -An -N6 -tx1 /dev/urandom | tr -d ' \n'; }

# ---------------------------------------------------------------- victims

make_victims() { # for $who: sets D V PID and the rest
	D=$top/$who V=$top/$who/victims
	mark=$(random) secret=$(random)
	rm -f "$top/after"
	Z=$((90000000 + BASHPID)) # seconds that nobody else sleeps
	mkdir -p "$V/home/.ssh" "$D/reports"
	echo "SECRET-$secret" >"$V/secret"
	echo open >"$V/open"
	printf '#!/bin/sh\necho owned-%s >>%s/open\n' "$mark" "$V" >"$V/run.sh"
	echo key >"$V/home/.ssh/authorized_keys"
	chmod 600 "$V/secret" "$V/home/.ssh/authorized_keys"
	chmod 666 "$V/open"
	chmod 755 "$base" "$top" "$D" "$V" "$V/run.sh"
	mkfifo "$V/fifo"
	ABSTRACT=twinsite-$mark
	LISTEN=$(ip -4 -o addr show scope global 2>/dev/null | sed -n '1s,.*inet \([0-9.]*\)/.*,\1,p')
	LISTEN=${LISTEN:-127.0.0.1}
	rm -f "$top/ports" # of the one before: it would be read, or be found empty
	"$base/listen" "$V/sock" "$ABSTRACT" "$top/$who.heard" >"$top/ports" &
	listeners="$listeners $!"
	bash -c "exec -a SECRET-$secret sleep 36000" >/dev/null 2>&1 &
	PID=$!
	listeners="$listeners $PID"
	until grep -qs '^[0-9]* [0-9]* *$' "$top/ports"; do read -rt 0.05 <> <(:); done
	read -r UDP TCP <"$top/ports"
	[ "$who" = user ] && chown -R "$user:$user" "$D"
	export SECRET_OF_THE_CALLER=SECRET-$secret
}

# Everything that no attack may change. Others work on this machine too: so of the rest
# only what bears our mark counts.
host_state() {
	find "$V" -printf '%p %y %i %m %U %G %s %T@ %C@ %l %n\n' | sort
	cat "$V/secret" "$V/open" "$V/run.sh" "$V/home/.ssh/authorized_keys"
	cat "$top/$who.heard" 2>/dev/null
	cat /proc/sys/kernel/{core_pattern,hostname,domainname,modprobe,randomize_va_space,poweroff_cmd} \
		/proc/sys/fs/protected_symlinks /proc/swaps 2>/dev/null
	cut -d' ' -f1 /proc/modules 2>/dev/null
	stat -Lc '%n %i %s %a %u %y %z' /bin/sh /usr/sbin/iptables /usr/sbin/dnsmasq \
		/usr/lib/ipsec/charon /etc/passwd /etc/shadow /usr /etc /bin /dev/kvm 2>/dev/null
	find /etc /root /home /dev/shm /run /tmp /var/spool /usr/local -xdev -maxdepth 3 \
		-newer "$stamp" -name "*owned-$mark*" 2>/dev/null
	find /etc /dev/shm /run /var/spool /root /home -xdev -maxdepth 2 -newer "$stamp" -type f \
		-size -1024k -exec grep -l "owned-$mark" {} + 2>/dev/null
	cut -d' ' -f5- /proc/self/mountinfo | grep -E '^/(proc|sys|dev|run|etc|usr|bin|lib)?(/[a-z]*)? '
	sed 's/.*) \([A-Z]\).*/\1/; s/R/S/' "/proc/$PID/stat" 2>&1
	pgrep -fx "sleep $Z"
}

# ---------------------------------------------------------------- scripts

names() { sed -n 's/^@ //p' "$here/scripts.table"; }
flags() { sed -n "s/^@ $1\( .*\)\?\$/\1 /p" "$here/scripts.table"; }
has() { case $(flags "$1") in *" $2 "*) return 0 ;; esac; return 1; }
body() { sed -n "/^@ $1\( .*\)\?\$/,/^@ /p" "$here/scripts.table" | grep -v -e '^@ ' -e '^#' -e '^$'; }

# try as octal numbers, which the printf of /bin/sh writes again.
carried() {
	local line
	echo 'for H in /tmp/try /run/try /dev/shm/try; do (: >$H) && break; done 2>/dev/null'
	od -An -v -to1 -w250 "$base/try" | tr -s ' ' | while read -r line; do
		printf "printf '%s' >>\$H\n" "$(sed 's/^/\\/; s/ /\\/g' <<<"$line")"
	done
	echo 'chmod 755 $H'
	echo '[ -x $H ] && $H sys kill $$ 0 || mark tried-no-helper'
}

script_head() {
	cat <<-END
		exec 4>&2
		V=${open:+/host}$V D=${open:+/host}$D PID=$PID ABSTRACT=$ABSTRACT LISTEN=$LISTEN UDP=$UDP TCP=$TCP Z=$Z
		T=own
		T=\${T}ed-$mark
		S=SEC
		M=
		flush() {
		[ -z "\$M" ] || iptables -A INPUT -p 253 -m comment --comment "\$M" -j ACCEPT
		M=
		}
		mark() {
		M="\$M \$1"
		[ \${#M} -lt 200 ] || flush
		}
	END
	carried
}

# What charon runs when the tunnel comes up says that it was there to charon, which logs it.
write_updown() { # file name
	{
		echo '#!/bin/bash'
		script_head
		echo "echo tried-$2-0s"
		body "$2"
	} >"$1"
	chmod 755 "$1"
}

# The init script of fritzbox-init, with the attack behind what starts the daemon.
write_init() { # file name
	mkdir -p "$(dirname "$1")"
	{
		sed -n '/^    create: |$/,$s/^      //p' scenarios/fritzbox-init/scenario.yml |
			sed 's|^  /usr/sbin/ipsec starter.*|&\n  attack|'
		echo 'attack() {'
		script_head
		echo "echo \"# tried-$2-0s\" >>/var/ipsec/ipsec.conf"
		body "$2"
		echo '}'
	} >"$1"
	chmod 755 "$1"
}

write_script() { # file name… : one script for all of them; those of hotplug beside it
	local name file=$1 place
	shift
	if [ $# -eq 1 ] && has "$1" hotplug; then
		place=$(dirname "$file")/hotplug.d/iface
		mkdir -p "$place"
		file=$place/10-attack
	fi
	cat scenarios/acme/home/etc/firewall.user >"$file"
	script_head >>"$file"
	for name; do
		if has "$name" alone; then
			{ echo "mark tried-$name-0s" && echo flush && body "$name"; } >>"$file"
			continue
		fi
		{
			echo 'out=$( ('
			body "$name"
			echo ') 2>/dev/null </dev/null ); r=$?'
			has "$name" free && echo 'r=f'
			has "$name" read && echo 'case $out in *"${S}RET-"*) r=0;; *) r=1;; esac'
			echo "mark tried-$name-\$r"
		} >>"$file"
	done
	echo flush >>"$file"
}

as_who() { # command…
	if [ "$who" = user ] && [ "$(id -u)" = 0 ]; then
		HOME=$V/home XDG_CACHE_HOME=$base/$who.cache setpriv --reuid $user --regid $user --clear-groups "$@"
	else
		"$@"
	fi
}

verdicts() { sed -n 's/^  \(ok\|broken\|leak\|unproven\) *\([^:]*\):.*/\1 \2/p' "$top/out"; }

# How many checks have a verdict of their own: also unproven, when what the script did is the reason.
judged() { grep -cE '^  (ok|broken|leak) |^  unproven .*is not rehearsed' "$top/out"; }

# Run acme with these attacks; sets run_status, changed.
rehearse() { # plane name…
	local plane=$1
	shift
	rm -rf "$D/acme" "$D/reports"
	mkdir -p "$D/reports"
	if [ $# -eq 1 ] && has "$1" updown; then
		cp -r scenarios/acme-vti "$D/acme"
		write_updown "$D/acme/home/etc/strongswan.d/ipsec-notify.sh" "$1"
	elif [ $# -eq 1 ] && has "$1" init; then
		cp -r scenarios/fritzbox "$D/acme"
		write_init "$D/acme/openwrt/etc/init.d/ipsec" "$1"
	else
		cp -r scenarios/acme "$D/acme"
		write_script "$D/acme/home/etc/firewall.user" "$@"
	fi
	[ "$who" = user ] && chown -R "$user:$user" "$D/acme" "$D/reports"
	: >"$stamp"
	host_state >"$top/before" 2>&1
	as_who env ${open:+TWINSITE_PLANT=open:outer} timeout -k 5 "$limit" "$bin" run --plane "$plane" --quick --reports "$D/reports" \
		"$D/acme" >"$top/out" 2>&1 </dev/null
	run_status=$?
	host_state >"$top/after" 2>&1
	changed=
	cmp -s "$top/before" "$top/after" || changed="the host has changed: $(diff "$top/before" "$top/after" | sed -n 's/^[<>]/&/p' | head -3 | tr '\n' ' ')"
	grep -qr "$secret" "$D/reports" "$top/out" && changed="$changed the secret is in the report"
	grep -qr "owned-$mark" "$D/reports" && changed="$changed the mark is in the report"
	grep -q "$(printf '\033]0;own')" "$top/out" && changed="$changed a terminal escape was printed"
	[ -n "$changed" ] && [ -n "${KEEP-}" ] && cp -r "$D/reports" "$top/out" "$KEEP"/
	return 0
}

tried() { # name: what its mark says, or nothing
	grep -rhoE "tried-$1-[0-9fs]+" "$D"/reports/acme/*/{evidence.jsonl,home.charon.log} 2>/dev/null | head -1 | sed 's/.*-//'
}

judge() { # name plane: of the run that just was
	local name=$1 plane=$2${open:+/open} status
	status=$(tried "$name")
	if [ -z "$status" ]; then
		row FAILED "$name" "$who" "$plane" "was not tried (run ended with $run_status)"
	elif [ "$status" = 0 ]; then
		row FAILED "$name" "$who" "$plane" "succeeded, as seen from inside"
	elif [ "$status" = 126 ] || [ "$status" = 127 ] || [ "$status" = 99 ]; then
		row FAILED "$name" "$who" "$plane" "could not be tried: status $status"
	elif [ "$run_status" -ge 124 ]; then
		row FAILED "$name" "$who" "$plane" "the run did not end in time or died ($run_status)"
	elif has "$name" any; then
		if [ "$(verdicts | wc -l)" -ge "$(has "$name" lost && echo "$proven" || echo 15)" ] && [ "$(judged)" -ge "$proven" ]; then
			row ok "$name" "$who" "$plane" ""
		else row FAILED "$name" "$who" "$plane" "the other checks got no verdict: $(judged) of them, $(grep -E '^[0-9.]+ (s|min)' "$top/out" | tail -1)"; fi
	elif ! diff <(verdicts) "$base/verdicts.$who.$2${open:+.open}" >"$top/differ"; then
		row FAILED "$name" "$who" "$plane" "changed a verdict: $(sed -n 's/^[<>]/&/p' "$top/differ" | head -2 | tr '\n' ' ')"
	else
		row ok "$name" "$who" "$plane" ""
	fi
}

attack_together() { # plane name…
	local plane=$1 name before
	shift
	rehearse "$plane" "$@"
	if [ -z "$changed" ] && { [ $# -eq 1 ] || [ "$run_status" -lt 124 ]; }; then
		for name; do judge "$name" "$plane"; done
	elif [ $# -eq 1 ]; then
		row FAILED "$1" "$who" "$plane${open:+/open}" "$changed"
	else
		before=$changed
		for name; do attack_together "$plane" "$name"; done
		# What is done once and for all is not done again by the one that did it.
		[ -z "$before" ] || row FAILED "$#-together" "$who" "$plane${open:+/open}" "$before"
	fi
}

wanted() { # name plane
	case $only in "  ") ;; *" $1 "*) ;; *) return 1 ;; esac
	has "$1" uml && [ "$2" != uml ] && return 1
	has "$1" libipsec && [ "$2" != libipsec ] && return 1
	return 0
}

# A sample on a slow plane: each third, those that are only for it, and nothing alone.
in_sample() { # name plane number
	[ "$mode" != sample ] || [ "$only" != "  " ] && return 0
	has "$1" alone && ! has "$1" quick && return 1
	[ "$2" = libipsec ] && return 0
	has "$1" uml || { [ $(($3 % 3)) = 0 ] && ! has "$1" alone; }
}

# The kernels that root has fetched, for somebody else.
lend_kernels() {
	local kernels=${XDG_CACHE_HOME:-$HOME/.cache}/twinsite/kernel cache=$base/$who.cache
	[ "$who" = user ] && [ ! -d "$cache" ] || return
	mkdir -p "$cache/twinsite"
	[ ! -d "$kernels" ] || cp -r "$kernels" "$cache/twinsite/"
	chown -R "$user:$user" "$cache"
}

# A peaceful run: its verdicts are what those of the others are held against.
peace_on() { # plane
	rehearse "$1"
	if [ "$run_status" = 75 ] || [ "$run_status" = 3 ]; then
		skip "scripts as $who on $1" "$1" "$(tail -1 "$top/out" | cut -c1-100)"
		return 1
	fi
	verdicts >"$base/verdicts.$who.$1${open:+.open}"
	if [ "$(verdicts | wc -l)" -lt 15 ] || [ -n "$changed" ]; then
		row FAILED peace "$who" "$1" "a peaceful run has no verdicts ($run_status) $changed"
		return 1
	fi
}

# ---------------------------------------------------------------- jobs

# A line a job: `OPEN attack_together PLANE NAME…`, or another function with its words; OPEN is open or closed.
scripts_on() { # plane: what is wanted there, those first that take long
	local plane=$1 how=${open:+open} name number=0 group=() alone=()
	peace_on "$plane" || return
	for name in $(names | cut -d' ' -f1); do
		wanted "$name" "$plane" || continue
		number=$((number + 1))
		in_sample "$name" "$plane" $number || continue
		# What takes its whole time once has taken it.
		[ -n "$open" ] && has "$name" alone && ! has "$name" quick && continue
		if has "$name" alone; then alone+=("$name"); else group+=("$name"); fi
	done
	[ ${#alone[@]} = 0 ] || printf "${how:-closed} attack_together $plane %s\n" "${alone[@]}" >>"$queue"
	set -- "${group[@]}"
	while [ $# -gt 0 ]; do
		echo "${how:-closed} attack_together $plane ${*:1:$share}" >>"$queue"
		shift $(($# < share ? $# : share))
	done
}

next_job() { # each line of the queue is given to one lane
	local at
	at=$(flock "$queue" sh -c 'at=$(($(cat "$1.at") + 1)) && echo $at | tee "$1.at"' sh "$queue")
	job=$(sed -n "${at}p" "$queue")
	[ -n "$job" ]
}

lane() { # name command…: with victims of its own, which end with it
	top=$base/$1 stamp=$base/$1.stamp
	shift
	mkdir "$top"
	# shellcheck disable=SC2086,SC2064 # one word a process, all started here
	trap '[ -z "$listeners" ] || { kill -9 $listeners && wait $listeners; } 2>/dev/null; rm -rf "$top" "$stamp"' EXIT
	trap 'exit 143' TERM
	make_victims
	"$@"
}

work_off() {
	while next_job; do
		read -r open job <<<"$job"
		[ "$open" = open ] || open=
		$job
	done
}

plan_jobs() {
	local plane
	lend_kernels
	[ "$mode" = scripts ] || [ "$mode$who" = sampleuser ] || printf 'closed %s\n' $reading >>"$queue"
	for plane in $planes; do
		[ "$mode$who$plane" = sampleuseruml ] && continue
		[ "$mode" = reading ] && continue
		scripts_on "$plane"
		[ "$mode" = scripts ] || echo "closed daemons_on $plane" >>"$queue"
		# Without the outer wall the inner one stands alone; only as an ordinary user,
		# as nothing else is left to harm should it not hold.
		[ "$who" = user ] && open=1 scripts_on "$plane"
	done
}

# shellcheck source=/dev/null
. "$here/reading.sh"

# ---------------------------------------------------------------- main

${CC:-cc} -Wall -Wextra -Os -static -nostdlib -ffreestanding -fno-builtin -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-pie -no-pie -Wl,--build-id=none \
	-Wl,-z,noseparate-code -Wl,-z,norelro -s -o "$base/try" "$here/try.c" &&
	${CC:-cc} -D_GNU_SOURCE -Wall -Wextra -O2 -o "$base/listen" "$here/listen.c" || exit 2

planes=${PLANES:-libipsec uml}
[ "$mode" != all ] || planes=${PLANES:-libipsec uml vm}
for who in ${WHO:-root user}; do
	if [ "$who" = root ] && [ "$(id -u)" != 0 ]; then
		skip "everything as root" root "we are not root"
		continue
	fi
	if [ "$who" = user ] && ! harness/capability.sh open-path; then
		skip "everything as an ordinary user" open-path "nobody may reach this folder"
		continue
	fi
	queue=$base/$who.queue
	: >"$queue"
	echo 0 >"$queue.at"
	(lane "$who.first" plan_jobs)
	for one in $(seq "$lanes"); do
		(lane "$who.$one" work_off) &
	done
	wait
done

failed=$(count FAILED)
echo "$(count ok) passed, $failed failed, $(count SKIP) skipped"
[ "$failed" = 0 ] && [ "$(count ok)" -gt 0 ]
