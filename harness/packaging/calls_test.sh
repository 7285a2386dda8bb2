#!/bin/bash
# calls_test.sh [BIN] - a device's files in every form that people have them in say the same, and the usual wrong calls are answered
# by one sentence that says what to do instead.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(realpath "${1:-build/twinsite}") failed=0 forms=0 calls=0
dir=$(mktemp -d /tmp/twinsite-calls-XXXXXX)
trap 'rm -rf "$dir"' EXIT
cp -r scenarios/acme/home "$dir/home"
cp scenarios/acme/acme/firewall.screenos "$dir/office.cfg"
cp scenarios/fritzbox/fritzbox/vpn.cfg "$dir/box.export"
cd "$dir" || exit 1
bad() { echo "FAIL $*"; failed=1; }

# The same router, packed and copied in each way; and the same firewall's file, as terminals, editors and gzip leave it.
(cd home && tar czf ../backup-home-2026-11-01.tar.gz etc && tar cf ../home.tar ./etc && tar cJf ../home.tar.xz etc && python3 -m zipfile -c ../home.zip etc)
tar czf home.tgz home
(cd home/etc && tar czf ../../home.etc.tar.gz config firewall.user hosts)
mkdir etc && cp -r home/etc etc/home
for form in home/ home/etc home/. backup-home-2026-11-01.tar.gz home.tar home.tar.xz home.zip home.tgz home.etc.tar.gz etc/home; do
	forms=$((forms + 1))
	diff <("$bin" predict home office.cfg) <("$bin" predict "$form" office.cfg 2>&1) >differs || { bad "$form is not read as home is"; head -4 differs; }
