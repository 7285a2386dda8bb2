// SPDX-License-Identifier: GPL-2.0-or-later
/* write.c - which files get which cured texts */
#include "fix/write.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "import/archive.h"

static bool is_equal(const struct import_source *a, const struct import_source *b)
{
	return a->length == b->length &&
	       (!a->length || !memcmp(a->bytes, b->bytes, a->length));
}

/* An archive is not what the cure was made for, be it of one file. */
static int check_there(const char *path, const struct import_source *source,
		       struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	size_t length;
	int r;

	if (lstat(path, &status) || !S_ISREG(status.st_mode))
		return err_set(err, -EINVAL,
			       "%s is no regular file, %s cannot be written", path,
			       source->name);
	r = file_read(path, &bytes, &length, err);
	if (r)
		return r;
	return import_archive_is(bytes, length)
		       ? err_set(err, -EINVAL,
				 "%s is an archive: unpack it, and fix the folder", path)
		       : 0;
}

void fix_set_place(struct arena *arena, const char *path, struct fix_end *end)
{
	const struct import_sources *sources = &end->sources;
	_cleanup_free_ char *bytes = NULL;
	struct err err = { 0 };
	struct stat status;
	size_t length;

	end->place = FIX_PLACE_NAME;
	while (str_starts(path, "./"))
		path += strspn(path + 1, "/") + 1;
	length = strlen(path);
	while (length && path[length - 1] == '/')
		length--;
	end->path = arena_strndup(arena, path, length);
	if (!length || *path == '/' || str_equal(end->path, ".") || strstr(path, "..") ||
	    stat(path, &status))
		return;
	if (S_ISDIR(status.st_mode))
		end->place = import_is_etc(path) ? FIX_PLACE_ETC : FIX_PLACE_FOLDER;
	else if (sources->list.count == 1 && S_ISREG(status.st_mode) &&
		 !file_read(path, &bytes, &length, &err) &&
		 !import_archive_is(bytes, length))
		end->place = FIX_PLACE_FILE;
}

/* Where that source of an end stands: a file of the end's folder, or what was named. */
static int find_place(struct arena *arena, const char *path, struct replace *ret,
		      const struct import_source *source, struct err *err)
{
	struct stat status;

	if (stat(path, &status))
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(status.st_mode)) {
		ret->folder = path;
		ret->name = source->name;
		if (str_starts(source->name, "etc/") && import_is_etc(path))
			ret->name += strlen("etc/");
	} else if (!ret->was) {
		return err_set(err, -EINVAL,
			       "%s is one file, the new file %s has no folder", path,
			       source->name);
	} else {
		const char *slash = strrchr(path, '/');

		ret->folder = !slash	      ? "."
			      : slash == path ? "/"
					      : arena_strndup(arena, path,
							      (size_t)(slash - path));
		ret->name = slash ? slash + 1 : path;
	}
	return ret->was
		       ? check_there(arena_printf(arena, "%s/%s", ret->folder, ret->name),
				     source, err)
		       : 0;
}

static int collect(const struct fix_pair *old, const struct fix_pair *new, size_t end,
		   const char *path, struct fix_writes *ret, struct err *err)
{
	const struct import_sources *was = &old->ends[end].sources;
	const struct import_sources *is = &new->ends[end].sources;
	int r = 0;

	for (size_t s = 0; s < is->list.count && !r; s++) {
		const struct import_source *source = &is->list.items[s];
		struct replace replace = { .bytes = source->bytes,
					   .length = source->length };

		if (s < was->list.count) {
			replace.was =
				was->list.items[s].length ? was->list.items[s].bytes : "";
			replace.was_length = was->list.items[s].length;
			if (is_equal(&was->list.items[s], source))
				continue;
		}
		r = find_place(new->arena, path, &replace, source, err);
		vec_add(new->arena, &ret->list, replace);
	}
	return r;
}

int fix_writes(const struct fix_pair *old, const struct fix_pair *new,
	       const char *const paths[2], struct fix_writes *ret, struct err *err)
{
	int r = 0;

	for (size_t end = 0; end < 2 && !r; end++)
		r = collect(old, new, end, paths[end], ret, err);
	return r;
}
