/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * edit.h - one change of one file, as a program can make it
 *
 * A fix is a sentence for people; where it is complete it has edits, too. text is one or
 * several statements in the language of the file that it goes into, one a line: what an
 * administrator would type there, never prose. fix/apply.h says how each language takes
 * them.
 */
#ifndef TWINSITE_FINDING_EDIT_H
#define TWINSITE_FINDING_EDIT_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/site.h"

enum edit_place {
	EDIT_IN_BLOCK,	   /* statements: into the section or block of that line */
	EDIT_LINE,	   /* the line becomes this text, its indentation stays */
	EDIT_WORD,	   /* "OLD\nNEW": on that line, where OLD must be there once */
	EDIT_BEFORE_BLOCK, /* whole lines: before the section that the line is in */
	EDIT_AT_END, /* whole lines: behind all others; the file may not be there yet */
};

struct edit {
	const char *site; /* whose file */
	enum edit_place place;
	struct origin at; /* line 0 with EDIT_AT_END */
	const char *text;
	bool is_secret; /* text holds a key: not to be shown */
};

/* All edits together are one fix; sentence is one of finding.fixes. */
struct cure {
	const char *sentence;
	VEC(struct edit) edits;
};

#endif
