// SPDX-License-Identifier: GPL-2.0-or-later
/* outcome_test.c - when a run is as expected, and when it only looks like it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"

struct run {
	struct judgement judgement;
	struct scenario scenario;
};

static int set_up(void **state)
{
	struct run *run = calloc(1, sizeof(*run));

	run->judgement.arena = arena_new();
	run->judgement.scenario = &run->scenario;
	run->judgement.plane = "libipsec";
	*state = run;
	return 0;
}

static int tear_down(void **state)
{
	struct run *run = *state;

	arena_free(run->judgement.arena);
	free(run);
	return 0;
}

static void see(struct run *run, enum verdict_kind kind, const char *check)
{
	struct verdict verdict = { .kind = kind, .check = check, .claim = "it holds" };

	vec_add(run->judgement.arena, &run->judgement.verdicts, verdict);
}

static void list(struct run *run, const char *plane, const char *check)
{
	struct scenario_unproven unproven = { .plane = plane, .check = check };

	vec_add(run->judgement.arena, &run->scenario.unproven, unproven);
}

/* That fault is expected and found. */
static void find_fault(struct run *run, enum class_id class)
{
	struct diagnosis diagnosis = { .is_in_effect = true };
	struct fault fault = { .class = finding_class_of(class) };

	diagnosis_name(&diagnosis, class);
	vec_add(run->judgement.arena, &run->judgement.diagnoses, diagnosis);
	vec_add(run->judgement.arena, &run->scenario.faults, fault);
}

static void outcome_is(struct run *run, enum outcome outcome, const char *text)
{
	diagnose_outcome(&run->judgement, true, "");
	if (run->judgement.outcome != outcome ||
	    !strstr(run->judgement.outcome_text, text))
		fail_msg("outcome %d: %s", (int)run->judgement.outcome,
			 run->judgement.outcome_text);
}

static void a_listed_unproven_check_is_as_expected(void **state)
{
	struct run *run = *state;

	see(run, VERDICT_OK, "reach");
	see(run, VERDICT_UNPROVEN, "exemption");
	list(run, "libipsec", "exemption");
	outcome_is(run, OUTCOME_AS_EXPECTED, "1 of 2 checks unproven");
}

static void an_unproven_check_that_is_not_listed_is_a_failure(void **state)
{
	struct run *run = *state;

	see(run, VERDICT_OK, "reach");
	see(run, VERDICT_UNPROVEN, "exemption");
	list(run, "libipsec", "esp");
	outcome_is(run, OUTCOME_UNEXPECTED, "does not list 'exemption'");
}

static void a_list_is_for_its_plane_only(void **state)
{
	struct run *run = *state;

	see(run, VERDICT_UNPROVEN, "exemption");
	list(run, "uml", "exemption");
	outcome_is(run, OUTCOME_UNEXPECTED, "unproven on libipsec");
}

static void a_run_that_proved_nothing_says_so(void **state)
{
	struct run *run = *state;

	see(run, VERDICT_UNPROVEN, "exemption");
	list(run, "libipsec", "exemption");
	outcome_is(run, OUTCOME_NOTHING_PROVED, "nothing was proved");
	see(run, VERDICT_OK, "reach");
	outcome_is(run, OUTCOME_AS_EXPECTED, "1 of 2 checks unproven here");
}

static void a_throughput_that_nobody_asked_for_is_no_failure(void **state)
{
	struct run *run = *state;

	see(run, VERDICT_UNPROVEN, "throughput");
	outcome_is(run, OUTCOME_UNEXPECTED, "does not list 'throughput'");
	run->judgement.is_quick = true;
	outcome_is(run, OUTCOME_NOTHING_PROVED, "1 checks is unproven");
	see(run, VERDICT_OK, "reach");
	outcome_is(run, OUTCOME_AS_EXPECTED, "unproven here");
}

static void a_fault_accounts_only_for_what_lies_above_it(void **state)
{
	struct run *run = *state;

	find_fault(run, F65);
	see(run, VERDICT_BROKEN, "reach");
	see(run, VERDICT_UNPROVEN, "name");
	outcome_is(run, OUTCOME_AS_EXPECTED, "F65");
	see(run, VERDICT_UNPROVEN, "ike-sa");
	outcome_is(run, OUTCOME_UNEXPECTED, "does not list 'ike-sa'");
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_listed_unproven_check_is_as_expected),
		TEST(an_unproven_check_that_is_not_listed_is_a_failure),
		TEST(a_list_is_for_its_plane_only),
		TEST(a_run_that_proved_nothing_says_so),
		TEST(a_throughput_that_nobody_asked_for_is_no_failure),
		TEST(a_fault_accounts_only_for_what_lies_above_it),
	};

	return cmocka_run_group_tests_name("diagnose/outcome", tests, NULL, NULL);
}
