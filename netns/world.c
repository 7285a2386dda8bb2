// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * world.c - the sandbox that a whole run lives in, and dies with
 *
 * Theory of operation
 *
 *   caller ──clone──► init (PID 1) ──fork, unshare──► main(arg)
 *                     outer mounts                    inner namespaces
 *
 * init is made by a bare clone(2), so that there is no moment in which a half-made
 * world could outlive us. It does nothing but set up and reap; whatever needs a sound C
 * library (threads above all) happens in its child, which is made by an ordinary fork().
 * Only mounts that were inherited into a second user namespace are locked, and network
 * namespaces belong to the user namespace in which they are made: hence the two parts.
 *
 * init asks the kernel for SIGKILL when its parent dies. If the parent died before it
 * asked, the signal never comes; so it looks afterwards, through a descriptor of the
 * parent (getppid() is 0 from inside a new pid namespace). When init is gone, the
 * kernel kills every process of its pid namespace, and with the last process and
 * descriptor go all other namespaces and mounts.
 */
#include "netns/world.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/link.h"
#include "netns/root.h"

#define OUTER_NAMESPACES (CLONE_NEWNS | CLONE_NEWPID)

/* The ids of the world as the machine sees them, when root starts it; then the reader's. */
#define WORLD_FIRST_ID 0x70000000u
#define WORLD_IDS      65536u
#define READER_ID      (WORLD_FIRST_ID + WORLD_IDS)

/* Where a reader, who is 0 himself, sees the ids of his worlds. */
#define READERS_FIRST_ID 1u

/* What init needs to know; all of it is shared with the parent by the clone. */
struct birth {
	const struct world_options *options;
	int (*main)(void *arg);
	void *arg;
	int parent_fd;	  /* pidfd of the parent */
	int go_fd;	  /* read: the parent has written our id maps */
	int report_fd;	  /* write: a struct err, with code 0 when all is well */
	bool has_user;	  /* in a user namespace of its own */
	bool maps_itself; /* writes its own id maps (ordinary user) */
	bool is_root;
	bool has_proc;	/* of its own pid namespace */
	uid_t first_id; /* root of the world, outside; 0: whoever we are */
	uid_t uid;
	gid_t gid;
};

static int write_text(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t length = strlen(text);

	if (fd < 0)
		return -errno;
	return write(fd, text, length) == (ssize_t)length ? 0 : -errno;
}

/* -------------------------------------------------- inside: init */

static int map_ids(const struct birth *birth, struct err *err)
{
	char line[64];
	char go;

	if (!birth->maps_itself) {
		if (read(birth->go_fd, &go, 1) != 1)
			return err_set(err, EPERM, "cannot map the user ids");
		return 0;
	}
	/* Without CAP_SETGID the kernel wants setgroups(2) given up first. */
	if (write_text("/proc/self/setgroups", "deny"))
		return err_sys(err, errno, "/proc/self/setgroups");
	snprintf(line, sizeof(line), "0 %u 1", birth->uid);
	if (write_text("/proc/self/uid_map", line))
		return err_sys(err, errno, "/proc/self/uid_map");
	snprintf(line, sizeof(line), "0 %u 1", birth->gid);
	if (write_text("/proc/self/gid_map", line))
		return err_sys(err, errno, "/proc/self/gid_map");
	return 0;
}

/*
 * Make the folder that is our root in a chroot the root of our mount namespace:
 * entering a namespace (setns) goes to its root, which would lead out of the chroot.
 */
static int leave_chroot(struct err *err)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int mounts = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	char link[32], path[PATH_MAX] = "";

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", root);
	if (root < 0 || mounts < 0 || setns(mounts, CLONE_NEWNS) ||
	    readlink(link, path, sizeof(path) - 1) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(path, path, NULL, MS_BIND | MS_REC, NULL) || chdir(path) ||
	    syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return err_sys(err, errno, "cannot make a world of this chroot");
	return 0;
}

