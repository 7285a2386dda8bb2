// SPDX-License-Identifier: GPL-2.0-or-later
/* advice_test.c - claims: advice is for what no file explains, and is whole */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/advice.h"

static void what_happens_on_the_way_has_advice(void **state)
{
	static const char *const ids[] = { "F08", "F09", "F10", "F11", "F12",
					   "F13", "F39", "F53", "F56", "F59",
					   "F60", "F67", "F71", "F74" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_non_null(advice_of(ids[i]));
	assert_null(advice_of("F20")); /* predict/ says it */
	assert_null(advice_of("?"));
}

/* Either what both see, or what each of them does; and what to do in any case. */
static void advice_is_whole(void **state)
{
	(void)state;
	for (unsigned int number = 1; number < 90; number++) {
		char id[16];
		const struct advice *advice;

		(void)snprintf(id, sizeof(id), "F%02u", number);
		advice = advice_of(id);
		if (!advice)
			continue;
		assert_non_null(advice->fix);
		if (advice->both) {
			assert_null(advice->caller);
			assert_null(advice->called);
		} else {
			assert_non_null(advice->caller);
			assert_non_null(advice->called);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happens_on_the_way_has_advice),
		cmocka_unit_test(advice_is_whole),
	};

	return cmocka_run_group_tests_name("diagnose/advice", tests, NULL, NULL);
}
