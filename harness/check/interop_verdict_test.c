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

static struct replay_talk *talked(struct lab *lab, const char *site, bool is_initiator,
				  enum talk_end end)
{
	struct replay_talk *talk = vec_push(lab->arena, &lab->replay.talks);

	*talk = (struct replay_talk){ .site = site,
				      .tunnel = "t",
				      .is_site_initiator = is_initiator,
				      .end = end,
				      .text = "quick mode: it answers something" };
	return talk;
}

static void refusal_behind_the_first_message_decides_over_that_role(void **state)
{
	for (int is_initiator = 0; is_initiator < 2; is_initiator++) {
		_cleanup_lab_ struct lab *lab = lab_new();
		struct interop_verdict *verdict =
			compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES);
		const char *why;

		(void)state;
		talked(lab, "home", is_initiator, TALK_REFUSED)->cause = "networks";
		interop_add_live(&lab->interop, &lab->replay);
		why = is_initiator ? verdict->why_initiator : verdict->why_responder;
		assert_int_equal(interop_overall(&lab->interop), INTEROP_REFUSES);
		assert_int_equal(is_initiator ? verdict->as_responder
					      : verdict->as_initiator,
				 INTEROP_TAKES);
		assert_string_equal(why,
				    "networks (live, quick mode: it answers something)");
		/* What was compared did not know the networks: no contradiction. */
		assert_false(verdict->is_contradicted);
	}
}

static void what_the_capture_does_not_show_refuses_nothing(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES);
	talked(lab, "home", false, TALK_UNTOLD);
	talked(lab, "home", true, TALK_NOT_TRIED);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(interop_overall(&lab->interop), INTEROP_TAKES);
}

static void coming_up_tells_what_nobody_could_and_excuses_nothing(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_UNKNOWN, INTEROP_UNKNOWN);
	compared(lab, "acme", INTEROP_REFUSES, INTEROP_REFUSES);
	talked(lab, "home", true, TALK_UP);
	talked(lab, "acme", true, TALK_UP);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(lab->interop.verdicts.items[0].as_initiator, INTEROP_TAKES);
	assert_int_equal(lab->interop.verdicts.items[1].as_initiator, INTEROP_REFUSES);
}

/* Which of its tunnels a charon that is called answers for, nobody knows. */
static void one_of_several_tunnels_is_not_blamed_for_what_was_called(void **state)
{
	_cleanup_lab_ struct lab *lab = lab_new();

	(void)state;
	compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES);
	compared(lab, "home", INTEROP_TAKES, INTEROP_TAKES)->tunnel = "u";
	talked(lab, "home", false, TALK_REFUSED);
	interop_add_live(&lab->interop, &lab->replay);
	assert_int_equal(lab->interop.verdicts.items[0].as_responder, INTEROP_TAKES);
}

static void of_two_sites_that_stand_for_both_ends_neither_may_refuse(void **state)
{
	for (int are_both = 0; are_both < 2; are_both++) {
		_cleanup_lab_ struct lab *lab = lab_new();

		(void)state;
		compared(lab, "home", INTEROP_UNKNOWN, INTEROP_TAKES)->place =
			INTEROP_IS_INITIATOR;
		compared(lab, "acme", INTEROP_REFUSES, INTEROP_UNKNOWN)->place =
			are_both ? INTEROP_IS_RESPONDER : INTEROP_ELSEWHERE;
		assert_int_equal(interop_overall(&lab->interop),
				 are_both ? INTEROP_REFUSES : INTEROP_TAKES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusal_behind_the_first_message_decides_over_that_role),
		cmocka_unit_test(what_the_capture_does_not_show_refuses_nothing),
		cmocka_unit_test(coming_up_tells_what_nobody_could_and_excuses_nothing),
		cmocka_unit_test(
			one_of_several_tunnels_is_not_blamed_for_what_was_called),
		cmocka_unit_test(
			of_two_sites_that_stand_for_both_ends_neither_may_refuse),
		cmocka_unit_test(one_refusing_role_is_enough),
		cmocka_unit_test(one_fitting_tunnel_is_enough),
		cmocka_unit_test(nothing_told_is_no_fit),
		cmocka_unit_test(refusal_that_is_answered_live_decides_and_contradicts),
		cmocka_unit_test(choice_that_is_answered_live_excuses_nothing),
		cmocka_unit_test(refusal_of_another_site_says_nothing),
	};

	return cmocka_run_group_tests_name("check/interop_verdict", tests, NULL, NULL);
}
