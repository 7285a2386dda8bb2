/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_release.h - releases of FRITZ!OS, and what only some of them do
 *
 * AVM documents none of it: devices.md 2.4 and 2.5 have the sources.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_RELEASE_H
#define TWINSITE_IMPORT_FRITZBOX_RELEASE_H

#include <stdbool.h>

struct fritzbox_release {
	const char *name;
	unsigned int number; /* 630: greater is newer */
	bool offers_sha2;    /* all/all/all has SHA2-512 (devices.md 2.5) */
};

/*
 * The row of a release as people or the box's own files write it: "6.30", "06.30",
 * "FRITZ!OS 6.30", and "113.06.30" with the model's number before. Of a release between
 * two rows the older, of one before all the first; NULL: none is named.
 */
const struct fritzbox_release *fritzbox_release_of(const char *firmware);

#endif
