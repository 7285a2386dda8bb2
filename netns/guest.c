// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest.c - run this same program as the init of a guest kernel: the host's side
 *
 * The guest kernel runs in a world of its own: its processes are traced ones that
 * would go on running, untraced, if only their tracer was killed; the pid namespace
 * takes them all. The world's private /tmp holds the guest's memory file and console
 * sockets, so nothing of them can be left behind either.
 *
 * Where namespaces are forbidden, a keeper (guest_keeper.c) does what it can.
 *
 * Boot parameters, and what they save here (1.25 s without them, 0.10 s with them):
 *   initcall_blacklist=raid6_select_algo   a benchmark of RAID-6 algorithms: 0.85 s
 *   pty.legacy_count=0                     256 terminals nobody uses: 0.22 s
 *   lpj=                                   measuring the delay loop: 0.10 s
 *   lsm=                                   security modules without a policy: 0.02 s
 */
#include "netns/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <dirent.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/program.h"
#include "base/str.h"
#include "netns/guest_channel.h"
#include "netns/guest_keeper.h"
#include "netns/root.h"
#include "netns/spawn.h"

#define GUEST_MEMORY_MIB 512

/* -------------------------------------------------- can it be? */

static bool has_modules(void)
{
	DIR *dir = opendir(GUEST_MODULES);
	struct dirent *entry;
	bool is_found = false;

	while (dir && (entry = readdir(dir)))
		is_found |= entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return is_found;
}

/* User-Mode Linux traces its processes: is that allowed? */
static bool can_trace(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

int guest_probe(struct err *err)
{
	_cleanup_free_ char *kernel = process_find("linux.uml");

	if (!kernel)
		return err_set(err, ENOTSUP,
			       "there is no linux.uml (package user-mode-linux)");
	if (!has_modules())
		return err_set(err, ENOTSUP,
			       "there are no modules in " GUEST_MODULES
			       " (package user-mode-linux)");
	if (!can_trace())
		return err_set(err, ENOTSUP,
			       "processes may not be traced here, which User-Mode Linux "
			       "needs (sysctl kernel.yama.ptrace_scope, seccomp)");
	return 0;
}

/* -------------------------------------------------- the channel */

/* A path as one word of a kernel command line, which knows quotes but no escapes. */
static int check_path(const char *path, struct err *err)
{
	if (path[0] != '/' || strpbrk(path, "\"\n"))
		return err_set(err, EINVAL,
			       "guest: '%s': a path from / without quotes is needed",
			       path);
	return 0;
}

static int write_secret(const char *path, const void *bytes, size_t length,
			struct err *err)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		return err_sys(err, errno, "%s", path);
	return 0;
}

static int write_seed(const struct guest_options *options, struct err *err)
{
	uint8_t seed[GUEST_SEED_LENGTH];
	char path[PATH_MAX];
	int ret;

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return err_sys(err, errno, "guest: random numbers");
	snprintf(path, sizeof(path), "%s/" GUEST_SEED, options->folder);
	ret = write_secret(path, seed, sizeof(seed), err);
	return ret || options->is_trusted ? ret : world_give(path, err);
}

/* The paths to keep, a line each. */
static int write_keep(const struct guest_options *options, const char *program,
		      struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char path[PATH_MAX];
	int ret = 0;

	buf_printf(&text, "%s\n%s\n", options->folder, program);
	for (const char *const *keep = options->keep; keep && *keep && !ret; keep++) {
		ret = check_path(*keep, err);
		buf_printf(&text, "%s\n", *keep);
	}
	for (const struct root_view *view = options->views; view && view->path && !ret;
	     view++) {
		ret = check_path(view->path, err);
		buf_printf(&text, "%s\n", view->path);
	}
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/" GUEST_KEEP, options->folder);
	ret = file_write(path, buf_text(&text), text.length, err);
	return ret || options->is_trusted ? ret : world_give(path, err);
}

static int prepare(const struct guest_options *options, const char *program,
		   struct err *err)
{
	char path[PATH_MAX];
	int ret = check_path(options->folder, err);

	if (!ret)
		ret = check_path(program, err);
	if (ret)
		return ret;
	if (strlen(options->folder) + 32 > sizeof(path))
		return err_set(err, ENAMETOOLONG, "guest: the folder's path is too long");
	snprintf(path, sizeof(path), "%s/" GUEST_EXIT, options->folder);
	unlink(path);
	ret = write_seed(options, err);
	if (!ret)
		ret = write_keep(options, program, err);
	return ret;
}

