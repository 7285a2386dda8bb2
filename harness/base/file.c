// SPDX-License-Identifier: GPL-2.0-or-later
/* file.c - whole files, with a limit */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"

int file_read_up_to(const char *path, size_t max, char **ret_bytes, size_t *ret_length,
		    struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0, size;
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", path);
	if (status.st_size > (off_t)max)
		return err_set(err, EFBIG, "%s: larger than %zu MiB", path, max >> 20);
	size = (size_t)status.st_size;
	bytes = malloc(size + 1);
	if (!bytes)
		return err_sys(err, ENOMEM, "%s", path);
	while (length < size) {
		ssize_t got = read(fd, bytes + length, size - length);

		if (got < 0)
			return err_sys(err, errno, "%s", path);
		if (!got)
			break;
		length += (size_t)got;
	}
	bytes[length] = '\0';
	*ret_length = length;
	*ret_bytes = steal(&bytes);
	return 0;
}

int file_read(const char *path, char **ret_bytes, size_t *ret_length, struct err *err)
{
	return file_read_up_to(path, FILE_SIZE_MAX, ret_bytes, ret_length, err);
}

static int write_all(const char *path, mode_t mode, const void *bytes, size_t length,
		     struct err *err)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, (const char *)bytes + done, length - done);

		if (put < 0)
			return err_sys(err, errno, "%s", path);
		done += (size_t)put;
	}
	if (close(steal_fd(&fd)))
		return err_sys(err, errno, "%s", path);
	return 0;
}

int file_write(const char *path, const void *bytes, size_t length, struct err *err)
{
	return write_all(path, 0644, bytes, length, err);
}

int file_write_secret(const char *path, const void *bytes, size_t length, struct err *err)
{
	return write_all(path, 0600, bytes, length, err);
}

int file_make_folder(const char *path, struct err *err)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", path);
	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return err_sys(err, errno, "%s", part);
	}
	return 0;
}
