// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * qemu.c - a qemu process: its command line, and the words that are exchanged with it
 *
 * QMP (qemu's docs/interop/qmp-spec): a JSON object on each line; answers come in turn,
 * events between them. A descriptor travels beside the line that names it.
 */
#include "netns/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "netns/spawn.h"
#include "netns/vm_window.h"

#define LINE_MAX_BYTES (1u << 20)
#define ARGS_MAX       64

/* ------------------------------------------------------------ the command line */

static const struct architecture {
	const char *program, *package, *machine, *console;
} architecture =
#if defined(__aarch64__)
	{ "qemu-system-aarch64", "qemu-system-arm", "virt,gic-version=max", "ttyAMA0" };
#else
	{ "qemu-system-x86_64", "qemu-system-x86", "pc,hpet=off,vmport=off", "ttyS0" };
#endif

char *qemu_find(void)
{
	return process_find(architecture.program);
}

const char *qemu_package(void)
{
	return architecture.package;
}

struct args {
	const char *words[ARGS_MAX];
	size_t count;
	char texts[16][512];
	size_t texts_count;
};

static void add(struct args *args, const char *word)
{
	if (args->count < ARGS_MAX - 1)
		args->words[args->count++] = word;
}

static void add_pair(struct args *args, const char *option, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_pair(struct args *args, const char *option, const char *format, ...)
{
	char *text = args->texts[args->texts_count++];
	va_list list;

	va_start(list, format);
	(void)vsnprintf(text, sizeof(args->texts[0]), format, list);
	va_end(list);
	add(args, option);
	add(args, text);
}

/*
 * Emulated, the plain one: without random number instructions, whose numbers follow from
 * no seed, and with it a kernel boots with a fifth less work than with all that can be had.
 */
static const char *cpu_of(const struct qemu_options *options)
{
	if (options->has_kvm)
		return "host";
#if defined(__aarch64__)
	return "max";
#else
	return "qemu64";
#endif
}

static void add_clock(const struct qemu_options *options, struct args *args)
{
	if (!options->is_virtual) {
		add_pair(args, "-rtc", "base=utc,clock=host");
		return;
	}
	/* An instruction takes a nanosecond; where nothing is to do, the next timer is now. */
	add_pair(args, "-icount", "shift=0,sleep=off");
	add_pair(args, "-rtc", "base=2020-01-01,clock=vm");
}

static void fill(const struct qemu_options *options, int words, struct args *args)
{
	static const char *const fixed[] = {
		"-nodefaults",
		"-no-user-config",
		"-nic",
		"none",
		"-display",
		"none",
		"-vga",
		"none",
		"-S",
		"-no-reboot",
		"-sandbox",
		"on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
	};

	add(args, options->program);
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		add(args, fixed[i]);
	add_pair(args, "-machine", "%s", architecture.machine);
	add_pair(args, "-accel", "%s",
		 options->has_kvm      ? "kvm"
		 : options->is_virtual ? "tcg,thread=single"
				       : "tcg,thread=multi");
	add_pair(args, "-cpu", "%s", cpu_of(options));
	add_pair(args, "-smp", "%u", options->cpus);
	add_pair(args, "-m", "%u", options->memory_mib);
	add_clock(options, args);
	add_pair(
		args, "-object",
		"memory-backend-file,id=window,share=on,mem-path=/proc/self/fd/%d,size=%u",
		options->window, VM_WINDOW_BYTES);
	add(args, "-device");
	add(args, "ivshmem-plain,memdev=window,master=on");
	add_pair(args, "-chardev", "socket,id=words,fd=%d", words);
	add(args, "-mon");
	add(args, "chardev=words,mode=control");
	add(args, "-chardev");
	add(args, "stdio,id=console,signal=off");
	add(args, "-serial");
	add(args, "chardev:console");
	add_pair(args, "-kernel", "/proc/self/fd/%d", options->kernel);
	add_pair(args, "-initrd", "/proc/self/fd/%d", options->initrd);
	add_pair(args, "-append", "console=%s %s", architecture.console, options->append);
	if (options->is_incoming)
		add_pair(args, "-incoming", "defer");
}

/* In the child. */
static _Noreturn void become(const struct qemu_options *options, int words, pid_t parent)
{
	static const char *const env[] = { "PATH=" SPAWN_PATH, "TMPDIR=/tmp", "HOME=/tmp",
					   NULL };
	const int handed[] = { words, options->kernel, options->initrd, options->window };
	struct args args = { 0 };
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(127);
	/* Loading touches each 2 MiB of the guest, of which a quarter is ever used. */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	fill(options, words, &args);
	if (dup2(null_fd, 0) < 0 || dup2(options->console, 1) < 0 ||
	    dup2(options->console, 2) < 0)
		_exit(127);
	if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC))
		_exit(127);
	for (size_t i = 0; i < ARRAY_SIZE(handed); i++)
		if (fcntl(handed[i], F_SETFD, 0))
			_exit(127);
	execve(options->program, (char *const *)(uintptr_t)args.words,
	       (char *const *)(uintptr_t)env);
	dprintf(2, "%s: %s\n", options->program, strerror(errno));
	_exit(127);
}

