// SPDX-License-Identifier: GPL-2.0-or-later
/* tap.c - many runs by the Test Anything Protocol (testanything.org): version 13,
 * which everybody reads, and nothing that 14 reads otherwise */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/summary.h"
#include "report/text.h"

void summary_tap_plan(size_t count, struct buf *out)
{
	buf_printf(out, "TAP version 13\n1..%zu%s\n", count,
		   count ? "" : " # SKIP no scenario is wanted");
}

/* '#' begins a directive, '\' escapes it: both are escaped. */
static void add_escaped(const char *text, struct buf *out)
{
	_cleanup_buf_ struct buf plain = { 0 };

	text_add_plain(&plain, text);
	for (const char *at = buf_text(&plain); *at; at++) {
		if (*at == '#' || *at == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *at);
	}
}

/* A double-quoted scalar of YAML. */
static void add_pair(const char *key, const char *text, struct buf *out)
{
	_cleanup_buf_ struct buf plain = { 0 };

	if (!text)
		return;
	text_add_plain(&plain, text);
	buf_printf(out, "  %s: \"", key);
	for (const char *at = buf_text(&plain); *at; at++) {
		if (*at == '"' || *at == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *at);
	}
	buf_puts(out, "\"\n");
}

void summary_tap(const struct summary_run *run, size_t number, struct buf *out)
{
	enum summary_result result = summary_result(run);
	const struct summary_cause *cause = run->causes.count ? run->causes.items : NULL;

	buf_printf(out, "%sok %zu - ",
		   result == SUMMARY_PASSED || result == SUMMARY_SKIPPED ? "" : "not ",
		   number);
	add_escaped(run->scenario, out);
	if (result == SUMMARY_SKIPPED) {
		buf_puts(out, " # SKIP ");
		add_escaped(run->text ? run->text : run->missing, out);
		buf_putc(out, '\n');
		return;
	}
	buf_puts(out, "\n  ---\n");
	add_pair("message", run->text ? run->text : run->outcome, out);
	add_pair("severity", result == SUMMARY_PASSED ? "comment" : "fail", out);
	buf_printf(out, "  duration_ms: %.0f\n", (double)run->took_us / 1e3);
	add_pair("plane", run->plane, out);
	if (cause && result != SUMMARY_PASSED) {
		add_pair("class", cause->id, out);
		add_pair("cause", cause->summary, out);
		add_pair("fix", cause->fix, out);
	}
	add_pair("report", run->folder, out);
	buf_puts(out, "  ...\n");
}
