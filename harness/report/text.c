// SPDX-License-Identifier: GPL-2.0-or-later
/* text.c - text of others, made fit to be shown */
#include "report/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The length of the UTF-8 character that text begins with, 0 when it is none. */
static size_t character_length(const char *text)
{
	for (size_t length = 1; length <= 4; length++) {
		if (strnlen(text, length) < length)
			return 0;
		if (str_is_utf8(text, length))
			return length;
	}
	return 0;
}

/* Only for what character_length() has accepted. */
static uint32_t character_decode(const char *text, size_t length)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)text[0] & masks[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	return code;
}

static bool is_dangerous(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || /* C0, DEL, C1 */
	       (code >= 0x202a && code <= 0x202e) ||	       /* direction of writing */
	       (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f ||
	       code == 0x2028 || code == 0x2029 || /* line separators */
	       code == 0xfffe || code == 0xffff;   /* not allowed in XML */
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void add_text(struct buf *out, const char *text, bool is_markup)
{
	while (text && *text) {
		size_t length = character_length(text);
		uint32_t code = length ? character_decode(text, length) : 0;

		if (!length)
			buf_puts(out, REPLACEMENT);
		else if (*text == '\n' || *text == '\t' || *text == '\r')
			buf_putc(out, ' ');
		else if (is_dangerous(code))
			buf_printf(out, "\\u%04" PRIx32, code);
		else if (is_markup && entity(*text))
			buf_puts(out, entity(*text));
		else
			buf_add(out, text, length);
		text += length ? length : 1;
	}
}

void text_add_plain(struct buf *out, const char *text)
{
	add_text(out, text, false);
}

void text_add_markup(struct buf *out, const char *text)
{
	add_text(out, text, true);
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
