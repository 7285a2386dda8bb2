// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keep.c - a run that stays up, and the door into its nodes
 *
 * One byte stream, so that any plane can carry it: frames of a type, a length and bytes.
 * The client asks (ASK: is it a terminal, its size, node and arguments as strings with a
 * NUL behind each) and sends what comes on its stdin (INPUT, INPUT_END, SIZE); it gets
 * OUTPUT and ERRORS, and in the end the exit status (STATUS) or a sentence (FAILED). A
 * command in a node never holds a descriptor of the client's: it could open the file
 * behind it anew, through /proc, and write to what was given to be read.
 */
#include "run/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/node.h"
#include "netns/spawn.h"
#include "run/channel.h"
#include "run/rehearsal.h"

#define FRAME_MAX     8192
#define ARGUMENTS_MAX 64
#define BACKLOG	      16

enum frame_type {
	FRAME_ASK = 'a',
	FRAME_END_RUN = 'q',
	FRAME_INPUT = 'i',
	FRAME_INPUT_END = 'e',
	FRAME_SIZE = 'w',
	FRAME_OUTPUT = 'o',
	FRAME_ERRORS = 'r',
	FRAME_STATUS = 'x',
	FRAME_FAILED = 'f',
};

struct frame {
	uint32_t type, length;
	char bytes[FRAME_MAX + 1]; /* with a NUL behind them */
};

struct ask {
	uint32_t is_terminal;
	struct winsize size;
};

