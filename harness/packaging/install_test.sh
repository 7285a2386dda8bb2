#!/bin/bash
# install_test.sh - is what `make install` installs whole, wherever it is and whoever uses it? Planes: libipsec
#
# Installed below a folder of its own (DESTDIR), used there by an ordinary user in a third folder, taken away again.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
dir=$(mktemp -d /tmp/twinsite-install-XXXXXX)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
ok() { printf '  ok    %s\n' "$1"; }
bad() { printf '  FAIL  %s\n' "$1"; failed=1; }
claim() { # SENTENCE COMMAND…
	local sentence=$1
	shift
	if "$@" >"$dir/out" 2>&1; then ok "$sentence"; else bad "$sentence"; tail -5 "$dir/out"; fi
}
as_user() { (
	cd "$dir/elsewhere" || exit 1
	export HOME=$dir/elsewhere
	if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else exec "$@"; fi
); }
mkdir "$dir/elsewhere" && chmod 777 "$dir/elsewhere"
installed=$dir/root/usr/bin/twinsite

make -s install DESTDIR="$dir/root" PREFIX=/usr >"$dir/out" 2>&1 || bad "make install: $(tail -3 "$dir/out")"
claim "the installed program says its version" as_user "$installed" --version
claim "list has the installed scenarios in any folder" sh -c '[ "$1" = "$(ls -d scenarios/*/ | wc -l)" ]' - \
	"$(as_user "$installed" list | wc -l)"
claim "run acme, by its name, as an ordinary user in another folder" as_user "$installed" run acme --plane libipsec --quick
claim "its report is in ./reports there" test -f "$dir/elsewhere/reports/acme/latest/index.html"
as_user "$installed" predict acme-no-exemption >"$dir/out" 2>&1
grep -q F63 "$dir/out" || bad "predict acme-no-exemption, an overlay, finds its base, and F63"
# Root is given away before anything is read: what is installed must be seen by who reads then.
claim "who runs make check runs acme, too" sh -c 'cd "$1" && "$2" run acme --plane libipsec --quick --reports r && "$2" list' \
	- "$dir" "$installed"
as_user "$installed" run amce 2>&1 | grep -q "did you mean 'acme'" || bad "a mistyped name has the nearest"
# A kept run says how to get in, and swanctl in there finds its socket.
as_user timeout 120 "$installed" run acme --plane libipsec --quick --keep --reports kept >"$dir/kept" 2>&1 &
kept=$!
for _ in $(seq 300); do ! grep -q -- '--end' "$dir/kept" || break; sleep 0.1; done
line=$(sed -n 's/^  twinsite\( shell .* home swanctl --list-sas\)$/\1/p' "$dir/kept")
# shellcheck disable=SC2086 # its words
as_user "$installed" $line >"$dir/out" 2>&1
grep -q 'ESTABLISHED, IKEv1' "$dir/out" || bad "the line of a kept run shows its SAs: $line: $(tail -2 "$dir/out")"
# shellcheck disable=SC2046
as_user "$installed" $(sed -n 's/^  twinsite\( shell .* --end\)$/\1/p' "$dir/kept")
claim "a kept run says how to get in, and goes on when told to" wait $kept
# A page of each class, in a terminal's width, with a scenario or the reason for none, and the way to the catalogue.
as_user "$installed" why | cut -d' ' -f1 >"$dir/classes"
as_user "$installed" why --all >"$dir/pages"
[ "$(wc -l <"$dir/classes")" = "$(grep -c '^CLASS(F' harness/finding/classes.def)" ] || bad "why lists each class"
for word in what proof fix source '\(no \)\?scenario'; do
	[ "$(grep -c "^  $word  *" "$dir/pages")" = "$(wc -l <"$dir/classes")" ] || bad "each class has its $word"
done
while read -r class; do
	as_user "$installed" why "$class" | grep -q "^$class " || bad "why $class"
done <"$dir/classes"
[ "$(wc -L <"$dir/pages")" -le 80 ] || bad "the pages of why fit 80 columns"
as_user "$installed" why F63 | grep -q 'acme-no-exemption' || bad "why F63 has its scenario"
as_user "$installed" why psk-difers 2>&1 | grep -q "did you mean 'psk-differs'" || bad "a mistyped class has the nearest"
mv "$dir/root/usr" "$dir/moved" && claim "a moved tree works" as_user "$dir/moved/bin/twinsite" predict office
mv "$dir/moved" "$dir/root/usr"

share=$dir/root/usr/share
claim "mandoc has nothing to say about the manual" sh -c 'mandoc -Tlint -Wwarning "$1"' - "$share/man/man1/twinsite.1"
claim "bash reads its completion" bash -n "$share/bash-completion/completions/twinsite"
claim "zsh reads its completion" zsh -n "$share/zsh/vendor-completions/_twinsite"
claim "fish reads its completion" fish -n "$share/fish/vendor_completions.d/twinsite.fish"
# What bash would complete: the words are of the tables, the names of the installed scenarios.
complete_bash() { PATH=$dir/root/usr/bin:$PATH bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _twinsite
	printf "%s\n" "${COMPREPLY[@]}"' - "$share/bash-completion/completions/twinsite" "$@"; }
[ "$(complete_bash twinsite run --shar)" = --shard ] || bad "bash completes run --shar"
[ "$(complete_bash twinsite pre)" = predict ] || bad "bash completes pre"
complete_bash twinsite run acme-wr | grep -qx acme-wrong-psk || bad "bash completes the name of a scenario"

echo changed >>"$share/doc/twinsite/README.md"
make -s uninstall DESTDIR="$dir/root" PREFIX=/usr >"$dir/out" 2>&1 || bad "make uninstall"
left=$(find "$dir/root" -type f)
[ "$left" = "$share/doc/twinsite/README.md" ] || bad "uninstall leaves what was changed, and only that: $left"
[ $failed = 0 ] && echo "install: whole, and gone again"
exit $failed
