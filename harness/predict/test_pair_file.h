/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pair_file.h - a file of predict/pairs: both ends' files in one, and what is predicted */
#ifndef TWINSITE_PREDICT_TEST_PAIR_FILE_H
#define TWINSITE_PREDICT_TEST_PAIR_FILE_H

#include <dirent.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "import/settle.h"
#include "import/test_import.h"
#include "predict/predict.h"

#define PAIR_FOLDER "harness/predict/pairs"

struct pair {
	struct arena *arena;
	const char *name, *expect, *firmware;
	struct import_sources sources[2];
	struct site *sites[2];
	struct findings findings;
	struct err err;
};

static inline void pair_done(struct pair *pair)
{
	site_free(pair->sites[0]);
	site_free(pair->sites[1]);
	arena_free(pair->arena);
}

/* The head, then the files: each from behind its "--- " line to the next one. */
static inline void pair_parse(struct pair *pair, char *text)
{
	struct import_source *last = NULL;

	while (*text) {
		char *end = strchr(text, '\n');

		assert_non_null(end);
		if (str_starts(text, "--- ")) {
			const unsigned int side = str_starts(text + 4, "right ");
			const char *name = strchr(text + 4, ' ') + 1;

			last = vec_push(pair->arena, &pair->sources[side].list);
			last->name =
				arena_strndup(pair->arena, name, (size_t)(end - name));
			last->bytes = end + 1;
		} else if (last) {
			last->length = (size_t)(end + 1 - last->bytes);
		} else if (str_starts(text, "expect: ")) {
			pair->expect = arena_strndup(pair->arena, text + 8,
						     (size_t)(end - text - 8));
		} else if (str_starts(text, "firmware: ")) {
			pair->firmware = arena_strndup(pair->arena, text + 10,
						       (size_t)(end - text - 10));
		}
		text = end + 1;
	}
}

static inline int pair_import_end(struct pair *pair, unsigned int end)
{
	static const char *const names[] = { "left", "right" };
	const struct import_source *sources = pair->sources[end].list.items;
	const size_t count = pair->sources[end].list.count;
	struct import_options options;
	enum device_kind kind;
	int r = import_detect(sources, count, &kind, &pair->err);

	if (r)
		return r;
	options = import_options_of(kind == DEVICE_OPENWRT ? pair->firmware : NULL);
	return site_import(kind, names[end], sources, count, &options, &pair->sites[end],
			   &pair->err);
}

static inline int pair_predict(struct pair *pair)
{
	struct predict_input input = { .arena = pair->arena };

	for (unsigned int end = 0; end < 2; end++) {
		int r = pair_import_end(pair, end);

		if (r)
			return r;
	}
	import_settle(pair->sites, (const struct inet_addr[2]){ { 0 }, { 0 } });
	input.sites[0] = pair->sites[0];
	input.sites[1] = pair->sites[1];
	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &pair->findings);
	return 0;
}

static inline int pair_is_file(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".pair");
}

/* The file's text, for as long as the pair is used (its sources point into it). */
static inline char *pair_read(struct pair *pair)
{
	char *path = arena_printf(pair->arena, "%s/%s", PAIR_FOLDER, pair->name);
	size_t length;
	char *text;

	assert_int_equal(file_read(path, &text, &length, &pair->err), 0);
	pair_parse(pair, text);
	assert_non_null(pair->expect);
	return text;
}

/* check() each file of the folder by its name, and add up what it returns; how many. */
static inline unsigned int pairs_walk(unsigned int (*check)(const char *name),
				      unsigned int *ret_wrong)
{
	struct dirent **entries;
	int count = scandir(PAIR_FOLDER, &entries, pair_is_file, alphasort);

	assert_true(count >= 140);
	*ret_wrong = 0;
	for (int i = 0; i < count; i++) {
		*ret_wrong += check(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return (unsigned int)count;
}

#endif
