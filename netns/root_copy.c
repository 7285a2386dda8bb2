// SPDX-License-Identifier: GPL-2.0-or-later
/* root_copy.c - what a world could not read where it is, as a copy */
#include "netns/root_copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define DEPTH_MAX 32

/* What a walk has met so far. */
struct walk {
	unsigned int files;
	uint64_t bytes;
	int depth;
};

static DIR *open_again(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

static bool is_dots(const char *name)
{
	return str_equal(name, ".") || str_equal(name, "..");
}

/* -------------------------------------------------- may everybody read it? */

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static bool is_readable(int folder, const char *name, struct walk *walk)
{
	_cleanup_close_ int inside = -1;
	struct dirent *entry;
	struct stat status;
	bool is_fine = true;
	DIR *dir;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) ||
	    S_ISLNK(status.st_mode))
		return true;
	if (!S_ISDIR(status.st_mode))
		return !S_ISREG(status.st_mode) || status.st_mode & S_IROTH;
	if (!(status.st_mode & S_IROTH) || !(status.st_mode & S_IXOTH))
		return false;
	inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = inside < 0 || walk->depth == DEPTH_MAX ? NULL : open_again(inside);
	walk->depth++;
	while (dir && is_fine && walk->files < ROOT_COPY_FILES_MAX &&
	       (entry = readdir(dir))) {
		if (is_dots(entry->d_name))
			continue;
		walk->files++;
		is_fine = is_readable(inside, entry->d_name, walk);
	}
	walk->depth--;
	if (dir)
		closedir(dir);
	return is_fine;
}

bool root_copy_is_readable(const char *path)
{
	struct walk walk = { 0 };

	return is_readable(AT_FDCWD, path, &walk);
}

/* -------------------------------------------------- copying */

static int copy_file(int from, int folder, const char *name, struct walk *walk,
		     struct err *err)
{
	_cleanup_close_ int to = -1;
	struct stat status;
	off_t left;

	if (fstat(from, &status))
		return err_sys(err, errno, "%s", name);
	walk->bytes += (uint64_t)status.st_size;
	if (walk->bytes > ROOT_COPY_BYTES_MAX)
		return err_set(err, E2BIG,
			       "%s: not everybody may read this folder, and it has more "
			       "than the %u MiB that are copied then",
			       name, ROOT_COPY_BYTES_MAX >> 20);
	to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    status.st_mode & S_IXUSR ? 0755 : 0644);
	if (to < 0 && errno == EEXIST) /* one view within another */
		return 0;
	if (to < 0)
		return err_sys(err, errno, "%s: cannot be copied", name);
	for (left = status.st_size; left > 0;) {
		ssize_t sent = sendfile(to, from, NULL, (size_t)left);

		if (sent < 0)
			return err_sys(err, errno, "%s: cannot be copied", name);
		if (sent == 0) /* it became shorter */
			break;
		left -= sent;
	}
	return 0;
}

static int copy_folder(int from, int to, struct walk *walk, struct err *err);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int copy_entry(int from, int to, const char *name, struct walk *walk,
		      struct err *err)
{
	_cleanup_close_ int inside = -1, own = -1;
	char link[PATH_MAX] = "";
	struct stat status;

	if (++walk->files > ROOT_COPY_FILES_MAX)
		return err_set(err, E2BIG, "more than %d files", ROOT_COPY_FILES_MAX);
	if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW))
		return 0;
	if (S_ISLNK(status.st_mode)) {
		if (readlinkat(from, name, link, sizeof(link) - 1) > 0)
			(void)!symlinkat(link, to, name);
		return 0;
	}
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
		(void)!mknodat(to, name, S_IFIFO | 0600, 0);
		return 0;
	}
	inside = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (inside < 0)
		return err_sys(err, errno, "%s", name);
	if (S_ISREG(status.st_mode))
		return copy_file(inside, to, name, walk, err);
	if (walk->depth == DEPTH_MAX)
		return err_set(err, E2BIG, "%s: more than %d folders deep", name,
			       DEPTH_MAX);
	if ((mkdirat(to, name, 0755) && errno != EEXIST) ||
	    (own = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return err_sys(err, errno, "%s: cannot be copied", name);
	return copy_folder(inside, own, walk, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static int copy_folder(int from, int to, struct walk *walk, struct err *err)
{
	DIR *dir = open_again(from);
	struct dirent *entry;
	int ret = dir ? 0 : err_sys(err, errno, "a folder cannot be read");

	walk->depth++;
	while (dir && !ret && (entry = readdir(dir)))
		if (!is_dots(entry->d_name))
			ret = copy_entry(from, to, entry->d_name, walk, err);
	walk->depth--;
	if (dir)
		closedir(dir);
	return ret;
}

int root_copy(int from, const char *to, struct err *err)
{
	_cleanup_close_ int folder = -1;
	struct walk walk = { 0 };
	struct stat status;

	if (fstat(from, &status))
		return err_sys(err, errno, "%s", to);
	if (!S_ISDIR(status.st_mode))
		return copy_file(from, AT_FDCWD, to, &walk, err);
	if (mkdir(to, 0755) && errno != EEXIST)
		return err_sys(err, errno, "%s", to);
	folder = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return err_sys(err, errno, "%s", to);
	return copy_folder(from, folder, &walk, err);
}
