// SPDX-License-Identifier: GPL-2.0-or-later
/* complete_test.c - a check that must have said something, and did not, is named */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"
#include "scenario/scenario.h"

static const char *const all[] = { "ike-sa",	     "child-sa",     "identities",
				   "ike-algorithms", "psk-proof",    "esp",
				   "esp-content",    "lan-accounted" };

/* All but one said ok; which is missed? */
static const char *missed(struct scenario *scenario, size_t lost, enum verdict_kind child)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct verdicts verdicts = { 0 };

	vec_add(arena, &verdicts,
		((struct verdict){ .check = "reach", .expectation = 1 }));
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct verdict verdict = {
			.check = all[i],
			.kind = str_equal(all[i], "child-sa") ? child : VERDICT_OK,
		};

		if (i != lost)
			vec_add(arena, &verdicts, verdict);
	}
	return check_silent(scenario, &verdicts);
}

static struct expectation wanted[] = {
	{ .kind = EXPECT_TUNNEL, .to = "up" },
	{ .kind = EXPECT_REACH, .path = PATH_TUNNEL },
};

static void each_check_that_got_lost_is_named(void **state)
{
	struct scenario scenario = { .expectations = { wanted, 2, 2 } };

	(void)state;
	assert_null(missed(&scenario, ARRAY_SIZE(all), VERDICT_OK));
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		assert_string_equal(missed(&scenario, i, VERDICT_OK), all[i]);
}

static void without_sas_only_the_sas_are_due(void **state)
{
	struct scenario scenario = { .expectations = { wanted, 2, 2 } };

	(void)state;
	assert_string_equal(missed(&scenario, 0, VERDICT_BROKEN), "ike-sa");
	for (size_t i = 2; i < ARRAY_SIZE(all); i++)
		assert_null(missed(&scenario, i, VERDICT_BROKEN));
}

static void where_a_fault_is_expected_only_the_sas_are_due(void **state)
{
	struct fault fault = { .class = finding_class_of(F70) };
	struct scenario scenario = { .expectations = { wanted, 2, 2 },
				     .faults = { &fault, 1, 1 } };

	(void)state;
	assert_string_equal(missed(&scenario, 1, VERDICT_OK), "child-sa");
	for (size_t i = 2; i < ARRAY_SIZE(all); i++)
		assert_null(missed(&scenario, i, VERDICT_OK));
}

static void where_no_question_was_answered_nothing_of_traffic_is_due(void **state)
{
	static const enum verdict_kind kinds[] = { VERDICT_UNPROVEN, VERDICT_BROKEN,
						   VERDICT_OK };
	struct scenario scenario = { .expectations = { wanted, 2, 2 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct verdict items[] = {
			{ .check = "ike-sa" },	   { .check = "child-sa" },
			{ .check = "identities" }, { .check = "ike-algorithms" },
			{ .check = "psk-proof" },  { .check = "reach", .expectation = 1 },
		};
		const struct verdicts verdicts = { items, ARRAY_SIZE(items),
						   ARRAY_SIZE(items) };
		const char *silent;

		items[ARRAY_SIZE(items) - 1].kind = kinds[i];
		silent = check_silent(&scenario, &verdicts);
		if (kinds[i] == VERDICT_OK)
			assert_string_equal(silent, "esp");
		else
			assert_null(silent);
	}
}

static void what_is_listed_as_unproven_must_have_been_said(void **state)
{
	struct scenario_unproven listed = { .plane = "libipsec", .check = "exemption" };
	struct expectation asked[] = { wanted[0], wanted[1] };
	struct scenario scenario = { .expectations = { asked, 2, 2 },
				     .unproven = { &listed, 1, 1 } };

	(void)state;
	asked[1].seen_as.family = AF_INET;
	assert_string_equal(missed(&scenario, ARRAY_SIZE(all), VERDICT_OK), "exemption");
	/* Without `seen as` nobody asked for it: an overlay need not clear its base's list. */
	asked[1].seen_as.family = 0;
	assert_null(missed(&scenario, ARRAY_SIZE(all), VERDICT_OK));
	listed.check = "leak-of-a-check";
	assert_string_equal(missed(&scenario, ARRAY_SIZE(all), VERDICT_OK),
			    "leak-of-a-check");
}

static void where_no_tunnel_is_expected_nothing_is_due(void **state)
{
	struct scenario scenario = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		assert_null(missed(&scenario, i, VERDICT_OK));
}

static void behind_a_nat_that_maps_the_lan_is_not_accounted_for(void **state)
{
	struct expectation mapped[] = { wanted[0], wanted[1] };
	struct scenario scenario = { .expectations = { mapped, 2, 2 } };
	const size_t last = ARRAY_SIZE(all) - 1;

	(void)state;
	assert_string_equal(missed(&scenario, last, VERDICT_OK), "lan-accounted");
	mapped[1].as.family = AF_INET;
	assert_null(missed(&scenario, last, VERDICT_OK));
	assert_string_equal(missed(&scenario, last - 1, VERDICT_OK), "esp-content");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_that_got_lost_is_named),
		cmocka_unit_test(without_sas_only_the_sas_are_due),
		cmocka_unit_test(where_a_fault_is_expected_only_the_sas_are_due),
		cmocka_unit_test(
			where_no_question_was_answered_nothing_of_traffic_is_due),
		cmocka_unit_test(what_is_listed_as_unproven_must_have_been_said),
		cmocka_unit_test(where_no_tunnel_is_expected_nothing_is_due),
		cmocka_unit_test(behind_a_nat_that_maps_the_lan_is_not_accounted_for),
	};

	return cmocka_run_group_tests_name("check/complete", tests, NULL, NULL);
}
