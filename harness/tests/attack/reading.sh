# reading.sh - hostile backups, scenarios, configurations and reports, sourced by run.sh
#
# Nothing of these runs in a node: twinsite has to read them, to say in a sentence with the
# file's name what it does not, and to touch nothing else.
# shellcheck shell=bash disable=SC2154,SC2059 # what run.sh has set; PCAP is a format

# Is the host as it was, and the secret nowhere in what was said?
unharmed() { # name place
	host_state >"$top/after" 2>&1
	if ! cmp -s "$top/before" "$top/after"; then
		row FAILED "$1" "$who" "$2" "the host has changed: $(diff "$top/before" "$top/after" | grep '^[<>]' | head -2 | tr '\n' ' ')"
	elif grep -q "$secret" "$top/out"; then
		row FAILED "$1" "$who" "$2" "the secret was said"
	elif grep -q "root:[*x]\?:" "$top/out"; then
		row FAILED "$1" "$who" "$2" "a line of /etc/passwd was said"
	else
		return 0
	fi
	return 1
}

# name STATUS PATTERN command…: what it says has to match, and it ends with that status.
says() {
	local name=$1 want=$2 pattern=$3 got
	shift 3
	wanted "$name" - || return
	[ "$who" = user ] && chown -R -h "$user:$user" "$D/in"
	: >"$stamp"
	# What was behind the last one is before this one.
	cp "$top/after" "$top/before" 2>/dev/null || host_state >"$top/before" 2>&1
	as_who timeout -k 2 "${LONG:-60}" "$@" >"$top/out" 2>&1 </dev/null
	got=$?
	unharmed "$name" - || return
	if [ "$want" != '*' ] && [ "$got" != "$want" ] || [ "$got" -ge 124 ]; then
		row FAILED "$name" "$who" - "status $got, not $want: $(tail -1 "$top/out" | cut -c1-160)"
	elif ! grep -qE -- "$pattern" "$top/out"; then
		row FAILED "$name" "$who" - "does not say '$pattern': $(tail -1 "$top/out" | cut -c1-160)"
	else
		row ok "$name" "$who" - ""
	fi
}

# A router's backup as a folder, healthy but for what the row does to it.
backup() {
	rm -rf "$D/in"
	mkdir -p "$D/in"
	cp -r scenarios/acme/home "$D/in/home"
	B=$D/in/home
}
scenario() {
	rm -rf "$D/in"
	mkdir -p "$D/in"
	cp -r scenarios/acme "$D/in/acme"
	B=$D/in/acme
}
replace() { rm -rf "$1" && ln -s "$2" "$1"; } # file target

backups() {
	local n
	backup; replace "$B/etc/config/dhcp" "$V/secret"
	says link-to-secret 2 'etc/config/dhcp: leads out of' "$bin" import "$B"
	backup; replace "$B/etc/config/dhcp" "../../../../victims/secret"
	says link-by-dot-dot 2 'etc/config/dhcp: leads out of' "$bin" import "$B"
	backup; replace "$B/etc/config/network" /proc/self/environ
	says link-to-environment 2 'etc/config/network: leads out of' "$bin" import "$B"
	backup; replace "$B/etc/firewall.user" "$V/secret"
	says link-as-script 2 'etc/firewall.user: leads out of' "$bin" import "$B"
	backup; replace "$B/etc/config" "$V"
	says link-as-folder 2 'etc/config/.*: leads out of' "$bin" import "$B"
	backup; ln -s "$V/secret" "$B/a"; ln -s a "$B/b"; replace "$B/etc/config/dhcp" ../../b
	says link-to-link 2 'etc/config/dhcp: leads out of' "$bin" import "$B"
	backup; replace "$B/etc/config/dhcp" dhcp
	says link-in-a-circle 2 'etc/config/dhcp: ' "$bin" import "$B"
	backup; replace "$B/etc/config/dhcp" /dev/zero
	says link-to-device 2 'etc/config/dhcp: leads out of' "$bin" import "$B"
	backup; ln -s /etc/shadow "$B/etc/shadow"
	says shadow-of-the-host 0 'etc/config/ipsec' "$bin" import "$B"
	backup; rm "$B/etc/config/dhcp"; mkfifo "$B/etc/config/dhcp"
	says fifo-as-file 2 'etc/config/dhcp: not a regular file' "$bin" import "$B"
	backup; rm "$B/etc/config/dhcp"
	if mknod -m 666 "$B/etc/config/dhcp" c 1 5 2>/dev/null; then
		says device-as-file 2 'etc/config/dhcp: not a regular file' "$bin" import "$B"
	fi
	backup; truncate -s 3G "$B/etc/config/dhcp"
	says huge-file 2 'etc/config/dhcp: larger than' "$bin" import "$B"
	backup; printf "config include\n\toption path '/../../victims/secret'\nconfig include\n\toption path '/etc/x.sh'\n" >>"$B/etc/config/firewall"
	ln -s "$V/secret" "$B/etc/x.sh"
	says include-of-a-link 2 'etc/x.sh: leads out of' "$bin" import "$B"
	backup; printf "config include\n\toption path '/../../victims/secret'\n" >>"$B/etc/config/firewall"
	says include-by-dot-dot 0 'victims/secret, which is not among these files' "$bin" import "$B"
	backup; ln -s "$V/secret" "$D/in/vpn.cfg"
	says other-end-is-a-link 2 'vpn.cfg: leads out of' "$bin" import --device fritzbox "$D/in"
	archives
}

