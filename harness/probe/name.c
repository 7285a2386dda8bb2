// SPDX-License-Identifier: GPL-2.0-or-later
/* name.c - ask for names, and see which server the question reaches and from where */
#include "probe/name.h"

#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/patience.h"
#include "netns/node.h"

#define DNS_PORT      53
#define DNS_HEADER    12
#define UDP_HEADER    8
#define IP_HEADER_MIN 20

#define NAME_SOCKETS_MAX 4
#define NAME_ROUNDS	 3	   /* so often is asked, within the window */
#define NEVER_MS	 100000000 /* c-ares' clock does not know ours */

struct name_question;

struct name_asked { /* one of a task's names, for the callback */
	struct name_question *question;
	size_t index;
};

struct name_question {
	struct name_task *task;
	ares_channel channel;
	int64_t start_us;
	struct name_asked asked[NAME_SEARCH_MAX];
	size_t at;    /* which of the task's names is asked for */
	bool is_next; /* it has just become that, and is to be asked */
	int is_done;
	/* What c-ares waits for: UDP, and TCP after an answer that was cut. */
	struct pollfd sockets[NAME_SOCKETS_MAX];
	size_t socket_count;
};

struct name_run {
	struct name_question questions[NAME_TASKS_MAX];
	size_t count;
	struct node *const *servers;
	struct pollfd watch[NAME_TASKS_MAX];
	size_t server_count;
	struct patience patience;
	int64_t again_us; /* when what is missing is asked again, on that clock */
};

