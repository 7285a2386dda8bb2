#!/bin/sh
# install.sh [--remove] - `make install`: the program of $BIN, scenarios, manual, completion and guide below $DESTDIR$PREFIX
#
# What was installed stands in share/twinsite/installed, a checksum each; --remove takes away what is still as it was
# installed, and says what is not. Only `make deb` has $PACKAGE, where the package manager keeps that list.
set -eu
cd "$(dirname "$0")/../.."
bin=${BIN:-build/twinsite} to=${DESTDIR-}${PREFIX:-/usr/local}
list=share/twinsite/installed
umask 022

if [ "${1-}" = --remove ]; then
	[ -f "$to/$list" ] || { echo "install: nothing of twinsite is installed below $to" >&2; exit 1; }
	cd "$to"
	left=0
	while read -r sum file; do
		if [ ! -e "$file" ]; then
			continue
		elif [ "$(sha256sum <"$file" | cut -d' ' -f1)" = "$sum" ]; then
			rm -f "$file"
		else
			echo "install: $to/$file was changed since, and stays" >&2
			left=$((left + 1))
		fi
	done <$list
	rm -f $list
	find share/twinsite share/doc/twinsite -depth -type d -empty -delete 2>/dev/null || :
	echo "removed from $to, $left files left"
	exit
fi

# The folder's old list goes with what it installed: nothing of another version is left between.
[ ! -f "$to/$list" ] || "$0" --remove >/dev/null
pages=$(dirname "$bin")
# Where a distribution's own zsh looks, and where it looks for what came otherwise.
zsh=share/zsh/site-functions
[ "${PREFIX-}" != /usr ] || zsh=share/zsh/vendor-completions
put() { install -D -m "$1" "$2" "$to/$3"; }
put 755 "$bin" bin/twinsite
put 644 "$pages/twinsite.1" share/man/man1/twinsite.1
put 644 "$pages/twinsite.bash" share/bash-completion/completions/twinsite
put 644 "$pages/twinsite.zsh" "$zsh/_twinsite"
put 644 "$pages/twinsite.fish" share/fish/vendor_completions.d/twinsite.fish
for file in README.md harness/doc/*.md harness/doc/*.svg harness/doc/*.json harness/packaging/twinsite.apparmor; do
	put 644 "$file" "share/doc/twinsite/$(basename "$file")"
done
# Pages beside each other, and no links to what is not installed.
sed -i 's,](harness/doc/,](,; s,\[\([^]]*\)\](\(\.github\|scenarios\)/[^)]*),\1,g; s,\[LICENSE\](LICENSE),LICENSE,; s,](harness/doc/,](,g' \
	"$to/share/doc/twinsite/README.md"
(cd harness/doc/tutorial && find . -type f) | while read -r file; do
	put 644 "harness/doc/tutorial/$file" "share/doc/twinsite/tutorial/${file#./}"
done
for file in harness/packaging/*.schema.json; do
	put 644 "$file" "share/twinsite/$(basename "$file")"
done
put 755 .ci/packages share/twinsite/packages
(cd scenarios && find . -type f) | while read -r file; do
	# A device's script keeps its mode: one that cannot be executed is a fault (F92).
	mode=644
	[ ! -x "scenarios/$file" ] || mode=755
	put $mode "scenarios/$file" "share/twinsite/scenarios/${file#./}"
done
[ -z "${PACKAGE-}" ] || exit 0
(cd "$to" && {
	printf '%s\n' bin/twinsite share/man/man1/twinsite.1 share/bash-completion/completions/twinsite \
		"$zsh/_twinsite" share/fish/vendor_completions.d/twinsite.fish
	find share/doc/twinsite share/twinsite -type f
} | while read -r file; do
	printf '%s %s\n' "$(sha256sum <"$file" | cut -d' ' -f1)" "$file"
done >"$to/$list.new" && mv "$list.new" "$list")
echo "twinsite is installed below $to"
