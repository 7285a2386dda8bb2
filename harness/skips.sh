#!/bin/sh
# skips.sh HAPPENED LISTED STAGE... - hold what was skipped in those stages against the committed list.
#
# HAPPENED: lines `STAGE SKIP WHAT: CAPABILITY: reason`; LISTED: lines `STAGE CAPABILITY WHAT`, what a bare Debian 12
# skips; WHAT may be a pattern of the shell. Prints each skip with its reason, and what is wrong with it; exit 1 when something is:
#
#   a skip that is not listed, or names no capability that harness/capability.sh can probe
#   a skip whose capability is here
#   a listed skip that did not happen although its capability is missing: the list is out of date
happened=$1 listed=$2
shift 2
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
wrong=0

# Is it here? Each word is probed once: 0 yes, 1 no, 2 no such word.
probe() { # stage capability
	answer=$dir/$1.$(printf %s "$2" | tr / :)
	if [ ! -e "$answer" ]; then
		SAN=$([ "$1" = san ] && echo 1) "$here/capability.sh" "$2"
		echo $? >"$answer"
	fi
	return "$(cat "$answer")"
}
# Is a line of that file a pattern of this one? And is this pattern one of some line there?
matches() { # file line
	while read -r pattern; do
		# shellcheck disable=SC2254 # a pattern is wanted
		case $2 in $pattern) return 0 ;; esac
	done <"$1"
	return 1
}
matched() { # pattern file
	while read -r line; do
		# shellcheck disable=SC2254
		case $line in $1) return 0 ;; esac
	done <"$2"
	return 1
}
complain() {
	wrong=$((wrong + 1))
	echo "FAILED $*"
}

grep -v '^#' "$listed" | grep . >"$dir/listed"
sort -u "$happened" >"$dir/happened"
: >"$dir/seen"
while read -r stage word rest; do
	[ "$word" = SKIP ] || continue
	what=${rest%%: *} reason=${rest#*: }
	capability=${reason%%: *}
	printf '%-10s %s: %s\n' "$stage" "$what" "$reason"
	printf '%s %s %s\n' "$stage" "$capability" "$what" >>"$dir/seen"
	case $capability in
	*[!A-Za-z0-9/-]* | '') complain "skip of $what: '$capability' is no capability" && continue ;;
	esac
	probe "$stage" "$capability"
	case $? in
	0) complain "skip of $what: $capability is here" ;;
	2) complain "skip of $what: harness/capability.sh cannot probe '$capability'" ;;
	*) matches "$dir/listed" "$stage $capability $what" || complain "skip of $what: not in $listed" ;;
	esac
done <"$dir/happened"
while read -r stage capability what; do
	case " $* " in *" $stage "*) ;; *) continue ;; esac
	matched "$stage $capability $what" "$dir/seen" && continue
	if probe "$stage" "$capability"; then
		echo "not skipped here, $capability is there: $what" >>"$dir/more"
	else
		complain "$listed: $what is not skipped any more although $capability is missing: take it off"
	fi
done <"$dir/listed"
[ ! -e "$dir/more" ] || printf '%d of the skips of a bare Debian 12 do not happen here: what they lack is there\n' \
	"$(wc -l <"$dir/more")"
[ $wrong -eq 0 ]
