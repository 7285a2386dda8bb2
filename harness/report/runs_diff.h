/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runs_diff.h - what changed from one run to another: verdicts, causes, what was loaded
 *
 * What was measured (times, counters, rates, addresses that somebody drew) is noise and not
 * compared: a verdict is its check and its claim, a cause its class and the settings it
 * names. Two runs of the same files differ in nothing.
 */
#ifndef TWINSITE_REPORT_RUNS_DIFF_H
#define TWINSITE_REPORT_RUNS_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;
struct summary;
struct summary_run;

/* result.json of one run as a summary of one; -EINVAL with a sentence. */
int runs_diff_read_result(const char *name, const char *text, size_t length,
			  struct summary **ret_summary, struct err *err);

/*
 * Lines about what differs between two runs of a scenario; false when nothing does.
 *
 *	outcome  as expected -> not as expected
 *	verdict  ok -> broken  reach: laptop reaches hobbit
 *	cause    + F63 nat-exemption-missing: …
 */
bool runs_diff(const struct summary_run *old, const struct summary_run *new,
	       struct buf *out);

/*
 * Each scenario that is in both, by runs_diff() under its name; then those that are only in
 * one. configurations: called for each pair, may add lines; NULL: nobody asks.
 */
typedef bool runs_diff_fn(void *user, const struct summary_run *old,
			  const struct summary_run *new, struct buf *out);
bool runs_diff_all(const struct summary *old, const struct summary *new,
		   runs_diff_fn *configurations, void *user, struct buf *out);

#endif