pack() { tar -C "$D/in" -czf "$D/in/backup.tar.gz" "$@"; }
archives() {
	backup; replace "$B/etc/config/dhcp" "$V/secret"; pack --transform 's,^home/,,' home/etc
	says archive-with-a-link 2 'etc/config/dhcp is a symbolic link' "$bin" import "$D/in/backup.tar.gz"
	backup; ln -f "$B/etc/config/network" "$B/etc/config/dhcp"; pack --transform 's,^home/,,' home/etc/config/network home/etc/config/dhcp
	says archive-with-a-hard-link 2 'etc/config/(dhcp|network) is a hard link' "$bin" import "$D/in/backup.tar.gz"
	backup; pack -P --transform 's,^home/,../../victims/,' home/etc
	says archive-by-dot-dot 2 'leaves the folder|no scenario|No such file' "$bin" new --left "$D/in/backup.tar.gz" --right scenarios/acme/acme/firewall.screenos "$D/in/new"
	backup; cp "$B/etc/firewall.user" "$B/open.uci"; pack -P --transform "s,^home/open.uci,$V/open.uci," home/open.uci home/etc
	says archive-absolute 2 '.' sh -c "$bin new --left $D/in/backup.tar.gz --right $V/none $D/in/new; exit 2"
	backup; head -c 400M /dev/zero >"$B/etc/config/zero"; pack home; rm "$B/etc/config/zero"
	says archive-bomb 2 'more than [0-9]+ bytes' "$bin" import "$D/in/backup.tar.gz"
	backup; mkdir "$D/in/many"; (cd "$D/in/many" && seq 25000 | xargs touch); pack many
	says archive-of-many 2 'more than [0-9]+ files' "$bin" import "$D/in/backup.tar.gz"
	backup; pack home; printf 'no such code' | dd of="$D/in/backup.tar.gz" bs=1 seek=200 conv=notrunc 2>/dev/null
	says archive-damaged 2 'backup.tar.gz: the archive is damaged' "$bin" import "$D/in/backup.tar.gz"
	# It unpacks, to other bytes: its checksum (the last eight bytes but four) tells, and nothing else.
	backup; pack home; printf 'none' | dd of="$D/in/backup.tar.gz" bs=1 seek=$(($(stat -c %s "$D/in/backup.tar.gz") - 8)) conv=notrunc 2>/dev/null
	says archive-with-another-checksum 2 'backup.tar.gz: the archive is damaged' "$bin" import "$D/in/backup.tar.gz"
	backup; pack home; truncate -s -5 "$D/in/backup.tar.gz"
	says archive-cut-short 2 'backup.tar.gz: the archive is damaged: it ends too early' "$bin" import "$D/in/backup.tar.gz"
}

