// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * node.c - one simulated host
 *
 * A mount namespace can only be entered by a thread that shares its idea of root and
 * working directory with no other thread, and entering one forgets both. So whatever
 * needs a node's mounts is done by a thread made for it, which leaves our namespaces
 * with unshare(2) and is gone afterwards. (User namespaces are the only kind that
 * threads cannot change; nodes do not have their own.)
 */
#include "netns/node.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <netlink/route/link.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nlsock.h"
#include "netns/world.h"

#define NODE_NAME_MAX 64
/* Where a node keeps its own versions of files, in its private /run. */
#define NODE_FOLDER "/run/.node"

struct node {
	char name[NODE_NAME_MAX];
	int net_fd;
	int mount_fd;
	struct nlsock rtnl;
};

const char *node_name(const struct node *node)
{
	return node->name;
}

int node_net_fd(const struct node *node)
{
	return node->net_fd;
}

struct nlsock *node_rtnl(const struct node *node)
{
	/* A const node's kernel objects change all the same. */
	return (struct nlsock *)(uintptr_t)&node->rtnl;
}

void node_free(struct node *node)
{
	if (!node)
		return;
	nlsock_done(&node->rtnl);
	if (node->net_fd >= 0)
		close(node->net_fd);
	if (node->mount_fd >= 0)
		close(node->mount_fd);
	free(node);
}

/* -------------------------------------------------- threads of their own */

struct errand {
	const struct node *node; /* to enter its mounts; NULL: stay */
	int (*fn)(void *arg, struct err *err);
	void *arg;
	struct err *err;
	int ret;
};

static void *errand_run(void *arg)
{
	struct errand *errand = arg;

	if (unshare(CLONE_FS))
		errand->ret = err_sys(errand->err, errno, "unshare");
	else if (errand->node && setns(errand->node->mount_fd, CLONE_NEWNS))
		errand->ret = err_sys(errand->err, errno, "cannot enter the mounts");
	else
		errand->ret = errand->fn(errand->arg, errand->err);
	return NULL;
}

static int in_thread(const struct node *node, int (*fn)(void *arg, struct err *err),
		     void *arg, struct err *err)
{
	struct errand errand = { .node = node, .fn = fn, .arg = arg, .err = err };
	pthread_t thread;
	int error = pthread_create(&thread, NULL, errand_run, &errand);

	if (error)
		return err_sys(err, error, "thread");
	pthread_join(thread, NULL);
	return errand.ret;
}

/* -------------------------------------------------- making a node */

struct making {
	struct node *node;
	const struct node_options *options;
};

#define RUN_MOUNTS_MAX WORLD_KEEP_MAX

/* Mount points below /run: paths that the world keeps visible, so we do as well. */
static size_t find_run_mounts(char *paths[static RUN_MOUNTS_MAX])
{
	_cleanup_fclose_ FILE *file = fopen("/proc/thread-self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0, count = 0;
	char path[PATH_MAX];

	while (file && getline(&line, &room, file) > 0) {
		/*
		 * Mounts of the machine's own /run are listed although ours covers them.
		 * Escaped characters (\040) are left alone: such a path is not found.
		 */
		if (sscanf(line, "%*s %*s %*s %*s %4095s", path) != 1 ||
		    !str_starts(path, "/run/") || access(path, F_OK) ||
		    count == RUN_MOUNTS_MAX)
			continue;
		paths[count] = strdup(path);
		if (paths[count])
			count++;
	}
	return count;
}

static int cover_run(struct err *err)
{
	char *paths[RUN_MOUNTS_MAX + 1] = { 0 };
	size_t count = find_run_mounts(paths);
	int ret = world_cover("/run", (const char *const *)paths, err);

	while (count)
		free(paths[--count]);
	return ret;
}

static int write_sysctl(const char *key, const char *value)
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;
	size_t length = strlen(value);

	if ((size_t)snprintf(path, sizeof(path), "/proc/sys/%s", key) >= sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, value, length) == (ssize_t)length ? 0 : -errno;
}

