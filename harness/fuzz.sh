#!/bin/sh
# fuzz.sh SECONDS FUZZER... - run each libFuzzer target for some seconds; exit 1 if one found something.
# Entropic scheduling is off: its bookkeeping took 40 % of the CPU time of session_fuzz, and found no more.
# fuzz_seeds.sh says what each starts from; what earlier runs found interesting stays in build/fuzz/corpus.
seconds=$1 failed=0
shift
for fuzzer in "$@"; do
	source=${fuzzer#build/fuzz*/}
	corpus=build/fuzz/corpus/$source
	seeds=build/fuzz/seeds/$source
	log=build/fuzz/$(basename "$source").log
	rm -rf "$seeds" "$seeds.dict"
	mkdir -p "$corpus"
	FUZZER=$fuzzer harness/fuzz_seeds.sh "$source.c" "$seeds" || exit 1
	if /usr/bin/time -o "$log.cpu" -f '%U %S' "$fuzzer" -entropic=0 -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$fuzzer-" -dict="$seeds.dict" "$corpus" "$seeds" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		printf '%-32s %s runs (%s a CPU second) of %s seeds in %s s, %s edges, no finding\n' "$source" "$runs" \
			"$(awk -v runs="$runs" 'END { printf "%.0f", runs / ($1 + $2) }' "$log.cpu")" \
			"$(find "$seeds" -type f | wc -l)" "$seconds" \
			"$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$log")"
	else
		failed=1
		printf '%-32s FOUND SOMETHING, see %s\n' "$source" "$log"
		tail -40 "$log"
	fi
done
exit $failed