overlay() { printf '# An overlay of a stranger.\nbase: %s\n%s\n' "$1" "${2-}" >"$B/scenario.yml"; }
scenarios() {
	local n
	for n in ../../victims/secret /etc/passwd "$V/secret" inside; do
		scenario; ln -s "$V/secret" "$B/inside"
		sed -i "s,files: acme/firewall.screenos,files: $n," "$B/scenario.yml"
		says "files-$(tr -c 'a-z\n' - <<<"${n##*/}")$(tr -dc / <<<"$n" | wc -c)" 2 'scenario.yml:[0-9]+: .*leads out of' "$bin" predict "$B"
	done
	scenario; mkfifo "$B/fifo"; sed -i "s,files: acme/firewall.screenos,files: fifo," "$B/scenario.yml"
	says files-fifo 2 'fifo: not a regular file' "$bin" run --plane libipsec --reports "$D/reports" "$B"
	for n in ../../victims/secret /etc/passwd "$V/secret"; do
		scenario; overlay "$n"
		says "base-$(tr -c 'a-z\n' - <<<"${n##*/}")$(tr -dc / <<<"$n" | wc -c)" 2 'is no scenario|does not exist' "$bin" run --plane libipsec --reports "$D/reports" "$B"
	done
	scenario; replace "$B/scenario.yml" "$V/secret"
	says scenario-is-a-link 2 'scenario.yml: leads out of' "$bin" predict "$B"
	scenario; replace "$B/scenario.yml" "$V/secret"
	says scenario-in-a-list 2 'scenario.yml: leads out of' "$bin" list "$D/in"
	scenario; cp -r scenarios/acme "$D/in/base"; overlay ../base "edit:
  - file: ../../victims/open
    create: own"
	says edit-outside 2 'folder of neither site|leads out|no .*files' "$bin" predict "$B"
}

strongswan_files() {
	mkdir -p "$1"
	cat >"$1/ipsec.conf" <<-END
		include /etc/shadow
		include $V/secret
		conn acme
			keyexchange=ikev1
			aggressive=yes
			left=%any
			leftid=@bratwurst
			leftsubnet=192.168.2.64/26
			leftupdown="sh -c 'echo owned-$mark >>$V/open'"
			leftcert=$V/secret
			right=7.7.7.7
			rightsubnet=10.1.2.0/24
			authby=secret
			ike=aes128-sha1-modp1024!
			esp=aes128-sha1-modp1024!
			auto=start
	END
	cat >"$1/ipsec.secrets" <<-END
		include $V/secret
		@bratwurst 7.7.7.7 : PSK "x"
		: RSA $V/secret
		: PIN %smartcard1:50 0000
	END
	cat >"$1/strongswan.conf" <<-END
		include $V/secret
		charon {
			load = pkcs11 evil
			start-scripts { own = $V/run.sh }
			filelog { own { path = $V/open } }
			plugins { pkcs11 { modules { own { path = $V/run.sh } } } }
		}
	END
}

# The words that reach out: named or without effect, and not in what the daemons are told.
configurations() {
	local word
	for word in include leftupdown leftcert RSA PIN load; do
		backup; strongswan_files "$D/in/swan"
		says "strongswan-$word" 0 "${word/#RSA/only PSK secrets}|${word/#PIN/only PSK secrets}" "$bin" import "$D/in/swan"
	done
	for word in dhcpscript confdir addnhosts logfacility resolvfile serversfile; do
		backup; printf "config dnsmasq\n\toption %s '%s'\n" $word "$V/run.sh" >"$B/etc/config/dhcp"
		says "dnsmasq-$word" 0 "$word" "$bin" import "$B"
	done
	for word in dhcp-script conf-dir addn-hosts conf-file log-facility pid-file servers-file hostsdir dumpfile; do
		scenario; printf "config dnsmasq\n\tlist server '/x/1.2.3.4\n%s=%s'\n" "$word" "$V/run.sh" >"$B/home/etc/config/dhcp"
		printf '%s=%s\n' "$word" "$V/run.sh" >"$B/home/etc/dnsmasq.conf"
		says "dnsmasq-conf-$word" 0 'dnsmasq' sh -c "$bin plan $B >$D/in/plan; ! grep -E '^[[:space:]]*$word=' $D/in/plan && grep -m1 dnsmasq $D/in/plan"
	done
}

# A rehearsal with strongSwan's words and dnsmasq's, for the daemons themselves.
daemons_on() { # plane
	wanted daemons "$1" || return
	scenario
	rm -rf "$D/reports" && mkdir -p "$D/reports"
	rm -rf "${B:?}/home" && strongswan_files "$B/home"
	sed -i "s,device: openwrt,device: strongswan\n    lan: 192.168.2.82/26,; /guest/d" "$B/scenario.yml"
	[ "$who" = user ] && chown -R "$user:$user" "$D/in" "$D/reports"
	: >"$stamp"
	host_state >"$top/before" 2>&1
	as_who timeout -k 5 "$limit" "$bin" run --plane "$1" --quick --reports "$D/reports" "$B" >"$top/out" 2>&1 </dev/null
	unharmed daemons "$1" || return
	if grep -rqE "$V|pkcs11|start-scripts" "$D/reports" --include='*.conf' --include='*.log' --include=charon.out; then
		row FAILED daemons "$who" "$1" "a daemon was told: $(grep -rhE "$V|pkcs11|start-scripts" "$D/reports" --include='*.conf' --include='*.log' | head -1)"
	elif [ "$(verdicts | wc -l)" -lt 5 ]; then
		row FAILED daemons "$who" "$1" "no verdicts: $(tail -1 "$top/out" | cut -c1-160)"
	else
		row ok daemons "$who" "$1" ""
	fi
}

# A run's report that somebody has sent.
reports() {
	local n run=
	rm -rf "$D/report" "$D/in"
	mkdir -p "$D/in"
	[ "$who" = user ] && chown -R "$user:$user" "$D/in"
	as_who timeout -k 5 "$limit" "$bin" run --plane libipsec --quick --keys --reports "$D/report" scenarios/acme >"$top/out" 2>&1 </dev/null
	run=$(echo "$D"/report/acme/2*)
	[ -e "$run/run.json" ] || { row FAILED reports "$who" - "no run to work with: $(tail -1 "$top/out")"; return; }
	for n in run.json evidence.jsonl; do
		rm -rf "$D/in"; mkdir -p "$D/in"; cp -r "$run" "$D/in/run"; replace "$D/in/run/$n" "$V/secret"
		says "report-link-$n" 2 "$n: leads out of" "$bin" explain "$D/in/run" scenarios/acme
		rm -f "$D/in/run/$n"; mkfifo "$D/in/run/$n"
		says "report-fifo-$n" 2 "$n: not a regular file" "$bin" explain "$D/in/run" scenarios/acme
	done
	for n in home-wan.pcapng home.charon.log; do
		rm -rf "$D/in"; mkdir -p "$D/in"; cp -r "$run" "$D/in/run"; replace "$D/in/run/$n" "$V/secret"
		says "report-link-$n" '*' 'acme: ' "$bin" explain "$D/in/run" scenarios/acme
	done
	rm -rf "$D/in"; mkdir -p "$D/in"; cp -r "$run" "$D/in/run"; sed -i "s,\"scenario\": \"[^\"]*\",\"scenario\": \"$V/secret\"," "$D/in/run/run.json"
	says report-of-a-secret-scenario 2 'secret' "$bin" explain "$D/in/run"
	rm -rf "$D/in"; mkdir -p "$D/in/keys"; ln -s "$V/secret" "$D/in/keys/own.keys"
	says keys-by-link 2 'own.keys: leads out of' "$bin" pcap --keys "$D/in/keys" pcaps/acme.pcapng
}

# A capture is a file as well: lies about lengths, floods, and names for the terminal.
PCAP='\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\377\377\0\0\1\0\0\0'
captures() {
	local C=$D/in/own.pcap escape
	escape=$(printf '\033')
	rm -rf "$D/in"; mkdir -p "$D/in"
	printf "$PCAP"'\0\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377own' >"$C"
	says capture-of-lies '*' '.' "$bin" pcap "$C"
	{ printf "$PCAP"; head -c 300M /dev/zero; } | gzip -1 >"$C"
	says capture-bomb '*' '.' "$bin" pcap "$C"
	sed 's/home-gw/\x1b]0;own/g' scenarios/acme/acme/firewall.screenos >"$D/in/own.screenos"
	says escapes-in-a-name 0 own sh -c "$bin import $D/in/own.screenos >$D/in/said; ! grep -q '$escape' $D/in/said && grep -m1 own $D/in/said"
	printf 'own\n' >"$C"
	says capture-of-nothing 2 'own.pcap: ' "$bin" pcap "$C"
	mkdir "$D/in/folder"
	says capture-is-a-folder 2 'folder' "$bin" pcap "$D/in/folder"
}

# Whoever reads has been taken over (TWINSITE_PLANT=parse:…, base/hostile.h): root was given away
# before. An ordinary user is only himself, whatever he reads.
taken_over() {
	local taken="env TWINSITE_PLANT=parse:$V" run
	[ "$who" = root ] || return
	rm -rf "$D/in" "$D/reports"; mkdir -p "$D/in" "$D/reports"
	cp -r scenarios/acme "$D/in/acme"
	# shellcheck disable=SC2086 # several words
	{
	says taken-over-import 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" import "$D/in/acme/home"
	says taken-over-list 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" list "$D/in"
	says taken-over-plan 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" plan "$D/in/acme"
	says taken-over-predict 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" predict "$D/in/acme"
	says taken-over-new 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" new "$D/reports/new" --left "$D/in/acme/home" --right "$D/in/acme/acme"
	says taken-over-pcap 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" pcap pcaps/acme.pcapng
	says taken-over-pcap-keys 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" pcap --write-keys "$D/reports/keys" pcaps/acme.pcapng
	says taken-over-run 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" run --plane libipsec --quick --reports "$D/reports" "$D/in/acme"
	says taken-over-fix 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" fix "$D/in/acme"
	says taken-over-fix-apply 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" fix --apply "$D/in/acme"
	run=$(echo "$D"/reports/acme/2*)
	says taken-over-explain 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" explain "$run"
	}
	# What nobody else may read is copied, or shown on request: a clone in /root works.
	chmod -R go-rwx "$D/in"
	says private-scenario 0 'tried [0-9]* things, 0 succeeded' $taken "$bin" run --plane libipsec --quick --reports "$D/in/reports" "$D/in/acme"
	printf '# over\nbase: ../acme\n' >"$D/in/over.yml"
	mkdir "$D/in/over"; mv "$D/in/over.yml" "$D/in/over/scenario.yml"; chmod -R go-rwx "$D/in"
	says private-base 0 'F02|nothing' "$bin" predict "$D/in/over"
	sed -i 's/g2-esp-aes128/g5-esp-aes128/' "$D/in/acme/acme/firewall.screenos"
	says fix-apply-private 0 'nothing is left, by prediction' $taken "$bin" fix --apply "$D/in/acme"
	says fix-apply-of-root 0 '^root root 600$' sh -c "grep -q modp1536 $D/in/acme/home/etc/config/ipsec && stat -c '%U %G %a' $D/in/acme/home/etc/config/ipsec"
	says report-of-root 0 'root root [0-9]*' sh -c "find $D/in/reports $D/reports ! -user root | grep . && exit 1; stat -c '%U %G %s' $D/reports/acme/latest/result.json"
}

# Where a guest kernel has no namespaces around it, a script does not run, and that is said.
without_walls() {
	local run
	harness/capability.sh uml || { skip "no-namespaces as $who" uml "there is no User-Mode Linux"; return; }
	scenario
	printf '\n[ -e /x ] && echo %s >>%s/open\necho %s >>%s/open\n' "owned-$mark" "$V" "owned-$mark" "$V" >>"$B/home/etc/firewall.user"
	rm -rf "$D/reports"; mkdir -p "$D/reports"
	[ "$who" = user ] && chown -R "$user:$user" "$D/reports"
	run="echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps -all --bounding-set -all $bin run --plane uml --quick --reports $D/reports $B"
	LONG=100 says no-namespaces 1 'not run: .* cannot be confined: there are no namespaces' unshare -U -r sh -c "$run"
}

# Each for itself.
reading='taken_over without_walls captures backups scenarios configurations reports'
