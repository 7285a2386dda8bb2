// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest_init.c - run this same program as the init of a guest kernel: inside
 *
 * The root is the machine's, through hostfs, with the rights of an ordinary user:
 * nothing can be created outside the folder.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/random.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "netns/guest.h"
#include "netns/guest_channel.h"
#include "netns/own_kernel.h"
#include "netns/spawn.h"

bool guest_is_init(void)
{
	return getpid() == 1 && getenv(GUEST_VARIABLE);
}

static void complain(const char *what, const struct err *err)
{
	/* There is nobody else to tell: this ends up in FOLDER/guest.log. */
	dprintf(STDERR_FILENO, "guest: %s: %s\n", what,
		err ? err->text : strerror(errno));
}

/* Lines to a NULL-terminated list that points into text. */
static void split_lines(char *text, const char *lines[static WORLD_KEEP_MAX + 1])
{
	size_t count = 0;
	char *rest = text;
	char *line;

	while (count < WORLD_KEEP_MAX && (line = strsep(&rest, "\n")))
		if (*line)
			lines[count++] = line;
	lines[count] = NULL;
}

static void cover_folders(const char *folder)
{
	const char *keep[WORLD_KEEP_MAX + 1] = { NULL };
	_cleanup_free_ char *text = NULL;
	struct err err = { 0 };
	char path[PATH_MAX];
	size_t length;

	snprintf(path, sizeof(path), "%s/" GUEST_KEEP, folder);
	if (file_read(path, &text, &length, &err))
		complain("paths to keep", &err);
	else
		split_lines(text, keep);
	unlink(path);
	if (world_cover("/run", keep, &err) || world_cover("/tmp", keep, &err))
		complain("private folders", &err);
}

static void mount_kernel_files(void)
{
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		complain("/proc", NULL);
	if (mount("sys", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		complain("/sys", NULL);
	/*
	 * Without devtmpfs the machine's /dev serves: its device numbers are ours, and
	 * hostfs opens our devices with them.
	 */
	if (mount("dev", "/dev", "devtmpfs", MS_NOSUID, "mode=755"))
		return;
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 01777);
	mount("pts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=666");
	mount("shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
}

static void complain_of(const char *path)
{
	complain(path, NULL);
}

static void set_sysctls(void)
{
	/*
	 * There is no /lib/modules, so modprobe finds nothing; but it is run a dozen
	 * times, for 50 ms each, when the first SA asks for its ciphers.
	 */
	static const char modprobe[] = "/proc/sys/kernel/modprobe";
	_cleanup_close_ int fd = open(modprobe, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "\n", 1) != 1)
		complain_of(modprobe);
	own_kernel_set(complain_of);
}

/* A guest kernel has no source of its own; charon would wait for ever. */
static void seed_random(const char *folder)
{
	_cleanup_free_ struct rand_pool_info *pool =
		calloc(1, sizeof(*pool) + GUEST_SEED_LENGTH);
	_cleanup_free_ char *seed = NULL;
	_cleanup_close_ int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	char path[PATH_MAX];
	size_t length = 0;

	snprintf(path, sizeof(path), "%s/" GUEST_SEED, folder);
	if (file_read(path, &seed, &length, NULL) || length != GUEST_SEED_LENGTH) {
		complain(path, NULL);
		return;
	}
	unlink(path);
	if (pool) {
		pool->entropy_count = GUEST_SEED_LENGTH * 8;
		pool->buf_size = GUEST_SEED_LENGTH;
		memcpy(pool->buf, seed, length);
	}
	if (!pool || fd < 0 || ioctl(fd, RNDADDENTROPY, pool))
		complain("random numbers", NULL);
}

static void write_status(const char *folder, int status)
{
	char path[PATH_MAX], text[16];
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/" GUEST_EXIT, folder);
	snprintf(text, sizeof(text), "%d\n", status);
	if (file_write(path, text, strlen(text), &err))
		complain("exit status", &err);
}

static void on_beat(int signal)
{
	(void)signal; /* waitpid() returns, that is all */
}

static void start_beats(void)
{
	const struct sigaction action = { .sa_handler = on_beat };
	const struct itimerval second = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	if (sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &second, NULL))
		complain("timer", NULL);
}

/* The host sees by this file's time that we are alive. */
static void beat(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" GUEST_EXIT, folder);
	(void)file_write(path, "alive\n", 6, NULL);
}

static int reap_until(pid_t main_pid, const char *folder)
{
	beat(folder);
	start_beats();
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			beat(folder);
		else if (pid < 0)
			return 255;
		if (pid == main_pid)
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
						   : WEXITSTATUS(status);
	}
}

_Noreturn void guest_run(const char *const *modules,
			 int (*run)(const char *folder, void *arg), void *arg)
{
	/* A copy: the child may change its environment. */
	const char *variable = getenv(GUEST_VARIABLE);
	_cleanup_free_ char *folder = strdup(variable ? variable : "");
	pid_t pid;

	umask(022);
	setenv("PATH", SPAWN_PATH, 1);
	if (sethostname("twinsite", 8))
		complain("host name", NULL);
	mount_kernel_files();
	cover_folders(folder);
	seed_random(folder);
	set_sysctls();
	guest_load_modules(modules);
	/* Each node has a wall of its own, but if that falls there has to be another. */
	world_wall_set(
		getenv(GUEST_OPEN_VARIABLE)
			? "there are no namespaces here to keep the guest from the "
			  "machine's files"
			: NULL);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(run(folder, arg));
	write_status(folder, pid < 0 ? 255 : reap_until(pid, folder));
	sync();
	reboot(RB_POWER_OFF);
	_exit(0);
}

/* -------------------------------------------------- the line */

int guest_line_open(struct err *err)
{
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios settings;

	if (fd < 0 || tcgetattr(fd, &settings)) {
		(void)err_sys(err, errno, "/dev/ttyS1");
		if (fd >= 0)
			close(fd);
		return err ? err->code : -EIO;
	}
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL;
	if (!tcsetattr(fd, TCSANOW, &settings))
		return fd;
	(void)err_sys(err, errno, "/dev/ttyS1");
	close(fd);
	return err ? err->code : -EIO;
}
