#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm.sh [full] - the plane vm: what it shows, that a virtual clock repeats, and what becomes of bad input
#
# With `full`, ten runs of one seed instead of two, as root and as an ordinary user, all that needs a machine made anew,
# and the whole catalogue: each kernel of the cache against uml, verdict by verdict. A kernel comes from the cache
# (.ci/packages --vm [linux-image-…]). Ends with `N passed, N failed, N skipped`.
set -u
bin=${BIN:-build/twinsite} full=${1-} passed=0 failed=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
if ! "$bin" doctor --has vm >"$dir/out" 2>&1; then
	echo "SKIP plane vm: vm: $(head -1 "$dir/out")"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
claim() { # text command…
	local text=$1; shift
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $text"; tail -n 12 "$dir/out"; fi
}
run() { timeout -s KILL 300 "$bin" run --quick --reports "$dir/r" "$@" >"$dir/out" 2>&1; status=$?; }
says() { grep -qE "$1" "$dir/out"; }
# All that a run has seen and said, but for what names the machine's time: evidence, captures, verdicts.
sum_of() { (cd "$1/latest" && { cat evidence.jsonl ./*.pcapng && rows "$PWD/result.json"; } | sha256sum); }
rows() { grep -E '^      "(verdict|check|claim)":' "$1"; }
# The longest of the seconds that a report has: the same by a virtual clock.
virtual_s() { grep -oE '"took_s": [0-9.]+' "$1/latest/result.json"; }
same_seed() { # N PROGRAM REPORTS KERNEL: N runs of one seed are one, also the run that makes the machine; says which are not
	local first='' now i
	for i in $(seq "$1"); do
		timeout -s KILL 300 "$2" run --quick --clock virtual --seed 7 --kernel "$4" --reports "$3" "$dir/seed/office-gcm" >"$3.out" 2>&1 ||
			{ echo "run $i: status $?"; tail -n 5 "$3.out"; return 1; }
		now="$(sum_of "$3/office-gcm") $(virtual_s "$3/office-gcm")"
		[ "${first:=$now}" = "$now" ] || { echo "run $i: $now, the first was $first"; return 1; }
		rm -rf "${3:?}/office-gcm"
	done
}

# What it shows.
run --plane vm scenarios/acme
claim "acme is as expected on vm (was $status)" [ $status = 0 ]
claim "… and 25 checks hold" says 'on vm: 25 ok, 1 unproven'
run --plane vm scenarios/acme-wrong-psk
claim "a wrong key is found on vm (was $status)" [ $status = 0 ]
"$bin" doctor --has vm/XFRM-interfaces >"$dir/out" 2>&1
claim "its kernel has XFRM interfaces" [ $? = 0 ]
# A device's script that makes an XFRM interface, and one with fw4-style nft rules: neither is there in uml. Whatever the
# kernel refused would be a finding.
with_lines() { # name: lines for the end of the router's firewall.user
	cp -r scenarios/acme "$dir/$1" && cat >>"$dir/$1/home/etc/firewall.user"
}
with_lines acme-xfrm <<'END'
ip link add ipsec0 type xfrm dev lo if_id 42
ip link set ipsec0 up
END
with_lines acme-nft <<'END'
nft add table inet fw4_probe
nft add chain inet fw4_probe srcnat '{ type nat hook postrouting priority srcnat; policy accept; }'
nft add rule inet fw4_probe srcnat ip daddr 192.0.2.0/24 oifname eth1 counter masquerade
nft add chain inet fw4_probe forward '{ type filter hook forward priority filter; policy accept; }'
nft add rule inet fw4_probe forward meta ipsec exists counter accept
END
for one in acme-xfrm acme-nft; do
	run --plane vm "$dir/$one"
	claim "$one is as expected on vm (was $status)" [ $status = 0 ]
	claim "… and the kernel took all that its script says" [ "$(grep -cE '"kind":"refus|"status":[1-9]' "$dir/r/$one/latest/evidence.jsonl")" = 0 ]
done

# The virtual clock.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/twinsite
kernel=$(readlink -f "$cache/kernel/default")
runs=2 who=me pids=()
mkdir "$dir/seed"
cp -r scenarios/office-gcm scenarios/office "$dir/seed/" # one is the other's base
if [ -n "$full" ]; then # in a cache of their own: the first run makes the machine
	runs=10
	[ "$(id -u)" != 0 ] || who="me user"
fi
for one in $who; do
	mkdir "$dir/$one"
	cp "$bin" "$dir/$one/twinsite"
	booted=$kernel
	[ "$one" = me ] || { booted=$dir/$one/kernel && cp -rL "$kernel" "$booted"; } # root's cache is closed to others
	chmod -R a+rX "$dir/$one" "$dir/seed"
	[ "$one" = me ] || { chmod 711 "$dir" && chown -R 65534:65534 "$dir/$one"; }
	[ "$one" = me ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	(
		[ -z "$full" ] || export XDG_CACHE_HOME="$dir/$one/cache"
		export -f same_seed sum_of rows virtual_s
		export dir
		cd "$dir/$one" && ${as-} bash -c 'same_seed "$@"' same "$runs" "$dir/$one/twinsite" "$dir/$one/r" "$booted"
	) >"$dir/$one.out" 2>&1 &
	pids[${#pids[@]}]=$!
done
for one in $who; do
	wait "${pids[0]}"; status=$?
	pids=("${pids[@]:1}")
	cp "$dir/$one.out" "$dir/out"
	claim "$runs runs of one seed are one, to the byte and the microsecond ($([ "$one" = me ] && id -un || echo an ordinary user))" [ $status = 0 ]
	rm -rf "${dir:?}/$one"
done
run --clock virtual --seed 7 scenarios/office-gcm
claim "office-gcm is as expected by a virtual clock (was $status)" [ $status = 0 ]
first=$(sum_of "$dir/r/office-gcm")
run --clock virtual --seed 8 scenarios/office-gcm
claim "another seed is another evidence, and the same verdicts (was $status)" [ $status = 0 -a "$(sum_of "$dir/r/office-gcm")" != "$first" ]
claim "the report has both clocks" says ' of a virtual clock \(seed 8\), in [0-9.]+ s on vm'
took_us=$(grep -o '"end","name":"build".*"took_us":[0-9]*' "$dir/r/office-gcm/latest/evidence.jsonl" | grep -o '[0-9]*$')
claim "both sites of a machine that has just booted are built without a wait (${took_us-?} µs of the virtual clock)" [ "${took_us:-9999999}" -lt 1000000 ]
status=0
"$bin" run --clock virtual --seed 7 --reports "$dir/r" scenarios/acme >"$dir/out" 2>&1 || status=$?
claim "a throughput by a virtual clock is unproven, with the reason (was $status)" says 'unproven  throughput .*virtual'

# Bad input: a sentence and a status.
while read -r wanted sentence words; do
	# shellcheck disable=SC2086
	run $words scenarios/acme
	claim "run $words is $wanted (was $status)" [ $status = "$wanted" ]
	claim "… and says $sentence" says "${sentence//_/ }"
done <<END
2 is_none_of_real,_virtual --clock fast
2 only_the_plane_vm --clock virtual --plane uml
2 only_the_plane_vm --clock virtual --keep
2 no_effect_without_--clock --seed 3
2 is_no_number --clock virtual --seed x
2 only_the_plane_vm_boots_one --plane uml --kernel /nowhere
2 /nowhere --plane vm --kernel /nowhere
2 a_folder,_or_a_file --plane vm --kernel Makefile
2 no_boot/vmlinuz --plane vm --kernel harness
END
user_cache=${XDG_CACHE_HOME-}
export XDG_CACHE_HOME=$dir/cache
mkdir -p "$dir/cache" "$dir/none/boot"
if [ -e "/boot/vmlinuz-$(uname -r)" ]; then
	echo "this machine's own kernel would serve"
else
	run --plane vm scenarios/acme
	claim "without a kernel it is 75 (was $status)" [ $status = 75 ]
	claim "… and says where one comes from" says 'there is no kernel for it: .ci/packages --vm'
fi
# A kernel without ESP.
modules=$(echo "$kernel"/{,usr/}lib/modules/*/modules.dep.bin | tr ' ' '\n' | grep -v '\*' | head -1)
version=$(basename "$(dirname "$modules")")
mkdir -p "$dir/none/lib/modules/$version"
cp "$kernel/boot/vmlinuz-$version" "$dir/none/boot/"
touch "$dir/none/lib/modules/$version/modules.dep.bin"
run --plane vm --kernel "$dir/none" scenarios/acme
claim "a kernel without ESP is 75 (was $status)" [ $status = 75 ]
claim "… and named" says "the kernel $version has no ESP"

in_mounts() { unshare --mount --propagation private "$@"; } # as root only
if [ "$(id -u)" = 0 ]; then
	qemu=$(command -v qemu-system-x86_64 || command -v qemu-system-aarch64)
	in_mounts sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' sh "$qemu" \
		"$bin" run --plane vm --kernel "$kernel" --reports "$dir/r" scenarios/acme >"$dir/out" 2>&1; status=$?
	claim "without qemu it is 75 (was $status)" [ $status = 75 ]
	claim "… and names the package" says 'there is no qemu \(package qemu-system-'
	in_mounts sh -c 'mount -t tmpfs -o size=20m none "$1" && shift && "$@"; s=$?; find "$XDG_CACHE_HOME"; exit $s' sh "$dir/cache" \
		"$bin" run --plane vm --kernel "$kernel" --reports "$dir/r" scenarios/acme >"$dir/out" 2>&1; status=$?
	claim "a cache without room is 75 (was $status)" [ $status = 75 ]
	claim "… with a sentence" says 'MB are free, a saved machine needs'
	claim "… and nothing is left there" [ "$(grep -c '/machine-' "$dir/out")" = 0 ]
else
	echo "not as root: no qemu, no room"
fi

# A root that is an overlay, as in a container: one is laid over this machine's, only to be seen in there.
on_overlay() {
	mkdir "$dir/overlay"
	# shellcheck disable=SC2016
	in_mounts sh -euc 'here=$(pwd) at=$1; shift
		mount -t tmpfs none "$at" && mkdir "$at/upper" "$at/work" "$at/root"
		mount -t overlay none -o "lowerdir=/,upperdir=$at/upper,workdir=$at/work" "$at/root" || exit 99
		cd "$at/root"
		for one in proc sys dev; do mount --rbind /$one $one; done
		mkdir .before && pivot_root . .before && umount -l /.before
		cd "$here" && exec "$@"' sh "$dir/overlay" "$@" >"$dir/out" 2>&1
	status=$?
	rmdir "$dir/overlay"
}
if [ "$(id -u)" = 0 ]; then
	[ -z "$user_cache" ] && unset XDG_CACHE_HOME || export XDG_CACHE_HOME=$user_cache
	for plane in libipsec "vm --kernel $kernel"; do
		# shellcheck disable=SC2086
		on_overlay "$bin" run --quick --plane $plane --reports "$dir/r" scenarios/acme
		[ $status = 99 ] && echo "no overlay can be mounted here" && break
		claim "acme is as expected where the root is an overlay, on ${plane%% *} (was $status)" [ $status = 0 ]
	done
	export XDG_CACHE_HOME=$dir/cache
fi

# Something of the scenario that cannot be made in the guest: the rehearsal does not go on without it.
if [ "$(id -u)" = 0 ] && [ -d /sys/kernel/security ]; then
	[ -z "$user_cache" ] && unset XDG_CACHE_HOME || export XDG_CACHE_HOME=$user_cache
	in_mounts sh -c 'mount -t tmpfs none /sys/kernel/security && cp -r scenarios/acme /sys/kernel/security && exec "$@"' sh \
		"$bin" run --quick --plane vm --kernel "$kernel" --reports "$dir/r" /sys/kernel/security/acme >"$dir/out" 2>&1; status=$?
	claim "what cannot be unpacked ends the run (was $status)" [ $status = 4 ]
	claim "… with its reason" says 'broke off: .*sys/kernel/security/acme: Can.t create'
	export XDG_CACHE_HOME=$dir/cache
fi

# Made anew: only now and then.
if [ -n "$full" ]; then
	for one in 1 2; do
		"$bin" run --quick --plane vm --kernel "$kernel" --reports "$dir/r$one" scenarios/acme >"$dir/out$one" 2>&1 &
		pids[one]=$!
	done
	for one in 1 2; do
		wait "${pids[one]}"; status=$?
		cp "$dir/out$one" "$dir/out"
		claim "two that make one machine at once are both as expected (was $status)" [ $status = 0 ]
	done
	claim "… and it was made once" [ "$(cat "$dir/out1" "$dir/out2" | grep -c 'boots and is saved')" = 1 ]
	state=$(find "$dir/cache" -name 'machine-*.state') # root's is the reader's
	printf 'x' | dd of="$state" bs=1 seek=100000000 conv=notrunc 2>/dev/null
	run --plane vm --kernel "$kernel" scenarios/acme
	claim "a saved machine with a wrong byte is made again (was $status)" [ $status = 0 ]
	claim "… and that is said" says 'the saved machine is broken, and is made again'
	truncate -s 1000000 "$state"
	run --plane vm --kernel "$kernel" scenarios/acme
	claim "one that was cut is made again (was $status)" [ $status = 0 ]
	"$bin" doctor --clean >"$dir/out" 2>&1; status=$?
	claim "doctor --clean removes it (was $status)" [ $status = 0 -a ! -e "$state" ]
	if [ "$(id -u)" = 0 ] && [ -e /dev/kvm ]; then
		in_mounts sh -c 'mount --bind /dev/null /dev/kvm && exec "$@"' sh \
			"$bin" run --quick --plane vm --kernel "$kernel" --reports "$dir/r" scenarios/acme >"$dir/out" 2>&1; status=$?
		claim "without KVM it is emulated (was $status)" [ $status = 0 ]
	fi
fi
# The whole catalogue (SHARD=I/N: a part of it): what a stock kernel shows is what uml shows.
catalogue() { # NAME word…
	local name=$1 seconds=$SECONDS; shift
	"$bin" run --quick --reports "$dir/c/$name" ${SHARD:+--shard "$SHARD"} "$@" "${scenarios[@]}" >"$dir/out" 2>&1; status=$?
	echo "$name: $(table "$name" | wc -l) verdicts of $(table "$name" | cut -d: -f1 | uniq | wc -l) scenarios in $((SECONDS - seconds)) s"
	cp "$dir/out" "$dir/$name.out"
	grep -A 3 '^FAILED' "$dir/out" | head -60
}
table() { # NAME: of what ran on uml, too (which has no XFRM interfaces, so what needs them did not)
	for one in "$dir/c/$1"/*/latest/result.json; do
		one=${one%/latest/result.json}
		[ -e "$dir/c/uml/${one##*/}/latest/result.json" ] || continue
		rows "$one/latest/result.json" | paste -sd '  \n' | sed "s|^|${one##*/}: |; s/  */ /g"
	done
}
if [ -n "$full" ]; then
	[ -z "$user_cache" ] && unset XDG_CACHE_HOME || export XDG_CACHE_HOME=$user_cache
	read -ra scenarios < <(make -s --no-print-directory scenarios-of-lab)
	# What needs libipsec (75) runs on neither.
	catalogue uml --plane uml
	claim "the catalogue is as expected on uml (was $status)" [ $status = 0 -o $status = 75 ]
	clock=real
	for one in "$kernel" "$cache"/kernel/linux-image-*; do
		[ "$one" = "$kernel" -a $clock = virtual ] && continue
		catalogue "${one##*/}" --plane vm --kernel "$one" --clock $clock --jobs 3
		claim "… on vm with ${one##*/} by a $clock clock (was $status)" [ $status = 0 -o $status = 75 ]
		diff <(table uml) <(table "${one##*/}") >"$dir/out"
		claim "… and each verdict is that of uml" [ ! -s "$dir/out" ]
		# What needs libipsec is 75 by a real clock, and bad input by one that only vm has.
		scenarios=("$dir/c/${one##*/}"/*/)
		scenarios=("${scenarios[@]%/}")
		scenarios=("${scenarios[@]/#*\//scenarios/}")
		clock=virtual # which costs a fifth less, and is not moved by what else runs here
	done
fi
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
