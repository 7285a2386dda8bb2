// SPDX-License-Identifier: GPL-2.0-or-later
/* wrap_test.c - claims: what is too long for a terminal goes on where one looks for it */
#include <string.h>

#include "base/test_text.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/wrap.h"

static void assert_wrapped(const char *line, size_t columns, const char *wanted)
{
	_cleanup_buf_ struct buf out = { 0 };

	wrap_line(line, strlen(line), columns, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void a_line_that_fits_stays_as_it_is(void **state)
{
	(void)state;
	assert_wrapped("  a   b  ", 9, "  a   b  ");
	assert_wrapped("", 40, "");
	/* Columns, not bytes. */
	assert_wrapped("äöü äöü", 7, "äöü äöü");
}

static void prose_goes_on_two_columns_behind_its_beginning(void **state)
{
	(void)state;
	assert_wrapped("  fix: one two three", 13, "  fix: one\n    two three");
}

static void a_table_goes_on_in_its_column(void **state)
{
	(void)state;
	assert_wrapped("ok  uml   one two three four", 20,
		       "ok  uml   one two\n          three four");
}

static void a_word_that_is_too_long_is_never_cut(void **state)
{
	(void)state;
	assert_wrapped("a 12345678901234567890", 10, "a\n  12345678901234567890");
}

static void colours_take_no_column(void **state)
{
	(void)state;
	assert_wrapped("  \033[31mok\033[0m  a b", 9, "  \033[31mok\033[0m  a b");
	assert_wrapped("  \033[31mok  \033[0ma b c", 9,
		       "  \033[31mok  \033[0ma b\n    c");
	assert_wrapped("\033[31", 1, "\033[31"); /* cut */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_fits_stays_as_it_is),
		cmocka_unit_test(prose_goes_on_two_columns_behind_its_beginning),
		cmocka_unit_test(a_table_goes_on_in_its_column),
		cmocka_unit_test(a_word_that_is_too_long_is_never_cut),
		cmocka_unit_test(colours_take_no_column),
	};

	return cmocka_run_group_tests_name("base/wrap", tests, NULL, NULL);
}