/* -------------------------------------------------- boot */

struct boot {
	const char *kernel;
	const char *program;
	const char *folder;
	unsigned int memory_mib;
	int cpu; /* -1: any */
	int console;
	int line; /* 0: none */
	/* Where its memory file (unlinked at once) and its management socket go. */
	const char *memory_folder, *uml_folder;
	bool is_open; /* no world is around it */
};

/* To this CPU, with all that comes of it. It is no error where that is forbidden. */
static void pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (cpu >= 0 && cpu < CPU_SETSIZE) {
		CPU_SET(cpu, &cpus);
		(void)sched_setaffinity(0, sizeof(cpus), &cpus);
	}
}

/* In the world: become the guest kernel. */
static int boot_run(void *arg)
{
	const struct boot *boot = arg;
	char temporary[PATH_MAX + 8], home[PATH_MAX + 8], uml_folder[PATH_MAX + 16];
	const char *const env[] = { "PATH=" SPAWN_PATH, temporary, home, NULL };
	_cleanup_close_ int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	char memory[32], init[PATH_MAX + 16], folder[PATH_MAX + 32];
	const char *const argv[] = {
		boot->kernel,
		memory,
		"root=/dev/root",
		"rootfstype=hostfs",
		"rootflags=/",
		"rw",
		"quiet",
		"con=null",
		"con0=fd:0,fd:1",
		uml_folder,
		"umid=twinsite",
		"initcall_blacklist=raid6_select_algo",
		"pty.legacy_count=0",
		"lpj=5000000",
		"lsm=",
		init,
		folder,
		boot->line ? "ssl1=fd:3,fd:3" : "ssl1=null",
		boot->is_open ? GUEST_OPEN_VARIABLE "=1" : NULL,
		NULL,
	};

	snprintf(temporary, sizeof(temporary), "TMPDIR=%s", boot->memory_folder);
	snprintf(home, sizeof(home), "HOME=%s", boot->uml_folder);
	snprintf(uml_folder, sizeof(uml_folder), "uml_dir=%s", boot->uml_folder);
	snprintf(memory, sizeof(memory), "mem=%uM", boot->memory_mib);
	snprintf(init, sizeof(init), "init=\"%s\"", boot->program);
	snprintf(folder, sizeof(folder), "\"" GUEST_VARIABLE "=%s\"", boot->folder);
	if (null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(boot->console, 1) < 0 ||
	    dup2(boot->console, 2) < 0 || chdir("/"))
		return 127;
	pin(boot->cpu);
	if (boot->line && boot->line != 3 && dup2(boot->line, 3) < 0)
		return 127;
	close_range(boot->line ? 4 : 3, ~0u, CLOSE_RANGE_CLOEXEC);
	if (boot->line)
		(void)fcntl(3, F_SETFD, 0);
	execve(boot->kernel, (char *const *)(uintptr_t)argv,
	       (char *const *)(uintptr_t)env);
	dprintf(2, "%s: %s\n", boot->kernel, strerror(errno));
	return 127;
}

