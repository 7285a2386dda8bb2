// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_watch.c - a command again each time that something changes in what it names
 *
 * Nothing is read here but names that the kernel tells, so that this may be root; each time
 * the command itself is a process of its own, with the rights it has otherwise.
 */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"

#define SETTLE_MS   100 /* an editor writes, renames and syncs: until nothing more comes */
#define FOLDERS_MAX 1000
#define DEPTH_MAX   16
#define EVENTS                                                                  \
	(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
	 IN_DELETE_SELF | IN_MOVE_SELF)

static int notify; /* for nftw(3), which hands nothing over */
static unsigned int folders;

static int watch_folder(const char *path, const struct stat *status, int kind,
			struct FTW *where)
{
	(void)status;
	if (kind == FTW_D && where->level <= DEPTH_MAX && folders < FOLDERS_MAX &&
	    inotify_add_watch(notify, path, EVENTS | IN_ONLYDIR) >= 0)
		folders++;
	return 0;
}

/* A folder with all below it; of a file the folder: editors replace what they save. */
static void watch(const char *path)
{
	char folder[PATH_MAX];
	struct stat status;
	const char *slash = strrchr(path, '/');

	if (stat(path, &status) || strlen(path) >= sizeof(folder))
		return;
	if (S_ISDIR(status.st_mode)) {
		(void)nftw(path, watch_folder, 16, FTW_PHYS | FTW_MOUNT);
		return;
	}
	(void)snprintf(folder, sizeof(folder), "%.*s",
		       slash ? (int)(slash - path) + (slash == path) : 1,
		       slash ? path : ".");
	if (inotify_add_watch(notify, folder, EVENTS | IN_ONLYDIR) >= 0)
		folders++;
}

/* The name of what changed, of the last event in there that has one. */
static bool drain(char name[NAME_MAX + 1])
{
	char bytes[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t got = read(notify, bytes, sizeof(bytes));

	for (ssize_t at = 0; at < got;) {
		const struct inotify_event *event = (const void *)(bytes + at);

		if (event->len)
			(void)snprintf(name, NAME_MAX + 1, "%s", event->name);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return got > 0;
}

/* Until something has changed, and then until nothing more changes. */
static bool wait_for_change(char name[NAME_MAX + 1])
{
	struct pollfd fd = { .fd = notify, .events = POLLIN };

	if (!drain(name))
		return false;
	while (poll(&fd, 1, SETTLE_MS) > 0)
		if (!drain(name))
			return false;
	return true;
}

static int once(int argc, char **argv, int (*command)(int argc, char **argv))
{
	pid_t parent = getpid(), pid;
	int status = 0;

	(void)fflush(stdout);
	pid = fork();
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			_exit(EXIT_BROKE);
		close(notify);
		exit(cmd_flush(command(argc, argv)));
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_BROKE;
}

static void say(const char *name, int status)
{
	time_t now = time(NULL);
	struct tm local;
	char clock[16];

	(void)strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &local));
	(void)printf("---- %s%s%s, exit status %d; waiting for a change (Ctrl-C ends)\n",
		     clock, *name ? ", after a change of " : "", name, status);
	(void)fflush(stdout);
}

int cmd_watch(int argc, char **argv, int (*command)(int argc, char **argv))
{
	char name[NAME_MAX + 1] = "";
	struct err err = { 0 };
	int kept = 0, status;

	for (int i = 0; i < argc; i++)
		if (i < 2 || strlen(argv[i]) <= 2 || !str_starts("--watch", argv[i]))
			argv[kept++] = argv[i];
	argv[kept] = NULL;
	notify = inotify_init1(IN_CLOEXEC);
	if (notify < 0) {
		(void)err_sys(&err, errno, "--watch");
		return cmd_fail(&err);
	}
	do {
		for (int i = 2; i < kept; i++)
			if (argv[i][0] != '-')
				watch(argv[i]);
		if (!folders) {
			(void)err_set(&err, ENOENT,
				      "--watch: nothing that is named is there");
			close(notify);
			return cmd_fail(&err);
		}
		status = once(kept, argv, command);
		say(name, status);
	} while (wait_for_change(name));
	close(notify);
	return status;
}