/* ------------------------------------------------------------ words */

/* The next line, NUL-terminated, malloc()ed. */
static int read_line(struct qemu *qemu, int64_t deadline_us, char **ret_line,
		     struct err *err)
{
	for (;;) {
		struct pollfd fd = { .fd = qemu->words, .events = POLLIN };
		char *end = qemu->length ? memchr(qemu->rest, '\n', qemu->length) : NULL;
		char bytes[4096], *larger;
		ssize_t got;

		if (end) {
			size_t length = (size_t)(end - qemu->rest) + 1;

			*ret_line = strndup(qemu->rest, length);
			qemu->length -= length;
			memmove(qemu->rest, end + 1, qemu->length);
			return *ret_line ? 0 : -ENOMEM;
		}
		if (!clock_left_ms(deadline_us))
			return err_set(err, ETIMEDOUT, "qemu does not answer");
		if (poll(&fd, 1, clock_left_ms(deadline_us)) <= 0)
			continue;
		got = read(qemu->words, bytes, sizeof(bytes));
		if (got <= 0 || qemu->length > LINE_MAX_BYTES)
			return err_set(err, EIO, "qemu ended");
		larger = realloc(qemu->rest, qemu->length + (size_t)got);
		if (!larger)
			return err_sys(err, ENOMEM, "qemu");
		qemu->rest = larger;
		memcpy(qemu->rest + qemu->length, bytes, (size_t)got);
		qemu->length += (size_t)got;
	}
}

static int read_object(struct qemu *qemu, int64_t deadline_us, json_t **ret_object,
		       struct err *err)
{
	_cleanup_free_ char *line = NULL;
	int ret = read_line(qemu, deadline_us, &line, err);

	if (ret)
		return ret;
	*ret_object = json_loads(line, 0, NULL);
	return *ret_object ? 0 : err_set(err, EBADMSG, "qemu does not speak QMP");
}

/* A line, and beside it a descriptor (-1: none). */
static int send_line(const struct qemu *qemu, const char *line, int fd)
{
	struct iovec bytes = { .iov_base = (void *)(uintptr_t)line,
			       .iov_len = strlen(line) };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *header;

		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	return sendmsg(qemu->words, &message, MSG_NOSIGNAL) == (ssize_t)bytes.iov_len
		       ? 0
		       : -EIO;
}

static int say(struct qemu *qemu, const char *line, int fd, int64_t deadline_us,
	       struct err *err)
{
	if (send_line(qemu, line, fd))
		return err_set(err, EIO, "qemu ended");
	for (;;) {
		json_t *answer;
		const char *text;
		int ret = read_object(qemu, deadline_us, &answer, err);

		if (ret)
			return ret;
		if (json_object_get(answer, "return")) {
			json_decref(answer);
			return 0;
		}
		text = json_string_value(
			json_object_get(json_object_get(answer, "error"), "desc"));
		if (text)
			ret = err_set(err, EIO, "qemu: %.300s", text);
		json_decref(answer);
		if (ret)
			return ret;
	}
}

