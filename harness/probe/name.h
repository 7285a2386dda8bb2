/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name.h - ask for names, and see which server the question reaches and from where
 *
 * Asks as a host would (c-ares, type A or PTR, RFC 1035; a name without a dot with each
 * domain of the host's search list behind it) and watches all DNS servers of the world at
 * the same time: whether the question came through the tunnel with the right source is
 * seen where it arrives, not believed.
 */
#ifndef TWINSITE_PROBE_NAME_H
#define TWINSITE_PROBE_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

#define NAME_TASKS_MAX	 32
#define NAME_ANSWERS_MAX 8
#define NAME_SIGHTS_MAX	 8
#define NAME_SEARCH_MAX	 8 /* names a task, one of them as it is */
#define NAME_TEXT_MAX	 256

struct name_sight { /* a question for the name arrived at a server */
	const struct node *server;
	struct inet_addr from;
};

struct name_task {
	struct node *asker;
	struct inet_addr resolver; /* whom it asks */
	/*
	 * Asked one after the other, until one is answered (resolv.conf(5), search). With
	 * reverse_of, one: the reverse name of that address.
	 */
	const char *names[NAME_SEARCH_MAX];
	size_t name_count;
	struct inet_addr reverse_of; /* family 0: type A, else PTR */

	/* what came out */
	int status; /* ARES_SUCCESS, ARES_ENODATA (NOERROR without one), ARES_ETIMEOUT */
	struct inet_addr answers[NAME_ANSWERS_MAX];
	char answer_names[NAME_ANSWERS_MAX][NAME_TEXT_MAX]; /* instead, for PTR */
	size_t answer_count;
	struct name_sight sights[NAME_SIGHTS_MAX];
	size_t sight_count;
	int64_t took_us;
};

/*
 * Ask all questions at once, watching the servers. An unanswered one is asked twice
 * more and given up after patience_ms in which this process was served
 * (base/patience.h). Returns 0 whatever came out.
 */
int name_run(struct name_task *tasks, size_t count, struct node *const *servers,
	     size_t server_count, unsigned int patience_ms, struct err *err);

/* "NOERROR", "NXDOMAIN", "no answer at all" … for a task's status. */
const char *name_status_text(int status);

/*
 * Does this IPv4/UDP packet (from a raw socket, with its IP header) hold a DNS question
 * for the name? For any bytes.
 */
int name_question_matches(const uint8_t *packet, size_t length, const char *name);

#endif
