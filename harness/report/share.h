/* SPDX-License-Identifier: GPL-2.0-or-later */
/* share.h - a run's report as a folder that may be given away */
#ifndef TWINSITE_REPORT_SHARE_H
#define TWINSITE_REPORT_SHARE_H

#include <stdbool.h>

#include "base/arena.h"
#include "report/page.h"

struct err;

struct share_left_out {
	const char *name, *why; /* a file, and a few words */
};

struct share {
	const char *folder;   /* where it goes; it is there, and empty */
	bool hides_addresses; /* public ones, see hide.h */
	size_t files;	      /* that were written, the page with them */
	VEC(struct share_left_out) left_out;
};

/*
 * Write the page, with links to what was copied only, and copy the logs, captures and
 * evidence. Left out, and listed: what holds keys (by its name, and whatever has one of the
 * scenario's keys in it), and with hides_addresses the captures. Of the page of one
 * administrator (page->only) also what is not his alone. No path of this machine is in it.
 * page->files becomes what was copied. 0 or -errno with a sentence.
 */
int share_write(struct page *page, struct share *share, struct err *err);

#endif