static int open_console(const char *folder, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/" GUEST_LOG, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

/*
 * In a world, or without one where there can be none. A guest that dies without a world
 * may leave a management socket, so that goes to the folder, and is removed.
 */
static int boot_somehow(struct boot *boot, const struct world_options *options,
			struct guest *ret_guest, struct err *err)
{
	char uml_folder[PATH_MAX];
	int ret;

	boot->memory_folder = boot->uml_folder = "/tmp";
	ret_guest->lifeline = -1;
	ret = world_start(options, boot_run, boot, &ret_guest->world, err);
	if (ret != -ENOTSUP)
		return ret;
	snprintf(uml_folder, sizeof(uml_folder), "%s/" GUEST_UML, boot->folder);
	boot->uml_folder = uml_folder;
	boot->memory_folder = "/dev/shm";
	boot->is_open = true;
	return guest_keeper_start(boot_run, boot, uml_folder, ret_guest, err);
}

int guest_start(const struct guest_options *options, struct guest *ret_guest,
		struct err *err)
{
	_cleanup_free_ char *kernel = process_find("linux.uml");
	_cleanup_close_ int log_fd = -1;
	const char *keep[WORLD_KEEP_MAX + 1] = { options->folder };
	struct root_view views[ROOT_VIEWS_MAX + 1] = { 0 };
	const char *program = program_path();
	struct boot boot = { .kernel = kernel,
			     .program = program,
			     .folder = options->folder,
			     .console = options->console,
			     .line = options->line };
	struct world_options world = { .keep = keep,
				       .views = views,
				       .is_trusted = options->is_trusted,
				       .hostname = "twinsite-guest" };
	size_t count = 1;
	int ret = guest_probe(err);

	if (ret)
		return ret;
	if (!program)
		return err_set(err, ENOENT, "guest: this program's path is not known");
	views[0].path = program;
	for (size_t i = 0; options->views && options->views[i].path; i++) {
		if (i + 1 == ROOT_VIEWS_MAX)
			return err_set(err, E2BIG, "guest: too many paths to see");
		views[i + 1] = options->views[i];
	}
	for (const char *const *path = options->keep; path && *path; path++) {
		if (count == WORLD_KEEP_MAX)
			return err_set(err, E2BIG, "guest: too many paths to keep");
		keep[count++] = *path;
	}
	ret = prepare(options, program, err);
	if (ret)
		return ret;
	if (!options->console) {
		log_fd = open_console(options->folder, err);
		if (log_fd < 0)
			return log_fd;
		boot.console = log_fd;
	}
	boot.cpu = machine_cpu_least_busy(options->cpus);
	boot.memory_mib = options->memory_mib ? options->memory_mib : GUEST_MEMORY_MIB;
	return boot_somehow(&boot, &world, ret_guest, err);
}

/* -------------------------------------------------- the end of it */

int64_t guest_pulse(const char *folder)
{
	char path[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), "%s/" GUEST_EXIT, folder);
	if (stat(path, &status))
		return 0;
	return status.st_mtim.tv_sec * (int64_t)1000000 + status.st_mtim.tv_nsec / 1000;
}

void guest_last_words(const char *folder, char *text, size_t room)
{
	_cleanup_free_ char *log = NULL;
	char path[PATH_MAX];
	size_t length = 0;

	snprintf(path, sizeof(path), "%s/" GUEST_LOG, folder);
	(void)file_read(path, &log, &length, NULL);
	guest_words_of(log, length, text, room);
}

void guest_words_of(char *log, size_t length, char *text, size_t room)
{
	/* What we say ourselves comes before what the kernel says of our end. */
	static const char *const deaths[] = { "guest: ", "vm: ", "Kernel panic",
					      "Out of memory", "wait_stub_done" };
	const char *line = NULL;

	snprintf(text, room, "no output");
	if (length == 0)
		return;
	for (size_t i = 0; i < length; i++)
		if (log[i] != '\n' && (log[i] < ' ' || log[i] > '~'))
			log[i] = ' ';
	for (size_t i = 0; i < ARRAY_SIZE(deaths) && !line; i++)
		line = strstr(log, deaths[i]);
	if (!line)
		line = strrchr(str_trim(log), '\n');
	line = line ? line + (*line == '\n') : str_trim(log);
	snprintf(text, room, "%.*s", (int)strcspn(line, "\n"), line);
}

bool guest_has_result(const char *folder, int *ret_status)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	int64_t number;
	size_t length;

	snprintf(path, sizeof(path), "%s/" GUEST_EXIT, folder);
	/* Its end of line says that it is whole. */
	if (file_read(path, &text, &length, NULL) || !length ||
	    text[length - 1] != '\n' || str_to_number(str_trim(text), 0, 255, &number))
		return false;
	*ret_status = (int)number;
	return true;
}

int guest_wait(struct guest *guest, const char *folder, int64_t deadline_us,
	       int *ret_status, struct err *err)
{
	char words[200];
	int status, ret;

	if (guest_has_result(folder, ret_status))
		return 0;
	ret = world_wait(&guest->world, deadline_us, &status, err);
	if (ret || guest_has_result(folder, ret_status))
		return ret;
	guest_last_words(folder, words, sizeof(words));
	return err_set(err, EIO, "the guest kernel ended without a result: %s", words);
}

void guest_stop(struct guest *guest)
{
	/* A keeper must not be killed: it has to kill the others. */
	if (guest->lifeline >= 0)
		guest_keeper_stop(guest);
	world_stop(&guest->world);
}
