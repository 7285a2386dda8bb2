// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_text.c - many runs in one, for people: on one screen, however many they are */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "report/summary.h"
#include "report/text.h"

#define WHOLE_MAX  8  /* failures with cause and report, each in three lines or four */
#define SHORT_MAX  16 /* what follows, in one line each */
#define NAMES_MAX  6  /* in a list of names */
#define GROUPS_MAX 8  /* of skips */

#define GREEN  "\033[32m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"

static const char *const colours[] = {
	[SUMMARY_PASSED] = GREEN,
	[SUMMARY_FAILED] = RED,
	[SUMMARY_SKIPPED] = YELLOW,
	[SUMMARY_UNSTABLE] = RED,
};

static void add_word(const char *word, const char *colour, bool has_colour,
		     struct buf *out)
{
	buf_printf(out, "%s%-7s%s ", has_colour ? colour : "", word,
		   has_colour ? "\033[0m" : "");
}

/* What came out, in a sentence. */
static const char *sentence_of(const struct summary_run *run)
{
	return run->text && *run->text ? run->text
	       : run->outcome	       ? run->outcome
				       : "there is no result";
}

void summary_line(const struct summary_run *run, bool has_colour, struct buf *out)
{
	static const char *const words[] = {
		[SUMMARY_PASSED] = "ok",
		[SUMMARY_FAILED] = "FAILED",
		[SUMMARY_UNSTABLE] = "FAILED",
	};
	enum summary_result result = summary_result(run);

	if (result == SUMMARY_SKIPPED) { /* as harness/skips.sh reads it */
		buf_puts(out, "SKIP ");
		text_add_plain(out, run->scenario);
		buf_puts(out, ": ");
		text_add_plain(out, run->missing ? run->missing : "none");
		buf_puts(out, ": ");
		text_add_plain(out, sentence_of(run));
		buf_putc(out, '\n');
		return;
	}
	add_word(words[result], colours[result], has_colour, out);
	text_add_plain(out, run->scenario);
	buf_puts(out, "  ");
	text_add_duration(out, run->took_us);
	if (run->plane) {
		buf_puts(out, " on ");
		text_add_plain(out, run->plane);
	}
	if (result != SUMMARY_PASSED) {
		buf_puts(out, ": ");
		text_add_plain(out, sentence_of(run));
	}
	buf_putc(out, '\n');
}

/* ---------------------------------------------------------------- failures */

static void add_cause(const struct summary_run *run, struct buf *out)
{
	const struct summary_cause *cause = run->causes.items;

	if (!run->causes.count)
		return;
	buf_puts(out, "        ");
	text_add_plain(out, cause->id);
	buf_putc(out, ' ');
	text_add_plain(out, cause->name);
	buf_puts(out, ": ");
	text_add_plain(out, cause->summary);
	if (cause->fix) {
		buf_puts(out, "\n        fix: ");
		text_add_plain(out, cause->fix);
	}
	buf_putc(out, '\n');
}

/* The check that failed, where no class explains it. */
static void add_check(const struct summary_run *run, struct buf *out)
{
	vec_foreach (verdict, &run->verdicts) {
		if (!str_equal(verdict->verdict, "broken") &&
		    !str_equal(verdict->verdict, "leak"))
			continue;
		buf_puts(out, "        ");
		text_add_plain(out, verdict->verdict);
		buf_puts(out, ": ");
		text_add_plain(out, verdict->claim);
		buf_puts(out, ": ");
		text_add_plain(out, verdict->seen);
		buf_putc(out, '\n');
		return;
	}
}

/* "all" and "../s1/x" are "s1/x": of shards that were put together. */
static void add_folder(const char *reports, const char *folder, struct buf *out)
{
	const bool is_plain = reports && *reports && !strchr(reports, '/') &&
			      !str_equal(reports, ".") && !str_equal(reports, "..");

	if (is_plain && str_starts(folder, "../")) {
		text_add_plain(out, folder + strlen("../"));
		return;
	}
	if (reports && *folder != '/') {
		text_add_plain(out, reports);
		buf_putc(out, '/');
	}
	text_add_plain(out, folder);
}

static void add_failure(const struct summary_run *run, const struct summary_look *look,
			bool is_whole, struct buf *out)
{
	summary_line(run, look->has_colour, out);
	if (!is_whole)
		return;
	if (summary_result(run) == SUMMARY_UNSTABLE && run->first_status >= 0)
		buf_printf(out,
			   "        unstable: two runs ended with different status, "
			   "%d first\n",
			   run->first_status);
	if (run->causes.count)
		add_cause(run, out);
	else
		add_check(run, out);
	if (!run->folder)
		return;
	buf_puts(out, "        report: ");
	add_folder(look->reports, run->folder, out);
	buf_puts(out, "/index.html\n");
}

static bool has_failed(const struct summary_run *run)
{
	return summary_result(run) == SUMMARY_FAILED ||
	       summary_result(run) == SUMMARY_UNSTABLE;
}

