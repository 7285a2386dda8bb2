/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live.h - what is going on while many run: a line for each job, written again and again
 *
 * Only on a terminal. Pure: what comes out is to be written as it is.
 */
#ifndef TWINSITE_REPORT_LIVE_H
#define TWINSITE_REPORT_LIVE_H

#include <stddef.h>
#include <stdint.h>

struct buf;

struct live {
	unsigned int width;  /* columns; 0: not known */
	unsigned int height; /* rows; 0: not known */
	size_t lines;	     /* that stand there, the cursor behind the last one */
};

struct live_row {
	const char *name;  /* of the scenario */
	const char *phase; /* "": not begun */
	int64_t took_us;
};

/* Remove what stands there: to be called before anything else is printed. */
void live_clear(struct live *live, struct buf *out);

/* Write the rows anew, with a last line of counts. */
void live_draw(struct live *live, const struct live_row *rows, size_t count, size_t done,
	       size_t failed, size_t all, struct buf *out);

#endif
