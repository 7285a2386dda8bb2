// SPDX-License-Identifier: GPL-2.0-or-later
/* junit.c - junit.xml: the judgement for CI */
#include "base/buf.h"
#include "base/cleanup.h"
#include "report/report.h"
#include "report/text.h"

static void add_attribute(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, " %s=\"", name);
	text_add_markup(out, value);
	buf_putc(out, '"');
}

static void add_property(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_puts(out, "      <property");
	add_attribute(out, "name", name);
	add_attribute(out, "value", value);
	buf_puts(out, "/>\n");
}

static void add_properties(struct buf *out, const struct judgement *judgement)
{
	buf_puts(out, "    <properties>\n");
	add_property(out, "plane", judgement->plane);
	add_property(out, "plane_why", judgement->plane_why);
	add_property(out, "folder", judgement->folder);
	for (size_t i = 0; i < judgement->figures.count; i++) {
		const struct figure *figure = &judgement->figures.items[i];
		_cleanup_buf_ struct buf value = { 0 };

		buf_printf(&value, "%s%s%s%s", figure->value ? figure->value : "",
			   figure->label ? " (" : "", figure->label ? figure->label : "",
			   figure->label ? ")" : "");
		add_property(out, figure->name ? figure->name : "figure",
			     buf_text(&value));
	}
	buf_puts(out, "    </properties>\n");
}

/* <testcase …> stays open; suite_name.check is the class, at the line that expects it. */
static void open_test(struct buf *out, const char *suite, const char *check,
		      const char *claim, const struct origin *at, int64_t took_us)
{
	_cleanup_buf_ struct buf class = { 0 };

	buf_printf(&class, "%s.%s", suite, check ? check : "check");
	buf_puts(out, "    <testcase");
	add_attribute(out, "classname", buf_text(&class));
	add_attribute(out, "name", claim ? claim : check);
	if (at && at->file) {
		add_attribute(out, "file", at->file);
		buf_printf(out, " line=\"%u\"", at->line);
	}
	buf_printf(out, " time=\"%.3f\">\n", (double)took_us / 1e6);
}

static void close_test(struct buf *out)
{
	buf_puts(out, "    </testcase>\n");
}

static void add_proof(struct buf *out, const struct verdict *verdict)
{
	_cleanup_buf_ struct buf at = { 0 };

	report_add_origin(&at, &verdict->at);
	text_add_markup(out, verdict->seen);
	buf_putc(out, '\n');
	for (size_t i = 0; i < verdict->proof.count; i++) {
		text_add_markup(out, verdict->proof.items[i]);
		buf_putc(out, '\n');
	}
	if (at.length)
		text_add_markup(out, buf_text(&at));
}

static void add_element(struct buf *out, const char *element, const char *type,
			const char *message)
{
	buf_printf(out, "      <%s", element);
	if (type)
		add_attribute(out, "type", type);
	add_attribute(out, "message", message);
}

static void add_verdict(struct buf *out, const char *suite, const struct verdict *verdict,
			bool may_fail)
{
	const char *word = verdict_kind_name(verdict->kind);

	open_test(out, suite, verdict->check, verdict->claim, &verdict->at,
		  verdict->took_us);
	switch (verdict->kind) {
	case VERDICT_OK:
		buf_puts(out, "      <system-out>");
		add_proof(out, verdict);
		buf_puts(out, "</system-out>\n");
		break;
	case VERDICT_UNPROVEN:
		add_element(out, "skipped", NULL, verdict->seen);
		buf_puts(out, "/>\n");
		break;
	case VERDICT_BROKEN:
	case VERDICT_LEAK:
		if (may_fail)
			add_element(out, "failure", word, verdict->seen);
		else
			buf_printf(out, "      <system-out");
		buf_printf(out, ">%s%s: ", may_fail ? "" : "expected fault: ", word);
		add_proof(out, verdict);
		buf_printf(out, "</%s>\n", may_fail ? "failure" : "system-out");
		break;
	}
	close_test(out);
}

