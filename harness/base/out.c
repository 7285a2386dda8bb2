// SPDX-License-Identifier: GPL-2.0-or-later
/* out.c - the one place where text leaves the program */
#include "base/out.h"

#include <errno.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"

struct guard {
	int fd;
	struct plain plain;
};

static struct guard guards[] = {
	{ .fd = STDOUT_FILENO, .plain.flags = PLAIN_LINES },
	{ .fd = STDERR_FILENO, .plain.flags = PLAIN_LINES },
};

/* See fopencookie(3): 0 is an error. */
static ssize_t guarded_write(void *cookie, const char *bytes, size_t length)
{
	struct guard *guard = cookie;
	_cleanup_buf_ struct buf text = { 0 };

	plain_add(&guard->plain, bytes, length, &text);
	for (size_t done = 0; done < text.length;) {
		ssize_t put = write(guard->fd, text.data + done, text.length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return 0;
		done += (size_t)put;
	}
	return (ssize_t)length;
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
