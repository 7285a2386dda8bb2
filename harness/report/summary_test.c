// SPDX-License-Identifier: GPL-2.0-or-later
/* summary_test.c - claims about many runs in one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/plain.h"
#include "base/str.h"
#include "diagnose/judgement.h"
#include "finding/page.h"
#include "report/live.h"
#include "report/summary.h"

#define HOSTILE "<b>\"&'\x1b[31m\n::error::x\xff]]>%0A,#"

static struct summary *summary;
static struct buf out;

static struct summary_run *add_run(const char *scenario, int status)
{
	struct summary_run *run;

	vec_add(summary->arena, &summary->list, scenario);
	run = vec_push(summary->arena, &summary->runs);
	*run = (struct summary_run){
		.number = (unsigned int)summary->list.count - 1,
		.scenario = scenario,
		.name = strrchr(scenario, '/') ? strrchr(scenario, '/') + 1 : scenario,
		.status = status,
		.first_status = -1,
		.text = "what came out",
		.plane = "uml",
		.took_us = 1500000,
		.folder = "acme/2026-11-29T01-42-15",
		.devices = { "OpenWrt", "ScreenOS" },
	};
	return run;
}

static void add_cause(struct summary_run *run, const char *text)
{
	struct summary_cause *cause = vec_push(summary->arena, &run->causes);

	*cause = (struct summary_cause){
		.id = "F28", .name = "psk-differs", .summary = text, .fix = text
	};
	cause->values[0] = (struct summary_value){ .site = "home",
						   .setting = "pre_shared_key",
						   .value = text,
						   .at = { .file = "ipsec", .line = 8 },
						   .path = "site/ipsec" };
}

static int set_up(void **state)
{
	(void)state;
	summary = summary_new();
	summary->version = "1";
	summary->start = "2026-11-29T01:42:15Z";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_done(&out);
	summary_free(summary);
	return 0;
}

static bool has(const char *text)
{
	return strstr(buf_text(&out), text) != NULL;
}

static size_t lines(void)
{
	size_t count = 0;

	for (const char *at = buf_text(&out); *at; at++)
		count += *at == '\n';
	return count;
}

static struct summary_look look = { .durations = 3, .reports = "reports" };

/* ------------------------------------------------------------ the end */

/* `report --reports all s1 s2`: all/../s1/… would be right, and nobody's way to write it. */
static void a_report_beside_is_named_as_people_go_there(void **state)
{
	const struct summary_look all = { .durations = 0, .reports = "all" };
	const struct summary_look deep = { .durations = 0, .reports = "a/b" };

	(void)state;
	add_run("scenarios/acme-x", EXIT_UNEXPECTED)->folder = "../s1/acme-x/1";
	summary_text(summary, &all, &out);
	assert_true(has("report: s1/acme-x/1/index.html"));
	summary_text(summary, &deep, &out);
	assert_true(has("report: a/b/../s1/acme-x/1/index.html"));
}

static void failures_stand_first_with_cause_fix_and_report(void **state)
{
	struct summary_run *run;

	(void)state;
	(void)add_run("scenarios/good", EXIT_OK);
	run = add_run("scenarios/acme-x", EXIT_UNEXPECTED);
	add_cause(run, "the keys differ");
	summary_text(summary, &look, &out);
	assert_true(str_starts(buf_text(&out), "FAILED  scenarios/acme-x"));
	assert_true(has("F28 psk-differs: the keys differ"));
	assert_true(has("fix: the keys differ"));
	assert_true(has("report: reports/acme/2026-11-29T01-42-15/index.html"));
	assert_true(str_ends(buf_text(&out), "\n1 passed, 1 failed, 0 skipped\n"));
}

