// SPDX-License-Identifier: GPL-2.0-or-later
/* json_test.c - base/json: members that are there, missing, or of another type */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_not_text_is_empty_text(void **state)
{
	json_t *object = json_pack("{s:s, s:i}", "text", "a", "number", 42);

	(void)state;
	assert_string_equal(json_text(object, "text"), "a");
	assert_string_equal(json_text(object, "number"), "");
	assert_string_equal(json_text(object, "missing"), "");
	assert_string_equal(json_text(NULL, "text"), "");
	json_decref(object);
}

static void numbers_written_as_text_are_read_whole_or_not_at_all(void **state)
{
	json_t *object = json_pack("{s:s, s:s, s:i}", "packets", "4294967296", "cut",
				   "42x", "number", 42);

	(void)state;
	assert_int_equal(json_text_number(object, "packets"), 4294967296);
	assert_int_equal(json_text_number(object, "cut"), 0);
	assert_int_equal(json_text_number(object, "number"), 0);
	assert_int_equal(json_text_number(object, "missing"), 0);
	assert_int_equal(json_text_number(NULL, "packets"), 0);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_text_is_empty_text),
		cmocka_unit_test(numbers_written_as_text_are_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
