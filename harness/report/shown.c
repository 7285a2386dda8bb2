// SPDX-License-Identifier: GPL-2.0-or-later
/* shown.c - text of foreign files, fit for a terminal and for JSON */
#include "report/shown.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

/* How many bytes a UTF-8 sequence with this first byte has; 0: none starts so. */
static size_t sequence_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	return c >= 0xf0 && c < 0xf5 ? 4 : 0;
}

/* C0, DEL and C1 controls move cursors and change colours. */
static bool is_control(const char *text, size_t length)
{
	unsigned char c = (unsigned char)text[0];

	if (length == 1)
		return c < 0x20 || c == 0x7f;
	return length == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0;
}

void shown_puts(struct buf *out, const char *text)
{
	size_t left = text ? strlen(text) : 0;

	while (left) {
		size_t length = sequence_length((unsigned char)*text);

		if (length && length <= left && str_is_utf8(text, length) &&
		    !is_control(text, length)) {
			buf_add(out, text, length);
		} else {
			length = 1;
			buf_printf(out, "\\x%02x", (unsigned char)*text);
		}
		text += length;
		left -= length;
	}
}

const char *shown_text(struct arena *arena, const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };

	if (!text)
		return NULL;
	shown_puts(&out, text);
	return arena_strdup(arena, buf_text(&out));
}

size_t shown_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
