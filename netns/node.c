// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * node.c - one simulated host
 *
 * A mount namespace can only be entered by a thread that shares its idea of root and
 * working directory with no other thread, and entering one forgets both. So whatever
 * needs a node's mounts is done by a thread made for it, which leaves our namespaces
 * with unshare(2) and is gone afterwards. (User namespaces are the only kind that
 * threads cannot change; nodes do not have their own.)
 *
 * The thread that makes a node forks the first process of its pid namespace. That one
 * builds the node's root (a /proc can only be mounted from inside), gives up whatever it
 * had, and then only exists: it adopts what is orphaned in the node, and with it the
 * node ends. Nothing in the node can send it a signal that it does not want.
 */
#include "netns/node.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <netlink/route/link.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/nlsock.h"
#include "netns/root.h"
#include "netns/sandbox.h"
#include "netns/world.h"

#define NODE_NAME_MAX 64
#define NODE_SIZE     "48m" /* of all its own files together */
#define NODE_FILES    16384 /* of them: each, even empty, costs the kernel 1 KiB */

struct node {
	char name[NODE_NAME_MAX];
	int net_fd;
	int mount_fd;
	int pid_fd;  /* its pid namespace */
	pid_t init;  /* the first process in there; 0: none */
	char *stack; /* its; never given back, it may still be there */
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
	if (node->pid_fd >= 0)
		close(node->pid_fd);
	if (node->init > 0) {
		/* It ends when all others have been reaped, by whoever started them. */
		kill(node->init, SIGKILL);
		(void)waitpid(node->init, NULL, WNOHANG);
	}
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

/* -------------------------------------------------- files, from within */

struct own_file {
	const char *path;
	const char *text;
	bool is_program;
};

static int file_make(const struct own_file *file, struct err *err)
{
	char folder[PATH_MAX];
	int ret;

	if (file->path[0] != '/' || strlen(file->path) >= sizeof(folder))
		return err_set(err, EINVAL, "%.100s: not an absolute path", file->path);
	memcpy(folder, file->path, strlen(file->path) + 1);
	*strrchr(folder, '/') = '\0';
	ret = *folder ? file_make_folder(folder, err) : 0;
	if (ret)
		return ret;
	unlink(file->path); /* a symbolic link would be followed */
	ret = file_write(file->path, file->text, strlen(file->text), err);
	if (!ret && file->is_program && chmod(file->path, 0755))
		ret = err_sys(err, errno, "%s", file->path);
	return ret;
}

/* Make an empty file or folder, and the folders above it, where there is none. */
static int make_place(const char *path, bool is_folder, struct err *err)
{
	char folder[PATH_MAX];
	struct stat there;
	int ret;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	if (!is_folder)
		*strrchr(folder, '/') = '\0';
	ret = *folder ? file_make_folder(folder, err) : 0;
	if (ret || is_folder || (!lstat(path, &there) && S_ISREG(there.st_mode)))
		return ret;
	return file_write(path, "", 0, err);
}

/* What something is mounted on cannot be removed: so it is mounted on itself. */
static int place_keep(const char *path, bool is_folder, struct err *err)
{
	int ret = make_place(path, is_folder, err);

	if (!ret && mount(path, path, NULL, MS_BIND, NULL))
		ret = err_sys(err, errno, "%s", path);
	return ret;
}

/* -------------------------------------------------- making a node */

struct making {
	struct node *node;
	const struct node_options *options;
};

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

/* What the first process of a node tells about its beginnings. */
struct word {
	struct err err;
	bool has_proc; /* a fresh one */
};

/* A /proc of this pid namespace, detached; -EPERM where parts of the old are masked. */
static int proc_new(void)
{
	_cleanup_close_ int context = fsopen("proc", FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Everything in /proc is to be read only, but the node's own network settings. */
static int proc_restrict(struct err *err)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	_cleanup_close_ int net =
		open_tree(AT_FDCWD, "/proc/sys/net", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (net < 0 || mount_setattr(AT_FDCWD, "/proc", 0, &attr, sizeof(attr)) ||
	    move_mount(net, "", AT_FDCWD, "/proc/sys/net", MOVE_MOUNT_F_EMPTY_PATH))
		return err_sys(err, errno, "/proc cannot be made read-only");
	return 0;
}

/* Terminals of its own. */
static int pts_make(struct err *err)
{
	if (mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  "newinstance,ptmxmode=666,mode=620"))
		return err_sys(err, errno, "/dev/pts");
	return 0;
}

static int node_root_make(bool *ret_has_proc, struct err *err)
{
	_cleanup_close_ int proc = proc_new();
	int ret;

	*ret_has_proc = proc >= 0;
	if (proc == -EPERM) /* the world's has to serve */
		proc = open_tree(AT_FDCWD, "/proc",
				 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (proc < 0)
		return err_sys(err, *ret_has_proc ? errno : -proc, "no new /proc");
	ret = root_node_enter(NODE_SIZE, NODE_FILES, proc, err);
	if (!ret && *ret_has_proc)
		ret = proc_restrict(err);
	return ret ? ret : pts_make(err);
}

struct node_birth {
	struct word word;
	int word_fd;
	const struct node_options *options; /* NULL: none */
};

static int entries_make(const struct node_options *options, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && options && i < options->entries_count; i++) {
		const struct node_entry *entry = &options->entries[i];
		struct own_file file = { entry->path, entry->text, entry->is_program };

		ret = entry->text ? file_make(&file, err)
				  : place_keep(entry->path, entry->is_folder, err);
	}
	return ret;
}

/*
 * The first process of a node. It shares our memory (a guest kernel needs 20 ms to make a
 * process that does not) and, until it has said its word, stands in for the thread that
 * made it, which waits; after that it must not touch anything, not even errno: the thread
 * is gone. It keeps its capabilities, so that nobody in the node, where they are fewer,
 * may look at it.
 */
static int node_init_run(void *arg)
{
	struct node_birth *birth = arg;
	bool is_failed;
	sigset_t all;

	/* Whoever is orphaned here is reaped by the kernel. */
	(void)signal(SIGCHLD, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setsid();
	if (!node_root_make(&birth->word.has_proc, &birth->word.err))
		(void)entries_make(birth->options, &birth->word.err);
	(void)dup3(birth->word_fd, 0, 0);
	(void)close_range(1, ~0u, 0);
	is_failed = birth->word.err.code;
	/* Not write(2): as a cancellation point it touches the thread's memory afterwards. */
	(void)!syscall(SYS_write, 0, "", 1);
	if (is_failed)
		_exit(1);
	/* Descriptor 0 is the pipe's end, whose other end is closed: it does not matter. */
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
	return 0;
}

/* Nodes are made side by side; the first that misses something says it. */
static void miss_wall(const char *what)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	(void)pthread_mutex_lock(&lock);
	if (!world_wall_missing())
		world_wall_set(what);
	(void)pthread_mutex_unlock(&lock);
}

#define INIT_STACK_BYTES (256u << 10)

static int node_init_start(struct node *node, const struct node_options *options,
			   struct err *err)
{
	_cleanup_close_ int own =
		open("/proc/thread-self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int word_read = -1, word_write = -1;
	struct node_birth birth = { .options = options };
	int pipes[2];
	char byte;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "pipe");
	word_read = pipes[0];
	birth.word_fd = word_write = pipes[1];
	node->stack = mmap(NULL, INIT_STACK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (node->stack == MAP_FAILED)
		return err_sys(err, errno, "a stack");
	node->init = clone(node_init_run, node->stack + INIT_STACK_BYTES,
			   CLONE_VM | SIGCHLD, &birth);
	if (node->init < 0)
		return err_sys(err, errno, "fork");
	close(steal_fd(&word_write));
	if (read(word_read, &byte, 1) != 1)
		return err_set(err, EIO, "it ended before it was set up");
	if (birth.word.err.code)
		return err_set(err, -birth.word.err.code, "%s", birth.word.err.text);
	/* By now our root is the node's as well, and its /proc does not know us. */
	node->pid_fd = openat(own, "pid_for_children", O_RDONLY | O_CLOEXEC);
	if (node->pid_fd < 0)
		return err_sys(err, errno, "/proc/thread-self/ns");
	if (!birth.word.has_proc)
		miss_wall("/proc cannot be mounted afresh here: parts of it are masked");
	return 0;
}

static int settings_make(const struct node_options *options, struct err *err)
{
	for (size_t i = 0; options && i < options->settings_count; i++) {
		const struct node_setting *setting = &options->settings[i];
		int ret = write_sysctl(setting->key, setting->value);

		if (ret)
			return err_sys(err, -ret, "%s = %s", setting->key,
				       setting->value);
	}
	return 0;
}

static int make(void *arg, struct err *err)
{
	struct making *making = arg;
	struct node *node = making->node;
	int ret = sandbox_prepare(err);

	if (ret) /* told when something untrusted is to run */
		miss_wall(err->text);
	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC))
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
		ret = settings_make(making->options, err);
	return ret ? ret : node_init_start(node, making->options, err);
}

/* In a thread, because it changes the working directory. */
static int prepare_root(void *arg, struct err *err)
{
	(void)arg;
	return root_prepare(err);
}

int node_prepare(struct err *err)
{
	return root_is_prepared() ? 0 : in_thread(NULL, prepare_root, NULL, err);
}

int node_new(const char *name, const struct node_options *options, struct node **ret_node,
	     struct err *err)
{
	_cleanup_(node_freep) struct node *node = calloc(1, sizeof(*node));
	struct making making = { .node = node, .options = options };
	int ret;

