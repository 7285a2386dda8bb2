#!/bin/bash
# same.sh OLD - does this program say what an older one said? `make same OLD=…`
#
# OLD is a tree with build/twinsite in it, or a folder that `same.sh --record DIR` has made of one. Both
# programs are given the same: import and predict of every scenario and of the folder of shared cases,
# explain (and the report's files) of every recorded run, pcap of all captures, and what is predicted of
# 2,000 generated pairs. No root, no network, no daemon. What differs is shown, unless harness/same.list
# names it with its reason: lines "NAME<TAB>reason", where NAME may have shell patterns. Exit status 1: a
# difference that is not listed, or a listed one that is none any more.
set -u
bin=${BIN:-build/twinsite} jobs=${JOBS:-2} seeds=${SEEDS:-2000}
shared=${SHARED:-$(dirname "$(harness/shared_pcaps.sh)")} list=harness/same.list
say() { echo "same: $*" >&2; exit 2; }

# One thing each: the name, a tab, the words. COPY is the recorded run's own copy.
things() {
	local scenario file name
	for scenario in scenarios/*/; do
		name=$(basename "$scenario")
		printf 'predict/%s\tpredict %s\n' "$name" "$scenario"
		printf 'predict-json/%s\tpredict --json %s\n' "$name" "$scenario"
		for file in "$scenario"*; do
			case $file in *.yml | *.md) continue ;; esac
			printf 'import/%s/%s\timport %s\n' "$name" "$(basename "$file")" "$file"
		done
	done
	for file in "$shared"/cases/config/*/* "$shared"/cases/sites/*/*; do
		case $file in *'*'* | */expected.txt) continue ;; esac
		printf 'cases/import/%s\timport %s\n' "$(basename "$(dirname "$file")")-$(basename "$file")" "$file"
	done
	for file in "$shared"/cases/config/*/; do
		set -- "$file"*
		[ "${2-*}" != '*' ] || continue
		[ "$(basename "$1")" != expected.txt ] || shift
		printf 'cases/predict/%s\tpredict %s %s\n' "$(basename "$file")" "$1" "$2"
	done
	for file in harness/diagnose/runs/*/; do
		printf 'explain/%s\texplain COPY\n' "$(basename "$file")"
		printf 'explain-json/%s\texplain --json COPY\n' "$(basename "$file")"
	done
	for file in pcaps/*.pcapng; do
		name=$(basename "$file" .pcapng)
		printf 'pcap/%s\tpcap %s --keys pcaps/%s.keys\n' "$name" "$file" "$name"
		printf 'pcap-json/%s\tpcap --json %s --keys pcaps/%s.keys\n' "$name" "$file" "$name"
	done
	for file in "$shared"/pcaps/*.*cap* $(find "$shared"/cases/captures -name '*.pcap*' 2>/dev/null | sort); do
		case $file in *'*'*) continue ;; esac
		printf 'pcap/%s\tpcap %s\n' "$(basename "$(dirname "$file")")-$(basename "$file")" "$file"
	done
	printf 'agree\tagree %s --seed 1 --predict\n' "$seeds"
}

# PROGRAM FOLDER NAME WORDS…: what it says, and how it ends. Folders of the machine are no difference.
record_one() {
	local program=$1 into=$2 name=$3 copy="" words
	shift 3
	words=$*
	mkdir -p "$(dirname "$into/$name")"
	if [ "$words" != "${words%COPY}" ]; then
		copy=$(mktemp -d)
		cp -r "harness/diagnose/runs/${name#*/}/." "$copy"
		words=${words%COPY}$copy
	fi
	# shellcheck disable=SC2086
	{ "$program" $words </dev/null 2>&1; echo "exit status $?"; } |
		sed "s,${copy:-/nowhere},COPY,g; s,$shared/,SHARED/,g; s,$PWD/,,g" >"$into/$name"
	[ -z "$copy" ] || rm -rf "$copy"
}

record() { # PROGRAM FOLDER
	rm -rf "$2" && mkdir -p "$2" || say "$2 cannot be made"
	things | tr '\t' ' ' | xargs -P "$jobs" -d '\n' -I{} "$0" --one "$1" "$2" {}
	: >"$2/.recorded"
}

listed() { # NAME: its reason
	[ -r "$list" ] || return 1
	while IFS=$'\t' read -r pattern reason; do
		# shellcheck disable=SC2254
		case $1 in $pattern) echo "$reason"; echo "$pattern" >>"$seen"; return 0 ;; esac
	done < <(grep -v '^#' "$list")
	return 1
}

case ${1-} in
--one)
	program=$2 into=$3
	# shellcheck disable=SC2086
	set -- $4
	record_one "$program" "$into" "$@"
	exit ;;
--record)
	record "$bin" "${2:?usage: same.sh --record DIR}"
	exit ;;
'') say "usage: same.sh OLD-TREE|RECORDING, or --record DIR" ;;
esac

old=$1 new=build/same/new seen=$(mktemp)
trap 'rm -f "$seen"' EXIT
if [ ! -e "$old/.recorded" ]; then
	[ -x "$old/build/twinsite" ] || say "$old has no build/twinsite, and is no recording"
	record "$(realpath "$old/build/twinsite")" build/same/old
	old=build/same/old
fi
record "$bin" "$new"
all=0 differ=0 known=0
while read -r name; do
	all=$((all + 1))
	cmp -s "$old/$name" "$new/$name" && continue
	if reason=$(listed "$name"); then
		known=$((known + 1))
		[ -n "${QUIET-}" ] || echo "listed  $name: $reason"
		continue
	fi
	differ=$((differ + 1))
	echo "DIFFERS $name"
	diff -u "$old/$name" "$new/$name" 2>&1 | tail -n +3 | head -n "${LINES_MAX:-20}"
done < <(cd "$new" && find . -type f ! -name .recorded | sed 's,^\./,,' | sort)
stale=0
if [ -r "$list" ]; then
	while IFS=$'\t' read -r pattern _; do
		grep -qxF "$pattern" "$seen" || { stale=$((stale + 1)); echo "STALE   $pattern: it does not differ any more"; }
	done < <(grep -v '^#' "$list")
fi
echo "same: $all things, $differ differ, $known differ for a listed reason, $stale listed for nothing"
[ $differ = 0 ] && [ $stale = 0 ] && [ $all -gt 0 ]