/* What we mount must never show up outside. In a chroot "/" is no mount point. */
static int mounts_private(struct err *err)
{
	if (!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 0;
	if (errno == EINVAL)
		return leave_chroot(err);
	return err_sys(err, errno, "cannot make the mounts private");
}

/*
 * A /proc of our pid namespace; refused where parts of the old one are masked, as in
 * many containers. Then the old one has to serve, and there is no inner wall: what runs
 * in here would see, through it, what is outside.
 */
static int proc_open(bool *ret_is_own)
{
	*ret_is_own =
		!mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return open_tree(AT_FDCWD, "/proc",
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

/* A view within another one (a report folder below the scenario's) is mounted on it. */
static int outer_first(const void *left, const void *right)
{
	const struct root_view *a = left, *b = right;
	size_t length_a = strlen(a->at ? a->at : a->path);
	size_t length_b = strlen(b->at ? b->at : b->path);

	return (length_a > length_b) - (length_a < length_b);
}

/* The outer part: what is mounted here is locked for the inner one. */
static int set_up(const struct birth *birth, bool *ret_has_proc, struct err *err)
{
	const struct world_options *options = birth->options;
	struct root_view views[ROOT_VIEWS_MAX + 1] = { 0 };
	_cleanup_close_ int proc_fd = -1;
	size_t count = 0;
	int ret = birth->has_user ? map_ids(birth, err) : 0;

	if (!ret)
		ret = mounts_private(err);
	for (const char *const *keep = options->keep; !ret && keep && *keep; keep++) {
		if (count == ROOT_VIEWS_MAX)
			return err_set(err, E2BIG, "too many paths to keep");
		views[count++] = (struct root_view){ .path = *keep, .is_writable = true };
	}
	for (const struct root_view *view = options->views; !ret && view && view->path;
	     view++) {
		if (count == ROOT_VIEWS_MAX)
			return err_set(err, E2BIG, "too many paths to see");
		views[count] = *view;
		views[count++].is_for_nobody =
			birth->is_root && !birth->options->is_trusted;
	}
	if (ret)
		return ret;
	qsort(views, count, sizeof(*views), outer_first);
	proc_fd = proc_open(ret_has_proc);
	if (proc_fd < 0)
		return err_sys(err, errno, "cannot mount /proc");
	return root_enter(views, proc_fd, err);
}

static bool is_parent_dead(int parent_fd)
{
	struct pollfd poll_fd = { .fd = parent_fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) != 0;
}

/* Reap whatever ends until main has; its exit status, shell style. */
static int reap_until(pid_t main_pid)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return 255;
		if (pid == main_pid)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	}
}

/* -------------------------------------------------- inside: the inner part */

#define INNER_NAMESPACES (CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC)

/* Between init and the process that becomes main(): one byte each way. */
struct inner {
	bool is_wanted; /* a user namespace: our own /proc is there to map it by */
	int ask[2];	/* main: I have one / I have none */
	int answer[2];	/* init: you are mapped */
};

static bool is_reader; /* we are one */

static char wall[ERR_TEXT_MAX] = "nobody has built one";

const char *world_wall_missing(void)
{
	return *wall ? wall : NULL;
}

void world_wall_set(const char *missing)
{
	(void)snprintf(wall, sizeof(wall), "%s", missing ? missing : "");
}

/* In there we are root of nothing but this world. */
static int become_root(struct err *err)
{
	/* Refused where setgroups(2) was given up, and then there are none of others. */
	(void)setgroups(0, NULL);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0))
		return err_sys(err, errno, "cannot become root of the world");
	/* A change of user makes /proc/self somebody else's. */
	if (prctl(PR_SET_DUMPABLE, 1))
		return err_sys(err, errno, "dumpable");
	return 0;
}

/* Nobody in a world needs one more, and they are where most holes are found. */
static int end_user_namespaces(struct err *err)
{
	if (write_text("/proc/sys/user/max_user_namespaces", "0"))
		return err_set(err, EPERM, "user.max_user_namespaces cannot be set");
	return 0;
}

/* A reader is to start worlds: some machines let only their root make user namespaces. */
static int check_nesting(struct err *err)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) ? 1 : 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		return err_set(err, ENOTSUP, "only root may make user namespaces here");
	return 0;
}

