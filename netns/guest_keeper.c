// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest_keeper.c - hold a guest kernel where there are no namespaces
 *
 *   caller ──lifeline (pipe)──► keeper ──► guest kernel ──► its traced processes
 *
 * The keeper waits for the end of the guest kernel or of the lifeline, which the caller
 * holds: it ends when the caller closes it or dies of whatever. Then the keeper kills
 * the guest's process group, in which the traced processes are, and adopts and reaps
 * them before it ends itself. If somebody kills the keeper, the guest kernel dies with
 * it, but its traced processes may not: a world is better.
 */
#include "netns/guest_keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/guest.h"

/* uml_folder holds at most one folder per guest, with a socket and a pid in it. */
static void remove_folder(const char *path, int depth)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char inside[PATH_MAX];

		if (str_equal(entry->d_name, ".") || str_equal(entry->d_name, "..") ||
		    (size_t)snprintf(inside, sizeof(inside), "%s/%s", path,
				     entry->d_name) >= sizeof(inside))
			continue;
		if (unlink(inside) && depth > 0)
			remove_folder(inside, depth - 1);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static _Noreturn void guest_process(int (*run)(void *arg), void *arg, pid_t keeper)
{
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != keeper)
		_exit(255);
	_exit(run(arg));
}

/* Wait for the end of either; then see to it that all of the guest ends. */
static int keep(pid_t pid, int lifeline)
{
	struct pollfd fds[2] = { { .fd = lifeline }, /* only POLLHUP */
				 { .fd = pidfd_open(pid, 0), .events = POLLIN } };
	int status = 255 << 8;
	int ended;

	while (fds[1].fd >= 0 && poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);
	for (;;) {
		pid_t reaped = waitpid(-1, &ended, 0);

		if (reaped == pid)
			status = ended;
		else if (reaped < 0 && errno != EINTR)
			break;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static _Noreturn void keeper_process(int (*run)(void *arg), void *arg,
				     const char *uml_folder, int lifeline)
{
	pid_t self = getpid(), pid;
	int status = 255;

	/* Ctrl-C is for the program outside, which then decides. */
	setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (mkdir(uml_folder, 0700) == 0 || errno == EEXIST) {
		pid = fork();
		if (pid == 0)
			guest_process(run, arg, self);
		if (pid > 0) {
			setpgid(pid, pid); /* whoever of the two comes first */
			status = keep(pid, lifeline);
		}
	}
	remove_folder(uml_folder, 1);
	_exit(status);
}

int guest_keeper_start(int (*run)(void *arg), void *arg, const char *uml_folder,
		       struct guest *ret_guest, struct err *err)
{
	_cleanup_close_ int lifeline = -1, keeper_end = -1;
	int pipes[2], pidfd;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys(err, errno, "guest: pipe");
	keeper_end = pipes[0];
	lifeline = pipes[1];
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_sys(err, errno, "guest: fork");
	if (pid == 0) {
		close(lifeline);
		keeper_process(run, arg, uml_folder, keeper_end);
	}
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0)
		return err_sys(err, errno, "guest"); /* the lifeline ends here */
	ret_guest->world.pid = pid;
	ret_guest->world.pidfd = pidfd;
	ret_guest->lifeline = steal_fd(&lifeline);
	return 0;
}

void guest_keeper_stop(struct guest *guest)
{
	close(guest->lifeline);
	guest->lifeline = -1;
	if (guest->world.pid > 0)
		while (waitpid(guest->world.pid, NULL, 0) < 0 && errno == EINTR)
			;
	guest->world.pid = 0;
}
