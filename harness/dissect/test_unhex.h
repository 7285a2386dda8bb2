/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_unhex.h - for tests: bytes written as hexadecimal digits, as RFCs print them */
#ifndef TWINSITE_DISSECT_TEST_UNHEX_H
#define TWINSITE_DISSECT_TEST_UNHEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dissect/cursor.h"

/* The bytes, in ret, which has room for so many. */
static inline struct slice test_unhex(const char *text, uint8_t *ret, size_t room)
{
	size_t length = strlen(text) / 2;

	assert_int_equal(strlen(text) % 2, 0);
	assert_true(length <= room);
	for (size_t i = 0; i < length; i++) {
		const char pair[] = { text[2 * i], text[2 * i + 1], '\0' };
		char *end;

		ret[i] = (uint8_t)strtoul(pair, &end, 16);
		assert_ptr_equal(end, pair + 2);
	}
	return (struct slice){ ret, length };
}

#endif
