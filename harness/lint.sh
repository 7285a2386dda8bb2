#!/bin/sh
# lint.sh [--changed] - format, cppcheck and clang-tidy; prints findings and one line of summary.
#
# Over the whole tree (`make lint`), or with --changed (`make lint-changed`) over the files that differ from
# .ci/released, and the .c files that include one of those, directly or not. When a header that everybody includes has
# changed, that is everything: LINT_MOST (40) includers are looked at then, others with each change, and how many were
# left out is said; make lint looks at all. Format and layers are cheap and always cover the tree.
# Exit status 1 when there is a finding, 2 when a tool is missing: nothing is skipped but for tools of another release.
set -u
cd "$(dirname "$0")/.." || exit 2
most=${LINT_MOST:-40}
missing=
for tool in clang clang-format clang-tidy cppcheck; do
	command -v $tool >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
	echo "lint: these are missing; as root: .ci/packages --check (it installs$missing)" >&2
	exit 2
fi
# Each release of these tools finds other things and formats in another way; the tree is clean under those of
# Debian 12, and another machine says that it cannot tell.
"$(dirname "$0")/capability.sh" lint-tools || {
	echo "SKIP lint: lint-tools: the tree is formatted and clean by clang 14 and cppcheck 2.10 of Debian 12; here are" \
		"$(clang-tidy --version | grep -o 'version [0-9.]*' | head -1) and $(cppcheck --version)"
	exit 0
}
bad=
sources=$(find harness netns -name '*.[ch]' | LC_ALL=C sort)
mkdir -p build/lint/cppcheck build/lint/proof

# The .c files that include one of the given files, directly or not, without the given ones.
includers() {
	printf '%s\n' "$@" | sed 's,^harness/,,' >build/lint/wanted
	# shellcheck disable=SC2086 # our file names have no spaces
	awk 'FNR == NR { known[$1] = 1; next }
		/^#include "/ { split($0, part, "\""); name = FILENAME; sub("^harness/", "", name)
			of[part[2]] = of[part[2]] " " name }
		END {
			for (file in known) queue[n++] = file
			for (i = 0; i < n; i++) {
				m = split(of[queue[i]], by, " ")
				for (k = 1; k <= m; k++)
					if (!(by[k] in known)) { known[by[k]] = 2; queue[n++] = by[k] }
			}
			for (file in known)
				if (known[file] == 2 && file ~ /\.c$/) print file
		}' build/lint/wanted $sources | sed '/^netns/!s,^,harness/,' | LC_ALL=C sort
}

what=all
if [ "${1-}" = --changed ]; then
	harness/released.sh | grep -v '^#' >build/lint/now
	LC_ALL=C sort build/lint/now >build/lint/now.sorted
	changed=$(grep -v '^#' .ci/released | LC_ALL=C sort | LC_ALL=C comm -13 - build/lint/now.sorted | cut -d' ' -f3)
	case $changed in
	*.ci/* | *.clang-*) echo "lint: the rules themselves have changed: everything is looked at" ;;
	*)
		what=changed
		# shellcheck disable=SC2086
		by=$([ -z "$changed" ] || includers $changed)
		count=$(echo "$by" | grep -c .)
		# Which of too many: by the checksum of the change, so that it is not always the same.
		sample=$(echo "$by" | awk -v n="$most" -v of="$count" -v seed="$(echo "$changed" | cksum | cut -d' ' -f1)" \
			'of <= n || (NR * 7919 + seed) % of < n')
		left=$((count - $(echo "$sample" | grep -c .)))
		;;
	esac
fi
if [ $what = all ]; then
	looked=$(echo "$sources" | grep '\.c$')
else
	looked=$({ echo "$changed" | grep '\.c$'; echo "$sample"; } | grep .)
fi

# shellcheck disable=SC2086
clang-format --dry-run -Werror $sources || bad="$bad clang-format"

check() {
	cppcheck --quiet -j"$(nproc)" --std=c11 --library=gnu --library=posix \
		--library=.ci/cppcheck.cfg --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 --include=.ci/cppcheck.h \
		--suppressions-list=.ci/cppcheck.suppressions -D_GNU_SOURCE -D__linux__ -D__x86_64__ \
		-Iharness -I. --template='{file}:{line}: {severity}: {message} [{id}]' "$@"
}
# shellcheck disable=SC2086
if [ $what = all ]; then
	check --cppcheck-build-dir=build/lint/cppcheck harness netns || bad="$bad cppcheck"
elif [ -n "$looked" ]; then
	check --suppress=unmatchedSuppression $looked || bad="$bad cppcheck"
fi
# A macro that cppcheck cannot read makes it blind without a word: see that it is not.
proof=$(check .ci/cppcheck_proof.c 2>&1)
for id in nullPointer arrayIndexOutOfBounds; do
	case $proof in
	*"[$id]"*) ;;
	*)
		echo ".ci/cppcheck_proof.c: cppcheck does not find [$id]: it cannot read base/arena.h"
		bad="$bad cppcheck-proof"
		;;
	esac
done

# One line for each; V=1 shows the path that clang's analyzer took.
if [ -n "$looked" ]; then
	tidy=$(echo "$looked" | sed 's,\.c$,.ok,; s,^,build/lint/,' | xargs make --no-print-directory -k -O -j"$(nproc)" \
		2>/dev/null) || bad="$bad clang-tidy"
	echo "$tidy" | if [ -n "${V-}" ]; then cat; else grep ' error: '; fi
fi

files=$(echo "$looked" | grep -c .)
case $what in
all) echo "lint: $files files and their headers, ${bad:+findings of}${bad:- clean}" ;;
*)
	echo "lint: $(echo "$changed" | grep -c .) files differ from .ci/released, $files looked at, $left includers left to" \
		"make lint, ${bad:+findings of}${bad:- clean}"
	;;
esac
[ -z "$bad" ]