static void two_hundred_fit_a_screen_whatever_became_of_them(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		struct summary_run *run =
			add_run(arena_printf(summary->arena, "scenarios/s%u", i),
				i % 3 == 0   ? EXIT_UNEXPECTED
				: i % 3 == 1 ? EXIT_MISSING
					     : EXIT_OK);

		run->missing = i % 2 ? "uml/netem" : "any/VTI";
		add_cause(run, "the keys differ");
	}
	summary_text(summary, &look, &out);
	assert_true(lines() <= 60);
	assert_true(has("… and 43 more that failed"));
	assert_true(has("67 failed"));
}

static void skips_are_grouped_by_what_is_missing(void **state)
{
	(void)state;
	add_run("scenarios/a", EXIT_MISSING)->missing = "uml/netem";
	add_run("scenarios/b", EXIT_MISSING)->missing = "uml/netem";
	add_run("scenarios/c", EXIT_MISSING)->missing = "any/VTI";
	summary_text(summary, &look, &out);
	assert_true(has("skipped, no uml/netem: a, b\n"));
	assert_true(has("skipped, no any/VTI: c\n"));
}

static void what_was_not_started_is_named_and_counted(void **state)
{
	(void)state;
	(void)add_run("scenarios/a", EXIT_OK);
	vec_add(summary->arena, &summary->list, "scenarios/b");
	summary_text(summary, &look, &out);
	assert_true(has("not started: scenarios/b\n"));
	assert_true(has("1 passed, 0 failed, 0 skipped, 1 not started\n"));
	out.length = 0;
	summary->shard = 1;
	summary->shards = 2; /* b is another's */
	summary_text(summary, &look, &out);
	assert_false(has("not started"));
}

static void two_that_differ_are_unstable_whichever_was_better(void **state)
{
	struct summary_run *run = add_run("scenarios/a", EXIT_UNSTABLE);

	(void)state;
	run->first_status = EXIT_UNEXPECTED;
	assert_int_equal(summary_result(run), SUMMARY_UNSTABLE);
	summary_text(summary, &look, &out);
	assert_true(has("0 passed, 1 failed, 0 skipped, 1 unstable\n"));
	assert_int_equal(summary_status(summary), EXIT_UNSTABLE);
}

static void a_skip_is_a_line_that_names_its_capability(void **state)
{
	struct summary_run *run = add_run("scenarios/a", EXIT_MISSING);

	(void)state;
	run->missing = "uml/netem";
	run->text = "no netem";
	summary_line(run, false, &out);
	assert_string_equal(buf_text(&out), "SKIP scenarios/a: uml/netem: no netem\n");
}

static void the_worst_status_is_the_whole_ones(void **state)
{
	(void)state;
	assert_int_equal(summary_status(summary), EXIT_NOTHING_RAN);
	(void)add_run("a", EXIT_OK);
	assert_int_equal(summary_status(summary), EXIT_OK);
	(void)add_run("b", EXIT_BAD_INPUT);
	(void)add_run("c", EXIT_BROKE);
	assert_int_equal(summary_status(summary), EXIT_BAD_INPUT);
}

/* ------------------------------------------------------------ of a judgement */

static void paths_are_seen_from_where_one_is(void **state)
{
	struct scenario scenario = { .name = "site", .path = "/home/me/site" };
	struct scenario_site site = { .name = "home", .files = "/home/me/site/home" };
	struct judgement judgement = { .arena = summary->arena,
				       .scenario = &scenario,
				       .folder = "/home/me/reports/site/1" };
	struct diagnosis *diagnosis = vec_push(summary->arena, &judgement.diagnoses);
	struct summary_run run = { 0 };

	(void)state;
	vec_add(summary->arena, &scenario.sites, site);
	*diagnosis = (struct diagnosis){ .class = finding_class_of(F28) };
	diagnosis->values[0] = (struct diagnosis_value){
		"home", "psk", "x", { .file = "etc/config/ipsec", .line = 8 }
	};
	summary_take(summary, &run, &judgement, "/home/me", "reports/");
	assert_string_equal(run.folder, "site/1");
	assert_string_equal(run.path, "site/scenario.yml");
	assert_string_equal(run.causes.items[0].values[0].path,
			    "site/home/etc/config/ipsec");
	run = (struct summary_run){ 0 };
	scenario.sites.items[0].files =
		NULL; /* an overlay changed it: no line of it is there */
	summary_take(summary, &run, &judgement, "/home/you", "/home/me/reports");
	assert_string_equal(run.folder, "site/1");
	assert_string_equal(run.path, "/home/me/site/scenario.yml");
	assert_null(run.causes.items[0].values[0].path);
}

