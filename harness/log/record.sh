#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# record.sh - which faults have the same log? Makes sets.def, and the table of what is said
#
#   record.sh run DIR [PLANE…]	the catalogue once, its charons logging at the default level, into DIR; what the
#				first plane cannot show is run on the next one
#   record.sh sets DIR		sets.def of the logs in DIR and of those kept before, on standard output
#   record.sh keep DIR	one log of each signature into harness/log/recorded, for the tests
#   record.sh table DIR		scenario, end, class, right or not, size of the set; exit 1 when one is wrong
#
# Logs are equal when their signatures are (attempt.h): without times, SPIs, addresses, names, numbers of
# retransmissions, IKE version and mode. What only the rehearsal writes (its VICI client) is no event.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
twinsite=${TWINSITE:-$here/build/twinsite}

class_of() { # SCENARIO
	sed -n 's/^fault: *{ *id: *\(F[0-9]*\).*/\1/p' "$here/scenarios/$1/scenario.yml" | grep . || echo OK
}

# Every log: scenario, end, class, file. Where nothing could be checked the log is of nothing.
logs() {
	for log in "$1"/*/latest/*.charon.log; do
		scenario=${log%/latest/*}
		scenario=${scenario##*/}
		end=${log##*/}
		grep -q '"verdict": *"ok"' "${log%/*}/result.json" || continue
		[ -f "$here/scenarios/$scenario/scenario.yml" ] || continue
		printf '%s\t%s\t%s\t%s\n' "$scenario" "${end%.charon.log}" "$(class_of "$scenario")" "$log"
	done
}

run() {
	make -C "$here" BUILD=build/record CFLAGS='-O2 -g -DCONF_LOG_DEFAULT'
	dir=$1
	shift
	for plane in "${@:-auto}"; do
		set --
		for scenario in "$here"/scenarios/*/; do
			[ -e "$dir/$(basename "$scenario")/latest/result.json" ] || set -- "$@" "$scenario"
		done
		[ $# -eq 0 ] || "$here/build/record/twinsite" run --quick --plane "$plane" --reports "$dir" "$@" || true
	done
}

sets() {
	kept=$(mktemp)
	# A kept log begins with "# F20 scenario, end: signature".
	for log in "$here"/harness/log/recorded/*.log; do
		class=$(sed -n '1s/^# \([A-Z0-9]*\) .*/\1/p' "$log")
		printf '%s\t%s\n' "$("$twinsite" log --signature "$log")" "$class"
	done >"$kept"
	cat <<-'END'
	/* SPDX-License-Identifier: GPL-2.0-or-later */
	/*
	 * sets.def - the classes whose logs are equal: SET(signature, classes)
	 *
	 * Written by `record.sh sets`, from what charon logged in every scenario at its default level:
	 * not to be edited. OK: also the log of a scenario where nothing is wrong.
	 */
	/* clang-format off */
	END
	logs "$1" | while IFS="$(printf '\t')" read -r scenario end class log; do
		printf '%s\t%s\n' "$("$twinsite" log --signature "$log")" "$class"
	done | cat - "$kept" | LC_ALL=C sort -u | awk -F '\t' '
		$1 != last { if (last != "") print ")"; printf "SET(\"%s\"", $1; last = $1 }
		{ printf ", %s", $2 }
		END { print ")" }'
	rm -f "$kept"
	echo '/* clang-format on */'
}

# What our own VICI client and the start of the daemon write is in no administrator's log, or no event.
keep() {
	mkdir -p "$here/harness/log/recorded"
	rm -f "$here"/harness/log/recorded/*.log
	logs "$1" | while IFS="$(printf '\t')" read -r scenario end class log; do
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$("$twinsite" log --signature "$log")" "$(wc -c <"$log")" \
			"$scenario" "$end" "$class" "$log"
	done | LC_ALL=C sort -t "$(printf '\t')" -k 1,1 -k 2,2n | awk -F '\t' '$1 != last { print; last = $1 }' |
		while IFS="$(printf '\t')" read -r signature size scenario end class log; do
			{
				echo "# $class $scenario, $end: $signature"
				grep -v '\] vici \|\[LIB\] \|\[JOB\] spawning\|\[KNL\] \|vendor ID\|<[^>]*> vici ' "$log"
			} >"$here/harness/log/recorded/$scenario.$end.log"
		done
}

table() {
	logs "$1" | {
		wrong=0 count=0
		while IFS="$(printf '\t')" read -r scenario end class log; do
			said=$("$twinsite" log --classes "$log") || :
			right=no
			case " $said " in *" $class "*) right=yes ;; *) wrong=$((wrong + 1)) ;; esac
			count=$((count + 1))
			printf '%-32s %-10s %-4s %-4s %2d  %s\n' "$scenario" "$end" "$class" "$right" \
				"$(echo "$said" | wc -w)" "$said"
		done
		echo "$count logs, $wrong wrong"
		[ "$wrong" -eq 0 ]
	}
}

case ${1:-} in
run | sets | keep | table) "$@" ;;
*)
	sed -n 's/^#   //p' "$0" >&2
	exit 2
	;;
esac
