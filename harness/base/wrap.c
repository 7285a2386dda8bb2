// SPDX-License-Identifier: GPL-2.0-or-later
/* wrap.c - prose in lines of a terminal's width */
#include "base/wrap.h"

#include <stdbool.h>

#include "base/buf.h"

/* Of a colour, "ESC [ 31 m", ECMA-48 section 8.3.117: what is not drawn. */
static size_t style_length(const char *text, size_t length)
{
	size_t i = 1;

	while (i < length && text[i] != 'm')
		i++;
	return i < length ? i + 1 : length;
}

size_t wrap_width(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\033') {
			i += style_length(text + i, length - i) - 1;
			continue;
		}
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return columns;
}

void wrap_words(const char *text, size_t length, size_t at, size_t indent, size_t columns,
		struct buf *out)
{
	const char *end = text + length;

	for (bool is_first = true; text < end; is_first = false) {
		size_t word = 0, width;

		while (text + word < end && text[word] != ' ')
			word++;
		width = wrap_width(text, word);
		if (!is_first && at + 1 + width > columns) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!is_first) {
			buf_putc(out, ' ');
			at++;
		}
		buf_add(out, text, word);
		at += width;
		text += word + (text + word < end);
	}
}

/* Where a column of a table begins: behind two blanks or more, the last one in the left half. */
static size_t hanging_column(const char *line, size_t length, size_t columns)
{
	size_t begin = 0, column;

	while (begin < length && line[begin] == ' ')
		begin++;
	column = begin + 2;
	for (size_t i = begin + 2; i < length; i++) {
		size_t at = wrap_width(line, i);

		if (at > columns / 2)
			break;
		if (line[i] != ' ' && line[i - 1] == ' ' && line[i - 2] == ' ')
			column = at;
	}
	return column;
}

void wrap_line(const char *line, size_t length, size_t columns, struct buf *out)
{
	size_t indent;

	if (wrap_width(line, length) <= columns) {
		buf_add(out, line, length);
		return;
	}
	indent = hanging_column(line, length, columns);
	wrap_words(line, length, 0, indent, columns, out);
}
