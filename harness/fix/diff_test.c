// SPDX-License-Identifier: GPL-2.0-or-later
/* diff_test.c - what diff(1) would say */
#include "fix/diff.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/test_text.h"

static const struct {
	const char *claim, *old, *new, *diff;
} rows[] = {
	{ "equal_texts_have_no_diff", "a\n", "a\n", "" },
	{ "a_new_file", NULL, "a\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n" },
	{ "a_line_changed_in_the_middle", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
	  "1\n2\n3\n4\nX\n6\n7\n8\n9\n",
	  "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n" },
	{ "a_line_more_at_the_end_without_a_line_end", "1\n2", "1\n2\n3\n",
	  "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n"
	  "+3\n" },
	{ "two_changes_near_each_other_are_one_hunk", "1\n2\n3\n4\n5\n6\n7\n8\n",
	  "X\n2\n3\n4\n5\n6\n7\nY\n",
	  "--- a/f\n+++ b/f\n@@ -1,8 +1,8 @@\n-1\n+X\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+Y\n" },
	{ "two_changes_far_from_each_other_are_two", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
	  "X\n2\n3\n4\n5\n6\n7\n8\nY\n",
	  "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-1\n+X\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n"
	  " 7\n 8\n-9\n+Y\n" },
	{ "a_line_taken_out", "1\n2\n3\n", "1\n3\n",
	  "--- a/f\n+++ b/f\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n" },
};

static void as_diff_u_says_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf out = { 0 };

		diff_unified("f", rows[i].old, rows[i].new, &out);
		if (!str_equal(buf_text(&out), rows[i].diff))
			fail_msg("%s:\n%s", rows[i].claim, buf_text(&out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_diff_u_says_it),
	};

	return cmocka_run_group_tests_name("fix/diff", tests, NULL, NULL);
}
