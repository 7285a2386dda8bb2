// SPDX-License-Identifier: GPL-2.0-or-later
/* write.c - cured texts into the files that they came from */
#include "fix/write.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "import/archive.h"

/* One file: what it will be, and the text that waits beside it. */
struct pending {
	const char *path, *temporary;
	const struct import_source *source;
	const struct import_source *was; /* NULL: a new file */
	dev_t device;			 /* of what is there */
	ino_t inode;
};

struct pendings {
	VEC(struct pending) list;
};

static void drop(struct pendings *pendings)
{
	vec_foreach (pending, &pendings->list)
		if (pending->temporary)
			(void)unlink(pending->temporary);
}

static bool is_equal(const struct import_source *a, const struct import_source *b)
{
	return a->length == b->length &&
	       (!a->length || !memcmp(a->bytes, b->bytes, a->length));
}

/* Is what stands there what the cure was made for? An archive is not, be it of one file. */
static int check_there(struct pending *pending, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	struct import_source there = { 0 };
	struct stat status;
	int r;

	if (lstat(pending->path, &status) || !S_ISREG(status.st_mode))
		return err_set(err, -EINVAL,
			       "%s is no regular file, %s cannot be written",
			       pending->path, pending->source->name);
	r = file_read(pending->path, &bytes, &there.length, err);
	if (r)
		return r;
	there.bytes = bytes;
	if (import_archive_is(bytes, there.length))
		return err_set(err, -EINVAL,
			       "%s is an archive: unpack it, and fix the folder",
			       pending->path);
	if (!is_equal(&there, pending->was))
		return err_set(err, -EINVAL, "%s has changed since it was read",
			       pending->path);
	pending->device = status.st_dev;
	pending->inode = status.st_ino;
	return 0;
}

/* Where that source of an end stands. */
static int find_path(struct arena *arena, const char *path, struct pending *ret,
		     struct err *err)
{
	struct stat status;

	if (stat(path, &status))
		return err_sys(err, errno, "%s", path);
	if (S_ISREG(status.st_mode) && !ret->was)
		return err_set(err, -EINVAL,
			       "%s is one file, the new file %s has no folder", path,
			       ret->source->name);
	ret->path = S_ISREG(status.st_mode)
			    ? path
			    : arena_printf(arena, "%s/%s", path, ret->source->name);
	return ret->was ? check_there(ret, err) : 0;
}

/* One file for both ends: one of the two cures would be lost. */
static int check_once(const struct pendings *pendings, struct err *err)
{
	for (size_t i = 0; i < pendings->list.count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct pending *a = &pendings->list.items[i];
			const struct pending *b = &pendings->list.items[j];

			if (str_equal(a->path, b->path) ||
			    (a->was && b->was && a->device == b->device &&
			     a->inode == b->inode))
				return err_set(err, -EINVAL,
					       "%s is the file of both ends, it can have "
					       "one cure only",
					       a->path);
		}
	return 0;
}

static int fill(int fd, const struct pending *pending, struct err *err)
{
	size_t done = 0;
	struct stat status;

	while (done < pending->source->length) {
		ssize_t n = write(fd, pending->source->bytes + done,
				  pending->source->length - done);

		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "%s", pending->temporary);
		done += n > 0 ? (size_t)n : 0;
	}
	if (!pending->was)
		status.st_mode = 0644;
	else if (stat(pending->path, &status) || fchown(fd, status.st_uid, status.st_gid))
		return err_sys(err, errno, "%s", pending->path);
	if (fchmod(fd, status.st_mode & 07777) || fsync(fd))
		return err_sys(err, errno, "%s", pending->temporary);
	return 0;
}

static int write_beside(struct arena *arena, struct pending *pending, struct err *err)
{
	char *name = arena_printf(arena, "%s/.twinsite-XXXXXX",
				  dirname(arena_strdup(arena, pending->path)));
	_cleanup_close_ int fd = mkostemp(name, O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", pending->path);
	pending->temporary = name;
	return fill(fd, pending, err);
}

static int collect(const struct fix_pair *old, const struct fix_pair *new,
		   const char *const paths[2], struct pendings *pendings, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct import_sources *was = &old->ends[i].sources;
		const struct import_sources *is = &new->ends[i].sources;

		for (size_t s = 0; s < is->list.count && !r; s++) {
			struct pending pending = { .source = &is->list.items[s] };

			if (s < was->list.count)
				pending.was = &was->list.items[s];
			if (pending.was && is_equal(pending.was, pending.source))
				continue;
			r = find_path(new->arena, paths[i], &pending, err);
			vec_add(new->arena, &pendings->list, pending);
		}
	}
	return r ? r : check_once(pendings, err);
}

int fix_write(const struct fix_pair *old, const struct fix_pair *new,
	      const char *const paths[2], struct err *err)
{
	struct pendings pendings = { 0 };
	int r = collect(old, new, paths, &pendings, err);

	for (size_t i = 0; i < pendings.list.count && !r; i++)
		r = write_beside(new->arena, &pendings.list.items[i], err);
	for (size_t i = 0; i < pendings.list.count && !r; i++) {
		struct pending *pending = &pendings.list.items[i];

		if (rename(pending->temporary, pending->path))
			r = err_sys(err, errno, "%s", pending->path);
		else
			pending->temporary = NULL;
	}
	if (r)
		drop(&pendings);
	return r;
}
