#!/bin/bash
# hubs.sh - does predict's time grow with the number of tunnels, or faster? For each pair of devices
# two hubs with N and 2N tunnels between them, each with a network and identities of its own;
# the ratio of predict's CPU times, median of RUNS (5).
#
#   hubs.sh [N]                             a row a pair (N: 500)
#   hubs.sh --write DEVICE left|right N FOLDER   the files of one end
set -eu
bin=${BIN:-build/twinsite} runs=${RUNS:-5}
devices='openwrt screenos junos strongswan'

# What both ends have in common, and the four ways to write it: awk -v own=1 -v n=…
common='
function net(side, i) { return "10." (side * 128 + int(i / 256)) "." (i % 256) ".0" }
function id(side, i) { return (side ? "r" : "l") i ".example" }
BEGIN { other = !own; wan[0] = "203.0.113.56"; wan[1] = "198.51.100.7"; gateway[0] = "203.0.113.1"; gateway[1] = "198.51.100.1" }
'
openwrt_network='BEGIN {
	print "config interface lan\n\toption device br-lan\n\toption proto static\n\toption ipaddr " (own ? "10.128.0.1" : "10.0.0.1") "\n\toption netmask 255.128.0.0"
	print "config interface wan\n\toption device eth0.2\n\toption proto static\n\toption ipaddr " wan[own] "\n\toption netmask 255.255.255.0\n\toption gateway " gateway[own]
}'
openwrt_firewall='BEGIN {
	far = own ? "10.0.0.0/9" : "10.128.0.0/9"
	print "config defaults\n\toption input REJECT\n\toption output ACCEPT\n\toption forward REJECT"
	print "config zone\n\toption name lan\n\tlist network lan\n\toption input ACCEPT\n\toption output ACCEPT\n\toption forward ACCEPT"
	print "config zone\n\toption name wan\n\tlist network wan\n\toption input REJECT\n\toption output ACCEPT\n\toption forward REJECT\n\toption masq 1\n\tlist masq_dest !" far
	print "config forwarding\n\toption src lan\n\toption dest wan"
	print "config rule\n\toption name IKE\n\toption src wan\n\toption proto udp\n\toption dest_port \"500 4500\"\n\toption target ACCEPT"
	print "config rule\n\toption name ESP\n\toption src wan\n\toption proto esp\n\toption target ACCEPT"
	print "config rule\n\toption name From-VPN\n\toption src wan\n\toption dest lan\n\toption src_ip " far "\n\toption proto all\n\toption extra \"-m policy --dir in --pol ipsec\"\n\toption target ACCEPT"
}'
openwrt_ipsec='BEGIN {
	print "config crypto_proposal p1\n\toption encryption_algorithm aes128\n\toption hash_algorithm sha1\n\toption dh_group modp2048"
	for (i = 0; i < n; i++) {
		print "config remote t" i "\n\toption enabled 1\n\toption gateway " wan[other] "\n\toption authentication_method psk\n\toption pre_shared_key secret" i
		print "\toption local_identifier @" id(own, i) "\n\toption remote_identifier @" id(other, i) "\n\toption keyexchange ikev1\n\tlist crypto_proposal p1\n\tlist tunnel c" i
		print "config tunnel c" i "\n\tlist local_subnet " net(own, i) "/24\n\tlist remote_subnet " net(other, i) "/24\n\tlist crypto_proposal p1\n\toption startaction " (own ? "none" : "start")
	}
}'
screenos='BEGIN {
	print "set interface \"ethernet0/0\" zone \"Untrust\"\nset interface \"ethernet0/1\" zone \"Trust\""
	print "set interface ethernet0/0 ip " wan[own] "/24\nset interface ethernet0/0 route\nset interface ethernet0/1 ip " (own ? "10.128.0.1" : "10.0.0.1") "/9\nset interface ethernet0/1 route"
	for (i = 0; i < n; i++) {
		print "set address \"Trust\" \"own" i "\" " net(own, i) " 255.255.255.0\nset address \"Untrust\" \"far" i "\" " net(other, i) " 255.255.255.0"
		print "set ike gateway \"g" i "\" address " wan[other] " id \"" id(other, i) "\" Main local-id \"" id(own, i) "\" outgoing-interface \"ethernet0/0\" preshare \"secret" i "\" proposal \"pre-g14-aes128-sha\""
		print "set ike gateway \"g" i "\" nat-traversal\nset vpn \"v" i "\" gateway \"g" i "\" replay tunnel idletime 0 proposal \"g14-esp-aes128-sha\""
	}
	for (i = 0; i < n; i++) {
		print "set policy id " (2 * i + 10) " from \"Untrust\" to \"Trust\" \"far" i "\" \"own" i "\" \"ANY\" tunnel vpn \"v" i "\" id 0x" sprintf("%x", i + 1) " pair-policy " (2 * i + 11)
		print "set policy id " (2 * i + 11) " from \"Trust\" to \"Untrust\" \"own" i "\" \"far" i "\" \"ANY\" tunnel vpn \"v" i "\" id 0x" sprintf("%x", i + 1) " pair-policy " (2 * i + 10)
	}
	print "set vrouter \"trust-vr\"\nset route 0.0.0.0/0 interface ethernet0/0 gateway " gateway[own] "\nexit"
}'
junos='BEGIN {
	print "set interfaces ge-0/0/0 unit 0 family inet address " wan[own] "/24\nset interfaces ge-0/0/1 unit 0 family inet address " (own ? "10.128.0.1" : "10.0.0.1") "/9"
	print "set security ike proposal p1 authentication-method pre-shared-keys\nset security ike proposal p1 dh-group group14"
	print "set security ike proposal p1 authentication-algorithm sha1\nset security ike proposal p1 encryption-algorithm aes-128-cbc"
	print "set security ipsec proposal p2 protocol esp\nset security ipsec proposal p2 authentication-algorithm hmac-sha1-96\nset security ipsec proposal p2 encryption-algorithm aes-128-cbc"
	print "set security ipsec policy ipol perfect-forward-secrecy keys group14\nset security ipsec policy ipol proposals p2"
	print "set security zones security-zone trust interfaces ge-0/0/1.0\nset security zones security-zone untrust interfaces ge-0/0/0.0 host-inbound-traffic system-services ike"
	for (i = 0; i < n; i++) {
		print "set security ike policy k" i " mode main\nset security ike policy k" i " proposals p1\nset security ike policy k" i " pre-shared-key ascii-text \"secret" i "\""
		print "set security ike gateway g" i " ike-policy k" i "\nset security ike gateway g" i " address " wan[other] "\nset security ike gateway g" i " external-interface ge-0/0/0.0"
		print "set security ike gateway g" i " local-identity hostname " id(own, i) "\nset security ike gateway g" i " remote-identity hostname " id(other, i) "\nset security ike gateway g" i " version v1-only"
		print "set interfaces st0 unit " i " family inet\nset security zones security-zone vpn interfaces st0." i
		print "set security ipsec vpn v" i " bind-interface st0." i "\nset security ipsec vpn v" i " ike gateway g" i "\nset security ipsec vpn v" i " ike ipsec-policy ipol"
		print "set security ipsec vpn v" i " ike proxy-identity local " net(own, i) "/24\nset security ipsec vpn v" i " ike proxy-identity remote " net(other, i) "/24"
		print "set routing-options static route " net(other, i) "/24 next-hop st0." i
		if (!own) print "set security ipsec vpn v" i " establish-tunnels immediately"
	}
	print "set security policies from-zone trust to-zone vpn policy a match source-address any destination-address any application any\nset security policies from-zone trust to-zone vpn policy a then permit"
	print "set security policies from-zone vpn to-zone trust policy b match source-address any destination-address any application any\nset security policies from-zone vpn to-zone trust policy b then permit"
	print "set routing-options static route 0.0.0.0/0 next-hop " gateway[own]
}'
strongswan='BEGIN {
	print "connections {"
	for (i = 0; i < n; i++) {
		print "t" i " {\n version = 1\n local_addrs = " wan[own] "\n remote_addrs = " wan[other] "\n proposals = aes128-sha1-modp2048\n local {\n  auth = psk\n  id = " id(own, i) "\n }\n remote {\n  auth = psk\n  id = " id(other, i) "\n }"
		print " children {\n  c" i " {\n   local_ts = " net(own, i) "/24\n   remote_ts = " net(other, i) "/24\n   esp_proposals = aes128-sha1-modp2048\n   start_action = " (own ? "none" : "start") "\n  }\n }\n}"
	}
	print "}\nsecrets {"
	for (i = 0; i < n; i++) print "ike-" i " {\n id-a = " id(0, i) "\n id-b = " id(1, i) "\n secret = \"secret" i "\"\n}"
	print "}"
}'

