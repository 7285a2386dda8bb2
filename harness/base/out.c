// SPDX-License-Identifier: GPL-2.0-or-later
/* out.c - the one place where text leaves the program */
#include "base/out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "base/wrap.h"

#define COLUMNS_MIN 40 /* below, nothing is gained */

struct guard {
	int fd;
	struct plain plain;
	size_t columns; /* wrap lines; 0: as they are */
};

static struct guard guards[] = {
	{ .fd = STDOUT_FILENO, .plain.flags = PLAIN_LINES },
	{ .fd = STDERR_FILENO, .plain.flags = PLAIN_LINES },
};

static bool write_all(int fd, const char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, bytes + done, length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

/* A line that is not whole yet is wrapped as if it were. */
static void wrap_all(size_t columns, struct buf *text)
{
	_cleanup_buf_ struct buf wrapped = { 0 };

	for (size_t at = 0; at < text->length;) {
		const char *line = text->data + at;
		const char *end = memchr(line, '\n', text->length - at);
		size_t length = end ? (size_t)(end - line) : text->length - at;

		wrap_line(line, length, columns, &wrapped);
		if (end)
			buf_putc(&wrapped, '\n');
		at += length + (end != NULL);
	}
	text->length = 0;
	buf_add(text, buf_text(&wrapped), wrapped.length);
}

/* See fopencookie(3): 0 is an error. */
static ssize_t guarded_write(void *cookie, const char *bytes, size_t length)
{
	struct guard *guard = cookie;
	_cleanup_buf_ struct buf text = { 0 };

	plain_add(&guard->plain, bytes, length, &text);
	if (guard->columns)
		wrap_all(guard->columns, &text);
	return write_all(guard->fd, buf_text(&text), text.length) ? (ssize_t)length : 0;
}

static FILE *guarded(struct guard *guard, int buffering)
{
	static const cookie_io_functions_t functions = { .write = guarded_write };
	FILE *file = fopencookie(guard, "w", functions);

	if (file)
		(void)setvbuf(file, NULL, buffering, BUFSIZ);
	return file;
}

void out_guard(void)
{
	FILE *out = guarded(&guards[0], isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF);
	FILE *err = guarded(&guards[1], _IONBF);

	if (out)
		stdout = out;
	if (err)
		stderr = err;
}

void out_allow_styles(bool are_allowed)
{
	guards[0].plain.flags = PLAIN_LINES | (are_allowed ? PLAIN_STYLES : 0);
}

bool out_commands(const char *bytes, size_t length)
{
	return write_all(STDOUT_FILENO, bytes, length);
}

void out_wrap(void)
{
	struct winsize size = { 0 };

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= COLUMNS_MIN)
		guards[0].columns = size.ws_col;
}
