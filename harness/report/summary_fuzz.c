// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_fuzz.c - fuzz target: a summary of others, read, merged, compared and shown */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/merge.h"
#include "report/runs_diff.h"
#include "report/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct summary *summary)
{
	const struct summary_look look = { .durations = 3, .reports = "reports" };
	_cleanup_buf_ struct buf out = { 0 };

	summary_text(summary, &look, &out);
	summary_junit(summary, &out);
	summary_sarif(summary, &out);
	summary_github(summary, &out);
	summary_html(summary, &out);
	vec_foreach (run, &summary->runs)
		summary_tap(run, 1, &out);
	(void)runs_diff_all(summary, summary, NULL, NULL, &out);
	summary_json(summary, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(summary_freep) struct summary *summary = NULL, *whole = NULL,
						*one = NULL;
	struct merge_part part = { .name = "part", .folder = "part" };

	if (!runs_diff_read_result("result", (const char *)data, size, &one, NULL))
		show(one);
	if (summary_read("summary", (const char *)data, size, &summary, NULL))
		return 0;
	show(summary);
	part.summary = summary;
	if (!summary_merge(&part, 1, &whole, NULL))
		show(whole);
	return 0;
}
