// SPDX-License-Identifier: GPL-2.0-or-later
/* channel.c - the folder through which a world hands out what it recorded */
#include "run/channel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/world.h"

#define MIB	  (INT64_C(1) << 20)
#define FILES_MAX 512

static const struct expected {
	const char *name; /* fnmatch(3) */
	int64_t bytes_max;
	bool is_left;	/* of no use any more */
	bool is_secret; /* keys: for their owner alone */
} expected[] = {
	{ "evidence.jsonl", 512 * MIB, false, false },
	{ "*.pcapng", 4096 * MIB, false, false },
	{ "*.charon.log", 512 * MIB, false, false },
	{ "*.keys.log", 512 * MIB, false, true },
	{ "*.kernel.keys", 16 * MIB, false, true },
	{ "*.strongswan.conf", MIB, false, false },
	{ "*.swanctl.conf", 16 * MIB, false, false },
	{ "dnsmasq-*.log", 512 * MIB, false, false },
	{ "dnsmasq-*.hosts", 16 * MIB, false, false },
	{ "guest.log", 16 * MIB, false, false },
	{ "guest.exit", 4096, false, false },
	{ "guest.keep", MIB, true, false },
	{ "guest.seed", 4096, true, false },
	{ "run.json", 16 * MIB, true, false }, /* a copy; the report has the true one */
	{ "shell.sock", 0, true, false },
	{ "esp_sa", 16 * MIB, false, true },
	{ "ikev1_decryption_table", 16 * MIB, false, true },
	{ "ikev2_decryption_table", 16 * MIB, false, true },
};

static const char *const folders[] = { "wireshark", "bench" };

static const struct expected *find_expected(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		if (!fnmatch(expected[i].name, name, FNM_PERIOD))
			return &expected[i];
	return NULL;
}

static bool is_folder_expected(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (str_equal(folders[i], name))
			return true;
	return false;
}

int channel_is_expected(const char *name)
{
	const char *slash = strchr(name, '/');
	char folder[64];

	if (!slash)
		return find_expected(name) != NULL;
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - name), name);
	return is_folder_expected(folder) && !strchr(slash + 1, '/') &&
	       find_expected(slash + 1);
}

int channel_make(const char *report, char ret_channel[PATH_MAX], struct err *err)
{
	if (snprintf(ret_channel, PATH_MAX, "%s/" CHANNEL_FOLDER, report) >= PATH_MAX)
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", report);
	if (mkdir(ret_channel, 0700))
		return err_sys(err, errno, "%s", ret_channel);
	return world_give(ret_channel, err);
}

/* -------------------------------------------------- taking */

struct collection {
	int report; /* the folder */
	unsigned int files;
	char unexpected[NAME_MAX + 1]; /* the first of them */
};

static void refuse(struct collection *collection, const char *name)
{
	if (!*collection->unexpected)
		(void)snprintf(collection->unexpected, sizeof(collection->unexpected),
			       "%s", name);
}

/* One file, if it is one; whatever it is, its name is gone from the folder then. */
static void take_file(struct collection *collection, int from, int to, const char *name)
{
	const struct expected *rule = find_expected(name);
	_cleanup_close_ int fd = rule && !rule->is_left
					 ? openat(from, name,
						  O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
							  O_NOCTTY | O_CLOEXEC)
					 : -1;
	struct stat status;

	if (rule && rule->is_left) {
		(void)unlinkat(from, name, 0);
		return;
	}
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode) ||
	    status.st_nlink != 1 || status.st_size > rule->bytes_max ||
	    ++collection->files > FILES_MAX) {
		refuse(collection, name);
		(void)unlinkat(from, name, 0);
		return;
	}
	/* It is ours from here on, and no program. */
	(void)!fchown(fd, geteuid(), getegid());
	(void)fchmod(fd, rule->is_secret ? 0600 : status.st_mode & 0644);
	if (renameat(from, name, to, name)) {
		refuse(collection, name);
		(void)unlinkat(from, name, 0);
	}
}

static void take_folder(struct collection *collection, int from, int to, int depth);

/* A folder that a run may make has files; of any other nothing is taken. */
static void take_subfolder(struct collection *collection, int from, int to,
			   const char *name, int depth)
{
	_cleanup_close_ int inside =
		openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_close_ int own = -1;

	if (to >= 0 && depth == 0 && is_folder_expected(name)) {
		if (!mkdirat(to, name, 0700))
			(void)!fchmodat(to, name,
					str_equal(name, "wireshark") ? 0700 : 0755, 0);
		own = openat(to, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (own < 0)
		refuse(collection, name);
	if (inside >= 0)
		take_folder(collection, inside, own, depth + 1);
	(void)unlinkat(from, name, AT_REMOVEDIR);
}

#define DEPTH_MAX 16 /* deeper folders are left lying, and said */

/* NOLINTNEXTLINE(misc-no-recursion): as deep as DEPTH_MAX */
static void take_folder(struct collection *collection, int from, int to, int depth)
{
	int again = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry;

	if (!dir && again >= 0)
		close(again);
	while (dir && (entry = readdir(dir))) {
		struct stat status;

		if (str_equal(entry->d_name, ".") || str_equal(entry->d_name, ".."))
			continue;
		if (fstatat(from, entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX) {
			take_subfolder(collection, from, to, entry->d_name, depth);
		} else if (to >= 0) {
			take_file(collection, from, to, entry->d_name);
		} else {
			refuse(collection, entry->d_name);
			(void)unlinkat(from, entry->d_name, 0);
		}
	}
	if (dir)
		closedir(dir);
}

int channel_collect(const char *report, struct err *err)
{
	_cleanup_close_ int folder = open(report, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int channel = openat(
		folder, CHANNEL_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct collection collection = { .report = folder };

	if (folder < 0 || channel < 0)
		return err_sys(err, errno, "%s/" CHANNEL_FOLDER, report);
	take_folder(&collection, channel, folder, 0);
	(void)unlinkat(folder, CHANNEL_FOLDER, AT_REMOVEDIR);
	if (*collection.unexpected)
		return err_set(err, EBADMSG,
			       "%s: the world left '%.100s', which is nothing that a run "
			       "writes: what it rehearsed may have taken it over",
			       report, collection.unexpected);
	return 0;
}
