#!/bin/sh
# rehearse.sh - two files under regression: predict, then rehearse; for the GitHub Action and the GitLab template
#
# $SCENARIO is a folder with a scenario.yml; or $LEFT and $RIGHT are both ends' files, of which a scenario is made. $FIRMWARE: the
# release that reads an OpenWrt end. $FAIL_ON: what predict must not find (fatal, leak, weak; default leak). $PLANE: default auto.
# Exit status: the worst of both; what this machine cannot do (75) is said and is no failure when predict has passed.
set -eu
reports=${REPORTS:-reports} scenario=${SCENARIO-}
if [ -z "$scenario" ]; then
	if [ -z "${LEFT-}" ] || [ -z "${RIGHT-}" ]; then
		echo "rehearse: SCENARIO, or LEFT and RIGHT, must be set" >&2
		exit 2
	fi
	scenario=$(mktemp -d)/vpn
	twinsite new "$scenario" --left "$LEFT" --right "$RIGHT" ${FIRMWARE:+--firmware "$FIRMWARE"}
fi
status=0
twinsite predict --quiet --fail-on "${FAIL_ON:-leak}" "$scenario" || status=$?
run=0 mark=
# The wrong line is marked in the pull request: in the files that stand there, not in the scenario's copies of them.
[ -z "${GITHUB_ACTIONS-}" ] || mark='--annotate github -v -v'
places() { # of LEFT and RIGHT as scenario.yml has them: sed's commands that lead back
	set -- "$LEFT" "$RIGHT"
	sed -n 's/^    files: //p' "$scenario/scenario.yml" | while read -r copy; do
		printf 's|^\\(::[a-z]* file=\\)%s/%s|\\1%s|\n' "$scenario" "$copy" "${1%/}" | sed 's|\\1\./|\\1|'
		shift
	done
}
: >"${back:=$(mktemp)}"
[ -n "${SCENARIO-}" ] || places >"$back"
# shellcheck disable=SC2086 # words are wanted
{ twinsite run $mark --plane "${PLANE:-auto}" --quick --reports "$reports" "$scenario" || echo $? >"$back.status"; } | sed -f "$back"
[ ! -e "$back.status" ] || run=$(cat "$back.status")
rm -f "$back" "$back.status"
if [ "$run" = 75 ]; then
	echo "rehearse: this machine cannot rehearse, only predict was asked" >&2
	run=0
fi
[ $status != 0 ] || status=$run
exit "$status"
