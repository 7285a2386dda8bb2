/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_text.h - for tests: what a text must say, shown whole when it does not */
#ifndef TWINSITE_BASE_TEST_TEXT_H
#define TWINSITE_BASE_TEST_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' in:\n%s", part, text);
}

static inline void assert_before(const char *text, const char *first, const char *second)
{
	assert_has(text, first);
	assert_has(text, second);
	assert_true(strstr(text, first) < strstr(text, second));
}

#endif
