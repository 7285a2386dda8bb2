// SPDX-License-Identifier: GPL-2.0-or-later
/* keep_line.c - the door into a guest: many who call, one line */
#include "run/keep_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "run/keep.h"
#include "run/keep_frame.h"

#define BACKLOG 16

/*
 * A terminal holds 4 KiB, and User-Mode Linux hears nothing more of one that was full once.
 * So less is under way at any time: what a client sends goes in pieces, and the next one
 * when the command has taken the last.
 */
#define PIECE_MAX 1024

struct door {
	int server, line;
	int client;	 /* who is being served; -1: nobody */
	bool is_parting; /* the one before is away, and the guest has yet to say so, too */
	bool is_owed;	 /* a piece has yet to be taken */
	struct frame input; /* of the client's, not all of it passed on */
	uint32_t passed;    /* bytes of it */
};

/* Who comes while somebody is served hears why, whatever he wants. */
static void turn_away(int client)
{
	struct timeval patience = { .tv_sec = 2 };
	struct frame frame;
	static const char busy[] = "another shell is in this guest, which has one line; "
				   "try again when that has ended";

	/* What he wants is taken first: who is closed on while he speaks hears nothing. */
	(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)frame_read(client, &frame);
	(void)frame_write(client, FRAME_FAILED, busy, sizeof(busy) - 1);
	close(client);
}

static void let_in(struct door *door)
{
	/* cppcheck-suppress nullPointer ; accept4(2): who it is may be left out */
	int client = accept4(door->server, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0)
		return;
	if (door->client >= 0)
		turn_away(client);
	else
		door->client = client;
}

static void let_out(struct door *door)
{
	close(door->client);
	door->client = -1;
	door->is_parting = true;
	door->is_owed = false;
	door->input.length = door->passed = 0;
	(void)frame_write(door->line, FRAME_GONE, NULL, 0);
}

static bool has_input(const struct door *door)
{
	return door->passed < door->input.length;
}

static void pass_piece(struct door *door)
{
	uint32_t length = door->input.length - door->passed;

	if (!has_input(door) || door->is_owed)
		return;
	if (length > PIECE_MAX)
		length = PIECE_MAX;
	(void)frame_write(door->line, FRAME_INPUT, door->input.bytes + door->passed,
			  length);
	door->passed += length;
	door->is_owed = true;
}

/* One frame of the client's; what is none ends the visit. */
static void pass_in(struct door *door, short events)
{
	struct frame *frame = &door->input;

	if (has_input(door) || door->is_owed) {
		if (events & (POLLHUP | POLLERR))
			let_out(door);
		return;
	}
	if (!frame_read(door->client, frame) || frame->type == FRAME_GONE) {
		let_out(door);
		return;
	}
	door->passed = 0;
	if (frame->type == FRAME_INPUT)
		return;
	(void)frame_write(door->line, (enum frame_type)frame->type, frame->bytes,
			  frame->length);
	frame->length = 0;
}

/* One frame of the guest's; false when there is no guest any more. */
static bool pass_out(struct door *door)
{
	struct frame frame;

	if (!frame_read(door->line, &frame))
		return false;
	if (frame.type == FRAME_GONE)
		door->is_parting = false;
	if (frame.type == FRAME_TAKEN)
		door->is_owed = false;
	if (door->client < 0 || frame.type == FRAME_GONE || frame.type == FRAME_TAKEN)
		return true;
	if (!frame_write(door->client, (enum frame_type)frame.type, frame.bytes,
			 frame.length))
		let_out(door);
	return true;
}

static void keep_door(struct door *door)
{
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = door->is_parting ? -1 : door->server, .events = POLLIN },
			{ .fd = door->line, .events = POLLIN },
			{ .fd = door->client,
			  .events = has_input(door) || door->is_owed ? 0 : POLLIN },
		};

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents && !pass_out(door))
			return;
		if (fds[2].revents && door->client >= 0)
			pass_in(door, fds[2].revents);
		pass_piece(door);
		if (fds[0].revents)
			let_in(door);
	}
}

static int listen_at(const char *folder, struct err *err)
{
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int fd = keep_address(folder, &address, err);

	if (fd >= 0 && server >= 0 &&
	    !bind(server, (struct sockaddr *)&address, sizeof(address)) &&
	    !listen(server, BACKLOG))
		return server;
	if (fd >= 0)
		(void)err_sys(err, errno, "%s/%s", folder, KEEP_SOCKET);
	if (server >= 0)
		close(server);
	return err ? err->code : -EIO;
}

int keep_line_open(const char *folder, struct keep_line *ret_line, struct err *err)
{
	struct door door = { .server = listen_at(folder, err), .client = -1 };
	pid_t parent = getpid();
	int ends[2];

	*ret_line = (struct keep_line){ .socket = -1 };
	if (door.server < 0)
		return door.server;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		close(door.server);
		return err_sys(err, errno, "a line");
	}
	(void)fflush(NULL);
	ret_line->pid = fork();
	if (ret_line->pid == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			_exit(1);
		(void)signal(SIGPIPE, SIG_IGN);
		close(ends[1]);
		door.line = ends[0];
		keep_door(&door);
		_exit(0);
	}
	close(door.server);
	close(ends[0]);
	ret_line->socket = ends[1];
	return ret_line->pid < 0 ? err_sys(err, errno, "a line") : 0;
}

void keep_line_close(struct keep_line *line)
{
	if (line->socket >= 0)
		close(line->socket);
	line->socket = -1;
	if (line->pid > 0) {
		(void)kill(line->pid, SIGKILL);
		while (waitpid(line->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	line->pid = 0;
}
