// SPDX-License-Identifier: GPL-2.0-or-later
/* report_folder.c - the folder of a run's report: made, given away, taken back */
#include "run/report_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

#define DEPTH_MAX 32

int report_folder_make(const char *reports, const char *name, bool has_secrets,
		       char ret_folder[PATH_MAX], struct err *err)
{
	char parent[PATH_MAX - 64], stamp[32];
	time_t now = time(NULL);
	struct tm local;
	int r;

	if (snprintf(parent, sizeof(parent), "%s/%s", reports, name) >=
	    (int)sizeof(parent))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", reports);
	r = file_make_folder(parent, err);
	if (r)
		return r;
	(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H-%M-%S",
		       localtime_r(&now, &local));
	for (unsigned int i = 0; i < 1000; i++) {
		char suffix[8] = "";

		if (i)
			(void)snprintf(suffix, sizeof(suffix), "-%u", i);
		(void)snprintf(ret_folder, PATH_MAX, "%s/%s%s", parent, stamp, suffix);
		if (!mkdir(ret_folder, has_secrets ? 0700 : 0755))
			return has_secrets && chmod(ret_folder, 0700)
				       ? err_sys(err, errno, "%s", ret_folder)
				       : 0;
		if (errno != EEXIST)
			break;
	}
	return err_sys(err, errno, "%s", ret_folder);
}

int report_folder_latest(const char *folder, struct err *err)
{
	const char *name = strrchr(folder, '/');
	int length = name ? (int)(name - folder) : 0;
	char latest[PATH_MAX], fresh[PATH_MAX];

	if (!name)
		return 0;
	if (snprintf(latest, sizeof(latest), "%.*s/latest", length, folder) < 0 ||
	    snprintf(fresh, sizeof(fresh), "%.*s/.latest-%d", length, folder, getpid()) <
		    0)
		return err_set(err, ENAMETOOLONG, "%s", folder);
	/* At no moment is there none. */
	if (symlink(name + 1, fresh) || rename(fresh, latest)) {
		(void)err_sys(err, errno, "%s", latest);
		(void)unlink(fresh);
		return err_mark(err, ERR_BROKE);
	}
	return 0;
}

/* ---------------------------------------------------------------- walking */

typedef void (*visit_fn)(int folder, const char *name, void *arg, int depth);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static void walk(int folder, visit_fn visit, void *arg, int depth)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	if (!dir && again >= 0)
		close(again);
	while (dir && (entry = readdir(dir)))
		if (!str_equal(entry->d_name, ".") && !str_equal(entry->d_name, ".."))
			visit(folder, entry->d_name, arg, depth);
	if (dir)
		closedir(dir);
}

static int open_folder_in(int folder, const char *name)
{
	return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---------------------------------------------------------------- taking back */

static void own(int fd, mode_t mode)
{
	(void)!fchown(fd, geteuid(), getegid());
	(void)fchmod(fd, mode);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static void adopt(int folder, const char *name, void *arg, int depth)
{
	_cleanup_close_ int fd = -1;
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW))
		return;
	if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX) {
		fd = open_folder_in(folder, name);
		if (fd >= 0) {
			own(fd, status.st_mode & 0755);
			walk(fd, adopt, arg, depth + 1);
		}
		return;
	}
	if (S_ISREG(status.st_mode))
		fd = openat(folder, name,
			    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode) ||
	    status.st_nlink != 1) {
		(void)unlinkat(folder, name, S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
		return;
	}
	own(fd, status.st_mode & 0644);
}

void report_folder_adopt(int folder)
{
	struct stat status;

	if (fstat(folder, &status))
		return;
	own(folder, status.st_mode & 0755); /* nobody changes it from here on */
	walk(folder, adopt, NULL, 0);
}

/* ---------------------------------------------------------------- moving */

struct merging {
	int to;
	const char *only;
	struct err *err;
	int r;
};

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static void remove_all(int folder, const char *name, void *arg, int depth)
{
	_cleanup_close_ int inside = -1;

	if (!unlinkat(folder, name, 0) || depth >= DEPTH_MAX)
		return;
	inside = open_folder_in(folder, name);
	if (inside >= 0)
		walk(inside, remove_all, arg, depth + 1);
	(void)unlinkat(folder, name, AT_REMOVEDIR);
}

/* "a.json/b c.xml": a name has no '/'. */
static bool is_one_of(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (; *names; names += strspn(names, "/")) {
		size_t this = strcspn(names, "/");

		if (this == length && !memcmp(names, name, length))
			return true;
		names += this;
	}
	return false;
}

/* What replaces a file belongs to whom that one belonged. */
static void keep_owner(int from, int to, const char *name)
{
	_cleanup_close_ int fd = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat there;

	if (fd < 0 || fstatat(to, name, &there, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(there.st_mode))
		return;
	(void)!fchown(fd, there.st_uid, there.st_gid);
	(void)fchmod(fd, there.st_mode & 0777);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static void merge(int folder, const char *name, void *arg, int depth)
{
	struct merging *merging = arg;
	struct stat status, there;

	if (merging->r || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW))
		return;
	if (merging->only &&
	    !(S_ISREG(status.st_mode) && is_one_of(merging->only, name))) {
		remove_all(folder, name, NULL, depth);
		return;
	}
	if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX &&
	    !fstatat(merging->to, name, &there, AT_SYMLINK_NOFOLLOW) &&
	    S_ISDIR(there.st_mode)) {
		_cleanup_close_ int inside = open_folder_in(folder, name);
		_cleanup_close_ int own_inside = open_folder_in(merging->to, name);
		struct merging deeper = { .to = own_inside, .err = merging->err };

		if (inside >= 0 && own_inside >= 0)
			walk(inside, merge, &deeper, depth + 1);
		merging->r = deeper.r;
		(void)unlinkat(folder, name, AT_REMOVEDIR);
		return;
	}
	keep_owner(folder, merging->to, name);
	if (renameat(folder, name, merging->to, name))
		merging->r = err_sys(merging->err, errno, "%s: cannot be written", name);
}

int report_folder_merge(int from, int to, const char *only, struct err *err)
{
	struct merging merging = { .to = to, .only = only, .err = err };

	walk(from, merge, &merging, 0);
	return merging.r;
}
