// SPDX-License-Identifier: GPL-2.0-or-later
/* device.c - the rows of all devices */
#include "device/device.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

#define RELEASES_MAX 64 /* of all devices */

/* A kind without a row does not link. */
#define DEVICE(enumerator, row) extern const struct device device_##row;
#include "device/devices.def"
#undef DEVICE

static const struct device *const rows[DEVICE_KINDS] = {
#define DEVICE(enumerator, row) [DEVICE_##enumerator] = &device_##row,
#include "device/devices.def"
#undef DEVICE
};

const struct device *device_of(enum device_kind kind)
{
	assert((size_t)kind < DEVICE_KINDS);
	return rows[kind];
}

const char *const *device_names(void)
{
	static const char *names[DEVICE_KINDS + 1];

	for (size_t i = 0; i < DEVICE_KINDS; i++)
		names[i] = rows[i]->name;
	return names;
}

const char *const *device_releases(void)
{
	static const char *names[RELEASES_MAX + 1];
	size_t count = 0;

	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		const char *const *name = rows[i]->releases ? rows[i]->releases() : NULL;

		for (; name && *name; name++) {
			assert(count < RELEASES_MAX);
			names[count++] = *name;
		}
	}
	return names;
}

int device_parse(const char *word, enum device_kind *ret_kind)
{
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		if (!str_equal_nocase(word, rows[i]->name))
			continue;
		*ret_kind = (enum device_kind)i;
		return 0;
	}
	return -EINVAL;
}

const char *device_silent_titles(struct arena *arena)
{
	const char *titles = NULL, *last = NULL;

	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		if (!rows[i]->traits.is_silent)
			continue;
		if (last)
			titles = titles ? arena_printf(arena, "%s, %s", titles, last)
					: last;
		last = rows[i]->title;
	}
	return titles ? arena_printf(arena, "%s and %s", titles, last) : last;
}

const enum device_kind device_pairs[DEVICE_PAIRS][2] = {
	{ DEVICE_STRONGSWAN, DEVICE_STRONGSWAN }, { DEVICE_OPENWRT, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_FRITZBOX },	  { DEVICE_OPENWRT, DEVICE_JUNOS },
	{ DEVICE_STRONGSWAN, DEVICE_JUNOS },	  { DEVICE_STRONGSWAN, DEVICE_SCREENOS },
	{ DEVICE_OPENWRT, DEVICE_STRONGSWAN },	  { DEVICE_OPENWRT, DEVICE_OPENWRT },
	{ DEVICE_STRONGSWAN, DEVICE_FRITZBOX },	  { DEVICE_SCREENOS, DEVICE_JUNOS },
};