	if (!node)
		return err_sys(err, ENOMEM, "node %s", name);
	node->net_fd = node->mount_fd = node->pid_fd = -1;
	if (strlen(name) >= sizeof(node->name))
		return err_set(err, ENAMETOOLONG, "node %s: name too long", name);
	memcpy(node->name, name, strlen(name) + 1);
	ret = node_prepare(err);
	if (!ret)
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

int node_pid_fd(const struct node *node)
{
	return node->pid_fd;
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

/* -------------------------------------------------- files of its own */

static int make_there(void *arg, struct err *err)
{
	return file_make(arg, err);
}

static int file_put(const struct node *node, struct own_file *file, struct err *err)
{
	int ret = in_thread(node, make_there, file, err);

	if (ret)
		err_wrap(err, "node %s", node->name);
	return ret;
}

int node_file(const struct node *node, const char *path, const char *text,
	      struct err *err)
{
	struct own_file file = { .path = path, .text = text };

	return file_put(node, &file, err);
}

int node_program(const struct node *node, const char *path, const char *text,
		 struct err *err)
{
	struct own_file file = { .path = path, .text = text, .is_program = true };

	return file_put(node, &file, err);
}

struct sharing {
	const char *path;
	int tree;
	bool is_folder;
	struct stat status;
};

/* In the node: put the copy of the world's mount at its path. */
static int put_shared(void *arg, struct err *err)
{
	const struct sharing *sharing = arg;
	struct stat there;
	int ret;

	if (!stat(sharing->path, &there) && there.st_dev == sharing->status.st_dev &&
	    there.st_ino == sharing->status.st_ino)
		return 0; /* again */
	ret = make_place(sharing->path, sharing->is_folder, err);
	if (!ret && move_mount(sharing->tree, "", AT_FDCWD, sharing->path,
			       MOVE_MOUNT_F_EMPTY_PATH))
		ret = err_sys(err, errno, "%s", sharing->path);
	return ret;
}

int node_share(const struct node *node, const char *path, const char *at, struct err *err)
{
	_cleanup_close_ int tree =
		open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	struct sharing sharing = { .path = at ? at : path, .tree = tree };
	int ret;

	if (tree < 0 || fstat(tree, &sharing.status))
		return err_sys(err, errno, "node %s: %s", node->name, path);
	sharing.is_folder = S_ISDIR(sharing.status.st_mode);
	ret = in_thread(node, put_shared, &sharing, err);
	if (ret)
		err_wrap(err, "node %s", node->name);
	return ret;
}

static int keep_there(void *arg, struct err *err)
{
	const struct sharing *sharing = arg;

	return place_keep(sharing->path, sharing->is_folder, err);
}

int node_keep(const struct node *node, const char *path, bool is_folder, struct err *err)
{
	struct sharing sharing = { .path = path, .is_folder = is_folder };
	int ret = in_thread(node, keep_there, &sharing, err);

	if (ret)
		err_wrap(err, "node %s", node->name);
	return ret;
}

struct opening {
	const char *path;
	int flags;
};

static int open_there(void *arg, struct err *err)
{
	const struct opening *opening = arg;
	int fd = open(opening->path, opening->flags | O_CLOEXEC, 0600);

	return fd < 0 ? err_sys(err, errno, "%s", opening->path) : fd;
}

int node_open(const struct node *node, const char *path, int flags, struct err *err)
{
	struct opening opening = { path, flags };
	int fd = in_thread(node, open_there, &opening, err);

	if (fd < 0)
		err_wrap(err, "node %s", node->name);
	return fd;
}