/* The scenario as a whole: its fault found, or why it did not run. */
static bool has_outcome_test(const struct judgement *judgement)
{
	struct report_counts counts = report_count(judgement);

	if (report_is_about_fault(judgement))
		return true;
	switch (judgement->outcome) {
	case OUTCOME_AS_EXPECTED:
		return false;
	case OUTCOME_UNEXPECTED: /* e.g. a finding where all checks are ok */
		return !counts.of[VERDICT_BROKEN] && !counts.of[VERDICT_LEAK];
	case OUTCOME_NOT_RUN:
	case OUTCOME_NOTHING_PROVED:
	case OUTCOME_LAB_FAILED:
	case OUTCOME_CONTRADICTION:
		return true;
	}
	return true;
}

static void add_diagnoses(struct buf *out, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->diagnoses.count; i++) {
		const struct diagnosis *diagnosis = &judgement->diagnoses.items[i];

		text_add_markup(out, diagnosis->class->id);
		buf_putc(out, ' ');
		text_add_markup(out, diagnosis->summary);
		buf_putc(out, '\n');
		for (size_t f = 0; f < diagnosis->fixes.count; f++) {
			buf_puts(out, "fix: ");
			text_add_markup(out, diagnosis->fixes.items[f]);
			buf_putc(out, '\n');
		}
	}
}

static void add_outcome_test(struct buf *out, const char *suite,
			     const struct judgement *judgement)
{
	static const char *const elements[] = {
		[OUTCOME_AS_EXPECTED] = "system-out",
		[OUTCOME_UNEXPECTED] = "failure",
		[OUTCOME_NOT_RUN] = "skipped",
		[OUTCOME_LAB_FAILED] = "error",
		[OUTCOME_CONTRADICTION] = "error",
		[OUTCOME_NOTHING_PROVED] = "skipped",
	};
	const char *element = elements[judgement->outcome];

	open_test(out, suite, "outcome",
		  judgement->broke_off ? "the rehearsal comes to its end"
		  : report_is_about_fault(judgement)
			  ? "exactly the expected fault is found"
			  : "the rehearsal is as expected",
		  NULL, 0);
	if (judgement->outcome == OUTCOME_AS_EXPECTED)
		buf_puts(out, "      <system-out");
	else
		add_element(out, element, NULL, judgement->outcome_text);
	buf_putc(out, '>');
	add_diagnoses(out, judgement);
	buf_printf(out, "</%s>\n", element);
	close_test(out);
}

static void add_suite_head(struct buf *out, const struct judgement *judgement,
			   const char *suite, bool has_outcome)
{
	struct report_counts counts = report_count(judgement);
	bool is_fault = report_is_about_fault(judgement);
	size_t failures =
		is_fault ? 0 : counts.of[VERDICT_BROKEN] + counts.of[VERDICT_LEAK];
	size_t skipped = counts.of[VERDICT_UNPROVEN];

	failures += has_outcome && judgement->outcome == OUTCOME_UNEXPECTED;
	skipped += has_outcome && (judgement->outcome == OUTCOME_NOT_RUN ||
				   judgement->outcome == OUTCOME_NOTHING_PROVED);
	buf_puts(out, "  <testsuite");
	add_attribute(out, "name", suite);
	buf_printf(out,
		   " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\" "
		   "time=\"%.3f\" timestamp=\"",
		   judgement->verdicts.count + has_outcome, failures,
		   judgement->outcome == OUTCOME_LAB_FAILED ||
			   judgement->outcome == OUTCOME_CONTRADICTION,
		   skipped, (double)judgement->took_us / 1e6);
	text_add_time(out, judgement->start_us);
	buf_puts(out, "\">\n");
}

void report_junit(const struct judgement *judgement, struct buf *out)
{
	const char *suite = judgement->scenario && judgement->scenario->name
				    ? judgement->scenario->name
				    : "twinsite";
	bool has_outcome = has_outcome_test(judgement);

	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	add_suite_head(out, judgement, suite, has_outcome);
	add_properties(out, judgement);
	if (judgement->broke_off)
		add_outcome_test(out, suite, judgement);
	for (size_t i = 0; i < judgement->verdicts.count; i++)
		add_verdict(out, suite, &judgement->verdicts.items[i],
			    !report_is_about_fault(judgement));
	if (has_outcome && !judgement->broke_off)
		add_outcome_test(out, suite, judgement);
	buf_puts(out, "  </testsuite>\n</testsuites>\n");
}
