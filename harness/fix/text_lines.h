/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_lines.h - a text as its lines; private to fix/ */
#ifndef TWINSITE_FIX_TEXT_LINES_H
#define TWINSITE_FIX_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct buf;

struct text_line {
	const char *bytes; /* in the text; the line end belongs to it */
	size_t length;
};

struct text_lines {
	VEC(struct text_line) list;
};

void text_lines_split(struct arena *arena, const char *text,
		      struct text_lines *ret_lines);
/* Add lines first to last - 1. */
void text_lines_add(const struct text_lines *lines, size_t first, size_t last,
		    struct buf *out);
/* "\r\n" when the line ends so, else "\n". */
const char *text_line_end(const struct text_line *line);
/* Its blanks at the beginning. */
size_t text_line_indent(const struct text_line *line);
/* Nothing but blanks, or a comment that begins with '#'. */
bool text_line_is_empty(const struct text_line *line);
/* Is its first word this one? */
bool text_line_starts(const struct text_line *line, const char *word);

#endif
