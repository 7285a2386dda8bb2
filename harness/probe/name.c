// SPDX-License-Identifier: GPL-2.0-or-later
/* name.c - ask for names, and see which server the question reaches and from where */
#include "probe/name.h"

#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "netns/node.h"

#define DNS_PORT      53
#define DNS_HEADER    12
#define UDP_HEADER    8
#define DNS_NAME_MAX  256
#define IP_HEADER_MIN 20

struct name_question {
	struct name_task *task;
	ares_channel channel;
	int64_t start_us;
	int is_done;
};

struct name_run {
	struct name_question questions[NAME_TASKS_MAX];
	size_t count;
	struct node *const *servers;
	struct pollfd watch[NAME_TASKS_MAX];
	size_t server_count;
};

/* The name of the first question as dotted text; 0, or -EINVAL when there is none. */
static int dns_question(const uint8_t *dns, size_t length, char name[DNS_NAME_MAX])
{
	size_t at = DNS_HEADER, used = 0;

	if (length < DNS_HEADER || dns[2] & 0x80 || !(dns[4] || dns[5]))
		return -EINVAL;
	while (at < length && dns[at]) {
		size_t label = dns[at++];

		if (label > 63 || at + label > length || used + label + 2 > DNS_NAME_MAX)
			return -EINVAL;
		if (used)
			name[used++] = '.';
		memcpy(name + used, dns + at, label);
		used += label;
		at += label;
	}
	name[used] = '\0';
	return at < length ? 0 : -EINVAL;
}

int name_question_matches(const uint8_t *packet, size_t length, const char *name)
{
	size_t header = length >= IP_HEADER_MIN ? (packet[0] & 0x0fU) * 4 : 0;
	char asked[DNS_NAME_MAX];

	if (header < IP_HEADER_MIN || header + UDP_HEADER > length ||
	    (packet[header + 2] << 8 | packet[header + 3]) != DNS_PORT)
		return 0;
	if (dns_question(packet + header + UDP_HEADER, length - header - UDP_HEADER,
			 asked))
		return 0;
	return !strcasecmp(asked, name);
}

/* ---------------------------------------------------------------- c-ares in a node */

static ares_socket_t open_in_node(int domain, int type, int protocol, void *user)
{
	const struct name_question *question = user;
	int fd = node_socket(question->task->asker, domain, type | SOCK_NONBLOCK,
			     protocol);

	if (fd < 0) {
		errno = -fd;
		return ARES_SOCKET_BAD;
	}
	return fd;
}

static int close_socket(ares_socket_t fd, void *user)
{
	(void)user;
	return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *to,
			  ares_socklen_t length, void *user)
{
	(void)user;
	return connect(fd, to, length);
}

static ares_ssize_t receive(ares_socket_t fd, void *bytes, size_t room, int flags,
			    struct sockaddr *from, ares_socklen_t *length, void *user)
{
	(void)user;
	return recvfrom(fd, bytes, room, flags, from, length);
}

static ares_ssize_t send_vector(ares_socket_t fd, const struct iovec *vector, int count,
				void *user)
{
	(void)user;
	return writev(fd, vector, count);
}

static const struct ares_socket_functions node_functions = {
	open_in_node, close_socket, connect_socket, receive, send_vector,
};

static void take_answer(void *user, int status, int timeouts, unsigned char *bytes,
			int length)
{
	struct name_question *question = user;
	struct name_task *task = question->task;
	struct hostent *host = NULL;

	(void)timeouts;
	question->is_done = 1;
	task->took_us = clock_now_us() - question->start_us;
	task->status = status == ARES_SUCCESS
			       ? ares_parse_a_reply(bytes, length, &host, NULL, NULL)
			       : status;
	for (size_t i = 0; host && host->h_addr_list[i] && i < NAME_ANSWERS_MAX; i++) {
		struct inet_addr *answer = &task->answers[task->answer_count++];

		answer->family = AF_INET;
		memcpy(answer->bytes, host->h_addr_list[i], 4);
	}
	ares_free_hostent(host);
}

static int ask(struct name_question *question, unsigned int patience_ms, struct err *err)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP,
		.timeout =
			(int)patience_ms / 3, /* c-ares doubles it for the second try */
		.tries = 2,
	};
	int r = ares_init_options(&question->channel, &options,
				  ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);

	if (r != ARES_SUCCESS)
		return err_set(err, ENOMEM, "c-ares: %s", ares_strerror(r));
	ares_set_socket_functions(question->channel, &node_functions, question);
	r = ares_set_servers_csv(question->channel,
				 inet_addr_text(&question->task->resolver).s);
	if (r != ARES_SUCCESS)
		return err_set(err, EINVAL, "c-ares: %s", ares_strerror(r));
	question->start_us = clock_now_us();
	ares_query(question->channel, question->task->name, 1 /* IN */, 1 /* A */,
		   take_answer, question);
	return 0;
}

