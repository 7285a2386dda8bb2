/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_import.h - what the tests of the importers share
 *
 * Failures are cmocka's. Sites are the caller's to free.
 */
#ifndef TWINSITE_IMPORT_TEST_IMPORT_H
#define TWINSITE_IMPORT_TEST_IMPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "import/import.h"

#define ASSERT_PREFIX(prefix, text) \
	assert_string_equal(inet_prefix_text(&(prefix)).s, text)

static inline struct site *test_import(enum device_kind kind,
				       const struct import_source *source)
{
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(kind, "site", source, 1, NULL, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

/* It may be refused, with a sentence. */
static inline void test_import_any(enum device_kind kind,
				   const struct import_source *source)
{
	struct site *site = NULL;
	struct err err = { 0 };
	int r = site_import(kind, "site", source, 1, NULL, &site, &err);

	assert_true(!r == (site != NULL));
	assert_true(!r || err.text[0]);
	site_free(site);
}

/* The first remark that has these words; NULL: none. */
static inline const struct remark *test_remark_find(const struct site *site,
						    const char *words)
{
	vec_foreach (remark, &site->remarks)
		if (strstr(remark->text, words))
			return remark;
	return NULL;
}

/* One of this kind, at this line (0: any)? */
static inline bool test_has_remark(const struct site *site, enum remark_kind kind,
				   unsigned int line, const char *words)
{
	vec_foreach (remark, &site->remarks)
		if (remark->kind == kind && (!line || remark->at.line == line) &&
		    strstr(remark->text, words))
			return true;
	return false;
}

/* The text with the first `from` in it replaced; to be freed. */
static inline char *test_change(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct buf out = { 0 };

	if (!at)
		fail_msg("'%s' is not in the text", from);
	buf_add(&out, text, (size_t)(at - text));
	buf_puts(&out, to);
	buf_puts(&out, at + strlen(from));
	return buf_take(&out);
}

/* The line of a text where a part of it stands. */
static inline unsigned int test_line_of(const char *whole, const char *part)
{
	const char *place = strstr(whole, part);
	unsigned int line = 1;

	assert_non_null(place);
	for (const char *p = whole; p < place; p++)
		line += *p == '\n';
	return line;
}

/* take() every beginning of the text, in memory of just that size. */
static inline void test_each_cut(const char *text, size_t size,
				 void (*take)(const char *bytes, size_t length))
{
	for (size_t length = 0; length <= size; length++) {
		char *copy = malloc(length ? length : 1);

		assert_non_null(copy);
		memcpy(copy, text, length);
		take(copy, length);
		free(copy);
	}
}

/* take() the text with each byte changed, in four ways. */
static inline void test_each_flip(const char *text, size_t size,
				  void (*take)(const char *bytes, size_t length))
{
	static const unsigned char masks[] = { 0x01, 0x20, 0x80, 0xff };
	_cleanup_free_ char *copy = malloc(size);

	assert_non_null(copy);
	memcpy(copy, text, size);
	for (size_t i = 0; i < size * sizeof(masks); i++) {
		char *at = copy + i / sizeof(masks), saved = *at;

		*at = (char)(saved ^ masks[i % sizeof(masks)]);
		take(copy, size);
		*at = saved;
	}
}

#endif
