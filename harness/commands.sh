#!/bin/bash
# commands.sh [--check|--write] - the commands and their options, as harness/doc/commands.md lists them: from the
# tables that parse them (`twinsite help --all`). Without a word it prints; --check says what differs.
set -u
bin=${BIN:-build/twinsite} page=harness/doc/commands.md
list() {
	"$bin" help --all | awk '
		/^usage: / { usage = 1; line = substr($0, 8) }
		usage && /^       / { print line; line = substr($0, 8); next }
		usage && !/^usage: / { usage = 0; print line; next }
		!usage && match($0, /^ +(-[a-zA-Z], )?--[a-z0-9-]+( [^ ]+)?/) {
			option = substr($0, RSTART, RLENGTH)
			sub(/^ +/, "", option)
			if (option !~ /--help/)
				print "    " option
		}'
}
written() { awk '/^<!-- commands -->$/ { on = 1; next } /^<!-- \/commands -->$/ { on = 0 } on' "$page" | grep -v '^```'; }
case ${1-} in
--check)
	diff <(written) <(list) || { echo "$page lists other options: harness/commands.sh --write" >&2; exit 1; } ;;
--write)
	list >build/commands.txt
	awk '/^<!-- commands -->$/ { print; print "```"; while ((getline line < "build/commands.txt") > 0) print line; print "```"; off = 1; next }
		/^<!-- \/commands -->$/ { off = 0 } !off' "$page" >build/commands.new && cp build/commands.new "$page" ;;
*) list ;;
esac
