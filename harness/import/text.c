// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * text.c - a device file as plain lines, whatever wrote it
 *
 * UTF-16 is RFC 2781, UTF-8 is RFC 3629.
 */
#include "import/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define REPLACEMENT 0xfffdu /* U+FFFD */

enum text_encoding {
	TEXT_BYTES,
	TEXT_UTF16_LE,
	TEXT_UTF16_BE,
};

/* Without a mark: ASCII in UTF-16 has a zero in every second byte. */
static enum text_encoding encoding_guess(const uint8_t *bytes, size_t length)
{
	size_t sample = length < 512 ? length & ~(size_t)1 : 512;
	size_t even = 0, odd = 0;

	for (size_t i = 0; i < sample; i += 2) {
		even += bytes[i] == 0;
		odd += bytes[i + 1] == 0;
	}
	if (sample >= 8 && odd * 10 >= sample / 2 * 9 && even == 0)
		return TEXT_UTF16_LE;
	if (sample >= 8 && even * 10 >= sample / 2 * 9 && odd == 0)
		return TEXT_UTF16_BE;
	return TEXT_BYTES;
}

static enum text_encoding encoding_detect(const uint8_t *bytes, size_t length,
					  size_t *ret_mark)
{
	*ret_mark = 0;
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		*ret_mark = 3;
		return TEXT_BYTES;
	}
	if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0) {
		*ret_mark = 2;
		return TEXT_UTF16_LE;
	}
	if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0) {
		*ret_mark = 2;
		return TEXT_UTF16_BE;
	}
	return encoding_guess(bytes, length);
}

static void utf8_add(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | c >> 18));
			buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

static uint32_t utf16_unit(const uint8_t *bytes, enum text_encoding encoding)
{
	if (encoding == TEXT_UTF16_LE)
		return (uint32_t)(bytes[0] | bytes[1] << 8);
	return (uint32_t)(bytes[0] << 8 | bytes[1]);
}

/* A surrogate without its partner becomes U+FFFD, so does half a unit at the end. */
static void utf16_decode(const uint8_t *bytes, size_t length, enum text_encoding encoding,
			 struct buf *out)
{
	size_t i = 0;

	while (i + 1 < length) {
		uint32_t c = utf16_unit(bytes + i, encoding);
		uint32_t low = i + 3 < length ? utf16_unit(bytes + i + 2, encoding) : 0;

		i += 2;
		if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = REPLACEMENT;
		}
		utf8_add(out, c);
	}
	if (i < length)
		utf8_add(out, REPLACEMENT);
}

/* How many of the bytes are one line end; "\r\r\n" is one after two conversions. */
static size_t line_end_length(const char *bytes, size_t length)
{
	if (length >= 3 && memcmp(bytes, "\r\r\n", 3) == 0)
		return 3;
	if (length >= 2 && memcmp(bytes, "\r\n", 2) == 0)
		return 2;
	return 1;
}

static void lines_add(const char *bytes, size_t length, struct buf *out)
{
	size_t start = 0, i = 0;

	while (i < length) {
		if (bytes[i] != '\r' && bytes[i] != '\0') {
			i++;
			continue;
		}
		buf_add(out, bytes + start, i - start);
		if (bytes[i] == '\0') {
			utf8_add(out, REPLACEMENT);
			i++;
		} else {
			buf_putc(out, '\n');
			i += line_end_length(bytes + i, length - i);
		}
		start = i;
	}
	buf_add(out, bytes + start, length - start);
}

void import_text_normalise(const char *bytes, size_t length, struct buf *out)
{
	size_t mark;
	enum text_encoding encoding =
		encoding_detect((const uint8_t *)bytes, length, &mark);
	_cleanup_buf_ struct buf utf8 = { 0 };

	if (encoding == TEXT_BYTES) {
		lines_add(bytes + mark, length - mark, out);
		return;
	}
	utf16_decode((const uint8_t *)bytes + mark, length - mark, encoding, &utf8);
	lines_add(buf_text(&utf8), utf8.length, out);
}
