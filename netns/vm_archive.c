// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_archive.c - entries of the archives that a virtual machine is given (cpio) */
#include "netns/vm_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define DEPTH_MAX 32

static int fail(struct archive *archive, const char *path, struct err *err)
{
	int code = archive_errno(archive);
	const char *text = archive_error_string(archive);

	return err_set(err, code > 0 ? code : EIO, "%s: %s", path, text ? text : "?");
}

int vm_archive_put(struct archive *archive, const char *path, unsigned int mode,
		   int64_t size, const char *link, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	int ret = 0;

	if (!entry)
		return err_sys(err, ENOMEM, "%s", path);
	archive_entry_set_pathname(entry, path + 1);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, size);
	archive_entry_set_nlink(entry, 1);
	if (link)
		archive_entry_set_symlink(entry, link);
	if (archive_write_header(archive, entry) < ARCHIVE_WARN)
		ret = fail(archive, path, err);
	archive_entry_free(entry);
	return ret;
}

static int put_bytes(struct archive *archive, const char *path, const void *bytes,
		     size_t length, struct err *err)
{
	if (length && archive_write_data(archive, bytes, length) != (ssize_t)length)
		return fail(archive, path, err);
	return 0;
}

int vm_archive_put_text(struct archive *archive, const char *path, unsigned int mode,
			const char *text, struct err *err)
{
	size_t length = text ? strlen(text) : 0;
	int ret = vm_archive_put(archive, path, mode, (int64_t)length, NULL, err);

	return ret ? ret : put_bytes(archive, path, text, length, err);
}

int vm_archive_put_file(struct archive *archive, const char *from, const char *path,
			bool *ret_is_elf, struct err *err)
{
	_cleanup_close_ int fd = open(from, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	size_t length = 0;
	ssize_t got = 1;
	int ret;

	if (fd < 0 || fstat(fd, &status))
		return err_sys(err, errno, "%s", from);
	bytes = malloc((size_t)status.st_size + 1);
	while (bytes && length < (size_t)status.st_size && got > 0) {
		got = read(fd, bytes + length, (size_t)status.st_size - length);
		length += got > 0 ? (size_t)got : 0;
	}
	if (!bytes || length < (size_t)status.st_size)
		return err_set(err, EIO, "%s: it cannot be read as a whole", from);
	ret = vm_archive_put(archive, path, S_IFREG | (status.st_mode & 0755),
			     (int64_t)length, NULL, err);
	if (!ret)
		ret = put_bytes(archive, path, bytes, length, err);
	if (ret_is_elf)
		*ret_is_elf = length > SELFMAG && !memcmp(bytes, ELFMAG, SELFMAG);
	return ret;
}

static int put_tree(struct archive *archive, const char *path, int depth,
		    struct err *err);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_folder(struct archive *archive, const char *path, int depth,
		      struct err *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char inside[PATH_MAX];
	int ret = dir ? 0 : err_sys(err, errno, "%s", path);

	while (dir && !ret && depth < DEPTH_MAX && (entry = readdir(dir)))
		if (!str_equal(entry->d_name, ".") && !str_equal(entry->d_name, "..") &&
		    snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name) <
			    (int)sizeof(inside))
			ret = put_tree(archive, inside, depth + 1, err);
	if (dir)
		closedir(dir);
	return ret;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int put_tree(struct archive *archive, const char *path, int depth, struct err *err)
{
	char link[PATH_MAX];
	struct stat status;
	ssize_t length;
	int ret;

	if (lstat(path, &status))
		return err_sys(err, errno, "%s", path);
	if (S_ISLNK(status.st_mode)) {
		length = readlink(path, link, sizeof(link) - 1);
		link[length > 0 ? length : 0] = '\0';
		return vm_archive_put(archive, path, S_IFLNK | 0777, 0, link, err);
	}
	if (S_ISREG(status.st_mode))
		return vm_archive_put_file(archive, path, path, NULL, err);
	if (!S_ISDIR(status.st_mode)) /* a device, a FIFO: nobody would open it */
		return 0;
	ret = vm_archive_put(archive, path, S_IFDIR | 0755, 0, NULL, err);
	return ret ? ret : put_folder(archive, path, depth, err);
}

int vm_archive_put_tree(struct archive *archive, const char *path, struct err *err)
{
	return put_tree(archive, path, 0, err);
}
