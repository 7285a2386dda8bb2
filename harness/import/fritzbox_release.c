// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_release.c - releases of FRITZ!OS, and what only some of them do */
#include "import/fritzbox_release.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* The oldest first. IKEv2 and WireGuard (from 7.50 on) are not said by vpncfg. */
static const struct fritzbox_release releases[] = {
	{ .name = "FRITZ!OS 6.00", .number = 600 },
	{ .name = "FRITZ!OS 6.30", .number = 630 },
	{ .name = "FRITZ!OS 6.80", .number = 680 },
	{ .name = "FRITZ!OS 7.20", .number = 720, .offers_sha2 = true },
	{ .name = "FRITZ!OS 7.50", .number = 750, .offers_sha2 = true },
};

/* "6.30" as 630, the last two parts of any number of them; 0: it is no such number. */
static unsigned int number_of(const char *firmware)
{
	unsigned long before = 0, part = 0;
	char *end;

	while (*firmware && (*firmware < '0' || *firmware > '9'))
		firmware++;
	for (unsigned int parts = 0; *firmware >= '0' && *firmware <= '9'; parts++) {
		before = part;
		part = strtoul(firmware, &end, 10);
		if (part > 999)
			return 0;
		if (*end != '.')
			return parts ? (unsigned int)(before * 100 + part) : 0;
		firmware = end + 1;
	}
	return 0;
}

const struct fritzbox_release *fritzbox_release_of(const char *firmware)
{
	unsigned int number = firmware ? number_of(firmware) : 0;
	const struct fritzbox_release *found = number ? releases : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		if (releases[i].number <= number)
			found = &releases[i];
	/* 7.00 to 7.19 have what the first of them has. */
	if (number >= 700 && found && !found->offers_sha2)
		found++;
	return found;
}