/* ------------------------------------------------------------ files */

static void what_is_written_is_read_again(void **state)
{
	_cleanup_(summary_freep) struct summary *again = NULL;
	_cleanup_buf_ struct buf second = { 0 };
	struct summary_run *run = add_run("scenarios/acme-x", EXIT_UNEXPECTED);

	(void)state;
	add_cause(run, "the keys differ");
	vec_add(summary->arena, &run->faults, "F63");
	vec_add(summary->arena, &run->verdicts,
		((struct summary_verdict){ "broken",
					   "reach",
					   "a reaches b",
					   "it does not",
					   { .file = "x/scenario.yml", .line = 3 } }));
	run->first_status = EXIT_BROKE;
	summary_json(summary, &out);
	assert_int_equal(summary_read("s", buf_text(&out), out.length, &again, NULL), 0);
	summary_json(again, &second);
	assert_string_equal(buf_text(&out), buf_text(&second));
}

static void read_refuses(const char *text, const char *sentence)
{
	struct summary *read = NULL;
	struct err err = { 0 };

	assert_int_equal(summary_read("s.json", text, strlen(text), &read, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, sentence));
	assert_null(read);
}

static void what_is_no_summary_is_refused(void **state)
{
	(void)state;
	read_refuses("{", "s.json:1: no JSON");
	read_refuses("[]", "no summary of format");
	read_refuses("{\"summary\": 2}", "no summary of format");
	read_refuses("{\"summary\": 1, \"shards\": 2, \"shard\": 3}", "which shard");
	read_refuses("{\"summary\": 1, \"shards\": 1, \"shard\": 1, \"scenarios\": [1]}",
		     "scenarios[0] is no text");
	read_refuses("{\"summary\": 1, \"shards\": 1, \"shard\": 1, \"scenarios\": [], "
		     "\"runs\": [{\"number\": 0, \"scenario\": \"a\", \"status\": 0}]}",
		     "not in its list");
	read_refuses("{\"summary\": 1, \"shards\": 1, \"shard\": 1, \"scenarios\": "
		     "[\"a\"], \"runs\": [{\"number\": 0, \"status\": 0}]}",
		     "runs[0] has no number, scenario or status");
}

static void cut_anywhere_it_is_refused(void **state)
{
	struct summary *read = NULL;

	(void)state;
	add_cause(add_run("scenarios/acme-x", EXIT_UNEXPECTED), "text");
	summary_json(summary, &out);
	for (size_t length = 0; length + 2 < out.length; length++)
		assert_int_equal(summary_read("s", buf_text(&out), length, &read, NULL),
				 -EINVAL);
}