static void add_failures(const struct summary *summary, const struct summary_look *look,
			 struct buf *out)
{
	size_t count = 0;

	vec_foreach (run, &summary->runs)
		if (has_failed(run) && count++ < WHOLE_MAX + SHORT_MAX)
			add_failure(run, look, count <= WHOLE_MAX, out);
	if (count > WHOLE_MAX + SHORT_MAX)
		buf_printf(out, "… and %zu more that failed\n",
			   count - WHOLE_MAX - SHORT_MAX);
}

/* ---------------------------------------------------------------- skips */

static void add_name(const char *name, size_t number, struct buf *out)
{
	if (number >= NAMES_MAX)
		return;
	buf_puts(out, number ? ", " : "");
	text_add_plain(out, name);
}

static void add_more(size_t count, struct buf *out)
{
	if (count > NAMES_MAX)
		buf_printf(out, ", … (%zu)", count);
	buf_putc(out, '\n');
}

static bool is_first_of_its_reason(const struct summary *summary,
				   const struct summary_run *run)
{
	vec_foreach (other, &summary->runs) {
		if (other == run)
			return true;
		if (summary_result(other) == SUMMARY_SKIPPED &&
		    str_equal(other->missing, run->missing))
			return false;
	}
	return true;
}

static void add_group(const struct summary *summary, const struct summary_run *first,
		      struct buf *out)
{
	size_t count = 0;

	buf_puts(out, "skipped, no ");
	text_add_plain(out, first->missing ? first->missing : "capability");
	buf_puts(out, ": ");
	vec_foreach (run, &summary->runs)
		if (summary_result(run) == SUMMARY_SKIPPED &&
		    str_equal(run->missing, first->missing))
			add_name(run->name ? run->name : run->scenario, count++, out);
	add_more(count, out);
	buf_puts(out, "        ");
	text_add_plain(out, sentence_of(first));
	buf_putc(out, '\n');
}

static void add_skips(const struct summary *summary, struct buf *out)
{
	size_t groups = 0;

	vec_foreach (run, &summary->runs)
		if (summary_result(run) == SUMMARY_SKIPPED &&
		    is_first_of_its_reason(summary, run) && groups++ < GROUPS_MAX)
			add_group(summary, run, out);
	if (groups > GROUPS_MAX)
		buf_printf(out, "… and for %zu other reasons\n", groups - GROUPS_MAX);
}

/* ---------------------------------------------------------------- the rest */

static int by_time(const void *a, const void *b)
{
	const struct summary_run *const *left = a, *const *right = b;

	return ((*left)->took_us < (*right)->took_us) -
	       ((*left)->took_us > (*right)->took_us);
}

static void add_slowest(const struct summary *summary, unsigned int durations,
			struct buf *out)
{
	const struct summary_run **runs = NULL;
	size_t count = summary->runs.count;

	if (count < 2 || !durations)
		return;
	runs = arena_alloc(summary->arena, count * sizeof(struct summary_run *));
	for (size_t i = 0; i < count; i++)
		runs[i] = &summary->runs.items[i];
	qsort(runs, count, sizeof(struct summary_run *), by_time);
	buf_puts(out, "slowest:");
	for (size_t i = 0; i < count && i < durations; i++) {
		buf_puts(out, i ? ", " : " ");
		text_add_plain(out, runs[i]->name ? runs[i]->name : runs[i]->scenario);
		buf_putc(out, ' ');
		text_add_duration(out, runs[i]->took_us);
	}
	buf_putc(out, '\n');
}

static void add_not_started(const struct summary *summary, struct buf *out)
{
	size_t count = 0, at = 0;

	buf_puts(out, "not started: ");
	for (size_t i = 0; i < summary->list.count; i++) {
		if (at < summary->runs.count && summary->runs.items[at].number == i)
			at++;
		else if (summary_is_ours(summary, i))
			add_name(summary->list.items[i], count++, out);
	}
	add_more(count, out);
}

void summary_text(const struct summary *summary, const struct summary_look *look,
		  struct buf *out)
{
	struct summary_counts counts = summary_count(summary);

	add_failures(summary, look, out);
	if (counts.not_started)
		add_not_started(summary, out);
	if (!look->is_quiet) {
		add_skips(summary, out);
		add_slowest(summary, look->durations, out);
	}
	buf_printf(out, "%zu passed, %zu failed, %zu skipped", counts.of[SUMMARY_PASSED],
		   counts.of[SUMMARY_FAILED], counts.of[SUMMARY_SKIPPED]);
	if (counts.of[SUMMARY_UNSTABLE])
		buf_printf(out, ", %zu unstable", counts.of[SUMMARY_UNSTABLE]);
	if (counts.not_started)
		buf_printf(out, ", %zu not started", counts.not_started);
	buf_putc(out, '\n');
}