/* Until a migration has come to its end; qemu says so by an event. */
static int wait_migrated(struct qemu *qemu, int64_t deadline_us, struct err *err)
{
	for (;;) {
		json_t *event;
		char status[32] = "";
		const char *text;
		int ret = read_object(qemu, deadline_us, &event, err);

		if (ret)
			return ret;
		text = json_string_value(
			json_object_get(json_object_get(event, "data"), "status"));
		if (text && str_equal(json_string_value(json_object_get(event, "event")),
				      "MIGRATION"))
			(void)snprintf(status, sizeof(status), "%s", text);
		json_decref(event);
		if (str_equal(status, "completed"))
			return 0;
		if (str_equal(status, "failed"))
			return err_set(err, EIO, "qemu says that it failed");
	}
}

static int migrate(struct qemu *qemu, const char *command, int file, int64_t deadline_us,
		   struct err *err)
{
	int ret = say(qemu,
		      "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{"
		      "\"capabilities\":[{\"capability\":\"events\",\"state\":true}]}}\n",
		      -1, deadline_us, err);

	if (!ret)
		ret = say(qemu,
			  "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"file\"}}\n",
			  file, deadline_us, err);
	if (!ret)
		ret = say(qemu, command, -1, deadline_us, err);
	return ret ? ret : wait_migrated(qemu, deadline_us, err);
}

int qemu_save(struct qemu *qemu, int file, int64_t deadline_us, struct err *err)
{
	int ret = say(qemu,
		      "{\"execute\":\"migrate-set-parameters\",\"arguments\":{"
		      "\"max-bandwidth\":1099511627776}}\n",
		      -1, deadline_us, err);

	return ret ? ret
		   : migrate(qemu,
			     "{\"execute\":\"migrate\",\"arguments\":{"
			     "\"uri\":\"fd:file\"}}\n",
			     file, deadline_us, err);
}

int qemu_load(struct qemu *qemu, int file, int64_t deadline_us, struct err *err)
{
	return migrate(qemu,
		       "{\"execute\":\"migrate-incoming\",\"arguments\":{"
		       "\"uri\":\"fd:file\"}}\n",
		       file, deadline_us, err);
}

int qemu_continue(struct qemu *qemu, int64_t deadline_us, struct err *err)
{
	return say(qemu, "{\"execute\":\"cont\"}\n", -1, deadline_us, err);
}

int qemu_pause(struct qemu *qemu, int64_t deadline_us, struct err *err)
{
	return say(qemu, "{\"execute\":\"stop\"}\n", -1, deadline_us, err);
}

/* ------------------------------------------------------------ beginning and end */

int qemu_start(const struct qemu_options *options, struct qemu *ret_qemu,
	       int64_t deadline_us, struct err *err)
{
	struct qemu qemu = { .words = -1 };
	pid_t self = getpid();
	json_t *greeting = NULL;
	int ends[2], ret;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return err_sys(err, errno, "qemu");
	qemu.words = ends[0];
	qemu.pid = fork();
	if (qemu.pid == 0)
		become(options, ends[1], self);
	close(ends[1]);
	ret = qemu.pid < 0 ? err_sys(err, errno, "qemu")
			   : read_object(&qemu, deadline_us, &greeting, err);
	if (!ret) {
		json_decref(greeting);
		ret = say(&qemu, "{\"execute\":\"qmp_capabilities\"}\n", -1, deadline_us,
			  err);
	}
	if (ret)
		qemu_stop(&qemu);
	else
		*ret_qemu = qemu;
	return ret;
}

void qemu_stop(struct qemu *qemu)
{
	if (qemu->pid > 0) {
		kill(qemu->pid, SIGKILL);
		while (waitpid(qemu->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	qemu->pid = 0;
	if (qemu->words >= 0)
		close(qemu->words);
	qemu->words = -1;
	free(qemu->rest);
	qemu->rest = NULL;
	qemu->length = 0;
}
