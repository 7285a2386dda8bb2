// SPDX-License-Identifier: GPL-2.0-or-later
/* public_value_test.c - public values have the length of their group, and are new */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dissect/public_value.h"

static void each_group_has_values_of_its_length_never_twice_the_same(void **state)
{
	static const struct {
		unsigned int group, length;
	} rows[] = { { 1, 96 },	   { 2, 128 }, { 5, 192 }, { 14, 256 },
		     { 18, 1024 }, { 19, 64 }, { 20, 96 }, { 21, 132 },
		     { 24, 256 },  { 31, 32 }, { 32, 56 } };
	uint8_t one[PUBLIC_VALUE_MAX], other[PUBLIC_VALUE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(public_value_length(rows[i].group), rows[i].length);
		assert_int_equal(public_value_make(rows[i].group, one), rows[i].length);
		assert_int_equal(public_value_make(rows[i].group, other), rows[i].length);
		assert_memory_not_equal(one, other, rows[i].length);
	}
}

static void a_group_nobody_knows_has_none(void **state)
{
	uint8_t value[PUBLIC_VALUE_MAX];

	(void)state;
	assert_int_equal(public_value_length(3), 0);
	assert_int_equal(public_value_make(0, value), 0);
	assert_int_equal(public_value_make(65535, value), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_group_has_values_of_its_length_never_twice_the_same),
		cmocka_unit_test(a_group_nobody_knows_has_none),
	};

	return cmocka_run_group_tests_name("dissect/public_value", tests, NULL, NULL);
}
