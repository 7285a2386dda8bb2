#!/bin/sh
# fuzz.sh SECONDS FUZZER... - run each libFuzzer target for some seconds; exit 1 if one found something.
# Seeds come from NAME.seeds/ beside the source if there is one, from pcaps/ and ../shared/pcaps, and from
# what earlier runs found interesting (build/fuzz/corpus). NAME.dict beside the source is used too.
seconds=$1 failed=0
shift
for fuzzer in "$@"; do
	source=${fuzzer#build/fuzz/}
	corpus=build/fuzz/corpus/$source
	mkdir -p "$corpus"
	seeds=
	for folder in "$source.seeds" pcaps "${TWINSITE_PCAPS:-../shared/pcaps}"; do
		[ -d "$folder" ] && seeds="$seeds $folder"
	done
	dict=
	[ -f "$source.dict" ] && dict=-dict=$source.dict
	log=build/fuzz/$(basename "$source").log
	# shellcheck disable=SC2086
	if "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$fuzzer-" $dict "$corpus" $seeds >"$log" 2>&1; then
		printf '%-32s %s runs, no finding\n' "$source" "$(sed -n 's/^stat::number_of_executed_units: //p' "$log")"
	else
		failed=1
		printf '%-32s FOUND SOMETHING, see %s\n' "$source" "$log"
		tail -40 "$log"
	fi
done
exit $failed
