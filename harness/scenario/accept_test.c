// SPDX-License-Identifier: GPL-2.0-or-later
/* accept_test.c - claims about `accept` */
#include "base/test_text.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "finding/class.h"
#include "scenario/read.h"
#include "scenario/scenario.h"

static int read_text(const char *text, struct scenario **ret_scenario, struct err *err)
{
	_cleanup_(scenario_freep) struct scenario *scenario = scenario_new();
	struct yaml_node *root = NULL;
	int ret = yaml_parse(scenario->arena, "t.yml", text, strlen(text), &root, err);

	if (!ret)
		ret = accept_read(scenario, yaml_get(root, "accept"), err);
	if (!ret)
		*ret_scenario = steal(&scenario);
	return ret;
}

static void a_fault_is_accepted_with_who_decided_it(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct err err = { 0 };

	(void)state;
	if (read_text("accept:\n  - { id: F56, reason: the box has none }\n", &scenario,
		      &err))
		fail_msg("%s", err.text);
	assert_int_equal(scenario->accepted.count, 1);
	assert_ptr_equal(scenario->accepted.items[0].class, finding_class_of(F56));
	assert_string_equal(scenario->accepted.items[0].reason, "the box has none");
	assert_int_equal(scenario->accepted.items[0].at.line, 2);
}

static void what_is_accepted_without_a_reason_is_refused(void **state)
{
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{ "accept: [ F56 ]\n", "say why" },
		{ "accept:\n  - { id: F56 }\n", "without a `reason:`" },
		{ "accept:\n  - { id: F56, reason: '' }\n", "'reason' has no value" },
		{ "accept:\n  - { id: F999, reason: x }\n", "there is no fault F999" },
		{ "accept:\n  - { reason: x }\n", "without `id:`" },
		{ "accept:\n  - { id: F56, why: x }\n", "why" },
		{ "accept: F56\n", "t.yml:1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scenario *scenario = NULL;
		struct err err = { 0 };

		assert_int_equal(read_text(rows[i].text, &scenario, &err), -EINVAL);
		assert_has(err.text, rows[i].sentence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_is_accepted_with_who_decided_it),
		cmocka_unit_test(what_is_accepted_without_a_reason_is_refused),
	};

	return cmocka_run_group_tests_name("scenario/accept", tests, NULL, NULL);
}