static int set_ipv6_off(struct err *err)
{
	static const char *const keys[] = {
		"net/ipv6/conf/default/disable_ipv6",
		"net/ipv6/conf/all/disable_ipv6",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		int ret = write_sysctl(keys[i], "1");

		if (ret && ret != -ENOENT) /* a kernel without IPv6 is fine */
			return err_sys(err, -ret, "%s", keys[i]);
	}
	return 0;
}

static int make(void *arg, struct err *err)
{
	struct making *making = arg;
	struct node *node = making->node;
	int ret;

	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return err_sys(err, errno, "no new namespaces");
	node->net_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	node->mount_fd = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (node->net_fd < 0 || node->mount_fd < 0)
		return err_sys(err, errno, "/proc/thread-self/ns");
	ret = nlsock_init(&node->rtnl, NETLINK_ROUTE, err);
	if (!ret && !(making->options && making->options->has_ipv6))
		ret = set_ipv6_off(err);
	if (!ret)
		ret = link_loopback_up(err);
	if (!ret)
		ret = cover_run(err);
	return ret;
}

int node_new(const char *name, const struct node_options *options, struct node **ret_node,
	     struct err *err)
{
	_cleanup_(node_freep) struct node *node = calloc(1, sizeof(*node));
	struct making making = { .node = node, .options = options };
	int ret;

	if (!node)
		return err_sys(err, ENOMEM, "node %s", name);
	node->net_fd = node->mount_fd = -1;
	if (strlen(name) >= sizeof(node->name))
		return err_set(err, ENAMETOOLONG, "node %s: name too long", name);
	memcpy(node->name, name, strlen(name) + 1);
	ret = in_thread(NULL, make, &making, err);
	if (ret) {
		err_wrap(err, "node %s", name);
		return ret;
	}
	*ret_node = steal(&node);
	return 0;
}

/* -------------------------------------------------- working in a node */

int node_run(const struct node *node, int (*fn)(void *arg), void *arg)
{
	_cleanup_close_ int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int ret;

	if (home < 0 || setns(node->net_fd, CLONE_NEWNET))
		return -errno;
	ret = fn(arg);
	/* Staying in the wrong network would make every later result a lie. */
	if (setns(home, CLONE_NEWNET))
		abort();
	return ret;
}

struct socket_request {
	int domain, type, protocol;
};

static int open_socket(void *arg)
{
	const struct socket_request *request = arg;
	int fd = socket(request->domain, request->type | SOCK_CLOEXEC, request->protocol);

	return fd < 0 ? -errno : fd;
}

int node_socket(const struct node *node, int domain, int type, int protocol)
{
	struct socket_request request = { domain, type, protocol };

	return node_run(node, open_socket, &request);
}

int node_enter(const struct node *node)
{
	if (setns(node->net_fd, CLONE_NEWNET) || setns(node->mount_fd, CLONE_NEWNS))
		return -errno;
	return 0;
}

struct sysctl {
	const char *key;
	const char *value; /* NULL: read */
	char *text;
	size_t room;
};

static int do_sysctl(void *arg)
{
	const struct sysctl *sysctl = arg;
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;
	ssize_t got;

	if (sysctl->value)
		return write_sysctl(sysctl->key, sysctl->value);
	snprintf(path, sizeof(path), "/proc/sys/%s", sysctl->key);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = read(fd, sysctl->text, sysctl->room - 1);
	if (got < 0)
		return -errno;
	while (got && sysctl->text[got - 1] == '\n')
		got--;
	sysctl->text[got] = '\0';
	return 0;
}

int node_sysctl(const struct node *node, const char *key, const char *value,
		struct err *err)
{
	struct sysctl sysctl = { .key = key, .value = value };
	int ret = node_run(node, do_sysctl, &sysctl);

	if (ret)
		return err_sys(err, -ret, "node %s: %s = %s", node->name, key, value);
	return 0;
}

