/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap.h - prose in lines of a terminal's width */
#ifndef TWINSITE_BASE_WRAP_H
#define TWINSITE_BASE_WRAP_H

#include <stddef.h>

struct buf;

/* Columns of UTF-8 text: bytes that begin a character and are no part of a colour (ESC [ … m). */
size_t wrap_width(const char *text, size_t length);

/*
 * One paragraph, its words up to the right edge; `at` is the column it begins at, further lines
 * begin at `indent`. No newline behind it.
 */
void wrap_words(const char *text, size_t length, size_t at, size_t indent, size_t columns,
		struct buf *out);

/*
 * One line as a terminal of that width shows it best: what is too long goes on below, at the
 * column of a table that it stands in, else two columns behind its beginning.
 */
void wrap_line(const char *line, size_t length, size_t columns, struct buf *out);

#endif
