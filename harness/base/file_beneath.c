// SPDX-License-Identifier: GPL-2.0-or-later
/* file_beneath.c - open a name below a folder without ever leaving it */
#include "base/file_beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

#define LINKS_MAX 40 /* as the kernel's */
#define TRIES_MAX 64 /* EAGAIN: something was renamed meanwhile */

int file_beneath_kernel(int folder, const char *name, int flags)
{
	struct open_how how = { .flags = (unsigned int)(flags | O_CLOEXEC),
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

	for (int i = 0; i < TRIES_MAX; i++) {
		long fd = syscall(SYS_openat2, folder, name, &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		/* Sandboxes that do not know the call refuse it. */
		if (errno == EPERM || errno == EINVAL || errno == E2BIG)
			return -ENOSYS;
		if (errno != EAGAIN)
			return -errno;
	}
	return -EAGAIN;
}

/* ------------------------------------------------------------ by hand */

struct walk {
	int folders[FILE_BENEATH_DEPTH_MAX]; /* the first is the caller's */
	int depth;
	int links;
	char rest[2 * PATH_MAX]; /* of the name */
};

static int top(const struct walk *walk)
{
	return walk->folders[walk->depth];
}

static int go_up(struct walk *walk)
{
	if (walk->depth == 0)
		return -EXDEV;
	close(walk->folders[walk->depth--]);
	return 0;
}

static int go_down(struct walk *walk, int folder)
{
	if (walk->depth + 1 == FILE_BENEATH_DEPTH_MAX) {
		close(folder);
		return -ENAMETOOLONG;
	}
	walk->folders[++walk->depth] = folder;
	return 0;
}

/* Take the next component off the rest; false: that was all. */
static bool take_part(struct walk *walk, char *ret_part, bool *ret_is_last)
{
	char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	if (!length)
		return false;
	memcpy(ret_part, start, length);
	ret_part[length] = '\0';
	*ret_is_last = !start[length];
	memmove(walk->rest, start + length, strlen(start + length) + 1);
	return true;
}

/* Put what a link says before the rest. */
static int follow(struct walk *walk, int link)
{
	char target[PATH_MAX + 1];
	ssize_t length = readlinkat(link, "", target, PATH_MAX);
	size_t rest = strlen(walk->rest);

	if (length < 0)
		return -errno;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if (*target == '/')
		return -EXDEV;
	if ((size_t)length + rest + 2 > sizeof(walk->rest))
		return -ENAMETOOLONG;
	memmove(walk->rest + length, walk->rest, rest + 1);
	memcpy(walk->rest, target, (size_t)length);
	return 0;
}

/* What is the one component, without following it? */
static int look(const struct walk *walk, const char *part, mode_t *ret_mode)
{
	int fd = openat(top(walk), part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status)) {
		int code = -errno;

		close(fd);
		return code;
	}
	*ret_mode = status.st_mode;
	return fd;
}

/* The end of the name: `fd` is its O_PATH descriptor, handed over. */
static int arrive(const struct walk *walk, const char *part, int fd, int flags)
{
	if (!(flags & O_PATH)) {
		close(fd);
		fd = openat(top(walk), part, flags | O_NOFOLLOW | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

/* The folder that the name has led to so far, for "." and "..". */
static int arrive_here(const struct walk *walk, int flags)
{
	int fd = openat(top(walk), ".", flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int walk_on(struct walk *walk, int flags)
{
	char part[PATH_MAX];
	bool is_last = false;
	mode_t mode = 0;

	while (take_part(walk, part, &is_last)) {
		int fd, r = 0;

		if (!strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			r = go_up(walk);
			if (r)
				return r;
			continue;
		}
		fd = look(walk, part, &mode);
		if (fd < 0)
			return fd;
		if (S_ISLNK(mode) && !(is_last && (flags & O_NOFOLLOW))) {
			r = follow(walk, fd);
			close(fd);
		} else if (S_ISDIR(mode)) {
			r = go_down(walk, fd);
		} else if (*walk->rest) {
			close(fd);
			r = -ENOTDIR;
		} else {
			return arrive(walk, part, fd, flags);
		}
		if (r)
			return r;
	}
	return arrive_here(walk, flags);
}

int file_beneath_walk(int folder, const char *name, int flags)
{
	struct walk walk = { .folders = { folder } };
	int fd;

	if (!*name)
		return -ENOENT;
	if (*name == '/')
		return -EXDEV;
	if (strlen(name) >= PATH_MAX)
		return -ENAMETOOLONG;
	(void)snprintf(walk.rest, sizeof(walk.rest), "%s", name);
	fd = walk_on(&walk, flags);
	while (walk.depth > 0)
		(void)go_up(&walk);
	return fd;
}

int file_beneath(int folder, const char *name, int flags)
{
	int fd = file_beneath_kernel(folder, name, flags);

	return fd == -ENOSYS ? file_beneath_walk(folder, name, flags) : fd;
}
