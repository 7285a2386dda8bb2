// SPDX-License-Identifier: GPL-2.0-or-later
/* file.c - whole files, with a limit */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file_beneath.h"
#include "base/hostile.h"

/* A regular file that is open already; shown is its name. */
static int read_all(int fd, const char *shown, size_t max, char **ret_bytes,
		    size_t *ret_length, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0, size;
	struct stat status;

	if (fstat(fd, &status))
		return err_sys(err, errno, "%s", shown);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", shown);
	if (status.st_size > (off_t)max)
		return err_set(err, EFBIG, "%s: larger than %zu MiB", shown, max >> 20);
	size = (size_t)status.st_size;
	bytes = malloc(size + 1);
	if (!bytes)
		return err_sys(err, ENOMEM, "%s", shown);
	while (length < size) {
		ssize_t got = read(fd, bytes + length, size - length);

		if (got < 0)
			return err_sys(err, errno, "%s", shown);
		if (!got)
			break;
		length += (size_t)got;
	}
	bytes[length] = '\0';
	hostile_act();
	*ret_length = length;
	*ret_bytes = steal(&bytes);
	return 0;
}

int file_read_stream(int fd, const char *shown, size_t max, char **ret_bytes,
		     size_t *ret_length, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0, room = 0;

	for (;;) {
		ssize_t got;

		if (room - length < 2) {
			char *more = realloc(bytes, room ? 2 * room : 65536);

			if (!more)
				return err_sys(err, ENOMEM, "%s", shown);
			bytes = more;
			room = room ? 2 * room : 65536;
		}
		got = read(fd, bytes + length, room - length - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "%s", shown);
		if (!got)
			break;
		length += (size_t)got;
		if (length > max)
			return err_set(err, EFBIG, "%s: larger than %zu MiB", shown,
				       max >> 20);
	}
	bytes[length] = '\0';
	hostile_act();
	*ret_length = length;
	*ret_bytes = steal(&bytes);
	return 0;
}

int file_read_up_to(const char *path, size_t max, char **ret_bytes, size_t *ret_length,
		    struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	return read_all(fd, path, max, ret_bytes, ret_length, err);
}

int file_read(const char *path, char **ret_bytes, size_t *ret_length, struct err *err)
{
	return file_read_up_to(path, FILE_SIZE_MAX, ret_bytes, ret_length, err);
}

/* ------------------------------------------------------------ below a folder */

