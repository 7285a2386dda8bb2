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

#define BROKEN "a\xff\xc3(\xe4z\xf0\x9f" /* four bytes that are no UTF-8 */
#define MARK   "\xef\xbf\xbd"

static void what_is_no_utf8_takes_nothing_with_it(void **state)
{
	const char *no_text = NULL;
	json_t *no_value = NULL;
	json_t *object =
		json_of("{s:s, s:i, s:s, s:s*, s:o*, s:b}", "text", BROKEN, "n", 42,
			"none", no_text, "left", no_text, "out", no_value, "b", 1);

	(void)state;
	assert_string_equal(json_text(object, "text"),
			    "a" MARK MARK "(" MARK "z" MARK MARK);
	assert_int_equal(json_integer_value(json_object_get(object, "n")), 42);
	assert_true(json_is_null(json_object_get(object, "none")));
	assert_null(json_object_get(object, "left"));
	assert_null(json_object_get(object, "out"));
	assert_true(json_is_true(json_object_get(object, "b")));
	json_add(object, BROKEN, json_integer(1));
	assert_int_equal(json_object_size(object), 5);
	json_decref(object);
}

static void what_is_text_is_recorded_as_it_is(void **state)
{
	static const char text[] = "\x1b[31m\r\n\xc3\xa4\xc2\x9b";
	json_t *object = json_of("{s:s, s:I, s:f, s:o}", "text", text, "big",
				 (json_int_t)1 << 40, "real", 0.5, "list", json_array());

	(void)state;
	assert_string_equal(json_text(object, "text"), text);
	assert_int_equal(json_integer_value(json_object_get(object, "big")), 1LL << 40);
	assert_true(json_real_value(json_object_get(object, "real")) == 0.5);
	assert_true(json_is_array(json_object_get(object, "list")));
	json_decref(object);
}

static void no_number_is_null(void **state)
{
	volatile double zero = 0;
	json_t *object = json_of("{s:f, s:f}", "rate", zero / zero, "inf", 1 / zero);

	(void)state;
	assert_true(json_is_null(json_object_get(object, "rate")));
	assert_true(json_is_null(json_object_get(object, "inf")));
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_text_is_empty_text),
		cmocka_unit_test(what_is_no_utf8_takes_nothing_with_it),
		cmocka_unit_test(what_is_text_is_recorded_as_it_is),
		cmocka_unit_test(no_number_is_null),
		cmocka_unit_test(numbers_written_as_text_are_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
