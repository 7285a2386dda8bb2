// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_junit.c - junit.xml of many runs: a test case for each scenario */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/exit.h"
#include "base/str.h"
#include "report/summary.h"
#include "report/text.h"

static void add_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s=\"", name);
	text_add_markup(out, value);
	buf_putc(out, '"');
}

static void add_line(struct buf *out, const char *label, const char *text)
{
	if (!text)
		return;
	buf_puts(out, label);
	text_add_markup(out, text);
	buf_putc(out, '\n');
}

/* What a person would look for, in the order of its use. */
static void add_why(const struct summary_run *run, struct buf *out)
{
	vec_foreach (cause, &run->causes) {
		add_line(out, "", cause->id);
		add_line(out, "  ", cause->summary);
		for (size_t i = 0; i < ARRAY_SIZE(cause->values); i++) {
			const struct summary_value *value = &cause->values[i];

			if (!value->setting)
				continue;
			buf_puts(out, "  ");
			text_add_markup(out, value->site);
			buf_puts(out, ": ");
			text_add_markup(out, value->setting);
			buf_puts(out, " = ");
			text_add_markup(out, value->value);
			buf_puts(out, "   ");
			text_add_markup(out, value->path ? value->path : value->at.file);
			buf_printf(out, ":%u\n", value->at.line);
		}
		add_line(out, "  fix: ", cause->fix);
	}
	vec_foreach (verdict, &run->verdicts) {
		if (!str_equal(verdict->verdict, "broken") &&
		    !str_equal(verdict->verdict, "leak"))
			continue;
		text_add_markup(out, verdict->verdict);
		buf_puts(out, ": ");
		text_add_markup(out, verdict->claim);
		add_line(out, ": ", verdict->seen ? verdict->seen : "");
	}
	add_line(out, "report: ", run->folder);
}

static bool is_error(const struct summary_run *run)
{
	return run->status == EXIT_BAD_INPUT || run->status == EXIT_BROKE ||
	       run->status > EXIT_MISSING;
}

static void add_result(const struct summary_run *run, struct buf *out)
{
	const char *text = run->text ? run->text : run->outcome;

	switch (summary_result(run)) {
	case SUMMARY_PASSED:
		buf_puts(out, "      <system-out>");
		text_add_markup(out, text);
		buf_puts(out, "</system-out>\n");
		return;
	case SUMMARY_SKIPPED:
		buf_puts(out, "      <skipped");
		add_attribute(out, "message", text);
		buf_puts(out, "/>\n");
		return;
	case SUMMARY_FAILED:
	case SUMMARY_UNSTABLE:
	case SUMMARY_RESULTS:
		break;
	}
	buf_printf(out, "      <%s", is_error(run) ? "error" : "failure");
	add_attribute(out, "type",
		      run->causes.count && run->causes.items[0].name
			      ? run->causes.items[0].name
			      : summary_result_word(summary_result(run)));
	add_attribute(out, "message", text);
	buf_putc(out, '>');
	add_why(run, out);
	buf_printf(out, "</%s>\n", is_error(run) ? "error" : "failure");
}

/* The file and line at which to begin: the wrong one, else the scenario's first. */
static void add_case(const struct summary *summary, const struct summary_run *run,
		     const struct summary_marks *marks, struct buf *out)
{
	const struct summary_mark *mark = NULL;
	_cleanup_buf_ struct buf class = { 0 };
	_cleanup_buf_ struct buf file = { 0 };

	(void)summary;
	for (size_t i = 0; !mark && i < marks->count; i++)
		if (marks->items[i].run == run)
			mark = &marks->items[i];
	buf_printf(&class, "twinsite.%s", run->plane ? run->plane : "none");
	buf_printf(&file, "%s/scenario.yml", run->scenario);
	buf_puts(out, "    <testcase");
	add_attribute(out, "classname", buf_text(&class));
	add_attribute(out, "name", run->scenario);
	add_attribute(out, "file",
		      mark	  ? mark->path
		      : run->path ? run->path
				  : buf_text(&file));
	buf_printf(out, " line=\"%u\" time=\"%.3f\">\n", mark ? mark->line : 1,
		   (double)run->took_us / 1e6);
	add_result(run, out);
	buf_puts(out, "    </testcase>\n");
}

void summary_junit(const struct summary *summary, struct buf *out)
{
	struct summary_marks marks = summary_mark(summary);
	struct summary_counts counts = summary_count(summary);
	size_t errors = 0;

	vec_foreach (run, &summary->runs)
		errors += summary_result(run) == SUMMARY_FAILED && is_error(run);
	vec_foreach (run, &summary->runs)
		errors += summary_result(run) == SUMMARY_UNSTABLE && is_error(run);
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		      "  <testsuite name=\"twinsite\"");
	buf_printf(out,
		   " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" "
		   "time=\"%.3f\"",
		   summary->runs.count, counts.of[SUMMARY_FAILED] - errors, errors,
		   counts.of[SUMMARY_SKIPPED], (double)summary->took_us / 1e6);
	if (summary->start)
		add_attribute(out, "timestamp", summary->start);
	buf_puts(out, ">\n");
	vec_foreach (run, &summary->runs)
		add_case(summary, run, &marks, out);
	buf_puts(out, "  </testsuite>\n</testsuites>\n");
}