static int enter_inner(const struct birth *birth, struct inner *inner, struct err *err)
{
	const char *name =
		birth->options->hostname ? birth->options->hostname : "twinsite";
	bool has_user = inner->is_wanted && !unshare(CLONE_NEWUSER | INNER_NAMESPACES);
	char go = has_user ? 'y' : 'n';

	if (!has_user && unshare(INNER_NAMESPACES))
		return err_sys(err, errno, "no namespaces of the world's own");
	if (write(inner->ask[1], &go, 1) != 1 || read(inner->answer[0], &go, 1) != 1)
		return err_set(err, EPERM, "cannot map the user ids of the world");
	if (has_user && become_root(err))
		return err->code;
	if (birth->options->is_reader)
		return has_user ? check_nesting(err)
				: err_set(err, ENOTSUP, "no user namespaces here");
	if (has_user && end_user_namespaces(err))
		return err->code;
	world_wall_set(birth->has_proc ? NULL
				       : "/proc cannot be mounted afresh here: parts of "
					 "it are masked");
	if (sethostname(name, strlen(name)))
		return err_sys(err, errno, "hostname %s", name);
	return link_loopback_up(err);
}

static _Noreturn void main_run(const struct birth *birth, struct inner *inner)
{
	struct err err = { 0 };

	enter_inner(birth, inner, &err);
	close(inner->ask[1]);
	close(inner->answer[0]);
	if (write(birth->report_fd, &err, sizeof(err)) != (ssize_t)sizeof(err) ||
	    err.code)
		_exit(255);
	close(birth->report_fd);
	is_reader = birth->options->is_reader;
	/* exit(), not _exit(): what main() wrote to stdio is to be flushed. */
	exit(birth->main(birth->arg));
}

static bool take_id(const char **line, unsigned int *ret_id)
{
	*line += strspn(*line, " ");
	return str_take_number(line, ret_id);
}

/* Do we know all these ids as what the machine calls them? */
static bool has_ids(unsigned int first, unsigned int wanted)
{
	_cleanup_fclose_ FILE *ours = fopen("/proc/self/uid_map", "re");
	char line[128];

	while (ours && fgets(line, sizeof(line), ours)) {
		const char *at = line;
		unsigned int inside, outside, count;

		if (take_id(&at, &inside) && take_id(&at, &outside) &&
		    take_id(&at, &count) && inside <= first && count >= wanted &&
		    first - inside <= count - wanted)
			return true;
	}
	return false;
}

/*
 * Ids that nobody on this machine uses: just above those that systemd gives to
 * containers. 0 when we may not give any away.
 */
static uid_t find_ids(void)
{
	if (is_reader)
		return READERS_FIRST_ID;
	return has_ids(WORLD_FIRST_ID, WORLD_IDS) ? WORLD_FIRST_ID : 0;
}

bool world_has_ids(void)
{
	return geteuid() == 0 && !is_reader && has_ids(WORLD_FIRST_ID, WORLD_IDS + 1);
}

uid_t world_reader_id(void)
{
	return READER_ID;
}

/* The lines that say who is who in main's user namespace. */
static void write_map(const struct birth *birth, char *text, size_t room)
{
	if (birth->options->is_reader)
		(void)snprintf(text, room, "0 %u 1\n%u %u %u\n", READER_ID,
			       READERS_FIRST_ID, birth->first_id, WORLD_IDS);
	else
		(void)snprintf(text, room, "0 %u %u", birth->first_id,
			       birth->first_id ? WORLD_IDS : 1);
}

/* Map main's user namespace, when it says that it has one. */
static int serve_inner(const struct birth *birth, struct inner *inner, pid_t pid)
{
	static const char *const files[] = { "uid_map", "gid_map" };
	char path[64], line[96], go;

	if (read(inner->ask[0], &go, 1) != 1)
		return -EIO;
	write_map(birth, line, sizeof(line));
	for (size_t i = 0; go == 'y' && i < ARRAY_SIZE(files); i++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, files[i]);
		if (write_text(path, line))
			return -EPERM;
	}
	return write(inner->answer[1], "g", 1) == 1 ? 0 : -EIO;
}

/* Nothing is left for init to do as the machine's root. */
static int give_root_away(const struct birth *birth)
{
	uid_t id = birth->options->is_reader ? READER_ID : birth->first_id;

	if (!birth->first_id)
		return 0;
	if (setgroups(0, NULL) || setresgid(id, id, id) || setresuid(id, id, id))
		return -errno;
	/* Changing the user forgets it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || is_parent_dead(birth->parent_fd))
		_exit(255);
	return 0;
}

static pid_t start_main(struct birth *birth, struct err *err)
{
	struct inner inner = { .is_wanted = birth->has_proc };
	pid_t pid;

	if (birth->has_proc && birth->is_root && !birth->options->is_trusted)
		birth->first_id = find_ids();
	if (pipe2(inner.ask, O_CLOEXEC) || pipe2(inner.answer, O_CLOEXEC))
		return err_sys(err, errno, "pipe");
	pid = fork();
	if (pid == 0) {
		close(birth->parent_fd);
		close(inner.ask[0]);
		close(inner.answer[1]);
		main_run(birth, &inner);
	}
	close(inner.ask[1]);
	close(inner.answer[0]);
	if (pid > 0 && (serve_inner(birth, &inner, pid) || give_root_away(birth)))
		kill(pid, SIGKILL); /* whoever waits sees the end of the report */
	close(inner.ask[0]);
	close(inner.answer[1]);
	return pid < 0 ? err_sys(err, errno, "fork") : pid;
}

