// SPDX-License-Identifier: GPL-2.0-or-later
/* keep_test.c - claims: what is said of a kept run can be copied as it is */
#include "base/test_text.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "run/keep.h"
#include "scenario/scenario.h"

static void a_line_for_each_end_and_the_hosts_by_name(void **state)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	assert_int_equal(scenario_load("scenarios/acme", &scenario, NULL), 0);
	keep_ready("/r/acme/1", scenario, &text);
	assert_has(buf_text(&text), "\n  twinsite shell /r/acme/1 home\n");
	assert_has(buf_text(&text),
		   "\n  twinsite shell /r/acme/1 acme swanctl --list-sas\n");
	assert_has(buf_text(&text), " laptop guest hobbit dns web lab\n");
	assert_has(buf_text(&text), "\n  twinsite shell /r/acme/1 --end\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_each_end_and_the_hosts_by_name),
	};

	return cmocka_run_group_tests_name("run/keep", tests, NULL, NULL);
}
