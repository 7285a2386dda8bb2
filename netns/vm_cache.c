// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_cache.c - where kernels and saved machines are kept */
#include "netns/vm_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

#define MACHINES_LISTED 64

/* Absolute, as the XDG base directory specification wants it; else it is ignored. */
static const char *folder_of(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0] == '/' ? value : NULL;
}

#define PASSWD_MAX 4096 /* a line of passwd(5) */

static int find_folder(char *path, size_t room)
{
	const char *xdg = folder_of("XDG_CACHE_HOME"), *home = folder_of("HOME");
	struct passwd user, *found = NULL;
	char line[PASSWD_MAX];

	if (!xdg && !home && !getpwuid_r(geteuid(), &user, line, sizeof(line), &found) &&
	    found)
		home = found->pw_dir;
	if (!xdg && !home)
		return -ENOENT;
	return snprintf(path, room, "%s%s/twinsite", xdg ? xdg : home,
			xdg ? "" : "/.cache") < (int)room
		       ? 0
		       : -ENAMETOOLONG;
}

int vm_cache_path(const char *name, char *ret_path, size_t room, struct err *err)
{
	char folder[PATH_MAX];
	struct stat status;
	int ret = find_folder(folder, sizeof(folder));

	if (ret)
		return err_set(
			err, -ret,
			"there is no place for a cache: neither XDG_CACHE_HOME nor "
			"a home folder");
	ret = file_make_secret_folder(folder, err);
	if (ret)
		return ret;
	if (stat(folder, &status))
		return err_sys(err, errno, "%s", folder);
	if (status.st_uid != geteuid() || status.st_mode & 022)
		return err_set(
			err, EPERM,
			"%s: others than us can write there, so what it has is not "
			"used (chmod 700, or another XDG_CACHE_HOME)",
			folder);
	if (snprintf(ret_path, room, "%s%s%s", folder, *name ? "/" : "", name) >=
	    (int)room)
		return err_set(err, ENAMETOOLONG, "%s", folder);
	return 0;
}

/* ------------------------------------------------------------ bounds */

struct machine {
	char key[64];
	struct timespec used;
	int64_t bytes;
};

static int used_last_first(const void *left, const void *right)
{
	const struct machine *a = left, *b = right;

	if (a->used.tv_sec != b->used.tv_sec)
		return a->used.tv_sec < b->used.tv_sec ? 1 : -1;
	return (a->used.tv_nsec < b->used.tv_nsec) - (a->used.tv_nsec > b->used.tv_nsec);
}

/* "machine-KEY.ENDING": the key, or false. */
static bool take_key(const char *name, char key[64])
{
	const char *dot = strchr(name, '.');

	return str_starts(name, "machine-") && dot && dot - name < 64 &&
	       snprintf(key, 64, "%.*s", (int)(dot - name), name) > 0;
}

/* One entry for each key, whatever there is of it. */
static size_t list(int folder, struct machine machines[MACHINES_LISTED])
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;
	size_t count = 0;

	while (dir && (entry = readdir(dir))) {
		struct stat status;
		char key[64];
		size_t i = 0;

		if (!take_key(entry->d_name, key) ||
		    fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
			continue;
		while (i < count && !str_equal(machines[i].key, key))
			i++;
		if (i == MACHINES_LISTED)
			continue;
		if (i == count) {
			machines[count] = (struct machine){ 0 };
			memcpy(machines[count++].key, key, sizeof(key));
		}
		machines[i].bytes += (int64_t)status.st_blocks * 512;
		if (str_ends(entry->d_name, ".list"))
			machines[i].used = status.st_mtim;
	}
	if (dir)
		closedir(dir);
	else if (again >= 0)
		close(again);
	qsort(machines, count, sizeof(*machines), used_last_first);
	return count;
}

static void drop(int folder, const char *key)
{
	static const char *const endings[] = { "list", "state", "state.new" };
	char name[80];

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		(void)snprintf(name, sizeof(name), "%s.%s", key, endings[i]);
		(void)unlinkat(folder, name, 0);
	}
}

/* Open CACHE, or a folder in it that a reader owns: 0, -ENOENT, -errno. */
static int open_folder(const char *name, int *ret_folder, struct err *err)
{
	char path[PATH_MAX];
	int ret = vm_cache_path(name, path, sizeof(path), err);

	if (ret)
		return ret;
	*ret_folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *ret_folder < 0 ? err_sys(err, errno, "%s", path) : 0;
}

/* how: LOCK_EX, or with LOCK_NB: do not wait for who is making one. */
static int lock_in(int folder, int how)
{
	int fd = openat(folder, "lock",
			O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	while (fd >= 0 && flock(fd, how))
		if (errno != EINTR) {
			int error = errno;

			close(fd);
			errno = error;
			fd = -1;
		}
	return fd;
}

int vm_cache_lock(struct err *err)
{
	_cleanup_close_ int folder = -1;
	int fd, ret = open_folder("", &folder, err);

	if (ret)
		return ret;
	fd = lock_in(folder, LOCK_EX);
	return fd < 0 ? err_sys(err, errno, "the cache's lock") : fd;
}

static int64_t clean_in(int folder, unsigned int keep)
{
	struct machine machines[MACHINES_LISTED];
	size_t count = list(folder, machines);
	int64_t freed = 0;

	for (size_t i = keep; i < count; i++) {
		drop(folder, machines[i].key);
		freed += machines[i].bytes;
	}
	return freed;
}

int64_t vm_cache_clean(unsigned int keep, struct err *err)
{
	_cleanup_close_ int folder = -1;
	int ret = open_folder("", &folder, err);

	return ret ? ret : clean_in(folder, keep);
}

int64_t vm_cache_clean_reader(struct err *err)
{
	_cleanup_close_ int folder = -1, lock = -1;
	int ret = open_folder(VM_CACHE_READER, &folder, NULL);

	if (ret)
		return ret == -ENOENT ? 0 : ret;
	/* Who owns the folder may keep the lock for ever. */
	lock = lock_in(folder, LOCK_EX | LOCK_NB);
	if (lock < 0 && errno == EWOULDBLOCK)
		return err_set(err, EBUSY,
			       "a run makes a virtual machine at the moment: those of "
			       "runs as root stay; try again");
	return lock < 0 ? err_sys(err, errno, VM_CACHE_READER "/lock")
			: clean_in(folder, 0);
}

static void add_size(const char *path, unsigned int *machines_count, uint64_t *bytes)
{
	struct machine machines[MACHINES_LISTED];
	_cleanup_close_ int folder =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	size_t count = folder < 0 ? 0 : list(folder, machines);

	for (size_t i = 0; i < count; i++) {
		*machines_count += machines[i].used.tv_sec != 0;
		*bytes += (uint64_t)machines[i].bytes;
	}
}

void vm_cache_size(unsigned int *ret_machines, uint64_t *ret_bytes)
{
	char path[PATH_MAX], reader[PATH_MAX + 16];

	*ret_machines = 0;
	*ret_bytes = 0;
	if (find_folder(path, sizeof(path)))
		return;
	(void)snprintf(reader, sizeof(reader), "%s/" VM_CACHE_READER, path);
	add_size(path, ret_machines, ret_bytes);
	add_size(reader, ret_machines, ret_bytes);
}
