// SPDX-License-Identifier: GPL-2.0-or-later
/* patience_test.c - a window that only time counts for in which we were served */
#include "base/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void a_nap_that_ended_late_counts_as_a_nap(void **state)
{
	struct patience patience = patience_for(5 * PATIENCE_NAP_US);

	(void)state;
	patience.last_us -= 3600 * INT64_C(1000000); /* stopped for an hour */
	patience_pass(&patience);
	assert_int_equal(patience.passed_us, PATIENCE_NAP_US);
	assert_false(patience_is_over(&patience));
	for (int i = 0; i < 4; i++) {
		patience.last_us -= PATIENCE_NAP_US;
		patience_pass(&patience);
	}
	assert_true(patience_is_over(&patience));
}

static void naps_are_short_and_never_nothing(void **state)
{
	struct patience patience = patience_for(3600 * INT64_C(1000000));

	(void)state;
	assert_int_equal(patience_nap_ms(&patience), PATIENCE_NAP_US / 1000);
	patience.passed_us = patience.window_us - 2500;
	assert_int_equal(patience_nap_ms(&patience), 3);
	patience.passed_us = patience.window_us + 1;
	assert_int_equal(patience_nap_ms(&patience), 1);
	assert_true(patience_is_over(&patience));
}

static void only_what_ended_by_its_window_was_waited_in_vain(void **state)
{
	struct patience patience = patience_for(2 * PATIENCE_NAP_US);
	int64_t before_us = patience_in_vain_us();

	(void)state;
	patience.last_us -= PATIENCE_NAP_US;
	patience_pass(&patience);
	patience_end(&patience); /* it came */
	assert_int_equal(patience_in_vain_us(), before_us);
	patience.last_us -= PATIENCE_NAP_US;
	patience_pass(&patience);
	patience_end(&patience);
	assert_true(patience_in_vain_us() >= before_us + 2 * PATIENCE_NAP_US);
}

static void a_window_may_grow_while_it_runs(void **state)
{
	struct patience patience = patience_for(1);

	(void)state;
	patience.last_us -= 10;
	patience_pass(&patience);
	assert_true(patience_is_over(&patience));
	patience.window_us = PATIENCE_NAP_US * 2;
	assert_false(patience_is_over(&patience));
}

static void starvation_is_what_the_wall_says_of_each_nap(void **state)
{
	struct patience patience = patience_for(1000000);

	(void)state;
	assert_true(patience_starvation(&patience) == 1);
	patience.last_us -= PATIENCE_NAP_US / 2;
	patience_pass(&patience);
	assert_true(patience_starvation(&patience) == 1);
	for (int i = 0; i < 4; i++) {
		patience.last_us -= 20 * PATIENCE_NAP_US;
		patience_pass(&patience);
	}
	assert_true(patience_starvation(&patience) > 15);
	assert_true(patience_starvation(&patience) < 21);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nap_that_ended_late_counts_as_a_nap),
		cmocka_unit_test(naps_are_short_and_never_nothing),
		cmocka_unit_test(starvation_is_what_the_wall_says_of_each_nap),
		cmocka_unit_test(a_window_may_grow_while_it_runs),
		cmocka_unit_test(only_what_ended_by_its_window_was_waited_in_vain),
	};

	return cmocka_run_group_tests_name("base/patience", tests, NULL, NULL);
}
