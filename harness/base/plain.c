// SPDX-License-Identifier: GPL-2.0-or-later
/* plain.c - text of others, made harmless */
#include "base/plain.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define ESC	    '\x1b'

/* What is at the start of the bytes that are left. */
enum piece_kind {
	PIECE_CHARACTER,
	PIECE_STYLE, /* one of our own sequences */
	PIECE_NONE,  /* no UTF-8 */
	PIECE_CUT,   /* what comes next decides */
};

struct range {
	uint32_t first, last;
};

/* Controls; what turns the direction of writing; what is not seen; not allowed in XML. */
static const struct range dangerous[] = {
	{ 0x00, 0x1f },	      { 0x7f, 0x9f },	  { 0xad, 0xad },     { 0x61c, 0x61c },
	{ 0x180e, 0x180e },   { 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f },   { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff },
	{ 0xe0000, 0xe0fff },
};

static bool is_dangerous(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(dangerous); i++)
		if (code >= dangerous[i].first && code <= dangerous[i].last)
			return true;
	return false;
}

/* As JSON writes it: above 0xffff in two halves. */
static void add_number(uint32_t code, struct buf *out)
{
	if (code > 0xffff)
		buf_printf(out, "\\u%04" PRIx32 "\\u%04" PRIx32,
			   0xd800 + ((code - 0x10000) >> 10),
			   0xdc00 + ((code - 0x10000) & 0x3ff));
	else
		buf_printf(out, "\\u%04" PRIx32, code);
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

/* "\033[31m", "\033[K", "\033[1A": what report/terminal.c and live.c write, and nothing else. */
static enum piece_kind style_length(const char *bytes, size_t length, size_t *ret)
{
	size_t at = 2;

	if (length > 1 && bytes[1] != '[')
		return PIECE_CHARACTER;
	while (at < length && at < 4 && bytes[at] >= '0' && bytes[at] <= '9')
		at++;
	if (at >= length)
		return PIECE_CUT;
	if (bytes[at] != 'm' && !(bytes[at] == 'K' && at == 2) &&
	    !(bytes[at] == 'A' && at == 3 && bytes[2] == '1'))
		return PIECE_CHARACTER;
	*ret = at + 1;
	return PIECE_STYLE;
}

static size_t announced_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static enum piece_kind next_piece(const struct plain *plain, const char *bytes,
				  size_t length, size_t *ret_length)
{
	enum piece_kind style;
	size_t wanted = announced_length((unsigned char)bytes[0]);

	if (bytes[0] == ESC && plain->flags & PLAIN_STYLES) {
		style = style_length(bytes, length, ret_length);
		if (style != PIECE_CHARACTER)
			return style;
	}
	*ret_length = wanted;
	if (wanted <= length && (!bytes[0] || str_is_utf8(bytes, wanted)))
		return PIECE_CHARACTER;
	*ret_length = 1;
	if (wanted <= length)
		return PIECE_NONE;
	for (size_t i = 1; i < length; i++)
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			return PIECE_NONE;
	return (unsigned char)bytes[0] >= 0xc2 && (unsigned char)bytes[0] < 0xf5
		       ? PIECE_CUT
		       : PIECE_NONE;
}

static uint32_t decode(const char *bytes, size_t length)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)bytes[0] & masks[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
	return code;
}

/* Would this character complete what CI takes for a command? Keeps the state. */
static bool is_command(struct plain *plain, char c)
{
	bool is_bracket = c == '[' && plain->hashes == 2;

	if (c == '#')
		plain->hashes = plain->hashes ? 2 : 1;
	else if (plain->hashes != 2 || !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		plain->hashes = 0;
	if (c == '\n' || c == '\r') {
		plain->colons = 0;
	} else if (c == ':' && plain->colons < 2) {
		plain->colons++;
		return plain->colons == 2;
	} else if (plain->colons || (c != ' ' && c != '\t')) {
		plain->colons = 2;
	}
	return is_bracket;
}

static void add_character(struct plain *plain, const char *bytes, size_t length,
			  struct buf *out)
{
	bool is_lines = plain->flags & PLAIN_LINES;
	uint32_t code = decode(bytes, length);

	bool is_shown_as_it_is = code == '\n' || code == '\t' ||
				 (code == '\r' && plain->flags & PLAIN_STYLES);
	bool is_blank = code == '\n' || code == '\t' || code == '\r';

	if (is_blank && !is_lines)
		buf_putc(out, ' ');
	else if ((is_lines && is_command(plain, bytes[0])) ||
		 (is_dangerous(code) && !is_shown_as_it_is))
		add_number(code, out);
	else if (plain->flags & PLAIN_MARKUP && entity(bytes[0]))
		buf_puts(out, entity(bytes[0]));
	else
		buf_add(out, bytes, length);
}

static void add_no_character(const struct plain *plain, char byte, struct buf *out)
{
	if (plain->flags & PLAIN_BYTES)
		buf_printf(out, "\\x%02x", (unsigned char)byte);
	else
		buf_puts(out, REPLACEMENT);
}

/* Returns how many bytes were dealt with. */
static size_t add_pieces(struct plain *plain, const char *bytes, size_t length,
			 struct buf *out)
{
	size_t at = 0, step = 1;

	for (; at < length; at += step) {
		switch (next_piece(plain, bytes + at, length - at, &step)) {
		case PIECE_CUT:
			return at;
		case PIECE_STYLE:
			buf_add(out, bytes + at, step);
			break;
		case PIECE_NONE:
			add_no_character(plain, bytes[at], out);
			break;
		case PIECE_CHARACTER:
			add_character(plain, bytes + at, step, out);
			break;
		}
	}
	return at;
}

static void keep_rest(struct plain *plain, const char *bytes, size_t length)
{
	memmove(plain->rest, bytes, length);
	plain->rest_length = length;
}

void plain_add(struct plain *plain, const char *bytes, size_t length, struct buf *out)
{
	size_t done;

	while (plain->rest_length && length) {
		plain->rest[plain->rest_length++] = *bytes++;
		length--;
		done = add_pieces(plain, plain->rest, plain->rest_length, out);
		keep_rest(plain, plain->rest + done, plain->rest_length - done);
	}
	done = add_pieces(plain, bytes, length, out);
	if (done < length)
		keep_rest(plain, bytes + done, length - done);
}

void plain_end(struct plain *plain, struct buf *out)
{
	for (size_t i = 0; i < plain->rest_length; i++)
		if (plain->rest[0] != ESC)
			add_no_character(plain, plain->rest[i], out);
		else if (i == 0)
			add_number(ESC, out);
		else
			buf_putc(out, plain->rest[i]);
	plain->rest_length = 0;
}

void plain_text(const char *text, unsigned int flags, struct buf *out)
{
	struct plain plain = { .flags = flags };

	plain_add(&plain, text, strlen(text), out);
	plain_end(&plain, out);
}
