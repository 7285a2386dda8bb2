// SPDX-License-Identifier: GPL-2.0-or-later
/* world_cover.c - a folder that is empty but for what shall stay visible in it */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/world.h"

struct kept {
	char path[PATH_MAX];
	int tree; /* detached copy of the mount tree at path */
	bool is_folder;
};

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return !strncmp(path, folder, length) && path[length] == '/';
}

/* Take a copy of what is at a path, if that path would disappear under folder. */
static int kept_take(const char *folder, const char *wanted, struct kept *kept,
		     struct err *err)
{
	struct stat status;

	kept->tree = -1;
	if (!realpath(wanted, kept->path))
		return err_sys(err, errno, "%s", wanted);
	if (!is_below(kept->path, folder))
		return 0;
	if (stat(kept->path, &status))
		return err_sys(err, errno, "%s", wanted);
	kept->is_folder = S_ISDIR(status.st_mode);
	kept->tree = open_tree(AT_FDCWD, kept->path,
			       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (kept->tree < 0)
		return err_sys(err, errno, "%s: cannot keep it visible", wanted);
	return 0;
}

/* Put the copy back at its path, inside the new empty folder. */
static int kept_put(struct kept *kept, struct err *err)
{
	char parent[PATH_MAX];
	int ret;

	memcpy(parent, kept->path, sizeof(parent));
	*strrchr(parent, '/') = '\0';
	ret = file_make_folder(kept->is_folder ? kept->path : parent, err);
	if (ret)
		return ret;
	if (!kept->is_folder) {
		int fd = open(kept->path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);

		if (fd < 0)
			return err_sys(err, errno, "%s", kept->path);
		close(fd);
	}
	if (move_mount(kept->tree, "", AT_FDCWD, kept->path, MOVE_MOUNT_F_EMPTY_PATH))
		return err_sys(err, errno, "%s: cannot mount it again", kept->path);
	return 0;
}

/* Is folder itself, or something that contains it, to be kept as it is? */
static bool is_kept_whole(const char *folder, const char *const *keep)
{
	char path[PATH_MAX];

	for (; keep && *keep; keep++)
		if (realpath(*keep, path) && !strcmp(path, folder))
			return true;
	return false;
}

static int cover(const char *folder, const char *const *keep, struct kept *kept,
		 size_t *count, struct err *err)
{
	int ret;

	for (; keep && *keep; keep++) {
		if (*count == WORLD_KEEP_MAX)
			return err_set(err, E2BIG, "more than %d paths to keep",
				       WORLD_KEEP_MAX);
		ret = kept_take(folder, *keep, &kept[*count], err);
		if (ret)
			return ret;
		if (kept[*count].tree >= 0)
			++*count;
	}
	if (mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV,
		  str_equal(folder, "/tmp") ? "mode=1777" : "mode=755"))
		return err_sys(err, errno, "cannot mount a private %s", folder);
	for (size_t i = 0; i < *count; i++) {
		ret = kept_put(&kept[i], err);
		if (ret)
			return ret;
	}
	return 0;
}

int world_cover(const char *folder, const char *const *keep, struct err *err)
{
	_cleanup_free_ struct kept *kept = NULL;
	size_t count = 0;
	int ret;

	if (is_kept_whole(folder, keep))
		return 0;
	kept = calloc(WORLD_KEEP_MAX, sizeof(*kept));
	if (!kept)
		return err_sys(err, ENOMEM, "%s", folder);
	ret = cover(folder, keep, kept, &count, err);
	while (count)
		close(kept[--count].tree);
	return ret;
}