static bool write_all(int fd, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, (const char *)bytes + done, length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

static bool read_all(int fd, void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = read(fd, (char *)bytes + done, length - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static bool frame_write(int fd, enum frame_type type, const void *bytes, size_t length)
{
	const uint32_t header[2] = { (uint32_t)type, (uint32_t)length };

	return write_all(fd, header, sizeof(header)) && write_all(fd, bytes, length);
}

static bool frame_read(int fd, struct frame *frame)
{
	uint32_t header[2];

	if (!read_all(fd, header, sizeof(header)) || header[1] > FRAME_MAX)
		return false;
	frame->type = header[0];
	frame->length = header[1];
	frame->bytes[frame->length] = '\0';
	return read_all(fd, frame->bytes, frame->length);
}

/* A socket's address below a folder whose path may be longer than sockaddr_un holds. */
static int address_of(const char *folder, struct sockaddr_un *ret_address,
		      struct err *err)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", folder);
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(ret_address->sun_path, sizeof(ret_address->sun_path),
		       "/proc/self/fd/%d/%s", fd, KEEP_SOCKET);
	return fd;
}

/* ------------------------------------------------------------ world side */

/* Split what was asked into node and argv; false when it is none. */
static bool read_ask(const struct frame *frame, struct ask *ret_ask,
		     const char **ret_node, const char *argv[ARGUMENTS_MAX])
{
	const char *end = frame->bytes + frame->length;
	const char *at = frame->bytes + sizeof(*ret_ask);
	size_t count = 0;

	if (frame->type != FRAME_ASK || frame->length <= sizeof(*ret_ask) || end[-1])
		return false;
	memcpy(ret_ask, frame->bytes, sizeof(*ret_ask));
	*ret_node = at;
	for (at += strlen(at) + 1; at < end && count < ARGUMENTS_MAX - 1;
	     at += strlen(at) + 1)
		argv[count++] = at;
	argv[count] = NULL;
	return true;
}

static void list_nodes(const struct plan *plan, const char *wanted, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };

	vec_foreach (node, &plan->nodes)
		buf_printf(&text, " %s", node->name);
	err_set(err, ENOENT, "no node '%.60s'; there are%s", wanted, buf_text(&text));
}

/* The ends of what a command reads and writes; ours, and until it is started its. */
struct ends {
	int in, out, errors; /* ours; errors is -1 with a terminal */
	int its[3];
};

static void ends_close_its(struct ends *ends)
{
	for (size_t i = 0; i < 3; i++)
		if (ends->its[i] >= 0 && (i == 0 || ends->its[i] != ends->its[0]))
			close(ends->its[i]);
	ends->its[0] = ends->its[1] = ends->its[2] = -1;
}

/* A terminal of the node's own, for a command in there. */
static int open_terminal(const struct node *node, const struct ask *ask,
			 struct ends *ends, struct err *err)
{
	int master = node_open(node, "/dev/ptmx", O_RDWR | O_NOCTTY, err);
	char path[32];
	int unlocked = 0, slave;
	unsigned int number;

	if (master < 0)
		return master;
	if (ioctl(master, TIOCSPTLCK, &unlocked) || ioctl(master, TIOCGPTN, &number)) {
		close(master);
		return err_sys(err, errno, "a terminal");
	}
	(void)ioctl(master, TIOCSWINSZ, &ask->size);
	(void)snprintf(path, sizeof(path), "/dev/pts/%u", number);
	slave = node_open(node, path, O_RDWR | O_NOCTTY, err);
	if (slave < 0) {
		close(master);
		return slave;
	}
	*ends = (struct ends){
		.in = master, .out = master, .errors = -1, .its = { slave, slave, slave }
	};
	return 0;
}

static int open_pipes(struct ends *ends, struct err *err)
{
	int pipes[3][2];

	for (size_t i = 0; i < 3; i++)
		if (pipe2(pipes[i], O_CLOEXEC))
			return err_sys(err, errno, "pipe");
	*ends = (struct ends){ .in = pipes[0][1],
			       .out = pipes[1][0],
			       .errors = pipes[2][0],
			       .its = { pipes[0][0], pipes[1][1], pipes[2][1] } };
	return 0;
}

/* What the command wrote, to the client; false at its end. */
static bool pass_on(int from, int client, enum frame_type type)
{
	char bytes[FRAME_MAX];
	ssize_t got;

	errno = 0; /* at the end of file nothing sets it */
	got = read(from, bytes, sizeof(bytes));
	return got > 0 && frame_write(client, type, bytes, (size_t)got);
}

/* What the client sent, to the command; false when there is no client any more. */
static bool take_in(struct ends *ends, int client, struct frame *pending)
{
	bool is_terminal = ends->errors < 0;

	if (!frame_read(client, pending))
		return false;
	if (pending->type == FRAME_SIZE && pending->length == sizeof(struct winsize))
		(void)ioctl(ends->in, TIOCSWINSZ, pending->bytes);
	if (pending->type == FRAME_INPUT_END && ends->in >= 0 && !is_terminal)
		close(steal_fd(&ends->in));
	if (pending->type != FRAME_INPUT || ends->in < 0)
		pending->length = 0;
	return true;
}

/* As much of it as the command takes now: it may never read. */
static void put_in(struct ends *ends, struct frame *pending)
{
	ssize_t put = write(ends->in, pending->bytes, pending->length);

	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (put < 0 || (size_t)put >= pending->length) {
		pending->length = 0;
		return;
	}
	pending->length -= (uint32_t)put;
	memmove(pending->bytes, pending->bytes + put, pending->length);
}

/* Until the command has ended and all it wrote is passed on, or the client is gone. */
static void relay(struct process *process, struct ends *ends, int client)
{
	struct frame pending = { 0 };
	int out = ends->out, errors = ends->errors;

	(void)fcntl(ends->in, F_SETFL, O_NONBLOCK);
	for (;;) {
		bool has_input = pending.length && ends->in >= 0;
		struct pollfd fds[] = {
			{ .fd = out, .events = POLLIN },
			{ .fd = errors, .events = POLLIN },
			{ .fd = client, .events = has_input ? 0 : POLLIN },
			{ .fd = has_input ? ends->in : -1, .events = POLLOUT },
			{ .fd = process_pidfd(process), .events = POLLIN },
		};

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents && !pass_on(out, client, FRAME_OUTPUT) &&
		    errno != EAGAIN)
			out = -1;
		if (fds[1].revents && !pass_on(errors, client, FRAME_ERRORS))
			errors = -1;
		if (fds[3].revents)
			put_in(ends, &pending);
		if (fds[2].revents && !take_in(ends, client, &pending))
			return;
		if (fds[4].revents && !fds[0].revents && !fds[1].revents)
			return;
	}
}

