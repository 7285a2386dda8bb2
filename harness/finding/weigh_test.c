// SPDX-License-Identifier: GPL-2.0-or-later
/* weigh_test.c - claims about the order and the sums of what was found */
#include "finding/weigh.h"

#include "base/cleanup.h"
#include "base/test_text.h"
#include "model/aspect.h"
#include "model/site.h"

static const struct finding some[] = {
	{ .severity = SEVERITY_WEAK, .summary = "a" },
	{ .severity = SEVERITY_LEAK, .summary = "b" },
	{ .severity = SEVERITY_NO_TRAFFIC, .summary = "c" },
	{ .severity = SEVERITY_LEAK, .summary = "d", .accepted = "as it was bought" },
	{ .severity = SEVERITY_NO_TUNNEL, .summary = "e" },
	{ .severity = SEVERITY_LATER, .summary = "f" },
};

static void the_worst_comes_first_and_equals_stay_in_order(void **state)
{
	struct finding items[ARRAY_SIZE(some)];
	struct findings findings = { .items = items, .count = ARRAY_SIZE(some) };
	char order[ARRAY_SIZE(some) + 1] = "";

	(void)state;
	memcpy(items, some, sizeof(some));
	findings_order(&findings);
	for (size_t i = 0; i < findings.count; i++)
		order[i] = items[i].summary[0];
	assert_string_equal(order, "cebdaf");
}

static void what_is_accepted_weighs_nothing(void **state)
{
	struct finding items[ARRAY_SIZE(some)];
	struct findings findings = { .items = items, .count = ARRAY_SIZE(some) };
	struct weights weights;

	(void)state;
	memcpy(items, some, sizeof(some));
	weights = findings_weigh(&findings);
	assert_int_equal(weights.count[WEIGHT_FATAL], 2);
	assert_int_equal(weights.count[WEIGHT_LEAK], 1);
	assert_int_equal(weights.count[WEIGHT_WEAK], 2);
	assert_int_equal(weights.accepted, 1);
}

static void nothing_is_proved_when_all_of_it_rests_on_what_is_not_rehearsed(void **state)
{
	const struct remark ike = { .aspects = ASPECT_IKE | ASPECT_SELECTORS };
	const struct remark way = { .aspects = ASPECT_WAY | ASPECT_NAT };
	struct unproven items[] = { { .remark = &ike }, { .remark = &way } };
	struct findings findings = { 0 };

	(void)state;
	findings.unproven.items = items;
	assert_false(findings_prove_nothing(&findings));
	findings.unproven.count = 1;
	assert_false(findings_prove_nothing(&findings));
	findings.unproven.count = 2;
	assert_true(findings_prove_nothing(&findings));
	items[1].is_doubt = true;
	assert_false(findings_prove_nothing(&findings));
}

static void what_carries_a_part_is_not_said_to_carry_nothing(void **state)
{
	struct finding finding = { .severity = SEVERITY_NO_TRAFFIC };

	(void)state;
	assert_string_equal(finding_harm(&finding), "no traffic");
	finding.is_partial = true;
	assert_string_equal(finding_harm(&finding), "not all traffic");
	finding.severity = SEVERITY_NO_TUNNEL;
	assert_string_equal(finding_harm(&finding), "no tunnel");
}

static void a_weight_is_one_of_three_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < WEIGHTS; i++)
		assert_string_equal(weight_names()[i], weight_name((enum weight)i));
	assert_null(weight_names()[WEIGHTS]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_comes_first_and_equals_stay_in_order),
		cmocka_unit_test(what_is_accepted_weighs_nothing),
		cmocka_unit_test(
			nothing_is_proved_when_all_of_it_rests_on_what_is_not_rehearsed),
		cmocka_unit_test(what_carries_a_part_is_not_said_to_carry_nothing),
		cmocka_unit_test(a_weight_is_one_of_three_words),
	};

	return cmocka_run_group_tests_name("finding/weigh", tests, NULL, NULL);
}
