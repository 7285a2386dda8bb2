// SPDX-License-Identifier: GPL-2.0-or-later
/* buf.c - a growing buffer for text and bytes */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

#define BUF_ROOM_MIN 64

void buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ 0 };
}

static void buf_reserve(struct buf *buf, size_t more)
{
	size_t room = buf->room ? buf->room : BUF_ROOM_MIN;
	char *data;

	while (room - buf->length <= more)
		room *= 2;
	if (room == buf->room)
		return;
	data = realloc(buf->data, room);
	if (!data)
		exit_without_memory();
	buf->data = data;
	buf->room = room;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	buf_reserve(buf, length);
	if (length)
		memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void buf_wipe(struct buf *buf)
{
	if (buf->data)
		explicit_bzero(buf->data, buf->room);
	buf_done(buf);
}

void buf_make_room(struct buf *buf, size_t more)
{
	struct buf larger = { 0 };

	if (buf->room > buf->length + more)
		return;
	buf_reserve(&larger, buf->length + more);
	buf_add(&larger, buf->data, buf->length);
	buf_wipe(buf);
	*buf = larger;
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_vprintf(struct buf *buf, const char *format, va_list ap)
{
	va_list again;
	int length;

	va_copy(again, ap);
	length = vsnprintf(NULL, 0, format, ap);
	if (length > 0) {
		buf_reserve(buf, (size_t)length);
		(void)vsnprintf(buf->data + buf->length, (size_t)length + 1, format,
				again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(buf, format, ap);
	va_end(ap);
}

void buf_add_be16(struct buf *buf, uint16_t value)
{
	unsigned char bytes[] = { (unsigned char)(value >> 8), (unsigned char)value };

	buf_add(buf, bytes, sizeof(bytes));
}

void buf_add_be32(struct buf *buf, uint32_t value)
{
	buf_add_be16(buf, (uint16_t)(value >> 16));
	buf_add_be16(buf, (uint16_t)value);
}

const char *buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
	char *data;

	buf_reserve(buf, 0);
	data = buf->data;
	data[buf->length] = '\0';
	*buf = (struct buf){ 0 };
	return data;
}