write() { # device left|right n folder
	local own=0
	[ "$2" = left ] || own=1
	mkdir -p "$4"
	hub() { awk -v own=$own -v n="$1" "$common$2"; }
	case $1 in
	openwrt)
		mkdir -p "$4/etc/config"
		hub "$3" "$openwrt_network" >"$4/etc/config/network"
		hub "$3" "$openwrt_firewall" >"$4/etc/config/firewall"
		hub "$3" "$openwrt_ipsec" >"$4/etc/config/ipsec"
		;;
	screenos) hub "$3" "$screenos" >"$4/hub.screenos" ;;
	junos) hub "$3" "$junos" >"$4/hub.junos" ;;
	strongswan) hub "$3" "$strongswan" >"$4/swanctl.conf" ;;
	esac
}
file_of() { # device folder
	case $1 in
	openwrt) echo "$2" ;;
	strongswan) echo "$2/swanctl.conf" ;;
	*) echo "$2/hub.$1" ;;
	esac
}
if [ "${1:-}" = --write ]; then
	write "$2" "$3" "$4" "$5"
	exit
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=${1:-500}
for count in "$n" $((2 * n)); do
	for device in $devices; do
		for side in left right; do write "$device" $side "$count" "$dir/$device-$side-$count"; done
	done
done
TIMEFORMAT='%U %S'
cost() { # left right count: user and system time of one predict
	local times
	times=$({ time "$bin" predict "$(file_of "$1" "$dir/$1-left-$3")" "$(file_of "$2" "$dir/$2-right-$3")" >"$dir/out" 2>&1; } 2>&1) || :
	awk '{ print $1 + $2 }' <<<"$times"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for left in $devices; do
	for right in $devices; do
		: >"$dir/one" && : >"$dir/two" && : >"$dir/ratio"
		for _ in $(seq "$runs"); do
			one=$(cost "$left" "$right" "$n") two=$(cost "$left" "$right" $((2 * n)))
			echo "$one" >>"$dir/one" && echo "$two" >>"$dir/two"
			awk -v a="$two" -v b="$one" 'BEGIN { printf "%.2f\n", a / (b > 0 ? b : 0.001) }' >>"$dir/ratio"
		done
		printf '%-12s %-12s %5d tunnels %6.3f s, %5d %6.3f s, ratio %s\n' "$left" "$right" "$n" "$(median <"$dir/one")" \
			$((2 * n)) "$(median <"$dir/two")" "$(median <"$dir/ratio")"
	done
done
