// SPDX-License-Identifier: GPL-2.0-or-later
/* captures.c - the wires of a run on record, and what that costs */
#include "run/captures.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "capture/live.h"
#include "netns/plane.h"
#include "probe/throughput.h"
#include "run/rehearsal.h"

#define RING_BYTES (128u << 10)
/* There the throughput test is captured, too: 8000 packets, while the CPU is others's. */
#define RING_BYTES_WAN	(1536u << 10)
#define SNAPLEN_HEADERS 80u /* bytes kept of a packet of the throughput test: up to TCP */
#define BENCH_S		3
#define BENCH_MS	20000

/*
 * A ring holds what comes while nobody reads, and costs two waits for a grace period of
 * the kernel. The few packets of a run that measures nothing are held by the socket; in a
 * guest kernel there are no rings.
 */
static uint32_t ring_bytes(const struct rehearsal *rehearsal,
			   const struct plan_link *link)
{
	if (plane_is_guest(rehearsal->params.plane) ||
	    !(rehearsal_is_measured(rehearsal) || rehearsal->params.is_kept))
		return 0;
	return link->is_internet && link->site >= 0 ? RING_BYTES_WAN : RING_BYTES;
}

int captures_start(struct rehearsal *rehearsal, const char *folder, struct err *err)
{
	struct live_point points[LIVE_HANDLES_MAX];
	size_t count = 0;
	int r = live_new(arena_printf(rehearsal->arena, "%s/all.pcapng", folder),
			 &rehearsal->live, err);

	if (r)
		return r;
	vec_foreach (link, &rehearsal->plan->links) {
		if (link->capture_end < 0 || count == LIVE_HANDLES_MAX)
			continue;
		points[count++] = (struct live_point){
			.node = lab_node(rehearsal->lab, link->nodes[link->capture_end]),
			.interface = link->ends[link->capture_end],
			.label = link->name,
			.options = { .ring_bytes = ring_bytes(rehearsal, link),
				     .path = arena_printf(rehearsal->arena,
							  "%s/%s.pcapng", folder,
							  link->name) },
		};
	}
	r = live_add_all(rehearsal->live, points, count, err);
	return r ? r : live_start(rehearsal->live, err);
}

int captures_set_measuring(struct rehearsal *rehearsal, bool is_measuring,
			   struct err *err)
{
	int index = 0;

	if (!is_measuring)
		return live_set_snaplen(rehearsal->live, -1, LIVE_SNAPLEN_FULL, err);
	vec_foreach (link, &rehearsal->plan->links) {
		int r = link->capture_end < 0
				? 0
				: live_set_snaplen(
					  rehearsal->live, index++,
					  link->is_internet ? SNAPLEN_HEADERS : 0, err);

		if (r)
			return r;
	}
	return 0;
}

int captures_stop(struct rehearsal *rehearsal, struct err *err)
{
	int index = 0, r;

	if (!rehearsal->live)
		return 0;
	r = live_stop(rehearsal->live, NULL, err);
	if (r)
		return r;
	vec_foreach (link, &rehearsal->plan->links) {
		struct live_statistics statistics;

		if (link->capture_end < 0)
			continue;
		statistics = live_statistics_of(rehearsal->live, index++);
		evidence_add(&rehearsal->evidence, NULL, "capture", "link",
			     json_of("{s:s, s:I, s:I}", "link", link->name, "packets",
				     (json_int_t)statistics.written, "dropped",
				     (json_int_t)statistics.dropped));
	}
	live_close_begin(rehearsal->live);
	live_free(rehearsal->stopped);
	rehearsal->stopped = steal(&rehearsal->live);
	return 0;
}

/* ------------------------------------------------------------ what it costs */

/* Marks for who watches from outside what CPU time it takes, see capture/bench.sh. */
static void mark_half(struct rehearsal *rehearsal, const char *kind, double mbit_s)
{
	evidence_add(&rehearsal->evidence, NULL, "probe", kind,
		     json_of("{s:b, s:f, s:i}", "captured", rehearsal->live != NULL,
			     "mbit_s", mbit_s, "seconds", BENCH_S));
}

static int measure_tcp(struct rehearsal *rehearsal, double *ret_mbit_s, struct err *err)
{
	*ret_mbit_s = 0;
	vec_foreach (wanted, &rehearsal->scenario->expectations) {
		struct throughput throughput = {
			.from = rehearsal_node(rehearsal, wanted->from),
			.to = rehearsal_node(rehearsal, wanted->to),
			.seconds = BENCH_S,
		};
		int r;

		if (wanted->kind != EXPECT_THROUGHPUT)
			continue;
		throughput.dst = rehearsal_host_addr(rehearsal, wanted->to);
		mark_half(rehearsal, "capture-half-begins", 0);
		r = throughput_run(&throughput, rehearsal_deadline(rehearsal, BENCH_MS),
				   err);
		*ret_mbit_s = throughput.mbit_s;
		mark_half(rehearsal, "capture-half-ends", throughput.mbit_s);
		return r;
	}
	return 0;
}

static int measure_captured(struct rehearsal *rehearsal, const char *folder,
			    double *ret_mbit_s, struct live_statistics *ret_statistics,
			    struct err *err)
{
	int r = captures_start(rehearsal, folder, err);

	if (!r)
		r = captures_set_measuring(rehearsal, true, err);
	if (!r)
		r = measure_tcp(rehearsal, ret_mbit_s, err);
	if (!r)
		r = live_stop(rehearsal->live, ret_statistics, err);
	live_free(rehearsal->live);
	rehearsal->live = NULL;
	return r;
}

int captures_bench(struct rehearsal *rehearsal, struct err *err)
{
	const char *folder =
		arena_printf(rehearsal->arena, "%s/bench", rehearsal->folder);
	int r = captures_stop(rehearsal, err);

	if (!r)
		r = file_make_folder(folder, err);
	for (unsigned int pair = 0; !r && pair < rehearsal->params.capture_pairs;
	     pair++) {
		struct live_statistics statistics = { 0 };
		double with = 0, without = 0;

		/* Either goes first as often as the other. */
		if (pair % 2)
			r = measure_tcp(rehearsal, &without, err);
		if (!r)
			r = measure_captured(rehearsal, folder, &with, &statistics, err);
		if (!r && pair % 2 == 0)
			r = measure_tcp(rehearsal, &without, err);
		evidence_add(&rehearsal->evidence, NULL, "probe", "capture-pair",
			     json_of("{s:f, s:f, s:I, s:I, s:I}", "with", with, "without",
				     without, "packets", (json_int_t)statistics.written,
				     "dropped", (json_int_t)statistics.dropped, "cpu_us",
				     (json_int_t)statistics.cpu_us));
	}
	return r;
}
