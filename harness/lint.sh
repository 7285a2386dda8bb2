#!/bin/sh
# lint.sh - format, cppcheck and clang-tidy over the tree; prints findings and one line of summary.
# Called by `make lint`. Exit status 1 when
# there is a finding, 2 when a tool is missing: nothing is skipped.
set -u
cd "$(dirname "$0")/.." || exit 2
missing=
for tool in clang clang-format clang-tidy cppcheck; do
	command -v $tool >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
	echo "lint: these are missing; as root: apt-get install$missing" >&2
	exit 2
fi
bad=
sources=$(find harness netns -name '*.[ch]')

# shellcheck disable=SC2086 # our file names have no spaces
clang-format --dry-run -Werror $sources || bad="$bad clang-format"

mkdir -p build/lint/cppcheck build/lint/proof
check() {
	cppcheck --quiet -j"$(nproc)" --std=c11 --library=gnu --library=posix \
		--library=.ci/cppcheck.cfg --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 --include=.ci/cppcheck.h \
		--suppressions-list=.ci/cppcheck.suppressions -D_GNU_SOURCE -D__linux__ \
		-Iharness -I. --template='{file}:{line}: {severity}: {message} [{id}]' "$@"
}
check --cppcheck-build-dir=build/lint/cppcheck harness netns || bad="$bad cppcheck"
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
tidy=$(make --no-print-directory -k -O -j"$(nproc)" tidy 2>/dev/null) || bad="$bad clang-tidy"
echo "$tidy" | if [ -n "${V-}" ]; then cat; else grep ' error: '; fi

echo "lint: $(echo "$sources" | wc -l) files, ${bad:+findings of}${bad:- clean}"
[ -z "$bad" ]
