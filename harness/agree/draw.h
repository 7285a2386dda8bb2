/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * draw.h - chance, and the words that a case is drawn from; for generator.c, mistake.c
 *
 * The numbers are the same on every machine, so that a seed stands for a case.
 */
#ifndef TWINSITE_AGREE_DRAW_H
#define TWINSITE_AGREE_DRAW_H

#include "agree/generator.h"
#include "base/cleanup.h"

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *chance);
unsigned int chance_below(struct chance *chance, size_t limit); /* limit is not 0 */
bool chance_is(struct chance *chance, unsigned int percent);

#define DRAW_ONE(chance, table) ((table)[chance_below((chance), ARRAY_SIZE(table))])

/* Words that every device has. */
extern const char *const draw_ciphers[4], *const draw_hashes[3], *const draw_groups[3];

/* A list of one word; NULL: an empty one. */
struct wish_words draw_word(const char *word);

/* Does it run strongSwan, with all that strongSwan can say? */
bool draw_is_linux(enum device_kind kind);

#endif