done
mkdir as
sed 's/$/\r/' office.cfg >as/crlf.cfg
tr '\n' '\r' <office.cfg >as/cr.cfg
printf '\xef\xbb\xbf' | cat - office.cfg >as/bom.cfg
for code in utf-16 utf-16le utf-16be; do iconv -t $code office.cfg >as/$code.cfg; done
gzip -c office.cfg >as/gz.cfg.gz
xz -c office.cfg >as/xz.cfg.xz
! command -v zstd >/dev/null || zstd -qc office.cfg >as/zst.cfg.zst
bzip2 -c office.cfg >as/bz2.cfg.bz2
cp office.cfg "as/Konfiguration der Firewall.txt"
for form in as/*; do
	forms=$((forms + 1))
	case $form in *.txt) name=Konfiguration\ der\ Firewall.txt ;; *) name=$(basename "$form" | sed 's/\.\(gz\|xz\|zst\|bz2\)$//') ;; esac
	diff <("$bin" predict home office.cfg | sed 's/\boffice\.cfg\b/FILE/g; s/\boffice\b/SITE/g') \
		<("$bin" predict home "$form" 2>&1 | sed "s/$name/FILE/g; s/\b${name%%.*}\b/SITE/g") >differs || { bad "$form is not read as office.cfg is"; head -4 differs; }
done

# says STATUS WORDS CALL…: that exit status, and on standard error one line with those words.
says() {
	local status=$1 words=$2
	shift 2
	calls=$((calls + 1))
	"$bin" "$@" >out 2>err </dev/null
	local got=$?
	[ $got = "$status" ] || bad "twinsite $*: exit status $got, not $status"
	[ "$(grep -c . err)" = 1 ] || bad "twinsite $*: $(wc -l <err) lines on standard error"
	grep -qF -- "$words" err || { bad "twinsite $*: does not say: $words"; cat err; }
}
mkdir empty above && cp -r home above/
: >empty.cfg
head -c 4000 /dev/urandom >noise.cfg
printf '%%PDF-1.4\n' >page.pdf
says 2 'both ends are the same files' predict office.cfg ./office.cfg
says 2 'No such file or directory' predict home offise.cfg
says 2 "no device's files in this folder" predict empty office.cfg
says 2 'name that one' predict above office.cfg
says 2 'nothing is in it' predict home empty.cfg
says 2 'not a file of a device that twinsite knows' predict home noise.cfg
says 2 'a PDF document' predict home page.pdf
mkdir both && cp office.cfg both/ && cp box.export both/
says 2 'has files of two devices' predict home both
python3 -c 'import zipfile; z = zipfile.ZipFile("book.xlsx", "w"); z.writestr("[Content_Types].xml", "<Types/>"); z.writestr("xl/workbook.xml", "<w/>")'
says 2 'an office document' predict home book.xlsx
printf '<!DOCTYPE html>\n<html><body>login</body></html>\n' >page.html
says 2 'a web page (HTML)' predict home page.html
printf '[Interface]\nPrivateKey = x\n[Peer]\n' >wg0.conf
says 2 'WireGuard, which is no IPsec' predict home wg0.conf
printf '# software id = A\n/ip ipsec profile\nadd\n' >router.rsc
says 2 'a file of RouterOS' predict home router.rsc
says 2 "'box.export' is too much" predict home office.cfg box.export
says 2 'something is missing' predict
says 2 "unknown option '--plane'" predict home office.cfg --plane uml
says 2 "unknown firmware '99': there are " predict home office.cfg --firmware 99
says 2 'is no scenario' run home
says 3 "-k 'nosuch' is in the name of none" run -k nosuch "$OLDPWD/scenarios/acme"
says 2 'no run of several scenarios has left its' run --last-failed --reports norun
says 2 'the I-th of N parts' run --shard 3 acme
says 2 'the command comes first' --plane uml run acme
says 2 'unknown command' home office.cfg
says 2 'a capture, such as a *.pcapng' pcap home
says 2 'no report of a run' explain office.cfg
says 2 'twinsite new mine home office.cfg && twinsite run mine' run home office.cfg
says 2 'there is no such folder here' run nosuch
says 2 "plane: 'foo' is none of auto, native" run --plane foo acme
says 2 'of whose files' new
says 2 'is there already; the new folder' new home office.cfg
says 2 "'box.export' is too much" new mine home office.cfg box.export
says 2 'no effect with both ends' new mine home office.cfg --device junos
says 2 'is none of openwrt, fritzbox' new mine home --device cisco
says 2 'is none of openwrt, fritzbox' other-end home --device cisco
says 2 'did you mean' why F999
says 2 'no report of a run' explain home
# A scenario as Windows saves it, and what else is taken for one, or for a device's files.
mine() { rm -rf sc && cp -r "$OLDPWD/scenarios/office" sc; }
"$bin" predict "$OLDPWD/scenarios/office" >want 2>&1
for code in utf-8 utf-16; do
	mine && sed 's/$/\r/' sc/scenario.yml | iconv -f utf-8 -t $code >sc/new
	{ [ $code != utf-8 ] || printf '\357\273\277'; cat sc/new; } >sc/scenario.yml && rm sc/new
	diff want <("$bin" predict sc 2>&1) >differs || { bad "a scenario.yml in $code with a byte order mark is another one"; head -4 differs; }
done
mine && mv sc/scenario.yml sc/scenario.yml.txt
says 2 'sc/scenario.yml.txt must be called scenario.yml' predict sc
says 2 'sc/scenario.yml.txt must be called scenario.yml' run sc
mkdir report && touch report/run.json report/evidence.jsonl && cp office.cfg report/
says 2 'is the report of a run, and no device' predict home report
says 2 'neither a result.json nor' diff home office.cfg
"$bin" new mine home office.cfg >out 2>&1 || bad "new mine home office.cfg: $(cat out)"
says 2 'there is a scenario already' new mine home office.cfg
says 2 'No such file or directory' predict mine/home/etc/config/nosuch
[ $failed = 0 ] && echo "calls: $forms forms of the same files, $calls wrong calls"
exit $failed
