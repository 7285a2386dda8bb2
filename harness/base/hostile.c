// SPDX-License-Identifier: GPL-2.0-or-later
/* hostile.c - what a parser would do that has been taken over, to see that it cannot */
#include "base/hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

static bool append(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	return fd >= 0 && write(fd, "owned\n", 6) == 6;
}

static bool create(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd >= 0 && write(fd, "owned\n", 6) == 6;
}

static bool change_mode(const char *path)
{
	return !chmod(path, 04777);
}

static bool change_owner(const char *path)
{
	return !chown(path, 1, 1);
}

static bool cut(const char *path)
{
	return !truncate(path, 0);
}

static bool change_times(const char *path)
{
	const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	return !utimensat(AT_FDCWD, path, times, 0);
}

static bool take_out(const char *path)
{
	return !unlink(path);
}

static bool look(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool say(const char *path)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path));
	return fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address));
}

/* Of the machine itself nothing is changed, should it be possible. */
static bool could_append(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	return fd >= 0;
}

static bool could_create_in(const char *path)
{
	_cleanup_close_ int fd = open(path, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	return fd >= 0;
}

static bool signal_others(const char *path)
{
	pid_t pid;

	(void)path;
	for (pid = 1; pid < 100000; pid++)
		if (pid != getpid() && pid != getppid() && !kill(pid, 0))
			return true;
	return false;
}

static const struct {
	const char *name;
	bool (*act)(const char *path);
	const char *path; /* absolute, or below the folder */
} acts[] = {
	{ "append to open", append, "open" },
	{ "create a file", create, "owned" },
	{ "change the mode of open", change_mode, "open" },
	{ "change the owner of open", change_owner, "open" },
	{ "cut open", cut, "open" },
	{ "change the times of open", change_times, "open" },
	{ "read secret", look, "secret" },
	{ "talk to sock", say, "sock" },
	{ "remove open", take_out, "open" },
	{ "create a file in /root", could_create_in, "/root" },
	{ "create a file in /etc/cron.d", could_create_in, "/etc/cron.d" },
	{ "create a file in /usr/lib", could_create_in, "/usr/lib" },
	{ "create a file in /dev/shm", could_create_in, "/dev/shm" },
	{ "write a core pattern", could_append, "/proc/sys/kernel/core_pattern" },
	{ "write /etc/passwd", could_append, "/etc/passwd" },
	{ "signal others", signal_others, "/" },
	{ "read /etc/shadow", look, "/etc/shadow" },
	{ "call docker", say, "/var/run/docker.sock" },
};

void hostile_act(void)
{
	static bool is_done;
	const char *plant = getenv("TWINSITE_PLANT");
	unsigned int succeeded = 0;
	int error = errno;

	if (is_done || !plant || !str_starts(plant, HOSTILE_PLANT))
		return;
	is_done = true;
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path), "%s%s%s",
			       *acts[i].path == '/' ? "" : plant + strlen(HOSTILE_PLANT),
			       *acts[i].path == '/' ? "" : "/", acts[i].path);
		if (!acts[i].act(path))
			continue;
		succeeded++;
		(void)fprintf(stderr, "planted: could %s\n", acts[i].name);
	}
	(void)fprintf(stderr, "planted: tried %zu things, %u succeeded\n",
		      ARRAY_SIZE(acts), succeeded);
	errno = error;
}
