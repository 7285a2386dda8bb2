// SPDX-License-Identifier: GPL-2.0-or-later
/* interop_verdict_test.c - one verdict from what was compared and what was answered live */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/answer.h"
#include "check/interop.h"

struct lab {
	struct arena *arena;
	struct interop interop;
	struct replay replay;
};

static struct lab *lab_new(void)
{
	struct arena *arena = arena_new();
	struct lab *lab = arena_alloc(arena, sizeof(*lab));

	lab->arena = lab->interop.arena = lab->replay.arena = arena;
	return lab;
}

static void lab_freep(struct lab **lab)
{
	arena_free((*lab)->arena);
}

#define _cleanup_lab_ __attribute__((cleanup(lab_freep)))

static struct interop_verdict *compared(struct lab *lab, const char *site,
					enum interop_answer responder,
					enum interop_answer initiator)
{
	struct interop_verdict *verdict = vec_push(lab->arena, &lab->interop.verdicts);

	*verdict = (struct interop_verdict){ .site = site,
					     .tunnel = "t",
					     .as_responder = responder,
					     .as_initiator = initiator };
	return verdict;
}

static void asked(struct lab *lab, const char *site, const char *refused_here,
		  const char *refused_there)
{
	*vec_push(lab->arena, &lab->replay.results) = (struct replay_result){
		.site = site,
		.is_answered = true,
		.here = "an answer",
		.recorded = "another",
		.answer = { .summary = "s",
			    .refused_here = refused_here,
			    .refused_there = refused_there },
	};
}

static void one_refusing_role_is_enough(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_TAKES, INTEROP_REFUSES);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_REFUSES);
}

static void one_fitting_tunnel_is_enough(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_REFUSES, INTEROP_REFUSES);
	compared(lab, "acme", INTEROP_TAKES, INTEROP_UNKNOWN);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_TAKES);
}

static void nothing_told_is_no_fit(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	assert_int_equal(interop_overall(&lab->interop), INTEROP_UNKNOWN);
	compared(lab, "home", INTEROP_UNKNOWN, INTEROP_UNKNOWN);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_UNKNOWN);
}

static void refusal_that_is_answered_live_decides_and_contradicts(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();
	struct interop_verdict *verdict;

	(void)state;
	verdict = compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES);
	asked(lab, "home", "NO-PROPOSAL-CHOSEN", NULL);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_REFUSES);
	assert_true(verdict->is_contradicted);
	assert_non_null(verdict->why_responder);
}

static void choice_that_is_answered_live_excuses_nothing(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();
	struct interop_verdict *verdict;

	(void)state;
	/* signatures against a key: charon takes the first message all the same */
	verdict = compared(lab, "home", INTEROP_REFUSES, INTEROP_REFUSES);
	asked(lab, "home", NULL, NULL);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_REFUSES);
	assert_false(verdict->is_contradicted);
}

static void refusal_of_another_site_says_nothing(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES);
	asked(lab, "acme", "NO-PROPOSAL-CHOSEN", NULL);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_TAKES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_refusing_role_is_enough),
		cmocka_unit_test(one_fitting_tunnel_is_enough),
		cmocka_unit_test(nothing_told_is_no_fit),
		cmocka_unit_test(refusal_that_is_answered_live_decides_and_contradicts),
		cmocka_unit_test(choice_that_is_answered_live_excuses_nothing),
		cmocka_unit_test(refusal_of_another_site_says_nothing),
	};

	return cmocka_run_group_tests_name("check/interop_verdict", tests, NULL, NULL);
}
