#!/bin/bash
# tutorial_test.sh [BIN] - the commands of harness/doc/tutorial.md, word for word, in a copy of its files; what the page quotes
# must come out, in that order, with its exit status. A run is made quickly and on libipsec, which every machine has.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(realpath "${1:-build/twinsite}") page=$PWD/harness/doc/tutorial.md
dir=$(mktemp -d /tmp/twinsite-tutorial-XXXXXX)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin" && cp -r harness/doc/tutorial "$dir/work"
cat >"$dir/bin/twinsite" <<END
#!/bin/sh
[ "\$1" != run ] || { shift && set -- run --plane libipsec --quick "\$@"; }
exec $bin "\$@"
END
chmod +x "$dir/bin/twinsite"
PATH=$dir/bin:$PATH
cd "$dir/work" || exit 1

commands=0 failed=0
end() { # of a command: its exit status
	[ -z "${command-}" ] || [ "$status" = "$wanted" ] || { echo "FAIL $command: exit status $status, not $wanted"; tail -5 "$dir/out"; failed=1; }
	command='' wanted=0
}
end
while IFS= read -r line; do
	case $line in
	'```'*) end ;;
	'$ '*)
		end
		command=${line#\$ }
		# shellcheck disable=SC2086 # its words
		$command >"$dir/out" 2>&1 </dev/null
		status=$? at=1 commands=$((commands + 1)) ;;
	'# exit status '*) wanted=${line##* } ;;
	*)
		next=$(tail -n "+$at" "$dir/out" | grep -n -m1 -F -- "$line" | cut -d: -f1)
		if [ -z "$next" ]; then
			echo "FAIL $command: does not say (there): $line"
			failed=1
		else
			at=$((at + next))
		fi ;;
	esac
done < <(awk '/^```/ { on = !on; print; next } on' "$page")
[ $commands -ge 8 ] || { echo "FAIL the page has $commands commands only"; failed=1; }
[ $failed = 0 ] && echo "tutorial: $commands commands, as the page says"
exit $failed