/* The name of the first question as dotted text; 0, or -EINVAL when there is none. */
static int dns_question(const uint8_t *dns, size_t length, char name[NAME_TEXT_MAX])
{
	size_t at = DNS_HEADER, used = 0;

	if (length < DNS_HEADER || dns[2] & 0x80 || !(dns[4] || dns[5]))
		return -EINVAL;
	while (at < length && dns[at]) {
		size_t label = dns[at++];

		if (label > 63 || at + label > length || used + label + 2 > NAME_TEXT_MAX)
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
	char asked[NAME_TEXT_MAX];

	if (header < IP_HEADER_MIN || header + UDP_HEADER > length ||
	    (packet[header + 2] << 8 | packet[header + 3]) != DNS_PORT)
		return 0;
	if (dns_question(packet + header + UDP_HEADER, length - header - UDP_HEADER,
			 asked))
		return 0;
	return !strcasecmp(asked, name);
}

/* ---------------------------------------------------------------- what came out */

/*
 * Given up: nothing came in its time. Of several answers the first counts; where there is
 * no such name, the next of the search list is due.
 */
static void question_end(struct name_question *question, size_t index, int status)
{
	if (question->is_done || index != question->at)
		return;
	if ((status == ARES_ENOTFOUND || status == ARES_ENODATA) &&
	    index + 1 < question->task->name_count) {
		question->at++;
		question->is_next = true;
		return;
	}
	if (status == ARES_ECANCELLED)
		status = ARES_ETIMEOUT;
	question->is_done = 1;
	question->task->took_us = clock_now_us() - question->start_us;
	question->task->status = status;
}

static bool question_has_room(const struct name_question *question)
{
	return question->task->answer_count < NAME_ANSWERS_MAX && !question->is_done;
}

static void question_add_answer(struct name_question *question, const void *bytes)
{
	struct name_task *task = question->task;

	if (!question_has_room(question))
		return;
	task->answers[task->answer_count].family = AF_INET;
	memcpy(task->answers[task->answer_count].bytes, bytes, 4);
	task->answer_count++;
}

static void question_add_name(struct name_question *question, const char *name)
{
	struct name_task *task = question->task;

	if (!name || !question_has_room(question))
		return;
	(void)snprintf(task->answer_names[task->answer_count], NAME_TEXT_MAX, "%s", name);
	task->answer_count++;
}

/*
 * c-ares 1.28 has its records taken apart for us and deprecates the bytes, which are
 * all that 1.18 of Debian 12 gives. The one place where the two differ.
 */
#if ARES_VERSION >= 0x011c00

static void take_answer(void *user, ares_status_t status, size_t timeouts,
			const ares_dns_record_t *record)
{
	const struct name_asked *asked = user;
	struct name_question *question = asked->question;
	size_t count = status == ARES_SUCCESS
			       ? ares_dns_record_rr_cnt(record, ARES_SECTION_ANSWER)
			       : 0;

	(void)timeouts;
	for (size_t i = 0; i < count; i++) {
		const ares_dns_rr_t *rr =
			ares_dns_record_rr_get_const(record, ARES_SECTION_ANSWER, i);

		if (question->task->reverse_of.family &&
		    ares_dns_rr_get_type(rr) == ARES_REC_TYPE_PTR)
			question_add_name(question,
					  ares_dns_rr_get_str(rr, ARES_RR_PTR_DNAME));
		else if (!question->task->reverse_of.family &&
			 ares_dns_rr_get_type(rr) == ARES_REC_TYPE_A)
			question_add_answer(question,
					    ares_dns_rr_get_addr(rr, ARES_RR_A_ADDR));
	}
	question_end(question, asked->index,
		     status == ARES_SUCCESS && !question->task->answer_count
			     ? ARES_ENODATA
			     : (int)status);
}

static void query(struct name_question *question)
{
	/* What fails at once is told to the callback as well. */
	(void)ares_query_dnsrec(
		question->channel, question->task->names[question->at], ARES_CLASS_IN,
		question->task->reverse_of.family ? ARES_REC_TYPE_PTR : ARES_REC_TYPE_A,
		take_answer, &question->asked[question->at], NULL);
}

#else

#define DNS_TYPE_A   1
#define DNS_TYPE_PTR 12

static void take_names(struct name_question *question, const struct hostent *host)
{
	if (host->h_aliases && host->h_aliases[0])
		for (size_t i = 0; host->h_aliases[i]; i++)
			question_add_name(question, host->h_aliases[i]);
	else
		question_add_name(question, host->h_name);
}

static void take_answer(void *user, int status, int timeouts, unsigned char *bytes,
			int length)
{
	const struct name_asked *asked = user;
	struct name_question *question = asked->question;
	const struct inet_addr *of = &question->task->reverse_of;
	struct hostent *host = NULL;

	(void)timeouts;
	if (status == ARES_SUCCESS)
		status = of->family
				 ? ares_parse_ptr_reply(bytes, length, of->bytes, 4,
							AF_INET, &host)
				 : ares_parse_a_reply(bytes, length, &host, NULL, NULL);
	for (size_t i = 0; host && !of->family && host->h_addr_list[i]; i++)
		question_add_answer(question, host->h_addr_list[i]);
	if (host && of->family)
		take_names(question, host);
	ares_free_hostent(host);
	question_end(question, asked->index, status);
}

static void query(struct name_question *question)
{
	ares_query(question->channel, question->task->names[question->at], 1 /* IN */,
		   question->task->reverse_of.family ? DNS_TYPE_PTR : DNS_TYPE_A,
		   take_answer, &question->asked[question->at]);
}

#endif

/* ---------------------------------------------------------------- c-ares in a node */

/* c-ares says which of its sockets it waits for; neither: it has closed it. */
static void watch_socket(void *user, ares_socket_t fd, int readable, int writable)
{
	struct name_question *question = user;
	short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
	size_t i = 0;

	while (i < question->socket_count && question->sockets[i].fd != fd)
		i++;
	if (i == NAME_SOCKETS_MAX) /* c-ares has two at most */
		return;
	question->sockets[i] = (struct pollfd){ .fd = fd, .events = events };
	if (i == question->socket_count)
		question->socket_count++;
	if (!events)
		question->sockets[i] = question->sockets[--question->socket_count];
}

/* Whatever makes c-ares send is called in the asker's network: it makes its sockets. */
static int query_in_node(void *user)
{
	query(user);
	return 0;
}

static int process_in_node(void *user)
{
	struct name_question *question = user;
	struct pollfd ready[NAME_SOCKETS_MAX];
	size_t count = question->socket_count;

	memcpy(ready, question->sockets, sizeof(ready)); /* the original changes */
	if (poll(ready, count, 0) <= 0)
		count = 0;
	for (size_t i = 0; i < count; i++)
		if (ready[i].revents)
			ares_process_fd(question->channel,
					ready[i].events & POLLIN ? ready[i].fd
								 : ARES_SOCKET_BAD,
					ready[i].events & POLLOUT ? ready[i].fd
								  : ARES_SOCKET_BAD);
	if (question->is_next && !question->is_done) {
		question->is_next = false;
		query(question);
	}
	return 0;
}

static int ask(struct name_question *question, struct err *err)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP,
		.timeout = NEVER_MS,
		.tries = 1,
		.sock_state_cb = watch_socket,
		.sock_state_cb_data = question,
	};
	int r = ares_init_options(&question->channel, &options,
				  ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					  ARES_OPT_SOCK_STATE_CB);

	if (r != ARES_SUCCESS)
		return err_set(err, ENOMEM, "c-ares: %s", ares_strerror(r));
	r = ares_set_servers_csv(question->channel,
				 inet_addr_text(&question->task->resolver).s);
	if (r != ARES_SUCCESS)
		return err_set(err, EINVAL, "c-ares: %s", ares_strerror(r));
	question->start_us = clock_now_us();
	r = node_run(question->task->asker, query_in_node, question);
	return r ? err_sys(err, -r, "%s", node_name(question->task->asker)) : 0;
}

