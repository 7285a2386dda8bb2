// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spawn.c - start, watch and stop a process, in a node or outside
 *
 * vfork(2), because a guest kernel needs milliseconds to copy our page tables, and
 * because it returns only when the program has been executed: a failure on the way is
 * known at once, through memory. The child therefore runs on borrowed memory: in
 * child_run() and below there are only system calls.
 */
#include "netns/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/node.h"
#include "netns/warden.h"
#include "netns/world.h"

struct process {
	pid_t pid; /* also its process group */
	int pidfd;
	bool has_ended; /* and was reaped */
	int status;	/* as of a shell */
};

/* What the child needs, prepared by the parent. */
struct launch {
	const struct spawn *spawn;
	pid_t parent;
	int fds[3];
	char *const *argv;
	char *const *env;
	const char *const *paths; /* to try in turn; NULL at the end */
	volatile int error;	  /* errno of what went wrong in the child */
	volatile bool is_exec;	  /* it was the program that could not be executed */
	volatile pid_t pid;	  /* in a node: what the child between us started */
	char stack[16384] __attribute__((aligned(16))); /* for that */
};

/* -------------------------------------------------- the child: system calls only */

static int child_set_descriptors(const struct launch *launch)
{
	int high[3];

	/* Out of the way first: a descriptor may have the number of another's place. */
	for (int i = 0; i < 3; i++) {
		high[i] = fcntl(launch->fds[i], F_DUPFD_CLOEXEC, 3);
		if (high[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(high[i], i) < 0)
			return -1;
	/* Libraries open descriptors without O_CLOEXEC. */
	return close_range(3, ~0u, 0);
}

static int child_prepare(const struct launch *launch)
{
	static const int ignored[] = {
		SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGXFSZ
	};
	const struct spawn *spawn = launch->spawn;
	struct sigaction standard = { .sa_handler = SIG_DFL };

	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		sigaction(ignored[i], &standard, NULL);
	if ((spawn->has_terminal ? setsid() < 0 : setpgid(0, 0)) ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL))
		return -1;
	/* It died before the line above? In a node we cannot see it, but die with the world. */
	if (!spawn->node && getppid() != launch->parent) {
		errno = ESRCH;
		return -1;
	}
	if (spawn->node) {
		int ret = node_enter(spawn->node);

		if (ret) {
			errno = -ret;
			return -1;
		}
	}
	if (chdir(spawn->folder ? spawn->folder : "/") || child_set_descriptors(launch))
		return -1;
	if (spawn->has_terminal && ioctl(STDIN_FILENO, TIOCSCTTY, 0))
		return -1;
	if (spawn->node) {
		int ret = sandbox_apply(spawn->rights);

		if (ret) {
			errno = -ret;
			return -1;
		}
	}
	return 0;
}

static _Noreturn int child_run(void *arg)
{
	struct launch *launch = arg;
	sigset_t none;
	int error = ENOENT;

	if (child_prepare(launch)) {
		launch->error = errno;
		_exit(127);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (const char *const *path = launch->paths; *path; path++) {
		execve(*path, launch->argv, launch->env);
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
	}
	launch->error = error;
	launch->is_exec = true;
	_exit(127);
}

/*
 * Between us and what runs in a node stands a child of ours that enters the pid
 * namespace, which cannot be left again: the program is born in there, and yet a child
 * of ours (CLONE_PARENT).
 */
static _Noreturn void child_go_between(struct launch *launch)
{
	const struct node *node = launch->spawn->node;
	pid_t pid = -1;

	if (!setns(node_pid_fd(node), CLONE_NEWPID))
		pid = clone(child_run, launch->stack + sizeof(launch->stack),
			    CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, launch);
	if (pid < 0)
		launch->error = errno;
	else
		launch->pid = pid;
	_exit(0);
}

/* -------------------------------------------------- starting */

#define PATHS_MAX 8

/* The full paths that a program may have; strings in text. */
static void make_paths(const char *program, char text[static PATHS_MAX][PATH_MAX],
		       const char *paths[static PATHS_MAX + 1])
{
	const char *start = SPAWN_PATH;
	size_t count = 0;

	if (strchr(program, '/')) {
		paths[0] = program;
		paths[1] = NULL;
		return;
	}
	while (*start && count < PATHS_MAX) {
		size_t length = strcspn(start, ":");

		snprintf(text[count], PATH_MAX, "%.*s/%s", (int)length, start, program);
		paths[count] = text[count];
		count++;
		start += length + (start[length] == ':');
	}
	paths[count] = NULL;
}

/* Not inlined: the child shares our stack frame until it executes the program. */
static __attribute__((noinline)) pid_t launch_run(struct launch *launch)
{
	sigset_t all, before;
	pid_t pid;

	/* A handler of ours must not run in the child, on our memory. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	/*
	 * posix_spawn() cannot enter a node. What child_run() may do is what vfork()
	 * allows on Linux: system calls, and writing what it says to the parent.
	 */
	pid = vfork();	// NOLINT(clang-analyzer-security.insecureAPI.vfork)
	if (pid == 0) { // NOLINT(clang-analyzer-unix.Vfork)
		if (launch->spawn->node)
			child_go_between(launch); // NOLINT(clang-analyzer-unix.Vfork)
		child_run(launch);		  // NOLINT(clang-analyzer-unix.Vfork)
	}
	if (pid < 0)
		launch->error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pid < 0 || !launch->spawn->node)
		return pid;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return launch->pid;
}

static int launch_error(const struct spawn *spawn, const struct launch *launch,
			struct err *err)
{
	if (spawn->node && launch->is_exec)
		return err_sys(err, launch->error, "node %s: cannot execute %s",
			       node_name(spawn->node), spawn->argv[0]);
	return err_sys(err, launch->error,
		       launch->is_exec ? "cannot execute %s" : "cannot start %s",
		       spawn->argv[0]);
}

int process_start(const struct spawn *spawn, struct process **ret_process,
		  struct err *err)
{
	static const char *const plain_env[] = { "PATH=" SPAWN_PATH, NULL };
	_cleanup_close_ int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	_cleanup_free_ char(*text)[PATH_MAX] = calloc(PATHS_MAX, PATH_MAX);
	_cleanup_free_ struct process *process = calloc(1, sizeof(*process));
	const char *paths[PATHS_MAX + 1];
	struct launch launch = {
		.spawn = spawn,
		.parent = getpid(),
		.fds = { spawn->in ? spawn->in : null_fd,
			 spawn->out ? spawn->out : null_fd,
			 spawn->err ? spawn->err : null_fd },
		/* execve(2) has it without const for historical reasons. */
		.argv = (char *const *)(uintptr_t)spawn->argv,
		.env = (char *const *)(uintptr_t)(spawn->env ? spawn->env : plain_env),
		.paths = paths,
	};

	if (!text || !process)
		return err_sys(err, ENOMEM, "cannot start %s", spawn->argv[0]);
	if (null_fd < 0)
		return err_sys(err, errno, "/dev/null");
	make_paths(spawn->argv[0], text, paths);
	if (spawn->node && spawn->rights != SANDBOX_PROGRAM && world_wall_missing())
		return err_set(err, ENOTSUP,
			       "%s is not trusted, and cannot be confined: %s",
			       spawn->argv[0], world_wall_missing());
	if (spawn->node && spawn->rights != SANDBOX_PROGRAM)
		warden_start();
	process->pid = launch_run(&launch);
	if (process->pid > 0 && launch.error)
		waitpid(process->pid, NULL, 0);
	if (process->pid <= 0 || launch.error)
		return launch_error(spawn, &launch, err);
	process->pidfd = pidfd_open(process->pid, 0);
	if (process->pidfd < 0) {
		int error = errno;

		kill(-process->pid, SIGKILL);
		waitpid(process->pid, NULL, 0);
		return err_sys(err, error, "cannot watch %s", spawn->argv[0]);
	}
	*ret_process = steal(&process);
	return 0;
}

int process_pidfd(const struct process *process)
{
	return process->pidfd;
}

/* -------------------------------------------------- the end of it */

static bool is_readable(int fd, int64_t deadline_us)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int got;

	do
		got = poll(&poll_fd, 1, clock_left_ms(deadline_us));
	while (got < 0 && errno == EINTR);
	return got > 0;
}

