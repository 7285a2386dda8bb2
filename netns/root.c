// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * root.c - the small file system that a world, and each node of it, has for its root
 *
 * Two passes: first a detached copy of every mount that comes from the machine is
 * taken, then a tmpfs is put over /tmp (any folder would do), filled, and made the root.
 * Paths in the second pass are relative to that tmpfs, which is the working directory.
 */
#include "netns/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/root_copy.h"

#define ROOT_ITEMS_MAX (ROOT_VIEWS_MAX + 96)

static const struct root_item machine[] = {
	{ ROOT_TREE, "/usr", NULL },
	{ ROOT_TREE, "/bin", NULL },
	{ ROOT_TREE, "/sbin", NULL },
	{ ROOT_TREE, "/lib", NULL },
	{ ROOT_TREE, "/lib64", NULL },
	{ ROOT_TREE, "/etc/alternatives", NULL },
	{ ROOT_FILE, "/etc/ld.so.cache", NULL },
	{ ROOT_TEXT, "/etc/passwd", "root:x:0:0:root:/tmp:/bin/sh\n" },
	{ ROOT_TEXT, "/etc/group", "root:x:0:\n" },
	{ ROOT_DEVICE, "/dev/null", NULL },
	{ ROOT_DEVICE, "/dev/zero", NULL },
	{ ROOT_DEVICE, "/dev/urandom", NULL },
	{ ROOT_DEVICE, "/dev/net/tun", NULL },
	{ ROOT_LINK, "/dev/ptmx", "pts/ptmx" },
	{ ROOT_FOLDER, "/dev/pts", NULL },
	{ ROOT_FOLDER, "/run", NULL },
	{ ROOT_FOLDER, "/sys", NULL },
	{ ROOT_LINK, "/var/run", "/run" },
	{ ROOT_FOLDER, NULL, NULL },
};

static const struct root_item *used = machine;

void root_use(const struct root_item *items)
{
	used = items;
}

const struct root_item *root_items(void)
{
	return used;
}

/* -------------------------------------------------- first pass: take */

struct taken {
	const char *at; /* absolute, in the new root */
	int tree;	/* detached copy of the mounts, -1: none */
	int source;	/* to be copied file by file, -1: not */
	bool is_folder;
	bool is_view;
	char *link; /* the machine has a symbolic link there; else NULL */
};

struct taking {
	struct taken items[ROOT_ITEMS_MAX];
	size_t count;
};

static void taking_done(struct taking *taking)
{
	while (taking->count) {
		struct taken *taken = &taking->items[--taking->count];

		if (taken->tree >= 0)
			close(taken->tree);
		if (taken->source >= 0)
			close(taken->source);
		free(taken->link);
	}
	free(taking);
}

static void taking_donep(struct taking **taking)
{
	if (*taking)
		taking_done(*taking);
}

static struct taken *taking_add(struct taking *taking, const char *at)
{
	struct taken *taken = &taking->items[taking->count];

	if (taking->count == ROOT_ITEMS_MAX)
		return NULL;
	taking->count++;
	*taken = (struct taken){ .at = at, .tree = -1, .source = -1 };
	return taken;
}

/* A copy of the mounts at path, read-only and harmless unless wanted otherwise. */
static int take_tree(const char *path, bool is_writable, bool has_devices)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_NOSUID };
	int tree = open_tree(AT_FDCWD, path,
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	if (tree < 0)
		return -errno;
	attr.attr_set |= is_writable ? 0 : MOUNT_ATTR_RDONLY;
	attr.attr_set |= has_devices ? 0 : MOUNT_ATTR_NODEV;
	if (mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr))) {
		int ret = -errno;

		close(tree);
		return ret;
	}
	return tree;
}

