// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_psk.c - pre-shared keys from a file or from standard input, one a line */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "dissect/keyring.h"

#define PSK_FILE_MAX (1u << 20) /* bytes */

static int read_all(const char *path, int fd, struct buf *keys, struct err *err)
{
	char bytes[4096];
	ssize_t got;

	buf_make_room(keys, PSK_FILE_MAX + sizeof(bytes));
	while ((got = read(fd, bytes, sizeof(bytes))) > 0 && keys->length <= PSK_FILE_MAX)
		buf_add(keys, bytes, (size_t)got);
	explicit_bzero(bytes, sizeof(bytes));
	if (got < 0)
		return err_sys(err, errno, "%s", path);
	if (keys->length > PSK_FILE_MAX)
		return err_set(err, EFBIG, "%s: larger than 1 MiB: no file of keys",
			       path);
	return 0;
}

/* Returns how many keys there are. */
static size_t add_lines(const char *path, const struct buf *keys, struct keyring *keyring)
{
	const char *at = buf_text(keys), *end = at + keys->length;
	unsigned int line = 0;
	size_t count = 0;

	while (at < end) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((next ? next : end) - at);
		char label[200];

		line++;
		if (length && at[length - 1] == '\r')
			length--;
		(void)snprintf(label, sizeof(label), "%s:%u", path, line);
		if (length) {
			keyring_add_psk(keyring,
					(struct slice){ (const uint8_t *)at, length },
					label);
			count++;
		}
		at = next ? next + 1 : end;
	}
	return count;
}

int cmd_read_psks(const char *path, struct keyring *keyring, struct err *err)
{
	__attribute__((cleanup(buf_wipe))) struct buf keys = { 0 };
	bool is_stdin = str_equal(path, "-");
	_cleanup_close_ int fd =
		is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	const char *name = is_stdin ? "standard input" : path;
	int r;

	if (fd < 0)
		return err_sys(err, errno, "%s", name);
	r = read_all(name, fd, &keys, err);
	if (!r && !add_lines(name, &keys, keyring))
		r = err_set(err, EINVAL, "%s: there is no key in it: one a line", name);
	return r;
}
