// SPDX-License-Identifier: GPL-2.0-or-later
/* text.c - text of others, made fit to be shown */
#include "report/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"

void text_add_plain(struct buf *out, const char *text)
{
	if (text)
		plain_text(text, 0, out);
}

void text_line(struct buf *out, const char *format, ...)
{
	_cleanup_buf_ struct buf line = { 0 };
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&line, format, ap);
	va_end(ap);
	text_add_plain(out, buf_text(&line));
	buf_putc(out, '\n');
}

void text_add_markup(struct buf *out, const char *text)
{
	if (text)
		plain_text(text, PLAIN_MARKUP, out);
}

static size_t count_characters(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

size_t text_width(const char *text)
{
	_cleanup_buf_ struct buf plain = { 0 };

	text_add_plain(&plain, text);
	return count_characters(buf_text(&plain));
}

void text_add_padded(struct buf *out, const char *text, size_t columns)
{
	size_t width = text_width(text);

	text_add_plain(out, text);
	for (; width < columns; width++)
		buf_putc(out, ' ');
}

void text_add_duration(struct buf *out, int64_t us)
{
	double seconds = (double)us / 1e6;

	if (seconds < 10)
		buf_printf(out, "%.2f s", seconds);
	else if (seconds < 120)
		buf_printf(out, "%.1f s", seconds);
	else
		buf_printf(out, "%" PRId64 " min %02" PRId64 " s", us / 60000000,
			   us / 1000000 % 60);
}

void text_add_clocks(struct buf *out, unsigned int seed, int64_t wall_us)
{
	buf_printf(out, " of a virtual clock (seed %u)", seed);
	if (!wall_us)
		return;
	buf_puts(out, ", in ");
	text_add_duration(out, wall_us);
}

void text_add_time(struct buf *out, int64_t wall_us)
{
	time_t seconds = (time_t)(wall_us / 1000000);
	struct tm utc;
	char text[32];

	if (!gmtime_r(&seconds, &utc) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc))
		return;
	buf_puts(out, text);
}