static void junit_has_a_case_for_each_with_time_file_and_line(void **state)
{
	(void)state;
	(void)add_run("scenarios/good", EXIT_OK);
	add_cause(add_run("scenarios/acme-x", EXIT_UNEXPECTED), "the keys differ");
	(void)add_run("scenarios/bad", EXIT_BAD_INPUT);
	add_run("scenarios/skip", EXIT_MISSING)->missing = "any/VTI";
	summary_junit(summary, &out);
	assert_true(has("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
	assert_true(has("name=\"scenarios/acme-x\" file=\"site/ipsec\" line=\"8\" "
			"time=\"1.500\""));
	assert_true(has("<failure type=\"psk-differs\" message=\"what came out\">"));
	assert_true(has("<error type=\"failed\""));
	assert_true(has("<skipped message=\"what came out\"/>"));
}

static void tap_has_a_plan_and_a_line_for_each(void **state)
{
	struct summary_run *run = add_run("scenarios/acme#x", EXIT_UNEXPECTED);

	(void)state;
	add_cause(run, "say \"no\"");
	summary_tap_plan(2, &out);
	summary_tap(run, 1, &out);
	run = add_run("scenarios/skip", EXIT_MISSING);
	summary_tap(run, 2, &out);
	assert_true(str_starts(buf_text(&out), "TAP version 13\n1..2\nnot ok 1 - "
					       "scenarios/acme\\#x\n  ---\n"));
	assert_true(has("  cause: \"say \\\"no\\\"\"\n"));
	assert_true(has("\nok 2 - scenarios/skip # SKIP what came out\n"));
}

/* F21 was wanted, F28 is there, in lines of a base that no checkout has to show. */
static void a_mark_names_the_fault_that_was_found_instead(void **state)
{
	struct summary_run *run = add_run("scenarios/acme-x", EXIT_UNEXPECTED);

	(void)state;
	run->text = "the fault F21 was not found";
	add_cause(run, "the keys differ");
	run->causes.items[0].values[0].path = NULL;
	summary_sarif(summary, &out);
	assert_true(has("scenarios/acme-x: the fault F21 was not found: F28: the keys "
			"differ"));
}

static void a_rule_says_what_it_is_for_who_has_never_met_it(void **state)
{
	(void)state;
	add_cause(add_run("scenarios/acme-x", EXIT_UNEXPECTED), "the keys differ");
	summary_sarif(summary, &out);
	assert_true(has("fullDescription"));
	assert_true(has(finding_page_of(F28)->what));
}

static void sarif_marks_the_wrong_line(void **state)
{
	json_t *root, *result, *physical;
	json_int_t line;

	(void)state;
	(void)add_run("scenarios/good", EXIT_OK);
	add_cause(add_run("scenarios/acme-x", EXIT_UNEXPECTED), "the keys differ");
	summary_sarif(summary, &out);
	root = json_loads(buf_text(&out), 0, NULL);
	assert_non_null(root);
	result = json_object_get(json_array_get(json_object_get(root, "runs"), 0),
				 "results");
	assert_int_equal(json_array_size(result), 1);
	physical = json_object_get(
		json_array_get(json_object_get(json_array_get(result, 0), "locations"),
			       0),
		"physicalLocation");
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(physical, "artifactLocation"), "uri")),
		"site/ipsec");
	line = json_integer_value(
		json_object_get(json_object_get(physical, "region"), "startLine"));
	assert_int_equal(line, 8);
	json_decref(root);
}

static void annotations_are_commands_and_texts_of_others_are_not(void **state)
{
	struct summary_run *run = add_run("scenarios/acme-x", EXIT_UNEXPECTED);

	(void)state;
	add_cause(run, HOSTILE);
	run->causes.items[0].values[0].path = "a,b:c\n::d";
	summary_github(summary, &out);
	assert_true(str_starts(buf_text(&out), "::error file=a%2Cb%3Ac %3A%3Ad,line=8,"
					       "title=F28 psk-differs::"));
	assert_int_equal(lines(), 1);
	assert_true(has("%250A"));
}

/* Nothing of others leaves its place, in whatever is written. */
static void hostile_texts_stay_texts(void **state)
{
	struct summary_run *run = add_run(HOSTILE, EXIT_UNEXPECTED);

	(void)state;
	add_cause(run, HOSTILE);
	run->name = run->sentence = run->text = run->plane = run->folder = HOSTILE;
	run->devices[0] = run->devices[1] = HOSTILE;
	vec_add(summary->arena, &run->faults, HOSTILE);
	summary_html(summary, &out);
	assert_false(has("<b>\""));
	assert_null(strchr(buf_text(&out), 0x1b));
	out.length = 0;
	summary_junit(summary, &out);
	assert_false(has("<b>"));
	assert_null(strchr(buf_text(&out), 0x1b));
	out.length = 0;
	summary_tap(run, 1, &out);
	summary_text(summary, &look, &out);
	assert_null(strchr(buf_text(&out), 0x1b));
	assert_false(has("\n::error"));
}