/* Is it in a folder that each node has for itself? */
static bool is_own(const char *path)
{
	static const char *const own[] = { "/etc", "/run", "/tmp", "/var" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (str_starts(path, own[i]) && strchr("/", path[strlen(own[i])]))
			return true;
	return false;
}

static int take_item(struct taking *taking, const struct root_item *item, struct err *err)
{
	char link[PATH_MAX];
	struct taken *taken;
	struct stat status;
	ssize_t length;

	if (item->kind != ROOT_TREE && item->kind != ROOT_FILE &&
	    item->kind != ROOT_DEVICE)
		return 0;
	if (lstat(item->path, &status))
		return 0;
	taken = taking_add(taking, item->path);
	if (!taken)
		return err_set(err, E2BIG, "a root of more than %d items",
			       ROOT_ITEMS_MAX);
	if (S_ISLNK(status.st_mode) && item->kind == ROOT_TREE) {
		length = readlink(item->path, link, sizeof(link) - 1);
		taken->link = strndup(link, length > 0 ? (size_t)length : 0);
		return taken->link ? 0 : err_sys(err, ENOMEM, "%s", item->path);
	}
	taken->is_folder = S_ISDIR(status.st_mode);
	taken->tree = take_tree(item->path, item->kind == ROOT_DEVICE,
				item->kind == ROOT_DEVICE);
	if (taken->tree < 0)
		return err_sys(err, -taken->tree, "%s: cannot be bound", item->path);
	return 0;
}

static int take_view(struct taking *taking, const struct root_view *view, struct err *err)
{
	struct taken *taken = taking_add(taking, view->at ? view->at : view->path);
	struct stat status;

	if (!taken)
		return err_set(err, E2BIG, "a root of more than %d items",
			       ROOT_ITEMS_MAX);
	if (stat(view->path, &status))
		return err_sys(err, errno, "%s", view->path);
	taken->is_view = true;
	taken->is_folder = S_ISDIR(status.st_mode);
	if (view->is_place)
		return 0;
	if (view->is_for_nobody && !view->is_writable &&
	    !root_copy_is_readable(view->path)) {
		taken->source = open(view->path, O_RDONLY | O_CLOEXEC);
		return taken->source < 0 ? err_sys(err, errno, "%s", view->path) : 0;
	}
	taken->tree = take_tree(view->path, view->is_writable, view->is_device);
	if (taken->tree < 0)
		return err_sys(err, -taken->tree, "%s: cannot be kept visible",
			       view->path);
	return 0;
}

static int take_all(struct taking *taking, const struct root_view *views, struct err *err)
{
	int ret = 0;

	for (const struct root_item *item = used; !ret && item->path; item++)
		ret = take_item(taking, item, err);
	for (; !ret && views && views->path; views++)
		ret = take_view(taking, views, err);
	return ret;
}

/* -------------------------------------------------- second pass: place */

/* The folders above a path, relative to here; those that exist are fine. */
static int make_parents(const char *path, struct err *err)
{
	char folder[PATH_MAX];

	if (strlen(path) >= sizeof(folder))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", path);
	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
		if (mkdir(folder, 0755) && errno != EEXIST)
			return err_sys(err, errno, "/%s", folder);
	}
	return 0;
}

static int make_file(const char *path, const char *text, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	size_t length = text ? strlen(text) : 0;

	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		return err_sys(err, errno, "/%s", path);
	return 0;
}

static int make_own(const struct root_item *item, struct err *err)
{
	const char *path = item->path + 1;
	int ret;

	if (item->kind != ROOT_FOLDER && item->kind != ROOT_LINK &&
	    item->kind != ROOT_TEXT)
		return 0;
	ret = make_parents(path, err);
	if (ret)
		return ret;
	if (item->kind == ROOT_TEXT)
		return make_file(path, item->text, err);
	if (item->kind == ROOT_LINK)
		ret = symlink(item->text, path);
	else
		ret = mkdir(path, str_equal(item->path, "/tmp") ? 01777 : 0755);
	return ret && errno != EEXIST ? err_sys(err, errno, "%s", item->path) : 0;
}

static int place(struct taken *taken, struct err *err)
{
	const char *path = taken->at + 1;
	int ret = make_parents(path, err);

	if (ret)
		return ret;
	if (taken->link)
		return symlink(taken->link, path) && errno != EEXIST
			       ? err_sys(err, errno, "%s", taken->at)
			       : 0;
	if (taken->source >= 0) {
		ret = root_copy(taken->source, path, err);
		if (ret)
			return err_wrap(err, "%s", taken->at), ret;
		return 0; /* it belongs to who is nobody in there, as the root itself */
	}
	/* A view may lie in a tree that is bound, and is there already. */
	if (access(path, F_OK))
		ret = taken->is_folder
			      ? (mkdir(path, 0755) ? err_sys(err, errno, "%s", taken->at)
						   : 0)
			      : make_file(path, NULL, err);
	if (!ret && taken->tree >= 0 &&
	    move_mount(taken->tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH))
		ret = err_sys(err, errno, "%s: cannot be mounted", taken->at);
	return ret;
}

