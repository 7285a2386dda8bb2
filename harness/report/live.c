// SPDX-License-Identifier: GPL-2.0-or-later
/* live.c - what is going on while many run */
#include "report/live.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/text.h"

#define NAME_COLUMNS 34

void live_clear(struct live *live, struct buf *out)
{
	for (; live->lines; live->lines--)
		buf_puts(out, "\033[1A\r\033[K");
}

/* A longer one would wrap, and the count of lines be wrong. */
static void add_cut(struct live *live, const char *line, struct buf *out)
{
	size_t columns = live->width ? live->width - 1 : 79, at = 0;

	while (line[at]) {
		if (((unsigned char)line[at] & 0xc0) != 0x80 && !columns--)
			break;
		at++;
	}
	buf_add(out, line, at);
	buf_putc(out, '\n');
	live->lines++;
}

void live_draw(struct live *live, const struct live_row *rows, size_t count, size_t done,
	       size_t failed, size_t all, struct buf *out)
{
	size_t most = live->height > 2 ? live->height - 2 : count;
	_cleanup_buf_ struct buf last = { 0 };

	live_clear(live, out);
	for (size_t i = 0; i < count && i < most; i++) {
		_cleanup_buf_ struct buf line = { 0 };

		buf_printf(&line, "%7.1f s  ", (double)rows[i].took_us / 1e6);
		text_add_padded(&line, rows[i].name, NAME_COLUMNS);
		buf_putc(&line, ' ');
		text_add_plain(&line, rows[i].phase);
		add_cut(live, buf_text(&line), out);
	}
	buf_printf(&last, "%zu of %zu done, %zu failed", done, all, failed);
	add_cut(live, buf_text(&last), out);
}
