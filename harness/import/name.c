// SPDX-License-Identifier: GPL-2.0-or-later
/* name.c - what a site is called whose files a user named */
#include "import/name.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define NOBODY "site"

/* "-2026-11-01" at the end. */
static bool ends_with_date(const char *name, size_t length)
{
	static const char shape[] = "-0000-00-00";

	if (length <= strlen(shape))
		return false;
	name += length - strlen(shape);
	for (size_t i = 0; i < strlen(shape); i++)
		if (shape[i] == '0' ? !isdigit((unsigned char)name[i])
				    : name[i] != shape[i])
			return false;
	return true;
}

/* LuCI's and sysupgrade's name of a backup has the host's in it. */
static const char *without_backup(char *name)
{
	char *host = name + strlen("backup-");

	if (!str_starts(name, "backup-") || !ends_with_date(host, strlen(host)))
		return name;
	host[strlen(host) - strlen("-0000-00-00")] = '\0';
	return host;
}

/* Cuts the last part off and returns it: without it "home/etc" is home. */
static char *take_last(char *path)
{
	size_t length = strlen(path);
	char *slash;

	while (length && path[length - 1] == '/')
		path[--length] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return path;
	*slash = '\0';
	return slash + 1;
}

const char *import_name(struct arena *arena, const char *path)
{
	char *copy = arena_strdup(arena, path), *part = take_last(copy);

	while (part != copy && (str_equal(part, "etc") || str_equal(part, "config") ||
				str_equal(part, ".")))
		part = take_last(copy);
	if (strchr(part, '.') > part)
		*strchr(part, '.') = '\0';
	if (!*part || *part == '.' || *part == '-')
		return NOBODY;
	return without_backup(part);
}

static bool is_same(const char *a, const char *b)
{
	struct stat of[2];

	return str_equal(a, b) ||
	       (!stat(a, &of[0]) && !stat(b, &of[1]) && of[0].st_dev == of[1].st_dev &&
		of[0].st_ino == of[1].st_ino && of[0].st_ino);
}

int import_names(struct arena *arena, const char *one, const char *other,
		 const char *ret_names[2], struct err *err)
{
	if (is_same(one, other))
		return err_set(err, EINVAL,
			       "%s: both ends are the same files; of one end alone, name "
			       "it once",
			       one);
	ret_names[0] = import_name(arena, one);
	ret_names[1] = import_name(arena, other);
	if (str_equal(ret_names[0], ret_names[1])) {
		ret_names[0] = "left";
		ret_names[1] = "right";
	}
	return 0;
}
