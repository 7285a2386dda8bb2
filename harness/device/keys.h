/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.h - every key of a device's files, with what it is and what it means */
#ifndef TWINSITE_DEVICE_KEYS_H
#define TWINSITE_DEVICE_KEYS_H

#include "base/arena.h"
#include "model/site.h"

/* One key of the files: what it is and what it means. */
struct key_listing {
	const char *connection; /* NULL: of the file itself */
	const char *path;	/* "phase2localid.ipnet.mask" */
	const char *value;	/* as written; of secrets "set, 30 bytes" */
	const char *meaning;	/* NULL: not understood */
	const char *ignored;	/* why it has no effect in a rehearsal; NULL: it has */
	struct origin at;
};

struct key_listings {
	VEC(struct key_listing) list;
};

#endif
