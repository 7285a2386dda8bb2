// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keep.c - a run that stays up, and the door into its nodes
 *
 * A command in a node never holds a descriptor of the client's: it could open the file
 * behind it anew, through /proc, and write to what was given to be read.
 */
#include "run/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "lab/build.h"
#include "netns/guest.h"
#include "netns/node.h"
#include "netns/spawn.h"
#include "run/keep_frame.h"
#include "run/rehearsal.h"

#define BACKLOG 16

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

static void ends_close_ours(struct ends *ends)
{
	if (ends->in >= 0 && ends->in != ends->out)
		close(ends->in);
	close(ends->out);
	if (ends->errors >= 0)
		close(ends->errors);
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
static bool take_in(struct ends *ends, int client, struct frame *pending, bool has_input)
{
	bool is_terminal = ends->errors < 0;
	struct frame other;

	/* Meanwhile there is no more input, see keep_line.c. */
	if (has_input)
		return frame_read(client, &other) && other.type != FRAME_GONE;

	if (!frame_read(client, pending) || pending->type == FRAME_GONE)
		return false;
	if (pending->type == FRAME_SIZE && pending->length == sizeof(struct winsize))
		(void)ioctl(ends->in, TIOCSWINSZ, pending->bytes);
	if (pending->type == FRAME_INPUT_END && ends->in >= 0 && !is_terminal)
		close(steal_fd(&ends->in));
	if (pending->type == FRAME_INPUT && ends->in < 0)
		(void)frame_write(client, FRAME_TAKEN, NULL, 0);
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

/*
 * Until the command has ended and all it wrote is passed on: true; or the client is gone.
 */
static bool relay(struct process *process, struct ends *ends, int client)
{
	struct frame pending = { 0 };
	int out = ends->out, errors = ends->errors;
	bool is_line = isatty(client); /* which tells of its end by a frame alone */

	(void)fcntl(ends->in, F_SETFL, O_NONBLOCK);
	for (;;) {
		bool has_input = pending.length && ends->in >= 0;
		struct pollfd fds[] = {
			{ .fd = out, .events = POLLIN },
			{ .fd = errors, .events = POLLIN },
			{ .fd = client, .events = has_input && !is_line ? 0 : POLLIN },
			{ .fd = has_input ? ends->in : -1, .events = POLLOUT },
			{ .fd = process_pidfd(process), .events = POLLIN },
		};

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return false;
		if (fds[0].revents && !pass_on(out, client, FRAME_OUTPUT) &&
		    errno != EAGAIN)
			out = -1;
		if (fds[1].revents && !pass_on(errors, client, FRAME_ERRORS))
			errors = -1;
		if (fds[3].revents) {
			put_in(ends, &pending);
			if (!pending.length)
				(void)frame_write(client, FRAME_TAKEN, NULL, 0);
		}
		if (fds[2].revents && !take_in(ends, client, &pending, has_input))
			return false;
		if (fds[4].revents && !fds[0].revents && !fds[1].revents)
			return true;
	}
}

static int run_command(struct rehearsal *rehearsal, int client, const struct frame *asked,
		       int32_t *ret_status, bool *ret_is_gone, struct err *err)
{
	static const char *const shell[] = { "/bin/sh", "-i", NULL };
	char settings[PATH_MAX + 64];
	static const char path[] = "PATH=" SPAWN_PATH;
	const char *const env[] = { path, "TERM=xterm", "HOME=/tmp", settings, NULL };
	_cleanup_(process_freep) struct process *process = NULL;
	struct spawn spawn = { .env = env };
	const char *argv[ARGUMENTS_MAX], *node = "";
	struct ends ends = { .its = { -1, -1, -1 } };
	struct ask ask;
	int r, status = 0;

	if (!read_ask(asked, &ask, &node, argv))
		return err_set(err, EINVAL, "not a question");
	/* Where swanctl finds that end's socket; a host has none. */
	(void)snprintf(settings, sizeof(settings),
		       "STRONGSWAN_CONF=" LAB_DAEMON_FOLDER "/strongswan.conf", node);
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
	*ret_is_gone = !relay(process, &ends, client);
	ends_close_ours(&ends);
	if (process_wait(process, clock_now_us(), &status))
		status = process_stop(process, clock_now_us());
	*ret_status = status;
	return 0;
}

/* True when the client is still there. */
static bool serve_client(struct rehearsal *rehearsal, int client,
			 const struct frame *asked)
{
	struct err err = { 0 };
	bool is_gone = false;
	int32_t status = 0;

	if (run_command(rehearsal, client, asked, &status, &is_gone, &err))
		(void)frame_write(client, FRAME_FAILED, err.text, strlen(err.text));
	else
		(void)frame_write(client, FRAME_STATUS, &status, sizeof(status));
	return !is_gone;
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
		(void)serve_client(rehearsal, client, &frame);
		_exit(0);
	}
	return false;
}

static int serve_socket(struct rehearsal *rehearsal, struct err *err)
{
	_cleanup_close_ int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int folder = keep_address(rehearsal->folder, &address, err);

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

/*
 * In a guest there is one line to the outside (keep_line.c), for one client after the
 * other: the next one asks when we have answered that the one before is GONE.
 */
static int serve_line(struct rehearsal *rehearsal, struct err *err)
{
	_cleanup_close_ int line = guest_line_open(err);
	struct frame frame;

	if (line < 0)
		return line;
	(void)signal(SIGPIPE, SIG_IGN);
	while (frame_read(line, &frame) && frame.type != FRAME_END_RUN) {
		bool is_there =
			frame.type == FRAME_ASK && serve_client(rehearsal, line, &frame);

		while (is_there && frame_read(line, &frame) && frame.type != FRAME_GONE)
			;
		(void)frame_write(line, FRAME_GONE, NULL, 0);
	}
	(void)signal(SIGPIPE, SIG_DFL);
	return 0;
}

int keep_serve(struct rehearsal *rehearsal, struct err *err)
{
	return rehearsal->params.plane == PLANE_UML ? serve_line(rehearsal, err)
						    : serve_socket(rehearsal, err);
}
