// SPDX-License-Identifier: GPL-2.0-or-later
/* proofs_test.c - whose pre-shared key a HASH or AUTH was made with decides */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "check/check.h"

static struct scenario *scenario;
static struct timeline timeline;
static struct check_input input;
static struct verdicts verdicts;

static int set_up(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (scenario_load("scenarios/acme", &scenario, &err)) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scenario_free(scenario);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	timeline = (struct timeline){ 0 };
	verdicts = (struct verdicts){ 0 };
	input = (struct check_input){ .scenario = scenario,
				      .timeline = &timeline,
				      .arena = arena_new() };
	return 0;
}

static int end(void **state)
{
	(void)state;
	timeline_done(&timeline);
	arena_free(input.arena);
	return 0;
}

/* owners: the inside of a JSON list; a reason only where it cannot be checked. */
static void seen(const char *spi, const char *side, const char *verdict,
		 const char *owners, const char *reason)
{
	char line[400];

	(void)snprintf(line, sizeof(line),
		       "{\"t\":9,\"source\":\"packet\",\"kind\":\"proof\",\"link\":"
		       "\"home-wan\",\"spi\":\"%s\",\"end\":\"%s\",\"payload\":\"HASH\","
		       "\"frame\":4,\"verdict\":\"%s\",\"of\":[%s],\"reason\":\"%s\"}",
		       spi, side, verdict, owners, reason);
	assert_int_equal(timeline_add_line(&timeline, line, strlen(line)), 0);
}

static const struct verdict *judge(void)
{
	check_proofs(&input, &verdicts);
	return check_find(&verdicts, "psk-proof", -1);
}

static void the_key_of_both_files_at_both_ends_is_ok(void **state)
{
	const struct verdict *verdict;

	(void)state;
	seen("1", "initiator", "verified", "\"home\",\"acme\"", "");
	seen("1", "responder", "verified", "\"home\",\"acme\"", "");
	verdict = judge();
	assert_int_equal(verdict->kind, VERDICT_OK);
	assert_int_equal(verdict->proof.count, 2);
}

static void the_key_of_one_file_is_broken_and_says_whose(void **state)
{
	const struct verdict *verdict;

	(void)state;
	seen("1", "initiator", "cannot be checked", "", "this end sent none");
	seen("1", "responder", "verified", "\"acme\"", "");
	verdict = judge();
	assert_int_equal(verdict->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict->seen, "that acme has, and home has another"));
	assert_string_equal(verdict->proof.items[0], "home-wan.pcapng packet 4");
}

static void a_key_of_neither_file_is_broken(void **state)
{
	const struct verdict *verdict;

	(void)state;
	seen("1", "initiator", "verified", "\"home\",\"acme\"", "");
	seen("1", "responder", "does not verify", "", "");
	verdict = judge();
	assert_int_equal(verdict->kind, VERDICT_BROKEN);
	assert_non_null(strstr(verdict->seen, "neither file has"));
}

static void what_could_not_be_checked_is_unproven_with_the_reason(void **state)
{
	const struct verdict *verdict;

	(void)state;
	seen("1", "initiator", "cannot be checked", "", "message #5 is encrypted");
	seen("1", "responder", "verified", "\"home\",\"acme\"", "");
	verdict = judge();
	assert_int_equal(verdict->kind, VERDICT_UNPROVEN);
	assert_non_null(strstr(verdict->seen, "message #5 is encrypted"));
}

static void the_sa_that_got_furthest_is_told_of(void **state)
{
	(void)state;
	seen("1", "initiator", "cannot be checked", "", "no HASH was captured");
	seen("1", "responder", "cannot be checked", "", "no HASH was captured");
	seen("2", "initiator", "cannot be checked", "", "message #5 is encrypted");
	seen("2", "responder", "verified", "\"home\",\"acme\"", "");
	assert_string_equal(judge()->seen,
			    "initiator: message #5 is encrypted; responder: proved it");
}

static void the_link_that_saw_more_counts(void **state)
{
	(void)state;
	seen("1", "initiator", "verified", "\"home\",\"acme\"", "");
	seen("1", "responder", "verified", "\"home\",\"acme\"", "");
	seen("1", "initiator", "cannot be checked", "", "this end sent none");
	seen("1", "responder", "cannot be checked", "", "this end sent none");
	assert_int_equal(judge()->kind, VERDICT_OK);
}

static void one_proved_sa_is_enough_where_others_were_rekeyed_inside_it(void **state)
{
	(void)state;
	seen("1", "initiator", "cannot be checked", "", "the capture begins after it");
	seen("1", "responder", "cannot be checked", "", "the capture begins after it");
	seen("2", "initiator", "verified", "\"home\",\"acme\"", "");
	seen("2", "responder", "verified", "\"home\",\"acme\"", "");
	assert_int_equal(judge()->kind, VERDICT_OK);
}

static void a_run_recorded_before_there_was_this_check_has_no_verdict(void **state)
{
	(void)state;
	assert_null(judge());
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(the_key_of_both_files_at_both_ends_is_ok),
		CASE(the_key_of_one_file_is_broken_and_says_whose),
		CASE(a_key_of_neither_file_is_broken),
		CASE(what_could_not_be_checked_is_unproven_with_the_reason),
		CASE(the_sa_that_got_furthest_is_told_of),
		CASE(the_link_that_saw_more_counts),
		CASE(one_proved_sa_is_enough_where_others_were_rekeyed_inside_it),
		CASE(a_run_recorded_before_there_was_this_check_has_no_verdict),
	};

	return cmocka_run_group_tests_name("check/proofs", tests, set_up, tear_down);
}
