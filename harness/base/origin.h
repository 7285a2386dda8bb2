/* SPDX-License-Identifier: GPL-2.0-or-later */
/* origin.h - where a value was written, or whose default it is */
#ifndef TWINSITE_BASE_ORIGIN_H
#define TWINSITE_BASE_ORIGIN_H

#include <stdbool.h>

struct buf;

struct origin {
	const char *file;   /* as shown to the user, "firewall.screenos"; NULL: no file */
	unsigned int line;  /* 1-based; 0: not from a line */
	const char *source; /* of a default, "ScreenOS default"; NULL: written */
};

/* Do both stand in the same line of the same file? Two that stand in none do, too. */
bool origin_same_line(const struct origin *a, const struct origin *b);

/* "firewall.screenos:14", or "ScreenOS default". */
void origin_format(const struct origin *origin, struct buf *out);

#endif