static _Noreturn void init_run(struct birth *birth)
{
	struct err err = { 0 };
	pid_t pid;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || is_parent_dead(birth->parent_fd))
		_exit(255);
	/* Ctrl-C is for the program outside, which then decides. */
	setsid();
	umask(022); /* daemons that give up root must be able to read what we write */
	set_up(birth, &birth->has_proc, &err);
	if (birth->go_fd >= 0)
		close(birth->go_fd);
	pid = err.code ? -1 : start_main(birth, &err);
	if (pid < 0) {
		(void)!write(birth->report_fd, &err, sizeof(err));
		_exit(255);
	}
	close(birth->report_fd);
	close(birth->parent_fd);
	_exit(reap_until(pid));
}

/* -------------------------------------------------- outside */

/* The most likely reason for which namespaces are refused, as advice. */
static int refusal(int error, struct err *err)
{
	static const struct {
		const char *path;
		char bad;
		const char *advice;
	} settings[] = {
		{ "/proc/sys/kernel/unprivileged_userns_clone", '0',
		  "sysctl kernel.unprivileged_userns_clone=1" },
		{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1',
		  "sysctl kernel.apparmor_restrict_unprivileged_userns=0" },
		{ "/proc/sys/user/max_user_namespaces", '0',
		  "sysctl user.max_user_namespaces=10000" },
		{ "/proc/sys/user/max_net_namespaces", '0',
		  "sysctl user.max_net_namespaces=10000" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		_cleanup_close_ int fd = open(settings[i].path, O_RDONLY | O_CLOEXEC);
		char value = '\0';

		if (fd >= 0 && read(fd, &value, 1) == 1 && value == settings[i].bad)
			return err_set(err, ENOTSUP,
				       "namespaces are not allowed here: %s (%s)",
				       strerror(error), settings[i].advice);
	}
	if (error == ENOSPC || error == EUSERS)
		return err_set(err, ENOTSUP,
			       "there are as many namespaces as allowed (sysctl "
			       "user.max_user_namespaces, user.max_net_namespaces)");
	if (error == EINVAL)
		return err_set(err, ENOTSUP,
			       "this kernel has no namespaces (CONFIG_NAMESPACES, "
			       "CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS)");
	return err_set(err, ENOTSUP, "namespaces are not allowed here: %s",
		       strerror(error));
}

/* All ids that we know ourselves keep their numbers in the new user namespace. */
static int map_file(pid_t pid, const char *file)
{
	_cleanup_buf_ struct buf lines = { 0 };
	_cleanup_fclose_ FILE *ours = NULL;
	char path[64], line[128];

	snprintf(path, sizeof(path), "/proc/self/%s", file);
	ours = fopen(path, "re");
	if (!ours)
		return -errno;
	while (fgets(line, sizeof(line), ours)) { /* "INSIDE OUTSIDE COUNT" */
		const char *at = line;
		unsigned int inside, outside, count;

		if (!take_id(&at, &inside) || !take_id(&at, &outside) ||
		    !take_id(&at, &count))
			return -EINVAL;
		buf_printf(&lines, "%u %u %u\n", inside, inside, count);
	}
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	return write_text(path, buf_text(&lines));
}

/* Root keeps its access to everybody's files, unlike with a map of one id. */
static int map_all_ids(pid_t pid, int go_fd)
{
	int ret = map_file(pid, "uid_map");

	if (!ret)
		ret = map_file(pid, "gid_map");
	if (ret)
		return ret;
	return write(go_fd, "g", 1) == 1 ? 0 : -errno;
}

static pid_t clone_init(unsigned long flags, int *ret_pidfd)
{
	return (pid_t)syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, NULL, ret_pidfd,
			      NULL, 0);
}

