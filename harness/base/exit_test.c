// SPDX-License-Identifier: GPL-2.0-or-later
/* exit_test.c - one table of exit statuses, also in the documentation */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/file.h"

static void of_several_results_the_worst_counts(void **state)
{
	static const int order[] = { 130, 2, 4, 1, 5, 3, 75, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		for (size_t j = i; j < ARRAY_SIZE(order); j++) {
			assert_int_equal(exit_worst(order[i], order[j]), order[i]);
			assert_int_equal(exit_worst(order[j], order[i]), order[i]);
		}
}

static void a_kind_of_error_has_one_status(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(exit_of_err(&err), EXIT_OK);
	(void)err_set(&err, EINVAL, "acme.cfg:12: unknown word");
	assert_int_equal(exit_of_err(&err), EXIT_BAD_INPUT);
	(void)err_mark(&err, ERR_BROKE);
	assert_int_equal(exit_of_err(&err), EXIT_BROKE);
	(void)err_wrap(&err, "outer");
	assert_int_equal(exit_of_err(&err), EXIT_BROKE);
	assert_int_equal(err_missing(&err, "%s/%s", "uml", "kernel ESP"), -EINVAL);
	assert_string_equal(err.missing, "uml/kernel-ESP");
	assert_int_equal(exit_of_err(&err), EXIT_MISSING);
	/* An errno of either sign is the same error. */
	assert_int_equal(err_set(&err, -EINVAL, "acme.cfg:12: unknown word"), -EINVAL);
	assert_int_equal(exit_of_err(&err), EXIT_BAD_INPUT);
	assert_string_equal(err.missing, "");
	assert_int_equal(err_sys(NULL, -ENOENT, "no.such.file"), -ENOENT);
	/* The next error is not of the last one's kind. */
	(void)err_sys(&err, ENOENT, "no.such.file");
	assert_int_equal(exit_of_err(&err), EXIT_BAD_INPUT);
}

static void a_machine_that_fails_is_neither_bad_input_nor_a_skip(void **state)
{
	static const int codes[] = { ENOSPC, ENOMEM, EMFILE, ENFILE, EIO,     EPERM,
				     EROFS,  EDQUOT, EAGAIN, EPIPE,  ENOTSUP, ETIMEDOUT };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		struct err err = { 0 };

		(void)err_sys(&err, codes[i], "something");
		assert_int_equal(exit_of_err(&err), EXIT_BROKE);
	}
}

static void what_cannot_be_written_is_no_bad_input(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_not_equal(file_write("/no/such/folder/x", "x", 1, &err), 0);
	assert_int_equal(exit_of_err(&err), EXIT_BROKE);
	assert_int_not_equal(file_make_folder("/dev/null/x", &err), 0);
	assert_int_equal(exit_of_err(&err), EXIT_BROKE);
}

static void the_page_has_the_same_table(void **state)
{
	_cleanup_free_ char *page = NULL;
	struct err err = { 0 };
	size_t length;

	(void)state;
#define EXIT_LINE(name, number, text) "| " #number " | " text " |\n",
	static const char *const lines[] = { EXIT_STATUSES(EXIT_LINE) };
#undef EXIT_LINE
	if (file_read("harness/doc/commands.md", &page, &length, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strstr(page, lines[i]))
			fail_msg("commands.md has no line: %s", lines[i]);
}

static void help_names_each_status_once(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	exit_help(&out);
	assert_non_null(strstr(buf_text(&out), "\n  0   as expected\n"));
	assert_non_null(strstr(buf_text(&out), "\n  75  this machine"));
	assert_non_null(strstr(buf_text(&out), " 2, 4, 1, 5, 3, 75, 0 counts.\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_several_results_the_worst_counts),
		cmocka_unit_test(a_kind_of_error_has_one_status),
		cmocka_unit_test(a_machine_that_fails_is_neither_bad_input_nor_a_skip),
		cmocka_unit_test(what_cannot_be_written_is_no_bad_input),
		cmocka_unit_test(the_page_has_the_same_table),
		cmocka_unit_test(help_names_each_status_once),
	};

	return cmocka_run_group_tests_name("base/exit", tests, NULL, NULL);
}
