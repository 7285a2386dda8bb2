// SPDX-License-Identifier: GPL-2.0-or-later
/* foretell_test.c - what is predicted of generated pairs: the same each time, without a daemon */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agree/agree.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"

static void foretell(uint64_t seed, unsigned int first, unsigned int count,
		     struct buf *out)
{
	const struct agree_options options = { .seed = seed,
					       .first = first,
					       .count = count };
	struct err err = { 0 };

	if (agree_foretell(&options, out, &err))
		fail_msg("%s", err.text);
}

static void same_seed_is_foretold_alike_and_another_is_not(void **state)
{
	_cleanup_buf_ struct buf once = { 0 }, again = { 0 }, other = { 0 };

	(void)state;
	foretell(1, 0, 20, &once);
	foretell(1, 0, 20, &again);
	foretell(2, 0, 20, &other);
	assert_string_equal(buf_text(&once), buf_text(&again));
	assert_string_not_equal(buf_text(&once), buf_text(&other));
	assert_non_null(strstr(buf_text(&once), "case 0: "));
	assert_non_null(strstr(buf_text(&once), "case 19: "));
	assert_null(strstr(buf_text(&once), "case 20: "));
}

/* One case alone is what it is among the others. */
static void case_alone_is_foretold_as_among_others(void **state)
{
	_cleanup_buf_ struct buf all = { 0 }, one = { 0 };

	(void)state;
	foretell(1, 0, 20, &all);
	foretell(1, 7, 1, &one);
	assert_true(one.length > strlen("case 7: "));
	assert_non_null(strstr(buf_text(&all), buf_text(&one)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_is_foretold_alike_and_another_is_not),
		cmocka_unit_test(case_alone_is_foretold_as_among_others),
	};

	return cmocka_run_group_tests_name("agree/foretell", tests, NULL, NULL);
}
