#!/bin/sh
# released.sh - the checksum of every source file, for .ci/released: the state in which main was released last, clean
# under a full `make lint`. `make lint-changed` looks at what differs from it. Checksums and not a commit: a shallow
# clone or an archive has no history.
cd "$(dirname "$0")/.." || exit 1
echo "# cksum of each source file of the last release that was clean under make lint; written by make released"
find harness netns .clang-tidy .clang-format .ci/clang_tidy.h .ci/cppcheck* -type f \( -name '*.[ch]' -o -path './.*' \
	-o -path '.c*' \) | LC_ALL=C sort | xargs cksum
