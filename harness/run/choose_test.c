// SPDX-License-Identifier: GPL-2.0-or-later
/* choose_test.c - a scenario that is skipped says which capability is missing */
#include "run/choose.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "run/run.h"
#include "scenario/scenario.h"

static int choose(const struct run_options *options, unsigned int needs, struct err *err)
{
	const struct scenario scenario = { .needs = needs };
	_cleanup_buf_ struct buf why = { 0 };
	enum plane plane;

	return choose_plane(options, &scenario, NULL, &plane, &why, err);
}

static void another_plane_than_the_scenario_is_about_is_a_named_skip(void **state)
{
	const struct run_options options = { .has_plane = true, .plane = PLANE_UML };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(choose(&options, NEED_LIBIPSEC, &err), -ENOTSUP);
	assert_string_equal(err.missing, "uml/userspace-ESP");
	assert_int_equal(exit_of_err(&err), EXIT_MISSING);
}

/* libipsec is userspace ESP on any machine: either it does not work at all, or it has none. */
static void a_feature_that_the_plane_lacks_is_a_named_skip(void **state)
{
	const struct run_options options = { .has_plane = true, .plane = PLANE_LIBIPSEC };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(choose(&options, NEED_KERNEL_ESP, &err), -ENOTSUP);
	if (err.missing[8])
		assert_string_equal(err.missing, "libipsec/kernel-ESP");
	else
		assert_string_equal(err.missing, "libipsec");
	assert_int_equal(exit_of_err(&err), EXIT_MISSING);
}

static void what_a_virtual_machine_cannot_do_is_no_fault_of_this_one(void **state)
{
	const struct run_options options = { .has_plane = true,
					     .plane = PLANE_VM,
					     .is_kept = true };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(choose(&options, 0, &err), -ENOTSUP);
	assert_int_equal(exit_of_err(&err), EXIT_MISSING);
}

/* An hour's life by a real clock, five minutes of it, and an hour by the virtual one. */
static void hours_are_not_waited_for_and_no_clock_is_given_unasked(void **state)
{
	struct expectation alive = { .kind = EXPECT_ALIVE,
				     .text = "alive: 1h",
				     .at = { "t.yml", 9, NULL },
				     .alive_s = 3600 };
	const struct scenario scenario = { .expectations = { .items = &alive,
							     .count = 1 } };
	const struct run_options real = { .has_plane = true, .plane = PLANE_VM };
	const struct run_options virtual = { .is_virtual = true, .plane = PLANE_VM };
	_cleanup_buf_ struct buf why = { 0 };
	struct err err = { 0 };
	enum plane plane;

	(void)state;
	assert_int_equal(choose_plane(&real, &scenario, NULL, &plane, &why, &err),
			 -ENOTSUP);
	assert_string_equal(err.missing, "virtual-clock");
	assert_non_null(strstr(err.text, "t.yml:9: 'alive: 1h'"));
	assert_int_equal(exit_of_err(&err), EXIT_MISSING);
	err = (struct err){ 0 };
	(void)choose_plane(&virtual, &scenario, NULL, &plane, &why, &err);
	assert_string_not_equal(err.missing, "virtual-clock");
	alive.alive_s = 300;
	err = (struct err){ 0 };
	(void)choose_plane(&real, &scenario, NULL, &plane, &why, &err);
	assert_string_not_equal(err.missing, "virtual-clock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			another_plane_than_the_scenario_is_about_is_a_named_skip),
		cmocka_unit_test(a_feature_that_the_plane_lacks_is_a_named_skip),
		cmocka_unit_test(
			what_a_virtual_machine_cannot_do_is_no_fault_of_this_one),
		cmocka_unit_test(hours_are_not_waited_for_and_no_clock_is_given_unasked),
	};

	return cmocka_run_group_tests_name("run/choose", tests, NULL, NULL);
}
