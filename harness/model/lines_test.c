// SPDX-License-Identifier: GPL-2.0-or-later
/* lines_test.c - claims about what became of each line */
#include "model/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "model/site.h"

static struct origin at(const char *file, unsigned int line)
{
	return (struct origin){ .file = file, .line = line };
}

static void a_line_ends_in_the_worst_state_that_was_told_of_it(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("s", DEVICE_PLAIN);
	size_t counts[LINE_STATES];

	(void)state;
	assert_int_equal(site_lines_count(site, counts), 0);
	for (unsigned int line = 1; line <= 6; line++)
		site_statement(site, at("a", line));
	site_statement(site, at("a", 6));
	site_remark(site, REMARK_IGNORED, at("a", 2), "no part");
	site_remark(site, REMARK_UNKNOWN, at("a", 3), "unknown");
	site_remark(site, REMARK_IGNORED, at("a", 3), "no part");
	site_remark(site, REMARK_NOT_REHEARSED, at("a", 4), "not rehearsed");
	site_remark(site, REMARK_ASSUMED, at("a", 5), "assumed");
	site_remark(site, REMARK_INVALID, at("b", 1), "of a file that nobody counts");
	site_remark(site, REMARK_INVALID, at("a", 9), "of a line without a statement");
	site_remark(site, REMARK_INVALID, at("a", 0), "of no line");
	assert_int_equal(site_lines_count(site, counts), 6);
	assert_int_equal(counts[LINE_READ], 2);
	assert_int_equal(counts[LINE_NO_EFFECT], 1);
	assert_int_equal(counts[LINE_IN_PART], 1);
	assert_int_equal(counts[LINE_NOT_REHEARSED], 1);
	assert_int_equal(counts[LINE_NOT_UNDERSTOOD], 1);
	assert_true(site_counts_lines_of(site, "a"));
	assert_false(site_counts_lines_of(site, "b"));
}

static void what_is_in_a_block_without_effect_has_none(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("s", DEVICE_PLAIN);
	size_t counts[LINE_STATES];

	(void)state;
	site_remark(site, REMARK_IGNORED, at("a", 1), "block 'x' is not about VPN");
	site_remark(site, REMARK_UNKNOWN, at("a", 3), "unknown");
	site_remark(site, REMARK_INVALID, at("a", 4), "block 'y' is never closed");
	site_statement(site, at("a", 1));
	site_statement_in(site, at("a", 2), at("a", 1));
	site_statement_in(site, at("a", 3), at("a", 1));
	site_statement(site, at("a", 4));
	site_statement_in(site, at("a", 5), at("a", 4));
	assert_int_equal(site_lines_count(site, counts), 5);
	assert_int_equal(counts[LINE_NO_EFFECT], 2);
	assert_int_equal(counts[LINE_NOT_UNDERSTOOD], 1);
	assert_int_equal(counts[LINE_IN_PART], 1);
	assert_int_equal(counts[LINE_READ], 1);
}

static void a_flood_that_is_not_listed_is_counted(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("s", DEVICE_PLAIN);
	size_t counts[LINE_STATES];

	(void)state;
	for (unsigned int line = 1; line <= 2 * SITE_REMARKS_MAX; line++) {
		site_statement(site, at("a", line));
		site_remark(site, REMARK_UNKNOWN, at("a", line), "unknown");
	}
	assert_int_equal(site_lines_count(site, counts), 2 * SITE_REMARKS_MAX);
	assert_int_equal(counts[LINE_NOT_UNDERSTOOD], 2 * SITE_REMARKS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_ends_in_the_worst_state_that_was_told_of_it),
		cmocka_unit_test(what_is_in_a_block_without_effect_has_none),
		cmocka_unit_test(a_flood_that_is_not_listed_is_counted),
	};

	return cmocka_run_group_tests_name("model/lines", tests, NULL, NULL);
}
