// SPDX-License-Identifier: GPL-2.0-or-later
/* draw.c - chance, and the words that a case is drawn from */
#include "agree/draw.h"

#include "device/device.h"

#include <assert.h>

const char *const draw_ciphers[4] = { "aes128", "aes192", "aes256", "3des" };
const char *const draw_hashes[3] = { "sha1", "md5", "sha256" };
const char *const draw_groups[3] = { "modp1024", "modp1536", "modp2048" };

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same on every machine. */
uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

unsigned int chance_below(struct chance *chance, size_t limit)
{
	assert(limit > 0);
	return (unsigned int)(chance_next(chance) % limit);
}

bool chance_is(struct chance *chance, unsigned int percent)
{
	return chance_below(chance, 100) < percent;
}

struct wish_words draw_word(const char *word)
{
	return (struct wish_words){ { word }, word ? 1 : 0 };
}

bool draw_is_linux(enum device_kind kind)
{
	return device_of(kind)->traits.runs_charon;
}
