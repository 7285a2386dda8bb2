#!/bin/sh
# other_end.sh [PLANE] - the other end made for files of the catalogue, and both rehearsed, without a hand's touch
#
# A line for each: one end's files, the device that is made, what came of it. Exit 1: one is not as expected.
set -eu
build=${BUILD:-build}
plane=${1:-libipsec}
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
# The form's example, with what an administrator would say of his rules.
"$build/twinsite" new --neutral |
	sed 's/^firewall: unknown/firewall: passes the tunnel/; s/^nat: unknown/nat: exempt/' >"$reports/form.yml"
failed=0 green=0
while read -r kind device files; do
	if "$build/twinsite" other-end "$files" --firmware documented --device "$device" --run --plane "$plane" \
		--reports "$reports" >"$reports/said" 2>&1; then
		green=$((green + 1))
		said=$(grep ' on .*: .* ok' "$reports/said" || true)
	else
		failed=$((failed + 1))
		said="NOT as expected: $(grep -m 1 -E '^  (broken|leak)|twinsite: ' "$reports/said" || tail -n 1 "$reports/said")"
	fi
	echo "$kind -> $device: $files: $said"
done <<PAIRS
openwrt screenos scenarios/acme/home
openwrt junos scenarios/office/office
openwrt openwrt scenarios/office/office
openwrt fritzbox scenarios/fritzbox/openwrt
openwrt strongswan scenarios/fritzbox/openwrt
fritzbox openwrt scenarios/fritzbox/fritzbox
fritzbox fritzbox scenarios/fritzbox/fritzbox
fritzbox screenos scenarios/fritzbox/fritzbox
fritzbox junos scenarios/fritzbox/fritzbox
fritzbox strongswan scenarios/fritzbox/fritzbox
screenos strongswan scenarios/acme/acme/firewall.screenos
screenos junos scenarios/acme/acme/firewall.screenos
screenos fritzbox scenarios/screenos54/firewall
strongswan openwrt scenarios/office/branch
strongswan junos scenarios/office/branch
strongswan screenos scenarios/screenos54/client
openwrt neutral scenarios/office/office
fritzbox neutral scenarios/fritzbox/fritzbox
screenos neutral scenarios/acme/acme/firewall.screenos
neutral openwrt $reports/form.yml
neutral junos $reports/form.yml
neutral strongswan $reports/form.yml
PAIRS
echo "other ends rehearsed on $plane: $green as expected, $failed not"
[ "$failed" -eq 0 ]
