// SPDX-License-Identifier: GPL-2.0-or-later
/* replace.c - several files get new texts: all of them, or none */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file_beneath.h"

/* One file on its way: the folder that it is in, and the text that waits there. */
struct waiting {
	const struct replace *file;
	int parent;
	const char *last;	  /* its name in there */
	char temporary[NAME_MAX]; /* "": not written, or in its place already */
	struct stat status;	  /* of what is replaced; of the folder for a new one */
};

static const char *last_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int open_parent(const struct replace *file, struct err *err)
{
	_cleanup_close_ int folder = open(file->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const size_t length = (size_t)(last_of(file->name) - file->name);
	char above[PATH_MAX] = ".";
	int fd;

	if (folder < 0)
		return err_sys(err, errno, "%s", file->folder);
	if (length >= sizeof(above))
		return err_set(err, ENAMETOOLONG, "%.100s…: name too long", file->name);
	if (length) {
		memcpy(above, file->name, length);
		above[length] = '\0';
	}
	fd = file_beneath(folder, above, O_RDONLY | O_DIRECTORY);
	if (fd == -EXDEV)
		return err_set(err, EXDEV, "%s/%s: leads out of the folder", file->folder,
			       file->name);
	return fd < 0 ? err_sys(err, -fd, "%s/%s", file->folder, file->name) : fd;
}

/* Does the descriptor's file have this text, and no more? */
static bool has_text(int fd, const struct replace *file)
{
	char block[16384];
	size_t done = 0;

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 && done == file->was_length;
		if ((size_t)n > file->was_length - done ||
		    memcmp(block, (const char *)file->was + done, (size_t)n) != 0)
			return false;
		done += (size_t)n;
	}
}

/* Nothing is opened that could be a device or a FIFO: who opens one has touched it. */
static int check_there(struct waiting *waiting, struct err *err)
{
	const struct replace *file = waiting->file;
	_cleanup_close_ int fd = -1;
	struct stat opened;

	if (!file->was) {
		if (!faccessat(waiting->parent, waiting->last, F_OK, AT_SYMLINK_NOFOLLOW))
			return err_set(err, EINVAL, "%s/%s is there already",
				       file->folder, file->name);
		return fstat(waiting->parent, &waiting->status)
			       ? err_sys(err, errno, "%s", file->folder)
			       : 0;
	}
	if (fstatat(waiting->parent, waiting->last, &waiting->status,
		    AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(waiting->status.st_mode))
		return err_set(err, EINVAL, "%s/%s is no regular file", file->folder,
			       file->name);
	fd = openat(waiting->parent, waiting->last,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &opened))
		return err_sys(err, errno, "%s/%s", file->folder, file->name);
	if (opened.st_dev != waiting->status.st_dev ||
	    opened.st_ino != waiting->status.st_ino || !has_text(fd, file))
		return err_set(err, EINVAL, "%s/%s has changed since it was read",
			       file->folder, file->name);
	return 0;
}

static bool is_same(const struct waiting *a, const struct waiting *b)
{
	if (!a->file->was || !b->file->was)
		return !a->file->was && !b->file->was &&
		       a->status.st_dev == b->status.st_dev &&
		       a->status.st_ino == b->status.st_ino && !strcmp(a->last, b->last);
	return a->status.st_dev == b->status.st_dev &&
	       a->status.st_ino == b->status.st_ino;
}

static int fill(int fd, const struct waiting *waiting, struct err *err)
{
	const struct replace *file = waiting->file;
	const mode_t mode = file->was ? waiting->status.st_mode & 07777 : 0644;
	size_t done = 0;

	while (done < file->length) {
		ssize_t n =
			write(fd, (const char *)file->bytes + done, file->length - done);

		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "%s/%s", file->folder, file->name);
		done += n > 0 ? (size_t)n : 0;
	}
	/* Who has no other owner's rights writes his own files only, and may stay he. */
	if ((fchown(fd, waiting->status.st_uid, waiting->status.st_gid) && file->was) ||
	    fchmod(fd, mode) || fsync(fd))
		return err_sys(err, errno, "%s/%s", file->folder, file->name);
	return 0;
}

static int write_beside(struct waiting *waiting, size_t number, struct err *err)
{
	_cleanup_close_ int fd = -1;
	int r;

	(void)snprintf(waiting->temporary, sizeof(waiting->temporary), ".twinsite-%d-%zu",
		       (int)getpid(), number);
	fd = openat(waiting->parent, waiting->temporary,
		    O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		*waiting->temporary = '\0';
		r = err_sys(err, errno, "%s/%s", waiting->file->folder,
			    waiting->file->name);
	} else {
		r = fill(fd, waiting, err);
	}
	return r ? err_mark(err, ERR_BROKE), r : 0;
}

static int prepare(struct waiting *list, size_t count, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		list[i].last = last_of(list[i].file->name);
		list[i].parent = open_parent(list[i].file, err);
		r = list[i].parent < 0 ? list[i].parent : check_there(&list[i], err);
		for (size_t j = 0; j < i && !r; j++)
			if (is_same(&list[i], &list[j]))
				r = err_set(
					err, EINVAL,
					"%s/%s would be written twice: it is one file "
					"by two names, or that of both ends",
					list[i].file->folder, list[i].file->name);
	}
	for (size_t i = 0; i < count && !r; i++)
		r = write_beside(&list[i], i, err);
	return r;
}

static int put_in_place(struct waiting *list, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (renameat(list[i].parent, list[i].temporary, list[i].parent,
			     list[i].last)) {
			int r = err_sys(err, errno, "%s/%s", list[i].file->folder,
					list[i].file->name);

			return err_mark(err, ERR_BROKE), r;
		}
		*list[i].temporary = '\0';
	}
	return 0;
}

int replace_files(const struct replace *files, size_t count, struct err *err)
{
	struct waiting list[REPLACE_MAX] = { 0 };
	int r;

	if (count > REPLACE_MAX)
		return err_set(err, E2BIG, "more than %d files at once are too many",
			       REPLACE_MAX);
	for (size_t i = 0; i < count; i++)
		list[i] = (struct waiting){ .file = &files[i], .parent = -1 };
	r = prepare(list, count, err);
	if (!r)
		r = put_in_place(list, count, err);
	for (size_t i = 0; i < count; i++) {
		if (*list[i].temporary)
			(void)unlinkat(list[i].parent, list[i].temporary, 0);
		if (list[i].parent >= 0)
			close(list[i].parent);
	}
	return r;
}