static void reap(struct process *process)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(process->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	process->has_ended = true;
	process->status =
		WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_wait(struct process *process, int64_t deadline_us, int *ret_status)
{
	if (!process->has_ended) {
		if (!is_readable(process->pidfd, deadline_us))
			return -ETIMEDOUT;
		reap(process);
	}
	if (ret_status)
		*ret_status = process->status;
	return 0;
}

bool process_has_ended(struct process *process)
{
	return process_wait(process, 0, NULL) == 0;
}

int process_stop(struct process *process, int64_t deadline_us)
{
	if (process->has_ended)
		return process->status;
	kill(-process->pid, SIGTERM);
	is_readable(process->pidfd, deadline_us);
	/* The leader is not reaped yet, so the number of the group is still ours. */
	kill(-process->pid, SIGKILL);
	reap(process);
	return process->status;
}

int process_signal(const struct process *process, int signal)
{
	if (process->has_ended)
		return -ESRCH;
	return kill(process->pid, signal) ? -errno : 0;
}

void process_free(struct process *process)
{
	if (!process)
		return;
	if (!process->has_ended) {
		kill(-process->pid, SIGKILL);
		reap(process);
	}
	close(process->pidfd);
	free(process);
}

struct process_text process_status_text(int status)
{
	struct process_text text;

	if (status == 0)
		snprintf(text.s, sizeof(text.s), "ended well");
	else if (status > 128)
		snprintf(text.s, sizeof(text.s), "was killed by signal %d (%s)",
			 status - 128, strsignal(status - 128));
	else
		snprintf(text.s, sizeof(text.s), "exited with status %d", status);
	return text;
}

/* -------------------------------------------------- run to the end */

/* Read what is there; false at the end of the stream. */
static bool drain(int fd, struct buf *output)
{
	char bytes[8192];
	ssize_t got = read(fd, bytes, sizeof(bytes));

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	if (got > 0 && output->length + (size_t)got <= SPAWN_OUTPUT_MAX)
		buf_add(output, bytes, (size_t)got);
	return got > 0;
}

/*
 * Collect both streams until they end, or until the process has ended and nothing more
 * is there: a daemon that it left behind may hold them open.
 */
static int collect(struct process *process, int out, int errors, int64_t deadline_us,
		   struct buf streams[static 2])
{
	struct pollfd fds[3] = { { .fd = out, .events = POLLIN },
				 { .fd = errors, .events = POLLIN },
				 { .fd = process->pidfd, .events = POLLIN } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		int got = poll(fds, 3, clock_left_ms(deadline_us));
		bool is_idle = true;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -ETIMEDOUT;
		for (int i = 0; i < 2; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			is_idle = false;
			if (!drain(fds[i].fd, &streams[i]))
				fds[i].fd = -1;
		}
		if (is_idle)
			break;
	}
	if (!is_readable(process->pidfd, deadline_us))
		return -ETIMEDOUT;
	/* What it left in the background; a daemon has a group of its own. */
	kill(-process->pid, SIGKILL);
	reap(process);
	return 0;
}

static int input_open(const char *input, struct err *err)
{
	_cleanup_close_ int fd = memfd_create("input", MFD_CLOEXEC);
	size_t length = strlen(input);

	if (fd < 0)
		return err_sys(err, errno, "memfd");
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, input + done, length - done);

		if (put < 0)
			return err_sys(err, errno, "memfd");
		done += (size_t)put;
	}
	lseek(fd, 0, SEEK_SET);
	return steal_fd(&fd);
}

