// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keep.c - a run that stays up, and the door into its nodes
 *
 * One message (SOCK_SEQPACKET) holds node and arguments as strings, NUL between them;
 * the three descriptors travel with it (SCM_RIGHTS). An empty message asks for the end.
 * The answer is the exit status, or 256 with a sentence behind it.
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

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/node.h"
#include "netns/spawn.h"
#include "run/rehearsal.h"

#define MESSAGE_MAX   8192
#define ARGUMENTS_MAX 64
#define STATUS_ERROR  256
#define BACKLOG	      16

struct answer {
	int status;
	char text[ERR_TEXT_MAX];
};

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

/* Split a message into node and argv; false when it is none. */
static bool read_message(char *message, size_t length, const char **ret_node,
			 const char *argv[ARGUMENTS_MAX])
{
	size_t count = 0;

	if (!length || message[length - 1])
		return false;
	*ret_node = message;
	for (size_t at = strlen(message) + 1; at < length && count < ARGUMENTS_MAX - 1;
	     at += strlen(message + at) + 1)
		argv[count++] = message + at;
	argv[count] = NULL;
	return true;
}

static ssize_t receive(int client, char message[MESSAGE_MAX], int fds[3])
{
	char control[CMSG_SPACE(3 * sizeof(int))];
	struct iovec vector = { message, MESSAGE_MAX };
	struct msghdr header = { .msg_iov = &vector,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };
	ssize_t length = recvmsg(client, &header, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *rights = length > 0 ? CMSG_FIRSTHDR(&header) : NULL;

	if (rights && rights->cmsg_type == SCM_RIGHTS &&
	    rights->cmsg_len == CMSG_LEN(3 * sizeof(int)))
		memcpy(fds, CMSG_DATA(rights), 3 * sizeof(int));
	return length;
}

static void list_nodes(const struct plan *plan, const char *wanted, struct answer *answer)
{
	size_t used = (size_t)snprintf(answer->text, sizeof(answer->text),
				       "no node '%.60s'; there are", wanted);

	answer->status = STATUS_ERROR;
	vec_foreach (node, &plan->nodes)
		if (used < sizeof(answer->text))
			used += (size_t)snprintf(answer->text + used,
						 sizeof(answer->text) - used, " %s",
						 node->name);
}

/* In a process of its own: run, wait for its end or the client's, answer. */
static void serve_client(struct rehearsal *rehearsal, int client, char *message,
			 size_t length, const int fds[3])
{
	static const char *const shell[] = { "/bin/sh", "-i", NULL };
	static const char *const env[] = { "PATH=" SPAWN_PATH, "TERM=xterm", "HOME=/root",
					   NULL };
	_cleanup_(process_freep) struct process *process = NULL;
	const char *argv[ARGUMENTS_MAX], *node = "";
	struct answer answer = { 0 };
	struct spawn spawn = { .env = env, .in = fds[0], .out = fds[1], .err = fds[2] };
	struct err err = { 0 };

	if (!read_message(message, length, &node, argv))
		return;
	spawn.argv = argv[0] ? argv : shell;
	spawn.node = rehearsal_node(rehearsal, node);
	if (!spawn.node) {
		list_nodes(rehearsal->plan, node, &answer);
	} else if (process_start(&spawn, &process, &err)) {
		answer.status = STATUS_ERROR;
		(void)snprintf(answer.text, sizeof(answer.text), "%s", err.text);
	} else {
		struct pollfd ends[] = { { .fd = process_pidfd(process),
					   .events = POLLIN },
					 { .fd = client, .events = POLLRDHUP } };

		(void)poll(ends, 2, -1);
		if (ends[0].revents)
			(void)process_wait(process, clock_now_us(), &answer.status);
	}
	(void)send(client, &answer, sizeof(answer), MSG_NOSIGNAL);
}

/* One connection; true when it asked for the end. */
static bool accept_client(struct rehearsal *rehearsal, int server)
{
	/* cppcheck-suppress nullPointer ; accept4(2): who it is may be left out */
	_cleanup_close_ int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	char message[MESSAGE_MAX];
	int fds[3] = { -1, -1, -1 };
	ssize_t length;

	if (client < 0)
		return false;
	length = receive(client, message, fds);
	if (length == 1 && !message[0])
		return true;
	if (length > 0 && fds[0] >= 0 && !fork()) {
		(void)signal(SIGCHLD, SIG_DFL);
		serve_client(rehearsal, client, message, (size_t)length, fds);
		_exit(0);
	}
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return false;
}

int keep_serve(struct rehearsal *rehearsal, struct err *err)
{
	_cleanup_close_ int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
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
	_cleanup_close_ int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int fd = address_of(folder, &address, err);

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

static size_t write_message(char message[MESSAGE_MAX], const char *node,
			    char *const *argv)
{
	size_t used = (size_t)snprintf(message, MESSAGE_MAX, "%s", node) + 1;

	for (; argv && *argv && used + strlen(*argv) + 1 <= MESSAGE_MAX; argv++) {
		memcpy(message + used, *argv, strlen(*argv) + 1);
		used += strlen(*argv) + 1;
	}
	return used;
}

int keep_shell(const char *folder, const char *node, char *const *argv, int *ret_status,
	       struct err *err)
{
	_cleanup_close_ int client = connect_to(folder, err);
	const int fds[3] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	char message[MESSAGE_MAX], control[CMSG_SPACE(sizeof(fds))] = { 0 };
	struct iovec vector = { message, 0 };
	struct msghdr header = { .msg_iov = &vector,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };
	struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
	struct answer answer = { 0 };

	if (client < 0)
		return client;
	vector.iov_len = write_message(message, node, argv);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(rights), fds, sizeof(fds));
	if (sendmsg(client, &header, MSG_NOSIGNAL) < 0)
		return err_sys(err, errno, "%s", folder);
	if (recv(client, &answer, sizeof(answer), 0) != sizeof(answer))
		return err_set(err, EPIPE, "%s: the run has ended", folder);
	if (answer.status == STATUS_ERROR)
		return err_set(err, ENOENT, "%s: %s", folder, answer.text);
	*ret_status = answer.status;
	return 0;
}

int keep_end(const char *folder, struct err *err)
{
	_cleanup_close_ int client = connect_to(folder, err);

	if (client < 0)
		return client;
	return send(client, "", 1, MSG_NOSIGNAL) < 0 ? err_sys(err, errno, "%s", folder)
						     : 0;
}