int node_sysctl_get(const struct node *node, const char *key, char *text, size_t room,
		    struct err *err)
{
	struct sysctl sysctl = { .key = key, .text = text, .room = room };
	int ret = node_run(node, do_sysctl, &sysctl);

	if (ret)
		return err_sys(err, -ret, "node %s: %s", node->name, key);
	return 0;
}

/* -------------------------------------------------- own versions of files */

/*
 * Replace a folder by a private one with a symbolic link for each of its entries, so
 * that files can be added to it and links replaced although the machine's folder is
 * not ours to change.
 */
static int make_private(const char *folder, struct err *err)
{
	_cleanup_close_ int tree = open_tree(
		AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	char original[PATH_MAX], target[PATH_MAX + NAME_MAX + 2],
		link_path[PATH_MAX + NAME_MAX + 2];
	struct dirent *entry;
	DIR *dir;
	int ret;

	if (tree < 0)
		return err_sys(err, errno, "%s", folder);
	if ((size_t)snprintf(original, sizeof(original), NODE_FOLDER "/original%s",
			     folder) >= sizeof(original))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", folder);
	if (access(original, F_OK) == 0)
		return 0; /* it is private already */
	ret = file_make_folder(original, err);
	if (ret)
		return ret;
	if (move_mount(tree, "", AT_FDCWD, original, MOVE_MOUNT_F_EMPTY_PATH) ||
	    mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755"))
		return err_sys(err, errno, "%s", folder);
	dir = opendir(original);
	if (!dir)
		return err_sys(err, errno, "%s", folder);
	while ((entry = readdir(dir))) {
		if (str_equal(entry->d_name, ".") || str_equal(entry->d_name, ".."))
			continue;
		snprintf(target, sizeof(target), "%s/%s", original, entry->d_name);
		snprintf(link_path, sizeof(link_path), "%s/%s", folder, entry->d_name);
		if (symlink(target, link_path))
			ret = err_sys(err, errno, "%s", link_path);
	}
	closedir(dir);
	return ret;
}

struct own_file {
	const char *path;
	const char *text;
};

/* Write text to a file in NODE_FOLDER and mount that over path. */
static int bind_over(const struct own_file *file, struct err *err)
{
	char own[PATH_MAX];
	int ret;

	if ((size_t)snprintf(own, sizeof(own), NODE_FOLDER "/file%s", file->path) >=
	    sizeof(own))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", file->path);
	if (access(own, F_OK) == 0) /* again: it is in place */
		return file_write(own, file->text, strlen(file->text), err);
	*strrchr(own, '/') = '\0';
	ret = file_make_folder(own, err);
	own[strlen(own)] = '/';
	if (!ret)
		ret = file_write(own, file->text, strlen(file->text), err);
	if (!ret && mount(own, file->path, NULL, MS_BIND, NULL))
		ret = err_sys(err, errno, "%s", file->path);
	return ret;
}

static int own_file(void *arg, struct err *err)
{
	const struct own_file *file = arg;
	char folder[PATH_MAX];
	struct stat status;
	int ret;

	if (file->path[0] != '/' || strlen(file->path) >= sizeof(folder))
		return err_set(err, EINVAL, "%.100s: not an absolute path", file->path);
	if (!lstat(file->path, &status) && S_ISREG(status.st_mode) &&
	    !str_starts(file->path, "/run/"))
		return bind_over(file, err);
	memcpy(folder, file->path, strlen(file->path) + 1);
	*strrchr(folder, '/') = '\0';
	if (str_starts(file->path, "/run/"))
		ret = file_make_folder(folder, err);
	else
		ret = make_private(folder, err);
	if (ret)
		return ret;
	unlink(file->path); /* a symbolic link would be followed */
	return file_write(file->path, file->text, strlen(file->text), err);
}

int node_file(const struct node *node, const char *path, const char *text,
	      struct err *err)
{
	struct own_file file = { .path = path, .text = text };
	int ret = in_thread(node, own_file, &file, err);

	if (ret)
		err_wrap(err, "node %s", node->name);
	return ret;
}
