// SPDX-License-Identifier: GPL-2.0-or-later
/* shown.c - text of foreign files, fit for a terminal and for JSON */
#include "report/shown.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"

void shown_puts(struct buf *out, const char *text)
{
	if (text)
		plain_text(text, PLAIN_BYTES, out);
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