static int place_proc(int proc_fd, struct err *err)
{
	if (move_mount(proc_fd, "", AT_FDCWD, "proc", MOVE_MOUNT_F_EMPTY_PATH))
		return err_sys(err, errno, "/proc: cannot be mounted");
	return 0;
}

/* A new tmpfs, which is the working directory then. */
static int start_at(const char *place, const char *data, struct err *err)
{
	if (mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, data) || chdir(place))
		return err_sys(err, errno, "cannot make a small root");
	umask(022);
	return 0;
}

static int place_all(struct taking *taking, bool are_views, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < taking->count; i++)
		if (taking->items[i].is_view == are_views)
			ret = place(&taking->items[i], err);
	return ret;
}

static int make_folders(struct err *err)
{
	if ((mkdir("tmp", 01777) && errno != EEXIST) || chmod("tmp", 01777) ||
	    (mkdir("proc", 0555) && errno != EEXIST))
		return err_sys(err, errno, "/tmp, /proc");
	return 0;
}

static int enter(struct err *err)
{
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return err_sys(err, errno, "cannot enter the small root");
	return 0;
}

int root_enter(const struct root_view *views, int proc_fd, struct err *err)
{
	_cleanup_(taking_donep) struct taking *taking = calloc(1, sizeof(*taking));
	int ret;

	if (!taking)
		return err_sys(err, ENOMEM, "a root");
	ret = take_all(taking, views, err);
	if (!ret) /* /tmp is always there: any folder would do */
		ret = start_at("/tmp", "mode=755", err);
	if (!ret)
		ret = make_folders(err);
	if (!ret)
		ret = place_all(taking, false, err);
	for (const struct root_item *item = used; !ret && item->path; item++)
		ret = make_own(item, err);
	if (!ret)
		ret = place_proc(proc_fd, err);
	if (!ret)
		ret = place_all(taking, true, err);
	return ret ? ret : enter(err);
}

/* -------------------------------------------------- one more view */

static int add_view(int mount_ns, const struct root_view *view, struct err *err)
{
	_cleanup_(taking_donep) struct taking *taking = calloc(1, sizeof(*taking));
	int ret;

	if (!taking)
		return err_sys(err, ENOMEM, "%s", view->path);
	ret = take_view(taking, view, err);
	if (!ret && (setns(mount_ns, CLONE_NEWNS) || chdir("/")))
		ret = err_sys(err, errno, "%s: cannot be shown", view->path);
	umask(022);
	return ret ? ret : place(&taking->items[0], err);
}

