#!/bin/sh
# capability.sh WORD - does this machine have it? 0 yes, 1 no, 2: no such word.
#
# Each word may stand in a SKIP line (`SKIP what: WORD: reason`). The probe is not the code that skips: a skip whose
# capability is here is a failure, so that a crash or a mistake of ours cannot pass for a missing feature.
bin=${BIN:-build/twinsite}
in_namespace() { unshare --user --map-root-user --net "$@" >/dev/null 2>&1; }
one_of() { # program…: does one list the rules of a new namespace?
	for program; do
		in_namespace "$program" -L -n && return
	done
	return 1
}
case $1 in
userns) in_namespace true ;;               # user and network namespaces
tun) in_namespace sh -c ': <>/dev/net/tun' ;;
iptables) one_of iptables-nft iptables-legacy ;;
xfrm) in_namespace ip xfrm state ;;        # the kernel's IPsec database, with or without ESP
netem) "$bin" doctor --has libipsec/netem >/dev/null ;; # of the host's kernel
native | uml | vm | libipsec) "$bin" doctor --has "$1" >/dev/null ;;
*/userspace-ESP) [ "${1%/*}" = libipsec ] ;; # what a scenario says of charon's own ESP is only there
*/*) # PLANE/FEATURE, any/FEATURE
	"$bin" doctor --has "$1" >/dev/null
	status=$?
	[ $status -eq 0 ] || [ $status -eq 75 ] || exit 2
	[ $status -eq 0 ]
	;;
virtual-clock) false ;; # is given to who asks for it, by --clock virtual
shared-captures) [ -d "$(harness/shared_pcaps.sh)" ] ;;
tshark | python3 | mmdebstrap | ping | dig | parallel) command -v "$1" >/dev/null ;;
python3-jsonschema) /usr/bin/python3 -c 'import jsonschema' 2>/dev/null ;;
slurm) # slurmctld slurmd slurm-client munge: one node, as root
	for tool in slurmctld slurmd sbatch munged; do
		PATH=$PATH:/usr/sbin command -v $tool >/dev/null || exit 1
	done
	[ "$(id -u)" -eq 0 ]
	;;
tshark-chacha20) # 4.0 refuses a table of keys with ChaCha20-Poly1305
	dir=$(mktemp -d)
	printf '%s,%s,%s,%s,"ChaCha20-Poly1305 [RFC7634]",%s,%s,"NONE [RFC4306]"\n' 0102030405060708 0807060504030201 \
		00 00 00 00 >"$dir/ikev2_decryption_table"
	WIRESHARK_CONFIG_DIR=$dir tshark -r pcaps/acme.pcapng -c 1 2>&1 | grep -q 'invalid value: ChaCha20'
	known=$?
	rm -r "$dir"
	[ $known -ne 0 ]
	;;
lint-tools) # of Debian 12: others format and find differently
	for tool in clang clang-format clang-tidy; do
		$tool --version | grep -q 'version 14\.' || exit 1
	done
	cppcheck --version | grep -q ' 2\.10'
	;;
openat2) printf '5.6\n%s\n' "$(uname -r)" | sort -VC ;;
dev-full) [ -c /dev/full ] ;;
no-sanitizer) [ -z "${SAN-}" ] ;;          # the sanitizers' shadow memory does not fit into a guest
open-path) # may nobody reach what is built here?
	[ "$(id -u)" -ne 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$PWD/$bin"
	;;
root) [ "$(id -u)" -eq 0 ] ;;
mount) in_namespace --mount mount -t tmpfs none /mnt ;;
debian-mirror) apt-get -qq update -o Dir::State::lists="$(mktemp -d)" >/dev/null 2>&1 ;;
*) exit 2 ;;
esac
[ $? -eq 0 ] || exit 1