static void the_page_has_both_matrices_and_leads_to_each_run(void **state)
{
	struct summary_run *run = add_run("scenarios/acme-x", EXIT_UNEXPECTED);

	(void)state;
	vec_add(summary->arena, &run->faults, "F63");
	(void)add_run("scenarios/acme", EXIT_OK);
	add_run("scenarios/unreadable", EXIT_BAD_INPUT)->name = NULL;
	summary_html(summary, &out);
	assert_false(has("<td><a class=\"failed\" href=\"#run-2\">"));
	assert_true(has("<a href=\"acme/2026-11-29T01-42-15/index.html\">acme-x</a>"));
	assert_true(has("<th scope=\"col\">acme</th>"));
	assert_true(has("<th scope=\"row\">F63 nat-exemption-missing</th>"));
	assert_true(has("<th scope=\"row\">healthy</th>"));
	assert_true(has("<th scope=\"row\">OpenWrt</th>"));
	assert_true(has("<th scope=\"col\">ScreenOS</th>"));
	assert_true(has("<a class=\"failed\" href=\"#run-0\">1 failed</a>"));
	assert_true(has("id=\"run-0\""));
	assert_true(has("<a class=\"passed\" href=\"#row-1\">1 passed</a>"));
}

/* ------------------------------------------------------------ live */

static void live_lines_are_cut_to_the_terminal_and_removed_again(void **state)
{
	struct live live = { .width = 20, .height = 24 };
	const struct live_row rows[] = { { "scenarios/büro-with-a-long-name", "traffic",
					   1000000 },
					 { "scenarios/b", "", 0 } };

	(void)state;
	live_draw(&live, rows, ARRAY_SIZE(rows), 3, 1, 40, &out);
	assert_int_equal(lines(), 3);
	assert_int_equal(live.lines, 3);
	for (const char *at = buf_text(&out); *at; at = strchr(at, '\n') + 1)
		assert_true(strcspn(at, "\n") <= 20); /* bytes of one ü besides */
	out.length = 0;
	live_clear(&live, &out);
	assert_string_equal(buf_text(&out),
			    "\033[1A\r\033[K\033[1A\r\033[K\033[1A\r\033[K");
	assert_int_equal(live.lines, 0);
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CLAIM(a_report_beside_is_named_as_people_go_there),
		CLAIM(failures_stand_first_with_cause_fix_and_report),
		CLAIM(two_hundred_fit_a_screen_whatever_became_of_them),
		CLAIM(skips_are_grouped_by_what_is_missing),
		CLAIM(what_was_not_started_is_named_and_counted),
		CLAIM(two_that_differ_are_unstable_whichever_was_better),
		CLAIM(a_skip_is_a_line_that_names_its_capability),
		CLAIM(the_worst_status_is_the_whole_ones),
		CLAIM(paths_are_seen_from_where_one_is),
		CLAIM(what_is_written_is_read_again),
		CLAIM(what_is_no_summary_is_refused),
		CLAIM(cut_anywhere_it_is_refused),
		CLAIM(junit_has_a_case_for_each_with_time_file_and_line),
		CLAIM(tap_has_a_plan_and_a_line_for_each),
		CLAIM(a_mark_names_the_fault_that_was_found_instead),
		CLAIM(a_rule_says_what_it_is_for_who_has_never_met_it),
		CLAIM(sarif_marks_the_wrong_line),
		CLAIM(annotations_are_commands_and_texts_of_others_are_not),
		CLAIM(hostile_texts_stay_texts),
		CLAIM(the_page_has_both_matrices_and_leads_to_each_run),
		CLAIM(live_lines_are_cut_to_the_terminal_and_removed_again),
	};

	return cmocka_run_group_tests_name("report/summary", tests, NULL, NULL);
}
