/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stand_in.h - for tests: stand-ins of recorded captures, made from tables of facts
 *
 * They are there in every clone; the captures themselves are not, see shared_pcaps.h.
 * Names are those of the captures, without their ending.
 */
#ifndef TWINSITE_DISSECT_TEST_STAND_IN_H
#define TWINSITE_DISSECT_TEST_STAND_IN_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "dissect/facts.h"
#include "dissect/test_reading.h"

#define STAND_IN_FACTS "pcaps/facts"

/* The pre-shared key of a capture of which it is known, or NULL. */
static inline const char *stand_in_psk(const char *name)
{
	static const char *const rows[][2] = {
		{ "screenos-5.4.0-aggressive-sha1", "garibaldi" },
		{ "zeek-ipsec-ikev1-isakmp-aggressive-mode", "MYPASSWORD" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_equal(rows[i][0], name))
			return rows[i][1];
	return NULL;
}

/* The table, malloc()ed. */
static inline char *stand_in_table(const char *name)
{
	char path[256], *table = NULL;
	size_t length;

	(void)snprintf(path, sizeof(path), STAND_IN_FACTS "/%s.facts", name);
	assert_int_equal(file_read(path, &table, &length, NULL), 0);
	return table;
}

/* The capture; reading was begun. */
static inline void stand_in_make(struct test_reading *reading, const char *name,
				 struct buf *out)
{
	_cleanup_free_ char *table = stand_in_table(name);
	const char *psk = stand_in_psk(name);
	struct slice key = { (const uint8_t *)psk, psk ? strlen(psk) : 0 };
	struct err err = { 0 };

	if (facts_make(name, table, key, reading->crypto, out, &err))
		fail_msg("%s", err.text);
}

/* The same, and read; the capture is good for as long as this reading. */
static inline void stand_in_take(struct test_reading *reading, const char *name)
{
	_cleanup_buf_ struct buf out = { 0 };
	void *bytes;

	stand_in_make(reading, name, &out);
	bytes = arena_memdup(reading->arena, out.data, out.length);
	assert_true(reading_take_bytes(reading, bytes, out.length));
}

#endif
