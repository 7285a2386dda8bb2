/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * generator.h - random pairs of configurations, healthy or broken in a place or two
 *
 * Pure: a seed and a number give the same two device files for ever, on any machine,
 * so a case is reproduced by these two numbers alone. First a pair of wishes that fit
 * each other is drawn, then none, one or two mistakes are made in them, then each is
 * written as a file of its device (render.h), as an administrator would.
 */
#ifndef TWINSITE_AGREE_GENERATOR_H
#define TWINSITE_AGREE_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "device/wish.h"
#include "import/import.h"

struct agree_end {
	const char *name; /* "left", "right" */
	struct wish wish;
	struct import_sources sources; /* the device's files */
	struct import_options options;
};

struct agree_case {
	uint64_t seed;
	unsigned int number;
	struct agree_end ends[2];
	unsigned int initiator;
	VEC(const char *) mistakes; /* "left: psk"; what they do is not told */
};

/* All texts are in the arena. */
void agree_generate(uint64_t seed, unsigned int number, struct arena *arena,
		    struct agree_case *ret_case);

#endif