/* ---------------------------------------------------------------- the loop */

static void see(struct name_run *run, const struct node *server, const uint8_t *packet,
		size_t length)
{
	for (size_t i = 0; i < run->count; i++) {
		struct name_task *task = run->questions[i].task;
		struct name_sight *sight = &task->sights[task->sight_count];

		if (task->sight_count == NAME_SIGHTS_MAX ||
		    !name_question_matches(packet, length, task->name))
			continue;
		sight->server = server;
		sight->from.family = AF_INET;
		memcpy(sight->from.bytes, packet + 12, 4);
		task->sight_count++;
	}
}

static void watch_servers(struct name_run *run)
{
	uint8_t packet[2048];
	ssize_t length;

	for (size_t i = 0; i < run->server_count; i++)
		while ((length = recv(run->watch[i].fd, packet, sizeof(packet), 0)) > 0)
			see(run, run->servers[i], packet, (size_t)length);
}

/* Wait for any socket of the questions or servers; false when all are answered. */
static bool run_step(struct name_run *run)
{
	struct pollfd fds[NAME_TASKS_MAX * 3];
	size_t count = run->server_count;
	int wait_ms = 1000;
	bool is_pending = false;

	memcpy(fds, run->watch, sizeof(*fds) * run->server_count);
	for (size_t i = 0; i < run->count; i++) {
		struct timeval limit = { 1, 0 }, left;
		const struct timeval *next;
		ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
		int mask;

		if (run->questions[i].is_done)
			continue;
		is_pending = true;
		mask = ares_getsock(run->questions[i].channel, sockets,
				    ARES_GETSOCK_MAXNUM);
		if (ARES_GETSOCK_READABLE(mask, 0))
			fds[count++] =
				(struct pollfd){ .fd = sockets[0], .events = POLLIN };
		next = ares_timeout(run->questions[i].channel, &limit, &left);
		if (next->tv_sec * 1000 + next->tv_usec / 1000 < wait_ms)
			wait_ms = (int)(next->tv_sec * 1000 + next->tv_usec / 1000 + 1);
	}
	if (!is_pending)
		return false;
	(void)poll(fds, count, wait_ms);
	watch_servers(run);
	for (size_t i = 0; i < run->count; i++) {
		ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
		int mask;

		if (run->questions[i].is_done)
			continue;
		mask = ares_getsock(run->questions[i].channel, sockets,
				    ARES_GETSOCK_MAXNUM);
		ares_process_fd(run->questions[i].channel,
				ARES_GETSOCK_READABLE(mask, 0) ? sockets[0]
							       : ARES_SOCKET_BAD,
				ARES_SOCKET_BAD);
	}
	return true;
}

static int run_open(struct name_run *run, unsigned int patience_ms, struct err *err)
{
	for (size_t i = 0; i < run->server_count; i++) {
		int fd = node_socket(run->servers[i], AF_INET, SOCK_RAW | SOCK_NONBLOCK,
				     IPPROTO_UDP);

		if (fd < 0)
			return err_sys(err, -fd, "%s: UDP socket",
				       node_name(run->servers[i]));
		run->watch[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	for (size_t i = 0; i < run->count; i++) {
		int r = ask(&run->questions[i], patience_ms, err);

		if (r)
			return r;
	}
	return 0;
}

int name_run(struct name_task *tasks, size_t count, struct node *const *servers,
	     size_t server_count, unsigned int patience_ms, struct err *err)
{
	struct name_run run = { .servers = servers, .server_count = server_count };
	int r;

	if (count > NAME_TASKS_MAX || server_count > NAME_TASKS_MAX)
		return err_set(err, E2BIG, "more than %d names at once", NAME_TASKS_MAX);
	for (size_t i = 0; i < server_count; i++)
		run.watch[i].fd = -1;
	for (size_t i = 0; i < count; i++)
		run.questions[run.count++].task = &tasks[i];
	r = run_open(&run, patience_ms, err);
	while (!r && run_step(&run))
		;
	watch_servers(&run);
	for (size_t i = 0; i < run.count; i++)
		if (run.questions[i].channel)
			ares_destroy(run.questions[i].channel);
	for (size_t i = 0; i < server_count; i++)
		if (run.watch[i].fd >= 0)
			close(run.watch[i].fd);
	return r;
}

const char *name_status_text(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return "NOERROR";
	case ARES_ENODATA:
		return "NOERROR without an answer";
	case ARES_ENOTFOUND:
		return "NXDOMAIN";
	case ARES_EREFUSED:
		return "REFUSED";
	case ARES_ESERVFAIL:
		return "SERVFAIL";
	case ARES_ETIMEOUT:
		return "no answer at all";
	case ARES_ECONNREFUSED:
		return "no DNS server there";
	default:
		return ares_strerror(status);
	}
}