/* "folder/name" for sentences. */
static void show(const char *folder, const char *name, char ret_shown[static PATH_MAX])
{
	if (!*folder || !strcmp(folder, "."))
		(void)snprintf(ret_shown, PATH_MAX, "%s", name);
	else
		(void)snprintf(ret_shown, PATH_MAX, "%s%s%s", folder,
			       folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}

static int refuse(int code, const char *folder, const char *name, struct err *err)
{
	char shown[PATH_MAX];

	show(folder, name, shown);
	if (code == -EXDEV)
		(void)err_set(err, EXDEV,
			      "%s: leads out of the folder %s (a symbolic link, '..' or "
			      "an absolute name); it is not read",
			      shown, *folder ? folder : ".");
	else if (code == -ENOLINK)
		(void)err_set(err, ENOLINK,
			      "%s: a symbolic link to something that is not there",
			      shown);
	else
		return err_sys(err, -code, "%s", shown);
	(void)err_mark(err, ERR_INPUT);
	return code;
}

/* The user's own folder; links to it are his. */
static int open_top(const char *folder)
{
	int fd = open(*folder ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* What stands there, without opening it: negative or 0 with its status. */
static int look(int top, const char *name, struct stat *ret_status)
{
	_cleanup_close_ int fd = file_beneath(top, name, O_PATH);

	if (fd == -ENOENT) {
		_cleanup_close_ int link = file_beneath(top, name, O_PATH | O_NOFOLLOW);

		return link >= 0 ? -ENOLINK : -ENOENT;
	}
	if (fd < 0)
		return fd;
	return fstat(fd, ret_status) ? -errno : 0;
}

static enum file_kind kind_of(const struct stat *status)
{
	if (S_ISREG(status->st_mode))
		return FILE_IS_REGULAR;
	return S_ISDIR(status->st_mode) ? FILE_IS_FOLDER : FILE_IS_ODD;
}

int file_kind_below(const char *folder, const char *name, struct err *err)
{
	_cleanup_close_ int top = open_top(folder);
	struct stat status;
	int r = top < 0 ? top : look(top, name, &status);

	if (r == -ENOENT || r == -ENOTDIR)
		return FILE_IS_NOTHING;
	return r ? refuse(r, folder, name, err) : (int)kind_of(&status);
}

/* Opened only after it was looked at, and it must still be the same then. */
static int open_checked(int top, const char *name, const struct stat *looked)
{
	_cleanup_close_ int fd =
		file_beneath(top, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat opened;

	if (fd < 0 || fstat(fd, &opened))
		return fd < 0 ? fd : -errno;
	if (opened.st_dev != looked->st_dev || opened.st_ino != looked->st_ino)
		return -EAGAIN;
	return steal_fd(&fd);
}

int file_open_below(const char *folder, const char *name, enum file_kind kind,
		    struct err *err)
{
	_cleanup_close_ int top = open_top(folder);
	struct stat status;
	int r = top < 0 ? top : look(top, name, &status);

	if (!r && kind_of(&status) != kind) {
		char shown[PATH_MAX];

		show(folder, name, shown);
		return err_set(err, EINVAL, "%s: not a %s", shown,
			       kind == FILE_IS_FOLDER ? "folder" : "regular file");
	}
	if (!r)
		r = open_checked(top, name, &status);
	return r < 0 ? refuse(r, folder, name, err) : r;
}

int file_read_below(const char *folder, const char *name, size_t max, char **ret_bytes,
		    size_t *ret_length, struct err *err)
{
	_cleanup_close_ int fd = file_open_below(folder, name, FILE_IS_REGULAR, err);
	char shown[PATH_MAX];

	if (fd < 0)
		return fd;
	show(folder, name, shown);
	return read_all(fd, shown, max, ret_bytes, ret_length, err);
}

/* ------------------------------------------------------------ writing */

#define SECRET_FILE_MODE   0600
#define SECRET_FOLDER_MODE 0700

static int write_all(const char *path, mode_t mode, const void *bytes, size_t length,
		     struct err *err)
{
	/* O_NONBLOCK: a FIFO that waits there for a writer is refused, not waited for. */
	_cleanup_close_ int fd = open(
		path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		mode);
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", path);
	/* Also a file that was there with more rights, and whatever the umask. */
	if (mode == SECRET_FILE_MODE && fchmod(fd, mode))
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

/* What cannot be written is never the fault of who gave us something to read. */
static int written(int r, struct err *err)
{
	return r ? err_mark(err, ERR_BROKE), r : 0;
}

int file_write(const char *path, const void *bytes, size_t length, struct err *err)
{
	return written(write_all(path, 0644, bytes, length, err), err);
}

int file_write_secret(const char *path, const void *bytes, size_t length, struct err *err)
{
	return written(write_all(path, SECRET_FILE_MODE, bytes, length, err), err);
}

/* The mode is of the last one; those above it are for everybody. */
static int make_folder(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", path);
	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (!mkdir(part, path[i] ? 0755 : mode)) {
			if (!path[i] && mode == SECRET_FOLDER_MODE && chmod(part, mode))
				return err_sys(err, errno, "%s", part);
		} else if (errno != EEXIST) {
			return err_sys(err, errno, "%s", part);
		}
	}
	return 0;
}

int file_make_folder(const char *path, struct err *err)
{
	return written(make_folder(path, 0755, err), err);
}

int file_make_secret_folder(const char *path, struct err *err)
{
	return written(make_folder(path, SECRET_FOLDER_MODE, err), err);
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

void file_remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
