// SPDX-License-Identifier: GPL-2.0-or-later
/* runs_diff_test.c - claims about what changed from one run to another */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "report/report.h"
#include "report/runs_diff.h"
#include "report/summary.h"
#include "report/test_said.h"

static struct summary *sides[2];
static struct buf out;

static struct summary_verdict reach(const char *verdict, const char *seen)
{
	return (struct summary_verdict){ verdict, "reach", "a reaches b", seen, { 0 } };
}

static void add(struct summary *summary, const char *scenario, const char *seen)
{
	struct summary_run *run = vec_push(summary->arena, &summary->runs);
	struct summary_cause *cause;

	*run = (struct summary_run){ .scenario = scenario,
				     .outcome = "as expected",
				     .plane = "uml",
				     .first_status = -1,
				     .took_us = (int64_t)strlen(seen) };
	vec_add(summary->arena, &run->verdicts, reach("ok", seen));
	cause = vec_push(summary->arena, &run->causes);
	*cause = (struct summary_cause){ .id = "F63", .name = "x", .summary = seen };
	cause->values[0] = (struct summary_value){ .site = "home",
						   .setting = "masq",
						   .value = "1",
						   .at = { .file = "f", .line = 3 } };
}

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sides[i] = summary_new();
		add(sides[i], "acme", i ? "in 0.4 ms" : "in 17 ms");
		add(sides[i], "office", i ? "in 0.4 ms" : "in 17 ms");
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	summary_free(sides[0]);
	summary_free(sides[1]);
	buf_done(&out);
	return 0;
}

static bool differ(void)
{
	out.length = 0;
	return runs_diff_all(sides[0], sides[1], NULL, NULL, &out);
}

static void what_was_measured_is_no_difference(void **state)
{
	(void)state;
	assert_false(differ());
	assert_int_equal(out.length, 0);
}

static void another_verdict_is_one(void **state)
{
	(void)state;
	sides[1]->runs.items[1].verdicts.items[0].verdict = "broken";
	assert_true(differ());
	assert_string_equal(buf_text(&out),
			    "office:\n  verdict  ok -> broken  reach: a reaches b\n");
}

/* Two of the same claim are told apart by their order. */
static void the_second_of_one_claim_is_compared_with_the_second(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		vec_add(sides[i]->arena, &sides[i]->runs.items[0].verdicts,
			reach("broken", ""));
	assert_false(differ());
	sides[1]->runs.items[0].verdicts.count--;
	assert_true(differ());
	assert_string_equal(buf_text(&out),
			    "acme:\n  verdict  broken -> -  reach: a reaches b\n");
}

static void a_cause_at_another_line_is_another(void **state)
{
	(void)state;
	sides[1]->runs.items[0].causes.items[0].values[0].at.line = 4;
	assert_true(differ());
	assert_string_equal(buf_text(&out), "acme:\n  cause    - F63 x: in 17 ms\n"
					    "  cause    + F63 x: in 0.4 ms\n");
}

static void what_only_one_has_is_named(void **state)
{
	(void)state;
	sides[0]->runs.count--;
	assert_true(differ());
	assert_string_equal(buf_text(&out), "office: only in the second\n");
}

static void two_single_runs_are_compared_whatever_they_are_called(void **state)
{
	(void)state;
	sides[0]->runs.count = sides[1]->runs.count = 1;
	sides[1]->runs.items[0].scenario = "other";
	sides[1]->runs.items[0].plane = "vm";
	assert_true(differ());
	assert_string_equal(buf_text(&out), "acme:\n  plane    uml -> vm\n");
}

static void a_runs_result_is_read(void **state)
{
	_cleanup_(summary_freep) struct summary *one = NULL, *two = NULL;
	struct err err = { 0 };
	struct said said;

	(void)state;
	said_fill(&said, "x");
	report_json(&said.judgement, &out);
	assert_int_equal(
		runs_diff_read_result("r", buf_text(&out), out.length, &one, NULL), 0);
	assert_int_equal(one->runs.items[0].verdicts.count,
			 said.judgement.verdicts.count);
	said_done(&said);
	assert_int_equal(runs_diff_read_result("r.json", "{}", 2, &two, &err), -EINVAL);
	assert_string_equal(err.text,
			    "r.json: no result of a run, as `twinsite run` writes it");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CLAIM(what_was_measured_is_no_difference),
		CLAIM(another_verdict_is_one),
		CLAIM(the_second_of_one_claim_is_compared_with_the_second),
		CLAIM(a_cause_at_another_line_is_another),
		CLAIM(what_only_one_has_is_named),
		CLAIM(two_single_runs_are_compared_whatever_they_are_called),
		CLAIM(a_runs_result_is_read),
	};

	return cmocka_run_group_tests_name("report/runs_diff", tests, NULL, NULL);
}