int root_add(int mount_ns, const struct root_view *view, struct err *err)
{
	struct err heard = { 0 };
	int pipes[2];
	ssize_t got;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "%s", view->path);
	pid = fork();
	if (pid == 0) {
		(void)add_view(mount_ns, view, &heard);
		(void)!write(pipes[1], &heard, sizeof(heard));
		_exit(0);
	}
	close(pipes[1]);
	do
		got = read(pipes[0], &heard, sizeof(heard));
	while (got < 0 && errno == EINTR);
	close(pipes[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	if (got != (ssize_t)sizeof(heard))
		return err_set(err, EIO, "%s: cannot be shown", view->path);
	return heard.code ? err_set(err, -heard.code, "%s", heard.text) : 0;
}

/* -------------------------------------------------- the roots of nodes */

/*
 * Putting a root together takes two hundred system calls, which a guest kernel makes a
 * hundredth of a second of. So most of it is done once in a world, in TEMPLATE, and each
 * node gets a copy of those mounts. What it has for itself are four folders of a tmpfs;
 * what comes from the machine in these are links to MACHINE in the template.
 */
#define TEMPLATE "/tmp/.root"
#define MACHINE	 "/.machine"

static const char *const own_folders[] = { "etc", "run", "tmp", "var" };

/* In the template, what belongs into a folder of the node's own stands elsewhere. */
static int prepare_taken(struct taking *taking, char (*paths)[PATH_MAX])
{
	for (size_t i = 0; i < taking->count; i++) {
		struct taken *taken = &taking->items[i];

		if (!is_own(taken->at))
			continue;
		if (snprintf(paths[i], PATH_MAX, MACHINE "%s", taken->at) >= PATH_MAX)
			return -ENAMETOOLONG;
		taken->at = paths[i];
	}
	return 0;
}

static int fill_template(struct err *err)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	_cleanup_(taking_donep) struct taking *taking = calloc(1, sizeof(*taking));
	_cleanup_free_ char(*paths)[PATH_MAX] = calloc(ROOT_ITEMS_MAX, PATH_MAX);
	int ret;

	if (!taking || !paths)
		return err_sys(err, ENOMEM, "a root");
	ret = take_all(taking, NULL, err);
	if (!ret && prepare_taken(taking, paths))
		ret = err_set(err, ENAMETOOLONG, "a root");
	if (!ret && mkdir(TEMPLATE, 0700) && errno != EEXIST)
		ret = err_sys(err, errno, TEMPLATE);
	if (!ret)
		ret = start_at(TEMPLATE, "mode=755", err);
	if (!ret)
		ret = make_folders(err);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(own_folders); i++)
		if (mkdir(own_folders[i], 0755) && errno != EEXIST)
			ret = err_sys(err, errno, "/%s", own_folders[i]);
	if (!ret)
		ret = place_all(taking, false, err);
	for (const struct root_item *item = used; !ret && item->path; item++)
		if (!is_own(item->path))
			ret = make_own(item, err);
	if (!ret && mount_setattr(AT_FDCWD, ".", 0, &attr, sizeof(attr)))
		ret = err_sys(err, errno, "a root cannot be made read-only");
	return ret;
}

static bool is_prepared;

bool root_is_prepared(void)
{
	return is_prepared;
}

int root_prepare(struct err *err)
{
	int ret;

	if (is_prepared)
		return 0;
	ret = fill_template(err);
	is_prepared = !ret;
	return ret;
}

/* What a node has for itself, in a new tmpfs. */
static int fill_own(struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(own_folders); i++)
		if (mkdir(own_folders[i], 0755) && errno != EEXIST)
			return err_sys(err, errno, "/%s", own_folders[i]);
	if (chmod("tmp", 01777))
		return err_sys(err, errno, "/tmp");
	for (const struct root_item *item = used; !ret && item->path; item++) {
		struct root_item link = { .kind = ROOT_LINK, .path = item->path };
		char target[PATH_MAX];

		if (!is_own(item->path))
			continue;
		if (item->kind != ROOT_TREE && item->kind != ROOT_FILE) {
			ret = make_own(item, err);
			continue;
		}
		(void)snprintf(target, sizeof(target), MACHINE "%s", item->path);
		link.text = target;
		ret = make_own(&link, err);
	}
	return ret;
}

int root_node_enter(const char *size, unsigned int files, int proc_fd, struct err *err)
{
	int own[ARRAY_SIZE(own_folders)] = { -1, -1, -1, -1 };
	_cleanup_close_ int tree = open_tree(
		AT_FDCWD, TEMPLATE, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	char data[64];
	int ret;

	if (tree < 0)
		return err_sys(err, errno, TEMPLATE);
	(void)snprintf(data, sizeof(data), "mode=755,size=%s,nr_inodes=%u", size, files);
	ret = start_at("/tmp", data, err);
	if (!ret)
		ret = fill_own(err);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(own); i++) {
		own[i] = open_tree(AT_FDCWD, own_folders[i],
				   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (own[i] < 0)
			ret = err_sys(err, errno, "/%s", own_folders[i]);
	}
	if (!ret && (move_mount(tree, "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH) ||
		     chdir("/tmp")))
		ret = err_sys(err, errno, "cannot make a small root");
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (!ret && move_mount(own[i], "", AT_FDCWD, own_folders[i],
				       MOVE_MOUNT_F_EMPTY_PATH))
			ret = err_sys(err, errno, "/%s", own_folders[i]);
		if (own[i] >= 0)
			close(own[i]);
	}
	if (!ret)
		ret = place_proc(proc_fd, err);
	return ret ? ret : enter(err);
}