/*
 * Root, who may do without, does not make a user namespace for the outer part: what it
 * mounts is locked for the inner one all the same.
 */
static int give_birth(struct birth *birth, int go_fd, struct world *ret_world,
		      struct err *err)
{
	struct world world = { .pid = -1, .pidfd = -1 };

	if (birth->is_root)
		world.pid = clone_init(OUTER_NAMESPACES, &world.pidfd);
	birth->has_user = world.pid < 0;
	if (world.pid < 0)
		world.pid = clone_init(OUTER_NAMESPACES | CLONE_NEWUSER, &world.pidfd);
	if (world.pid < 0)
		return refusal(errno, err);
	if (world.pid == 0) {
		if (go_fd >= 0)
			close(go_fd);
		init_run(birth);
	}
	*ret_world = world;
	if (birth->has_user && !birth->maps_itself) {
		int ret = map_all_ids(world.pid, go_fd);

		if (ret)
			return err_sys(err, -ret, "cannot map the user ids");
	}
	return 0;
}

/* Wait for init's word that all is set up, or its complaint. */
static int hear(int report_fd, struct err *err)
{
	struct err heard = { 0 };
	ssize_t got;

	do
		got = read(report_fd, &heard, sizeof(heard));
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(heard))
		return err_set(err, EIO, "it ended before it was set up");
	if (!heard.code)
		return 0;
	heard.text[sizeof(heard.text) - 1] = '\0';
	/* Being refused what a namespace's owner may do is a matter of this machine. */
	if (heard.code == -EPERM || heard.code == -EACCES)
		heard.code = -ENOTSUP;
	return err_set(err, -heard.code, "%s", heard.text);
}

int world_give(const char *path, struct err *err)
{
	uid_t id = geteuid() == 0 ? find_ids() : 0;

	if (id && lchown(path, id, id))
		return err_sys(err, errno, "%s: cannot be given away", path);
	return 0;
}

int world_start(const struct world_options *options, int (*main)(void *arg), void *arg,
		struct world *ret_world, struct err *err)
{
	_cleanup_close_ int parent_fd = pidfd_open(getpid(), 0);
	_cleanup_close_ int go_read = -1, go_write = -1;
	_cleanup_close_ int report_read = -1, report_write = -1;
	struct birth birth = { .options = options, .main = main, .arg = arg };
	struct world world = { .pidfd = -1 };
	int pipes[2], ret;

	if (parent_fd < 0)
		return err_set(err, ENOTSUP, "world: Linux 5.4 or newer is needed: %s",
			       strerror(errno));
	birth.uid = geteuid();
	birth.gid = getegid();
	birth.is_root = birth.uid == 0;
	birth.maps_itself = !birth.is_root;
	if (options->is_reader && !world_has_ids())
		return err_set(err, ENOTSUP, "world: we are not root of this machine");
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "world: pipe");
	go_read = pipes[0];
	go_write = pipes[1];
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "world: pipe");
	report_read = pipes[0];
	report_write = pipes[1];
	birth.parent_fd = parent_fd;
	birth.go_fd = go_read;
	birth.report_fd = report_write;
	fflush(NULL); /* or the copies would write it again */
	ret = give_birth(&birth, go_write, &world, err);
	close(steal_fd(&report_write));
	if (!ret)
		ret = hear(report_read, err);
	if (ret) {
		world_stop(&world);
		err_wrap(err, "world");
		return ret;
	}
	*ret_world = world;
	return 0;
}

int world_wait(struct world *world, int64_t deadline_us, int *ret_status, struct err *err)
{
	struct pollfd poll_fd = { .fd = world->pidfd, .events = POLLIN };
	siginfo_t info = { 0 };
	int got;

	do
		got = poll(&poll_fd, 1, clock_left_ms(deadline_us));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return err_set(err, ETIMEDOUT, "world: still running at the deadline");
	if (got < 0 || waitid(P_PIDFD, (id_t)world->pidfd, &info, WEXITED))
		return err_sys(err, errno, "world");
	world->pid = 0; /* reaped */
	*ret_status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	return 0;
}

void world_stop(struct world *world)
{
	if (world->pid > 0) {
		kill(world->pid, SIGKILL);
		while (waitpid(world->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	world->pid = 0;
	if (world->pidfd >= 0)
		close(world->pidfd);
	world->pidfd = -1;
}
