// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile_test.c - one hostile string in every field of every format
 */
#include "report/test_hostile.h"

#include "report/findings.h"
#include "report/page.h"
#include "report/report.h"
#include "report/terminal.h"
#include "report/test_said.h"

/* ------------------------------------------------------------ every format */

static void write_terminal(const struct said *said, struct buf *out)
{
	struct terminal terminal = { .prefix = said->scenario.name };

	terminal_begin(&terminal, &said->scenario, said->judgement.plane,
		       said->judgement.plane_why, out);
	for (size_t i = 0; i < said->timeline.count; i++)
		terminal_event(&terminal, &said->timeline.events[i], out);
	terminal_report(&terminal, &said->judgement, out);
}

static void write_html(const struct said *said, struct buf *out)
{
	const struct page page = { .judgement = &said->judgement,
				   .timeline = &said->timeline };

	report_html(&page, out);
}

static void write_junit(const struct said *said, struct buf *out)
{
	report_junit(&said->judgement, out);
}

static void write_json(const struct said *said, struct buf *out)
{
	report_json(&said->judgement, out);
}

static void write_findings(const struct said *said, struct buf *out)
{
	report_findings_text(&said->findings, out);
}

static void write_findings_json(const struct said *said, struct buf *out)
{
	report_findings_json(&said->findings, NULL, out);
}

static const struct {
	const char *name;
	enum format format;
	void (*write)(const struct said *said, struct buf *out);
} formats[] = {
	{ "terminal", LINES, write_terminal },
	{ "HTML and SVG", MARKUP, write_html },
	{ "JUnit", MARKUP, write_junit },
	{ "JSON", JSON, write_json },
	{ "findings", LINES, write_findings },
	{ "findings as JSON", JSON, write_findings_json },
};

static void no_field_of_any_format_lets_it_out(void **state)
{
	struct said harmless, hostile;

	(void)state;
	said_fill(&harmless, HARMLESS);
	said_fill(&hostile, HOSTILE);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		_cleanup_buf_ struct buf wanted = { 0 }, found = { 0 };

		formats[i].write(&harmless, &wanted);
		formats[i].write(&hostile, &found);
		holds_no_hostile(formats[i].name, formats[i].format, &wanted, &found);
	}
	said_done(&harmless);
	said_done(&hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_field_of_any_format_lets_it_out),
	};

	return cmocka_run_group_tests_name("report/hostile", tests, NULL, NULL);
}
