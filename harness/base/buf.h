/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buf.h - a growing buffer for text and bytes
 *
 * Always ends with a NUL byte that is not counted, so buf.data is a string as
 * soon as anything was added. Initialise with { 0 }, release with buf_done().
 */
#ifndef TWINSITE_BASE_BUF_H
#define TWINSITE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* NULL while nothing was added; see buf_text() */
	size_t length;
	size_t room;
};

void buf_done(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
void buf_add_be16(struct buf *buf, uint16_t value);
void buf_add_be32(struct buf *buf, uint32_t value);

/*
 * For secrets: make room for more bytes at once, so that adding them moves nothing and
 * leaves no copy behind; what has to move now is wiped. Release with buf_wipe(), which
 * overwrites all of it first.
 */
void buf_make_room(struct buf *buf, size_t more);
void buf_wipe(struct buf *buf);

/* The content as a string, "" when empty; borrowed. */
const char *buf_text(const struct buf *buf);

/* Hand the content over: malloc()ed, never NULL; the buffer is empty afterwards. */
char *buf_take(struct buf *buf);

#define _cleanup_buf_ __attribute__((cleanup(buf_done)))

#endif
