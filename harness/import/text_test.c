// SPDX-License-Identifier: GPL-2.0-or-later
/* text_test.c - files of any editor become plain lines */
#include "import/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"

#define ASSERT_TEXT(bytes, expected)                                   \
	do {                                                           \
		_cleanup_buf_ struct buf out = { 0 };                  \
		import_text_normalise(bytes, sizeof(bytes) - 1, &out); \
		assert_string_equal(buf_text(&out), expected);         \
		assert_int_equal(out.length, sizeof(expected) - 1);    \
	} while (0)

static void plain_text_stays(void **state)
{
	(void)state;
	ASSERT_TEXT("", "");
	ASSERT_TEXT("a\n\tb\n", "a\n\tb\n");
	ASSERT_TEXT("key \xe4\xf6", "key \xe4\xf6"); /* Latin-1: the key is these bytes */
}

static void any_line_end_becomes_one(void **state)
{
	(void)state;
	ASSERT_TEXT("a\r\nb\r\n", "a\nb\n");
	ASSERT_TEXT("a\rb\r", "a\nb\n");
	ASSERT_TEXT("a\r\r\nb", "a\nb");
	ASSERT_TEXT("a\r\n\r\nb", "a\n\nb");
}

static void marks_are_dropped_and_utf16_becomes_utf8(void **state)
{
	(void)state;
	ASSERT_TEXT("\xef\xbb\xbfset", "set");
	ASSERT_TEXT("\xff\xfes\0\xe4\0\r\0\n\0", "s\xc3\xa4\n");
	ASSERT_TEXT("\xfe\xff\0s\x20\xac", "s\xe2\x82\xac");
	ASSERT_TEXT("\xff\xfe\x3d\xd8\x00\xde", "\xf0\x9f\x98\x80");
	ASSERT_TEXT("\xff\xfe\x3d\xd8s\0", "\xef\xbf\xbds"); /* half a pair */
	ASSERT_TEXT("\xff\xfes\0t", "s\xef\xbf\xbd");	     /* half a unit */
}

static void utf16_without_a_mark_is_seen(void **state)
{
	(void)state;
	ASSERT_TEXT("s\0e\0t\0 \0a\0", "set a");
	ASSERT_TEXT("\0s\0e\0t\0 \0a", "set a");
}

static void zero_bytes_are_visible(void **state)
{
	(void)state;
	ASSERT_TEXT("set\0x", "set\xef\xbf\xbdx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(any_line_end_becomes_one),
		cmocka_unit_test(marks_are_dropped_and_utf16_becomes_utf8),
		cmocka_unit_test(utf16_without_a_mark_is_seen),
		cmocka_unit_test(zero_bytes_are_visible),
	};

	return cmocka_run_group_tests_name("import/text", tests, NULL, NULL);
}
