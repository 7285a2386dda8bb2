/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_world.h - two sites from a pair of test_pairs.h, with a mistake, and what is predicted */
#ifndef TWINSITE_PREDICT_TEST_WORLD_H
#define TWINSITE_PREDICT_TEST_WORLD_H

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/test_mistakes.h"

struct world {
	struct arena *arena;
	struct site *sites[2];
	struct findings findings;
	const char *firmware; /* of an OpenWrt end; NULL: as documented */
};

static inline void world_done(struct world *world)
{
	site_free(world->sites[0]);
	site_free(world->sites[1]);
	arena_free(world->arena);
}

#define _cleanup_world_ _cleanup_(world_done)

/* The text with the mistake in it; NULL: this file does not have the place. */
static inline const char *changed(struct arena *arena, const char *text,
				  const struct mistake *mistake)
{
	const char *at = strstr(text, mistake->find);

	if (!at)
		return NULL;
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, mistake->replace,
			    at + strlen(mistake->find));
}

static inline void load(struct world *world, const struct test_device *device,
			unsigned int end, const struct mistake *mistake)
{
	struct import_source sources[TEST_FILES_MAX];
	size_t count = 0;
	const struct import_options options = {
		.reading = world->firmware ? READING_RENDERED : READING_DOCUMENTED,
		.firmware = world->firmware,
	};
	bool is_changed = !mistake;
	struct err err = { 0 };

	for (; count < TEST_FILES_MAX && device->files[count].name; count++) {
		const char *text = device->files[count].text, *other = NULL;

		if (mistake && !is_changed)
			other = changed(world->arena, text, mistake);
		is_changed |= other != NULL;
		text = other ? other : text;
		sources[count] = (struct import_source){ device->files[count].name, text,
							 strlen(text) };
	}
	if (!is_changed)
		fail_msg("no such place: %s", mistake->find);
	if (site_import(device->kind, end ? "right" : "left", sources, count, &options,
			&world->sites[end], &err))
		fail_msg("%s", err.text);
}

static inline void predict(struct world *world, const struct test_pair *pair,
			   const struct mistake *mistake)
{
	struct predict_input input;

	if (!world->arena)
		world->arena = arena_new();
	for (unsigned int end = 0; end < 2; end++)
		load(world, pair->devices[end], end,
		     mistake && mistake->end == end ? mistake : NULL);
	input = (struct predict_input){ .sites = { world->sites[0], world->sites[1] },
					.arena = world->arena };
	input.initiator = predict_initiator(input.sites);
	if (mistake && mistake->is_behind_nat)
		input.is_behind_nat[0] = true;
	predict_pair(&input, &world->findings);
}

static inline void print_all(const struct world *world)
{
	vec_foreach (finding, &world->findings)
		print_message("  %s %s: %s\n", finding->class->id,
			      severity_name(finding->severity), finding->summary);
}

static inline bool has_class(const struct findings *findings, const char *id)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->class->id, id))
			return true;
	return false;
}

#endif