/* ---------------------------------------------------------------- the loop */

static bool task_asks(const struct name_task *task, const uint8_t *packet, size_t length)
{
	for (size_t i = 0; i < task->name_count; i++)
		if (name_question_matches(packet, length, task->names[i]))
			return true;
	return false;
}

static void see(struct name_run *run, const struct node *server, const uint8_t *packet,
		size_t length)
{
	for (size_t i = 0; i < run->count; i++) {
		struct name_task *task = run->questions[i].task;
		struct name_sight *sight = &task->sights[task->sight_count];

		if (task->sight_count == NAME_SIGHTS_MAX ||
		    !task_asks(task, packet, length))
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

/* What is not answered yet is asked again when that is due, and given up in the end. */
static int insist(struct name_run *run)
{
	bool is_over = patience_is_over(&run->patience);
	int r = 0;

	if (!is_over && run->patience.passed_us < run->again_us)
		return 0;
	run->again_us += run->patience.window_us / NAME_ROUNDS;
	for (size_t i = 0; !r && i < run->count; i++) {
		struct name_question *question = &run->questions[i];

		if (question->is_done)
			continue;
		if (is_over)
			ares_cancel(question->channel);
		else
			r = node_run(question->task->asker, query_in_node, question);
	}
	return r;
}

/* Wait for any socket of the questions or servers, and serve it. */
static int run_step(struct name_run *run)
{
	struct pollfd fds[NAME_TASKS_MAX * (1 + NAME_SOCKETS_MAX)];
	size_t count = run->server_count, first[NAME_TASKS_MAX + 1] = { 0 };

	memcpy(fds, run->watch, sizeof(*fds) * run->server_count);
	for (size_t i = 0; i < run->count; i++) {
		const struct name_question *question = &run->questions[i];

		first[i] = count;
		for (size_t k = 0; !question->is_done && k < question->socket_count; k++)
			fds[count++] = question->sockets[k];
	}
	first[run->count] = count;
	(void)poll(fds, count, patience_nap_ms(&run->patience));
	patience_pass(&run->patience);
	watch_servers(run);
	for (size_t i = 0; i < run->count; i++) {
		struct name_question *question = &run->questions[i];
		bool is_ready = false;
		int r;

		for (size_t k = first[i]; k < first[i + 1]; k++)
			is_ready |= fds[k].revents != 0;
		r = is_ready ? node_run(question->task->asker, process_in_node, question)
			     : 0;
		if (r)
			return r;
	}
	return insist(run);
}

static bool is_pending(const struct name_run *run)
{
	for (size_t i = 0; i < run->count; i++)
		if (!run->questions[i].is_done)
			return true;
	return false;
}

static int run_open(struct name_run *run, struct err *err)
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
		int r = ask(&run->questions[i], err);

		if (r)
			return r;
	}
	return 0;
}

static void question_init(struct name_question *question, struct name_task *task)
{
	question->task = task;
	for (size_t i = 0; i < NAME_SEARCH_MAX; i++)
		question->asked[i] = (struct name_asked){ question, i };
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
		question_init(&run.questions[run.count++], &tasks[i]);
	run.patience = patience_for((int64_t)patience_ms * 1000);
	run.again_us = run.patience.window_us / NAME_ROUNDS;
	r = run_open(&run, err);
	if (!r) {
		while (!r && is_pending(&run))
			r = run_step(&run);
		if (r)
			err_sys(err, -r, "names: a node's network");
	}
	patience_end(&run.patience);
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
