// SPDX-License-Identifier: GPL-2.0-or-later
/* plant_test.c - claims about faults that are planted on purpose */
#include "run/plant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/test_text.h"
#include "check/verdict.h"

static void wall_is_open_only_when_that_is_said(void **state)
{
	(void)state;
	assert_true(plant_is_open("open:outer"));
	assert_false(plant_is_open("open:inner"));
	assert_false(plant_is_open("open:"));
	assert_false(plant_is_open(""));
	assert_false(plant_is_open(NULL));
	assert_int_equal(plant_check("open:outer", NULL), 0);
}

static void fault_that_there_is_not_names_those_there_are(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_not_equal(plant_check("opne:outer", &err), 0);
	assert_has(err.text, "open:outer");
	assert_has(err.text, "lost:CHECK");
}

static void only_the_named_verdicts_get_lost(void **state)
{
	struct verdict two[] = { { .check = "reach" }, { .check = "outer" } };
	struct verdicts verdicts = { two, 2, 2 };

	(void)state;
	plant_verdicts("open:outer", &verdicts);
	assert_int_equal(verdicts.count, 2);
	plant_verdicts("lost:reach", &verdicts);
	assert_int_equal(verdicts.count, 1);
	assert_string_equal(verdicts.items[0].check, "outer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_is_open_only_when_that_is_said),
		cmocka_unit_test(fault_that_there_is_not_names_those_there_are),
		cmocka_unit_test(only_the_named_verdicts_get_lost),
	};

	return cmocka_run_group_tests_name("run/plant", tests, NULL, NULL);
}
