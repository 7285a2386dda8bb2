// SPDX-License-Identifier: GPL-2.0-or-later
/* text_lines.c - a text as its lines */
#include "fix/text_lines.h"

#include <string.h>

#include "base/buf.h"

void text_lines_split(struct arena *arena, const char *text, struct text_lines *ret_lines)
{
	while (*text) {
		const char *end = strchr(text, '\n');
		size_t length = end ? (size_t)(end + 1 - text) : strlen(text);

		vec_add(arena, &ret_lines->list, ((struct text_line){ text, length }));
		text += length;
	}
}

void text_lines_add(const struct text_lines *lines, size_t first, size_t last,
		    struct buf *out)
{
	for (size_t i = first; i < last && i < lines->list.count; i++)
		buf_add(out, lines->list.items[i].bytes, lines->list.items[i].length);
}

const char *text_line_end(const struct text_line *line)
{
	return line->length > 1 && line->bytes[line->length - 1] == '\n' &&
			       line->bytes[line->length - 2] == '\r'
		       ? "\r\n"
		       : "\n";
}

size_t text_line_indent(const struct text_line *line)
{
	size_t n = 0;

	while (n < line->length && (line->bytes[n] == ' ' || line->bytes[n] == '\t'))
		n++;
	return n;
}

bool text_line_is_empty(const struct text_line *line)
{
	size_t n = text_line_indent(line);

	return n == line->length || strchr("#\r\n", line->bytes[n]);
}

bool text_line_starts(const struct text_line *line, const char *word)
{
	size_t n = text_line_indent(line), length = strlen(word);

	return line->length - n > length && !memcmp(line->bytes + n, word, length) &&
	       strchr(" \t\r\n={", line->bytes[n + length]);
}
