/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_said.h - the files of a pair with one mistake in them, and what is said, as text */
#ifndef TWINSITE_PREDICT_TEST_SAID_H
#define TWINSITE_PREDICT_TEST_SAID_H

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/test_text.h"
#include "predict/predict.h"
#include "predict/test_mistakes.h"
#include "predict/test_said_put.h"

/* The device's files, the first that has `find` with `replace` there (NULL: appended). */
static inline struct site *said_import(const struct test_device *device, const char *name,
				       const struct mistake *mistake)
{
	struct import_source sources[TEST_FILES_MAX];
	const struct import_options options = { .reading = READING_DOCUMENTED };
	_cleanup_buf_ struct buf changed = { 0 };
	struct site *site = NULL;
	struct err err = { 0 };
	size_t count = 0;

	for (; count < TEST_FILES_MAX && device->files[count].name; count++) {
		const char *text = device->files[count].text;
		const char *at =
			mistake && !changed.length ? strstr(text, mistake->find) : NULL;

		if (at) {
			buf_add(&changed, text, (size_t)(at - text));
			buf_puts(&changed, mistake->replace);
			buf_puts(&changed, at + strlen(mistake->find));
			text = buf_text(&changed);
		}
		sources[count] = (struct import_source){ device->files[count].name, text,
							 strlen(text) };
	}
	if (site_import(device->kind, name, sources, count, &options, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

/* All that is said about the pair (weak, or above that), each end with its mistake or NULL. */
static inline void said_as(unsigned int pair, const struct mistake *left,
			   const struct mistake *right, bool is_weak, struct buf *out)
{
	const struct mistake *const of[2] = { left, right };
	struct predict_input input = { .arena = arena_new() };
	struct findings findings = { 0 };
	struct site *sites[2];

	for (unsigned int end = 0; end < 2; end++) {
		sites[end] = said_import(pairs[pair].devices[end], end ? "right" : "left",
					 of[end]);
		input.sites[end] = sites[end];
		input.is_behind_nat[0] |= of[end] && of[end]->is_behind_nat;
	}
	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &findings);
	vec_foreach (finding, &findings)
		if ((finding->severity == SEVERITY_WEAK) == is_weak)
			said_put(finding, out);
	site_free(sites[0]);
	site_free(sites[1]);
	arena_free(input.arena);
}

static inline void said_of_two(unsigned int pair, const struct mistake *left,
			       const struct mistake *right, struct buf *out)
{
	said_as(pair, left, right, false, out);
}

static inline void said_about(const struct mistake *mistake, struct buf *out)
{
	said_of_two(mistake->pair, mistake->end ? NULL : mistake,
		    mistake->end ? mistake : NULL, out);
}

#endif