static void give(struct buf *from, char **ret_text)
{
	if (ret_text)
		*ret_text = buf_take(from);
}

int process_run(const struct spawn *spawn, const char *input, int64_t deadline_us,
		char **ret_output, char **ret_errors, int *ret_status, struct err *err)
{
	_cleanup_(process_freep) struct process *process = NULL;
	_cleanup_buf_ struct buf output = { 0 }, errors = { 0 };
	struct buf streams[2] = { { 0 }, { 0 } };
	_cleanup_close_ int in = -1, out = -1, out_write = -1, bad = -1, bad_write = -1;
	struct spawn with_pipes = *spawn;
	int pipes[2], ret;

	if (input) {
		in = input_open(input, err);
		if (in < 0)
			return in;
	}
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "pipe");
	out = pipes[0];
	out_write = pipes[1];
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "pipe");
	bad = pipes[0];
	bad_write = pipes[1];
	with_pipes.in = input ? in : 0;
	with_pipes.out = out_write;
	with_pipes.err = bad_write;
	ret = process_start(&with_pipes, &process, err);
	if (ret)
		return ret;
	assert(process);
	close(steal_fd(&out_write));
	close(steal_fd(&bad_write));
	ret = collect(process, out, bad, deadline_us, streams);
	output = streams[0];
	errors = streams[1];
	give(&output, ret_output);
	give(&errors, ret_errors);
	if (ret)
		return err_set(err, ETIMEDOUT, "%s did not end in time", spawn->argv[0]);
	*ret_status = process->status;
	return 0;
}

char *process_find(const char *program)
{
	_cleanup_free_ char(*text)[PATH_MAX] = calloc(PATHS_MAX, PATH_MAX);
	const char *paths[PATHS_MAX + 1];

	if (!text)
		return NULL;
	make_paths(program, text, paths);
	for (size_t i = 0; paths[i]; i++)
		if (access(paths[i], X_OK) == 0)
			return strdup(paths[i]);
	return NULL;
}