static int run_command(struct rehearsal *rehearsal, int client, const struct frame *asked,
		       int32_t *ret_status, struct err *err)
{
	static const char *const shell[] = { "/bin/sh", "-i", NULL };
	static const char *const env[] = { "PATH=" SPAWN_PATH, "TERM=xterm", "HOME=/tmp",
					   NULL };
	_cleanup_(process_freep) struct process *process = NULL;
	struct spawn spawn = { .env = env };
	const char *argv[ARGUMENTS_MAX], *node = "";
	struct ends ends = { .its = { -1, -1, -1 } };
	struct ask ask;
	int r, status = 0;

	if (!read_ask(asked, &ask, &node, argv))
		return err_set(err, EINVAL, "not a question");
	spawn.argv = argv[0] ? argv : shell;
	spawn.node = rehearsal_node(rehearsal, node);
	spawn.has_terminal = ask.is_terminal;
	if (!spawn.node) {
		list_nodes(rehearsal->plan, node, err);
		return err->code;
	}
	r = ask.is_terminal ? open_terminal(spawn.node, &ask, &ends, err)
			    : open_pipes(&ends, err);
	if (r)
		return r;
	spawn.in = ends.its[0];
	spawn.out = ends.its[1];
	spawn.err = ends.its[2];
	r = process_start(&spawn, &process, err);
	if (r)
		return r;
	ends_close_its(&ends);
	relay(process, &ends, client);
	if (process_wait(process, clock_now_us(), &status))
		status = process_stop(process, clock_now_us());
	*ret_status = status;
	return 0;
}

/* In a process of its own, which takes all descriptors with it in the end. */
static void serve_client(struct rehearsal *rehearsal, int client,
			 const struct frame *asked)
{
	struct err err = { 0 };
	int32_t status = 0;

	if (run_command(rehearsal, client, asked, &status, &err))
		(void)frame_write(client, FRAME_FAILED, err.text, strlen(err.text));
	else
		(void)frame_write(client, FRAME_STATUS, &status, sizeof(status));
}

/* One connection; true when it asked for the end. */
static bool accept_client(struct rehearsal *rehearsal, int server)
{
	/* cppcheck-suppress nullPointer ; accept4(2): who it is may be left out */
	_cleanup_close_ int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	struct timeval patience = { .tv_sec = 2 }, forever = { 0 };
	struct frame frame;

	if (client < 0)
		return false;
	(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!frame_read(client, &frame))
		return false;
	(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever));
	if (frame.type == FRAME_END_RUN)
		return true;
	if (!fork()) {
		(void)signal(SIGCHLD, SIG_DFL);
		(void)signal(SIGPIPE, SIG_IGN);
		serve_client(rehearsal, client, &frame);
		_exit(0);
	}
	return false;
}

int keep_serve(struct rehearsal *rehearsal, struct err *err)
{
	_cleanup_close_ int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int folder = address_of(rehearsal->folder, &address, err);

	if (folder < 0)
		return folder;
	if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(server, BACKLOG))
		return err_sys(err, errno, "%s/%s", rehearsal->folder, KEEP_SOCKET);
	(void)signal(SIGCHLD, SIG_IGN); /* shells of clients are reaped by the kernel */
	while (!accept_client(rehearsal, server))
		;
	(void)signal(SIGCHLD, SIG_DFL);
	(void)unlinkat(folder, KEEP_SOCKET, 0);
	return 0;
}

/* ------------------------------------------------------------ client side */

static int connect_to(const char *folder, struct err *err)
{
	_cleanup_close_ int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int fd = -1;
	char channel[PATH_MAX];

	if (snprintf(channel, sizeof(channel), "%s/" CHANNEL_FOLDER, folder) >= PATH_MAX)
		return err_set(err, ENAMETOOLONG, "%s", folder);
	if (access(folder, F_OK))
		return err_sys(err, errno, "%s", folder);
	/* Without a channel it has ended, and the sentence below is for it. */
	fd = address_of(access(channel, F_OK) ? folder : channel, &address, err);

	if (fd < 0)
		return fd;
	if (client < 0 || connect(client, (struct sockaddr *)&address, sizeof(address)))
		return err_set(
			err, ENOENT,
			"%s: this run is not kept (any more): `twinsite run --keep` "
			"keeps one",
			folder);
	return steal_fd(&client);
}

