/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_class.h - sets of classes as tests write them */
#ifndef TWINSITE_FINDING_TEST_CLASS_H
#define TWINSITE_FINDING_TEST_CLASS_H

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "finding/class.h"

struct test_classes {
	char s[120];
};

/* "F20-F24, F40"; "" for none. */
static inline struct test_classes test_classes_of(const struct class_set *set)
{
	_cleanup_buf_ struct buf out = { 0 };
	struct test_classes text;

	class_set_format(set, &out);
	(void)snprintf(text.s, sizeof(text.s), "%s", buf_text(&out));
	return text;
}

#endif