static int send_ask(int client, const char *node, char *const *argv, bool is_terminal)
{
	struct ask ask = { .is_terminal = is_terminal };
	char bytes[FRAME_MAX];
	size_t used = sizeof(ask);

	if (is_terminal)
		(void)ioctl(STDIN_FILENO, TIOCGWINSZ, &ask.size);
	memcpy(bytes, &ask, sizeof(ask));
	for (const char *word = node; word; word = argv ? *argv++ : NULL) {
		size_t length = strlen(word) + 1;

		if (used + length > sizeof(bytes))
			return -E2BIG;
		memcpy(bytes + used, word, length);
		used += length;
	}
	return frame_write(client, FRAME_ASK, bytes, used) ? 0 : -EPIPE;
}

static volatile sig_atomic_t is_resized;

static void on_resize(int signal)
{
	(void)signal;
	is_resized = 1;
}

/* Our stdin to the command; false when it is at its end. */
static bool send_input(int client)
{
	char bytes[FRAME_MAX];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0)
		return frame_write(client, FRAME_INPUT, bytes, (size_t)got);
	(void)frame_write(client, FRAME_INPUT_END, NULL, 0);
	return false;
}

static void send_size(int client)
{
	struct winsize size;

	is_resized = 0;
	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &size))
		(void)frame_write(client, FRAME_SIZE, &size, sizeof(size));
}

/* One frame; 1 when it was the last. */
static int take_frame(int client, const char *folder, int *ret_status, struct err *err)
{
	struct frame frame;
	int32_t status;

	if (!frame_read(client, &frame))
		return err_set(err, EPIPE, "%s: the run has ended", folder);
	if (frame.type == FRAME_OUTPUT)
		(void)write_all(STDOUT_FILENO, frame.bytes, frame.length);
	if (frame.type == FRAME_ERRORS)
		(void)write_all(STDERR_FILENO, frame.bytes, frame.length);
	if (frame.type == FRAME_FAILED)
		return err_set(err, ENOENT, "%s: %s", folder, frame.bytes);
	if (frame.type != FRAME_STATUS || frame.length != sizeof(status))
		return 0;
	memcpy(&status, frame.bytes, sizeof(status));
	*ret_status = status;
	return 1;
}

static int talk(int client, const char *folder, int *ret_status, struct err *err)
{
	bool has_input = true;
	int r = 0;

	while (!r) {
		struct pollfd fds[] = {
			{ .fd = client, .events = POLLIN },
			{ .fd = has_input ? STDIN_FILENO : -1, .events = POLLIN },
		};

		if (is_resized)
			send_size(client);
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			r = take_frame(client, folder, ret_status, err);
		else if (fds[1].revents)
			has_input = send_input(client);
	}
	return r < 0 ? r : 0;
}

int keep_shell(const char *folder, const char *node, char *const *argv, int *ret_status,
	       struct err *err)
{
	bool is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct sigaction resize = { .sa_handler = on_resize };
	_cleanup_close_ int client = connect_to(folder, err);
	struct termios before, raw;
	int r;

	if (client < 0)
		return client;
	(void)signal(SIGPIPE, SIG_IGN);
	r = send_ask(client, node, argv, is_terminal);
	if (r)
		return err_sys(err, -r, "%s", folder);
	if (is_terminal && !tcgetattr(STDIN_FILENO, &before)) {
		(void)sigaction(SIGWINCH, &resize, NULL);
		raw = before;
		cfmakeraw(&raw);
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	r = talk(client, folder, ret_status, err);
	if (is_terminal)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return r;
}

int keep_end(const char *folder, struct err *err)
{
	_cleanup_close_ int client = connect_to(folder, err);

	if (client < 0)
		return client;
	(void)signal(SIGPIPE, SIG_IGN);
	return frame_write(client, FRAME_END_RUN, NULL, 0)
		       ? 0
		       : err_sys(err, errno, "%s", folder);
}
